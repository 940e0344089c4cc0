/* SPDX-License-Identifier: BSD-2-Clause */
/* Queues of questions, one a server address, in order of arrival. */
#include "auditor/collect/lane.h"

#include "auditor/base/clock.h"
#include "auditor/base/table.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS 4096U
#define CHUNK 64
#define WINDOW_MIN 4U
#define WINDOW_MAX 256U
#define ALL_MIN 64U

struct waiting {
    struct waiting *next;
    struct lanes *lanes;
    struct lane *lane;
    struct ask ask;
    struct arena *arena;
    lane_done done;
    void *context;
    uint64_t ms, asked_ms;
    bool allow_any;
};

struct lane {
    struct lane *next; /* in its bucket */
    struct address server;
    unsigned members;   /* questions of this lane, wherever they are */
    unsigned under_way; /* sent, or next when the limit of all allows */
    struct waiting *first, **last;
};

struct chunk {
    struct chunk *next;
    struct waiting items[CHUNK];
};

struct lanes {
    struct exchange *exchange;
    unsigned window;                    /* under way at one server; 0: no limit */
    unsigned all_window, all_under_way; /* at all of them, with --qps */
    struct waiting *first, **last;      /* held back by the limit of all */
    struct lane *buckets[BUCKETS];
    struct waiting *spare;
    struct chunk *chunks;
};

static unsigned between(unsigned value, unsigned low, unsigned high)
{
    return value < low ? low : value > high ? high : value;
}

struct lanes *lanes_new(const struct collect_options *options, struct exchange *exchange)
{
    struct lanes *l = calloc(1, sizeof(*l));
    if (l == NULL)
        return NULL;
    l->exchange = exchange;
    l->last = &l->first;
    if (options->qps_per_server != 0) /* half a second's worth */
        l->window = between(options->qps_per_server / 2, WINDOW_MIN, WINDOW_MAX);
    if (options->qps_total != 0)
        l->all_window = between(options->qps_total, ALL_MIN, 65536);
    return l;
}

void lanes_free(struct lanes *l)
{
    if (l == NULL)
        return;
    for (size_t i = 0; i < BUCKETS; i++) {
        while (l->buckets[i] != NULL) {
            struct lane *lane = l->buckets[i];
            l->buckets[i] = lane->next;
            free(lane);
        }
    }
    while (l->chunks != NULL) {
        struct chunk *chunk = l->chunks;
        l->chunks = chunk->next;
        free(chunk);
    }
    free(l);
}

static struct waiting *waiting_take(struct lanes *l)
{
    if (l->spare == NULL) {
        struct chunk *chunk = calloc(1, sizeof(*chunk));
        if (chunk == NULL)
            return NULL;
        chunk->next = l->chunks;
        l->chunks = chunk;
        for (size_t i = 0; i < CHUNK; i++) {
            chunk->items[i].next = l->spare;
            l->spare = &chunk->items[i];
        }
    }
    struct waiting *w = l->spare;
    l->spare = w->next;
    return w;
}

static void waiting_give(struct waiting *w)
{
    w->next = w->lanes->spare;
    w->lanes->spare = w;
}

static struct lane **lane_slot(struct lanes *l, const struct address *server)
{
    struct lane **at = &l->buckets[table_hash(server, sizeof(*server)) % BUCKETS];
    while (*at != NULL && !address_equal(&(*at)->server, server))
        at = &(*at)->next;
    return at;
}

static struct lane *lane_get(struct lanes *l, const struct address *server)
{
    struct lane **at = lane_slot(l, server);
    if (*at == NULL) {
        *at = calloc(1, sizeof(**at));
        if (*at == NULL)
            return NULL;
        (*at)->server = *server;
        (*at)->last = &(*at)->first;
    }
    return *at;
}

static void lane_drop(struct lanes *l, struct lane *lane)
{
    if (lane->members > 0)
        return;
    struct lane **at = lane_slot(l, &lane->server);
    *at = lane->next;
    free(lane);
}

static void append(struct waiting ***last, struct waiting *w)
{
    w->next = NULL;
    **last = w;
    *last = &w->next;
}

static struct waiting *shift(struct waiting **first, struct waiting ***last)
{
    struct waiting *w = *first;
    *first = w->next;
    if (*first == NULL)
        *last = first;
    return w;
}

static void on_reply(void *context, const struct reply *reply);

static void set_out(struct waiting *w)
{
    struct lanes *l = w->lanes;
    l->all_under_way++;
    w->asked_ms = clock_monotonic_ms();
    exchange_ask(l->exchange, &w->ask, w->allow_any, w->arena, w->asked_ms + w->ms, on_reply, w);
}

/* Its server has room: out with it, unless there are enough in all. */
static void leave(struct waiting *w)
{
    struct lanes *l = w->lanes;
    w->lane->under_way++;
    if (l->all_window == 0 || l->all_under_way < l->all_window)
        set_out(w);
    else
        append(&l->last, w);
}

static void on_reply(void *context, const struct reply *reply)
{
    struct waiting *w = context;
    struct lanes *l = w->lanes;
    struct lane *lane = w->lane;
    lane_done done = w->done;
    void *who = w->context;
    uint64_t asked_ms = w->asked_ms;
    waiting_give(w);
    l->all_under_way--;
    lane->under_way--;
    lane->members--;
    if (lane->first != NULL)
        leave(shift(&lane->first, &lane->last));
    else
        lane_drop(l, lane);
    if (l->first != NULL && l->all_under_way < l->all_window)
        set_out(shift(&l->first, &l->last));
    done(who, reply, asked_ms);
}

void lane_ask(struct lanes *l, const struct ask *ask, bool allow_any, struct arena *a, uint64_t ms,
              lane_done done, void *context)
{
    static const struct reply out_of_memory = {.state = REPLY_NONE, .reason = REASON_INTERNAL};
    struct waiting *w = waiting_take(l);
    struct lane *lane = w != NULL ? lane_get(l, &ask->server) : NULL;
    if (lane == NULL) {
        if (w != NULL) {
            w->lanes = l;
            waiting_give(w);
        }
        done(context, &out_of_memory, clock_monotonic_ms());
        return;
    }
    *w = (struct waiting){.lanes = l,
                          .lane = lane,
                          .ask = *ask,
                          .arena = a,
                          .done = done,
                          .context = context,
                          .ms = ms,
                          .allow_any = allow_any};
    lane->members++;
    if (l->window != 0 && lane->under_way >= l->window)
        append(&lane->last, w);
    else
        leave(w);
}
