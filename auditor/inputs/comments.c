/* SPDX-License-Identifier: BSD-2-Clause */
/* Comments in YAML that speak to the auditor ("# zonevet:ignore ..."), each with the record it is for: the
 * one whose value stands on its line, else the next one below. */
#include "auditor/inputs/build.h"

#include <string.h>

#define COMMENT_OCTETS 4096U

static const char mark[] = "zonevet:ignore";

/* A '#' that begins a comment, with the mark behind it. */
static const char *find_mark(const char *line, const char *end)
{
    for (const char *at = line; at < end && (at = memchr(at, '#', (size_t)(end - at))) != NULL; at++) {
        const char *word = at + 1;
        if (at > line && at[-1] != ' ' && at[-1] != '\t')
            continue;
        while (word < end && (*word == ' ' || *word == '#'))
            word++;
        if ((size_t)(end - word) >= sizeof(mark) - 1 && memcmp(word, mark, sizeof(mark) - 1) == 0)
            return word;
    }
    return NULL;
}

static void keep(struct build *b, struct build_zone *z, uint32_t line, uint32_t column, const char *text,
                 size_t length)
{
    if (z->comment_count == ZONE_COMMENTS_MAX)
        return;
    if (z->comment_count == z->comment_capacity) {
        size_t capacity = z->comment_capacity != 0 ? z->comment_capacity * 2 : 8;
        struct zone_comment *list = arena_array(b->arena, capacity, sizeof(*list));
        if (list == NULL) {
            b->status = STATUS_NOMEM;
            return;
        }
        if (z->comment_count > 0)
            memcpy(list, z->comments, z->comment_count * sizeof(*list));
        z->comments = list;
        z->comment_capacity = capacity;
    }
    length = length < COMMENT_OCTETS ? length : COMMENT_OCTETS;
    char *copy = arena_strndup(b->arena, text, length);
    if (copy == NULL)
        b->status = STATUS_NOMEM;
    else
        z->comments[z->comment_count++] = (struct zone_comment){
            .where = {.file = b->file}, .line = line, .column = column, .text = copy, .length = length};
}

void build_comments(struct build *b, struct build_zone *z, const char *text, size_t length)
{
    const char *end = text + length;
    uint32_t number = 1;
    z->comments_from = z->comment_count;
    for (const char *line = text; line < end; number++) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        const char *stop = next != NULL ? next : end;
        const char *word = find_mark(line, stop);
        if (word != NULL)
            keep(b, z, number, (uint32_t)(word - line) + 1, word, (size_t)(stop - word));
        line = next != NULL ? next + 1 : end;
    }
}

void build_comments_meet(struct build_zone *z, const struct location *record)
{
    size_t low = z->comments_from;
    size_t high = z->comment_count;
    while (low < high) { /* the first comment below the record's line */
        size_t middle = low + (high - low) / 2;
        if (z->comments[middle].line <= record->line)
            low = middle + 1;
        else
            high = middle;
    }
    while (low-- > z->comments_from) {
        struct zone_comment *c = &z->comments[low];
        if (c->where.line != 0 && c->where.line <= record->line)
            return;
        c->where = *record;
    }
}

void build_comments_end(struct build_zone *z)
{
    for (size_t i = 0; i < z->comment_count; i++) {
        struct zone_comment *c = &z->comments[i];
        if (c->where.line == 0) /* behind the last record */
            c->where = (struct location){c->where.file, c->line, c->column, c->line, c->column};
    }
}
