/* SPDX-License-Identifier: BSD-2-Clause */
/* Growable octet buffer with a limit and sticky failure. */
#include "auditor/base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_free(struct buf *b)
{
    free(b->data);
    *b = BUF_INIT(b->limit);
}

void buf_reset(struct buf *b)
{
    b->length = 0;
    b->failed = false;
    if (b->data != NULL)
        b->data[0] = '\0';
}

/* Make room for `more` octets and a final NUL. */
static bool buf_grow(struct buf *b, size_t more)
{
    if (b->failed || more > b->limit - b->length) {
        b->failed = true;
        return false;
    }
    size_t need = b->length + more + 1;
    if (need <= b->capacity)
        return true;
    size_t capacity = b->capacity != 0 ? b->capacity * 2 : 256;
    if (capacity < need)
        capacity = need;
    char *data = realloc(b->data, capacity);
    if (data == NULL) {
        b->failed = true;
        return false;
    }
    b->data = data;
    b->capacity = capacity;
    return true;
}

void buf_add(struct buf *b, const void *octets, size_t length)
{
    if (!buf_grow(b, length))
        return;
    if (length > 0)
        memcpy(b->data + b->length, octets, length);
    b->length += length;
    b->data[b->length] = '\0';
}

void buf_char(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_str(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text));
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0 || !buf_grow(b, (size_t)length)) {
        b->failed = true;
        return;
    }
    va_start(args, format);
    vsnprintf(b->data + b->length, (size_t)length + 1, format, args);
    va_end(args);
    b->length += (size_t)length;
}

void buf_u16(struct buf *b, uint16_t value)
{
    const uint8_t octets[2] = {(uint8_t)(value >> 8), (uint8_t)value};
    buf_add(b, octets, sizeof(octets));
}

void buf_u32(struct buf *b, uint32_t value)
{
    buf_u16(b, (uint16_t)(value >> 16));
    buf_u16(b, (uint16_t)value);
}

const char *buf_text(const struct buf *b)
{
    return b->data != NULL ? b->data : "";
}
