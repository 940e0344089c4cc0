/* SPDX-License-Identifier: BSD-2-Clause */
/* Every check of the area zone over arbitrary master files: one, or two divided by an octet of zero, judged together. Two
 * runs find the same, and what is found has a subject and a text. */
#include "auditor/engine/findings.h"
#include "auditor/facts/offline.h"
#include "auditor/facts/zonefile.h"
#include "checks/registry.h"

#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 64U

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t run_check(struct facts *f, const struct check *check, const struct zone *zone)
{
    struct arena *scratch = arena_new((size_t)256 << 20);
    facts_run_begin(f, scratch);
    struct findings *out = findings_new(scratch, f, check);
    if (check->scope != SCOPE_NAME)
        evaluate(f, check, facts_target(f), out);
    for (size_t i = 0; check->scope == SCOPE_NAME && i < zone_node_count(zone) && i < NAMES_MAX; i++)
        evaluate(f, check, zone_owner_at(zone, i), out);
    for (size_t i = 0; i < out->count; i++) {
        const struct finding *finding = &out->entries[i]->finding;
        if (finding->subject == NULL || finding->message == NULL || finding->message[0] == '\0' ||
            (finding->location != NULL && finding->location->file == NULL))
            abort();
    }
    size_t count = out->count;
    arena_free(scratch);
    return count;
}

static void run_all(const struct zone_set *set, const struct zonefile *file)
{
    const struct offline offline = {set->zones, set->count};
    const struct settings settings = {.now_s = 1767225600};
    const struct facts_options options = {.target = file->apex,
                                          .settings = &settings,
                                          .zone = file->zone,
                                          .zone_errors = file->errors,
                                          .zone_error_count = file->error_count,
                                          .zones = set,
                                          .source = offline_source(&offline)};
    struct facts *f = facts_new(&options);
    for (size_t t = 0; registry_topics[t] != NULL; t++) {
        for (const struct check *check = registry_topics[t]; check->id != NULL; check++) {
            if (strcmp(check->area, "zone") == 0 && run_check(f, check, file->zone) != run_check(f, check, file->zone))
                abort();
        }
    }
    facts_free(f);
}

static bool read_zone(struct arena *a, const uint8_t *data, size_t size, struct zonefile *out)
{
    const char *error = NULL;
    const struct zonefile_options options = {
        .origin = dname_const(a, "example.test."), .record_limit = 2000, .generate_limit = 200, .error_limit = 50};
    return zonefile_parse(a, (const char *)data, size, &options, out, &error) == STATUS_OK && out->zone != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new((size_t)256 << 20);
    struct zonefile files[2] = {0};
    const uint8_t *zero = memchr(data, 0, size);
    size_t first = zero != NULL ? (size_t)(zero - data) : size;
    bool one = read_zone(a, data, first, &files[0]);
    bool two = zero != NULL && read_zone(a, zero + 1, size - first - 1, &files[1]);
    if (one) {
        const struct zone *list[2] = {files[0].zone, files[1].zone};
        if (two && dname_compare(zone_apex(list[0]), zone_apex(list[1])) > 0) {
            list[0] = files[1].zone;
            list[1] = files[0].zone;
        }
        const struct zone_set set = {.zones = list, .count = two ? 2 : 1};
        run_all(&set, &files[0]);
    }
    zone_free(files[0].zone);
    zone_free(files[1].zone);
    arena_free(a);
    return 0;
}
