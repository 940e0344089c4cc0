/* SPDX-License-Identifier: BSD-2-Clause */
/* One pass over each file, for all of its lines that are wanted. */
#include "reports/snippets.h"

#include "auditor/base/buf.h"
#include "auditor/base/text.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct wanted {
    const struct location *where;
    struct result *result;
};

/* A file under way: the line that octets now belong to, and its beginning as far as it may be shown. */
struct scan {
    uint32_t line;
    struct buf text;
    bool too_long;
    struct wanted *next, *end;
    struct arena *arena;
};

static int compare(const void *left, const void *right)
{
    const struct location *a = ((const struct wanted *)left)->where;
    const struct location *b = ((const struct wanted *)right)->where;
    int order = strcmp(a->file, b->file);
    if (order != 0)
        return order;
    return a->line < b->line ? -1 : a->line > b->line;
}

static bool wants(const struct result *r)
{
    bool shown = r->outcome == OUTCOME_FAIL || r->outcome == OUTCOME_INFO;
    return shown && r->location != NULL && strcmp(r->location->file, "-") != 0 && r->location->line != 0 && r->snippet == NULL;
}

static size_t collect(struct target_report *report, struct wanted *list)
{
    size_t count = 0;
    for (size_t i = 0; i < report->result_count && count < SNIPPET_RESULTS_MAX; i++) {
        const struct result *r = &report->results[i];
        /* The report is ours until it is rendered; its list is const for renderers. */
        if (wants(r))
            list[count++] = (struct wanted){r->location, (struct result *)(uintptr_t)r};
    }
    if (count > 1)
        qsort(list, count, sizeof(*list), compare);
    return count;
}

static void line_ends(struct scan *s)
{
    size_t length = s->text.length;
    if (length > 0 && buf_text(&s->text)[length - 1] == '\r')
        length--;
    for (; s->next < s->end && s->next->where->line == s->line; s->next++) {
        if (!s->too_long && length > 0)
            s->next->result->snippet = text_gate(s->arena, buf_text(&s->text), length, SNIPPET_LINE_MAX);
    }
    buf_reset(&s->text);
    s->too_long = false;
    s->line++;
}

static void take(struct scan *s, const char *octets, size_t length)
{
    if (s->next->where->line != s->line || s->too_long)
        return;
    s->too_long = s->text.length + length > SNIPPET_LINE_MAX;
    if (!s->too_long)
        buf_add(&s->text, octets, length);
}

static void feed(struct scan *s, const char *octets, size_t length)
{
    while (length > 0 && s->next < s->end) {
        const char *newline = memchr(octets, '\n', length);
        size_t part = newline != NULL ? (size_t)(newline - octets) : length;
        take(s, octets, part);
        if (newline == NULL)
            return;
        line_ends(s);
        octets += part + 1;
        length -= part + 1;
    }
}

/* -1 unless it is an ordinary file: a device or pipe could keep us for ever. */
static int open_file(const char *root, const char *file)
{
    struct stat st;
    int folder = root != NULL && file[0] != '/' ? open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : AT_FDCWD;
    if (folder == -1)
        return -1;
    int fd = openat(folder, file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (folder != AT_FDCWD)
        close(folder);
    if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
        close(fd);
        return -1;
    }
    return fd;
}

static void read_lines(struct scan *s, int fd)
{
    char block[65536];
    ssize_t length;
    while (s->next < s->end && (length = read(fd, block, sizeof(block))) > 0)
        feed(s, block, (size_t)length);
    if (s->next < s->end && s->text.length > 0) /* a last line without an end */
        line_ends(s);
}

void snippets_add(struct arena *a, struct target_report *report, const char *root)
{
    size_t room = report->result_count < SNIPPET_RESULTS_MAX ? report->result_count : SNIPPET_RESULTS_MAX;
    struct wanted *list = room > 0 ? calloc(room, sizeof(*list)) : NULL;
    size_t count = list != NULL ? collect(report, list) : 0;
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && strcmp(list[to].where->file, list[from].where->file) == 0;)
            to++;
        int fd = open_file(root, list[from].where->file);
        if (fd < 0)
            continue;
        struct scan s = {.line = 1, .text = BUF_INIT(SNIPPET_LINE_MAX + 1), .next = list + from, .end = list + to, .arena = a};
        read_lines(&s, fd);
        buf_free(&s.text);
        close(fd);
    }
    free(list);
}
