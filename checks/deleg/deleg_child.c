/* SPDX-License-Identifier: BSD-2-Clause */
/* Delegations inside the zone that lead to servers without the child zone. */
#include "auditor/check_zone.h"
#include "auditor/facts/derived/cuts.h"
#include "fingerprints/takeover.h"

/* Is the name the apex of a child zone? */
static bool is_cut(struct facts *f, const dname *name, struct findings *out, bool *unknown)
{
    if (dname_equal(name, facts_target(f)) || dname_is_wildcard(name))
        return false;
    bool cut;
    enum reason reason;
    if (child_cut(f, name, &cut, &reason) == FACT_UNKNOWN) {
        findings_undetermined(out, reason, "whether %s is delegated could not be found out",
                              dname_text(facts_scratch(f), name));
        *unknown = true;
    }
    return cut;
}

static enum verdict judge(struct facts *f, const dname *name, struct findings *out)
{
    const struct delegation *d = delegation_of(f, name);
    const struct takeover_ns *ns = takeover_ns_of(f, name);
    const bool dead = delegation_hopeless(d);
    /* What a stranger could claim is dangling.ns-subzone. */
    if (ns->state == TAKEOVER_FOUND && ns->row != TAKEOVER_N3)
        return VERDICT_PASS;
    if (ns->state == TAKEOVER_UNKNOWN && !dead) {
        findings_undetermined(out, ns->reason, "the servers of %s could not be judged",
                              dname_text(facts_scratch(f), name));
        return VERDICT_UNDETERMINED;
    }
    if (ns->state != TAKEOVER_FOUND && !dead)
        return VERDICT_PASS;
    struct finding *finding =
        dead ? findings_add(out, name, "none of the %zu name servers of the child zone has an address",
                            d->server_count)
             : findings_add(out, name, "none of the %u server addresses of the child zone serves it",
                            ns->lame);
    finding->rrtype = RRTYPE_NS;
    finding->decision = dead ? NULL : takeover_row_text(ns->row);
    if (!dead)
        finding->severity = SEVERITY_MEDIUM; /* row N3 of the decision table */
    return VERDICT_FAIL;
}

static enum verdict run(struct facts *f, const dname *name, struct findings *out)
{
    bool unknown = false;
    if (!is_cut(f, name, out, &unknown))
        return unknown ? VERDICT_UNDETERMINED : VERDICT_PASS;
    return judge(f, name, out);
}

const struct check topic_deleg_child[] = {
    {
        .id = "deleg.child-orphaned",
        .area = "deleg",
        .title = "Delegated subdomains are served by their name servers",
        .failure_title = "A delegated subdomain is served by nobody",
        .why = "Everything below the subdomain is down, and a delegation that nobody looks after is what "
               "subdomain takeovers start from.",
        .fix = "Remove the NS records of the subdomain, or set the zone up on the servers they name.",
        .effort = "minutes",
        .tags = "delegation lame dangling",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_LIVE,
        .needs = "the NS set at every cut below the zone; SOA at the servers named there, by UDP and TCP",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .references = {RFC(1912, "2.8")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .attack = "T1584.002",
        .since = "0.1.0",
        .false_positives = "A child zone that its servers show to an internal network only.",
        .example_pass = "www A 192.0.2.80\n",
        .example_fail = "!zone dev.example.test. 198.51.100.20\n!names dev\n"
                        "!server 198.51.100.20 * * refused\n",
        .scope = SCOPE_NAME,
        .run = run,
    },
    {0},
};
