/* SPDX-License-Identifier: BSD-2-Clause */
/* Open-addressing table over an insertion-ordered entry array. */
#include "auditor/base/table.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct entry {
    uint64_t hash;
    size_t key_length;
    void *value;
    uint8_t *key;
};

struct table {
    uint32_t *slots; /* index + 1 into entries; 0 is free */
    size_t slot_count; /* power of two */
    struct entry *entries;
    size_t count;
    size_t capacity;
};

static uint64_t secret[2];
static pthread_once_t secret_once = PTHREAD_ONCE_INIT;

static void secret_draw(void)
{
    if (getrandom(secret, sizeof(secret), 0) != (ssize_t)sizeof(secret))
        abort(); /* a kernel without entropy cannot send safe queries either */
}

static inline uint64_t rotl(uint64_t x, int b)
{
    return (x << b) | (x >> (64 - b));
}

static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotl(v[1], 13) ^ v[0];
    v[0] = rotl(v[0], 32);
    v[2] += v[3];
    v[3] = rotl(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotl(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotl(v[1], 17) ^ v[2];
    v[2] = rotl(v[2], 32);
}

uint64_t table_hash(const void *key, size_t key_length)
{
    pthread_once(&secret_once, secret_draw);
    const uint8_t *p = key;
    uint64_t v[4] = {secret[0] ^ 0x736f6d6570736575ULL, secret[1] ^ 0x646f72616e646f6dULL,
                     secret[0] ^ 0x6c7967656e657261ULL, secret[1] ^ 0x7465646279746573ULL};
    size_t left = key_length;
    for (; left >= 8; left -= 8, p += 8) {
        uint64_t m;
        memcpy(&m, p, 8);
        v[3] ^= m;
        sip_round(v);
        v[0] ^= m;
    }
    uint64_t last = (uint64_t)key_length << 56;
    if (left > 0)
        memcpy(&last, p, left);
    last |= (uint64_t)key_length << 56;
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t table_hash_stable(const void *key, size_t key_length)
{
    const uint8_t *p = key;
    uint64_t hash = 0xcbf29ce484222325ULL;
    for (size_t i = 0; i < key_length; i++)
        hash = (hash ^ p[i]) * 0x100000001b3ULL;
    return hash;
}

struct table *table_new(void)
{
    return calloc(1, sizeof(struct table));
}

void table_free(struct table *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < t->count; i++)
        free(t->entries[i].key);
    free(t->entries);
    free(t->slots);
    free(t);
}

/* The slot that holds the key, or the free slot where it belongs. */
static size_t find_slot(const struct table *t, uint64_t hash, const void *key, size_t key_length)
{
    size_t mask = t->slot_count - 1;
    size_t slot = (size_t)hash & mask;
    for (; t->slots[slot] != 0; slot = (slot + 1) & mask) {
        const struct entry *e = &t->entries[t->slots[slot] - 1];
        if (e->hash == hash && e->key_length == key_length &&
            (key_length == 0 || memcmp(e->key, key, key_length) == 0))
            break;
    }
    return slot;
}

void *table_get(const struct table *t, const void *key, size_t key_length)
{
    if (t->count == 0)
        return NULL;
    size_t slot = find_slot(t, table_hash(key, key_length), key, key_length);
    return t->slots[slot] != 0 ? t->entries[t->slots[slot] - 1].value : NULL;
}

static int grow(struct table *t)
{
    size_t slot_count = t->slot_count != 0 ? t->slot_count * 2 : 32;
    size_t capacity = slot_count / 2;
    uint32_t *slots = calloc(slot_count, sizeof(*slots));
    struct entry *entries = realloc(t->entries, capacity * sizeof(*entries));
    if (entries != NULL) {
        t->entries = entries;
        t->capacity = capacity;
    }
    if (slots == NULL || entries == NULL) {
        free(slots);
        return -1;
    }
    free(t->slots);
    t->slots = slots;
    t->slot_count = slot_count;
    for (size_t i = 0; i < t->count; i++) {
        size_t slot = (size_t)t->entries[i].hash & (slot_count - 1);
        while (slots[slot] != 0)
            slot = (slot + 1) & (slot_count - 1);
        slots[slot] = (uint32_t)(i + 1);
    }
    return 0;
}

int table_put(struct table *t, const void *key, size_t key_length, void *value)
{
    if (t->count >= UINT32_MAX / 2)
        return -1;
    if ((t->slots == NULL || t->count * 2 >= t->slot_count) && grow(t) != 0)
        return -1;
    uint64_t hash = table_hash(key, key_length);
    size_t slot = find_slot(t, hash, key, key_length);
    if (t->slots[slot] != 0) {
        t->entries[t->slots[slot] - 1].value = value;
        return 0;
    }
    uint8_t *copy = malloc(key_length != 0 ? key_length : 1);
    if (copy == NULL)
        return -1;
    if (key_length > 0)
        memcpy(copy, key, key_length);
    t->entries[t->count] = (struct entry){hash, key_length, value, copy};
    t->count++;
    t->slots[slot] = (uint32_t)t->count;
    return 0;
}

size_t table_count(const struct table *t)
{
    return t->count;
}

void *table_at(const struct table *t, size_t index, const void **key, size_t *key_length)
{
    if (key != NULL)
        *key = t->entries[index].key;
    if (key_length != NULL)
        *key_length = t->entries[index].key_length;
    return t->entries[index].value;
}
