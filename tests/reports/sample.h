/* SPDX-License-Identifier: BSD-2-Clause */
/* An audit as an operator would meet it: three zones, faults of every severity, an effect with its cause,
 * silence. */
#ifndef ZONEVET_TESTS_REPORTS_SAMPLE_H
#define ZONEVET_TESTS_REPORTS_SAMPLE_H

#include "tests/reports/fixture.h"

#define SAMPLE_COMMON                                                                                        \
    .effort = "minutes", .tags = "dns test", .modes = MODE_BOTH, .needs = "records", .traffic = TRAFFIC_DNS, \
    .subject_kind = "zone", .since = "0.1.0"

static const struct check sample_checks[] = {
    {.id = "caa.missing",
     .area = "caa",
     .title = "A CAA record says which CAs may issue certificates",
     .failure_title = "Any public CA may issue certificates for this name",
     .why = "Without CAA every public certification authority may issue for the name, so the weakest of them "
            "decides.",                                                         .fix = "Publish a CAA record that names the authority you use, and an iodef address for attempts by "
            "others.",              .fix_record = "example.test. CAA 0 issue \"ca.example\"",
     .severity = SEVERITY_LOW,
     .references = {RFC(8659, "3")},
     .controls = {{"nist-800-53r5", "SC-17"}},
     SAMPLE_COMMON},
    {.id = "dangling.cname-service-unclaimed",
     .area = "dangling",
     .title = "Every alias leads to a service that we hold",
     .failure_title = "An alias leads to a service name that anyone can claim",
     .why = "Whoever registers the name at the provider serves content, collects cookies and obtains "
            "certificates under "
            "the organisation's own name.", .fix = "Remove the record, or claim the name at the provider before somebody else does.",
     .severity = SEVERITY_CRITICAL,
     .references = {{"CWE-284", "https://cwe.mitre.org/data/definitions/284.html"}},
     .controls = {{"nist-800-53r5", "CM-8"}, {"eu-2024-2690", "6.6"}, {"iso-27001-2022", "5.9"}},
     .attack = "T1584.001",
     .cwe = "CWE-284",
     .false_positives = "The provider lets only the former owner claim the name again.",
     SAMPLE_COMMON},
    {.id = "deleg.lame-ns",
     .area = "deleg",
     .title = "Every delegated server answers for the zone",
     .failure_title = "A delegated server does not answer for the zone",
     .why = "Part of all lookups waits or fails.",
     .fix = "Load the zone on the server or remove it from the delegation.",
     .severity = SEVERITY_HIGH,
     .references = {RFC(1912, "2.8")},
     .controls = {{"nist-800-53r5", "SC-22"}},
     SAMPLE_COMMON                                },
    {.id = "deleg.ns-same-network",
     .area = "deleg",
     .title = "Name servers stand in different networks",
     .failure_title = "All name servers stand in one network",
     .why = "One outage takes the zone off the net.",
     .fix = "Add a server in another network.",
     .severity = SEVERITY_MEDIUM,
     .references = {RFC(2182, "3.1")},
     .controls = {{"nist-800-53r5", "SC-22"}, {"eu-2024-2690", "4.2"}},
     SAMPLE_COMMON                                                             },
    {.id = "dmarc.p-none",
     .area = "dmarc",
     .title = "DMARC asks receivers to act on forged mail",
     .failure_title = "DMARC only watches: forged mail is delivered",
     .why = "Anyone can send mail that claims to come from the domain, and receivers are told to deliver it.",
     .fix = "When the reports show that your own mail passes, go to p=quarantine and then to p=reject.",
     .fix_record = "_dmarc.example.test. TXT \"v=DMARC1; p=reject\"",
     .severity = SEVERITY_MEDIUM,
     .references = {RFC(9989, "4.7")},
     .controls = {{"cis-8.1", "9.5"}, {"nist-800-177r1", "DMARC"}},
     SAMPLE_COMMON},
    {.id = "dnssec.bogus",
     .area = "dnssec",
     .title = "The zone validates",
     .failure_title = "Validating resolvers refuse the zone",
     .why = "Everybody behind a validating resolver, a third of all users, cannot reach the domain at all.",
     .fix = "Repair the finding that this one follows from.",
     .severity = SEVERITY_CRITICAL,
     .references = {RFC(4035, "5")},
     .controls = {{"nist-800-53r5", "SC-20"}},
     SAMPLE_COMMON},
    {.id = "dnssec.ds-no-matching-dnskey",
     .area = "dnssec",
     .title = "The DS records fit the keys of the zone",
     .failure_title = "No DS record fits a key of the zone",
     .why = "The chain of trust is cut between the parent and the zone.",
     .fix = "Have the registrar publish the DS of the present key-signing key, or remove the DS.",
     .severity = SEVERITY_CRITICAL,
     .references = {RFC(4035, "2.4"), RFC(7344, "4")},
     .controls = {{"nist-800-53r5", "SC-20"}},
     SAMPLE_COMMON                                   },
    {.id = "mta-sts.missing",
     .area = "mail",
     .title = "Senders are told to insist on TLS",
     .failure_title = "Nothing tells senders to insist on TLS",
     .why = "Mail can be read on the way.",
     .fix = "Publish an MTA-STS policy.",
     .severity = SEVERITY_INFO,
     .references = {RFC_WHOLE(8461)},
     SAMPLE_COMMON                                               },
    {.id = "server.no-tcp",
     .area = "server",
     .title = "Every server answers over TCP",
     .failure_title = "A server does not answer over TCP",
     .why = "Large answers are lost.",
     .fix = "Open port 53 for TCP.",
     .severity = SEVERITY_HIGH,
     .references = {RFC_WHOLE(7766)},
     .controls = {{"nist-800-53r5", "SC-22"}},
     SAMPLE_COMMON                                                                 },
    {.id = "server.open-recursion",
     .area = "server",
     .title = "Authoritative servers do not resolve for strangers",
     .failure_title = "An authoritative server resolves for strangers",
     .why = "It can be used to attack others.",
     .fix = "Turn recursion off.",
     .severity = SEVERITY_HIGH,
     .references = {RFC_WHOLE(5358)},
     .controls = {{"nist-800-53r5", "SC-5"}},
     SAMPLE_COMMON                                                                        },
    {.id = "spf.too-many-lookups",
     .area = "spf",
     .title = "SPF stays within ten lookups",
     .failure_title = "SPF needs more than ten lookups: receivers give up",
     .why = "Receivers answer with permerror, so the record protects nobody and honest mail can be refused.",
     .fix = "Drop includes that are not used, or replace stable ones by their addresses.",
     .severity = SEVERITY_HIGH,
     .references = {RFC(7208, "4.6.4")},
     .controls = {{"cis-8.1", "9.5"}},
     SAMPLE_COMMON                                                                          },
    {.id = "xfr.open",
     .area = "xfr",
     .title = "Servers refuse zone transfers to strangers",
     .failure_title = "A server hands the whole zone to anyone",
     .why = "Every name of the zone, internal ones included, is a list for an attacker.",
     .fix = "Allow transfers only to your secondaries, by address and TSIG key.",
     .severity = SEVERITY_HIGH,
     .references = {RFC(5936, "5")},
     .controls = {{"nist-800-53r5", "RA-5(4)"}, {"eu-2024-2690", "6.3"}},
     SAMPLE_COMMON                  },
};

static inline const struct check *sample_check(const char *id)
{
    for (size_t i = 0; i < ARRAY_SIZE(sample_checks); i++) {
        if (strcmp(sample_checks[i].id, id) == 0)
            return &sample_checks[i];
    }
    abort();
}

static const struct evidence sample_cname[] = {
    {.kind = "answer",
     .label = "CNAME shop.example.test.",
     .value = "shops.provider.test.",
     .source = "192.0.2.53",
     .at_s = FIXTURE_TIME + 3},
    {.kind = "http",
     .label = "GET https://shop.example.test/",
     .value = "404; body says \"There is no such shop here\"",
     .source = "198.51.100.7",
     .at_s = FIXTURE_TIME + 4},
    {.kind = "note", .label = "second look after 5 s",            .value = "the same"                 },
};
static const struct evidence sample_ds[] = {
    {.kind = "answer",
     .label = "DS example.test.",
     .value = "12345 13 2 4f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
     .source = "192.0.2.251",
     .at_s = FIXTURE_TIME + 1},
    {.kind = "answer",
     .label = "DNSKEY example.test.",
     .value = "257 3 13 (key tag 54321)",
     .source = "192.0.2.53",
     .at_s = FIXTURE_TIME + 1},
};
static const struct evidence sample_axfr[] = {
    {.kind = "transfer",
     .label = "AXFR example.test.",
     .value = "412 records in 18,233 octets, complete",
     .source = "2001:db8::53",
     .at_s = FIXTURE_TIME + 2},
};
static const struct evidence sample_spf[] = {
    {.kind = "answer",
     .label = "TXT example.test.",
     .value = "v=spf1 include:_spf.mail.test include:crm.test include:news.test ~all",
     .source = "192.0.2.53",
     .at_s = FIXTURE_TIME + 2},
    {.kind = "walk",
     .label = "SPF tree",
     .value = "_spf.mail.test 4\ncrm.test 5\nnews.test 3\nin all 12 of 10"                                       },
};
static const struct location sample_place = {"zones/example.test.zone", 41, 1, 41, 38};

static inline struct result sample_result(const char *id, const char *subject, enum outcome outcome,
                                          const char *message)
{
    const struct check *c = sample_check(id);
    return (struct result){.check = c,
                           .subject = subject,
                           .severity_default = c->severity,
                           .outcome = outcome,
                           .severity = c->severity,
                           .confidence = CONFIDENCE_CONFIRMED,
                           .message = message,
                           .duration_ms = 3};
}

static inline struct target_report *sample_main_target(struct fixture *x)
{
    const char *t = "example.test.";
    struct result *r = fixture_results(x, 32);
    size_t n = 0;
    r[n] = sample_result(
        "dangling.cname-service-unclaimed", "shop.example.test.", OUTCOME_FAIL,
        "shop.example.test. is an alias for shops.provider.test., which nobody holds at the provider.");
    r[n].rrtype = "CNAME";
    r[n].discriminator = "shops.provider.test.";
    r[n].decision = "service-unclaimed/confirmed";
    r[n].evidence = sample_cname;
    r[n].evidence_count = ARRAY_SIZE(sample_cname);
    r[n].location = &sample_place;
    r[n].snippet = "shop 3600 IN CNAME shops.provider.test.";
    n++;
    r[n] = sample_result("dnssec.ds-no-matching-dnskey", t, OUTCOME_FAIL,
                         "The DS at the parent names key 12345; the zone has only key 54321.");
    r[n].rrtype = "DS";
    r[n].evidence = sample_ds;
    r[n].evidence_count = ARRAY_SIZE(sample_ds);
    n++;
    r[n] =
        sample_result("dnssec.bogus", t, OUTCOME_FAIL, "The chain of trust ends at the DS of example.test.");
    r[n].caused_by = "fill";
    n++;
    r[n] = sample_result("xfr.open", t, OUTCOME_FAIL, "ns2.example.test. gave 412 records to a stranger.");
    r[n].discriminator = "2001:db8::53";
    r[n].evidence = sample_axfr;
    r[n].evidence_count = 1;
    n++;
    r[n] = sample_result("spf.too-many-lookups", t, OUTCOME_FAIL,
                         "Evaluating the record takes 12 lookups; 10 are allowed.");
    r[n].rrtype = "TXT";
    r[n].evidence = sample_spf;
    r[n].evidence_count = ARRAY_SIZE(sample_spf);
    n++;
    r[n] = sample_result("dmarc.p-none", t, OUTCOME_FAIL, "The policy is p=none.");
    r[n].fix_record = "_dmarc.example.test. TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@example.test\"";
    n++;
    r[n] = sample_result("deleg.ns-same-network", t, OUTCOME_FAIL, "Both servers are in 192.0.2.0/24.");
    r[n].confidence = CONFIDENCE_LIKELY;
    n++;
    r[n] = sample_result("caa.missing", t, OUTCOME_FAIL, "No CAA record at example.test. or above.");
    r[n].fix_record = "example.test. CAA 0 issue \"ca.example\"";
    n++;
    r[n] = sample_result("mta-sts.missing", t, OUTCOME_INFO, "No TXT record at _mta-sts.example.test.");
    n++;
    r[n] = sample_result("server.no-tcp", "ns2.example.test.", OUTCOME_UNDETERMINED,
                         "ns2.example.test. did not answer.");
    r[n].undetermined_reason = REASON_TIMEOUT;
    n++;
    r[n] = sample_result("deleg.lame-ns", "ns2.example.test.", OUTCOME_UNDETERMINED,
                         "The chain does not validate.");
    r[n].undetermined_reason = REASON_BOGUS;
    r[n].caused_by = "fill";
    n++;
    r[n++] = sample_result("server.open-recursion", t, OUTCOME_PASS, "2 servers refuse recursion.");
    r[n] = sample_result("server.no-tcp", "mail.example.test.", OUTCOME_SKIPPED, "no mail host took part");
    r[n++].skip_reason = SKIP_NOT_APPLICABLE;
    struct target_report *target = fixture_target(x, t, r, n);
    const char *cause = NULL;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(r[i].check->id, "dnssec.ds-no-matching-dnskey") == 0)
            cause = r[i].fingerprint;
    }
    for (size_t i = 0; i < n; i++) {
        if (r[i].caused_by != NULL)
            r[i].caused_by = cause;
    }
    target->coverage = "no IPv6 path from here: checks of IPv6 addresses are undetermined";
    target->source_file = ".zonevet.yaml";
    target->source_line = 4;
    return target;
}

/* A clean zone, an internationalised one and one that could not be read. */
static inline void sample_other_targets(struct fixture *x)
{
    struct result *r = fixture_results(x, 16);
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_SIZE(sample_checks); i++) {
        r[n] = sample_result(sample_checks[i].id, "example.net.", OUTCOME_PASS, "");
        if (i % 5 == 4) {
            r[n].outcome = OUTCOME_SKIPPED;
            r[n].skip_reason = SKIP_NEEDS_OPT_IN;
            r[n].message = "needs --intrusive";
        }
        n++;
    }
    fixture_target(x, "example.net.", r, n);

    r = fixture_results(x, 4);
    r[0] = sample_result("caa.missing", "xn--bcher-kva.test.", OUTCOME_FAIL, "No CAA record here or above.");
    r[0].subject_unicode = "b\xC3\xBC"
                           "cher.test.";
    r[1] = sample_result("xfr.open", "xn--bcher-kva.test.", OUTCOME_PASS, "2 servers refuse transfers.");
    r[2] = sample_result("deleg.ns-same-network", "xn--bcher-kva.test.", OUTCOME_PASS, "");
    fixture_target(x, "xn--bcher-kva.test.", r, 3)->name_unicode = "b\xC3\xBC"
                                                                   "cher.test.";
    fixture_target(x, "broken.test.", NULL, 0)->error = "zones/broken.test.zone: permission denied";
}

static inline void sample_build(struct fixture *x)
{
    *x = (struct fixture){.arena = arena_new(0)};
    const struct check **checks = arena_array(x->arena, ARRAY_SIZE(sample_checks), sizeof(*checks));
    for (size_t i = 0; i < ARRAY_SIZE(sample_checks); i++)
        checks[i] = &sample_checks[i];
    x->run = (struct run){
        .id = "20261101T080000Z-1f2e3d4c",
        .tool_version = "0.1.0",
        .mode = "live",
        .profile = "default",
        .config_digest = "9b74c9897bac770ffc029102a200c5de9b74c9897bac770ffc029102a200c5de",
        .resolver = "iterative",
        .started_s = FIXTURE_TIME,
        .finished_s = FIXTURE_TIME + 12,
        .fail_on = SEVERITY_HIGH,
        .min_confidence = CONFIDENCE_LIKELY,
        .checks = checks,
        .check_count = ARRAY_SIZE(sample_checks),
        .outcome = RUN_FAILED,
        .exit_code = 1,
        .outcome_reason = "5 open findings at or above high",
    };
    sample_main_target(x);
    sample_other_targets(x);
    fixture_count(x);
}

/* ---- the same against an earlier state --------------------------------------------------------------------- */

static const struct waiver_note sample_waivers[] = {
    {"spf-supplier", "the supplier moves its hosts in December", "web-team@example.test", "2026-12-31", FIXTURE_TIME + 60 * 86400},
    {"zones/example.test.zone:12", "reports are still being read", "mail@example.test", "2026-11-13", FIXTURE_TIME + 12 * 86400 + 3600},
};
static const struct location sample_many_lines = {"zones/example.test.zone", 3, 1, 9, 2};

static inline void sample_state(struct result *r, bool change)
{
    static const struct {
        const char *check;
        enum state state;
        const struct waiver_note *waiver;
    } states[] = {
        {"spf.too-many-lookups", STATE_WAIVED, &sample_waivers[0]},
        {"dmarc.p-none", STATE_WAIVED, &sample_waivers[1]},
        {"dnssec.ds-no-matching-dnskey", STATE_KNOWN, NULL},
        {"dnssec.bogus", STATE_KNOWN, NULL},
        {"deleg.ns-same-network", STATE_KNOWN, NULL},
    };
    if (r->outcome != OUTCOME_FAIL)
        return;
    r->state = r->subject_unicode != NULL ? STATE_KNOWN : STATE_NEW;
    for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
        if (strcmp(states[i].check, r->check->id) == 0) {
            r->state = states[i].state;
            r->waiver = states[i].waiver;
        }
    }
    if (r->state == STATE_KNOWN && !change)
        r->known_since = "2026-01-10";
    if (strcmp(r->check->id, "caa.missing") == 0)
        r->location = &sample_many_lines;
}

#define SAMPLE_NEW 3
#define SAMPLE_KNOWN 4
#define SAMPLE_WAIVED 2
#define SAMPLE_FIXED 3

static inline void sample_states(struct fixture *x, bool change)
{
    static const char *const notes[] = {"zonevet-waivers.yaml:14: waiver 'old-www' has expired on 2026-10-01 and no longer counts",
                                        "zonevet-waivers.yaml:21: waiver 'ftp' was not used"};
    for (size_t i = 0; i < x->target_count; i++) {
        for (size_t k = 0; k < x->targets[i].result_count; k++) {
            /* The fixture's own array, reached through the const view that renderers have. */
            sample_state((struct result *)(uintptr_t)&x->targets[i].results[k], change);
        }
    }
    struct fixed_finding *fixed = arena_array(x->arena, SAMPLE_FIXED, sizeof(*fixed));
    const char *since = change ? NULL : "2026-02-03";
    fixed[0] = (struct fixed_finding){.check = "server.open-recursion", .subject = "ns1.example.test.",
        .severity = SEVERITY_HIGH, .title = "An authoritative server resolves for strangers",
        .message = change ? "ns1.example.test. answered for two names that are none of its business." : NULL,
        .known_since = since, .location = change ? &sample_place : NULL};
    fixed[1] = (struct fixed_finding){.check = "caa.missing", .subject = "www.example.test.", .severity = SEVERITY_LOW,
        .title = "Any public CA may issue certificates for this name", .known_since = since};
    fixed[2] = (struct fixed_finding){.check = "retired.check", .subject = "example.net.", .severity = SEVERITY_MEDIUM,
        .title = NULL, .known_since = since};
    fixture_fixed(&x->targets[0], fixed, 2);
    fixture_fixed(&x->targets[1], fixed + 2, 1);
    x->run.gate = (struct run_gate){.new_only = change, .waivers = "zonevet-waivers.yaml", .notes = notes,
        .note_count = ARRAY_SIZE(notes), .baseline = change ? NULL : "zonevet-baseline.json",
        .old_side = change ? "git:origin/main:zones" : NULL, .new_side = change ? "zones" : NULL};
    fixture_count(x);
}

/* A change: what it makes worse, what it mends, what it leaves. */
static inline void change_build(struct fixture *x)
{
    sample_build(x);
    x->run.mode = "offline";
    x->run.outcome_reason = "3 new findings, 2 of severity high or above";
    sample_states(x, true);
}

/* Against a baseline that hides nothing from the gate. */
static inline void baseline_build(struct fixture *x)
{
    sample_build(x);
    sample_states(x, false);
}

/* Nothing was audited. */
static inline void empty_build(struct fixture *x)
{
    sample_build(x);
    x->target_count = 0;
    x->run.outcome = RUN_INCOMPLETE;
    x->run.exit_code = 5;
    x->run.outcome_reason = "nothing to audit";
    fixture_count(x);
}

#define LARGE_RESULTS 26000

/* More than a page can hold: 22,000 findings, 4,000 passes. */
static inline void large_build(struct fixture *x)
{
    sample_build(x);
    x->target_count = 0;
    struct result *r = fixture_results(x, LARGE_RESULTS);
    for (size_t i = 0; i < LARGE_RESULTS; i++) {
        r[i] = sample_result(sample_checks[i % ARRAY_SIZE(sample_checks)].id, "large.test.",
                             i < 22000 ? OUTCOME_FAIL : OUTCOME_PASS, "one of many");
        r[i].severity = SEVERITY_LOW;
        r[i].discriminator = arena_printf(x->arena, "%zu", i);
    }
    fixture_target(x, "large.test.", r, LARGE_RESULTS);
    fixture_count(x);
}

#endif
