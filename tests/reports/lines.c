/* SPDX-License-Identifier: BSD-2-Clause */
/* Formats of one line a finding: GitHub annotations (which ones, in what order, how escaped), gcc, CSV. */
#include "tests/reports/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static char *render(const struct fixture *x, const char *format, const struct report_options *options)
{
    size_t length;
    return fixture_text(x, format, options, &length);
}

static uint32_t count(const char *text, const char *word)
{
    uint32_t n = 0;
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
        n++;
    return n;
}

/* `findings` of each of critical, high and medium, the n-th in file "z<n>.zone" at line n + 1. */
static void many_build(struct fixture *x, size_t findings)
{
    static const enum severity severities[] = {SEVERITY_CRITICAL, SEVERITY_HIGH, SEVERITY_MEDIUM};
    sample_build(x);
    x->target_count = 0;
    x->run.outcome = RUN_FAILED;
    struct result *r = fixture_results(x, 3 * findings);
    for (size_t i = 0; i < 3 * findings; i++) {
        struct location *where = arena_alloc(x->arena, sizeof(*where));
        *where = (struct location){arena_printf(x->arena, "z%zu.zone", i % findings), (uint32_t)(i % findings) + 1, 1, 0, 0};
        r[i] = sample_result("xfr.open", "example.test.", OUTCOME_FAIL, "one of many");
        r[i].severity = severities[i / findings];
        r[i].discriminator = arena_printf(x->arena, "%zu", i);
        r[i].location = where;
    }
    fixture_target(x, "example.test.", r, 3 * findings);
    fixture_count(x);
}

static void one_build(struct fixture *x, const struct location *where, const char *message)
{
    sample_build(x);
    x->target_count = 0;
    x->run.outcome = RUN_PASSED;
    struct result *r = fixture_results(x, 1);
    r[0] = sample_result("xfr.open", "example.test.", OUTCOME_FAIL, message);
    r[0].location = where;
    fixture_target(x, "example.test.", r, 1);
    fixture_count(x);
}

/* ---- GitHub -------------------------------------------------------------------------------------------- */

static void ten_a_level(void **state)
{
    (void)state;
    struct fixture x;
    const struct report_options options = {0};
    many_build(&x, 10);
    char *text = render(&x, "github", &options);
    assert_int_equal(count(text, "::error "), 10);
    assert_non_null(strstr(text, "::error title=zonevet::\xE2\x80\xA6 and 11 more, see the job summary\n"));
    assert_int_equal(count(text, "::warning "), 10);
    assert_int_equal(count(text, "and 11 more"), 1); /* the ten warnings are all there */
    free(text);
    fixture_free(&x);
}

static void changed_files_first(void **state)
{
    (void)state;
    struct fixture x;
    static const char *const changed[] = {"./dns/z14.zone", "unrelated"};
    const struct report_options options = {.changed_files = changed, .changed_count = 2, .prefix = "dns/"};
    many_build(&x, 15);
    char *text = render(&x, "github", &options);
    assert_int_equal(strncmp(text, "::error file=dns/z14.zone,line=15,", 34), 0);
    /* Severity comes before that: no high one is shown while critical ones are left. */
    assert_int_equal(count(text, "file=dns/z14.zone"), 2); /* a critical and a medium one */
    free(text);
    fixture_free(&x);
}

static void an_incomplete_run_says_so(void **state)
{
    (void)state;
    struct fixture x;
    const struct report_options options = {0};
    many_build(&x, 10);
    x.run.outcome = RUN_INCOMPLETE;
    x.run.outcome_reason = "50% unknown\nmore";
    char *text = render(&x, "github", &options);
    assert_non_null(strstr(text, "\n::warning title=zonevet is incomplete::0 results could not be evaluated: 50%25 unknown%0Amore\n"));
    assert_int_equal(count(text, "::warning "), 10);
    assert_non_null(strstr(text, "::warning title=zonevet::\xE2\x80\xA6 and 2 more"));
    free(text);
    fixture_free(&x);
}

static void annotation_escapes(void **state)
{
    (void)state;
    struct fixture x;
    static const struct location where = {"a,b:c%d.zone", 3, 5, 3, 9};
    const struct report_options options = {0};
    one_build(&x, &where, "100%, a:b\n::error::x");
    char *text = render(&x, "github", &options);
    assert_string_equal(text, "::error file=a%2Cb%3Ac%25d.zone,line=3,endLine=3,col=5,endColumn=9,title=xfr.open::"
                              "A server hands the whole zone to anyone: example.test.%0A100%25, a:b%0A::error::x\n");
    free(text);
    fixture_free(&x);
}

static void without_a_file(void **state)
{
    (void)state;
    struct fixture x;
    const struct report_options options = {0};
    one_build(&x, NULL, "");
    char *text = render(&x, "github", &options);
    assert_string_equal(text, "::error title=xfr.open::A server hands the whole zone to anyone: example.test.\n");
    free(text);
    text = render(&x, "gcc", &options);
    assert_string_equal(text, "zonevet: error: A server hands the whole zone to anyone: example.test. [xfr.open]\n");
    free(text);
    fixture_free(&x);
}

/* ---- gcc ----------------------------------------------------------------------------------------------- */

static void gcc_lines(void **state)
{
    (void)state;
    static const struct {
        struct location where;
        bool ci_log;
        const char *expected;
    } lines[] = {
        {{"zones/x.zone", 3, 5, 3, 9}, false, "zones/x.zone:3:5: error: A server hands the whole zone to anyone: example.test.: ##[x] y [xfr.open]\n"},
        {{"zones/x.zone", 3, 0, 0, 0}, true, "zones/x.zone:3:1: error: A server hands the whole zone to anyone: example.test.: #\\035[x] y [xfr.open]\n"},
        {{"::error::", 1, 1, 1, 1}, true, "./::error:::1:1: error: A server hands the whole zone to anyone: example.test.: #\\035[x] y [xfr.open]\n"},
        {{"a\n::b", 1, 1, 1, 1}, true, "a ::b:1:1: error: A server hands the whole zone to anyone: example.test.: #\\035[x] y [xfr.open]\n"},
    };
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        struct fixture x;
        const struct report_options options = {.ci_log = lines[i].ci_log};
        one_build(&x, &lines[i].where, "##[x]\ny");
        char *text = render(&x, "gcc", &options);
        assert_string_equal(text, lines[i].expected);
        free(text);
        fixture_free(&x);
    }
}

static void gcc_is_not_silent(void **state)
{
    (void)state;
    struct fixture x;
    const struct report_options options = {0};
    sample_build(&x);
    char *text = render(&x, "gcc", &options);
    assert_non_null(strstr(text, "\nzonevet: note: 2 results could not be evaluated\nzonevet: error: 1 target could not be read\n"));
    free(text);
    fixture_free(&x);
}

/* ---- CSV ----------------------------------------------------------------------------------------------- */

static void csv_fields(void **state)
{
    (void)state;
    static const struct {
        const char *message, *field;
    } fields[] = {
        {"=1+1", ",\"'=1+1\","},       {"+1", ",\"'+1\","},     {"-1", ",\"'-1\","},          {"@x", ",\"'@x\","},
        {"\tx", ",\"'\tx\","},         {"a\"b,c", ",\"a\"\"b,c\","}, {"two\nlines", ",\"two\nlines\","}, {"a=b", ",\"a=b\","},
    };
    for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
        struct fixture x;
        const struct report_options options = {0};
        one_build(&x, NULL, fields[i].message);
        char *text = render(&x, "csv", &options);
        assert_non_null(strstr(text, fields[i].field));
        free(text);
        fixture_free(&x);
    }
}

static void csv_mark_only_when_asked(void **state)
{
    (void)state;
    struct fixture x;
    struct report_options options = {.csv_bom = true};
    sample_build(&x);
    char *text = render(&x, "csv", &options);
    assert_int_equal(strncmp(text, "\xEF\xBB\xBFrun_id,target,", 17), 0);
    free(text);
    options.csv_bom = false;
    text = render(&x, "csv", &options);
    assert_int_equal(strncmp(text, "run_id,target,", 14), 0);
    assert_non_null(strstr(text, "\"broken.test.\",\"\",\"broken.test.\",\"\",\"undetermined\","));
    free(text);
    fixture_free(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_a_level),       cmocka_unit_test(changed_files_first), cmocka_unit_test(an_incomplete_run_says_so),
        cmocka_unit_test(annotation_escapes), cmocka_unit_test(without_a_file),      cmocka_unit_test(gcc_lines),
        cmocka_unit_test(gcc_is_not_silent), cmocka_unit_test(csv_fields),          cmocka_unit_test(csv_mark_only_when_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
