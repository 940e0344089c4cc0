/* SPDX-License-Identifier: BSD-2-Clause */
/* The text gate: whatever comes in, what goes out is clean and survives a strict JSON and XML round trip. */
#include "auditor/base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <unistr.h>

#define XML(text) ((const xmlChar *)(text))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void json_round_trip(const char *text)
{
    cJSON *string = cJSON_CreateString(text);
    char *printed = cJSON_PrintUnformatted(string);
    require(u8_check((const uint8_t *)printed, strlen(printed)) == NULL);
    cJSON *again = cJSON_Parse(printed);
    require(again != NULL && strcmp(cJSON_GetStringValue(again), text) == 0);
    cJSON_Delete(again);
    cJSON_free(printed);
    cJSON_Delete(string);
}

static void xml_round_trip(const char *text)
{
    xmlDoc *doc = xmlNewDoc(XML("1.0"));
    xmlNode *root = xmlNewNode(NULL, XML("r"));
    xmlDocSetRootElement(doc, root);
    xmlNewTextChild(root, NULL, XML("t"), XML(text));
    xmlNewProp(root, XML("a"), XML(text));
    xmlChar *printed = NULL;
    int length = 0;
    xmlDocDumpMemoryEnc(doc, &printed, &length, "UTF-8");
    xmlDoc *again = xmlReadMemory((const char *)printed, length, "r.xml", NULL, XML_PARSE_NONET | XML_PARSE_HUGE);
    require(again != NULL);
    xmlChar *content = xmlNodeGetContent(xmlDocGetRootElement(again));
    require(content != NULL && strcmp((const char *)content, text) == 0);
    xmlFree(content);
    xmlFreeDoc(again);
    xmlFree(printed);
    xmlFreeDoc(doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    size_t max = size > 0 ? 64 + (size_t)data[0] * 16 : 64;
    const char *once = text_gate(a, data, size, max);
    require(text_clean(once));
    require(strcmp(text_gate(a, once, strlen(once), max), once) == 0);
    json_round_trip(once);
    xml_round_trip(once);
    const char *ascii = text_ascii(a, data, size);
    require(text_clean(ascii) && strchr(ascii, '"') == NULL);
    arena_free(a);
    return 0;
}
