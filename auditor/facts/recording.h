/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs kept as readable text: DIR/run.txt with the head of the run and its settings, and a file a target with
 * every fact (key, value, when). A replay answers demands from it and gives the same bytes; what was not
 * recorded is unknown, incomplete-data. People edit recordings (names, addresses): presentation form wherever
 * it says the same. */
#ifndef ZONEVET_FACTS_RECORDING_H
#define ZONEVET_FACTS_RECORDING_H

#include "auditor/facts/store.h"

/** The head of a run. */
struct recording_run {
    const char *id, *tool_version, *mode, *profile, *config_digest, *resolver;
    int64_t started_s, finished_s;
    struct settings settings;     /* all but the cache and the keys of --tsig-file; targets in order */
    const char *const *check_ids; /* that ran */
    size_t check_count;
    const char *fail_on, *min_confidence;
    bool interrupted;
};

/** What a target's report needs beside facts. */
struct recording_target {
    const dname *name;
    const char *error; /* the target could not be read */
    const char *source_file;
    uint32_t source_line;
    uint32_t duration_ms, queries, timeouts;
};

/** Make the folder (it may exist, but must not hold another recording). @param error one line, in the arena
 */
enum status recording_create(struct arena *a, const char *dir, const char **error);

/** Write the facts of a target that have a value, in order of demand. Safe from several threads for different
 * targets. */
enum status recording_write_target(const char *dir, const struct recording_target *target,
                                   struct facts *facts);

/** Write run.txt; last, so that a recording without it is incomplete. */
enum status recording_write_run(const char *dir, const struct recording_run *run);

struct recording;

/** Read run.txt and the list of targets. A run of zone files is refused with STATUS_UNSUPPORTED: its checks look at
 * the files themselves, which facts do not hold. @param error "FILE:LINE: what was expected", in the arena */
enum status recording_open(struct arena *a, const char *dir, struct recording **out, const char **error);
const struct recording_run *recording_head(const struct recording *r);

struct replay;

/** Read the facts of one target. @param error as above */
enum status replay_open(struct recording *r, const dname *target, struct replay **out,
                        struct recording_target *meta, struct arena *a, const char **error);
void replay_free(struct replay *p);

/** Answers every demand at once, deep copies in the demanding store's arena. */
struct source replay_source(struct replay *p);

#endif
