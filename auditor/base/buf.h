/* SPDX-License-Identifier: BSD-2-Clause */
/* Growable octet buffer with a limit and sticky failure: write straight on, test buf_failed() once. */
#ifndef ZONEVET_BASE_BUF_H
#define ZONEVET_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
    char *data; /* NUL-terminated at data[length] once anything was written; else NULL */
    size_t length;
    size_t capacity;
    size_t limit; /* octets; reaching it sets failed */
    bool failed;
};

#define BUF_INIT(max) ((struct buf){.limit = (max)})

void buf_free(struct buf *b);
void buf_reset(struct buf *b); /* keeps the memory, clears failed */
void buf_add(struct buf *b, const void *octets, size_t length);
void buf_char(struct buf *b, char c);
void buf_str(struct buf *b, const char *text);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_u16(struct buf *b, uint16_t value); /* network order */
void buf_u32(struct buf *b, uint32_t value);

/** The text so far, "" if nothing was written. Owned by the buffer. */
const char *buf_text(const struct buf *b);

#endif
