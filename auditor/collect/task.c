/* SPDX-License-Identifier: BSD-2-Clause */
/* The machinery of tasks: coalescing, waiting without cycles, deadlines, budgets, rounds over the servers of
 * a zone. */
#include "auditor/collect/task.h"

#include "auditor/base/clock.h"
#include "auditor/base/table.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS 16384U
#define TASK_ARENA_LIMIT ((size_t)16 << 20)
#define SERVER_SHARE_MS 10000U /* enough for all tries: only then does pace learn that the server is silent  \
                                */

uint64_t task_now(void)
{
    return clock_monotonic_ms();
}

/* ---- accounts and charges ---------------------------------------------------------------- */

struct account *account_new(const dname *target, uint32_t limit)
{
    size_t length = dname_length(target);
    struct account *account = calloc(1, sizeof(*account) + length);
    if (account == NULL)
        return NULL;
    uint8_t *copy = (uint8_t *)(account + 1);
    memcpy(copy, target, length);
    account->target = copy;
    account->references = 1;
    account->limit = limit;
    return account;
}

void account_hold(struct account *account)
{
    account->references++;
}

void account_release(struct account *account)
{
    if (account == NULL || --account->references > 0)
        return;
    zone_release(account->own.zone);
    free(account);
}

void account_count(struct account *account, const struct reply *reply)
{
    account->messages += reply->tries;
    account->timeouts += reply->state == REPLY_NONE && reply->reason == REASON_TIMEOUT;
}

struct charge *charge_new(struct account *account, unsigned limit)
{
    struct charge *c = calloc(1, sizeof(*c));
    if (c == NULL)
        return NULL;
    account_hold(account);
    *c = (struct charge){.references = 1, .account = account, .limit = limit};
    return c;
}

struct charge *charge_hold(struct charge *c)
{
    c->references++;
    return c;
}

void charge_release(struct charge *c)
{
    if (c == NULL || --c->references > 0)
        return;
    account_release(c->account);
    free(c);
}

static bool charge_spend(struct charge *c)
{
    if (c->spent >= c->limit || (!c->own_cap && c->account->queries >= c->account->limit))
        return false;
    c->spent++;
    c->account->queries++;
    return true;
}

/* ---- the resolver ------------------------------------------------------------------------ */

struct resolver *resolver_new(const struct resolver_options *options)
{
    struct resolver *r = calloc(1, sizeof(*r));
    if (r == NULL)
        return NULL;
    r->options = *options;
    r->collect = options->collect;
    r->infra = options->infra;
    r->lanes = options->lanes;
    r->ipv4 = r->ipv6 = FAMILY_UNTRIED;
    r->recursive = options->collect->forwarder.family != 0;
    r->ready_end = &r->ready;
    r->buckets = calloc(BUCKETS, sizeof(struct task *));
    if (r->buckets == NULL) {
        free(r);
        return NULL;
    }
    return r;
}

static struct arena *arena_take(struct resolver *r)
{
    return r->spare_count > 0 ? r->spare[--r->spare_count] : arena_new(TASK_ARENA_LIMIT);
}

static void arena_give(struct resolver *r, struct arena *a)
{
    if (r->spare_count == ARRAY_SIZE(r->spare)) {
        arena_free(a);
        return;
    }
    arena_reset(a);
    r->spare[r->spare_count++] = a;
}

static void task_free(struct task *t)
{
    struct resolver *r = t->r;
    if (t->class->release != NULL)
        t->class->release(t);
    zone_release(t->zone);
    zone_release(t->round.zone);
    charge_release(t->charge);
    *(t->earlier != NULL ? &t->earlier->later : &r->first) = t->later;
    *(t->later != NULL ? &t->later->earlier : &r->last) = t->earlier;
    if (t->scratch != t->arena)
        arena_give(r, t->scratch);
    arena_give(r, t->arena);
    r->tasks--;
    free(t);
}

void resolver_free(struct resolver *r)
{
    if (r == NULL)
        return;
    while (r->first != NULL)
        task_free(r->first);
    while (r->spare_count > 0)
        arena_free(r->spare[--r->spare_count]);
    free(r->buckets);
    free(r);
}

void resolver_families(struct resolver *r, enum family_path ipv4, enum family_path ipv6)
{
    r->ipv4 = ipv4;
    r->ipv6 = ipv6;
}

size_t resolver_tasks(const struct resolver *r)
{
    return r->tasks;
}

/* ---- life of a task ---------------------------------------------------------------------- */

static void enqueue(struct task *t)
{
    if (t->queued)
        return;
    t->queued = true;
    t->ready = NULL;
    *t->r->ready_end = t;
    t->r->ready_end = &t->ready;
}

static void round_next(struct task *t);

static uint64_t key_hash(const struct task_class *class, const void *key, size_t key_length)
{
    return table_hash(key, key_length) ^ (uint64_t)(uintptr_t) class;
}

struct task *task_find(struct resolver *r, const struct task_class *class, const void *key, size_t key_length)
{
    uint64_t hash = key_hash(class, key, key_length);
    struct task *t = r->buckets[hash & (BUCKETS - 1)];
    while (t != NULL && (t->hash != hash || t->class != class || t->key_length != key_length ||
                         memcmp(t->key, key, key_length) != 0))
        t = t->same_bucket;
    return t;
}

static void bucket_remove(struct task *t)
{
    struct task **at = &t->r->buckets[t->hash & (BUCKETS - 1)];
    while (*at != NULL && *at != t)
        at = &(*at)->same_bucket;
    if (*at == t)
        *at = t->same_bucket;
}

static void list_add(struct task *t)
{
    struct resolver *r = t->r;
    t->earlier = r->last;
    t->later = NULL;
    *(r->last != NULL ? &r->last->later : &r->first) = t;
    r->last = t;
}

struct task *task_new(struct resolver *r, const struct task_class *class, const void *key, size_t key_length,
                      struct charge *charge, unsigned depth, uint64_t deadline_ms)
{
    struct task *t = calloc(1, sizeof(*t));
    struct arena *a = arena_take(r);
    if (t == NULL || a == NULL || key_length > sizeof(t->key)) {
        free(t);
        arena_free(a);
        return NULL;
    }
    t->r = r;
    t->class = class;
    t->arena = t->scratch = a;
    t->charge = charge_hold(charge);
    t->depth = depth;
    t->deadline_ms = deadline_ms;
    t->left_ms = r->collect->check_ms;
    t->waiters_end = &t->waiters;
    memcpy(t->key, key, key_length);
    t->key_length = (uint16_t)key_length;
    t->hash = key_hash(class, key, key_length);
    struct task **bucket = &r->buckets[t->hash & (BUCKETS - 1)];
    t->same_bucket = *bucket;
    *bucket = t;
    list_add(t);
    r->tasks++;
    enqueue(t);
    return t;
}

bool task_own_scratch(struct task *t)
{
    struct arena *a = arena_take(t->r);
    if (a != NULL)
        t->scratch = a;
    return a != NULL;
}

/* Does `goal` wait, perhaps through others, for t? Looked for upwards, from t to those who wait for it. */
static bool waits_for(const struct task *goal, struct task *t, unsigned mark)
{
    if (t == goal)
        return true;
    if (t->mark == mark)
        return false;
    t->mark = mark;
    for (const struct waiter *w = t->waiters; w != NULL; w = w->next) {
        if (w->who != NULL && !w->who->finished && waits_for(goal, w->who, mark))
            return true;
    }
    return false;
}

static struct waiter *waiter_add(struct task *on)
{
    struct waiter *w = arena_alloc(on->arena, sizeof(*w));
    if (w == NULL)
        return NULL;
    *on->waiters_end = w;
    on->waiters_end = &w->next;
    return w;
}

bool task_wait(struct task *who, struct task *on, task_resume resume)
{
    if (waits_for(on, who, ++who->r->mark)) {
        who->tainted = true;
        return false;
    }
    struct waiter *w = waiter_add(on);
    if (w == NULL)
        return false;
    w->who = who;
    w->resume = resume;
    who->outstanding++;
    return true;
}

struct waiter *task_tell(struct task *on, void (*tell)(struct waiter *w, struct task *done), void *context)
{
    struct waiter *w = waiter_add(on);
    if (w != NULL) {
        w->tell = tell;
        w->context = context;
    }
    return w;
}

void task_finish(struct task *t, enum reason reason)
{
    if (t->finished)
        return;
    t->finished = true;
    t->reason = reason;
    if (t->class->over != NULL)
        t->class->over(t);
    enqueue(t);
}

static void tell_all(struct task *t)
{
    bucket_remove(t);
    for (struct waiter *w = t->waiters; w != NULL; w = w->next) {
        if (w->who == NULL) {
            w->tell(w, t);
            continue;
        }
        struct task *who = w->who;
        who->outstanding--;
        who->tainted |= t->tainted;
        if (!who->finished)
            w->resume(who, t);
        else if (who->outstanding == 0 && !who->queued)
            task_free(who);
    }
    t->waiters = NULL;
    t->waiters_end = &t->waiters;
    if (t->outstanding == 0)
        task_free(t);
}

bool resolver_run(struct resolver *r)
{
    bool any = false;
    if (r->running)
        return false;
    r->running = true;
    while (r->ready != NULL) {
        struct task *t = r->ready;
        r->ready = t->ready;
        if (r->ready == NULL)
            r->ready_end = &r->ready;
        t->queued = false;
        any = true;
        if (t->finished) {
            tell_all(t);
        } else if (!t->started) {
            t->started = true;
            t->class->start(t);
        } else if (t->go_on) {
            t->go_on = false;
            round_next(t);
        }
    }
    r->running = false;
    return any;
}

void resolver_abort(struct resolver *r, enum reason reason)
{
    for (struct task *t = r->first; t != NULL; t = t->later)
        task_finish(t, reason);
}

/* ---- rounds ------------------------------------------------------------------------------ */

struct candidate {
    struct address address;
    unsigned penalty; /* dead, or of a family without a path: last */
    uint64_t hash;
};

static int candidate_compare(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->penalty != y->penalty)
        return x->penalty < y->penalty ? -1 : 1;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return address_compare(&x->address, &y->address);
}

/* Load spreads over the servers, and yet every run over the same world, with any number of threads, asks the
 * same one: the order hangs on the name only. Names below one child of the apex share the order, so that a
 * delegation is always learnt from the same server of the parent, whatever name was looked for. */
static uint64_t order_hash(const struct round *round, const struct address *address)
{
    uint8_t key[DNAME_MAX + 32];
    unsigned apex = dname_labels(round->zone->apex), labels = dname_labels(round->owner);
    const dname *name = labels > apex ? dname_ancestor(round->owner, apex + 1) : round->owner;
    size_t length = dname_length(name);
    memcpy(key, name, length);
    key[length++] = labels > apex ? 0 : (uint8_t)round->type;
    memcpy(key + length, address->octets, sizeof(address->octets));
    uint64_t hash = table_hash_stable(key, length + sizeof(address->octets));
    /* FNV's upper bits hardly depend on the last octets, and addresses differ there */
    hash ^= hash >> 32;
    hash *= 0x9e3779b97f4a7c15ULL;
    return hash ^ (hash >> 29);
}

static enum family_path path_of(const struct resolver *r, const struct address *a)
{
    const struct settings *s = r->collect->settings;
    if (!(a->family == 6 ? s->ipv6 : s->ipv4))
        return FAMILY_CLOSED;
    return a->family == 6 ? r->ipv6 : r->ipv4;
}

static bool seen_before(const struct candidate *list, size_t count, const struct address *a)
{
    for (size_t i = 0; i < count; i++) {
        if (address_equal(&list[i].address, a))
            return true;
    }
    return false;
}

static void round_order(struct resolver *r, struct round *round)
{
    struct candidate list[ZONE_ADDRESSES];
    size_t count = 0;
    for (size_t i = 0; i < round->zone->count && count < ARRAY_SIZE(list); i++) {
        const struct address *a = &round->zone->servers[i].address;
        enum family_path path = path_of(r, a);
        if (path == FAMILY_CLOSED || seen_before(list, count, a))
            continue;
        unsigned penalty = (path == FAMILY_WORKS ? 0 : 2U) + (pace_dead(r->options.pace, a) ? 1U : 0);
        list[count++] = (struct candidate){*a, penalty, order_hash(round, a)};
    }
    qsort(list, count, sizeof(list[0]), candidate_compare);
    round->count = (unsigned)(count < ROUND_SERVERS ? count : ROUND_SERVERS);
    for (unsigned i = 0; i < round->count; i++)
        round->servers[i] = list[i].address;
}

static void round_end(struct task *t, const struct reading *reading)
{
    t->round.done(t, reading);
}

static void round_fail(struct task *t, enum reason reason)
{
    struct reading failed = {.meaning = MEANING_USELESS, .reason = reason};
    failed.answer = (struct answer){.state = ANSWER_UNKNOWN,
                                    .reason = reason,
                                    .owner = t->round.owner,
                                    .type = t->round.type,
                                    .reply = t->round.worst.answer.reply};
    round_end(t, &failed);
}

static void round_reply(void *context, const struct reply *reply, uint64_t asked_ms)
{
    struct task *t = context;
    struct round *round = &t->round;
    uint64_t took_ms = task_now() - asked_ms;
    t->outstanding--;
    t->left_ms -= took_ms < t->left_ms ? took_ms : t->left_ms;
    account_count(t->charge->account, reply);
    if (t->finished) {
        if (t->outstanding == 0 && !t->queued)
            task_free(t);
        return;
    }
    struct reading reading;
    const dname *apex = t->r->recursive ? DNAME_ROOT : round->zone->apex;
    interpret(t->scratch, reply, apex, round->owner, round->type, t->r->recursive, &reading);
    if (reading.meaning != MEANING_USELESS) {
        round_end(t, &reading);
    } else {
        if (reason_weight(reading.reason) > reason_weight(round->worst.reason))
            round->worst = reading;
        t->go_on = true; /* later: what times out in the same moment tells pace that a server is silent */
        enqueue(t);
    }
}

static uint64_t left_ms(const struct task *t)
{
    uint64_t now = task_now();
    if (t->deadline_ms == 0)
        return t->left_ms;
    uint64_t until = t->deadline_ms > now ? t->deadline_ms - now : 0;
    return until < t->left_ms ? until : t->left_ms;
}

/* The next server gets its share of the time that is left, so that a silent one does not use it all up. */
static uint64_t share_ms(const struct task *t, unsigned servers_left)
{
    uint64_t left = left_ms(t);
    uint64_t share = servers_left > 0 ? left / servers_left : left;
    if (share < SERVER_SHARE_MS)
        share = SERVER_SHARE_MS;
    return share < left ? share : left;
}

static void round_next(struct task *t)
{
    struct round *round = &t->round;
    if (round->next == round->count) {
        round_fail(t, round->worst.reason);
        return;
    }
    uint64_t share = share_ms(t, round->count - round->next);
    if (share == 0) {
        round_fail(t, round->worst.reason != REASON_NONE ? round->worst.reason : REASON_TIMEOUT);
        return;
    }
    if (!charge_spend(t->charge)) {
        round_fail(t, REASON_BUDGET);
        return;
    }
    struct ask ask = {.server = round->servers[round->next++], .owner = round->owner, .type = round->type};
    if (t->r->recursive)
        ask.flags = ASK_RD | ASK_CD;
    t->outstanding++;
    lane_ask(t->r->lanes, &ask, infra_given(t->r->infra, &ask.server), t->scratch, share, round_reply, t);
}

void round_start(struct task *t, const struct zone_cut *zone, const dname *owner, uint16_t type,
                 round_done done)
{
    struct round *round = &t->round;
    const struct zone_cut *before = round->zone;
    *round = (struct round){.zone = zone_hold(zone), .owner = owner, .type = type, .done = done};
    zone_release(before);
    if (t->scratch != t->arena)
        arena_reset(t->scratch);
    round->worst.reason = REASON_NONE;
    if (t->r->recursive) {
        round->servers[0] = t->r->collect->forwarder;
        round->count = 1;
    } else {
        round_order(t->r, round);
    }
    if (round->count == 0)
        round->worst.reason = zone->count > 0               ? REASON_NETWORK
                              : zone->reason != REASON_NONE ? zone->reason
                                                            : REASON_INCOMPLETE_DATA;
    round_next(t);
}

/* ---- shared helpers ---------------------------------------------------------------------- */

const struct zone_cut *known_cut(struct resolver *r, const dname *apex, bool referral_only)
{
    const struct zone_cut *z = infra_closest(r->infra, apex, referral_only, task_now());
    if (dname_equal(z->apex, apex))
        return z;
    zone_release(z);
    return NULL;
}

const dname *target_above(const struct task *t, const dname *name)
{
    const dname *shared = infra_target(t->r->infra, name);
    const dname *own = t->charge->account->target;
    if (!dname_under(name, own))
        return shared;
    return shared != NULL && dname_labels(shared) >= dname_labels(own) ? shared : own;
}
