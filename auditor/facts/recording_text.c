/* SPDX-License-Identifier: BSD-2-Clause */
/* Words, statements and members of recordings. */
#include "auditor/facts/recording_text.h"

#include "auditor/base/clock.h"
#include "auditor/base/text.h"
#include "auditor/facts/zonefile_rdata.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOKENS_MAX 70000U /* more than any RDATA of 64 KiB can need */

static const char *const rcodes[] = {"NOERROR",  "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
                                     "YXDOMAIN", "YXRRSET", "NXRRSET",  "NOTAUTH",  "NOTZONE"};

/* ---- writing ------------------------------------------------------------------------------------------- */

void write_name(struct buf *out, const dname *name)
{
    char text[DNAME_TEXT_MAX];
    buf_str(out, dname_text_into(name, text));
}

void write_type(struct buf *out, uint16_t type)
{
    char text[16];
    buf_str(out, rrtype_text(type, text));
}

void write_rcode(struct buf *out, uint16_t rcode)
{
    if (rcode < ARRAY_SIZE(rcodes))
        buf_str(out, rcodes[rcode]);
    else
        buf_printf(out, "RCODE%u", (unsigned)rcode);
}

void write_address(struct buf *out, const struct address *address)
{
    char text[ADDRESS_TEXT_SIZE];
    buf_str(out, address_text(address, text));
}

void write_quoted(struct buf *out, const void *octets, size_t length)
{
    const uint8_t *at = octets;
    buf_char(out, '"');
    for (size_t i = 0; i < length; i++) {
        if (at[i] < 0x20 || at[i] > 0x7e || at[i] == '"' || at[i] == '\\')
            buf_printf(out, "\\%03u", (unsigned)at[i]);
        else
            buf_char(out, (char)at[i]);
    }
    buf_char(out, '"');
}

void write_word(struct buf *out, const char *text)
{
    size_t length = strlen(text);
    bool plain = length > 0 && text[0] != '#';
    for (size_t i = 0; i < length && plain; i++)
        plain = text[i] > 0x20 && text[i] < 0x7f && text[i] != '"' && text[i] != '\\';
    if (plain)
        buf_str(out, text);
    else
        write_quoted(out, text, length);
}

static void write_hex(struct buf *out, const uint8_t *octets, size_t length)
{
    for (size_t i = 0; i < length; i++)
        buf_printf(out, "%02x", (unsigned)octets[i]);
}

static void write_time(struct buf *out, int64_t time)
{
    char text[CLOCK_TEXT_SIZE];
    int64_t again;
    clock_rfc3339(time, text);
    if (clock_parse(text, &again) && again == time)
        buf_str(out, text);
    else
        buf_printf(out, "@%lld", (long long)time);
}

/* The number that a member of a fixed size holds. */
static uint64_t number_of(const struct member *m, const char *at)
{
    switch (m->kind) {
    case MEMBER_BOOL: {
        bool value;
        memcpy(&value, at, sizeof(value));
        return value;
    }
    case MEMBER_U8:
        return (uint8_t)*at;
    case MEMBER_U16:
    case MEMBER_HEX16:
    case MEMBER_TYPE:
    case MEMBER_RCODE: {
        uint16_t value;
        memcpy(&value, at, sizeof(value));
        return value;
    }
    case MEMBER_U32:
    case MEMBER_CHOICE:
    case MEMBER_REASON: {
        uint32_t value;
        memcpy(&value, at, sizeof(value));
        return value;
    }
    case MEMBER_HEX64:
    case MEMBER_TIME: {
        uint64_t value;
        memcpy(&value, at, sizeof(value));
        return value;
    }
    default:
        return 0;
    }
}

_Static_assert(sizeof(enum reason) == 4 && sizeof(enum walk_outcome) == 4 &&
                   sizeof(enum transfer_outcome) == 4 && sizeof(enum mail_use) == 4,
               "enums are read and written as 32 bits");

static const void *pointer_of(const char *at)
{
    const void *p;
    memcpy(&p, at, sizeof(p));
    return p;
}

static bool is_zero(const char *at, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (at[i] != 0)
            return false;
    }
    return true;
}

static bool member_set(const struct member *m, const char *at)
{
    switch (m->kind) {
    case MEMBER_CHOICE:
        return true;
    case MEMBER_NAME:
    case MEMBER_TEXT:
    case MEMBER_RAW:
    case MEMBER_OCTETS:
        return pointer_of(at) != NULL;
    case MEMBER_ADDRESS:
        return ((const struct address *)(const void *)at)->family != 0;
    case MEMBER_SHA256:
        return !is_zero(at, 32);
    default:
        return number_of(m, at) != 0;
    }
}

/* A text that would not pass the gate would make the recording unreadable: it is written as the gate lets it
 * through. */
static void write_clean(struct buf *out, const char *text)
{
    struct arena *scratch = text_clean(text) ? NULL : arena_new(0);
    write_word(out, scratch != NULL ? text_gate(scratch, text, strlen(text), TEXT_EVIDENCE_MAX) : text);
    arena_free(scratch);
}

static void member_write(struct buf *out, const struct member *m, const char *object)
{
    const char *at = object + m->offset;
    uint64_t number = number_of(m, at);
    uint16_t length;
    switch (m->kind) {
    case MEMBER_BOOL:
        break;
    case MEMBER_U8:
    case MEMBER_U16:
    case MEMBER_U32:
        buf_printf(out, "%u", (unsigned)number);
        break;
    case MEMBER_HEX16:
    case MEMBER_HEX64:
        buf_printf(out, "0x%llx", (unsigned long long)number);
        break;
    case MEMBER_TIME:
        write_time(out, (int64_t)number);
        break;
    case MEMBER_NAME:
        write_name(out, pointer_of(at));
        break;
    case MEMBER_ADDRESS:
        write_address(out, (const struct address *)(const void *)at);
        break;
    case MEMBER_TYPE:
        write_type(out, (uint16_t)number);
        break;
    case MEMBER_RCODE:
        write_rcode(out, (uint16_t)number);
        break;
    case MEMBER_REASON:
        buf_str(out, reason_text((enum reason)number));
        break;
    case MEMBER_TEXT:
        write_clean(out, pointer_of(at));
        break;
    case MEMBER_RAW:
        write_word(out, pointer_of(at));
        break;
    case MEMBER_OCTETS:
        memcpy(&length, object + m->extra, sizeof(length));
        buf_str(out, "0x");
        write_hex(out, pointer_of(at), length);
        break;
    case MEMBER_SHA256:
        buf_str(out, "0x");
        write_hex(out, (const uint8_t *)at, 32);
        break;
    case MEMBER_CHOICE:
        buf_str(out, m->words[number]);
        break;
    }
}

void members_write(struct buf *out, const char *separator, const struct member *members, const void *object)
{
    for (const struct member *m = members; m->word != NULL; m++) {
        if (!member_set(m, (const char *)object + m->offset))
            continue;
        buf_str(out, separator);
        buf_str(out, m->word);
        if (m->kind != MEMBER_BOOL)
            buf_char(out, ' ');
        member_write(out, m, object);
    }
}

/* ---- statements ---------------------------------------------------------------------------------------- */

struct lines lines_new(const char *file, const char *text, size_t length, struct arena *errors)
{
    return (struct lines){.file = file, .at = text, .end = text + length, .errors = errors};
}

void lines_free(struct lines *l)
{
    free(l->tokens);
    free(l->octets);
    l->tokens = NULL;
    l->octets = NULL;
}

bool lines_fail(struct lines *l, const char *expected)
{
    if (l->error != NULL || l->no_memory)
        return false;
    l->error = arena_printf(l->errors, "%s:%u: %s", l->file, (unsigned)l->number, expected);
    if (l->error == NULL)
        l->no_memory = true;
    return false;
}

bool lines_no_memory(struct lines *l)
{
    if (l->error == NULL)
        l->no_memory = true;
    return false;
}

enum status lines_status(const struct lines *l)
{
    return l->no_memory ? STATUS_NOMEM : l->error != NULL ? STATUS_MALFORMED : STATUS_OK;
}

static struct token *add_token(struct lines *l)
{
    if (l->count == l->capacity) {
        size_t capacity = l->capacity != 0 ? l->capacity * 2 : 64;
        if (l->count >= TOKENS_MAX) {
            lines_fail(l, "too many words in one line");
            return NULL;
        }
        struct token *tokens = realloc(l->tokens, capacity * sizeof(*tokens));
        if (tokens == NULL) {
            lines_no_memory(l);
            return NULL;
        }
        l->tokens = tokens;
        l->capacity = capacity;
    }
    return &l->tokens[l->count++];
}

/* One word at `at`; inside quotes blanks are part of it. @return where it ends, NULL if it is broken */
static const char *scan_word(struct lines *l, const char *at, const char *end)
{
    struct token *t = add_token(l);
    if (t == NULL)
        return NULL;
    bool quoted = *at == '"';
    if (quoted)
        at++;
    *t = (struct token){.text = at, .line = l->number, .column = 1, .quoted = quoted};
    while (at < end && (quoted ? *at != '"' : *at != ' ' && *at != '\t')) {
        if (((unsigned char)*at < 0x20 && *at != '\t') || (unsigned char)*at > 0x7e) {
            lines_fail(l, "expected printable ASCII, other octets as \\DDD");
            return NULL;
        }
        at += *at == '\\' && at + 1 < end ? 2 : 1;
    }
    if (at > end)
        at = end;
    t->length = (size_t)(at - t->text);
    if (!quoted)
        return at;
    if (at >= end) {
        lines_fail(l, "expected '\"' before the end of the line");
        return NULL;
    }
    return at + 1;
}

bool lines_split(struct lines *l, const char *text, size_t length)
{
    const char *at = text;
    const char *end = text + length;
    l->count = l->next = 0;
    for (;;) {
        while (at < end && (*at == ' ' || *at == '\t'))
            at++;
        if (at == end)
            return l->count > 0;
        at = scan_word(l, at, end);
        if (at == NULL)
            return false;
    }
}

/* The next line without its end, or false at the end of the text. */
static bool next_line(struct lines *l, const char **line, size_t *length)
{
    if (l->at >= l->end)
        return false;
    const char *stop = memchr(l->at, '\n', (size_t)(l->end - l->at));
    const char *end = stop != NULL ? stop : l->end;
    *line = l->at;
    *length = (size_t)(end - l->at);
    l->at = stop != NULL ? stop + 1 : l->end;
    l->number++;
    if (*length > 0 && (*line)[*length - 1] == '\r')
        *length -= 1;
    return true;
}

static bool is_statement(const char *line, size_t length)
{
    size_t i = 0;
    while (i < length && (line[i] == ' ' || line[i] == '\t'))
        i++;
    return i < length && line[i] != '#';
}

bool lines_next(struct lines *l)
{
    const char *line = NULL;
    size_t length = 0;
    while (lines_status(l) == STATUS_OK && next_line(l, &line, &length)) {
        if (!is_statement(line, length))
            continue;
        l->indented = line[0] == ' ' || line[0] == '\t';
        return lines_split(l, line, length);
    }
    return false;
}

bool lines_next_indented(struct lines *l)
{
    const char *line = NULL;
    size_t length = 0;
    for (;;) {
        const char *before = l->at;
        uint32_t number = l->number;
        if (lines_status(l) != STATUS_OK || !next_line(l, &line, &length))
            return false;
        if (!is_statement(line, length))
            continue;
        if (line[0] != ' ' && line[0] != '\t') {
            l->at = before;
            l->number = number;
            return false;
        }
        l->indented = true;
        return lines_split(l, line, length);
    }
}

const struct token *lines_peek(const struct lines *l)
{
    return l->next < l->count ? &l->tokens[l->next] : NULL;
}

static bool is_word(const struct token *t, const char *word)
{
    return t != NULL && !t->quoted && strlen(word) == t->length && memcmp(t->text, word, t->length) == 0;
}

bool lines_take(struct lines *l, const char *word)
{
    if (!is_word(lines_peek(l), word))
        return false;
    l->next++;
    return true;
}

bool lines_end(struct lines *l)
{
    return l->next >= l->count || lines_fail(l, "expected the end of the line");
}

/* ---- values -------------------------------------------------------------------------------------------- */

bool read_name(struct lines *l, struct arena *a, bool keep_case, const dname **out)
{
    const struct token *t = lines_peek(l);
    dname name[DNAME_MAX];
    if (t == NULL || t->quoted || is_word(t, "@") || token_name(t, DNAME_ROOT, name) != NULL)
        return lines_fail(l, "expected a domain name");
    if (!keep_case)
        dname_lower_in_place(name);
    *out = dname_copy(a, name);
    l->next++;
    return *out != NULL || lines_no_memory(l);
}

/* A word short enough for a mnemonic, as text. */
static bool short_word(const struct lines *l, char text[static 64])
{
    const struct token *t = lines_peek(l);
    if (t == NULL || t->quoted || t->length == 0 || t->length >= 64)
        return false;
    memcpy(text, t->text, t->length);
    text[t->length] = '\0';
    return true;
}

/* "PREFIXn" with n at most 65535. */
static bool numbered(const char *text, const char *prefix, uint16_t *out)
{
    size_t length = strlen(prefix);
    struct token digits = {.text = text + length};
    uint32_t value;
    if (strncmp(text, prefix, length) != 0)
        return false;
    digits.length = strlen(digits.text);
    if (!token_number(&digits, UINT16_MAX, &value))
        return false;
    *out = (uint16_t)value;
    return true;
}

bool read_type(struct lines *l, uint16_t *out)
{
    char text[64];
    if (!short_word(l, text) || (!numbered(text, "TYPE", out) && (*out = rrtype_from_text(text)) == 0))
        return lines_fail(l, "expected a type: a mnemonic or TYPEn");
    l->next++;
    return true;
}

bool read_class(struct lines *l, uint16_t *out)
{
    char text[64];
    bool known = short_word(l, text);
    if (known && strcmp(text, "IN") == 0)
        *out = RRCLASS_IN;
    else if (known && strcmp(text, "CH") == 0)
        *out = RRCLASS_CH;
    else if (!known || !numbered(text, "CLASS", out))
        return lines_fail(l, "expected a class: IN, CH or CLASSn");
    l->next++;
    return true;
}

bool read_rcode(struct lines *l, uint16_t *out)
{
    char text[64];
    bool known = false;
    if (short_word(l, text)) {
        for (size_t i = 0; i < ARRAY_SIZE(rcodes) && !known; i++) {
            known = strcmp(rcodes[i], text) == 0;
            *out = (uint16_t)i;
        }
        known = known || numbered(text, "RCODE", out);
    }
    l->next++;
    return known || lines_fail(l, "expected a response code: NOERROR, NXDOMAIN ... or RCODEn");
}

bool read_reason(struct lines *l, enum reason *out)
{
    for (enum reason r = REASON_NONE; r <= REASON_INTERNAL; r++) {
        if (lines_take(l, reason_text(r))) {
            *out = r;
            return true;
        }
    }
    return lines_fail(l, "expected a reason: timeout, servfail, refused, network, malformed ...");
}

bool read_address(struct lines *l, struct address *out)
{
    char text[64];
    bool word = short_word(l, text);
    *out = (struct address){0};
    if (!word || (strcmp(text, "-") != 0 && !address_from_text(text, out)))
        return lines_fail(l, "expected an IP address");
    l->next++;
    return true;
}

bool read_cidr(struct lines *l, struct cidr *out)
{
    char text[64];
    if (!short_word(l, text) || !cidr_from_text(text, out))
        return lines_fail(l, "expected a block of addresses, such as 192.0.2.0/24");
    l->next++;
    return true;
}

bool read_number(struct lines *l, uint32_t high, uint32_t *out)
{
    const struct token *t = lines_peek(l);
    char text[64];
    if (t == NULL || !token_number(t, high, out)) {
        snprintf(text, sizeof(text), "expected a number from 0 to %u", (unsigned)high);
        return lines_fail(l, text);
    }
    l->next++;
    return true;
}

static bool hex_token(const struct token *t)
{
    return t != NULL && !t->quoted && t->length >= 2 && t->text[0] == '0' && t->text[1] == 'x';
}

bool read_hex(struct lines *l, uint64_t high, uint64_t *out)
{
    const struct token *t = lines_peek(l);
    uint64_t value = 0;
    bool good = hex_token(t) && t->length > 2 && t->length <= 18;
    for (size_t i = 2; good && i < t->length; i++) {
        good = hex_digit(t->text[i]) >= 0;
        value = value << 4 | (uint64_t)(hex_digit(t->text[i]) & 15);
    }
    if (!good || value > high)
        return lines_fail(l, "expected a hexadecimal number such as 0x8000, in its range");
    *out = value;
    l->next++;
    return true;
}

/* Octets in hexadecimal; exactly `want`, or any number up to 65535 if want is 0. */
static bool read_hex_octets(struct lines *l, uint8_t *out, size_t want, size_t *length)
{
    const struct token *t = lines_peek(l);
    if (!hex_token(t) || t->length % 2 != 0 || (t->length - 2) / 2 > UINT16_MAX ||
        (want != 0 && (t->length - 2) / 2 != want))
        return lines_fail(l, "expected octets in hexadecimal behind 0x");
    *length = (t->length - 2) / 2;
    for (size_t i = 0; i < *length; i++) {
        int high = hex_digit(t->text[2 + 2 * i]);
        int low = hex_digit(t->text[3 + 2 * i]);
        if (high < 0 || low < 0)
            return lines_fail(l, "expected octets in hexadecimal behind 0x");
        out[i] = (uint8_t)(high << 4 | low);
    }
    l->next++;
    return true;
}

bool read_octets(struct lines *l, struct arena *a, const char **out, size_t *length)
{
    const struct token *t = lines_peek(l);
    if (t == NULL)
        return lines_fail(l, "expected a word or a text in quotes");
    char *octets = arena_alloc(a, t->length + 1);
    if (octets == NULL)
        return lines_no_memory(l);
    int size = token_octets(t, (uint8_t *)octets, t->length);
    if (size < 0)
        return lines_fail(l, "expected \\DDD, from 000 to 255, behind a backslash");
    octets[size] = '\0';
    if (length == NULL && strlen(octets) != (size_t)size)
        return lines_fail(l, "expected a text without \\000");
    if (length != NULL)
        *length = (size_t)size;
    *out = octets;
    l->next++;
    return true;
}

bool read_text(struct lines *l, struct arena *a, const char **out)
{
    if (!read_octets(l, a, out, NULL))
        return false;
    return text_clean(*out) || lines_fail(l, "expected a text without control characters, in UTF-8");
}

static bool read_time(struct lines *l, int64_t *out)
{
    char text[64];
    char *end = NULL;
    bool good = short_word(l, text);
    if (good && text[0] == '@') {
        *out = strtoll(text + 1, &end, 10);
        good = end != text + 1 && *end == '\0';
    } else {
        good = good && clock_parse(text, out);
    }
    l->next++;
    return good || lines_fail(l, "expected a time such as 2026-01-01T00:00:00Z");
}

static bool read_choice(struct lines *l, const struct member *m, uint32_t *out)
{
    for (uint32_t i = 0; m->words[i] != NULL; i++) {
        if (lines_take(l, m->words[i])) {
            *out = i;
            return true;
        }
    }
    return lines_fail(l, "expected one of the words of this member");
}

/* ---- members ------------------------------------------------------------------------------------------- */

static bool store(bool good, char *at, const void *value, size_t size)
{
    if (good)
        memcpy(at, value, size);
    return good;
}

static bool read_limited(struct lines *l, const struct member *m, char *at)
{
    uint32_t number = 0;
    uint64_t wide = 0;
    uint8_t u8;
    uint16_t u16;
    switch (m->kind) {
    case MEMBER_U8:
        if (!read_number(l, UINT8_MAX, &number))
            return false;
        u8 = (uint8_t)number;
        return store(true, at, &u8, sizeof(u8));
    case MEMBER_U16:
        if (!read_number(l, UINT16_MAX, &number))
            return false;
        u16 = (uint16_t)number;
        return store(true, at, &u16, sizeof(u16));
    case MEMBER_HEX16:
        if (!read_hex(l, UINT16_MAX, &wide))
            return false;
        u16 = (uint16_t)wide;
        return store(true, at, &u16, sizeof(u16));
    case MEMBER_HEX64:
        return store(read_hex(l, UINT64_MAX, &wide), at, &wide, sizeof(wide));
    default:
        return store(read_number(l, UINT32_MAX, &number), at, &number, sizeof(number));
    }
}

static bool read_member_octets(struct lines *l, struct arena *a, const struct member *m, char *object)
{
    const struct token *t = lines_peek(l);
    size_t length = 0;
    uint8_t *octets = arena_alloc(a, t != NULL ? t->length / 2 : 0);
    if (octets == NULL)
        return lines_no_memory(l);
    if (!read_hex_octets(l, octets, 0, &length))
        return false;
    uint16_t size = (uint16_t)length;
    memcpy(object + m->extra, &size, sizeof(size));
    return store(true, object + m->offset, &octets, sizeof(octets));
}

static bool read_member(struct lines *l, struct arena *a, const struct member *m, char *object)
{
    char *at = object + m->offset;
    bool yes = true;
    const dname *name = NULL;
    const char *text = NULL;
    struct address address;
    uint16_t code = 0;
    uint32_t choice = 0;
    int64_t time = 0;
    enum reason reason = REASON_NONE;
    uint8_t digest[32];
    size_t length;
    switch (m->kind) {
    case MEMBER_BOOL:
        return store(true, at, &yes, sizeof(yes));
    case MEMBER_TIME:
        return store(read_time(l, &time), at, &time, sizeof(time));
    case MEMBER_NAME:
        return store(read_name(l, a, false, &name), at, &name, sizeof(name));
    case MEMBER_ADDRESS:
        return store(read_address(l, &address), at, &address, sizeof(address));
    case MEMBER_TYPE:
        return store(read_type(l, &code), at, &code, sizeof(code));
    case MEMBER_RCODE:
        return store(read_rcode(l, &code), at, &code, sizeof(code));
    case MEMBER_REASON:
        return store(read_reason(l, &reason), at, &reason, sizeof(reason));
    case MEMBER_TEXT:
        return store(read_text(l, a, &text), at, &text, sizeof(text));
    case MEMBER_RAW:
        return store(read_octets(l, a, &text, NULL), at, &text, sizeof(text));
    case MEMBER_OCTETS:
        return read_member_octets(l, a, m, object);
    case MEMBER_SHA256:
        return store(read_hex_octets(l, digest, sizeof(digest), &length), at, digest, sizeof(digest));
    case MEMBER_CHOICE:
        return store(read_choice(l, m, &choice), at, &choice, sizeof(choice));
    default:
        return read_limited(l, m, at);
    }
}

static const struct member *find_member(const struct lines *l, const struct member *members)
{
    const struct member *m = members;
    while (m->word != NULL && !is_word(lines_peek(l), m->word))
        m++;
    return m->word != NULL ? m : NULL;
}

bool members_known(const struct lines *l, const struct member *members)
{
    return find_member(l, members) != NULL;
}

/* What would have been right, with at most a dozen of the words. */
static bool unknown_member(struct lines *l, const struct member *members)
{
    struct buf text = BUF_INIT(4096);
    buf_str(&text, "expected one of:");
    for (size_t i = 0; i < 40 && members[i].word != NULL; i++)
        buf_printf(&text, " %s", members[i].word);
    lines_fail(l, buf_text(&text));
    buf_free(&text);
    return false;
}

bool members_read_one(struct lines *l, struct arena *a, const struct member *members, void *object)
{
    const struct member *m = find_member(l, members);
    if (m == NULL)
        return unknown_member(l, members);
    l->next++;
    return read_member(l, a, m, object);
}

bool members_read(struct lines *l, struct arena *a, const struct member *members, void *object)
{
    while (lines_peek(l) != NULL) {
        if (!members_read_one(l, a, members, object))
            return false;
    }
    return true;
}

void *list_room(struct arena *a, void *list, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return list;
    size_t wanted = *capacity != 0 ? *capacity * 2 : 2;
    void *grown = arena_array(a, wanted, size);
    if (grown == NULL)
        return NULL;
    if (count > 0)
        memcpy(grown, list, count * size);
    *capacity = wanted;
    return grown;
}
