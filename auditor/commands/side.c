/* SPDX-License-Identifier: BSD-2-Clause */
/* Sides of a diff, told apart by how they are written and by what a file holds. */
#include "auditor/commands/side.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

bool side_is_live(const char *word)
{
    return strncmp(word, "live:", 5) == 0;
}

/* The beginning of a report of ours; everything else that begins with a brace is for the inputs to tell. */
static bool is_report(const char *path)
{
    char head[512];
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return false;
    FILE *in = fopen(path, "r");
    size_t length = in != NULL ? fread(head, 1, sizeof(head) - 1, in) : 0;
    if (in != NULL)
        fclose(in);
    head[length] = '\0';
    return head[strspn(head, " \t\r\n")] == '{' && strstr(head, "\"zonevet.report\"") != NULL;
}

static int read_git(const struct options *o, const char *word, enum input_side half, struct side *out)
{
    struct git_files files = {0};
    int code = git_files(o->arena, word, &files);
    if (code != -1)
        return code;
    const struct zones_word words = {.path = files.path, .shown = files.shown, .side = half};
    code = zones_read(o, &words, 1, &out->zones);
    git_remove(&files);
    return code;
}

static int read_live(const struct options *o, struct setup *s, const char *word, const struct zones *other,
                     struct side *out)
{
    const char *error = NULL;
    const dname *apex = setup_name(o->arena, word + 5, &error);
    struct zone *zone = NULL;
    if (apex == NULL) {
        complain("%s: '%s' is %s", word, word + 5, error);
        return EXIT_USAGE;
    }
    int code = side_read_live(o, s, apex, other, &zone);
    if (code != -1)
        return code;
    return zones_of_one(o, zone, word, &out->zones);
}

int side_read(const struct options *o, struct setup *s, const char *word, enum input_side half,
              const struct zones *other, struct side *out)
{
    const char *error = NULL;
    *out = (struct side){.named = word};
    if (git_is_spec(word))
        return read_git(o, word, half, out);
    if (side_is_live(word))
        return read_live(o, s, word, other, out);
    if (!is_report(word)) {
        const struct zones_word words = {.path = word, .side = half};
        return zones_read(o, &words, 1, &out->zones);
    }
    out->is_run = true;
    if (stored_run_read(o->arena, word, &out->run, &error) == STATUS_OK)
        return -1;
    complain("%s", error != NULL ? error : word);
    return EXIT_USAGE;
}

void side_free(struct side *side)
{
    zones_free(&side->zones);
}
