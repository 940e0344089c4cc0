/* SPDX-License-Identifier: BSD-2-Clause */
/* Algorithm numbers in DNSKEY and DS: which must not be used, which nobody knows, and which leave gaps. */
#include "auditor/check_dnssec.h"

/* ---- where an algorithm is used ---- */

struct uses {
    bool key[256], ds[256];
};

static struct uses uses_of(const struct dnssec_apex *x)
{
    struct uses u = {0};
    for (size_t i = 0; i < x->keys.count; i++)
        u.key[x->keys.list[i].algorithm] = true;
    for (size_t i = 0; i < x->ds_count; i++)
        u.ds[x->ds[i].algorithm] = true;
    return u;
}

/* MUST NOT be used for signing by the registry that RFC 9904 made the reference, RFC 9906 (GOST) included. */
static bool must_not(uint8_t algorithm)
{
    return algorithm == DNSSEC_ALG_RSAMD5 || algorithm == DNSSEC_ALG_DSA || algorithm == DNSSEC_ALG_DSA_NSEC3 ||
           algorithm == DNSSEC_ALG_GOST;
}

static bool sha1(uint8_t algorithm)
{
    return algorithm == DNSSEC_ALG_RSASHA1 || algorithm == DNSSEC_ALG_RSASHA1_NSEC3;
}

/* Not among the numbers assigned to a signing algorithm of zones: 2 and 252 are none (DESIGN 10.21); 17 and 23 are
 * (RFC 9563, RFC 9558). */
static bool unassigned(uint8_t algorithm)
{
    static const uint8_t assigned[] = {1, 3, 5, 6, 7, 8, 10, 12, 13, 14, 15, 16, 17, 23};
    for (size_t i = 0; i < ARRAY_SIZE(assigned); i++) {
        if (assigned[i] == algorithm)
            return false;
    }
    return true;
}

static const char *where(const struct uses *u, uint8_t algorithm)
{
    if (u->key[algorithm] && u->ds[algorithm])
        return "in DNSKEY and DS";
    return u->key[algorithm] ? "in DNSKEY" : "in DS";
}

static void report(struct facts *f, const struct dnssec_apex *x, const struct uses *u, uint8_t algorithm,
                   struct findings *out)
{
    char text[16];
    dnssec_evidence_begin(f);
    if (u->ds[algorithm])
        dnssec_evidence_ds(f, x);
    for (size_t s = 0; u->key[algorithm] && s < x->server_count; s++)
        dnssec_evidence_server(f, x, &x->servers[s], ASKED_DNSKEY);
    struct finding *finding = findings_add(out, x->zone, "%s (%u) %s", dnssec_algorithm_text(algorithm, text),
                                           (unsigned)algorithm, where(u, algorithm));
    finding->rrtype = u->key[algorithm] ? RRTYPE_DNSKEY : RRTYPE_DS;
    finding->discriminator = arena_printf(facts_scratch(f), "%u", (unsigned)algorithm);
}

/* Keys and DS are judged each for itself: a DS that cannot be read leaves the keys, and the other way round. */
static enum verdict run_used(struct facts *f, const dname *zone, struct findings *out, bool (*wanted)(uint8_t))
{
    enum verdict verdict;
    bool found = false;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_KEYS, out, &verdict);
    if (x == NULL)
        return verdict;
    struct uses u = uses_of(x);
    for (unsigned algorithm = 0; algorithm < 256; algorithm++) {
        if ((!u.key[algorithm] && !u.ds[algorithm]) || !wanted((uint8_t)algorithm))
            continue;
        report(f, x, &u, (uint8_t)algorithm, out);
        found = true;
    }
    if (x->keys.count == 0 && x->ds_count == 0 && x->ds_state == FACT_KNOWN) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "the zone is not signed");
        return VERDICT_SKIPPED;
    }
    if (x->keys.count == 0 && x->ds_state == FACT_UNKNOWN) {
        findings_undetermined(out, x->ds_reason, "the zone shows no key, and its DS set is not known");
        return VERDICT_UNDETERMINED;
    }
    return dnssec_end(f, x, found, out);
}

static enum verdict run_must_not(struct facts *f, const dname *zone, struct findings *out)
{
    return run_used(f, zone, out, must_not);
}

static enum verdict run_sha1(struct facts *f, const dname *zone, struct findings *out)
{
    return run_used(f, zone, out, sha1);
}

static enum verdict run_unassigned(struct facts *f, const dname *zone, struct findings *out)
{
    return run_used(f, zone, out, unassigned);
}

/* ---- dnssec.alg-incomplete-dnskey: a rule for signers, not for validators (RFC 6840 section 5.11, trap T6) --- */

static bool ds_has(const struct dnssec_apex *x, unsigned algorithm)
{
    for (size_t i = 0; i < x->ds_count; i++) {
        if (x->ds[i].algorithm == algorithm && dnssec_digest_size(x->ds[i].digest_type) != 0)
            return true;
    }
    return false;
}

/* A standby DS for a key that is not there yet, of an algorithm that is, asks for nothing more. */
static bool signs(const struct dnssec_seen *seen, unsigned algorithm)
{
    return (seen->judged.algorithms & ((uint32_t)1 << algorithm)) != 0;
}

static bool incomplete_at(struct facts *f, const struct dnssec_apex *x, unsigned algorithm, struct check_list *servers)
{
    bool incomplete = false;
    for (size_t i = 0; i < x->seen_count; i++) {
        const struct dnssec_seen *seen = &x->seen[i];
        if (seen->set->type != RRTYPE_DNSKEY || seen->parent_side || !seen->judged.good || signs(seen, algorithm))
            continue;
        incomplete = true;
        dnssec_evidence_seen(f, x, seen);
        if (seen->server != NULL)
            check_list_add(f, servers, check_server(f, &seen->server->server));
    }
    return incomplete;
}

static enum verdict run_incomplete(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    bool found = false;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, &verdict);
    if (x == NULL || !dnssec_ds_known(x, out, &verdict))
        return verdict;
    if (x->ds_count == 0) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "there is no DS");
        return VERDICT_SKIPPED;
    }
    /* Where no DS leads in at all the cause has another id. */
    for (unsigned algorithm = 0; x->entry_key && x->entry_signs && algorithm < 32; algorithm++) {
        struct check_list servers = {"", 0};
        char text[16];
        if (!ds_has(x, algorithm) || !dnssec_algorithm_verifiable((uint8_t)algorithm))
            continue;
        dnssec_evidence_begin(f);
        dnssec_evidence_ds(f, x);
        if (!incomplete_at(f, x, algorithm, &servers))
            continue;
        struct finding *finding =
            findings_add(out, zone, "a DS names %s, and no such key signs the DNSKEY set%s%s",
                         dnssec_algorithm_text((uint8_t)algorithm, text), servers.count > 0 ? " at " : "", servers.text);
        finding->rrtype = RRTYPE_DNSKEY;
        finding->discriminator = arena_printf(facts_scratch(f), "%u", algorithm);
        found = true;
    }
    return dnssec_end(f, x, found, out);
}

/* ---- dnssec.alg-incomplete-zone: validators must not insist on it, signers must keep to it ---- */

static bool key_of(const struct dnssec_apex *x, unsigned algorithm)
{
    for (size_t i = 0; i < x->keys.count; i++) {
        if (x->keys.list[i].algorithm == algorithm && dnssec_key_for_zone(&x->keys.list[i]))
            return true;
    }
    return false;
}

static enum verdict run_incomplete_zone(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    bool found = false;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, &verdict);
    if (x == NULL)
        return verdict;
    /* Where no set has a good signature the signatures are the fault. */
    for (unsigned algorithm = 0; x->algorithms_all != UINT32_MAX && algorithm < 32; algorithm++) {
        char text[16];
        if (!key_of(x, algorithm) || !dnssec_algorithm_verifiable((uint8_t)algorithm) ||
            (x->algorithms_all & ((uint32_t)1 << algorithm)) != 0)
            continue;
        struct finding *finding = findings_add(out, zone, "there are keys of %s, and it does not sign every set",
                                               dnssec_algorithm_text((uint8_t)algorithm, text));
        finding->discriminator = arena_printf(facts_scratch(f), "%u", algorithm);
        found = true;
    }
    return dnssec_end(f, x, found, out);
}

/* ---- what users read ---- */

#define COMMON                                                                                                         \
    .area = "dnssec", .confidence = CONFIDENCE_CONFIRMED, .confidence_lowest = CONFIDENCE_CONFIRMED,                    \
    .since = "0.1.0", .scope = SCOPE_ZONE, .traffic = TRAFFIC_DNS, .modes = MODE_BOTH, .subject_kind = "zone",          \
    .needs = "DNSKEY at every authoritative address, DS at the parent (or --ds)", .discriminator = "algorithm",         \
    .controls = {{"nist-800-53r5", "SC-20"}, {"nist-800-53r5", "SC-13"}}, .cwe = "CWE-327"
#define SIGNED_WORLD "!sign .\n!sign test.\n!sign example.test.\n"

const struct check topic_dnssec_algorithms[] = {
    {
        COMMON,
        .id = "dnssec.alg-must-not",
        .title = "No algorithm that must not be used",
        .failure_title = "The zone uses an algorithm that must not be used",
        .why = "Validators pass over RSAMD5, DSA and GOST: a zone that relies on them is unsigned in effect, and "
               "forgeable, while it looks protected.",
        .fix = "Roll to algorithm 13 (ECDSA P-256 with SHA-256).",
        .effort = "days",
        .tags = "dnssec algorithm",
        .severity = SEVERITY_HIGH,
        .references = {RFC_WHOLE(9904), RFC_WHOLE(9906),
                       {"IANA DNS security algorithm numbers", "https://www.iana.org/assignments/dns-sec-alg-numbers"}},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. 12\n",
        .run = run_must_not,
    },
    {
        COMMON,
        .id = "dnssec.alg-sha1",
        .title = "No signatures with SHA-1",
        .failure_title = "The zone is signed with RSA and SHA-1",
        .why = "Since November 2025 SHA-1 signatures must not be made, and resolvers must treat the algorithms as "
               "unsupported: the zone counts as unsigned, and as forgeable, wherever that is followed.",
        .fix = "Roll to algorithm 13 (ECDSA P-256 with SHA-256).",
        .effort = "days",
        .tags = "dnssec algorithm sha1",
        .severity = SEVERITY_HIGH,
        .references = {RFC(9905, "2"), RFC_WHOLE(9904)},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. 7 nsec3\n",
        .run = run_sha1,
    },
    {
        COMMON,
        .id = "dnssec.alg-unassigned-or-private",
        .title = "Algorithm numbers are assigned",
        .failure_title = "The zone uses an algorithm number that nobody can validate",
        .why = "Reserved, private and unassigned numbers mean nothing to validators: what hangs on them counts as "
               "unsigned.",
        .fix = "Remove the record, or roll to algorithm 13 (ECDSA P-256 with SHA-256).",
        .effort = "days",
        .tags = "dnssec algorithm",
        .severity = SEVERITY_HIGH,
        .references = {RFC(4034, "appendix A.1"),
                       {"IANA DNS security algorithm numbers", "https://www.iana.org/assignments/dns-sec-alg-numbers"}},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. 200\n",
        .run = run_unassigned,
    },
    {
        COMMON,
        .id = "dnssec.alg-incomplete-dnskey",
        .title = "Every algorithm in the DS set signs the DNSKEY set",
        .failure_title = "An algorithm in the DS set does not sign the DNSKEY set",
        .why = "The rule binds signers. Most validators take any one valid path, but those that guard against downgrade "
               "insist on every algorithm of the DS set and answer SERVFAIL.",
        .fix = "Sign the DNSKEY set with that algorithm too, or have its DS removed by the registrar.",
        .effort = "hours",
        .tags = "dnssec algorithm rollover",
        .severity = SEVERITY_CRITICAL,
        .references = {RFC(4035, "2.2"), RFC(6840, "5.11")},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. 13,15 dnskey-with=13\n",
        .run = run_incomplete,
    },
    {
        COMMON,
        .id = "dnssec.alg-incomplete-zone",
        .title = "Every algorithm in the DNSKEY set signs the whole zone",
        .failure_title = "An algorithm in the DNSKEY set does not sign the whole zone",
        .why = "A zone must be signed with every algorithm that its keys announce. Most validators do not insist, those "
               "that guard against downgrade may reject what lacks one.",
        .fix = "In a change of algorithm add the signatures before the keys, and remove the keys before the signatures.",
        .effort = "hours",
        .tags = "dnssec algorithm rollover",
        .severity = SEVERITY_MEDIUM,
        .references = {RFC(4035, "2.2"), RFC(6840, "5.11"), RFC(6781, "4.1.4")},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. 13,15 ds=13 sign-with=13\n",
        .run = run_incomplete_zone,
    },
    {0},
};
