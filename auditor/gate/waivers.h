/* SPDX-License-Identifier: BSD-2-Clause */
/* Waivers: findings that somebody answers for until a date. In a file of their own (YAML) or in comments of
 * zone files. */
#ifndef ZONEVET_GATE_WAIVERS_H
#define ZONEVET_GATE_WAIVERS_H

#include "auditor/facts/zonefile.h"
#include "auditor/finding.h"

#define WAIVER_DAYS_MAX 180U  /* how far ahead an expiry may lie unless the configuration says otherwise */
#define WAIVER_BROAD 20U      /* more findings than this are too many for one waiver */
#define WAIVER_GRACE_DAYS 30U /* a younger waiver may wait for its finding */

struct waiver {
    struct waiver_note note;
    const char *check;         /* id or glob */
    const char *target;        /* absolute, lower case; inline: NULL */
    const char *subject;       /* name or glob, absolute; or NULL */
    const char *discriminator; /* or NULL */
    const char *created;       /* or NULL */
    int64_t created_s;         /* 0: not given */
    struct location where;     /* of the entry, or of the record that an inline waiver is for */
    uint32_t used;             /* findings it matched in this run */
    bool judged; /* its target, or its file, and its checks were in this run, and they could tell */
    bool expired;
    bool too_far; /* only where waivers_options.survey */
};

struct waivers {
    struct waiver *list;
    size_t count;
};

/** Waivers in the comments of one run's zone files, found by the line a record starts on. */
struct inline_waivers {
    struct waiver *list;
    size_t count, capacity;
    const char **faults; /* "FILE:LINE: what is wrong" of comments that are no good waiver */
    size_t fault_count, fault_capacity;
};

struct check;

struct waivers_options {
    int64_t now_s;
    uint32_t max_days; /* how far ahead an expiry may lie; 0: WAIVER_DAYS_MAX */
    bool strict;       /* expired entries are errors */
    bool survey; /* expiries that lie too far ahead are marked, not errors: for `waiver check` and `list` */
    const struct check *const *checks; /* all there are; NULL: ids are not looked up */
    size_t check_count;
    /** A name as a user writes it to wire form: IDN to A-labels, lower case. NULL: plain ASCII only. */
    const dname *(*read_name)(struct arena *a, const char *text, const char **error);
};

/** Read a waiver file. Errors name file, line and key; see known.h for what is returned. */
enum status waivers_read(struct arena *a, const char *path, const struct waivers_options *options,
                         struct waivers *out, const char **error);
/** The same over text in memory; path is what errors name. */
enum status waivers_parse(struct arena *a, const char *path, const char *text, size_t length,
                          const struct waivers_options *options, struct waivers *out, const char **error);

/** Read one comment ("zonevet:ignore check=... until=... owner=... reason=\"...\"") at a place of a zone
 * file.
 * @return STATUS_OK, STATUS_USAGE if it is no waiver comment, STATUS_MALFORMED with *error (without file and
 * line) */
enum status waiver_from_comment(struct arena *a, const char *comment, size_t length,
                                const struct location *where, const struct waivers_options *options,
                                struct waiver *out, const char **error);

/** Take over the comments of one zone file: good ones to the list, others to the faults (expired ones too if
 * strict). */
enum status inline_waivers_add(struct inline_waivers *w, struct arena *a, const struct zone_comment *comments,
                               size_t count, const struct waivers_options *options);

/** This check is one that the waiver names, by its id, an alias or a glob, and that may be waived at all. */
bool waiver_names_check(const struct waiver *w, const struct check *check);
/** This result is one that the waiver is for; the target or the line were compared before. */
bool waiver_matches(const struct waiver *w, const struct result *r);

/** An entry to be written, as the user typed it; optional ones NULL. */
struct waiver_text {
    const char *id, *check, *target, *subject, *discriminator, *reason, *owner, *created, *expires;
};

/** Append an entry to a waiver file (made if it is not there), all else in it kept as it is: whole or not at
 * all. The new file is read before it is put in place; errors as of waivers_read. */
enum status waivers_append(struct arena *a, const char *path, const struct waiver_text *entry,
                           const struct waivers_options *options, const char **error);

/** The same from text to text. @param text NULL: no file yet */
enum status waivers_insert(struct arena *a, const char *path, const char *text, size_t length,
                           const struct waiver_text *entry, const struct waivers_options *options,
                           const char **out, size_t *out_length, const char **error);

#endif
