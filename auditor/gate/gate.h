/* SPDX-License-Identifier: BSD-2-Clause */
/* What is new, known, waived or fixed, and what fails the run: results against a baseline or the old side of
 * a diff, and against waivers (cli.md, waivers and baseline; outputs.md section 3). Results in, states out:
 * nothing is read while targets are judged, and nothing is hidden from reports. */
#ifndef ZONEVET_GATE_GATE_H
#define ZONEVET_GATE_GATE_H

#include "auditor/finding.h"
#include "auditor/gate/known.h"
#include "auditor/gate/waivers.h"

struct gate_options {
    struct known *known; /* baseline or old side; NULL: none. Entries are marked as seen */
    struct known *older; /* asked where `known` does not know: the baseline of a diff; or NULL */
    struct waivers *waivers;        /* of the file, or NULL */
    struct inline_waivers *inlined; /* of the zone files, or NULL */
    bool new_only;
    /* The old side of a diff was given like the new one, each of its zones is still there, and neither was
     * asked live: what only servers can tell was open there as well, and a finding that is gone was taken
     * away by the change. */
    bool same_sight;
    int64_t now_s;
    const struct check *const *checks; /* of this run: what others found is not fixed, they were not asked */
    size_t check_count;
    const char *baseline, *waivers_path, *old_side, *new_side; /* for struct run_gate; or NULL */
};

struct gate;
/** Lives in the arena; what the options point at must outlive it. @return NULL without memory */
struct gate *gate_new(struct arena *a, const struct gate_options *options);

/** What of struct run_gate is known before the first target. */
void gate_begin(const struct gate *g, struct run *run);

/**
 * Set the states of one target's fail results and its list of fixed findings; `a` holds what is added. Order
 * stays. Not thread-safe: the runner calls it in target order.
 *
 * A fail is waived if a waiver that has not expired is for it; else known, if it was known with this severity
 * or a higher one; else new. Without a baseline or old side there is no new and no known: the state stays
 * STATE_NONE. A known finding is fixed if this target was judged without it: its check ran here and could
 * tell, or left open only what was open in the old state too (same_sight).
 */
void gate_target(struct gate *g, struct target_report *report, struct arena *a);

/** This result is open and may fail the run: a fail, not waived, and new if only new ones count. g may be
 * NULL. */
bool gate_counts(const struct gate *g, const struct result *r);

/** After the last target: baseline entries of targets that were not in the run are left alone; notes about
 * expired, unused and too broad waivers go to run->gate. */
void gate_finish(struct gate *g, struct arena *a, struct run *run);

/** What is wrong with a waiver after a run; several may be. */
enum waiver_fault {
    WAIVER_FAULT_EXPIRED = 1,
    WAIVER_FAULT_TOO_FAR = 2,
    WAIVER_FAULT_UNUSED = 4,
    WAIVER_FAULT_BROAD = 8,
    WAIVER_FAULT_WAITING = 16, /* unused, but younger than WAIVER_GRACE_DAYS: no fault yet */
};
/** @return bits of enum waiver_fault; without a run (no target judged) only the first two can be told */
unsigned gate_waiver_faults(const struct waiver *w, int64_t now_s);
/** One fault in words, with the place: "waivers.yaml:12: waiver W-1 (caa.missing): expired on 2026-03-31". */
const char *gate_waiver_text(struct arena *a, const struct waiver *w, enum waiver_fault fault);

#endif
