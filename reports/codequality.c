/* SPDX-License-Identifier: BSD-2-Clause */
/* GitLab Code Quality (outputs.md section 7). The reader stops at the first entry it does not like and keeps one entry a
 * fingerprint, so every entry is whole and no fingerprint comes twice. */
#include "reports/json_model.h"
#include "reports/writer.h"

#include <stdlib.h>
#include <string.h>

#define DESCRIPTION_MAX 255 /* characters */
#define SHORT_DIGITS 32     /* of the fingerprint */

struct report {
    FILE *out;
    const struct run *run;
    struct report_options options;
    struct seen seen;
    bool any, no_memory;
};

static const char *severity_word(enum severity s)
{
    static const char *const words[] = {"info", "minor", "major", "critical", "blocker"};
    return words[s];
}

static void add_description(struct members *m, const struct result *res)
{
    struct buf whole = BUF_INIT(65536), line = BUF_INIT(65536);
    buf_str(&whole, result_title(res));
    if (res->message != NULL && *res->message != '\0')
        buf_printf(&whole, ": %s", res->message);
    const char *text = buf_text(&whole);
    /* One character less where the mark that something was cut must fit in. */
    bool cut = text[text_prefix(text, DESCRIPTION_MAX)] != '\0';
    add_one_line(&line, text, cut ? DESCRIPTION_MAX - 1 : 0);
    m->failed = m->failed || whole.failed || line.failed;
    members_text(m, "description", buf_text(&line));
    buf_free(&whole);
    buf_free(&line);
}

static cJSON *entry_location(const struct place *p)
{
    struct buf path = BUF_INIT(65536);
    struct members lines = members_new(), m = members_new();
    add_path(&path, p);
    m.failed = m.failed || path.failed;
    members_number(&lines, "begin", p->line);
    members_number(&lines, "end", p->end_line);
    members_text(&m, "path", buf_text(&path));
    buf_free(&path);
    members_item(&m, "lines", members_done(&lines));
    return members_done(&m);
}

static cJSON *categories(void)
{
    static const char *const words[] = {"Security"};
    return cJSON_CreateStringArray(words, 1);
}

/* GitLab shows nothing of this yet; other readers do. */
static cJSON *entry_content(const struct result *res)
{
    struct buf b = BUF_INIT((size_t)1 << 20);
    struct members m = members_new();
    buf_printf(&b, "%s\n", res->subject);
    if (res->check->why != NULL)
        buf_printf(&b, "Why: %s\n", res->check->why);
    if (res->check->fix != NULL)
        buf_printf(&b, "Fix: %s\n", res->check->fix);
    if (res->fix_record != NULL)
        buf_printf(&b, "Record: %s\n", res->fix_record);
    m.failed = m.failed || b.failed;
    members_text(&m, "body", buf_text(&b));
    buf_free(&b);
    return members_done(&m);
}

static cJSON *entry(const struct report *r, const struct target_report *t, const struct result *res)
{
    char fingerprint[SHORT_DIGITS + 1];
    const struct place place = report_place(r->run, t, res->location, &r->options);
    struct members m = members_new();
    snprintf(fingerprint, sizeof(fingerprint), "%.32s", res->fingerprint);
    members_text(&m, "type", "issue");
    add_description(&m, res);
    members_text(&m, "check_name", res->check->id);
    members_text(&m, "fingerprint", fingerprint);
    members_text(&m, "severity", severity_word(res->severity));
    members_item(&m, "location", entry_location(&place));
    members_item(&m, "categories", categories());
    members_item(&m, "content", entry_content(res));
    return members_done(&m);
}

/* ---- the format ---------------------------------------------------------------------------------------- */

static struct report *quality_open(FILE *out, const struct run *run, const struct report_options *options)
{
    fputc('[', out);
    return writer_new(&(struct report){.out = out, .run = run, .options = *options}, sizeof(struct report));
}

static void put_entry(struct report *r, const struct target_report *t, const struct result *res)
{
    char shortened[SHORT_DIGITS + 1];
    snprintf(shortened, sizeof(shortened), "%.32s", res->fingerprint);
    if (!seen_first(&r->seen, shortened))
        return;
    r->no_memory = !json_put(r->out, r->any ? ",\n" : "\n", entry(r, t, res)) || r->no_memory;
    r->any = true;
}

static enum status quality_target(struct report *r, const struct target_report *t)
{
    for (size_t i = 0; i < t->result_count; i++) {
        if (result_fresh(&t->results[i]))
            put_entry(r, t, &t->results[i]);
    }
    return r->no_memory || r->seen.no_memory ? STATUS_NOMEM : writer_status(r->out);
}

static enum status quality_close(struct report *r, const struct run *run)
{
    (void)run;
    fputs("]\n", r->out);
    enum status status = r->no_memory || r->seen.no_memory ? STATUS_NOMEM : writer_status(r->out);
    seen_free(&r->seen);
    free(r);
    return status;
}

const struct report_format report_codequality = {
    .name = "codequality",
    .description = "GitLab Code Quality: open findings that are not known yet",
    .open = quality_open,
    .target = quality_target,
    .close = quality_close,
};
