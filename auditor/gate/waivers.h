/* SPDX-License-Identifier: BSD-2-Clause */
/* Waivers: findings that somebody answers for until a date. In a file of their own (YAML) or in comments of zone files. */
#ifndef ZONEVET_GATE_WAIVERS_H
#define ZONEVET_GATE_WAIVERS_H

#include "auditor/finding.h"

struct waiver {
    struct waiver_note note;
    const char *check;         /* id or glob */
    const char *target;        /* absolute, lower case; inline: NULL */
    const char *subject;       /* name or glob, or NULL */
    const char *discriminator; /* or NULL */
    const char *created;       /* or NULL */
    struct location where;     /* of the entry, or of the record that an inline waiver is for */
    uint32_t used;             /* findings it matched in this run */
    bool expired;
};

struct waivers {
    struct waiver *list;
    size_t count;
};

/** Waivers in the comments of one run's zone files, found by the line a record starts on. */
struct inline_waivers {
    struct waiver *list;
    size_t count;
};

struct waivers_options {
    int64_t now_s;
    uint32_t max_days;   /* how far ahead an expiry may lie; 0: 180 */
    bool strict;         /* expired entries are errors */
    bool (*check_known)(const char *id_or_glob); /* NULL: ids are not looked up */
};

/** Read a waiver file. Errors name file, line and key; see known.h for what is returned. */
enum status waivers_read(struct arena *a, const char *path, const struct waivers_options *options, struct waivers *out,
                         const char **error);

/** Read one comment ("zonevet:ignore check=... until=... owner=... reason=\"...\"") at a place of a zone file.
 * @return STATUS_OK, STATUS_USAGE if it is no waiver comment, STATUS_MALFORMED with *error */
enum status waiver_from_comment(struct arena *a, const char *comment, size_t length, const struct location *where,
                                const struct waivers_options *options, struct waiver *out, const char **error);

#endif
