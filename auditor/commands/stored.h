/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings for the commands that keep them: of a stored run, of zone files, or of a live audit. */
#ifndef ZONEVET_COMMANDS_STORED_H
#define ZONEVET_COMMANDS_STORED_H

#include "auditor/commands/options.h"

/** Told of every target of a run, in order; what it is given dies with the call. */
typedef void report_fn(void *context, const struct run *run, const struct target_report *report);

/**
 * Hand every target to fn: from the report --from names, else from an audit of the arguments behind the verb,
 * live with --live and of zone files without. No gate is applied but waivers, and no text report is written.
 * @param known      names of its findings are looked at again in a live audit; or NULL
 * @param arguments  what stands behind the verb (and the file of a command that takes one)
 * @return -1 if there is something to go on with, EXIT_INCOMPLETE if some target could not be read, or the
 * exit code to end with
 */
int findings_of(struct options *o, const struct words *arguments, struct known *known, report_fn *fn,
                void *context);

#endif
