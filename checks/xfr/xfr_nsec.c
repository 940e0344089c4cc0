/* SPDX-License-Identifier: BSD-2-Clause */
/* Can the names of a signed zone be read from its NSEC chain? */
#include "auditor/check.h"

/* A minimally covering answer may look like a link of a chain once or twice; three links that lead on are a
 * chain. */
#define HOPS_THAT_PROVE 3

static enum verdict run(struct facts *f, const dname *zone, struct findings *out)
{
    /* Live, a zone without keys is not worth a walk. */
    if (facts_settings(f)->live) {
        const struct answer *keys = facts_lookup(f, zone, RRTYPE_DNSKEY);
        if (keys->state == ANSWER_NODATA || keys->state == ANSWER_PENDING) {
            findings_skip(out, SKIP_NOT_APPLICABLE, "the zone is not signed");
            return VERDICT_SKIPPED;
        }
    }
    const struct walk *walk = facts_walk(f, zone);
    if (walk->state != FACT_KNOWN) {
        findings_undetermined(out, walk->reason, "the NSEC chain could not be followed");
        return VERDICT_UNDETERMINED;
    }
    switch (walk->outcome) {
    case WALK_UNSIGNED:
        findings_skip(out, SKIP_NOT_APPLICABLE, "the zone is not signed");
        return VERDICT_SKIPPED;
    case WALK_NSEC3:
        findings_pass(out, "the zone denies names by NSEC3");
        return VERDICT_PASS;
    case WALK_MINIMAL:
        findings_pass(out, "the servers answer with minimal ranges");
        return VERDICT_PASS;
    case WALK_NSEC:
        break;
    }
    if (walk->hops < HOPS_THAT_PROVE && !walk->complete) {
        findings_undetermined(out, REASON_INCOMPLETE_DATA, "the NSEC chain broke off after %u names",
                              (unsigned)walk->hops);
        return VERDICT_UNDETERMINED;
    }
    struct finding *finding =
        findings_add(out, zone, "the NSEC chain gives away %zu names%s", walk->name_count,
                     walk->complete ? ", which is all of the zone" : " and goes on");
    finding->rrtype = RRTYPE_NSEC;
    return VERDICT_FAIL;
}

const struct check topic_xfr_nsec[] = {
    {
        .id = "xfr.nsec-walkable",
        .area = "xfr",
        .title = "The names of the signed zone cannot be listed by walking",
        .failure_title = "Anyone can list the names of the zone by its NSEC chain",
        .why = "Each proof that a name does not exist names its neighbours, so a few hundred questions "
               "give the same list as an open zone transfer.",
        .fix = "If the names are not public anyway, sign with NSEC3 without salt and iterations, or let "
               "the servers sign minimal answers on line.",
        .effort = "hours",
        .tags = "transfer exposure dnssec",
        .severity = SEVERITY_LOW,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "the NSEC chain: a random name with DO, then name after name",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .references = {RFC(4033, "12"), RFC(5155, "1.1")},
        .controls = {{"nist-800-53r5", "RA-5(4)"}},
        .attack = "T1590.002",
        .cwe = "CWE-200",
        .since = "0.1.0",
        .false_positives = "Zones whose names are public anyway lose nothing by it.",
        .example_pass = "!sign example.test. nsec3\n",
        .example_fail = "!sign example.test. nsec\na A 192.0.2.80\nb A 192.0.2.80\n",
        .scope = SCOPE_ZONE,
        .run = run,
    },
    {0},
};
