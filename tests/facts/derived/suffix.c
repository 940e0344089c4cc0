/* SPDX-License-Identifier: BSD-2-Clause */
/* Registrable domains: ICANN and private sections, wildcards, exceptions, names under no rule, hostile
 * labels. */
#include "auditor/facts/derived/suffix.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct row {
    const char *name;
    const char *icann;   /* registrable by the ICANN section; NULL: none */
    const char *private; /* registrable with the private section */
};

static const struct row rows[] = {
    {"www.example.com.", "example.com.", "example.com."},
    {"example.com.", "example.com.", "example.com."},
    {"com.", NULL, NULL},
    {".", NULL, NULL},
    {"a.b.example.co.uk.", "example.co.uk.", "example.co.uk."},
    {"co.uk.", NULL, NULL},
    {"WWW.Example.CO.UK.", "Example.CO.UK.", "Example.CO.UK."},
    {"someone.github.io.", "github.io.", "someone.github.io."},
    {"github.io.", "github.io.", NULL},
    {"notgithub.io.", "notgithub.io.", "notgithub.io."},
    {"x.foo.ck.", "x.foo.ck.", "x.foo.ck."},
    {"foo.ck.", NULL, NULL},
    {"a.www.ck.", "www.ck.", "www.ck."},
    {"a.example.test.", "example.test.", "example.test."},
    {"a.xn--55qx5d.cn.", "a.xn--55qx5d.cn.", "a.xn--55qx5d.cn."},
    /* A dot inside a label must not make the label look like two. */
    {"a.co\\.uk.", "a.co\\.uk.", "a.co\\.uk."},
    {"www.exam\\000ple.com.", "exam\\000ple.com.", "exam\\000ple.com."},
    {"1.2.3.4.5.6.7.8.9.10.11.12.example.com.", "example.com.", "example.com."},
};

static void expect(struct arena *a, const dname *name, bool with_private, const char *wanted)
{
    const dname *got = suffix_registrable(name, with_private);
    if (wanted == NULL) {
        assert_null(got);
        return;
    }
    assert_non_null(got);
    assert_string_equal(dname_text(a, got), wanted);
}

static void registrable(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const dname *name = NULL;
        assert_int_equal(dname_from_text(a, rows[i].name, &name), STATUS_OK);
        expect(a, name, false, rows[i].icann);
        expect(a, name, true, rows[i].private);
    }
    assert_memory_equal(suffix_version(), "publicsuffix 2", 14);
    arena_free(a);
}

static void only_names_of_the_list_are_listed(void **state)
{
    static const struct {
        const char *name;
        bool listed;
    } names[] = {{"com.", true},       {"CO.UK.", true},    {"dev.", true},      {"example.com.", false}, {"dc1.", false},
                 {"localnet.", false}, {"github.io.", false}, {".", false}, {"arpa.", true}};
    struct arena *a = arena_new(0);
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        const dname *name = NULL;
        assert_int_equal(dname_from_text(a, names[i].name, &name), STATUS_OK);
        assert_int_equal(suffix_listed(name), names[i].listed);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(registrable),
                                       cmocka_unit_test(only_names_of_the_list_are_listed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
