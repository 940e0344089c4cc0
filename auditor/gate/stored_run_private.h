/* SPDX-License-Identifier: BSD-2-Clause */
/* A report while it is read back. Private to stored_run*.c. */
#ifndef ZONEVET_GATE_STORED_RUN_PRIVATE_H
#define ZONEVET_GATE_STORED_RUN_PRIVATE_H

#include "auditor/base/table.h"
#include "auditor/gate/json_walk.h"
#include "auditor/gate/stored_run.h"

#define WORD_CHARS 100
#define NAME_CHARS 1100

struct reader_of_run {
    struct json_text t;
    struct arena *arena;
    struct stored_run run;
    struct table *checks;  /* struct check by id */
    struct table *targets; /* index + 1 by name */
    size_t target_capacity;
    size_t *capacities; /* of the results of each target */
    bool no_memory, schema_seen, end_seen;
};

/* Each notes what is wrong in r->t.error, or sets r->no_memory. */

/** The list of checks. */
void stored_checks(struct reader_of_run *r, const struct json_value *v);
/** A target of a document, or the target-start line of a stream. */
void stored_target(struct reader_of_run *r, const struct json_value *v);
/** The target of that name, begun if it is new. @return NULL without memory */
struct target_report *stored_target_named(struct reader_of_run *r, const char *name);
/** One result of a target. */
void stored_result(struct reader_of_run *r, struct target_report *target, const struct json_value *v);

#endif
