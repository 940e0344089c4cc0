/* SPDX-License-Identifier: BSD-2-Clause */
/* Text inside Markdown (outputs.md section 9): what strangers wrote stands only in code spans and fences, which turns off
 * mentions, issue numbers, links, images and HTML; our own words are escaped so that they stay words. */
#ifndef ZONEVET_REPORTS_MARKDOWN_TEXT_H
#define ZONEVET_REPORTS_MARKDOWN_TEXT_H

#include "auditor/base/buf.h"

/** A code span on one line, at most max_chars characters of text (0: all); "(empty)" if there is none. In a table cell
 * '|' is escaped too. */
void md_span(struct buf *out, const char *text, size_t max_chars, bool in_table);

/** A fenced block of its own, with blank lines around it. */
void md_fence(struct buf *out, const char *text, size_t max_chars);

/** Words of ours from the metadata, every character that means something to Markdown escaped. */
void md_own(struct buf *out, const char *text);

/** <code>text</code> for inside an HTML block, where Markdown is not read. */
void md_html_code(struct buf *out, const char *text, size_t max_chars);

#endif
