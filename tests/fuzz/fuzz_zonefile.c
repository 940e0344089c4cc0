/* SPDX-License-Identifier: BSD-2-Clause */
/* Master files: whatever the text, a zone or errors, never more than the limits; what was read is consistent. */
#include "auditor/facts/zonefile.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new((size_t)64 << 20);
    struct zonefile file = {0};
    const char *error = NULL;
    const struct zonefile_options options = {.origin = dname_const(a, "example.test."), .record_limit = 5000,
                                             .generate_limit = 2000, .error_limit = 50};
    if (zonefile_parse(a, (const char *)data, size, &options, &file, &error) == STATUS_OK) {
        for (size_t i = 0; i < zone_node_count(file.zone); i++) {
            struct zone_view view = {0};
            const struct zone_node *node = zone_node_at(file.zone, i, &view);
            struct answer answer;
            const struct rrset *referral = NULL;
            if (!dname_under(node->owner, file.apex) || node->set_count == 0)
                abort();
            if (i > 0 && dname_compare(zone_owner_at(file.zone, i - 1), node->owner) >= 0)
                abort();
            zone_answer(file.zone, a, node->owner, node->sets[0].type, &answer, &referral, NULL, NULL);
            (void)rdata_text(a, node->sets[0].type, &node->sets[0].rdata[0]);
            zone_view_free(&view);
        }
        zone_free(file.zone);
    }
    arena_free(a);
    return 0;
}
