/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings of an earlier state by fingerprint: a baseline file, or what the old side of a diff gave. */
#ifndef ZONEVET_GATE_KNOWN_H
#define ZONEVET_GATE_KNOWN_H

#include "auditor/finding.h"

struct known_entry {
    char fingerprint[65];
    const char *check, *target, *subject;
    enum severity severity;
    const char *since;               /* "2026-01-10", or NULL */
    const char *title, *message;     /* or NULL: a baseline holds neither */
    const struct location *location; /* or NULL */
    bool seen;                       /* met in this run */
    bool gone;                       /* for callers that work on a list: to be left out */
};

struct known;
/** Lives in the arena, with all that is added. @return NULL without memory */
struct known *known_new(struct arena *a);
/** Copied. A fingerprint that is there already is replaced. @return STATUS_OK or STATUS_NOMEM */
enum status known_add(struct known *k, const struct known_entry *entry);
/** Every fail result of a report. since may be NULL. */
enum status known_add_report(struct known *k, const struct target_report *report, const char *since);
/** NULL if it is not known. */
struct known_entry *known_find(struct known *k, const char *fingerprint);
/** In order of target, check, subject, fingerprint. An entry keeps its place in memory, not its index. */
size_t known_count(const struct known *k);
struct known_entry *known_at(struct known *k, size_t index);
/** Index of the first entry of a target ("example.com."), and behind the last one; the same if there
 * is none. */
size_t known_range(struct known *k, const char *target, size_t *end);

/** Read a baseline file (schema zonevet.baseline). @return STATUS_OK; STATUS_IO, STATUS_LIMIT,
 * STATUS_MALFORMED (unknown members, a wrong schema or version, duplicates) or STATUS_NOMEM with one line in
 * *error that names file, line and what was expected */
enum status baseline_read(struct arena *a, const char *path, struct known **out, const char **error);
/** The same over text in memory; path is what errors name. */
enum status baseline_parse(struct arena *a, const char *path, const char *text, size_t length,
                           struct known **out, const char **error);
/** Write it: one finding a line, sorted, whole or not at all. *error: in static storage or the arena of k. */
enum status baseline_write(const char *path, struct known *k, int64_t created_s, const char **error);

#endif
