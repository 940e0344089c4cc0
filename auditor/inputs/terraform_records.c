/* SPDX-License-Identifier: BSD-2-Clause */
/* Terraform plans, the records: which zone each is in, and what each provider writes. */
#include "auditor/facts/derived/suffix.h"
#include "auditor/inputs/formats.h"
#include "auditor/inputs/terraform.h"

#include <stdio.h>
#include <string.h>

static const struct layout azure_layouts[] = {
    {RRTYPE_MX, {{FIELD_PLAIN, "preference", NULL}, {FIELD_NAME, "exchange", NULL}}},
    {RRTYPE_CAA, {{FIELD_PLAIN, "flags", NULL}, {FIELD_PLAIN, "tag", NULL}, {FIELD_STRING, "value", NULL}}},
    {0, {{FIELD_END, NULL, NULL}}},
};

/* Blocks are lists of maps. */
static const struct doc *first_of(const struct doc *list)
{
    return list != NULL && list->kind == DOC_LIST && list->first != NULL ? list->first->value : NULL;
}

static bool any_true(const struct doc *d)
{
    if (d == NULL)
        return false;
    if (d->kind != DOC_LIST && d->kind != DOC_MAP)
        return doc_true(d);
    for (const struct doc_member *m = d->first; m != NULL; m = m->next) {
        if (any_true(m->value))
            return true;
    }
    return false;
}

struct record {
    const struct record_type *type;
    const struct doc *address, *values, *unknown;
    struct build_zone *zone;
};

static void note(struct plan *p, const struct record *r, const char *text)
{
    const struct doc *at = r->values != NULL ? r->values : r->address;
    build_note(p->build, "line %u: %.*s: %s", at->start.line,
               (int)(r->address->length < 300 ? r->address->length : 300), r->address->text, text);
}

/* ---- which zone a record is in ---------------------------------------- */

/* A name in full that the record holds. */
static const dname *full_name(struct plan *p, const struct record *r, const struct doc *values)
{
    struct name_problem problem;
    const struct doc *d = plan_any(values, r->type->kind == RECORD_AWS ? "fqdn" : "hostname");
    if (d == NULL && (r->type->kind == RECORD_GOOGLE || strcmp(r->type->type, "cloudflare_dns_record") == 0))
        d = plan_any(values, "name");
    return d != NULL ? build_owner(p->element, d, NULL, OWNER_ABSOLUTE, &problem) : NULL;
}

static struct build_zone *find_zone(struct plan *p, const struct record *r, const struct doc *values)
{
    const char *from = "plan";
    const dname *name = plan_zone_told(p, r->type, r->address, values);
    if (name == plan_private_zone) {
        note(p, r, "left out, for its zone is a private one");
        return NULL;
    }
    if (name == NULL) {
        name = p->build->options->zonefile.origin;
        from = "--origin";
    }
    if (name == NULL) {
        const dname *full = full_name(p, r, values);
        name = full != NULL ? suffix_registrable(full, false) : NULL;
        from = "registrable domain";
    }
    if (name == NULL) {
        note(p, r, "left out, for the plan does not tell the name of its zone");
        return NULL;
    }
    size_t before = p->build->zone_count;
    struct build_zone *zone = build_zone(p->build, name, from);
    if (p->build->zone_count > before && strcmp(from, "registrable domain") == 0)
        note(p, r, "the plan does not tell the name of its zone: taken to be the registrable domain");
    if (zone != NULL)
        zone->gaps |=
            ZONE_GAP_APEX | ZONE_GAP_RECORDS | (r->type->kind == RECORD_CLOUDFLARE ? ZONE_GAP_SETS : 0U);
    return zone;
}

/* ---- records of each provider ---------------------------------------- */

static bool begin_record(struct plan *p, const struct record *r, enum owner_form form,
                         struct build_record *out)
{
    struct name_problem problem;
    bool ok = true;
    struct build *b = p->build;
    const struct doc *name = doc_get(r->values, "name");
    const struct doc *type = doc_get(r->values, "type");
    const struct doc *ttl = doc_get(r->values, "ttl");
    *out = (struct build_record){.zone = r->zone, .where = r->values, .ttl_s = build_ttl(ttl, 300, &ok)};
    out->type = r->type->kind == RECORD_AZURE ? r->type->rrtype : build_type(type);
    out->owner = build_owner(p->element, name, r->zone->apex, form, &problem);
    if (out->owner == NULL) {
        build_error(b, r->zone, problem.fault, name != NULL ? name : r->values, "%.*s: %s",
                    (int)r->address->length, r->address->text, problem.message);
        return false;
    }
    if (out->type == 0 || !ok) {
        const struct doc *at = out->type == 0 ? type : ttl;
        build_error(b, r->zone, ZONE_FAULT_SYNTAX, at != NULL ? at : r->values, "%.*s: %s",
                    (int)r->address->length, r->address->text,
                    out->type == 0 ? "expected a record type as 'type'" : "expected a TTL in seconds");
        return false;
    }
    return true;
}

/* The provider of AWS puts quotes around texts itself; longer ones are written with \"\" between
 * the strings. */
static void aws_words(struct words *w, uint16_t type, const struct doc *value)
{
    const char *text = value->text;
    size_t length = value->length;
    if ((type == RRTYPE_TXT || type == RRTYPE_SPF) && (length == 0 || *text != '"')) {
        text = arena_printf(w->arena, "\"%.*s\"", (int)length, value->text);
        length = text != NULL ? length + 2 : 0;
    }
    if (text != NULL)
        words_presentation(w, value, text, length, WORDS_OCTAL);
}

typedef void (*value_words)(struct words *w, uint16_t type, const struct doc *value);

static void presentation_words(struct words *w, uint16_t type, const struct doc *value)
{
    (void)type;
    words_presentation(w, value, value->text, value->length, 0);
}

static void azure_words(struct words *w, uint16_t type, const struct doc *value)
{
    const struct layout *layout = layout_of(azure_layouts, type);
    if (value->kind == DOC_MAP && layout != NULL) {
        words_fields(w, layout, value, NULL);
    } else if (value->kind == DOC_MAP) { /* TXT */
        const struct doc *text = doc_get(value, "value");
        if (doc_scalar(text))
            words_text(w, text, text->text, text->length);
        else
            words_fail(w, value, "expected 'value' with a text");
    } else if (type == RRTYPE_CNAME || type == RRTYPE_NS || type == RRTYPE_PTR) {
        words_name(w, value);
    } else {
        words_plain(w, value);
    }
}

static void add_values(struct plan *p, struct build_record *record, const struct doc *list, value_words words)
{
    const struct doc_member one = {.value = list};
    for (const struct doc_member *m = list->kind == DOC_LIST ? list->first : &one;
         m != NULL && build_work(p->build); m = m->next) {
        struct words w = {.arena = p->build->scratch};
        if (m->value->kind == DOC_NULL)
            continue;
        record->where = m->value;
        if (doc_scalar(m->value) || words == azure_words)
            words(&w, record->type, m->value);
        else
            words_fail(&w, m->value, "expected text");
        build_add(p->build, record, &w);
    }
}

static bool address_type(uint16_t type)
{
    return type == RRTYPE_A || type == RRTYPE_AAAA;
}

static void read_aws(struct plan *p, const struct record *r)
{
    struct build_record record;
    struct name_problem problem;
    const struct doc *alias = first_of(doc_get(r->values, "alias"));
    const struct doc *id = plan_any(r->values, "set_identifier");
    if (!begin_record(p, r, OWNER_EITHER, &record))
        return;
    if (!build_first_route(p->build, &record, id) && !address_type(record.type)) {
        note(p, r, "left out, a further routing alternative");
    } else if (alias != NULL) {
        const dname *target = build_name(p->build->scratch, doc_get(alias, "name"), &problem);
        record.where = alias;
        if (target != NULL && address_type(record.type))
            build_alias(p->build, &record, target);
        else
            note(p, r, "an alias that was not followed");
    } else if (doc_get(r->values, "records") != NULL) {
        add_values(p, &record, doc_get(r->values, "records"), aws_words);
    }
}

static void add_google_policy(struct plan *p, const struct record *r, struct build_record *record,
                              const struct doc *policy)
{
    static const char *const kinds[] = {"wrr", "geo"};
    bool added = false;
    record->routed = true;
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        const struct doc *list = doc_get(policy, kinds[i]);
        for (const struct doc_member *m = list != NULL ? list->first : NULL; m != NULL; m = m->next) {
            const struct doc *data = doc_get(m->value, "rrdatas");
            if (data == NULL || data->count == 0 || (added && !address_type(record->type)))
                continue;
            add_values(p, record, data, presentation_words);
            added = true;
        }
    }
    if (added)
        return;
    note(p, r, "a routing policy whose addresses are not in the plan");
    record->where = r->values;
    build_alias(p->build, record, NULL);
}

static void read_google(struct plan *p, const struct record *r)
{
    struct build_record record;
    const struct doc *data = doc_get(r->values, "rrdatas");
    const struct doc *policy = first_of(doc_get(r->values, "routing_policy"));
    if (!begin_record(p, r, OWNER_ABSOLUTE, &record))
        return;
    if (policy != NULL)
        add_google_policy(p, r, &record, policy);
    else if (data != NULL)
        add_values(p, &record, data, presentation_words);
}

static void read_azure(struct plan *p, const struct record *r)
{
    struct build_record record;
    const struct doc *values = doc_get(r->values, r->type->values[0]);
    if (!begin_record(p, r, OWNER_RELATIVE, &record))
        return;
    if (plan_any(r->values, "target_resource_id") != NULL)
        build_alias(p->build, &record, NULL);
    else if (values != NULL)
        add_values(p, &record, values, azure_words);
}

/* What the plan cannot tell yet. @return the member, or NULL */
static const char *unknown_yet(const struct record *r)
{
    if (any_true(doc_get(r->unknown, "name")))
        return "name";
    for (size_t i = 0; i < ARRAY_SIZE(r->type->values) && r->type->values[i] != NULL; i++) {
        if (!any_true(doc_get(r->unknown, r->type->values[i])))
            continue;
        if (doc_scalar(doc_get(r->values, r->type->values[i])))
            continue;
        /* Version 4 of the Cloudflare provider has 'value' and 'content' for one thing: one of them may be
         * computed. */
        if (r->type->kind == RECORD_CLOUDFLARE &&
            (plan_any(r->values, "content|value") != NULL || first_of(doc_get(r->values, "data")) != NULL))
            continue;
        return r->type->values[i];
    }
    return NULL;
}

/* The name exists, and what it will lead to is not known. */
static void add_unknown(struct plan *p, const struct record *r)
{
    struct build_record record;
    const enum owner_form form = r->type->kind == RECORD_GOOGLE  ? OWNER_ABSOLUTE
                                 : r->type->kind == RECORD_AZURE ? OWNER_RELATIVE
                                                                 : OWNER_EITHER;
    if (!doc_scalar(doc_get(r->values, "name")) || !begin_record(p, r, form, &record))
        return;
    if (record.ttl_s <= 1)
        record.ttl_s = 300; /* "automatic" at Cloudflare */
    if (record.type == RRTYPE_A || record.type == RRTYPE_AAAA || record.type == RRTYPE_CNAME)
        build_alias(p->build, &record, NULL);
}

/* Known after apply only: what was there before stands for it, for nothing says that it goes. @return false
 * if nothing was */
static bool settle_unknown(struct plan *p, struct record *r, const struct doc *before)
{
    char text[100];
    const char *member = unknown_yet(r);
    if (member == NULL)
        return true;
    const bool known = before != NULL && before->kind == DOC_MAP;
    snprintf(text, sizeof(text), "'%s' is known after apply only%s", member,
             known ? ": judged as it is now" : "");
    note(p, r, text);
    if (!known)
        add_unknown(p, r);
    r->values = known ? before : r->values;
    return known;
}

void plan_read_record(struct plan *p, const struct doc *resource)
{
    const struct doc *change = doc_get(resource, "change");
    const bool before = p->build->options->side == INPUT_BEFORE;
    const struct doc *here = doc_get(change, before ? "before" : "after");
    const struct doc *there = doc_get(change, before ? "after" : "before");
    struct record r = {.type = plan_record_type(doc_get(resource, "type")),
                       .address = doc_get(resource, "address"),
                       .unknown = before ? NULL : doc_get(change, "after_unknown")};
    if (r.type == NULL || doc_is(doc_get(resource, "mode"), "data") || !doc_scalar(r.address) ||
        change == NULL)
        return;
    r.values = here != NULL && here->kind == DOC_MAP ? here : NULL;
    const struct doc *known = r.values != NULL ? r.values : there;
    r.zone = known != NULL && known->kind == DOC_MAP ? find_zone(p, &r, known) : NULL;
    if (r.zone == NULL || r.values == NULL || !settle_unknown(p, &r, there))
        return;
    switch (r.type->kind) {
    case RECORD_AWS:
        read_aws(p, &r);
        break;
    case RECORD_CLOUDFLARE:
        cloudflare_record(p->build, r.zone, r.values);
        break;
    case RECORD_GOOGLE:
        read_google(p, &r);
        break;
    case RECORD_AZURE:
        read_azure(p, &r);
        break;
    }
    arena_reset(p->build->scratch);
}
