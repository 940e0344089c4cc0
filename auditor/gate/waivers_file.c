/* SPDX-License-Identifier: BSD-2-Clause */
/* The waiver file: YAML, every key known, every error with file, line and key. */
#include "auditor/base/nearest.h"
#include "auditor/base/text.h"
#include "auditor/gate/one_line.h"
#include "auditor/gate/waivers_private.h"
#include "auditor/gate/whole_file.h"
#include "auditor/gate/yaml_list.h"

#include <string.h>

#define WAIVERS_FILE_MAX ((size_t)4 << 20)

static enum status complain_at(struct yaml_list *y, uint32_t line, const char *key, const char *what)
{
    if (y->error == NULL)
        y->error = one_line(arena_printf(y->arena, "%s:%u: %s%s%s", y->path, (unsigned)line, key,
                                         *key != '\0' ? ": " : "", what));
    if (y->error == NULL)
        y->error = "out of memory";
    return STATUS_MALFORMED;
}

static enum status unknown_key(struct yaml_list *y, uint32_t line, const char *key, const char *const *keys,
                               size_t count)
{
    const char *shown = text_gate(y->arena, key, strlen(key), 60);
    const char *near = nearest(shown, keys, count);
    return complain_at(y, line, shown,
                       near != NULL ? arena_printf(y->arena, "unknown key; did you mean '%s'?", near)
                                    : "unknown key");
}

/* The keys of one entry as texts. */
static enum status read_draft(struct yaml_list *y, yaml_node_t *entry, struct waiver_draft *draft,
                              uint32_t lines[static WAIVER_KEYS])
{
    if (entry->type != YAML_MAPPING_NODE)
        return complain_at(y, yaml_list_line(entry), "waivers",
                           "expected entries of keys and values, such as '- check: caa.missing'");
    for (yaml_node_pair_t *pair = entry->data.mapping.pairs.start; pair < entry->data.mapping.pairs.top;
         pair++) {
        yaml_node_t *key = yaml_list_node(y, pair->key);
        yaml_node_t *value = yaml_list_node(y, pair->value);
        const char *name = yaml_list_text(key);
        size_t which = 0;
        if (name == NULL)
            return complain_at(y, yaml_list_line(key), "waivers", "expected a key");
        while (which < WAIVER_KEYS && strcmp(waiver_keys[which], name) != 0)
            which++;
        if (which == WAIVER_KEYS)
            return unknown_key(y, yaml_list_line(key), name, waiver_keys, WAIVER_KEYS);
        if (draft->values[which] != NULL)
            return complain_at(y, yaml_list_line(key), name, "given twice in this entry");
        if (yaml_list_text(value) == NULL)
            return complain_at(y, yaml_list_line(value), name, "expected one value");
        draft->values[which] = yaml_list_text(value);
        lines[which] = yaml_list_line(value);
    }
    return STATUS_OK;
}

static enum status read_entry(struct yaml_list *y, yaml_node_t *entry, const struct waivers_options *options,
                              struct waivers *list)
{
    struct waiver_draft draft = {{NULL}, false};
    uint32_t lines[WAIVER_KEYS] = {0};
    enum waiver_key key = WAIVER_ID;
    const struct location where = {.file = y->path, .line = yaml_list_line(entry), .column = 1};
    enum status status = read_draft(y, entry, &draft, lines);
    if (status != STATUS_OK)
        return status;
    struct waiver *w = &list->list[list->count];
    const char *error = waiver_settle(y->arena, &draft, &where, options, w, &key);
    if (error != NULL)
        return complain_at(y, lines[key] != 0 ? lines[key] : where.line, waiver_keys[key], error);
    for (size_t i = 0; i < list->count && draft.values[WAIVER_ID] != NULL; i++) {
        if (strcmp(list->list[i].note.id, w->note.id) == 0)
            return complain_at(y, lines[WAIVER_ID], "id",
                               arena_printf(y->arena, "'%s' is used in line %u too", w->note.id,
                                            (unsigned)list->list[i].where.line));
    }
    list->count++;
    return STATUS_OK;
}

static enum status read_list(struct yaml_list *y, const struct waivers_options *options, struct waivers *list)
{
    enum status status = STATUS_OK;
    if (y->items == NULL) /* "waivers:" alone */
        return STATUS_OK;
    size_t count = (size_t)(y->items->data.sequence.items.top - y->items->data.sequence.items.start);
    list->list = arena_array(y->arena, count, sizeof(*list->list));
    if (list->list == NULL) {
        y->error = "out of memory";
        return STATUS_NOMEM;
    }
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = read_entry(y, yaml_list_node(y, y->items->data.sequence.items.start[i]), options, list);
    return status;
}

enum status waivers_parse(struct arena *a, const char *path, const char *text, size_t length,
                          const struct waivers_options *options, struct waivers *out, const char **error)
{
    struct yaml_list y = {.arena = a, .path = path};
    struct waivers list = {0};
    enum status status = yaml_list_open(&y, text, length, "waivers");
    if (status == STATUS_OK)
        status = read_list(&y, options, &list);
    *error = y.error;
    yaml_list_close(&y);
    if (status == STATUS_OK)
        *out = list;
    return status;
}

enum status waivers_read(struct arena *a, const char *path, const struct waivers_options *options,
                         struct waivers *out, const char **error)
{
    const char *text = NULL;
    size_t length = 0;
    enum status status = whole_file_read(a, path, WAIVERS_FILE_MAX, &text, &length, error);
    return status != STATUS_OK ? status : waivers_parse(a, path, text, length, options, out, error);
}
