/* SPDX-License-Identifier: BSD-2-Clause */
/* What `aws route53 list-resource-record-sets` prints. Elements become trees one at a time: an export may be
 * large. */
#include "auditor/inputs/formats.h"

struct reader {
    struct build *build;
    struct arena *element; /* of one record set */
    const dname *apex;     /* first pass: the owner of the SOA */
    struct build_zone *zone;
    void (*set)(struct reader *r, const struct doc *set);
    bool sets_seen, cut;
};

/* ---- one record set ---------------------------------------- */

static void find_apex(struct reader *r, const struct doc *set)
{
    struct name_problem problem;
    if (r->apex == NULL && doc_is(doc_get(set, "Type"), "SOA"))
        r->apex = build_owner(r->build->arena, doc_get(set, "Name"), NULL, OWNER_ABSOLUTE, &problem);
}

static void value_words(struct words *w, const struct doc *value)
{
    if (doc_scalar(value))
        words_presentation(w, value, value->text, value->length, WORDS_OCTAL);
    else
        words_fail(w, value, "expected text as 'Value'");
}

static void add_alias(struct reader *r, struct build_record *record, const struct doc *alias)
{
    struct name_problem problem;
    const struct doc *name = doc_get(alias, "DNSName");
    const dname *target = build_name(r->build->scratch, name, &problem);
    record->where = alias;
    if (target == NULL) {
        build_record_error(r->build, record, problem.fault, name != NULL ? name : alias, problem.message);
    } else if (record->type == RRTYPE_A || record->type == RRTYPE_AAAA) {
        build_alias(r->build, record, target);
    } else {
        char type[16];
        build_left_out(r->build, r->zone, ZONE_GAP_RECORDS,
                       "line %u: an alias for %s records was not followed", alias->start.line,
                       rrtype_text(record->type, type));
    }
}

static void add_records(struct reader *r, struct build_record *record, const struct doc *list)
{
    if (list->kind != DOC_LIST) {
        build_record_error(r->build, record, ZONE_FAULT_SYNTAX, list, "expected a list as 'ResourceRecords'");
        return;
    }
    for (const struct doc_member *m = list->first; m != NULL && build_work(r->build); m = m->next) {
        struct words w = {.arena = r->build->scratch};
        const struct doc *value = doc_get(m->value, "Value");
        record->where = value != NULL ? value : m->value;
        value_words(&w, value != NULL ? value : m->value);
        build_add(r->build, record, &w);
    }
}

static void add_set(struct reader *r, const struct doc *set)
{
    struct build *b = r->build;
    const struct doc *type = doc_get(set, "Type");
    const struct doc *name = doc_get(set, "Name");
    const struct doc *alias = doc_get(set, "AliasTarget");
    const struct doc *records = doc_get(set, "ResourceRecords");
    struct name_problem problem;
    bool ok = true;
    struct build_record record = {
        .zone = r->zone, .where = set, .ttl_s = build_ttl(doc_get(set, "TTL"), 60, &ok)};
    record.type = build_type(type);
    record.owner = build_owner(r->element, name, NULL, OWNER_ABSOLUTE, &problem);
    if (record.owner == NULL)
        build_error(b, r->zone, problem.fault, name != NULL ? name : set, "'Name' of a record set: %s",
                    problem.message);
    else if (record.type == 0)
        build_record_error(b, &record, ZONE_FAULT_SYNTAX, type != NULL ? type : set,
                           "expected a record type as 'Type'");
    else if (!ok)
        build_record_error(b, &record, ZONE_FAULT_SYNTAX, doc_get(set, "TTL"), "expected a TTL in seconds");
    else if (!build_first_route(b, &record, doc_get(set, "SetIdentifier")) && record.type != RRTYPE_A &&
             record.type != RRTYPE_AAAA)
        build_note(b, "line %u: a further routing alternative of %s was left out", set->start.line,
                   dname_text(b->scratch, record.owner));
    else if (!doc_null(alias))
        add_alias(r, &record, alias);
    else if (!doc_null(records))
        add_records(r, &record, records);
    else if (doc_null(doc_get(set, "TrafficPolicyInstanceId")))
        build_record_error(b, &record, ZONE_FAULT_SYNTAX, set, "expected 'ResourceRecords' or 'AliasTarget'");
    arena_reset(b->scratch);
}

/* ---- the file ---------------------------------------- */

static bool on_element(struct json *j, void *context)
{
    struct reader *r = context;
    const struct doc *set = json_value_in(j, r->element);
    if (set != NULL && build_work(r->build))
        r->set(r, set);
    return set != NULL && r->build->status == STATUS_OK;
}

static bool on_member(struct json *j, const struct doc *key, void *context)
{
    struct reader *r = context;
    if (doc_is(key, "ResourceRecordSets") && json_peek(j) == '[') {
        r->sets_seen = true;
        return json_array(j, on_element, r);
    }
    if (doc_is(key, "NextToken") || doc_is(key, "NextRecordName")) {
        r->cut = r->cut || json_peek(j) == '"';
    } else if (doc_is(key, "IsTruncated")) {
        const struct doc *value = json_value(j);
        r->cut = r->cut || doc_true(value);
        return value != NULL;
    }
    return json_skip(j);
}

static enum status pass(struct reader *r, const struct source_text *source,
                        void (*set)(struct reader *r, const struct doc *set), const char **error)
{
    struct json j = json_begin(r->build->arena, source->text, source->length);
    r->set = set;
    if (json_peek(&j) == '{' && json_object(&j, on_member, r) && json_end(&j) && r->sets_seen)
        return STATUS_OK;
    if (r->build->status != STATUS_OK)
        return STATUS_OK; /* build_finish() tells */
    if (j.error.message == NULL)
        j.error =
            (struct doc_error){"expected an object with 'ResourceRecordSets'", {1, 1}, STATUS_MALFORMED};
    return source_failed(r->build->arena, source, &j.error, error);
}

static enum status begin_zone(struct reader *r, const struct source_text *source, const char **error)
{
    const dname *apex = r->build->options->zonefile.origin;
    const char *from = "--origin";
    if (apex == NULL) {
        apex = r->apex;
        from = "SOA";
    }
    if (apex == NULL && source->path != NULL) {
        apex = source_zone(r->build->arena, source->path, ".json");
        from = "file name";
    }
    if (apex == NULL) {
        *error = arena_printf(r->build->arena,
                              "%s: the zone's name cannot be told: no SOA is in it; expected --origin",
                              source->shown);
        return STATUS_USAGE;
    }
    r->zone = build_hosted_zone(r->build, apex, from);
    return r->zone != NULL ? STATUS_OK : STATUS_NOMEM;
}

enum status route53_read(struct build *b, const struct source_text *source, const char **error)
{
    struct reader r = {.build = b, .element = arena_new(0)};
    if (r.element == NULL)
        return STATUS_NOMEM;
    enum status status = pass(&r, source, find_apex, error);
    if (status == STATUS_OK)
        status = begin_zone(&r, source, error);
    if (status == STATUS_OK)
        status = pass(&r, source, add_set, error);
    if (status == STATUS_OK && r.cut) {
        build_left_out(b, r.zone, ZONE_GAP_RECORDS,
                       "the export was cut ('NextToken' or 'IsTruncated'): records are missing");
    }
    arena_free(r.element);
    return status;
}
