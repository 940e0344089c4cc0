/* SPDX-License-Identifier: BSD-2-Clause */
/* A run of ours read back from its JSON or NDJSON report: enough of it to compare with, to make baselines of
 * and to judge waivers by. Evidence is not read. */
#ifndef ZONEVET_GATE_STORED_RUN_H
#define ZONEVET_GATE_STORED_RUN_H

#include "auditor/finding.h"
#include "auditor/gate/known.h"

struct stored_run {
    /* Of it: id, tool_version, mode, profile, times, checks (ids, titles, severities), interrupted. */
    struct run run;
    struct target_report *targets; /* results have no evidence; their checks are those of run.checks */
    size_t target_count;
};

/**
 * Read a report. Members that are not known are passed over, as the schema's minor versions ask of readers.
 * @param path  "-": standard input
 * @return STATUS_OK; STATUS_IO, STATUS_LIMIT, STATUS_MALFORMED (no report of ours, another major version, an
 * NDJSON stream without its end) or STATUS_NOMEM with one line in *error that names file, line and key
 */
enum status stored_run_read(struct arena *a, const char *path, struct stored_run *out, const char **error);
/** The same over text in memory; path is what errors name. */
enum status stored_run_parse(struct arena *a, const char *path, const char *text, size_t length,
                             struct stored_run *out, const char **error);

/** Every fail result of a stored run, known since the day the run began; in the arena. Errors as
 * stored_run_read. */
enum status known_from_run(struct arena *a, const char *path, struct known **out, const char **error);

#endif
