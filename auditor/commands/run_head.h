/* SPDX-License-Identifier: BSD-2-Clause */
/* What a run says of itself: in the head of reports and in recordings. */
#ifndef ZONEVET_COMMANDS_RUN_HEAD_H
#define ZONEVET_COMMANDS_RUN_HEAD_H

#include "auditor/commands/runner.h"

/** Fill everything that is known before the first target; texts are the plan's or in the arena of its options. */
void run_begin(struct run *run, const struct plan *p);

/** Set the time of the end. */
void run_finished(struct run *run, const struct plan *p);

/** Write the head of the recording that --record asks for. @return false if it cannot be written */
bool run_record(const struct run *run, const struct plan *p);

#endif
