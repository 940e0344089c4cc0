/* SPDX-License-Identifier: BSD-2-Clause */
/* YAML by libyaml's documents: each node knows its place. */
#include "auditor/gate/yaml_list.h"

#include "auditor/base/nearest.h"
#include "auditor/base/text.h"
#include "auditor/gate/one_line.h"

#include <string.h>

yaml_node_t *yaml_list_node(struct yaml_list *y, int index)
{
    return yaml_document_get_node(&y->document, index);
}

uint32_t yaml_list_line(const yaml_node_t *node)
{
    return (uint32_t)node->start_mark.line + 1;
}

const char *yaml_list_text(const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE)
        return NULL;
    const char *text = (const char *)node->data.scalar.value;
    return strlen(text) == node->data.scalar.length ? text : NULL;
}

static enum status fail(struct yaml_list *y, uint32_t line, const char *key, const char *what)
{
    y->error = one_line(arena_printf(y->arena, "%s:%u: %s%s%s", y->path, (unsigned)line, key,
                                     *key != '\0' ? ": " : "", what));
    if (y->error == NULL)
        y->error = "out of memory";
    return STATUS_MALFORMED;
}

/* What libyaml says of a broken file. */
static enum status broken(struct yaml_list *y, const yaml_parser_t *p)
{
    const char *problem = p->problem != NULL ? p->problem : "no YAML";
    if (p->error == YAML_MEMORY_ERROR) {
        y->error = "out of memory";
        return STATUS_NOMEM;
    }
    return fail(y, (uint32_t)(p->error == YAML_READER_ERROR ? p->mark.line : p->problem_mark.line) + 1, "",
                problem);
}

static enum status load(struct yaml_list *y, const char *text, size_t length)
{
    yaml_parser_t parser;
    yaml_document_t more;
    enum status status = STATUS_OK;
    if (!yaml_parser_initialize(&parser)) {
        y->error = "out of memory";
        return STATUS_NOMEM;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    y->loaded = yaml_parser_load(&parser, &y->document) != 0;
    if (!y->loaded) {
        status = broken(y, &parser);
    } else if (yaml_document_get_root_node(&y->document) != NULL) {
        if (!yaml_parser_load(&parser, &more)) {
            status = broken(y, &parser);
        } else {
            yaml_node_t *second = yaml_document_get_root_node(&more);
            if (second != NULL)
                status = fail(y, yaml_list_line(second), "", "a second document: expected one");
            yaml_document_delete(&more);
        }
    }
    yaml_parser_delete(&parser);
    return status;
}

static bool is_null(const yaml_node_t *node)
{
    const char *text = yaml_list_text(node);
    return text != NULL && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (*text == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0);
}

static enum status read_pair(struct yaml_list *y, const char *list_key, const yaml_node_pair_t *pair,
                             bool *version)
{
    const char *const keys[] = {"version", list_key};
    yaml_node_t *key = yaml_list_node(y, pair->key);
    yaml_node_t *value = yaml_list_node(y, pair->value);
    const char *name = yaml_list_text(key);
    const char *text = yaml_list_text(value);
    if (name == NULL)
        return fail(y, yaml_list_line(key), "", "expected a key");
    bool is_list = strcmp(name, list_key) == 0;
    bool is_version = strcmp(name, "version") == 0;
    if ((is_list && y->key != NULL) || (is_version && *version))
        return fail(y, yaml_list_line(key), name, "given twice");
    if (is_version) {
        *version = true;
        return text != NULL && strcmp(text, "1") == 0
                   ? STATUS_OK
                   : fail(y, yaml_list_line(value), "version", "expected 1");
    }
    if (!is_list) {
        const char *shown = text_gate(y->arena, name, strlen(name), 60);
        const char *near = nearest(shown, keys, ARRAY_SIZE(keys));
        return fail(y, yaml_list_line(key), shown,
                    near != NULL ? arena_printf(y->arena, "unknown key; did you mean '%s'?", near)
                                 : "unknown key");
    }
    y->key = key;
    if (value->type == YAML_SEQUENCE_NODE)
        y->items = value;
    else if (!is_null(value))
        return fail(y, yaml_list_line(value), list_key, "expected a list");
    return STATUS_OK;
}

enum status yaml_list_open(struct yaml_list *y, const char *text, size_t length, const char *key)
{
    bool version = false;
    enum status status = load(y, text, length);
    if (status != STATUS_OK)
        return status;
    yaml_node_t *root = yaml_document_get_root_node(&y->document);
    if (root == NULL) {
        (void)fail(y, 1, "",
                   arena_printf(y->arena, "the file is empty: expected 'version: 1' and '%s:'", key));
        return STATUS_NOTFOUND;
    }
    if (root->type != YAML_MAPPING_NODE)
        return fail(y, yaml_list_line(root), "",
                    arena_printf(y->arena, "expected 'version: 1' and '%s:'", key));
    for (yaml_node_pair_t *p = root->data.mapping.pairs.start;
         p < root->data.mapping.pairs.top && status == STATUS_OK; p++)
        status = read_pair(y, key, p, &version);
    if (status == STATUS_OK && !version)
        return fail(y, 1, "version", "is missing: expected 'version: 1'");
    if (status == STATUS_OK && y->key == NULL)
        return fail(y, 1, key, "is missing");
    return status;
}

void yaml_list_close(struct yaml_list *y)
{
    if (y->loaded)
        yaml_document_delete(&y->document);
    y->loaded = false;
}
