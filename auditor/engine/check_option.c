/* SPDX-License-Identifier: BSD-2-Clause */
/* The option of a check: as the configuration sets it, else as the check's own table says. */
#include "auditor/check.h"

#include <stdlib.h>
#include <string.h>

int64_t check_option(struct facts *f, const struct check_option *options, const char *check, const char *name)
{
    for (const struct check_option *o = options; o->name != NULL; o++) {
        if (strcmp(o->name, name) == 0)
            return settings_option(facts_settings(f), check, name, strtoll(o->value, NULL, 10));
    }
    return 0;
}
