/* SPDX-License-Identifier: BSD-2-Clause */
/* The parent's DS set against the keys of the zone: is there a way in? */
#include "auditor/check_dnssec.h"

#include <string.h>

/* ---- dnssec.unsigned, dnssec.island, dnssec.ds-without-dnskey: DESIGN 10.19 ---- */

static enum verdict run_unsigned(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_KEYS, out, &verdict);
    if (x == NULL)
        return verdict;
    if (x->keys.count > 0) {
        findings_pass(out, "%zu DNSKEY records", x->keys.count);
        return VERDICT_PASS;
    }
    if (!dnssec_ds_known(x, out, &verdict))
        return verdict;
    if (x->ds_count > 0) {
        findings_pass(out, "a DS exists: see dnssec.ds-without-dnskey");
        return dnssec_end(f, x, false, out);
    }
    findings_add(out, zone, "neither a DNSKEY in the zone nor a DS at the parent");
    return dnssec_end(f, x, true, out);
}

static enum verdict run_island(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, &verdict);
    if (x == NULL || !dnssec_ds_known(x, out, &verdict))
        return verdict;
    if (x->anchored || x->ds_count > 0)
        return VERDICT_PASS;
    struct finding *finding = findings_add(out, zone, "the zone has %zu DNSKEY records and the parent no DS",
                                           x->keys.count);
    finding->rrtype = RRTYPE_DS;
    return VERDICT_FAIL;
}

static bool any_usable(const struct dnssec_apex *x)
{
    for (size_t i = 0; i < x->ds_count; i++) {
        if (dnssec_ds_usable(&x->ds[i]))
            return true;
    }
    return false;
}

static enum verdict run_without_dnskey(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_KEYS, out, &verdict);
    if (x == NULL)
        return verdict;
    if (x->keys.count > 0)
        return VERDICT_PASS;
    if (!dnssec_ds_known(x, out, &verdict))
        return verdict;
    if (x->ds_count == 0)
        return dnssec_end(f, x, false, out);
    struct finding *finding = findings_add(out, zone, "%zu DS records at the parent, and no DNSKEY at any server that answers",
                                           x->ds_count);
    finding->rrtype = RRTYPE_DS;
    /* Nobody validates by a DS whose algorithm or digest is out of use: harm only to come. */
    if (!any_usable(x))
        finding->severity = SEVERITY_MEDIUM;
    return dnssec_end(f, x, true, out);
}

/* ---- one DS against the keys ---- */

/* The zone and its DS set, if both are there to be compared. */
static const struct dnssec_apex *begin_ds(struct facts *f, const dname *zone, struct findings *out,
                                          enum verdict *verdict)
{
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, verdict);
    if (x == NULL || !dnssec_ds_known(x, out, verdict))
        return NULL;
    if (x->ds_count > 0)
        return x;
    findings_skip(out, SKIP_NOT_APPLICABLE, "there is no DS");
    *verdict = VERDICT_SKIPPED;
    return NULL;
}

static enum dnssec_ds_state state_of(const struct dnssec_apex *x, size_t index)
{
    const struct dnssec_key *key = NULL;
    return dnssec_ds_state(&x->ds[index], x->zone, x->keys, &key);
}

/* A DS that counts for a validator: a SHA-1 digest does not beside a SHA-2 one (RFC 4509 section 3). */
static bool counts(const struct dnssec_apex *x, size_t index)
{
    if (dnssec_digest_size(x->ds[index].digest_type) == 0)
        return false;
    if (x->ds[index].digest_type != DNSSEC_DIGEST_SHA1)
        return true;
    for (size_t i = 0; i < x->ds_count; i++) {
        if (x->ds[i].digest_type != DNSSEC_DIGEST_SHA1 && dnssec_ds_usable(&x->ds[i]))
            return false;
    }
    return true;
}

static bool another_way_in(const struct dnssec_apex *x)
{
    for (size_t i = 0; i < x->ds_count; i++) {
        if (counts(x, i) && state_of(x, i) == DNSSEC_DS_MATCH)
            return true;
    }
    return false;
}

static struct finding *report_ds(struct facts *f, const struct dnssec_apex *x, size_t index, const char *what,
                                 struct findings *out)
{
    dnssec_evidence_begin(f);
    dnssec_evidence_ds(f, x);
    for (size_t s = 0; s < x->server_count; s++)
        dnssec_evidence_server(f, x, &x->servers[s], ASKED_DNSKEY);
    const char *name = dnssec_ds_name(f, &x->ds[index]);
    struct finding *finding = findings_add(out, x->zone, "%s: %s", name, what);
    finding->rrtype = RRTYPE_DS;
    finding->discriminator = name;
    return finding;
}

static enum verdict run_state(struct facts *f, const dname *zone, struct findings *out, enum dnssec_ds_state state,
                              const char *what)
{
    enum verdict verdict;
    bool found = false;
    const struct dnssec_apex *x = begin_ds(f, zone, out, &verdict);
    if (x == NULL)
        return verdict;
    for (size_t i = 0; i < x->ds_count; i++) {
        if (state_of(x, i) != state)
            continue;
        struct finding *finding = report_ds(f, x, i, what, out);
        if (another_way_in(x))
            finding->severity = SEVERITY_LOW; /* another DS leads in: a leftover */
        found = true;
    }
    return dnssec_end(f, x, found, out);
}

static enum verdict run_digest_invalid(struct facts *f, const dname *zone, struct findings *out)
{
    return run_state(f, zone, out, DNSSEC_DS_BAD_DIGEST, "tag and algorithm are of a published key, the digest is not");
}

static enum verdict run_not_zone_key(struct facts *f, const dname *zone, struct findings *out)
{
    return run_state(f, zone, out, DNSSEC_DS_NOT_ZONE_KEY, "it names a key without the ZONE flag");
}

/* Every DS names a key that nobody published: anything more telling has an id of its own. */
static enum verdict run_no_match(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct dnssec_apex *x = begin_ds(f, zone, out, &verdict);
    if (x == NULL)
        return verdict;
    struct check_list names = {"", 0};
    for (size_t i = 0; i < x->ds_count; i++) {
        if (state_of(x, i) != DNSSEC_DS_NO_KEY)
            return dnssec_end(f, x, false, out);
        check_list_add(f, &names, dnssec_ds_name(f, &x->ds[i]));
    }
    dnssec_evidence_begin(f);
    dnssec_evidence_ds(f, x);
    for (size_t s = 0; s < x->server_count; s++)
        dnssec_evidence_server(f, x, &x->servers[s], ASKED_DNSKEY);
    struct finding *finding = findings_add(out, zone, "no published key has the tag and algorithm of %s", names.text);
    finding->rrtype = RRTYPE_DS;
    if (!any_usable(x))
        finding->severity = SEVERITY_MEDIUM; /* validators treat the zone as insecure, RFC 4035 section 5.2 */
    return dnssec_end(f, x, true, out);
}

/* ---- dnssec.ds-key-not-signing ---- */

static bool key_set_sound(const struct dnssec_seen *seen)
{
    return seen->set->type != RRTYPE_DNSKEY || seen->judged.good;
}

static enum verdict run_not_signing(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    bool broken = false;
    const struct dnssec_apex *x = begin_ds(f, zone, out, &verdict);
    if (x == NULL)
        return verdict;
    for (size_t i = 0; i < x->seen_count; i++)
        broken = broken || !key_set_sound(&x->seen[i]);
    /* Without any good signature the fault is that of the signature. */
    if (!x->entry_key || x->entry_signs || broken)
        return dnssec_end(f, x, false, out);
    dnssec_evidence_begin(f);
    dnssec_evidence_ds(f, x);
    for (size_t s = 0; s < x->server_count; s++)
        dnssec_evidence_server(f, x, &x->servers[s], ASKED_DNSKEY);
    struct finding *finding = findings_add(out, zone, "the DNSKEY set is signed, though by no key that a DS names");
    finding->rrtype = RRTYPE_DNSKEY;
    return dnssec_end(f, x, true, out);
}

/* ---- the form of a DS, whatever the keys are ---- */

static const struct dnssec_apex *begin_form(struct facts *f, const dname *zone, struct findings *out,
                                            enum verdict *verdict)
{
    const struct dnssec_apex *x = dnssec_apex_of(f, zone);
    *verdict = VERDICT_UNDETERMINED;
    if (x->state == DNSSEC_APEX_NOT_APEX) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "the name is no zone apex");
        *verdict = VERDICT_SKIPPED;
        return NULL;
    }
    if (!dnssec_ds_known(x, out, verdict))
        return NULL;
    if (x->ds_count > 0)
        return x;
    findings_skip(out, SKIP_NOT_APPLICABLE, "there is no DS");
    *verdict = VERDICT_SKIPPED;
    return NULL;
}

/* Assigned and fit for use or at least defined: 1, 2, 4; 5 and 6 (RFC 9558, RFC 9563). */
static bool digest_bad(uint8_t type)
{
    return type == DNSSEC_DIGEST_NULL || type == DNSSEC_DIGEST_GOST || type > 6;
}

static const char *digest_words(uint8_t type)
{
    if (type == DNSSEC_DIGEST_NULL)
        return "digest type 0 is reserved: such a record anchors nothing";
    if (type == DNSSEC_DIGEST_GOST)
        return "digest type 3 (GOST R 34.11-94) must not be used any more";
    return "the digest type is not assigned: no validator can use it";
}

static enum verdict run_digest_bad(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct dnssec_apex *x = begin_form(f, zone, out, &verdict);
    bool found = false;
    for (size_t i = 0; x != NULL && i < x->ds_count; i++) {
        if (!digest_bad(x->ds[i].digest_type))
            continue;
        report_ds(f, x, i, digest_words(x->ds[i].digest_type), out);
        found = true;
    }
    return x == NULL ? verdict : found ? VERDICT_FAIL : VERDICT_PASS;
}

/* Only where nothing better stands beside it: dnssec.ds-digest-bad has the types that validators do not know. */
static enum verdict run_digest_sha1(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct dnssec_apex *x = begin_form(f, zone, out, &verdict);
    if (x == NULL)
        return verdict;
    for (size_t i = 0; i < x->ds_count; i++) {
        if (x->ds[i].digest_type != DNSSEC_DIGEST_SHA1)
            return VERDICT_PASS;
    }
    report_ds(f, x, 0, "SHA-1 is the only digest that the parent has", out);
    return VERDICT_FAIL;
}

static enum verdict run_digest_length(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct dnssec_apex *x = begin_form(f, zone, out, &verdict);
    bool found = false;
    for (size_t i = 0; x != NULL && i < x->ds_count; i++) {
        size_t size = dnssec_digest_size(x->ds[i].digest_type);
        if (size == 0 || x->ds[i].digest_length == size)
            continue;
        const char *what = arena_printf(facts_scratch(f), "the digest has %u octets, its type asks for %zu",
                                        (unsigned)x->ds[i].digest_length, size);
        report_ds(f, x, i, what != NULL ? what : "wrong length", out);
        found = true;
    }
    return x == NULL ? verdict : found ? VERDICT_FAIL : VERDICT_PASS;
}

/* ---- dnssec.ds-denial-unproven ---- */

static enum verdict run_denial(struct facts *f, const dname *zone, struct findings *out)
{
    const struct dnssec_zone *z = dnssec_zone_of(f, zone);
    if (!facts_settings(f)->live && z->ds_answer == NULL) {
        findings_skip(out, SKIP_NEEDS_LIVE, "the parent's answer is not in a zone file");
        return VERDICT_SKIPPED;
    }
    if (z->ds_answer == NULL || z->ds_answer->state == ANSWER_RRSET) {
        findings_skip(out, SKIP_NOT_APPLICABLE, z->anchored || z->given ? "the parent is not asked" : "there is a DS");
        return z->status == DNSSEC_PENDING || (z->ds_answer == NULL && z->status == DNSSEC_UNDETERMINED)
                   ? VERDICT_UNDETERMINED
                   : VERDICT_SKIPPED;
    }
    if (z->why == DNSSEC_WHY_PARENT || z->why == DNSSEC_WHY_NO_ANCHOR) {
        if (z->status == DNSSEC_INSECURE) {
            findings_skip(out, SKIP_NOT_APPLICABLE, "the parent zone is not secure, so it has nothing to prove");
            return VERDICT_SKIPPED;
        }
        findings_undetermined(out, z->reason, "the parent zone itself cannot be validated");
        return VERDICT_UNDETERMINED;
    }
    if (z->status != DNSSEC_BOGUS)
        return z->status == DNSSEC_UNDETERMINED ? VERDICT_UNDETERMINED : VERDICT_PASS;
    dnssec_evidence_begin(f);
    facts_lookup(f, zone, RRTYPE_DS);
    struct finding *finding = findings_add(out, zone, "the parent shows no DS, and does not prove that there is none: %s",
                                           dnssec_why_text(z->why));
    finding->rrtype = RRTYPE_DS;
    return VERDICT_FAIL;
}

/* ---- what users read ---- */

#define COMMON                                                                                                         \
    .area = "dnssec", .confidence = CONFIDENCE_CONFIRMED, .confidence_lowest = CONFIDENCE_CONFIRMED,                    \
    .since = "0.1.0", .scope = SCOPE_ZONE, .traffic = TRAFFIC_DNS, .modes = MODE_BOTH, .subject_kind = "zone",          \
    .controls = {{"nist-800-53r5", "SC-20"}}, .cwe = "CWE-345"
#define NEEDS .needs = "DS at the parent (or --ds), DNSKEY at every authoritative address"
#define SIGNED_WORLD "!sign .\n!sign test.\n!sign example.test.\n"

const struct check topic_dnssec_ds[] = {
    {
        COMMON, NEEDS,
        .id = "dnssec.unsigned",
        .title = "The zone is signed",
        .failure_title = "The zone is not signed",
        .why = "Without signatures a resolver cannot tell the zone's own answers from forged ones: anyone who gets a "
               "packet in first sends visitors and mail elsewhere.",
        .fix = "Let the name server or DNS provider sign the zone (algorithm 13), wait until every server has the "
               "signed version, then give the DS to the registrar.",
        .fix_record = "example.test. DS <tag> 13 2 <SHA-256 of the key>",
        .effort = "hours",
        .tags = "dnssec policy",
        .severity = SEVERITY_MEDIUM,
        .references = {RFC(4033, "3"), RFC_WHOLE(9364)},
        .attack = "T1557",
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n",
        .run = run_unsigned,
    },
    {
        COMMON, NEEDS,
        .id = "dnssec.island",
        .title = "A DS links the signed zone to its parent",
        .failure_title = "The zone is signed and the parent has no DS",
        .why = "Validators start from the root. Without a DS they never reach the keys, so all the signing protects "
               "nobody; often a rollout stopped half way.",
        .fix = "Give the DS of the key that signs the DNSKEY set to the registrar, or publish CDS and CDNSKEY where "
               "the registry reads them.",
        .fix_record = "example.test. DS <tag> <algorithm> 2 <SHA-256 of the key>",
        .effort = "hours",
        .tags = "dnssec rollout",
        .severity = SEVERITY_MEDIUM,
        .references = {RFC(4035, "5.2"), RFC(7344, "1")},
        .attack = "T1557",
        .false_positives = "A zone that has just been signed and waits for caches before its DS is published.",
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. nods\n",
        .run = run_island,
    },
    {
        COMMON, NEEDS,
        .id = "dnssec.ds-without-dnskey",
        .title = "A zone with a DS has keys",
        .failure_title = "The parent has a DS, and the zone is not signed",
        .why = "The DS promises signatures that do not come: every validating resolver answers SERVFAIL for every name "
               "of the zone. It happens when a zone moves to a provider that does not sign.",
        .fix = "Have the DS removed by the registrar at once, or sign the zone with the key that the DS names.",
        .effort = "hours",
        .tags = "dnssec ds outage",
        .severity = SEVERITY_CRITICAL,
        .references = {RFC(4035, "5.2"), RFC(4035, "2.4")},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!parent example.test. DS 12345 13 2 "
                        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n",
        .run = run_without_dnskey,
    },
    {
        COMMON, NEEDS,
        .id = "dnssec.ds-no-match",
        .title = "A DS names a published key",
        .failure_title = "No DS names a published key",
        .why = "Validators find no key that they may trust and answer SERVFAIL for the whole zone.",
        .fix = "Give the registrar the DS of a key that is published and signs the DNSKEY set; in a rollover change the "
               "DS before the old key goes.",
        .effort = "hours",
        .tags = "dnssec ds rollover outage",
        .severity = SEVERITY_CRITICAL,
        .references = {RFC(4035, "5.2"), RFC(4034, "5.1.4")},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. wrong-ds=tag\n",
        .run = run_no_match,
    },
    {
        COMMON, NEEDS,
        .id = "dnssec.ds-digest-invalid",
        .title = "The digest of a DS is that of its key",
        .failure_title = "A DS has the tag of a key and the digest of another",
        .why = "The digest is what validators trust. If it fits no key there is no way into the zone: SERVFAIL "
               "everywhere. Usually a digit was lost on the way to the registrar.",
        .fix = "Compute the DS again from the published key and replace the record at the registrar.",
        .effort = "hours",
        .tags = "dnssec ds typo outage",
        .severity = SEVERITY_CRITICAL,
        .discriminator = "DS",
        .references = {RFC(4034, "5.1.4"), RFC(4035, "5.2")},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. wrong-ds=digest\n",
        .run = run_digest_invalid,
    },
    {
        COMMON, NEEDS,
        .id = "dnssec.ds-key-not-zone-key",
        .title = "A DS names a zone key",
        .failure_title = "A DS names a key without the ZONE flag",
        .why = "Validators must not use such a key for zone data: the DS leads nowhere.",
        .fix = "Publish the key with flags 256 or 257; the change of flags changes tag and digest, so the DS too.",
        .effort = "hours",
        .tags = "dnssec ds outage",
        .severity = SEVERITY_CRITICAL,
        .discriminator = "DS",
        .references = {RFC(4034, "2.1.1"), RFC(4034, "5.2")},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. flags=1\n",
        .run = run_not_zone_key,
    },
    {
        COMMON, NEEDS,
        .id = "dnssec.ds-key-not-signing",
        .title = "The key that a DS names signs the DNSKEY set",
        .failure_title = "No key that a DS names signs the DNSKEY set",
        .why = "The DS leads to a key, and that key vouches for no other: validators cannot accept the zone's keys and "
               "answer SERVFAIL.",
        .fix = "Sign the DNSKEY set with the key that the DS names, or have the DS of the signing key published.",
        .effort = "hours",
        .tags = "dnssec ds rollover outage",
        .severity = SEVERITY_CRITICAL,
        .references = {RFC(4035, "5.2"), RFC(4035, "2.2")},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. split dnskey-by=zsk\n",
        .run = run_not_signing,
    },
    {
        COMMON,
        .needs = "DS at the parent (or --ds)",
        .id = "dnssec.ds-digest-bad",
        .title = "DS records use digests that validators know",
        .failure_title = "A DS uses a digest type that is reserved, retired or not assigned",
        .why = "Validators pass over such a record. If it is the only one the zone counts as unsigned.",
        .fix = "Replace it by a DS with digest type 2 (SHA-256).",
        .effort = "hours",
        .tags = "dnssec ds",
        .severity = SEVERITY_HIGH,
        .discriminator = "DS",
        .references = {RFC_WHOLE(9904), RFC_WHOLE(9906)},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. ds-digest=3\n",
        .run = run_digest_bad,
    },
    {
        COMMON,
        .needs = "DS at the parent (or --ds)",
        .id = "dnssec.ds-digest-sha1-only",
        .title = "The parent has a DS with a digest of today",
        .failure_title = "The parent has SHA-1 digests only",
        .why = "SHA-1 must not be used for new delegations, and validators may stop to take it: the zone then counts as "
               "unsigned. Whoever can make two keys with one digest could sign in your name.",
        .fix = "Give the registrar a DS with digest type 2 (SHA-256) of the same key, then remove the one with type 1.",
        .fix_record = "example.test. DS <tag> 13 2 <SHA-256 of the key>",
        .effort = "minutes",
        .tags = "dnssec ds sha1",
        .severity = SEVERITY_MEDIUM,
        .discriminator = "DS",
        .references = {RFC_WHOLE(9904), RFC(4509, "3")},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. ds-digest=1\n",
        .run = run_digest_sha1,
    },
    {
        COMMON,
        .needs = "DS at the parent (or --ds)",
        .id = "dnssec.ds-digest-length",
        .title = "DS digests are as long as their type says",
        .failure_title = "A DS digest is too long or too short for its type",
        .why = "The record can match no key: it was cut or mangled on its way to the registry.",
        .fix = "Compute the DS again from the published key and replace the record at the registrar.",
        .effort = "hours",
        .tags = "dnssec ds typo",
        .severity = SEVERITY_HIGH,
        .discriminator = "DS",
        .references = {RFC(4034, "5.1.4"), RFC(4509, "2.2"), RFC(6605, "2")},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. wrong-ds=length\n",
        .run = run_digest_length,
    },
    {
        COMMON,
        .needs = "DS at the parent with DO, and the chain of trust down to the parent",
        .id = "dnssec.ds-denial-unproven",
        .title = "The parent proves that there is no DS",
        .failure_title = "The parent shows no DS and does not prove its absence",
        .why = "A validator may treat the zone as unsigned only if the signed parent proves it. Without the proof the "
               "whole zone is bogus, though it never was signed.",
        .fix = "This is for the operator of the parent zone: its NSEC or NSEC3 chain must show the delegation without "
               "DS, or an opt-out span that covers it.",
        .effort = "days",
        .tags = "dnssec ds parent outage",
        .severity = SEVERITY_CRITICAL,
        .references = {RFC(4035, "5.2"), RFC(5155, "8.6"), RFC(5155, "8.9")},
        .example_pass = "!sign .\n!sign test.\n",
        .example_fail = "!sign .\n!sign test. nodenial\n",
        .run = run_denial,
    },
    {0},
};
