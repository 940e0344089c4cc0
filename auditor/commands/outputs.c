/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens, feeds and commits the reports of a run. */
#include "auditor/commands/outputs.h"

#include "auditor/commands/config.h"
#include "auditor/commands/report_options.h"
#include "reports/output.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct one {
    struct output *output; /* NULL: standard error */
    struct report *report;
    const struct report_format *format;
};

struct outputs {
    struct run *run;
    struct one list[18]; /* 16 that were asked for, a job summary, the text */
    size_t count;
};

static bool use_color(const struct options *o, FILE *to)
{
    if (o->color >= 0)
        return o->color == 1;
    const char *force = getenv("FORCE_COLOR");
    const char *clicolor = getenv("CLICOLOR_FORCE");
    const char *term = getenv("TERM");
    const char *no = getenv("NO_COLOR");
    if (no != NULL && *no != '\0')
        return false;
    if ((force != NULL && *force != '\0') || (clicolor != NULL && *clicolor != '\0' && strcmp(clicolor, "0") != 0))
        return true;
    return isatty(fileno(to)) && (term == NULL || strcmp(term, "dumb") != 0);
}

/* The file that says why we looked: the configuration, if it lies in the tree that reports speak of. */
static const char *anchor_file(const struct options *o)
{
    const char *from;
    const char *path = o->config != NULL ? config_find(o, &from) : NULL;
    return path != NULL && path[0] != '/' ? path : NULL;
}

/* Open the report of the next entry, whose output stands already (NULL: to `direct`). */
static bool open_report(struct outputs *out, const struct options *o, const struct report_format *format, FILE *direct)
{
    struct one *one = &out->list[out->count];
    struct report_options options = o->report;
    one->format = format;
    report_repository(o->arena, &options);
    report_prefix(o->arena, &options);
    if (options.anchor == NULL)
        options.anchor = anchor_file(o);
    FILE *file = direct != NULL ? direct : output_file(one->output);
    options.color = use_color(o, file);
    options.ci_log = getenv("GITHUB_ACTIONS") != NULL || getenv("TF_BUILD") != NULL || getenv("TEAMCITY_VERSION") != NULL;
    const char *columns = getenv("COLUMNS");
    if (options.width == 0 && columns != NULL)
        options.width = (unsigned)strtoul(columns, NULL, 10);
    one->report = format->open(file, out->run, &options);
    if (one->report == NULL) {
        complain("out of memory");
        output_discard(one->output);
        return false;
    }
    out->count++;
    return true;
}

static bool open_one(struct outputs *out, const struct options *o, const struct report_format *format,
                     const char *path, FILE *direct)
{
    struct one *one = &out->list[out->count];
    const char *error = NULL;
    if (direct == NULL) {
        one->output = output_open(path, &error);
        if (one->output == NULL) {
            complain("%s: %s", path != NULL ? path : "standard output", error != NULL ? error : "cannot be written");
            return false;
        }
    }
    return open_report(out, o, format, direct);
}

/* Annotations are few lines; what they leave out stands in the job summary, which the runner keeps in a file. */
static bool open_summary(struct outputs *out, const struct options *o)
{
    struct one *one = &out->list[out->count];
    const char *path = report_step_summary();
    const char *error = NULL;
    if (path == NULL)
        return true;
    one->output = output_append(path, &error);
    if (one->output == NULL) {
        complain("%s (GITHUB_STEP_SUMMARY): %s", path, error);
        return false;
    }
    return open_report(out, o, &report_markdown, NULL);
}

struct outputs *outputs_open(const struct options *o, struct run *run)
{
    struct outputs *out = calloc(1, sizeof(*out));
    bool stdout_used = false;
    bool text_wanted = o->report.verbosity >= 0;
    bool summary = false;
    if (out == NULL)
        return NULL;
    out->run = run;
    bool ok = true;
    for (size_t i = 0; ok && i < o->output_count; i++) {
        stdout_used = stdout_used || o->outputs[i].path == NULL;
        text_wanted = text_wanted && o->outputs[i].format != &report_text;
        summary = summary || o->outputs[i].format == &report_github;
        ok = open_one(out, o, o->outputs[i].format, o->outputs[i].path, NULL);
    }
    if (ok && summary)
        ok = open_summary(out, o);
    if (ok && text_wanted) /* people read standard output unless a machine does */
        ok = open_one(out, o, &report_text, NULL, stdout_used ? stderr : NULL);
    if (!ok) {
        outputs_discard(out);
        return NULL;
    }
    return out;
}

enum status outputs_target(struct outputs *out, const struct target_report *target)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < out->count; i++) {
        enum status one = out->list[i].format->target(out->list[i].report, target);
        status = one != STATUS_OK ? one : status;
    }
    return status;
}

enum status outputs_close(struct outputs *out, bool failed)
{
    enum status status = failed ? STATUS_IO : STATUS_OK;
    /* Backwards: the text for people comes before the commands for a CI runner. */
    for (size_t i = out->count; i-- > 0;) {
        struct one *one = &out->list[i];
        enum status closed = one->format->close(one->report, out->run);
        if (one->output == NULL)
            continue;
        if (closed != STATUS_OK || failed) {
            complain("the %s report could not be written", one->format->name);
            output_discard(one->output);
            status = STATUS_IO;
        } else if (output_commit(one->output) != STATUS_OK) {
            complain("the %s report could not be put in place", one->format->name);
            status = STATUS_IO;
        }
    }
    free(out);
    return status;
}

void outputs_discard(struct outputs *out)
{
    for (size_t i = 0; i < out->count; i++) {
        (void)out->list[i].format->close(out->list[i].report, out->run);
        output_discard(out->list[i].output);
    }
    free(out);
}
