/* SPDX-License-Identifier: BSD-2-Clause */
/* Baseline files: what is written is read back the same; what is wrong is told by file and line. */
#include "auditor/gate/known.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define FP_A "3f9c0d5e8a7b61423f9c0d5e8a7b61423f9c0d5e8a7b61423f9c0d5e8a7b6142"
#define FP_B "0000000000000000000000000000000000000000000000000000000000000001"
#define HEAD                                                                                                 \
    "{\"schema\": \"zonevet.baseline\", \"version\": 1, \"tool_version\": \"0.1.0\", \"created\": "          \
    "\"2026-01-10T08:00:00Z\", "                                                                             \
    "\"fingerprint_version\": 1,\n \"findings\": ["
#define ROW(fp)                                                                                              \
    "{\"fp\": \"" fp                                                                                         \
    "\", \"check\": \"caa.missing\", \"target\": \"example.com.\", \"subject\": \"example.com.\", "          \
    "\"severity\": \"low\", \"first_seen\": \"2026-01-10\"}"

struct bad {
    const char *name, *text, *place, *says;
};

static const struct bad bad[] = {
    {"empty", "", "b:1:", "expected"},
    {"not JSON", "hello world", "b:1:", "object"},
    {"unknown key", "{\"schema\": \"zonevet.baseline\",\n\"versoin\": 1}",
     "b:2:", "did you mean \"version\""},
    {"unknown key of a finding", HEAD "\n" ROW(FP_A) ",\n{\"fp\": \"" FP_B "\", \"subjct\": 1}]}",
     "b:4:", "subject"},
    {"another schema", "{\"schema\": \"zonevet.report\", \"version\": 1}", "b:1:", "zonevet.baseline"},
    {"newer version", "{\"schema\": \"zonevet.baseline\",\n\n \"version\": 2}", "b:3:", "version"},
    {"newer fingerprints",
     "{\"schema\": \"zonevet.baseline\", \"version\": 1,\n\"fingerprint_version\": 2, \"findings\": []}",
     "b:2:", "fingerprint_version"},
    {"no findings", "{\"schema\": \"zonevet.baseline\", \"version\": 1, \"fingerprint_version\": 1}",
     "b:1:", "findings"},
    {"twice", HEAD ROW(FP_A) ",\n" ROW(FP_A) "]}", "b:3:", "twice"},
    {"key twice", "{\"schema\": \"zonevet.baseline\", \"version\": 1,\n\"version\": 1}", "b:2:", "twice"},
    {"short fingerprint", HEAD "\n{\"fp\": \"abc\"}]}", "b:3:", "64"},
    {"upper case", HEAD "\n{\"fp\": \"3F9c0d5e8a7b61423f9c0d5e8a7b61423f9c0d5e8a7b61423f9c0d5e8a7b6142\"}]}",
     "b:3:", "64"},
    {"missing key", HEAD "{\"fp\": \"" FP_A "\"}]}", "b:2:", "check"},
    {"no severity", HEAD "\n{\"severity\": \"urgent\"}]}", "b:3:", "critical"},
    {"no day", HEAD "\n{\"first_seen\": \"2026-02-30\"}]}", "b:3:", "2026-01-10"},
    {"relative name", HEAD "\n{\"target\": \"example.com\"}]}", "b:3:", "absolute"},
    {"never closed", HEAD ROW(FP_A), "b:1:", "closed"},
    {"comma missing", HEAD ROW(FP_A) "\n" ROW(FP_B) "]}", "b:3:", "','"},
    {"something behind", HEAD "]}\n{}", "b:3:", "nothing"},
    {"too deep", "{\"findings\": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
     "b:1:", "closed"},
    {"findings are no list", "{\"findings\":\n{}}", "b:2:", "list"},
};

static void wrong_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        struct arena *a = arena_new(0);
        struct known *k = NULL;
        const char *error = NULL;
        enum status status = baseline_parse(a, "b", bad[i].text, strlen(bad[i].text), &k, &error);
        if (status != STATUS_MALFORMED || error == NULL ||
            strncmp(error, bad[i].place, strlen(bad[i].place)) != 0 || strstr(error, bad[i].says) == NULL)
            fail_msg("%s: status %d, error '%s'", bad[i].name, (int)status, error != NULL ? error : "(none)");
        assert_null(k);
        arena_free(a);
    }
}

static void round_trip(void **state)
{
    (void)state;
    char folder[] = "/tmp/zonevet-test-XXXXXX";
    struct arena *a = arena_new(0);
    assert_non_null(mkdtemp(folder));
    const char *path = arena_printf(a, "%s/baseline.json", folder);
    const char *error = NULL;
    struct known *k = known_new(a);
    struct known_entry e = {
        .check = "caa.missing", .target = "b.test.", .subject = "b.test.", .severity = SEVERITY_LOW};
    memcpy(e.fingerprint, FP_A, 65);
    assert_int_equal(known_add(k, &e), STATUS_OK);
    e.target = "a.test.";
    e.subject = "x\\\"y.a.test.";
    e.severity = SEVERITY_CRITICAL;
    e.since = "2025-12-01";
    memcpy(e.fingerprint, FP_B, 65);
    assert_int_equal(known_add(k, &e), STATUS_OK);
    assert_int_equal(baseline_write(path, k, 1768032000, &error), STATUS_OK);
    struct known *back = NULL;
    assert_int_equal(baseline_read(a, path, &back, &error), STATUS_OK);
    assert_int_equal(known_count(back), 2);
    assert_string_equal(known_at(back, 0)->target, "a.test.");
    assert_string_equal(known_at(back, 0)->subject, "x\\\"y.a.test.");
    assert_int_equal(known_at(back, 0)->severity, SEVERITY_CRITICAL);
    assert_string_equal(known_at(back, 0)->since, "2025-12-01");
    assert_string_equal(known_at(back, 1)->since, "2026-01-10"); /* first seen today */
    assert_non_null(known_find(back, FP_A));
    /* One finding a line. */
    FILE *in = fopen(path, "r");
    char line[4096];
    unsigned rows = 0;
    while (fgets(line, sizeof(line), in) != NULL)
        rows += strstr(line, "\"fp\"") != NULL;
    fclose(in);
    assert_int_equal(rows, 2);
    /* A second write keeps the mode and leaves nothing beside. */
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(baseline_write(path, back, 1768032000, &error), STATUS_OK);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    unlink(path);
    assert_int_equal(rmdir(folder), 0);
    arena_free(a);
}

static void unreadable(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    struct known *k = NULL;
    const char *error = NULL;
    assert_int_equal(baseline_read(a, "/nonexistent/b.json", &k, &error), STATUS_IO);
    assert_non_null(strstr(error, "/nonexistent/b.json"));
    assert_int_equal(baseline_read(a, "/dev/zero", &k, &error), STATUS_IO);
    assert_int_equal(baseline_read(a, "/tmp", &k, &error), STATUS_IO);
    k = known_new(a);
    assert_int_equal(baseline_write("/nonexistent/b.json", k, 0, &error), STATUS_IO);
    arena_free(a);
}

static void ranges(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    struct known *k = known_new(a);
    static const char *const targets[] = {"b.test.", "a.test.", "b.test.", "c.test."};
    size_t end = 0;
    for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
        struct known_entry e = {.check = "soa.missing", .target = targets[i], .subject = targets[i]};
        snprintf(e.fingerprint, sizeof(e.fingerprint), "%064zu", i);
        assert_int_equal(known_add(k, &e), STATUS_OK);
    }
    assert_int_equal(known_range(k, "b.test.", &end), 1);
    assert_int_equal(end, 3);
    assert_int_equal(known_range(k, "bb.test.", &end), 3);
    assert_int_equal(end, 3);
    assert_int_equal(known_range(k, "d.test.", &end), 4);
    assert_int_equal(end, 4);
    /* The same fingerprint again replaces. */
    struct known_entry e = {.check = "soa.missing", .target = "z.test.", .subject = "z.test."};
    snprintf(e.fingerprint, sizeof(e.fingerprint), "%064zu", (size_t)0);
    assert_int_equal(known_add(k, &e), STATUS_OK);
    assert_int_equal(known_count(k), 4);
    assert_string_equal(known_at(k, 3)->target, "z.test.");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_files),
        cmocka_unit_test(round_trip),
        cmocka_unit_test(unreadable),
        cmocka_unit_test(ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
