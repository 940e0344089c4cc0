/* SPDX-License-Identifier: BSD-2-Clause */
/* What a configuration file may name: the checks, report formats and profiles of this program. */
#include "auditor/commands/config.h"

#include "checks/registry.h"

#include <stdlib.h>
#include <string.h>

static int by_id(const void *pa, const void *pb)
{
    const struct check *const *a = pa;
    const struct check *const *b = pb;
    return strcmp((*a)->id, (*b)->id);
}

static const struct check *const *all_checks(struct arena *a, size_t *count)
{
    *count = 0;
    for (size_t t = 0; registry_topics[t] != NULL; t++) {
        for (const struct check *c = registry_topics[t]; c->id != NULL; c++)
            (*count)++;
    }
    const struct check **all = arena_array(a, *count, sizeof(*all));
    size_t at = 0;
    for (size_t t = 0; all != NULL && registry_topics[t] != NULL; t++) {
        for (const struct check *c = registry_topics[t]; c->id != NULL; c++)
            all[at++] = c;
    }
    *count = at;
    if (at > 0)
        qsort(all, at, sizeof(*all), by_id);
    return (const struct check *const *)all;
}

struct config_known config_known(struct arena *a)
{
    struct config_known known = {.name = setup_name};
    const char **formats = arena_array(a, 64, sizeof(*formats));
    const char **names = arena_array(a, 64, sizeof(*names));
    known.checks = all_checks(a, &known.check_count);
    for (size_t i = 0; formats != NULL && i < 64 && report_formats[i] != NULL; i++)
        formats[known.format_count++] = report_formats[i]->name;
    for (size_t i = 0; names != NULL && i < 64 && profiles[i].name != NULL; i++)
        names[known.profile_count++] = profiles[i].name;
    known.formats = formats;
    known.profiles = names;
    return known;
}
