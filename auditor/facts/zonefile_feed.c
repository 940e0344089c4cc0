/* SPDX-License-Identifier: BSD-2-Clause */
/* Octets of master files, a window at a time. */
#include "auditor/facts/zonefile_feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct feed feed_text(const char *text, size_t length)
{
    return (struct feed){.ahead = text, .ahead_left = length, .fd = -1};
}

const char *feed_open(struct feed *s, int fd)
{
    *s = (struct feed){.fd = fd, .left = FEED_INPUT_MAX};
    if (fstat(fd, &s->before) != 0)
        return strerror(errno);
    s->regular = S_ISREG(s->before.st_mode);
    if (S_ISDIR(s->before.st_mode))
        return "is a directory, not a file";
    if (!s->regular && fd != STDIN_FILENO)
        return "not a regular file";
    if (s->regular) {
        const off_t at = lseek(fd, 0, SEEK_CUR); /* standard input may have been read from before */
        s->left = s->before.st_size > at && at >= 0 ? (uint64_t)(s->before.st_size - at) : 0;
    }
    return NULL;
}

/* What the file had when it was opened is the end: one that grows while it is read would never end. */
static size_t read_more(struct feed *s, char *out, size_t room)
{
    if (s->fd < 0 || s->error != 0)
        return 0;
    if (s->left == 0) {
        s->error = s->regular ? 0 : FEED_TOO_LARGE;
        return 0;
    }
    size_t wanted = room < s->left ? room : (size_t)s->left;
    ssize_t got = read(s->fd, out, wanted);
    while (got < 0 && errno == EINTR)
        got = read(s->fd, out, wanted);
    if (got < 0)
        s->error = errno;
    if (got <= 0)
        return 0;
    s->left -= (uint64_t)got;
    return (size_t)got;
}

size_t feed_peek(struct feed *s, size_t room)
{
    if (s->fd < 0)
        return s->ahead_left;
    if (s->regular && s->left < room)
        room = (size_t)s->left;
    s->owned = malloc(room + 1);
    if (s->owned == NULL)
        return 0;
    size_t used = 0;
    for (size_t got; used < room && (got = read_more(s, s->owned + used, room - used)) > 0;)
        used += got;
    s->ahead = s->owned;
    s->ahead_left = used;
    return used;
}

size_t feed_read(struct feed *s, char *out, size_t room)
{
    if (s->ahead_left == 0)
        return read_more(s, out, room);
    size_t size = room < s->ahead_left ? room : s->ahead_left;
    memcpy(out, s->ahead, size);
    s->ahead += size;
    s->ahead_left -= size;
    return size;
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

const char *feed_trouble(const struct feed *s, struct arena *a)
{
    struct stat now;
    if (s->error == FEED_TOO_LARGE)
        return "more than 16 GiB of input";
    if (s->error != 0)
        return arena_strdup(a, strerror(s->error));
    if (s->fd < 0 || !s->regular)
        return NULL;
    if (fstat(s->fd, &now) != 0)
        return arena_strdup(a, strerror(errno));
    bool same = now.st_size == s->before.st_size && same_time(&now.st_mtim, &s->before.st_mtim) &&
                same_time(&now.st_ctim, &s->before.st_ctim);
    if (!same || s->left > 0 || s->ahead_left > 0)
        return "the file changed while it was read: run again when nothing writes to it";
    return NULL;
}

void feed_close(struct feed *s)
{
    if (s->fd > STDIN_FILENO)
        close(s->fd);
    free(s->owned);
    *s = (struct feed){.fd = -1};
}
