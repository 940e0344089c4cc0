/* SPDX-License-Identifier: BSD-2-Clause */
/* Old and new zone side by side: one merge of both in canonical order. */
#include "auditor/facts/derived/change.h"

#include "auditor/facts/derived/dnssec_crypto.h"

#include <stdlib.h>
#include <string.h>

#define HOPS_MAX 11                 /* where resolvers stop too */
#define ITEMS_MAX ((size_t)1 << 29) /* octets of the list while it grows */
#define RRTYPE_SIGNING_STATE 65534  /* private records in which BIND notes what it has signed */

static const struct change no_memory = {.state = CHANGE_FAILED};

/* ---- one
 * set ---------------------------------------------------------------------------------------------- */

/* Canonical form for the question "is it the same?": RFC 4034 lists where names are folded for signing; names
 * in SVCB and HTTPS are compared without case like any other (RFC 4343). */
static void comparable(uint16_t type, const struct rdata *r, struct buf *out)
{
    size_t start = out->length;
    dnssec_canonical_rdata(type, r, out);
    if ((type != RRTYPE_SVCB && type != RRTYPE_HTTPS) || out->failed || r->length < 3)
        return;
    size_t length = dname_from_wire(r->octets + 2, r->length - 2u);
    for (size_t i = 0; i < length; i++) {
        char *at = &out->data[start + 2 + i];
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at + 'a' - 'A');
    }
}

static bool same_octets(const struct rdata *a, const struct rdata *b)
{
    return a->length == b->length && memcmp(a->octets, b->octets, a->length) == 0;
}

static bool same_list(const struct rdata *a, size_t a_count, const struct rdata *b, size_t b_count)
{
    if (a_count != b_count)
        return false;
    for (size_t i = 0; i < a_count; i++) {
        if (!same_octets(&a[i], &b[i]))
            return false;
    }
    return true;
}

bool change_has_record(const struct rrset *set, const struct rdata *record)
{
    struct buf wanted = BUF_INIT(2u * UINT16_MAX);
    struct buf one = BUF_INIT(2u * UINT16_MAX);
    bool found = false;
    if (set == NULL)
        return false;
    comparable(set->type, record, &wanted);
    for (uint16_t i = 0; i < set->count && !found; i++) {
        buf_reset(&one);
        comparable(set->type, &set->rdata[i], &one);
        found = !one.failed && !wanted.failed && one.length == wanted.length &&
                (one.length == 0 || memcmp(one.data, wanted.data, one.length) == 0);
    }
    buf_free(&wanted);
    buf_free(&one);
    return found;
}

struct piece {
    const char *octets;
    size_t length;
};

/* Room that the comparison uses again and again. */
struct workbench {
    struct zone_view before, after;
    struct buf text[2], pieces[2];
    struct buf items;
    bool failed;
};

static int by_octets(const void *pa, const void *pb)
{
    const struct piece *a = pa;
    const struct piece *b = pb;
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = shorter > 0 ? memcmp(a->octets, b->octets, shorter) : 0;
    if (order != 0)
        return order;
    return a->length < b->length ? -1 : a->length > b->length;
}

/* The records of a set in canonical form and order, each once. @return their number */
static size_t sort_pieces(struct workbench *w, int side, const struct rrset *set, const struct piece **out)
{
    struct buf *text = &w->text[side];
    struct buf *list = &w->pieces[side];
    buf_reset(text);
    buf_reset(list);
    for (uint16_t i = 0; i < set->count; i++) {
        struct piece p = {.length = text->length};
        comparable(set->type, &set->rdata[i], text);
        p.length = text->length - p.length;
        buf_add(list, &p, sizeof(p));
    }
    if (text->failed || list->failed) {
        w->failed = true;
        return 0;
    }
    struct piece *pieces = (struct piece *)(void *)list->data; /* from malloc: aligned */
    const char *at = text->data != NULL ? text->data : "";
    for (uint16_t i = 0; i < set->count; i++) {
        pieces[i].octets = at;
        at += pieces[i].length;
    }
    qsort(pieces, set->count, sizeof(*pieces), by_octets);
    size_t kept = 0;
    for (uint16_t i = 0; i < set->count; i++) {
        if (kept == 0 || by_octets(&pieces[kept - 1], &pieces[i]) != 0)
            pieces[kept++] = pieces[i];
    }
    *out = pieces;
    return kept;
}

/* How many records only one side has. */
static void compare_records(struct workbench *w, const struct rrset *before, const struct rrset *after,
                            uint16_t *gone, uint16_t *come)
{
    const struct piece *b = NULL;
    const struct piece *a = NULL;
    *gone = *come = 0;
    if (same_list(before->rdata, before->count, after->rdata, after->count))
        return;
    size_t b_count = sort_pieces(w, 0, before, &b);
    size_t a_count = sort_pieces(w, 1, after, &a);
    if (w->failed)
        return;
    for (size_t i = 0, j = 0; i < b_count || j < a_count;) {
        int order = i == b_count ? 1 : j == a_count ? -1 : by_octets(&b[i], &a[j]);
        *gone = (uint16_t)(*gone + (order < 0));
        *come = (uint16_t)(*come + (order > 0));
        i += order <= 0;
        j += order >= 0;
    }
}

/* ---- the merge ---- */

/* What signers make from the rest of the zone. With a signer between file and servers, the keys are its work
 * too. */
static bool made_by_signer(const struct change *c, uint16_t type)
{
    switch (type) {
    case RRTYPE_RRSIG:
    case RRTYPE_NSEC:
    case RRTYPE_NSEC3:
    case RRTYPE_NSEC3PARAM:
    case RRTYPE_ZONEMD:
    case RRTYPE_SIGNING_STATE:
        return true;
    case RRTYPE_DNSKEY:
    case RRTYPE_CDS:
    case RRTYPE_CDNSKEY:
        return c->signed_later;
    default:
        return false;
    }
}

static void add_item(struct change *c, struct workbench *w, const struct change_item *item)
{
    buf_add(&w->items, item, sizeof(*item));
    c->count++;
    c->kinds[item->kind]++;
    c->records_gone += item->gone;
    c->records_come += item->come;
}

static bool same_signatures(const struct rrset *before, const struct rrset *after)
{
    return same_list(before->sigs, before->sig_count, after->sigs, after->sig_count) &&
           (before->sig_count == 0 || before->sig_ttl_s == after->sig_ttl_s);
}

/* The SOA has a serial that every change moves: only the rest of it is an edit. */
static void compare_soa(struct change *c, const struct rrset *before, const struct rrset *after)
{
    if (before == NULL || after == NULL || before->count != 1 || after->count != 1 ||
        !rdata_soa(&before->rdata[0], &c->soa_before) || !rdata_soa(&after->rdata[0], &c->soa_after))
        return;
    const struct soa *b = &c->soa_before;
    const struct soa *a = &c->soa_after;
    c->soa_known = true;
    c->soa_edited = !dname_equal(b->mname, a->mname) || !dname_equal(b->rname, a->rname) ||
                    b->refresh_s != a->refresh_s || b->retry_s != a->retry_s || b->expire_s != a->expire_s ||
                    b->minimum_s != a->minimum_s || before->ttl_s != after->ttl_s;
}

/* A set that the new zone has not, for it holds no such sets, or not all (zone_gaps): nothing is known to be
 * removed. */
static bool only_hidden(const struct change *c, const struct rrset *before)
{
    const struct answer absent = {.state = ANSWER_NODATA, .owner = before->owner, .type = before->type};
    /* Where both sides are plans, what is missing was taken away. */
    return zone_gap_hides(c->after, &absent) &&
           (zone_gaps(c->before) & zone_gaps(c->after) & ZONE_GAP_RECORDS) == 0;
}

/* What lies below a cut is no answer of the zone's servers: an old side that was read from them has not seen
 * it. */
static bool below_cut(const struct change *c, const struct change_item *at)
{
    return zone_place_at(c->after, at->after) == ZONE_PLACE_BELOW;
}

/* A set that only one side has. */
static bool take_lone(struct change *c, struct workbench *w, struct change_item *at,
                      const struct rrset *before, const struct rrset *after)
{
    const struct rrset *set = before != NULL ? before : after;
    if (made_by_signer(c, set->type))
        return true;
    if (before != NULL ? only_hidden(c, before) : c->served_live && below_cut(c, at))
        return false;
    at->kind = before != NULL ? CHANGE_REMOVED : CHANGE_ADDED;
    at->gone = before != NULL ? before->count : 0;
    at->come = after != NULL ? after->count : 0;
    if (set->type != RRTYPE_SOA)
        add_item(c, w, at);
    return set->sig_count > 0;
}

/* A set that both have. */
static bool take_both(struct change *c, struct workbench *w, struct change_item *at,
                      const struct rrset *before, const struct rrset *after)
{
    bool derived = !same_signatures(before, after);
    if (at->type == RRTYPE_SOA)
        return derived;
    compare_records(w, before, after, &at->gone, &at->come);
    if ((zone_gaps(c->after) & ~zone_gaps(c->before) & ZONE_GAP_SETS) != 0)
        at->gone = 0; /* the new side shows a part of the set only */
    bool differs = at->gone > 0 || at->come > 0;
    if (made_by_signer(c, at->type))
        return derived || differs;
    at->kind = differs ? CHANGE_DATA : CHANGE_TTL;
    if (differs || before->ttl_s != after->ttl_s)
        add_item(c, w, at);
    return derived;
}

/* One or both of a set; at says where its owner stands. @return true if what signers make differs */
static bool compare_set(struct change *c, struct workbench *w, struct change_item at,
                        const struct rrset *before, const struct rrset *after)
{
    at.type = before != NULL ? before->type : after->type;
    if (!made_by_signer(c, at.type) && at.type != RRTYPE_SOA) {
        c->records_before += before != NULL ? before->count : 0;
        c->records_after += after != NULL ? after->count : 0;
    }
    return before == NULL || after == NULL ? take_lone(c, w, &at, before, after)
                                           : take_both(c, w, &at, before, after);
}

static void compare_nodes(struct change *c, struct workbench *w, struct change_item at,
                          const struct zone_node *before, const struct zone_node *after)
{
    size_t b_count = before != NULL ? before->set_count : 0;
    size_t a_count = after != NULL ? after->set_count : 0;
    bool derived = false;
    for (size_t i = 0, j = 0; i < b_count || j < a_count;) {
        const struct rrset *b = i < b_count ? &before->sets[i] : NULL;
        const struct rrset *a = j < a_count ? &after->sets[j] : NULL;
        if (b != NULL && a != NULL && b->type != a->type) {
            if (b->type < a->type)
                a = NULL;
            else
                b = NULL;
        }
        if (compare_set(c, w, at, b, a))
            derived = true;
        i += b != NULL;
        j += a != NULL;
    }
    c->derived += derived;
}

static int compare_owners(const struct change *c, size_t i, size_t j, size_t b_count, size_t a_count)
{
    if (i == b_count || j == a_count)
        return i == b_count ? 1 : -1;
    return dname_compare(zone_owner_at(c->before, i), zone_owner_at(c->after, j));
}

static void merge(struct change *c, struct workbench *w)
{
    size_t b_count = zone_node_count(c->before);
    size_t a_count = zone_node_count(c->after);
    for (size_t i = 0, j = 0; (i < b_count || j < a_count) && !w->failed;) {
        int order = compare_owners(c, i, j, b_count, a_count);
        const struct zone_node *b = order <= 0 ? zone_node_at(c->before, i, &w->before) : NULL;
        const struct zone_node *a = order >= 0 ? zone_node_at(c->after, j, &w->after) : NULL;
        const struct change_item at = {.before = order <= 0 ? (uint32_t)i : CHANGE_NOWHERE,
                                       .after = order >= 0 ? (uint32_t)j : CHANGE_NOWHERE};
        w->failed = w->failed || (order <= 0 && b == NULL) || (order >= 0 && a == NULL) || w->items.failed;
        if (!w->failed)
            compare_nodes(c, w, at, b, a);
        i += order <= 0;
        j += order >= 0;
    }
}

static struct workbench workbench_new(void)
{
    struct workbench w = {.items = BUF_INIT(ITEMS_MAX)};
    for (int side = 0; side < 2; side++) {
        w.text[side] = BUF_INIT(ITEMS_MAX);
        w.pieces[side] = BUF_INIT(ITEMS_MAX);
    }
    return w;
}

static void workbench_free(struct workbench *w)
{
    zone_view_free(&w->before);
    zone_view_free(&w->after);
    buf_free(&w->items);
    for (int side = 0; side < 2; side++) {
        buf_free(&w->text[side]);
        buf_free(&w->pieces[side]);
    }
}

static void compare_apexes(struct change *c, struct arena *a)
{
    const dname *apex = zone_apex(c->after);
    compare_soa(c, zone_rrset(c->before, a, apex, RRTYPE_SOA), zone_rrset(c->after, a, apex, RRTYPE_SOA));
    c->signed_later = (c->served_live || (zone_gaps(c->after) & ZONE_GAP_APEX) != 0) &&
                      zone_has(c->before, apex, RRTYPE_DNSKEY) && !zone_has(c->after, apex, RRTYPE_DNSKEY);
}

static const void *change_compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    const struct zone_set *before = facts_zones_before(f);
    struct change *c = arena_alloc(a, sizeof(*c));
    (void)key;
    (void)key_length;
    if (c == NULL)
        return &no_memory;
    c->after = facts_zone(f);
    c->before = zone_set_find(before, facts_target(f));
    c->state = before == NULL      ? CHANGE_NO_OLD_STATE
               : c->after == NULL  ? CHANGE_NO_ZONE
               : c->before == NULL ? CHANGE_NEW_ZONE
                                   : CHANGE_KNOWN;
    if (c->state != CHANGE_KNOWN)
        return c;
    struct workbench w = workbench_new();
    c->served_live = before->served_live;
    compare_apexes(c, a);
    merge(c, &w);
    c->items = arena_copy(a, c->count > 0 ? w.items.data : "", w.items.length);
    if (w.failed || w.items.failed || c->items == NULL)
        c->state = CHANGE_FAILED;
    workbench_free(&w);
    return c;
}

const struct change *change_of(struct facts *f)
{
    const struct change *c = facts_derive(f, change_compute, "", 0);
    return c != NULL ? c : &no_memory;
}

/* ---- looking at it ---- */

const dname *change_owner(const struct change *c, const struct change_item *item)
{
    return item->after != CHANGE_NOWHERE ? zone_owner_at(c->after, item->after)
                                         : zone_owner_at(c->before, item->before);
}

const struct rrset *change_before(const struct change *c, struct arena *a, const struct change_item *item)
{
    return item->kind != CHANGE_ADDED ? zone_rrset(c->before, a, change_owner(c, item), item->type) : NULL;
}

const struct rrset *change_after(const struct change *c, struct arena *a, const struct change_item *item)
{
    return item->kind != CHANGE_REMOVED ? zone_rrset(c->after, a, change_owner(c, item), item->type) : NULL;
}

static const struct location *place_of(const struct rrset *set)
{
    return set != NULL && set->where != NULL && set->count > 0 ? &set->where[0] : NULL;
}

const struct location *change_place(const struct change *c, struct arena *a, const dname *owner,
                                    uint16_t type)
{
    const struct location *where = place_of(zone_rrset(c->after, a, owner, type));
    struct zone_view view = {0};
    const struct zone_node *node = where == NULL ? zone_node(c->after, owner, &view) : NULL;
    for (size_t i = 0; node != NULL && i < node->set_count && where == NULL; i++) {
        if (place_of(&node->sets[i]) != NULL)
            where = arena_copy(a, place_of(&node->sets[i]), sizeof(*where));
    }
    zone_view_free(&view);
    return where != NULL ? where : place_of(zone_rrset(c->after, a, zone_apex(c->after), RRTYPE_SOA));
}

const struct zone *change_zone_of(const struct zone_set *side, const dname *name, uint16_t type)
{
    const struct zone *best = NULL;
    for (size_t i = 0; side != NULL && i < side->count; i++) {
        const dname *apex = zone_apex(side->zones[i]);
        if (!dname_under(name, apex) || (type == RRTYPE_DS && dname_equal(name, apex)))
            continue;
        if (best == NULL || dname_labels(apex) > dname_labels(zone_apex(best)))
            best = side->zones[i];
    }
    return best;
}

const struct zone_set *change_zones(struct facts *f, enum change_side side)
{
    return side == CHANGE_OLD ? facts_zones_before(f) : facts_zones(f);
}

/* The new zone is not whole, but neither was the old one, and that had what is missing now: so it was taken
 * away. */
static bool taken_away(struct facts *f, const struct zone *now, const dname *name, uint16_t type)
{
    const struct zone *old = change_zone_of(facts_zones_before(f), name, type);
    if (old == NULL || (zone_gaps(old) & zone_gaps(now) & ZONE_GAP_RECORDS) == 0)
        return false;
    const bool was_there = zone_index(old, name) != SIZE_MAX;
    return was_there && (zone_has(old, name, type) || zone_index(now, name) == SIZE_MAX);
}

struct answer change_answer(struct facts *f, enum change_side side, struct arena *a, const dname *name,
                            uint16_t type)
{
    const struct answer unknown = {
        .state = ANSWER_UNKNOWN, .reason = REASON_NEEDS_LIVE, .owner = name, .type = type};
    struct answer out = unknown;
    const struct rrset *referral = NULL;
    const struct zone *z = change_zone_of(change_zones(f, side), name, type);
    if (z == NULL)
        return unknown;
    zone_answer(z, a, name, type, &out, &referral, NULL, NULL);
    if (referral != NULL) /* a zone that was not given */
        return unknown;
    if (!zone_gap_hides(z, &out))
        return out;
    const bool absent = out.state == ANSWER_NODATA || out.state == ANSWER_NXDOMAIN;
    return side == CHANGE_NEW && absent && taken_away(f, z, name, type) ? out : unknown;
}

struct answer change_lookup(struct facts *f, enum change_side side, struct arena *a, const dname *name,
                            uint16_t type)
{
    struct answer out = change_answer(f, side, a, name, type);
    for (unsigned hops = 0; out.state == ANSWER_ALIAS && hops < HOPS_MAX; hops++)
        out = change_answer(f, side, a, out.target, type);
    if (out.state == ANSWER_ALIAS)
        out.state = ANSWER_UNKNOWN;
    return out;
}
