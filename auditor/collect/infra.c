/* SPDX-License-Identifier: BSD-2-Clause */
/* Sharded caches with second-chance eviction, and the set of targets. */
#include "auditor/collect/infra.h"

#include "auditor/base/table.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SHARDS 16U
#define CUT_LIFE_MS (3600U * 1000U) /* a cut is asked for again after an hour */
#define ANSWER_LIFE_MS (1800U * 1000U)
#define FOREVER UINT64_MAX

struct entry {
    struct entry *next;          /* in its bucket */
    struct entry *older, *newer; /* ring of the shard in order of arrival */
    uint64_t hash;
    uint64_t expires_ms;
    const struct kept *kept;
    bool used;
    uint16_t key_length;
    uint8_t key[];
};

struct shard {
    pthread_mutex_t lock;
    struct entry **buckets;
    size_t bucket_count; /* power of two */
    struct entry *oldest, *newest;
    size_t count, octets;
};

struct cache {
    struct shard shards[SHARDS];
    size_t max_entries, max_octets; /* of one shard */
};

static size_t entry_octets(const struct entry *e)
{
    return sizeof(*e) + e->key_length + e->kept->size;
}

struct cache *cache_new(size_t max_entries, size_t max_octets)
{
    struct cache *c = calloc(1, sizeof(*c));
    if (c == NULL)
        return NULL;
    c->max_entries = (max_entries + SHARDS - 1) / SHARDS;
    c->max_octets = (max_octets + SHARDS - 1) / SHARDS;
    for (size_t i = 0; i < SHARDS; i++) {
        pthread_mutex_init(&c->shards[i].lock, NULL);
        c->shards[i].bucket_count = 64;
        c->shards[i].buckets = calloc(64, sizeof(struct entry *));
        if (c->shards[i].buckets == NULL) {
            cache_free(c);
            return NULL;
        }
    }
    return c;
}

static void entry_free(struct entry *e)
{
    kept_release(e->kept);
    free(e);
}

void cache_free(struct cache *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *s = &c->shards[i];
        for (struct entry *e = s->oldest; e != NULL;) {
            struct entry *newer = e->newer;
            entry_free(e);
            e = newer;
        }
        free(s->buckets);
        pthread_mutex_destroy(&s->lock);
    }
    free(c);
}

static struct shard *shard_of(struct cache *c, uint64_t hash)
{
    return &c->shards[(hash >> 58) % SHARDS];
}

static struct entry **find(const struct shard *s, uint64_t hash, const void *key, size_t key_length)
{
    struct entry **at = &s->buckets[(size_t)hash & (s->bucket_count - 1)];
    while (*at != NULL && ((*at)->hash != hash || (*at)->key_length != key_length ||
                           memcmp((*at)->key, key, key_length) != 0))
        at = &(*at)->next;
    return at;
}

static void ring_remove(struct shard *s, struct entry *e)
{
    *(e->older != NULL ? &e->older->newer : &s->oldest) = e->newer;
    *(e->newer != NULL ? &e->newer->older : &s->newest) = e->older;
}

static void ring_add(struct shard *s, struct entry *e)
{
    e->older = s->newest;
    e->newer = NULL;
    *(s->newest != NULL ? &s->newest->newer : &s->oldest) = e;
    s->newest = e;
}

static void drop(struct shard *s, struct entry **at)
{
    struct entry *e = *at;
    *at = e->next;
    ring_remove(s, e);
    s->count--;
    s->octets -= entry_octets(e);
    entry_free(e);
}

const struct kept *cache_get(struct cache *c, const void *key, size_t key_length, uint64_t now_ms)
{
    uint64_t hash = table_hash(key, key_length);
    struct shard *s = shard_of(c, hash);
    const struct kept *k = NULL;
    pthread_mutex_lock(&s->lock);
    struct entry **at = find(s, hash, key, key_length);
    if (*at != NULL && (*at)->expires_ms <= now_ms) {
        drop(s, at);
    } else if (*at != NULL) {
        (*at)->used = true;
        k = (*at)->kept;
        kept_hold(k);
    }
    pthread_mutex_unlock(&s->lock);
    return k;
}

static void grow(struct shard *s)
{
    size_t count = s->bucket_count * 2;
    struct entry **buckets = calloc(count, sizeof(struct entry *));
    if (buckets == NULL)
        return; /* longer chains are slower, not wrong */
    for (struct entry *e = s->oldest; e != NULL; e = e->newer) {
        struct entry **at = &buckets[(size_t)e->hash & (count - 1)];
        e->next = *at;
        *at = e;
    }
    free(s->buckets);
    s->buckets = buckets;
    s->bucket_count = count;
}

/* Second chance: what was used since it was last looked at goes to the back of the queue once more. */
static void evict(struct cache *c, struct shard *s)
{
    while (s->oldest != NULL && (s->count > c->max_entries || s->octets > c->max_octets)) {
        struct entry *e = s->oldest;
        if (e->used) {
            e->used = false;
            ring_remove(s, e);
            ring_add(s, e);
        } else {
            drop(s, find(s, e->hash, e->key, e->key_length));
        }
    }
}

void cache_put(struct cache *c, const void *key, size_t key_length, const struct kept *k, uint64_t expires_ms)
{
    struct entry *e = malloc(sizeof(*e) + key_length);
    if (e == NULL)
        return;
    *e = (struct entry){.hash = table_hash(key, key_length),
                        .expires_ms = expires_ms,
                        .kept = k,
                        .key_length = (uint16_t)key_length};
    memcpy(e->key, key, key_length);
    kept_hold(k);
    struct shard *s = shard_of(c, e->hash);
    pthread_mutex_lock(&s->lock);
    struct entry **at = find(s, e->hash, key, key_length);
    if (*at != NULL)
        drop(s, at);
    if (s->count >= s->bucket_count)
        grow(s);
    at = &s->buckets[(size_t)e->hash & (s->bucket_count - 1)];
    e->next = *at;
    *at = e;
    ring_add(s, e);
    s->count++;
    s->octets += entry_octets(e);
    evict(c, s);
    pthread_mutex_unlock(&s->lock);
}

size_t cache_count(const struct cache *c)
{
    size_t count = 0;
    for (size_t i = 0; i < SHARDS; i++)
        count += c->shards[i].count;
    return count;
}

/* ---- what is shared ---------------------------------------------------------------------- */

struct infra {
    const struct collect_options *options;
    const struct zone_cut *root;
    struct cache *cuts, *answers, *replies;
    uint32_t *targets; /* open addressing: index into settings->targets plus one */
    size_t target_slots;
};

static bool targets_index(struct infra *i)
{
    const struct settings *s = i->options->settings;
    size_t slots = 16;
    while (slots < s->targets_count * 2)
        slots *= 2;
    i->targets = calloc(slots, sizeof(*i->targets));
    if (i->targets == NULL)
        return false;
    i->target_slots = slots;
    for (size_t n = 0; n < s->targets_count; n++) {
        const dname *name = s->targets[n];
        size_t at = (size_t)table_hash(name, dname_length(name)) & (slots - 1);
        while (i->targets[at] != 0)
            at = (at + 1) & (slots - 1);
        i->targets[at] = (uint32_t)(n + 1);
    }
    return true;
}

static int server_compare(const void *a, const void *b)
{
    const struct server *x = a, *y = b;
    int order = dname_compare(x->name, y->name);
    return order != 0 ? order : address_compare(&x->address, &y->address);
}

static const struct zone_cut *root_cut(const struct collect_options *options)
{
    size_t count = options->root_server_count;
    struct server *servers = calloc(count + 1, sizeof(*servers));
    if (servers == NULL)
        return NULL;
    if (count > 0)
        memcpy(servers, options->root_servers, count * sizeof(*servers));
    qsort(servers, count, sizeof(*servers), server_compare);
    struct zone_cut root = {.apex = DNAME_ROOT,
                            .servers = servers,
                            .count = count,
                            .reason = count == 0 ? REASON_NETWORK : REASON_NONE};
    const struct zone_cut *kept = keep_zone(&root);
    free(servers);
    return kept;
}

struct infra *infra_new(const struct collect_options *options)
{
    struct infra *i = calloc(1, sizeof(*i));
    if (i == NULL)
        return NULL;
    i->options = options;
    i->root = root_cut(options);
    i->cuts = cache_new(20000, (size_t)32 << 20);
    i->answers = cache_new(50000, (size_t)64 << 20);
    i->replies = cache_new(100000, (size_t)64 << 20);
    if (i->root == NULL || i->cuts == NULL || i->answers == NULL || i->replies == NULL || !targets_index(i)) {
        infra_free(i);
        return NULL;
    }
    return i;
}

void infra_free(struct infra *i)
{
    if (i == NULL)
        return;
    cache_free(i->cuts);
    cache_free(i->answers);
    cache_free(i->replies);
    zone_release(i->root);
    free(i->targets);
    free(i);
}

const struct zone_cut *infra_root(const struct infra *i)
{
    return i->root;
}

const dname *infra_target(const struct infra *i, const dname *name)
{
    const struct settings *s = i->options->settings;
    for (; name != NULL && s->targets_count > 0; name = dname_parent(name)) {
        size_t at = (size_t)table_hash(name, dname_length(name)) & (i->target_slots - 1);
        for (; i->targets[at] != 0; at = (at + 1) & (i->target_slots - 1)) {
            if (dname_equal(s->targets[i->targets[at] - 1], name))
                return s->targets[i->targets[at] - 1];
        }
    }
    return NULL;
}

bool infra_given(const struct infra *i, const struct address *a)
{
    const struct collect_options *o = i->options;
    if (o->forwarder.family != 0 && address_equal(&o->forwarder, a))
        return true;
    for (size_t n = 0; n < o->root_server_count; n++) {
        if (address_equal(&o->root_servers[n].address, a))
            return true;
    }
    for (size_t n = 0; n < o->settings->ns_count; n++) {
        if (address_equal(&o->settings->ns[n].address, a))
            return true;
    }
    return false;
}

/* ---- cuts -------------------------------------------------------------------------------- */

static size_t cut_key(uint8_t key[static DNAME_MAX + 1], const dname *apex, bool by_answer)
{
    size_t length = dname_length(apex);
    key[0] = by_answer;
    memcpy(key + 1, apex, length);
    return length + 1;
}

static const struct zone_cut *cut_get(struct infra *i, const dname *apex, bool by_answer, uint64_t now_ms)
{
    uint8_t key[DNAME_MAX + 1];
    size_t length = cut_key(key, apex, by_answer);
    return (const struct zone_cut *)(const void *)cache_get(i->cuts, key, length, now_ms);
}

const struct zone_cut *infra_closest(struct infra *i, const dname *name, bool referral_only, uint64_t now_ms)
{
    for (; !dname_is_root(name); name = dname_parent(name)) {
        const struct zone_cut *z = cut_get(i, name, false, now_ms);
        if (z == NULL && !referral_only)
            z = cut_get(i, name, true, now_ms);
        if (z != NULL)
            return z;
    }
    return zone_hold(i->root);
}

void infra_keep_cut(struct infra *i, const struct zone_cut *z, uint64_t now_ms)
{
    uint8_t key[DNAME_MAX + 1];
    size_t length = cut_key(key, z->apex, z->by_answer);
    cache_put(i->cuts, key, length, &z->kept, now_ms + CUT_LIFE_MS);
}

/* ---- answers and replies ----------------------------------------------------------------- */

static size_t answer_key(uint8_t key[static DNAME_MAX + 2], const dname *owner, uint16_t type)
{
    size_t length = dname_length(owner);
    memcpy(key, owner, length);
    memcpy(key + length, &type, sizeof(type));
    return length + sizeof(type);
}

const struct kept_answer *infra_answer(struct infra *i, const dname *owner, uint16_t type, uint64_t now_ms)
{
    uint8_t key[DNAME_MAX + 2];
    size_t length = answer_key(key, owner, type);
    return (const struct kept_answer *)(const void *)cache_get(i->answers, key, length, now_ms);
}

void infra_keep_answer(struct infra *i, const struct kept_answer *k, uint64_t now_ms)
{
    uint8_t key[DNAME_MAX + 2];
    size_t length = answer_key(key, k->answer->owner, k->answer->type);
    cache_put(i->answers, key, length, &k->kept, now_ms + ANSWER_LIFE_MS);
}

static uint8_t *put_u16(uint8_t *at, uint16_t value)
{
    memcpy(at, &value, sizeof(value));
    return at + sizeof(value);
}

size_t ask_key(const struct ask *ask, uint8_t key[static ASK_KEY_MAX])
{
    uint8_t *at = key;
    *at++ = ask->server.family;
    memcpy(at, ask->server.octets, sizeof(ask->server.octets));
    at += sizeof(ask->server.octets);
    at = put_u16(at, ask->type);
    at = put_u16(at, ask->class);
    at = put_u16(at, ask->flags);
    *at++ = ask->opcode;
    *at++ = ask->edns_version;
    at = put_u16(at, ask->edns_size);
    at = put_u16(at, ask->edns_flags);
    at = put_u16(at, ask->edns_option);
    *at++ = ask->repeat;
    at = put_u16(at, ask->delay_s);
    size_t length = dname_length(ask->owner);
    memcpy(at, ask->owner, length);
    return (size_t)(at - key) + length;
}

const struct kept_reply *infra_reply(struct infra *i, const struct ask *ask, uint64_t now_ms)
{
    uint8_t key[ASK_KEY_MAX];
    size_t length = ask_key(ask, key);
    return (const struct kept_reply *)(const void *)cache_get(i->replies, key, length, now_ms);
}

void infra_keep_reply(struct infra *i, const struct ask *ask, const struct kept_reply *k)
{
    uint8_t key[ASK_KEY_MAX];
    size_t length = ask_key(ask, key);
    cache_put(i->replies, key, length, &k->kept, FOREVER);
}
