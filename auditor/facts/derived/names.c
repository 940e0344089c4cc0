/* SPDX-License-Identifier: BSD-2-Clause */
/* Collects the known names of a zone from every source that an attacker would use too. */
#include "auditor/facts/derived/names.h"

#include "auditor/facts/derived/delegation.h"
#include "auditor/facts/zone.h"

#include <stdlib.h>
#include <string.h>

/* Labels that most organisations have: few on purpose, each costs a query a domain. */
static const char *const common_labels[] = {
    "www", "mail", "autodiscover", "webmail", "vpn", "dev", "staging", "shop", "api", "cdn",
};

struct collection {
    struct known_name *items;
    size_t count, capacity;
    bool file_only; /* the target, then owners of its file in canonical order: nothing to sort */
};

#define NAMES_MAX 5000000U
/* Of a listing that was cut off at its cap (a server that never ends, or a zone too large to list without its owner's
 * key) so many names are judged: each costs questions, and a hostile server could ask for them without end. */
#define NAMES_OF_CUT_LISTING 500U

static void add(struct arena *a, struct collection *c, const dname *name, enum name_source source)
{
    if (c->count >= NAMES_MAX || name == NULL)
        return;
    if (c->count == c->capacity) {
        size_t capacity = c->capacity != 0 ? c->capacity * 2 : 32;
        struct known_name *items = arena_array(a, capacity, sizeof(*items));
        if (items == NULL)
            return;
        if (c->count > 0)
            memcpy(items, c->items, c->count * sizeof(*items));
        c->items = items;
        c->capacity = capacity;
    }
    c->items[c->count++] = (struct known_name){name, source};
}

static void reserve(struct arena *a, struct collection *c, size_t capacity)
{
    c->items = arena_array(a, capacity, sizeof(*c->items));
    c->capacity = c->items != NULL ? capacity : 0;
}

static int by_name(const void *pa, const void *pb)
{
    const struct known_name *a = pa;
    const struct known_name *b = pb;
    int difference = dname_compare(a->name, b->name);
    return difference != 0 ? difference : (int)a->source - (int)b->source;
}

/* Owners of a file: everything but what is never served, below a cut or a DNAME (RFC 6672 section 2.4), and the hashed
 * names of an NSEC3 chain. */
static void add_file(struct arena *a, struct collection *c, const struct zone *zone)
{
    const size_t apex = zone_index(zone, zone_apex(zone));
    const dname *redirected = NULL;
    for (size_t i = 0; i < zone_node_count(zone); i++) {
        const dname *owner = zone_owner_at(zone, i);
        if (redirected != NULL && i != apex && dname_under(owner, redirected))
            continue;
        redirected = (zone_types_at(zone, i) & ZONE_HAS(DNAME)) != 0 ? owner : NULL;
        if (i != apex && zone_place_at(zone, i) != ZONE_PLACE_BELOW &&
            (zone_types_at(zone, i) & ~(ZONE_HAS(NSEC3) | ZONE_HAS(RRSIG))) != 0)
            add(a, c, owner, dname_is_wildcard(owner) ? NAME_WILDCARD : NAME_FILE);
    }
}

static void add_transfers(struct facts *f, struct arena *a, struct collection *c, const dname *zone,
                          const struct delegation *d, bool *complete)
{
    bool keyed = facts_settings(f)->tsig_given;
    for (size_t i = 0; i < d->address_count; i++) {
        const struct transfer_ask plain = {.server = d->addresses[i].address, .zone = zone, .type = RRTYPE_AXFR};
        struct transfer_ask with_key = plain;
        with_key.with_key = true;
        const struct transfer *t = facts_transfer(f, &plain);
        if (keyed && (t->state != FACT_KNOWN || t->outcome != TRANSFER_DATA) && !*complete)
            t = facts_transfer(f, &with_key);
        if (t->state != FACT_KNOWN || t->outcome != TRANSFER_DATA)
            continue;
        size_t take = t->complete || t->name_count < NAMES_OF_CUT_LISTING ? t->name_count : NAMES_OF_CUT_LISTING;
        for (size_t n = 0; n < take; n++)
            add(a, c, t->names[n], NAME_TRANSFER);
        *complete = *complete || t->complete;
    }
}

static void add_walk(struct facts *f, struct arena *a, struct collection *c, const dname *zone, bool *complete)
{
    const struct answer *keys = facts_lookup(f, zone, RRTYPE_DNSKEY);
    if (keys->state != ANSWER_RRSET)
        return; /* not signed: nothing to walk */
    const struct walk *w = facts_walk(f, zone);
    if (w->state != FACT_KNOWN || w->outcome != WALK_NSEC)
        return;
    size_t take = w->complete || w->name_count < NAMES_OF_CUT_LISTING ? w->name_count : NAMES_OF_CUT_LISTING;
    for (size_t i = 0; i < take; i++)
        add(a, c, w->names[i], NAME_WALK);
    *complete = *complete || w->complete;
}

/* Does the answer to a name that we made up come from a wildcard, and is this answer the same? */
static bool same_as_wildcard(const struct answer *wildcard, const struct answer *answer)
{
    if (wildcard == NULL || wildcard->state != answer->state)
        return false;
    if (answer->state == ANSWER_ALIAS)
        return wildcard->target != NULL && answer->target != NULL &&
               dname_equal(wildcard->target, answer->target);
    if (answer->state != ANSWER_RRSET || wildcard->rrset->count != answer->rrset->count)
        return answer->state == ANSWER_NODATA;
    for (uint16_t i = 0; i < answer->rrset->count; i++) {
        const struct rdata *x = &answer->rrset->rdata[i];
        bool found = false;
        for (uint16_t j = 0; j < wildcard->rrset->count && !found; j++) {
            const struct rdata *y = &wildcard->rrset->rdata[j];
            found = x->length == y->length && memcmp(x->octets, y->octets, x->length) == 0;
        }
        if (!found)
            return false;
    }
    return true;
}

static void add_common(struct facts *f, struct arena *a, struct collection *c, const dname *zone,
                       const struct answer *wildcard)
{
    for (size_t i = 0; i < ARRAY_SIZE(common_labels); i++) {
        const dname *name = dname_prepend(a, common_labels[i], zone);
        if (name == NULL)
            continue;
        const struct answer *answer = facts_lookup(f, name, RRTYPE_A);
        /* No answer is no absence: the name is kept, and its checks say what they could not tell. */
        bool exists = answer->state == ANSWER_RRSET || answer->state == ANSWER_ALIAS ||
                      answer->state == ANSWER_NODATA || answer->state == ANSWER_UNKNOWN;
        if (exists && !answer->wildcard && !same_as_wildcard(wildcard, answer))
            add(a, c, name, NAME_COMMON);
    }
}

const struct answer *names_probe(struct facts *f, const dname *apex)
{
    return facts_lookup(f, facts_random_name(f, 0, apex), RRTYPE_A);
}

/* A random label that exists shows a wildcard directly below the apex. */
static const struct answer *find_wildcard(struct facts *f, const dname *zone)
{
    const struct answer *answer = names_probe(f, zone);
    bool exists = answer->state == ANSWER_RRSET || answer->state == ANSWER_ALIAS ||
                  answer->state == ANSWER_NODATA;
    return exists ? answer : NULL;
}

static void add_live(struct facts *f, struct arena *a, struct collection *c, struct names *out, const dname *zone,
                     const struct delegation *d)
{
    out->wildcard = find_wildcard(f, zone);
    add_transfers(f, a, c, zone, d, &out->complete);
    if (!out->complete)
        add_walk(f, a, c, zone, &out->complete);
    if (!out->complete)
        add_common(f, a, c, zone, out->wildcard);
    if (out->wildcard != NULL)
        add(a, c, dname_prepend(a, "*", zone), NAME_WILDCARD);
}

static void finish(struct names *out, struct collection *c)
{
    size_t kept = 0;
    if (c->file_only) { /* its owners are in order, each once, and there may be millions */
        out->list = c->items;
        out->count = c->count;
        return;
    }
    if (c->count > 1)
        qsort(c->items, c->count, sizeof(*c->items), by_name);
    for (size_t i = 0; i < c->count; i++) {
        if (kept > 0 && dname_equal(c->items[kept - 1].name, c->items[i].name))
            continue;
        c->items[kept] = c->items[i];
        if (dname_is_wildcard(c->items[kept].name))
            c->items[kept].source = NAME_WILDCARD;
        kept++;
    }
    out->list = c->items;
    out->count = kept;
}

static const void *names_compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    const dname *target = key;
    const struct settings *settings = facts_settings(f);
    struct names *out = arena_alloc(a, sizeof(*out));
    struct collection c = {0};
    (void)key_length;
    if (out == NULL)
        return NULL;
    const struct zone *zone = facts_zone(f);
    reserve(a, &c, settings->names_count + (zone != NULL ? zone_node_count(zone) : 0) + 1);
    add(a, &c, target, NAME_TARGET);
    for (size_t i = 0; i < settings->names_count; i++) {
        if (dname_under(settings->names[i], target))
            add(a, &c, settings->names[i], NAME_GIVEN);
    }
    if (zone != NULL) {
        c.file_only = c.count == 1;
        add_file(a, &c, zone);
        out->complete = true;
    } else if (settings->live) {
        const struct delegation *d = delegation_of(f, target);
        if (d->state == DELEGATION_OK)
            add_live(f, a, &c, out, target, d);
    }
    out->pending = facts_pending(f);
    finish(out, &c);
    return out;
}

const struct names *names_of(struct facts *f, const dname *target)
{
    return facts_derive(f, names_compute, target, dname_length(target));
}

bool names_has(const struct names *names, const dname *name)
{
    size_t low = 0;
    for (size_t high = names->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        int order = dname_compare(names->list[middle].name, name);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}
