/* SPDX-License-Identifier: BSD-2-Clause */
/* The summary for job pages, comments and chat (outputs.md section 9): what changed first, then the rest collapsed, within a
 * budget of octets, for readers drop a text that is too long as a whole. Nothing is cut inside an element. */
#include "auditor/base/clock.h"
#include "reports/markdown_text.h"
#include "reports/writer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_MIN ((size_t)2000) /* the headline and the table always fit */
#define LINE_MAX_CHARS 300       /* of one span */
#define EVIDENCE_SHOWN 4
#define RESERVE ((size_t)220)    /* octets that the frame of one section may take */
#define NOTES_SHOWN 8

enum group { GROUP_TROUBLE, GROUP_FRESH, GROUP_FIXED, GROUP_KNOWN, GROUP_WAIVED, GROUP_UNKNOWN, GROUPS };
enum column { COLUMN_FRESH, COLUMN_KNOWN, COLUMN_WAIVED, COLUMN_FIXED, COLUMNS };

struct block {
    struct block *next;
    size_t length;
    char text[];
};

/* Blocks of one section and severity. No more is kept than could be printed. */
struct shelf {
    struct block *first, **end;
    size_t octets;
    uint32_t count;
};

struct report {
    FILE *out;
    const struct run *run;
    size_t limit;
    struct shelf shelves[GROUPS][5];
    uint32_t table[5][COLUMNS];
    int64_t next_expiry_s;
    struct buf block;
    bool no_memory;
};

/* ---- shelves ------------------------------------------------------------------------------------------- */

static void shelve(struct report *r, enum group g, enum severity severity)
{
    struct shelf *s = &r->shelves[g][severity];
    s->count++;
    r->no_memory = r->no_memory || r->block.failed;
    if (s->octets > r->limit || r->block.failed)
        return;
    struct block *b = malloc(sizeof(*b) + r->block.length);
    if (b == NULL) {
        r->no_memory = true;
        return;
    }
    *b = (struct block){.length = r->block.length};
    memcpy(b->text, buf_text(&r->block), r->block.length);
    if (s->end == NULL)
        s->end = &s->first;
    *s->end = b;
    s->end = &b->next;
    s->octets += b->length;
}

static uint32_t group_count(const struct report *r, enum group g)
{
    uint32_t count = 0;
    for (size_t s = 0; s < ARRAY_SIZE(r->shelves[g]); s++)
        count += r->shelves[g][s].count;
    return count;
}

/* ---- one finding --------------------------------------------------------------------------------------- */

static const char *upper(enum severity s)
{
    static const char *const words[] = {"INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"};
    return words[s];
}

static void add_subject(struct report *r, const char *subject, const char *rrtype)
{
    struct buf name = BUF_INIT(8192);
    buf_printf(&name, "%s%s%s", subject, rrtype != NULL ? " " : "", rrtype != NULL ? rrtype : "");
    md_span(&r->block, buf_text(&name), LINE_MAX_CHARS, false);
    r->no_memory = r->no_memory || name.failed;
    buf_free(&name);
}

static void add_place(struct report *r, const struct location *l)
{
    struct buf place = BUF_INIT(65536);
    buf_printf(&place, "%s:%" PRIu32, l->file, l->line);
    if (l->end_line > l->line)
        buf_printf(&place, "-%" PRIu32, l->end_line);
    md_span(&r->block, buf_text(&place), LINE_MAX_CHARS, false);
    r->no_memory = r->no_memory || place.failed;
    buf_free(&place);
}

static void add_evidence(struct report *r, const struct result *res)
{
    size_t shown = res->evidence_count < EVIDENCE_SHOWN ? res->evidence_count : EVIDENCE_SHOWN;
    if (shown > 0)
        buf_str(&r->block, "Evidence:\n\n");
    for (size_t i = 0; i < shown; i++) {
        const struct evidence *e = &res->evidence[i];
        buf_str(&r->block, "* ");
        md_span(&r->block, e->label, LINE_MAX_CHARS, false);
        if (e->value != NULL) {
            buf_str(&r->block, ": ");
            md_span(&r->block, e->value, LINE_MAX_CHARS, false);
        }
        if (e->source != NULL && *e->source != '\0') {
            buf_str(&r->block, " from ");
            md_span(&r->block, e->source, LINE_MAX_CHARS, false);
        }
        buf_char(&r->block, '\n');
    }
    if (shown < res->evidence_count)
        buf_printf(&r->block, "* and %zu more in the JSON report\n", res->evidence_count - shown);
    if (shown > 0)
        buf_char(&r->block, '\n');
}

static void add_advice(struct report *r, const struct result *res)
{
    const struct check *c = res->check;
    if (c->fix != NULL) {
        buf_str(&r->block, "What to do: ");
        md_own(&r->block, c->fix);
        buf_char(&r->block, '\n');
    }
    if (res->fix_record != NULL && *res->fix_record != '\0')
        md_fence(&r->block, res->fix_record, 0);
    else if (c->fix != NULL)
        buf_char(&r->block, '\n');
    buf_str(&r->block, "More: ");
    for (size_t i = 0; i < ARRAY_SIZE(c->references) && c->references[i].label != NULL; i++) {
        buf_char(&r->block, '[');
        md_own(&r->block, c->references[i].label);
        buf_printf(&r->block, "](%s), ", c->references[i].url);
    }
    buf_printf(&r->block, "`zonevet explain %s`\n\n", c->id);
}

static void finding_block(struct report *r, const struct target_report *t, const struct result *res)
{
    struct buf *b = &r->block;
    buf_reset(b);
    buf_printf(b, "<details><summary>%s <code>%s</code> ", upper(res->severity), res->check->id);
    md_html_code(b, res->subject, LINE_MAX_CHARS);
    if (res->rrtype != NULL)
        buf_printf(b, " %s", res->rrtype);
    buf_str(b, "</summary>\n\n");
    md_own(b, result_title(res));
    if (strcmp(res->subject, t->name) != 0) {
        buf_str(b, ", in ");
        md_span(b, t->name, LINE_MAX_CHARS, false);
    }
    buf_str(b, "\n\n");
    if (res->message != NULL && *res->message != '\0') {
        buf_str(b, "Seen: ");
        md_span(b, res->message, 0, false);
        buf_str(b, "\n\n");
    }
    if (res->confidence != CONFIDENCE_CONFIRMED)
        buf_printf(b, "Confidence: %s\n\n", confidence_text(res->confidence));
    if (res->location != NULL) {
        buf_str(b, "Where: ");
        add_place(r, res->location);
        buf_char(b, '\n');
        if (res->snippet != NULL && *res->snippet != '\0')
            md_fence(b, res->snippet, LINE_MAX_CHARS);
        else
            buf_char(b, '\n');
    }
    add_evidence(r, res);
    add_advice(r, res);
    buf_str(b, "</details>\n\n");
    shelve(r, GROUP_FRESH, res->severity);
}

/* ---- one line ------------------------------------------------------------------------------------------ */

static void line_head(struct report *r, enum severity s, const char *id, const char *subject, const char *rrtype)
{
    buf_reset(&r->block);
    buf_printf(&r->block, "* %s `%s` at ", upper(s), id);
    add_subject(r, subject, rrtype);
}

static void add_days_left(const struct report *r, struct buf *out, const char *what, int64_t expires_s)
{
    int64_t days = (expires_s - r->run->started_s) / 86400;
    if (expires_s == 0)
        return;
    if (days < 1)
        buf_printf(out, " (%sexpires today)", what);
    else
        buf_printf(out, " (%sexpires in %" PRId64 " day%s)", what, days, days == 1 ? "" : "s");
}

static void waived_line(struct report *r, const struct result *res)
{
    struct buf why = BUF_INIT(65536);
    line_head(r, res->severity, res->check->id, res->subject, res->rrtype);
    add_waived(&why, res->waiver);
    buf_str(&r->block, ": ");
    md_span(&r->block, buf_text(&why), LINE_MAX_CHARS, false);
    if (res->waiver != NULL) {
        int64_t at = res->waiver->expires_s;
        add_days_left(r, &r->block, "", at);
        if (at != 0 && (r->next_expiry_s == 0 || at < r->next_expiry_s))
            r->next_expiry_s = at;
    }
    buf_char(&r->block, '\n');
    r->no_memory = r->no_memory || why.failed;
    buf_free(&why);
    shelve(r, GROUP_WAIVED, res->severity);
}

static void known_line(struct report *r, const struct result *res)
{
    line_head(r, res->severity, res->check->id, res->subject, res->rrtype);
    if (res->location != NULL) {
        buf_str(&r->block, ", ");
        add_place(r, res->location);
    }
    if (res->known_since != NULL) {
        buf_str(&r->block, ", known since ");
        md_span(&r->block, res->known_since, LINE_MAX_CHARS, false);
    }
    buf_char(&r->block, '\n');
    shelve(r, GROUP_KNOWN, res->severity);
}

static void unknown_line(struct report *r, const struct result *res)
{
    line_head(r, res->severity, res->check->id, res->subject, res->rrtype);
    buf_printf(&r->block, ": %s", result_reason(res));
    if (res->message != NULL && *res->message != '\0') {
        buf_str(&r->block, ", ");
        md_span(&r->block, res->message, LINE_MAX_CHARS, false);
    }
    buf_char(&r->block, '\n');
    shelve(r, GROUP_UNKNOWN, res->severity);
}

static void fixed_line(struct report *r, const struct fixed_finding *f)
{
    line_head(r, f->severity, f->check, f->subject, NULL);
    if (f->message != NULL && *f->message != '\0') {
        buf_str(&r->block, ": ");
        md_span(&r->block, f->message, LINE_MAX_CHARS, false);
    }
    buf_char(&r->block, '\n');
    r->table[f->severity][COLUMN_FIXED]++;
    shelve(r, GROUP_FIXED, f->severity);
}

static void trouble_line(struct report *r, const char *name, const char *text)
{
    buf_reset(&r->block);
    buf_str(&r->block, "* ");
    if (name != NULL) {
        md_span(&r->block, name, LINE_MAX_CHARS, false);
        buf_str(&r->block, " could not be read: ");
    }
    md_span(&r->block, text, LINE_MAX_CHARS, false);
    buf_char(&r->block, '\n');
    shelve(r, GROUP_TROUBLE, name != NULL ? SEVERITY_CRITICAL : SEVERITY_INFO);
}

static void add_result(struct report *r, const struct target_report *t, const struct result *res)
{
    if (res->outcome == OUTCOME_UNDETERMINED)
        unknown_line(r, res);
    if (res->outcome != OUTCOME_FAIL)
        return;
    if (res->state == STATE_WAIVED)
        waived_line(r, res);
    else if (res->state == STATE_KNOWN)
        known_line(r, res);
    else
        finding_block(r, t, res);
    r->table[res->severity][res->state == STATE_WAIVED  ? COLUMN_WAIVED
                            : res->state == STATE_KNOWN ? COLUMN_KNOWN
                                                        : COLUMN_FRESH]++;
}

/* ---- the page ------------------------------------------------------------------------------------------ */

static uint32_t column_sum(const struct report *r, enum column c)
{
    uint32_t sum = 0;
    for (size_t s = 0; s < ARRAY_SIZE(r->table); s++)
        sum += r->table[s][c];
    return sum;
}

static void add_mark(struct buf *page, const char *profile)
{
    buf_str(page, "<!-- zonevet:");
    for (const char *c = profile != NULL ? profile : "default"; *c != '\0' && page->length < 80; c++) {
        bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || *c == '_';
        buf_char(page, plain ? *c : '_');
    }
    buf_str(page, " -->\n");
}

/* " (2 critical, 1 high)" */
static void add_severities(const struct report *r, struct buf *page)
{
    const char *before = " (";
    for (int s = SEVERITY_CRITICAL; s >= SEVERITY_INFO; s--) {
        if (r->table[s][COLUMN_FRESH] == 0)
            continue;
        buf_printf(page, "%s%" PRIu32 " %s", before, r->table[s][COLUMN_FRESH], severity_text((enum severity)s));
        before = ", ";
    }
    buf_str(page, *before == ',' ? ")" : "");
}

static void add_headline(struct report *r, struct buf *page, bool states)
{
    static const char *const words[] = {[RUN_PASSED] = "Passed", [RUN_FAILED] = "Failed", [RUN_INCOMPLETE] = "Incomplete"};
    uint32_t fresh = column_sum(r, COLUMN_FRESH);
    buf_printf(page, "**%s**: %" PRIu32 " %s finding%s", words[r->run->outcome], fresh, states ? "new" : "open",
               fresh == 1 ? "" : "s");
    add_severities(r, page);
    if (states) {
        uint32_t waived = column_sum(r, COLUMN_WAIVED);
        buf_printf(page, ", %" PRIu32 " fixed, %" PRIu32 " %s, %" PRIu32 " waived", column_sum(r, COLUMN_FIXED),
                   column_sum(r, COLUMN_KNOWN), state_label(r->run, STATE_KNOWN), waived);
        if (waived > 0)
            add_days_left(r, page, waived > 1 ? "the first " : "", r->next_expiry_s);
    }
    buf_printf(page, ", %" PRIu32 " undetermined\n\n", r->run->counts.outcomes[OUTCOME_UNDETERMINED]);
}

static void add_facts(struct report *r, struct buf *page)
{
    const struct run *run = r->run;
    if (run->gate.old_side != NULL) {
        buf_str(page, "Change from ");
        md_span(page, run->gate.old_side, 100, false);
        buf_str(page, " to ");
        md_span(page, run->gate.new_side, 100, false);
        buf_str(page, "\n\n");
    }
    if (run->outcome_reason != NULL && *run->outcome_reason != '\0') {
        md_span(page, run->outcome_reason, 200, false);
        buf_str(page, "\n\n");
    }
}

static void add_table(struct report *r, struct buf *page, bool states)
{
    if (states)
        buf_printf(page, "| Severity | New | Fixed | %s | Waived |\n|:--|--:|--:|--:|--:|\n",
                   run_is_change(r->run) ? "Unchanged" : "Known");
    else
        buf_str(page, "| Severity | Open |\n|:--|--:|\n");
    for (int s = SEVERITY_CRITICAL; s >= SEVERITY_INFO; s--) {
        const uint32_t *n = r->table[s];
        if (s == SEVERITY_INFO && n[COLUMN_FRESH] + n[COLUMN_KNOWN] + n[COLUMN_WAIVED] + n[COLUMN_FIXED] == 0)
            continue;
        buf_printf(page, "| %s | %" PRIu32 " |", severity_text((enum severity)s), n[COLUMN_FRESH]);
        if (states)
            buf_printf(page, " %" PRIu32 " | %" PRIu32 " | %" PRIu32 " |", n[COLUMN_FIXED], n[COLUMN_KNOWN],
                       n[COLUMN_WAIVED]);
        buf_char(page, '\n');
    }
    buf_char(page, '\n');
}

static bool group_head(const struct report *r, struct buf *page, enum group g, uint32_t count, bool states)
{
    const char *known = run_is_change(r->run) ? "unchanged" : "known";
    const char *s = count == 1 ? "" : "s";
    switch (g) {
    case GROUP_TROUBLE:
        return false;
    case GROUP_FRESH:
        buf_printf(page, "### %s findings\n\n", states ? "New" : "Open");
        return false;
    case GROUP_FIXED:
        buf_str(page, "### Fixed\n\n");
        return false;
    case GROUP_KNOWN:
        buf_printf(page, "<details><summary>%" PRIu32 " %s finding%s</summary>\n\n", count, known, s);
        return true;
    case GROUP_WAIVED:
        buf_printf(page, "<details><summary>%" PRIu32 " waived finding%s</summary>\n\n", count, s);
        return true;
    default:
        buf_printf(page, "<details><summary>%" PRIu32 " result%s could not be evaluated</summary>\n\n", count, s);
        return true;
    }
}

/* What fits, then how many more there are. `reserve` octets are left for the sections behind. */
static void add_group(const struct report *r, struct buf *page, enum group g, size_t reserve, bool states)
{
    uint32_t count = group_count(r, g), shown = 0;
    bool full = false;
    if (count == 0)
        return;
    bool folded = group_head(r, page, g, count, states);
    for (size_t s = ARRAY_SIZE(r->shelves[g]); s-- > 0 && !full;) {
        const struct shelf *shelf = &r->shelves[g][s];
        uint32_t here = 0;
        for (const struct block *b = shelf->first; b != NULL && !full; b = b->next) {
            full = page->length + b->length + reserve > r->limit;
            if (!full) {
                buf_add(page, b->text, b->length);
                here++;
            }
        }
        full = full || here < shelf->count;
        shown += here;
    }
    if (shown < count)
        buf_printf(page, "%s%" PRIu32 " more, see the other reports of this run\n", shown > 0 && g != GROUP_FRESH ? "\n" : "",
                   count - shown);
    buf_str(page, folded ? "\n</details>\n\n" : g != GROUP_FRESH || shown < count ? "\n" : "");
}

/* ---- the format ---------------------------------------------------------------------------------------- */

static struct report *summary_open(FILE *out, const struct run *run, const struct report_options *options)
{
    struct report *r = calloc(1, sizeof(*r));
    if (r == NULL)
        return NULL;
    r->out = out;
    r->run = run;
    r->limit = options->markdown_limit != 0 ? options->markdown_limit : REPORT_MARKDOWN_LIMIT;
    r->limit = r->limit > LIMIT_MIN ? r->limit : LIMIT_MIN;
    r->block = BUF_INIT((size_t)1 << 20);
    return r;
}

static enum status summary_target(struct report *r, const struct target_report *t)
{
    if (t->error != NULL)
        trouble_line(r, t->name, t->error);
    for (size_t i = 0; i < t->result_count; i++)
        add_result(r, t, &t->results[i]);
    for (size_t i = 0; i < t->fixed_count; i++)
        fixed_line(r, &t->fixed[i]);
    return r->no_memory ? STATUS_NOMEM : STATUS_OK;
}

static void summary_free(struct report *r)
{
    for (size_t g = 0; g < GROUPS; g++) {
        for (size_t s = 0; s < ARRAY_SIZE(r->shelves[g]); s++) {
            for (struct block *b = r->shelves[g][s].first, *next; b != NULL; b = next) {
                next = b->next;
                free(b);
            }
        }
    }
    buf_free(&r->block);
    free(r);
}

static enum status summary_close(struct report *r, const struct run *run)
{
    struct buf page = BUF_INIT(r->limit + (size_t)65536);
    r->run = run;
    bool states = run_has_states(run);
    for (size_t i = 0; i < run->gate.note_count && i < NOTES_SHOWN; i++)
        trouble_line(r, NULL, run->gate.notes[i]);
    add_mark(&page, run->profile);
    add_headline(r, &page, states);
    add_facts(r, &page);
    add_table(r, &page, states);
    for (size_t g = 0; g < GROUPS; g++)
        add_group(r, &page, (enum group)g, (GROUPS - g) * RESERVE, states);
    fwrite(buf_text(&page), 1, page.length, r->out);
    enum status status = r->no_memory || page.failed ? STATUS_NOMEM : writer_status(r->out);
    buf_free(&page);
    summary_free(r);
    return status;
}

const struct report_format report_markdown = {
    .name = "markdown",
    .description = "summary for job pages and comments, what changed first",
    .open = summary_open,
    .target = summary_target,
    .close = summary_close,
};
