/* SPDX-License-Identifier: BSD-2-Clause */
/* The terminal (cli.md): what stands where at each verbosity, colours only when asked, the verdict last. */
#include "tests/reports/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static char *render(void (*build)(struct fixture *x), const struct report_options *options)
{
    struct fixture x;
    size_t length;
    build(&x);
    char *text = fixture_text(&x, "text", options, &length);
    fixture_free(&x);
    return text;
}

static const char *last_line(char *text)
{
    size_t length = strlen(text);
    assert_int_equal(text[length - 1], '\n');
    text[length - 1] = '\0';
    const char *line = strrchr(text, '\n');
    return line != NULL ? line + 1 : text;
}

static void verdict_is_last(void **state)
{
    (void)state;
    const struct report_options options = {0};
    char *text = render(sample_build, &options);
    assert_string_equal(last_line(text), "FAILED (exit 1): 5 open findings at or above high; "
                                         "next: zonevet explain dangling.cname-service-unclaimed");
    free(text);
    text = render(empty_build, &options);
    assert_string_equal(last_line(text), "INCOMPLETE (exit 5): nothing to audit");
    free(text);
}

static void colour_only_when_asked(void **state)
{
    (void)state;
    struct report_options options = {0};
    char *text = render(sample_build, &options);
    assert_null(strchr(text, 0x1B));
    free(text);
    options.color = true;
    text = render(sample_build, &options);
    assert_non_null(strstr(text, "\x1B[1;31mFAILED\x1B[0m"));
    free(text);
}

static void verbosity(void **state)
{
    (void)state;
    struct report_options options = {.verbosity = -1};
    char *quiet = render(sample_build, &options);
    assert_null(strstr(quiet, "evidence"));
    assert_non_null(strstr(quiet, "HIGH      xfr.open"));
    options.verbosity = 0;
    char *normal = render(sample_build, &options);
    assert_non_null(strstr(normal, "evidence  AXFR example.test."));
    assert_non_null(strstr(normal, "10 passed, 0 failed, 0 noted, 2 skipped (needs-opt-in 2)"));
    assert_null(strstr(normal, "  ok        "));
    options.verbosity = 1;
    char *verbose = render(sample_build, &options);
    assert_non_null(strstr(verbose, "  ok        server.open-recursion"));
    assert_non_null(strstr(verbose, "needs-opt-in: needs --intrusive"));
    free(quiet);
    free(normal);
    free(verbose);
}

static void width_is_kept(void **state)
{
    (void)state;
    const struct report_options options = {.width = 80};
    char *text = render(sample_build, &options);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (strncmp(line, "            ", 12) == 0) /* labelled text; heads are columns of names */
            assert_true(strlen(line) <= 80);
    }
    free(text);
}

static void cause_is_named(void **state)
{
    (void)state;
    const struct report_options options = {0};
    char *text = render(sample_build, &options);
    assert_non_null(strstr(text, "follows from dnssec.ds-no-matching-dnskey example.test."));
    free(text);
}

/* What is new, then fixed, known, notes, what could not be told; waived ones last. */
static void states_in_order(void **state)
{
    (void)state;
    static const char *const order[] = {
        "shop.example.test. CNAME  new", "example.test.  new", "ns1.example.test.  fixed", "example.test. DS  unchanged",
        "mta-sts.missing", "could not be evaluated: 2", "example.test. TXT  waived",
        "waived until 2026-12-31 by web-team@example.test: the supplier moves its hosts in December",
        "waived until 2026-11-13", "1 passed, 8 failed", "retired.check", "4 targets: 3 critical, 1 high, 1 medium, 2 low",
        "from git:origin/main:zones to zones: 3 new, 4 unchanged, 2 waived, 3 fixed\n",
        "note: zonevet-waivers.yaml:14:", "FAILED (exit 1)", "zonevet explain dangling.cname-service-unclaimed",
    };
    const struct report_options options = {0};
    char *text = render(change_build, &options);
    const char *before = text;
    for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
        const char *at = strstr(text, order[i]);
        assert_non_null(at);
        assert_true(at >= before);
        before = at;
    }
    assert_null(strstr(text, "The DS at the parent names key")); /* what did not change is one line */
    free(text);
}

static void known_in_full_where_all_count(void **state)
{
    (void)state;
    const struct report_options options = {0};
    char *text = render(baseline_build, &options);
    assert_non_null(strstr(text, "The DS at the parent names key"));
    assert_non_null(strstr(text, "example.test. DS  known\n"));
    assert_non_null(strstr(text, "\n3 new, 4 known, 2 waived, 3 fixed\n"));
    free(text);
}

static void quiet_states(void **state)
{
    (void)state;
    const struct report_options options = {.verbosity = -1};
    char *text = render(change_build, &options);
    assert_non_null(strstr(text, "example.test. TXT  waived\n"));
    assert_null(strstr(text, "the supplier moves"));
    assert_null(strstr(text, "note: "));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdict_is_last), cmocka_unit_test(colour_only_when_asked),
        cmocka_unit_test(verbosity),       cmocka_unit_test(width_is_kept),
        cmocka_unit_test(cause_is_named),  cmocka_unit_test(states_in_order),
        cmocka_unit_test(quiet_states),    cmocka_unit_test(known_in_full_where_all_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
