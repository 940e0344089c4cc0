/* SPDX-License-Identifier: BSD-2-Clause */
/* From the command line to settings, targets and checks. Every error is printed here, with file, line and what was
 * expected; the functions then return an exit code. */
#ifndef ZONEVET_COMMANDS_SETUP_H
#define ZONEVET_COMMANDS_SETUP_H

#include "auditor/collect/collect.h"
#include "auditor/commands/options.h"
#include "auditor/engine/audit.h"

/** A target of the run, or a word that is none. */
struct wanted {
    struct audit_target target; /* name NULL: `error` says why */
    const char *typed;
    const char *error;
};

struct setup {
    struct arena *arena;
    struct settings settings;
    struct collect_options collect;
    struct wanted *targets; /* canonical order of names, doubles removed; the unreadable ones last */
    size_t target_count, unreadable;
    const struct check **checks; /* sorted by id */
    size_t check_count;
    char digest[65]; /* of the effective configuration */
};

/** settings that need no network: now, seed, names, owned, ignored, mail, public blocks, --ds. @return -1 or an exit code */
int setup_settings(struct setup *s, const struct options *o);

/** What live commands need beside: hints, anchors, ports, limits, keys. @return -1 or an exit code */
int setup_network(struct setup *s, const struct options *o);

/** Names from the arguments, --targets and standard input. @return -1 or an exit code */
int setup_targets(struct setup *s, const struct options *o);

/** The checks that --check, --skip and --only-areas leave. @return -1 or an exit code */
int setup_checks(struct setup *s, const struct options *o);

/** Read --fingerprints over the built-in services. @return -1 or an exit code */
int setup_fingerprints(const struct options *o);

/** SHA-256 over all that can change a verdict; call it last. */
void setup_digest(struct setup *s, const struct options *o);

/** One name as a user writes it: IDN to A-labels, lower case, absolute. @return NULL and *error set */
const dname *setup_name(struct arena *a, const char *text, const char **error);

/** Lines of a file without comments and blanks ("-": standard input). @return -1 or an exit code */
int setup_lines(struct arena *a, const char *path, const char ***lines, uint32_t **numbers, size_t *count);

#endif
