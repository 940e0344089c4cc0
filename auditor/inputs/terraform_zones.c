/* SPDX-License-Identifier: BSD-2-Clause */
/* Terraform plans, what is known before the records: names of zones by id and address, and what records refer
 * to. */
#include "auditor/inputs/terraform.h"

#include <stdio.h>
#include <string.h>

const dname plan_private_zone[1] = {0};
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

static const struct provider *provider_of(const struct doc *type)
{
    for (size_t i = 0; i < ARRAY_SIZE(providers); i++) {
        if (doc_is(type, providers[i].zone_type))
            return &providers[i];
    }
    return NULL;
}

const struct record_type *plan_record_type(const struct doc *type)
{
    for (size_t i = 0; i < ARRAY_SIZE(record_types); i++) {
        if (doc_is(type, record_types[i].type))
            return &record_types[i];
    }
    return NULL;
}

bool plan_is_zone(const struct doc *type)
{
    return provider_of(type) != NULL;
}

/* ---- small readers ---------------------------------------- */

/* The first scalar among members whose names are separated by '|'. */
const struct doc *plan_any(const struct doc *map, const char *names)
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
        (before == plan_private_zone || name == plan_private_zone || !dname_equal(before, name)))
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
        build_owner(p->build->arena, plan_any(values, provider->zone_names), NULL, OWNER_ABSOLUTE, &problem);
    if (name == NULL)
        return;
    if (is_private(values))
        name = plan_private_zone;
    if (doc_scalar(address))
        keep_zone(p, key, address_key("", address->text, address->length, key), name);
    for (const char *at = provider->zone_ids; *at != '\0'; at += strcspn(at, "|"), at += *at == '|') {
        char member[40];
        snprintf(member, sizeof(member), "%.*s", (int)strcspn(at, "|"), at);
        keep_zone(p, key, id_key(provider->zone_type, plan_any(values, member), key), name);
    }
}

/* A resource of the state ('values') or of the changes ('change'). */
void plan_read_zone(struct plan *p, const struct doc *resource)
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
void plan_read_reference(struct plan *p, const struct doc *resource)
{
    const struct record_type *type = plan_record_type(doc_get(resource, "type"));
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

/* ---- asked for by records ---------------------------------------- */

const dname *plan_zone_told(struct plan *p, const struct record_type *type, const struct doc *address,
                            const struct doc *values)
{
    char key[KEY_MAX];
    struct name_problem problem;
    const struct doc *id = doc_get(values, type->zone_member);
    if (type->kind == RECORD_AZURE)
        return doc_scalar(id) ? build_owner(p->build->arena, id, NULL, OWNER_ABSOLUTE, &problem) : NULL;
    size_t length = id_key(type->zone_type, id, key);
    const dname *name = length > 0 ? table_get(p->zones, key, length) : NULL;
    if (name != NULL)
        return name;
    length = address_key("", address->text, address->length, key);
    const char *reference = length > 0 ? table_get(p->references, key, length) : NULL;
    name = reference != NULL ? table_get(p->zones, reference, strlen(reference)) : NULL;
    return name != several_zones ? name : NULL;
}
