/* SPDX-License-Identifier: BSD-2-Clause */
/* Hints and trust anchor files. */
#include "auditor/collect/collect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char *write_file(char path[static 64], const char *text)
{
    snprintf(path, 64, "/tmp/zonevet-hints-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    return path;
}

struct hints_case {
    const char *name, *text;
    enum status status;
    size_t count;
    const char *error; /* part of it */
};

static const struct hints_case hints[] = {
    {"as published",
     "; comment\n"
     ".                        3600000      NS    A.ROOT-SERVERS.NET.\n"
     "A.ROOT-SERVERS.NET.      3600000      A     198.41.0.4\n"
     "A.ROOT-SERVERS.NET.      3600000      AAAA  2001:503:ba3e::2:30\n"
     "; end of file\n",
     STATUS_OK, 2, NULL},
    {"class, $TTL, $ORIGIN, no final line end", "$TTL 60\n. IN NS a.lab.\n$ORIGIN lab.\na IN A 127.0.0.1",
     STATUS_OK, 1, NULL},
    {"owner left out", ". NS a.\n  NS b.\na. A 192.0.2.1\nb. A 192.0.2.2\n", STATUS_OK, 2, NULL},
    {"parentheses", ". NS (\n a. ) ; split\na. A 192.0.2.1\n", STATUS_OK, 1, NULL},
    {"addresses of others are passed over", ". NS a.\na. A 192.0.2.1\nb. A 192.0.2.2\n", STATUS_OK, 1, NULL},
    {"names compare without case", ". NS A.Lab.\na.lab. A 192.0.2.1\n", STATUS_OK, 1, NULL},
    {"no address", ". NS a.\n", STATUS_MALFORMED, 0, "expected"},
    {"empty", "", STATUS_MALFORMED, 0, "expected"},
    {"not a record", ". NS a.\nthis is no record at all\n", STATUS_MALFORMED, 0, ":2:"},
    {"bad address", ". NS a.\n\n\na. A 192.0.2.256\n", STATUS_MALFORMED, 0, ":4:"},
    {"$INCLUDE is not followed", "$INCLUDE /etc/passwd\n", STATUS_MALFORMED, 0, ":1:"},
};

static void check_hints(void **state)
{
    const struct hints_case *row = *state;
    struct arena *a = arena_new(0);
    char path[64];
    const struct server *servers = NULL;
    const char *error = NULL;
    size_t count = 0;
    assert_int_equal(hints_load(a, write_file(path, row->text), &servers, &count, &error), row->status);
    unlink(path);
    assert_int_equal(count, row->count);
    if (row->error != NULL)
        assert_non_null(strstr(error, row->error));
    for (size_t i = 0; i < count; i++)
        assert_int_not_equal(servers[i].address.family, 0);
    arena_free(a);
}

struct anchors_case {
    const char *name, *text;
    enum status status;
    size_t count, records; /* sets, and records in the first */
};

static const struct anchors_case anchors[] = {
    {"DS",
     ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
     ". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16\n",
     STATUS_OK, 1, 2},
    {"DNSKEY with comments",
     ". IN DNSKEY 257 3 13 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
     "AAAAAAAAAAAAAAAAAAAAAA== ; keytag 1\n",
     STATUS_OK, 1, 1},
    {"two owners",
     ". DS 1 13 2 00000000000000000000000000000000000000000000000000000000000000aa\n"
     "Lab. DS 1 13 2 00000000000000000000000000000000000000000000000000000000000000aa\n",
     STATUS_OK, 2, 1},
    {"other types are passed over",
     ". NS a.\n. DS 1 13 2 "
     "00000000000000000000000000000000000000000000000000000000000000aa\n",
     STATUS_OK, 1, 1},
    {"none", ". NS a.\n", STATUS_MALFORMED, 0, 0},
    {"the form of another program", "trust-anchors {\n};\n", STATUS_MALFORMED, 0, 0},
};

static void check_anchors(void **state)
{
    const struct anchors_case *row = *state;
    struct arena *a = arena_new(0);
    char path[64];
    const struct rrset *sets = NULL;
    const char *error = NULL;
    size_t count = 0;
    assert_int_equal(anchors_load(a, write_file(path, row->text), &sets, &count, &error), row->status);
    unlink(path);
    assert_int_equal(count, row->count);
    if (count > 0)
        assert_int_equal(sets[0].count, row->records);
    else
        assert_non_null(error);
    arena_free(a);
}

static void a_file_that_is_not_there(void **state)
{
    struct arena *a = arena_new(0);
    const struct server *servers;
    const char *error = NULL;
    size_t count;
    (void)state;
    assert_int_equal(hints_load(a, "/nonexistent/hints", &servers, &count, &error), STATUS_IO);
    assert_non_null(strstr(error, "/nonexistent/hints"));
    arena_free(a);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_SIZE(hints) + ARRAY_SIZE(anchors) + 1];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_SIZE(hints); i++)
        tests[count++] =
            (struct CMUnitTest){hints[i].name, check_hints, NULL, NULL, (void *)(uintptr_t)&hints[i]};
    for (size_t i = 0; i < ARRAY_SIZE(anchors); i++)
        tests[count++] =
            (struct CMUnitTest){anchors[i].name, check_anchors, NULL, NULL, (void *)(uintptr_t)&anchors[i]};
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(a_file_that_is_not_there);
    return _cmocka_run_group_tests("hints", tests, count, NULL, NULL);
}
