/* SPDX-License-Identifier: BSD-2-Clause */
/* A zone that the old state has and the new one has not. */
#include "checks/change_check.h"

/* What the zone above, if it is given, still says: users are sent to servers that have nothing. */
static const struct rrset *left_above(struct facts *f, const dname *apex, uint16_t type)
{
    const struct zone *parent = change_zone_of(facts_zones(f), apex, RRTYPE_DS);
    return parent != NULL ? zone_rrset(parent, facts_scratch(f), apex, type) : NULL;
}

/* The zone above holds the names itself now. */
static bool taken_over(struct facts *f, const dname *apex)
{
    const struct zone *parent = change_zone_of(facts_zones(f), apex, RRTYPE_DS);
    return parent != NULL && zone_name_exists(parent, apex) && zone_cut(parent, apex) == NULL;
}

static enum verdict run(struct facts *f, const dname *target, struct findings *out)
{
    const struct zone_set *before = facts_zones_before(f);
    const struct zone *old = zone_set_find(before, target);
    char text[DNAME_TEXT_MAX];
    if (before == NULL) {
        findings_skip(out, SKIP_NEEDS_DATA, "no earlier state was given: zonevet diff OLD NEW, or --old");
        return VERDICT_SKIPPED;
    }
    if (facts_zone(f) != NULL || old == NULL || taken_over(f, target)) {
        findings_pass(out, facts_zone(f) != NULL || old == NULL ? "the zone is there"
                                                                : "the zone above has its names now");
        return VERDICT_PASS;
    }
    const struct rrset *ns = left_above(f, target, RRTYPE_NS);
    struct finding *finding =
        findings_add(out, target, "the old state holds the zone %s (%zu records), the new one does not%s%s",
                     dname_text_into(target, text), zone_record_count(old),
                     ns != NULL ? ", but the zone above still delegates it" : "",
                     left_above(f, target, RRTYPE_DS) != NULL ? " and has a DS for it" : "");
    if ((zone_gaps(old) & ZONE_GAP_RECORDS) != 0)
        finding->confidence = CONFIDENCE_LIKELY; /* a plan that takes away all it shows; there may be more */
    if (ns != NULL && ns->where != NULL)
        finding->location = &ns->where[0];
    return VERDICT_FAIL;
}

const struct check topic_zone_removed[] = {
    {
        .id = "zone.removed",
        .area = "zone",
        .title = "Every zone of the old state is still there",
        .failure_title = "A whole zone is gone",
        .why = "Servers that load the new state stop answering for the zone. If its delegation stays, every "
               "name in it fails, mail included, and whoever gets an account at the former provider may "
               "serve it in your place.",
        .fix = "If the zone is to go, remove the delegation at the registry or in the parent zone first, "
               "wait for its TTL, then delete the zone and accept this finding with a waiver. Otherwise "
               "restore the file.",
        .effort = "hours",
        .tags = "zone-file change",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_LIKELY,
        .modes = MODE_OFFLINE,
        .needs = "the zone files before and after the change",
        .traffic = TRAFFIC_NONE,
        .subject_kind = "zone",
        .references = {RFC(1034, "4.2.2")},
        .controls = {{"nist-800-53r5", "CM-3"}},
        .since = "0.2.0",
        .false_positives =
            "Zones that move to another repository: the old state still has them, the new one never will.",
        .example_pass = "!offline\nwww A 192.0.2.10\n!before\nwww A 192.0.2.10\n",
        .example_fail = "!offline\n!gone\n!zone other.test.\n!before\nwww A 192.0.2.10\n",
        .scope = SCOPE_TARGET,
        .run = run,
    },
    {0},
};
