/* SPDX-License-Identifier: BSD-2-Clause */
/* A zone in memory: records are collected, sorted once into nodes in canonical order, and looked up by hash.
 * Lookup follows RFC 1034 section 4.3.2, RFC 4592 (wildcards) and RFC 6672 (DNAME). */
#include "auditor/facts/zone.h"

#include "auditor/base/table.h"
#include "auditor/facts/derived/dnssec_crypto.h"

#include <stdlib.h>
#include <string.h>

#define NSEC3_BLOCKS_SERVED 12500 /* what a server would still hash: 2500 iterations with the longest salt */

struct record {
    const dname *owner;
    uint16_t type, class;
    uint16_t covered; /* RRSIG: the type it covers; else the type itself */
    uint32_t ttl_s;
    struct rdata rdata;
    struct location where;
    bool located;
    size_t order; /* as added: records of a set keep the order of the file */
};

struct zone {
    struct arena *arena;
    const dname *apex;
    struct record *records;
    size_t count, capacity;
    struct zone_node *nodes;
    size_t node_count;
    struct table *by_owner; /* owner -> node */
    struct table *empty;    /* empty non-terminals */
    bool has_nsec3;
};

struct zone *zone_new(const dname *apex)
{
    struct zone *z = calloc(1, sizeof(*z));
    if (z == NULL)
        return NULL;
    z->arena = arena_new(SIZE_MAX / 4);
    z->by_owner = table_new();
    z->empty = table_new();
    if (z->arena != NULL)
        z->apex = dname_lower(z->arena, apex);
    if (z->by_owner == NULL || z->empty == NULL || z->apex == NULL) {
        zone_free(z);
        return NULL;
    }
    return z;
}

void zone_free(struct zone *z)
{
    if (z == NULL)
        return;
    table_free(z->by_owner);
    table_free(z->empty);
    arena_free(z->arena);
    free(z->records);
    free(z);
}

const dname *zone_apex(const struct zone *z)
{
    return z->apex;
}

static struct record *next_record(struct zone *z)
{
    if (z->count == z->capacity) {
        size_t capacity = z->capacity != 0 ? z->capacity * 2 : 64;
        struct record *records = realloc(z->records, capacity * sizeof(*records));
        if (records == NULL)
            return NULL;
        z->records = records;
        z->capacity = capacity;
    }
    return &z->records[z->count];
}

enum status zone_add(struct zone *z, const dname *owner, uint16_t type, uint16_t class, uint32_t ttl_s,
                     const uint8_t *rdata, uint16_t rdata_length, const struct location *where)
{
    if (!dname_under(owner, z->apex))
        return STATUS_USAGE;
    struct record *r = next_record(z);
    if (r == NULL)
        return STATUS_NOMEM;
    *r = (struct record){.type = type, .class = class, .covered = type, .ttl_s = ttl_s, .order = z->count};
    if (type == RRTYPE_RRSIG && rdata_length >= 2)
        r->covered = (uint16_t)((rdata[0] << 8) | rdata[1]);
    if (where != NULL) {
        r->where = *where;
        r->located = true;
    }
    /* Neighbours in a file mostly share their owner: keep one copy. */
    if (z->count > 0 && dname_equal(z->records[z->count - 1].owner, owner))
        r->owner = z->records[z->count - 1].owner;
    else
        r->owner = dname_lower(z->arena, owner);
    r->rdata.length = rdata_length;
    r->rdata.octets = arena_copy(z->arena, rdata, rdata_length);
    if (r->owner == NULL || r->rdata.octets == NULL)
        return STATUS_NOMEM;
    z->count++;
    return STATUS_OK;
}

static int compare_numbers(size_t a, size_t b)
{
    return a < b ? -1 : a > b;
}

/* Owner, then the type a record belongs to with its signatures behind it, then class, then order of the file. */
static int compare_records(const void *pa, const void *pb)
{
    const struct record *a = pa;
    const struct record *b = pb;
    int difference = a->owner == b->owner ? 0 : dname_compare(a->owner, b->owner);
    if (difference != 0)
        return difference;
    if (a->covered != b->covered)
        return compare_numbers(a->covered, b->covered);
    bool sig_a = a->type == RRTYPE_RRSIG;
    bool sig_b = b->type == RRTYPE_RRSIG;
    if (sig_a != sig_b)
        return sig_a ? 1 : -1;
    if (a->class != b->class)
        return compare_numbers(a->class, b->class);
    return compare_numbers(a->order, b->order);
}

static bool same_data(const struct rdata *a, const struct rdata *b)
{
    return a->length == b->length && memcmp(a->octets, b->octets, a->length) == 0;
}

static bool already_in(const struct rdata *list, size_t count, const struct rdata *wanted)
{
    for (size_t i = 0; i < count; i++) {
        if (same_data(&list[i], wanted))
            return true;
    }
    return false;
}

/* Build one RRset from records[0..count) of one owner and covered type; signatures stand last. */
static bool build_set(struct zone *z, const struct record *records, size_t count, struct rrset *set)
{
    struct rdata *data = arena_array(z->arena, count, sizeof(*data));
    struct location *where = arena_array(z->arena, count, sizeof(*where));
    size_t plain = 0;
    if (data == NULL || where == NULL)
        return false;
    while (plain < count && records[plain].type != RRTYPE_RRSIG)
        plain++;
    /* Signatures without the data they cover are a set of their own. */
    bool orphan = plain == 0;
    size_t body = orphan ? count : plain;
    *set = (struct rrset){.owner = records[0].owner, .type = orphan ? RRTYPE_RRSIG : records[0].type,
                          .class = records[0].class, .ttl_s = records[0].ttl_s};
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool signature = i >= body;
        struct rdata *list = signature ? data + set->count : data;
        size_t have = signature ? set->sig_count : set->count;
        /* Large sets are rare; a duplicate there costs a comparison each. */
        if (already_in(list, have, &records[i].rdata))
            continue;
        data[kept] = records[i].rdata;
        where[kept++] = records[i].where;
        if (signature) {
            set->sig_ttl_s = set->sig_count == 0 || records[i].ttl_s < set->sig_ttl_s ? records[i].ttl_s
                                                                                     : set->sig_ttl_s;
            set->sig_count++;
        } else {
            if (records[i].ttl_s < set->ttl_s)
                set->ttl_s = records[i].ttl_s;
            set->count++;
        }
    }
    set->rdata = data;
    set->sigs = set->sig_count > 0 ? data + set->count : NULL;
    set->where = records[0].located ? where : NULL;
    return true;
}

static bool build_node(struct zone *z, const struct record *records, size_t count, struct zone_node *node)
{
    size_t sets = 0;
    for (size_t i = 0; i < count; i++)
        sets += i == 0 || records[i].covered != records[i - 1].covered;
    struct rrset *list = arena_array(z->arena, sets, sizeof(*list));
    if (list == NULL)
        return false;
    *node = (struct zone_node){.owner = records[0].owner, .sets = list, .set_count = sets};
    size_t at = 0;
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && records[to].covered == records[from].covered;)
            to++;
        if (!build_set(z, records + from, to - from, &list[at++]))
            return false;
    }
    return true;
}

/* Names between an owner and the apex exist, though nothing is there (RFC 4592 section 2.2.2). */
static bool index_node(struct zone *z, struct zone_node *node)
{
    if (table_put(z->by_owner, node->owner, dname_length(node->owner), node) != 0)
        return false;
    const dname *up = dname_parent(node->owner);
    for (; up != NULL && !dname_equal(up, z->apex) && dname_under(up, z->apex); up = dname_parent(up)) {
        size_t length = dname_length(up);
        if (table_get(z->empty, up, length) != NULL)
            break;
        if (table_put(z->empty, up, length, node) != 0)
            return false;
    }
    return true;
}

enum status zone_finish(struct zone *z)
{
    size_t owners = 0;
    if (z->count > 1)
        qsort(z->records, z->count, sizeof(*z->records), compare_records);
    for (size_t i = 0; i < z->count; i++)
        owners += i == 0 || !dname_equal(z->records[i].owner, z->records[i - 1].owner);
    z->nodes = arena_array(z->arena, owners, sizeof(*z->nodes));
    if (z->nodes == NULL)
        return STATUS_NOMEM;
    for (size_t from = 0, to; from < z->count; from = to) {
        for (to = from + 1; to < z->count && dname_equal(z->records[to].owner, z->records[from].owner);)
            to++;
        struct zone_node *node = &z->nodes[z->node_count];
        if (!build_node(z, z->records + from, to - from, node) || !index_node(z, node))
            return STATUS_NOMEM;
        z->node_count++;
    }
    free(z->records);
    z->records = NULL;
    z->capacity = 0;
    z->has_nsec3 = zone_rrset(z, z->apex, RRTYPE_NSEC3PARAM) != NULL;
    return STATUS_OK;
}

size_t zone_node_count(const struct zone *z)
{
    return z->node_count;
}

const struct zone_node *zone_node_at(const struct zone *z, size_t index)
{
    return &z->nodes[index];
}

const struct zone_node *zone_node(const struct zone *z, const dname *owner)
{
    dname lower[DNAME_MAX];
    size_t length = dname_length(owner);
    memcpy(lower, owner, length);
    dname_lower_in_place(lower);
    return table_get(z->by_owner, lower, length);
}

static const struct rrset *node_set(const struct zone_node *node, uint16_t type)
{
    for (size_t i = 0; node != NULL && i < node->set_count; i++) {
        if (node->sets[i].type == type)
            return &node->sets[i];
    }
    return NULL;
}

const struct rrset *zone_rrset(const struct zone *z, const dname *owner, uint16_t type)
{
    return node_set(zone_node(z, owner), type);
}

bool zone_name_exists(const struct zone *z, const dname *name)
{
    if (dname_equal(name, z->apex) || zone_node(z, name) != NULL)
        return true;
    dname lower[DNAME_MAX];
    size_t length = dname_length(name);
    memcpy(lower, name, length);
    dname_lower_in_place(lower);
    return table_get(z->empty, lower, length) != NULL;
}

const dname *zone_cut(const struct zone *z, const dname *name)
{
    unsigned labels = dname_labels(name);
    for (unsigned n = dname_labels(z->apex) + 1; n <= labels; n++) {
        const struct rrset *ns = zone_rrset(z, dname_ancestor(name, n), RRTYPE_NS);
        if (ns != NULL)
            return ns->owner;
    }
    return NULL;
}

/* ---- answers -------------------------------------------------------------------------------------------------------- */

/* The NSEC at the name or, if there is none, the one whose span covers it: the last owner before it with an NSEC. */
static const struct rrset *nsec_for(const struct zone *z, const dname *name)
{
    size_t low = 0;
    size_t high = z->node_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (dname_compare(z->nodes[middle].owner, name) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i > 0; i--) {
        const struct rrset *nsec = node_set(&z->nodes[i - 1], RRTYPE_NSEC);
        if (nsec != NULL)
            return nsec;
    }
    return NULL;
}

struct proof {
    const struct rrset **sets;
    size_t *count;
};

static void prove(struct proof p, const struct rrset *set)
{
    if (p.sets == NULL || set == NULL || *p.count >= 3)
        return;
    for (size_t i = 0; i < *p.count; i++) {
        if (p.sets[i] == set)
            return;
    }
    p.sets[(*p.count)++] = set;
}

/* The closest existing ancestor (RFC 4592 section 3.3.1). */
static const dname *closest_encloser(const struct zone *z, const dname *name)
{
    while (!zone_name_exists(z, name))
        name = dname_parent(name);
    return name;
}

/* The NSEC3 whose owner is the hash of the name, or the one that covers it: the last hash before it, or the last of all
 * (RFC 5155 section 7.1). *matches tells which. NULL if the parameters cannot be used. */
static const struct rrset *nsec3_for(const struct zone *z, struct arena *a, const dname *name, bool *matches)
{
    const struct rrset *param = zone_rrset(z, z->apex, RRTYPE_NSEC3PARAM);
    struct dnssec_nsec3 parameters;
    uint8_t hash[NSEC3_HASH_SIZE];
    *matches = false;
    if (param == NULL || !dnssec_nsec3param_read(&param->rdata[0], &parameters) ||
        dnssec_nsec3_hash_within(&parameters, name, NSEC3_BLOCKS_SERVED, hash) != STATUS_OK)
        return NULL;
    const dname *owner = dnssec_nsec3_owner(a, hash, z->apex);
    const struct rrset *found = owner != NULL ? zone_rrset(z, owner, RRTYPE_NSEC3) : NULL;
    *matches = found != NULL;
    for (size_t i = z->node_count; owner != NULL && i > 0; i--) {
        const struct rrset *set = node_set(&z->nodes[i - 1], RRTYPE_NSEC3);
        if (*matches || set == NULL)
            continue;
        if (dname_compare(set->owner, owner) < 0)
            return set;
        if (found == NULL)
            found = set; /* the last hash covers what stands before the first */
    }
    return found;
}

static bool prove_match(const struct zone *z, struct arena *a, struct proof p, const dname *name)
{
    bool matches = false;
    const struct rrset *set = nsec3_for(z, a, name, &matches);
    if (matches)
        prove(p, set);
    return matches;
}

static void prove_cover(const struct zone *z, struct arena *a, struct proof p, const dname *name)
{
    bool matches = false;
    const struct rrset *set = nsec3_for(z, a, name, &matches);
    if (!matches)
        prove(p, set);
}

/* RFC 5155 section 7.2.1: match of the closest encloser that has a record, cover of the name one label below it. With
 * opt-out the encloser with a record may lie above the one that exists. @return that encloser */
static const dname *prove_encloser(const struct zone *z, struct arena *a, struct proof p, const dname *name)
{
    const dname *encloser = dname_parent(name);
    while (!dname_equal(encloser, z->apex) && !prove_match(z, a, p, encloser))
        encloser = dname_parent(encloser);
    if (dname_equal(encloser, z->apex))
        prove_match(z, a, p, encloser);
    prove_cover(z, a, p, dname_ancestor(name, dname_labels(encloser) + 1));
    return encloser;
}

/* The name exists, the type does not. */
static void prove_nodata(const struct zone *z, struct arena *a, struct proof p, const dname *name)
{
    if (p.sets == NULL)
        return;
    if (!z->has_nsec3)
        prove(p, nsec_for(z, name));
    else if (!prove_match(z, a, p, name) && !dname_equal(name, z->apex))
        prove_encloser(z, a, p, name); /* an opted-out delegation, RFC 5155 section 7.2.4 */
}

/* The name does not exist; wildcard is what would have been expanded: it does not exist either. */
static void prove_nxdomain(const struct zone *z, struct arena *a, struct proof p, const dname *name,
                           const dname *wildcard)
{
    if (p.sets == NULL || wildcard == NULL)
        return;
    if (z->has_nsec3) {
        prove_encloser(z, a, p, name);
        prove_cover(z, a, p, wildcard);
    } else {
        prove(p, nsec_for(z, name));
        prove(p, nsec_for(z, wildcard));
    }
}

/* The name does not exist, the wildcard does and was expanded, or lacks the type (RFC 5155 sections 7.2.5, 7.2.6). */
static void prove_wildcard(const struct zone *z, struct arena *a, struct proof p, const dname *name,
                           const dname *wildcard, bool nodata)
{
    if (p.sets == NULL)
        return;
    const dname *next_closer = dname_ancestor(name, dname_labels(wildcard));
    if (z->has_nsec3 && nodata) {
        prove_encloser(z, a, p, name);
        prove_match(z, a, p, wildcard);
    } else if (z->has_nsec3) {
        prove_cover(z, a, p, next_closer);
    } else {
        prove(p, nsec_for(z, name));
        if (nodata)
            prove(p, nsec_for(z, wildcard));
    }
}

static const struct rrset *rename_set(struct arena *a, const struct rrset *set, const dname *owner)
{
    struct rrset *copy = arena_copy(a, set, sizeof(*set));
    if (copy != NULL)
        copy->owner = dname_lower(a, owner);
    return copy;
}

/* Put the labels of name in front of its ancestor `old` in front of `target` instead (RFC 6672 section 2.2). */
static const dname *dname_substitute(struct arena *a, const dname *name, const dname *old, const dname *target)
{
    size_t prefix = dname_length(name) - dname_length(old);
    size_t tail = dname_length(target);
    if (prefix + tail > DNAME_MAX)
        return NULL;
    dname *joined = arena_alloc(a, prefix + tail);
    if (joined == NULL)
        return NULL;
    memcpy(joined, name, prefix);
    memcpy(joined + prefix, target, tail);
    dname_lower_in_place(joined);
    return joined;
}

static void answer_node(struct arena *a, const struct zone_node *node, uint16_t type, struct answer *out)
{
    const struct rrset *set = node_set(node, type);
    const struct rrset *alias = node_set(node, RRTYPE_CNAME);
    if (set != NULL) {
        out->state = ANSWER_RRSET;
        out->rrset = set;
    } else if (alias != NULL && type != RRTYPE_NSEC && rdata_name(&alias->rdata[0], 0) != NULL) {
        out->state = ANSWER_ALIAS;
        out->rrset = alias;
        out->target = dname_lower(a, rdata_name(&alias->rdata[0], 0));
    } else {
        out->state = ANSWER_NODATA;
    }
}

/* A DNAME above the name (not at it) takes the whole subtree. */
static bool answer_dname(const struct zone *z, struct arena *a, const dname *name, struct answer *out)
{
    unsigned labels = dname_labels(name);
    for (unsigned n = dname_labels(z->apex); n < labels; n++) {
        const dname *above = dname_ancestor(name, n);
        const struct rrset *set = zone_rrset(z, above, RRTYPE_DNAME);
        if (set == NULL || rdata_name(&set->rdata[0], 0) == NULL)
            continue;
        out->rrset = set;
        out->target = dname_substitute(a, name, above, rdata_name(&set->rdata[0], 0));
        out->state = out->target != NULL ? ANSWER_ALIAS : ANSWER_UNKNOWN;
        out->reason = out->target != NULL ? REASON_NONE : REASON_MALFORMED; /* YXDOMAIN */
        return true;
    }
    return false;
}

static void answer_wildcard(struct arena *a, const struct zone_node *node, uint16_t type, struct answer *out)
{
    answer_node(a, node, type, out);
    if (out->rrset != NULL)
        out->rrset = rename_set(a, out->rrset, out->owner);
    out->wildcard = out->state != ANSWER_NODATA;
}

void zone_answer(const struct zone *z, struct arena *a, const dname *owner, uint16_t type, struct answer *out,
                 const struct rrset **referral, const struct rrset *denial[3], size_t *denial_count)
{
    struct proof proof = {denial, denial_count};
    *out = (struct answer){.state = ANSWER_UNKNOWN, .reason = REASON_OUT_OF_SCOPE, .type = type,
                           .owner = dname_lower(a, owner), .zone = z->apex};
    if (referral != NULL)
        *referral = NULL;
    if (denial_count != NULL)
        *denial_count = 0;
    if (out->owner == NULL || !dname_under(owner, z->apex))
        return;
    out->reason = REASON_NONE;

    const dname *cut = zone_cut(z, owner);
    if (cut != NULL && !(type == RRTYPE_DS && dname_equal(cut, owner))) {
        out->state = ANSWER_NODATA;
        if (referral != NULL)
            *referral = zone_rrset(z, cut, RRTYPE_NS);
        return;
    }
    if (answer_dname(z, a, owner, out))
        return;
    const struct zone_node *node = zone_node(z, owner);
    if (node != NULL) {
        answer_node(a, node, type, out);
        if (out->state == ANSWER_NODATA)
            prove_nodata(z, a, proof, owner);
        return;
    }
    if (zone_name_exists(z, owner)) {
        out->state = ANSWER_NODATA;
        prove_nodata(z, a, proof, owner);
        return;
    }
    const dname *encloser = closest_encloser(z, owner);
    const dname *wildcard = dname_prepend(a, "*", encloser);
    node = wildcard != NULL ? zone_node(z, wildcard) : NULL;
    if (node != NULL) {
        answer_wildcard(a, node, type, out);
        prove_wildcard(z, a, proof, owner, wildcard, out->state == ANSWER_NODATA);
        return;
    }
    prove_nxdomain(z, a, proof, owner, wildcard);
    out->state = ANSWER_NXDOMAIN;
}
