/* SPDX-License-Identifier: BSD-2-Clause */
/* Delegations inside the zone that a stranger could answer for. */
#include "auditor/check.h"
#include "auditor/facts/derived/cuts.h"
#include "auditor/facts/zone.h"
#include "fingerprints/takeover.h"

/* Is the name a cut below the audited zone? false with *verdict set where it is none or nobody can tell. */
static bool is_cut(struct facts *f, const dname *name, struct findings *out, enum verdict *verdict)
{
    *verdict = VERDICT_PASS;
    if (dname_equal(name, facts_target(f)) || dname_is_wildcard(name))
        return false;
    const struct zone *zone = facts_zone(f);
    if (zone != NULL) {
        const dname *cut = zone_cut(zone, name);
        return cut != NULL && dname_equal(cut, name);
    }
    bool cut;
    enum reason reason;
    if (child_cut(f, name, &cut, &reason) == FACT_UNKNOWN) {
        findings_undetermined(out, reason, "whether the name is delegated could not be found out");
        *verdict = VERDICT_UNDETERMINED;
    }
    return cut;
}

static void report(struct facts *f, struct findings *out, const dname *zone, const struct takeover_ns *ns)
{
    struct arena *a = facts_scratch(f);
    const char *server = dname_text(a, ns->server);
    struct finding *finding;
    if (ns->row == TAKEOVER_R2)
        finding = findings_add(out, zone, "delegated to %s, and the registry does not know %s", server,
                               dname_text(a, ns->registrable));
    else
        finding = findings_add(out, zone,
                               "%u of %u addresses of its name servers do not serve it, among them %s of %s",
                               ns->lame, ns->lame + ns->serving + ns->silent, server,
                               ns->service != NULL ? ns->service->name : "a provider");
    finding->rrtype = RRTYPE_NS;
    finding->discriminator = server;
    finding->severity = ns->severity;
    finding->confidence = ns->confidence;
    finding->decision = takeover_row_text(ns->row);
    for (size_t i = 0; i < ns->note_count; i++)
        finding_note(out, finding, ns->notes[i].label, "%s", ns->notes[i].text);
}

static enum verdict run(struct facts *f, const dname *name, struct findings *out)
{
    enum verdict verdict;
    if (!is_cut(f, name, out, &verdict))
        return verdict;
    if (!facts_settings(f)->live) {
        findings_undetermined(out, REASON_NEEDS_LIVE,
                              "only its servers can tell whether they serve the child zone");
        return VERDICT_UNDETERMINED;
    }
    const struct takeover_ns *ns = takeover_ns_of(f, name);
    if (ns->state == TAKEOVER_UNKNOWN) {
        findings_undetermined(out, ns->reason, "not every server of the delegation could be asked");
        return VERDICT_UNDETERMINED;
    }
    /* N3, lame and claimable by nobody we know of, is deleg.child-orphaned. */
    if (ns->state != TAKEOVER_FOUND || ns->row == TAKEOVER_N3)
        return VERDICT_PASS;
    report(f, out, name, ns);
    return VERDICT_FAIL;
}

const struct check topic_dangling_ns[] = {
    {
        .id = "dangling.ns-subzone",
        .area = "dangling",
        .title = "Delegated subdomains are served by their name servers",
        .failure_title = "A delegated subdomain can be claimed at its DNS provider",
        .why = "The name servers of the subdomain do not know it any more. At this provider a stranger can "
               "create the zone in an account of his own, and then answers for every name below: web, mail "
               "and certificates.",
        .fix = "Delete the NS records of the subdomain, or create the zone again in your own account at the "
               "provider.",
        .effort = "minutes",
        .tags = "takeover dangling delegation",
        .severity = SEVERITY_CRITICAL,
        .confidence = CONFIDENCE_LIKELY,
        .confidence_lowest = CONFIDENCE_POSSIBLE,
        .modes = MODE_BOTH,
        .needs =
            "NS at the cut, SOA at every delegated server by UDP and TCP, and the table of DNS providers",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .discriminator = "name server",
        .references = {RFC(1912, "2.8"), RFC_WHOLE(9499)},
        .controls = {{"nist-800-53r5", "SC-20"}, {"nist-800-53r5", "CM-8"}},
        .attack = "T1584.002",
        .since = "0.1.0",
        .false_positives =
            "An account whose payment lapsed can still hold the zone: lame, but not claimable.",
        .example_pass = "!names dev\n!zone dev.example.test. 198.51.100.20\n",
        .example_fail =
            "!names dev\n!zone digitalocean.com. 198.51.100.20\nns1.digitalocean.com. A 198.51.100.20\n"
            "dev NS ns1.digitalocean.com.\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(NS),
        .run = run,
    },
    {0},
};
