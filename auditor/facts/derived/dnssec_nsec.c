/* SPDX-License-Identifier: BSD-2-Clause */
/* The denial chain of a zone file. Both kinds cost one pass: NSEC is followed in canonical order, for NSEC3
 * the names are hashed once and looked up among the sorted owners. Sets are made only for what is told. */
#include "auditor/facts/derived/dnssec_nsec.h"

#include "auditor/base/jobs.h"
#include "auditor/base/table.h"
#include "auditor/facts/zone.h"

#include <stdlib.h>
#include <string.h>

#define BLOCKS_JUDGED 12500          /* SHA-1 blocks a name: their own file, so more than a validator does */
#define BLOCKS_IN_ALL (400 * 1000000ULL) /* and for the whole zone: half a minute */
#define PIECE_NAMES 4096U
#define MANY_SETS 64U
#define SAMPLES_MAX 4096U
#define ENTIRE 0 /* a name that is an owner; else labels of the empty name above it */

/* A name that needs a record with NSEC3: with authoritative data, a delegation, or empty between those. */
struct needed {
    uint8_t hash[NSEC3_HASH_SIZE];
    uint32_t node;                /* whose owner it is, or lies above */
    uint8_t labels;               /* ENTIRE, or of an empty non-terminal */
    bool unsigned_only;           /* an unsigned delegation, or an empty name with nothing else below */
};

/* An NSEC3 record, in order of hashes. */
struct link {
    uint8_t hash[NSEC3_HASH_SIZE];
    uint32_t node;
};

struct build {
    const struct zone *zone;
    struct arena *a;
    unsigned jobs;
    struct nsec_chain *chain;
    struct nsec_fault *faults;
    struct zone_view view;        /* the node under way */
    uint8_t *types;               /* a bit for each, of a node with very many sets */
    struct needed *names;
    size_t count, capacity;
    bool by_hash;                 /* names are sorted by hash */
    struct link *links;
    size_t link_count;
    struct dnssec_nsec3 parameters;
};

static void fault(struct build *b, struct nsec_fault f, size_t set_node, uint16_t set_type)
{
    if (b->chain->fault_count == NSEC_FAULTS_MAX) {
        b->chain->more++;
        return;
    }
    if (set_node != SIZE_MAX)
        f.set = zone_set_at(b->zone, b->a, set_node, set_type);
    b->faults[b->chain->fault_count++] = f;
}

/* The records that an owner's own record must name, or that stand at it: none at glue and at NSEC3 owners. */
static bool needs_record(const struct zone *zone, size_t node)
{
    return zone_place_at(zone, node) != ZONE_PLACE_BELOW &&
           (zone_types_at(zone, node) & ~(ZONE_HAS(NSEC3) | ZONE_HAS(RRSIG))) != 0;
}

static bool is_cut(const struct zone *zone, size_t node)
{
    return zone_place_at(zone, node) == ZONE_PLACE_CUT;
}

static bool is_unsigned_cut(const struct zone *zone, size_t node)
{
    return is_cut(zone, node) && (zone_types_at(zone, node) & ZONE_HAS(DS)) == 0;
}

/* The first name at or behind the index that needs a record; the number of nodes if there is none. */
static size_t next_needed(const struct zone *zone, size_t node)
{
    while (node < zone_node_count(zone) && !needs_record(zone, node))
        node++;
    return node;
}

/* ---- bitmaps --------------------------------------------------------------------------------------- */

/* The name that a bitmap is about. */
struct at_name {
    const struct zone_node *node; /* NULL: an empty non-terminal */
    const uint8_t *types;         /* a bit for each type there; NULL: few enough to look through */
    bool cut, unsigned_only, nsec;
};

static bool set_there(const struct at_name *name, uint16_t type)
{
    if (name->types != NULL)
        return (name->types[type / 8] & (1 << (type & 7))) != 0;
    return name->node != NULL && zone_node_set(name->node, type) != NULL;
}

static bool type_there(const struct at_name *name, uint16_t type)
{
    if (type == RRTYPE_RRSIG) /* with NSEC3 an unsigned delegation has no signature at its name */
        return name->nsec || (name->node != NULL && !name->unsigned_only);
    if (name->cut && type != RRTYPE_NS && type != RRTYPE_DS && type != RRTYPE_NSEC)
        return false;
    return type != RRTYPE_NSEC3 && set_there(name, type);
}

/* The first type that the bitmap claims and is not there, or the other way round; 0 if they agree. */
static uint16_t differing(const struct at_name *name, const uint8_t *bitmap, size_t length)
{
    const uint8_t *const end = bitmap + length;
    for (const uint8_t *at = bitmap; end - at >= 2 && end - at - 2 >= at[1]; at += 2 + at[1]) {
        for (unsigned bit = 0; bit < at[1] * 8U; bit++) {
            uint16_t type = (uint16_t)(((unsigned)at[0] << 8) | bit);
            if ((at[2 + bit / 8] & (0x80 >> (bit & 7))) != 0 && !type_there(name, type))
                return type;
        }
    }
    for (size_t i = 0; name->node != NULL && i < name->node->set_count; i++) {
        uint16_t type = name->node->sets[i].type;
        if (type_there(name, type) && !dnssec_bitmap_has(bitmap, length, type))
            return type;
    }
    return 0;
}

/* Types of a node with so many sets that looking through them for each bit would take too long. */
static const uint8_t *note_types(struct build *b, const struct zone_node *node)
{
    if (node == NULL || node->set_count <= MANY_SETS)
        return NULL;
    if (b->types == NULL)
        b->types = malloc(UINT16_MAX / 8 + 1);
    if (b->types == NULL)
        return NULL;
    memset(b->types, 0, UINT16_MAX / 8 + 1);
    for (size_t i = 0; i < node->set_count; i++)
        b->types[node->sets[i].type / 8] |= (uint8_t)(1 << (node->sets[i].type & 7));
    return b->types;
}

static void check_bitmap(struct build *b, struct at_name *name, const dname *owner, const uint8_t *bitmap,
                         size_t length, size_t set_node)
{
    name->types = note_types(b, name->node);
    struct nsec_fault f = {.kind = NSEC_FAULT_BITMAP, .owner = owner};
    if (!dnssec_bitmap_valid(bitmap, length)) {
        f.what = "the bitmap of types is malformed";
    } else if ((f.type = differing(name, bitmap, length)) != 0) {
        f.what = dnssec_bitmap_has(bitmap, length, f.type)
                     ? "the record claims a type that is not at the name"
                     : "the record leaves out a type that is at the name";
    }
    if (f.what != NULL)
        fault(b, f, set_node, name->nsec ? RRTYPE_NSEC : RRTYPE_NSEC3);
}

/* ---- NSEC ------------------------------------------------------------------------------------------ */

static void link_fault(struct build *b, size_t at, bool there, const char *what)
{
    fault(b, (struct nsec_fault){.kind = NSEC_FAULT_LINK, .owner = zone_owner_at(b->zone, at), .what = what},
          there ? at : SIZE_MAX, RRTYPE_NSEC);
}

/* Names between an owner and its next: they exist, and the span denies them. */
static void deny_between(struct build *b, size_t from, size_t to, size_t by)
{
    for (size_t i = next_needed(b->zone, from); i < to; i = next_needed(b->zone, i + 1))
        fault(b, (struct nsec_fault){.kind = NSEC_FAULT_DENIES, .owner = zone_owner_at(b->zone, i),
                                     .what = "an NSEC record passes over this name, as if it did not exist"},
              by, RRTYPE_NSEC);
}

/* @return the name that the chain goes on with; the number of nodes at the end */
static size_t follow(struct build *b, size_t at, struct dnssec_nsec *nsec)
{
    const struct zone *zone = b->zone;
    const size_t behind = next_needed(zone, at + 1);
    const struct zone_node *node = zone_node_at(zone, at, &b->view);
    const struct rrset *set = node != NULL ? zone_node_set(node, RRTYPE_NSEC) : NULL;
    nsec->next = NULL;
    if (set == NULL || !dnssec_nsec_read(&set->rdata[0], nsec)) {
        nsec->next = NULL;
        link_fault(b, at, set != NULL,
                   set == NULL ? "there is no NSEC record at this name" : "the NSEC record cannot be read");
        return behind;
    }
    struct at_name name = {.node = node, .cut = is_cut(zone, at), .nsec = true,
                           .unsigned_only = is_unsigned_cut(zone, at)};
    check_bitmap(b, &name, node->owner, nsec->bitmap, nsec->bitmap_length, at);
    if (behind < zone_node_count(zone) && dname_equal(nsec->next, zone_owner_at(zone, behind)))
        return behind;
    if (dname_equal(nsec->next, zone_apex(zone))) {
        deny_between(b, behind, zone_node_count(zone), at);
        return zone_node_count(zone);
    }
    size_t next = zone_index(zone, nsec->next);
    bool exists = next != SIZE_MAX && needs_record(zone, next);
    if (!exists || next <= at) {
        link_fault(b, at, true, exists ? "the NSEC chain runs backwards here"
                                       : "the next name of the NSEC record does not exist");
        return behind;
    }
    deny_between(b, behind, next, at);
    return next;
}

static void judge_nsec(struct build *b)
{
    struct dnssec_nsec nsec = {0};
    size_t last = SIZE_MAX;
    for (size_t at = next_needed(b->zone, 0); at < zone_node_count(b->zone);) {
        last = at;
        at = follow(b, at, &nsec);
    }
    if (nsec.next != NULL && !dname_equal(nsec.next, zone_apex(b->zone)))
        link_fault(b, last, true, "the last NSEC record does not point back to the apex");
}

/* ---- NSEC3: names that need a record --------------------------------------------------------------- */

static const dname *name_of(const struct build *b, const struct needed *name)
{
    const dname *owner = zone_owner_at(b->zone, name->node);
    return name->labels == ENTIRE ? owner : dname_ancestor(owner, name->labels);
}

static bool add_name(struct build *b, struct needed name)
{
    if (b->count == b->capacity) {
        size_t capacity = b->capacity + b->capacity / 2 + 64;
        struct needed *names = realloc(b->names, capacity * sizeof(*names));
        if (names == NULL)
            return false;
        b->names = names;
        b->capacity = capacity;
    }
    b->names[b->count++] = name;
    return true;
}

static bool collect(struct build *b)
{
    size_t wanted = 0;
    for (size_t n = next_needed(b->zone, 0); n < zone_node_count(b->zone); n = next_needed(b->zone, n + 1))
        wanted++;
    b->names = malloc((wanted + 1) * sizeof(*b->names));
    b->capacity = b->names != NULL ? wanted + 1 : 0;
    for (size_t n = next_needed(b->zone, 0); n < zone_node_count(b->zone); n = next_needed(b->zone, n + 1)) {
        if (!add_name(b, (struct needed){.node = (uint32_t)n, .unsigned_only = is_unsigned_cut(b->zone, n)}))
            return false;
    }
    return true;
}

/* Nothing but unsigned delegations stands below the empty name; those are the names from index `at` on. */
static bool only_unsigned(const struct build *b, const dname *empty, size_t at, size_t end)
{
    for (; at < end && dname_under(zone_owner_at(b->zone, b->names[at].node), empty); at++) {
        if (!b->names[at].unsigned_only)
            return false;
    }
    return true;
}

/* Names are in canonical order, so what an empty name stands above is right behind where it would be: the
 * names between two neighbours are the ancestors of the second that the first does not share. */
static bool collect_empty(struct build *b)
{
    const size_t real = b->count;
    for (size_t i = 0; i < real; i++) {
        const dname *owner = zone_owner_at(b->zone, b->names[i].node);
        const dname *before = i > 0 ? zone_owner_at(b->zone, b->names[i - 1].node) : zone_apex(b->zone);
        const unsigned labels = dname_labels(owner);
        for (unsigned n = dname_labels(dname_common(owner, before)) + 1; n < labels; n++) {
            bool unsigned_only = only_unsigned(b, dname_ancestor(owner, n), i, real);
            if (!add_name(b, (struct needed){.node = b->names[i].node, .labels = (uint8_t)n,
                                             .unsigned_only = unsigned_only}))
                return false;
        }
    }
    return true;
}

static void hash_piece(void *context, unsigned worker, size_t piece)
{
    struct build *b = context;
    (void)worker;
    for (size_t i = piece * PIECE_NAMES; i < b->count && i < (piece + 1) * PIECE_NAMES; i++)
        dnssec_nsec3_hash_within(&b->parameters, name_of(b, &b->names[i]), BLOCKS_JUDGED, b->names[i].hash);
}

/* @return false if that is more work than we agree to */
static bool hash_names(struct build *b)
{
    const unsigned blocks = dnssec_nsec3_blocks(b->parameters.iterations, b->parameters.salt_length);
    if (blocks > BLOCKS_JUDGED || (uint64_t)blocks * b->count > BLOCKS_IN_ALL)
        return false;
    jobs_run(b->jobs, (b->count + PIECE_NAMES - 1) / PIECE_NAMES, hash_piece, b);
    return true;
}

/* ---- NSEC3: records -------------------------------------------------------------------------------- */

static int by_hash(const void *a, const void *b)
{
    return memcmp(((const struct link *)a)->hash, ((const struct link *)b)->hash, NSEC3_HASH_SIZE);
}

/* A record that can be part of the chain; malformed ones are dnssec.nsec3-malformed-owner. */
static const struct rrset *read_link(struct build *b, size_t node, struct dnssec_nsec3 *out, uint8_t *hash)
{
    const struct zone_node *at = zone_node_at(b->zone, node, &b->view);
    const struct rrset *set = at != NULL ? zone_node_set(at, RRTYPE_NSEC3) : NULL;
    bool good = set != NULL && dnssec_nsec3_read(&set->rdata[0], out) && out->hash_algorithm == 1 &&
                out->next_length == NSEC3_HASH_SIZE && dnssec_nsec3_owner_hash(set->owner, hash);
    return good ? set : NULL;
}

/* Canonical order of base32hex is the order of hashes, unless some owner is not where it should be. */
static bool read_links(struct build *b)
{
    size_t wanted = 0;
    bool sorted = true;
    for (size_t n = 0; n < zone_node_count(b->zone); n++)
        wanted += (zone_types_at(b->zone, n) & ZONE_HAS(NSEC3)) != 0;
    b->links = malloc((wanted + 1) * sizeof(*b->links));
    for (size_t n = 0; b->links != NULL && n < zone_node_count(b->zone); n++) {
        struct dnssec_nsec3 data;
        struct link *link = &b->links[b->link_count];
        if ((zone_types_at(b->zone, n) & ZONE_HAS(NSEC3)) == 0 || read_link(b, n, &data, link->hash) == NULL)
            continue;
        link->node = (uint32_t)n;
        sorted = sorted && (b->link_count == 0 || by_hash(link - 1, link) <= 0);
        b->link_count++;
    }
    if (b->link_count > 1 && !sorted)
        qsort(b->links, b->link_count, sizeof(*b->links), by_hash);
    uint8_t unused[NSEC3_HASH_SIZE];
    return b->link_count > 0 && read_link(b, b->links[0].node, &b->parameters, unused) != NULL;
}

/* The last link at or before the hash; the last of all wraps round. */
static const struct link *link_for(const struct build *b, const uint8_t *hash)
{
    size_t low = 0;
    for (size_t high = b->link_count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(b->links[middle].hash, hash, NSEC3_HASH_SIZE) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return &b->links[(low > 0 ? low : b->link_count) - 1];
}

static void check_nsec3_bitmap(struct build *b, const struct needed *name, const struct dnssec_nsec3 *data,
                               size_t set_node)
{
    struct at_name at = {.unsigned_only = name->unsigned_only};
    if (name->labels == ENTIRE) { /* the octets of the record stay where they are: the view may move on */
        at.node = zone_node_at(b->zone, name->node, &b->view);
        at.cut = is_cut(b->zone, name->node);
    }
    check_bitmap(b, &at, name_of(b, name), data->bitmap, data->bitmap_length, set_node);
}

static void judge_name(struct build *b, const struct needed *name)
{
    const struct link *link = link_for(b, name->hash);
    struct dnssec_nsec3 data;
    uint8_t hash[NSEC3_HASH_SIZE];
    struct nsec_fault f = {.owner = name_of(b, name)};
    if (read_link(b, link->node, &data, hash) == NULL)
        return;
    if (memcmp(hash, name->hash, NSEC3_HASH_SIZE) == 0) {
        check_nsec3_bitmap(b, name, &data, link->node);
        return;
    }
    if (memcmp(data.next, name->hash, NSEC3_HASH_SIZE) == 0) {
        f.kind = NSEC_FAULT_LINK;
        f.what = "the chain leads to the NSEC3 record of this name, which is missing";
    } else if (!name->unsigned_only) {
        f.kind = NSEC_FAULT_DENIES;
        f.what = "no NSEC3 record for this name: a span covers its hash";
    } else if ((data.flags & NSEC3_FLAG_OPTOUT) == 0) { /* RFC 5155 section 7.1, trap T5 */
        f.kind = NSEC_FAULT_OPTOUT;
        f.what = "no NSEC3 record, and the span that covers the hash has no opt-out flag";
    }
    if (f.what != NULL)
        fault(b, f, link->node, RRTYPE_NSEC3);
}

static int name_by_hash(const void *a, const void *b)
{
    return memcmp(((const struct needed *)a)->hash, ((const struct needed *)b)->hash, NSEC3_HASH_SIZE);
}

/* A link to the hash of a name without a record was told with that name. */
static bool told_by_name(struct build *b, const uint8_t *hash)
{
    struct needed wanted;
    memcpy(wanted.hash, hash, NSEC3_HASH_SIZE);
    if (!b->by_hash)
        qsort(b->names, b->count, sizeof(*b->names), name_by_hash);
    b->by_hash = true;
    return bsearch(&wanted, b->names, b->count, sizeof(wanted), name_by_hash) != NULL;
}

static void nsec3_link_fault(struct build *b, size_t at)
{
    fault(b, (struct nsec_fault){.kind = NSEC_FAULT_LINK, .owner = zone_owner_at(b->zone, at),
                                 .what = "the next hash of the NSEC3 record is not the next in the zone"},
          at, RRTYPE_NSEC3);
}

static void judge_links(struct build *b)
{
    for (size_t i = 0; i < b->link_count; i++) {
        const struct link *link = &b->links[i];
        struct dnssec_nsec3 data;
        uint8_t hash[NSEC3_HASH_SIZE];
        const struct rrset *set = read_link(b, link->node, &data, hash);
        if (set == NULL || memcmp(data.next, b->links[(i + 1) % b->link_count].hash, NSEC3_HASH_SIZE) == 0)
            continue;
        bool exists = memcmp(link_for(b, data.next)->hash, data.next, NSEC3_HASH_SIZE) == 0;
        if (exists || !told_by_name(b, data.next))
            nsec3_link_fault(b, link->node);
    }
}

static void judge_nsec3(struct build *b)
{
    if (!read_links(b) || !collect(b) || !collect_empty(b))
        return;
    b->chain->costly = !hash_names(b);
    for (size_t i = 0; i < b->count && !b->chain->costly; i++)
        judge_name(b, &b->names[i]);
    if (!b->chain->costly)
        judge_links(b);
}

/* ---- the fact -------------------------------------------------------------------------------------- */

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
    struct build b = {.zone = zone, .a = a, .chain = chain, .jobs = facts_settings(f)->jobs};
    b.faults = arena_array(a, NSEC_FAULTS_MAX, sizeof(*b.faults));
    if (zone == NULL || chain == NULL || b.faults == NULL)
        return &no_chain;
    chain->faults = b.faults;
    bool nsec = zone_has(zone, zone_apex(zone), RRTYPE_NSEC);
    chain->nsec3 = !nsec && any_nsec3(zone);
    chain->none = !nsec && !chain->nsec3;
    if (nsec)
        judge_nsec(&b);
    else if (chain->nsec3)
        judge_nsec3(&b);
    zone_view_free(&b.view);
    free(b.types);
    free(b.names);
    free(b.links);
    return chain;
}

const struct nsec_chain *nsec_chain_of(struct facts *f)
{
    const struct nsec_chain *chain = facts_derive(f, compute_chain, "", 0);
    return chain != NULL ? chain : &no_chain;
}

/* ---- the forms of NSEC3 records -------------------------------------------------------------------- */

struct samples {
    struct nsec3_sample *list;
    size_t count;
};

/* What checks of parameters look at, as octets to compare. */
static void form_of(const struct rrset *set, const struct rdata *rdata, uint8_t form[static 8])
{
    struct dnssec_nsec3 data = {0};
    uint8_t hash[NSEC3_HASH_SIZE];
    memset(form, 0, 8);
    form[0] = dnssec_nsec3_read(rdata, &data);
    form[1] = dnssec_nsec3_owner_hash(set->owner, hash);
    if (form[0] == 0)
        return;
    form[2] = data.hash_algorithm;
    form[3] = data.flags;
    form[4] = (uint8_t)(data.iterations >> 8);
    form[5] = (uint8_t)data.iterations;
    form[6] = data.salt_length;
    form[7] = data.next_length;
}

static void sample_node(struct samples *s, struct arena *a, struct table *seen, const struct zone *zone,
                        const struct zone_node *node)
{
    const struct rrset *set = zone_node_set(node, RRTYPE_NSEC3);
    for (uint16_t i = 0; set != NULL && i < set->count && s->count < SAMPLES_MAX; i++) {
        uint8_t form[8];
        form_of(set, &set->rdata[i], form);
        if (table_get(seen, form, sizeof(form)) != NULL || table_put(seen, form, sizeof(form), s) != 0)
            continue;
        const struct rrset *kept = zone_set_at(zone, a, node->index, RRTYPE_NSEC3);
        if (kept != NULL)
            s->list[s->count++] = (struct nsec3_sample){.set = kept, .record = i};
    }
}

static const void *compute_samples(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    (void)key;
    (void)key_length;
    const struct zone *zone = facts_zone(f);
    struct samples *s = arena_alloc(a, sizeof(*s));
    struct zone_view view = {0};
    struct table *seen = table_new();
    if (s != NULL && zone != NULL && seen != NULL && any_nsec3(zone))
        s->list = arena_array(a, SAMPLES_MAX, sizeof(*s->list));
    for (size_t n = 0; s != NULL && s->list != NULL && n < zone_node_count(zone); n++) {
        const struct zone_node *node =
            (zone_types_at(zone, n) & ZONE_HAS(NSEC3)) != 0 ? zone_node_at(zone, n, &view) : NULL;
        if (node != NULL)
            sample_node(s, a, seen, zone, node);
    }
    zone_view_free(&view);
    table_free(seen);
    return s;
}

const struct nsec3_sample *nsec3_samples_of(struct facts *f, size_t *count)
{
    const struct samples *s = facts_derive(f, compute_samples, "", 0);
    *count = s != NULL ? s->count : 0;
    return s != NULL ? s->list : NULL;
}
