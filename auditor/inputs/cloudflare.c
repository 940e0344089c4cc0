/* SPDX-License-Identifier: BSD-2-Clause */
/* DNS records of Cloudflare: the list its API gives, with or without the envelope, and the single record that
 * its Terraform provider writes much alike. */
#include "auditor/facts/derived/suffix.h"
#include "auditor/inputs/formats.h"

#include <string.h>

#define TTL_AUTOMATIC 300U /* what Cloudflare serves for TTL 1, "automatic" */

static const struct layout layouts[] = {
    {RRTYPE_SSHFP,
     {{FIELD_PLAIN, "algorithm", NULL}, {FIELD_PLAIN, "type", NULL}, {FIELD_PLAIN, "fingerprint", NULL}}},
    {RRTYPE_TLSA,
     {{FIELD_PLAIN, "usage", NULL},
      {FIELD_PLAIN, "selector", NULL},
      {FIELD_PLAIN, "matching_type", NULL},
      {FIELD_PLAIN, "certificate", NULL}}},
    {RRTYPE_SMIMEA,
     {{FIELD_PLAIN, "usage", NULL},
      {FIELD_PLAIN, "selector", NULL},
      {FIELD_PLAIN, "matching_type", NULL},
      {FIELD_PLAIN, "certificate", NULL}}},
    {RRTYPE_DS,
     {{FIELD_PLAIN, "key_tag", NULL},
      {FIELD_PLAIN, "algorithm", NULL},
      {FIELD_PLAIN, "digest_type", NULL},
      {FIELD_PLAIN, "digest", NULL}}},
    {RRTYPE_DNSKEY,
     {{FIELD_PLAIN, "flags", NULL},
      {FIELD_PLAIN, "protocol", "3"},
      {FIELD_PLAIN, "algorithm", NULL},
      {FIELD_PLAIN, "public_key", NULL}}},
    {RRTYPE_CERT,
     {{FIELD_PLAIN, "type", NULL},
      {FIELD_PLAIN, "key_tag", NULL},
      {FIELD_PLAIN, "algorithm", NULL},
      {FIELD_PLAIN, "certificate", NULL}}},
    {RRTYPE_NAPTR,
     {{FIELD_PLAIN, "order", NULL},
      {FIELD_PLAIN, "preference", NULL},
      {FIELD_STRING, "flags", "\"\""},
      {FIELD_STRING, "service", "\"\""},
      {FIELD_STRING, "regex", "\"\""},
      {FIELD_NAME, "replacement", NULL}}},
    {RRTYPE_URI,
     {{FIELD_PLAIN, "priority", NULL},
      {FIELD_PLAIN, "weight", NULL},
      {FIELD_STRING, "target|content", NULL}}},
    {RRTYPE_SVCB,
     {{FIELD_PLAIN, "priority", NULL}, {FIELD_NAME, "target", NULL}, {FIELD_PARAMS, "value", ""}}},
    {RRTYPE_HTTPS,
     {{FIELD_PLAIN, "priority", NULL}, {FIELD_NAME, "target", NULL}, {FIELD_PARAMS, "value", ""}}},
    {0, {{FIELD_END, NULL, NULL}}},
};

/* ---- one record ---------------------------------------- */

/* 'data' is an object in the API and in version 5 of the Terraform provider, a list of one in version 4. */
static const struct doc *data_of(const struct doc *record)
{
    const struct doc *data = doc_get(record, "data");
    if (data != NULL && data->kind == DOC_LIST)
        data = data->first != NULL ? data->first->value : NULL;
    return data != NULL && data->kind == DOC_MAP && data->count > 0 ? data : NULL;
}

static const struct doc *content_of(const struct doc *record)
{
    const struct doc *content = doc_get(record, "content");
    return doc_null(content) ? doc_get(record, "value") : content;
}

/* Some of the members are null in a plan: then the value is all in 'content'. */
static bool data_speaks(const struct doc *data)
{
    for (const struct doc_member *m = data != NULL ? data->first : NULL; m != NULL; m = m->next) {
        if (doc_scalar(m->value) && m->value->length > 0)
            return true;
    }
    return false;
}

/* The priority stands beside the content of MX, SRV and URI. */
static void content_words(struct words *w, uint16_t type, const struct doc *record, const struct doc *content)
{
    const struct doc *priority = doc_get(record, "priority");
    switch (type) {
    case RRTYPE_CNAME:
    case RRTYPE_DNAME:
    case RRTYPE_NS:
    case RRTYPE_PTR:
        words_name(w, content);
        break;
    case RRTYPE_MX:
        if (doc_null(priority))
            words_constant(w, content, "10"); /* what Cloudflare sets if nothing was said */
        else
            words_plain(w, priority);
        words_name(w, content);
        break;
    case RRTYPE_TXT:
    case RRTYPE_SPF:
        if (content->length > 0 && content->text[0] == '"')
            words_presentation(w, content, content->text, content->length, 0);
        else
            words_text(w, content, content->text, content->length);
        break;
    default:
        words_presentation(w, content, content->text, content->length, 0);
        if ((type == RRTYPE_SRV && w->count == 3) || (type == RRTYPE_URI && w->count == 2)) {
            struct words all = {.arena = w->arena};
            words_plain(&all, priority);
            words_presentation(&all, content, content->text, content->length, 0);
            *w = all;
        }
    }
}

/* A name in the content that stands for the zone's own. */
static const struct doc *apex_content(struct build *b, const struct build_zone *zone,
                                      const struct doc *content)
{
    if (!doc_is(content, "@"))
        return content;
    struct doc *copy = arena_copy(b->scratch, content, sizeof(*content));
    const char *text = dname_text(b->scratch, zone->apex);
    if (copy == NULL)
        return content;
    copy->text = text;
    copy->length = strlen(text);
    copy->verbatim = false;
    return copy;
}

/* Clients see addresses, not this record: proxied, or a CNAME where none may stand (RFC 1034
 * section 3.6.2). */
static bool answered_by_provider(const struct doc *record, uint16_t type, bool apex)
{
    if (type != RRTYPE_A && type != RRTYPE_AAAA && type != RRTYPE_CNAME)
        return false;
    const struct doc *settings = doc_get(record, "settings");
    if (settings != NULL && settings->kind == DOC_LIST && settings->first != NULL)
        settings = settings->first->value;
    return doc_true(doc_get(record, "proxied")) ||
           (type == RRTYPE_CNAME && (apex || doc_true(doc_get(settings, "flatten_cname"))));
}

static void add_alias(struct build *b, const struct build_record *r, const struct doc *content)
{
    struct name_problem problem;
    const dname *target = NULL;
    if (r->type == RRTYPE_CNAME) {
        target = build_name(b->scratch, content, &problem);
        if (target == NULL) {
            build_record_error(b, r, problem.fault, r->where, problem.message);
            return;
        }
    }
    build_alias(b, r, target);
}

static uint32_t ttl_of(struct build *b, struct build_zone *zone, const struct doc *record)
{
    bool ok = true;
    const struct doc *ttl = doc_get(record, "ttl");
    uint32_t ttl_s = build_ttl(ttl, TTL_AUTOMATIC, &ok);
    if (!ok)
        build_error(b, zone, ZONE_FAULT_SYNTAX, ttl, "expected a TTL in seconds");
    return ttl_s <= 1 ? TTL_AUTOMATIC : ttl_s;
}

void cloudflare_record(struct build *b, struct build_zone *zone, const struct doc *record)
{
    struct name_problem problem = {0};
    const struct doc *type = doc_get(record, "type");
    const struct doc *name = doc_get(record, "name");
    const struct doc *data = data_of(record);
    const struct doc *content = content_of(record);
    struct build_record r = {.zone = zone,
                             .type = build_type(type),
                             .owner = build_owner(b->scratch, name, zone->apex, OWNER_EITHER, &problem)};
    r.where = doc_scalar(content) ? content : data != NULL ? data : record;
    if (r.owner == NULL || r.type == 0) {
        const struct doc *at = r.owner == NULL ? name : type;
        build_error(b, zone, r.owner == NULL ? problem.fault : ZONE_FAULT_SYNTAX, at != NULL ? at : record,
                    "%s", r.owner == NULL ? problem.message : "expected a record type as 'type'");
        arena_reset(b->scratch);
        return;
    }
    r.ttl_s = ttl_of(b, zone, record);
    if (answered_by_provider(record, r.type, dname_equal(r.owner, zone->apex))) {
        add_alias(b, &r, apex_content(b, zone, content));
        arena_reset(b->scratch);
        return;
    }
    struct words w = {.arena = b->scratch};
    const struct layout *layout = layout_of(layouts, r.type);
    if (layout != NULL && data_speaks(data))
        words_fields(&w, layout, data, record);
    else if (doc_scalar(content))
        content_words(&w, r.type, record, apex_content(b, zone, content));
    else
        words_fail(&w, record, "expected 'content' or 'data'");
    build_add(b, &r, &w);
}

/* ---- the list ---------------------------------------- */

struct reader {
    struct build *build;
    struct arena *element;
    struct build_zone *zone;
    const dname *apex; /* first pass */
    bool apex_said, apex_open;
    void (*record)(struct reader *r, const struct doc *record);
    bool list_seen, failed, cut;
};

/* The zone's name as a record says it, else the registrable domain that all names share. */
static void find_apex(struct reader *r, const struct doc *record)
{
    struct name_problem problem;
    const struct doc *zone_name = doc_get(record, "zone_name");
    if (r->apex_said)
        return;
    const dname *name = build_owner(r->element, doc_scalar(zone_name) ? zone_name : doc_get(record, "name"),
                                    NULL, OWNER_ABSOLUTE, &problem);
    r->apex_said = doc_scalar(zone_name) && name != NULL;
    if (name != NULL && !r->apex_said)
        name = suffix_registrable(name, false);
    if (name == NULL)
        return;
    if (r->apex == NULL || r->apex_said)
        r->apex = dname_copy(r->build->arena, name);
    else if (!dname_equal(r->apex, name))
        r->apex_open = true;
}

static void add_record(struct reader *r, const struct doc *record)
{
    cloudflare_record(r->build, r->zone, record);
}

static bool on_element(struct json *j, void *context)
{
    struct reader *r = context;
    const struct doc *record = json_value_in(j, r->element);
    if (record != NULL && build_work(r->build))
        r->record(r, record);
    return record != NULL && r->build->status == STATUS_OK;
}

static bool more_pages(const struct doc *info)
{
    const struct doc *count = doc_get(info, "count");
    const struct doc *total = doc_get(info, "total_count");
    return doc_scalar(count) && doc_scalar(total) &&
           (count->length != total->length || memcmp(count->text, total->text, total->length) != 0);
}

static bool on_member(struct json *j, const struct doc *key, void *context)
{
    struct reader *r = context;
    if (doc_is(key, "result") && json_peek(j) == '[') {
        r->list_seen = true;
        return json_array(j, on_element, r);
    }
    if (!doc_is(key, "result_info") && !doc_is(key, "success"))
        return json_skip(j);
    const struct doc *value = json_value(j);
    if (doc_is(key, "success"))
        r->failed = doc_is(value, "false");
    else
        r->cut = more_pages(value);
    return value != NULL;
}

static enum status pass(struct reader *r, const struct source_text *source,
                        void (*record)(struct reader *r, const struct doc *record), const char **error)
{
    struct json j = json_begin(r->build->arena, source->text, source->length);
    bool ok;
    r->record = record;
    if (json_peek(&j) == '[') {
        r->list_seen = true;
        ok = json_array(&j, on_element, r) && json_end(&j);
    } else {
        ok = json_object(&j, on_member, r) && json_end(&j);
    }
    if (ok && r->list_seen && !r->failed)
        return STATUS_OK;
    if (r->build->status != STATUS_OK)
        return STATUS_OK; /* build_finish() tells */
    if (j.error.message == NULL)
        j.error =
            (struct doc_error){r->failed ? "an answer of the API that tells of a failure ('success' is false)"
                                         : "expected a list of DNS records, or an object with it as 'result'",
                               {1, 1},
                               STATUS_MALFORMED};
    return source_failed(r->build->arena, source, &j.error, error);
}

static enum status begin_zone(struct reader *r, const struct source_text *source, const char **error)
{
    struct build *b = r->build;
    const dname *apex = b->options->zonefile.origin;
    const char *from = "--origin";
    if (apex == NULL && r->apex_said) {
        apex = r->apex;
        from = "zone_name";
    }
    if (apex == NULL && source->path != NULL) {
        apex = source_zone(b->arena, source->path, ".json");
        from = "file name";
    }
    if (apex == NULL && !r->apex_open) {
        apex = r->apex;
        from = "registrable domain";
    }
    if (apex == NULL) {
        *error = arena_printf(
            b->arena, "%s: the zone's name cannot be told: expected --origin, or records of one domain",
            source->shown);
        return STATUS_USAGE;
    }
    r->zone = build_hosted_zone(b, apex, from);
    return r->zone != NULL ? STATUS_OK : STATUS_NOMEM;
}

enum status cloudflare_read(struct build *b, const struct source_text *source, const char **error)
{
    struct reader r = {.build = b, .element = arena_new(0)};
    if (r.element == NULL)
        return STATUS_NOMEM;
    enum status status = pass(&r, source, find_apex, error);
    if (status == STATUS_OK)
        status = begin_zone(&r, source, error);
    if (status == STATUS_OK)
        status = pass(&r, source, add_record, error);
    if (status == STATUS_OK && r.cut) {
        build_left_out(b, r.zone, ZONE_GAP_RECORDS | ZONE_GAP_SETS,
                       "only one page of several ('result_info'): records are missing; "
                       "ask for per_page=5000");
    }
    arena_free(r.element);
    return status;
}
