/* SPDX-License-Identifier: BSD-2-Clause */
/* A zone that the old state has and the new one has not. */
#include "auditor/check.h"

static enum verdict run(struct facts *f, const dname *target, struct findings *out)
{
    const struct zone_set *before = facts_zones_before(f);
    char text[DNAME_TEXT_MAX];
    if (before == NULL) {
        findings_skip(out, SKIP_NEEDS_DATA, "no earlier state was given: zonevet diff OLD NEW, or --old");
        return VERDICT_SKIPPED;
    }
    if (facts_zone(f) != NULL || zone_set_find(before, target) == NULL) {
        findings_pass(out, "the zone is there");
        return VERDICT_PASS;
    }
    findings_add(out, target, "the old state holds the zone %s, the new one does not", dname_text_into(target, text));
    return VERDICT_FAIL;
}

const struct check topic_zone_removed[] = {
    {
        .id = "zone.removed",
        .area = "zone",
        .title = "Every zone of the old state is still there",
        .failure_title = "A whole zone is gone",
        .why = "Servers that load the new state stop answering for the zone. If its delegation stays, every name in it "
               "fails, mail included, and whoever gets an account at the former provider may serve it in your place.",
        .fix = "If the zone is to go, remove the delegation at the registry or in the parent zone first, wait for its TTL, "
               "then delete the zone and accept this finding with a waiver. Otherwise restore the file.",
        .effort = "hours",
        .tags = "zone-file change",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_OFFLINE,
        .needs = "the zone files before and after the change",
        .traffic = TRAFFIC_NONE,
        .subject_kind = "zone",
        .references = {RFC(1034, "4.2.2")},
        .controls = {{"nist-800-53r5", "CM-3"}},
        .since = "0.2.0",
        .false_positives = "Zones that move to another repository: the old state still has them, the new one never will.",
        .example_pass = NULL,
        .example_fail = NULL,
        .scope = SCOPE_TARGET,
        .run = run,
    },
    {0},
};
