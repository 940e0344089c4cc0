/* SPDX-License-Identifier: BSD-2-Clause */
/* Terraform and OpenTofu plans: the zones and records of `terraform show -json PLAN`, before or after the
 * change. First all zones and what records refer to are read, then the records. */
#include "auditor/inputs/formats.h"
#include "auditor/inputs/terraform.h"

#include <stdio.h>
#include <string.h>

struct tour {
    struct plan *plan;
    void (*resource)(struct plan *p, const struct doc *resource);
    bool (*wanted)(const struct doc *type);
};

static bool is_record(const struct doc *type)
{
    return plan_record_type(type) != NULL;
}

struct peek {
    const struct tour *walk;
    bool wanted;
};

static bool on_peek(struct json *j, const struct doc *key, void *context)
{
    struct peek *peek = context;
    if (!doc_is(key, "type") || json_peek(j) != '"')
        return json_skip(j);
    const struct doc *type = json_value(j);
    peek->wanted = peek->wanted || peek->walk->wanted(type);
    return type != NULL;
}

/* Most resources of a plan are none of DNS: they are gone over, and only ours become trees. */
static bool on_resource(struct json *j, void *context)
{
    const struct tour *w = context;
    struct plan *p = w->plan;
    struct peek peek = {.walk = w};
    struct json bookmark = *j;
    arena_reset(p->element);
    j->arena = p->element;
    bool ok = json_object(j, on_peek, &peek);
    j->arena = p->build->arena;
    if (!ok && j->error.message != NULL)
        j->error.message = arena_strdup(j->arena, j->error.message);
    if (!ok || !peek.wanted)
        return ok;
    const struct doc *resource = json_value_in(&bookmark, p->element);
    if (resource != NULL && build_work(p->build))
        w->resource(p, resource);
    if (bookmark.error.message != NULL)
        j->error = bookmark.error;
    return resource != NULL && p->build->status == STATUS_OK;
}

static bool on_module(struct json *j, void *context);

static bool on_module_member(struct json *j, const struct doc *key, void *context)
{
    if (doc_is(key, "resources") && json_peek(j) == '[')
        return json_array(j, on_resource, context);
    if (doc_is(key, "child_modules") && json_peek(j) == '[')
        return json_array(j, on_module, context);
    return json_skip(j);
}

static bool on_module(struct json *j, void *context)
{
    return json_peek(j) == '{' ? json_object(j, on_module_member, context) : json_skip(j);
}

/* prior_state: {values: {root_module: ...}}; planned_values: {root_module: ...} */
static bool on_state_member(struct json *j, const struct doc *key, void *context)
{
    if (doc_is(key, "values") && json_peek(j) == '{')
        return json_object(j, on_state_member, context);
    return doc_is(key, "root_module") ? on_module(j, context) : json_skip(j);
}

static bool on_config_module(struct json *j, void *context);

/* module_calls: {NAME: {module: ...}} */
static bool on_call_member(struct json *j, const struct doc *key, void *context)
{
    return doc_is(key, "module") ? on_config_module(j, context) : json_skip(j);
}

static bool on_call(struct json *j, const struct doc *key, void *context)
{
    const struct tour *w = context;
    char *module = w->plan->module;
    const size_t length = strlen(module);
    if (json_peek(j) != '{')
        return json_skip(j);
    int more = snprintf(module + length, KEY_MAX - length, "module.%.*s.",
                        (int)(key->length < 200 ? key->length : 200), key->text);
    bool fits = more > 0 && (size_t)more < KEY_MAX - length;
    bool ok = fits ? json_object(j, on_call_member, context) : json_skip(j);
    module[length] = '\0';
    return ok;
}

static bool on_config_member(struct json *j, const struct doc *key, void *context)
{
    if (doc_is(key, "resources") && json_peek(j) == '[')
        return json_array(j, on_resource, context);
    if (doc_is(key, "module_calls") && json_peek(j) == '{')
        return json_object(j, on_call, context);
    return json_skip(j);
}

static bool on_config_module(struct json *j, void *context)
{
    return json_peek(j) == '{' ? json_object(j, on_config_member, context) : json_skip(j);
}

static bool on_config(struct json *j, const struct doc *key, void *context)
{
    return doc_is(key, "root_module") ? on_config_module(j, context) : json_skip(j);
}

static bool on_version(struct json *j, struct plan *p)
{
    const struct doc *version = json_value(j);
    if (doc_scalar(version) &&
        (version->length < 2 || (*version->text != '0' && *version->text != '1') || version->text[1] != '.'))
        p->bad_version =
            arena_strndup(p->build->arena, version->text, version->length < 20 ? version->length : 20);
    return version != NULL;
}

static bool on_top_zones(struct json *j, const struct doc *key, void *context)
{
    struct plan *p = context;
    struct tour zones = {.plan = p, .resource = plan_read_zone, .wanted = plan_is_zone};
    struct tour references = {.plan = p, .resource = plan_read_reference, .wanted = is_record};
    char next = json_peek(j);
    if (doc_is(key, "format_version"))
        return on_version(j, p);
    p->plan_seen = p->plan_seen || doc_is(key, "planned_values");
    if ((doc_is(key, "prior_state") || doc_is(key, "planned_values")) && next == '{')
        return json_object(j, on_state_member, &zones);
    if (doc_is(key, "configuration") && next == '{')
        return json_object(j, on_config, &references);
    if (doc_is(key, "resource_changes") && next == '[') {
        p->changes_seen = true;
        return json_array(j, on_resource, &zones);
    }
    return json_skip(j);
}

static bool on_top_records(struct json *j, const struct doc *key, void *context)
{
    struct tour records = {.plan = context, .resource = plan_read_record, .wanted = is_record};
    if (doc_is(key, "resource_changes") && json_peek(j) == '[')
        return json_array(j, on_resource, &records);
    return json_skip(j);
}

/* ---- the file ---------------------------------------- */

static enum status pass(struct plan *p, const struct source_text *source, json_member member,
                        const char **error)
{
    struct json j = json_begin(p->build->arena, source->text, source->length);
    bool ok = json_object(&j, member, p) && json_end(&j);
    if (p->build->status != STATUS_OK)
        return STATUS_OK; /* build_finish() tells */
    if (ok && p->bad_version != NULL) {
        const struct doc_error e = {
            arena_printf(p->build->arena, "a plan of format %s: expected 0.x or 1.x", p->bad_version),
            {1, 1},
            STATUS_MALFORMED};
        return source_failed(p->build->arena, source, &e, error);
    }
    if (ok && !p->changes_seen && !p->plan_seen) {
        const struct doc_error e = {
            "no plan: 'resource_changes' is missing; expected the output of 'terraform show -json "
            "PLAN' (a state has no changes)",
            {1, 1},
            STATUS_MALFORMED};
        return source_failed(p->build->arena, source, &e, error);
    }
    return ok ? STATUS_OK : source_failed(p->build->arena, source, &j.error, error);
}

enum status terraform_read(struct build *b, const struct source_text *source, const char **error)
{
    struct plan *p = arena_alloc(b->arena, sizeof(*p));
    enum status status = STATUS_NOMEM;
    if (p == NULL)
        return status;
    *p = (struct plan){.build = b, .element = arena_new(0), .zones = table_new(), .references = table_new()};
    b->partial = true;
    if (p->element != NULL && p->zones != NULL && p->references != NULL)
        status = pass(p, source, on_top_zones, error);
    if (status == STATUS_OK && b->status == STATUS_OK)
        status = pass(p, source, on_top_records, error);
    arena_free(p->element);
    table_free(p->zones);
    table_free(p->references);
    return status;
}
