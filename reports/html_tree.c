/* SPDX-License-Identifier: BSD-2-Clause */
/* From results to the trees that the HTML style sheets read. */
#include "reports/html_tree.h"

#include "auditor/base/clock.h"
#include "reports/writer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define XML(text) ((const xmlChar *)(text))
#define ANCHOR_DIGITS 20 /* of the fingerprint: enough to be unique within a page */

/* ---- nodes --------------------------------------------------------------------------------------------- */

static xmlNode *add(struct html_memory *m, xmlNode *parent, const char *name)
{
    xmlNode *node = parent != NULL ? xmlNewTextChild(parent, NULL, XML(name), NULL) : NULL;
    if (node == NULL)
        m->no_memory = true;
    return node;
}

static void set(struct html_memory *m, xmlNode *node, const char *name, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    if (node == NULL || xmlNewProp(node, XML(name), XML(value)) == NULL)
        m->no_memory = true;
}

static void set_number(struct html_memory *m, xmlNode *node, const char *name, uint64_t number)
{
    char text[24];
    snprintf(text, sizeof(text), "%" PRIu64, number);
    set(m, node, name, text);
}

static void set_time(struct html_memory *m, xmlNode *node, const char *name, int64_t utc_s)
{
    char text[CLOCK_TEXT_SIZE];
    if (utc_s == 0)
        return;
    clock_rfc3339(utc_s, text);
    set(m, node, name, text);
}

static xmlDoc *document(struct html_memory *m, const char *name, xmlNode **root)
{
    xmlDoc *doc = xmlNewDoc(XML("1.0"));
    *root = doc != NULL ? xmlNewNode(NULL, XML(name)) : NULL;
    if (*root == NULL) {
        m->no_memory = true;
        xmlFreeDoc(doc);
        return NULL;
    }
    xmlDocSetRootElement(doc, *root);
    return doc;
}

static xmlDoc *document_done(struct html_memory *m, xmlDoc *doc)
{
    if (!m->no_memory)
        return doc;
    xmlFreeDoc(doc);
    return NULL;
}

/* ---- memory of the run --------------------------------------------------------------------------------- */

static const char *keep(struct html_memory *m, const char *text)
{
    if (text == NULL)
        return NULL;
    const char *copy = arena_strdup(m->arena, text);
    if (copy == NULL)
        m->no_memory = true;
    return copy;
}

static const char *anchor(struct html_memory *m, const char *fingerprint)
{
    const char *text = arena_printf(m->arena, "f-%.*s", ANCHOR_DIGITS, fingerprint);
    if (text == NULL)
        m->no_memory = true;
    return text;
}

/* Room for one more item; NULL without memory. */
static void *grow(struct html_memory *m, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    size_t larger = *capacity != 0 ? *capacity * 2 : 64;
    void *copy = arena_array(m->arena, larger, size);
    if (copy == NULL) {
        m->no_memory = true;
        return NULL;
    }
    if (count > 0)
        memcpy(copy, items, count * size);
    *capacity = larger;
    return copy;
}

static struct html_line *add_line(struct html_memory *m, struct html_lines *lines)
{
    struct html_line *items = grow(m, lines->items, lines->count, &lines->capacity, sizeof(*items));
    if (items == NULL)
        return NULL;
    lines->items = items;
    return &lines->items[lines->count++];
}

static struct html_check *check_memory(struct html_memory *m, const struct check *c)
{
    struct html_check *known = table_get(m->by_id, c->id, strlen(c->id));
    if (known != NULL)
        return known;
    known = arena_alloc(m->arena, sizeof(*known));
    if (known == NULL || table_put(m->by_id, c->id, strlen(c->id), known) != 0) {
        m->no_memory = true;
        return NULL;
    }
    known->check = c;
    return known;
}

static const struct result *by_fingerprint(const struct target_report *t, const char *fingerprint)
{
    for (size_t i = 0; fingerprint != NULL && i < t->result_count; i++) {
        if (strcmp(t->results[i].fingerprint, fingerprint) == 0)
            return &t->results[i];
    }
    return NULL;
}

static bool is_finding(const struct result *r)
{
    return r->outcome == OUTCOME_FAIL || r->outcome == OUTCOME_INFO;
}

static void remember_link(struct html_memory *m, struct html_check *c, const struct result *r)
{
    for (size_t i = 0; i < HTML_LINKS_MAX; i++) {
        if (c->links[i].anchor == NULL) {
            c->links[i] = (struct html_link){anchor(m, r->fingerprint), keep(m, r->subject)};
            return;
        }
    }
}

static void remember_line(struct html_memory *m, struct html_lines *lines, const struct target_report *t,
                          const struct result *r)
{
    struct html_line *line = add_line(m, lines);
    const struct result *cause = by_fingerprint(t, r->caused_by);
    if (line == NULL)
        return;
    *line = (struct html_line){.check = r->check,
                               .target = keep(m, t->name),
                               .subject = keep(m, r->subject),
                               .message = keep(m, r->message),
                               .reason = result_reason(r),
                               .severity = r->severity};
    if (cause != NULL && is_finding(cause)) {
        line->cause_anchor = anchor(m, cause->fingerprint);
        line->cause_id = cause->check->id;
    }
}

/* ---- states -------------------------------------------------------------------------------------------- */

/* Room in one of the tables of changes, or NULL if it is full. */
static struct html_line *change_line(struct html_memory *m, struct html_lines *lines, const struct target_report *t,
                                     const char *subject, enum severity severity)
{
    if (lines->count >= HTML_CHANGES_MAX) {
        lines->omitted++;
        return NULL;
    }
    struct html_line *line = add_line(m, lines);
    if (line != NULL)
        *line = (struct html_line){.target = keep(m, t->name), .subject = keep(m, subject), .severity = severity};
    return line;
}

static void remember_state(struct html_memory *m, const struct target_report *t, const struct result *r)
{
    bool waived = r->state == STATE_WAIVED;
    m->states[r->state][r->severity]++;
    if (r->state != STATE_NEW && !waived)
        return;
    struct html_line *line = change_line(m, waived ? &m->waived : &m->fresh, t, r->subject, r->severity);
    if (line == NULL)
        return;
    line->check = r->check;
    line->message = keep(m, r->message);
    /* Findings beyond the limit have no place on the page; there are never more of them than results. */
    line->anchor = m->results < HTML_FINDINGS_MAX ? anchor(m, r->fingerprint) : NULL;
    if (waived && r->waiver != NULL) {
        line->reason = keep(m, r->waiver->reason);
        line->owner = keep(m, r->waiver->owner);
        line->waiver = keep(m, r->waiver->id);
        line->date = keep(m, r->waiver->expires);
        line->expires_s = r->waiver->expires_s;
    }
}

static void remember_fixed(struct html_memory *m, const struct target_report *t, const struct fixed_finding *f)
{
    m->states[STATE_FIXED][f->severity]++;
    struct html_line *line = change_line(m, &m->fixed, t, f->subject, f->severity);
    if (line == NULL)
        return;
    line->id = keep(m, f->check);
    line->title = keep(m, f->title);
    line->message = keep(m, f->message);
    line->date = keep(m, f->known_since);
}

static void remember_result(struct html_memory *m, const struct target_report *t, const struct result *r)
{
    struct html_check *c = check_memory(m, r->check);
    if (c == NULL)
        return;
    c->outcomes[r->outcome]++;
    m->results++;
    if (r->outcome == OUTCOME_SKIPPED)
        c->skipped[r->skip_reason]++;
    if (r->outcome == OUTCOME_FAIL) {
        remember_link(m, c, r);
        remember_state(m, t, r);
    }
    if (r->outcome == OUTCOME_PASS && m->passes.count < HTML_PASSES_MAX)
        remember_line(m, &m->passes, t, r);
    if (r->outcome == OUTCOME_UNDETERMINED) {
        if (m->unknowns.count < HTML_UNKNOWN_MAX)
            remember_line(m, &m->unknowns, t, r);
        else
            m->unknowns_omitted++;
    }
}

void html_remember(struct html_memory *m, const struct target_report *t)
{
    struct html_target *targets = grow(m, m->targets, m->target_count, &m->target_capacity, sizeof(*targets));
    if (targets == NULL)
        return;
    m->targets = targets;
    struct html_target *row = &m->targets[m->target_count++];
    *row = (struct html_target){.name = keep(m, t->name),
                                .unicode = keep(m, t->name_unicode),
                                .error = keep(m, t->error),
                                .coverage = keep(m, t->coverage),
                                .queries = t->queries,
                                .timeouts = t->timeouts,
                                .names_known = t->names_known};
    for (size_t i = 0; i < t->result_count; i++) {
        const struct result *r = &t->results[i];
        row->outcomes[r->outcome]++;
        if (result_open(r))
            row->open[r->severity]++;
        row->states[r->state]++;
        remember_result(m, t, r);
    }
    row->states[STATE_FIXED] = (uint32_t)t->fixed_count;
    for (size_t i = 0; i < t->fixed_count; i++)
        remember_fixed(m, t, &t->fixed[i]);
}

/* ---- findings of a target ------------------------------------------------------------------------------ */

static void add_evidence(struct html_memory *m, xmlNode *node, const struct result *r)
{
    size_t shown = r->evidence_count < HTML_EVIDENCE_MAX ? r->evidence_count : HTML_EVIDENCE_MAX;
    for (size_t i = 0; i < shown; i++) {
        const struct evidence *e = &r->evidence[i];
        xmlNode *item = add(m, node, "evidence");
        set(m, item, "kind", e->kind);
        set(m, item, "label", e->label);
        set(m, item, "value", e->value);
        set(m, item, "source", e->source);
        set_time(m, item, "at", e->at_s);
    }
    if (shown < r->evidence_count)
        set_number(m, node, "evidence-omitted", r->evidence_count - shown);
}

static void add_references(struct html_memory *m, xmlNode *node, const struct check *c)
{
    for (size_t i = 0; i < ARRAY_SIZE(c->references) && c->references[i].label != NULL; i++) {
        xmlNode *item = add(m, node, "reference");
        const char *url = c->references[i].url;
        set(m, item, "label", c->references[i].label);
        if (url != NULL && strncmp(url, "https://", 8) == 0)
            set(m, item, "url", url);
    }
}

static void set_place(struct html_memory *m, xmlNode *node, const struct result *r)
{
    if (r->location == NULL)
        return;
    set(m, node, "file", r->location->file);
    set_number(m, node, "line", r->location->line);
    if (r->location->end_line > r->location->line)
        set_number(m, node, "end-line", r->location->end_line);
    set(m, node, "snippet", r->snippet);
}

static void set_identity(struct html_memory *m, xmlNode *node, const struct result *r)
{
    char text[ANCHOR_DIGITS + sizeof("f-")];
    snprintf(text, sizeof(text), "f-%.*s", ANCHOR_DIGITS, r->fingerprint);
    set(m, node, "anchor", text);
    set(m, node, "check", r->check->id);
    set(m, node, "area", r->check->area);
    set(m, node, "severity", severity_text(r->severity));
    set(m, node, "subject", r->subject);
    set(m, node, "unicode", r->subject_unicode);
    set(m, node, "rrtype", r->rrtype);
    set(m, node, "title", result_title(r));
    set(m, node, "message", r->message);
    set(m, node, "state", state_text(r->state));
    set(m, node, "state-word", state_label(m->run, r->state));
}

/* Why a finding does not count, or since when it is there. */
static void set_aside(struct html_memory *m, xmlNode *node, const struct result *r)
{
    struct buf why = BUF_INIT(65536);
    if (r->state == STATE_WAIVED)
        add_waived(&why, r->waiver);
    else if (r->state == STATE_KNOWN && r->known_since != NULL)
        add_known(&why, m->run, r->known_since);
    set(m, node, "aside", buf_text(&why));
    if (r->waiver != NULL)
        set(m, node, "waiver", r->waiver->id);
    m->no_memory = m->no_memory || why.failed;
    buf_free(&why);
}

static void set_details(struct html_memory *m, xmlNode *node, const struct result *r)
{
    const struct check *c = r->check;
    set(m, node, "detailed", "yes");
    set(m, node, "confidence", confidence_text(r->confidence));
    set(m, node, "decision", r->decision);
    set(m, node, "why", c->why);
    set(m, node, "fix", c->fix);
    set(m, node, "record", r->fix_record);
    set(m, node, "effort", c->effort);
    set(m, node, "wrong-when", c->false_positives);
    set(m, node, "fingerprint", r->fingerprint);
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
    return cause != NULL && is_finding(cause) ? (size_t)(cause - t->results) : SIZE_MAX;
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
    xmlNode *node = add(m, place_of(m, n, root, at), "finding");
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
        if (is_finding(r) && table_put(n->index, r->fingerprint, strlen(r->fingerprint), value) != 0)
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
        if (is_finding(r) && finding_rank(r) == rank)
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

static void set_name(struct html_memory *m, xmlNode *node, const char *name, const char *unicode,
                     size_t number)
{
    char text[32];
    snprintf(text, sizeof(text), "t-%zu", number);
    set(m, node, "anchor", text);
    set(m, node, "name", name);
    set(m, node, "unicode", unicode);
}

xmlDoc *html_target_tree(struct html_memory *m, const struct target_report *t)
{
    xmlNode *root;
    xmlDoc *doc = document(m, "target", &root);
    if (doc == NULL)
        return NULL;
    set_name(m, root, t->name, t->name_unicode, m->target_count);
    if (t->zone != NULL && strcmp(t->zone, t->name) != 0)
        set(m, root, "zone", t->zone);
    set(m, root, "coverage", t->coverage);
    set(m, root, "error", t->error);
    add_findings(m, root, t);
    return document_done(m, doc);
}

/* ---- the run ------------------------------------------------------------------------------------------- */

static void set_outcomes(struct html_memory *m, xmlNode *node, const uint32_t outcomes[static 5])
{
    for (int o = OUTCOME_FAIL; o <= OUTCOME_PASS; o++)
        set_number(m, node, outcome_text((enum outcome)o), outcomes[o]);
}

static void set_open(struct html_memory *m, xmlNode *node, const uint32_t open[static 5])
{
    for (int s = SEVERITY_LOW; s <= SEVERITY_CRITICAL; s++)
        set_number(m, node, severity_text((enum severity)s), open[s]);
}

static void set_gate(struct html_memory *m, xmlNode *root, const struct run *run)
{
    const struct run_gate *g = &run->gate;
    set(m, root, "new-only", g->new_only ? "yes" : NULL);
    set(m, root, "baseline", g->baseline);
    set(m, root, "waivers", g->waivers);
    set(m, root, "old-side", g->old_side);
    set(m, root, "new-side", g->new_side);
    for (size_t i = 0; i < g->note_count; i++) {
        if (*g->notes[i] != '\0')
            set(m, add(m, root, "note"), "text", g->notes[i]);
    }
}

/* A card a state, each with its severities. */
static void add_cards(struct html_memory *m, xmlNode *root, const struct run *run)
{
    static const enum state states[] = {STATE_NEW, STATE_KNOWN, STATE_WAIVED, STATE_FIXED};
    const uint32_t counts[] = {run->counts.state_new, run->counts.known, run->counts.waived, run->counts.fixed};
    if (!run_has_states(run))
        return;
    for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
        xmlNode *card = add(m, root, "card");
        set(m, card, "state", state_text(states[i]));
        set(m, card, "word", state_label(run, states[i]));
        set_number(m, card, "count", counts[i]);
        for (int s = SEVERITY_CRITICAL; s >= SEVERITY_INFO; s--) {
            if (m->states[states[i]][s] == 0)
                continue;
            xmlNode *part = add(m, card, "part");
            set(m, part, "severity", severity_text((enum severity)s));
            set_number(m, part, "count", m->states[states[i]][s]);
        }
    }
}

static void set_line(struct html_memory *m, xmlNode *node, const struct html_line *line)
{
    set(m, node, "severity", severity_text(line->severity));
    set(m, node, "check", line->check != NULL ? line->check->id : line->id);
    set(m, node, "title", line->check != NULL ? line->check->failure_title : line->title);
    set(m, node, "target", line->target);
    set(m, node, "subject", line->subject);
    set(m, node, "message", line->message);
    set(m, node, "anchor", line->anchor);
    set(m, node, "reason", line->reason);
    set(m, node, "owner", line->owner);
    set(m, node, "waiver", line->waiver);
    set(m, node, "date", line->date);
}

static void add_changes(struct html_memory *m, xmlNode *root, const char *name, const struct html_lines *lines)
{
    char attribute[32];
    for (int s = SEVERITY_CRITICAL; s >= SEVERITY_INFO; s--) {
        for (size_t i = 0; i < lines->count; i++) {
            const struct html_line *line = &lines->items[i];
            if (line->severity != (enum severity)s)
                continue;
            xmlNode *node = add(m, root, name);
            set_line(m, node, line);
            if (line->expires_s > m->run->started_s)
                set_number(m, node, "days", (uint64_t)(line->expires_s - m->run->started_s) / 86400);
        }
    }
    snprintf(attribute, sizeof(attribute), "%s-omitted", name);
    set_number(m, root, attribute, lines->omitted);
}

static void set_run(struct html_memory *m, xmlNode *root, const struct run *run)
{
    static const char *const verdicts[] = {
        [RUN_PASSED] = "Gate passed", [RUN_FAILED] = "Gate failed", [RUN_INCOMPLETE] = "Incomplete"};
    set(m, root, "verdict", verdicts[run->outcome]);
    set(m, root, "outcome", run_outcome_text(run->outcome));
    set(m, root, "reason", run->outcome_reason);
    set_number(m, root, "exit-code", (uint64_t)run->exit_code);
    set(m, root, "interrupted", run->interrupted ? "yes" : NULL);
    set(m, root, "id", run->id);
    set(m, root, "version", run->tool_version);
    set(m, root, "mode", run->mode);
    set(m, root, "profile", run->profile);
    set(m, root, "digest", run->config_digest);
    set(m, root, "resolver", run->resolver);
    set_time(m, root, "started", run->started_s);
    set_time(m, root, "finished", run->finished_s);
    set(m, root, "fail-on", run->fail_never ? "never" : severity_text(run->fail_on));
    set(m, root, "min-confidence", confidence_text(run->min_confidence));
    set_number(m, root, "checks", run->check_count);
    set_number(m, root, "targets", run->counts.targets);
    set_number(m, root, "results", m->results);
    set_number(m, root, "findings-omitted", m->findings_omitted);
    set_number(m, root, "findings-short",
               m->findings > HTML_DETAILED_MAX ? m->findings - HTML_DETAILED_MAX : 0);
    set_number(m, root, "unknowns-omitted", m->unknowns_omitted);
    set_outcomes(m, root, run->counts.outcomes);
    set_open(m, root, run->counts.open);
}

static void add_targets(struct html_memory *m, xmlNode *root)
{
    for (size_t i = 0; i < m->target_count; i++) {
        const struct html_target *t = &m->targets[i];
        xmlNode *node = add(m, root, "target");
        set_name(m, node, t->name, t->unicode, i + 1);
        set(m, node, "error", t->error);
        set(m, node, "coverage", t->coverage);
        set_number(m, node, "names", t->names_known);
        set_number(m, node, "queries", t->queries);
        set_number(m, node, "timeouts", t->timeouts);
        set_outcomes(m, node, t->outcomes);
        set_open(m, node, t->open);
        set_number(m, node, "new", t->states[STATE_NEW]);
        set_number(m, node, "fixed", t->states[STATE_FIXED]);
    }
}

static int compare_lines(const void *left, const void *right)
{
    const struct html_line *a = left, *b = right;
    int order = strcmp(a->check->id, b->check->id);
    if (order == 0)
        order = strcmp(a->target, b->target);
    return order != 0 ? order : strcmp(a->subject, b->subject);
}

static void sort_lines(struct html_lines *lines)
{
    if (lines->count > 1)
        qsort(lines->items, lines->count, sizeof(*lines->items), compare_lines);
}

static void add_unknowns(struct html_memory *m, xmlNode *root)
{
    sort_lines(&m->unknowns);
    for (size_t i = 0; i < m->unknowns.count; i++) {
        const struct html_line *line = &m->unknowns.items[i];
        xmlNode *node = add(m, root, "unknown");
        set(m, node, "check", line->check->id);
        set(m, node, "title", line->check->title);
        set(m, node, "severity", severity_text(line->severity));
        set(m, node, "target", line->target);
        set(m, node, "subject", line->subject);
        set(m, node, "reason", line->reason);
        set(m, node, "message", line->message);
        set(m, node, "cause", line->cause_anchor);
        set(m, node, "cause-id", line->cause_id);
    }
}

/* Passed checks by check; names only up to HTML_PASSES_MAX results. */
static void add_passes(struct html_memory *m, xmlNode *root)
{
    const struct check *before = NULL;
    xmlNode *node = NULL;
    if (m->results > HTML_PASSES_MAX)
        return;
    sort_lines(&m->passes);
    for (size_t i = 0; i < m->passes.count; i++) {
        const struct html_line *line = &m->passes.items[i];
        if (line->check != before) {
            node = add(m, root, "passed");
            set(m, node, "check", line->check->id);
            set(m, node, "title", line->check->title);
            before = line->check;
        }
        xmlNode *item = add(m, node, "at");
        set(m, item, "subject", line->subject);
        set(m, item, "message", line->message);
    }
}

static void add_pass_counts(struct html_memory *m, xmlNode *root)
{
    if (m->results <= HTML_PASSES_MAX)
        return;
    set(m, root, "passes-summarised", "yes");
    for (size_t i = 0; i < table_count(m->by_id); i++) {
        const struct html_check *c = table_at(m->by_id, i, NULL, NULL);
        if (c->outcomes[OUTCOME_PASS] == 0)
            continue;
        xmlNode *node = add(m, root, "passed");
        set(m, node, "check", c->check->id);
        set(m, node, "title", c->check->title);
        set_number(m, node, "count", c->outcomes[OUTCOME_PASS]);
    }
}

static void add_skipped(struct html_memory *m, xmlNode *root)
{
    for (int reason = SKIP_NONE; reason <= SKIP_NEEDS_DATA; reason++) {
        xmlNode *group = NULL;
        uint64_t count = 0;
        for (size_t i = 0; i < table_count(m->by_id); i++) {
            const struct html_check *c = table_at(m->by_id, i, NULL, NULL);
            if (c->skipped[reason] == 0)
                continue;
            if (group == NULL)
                group = add(m, root, "skipped");
            count += c->skipped[reason];
            xmlNode *item = add(m, group, "check");
            set(m, item, "id", c->check->id);
            set_number(m, item, "count", c->skipped[reason]);
        }
        if (group != NULL) {
            set(m, group, "reason", skip_text((enum skip_reason)reason));
            set_number(m, group, "count", count);
        }
    }
}

/* ---- compliance matrix --------------------------------------------------------------------------------- */

struct matrix_row {
    const char *framework, *control;
    const struct html_check *check;
};

static const char *framework_name(const char *id)
{
    static const struct {
        const char *id, *name;
    } names[] = {
        {"nist-800-53r5",  "NIST SP 800-53 revision 5"             },
        {"nist-800-81r3",  "NIST SP 800-81 revision 3"             },
        {"nist-800-81-2",  "NIST SP 800-81-2"                      },
        {"nist-800-177r1", "NIST SP 800-177 revision 1"            },
        {"nist-csf-2.0",   "NIST Cybersecurity Framework 2.0"      },
        {"cis-8.1",        "CIS Controls 8.1"                      },
        {"iso-27001-2022", "ISO/IEC 27001:2022, Annex A"           },
        {"pci-dss-4.0.1",  "PCI DSS 4.0.1"                         },
        {"bod-18-01",      "CISA BOD 18-01"                        },
        {"ed-19-01",       "CISA ED 19-01"                         },
        {"eu-2022-2555",   "Directive (EU) 2022/2555 (NIS2)"       },
        {"eu-2024-2690",   "Implementing Regulation (EU) 2024/2690"},
        {"nl-public",      "Netherlands, comply-or-explain list"   },
        {"bsi-tr-03108",   "BSI TR-03108"                          },
        {"bsi-tr-03182",   "BSI TR-03182"                          },
    };
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (strcmp(names[i].id, id) == 0)
            return names[i].name;
    }
    return id;
}

static int compare_rows(const void *left, const void *right)
{
    const struct matrix_row *a = left, *b = right;
    int order = strcmp(a->framework, b->framework);
    if (order == 0)
        order = strcmp(a->control, b->control);
    return order != 0 ? order : strcmp(a->check->check->id, b->check->check->id);
}

static size_t matrix_rows(struct html_memory *m, struct matrix_row **rows)
{
    size_t count = 0;
    *rows = arena_array(m->arena, table_count(m->by_id) * ARRAY_SIZE(((struct check *)0)->controls) + 1,
                        sizeof(**rows));
    if (*rows == NULL) {
        m->no_memory = true;
        return 0;
    }
    for (size_t i = 0; i < table_count(m->by_id); i++) {
        const struct html_check *c = table_at(m->by_id, i, NULL, NULL);
        for (size_t k = 0; k < ARRAY_SIZE(c->check->controls) && c->check->controls[k].framework != NULL; k++)
            (*rows)[count++] =
                (struct matrix_row){c->check->controls[k].framework, c->check->controls[k].id, c};
    }
    if (count > 1)
        qsort(*rows, count, sizeof(**rows), compare_rows);
    return count;
}

/* The worst thing seen decides; a control of which nothing was judged is not assessed, never passed. */
static const char *control_state(const uint32_t outcomes[static 5])
{
    if (outcomes[OUTCOME_FAIL] > 0)
        return "fail";
    if (outcomes[OUTCOME_UNDETERMINED] > 0)
        return "undetermined";
    if (outcomes[OUTCOME_PASS] + outcomes[OUTCOME_INFO] > 0)
        return "pass";
    return "not-assessed";
}

static void add_control_check(struct html_memory *m, xmlNode *control, const struct html_check *c)
{
    xmlNode *node = add(m, control, "check");
    set(m, node, "id", c->check->id);
    set(m, node, "title", c->check->title);
    set(m, node, "state", control_state(c->outcomes));
    set_outcomes(m, node, c->outcomes);
    uint32_t shown = 0;
    for (; shown < HTML_LINKS_MAX && c->links[shown].anchor != NULL; shown++) {
        xmlNode *link = add(m, node, "link");
        set(m, link, "anchor", c->links[shown].anchor);
        set(m, link, "subject", c->links[shown].subject);
    }
    if (c->outcomes[OUTCOME_FAIL] > shown)
        set_number(m, node, "more", c->outcomes[OUTCOME_FAIL] - shown);
}

static void add_matrix(struct html_memory *m, xmlNode *root)
{
    struct matrix_row *rows = NULL;
    size_t count = matrix_rows(m, &rows);
    xmlNode *framework = NULL, *control = NULL;
    uint32_t sums[5] = {0};
    for (size_t i = 0; i < count; i++) {
        bool new_framework = i == 0 || strcmp(rows[i].framework, rows[i - 1].framework) != 0;
        if (new_framework) {
            framework = add(m, root, "framework");
            set(m, framework, "name", framework_name(rows[i].framework));
        }
        if (new_framework || strcmp(rows[i].control, rows[i - 1].control) != 0) {
            control = add(m, framework, "control");
            set(m, control, "id", rows[i].control);
            memset(sums, 0, sizeof(sums));
        }
        add_control_check(m, control, rows[i].check);
        for (size_t o = 0; o < ARRAY_SIZE(sums); o++)
            sums[o] += rows[i].check->outcomes[o];
        if (control != NULL && xmlSetProp(control, XML("state"), XML(control_state(sums))) == NULL)
            m->no_memory = true;
    }
}

xmlDoc *html_run_tree(struct html_memory *m, const struct run *run, const char *policy, const char *style,
                      const char *script)
{
    xmlNode *root;
    xmlDoc *doc = document(m, "run", &root);
    if (doc == NULL)
        return NULL;
    set(m, root, "policy", policy);
    set(m, root, "style", style);
    set(m, root, "script", script);
    m->run = run;
    set_run(m, root, run);
    set_gate(m, root, run);
    add_cards(m, root, run);
    add_changes(m, root, "fresh", &m->fresh);
    add_changes(m, root, "mended", &m->fixed);
    add_changes(m, root, "waived", &m->waived);
    add_targets(m, root);
    add_unknowns(m, root);
    add_matrix(m, root);
    add_passes(m, root);
    add_pass_counts(m, root);
    add_skipped(m, root);
    return document_done(m, doc);
}
