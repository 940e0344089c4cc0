/* SPDX-License-Identifier: BSD-2-Clause */
/* The reasoning behind an SPF result as text. */
#include "auditor/base/buf.h"
#include "auditor/base/text.h"
#include "auditor/facts/derived/spf.h"

#include <string.h>

#define TEXT_MAX (256U * 1024U)
#define VALUE_MAX 256

static const char *clean(struct arena *a, const char *text)
{
    return text_gate(a, text, strlen(text), VALUE_MAX);
}

static void indent(struct buf *out, unsigned depth)
{
    for (unsigned i = 0; i < depth && i < 12; i++)
        buf_str(out, "  ");
}

static void write_head(struct arena *a, struct buf *out, const struct address *ip, const char *helo,
                       const char *sender, const struct spf_verdict *v)
{
    char address[ADDRESS_TEXT_SIZE];
    bool null_sender = sender == NULL || *sender == '\0';
    buf_printf(out, "client %s, HELO %s, sender %s\n", address_text(ip, address),
               clean(a, helo != NULL ? helo : ""),
               null_sender ? "<> (postmaster at the HELO name)" : clean(a, sender));
    buf_printf(out, "result: %s", spf_result_text(v->result));
    if (v->matched != NULL)
        buf_printf(out, ", by \"%s\" of %s", v->matched, dname_text(a, v->matched_in));
    else if (v->result == SPF_NEUTRAL)
        buf_str(out, ", because no term matched");
    buf_char(out, '\n');
    if (v->problem != NULL)
        buf_printf(out, "because: %s\n", v->problem);
    if (v->undetermined)
        buf_printf(out, "not determined from here: %s\n", reason_text(v->reason));
    if (v->explanation != NULL)
        buf_printf(out, "explanation of the owner: %s\n", v->explanation);
    buf_printf(out, "terms that ask the DNS: %u of %d\nvoid lookups: %u of %d\n", v->terms, SPF_TERMS_LIMIT,
               v->voids, SPF_VOIDS_LIMIT);
}

static void write_steps(struct arena *a, struct buf *out, const struct spf_verdict *v)
{
    const dname *domain = NULL;
    buf_str(out, "\nevaluation:\n");
    for (size_t i = 0; i < v->step_count; i++) {
        const struct spf_step *s = &v->steps[i];
        if (domain == NULL || !dname_equal(domain, s->domain)) {
            indent(out, s->depth + 1);
            buf_printf(out, "record of %s\n", dname_text(a, s->domain));
            domain = s->domain;
        }
        indent(out, s->depth + 2);
        buf_printf(out, "%s%s%s (terms %u, voids %u)\n", s->term, *s->note != '\0' ? ": " : "", s->note,
                   s->terms, s->voids);
    }
    if (v->step_count == 0)
        buf_str(out, "  no term was evaluated\n");
}

static void write_visit(struct arena *a, struct buf *out, const struct spf_visit *v)
{
    if (v->number > 0)
        buf_printf(out, "%2u  ", v->number);
    else
        buf_str(out, "    ");
    buf_str(out, v->term->text);
    if (v->term->error != SPF_ERROR_NONE)
        buf_printf(out, " [error: %s]", v->term->message);
    if (!v->reachable)
        buf_str(out, " [never reached]");
    if (v->dynamic)
        buf_str(out, " [depends on the message]");
    if (v->loop)
        buf_str(out, " [loop]");
    if (v->hosts > SPF_HOSTS_LIMIT)
        buf_printf(out, " [%u hosts, more than %d]", v->hosts, SPF_HOSTS_LIMIT);
    if (v->void4 || v->void6)
        buf_printf(out, " [void for %s]",
                   v->void4 && v->void6 ? "every client"
                   : v->void4           ? "IPv4 clients"
                                        : "IPv6 clients");
    if (v->unknown)
        buf_str(out, " [no answer]");
    if (v->child != NULL && v->child->record == NULL)
        buf_printf(out, " [%s has %s]", dname_text(a, v->child->owner),
                   v->child->selection->state == SPF_SELECTED_SEVERAL ? "several SPF records"
                                                                      : "no usable SPF record");
    buf_char(out, '\n');
}

static void write_tree(struct arena *a, struct buf *out, const struct spf_tree *tree)
{
    if (tree->root == NULL)
        return;
    buf_printf(out,
               "\nlongest path, for a client that nothing matches: %s%s%u term%s of %d, void lookups %s%u "
               "(IPv4) and %u"
               " (IPv6) of %d\n",
               tree->more ? "more than " : "", tree->at_least && !tree->more ? "at least " : "", tree->terms,
               tree->terms == 1 ? "" : "s", SPF_TERMS_LIMIT, tree->voids_at_least ? "at least " : "",
               tree->voids4, tree->voids6, SPF_VOIDS_LIMIT);
    for (size_t i = 0; i < tree->node_count; i++) {
        const struct spf_node *node = tree->nodes[i];
        indent(out, 1);
        buf_printf(out, "%s\n", spf_path(a, node));
        if (node->record != NULL) {
            indent(out, 2);
            buf_printf(out, "%s\n", text_ascii(a, node->record->text, node->record->length));
        }
        for (size_t j = 0; j < node->visit_count; j++) {
            indent(out, 2);
            write_visit(a, out, &node->visits[j]);
        }
    }
}

struct explanation spf_explain(struct facts *f, struct arena *a, const struct address *ip, const char *helo,
                               const char *sender)
{
    struct buf out = BUF_INIT(TEXT_MAX);
    const struct spf_verdict *v = spf_evaluate(f, a, ip, helo, sender);
    if (v == NULL)
        return (struct explanation){
            .text = "out of memory\n", .undetermined = true, .reason = REASON_INTERNAL};
    write_head(a, &out, ip, helo, sender, v);
    write_steps(a, &out, v);
    const char *from = sender != NULL && *sender != '\0' ? sender : helo != NULL ? helo : "";
    const char *at = strrchr(from, '@');
    const dname *domain = NULL;
    if (dname_from_text(a, at != NULL ? at + 1 : from, &domain) == STATUS_OK)
        write_tree(a, &out, spf_of(f, domain));
    const char *text = arena_strndup(a, buf_text(&out), out.length);
    struct explanation e = {
        .text = text != NULL ? text : "", .undetermined = v->undetermined, .reason = v->reason};
    buf_free(&out);
    return e;
}
