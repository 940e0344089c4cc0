/* SPDX-License-Identifier: BSD-2-Clause */
/* Every result as a line of RFC 4180, for spreadsheets and databases (outputs.md sections 2.2 and 11). Fields that a
 * spreadsheet would compute begin with an apostrophe. Columns are only ever appended. */
#include "reports/writer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char columns[] = "run_id,target,check,subject,rrtype,outcome,severity,confidence,state,title,message,file,line,"
                              "fingerprint,waiver,references";

struct report {
    FILE *out;
    const struct run *run;
    struct buf waiver, references;
};

/* Quoted, with the comma that ends it. NULL is an empty field. */
static void field(struct report *r, const char *text)
{
    text = text != NULL ? text : "";
    fputc('"', r->out);
    if (*text != '\0' && strchr("=+-@\t\r", *text) != NULL)
        fputc('\'', r->out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', r->out);
        fputc(*text, r->out);
    }
    fputs("\",", r->out);
}

static void place_fields(struct report *r, const struct location *l)
{
    char line[16] = "";
    if (l != NULL && l->line != 0)
        snprintf(line, sizeof(line), "%" PRIu32, l->line);
    field(r, l != NULL ? l->file : NULL);
    field(r, line);
}

/* The last field of a line has no comma behind it. */
static void last_field(struct report *r, const char *text)
{
    fputc('"', r->out);
    for (; *text != '\0'; text++) /* labels of ours: they begin with a letter */
        fprintf(r->out, *text == '"' ? "\"%c" : "%c", *text);
    fputs("\"\r\n", r->out);
}

static const char *reference_labels(struct report *r, const struct check *c)
{
    buf_reset(&r->references);
    for (size_t i = 0; i < ARRAY_SIZE(c->references) && c->references[i].label != NULL; i++)
        buf_printf(&r->references, "%s%s", i > 0 ? "; " : "", c->references[i].label);
    return buf_text(&r->references);
}

static const char *waiver_text(struct report *r, const struct result *res)
{
    buf_reset(&r->waiver);
    if (res->state == STATE_WAIVED)
        add_waived(&r->waiver, res->waiver);
    return buf_text(&r->waiver);
}

static void put_result(struct report *r, const struct target_report *t, const struct result *res)
{
    field(r, r->run->id);
    field(r, t->name);
    field(r, res->check->id);
    field(r, res->subject);
    field(r, res->rrtype);
    field(r, outcome_text(res->outcome));
    field(r, severity_text(res->severity));
    field(r, confidence_text(res->confidence));
    field(r, state_text(res->state));
    field(r, result_title(res));
    field(r, res->message);
    place_fields(r, res->location);
    field(r, res->fingerprint);
    field(r, waiver_text(r, res));
    last_field(r, reference_labels(r, res->check));
}

/* Gone since the earlier state: no outcome, for nothing was judged there. */
static void put_fixed(struct report *r, const struct target_report *t, const struct fixed_finding *f)
{
    field(r, r->run->id);
    field(r, t->name);
    field(r, f->check);
    field(r, f->subject);
    field(r, NULL);
    field(r, NULL);
    field(r, severity_text(f->severity));
    field(r, NULL);
    field(r, state_text(STATE_FIXED));
    field(r, f->title);
    field(r, f->message);
    place_fields(r, f->location);
    field(r, f->fingerprint);
    field(r, NULL);
    last_field(r, "");
}

/* A target that could not be read has no results, and must not look like one without findings. */
static void put_unreadable(struct report *r, const struct target_report *t)
{
    const struct location where = {.file = t->source_file, .line = t->source_line};
    field(r, r->run->id);
    field(r, t->name);
    field(r, NULL);
    field(r, t->name);
    field(r, NULL);
    field(r, outcome_text(OUTCOME_UNDETERMINED));
    for (unsigned i = 0; i < 3; i++)
        field(r, NULL);
    field(r, "The target could not be read");
    field(r, t->error);
    place_fields(r, &where);
    field(r, NULL);
    field(r, NULL);
    last_field(r, "");
}

static struct report *csv_open(FILE *out, const struct run *run, const struct report_options *options)
{
    struct report *r = calloc(1, sizeof(*r));
    if (r == NULL)
        return NULL;
    r->out = out;
    r->run = run;
    r->waiver = r->references = BUF_INIT(65536);
    fprintf(out, "%s%s\r\n", options->csv_bom ? "\xEF\xBB\xBF" : "", columns);
    return r;
}

static enum status csv_status(const struct report *r)
{
    return r->waiver.failed || r->references.failed ? STATUS_NOMEM : writer_status(r->out);
}

static enum status csv_target(struct report *r, const struct target_report *t)
{
    if (t->error != NULL)
        put_unreadable(r, t);
    for (size_t i = 0; i < t->result_count; i++)
        put_result(r, t, &t->results[i]);
    for (size_t i = 0; i < t->fixed_count; i++)
        put_fixed(r, t, &t->fixed[i]);
    return csv_status(r);
}

static enum status csv_close(struct report *r, const struct run *run)
{
    (void)run;
    enum status status = csv_status(r);
    buf_free(&r->waiver);
    buf_free(&r->references);
    free(r);
    return status;
}

const struct report_format report_csv = {
    .name = "csv",
    .description = "one line a result, for spreadsheets and databases",
    .open = csv_open,
    .target = csv_target,
    .close = csv_close,
};
