/* SPDX-License-Identifier: BSD-2-Clause */
/* What each format's fixtures become: every record with its place, every error with its place and kind, every
 * note. The expected text stands beside the fixture; UPDATE_GOLDEN=1 writes it anew, for a person to read. */
#include "auditor/inputs/input.h"

#include "auditor/base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DATA SOURCE_DIR "/tests/inputs/data/"

struct row {
    const char *path;         /* below data/ */
    enum input_format format; /* that must be found out */
    enum input_side side;
    const char *origin;   /* --origin, or NULL */
    const char *expected; /* below data/ */
    bool said;            /* by --input-format */
};

static const struct row rows[] = {
    {"octodns/example.test.yaml", INPUT_OCTODNS, INPUT_AFTER, NULL, "octodns/example.test.expected", false},
    {"octodns/wrong.test.yaml", INPUT_OCTODNS, INPUT_AFTER, NULL, "octodns/wrong.test.expected", false},
    {"octodns/merge.test.yaml", INPUT_OCTODNS, INPUT_AFTER, NULL, "octodns/merge.test.expected", false},
    {"octodns/comments.test.yaml", INPUT_OCTODNS, INPUT_AFTER, NULL, "octodns/comments.test.expected", false},
    {"octodns/split.test.", INPUT_OCTODNS, INPUT_AFTER, NULL, "octodns/split.test.expected", false},
    {"terraform/plan.json", INPUT_TERRAFORM, INPUT_AFTER, NULL, "terraform/plan.after.expected", false},
    {"terraform/plan.json", INPUT_TERRAFORM, INPUT_BEFORE, NULL, "terraform/plan.before.expected", false},
    {"terraform/oneline.json", INPUT_TERRAFORM, INPUT_AFTER, "origin.test.", "terraform/oneline.expected",
     false},
    {"route53/records.json", INPUT_ROUTE53, INPUT_AFTER, NULL, "route53/records.expected", false},
    {"cloudflare/list.json", INPUT_CLOUDFLARE, INPUT_AFTER, NULL, "cloudflare/list.expected", false},
    {"cloudflare/bare.json", INPUT_CLOUDFLARE, INPUT_AFTER, NULL, "cloudflare/bare.expected", false},
    {"zonefile/example.test.zone", INPUT_ZONEFILE, INPUT_AFTER, NULL, "zonefile/example.test.expected",
     false},
    {"dnscontrol/dnscontrol.test.zone", INPUT_ZONEFILE, INPUT_AFTER, NULL,
     "dnscontrol/dnscontrol.test.expected", false},
    {"dnscontrol/get-zones.txt", INPUT_DNSCONTROL, INPUT_AFTER, NULL, "dnscontrol/get-zones.expected", true},
};

static void put_place(struct buf *out, const struct location *l)
{
    const char *slash = strrchr(l->file, '/');
    buf_printf(out, "%s:%u:%u-%u:%u", slash != NULL ? slash + 1 : l->file, l->line, l->column, l->end_line,
               l->end_column);
}

static void put_set(struct buf *out, struct arena *a, const struct rrset *set)
{
    char owner[DNAME_TEXT_MAX];
    char type[16];
    for (uint16_t i = 0; i < set->count; i++) {
        buf_printf(out, "%s %u %s ", dname_text_into(set->owner, owner),
                   set->ttls != NULL ? set->ttls[i] : set->ttl_s, rrtype_text(set->type, type));
        buf_str(out, rdata_text(a, set->type, &set->rdata[i]));
        buf_str(out, "  @");
        put_place(out, &set->where[i]);
        buf_char(out, '\n');
    }
}

static void put_zone(struct buf *out, struct arena *a, const struct zonefile *file)
{
    struct zone_view view = {0};
    buf_printf(out, "zone %s from %s records=%zu%s%s\n", dname_text(a, file->apex), file->origin_from,
               file->record_count, file->managed_apex ? " managed-apex" : "",
               file->partial ? " partial" : "");
    for (size_t i = 0; i < zone_node_count(file->zone); i++) {
        const struct zone_node *node = zone_node_at(file->zone, i, &view);
        for (size_t s = 0; s < node->set_count; s++)
            put_set(out, a, &node->sets[s]);
    }
    for (size_t i = 0; i < file->error_count; i++) {
        const struct zone_error *e = &file->errors[i];
        char type[16];
        buf_printf(out, "error %d %s %s @", (int)e->fault, e->owner != NULL ? dname_text(a, e->owner) : "-",
                   e->type != 0 ? rrtype_text(e->type, type) : "-");
        put_place(out, &e->where);
        buf_printf(out, " %s\n", e->message);
    }
    for (size_t i = 0; i < file->comment_count; i++) {
        const struct zone_comment *c = &file->comments[i];
        buf_printf(out, "comment %u:%u for @", c->line, c->column);
        put_place(out, &c->where);
        buf_printf(out, " %.*s\n", (int)c->length, c->text);
    }
    zone_view_free(&view);
}

static char *read_text(struct arena *a, const char *path)
{
    FILE *in = fopen(path, "r");
    char *text = arena_alloc(a, 1 << 20);
    size_t length = in != NULL ? fread(text, 1, (1 << 20) - 1, in) : 0;
    if (in != NULL)
        fclose(in);
    text[length] = '\0';
    return text;
}

static void settle_with_file(struct arena *a, const char *name, const char *got)
{
    const char *path = arena_printf(a, DATA "%s", name);
    if (getenv("UPDATE_GOLDEN") != NULL) {
        FILE *out = fopen(path, "w");
        assert_non_null(out);
        fputs(got, out);
        fclose(out);
    }
    assert_string_equal(got, read_text(a, path));
}

static void check_row(void **state)
{
    const struct row *row = *state;
    struct arena *a = arena_new(0);
    struct input in;
    const char *error = NULL;
    struct buf out = BUF_INIT(1 << 20);
    struct input_options options = {.side = row->side, .format = row->said ? row->format : INPUT_AUTO};
    if (row->origin != NULL)
        options.zonefile.origin = dname_const(a, row->origin);
    const char *path = arena_printf(a, DATA "%s", row->path);
    enum status status = input_read(a, path, &options, &in, &error);
    if (status != STATUS_OK)
        fail_msg("%s", error);
    assert_int_equal(in.format, row->format);
    for (size_t i = 0; i < in.count; i++)
        put_zone(&out, a, &in.zones[i]);
    for (size_t i = 0; i < in.note_count; i++)
        buf_printf(&out, "note %s\n", in.notes[i]);
    settle_with_file(a, row->expected, buf_text(&out));
    for (size_t i = 0; i < in.count; i++)
        zone_free(in.zones[i].zone);
    buf_free(&out);
    arena_free(a);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_SIZE(rows)];
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        union {
            const void *in;
            void *out;
        } state = {.in = &rows[i]};
        tests[i] = (struct CMUnitTest){rows[i].expected, check_row, NULL, NULL, state.out};
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
