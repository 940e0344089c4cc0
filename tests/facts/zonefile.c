/* SPDX-License-Identifier: BSD-2-Clause */
/* The master file reader: what is legal is read, what is not is reported where it stands, and reading goes
 * on. */
#define _XOPEN_SOURCE 700
#include "auditor/facts/zonefile.h"

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

#define HEAD                                                                                                 \
    "$ORIGIN example.test.\n$TTL 3600\n@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n@ NS ns1\nns1 A "      \
    "192.0.2.1\n"
#define HEAD_LINES 5

struct row {
    const char *name, *text; /* behind HEAD */
    const char
        *errors; /* "line:column ..." of every error, lines behind HEAD from 1, "=kind" if it is not syntax */
    const char *owner, *type, *rdata; /* one set that must be there, or NULL */
};

static const struct row rows[] = {
    {"class before TTL", "www IN 300 A 192.0.2.7", "", "www", "A", "192.0.2.7"},
    {"TTL before class", "www 300 IN A 192.0.2.7", "", "www", "A", "192.0.2.7"},
    {"TTL with units", "www 1h30m A 192.0.2.7", "", "www", "A", "192.0.2.7"},
    {"inherited owner", "www A 192.0.2.7\n    TXT \"x\"", "", "www", "TXT", "\"x\""},
    {"parentheses over lines and comments", "www TXT ( \"a\" ; one\n  \"b\"\n) ; end", "", "www", "TXT",
     "\"a\" \"b\""},
    {"escapes in names", "a\\.b\\032c A 192.0.2.7", "", "a\\.b\\032c", "A", "192.0.2.7"},
    {"escapes in strings", "www TXT \"a\\\"b\\\\c\\065\"", "", "www", "TXT", "\"a\\034b\\092cA\""},
    {"unquoted string", "www TXT word", "", "www", "TXT", "\"word\""},
    {"unknown type", "www TYPE65280 \\# 3 0a0b0c", "", "www", "TYPE65280", "\\# 3 0a0b0c"},
    {"known type in generic form", "www A \\# 4 c0000207", "", "www", "A", "192.0.2.7"},
    {"CAA without quotes", "@ CAA 0 issue ca.example.net", "", "@", "CAA", "0 issue \"ca.example.net\""},
    {"null MX", "@ MX 0 .", "", "@", "MX", "0 ."},
    {"HTTPS through ldns", "@ HTTPS 1 . alpn=h2", "", "@", "HTTPS", "1 . alpn=h2"},
    {"HTTPS with a quoted value", "@ HTTPS 1 . alpn=\"h2,h3\" port=\"8443\"", "", "@", "HTTPS",
     "1 . alpn=h2,h3 port=8443"},
    {"HTTPS with an open value", "@ HTTPS 1 . alpn=\"h2\nb A 192.0.2.8", "1:21", "b", "A", "192.0.2.8"},
    {"NAPTR through ldns", "@ NAPTR 100 10 \"u\" \"E2U+sip\" \"!^.*$!sip:a@b!\" .", "", "@", "NAPTR", NULL},
    {"IPSECKEY with a name", "@ IPSECKEY 10 3 2 gw AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==", "", "@",
     "IPSECKEY", NULL},
    {"IPSECKEY without gateway or key", "@ IPSECKEY 10 0 0 .", "", "@", "IPSECKEY", NULL},
    {"DS in pieces", "sub DS 1 13 2 ABCD EF01", "", "sub", "DS", "1 13 2 abcdef01"},
    {"generate", "$GENERATE 1-3 h$ A 192.0.2.$", "", "h2", "A", "192.0.2.2"},
    {"generate with offset, width and base", "$GENERATE 10-11/1 h${0,4,x} A 192.0.2.${5}", "", "h000b", "A",
     "192.0.2.16"},
    {"generate with fields in quotes", "$GENERATE 1-2 h$ 300 IN MX \"10 mail$\"", "", "h2", "MX",
     "10 mail2.example.test."},
    {"generate with text in quotes", "$GENERATE 1-2 h$ TXT \"\\\"host $\\\" b\"", "", "h2", "TXT",
     "\"host 2\" \"b\""},
    {"generate with one quoted field of two", "$GENERATE 1-2 h$ CAA 0 issue \"ca$.test\"", "", "h2", "CAA",
     "0 issue \"ca2.test\""},
    {"generate in nibbles", "$GENERATE 18-18 ${0,3,n}.x PTR a.", "", "2.1.x", "PTR", "a."},
    {"origin changes", "$ORIGIN sub\nwww A 192.0.2.7\n$ORIGIN .\nx.example.test A 192.0.2.8", "", "www.sub",
     "A", "192.0.2.7"},
    {"out of the zone", "www.example.org. A 192.0.2.7\nftp A 192.0.2.8", "1:1=out-of-zone", "ftp", "A",
     "192.0.2.8"},
    {"CRLF", "www A 192.0.2.7\r\nftp A 192.0.2.8\r", "", "www", "A", "192.0.2.7"},
    {"no newline at the end", "www A 192.0.2.7\\", "1:16=no-newline", "www", "A", "192.0.2.7"},
    {"a comment without a newline at the end", "www A 192.0.2.7\n; end\\", "", "www", "A", "192.0.2.7"},
    {"NSEC bitmap", "www NSEC zzz A TXT RRSIG NSEC TYPE1234", "", "www", "NSEC", NULL},
    {"RRSIG times", "www A 192.0.2.7\nwww RRSIG A 13 3 300 20260201000000 1767225600 1 @ AAAA", "", "www",
     "A", "192.0.2.7"},

    {"bad address, then a good line", "www A 192.0.2.300\nftp A 192.0.2.8", "1:7", "ftp", "A", "192.0.2.8"},
    {"leading zeros", "www A 192.0.2.007\nb A 192.0.2.8", "1:7=address", NULL, NULL, NULL},
    {"several errors are all reported", "a A x\nb A 1.2.3\nc MX host\nd FOO bar", "1:5 2:5 3:6 4:3", NULL,
     NULL, NULL},
    {"missing RDATA", "www A", "1:5", NULL, NULL, NULL},
    {"too much RDATA", "www A 192.0.2.7 192.0.2.8", "1:17", NULL, NULL, NULL},
    {"unclosed parenthesis does not hide what follows", "a TXT ( \"x\"\nb A 192.0.2.8", "1:7=open-end", "b",
     "A", "192.0.2.8"},
    {"stray parenthesis", "www A ) 192.0.2.7\nb A 192.0.2.8", "1:7", "b", "A", "192.0.2.8"},
    {"unclosed string", "www TXT \"abc\nb A 192.0.2.8", "1:13", "b", "A", "192.0.2.8"},
    {"empty label", "a..b A 192.0.2.7", "1:1", NULL, NULL, NULL},
    {"bad escape", "a\\300 A 192.0.2.7\nb A 192.0.2.8", "1:1=escape", NULL, NULL, NULL},
    {"unknown directive", "$FOO bar", "1:1", NULL, NULL, NULL},
    {"bad $TTL", "$TTL 1x", "1:6", NULL, NULL, NULL},
    {"TTL of 2^32", "www 4294967296 A 192.0.2.7", "1:5", NULL, NULL, NULL},
    {"MX preference", "@ MX 65536 mail\nb A 192.0.2.8", "1:6=range", NULL, NULL, NULL},
    {"generic length lies", "www TYPE65280 \\# 4 0a0b0c", "1:18", NULL, NULL, NULL},
    {"odd hexadecimal", "sub DS 1 13 2 ABC", "1:15", NULL, NULL, NULL},
    {"bad base64", "@ DNSKEY 257 3 13 A=BC", "1:19", NULL, NULL, NULL},
    {"IPSECKEY gateway type", "@ IPSECKEY 10 4 2 gw AQ==", "1:15", NULL, NULL, NULL},
    {"IPSECKEY of nothing", "@ IPSECKEY x", "1:12", NULL, NULL, NULL},
    {"generate range", "$GENERATE 5-1 h$ A 192.0.2.$", "1:11=generate", NULL, NULL, NULL},
    {"label of 64",
     "a234567890123456789012345678901234567890123456789012345678901234 A 192.0.2.7\nb A 192.0.2.8",
     "1:1=label", "b", "A", "192.0.2.8"},
    {"what inherits a lost owner is lost with it", "a..b A 192.0.2.7\n  A 192.0.2.9\nb A 192.0.2.8", "1:1",
     "b", "A", "192.0.2.8"},
    {"meta type", "www ANY x\nb A 192.0.2.8", "1:5=meta", "b", "A", "192.0.2.8"},
    {"class", "www CH TXT x\nb A 192.0.2.8", "1:5=class", "b", "A", "192.0.2.8"},
    {"TTL above 2^31-1", "www 2147483648 A 192.0.2.7", "1:1=ttl", "www", "A", "192.0.2.7"},
    {"TTL of 2^31-1", "www 2147483647 A 192.0.2.7", "", "www", "A", "192.0.2.7"},
    {"$TTL above 2^31-1", "$TTL 68w\nwww A 192.0.2.7\n$TTL 3551w", "3:6=ttl", "www", "A", "192.0.2.7"},
    {"inherited over $ORIGIN", "www A 192.0.2.7\n$ORIGIN a.example.test.\n TXT x\n TXT y", "3:2=inherited",
     "www", "TXT", NULL},
    {"a word glued to a string", "www TXT \"a\"b c", "1:1=quote", "www", "TXT", "\"a\" \"b\" \"c\""},
    {"duplicate", "www A 192.0.2.7\nWWW A 192.0.2.7", "2:1=duplicate", "www", "A", "192.0.2.7"},
    {"weight out of range", "_a._tcp SRV 1 65536 3 b\nb A 192.0.2.8", "1:15=range", "b", "A", "192.0.2.8"},
    {"octets that an A cannot have", "www A \\# 3 010203\nb A 192.0.2.8", "1:10", "b", "A", "192.0.2.8"},
    {"a generated address out of range", "$GENERATE 254-257 h$ A 192.0.2.$\nb A 192.0.2.8", "1:1=generate",
     "h255", "A", "192.0.2.255"},
    {"a generated owner outside", "$GENERATE 1-3 h$.test. A 192.0.2.$\nb A 192.0.2.8", "1:1=out-of-zone", "b",
     "A", "192.0.2.8"},
    {"control character", "www A 192.0.2.7\001\nb A 192.0.2.8", "1:16", "b", "A", "192.0.2.8"},
    {"an entry begins inside parentheses", "a TXT ( x\nb TXT ( y )\nc TXT ( z )", "1:7", "b", "TXT", "\"y\""},
    {"parentheses in parentheses", "a TXT ( ( x ) )\nb A 192.0.2.8", "1:9", "b", "A", "192.0.2.8"},
    {"numbers of an unclosed SOA are no records", "a SOA b c (\n  1 ; serial\n  2 3 4 5\nb A 192.0.2.8\n",
     "1:11=open-end", "b", "A", "192.0.2.8"},
    {"string open at the end of the file", "b A 192.0.2.8\na TXT \"abc\\", "2:11=open-end", "b", "A",
     "192.0.2.8"},
    {"February 30", "www RRSIG A 13 3 300 20260230000000 20260101000000 1 @ AAAA", "1:22", NULL, NULL, NULL},
    {"February 29", "www RRSIG A 13 3 300 20240229000000 20240101000000 1 @ AAAA", "", "www", "RRSIG", NULL},
    {"include is refused in memory", "$INCLUDE x.inc", "1:10=include", NULL, NULL, NULL},
};

static const char *const kinds[ZONE_REMARK_KINDS] = {
    [ZONE_FAULT_SYNTAX] = "",
    [ZONE_FAULT_INCLUDE] = "=include",
    [ZONE_FAULT_GENERATE] = "=generate",
    [ZONE_FAULT_OUT_OF_ZONE] = "=out-of-zone",
    [ZONE_FAULT_LABEL] = "=label",
    [ZONE_FAULT_STRING] = "=string",
    [ZONE_FAULT_RANGE] = "=range",
    [ZONE_FAULT_META_TYPE] = "=meta",
    [ZONE_FAULT_CLASS] = "=class",
    [ZONE_FAULT_ESCAPE] = "=escape",
    [ZONE_FAULT_ADDRESS] = "=address",
    [ZONE_FAULT_END] = "=open-end",
    [ZONE_REMARK_END] = "=no-newline",
    [ZONE_REMARK_TTL] = "=ttl",
    [ZONE_REMARK_TTL_MISSING] = "=ttl-missing",
    [ZONE_REMARK_INHERITED] = "=inherited",
    [ZONE_REMARK_QUOTE] = "=quote",
    [ZONE_REMARK_DUPLICATE] = "=duplicate",
};

static void errors_text(char *out, size_t size, const struct zonefile *file)
{
    out[0] = '\0';
    for (size_t i = 0; i < file->error_count; i++) {
        size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%u:%u%s", used > 0 ? " " : "",
                 file->errors[i].where.line - HEAD_LINES, file->errors[i].where.column,
                 kinds[file->errors[i].fault]);
    }
}

static void label_text(char *out, size_t size, const char *label, size_t count)
{
    out[0] = '\0';
    for (size_t i = 0; i < count && strlen(out) + strlen(label) < size; i++)
        strcat(out, label);
}

/* The result does not depend on how much of the file is in memory: borders of windows fall everywhere. */
static void check_window(struct arena *a, const struct row *row, const char *text, size_t window)
{
    struct zonefile file;
    const struct zonefile_options options = {.window = window};
    const char *error = NULL;
    char errors[512] = "";
    assert_int_equal(zonefile_parse(a, text, strlen(text), &options, &file, &error), STATUS_OK);
    errors_text(errors, sizeof(errors), &file);
    assert_string_equal(errors, row->errors);
    if (row->owner != NULL) {
        const char *owner =
            strcmp(row->owner, "@") == 0 ? "example.test." : arena_printf(a, "%s.example.test.", row->owner);
        const struct rrset *set =
            zone_rrset(file.zone, a, dname_const(a, owner), rrtype_from_text(row->type));
        assert_non_null(set);
        if (row->rdata != NULL)
            assert_string_equal(rdata_text(a, set->type, &set->rdata[0]), row->rdata);
    }
    zone_free(file.zone);
}

static void check_row(void **state)
{
    static const size_t windows[] = {0, 1, 2, 7, 13, 64, 100};
    const struct row *row = *state;
    struct arena *a = arena_new(0);
    size_t length = strlen(row->text);
    bool cut = length > 0 && row->text[length - 1] == '\\'; /* no newline at the end */
    const char *text = arena_printf(a, HEAD "%.*s%s", (int)(length - cut), row->text, cut ? "" : "\n");
    for (size_t i = 0; i < ARRAY_SIZE(windows); i++)
        check_window(a, row, text, windows[i]);
    arena_free(a);
}

static void long_names_and_strings(void **state)
{
    struct arena *a = arena_new(0);
    struct zonefile file;
    const struct zonefile_options options = {0};
    const char *error = NULL;
    char label[80];
    char text[2048];
    char string[300];
    (void)state;
    label_text(label, sizeof(label), "a", 64);
    label_text(string, sizeof(string), "s", 256);
    snprintf(text, sizeof(text), HEAD "%s A 192.0.2.7\nx TXT \"%s\"\n", label, string);
    assert_int_equal(zonefile_parse(a, text, strlen(text), &options, &file, &error), STATUS_OK);
    assert_int_equal(file.error_count, 2);
    zone_free(file.zone);
    arena_free(a);
}

/* A record of several lines begins at its first and ends behind its last, the parenthesis with it. */
static void records_span_their_lines(void **state)
{
    struct arena *a = arena_new(0);
    struct zonefile file;
    const struct zonefile_options options = {0};
    const char *error = NULL;
    const char *text = HEAD "www TXT ( \"a\"\n  \"b\"\n  )\nftp  A 192.0.2.8 ; here\n";
    (void)state;
    assert_int_equal(zonefile_parse(a, text, strlen(text), &options, &file, &error), STATUS_OK);
    const struct rrset *set = zone_rrset(file.zone, a, dname_const(a, "www.example.test."), RRTYPE_TXT);
    assert_int_equal(set->where[0].line, HEAD_LINES + 1);
    assert_int_equal(set->where[0].column, 1);
    assert_int_equal(set->where[0].end_line, HEAD_LINES + 3);
    assert_int_equal(set->where[0].end_column, 4);
    set = zone_rrset(file.zone, a, dname_const(a, "ftp.example.test."), RRTYPE_A);
    assert_int_equal(set->where[0].line, HEAD_LINES + 4);
    assert_int_equal(set->where[0].end_column, 17);
    zone_free(file.zone);
    arena_free(a);
}

/* Entries without an end are a fault where they begin, and what follows is read. */
static void entries_have_a_limit(void **state)
{
    static const struct {
        const char *text, *errors;
        bool found; /* the record behind it */
    } limits[] = {
        {HEAD "a TXT "
              "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
              "xxxxxxxxxxxxxx"
              "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
              "xxxxxxxxxxxxxxx\n"
              "b A 192.0.2.8\n",
         "1:1", true},
        {HEAD "; "
              "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
              "xxxxxxxxxxxxxx"
              "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
              "xxxxxxxxxxxxxxx\n"
              "b A 192.0.2.8\n",
         "1:1", true},
        {HEAD "a TXT ( x\n"
              " x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x\n"
              " x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x "
              "x x x x x\n"
              "b A 192.0.2.8\n",
         "1:1 2:2 3:2", true},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
        struct arena *a = arena_new(0);
        struct zonefile file;
        const struct zonefile_options options = {.window = 16, .entry_limit = 128};
        const char *error = NULL;
        char errors[512];
        assert_int_equal(zonefile_parse(a, limits[i].text, strlen(limits[i].text), &options, &file, &error),
                         STATUS_OK);
        errors_text(errors, sizeof(errors), &file);
        assert_string_equal(errors, limits[i].errors);
        assert_int_equal(zone_has(file.zone, dname_const(a, "b.example.test."), RRTYPE_A), limits[i].found);
        zone_free(file.zone);
        arena_free(a);
    }
}

/* Of each kind so many are kept; the last one says how many more there were. */
static void kinds_are_kept_apart(void **state)
{
    struct arena *a = arena_new(0);
    struct zonefile file;
    const struct zonefile_options options = {.error_limit = 3};
    const char *error = NULL;
    char errors[512];
    struct buf text = BUF_INIT(100000);
    (void)state;
    buf_str(&text, HEAD);
    for (unsigned i = 0; i < 50; i++)
        buf_str(&text, "www A x\n@ MX 70000 www\n");
    assert_int_equal(zonefile_parse(a, buf_text(&text), text.length, &options, &file, &error), STATUS_OK);
    errors_text(errors, sizeof(errors), &file);
    assert_string_equal(errors, "1:7 2:6=range 3:7 4:6=range 5:7 6:6=range");
    assert_null(strstr(file.errors[0].message, "47 more"));
    assert_non_null(strstr(file.errors[4].message, "47 more"));
    assert_non_null(strstr(file.errors[5].message, "47 more"));
    assert_string_equal(file.errors[5].record, "MX 70000 www");
    assert_string_equal(dname_text(a, file.errors[5].owner), "example.test.");
    assert_int_equal(file.errors[5].type, RRTYPE_MX);
    zone_free(file.zone);
    buf_free(&text);
    arena_free(a);
}

/* Parentheses that never close make a reader go back: not for ever. */
static void hostile_texts_end_soon(void **state)
{
    static const char *const pieces[] = {"a (\n",  " (\n", "(",    ")",
                                         "\"\n",   "\\\n", "a \\", "$GENERATE 1-9 ( x\n",
                                         "\x80 (", ";(\n", "a=\"", "\n"};
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
        struct arena *a = arena_new(0);
        struct zonefile file;
        const struct zonefile_options options = {.window = 4096, .error_limit = 10};
        const char *error = NULL;
        struct buf text = BUF_INIT(1 << 20);
        buf_str(&text, HEAD);
        for (unsigned k = 0; k < 20000; k++)
            buf_str(&text, pieces[i]);
        buf_str(&text, "\n)\nlast A 192.0.2.9\n");
        assert_int_equal(zonefile_parse(a, buf_text(&text), text.length, &options, &file, &error), STATUS_OK);
        assert_true(file.error_count > 0 || strcmp(pieces[i], "\n") == 0 || strcmp(pieces[i], ";(\n") == 0);
        zone_free(file.zone);
        buf_free(&text);
        arena_free(a);
    }
}

struct origin_row {
    const char *path, *text, *option, *apex; /* apex NULL: usage error */
};

static void origins_come_in_the_documented_order(void **state)
{
    static const struct origin_row origins[] = {
        {"db.file.test", "@ SOA a. b. 1 2 3 4 5\n", "option.test.", "option.test."},
        {"db.file.test", "$ORIGIN line.test.\n@ SOA a. b. 1 2 3 4 5\n", NULL, "line.test."},
        {"db.file.test", "soa.test. SOA a. b. 1 2 3 4 5\n", NULL, "soa.test."},
        {"db.file.test", "@ SOA a. b. 1 2 3 4 5\n", NULL, "file.test."},
        {"file.test.zone", "@ SOA a. b. 1 2 3 4 5\n", NULL, "file.test."},
        {"file.test.db", "www A 192.0.2.1\n@ SOA a. b. 1 2 3 4 5\n", NULL, "file.test."},
        {"plain", "@ SOA a. b. 1 2 3 4 5\n", NULL, NULL},
    };
    char folder[] = "/tmp/zonevet-origin-XXXXXX";
    (void)state;
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < ARRAY_SIZE(origins); i++) {
        struct arena *a = arena_new(0);
        struct zonefile file = {0};
        struct zonefile_options options = {0};
        const char *error = NULL;
        char *path = arena_printf(a, "%s/%s", folder, origins[i].path);
        FILE *out = fopen(path, "w");
        fputs(origins[i].text, out);
        fclose(out);
        if (origins[i].option != NULL)
            options.origin = dname_const(a, origins[i].option);
        enum status status = zonefile_read(a, path, &options, &file, &error);
        if (origins[i].apex == NULL) {
            assert_int_equal(status, STATUS_USAGE);
            assert_non_null(error);
        } else {
            assert_int_equal(status, STATUS_OK);
            assert_string_equal(dname_text(a, file.apex), origins[i].apex);
        }
        zone_free(file.zone);
        unlink(path);
        arena_free(a);
    }
    rmdir(folder);
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static void includes_stay_in_the_folder(void **state)
{
    static const struct {
        const char *path;
        bool good;
    } includes[] = {
        {"good.inc", true},
        {"sub/deep.inc", true},
        {"../outside.inc", false},
        {"/etc/passwd", false},
        {"link.inc", false},
        {"missing.inc", false},
        {"sub", false},
        {"sub/../../outside.inc", false},
        {"loop.inc", false},
    };
    char folder[] = "/tmp/zonevet-include-XXXXXX";
    char text[1024];
    char path[512];
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/zones", folder);
    mkdir(path, 0755);
    snprintf(path, sizeof(path), "%s/zones/sub", folder);
    mkdir(path, 0755);
    write_file(folder, "outside.inc", "evil A 192.0.2.66\n");
    write_file(folder, "zones/good.inc", "inc A 192.0.2.9\n");
    write_file(folder, "zones/sub/deep.inc", "inc A 192.0.2.9\n");
    write_file(folder, "zones/loop.inc", "inc A 192.0.2.9\n$INCLUDE loop.inc\n");
    snprintf(path, sizeof(path), "%s/zones/link.inc", folder);
    assert_int_equal(symlink("../outside.inc", path), 0);
    for (size_t i = 0; i < ARRAY_SIZE(includes); i++) {
        struct arena *a = arena_new(0);
        struct zonefile file = {0};
        const struct zonefile_options options = {0};
        const char *error = NULL;
        snprintf(text, sizeof(text), HEAD "$INCLUDE %s\nafter A 192.0.2.8\n", includes[i].path);
        write_file(folder, "zones/example.test.zone", text);
        snprintf(path, sizeof(path), "%s/zones/example.test.zone", folder);
        assert_int_equal(zonefile_read(a, path, &options, &file, &error), STATUS_OK);
        assert_int_equal(file.error_count == 0, includes[i].good);
        if (file.error_count > 0)
            assert_int_equal(file.errors[0].fault, ZONE_FAULT_INCLUDE);
        assert_null(zone_rrset(file.zone, a, dname_const(a, "evil.example.test."), RRTYPE_A));
        assert_non_null(zone_rrset(file.zone, a, dname_const(a, "after.example.test."), RRTYPE_A));
        if (includes[i].good)
            assert_non_null(zone_rrset(file.zone, a, dname_const(a, "inc.example.test."), RRTYPE_A));
        zone_free(file.zone);
        arena_free(a);
    }
    snprintf(text, sizeof(text), "rm -r '%s'", folder);
    assert_int_equal(system(text), 0);
}

/* What stands in included files is told at its own place, and inherits what it should. */
static void includes_have_places(void **state)
{
    char folder[] = "/tmp/zonevet-include-XXXXXX";
    char path[512];
    char expected[512];
    struct arena *a = arena_new(0);
    struct zonefile file = {0};
    const struct zonefile_options options = {.window = 16};
    const char *error = NULL;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/sub", folder);
    mkdir(path, 0755);
    write_file(folder, "example.test.zone",
               HEAD "www A 192.0.2.7\n$INCLUDE sub/a.inc in.example.test.\n TXT mine\nlast A x\n");
    write_file(folder, "sub/a.inc", " TXT outer\nown A 192.0.2.8\n$INCLUDE sub/b.inc\n");
    write_file(folder, "sub/b.inc", "own2 A 192.0.2.9\n\nown3 A x");
    snprintf(path, sizeof(path), "%s/example.test.zone", folder);
    assert_int_equal(zonefile_read(a, path, &options, &file, &error), STATUS_OK);
    static const struct {
        const char *name;
        uint32_t line;
        enum zone_fault fault;
    } places[] = {{"example.test.zone", 8, ZONE_REMARK_INHERITED},
                  {"example.test.zone", 9, ZONE_FAULT_SYNTAX},
                  {"sub/a.inc", 1, ZONE_REMARK_INHERITED},
                  {"sub/b.inc", 3, ZONE_FAULT_SYNTAX},
                  {"sub/b.inc", 3, ZONE_REMARK_END}};
    assert_int_equal(file.error_count, ARRAY_SIZE(places));
    for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
        snprintf(expected, sizeof(expected), "%s/%s", folder, places[i].name);
        assert_string_equal(file.errors[i].where.file, expected);
        assert_int_equal(file.errors[i].where.line, places[i].line);
        assert_int_equal(file.errors[i].fault, places[i].fault);
    }
    const struct rrset *set = zone_rrset(file.zone, a, dname_const(a, "www.example.test."), RRTYPE_TXT);
    assert_int_equal(set->count, 2);
    assert_true(zone_has(file.zone, dname_const(a, "own.in.example.test."), RRTYPE_A));
    assert_true(zone_has(file.zone, dname_const(a, "own2.in.example.test."), RRTYPE_A));
    zone_free(file.zone);
    snprintf(path, sizeof(path), "rm -r '%s'", folder);
    assert_int_equal(system(path), 0);
    arena_free(a);
}

static void devices_and_folders_are_refused(void **state)
{
    static const char *const paths[] = {"/dev/zero", "/tmp", "/nonexistent/file"};
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
        struct arena *a = arena_new(0);
        struct zonefile file = {0};
        const struct zonefile_options options = {0};
        const char *error = NULL;
        assert_int_equal(zonefile_read(a, paths[i], &options, &file, &error), STATUS_IO);
        assert_non_null(error);
        arena_free(a);
    }
}

/* A line of 300 MB, without a newline and full of NUL: sparse, so it costs no disk. */
static void endless_lines_need_no_memory(void **state)
{
    char path[] = "/tmp/zonevet-line-XXXXXX";
    struct arena *a = arena_new(0);
    struct zonefile file;
    const struct zonefile_options options = {.origin = dname_const(a, "example.test.")};
    const char *error = NULL;
    (void)state;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "b A 192.0.2.8\n", 14), 14);
    assert_int_equal(ftruncate(fd, (off_t)300 << 20), 0);
    assert_int_equal(lseek(fd, 0, SEEK_END), (off_t)300 << 20);
    assert_int_equal(write(fd, "\nc A 192.0.2.9\n", 15), 15);
    close(fd);
    assert_int_equal(zonefile_read(a, path, &options, &file, &error), STATUS_OK);
    assert_true(zone_has(file.zone, dname_const(a, "b.example.test."), RRTYPE_A));
    assert_true(zone_has(file.zone, dname_const(a, "c.example.test."), RRTYPE_A));
    assert_int_equal(file.errors[0].where.line, 1);
    assert_int_equal(file.errors[1].where.line, 2);
    zone_free(file.zone);
    unlink(path);
    arena_free(a);
}

static void standard_input_is_read(void **state)
{
    static const char text[] = "example.test. 300 SOA a b 1 2 3 4 5\nwww 300 A 192.0.2.7\n";
    struct arena *a = arena_new(0);
    struct zonefile file;
    const struct zonefile_options options = {0};
    const char *error = NULL;
    int ends[2];
    int keep = dup(STDIN_FILENO);
    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, sizeof(text) - 1), sizeof(text) - 1);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    assert_int_equal(zonefile_read(a, "-", &options, &file, &error), STATUS_OK);
    assert_true(zone_has(file.zone, dname_const(a, "www.example.test."), RRTYPE_A));
    assert_string_equal(file.origin_from, "SOA");
    if (keep >= 0) {
        dup2(keep, STDIN_FILENO);
        close(keep);
    }
    zone_free(file.zone);
    arena_free(a);
}

/* An empty file has no errors but no name either. */
static void empty_texts(void **state)
{
    static const char *const texts[] = {"", "\n", " ", "; nothing", "\xef\xbb\xbf", "(", "\""};
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        struct arena *a = arena_new(0);
        struct zonefile file;
        const char *error = NULL;
        struct zonefile_options options = {0};
        assert_int_equal(zonefile_parse(a, texts[i], strlen(texts[i]), &options, &file, &error),
                         STATUS_USAGE);
        assert_non_null(error);
        options.origin = dname_const(a, "example.test.");
        assert_int_equal(zonefile_parse(a, texts[i], strlen(texts[i]), &options, &file, &error), STATUS_OK);
        assert_int_equal(zone_record_count(file.zone), 0);
        zone_free(file.zone);
        arena_free(a);
    }
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_SIZE(rows) + 20];
    size_t count = 0;
    static struct row copies[ARRAY_SIZE(rows)];
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        copies[i] = rows[i];
        tests[count++] =
            (struct CMUnitTest){.name = rows[i].name, .test_func = check_row, .initial_state = &copies[i]};
    }
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(long_names_and_strings);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(origins_come_in_the_documented_order);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(includes_stay_in_the_folder);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(devices_and_folders_are_refused);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(includes_have_places);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(records_span_their_lines);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(entries_have_a_limit);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(kinds_are_kept_apart);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(hostile_texts_end_soon);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(endless_lines_need_no_memory);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(standard_input_is_read);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(empty_texts);
    return _cmocka_run_group_tests("zonefile", tests, count, NULL, NULL);
}
