/* SPDX-License-Identifier: BSD-2-Clause */
/* Which servers of a zone fail a question though they serve the zone. */
#include "auditor/facts/derived/treatment.h"

#include <string.h>

static const struct delegation nothing = {.state = DELEGATION_UNKNOWN, .reason = REASON_INTERNAL};
static const struct servings no_servings = {.delegation = &nothing};
static const struct treatments no_treatments = {.servings = &no_servings};

static bool silent(const struct reply *r)
{
    return r->state == REPLY_NONE && r->reason == REASON_TIMEOUT;
}

/* NXDOMAIN is an answer, and so is a referral or an answer without AA: resolvers go on with them. */
static bool error(const struct reply *r)
{
    return r->state == REPLY_OK && r->rcode != 0 && r->rcode != 3;
}

static enum treated unsure(struct treatment *t, enum reason reason)
{
    t->reason = reason;
    return TREATED_UNSURE;
}

/* One lost datagram is no fault: TCP has to be silent too, and a second round at the end. */
static enum treated judge_silence(struct facts *f, struct treatment *t, const struct ask *ask)
{
    struct ask tcp = *ask, again = *ask;
    tcp.flags = ASK_TCP;
    again.flags = ASK_LAST_ROUND;
    const struct reply *by_tcp = facts_ask(f, &tcp);
    const struct reply *second = facts_ask(f, &again);
    const struct vantage *v = facts_vantage(f, true);
    if (by_tcp->state == REPLY_PENDING || second->state == REPLY_PENDING || v->state == FACT_PENDING)
        return TREATED_PENDING;
    if (second->state == REPLY_OK && !error(second))
        return TREATED_WELL;
    if (error(by_tcp)) {
        t->reply = by_tcp;
        return TREATED_ERROR;
    }
    if (by_tcp->state == REPLY_OK) /* resolvers get there by TCP, if they try: no verdict */
        return unsure(t, REASON_TIMEOUT);
    if (!silent(second))
        return unsure(t, second->reason != REASON_NONE ? second->reason : REASON_INCOMPLETE_DATA);
    const char *why;
    const enum reason reason = serving_doubt(v, t->server.address.family, false, &why);
    return reason == REASON_NONE ? TREATED_SILENT : unsure(t, reason);
}

/* An error may pass: it has to be there in the second round too. */
static enum treated judge_error(struct facts *f, struct treatment *t, const struct ask *ask)
{
    struct ask again = *ask;
    again.flags = ASK_LAST_ROUND;
    const struct reply *second = facts_ask(f, &again);
    if (second->state == REPLY_PENDING)
        return TREATED_PENDING;
    if (second->state == REPLY_NONE)
        return unsure(t, second->reason);
    return error(second) ? TREATED_ERROR : TREATED_WELL;
}

static enum treated judge(struct facts *f, struct treatment *t, const struct ask *ask)
{
    const struct reply *r = t->reply;
    if (r->state == REPLY_PENDING)
        return TREATED_PENDING;
    if (silent(r))
        return judge_silence(f, t, ask);
    if (r->state == REPLY_NONE)
        return unsure(t, r->reason);
    return error(r) ? judge_error(f, t, ask) : TREATED_WELL;
}

static void count(struct treatments *all, enum treated state)
{
    all->pending = all->pending || state == TREATED_PENDING;
    all->well += state == TREATED_WELL;
    all->failing += state == TREATED_ERROR || state == TREATED_SILENT;
    all->unsure += state == TREATED_UNSURE;
}

static const void *compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    const uint8_t *octets = key;
    const dname *zone = arena_copy(a, octets + 2, key_length - 2);
    struct treatments *all = arena_alloc(a, sizeof(*all));
    if (zone == NULL || all == NULL)
        return NULL;
    const dname *owner = zone + dname_length(zone);
    all->servings = servings_of(f, zone);
    all->pending = all->servings->pending;
    struct treatment *list = arena_array(a, all->servings->count, sizeof(*list));
    if (list == NULL)
        return NULL;
    for (size_t i = 0; i < all->servings->count; i++) {
        struct ask ask = {.server = all->servings->list[i].server.address,
                          .owner = owner,
                          .type = (uint16_t)((octets[0] << 8) | octets[1])};
        if (all->servings->list[i].state != SERVING_YES)
            continue;
        struct treatment *t = &list[all->count++];
        t->server = all->servings->list[i].server;
        t->reply = facts_ask(f, &ask);
        t->state = judge(f, t, &ask);
        count(all, t->state);
    }
    all->list = list;
    return all;
}

const struct treatments *treatments_of(struct facts *f, const dname *zone, const dname *owner, uint16_t type)
{
    uint8_t key[2 + 2 * DNAME_MAX] = {(uint8_t)(type >> 8), (uint8_t)type};
    const size_t zone_length = dname_length(zone), owner_length = dname_length(owner);
    memcpy(key + 2, zone, zone_length);
    memcpy(key + 2 + zone_length, owner, owner_length);
    dname_lower_in_place(key + 2);
    dname_lower_in_place(key + 2 + zone_length);
    const struct treatments *all = facts_derive(f, compute, key, 2 + zone_length + owner_length);
    return all != NULL ? all : &no_treatments;
}
