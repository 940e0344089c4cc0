/* SPDX-License-Identifier: BSD-2-Clause */
/* Two master files as two states of a zone ("----" on a line between them): the difference adds up, is the same both
 * ways round and none between a state and itself, and every check of changes ends. */
#include "auditor/engine/findings.h"
#include "auditor/facts/derived/change.h"
#include "auditor/facts/offline.h"
#include "auditor/facts/zonefile.h"
#include "checks/registry.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct zone *read_zone(struct arena *a, const uint8_t *data, size_t size)
{
    const char *error = NULL;
    struct zonefile out = {0};
    const struct zonefile_options options = {.origin = dname_const(a, "example.test."),
                                             .record_limit = 2000,
                                             .generate_limit = 300,
                                             .error_limit = 20};
    if (zonefile_parse(a, (const char *)data, size, &options, &out, &error) != STATUS_OK)
        return NULL;
    return out.zone;
}

static struct facts *store_of(const struct settings *settings, const struct offline *offline,
                              const struct zone_set *before, const struct zone_set *after)
{
    const struct facts_options options = {.target = zone_apex(after->zones[0]),
                                          .settings = settings,
                                          .source = offline_source(offline),
                                          .zone = after->zones[0],
                                          .zones = after,
                                          .zones_before = before};
    return facts_new(&options);
}

static struct change difference(struct facts *f, struct arena *scratch)
{
    arena_reset(scratch);
    facts_run_begin(f, scratch);
    const struct change c = *change_of(f);
    size_t gone = 0;
    for (size_t i = 0; i < c.count; i++)
        gone += c.items[i].gone;
    if (c.state == CHANGE_KNOWN &&
        (c.kinds[0] + c.kinds[1] + c.kinds[2] + c.kinds[3] != c.count || gone != c.records_gone))
        abort();
    return c;
}

static void run_checks(struct facts *f, struct arena *scratch, struct arena *results)
{
    for (size_t t = 0; registry_topics[t] != NULL; t++) {
        for (const struct check *c = registry_topics[t]; c->id != NULL; c++) {
            if (c->modes != MODE_OFFLINE || c->run == NULL || strstr(c->tags, "change") == NULL)
                continue;
            arena_reset(scratch);
            arena_reset(results);
            facts_run_begin(f, scratch);
            evaluate(f, c, facts_target(f), findings_new(results, f, c));
        }
    }
}

static void compare(struct zone *old, struct zone *now)
{
    const struct settings settings = {.now_s = 1767225600, .seed = 1};
    const struct zone *sides[] = {old, now};
    const struct zone_set before = {.zones = &sides[0], .count = 1};
    const struct zone_set after = {.zones = &sides[1], .count = 1};
    const struct offline offline_before = {.zones = &sides[0], .count = 1};
    const struct offline offline_after = {.zones = &sides[1], .count = 1};
    struct arena *scratch = arena_new((size_t)256 << 20);
    struct arena *results = arena_new((size_t)256 << 20);
    struct facts *there = store_of(&settings, &offline_after, &before, &after);
    struct facts *back = store_of(&settings, &offline_before, &after, &before);
    struct facts *still = store_of(&settings, &offline_after, &after, &after);
    const struct change one = difference(there, scratch);
    const struct change other = difference(back, scratch);
    const struct change none = difference(still, scratch);
    if (one.count != other.count || one.records_gone != other.records_come ||
        one.kinds[CHANGE_ADDED] != other.kinds[CHANGE_REMOVED] || one.derived != other.derived)
        abort();
    if (none.count != 0 || none.derived != 0 || none.soa_edited)
        abort();
    run_checks(there, scratch, results);
    run_checks(back, scratch, results);
    facts_free(there);
    facts_free(back);
    facts_free(still);
    arena_free(scratch);
    arena_free(results);
}

/* The line between the states, or NULL. */
static const uint8_t *find_cut(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i + 6 <= size; i++) {
        if (memcmp(data + i, "\n----\n", 6) == 0)
            return data + i;
    }
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new((size_t)256 << 20);
    const uint8_t *cut = find_cut(data, size);
    struct zone *old = cut != NULL ? read_zone(a, data, (size_t)(cut + 1 - data)) : NULL;
    struct zone *now = cut != NULL ? read_zone(a, cut + 6, (size_t)(data + size - cut - 6)) : NULL;
    if (old != NULL && now != NULL)
        compare(old, now);
    zone_free(old);
    zone_free(now);
    arena_free(a);
    return 0;
}
