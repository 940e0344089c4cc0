/* SPDX-License-Identifier: BSD-2-Clause */
/* A file in memory: its octets, the zone that its name tells, and what is wrong with it. */
#define _XOPEN_SOURCE 700
#include "auditor/inputs/source.h"

#include "auditor/base/text.h"
#include "auditor/inputs/words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX ((size_t)256 << 20)

enum status source_failed(struct arena *a, const struct source_text *source, const struct doc_error *e,
                          const char **error)
{
    /* Some messages quote the file. */
    const char *message = text_gate(a, e->message, strlen(e->message), TEXT_MESSAGE_MAX);
    *error = arena_printf(a, "%s:%u:%u: %s", source->shown, e->place.line, e->place.column, message);
    return e->status;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* All octets of a descriptor, at most FILE_MAX. */
static enum status read_all(struct arena *a, int fd, const char *shown, size_t expected, char **text,
                            size_t *length, const char **error)
{
    size_t room = expected + 1 < 65536 ? 65536 : expected + 1;
    size_t used = 0;
    char *data = malloc(room);
    for (;;) {
        if (data == NULL)
            return STATUS_NOMEM;
        ssize_t got = read(fd, data + used, room - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            *error = arena_printf(a, "%s: %s", shown, strerror(errno));
            free(data);
            return STATUS_IO;
        }
        if (got == 0)
            break;
        used += (size_t)got;
        if (used > FILE_MAX) {
            *error = arena_printf(a, "%s: larger than 256 MiB", shown);
            free(data);
            return STATUS_LIMIT;
        }
        if (used == room) {
            char *more = realloc(data, room * 2);
            if (more == NULL)
                free(data);
            data = more;
            room *= 2;
        }
    }
    *text = data;
    *length = used;
    return STATUS_OK;
}

static enum status read_regular(struct arena *a, int fd, const char *shown, char **text, size_t *length,
                                const char **error)
{
    struct stat before;
    struct stat after;
    if (fstat(fd, &before) != 0 || !S_ISREG(before.st_mode)) {
        *error = arena_printf(a, "%s: not a regular file", shown);
        return STATUS_IO;
    }
    if ((size_t)before.st_size > FILE_MAX) {
        *error = arena_printf(a, "%s: larger than 256 MiB", shown);
        return STATUS_LIMIT;
    }
    enum status status = read_all(a, fd, shown, (size_t)before.st_size, text, length, error);
    if (status == STATUS_OK && (fstat(fd, &after) != 0 || !same_file(&before, &after))) {
        *error = arena_printf(a, "%s: changed while it was read", shown);
        free(*text);
        *text = NULL;
        status = STATUS_IO;
    }
    return status;
}

enum status source_read(struct arena *a, const char *path, const char *shown, char **text,
                             size_t *length, const char **error)
{
    if (strcmp(path, "-") == 0)
        return read_all(a, STDIN_FILENO, shown, 0, text, length, error);
    /* O_NONBLOCK: a FIFO must not hold us before we can see that it is one. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        *error = arena_printf(a, "%s: %s", shown, strerror(errno));
        return STATUS_IO;
    }
    enum status status = read_regular(a, fd, shown, text, length, error);
    close(fd);
    return status;
}

bool text_ends_with(const char *text, const char *ending)
{
    size_t length = strlen(text);
    size_t tail = strlen(ending);
    return length > tail && strcmp(text + length - tail, ending) == 0;
}

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

const dname *source_zone(struct arena *a, const char *path, const char *ending)
{
    const char *base = path_base(path);
    const char *error = NULL;
    const dname *name = NULL;
    size_t length = 0;
    if (!text_ends_with(base, ending))
        return NULL;
    base += *base == '$'; /* the catch-all of a split zone */
    size_t stem = strlen(base) - strlen(ending);
    const char *ascii = stem > 0 ? name_to_ascii(a, base, stem, &length, &error) : NULL;
    /* A plain word such as "records.yaml" names no zone; a name with a dot does. */
    if (ascii == NULL || memchr(ascii, '.', length) == NULL || *ascii == '.' ||
        dname_from_text_n(a, ascii, length, &name) != STATUS_OK)
        return NULL;
    return dname_lower(a, name);
}
