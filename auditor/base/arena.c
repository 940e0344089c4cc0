/* SPDX-License-Identifier: BSD-2-Clause */
/* Bump allocator with a byte limit and adopted destructors. */
#include "auditor/base/arena.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_FIRST_BLOCK ((size_t)8 * 1024)
#define ARENA_MAX_BLOCK ((size_t)1024 * 1024)
#define ARENA_DEFAULT_LIMIT ((size_t)1 << 30)
#define ARENA_ALIGN (_Alignof(max_align_t))

struct block {
    struct block *next;
    size_t size; /* octets of payload */
    size_t used;
    max_align_t payload[];
};

struct adopted {
    struct adopted *next;
    void *object;
    void (*destroy)(void *);
};

struct arena {
    struct block *blocks; /* newest first; the last is the one kept by a reset */
    struct adopted *adopted;
    size_t limit;
    size_t used;
};

static struct block *block_new(size_t size)
{
    struct block *b = malloc(sizeof(*b) + size);
    if (b == NULL)
        return NULL;
    b->next = NULL;
    b->size = size;
    b->used = 0;
    return b;
}

struct arena *arena_new(size_t limit)
{
    struct arena *a = calloc(1, sizeof(*a));
    if (a == NULL)
        return NULL;
    a->limit = limit != 0 ? limit : ARENA_DEFAULT_LIMIT;
    a->blocks = block_new(ARENA_FIRST_BLOCK);
    if (a->blocks == NULL) {
        free(a);
        return NULL;
    }
    return a;
}

void arena_reset(struct arena *a)
{
    for (struct adopted *d = a->adopted; d != NULL; d = d->next)
        d->destroy(d->object);
    a->adopted = NULL;
    while (a->blocks->next != NULL) {
        struct block *next = a->blocks->next;
        free(a->blocks);
        a->blocks = next;
    }
    a->blocks->used = 0;
    a->used = 0;
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    arena_reset(a);
    free(a->blocks);
    free(a);
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > a->limit)
        return NULL;
    size_t rounded = (size + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
    if (rounded > a->limit - a->used)
        return NULL;

    struct block *b = a->blocks;
    if (rounded > b->size - b->used) {
        size_t want = b->size * 2 < ARENA_MAX_BLOCK ? b->size * 2 : ARENA_MAX_BLOCK;
        b = block_new(rounded > want ? rounded : want);
        if (b == NULL)
            return NULL;
        b->next = a->blocks;
        a->blocks = b;
    }
    void *p = (char *)b->payload + b->used;
    b->used += rounded;
    a->used += rounded;
    return memset(p, 0, rounded);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return arena_alloc(a, count * size);
}

void *arena_copy(struct arena *a, const void *from, size_t size)
{
    void *p = arena_alloc(a, size);
    if (p != NULL && size > 0)
        memcpy(p, from, size);
    return p;
}

char *arena_strndup(struct arena *a, const char *text, size_t length)
{
    char *p = arena_alloc(a, length + 1);
    if (p != NULL && length > 0)
        memcpy(p, text, length);
    return p;
}

char *arena_strdup(struct arena *a, const char *text)
{
    return arena_strndup(a, text, strlen(text));
}

char *arena_vprintf(struct arena *a, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        return NULL;
    char *p = arena_alloc(a, (size_t)length + 1);
    if (p != NULL)
        vsnprintf(p, (size_t)length + 1, format, args);
    return p;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *p = arena_vprintf(a, format, args);
    va_end(args);
    return p;
}

void *arena_adopt(struct arena *a, void *object, void (*destroy)(void *))
{
    if (object == NULL)
        return NULL;
    struct adopted *d = arena_alloc(a, sizeof(*d));
    if (d == NULL) {
        destroy(object);
        return NULL;
    }
    d->object = object;
    d->destroy = destroy;
    d->next = a->adopted;
    a->adopted = d;
    return object;
}
