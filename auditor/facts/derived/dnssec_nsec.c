/* SPDX-License-Identifier: BSD-2-Clause */
/* The denial chain of a zone file. */
#include "auditor/facts/derived/dnssec_nsec.h"

#include "auditor/facts/zone.h"

#include <stdlib.h>
#include <string.h>

#define BLOCKS_JUDGED 12500 /* SHA-1 blocks a name: the owner's own file, so more than a validator agrees to */

/* A name that needs a record: with authoritative data, a delegation, or empty between those. */
struct needed {
    const dname *owner;
    size_t node; /* of the zone; SIZE_MAX: an empty non-terminal */
    bool cut;
    bool unsigned_only;           /* an unsigned delegation, or an empty name with nothing else below */
    uint8_t hash[NSEC3_HASH_SIZE];
};

struct build {
    const struct zone *zone;
    struct arena *a;
    struct nsec_chain *chain;
    struct nsec_fault *faults;
    struct needed *names;
    size_t count, capacity;
};

static void fault(struct build *b, struct nsec_fault f)
{
    if (b->chain->fault_count < NSEC_FAULTS_MAX)
        b->faults[b->chain->fault_count++] = f;
    else
        b->chain->more++;
}

static const struct rrset *set_at(const struct build *b, size_t node, uint16_t type)
{
    return node != SIZE_MAX ? zone_set_at(b->zone, b->a, node, type) : NULL;
}

/* ---- names that need a record -------------------------------------------------------------------------- */

static bool only_nsec3(const struct zone *zone, size_t node)
{
    return (zone_types_at(zone, node) & ~(ZONE_HAS(NSEC3) | ZONE_HAS(RRSIG))) == 0;
}

static struct needed *add_name(struct build *b)
{
    if (b->count == b->capacity) {
        size_t capacity = b->capacity != 0 ? b->capacity * 2 : 64;
        struct needed *names = realloc(b->names, capacity * sizeof(*names));
        if (names == NULL)
            return NULL;
        b->names = names;
        b->capacity = capacity;
    }
    b->names[b->count] = (struct needed){0};
    return &b->names[b->count++];
}

static bool collect(struct build *b)
{
    for (size_t n = 0; n < zone_node_count(b->zone); n++) {
        bool cut = zone_place_at(b->zone, n) == ZONE_PLACE_CUT;
        if (only_nsec3(b->zone, n) || zone_place_at(b->zone, n) == ZONE_PLACE_BELOW)
            continue;
        struct needed *name = add_name(b);
        if (name == NULL)
            return false;
        *name = (struct needed){.owner = zone_owner_at(b->zone, n), .node = n, .cut = cut,
                                .unsigned_only = cut && (zone_types_at(b->zone, n) & ZONE_HAS(DS)) == 0};
    }
    return true;
}

/* Names are in canonical order, so what an empty name stands above is right behind where it would be: the names between
 * two neighbours are the ancestors of the second that the first does not share. */
static bool collect_empty(struct build *b)
{
    const size_t real = b->count;
    for (size_t i = 0; i < real; i++) {
        const dname *before = i > 0 ? b->names[i - 1].owner : zone_apex(b->zone);
        unsigned shared = dname_labels(dname_common(b->names[i].owner, before));
        for (unsigned n = shared + 1; n < dname_labels(b->names[i].owner); n++) {
            const dname *owner = dname_ancestor(b->names[i].owner, n);
            struct needed *name = add_name(b);
            if (name == NULL)
                return false;
            *name = (struct needed){.owner = owner, .node = SIZE_MAX, .unsigned_only = true};
            for (size_t k = i; k < real && dname_under(b->names[k].owner, owner) && name->unsigned_only; k++)
                name->unsigned_only = b->names[k].unsigned_only;
        }
    }
    return true;
}

/* ---- bitmaps ------------------------------------------------------------------------------------------- */

static bool type_there(const struct build *b, const struct needed *name, uint16_t type, bool nsec)
{
    if (type == RRTYPE_RRSIG) /* with NSEC3 an unsigned delegation has no signature at its name */
        return nsec || (name->node != SIZE_MAX && !name->unsigned_only);
    if (name->cut && type != RRTYPE_NS && type != RRTYPE_DS && type != RRTYPE_NSEC)
        return false;
    return type != RRTYPE_NSEC3 && set_at(b, name->node, type) != NULL;
}

/* The first type that the bitmap claims and is not there, or the other way round; 0 if they agree. */
static uint16_t differing(const struct build *b, const struct needed *name, const uint8_t *bitmap, size_t length,
                          bool nsec)
{
    struct {
        const uint8_t *at, *end;
    } r = {bitmap, bitmap + length};
    while (r.end - r.at >= 2 && r.end - r.at - 2 >= r.at[1]) {
        for (unsigned bit = 0; bit < r.at[1] * 8u; bit++) {
            uint16_t type = (uint16_t)(((unsigned)r.at[0] << 8) | bit);
            if ((r.at[2 + bit / 8] & (0x80 >> (bit & 7))) != 0 && !type_there(b, name, type, nsec))
                return type;
        }
        r.at += 2 + r.at[1];
    }
    struct zone_view view = {0};
    const struct zone_node *node = name->node != SIZE_MAX ? zone_node_at(b->zone, name->node, &view) : NULL;
    uint16_t found = 0;
    for (size_t i = 0; node != NULL && i < node->set_count && found == 0; i++) {
        uint16_t type = node->sets[i].type;
        if (type_there(b, name, type, nsec) && !dnssec_bitmap_has(bitmap, length, type))
            found = type;
    }
    zone_view_free(&view);
    return found;
}

static void check_bitmap(struct build *b, const struct needed *name, const struct rrset *set, const uint8_t *bitmap,
                         size_t length)
{
    struct nsec_fault f = {.kind = NSEC_FAULT_BITMAP, .owner = name->owner, .set = set};
    if (!dnssec_bitmap_valid(bitmap, length)) {
        f.what = "the bitmap of types is malformed";
        fault(b, f);
        return;
    }
    f.type = differing(b, name, bitmap, length, set->type == RRTYPE_NSEC);
    if (f.type == 0)
        return;
    f.what = dnssec_bitmap_has(bitmap, length, f.type) ? "the record claims a type that is not at the name"
                                                       : "the record leaves out a type that is at the name";
    fault(b, f);
}

/* ---- NSEC ---------------------------------------------------------------------------------------------- */

static size_t name_index(const struct build *b, const dname *owner)
{
    for (size_t low = 0, high = b->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        int order = dname_compare(b->names[middle].owner, owner);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return b->count;
}

/* Names between an owner and its next: they exist, and the span denies them. */
static void deny_between(struct build *b, size_t from, size_t to, const struct rrset *set)
{
    for (size_t i = from; i < to; i++)
        fault(b, (struct nsec_fault){.kind = NSEC_FAULT_DENIES, .owner = b->names[i].owner, .set = set,
                                     .what = "an NSEC record passes over this name, as if it did not exist"});
}

/* @return index of the name that the chain goes on with; count at the end */
static size_t follow(struct build *b, size_t at)
{
    const struct rrset *set = set_at(b, b->names[at].node, RRTYPE_NSEC);
    struct dnssec_nsec nsec;
    struct nsec_fault f = {.kind = NSEC_FAULT_LINK, .owner = b->names[at].owner, .set = set};
    if (set == NULL || !dnssec_nsec_read(&set->rdata[0], &nsec)) {
        f.what = set == NULL ? "there is no NSEC record at this name" : "the NSEC record cannot be read";
        fault(b, f);
        return at + 1;
    }
    check_bitmap(b, &b->names[at], set, nsec.bitmap, nsec.bitmap_length);
    if (dname_equal(nsec.next, zone_apex(b->zone))) {
        deny_between(b, at + 1, b->count, set);
        return b->count;
    }
    size_t next = name_index(b, nsec.next);
    if (next == b->count || next <= at) {
        f.what = next == b->count ? "the next name of the NSEC record does not exist"
                                  : "the NSEC chain runs backwards here";
        fault(b, f);
        return at + 1;
    }
    deny_between(b, at + 1, next, set);
    return next;
}

static void judge_nsec(struct build *b)
{
    size_t last = b->count;
    for (size_t at = 0; at < b->count;) {
        last = at;
        at = follow(b, at);
    }
    const struct rrset *set = last < b->count ? set_at(b, b->names[last].node, RRTYPE_NSEC) : NULL;
    struct dnssec_nsec nsec;
    if (set != NULL && dnssec_nsec_read(&set->rdata[0], &nsec) && !dname_equal(nsec.next, zone_apex(b->zone)))
        fault(b, (struct nsec_fault){.kind = NSEC_FAULT_LINK, .owner = b->names[last].owner, .set = set,
                                     .what = "the last NSEC record does not point back to the apex"});
}

/* ---- NSEC3 --------------------------------------------------------------------------------------------- */

struct link {
    uint8_t hash[NSEC3_HASH_SIZE];
    struct dnssec_nsec3 data;
    const struct rrset *set;
};

static int by_hash(const void *a, const void *b)
{
    return memcmp(((const struct link *)a)->hash, ((const struct link *)b)->hash, NSEC3_HASH_SIZE);
}

/* The records of one chain, in order of hashes. Malformed ones are dnssec.nsec3-malformed-owner. */
static struct link *read_links(const struct build *b, size_t *count)
{
    struct link *list = calloc(zone_node_count(b->zone), sizeof(*list));
    *count = 0;
    for (size_t n = 0; list != NULL && n < zone_node_count(b->zone); n++) {
        struct link *link = &list[*count];
        link->set = set_at(b, n, RRTYPE_NSEC3);
        if (link->set != NULL && dnssec_nsec3_read(&link->set->rdata[0], &link->data) &&
            link->data.hash_algorithm == 1 && link->data.next_length == NSEC3_HASH_SIZE &&
            dnssec_nsec3_owner_hash(link->set->owner, link->hash))
            (*count)++;
    }
    if (list != NULL && *count > 1)
        qsort(list, *count, sizeof(*list), by_hash);
    return list;
}

/* The last link at or before the hash; the last of all wraps round. */
static const struct link *link_for(const struct link *links, size_t count, const uint8_t *hash)
{
    size_t low = 0;
    for (size_t high = count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(links[middle].hash, hash, NSEC3_HASH_SIZE) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return &links[(low > 0 ? low : count) - 1];
}

static void judge_name(struct build *b, const struct needed *name, const struct link *links, size_t count)
{
    const struct link *link = link_for(links, count, name->hash);
    if (memcmp(link->hash, name->hash, NSEC3_HASH_SIZE) == 0) {
        check_bitmap(b, name, link->set, link->data.bitmap, link->data.bitmap_length);
        return;
    }
    if (memcmp(link->data.next, name->hash, NSEC3_HASH_SIZE) == 0) {
        fault(b, (struct nsec_fault){.kind = NSEC_FAULT_LINK, .owner = name->owner, .set = link->set,
                                     .what = "the chain leads to the NSEC3 record of this name, which is missing"});
    } else if (!name->unsigned_only) {
        fault(b, (struct nsec_fault){.kind = NSEC_FAULT_DENIES, .owner = name->owner, .set = link->set,
                                     .what = "no NSEC3 record for this name: a span covers its hash"});
    } else if ((link->data.flags & NSEC3_FLAG_OPTOUT) == 0) { /* RFC 5155 section 7.1, trap T5 */
        fault(b, (struct nsec_fault){.kind = NSEC_FAULT_OPTOUT, .owner = name->owner, .set = link->set,
                                     .what = "no NSEC3 record, and the span that covers the hash has no opt-out flag"});
    }
}

static int name_by_hash(const void *a, const void *b)
{
    return memcmp(((const struct needed *)a)->hash, ((const struct needed *)b)->hash, NSEC3_HASH_SIZE);
}

/* A link to the hash of a name without a record was told with that name. */
static bool told_by_name(const struct build *b, const uint8_t *hash)
{
    struct needed wanted;
    memcpy(wanted.hash, hash, NSEC3_HASH_SIZE);
    return bsearch(&wanted, b->names, b->count, sizeof(wanted), name_by_hash) != NULL;
}

static void judge_links(struct build *b, const struct link *links, size_t count)
{
    qsort(b->names, b->count, sizeof(*b->names), name_by_hash);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *next = links[i].data.next;
        const struct link *there = link_for(links, count, next);
        bool exists = memcmp(there->hash, next, NSEC3_HASH_SIZE) == 0;
        if (memcmp(next, links[(i + 1) % count].hash, NSEC3_HASH_SIZE) != 0 && (exists || !told_by_name(b, next)))
            fault(b, (struct nsec_fault){.kind = NSEC_FAULT_LINK, .owner = links[i].set->owner, .set = links[i].set,
                                         .what = "the next hash of the NSEC3 record is not the next in the zone"});
    }
}

static void judge_nsec3(struct build *b)
{
    size_t count = 0;
    struct link *links = read_links(b, &count);
    if (links != NULL && count > 0 && collect_empty(b)) {
        for (size_t i = 0; i < b->count && !b->chain->costly; i++)
            b->chain->costly = dnssec_nsec3_hash_within(&links[0].data, b->names[i].owner, BLOCKS_JUDGED,
                                                        b->names[i].hash) != STATUS_OK;
        for (size_t i = 0; i < b->count && !b->chain->costly; i++)
            judge_name(b, &b->names[i], links, count);
        if (!b->chain->costly)
            judge_links(b, links, count);
    }
    free(links);
}

/* ---- the fact ------------------------------------------------------------------------------------------ */

static const struct nsec_chain no_chain = {.none = true};

static bool any_nsec3(const struct zone *zone)
{
    for (size_t n = 0; n < zone_node_count(zone); n++) {
        if ((zone_types_at(zone, n) & ZONE_HAS(NSEC3)) != 0)
            return true;
    }
    return false;
}

static const void *compute_chain(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    (void)key;
    (void)key_length;
    const struct zone *zone = facts_zone(f);
    struct nsec_chain *chain = arena_alloc(a, sizeof(*chain));
    struct build b = {.zone = zone, .a = a, .chain = chain};
    b.faults = arena_array(a, NSEC_FAULTS_MAX, sizeof(*b.faults));
    if (zone == NULL || chain == NULL || b.faults == NULL)
        return &no_chain;
    chain->faults = b.faults;
    bool nsec = zone_has(zone, zone_apex(zone), RRTYPE_NSEC);
    chain->nsec3 = !nsec && any_nsec3(zone);
    chain->none = !nsec && !chain->nsec3;
    if (!chain->none && collect(&b)) {
        if (nsec)
            judge_nsec(&b);
        else
            judge_nsec3(&b);
    }
    free(b.names);
    return chain;
}

const struct nsec_chain *nsec_chain_of(struct facts *f)
{
    const struct nsec_chain *chain = facts_derive(f, compute_chain, "", 0);
    return chain != NULL ? chain : &no_chain;
}
