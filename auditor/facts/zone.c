/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking into a finished zone: owners by number and by name, and sets made from packed records. What a zone costs is
 * memory: 24 octets and the RDATA a record, 24 and the name an owner. */
#include "auditor/facts/zone.h"

#include "auditor/facts/zone_private.h"

#include <stdlib.h>
#include <string.h>

#define SET_MAX UINT16_MAX /* records of a set that can be looked at */

/* ---- types ---------------------------------------------------------------------------------------------------------- */

uint64_t zone_type_bit(uint16_t type)
{
    switch (type) {
    case RRTYPE_A: return ZONE_HAS(A);
    case RRTYPE_NS: return ZONE_HAS(NS);
    case RRTYPE_CNAME: return ZONE_HAS(CNAME);
    case RRTYPE_SOA: return ZONE_HAS(SOA);
    case RRTYPE_PTR: return ZONE_HAS(PTR);
    case RRTYPE_MX: return ZONE_HAS(MX);
    case RRTYPE_TXT: return ZONE_HAS(TXT);
    case RRTYPE_AAAA: return ZONE_HAS(AAAA);
    case RRTYPE_SRV: return ZONE_HAS(SRV);
    case RRTYPE_NAPTR: return ZONE_HAS(NAPTR);
    case RRTYPE_DNAME: return ZONE_HAS(DNAME);
    case RRTYPE_DS: return ZONE_HAS(DS);
    case RRTYPE_SSHFP: return ZONE_HAS(SSHFP);
    case RRTYPE_RRSIG: return ZONE_HAS(RRSIG);
    case RRTYPE_NSEC: return ZONE_HAS(NSEC);
    case RRTYPE_DNSKEY: return ZONE_HAS(DNSKEY);
    case RRTYPE_NSEC3: return ZONE_HAS(NSEC3);
    case RRTYPE_NSEC3PARAM: return ZONE_HAS(NSEC3PARAM);
    case RRTYPE_TLSA: return ZONE_HAS(TLSA);
    case RRTYPE_CDS: return ZONE_HAS(CDS);
    case RRTYPE_CDNSKEY: return ZONE_HAS(CDNSKEY);
    case RRTYPE_CSYNC: return ZONE_HAS(CSYNC);
    case RRTYPE_ZONEMD: return ZONE_HAS(ZONEMD);
    case RRTYPE_SVCB: return ZONE_HAS(SVCB);
    case RRTYPE_HTTPS: return ZONE_HAS(HTTPS);
    case RRTYPE_CAA: return ZONE_HAS(CAA);
    case RRTYPE_ALIAS: return ZONE_HAS(ALIAS);
    default: return ZONE_HAS(OTHER);
    }
}

/* ---- owners --------------------------------------------------------------------------------------------------------- */

const dname *zone_apex(const struct zone *z)
{
    return z->apex;
}

/* Both in lower case; a difference comes before the end of the shorter name, for lengths are among the octets. */
static bool same_name(const dname *a, const dname *b, size_t length)
{
    size_t i = 0;
    while (i < length && a[i] == b[i])
        i++;
    return i == length;
}

/* The node with that owner in lower case, or UINT32_MAX. */
static uint32_t find_node(const struct zone *z, const dname *lower, size_t length)
{
    if (z->slot_count == 0)
        return UINT32_MAX;
    uint32_t hash = zone_hash(lower, length);
    for (uint32_t at = hash & (z->slot_count - 1); z->slots[at] != 0; at = (at + 1) & (z->slot_count - 1)) {
        const struct node *node = &z->nodes[z->slots[at] - 1];
        if (node->hash == hash && same_name(node->owner, lower, length))
            return z->slots[at] - 1;
    }
    return UINT32_MAX;
}

size_t zone_record_count(const struct zone *z)
{
    return z->record_count;
}

size_t zone_node_count(const struct zone *z)
{
    return z->node_count;
}

const dname *zone_owner_at(const struct zone *z, size_t index)
{
    return z->nodes[index].owner;
}

uint64_t zone_types_at(const struct zone *z, size_t index)
{
    return z->nodes[index].types;
}

enum zone_place zone_place_at(const struct zone *z, size_t index)
{
    return (enum zone_place)z->nodes[index].place;
}

size_t zone_index(const struct zone *z, const dname *owner)
{
    dname lower[DNAME_MAX];
    size_t length = dname_length(owner);
    memcpy(lower, owner, length);
    dname_lower_in_place(lower);
    uint32_t id = find_node(z, lower, length);
    return id != UINT32_MAX ? id : SIZE_MAX;
}

size_t zone_lower_bound(const struct zone *z, const dname *name)
{
    size_t low = 0;
    size_t high = z->node_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (dname_compare(z->nodes[middle].owner, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool zone_name_exists(const struct zone *z, const dname *name)
{
    if (dname_equal(name, z->apex) || zone_index(z, name) != SIZE_MAX)
        return true;
    size_t next = zone_lower_bound(z, name); /* something below it makes it an empty non-terminal, RFC 4592 2.2.2 */
    return next < z->node_count && dname_under(name, z->apex) && dname_under(z->nodes[next].owner, name);
}

const dname *zone_cut(const struct zone *z, const dname *name)
{
    unsigned labels = dname_labels(name);
    for (; labels > z->apex_labels; labels--, name = dname_parent(name)) {
        size_t index = zone_index(z, name);
        if (index == SIZE_MAX || z->nodes[index].place == ZONE_PLACE_BELOW)
            continue;
        return z->nodes[index].place == ZONE_PLACE_CUT ? z->nodes[index].owner : NULL;
    }
    return NULL;
}

bool zone_ttls(const struct zone *z, uint32_t *low, uint32_t *high)
{
    *low = z->ttl_low;
    *high = z->ttl_high;
    return z->ttls_differ;
}

const struct zone_duplicate *zone_duplicates(const struct zone *z, size_t *count, size_t *total)
{
    *count = z->duplicate_count;
    *total = z->duplicate_total;
    return z->duplicates;
}

/* ---- sets from packed records ------------------------------------------------------------------------------------------------ */

/* Where the parts of sets go: a view or arrays of their own. */
struct room {
    struct rdata *data;
    struct location *where;
    uint32_t *ttls;
};

/* One RRset from records of one owner and covered type; signatures stand last. */
static void build_set(const struct zone *z, struct packed *const *records, size_t count, const dname *owner,
                      const struct room *room, struct rrset *set)
{
    size_t plain = 0;
    while (plain < count && records[plain]->type != RRTYPE_RRSIG)
        plain++;
    /* Signatures without the data they cover are a set of their own. */
    size_t body = plain == 0 ? count : plain;
    size_t sigs = count - body;
    bool mixed = false;
    *set = (struct rrset){.owner = owner, .type = records[0]->type, .class = records[0]->class,
                          .ttl_s = records[0]->ttl_s, .count = (uint16_t)body, .sig_count = (uint16_t)sigs,
                          .rdata = room->data, .sigs = sigs > 0 ? room->data + body : NULL,
                          .sig_ttl_s = sigs > 0 ? records[body]->ttl_s : 0,
                          .where = records[0]->file != NO_FILE ? room->where : NULL};
    for (size_t i = 0; i < count; i++) {
        const struct packed *p = records[i];
        uint32_t *least = i < body ? &set->ttl_s : &set->sig_ttl_s;
        room->data[i] = (struct rdata){p->rdata_length, p->octets};
        room->ttls[i] = p->ttl_s;
        mixed = mixed || (i < body && p->ttl_s != records[0]->ttl_s);
        if (p->ttl_s < *least)
            *least = p->ttl_s;
        if (set->where != NULL && p->file != NO_FILE)
            packed_location(z, p, &room->where[i]);
        else
            room->where[i] = (struct location){.file = ""};
    }
    if (mixed)
        set->ttls = room->ttls;
}

static size_t end_of_node(const struct zone *z, size_t index)
{
    return index + 1 < z->node_count ? z->nodes[index + 1].first : z->record_count;
}

/* End of the set that begins at `from`; what is beyond 65,535 records is not looked at. */
static size_t end_of_set(const struct zone *z, size_t from, size_t end)
{
    uint16_t covered = packed_covers(z->records[from]);
    size_t at = from + 1;
    while (at < end && packed_covers(z->records[at]) == covered)
        at++;
    return at;
}

static bool view_room(struct zone_view *v, size_t records)
{
    if (records <= v->data_room)
        return true;
    size_t room = records + records / 2 + 16;
    struct rrset *sets = realloc(v->sets, room * sizeof(*sets));
    if (sets != NULL)
        v->sets = sets;
    struct rdata *data = realloc(v->data, room * sizeof(*data));
    if (data != NULL)
        v->data = data;
    struct location *where = realloc(v->where, room * sizeof(*where));
    if (where != NULL)
        v->where = where;
    uint32_t *ttls = realloc(v->ttls, room * sizeof(*ttls));
    if (ttls != NULL)
        v->ttls = ttls;
    if (sets == NULL || data == NULL || where == NULL || ttls == NULL)
        return false;
    v->data_room = v->set_room = room;
    return true;
}

void zone_view_free(struct zone_view *v)
{
    free(v->sets);
    free(v->data);
    free(v->where);
    free(v->ttls);
    *v = (struct zone_view){0};
}

void zone_view_destroy(void *v)
{
    zone_view_free(v);
}

/* Sweeps look at one node after the other; their records lie where the file had them. */
static void fetch_ahead(const struct zone *z, size_t index)
{
    if (index + AHEAD < z->node_count)
        __builtin_prefetch(z->records[z->nodes[index + AHEAD].first]);
}

const struct zone_node *zone_node_at(const struct zone *z, size_t index, struct zone_view *v)
{
    fetch_ahead(z, index);
    size_t first = z->nodes[index].first;
    size_t end = end_of_node(z, index);
    size_t sets = 0;
    if (!view_room(v, end - first))
        return NULL;
    for (size_t from = first, to; from < end; from = to) {
        size_t at = from - first;
        to = end_of_set(z, from, end);
        const struct room room = {v->data + at, v->where + at, v->ttls + at};
        build_set(z, z->records + from, to - from < SET_MAX ? to - from : SET_MAX, z->nodes[index].owner, &room,
                  &v->sets[sets++]);
    }
    v->node = (struct zone_node){.owner = z->nodes[index].owner, .sets = v->sets, .set_count = sets, .index = index};
    return &v->node;
}

const struct zone_node *zone_node(const struct zone *z, const dname *owner, struct zone_view *v)
{
    size_t index = zone_index(z, owner);
    return index != SIZE_MAX ? zone_node_at(z, index, v) : NULL;
}

const struct rrset *zone_node_set(const struct zone_node *node, uint16_t type)
{
    for (size_t i = 0; node != NULL && i < node->set_count; i++) {
        if (node->sets[i].type == type)
            return &node->sets[i];
    }
    return NULL;
}

/* The records of a set of that type; covered or orphaned signatures only if RRSIG is asked for. */
static bool find_set(const struct zone *z, size_t index, uint16_t type, size_t *from, size_t *to)
{
    size_t end = end_of_node(z, index);
    if ((z->nodes[index].types & zone_type_bit(type)) == 0)
        return false;
    for (*from = z->nodes[index].first; *from < end; *from = *to) {
        *to = end_of_set(z, *from, end);
        if (z->records[*from]->type == type)
            return true;
    }
    return false;
}

const struct rrset *zone_set_at(const struct zone *z, struct arena *a, size_t index, uint16_t type)
{
    size_t from, to;
    if (!find_set(z, index, type, &from, &to))
        return NULL;
    size_t count = to - from < SET_MAX ? to - from : SET_MAX;
    struct rrset *set = arena_alloc(a, sizeof(*set));
    const struct room room = {arena_array(a, count, sizeof(struct rdata)), arena_array(a, count, sizeof(struct location)),
                              arena_array(a, count, sizeof(uint32_t))};
    if (set == NULL || room.data == NULL || room.where == NULL || room.ttls == NULL)
        return NULL;
    build_set(z, z->records + from, count, z->nodes[index].owner, &room, set);
    return set;
}

const struct rrset *zone_rrset(const struct zone *z, struct arena *a, const dname *owner, uint16_t type)
{
    size_t index = zone_index(z, owner);
    return index != SIZE_MAX ? zone_set_at(z, a, index, type) : NULL;
}

bool zone_has(const struct zone *z, const dname *owner, uint16_t type)
{
    size_t from, to;
    size_t index = zone_index(z, owner);
    return index != SIZE_MAX && find_set(z, index, type, &from, &to);
}
