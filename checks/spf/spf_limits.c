/* SPDX-License-Identifier: BSD-2-Clause */
/* The limits of RFC 7208 section 4.6.4: terms that ask the DNS, terms that bring nothing, hosts of one mx. */
#include "checks/spf/spf_check.h"

#include <string.h>

#define LIST_MAX 480 /* octets of a list of terms in a message */

/* "include:a.test, mx, ...": what makes up the count. */
struct list {
    char text[LIST_MAX];
    size_t length;
    bool full;
};

static void list_add(struct list *l, const char *item)
{
    size_t length = strlen(item);
    if (l->full || l->length + length + 8 > sizeof(l->text)) {
        if (!l->full)
            memcpy(l->text + l->length, ", ...", 6);
        l->full = true;
        return;
    }
    if (l->length > 0) {
        memcpy(l->text + l->length, ", ", 2);
        l->length += 2;
    }
    memcpy(l->text + l->length, item, length + 1);
    l->length += length;
}

static bool counted(const struct spf_visit *v)
{
    return v->number > 0;
}

static bool brings_nothing4(const struct spf_visit *v)
{
    return v->void4;
}

static bool brings_nothing6(const struct spf_visit *v)
{
    return v->void6;
}

static void list_visits(const struct spf_tree *tree, bool (*wanted)(const struct spf_visit *v),
                        struct list *l)
{
    for (size_t i = 0; i < tree->node_count; i++) {
        const struct spf_node *node = tree->nodes[i];
        for (size_t j = 0; j < node->visit_count; j++) {
            if (wanted(&node->visits[j]))
                list_add(l, node->visits[j].term->text);
        }
    }
}

static bool any_visit(const struct spf_tree *tree, bool (*wanted)(const struct spf_visit *v))
{
    for (size_t i = 0; i < tree->node_count; i++) {
        for (size_t j = 0; j < tree->nodes[i]->visit_count; j++) {
            if (wanted(&tree->nodes[i]->visits[j]))
                return true;
        }
    }
    return false;
}

/* How many terms each included record brings: which include to drop is the question a reader has. */
static void note_shares(struct facts *f, struct findings *out, struct finding *finding,
                        const struct spf_tree *tree)
{
    struct arena *a = facts_scratch(f);
    for (size_t i = 0; i < tree->node_count; i++) {
        const struct spf_node *node = tree->nodes[i];
        unsigned own = 0;
        for (size_t j = 0; j < node->visit_count; j++)
            own += node->visits[j].number > 0 ? 1U : 0U;
        finding_note(out, finding, "terms", "%u in %s", own, spf_path(a, node));
    }
}

static enum verdict run_lookups(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct spf_tree *tree = spf_of(f, target);
    if (!spf_tree_ready(tree, out, &verdict))
        return verdict;
    if (tree->terms > SPF_TERMS_LIMIT) {
        struct list l = {.length = 0};
        list_visits(tree, counted, &l);
        struct finding *finding = findings_add(
            out, target,
            "the record makes a receiver evaluate %s%u terms that ask the DNS, 10 are allowed: %s",
            tree->more       ? "more than "
            : tree->at_least ? "at least "
                             : "",
            tree->terms, l.text);
        finding->rrtype = RRTYPE_TXT;
        finding->location = spf_location(&tree->selection->records[0]);
        note_shares(f, out, finding, tree);
        return VERDICT_FAIL;
    }
    if (tree->records_unknown) {
        findings_undetermined(out, tree->reason, "an included record is not known; %u of 10 terms without it",
                              tree->terms);
        return VERDICT_UNDETERMINED;
    }
    findings_pass(out, "%s%u of 10 terms that ask the DNS", tree->at_least ? "at least " : "", tree->terms);
    return VERDICT_PASS;
}

/* A family from which no address passes loses nothing but the word "fail" in reports. */
static bool matters(const struct spf_tree *tree, bool over4, bool over6)
{
    return (over4 && (tree->own.any4 || tree->included.any4)) ||
           (over6 && (tree->own.any6 || tree->included.any6));
}

static enum verdict run_voids(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct spf_tree *tree = spf_of(f, target);
    if (!spf_tree_ready(tree, out, &verdict))
        return verdict;
    bool over4 = tree->voids4 > SPF_VOIDS_LIMIT;
    bool over6 = tree->voids6 > SPF_VOIDS_LIMIT;
    if (over4 || over6) {
        struct list l = {.length = 0};
        list_visits(tree, over4 ? brings_nothing4 : brings_nothing6, &l);
        struct finding *finding = findings_add(
            out, target,
            "%s%u terms bring no data for an IPv4 client and %u for an IPv6 client, 2 are allowed: %s",
            tree->voids_at_least ? "at least " : "", tree->voids4, tree->voids6, l.text);
        finding->rrtype = RRTYPE_TXT;
        finding->location = spf_location(&tree->selection->records[0]);
        if (over4 != over6 && !matters(tree, over4, over6))
            finding->severity = SEVERITY_LOW; /* hosts of one family only, and nobody of the other may send */
        return VERDICT_FAIL;
    }
    if (tree->unknown) {
        findings_undetermined(out, tree->reason, "an answer for one of the terms is not known");
        return VERDICT_UNDETERMINED;
    }
    findings_pass(out, "%s%u void lookups for IPv4 clients, %u for IPv6 clients, 2 are allowed",
                  tree->voids_at_least ? "at least " : "", tree->voids4, tree->voids6);
    return VERDICT_PASS;
}

static bool unknown_mx(const struct spf_visit *v)
{
    return v->unknown && v->term->kind == SPF_KIND_MX && v->hosts == 0;
}

static enum verdict run_mx(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct spf_tree *tree = spf_of(f, target);
    if (!spf_tree_ready(tree, out, &verdict))
        return verdict;
    for (size_t i = 0; i < tree->node_count; i++) {
        const struct spf_node *node = tree->nodes[i];
        for (size_t j = 0; j < node->visit_count; j++) {
            const struct spf_visit *v = &node->visits[j];
            if (v->hosts <= SPF_HOSTS_LIMIT)
                continue;
            const char *what = arena_printf(facts_scratch(f), "%s has %u MX records, a receiver stops at 10",
                                            dname_text(facts_scratch(f), v->target), v->hosts);
            spf_finding(f, out, target, node, v->term, what != NULL ? what : "");
        }
    }
    if (!any_visit(tree, unknown_mx) && !tree->records_unknown)
        return VERDICT_PASS;
    findings_undetermined(out, tree->reason,
                          "the MX records of a term, or an included record, are not known");
    return VERDICT_UNDETERMINED;
}

#define LIMITS_COMMON SPF_COMMON, .severity = SEVERITY_HIGH, .tags = "spf mail delivery limits"

const struct check topic_spf_limits[] = {
    {
        LIMITS_COMMON,
        .id = "spf.lookups-over",
        .title = "The SPF record needs at most ten terms that ask the DNS",
        .failure_title = "The SPF record needs more than ten terms that ask the DNS",
        .why = "At the eleventh include, a, mx, ptr, exists or redirect in the whole tree receivers stop "
               "with a permanent error. Whatever stands behind it is never seen, so mail of a listed host "
               "may be refused.",
        .fix = "Drop includes of services no longer used, replace a and mx by ip4 and ip6, give services a "
               "subdomain of their own.",
        .needs = "TXT of the name and of every record it includes",
        .references = {RFC(7208, "4.6.4")},
        .false_positives = "The count is that of a client that matches nothing on the way; hosts listed "
                           "early still pass.",
        .example_pass =
            "@ TXT \"v=spf1 a mx include:s.example.test -all\"\ns TXT \"v=spf1 ip4:192.0.2.1 -all\"\n",
        .example_fail = "@ TXT \"v=spf1 a:h1.example.test a:h2.example.test a:h3.example.test "
                        "include:s.example.test -all\"\n"
                        "s TXT \"v=spf1 a a a a mx mx mx mx -all\"\n",
        .run = run_lookups,
    },
    {
        LIMITS_COMMON,
        .id = "spf.void-lookups-over",
        .title = "At most two terms of the SPF record bring no data",
        .failure_title = "More than two terms of the SPF record bring no data",
        .why = "Receivers that apply the limit on void lookups stop with a permanent error at the third "
               "term whose questions bring nothing, so hosts listed behind it do not pass.",
        .fix = "Remove the terms whose names no longer exist or have no address.",
        .needs = "the answers for every a, mx and exists term of the tree",
        .references = {RFC(7208, "4.6.4")},
        .false_positives = "Not every receiver applies this limit. For a family from which no address "
                           "passes it makes little difference and is reported as low.",
        .example_pass = "@ TXT \"v=spf1 a:gone1.example.test a:gone2.example.test ip4:192.0.2.1 -all\"\n",
        .example_fail = "@ TXT \"v=spf1 a:gone1.example.test a:gone2.example.test a:gone3.example.test "
                        "ip4:192.0.2.1 -all\"\n",
        .run = run_voids,
    },
    {
        LIMITS_COMMON,
        .id = "spf.mx-over",
        .title = "No mx term names more than ten hosts",
        .failure_title = "An mx term names more than ten hosts",
        .why = "Receivers stop with a permanent error if the MX set behind an mx term has more than ten "
               "names.",
        .fix = "List the sending addresses with ip4 and ip6 instead of mx, or publish fewer MX records.",
        .needs = "MX of every mx term of the tree",
        .discriminator = "the record, if it is not the name's own, and the term",
        .references = {RFC(7208, "4.6.4"), RFC(7208, "5.4")},
        .example_pass = "@ TXT \"v=spf1 mx -all\"\n@ MX 10 m1\nm1 A 192.0.2.31\n",
        .example_fail =
            "@ TXT \"v=spf1 mx -all\"\n@ MX 1 m1\n@ MX 2 m2\n@ MX 3 m3\n@ MX 4 m4\n@ MX 5 m5\n@ MX 6 m6\n"
            "@ MX 7 m7\n@ MX 8 m8\n@ MX 9 m9\n@ MX 10 m10\n@ MX 11 m11\n",
        .run = run_mx,
    },
    {0},
};
