/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of a recording: names that fit every file system, whole writes, bounded reads. */
#include "auditor/facts/recording_text.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME_MAX 200U /* characters before ".facts" */
#define DIGEST_SHOWN 16U   /* octets of the hash that ends a shortened name */

static void add_octet(struct buf *out, uint8_t c)
{
    bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && out->length > 0);
    if (plain)
        buf_char(out, (char)c);
    else
        buf_printf(out, "%%%02X", (unsigned)c);
}

/* Lower-case letters, digits, dots between labels and hyphens stand for themselves; a file never starts with
 * '.' or '-'. A name too long for that ends with a hash of the whole. */
static void file_name(struct buf *out, const dname *target)
{
    dname name[DNAME_MAX];
    size_t length = dname_length(target);
    unsigned char digest[SHA256_DIGEST_LENGTH];
    memcpy(name, target, length);
    dname_lower_in_place(name);
    for (const dname *label = name; *label != 0; label += 1 + *label) {
        if (label != name)
            buf_char(out, '.');
        for (size_t i = 1; i <= *label; i++)
            add_octet(out, label[i]);
    }
    if (out->length == 0)
        add_octet(out, '.'); /* the root */
    if (out->length <= FILE_NAME_MAX || out->failed)
        return;
    SHA256(name, length, digest);
    out->length = FILE_NAME_MAX - 1 - 2 * DIGEST_SHOWN;
    buf_char(out, '-');
    for (size_t i = 0; i < DIGEST_SHOWN; i++)
        buf_printf(out, "%02x", (unsigned)digest[i]);
}

const char *recording_path(struct arena *a, const char *dir, const dname *target)
{
    struct buf name = BUF_INIT(4096);
    file_name(&name, target);
    const char *path = name.failed ? NULL : arena_printf(a, "%s/targets/%s.facts", dir, buf_text(&name));
    buf_free(&name);
    return path;
}

static bool write_all(int fd, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t done = write(fd, data, length);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        data += done;
        length -= (size_t)done;
    }
    return true;
}

enum status recording_save(const char *path, const struct buf *text)
{
    struct buf part = BUF_INIT(8192);
    if (text->failed)
        return text->length >= text->limit / 2 ? STATUS_LIMIT : STATUS_NOMEM;
    buf_printf(&part, "%s.part", path);
    if (part.failed)
        return STATUS_LIMIT;
    int fd = open(part.data, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
    bool good = fd >= 0 && write_all(fd, buf_text(text), text->length);
    if (fd >= 0 && close(fd) != 0)
        good = false;
    if (good)
        good = rename(part.data, path) == 0;
    if (!good && fd >= 0) {
        int why = errno;
        (void)unlink(part.data);
        errno = why;
    }
    buf_free(&part);
    return good ? STATUS_OK : STATUS_IO;
}

static enum status refuse(struct arena *a, const char **error, const char *path, const char *why,
                          enum status status)
{
    *error = arena_printf(a, "%s: %s", path, why);
    return *error != NULL ? status : STATUS_NOMEM;
}

/* @return octets read, -1 on errors */
static ssize_t read_all(int fd, char *data, size_t room)
{
    size_t used = 0;
    while (used < room) {
        ssize_t got = read(fd, data + used, room - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        used += (size_t)got;
    }
    return (ssize_t)used;
}

static enum status load_open(struct arena *a, int fd, const char *path, char **text, size_t *length,
                             const char **error)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return refuse(a, error, path, strerror(errno), STATUS_IO);
    if (!S_ISREG(st.st_mode))
        return refuse(a, error, path, "expected a regular file", STATUS_IO);
    if (st.st_size < 0 || (size_t)st.st_size > RECORDING_FILE_MAX)
        return refuse(a, error, path, "expected at most 64 MiB", STATUS_LIMIT);
    char *data = malloc((size_t)st.st_size + 1);
    if (data == NULL)
        return STATUS_NOMEM;
    ssize_t got = read_all(fd, data, (size_t)st.st_size);
    if (got < 0) {
        free(data);
        return refuse(a, error, path, strerror(errno), STATUS_IO);
    }
    *text = data;
    *length = (size_t)got;
    return STATUS_OK;
}

enum status recording_load(struct arena *a, const char *path, char **text, size_t *length, const char **error)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a FIFO must not hold us up */
    if (fd < 0)
        return refuse(a, error, path, strerror(errno), STATUS_IO);
    enum status status = load_open(a, fd, path, text, length, error);
    close(fd);
    return status;
}
