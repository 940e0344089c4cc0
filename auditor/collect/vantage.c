/* SPDX-License-Identifier: BSD-2-Clause */
/* Probes of the path: a handful of root servers, TCP, and one query to where no server is. */
#include "auditor/collect/vantage.h"

#include "auditor/base/clock.h"

#include <pthread.h>
#include <stdlib.h>

#define PROBES 3        /* servers a family */
#define FAMILY_MS 2500U /* nothing else waits longer for the families */
#define TCP_MS 5000U
#define CONTROL_MS 1200U /* time for one datagram */
#define WATCHERS_MAX 1024

enum probe_kind { PROBE_IPV4, PROBE_IPV6, PROBE_TCP, PROBE_CONTROL, PROBE_KINDS };

struct probe {
    struct vantage_test *test;
    enum probe_kind kind;
};

struct vantage_test {
    const struct collect_options *options;
    pthread_mutex_t lock;
    const struct exchange *runner;
    struct arena *arena; /* of the probes' replies: used by the runner's thread only */
    bool begun;
    bool answered[PROBE_KINDS];
    bool tested[PROBE_KINDS];
    unsigned under_way[PROBE_KINDS];
    struct probe probes[8 * PROBES];
    unsigned probe_count;
    uv_async_t *watchers[WATCHERS_MAX];
    unsigned watcher_count;
};

struct vantage_test *vantage_test_new(const struct collect_options *options)
{
    struct vantage_test *v = calloc(1, sizeof(*v));
    if (v == NULL)
        return NULL;
    v->options = options;
    v->arena = arena_new((size_t)4 << 20);
    if (v->arena == NULL) {
        free(v);
        return NULL;
    }
    /* recursive: without memory the exchange answers from within the question */
    pthread_mutexattr_t recursive;
    pthread_mutexattr_init(&recursive);
    pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&v->lock, &recursive);
    pthread_mutexattr_destroy(&recursive);
    return v;
}

void vantage_test_free(struct vantage_test *v)
{
    if (v == NULL)
        return;
    pthread_mutex_destroy(&v->lock);
    arena_free(v->arena);
    free(v);
}

static bool over(const struct vantage_test *v, enum probe_kind kind)
{
    return v->begun && (v->under_way[kind] == 0 || v->answered[kind]);
}

struct paths vantage_paths(struct vantage_test *v)
{
    pthread_mutex_lock(&v->lock);
    struct paths p = {.ipv4 = v->answered[PROBE_IPV4],
                      .ipv6 = v->answered[PROBE_IPV6],
                      .tcp = v->answered[PROBE_TCP],
                      .intercepted = v->answered[PROBE_CONTROL]};
    p.ipv4_tested = v->tested[PROBE_IPV4];
    p.ipv6_tested = v->tested[PROBE_IPV6];
    p.families_known = over(v, PROBE_IPV4) && over(v, PROBE_IPV6);
    p.all_known = p.families_known && over(v, PROBE_TCP) && over(v, PROBE_CONTROL);
    pthread_mutex_unlock(&v->lock);
    return p;
}

void vantage_watch(struct vantage_test *v, uv_async_t *handle)
{
    pthread_mutex_lock(&v->lock);
    if (v->watcher_count < WATCHERS_MAX)
        v->watchers[v->watcher_count++] = handle;
    pthread_mutex_unlock(&v->lock);
}

void vantage_unwatch(struct vantage_test *v, uv_async_t *handle)
{
    pthread_mutex_lock(&v->lock);
    for (unsigned i = 0; i < v->watcher_count; i++) {
        if (v->watchers[i] == handle)
            v->watchers[i--] = v->watchers[--v->watcher_count];
    }
    pthread_mutex_unlock(&v->lock);
}

static void wake_all(const struct vantage_test *v)
{
    for (unsigned i = 0; i < v->watcher_count; i++)
        uv_async_send(v->watchers[i]);
}

static void probe_done(void *context, const struct reply *reply)
{
    struct probe *p = context;
    struct vantage_test *v = p->test;
    pthread_mutex_lock(&v->lock);
    v->under_way[p->kind]--;
    v->answered[p->kind] |= reply->state == REPLY_OK;
    wake_all(v);
    pthread_mutex_unlock(&v->lock);
}

static void probe(struct vantage_test *v, struct exchange *x, enum probe_kind kind,
                  const struct address *server, uint16_t flags, unsigned ms)
{
    if (v->probe_count == ARRAY_SIZE(v->probes))
        return;
    struct probe *p = &v->probes[v->probe_count++];
    *p = (struct probe){v, kind};
    v->under_way[kind]++;
    v->tested[kind] = true;
    const struct ask ask = {.server = *server, .owner = DNAME_ROOT, .type = RRTYPE_SOA, .flags = flags};
    exchange_ask(x, &ask, true, v->arena, clock_monotonic_ms() + ms, probe_done, p);
}

static void probe_server(struct vantage_test *v, struct exchange *x, const struct address *server,
                         uint16_t flags, unsigned most)
{
    enum probe_kind kind = server->family == 6 ? PROBE_IPV6 : PROBE_IPV4;
    const struct settings *s = v->options->settings;
    if (server->family == 0)
        return;
    if (!(server->family == 6 ? s->ipv6 : s->ipv4) || v->under_way[kind] >= most)
        return;
    probe(v, x, kind, server, flags, FAMILY_MS);
    if (v->under_way[PROBE_TCP] < most)
        probe(v, x, PROBE_TCP, server, flags | ASK_TCP, TCP_MS);
}

/* Such addresses may be in use there, or the question would leave it. */
static bool in_laboratory(const struct collect_options *o)
{
    bool private_root = false;
    for (size_t i = 0; i < o->root_server_count; i++)
        private_root |= address_special(&o->root_servers[i].address) != NULL;
    return o->settings->allow_private || private_root;
}

/* TEST-NET-1 has no servers (RFC 5737): an answer comes from something that answers in the place of
 * everybody. */
static void probe_control(struct vantage_test *v, struct exchange *x)
{
    const struct address nowhere = {.family = 4, .octets = {192, 0, 2, 53}};
    if (!in_laboratory(v->options) && v->options->settings->ipv4)
        probe(v, x, PROBE_CONTROL, &nowhere, ASK_NO_COOKIE, CONTROL_MS);
}

/* The user's own first: a test may be made in a network without the root. */
static void probe_servers(struct vantage_test *v, struct exchange *x)
{
    const struct collect_options *o = v->options;
    const struct settings *s = o->settings;
    bool own = o->forwarder.family != 0 || s->ns_count > 0;
    if (o->forwarder.family != 0)
        probe_server(v, x, &o->forwarder, ASK_RD, PROBES);
    for (size_t i = 0; i < s->ns_count; i++)
        probe_server(v, x, &s->ns[i].address, 0, PROBES);
    for (size_t i = 0; i < o->root_server_count; i++)
        probe_server(v, x, &o->root_servers[i].address, 0, own ? 2 * PROBES : PROBES);
}

void vantage_begin(struct vantage_test *v, struct exchange *x)
{
    pthread_mutex_lock(&v->lock);
    if (!v->begun) {
        v->begun = true;
        v->runner = x;
        probe_servers(v, x);
        probe_control(v, x);
        wake_all(v); /* with no server at all everything is known already */
    }
    pthread_mutex_unlock(&v->lock);
}

void vantage_abandon(struct vantage_test *v, const struct exchange *x)
{
    pthread_mutex_lock(&v->lock);
    if (v->runner == x && v->begun) {
        for (unsigned kind = 0; kind < PROBE_KINDS; kind++)
            v->under_way[kind] = 0;
        wake_all(v);
    }
    pthread_mutex_unlock(&v->lock);
}
