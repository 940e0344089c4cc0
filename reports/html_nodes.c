/* SPDX-License-Identifier: BSD-2-Clause */
/* Nodes and attributes of the trees; what could not be made is remembered. */
#include "reports/html_nodes.h"

#include "auditor/base/clock.h"

#include <inttypes.h>
#include <stdio.h>

xmlNode *html_add(struct html_memory *m, xmlNode *parent, const char *name)
{
    xmlNode *node = parent != NULL ? xmlNewTextChild(parent, NULL, XML(name), NULL) : NULL;
    if (node == NULL)
        m->no_memory = true;
    return node;
}

void html_set(struct html_memory *m, xmlNode *node, const char *name, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    if (node == NULL || xmlNewProp(node, XML(name), XML(value)) == NULL)
        m->no_memory = true;
}

void html_set_number(struct html_memory *m, xmlNode *node, const char *name, uint64_t number)
{
    char text[24];
    snprintf(text, sizeof(text), "%" PRIu64, number);
    html_set(m, node, name, text);
}

void html_set_time(struct html_memory *m, xmlNode *node, const char *name, int64_t utc_s)
{
    char text[CLOCK_TEXT_SIZE];
    if (utc_s == 0)
        return;
    clock_rfc3339(utc_s, text);
    html_set(m, node, name, text);
}

xmlDoc *html_document(struct html_memory *m, const char *name, xmlNode **root)
{
    xmlDoc *doc = xmlNewDoc(XML("1.0"));
    *root = doc != NULL ? xmlNewNode(NULL, XML(name)) : NULL;
    if (*root == NULL) {
        m->no_memory = true;
        xmlFreeDoc(doc);
        return NULL;
    }
    xmlDocSetRootElement(doc, *root);
    return doc;
}

xmlDoc *html_document_done(struct html_memory *m, xmlDoc *doc)
{
    if (!m->no_memory)
        return doc;
    xmlFreeDoc(doc);
    return NULL;
}

void html_set_name(struct html_memory *m, xmlNode *node, const char *name, const char *unicode,
                   size_t number)
{
    char text[32];
    snprintf(text, sizeof(text), "t-%zu", number);
    html_set(m, node, "anchor", text);
    html_set(m, node, "name", name);
    html_set(m, node, "unicode", unicode);
}
