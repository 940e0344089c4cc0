/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounded reader over untrusted octets. Failure is sticky: parse straight on, test `failed` once. */
#ifndef ZONEVET_BASE_READER_H
#define ZONEVET_BASE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
    const uint8_t *start;
    const uint8_t *at;
    const uint8_t *end;
    bool failed;
};

static inline struct reader reader_new(const void *octets, size_t length)
{
    const uint8_t *p = octets;
    return (struct reader){.start = p, .at = p, .end = p + length};
}

static inline size_t reader_left(const struct reader *r)
{
    return r->failed ? 0 : (size_t)(r->end - r->at);
}

/** The next `length` octets, or NULL (and failed) if there are fewer. */
static inline const uint8_t *reader_take(struct reader *r, size_t length)
{
    if (reader_left(r) < length || r->failed) {
        r->failed = true;
        return NULL;
    }
    const uint8_t *p = r->at;
    r->at += length;
    return p;
}

static inline uint8_t reader_u8(struct reader *r)
{
    const uint8_t *p = reader_take(r, 1);
    return p != NULL ? p[0] : 0;
}

static inline uint16_t reader_u16(struct reader *r)
{
    const uint8_t *p = reader_take(r, 2);
    return (uint16_t)(p != NULL ? (p[0] << 8) | p[1] : 0);
}

static inline uint32_t reader_u32(struct reader *r)
{
    uint32_t high = reader_u16(r);
    return (high << 16) | reader_u16(r);
}

#endif
