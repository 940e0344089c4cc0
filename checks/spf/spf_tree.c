/* SPDX-License-Identifier: BSD-2-Clause */
/* What include and redirect lead to: a record, several, none, or back to where one came from. */
#include "checks/spf/spf_check.h"

enum target_fault { TARGET_MISSING, TARGET_SEVERAL, TARGET_LOOP };

static bool has_fault(const struct spf_visit *v, enum target_fault fault)
{
    switch (fault) {
    case TARGET_LOOP:
        return v->loop;
    case TARGET_MISSING:
        return v->child != NULL && v->child->selection->state == SPF_SELECTED_NONE;
    case TARGET_SEVERAL:
        return v->child != NULL && v->child->selection->state == SPF_SELECTED_SEVERAL;
    }
    return false;
}

static const char *fault_text(struct facts *f, const struct spf_visit *v, enum target_fault fault)
{
    struct arena *a = facts_scratch(f);
    const char *name = dname_text(a, v->target);
    const char *text = NULL;
    if (fault == TARGET_LOOP)
        text = arena_printf(a, "leads back to the record of %s, which is being evaluated already", name);
    else if (fault == TARGET_SEVERAL)
        text = arena_printf(a, "%s has %zu SPF records, which is a permanent error", name,
                            v->child->selection->record_count);
    else if (v->child->selection->nxdomain)
        text = arena_printf(a, "%s does not exist, which is a permanent error", name);
    else if (v->child->selection->near_count > 0)
        text = arena_printf(
            a, "%s has a text that looks like SPF but is not recognised, which is a permanent error", name);
    else
        text = arena_printf(a, "%s has no SPF record, which is a permanent error", name);
    return text != NULL ? text : "";
}

static void judge_node(struct facts *f, const dname *target, const struct spf_node *node,
                       enum target_fault fault, struct findings *out)
{
    for (size_t i = 0; i < node->visit_count; i++) {
        const struct spf_visit *v = &node->visits[i];
        if (!v->reachable || !has_fault(v, fault))
            continue;
        struct finding *finding = spf_finding(f, out, target, node, v->term, fault_text(f, v, fault));
        if (v->child != NULL) {
            spf_select(f, v->target); /* the answer at the other end is evidence too */
            finding_note(out, finding, "asked", "TXT %s", dname_text(facts_scratch(f), v->target));
        }
    }
}

static enum verdict judge(struct facts *f, const dname *target, enum target_fault fault, struct findings *out)
{
    enum verdict verdict;
    const struct spf_tree *tree = spf_of(f, target);
    if (!spf_tree_ready(tree, out, &verdict))
        return verdict;
    for (size_t i = 0; i < tree->node_count; i++)
        judge_node(f, target, tree->nodes[i], fault, out);
    if (!tree->records_unknown)
        return VERDICT_PASS;
    findings_undetermined(out, tree->reason, "an included record is not known");
    return VERDICT_UNDETERMINED;
}

static enum verdict run_missing(struct facts *f, const dname *target, struct findings *out)
{
    return judge(f, target, TARGET_MISSING, out);
}

static enum verdict run_multiple(struct facts *f, const dname *target, struct findings *out)
{
    return judge(f, target, TARGET_SEVERAL, out);
}

static enum verdict run_loop(struct facts *f, const dname *target, struct findings *out)
{
    return judge(f, target, TARGET_LOOP, out);
}

#define TREE_COMMON                                                                                          \
    SPF_COMMON, .needs = "TXT of the name and of every record it includes", .severity = SEVERITY_HIGH,       \
                .tags = "spf mail delivery include",                                                         \
                .discriminator = "the record, if it is not the name's own, and the term",                    \
                .example_pass = "@ TXT \"v=spf1 include:s.example.test include:s.example.test -all\"\n"      \
                                "s TXT \"v=spf1 ip4:192.0.2.1 -all\"\n"

const struct check topic_spf_tree[] = {
    {
        TREE_COMMON,
        .id = "spf.include-missing",
        .title = "Everything the SPF record includes has an SPF record",
        .failure_title = "An include or redirect leads to a name without SPF record",
        .why = "A receiver that gets to such a term stops with a permanent error, so nothing behind it "
               "counts. If the name can be registered by a stranger, he decides who sends for the domain.",
        .fix = "Remove the term, or correct the name to the one the service documents.",
        .references = {RFC(7208, "5.2"), RFC(7208, "6.1")},
        .example_fail = "@ TXT \"v=spf1 include:gone.example.test -all\"\n",
        .run = run_missing,
    },
    {
        TREE_COMMON,
        .id = "spf.include-multiple",
        .title = "Everything the SPF record includes has one SPF record",
        .failure_title = "An include or redirect leads to a name with several SPF records",
        .why = "Several records at the included name are a permanent error, which becomes that of the "
               "including record.",
        .fix = "Ask the owner of the included name to merge the records, or list the addresses directly.",
        .references = {RFC(7208, "5.2"), RFC(7208, "4.5")},
        .example_fail =
            "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 -all\"\ns TXT \"v=spf1 mx -all\"\n",
        .run = run_multiple,
    },
    {
        TREE_COMMON,
        .id = "spf.loop",
        .title = "Includes and redirects never lead in a circle",
        .failure_title = "Includes or redirects of the SPF record lead in a circle",
        .why = "A receiver follows the circle until the limit of ten terms and stops with a permanent "
               "error.",
        .fix = "Remove the term that leads back.",
        .references = {RFC(7208, "4.6.4")},
        .example_fail =
            "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 include:example.test -all\"\n",
        .run = run_loop,
    },
    {0},
};
