/* SPDX-License-Identifier: BSD-2-Clause */
/* Cuts master files into entries and tokens (RFC 1035 section 5.1). */
#include "auditor/facts/zonefile_scan.h"

#include <stdlib.h>
#include <string.h>

#define TOKENS_MAX 70000U /* more than any RDATA of 64 KiB can need */

struct scanner scanner_new(const char *text, size_t length)
{
    return (struct scanner){.start = text, .at = text, .end = text + length, .line_start = text, .line = 1};
}

void entry_free(struct entry *e)
{
    free(e->tokens);
    *e = (struct entry){0};
}

static uint32_t column_of(const struct scanner *s)
{
    return (uint32_t)(s->at - s->line_start) + 1;
}

static void new_line(struct scanner *s)
{
    s->at++;
    s->line++;
    s->line_start = s->at;
}

static void fail(const struct scanner *s, struct entry *e, const char *message)
{
    if (e->error != NULL)
        return;
    e->error = message;
    e->error_line = s->line;
    e->error_column = column_of(s);
}

static struct token *next_token(struct entry *e)
{
    if (e->count == e->capacity) {
        size_t capacity = e->capacity != 0 ? e->capacity * 2 : 32;
        struct token *tokens = e->count < TOKENS_MAX ? realloc(e->tokens, capacity * sizeof(*tokens)) : NULL;
        if (tokens == NULL)
            return NULL;
        e->tokens = tokens;
        e->capacity = capacity;
    }
    return &e->tokens[e->count];
}

static bool ends_word(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ';' || c == '(' || c == ')' || c == '"';
}

static void scan_quoted(struct scanner *s, struct entry *e, struct token *t)
{
    const uint32_t line = s->line;
    const uint32_t column = column_of(s);
    s->at++;
    t->text = s->at;
    while (s->at < s->end && *s->at != '"' && *s->at != '\n')
        s->at += *s->at == '\\' && s->at + 1 < s->end && s->at[1] != '\n' ? 2 : 1;
    t->length = (size_t)(s->at - t->text);
    t->quoted = true;
    t->line = line;
    t->column = column;
    if (s->at >= s->end || *s->at != '"') {
        fail(s, e, "a string is not closed: expected '\"' before the end of the line");
        return;
    }
    s->at++;
}

/* key="value", as SvcParams are written (RFC 9460 section 2.1): the quotes are part of the word. */
static void scan_value(struct scanner *s, struct entry *e)
{
    s->at++;
    while (s->at < s->end && *s->at != '"' && *s->at != '\n')
        s->at += *s->at == '\\' && s->at + 1 < s->end && s->at[1] != '\n' ? 2 : 1;
    if (s->at >= s->end || *s->at != '"')
        fail(s, e, "a value is not closed: expected '\"' before the end of the line");
    else
        s->at++;
}

static void scan_word(struct scanner *s, struct entry *e, struct token *t)
{
    t->text = s->at;
    t->line = s->line;
    t->column = column_of(s);
    t->quoted = false;
    while (s->at < s->end && !ends_word(*s->at)) {
        unsigned char c = (unsigned char)*s->at;
        if (c < 0x21 || c == 0x7f)
            fail(s, e, "a control character: expected printable text, other octets as \\DDD");
        s->at += c == '\\' && s->at + 1 < s->end && s->at[1] != '\n' ? 2 : 1;
        if (c == '=' && s->at < s->end && *s->at == '"')
            scan_value(s, e);
    }
    if (s->at > s->end)
        s->at = s->end;
    t->length = (size_t)(s->at - t->text);
}

static void skip_comment(struct scanner *s)
{
    const char *start = s->at;
    const uint32_t column = column_of(s);
    while (s->at < s->end && *s->at != '\n')
        s->at++;
    if (s->comment != NULL)
        s->comment(s->context, start, (size_t)(s->at - start), s->line, column);
}

/* Behind an error inside parentheses reading goes on at the next line that looks like an entry of its own. */
static void recover(struct scanner *s, const char *from, const char *from_line, uint32_t line)
{
    s->at = from;
    s->line_start = from_line;
    s->line = line;
    while (s->at < s->end && *s->at != '\n')
        s->at++;
}

/* @return false if the entry ended at the end of the input */
static bool scan_entry(struct scanner *s, struct entry *e)
{
    const char *open = NULL; /* the unclosed parenthesis */
    const char *open_line_start = NULL;
    uint32_t open_line = 0;
    e->line = s->line;
    e->leading_blank = s->at < s->end && (*s->at == ' ' || *s->at == '\t');
    while (s->at < s->end) {
        char c = *s->at;
        if (c == '\n') {
            if (open == NULL)
                return true;
            new_line(s);
        } else if (c == ' ' || c == '\t' || c == '\r') {
            s->at++;
        } else if (c == ';') {
            skip_comment(s);
        } else if (c == '(') {
            if (open != NULL)
                fail(s, e, "parentheses do not nest: expected ')' before another '('");
            open = s->at++;
            open_line_start = s->line_start;
            open_line = s->line;
        } else if (c == ')') {
            if (open == NULL)
                fail(s, e, "')' without '('");
            open = NULL;
            s->at++;
        } else {
            struct token *t = next_token(e);
            if (t == NULL) {
                fail(s, e, "too many words in one entry");
                s->at++;
                continue;
            }
            if (c == '"')
                scan_quoted(s, e, t);
            else
                scan_word(s, e, t);
            e->count++;
            e->end_line = s->line;
            e->end_column = column_of(s);
        }
    }
    if (open != NULL) {
        s->at = open;
        s->line_start = open_line_start;
        s->line = open_line;
        e->error = NULL;
        fail(s, e, "'(' is never closed: expected ')' before the end of the file");
        recover(s, open, open_line_start, open_line);
        return true;
    }
    return false;
}

bool scanner_next(struct scanner *s, struct entry *e)
{
    for (;;) {
        struct token *keep = e->tokens;
        size_t capacity = e->capacity;
        if (s->at >= s->end)
            return false;
        *e = (struct entry){.tokens = keep, .capacity = capacity};
        bool more = scan_entry(s, e);
        if (more && s->at < s->end)
            new_line(s);
        if (e->count > 0 || e->error != NULL)
            return true;
    }
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool token_is(const struct token *t, const char *word)
{
    if (t->quoted || strlen(word) != t->length)
        return false;
    for (size_t i = 0; i < t->length; i++) {
        if (lower(t->text[i]) != lower(word[i]))
            return false;
    }
    return true;
}

int token_octets(const struct token *t, uint8_t *out, size_t room)
{
    size_t used = 0;
    for (size_t i = 0; i < t->length; i++) {
        unsigned value = (unsigned char)t->text[i];
        if (value == '\\') {
            if (++i >= t->length)
                return -1;
            value = (unsigned char)t->text[i];
            if (value >= '0' && value <= '9') {
                if (t->length - i < 3 || t->text[i + 1] < '0' || t->text[i + 1] > '9' || t->text[i + 2] < '0' ||
                    t->text[i + 2] > '9')
                    return -1;
                value = (value - '0') * 100 + (unsigned)(t->text[i + 1] - '0') * 10 + (unsigned)(t->text[i + 2] - '0');
                i += 2;
                if (value > 255)
                    return -1;
            }
        }
        if (used == room)
            return -2;
        out[used++] = (uint8_t)value;
    }
    return (int)used;
}

bool token_number(const struct token *t, uint32_t high, uint32_t *out)
{
    uint64_t value = 0;
    if (t->quoted || t->length == 0 || t->length > 10)
        return false;
    for (size_t i = 0; i < t->length; i++) {
        if (t->text[i] < '0' || t->text[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(t->text[i] - '0');
    }
    if (value > high)
        return false;
    *out = (uint32_t)value;
    return true;
}

bool token_ttl(const struct token *t, uint32_t *out)
{
    static const char units[] = "smhdw";
    static const uint64_t seconds[] = {1, 60, 3600, 86400, 604800};
    uint64_t sum = 0;
    uint64_t number = 0;
    bool digits = false;
    bool unit_seen = false;
    if (t->quoted || t->length == 0 || t->length > 40)
        return false;
    for (size_t i = 0; i < t->length; i++) {
        char c = lower(t->text[i]);
        const char *unit = strchr(units, c);
        if (c >= '0' && c <= '9') {
            number = number * 10 + (uint64_t)(c - '0');
            digits = true;
        } else if (unit != NULL && c != '\0' && digits) {
            sum += number * seconds[unit - units];
            number = 0;
            digits = false;
            unit_seen = true;
        } else {
            return false;
        }
        if (sum > UINT32_MAX || number > UINT32_MAX)
            return false;
    }
    if (digits && unit_seen)
        return false; /* "1h30": thirty what? */
    sum += number;
    if (sum > UINT32_MAX || (!digits && !unit_seen))
        return false;
    *out = (uint32_t)sum;
    return true;
}
