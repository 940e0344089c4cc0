/* SPDX-License-Identifier: BSD-2-Clause */
/* What is new, known, waived or fixed, and what fails the run: results against a baseline or the old side of a diff, and
 * against waivers (cli.md, waivers and baseline; outputs.md section 3). Results in, states out: nothing is read while
 * targets are judged, and nothing is hidden from reports. */
#ifndef ZONEVET_GATE_GATE_H
#define ZONEVET_GATE_GATE_H

#include "auditor/finding.h"
#include "auditor/gate/known.h"
#include "auditor/gate/waivers.h"

struct gate_options {
    struct known *known;       /* baseline or old side; NULL: none. Entries are marked as seen */
    struct waivers *waivers;   /* of the file, or NULL */
    const struct inline_waivers *inlined; /* of the zone files, or NULL */
    bool new_only;
    int64_t now_s;
};

struct gate;
struct gate *gate_new(struct arena *a, const struct gate_options *options);

/** Set the states of one target's fail results and its list of fixed findings; `a` holds what is added. Results stay in
 * place and in order. Not thread-safe: the runner calls it in target order. */
void gate_target(struct gate *g, struct target_report *report, struct arena *a);

/** This result is open and may fail the run: a fail, not waived, and new if only new ones count. */
bool gate_counts(const struct gate *g, const struct result *r);

/** After the last target: baseline entries of targets that were not in the run are left alone; notes about expired, unused
 * and too broad waivers go to run->gate. */
void gate_finish(struct gate *g, struct arena *a, struct run *run);

#endif
