/* SPDX-License-Identifier: BSD-2-Clause */
/* Wildcards that give every name an address. */
#include "auditor/check_zone.h"
#include "auditor/facts/derived/names.h"
#include "auditor/facts/zone.h"

/* What the wildcard owner itself says; an alias counts too, for it leads somewhere. */
static const struct answer *holds(struct facts *f, const dname *owner, uint16_t type, bool *unknown)
{
    const struct answer *answer = facts_lookup(f, owner, type);
    if (answer->state == ANSWER_UNKNOWN)
        *unknown = true;
    return answer->state == ANSWER_RRSET || answer->state == ANSWER_ALIAS ? answer : NULL;
}

static void report(struct facts *f, const dname *owner, const struct answer *answer, struct findings *out)
{
    const struct rrset *set = answer->rrset;
    struct arena *a = facts_scratch(f);
    facts_mark(f);
    facts_lookup(f, owner, answer->type);
    struct finding *finding =
        findings_add(out, owner, "every name that matches %s has %s", dname_text(a, owner),
                     set != NULL && set->count > 0 ? rdata_text(a, set->type, &set->rdata[0]) : "an address");
    finding->rrtype = set != NULL ? set->type : answer->type;
    finding->location = set != NULL && set->where != NULL ? &set->where[0] : NULL;
}

/* Wildcard owners are among the known names: those of the file or a listing, and the one below the apex that
 * a random label shows. */
static enum verdict run(struct facts *f, const dname *name, struct findings *out)
{
    bool unknown = false;
    if (dname_equal(name, facts_target(f)) && facts_settings(f)->live && names_probe(f, name)->state == ANSWER_UNKNOWN)
        return VERDICT_UNDETERMINED; /* whether there is a wildcard at all */
    if (!dname_is_wildcard(name))
        return VERDICT_PASS;
    if (zone_kind_unasked(f))
        return VERDICT_PASS;
    const struct answer *a = holds(f, name, RRTYPE_A, &unknown);
    const struct answer *aaaa = holds(f, name, RRTYPE_AAAA, &unknown);
    if (a != NULL || aaaa != NULL)
        report(f, name, a != NULL ? a : aaaa, out);
    else if (unknown)
        return VERDICT_UNDETERMINED;
    return VERDICT_PASS;
}

const struct check topic_exposure_wildcard[] = {
    {
        .id = "exposure.wildcard-address",
        .area = "exposure",
        .title = "No wildcard gives addresses to names that do not exist",
        .failure_title = "A wildcard gives an address to every name",
        .why = "Mistyped and invented names lead to your servers: phishing links under your domain work, "
               "cookies reach more hosts, and if the target is ever lost, every name below the wildcard "
               "is lost with it.",
        .fix = "Publish the names that are needed one by one and remove the wildcard.",
        .effort = "hours",
        .tags = "exposure wildcard",
        .severity = SEVERITY_MEDIUM,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "A and AAAA of every known wildcard owner; live also of a random name below the apex",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .references = {RFC(4592, "4")},
        .controls = {{"nist-800-53r5", "RA-5(4)"}},
        .since = "0.1.0",
        .false_positives = "A service that gives each customer a name below the wildcard needs it.",
        .example_pass = "www A 192.0.2.80\n",
        .example_fail = "* A 192.0.2.80\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(A) | ZONE_HAS(AAAA) | ZONE_HAS(CNAME),
        .worth = check_wildcard_worth,
        .run = run,
    },
    {0},
};
