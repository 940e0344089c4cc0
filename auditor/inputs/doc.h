/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON and YAML as one tree that remembers where everything stood. Private to the inputs.
 *
 * Trees are made in an arena; texts may point into the source, which must outlive them. YAML aliases share
 * nodes, so a tree is really a graph without circles: whoever walks it counts what it visits (build.h,
 * build_work). */
#ifndef ZONEVET_INPUTS_DOC_H
#define ZONEVET_INPUTS_DOC_H

#include "auditor/base/arena.h"
#include "auditor/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DOC_DEPTH_MAX 64U       /* of what becomes a tree */
#define DOC_NODES_MAX 16000000U /* values in one file */

enum doc_kind { DOC_NULL, DOC_BOOL, DOC_NUMBER, DOC_STRING, DOC_LIST, DOC_MAP };

struct doc_place {
    uint32_t line, column; /* from 1; columns count characters */
};

struct doc {
    enum doc_kind kind;
    bool verbatim;    /* STRING: character n of text stands at column n behind `inner`, on one line */
    bool quoted;      /* YAML: the scalar stands in quotes or in a block; JSON: always with STRING */
    bool tagged;      /* YAML: a tag of an application, such as !include */
    uint32_t count;   /* LIST, MAP: members */
    const char *text; /* scalars, decoded; not NUL-terminated */
    size_t length;
    struct doc_place start, end, inner;
    const struct doc_member *first;
};

struct doc_member {
    const struct doc *key; /* MAP: a scalar; LIST: NULL */
    const struct doc *value;
    const struct doc_member *next;
};

/** The value of a key of a map, or NULL; NULL too if d is NULL or no map. The first of several. */
const struct doc *doc_get(const struct doc *d, const char *key);

bool doc_is(const struct doc *d, const char *text); /* a scalar with exactly that text; false for NULL */
bool doc_scalar(const struct doc *d);               /* a string, number or bool; false for NULL */
bool doc_true(const struct doc *d);
bool doc_null(const struct doc *d); /* NULL or a null */

/** "a list", "a number": for messages. */
const char *doc_kind_text(const struct doc *d);

/** Why a text is no tree, and where. */
struct doc_error {
    const char *message; /* NULL: none; in the arena or constant */
    struct doc_place place;
    enum status status; /* STATUS_MALFORMED, STATUS_LIMIT, STATUS_NOMEM */
};

/**
 * Read one YAML document (libyaml, YAML 1.1 as octoDNS reads it; merge keys are followed).
 * @return its root; NULL with *error set. An empty document is a DOC_NULL.
 */
const struct doc *yaml_read(struct arena *a, const char *text, size_t length, struct doc_error *error);

#endif
