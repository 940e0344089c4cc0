/* SPDX-License-Identifier: BSD-2-Clause */
/* The DNSKEY set: the same at every server, well formed, and strong enough. */
#include "auditor/check_dnssec.h"

#include <string.h>

/* ---- servers against each other ---- */

/* An unsigned copy of the zone: no keys, and no signature on anything else. */
static bool unsigned_copy(const struct dnssec_server *s)
{
    return s->dnskey_told && s->dnskey == NULL && !s->any_signed;
}

static bool holds(const struct rrset *set, const struct dnssec_key *key)
{
    for (uint16_t i = 0; set != NULL && i < set->count; i++) {
        if (set->rdata[i].length == key->rdata->length &&
            memcmp(set->rdata[i].octets, key->rdata->octets, key->rdata->length) == 0)
            return true;
    }
    return false;
}

static struct check_list lacking(struct facts *f, const struct dnssec_apex *x, const struct dnssec_server *s)
{
    struct check_list list = {"", 0};
    for (size_t k = 0; k < x->keys.count; k++) {
        if (!holds(s->dnskey, &x->keys.list[k]))
            check_list_add(f, &list, dnssec_key_name(f, x->keys.list[k].tag, x->keys.list[k].algorithm));
    }
    return list;
}

static enum verdict run_missing_on_server(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    bool found = false;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, &verdict);
    if (x == NULL)
        return verdict;
    for (size_t s = 0; s < x->server_count; s++) {
        const struct dnssec_server *server = &x->servers[s];
        if (!server->dnskey_told || unsigned_copy(server))
            continue;
        struct check_list list = lacking(f, x, server);
        if (list.count == 0)
            continue;
        dnssec_evidence_begin(f);
        for (size_t o = 0; o < x->server_count; o++)
            dnssec_evidence_server(f, x, &x->servers[o], ASKED_DNSKEY);
        struct finding *finding =
            server->dnskey == NULL
                ? findings_add(out, server->server.name, "%s has no DNSKEY set, other servers do",
                               check_server(f, &server->server))
                : findings_add(out, server->server.name, "%s lacks %s", check_server(f, &server->server), list.text);
        finding->rrtype = RRTYPE_DNSKEY;
        finding->discriminator = check_address(f, &server->server.address);
        found = true;
    }
    return dnssec_end(f, x, found, out);
}

static enum verdict run_inconsistent(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    struct check_list list = {"", 0};
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, &verdict);
    if (x == NULL)
        return verdict;
    dnssec_evidence_begin(f);
    for (size_t s = 0; s < x->server_count; s++) {
        dnssec_evidence_server(f, x, &x->servers[s], ASKED_DNSKEY);
        dnssec_evidence_server(f, x, &x->servers[s], ASKED_SOA);
        if (unsigned_copy(&x->servers[s]))
            check_list_add(f, &list, check_server(f, &x->servers[s].server));
    }
    if (list.count > 0)
        findings_add(out, zone, "other servers serve the zone signed, these serve it unsigned: %s", list.text);
    return dnssec_end(f, x, list.count > 0, out);
}

/* ---- one key ---- */

static struct finding *report_key(struct facts *f, const struct dnssec_apex *x, const struct dnssec_key *key,
                                  const char *what, struct findings *out)
{
    dnssec_evidence_begin(f);
    for (size_t s = 0; s < x->server_count; s++) {
        if (holds(x->servers[s].dnskey, key))
            dnssec_evidence_server(f, x, &x->servers[s], ASKED_DNSKEY);
    }
    struct finding *finding = findings_add(out, x->zone, "%s: %s", dnssec_key_name(f, key->tag, key->algorithm), what);
    finding->rrtype = RRTYPE_DNSKEY;
    finding->discriminator = arena_printf(facts_scratch(f), "%u/%u", (unsigned)key->tag, (unsigned)key->algorithm);
    for (size_t i = 0; x->offline && i < x->seen_count; i++) {
        if (x->seen[i].set->type == RRTYPE_DNSKEY)
            finding->location = dnssec_location(x->seen[i].set);
    }
    return finding;
}

/* The text of the fault of a key, or NULL; may lower the severity. */
typedef const char *(*fault_fn)(struct facts *f, const struct dnssec_key *key, enum severity *severity);

static enum verdict run_each(struct facts *f, const dname *zone, struct findings *out, fault_fn fault)
{
    enum verdict verdict;
    bool found = false;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, &verdict);
    if (x == NULL)
        return verdict;
    for (size_t k = 0; k < x->keys.count; k++) {
        enum severity severity = SEVERITY_HIGH;
        const char *what = fault(f, &x->keys.list[k], &severity);
        if (what == NULL)
            continue;
        report_key(f, x, &x->keys.list[k], what, out)->severity = severity;
        found = true;
    }
    return dnssec_end(f, x, found, out);
}

static const char *fault_protocol(struct facts *f, const struct dnssec_key *key, enum severity *severity)
{
    (void)severity;
    if (key->protocol == 3)
        return NULL;
    const char *text = arena_printf(facts_scratch(f), "the protocol field is %u", (unsigned)key->protocol);
    return text != NULL ? text : "the protocol field is not 3";
}

static enum verdict run_protocol(struct facts *f, const dname *zone, struct findings *out)
{
    return run_each(f, zone, out, fault_protocol);
}

static const char *fault_form(struct facts *f, const struct dnssec_key *key, enum severity *severity)
{
    (void)f;
    (void)severity;
    return key->state == DNSSEC_KEY_MALFORMED ? "the key material is no key of that algorithm" : NULL;
}

static enum verdict run_malformed(struct facts *f, const dname *zone, struct findings *out)
{
    return run_each(f, zone, out, fault_form);
}

static bool is_rsa(uint8_t algorithm)
{
    return algorithm == DNSSEC_ALG_RSASHA1 || algorithm == DNSSEC_ALG_RSASHA1_NSEC3 ||
           algorithm == DNSSEC_ALG_RSASHA256 || algorithm == DNSSEC_ALG_RSASHA512;
}

static const struct check_option short_options[] = {
    {"bits", "an RSA key below this is too short (below 1024: high)", "2048", 1024, 4096},
    {0},
};

static const char *fault_short(struct facts *f, const struct dnssec_key *key, enum severity *severity)
{
    const int64_t enough = check_option(f, short_options, "dnssec.rsa-key-short", "bits");
    if (!is_rsa(key->algorithm) || key->bits == 0 || key->bits >= enough || (key->flags & DNSKEY_FLAG_REVOKE) != 0)
        return NULL;
    *severity = key->bits < 1024 ? SEVERITY_HIGH : SEVERITY_MEDIUM;
    const char *text = arena_printf(facts_scratch(f), "%u bits", key->bits);
    return text != NULL ? text : "too short";
}

static enum verdict run_short(struct facts *f, const dname *zone, struct findings *out)
{
    return run_each(f, zone, out, fault_short);
}

/* ---- dnssec.dnskey-keytag-collision ---- */

static bool same_tag(const struct dnssec_key *a, const struct dnssec_key *b)
{
    return a->tag == b->tag && a->algorithm == b->algorithm;
}

static enum verdict run_collision(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    bool found = false;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, &verdict);
    if (x == NULL)
        return verdict;
    for (size_t k = 0; k < x->keys.count; k++) {
        unsigned before = 0, all = 0;
        for (size_t o = 0; o < x->keys.count; o++) {
            all += same_tag(&x->keys.list[o], &x->keys.list[k]);
            before += o < k && same_tag(&x->keys.list[o], &x->keys.list[k]);
        }
        if (all < 2 || before > 0)
            continue;
        const char *what = arena_printf(facts_scratch(f), "%u different keys have this tag", all);
        report_key(f, x, &x->keys.list[k], what != NULL ? what : "shared tag", out);
        found = true;
    }
    return dnssec_end(f, x, found, out);
}

/* ---- what users read ---- */

#define COMMON                                                                                                         \
    .area = "dnssec", .confidence = CONFIDENCE_CONFIRMED, .confidence_lowest = CONFIDENCE_CONFIRMED,                    \
    .since = "0.1.0", .scope = SCOPE_ZONE, .traffic = TRAFFIC_DNS, .controls = {{"nist-800-53r5", "SC-20"}}
#define SIGNED_WORLD "!sign .\n!sign test.\n!sign example.test.\n"

const struct check topic_dnssec_keys[] = {
    {
        COMMON,
        .id = "dnssec.dnskey-missing-on-server",
        .title = "Every server has all keys of the zone",
        .failure_title = "A server lacks keys that other servers publish",
        .why = "A resolver that takes its keys from this server cannot check signatures it meets elsewhere: answers turn "
               "bogus now and then.",
        .fix = "Bring the server to the same version of the zone; with several signers import each other's keys "
               "(RFC 8901) before signatures are served.",
        .effort = "hours",
        .tags = "dnssec dnskey consistency",
        .severity = SEVERITY_HIGH,
        .modes = MODE_LIVE,
        .needs = "DNSKEY at every authoritative address",
        .subject_kind = "name server",
        .discriminator = "address",
        .references = {RFC(4035, "2.1"), RFC_WHOLE(8901)},
        .false_positives = "A change of keys that is just on its way to this server: compare the SOA serials.",
        .example_pass = SIGNED_WORLD,
        .example_fail = SIGNED_WORLD "!server 192.0.2.2 example.test. DNSKEY nodata\n",
        .run = run_missing_on_server,
    },
    {
        COMMON,
        .id = "dnssec.signed-inconsistently",
        .title = "All servers serve the signed zone",
        .failure_title = "Some servers serve the zone unsigned",
        .why = "Where the parent has a DS, whoever meets an unsigned copy gets SERVFAIL: the zone works by chance.",
        .fix = "Transfer the signed zone to all servers, or remove those that cannot serve it from the delegation.",
        .effort = "hours",
        .tags = "dnssec consistency outage",
        .severity = SEVERITY_CRITICAL,
        .modes = MODE_LIVE,
        .needs = "SOA and DNSKEY with DO at every authoritative address",
        .subject_kind = "zone",
        .references = {RFC(4035, "3")},
        .example_pass = SIGNED_WORLD,
        .example_fail = SIGNED_WORLD "!server 192.0.2.2 example.test. DNSKEY nodata\n!server 192.0.2.2 * * unsigned\n",
        .run = run_inconsistent,
    },
    {
        COMMON,
        .id = "dnssec.dnskey-protocol",
        .title = "Every key has protocol 3",
        .failure_title = "A key has a protocol field other than 3",
        .why = "Validators must treat the key as invalid, so what it signs counts as unsigned.",
        .fix = "Publish the key again with protocol 3; tag and DS change with it.",
        .effort = "hours",
        .tags = "dnssec dnskey",
        .severity = SEVERITY_HIGH,
        .modes = MODE_BOTH,
        .needs = "DNSKEY at every authoritative address",
        .subject_kind = "zone",
        .discriminator = "key tag and algorithm",
        .references = {RFC(4034, "2.1.2")},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. protocol=1\n",
        .run = run_protocol,
    },
    {
        COMMON,
        .id = "dnssec.dnskey-malformed",
        .title = "Every key has the form of its algorithm",
        .failure_title = "A key is not a key of its algorithm",
        .why = "Nobody can check a signature with it: what it signs counts as unsigned.",
        .fix = "Export the public key from the signer again and publish it unchanged.",
        .effort = "hours",
        .tags = "dnssec dnskey",
        .severity = SEVERITY_HIGH,
        .modes = MODE_BOTH,
        .needs = "DNSKEY at every authoritative address",
        .subject_kind = "zone",
        .discriminator = "key tag and algorithm",
        .references = {RFC(3110, "2"), RFC(6605, "4"), RFC(8080, "3")},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. malformed\n",
        .run = run_malformed,
    },
    {
        COMMON,
        .id = "dnssec.dnskey-keytag-collision",
        .title = "Key tags tell the keys apart",
        .failure_title = "Several keys share tag and algorithm",
        .why = "Validators must try each of them for each signature. They limit that work since the KeyTrap attack, so "
               "a zone with many such keys can fail to validate.",
        .fix = "Replace one of the keys by a new one and see that its tag differs before it is published.",
        .effort = "hours",
        .tags = "dnssec dnskey keytrap",
        .severity = SEVERITY_MEDIUM,
        .modes = MODE_BOTH,
        .needs = "DNSKEY at every authoritative address",
        .subject_kind = "zone",
        .discriminator = "key tag and algorithm",
        .references = {RFC(4034, "appendix B"), RFC(4035, "5.3.1")},
        .cwe = "CWE-770",
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. 15 collide=1\n",
        .run = run_collision,
    },
    {
        COMMON,
        .id = "dnssec.rsa-key-short",
        .options = short_options,
        .title = "RSA keys have 2048 bits or more",
        .failure_title = "An RSA key is too short",
        .why = "Keys below 1024 bits can be factored, and whoever does so signs what they like for the zone; below 2048 "
               "bits they fall short of what is recommended today.",
        .fix = "Roll to algorithm 13 (ECDSA P-256), which is shorter and stronger, or to RSA with 2048 bits.",
        .effort = "days",
        .tags = "dnssec dnskey strength",
        .severity = SEVERITY_HIGH,
        .modes = MODE_BOTH,
        .needs = "DNSKEY at every authoritative address",
        .subject_kind = "zone",
        .discriminator = "key tag and algorithm",
        .references = {RFC(6781, "3.4.2"),
                       {"NIST SP 800-57 part 1", "https://csrc.nist.gov/pubs/sp/800/57/pt1/r5/final"}},
        .cwe = "CWE-326",
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. 8 bits=1024\n",
        .run = run_short,
    },
    {0},
};
