/* SPDX-License-Identifier: BSD-2-Clause */
/* The terminal (cli.md): one line a problem, evidence and fix below it, passed checks as a count, the verdict
 * last.
 *
 * Text of strangers never begins a line: it stands behind a label, and what is carried over to the next line
 * behind a bar. CI runners take lines that begin with "::" or hold "##[" for orders (outputs.md
 * section 2.2). */
#include "reports/writer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>
#include <uniwidth.h>

#define INDENT 12        /* columns before a label */
#define LABEL 10         /* columns of a label */
#define ID_COLUMN 38     /* the longest ids of the catalogue fit */
#define EVIDENCE_SHOWN 4 /* items without -v */
#define VALUE_SHOWN 240  /* characters of an evidence value without -v */
#define IDS_SHOWN 6      /* undetermined checks named a reason, without -v */

struct report {
    FILE *out;
    const struct run *run;
    struct report_options options;
    const struct check *worst; /* of all fail results, the first of the highest severity */
    enum severity worst_severity;
    const struct check *unknown; /* the same of undetermined results */
    enum severity unknown_severity;
    bool any_target;
};

/* ---- colours: the only escape sequences a report can hold ---------------------------------------------- */

enum style { STYLE_BOLD, STYLE_DIM, STYLE_GOOD, STYLE_BAD, STYLE_UNSURE };

static void put_styled(struct report *r, const char *sgr, const char *text, int width)
{
    if (r->options.color && *text != '\0')
        fprintf(r->out, "\x1B[%sm%-*s\x1B[0m", sgr, width, text);
    else
        fprintf(r->out, "%-*s", width, text);
}

static void put(struct report *r, enum style style, const char *text)
{
    static const char *const sgr[] = {[STYLE_BOLD] = "1",
                                      [STYLE_DIM] = "2",
                                      [STYLE_GOOD] = "1;32",
                                      [STYLE_BAD] = "1;31",
                                      [STYLE_UNSURE] = "1;33"};
    put_styled(r, sgr[style], text, 0);
}

static void put_severity(struct report *r, enum severity s)
{
    static const char *const words[] = {"INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"};
    static const char *const sgr[] = {"36", "34", "33", "31", "1;37;41"};
    fputs("  ", r->out);
    put_styled(r, sgr[s], words[s], 8);
    fputs("  ", r->out);
}

/* ---- text of strangers --------------------------------------------------------------------------------- */

static void put_octet(struct report *r, char c, char *before)
{
    if (r->options.ci_log && c == '#' && *before == '#')
        fputs("\\035", r->out);
    else
        fputc(c, r->out);
    *before = c;
}

static void put_span(struct report *r, const char *text, size_t length)
{
    char before = '\0';
    for (size_t i = 0; i < length; i++)
        put_octet(r, text[i] == '\t' ? ' ' : text[i], &before);
}

/* How much of the line fits into `room` columns, broken at a blank if there is one. */
static size_t fitting(const char *line, size_t length, size_t room)
{
    size_t columns = 0, blank = 0, at = 0;
    while (at < length) {
        ucs4_t c = 0;
        int taken = u8_mbtoucr(&c, (const uint8_t *)line + at, length - at);
        int width = taken > 0 ? uc_width(c, "UTF-8") : 1;
        columns += width > 0 ? (size_t)width : 0;
        if (columns > room)
            break;
        if (c == ' ')
            blank = at;
        at += taken > 0 ? (size_t)taken : 1;
    }
    if (at >= length)
        return length;
    return blank > 0 ? blank : at > 0 ? at : length;
}

static size_t without_blanks(const char *line, size_t length)
{
    while (length > 0 && line[length - 1] == ' ')
        length--;
    return length;
}

/* Text after a label, under `label` columns; the lines after the first begin with `carry`. */
static void put_lines(struct report *r, const char *label, int columns, const char *carry, const char *text)
{
    size_t used = INDENT + (size_t)columns + 1;
    size_t room = r->options.width > used + 20 ? r->options.width - used : SIZE_MAX;
    bool first = true;
    fprintf(r->out, "%*s", INDENT, "");
    put_styled(r, "2", label, columns);
    do {
        size_t line = strcspn(text, "\n");
        size_t length = fitting(text, line, room);
        if (!first)
            fprintf(r->out, "%*s%s", INDENT + columns - (int)strlen(carry), "", carry);
        put_span(r, text, without_blanks(text, length));
        fputc('\n', r->out);
        text += length;
        text += strspn(text, length < line ? " " : "");
        if (*text == '\n')
            text++;
        first = false;
    } while (*text != '\0');
}

/* Text that may hold words of strangers. label is not empty. */
static void put_labelled(struct report *r, const char *label, const char *text)
{
    put_lines(r, label, LABEL, "| ", text);
}

/* Text that is ours alone, from the metadata. */
static void put_own(struct report *r, const char *label, const char *text)
{
    put_lines(r, label, LABEL, "", text);
}

/* ---- one problem --------------------------------------------------------------------------------------- */

static void put_state(struct report *r, enum state state)
{
    static const enum style styles[] = {[STATE_NEW] = STYLE_BOLD, [STATE_KNOWN] = STYLE_DIM, [STATE_WAIVED] = STYLE_DIM,
                                        [STATE_FIXED] = STYLE_GOOD};
    if (state == STATE_NONE)
        return;
    fputs("  ", r->out);
    put(r, styles[state], state_label(r->run, state));
}

static void put_head(struct report *r, const struct result *res)
{
    put_severity(r, res->severity);
    put_styled(r, "1", res->check->id, ID_COLUMN);
    fprintf(r->out, "  %s", res->subject);
    if (res->rrtype != NULL)
        fprintf(r->out, " %s", res->rrtype);
    put_state(r, res->state);
    if (res->confidence != CONFIDENCE_CONFIRMED)
        fprintf(r->out, "  (%s)", confidence_text(res->confidence));
    fputc('\n', r->out);
}

/* At most `limit` characters of text; 0: all. */
static void add_short(struct buf *b, const char *text, size_t limit)
{
    size_t length = strlen(text), at = 0, characters = 0;
    while (limit != 0 && at < length && characters < limit) {
        int taken = u8_mblen((const uint8_t *)text + at, length - at);
        at += taken > 0 ? (size_t)taken : 1;
        characters++;
    }
    bool cut = limit != 0 && at < length;
    buf_add(b, text, cut ? at : length);
    if (cut)
        buf_str(b, "\xE2\x80\xA6");
}

static void put_evidence_item(struct report *r, const struct evidence *e, const char *label)
{
    struct buf b = BUF_INIT((size_t)1 << 20);
    if (e->label != NULL)
        buf_str(&b, e->label);
    if (e->value != NULL) {
        buf_str(&b, b.length > 0 ? ": " : "");
        add_short(&b, e->value, r->options.verbosity > 0 ? 0 : VALUE_SHOWN);
    }
    if (e->source != NULL && *e->source != '\0')
        buf_printf(&b, "  [%s]", e->source);
    put_labelled(r, label, buf_text(&b));
    buf_free(&b);
}

static void put_evidence(struct report *r, const struct result *res)
{
    size_t shown = res->evidence_count;
    if (r->options.verbosity <= 0 && shown > EVIDENCE_SHOWN)
        shown = EVIDENCE_SHOWN;
    for (size_t i = 0; i < shown; i++)
        put_evidence_item(r, &res->evidence[i], i == 0 ? "evidence" : "and");
    if (shown < res->evidence_count) {
        char more[64];
        snprintf(more, sizeof(more), "%zu more (-v shows all)", res->evidence_count - shown);
        put_own(r, "and", more);
    }
}

static const struct result *find_result(const struct target_report *t, const char *fingerprint)
{
    for (size_t i = 0; i < t->result_count; i++) {
        if (strcmp(t->results[i].fingerprint, fingerprint) == 0)
            return &t->results[i];
    }
    return NULL;
}

static void put_cause(struct report *r, const struct target_report *t, const struct result *res)
{
    if (res->caused_by == NULL)
        return;
    const struct result *cause = find_result(t, res->caused_by);
    struct buf b = BUF_INIT(8192);
    if (cause != NULL)
        buf_printf(&b, "follows from %s %s", cause->check->id, cause->subject);
    else
        buf_printf(&b, "follows from finding %.16s", res->caused_by);
    put_labelled(r, "cause", buf_text(&b));
    buf_free(&b);
}

static void put_place(struct report *r, const struct result *res)
{
    const struct location *l = res->location;
    if (l == NULL)
        return;
    struct buf b = BUF_INIT(16384);
    buf_printf(&b, "%s:%" PRIu32 ":%" PRIu32, l->file, l->line, l->column);
    if (l->end_line > l->line)
        buf_printf(&b, " to line %" PRIu32, l->end_line);
    put_labelled(r, "at", buf_text(&b));
    buf_free(&b);
    if (res->snippet != NULL)
        put_labelled(r, "line", res->snippet);
}

static void put_message(struct report *r, const struct result *res)
{
    const char *title = result_title(res);
    put_lines(r, "", 0, "", title);
    if (res->message != NULL && *res->message != '\0' && strcmp(res->message, title) != 0)
        put_labelled(r, "seen", res->message);
}

/* The remedy of a check is told once for the results of it that stand together. */
static void put_problem(struct report *r, const struct target_report *t, const struct result *res,
                        bool with_fix)
{
    put_head(r, res);
    if (r->options.verbosity < 0)
        return;
    put_message(r, res);
    if (res->outcome == OUTCOME_UNDETERMINED)
        put_own(r, "reason", result_reason(res));
    put_place(r, res);
    put_cause(r, t, res);
    put_evidence(r, res);
    if (with_fix && res->check->fix != NULL)
        put_own(r, "fix", res->check->fix);
    if (res->fix_record != NULL)
        put_labelled(r, "record", res->fix_record);
    fputc('\n', r->out);
}

/* ---- one target ---------------------------------------------------------------------------------------- */

static void put_target_head(struct report *r, const struct target_report *t)
{
    if (r->any_target && r->options.verbosity >= 0)
        fputc('\n', r->out);
    r->any_target = true;
    put(r, STYLE_BOLD, t->name);
    if (t->name_unicode != NULL) {
        fputs(" (", r->out);
        put_span(r, t->name_unicode, strlen(t->name_unicode));
        fputc(')', r->out);
    }
    if (t->zone != NULL && strcmp(t->zone, t->name) != 0)
        fprintf(r->out, "  in zone %s", t->zone);
    fputs("\n", r->out);
}

static void put_coverage(struct report *r, const struct target_report *t)
{
    if (t->coverage != NULL && r->options.verbosity >= 0) {
        fputs("  coverage: ", r->out);
        put_span(r, t->coverage, strcspn(t->coverage, "\n"));
        fputc('\n', r->out);
    }
    if (r->options.verbosity >= 0)
        fputc('\n', r->out);
}

static uint32_t count_outcome(const struct target_report *t, enum outcome outcome)
{
    uint32_t count = 0;
    for (size_t i = 0; i < t->result_count; i++)
        count += t->results[i].outcome == outcome;
    return count;
}

typedef bool choice(const struct result *res);

static bool is_undetermined(const struct result *res)
{
    return res->outcome == OUTCOME_UNDETERMINED;
}

static bool is_known(const struct result *res)
{
    return result_open(res) && res->state == STATE_KNOWN;
}

static void put_problems(struct report *r, const struct target_report *t, choice *chosen)
{
    const struct check *before = NULL;
    for (size_t i = 0; i < t->result_count; i++) {
        const struct result *res = &t->results[i];
        if (!chosen(res))
            continue;
        put_problem(r, t, res, res->outcome == OUTCOME_FAIL && res->check != before);
        before = res->check;
    }
}

/* Why this finding does not count, below its head. */
static void put_aside(struct report *r, const struct result *res)
{
    struct buf b = BUF_INIT(65536);
    put_head(r, res);
    if (res->state == STATE_WAIVED)
        add_waived(&b, res->waiver);
    else if (res->known_since != NULL)
        add_known(&b, r->run, res->known_since);
    if (b.length > 0 && r->options.verbosity >= 0)
        put_labelled(r, "because", buf_text(&b));
    buf_free(&b);
}

/* What was there before is told in full only where it can fail the run, or if asked for. */
static void put_known(struct report *r, const struct target_report *t)
{
    bool any = false;
    if (!r->run->gate.new_only || r->options.verbosity > 0) {
        put_problems(r, t, is_known);
        return;
    }
    for (size_t i = 0; i < t->result_count; i++) {
        if (is_known(&t->results[i])) {
            put_aside(r, &t->results[i]);
            any = true;
        }
    }
    fputs(any && r->options.verbosity >= 0 ? "\n" : "", r->out);
}

static void put_fixed(struct report *r, const struct target_report *t)
{
    for (size_t i = 0; i < t->fixed_count; i++) {
        const struct fixed_finding *f = &t->fixed[i];
        put_severity(r, f->severity);
        put_styled(r, "1", f->check, ID_COLUMN);
        fprintf(r->out, "  %s", f->subject);
        put_state(r, STATE_FIXED);
        fputc('\n', r->out);
        if (r->options.verbosity > 0 && f->message != NULL && *f->message != '\0')
            put_labelled(r, "was", f->message);
    }
    fputs(t->fixed_count > 0 && r->options.verbosity >= 0 ? "\n" : "", r->out);
}

/* Last of all: they ask for nothing, but nobody shall forget them. */
static void put_waived(struct report *r, const struct target_report *t)
{
    bool any = false;
    for (size_t i = 0; i < t->result_count; i++) {
        const struct result *res = &t->results[i];
        if (res->outcome != OUTCOME_FAIL || res->state != STATE_WAIVED)
            continue;
        if (!any && r->options.verbosity == 0 && count_outcome(t, OUTCOME_UNDETERMINED) > 0)
            fputc('\n', r->out);
        put_aside(r, res);
        any = true;
    }
    fputs(any && r->options.verbosity >= 0 ? "\n" : "", r->out);
}

/* Notes need no action: one line each, with what was seen. */
static void put_notes(struct report *r, const struct target_report *t)
{
    for (size_t i = 0; i < t->result_count; i++) {
        const struct result *res = &t->results[i];
        if (res->outcome != OUTCOME_INFO)
            continue;
        put_head(r, res);
        if (r->options.verbosity >= 0)
            put_message(r, res);
        if (r->options.verbosity > 0)
            put_evidence(r, res);
        if (r->options.verbosity >= 0)
            fputc('\n', r->out);
    }
}

/* The checks without an answer for one reason, the gravest first. */
static void put_reason(struct report *r, const struct target_report *t, enum reason reason)
{
    struct buf b = BUF_INIT((size_t)16 << 20);
    uint32_t count = 0;
    for (size_t i = 0; i < t->result_count; i++) {
        const struct result *res = &t->results[i];
        if (res->outcome != OUTCOME_UNDETERMINED || res->undetermined_reason != reason)
            continue;
        if (count < IDS_SHOWN || r->options.verbosity > 0) {
            buf_printf(&b, "%s%s", count > 0 ? ", " : "", res->check->id);
            if (strcmp(res->subject, t->name) != 0)
                buf_printf(&b, " %s", res->subject);
        }
        count++;
    }
    if (count > IDS_SHOWN && r->options.verbosity <= 0)
        buf_printf(&b, " and %" PRIu32 " more (-v shows all)", count - IDS_SHOWN);
    if (count > 0) {
        char label[64];
        snprintf(label, sizeof(label), "%" PRIu32 " %s:", count, reason_text(reason));
        fprintf(r->out, "    %-18s %s\n", label, buf_text(&b));
    }
    buf_free(&b);
}

static void put_undetermined(struct report *r, const struct target_report *t)
{
    uint32_t count = count_outcome(t, OUTCOME_UNDETERMINED);
    if (count == 0)
        return;
    fputs("  ", r->out);
    put(r, STYLE_UNSURE, "could not be evaluated");
    fprintf(r->out, ": %" PRIu32 "\n", count);
    if (r->options.verbosity < 0)
        return;
    if (r->options.verbosity > 0) {
        put_problems(r, t, is_undetermined);
        return;
    }
    for (int reason = REASON_NONE; reason <= REASON_INTERNAL; reason++)
        put_reason(r, t, (enum reason)reason);
}

static void put_skipped(struct report *r, const struct target_report *t)
{
    uint32_t reasons[SKIP_NEEDS_DATA + 1] = {0};
    for (size_t i = 0; i < t->result_count; i++) {
        if (t->results[i].outcome == OUTCOME_SKIPPED)
            reasons[t->results[i].skip_reason]++;
    }
    const char *before = " (";
    for (int s = SKIP_NONE; s <= SKIP_NEEDS_DATA; s++) {
        if (reasons[s] == 0)
            continue;
        fprintf(r->out, "%s%s %" PRIu32, before, skip_text((enum skip_reason)s), reasons[s]);
        before = ", ";
    }
    fputs(*before == ',' ? ")" : "", r->out);
}

/* -v: what was seen to be sound and what was left out, one line each. */
static void put_quiet_results(struct report *r, const struct target_report *t, enum outcome outcome)
{
    for (size_t i = 0; i < t->result_count; i++) {
        const struct result *res = &t->results[i];
        if (res->outcome != outcome)
            continue;
        fprintf(r->out, "  %-8s  %-*s  %s\n", outcome == OUTCOME_PASS ? "ok" : "skipped", ID_COLUMN,
                res->check->id, res->subject);
        if (outcome == OUTCOME_SKIPPED) {
            struct buf b = BUF_INIT((size_t)1 << 20);
            buf_printf(&b, "%s: %s", result_reason(res), res->message != NULL ? res->message : "");
            put_labelled(r, "reason", buf_text(&b));
            buf_free(&b);
        }
        if (outcome == OUTCOME_PASS && res->message != NULL && *res->message != '\0')
            put_labelled(r, "seen", res->message);
    }
}

static void put_counts(struct report *r, const struct target_report *t)
{
    uint32_t skipped = count_outcome(t, OUTCOME_SKIPPED);
    if (r->options.verbosity < 0)
        return;
    if (r->options.verbosity > 0) {
        put_quiet_results(r, t, OUTCOME_PASS);
        put_quiet_results(r, t, OUTCOME_SKIPPED);
    }
    fprintf(r->out, "  %" PRIu32 " passed, %" PRIu32 " failed, %" PRIu32 " noted, %" PRIu32 " skipped",
            count_outcome(t, OUTCOME_PASS), count_outcome(t, OUTCOME_FAIL), count_outcome(t, OUTCOME_INFO),
            skipped);
    put_skipped(r, t);
    fputc('\n', r->out);
}

/* The check to explain at the end. */
static void keep_worst(struct report *r, const struct target_report *t)
{
    for (size_t i = 0; i < t->result_count; i++) {
        const struct result *res = &t->results[i];
        bool fail = r->run->gate.new_only ? result_fresh(res) : result_open(res);
        if (fail && (r->worst == NULL || res->severity > r->worst_severity)) {
            r->worst = res->check;
            r->worst_severity = res->severity;
        }
        bool unknown = res->outcome == OUTCOME_UNDETERMINED;
        if (unknown && (r->unknown == NULL || res->severity > r->unknown_severity)) {
            r->unknown = res->check;
            r->unknown_severity = res->severity;
        }
    }
}

static enum status terminal_target(struct report *r, const struct target_report *target)
{
    put_target_head(r, target);
    if (target->error != NULL) {
        put_labelled(r, "error", target->error);
        return writer_status(r->out);
    }
    put_coverage(r, target);
    put_problems(r, target, result_fresh);
    put_fixed(r, target);
    put_known(r, target);
    put_notes(r, target);
    put_undetermined(r, target);
    put_waived(r, target);
    put_counts(r, target);
    keep_worst(r, target);
    return writer_status(r->out);
}

/* ---- the run ------------------------------------------------------------------------------------------- */

static struct report *terminal_open(FILE *out, const struct run *run, const struct report_options *options)
{
    return writer_new(&(struct report){.out = out, .run = run, .options = *options}, sizeof(struct report));
}

static void put_total(struct report *r, const struct run *run)
{
    const struct run_counts *c = &run->counts;
    if (c->targets < 2 || r->options.verbosity < 0)
        return;
    fprintf(r->out, "%" PRIu32 " targets:", c->targets);
    for (int s = SEVERITY_CRITICAL; s >= SEVERITY_LOW; s--)
        fprintf(r->out, " %" PRIu32 " %s,", c->open[s], severity_text((enum severity)s));
    fprintf(r->out,
            " %" PRIu32 " noted, %" PRIu32 " could not be evaluated, %" PRIu32 " passed, %" PRIu32
            " skipped\n",
            c->outcomes[OUTCOME_INFO], c->outcomes[OUTCOME_UNDETERMINED], c->outcomes[OUTCOME_PASS],
            c->outcomes[OUTCOME_SKIPPED]);
}

/* From what to what, and what changed; then what the gate itself has to say. */
static void put_states(struct report *r, const struct run *run)
{
    const struct run_counts *c = &run->counts;
    if (run_has_states(run)) {
        if (run_is_change(run)) {
            fputs("from ", r->out);
            put_span(r, run->gate.old_side, strcspn(run->gate.old_side, "\n"));
            fputs(" to ", r->out);
            put_span(r, run->gate.new_side, strcspn(run->gate.new_side, "\n"));
            fputs(": ", r->out);
        }
        fprintf(r->out, "%" PRIu32 " new, %" PRIu32 " %s, %" PRIu32 " waived, %" PRIu32 " fixed\n", c->state_new, c->known,
                state_label(run, STATE_KNOWN), c->waived, c->fixed);
    }
    for (size_t i = 0; i < run->gate.note_count && r->options.verbosity >= 0; i++) {
        fputs("note: ", r->out);
        put_span(r, run->gate.notes[i], strcspn(run->gate.notes[i], "\n"));
        fputc('\n', r->out);
    }
}

static const struct check *next_step(const struct report *r, const struct run *run)
{
    if (run->outcome == RUN_INCOMPLETE && r->unknown != NULL)
        return r->unknown;
    return r->worst != NULL ? r->worst : r->unknown;
}

static void put_verdict(struct report *r, const struct run *run)
{
    static const char *const words[] = {
        [RUN_PASSED] = "PASSED", [RUN_FAILED] = "FAILED", [RUN_INCOMPLETE] = "INCOMPLETE"};
    static const enum style styles[] = {
        [RUN_PASSED] = STYLE_GOOD, [RUN_FAILED] = STYLE_BAD, [RUN_INCOMPLETE] = STYLE_UNSURE};
    put(r, styles[run->outcome], words[run->outcome]);
    fprintf(r->out, " (exit %d)", run->exit_code);
    if (run->outcome_reason != NULL) {
        fputs(": ", r->out);
        put_span(r, run->outcome_reason, strcspn(run->outcome_reason, "\n"));
    }
    const struct check *next = next_step(r, run);
    if (next != NULL)
        fprintf(r->out, "; next: zonevet explain %s", next->id);
    fputc('\n', r->out);
}

static enum status terminal_close(struct report *r, const struct run *run)
{
    if (r->any_target && r->options.verbosity >= 0)
        fputc('\n', r->out);
    r->run = run;
    put_total(r, run);
    put_states(r, run);
    put_verdict(r, run);
    enum status status = writer_status(r->out);
    free(r);
    return status;
}

const struct report_format report_text = {
    .name = "text",
    .description = "for the terminal",
    .open = terminal_open,
    .target = terminal_target,
    .close = terminal_close,
};
