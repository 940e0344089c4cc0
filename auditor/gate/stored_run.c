/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports of ours, read back (reports/schema/zonevet.report.schema.json): the head, and the two forms. */
#include "auditor/gate/stored_run_private.h"

#include "auditor/base/clock.h"
#include "auditor/check.h"
#include "auditor/gate/dates.h"
#include "auditor/gate/whole_file.h"

#include <stdlib.h>
#include <string.h>

#define RUN_MAX ((size_t)1 << 30)
#define REPORT_SCHEMA "zonevet.report"

/* ---- the head ---------------------------------------------------------------------------------------- */

static void read_time(struct json_walk *w, int64_t *out)
{
    const char *text = json_walk_string_or_null(w->text, &w->value, w->key, WORD_CHARS);
    if (text != NULL && !clock_parse(text, out))
        json_walk_fail(w->text, w->value.at, "%s: expected a time such as \"2026-01-01T00:00:00Z\"", w->key);
}

static void read_run(struct reader_of_run *r, const struct json_value *v)
{
    const struct {
        const char *key, **to;
    } texts[] = {{"id", &r->run.run.id},
                 {"tool_version", &r->run.run.tool_version},
                 {"mode", &r->run.run.mode},
                 {"profile", &r->run.run.profile},
                 {"resolver", &r->run.run.resolver}};
    struct json_walk w;
    if (!json_walk_object(&r->t, v, "run", &w))
        return;
    while (json_walk_next(&w)) {
        for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
            if (strcmp(w.key, texts[i].key) == 0)
                *texts[i].to = json_walk_string_or_null(&r->t, &w.value, w.key, WORD_CHARS);
        }
        if (strcmp(w.key, "started") == 0)
            read_time(&w, &r->run.run.started_s);
        else if (strcmp(w.key, "finished") == 0)
            read_time(&w, &r->run.run.finished_s);
        else if (strcmp(w.key, "interrupted") == 0)
            (void)json_walk_bool(&r->t, &w.value, "interrupted", &r->run.run.interrupted);
    }
}

static void read_schema(struct reader_of_run *r, struct json_walk *w)
{
    const char *text = json_walk_string(&r->t, &w->value, w->key, WORD_CHARS);
    if (text == NULL)
        return;
    if (strcmp(w->key, "schema") == 0) {
        r->schema_seen = true;
        if (strcmp(text, REPORT_SCHEMA) != 0)
            json_walk_fail(&r->t, w->value.at, "schema: expected \"%s\", found \"%s\"", REPORT_SCHEMA, text);
    } else if (strncmp(text, "1.", 2) != 0) {
        json_walk_fail(&r->t, w->value.at, "schema_version: expected 1.x, found \"%s\"", text);
    }
}

/* ---- both forms -------------------------------------------------------------------------------------- */

static void read_document(struct reader_of_run *r, const struct json_value *whole)
{
    struct json_walk w;
    struct json_walk list;
    if (!json_walk_object(&r->t, whole, "a report", &w))
        return;
    while (json_walk_next(&w) && !r->no_memory) {
        if (strcmp(w.key, "schema") == 0 || strcmp(w.key, "schema_version") == 0)
            read_schema(r, &w);
        else if (strcmp(w.key, "run") == 0)
            read_run(r, &w.value);
        else if (strcmp(w.key, "checks") == 0)
            stored_checks(r, &w.value);
        else if (strcmp(w.key, "targets") == 0 && json_walk_array(&r->t, &w.value, "targets", &list))
            while (json_walk_next(&list) && !r->no_memory)
                stored_target(r, &list.value);
    }
    r->end_seen = true;
    if (r->t.error == NULL && json_walk_rest(&r->t, whole->end) != r->t.end)
        json_walk_fail(&r->t, json_walk_rest(&r->t, whole->end), "expected nothing behind the closing '}'");
}

static void read_stream_result(struct reader_of_run *r, const struct json_value *line,
                               const struct json_value *name)
{
    const char *text = name->at != NULL ? json_walk_string(&r->t, name, "target", NAME_CHARS) : NULL;
    if (text == NULL) {
        json_walk_fail(&r->t, line->at, "a result without \"target\"");
        return;
    }
    struct target_report *target = stored_target_named(r, text);
    if (target != NULL)
        stored_result(r, target, line);
}

static void read_line(struct reader_of_run *r, const struct json_value *line)
{
    struct json_value target = {NULL, NULL};
    const char *type = NULL;
    struct json_walk w;
    if (!json_walk_object(&r->t, line, "a line", &w))
        return;
    while (json_walk_next(&w) && !r->no_memory) {
        if (strcmp(w.key, "type") == 0)
            type = json_walk_string(&r->t, &w.value, "type", WORD_CHARS);
        else if (strcmp(w.key, "target") == 0)
            target = w.value;
        else if (strcmp(w.key, "schema") == 0 || strcmp(w.key, "schema_version") == 0)
            read_schema(r, &w);
        else if (strcmp(w.key, "run") == 0)
            read_run(r, &w.value);
        else if (strcmp(w.key, "checks") == 0)
            stored_checks(r, &w.value);
    }
    if (r->t.error != NULL || r->no_memory || type == NULL)
        return;
    if (strcmp(type, "target-start") == 0)
        stored_target(r, line);
    else if (strcmp(type, "result") == 0)
        read_stream_result(r, line, &target);
    else if (strcmp(type, "run-end") == 0)
        r->end_seen = true;
}

static void read_stream(struct reader_of_run *r, struct json_value line)
{
    for (;;) {
        read_line(r, &line);
        if (r->t.error == NULL && !r->schema_seen)
            json_walk_fail(&r->t, line.at, "expected a report of zonevet: \"schema\" in the first line");
        if (r->t.error != NULL || r->no_memory || json_walk_rest(&r->t, line.end) == r->t.end)
            return;
        if (!json_walk_value_at(&r->t, line.end, &line))
            return;
    }
}

/* A stream says "type" in its first object, a document never. */
static bool is_stream(struct json_text *t, const struct json_value *first)
{
    struct json_walk w;
    if (!json_walk_object(t, first, "a report", &w))
        return false;
    while (json_walk_next(&w)) {
        if (strcmp(w.key, "type") == 0)
            return true;
    }
    return false;
}

static int by_id(const void *pa, const void *pb)
{
    const struct check *const *a = pa;
    const struct check *const *b = pb;
    return strcmp((*a)->id, (*b)->id);
}

static void list_checks(struct reader_of_run *r)
{
    size_t count = table_count(r->checks);
    const struct check **list = arena_array(r->arena, count, sizeof(*list));
    if (list == NULL) {
        r->no_memory = true;
        return;
    }
    for (size_t i = 0; i < count; i++)
        list[i] = table_at(r->checks, i, NULL, NULL);
    qsort(list, count, sizeof(*list), by_id);
    r->run.run.checks = list;
    r->run.run.check_count = count;
}

static void free_table(void *table)
{
    table_free(table);
}

enum status stored_run_parse(struct arena *a, const char *path, const char *text, size_t length,
                             struct stored_run *out, const char **error)
{
    struct reader_of_run r = {.t = {.arena = a, .path = path, .start = text, .end = text + length},
                              .arena = a};
    struct json_value first;
    *error = NULL;
    r.checks = arena_adopt(a, table_new(), free_table);
    r.targets = arena_adopt(a, table_new(), free_table);
    r.no_memory = r.checks == NULL || r.targets == NULL;
    const char *start = json_walk_rest(&r.t, text);
    if (start == r.t.end || *start != '{')
        json_walk_fail(&r.t, start, "expected a report of zonevet (-o json or -o ndjson)");
    if (!r.no_memory && r.t.error == NULL && json_walk_value_at(&r.t, text, &first)) {
        if (is_stream(&r.t, &first))
            read_stream(&r, first);
        else
            read_document(&r, &first);
        if (r.t.error == NULL && !r.no_memory && !r.schema_seen)
            json_walk_fail(&r.t, text,
                           "expected a report of zonevet (-o json or -o ndjson): there is no \"schema\"");
        if (r.t.error == NULL && !r.no_memory && !r.end_seen)
            json_walk_fail(&r.t, r.t.end, "the stream has no \"run-end\": the run was cut short");
        list_checks(&r);
    }
    if (r.no_memory) {
        *error = "out of memory";
        return STATUS_NOMEM;
    }
    *error = r.t.error;
    if (r.t.error != NULL)
        return STATUS_MALFORMED;
    *out = r.run;
    return STATUS_OK;
}

enum status stored_run_read(struct arena *a, const char *path, struct stored_run *out, const char **error)
{
    const char *text = NULL;
    size_t length = 0;
    enum status status = whole_file_read(a, path, RUN_MAX, &text, &length, error);
    return status != STATUS_OK ? status
                               : stored_run_parse(a, strcmp(path, "-") == 0 ? "standard input" : path, text,
                                                  length, out, error);
}

enum status known_from_run(struct arena *a, const char *path, struct known **out, const char **error)
{
    struct stored_run run;
    struct known *k = known_new(a);
    enum status status = stored_run_read(a, path, &run, error);
    if (status != STATUS_OK)
        return status;
    const char *since = run.run.started_s != 0 ? date_text(a, run.run.started_s) : NULL;
    status = k != NULL ? STATUS_OK : STATUS_NOMEM;
    for (size_t i = 0; i < run.target_count && status == STATUS_OK; i++)
        status = known_add_report(k, &run.targets[i], since);
    if (status != STATUS_OK)
        *error = "out of memory";
    else
        *out = k;
    return status;
}
