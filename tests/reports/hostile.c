/* SPDX-License-Identifier: BSD-2-Clause */
/* Every format survives what attackers write: the file parses strictly, the escaped value is there, no
 * control octets come through, and all formats count the same (outputs.md sections 13 and 15). */
#include "tests/reports/hostile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <cjson/cJSON.h>
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <unistr.h>

#define XML(text) ((const xmlChar *)(text))

static struct fixture hostile, sample;

/* ---- octets -------------------------------------------------------------------------------------------- */

static void assert_plain(const char *text, size_t length)
{
    assert_int_equal(strlen(text), length);
    assert_null(u8_check((const uint8_t *)text, length));
    for (size_t i = 0; i < length; i++)
        assert_true((unsigned char)text[i] >= 0x20 || text[i] == '\n' || text[i] == '\t');
    assert_null(strchr(text, 0x7F));
    static const char *const invisible[] = {"\xE2\x80\xAE", "\xE2\x80\xA8", "\xEF\xBF\xBE", "\xEF\xBB\xBF"};
    for (size_t i = 0; i < ARRAY_SIZE(invisible); i++)
        assert_null(strstr(text, invisible[i]));
}

static char *render(const struct fixture *x, const char *format, enum junit_dialect dialect, size_t *length)
{
    const struct report_options options = {
        .junit_dialect = dialect, .verbosity = 1, .ci_log = true, .width = 100};
    return fixture_text(x, format, &options, length);
}

static uint32_t outcome_count(const struct fixture *x, enum outcome o)
{
    return x->run.counts.outcomes[o];
}

/* Fail results that JUnit shows as skipped: waived, or known where only new ones count. */
static uint32_t aside_count(const struct fixture *x)
{
    return x->run.counts.waived + (x->run.gate.new_only ? x->run.counts.known : 0);
}

static uint32_t result_count(const struct fixture *x)
{
    uint32_t sum = 0;
    for (int o = OUTCOME_FAIL; o <= OUTCOME_PASS; o++)
        sum += outcome_count(x, (enum outcome)o);
    return sum;
}

static uint32_t unreadable_count(const struct fixture *x)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < x->target_count; i++)
        sum += x->targets[i].error != NULL;
    return sum;
}

/* ---- text ---------------------------------------------------------------------------------------------- */

static void text_gives_no_orders(void **state)
{
    size_t length;
    char *text = render(*state, "text", JUNIT_COMMON, &length);
    assert_plain(text, length);
    assert_null(strstr(text, "##["));
    assert_null(strstr(text, "##vso["));
    assert_null(strstr(text, "##teamcity["));
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += strspn(line, " \t\n");
        assert_int_not_equal(strncmp(line, "::", 2), 0);
        if (*line == '\0')
            break;
    }
    free(text);
}

static void text_keeps_values(void **state)
{
    (void)state;
    size_t length;
    char *text = render(&hostile, "text", JUNIT_COMMON, &length);
    assert_non_null(strstr(text, "\\027[2J"));
    assert_non_null(strstr(text, "\\u{001B}[2J"));
    assert_non_null(strstr(text, "#\\035[error]x"));
    assert_non_null(strstr(text, "| ::warning::two"));
    free(text);
}

/* ---- JSON ---------------------------------------------------------------------------------------------- */

static const char *member(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static void same_text(const cJSON *object, const char *name, const char *expected)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    assert_non_null(item);
    if (expected == NULL)
        assert_true(cJSON_IsNull(item));
    else
        assert_string_equal(cJSON_GetStringValue(item), expected);
}

static void same_result(const cJSON *json, const struct result *r)
{
    same_text(json, "check", r->check->id);
    same_text(json, "subject", r->subject);
    same_text(json, "subject_unicode", r->subject_unicode);
    same_text(json, "outcome", outcome_text(r->outcome));
    same_text(json, "message", r->message);
    same_text(json, "fingerprint", r->fingerprint);
    same_text(json, "snippet", r->snippet);
    same_text(json, "state", state_text(r->state));
    same_text(json, "known_since", r->known_since);
    const cJSON *waiver = cJSON_GetObjectItemCaseSensitive(json, "waiver");
    assert_int_equal(cJSON_IsNull(waiver), r->waiver == NULL);
    if (r->waiver != NULL)
        same_text(waiver, "reason", r->waiver->reason);
    const cJSON *evidence = cJSON_GetObjectItemCaseSensitive(json, "evidence");
    assert_int_equal(cJSON_GetArraySize(evidence), r->evidence_count);
    const cJSON *item = evidence->child;
    for (size_t i = 0; i < r->evidence_count; i++, item = item->next)
        same_text(item, "value", r->evidence[i].value);
}

static void same_counts(const struct fixture *x, const cJSON *summary)
{
    const cJSON *results = cJSON_GetObjectItemCaseSensitive(summary, "results");
    for (int o = OUTCOME_FAIL; o <= OUTCOME_PASS; o++) {
        const cJSON *n = cJSON_GetObjectItemCaseSensitive(results, outcome_text((enum outcome)o));
        assert_int_equal(n->valueint, outcome_count(x, (enum outcome)o));
    }
}

static cJSON *parse_strictly(const char *text, size_t length)
{
    cJSON *json = cJSON_ParseWithLengthOpts(text, length + 1, NULL, 1);
    assert_non_null(json);
    return json;
}

static void json_keeps_everything(void **state)
{
    const struct fixture *x = *state;
    size_t length;
    char *text = render(x, "json", JUNIT_COMMON, &length);
    assert_plain(text, length);
    cJSON *json = parse_strictly(text, length);
    same_text(json, "schema_version", "1.1");
    same_counts(x, cJSON_GetObjectItemCaseSensitive(json, "summary"));
    const cJSON *target = cJSON_GetObjectItemCaseSensitive(json, "targets")->child;
    for (size_t i = 0; i < x->target_count; i++, target = target->next) {
        assert_string_equal(member(target, "name"), x->targets[i].name);
        const cJSON *result = cJSON_GetObjectItemCaseSensitive(target, "results")->child;
        for (size_t k = 0; k < x->targets[i].result_count; k++, result = result->next)
            same_result(result, &x->targets[i].results[k]);
        assert_null(result);
    }
    assert_null(target);
    cJSON_Delete(json);

    size_t again_length;
    char *again = render(x, "json-v1", JUNIT_COMMON, &again_length);
    assert_string_equal(again, text);
    free(again);
    free(text);
}

static void ndjson_keeps_everything(void **state)
{
    const struct fixture *x = *state;
    size_t length, target = 0, result = 0;
    char *text = render(x, "ndjson", JUNIT_COMMON, &length);
    assert_plain(text, length);
    const char *last = NULL;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        cJSON *json = parse_strictly(line, strlen(line));
        const char *type = member(json, "type");
        if (strcmp(type, "target-start") == 0)
            assert_string_equal(member(json, "name"), x->targets[target].name);
        if (strcmp(type, "result") == 0)
            same_result(json, &x->targets[target].results[result++]);
        if (strcmp(type, "target-end") == 0) {
            assert_int_equal(result, x->targets[target++].result_count);
            result = 0;
        }
        if (strcmp(type, "run-end") == 0)
            same_counts(x, cJSON_GetObjectItemCaseSensitive(json, "summary"));
        last = strcmp(type, "run-end") == 0 ? "run-end" : "other";
        cJSON_Delete(json);
    }
    assert_string_equal(last, "run-end");
    assert_int_equal(target, x->target_count);
    free(text);
}

/* ---- JUnit --------------------------------------------------------------------------------------------- */

static int count(xmlXPathContext *context, xmlNode *from, const char *expression)
{
    context->node = from;
    xmlXPathObject *found = xmlXPathEvalExpression(XML(expression), context);
    assert_non_null(found);
    assert_int_equal(found->type, XPATH_NUMBER);
    int number = (int)found->floatval;
    xmlXPathFreeObject(found);
    return number;
}

static void assert_suite_counts(xmlXPathContext *context, xmlNode *suite)
{
    assert_int_equal(count(context, suite, "number(@tests)"), count(context, suite, "count(.//testcase)"));
    assert_int_equal(count(context, suite, "number(@failures)"), count(context, suite, "count(.//failure)"));
    assert_int_equal(count(context, suite, "number(@errors)"), count(context, suite, "count(.//error)"));
    if (xmlHasProp(suite, XML("skipped")) != NULL)
        assert_int_equal(count(context, suite, "number(@skipped)"),
                         count(context, suite, "count(.//skipped)"));
    /* GitLab keeps only the first of equal names. */
    assert_int_equal(count(context, suite, "count(testcase[@name = preceding-sibling::testcase/@name])"), 0);
}

static void check_junit(const struct fixture *x, enum junit_dialect dialect)
{
    size_t length;
    char *text = render(x, "junit", dialect, &length);
    assert_plain(text, length);
    assert_null(strstr(text, "<![CDATA["));
    assert_null(strstr(text, "<!DOCTYPE"));
    xmlDoc *doc = xmlReadMemory(text, (int)length, "junit.xml", NULL, XML_PARSE_NONET);
    assert_non_null(doc);
    xmlXPathContext *context = xmlXPathNewContext(doc);
    xmlNode *root = xmlDocGetRootElement(doc);
    assert_suite_counts(context, root);
    for (xmlNode *suite = xmlFirstElementChild(root); suite != NULL; suite = xmlNextElementSibling(suite))
        assert_suite_counts(context, suite);
    assert_int_equal(count(context, root, "number(@tests)"), result_count(x) + unreadable_count(x));
    assert_int_equal(count(context, root, "number(@failures)"),
                     outcome_count(x, OUTCOME_FAIL) - aside_count(x));
    assert_int_equal(count(context, root, "number(@errors)"),
                     outcome_count(x, OUTCOME_UNDETERMINED) + unreadable_count(x));
    assert_int_equal(count(context, root, "count(//skipped)"),
                     outcome_count(x, OUTCOME_SKIPPED) + aside_count(x));
    assert_int_equal(count(context, root, "count(//testcase[not(starts-with(@classname, 'zonevet.'))])"), 0);
    xmlXPathFreeContext(context);
    xmlFreeDoc(doc);
    free(text);
}

static void junit_common(void **state)
{
    check_junit(*state, JUNIT_COMMON);
}

static void junit_strict(void **state)
{
    check_junit(*state, JUNIT_STRICT);
}

/* ---- HTML ---------------------------------------------------------------------------------------------- */

/* Only our own script, no attribute that runs or styles anything, links only within the page or by https. */
static void assert_inert(xmlXPathContext *context, xmlNode *root)
{
    assert_int_equal(count(context, root, "count(//script)"), 1);
    assert_int_equal(count(context, root, "count(//style)"), 1);
    assert_int_equal(
        count(context, root, "count(//i | //b[not(ancestor::figcaption)] | //img | //iframe | //base)"), 0);
    assert_int_equal(count(context, root, "count(//@style)"), 0);
    assert_int_equal(count(context, root, "count(//@*[starts-with(name(), 'on')])"), 0);
    assert_int_equal(count(context, root, "count(//@src)"), 0);
    assert_int_equal(
        count(context, root, "count(//@href[not(starts-with(., '#') or starts-with(., 'https://'))])"), 0);
    assert_int_equal(count(context, root, "count(//h1)"), 1);
    assert_int_equal(count(context, root, "count(//main)"), 1);
}

static void assert_findings(const struct fixture *x, xmlXPathContext *context, xmlNode *root)
{
    assert_int_equal(count(context, root, "count(//article)"),
                     outcome_count(x, OUTCOME_FAIL) + outcome_count(x, OUTCOME_INFO));
    assert_int_equal(count(context, root, "count(//article[@id = preceding::article/@id])"), 0);
    assert_int_equal(count(context, root, "count(//*[@id='unknown']//tbody/tr)"),
                     outcome_count(x, OUTCOME_UNDETERMINED));
    assert_int_equal(count(context, root, "count(//table[contains(@class, 'passes')]//li)"),
                     outcome_count(x, OUTCOME_PASS));
    assert_int_equal(count(context, root, "count(//section[@class='target'])"), x->target_count);
}

static bool has_text(xmlXPathContext *context, xmlNode *root, const char *path, const char *value)
{
    context->node = root;
    xmlXPathObject *found = xmlXPathEvalExpression(XML(path), context);
    bool has = false;
    for (int i = 0; found->nodesetval != NULL && i < found->nodesetval->nodeNr && !has; i++) {
        xmlChar *content = xmlNodeGetContent(found->nodesetval->nodeTab[i]);
        has = strcmp((const char *)content, value) == 0;
        xmlFree(content);
    }
    xmlXPathFreeObject(found);
    return has;
}

static void html_is_inert_and_complete(void **state)
{
    const struct fixture *x = *state;
    size_t length;
    char *text = render(x, "html", JUNIT_COMMON, &length);
    assert_plain(text, length);
    assert_string_equal(text + length - strlen("</html>\n"), "</html>\n");
    assert_null(strstr(text, "<script>alert"));
    htmlDocPtr doc = htmlReadMemory(text, (int)length, "report.html", "UTF-8",
                                    HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
    assert_non_null(doc);
    xmlXPathContext *context = xmlXPathNewContext(doc);
    xmlNode *root = xmlDocGetRootElement(doc);
    assert_inert(context, root);
    assert_findings(x, context, root);
    if (x == &hostile) {
        assert_true(has_text(context, root, "//td[@class='value']", "\\034><script>alert(1)</script>"));
        assert_true(has_text(context, root, "//td[@class='value']", "\"><script>alert(1)</script>"));
        assert_true(has_text(context, root, "//pre[@class='record']", "' onmouseover='alert(1)' x='"));
    }
    xmlXPathFreeContext(context);
    xmlFreeDoc(doc);
    free(text);
}

/* ---- all of them --------------------------------------------------------------------------------------- */

static void same_octets_again(void **state)
{
    for (size_t i = 0; report_formats[i] != NULL; i++) {
        size_t length, again;
        char *first = render(*state, report_formats[i]->name, JUNIT_COMMON, &length);
        char *second = render(*state, report_formats[i]->name, JUNIT_COMMON, &again);
        assert_int_equal(length, again);
        assert_memory_equal(first, second, length);
        free(first);
        free(second);
    }
}

/* Whatever the format: UTF-8, no control octets, none of the invisible characters. */
static void all_are_plain(void **state)
{
    for (size_t i = 0; report_formats[i] != NULL; i++) {
        size_t length;
        char *text = render(*state, report_formats[i]->name, JUNIT_COMMON, &length);
        bool csv = report_formats[i] == &report_csv;
        for (char *c = text; csv && (c = strchr(c, '\r')) != NULL; c++) {
            assert_int_equal(c[1], '\n');
            *c = ' ';
        }
        assert_plain(text, length);
        free(text);
    }
}

static void full_disk_is_told(void **state)
{
    const struct report_options options = {0};
    for (size_t i = 0; report_formats[i] != NULL; i++) {
        FILE *full = fopen("/dev/full", "w");
        assert_non_null(full);
        assert_int_equal(fixture_render(*state, report_formats[i], &options, full), STATUS_IO);
        fclose(full);
    }
}

int main(void)
{
    static const struct {
        const char *name;
        CMUnitTestFunction run;
    } tests[] = {
        {"text",         text_gives_no_orders      },
        {"json",         json_keeps_everything     },
        {"ndjson",       ndjson_keeps_everything   },
        {"junit common", junit_common              },
        {"junit strict", junit_strict              },
        {"html",         html_is_inert_and_complete},
        {"same octets",  same_octets_again         },
        {"full disk",    full_disk_is_told         },
        {"all plain",    all_are_plain             },
    };
    struct CMUnitTest all[2 * ARRAY_SIZE(tests) + 1];
    size_t n = 0;
    hostile_build(&hostile);
    sample_build(&sample);
    for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
        all[n++] =
            (struct CMUnitTest){.name = tests[i].name, .test_func = tests[i].run, .initial_state = &hostile};
        all[n++] =
            (struct CMUnitTest){.name = tests[i].name, .test_func = tests[i].run, .initial_state = &sample};
    }
    all[n++] = (struct CMUnitTest)cmocka_unit_test(text_keeps_values);
    int failed = cmocka_run_group_tests(all, NULL, NULL);
    fixture_free(&hostile);
    fixture_free(&sample);
    return failed;
}
