/* SPDX-License-Identifier: BSD-2-Clause */
/* Code spans, fences and escapes of GitHub flavoured Markdown. */
#include "reports/markdown_text.h"

#include "reports/writer.h"

#include <string.h>

#define SPAN_MAX ((size_t)1 << 20)

static size_t longest_run(const char *text, char c)
{
    size_t longest = 0, run = 0;
    for (; *text != '\0'; text++) {
        run = *text == c ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static void add_ticks(struct buf *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_char(out, '`');
}

void md_span(struct buf *out, const char *text, size_t max_chars, bool in_table)
{
    struct buf line = BUF_INIT(SPAN_MAX);
    add_one_line(&line, text != NULL ? text : "", max_chars);
    const char *t = buf_text(&line);
    out->failed = out->failed || line.failed;
    if (t[strspn(t, " ")] == '\0') { /* a span of blanks alone is no span */
        buf_str(out, "(empty)");
        buf_free(&line);
        return;
    }
    size_t ticks = longest_run(t, '`') + 1;
    /* One blank at each end is taken off again by the reader, so that a backtick or a blank there stays what it is. */
    bool pad = t[0] == '`' || t[0] == ' ' || t[line.length - 1] == '`' || t[line.length - 1] == ' ';
    add_ticks(out, ticks);
    buf_str(out, pad ? " " : "");
    for (; *t != '\0'; t++) {
        if (in_table && *t == '|')
            buf_char(out, '\\');
        buf_char(out, *t);
    }
    buf_str(out, pad ? " " : "");
    add_ticks(out, ticks);
    buf_free(&line);
}

void md_fence(struct buf *out, const char *text, size_t max_chars)
{
    size_t length = max_chars != 0 ? text_prefix(text, max_chars) : strlen(text);
    size_t ticks = longest_run(text, '`') + 1;
    ticks = ticks > 3 ? ticks : 3;
    buf_str(out, "\n");
    add_ticks(out, ticks);
    buf_str(out, "text\n");
    buf_add(out, text, length);
    buf_str(out, text[length] != '\0' ? "\xE2\x80\xA6\n" : "\n");
    add_ticks(out, ticks);
    buf_str(out, "\n\n");
}

void md_own(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("\\`*_[]<>|~&#!", *text) != NULL)
            buf_char(out, '\\');
        buf_char(out, *text == '\n' || *text == '\t' ? ' ' : *text);
    }
}

void md_html_code(struct buf *out, const char *text, size_t max_chars)
{
    struct buf line = BUF_INIT(SPAN_MAX);
    add_one_line(&line, text, max_chars);
    out->failed = out->failed || line.failed;
    buf_str(out, "<code>");
    for (const char *t = buf_text(&line); *t != '\0'; t++) {
        if (strchr("&<>\"'`@#*_[]!:", *t) != NULL)
            buf_printf(out, "&#%d;", *t);
        else
            buf_char(out, *t);
    }
    buf_str(out, "</code>");
    buf_free(&line);
}
