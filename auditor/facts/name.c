/* SPDX-License-Identifier: BSD-2-Clause */
/* Domain names in wire form. */
#include "auditor/facts/name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

size_t dname_length(const dname *name)
{
    const dname *at = name;
    while (*at != 0)
        at += 1 + *at;
    return (size_t)(at - name) + 1;
}

unsigned dname_labels(const dname *name)
{
    unsigned labels = 0;
    for (; *name != 0; name += 1 + *name)
        labels++;
    return labels;
}

const dname *dname_ancestor(const dname *name, unsigned labels)
{
    unsigned have = dname_labels(name);
    if (have < labels)
        return NULL;
    for (; have > labels; have--)
        name += 1 + *name;
    return name;
}

bool dname_equal(const dname *a, const dname *b)
{
    for (;;) {
        if (*a != *b)
            return false;
        size_t length = *a;
        if (length == 0)
            return true;
        for (size_t i = 1; i <= length; i++) {
            if (lower(a[i]) != lower(b[i]))
                return false;
        }
        a += length + 1;
        b += length + 1;
    }
}

bool dname_under(const dname *name, const dname *ancestor)
{
    size_t length = dname_length(name);
    size_t tail = dname_length(ancestor);
    while (length > tail) {
        size_t label = 1 + (size_t)*name;
        length -= label;
        name += label;
    }
    return length == tail && dname_equal(name, ancestor);
}

/* Compare two labels as RFC 4034 section 6.1 says: as octet strings in lower case, absence sorts first. */
static int label_compare(const dname *a, const dname *b)
{
    size_t shorter = *a < *b ? *a : *b;
    for (size_t i = 1; i <= shorter; i++) {
        int difference = (int)lower(a[i]) - (int)lower(b[i]);
        if (difference != 0)
            return difference;
    }
    return (int)*a - (int)*b;
}

static unsigned label_list(const dname *name, const dname *labels[static DNAME_LABELS_MAX + 1])
{
    unsigned count = 0;
    for (; *name != 0; name += 1 + *name)
        labels[count++] = name;
    return count;
}

int dname_compare(const dname *a, const dname *b)
{
    const dname *la[DNAME_LABELS_MAX + 1];
    const dname *lb[DNAME_LABELS_MAX + 1];
    unsigned na = label_list(a, la);
    unsigned nb = label_list(b, lb);
    while (na > 0 && nb > 0) {
        int difference = label_compare(la[--na], lb[--nb]);
        if (difference != 0)
            return difference;
    }
    return (int)na - (int)nb;
}

const dname *dname_common(const dname *a, const dname *b)
{
    unsigned na = dname_labels(a);
    unsigned nb = dname_labels(b);
    unsigned shorter = na < nb ? na : nb;
    const dname *ta = dname_ancestor(a, shorter);
    const dname *tb = dname_ancestor(b, shorter);
    const dname *common = ta;
    /* The common part is what follows the last label that differs. */
    for (; *ta != 0; ta += 1 + *ta, tb += 1 + *tb) {
        if (label_compare(ta, tb) != 0)
            common = ta + 1 + *ta;
    }
    return common;
}

dname *dname_copy(struct arena *a, const dname *name)
{
    return arena_copy(a, name, dname_length(name));
}

void dname_lower_in_place(dname *name)
{
    for (; *name != 0; name += 1 + *name) {
        for (size_t i = 1; i <= *name; i++)
            name[i] = lower(name[i]);
    }
}

dname *dname_lower(struct arena *a, const dname *name)
{
    dname *copy = dname_copy(a, name);
    if (copy != NULL)
        dname_lower_in_place(copy);
    return copy;
}

/* Decode one possibly escaped character at text[*at]; false if the escape is broken. */
static bool text_octet(const char *text, size_t length, size_t *at, uint8_t *out)
{
    char c = text[*at];
    if (c != '\\') {
        *out = (uint8_t)c;
        *at += 1;
        return true;
    }
    size_t left = length - *at - 1;
    const char *e = text + *at + 1;
    if (left == 0)
        return false;
    if (e[0] < '0' || e[0] > '9') {
        *out = (uint8_t)e[0];
        *at += 2;
        return true;
    }
    if (left < 3 || e[1] < '0' || e[1] > '9' || e[2] < '0' || e[2] > '9')
        return false;
    int value = (e[0] - '0') * 100 + (e[1] - '0') * 10 + (e[2] - '0');
    if (value > 255)
        return false;
    *out = (uint8_t)value;
    *at += 4;
    return true;
}

enum status dname_from_text_n(struct arena *a, const char *text, size_t length, const dname **out)
{
    dname wire[DNAME_MAX];
    size_t used = 1;        /* next free octet */
    size_t label_start = 0; /* where the length octet of the open label goes */

    if (length == 0)
        return STATUS_MALFORMED;
    if (length == 1 && text[0] == '.')
        length = 0;
    for (size_t at = 0; at < length;) {
        if (text[at] == '.') {
            if (used - label_start == 1)
                return STATUS_MALFORMED;
            wire[label_start] = (dname)(used - label_start - 1);
            label_start = used++;
            if (used > DNAME_MAX)
                return STATUS_LIMIT;
            at++;
            continue;
        }
        uint8_t octet;
        if (!text_octet(text, length, &at, &octet))
            return STATUS_MALFORMED;
        if (used - label_start > DNAME_LABEL_MAX || used >= DNAME_MAX)
            return STATUS_LIMIT;
        wire[used++] = octet;
    }
    if (used - label_start > 1) { /* no final dot: close the label, add the root */
        wire[label_start] = (dname)(used - label_start - 1);
        label_start = used++;
        if (used > DNAME_MAX)
            return STATUS_LIMIT;
    }
    wire[label_start] = 0;
    *out = arena_copy(a, wire, used);
    return *out != NULL ? STATUS_OK : STATUS_NOMEM;
}

enum status dname_from_text(struct arena *a, const char *text, const dname **out)
{
    return dname_from_text_n(a, text, strlen(text), out);
}

const dname *dname_const(struct arena *a, const char *text)
{
    const dname *name = NULL;
    enum status status = dname_from_text(a, text, &name);
    if (status == STATUS_OK)
        return dname_lower(a, name);
    fprintf(stderr, "zonevet: internal: '%s' is not a domain name\n", text);
    abort();
}

size_t dname_from_wire(const uint8_t *octets, size_t length)
{
    size_t at = 0;
    while (at < length && at < DNAME_MAX) {
        if (octets[at] == 0)
            return at + 1;
        if (octets[at] > DNAME_LABEL_MAX)
            return 0;
        at += 1 + (size_t)octets[at];
    }
    return 0;
}

const dname *dname_prepend_label(struct arena *a, const uint8_t *label, size_t length, const dname *name)
{
    size_t tail = dname_length(name);
    if (length == 0 || length > DNAME_LABEL_MAX || tail + length + 1 > DNAME_MAX)
        return NULL;
    dname *joined = arena_alloc(a, tail + length + 1);
    if (joined == NULL)
        return NULL;
    joined[0] = (dname)length;
    memcpy(joined + 1, label, length);
    memcpy(joined + 1 + length, name, tail);
    return joined;
}

const dname *dname_prepend(struct arena *a, const char *labels, const dname *name)
{
    const dname *front = NULL;
    if (dname_from_text(a, labels, &front) != STATUS_OK)
        return NULL;
    size_t head = dname_length(front) - 1;
    size_t tail = dname_length(name);
    if (head + tail > DNAME_MAX)
        return NULL;
    dname *joined = arena_alloc(a, head + tail);
    if (joined == NULL)
        return NULL;
    memcpy(joined, front, head);
    memcpy(joined + head, name, tail);
    return joined;
}

static bool plain(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '*' ||
           c == '_' || c == '-';
}

char *dname_text_into(const dname *name, char text[static DNAME_TEXT_MAX])
{
    char *to = text;
    if (dname_is_root(name))
        *to++ = '.';
    for (; *name != 0; name += 1 + *name) {
        for (size_t i = 1; i <= *name; i++) {
            uint8_t c = name[i];
            if (plain(c)) {
                *to++ = (char)c;
            } else if (c == '.' || c == '\\') {
                *to++ = '\\';
                *to++ = (char)c;
            } else {
                *to++ = '\\';
                *to++ = (char)('0' + c / 100);
                *to++ = (char)('0' + c / 10 % 10);
                *to++ = (char)('0' + c % 10);
            }
        }
        *to++ = '.';
    }
    *to = '\0';
    return text;
}

const char *dname_text(struct arena *a, const dname *name)
{
    char text[DNAME_TEXT_MAX];
    const char *copy = arena_strdup(a, dname_text_into(name, text));
    return copy != NULL ? copy : "?";
}
