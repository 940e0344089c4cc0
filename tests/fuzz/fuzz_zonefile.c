/* SPDX-License-Identifier: BSD-2-Clause */
/* The master file reader over arbitrary octets, whole and in tiny windows: the same records, errors and
 * comments. */
#include "auditor/facts/zonefile.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same_errors(const struct zonefile *one, const struct zonefile *two)
{
    if (one->error_count != two->error_count || one->comment_count != two->comment_count)
        return false;
    for (size_t i = 0; i < one->error_count; i++) {
        const struct zone_error *a = &one->errors[i];
        const struct zone_error *b = &two->errors[i];
        if (a->fault != b->fault || a->where.line != b->where.line || a->where.column != b->where.column ||
            strcmp(a->message, b->message) != 0 || strcmp(a->record, b->record) != 0)
            return false;
    }
    return true;
}

static bool same_zones(const struct zone *one, const struct zone *two)
{
    if (zone_record_count(one) != zone_record_count(two) || zone_node_count(one) != zone_node_count(two))
        return false;
    for (size_t i = 0; i < zone_node_count(one); i++) {
        if (!dname_equal(zone_owner_at(one, i), zone_owner_at(two, i)) ||
            zone_types_at(one, i) != zone_types_at(two, i))
            return false;
    }
    return true;
}

static enum status read_text(struct arena *a, const uint8_t *data, size_t size, size_t window,
                             struct zonefile *out)
{
    const char *error = NULL;
    const struct zonefile_options options = {.origin = dname_const(a, "example.test."),
                                             .record_limit = 5000,
                                             .generate_limit = 300,
                                             .error_limit = 50,
                                             .window = window};
    return zonefile_parse(a, (const char *)data, size, &options, out, &error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new((size_t)256 << 20);
    struct zonefile whole = {0};
    struct zonefile windows = {0};
    enum status first = read_text(a, data, size, 0, &whole);
    enum status second = read_text(a, data, size, 1 + size % 29, &windows);
    if (first != second)
        abort();
    if (first == STATUS_OK) {
        struct answer answer;
        const struct rrset *referral = NULL;
        const struct rrset *denial[3];
        size_t denials = 0;
        zone_answer(whole.zone, a, dname_const(a, "x.www.example.test."), RRTYPE_A, &answer, &referral,
                    denial, &denials);
        if (!same_errors(&whole, &windows) || !same_zones(whole.zone, windows.zone))
            abort();
    }
    zone_free(whole.zone);
    zone_free(windows.zone);
    arena_free(a);
    return 0;
}
