/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree of one target: its findings, each below its cause. */
#include "reports/html_nodes.h"

#include "reports/writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_evidence(struct html_memory *m, xmlNode *node, const struct result *r)
{
    size_t shown = r->evidence_count < HTML_EVIDENCE_MAX ? r->evidence_count : HTML_EVIDENCE_MAX;
    for (size_t i = 0; i < shown; i++) {
        const struct evidence *e = &r->evidence[i];
        xmlNode *item = html_add(m, node, "evidence");
        html_set(m, item, "kind", e->kind);
        html_set(m, item, "label", e->label);
        html_set(m, item, "value", e->value);
        html_set(m, item, "source", e->source);
        html_set_time(m, item, "at", e->at_s);
    }
    if (shown < r->evidence_count)
        html_set_number(m, node, "evidence-omitted", r->evidence_count - shown);
}

static void add_references(struct html_memory *m, xmlNode *node, const struct check *c)
{
    for (size_t i = 0; i < ARRAY_SIZE(c->references) && c->references[i].label != NULL; i++) {
        xmlNode *item = html_add(m, node, "reference");
        const char *url = c->references[i].url;
        html_set(m, item, "label", c->references[i].label);
        if (url != NULL && strncmp(url, "https://", 8) == 0)
            html_set(m, item, "url", url);
    }
}

static void set_place(struct html_memory *m, xmlNode *node, const struct result *r)
{
    if (r->location == NULL)
        return;
    html_set(m, node, "file", r->location->file);
    html_set_number(m, node, "line", r->location->line);
    if (r->location->end_line > r->location->line)
        html_set_number(m, node, "end-line", r->location->end_line);
    html_set(m, node, "snippet", r->snippet);
}

static void set_identity(struct html_memory *m, xmlNode *node, const struct result *r)
{
    char text[ANCHOR_DIGITS + sizeof("f-")];
    snprintf(text, sizeof(text), "f-%.*s", ANCHOR_DIGITS, r->fingerprint);
    html_set(m, node, "anchor", text);
    html_set(m, node, "check", r->check->id);
    html_set(m, node, "area", r->check->area);
    html_set(m, node, "severity", severity_text(r->severity));
    html_set(m, node, "subject", r->subject);
    html_set(m, node, "unicode", r->subject_unicode);
    html_set(m, node, "rrtype", r->rrtype);
    html_set(m, node, "title", result_title(r));
    html_set(m, node, "message", r->message);
    html_set(m, node, "state", state_text(r->state));
    html_set(m, node, "state-word", state_label(m->run, r->state));
}

/* Why a finding does not count, or since when it is there. */
static void set_aside(struct html_memory *m, xmlNode *node, const struct result *r)
{
    struct buf why = BUF_INIT(65536);
    if (r->state == STATE_WAIVED)
        add_waived(&why, r->waiver);
    else if (r->state == STATE_KNOWN && r->known_since != NULL)
        add_known(&why, m->run, r->known_since);
    html_set(m, node, "aside", buf_text(&why));
    if (r->waiver != NULL)
        html_set(m, node, "waiver", r->waiver->id);
    m->no_memory = m->no_memory || why.failed;
    buf_free(&why);
}

static void set_details(struct html_memory *m, xmlNode *node, const struct result *r)
{
    const struct check *c = r->check;
    html_set(m, node, "detailed", "yes");
    html_set(m, node, "confidence", confidence_text(r->confidence));
    html_set(m, node, "decision", r->decision);
    html_set(m, node, "why", c->why);
    html_set(m, node, "fix", c->fix);
    html_set(m, node, "record", r->fix_record);
    html_set(m, node, "effort", c->effort);
    html_set(m, node, "wrong-when", c->false_positives);
    html_set(m, node, "fingerprint", r->fingerprint);
    set_place(m, node, r);
    set_aside(m, node, r);
    add_evidence(m, node, r);
    add_references(m, node, c);
}

/* Where each finding goes: below its cause if that is a finding of the same target and no circle is closed.
 */
struct nesting {
    const struct target_report *target;
    struct table *index; /* fingerprint to result */
    xmlNode **nodes;
};

static size_t cause_of(const struct nesting *n, size_t at)
{
    const struct target_report *t = n->target;
    const char *fingerprint = t->results[at].caused_by;
    const struct result *cause =
        fingerprint != NULL ? table_get(n->index, fingerprint, strlen(fingerprint)) : NULL;
    return cause != NULL && html_is_finding(cause) ? (size_t)(cause - t->results) : SIZE_MAX;
}

static bool in_circle(const struct nesting *n, size_t at)
{
    size_t up = cause_of(n, at);
    for (unsigned steps = 0; up != SIZE_MAX; steps++) {
        if (up == at || steps > 8)
            return true;
        up = cause_of(n, up);
    }
    return false;
}

static xmlNode *finding_node(struct html_memory *m, struct nesting *n, xmlNode *root, size_t at);

static xmlNode *place_of(struct html_memory *m, struct nesting *n, xmlNode *root, size_t at)
{
    size_t cause = cause_of(n, at);
    if (cause == SIZE_MAX || in_circle(n, at))
        return root;
    xmlNode *parent = finding_node(m, n, root, cause); /* ends: no circle, at most eight steps */
    return parent != NULL ? parent : root;
}

static xmlNode *finding_node(struct html_memory *m, struct nesting *n, xmlNode *root, size_t at)
{
    const struct result *r = &n->target->results[at];
    if (n->nodes[at] != NULL)
        return n->nodes[at];
    if (m->findings >= HTML_FINDINGS_MAX) {
        m->findings_omitted++;
        return NULL;
    }
    xmlNode *node = html_add(m, place_of(m, n, root, at), "finding");
    n->nodes[at] = node;
    set_identity(m, node, r);
    if (m->findings < HTML_DETAILED_MAX)
        set_details(m, node, r);
    m->findings++;
    return node;
}

static bool nesting_index(struct nesting *n)
{
    for (size_t i = 0; i < n->target->result_count; i++) {
        const struct result *r = &n->target->results[i];
        /* The table keeps what it is given; it is only ever read as const. */
        void *value = (void *)(uintptr_t)r;
        if (html_is_finding(r) && table_put(n->index, r->fingerprint, strlen(r->fingerprint), value) != 0)
            return false;
    }
    return true;
}

/* What is new stands first, then what was there, what does not count, and notes. */
static unsigned finding_rank(const struct result *r)
{
    if (r->outcome == OUTCOME_INFO)
        return 3;
    return r->state == STATE_WAIVED ? 2 : r->state == STATE_KNOWN ? 1 : 0;
}

static void add_rank(struct html_memory *m, struct nesting *n, xmlNode *root, unsigned rank)
{
    for (size_t i = 0; i < n->target->result_count; i++) {
        const struct result *r = &n->target->results[i];
        if (html_is_finding(r) && finding_rank(r) == rank)
            finding_node(m, n, root, i);
    }
}

static void add_findings(struct html_memory *m, xmlNode *root, const struct target_report *t)
{
    struct nesting n = {.target = t, .index = table_new()};
    n.nodes = calloc(t->result_count + 1, sizeof(xmlNode *));
    if (n.index == NULL || n.nodes == NULL || !nesting_index(&n)) {
        m->no_memory = true;
    } else {
        for (unsigned rank = 0; rank < 4; rank++)
            add_rank(m, &n, root, rank);
    }
    free(n.nodes);
    table_free(n.index);
}

xmlDoc *html_target_tree(struct html_memory *m, const struct target_report *t)
{
    xmlNode *root;
    xmlDoc *doc = html_document(m, "target", &root);
    if (doc == NULL)
        return NULL;
    html_set_name(m, root, t->name, t->name_unicode, m->target_count);
    if (t->zone != NULL && strcmp(t->zone, t->name) != 0)
        html_set(m, root, "zone", t->zone);
    html_set(m, root, "coverage", t->coverage);
    html_set(m, root, "error", t->error);
    add_findings(m, root, t);
    return html_document_done(m, doc);
}
