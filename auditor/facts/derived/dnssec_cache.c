/* SPDX-License-Identifier: BSD-2-Clause */
/* A direct-mapped table behind one lock: a newer result takes the slot of an older one. */
#include "auditor/facts/derived/dnssec_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct slot {
    uint8_t key[DNSSEC_CACHE_KEY];
    bool used, good;
};

struct dnssec_cache {
    pthread_mutex_t lock;
    size_t mask;
    struct slot slots[];
};

struct dnssec_cache *dnssec_cache_new(size_t slots)
{
    size_t size = 64;
    while (size < slots && size < (size_t)1 << 20)
        size *= 2;
    struct dnssec_cache *cache = calloc(1, sizeof(*cache) + size * sizeof(struct slot));
    if (cache == NULL)
        return NULL;
    cache->mask = size - 1;
    if (pthread_mutex_init(&cache->lock, NULL) != 0) {
        free(cache);
        return NULL;
    }
    return cache;
}

void dnssec_cache_free(struct dnssec_cache *cache)
{
    if (cache == NULL)
        return;
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

static struct slot *slot_of(struct dnssec_cache *cache, const uint8_t key[static DNSSEC_CACHE_KEY])
{
    size_t index;
    memcpy(&index, key, sizeof(index));
    return &cache->slots[index & cache->mask];
}

bool dnssec_cache_get(struct dnssec_cache *cache, const uint8_t key[static DNSSEC_CACHE_KEY], bool *good)
{
    if (cache == NULL)
        return false;
    pthread_mutex_lock(&cache->lock);
    const struct slot *slot = slot_of(cache, key);
    bool known = slot->used && memcmp(slot->key, key, DNSSEC_CACHE_KEY) == 0;
    if (known)
        *good = slot->good;
    pthread_mutex_unlock(&cache->lock);
    return known;
}

void dnssec_cache_put(struct dnssec_cache *cache, const uint8_t key[static DNSSEC_CACHE_KEY], bool good)
{
    if (cache == NULL)
        return;
    pthread_mutex_lock(&cache->lock);
    struct slot *slot = slot_of(cache, key);
    memcpy(slot->key, key, DNSSEC_CACHE_KEY);
    slot->used = true;
    slot->good = good;
    pthread_mutex_unlock(&cache->lock);
}
