/* SPDX-License-Identifier: BSD-2-Clause */
/* The grammar of SPF records: those of the name and those it includes. Each fault has its own check; the
 * nearest to the cause fires. */
#include "checks/lint.h"
#include "checks/spf/spf_check.h"

const char *const lint_spf_ids[] = {
    "spf.all-neutral",
    "spf.all-pass",
    "spf.cidr-invalid",
    "spf.domain-spec-invalid",
    "spf.ip-invalid",
    "spf.lookups-over",
    "spf.loop",
    "spf.macro-exp-only",
    "spf.macro-invalid",
    "spf.modifier-duplicate",
    "spf.no-terminator",
    "spf.non-ascii",
    "spf.ptr-used",
    "spf.redirect-with-all",
    "spf.string-join",
    "spf.syntax",
    "spf.terms-after-all",
    "spf.unknown-mechanism",
    "spf.unknown-modifier",
    "spf.version-bad",
    NULL,
};

/* The record as a node without a tree: what spf_finding() needs of one. */
static struct spf_node own_node(const struct spf_selection *s, const struct spf_text *t)
{
    return (struct spf_node){.owner = s->owner, .selection = s, .record = t->record};
}

static bool in_seam(const struct spf_text *t, const struct spf_term *term)
{
    return t->seam > term->offset && t->seam < term->offset + term->length;
}

/* A name that cannot exist makes include and redirect permanent errors; other terms just never match. */
static void soften(struct finding *finding, const struct spf_term *term)
{
    if (term->error == SPF_ERROR_NAME && term->kind != SPF_KIND_INCLUDE && term->kind != SPF_KIND_REDIRECT)
        finding->severity = SEVERITY_MEDIUM;
}

static bool is_kind(const struct spf_term *term, enum spf_error kind)
{
    return term->error == kind || (kind == SPF_ERROR_DOMAIN_SPEC && term->error == SPF_ERROR_NAME);
}

static void judge_record(struct facts *f, const dname *target, const struct spf_node *node,
                         const struct spf_text *t, enum spf_error kind, struct findings *out)
{
    for (size_t i = 0; i < t->record->count; i++) {
        const struct spf_term *term = &t->record->terms[i];
        if (!is_kind(term, kind) || in_seam(t, term))
            continue;
        const char *what = arena_printf(facts_scratch(f), "%s (octet %zu of the record)", term->message,
                                        term->error_offset + 1);
        struct finding *finding = spf_finding(f, out, target, node, term, what != NULL ? what : "");
        soften(finding, term);
        if (node->parent == NULL)
            finding->location = spf_location(t);
    }
}

/* Included records that are not known do not matter here: the row is about what is written. */
static enum verdict judge(struct facts *f, const dname *target, enum spf_error kind, struct findings *out)
{
    const struct spf_selection *s = spf_select(f, target);
    if (s->state == SPF_SELECTED_PENDING)
        return VERDICT_UNDETERMINED;
    if (s->state == SPF_SELECTED_UNKNOWN) {
        findings_undetermined(out, s->reason, "the TXT records of the name are not known");
        return VERDICT_UNDETERMINED;
    }
    if (s->record_count == 0 && s->near_count == 0) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "there is no SPF record to judge");
        return VERDICT_SKIPPED;
    }
    for (size_t i = 0; i < s->record_count; i++) {
        struct spf_node node = own_node(s, &s->records[i]);
        judge_record(f, target, &node, &s->records[i], kind, out);
    }
    if (s->state != SPF_SELECTED_ONE)
        return VERDICT_PASS;
    const struct spf_tree *tree = spf_of(f, target);
    for (size_t i = 1; i < tree->node_count; i++) {
        if (tree->nodes[i]->record != NULL)
            judge_record(f, target, tree->nodes[i], &tree->nodes[i]->selection->records[0], kind, out);
    }
    return VERDICT_PASS;
}

static enum verdict run_syntax(struct facts *f, const dname *target, struct findings *out)
{
    return judge(f, target, SPF_ERROR_SYNTAX, out);
}

static enum verdict run_unknown_mechanism(struct facts *f, const dname *target, struct findings *out)
{
    return judge(f, target, SPF_ERROR_UNKNOWN_MECHANISM, out);
}

static enum verdict run_modifier_duplicate(struct facts *f, const dname *target, struct findings *out)
{
    return judge(f, target, SPF_ERROR_MODIFIER_DUPLICATE, out);
}

static enum verdict run_ip(struct facts *f, const dname *target, struct findings *out)
{
    return judge(f, target, SPF_ERROR_IP, out);
}

static enum verdict run_cidr(struct facts *f, const dname *target, struct findings *out)
{
    return judge(f, target, SPF_ERROR_CIDR, out);
}

static enum verdict run_domain_spec(struct facts *f, const dname *target, struct findings *out)
{
    return judge(f, target, SPF_ERROR_DOMAIN_SPEC, out);
}

static enum verdict run_macro(struct facts *f, const dname *target, struct findings *out)
{
    return judge(f, target, SPF_ERROR_MACRO, out);
}

static enum verdict run_macro_exp(struct facts *f, const dname *target, struct findings *out)
{
    return judge(f, target, SPF_ERROR_MACRO_EXP_ONLY, out);
}

/* A record that is not even selected because of an octet outside ASCII in its version. */
static void near_non_ascii(struct facts *f, const dname *target, const struct spf_selection *s,
                           struct findings *out)
{
    for (size_t i = 0; i < s->near_count; i++) {
        const struct spf_text *t = &s->near[i];
        if (t->seam != 0 || t->fault >= t->length || (unsigned char)t->text[t->fault] < 0x80)
            continue;
        const char *text = text_ascii(facts_scratch(f), t->text, t->length < 80 ? t->length : 80);
        struct finding *finding = findings_add(out, target,
                                               "\"%s\": octet %zu is no ASCII, so receivers do not recognise "
                                               "the record at all",
                                               text, t->fault + 1);
        finding->rrtype = RRTYPE_TXT;
        finding->discriminator = text;
        finding->location = spf_location(t);
    }
}

static enum verdict run_non_ascii(struct facts *f, const dname *target, struct findings *out)
{
    near_non_ascii(f, target, spf_select(f, target), out);
    return judge(f, target, SPF_ERROR_NON_ASCII, out);
}

static void judge_seam(struct facts *f, const dname *target, const struct spf_text *t, struct findings *out)
{
    if (t->seam == 0)
        return;
    struct finding *finding = findings_add(
        out, target,
        "the strings \"...%s\" and \"%s...\" are joined without a space, so two terms become one",
        t->halves[0], t->halves[1]);
    finding->rrtype = RRTYPE_TXT;
    finding->discriminator = arena_printf(facts_scratch(f), "%s%s", t->halves[0], t->halves[1]);
    finding->location = spf_location(t);
    finding_note(out, finding, "joined text", "%s", text_ascii(facts_scratch(f), t->text, t->length));
}

static enum verdict run_string_join(struct facts *f, const dname *target, struct findings *out)
{
    const struct spf_selection *s = spf_select(f, target);
    if (s->state == SPF_SELECTED_PENDING || s->state == SPF_SELECTED_UNKNOWN)
        return VERDICT_UNDETERMINED;
    if (s->record_count == 0 && s->near_count == 0) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "there is no SPF record to judge");
        return VERDICT_SKIPPED;
    }
    for (size_t i = 0; i < s->record_count; i++)
        judge_seam(f, target, &s->records[i], out);
    for (size_t i = 0; i < s->near_count; i++)
        judge_seam(f, target, &s->near[i], out);
    return VERDICT_PASS;
}

static enum verdict run_unknown_modifier(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct spf_tree *tree = spf_of(f, target);
    if (!spf_tree_ready(tree, out, &verdict))
        return verdict;
    for (size_t i = 0; i < tree->root->record->count; i++) {
        const struct spf_term *term = &tree->root->record->terms[i];
        if (term->kind == SPF_KIND_UNKNOWN_MODIFIER && term->error == SPF_ERROR_NONE)
            spf_finding(
                f, out, target, tree->root, term,
                "receivers ignore modifiers they do not know (a mechanism has a colon, not an equals sign)");
    }
    return VERDICT_PASS;
}

#define SYNTAX_COMMON(highest)                                                                               \
    SPF_COMMON,                                                                                              \
        .needs = "TXT of the name and of what it includes",                                                  \
        .discriminator = "the record, if it is not the name's own, and the term", .severity = (highest),     \
        .tags = "spf mail syntax delivery",                                                                  \
        .example_pass = "@ TXT \"v=spf1 a/24//64 mx:example.test ip4:192.0.2.0/24 ip6:2001:db8::/32 "        \
                        "exists:%{i}.x.example.test -all\"\n"

const struct check topic_spf_syntax[] = {
    {
        SYNTAX_COMMON(SEVERITY_HIGH),
        .id = "spf.syntax",
        .title = "Every term of the SPF record follows the grammar",
        .failure_title = "A term of the SPF record breaks the grammar",
        .why = "One term that cannot be parsed makes the whole record a permanent error: nothing is "
               "evaluated, and mail of the domain may be refused.",
        .fix = "Correct or remove the term; terms are separated by single spaces and nothing else.",
        .references = {RFC(7208, "4.6"), RFC(7208, "12")},
        .example_fail = "@ TXT \"v=spf1 mx, -all\"\n",
        .run = run_syntax,
    },
    {
        SYNTAX_COMMON(SEVERITY_HIGH),
        .id = "spf.unknown-mechanism",
        .title = "The SPF record uses known mechanisms only",
        .failure_title = "The SPF record uses a mechanism that does not exist",
        .why = "An unknown mechanism is a permanent error: the record protects nothing and mail may be "
               "refused. Typical are \"ipv4:\", \"-al\" and \"host:\".",
        .fix = "Use all, include, a, mx, ptr, ip4, ip6 or exists.",
        .references = {RFC(7208, "4.6.1"), RFC(7208, "5")},
        .example_fail = "@ TXT \"v=spf1 ipv4:192.0.2.1 -all\"\n",
        .run = run_unknown_mechanism,
    },
    {
        SYNTAX_COMMON(SEVERITY_HIGH),
        .id = "spf.modifier-duplicate",
        .title = "redirect and exp stand once in a record",
        .failure_title = "redirect or exp stands twice in a record",
        .why = "A second redirect or exp is a permanent error, so the record protects nothing.",
        .fix = "Keep one of them; several policies are combined with include, not with redirect.",
        .references = {RFC(7208, "6")},
        .example_fail = "@ TXT \"v=spf1 redirect=a.example.test redirect=b.example.test\"\n",
        .run = run_modifier_duplicate,
    },
    {
        SYNTAX_COMMON(SEVERITY_HIGH),
        .id = "spf.ip-invalid",
        .title = "Addresses in ip4 and ip6 are valid",
        .failure_title = "An address or prefix in ip4 or ip6 is invalid",
        .why = "An address that cannot be parsed is a permanent error for the whole record, not just for "
               "that host.",
        .fix = "Write ip4:192.0.2.1, ip4:192.0.2.0/24, ip6:2001:db8::1 or ip6:2001:db8::/32.",
        .references = {RFC(7208, "5.6")},
        .example_fail = "@ TXT \"v=spf1 ip4:192.0.2.256 -all\"\n",
        .run = run_ip,
    },
    {
        SYNTAX_COMMON(SEVERITY_HIGH),
        .id = "spf.cidr-invalid",
        .title = "Prefix lengths of a and mx are valid",
        .failure_title = "A prefix length of a or mx is out of range",
        .why = "A prefix length outside /0 to /32 (//0 to //128 for IPv6) is a permanent error for the "
               "whole record.",
        .fix = "Write a/24, a//64 or a/24//64.",
        .references = {RFC(7208, "5.3"), RFC(7208, "5.4"), RFC(7208, "12")},
        .example_fail = "@ TXT \"v=spf1 a/33 -all\"\n",
        .run = run_cidr,
    },
    {
        SYNTAX_COMMON(SEVERITY_HIGH),
        .id = "spf.domain-spec-invalid",
        .title = "Domain names in SPF terms are well formed",
        .failure_title = "A domain name in an SPF term is missing or malformed",
        .why = "include, exists and redirect need a domain name of at least two labels, a and mx take one; "
               "an empty or malformed one is a permanent error.",
        .fix = "Write the full name after the colon (or after redirect=), without spaces.",
        .references = {RFC(7208, "7.1"), RFC(7208, "12")},
        .example_fail = "@ TXT \"v=spf1 include: -all\"\n",
        .run = run_domain_spec,
    },
    {
        SYNTAX_COMMON(SEVERITY_HIGH),
        .id = "spf.macro-invalid",
        .title = "Macros in SPF terms are well formed",
        .failure_title = "A macro in an SPF term is malformed",
        .why = "A percent sign that starts no macro is a permanent error for the whole record.",
        .fix = "Use %{i}, %{d2}, %{sr} and the like; write %% for a percent sign.",
        .references = {RFC(7208, "7.1")},
        .example_fail = "@ TXT \"v=spf1 exists:%{x}.example.test -all\"\n",
        .run = run_macro,
    },
    {
        SYNTAX_COMMON(SEVERITY_HIGH),
        .id = "spf.macro-exp-only",
        .title = "The macros c, r and t stand in explanations only",
        .failure_title = "The macro c, r or t stands in a mechanism",
        .why = "They are defined for the text of an explanation; in a mechanism receivers treat them as an "
               "error.",
        .fix = "Use %{i} for the address of the client; drop %{r} and %{t}.",
        .references = {RFC(7208, "7.2")},
        .example_fail = "@ TXT \"v=spf1 exists:%{c}.example.test -all\"\n",
        .run = run_macro_exp,
    },
    {
        SYNTAX_COMMON(SEVERITY_HIGH),
        .id = "spf.non-ascii",
        .title = "The SPF record is plain ASCII",
        .failure_title = "The SPF record holds an octet outside ASCII",
        .why = "A typographic quote, dash or no-break space from a word processor looks right and breaks "
               "the record: receivers stop with a permanent error or do not recognise it.",
        .fix = "Type the record anew in a plain editor; write internationalised names as A-labels "
               "(xn--...).",
        .references = {RFC(7208, "4.6"), RFC(7208, "12")},
        .example_fail = "@ TXT \"v=spf1 mx \\226\\128\\147all\"\n",
        .run = run_non_ascii,
    },
    {
        SYNTAX_COMMON(SEVERITY_HIGH),
        .id = "spf.string-join",
        .title = "The strings of the SPF record join into the intended terms",
        .failure_title = "Two strings of the SPF record fuse two terms into one",
        .why = "Receivers join the strings of one TXT record with nothing in between. Without a space at "
               "the seam two terms become one, which is an error or another policy than the one meant.",
        .fix = "End the first string with a space, or start the second with one.",
        .fix_record = "example.test. TXT \"v=spf1 ip4:192.0.2.1 \" \"-all\"",
        .references = {RFC(7208, "3.3")},
        .example_fail = "@ TXT \"v=spf1 ip4:192.0.2.1\" \"-all\"\n",
        .run = run_string_join,
    },
    {
        SYNTAX_COMMON(SEVERITY_INFO),
        .id = "spf.unknown-modifier",
        .title = "The SPF record has no modifiers that receivers ignore",
        .failure_title = "The SPF record has a modifier that receivers ignore",
        .why = "Unknown modifiers are legal and ignored. Often one is a mechanism with an equals sign by "
               "mistake, such as ip4=192.0.2.1, and then the host is not authorised.",
        .fix = "If it was meant as a mechanism, write a colon; else remove it.",
        .references = {RFC(7208, "6")},
        .example_fail = "@ TXT \"v=spf1 ip4=192.0.2.1 -all\"\n",
        .run = run_unknown_modifier,
    },
    {0},
};
