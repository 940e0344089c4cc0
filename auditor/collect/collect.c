/* SPDX-License-Identifier: BSD-2-Clause */
/* The live source: takes demands for facts, sends each kind its way, delivers what comes back. */
#include "auditor/collect/collect.h"

#include "auditor/base/clock.h"
#include "auditor/base/table.h"
#include "auditor/collect/http.h"
#include "auditor/collect/interpret.h"
#include "auditor/collect/resolve.h"
#include "auditor/collect/vantage.h"

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define STORE_BUCKETS 1024U
#define SHARED_BUCKETS 256U
#define TARGET_QUERIES 2000U /* hardening.md row 7 */
#define NAME_QUERIES 20U     /* more for each name known in the target */
#define CHECK_MS 30000U
#define LOOK_MS 500U

struct collect_shared {
    struct collect_options options;
    struct infra *infra;
    struct pace *pace;
    struct vantage_test *vantage;
};

/* One target in this thread. */
struct store {
    struct store *next;
    struct facts *facts;
    struct account *account;
    unsigned busy;
};

/* One fact under way. Lives in the store's arena, and after delivery stays there: a repeat of the same question asks
 * when its predecessor was done. */
struct pending {
    struct collector *c;
    struct store *store;
    struct fact *fact;
    struct pending *before, *after; /* all that are under way */
    struct pending *followers;      /* the same question once more, after this one */
    struct pending *next;           /* in followers, the delayed, those who share a question, or wait for the path */
    uint64_t done_ms;               /* 0: not yet */
    uint64_t due_ms;                /* delayed until then */
    bool parents_known, parents_answer;
};

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

struct collector {
    struct collect_shared *shared;
    const struct collect_options *options;
    uv_loop_t loop;
    uv_async_t async;
    uv_timer_t poll_timer, delay_timer;
    struct exchange *exchange;
    struct http *http;
    struct resolver *resolver;
    struct store *stores[STORE_BUCKETS];
    struct sharing *sharings[SHARED_BUCKETS];
    struct pending *first;   /* under way */
    struct pending *delayed; /* by due time */
    struct pending *on_path; /* vantage facts */
    pthread_t owner;         /* the thread that polls */
    bool owned;
    bool tested;             /* the test of the path has begun */
    bool polling;
    bool delivered;          /* something was delivered since the poll began */
    atomic_bool interrupt;   /* asked for */
    bool interrupted;        /* done */
};

/* ---- what is shared --------------------------------------------------------------------------------------------------- */

struct collect_shared *collect_shared_new(const struct collect_options *options)
{
    struct collect_shared *s = calloc(1, sizeof(*s));
    if (s == NULL)
        return NULL;
    s->options = *options;
    if (s->options.check_ms == 0)
        s->options.check_ms = CHECK_MS;
    s->infra = infra_new(&s->options);
    s->pace = pace_new(&(struct pace_options){options->qps_per_server, options->qps_total});
    s->vantage = vantage_test_new(&s->options);
    if (s->infra == NULL || s->pace == NULL || s->vantage == NULL) {
        collect_shared_free(s);
        return NULL;
    }
    return s;
}

void collect_shared_free(struct collect_shared *s)
{
    if (s == NULL)
        return;
    vantage_test_free(s->vantage);
    infra_free(s->infra);
    if (s->pace != NULL)
        pace_free(s->pace);
    free(s);
}

/* ---- the collector ------------------------------------------------------------------------------------------------------ */

static void on_async(uv_async_t *handle)
{
    (void)handle; /* it ends the wait; collector_poll looks at what is new */
}

static void on_poll_timer(uv_timer_t *handle)
{
    (void)handle;
}

static struct exchange *exchange_open(struct collector *c)
{
    const struct collect_options *o = c->options;
    const struct exchange_options x = {
        .settings = o->settings,
        .pace = c->shared->pace,
        .port = o->dns_port != 0 ? o->dns_port : 53,
        .timeout_ms = o->timeout_ms != 0 ? o->timeout_ms : 3000,
        .retries = o->retries,
        .tcp_timeout_ms = 10000,
        .sockets = 64,
        .printed_times = !o->settings->now_given,
    };
    return exchange_new(&c->loop, &x);
}

static void close_loop(struct collector *c)
{
    uv_close((uv_handle_t *)&c->async, NULL);
    uv_close((uv_handle_t *)&c->poll_timer, NULL);
    uv_close((uv_handle_t *)&c->delay_timer, NULL);
    uv_run(&c->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&c->loop);
}

static void release_stores(struct collector *c);
static void release_sharings(struct collector *c);

/* End all that is under way without another callback: from here on nothing touches the memory of a store. */
static void stop(struct collector *c)
{
    if (c->exchange != NULL) {
        vantage_abandon(c->shared->vantage, c->exchange);
        exchange_free(c->exchange);
    }
    if (c->http != NULL)
        http_free(c->http);
    resolver_free(c->resolver);
    release_sharings(c);
    c->exchange = NULL;
    c->http = NULL;
    c->resolver = NULL;
    c->delayed = c->on_path = NULL;
    uv_timer_stop(&c->delay_timer);
}

struct collector *collector_new(struct collect_shared *shared)
{
    struct collector *c = calloc(1, sizeof(*c));
    if (c == NULL || uv_loop_init(&c->loop) != 0) {
        free(c);
        return NULL;
    }
    c->shared = shared;
    c->options = &shared->options;
    atomic_init(&c->interrupt, false);
    uv_async_init(&c->loop, &c->async, on_async);
    uv_timer_init(&c->loop, &c->poll_timer);
    uv_timer_init(&c->loop, &c->delay_timer);
    c->exchange = exchange_open(c);
    if (c->exchange != NULL)
        c->resolver = resolver_new(&(struct resolver_options){c->options, shared->infra, c->exchange, shared->pace});
    if (c->exchange == NULL || c->resolver == NULL) {
        stop(c);
        close_loop(c);
        free(c);
        return NULL;
    }
    vantage_watch(shared->vantage, &c->async);
    return c;
}

void collector_free(struct collector *c)
{
    if (c == NULL)
        return;
    vantage_unwatch(c->shared->vantage, &c->async);
    stop(c);
    close_loop(c);
    release_stores(c);
    free(c);
}

void collector_wake(struct collector *c)
{
    uv_async_send(&c->async);
}

/* ---- stores ---------------------------------------------------------------------------------------------------------------- */

static struct store **store_slot(struct collector *c, const struct facts *f)
{
    uint64_t hash = (uint64_t)(uintptr_t)f * 0x9e3779b97f4a7c15ULL;
    struct store **at = &c->stores[hash >> 54];
    while (*at != NULL && (*at)->facts != f)
        at = &(*at)->next;
    return at;
}

static uint32_t known_names(const struct settings *s, const dname *target)
{
    uint32_t count = 0;
    for (size_t i = 0; i < s->names_count; i++)
        count += dname_under(s->names[i], target);
    return count;
}

static uint32_t query_limit(const struct collector *c, const dname *target)
{
    if (c->options->queries_per_target != 0)
        return c->options->queries_per_target;
    return TARGET_QUERIES + NAME_QUERIES * known_names(c->options->settings, target);
}

static struct store *store_get(struct collector *c, struct facts *f)
{
    struct store **at = store_slot(c, f);
    if (*at != NULL)
        return *at;
    struct store *s = calloc(1, sizeof(*s));
    struct account *account = account_new(facts_target(f), query_limit(c, facts_target(f)));
    if (s == NULL || account == NULL) {
        free(s);
        account_release(account);
        return NULL;
    }
    s->facts = f;
    s->account = account;
    *at = s;
    return s;
}

/* Names that a transfer or a walk has shown may be asked about. */
static void store_learns(struct store *s, size_t names)
{
    uint32_t more = names < 1000000 ? (uint32_t)names * NAME_QUERIES : 1000000 * NAME_QUERIES;
    if (s->account->limit < UINT32_MAX - more)
        s->account->limit += more;
}

static void store_free(struct store *s)
{
    account_release(s->account);
    free(s);
}

static void release_stores(struct collector *c)
{
    for (size_t i = 0; i < STORE_BUCKETS; i++) {
        while (c->stores[i] != NULL) {
            struct store *s = c->stores[i];
            c->stores[i] = s->next;
            store_free(s);
        }
    }
}

void collector_target_end(struct collector *c, struct facts *f, uint32_t *queries, uint32_t *timeouts)
{
    struct store **at = store_slot(c, f);
    struct store *s = *at;
    collector_target_counts(c, f, queries, timeouts);
    if (s == NULL)
        return;
    *at = s->next;
    store_free(s);
}

static const struct store *store_find(const struct collector *c, const struct facts *f)
{
    return *store_slot((struct collector *)(uintptr_t)c, f);
}

void collector_target_counts(const struct collector *c, const struct facts *f, uint32_t *queries, uint32_t *timeouts)
{
    const struct store *s = store_find(c, f);
    *queries = s != NULL ? s->account->messages : 0;
    *timeouts = s != NULL ? s->account->timeouts : 0;
}

unsigned collector_busy(const struct collector *c, const struct facts *f)
{
    const struct store *s = store_find(c, f);
    return s != NULL ? s->busy : 0;
}

/* ---- delivery ---------------------------------------------------------------------------------------------------------------- */

static void delay(struct pending *p, uint64_t due_ms);

/* Everything of ours comes before the delivery: the engine may ask for more, or end the target, from within it. */
static void settle(struct pending *p)
{
    struct collector *c = p->c;
    *(p->before != NULL ? &p->before->after : &c->first) = p->after;
    if (p->after != NULL)
        p->after->before = p->before;
    p->store->busy--;
    p->done_ms = clock_monotonic_ms();
    c->delivered = true;
    while (p->followers != NULL) {
        struct pending *f = p->followers;
        p->followers = f->next;
        delay(f, p->done_ms + f->fact->key.ask.delay_s * 1000U);
    }
}

static void deliver(struct pending *p, const void *value)
{
    settle(p);
    if (value != NULL)
        facts_deliver(p->fact, value);
    else
        facts_deliver_unknown(p->fact, REASON_BUDGET); /* the store is full */
}

static void deliver_unknown(struct pending *p, enum reason reason)
{
    settle(p);
    facts_deliver_unknown(p->fact, reason);
}

static struct arena *arena_of(const struct pending *p)
{
    return facts_arena(p->fact->facts);
}

static uint64_t deadline(const struct collector *c)
{
    uint64_t at = clock_monotonic_ms() + c->options->check_ms;
    return c->options->deadline_ms != 0 && c->options->deadline_ms < at ? c->options->deadline_ms : at;
}

static bool spend(struct account *account)
{
    if (account->queries >= account->limit)
        return false;
    account->queries++;
    return true;
}

/* ---- direct questions -------------------------------------------------------------------------------------------------------- */

static void ask_done(void *context, const struct reply *reply)
{
    struct pending *p = context;
    account_count(p->store->account, reply);
    deliver(p, reply);
}

static void ask_alone(struct pending *p)
{
    struct collector *c = p->c;
    const struct ask *ask = &p->fact->key.ask;
    if (!spend(p->store->account)) {
        deliver_unknown(p, REASON_BUDGET);
        return;
    }
    exchange_ask(c->exchange, ask, infra_given(c->shared->infra, &ask->server), arena_of(p), deadline(c), ask_done, p);
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

static void release_sharings(struct collector *c)
{
    for (size_t i = 0; i < SHARED_BUCKETS; i++) {
        while (c->sharings[i] != NULL) {
            struct sharing *s = c->sharings[i];
            c->sharings[i] = s->next;
            sharing_free(s);
        }
    }
}

static void sharing_done(void *context, const struct reply *reply)
{
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
    while (s != NULL && (s->hash != *hash || ask_key(&s->ask, other) != length || memcmp(key, other, length) != 0))
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
    *s = (struct sharing){.c = c, .arena = a, .account = p->store->account, .ask = p->fact->key.ask, .hash = hash};
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
        exchange_ask(c->exchange, &s->ask, infra_given(c->shared->infra, &ask->server), s->arena, deadline(c),
                     sharing_done, s);
}

static void ask_now(struct pending *p)
{
    if ((p->fact->key.ask.flags & ASK_SHARED) != 0)
        ask_shared(p);
    else
        ask_alone(p);
}

/* ---- the same question again, later ------------------------------------------------------------------------------------------ */

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
           a->edns_size == b->edns_size && a->edns_flags == b->edns_flags && a->edns_option == b->edns_option &&
           dname_equal(a->owner, b->owner);
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

static void demand_ask(struct pending *p)
{
    const struct ask *ask = &p->fact->key.ask;
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

/* ---- look-ups ----------------------------------------------------------------------------------------------------------------- */

static void deliver_kept_answer(struct pending *p, const struct kept_answer *k)
{
    bool held = kept_adopt(arena_of(p), &k->kept);
    deliver(p, held ? k->answer : NULL);
}

static void lookup_ready(void *context, const struct answer *answer, const struct kept_answer *kept)
{
    struct pending *p = context;
    if (kept != NULL)
        deliver_kept_answer(p, kept);
    else
        deliver(p, copy_answer(arena_of(p), answer));
}

static bool is_target(const struct collector *c, const struct facts *f, const dname *name)
{
    const dname *target = infra_target(c->shared->infra, name);
    return (target != NULL && dname_equal(target, name)) || dname_equal(facts_target((struct facts *)(uintptr_t)f), name);
}

/* --ds: the DS set of a target as it will be. */
static void deliver_given_ds(struct pending *p)
{
    const struct settings *s = p->c->options->settings;
    struct arena *a = arena_of(p);
    struct answer *answer = arena_alloc(a, sizeof(*answer));
    struct rrset *set = arena_alloc(a, sizeof(*set));
    if (answer != NULL && set != NULL) {
        const dname *owner = p->fact->key.lookup.owner;
        *set = (struct rrset){.owner = owner, .type = RRTYPE_DS, .class = RRCLASS_IN, .ttl_s = 3600,
                              .count = (uint16_t)(s->ds_count < 100 ? s->ds_count : 100), .rdata = s->ds};
        *answer = (struct answer){.state = ANSWER_RRSET, .owner = owner, .type = RRTYPE_DS, .rrset = set};
        const struct account *account = p->store->account;
        if (account->own_known && account->own.zone != NULL && account->own.zone->parent != NULL)
            answer->zone = dname_copy(a, account->own.zone->parent->apex);
    }
    deliver(p, set != NULL ? answer : NULL);
}

static bool is_own_server(const struct account *account, const dname *name)
{
    const struct zone_cut *z = account->own_known ? account->own.zone : NULL;
    for (size_t i = 0; z != NULL && i < z->count; i++) {
        if (dname_equal(z->servers[i].name, name))
            return true;
    }
    return false;
}

/* --authoritative-only: the targets, the way to them and the names of their servers; nothing that they point at. */
static bool lookup_allowed(const struct pending *p)
{
    const dname *owner = p->fact->key.lookup.owner;
    const struct account *account = p->store->account;
    if (!p->c->options->authoritative_only || dname_under(owner, account->target) ||
        dname_under(account->target, owner))
        return true;
    return infra_target(p->c->shared->infra, owner) != NULL || is_own_server(account, owner);
}

static void demand_lookup(struct pending *p)
{
    struct collector *c = p->c;
    const dname *owner = p->fact->key.lookup.owner;
    uint16_t type = p->fact->key.lookup.type;
    if (type == RRTYPE_DS && c->options->settings->ds_count > 0 && is_target(c, p->fact->facts, owner)) {
        deliver_given_ds(p);
        return;
    }
    if (!lookup_allowed(p)) {
        deliver_unknown(p, REASON_OUT_OF_SCOPE);
        return;
    }
    const struct kept_answer *k = infra_answer(c->shared->infra, owner, type, clock_monotonic_ms());
    if (k == NULL) {
        resolver_lookup(c->resolver, p->store->account, owner, type, lookup_ready, p);
        return;
    }
    deliver_kept_answer(p, k);
    kept_release(&k->kept);
}

/* ---- cuts ------------------------------------------------------------------------------------------------------------------------ */

static void deliver_cut(struct pending *p, const struct found *found)
{
    struct arena *a = arena_of(p);
    const struct zone_cut *z = found->zone;
    if (z == NULL) {
        deliver_unknown(p, found->reason != REASON_NONE ? found->reason : REASON_INTERNAL);
        return;
    }
    struct cut *cut = arena_alloc(a, sizeof(*cut));
    if (cut == NULL || !kept_adopt(a, &z->kept)) { /* the zone holds its parents in turn */
        deliver(p, NULL);
        return;
    }
    *cut = (struct cut){.state = FACT_KNOWN, .apex = z->apex, .servers = z->servers, .server_count = z->count,
                        .nxdomain = found->nxdomain, .undelegated = z->undelegated};
    if (z->parent != NULL) {
        cut->parent = z->parent->apex;
        cut->parent_servers = z->parent->servers;
        cut->parent_server_count = z->parent->count;
    } else if (!dname_is_root(z->apex)) {
        cut->parent = dname_parent(z->apex); /* --ns below a zone that could not be found */
    }
    deliver(p, cut);
}

static void cut_ready(void *context, const struct found *found)
{
    deliver_cut(context, found);
}

static void demand_cut(struct pending *p)
{
    struct collector *c = p->c;
    const dname *name = p->fact->key.cut;
    const struct account *account = p->store->account;
    if (account->own_known && dname_equal(name, account->target)) {
        deliver_cut(p, &account->own);
        return;
    }
    const struct zone_cut *z = infra_closest(c->shared->infra, name, false, clock_monotonic_ms());
    if (dname_equal(z->apex, name))
        deliver_cut(p, &(struct found){.zone = z});
    else
        resolver_find(c->resolver, p->store->account, name, cut_ready, p);
    zone_release(z);
}

/* ---- transfers and walks --------------------------------------------------------------------------------------------------------- */

/* Whose names may be listed: zones at or under a target, or under a suffix the user owns (hardening.md row 15). Who
 * audits the root or a TLD does not own what is below. */
static bool in_scope(const struct collector *c, const struct facts *f, const dname *zone)
{
    const struct settings *s = c->options->settings;
    const dname *own = facts_target((struct facts *)(uintptr_t)f);
    const dname *target = infra_target(c->shared->infra, zone);
    if (is_target(c, f, zone))
        return true;
    if ((target != NULL && dname_labels(target) > 1) || (dname_labels(own) > 1 && dname_under(zone, own)))
        return true;
    for (size_t i = 0; i < s->owned_count; i++) {
        if (dname_under(zone, s->owned[i]))
            return true;
    }
    return false;
}

static void learn_names(struct pending *p, size_t names)
{
    if (p->c->options->queries_per_target == 0)
        store_learns(p->store, names);
}

static void transfer_ready(void *context, const struct transfer *transfer)
{
    struct pending *p = context;
    learn_names(p, transfer->name_count);
    deliver(p, transfer);
}

static void demand_transfer(struct pending *p)
{
    struct collector *c = p->c;
    const struct transfer_ask *ask = &p->fact->key.transfer;
    if (!in_scope(c, p->fact->facts, ask->zone))
        deliver_unknown(p, REASON_OUT_OF_SCOPE);
    else if (ask->with_key && c->options->tsig == NULL)
        deliver_unknown(p, REASON_NEEDS_OPT_IN);
    else if (!spend(p->store->account))
        deliver_unknown(p, REASON_BUDGET);
    else
        transfer_start(c->exchange, ask, infra_given(c->shared->infra, &ask->server),
                       ask->with_key ? c->options->tsig : NULL, arena_of(p), transfer_ready, p);
}

static const struct walk *copy_walk(struct arena *a, const struct walk *walk)
{
    struct walk *copy = arena_copy(a, walk, sizeof(*walk));
    const dname **names = arena_array(a, walk->name_count, sizeof(*names));
    for (size_t i = 0; names != NULL && i < walk->name_count; i++) {
        names[i] = dname_copy(a, walk->names[i]);
        if (names[i] == NULL)
            return NULL;
    }
    if (copy == NULL || names == NULL)
        return NULL;
    copy->names = names;
    return copy;
}

static void walk_ready(void *context, const struct walk *walk)
{
    struct pending *p = context;
    learn_names(p, walk->name_count);
    deliver(p, copy_walk(arena_of(p), walk));
}

static void demand_walk(struct pending *p)
{
    const dname *zone = p->fact->key.walk;
    if (!in_scope(p->c, p->fact->facts, zone))
        deliver_unknown(p, REASON_OUT_OF_SCOPE);
    else
        resolver_walk(p->c->resolver, p->store->account, zone, walk_ready, p);
}

/* ---- HTTP --------------------------------------------------------------------------------------------------------------------------- */

static void http_ready(void *context, const struct http_reply *reply)
{
    deliver(context, reply);
}

/* Made when first needed: most runs of a small target never load a CA bundle. */
static struct http *http_of(struct collector *c)
{
    const struct collect_options *o = c->options;
    if (c->http == NULL) {
        const struct http_options options = {
            .settings = o->settings,
            .http_port = o->http_port != 0 ? o->http_port : 80,
            .https_port = o->https_port != 0 ? o->https_port : 443,
            .ca_file = o->ca_file,
            .contact = o->contact,
            .connect_ms = 5000,
            .total_ms = 10000,
            .concurrency = 16,
        };
        c->http = http_new(&c->loop, &options);
    }
    return c->http;
}

static void demand_http(struct pending *p)
{
    if (!p->c->options->settings->http)
        deliver_unknown(p, REASON_NEEDS_OPT_IN);
    else if (http_of(p->c) == NULL)
        deliver_unknown(p, REASON_INTERNAL);
    else
        http_get(p->c->http, &p->fact->key.http, arena_of(p), http_ready, p);
}

/* ---- the path ------------------------------------------------------------------------------------------------------------------------- */

/* Counts are given in the last round only: earlier they would depend on the moment. */
static void deliver_vantage(struct pending *p, const struct paths *paths)
{
    struct vantage *v = arena_alloc(arena_of(p), sizeof(*v));
    if (v != NULL) {
        *v = (struct vantage){.state = FACT_KNOWN, .ipv4 = paths->ipv4, .ipv6 = paths->ipv6, .tcp = paths->tcp,
                              .intercepted = paths->intercepted, .parents_answer = p->parents_answer};
        if (p->fact->key.vantage_last)
            pace_loss(p->c->shared->pace, &v->sent, &v->lost);
    }
    deliver(p, v);
}

static void vantage_advance(struct collector *c)
{
    if (c->on_path == NULL)
        return;
    const struct paths paths = vantage_paths(c->shared->vantage);
    struct pending **at = &c->on_path;
    while (paths.all_known && *at != NULL) {
        struct pending *p = *at;
        if (!p->parents_known) {
            at = &p->next;
            continue;
        }
        *at = p->next;
        deliver_vantage(p, &paths);
        at = &c->on_path; /* the delivery may have changed the list */
    }
}

/* The way to the target's zone was found, so the parent's servers answered in this run. */
static void parents_found(void *context, const struct found *found)
{
    struct pending *p = context;
    p->parents_known = true;
    if (found->zone == NULL)
        return;
    const struct paths paths = vantage_paths(p->c->shared->vantage);
    p->parents_answer = dname_is_root(found->zone->apex) ? paths.ipv4 || paths.ipv6 : found->zone->parent != NULL;
}

static void demand_vantage(struct pending *p)
{
    struct collector *c = p->c;
    const struct account *account = p->store->account;
    p->next = c->on_path;
    c->on_path = p;
    if (account->own_known)
        parents_found(p, &account->own);
    else
        resolver_find(c->resolver, p->store->account, account->target, parents_found, p);
}

/* ---- demands --------------------------------------------------------------------------------------------------------------------------- */

static void dispatch(struct pending *p)
{
    switch (p->fact->kind) {
    case FACT_ASK:
        demand_ask(p);
        return;
    case FACT_LOOKUP:
        demand_lookup(p);
        return;
    case FACT_CUT:
        demand_cut(p);
        return;
    case FACT_TRANSFER:
        demand_transfer(p);
        return;
    case FACT_WALK:
        demand_walk(p);
        return;
    case FACT_HTTP:
        demand_http(p);
        return;
    case FACT_VANTAGE:
        demand_vantage(p);
        return;
    }
    deliver_unknown(p, REASON_INTERNAL);
}

static void demand(void *context, struct fact *fact)
{
    struct collector *c = context;
    if (c->interrupted || atomic_load(&c->interrupt)) {
        facts_deliver_unknown(fact, REASON_INTERRUPTED);
        return;
    }
    struct store *s = store_get(c, fact->facts);
    struct pending *p = arena_alloc(facts_arena(fact->facts), sizeof(*p));
    if (s == NULL || p == NULL) {
        facts_deliver_unknown(fact, REASON_BUDGET);
        return;
    }
    if (!c->tested)
        vantage_begin(c->shared->vantage, c->exchange);
    c->tested = true;
    *p = (struct pending){.c = c, .store = s, .fact = fact, .after = c->first};
    if (c->first != NULL)
        c->first->before = p;
    c->first = p;
    s->busy++;
    fact->source_data = p;
    dispatch(p);
}

struct source collector_source(struct collector *c)
{
    return (struct source){c, demand};
}

/* ---- interruption -------------------------------------------------------------------------------------------------------------------------- */

static void interrupt_now(struct collector *c)
{
    if (c->interrupted)
        return;
    c->interrupted = true;
    stop(c);
    while (c->first != NULL) {
        struct pending *p = c->first;
        p->followers = NULL; /* they are in the list as well */
        deliver_unknown(p, REASON_INTERRUPTED);
    }
}

void collector_interrupt(struct collector *c)
{
    atomic_store(&c->interrupt, true);
    if (c->owned && !pthread_equal(c->owner, pthread_self()))
        uv_async_send(&c->async);
    else if (!c->polling)
        interrupt_now(c);
}

/* ---- the loop -------------------------------------------------------------------------------------------------------------------------------- */

/* Resolution begins when it is known which families have a path, so that its choice of servers never depends on how
 * fast that was found out. */
static void advance(struct collector *c)
{
    if (c->interrupted)
        return;
    const struct paths paths = vantage_paths(c->shared->vantage);
    if (paths.families_known) {
        resolver_families(c->resolver, paths.ipv4, paths.ipv6);
        resolver_expire(c->resolver, clock_monotonic_ms());
        (void)resolver_run(c->resolver);
    }
    vantage_advance(c);
    exchange_flush(c->exchange);
}

/* Tasks that wait for others have no event of their own at their deadline: look now and then. */
static int wait_ms(const struct collector *c, int timeout_ms)
{
    const uint64_t end = c->options->deadline_ms, now = clock_monotonic_ms();
    uint64_t longest = UINT64_MAX;
    if (c->resolver != NULL && resolver_tasks(c->resolver) > 0)
        longest = LOOK_MS;
    if (end != 0 && !c->interrupted)
        longest = end <= now ? 0 : end - now < longest ? end - now : longest;
    if (longest > INT_MAX)
        return timeout_ms;
    return timeout_ms < 0 || (uint64_t)timeout_ms > longest ? (int)longest : timeout_ms;
}

static void wait_for_events(struct collector *c, int timeout_ms)
{
    timeout_ms = wait_ms(c, timeout_ms);
    if (c->delivered || timeout_ms == 0) {
        uv_run(&c->loop, UV_RUN_NOWAIT);
        return;
    }
    if (timeout_ms > 0) {
        uv_update_time(&c->loop);
        uv_timer_start(&c->poll_timer, on_poll_timer, (uint64_t)timeout_ms, 0);
    }
    uv_run(&c->loop, UV_RUN_ONCE);
    uv_timer_stop(&c->poll_timer);
}

void collector_poll(struct collector *c, int timeout_ms)
{
    const uint64_t end = c->options->deadline_ms;
    c->owner = pthread_self();
    c->owned = true;
    c->polling = true;
    c->delivered = false;
    advance(c);
    if (!atomic_load(&c->interrupt))
        wait_for_events(c, timeout_ms);
    advance(c);
    c->polling = false;
    if (atomic_load(&c->interrupt) || (end != 0 && clock_monotonic_ms() >= end)) {
        atomic_store(&c->interrupt, true);
        interrupt_now(c);
    }
}
