/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts from zone files. */
#include "auditor/facts/offline.h"

const struct zone *offline_zone(const struct offline *zones, const dname *name, uint16_t type)
{
    const struct zone *best = NULL;
    for (size_t i = 0; i < zones->count; i++) {
        const struct zone *z = zones->zones[i];
        if (!dname_under(name, zone_apex(z)))
            continue;
        if (type == RRTYPE_DS && dname_equal(name, zone_apex(z)))
            continue;
        if (best == NULL || dname_labels(zone_apex(z)) > dname_labels(zone_apex(best)))
            best = z;
    }
    return best;
}

static void demand_lookup(const struct offline *zones, struct fact *fact)
{
    const dname *owner = fact->key.lookup.owner;
    uint16_t type = fact->key.lookup.type;
    const struct zone *z = offline_zone(zones, owner, type);
    struct arena *a = facts_arena(fact->facts);
    struct answer *answer = arena_alloc(a, sizeof(*answer));
    const struct rrset *referral = NULL;
    if (z == NULL || answer == NULL) {
        facts_deliver_unknown(fact, REASON_NEEDS_LIVE);
        return;
    }
    zone_answer(z, a, owner, type, answer, &referral, NULL, NULL);
    if (referral != NULL && !(type == RRTYPE_NS && dname_equal(referral->owner, owner))) {
        facts_deliver_unknown(fact, REASON_NEEDS_LIVE); /* below a cut: another zone, which was not given */
        return;
    }
    if (referral != NULL) { /* NS at the cut: the parent's side of it is what this file says */
        answer->state = ANSWER_RRSET;
        answer->rrset = referral;
    }
    if (answer->state == ANSWER_UNKNOWN || zone_gap_hides(z, answer)) {
        facts_deliver_unknown(fact, answer->reason != REASON_NONE ? answer->reason : REASON_NEEDS_LIVE);
        return;
    }
    facts_deliver(fact, answer);
}

static void demand_cut(const struct offline *zones, struct fact *fact)
{
    const dname *name = fact->key.cut;
    const struct zone *z = offline_zone(zones, name, 0);
    struct cut *cut = arena_alloc(facts_arena(fact->facts), sizeof(*cut));
    if (z == NULL || cut == NULL || zone_cut(z, name) != NULL ||
        ((zone_gaps(z) & ZONE_GAP_RECORDS) != 0 && !zone_name_exists(z, name))) {
        facts_deliver_unknown(fact, REASON_NEEDS_LIVE);
        return;
    }
    cut->state = FACT_KNOWN;
    cut->apex = zone_apex(z);
    cut->nxdomain = !zone_name_exists(z, name);
    facts_deliver(fact, cut);
}

const struct walk *offline_walk(struct arena *a, const struct zone *zone)
{
    struct walk *walk = arena_alloc(a, sizeof(*walk));
    const bool chain = zone_has(zone, zone_apex(zone), RRTYPE_NSEC);
    const dname **names = arena_array(a, chain ? zone_node_count(zone) : 0, sizeof(*names));
    if (walk == NULL || names == NULL)
        return NULL;
    walk->state = FACT_KNOWN;
    walk->outcome = WALK_UNSIGNED;
    if (zone_has(zone, zone_apex(zone), RRTYPE_NSEC3PARAM))
        walk->outcome = WALK_NSEC3;
    if (chain) {
        walk->outcome = WALK_NSEC;
        walk->complete = true;
        for (size_t i = 0; i < zone_node_count(zone); i++) {
            if ((zone_types_at(zone, i) & ZONE_HAS(NSEC)) != 0)
                names[walk->name_count++] = zone_owner_at(zone, i);
        }
        walk->hops = (uint32_t)walk->name_count;
        walk->names = names;
    }
    return walk;
}

static void demand_walk(const struct offline *zones, struct fact *fact)
{
    const struct zone *z = offline_zone(zones, fact->key.walk, 0);
    const struct walk *walk = NULL;
    if (z != NULL && dname_equal(zone_apex(z), fact->key.walk) && zone_gaps(z) == 0)
        walk = offline_walk(facts_arena(fact->facts), z);
    if (walk != NULL)
        facts_deliver(fact, walk);
    else
        facts_deliver_unknown(fact, REASON_NEEDS_LIVE);
}

static void demand(void *context, struct fact *fact)
{
    const struct offline *zones = context;
    switch (fact->kind) {
    case FACT_LOOKUP:
        demand_lookup(zones, fact);
        break;
    case FACT_CUT:
        demand_cut(zones, fact);
        break;
    case FACT_WALK:
        demand_walk(zones, fact);
        break;
    default:
        facts_deliver_unknown(fact, REASON_NEEDS_LIVE);
    }
}

struct source offline_source(const struct offline *zones)
{
    /* The source's context is not const in its type; demand() only reads it. */
    union {
        const struct offline *in;
        void *out;
    } context = {.in = zones};
    return (struct source){.context = context.out, .demand = demand};
}
