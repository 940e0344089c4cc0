/* SPDX-License-Identifier: BSD-2-Clause */
/* Terraform and OpenTofu plans: the zones and records of `terraform show -json PLAN`, before or after the
 * change. First all zones and what records refer to are read, then the records. */
#include "auditor/facts/derived/suffix.h"
#include "auditor/inputs/formats.h"

#include <stdio.h>
#include <string.h>

#define KEY_MAX 1024U

struct plan {
    struct build *build;
    struct arena *element; /* of one resource */
    struct table
        *zones; /* "TYPE ID" and "@ADDRESS" of zones to their names; &private_zone for private ones */
    struct table *references; /* address of a record to "@ADDRESS" of its zone */
    char module[KEY_MAX];     /* while the configuration is read: "module.dns." */
    bool changes_seen, plan_seen;
    const char *bad_version;
};

static const dname private_zone[1] = {0}; /* known by its address */
static const dname several_zones[1] = {0};

/* What differs between the providers. */
struct provider {
    const char *zone_type;
    const char *zone_names; /* members with the name of the zone */
    const char *zone_ids;   /* members that records refer to */
};

static const struct provider providers[] = {
    {"aws_route53_zone", "name", "zone_id|id"},
    {"cloudflare_zone", "zone|name", "id|zone_id"},
    {"google_dns_managed_zone", "dns_name", "name"},
    {"azurerm_dns_zone", "name", "name"},
};

enum record_kind { RECORD_AWS, RECORD_CLOUDFLARE, RECORD_GOOGLE, RECORD_AZURE };

struct record_type {
    const char *type;
    enum record_kind kind;
    const char *zone_type, *zone_member;
    uint16_t rrtype;       /* Azure */
    const char *values[4]; /* members that hold the data */
};

static const struct record_type record_types[] = {
    {"aws_route53_record", RECORD_AWS, "aws_route53_zone", "zone_id", 0, {"records", "alias"}},
    {"cloudflare_record", RECORD_CLOUDFLARE, "cloudflare_zone", "zone_id", 0, {"content", "value", "data"}},
    {"cloudflare_dns_record", RECORD_CLOUDFLARE, "cloudflare_zone", "zone_id", 0, {"content", "data"}},
    {"google_dns_record_set",
     RECORD_GOOGLE,
     "google_dns_managed_zone",
     "managed_zone",
     0,
     {"rrdatas", "routing_policy"}},
    {"azurerm_dns_a_record",
     RECORD_AZURE,
     "azurerm_dns_zone",
     "zone_name",
     RRTYPE_A,
     {"records", "target_resource_id"}},
    {"azurerm_dns_aaaa_record",
     RECORD_AZURE,
     "azurerm_dns_zone",
     "zone_name",
     RRTYPE_AAAA,
     {"records", "target_resource_id"}},
    {"azurerm_dns_caa_record", RECORD_AZURE, "azurerm_dns_zone", "zone_name", RRTYPE_CAA, {"record"}},
    {"azurerm_dns_cname_record",
     RECORD_AZURE,
     "azurerm_dns_zone",
     "zone_name",
     RRTYPE_CNAME,
     {"record", "target_resource_id"}},
    {"azurerm_dns_mx_record", RECORD_AZURE, "azurerm_dns_zone", "zone_name", RRTYPE_MX, {"record"}},
    {"azurerm_dns_ns_record", RECORD_AZURE, "azurerm_dns_zone", "zone_name", RRTYPE_NS, {"records"}},
    {"azurerm_dns_ptr_record", RECORD_AZURE, "azurerm_dns_zone", "zone_name", RRTYPE_PTR, {"records"}},
    {"azurerm_dns_srv_record", RECORD_AZURE, "azurerm_dns_zone", "zone_name", RRTYPE_SRV, {"record"}},
    {"azurerm_dns_txt_record", RECORD_AZURE, "azurerm_dns_zone", "zone_name", RRTYPE_TXT, {"record"}},
};

static const struct layout azure_layouts[] = {
    {RRTYPE_MX, {{FIELD_PLAIN, "preference", NULL}, {FIELD_NAME, "exchange", NULL}}},
    {RRTYPE_SRV,
     {{FIELD_PLAIN, "priority", NULL},
      {FIELD_PLAIN, "weight", NULL},
      {FIELD_PLAIN, "port", NULL},
      {FIELD_NAME, "target", NULL}}},
    {RRTYPE_CAA, {{FIELD_PLAIN, "flags", NULL}, {FIELD_PLAIN, "tag", NULL}, {FIELD_STRING, "value", NULL}}},
    {0, {{FIELD_END, NULL, NULL}}},
};

static const struct provider *provider_of(const struct doc *type)
{
    for (size_t i = 0; i < ARRAY_SIZE(providers); i++) {
        if (doc_is(type, providers[i].zone_type))
            return &providers[i];
    }
    return NULL;
}

static const struct record_type *record_type_of(const struct doc *type)
{
    for (size_t i = 0; i < ARRAY_SIZE(record_types); i++) {
        if (doc_is(type, record_types[i].type))
            return &record_types[i];
    }
    return NULL;
}

/* ---- small readers ---------------------------------------- */

/* The first scalar among members whose names are separated by '|'. */
static const struct doc *any_of(const struct doc *map, const char *names)
{
    char name[40];
    for (const char *at = names; *at != '\0';) {
        size_t length = strcspn(at, "|");
        snprintf(name, sizeof(name), "%.*s", (int)length, at);
        const struct doc *d = doc_get(map, name);
        if (doc_scalar(d) && d->length > 0)
            return d;
        at += length + (at[length] == '|');
    }
    return NULL;
}

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

/* "@" and an address without its indexes: how the configuration names a resource. @return length, 0 if it is
 * too long */
static size_t address_key(const char *module, const char *text, size_t length, char key[static KEY_MAX])
{
    size_t used = (size_t)snprintf(key, KEY_MAX, "@%s", module);
    unsigned inside = 0;
    bool quoted = false;
    for (size_t i = 0; i < length && used < KEY_MAX - 1; i++) {
        if (text[i] == '"')
            quoted = !quoted;
        if (!quoted && text[i] == '[')
            inside++;
        if (inside == 0)
            key[used++] = text[i];
        if (!quoted && text[i] == ']' && inside > 0)
            inside--;
    }
    return used < KEY_MAX - 1 ? used : 0;
}

static size_t id_key(const char *zone_type, const struct doc *id, char key[static KEY_MAX])
{
    if (!doc_scalar(id) || id->length + strlen(zone_type) + 2 > KEY_MAX)
        return 0;
    return (size_t)snprintf(key, KEY_MAX, "%s %.*s", zone_type, (int)id->length, id->text);
}

/* ---- first pass: zones ---------------------------------------- */

static void *name_value(const dname *name)
{
    union { /* the table's values are not const; nobody writes through this one */
        const dname *in;
        void *out;
    } value = {.in = name};
    return value.out;
}

static void keep_zone(struct plan *p, const char *key, size_t length, const dname *name)
{
    const dname *before = length > 0 ? table_get(p->zones, key, length) : NULL;
    if (length == 0)
        return;
    if (before != NULL && before != name &&
        (before == private_zone || name == private_zone || !dname_equal(before, name)))
        name = *key == '@' ? several_zones : name;
    if (table_put(p->zones, key, length, name_value(name)) != 0)
        p->build->status = STATUS_NOMEM;
}

static bool is_private(const struct doc *values)
{
    const struct doc *vpc = doc_get(values, "vpc");
    return (vpc != NULL && vpc->kind == DOC_LIST && vpc->count > 0) ||
           doc_true(doc_get(values, "private_zone")) || doc_is(doc_get(values, "visibility"), "private");
}

static void read_zone_values(struct plan *p, const struct provider *provider, const struct doc *address,
                             const struct doc *values)
{
    struct name_problem problem;
    char key[KEY_MAX];
    const dname *name =
        build_owner(p->build->arena, any_of(values, provider->zone_names), NULL, OWNER_ABSOLUTE, &problem);
    if (name == NULL)
        return;
    if (is_private(values))
        name = private_zone;
    if (doc_scalar(address))
        keep_zone(p, key, address_key("", address->text, address->length, key), name);
    for (const char *at = provider->zone_ids; *at != '\0'; at += strcspn(at, "|"), at += *at == '|') {
        char member[40];
        snprintf(member, sizeof(member), "%.*s", (int)strcspn(at, "|"), at);
        keep_zone(p, key, id_key(provider->zone_type, any_of(values, member), key), name);
    }
}

/* A resource of the state ('values') or of the changes ('change'). */
static void read_zone(struct plan *p, const struct doc *resource)
{
    const struct provider *provider = provider_of(doc_get(resource, "type"));
    const struct doc *change = doc_get(resource, "change");
    const struct doc *address = doc_get(resource, "address");
    if (provider == NULL)
        return;
    read_zone_values(p, provider, address, doc_get(resource, "values"));
    read_zone_values(p, provider, address, doc_get(change, "before"));
    read_zone_values(p, provider, address, doc_get(change, "after"));
}

/* "aws_route53_zone.main.zone_id" among the references of a record's zone: the address is what stands before
 * the last dot. */
static void read_reference(struct plan *p, const struct doc *resource)
{
    const struct record_type *type = record_type_of(doc_get(resource, "type"));
    const struct doc *address = doc_get(resource, "address");
    if (type == NULL || !doc_scalar(address))
        return;
    const struct doc *expression = doc_get(doc_get(resource, "expressions"), type->zone_member);
    const struct doc *references = doc_get(expression, "references");
    const size_t prefix = strlen(type->zone_type);
    char from[KEY_MAX];
    char to[KEY_MAX];
    for (const struct doc_member *m = references != NULL ? references->first : NULL; m != NULL; m = m->next) {
        const struct doc *r = m->value;
        size_t skip = doc_scalar(r) && r->length > 5 && memcmp(r->text, "data.", 5) == 0 ? 5 : 0;
        if (!doc_scalar(r) || r->length <= skip + prefix ||
            memcmp(r->text + skip, type->zone_type, prefix) != 0 || r->text[skip + prefix] != '.')
            continue;
        /* TYPE.NAME, what follows is a member of it */
        const char *name = r->text + skip + prefix + 1;
        const char *dot = memchr(name, '.', (size_t)(r->text + r->length - name));
        size_t length = dot != NULL ? (size_t)(dot - r->text) : r->length;
        size_t from_length = address_key(p->module, address->text, address->length, from);
        size_t to_length = address_key(p->module, r->text, length, to);
        char *copy = arena_strndup(p->build->arena, to, to_length);
        if (from_length > 0 && to_length > 0 && table_put(p->references, from, from_length, copy) != 0)
            p->build->status = STATUS_NOMEM;
        return;
    }
}

/* ---- walking over the plan ---------------------------------------- */

struct tour {
    struct plan *plan;
    void (*resource)(struct plan *p, const struct doc *resource);
    bool (*wanted)(const struct doc *type);
};

static bool wanted_zone(const struct doc *type)
{
    return provider_of(type) != NULL;
}

static bool wanted_record(const struct doc *type)
{
    return record_type_of(type) != NULL;
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
    struct tour zones = {.plan = p, .resource = read_zone, .wanted = wanted_zone};
    struct tour references = {.plan = p, .resource = read_reference, .wanted = wanted_record};
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

/* ---- second pass: which zone a record is in ---------------------------------------- */

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

/* The zone by its id or by what the configuration refers to; NULL if the plan does not tell. */
static const dname *zone_told(struct plan *p, const struct record *r, const struct doc *values)
{
    char key[KEY_MAX];
    struct name_problem problem;
    const struct doc *id = doc_get(values, r->type->zone_member);
    if (r->type->kind == RECORD_AZURE)
        return doc_scalar(id) ? build_owner(p->build->arena, id, NULL, OWNER_ABSOLUTE, &problem) : NULL;
    size_t length = id_key(r->type->zone_type, id, key);
    const dname *name = length > 0 ? table_get(p->zones, key, length) : NULL;
    if (name != NULL)
        return name;
    length = address_key("", r->address->text, r->address->length, key);
    const char *reference = length > 0 ? table_get(p->references, key, length) : NULL;
    name = reference != NULL ? table_get(p->zones, reference, strlen(reference)) : NULL;
    return name != several_zones ? name : NULL;
}

/* A name in full that the record holds. */
static const dname *full_name(struct plan *p, const struct record *r, const struct doc *values)
{
    struct name_problem problem;
    const struct doc *d = any_of(values, r->type->kind == RECORD_AWS ? "fqdn" : "hostname");
    if (d == NULL && (r->type->kind == RECORD_GOOGLE || strcmp(r->type->type, "cloudflare_dns_record") == 0))
        d = any_of(values, "name");
    return d != NULL ? build_owner(p->element, d, NULL, OWNER_ABSOLUTE, &problem) : NULL;
}

static struct build_zone *find_zone(struct plan *p, const struct record *r, const struct doc *values)
{
    const char *from = "plan";
    const dname *name = zone_told(p, r, values);
    if (name == private_zone) {
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
    char word[24] = "";
    bool ok = true;
    struct build *b = p->build;
    const struct doc *name = doc_get(r->values, "name");
    const struct doc *type = doc_get(r->values, "type");
    const struct doc *ttl = doc_get(r->values, "ttl");
    if (doc_scalar(type) && type->length < sizeof(word))
        memcpy(word, type->text, type->length);
    *out = (struct build_record){.zone = r->zone, .where = r->values, .ttl_s = build_ttl(ttl, 300, &ok)};
    out->type = r->type->kind == RECORD_AZURE ? r->type->rrtype : rrtype_from_text(word);
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

/* The provider of AWS puts quotes around texts itself; longer ones are written with \"\" between the strings.
 */
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
    const struct doc *id = any_of(r->values, "set_identifier");
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
    if (any_of(r->values, "target_resource_id") != NULL)
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
            (any_of(r->values, "content|value") != NULL || first_of(doc_get(r->values, "data")) != NULL))
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

static void read_record(struct plan *p, const struct doc *resource)
{
    const struct doc *change = doc_get(resource, "change");
    const bool before = p->build->options->side == INPUT_BEFORE;
    const struct doc *here = doc_get(change, before ? "before" : "after");
    const struct doc *there = doc_get(change, before ? "after" : "before");
    struct record r = {.type = record_type_of(doc_get(resource, "type")),
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

static bool on_top_records(struct json *j, const struct doc *key, void *context)
{
    struct tour records = {.plan = context, .resource = read_record, .wanted = wanted_record};
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
        return format_failed(p->build, source, &e, error);
    }
    if (ok && !p->changes_seen && !p->plan_seen) {
        const struct doc_error e = {
            "no plan: 'resource_changes' is missing; expected the output of 'terraform show -json "
            "PLAN' (a state has no changes)",
            {1, 1},
            STATUS_MALFORMED};
        return format_failed(p->build, source, &e, error);
    }
    return ok ? STATUS_OK : format_failed(p->build, source, &j.error, error);
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
