/* SPDX-License-Identifier: BSD-2-Clause */
/* One side of a diff: files, a directory, a git revision, one half of a plan, what servers hold, or a stored run. */
#ifndef ZONEVET_COMMANDS_SIDE_H
#define ZONEVET_COMMANDS_SIDE_H

#include "auditor/commands/git.h"
#include "auditor/commands/zones.h"
#include "auditor/gate/stored_run.h"

struct side {
    const char *named;     /* as the user wrote it */
    bool is_run;           /* a report of ours: findings, no zones */
    struct stored_run run;
    struct zones zones;
};

/**
 * Read a side.
 * @param half   which half of a Terraform plan
 * @param other  live: what the other side holds of the zone: names and types to ask for; or NULL
 * @return -1, or an exit code: what is wrong is printed. side_free() in either case
 */
int side_read(const struct options *o, struct setup *s, const char *word, enum input_side half,
              const struct zones *other, struct side *out);
void side_free(struct side *side);

/** "live:NAME" */
bool side_is_live(const char *word);

/** The zone as its servers hold it, read name by name (live_side.c). @return -1 or an exit code */
int side_read_live(const struct options *o, struct setup *s, const dname *apex, const struct zones *other,
                   struct zone **out);

#endif
