/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of files for results: the right one, through the gate, and nothing from what is no file. */
#include "reports/snippets.h"
#include "tests/reports/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/zonevet-snippets-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[sizeof(folder) + 32];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static void put(const char *name, const void *octets, size_t length)
{
    FILE *out = fopen(in_folder(name), "w");
    assert_non_null(out);
    assert_int_equal(fwrite(octets, 1, length, out), length);
    fclose(out);
}

static int setup(void **state)
{
    (void)state;
    static char large[200000];
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    assert_non_null(mkdtemp(folder));
    static const char zone[] = "first\n\nthird \x1B[2J \xFF\r\nfourth\nlast without end";
    put("a.zone", zone, sizeof(zone) - 1);
    memset(large, 'x', sizeof(large));
    large[sizeof(large) - 5] = '\n'; /* line 2 lies behind several blocks */
    put("long.zone", large, sizeof(large));
    assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    static const char *const names[] = {"a.zone", "long.zone", "pipe"};
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        unlink(in_folder(names[i]));
    return rmdir(folder);
}

static void lines(void **state)
{
    (void)state;
    static const struct {
        struct location where;
        enum outcome outcome;
        const char *expected; /* NULL: none */
    } rows[] = {
        {{"a.zone", 4, 1, 4, 7}, OUTCOME_FAIL, "fourth"},
        {{"a.zone", 1, 1, 4, 7}, OUTCOME_FAIL, "first"},
        {{"a.zone", 1, 2, 1, 3}, OUTCOME_INFO, "first"},
        {{"a.zone", 2, 1, 2, 1}, OUTCOME_FAIL, NULL},
        {{"a.zone", 3, 1, 3, 1}, OUTCOME_FAIL, "third \\u{001B}[2J \xEF\xBF\xBD"},
        {{"a.zone", 5, 1, 5, 1}, OUTCOME_FAIL, "last without end"},
        {{"a.zone", 6, 1, 6, 1}, OUTCOME_FAIL, NULL},
        {{"a.zone", 0, 0, 0, 0}, OUTCOME_FAIL, NULL},
        {{"a.zone", 4, 1, 4, 7}, OUTCOME_PASS, NULL},
        {{"long.zone", 1, 1, 1, 1}, OUTCOME_FAIL, NULL},
        {{"long.zone", 2, 1, 2, 1}, OUTCOME_FAIL, "xxxx"},
        {{"absent.zone", 1, 1, 1, 1}, OUTCOME_FAIL, NULL},
        {{"pipe", 1, 1, 1, 1}, OUTCOME_FAIL, NULL},
        {{".", 1, 1, 1, 1}, OUTCOME_FAIL, NULL},
        {{"/dev/zero", 1, 1, 1, 1}, OUTCOME_FAIL, NULL},
    };
    struct fixture x;
    sample_build(&x);
    struct result *r = fixture_results(&x, ARRAY_SIZE(rows));
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        r[i] = sample_result("xfr.open", "example.test.", rows[i].outcome, "");
        r[i].location = &rows[i].where;
    }
    struct target_report report = {.results = r, .result_count = ARRAY_SIZE(rows)};
    snippets_add(x.arena, &report, folder);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        if (rows[i].expected == NULL)
            assert_null(r[i].snippet);
        else
            assert_string_equal(r[i].snippet, rows[i].expected);
    }
    fixture_free(&x);
}

static void what_is_there_stays(void **state)
{
    (void)state;
    struct fixture x;
    sample_build(&x);
    static const struct location where = {"a.zone", 4, 1, 4, 7};
    struct result r = sample_result("xfr.open", "example.test.", OUTCOME_FAIL, "");
    r.location = &where;
    r.snippet = "mine";
    struct target_report report = {.results = &r, .result_count = 1};
    snippets_add(x.arena, &report, folder);
    assert_string_equal(r.snippet, "mine");
    report.result_count = 0;
    snippets_add(x.arena, &report, folder);
    fixture_free(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines), cmocka_unit_test(what_is_there_stays)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
