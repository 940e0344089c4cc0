/* SPDX-License-Identifier: BSD-2-Clause */
/* A YAML file of the form "version: 1" and one list, with the line of every node. */
#ifndef ZONEVET_GATE_YAML_LIST_H
#define ZONEVET_GATE_YAML_LIST_H

#include "auditor/base/arena.h"
#include "auditor/base/status.h"

#include <stdbool.h>
#include <stdint.h>
#include <yaml.h>

struct yaml_list {
    struct arena *arena;
    const char *path;  /* as errors name it */
    const char *error; /* one line */
    yaml_document_t document;
    bool loaded;
    yaml_node_t *items; /* the list; NULL if its key has no value */
    yaml_node_t *key;   /* the key of the list */
};

/** Load and check the head; arena and path are set by the caller, yaml_list_close() in any case. @return
 * STATUS_OK; STATUS_MALFORMED with an error, STATUS_NOTFOUND (and an error) if there is no
 * document. */
enum status yaml_list_open(struct yaml_list *y, const char *text, size_t length, const char *key);
void yaml_list_close(struct yaml_list *y);

yaml_node_t *yaml_list_node(struct yaml_list *y, int index);
uint32_t yaml_list_line(const yaml_node_t *node); /* from 1 */
/** The text of a scalar without NUL; else NULL. */
const char *yaml_list_text(const yaml_node_t *node);

#endif
