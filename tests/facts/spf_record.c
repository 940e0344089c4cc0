/* SPDX-License-Identifier: BSD-2-Clause */
/* The grammar of RFC 7208 section 12, one record a row. */
#include "auditor/facts/derived/spf_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *text;
    enum spf_error error; /* of the first term that has one */
    const char *term;     /* that term; NULL: not compared */
};

static const struct row rows[] = {
    {"v=spf1", SPF_ERROR_NONE, NULL},
    {"V=SpF1 A MX -ALL", SPF_ERROR_NONE, NULL},
    {"v=spf1   mx  -all  ", SPF_ERROR_NONE, NULL},
    {"v=spf1 +a/24//64 mx:example.test//64 ptr ptr:example.test ?exists:%{ir}.x.test ~all", SPF_ERROR_NONE,
     NULL},
    {"v=spf1 ip4:192.0.2.1 ip4:192.0.2.0/24 ip4:0.0.0.0/0 ip6:2001:db8::1 ip6:::/0 ip6:::ffff:192.0.2.1 -all",
     SPF_ERROR_NONE, NULL},
    {"v=spf1 include:%{d1r}.%{l-}._spf.example.test. redirect=example.test exp=why.%{d}", SPF_ERROR_NONE,
     NULL},
    {"v=spf1 a:foo:bar/baz.example.test -all", SPF_ERROR_NONE, NULL},
    {"v=spf1 a:example.xn--zckzah a:foo.1-2 -all", SPF_ERROR_NONE, NULL},
    {"v=spf1 moo.cow-far_out=man:dog/cat -all", SPF_ERROR_NONE, NULL},
    {"v=spf1 moo=%{c}%%%_%- -all", SPF_ERROR_NONE, NULL},
    {"v=spf1 exists:%{i}%% -all", SPF_ERROR_NONE, NULL}, /* any macro-expand may end a domain-spec */
    /* syntax */
    {"v=spf1 -all; ", SPF_ERROR_SYNTAX, "-all;"},
    {"v=spf1 \"-all\"", SPF_ERROR_SYNTAX, NULL},
    {"v=spf1 all:foo.test", SPF_ERROR_SYNTAX, "all:foo.test"},
    {"v=spf1 all/8", SPF_ERROR_SYNTAX, NULL},
    {"v=spf1 mx\t-all", SPF_ERROR_SYNTAX, NULL},
    {"v=spf1 - all", SPF_ERROR_SYNTAX, "-"},
    {"v=spf1 --all", SPF_ERROR_SYNTAX, NULL},
    {"v=spf1 192.0.2.1 -all", SPF_ERROR_SYNTAX, "192.0.2.1"},
    {"v=spf1 -redirect=example.test", SPF_ERROR_SYNTAX, NULL},
    {"v=spf1 ptr/24 -all", SPF_ERROR_SYNTAX, "ptr/24"},
    {"v=spf1 include/24 -all", SPF_ERROR_SYNTAX, NULL},
    {"v=spf1 =value", SPF_ERROR_SYNTAX, NULL},
    /* unknown mechanisms */
    {"v=spf1 ipv4:192.0.2.1 -all", SPF_ERROR_UNKNOWN_MECHANISM, "ipv4:192.0.2.1"},
    {"v=spf1 amx -all", SPF_ERROR_UNKNOWN_MECHANISM, "amx"},
    {"v=spf1 -all.", SPF_ERROR_UNKNOWN_MECHANISM, "-all."},
    /* modifiers twice */
    {"v=spf1 redirect=a.test redirect=b.test", SPF_ERROR_MODIFIER_DUPLICATE, "redirect=b.test"},
    {"v=spf1 exp=a.test -all EXP=b.test", SPF_ERROR_MODIFIER_DUPLICATE, NULL},
    {"v=spf1 foo=1 foo=2 -all", SPF_ERROR_NONE, NULL},
    /* addresses */
    {"v=spf1 ip4 -all", SPF_ERROR_IP, NULL},
    {"v=spf1 ip4: -all", SPF_ERROR_IP, NULL},
    {"v=spf1 ip4:192.0.2 -all", SPF_ERROR_IP, NULL},
    {"v=spf1 ip4:192.0.2.256 -all", SPF_ERROR_IP, NULL},
    {"v=spf1 ip4:192.0.02.1 -all", SPF_ERROR_IP, NULL},
    {"v=spf1 ip4:192.0.2.1/33 -all", SPF_ERROR_IP, NULL},
    {"v=spf1 ip4:192.0.2.1/032 -all", SPF_ERROR_IP, NULL},
    {"v=spf1 ip4:192.0.2.1/ -all", SPF_ERROR_IP, NULL},
    {"v=spf1 ip4:192.0.2.1//32 -all", SPF_ERROR_IP, NULL},
    {"v=spf1 ip4:2001:db8::1 -all", SPF_ERROR_IP, NULL},
    {"v=spf1 ip6:192.0.2.1 -all", SPF_ERROR_IP, NULL},
    {"v=spf1 ip6:2001:db8::1/129 -all", SPF_ERROR_IP, NULL},
    {"v=spf1 ip6:2001:db8::1::2 -all", SPF_ERROR_IP, NULL},
    {"v=spf1 ip4:example.test -all", SPF_ERROR_IP, NULL},
    /* prefix lengths */
    {"v=spf1 a/33 -all", SPF_ERROR_CIDR, "a/33"},
    {"v=spf1 a//129 -all", SPF_ERROR_CIDR, NULL},
    {"v=spf1 a/ -all", SPF_ERROR_CIDR, NULL},
    {"v=spf1 mx:example.test/024 -all", SPF_ERROR_CIDR, NULL},
    {"v=spf1 mx/24/64 -all", SPF_ERROR_CIDR, NULL},
    {"v=spf1 a:example.test/abc -all", SPF_ERROR_CIDR, NULL},
    {"v=spf1 a:%{d}/24 -all", SPF_ERROR_NONE, NULL},
    /* domain-spec */
    {"v=spf1 include -all", SPF_ERROR_DOMAIN_SPEC, NULL},
    {"v=spf1 include: -all", SPF_ERROR_DOMAIN_SPEC, NULL},
    {"v=spf1 a: -all", SPF_ERROR_DOMAIN_SPEC, NULL},
    {"v=spf1 a:museum -all", SPF_ERROR_DOMAIN_SPEC, NULL},
    {"v=spf1 a:museum. -all", SPF_ERROR_DOMAIN_SPEC, NULL},
    {"v=spf1 a:example.123 -all", SPF_ERROR_DOMAIN_SPEC, NULL},
    {"v=spf1 a:example.-test -all", SPF_ERROR_DOMAIN_SPEC, NULL},
    {"v=spf1 include:example.test/24 -all", SPF_ERROR_DOMAIN_SPEC, NULL},
    {"v=spf1 redirect=", SPF_ERROR_DOMAIN_SPEC, NULL},
    {"v=spf1 exists:%{d}. -all", SPF_ERROR_DOMAIN_SPEC, NULL},
    {"v=spf1 a:a..example.test -all", SPF_ERROR_NAME, NULL},
    {"v=spf1 a:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test -all", SPF_ERROR_NAME,
     NULL},
    /* macros */
    {"v=spf1 exists:%{x}.test -all", SPF_ERROR_MACRO, NULL},
    {"v=spf1 exists:%{i.test -all", SPF_ERROR_MACRO, NULL},
    {"v=spf1 exists:%(i).test -all", SPF_ERROR_MACRO, NULL},
    {"v=spf1 exists:foo%.test -all", SPF_ERROR_MACRO, NULL},
    {"v=spf1 exists:%{d0}.test -all", SPF_ERROR_MACRO, NULL},
    {"v=spf1 exists:%{dx}.test -all", SPF_ERROR_MACRO, NULL},
    {"v=spf1 foo=%abc -all", SPF_ERROR_MACRO, NULL},
    {"v=spf1 exists:%{c}.test -all", SPF_ERROR_MACRO_EXP_ONLY, NULL},
    {"v=spf1 redirect=%{R}.test", SPF_ERROR_MACRO_EXP_ONLY, NULL},
    /* octets */
    {"v=spf1 mx \xE2\x80\x93"
     "all",
     SPF_ERROR_NON_ASCII, NULL},
    {"v=spf1 include:b\xC3\xBC"
     "cher.test -all",
     SPF_ERROR_NON_ASCII, NULL},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct arena *a = arena_new(0);
        size_t fault = 0;
        assert_int_equal(spf_version_of(rows[i].text, strlen(rows[i].text), &fault), SPF_VERSION_1);
        const struct spf_record *r = spf_record_parse(a, rows[i].text, strlen(rows[i].text));
        assert_non_null(r);
        const struct spf_term *wrong = NULL;
        for (size_t j = 0; j < r->count && wrong == NULL; j++)
            wrong = r->terms[j].error != SPF_ERROR_NONE ? &r->terms[j] : NULL;
        enum spf_error got = wrong != NULL ? wrong->error : SPF_ERROR_NONE;
        if (got != rows[i].error)
            print_error("%s: got %d (%s)\n", rows[i].text, (int)got, wrong != NULL ? wrong->message : "");
        assert_int_equal(got, rows[i].error);
        assert_int_equal(r->permerror, got != SPF_ERROR_NONE && got != SPF_ERROR_NAME);
        if (rows[i].term != NULL)
            assert_string_equal(wrong->text, rows[i].term);
        arena_free(a);
    }
}

static void test_version(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum spf_version version;
    } cases[] = {
        {"v=spf1", SPF_VERSION_1},
        {"v=spf1 -all", SPF_VERSION_1},
        {"V=SPF1 -all", SPF_VERSION_1},
        {"v=spf1;-all", SPF_VERSION_NEAR},
        {"v=spf1-all", SPF_VERSION_NEAR},
        {"v=spf10 -all", SPF_VERSION_NEAR},
        {" v=spf1 -all", SPF_VERSION_NEAR},
        {"\"v=spf1 -all\"", SPF_VERSION_NEAR},
        {"v=spf2 -all", SPF_VERSION_NEAR},
        {"v = spf1 -all", SPF_VERSION_NEAR},
        {"v:spf1 -all", SPF_VERSION_NEAR},
        {"spf1 -all", SPF_VERSION_NEAR},
        {"v=spf", SPF_VERSION_NEAR},
        {"v=spf1\t-all", SPF_VERSION_NEAR},
        {"\xE2\x80\x9Cv=spf1 -all", SPF_VERSION_NEAR},
        {"", SPF_VERSION_NONE},
        {"v", SPF_VERSION_NONE},
        {"v=DMARC1; p=none", SPF_VERSION_NONE},
        {"spf2.0/pra -all", SPF_VERSION_NONE},
        {"a note about v=spf1", SPF_VERSION_NONE},
        {"vspfx", SPF_VERSION_NONE},
    };
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        size_t fault = 0;
        enum spf_version got = spf_version_of(cases[i].text, strlen(cases[i].text), &fault);
        if (got != cases[i].version)
            print_error("'%s'\n", cases[i].text);
        assert_int_equal(got, cases[i].version);
        assert_true(fault <= strlen(cases[i].text));
    }
}

static void test_values(void **state)
{
    (void)state;
    const char *text = "v=spf1 ~a:x.test/20//48 ip6:2001:db8::/32 redirect=%{d}.y.test";
    struct arena *a = arena_new(0);
    const struct spf_record *r = spf_record_parse(a, text, strlen(text));
    assert_int_equal(r->count, 3);
    assert_int_equal(r->terms[0].kind, SPF_KIND_A);
    assert_int_equal(r->terms[0].qualifier, '~');
    assert_string_equal(r->terms[0].spec, "x.test");
    assert_int_equal(r->terms[0].cidr4, 20);
    assert_int_equal(r->terms[0].cidr6, 48);
    assert_int_equal(r->terms[0].offset, 7);
    assert_int_equal(r->terms[1].network.prefix, 32);
    assert_ptr_equal(r->redirect, &r->terms[2]);
    assert_true(r->terms[2].macros);
    assert_string_equal(r->terms[2].spec, "%{d}.y.test");
    arena_free(a);
}

static void test_offset(void **state)
{
    (void)state;
    const char *text = "v=spf1 mx exists:ab%x.test -all";
    struct arena *a = arena_new(0);
    const struct spf_record *r = spf_record_parse(a, text, strlen(text));
    assert_int_equal(r->terms[1].error_offset, strlen("v=spf1 mx exists:ab"));
    arena_free(a);
}

static size_t seam(const char *first, const char *second)
{
    char text[256];
    const char *halves[2] = {NULL, NULL};
    size_t ends[1] = {strlen(first)};
    strcpy(text, first);
    strcat(text, second);
    struct arena *a = arena_new(0);
    const struct spf_record *r = spf_record_parse(a, text, strlen(text));
    size_t at = spf_fused_term(a, r, ends, 1, halves);
    arena_free(a);
    return at;
}

static void test_fused(void **state)
{
    (void)state;
    assert_int_not_equal(seam("v=spf1 ip4:192.0.2.1", "-all"), 0);
    assert_int_not_equal(seam("v=spf1 include:a.test", "-all"), 0); /* grammatical, and not what was meant */
    assert_int_not_equal(seam("v=spf1 include:a.test", "include:b.test -all"), 0);
    assert_int_not_equal(seam("v=spf1 a", "mx -all"), 0);
    assert_int_equal(seam("v=spf1 ip4:192.0.2.1 ", "-all"), 0);
    assert_int_equal(seam("v=spf1 ip4:192.0.2.1", " -all"), 0);
    assert_int_equal(seam("v=spf1 include:long.na", "me.test -all"), 0);
    assert_int_equal(seam("v=spf1 ip4:192.0.2.1", "00 -all"), 0);
    assert_int_equal(seam("v=spf1 include:spf.te", "st -all"), 0);
    assert_int_equal(seam("v=spf1 include:x.foo", "a -all"), 0); /* "a" may be the rest of the name */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),   cmocka_unit_test(test_version), cmocka_unit_test(test_values),
        cmocka_unit_test(test_offset), cmocka_unit_test(test_fused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
