/* SPDX-License-Identifier: BSD-2-Clause */
/* The same data in two of the zones that were given together. */
#include "checks/zone/zone_glue.h"

#include <string.h>

static const struct rrset *apex_set(struct facts *f, const struct zone *zone)
{
    static const uint16_t types[] = {RRTYPE_SOA, RRTYPE_NS};
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        const struct rrset *set = zone_rrset(zone, facts_scratch(f), zone_apex(zone), types[i]);
        if (set != NULL && set->count > 0 && set->where != NULL)
            return set;
    }
    return NULL;
}

/* The very same line of the very same file: one input that was named twice. */
static bool same_place(const struct rrset *a, const struct rrset *b)
{
    return a != NULL && b != NULL && a->where[0].line == b->where[0].line &&
           strcmp(a->where[0].file, b->where[0].file) == 0;
}

/* Zones with one apex stand side by side in the set; the target is the one that was read last, as servers
 * have it. */
static void report_twins(struct facts *f, const dname *apex, struct findings *out)
{
    const struct zone_set *set = facts_zones(f);
    const struct rrset *here = apex_set(f, facts_zone(f));
    for (size_t i = zone_check_position(set, apex);
         i < set->count && dname_equal(zone_apex(set->zones[i]), apex); i++) {
        const struct rrset *there = apex_set(f, set->zones[i]);
        if (set->zones[i] == facts_zone(f) || same_place(here, there))
            continue;
        struct finding *finding = findings_add(
            out, apex, "the zone %s is given more than once: also in %s, which the zone judged here replaces",
            dname_text(facts_scratch(f), apex), there != NULL ? there->where[0].file : "another input");
        finding->rrtype = RRTYPE_SOA;
        finding->location = zone_check_where(f, here, 0);
        return;
    }
}

/* Sets that a parent holds about its child by right, or that other ids tell of. */
static bool parents_own(const struct rrset *set, bool at_apex)
{
    if (!zone_check_plain(set) || set->type == RRTYPE_SOA || set->type == RRTYPE_NSEC3)
        return true;
    return at_apex && (set->type == RRTYPE_NS || set->type == RRTYPE_DS);
}

static void compare_node(struct facts *f, const struct zone *child, const struct zone_node *node, bool needed,
                         struct findings *out)
{
    struct arena *a = facts_scratch(f);
    bool at_apex = dname_equal(node->owner, zone_apex(child));
    for (size_t i = 0; i < node->set_count; i++) {
        const struct rrset *set = &node->sets[i];
        bool glue = needed && (set->type == RRTYPE_A || set->type == RRTYPE_AAAA);
        if (glue || parents_own(set, at_apex) || !zone_has(child, node->owner, set->type))
            continue;
        const struct rrset *other = zone_rrset(child, a, node->owner, set->type);
        struct finding *finding = findings_add(
            out, node->owner, "%s %s stands in the zone %s too (%s), which is the one that is served",
            dname_text(a, node->owner), zone_check_type(f, set->type), dname_text(a, zone_apex(child)),
            zone_check_place(f, other, 0));
        zone_check_at(f, finding, set, 0);
    }
}

/* Owners of this zone at or below the apex of another one that was given; a name below two of them is the
 * deeper one's. */
static void compare_child(struct facts *f, const struct zone *zone, const struct zone *child,
                          struct findings *out)
{
    const struct zone_glue *glue = zone_glue_of(f);
    struct zone_view view = {0};
    for (size_t i = zone_lower_bound(zone, zone_apex(child));
         glue != NULL && i < zone_node_count(zone) && dname_under(zone_owner_at(zone, i), zone_apex(child)) &&
         !zone_check_enough(f);
         i++) {
        if (zone_check_holder(f, zone_owner_at(zone, i)) != child)
            continue;
        const struct zone_node *node = zone_node_at(zone, i, &view);
        if (node != NULL)
            compare_node(f, child, node, zone_glue_needed(glue, i), out);
    }
    zone_view_free(&view);
}

static enum verdict run(struct facts *f, const dname *apex, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    const struct zone_set *set = facts_zones(f);
    findings_pass(out, "nothing of this zone is given a second time");
    if (zone == NULL)
        return VERDICT_PASS;
    report_twins(f, apex, out);
    for (size_t i = zone_check_position(set, apex);
         i < set->count && dname_under(zone_apex(set->zones[i]), apex); i++) {
        if (!dname_equal(zone_apex(set->zones[i]), apex))
            compare_child(f, zone, set->zones[i], out);
    }
    return VERDICT_PASS;
}

const struct check topic_zone_inputs[] = {
    {
        .id = "zone.duplicate-zone",
        .area = "zone",
        .title = "Every zone and every record set is defined in one place",
        .failure_title = "A zone, or data of a child zone, is defined in two inputs",
        .why = "Which of the two is served depends on the order in which a server or a tool reads them. "
               "Edits of the other have no effect, and the day the order changes, old data comes back.",
        .fix = "Keep one of them: delete the second file, or take the child's data out of the parent's file.",
        .effort = "minutes",
        .tags = "zone-file inputs",
        .severity = SEVERITY_MEDIUM,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_OFFLINE,
        .needs = "all zone files of the run",
        .traffic = TRAFFIC_NONE,
        .subject_kind = "zone",
        .references = {RFC(1034, "4.2"), RFC(1035, "5")},
        .controls = {{"nist-800-53r5", "CM-6"}},
        .since = "0.2.0",
        .false_positives = "Views that give inside and outside clients different versions of a zone are two "
                           "inputs by intent: audit them in two runs.",
        .example_pass = "!offline\nwww A 192.0.2.80\n",
        .example_fail = NULL,
        .scope = SCOPE_ZONE,
        .run = run,
    },
    {0},
};
