/* SPDX-License-Identifier: BSD-2-Clause */
/* Cuts master files into entries and tokens (RFC 1035 section 5.1). An entry that reaches behind the window
 * is scanned again from its start when more of it is there, so tokens can point into the window. */
#define _GNU_SOURCE /* memmem */
#include "auditor/facts/zonefile_scan.h"

#include <stdlib.h>
#include <string.h>

#define TOKENS_MAX 70000U /* more than any RDATA of 64 KiB can need */
#define COMMENTS_MAX 1000U
/* Octets that are read a second time behind parentheses that never close. */
#define AGAIN_MAX ((size_t)256 << 20)

enum octet { WORD, BLANK, NEWLINE, COMMENT, OPEN, CLOSE, QUOTE, BACKSLASH, EQUALS, CONTROL };

/* Everything from 0x80 on is WORD: names refuse it, strings take it. */
static const uint8_t octets[256] = {
    [0] = CONTROL,   [1] = CONTROL,  [2] = CONTROL,      [3] = CONTROL,   [4] = CONTROL,    [5] = CONTROL,
    [6] = CONTROL,   [7] = CONTROL,  [8] = CONTROL,      ['\t'] = BLANK,  ['\n'] = NEWLINE, [11] = CONTROL,
    [12] = CONTROL,  ['\r'] = BLANK, [14] = CONTROL,     [15] = CONTROL,  [16] = CONTROL,   [17] = CONTROL,
    [18] = CONTROL,  [19] = CONTROL, [20] = CONTROL,     [21] = CONTROL,  [22] = CONTROL,   [23] = CONTROL,
    [24] = CONTROL,  [25] = CONTROL, [26] = CONTROL,     [27] = CONTROL,  [28] = CONTROL,   [29] = CONTROL,
    [30] = CONTROL,  [31] = CONTROL, [' '] = BLANK,      ['"'] = QUOTE,   ['('] = OPEN,     [')'] = CLOSE,
    [';'] = COMMENT, ['='] = EQUALS, ['\\'] = BACKSLASH, [127] = CONTROL,
};

static enum octet kind(char c)
{
    return (enum octet)octets[(unsigned char)c];
}

/* ---- the window ------------------------------------------------------------------------------ */

struct scanner scanner_new(const char *text, size_t length)
{
    return (struct scanner){.at = text,
                            .end = text + length,
                            .line_start = text,
                            .line = 1,
                            .again_left = AGAIN_MAX,
                            .entry_max = ENTRY_MAX};
}

struct scanner scanner_open(struct feed *feed, size_t window, size_t entry_max)
{
    struct scanner s = {
        .line = 1, .feed = feed, .capacity = window, .again_left = AGAIN_MAX, .entry_max = entry_max};
    s.buffer = malloc(window);
    s.no_memory = s.buffer == NULL;
    s.at = s.end = s.line_start = s.buffer;
    return s;
}

void scanner_free(struct scanner *s)
{
    free(s->buffer);
    *s = (struct scanner){0};
}

/* Read on behind what is kept: everything from s->at, where a line begins. @return false if nothing came */
static bool refill(struct scanner *s)
{
    size_t keep = (size_t)(s->end - s->at);
    if (s->feed == NULL || s->no_memory)
        return false;
    if (keep > 0)
        memmove(s->buffer, s->at, keep);
    if (keep > s->capacity / 2) {
        char *larger = realloc(s->buffer, s->capacity * 2);
        s->no_memory = larger == NULL;
        s->buffer = larger != NULL ? larger : s->buffer;
        s->capacity *= larger != NULL ? 2 : 1;
    }
    size_t got = s->no_memory ? 0 : feed_read(s->feed, s->buffer + keep, s->capacity - keep);
    s->at = s->line_start = s->buffer;
    s->end = s->buffer + keep + got;
    if (got == 0)
        s->feed = NULL;
    return got > 0;
}

bool scanner_skip(struct scanner *s, const char *text, size_t length)
{
    while ((size_t)(s->end - s->at) < length && refill(s))
        continue;
    if ((size_t)(s->end - s->at) < length || memcmp(s->at, text, length) != 0)
        return false;
    s->at += length;
    s->line_start = s->at;
    return true;
}

static void new_line(struct scanner *s)
{
    s->at++;
    s->line++;
    s->line_start = s->at;
}

/* Drop everything to the end of the line, however far that is. */
static void skip_line(struct scanner *s)
{
    for (;;) {
        size_t left = (size_t)(s->end - s->at);
        const char *end = left > 0 ? memchr(s->at, '\n', left) : NULL;
        s->at = end != NULL ? end : s->end;
        if (end != NULL || !refill(s))
            return;
    }
}

/* ---- tokens ---------------------------------------------------------------------------------- */

void entry_free(struct entry *e)
{
    free(e->tokens);
    free(e->comments);
    *e = (struct entry){0};
}

static uint32_t column_of(const struct scanner *s)
{
    return (uint32_t)(s->at - s->line_start) + 1;
}

static void fail(const struct scanner *s, struct entry *e, const char *message)
{
    if (e->error != NULL)
        return;
    e->error = message;
    e->fault = ZONE_FAULT_SYNTAX;
    e->error_line = s->line;
    e->error_column = column_of(s);
}

static struct token *grow_tokens(struct entry *e)
{
    size_t capacity = e->capacity != 0 ? e->capacity * 2 : 32;
    struct token *tokens = e->count < TOKENS_MAX ? realloc(e->tokens, capacity * sizeof(*tokens)) : NULL;
    if (tokens == NULL)
        return NULL;
    e->tokens = tokens;
    e->capacity = capacity;
    return &e->tokens[e->count];
}

static bool comment_speaks(const char *text, size_t length)
{
    static const char mark[] = "zonevet:ignore";
    return length >= sizeof(mark) && memmem(text, length, mark, sizeof(mark) - 1) != NULL;
}

static void keep_comment(const struct scanner *s, struct entry *e, const char *text, uint32_t column)
{
    if (e->comment_count == COMMENTS_MAX)
        return;
    if (e->comment_count == e->comment_capacity) {
        size_t capacity = e->comment_capacity != 0 ? e->comment_capacity * 2 : 4;
        struct comment *comments = realloc(e->comments, capacity * sizeof(*comments));
        if (comments == NULL)
            return;
        e->comments = comments;
        e->comment_capacity = capacity;
    }
    e->comments[e->comment_count++] = (struct comment){text, (size_t)(s->at - text), s->line, column};
}

static void scan_comment(struct scanner *s, struct entry *e)
{
    const char *text = s->at;
    const uint32_t column = column_of(s);
    const char *end = memchr(text, '\n', (size_t)(s->end - text));
    s->at = end != NULL ? end : s->end;
    if (comment_speaks(text, (size_t)(s->at - text)))
        keep_comment(s, e, text, column);
}

/* Go to the closing quote. @return false if the line ends first */
static bool to_quote(struct scanner *s, bool *plain)
{
    const char *at = s->at;
    for (; at < s->end && *at != '"' && *at != '\n'; at++) {
        if (*at != '\\')
            continue;
        *plain = false;
        if (at + 1 < s->end && at[1] != '\n')
            at++;
    }
    s->at = at < s->end ? at : s->end;
    return s->at < s->end && *s->at == '"';
}

static void scan_quoted(struct scanner *s, struct entry *e, struct token *t)
{
    *t = (struct token){
        .text = s->at + 1, .line = s->line, .column = column_of(s), .quoted = true, .plain = true};
    s->at++;
    bool closed = to_quote(s, &t->plain);
    t->length = (size_t)(s->at - t->text);
    if (closed)
        s->at++;
    else
        fail(s, e, "a string is not closed: expected '\"' before the end of the line");
    if (!closed && s->at == s->end && s->feed == NULL)
        e->fault = ZONE_FAULT_END;
}

/* Everything in a word that is not simply text. @return false if the word ends here */
static bool scan_special(struct scanner *s, struct entry *e, struct token *t)
{
    switch (kind(*s->at)) {
    case BACKSLASH:
        t->plain = false;
        s->at += s->at + 1 < s->end && s->at[1] != '\n' ? 2 : 1;
        return true;
    case EQUALS: /* key="value", as SvcParams are written (RFC 9460 section 2.1): the quotes are part of the
                    word */
        s->at++;
        if (s->at < s->end && *s->at == '"') {
            s->at++;
            if (to_quote(s, &t->plain))
                s->at++;
            else
                fail(s, e, "a value is not closed: expected '\"' before the end of the line");
        }
        return true;
    case CONTROL:
        fail(s, e, "a control character: expected printable text, other octets as \\DDD");
        s->at++;
        return true;
    default:
        return false;
    }
}

/* The end of plain text, four octets at a step: base64 is most of a signed zone. */
static const char *plain_end(const char *at, const char *end)
{
    const uint8_t *c = (const uint8_t *)at;
    const uint8_t *stop = (const uint8_t *)end;
    while (stop - c >= 4 && (octets[c[0]] | octets[c[1]] | octets[c[2]] | octets[c[3]]) == WORD)
        c += 4;
    while (c < stop && octets[*c] == WORD)
        c++;
    return (const char *)c;
}

static void scan_word(struct scanner *s, struct entry *e, struct token *t)
{
    *t = (struct token){.text = s->at, .line = s->line, .column = column_of(s), .plain = true};
    do {
        s->at = plain_end(s->at, s->end);
    } while (s->at < s->end && scan_special(s, e, t));
    t->length = (size_t)(s->at - t->text);
}

static void scan_token(struct scanner *s, struct entry *e)
{
    struct token *t = e->count < e->capacity ? &e->tokens[e->count] : grow_tokens(e);
    if (t == NULL) {
        fail(s, e, "too many words in one entry");
        s->at++;
        return;
    }
    const char *start = s->at;
    if (*s->at == '"')
        scan_quoted(s, e, t);
    else
        scan_word(s, e, t);
    if (e->count > 0 && (t->quoted != t[-1].quoted))
        t->glued = start == t[-1].text + t[-1].length + (t[-1].quoted ? 1 : 0);
    e->count++;
    e->end_line = s->line;
    e->end_column = column_of(s);
}

/* ---- entries --------------------------------------------------------------------------------- */

enum scan_end { SCAN_DONE, SCAN_MORE };

/* The parenthesis that is open. */
struct paren {
    const char *at, *line_start;
    uint32_t line;
    unsigned depth;
};

/* An unclosed parenthesis must not hide what follows: reading goes on at the next line that does not look
 * like its inside, which is blanks and numbers (a SOA). @return false if the window ends before it */
static bool recover(struct scanner *s, const struct paren *open)
{
    s->at = open->at;
    s->line_start = open->line_start;
    s->line = open->line;
    for (;;) {
        const char *end = memchr(s->at, '\n', (size_t)(s->end - s->at));
        s->at = end != NULL ? end : s->end;
        if (end == NULL)
            return s->feed == NULL;
        const char *next = end + 1;
        while (next < s->end && kind(*next) == BLANK)
            next++;
        if (next == s->end)
            return s->feed == NULL;
        bool inside = next > end + 1 && ((*next >= '0' && *next <= '9') || *next == ')');
        if (!inside)
            return true;
        new_line(s);
    }
}

/* What stands behind the parenthesis is no part of the entry. */
static void cut_entry(struct entry *e, const struct paren *open)
{
    while (e->count > 0 && e->tokens[e->count - 1].text > open->at)
        e->count--;
    while (e->comment_count > 0 && e->comments[e->comment_count - 1].line > open->line)
        e->comment_count--;
    e->end_line = open->line;
    e->end_column = (uint32_t)(open->at - open->line_start) + 2;
}

/* Tell of the parenthesis where it stands, and go back to what follows it: not too often, for a hostile file
 * has millions of them. */
static enum scan_end unclosed(struct scanner *s, struct entry *e, const struct paren *open,
                              enum zone_fault fault, const char *message)
{
    const struct scanner here = *s;
    const size_t again = (size_t)(s->at - open->at);
    cut_entry(e, open);
    e->error = message;
    e->fault = fault;
    e->error_line = open->line;
    e->error_column = e->end_column - 1;
    if (again > s->again_left) {
        const char *end = memchr(s->at, '\n', (size_t)(s->end - s->at));
        if (end == NULL && s->feed != NULL)
            return SCAN_MORE;
        s->at = end != NULL ? end : s->end;
        return SCAN_DONE;
    }
    if (!recover(s, open)) {
        *s = here;
        return SCAN_MORE;
    }
    s->again_left -= again;
    return SCAN_DONE;
}

/* A line that begins with a word is an entry of its own, and its '(' shows that the one before
 * was forgotten. */
static bool begins_entry(const struct scanner *s, const struct paren *open)
{
    return open->depth > 0 && s->line != open->line && kind(*s->line_start) == WORD;
}

static void scan_open(struct scanner *s, struct entry *e, struct paren *open)
{
    if (open->depth++ > 0)
        fail(s, e, "parentheses do not nest: expected ')' before another '('");
    else
        *open = (struct paren){s->at, s->line_start, s->line, 1};
    s->at++;
}

static void scan_close(struct scanner *s, struct entry *e, struct paren *open)
{
    if (open->depth == 0)
        fail(s, e, "')' without '('");
    else
        open->depth--;
    s->at++;
    e->end_line = s->line;
    e->end_column = column_of(s);
}

/* @return SCAN_MORE if the window ended before the entry did */
static enum scan_end scan_entry(struct scanner *s, struct entry *e)
{
    struct paren open = {0};
    e->line = e->end_line = s->line;
    e->leading_blank = *s->at == ' ' || *s->at == '\t';
    while (s->at < s->end) {
        switch (kind(*s->at)) {
        case NEWLINE:
            if (open.depth == 0)
                return SCAN_DONE;
            new_line(s);
            break;
        case BLANK:
            s->at++;
            break;
        case COMMENT:
            scan_comment(s, e);
            break;
        case OPEN:
            if (begins_entry(s, &open))
                return unclosed(s, e, &open, ZONE_FAULT_SYNTAX,
                                "'(' is never closed: expected ')' before the next entry");
            scan_open(s, e, &open);
            break;
        case CLOSE:
            scan_close(s, e, &open);
            break;
        default:
            scan_token(s, e);
        }
    }
    if (s->feed != NULL)
        return SCAN_MORE;
    if (open.depth > 0)
        return unclosed(s, e, &open, ZONE_FAULT_END,
                        "'(' is never closed: expected ')' before the end of the file");
    return SCAN_DONE;
}

/* The window holds as much of an entry as there may be, and the entry goes on. */
static void too_long(struct scanner *s, struct entry *e)
{
    const size_t held = (size_t)(s->end - s->at);
    const char *line_end = memchr(s->at, '\n', held);
    e->line = e->end_line = s->line;
    if (line_end == NULL) {
        fail(s, e, "a line that does not end: expected at most 64 MiB");
        skip_line(s);
        return;
    }
    fail(s, e, "an entry of many lines that does not end: expected ')' within 64 MiB");
    s->at = line_end;
    if (held <= s->again_left) {
        s->again_left -= held;
        return;
    }
    for (; line_end != NULL; line_end = memchr(s->at, '\n', (size_t)(s->end - s->at))) {
        s->at = line_end;
        new_line(s);
    }
    skip_line(s);
}

static void reset(struct entry *e)
{
    *e = (struct entry){.tokens = e->tokens,
                        .capacity = e->capacity,
                        .comments = e->comments,
                        .comment_capacity = e->comment_capacity};
}

bool scanner_next(struct scanner *s, struct entry *e)
{
    for (;;) {
        if (s->at == s->end && !refill(s))
            return false;
        const char *from = s->line_start = s->at;
        const uint32_t line = s->line;
        reset(e);
        if (scan_entry(s, e) == SCAN_MORE) {
            s->at = s->line_start = from;
            s->line = line;
            reset(e);
            if ((size_t)(s->end - s->at) < s->entry_max) {
                refill(s);
                if (s->no_memory)
                    return false;
                continue;
            }
            too_long(s, e);
        }
        s->open_end = e->count > 0 && s->at == s->end;
        if (s->at < s->end)
            new_line(s);
        if (e->count > 0 || e->error != NULL || e->comment_count > 0)
            return true;
    }
}

/* ---- what tokens say ------------------------------------------------------------------------- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool token_is(const struct token *t, const char *word)
{
    size_t i = 0;
    while (i < t->length && word[i] != '\0' && lower(t->text[i]) == lower(word[i]))
        i++;
    return !t->quoted && i == t->length && word[i] == '\0';
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
                if (t->length - i < 3 || t->text[i + 1] < '0' || t->text[i + 1] > '9' ||
                    t->text[i + 2] < '0' || t->text[i + 2] > '9')
                    return -1;
                value = (value - '0') * 100 + (unsigned)(t->text[i + 1] - '0') * 10 +
                        (unsigned)(t->text[i + 2] - '0');
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

/* The decimal digits a token begins with. @return their number; 0 for none or more than ten */
static size_t leading_number(const struct token *t, uint64_t *out)
{
    uint64_t value = 0;
    size_t at = 0;
    for (; at < t->length && t->text[at] >= '0' && t->text[at] <= '9'; at++) {
        if (at == 10)
            return 0;
        value = value * 10 + (uint64_t)(t->text[at] - '0');
    }
    *out = value;
    return at;
}

bool token_number(const struct token *t, uint32_t high, uint32_t *out)
{
    uint64_t value = 0;
    if (t->quoted || t->length == 0 || leading_number(t, &value) != t->length || value > high)
        return false;
    *out = (uint32_t)value;
    return true;
}

/* "1h30m". */
static bool ttl_with_units(const struct token *t, uint32_t *out)
{
    static const char units[] = "smhdw";
    static const uint64_t seconds[] = {1, 60, 3600, 86400, 604800};
    uint64_t sum = 0;
    for (size_t at = 0; at < t->length;) {
        const struct token rest = {.text = t->text + at, .length = t->length - at};
        uint64_t number = 0;
        size_t digits = leading_number(&rest, &number);
        if (digits == 0 || digits == rest.length)
            return false; /* "1h30": thirty what? */
        const char *unit = strchr(units, lower(rest.text[digits]));
        if (unit == NULL || *unit == '\0')
            return false;
        sum += number * seconds[unit - units];
        if (sum > UINT32_MAX)
            return false;
        at += digits + 1;
    }
    *out = (uint32_t)sum;
    return true;
}

bool token_ttl(const struct token *t, uint32_t *out)
{
    uint64_t number = 0;
    if (t->quoted || t->length == 0 || t->length > 40)
        return false;
    size_t digits = leading_number(t, &number);
    if (digits == t->length && number <= UINT32_MAX) {
        *out = (uint32_t)number;
        return true;
    }
    return digits > 0 && digits < t->length && ttl_with_units(t, out);
}
