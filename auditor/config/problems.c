/* SPDX-License-Identifier: BSD-2-Clause */
/* What is wrong with a file, in the order of its lines, and the places of its keys. */
#include "auditor/config/private.h"

#include "auditor/base/nearest.h"
#include "auditor/base/table.h"
#include "auditor/base/text.h"

#include <string.h>

static bool room_for_problem(struct config_reader *r)
{
    struct config_problems *p = r->problems;
    if (p->count < p->capacity)
        return true;
    size_t capacity = p->capacity != 0 ? 2 * p->capacity : 16;
    struct config_problem *list = arena_array(r->arena, capacity, sizeof(*list));
    if (list == NULL)
        return false;
    if (p->count > 0)
        memcpy(list, p->list, p->count * sizeof(*list));
    p->list = list;
    p->capacity = capacity;
    return true;
}

__attribute__((format(printf, 5, 0))) static void add_problem(struct config_reader *r,
                                                              struct config_place place, const char *key,
                                                              bool note, const char *format, va_list args)
{
    struct config_problems *p = r->problems;
    p->errors += !note;
    if (p->errors > CONFIG_PROBLEMS_MAX || !room_for_problem(r))
        return;
    const char *text = arena_vprintf(r->arena, format, args);
    size_t at = p->count;
    while (at > 0 && p->list[at - 1].line > place.line)
        at--;
    memmove(&p->list[at + 1], &p->list[at], (p->count - at) * sizeof(*p->list));
    p->list[at] = (struct config_problem){
        .line = place.line,
        .column = place.column,
        .note = note,
        .key = arena_strdup(r->arena, key),
        .text = text != NULL ? text_gate(r->arena, text, strlen(text), TEXT_MESSAGE_MAX) : "out of memory",
    };
    p->count++;
}

static struct config_place find_place(const struct config *c, const char *key)
{
    const struct config_place *place = table_get(c->places, key, strlen(key));
    return place != NULL ? *place : (struct config_place){0, 0};
}

void config_error_at(struct config_reader *r, struct config_place place, const char *key, const char *format,
                     ...)
{
    va_list args;
    va_start(args, format);
    add_problem(r, place, key, false, format, args);
    va_end(args);
}

void config_error(struct config_reader *r, const char *key, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_problem(r, find_place(r->config, key), key, false, format, args);
    va_end(args);
}

void config_note(struct config_reader *r, const char *key, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_problem(r, find_place(r->config, key), key, true, format, args);
    va_end(args);
}

const char *config_suggestion(struct config_reader *r, const char *typed, const char *const *words,
                              size_t count, const char *fallback)
{
    const char *near = nearest(typed, words, count);
    const char *text = near != NULL ? arena_printf(r->arena, "; did you mean '%s'?", near)
                                    : arena_strdup(r->arena, fallback);
    return text != NULL ? text : "";
}

uint32_t config_line(const struct config *c, const char *key)
{
    return find_place(c, key).line;
}
