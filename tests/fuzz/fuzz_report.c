/* SPDX-License-Identifier: BSD-2-Clause */
/* Renderers: whatever an attacker writes, every format stays well formed and says the same. */
#include "tests/reports/hostile.h"

#include <cjson/cJSON.h>
#include <libxml/parser.h>
#include <unistr.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void check(const struct fixture *x, const char *format, const char *text, size_t length)
{
    require(strlen(text) == length && u8_check((const uint8_t *)text, length) == NULL);
    require(strchr(text, 0x1B) == NULL && strchr(text, '\r') == NULL);
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
    if (strcmp(format, "html") == 0)
        require(strstr(text, "<script>")[8] == '/' && strcmp(text + length - 8, "</html>\n") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const formats[] = {"text", "json", "ndjson", "junit", "html"};
    struct fixture x;
    sample_build(&x);
    x.target_count = 0;
    struct result *r = fixture_results(&x, 5);
    for (size_t i = 0; i < 5; i++)
        hostile_result(&x, &r[i], i, data, size);
    fixture_target(&x, "example.test.", r, 5);
    fixture_count(&x);
    const struct report_options options = {.width = size > 0 ? data[0] : 0, .ci_log = true, .verbosity = 1};
    for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
        size_t length;
        char *text = fixture_text(&x, formats[i], &options, &length);
        check(&x, formats[i], text, length);
        free(text);
    }
    fixture_free(&x);
    return 0;
}
