/* SPDX-License-Identifier: BSD-2-Clause */
/* Token buckets, silence and RTT a server address. Sharded by address, so threads hardly ever meet at a lock.
 */
#include "auditor/collect/pace.h"

#include "auditor/base/clock.h"
#include "auditor/base/table.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define SHARDS 16
#define BUCKETS_FIRST 64
#define SHARD_IDLE_MAX 8192 /* servers a shard remembers though nobody holds them */
#define ROUNDS_TO_DEATH 3    /* of a server that has answered before */
#define ROUNDS_OF_STRANGER 1 /* of one that never did: all its tries were in vain */
#define REVIVAL_MS 60000U    /* then it gets one more round, and one a minute after that */
#define TIMEOUT_MIN_MS 300U
#define TIMEOUT_UNKNOWN_MS 1000U

/* Generic cell rate algorithm: `due_us` is when the bucket would be full again; a query may go if that is not
 * further away than the burst. */
struct bucket {
    uint64_t due_us, interval_us, burst_us;
};

struct silence {
    uint32_t round; /* counts rounds of silence that ended */
    uint8_t streak;
    bool heard;        /* an answer came this way, ever */
    uint64_t again_ms; /* when a dead server may be asked again */
};

struct pace_server {
    struct pace_server *next;
    struct shard *shard;
    uint64_t hash;
    struct address address;
    unsigned references;
    struct bucket bucket;
    struct silence silence[2];   /* by transport */
    uint32_t srtt_us, rttvar_us; /* RFC 6298; 0: nothing measured */
    bool answered;               /* something, ever: from then on its losses count */
    uint32_t sent, lost;         /* before that */
};

struct shard {
    pthread_mutex_t lock;
    struct pace *pace;
    struct pace_server **buckets;
    size_t bucket_count, count;
};

struct pace {
    struct pace_options options;
    struct shard shards[SHARDS];
    pthread_mutex_t total_lock;
    struct bucket total;
    atomic_uint_fast32_t sent, lost;
};

/* ---- buckets --------------------------------------------------------------------------------- */

static struct bucket bucket_new(unsigned qps, unsigned burst)
{
    uint64_t interval = qps != 0 ? 1000000U / qps : 0;
    return (struct bucket){.interval_us = interval, .burst_us = interval * (burst > 1 ? burst - 1 : 0)};
}

/* Milliseconds until a query may go; 0 now. */
static unsigned bucket_wait(const struct bucket *b, uint64_t now_us)
{
    if (b->interval_us == 0 || b->due_us <= now_us + b->burst_us)
        return 0;
    return (unsigned)((b->due_us - now_us - b->burst_us + 999) / 1000);
}

static void bucket_take(struct bucket *b, uint64_t now_us)
{
    if (b->due_us < now_us)
        b->due_us = now_us;
    b->due_us += b->interval_us;
}

static unsigned total_take(struct pace *p, uint64_t now_us)
{
    if (p->total.interval_us == 0)
        return 0;
    pthread_mutex_lock(&p->total_lock);
    unsigned wait = bucket_wait(&p->total, now_us);
    if (wait == 0)
        bucket_take(&p->total, now_us);
    pthread_mutex_unlock(&p->total_lock);
    return wait;
}

/* ---- the table ------------------------------------------------------------------------------- */

struct pace *pace_new(const struct pace_options *options)
{
    struct pace *p = calloc(1, sizeof(*p));
    if (p == NULL)
        return NULL;
    p->options = *options;
    p->total = bucket_new(options->qps_total, options->qps_total / 20);
    pthread_mutex_init(&p->total_lock, NULL);
    bool complete = true;
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = &p->shards[i];
        pthread_mutex_init(&shard->lock, NULL);
        shard->pace = p;
        shard->bucket_count = BUCKETS_FIRST;
        shard->buckets = calloc(BUCKETS_FIRST, sizeof(struct pace_server *));
        complete = complete && shard->buckets != NULL;
    }
    if (complete)
        return p;
    pace_free(p);
    return NULL;
}

void pace_free(struct pace *p)
{
    if (p == NULL)
        return;
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = &p->shards[i];
        for (size_t b = 0; shard->buckets != NULL && b < shard->bucket_count; b++) {
            while (shard->buckets[b] != NULL) {
                struct pace_server *s = shard->buckets[b];
                shard->buckets[b] = s->next;
                free(s);
            }
        }
        free(shard->buckets);
        pthread_mutex_destroy(&shard->lock);
    }
    pthread_mutex_destroy(&p->total_lock);
    free(p);
}

/* Forget servers that nobody holds: what is remembered must not grow with the run. */
static void shard_sweep(struct shard *shard)
{
    for (size_t b = 0; b < shard->bucket_count; b++) {
        for (struct pace_server **at = &shard->buckets[b]; *at != NULL;) {
            struct pace_server *s = *at;
            if (s->references > 0) {
                at = &s->next;
                continue;
            }
            *at = s->next;
            free(s);
            shard->count--;
        }
    }
}

static void shard_grow(struct shard *shard)
{
    size_t count = shard->bucket_count * 2;
    struct pace_server **buckets = calloc(count, sizeof(struct pace_server *));
    if (buckets == NULL)
        return; /* longer chains, nothing worse */
    for (size_t b = 0; b < shard->bucket_count; b++) {
        while (shard->buckets[b] != NULL) {
            struct pace_server *s = shard->buckets[b];
            shard->buckets[b] = s->next;
            s->next = buckets[s->hash / SHARDS % count];
            buckets[s->hash / SHARDS % count] = s;
        }
    }
    free(shard->buckets);
    shard->buckets = buckets;
    shard->bucket_count = count;
}

static struct pace_server *shard_add(struct shard *shard, const struct address *address, uint64_t hash)
{
    if (shard->count >= SHARD_IDLE_MAX && shard->count % 1024 == 0)
        shard_sweep(shard);
    if (shard->count > shard->bucket_count)
        shard_grow(shard);
    struct pace_server *s = calloc(1, sizeof(*s));
    if (s == NULL)
        return NULL;
    unsigned qps = shard->pace->options.qps_per_server;
    s->shard = shard;
    s->hash = hash;
    s->address = *address;
    s->bucket = bucket_new(qps, qps / 5);
    s->next = shard->buckets[hash / SHARDS % shard->bucket_count];
    shard->buckets[hash / SHARDS % shard->bucket_count] = s;
    shard->count++;
    return s;
}

struct pace_server *pace_server_get(struct pace *p, const struct address *server)
{
    uint8_t key[17];
    key[0] = server->family;
    memcpy(key + 1, server->octets, 16);
    uint64_t hash = table_hash(key, sizeof(key));
    struct shard *shard = &p->shards[hash % SHARDS];

    pthread_mutex_lock(&shard->lock);
    struct pace_server *s = shard->buckets[hash / SHARDS % shard->bucket_count];
    while (s != NULL && (s->hash != hash || !address_equal(&s->address, server)))
        s = s->next;
    if (s == NULL)
        s = shard_add(shard, server, hash);
    if (s != NULL)
        s->references++;
    pthread_mutex_unlock(&shard->lock);
    return s;
}

void pace_server_put(struct pace_server *s)
{
    if (s == NULL)
        return;
    struct shard *shard = s->shard;
    pthread_mutex_lock(&shard->lock);
    s->references--;
    pthread_mutex_unlock(&shard->lock);
}

/* ---- one server ------------------------------------------------------------------------------ */

unsigned pace_server_take(struct pace_server *s, uint64_t now_ms)
{
    struct pace *p = s->shard->pace;
    uint64_t now_us = now_ms * 1000;
    if (s->bucket.interval_us == 0)
        return total_take(p, now_us);
    pthread_mutex_lock(&s->shard->lock);
    unsigned wait = bucket_wait(&s->bucket, now_us);
    if (wait == 0)
        wait = total_take(p, now_us);
    if (wait == 0)
        bucket_take(&s->bucket, now_us);
    pthread_mutex_unlock(&s->shard->lock);
    return wait;
}

uint32_t pace_server_round(struct pace_server *s, enum pace_transport transport)
{
    pthread_mutex_lock(&s->shard->lock);
    uint32_t round = s->silence[transport].round;
    pthread_mutex_unlock(&s->shard->lock);
    return round;
}

/* Losses of a server count once it has answered something: a server that is down says nothing of the path. */
static void count(struct pace_server *s, uint32_t sent, uint32_t lost)
{
    struct pace *p = s->shard->pace;
    s->sent += sent;
    s->lost += lost;
    if (!s->answered)
        return;
    atomic_fetch_add_explicit(&p->sent, s->sent, memory_order_relaxed);
    if (s->lost != 0)
        atomic_fetch_add_explicit(&p->lost, s->lost, memory_order_relaxed);
    s->sent = s->lost = 0;
}

static void measure(struct pace_server *s, uint32_t rtt_us)
{
    if (s->srtt_us == 0) {
        s->srtt_us = rtt_us;
        s->rttvar_us = rtt_us / 2;
        return;
    }
    uint32_t difference = rtt_us > s->srtt_us ? rtt_us - s->srtt_us : s->srtt_us - rtt_us;
    s->rttvar_us += difference / 4 - s->rttvar_us / 4;
    s->srtt_us += rtt_us / 8 - s->srtt_us / 8;
}

void pace_server_answered(struct pace_server *s, enum pace_transport transport, uint32_t rtt_us,
                          unsigned lost)
{
    pthread_mutex_lock(&s->shard->lock);
    s->answered = true;
    s->silence[transport].streak = 0;
    s->silence[transport].heard = true;
    if (rtt_us != 0)
        measure(s, rtt_us);
    count(s, 1 + lost, lost);
    pthread_mutex_unlock(&s->shard->lock);
}

void pace_server_silent(struct pace_server *s, enum pace_transport transport, uint32_t round)
{
    pthread_mutex_lock(&s->shard->lock);
    struct silence *silence = &s->silence[transport];
    if (silence->round == round) { /* else it belongs to a round that is counted */
        silence->round++;
        if (silence->streak < ROUNDS_TO_DEATH)
            silence->streak++;
        silence->again_ms = clock_monotonic_ms() + REVIVAL_MS;
    }
    count(s, 1, 1);
    pthread_mutex_unlock(&s->shard->lock);
}

bool pace_server_dead(struct pace_server *s, enum pace_transport transport)
{
    pthread_mutex_lock(&s->shard->lock);
    const struct silence *silence = &s->silence[transport];
    bool dead = silence->streak >= (silence->heard ? ROUNDS_TO_DEATH : ROUNDS_OF_STRANGER) &&
                clock_monotonic_ms() < silence->again_ms;
    pthread_mutex_unlock(&s->shard->lock);
    return dead;
}

unsigned pace_server_timeout_ms(struct pace_server *s, unsigned max_ms)
{
    pthread_mutex_lock(&s->shard->lock);
    unsigned ms = TIMEOUT_UNKNOWN_MS;
    if (s->srtt_us != 0)
        ms = (unsigned)(((uint64_t)s->srtt_us + 4 * (uint64_t)s->rttvar_us) / 1000);
    pthread_mutex_unlock(&s->shard->lock);
    if (ms < TIMEOUT_MIN_MS)
        ms = TIMEOUT_MIN_MS;
    return ms < max_ms ? ms : max_ms;
}

/* ---- by address ------------------------------------------------------------------------------ */

unsigned pace_take(struct pace *p, const struct address *server, uint64_t now_ms)
{
    struct pace_server *s = pace_server_get(p, server);
    unsigned wait = s != NULL ? pace_server_take(s, now_ms) : 0;
    pace_server_put(s);
    return wait;
}

void pace_result(struct pace *p, const struct address *server, bool answered, uint32_t rtt_us)
{
    struct pace_server *s = pace_server_get(p, server);
    if (s != NULL && answered)
        pace_server_answered(s, PACE_UDP, rtt_us, 0);
    else if (s != NULL)
        pace_server_silent(s, PACE_UDP, pace_server_round(s, PACE_UDP));
    pace_server_put(s);
}

bool pace_dead(struct pace *p, const struct address *server)
{
    struct pace_server *s = pace_server_get(p, server);
    bool dead = s != NULL && pace_server_dead(s, PACE_UDP);
    pace_server_put(s);
    return dead;
}

unsigned pace_timeout_ms(struct pace *p, const struct address *server, unsigned max_ms)
{
    struct pace_server *s = pace_server_get(p, server);
    unsigned ms = s != NULL ? pace_server_timeout_ms(s, max_ms) : max_ms;
    pace_server_put(s);
    return ms;
}

void pace_loss(struct pace *p, uint32_t *sent, uint32_t *lost)
{
    *sent = (uint32_t)atomic_load_explicit(&p->sent, memory_order_relaxed);
    *lost = (uint32_t)atomic_load_explicit(&p->lost, memory_order_relaxed);
}
