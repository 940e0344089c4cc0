/* SPDX-License-Identifier: BSD-2-Clause */
/* Macro expansion of SPF (RFC 7208 section 7). */
#include "auditor/facts/derived/spf_expand.h"

#include <string.h>

#define PARTS_MAX 512 /* a longer value is left whole behind that many parts */
#define NAME_TEXT_MAX 253

struct part {
    const char *at;
    size_t length;
};

void spf_value_set(struct spf_values *v, char letter, const char *text)
{
    v->text[letter - 'a'] = text;
    v->length[letter - 'a'] = text != NULL ? strlen(text) : 0;
}

void spf_value_name(struct arena *a, struct spf_values *v, char letter, const dname *name)
{
    size_t length = dname_length(name);
    char *text = arena_alloc(a, length);
    if (text == NULL)
        return;
    char *to = text;
    for (; *name != 0; name += 1 + *name) {
        if (to != text)
            *to++ = '.';
        memcpy(to, name + 1, *name);
        to += *name;
    }
    v->text[letter - 'a'] = text;
    v->length[letter - 'a'] = (size_t)(to - text);
}

bool spf_uses_macro(const char *spec, size_t length, char letter)
{
    struct spf_macro piece;
    size_t at = 0;
    while (spf_macro_next(spec, length, &at, &piece)) {
        if (piece.macro && piece.letter == letter)
            return true;
    }
    return false;
}

static size_t split(const char *text, size_t length, const struct spf_macro *m,
                    struct part parts[static PARTS_MAX])
{
    size_t count = 0;
    size_t start = 0;
    for (size_t i = 0; i <= length; i++) {
        if (i < length &&
            (count == PARTS_MAX - 1 || memchr(m->delimiters, text[i], m->delimiter_count) == NULL))
            continue;
        parts[count++] = (struct part){text + start, i - start};
        start = i + 1;
    }
    return count;
}

static bool unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~", c) != NULL);
}

static void add_escaped(struct buf *out, const char *text, size_t length, bool escape)
{
    for (size_t i = 0; i < length && !out->failed; i++) {
        if (!escape || unreserved(text[i]))
            buf_char(out, text[i]);
        else
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)text[i]);
    }
}

/* Split, reverse, keep the rightmost parts, join with dots (section 7.3). */
static void add_value(struct buf *out, const struct spf_macro *m, const char *text, size_t length)
{
    struct part parts[PARTS_MAX];
    size_t count = split(text, length, m, parts);
    size_t from = m->digits > 0 && m->digits < count ? count - m->digits : 0;
    for (size_t i = from; i < count && !out->failed; i++) {
        const struct part *p = m->reverse ? &parts[count - 1 - i] : &parts[i];
        if (i > from)
            buf_char(out, '.');
        add_escaped(out, p->at, p->length, m->escape);
    }
}

bool spf_expand(const char *spec, size_t length, const struct spf_values *v, struct buf *out)
{
    struct spf_macro piece;
    size_t at = 0;
    while (!out->failed && spf_macro_next(spec, length, &at, &piece)) {
        if (!piece.macro) {
            buf_add(out, piece.literal, piece.length);
            continue;
        }
        const char *value = v->text[piece.letter - 'a'];
        if (value == NULL)
            return false;
        add_value(out, &piece, value, v->length[piece.letter - 'a']);
    }
    return true;
}

const dname *spf_target_name(struct arena *a, const char *text, size_t length)
{
    dname name[DNAME_MAX + 1];
    size_t at = 0;
    if (length > 0 && text[length - 1] == '.')
        length--;
    while (length > NAME_TEXT_MAX) {
        const char *dot = memchr(text, '.', length);
        if (dot == NULL)
            return NULL;
        length -= (size_t)(dot + 1 - text);
        text = dot + 1;
    }
    size_t start = 0;
    for (size_t i = 0; i <= length; i++) {
        if (i < length && text[i] != '.')
            continue;
        size_t label = i - start;
        if (label == 0 || label > DNAME_LABEL_MAX || at + label + 2 > DNAME_MAX)
            return NULL;
        name[at++] = (dname)label;
        memcpy(name + at, text + start, label);
        at += label;
        start = i + 1;
    }
    name[at] = 0;
    return dname_lower(a, name);
}
