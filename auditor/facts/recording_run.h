/* SPDX-License-Identifier: BSD-2-Clause */
/* run.txt of a recording, in memory. Private to recording_*.c and its tests. */
#ifndef ZONEVET_FACTS_RECORDING_RUN_H
#define ZONEVET_FACTS_RECORDING_RUN_H

#include "auditor/facts/recording_text.h"

#define RECORDING_RUN_FIRST "zonevet-recording 1"

void run_write(struct rrset_writer *w, const struct recording_run *run);

/** @return false and an error in l; every text of the run is set, "" if it was not given */
bool run_read(struct lines *l, struct arena *a, struct recording_run *run);

#endif
