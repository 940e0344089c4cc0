/* SPDX-License-Identifier: BSD-2-Clause */
/* Old and new keys, signatures and DS against each other. */
#include "auditor/facts/derived/rollover.h"

#include "auditor/facts/derived/dnssec.h"

#include <string.h>

#define GIVEN_DS_TTL_S 86400 /* of --ds: what most registries use */

static const struct rollover no_memory = {.state = ROLLOVER_FAILED};

/* ---- keys ---- */

/* Only the fixed fields count here: whether the material is sound is asked elsewhere. */
static bool read_key(const struct rdata *r, struct dnssec_key *out)
{
    if (r->length < 4)
        return false;
    *out = (struct dnssec_key){.flags = (uint16_t)((r->octets[0] << 8) | r->octets[1]),
                               .protocol = r->octets[2],
                               .algorithm = r->octets[3],
                               .tag = dnssec_key_tag(r->octets, r->length),
                               .rdata = r};
    return dnssec_key_for_zone(out);
}

/* Number of the key, a new one if need be; ROLLOVER_KEYS_MAX if there are too many. */
static size_t number_key(struct dnssec_key *keys, size_t *count, const struct dnssec_key *key)
{
    for (size_t i = 0; i < *count; i++) {
        if (keys[i].rdata->length == key->rdata->length &&
            memcmp(keys[i].rdata->octets, key->rdata->octets, key->rdata->length) == 0)
            return i;
    }
    if (*count < ROLLOVER_KEYS_MAX)
        keys[(*count)++] = *key;
    else
        return ROLLOVER_KEYS_MAX;
    return *count - 1;
}

static bool read_keys(struct rollover_side *side, struct dnssec_key *keys, size_t *count)
{
    for (uint16_t i = 0; side->set != NULL && i < side->set->count; i++) {
        struct dnssec_key key;
        if (!read_key(&side->set->rdata[i], &key))
            continue;
        size_t number = number_key(keys, count, &key);
        if (number == ROLLOVER_KEYS_MAX)
            return false;
        side->keys |= UINT64_C(1) << number;
        if ((key.flags & DNSKEY_FLAG_SEP) != 0)
            side->sep |= UINT64_C(1) << number;
    }
    return true;
}

/* Keys among `of` that the tag and algorithm of this signature name. */
static uint64_t signer_of(const struct rollover *r, const struct rdata *sig, uint64_t of)
{
    uint64_t out = 0;
    if (sig->length < 18)
        return 0;
    const uint16_t tag = (uint16_t)((sig->octets[16] << 8) | sig->octets[17]);
    for (size_t i = 0; i < r->key_count; i++) {
        if ((of >> i & 1) != 0 && r->keys[i].tag == tag && r->keys[i].algorithm == sig->octets[2])
            out |= UINT64_C(1) << i;
    }
    return out;
}

static uint64_t signers_of(const struct rollover *r, const struct rrset *set, uint64_t of)
{
    uint64_t out = 0;
    for (uint16_t i = 0; i < set->sig_count; i++)
        out |= signer_of(r, &set->sigs[i], of);
    return out;
}

static uint32_t algorithms_of(const struct rollover *r, uint64_t keys)
{
    uint32_t out = 0;
    for (size_t i = 0; i < r->key_count; i++) {
        if ((keys >> i & 1) != 0 && r->keys[i].algorithm < 32)
            out |= UINT32_C(1) << r->keys[i].algorithm;
    }
    return out;
}

/* ---- the parent's side ---- */

static void read_ds(struct facts *f, struct arena *a, struct rollover_side *side, const struct zone_set *set,
                    const dname *apex)
{
    const struct settings *settings = facts_settings(f);
    const struct zone *parent = change_zone_of(set, apex, RRTYPE_DS);
    const bool whole =
        parent != NULL && (zone_has(parent, apex, RRTYPE_DS) || (zone_gaps(parent) & ZONE_GAP_RECORDS) == 0);
    if (whole && zone_has(parent, apex, RRTYPE_NS)) {
        side->ds = zone_rrset(parent, a, apex, RRTYPE_DS);
        side->ds_state = ROLLOVER_DS_NONE;
        /* That there is none is remembered as long as the parent's negative TTL says. */
        side->ds_ttl_s = side->ds != NULL ? side->ds->ttl_s : 0;
    } else if (settings->ds_count > 0) {
        struct rrset *given = arena_alloc(a, sizeof(*given));
        if (given == NULL)
            return;
        *given = (struct rrset){.owner = apex,
                                .type = RRTYPE_DS,
                                .class = RRCLASS_IN,
                                .ttl_s = GIVEN_DS_TTL_S,
                                .count = (uint16_t)settings->ds_count,
                                .rdata = settings->ds};
        side->ds = given;
        side->ds_state = ROLLOVER_DS_NONE;
        side->ds_ttl_s = GIVEN_DS_TTL_S;
    }
}

/* A DS that validators do not use leaves the zone insecure (RFC 4035 section 5.2): it is like none. */
static void match_ds(struct rollover *r, struct rollover_side *side, const dname *apex)
{
    for (uint16_t i = 0; side->ds != NULL && i < side->ds->count; i++) {
        struct dnssec_ds ds;
        if (!dnssec_ds_read(&side->ds->rdata[i], &ds) || !dnssec_ds_usable(&ds))
            continue;
        side->ds_state = ROLLOVER_DS_SOME;
        side->ds_algorithms |= ds.algorithm < 32 ? UINT32_C(1) << ds.algorithm : 0;
        for (size_t k = 0; k < r->key_count; k++) {
            if (dnssec_ds_matches(&ds, apex, &r->keys[k]))
                side->ds_keys |= UINT64_C(1) << k;
        }
    }
}

static bool same_ds(const struct rrset *a, const struct rrset *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (a->count != b->count)
        return false;
    for (uint16_t i = 0; i < a->count; i++) {
        if (!change_has_record(b, &a->rdata[i]))
            return false;
    }
    return true;
}

uint64_t rollover_entry(const struct rollover_side *ds, const struct rollover_side *keys)
{
    return ds->ds_keys & keys->keys & keys->signing;
}

static bool no_way_in(const struct rollover_side *ds, const struct rollover_side *keys)
{
    return ds->ds_state == ROLLOVER_DS_SOME && rollover_entry(ds, keys) == 0;
}

/* ---- the records ---- */

/* Algorithms of the signatures, whether or not their keys are published (any more). */
static uint32_t signed_with(const struct rrset *set)
{
    uint32_t out = 0;
    for (uint16_t i = 0; i < set->sig_count; i++) {
        if (set->sigs[i].length > 2 && set->sigs[i].octets[2] < 32)
            out |= UINT32_C(1) << set->sigs[i].octets[2];
    }
    return out;
}

static void scan_set(const struct rollover *r, const struct rrset *set, const struct rollover_side *own,
                     uint64_t other, struct rollover_data *out)
{
    uint32_t ttl_s = set->sig_count > 0 && set->sig_ttl_s > set->ttl_s ? set->sig_ttl_s : set->ttl_s;
    if (ttl_s > out->ttl_s)
        out->ttl_s = ttl_s;
    /* Keys are judged with the DS; CDS and CDNSKEY are read by the parent only. */
    if (set->sig_count == 0 || set->type == RRTYPE_DNSKEY || set->type == RRTYPE_CDS ||
        set->type == RRTYPE_CDNSKEY)
        return;
    uint64_t signers = signers_of(r, set, own->keys);
    if (signers == 0)
        return; /* signed by nobody that the zone knows: a fault of that state by itself */
    out->sets++;
    out->signers |= signers;
    out->every &= signed_with(set);
    if ((signers & other) != 0)
        return;
    if (out->stranded++ == 0) {
        out->example = set->owner;
        out->example_type = set->type;
    }
    out->stranded_keys |= signers;
    if (ttl_s > out->stranded_ttl_s)
        out->stranded_ttl_s = ttl_s;
}

static void scan(const struct rollover *r, const struct zone *z, struct rollover_side *own, uint64_t other)
{
    struct zone_view view = {0};
    own->data.every = UINT32_MAX;
    for (size_t i = 0; i < zone_node_count(z); i++) {
        const struct zone_node *node =
            zone_place_at(z, i) != ZONE_PLACE_BELOW ? zone_node_at(z, i, &view) : NULL;
        for (size_t s = 0; node != NULL && s < node->set_count; s++) {
            if (node->sets[s].type != RRTYPE_RRSIG)
                scan_set(r, &node->sets[s], own, other, &own->data);
        }
    }
    /* The view's names are the zone's own, so the example outlives it. */
    zone_view_free(&view);
    if (own->data.sets == 0)
        own->data.every = 0;
}

static void negative_ttl(struct arena *a, const struct zone *z, struct rollover_side *side)
{
    const struct rrset *set = zone_rrset(z, a, zone_apex(z), RRTYPE_SOA);
    struct soa soa;
    if (set == NULL || set->count == 0 || !rdata_soa(&set->rdata[0], &soa))
        return;
    /* RFC 2308 section 5 */
    const uint32_t ttl_s = soa.minimum_s < set->ttl_s ? soa.minimum_s : set->ttl_s;
    if (ttl_s > side->data.ttl_s)
        side->data.ttl_s = ttl_s;
    if (side->set == NULL)
        side->key_ttl_s = ttl_s;
}

/* ---- the verdict ---- */

/* Algorithms of the DS set by which there is no way into the keys, though there is one by another (RFC 4035
 * section 2.2 asks for every one). */
static uint32_t lone(const struct rollover *r, const struct rollover_side *ds,
                     const struct rollover_side *keys)
{
    const uint64_t ways = rollover_entry(ds, keys);
    return ways != 0 ? ds->ds_algorithms & ~algorithms_of(r, ways) : 0;
}

static void judge_chain(struct rollover *r)
{
    const struct rollover_side *before = &r->before;
    const struct rollover_side *after = &r->after;
    if (no_way_in(before, before))
        return; /* what was broken before cannot be broken by this */
    r->broken = no_way_in(after, after);
    r->ds_cached = !r->broken && no_way_in(before, after);
    r->keys_cached = !r->broken && no_way_in(after, before);
    if (after->ds_state == ROLLOVER_DS_UNKNOWN && before->keys != 0) {
        /* Without the DS at hand: it names a key that signs the DNSKEY set, one with the SEP flag if there is
         * any. */
        uint64_t likely = before->sep & before->signing;
        likely = likely != 0 ? likely : before->signing & before->keys;
        r->ds_unknown = likely != 0 && (likely & after->keys & after->signing) == 0;
    }
    /* What was so before is no matter of this change. */
    r->ds_lone =
        (lone(r, after, after) | lone(r, before, after) | lone(r, after, before)) & ~lone(r, before, before);
}

static void judge_data(struct rollover *r)
{
    const struct rollover_side *before = &r->before;
    const struct rollover_side *after = &r->after;
    if (!r->validated || !r->keys_differ || before->keys == 0 || after->keys == 0)
        return;
    r->data_cached = before->data.stranded > 0;
    r->signed_early = after->data.stranded > 0;
    const uint32_t old_algorithms = algorithms_of(r, before->keys);
    const uint32_t new_algorithms = algorithms_of(r, after->keys);
    if (before->data.sets > 0)
        r->algorithms_new = new_algorithms & ~old_algorithms & ~before->data.every;
    if (after->data.sets > 0)
        r->algorithms_gone = old_algorithms & ~new_algorithms & ~after->data.every;
}

/* RFC 7344 section 5, RFC 7583 section 3.2: the parent may act on a CDS at once, and caches do not know the
 * key yet. */
static void judge_cds(struct rollover *r, struct arena *a)
{
    const struct change *c = r->change;
    const dname *apex = zone_apex(c->after);
    const struct rrset *now = zone_rrset(c->after, a, apex, RRTYPE_CDS);
    const struct rrset *old = zone_rrset(c->before, a, apex, RRTYPE_CDS);
    uint64_t named = 0;
    if (now == NULL || same_ds(now, old))
        return;
    for (uint16_t i = 0; i < now->count; i++) {
        struct dnssec_ds ds;
        for (size_t k = 0; k < r->key_count && dnssec_ds_read(&now->rdata[i], &ds); k++)
            named |= dnssec_ds_matches(&ds, apex, &r->keys[k]) ? UINT64_C(1) << k : 0;
    }
    if ((named & r->before.keys) == 0)
        r->cds_early = named & r->after.keys;
}

static void read_side(struct facts *f, struct arena *a, struct rollover_side *side, const struct zone *z,
                      const struct zone_set *set)
{
    side->set = zone_rrset(z, a, zone_apex(z), RRTYPE_DNSKEY);
    if (side->set != NULL)
        side->key_ttl_s = side->set->ttl_s;
    read_ds(f, a, side, set, zone_apex(z));
}

static void finish_side(struct rollover *r, struct rollover_side *side, const dname *apex)
{
    const bool signatures = side->set != NULL && side->set->sig_count > 0;
    side->signing = signatures ? signers_of(r, side->set, side->keys) : side->keys;
    match_ds(r, side, apex);
}

static void judge(struct facts *f, struct rollover *r, struct arena *a)
{
    const struct change *c = r->change;
    const dname *apex = zone_apex(c->after);
    finish_side(r, &r->before, apex);
    finish_side(r, &r->after, apex);
    r->keys_differ = r->before.keys != r->after.keys;
    r->ds_differ = r->before.ds_state != ROLLOVER_DS_UNKNOWN && r->after.ds_state != ROLLOVER_DS_UNKNOWN &&
                   !same_ds(r->before.ds, r->after.ds);
    r->validated = r->before.ds_state != ROLLOVER_DS_NONE || r->after.ds_state != ROLLOVER_DS_NONE ||
                   dnssec_anchor(f, apex) != NULL;
    if (r->keys_differ || r->ds_differ || c->derived > 0) {
        scan(r, c->before, &r->before, r->after.keys);
        scan(r, c->after, &r->after, r->before.keys);
    }
    negative_ttl(a, c->before, &r->before);
    negative_ttl(a, c->after, &r->after);
    judge_chain(r);
    judge_data(r);
    judge_cds(r, a);
}

static const void *rollover_compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    const struct change *c = change_of(f);
    struct rollover *r = arena_alloc(a, sizeof(*r));
    struct dnssec_key *keys = arena_array(a, ROLLOVER_KEYS_MAX, sizeof(*keys));
    (void)key;
    (void)key_length;
    if (r == NULL || keys == NULL || c->state != CHANGE_KNOWN)
        return &no_memory;
    r->change = c;
    r->keys = keys;
    read_side(f, a, &r->before, c->before, facts_zones_before(f));
    read_side(f, a, &r->after, c->after, facts_zones(f));
    if (c->signed_later) {
        r->state = ROLLOVER_ELSEWHERE;
    } else if (!read_keys(&r->before, keys, &r->key_count) || !read_keys(&r->after, keys, &r->key_count)) {
        r->state = ROLLOVER_TOO_MANY;
    } else {
        judge(f, r, a);
        const bool any = r->key_count > 0 || r->before.ds_state == ROLLOVER_DS_SOME ||
                         r->after.ds_state == ROLLOVER_DS_SOME;
        r->state = any ? ROLLOVER_JUDGED : ROLLOVER_NONE;
    }
    return r;
}

const struct rollover *rollover_of(struct facts *f)
{
    const struct rollover *r = facts_derive(f, rollover_compute, "", 0);
    return r != NULL ? r : &no_memory;
}

/* ---- in words ---- */

static const char *append(struct arena *a, const char *list, const char *item)
{
    const char *joined = *list == '\0' ? item : arena_printf(a, "%s, %s", list, item);
    return joined != NULL ? joined : list;
}

const char *rollover_keys_text(const struct rollover *r, struct arena *a, uint64_t keys)
{
    const char *out = "";
    char algorithm[16];
    for (size_t i = 0; i < r->key_count; i++) {
        if ((keys >> i & 1) == 0)
            continue;
        const char *one = arena_printf(a, "%u (%s)", (unsigned)r->keys[i].tag,
                                       dnssec_algorithm_text(r->keys[i].algorithm, algorithm));
        out = append(a, out, one != NULL ? one : "?");
    }
    return out;
}

const char *rollover_algorithms_text(struct arena *a, uint32_t algorithms)
{
    const char *out = "";
    char algorithm[16];
    for (uint8_t i = 0; i < 32; i++) {
        if ((algorithms >> i & 1) == 0)
            continue;
        const char *one = arena_strdup(a, dnssec_algorithm_text(i, algorithm));
        out = append(a, out, one != NULL ? one : "?");
    }
    return out;
}
