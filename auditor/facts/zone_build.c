/* SPDX-License-Identifier: BSD-2-Clause */
/* How a zone is made: records are packed as they come; zone_finish sorts the owners once and lays the records out by
 * owner. */
#include "auditor/facts/zone_private.h"

#include <stdlib.h>
#include <string.h>

#define POOL_CHUNK ((size_t)1 << 18)
#define FILES_MAX 65000U
#define DUPLICATES_KEPT 1000U

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

/* ---- owners --------------------------------------------------------------------------------------------------------- */

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
        z->nodes[i].hash = zone_hash(z->nodes[i].owner, dname_length(z->nodes[i].owner));
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

/* The type a record belongs to with its signatures behind it, then class. */
static uint64_t rank(const struct packed *p)
{
    return ((uint64_t)packed_covers(p) << 32) | ((uint64_t)(p->type == RRTYPE_RRSIG) << 16) | p->class;
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
        packed_location(z, p, &d->where);
    if (first->file != NO_FILE)
        packed_location(z, first, &d->first);
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
