/* SPDX-License-Identifier: BSD-2-Clause */
/* What NS records point at. */
#include "checks/zone/zone_glue.h"

#include <string.h>

#define GAPS_MAX 10000U

struct gaps {
    struct zone_glue_gap *list;
    size_t count, room;
};

static void add_gap(struct arena *a, struct gaps *gaps, const struct zone_glue_gap *gap)
{
    if (gaps->count >= GAPS_MAX)
        return;
    if (gaps->count == gaps->room) {
        size_t room = gaps->room != 0 ? gaps->room * 2 : 16;
        struct zone_glue_gap *list = arena_array(a, room, sizeof(*list));
        if (list == NULL)
            return;
        if (gaps->count > 0)
            memcpy(list, gaps->list, gaps->count * sizeof(*list));
        gaps->list = list;
        gaps->room = room;
    }
    gaps->list[gaps->count++] = *gap;
}

/* An alias, a DNAME above or a wildcard may still give the name addresses: nothing is missing then. */
static bool answered(const struct zone *zone, struct arena *a, const dname *target)
{
    static const uint16_t types[] = {RRTYPE_A, RRTYPE_AAAA};
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        struct answer answer = {0};
        const struct rrset *referral = NULL;
        zone_answer(zone, a, target, types[i], &answer, &referral, NULL, NULL);
        if (referral != NULL || (answer.state != ANSWER_NODATA && answer.state != ANSWER_NXDOMAIN) ||
            zone_gap_hides(zone, &answer))
            return true;
    }
    return false;
}

/* No address stands at the target: is that a gap? Servers below another cut are that zone's to tell. */
static bool is_gap(const struct zone *zone, struct arena *scratch, const dname *delegation,
                   const dname *target, bool *in_domain)
{
    const dname *cut = zone_cut(zone, target);
    *in_domain = cut != NULL && dname_equal(cut, delegation);
    return *in_domain || (cut == NULL && !answered(zone, scratch, target));
}

static void look_at(const struct zone *zone, struct facts *f, struct arena *a, const struct zone_node *node,
                    uint8_t *needed, struct gaps *gaps)
{
    const struct rrset *ns = zone_node_set(node, RRTYPE_NS);
    bool cut = zone_place_at(zone, node->index) == ZONE_PLACE_CUT;
    for (uint16_t i = 0; ns != NULL && i < ns->count; i++) {
        const dname *target = rdata_name(&ns->rdata[i], 0);
        if (target == NULL || !dname_under(target, zone_apex(zone)))
            continue;
        size_t index = zone_index(zone, target);
        struct zone_glue_gap gap = {.node = node->index, .record = i};
        if (index != SIZE_MAX)
            needed[index / 8] = (uint8_t)(needed[index / 8] | 1U << (index % 8));
        gap.alias = cut && index != SIZE_MAX && zone_place_at(zone, index) == ZONE_PLACE_AUTH &&
                    (zone_types_at(zone, index) & ZONE_HAS(CNAME)) != 0;
        if (gap.alias)
            add_gap(a, gaps, &gap);
        else if (cut &&
                 (index == SIZE_MAX || (zone_types_at(zone, index) & (ZONE_HAS(A) | ZONE_HAS(AAAA))) == 0) &&
                 is_gap(zone, facts_scratch(f), node->owner, target, &gap.in_domain))
            add_gap(a, gaps, &gap);
    }
}

static const void *compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    const struct zone *zone = facts_zone(f);
    (void)key;
    (void)key_length;
    if (zone == NULL)
        return NULL;
    size_t count = zone_node_count(zone);
    struct zone_glue *glue = arena_alloc(a, sizeof(*glue));
    uint8_t *needed = arena_alloc(a, count / 8 + 1);
    struct gaps gaps = {0};
    struct zone_view view = {0};
    if (glue == NULL || needed == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const struct zone_node *node =
            (zone_types_at(zone, i) & ZONE_HAS(NS)) != 0 ? zone_node_at(zone, i, &view) : NULL;
        if (node != NULL)
            look_at(zone, f, a, node, needed, &gaps);
    }
    zone_view_free(&view);
    *glue = (struct zone_glue){needed, gaps.list, gaps.count};
    return glue;
}

const struct zone_glue *zone_glue_of(struct facts *f)
{
    return facts_zone(f) != NULL ? facts_derive(f, compute, "", 0) : NULL;
}

bool zone_glue_elsewhere(struct facts *f, const dname *owner, uint16_t type)
{
    const struct zone *holder = zone_check_holder(f, owner);
    return holder != NULL && holder != facts_zone(f) && !dname_equal(zone_apex(holder), facts_target(f)) &&
           zone_has(holder, owner, type);
}
