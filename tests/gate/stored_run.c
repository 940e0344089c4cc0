/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports read back: both forms give the same, members in any order, what is no report is told by line. */
#include "auditor/gate/stored_run.h"

#include "auditor/base/buf.h"
#include "auditor/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define FP "3f9c0d5e8a7b61423f9c0d5e8a7b61423f9c0d5e8a7b61423f9c0d5e8a7b6142"
#define FP2 "0000000000000000000000000000000000000000000000000000000000000002"
#define RUN                                                                                                  \
    "{\"id\":\"r1\",\"tool\":\"zonevet\",\"tool_version\":\"0.2.0\",\"mode\":\"offline\",\"started\":"       \
    "\"2026-01-10T08:00:00Z\",\"new_member\":[1,{}]}"
#define CHECKS                                                                                               \
    "[{\"id\":\"caa.missing\",\"area\":\"caa\",\"title\":\"CAA is there\",\"failure_title\":\"No "           \
    "CAA\",\"severity\":\"low\",\"ignorable\":true},"                                                        \
    "{\"ignorable\":false,\"id\":\"zone.syntax\",\"title\":\"T\",\"severity\":\"critical\"}]"
#define FAIL                                                                                                 \
    "\"check\":\"caa.missing\",\"subject\":\"a.test.\",\"outcome\":\"fail\",\"severity\":\"low\","           \
    "\"confidence\":\"likely\","                                                                             \
    "\"state\":\"new\",\"message\":\"no "                                                                    \
    "\\u0043AA\\u001b\",\"evidence\":[{\"value\":\"}]\\\"\"}],\"discriminator\":\"x\","                      \
    "\"location\":{\"file\":\"a.zone\",\"line\":3,\"column\":1,\"end_line\":4,\"end_column\":null},"         \
    "\"fingerprint\":\"" FP "\"}"
#define SKIP                                                                                                 \
    "\"check\":\"zone.syntax\",\"subject\":\"a.test.\",\"outcome\":\"skipped\",\"severity\":\"critical\","   \
    "\"skip_reason\":\"needs-live\",\"location\":null,\"fingerprint\":\"" FP2 "\"}"
#define DOCUMENT                                                                                             \
    "{\"schema\":\"zonevet.report\",\"schema_version\":\"1.1\",\n\"run\":" RUN ",\n\"checks\":" CHECKS       \
    ",\n\"targets\":[\n{\"name\":\"a.test.\",\"error\":null,\"results\":[\n{" FAIL ",\n{" SKIP "]}]}\n"
#define REVERSED                                                                                             \
    "{\"targets\":[{\"results\":[{" FAIL ",{" SKIP "],\"name\":\"a.test.\"}],\"checks\":" CHECKS             \
    ",\"run\":" RUN ",\"schema_version\":\"1.7\",\"schema\":\"zonevet.report\"}"
#define START                                                                                                \
    "{\"type\":\"run-start\",\"schema\":\"zonevet.report\",\"schema_version\":\"1.1\",\"run\":" RUN          \
    ",\"checks\":" CHECKS "}\n"
#define BODY                                                                                                 \
    "{\"type\":\"target-start\",\"target\":\"a.test.\",\"name\":\"a.test.\"}\n{\"type\":\"result\","         \
    "\"target\":\"a.test.\"," FAIL "\n{\"type\":\"result\",\"target\":\"a.test.\"," SKIP                     \
    "\n{\"type\":\"target-end\",\"target\":\"a.test.\"}\n"
#define STREAM START BODY "{\"type\":\"run-end\",\"run\":" RUN "}\n"

static void both_forms(void **state)
{
    (void)state;
    static const char *const forms[] = {DOCUMENT, REVERSED, STREAM};
    for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
        struct arena *a = arena_new(0);
        struct stored_run run;
        const char *error = NULL;
        enum status status = stored_run_parse(a, "r", forms[i], strlen(forms[i]), &run, &error);
        if (status != STATUS_OK)
            fail_msg("form %zu: %s", i, error);
        assert_int_equal(run.target_count, 1);
        assert_int_equal(run.targets[0].result_count, 2);
        assert_int_equal(run.run.check_count, 2);
        assert_int_equal(run.run.started_s, 1768032000);
        assert_string_equal(run.run.mode, "offline");
        const struct result *r = &run.targets[0].results[0];
        assert_ptr_equal(r->check, run.run.checks[0]);
        assert_string_equal(r->check->failure_title, "No CAA");
        assert_int_equal(r->outcome, OUTCOME_FAIL);
        assert_int_equal(r->severity, SEVERITY_LOW);
        assert_int_equal(r->confidence, CONFIDENCE_LIKELY);
        assert_int_equal(r->state, STATE_NEW);
        assert_string_equal(r->message, "no CAA\\u{001B}");
        assert_string_equal(r->fingerprint, FP);
        assert_int_equal(r->location->end_line, 4);
        assert_int_equal(run.targets[0].results[1].skip_reason, SKIP_NEEDS_LIVE);
        assert_true(run.targets[0].results[1].check->not_ignorable);
        assert_null(run.targets[0].results[1].location);
        arena_free(a);
    }
}

struct bad {
    const char *name, *text, *place, *says;
};

static const struct bad bad[] = {
    {"empty", "", "r:1:", "report"},
    {"a zone", "$ORIGIN a.test.\n", "r:1:", "report"},
    {"another document", "{\"version\": \"2.1.0\", \"runs\": []}", "r:1:", "schema"},
    {"a baseline", "{\"schema\": \"zonevet.baseline\"}", "r:1:", "zonevet.report"},
    {"newer major version", "{\"schema\": \"zonevet.report\",\n\"schema_version\": \"2.0\"}", "r:2:", "1.x"},
    {"stream without its end", START BODY, "r:6:", "cut short"},
    {"stream without its head", BODY "{\"type\":\"run-end\"}\n", "r:1:", "schema"},
    {"cut in the middle", "{\"schema\":\"zonevet.report\",\"targets\":[{\"name\":\"a", "r:1:", ""},
    {"result without fingerprint",
     "{\"schema\":\"zonevet.report\",\"targets\":[{\"name\":\"a.\",\"results\":[\n{\"check\":\"a.b\","
     "\"subject\":\"a.\",\"outcome\":\"fail\"}]}]}",
     "r:2:", "fingerprint"},
    {"unknown outcome",
     "{\"schema\":\"zonevet.report\",\"targets\":[{\"name\":\"a.\",\"results\":[\n\n{\"outcome\":\"broken\"}]"
     "}]}",
     "r:3:", "outcome"},
    {"bad fingerprint",
     "{\"schema\":\"zonevet.report\",\"targets\":[{\"name\":\"a.\",\"results\":[{\"fingerprint\":\"x\"}]}]}",
     "r:1:", "64"},
    {"bad id",
     "{\"schema\":\"zonevet.report\",\"targets\":[{\"name\":\"a.\",\"results\":[{\"check\":\"../x\"}]}]}",
     "r:1:", "id"},
    {"nameless target", "{\"schema\":\"zonevet.report\",\"targets\":[{}]}", "r:1:", "name"},
    {"result without target", START "{\"type\":\"result\"," FAIL, "r:2:", "target"},
    {"rubbish behind", DOCUMENT "x", "r:8:", "nothing"},
    {"broken escape", "{\"schema\":\"zonevet.report\",\"run\":{\"id\":\"\\x\"}}", "r:1:", "escape"},
};

static void wrong_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        struct arena *a = arena_new(0);
        struct stored_run run;
        const char *error = NULL;
        enum status status = stored_run_parse(a, "r", bad[i].text, strlen(bad[i].text), &run, &error);
        if (status != STATUS_MALFORMED || error == NULL ||
            strncmp(error, bad[i].place, strlen(bad[i].place)) != 0 || strstr(error, bad[i].says) == NULL)
            fail_msg("%s: status %d, error '%s'", bad[i].name, (int)status, error != NULL ? error : "(none)");
        arena_free(a);
    }
}

static void many(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    struct buf b = BUF_INIT((size_t)16 << 20);
    struct stored_run run;
    const char *error = NULL;
    buf_str(&b, START);
    for (unsigned i = 0; i < 3000; i++)
        buf_printf(&b,
                   "{\"type\":\"result\",\"target\":\"t%u.test.\",\"check\":\"caa.missing\",\"subject\":\"s%"
                   "u.\",\"outcome\":\"fail\","
                   "\"severity\":\"low\",\"fingerprint\":\"%064u\"}\n",
                   i % 50, i, i);
    buf_str(&b, "{\"type\":\"run-end\"}\n");
    assert_false(b.failed);
    assert_int_equal(stored_run_parse(a, "r", b.data, b.length, &run, &error), STATUS_OK);
    assert_int_equal(run.target_count, 50);
    for (size_t i = 0; i < run.target_count; i++) {
        assert_int_equal(run.targets[i].result_count, 60);
        for (size_t n = 0; n < 60; n++) {
            char subject[16];
            snprintf(subject, sizeof(subject), "s%zu.", n * 50 + i);
            assert_string_equal(run.targets[i].results[n].subject, subject);
        }
    }
    buf_free(&b);
    arena_free(a);
}

static void as_known(void **state)
{
    (void)state;
    char path[] = "/tmp/zonevet-test-XXXXXX";
    struct arena *a = arena_new(0);
    struct known *k = NULL;
    const char *error = NULL;
    int fd = mkstemp(path);
    FILE *out = fdopen(fd, "w");
    fputs(STREAM, out);
    fclose(out);
    assert_int_equal(known_from_run(a, path, &k, &error), STATUS_OK);
    assert_int_equal(known_count(k), 1);
    const struct known_entry *e = known_find(k, FP);
    assert_non_null(e);
    assert_string_equal(e->check, "caa.missing");
    assert_string_equal(e->target, "a.test.");
    assert_string_equal(e->since, "2026-01-10");
    assert_string_equal(e->location->file, "a.zone");
    remove(path);
    assert_int_equal(known_from_run(a, path, &k, &error), STATUS_IO);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms),
        cmocka_unit_test(wrong_files),
        cmocka_unit_test(many),
        cmocka_unit_test(as_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
