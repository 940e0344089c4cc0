/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of changed files, and the environment of CI systems. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "auditor/commands/report_options.h"

#include "auditor/base/buf.h"
#include "auditor/base/status.h"
#include "auditor/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIST_MAX ((size_t)4 << 20) /* octets of a list of paths */

/* ---- changed files ------------------------------------------------------------------------------------- */

static const char *read_list(struct arena *a, const char *path, struct buf *out)
{
    char block[4096];
    size_t length;
    FILE *in = fopen(path, "r");
    if (in == NULL)
        return arena_printf(a, "%s: %s", path, strerror(errno));
    while ((length = fread(block, 1, sizeof(block), in)) > 0 && !out->failed)
        buf_add(out, block, length);
    bool broken = ferror(in) != 0;
    fclose(in);
    if (broken)
        return arena_printf(a, "%s: cannot be read", path);
    if (out->failed || strlen(buf_text(out)) != out->length)
        return arena_printf(a, "%s: expected one path a line, at most 4 MiB in all", path);
    return NULL;
}

/* One path a line keeps commas, which file names may hold. */
static const char *separators(const char *list)
{
    return strchr(list, '\n') != NULL ? "\r\n" : ",";
}

static size_t count_words(const char *list, const char *between)
{
    size_t count = 0;
    for (list += strspn(list, between); *list != '\0'; list += strspn(list, between)) {
        list += strcspn(list, between);
        count++;
    }
    return count;
}

const char *report_changed_files(struct arena *a, const char *list, struct report_options *out)
{
    struct buf file = BUF_INIT(LIST_MAX);
    const char *error = list[0] == '@' ? read_list(a, list + 1, &file) : NULL;
    const char *from_file = arena_strdup(a, buf_text(&file));
    buf_free(&file);
    if (error != NULL)
        return error;
    bool by_line = list[0] == '@';
    const char *text = by_line ? from_file : list;
    const char *between = by_line ? "\r\n" : separators(list);
    size_t count = text != NULL ? count_words(text, between) : 0;
    const char **words = arena_array(a, count + 1, sizeof(*words));
    if (text == NULL || words == NULL)
        return "out of memory";
    for (size_t i = 0; i < count; i++) {
        text += strspn(text, between);
        size_t length = strcspn(text, between);
        words[i] = arena_strndup(a, text, length);
        if (words[i] == NULL)
            return "out of memory";
        text += length;
    }
    out->changed_files = words;
    out->changed_count = count;
    return NULL;
}

/* ---- the CI system ------------------------------------------------------------------------------------- */

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0' && strlen(value) < 1024 && text_clean(value) ? value : NULL;
}

static bool is_address(const char *text)
{
    return strncmp(text, "https://", 8) == 0 && text[8] != '\0' && strpbrk(text, " \t\n\"<>\\^`{|}@") == NULL;
}

void report_repository(struct arena *a, struct report_options *out)
{
    const char *server = variable("GITHUB_SERVER_URL");
    const char *name = variable("GITHUB_REPOSITORY");
    const char *revision = variable("GITHUB_SHA");
    const char *address = NULL;
    if (server != NULL && name != NULL)
        address = arena_printf(a, "%s/%s", server, name);
    if (address == NULL || revision == NULL) {
        address = variable("CI_PROJECT_URL");
        revision = variable("CI_COMMIT_SHA");
    }
    bool hex = revision != NULL && revision[strspn(revision, "0123456789abcdefABCDEF")] == '\0';
    if (address == NULL || !hex || !is_address(address))
        return;
    out->repository = address;
    out->revision = revision;
}

void report_prefix(struct arena *a, struct report_options *out)
{
    char here[4096];
    const char *named = variable("GITHUB_WORKSPACE") != NULL ? variable("GITHUB_WORKSPACE") : variable("CI_PROJECT_DIR");
    char *root = named != NULL ? realpath(named, NULL) : NULL;
    size_t length = root != NULL ? strlen(root) : 0;
    if (length > 1 && getcwd(here, sizeof(here)) != NULL && strncmp(here, root, length) == 0 && here[length] == '/' &&
        text_clean(here))
        out->prefix = arena_printf(a, "%s/", here + length + 1);
    free(root);
}

const char *report_step_summary(void)
{
    const char *path = getenv("GITHUB_STEP_SUMMARY");
    return path != NULL && *path != '\0' ? path : NULL;
}
