/* SPDX-License-Identifier: BSD-2-Clause */
/* Entries and tokens of master files: one entry is a line, or several inside parentheses. Of a file only a
 * window is in memory; an entry is always whole in it. Private to the reader. */
#ifndef ZONEVET_FACTS_ZONEFILE_SCAN_H
#define ZONEVET_FACTS_ZONEFILE_SCAN_H

#include "auditor/facts/facts.h"
#include "auditor/facts/zonefile_feed.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENTRY_MAX ((size_t)64 << 20) /* octets of one entry; RDATA of 64 KiB cannot need as many */

struct token {
    const char *text; /* into the window, without quotes, escapes as written */
    size_t length;
    uint32_t line, column; /* from 1 */
    bool quoted;
    bool plain; /* known to have no backslash */
    bool glued; /* nothing stands between it and the word before, and one of them is quoted */
};

/** A comment with "zonevet:ignore" in it, from its ';' to the end of the line. */
struct comment {
    const char *text;
    size_t length;
    uint32_t line, column;
};

struct scanner {
    const char *at, *end, *line_start;
    uint32_t line;
    struct feed *feed; /* NULL: all there is stands before `end` */
    char *buffer;      /* the window */
    size_t capacity;
    size_t entry_max;  /* octets of one entry */
    size_t again_left; /* octets that may still be looked at twice behind unclosed parentheses */
    bool no_memory;
    bool open_end; /* the last entry with words ended without a newline */
};

struct entry {
    struct token *tokens; /* owned: entry_free() */
    size_t count, capacity;
    struct comment *comments; /* owned; in it, or on lines of their own before it */
    size_t comment_count, comment_capacity;
    bool leading_blank; /* the owner is inherited */
    uint32_t line, end_line, end_column;
    const char *error; /* NULL, or what is wrong at error_line:error_column: the entry is not to be used */
    enum zone_fault fault;
    uint32_t error_line, error_column;
};

/** Over a text in memory. Nothing needs to be freed. */
struct scanner scanner_new(const char *text, size_t length);

/** Over a feed, with `window` octets in memory (more only for an entry that needs more, and at most about
 * twice entry_max). */
struct scanner scanner_open(struct feed *feed, size_t window, size_t entry_max);
void scanner_free(struct scanner *s);

/** Go over octets that are no text of the file, such as a byte order mark. @return false if they do not come
 * next */
bool scanner_skip(struct scanner *s, const char *octets, size_t length);

/** The next entry that is not empty: with words, an error or comments. @return false at the end of the input,
 * without memory, and on errors of the feed */
bool scanner_next(struct scanner *s, struct entry *e);
void entry_free(struct entry *e);

/** Equal to a word without regard to ASCII case; never true for a quoted token. */
bool token_is(const struct token *t, const char *word);

/** Decode the escapes of a token. @return octets written to out (at most `room`), or -1 for a broken escape,
 * -2 if it does not fit */
int token_octets(const struct token *t, uint8_t *out, size_t room);

/** A decimal number of at most `high`. */
bool token_number(const struct token *t, uint32_t high, uint32_t *out);

/** A TTL: seconds, or with units as BIND takes them (1h30m). */
bool token_ttl(const struct token *t, uint32_t *out);

#endif
