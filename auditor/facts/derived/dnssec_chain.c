/* SPDX-License-Identifier: BSD-2-Clause */
/* The chain of trust: from an anchor down through every cut to a zone, then to a name in it. */
#include "auditor/facts/derived/dnssec.h"

#include "auditor/facts/derived/cuts.h"
#include "auditor/facts/derived/dnssec_denial.h"
#include "auditor/facts/derived/dnssec_proof.h"

#include <string.h>

/* ---- words --------------------------------------------------------------------------------------------- */

const char *dnssec_status_text(enum dnssec_status status)
{
    static const char *const texts[] = {
        [DNSSEC_PENDING] = "pending", [DNSSEC_SECURE] = "secure",           [DNSSEC_INSECURE] = "insecure",
        [DNSSEC_BOGUS] = "bogus",     [DNSSEC_UNDETERMINED] = "undetermined",
    };
    return texts[status];
}

static const struct {
    const char *text, *check;
} whys[] = {
    [DNSSEC_WHY_NONE] = {"nothing stands in the way", NULL},
    [DNSSEC_WHY_NO_DS] = {"the parent proves that there is no DS", NULL},
    [DNSSEC_WHY_ALGORITHMS] = {"no DS has an algorithm and a digest type that validators use", NULL},
    [DNSSEC_WHY_NSEC3_COST] = {"the NSEC3 parameters ask for more hashing than validators do", NULL},
    [DNSSEC_WHY_OPTOUT] = {"the name lies in an opt-out span", NULL},
    [DNSSEC_WHY_PARENT] = {"a zone above decides it", NULL},
    [DNSSEC_WHY_SIG_MISSING] = {"there is no signature", "dnssec.rrsig-missing"},
    [DNSSEC_WHY_SIG_EXPIRED] = {"the signature has expired", "dnssec.rrsig-expired"},
    [DNSSEC_WHY_SIG_NOT_YET] = {"the signature is not valid yet", "dnssec.rrsig-not-yet-valid"},
    [DNSSEC_WHY_SIG_INVALID] = {"the signature does not verify", "dnssec.rrsig-invalid"},
    [DNSSEC_WHY_SIG_LABELS] = {"the signature counts more labels than its owner has", "dnssec.rrsig-invalid"},
    [DNSSEC_WHY_SIG_SIGNER] = {"the signer is not the zone", "dnssec.rrsig-signer-not-zone"},
    [DNSSEC_WHY_SIG_UNKNOWN_KEY] = {"the signing key is not published", "dnssec.rrsig-unknown-key"},
    [DNSSEC_WHY_KEY_MALFORMED] = {"the signing key does not have the form of its algorithm", "dnssec.dnskey-malformed"},
    [DNSSEC_WHY_KEY_PROTOCOL] = {"the protocol field of the signing key is not 3", "dnssec.dnskey-protocol"},
    [DNSSEC_WHY_KEY_NOT_ZONE] = {"the signing key is not flagged as a zone key", "dnssec.ds-key-not-zone-key"},
    [DNSSEC_WHY_KEY_REVOKED] = {"the signing key is revoked", "dnssec.ds-key-revoked"},
    [DNSSEC_WHY_NO_DNSKEY] = {"there is a DS and no DNSKEY", "dnssec.ds-without-dnskey"},
    [DNSSEC_WHY_DS_NO_MATCH] = {"no DS names a published key", "dnssec.ds-no-match"},
    [DNSSEC_WHY_DS_DIGEST] = {"the digest of the DS is not that of the key it names", "dnssec.ds-digest-invalid"},
    [DNSSEC_WHY_DS_LENGTH] = {"the digest of the DS does not have the length of its type", "dnssec.ds-digest-length"},
    [DNSSEC_WHY_DS_NOT_SIGNING] = {"the key that the DS names does not sign the DNSKEY set",
                                   "dnssec.ds-key-not-signing"},
    [DNSSEC_WHY_DS_ALIAS] = {"an alias stands where the DS or its denial should", "dnssec.ds-denial-unproven"},
    [DNSSEC_WHY_DENIAL_MISSING] = {"the negative answer comes without NSEC or NSEC3", "dnssec.nsec-missing"},
    [DNSSEC_WHY_DENIAL_INCOMPLETE] = {"the NSEC or NSEC3 records do not prove the negative answer",
                                      "dnssec.nsec-proof-incomplete"},
    [DNSSEC_WHY_NO_ANCHOR] = {"no trust anchor stands at the name or above it", NULL},
    [DNSSEC_WHY_FACT] = {"an answer that is needed did not come", NULL},
    [DNSSEC_WHY_BUDGET] = {"more signatures would have to be checked than we agree to", "dnssec.dnskey-keytag-collision"},
    [DNSSEC_WHY_UNSUPPORTED] = {"there are only signatures by algorithms or keys that we cannot compute", NULL},
};

const char *dnssec_why_text(enum dnssec_why why)
{
    return whys[why].text;
}

const char *dnssec_why_check(enum dnssec_why why)
{
    return whys[why].check;
}

/* ---- DS ------------------------------------------------------------------------------------------------ */

size_t dnssec_ds_list(struct arena *a, const struct rdata *rdata, size_t count, const struct dnssec_ds **list)
{
    struct dnssec_ds *out = arena_array(a, count, sizeof(*out));
    size_t kept = 0;
    for (size_t i = 0; out != NULL && i < count; i++)
        kept += dnssec_ds_read(&rdata[i], &out[kept]);
    *list = out;
    return kept;
}

bool dnssec_ds_usable(const struct dnssec_ds *ds)
{
    return dnssec_algorithm_supported(ds->algorithm) && dnssec_digest_size(ds->digest_type) != 0;
}

static enum dnssec_ds_state matched_state(const struct dnssec_key *key)
{
    if (key->protocol != 3)
        return DNSSEC_DS_PROTOCOL;
    if ((key->flags & DNSKEY_FLAG_ZONE) == 0)
        return DNSSEC_DS_NOT_ZONE_KEY;
    return (key->flags & DNSKEY_FLAG_REVOKE) != 0 ? DNSSEC_DS_REVOKED : DNSSEC_DS_MATCH;
}

enum dnssec_ds_state dnssec_ds_state(const struct dnssec_ds *ds, const dname *apex, struct dnssec_keys keys,
                                     const struct dnssec_key **key)
{
    enum dnssec_ds_state state = DNSSEC_DS_NO_KEY;
    *key = NULL;
    /* Every key of the tag is hashed: at most 100 are kept of a set, and a digest costs a hundredth of a signature. To stop
     * early would call a good DS wrong where keys collide. */
    for (size_t i = 0; i < keys.count; i++) {
        const struct dnssec_key *k = &keys.list[i];
        if (k->tag != ds->tag || k->algorithm != ds->algorithm)
            continue;
        size_t size = dnssec_digest_size(ds->digest_type);
        if (state == DNSSEC_DS_NO_KEY) {
            *key = k;
            state = size == 0                    ? DNSSEC_DS_BAD_TYPE
                    : ds->digest_length != size ? DNSSEC_DS_BAD_LENGTH
                                                 : DNSSEC_DS_BAD_DIGEST;
        }
        if (dnssec_ds_matches(ds, apex, k)) {
            *key = k;
            return matched_state(k);
        }
    }
    return state;
}

/* A SHA-1 digest is ignored where a SHA-2 digest for a supported algorithm stands beside it (RFC 4509 section 3). */
static bool ds_counts(const struct dnssec_zone *z, const struct dnssec_ds *ds)
{
    if (!dnssec_ds_usable(ds))
        return false;
    if (ds->digest_type != DNSSEC_DIGEST_SHA1)
        return true;
    for (size_t i = 0; i < z->ds_count; i++) {
        if (z->ds[i].digest_type != DNSSEC_DIGEST_SHA1 && dnssec_ds_usable(&z->ds[i]))
            return false;
    }
    return true;
}

/* ---- from a DS set to keys ----------------------------------------------------------------------------- */

static void settle(struct dnssec_zone *z, enum dnssec_status status, enum dnssec_why why)
{
    z->status = status;
    z->why = why;
    z->at = z->apex;
}

/* A set that should be good is not. */
static void settle_judged(struct dnssec_zone *z, const struct dnssec_judged *j)
{
    settle(z, j->undetermined ? DNSSEC_UNDETERMINED : DNSSEC_BOGUS, j->why);
    if (j->undetermined)
        z->reason = j->why == DNSSEC_WHY_BUDGET ? REASON_BUDGET : REASON_UNSUPPORTED;
}

static enum dnssec_why why_of_ds(enum dnssec_ds_state state)
{
    switch (state) {
    case DNSSEC_DS_BAD_DIGEST:
        return DNSSEC_WHY_DS_DIGEST;
    case DNSSEC_DS_BAD_LENGTH:
        return DNSSEC_WHY_DS_LENGTH;
    case DNSSEC_DS_NOT_ZONE_KEY:
        return DNSSEC_WHY_KEY_NOT_ZONE;
    case DNSSEC_DS_PROTOCOL:
        return DNSSEC_WHY_KEY_PROTOCOL;
    case DNSSEC_DS_REVOKED:
        return DNSSEC_WHY_KEY_REVOKED;
    case DNSSEC_DS_NO_KEY:
    case DNSSEC_DS_BAD_TYPE:
    case DNSSEC_DS_MATCH:
        break;
    }
    return DNSSEC_WHY_DS_NO_MATCH;
}

static bool key_listed(const struct dnssec_key *list, size_t count, const struct dnssec_key *key)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].rdata == key->rdata)
            return true;
    }
    return false;
}

/* The keys that DS records name and that may anchor the zone; *why says the most telling fault if there are none. */
static struct dnssec_keys entry_keys(struct arena *a, const struct dnssec_zone *z, enum dnssec_why *why)
{
    struct dnssec_key *list = arena_array(a, z->ds_count, sizeof(*list));
    struct dnssec_keys entry = {.list = list};
    *why = DNSSEC_WHY_DS_NO_MATCH;
    for (size_t i = 0; list != NULL && i < z->ds_count; i++) {
        const struct dnssec_key *key = NULL;
        if (!ds_counts(z, &z->ds[i]))
            continue;
        enum dnssec_ds_state state = dnssec_ds_state(&z->ds[i], z->apex, z->keys, &key);
        if (state != DNSSEC_DS_MATCH)
            *why = *why == DNSSEC_WHY_DS_NO_MATCH ? why_of_ds(state) : *why;
        else if (!key_listed(list, entry.count, key))
            list[entry.count++] = *key;
    }
    return entry;
}

/* The DNSKEY set must be signed by a key that is trusted already. */
static void enter_by(struct facts *f, struct dnssec_zone *z, struct dnssec_keys entry)
{
    struct dnssec_work work = DNSSEC_WORK_REPLY;
    z->dnskey_judged = dnssec_judge(f, z->dnskey_answer->rrset, z->apex, entry, &work);
    if (z->dnskey_judged.good) {
        settle(z, DNSSEC_SECURE, DNSSEC_WHY_NONE);
        return;
    }
    settle_judged(z, &z->dnskey_judged);
    /* Signed, though by no key that the DS names. */
    if (z->dnskey_judged.why == DNSSEC_WHY_SIG_UNKNOWN_KEY)
        z->why = DNSSEC_WHY_DS_NOT_SIGNING;
}

static bool any_counts(const struct dnssec_zone *z)
{
    for (size_t i = 0; i < z->ds_count; i++) {
        if (ds_counts(z, &z->ds[i]))
            return true;
    }
    return false;
}

/* Read the DNSKEY set; true if there is one. */
static bool fetch_keys(struct facts *f, struct arena *a, struct dnssec_zone *z)
{
    z->dnskey_answer = facts_lookup(f, z->apex, RRTYPE_DNSKEY);
    switch (z->dnskey_answer->state) {
    case ANSWER_PENDING:
        settle(z, DNSSEC_PENDING, DNSSEC_WHY_FACT);
        return false;
    case ANSWER_UNKNOWN:
        settle(z, DNSSEC_UNDETERMINED, DNSSEC_WHY_FACT);
        z->reason = z->dnskey_answer->reason;
        return false;
    case ANSWER_RRSET:
        z->keys = dnssec_keys_read(a, z->dnskey_answer->rrset);
        return true;
    case ANSWER_ALIAS:
    case ANSWER_NODATA:
    case ANSWER_NXDOMAIN:
        break;
    }
    settle(z, DNSSEC_BOGUS, DNSSEC_WHY_NO_DNSKEY);
    return false;
}

/* The DS set is trusted: go in by it. */
static void enter(struct facts *f, struct arena *a, struct dnssec_zone *z)
{
    if (!any_counts(z)) {
        settle(z, DNSSEC_INSECURE, DNSSEC_WHY_ALGORITHMS);
        return;
    }
    if (!fetch_keys(f, a, z))
        return;
    enum dnssec_why why;
    struct dnssec_keys entry = entry_keys(a, z, &why);
    if (entry.count == 0)
        settle(z, DNSSEC_BOGUS, why);
    else
        enter_by(f, z, entry);
}

/* An anchor given as DNSKEY: those keys, if they are published, sign the set. */
static void enter_by_anchor_keys(struct facts *f, struct arena *a, struct dnssec_zone *z, const struct rrset *anchor)
{
    if (!fetch_keys(f, a, z))
        return;
    struct dnssec_keys anchors = dnssec_keys_read(a, anchor);
    bool usable = false;
    for (size_t i = 0; i < anchors.count; i++)
        usable = usable || (dnssec_algorithm_supported(anchors.list[i].algorithm) &&
                            dnssec_key_for_zone(&anchors.list[i]));
    if (usable)
        enter_by(f, z, anchors);
    else
        settle(z, DNSSEC_INSECURE, DNSSEC_WHY_ALGORITHMS);
}

/* ---- the parent's word --------------------------------------------------------------------------------- */

/* No DS, says the parent: only a proof makes the zone insecure (RFC 4035 section 5.2). */
static void judge_denial(struct facts *f, struct dnssec_zone *z, const struct dnssec_zone *parent)
{
    struct dnssec_proof proof = dnssec_proof_of_answer(f, z->ds_answer, parent->apex, parent->keys, DENIAL_OF_DS, 0);
    switch (proof.status) {
    case DNSSEC_SECURE:
        settle(z, DNSSEC_INSECURE, DNSSEC_WHY_NO_DS);
        break;
    case DNSSEC_INSECURE:
        settle(z, DNSSEC_INSECURE, proof.why == DNSSEC_WHY_OPTOUT ? DNSSEC_WHY_NO_DS : proof.why);
        break;
    case DNSSEC_PENDING:
    case DNSSEC_BOGUS:
    case DNSSEC_UNDETERMINED:
        settle(z, proof.status, proof.why);
        z->reason = proof.reason;
        z->at = parent->apex;
        break;
    }
}

static void judge_ds(struct facts *f, struct arena *a, struct dnssec_zone *z, const struct dnssec_zone *parent)
{
    const struct answer *ds = z->ds_answer;
    struct dnssec_work work = DNSSEC_WORK_REPLY;
    switch (ds->state) {
    case ANSWER_PENDING:
        settle(z, DNSSEC_PENDING, DNSSEC_WHY_FACT);
        return;
    case ANSWER_UNKNOWN:
        settle(z, DNSSEC_UNDETERMINED, DNSSEC_WHY_FACT);
        z->reason = ds->reason;
        z->at = parent->apex;
        return;
    case ANSWER_ALIAS: /* trap T4: a CNAME is no proof of an insecure delegation */
        settle(z, DNSSEC_BOGUS, DNSSEC_WHY_DS_ALIAS);
        z->at = parent->apex;
        return;
    case ANSWER_NODATA:
    case ANSWER_NXDOMAIN:
        judge_denial(f, z, parent);
        return;
    case ANSWER_RRSET:
        break;
    }
    z->ds_judged = dnssec_judge(f, ds->rrset, parent->apex, parent->keys, &work);
    if (z->ds_judged.good) {
        enter(f, a, z);
        return;
    }
    settle_judged(z, &z->ds_judged);
    z->at = parent->apex;
}

/* The zone hangs on the one above. */
static void follow_parent(struct facts *f, struct arena *a, struct dnssec_zone *z)
{
    const struct dnssec_zone *parent = dnssec_zone_of(f, z->parent);
    z->ds_answer = facts_lookup(f, z->apex, RRTYPE_DS);
    if (z->ds_answer->state == ANSWER_RRSET) {
        z->ds_count = dnssec_ds_list(a, z->ds_answer->rrset->rdata, z->ds_answer->rrset->count, &z->ds);
        (void)facts_lookup(f, z->apex, RRTYPE_DNSKEY); /* demanded before the parent is judged */
    }
    if (parent->status == DNSSEC_SECURE) {
        judge_ds(f, a, z, parent);
        return;
    }
    settle(z, parent->status, DNSSEC_WHY_PARENT);
    z->reason = parent->reason;
    z->at = parent->at;
    if (parent->why == DNSSEC_WHY_NO_ANCHOR)
        z->why = DNSSEC_WHY_NO_ANCHOR;
}

/* ---- zones --------------------------------------------------------------------------------------------- */

const struct rrset *dnssec_anchor(struct facts *f, const dname *apex)
{
    const struct settings *s = facts_settings(f);
    for (size_t i = 0; i < s->anchors_count; i++) {
        if (dname_equal(s->anchors[i].owner, apex) && s->anchors[i].count > 0)
            return &s->anchors[i];
    }
    return NULL;
}

/* --ds, or an undelegated test: the user speaks for the parent of the target. */
static bool parent_given(struct facts *f, const dname *apex)
{
    const struct settings *s = facts_settings(f);
    return dname_equal(apex, facts_target(f)) && (s->ds_count > 0 || s->ns_count > 0);
}

static void enter_given(struct facts *f, struct arena *a, struct dnssec_zone *z)
{
    const struct settings *s = facts_settings(f);
    z->given = true;
    z->ds_count = dnssec_ds_list(a, s->ds, s->ds_count, &z->ds);
    if (z->ds_count == 0)
        settle(z, DNSSEC_INSECURE, DNSSEC_WHY_NO_DS);
    else
        enter(f, a, z);
}

static void enter_anchored(struct facts *f, struct arena *a, struct dnssec_zone *z, const struct rrset *anchor)
{
    z->anchored = true;
    if (anchor->type == RRTYPE_DNSKEY) {
        enter_by_anchor_keys(f, a, z, anchor);
        return;
    }
    z->ds_count = dnssec_ds_list(a, anchor->rdata, anchor->count, &z->ds);
    enter(f, a, z);
}

static void compute_from_above(struct facts *f, struct arena *a, struct dnssec_zone *z)
{
    const struct cut *cut = facts_cut(f, z->apex);
    if (cut->state == FACT_PENDING) {
        settle(z, DNSSEC_PENDING, DNSSEC_WHY_FACT);
    } else if (cut->state == FACT_UNKNOWN) {
        settle(z, DNSSEC_UNDETERMINED, DNSSEC_WHY_FACT);
        z->reason = cut->reason;
    } else if (!dname_equal(cut->apex, z->apex)) {
        /* An answer named an apex that resolution does not find: the zone above must prove such a delegation. */
        z->parent = cut->apex;
        follow_parent(f, a, z);
    } else if (cut->parent == NULL || dname_equal(cut->parent, z->apex)) {
        settle(z, DNSSEC_UNDETERMINED, DNSSEC_WHY_NO_ANCHOR);
        z->reason = cut->parent == NULL && !dname_is_root(z->apex) ? REASON_NEEDS_LIVE : REASON_INCOMPLETE_DATA;
    } else {
        z->parent = cut->parent;
        follow_parent(f, a, z);
    }
}

static const struct dnssec_zone nowhere = {.status = DNSSEC_UNDETERMINED, .why = DNSSEC_WHY_FACT,
                                           .reason = REASON_INTERNAL, .apex = DNAME_ROOT, .at = DNAME_ROOT};

static const void *compute_zone(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    struct dnssec_zone *z = arena_alloc(a, sizeof(*z));
    const dname *apex = arena_copy(a, key, key_length);
    if (z == NULL || apex == NULL)
        return &nowhere;
    z->apex = apex;
    z->at = apex;
    const struct rrset *anchor = dnssec_anchor(f, apex);
    if (parent_given(f, apex))
        enter_given(f, a, z);
    else if (anchor != NULL)
        enter_anchored(f, a, z, anchor);
    else
        compute_from_above(f, a, z);
    return z;
}

const struct dnssec_zone *dnssec_zone_of(struct facts *f, const dname *apex)
{
    dname lower[DNAME_MAX];
    size_t length = dname_length(apex);
    memcpy(lower, apex, length);
    dname_lower_in_place(lower);
    const struct dnssec_zone *z = facts_derive(f, compute_zone, lower, length);
    return z != NULL ? z : &nowhere;
}

/* ---- names --------------------------------------------------------------------------------------------- */

static void conclude(struct dnssec_verdict *v, enum dnssec_status status, enum dnssec_why why, enum reason reason)
{
    v->status = status;
    v->why = why;
    v->reason = reason;
}

static void conclude_proof(struct dnssec_verdict *v, const struct dnssec_proof *proof)
{
    conclude(v, proof->status, proof->why, proof->reason);
    v->compact = proof->proof.name_denied;
}

/* A set with fewer labels signed than its owner has was expanded from a wildcard: nothing closer may exist
 * (RFC 4035 section 5.3.4). */
static void conclude_set(struct facts *f, struct dnssec_verdict *v)
{
    const struct rrset *set = v->answer->rrset;
    struct dnssec_work work = DNSSEC_WORK_REPLY;
    v->judged = dnssec_judge(f, set, v->zone->apex, v->zone->keys, &work);
    if (!v->judged.good) {
        enum reason reason = v->judged.why == DNSSEC_WHY_BUDGET ? REASON_BUDGET : REASON_UNSUPPORTED;
        conclude(v, v->judged.undetermined ? DNSSEC_UNDETERMINED : DNSSEC_BOGUS, v->judged.why,
                 v->judged.undetermined ? reason : REASON_NONE);
        return;
    }
    conclude(v, DNSSEC_SECURE, DNSSEC_WHY_NONE, REASON_NONE);
    if (v->judged.labels >= dnssec_owner_labels(set->owner))
        return;
    v->wildcard = true;
    struct dnssec_proof proof = dnssec_proof_of_answer(f, v->answer, v->zone->apex, v->zone->keys, DENIAL_OF_CLOSER,
                                                       v->judged.labels);
    conclude(v, proof.status, proof.why, proof.reason);
}

static void conclude_answer(struct facts *f, struct dnssec_verdict *v)
{
    const struct answer *answer = v->answer;
    struct dnssec_proof proof;
    switch (answer->state) {
    case ANSWER_PENDING:
        conclude(v, DNSSEC_PENDING, DNSSEC_WHY_FACT, REASON_NONE);
        break;
    case ANSWER_UNKNOWN:
        conclude(v, DNSSEC_UNDETERMINED, DNSSEC_WHY_FACT, answer->reason);
        break;
    case ANSWER_RRSET:
    case ANSWER_ALIAS:
        conclude_set(f, v);
        break;
    case ANSWER_NODATA:
    case ANSWER_NXDOMAIN:
        proof = dnssec_proof_of_answer(f, answer, v->zone->apex, v->zone->keys,
                                       answer->state == ANSWER_NODATA ? DENIAL_OF_TYPE : DENIAL_OF_NAME, 0);
        conclude_proof(v, &proof);
        break;
    }
}

/* The zone that answers for the name: for DS the one above the cut. */
static const dname *zone_for(struct facts *f, const dname *owner, uint16_t type, struct dnssec_verdict *v)
{
    const dname *named = type != RRTYPE_DS ? answer_names_zone(v->answer) : NULL;
    if (named != NULL)
        return named;
    if (v->answer->state == ANSWER_PENDING) {
        conclude(v, DNSSEC_PENDING, DNSSEC_WHY_FACT, REASON_NONE);
        return NULL;
    }
    const struct cut *cut = facts_cut(f, owner);
    if (cut->state == FACT_PENDING)
        conclude(v, DNSSEC_PENDING, DNSSEC_WHY_FACT, REASON_NONE);
    if (cut->state == FACT_UNKNOWN)
        conclude(v, DNSSEC_UNDETERMINED, DNSSEC_WHY_FACT, cut->reason);
    if (cut->state != FACT_KNOWN)
        return NULL;
    if (type == RRTYPE_DS && cut->parent != NULL && dname_equal(cut->apex, owner))
        return cut->parent;
    return cut->apex;
}

static const struct dnssec_verdict no_verdict = {.status = DNSSEC_UNDETERMINED, .why = DNSSEC_WHY_FACT,
                                                 .reason = REASON_INTERNAL, .zone = &nowhere};

static const void *compute_verdict(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    struct dnssec_verdict *v = arena_alloc(a, sizeof(*v));
    if (v == NULL || key_length < 3)
        return &no_verdict;
    const uint8_t *octets = key;
    const uint16_t type = (uint16_t)((octets[0] << 8) | octets[1]);
    const dname *owner = octets + 2;
    v->zone = &nowhere;
    v->answer = facts_lookup(f, owner, type);
    const dname *apex = zone_for(f, owner, type, v);
    if (apex == NULL)
        return v;
    v->zone = dnssec_zone_of(f, apex);
    if (v->zone->status == DNSSEC_SECURE)
        conclude_answer(f, v);
    else
        conclude(v, v->zone->status, v->zone->why, v->zone->reason);
    return v;
}

const struct dnssec_verdict *dnssec_verdict_of(struct facts *f, const dname *owner, uint16_t type)
{
    uint8_t key[2 + DNAME_MAX];
    size_t length = dname_length(owner);
    key[0] = (uint8_t)(type >> 8);
    key[1] = (uint8_t)type;
    memcpy(key + 2, owner, length);
    dname_lower_in_place(key + 2);
    const struct dnssec_verdict *v = facts_derive(f, compute_verdict, key, 2 + length);
    return v != NULL ? v : &no_verdict;
}
