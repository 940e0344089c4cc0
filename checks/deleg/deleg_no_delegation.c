/* SPDX-License-Identifier: BSD-2-Clause */
/* Does the parent delegate the name at all? */
#include "auditor/check.h"
#include "auditor/facts/derived/delegation.h"
#include "auditor/facts/derived/suffix.h"

/* Right below a registry (the root or a public suffix) every name is meant to be a zone. Deeper down a name
 * that is gone may as well have been a host, and then no outage is certain. */
static bool below_registry(const dname *target, const dname *parent)
{
    const dname *suffix = suffix_public(target, false);
    if (parent == NULL || dname_labels(parent) <= 1)
        return true;
    return suffix != NULL && dname_equal(suffix, parent);
}

static enum verdict run(struct facts *f, const dname *target, struct findings *out)
{
    const struct delegation *d = delegation_of(f, target);
    switch (d->state) {
    case DELEGATION_OK:
        findings_pass(out, "the zone is delegated to %zu name servers", d->server_count);
        return VERDICT_PASS;
    case DELEGATION_NOT_APEX:
        findings_skip(out, SKIP_NOT_APPLICABLE, "the name is no zone of its own; it lives in the zone %s",
                      dname_text(facts_scratch(f), d->zone));
        return VERDICT_SKIPPED;
    case DELEGATION_NONE:
        break;
    case DELEGATION_PENDING:
    case DELEGATION_UNKNOWN:
        findings_undetermined(out, d->reason, "the servers of the parent zone could not tell");
        return VERDICT_UNDETERMINED;
    }
    const char *parent = d->parent != NULL ? dname_text(facts_scratch(f), d->parent) : "the parent";
    struct finding *finding =
        findings_add(out, target, "%s holds no NS set for %s%s", parent, dname_text(facts_scratch(f), target),
                     d->nxdomain ? ": the name does not exist there" : "");
    finding->rrtype = RRTYPE_NS;
    if (!below_registry(target, d->parent)) {
        finding->severity = SEVERITY_MEDIUM;
        finding->confidence = CONFIDENCE_LIKELY;
    }
    return VERDICT_FAIL;
}

const struct check topic_deleg_no_delegation[] = {
    {
        .id = "deleg.no-delegation",
        .area = "deleg",
        .title = "The parent zone delegates the domain",
        .failure_title = "The parent zone does not delegate the domain",
        .why = "Without an NS set in the parent no resolver finds the zone: web, mail and everything else "
               "under the name is down for everybody, and an expired registration can be taken by "
               "somebody else.",
        .fix = "Check with your registrar that the domain is registered, paid and not on hold, and that "
               "name servers are entered for it. For a subdomain, publish the NS set in the zone above.",
        .fix_record = "example.test. NS ns1.example.test.",
        .effort = "hours",
        .tags = "delegation outage",
        .severity = SEVERITY_CRITICAL,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_LIKELY,
        .modes = MODE_LIVE,
        .needs = "the NS set at every server of the parent zone",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .references = {RFC(1034, "4.2.2"), RFC(1034, "4.2.1")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .false_positives = "The name was given as a target but never was a zone of its own. Below an "
                           "ordinary zone the finding is only medium for that reason.",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!parent none\n",
        .scope = SCOPE_TARGET,
        .run = run,
    },
    {0},
};
