/* SPDX-License-Identifier: BSD-2-Clause */
/* Zones from files and directories as targets of a run: what `zone` judges, and what a side of `diff` is. */
#ifndef ZONEVET_COMMANDS_ZONES_H
#define ZONEVET_COMMANDS_ZONES_H

#include "auditor/commands/setup.h"
#include "auditor/inputs/input.h"

struct zones {
    struct wanted *targets; /* one a zone, canonical order */
    size_t count;
    struct zone_set set;    /* every zone, for facts: of one that was given several times the last one first */
    const struct zonefile *files; /* as they were read */
    size_t file_count;
};

/** What one word of the command line stands for. */
struct zones_word {
    const char *path;  /* a file, a directory, or "-" */
    const char *shown; /* its beginning as locations show it; NULL: as it is */
    enum input_side side;
};

/**
 * Read every zone of these files and directories; directories stand for the zone files below them (input_file_name()).
 * What is wrong is printed.
 * @return -1, or an exit code: EXIT_USAGE for what cannot be read, EXIT_NOTHING if there is no zone. On failure nothing is
 *         left to free
 */
int zones_read(const struct options *o, const struct zones_word *words, size_t count, struct zones *out);
void zones_free(struct zones *z);

/** One zone that was made otherwise; taken over, also on failure. @return -1 or an exit code */
int zones_of_one(const struct options *o, struct zone *zone, const char *shown, struct zones *out);

/** Make them the targets of a run. */
void setup_zones(struct setup *s, const struct zones *zones);

#endif
