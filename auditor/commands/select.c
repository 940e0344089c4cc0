/* SPDX-License-Identifier: BSD-2-Clause */
/* Which checks run. */
#include "auditor/commands/config.h"
#include "checks/registry.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

static int by_id(const void *pa, const void *pb)
{
    const struct check *const *a = pa;
    const struct check *const *b = pb;
    return strcmp((*a)->id, (*b)->id);
}

static size_t count_checks(void)
{
    size_t count = 0;
    for (size_t t = 0; registry_topics[t] != NULL; t++) {
        for (const struct check *c = registry_topics[t]; c->id != NULL; c++)
            count++;
    }
    return count;
}

static bool matches(const struct words *patterns, const char *id)
{
    for (size_t i = 0; i < patterns->count; i++) {
        if (fnmatch(patterns->items[i], id, 0) == 0)
            return true;
    }
    return false;
}

static bool area_listed(const char *areas, const char *area)
{
    size_t length = strlen(area);
    for (const char *at = areas; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, area, length) == 0 && (at[length] == ',' || at[length] == '\0'))
            return true;
    }
    return false;
}

/* A pattern that matches no check is a mistake, not an empty selection. */
static int check_patterns(const char *option, const struct words *patterns, const struct check *const *all, size_t count)
{
    const char *ids[1024];
    for (size_t i = 0; i < count && i < ARRAY_SIZE(ids); i++)
        ids[i] = all[i]->id;
    for (size_t p = 0; p < patterns->count; p++) {
        bool found = false;
        for (size_t i = 0; i < count && !found; i++)
            found = fnmatch(patterns->items[p], all[i]->id, 0) == 0;
        if (found)
            continue;
        const char *near = nearest(patterns->items[p], ids, count);
        complain("%s: no check matches '%s'%s%s%s", option, patterns->items[p], near != NULL ? "; did you mean '" : "",
                 near != NULL ? near : "; see 'zonevet list checks'", near != NULL ? "'?" : "");
        return EXIT_USAGE;
    }
    return -1;
}

static int check_areas(const char *areas)
{
    static const char *const known[] = {"xfr", "deleg", "soa", "dnssec", "dangling", "spf", "dmarc", "dkim",
                                        "mail", "caa", "svcb", "exposure", "server", "zone", "reg"};
    char word[32];
    for (const char *at = areas; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        size_t length = strcspn(at, ",");
        bool found = false;
        for (size_t i = 0; i < ARRAY_SIZE(known) && !found; i++)
            found = strlen(known[i]) == length && strncmp(known[i], at, length) == 0;
        if (found)
            continue;
        length = length < sizeof(word) ? length : sizeof(word) - 1;
        memcpy(word, at, length);
        word[length] = '\0';
        const char *near = nearest(word, known, ARRAY_SIZE(known));
        complain("--only-areas: there is no area '%s'%s%s%s", word, near != NULL ? "; did you mean '" : "",
                 near != NULL ? near : "; see 'zonevet list areas'", near != NULL ? "'?" : "");
        return EXIT_USAGE;
    }
    return -1;
}

/* The profile's set; patterns of the command line and enabled: true in the configuration go beyond it. A recording has
 * a set of its own. */
static bool in_profile(const struct options *o, const struct check *check)
{
    return o->profile == NULL || o->checks.count > 0 || o->replay != NULL || profile_has(o->profile, check) ||
           config_enables(o, check);
}

int setup_checks(struct setup *s, const struct options *o)
{
    size_t count = count_checks();
    const struct check **all = arena_array(o->arena, count, sizeof(*all));
    size_t at = 0;
    for (size_t t = 0; registry_topics[t] != NULL; t++) {
        for (const struct check *c = registry_topics[t]; c->id != NULL; c++)
            all[at++] = c;
    }
    qsort(all, count, sizeof(*all), by_id);
    int code = check_patterns("--check", &o->checks, all, count);
    if (code == -1)
        code = check_patterns("--skip", &o->skips, all, count);
    if (code == -1 && o->areas != NULL)
        code = check_areas(o->areas);
    if (code != -1)
        return code;
    s->checks = arena_array(o->arena, count, sizeof(*s->checks));
    for (size_t i = 0; i < count; i++) {
        bool wanted = (o->checks.count == 0 || matches(&o->checks, all[i]->id)) && !matches(&o->skips, all[i]->id) &&
                      in_profile(o, all[i]) && (o->areas == NULL || area_listed(o->areas, all[i]->area));
        if (wanted)
            s->checks[s->check_count++] = all[i];
    }
    if (s->check_count == 0) {
        complain("no check is left to run");
        return EXIT_NOTHING;
    }
    return -1;
}
