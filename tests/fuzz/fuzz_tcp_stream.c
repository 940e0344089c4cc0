/* SPDX-License-Identifier: BSD-2-Clause */
/* A byte stream torn at any places gives the same messages as in one piece. The first octet says how it is
 * torn. */
#include "auditor/base/table.h"
#include "auditor/collect/frames.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
    uint64_t hash, count;
    uint64_t stop_after; /* messages; 0: never */
};

static bool message(void *context, const uint8_t *wire, size_t length)
{
    struct seen *s = context;
    s->hash = s->hash * 31 + table_hash_stable(wire, length) + length;
    s->count++;
    return s->count != s->stop_after;
}

static enum frames_result feed(const uint8_t *data, size_t size, uint32_t seed, struct seen *seen, bool *torn)
{
    struct frames f = {.data = NULL};
    enum frames_result result = FRAMES_MORE;
    for (size_t at = 0; at < size && result == FRAMES_MORE;) {
        seed = seed * 1103515245U + 12345U;
        size_t piece = seed == 0 ? size : 1 + (seed >> 16) % (1U << ((seed >> 8) % 11));
        piece = piece < size - at ? piece : size - at;
        uint8_t *exact = malloc(piece); /* of this size alone: an overread is seen */
        if (exact == NULL)
            break;
        memcpy(exact, data + at, piece);
        result = frames_feed(&f, exact, piece, message, seen);
        free(exact);
        at += piece;
    }
    *torn = frames_torn(&f);
    frames_free(&f);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct seen torn_seen = {.stop_after = data[1] % 8};
    struct seen whole_seen = torn_seen;
    struct frames f = {.data = NULL};
    bool torn = false;
    enum frames_result pieces = feed(data + 2, size - 2, data[0] | 1U, &torn_seen, &torn);
    enum frames_result whole = frames_feed(&f, data + 2, size - 2, message, &whole_seen);
    if (torn_seen.hash != whole_seen.hash || torn_seen.count != whole_seen.count || pieces != whole)
        abort();
    if (whole == FRAMES_MORE && torn != frames_torn(&f))
        abort();
    frames_free(&f);
    return 0;
}
