/* SPDX-License-Identifier: BSD-2-Clause */
/* How many name servers stand behind the zone. */
#include "auditor/check_zone.h"

static const struct check_option options[] = {
    {"min", "fewest name servers", "2", 2, 13},
    {0},
};

static enum verdict run(struct facts *f, const dname *zone, struct findings *out)
{
    const struct delegation *d = delegation_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(d, out, &verdict))
        return verdict;
    size_t at_parent = 0, at_child = 0;
    for (size_t i = 0; i < d->server_count; i++) {
        at_parent += d->servers[i].at_parent;
        at_child += d->servers[i].at_child;
    }
    if (d->child_ns_known && d->child_ns == NULL && !d->parent_ns_known) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "there is no NS set at the apex (zone.ns-apex-missing)");
        return VERDICT_SKIPPED;
    }
    if (!d->parent_ns_known && !d->child_ns_known) {
        findings_undetermined(out, REASON_NONE, "neither the parent nor the zone told its NS set");
        return VERDICT_UNDETERMINED;
    }
    if (check_zone_unasked(f, out) == VERDICT_SKIPPED)
        return VERDICT_SKIPPED;
    if (zone_kind_local(zone)) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "every resolver answers for such a zone itself (RFC 6303, 6761)");
        return VERDICT_SKIPPED;
    }
    const size_t wanted = (size_t)check_option(f, options, "deleg.ns-count-low", "min");
    const bool parent_low = d->parent_ns_known && at_parent < wanted;
    const bool child_low = d->child_ns_known && at_child < wanted;
    if (!parent_low && !child_low) {
        findings_pass(out, "%zu name servers", d->child_ns_known ? at_child : at_parent);
        return VERDICT_PASS;
    }
    const size_t count = parent_low ? at_parent : at_child;
    struct finding *finding = findings_add(out, zone, "%zu name server%s (at least %zu are asked for) %s named %s",
                                           count, count == 1 ? "" : "s", wanted, count == 1 ? "is" : "are",
                                           parent_low && child_low ? "at the parent and in the zone"
                                           : parent_low            ? "at the parent"
                                                                   : "in the zone itself");
    finding->rrtype = RRTYPE_NS;
    if (count > 1) /* fewer than the configuration asks for, but no single point of failure */
        finding->severity = SEVERITY_MEDIUM;
    if (d->child_ns != NULL && d->child_ns->where != NULL)
        finding->location = &d->child_ns->where[0];
    return VERDICT_FAIL;
}

const struct check topic_deleg_ns_count[] = {
    {
        .id = "deleg.ns-count-low",
        .options = options,
        .area = "deleg",
        .title = "At least two name servers serve the zone",
        .failure_title = "The zone hangs on a single name server",
        .why = "When the only server is down, being updated or cut off, the whole domain is down with it. "
               "Many registries refuse such a delegation.",
        .fix = "Add a second server, better at another place and in another network, to the zone and at "
               "the parent.",
        .fix_record = "example.test. NS ns2.example.test.",
        .effort = "hours",
        .tags = "delegation resilience",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "the NS set at the parent and in the zone",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .references = {RFC(1034, "4.1"), RFC(2182, "5")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .false_positives = "One name with several anycast addresses may be robust; registries and "
                           "resolvers still count names.",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!bare\n@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n@ NS ns1\nns1 A 192.0.2.1\n"
                        "!parent example.test. NS ns1.example.test.\n"
                        "!parent ns1.example.test. A 192.0.2.1\n",
        .scope = SCOPE_ZONE,
        .run = run,
    },
    {0},
};
