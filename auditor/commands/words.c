/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of words, and the one line that tells the user of an error. */
#include "auditor/commands/options.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void complain(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("zonevet: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

bool words_add(struct arena *a, struct words *list, const char *word)
{
    const char **items = arena_array(a, list->count + 1, sizeof(*items));
    if (items == NULL)
        return false;
    if (list->count > 0)
        memcpy(items, list->items, list->count * sizeof(*items));
    items[list->count] = word;
    list->items = items;
    list->count++;
    return true;
}
