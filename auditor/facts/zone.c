/* SPDX-License-Identifier: BSD-2-Clause */
/* A zone in memory: records are packed as they come, zone_finish sorts their owners once and lays
 * the records out by owner. What it costs is memory: 24 octets and the RDATA a record, 24 and the name an owner. */
#include "auditor/facts/zone.h"

#include "auditor/base/table.h"
#include "auditor/facts/zone_private.h"

#include <stdlib.h>
#include <string.h>

#define POOL_CHUNK ((size_t)1 << 18)
#define NO_FILE UINT16_MAX
#define AHEAD 12U /* nodes */
#define FILES_MAX 65000U
#define DUPLICATES_KEPT 1000U
#define SET_MAX UINT16_MAX /* records of a set that can be looked at */

/* ---- memory that is never given back singly ------------------------------------------------------------------------ */

struct chunk {
    struct chunk *next;
    uint8_t octets[];
};

static void *pool_take(struct pool *p, size_t size, size_t align)
{
    size_t at = (p->used + align - 1) / align * align;
    if (p->head == NULL || at + size > p->size) {
        size_t room = size > POOL_CHUNK / 4 ? size : POOL_CHUNK;
        struct chunk *c = malloc(sizeof(*c) + room);
        if (c == NULL)
            return NULL;
        c->next = p->head;
        p->head = c;
        p->size = room;
        at = 0;
    }
    p->used = at + size;
    return p->head->octets + at;
}

static void pool_free(struct pool *p)
{
    for (struct chunk *c = p->head, *next; c != NULL; c = next) {
        next = c->next;
        free(c);
    }
}

/* Items with room for one more than `count`. NULL without memory; then the items are where they were. */
static void *grown(void *items, size_t size, uint32_t count, uint32_t *capacity)
{
    if (count < *capacity)
        return items;
    if (*capacity > UINT32_MAX / 2)
        return NULL;
    uint32_t larger = *capacity != 0 ? *capacity + *capacity / 2 : 64;
    void *moved = realloc(items, larger * size);
    if (moved != NULL)
        *capacity = larger;
    return moved;
}

struct zone *zone_new(const dname *apex)
{
    struct zone *z = calloc(1, sizeof(*z));
    if (z == NULL)
        return NULL;
    size_t length = dname_length(apex);
    memcpy(z->apex, apex, length);
    dname_lower_in_place(z->apex);
    z->apex_labels = dname_labels(z->apex);
    z->sorted = true;
    z->last_owner = UINT32_MAX;
    return z;
}

void zone_free(struct zone *z)
{
    if (z == NULL)
        return;
    pool_free(&z->names);
    pool_free(&z->packed);
    free(z->records);
    free(z->owners);
    free(z->nodes);
    free(z->slots);
    free(z->files);
    free(z->duplicates);
    free(z->denial);
    free(z);
}

const dname *zone_apex(const struct zone *z)
{
    return z->apex;
}

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

static uint32_t hash_of(const dname *lower, size_t length)
{
    uint64_t hash = table_hash(lower, length);
    return (uint32_t)(hash ^ (hash >> 32));
}

static uint32_t slot_count_for(uint32_t nodes)
{
    uint32_t slots = 64;
    while (slots / 2 < nodes)
        slots *= 2;
    return slots;
}

/* Every node into its slot; open addressing, one half empty. */
static bool index_nodes(struct zone *z)
{
    uint32_t count = slot_count_for(z->node_count);
    uint32_t *slots = calloc(count, sizeof(*slots));
    if (slots == NULL)
        return false;
    for (uint32_t i = 0; i < z->node_count; i++)
        z->nodes[i].hash = hash_of(z->nodes[i].owner, dname_length(z->nodes[i].owner));
    for (uint32_t i = 0; i < z->node_count; i++) {
        uint32_t at = z->nodes[i].hash & (count - 1);
        if (i + AHEAD < z->node_count)
            __builtin_prefetch(&slots[z->nodes[i + AHEAD].hash & (count - 1)], 1);
        while (slots[at] != 0)
            at = (at + 1) & (count - 1);
        slots[at] = i + 1;
    }
    free(z->slots);
    z->slots = slots;
    z->slot_count = count;
    return true;
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
    uint32_t hash = hash_of(lower, length);
    for (uint32_t at = hash & (z->slot_count - 1); z->slots[at] != 0; at = (at + 1) & (z->slot_count - 1)) {
        const struct node *node = &z->nodes[z->slots[at] - 1];
        if (node->hash == hash && same_name(node->owner, lower, length))
            return z->slots[at] - 1;
    }
    return UINT32_MAX;
}

/* A node for each run of records with one owner: those of one owner become one when they are sorted, which costs less
 * than looking every owner up while the zone is read. */
static uint32_t add_node(struct zone *z, const dname *owner)
{
    size_t length = dname_length(owner);
    struct node *nodes = grown(z->nodes, sizeof(*z->nodes), z->node_count, &z->node_room);
    dname *name = nodes != NULL ? pool_take(&z->names, length, 1) : NULL;
    if (nodes != NULL)
        z->nodes = nodes;
    if (name == NULL)
        return UINT32_MAX;
    memcpy(name, owner, length);
    dname_lower_in_place(name);
    z->sorted = z->sorted && (z->node_count == 0 || dname_compare(z->nodes[z->node_count - 1].owner, name) < 0);
    z->nodes[z->node_count] = (struct node){.owner = name};
    return z->node_count++;
}

/* Neighbours in a file mostly share their owner. */
static uint32_t owner_id(struct zone *z, const dname *owner)
{
    if (z->last_owner == UINT32_MAX || !dname_equal(z->nodes[z->last_owner].owner, owner)) {
        if (!dname_under(owner, z->apex))
            return UINT32_MAX;
        z->last_owner = add_node(z, owner);
    }
    return z->last_owner;
}

/* ---- records -------------------------------------------------------------------------------------------------------- */

static uint16_t file_number(struct zone *z, const char *file)
{
    for (uint32_t i = z->file_count; i > 0; i--) {
        if (z->files[i - 1] == file || strcmp(z->files[i - 1], file) == 0)
            return (uint16_t)(i - 1);
    }
    const char **files = z->file_count < FILES_MAX
                             ? grown(z->files, sizeof(*z->files), z->file_count, &z->file_room)
                             : NULL;
    if (files == NULL)
        return NO_FILE;
    z->files = files;
    z->files[z->file_count] = file;
    return (uint16_t)z->file_count++;
}

static uint16_t short_column(uint32_t column)
{
    return column > UINT16_MAX ? UINT16_MAX : (uint16_t)column;
}

enum status zone_add(struct zone *z, const dname *owner, uint16_t type, uint16_t class, uint32_t ttl_s,
                     const uint8_t *rdata, uint16_t rdata_length, const struct location *where)
{
    uint32_t id = owner_id(z, owner);
    if (id == UINT32_MAX)
        return dname_under(owner, z->apex) ? STATUS_NOMEM : STATUS_USAGE;
    struct packed **records = grown(z->records, sizeof(*z->records), z->record_count, &z->record_room);
    uint32_t *owners = grown(z->owners, sizeof(*z->owners), z->record_count, &z->owner_room);
    z->records = records != NULL ? records : z->records;
    z->owners = owners != NULL ? owners : z->owners;
    struct packed *p = pool_take(&z->packed, sizeof(*p) + rdata_length, sizeof(uint32_t));
    if (p == NULL || records == NULL || owners == NULL)
        return STATUS_NOMEM;
    *p = (struct packed){.ttl_s = ttl_s, .type = type, .class = class, .rdata_length = rdata_length, .file = NO_FILE};
    if (where != NULL) {
        p->file = file_number(z, where->file);
        p->line = where->line;
        p->end_line = where->end_line;
        p->column = short_column(where->column);
        p->end_column = short_column(where->end_column);
    }
    memcpy(p->octets, rdata, rdata_length);
    z->ttl_low = z->record_count == 0 || ttl_s < z->ttl_low ? ttl_s : z->ttl_low;
    z->ttl_high = ttl_s > z->ttl_high ? ttl_s : z->ttl_high;
    z->grouped = z->record_count == 0 || (z->grouped && z->owners[z->record_count - 1] <= id);
    z->records[z->record_count] = p;
    z->owners[z->record_count++] = id;
    return STATUS_OK;
}

/* ---- finishing: owners in canonical order ----------------------------------------------------------------------------- */

/* The labels of an owner below the apex from right to left, so that canonical order (RFC 4034 section 6.1) is the order
 * of the octets: a label's end sorts first, and 0 and 1 are escaped to leave room for it. */
struct key {
    uint64_t octets[2];
    uint32_t node;
};

static struct key key_of(const struct zone *z, uint32_t node)
{
    const dname *labels[DNAME_LABELS_MAX + 1];
    struct key key = {.node = node};
    unsigned count = 0;
    unsigned used = 0;
    unsigned all = dname_labels(z->nodes[node].owner);
    for (const dname *at = z->nodes[node].owner; count + z->apex_labels < all; at += 1 + *at)
        labels[count++] = at;
    while (count > 0 && used < 16) {
        const dname *label = labels[--count];
        for (unsigned i = 1; i <= label[0] && used < 16; i++) {
            if (label[i] < 2)
                key.octets[used / 8] |= UINT64_C(1) << (56 - 8 * (used % 8)), used++;
            if (used < 16) {
                uint64_t octet = label[i] < 2 ? label[i] + 1U : label[i];
                key.octets[used / 8] |= octet << (56 - 8 * (used % 8));
                used++;
            }
        }
        used++; /* the end of the label: 0 */
    }
    return key;
}

static int compare_keys(const struct zone *z, const struct key *a, const struct key *b)
{
    for (unsigned i = 0; i < 2; i++) {
        if (a->octets[i] != b->octets[i])
            return a->octets[i] < b->octets[i] ? -1 : 1;
    }
    return dname_compare(z->nodes[a->node].owner, z->nodes[b->node].owner);
}

static void insertion_sort(const struct zone *z, struct key *keys, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct key moved = keys[i];
        size_t at = i;
        for (; at > 0 && compare_keys(z, &moved, &keys[at - 1]) < 0; at--)
            keys[at] = keys[at - 1];
        keys[at] = moved;
    }
}

/* Merge sort with the comparison inlined; `room` has space for half of them. */
static void sort_keys(const struct zone *z, struct key *keys, size_t count, struct key *room)
{
    if (count <= 16) {
        insertion_sort(z, keys, count);
        return;
    }
    size_t left = count / 2;
    sort_keys(z, keys, left, room);
    sort_keys(z, keys + left, count - left, room);
    if (compare_keys(z, &keys[left - 1], &keys[left]) <= 0)
        return;
    memcpy(room, keys, left * sizeof(*room));
    size_t a = 0;
    size_t b = left;
    for (size_t out = 0; a < left; out++)
        keys[out] = b < count && compare_keys(z, &keys[b], &room[a]) < 0 ? keys[b++] : room[a++];
}

/* order[new number] = old number. NULL without memory. */
static uint32_t *sorted_order(const struct zone *z)
{
    size_t count = z->node_count;
    struct key *keys = malloc((count + count / 2 + 1) * sizeof(*keys));
    uint32_t *order = malloc((count + 1) * sizeof(*order));
    if (keys != NULL && order != NULL) {
        for (uint32_t i = 0; i < count; i++)
            keys[i] = key_of(z, i);
        sort_keys(z, keys, count, keys + count);
        for (uint32_t i = 0; i < count; i++)
            order[i] = keys[i].node;
    } else {
        free(order);
        order = NULL;
    }
    free(keys);
    return order;
}

/* Nodes in their order, those of one owner as one, and the owners of records renumbered. */
static bool reorder(struct zone *z, const uint32_t *order)
{
    struct node *nodes = malloc(((size_t)z->node_count + 1) * sizeof(*nodes));
    uint32_t *position = malloc(((size_t)z->node_count + 1) * sizeof(*position)); /* [old number] = new number */
    uint32_t count = 0;
    if (nodes == NULL || position == NULL) {
        free(nodes);
        free(position);
        return false;
    }
    for (uint32_t i = 0; i < z->node_count; i++) {
        if (i + AHEAD < z->node_count)
            __builtin_prefetch(&z->nodes[order[i + AHEAD]]);
        const struct node *node = &z->nodes[order[i]];
        if (count == 0 || !dname_equal(nodes[count - 1].owner, node->owner))
            nodes[count++] = *node;
        position[order[i]] = count - 1;
    }
    for (uint32_t i = 0; i < z->record_count; i++)
        z->owners[i] = position[z->owners[i]];
    free(position);
    free(z->nodes);
    z->nodes = nodes;
    z->node_count = count;
    return true;
}

/* Names in the order of their nodes: sweeps then read memory from its beginning to its end. */
static bool gather_names(struct zone *z)
{
    struct pool names = {0};
    for (uint32_t i = 0; i < z->node_count; i++) {
        if (i + AHEAD < z->node_count)
            __builtin_prefetch(z->nodes[i + AHEAD].owner);
        size_t length = dname_length(z->nodes[i].owner);
        dname *copy = pool_take(&names, length, 1);
        if (copy == NULL) {
            pool_free(&names);
            return false;
        }
        memcpy(copy, z->nodes[i].owner, length);
        z->nodes[i].owner = copy;
    }
    pool_free(&z->names);
    z->names = names;
    return true;
}

/* Owners in canonical order, each once, and their names with them. */
static bool sort_nodes(struct zone *z)
{
    if (z->sorted)
        return true;
    uint32_t *order = sorted_order(z);
    bool ok = order != NULL && reorder(z, order);
    free(order);
    z->grouped = false;
    return ok && gather_names(z);
}

/* Records by owner, in the order of the file within one: a counting sort. */
static bool group_records(struct zone *z)
{
    for (uint32_t i = 0; i < z->record_count; i++) {
        if (i + AHEAD < z->record_count)
            __builtin_prefetch(&z->nodes[z->owners[i + AHEAD]], 1);
        z->nodes[z->owners[i]].first++;
    }
    for (uint32_t i = 0, at = 0; i < z->node_count; i++) {
        uint32_t count = z->nodes[i].first;
        z->nodes[i].first = at;
        at += count;
    }
    if (!z->grouped) {
        struct packed **sorted = malloc(((size_t)z->record_count + 1) * sizeof(struct packed *));
        if (sorted == NULL)
            return false;
        for (uint32_t i = 0; i < z->record_count; i++) {
            if (i + AHEAD < z->record_count)
                __builtin_prefetch(&z->nodes[z->owners[i + AHEAD]], 1);
            sorted[z->nodes[z->owners[i]].first++] = z->records[i];
        }
        for (uint32_t i = z->node_count; i > 0; i--)
            z->nodes[i - 1].first = i > 1 ? z->nodes[i - 2].first : 0;
        free(z->records);
        z->records = sorted;
    }
    free(z->owners);
    z->owners = NULL;
    return true;
}

/* ---- finishing: records of one owner ------------------------------------------------------------------------------------ */

static uint16_t covered_by(const struct packed *p)
{
    if (p->type != RRTYPE_RRSIG || p->rdata_length < 2)
        return p->type;
    return (uint16_t)((p->octets[0] << 8) | p->octets[1]);
}

/* The type a record belongs to with its signatures behind it, then class. */
static uint64_t rank(const struct packed *p)
{
    return ((uint64_t)covered_by(p) << 32) | ((uint64_t)(p->type == RRTYPE_RRSIG) << 16) | p->class;
}

static void sort_owner(struct packed **records, size_t count, struct packed **room)
{
    if (count <= 12) {
        for (size_t i = 1; i < count; i++) {
            struct packed *moved = records[i];
            size_t at = i;
            for (; at > 0 && rank(moved) < rank(records[at - 1]); at--)
                records[at] = records[at - 1];
            records[at] = moved;
        }
        return;
    }
    size_t left = count / 2;
    sort_owner(records, left, room);
    sort_owner(records + left, count - left, room);
    if (rank(records[left - 1]) <= rank(records[left]))
        return;
    memcpy(room, records, left * sizeof(*room));
    size_t a = 0;
    size_t b = left;
    for (size_t out = 0; a < left; out++)
        records[out] = b < count && rank(records[b]) < rank(room[a]) ? records[b++] : room[a++];
}

static bool same_data(const struct packed *a, const struct packed *b)
{
    return a->rdata_length == b->rdata_length && memcmp(a->octets, b->octets, a->rdata_length) == 0;
}

static void location_of(const struct zone *z, const struct packed *p, struct location *out)
{
    *out = (struct location){z->files[p->file], p->line, p->column, p->end_line, p->end_column};
}

static void note_duplicate(struct zone *z, const struct node *node, const struct packed *p, const struct packed *first)
{
    if (z->duplicate_total++ >= DUPLICATES_KEPT)
        return;
    struct zone_duplicate *list =
        grown(z->duplicates, sizeof(*z->duplicates), z->duplicate_count, &z->duplicate_room);
    if (list == NULL)
        return;
    z->duplicates = list;
    struct zone_duplicate *d = &z->duplicates[z->duplicate_count++];
    *d = (struct zone_duplicate){.owner = node->owner, .type = p->type};
    if (p->file != NO_FILE)
        location_of(z, p, &d->where);
    if (first->file != NO_FILE)
        location_of(z, first, &d->first);
}

/* Equal records of one set, found among `count` by hash if there are many: a set of a stranger's may be huge. */
static size_t drop_duplicates(struct zone *z, const struct node *node, struct packed **records, size_t count)
{
    size_t kept = 0;
    struct table *seen = count > 24 ? table_new() : NULL;
    for (size_t i = 0; i < count; i++) {
        struct packed *p = records[i];
        struct packed *twin = seen != NULL ? table_get(seen, p->octets, p->rdata_length) : NULL;
        for (size_t j = 0; seen == NULL && j < kept && twin == NULL; j++)
            twin = same_data(records[j], p) ? records[j] : NULL;
        if (twin != NULL) {
            if (p->ttl_s < twin->ttl_s)
                twin->ttl_s = p->ttl_s;
            note_duplicate(z, node, p, twin);
            continue;
        }
        if (seen != NULL)
            table_put(seen, p->octets, p->rdata_length, p);
        records[kept++] = p;
    }
    table_free(seen);
    return kept;
}

/* @return records left, moved to the front of `to` */
static uint32_t settle_owner(struct zone *z, struct node *node, struct packed **records, uint32_t count,
                             struct packed **to, struct packed **room)
{
    uint32_t kept = 0;
    sort_owner(records, count, room);
    for (uint32_t from = 0, end; from < count; from = end) {
        for (end = from + 1; end < count && rank(records[end]) == rank(records[from]);)
            end++;
        uint32_t left = (uint32_t)drop_duplicates(z, node, records + from, end - from);
        for (uint32_t i = from + 1; i < from + left && !z->ttls_differ; i++)
            z->ttls_differ = records[i]->type != RRTYPE_RRSIG && records[i]->ttl_s != records[from]->ttl_s;
        memmove(to + kept, records + from, left * sizeof(*to));
        kept += left;
        node->types |= (uint32_t)zone_type_bit(records[from]->type);
    }
    return kept;
}

/* Records of one owner behind those of the one before it: what sweeps read then lies in one piece. */
static bool move_records(struct pool *to, struct packed **records, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        size_t size = sizeof(struct packed) + records[i]->rdata_length;
        struct packed *copy = pool_take(to, size, sizeof(uint32_t));
        if (copy == NULL)
            return false;
        memcpy(copy, records[i], size);
        records[i] = copy;
    }
    return true;
}

static bool settle_owners(struct zone *z)
{
    uint32_t most = 0;
    uint32_t kept = 0;
    struct pool moved = {0};
    for (uint32_t i = 0; i < z->node_count; i++) {
        uint32_t end = i + 1 < z->node_count ? z->nodes[i + 1].first : z->record_count;
        most = end - z->nodes[i].first > most ? end - z->nodes[i].first : most;
    }
    struct packed **room = malloc((most + 1) * sizeof(struct packed *));
    if (room == NULL)
        return false;
    for (uint32_t i = 0; i < z->node_count; i++) {
        uint32_t first = z->nodes[i].first;
        uint32_t end = i + 1 < z->node_count ? z->nodes[i + 1].first : z->record_count;
        if (i + AHEAD < z->node_count)
            __builtin_prefetch(z->records[z->nodes[i + AHEAD].first]);
        uint32_t left = settle_owner(z, &z->nodes[i], z->records + first, end - first, z->records + kept, room);
        z->nodes[i].first = kept;
        if (!z->sorted && !move_records(&moved, z->records + kept, left)) {
            pool_free(&moved);
            free(room);
            return false;
        }
        kept += left;
    }
    free(room);
    if (!z->sorted) {
        pool_free(&z->packed);
        z->packed = moved;
    }
    z->record_count = kept;
    return true;
}

/* Canonical order has whole subtrees side by side, so one look back tells what lies below a cut. */
static void find_cuts(struct zone *z)
{
    const dname *cut = NULL;
    for (uint32_t i = 0; i < z->node_count; i++) {
        struct node *node = &z->nodes[i];
        node->place = ZONE_PLACE_AUTH;
        if (cut != NULL && dname_under(node->owner, cut)) {
            node->place = ZONE_PLACE_BELOW;
        } else if ((node->types & ZONE_HAS(NS)) != 0 && !dname_equal(node->owner, z->apex)) {
            cut = node->owner;
            node->place = ZONE_PLACE_CUT;
        }
    }
}

/* The owners of NSEC3, or without them of NSEC, for proofs: found by bisection, whatever stands between them. */
static bool list_denial(struct zone *z)
{
    uint32_t count = 0;
    size_t apex = zone_index(z, z->apex);
    z->has_nsec3 = apex != SIZE_MAX && (z->nodes[apex].types & ZONE_HAS(NSEC3PARAM)) != 0;
    uint64_t bit = z->has_nsec3 ? ZONE_HAS(NSEC3) : ZONE_HAS(NSEC);
    for (uint32_t i = 0; i < z->node_count; i++)
        count += (z->nodes[i].types & bit) != 0;
    z->denial = malloc((count + 1) * sizeof(*z->denial));
    if (z->denial == NULL)
        return false;
    for (uint32_t i = 0; i < z->node_count; i++) {
        if ((z->nodes[i].types & bit) != 0)
            z->denial[z->denial_count++] = i;
    }
    return true;
}

/* What was kept free for more comes back: there is no more. */
static void shrink(struct zone *z)
{
    void *nodes = realloc(z->nodes, (z->node_count + 1) * sizeof(*z->nodes));
    void *records = realloc(z->records, (z->record_count + 1) * sizeof(*z->records));
    z->nodes = nodes != NULL ? nodes : z->nodes;
    z->records = records != NULL ? records : z->records;
    z->node_room = z->node_count;
    z->record_room = z->record_count;
}

enum status zone_finish(struct zone *z)
{
    shrink(z);
    if (!sort_nodes(z) || !index_nodes(z) || !group_records(z) || !settle_owners(z))
        return STATUS_NOMEM;
    find_cuts(z);
    return list_denial(z) ? STATUS_OK : STATUS_NOMEM;
}

/* ---- reading -------------------------------------------------------------------------------------------------------------- */

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
            location_of(z, p, &room->where[i]);
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
    uint16_t covered = covered_by(z->records[from]);
    size_t at = from + 1;
    while (at < end && covered_by(z->records[at]) == covered)
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
