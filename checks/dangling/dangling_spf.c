/* SPDX-License-Identifier: BSD-2-Clause */
/* Domains that an SPF record trusts and that nobody has registered. */
#include "auditor/facts/derived/spf.h"
#include "checks/dangling/host_target.h"

/* exists: and ptr name no hosts, and macros are not followed. */
static bool asks_for_name(const struct spf_visit *visit)
{
    return visit->target != NULL &&
           (visit->term->kind == SPF_KIND_INCLUDE || visit->term->kind == SPF_KIND_REDIRECT ||
            visit->term->kind == SPF_KIND_A || visit->term->kind == SPF_KIND_MX);
}

/* A name without addresses may well hold an SPF record: only a name that does not exist is looked into. */
static struct host_target judge_name(struct facts *f, const struct spf_visit *visit)
{
    if (visit->child != NULL && !visit->child->selection->nxdomain)
        return (struct host_target){.state =
                                        HOST_FINE}; /* it exists, or the tree says that it could not tell */
    struct host_target host = host_target(f, visit->target);
    if (host.state == HOST_NO_ADDRESS || host.state == HOST_ABSENT)
        host.state = HOST_FINE; /* spf.include-none and its kin say that */
    return host;
}

static void judge_term(struct facts *f, struct findings *out, const dname *target,
                       const struct spf_node *node, const struct spf_visit *visit)
{
    if (!asks_for_name(visit) || takeover_internal(f, visit->target))
        return;
    struct arena *a = facts_scratch(f);
    const struct host_target host = judge_name(f, visit);
    if (host.state == HOST_UNKNOWN)
        host_target_unknown(f, out, &host, visit->target);
    if (host.state != HOST_FREE)
        return;
    const char *name = dname_text(a, visit->target);
    struct finding *finding = findings_add(out, target,
                                           "the SPF term \"%s\" of %s trusts %s, whose domain nobody has "
                                           "registered",
                                           visit->term->text, dname_text(a, node->owner), name);
    finding->rrtype = RRTYPE_TXT;
    finding->discriminator = name;
    host_target_free(f, out, finding, &host);
    finding_note(out, finding, "path", "%s", spf_path(a, node));
}

static enum verdict run(struct facts *f, const dname *target, struct findings *out)
{
    const struct spf_tree *tree = spf_of(f, target);
    if (tree->selection->state == SPF_SELECTED_UNKNOWN) {
        findings_undetermined(out, tree->selection->reason, "the SPF record could not be looked up");
        return VERDICT_UNDETERMINED;
    }
    for (size_t i = 0; i < tree->node_count; i++) {
        for (size_t v = 0; v < tree->nodes[i]->visit_count; v++)
            judge_term(f, out, target, tree->nodes[i], &tree->nodes[i]->visits[v]);
    }
    if (tree->records_unknown)
        findings_undetermined(out, tree->reason,
                              "a record that the SPF record includes could not be looked up");
    return VERDICT_PASS;
}

const struct check topic_dangling_spf[] = {
    {
        .id = "dangling.spf-include-unregistered",
        .area = "dangling",
        .title = "SPF trusts only registered domains",
        .failure_title = "SPF trusts a domain that nobody has registered",
        .why = "Whoever registers that domain writes your SPF record: mail he sends in your name passes SPF, "
               "and by that "
               "DMARC.",
        .fix = "Remove the term from the SPF record. If it stands in a record that you include, tell its "
               "owner or stop "
               "including it.",
        .effort = "minutes",
        .tags = "takeover dangling spf mail spoofing",
        .severity = SEVERITY_CRITICAL,
        .confidence = CONFIDENCE_LIKELY,
        .confidence_lowest = CONFIDENCE_POSSIBLE,
        .modes = MODE_BOTH,
        .needs =
            "the whole tree of SPF records, and the registrable domains of names that do not exist, twice",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .discriminator = "name that is trusted",
        .references = {RFC(7208, "5.2"), RFC(7208, "6.1"), RFC(7208, "11.1")},
        .controls = {{"nist-800-53r5", "SC-20"}},
        .attack = "T1584.001",
        .since = "0.1.0",
        .false_positives =
            "A registered domain without name servers, on hold or in redemption is NXDOMAIN as well.",
        .example_pass = "@ TXT \"v=spf1 include:spf.vendor.com -all\"\n!zone vendor.com. 198.51.100.9\n"
                        "spf.vendor.com. TXT \"v=spf1 ip4:198.51.100.10 -all\"\n",
        .example_fail =
            "!unregistered lapsed-mailer.com.\n@ TXT \"v=spf1 include:spf.lapsed-mailer.com -all\"\n",
        .scope = SCOPE_TARGET,
        .run = run,
    },
    {0},
};
