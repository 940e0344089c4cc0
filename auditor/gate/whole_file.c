/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole files: read within a limit, replaced by rename. */
#include "auditor/gate/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status refuse(struct arena *a, enum status status, const char **error, const char *path,
                          const char *why)
{
    *error = arena_printf(a, "%s: %s", path, why);
    if (*error == NULL)
        *error = "out of memory";
    return status;
}

static enum status too_large(struct arena *a, const char *shown, size_t limit, const char **error)
{
    *error = arena_printf(a, "%s: larger than %zu MiB", shown, limit >> 20);
    if (*error == NULL)
        *error = "out of memory";
    return STATUS_LIMIT;
}

/* @return what read() said last: 0 at the end, -1 with errno; 1 if there is more than the limit */
static ssize_t read_all(int fd, char **text, size_t *length, size_t limit)
{
    size_t capacity = 65536;
    char *all = malloc(capacity);
    size_t used = 0;
    ssize_t got = all != NULL ? 1 : -1;
    while (got > 0 && used <= limit) {
        if (used + 1 == capacity) {
            char *more = realloc(all, capacity * 2);
            if (more == NULL) {
                got = -1;
                break;
            }
            all = more;
            capacity *= 2;
        }
        got = read(fd, all + used, capacity - used - 1);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            used += (size_t)got;
    }
    if (all != NULL)
        all[used] = '\0';
    *text = all;
    *length = used;
    return got;
}

enum status whole_file_read(struct arena *a, const char *path, size_t limit, const char **text,
                            size_t *length, const char **error)
{
    bool input = strcmp(path, "-") == 0;
    const char *shown = input ? "standard input" : path;
    struct stat st;
    char *all = NULL;
    size_t used = 0;
    *error = NULL;
    int fd = input ? STDIN_FILENO : open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return refuse(a, STATUS_IO, error, shown, strerror(errno));
    if (!input && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
        close(fd);
        return refuse(a, STATUS_IO, error, shown, "not a regular file");
    }
    if (!input && (uintmax_t)st.st_size > limit) { /* said before a gigabyte is read */
        close(fd);
        return too_large(a, shown, limit, error);
    }
    ssize_t end = read_all(fd, &all, &used, limit);
    int why = errno;
    if (!input)
        close(fd);
    if (end < 0 || used > limit) {
        free(all);
        if (end < 0)
            return refuse(a, STATUS_IO, error, shown, strerror(why));
        return too_large(a, shown, limit, error);
    }
    *text = arena_adopt(a, all, free);
    *length = used;
    return *text != NULL ? STATUS_OK : refuse(a, STATUS_NOMEM, error, shown, "out of memory");
}

/* ---- writing ----------------------------------------------------------------------------------------- */

static bool put_all(int fd, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t put = write(fd, text, length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        text += put;
        length -= (size_t)put;
    }
    return fsync(fd) == 0;
}

/* The leftover of a killed process with our number may stand in the way; it is ours to remove. */
static int create_beside(const char *temporary, mode_t mode)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int fd = open(temporary, flags, mode);
    if (fd < 0 && errno == EEXIST && unlink(temporary) == 0)
        fd = open(temporary, flags, mode);
    return fd;
}

enum status whole_file_write(struct arena *a, const char *path, const char *text, size_t length,
                             const char **error)
{
    struct stat st;
    mode_t mode = 0666;
    const char *temporary = arena_printf(a, "%s.tmp-%ld", path, (long)getpid());
    *error = NULL;
    if (temporary == NULL)
        return refuse(a, STATUS_NOMEM, error, path, "out of memory");
    if (lstat(path, &st) == 0) {
        if (!S_ISREG(st.st_mode))
            return refuse(a, STATUS_IO, error, path,
                          S_ISLNK(st.st_mode) ? "is a symbolic link, which is not followed"
                                              : "not a regular file");
        mode = st.st_mode & 0777;
    }
    int fd = create_beside(temporary, mode);
    if (fd < 0)
        return refuse(a, STATUS_IO, error, path, strerror(errno));
    bool good = put_all(fd, text, length);
    int why = errno;
    if (close(fd) != 0 && good) {
        good = false;
        why = errno;
    }
    if (good && rename(temporary, path) != 0) {
        good = false;
        why = errno;
    }
    if (good)
        return STATUS_OK;
    (void)unlink(temporary);
    return refuse(a, STATUS_IO, error, path, strerror(why));
}
