/* SPDX-License-Identifier: BSD-2-Clause */
/* Profiles: a set of checks and thresholds under a name. The configuration file and the command line win over
 * them. */
#ifndef ZONEVET_CONFIG_PROFILES_H
#define ZONEVET_CONFIG_PROFILES_H

#include "auditor/check.h"

struct profile {
    const char *name, *summary;
    enum severity fail_on;
    enum confidence min_confidence;
    unsigned traffic; /* enum traffic bits: checks that need others are left out */
    bool no_http;
    const char *const *left_out;         /* globs of ids, ends with NULL; or NULL */
    const struct check_policy *policies; /* ends with an empty one; or NULL */
    const struct check_setting *options; /* the same */
};

/** "default" first; ends with an empty one. */
extern const struct profile profiles[];

/** By name, or NULL. */
const struct profile *profile_find(const char *name);

/** The profile runs this check. */
bool profile_has(const struct profile *p, const struct check *check);

#endif
