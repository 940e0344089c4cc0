/* SPDX-License-Identifier: BSD-2-Clause */
/* What one run of one check wrote, as the engine reads it. */
#ifndef ZONEVET_ENGINE_FINDINGS_H
#define ZONEVET_ENGINE_FINDINGS_H

#include "auditor/check.h"
#include "auditor/facts/store.h"

#define FINDING_EVIDENCE_MAX 32 /* facts kept as evidence of one finding: the last ones read */
#define FINDINGS_MAX 10000U     /* findings of one check at one target */

struct note {
    struct note *next;
    const char *label, *value;
};

struct finding_entry {
    struct finding finding;
    struct fact *const *evidence;
    size_t evidence_count;
    struct note *notes; /* in order */
};

struct findings {
    struct facts *facts;
    struct arena *arena; /* scratch of the run, or longer */
    const struct check *check;
    struct finding_entry **entries;
    size_t count, capacity;
    bool undetermined; /* findings_undetermined was called */
    enum reason reason;
    const char *undetermined_message;
    enum skip_reason skip;
    const char *skip_message;
    const char *pass_message;
    bool no_memory, too_many;
    bool final; /* this run is kept although facts are missing */
    struct finding spare; /* handed out when nothing can be kept */
};

struct findings *findings_new(struct arena *arena, struct facts *facts, const struct check *check);

/**
 * Run a check over one subject, with the rules that hold for every check: mode, scope, and what an unknown fact makes of
 * the verdict (DESIGN sections 3 and 10). facts_run_begin() was called by the caller. With facts missing the outcome is
 * to be thrown away.
 */
enum verdict evaluate(struct facts *f, const struct check *check, const dname *subject, struct findings *out);

/** The same for a check whose visits are made elsewhere (owners.h). */
enum verdict evaluate_visited(struct facts *f, const struct check *check, const dname *subject, struct findings *out);

#endif
