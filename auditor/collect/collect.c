/* SPDX-License-Identifier: BSD-2-Clause */
/* The live source: a collector's life, its stores, demands and deliveries, the loop. */
#include "auditor/collect/collect_private.h"

#include "auditor/base/clock.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define TARGET_QUERIES 2000U /* hardening.md row 7 */
#define NAME_QUERIES 20U     /* more for each name known in the target */
#define CHECK_MS 30000U

/* ---- what is shared ---------------------------------------------------------------------- */

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

/* ---- the collector ----------------------------------------------------------------------- */

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

/* End all that is under way without another callback: from here on nothing touches the memory of a store. */
static void stop(struct collector *c)
{
    if (c->exchange != NULL) {
        vantage_abandon(c->shared->vantage, c->exchange);
        exchange_free(c->exchange);
    }
    if (c->http != NULL)
        http_free(c->http);
    lanes_free(c->lanes);
    resolver_free(c->resolver);
    release_sharings(c);
    c->exchange = NULL;
    c->lanes = NULL;
    c->http = NULL;
    c->resolver = NULL;
    c->delayed = c->on_path = c->gated = NULL;
    c->gated_end = &c->gated;
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
    c->gated_end = &c->gated;
    atomic_init(&c->interrupt, false);
    atomic_init(&c->owned, false);
    uv_async_init(&c->loop, &c->async, on_async);
    uv_timer_init(&c->loop, &c->poll_timer);
    uv_timer_init(&c->loop, &c->delay_timer);
    c->exchange = exchange_open(c);
    if (c->exchange != NULL)
        c->lanes = lanes_new(c->options, c->exchange);
    if (c->lanes != NULL)
        c->resolver =
            resolver_new(&(struct resolver_options){c->options, shared->infra, c->lanes, shared->pace});
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

/* ---- stores ------------------------------------------------------------------------------ */

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
    s->held_end = &s->held;
    *at = s;
    return s;
}

void store_learns(struct store *s, size_t names)
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

void collector_target_counts(const struct collector *c, const struct facts *f, uint32_t *queries,
                             uint32_t *timeouts)
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

/* ---- delivery ---------------------------------------------------------------------------- */

/* Everything of ours comes before the delivery: the engine may ask for more, or end the target, from within
 * it. */
static void settle(struct pending *p)
{
    struct collector *c = p->c;
    *(p->before != NULL ? &p->before->after : &c->first) = p->after;
    if (p->after != NULL)
        p->after->before = p->before;
    p->store->busy--;
    p->done_ms = clock_monotonic_ms();
    c->delivered = true;
    release_followers(p);
}

void deliver(struct pending *p, const void *value)
{
    settle(p);
    if (value != NULL)
        facts_deliver(p->fact, value);
    else
        facts_deliver_unknown(p->fact, REASON_BUDGET); /* the store is full */
}

void deliver_unknown(struct pending *p, enum reason reason)
{
    settle(p);
    facts_deliver_unknown(p->fact, reason);
}

struct arena *arena_of(const struct pending *p)
{
    return facts_arena(p->fact->facts);
}

bool spend(struct account *account)
{
    if (account->queries >= account->limit)
        return false;
    account->queries++;
    return true;
}

bool is_target(const struct collector *c, const struct facts *f, const dname *name)
{
    const dname *target = infra_target(c->shared->infra, name);
    return (target != NULL && dname_equal(target, name)) ||
           dname_equal(facts_target((struct facts *)(uintptr_t)f), name);
}

bool no_path(const struct collector *c, const struct address *a)
{
    const struct settings *s = c->options->settings;
    if (a->family == 6)
        return !s->ipv6 || (c->paths.ipv6_tested && !c->paths.ipv6);
    return !s->ipv4 || (c->paths.ipv4_tested && !c->paths.ipv4);
}

/* ---- demands ----------------------------------------------------------------------------- */

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
    if (c->paths.families_known) {
        dispatch(p);
    } else {
        *c->gated_end = p;
        c->gated_end = &p->next;
    }
}

static enum family_path family_path(bool works, bool tested)
{
    return works ? FAMILY_WORKS : tested ? FAMILY_CLOSED : FAMILY_UNTRIED;
}

/* All begins when it is known which families have a path: neither the choice of servers nor what is said of a
 * family may depend on how fast that was found out. */
static void open_gate(struct collector *c, const struct paths *paths)
{
    c->paths = *paths;
    resolver_families(c->resolver, family_path(paths->ipv4, paths->ipv4_tested),
                      family_path(paths->ipv6, paths->ipv6_tested));
    while (c->gated != NULL) {
        struct pending *p = c->gated;
        c->gated = p->next;
        if (c->gated == NULL)
            c->gated_end = &c->gated;
        p->next = NULL;
        dispatch(p);
    }
}

struct source collector_source(struct collector *c)
{
    return (struct source){c, demand};
}

/* ---- interruption ------------------------------------------------------------------------ */

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
    if (atomic_load(&c->owned) && !pthread_equal(c->owner, pthread_self()))
        uv_async_send(&c->async);
    else if (!c->polling)
        interrupt_now(c);
}

/* ---- the loop ---------------------------------------------------------------------------- */

static void advance(struct collector *c)
{
    if (c->interrupted)
        return;
    if (!c->paths.families_known && c->tested) {
        const struct paths paths = vantage_paths(c->shared->vantage);
        if (paths.families_known)
            open_gate(c, &paths);
    }
    (void)resolver_run(c->resolver);
    vantage_advance(c);
    exchange_flush(c->exchange);
}

/* Not beyond the end of the run. */
static int wait_ms(const struct collector *c, int timeout_ms)
{
    const uint64_t end = c->options->deadline_ms, now = clock_monotonic_ms();
    uint64_t longest = UINT64_MAX;
    if (end != 0 && !c->interrupted)
        longest = end <= now ? 0 : end - now;
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
    if (!atomic_load(&c->owned)) { /* once: interruptions read it from other threads */
        c->owner = pthread_self();
        atomic_store(&c->owned, true);
    }
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
