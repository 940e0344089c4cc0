/* SPDX-License-Identifier: BSD-2-Clause */
/* Report files appear whole or not at all: temporary name, fsync, rename (outputs.md section 13). */
#include "reports/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct output {
    FILE *file;
    char *path; /* NULL: standard output or a device, nothing to rename */
    char *temporary;
    bool standard;
    int append; /* descriptor of the file that gets all of `file` at the commit; -1: none */
};

/* NULL if a report may be put there. */
static const char *unfit(const struct stat *st)
{
    if (S_ISLNK(st->st_mode))
        return "is a symbolic link, which is not followed";
    if (S_ISDIR(st->st_mode))
        return "is a directory";
    if (S_ISFIFO(st->st_mode))
        return "is a named pipe; use - and a shell pipe instead";
    if (!S_ISREG(st->st_mode) && !S_ISCHR(st->st_mode))
        return "is not a regular file";
    return NULL;
}

static void output_free(struct output *o)
{
    if (o->append >= 0)
        close(o->append);
    free(o->path);
    free(o->temporary);
    free(o);
}

/* The leftover of a killed process with our number may stand in the way; it is ours to remove. */
static int create_temporary(const char *temporary, mode_t mode)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int fd = open(temporary, flags, mode);
    if (fd < 0 && errno == EEXIST && unlink(temporary) == 0)
        fd = open(temporary, flags, mode);
    return fd;
}

static int open_beside(struct output *o, const char *path, mode_t mode)
{
    size_t size = strlen(path) + sizeof(".tmp-") + 3 * sizeof(long);
    o->path = strdup(path);
    o->temporary = malloc(size);
    if (o->path == NULL || o->temporary == NULL) {
        errno = ENOMEM;
        return -1;
    }
    snprintf(o->temporary, size, "%s.tmp-%ld", path, (long)getpid());
    return create_temporary(o->temporary, mode);
}

static int open_path(struct output *o, const char *path, const char **error)
{
    struct stat st;
    mode_t mode = 0666;
    if (lstat(path, &st) == 0) {
        *error = unfit(&st);
        if (*error != NULL)
            return -1;
        if (S_ISCHR(st.st_mode))
            return open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY);
        mode = st.st_mode & 0777; /* a report that was private stays private */
    }
    return open_beside(o, path, mode);
}

struct output *output_open(const char *path, const char **error)
{
    struct output *o = calloc(1, sizeof(*o));
    *error = NULL;
    if (o == NULL) {
        *error = strerror(ENOMEM);
        return NULL;
    }
    o->append = -1;
    if (path == NULL || strcmp(path, "-") == 0) {
        o->file = stdout;
        o->standard = true;
        return o;
    }
    int fd = open_path(o, path, error);
    if (fd >= 0)
        o->file = fdopen(fd, "wb");
    if (o->file != NULL)
        return o;

    if (*error == NULL)
        *error = strerror(errno);
    if (fd >= 0) {
        close(fd);
        if (o->temporary != NULL)
            unlink(o->temporary);
    }
    output_free(o);
    return NULL;
}

FILE *output_file(struct output *o)
{
    return o->file;
}

struct output *output_append(const char *path, const char **error)
{
    struct output *o = calloc(1, sizeof(*o));
    struct stat st = {0};
    *error = NULL;
    if (o != NULL) {
        o->append = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);
        o->file = o->append >= 0 && fstat(o->append, &st) == 0 && S_ISREG(st.st_mode) ? tmpfile() : NULL;
        if (o->file != NULL)
            return o;
        *error = o->append >= 0 && !S_ISREG(st.st_mode) ? "is not a regular file" : strerror(errno);
        if (o->append >= 0)
            close(o->append);
    }
    free(o);
    if (*error == NULL)
        *error = strerror(ENOMEM);
    return NULL;
}

static int append_all(struct output *o)
{
    char block[16384];
    size_t length;
    if (fflush(o->file) != 0 || ferror(o->file) || fseek(o->file, 0, SEEK_SET) != 0)
        return -1;
    while ((length = fread(block, 1, sizeof(block), o->file)) > 0) {
        for (size_t at = 0; at < length;) {
            ssize_t written = write(o->append, block + at, length - at);
            if (written < 0 && errno == EINTR)
                continue;
            if (written <= 0)
                return -1;
            at += (size_t)written;
        }
    }
    return ferror(o->file) ? -1 : 0;
}

/* The name itself must survive a power cut too. Some file systems cannot do it; the report is there all the
 * same. */
static void sync_folder(const char *path)
{
    char *folder = strdup(path);
    if (folder == NULL)
        return;
    char *slash = strrchr(folder, '/');
    if (slash != NULL)
        slash[slash == folder ? 1 : 0] = '\0';
    int fd = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    free(folder);
}

/* fclose may be where the last octets fail (NFS, quota), so it comes before the rename. */
static int finish(struct output *o)
{
    int failed = fflush(o->file) != 0 || ferror(o->file);
    if (o->standard)
        return failed;
    if (o->append >= 0 && !failed)
        failed = append_all(o) != 0;
    if (!failed && o->path != NULL)
        failed = fsync(fileno(o->file)) != 0;
    int why = errno;
    if (fclose(o->file) != 0 && !failed)
        return 1;
    errno = why;
    if (!failed && o->path != NULL)
        failed = rename(o->temporary, o->path) != 0;
    return failed;
}

enum status output_commit(struct output *o)
{
    int failed = finish(o);
    int why = errno;
    if (failed && o->temporary != NULL)
        unlink(o->temporary);
    if (!failed && o->path != NULL)
        sync_folder(o->path);
    output_free(o);
    errno = why;
    return failed ? STATUS_IO : STATUS_OK;
}

void output_discard(struct output *o)
{
    if (o == NULL)
        return;
    if (!o->standard)
        fclose(o->file);
    if (o->temporary != NULL)
        unlink(o->temporary);
    output_free(o);
}
