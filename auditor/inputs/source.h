/* SPDX-License-Identifier: BSD-2-Clause */
/* A file in memory, as every format reads it. Private to the inputs. */
#ifndef ZONEVET_INPUTS_SOURCE_H
#define ZONEVET_INPUTS_SOURCE_H

#include "auditor/facts/name.h"
#include "auditor/inputs/doc.h"

struct source_text {
    const char *path;  /* as given; NULL for standard input */
    const char *shown; /* for messages */
    const char *text;  /* the caller's; not NUL-terminated */
    size_t length;
};

/** Read a regular file whole, at most 256 MiB ("-": standard input). The text is the caller's to free.
 * @return STATUS_OK, STATUS_IO or STATUS_LIMIT with *error set in the arena, STATUS_NOMEM */
enum status source_read(struct arena *a, const char *path, const char *shown, char **text, size_t *length,
                        const char **error);

/** *error becomes "file:line:column: message" in the arena. @return the status of e */
enum status source_failed(struct arena *a, const struct source_text *source, const struct doc_error *e,
                          const char **error);

/** The zone's name from the name of a file ("zones/example.org.yaml") once `ending` is removed, lower case in
 * the arena; NULL if it is none. */
const dname *source_zone(struct arena *a, const char *path, const char *ending);

/** What stands behind the last '/'. */
const char *path_base(const char *path);
/** The text is more than this ending. */
bool text_ends_with(const char *text, const char *ending);

#endif
