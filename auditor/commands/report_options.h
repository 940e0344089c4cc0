/* SPDX-License-Identifier: BSD-2-Clause */
/* What reports are told besides the run: lists given on the command line, and what a CI system says of the repository. */
#ifndef ZONEVET_COMMANDS_REPORT_OPTIONS_H
#define ZONEVET_COMMANDS_REPORT_OPTIONS_H

#include "auditor/base/arena.h"
#include "reports/report.h"

/**
 * Paths separated by commas or line ends, or "@FILE" with one a line.
 * @return NULL, or what is wrong, in the arena
 */
const char *report_changed_files(struct arena *a, const char *list, struct report_options *out);

/** Address and commit of the repository from the variables of GitHub and GitLab; nothing is set if they are not there or
 * are no plain https address. */
void report_repository(struct arena *a, struct report_options *out);

/** Where the working directory lies in the repository, if a CI system says where that is: readers of reports want paths
 * from its root. */
void report_prefix(struct arena *a, struct report_options *out);

/** The file that GitHub shows as job summary, or NULL. */
const char *report_step_summary(void);

#endif
