/* SPDX-License-Identifier: BSD-2-Clause */
/* SARIF 2.1.0 in two flavours (outputs.md section 6): "sarif" for GitHub code scanning, where whatever is in the file becomes
 * an open alert, so only open findings that the baseline does not know are; "sarif-full" for archives and other viewers. */
#include "reports/json_model.h"
#include "reports/sarif_model.h"

#include <stdlib.h>
#include <string.h>

#define RESULTS_MAX 25000 /* of a run; GitHub refuses a file with more */
#define EVIDENCE_OCTETS ((size_t)16 << 20) /* of results; GitHub takes 10 MB when compressed, so later ones go without */
#define NOTES_MAX 1000    /* notifications written out in the flavour for GitHub */

struct report {
    FILE *out;
    struct sarif_style style;
    struct report_options options;
    struct spool results[5]; /* by severity, for GitHub keeps the first ones */
    struct spool notes;
    struct seen seen;
    size_t octets;
    uint32_t result_count, note_count, results_omitted, notes_omitted;
    bool no_memory;
};

/* ---- items --------------------------------------------------------------------------------------------- */

/* Print item behind a comma and a line end; close drops the first comma. */
static void spool_item(struct report *r, struct spool *to, cJSON *item)
{
    char *text = json_line(item);
    if (text == NULL) {
        r->no_memory = true;
        return;
    }
    spool_str(to, ",\n");
    spool_str(to, text);
    r->octets += strlen(text);
    r->style.brief = !r->style.full && r->octets > EVIDENCE_OCTETS;
    cJSON_free(text);
}

static void add_note(struct report *r, const char *level, const char *text, const char *rule)
{
    if (!r->style.full && r->note_count >= NOTES_MAX) {
        r->notes_omitted++;
        return;
    }
    r->note_count++;
    spool_item(r, &r->notes, sarif_notification(level, text, rule));
}

static bool take(struct report *r, const char *fingerprint)
{
    if (!seen_first(&r->seen, fingerprint)) {
        r->no_memory = r->no_memory || r->seen.no_memory;
        return false;
    }
    if (!r->style.full && r->result_count >= RESULTS_MAX) {
        r->results_omitted++;
        return false;
    }
    r->result_count++;
    return true;
}

static void note_undetermined(struct report *r, const struct result *res)
{
    struct buf b = BUF_INIT(65536);
    buf_printf(&b, "%s could not be evaluated at %s: %s", res->check->id, res->subject, result_reason(res));
    if (res->message != NULL && *res->message != '\0')
        buf_printf(&b, ": %s", res->message);
    r->no_memory = r->no_memory || b.failed;
    add_note(r, res->severity >= r->style.run->fail_on ? "error" : "warning", buf_text(&b), res->check->id);
    buf_free(&b);
}

static void note_unreadable(struct report *r, const struct target_report *t)
{
    struct buf b = BUF_INIT(65536);
    buf_printf(&b, "%s could not be read: %s", t->name, t->error);
    r->no_memory = r->no_memory || b.failed;
    add_note(r, "error", buf_text(&b), NULL);
    buf_free(&b);
}

/* ---- the format ---------------------------------------------------------------------------------------- */

static enum sarif_level max_level(const struct run *run, enum sarif_level wanted)
{
    if (wanted != SARIF_LEVEL_AUTO)
        return wanted;
    return run->fail_never ? SARIF_LEVEL_WARNING : SARIF_LEVEL_ERROR;
}

static struct report *log_open(FILE *out, const struct run *run, const struct report_options *options, bool full)
{
    struct report *r = calloc(1, sizeof(*r));
    if (r == NULL)
        return NULL;
    r->out = out;
    r->options = *options;
    r->style = (struct sarif_style){run, &r->options, max_level(run, options->sarif_max), full, false};
    for (size_t i = 0; i < ARRAY_SIZE(r->results); i++)
        r->results[i] = SPOOL_INIT;
    r->notes = SPOOL_INIT;
    return r;
}

static struct report *safe_open(FILE *out, const struct run *run, const struct report_options *options)
{
    return log_open(out, run, options, false);
}

static struct report *full_open(FILE *out, const struct run *run, const struct report_options *options)
{
    return log_open(out, run, options, true);
}

static enum status log_status(const struct report *r)
{
    bool failed = r->notes.failed;
    for (size_t i = 0; i < ARRAY_SIZE(r->results); i++)
        failed = failed || r->results[i].failed;
    return r->no_memory ? STATUS_NOMEM : failed ? STATUS_IO : STATUS_OK;
}

static enum status log_target(struct report *r, const struct target_report *t)
{
    if (t->error != NULL)
        note_unreadable(r, t);
    for (size_t i = 0; i < t->result_count; i++) {
        const struct result *res = &t->results[i];
        if (res->outcome == OUTCOME_UNDETERMINED)
            note_undetermined(r, res);
        if ((r->style.full || result_fresh(res)) && take(r, res->fingerprint))
            spool_item(r, &r->results[res->severity], sarif_result(&r->style, t, res));
    }
    for (size_t i = 0; r->style.full && i < t->fixed_count; i++) {
        const struct fixed_finding *f = &t->fixed[i];
        if (take(r, f->fingerprint))
            spool_item(r, &r->results[f->severity], sarif_fixed(&r->style, t, f));
    }
    return log_status(r);
}

/* ---- head and end -------------------------------------------------------------------------------------- */

static void put_item(struct report *r, const char *before, cJSON *item)
{
    r->no_memory = !json_put(r->out, before, item) || r->no_memory;
}

static void put_tool(struct report *r, const struct run *run)
{
    put_item(r, "\"tool\":{\"driver\":{\"name\":\"zonevet\",\"semanticVersion\":", cJSON_CreateString(run->tool_version));
    put_item(r, ",\"version\":", cJSON_CreateString(run->tool_version));
    fputs(",\"rules\":[", r->out);
    for (size_t i = 0; i < run->check_count; i++)
        put_item(r, i == 0 ? "\n" : ",\n", sarif_rule(&r->style, run->checks[i]));
    fputs("]}},\n", r->out);
}

static void put_identity(struct report *r, const struct run *run)
{
    struct buf id = BUF_INIT(8192);
    buf_printf(&id, "zonevet/%s/%s", run->profile != NULL ? run->profile : "default", run->id);
    r->no_memory = r->no_memory || id.failed;
    put_item(r, "\"automationDetails\":{\"id\":", cJSON_CreateString(buf_text(&id)));
    fputs("},\n\"originalUriBaseIds\":{\"%SRCROOT%\":{\"description\":{\"text\":\"Root of the repository.\"}}},\n", r->out);
    buf_free(&id);
    if (r->options.repository == NULL || r->options.revision == NULL)
        return;
    put_item(r, "\"versionControlProvenance\":[{\"repositoryUri\":", cJSON_CreateString(r->options.repository));
    put_item(r, ",\"revisionId\":", cJSON_CreateString(r->options.revision));
    fputs("}],\n", r->out);
}

/* One spool as the inside of an array, or its continuation. */
static enum status put_list(struct report *r, struct spool *s, bool *first)
{
    if (spool_empty(s))
        return s->failed ? STATUS_IO : STATUS_OK;
    enum status status = spool_copy_from(s, *first ? 1 : 0, r->out);
    *first = false;
    return status;
}

static void put_times(struct report *r, const struct run *run)
{
    struct members m = members_new();
    members_bool(&m, "executionSuccessful", run->outcome != RUN_INCOMPLETE);
    members_number(&m, "exitCode", (uint32_t)run->exit_code);
    if (run->outcome_reason != NULL && *run->outcome_reason != '\0')
        members_text(&m, "exitCodeDescription", run->outcome_reason);
    if (run->started_s != 0)
        members_time(&m, "startTimeUtc", run->started_s);
    if (run->finished_s != 0)
        members_time(&m, "endTimeUtc", run->finished_s);
    char *text = json_line(members_done(&m));
    if (text == NULL)
        r->no_memory = true;
    else
        fprintf(r->out, "\"invocations\":[%.*s", (int)strlen(text) - 1, text); /* the object stays open */
    cJSON_free(text);
}

static void note_omitted(struct report *r)
{
    char text[160];
    r->style.full = true; /* these are written whatever the count */
    if (r->notes_omitted > 0) {
        snprintf(text, sizeof(text), "%u more results could not be evaluated; sarif-full and the JSON report have all",
                 r->notes_omitted);
        add_note(r, "error", text, NULL);
    }
    if (r->results_omitted > 0) {
        snprintf(text, sizeof(text), "%u more findings are left out, for code scanning takes %u; sarif-full has all",
                 r->results_omitted, RESULTS_MAX);
        add_note(r, "error", text, NULL);
    }
}

static enum status put_invocation(struct report *r, const struct run *run)
{
    bool first = true;
    put_times(r, run);
    fputs(",\"toolExecutionNotifications\":[", r->out);
    enum status status = put_list(r, &r->notes, &first);
    fputs("],\"toolConfigurationNotifications\":[", r->out);
    for (size_t i = 0; i < run->gate.note_count; i++)
        put_item(r, i == 0 ? "\n" : ",\n", sarif_notification("warning", run->gate.notes[i], NULL));
    fputs("]}],\n", r->out);
    return status;
}

static enum status log_close(struct report *r, const struct run *run)
{
    bool first = true;
    r->style.run = run;
    fputs("{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\n", r->out);
    put_tool(r, run);
    put_identity(r, run);
    note_omitted(r);
    enum status status = put_invocation(r, run);
    fputs("\"results\":[", r->out);
    for (size_t s = ARRAY_SIZE(r->results); s-- > 0 && status == STATUS_OK;)
        status = put_list(r, &r->results[s], &first);
    fputs("]}]}\n", r->out);
    if (status == STATUS_OK)
        status = r->no_memory ? STATUS_NOMEM : writer_status(r->out);
    for (size_t i = 0; i < ARRAY_SIZE(r->results); i++)
        spool_free(&r->results[i]);
    spool_free(&r->notes);
    seen_free(&r->seen);
    free(r);
    return status;
}

const struct report_format report_sarif = {
    .name = "sarif",
    .description = "SARIF for GitHub code scanning: open findings that are not known yet",
    .open = safe_open,
    .target = log_target,
    .close = log_close,
};

const struct report_format report_sarif_full = {
    .name = "sarif-full",
    .description = "SARIF with every result, states and waivers, for archives and viewers",
    .open = full_open,
    .target = log_target,
    .close = log_close,
};
