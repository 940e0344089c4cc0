/* SPDX-License-Identifier: BSD-2-Clause */
/* octoDNS zones: a YAML map of names to one record or several, as its YamlProvider reads them. */
#define _XOPEN_SOURCE 700
#include "auditor/base/buf.h"
#include "auditor/inputs/formats.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TTL_DEFAULT 3600U /* default_ttl of the provider */
#define FOLDER_FILES_MAX 100000U

struct zone_reader {
    struct build *build;
    struct build_zone *zone;
    size_t typed; /* values that look like records: a file without any is no zone */
};

static const struct layout layouts[] = {
    {RRTYPE_MX, {{FIELD_PLAIN, "preference|priority", NULL}, {FIELD_NAME, "exchange|value", NULL}}},
    {RRTYPE_NAPTR,
     {{FIELD_PLAIN, "order", NULL},
      {FIELD_PLAIN, "preference", NULL},
      {FIELD_STRING, "flags", "\"\""},
      {FIELD_STRING, "service", "\"\""},
      {FIELD_STRING, "regexp", "\"\""},
      {FIELD_NAME, "replacement", NULL}}},
    {RRTYPE_SSHFP,
     {{FIELD_PLAIN, "algorithm", NULL},
      {FIELD_PLAIN, "fingerprint_type", NULL},
      {FIELD_PLAIN, "fingerprint", NULL}}},
    {RRTYPE_TLSA,
     {{FIELD_PLAIN, "certificate_usage", NULL},
      {FIELD_PLAIN, "selector", NULL},
      {FIELD_PLAIN, "matching_type", NULL},
      {FIELD_PLAIN, "certificate_association_data", NULL}}},
    {RRTYPE_DS,
     {{FIELD_PLAIN, "key_tag|flags", NULL},
      {FIELD_PLAIN, "algorithm|protocol", NULL},
      {FIELD_PLAIN, "digest_type", NULL},
      {FIELD_PLAIN, "digest|public_key", NULL}}},
    {RRTYPE_URI,
     {{FIELD_PLAIN, "priority", NULL}, {FIELD_PLAIN, "weight", NULL}, {FIELD_STRING, "target", NULL}}},
    {RRTYPE_SVCB,
     {{FIELD_PLAIN, "svcpriority", NULL},
      {FIELD_NAME, "targetname", NULL},
      {FIELD_PARAM_MAP, "svcparams", ""}}},
    {RRTYPE_HTTPS,
     {{FIELD_PLAIN, "svcpriority", NULL},
      {FIELD_NAME, "targetname", NULL},
      {FIELD_PARAM_MAP, "svcparams", ""}}},
    {RRTYPE_SOA,
     {{FIELD_NAME, "mname", NULL},
      {FIELD_NAME, "rname", NULL},
      {FIELD_PLAIN, "serial", NULL},
      {FIELD_PLAIN, "refresh", NULL},
      {FIELD_PLAIN, "retry", NULL},
      {FIELD_PLAIN, "expire", NULL},
      {FIELD_PLAIN, "minimum", NULL}}},
    {0, {{FIELD_END, NULL, NULL}}},
};

/* ---- values ---------------------------------------- */

/* octoDNS takes quotes around a text and seams between its strings off, and '\;' stands for ';'. */
static void txt_words(struct words *w, const struct doc *d)
{
    if (!doc_scalar(d)) {
        words_fail(w, d, arena_printf(w->arena, "expected text, found %s", doc_kind_text(d)));
        return;
    }
    const char *text = d->text;
    size_t length = d->length;
    if (length >= 2 && text[0] == '"') {
        text++;
        length -= 2;
    }
    if (memchr(text, '\\', length) == NULL && memchr(text, '"', length) == NULL) {
        words_text(w, d, text, length);
        return;
    }
    char *out = arena_alloc(w->arena, length + 1);
    size_t used = 0;
    for (size_t i = 0; out != NULL && i < length;) {
        if (length - i >= 3 && memcmp(text + i, "\" \"", 3) == 0)
            i += 3;
        else if (text[i] == '\\' && i + 1 < length && text[i + 1] == ';')
            i++;
        else
            out[used++] = text[i++];
    }
    if (out == NULL)
        words_fail(w, d, "out of memory");
    else
        words_text(w, d, out, used);
}

static void value_words(struct words *w, uint16_t type, const struct doc *value)
{
    const struct layout *layout = layout_of(layouts, type);
    if (layout != NULL) {
        if (value->kind == DOC_MAP)
            words_fields(w, layout, value, NULL);
        else
            words_fail(w, value,
                       arena_printf(w->arena, "expected a map with the parts of the value, found %s",
                                    doc_kind_text(value)));
        return;
    }
    switch (type) {
    case RRTYPE_TXT:
    case RRTYPE_SPF:
        txt_words(w, value);
        break;
    case RRTYPE_CNAME:
    case RRTYPE_DNAME:
    case RRTYPE_NS:
    case RRTYPE_PTR:
        words_name(w, value);
        break;
    default:
        if (doc_scalar(value))
            words_presentation(w, value, value->text, value->length, 0);
        else
            words_fail(w, value, arena_printf(w->arena, "expected text, found %s", doc_kind_text(value)));
    }
}

static void add_alias(struct zone_reader *z, struct build_record *r, const struct doc *value)
{
    struct name_problem problem = {0};
    struct build *b = z->build;
    const dname *target = build_name(b->scratch, value, &problem);
    if (target != NULL && value->text[value->length - 1] != '.') {
        target = NULL;
        problem = (struct name_problem){"expected a name in full with its final dot", ZONE_FAULT_SYNTAX};
    }
    if (target == NULL)
        build_record_error(b, r, problem.fault, value, problem.message);
    else
        build_alias(b, r, target);
}

/* "ALIAS", and what only one provider knows ("Route53Provider/ALIAS", URLFWD): addresses of the provider's
 * making. */
static bool provider_type(const char *type)
{
    return strchr(type, '/') != NULL || strcmp(type, "URLFWD") == 0;
}

static void add_value(struct zone_reader *z, struct build_record *r, const char *type,
                      const struct doc *value)
{
    struct words w = {.arena = z->build->scratch, .final_dot = true};
    if (!build_work(z->build))
        return;
    r->where = value;
    if (value->tagged) {
        build_left_out(z->build, z->zone, ZONE_GAP_SETS | ZONE_GAP_RECORDS,
                       "line %u: a value with a tag (such as !include) was not followed", value->start.line);
    } else if (strcmp(type, "ALIAS") == 0) {
        add_alias(z, r, value);
    } else {
        value_words(&w, r->type, value);
        build_add(z->build, r, &w);
    }
}

/* ---- records ---------------------------------------- */

/* @return false if it has none */
static bool read_type(const struct doc *d, char type[static 64])
{
    if (!doc_scalar(d) || d->length == 0 || d->length >= 64)
        return false;
    memcpy(type, d->text, d->length);
    type[d->length] = '\0';
    return true;
}

/* octoDNS knows types in capitals only. @return 0 for others */
static uint16_t type_of(const char *type)
{
    if (strcmp(type, "ALIAS") == 0)
        return RRTYPE_ALIAS;
    return type[strcspn(type, "abcdefghijklmnopqrstuvwxyz")] == '\0' ? rrtype_from_text(type) : 0;
}

static void add_values(struct zone_reader *z, struct build_record *r, const char *type,
                       const struct doc *record)
{
    const struct doc *values = doc_get(record, "values");
    if (doc_null(values))
        values = doc_get(record, "value");
    if (doc_null(values)) {
        build_record_error(z->build, r, ZONE_FAULT_SYNTAX, record, "expected 'value' or 'values'");
        return;
    }
    if (values->kind != DOC_LIST) {
        add_value(z, r, type, values);
        return;
    }
    for (const struct doc_member *m = values->first; m != NULL && z->build->status == STATUS_OK; m = m->next)
        add_value(z, r, type, m->value);
}

static void read_record(struct zone_reader *z, const dname *owner, const struct doc *record)
{
    struct build *b = z->build;
    char type[64];
    bool ok = true;
    if (!build_work(b))
        return;
    if (record->tagged) {
        build_left_out(b, z->zone, ZONE_GAP_RECORDS | ZONE_GAP_SETS,
                       "line %u: a tag (such as !include) was not followed", record->start.line);
        return;
    }
    if (record->kind != DOC_MAP) {
        build_error(b, z->zone, ZONE_FAULT_SYNTAX, record,
                    "expected a record: a map with 'type' and 'value', found %s", doc_kind_text(record));
        return;
    }
    const struct doc *given = doc_get(record, "type");
    if (!read_type(given, type)) {
        const struct build_record untyped = {.zone = z->zone, .owner = owner};
        build_record_error(b, &untyped, ZONE_FAULT_SYNTAX, given != NULL ? given : record,
                           "expected 'type', such as A");
        return;
    }
    const struct doc *ttl = doc_get(record, "ttl");
    struct build_record r = {
        .zone = z->zone, .owner = owner, .where = record, .ttl_s = build_ttl(ttl, TTL_DEFAULT, &ok)};
    if (provider_type(type)) {
        z->typed++;
        build_note(b, "line %u: records of type %s are the provider's own: what they answer is not known",
                   record->start.line, type);
        build_alias(b, &r, NULL);
        return;
    }
    r.type = type_of(type);
    z->typed += r.type != 0;
    if (!ok)
        build_record_error(b, &r, ZONE_FAULT_SYNTAX, ttl, "expected a TTL in seconds");
    if (r.type == 0)
        build_record_error(
            b, &r, ZONE_FAULT_SYNTAX, given,
            arena_printf(b->scratch, "expected a record type that octoDNS knows; found '%s'", type));
    else
        add_values(z, &r, type, record);
    arena_reset(b->scratch);
}

/* ---- names ---------------------------------------- */

/* Plain words that YAML makes something else of before octoDNS sees them: "no" becomes false, "1.10" 1.1,
 * "010" 8. */
static bool changed_by_yaml(const struct doc *key)
{
    const char *text = key->text;
    if (key->quoted)
        return false;
    if (key->kind == DOC_BOOL)
        return true;
    if (key->kind != DOC_NUMBER)
        return false;
    if (memchr(text, ':', key->length) != NULL || memchr(text, '_', key->length) != NULL)
        return true;
    if (memchr(text, '.', key->length) != NULL)
        return text[key->length - 1] == '0' || text[0] == '0';
    return key->length > 1 && text[0] == '0';
}

static const dname *owner_of(struct zone_reader *z, const struct doc *key)
{
    struct build *b = z->build;
    struct name_problem problem = {NULL, ZONE_FAULT_SYNTAX};
    if (changed_by_yaml(key)) {
        problem.message = "YAML reads this name as a number or as true or false: expected it in quotes";
    } else if (doc_is(key, "@")) {
        problem.message = "octoDNS writes the apex as ''";
    } else if (doc_scalar(key) && key->length > 0 && key->text[key->length - 1] == '.') {
        problem.message = "expected a name relative to the zone, without a final dot";
    } else {
        const dname *owner = build_owner(b->arena, key, z->zone->apex, OWNER_RELATIVE, &problem);
        if (owner != NULL)
            return owner;
    }
    build_error(b, z->zone, problem.fault, key, "%s; found '%.*s'", problem.message,
                (int)(key->length < 60 ? key->length : 60), key->text);
    return NULL;
}

static void read_name(struct zone_reader *z, const struct doc_member *m)
{
    const dname *owner = owner_of(z, m->key);
    if (owner == NULL)
        return;
    if (m->value->kind != DOC_LIST) {
        read_record(z, owner, m->value);
        return;
    }
    for (const struct doc_member *one = m->value->first; one != NULL && z->build->status == STATUS_OK;
         one = one->next)
        read_record(z, owner, one->value);
}

static bool merge_key(const struct doc *key)
{
    return !key->quoted && doc_is(key, "<<");
}

/* Of a key that stands twice, YAML keeps the last: the others are lost, and that is said. */
static bool read_names(struct zone_reader *z, const struct doc *root)
{
    struct table *last = table_new();
    bool ok = last != NULL;
    for (const struct doc_member *m = root->first; ok && m != NULL; m = m->next) {
        union { /* the table's values are not const; nobody writes through this one */
            const struct doc_member *in;
            void *out;
        } value = {.in = m};
        ok = table_put(last, m->key->text, m->key->length, value.out) == 0;
    }
    for (const struct doc_member *m = root->first; ok && m != NULL && z->build->status == STATUS_OK;
         m = m->next) {
        const struct doc_member *counts = table_get(last, m->key->text, m->key->length);
        if (merge_key(m->key))
            continue;
        if (counts == m)
            read_name(z, m);
        else
            build_error(
                z->build, z->zone, ZONE_FAULT_SYNTAX, m->key,
                "this name stands again in line %u, and only the last one counts: its records here are lost",
                counts->key->start.line);
        arena_reset(z->build->scratch);
    }
    table_free(last);
    return ok;
}

/* ---- files ---------------------------------------- */

static enum status no_zone(struct build *b, const struct source_text *source, const struct doc *at,
                           const char **error)
{
    const struct doc_error e = {
        "no octoDNS zone: expected a map of names, each with a record that has a 'type'", at->start,
        STATUS_MALFORMED};
    return source_failed(b->arena, source, &e, error);
}

static enum status read_text(struct zone_reader *z, const struct source_text *source, const char **error)
{
    struct arena *a = arena_new(0);
    struct doc_error e;
    enum status status = STATUS_OK;
    if (a == NULL)
        return STATUS_NOMEM;
    const struct doc *root = yaml_read(a, source->text, source->length, &e);
    build_comments(z->build, z->zone, source->text, source->length);
    if (root == NULL)
        status = source_failed(z->build->arena, source, &e, error);
    else if (root->kind != DOC_MAP && root->kind != DOC_NULL)
        status = no_zone(z->build, source, root, error);
    else if (root->kind == DOC_MAP && !read_names(z, root))
        status = STATUS_NOMEM;
    else if (root->kind == DOC_MAP && root->count > 0 && z->typed == 0 && z->build->status == STATUS_OK &&
             z->zone->gaps == ZONE_GAP_APEX)
        status = no_zone(z->build, source, root, error);
    arena_free(a);
    return status;
}

/* "zones/example.org./www.yaml" and "zones/example.org./$example.org.yaml": the folder's name. */
static const dname *zone_of_folder(struct arena *a, const char *path)
{
    const char *end = strrchr(path, '/');
    if (end == NULL || end == path)
        return NULL;
    const char *folder = arena_strndup(a, path, (size_t)(end - path));
    size_t length = folder != NULL ? strlen(folder) : 0;
    return length > 1 && folder[length - 1] == '.' && folder[length - 2] != '.' && folder[length - 2] != '/'
               ? source_zone(a, folder, ".")
               : NULL;
}

static const dname *zone_name(struct build *b, const struct source_text *source, const char **from)
{
    const dname *name = b->options->zonefile.origin;
    *from = "--origin";
    if (name == NULL && source->path != NULL) {
        name = zone_of_folder(b->arena, source->path);
        *from = "folder name";
    }
    if (name == NULL && source->path != NULL) {
        name = source_zone(b->arena, source->path, ".yaml");
        *from = "file name";
    }
    if (name == NULL && source->path != NULL)
        name = source_zone(b->arena, source->path, ".yml");
    return name;
}

enum status octodns_read(struct build *b, const struct source_text *source, const char **error)
{
    const char *from = NULL;
    const dname *name = zone_name(b, source, &from);
    if (name == NULL) {
        *error = arena_printf(b->arena,
                              "%s: the zone's name cannot be told: expected --origin or a file name such as "
                              "example.org.yaml",
                              source->shown);
        return STATUS_USAGE;
    }
    struct zone_reader z = {.build = b, .zone = build_hosted_zone(b, name, from)};
    return z.zone != NULL ? read_text(&z, source, error) : STATUS_NOMEM;
}

/* ---- split zones: a folder of one file a name ---------------------------------------- */

static int by_text(const void *pa, const void *pb)
{
    const char *const *a = pa;
    const char *const *b = pb;
    return strcmp(*a, *b);
}

static const char **list_folder(struct build *b, const char *path, size_t *count, const char **error)
{
    DIR *dir = opendir(path);
    const char **names = NULL;
    size_t room = 0;
    *count = 0;
    if (dir == NULL) {
        *error = arena_printf(b->arena, "%s: %s", path, strerror(errno));
        return NULL;
    }
    for (struct dirent *e; (e = readdir(dir)) != NULL && *count < FOLDER_FILES_MAX;) {
        size_t length = strlen(e->d_name);
        if (e->d_name[0] == '.' || length < 6 || strcmp(e->d_name + length - 5, ".yaml") != 0)
            continue;
        if (*count == room) {
            room = room != 0 ? room * 2 : 64;
            const char **more = arena_array(b->arena, room, sizeof(*more));
            if (more == NULL)
                break;
            if (*count > 0)
                memcpy(more, names, *count * sizeof(*more));
            names = more;
        }
        names[(*count)++] = arena_strdup(b->arena, e->d_name);
    }
    closedir(dir);
    if (*count == 0)
        *error = arena_printf(b->arena, "%s: no *.yaml in this folder", path);
    else
        qsort(names, *count, sizeof(*names), by_text);
    return names;
}

static enum status read_one(struct zone_reader *z, const char *path, const char *shown, const char **error)
{
    struct source_text source = {.path = path, .shown = shown};
    char *text = NULL;
    enum status status = source_read(z->build->arena, path, shown, &text, &source.length, error);
    source.text = text;
    if (status == STATUS_OK) {
        z->build->file = shown;
        status = read_text(z, &source, error);
    }
    free(text);
    return status;
}

enum status octodns_read_folder(struct build *b, const char *path, const char *shown, const char **error)
{
    size_t count = 0;
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    const char *folder = arena_printf(b->arena, "%.*s/", (int)length, path);
    const dname *name = b->options->zonefile.origin;
    if (name == NULL && folder != NULL)
        name = zone_of_folder(b->arena, folder);
    if (name == NULL) {
        *error = arena_printf(b->arena, "%s: expected a file, or a folder of octoDNS such as 'example.org.'",
                              shown);
        return STATUS_USAGE;
    }
    struct zone_reader z = {.build = b, .zone = build_hosted_zone(b, name, "folder name")};
    const char **names = list_folder(b, path, &count, error);
    enum status status = count > 0 && z.zone != NULL ? STATUS_OK : STATUS_IO;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        z.typed = 0;
        status = read_one(&z, arena_printf(b->arena, "%s/%s", path, names[i]),
                          arena_printf(b->arena, "%s/%s", shown, names[i]), error);
    }
    return status;
}
