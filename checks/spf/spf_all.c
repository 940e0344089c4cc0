/* SPDX-License-Identifier: BSD-2-Clause */
/* How the SPF record ends: what becomes of a client that no term lists. */
#include "auditor/facts/derived/dmarc.h"
#include "checks/spf/spf_check.h"

#define BLOCKS_ALL 256  /* /8 blocks of IPv4 */
#define BLOCKS_WIDE 16  /* a sixteenth of IPv4 */
#define PREFIX6_WIDE 12 /* as much as a regional registry has */

/* The record whose end decides: through redirect, which only counts where nothing else does. */
static const struct spf_node *deciding_node(const struct spf_tree *tree)
{
    const struct spf_node *node = tree->root;
    for (;;) {
        const struct spf_visit *last = node->visit_count > 0 ? &node->visits[node->visit_count - 1] : NULL;
        bool follows = node->decides == NULL || node->decides == last;
        if (!follows || last == NULL || last->term->kind != SPF_KIND_REDIRECT || !last->reachable ||
            last->child == NULL)
            return node;
        node = last->child;
    }
}

/* The chain of redirects ended at a record that is not known. */
static bool end_unknown(const struct spf_node *end)
{
    return end->selection->state == SPF_SELECTED_UNKNOWN || end->selection->state == SPF_SELECTED_PENDING;
}

/* "all" decides, with that qualifier. */
static bool ends_with_all(const struct spf_node *end, char qualifier)
{
    return end->decides != NULL && end->decides->term->kind == SPF_KIND_ALL && end->outcome == qualifier;
}

static enum verdict after(const struct spf_tree *tree, const struct spf_node *end, struct findings *out)
{
    if (!end_unknown(end))
        return VERDICT_PASS;
    findings_undetermined(out, tree->reason, "the record that redirect leads to is not known");
    return VERDICT_UNDETERMINED;
}

static bool whole_space(const struct spf_space *s)
{
    return s->blocks == BLOCKS_ALL || s->widest6 == 0;
}

static enum verdict run_all_pass(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct spf_tree *tree = spf_of(f, target);
    if (!spf_tree_ready(tree, out, &verdict))
        return verdict;
    const struct spf_node *end = deciding_node(tree);
    if (ends_with_all(end, '+'))
        spf_finding(f, out, target, end, end->decides->term, "every host of the internet passes");
    else if (whole_space(&tree->own) && tree->own.widest != NULL)
        spf_finding(f, out, target, tree->own.widest_node, tree->own.widest->term,
                    "every host of the address family passes");
    return after(tree, end, out);
}

/* The include that passes everybody: the deepest one, so that the reader sees where it comes from. */
static const struct spf_node *passing_node(const struct spf_node *end)
{
    while (end->decides != NULL && end->decides->child != NULL)
        end = end->decides->child;
    return end;
}

static enum verdict run_passthrough(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct spf_tree *tree = spf_of(f, target);
    if (!spf_tree_ready(tree, out, &verdict))
        return verdict;
    const struct spf_node *end = deciding_node(tree);
    const struct spf_space *s = &tree->included;
    if (end->decides != NULL && end->decides->term->kind == SPF_KIND_INCLUDE && end->outcome == '+') {
        const struct spf_node *deep = passing_node(end);
        spf_finding(f, out, target, deep, deep->decides != NULL ? deep->decides->term : end->decides->term,
                    "every host of the internet passes by way of an include");
    } else if (s->widest != NULL && (s->blocks >= BLOCKS_WIDE || s->widest6 <= PREFIX6_WIDE)) {
        const char *what =
            arena_printf(facts_scratch(f), "included records pass %u of the 256 /8 blocks of IPv4%s",
                         s->blocks, s->widest6 <= PREFIX6_WIDE ? " and a very large part of IPv6" : "");
        struct finding *finding =
            spf_finding(f, out, target, s->widest_node, s->widest->term, what != NULL ? what : "");
        if (s->blocks < BLOCKS_ALL / 2 && s->widest6 > 3)
            finding->severity = SEVERITY_HIGH;
    } else if (tree->records_unknown) {
        findings_undetermined(out, tree->reason, "an included record is not known");
        return VERDICT_UNDETERMINED;
    }
    return VERDICT_PASS;
}

static enum verdict run_all_neutral(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct spf_tree *tree = spf_of(f, target);
    if (!spf_tree_ready(tree, out, &verdict))
        return verdict;
    const struct spf_node *end = deciding_node(tree);
    if (ends_with_all(end, '?'))
        spf_finding(f, out, target, end, end->decides->term, "says nothing about hosts that are not listed");
    return after(tree, end, out);
}

static enum verdict run_all_softfail(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct spf_tree *tree = spf_of(f, target);
    const struct dmarc *d = dmarc_of(f, target);
    if (!spf_tree_ready(tree, out, &verdict))
        return verdict;
    const struct spf_node *end = deciding_node(tree);
    if (!ends_with_all(end, '~'))
        return after(tree, end, out);
    if (d->now.state == DMARC_UNKNOWN) {
        findings_undetermined(out, d->now.reason, "the DMARC policy that would enforce ~all is not known");
        return VERDICT_UNDETERMINED;
    }
    if (d->now.state == DMARC_POLICY && d->now.processed && d->now.policy != DMARC_NONE) {
        findings_pass(out, "~all, and DMARC asks for %s", dmarc_policy_text(d->now.policy));
        return VERDICT_PASS;
    }
    spf_finding(f, out, target, end, end->decides->term,
                "asks for suspicion only, and no DMARC policy of quarantine or reject stands behind it");
    return VERDICT_FAIL;
}

static enum verdict run_no_terminator(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct spf_tree *tree = spf_of(f, target);
    if (!spf_tree_ready(tree, out, &verdict))
        return verdict;
    const struct spf_node *end = deciding_node(tree);
    if (end->record == NULL || end->decides != NULL || end->record->all != NULL ||
        end->record->redirect != NULL)
        return after(tree, end, out);
    spf_evidence(f, end);
    struct finding *finding = findings_add(
        out, target,
        "%s ends with neither \"all\" nor \"redirect\": hosts that are not listed get the result neutral",
        end->parent == NULL ? "the record" : spf_path(facts_scratch(f), end));
    finding->rrtype = RRTYPE_TXT;
    finding->location = spf_location(&tree->selection->records[0]);
    return VERDICT_FAIL;
}

static enum verdict run_terms_after_all(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    unsigned count = 0;
    const struct spf_term *first = NULL;
    const struct spf_tree *tree = spf_of(f, target);
    if (!spf_tree_ready(tree, out, &verdict))
        return verdict;
    const struct spf_record *r = tree->root->record;
    for (size_t i = 0; i < r->count; i++) {
        if (r->all == NULL || &r->terms[i] <= r->all || !spf_is_mechanism(r->terms[i].kind))
            continue;
        first = first != NULL ? first : &r->terms[i];
        count++;
    }
    if (first == NULL)
        return VERDICT_PASS;
    const char *what = arena_printf(facts_scratch(f), "%u mechanism%s behind \"%s\" %s never reached", count,
                                    count == 1 ? "" : "s", r->all->text, count == 1 ? "is" : "are");
    spf_finding(f, out, target, tree->root, first, what != NULL ? what : "");
    return VERDICT_FAIL;
}

static enum verdict run_redirect_with_all(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct spf_tree *tree = spf_of(f, target);
    if (!spf_tree_ready(tree, out, &verdict))
        return verdict;
    const struct spf_record *r = tree->root->record;
    if (r->redirect == NULL || r->all == NULL)
        return VERDICT_PASS;
    const char *what =
        arena_printf(facts_scratch(f), "is ignored, for \"%s\" stands in the same record", r->all->text);
    spf_finding(f, out, target, tree->root, r->redirect, what != NULL ? what : "");
    return VERDICT_FAIL;
}

static enum verdict run_ptr(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct spf_tree *tree = spf_of(f, target);
    if (!spf_tree_ready(tree, out, &verdict))
        return verdict;
    for (size_t i = 0; i < tree->root->visit_count; i++) {
        const struct spf_visit *v = &tree->root->visits[i];
        if (v->reachable && v->term->kind == SPF_KIND_PTR && v->term->error == SPF_ERROR_NONE)
            spf_finding(f, out, target, tree->root, v->term,
                        "is slow and unreliable, and some receivers ignore it");
    }
    return VERDICT_PASS;
}

#define ALL_COMMON SPF_COMMON, .needs = "TXT of the name and of what it redirects to"

const struct check topic_spf_all[] = {
    {
        ALL_COMMON,
        .id = "spf.all-pass",
        .title = "The SPF record does not authorise the whole internet",
        .failure_title = "The SPF record authorises every host of the internet",
        .why = "With +all (or a bare all) every host passes SPF for the name, and by that DMARC too: any "
               "forgery looks genuine. It is worse than no record.",
        .fix = "End the record with -all or ~all and list the hosts that send.",
        .fix_record = "example.test. TXT \"v=spf1 mx -all\"",
        .tags = "spf mail spoofing",
        .severity = SEVERITY_CRITICAL,
        .discriminator = "the term",
        .references = {RFC(7208, "5.1"), RFC(7208, "11.1")},
        .attack = "T1656",
        .example_pass = "@ TXT \"v=spf1 mx -all\"\n",
        .example_fail = "@ TXT \"v=spf1 mx +all\"\n",
        .run = run_all_pass,
    },
    {
        SPF_COMMON,
        .id = "spf.include-all-passthrough",
        .title = "No include authorises the whole internet",
        .failure_title = "An include authorises the whole internet, or a very large part of it",
        .why = "An include passes whatever the included record passes. If that ends with +all, or lists "
               "huge networks, a stranger can send in the name of this domain, though its own record looks "
               "strict.",
        .fix = "Remove the include and tell the owner of the included record.",
        .tags = "spf mail spoofing include third-party",
        .severity = SEVERITY_CRITICAL,
        .needs = "TXT of the name and of every record it includes",
        .discriminator = "the record and the term that pass",
        .references = {RFC(7208, "5.2"), RFC(7208, "11.4")},
        .attack = "T1656",
        .example_pass =
            "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n",
        .example_fail = "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 +all\"\n",
        .run = run_passthrough,
    },
    {
        ALL_COMMON,
        .id = "spf.all-neutral",
        .title = "The SPF record says something about hosts that are not listed",
        .failure_title = "The SPF record ends with ?all",
        .why = "?all tells receivers to treat hosts that are not listed as if there were no SPF, so it "
               "stops no forgery.",
        .fix = "End the record with -all, or with ~all and an enforcing DMARC policy.",
        .fix_record = "example.test. TXT \"v=spf1 mx -all\"",
        .tags = "spf mail spoofing",
        .severity = SEVERITY_MEDIUM,
        .discriminator = "the term",
        .references = {RFC(7208, "8.2")},
        .example_pass = "@ TXT \"v=spf1 mx -all\"\n",
        .example_fail = "@ TXT \"v=spf1 mx ?all\"\n",
        .run = run_all_neutral,
    },
    {
        ALL_COMMON,
        .id = "spf.all-softfail",
        .title = "~all stands together with an enforcing DMARC policy",
        .failure_title = "The SPF record ends with ~all and no DMARC policy enforces it",
        .why = "~all alone makes receivers mark mail at most. With DMARC at quarantine or reject it is a "
               "sound choice; without, forged mail is delivered.",
        .fix = "Publish a DMARC policy of quarantine or reject, or end the record with -all.",
        .fix_record = "_dmarc.example.test. TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@example.test\"",
        .tags = "spf dmarc mail spoofing",
        .severity = SEVERITY_LOW,
        .discriminator = "the term",
        .references = {RFC(7208, "8.5"), RFC_WHOLE(9989)},
        .example_pass = "@ TXT \"v=spf1 mx ~all\"\n_dmarc TXT \"v=DMARC1; p=reject\"\n",
        .example_fail = "@ TXT \"v=spf1 mx ~all\"\n_dmarc TXT \"v=DMARC1; p=none\"\n",
        .run = run_all_softfail,
    },
    {
        ALL_COMMON,
        .id = "spf.no-terminator",
        .title = "The SPF record says what becomes of hosts that are not listed",
        .failure_title = "The SPF record ends without all or redirect",
        .why = "Without all or redirect the result for hosts that are not listed is neutral: forgeries are "
               "not stopped.",
        .fix = "Add -all at the end.",
        .fix_record = "example.test. TXT \"v=spf1 mx -all\"",
        .tags = "spf mail spoofing",
        .severity = SEVERITY_MEDIUM,
        .references = {RFC(7208, "4.7")},
        .example_pass = "@ TXT \"v=spf1 redirect=s.example.test\"\ns TXT \"v=spf1 mx -all\"\n",
        .example_fail = "@ TXT \"v=spf1 mx\"\n",
        .run = run_no_terminator,
    },
    {
        ALL_COMMON,
        .id = "spf.terms-after-all",
        .title = "No mechanism stands behind all",
        .failure_title = "Mechanisms stand behind all and are never reached",
        .why = "all matches every client, so what stands behind it is dead: hosts listed there do not "
               "pass.",
        .fix = "Move all to the end of the record.",
        .tags = "spf mail hygiene",
        .severity = SEVERITY_LOW,
        .discriminator = "the first such term",
        .references = {RFC(7208, "5.1")},
        .example_pass = "@ TXT \"v=spf1 mx -all exp=why.example.test\"\n",
        .example_fail = "@ TXT \"v=spf1 -all mx\"\n",
        .run = run_terms_after_all,
    },
    {
        ALL_COMMON,
        .id = "spf.redirect-with-all",
        .title = "redirect and all do not stand in one record",
        .failure_title = "redirect is ignored, because all stands in the record",
        .why = "A receiver ignores redirect in a record that has all anywhere, so the policy it points at "
               "never applies: what the owner meant is lost.",
        .fix = "Remove all to let redirect count, or write include instead of redirect.",
        .tags = "spf mail delivery",
        .severity = SEVERITY_MEDIUM,
        .discriminator = "the term",
        .references = {RFC(7208, "6.1")},
        .example_pass = "@ TXT \"v=spf1 redirect=s.example.test\"\ns TXT \"v=spf1 mx -all\"\n",
        .example_fail = "@ TXT \"v=spf1 mx -all redirect=s.example.test\"\n",
        .run = run_redirect_with_all,
    },
    {
        ALL_COMMON,
        .id = "spf.ptr-used",
        .title = "The SPF record does not use ptr",
        .failure_title = "The SPF record uses ptr",
        .why = "ptr makes every receiver walk the reverse tree of the client. It is slow, fails when "
               "somebody else's DNS fails, and RFC 7208 asks not to publish it; large receivers skip it.",
        .fix = "List the hosts with a, mx, ip4 or ip6.",
        .tags = "spf mail hygiene",
        .severity = SEVERITY_MEDIUM,
        .discriminator = "the term",
        .references = {RFC(7208, "5.5")},
        .example_pass = "@ TXT \"v=spf1 mx -all\"\n",
        .example_fail = "@ TXT \"v=spf1 ptr -all\"\n",
        .run = run_ptr,
    },
    {0},
};
