/* SPDX-License-Identifier: BSD-2-Clause */
/* YAML to a tree, from libyaml's events: every node keeps its marks, aliases share nodes, nothing is
 * expanded. */
#include "auditor/base/table.h"
#include "auditor/inputs/doc.h"

#include <string.h>
#include <yaml.h>

#define MERGE_WORK_MAX 20000000U /* comparisons of keys for all "<<" of a file */

/* A list or map that is being read. */
struct level {
    struct doc *parent;
    struct doc_member *last;
    const struct doc *key; /* MAP: read, its value comes next */
};

struct reader {
    struct arena *arena;
    struct table *anchors;
    struct level stack[DOC_DEPTH_MAX];
    unsigned depth;
    const struct doc *root;
    size_t nodes, merge_work;
    unsigned documents;
    struct doc_error *error;
};

static struct doc_place place_of(const yaml_mark_t *mark)
{
    return (struct doc_place){(uint32_t)mark->line + 1, (uint32_t)mark->column + 1};
}

static bool fail(struct reader *r, enum status status, struct doc_place place, const char *message)
{
    if (r->error->message == NULL)
        *r->error = (struct doc_error){message != NULL ? message : "out of memory", place, status};
    return false;
}

static bool no_memory(struct reader *r, const yaml_event_t *e)
{
    return fail(r, STATUS_LIMIT, place_of(&e->start_mark), "more values than are read from one file");
}

/* ---- scalars (YAML 1.1 types, as PyYAML resolves plain ones) ---------------------------------------- */

static bool one_of(const char *text, size_t length, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strlen(*words) == length && memcmp(*words, text, length) == 0)
            return true;
    }
    return false;
}

static bool numeric(const char *text, size_t length)
{
    size_t digits = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] >= '0' && text[i] <= '9')
            digits++;
        else if (strchr("+-._eE:", text[i]) == NULL)
            return length > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'b') &&
                   strspn(text + 2, "0123456789abcdefABCDEF_") == length - 2;
    }
    /* Two dots are an address or a name, never a number; so is a word that does not begin like one. */
    const char *dot = memchr(text, '.', length);
    bool two = dot != NULL && memchr(dot + 1, '.', length - (size_t)(dot + 1 - text)) != NULL;
    return digits > 0 && !two && strchr("+-.0123456789", text[0]) != NULL;
}

static enum doc_kind plain_kind(const char *text, size_t length)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const bools[] = {"yes",  "Yes",  "YES",   "no",    "No",    "NO", "true",
                                        "True", "TRUE", "false", "False", "FALSE", "on", "On",
                                        "ON",   "off",  "Off",   "OFF",   NULL};
    if (one_of(text, length, nulls))
        return DOC_NULL;
    if (one_of(text, length, bools))
        return DOC_BOOL;
    return numeric(text, length) ? DOC_NUMBER : DOC_STRING;
}

static size_t characters(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

static bool foreign_tag(const yaml_char_t *tag)
{
    return tag != NULL && strcmp((const char *)tag, "!") != 0 &&
           strncmp((const char *)tag, "tag:yaml.org,2002:", 18) != 0;
}

static void fill_scalar(struct reader *r, struct doc *d, const yaml_event_t *e)
{
    bool plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    size_t around = plain ? 0 : 1;
    d->length = e->data.scalar.length;
    d->text = arena_strndup(r->arena, (const char *)e->data.scalar.value, d->length);
    d->quoted = !plain;
    d->tagged = foreign_tag(e->data.scalar.tag);
    d->kind = plain && e->data.scalar.plain_implicit ? plain_kind(d->text, d->length) : DOC_STRING;
    d->end = place_of(&e->end_mark);
    d->inner = (struct doc_place){d->start.line, d->start.column + (uint32_t)around};
    d->verbatim = d->start.line == d->end.line &&
                  characters(d->text, d->length) + 2 * around == (size_t)(d->end.column - d->start.column);
}

/* ---- putting nodes together ---------------------------------------- */

static bool append(struct reader *r, struct level *l, const struct doc *key, const struct doc *value,
                   const yaml_event_t *e)
{
    struct doc_member *m = arena_alloc(r->arena, sizeof(*m));
    if (m == NULL)
        return no_memory(r, e);
    *m = (struct doc_member){.key = key, .value = value};
    if (l->last != NULL)
        l->last->next = m;
    else
        l->parent->first = m;
    l->last = m;
    l->parent->count++;
    return true;
}

static bool place_node(struct reader *r, const struct doc *d, const yaml_event_t *e)
{
    if (r->depth == 0) {
        r->root = d;
        return true;
    }
    struct level *l = &r->stack[r->depth - 1];
    if (l->parent->kind == DOC_LIST)
        return append(r, l, NULL, d, e);
    if (l->key == NULL) {
        if (d->kind == DOC_LIST || d->kind == DOC_MAP)
            return fail(r, STATUS_MALFORMED, d->start, "a list or map as a key: expected a word");
        l->key = d;
        return true;
    }
    const struct doc *key = l->key;
    l->key = NULL;
    return append(r, l, key, d, e);
}

static bool keep_anchor(struct reader *r, const yaml_char_t *anchor, struct doc *d, const yaml_event_t *e)
{
    if (anchor == NULL)
        return true;
    const char *name = (const char *)anchor;
    return table_put(r->anchors, name, strlen(name), d) == 0 || no_memory(r, e);
}

static struct doc *new_node(struct reader *r, enum doc_kind kind, const yaml_event_t *e)
{
    struct doc *d = r->nodes++ < DOC_NODES_MAX ? arena_alloc(r->arena, sizeof(*d)) : NULL;
    if (d == NULL) {
        no_memory(r, e);
        return NULL;
    }
    d->kind = kind;
    d->text = "";
    d->start = d->inner = place_of(&e->start_mark);
    return d;
}

static bool on_scalar(struct reader *r, const yaml_event_t *e)
{
    struct doc *d = new_node(r, DOC_STRING, e);
    if (d == NULL)
        return false;
    fill_scalar(r, d, e);
    if (d->text == NULL)
        return no_memory(r, e);
    return keep_anchor(r, e->data.scalar.anchor, d, e) && place_node(r, d, e);
}

static bool on_open(struct reader *r, enum doc_kind kind, const yaml_char_t *anchor, const yaml_char_t *tag,
                    const yaml_event_t *e)
{
    struct doc *d = new_node(r, kind, e);
    if (d == NULL)
        return false;
    d->tagged = foreign_tag(tag);
    if (!keep_anchor(r, anchor, d, e) || !place_node(r, d, e))
        return false;
    if (r->depth == DOC_DEPTH_MAX)
        return fail(r, STATUS_LIMIT, d->start, "lists and maps more than 64 levels deep");
    r->stack[r->depth++] = (struct level){.parent = d};
    return true;
}

static bool on_alias(struct reader *r, const yaml_event_t *e)
{
    const char *name = (const char *)e->data.alias.anchor;
    const struct doc *d = table_get(r->anchors, name, strlen(name));
    if (d == NULL)
        return fail(r, STATUS_MALFORMED, place_of(&e->start_mark),
                    arena_printf(r->arena, "an alias of '%s', which is no anchor before it", name));
    if (d->end.line == 0)
        return fail(r, STATUS_MALFORMED, place_of(&e->start_mark),
                    "an alias inside the very thing it stands for");
    return place_node(r, d, e);
}

/* ---- merge keys ---------------------------------------- */

static bool merge_key(const struct doc *key)
{
    return !key->quoted && key->length == 2 && memcmp(key->text, "<<", 2) == 0;
}

static bool has_key(struct reader *r, const struct doc *map, const struct doc *key)
{
    for (const struct doc_member *m = map->first; m != NULL; m = m->next) {
        r->merge_work++;
        if (m->key->length == key->length && memcmp(m->key->text, key->text, key->length) == 0)
            return true;
    }
    return false;
}

static bool merge_map(struct reader *r, struct level *l, const struct doc *from, const yaml_event_t *e)
{
    if (from->kind != DOC_MAP)
        return fail(r, STATUS_MALFORMED, from->start, "expected a map, or a list of maps, behind '<<'");
    for (const struct doc_member *m = from->first; m != NULL; m = m->next) {
        if (r->merge_work > MERGE_WORK_MAX)
            return fail(r, STATUS_LIMIT, l->parent->start,
                        "merge keys ('<<') that make more than is read from one file");
        if (!has_key(r, l->parent, m->key) && !append(r, l, m->key, m->value, e))
            return false;
    }
    return true;
}

/* Explicit keys win over merged ones, and earlier merged ones over later. */
static bool merge(struct reader *r, struct level *l, const yaml_event_t *e)
{
    const uint32_t count = l->parent->count;
    const struct doc_member *m = l->parent->first;
    for (uint32_t i = 0; i < count; i++, m = m->next) {
        if (!merge_key(m->key))
            continue;
        if (m->value->kind != DOC_LIST) {
            if (!merge_map(r, l, m->value, e))
                return false;
            continue;
        }
        for (const struct doc_member *one = m->value->first; one != NULL; one = one->next) {
            if (!merge_map(r, l, one->value, e))
                return false;
        }
    }
    return true;
}

static bool before(struct doc_place a, struct doc_place b)
{
    return a.line < b.line || (a.line == b.line && a.column < b.column);
}

static bool on_close(struct reader *r, const yaml_event_t *e)
{
    struct level *l = &r->stack[--r->depth];
    struct doc_place end = place_of(&e->end_mark);
    /* A block ends where the next thing begins: for people it ends with the last thing in it. */
    if (e->start_mark.index == e->end_mark.index && l->last != NULL &&
        !before(l->last->value->end, l->parent->start))
        end = l->last->value->end;
    if (l->parent->kind == DOC_MAP && !merge(r, l, e))
        return false;
    l->parent->end = end;
    return true;
}

/* ---- events ---------------------------------------- */

static bool on_event(struct reader *r, const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        return r->documents++ == 0 || fail(r, STATUS_MALFORMED, place_of(&e->start_mark),
                                           "a second document: expected one in a file");
    case YAML_SCALAR_EVENT:
        return on_scalar(r, e);
    case YAML_SEQUENCE_START_EVENT:
        return on_open(r, DOC_LIST, e->data.sequence_start.anchor, e->data.sequence_start.tag, e);
    case YAML_MAPPING_START_EVENT:
        return on_open(r, DOC_MAP, e->data.mapping_start.anchor, e->data.mapping_start.tag, e);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return on_close(r, e);
    case YAML_ALIAS_EVENT:
        return on_alias(r, e);
    default:
        return true;
    }
}

static void parser_failed(struct reader *r, const yaml_parser_t *p)
{
    const char *problem = p->problem != NULL ? p->problem : "no YAML";
    const char *context = p->context != NULL ? p->context : "";
    struct doc_place place = place_of(&p->problem_mark);
    if (p->error == YAML_READER_ERROR)
        place = place_of(&p->mark);
    fail(r, p->error == YAML_MEMORY_ERROR ? STATUS_NOMEM : STATUS_MALFORMED, place,
         arena_printf(r->arena, "no YAML: %s%s%s", context, *context != '\0' ? ", " : "", problem));
}

static bool read_events(struct reader *r, yaml_parser_t *p)
{
    for (bool more = true; more;) {
        yaml_event_t e;
        if (yaml_parser_parse(p, &e) == 0) {
            parser_failed(r, p);
            return false;
        }
        more = e.type != YAML_STREAM_END_EVENT;
        bool ok = on_event(r, &e);
        yaml_event_delete(&e);
        if (!ok)
            return false;
    }
    return true;
}

const struct doc *yaml_read(struct arena *a, const char *text, size_t length, struct doc_error *error)
{
    struct reader r = {.arena = a, .anchors = table_new(), .error = error};
    yaml_parser_t parser;
    *error = (struct doc_error){0};
    struct doc *empty = arena_alloc(a, sizeof(*empty));
    if (r.anchors == NULL || empty == NULL || yaml_parser_initialize(&parser) == 0) {
        fail(&r, STATUS_NOMEM, (struct doc_place){1, 1}, "out of memory");
        table_free(r.anchors);
        return NULL;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    bool ok = read_events(&r, &parser);
    yaml_parser_delete(&parser);
    table_free(r.anchors);
    if (!ok)
        return NULL;
    *empty = (struct doc){.kind = DOC_NULL, .text = "", .start = {1, 1}, .end = {1, 1}};
    return r.root != NULL ? r.root : empty;
}
