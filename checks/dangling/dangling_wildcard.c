/* SPDX-License-Identifier: BSD-2-Clause */
/* A wildcard that gives every name below it to somebody else. */
#include "auditor/check_zone.h"
#include "auditor/facts/derived/names.h"
#include "fingerprints/takeover.h"
#include "auditor/facts/zone.h"

/* The probe for a wildcard at the apex is what the list of names rests on: without its answer nothing is known. */
static enum verdict run_apex(struct facts *f, const dname *apex, struct findings *out)
{
    if (!facts_settings(f)->live)
        return VERDICT_PASS;
    const struct answer *probe = names_probe(f, apex);
    if (probe->state != ANSWER_UNKNOWN)
        return VERDICT_PASS;
    findings_undetermined(out, probe->reason, "whether the zone has a wildcard could not be found out");
    return VERDICT_UNDETERMINED;
}

static enum verdict run(struct facts *f, const dname *owner, struct findings *out)
{
    if (dname_equal(owner, facts_target(f)) && !dname_is_wildcard(owner))
        return run_apex(f, owner, out);
    if (!dname_is_wildcard(owner) || zone_kind_unasked(f))
        return VERDICT_PASS;
    const struct answer *answer = facts_lookup(f, owner, RRTYPE_CNAME);
    if (answer->state == ANSWER_UNKNOWN) {
        findings_undetermined(out, answer->reason, "what the wildcard holds could not be found out");
        return VERDICT_UNDETERMINED;
    }
    const dname *target = answer->state == ANSWER_ALIAS ? answer->target : NULL;
    if (answer->state == ANSWER_RRSET && answer->rrset->type == RRTYPE_CNAME)
        target = rdata_name(&answer->rrset->rdata[0], 0);
    if (target == NULL || takeover_internal(f, target) || takeover_ignored(f, target))
        return VERDICT_PASS;
    const char *text = dname_text(facts_scratch(f), target);
    struct finding *finding =
        findings_add(out, owner, "every name below %s that has no record of its own leads to %s",
                     dname_text(facts_scratch(f), dname_parent(owner)), text);
    finding->rrtype = RRTYPE_CNAME;
    finding->discriminator = text;
    finding->decision = "W1";
    if (answer->rrset != NULL && answer->rrset->where != NULL)
        finding->location = &answer->rrset->where[0];
    return VERDICT_FAIL;
}

const struct check topic_dangling_wildcard[] = {
    {
        .id = "dangling.wildcard-cname",
        .area = "dangling",
        .title = "Wildcards do not lead outside the organisation",
        .failure_title = "A wildcard alias gives every unused name to somebody else",
        .why = "One record hands out names without end: at a shared service any customer may claim a name "
               "that you never thought of, and use it for phishing or to read your cookies.",
        .fix = "Publish a record for each name that is used, and delete the wildcard.",
        .effort = "hours",
        .tags = "takeover wildcard cname",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "the CNAME at wildcard owners",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .discriminator = "target of the CNAME",
        .references = {RFC(4592, "4.3"), RFC(4592, "2.2")},
        .controls = {{"nist-800-53r5", "CM-7"}},
        .attack = "T1584.001",
        .since = "0.1.0",
        .false_positives =
            "A service that binds the wildcard itself to your account: then accept the finding with "
            "--ignore for the target.",
        .example_pass = "!offline\n*.apps CNAME edge\nedge A 192.0.2.80\n",
        .example_fail = "!offline\n*.apps CNAME edge.vendor.com.\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(CNAME),
        .worth = check_wildcard_worth,
        .run = run,
    },
    {0},
};
