/* SPDX-License-Identifier: BSD-2-Clause */
/* git as a source of files: ls-tree says what there is, one cat-file hands over all contents. */
#define _XOPEN_SOURCE 700 /* mkdtemp, nftw */
#include "auditor/commands/git.h"

#include "auditor/base/buf.h"
#include "auditor/commands/options.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_MAX ((size_t)1 << 30) /* octets of all files together */
#define FILES_MAX 100000U
#define INCLUDED_MAX ((size_t)64 << 20) /* octets of a file that is no zone by its name */
#define ARGS_MAX 12

extern char **environ;

bool git_is_spec(const char *word)
{
    return strncmp(word, "git:", 4) == 0;
}

/* ---- running git --------------------------------------------------------------------------------------------------- */

struct git_run {
    struct buf out;
    int status; /* exit status; -1: could not be run */
};

static void read_all(int fd, struct buf *out)
{
    char block[65536];
    for (;;) {
        ssize_t got = read(fd, block, sizeof(block));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return;
        buf_add(out, block, (size_t)got);
    }
}

/* git ARGS < input > out; what git says on standard error is ours to say better. */
static struct git_run git(const char *const *args, int input)
{
    struct git_run r = {.out = BUF_INIT(OUTPUT_MAX), .status = -1};
    char *argv[ARGS_MAX + 2] = {NULL};
    int pipes[2];
    pid_t child;
    posix_spawn_file_actions_t actions;
    argv[0] = strdup("git");
    for (size_t i = 0; i < ARGS_MAX && args[i] != NULL; i++)
        argv[i + 1] = strdup(args[i]);
    if (pipe(pipes) != 0)
        goto out;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, pipes[0]);
    posix_spawn_file_actions_addclose(&actions, pipes[1]);
    if (input >= 0)
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    else
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int failed = posix_spawnp(&child, "git", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(pipes[1]);
    if (failed == 0) {
        int status = 0;
        read_all(pipes[0], &r.out);
        close(pipes[0]); /* more than we take: git ends by it */
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            ;
        r.status = WIFEXITED(status) ? WEXITSTATUS(status) : 255;
    } else {
        close(pipes[0]);
    }
out:
    for (size_t i = 0; argv[i] != NULL; i++)
        free(argv[i]);
    return r;
}

/* ---- REV:PATH -------------------------------------------------------------------------------------------------------- */

struct spec {
    const char *revision, *path;
};

static int read_spec(struct arena *a, const char *word, struct spec *out)
{
    const char *revision = word + 4;
    const char *colon = strchr(revision, ':');
    if (colon == NULL || colon == revision || revision[0] == '-') {
        complain("'%s': expected git:REVISION:PATH, such as git:origin/main:zones", word);
        return EXIT_USAGE;
    }
    out->revision = arena_strndup(a, revision, (size_t)(colon - revision));
    out->path = colon[1] != '\0' ? colon + 1 : ".";
    size_t length = strlen(out->path);
    while (length > 1 && out->path[length - 1] == '/')
        length--;
    out->path = arena_strndup(a, out->path, length);
    if (out->path[0] == '/' || strncmp(out->path, "../", 3) == 0 || strcmp(out->path, "..") == 0) {
        complain("'%s': expected a path below the current folder behind the revision", word);
        return EXIT_USAGE;
    }
    return -1;
}

static bool shallow(void)
{
    struct git_run r = git((const char *const[]){"rev-parse", "--is-shallow-repository", NULL}, -1);
    bool yes = r.status == 0 && strncmp(buf_text(&r.out), "true", 4) == 0;
    buf_free(&r.out);
    return yes;
}

/* The commit, or the words for what is wrong and how to mend it. */
static int find_commit(struct arena *a, const char *revision, const char **commit)
{
    const char *wanted = arena_printf(a, "%s^{commit}", revision);
    struct git_run r = git((const char *const[]){"rev-parse", "--verify", "--quiet", "--end-of-options", wanted, NULL}, -1);
    size_t length = strcspn(buf_text(&r.out), "\n");
    *commit = arena_strndup(a, buf_text(&r.out), length);
    buf_free(&r.out);
    if (r.status == 0 && length > 0)
        return -1;
    if (r.status == -1 || r.status == 127)
        complain("git cannot be run; it is needed for git:%s:PATH", revision);
    else if (r.status == 128)
        complain("git:%s: the current folder is not in a git repository, or git refuses to read it", revision);
    else if (shallow())
        complain("git:%s: this shallow clone does not hold the revision; fetch it whole "
                 "(GitHub: actions/checkout with fetch-depth: 0; GitLab: GIT_DEPTH: 0; else: git fetch --unshallow)",
                 revision);
    else
        complain("git:%s: there is no such revision here; fetch it first (git fetch origin)", revision);
    return EXIT_USAGE;
}

/* ---- what to write ------------------------------------------------------------------------------------------------------ */

struct blob {
    const char *object, *path;
    size_t size;
};

struct blobs {
    struct blob *list;
    size_t count, capacity;
};

static bool add_blob(struct arena *a, struct blobs *blobs, const struct blob *blob)
{
    if (blobs->count == blobs->capacity) {
        size_t capacity = blobs->capacity != 0 ? blobs->capacity * 2 : 64;
        struct blob *list = arena_array(a, capacity, sizeof(*list));
        if (list == NULL)
            return false;
        if (blobs->count > 0)
            memcpy(list, blobs->list, blobs->count * sizeof(*list));
        blobs->list = list;
        blobs->capacity = capacity;
    }
    blobs->list[blobs->count++] = *blob;
    return true;
}

/* "100644 blob <object>   <size>\t<path>" for each, NUL between them. git never has "..", "." or absolute paths in a tree; a path
 * that had one would be left out. */
static bool read_tree(struct arena *a, const struct buf *text, struct blobs *out)
{
    const char *at = text->data;
    const char *end = at != NULL ? at + text->length : at;
    while (at < end && out->count < FILES_MAX) {
        const char *stop = memchr(at, '\0', (size_t)(end - at));
        const char *tab = stop != NULL ? memchr(at, '\t', (size_t)(stop - at)) : NULL;
        if (tab == NULL)
            return false;
        bool plain = strncmp(at, "100644 blob ", 12) == 0 || strncmp(at, "100755 blob ", 12) == 0;
        bool outside = tab[1] == '/' || strncmp(tab + 1, "../", 3) == 0 || strstr(tab + 1, "/../") != NULL;
        const size_t object = plain ? strcspn(at + 12, " \t") : 0;
        const struct blob blob = {arena_strndup(a, at + 12, object), arena_strdup(a, tab + 1),
                                  strtoul(at + 12 + object, NULL, 10)};
        if (plain && !outside && !add_blob(a, out, &blob))
            return false;
        at = stop + 1;
    }
    return true;
}

static bool list_tree(struct arena *a, const char *commit, const char *path, struct blobs *out)
{
    struct git_run r = git((const char *const[]){"ls-tree", "-r", "-z", "-l", commit, "--", path, NULL}, -1);
    bool ok = r.status == 0 && !r.out.failed && read_tree(a, &r.out, out);
    buf_free(&r.out);
    return ok;
}

static bool make_folders(char *path, size_t from)
{
    for (size_t i = from; path[i] != '\0'; i++) {
        if (path[i] != '/')
            continue;
        path[i] = '\0';
        bool ok = mkdir(path, 0700) == 0 || errno == EEXIST;
        path[i] = '/';
        if (!ok)
            return false;
    }
    return true;
}

static bool write_blob(struct arena *a, const char *folder, const char *path, const char *octets, size_t length)
{
    char *full = arena_printf(a, "%s/%s", folder, path);
    if (full == NULL || !make_folders(full, strlen(folder) + 1))
        return false;
    int fd = open(full, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    size_t done = 0;
    while (done < length) {
        ssize_t wrote = write(fd, octets + done, length - done);
        if (wrote < 0 && errno != EINTR)
            break;
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    return close(fd) == 0 && done == length;
}

/* "<object> blob <size>\n<octets>\n" for each, in the order that was asked. */
static bool write_blobs(struct arena *a, const struct buf *text, const struct blobs *blobs, const char *folder)
{
    const char *at = text->data;
    const char *end = at != NULL ? at + text->length : at;
    for (size_t i = 0; i < blobs->count; i++) {
        const char *line = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
        const char *size = line != NULL ? strstr(at, " blob ") : NULL;
        size_t length = size != NULL && size < line ? strtoul(size + 6, NULL, 10) : SIZE_MAX;
        if (length > (size_t)(end - at) || length + 1 > (size_t)(end - line - 1) ||
            !write_blob(a, folder, blobs->list[i].path, line + 1, length))
            return false;
        at = line + 1 + length + 1;
    }
    return true;
}

/* All contents by one git: the objects are asked for through a file, for a pipe could fill while we do not read. */
static bool fetch_blobs(struct arena *a, const struct blobs *blobs, const char *folder)
{
    FILE *ask = tmpfile();
    bool ok = ask != NULL;
    for (size_t i = 0; ok && i < blobs->count; i++)
        ok = fprintf(ask, "%s\n", blobs->list[i].object) > 0;
    ok = ok && fflush(ask) == 0 && fseek(ask, 0, SEEK_SET) == 0;
    if (ok) {
        struct git_run r = git((const char *const[]){"cat-file", "--batch", NULL}, fileno(ask));
        ok = r.status == 0 && !r.out.failed && write_blobs(a, &r.out, blobs, folder);
        buf_free(&r.out);
    }
    if (ask != NULL)
        fclose(ask);
    return ok;
}

static const char *temporary_folder(struct arena *a)
{
    const char *base = getenv("TMPDIR");
    char *name = arena_printf(a, "%s/zonevet-XXXXXX", base != NULL && base[0] == '/' ? base : "/tmp");
    return name != NULL ? mkdtemp(name) : NULL;
}

static bool includes(const char *path)
{
    char line[4096];
    bool found = false;
    FILE *in = fopen(path, "r");
    while (in != NULL && !found && fgets(line, sizeof(line), in) != NULL)
        found = strncmp(line, "$INCLUDE", 8) == 0 || strncmp(line, "$include", 8) == 0;
    if (in != NULL)
        fclose(in);
    return found;
}

static bool any_includes(struct arena *a, const char *folder, const struct blobs *blobs)
{
    for (size_t i = 0; i < blobs->count; i++) {
        const char *path = arena_printf(a, "%s/%s", folder, blobs->list[i].path);
        if (path != NULL && includes(path))
            return true;
    }
    return false;
}

/* By its name, or because it lies in a folder that is a zone of octoDNS ("example.org./www.yaml"). */
static bool named_as_zone(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strstr(path, "./");
    return input_file_name(slash != NULL ? slash + 1 : path) || (dot != NULL && dot > path && dot[-1] != '/');
}

/* A repository may hold anything beside its zones: what has the name of one comes at once (or the one file that was asked
 * for), the rest only if one of these includes others. */
static bool split_blobs(struct arena *a, const struct blobs *all, const char *alone, struct blobs *zones,
                        struct blobs *rest)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct blob *b = &all->list[i];
        bool zone = alone != NULL ? strcmp(b->path, alone) == 0 : named_as_zone(b->path);
        if ((zone || b->size <= INCLUDED_MAX) && !add_blob(a, zone ? zones : rest, b))
            return false;
    }
    return true;
}

static bool write_files(struct arena *a, const char *commit, const struct spec *spec, const struct blobs *found,
                        const char *folder)
{
    const bool alone = found->count == 1 && strcmp(found->list[0].path, spec->path) == 0;
    const char *slash = strrchr(spec->path, '/');
    const char *around = slash != NULL ? arena_strndup(a, spec->path, (size_t)(slash - spec->path) + 1) : ".";
    char *there = arena_printf(a, "%s/%s/", folder, spec->path);
    struct blobs all = alone ? (struct blobs){0} : *found;
    struct blobs zones = {0};
    struct blobs rest = {0};
    if (alone && !list_tree(a, commit, around, &all))
        return false;
    if (there == NULL || (!alone && !make_folders(there, strlen(folder) + 1)) ||
        !split_blobs(a, &all, alone ? spec->path : NULL, &zones, &rest))
        return false;
    if (zones.count > 0 && !fetch_blobs(a, &zones, folder))
        return false;
    return rest.count == 0 || !any_includes(a, folder, &zones) || fetch_blobs(a, &rest, folder);
}

int git_files(struct arena *a, const char *word, struct git_files *out)
{
    struct spec spec;
    struct blobs blobs = {0};
    const char *commit = NULL;
    int code = read_spec(a, word, &spec);
    if (code == -1)
        code = find_commit(a, spec.revision, &commit);
    if (code != -1)
        return code;
    if (!list_tree(a, commit, spec.path, &blobs) || blobs.count == 0) {
        complain("%s: there is no file '%s' in that revision", word, spec.path);
        return EXIT_USAGE;
    }
    *out = (struct git_files){.folder = temporary_folder(a), .shown = spec.path};
    if (out->folder == NULL) {
        complain("no temporary folder can be made: %s", strerror(errno));
        return EXIT_TROUBLE;
    }
    out->path = arena_printf(a, "%s/%s", out->folder, spec.path);
    if (write_files(a, commit, &spec, &blobs, out->folder))
        return -1;
    complain("%s: git did not hand over the files, or they cannot be written to %s", word, out->folder);
    git_remove(out);
    return EXIT_TROUBLE;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *place)
{
    (void)st;
    (void)flag;
    (void)place;
    return remove(path);
}

void git_remove(const struct git_files *files)
{
    if (files->folder != NULL)
        nftw(files->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
