/* SPDX-License-Identifier: BSD-2-Clause */
/* GitHub workflow commands (outputs.md section 8). The runner shows the first ten annotations a level and drops the rest
 * without a word, so the ten that matter most are chosen here, and the last one says how many more there are. */
#include "reports/writer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 10 /* annotations a level and step */

enum level { LEVEL_ERROR, LEVEL_WARNING, LEVEL_NOTICE, LEVEL_COUNT };
static const char *const level_words[] = {"error", "warning", "notice"};

struct note {
    char *text; /* the whole command but its first word, malloc'd */
    unsigned rank; /* smaller is shown first; equal ones stay in order of arrival */
};

struct level_notes {
    struct note best[SHOWN];
    size_t kept;
    uint32_t count; /* all of them */
};

struct report {
    FILE *out;
    const struct run *run;
    struct report_options options;
    struct level_notes levels[LEVEL_COUNT];
    struct seen seen;
    uint32_t undetermined, unreadable;
    bool no_memory;
};

static enum level level_of(enum severity s)
{
    return s >= SEVERITY_HIGH ? LEVEL_ERROR : s == SEVERITY_MEDIUM ? LEVEL_WARNING : LEVEL_NOTICE;
}

/* ---- escaping: '%' is what escapes, so it comes first ---------------------------------------------------- */

static void add_escaped(struct buf *b, const char *text, const char *special)
{
    for (; *text != '\0'; text++) {
        if (strchr(special, *text) != NULL)
            buf_printf(b, "%%%02X", (unsigned)(unsigned char)*text);
        else
            buf_char(b, *text);
    }
}

static void add_value(struct buf *b, const char *text)
{
    add_escaped(b, text, "%\r\n:,");
}

static void add_data(struct buf *b, const char *text)
{
    add_escaped(b, text, "%\r\n");
}

/* ---- choosing ------------------------------------------------------------------------------------------ */

static bool is_changed(const struct report_options *o, const char *path, const char *file)
{
    for (size_t i = 0; i < o->changed_count; i++) {
        const char *changed = o->changed_files[i];
        while (strncmp(changed, "./", 2) == 0)
            changed += 2;
        if (strcmp(changed, path) == 0 || strcmp(changed, file) == 0)
            return true;
    }
    return false;
}

/* Keep text (taken over) if it is among the best of its level. */
static void keep(struct level_notes *l, char *text, unsigned rank)
{
    size_t at = l->kept;
    l->count++;
    while (at > 0 && l->best[at - 1].rank > rank)
        at--;
    if (at == SHOWN) {
        free(text);
        return;
    }
    if (l->kept == SHOWN)
        free(l->best[--l->kept].text);
    memmove(&l->best[at + 1], &l->best[at], (l->kept - at) * sizeof(l->best[0]));
    l->best[at] = (struct note){text, rank};
    l->kept++;
}

static void add_place(struct buf *b, const char *path, const struct place *p)
{
    buf_str(b, "file=");
    add_value(b, path);
    buf_printf(b, ",line=%" PRIu32 ",endLine=%" PRIu32, p->line, p->end_line);
    /* Columns count within one line only: of several lines the whole is meant, as of a line that lists a target. */
    if (p->own && p->end_line == p->line)
        buf_printf(b, ",col=%" PRIu32 ",endColumn=%" PRIu32, p->column, p->end_column);
    buf_char(b, ',');
}

static void annotate(struct report *r, const struct target_report *t, const struct result *res)
{
    struct buf b = BUF_INIT((size_t)1 << 20), path = BUF_INIT(65536);
    const struct place p = report_place(r->run, t, res->location, &r->options);
    bool placed = p.own || p.listed;
    add_path(&path, &p);
    buf_char(&b, ' ');
    if (placed)
        add_place(&b, buf_text(&path), &p);
    buf_str(&b, "title=");
    add_value(&b, res->check->id);
    buf_str(&b, "::");
    add_data(&b, result_title(res));
    buf_str(&b, ": ");
    add_data(&b, res->subject);
    if (res->message != NULL && *res->message != '\0') {
        buf_str(&b, "%0A");
        add_data(&b, res->message);
    }
    unsigned rank = 2 * (unsigned)(SEVERITY_CRITICAL - res->severity);
    rank += placed && is_changed(&r->options, buf_text(&path), p.file) ? 0 : 1;
    char *text = b.failed || path.failed ? NULL : strdup(buf_text(&b));
    buf_free(&b);
    buf_free(&path);
    if (text != NULL)
        keep(&r->levels[level_of(res->severity)], text, rank);
    else
        r->no_memory = true;
}

/* ---- the format ---------------------------------------------------------------------------------------- */

static struct report *annotations_open(FILE *out, const struct run *run, const struct report_options *options)
{
    return writer_new(&(struct report){.out = out, .run = run, .options = *options}, sizeof(struct report));
}

static enum status annotations_target(struct report *r, const struct target_report *t)
{
    r->unreadable += t->error != NULL;
    for (size_t i = 0; i < t->result_count; i++) {
        const struct result *res = &t->results[i];
        r->undetermined += res->outcome == OUTCOME_UNDETERMINED;
        if (result_fresh(res) && seen_first(&r->seen, res->fingerprint))
            annotate(r, t, res);
    }
    return r->no_memory || r->seen.no_memory ? STATUS_NOMEM : STATUS_OK;
}

static void put_level(struct report *r, enum level level, size_t room)
{
    struct level_notes *l = &r->levels[level];
    size_t shown = l->count <= room ? l->kept : room - 1;
    for (size_t i = 0; i < shown; i++)
        fprintf(r->out, "::%s%s\n", level_words[level], l->best[i].text);
    if (shown < l->count)
        fprintf(r->out, "::%s title=zonevet::\xE2\x80\xA6 and %" PRIu32 " more, see the job summary\n", level_words[level],
                l->count - (uint32_t)shown);
}

/* Unknown is no pass: without this a run that could not look would leave no mark at all. */
static void put_incomplete(struct report *r, const struct run *run)
{
    struct buf b = BUF_INIT(65536);
    buf_printf(&b, "::warning title=zonevet is incomplete::%" PRIu32 " result%s could not be evaluated", r->undetermined,
               r->undetermined == 1 ? "" : "s");
    if (r->unreadable > 0)
        buf_printf(&b, ", %" PRIu32 " target%s could not be read", r->unreadable, r->unreadable == 1 ? "" : "s");
    if (run->outcome_reason != NULL) {
        buf_str(&b, ": ");
        add_data(&b, run->outcome_reason);
    }
    r->no_memory = r->no_memory || b.failed;
    fprintf(r->out, "%s\n", buf_text(&b));
    buf_free(&b);
}

static enum status annotations_close(struct report *r, const struct run *run)
{
    bool incomplete = run->outcome == RUN_INCOMPLETE;
    put_level(r, LEVEL_ERROR, SHOWN);
    if (incomplete)
        put_incomplete(r, run);
    put_level(r, LEVEL_WARNING, incomplete ? SHOWN - 1 : SHOWN);
    put_level(r, LEVEL_NOTICE, SHOWN);
    enum status status = r->no_memory || r->seen.no_memory ? STATUS_NOMEM : writer_status(r->out);
    for (size_t l = 0; l < LEVEL_COUNT; l++) {
        for (size_t i = 0; i < r->levels[l].kept; i++)
            free(r->levels[l].best[i].text);
    }
    seen_free(&r->seen);
    free(r);
    return status;
}

const struct report_format report_github = {
    .name = "github",
    .description = "GitHub annotations; the Markdown summary goes to the job summary",
    .open = annotations_open,
    .target = annotations_target,
    .close = annotations_close,
};
