/* SPDX-License-Identifier: BSD-2-Clause */
/* The effect of all faults together: what a validating resolver makes of the zone, and which fault it is. */
#include "auditor/check_dnssec.h"

#include <string.h>

/* ---- the way to the zone ---- */

static struct finding *report_chain(struct facts *f, const struct dnssec_zone *z, struct findings *out)
{
    struct arena *a = facts_scratch(f);
    const bool above = !dname_equal(z->at, z->apex) && z->ds_answer != NULL && z->why == DNSSEC_WHY_PARENT;
    dnssec_evidence_begin(f);
    if (z->ds_answer != NULL)
        facts_lookup(f, z->apex, RRTYPE_DS);
    if (z->dnskey_answer != NULL)
        facts_lookup(f, z->apex, RRTYPE_DNSKEY);
    struct finding *finding =
        above ? findings_add(out, z->apex, "the chain of trust breaks above this zone, at %s", dname_text(a, z->at))
              : findings_add(out, z->apex, "the chain of trust breaks at this zone: %s", dnssec_why_text(z->why));
    if (!above) {
        bool denial = z->ds_answer != NULL && z->ds_answer->state != ANSWER_RRSET;
        finding->cause_check = denial ? "dnssec.ds-denial-unproven" : dnssec_why_check(z->why);
        finding->cause_subject = z->apex;
    }
    return finding;
}

/* ---- what the zone says ---- */

struct tally {
    unsigned good, bad, unsure;
    const struct dnssec_seen *example; /* a bad one */
};

static struct tally tally_type(const struct dnssec_apex *x, uint16_t type)
{
    struct tally t = {0};
    for (size_t i = 0; i < x->seen_count; i++) {
        const struct dnssec_seen *s = &x->seen[i];
        if (s->set->type != type || s->parent_side || !dname_equal(s->set->owner, x->zone))
            continue;
        if (s->judged.good) {
            t.good++;
        } else if (s->judged.undetermined) {
            t.unsure++;
        } else {
            t.bad++;
            t.example = t.example != NULL ? t.example : s;
        }
    }
    return t;
}

/* A resolver asks the next server when an answer does not validate: bogus is what no server gets right. */
static bool report_sets(struct facts *f, const struct dnssec_apex *x, struct findings *out)
{
    static const uint16_t types[] = {RRTYPE_DNSKEY, RRTYPE_SOA, RRTYPE_NS};
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        struct tally t = tally_type(x, types[i]);
        char text[16];
        if (t.unsure > 0 && t.good == 0)
            findings_undetermined(out, REASON_BUDGET, "not all signatures of the %s set could be checked",
                                  rrtype_text(types[i], text));
        if (t.bad == 0 || t.good + t.unsure > 0)
            continue;
        dnssec_evidence_begin(f);
        dnssec_evidence_seen(f, x, t.example);
        struct finding *finding = findings_add(out, x->zone, "the %s set of the zone is bogus at every server: %s",
                                               rrtype_text(types[i], text), dnssec_why_text(t.example->judged.why));
        finding->rrtype = types[i];
        finding->cause_check = dnssec_why_check(t.example->judged.why);
        finding->cause_subject = x->zone;
        return true;
    }
    return false;
}

static bool report_denial(struct facts *f, const struct dnssec_apex *x, struct findings *out)
{
    const struct dnssec_denied *example = NULL;
    for (size_t i = 0; i < x->denied_count; i++) {
        const struct dnssec_denied *d = &x->denied[i];
        if (d->asked != ASKED_RANDOM)
            continue;
        if (d->proof.status != DNSSEC_BOGUS)
            return false;
        example = example != NULL ? example : d;
    }
    if (example == NULL)
        return false;
    dnssec_evidence_begin(f);
    dnssec_evidence_server(f, x, example->server, example->asked);
    struct finding *finding = findings_add(out, x->zone, "answers about names that do not exist are bogus at every server: %s",
                                           dnssec_why_text(example->proof.why));
    finding->cause_check = dnssec_why_check(example->proof.why);
    finding->cause_subject = x->zone;
    return true;
}

static enum verdict judge_answers(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_KEYS, out, &verdict);
    if (x == NULL)
        return verdict;
    if (x->offline)
        return report_sets(f, x, out) ? VERDICT_FAIL : VERDICT_PASS;
    bool found = report_sets(f, x, out) || report_denial(f, x, out);
    findings_pass(out, "the chain of trust holds down to the keys of the zone");
    return dnssec_end(f, x, found, out);
}

/* ---- the verdict ---- */

static enum verdict run_bogus(struct facts *f, const dname *zone, struct findings *out)
{
    const struct dnssec_zone *z = dnssec_zone_of(f, zone);
    switch (z->status) {
    case DNSSEC_SECURE:
        return judge_answers(f, zone, out);
    case DNSSEC_INSECURE:
        findings_skip(out, SKIP_NOT_APPLICABLE, "validators take the zone as insecure: %s", dnssec_why_text(z->why));
        return VERDICT_SKIPPED;
    case DNSSEC_BOGUS:
        report_chain(f, z, out);
        return VERDICT_FAIL;
    case DNSSEC_PENDING:
    case DNSSEC_UNDETERMINED:
        break;
    }
    findings_undetermined(out, z->reason, "the chain of trust could not be followed: %s", dnssec_why_text(z->why));
    return VERDICT_UNDETERMINED;
}

/* ---- dnssec.trust-anchor-unused ---- */

/* An anchor that the user configured at the zone itself; the root's own is everybody's. */
static enum verdict run_anchor(struct facts *f, const dname *zone, struct findings *out)
{
    const struct rrset *anchor = dnssec_anchor(f, zone);
    if (anchor == NULL || facts_settings(f)->ds_count > 0) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "no trust anchor is configured for this zone");
        return VERDICT_SKIPPED;
    }
    const struct dnssec_zone *z = dnssec_zone_of(f, zone);
    if (z->status == DNSSEC_SECURE)
        return VERDICT_PASS;
    if (z->status != DNSSEC_BOGUS) {
        findings_undetermined(out, z->reason, "the anchor could not be tried: %s", dnssec_why_text(z->why));
        return VERDICT_UNDETERMINED;
    }
    dnssec_evidence_begin(f);
    facts_lookup(f, zone, RRTYPE_DNSKEY);
    findings_add(out, zone, "the configured trust anchor signs nothing: %s", dnssec_why_text(z->why));
    return VERDICT_FAIL;
}

/* ---- what users read ---- */

#define COMMON                                                                                                         \
    .area = "dnssec", .confidence = CONFIDENCE_CONFIRMED, .confidence_lowest = CONFIDENCE_CONFIRMED,                    \
    .since = "0.1.0", .scope = SCOPE_ZONE, .traffic = TRAFFIC_DNS, .modes = MODE_BOTH, .subject_kind = "zone",          \
    .controls = {{"nist-800-53r5", "SC-20"}, {"nist-800-53r5", "SC-21"}}, .cwe = "CWE-345"

const struct check topic_dnssec_bogus[] = {
    {
        COMMON,
        .id = "dnssec.bogus",
        .title = "The chain of trust holds from the anchor to the zone's answers",
        .failure_title = "Validating resolvers reject the zone",
        .why = "Resolvers that validate, which is what large access providers and public resolvers do, answer SERVFAIL "
               "for every name concerned: the zone is down for their users, while it looks fine to everybody else.",
        .fix = "Mend the fault that this result names as its cause. If that takes long and the parent allows it, have "
               "the DS removed meanwhile: insecure is better than down.",
        .effort = "hours",
        .tags = "dnssec outage",
        .severity = SEVERITY_CRITICAL,
        .needs = "DS and DNSKEY of every zone from the trust anchor down; SOA, NS and a denial at every address",
        .references = {RFC(4035, "5"), RFC(4033, "5"), RFC(9905, "2")},
        .false_positives = "The clock of the machine that runs the audit is wrong, or the configured trust anchor is old.",
        .example_pass = "!sign .\n!sign test.\n!sign example.test.\n",
        .example_fail = "!sign .\n!sign test.\n!sign example.test. expired=DNSKEY\n",
        .run = run_bogus,
    },
    {
        COMMON,
        .id = "dnssec.trust-anchor-unused",
        .title = "Configured trust anchors are in use",
        .failure_title = "A configured trust anchor signs nothing",
        .why = "Whoever holds this anchor cannot resolve the zone: it is the key of the past or of another zone.",
        .fix = "Replace the anchor by the DS or DNSKEY of the key that signs the zone's DNSKEY set now.",
        .effort = "minutes",
        .tags = "dnssec anchor",
        .severity = SEVERITY_HIGH,
        .needs = "DNSKEY of the zone, and an anchor from --trust-anchor",
        .references = {RFC(5011, "2"), RFC(4035, "5")},
        .example_pass = "!target .\n!sign .\n",
        .example_fail = "!target .\n!sign . wrong-ds=digest\n",
        .run = run_anchor,
    },
    {0},
};
