/* SPDX-License-Identifier: BSD-2-Clause */
/* One JSON object a line, written as targets finish; nothing is held back (outputs.md section 4). */
#include "reports/json_model.h"
#include "reports/json_result.h"
#include "reports/writer.h"

#include <stdlib.h>

struct report {
    FILE *out;
    struct buf line;
    bool no_memory;
};

/* One line {"type":type,"target":target, ...members of item}: what a reader decides by comes first. */
static void put_line(struct report *r, const char *type, const char *target, cJSON *item)
{
    char *text = json_line(item);
    char *name = target != NULL ? json_line(cJSON_CreateString(target)) : NULL;
    if (text == NULL || (target != NULL && name == NULL))
        r->no_memory = true;
    else if (name != NULL)
        fprintf(r->out, "{\"type\":\"%s\",\"target\":%s,%s\n", type, name, text + 1);
    else
        fprintf(r->out, "{\"type\":\"%s\",%s\n", type, text + 1);
    cJSON_free(name);
    cJSON_free(text);
}

static cJSON *checks_array(const struct run *run)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; list != NULL && i < run->check_count; i++) {
        cJSON *check = json_check(run->checks[i]);
        if (check == NULL || !cJSON_AddItemToArray(list, check)) {
            cJSON_Delete(check);
            cJSON_Delete(list);
            return NULL;
        }
    }
    return list;
}

static struct report *stream_open(FILE *out, const struct run *run, const struct report_options *options)
{
    (void)options;
    struct report *r = calloc(1, sizeof(*r));
    if (r == NULL)
        return NULL;
    r->out = out;
    r->line = BUF_INIT(JSON_RESULT_MAX);
    struct members m = members_new();
    members_text(&m, "schema", JSON_SCHEMA);
    members_text(&m, "schema_version", JSON_SCHEMA_VERSION);
    members_item(&m, "run", json_run(run, false));
    members_item(&m, "checks", checks_array(run));
    put_line(r, "run-start", NULL, members_done(&m));
    return r;
}

static void put_target_end(struct report *r, const struct target_report *t)
{
    uint32_t outcomes[5] = {0};
    struct members m = members_new();
    for (size_t i = 0; i < t->result_count; i++)
        outcomes[t->results[i].outcome]++;
    struct members counts = members_new();
    for (int o = OUTCOME_FAIL; o <= OUTCOME_PASS; o++)
        members_number(&counts, outcome_text((enum outcome)o), outcomes[o]);
    members_item(&m, "results", members_done(&counts));
    members_item(&m, "fixed", json_fixed(t));
    members_number(&m, "duration_ms", t->duration_ms);
    put_line(r, "target-end", t->name, members_done(&m));
}

/* As put_line; the name of the target is printed once for all its results. */
static void put_results(struct report *r, const struct target_report *target)
{
    char *name = json_line(cJSON_CreateString(target->name));
    for (size_t i = 0; name != NULL && i < target->result_count; i++) {
        buf_reset(&r->line);
        json_result(&r->line, &target->results[i]);
        if (r->line.failed)
            r->no_memory = true;
        else
            fprintf(r->out, "{\"type\":\"result\",\"target\":%s,%s\n", name, buf_text(&r->line) + 1);
    }
    r->no_memory = r->no_memory || name == NULL;
    cJSON_free(name);
}

static enum status stream_target(struct report *r, const struct target_report *target)
{
    put_line(r, "target-start", target->name, json_target(target));
    put_results(r, target);
    put_target_end(r, target);
    return r->no_memory ? STATUS_NOMEM : writer_status(r->out);
}

static enum status stream_close(struct report *r, const struct run *run)
{
    struct members m = members_new();
    members_item(&m, "run", json_run(run, true));
    members_item(&m, "summary", json_summary(run));
    put_line(r, "run-end", NULL, members_done(&m));
    enum status status = r->no_memory ? STATUS_NOMEM : writer_status(r->out);
    buf_free(&r->line);
    free(r);
    return status;
}

const struct report_format report_ndjson = {
    .name = "ndjson",
    .description = "one JSON object a line, written as targets finish",
    .open = stream_open,
    .target = stream_target,
    .close = stream_close,
};
