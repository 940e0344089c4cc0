/* SPDX-License-Identifier: BSD-2-Clause */
/* The Markdown summary (outputs.md section 9): spans and fences that nothing escapes from, the order of a change, the budget. */
#include "reports/markdown_text.h"
#include "tests/reports/hostile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void spans(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
        size_t max;
        bool in_table;
    } rows[] = {
        {"plain", "`plain`", 0, false},
        {"@org/team #1 <b>", "`@org/team #1 <b>`", 0, false},
        {"a`b", "``a`b``", 0, false},
        {"`", "`` ` ``", 0, false},
        {"```", "```` ``` ````", 0, false},
        {" x", "`  x `", 0, false},
        {"a\nb\tc", "`a b c`", 0, false},
        {"", "(empty)", 0, false},
        {" \n", "(empty)", 0, false},
        {NULL, "(empty)", 0, false},
        {"a|b", "`a\\|b`", 0, true},
        {"a|b", "`a|b`", 0, false},
        {"\xC3\xBC\xC3\xBC\xC3\xBC", "`\xC3\xBC\xC3\xBC\xE2\x80\xA6`", 2, false},
    };
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct buf b = BUF_INIT(1024);
        md_span(&b, rows[i].text, rows[i].max, rows[i].in_table);
        assert_string_equal(buf_text(&b), rows[i].expected);
        buf_free(&b);
    }
}

static void fences(void **state)
{
    (void)state;
    struct buf b = BUF_INIT(1024);
    md_fence(&b, "x", 0);
    assert_string_equal(buf_text(&b), "\n```text\nx\n```\n\n");
    buf_reset(&b);
    md_fence(&b, "a\n````\nb", 0);
    assert_string_equal(buf_text(&b), "\n`````text\na\n````\nb\n`````\n\n");
    buf_reset(&b);
    md_own(&b, "_dmarc [x](y) <b> `c` a*b");
    assert_string_equal(buf_text(&b), "\\_dmarc \\[x\\](y) \\<b\\> \\`c\\` a\\*b");
    buf_reset(&b);
    md_html_code(&b, "<b>&\"@x\n", 0);
    assert_string_equal(buf_text(&b), "<code>&#60;b&#62;&#38;&#34;&#64;x </code>");
    buf_free(&b);
}

static char *render(void (*build)(struct fixture *x), size_t limit)
{
    struct fixture x;
    size_t length;
    const struct report_options options = {.markdown_limit = limit};
    build(&x);
    char *text = fixture_text(&x, "markdown", &options, &length);
    fixture_free(&x);
    return text;
}

static size_t where(const char *text, const char *what)
{
    const char *at = strstr(text, what);
    assert_non_null(at);
    return (size_t)(at - text);
}

static void difference_first(void **state)
{
    (void)state;
    static const char *const order[] = {
        "<!-- zonevet:default -->\n**Failed**: 3 new findings (1 critical, 1 high, 1 low), 3 fixed, 4 unchanged, "
        "2 waived (the first expires in 12 days), 2 undetermined\n",
        "Change from `git:origin/main:zones` to `zones`",
        "| Severity | New | Fixed | Unchanged | Waived |",
        "| critical | 1 | 0 | 2 | 0 |",
        "### New findings",
        "dangling.cname-service-unclaimed",
        "### Fixed",
        "<details><summary>4 unchanged findings</summary>",
        "<details><summary>2 waived findings</summary>",
        "(expires in 60 days)",
        "<details><summary>2 results could not be evaluated</summary>",
    };
    char *text = render(change_build, 0);
    for (size_t i = 1; i < ARRAY_SIZE(order); i++)
        assert_true(where(text, order[i - 1]) < where(text, order[i]));
    free(text);
}

static void without_states(void **state)
{
    (void)state;
    char *text = render(sample_build, 0);
    assert_non_null(strstr(text, "**Failed**: 9 open findings (3 critical, 2 high, 2 medium, 2 low), 2 undetermined\n"));
    assert_non_null(strstr(text, "### Open findings"));
    assert_null(strstr(text, "waived"));
    free(text);
    text = render(baseline_build, 0);
    assert_non_null(strstr(text, "4 known, 2 waived"));
    assert_non_null(strstr(text, "known since `2026-01-10`"));
    free(text);
}

static uint32_t count(const char *text, const char *word)
{
    uint32_t n = 0;
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
        n++;
    return n;
}

/* Whatever the budget, the text stays within it, is whole, and says what is missing. */
static void budget(void **state)
{
    (void)state;
    static void (*const builds[])(struct fixture *) = {sample_build, change_build, hostile_build, large_build};
    static const size_t limits[] = {2000, 2600, 5000, 20000, 60000, 1000000};
    for (size_t b = 0; b < ARRAY_SIZE(builds); b++) {
        for (size_t l = 0; l < ARRAY_SIZE(limits); l++) {
            char *text = render(builds[b], limits[l]);
            assert_true(strlen(text) <= limits[l]);
            if (builds[b] != hostile_build) /* its fences hold the word; validate.sh looks at that one with a real reader */
                assert_int_equal(count(text, "\n<details>"), count(text, "\n</details>"));
            if (builds[b] == large_build)
                assert_non_null(strstr(text, " more, see the other reports of this run\n"));
            free(text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans),          cmocka_unit_test(fences), cmocka_unit_test(difference_first),
        cmocka_unit_test(without_states), cmocka_unit_test(budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
