/* SPDX-License-Identifier: BSD-2-Clause */
/* Inputs other than master files: whatever the text, zones or errors, never more than the limits; what was
 * read is consistent. The first octet says which format and side are tried. */
#include "auditor/inputs/input.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(struct arena *a, const struct zonefile *file)
{
    struct zone_view view = {0};
    for (size_t i = 0; i < zone_node_count(file->zone); i++) {
        const struct zone_node *node = zone_node_at(file->zone, i, &view);
        struct answer answer;
        if (node == NULL || !dname_under(node->owner, file->apex) || node->set_count == 0)
            abort();
        for (size_t s = 0; s < node->set_count; s++) {
            zone_answer(file->zone, a, node->owner, node->sets[s].type, &answer, NULL, NULL, NULL);
            (void)zone_gap_hides(file->zone, &answer);
            if (node->sets[s].where == NULL || node->sets[s].where[0].line == 0 ||
                node->sets[s].where[0].column == 0)
                abort();
            (void)rdata_text(a, node->sets[s].type, &node->sets[s].rdata[0]);
        }
    }
    for (size_t i = 0; i < file->error_count; i++) {
        const struct zone_error *e = &file->errors[i];
        if (e->message == NULL || e->where.line == 0 || e->where.column == 0 ||
            strcmp(e->where.file, "text") != 0)
            abort();
    }
    zone_view_free(&view);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum input_format formats[] = {INPUT_AUTO,      INPUT_OCTODNS, INPUT_TERRAFORM,
                                                INPUT_TERRAFORM, INPUT_ROUTE53, INPUT_CLOUDFLARE,
                                                INPUT_ZONEFILE};
    if (size == 0)
        return 0;
    struct arena *a = arena_new((size_t)256 << 20);
    struct input in = {0};
    const char *error = NULL;
    const size_t which = data[0] % ARRAY_SIZE(formats);
    struct input_options options = {
        .format = formats[which],
        .side = which == 3 ? INPUT_BEFORE : INPUT_AFTER,
        .zonefile = {.record_limit = 5000, .generate_limit = 2000, .error_limit = 50}};
    if ((data[0] & 0x80) == 0)
        options.zonefile.origin = dname_const(a, "example.test.");
    enum status status = input_parse(a, (const char *)data + 1, size - 1, "text", &options, &in, &error);
    if ((status == STATUS_OK) != (error == NULL))
        abort();
    for (size_t i = 0; i < in.count; i++) {
        look_at(a, &in.zones[i]);
        zone_free(in.zones[i].zone);
    }
    arena_free(a);
    return 0;
}
