/* SPDX-License-Identifier: BSD-2-Clause */
/* SARIF and Code Quality (outputs.md sections 6 and 7): what stands where, anchors, levels, limits, repeats. Whether readers
 * take the files is validate.sh's business. */
#include "tests/reports/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#define RESULT0 "runs.0.results.0."
#define ARTIFACT0 RESULT0 "locations.0.physicalLocation.artifactLocation."
#define REGION0 RESULT0 "locations.0.physicalLocation.region."

struct row {
    const char *name, *format;
    void (*build)(struct fixture *x);
    struct report_options options;
    const char *path;     /* members and indices, dots between; a member with dots: the last one only */
    const char *expected; /* text, or a number as text; NULL: must not be there */
};

/* ---- runs of one result -------------------------------------------------------------------------------- */

static void one_build(struct fixture *x, const struct location *where)
{
    sample_build(x);
    x->target_count = 0;
    struct result *r = fixture_results(x, 1);
    r[0] = sample_result("xfr.open", "example.test.", OUTCOME_FAIL, "See [here](http://x) and {0} and %{i}");
    r[0].location = where;
    r[0].snippet = "the line";
    fixture_target(x, "example.test.", r, 1);
    fixture_count(x);
}

static void nowhere_build(struct fixture *x)
{
    one_build(x, NULL);
}

static void listed_build(struct fixture *x)
{
    one_build(x, NULL);
    x->targets[0].source_file = "./domains.txt";
    x->targets[0].source_line = 7;
}

static void stdin_build(struct fixture *x)
{
    one_build(x, NULL);
    x->targets[0].source_file = "-";
    x->targets[0].source_line = 7;
}

static void odd_path_build(struct fixture *x)
{
    static const struct location where = {"zones/a b:\xC3\xBC%.zone", 3, 5, 2, 1}; /* the end lies before the start */
    one_build(x, &where);
}

static void root_build(struct fixture *x)
{
    static const struct location where = {"/srv/repo/zones/x.zone", 3, 0, 4, 9};
    one_build(x, &where);
    x->run.root = "/srv/repo";
}

static void outside_build(struct fixture *x)
{
    static const struct location where = {"/srv/repository/x.zone", 3, 0, 4, 9};
    one_build(x, &where);
    x->run.root = "/srv/repo";
}

static void up_build(struct fixture *x)
{
    static const struct location where = {"../zones/x.zone", 3, 0, 4, 9};
    one_build(x, &where);
}

static void never_build(struct fixture *x)
{
    nowhere_build(x);
    x->run.fail_never = true;
}

static void repeats_build(struct fixture *x)
{
    nowhere_build(x);
    fixture_target(x, "example.test.", (struct result *)(uintptr_t)x->targets[0].results, 1);
    fixture_count(x);
}

static void flood_build(struct fixture *x)
{
    sample_build(x);
    x->target_count = 0;
    struct result *r = fixture_results(x, 26000);
    for (size_t i = 0; i < 26000; i++) {
        r[i] = sample_result("xfr.open", "large.test.", OUTCOME_FAIL, "one of many");
        r[i].severity = i == 25999 ? SEVERITY_CRITICAL : SEVERITY_LOW;
        r[i].discriminator = arena_printf(x->arena, "%zu", i);
    }
    fixture_target(x, "large.test.", r, 26000);
    fixture_count(x);
}

/* ---- rows ---------------------------------------------------------------------------------------------- */

static const struct row rows[] = {
    {"anchor: default", "sarif", nowhere_build, {0}, ARTIFACT0 "uri", ".zonevet.yaml"},
    {"anchor: given", "sarif", nowhere_build, {.anchor = "dns/audit.yaml"}, ARTIFACT0 "uri", "dns/audit.yaml"},
    {"anchor: line 1", "sarif", nowhere_build, {.anchor = "dns/audit.yaml"}, REGION0 "startLine", "1"},
    {"anchor: the line that lists the target", "sarif", listed_build, {.anchor = "other"}, ARTIFACT0 "uri", "domains.txt"},
    {"anchor: its number", "sarif", listed_build, {0}, REGION0 "startLine", "7"},
    {"anchor: standard input is no file", "sarif", stdin_build, {0}, ARTIFACT0 "uri", ".zonevet.yaml"},
    {"anchor: snippet is not of that line", "sarif", nowhere_build, {0}, REGION0 "snippet", NULL},
    {"path: escaped", "sarif", odd_path_build, {0}, ARTIFACT0 "uri", "zones/a%20b%3A%C3%BC%25.zone"},
    {"path: relative to the root", "sarif", root_build, {0}, ARTIFACT0 "uri", "zones/x.zone"},
    {"path: with base", "sarif", root_build, {0}, ARTIFACT0 "uriBaseId", "%SRCROOT%"},
    {"path: outside the root", "sarif", outside_build, {0}, ARTIFACT0 "uri", "file:///srv/repository/x.zone"},
    {"path: outside has no base", "sarif", outside_build, {0}, ARTIFACT0 "uriBaseId", NULL},
    {"path: from the root of the repository", "sarif", odd_path_build, {.prefix = "dns/live/"}, ARTIFACT0 "uri",
     "dns/live/zones/a%20b%3A%C3%BC%25.zone"},
    {"path: up from the working directory", "sarif", up_build, {.prefix = "dns/live/"}, ARTIFACT0 "uri", "dns/zones/x.zone"},
    {"path: up to the root", "sarif", up_build, {.prefix = "dns/"}, ARTIFACT0 "uri", "zones/x.zone"},
    {"path: not further up", "sarif", up_build, {0}, ARTIFACT0 "uri", "../zones/x.zone"},
    {"path: absolute ones have no prefix", "sarif", outside_build, {.prefix = "dns/"}, ARTIFACT0 "uri", "file:///srv/repository/x.zone"},
    {"anchor: has the prefix too", "sarif", nowhere_build, {.prefix = "dns/"}, ARTIFACT0 "uri", "dns/.zonevet.yaml"},
    {"quality: prefix", "codequality", root_build, {.prefix = "dns/"}, "0.location.path", "dns/zones/x.zone"},
    {"region: end never before the start", "sarif", odd_path_build, {0}, REGION0 "endLine", "3"},
    {"region: nor its column", "sarif", odd_path_build, {0}, REGION0 "endColumn", "5"},
    {"region: several lines", "sarif", root_build, {0}, REGION0 "endColumn", "9"},
    {"region: snippet", "sarif", root_build, {0}, REGION0 "snippet.text", "the line"},
    {"message: neither link nor placeholder", "sarif", nowhere_build, {0}, RESULT0 "message.text",
     "A server hands the whole zone to anyone: example.test. See [here] (http://x) and {{0}} and %{i}."},
    {"level: by severity", "sarif", nowhere_build, {0}, RESULT0 "level", "error"},
    {"level: capped", "sarif", nowhere_build, {.sarif_max = SARIF_LEVEL_NOTE}, RESULT0 "level", "note"},
    {"level: capped in the rule", "sarif", nowhere_build, {.sarif_max = SARIF_LEVEL_NOTE},
     "runs.0.tool.driver.rules.1.defaultConfiguration.level", "note"},
    {"level: no gate, no error", "sarif", never_build, {0}, RESULT0 "level", "warning"},
    {"level: unless asked for", "sarif", never_build, {.sarif_max = SARIF_LEVEL_ERROR}, RESULT0 "level", "error"},
    {"rule: index", "sarif", nowhere_build, {0}, RESULT0 "ruleIndex", "11"},
    {"rule: name", "sarif", nowhere_build, {0}, "runs.0.tool.driver.rules.1.name", "DanglingCnameServiceUnclaimed"},
    {"rule: score", "sarif", nowhere_build, {0}, "runs.0.tool.driver.rules.1.properties.security-severity", "9.5"},
    {"rule: no score for information", "sarif", nowhere_build, {0}, "runs.0.tool.driver.rules.7.properties.security-severity", NULL},
    {"subject", "sarif", sample_build, {0}, RESULT0 "locations.0.logicalLocations.0.fullyQualifiedName", "shop.example.test./CNAME"},
    {"category", "sarif", sample_build, {0}, "runs.0.automationDetails.id", "zonevet/default/20261101T080000Z-1f2e3d4c"},
    {"provenance", "sarif", sample_build, {.repository = "https://git.example/x", .revision = "c0ffee"},
     "runs.0.versionControlProvenance.0.revisionId", "c0ffee"},
    {"no provenance", "sarif", sample_build, {0}, "runs.0.versionControlProvenance", NULL},
    {"a repeat is dropped", "sarif", repeats_build, {0}, "runs.0.results.1", NULL},
    {"limit of results", "sarif", flood_build, {0}, "runs.0.results.25000", NULL},
    {"limit: the gravest is in", "sarif", flood_build, {0}, RESULT0 "properties.severity", "critical"},
    {"limit: said so", "sarif", flood_build, {0}, "runs.0.invocations.0.toolExecutionNotifications.0.message.text",
     "1000 more findings are left out, for code scanning takes 25000; sarif-full has all."},
    {"limit: evidence of the first", "sarif", flood_build, {0}, RESULT0 "properties.evidence", ""},
    {"limit: but not of the last", "sarif", flood_build, {0}, "runs.0.results.24999.properties.evidence", NULL},
    {"limit: nor its markdown", "sarif", flood_build, {0}, "runs.0.results.24999.message.markdown", NULL},
    {"limit: its text is there", "sarif", flood_build, {0}, "runs.0.results.24999.message.text",
     "A server hands the whole zone to anyone: large.test. one of many."},
    {"known and waived are not for GitHub", "sarif", change_build, {0}, "runs.0.results.3", NULL},
    {"full: waived", "sarif-full", change_build, {0}, "runs.0.results.6.suppressions.0.justification",
     "waived until 2026-12-31 by web-team@example.test: the supplier moves its hosts in December"},
    {"full: no limit", "sarif-full", flood_build, {0}, "runs.0.results.25999.level", "note"},
    {"quality: anchor", "codequality", nowhere_build, {.anchor = "audit.yaml"}, "0.location.path", "audit.yaml"},
    {"quality: lines", "codequality", root_build, {0}, "0.location.lines.end", "4"},
    {"quality: a repeat is dropped", "codequality", repeats_build, {0}, "1", NULL},
    {"quality: severity", "codequality", nowhere_build, {0}, "0.severity", "critical"},
    {"quality: known and waived are left out", "codequality", change_build, {0}, "3", NULL},
};

static const cJSON *at(const cJSON *json, const char *path)
{
    char step[128];
    while (json != NULL && *path != '\0') {
        size_t length = strcspn(path, ".");
        snprintf(step, sizeof(step), "%.*s", (int)length, path);
        json = cJSON_IsArray(json) ? cJSON_GetArrayItem(json, atoi(step)) : cJSON_GetObjectItemCaseSensitive(json, step);
        path += length + (path[length] == '.' ? 1 : 0);
    }
    return json;
}

static void check_row(void **state)
{
    const struct row *row = *state;
    struct fixture x;
    size_t length;
    char number[32];
    row->build(&x);
    char *text = fixture_text(&x, row->format, &row->options, &length);
    cJSON *json = cJSON_ParseWithLengthOpts(text, length + 1, NULL, 1);
    assert_non_null(json);
    const cJSON *found = at(json, row->path);
    if (row->expected == NULL) {
        assert_null(found);
    } else {
        assert_non_null(found);
        snprintf(number, sizeof(number), "%d", found->valueint);
        const char *got = cJSON_IsNumber(found) ? number : cJSON_GetStringValue(found);
        assert_string_equal(got != NULL ? got : "", row->expected);
    }
    cJSON_Delete(json);
    free(text);
    fixture_free(&x);
}

static void empty_quality_is_a_list(void **state)
{
    (void)state;
    struct fixture x;
    size_t length;
    const struct report_options options = {0};
    empty_build(&x);
    char *text = fixture_text(&x, "codequality", &options, &length);
    assert_string_equal(text, "[]\n");
    free(text);
    fixture_free(&x);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_SIZE(rows) + 1];
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        tests[i] = (struct CMUnitTest){
            .name = rows[i].name, .test_func = check_row, .initial_state = (void *)(uintptr_t)&rows[i]};
    tests[ARRAY_SIZE(rows)] = (struct CMUnitTest)cmocka_unit_test(empty_quality_is_a_list);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
