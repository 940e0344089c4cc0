/* SPDX-License-Identifier: BSD-2-Clause */
/* libcyaml stops at the first mistake and forgets where values stood. So the document is walked along the
 * same schema first: every mistake with its place and the nearest key, every value's line kept for `config
 * show`. What is wrong is taken out of the document, so that the rest can still be judged. */
#include "auditor/config/private.h"

#include "auditor/base/buf.h"
#include "auditor/base/nearest.h"
#include "auditor/base/table.h"

#include <stdlib.h>
#include <string.h>

#define KEYS_MAX 32

struct walker {
    struct config_reader *r;
    yaml_document_t *document;
    struct table *seen; /* nodes met: an alias would be met twice */
};

static struct config_place place_of(const yaml_node_t *node)
{
    return (struct config_place){(uint32_t)node->start_mark.line + 1, (uint32_t)node->start_mark.column + 1};
}

static void keep_place(struct walker *w, const yaml_node_t *node, const char *path)
{
    struct config_place place = place_of(node);
    void *copy = arena_copy(w->r->arena, &place, sizeof(place));
    if (copy != NULL)
        (void)table_put(w->r->config->places, path, strlen(path), copy);
}

static const char *scalar(const yaml_node_t *node)
{
    const char *text;
    memcpy(&text, &node->data.scalar.value, sizeof(text));
    return text;
}

static bool walk_value(struct walker *w, yaml_node_t *node, const cyaml_schema_value_t *schema,
                       const char *path);

/* ---- scalars ---- */

static bool check_choice(struct walker *w, const yaml_node_t *node, const cyaml_schema_value_t *schema,
                         const char *path)
{
    const char *words[KEYS_MAX];
    struct buf all = BUF_INIT(1024);
    size_t count = 0;
    for (; count < schema->enumeration.count && count < KEYS_MAX; count++) {
        words[count] = schema->enumeration.strings[count].str;
        if (strcmp(words[count], scalar(node)) == 0) {
            buf_free(&all);
            return true;
        }
        buf_printf(&all, "%s%s", count > 0 ? ", " : "; expected one of ", words[count]);
    }
    config_error_at(w->r, place_of(node), path, "'%s' is not known%s", scalar(node),
                    config_suggestion(w->r, scalar(node), words, count, buf_text(&all)));
    buf_free(&all);
    return false;
}

static bool check_bool(struct walker *w, const yaml_node_t *node, const char *path)
{
    /* libcyaml takes every word that is not "false" or the like as true. */
    static const char *const words[] = {"true", "false", "yes", "no", "on", "off"};
    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        if (strcmp(words[i], scalar(node)) == 0)
            return true;
    }
    config_error_at(w->r, place_of(node), path, "'%s' is neither true nor false", scalar(node));
    return false;
}

static bool check_number(struct walker *w, const yaml_node_t *node, const char *path)
{
    size_t length = node->data.scalar.length;
    if (length > 0 && length <= 9 && strspn(scalar(node), "0123456789") == length &&
        (length == 1 || scalar(node)[0] != '0'))
        return true;
    config_error_at(w->r, place_of(node), path, "'%s' is no whole number from 0 to 999999999", scalar(node));
    return false;
}

static bool check_text(struct walker *w, const yaml_node_t *node, const cyaml_schema_value_t *schema,
                       const char *path)
{
    if (node->data.scalar.length <= schema->string.max)
        return true;
    config_error_at(w->r, place_of(node), path, "the text is longer than %u octets", schema->string.max);
    return false;
}

static bool walk_scalar(struct walker *w, const yaml_node_t *node, const cyaml_schema_value_t *schema,
                        const char *path)
{
    if (node->type != YAML_SCALAR_NODE) {
        config_error_at(w->r, place_of(node), path, "expected a single value, found a %s",
                        node->type == YAML_MAPPING_NODE ? "mapping" : "list");
        return false;
    }
    if (strlen(scalar(node)) != node->data.scalar.length) {
        config_error_at(w->r, place_of(node), path, "a value holds no NUL octet");
        return false;
    }
    if (node->data.scalar.length == 0) {
        config_error_at(w->r, place_of(node), path, "a value is missing");
        return false;
    }
    switch (schema->type) {
    case CYAML_ENUM:
        return check_choice(w, node, schema, path);
    case CYAML_BOOL:
        return check_bool(w, node, path);
    case CYAML_UINT:
        return check_number(w, node, path);
    default:
        return check_text(w, node, schema, path);
    }
}

/* ---- mappings and lists ---- */

static const cyaml_schema_field_t *find_field(const cyaml_schema_field_t *fields, const char *key)
{
    for (const cyaml_schema_field_t *f = fields; f->key != NULL; f++) {
        if (strcmp(f->key, key) == 0)
            return f;
    }
    return NULL;
}

static void unknown_key(struct walker *w, const yaml_node_t *key, const cyaml_schema_field_t *fields,
                        const char *path)
{
    const char *names[KEYS_MAX];
    struct buf all = BUF_INIT(1024);
    size_t count = 0;
    for (const cyaml_schema_field_t *f = fields; f->key != NULL && count < KEYS_MAX; f++) {
        buf_printf(&all, "%s%s", count > 0 ? ", " : "; expected one of ", f->key);
        names[count++] = f->key;
    }
    config_error_at(w->r, place_of(key), path, "there is no key '%s' here%s", scalar(key),
                    config_suggestion(w->r, scalar(key), names, count, buf_text(&all)));
    buf_free(&all);
}

static bool missing_keys(struct walker *w, const yaml_node_t *node, const cyaml_schema_field_t *fields,
                         uint32_t present, uint32_t good, const char *path)
{
    bool complete = true;
    for (size_t i = 0; fields[i].key != NULL; i++) {
        if ((fields[i].value.flags & CYAML_FLAG_OPTIONAL) != 0)
            continue;
        if ((present & (1U << i)) == 0)
            config_error_at(w->r, place_of(node), path, "the key '%s' is missing", fields[i].key);
        complete = complete && (good & (1U << i)) != 0;
    }
    return complete;
}

/* One alias of a large list, repeated, would be read as many times as it is named. The place is that of the
 * key or the list: the node itself stands where its anchor does. */
static bool is_alias(struct walker *w, const yaml_node_t *node, struct config_place place, const char *path)
{
    if (table_get(w->seen, &node, sizeof(node)) == NULL)
        return table_put(w->seen, &node, sizeof(node), w) != 0;
    config_error_at(w->r, place, path, "aliases (*name) are not taken here; write it out");
    return true;
}

/* One key with its value. @return false if it cannot stay in the document */
static bool walk_pair(struct walker *w, yaml_node_t *node, const yaml_node_pair_t *pair,
                      const cyaml_schema_field_t *fields, const char *path, uint32_t *present, uint32_t *good)
{
    const yaml_node_t *key = yaml_document_get_node(w->document, pair->key);
    yaml_node_t *value = yaml_document_get_node(w->document, pair->value);
    if (key == NULL || value == NULL || key->type != YAML_SCALAR_NODE) {
        config_error_at(w->r, place_of(key != NULL ? key : node), path, "a key is a single word");
        return false;
    }
    const cyaml_schema_field_t *field = find_field(fields, scalar(key));
    if (field == NULL)
        unknown_key(w, key, fields, path);
    if (field == NULL || is_alias(w, key, place_of(node), path))
        return false;
    uint32_t bit = 1U << (field - fields);
    if ((*present & bit) != 0) {
        config_error_at(w->r, place_of(key), path, "the key '%s' stands twice", field->key);
        return false;
    }
    *present |= bit;
    const char *below = arena_printf(w->r->arena, "%s%s%s", path, *path != '\0' ? "." : "", field->key);
    if (below == NULL || is_alias(w, value, place_of(key), below) ||
        !walk_value(w, value, &field->value, below))
        return false;
    *good |= bit;
    return true;
}

static bool walk_mapping(struct walker *w, yaml_node_t *node, const cyaml_schema_field_t *fields,
                         const char *path)
{
    uint32_t present = 0;
    uint32_t good = 0;
    if (node->type != YAML_MAPPING_NODE) {
        config_error_at(w->r, place_of(node), path, "expected a mapping (key: value)");
        return false;
    }
    yaml_node_pair_t *kept = node->data.mapping.pairs.start;
    for (yaml_node_pair_t *pair = kept; pair < node->data.mapping.pairs.top; pair++) {
        if (walk_pair(w, node, pair, fields, path, &present, &good))
            *kept++ = *pair;
    }
    node->data.mapping.pairs.top = kept;
    return missing_keys(w, node, fields, present, good, path);
}

/* A list with an entry that cannot stay is given up: without it, the others would have other numbers. */
static bool walk_sequence(struct walker *w, const yaml_node_t *node, const cyaml_schema_value_t *schema,
                          const char *path)
{
    bool good = true;
    if (node->type != YAML_SEQUENCE_NODE) {
        config_error_at(w->r, place_of(node), path, "expected a list ([a, b], or lines that begin with -)");
        return false;
    }
    size_t count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    if (count > schema->sequence.max) {
        config_error_at(w->r, place_of(node), path, "the list has more than %u entries",
                        schema->sequence.max);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *entry = yaml_document_get_node(w->document, node->data.sequence.items.start[i]);
        const char *below = arena_printf(w->r->arena, "%s[%zu]", path, i);
        good = entry != NULL && below != NULL && !is_alias(w, entry, place_of(node), below) &&
               walk_value(w, entry, schema->sequence.entry, below) && good;
    }
    return good;
}

static bool walk_value(struct walker *w, yaml_node_t *node, const cyaml_schema_value_t *schema,
                       const char *path)
{
    keep_place(w, node, path);
    if (schema->type == CYAML_MAPPING)
        return walk_mapping(w, node, schema->mapping.fields, path);
    if (schema->type == CYAML_SEQUENCE)
        return walk_sequence(w, node, schema, path);
    return walk_scalar(w, node, schema, path);
}

bool config_walk(struct config_reader *r, yaml_document_t *document)
{
    struct walker w = {.r = r, .document = document, .seen = table_new()};
    yaml_node_t *root = yaml_document_get_root_node(document);
    bool good = w.seen != NULL && root != NULL && walk_value(&w, root, &config_schema, "");
    table_free(w.seen);
    return good;
}
