/* SPDX-License-Identifier: BSD-2-Clause */
/* Direct questions to one address: alone, shared by all who want to know the same of a server, or once more
 * later. */
#include "auditor/collect/collect_private.h"

#include "auditor/base/clock.h"
#include "auditor/base/table.h"

#include <stdlib.h>
#include <string.h>

/* A question about a server, asked once for all who want to know. */
struct sharing {
    struct sharing *next;
    struct collector *c;
    struct arena *arena;
    struct account *account;
    struct ask ask; /* owner in the arena */
    uint64_t hash;
    struct pending *waiting;
};

static void ask_done(void *context, const struct reply *reply, uint64_t asked_ms)
{
    (void)asked_ms;
    struct pending *p = context;
    account_count(p->store->account, reply);
    deliver(p, reply);
}

static void ask_alone(struct pending *p)
{
    struct collector *c = p->c;
    const struct ask *ask = &p->fact->key.ask;
    const struct reply *known = reply_of_lookup(p);
    if (known != NULL) {
        deliver(p, known);
        return;
    }
    if (!spend(p->store->account)) {
        deliver_unknown(p, REASON_BUDGET);
        return;
    }
    lane_ask(c->lanes, ask, infra_given(c->shared->infra, &ask->server), arena_of(p), c->options->check_ms,
             ask_done, p);
}

static void deliver_kept_reply(struct pending *p, const struct kept_reply *k)
{
    bool held = kept_adopt(arena_of(p), &k->kept);
    deliver(p, held ? k->reply : NULL);
}

static void sharing_free(struct sharing *s)
{
    account_release(s->account);
    arena_free(s->arena);
    free(s);
}

void release_sharings(struct collector *c)
{
    for (size_t i = 0; i < SHARED_BUCKETS; i++) {
        while (c->sharings[i] != NULL) {
            struct sharing *s = c->sharings[i];
            c->sharings[i] = s->next;
            sharing_free(s);
        }
    }
}

static void sharing_done(void *context, const struct reply *reply, uint64_t asked_ms)
{
    (void)asked_ms;
    struct sharing *s = context;
    struct sharing **at = &s->c->sharings[s->hash % SHARED_BUCKETS];
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    account_count(s->account, reply);
    struct kept_reply *k = keep_reply(reply);
    if (k != NULL)
        infra_keep_reply(s->c->shared->infra, &s->ask, k);
    for (struct pending *p = s->waiting, *next; p != NULL; p = next) {
        next = p->next;
        if (k != NULL)
            deliver_kept_reply(p, k);
        else
            deliver_unknown(p, REASON_INTERNAL);
    }
    if (k != NULL)
        kept_release(&k->kept);
    sharing_free(s);
}

static struct sharing *sharing_find(struct collector *c, const struct ask *ask, uint64_t *hash)
{
    uint8_t key[ASK_KEY_MAX], other[ASK_KEY_MAX];
    size_t length = ask_key(ask, key);
    *hash = table_hash(key, length);
    struct sharing *s = c->sharings[*hash % SHARED_BUCKETS];
    while (s != NULL &&
           (s->hash != *hash || ask_key(&s->ask, other) != length || memcmp(key, other, length) != 0))
        s = s->next;
    return s;
}

static struct sharing *sharing_new(struct pending *p, uint64_t hash)
{
    struct collector *c = p->c;
    struct sharing *s = calloc(1, sizeof(*s));
    struct arena *a = arena_new((size_t)1 << 20);
    const dname *owner = a != NULL ? dname_copy(a, p->fact->key.ask.owner) : NULL;
    if (s == NULL || owner == NULL) {
        free(s);
        arena_free(a);
        return NULL;
    }
    *s = (struct sharing){
        .c = c, .arena = a, .account = p->store->account, .ask = p->fact->key.ask, .hash = hash};
    account_hold(s->account);
    s->ask.owner = owner;
    s->next = c->sharings[hash % SHARED_BUCKETS];
    c->sharings[hash % SHARED_BUCKETS] = s;
    return s;
}

static void ask_shared(struct pending *p)
{
    struct collector *c = p->c;
    const struct ask *ask = &p->fact->key.ask;
    const struct kept_reply *k = infra_reply(c->shared->infra, ask, clock_monotonic_ms());
    if (k != NULL) {
        deliver_kept_reply(p, k);
        kept_release(&k->kept);
        return;
    }
    uint64_t hash;
    struct sharing *s = sharing_find(c, ask, &hash);
    bool first = s == NULL;
    if (first && !spend(p->store->account)) {
        deliver_unknown(p, REASON_BUDGET);
        return;
    }
    if (first)
        s = sharing_new(p, hash);
    if (s == NULL) {
        deliver_unknown(p, REASON_INTERNAL);
        return;
    }
    p->next = s->waiting;
    s->waiting = p;
    if (first)
        lane_ask(c->lanes, &s->ask, infra_given(c->shared->infra, &ask->server), s->arena,
                 c->options->check_ms, sharing_done, s);
}

static void ask_now(struct pending *p)
{
    if ((p->fact->key.ask.flags & ASK_SHARED) != 0)
        ask_shared(p);
    else
        ask_alone(p);
}

/* ---- the same question again, later ------------------------------------------------------ */

static void delay_arm(struct collector *c);

static void on_delay(uv_timer_t *handle)
{
    struct collector *c = handle->data;
    uint64_t now = clock_monotonic_ms();
    while (c->delayed != NULL && c->delayed->due_ms <= now) {
        struct pending *p = c->delayed;
        c->delayed = p->next;
        ask_now(p);
    }
    delay_arm(c);
}

static void delay_arm(struct collector *c)
{
    uint64_t now = clock_monotonic_ms();
    uv_timer_stop(&c->delay_timer);
    if (c->delayed == NULL)
        return;
    c->delay_timer.data = c;
    uv_update_time(&c->loop);
    uv_timer_start(&c->delay_timer, on_delay, c->delayed->due_ms > now ? c->delayed->due_ms - now : 0, 0);
}

static void delay(struct pending *p, uint64_t due_ms)
{
    struct pending **at = &p->c->delayed;
    p->due_ms = due_ms;
    while (*at != NULL && (*at)->due_ms <= due_ms)
        at = &(*at)->next;
    p->next = *at;
    *at = p;
    if (p->c->delayed == p)
        delay_arm(p->c);
}

static bool same_question(const struct ask *a, const struct ask *b)
{
    return address_equal(&a->server, &b->server) && a->type == b->type && a->class == b->class &&
           a->flags == b->flags && a->opcode == b->opcode && a->edns_version == b->edns_version &&
           a->edns_size == b->edns_size && a->edns_flags == b->edns_flags &&
           a->edns_option == b->edns_option && dname_equal(a->owner, b->owner);
}

/* What was asked before, with the nearest smaller repeat number; NULL if nothing was. Repeats are few. */
static struct pending *predecessor(const struct fact *fact)
{
    const struct fact *best = NULL;
    for (size_t i = 0; i < facts_count(fact->facts); i++) {
        const struct fact *other = facts_at(fact->facts, i);
        if (other->kind != FACT_ASK || other->source_data == NULL || other == fact ||
            other->key.ask.repeat >= fact->key.ask.repeat || !same_question(&other->key.ask, &fact->key.ask))
            continue;
        if (best == NULL || other->key.ask.repeat > best->key.ask.repeat)
            best = other;
    }
    return best != NULL ? best->source_data : NULL;
}

void release_followers(struct pending *p)
{
    while (p->followers != NULL) {
        struct pending *f = p->followers;
        p->followers = f->next;
        delay(f, p->done_ms + f->fact->key.ask.delay_s * 1000U);
    }
}

void demand_ask(struct pending *p)
{
    const struct ask *ask = &p->fact->key.ask;
    if (no_path(p->c, &ask->server)) {
        deliver_unknown(p, REASON_NETWORK);
        return;
    }
    struct pending *before = ask->repeat > 0 ? predecessor(p->fact) : NULL;
    if (before == NULL) {
        ask_now(p);
    } else if (before->done_ms != 0) {
        delay(p, before->done_ms + ask->delay_s * 1000U);
    } else {
        p->next = before->followers;
        before->followers = p;
    }
}
