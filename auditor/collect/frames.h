/* SPDX-License-Identifier: BSD-2-Clause */
/* DNS messages out of a TCP byte stream that may be torn anywhere (RFC 1035 section 4.2.2, RFC 7766 section
 * 8). */
#ifndef ZONEVET_COLLECT_FRAMES_H
#define ZONEVET_COLLECT_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frames {
    uint8_t *data; /* of a message that came in pieces, with its length in front */
    size_t used, capacity;
    uint64_t octets; /* fed in all */
    uint32_t messages;
};

enum frames_result {
    FRAMES_MORE,    /* all was consumed, feed more */
    FRAMES_STOPPED, /* the callback had enough */
    FRAMES_NOMEM,
};

/** One message without its length. @return false to stop */
typedef bool (*frames_message)(void *context, const uint8_t *wire, size_t length);

/** Zero-initialise before the first call. Messages that came whole are handed out where they stand. */
enum frames_result frames_feed(struct frames *f, const uint8_t *octets, size_t length, frames_message message,
                               void *context);

/** True if the stream so far ends within a message. */
static inline bool frames_torn(const struct frames *f)
{
    return f->used > 0;
}

void frames_free(struct frames *f);

#endif
