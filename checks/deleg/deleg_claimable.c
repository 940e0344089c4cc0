/* SPDX-License-Identifier: BSD-2-Clause */
/* Could a stranger make himself a name server of the zone? */
#include "auditor/check_zone.h"
#include "fingerprints/takeover.h"

static enum verdict unknown(const struct takeover_ns *ns, struct findings *out)
{
    if (ns->state != TAKEOVER_UNKNOWN)
        return VERDICT_PASS;
    findings_undetermined(out, ns->reason, "not every server of the delegation could be judged");
    return VERDICT_UNDETERMINED;
}

static void finish(struct facts *f, struct findings *out, struct finding *finding,
                   const struct takeover_ns *ns)
{
    finding->rrtype = RRTYPE_NS;
    finding->discriminator = dname_text(facts_scratch(f), ns->server);
    finding->severity = ns->severity;
    finding->confidence = ns->confidence;
    finding->decision = takeover_row_text(ns->row);
    for (size_t i = 0; i < ns->note_count; i++)
        finding_note(out, finding, ns->notes[i].label, "%s", ns->notes[i].text);
}

static enum verdict run_expired(struct facts *f, const dname *zone, struct findings *out)
{
    const struct delegation *d = delegation_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(d, out, &verdict))
        return verdict;
    const struct takeover_ns *ns = takeover_ns_of(f, zone);
    if ((ns->state != TAKEOVER_FOUND || ns->row != TAKEOVER_R2) && ns->untold) {
        findings_undetermined(out, ns->untold_reason, "whether the domain of a name server is registered could not be told");
        return VERDICT_UNDETERMINED;
    }
    if (ns->state != TAKEOVER_FOUND || ns->row != TAKEOVER_R2)
        return unknown(ns, out);
    struct arena *a = facts_scratch(f);
    finish(f, out,
           findings_add(out, zone, "the name server %s lies under %s, which the registry does not know",
                        dname_text(a, ns->server), dname_text(a, ns->registrable)),
           ns);
    return VERDICT_FAIL;
}

static enum verdict run_hosted(struct facts *f, const dname *zone, struct findings *out)
{
    const struct delegation *d = delegation_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(d, out, &verdict))
        return verdict;
    const struct takeover_ns *ns = takeover_ns_of(f, zone);
    if (ns->state != TAKEOVER_FOUND || (ns->row != TAKEOVER_N1 && ns->row != TAKEOVER_N2))
        return unknown(ns, out);
    finish(
        f, out,
        findings_add(out, zone, "%u of %u addresses of its name servers do not serve it, among them %s of %s",
                     ns->lame, ns->lame + ns->serving + ns->silent, dname_text(facts_scratch(f), ns->server),
                     ns->service != NULL ? ns->service->name : "a provider"),
        ns);
    return VERDICT_FAIL;
}

const struct check topic_deleg_claimable[] = {
    {
        .id = "deleg.ns-expired-domain",
        .area = "deleg",
        .title = "The names of all name servers lie under registered domains",
        .failure_title = "A name server lies under a domain that nobody has registered",
        .why = "Whoever registers that domain runs a name server of yours and can answer for the whole "
               "zone: web, mail and certificates.",
        .fix = "Take the name server out of the delegation and the zone at once, or register the domain "
               "again.",
        .effort = "minutes",
        .tags = "takeover delegation",
        .severity = SEVERITY_CRITICAL,
        .confidence = CONFIDENCE_LIKELY,
        .confidence_lowest = CONFIDENCE_POSSIBLE,
        .modes = MODE_LIVE,
        .needs = "the names of the delegation, and what the registries of their domains say",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .discriminator = "name server",
        .references = {RFC(1912, "2.8")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .attack = "T1584.001",
        .since = "0.1.0",
        .false_positives = "A domain on hold or without name servers of its own looks the same from the "
                           "DNS.",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "@ NS ns1\n@ NS ns.vendor.org.\nns1 A 192.0.2.1\n!unregistered vendor.org.\n",
        .scope = SCOPE_ZONE,
        .run = run_expired,
    },
    {
        .id = "deleg.ns-hosted-zone-missing",
        .area = "deleg",
        .title = "The DNS host named in the delegation serves the zone",
        .failure_title = "The delegation leads to a DNS host that does not have the zone",
        .why = "At this provider a stranger can create the zone in an account of his own and then answers "
               "for the whole domain.",
        .fix = "Create the zone again in your own account at the provider, or change the delegation to "
               "servers that hold it.",
        .effort = "minutes",
        .tags = "takeover delegation lame",
        .severity = SEVERITY_CRITICAL,
        .confidence = CONFIDENCE_LIKELY,
        .confidence_lowest = CONFIDENCE_POSSIBLE,
        .modes = MODE_LIVE,
        .needs = "SOA at every delegated server by UDP and TCP, and the table of DNS providers",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .discriminator = "name server",
        .references = {RFC(1912, "2.8")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .attack = "T1584.002",
        .since = "0.1.0",
        .false_positives = "Some providers give a customer other servers than those of the old zone, so "
                           "that it cannot be claimed by just anybody.",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!zone digitalocean.com. 198.51.100.40\n@ NS ns1.digitalocean.com.\n"
                        "ns1.digitalocean.com. A 198.51.100.41\n!zone parked.test. 198.51.100.41\n",
        .scope = SCOPE_ZONE,
        .run = run_hosted,
    },
    {0},
};
