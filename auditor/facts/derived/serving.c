/* SPDX-License-Identifier: BSD-2-Clause */
/* Who serves a zone, and when silence is the server's. */
#include "auditor/facts/derived/serving.h"

#include <string.h>

static const struct delegation nothing = {.state = DELEGATION_UNKNOWN, .reason = REASON_INTERNAL};
static const struct servings no_servings = {.delegation = &nothing};
static const struct transport_list no_transports = {.count = 0};

static bool family_path(const struct vantage *v, uint8_t family)
{
    return family == 4 ? v->ipv4 : v->ipv6;
}

/* ---- who serves the zone ---- */

static enum serving_state judge_silence(struct facts *f, struct serving *s)
{
    s->reason = s->reply->reason;
    if (s->reply->reason == REASON_MALFORMED)
        return SERVING_MALFORMED;
    if (s->reply->reason != REASON_TIMEOUT && s->reply->reason != REASON_NETWORK)
        return SERVING_UNASKED;
    const struct vantage *v = facts_vantage(f, false);
    if (v->state == FACT_PENDING)
        return SERVING_PENDING;
    if (v->state == FACT_KNOWN && family_path(v, s->server.address.family))
        return SERVING_SILENT;
    s->reason = REASON_NETWORK;
    return SERVING_UNASKED;
}

static enum serving_state judge(struct facts *f, struct serving *s, const dname *zone)
{
    const struct reply *r = s->reply;
    if (r->state == REPLY_PENDING)
        return SERVING_PENDING;
    if (r->state == REPLY_NONE)
        return judge_silence(f, s);
    if (r->tc)
        return SERVING_TRUNCATED;
    if (r->rcode != 0 || !r->aa)
        return SERVING_LAME;
    s->soa = section_find(&r->answer, zone, RRTYPE_SOA);
    return s->soa != NULL ? SERVING_YES : SERVING_NO_SOA;
}

static void count(struct servings *all, enum serving_state state)
{
    switch (state) {
    case SERVING_PENDING:
        all->pending = true;
        break;
    case SERVING_YES:
        all->yes++;
        break;
    case SERVING_NO_SOA:
        all->no_soa++;
        break;
    case SERVING_LAME:
        all->lame++;
        break;
    case SERVING_SILENT:
        all->silent++;
        break;
    case SERVING_MALFORMED:
        all->malformed++;
        break;
    case SERVING_TRUNCATED:
        all->truncated++;
        break;
    case SERVING_UNASKED:
        all->unasked++;
        break;
    }
}

static const void *compute_servings(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    const dname *zone = arena_copy(a, key, key_length);
    struct servings *all = arena_alloc(a, sizeof(*all));
    if (zone == NULL || all == NULL)
        return &no_servings;
    const struct delegation *d = delegation_of(f, zone);
    all->delegation = d;
    all->pending = d->state == DELEGATION_PENDING;
    struct serving *list = arena_array(a, d->address_count, sizeof(*list));
    if (list == NULL || d->state != DELEGATION_OK)
        return all;
    all->list = list;
    all->count = d->address_count;
    for (size_t i = 0; i < d->address_count; i++) {
        list[i].server = d->addresses[i];
        list[i].reply =
            facts_ask(f, &(struct ask){.server = list[i].server.address, .owner = zone, .type = RRTYPE_SOA});
    }
    for (size_t i = 0; i < d->address_count; i++) {
        list[i].state = judge(f, &list[i], zone);
        count(all, list[i].state);
    }
    return all;
}

static const void *derive(struct facts *f, derive_fn compute, const dname *zone)
{
    uint8_t key[DNAME_MAX];
    const size_t length = dname_length(zone);
    memcpy(key, zone, length);
    dname_lower_in_place(key);
    return facts_derive(f, compute, key, length);
}

const struct servings *servings_of(struct facts *f, const dname *zone)
{
    const struct servings *all = derive(f, compute_servings, zone);
    return all != NULL ? all : &no_servings;
}

/* ---- silence ---- */

static bool silent(const struct reply *r)
{
    return r->state == REPLY_NONE && (r->reason == REASON_TIMEOUT || r->reason == REASON_NETWORK);
}

/* What else could explain that nothing came: our own position, the path, or chance (DESIGN 10.6). REASON_NONE
 * if nothing does. */
enum reason serving_doubt(const struct vantage *v, uint8_t family, bool tcp, const char **why)
{
    *why = "the state of our own network position is not known";
    if (v->state != FACT_KNOWN)
        return REASON_NETWORK;
    *why = family == 4 ? "there is no IPv4 path from here" : "there is no IPv6 path from here";
    if (!family_path(v, family))
        return REASON_NETWORK;
    *why = "something on the path answers in the place of servers";
    if (v->intercepted)
        return REASON_NETWORK;
    *why = "DNS over TCP does not work from here";
    if (tcp && !v->tcp)
        return REASON_NETWORK;
    *why = "the servers of the parent zone did not answer either";
    if (!v->parents_answer)
        return REASON_TIMEOUT;
    *why = "too many queries to servers that do answer were lost on the way";
    if ((uint64_t)v->lost * 20 >= v->sent)
        return REASON_TIMEOUT;
    *why = NULL;
    return REASON_NONE;
}

static enum transport_state judge_transport(struct facts *f, const struct ask *ask, const struct reply *first,
                                            struct transports *t)
{
    if (first->state == REPLY_PENDING)
        return TRANSPORT_PENDING;
    /* A reply that is no DNS message is a reply: something listens there. */
    if (first->state == REPLY_OK || first->reason == REASON_MALFORMED)
        return TRANSPORT_ANSWERS;
    if (!silent(first)) {
        t->reason = first->reason;
        t->why = "the question was not asked";
        return TRANSPORT_UNSURE;
    }
    const struct vantage *early = facts_vantage(f, false);
    if (early->state == FACT_KNOWN && !family_path(early, ask->server.family)) {
        t->no_path = true;
        t->reason = serving_doubt(early, ask->server.family, false, &t->why);
        return TRANSPORT_UNSURE;
    }
    struct ask again = *ask;
    again.flags = (uint16_t)(again.flags | ASK_LAST_ROUND);
    const struct reply *second = facts_ask(f, &again);
    const struct vantage *v = facts_vantage(f, true);
    if (second->state == REPLY_PENDING || v->state == FACT_PENDING)
        return TRANSPORT_PENDING;
    if (second->state == REPLY_OK || second->reason == REASON_MALFORMED)
        return TRANSPORT_ANSWERS;
    const char *why = "the second round could not be asked";
    const enum reason reason =
        silent(second) ? serving_doubt(v, ask->server.family, (ask->flags & ASK_TCP) != 0, &why) : second->reason;
    if (reason == REASON_NONE)
        return TRANSPORT_SILENT;
    t->reason = reason;
    t->why = why;
    return TRANSPORT_UNSURE;
}

static void sum_up(struct transport_list *all)
{
    size_t dead = 0, judged = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct transports *t = &all->list[i];
        all->pending = all->pending || t->udp == TRANSPORT_PENDING || t->tcp == TRANSPORT_PENDING;
        all->any_answers = all->any_answers || t->udp == TRANSPORT_ANSWERS || t->tcp == TRANSPORT_ANSWERS;
        judged += !t->no_path;
        dead += t->udp == TRANSPORT_SILENT && t->tcp == TRANSPORT_SILENT;
    }
    all->all_silent = !all->pending && judged > 0 && dead == judged;
}

static const void *compute_transports(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    const dname *zone = arena_copy(a, key, key_length);
    struct transport_list *all = arena_alloc(a, sizeof(*all));
    if (zone == NULL || all == NULL)
        return &no_transports;
    const struct servings *servings = servings_of(f, zone);
    struct transports *list = arena_array(a, servings->count, sizeof(*list));
    if (list == NULL)
        return all;
    all->list = list;
    all->count = servings->count;
    all->pending = servings->pending;
    for (size_t i = 0; i < servings->count; i++) {
        const struct ask ask = {
            .server = servings->list[i].server.address, .owner = zone, .type = RRTYPE_SOA, .flags = ASK_TCP};
        list[i].server = servings->list[i].server;
        list[i].tcp_reply = facts_ask(f, &ask);
    }
    for (size_t i = 0; i < servings->count; i++) {
        struct ask ask = {.server = list[i].server.address, .owner = zone, .type = RRTYPE_SOA};
        list[i].udp = judge_transport(f, &ask, servings->list[i].reply, &list[i]);
        ask.flags = ASK_TCP;
        /* What drops EDNS by UDP drops it by TCP: that is server.edns-drops. */
        if (silent(list[i].tcp_reply) && servings->list[i].reply->edns_dropped) {
            ask.flags = ASK_TCP | ASK_NO_EDNS;
            list[i].tcp_reply = facts_ask(f, &ask);
        }
        list[i].tcp = judge_transport(f, &ask, list[i].tcp_reply, &list[i]);
    }
    sum_up(all);
    return all;
}

const struct transport_list *transports_of(struct facts *f, const dname *zone)
{
    const struct transport_list *all = derive(f, compute_transports, zone);
    return all != NULL ? all : &no_transports;
}
