/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the octets of a master file come from: memory, a file that must not change meanwhile, standard input.
 * Private to the reader. */
#ifndef ZONEVET_FACTS_ZONEFILE_FEED_H
#define ZONEVET_FACTS_ZONEFILE_FEED_H

#include "auditor/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

struct feed {
    const char
        *ahead; /* octets that are there already: all of a text in memory, or what was looked at of a file */
    size_t ahead_left;
    int fd; /* -1: nothing behind them */
    bool regular;
    uint64_t
        left; /* octets that may still be read; a regular file has no more than it had when it was opened */
    struct stat before; /* as it was then */
    int error;          /* errno of a read that failed, or FEED_TOO_LARGE */
    char *owned;        /* memory of `ahead` */
};
#define FEED_TOO_LARGE (-1)
#define FEED_INPUT_MAX ((uint64_t)16 << 30) /* octets that are read of a pipe: some write for ever */

struct feed feed_text(const char *text, size_t length);

/** Take over an open file; feed_close() closes it unless it is standard input.
 * @return NULL, or why it cannot be read: a directory, a device, a FIFO that is not standard input */
const char *feed_open(struct feed *s, int fd);

/** Read the first octets ahead, at most `room`; they are given again by feed_read. @return their number */
size_t feed_peek(struct feed *s, size_t room);

/** @return octets read, 0 at the end and on errors (s->error) */
size_t feed_read(struct feed *s, char *out, size_t room);

/** @return NULL if all of it was read as it stood when it was opened, or what went wrong, in the arena */
const char *feed_trouble(const struct feed *s, struct arena *a);

void feed_close(struct feed *s);

#endif
