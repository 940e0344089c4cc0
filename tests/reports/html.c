/* SPDX-License-Identifier: BSD-2-Clause */
/* What is special about the page: the policy names exactly our style and script, effects stand below their
 * cause, and a run that is too large is summarised and says so. */
#include "tests/reports/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <libxml/HTMLparser.h>
#include <libxml/xpath.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#define XML(text) ((const xmlChar *)(text))

struct page {
    char *text;
    htmlDocPtr doc;
    xmlXPathContext *context;
};

static struct page page_open(void (*build)(struct fixture *x))
{
    struct page p = {0};
    struct fixture x;
    size_t length;
    const struct report_options options = {0};
    build(&x);
    p.text = fixture_text(&x, "html", &options, &length);
    p.doc = htmlReadMemory(p.text, (int)length, "report.html", "UTF-8",
                           HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
    assert_non_null(p.doc);
    p.context = xmlXPathNewContext(p.doc);
    fixture_free(&x);
    return p;
}

static void page_close(struct page *p)
{
    xmlXPathFreeContext(p->context);
    xmlFreeDoc(p->doc);
    free(p->text);
}

static int count(struct page *p, const char *expression)
{
    xmlXPathObject *found = xmlXPathEvalExpression(XML(expression), p->context);
    assert_non_null(found);
    int number = found->type == XPATH_BOOLEAN ? found->boolval : (int)found->floatval;
    xmlXPathFreeObject(found);
    return number;
}

/* The hash that a browser computes of what stands between the tags must be the one in the policy. */
static void assert_hash(const char *text, const char *open, const char *close, const char *directive)
{
    unsigned char digest[SHA256_DIGEST_LENGTH], encoded[64];
    char expected[128];
    const char *from = strstr(text, open);
    assert_non_null(from);
    from += strlen(open);
    const char *to = strstr(from, close);
    assert_non_null(to);
    SHA256((const unsigned char *)from, (size_t)(to - from), digest);
    EVP_EncodeBlock(encoded, digest, sizeof(digest));
    snprintf(expected, sizeof(expected), "%s 'sha256-%s'", directive, (const char *)encoded);
    assert_non_null(strstr(text, expected));
}

static void policy(void **state)
{
    (void)state;
    struct page p = page_open(sample_build);
    assert_hash(p.text, "<style>", "</style>", "style-src");
    assert_hash(p.text, "<script>", "</script>", "script-src");
    assert_int_equal(count(&p, "starts-with(//meta[@http-equiv]/@content, \"default-src 'none';\")"), 1);
    page_close(&p);
}

static void effect_below_its_cause(void **state)
{
    (void)state;
    struct page p = page_open(sample_build);
    assert_int_equal(count(&p, "count(//article[@data-check='dnssec.ds-no-matching-dnskey']"
                               "//article[@data-check='dnssec.bogus'])"),
                     1);
    /* What could not be evaluated links to its cause, and every link on the page leads somewhere. */
    assert_int_equal(count(&p, "count(//*[@id='unknown']//td/a)"), 1);
    assert_int_equal(count(&p, "count(//a[starts-with(@href,'#')][not(substring(@href,2) = //@id)])"), 0);
    page_close(&p);
}

static void accessible(void **state)
{
    (void)state;
    struct page p = page_open(sample_build);
    assert_int_equal(count(&p, "count(/html[@lang='en'])"), 1);
    assert_int_equal(count(&p, "count(//table[not(caption)])"), 0);
    assert_int_equal(count(&p, "count(//th[not(@scope)])"), 0);
    assert_int_equal(count(&p, "count(//nav[@aria-label])"), 1);
    assert_int_equal(count(&p, "count(//svg[not(@aria-hidden)])"), 0);
    assert_int_equal(count(&p, "count(//h1)"), 1);
    page_close(&p);
}

static void large_run(void **state)
{
    (void)state;
    struct page p = page_open(large_build);
    assert_true(strlen(p.text) < (size_t)32 << 20);
    assert_non_null(strstr(p.text, "passed checks are summarised"));
    assert_non_null(strstr(p.text, "2000 more findings are left out"));
    page_close(&p);
}

static void empty_run(void **state)
{
    (void)state;
    struct page p = page_open(empty_build);
    assert_non_null(strstr(p.text, "Nothing was audited."));
    assert_int_equal(count(&p, "count(//article)"), 0);
    page_close(&p);
}

static void states(void **state)
{
    static const struct {
        const char *expression;
        int expected;
    } rows[] = {
        {"count(//ul[contains(@class,'states')]/li)", 4},
        {"number(//li[@class='score new']/span[@class='number'])", SAMPLE_NEW},
        {"number(//li[@class='score known']/span[@class='number'])", SAMPLE_KNOWN},
        {"number(//li[@class='score waived']/span[@class='number'])", SAMPLE_WAIVED},
        {"number(//li[@class='score fixed']/span[@class='number'])", SAMPLE_FIXED},
        {"count(//li[@class='score known']/span[.='unchanged'])", 1},
        {"count(//section[@id='targets']/preceding-sibling::section[@id='changes'])", 1},
        {"count(//section[@id='changes']//table[caption='New']/tbody/tr)", SAMPLE_NEW},
        {"count(//section[@id='changes']//table[caption='Fixed']/tbody/tr)", SAMPLE_FIXED},
        {"count(//section[@id='waivers']//tbody/tr)", SAMPLE_WAIVED},
        {"count(//section[@id='waivers']//td[@class='until'][contains(.,'2026-11-13')][contains(.,'12 days left')])", 1},
        {"count(//article[@data-state='new'])", SAMPLE_NEW},
        {"count(//article[@data-state='unchanged'])", SAMPLE_KNOWN},
        {"count(//article[@data-state='waived']//p[@class='aside'][contains(.,'the supplier moves')])", 1},
        {"count(//article[@data-state!='new']/details[@open])", 0},
        {"count(//article[@data-state='waived']/following-sibling::article[@data-state='new'])", 0},
        {"count(//ul[@class='notes']/li)", 2},
        {"count(//p[@class='sides']/code)", 2},
        {"count(//code[contains(.,':3\xE2\x80\x93" "9')])", 2},
        {"count(//a[starts-with(@href,'#')][not(substring(@href,2) = //@id)])", 0},
        {"count(//table[not(caption)])", 0},
        {"count(//th[not(@scope)])", 0},
    };
    (void)state;
    struct page p = page_open(change_build);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        if (count(&p, rows[i].expression) != rows[i].expected)
            fail_msg("%s: %d, not %d", rows[i].expression, count(&p, rows[i].expression), rows[i].expected);
    }
    page_close(&p);
}

static void no_states_no_cards(void **state)
{
    (void)state;
    struct page p = page_open(sample_build);
    assert_int_equal(count(&p, "count(//section[@id='changes'] | //section[@id='waivers'] | //ul[contains(@class,'states')])"), 0);
    assert_int_equal(count(&p, "count(//*[@data-state] | //*[contains(@class,'chip')])"), 0);
    page_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policy),     cmocka_unit_test(effect_below_its_cause),
        cmocka_unit_test(accessible), cmocka_unit_test(large_run),
        cmocka_unit_test(empty_run),  cmocka_unit_test(states),
        cmocka_unit_test(no_states_no_cards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
