/* SPDX-License-Identifier: BSD-2-Clause */
/* Which format a file is taken for, how a zone gets its name, what is refused and where errors point. */
#define _XOPEN_SOURCE 700
#include "auditor/inputs/input.h"

#include "auditor/base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- text in memory: status, and the beginning of the error or the first error of a zone ---- */

struct refusal {
    const char *name;
    enum input_format format;
    const char *origin;
    const char *text;
    enum status status;
    const char *says; /* the error begins so (status not OK) or holds this */
};

static const struct refusal refusals[] = {
    {"JSON cut off", INPUT_TERRAFORM, NULL, "{\"format_version\": \"1.2\",\n \"resource_changes\": [",
     STATUS_MALFORMED, "text:2:23: "},
    {"comma at the end", INPUT_ROUTE53, NULL, "{\"ResourceRecordSets\": [],}", STATUS_MALFORMED,
     "text:1:27: "},
    {"a state is no plan", INPUT_TERRAFORM, NULL, "{\"format_version\": \"1.0\", \"values\": {}}",
     STATUS_MALFORMED, "text:1:1: no plan"},
    {"orders to a terminal are no message", INPUT_TERRAFORM, NULL,
     "{\"format_version\": \"\\u001b[31m\", \"resource_changes\": []}", STATUS_MALFORMED,
     "text:1:1: a plan of format \\u{001B}[31m"},
    {"a plan of the future", INPUT_TERRAFORM, NULL, "{\"format_version\": \"2.0\", \"resource_changes\": []}",
     STATUS_MALFORMED, "text:1:1: a plan of format 2.0"},
    {"control character", INPUT_CLOUDFLARE, NULL, "[{\"name\": \"a\tb\"}]", STATUS_MALFORMED, "text:1:13: "},
    {"bad UTF-8", INPUT_CLOUDFLARE, NULL, "[{\"name\": \"a\xff\"}]", STATUS_MALFORMED, "text:1:13: "},
    {"characters are counted, not octets", INPUT_CLOUDFLARE, NULL, "[\"\xc3\xa9\xf0\x9f\x98\x80\", x]",
     STATUS_MALFORMED, "text:1:8: "},
    {"half an escape", INPUT_CLOUDFLARE, NULL, "[\"\\u12\"]", STATUS_MALFORMED, "text:1:4: "},
    {"number with a leading zero", INPUT_CLOUDFLARE, NULL, "[01]", STATUS_MALFORMED, "text:1:3: "},
    {"UTF-16", INPUT_AUTO, NULL, "\xff\xfe{", STATUS_MALFORMED, "text:1:1: UTF-16"},
    {"JSON of somebody else", INPUT_AUTO, NULL, "{\"name\": \"x\"}", STATUS_MALFORMED, "text:1:1: "},
    {"answer that failed", INPUT_CLOUDFLARE, "example.test.",
     "{\"success\": false, \"errors\": [{\"code\": 9109}], \"result\": []}", STATUS_MALFORMED, "text:1:1: "},
    {"no list", INPUT_CLOUDFLARE, "example.test.", "{\"result\": null}", STATUS_MALFORMED, "text:1:1: "},
    {"no sets", INPUT_ROUTE53, "example.test.", "{}", STATUS_MALFORMED, "text:1:1: "},
    {"no SOA and no origin", INPUT_ROUTE53, NULL, "{\"ResourceRecordSets\": []}", STATUS_USAGE, "text: "},
    {"records of two domains", INPUT_CLOUDFLARE, NULL,
     "[{\"name\": \"a.example.com\", \"type\": \"A\", \"content\": \"192.0.2.1\"}, {\"name\": "
     "\"a.example.org\", \"type\": \"A\", \"content\": \"192.0.2.1\"}]",
     STATUS_USAGE, "text: "},
    {"YAML without a name", INPUT_OCTODNS, NULL, "---\n", STATUS_USAGE, "text: "},
    {"YAML that is none", INPUT_OCTODNS, "example.test.", "a: [\n  b\n", STATUS_MALFORMED, "text:3:1: "},
    {"YAML with tabs", INPUT_OCTODNS, "example.test.", "a:\n\tb: c\n", STATUS_MALFORMED, "text:2:1: "},
    {"YAML of somebody else", INPUT_OCTODNS, "example.test.", "on: push\njobs:\n  test: {}\n",
     STATUS_MALFORMED, "text:1:1: "},
    {"a list is no zone", INPUT_OCTODNS, "example.test.", "- a\n- b\n", STATUS_MALFORMED, "text:1:1: "},
    {"two documents", INPUT_OCTODNS, "example.test.", "---\na: {type: A, value: 192.0.2.1}\n---\nb: {}\n",
     STATUS_MALFORMED, "text:3:1: "},
    {"unknown alias", INPUT_OCTODNS, "example.test.", "a: *b\n", STATUS_MALFORMED, "text:1:4: "},
    {"alias inside itself", INPUT_OCTODNS, "example.test.", "a: &b\n  c: *b\n", STATUS_MALFORMED,
     "text:2:6: "},
    {"a map as a key", INPUT_OCTODNS, "example.test.", "{a: b}: c\n", STATUS_MALFORMED, "text:1:1: "},
};

static void check_refusal(void **state)
{
    const struct refusal *row = *state;
    struct arena *a = arena_new(0);
    struct input in;
    const char *error = NULL;
    struct input_options options = {.format = row->format};
    if (row->origin != NULL)
        options.zonefile.origin = dname_const(a, row->origin);
    enum status status = input_parse(a, row->text, strlen(row->text), "text", &options, &in, &error);
    assert_int_equal(status, row->status);
    assert_non_null(error);
    if (strncmp(error, row->says, strlen(row->says)) != 0)
        fail_msg("'%s' does not begin with '%s'", error, row->says);
    arena_free(a);
}

/* ---- single records whose errors have a place and a kind ---------------------------------------- */

struct fault_row {
    const char *name;
    enum input_format format;
    const char *text;
    const char *errors; /* "line:column:fault ..." */
};

#define R53(record) "{\"ResourceRecordSets\": [\n" record "\n]}"
#define CF(record) "[\n" record "\n]"

static const struct fault_row faults[] = {
    {"sound", INPUT_ROUTE53,
     R53("{\"Name\": \"a.example.test.\", \"Type\": \"A\", \"TTL\": 1, \"ResourceRecords\": [{\"Value\": "
         "\"192.0.2.1\"}]}"),
     ""},
    {"leading zeros", INPUT_ROUTE53,
     R53("{\"Name\": \"a.example.test.\", \"Type\": \"A\", \"TTL\": 1, \"ResourceRecords\": [{\"Value\": "
         "\"192.0.2.010\"}]}"),
     "2:83:10"},
    {"the second word of a value", INPUT_ROUTE53,
     R53("{\"Name\": \"a.example.test.\", \"Type\": \"MX\", \"TTL\": 1, \"ResourceRecords\": [{\"Value\": "
         "\"10 a..b\"}]}"),
     "2:87:0"},
    {"out of the zone", INPUT_ROUTE53,
     R53("{\"Name\": \"a.example.org.\", \"Type\": \"A\", \"TTL\": 1, \"ResourceRecords\": [{\"Value\": "
         "\"192.0.2.1\"}]}"),
     "2:81:3"},
    {"no type", INPUT_ROUTE53, R53("{\"Name\": \"a.example.test.\", \"ResourceRecords\": []}"), "2:1:0"},
    {"no value", INPUT_ROUTE53, R53("{\"Name\": \"a.example.test.\", \"Type\": \"A\"}"), "2:1:0"},
    {"TTL of text", INPUT_ROUTE53,
     R53("{\"Name\": \"a.example.test.\", \"Type\": \"A\", \"TTL\": \"1h\", \"ResourceRecords\": []}"),
     "2:49:0"},
    {"an open string", INPUT_ROUTE53,
     R53("{\"Name\": \"a.example.test.\", \"Type\": \"TXT\", \"TTL\": 1, \"ResourceRecords\": [{\"Value\": "
         "\"\\\"abc\"}]}"),
     "2:84:0"},
    {"alias without a name", INPUT_ROUTE53,
     R53("{\"Name\": \"a.example.test.\", \"Type\": \"A\", \"AliasTarget\": {}}"), "2:57:0"},
    {"name of blanks", INPUT_CLOUDFLARE,
     CF("{\"name\": \"a b.example.test\", \"type\": \"A\", \"content\": \"192.0.2.1\"}"), "2:10:0"},
    {"no name", INPUT_CLOUDFLARE, CF("{\"type\": \"A\", \"content\": \"192.0.2.1\"}"), "2:1:0"},
    {"content of a number", INPUT_CLOUDFLARE,
     CF("{\"name\": \"a.example.test\", \"type\": \"A\", \"content\": 1}"), "2:52:0"},
    {"part of data is missing", INPUT_CLOUDFLARE,
     CF("{\"name\": \"a.example.test\", \"type\": \"CAA\", \"data\": {\"flags\": 0, \"tag\": \"issue\"}}"),
     "2:51:0"},
    {"priority too large", INPUT_CLOUDFLARE,
     CF("{\"name\": \"a.example.test\", \"type\": \"MX\", \"content\": \"m.example.test\", \"priority\": "
        "65536}"),
     "2:83:6"},
    {"a string of 256 octets is cut in two", INPUT_CLOUDFLARE,
     CF("{\"name\": \"a.example.test\", \"type\": \"TXT\", \"content\": \""
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        "012345678901234567890123456789"
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        "012345678901234567890123456789\"}"),
     ""},
    {"a TTL with the highest bit", INPUT_ROUTE53,
     R53("{\"Name\": \"a.example.test.\", \"Type\": \"A\", \"TTL\": 2147483648, \"ResourceRecords\": "
         "[{\"Value\": \"192.0.2.1\"}]}"),
     "2:91:13"},
    {"a record that stands twice", INPUT_CLOUDFLARE,
     CF("{\"name\": \"a.example.test\", \"type\": \"A\", \"content\": \"192.0.2.1\"},\n{\"name\": \"a\", "
        "\"type\": \"A\", \"content\": \"192.0.2.1\"}"),
     "3:39:17"},
    {"a type of questions", INPUT_CLOUDFLARE,
     CF("{\"name\": \"a.example.test\", \"type\": \"AXFR\", \"content\": \"x\"}"), "2:55:7"},
    {"routing alternatives with one address", INPUT_ROUTE53,
     R53("{\"Name\": \"a.example.test.\", \"Type\": \"A\", \"TTL\": 1, \"SetIdentifier\": \"x\", "
         "\"ResourceRecords\": [{\"Value\": \"192.0.2.1\"}]},"
         "{\"Name\": \"a.example.test.\", \"Type\": \"A\", \"TTL\": 1, \"SetIdentifier\": \"y\", "
         "\"ResourceRecords\": [{\"Value\": \"192.0.2.1\"}]}"),
     ""},
    {"not an object", INPUT_CLOUDFLARE, CF("\"record\""), "2:1:0"},
};

static void check_faults(void **state)
{
    const struct fault_row *row = *state;
    struct arena *a = arena_new(0);
    struct input in;
    const char *error = NULL;
    struct buf got = BUF_INIT(4096);
    struct input_options options = {.format = row->format};
    options.zonefile.origin = dname_const(a, "example.test.");
    assert_int_equal(input_parse(a, row->text, strlen(row->text), "text", &options, &in, &error), STATUS_OK);
    assert_int_equal(in.count, 1);
    for (size_t i = 0; i < in.zones[0].error_count; i++) {
        const struct zone_error *e = &in.zones[0].errors[i];
        buf_printf(&got, "%s%u:%u:%d", i > 0 ? " " : "", e->where.line, e->where.column, (int)e->fault);
        assert_string_equal(e->where.file, "text");
    }
    assert_string_equal(buf_text(&got), row->errors);
    zone_free(in.zones[0].zone);
    buf_free(&got);
    arena_free(a);
}

/* ---- names and beginnings ---------------------------------------- */

static void names_of_zone_files(void **state)
{
    static const struct {
        const char *name;
        bool taken;
    } names[] = {
        {"example.org.zone", true},
        {"example.org.db", true},
        {"db.example.org", true},
        {"example.org.yaml", true},
        {"example.org.yml", true},
        {"production.yaml", false},
        {".pre-commit.x.yaml", false},
        {"readme.md", false},
        {"db.", false},
        {".zone", false},
        {"", false},
        {"plan.json", false},
        {"$example.org.yaml", true},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        assert_int_equal(input_file_name(names[i].name), names[i].taken);
}

struct found_row {
    const char *name, *text;
    enum input_format format;
    bool directory;   /* a directory takes it */
    const char *apex; /* NULL: no zone, or none could be named */
};

static const struct found_row found_rows[] = {
    {"example.org.zone", "@ SOA a. b. 1 2 3 4 5\n", INPUT_ZONEFILE, true, "example.org."},
    {"example.org.yaml", "---\nwww:\n  type: A\n  value: 192.0.2.1\n", INPUT_OCTODNS, true, "example.org."},
    {"example.org.yml", "---\nwww:\n- {value: 192.0.2.1,\n   type: A}\n- type: AAAA\n  value: 2001:db8::1\n",
     INPUT_OCTODNS, true, "example.org."},
    {"b\xc3\xbc"
     "cher.example.yaml",
     "www:\n  type: ALIAS\n  value: a.example.\n", INPUT_OCTODNS, true, "xn--bcher-kva.example."},
    {"flow.example.yaml", "www: {ttl: 60, type: 'A', value: 192.0.2.1}\n", INPUT_OCTODNS, true,
     "flow.example."},
    {"some.openapi.yaml", "a: {in: query, type: key}\n", INPUT_AUTO, false, NULL},
    {"my.service.yaml", "kind: Service\nspec:\n  type: ClusterIP\n", INPUT_AUTO, false, NULL},
    {"open.api.yaml", "paths:\n  a:\n    type: string\n", INPUT_AUTO, false, NULL},
    {"empty.org.yaml", "---\n", INPUT_OCTODNS, false, "empty.org."},
    {"zone.json",
     "{\"ResourceRecordSets\": [{\"Name\": \"example.org.\", \"Type\": \"SOA\", \"TTL\": 1, "
     "\"ResourceRecords\": [{\"Value\": \"a. b. 1 2 3 4 5\"}]}]}",
     INPUT_ROUTE53, false, "example.org."},
    {"example.org.json", "[]", INPUT_CLOUDFLARE, false, "example.org."},
    {"export",
     "\n  {\"result\": [{\"name\": \"www.example.org\", \"type\": \"A\", \"content\": \"192.0.2.1\"}]}",
     INPUT_CLOUDFLARE, false, "example.org."},
    {"plan.json", "{\"format_version\":\"1.2\",\"planned_values\":{\"root_module\":{}}}", INPUT_TERRAFORM,
     false, NULL},
    {"plain.txt", "$ORIGIN example.org.\n@ SOA a. b. 1 2 3 4 5\n", INPUT_ZONEFILE, false, "example.org."},
    {"config.txt", "---\na: b\n", INPUT_AUTO, false, NULL},
};

static void check_found(void **state)
{
    const struct found_row *row = *state;
    char folder[] = "/tmp/zonevet-input-XXXXXX";
    struct arena *a = arena_new(0);
    struct input in;
    const char *error = NULL;
    const struct input_options options = {0};
    assert_non_null(mkdtemp(folder));
    const char *path = arena_printf(a, "%s/%s", folder, row->name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(row->text, out);
    fclose(out);
    assert_int_equal(input_directory_takes(path), row->directory);
    enum status status = input_read(a, path, &options, &in, &error);
    assert_int_equal(status == STATUS_OK, row->format != INPUT_AUTO);
    if (status == STATUS_OK) {
        assert_int_equal(in.format, row->format);
        assert_int_equal(in.count, row->apex != NULL ? 1 : 0);
        if (row->apex != NULL)
            assert_string_equal(dname_text(a, in.zones[0].apex), row->apex);
        for (size_t i = 0; i < in.count; i++)
            zone_free(in.zones[i].zone);
    } else {
        assert_non_null(strstr(error, row->name));
    }
    unlink(path);
    rmdir(folder);
    arena_free(a);
}

/* ---- what cannot be read, and what is too much ---------------------------------------- */

static void refuses_devices_and_fifos(void **state)
{
    struct arena *a = arena_new(0);
    struct input in;
    const char *error = NULL;
    const struct input_options options = {.format = INPUT_OCTODNS};
    char folder[] = "/tmp/zonevet-fifo-XXXXXX";
    (void)state;
    assert_non_null(mkdtemp(folder));
    const char *fifo = arena_printf(a, "%s/example.org.yaml", folder);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(input_read(a, fifo, &options, &in, &error), STATUS_IO);
    assert_non_null(strstr(error, "example.org.yaml"));
    assert_int_equal(input_read(a, "/dev/null", &options, &in, &error), STATUS_IO);
    assert_int_equal(input_read(a, "/nonexistent/example.org.yaml", &options, &in, &error), STATUS_IO);
    assert_int_equal(input_read(a, folder, &options, &in, &error), STATUS_USAGE);
    const char *huge = arena_printf(a, "%s/huge.example.yaml", folder);
    FILE *out = fopen(huge, "w");
    assert_non_null(out);
    assert_int_equal(ftruncate(fileno(out), (off_t)257 << 20), 0);
    fclose(out);
    assert_int_equal(input_read(a, huge, &options, &in, &error), STATUS_LIMIT);
    unlink(huge);
    unlink(fifo);
    rmdir(folder);
    arena_free(a);
}

/* Nine anchors of nine aliases each: 9^9 values if anybody expanded them. */
static void laughs_are_bounded(void **state)
{
    struct arena *a = arena_new(0);
    struct input in;
    const char *error = NULL;
    struct input_options options = {.format = INPUT_OCTODNS, .zonefile = {.record_limit = 1000}};
    struct buf text = BUF_INIT(65536);
    (void)state;
    options.zonefile.origin = dname_const(a, "example.test.");
    buf_str(&text, "x: &v {type: A, values: &a0 [192.0.2.1, 192.0.2.2]}\n");
    buf_str(&text, "r: &r [*v, *v, *v, *v, *v, *v, *v, *v, *v]\n");
    for (unsigned i = 0; i < 100; i++)
        buf_printf(&text, "n%u: *r\n", i);
    assert_int_equal(input_parse(a, buf_text(&text), text.length, "text", &options, &in, &error),
                     STATUS_LIMIT);
    assert_non_null(error);
    buf_reset(&text);
    buf_str(&text, "a0: &a0 {k: 1}\n");
    for (unsigned i = 1; i < 9; i++)
        buf_printf(&text, "a%u: &a%u [*a%u, *a%u, *a%u, *a%u, *a%u, *a%u, *a%u, *a%u, *a%u]\n", i, i, i - 1,
                   i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    assert_int_equal(input_parse(a, buf_text(&text), text.length, "text", &options, &in, &error),
                     STATUS_MALFORMED);
    buf_free(&text);
    arena_free(a);
}

static void depth_is_bounded(void **state)
{
    static const struct {
        unsigned depth;
        const char *open, *close;
        enum input_format format;
        bool good;
    } rows[] = {
        {1000, "[", "]", INPUT_TERRAFORM, true}, /* inside what is only gone over */
        {2000, "[", "]", INPUT_TERRAFORM, false},
        {100, "[", "]", INPUT_CLOUDFLARE, false},
        {100, "[", "]", INPUT_OCTODNS, false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct arena *a = arena_new(0);
        struct input in = {0};
        const char *error = NULL;
        struct buf text = BUF_INIT(65536);
        struct input_options options = {.format = rows[i].format};
        options.zonefile.origin = dname_const(a, "example.test.");
        buf_str(&text, rows[i].format == INPUT_TERRAFORM ? "{\"planned_values\": 1, \"other\": " : "");
        for (unsigned n = 0; n < rows[i].depth; n++)
            buf_str(&text, rows[i].open);
        for (unsigned n = 0; n < rows[i].depth; n++)
            buf_str(&text, rows[i].close);
        buf_str(&text, rows[i].format == INPUT_TERRAFORM ? "}" : "");
        enum status status = input_parse(a, buf_text(&text), text.length, "text", &options, &in, &error);
        assert_int_equal(status, rows[i].good ? STATUS_OK : STATUS_LIMIT);
        buf_free(&text);
        arena_free(a);
    }
}

/* ---- what a zone that is not whole says ---------------------------------------- */

static enum answer_state ask(const struct zone *z, struct arena *a, const char *owner, uint16_t type,
                             bool *hidden)
{
    struct answer answer;
    zone_answer(z, a, dname_const(a, owner), type, &answer, NULL, NULL, NULL);
    *hidden = zone_gap_hides(z, &answer);
    return answer.state;
}

static void gaps_hide_what_is_not_known(void **state)
{
    static const struct {
        const char *format, *owner;
        uint16_t type;
        enum answer_state state;
        bool hidden;
    } rows[] = {
        {"octodns", "example.test.", RRTYPE_SOA, ANSWER_NODATA, true},
        {"octodns", "example.test.", RRTYPE_NS, ANSWER_NODATA, true},
        {"octodns", "example.test.", RRTYPE_DNSKEY, ANSWER_NODATA, true},
        {"octodns", "example.test.", RRTYPE_TXT, ANSWER_NODATA, false},
        {"octodns", "none.example.test.", RRTYPE_A, ANSWER_NXDOMAIN, false},
        {"octodns", "www.example.test.", RRTYPE_A, ANSWER_RRSET, false},
        {"octodns", "alias.example.test.", RRTYPE_A, ANSWER_UNKNOWN, false},
        {"octodns", "alias.example.test.", RRTYPE_AAAA, ANSWER_UNKNOWN, false},
        {"octodns", "alias.example.test.", RRTYPE_CNAME, ANSWER_NODATA, false},
        {"octodns", "alias.example.test.", RRTYPE_MX, ANSWER_NODATA, false},
        {"octodns", "alias.example.test.", RRTYPE_ALIAS, ANSWER_ALIAS, false},
        {"plan", "none.example.test.", RRTYPE_A, ANSWER_NXDOMAIN, true},
        {"plan", "www.example.test.", RRTYPE_AAAA, ANSWER_NODATA, true},
        {"plan", "www.example.test.", RRTYPE_A, ANSWER_RRSET, false},
        {"plan", "example.test.", RRTYPE_TXT, ANSWER_RRSET, true},
        {"plan", "spf.example.test.", RRTYPE_TXT, ANSWER_RRSET, false},
        {"plan", "example.test.", RRTYPE_NS, ANSWER_RRSET, true},
        {"plan", "example.test.", RRTYPE_CAA, ANSWER_RRSET, true},
        {"plan", "caa.example.test.", RRTYPE_CAA, ANSWER_RRSET, false},
        {"plan", "x.wild.example.test.", RRTYPE_A, ANSWER_RRSET, true},
    };
    static const char octodns[] =
        "www: {type: A, value: 192.0.2.1}\nalias: {type: ALIAS, value: a.example.}\n";
#define RECORD(name, type, value)                                                                            \
    "{\"address\":\"cloudflare_record.x\",\"type\":\"cloudflare_record\",\"change\":{\"actions\":[\"no-"     \
    "op\"],\"after\":"                                                                                       \
    "{\"name\":\"" name "\",\"type\":\"" type "\",\"value\":\"" value "\",\"ttl\":1,\"zone_id\":\"z\"}}}"
    static const char plan[] =
        "{\"resource_changes\":[" RECORD("www", "A", "192.0.2.1") "," RECORD("@", "TXT", "token") "," RECORD("spf", "TXT", "v=spf1 -all") "," RECORD(
            "@", "NS", "ns1.a.example") "," RECORD("@", "CAA",
                                                   "0 iodef \\\"mailto:a@b.example\\\"") "," RECORD("caa",
                                                                                                    "CAA",
                                                                                                    "0 issue "
                                                                                                    "\\\"ca."
                                                                                                    "example"
                                                                                                    "\\\"") "," RECORD("*.wild",
                                                                                                                       "A",
                                                                                                                       "192.0.2.2") "]}";
    struct arena *a = arena_new(0);
    struct input in[2];
    const char *error = NULL;
    struct input_options options = {.format = INPUT_OCTODNS};
    (void)state;
    options.zonefile.origin = dname_const(a, "example.test.");
    assert_int_equal(input_parse(a, octodns, strlen(octodns), "text", &options, &in[0], &error), STATUS_OK);
    options.format = INPUT_TERRAFORM;
    assert_int_equal(input_parse(a, plan, strlen(plan), "text", &options, &in[1], &error), STATUS_OK);
    assert_false(in[0].partial);
    assert_true(in[1].partial && in[1].count == 1);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        bool hidden = false;
        const struct zone *z = in[strcmp(rows[i].format, "plan") == 0].zones[0].zone;
        assert_int_equal(ask(z, a, rows[i].owner, rows[i].type, &hidden), rows[i].state);
        assert_int_equal(hidden, rows[i].hidden);
    }
    zone_free(in[0].zones[0].zone);
    zone_free(in[1].zones[0].zone);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest single[] = {
        cmocka_unit_test(names_of_zone_files),         cmocka_unit_test(refuses_devices_and_fifos),
        cmocka_unit_test(laughs_are_bounded),          cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(gaps_hide_what_is_not_known),
    };
    struct CMUnitTest tests[ARRAY_SIZE(refusals) + ARRAY_SIZE(faults) + ARRAY_SIZE(found_rows)];
    size_t count = 0;
    union {
        const void *in;
        void *out;
    } s;
    for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
        s.in = &refusals[i];
        tests[count++] = (struct CMUnitTest){refusals[i].name, check_refusal, NULL, NULL, s.out};
    }
    for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
        s.in = &faults[i];
        tests[count++] = (struct CMUnitTest){faults[i].name, check_faults, NULL, NULL, s.out};
    }
    for (size_t i = 0; i < ARRAY_SIZE(found_rows); i++) {
        s.in = &found_rows[i];
        tests[count++] = (struct CMUnitTest){found_rows[i].name, check_found, NULL, NULL, s.out};
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return cmocka_run_group_tests(single, NULL, NULL) + failed;
}
