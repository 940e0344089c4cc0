/* SPDX-License-Identifier: BSD-2-Clause */
/* The signatures of one RRset, judged by the keys of its zone within a budget. */
#include "auditor/facts/derived/dnssec.h"

#include "auditor/base/digest.h"
#include "auditor/facts/derived/dnssec_cache.h"
#include "auditor/facts/derived/dnssec_judge.h"

#include <string.h>

/* ---- results of this target ---------------------------------------------------------------------------------------- */

#define MEMO_SLOTS 4096 /* twice the budget: open addressing stays short */

/* Every distinct check of a target, counted once however often a run is repeated. It lives with the target as a derived
 * fact that reads nothing. */
struct memo {
    unsigned count;
    struct {
        uint8_t key[DNSSEC_CACHE_KEY];
        bool used, good;
    } slots[MEMO_SLOTS];
};

static const void *compute_memo(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    (void)f;
    (void)key;
    (void)key_length;
    return arena_alloc(a, sizeof(struct memo));
}

static struct memo *memo_of(struct facts *f)
{
    /* The one derived fact that is written to: a table of results that are the same whenever they are computed. */
    union {
        const void *in;
        struct memo *out;
    } memo = {.in = facts_derive(f, compute_memo, "", 0)};
    return memo.out;
}

static size_t memo_slot(const struct memo *m, const uint8_t key[static DNSSEC_CACHE_KEY])
{
    size_t at;
    memcpy(&at, key, sizeof(at));
    for (at %= MEMO_SLOTS; m->slots[at].used; at = (at + 1) % MEMO_SLOTS) {
        if (memcmp(m->slots[at].key, key, DNSSEC_CACHE_KEY) == 0)
            break;
    }
    return at;
}

static void hash_check(const struct dnssec_key *key, const struct buf *data, const struct dnssec_sig *sig,
                       uint8_t out[static DNSSEC_CACHE_KEY])
{
    /* Hashes of fixed size keep the three parts apart. */
    uint8_t parts[3 * DIGEST_SHA256];
    digest_sha256(key->rdata->octets, key->rdata->length, parts);
    digest_sha256(sig->signature, sig->signature_length, parts + DIGEST_SHA256);
    digest_sha256(data->data, data->length, parts + (size_t)2 * DIGEST_SHA256);
    digest_sha256(parts, sizeof(parts), out);
}

enum outcome { CHECK_GOOD, CHECK_BAD, CHECK_UNSUPPORTED, CHECK_OVER_BUDGET };

static enum outcome outcome_of(enum dnssec_check check)
{
    switch (check) {
    case DNSSEC_CHECK_GOOD:
        return CHECK_GOOD;
    case DNSSEC_CHECK_BAD:
        return CHECK_BAD;
    case DNSSEC_CHECK_UNSUPPORTED:
        return CHECK_UNSUPPORTED;
    case DNSSEC_CHECK_NOMEM:
        break;
    }
    return CHECK_OVER_BUDGET;
}

static enum outcome compute_check(struct facts *f, const uint8_t id[static DNSSEC_CACHE_KEY],
                                  const struct dnssec_key *key, const struct buf *data, const struct dnssec_sig *sig)
{
    struct dnssec_cache *shared = facts_settings(f)->dnssec_cache;
    bool good = false;
    if (dnssec_cache_get(shared, id, &good))
        return good ? CHECK_GOOD : CHECK_BAD;
    enum outcome outcome = outcome_of(
        dnssec_verify(key, (const uint8_t *)data->data, data->length, sig->signature, sig->signature_length));
    if (outcome == CHECK_GOOD || outcome == CHECK_BAD)
        dnssec_cache_put(shared, id, outcome == CHECK_GOOD);
    return outcome;
}

/* One signature by one key, within the budgets of the reply and the target. What the shared cache knows counts like
 * what is computed, so that results do not depend on other targets. */
static enum outcome check(struct facts *f, const struct dnssec_key *key, const struct buf *data,
                          const struct dnssec_sig *sig, struct dnssec_work *work)
{
    uint8_t id[DNSSEC_CACHE_KEY];
    if (key->verifier == NULL)
        return CHECK_UNSUPPORTED;
    if (work->whole_zone)
        return outcome_of(dnssec_verify(key, (const uint8_t *)data->data, data->length, sig->signature,
                                        sig->signature_length));
    if (work->checks_left == 0)
        return CHECK_OVER_BUDGET;
    work->checks_left--;
    struct memo *memo = memo_of(f);
    if (memo == NULL)
        return CHECK_OVER_BUDGET;
    hash_check(key, data, sig, id);
    size_t at = memo_slot(memo, id);
    if (memo->slots[at].used)
        return memo->slots[at].good ? CHECK_GOOD : CHECK_BAD;
    if (memo->count >= DNSSEC_CHECKS_A_TARGET)
        return CHECK_OVER_BUDGET;
    enum outcome outcome = compute_check(f, id, key, data, sig);
    if (outcome != CHECK_GOOD && outcome != CHECK_BAD)
        return outcome;
    memcpy(memo->slots[at].key, id, sizeof(id));
    memo->slots[at].good = outcome == CHECK_GOOD;
    memo->slots[at].used = true;
    memo->count++;
    return outcome;
}

/* ---- one signature -------------------------------------------------------------------------------------------------- */

/* WHY_NONE: it is good now. */
struct attempt {
    enum dnssec_why why;
    struct dnssec_sig sig;
};

static enum dnssec_why time_fault(const struct dnssec_sig *sig, int64_t now_s)
{
    if (dnssec_seconds_until(sig->expiration, now_s) < 0)
        return DNSSEC_WHY_SIG_EXPIRED;
    if (dnssec_seconds_until(sig->inception, now_s) > 0)
        return DNSSEC_WHY_SIG_NOT_YET;
    return DNSSEC_WHY_NONE;
}

/* A key that must not sign zone data, RFC 4034 section 2.1 and RFC 5011 section 2.1; the DNSKEY set itself may carry the
 * signature of a revoked key, which anchors nothing. */
enum dnssec_why dnssec_key_fault(const struct dnssec_key *key)
{
    if (key->protocol != 3)
        return DNSSEC_WHY_KEY_PROTOCOL;
    if ((key->flags & DNSKEY_FLAG_ZONE) == 0)
        return DNSSEC_WHY_KEY_NOT_ZONE;
    if ((key->flags & DNSKEY_FLAG_REVOKE) != 0)
        return DNSSEC_WHY_KEY_REVOKED;
    if (key->state == DNSSEC_KEY_MALFORMED)
        return DNSSEC_WHY_KEY_MALFORMED;
    if (key->state == DNSSEC_KEY_UNSUPPORTED)
        return DNSSEC_WHY_UNSUPPORTED;
    return DNSSEC_WHY_NONE;
}

/* Try the keys with the signature's tag and algorithm. */
static enum dnssec_why try_keys(struct facts *f, const struct dnssec_sig *sig, struct dnssec_keys keys,
                                const struct buf *data, struct dnssec_work *work)
{
    enum dnssec_why why = DNSSEC_WHY_SIG_UNKNOWN_KEY;
    unsigned tried = 0;
    for (size_t i = 0; i < keys.count; i++) {
        const struct dnssec_key *key = &keys.list[i];
        if (key->tag != sig->tag || key->algorithm != sig->algorithm)
            continue;
        if (tried++ == DNSSEC_KEYS_OF_A_TAG)
            return DNSSEC_WHY_BUDGET;
        enum dnssec_why fault = dnssec_key_fault(key);
        if (fault != DNSSEC_WHY_NONE) {
            if (why == DNSSEC_WHY_SIG_UNKNOWN_KEY)
                why = fault;
            continue;
        }
        switch (check(f, key, data, sig, work)) {
        case CHECK_GOOD:
            return DNSSEC_WHY_NONE;
        case CHECK_BAD:
            why = DNSSEC_WHY_SIG_INVALID;
            break;
        case CHECK_UNSUPPORTED:
            return DNSSEC_WHY_UNSUPPORTED;
        case CHECK_OVER_BUDGET:
            return DNSSEC_WHY_BUDGET;
        }
    }
    return why;
}

static bool key_named(const struct dnssec_sig *sig, struct dnssec_keys keys)
{
    for (size_t i = 0; i < keys.count; i++) {
        if (keys.list[i].tag == sig->tag && keys.list[i].algorithm == sig->algorithm)
            return true;
    }
    return false;
}

/* The rules of RFC 4035 section 5.3.1 in an order that names the most telling fault first: a leftover of a key long gone
 * is not "expired". */
enum dnssec_why dnssec_sig_fault(const struct rrset *set, const dname *zone, struct dnssec_keys keys,
                                 const struct dnssec_sig *sig, int64_t now_s)
{
    if (!dname_equal(sig->signer, zone))
        return DNSSEC_WHY_SIG_SIGNER;
    if (sig->labels > dnssec_owner_labels(set->owner))
        return DNSSEC_WHY_SIG_LABELS;
    if (!key_named(sig, keys))
        return dnssec_algorithm_verifiable(sig->algorithm) ? DNSSEC_WHY_SIG_UNKNOWN_KEY : DNSSEC_WHY_UNSUPPORTED;
    return time_fault(sig, now_s);
}

enum dnssec_why dnssec_sig_judge(struct facts *f, const struct rrset *set, const dname *zone, struct dnssec_keys keys,
                                 const struct dnssec_sig *sig, struct buf *data, struct arena *scratch,
                                 struct dnssec_work *work)
{
    enum dnssec_why fault = dnssec_sig_fault(set, zone, keys, sig, facts_now(f));
    if (fault != DNSSEC_WHY_NONE)
        return fault;
    if (!dnssec_signed_data(set, sig, scratch, data))
        return DNSSEC_WHY_BUDGET;
    return try_keys(f, sig, keys, data, work);
}

/* ---- all signatures of a set ------------------------------------------------------------------------------------------ */

/* Which of several faulty signatures says most about the set: what an operator must mend first. */
static int telling(enum dnssec_why why)
{
    static const enum dnssec_why order[] = {
        DNSSEC_WHY_BUDGET,        DNSSEC_WHY_SIG_EXPIRED,  DNSSEC_WHY_SIG_NOT_YET,  DNSSEC_WHY_SIG_INVALID,
        DNSSEC_WHY_SIG_LABELS,    DNSSEC_WHY_KEY_MALFORMED, DNSSEC_WHY_KEY_PROTOCOL, DNSSEC_WHY_KEY_NOT_ZONE,
        DNSSEC_WHY_KEY_REVOKED,   DNSSEC_WHY_SIG_SIGNER,   DNSSEC_WHY_SIG_UNKNOWN_KEY, DNSSEC_WHY_UNSUPPORTED,
    };
    for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
        if (order[i] == why)
            return (int)(ARRAY_SIZE(order) - i);
    }
    return 0;
}

static void describe(struct dnssec_judged *out, const struct dnssec_sig *sig, int64_t now_s)
{
    out->expires_s = dnssec_time_near(sig->expiration, now_s);
    out->inception_s = dnssec_time_near(sig->inception, now_s);
    out->tag = sig->tag;
    out->algorithm = sig->algorithm;
    out->labels = sig->labels;
}

void dnssec_judged_add(struct dnssec_judged *out, enum dnssec_why why, const struct dnssec_sig *sig, int64_t now_s)
{
    if (why == DNSSEC_WHY_NONE) {
        if (sig->algorithm < 32)
            out->algorithms |= (uint32_t)1 << sig->algorithm;
        if (!out->good || dnssec_time_near(sig->expiration, now_s) > out->expires_s)
            describe(out, sig, now_s);
        out->good = true;
        out->why = DNSSEC_WHY_NONE;
    } else if (!out->good && (out->why == DNSSEC_WHY_SIG_MISSING || telling(why) > telling(out->why))) {
        describe(out, sig, now_s);
        out->why = why;
    }
}

void dnssec_judged_end(struct dnssec_judged *out)
{
    out->undetermined = !out->good && (out->why == DNSSEC_WHY_BUDGET || out->why == DNSSEC_WHY_UNSUPPORTED);
}

static void judge_all(struct facts *f, const struct rrset *set, const dname *zone, struct dnssec_keys keys,
                      struct dnssec_work *work, struct arena *scratch, struct dnssec_judged *out)
{
    struct buf data = BUF_INIT((size_t)64 << 20);
    for (uint16_t i = 0; i < set->sig_count; i++) {
        struct dnssec_sig sig = {0};
        enum dnssec_why why = DNSSEC_WHY_SIG_INVALID;
        if (i == (work->whole_zone ? DNSSEC_SIGS_IN_A_FILE : DNSSEC_SIGS_OF_A_SET)) {
            dnssec_judged_add(out, DNSSEC_WHY_BUDGET, &sig, facts_now(f));
            break;
        }
        if (dnssec_sig_read(&set->sigs[i], &sig))
            why = dnssec_sig_judge(f, set, zone, keys, &sig, &data, scratch, work);
        dnssec_judged_add(out, why, &sig, facts_now(f));
    }
    buf_free(&data);
}

struct dnssec_judged dnssec_judge(struct facts *f, const struct rrset *set, const dname *zone, struct dnssec_keys keys,
                                  struct dnssec_work *work)
{
    struct dnssec_judged out = DNSSEC_JUDGED_NOTHING;
    if (set->sig_count == 0)
        return out;
    if (set->more > 0) { /* records were left behind: nothing can be said about a signature over all of them */
        out.why = DNSSEC_WHY_BUDGET;
        out.undetermined = true;
        return out;
    }
    struct arena *scratch = arena_new(0);
    if (scratch == NULL) {
        out.why = DNSSEC_WHY_BUDGET;
        out.undetermined = true;
        return out;
    }
    judge_all(f, set, zone, keys, work, scratch, &out);
    arena_free(scratch);
    dnssec_judged_end(&out);
    return out;
}

/* ---- keys ------------------------------------------------------------------------------------------------------------ */

struct dnssec_keys dnssec_keys_read(struct arena *a, const struct rrset *set)
{
    struct dnssec_keys keys = {0};
    struct dnssec_key *list = set != NULL ? arena_array(a, set->count, sizeof(*list)) : NULL;
    for (uint16_t i = 0; list != NULL && i < set->count; i++) {
        if (dnssec_key_read(a, &set->rdata[i], &list[keys.count]))
            keys.count++;
    }
    keys.list = list;
    return keys;
}

static bool has_key(struct dnssec_keys keys, const struct dnssec_key *key)
{
    for (size_t i = 0; i < keys.count; i++) {
        const struct rdata *other = keys.list[i].rdata;
        if (other->length == key->rdata->length && memcmp(other->octets, key->rdata->octets, other->length) == 0)
            return true;
    }
    return false;
}

struct dnssec_keys dnssec_keys_join(struct arena *a, struct dnssec_keys one, struct dnssec_keys other)
{
    bool more = false;
    for (size_t i = 0; i < other.count; i++)
        more = more || !has_key(one, &other.list[i]);
    if (!more)
        return one;
    struct dnssec_key *list = arena_array(a, one.count + other.count, sizeof(*list));
    if (list == NULL)
        return one;
    struct dnssec_keys joined = {.list = list, .count = one.count};
    if (one.count > 0)
        memcpy(list, one.list, one.count * sizeof(*list));
    for (size_t i = 0; i < other.count; i++) {
        if (!has_key(joined, &other.list[i]))
            list[joined.count++] = other.list[i];
    }
    return joined;
}
