/* SPDX-License-Identifier: BSD-2-Clause */
/* Pieces of one large piece of work, done by several threads. What a piece leaves behind must not depend on
 * who did it or when: callers put results in order by the number of the piece. */
#ifndef ZONEVET_BASE_JOBS_H
#define ZONEVET_BASE_JOBS_H

#include <stddef.h>

#define JOBS_MAX 64U

/** @param worker  below the number of jobs; one piece at a time for each */
typedef void (*jobs_fn)(void *context, unsigned worker, size_t piece);

/** Threads that are worth it for that many pieces: 1 to JOBS_MAX. 0 wanted means 1. */
unsigned jobs_useful(unsigned wanted, size_t pieces);

/** Do pieces 0 to pieces - 1, lowest first, and return when all are done. The caller's thread is worker 0;
 * where threads cannot be made the others do more. */
void jobs_run(unsigned jobs, size_t pieces, jobs_fn fn, void *context);

#endif
