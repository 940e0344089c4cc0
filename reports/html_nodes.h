/* SPDX-License-Identifier: BSD-2-Clause */
/* What makes the trees of the HTML report: values go in as text, never as markup. Without memory, no_memory is set and
 * the tree is not used. Private to html_*.c. */
#ifndef ZONEVET_REPORTS_HTML_NODES_H
#define ZONEVET_REPORTS_HTML_NODES_H

#include "reports/html_tree.h"

#define XML(text) ((const xmlChar *)(text))
#define ANCHOR_DIGITS 20 /* of the fingerprint: enough to be unique within a page */

/** A tree with that root; html_document_done() gives it, or frees it and gives NULL without memory. */
xmlDoc *html_document(struct html_memory *m, const char *name, xmlNode **root);
xmlDoc *html_document_done(struct html_memory *m, xmlDoc *doc);

/** A node below another. @return NULL without memory, or if the parent is NULL */
xmlNode *html_add(struct html_memory *m, xmlNode *parent, const char *name);

/** An attribute; nothing for a value that is NULL or empty, or a time of 0. */
void html_set(struct html_memory *m, xmlNode *node, const char *name, const char *value);
void html_set_number(struct html_memory *m, xmlNode *node, const char *name, uint64_t number);
void html_set_time(struct html_memory *m, xmlNode *node, const char *name, int64_t utc_s);

/** Name and anchor of a target; number counts from 1. */
void html_set_name(struct html_memory *m, xmlNode *node, const char *name, const char *unicode,
                   size_t number);

/** The result has a place among the findings. */
static inline bool html_is_finding(const struct result *r)
{
    return r->outcome == OUTCOME_FAIL || r->outcome == OUTCOME_INFO;
}

#endif
