/* SPDX-License-Identifier: BSD-2-Clause */
/* Length-prefixed messages: whole ones are passed on in place, torn ones are gathered in a buffer that grows
 * with what really came, not with what the prefix claims. */
#include "auditor/collect/frames.h"

#include <stdlib.h>
#include <string.h>

#define PREFIX 2
#define CAPACITY_FIRST 512

static size_t frame_size(const uint8_t *prefix)
{
    return PREFIX + (((size_t)prefix[0] << 8) | prefix[1]);
}

static bool gather(struct frames *f, const uint8_t *octets, size_t length)
{
    if (f->used + length > f->capacity) {
        size_t capacity = f->capacity != 0 ? f->capacity : CAPACITY_FIRST;
        while (capacity < f->used + length)
            capacity *= 2;
        uint8_t *data = realloc(f->data, capacity);
        if (data == NULL)
            return false;
        f->data = data;
        f->capacity = capacity;
    }
    memcpy(f->data + f->used, octets, length);
    f->used += length;
    return true;
}

/* Complete the message in the buffer from the front of the new octets. @return octets taken, SIZE_MAX without
 * memory */
static size_t complete(struct frames *f, const uint8_t *octets, size_t length)
{
    size_t taken = 0;
    while (taken < length) {
        size_t want = f->used < PREFIX ? PREFIX : frame_size(f->data);
        if (f->used == want)
            break;
        size_t piece = want - f->used < length - taken ? want - f->used : length - taken;
        if (!gather(f, octets + taken, piece))
            return SIZE_MAX;
        taken += piece;
    }
    return taken;
}

enum frames_result frames_feed(struct frames *f, const uint8_t *octets, size_t length, frames_message message,
                               void *context)
{
    f->octets += length;
    while (length > 0) {
        const uint8_t *frame = octets;
        size_t size = length >= PREFIX ? frame_size(octets) : SIZE_MAX;
        bool in_place = f->used == 0 && length >= size;
        size_t taken = in_place ? size : complete(f, octets, length);
        if (taken == SIZE_MAX)
            return FRAMES_NOMEM;
        octets += taken;
        length -= taken;
        if (!in_place) {
            if (f->used < PREFIX || f->used < frame_size(f->data))
                return FRAMES_MORE;
            frame = f->data;
            size = f->used;
            f->used = 0;
        }
        f->messages++;
        if (!message(context, frame + PREFIX, size - PREFIX))
            return FRAMES_STOPPED;
    }
    return FRAMES_MORE;
}

void frames_free(struct frames *f)
{
    free(f->data);
    *f = (struct frames){.data = NULL};
}
