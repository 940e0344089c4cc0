/* SPDX-License-Identifier: BSD-2-Clause */
/* One line a finding as compilers print them, which every editor reads (cli.md): "file:line:col: severity: message [id]".
 * A finding without a place begins with the name of the program, as compilers do. */
#include "reports/writer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct report {
    FILE *out;
    const struct run *run;
    bool ci_log;
    uint32_t undetermined, unreadable;
    struct seen seen;
    bool no_memory;
};

static const char *level(enum severity s)
{
    return s >= SEVERITY_HIGH ? "error" : s == SEVERITY_MEDIUM ? "warning" : "note";
}

/* Paths and names come from whoever proposes a change: a line that begins with "::" or holds "##[" is an order to a CI
 * runner (outputs.md section 2.2). */
static void put_line(struct report *r, const struct buf *line)
{
    const char *text = buf_text(line);
    if (text[0] == ':' || text[0] == '#' || text[0] == ' ')
        fputs("./", r->out);
    for (char before = '\0'; *text != '\0'; before = *text++) {
        if (r->ci_log && *text == '#' && before == '#')
            fputs("\\035", r->out);
        else
            fputc(*text, r->out);
    }
    fputc('\n', r->out);
}

/* Editors want paths from where they are: no prefix. */
static const struct report_options no_options;

static void put_result(struct report *r, const struct target_report *t, const struct result *res)
{
    struct buf b = BUF_INIT((size_t)1 << 20);
    const struct place p = report_place(r->run, t, res->location, &no_options);
    bool placed = p.own || p.listed;
    if (placed)
        add_one_line(&b, p.file, 0);
    if (placed)
        buf_printf(&b, ":%" PRIu32 ":%" PRIu32 ": ", p.line, p.column);
    else
        buf_str(&b, "zonevet: ");
    buf_printf(&b, "%s: %s", level(res->severity), result_title(res));
    buf_printf(&b, ": %s", res->subject);
    if (res->message != NULL && *res->message != '\0') {
        buf_str(&b, ": ");
        add_one_line(&b, res->message, 0);
    }
    buf_printf(&b, " [%s]", res->check->id);
    r->no_memory = r->no_memory || b.failed;
    put_line(r, &b);
    buf_free(&b);
}

static struct report *gcc_open(FILE *out, const struct run *run, const struct report_options *options)
{
    return writer_new(&(struct report){.out = out, .run = run, .ci_log = options->ci_log}, sizeof(struct report));
}

static enum status gcc_target(struct report *r, const struct target_report *t)
{
    r->unreadable += t->error != NULL;
    for (size_t i = 0; i < t->result_count; i++) {
        const struct result *res = &t->results[i];
        r->undetermined += res->outcome == OUTCOME_UNDETERMINED;
        if (result_fresh(res) && seen_first(&r->seen, res->fingerprint))
            put_result(r, t, res);
    }
    return r->no_memory || r->seen.no_memory ? STATUS_NOMEM : writer_status(r->out);
}

/* Silence must not look like a clean result. */
static enum status gcc_close(struct report *r, const struct run *run)
{
    (void)run;
    if (r->undetermined > 0)
        fprintf(r->out, "zonevet: note: %" PRIu32 " result%s could not be evaluated\n", r->undetermined,
                r->undetermined == 1 ? "" : "s");
    if (r->unreadable > 0)
        fprintf(r->out, "zonevet: error: %" PRIu32 " target%s could not be read\n", r->unreadable,
                r->unreadable == 1 ? "" : "s");
    enum status status = r->no_memory || r->seen.no_memory ? STATUS_NOMEM : writer_status(r->out);
    seen_free(&r->seen);
    free(r);
    return status;
}

const struct report_format report_gcc = {
    .name = "gcc",
    .description = "lines that editors jump by: file:line:col: severity: message [id]",
    .open = gcc_open,
    .target = gcc_target,
    .close = gcc_close,
};
