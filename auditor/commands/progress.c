/* SPDX-License-Identifier: BSD-2-Clause */
/* Progress line. */
#include "auditor/commands/progress.h"

#include "auditor/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct progress {
    uint64_t last_ms;
    bool shown;
};

struct progress *progress_new(const struct options *o)
{
    bool wanted = o->progress == 1 || (o->progress == -1 && isatty(STDERR_FILENO) && getenv("CI") == NULL &&
                                       o->report.verbosity >= 0);
    return wanted ? calloc(1, sizeof(struct progress)) : NULL;
}

void progress_done(struct progress *p, const struct run_counts *counts, size_t total)
{
    if (p == NULL)
        return;
    uint64_t now = clock_monotonic_ms();
    if (now - p->last_ms < 100 && counts->targets < total)
        return;
    p->last_ms = now;
    p->shown = true;
    fprintf(stderr, "\r%u of %zu audited: %u critical, %u high, %u medium, %u undetermined ", counts->targets, total,
            counts->open[SEVERITY_CRITICAL], counts->open[SEVERITY_HIGH], counts->open[SEVERITY_MEDIUM],
            counts->outcomes[OUTCOME_UNDETERMINED]);
    fflush(stderr);
}

void progress_free(struct progress *p)
{
    if (p != NULL && p->shown)
        fputs("\r\033[K", stderr);
    free(p);
}
