/* SPDX-License-Identifier: BSD-2-Clause */
/* Is the primary named in the SOA record one of the name servers? */
#include "auditor/check_zone.h"

static bool in_ns_set(const struct delegation *d, const dname *name)
{
    for (size_t i = 0; i < d->server_count; i++)
        if (dname_equal(d->servers[i].name, name))
            return true;
    return false;
}

static enum verdict run(struct facts *f, const dname *zone, struct findings *out)
{
    const struct delegation *d = delegation_of(f, zone);
    const struct answer *answer = facts_lookup(f, zone, RRTYPE_SOA);
    enum verdict verdict;
    struct soa soa;
    if (!check_zone_ready(d, out, &verdict))
        return verdict;
    if (answer->state != ANSWER_RRSET || answer->rrset->count == 0 ||
        !rdata_soa(&answer->rrset->rdata[0], &soa)) {
        findings_undetermined(out, answer->reason, "the SOA record of the zone is not known");
        return VERDICT_UNDETERMINED;
    }
    if (!d->parent_ns_known && !d->child_ns_known) {
        findings_undetermined(out, REASON_NONE, "no NS set is known");
        return VERDICT_UNDETERMINED;
    }
    if (dname_is_root(soa.mname) || in_ns_set(d, soa.mname))
        return VERDICT_PASS;
    struct finding *finding = findings_add(out, zone, "the primary %s is not in the NS set",
                                           dname_text(facts_scratch(f), soa.mname));
    finding->rrtype = RRTYPE_SOA;
    finding->location = answer->rrset->where != NULL ? &answer->rrset->where[0] : NULL;
    return VERDICT_FAIL;
}

const struct check topic_soa_mname[] = {
    {
        .id = "soa.mname-not-in-ns",
        .area = "soa",
        .title = "The primary is one of the name servers",
        .failure_title = "The primary is not among the name servers",
        .why = "A hidden primary is a sound design; it is listed here because its access rules are easily "
               "forgotten.",
        .fix = "Nothing, if it is meant so. Keep the host closed to everybody but the secondaries.",
        .effort = "minutes",
        .tags = "soa inventory",
        .severity = SEVERITY_INFO,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "SOA and NS of the zone",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .references = {RFC(1996, "2.1")},
        .since = "0.1.0",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "@ SOA primary hostmaster 1 7200 3600 1209600 3600\n",
        .scope = SCOPE_ZONE,
        .run = run,
    },
    {0},
};
