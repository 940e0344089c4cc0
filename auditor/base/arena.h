/* SPDX-License-Identifier: BSD-2-Clause */
/* Bump allocator: everything of one audit target lives in one arena and dies with it.
 * Checks and reports never call free(). */
#ifndef ZONEVET_BASE_ARENA_H
#define ZONEVET_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/**
 * @param limit  octets the arena may hold in all; 0 means 1 GiB
 * @return NULL if memory is exhausted
 */
struct arena *arena_new(size_t limit);

/** Run the adopted destructors, newest first, and give all memory back. NULL is allowed. */
void arena_free(struct arena *a);

/** As arena_free, but keep the arena and its first block for reuse. */
void arena_reset(struct arena *a);

/** Octets handed out so far (an upper bound of what callers hold). */
size_t arena_used(const struct arena *a);

/** Zeroed memory aligned for any object; NULL at the limit or without memory. size 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t size);

/** Zeroed array; NULL also if count * size overflows. */
void *arena_array(struct arena *a, size_t count, size_t size);

void *arena_copy(struct arena *a, const void *from, size_t size);
char *arena_strdup(struct arena *a, const char *text);
char *arena_strndup(struct arena *a, const char *text, size_t length);
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/**
 * Let a foreign object die with the arena.
 * @return object; NULL (and the object is freed at once) if memory is exhausted or object is NULL
 */
void *arena_adopt(struct arena *a, void *object, void (*destroy)(void *));

#endif
