/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the parts of the reader: problems.c below, walk.c and values.c on it, config.c on top. */
#ifndef ZONEVET_CONFIG_PRIVATE_H
#define ZONEVET_CONFIG_PRIVATE_H

#include "auditor/config/config.h"

#include <cyaml/cyaml.h>
#include <yaml.h>

/** Of the whole file, a struct config_data. */
extern const cyaml_schema_value_t config_schema;

struct config_reader {
    struct arena *arena;
    const struct config_known *known;
    struct config *config;
    struct config_problems *problems;
};

struct config_place {
    uint32_t line, column;
};

/** Follow the document along the schema: places of all values, errors for what the schema does not have. What
 * is wrong is taken out. @return true if libcyaml can load what is left */
bool config_walk(struct config_reader *r, yaml_document_t *document);

/** Judge what the schema cannot: names, durations, ids, options, and what does not work yet. */
void config_values(struct config_reader *r);

/** Add an error (or a note) at a key of the file, or at a place. Arguments may hold text of the file: it is
 * gated. */
void config_error(struct config_reader *r, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void config_note(struct config_reader *r, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void config_error_at(struct config_reader *r, struct config_place place, const char *key, const char *format,
                     ...) __attribute__((format(printf, 4, 5)));

/** "; did you mean 'x'?", or the fallback. */
const char *config_suggestion(struct config_reader *r, const char *typed, const char *const *words,
                              size_t count, const char *fallback);

#endif
