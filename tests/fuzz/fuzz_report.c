/* SPDX-License-Identifier: BSD-2-Clause */
/* Renderers: whatever an attacker writes, every format stays well formed and says the same. */
#include "tests/reports/hostile.h"

#include <cjson/cJSON.h>
#include <libxml/parser.h>
#include <unistr.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RESULTS 20 /* each outcome with each state */

static void require(bool condition)
{
    if (!condition)
        abort();
}

static uint32_t fresh(const struct fixture *x)
{
    uint32_t n = 0;
    for (size_t i = 0; i < x->targets[0].result_count; i++) {
        const struct result *r = &x->targets[0].results[i];
        n += r->outcome == OUTCOME_FAIL && r->state != STATE_KNOWN && r->state != STATE_WAIVED;
    }
    return n;
}

/* As many entries as there are findings to show, each with a place. */
static void check_list(const struct fixture *x, const char *format, const char *text, size_t length)
{
    cJSON *json = cJSON_ParseWithLengthOpts(text, length + 1, NULL, 1);
    require(json != NULL);
    const cJSON *list = json;
    if (strncmp(format, "sarif", 5) == 0)
        list = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(json, "runs")->child, "results");
    size_t all = x->targets[0].result_count + x->targets[0].fixed_count;
    require(cJSON_GetArraySize(list) == (strcmp(format, "sarif-full") == 0 ? (int)all : (int)fresh(x)));
    cJSON_Delete(json);
}

static void check_lines(const struct fixture *x, const char *format, const char *text)
{
    bool github = strcmp(format, "github") == 0;
    uint32_t lines = 0;
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        require((strncmp(line, "::", 2) == 0) == github);
        lines++;
    }
    require(strstr(text, "##[") == NULL || github);
    require(lines == fresh(x) + 1); /* and one for what could not be evaluated */
}

/* Quotes are in pairs, and no field computes. */
static void check_csv(const struct fixture *x, const char *text)
{
    uint32_t lines = 0;
    bool inside = false;
    for (const char *c = text; *c != '\0'; c++) {
        bool begins = *c == '"' && !inside && c > text && (c[-1] == ',' || c[-1] == '\n');
        if (begins)
            require(strchr("=+-@\t\r", c[1]) == NULL);
        inside = inside != (*c == '"');
        lines += *c == '\n' && !inside;
    }
    require(!inside && lines == 1 + x->targets[0].result_count + x->targets[0].fixed_count);
}

static void check(const struct fixture *x, const char *format, const char *text, size_t length)
{
    require(strlen(text) == length && u8_check((const uint8_t *)text, length) == NULL);
    require(strchr(text, 0x1B) == NULL && (strchr(text, '\r') == NULL || strcmp(format, "csv") == 0));
    if (strcmp(format, "json") == 0) {
        cJSON *json = cJSON_ParseWithLengthOpts(text, length + 1, NULL, 1);
        const cJSON *target = cJSON_GetObjectItemCaseSensitive(json, "targets")->child;
        const cJSON *result = cJSON_GetObjectItemCaseSensitive(target, "results")->child;
        const cJSON *message = cJSON_GetObjectItemCaseSensitive(result, "message");
        require(strcmp(cJSON_GetStringValue(message), x->targets[0].results[0].message) == 0);
        cJSON_Delete(json);
    }
    if (strcmp(format, "junit") == 0) {
        xmlDoc *doc = xmlReadMemory(text, (int)length, "junit.xml", NULL, XML_PARSE_NONET);
        require(doc != NULL);
        xmlFreeDoc(doc);
    }
    if (strncmp(format, "sarif", 5) == 0 || strcmp(format, "codequality") == 0)
        check_list(x, format, text, length);
    if (strcmp(format, "github") == 0 || strcmp(format, "gcc") == 0)
        check_lines(x, format, text);
    if (strcmp(format, "csv") == 0)
        check_csv(x, text);
    if (strcmp(format, "markdown") == 0)
        require(length <= 5000 && strncmp(text, "<!-- zonevet:", 13) == 0);
    if (strcmp(format, "html") == 0)
        require(strstr(text, "<script>")[8] == '/' && strcmp(text + length - 8, "</html>\n") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const formats[] = {"text", "json", "ndjson", "junit", "html", "sarif", "sarif-full", "codequality",
                                          "github", "markdown", "gcc", "csv"};
    struct fixture x;
    sample_build(&x);
    x.target_count = 0;
    struct result *r = fixture_results(&x, RESULTS);
    for (size_t i = 0; i < RESULTS; i++)
        hostile_result(&x, &r[i], i, data, size);
    struct target_report *t = fixture_target(&x, "example.test.", r, RESULTS);
    const char *gated = hostile_gate(&x, data, size, TEXT_MESSAGE_MAX);
    const struct location where = {gated, 0, 7, 3, 1};
    struct fixed_finding fixed = {.check = "xfr.open", .subject = hostile_name(&x, size), .severity = SEVERITY_LOW,
                                  .title = gated, .message = gated, .location = &where};
    fixture_fixed(t, &fixed, 1);
    x.run.gate = (struct run_gate){.new_only = true, .baseline = gated, .old_side = gated, .new_side = gated, .notes = &gated,
                                   .note_count = 1};
    x.run.outcome_reason = gated;
    x.run.outcome = RUN_INCOMPLETE;
    fixture_count(&x);
    const struct report_options options = {.width = size > 0 ? data[0] : 0, .ci_log = true, .verbosity = 1,
                                           .markdown_limit = 5000, .anchor = size % 2 == 0 ? gated : NULL};
    for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
        size_t length;
        char *text = fixture_text(&x, formats[i], &options, &length);
        check(&x, formats[i], text, length);
        free(text);
    }
    fixture_free(&x);
    return 0;
}
