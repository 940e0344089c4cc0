/* SPDX-License-Identifier: BSD-2-Clause */
/* Entries and tokens of master files: one entry is a line, or several inside parentheses. Private to the reader. */
#ifndef ZONEVET_FACTS_ZONEFILE_SCAN_H
#define ZONEVET_FACTS_ZONEFILE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct token {
    const char *text; /* into the input, without quotes, escapes as written */
    size_t length;
    uint32_t line, column; /* from 1 */
    bool quoted;
};

struct scanner {
    const char *start, *at, *end, *line_start;
    uint32_t line;
    /* Told of every comment (from its ';' on), or NULL. */
    void (*comment)(void *context, const char *text, size_t length, uint32_t line, uint32_t column);
    void *context;
};

struct entry {
    struct token *tokens; /* owned: entry_free() */
    size_t count, capacity;
    bool leading_blank;   /* the owner is inherited */
    uint32_t line, end_line, end_column;
    const char *error;    /* NULL, or what is wrong at error_line:error_column: the entry is not to be used */
    uint32_t error_line, error_column;
};

struct scanner scanner_new(const char *text, size_t length);

/** The next entry that is not empty. @return false at the end of the input */
bool scanner_next(struct scanner *s, struct entry *e);
void entry_free(struct entry *e);

/** Equal to a word without regard to ASCII case; never true for a quoted token. */
bool token_is(const struct token *t, const char *word);

/** Decode the escapes of a token. @return octets written to out (at most `room`), or -1 for a broken escape, -2 if it
 * does not fit */
int token_octets(const struct token *t, uint8_t *out, size_t room);

/** A decimal number of at most `high`. */
bool token_number(const struct token *t, uint32_t high, uint32_t *out);

/** A TTL: seconds, or with units as BIND takes them (1h30m). */
bool token_ttl(const struct token *t, uint32_t *out);

#endif
