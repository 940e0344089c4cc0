/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads that take the next piece until there is none. */
#include "auditor/base/jobs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct work {
    jobs_fn fn;
    void *context;
    size_t pieces;
    atomic_size_t next;
};

struct worker {
    struct work *work;
    pthread_t thread;
    unsigned number;
    bool started;
};

static void *run_worker(void *argument)
{
    struct worker *w = argument;
    for (;;) {
        size_t piece = atomic_fetch_add(&w->work->next, 1);
        if (piece >= w->work->pieces)
            return NULL;
        w->work->fn(w->work->context, w->number, piece);
    }
}

unsigned jobs_useful(unsigned wanted, size_t pieces)
{
    unsigned jobs = wanted < JOBS_MAX ? wanted : JOBS_MAX;
    if (jobs > pieces)
        jobs = (unsigned)pieces;
    return jobs != 0 ? jobs : 1;
}

void jobs_run(unsigned jobs, size_t pieces, jobs_fn fn, void *context)
{
    struct work work = {.fn = fn, .context = context, .pieces = pieces};
    struct worker workers[JOBS_MAX];
    unsigned count = jobs_useful(jobs, pieces);
    for (unsigned i = 0; i < count; i++)
        workers[i] = (struct worker){.work = &work, .number = i};
    for (unsigned i = 1; i < count; i++)
        workers[i].started = pthread_create(&workers[i].thread, NULL, run_worker, &workers[i]) == 0;
    run_worker(&workers[0]);
    for (unsigned i = 1; i < count; i++) {
        if (workers[i].started)
            pthread_join(workers[i].thread, NULL);
    }
}
