/* SPDX-License-Identifier: BSD-2-Clause */
/* One line of progress on standard error, on terminals only unless asked for. */
#ifndef ZONEVET_COMMANDS_PROGRESS_H
#define ZONEVET_COMMANDS_PROGRESS_H

#include "auditor/commands/options.h"

struct progress;
struct progress *progress_new(const struct options *o); /* NULL: silent */
void progress_done(struct progress *p, const struct run_counts *counts, size_t total);
void progress_free(struct progress *p);

#endif
