/* SPDX-License-Identifier: BSD-2-Clause */
/* One JSON document a run (outputs.md section 4). The head needs the outcome and the counts, so targets are
 * spooled; one result a line, so that two reports can be compared with ordinary tools. */
#include "reports/json_model.h"
#include "reports/json_result.h"
#include "reports/writer.h"

#include <stdlib.h>
#include <string.h>

struct report {
    FILE *out;
    struct spool targets;
    struct buf line;
    bool any_target;
    bool no_memory;
};

static struct report *document_open(FILE *out, const struct run *run, const struct report_options *options)
{
    (void)run;
    (void)options;
    struct report *r = calloc(1, sizeof(*r));
    if (r == NULL)
        return NULL;
    r->out = out;
    r->targets = SPOOL_INIT;
    r->line = BUF_INIT(JSON_RESULT_MAX);
    return r;
}

/* Print item, without its last `drop` octets, and delete it. */
static void spool_item(struct report *r, cJSON *item, size_t drop)
{
    char *text = json_line(item);
    if (text == NULL) {
        r->no_memory = true;
        return;
    }
    spool_add(&r->targets, text, strlen(text) - drop);
    cJSON_free(text);
}

static enum status document_target(struct report *r, const struct target_report *target)
{
    spool_str(&r->targets, r->any_target ? ",\n" : "\n");
    r->any_target = true;
    spool_item(r, json_target(target), 1); /* the object stays open for its results */
    spool_str(&r->targets, ",\"results\":[");
    for (size_t i = 0; i < target->result_count; i++) {
        buf_reset(&r->line);
        buf_str(&r->line, i == 0 ? "\n" : ",\n");
        json_result(&r->line, &target->results[i]);
        r->no_memory = r->no_memory || r->line.failed;
        spool_add(&r->targets, buf_text(&r->line), r->line.length);
    }
    spool_str(&r->targets, "],\"fixed\":");
    spool_item(r, json_fixed(target), 0);
    spool_str(&r->targets, "}");
    if (r->no_memory)
        return STATUS_NOMEM;
    return r->targets.failed ? STATUS_IO : STATUS_OK;
}

static void put_item(struct report *r, const char *before, cJSON *item)
{
    r->no_memory = !json_put(r->out, before, item) || r->no_memory;
}

static enum status document_close(struct report *r, const struct run *run)
{
    fputs("{\"schema\":\"" JSON_SCHEMA "\",\"schema_version\":\"" JSON_SCHEMA_VERSION "\",\n", r->out);
    put_item(r, "\"run\":", json_run(run, true));
    put_item(r, ",\n\"summary\":", json_summary(run));
    fputs(",\n\"checks\":[", r->out);
    for (size_t i = 0; i < run->check_count; i++)
        put_item(r, i == 0 ? "\n" : ",\n", json_check(run->checks[i]));
    fputs("],\n\"targets\":[", r->out);
    enum status status = spool_copy(&r->targets, r->out);
    fputs("]}\n", r->out);
    if (status == STATUS_OK)
        status = r->no_memory ? STATUS_NOMEM : writer_status(r->out);
    spool_free(&r->targets);
    buf_free(&r->line);
    free(r);
    return status;
}

const struct report_format report_json = {
    .name = "json",
    .description = "one JSON document with everything, newest schema version",
    .open = document_open,
    .target = document_target,
    .close = document_close,
};

const struct report_format report_json_v1 = {
    .name = "json-v1",
    .description = "the same, pinned to version 1 of the schema",
    .open = document_open,
    .target = document_target,
    .close = document_close,
};
