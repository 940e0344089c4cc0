/* SPDX-License-Identifier: BSD-2-Clause */
/* What the end of the HTML report needs of the targets before it: counts, lists, anchors of findings. */
#include "reports/html_nodes.h"

#include "reports/writer.h"

#include <string.h>

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
    if (cause != NULL && html_is_finding(cause)) {
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
