/* SPDX-License-Identifier: BSD-2-Clause */
/* Look-ups, cuts, transfers, walks, HTTP and the path: each kind of fact sent its way and brought home. */
#include "auditor/collect/collect_private.h"

#include "auditor/base/clock.h"
#include "auditor/base/table.h"

#define RESOLVING_MAX 128U /* tasks of one target at once: each has memory of its own */

/* ---- room for resolution ----------------------------------------------------------------- */

/* @return false if the fact has to wait; it is then taken up by resolution_done */
static bool resolution_begin(struct pending *p)
{
    struct store *s = p->store;
    if (s->resolving < RESOLVING_MAX) {
        s->resolving++;
        return true;
    }
    p->next = NULL;
    *s->held_end = p;
    s->held_end = &p->next;
    return false;
}

/* To be called before the delivery, which may end the store. */
static void resolution_done(struct pending *p)
{
    struct store *s = p->store;
    s->resolving--;
    while (s->held != NULL && s->resolving < RESOLVING_MAX) {
        struct pending *next = s->held;
        s->held = next->next;
        if (s->held == NULL)
            s->held_end = &s->held;
        if (next->fact->kind == FACT_LOOKUP)
            demand_lookup(next);
        else
            demand_cut(next);
    }
}

/* ---- look-ups ---------------------------------------------------------------------------- */

static void deliver_kept_answer(struct pending *p, const struct kept_answer *k)
{
    bool held = kept_adopt(arena_of(p), &k->kept);
    deliver(p, held ? k->answer : NULL);
}

static struct known **known_bucket(const struct pending *p, const dname *owner)
{
    return &p->store->known[table_hash(owner, dname_length(owner)) % KNOWN_BUCKETS];
}

static void know(const struct pending *p, const struct answer *answer)
{
    struct known *k = answer != NULL ? arena_alloc(arena_of(p), sizeof(*k)) : NULL;
    if (k == NULL)
        return;
    struct known **bucket = known_bucket(p, answer->owner);
    *k = (struct known){*bucket, answer};
    *bucket = k;
}

/* A CNAME answers for every type (RFC 1034 section 3.6.2), and a name that does not exist has none (RFC 2308
 * section 5). The latter is believed of types that servers treat alike: some deny the whole name for one they
 * do not know. */
static bool settles_all_types(const struct answer *answer)
{
    if (answer->state == ANSWER_ALIAS)
        return answer->rrset != NULL && answer->rrset->type == RRTYPE_CNAME && answer->type != RRTYPE_CNAME;
    const bool service = answer->owner[0] > 0 && answer->owner[1] == '_';
    return answer->state == ANSWER_NXDOMAIN &&
           (answer->type == RRTYPE_A || (service && (answer->type == RRTYPE_TXT || answer->type == RRTYPE_SRV)));
}

/* What another type's answer says of this one, or NULL. */
static const struct answer *settled_answer(const struct pending *p)
{
    const dname *owner = p->fact->key.lookup.owner;
    const uint16_t type = p->fact->key.lookup.type;
    if (type == RRTYPE_DS || type == RRTYPE_CNAME || type == RRTYPE_NSEC || type == RRTYPE_RRSIG)
        return NULL;
    const struct known *k = *known_bucket(p, owner);
    while (k != NULL && (!dname_equal(k->answer->owner, owner) || !settles_all_types(k->answer)))
        k = k->next;
    struct answer *answer = k != NULL ? arena_copy(arena_of(p), k->answer, sizeof(*answer)) : NULL;
    if (answer != NULL)
        answer->type = type;
    return answer;
}

/* Look-ups ask without flags and with our usual EDNS. */
static bool usual_question(const struct ask *q)
{
    return q->flags == 0 && q->class == 0 && q->opcode == 0 && q->repeat == 0 && q->edns_version == 0 &&
           q->edns_size == 0 && q->edns_flags == 0 && q->edns_option == 0;
}

const struct reply *reply_of_lookup(const struct pending *p)
{
    const struct ask *q = &p->fact->key.ask;
    if (!usual_question(q) || p->c->options->forwarder.family != 0)
        return NULL;
    for (const struct known *k = *known_bucket(p, q->owner); k != NULL; k = k->next) {
        const struct reply *reply = k->answer->reply;
        if (k->answer->type == q->type && reply != NULL && reply->state == REPLY_OK &&
            address_equal(&reply->server, &q->server) && dname_equal(k->answer->owner, q->owner))
            return reply;
    }
    return NULL;
}

static void lookup_ready(void *context, const struct answer *answer, const struct kept_answer *kept)
{
    struct pending *p = context;
    resolution_done(p);
    if (kept != NULL) {
        deliver_kept_answer(p, kept);
        return;
    }
    const struct answer *copy = copy_answer(arena_of(p), answer);
    know(p, copy);
    deliver(p, copy);
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
        *set = (struct rrset){.owner = owner,
                              .type = RRTYPE_DS,
                              .class = RRCLASS_IN,
                              .ttl_s = 3600,
                              .count = (uint16_t)(s->ds_count < 100 ? s->ds_count : 100),
                              .rdata = s->ds};
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

/* --authoritative-only: the targets, the way to them and the names of their servers; nothing that they point
 * at. */
static bool lookup_allowed(const struct pending *p)
{
    const dname *owner = p->fact->key.lookup.owner;
    const struct account *account = p->store->account;
    if (!p->c->options->authoritative_only || dname_under(owner, account->target) ||
        dname_under(account->target, owner))
        return true;
    return infra_target(p->c->shared->infra, owner) != NULL || is_own_server(account, owner);
}

void demand_lookup(struct pending *p)
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
    const struct answer *settled = settled_answer(p);
    if (settled != NULL) {
        deliver(p, settled);
        return;
    }
    const struct kept_answer *k = infra_answer(c->shared->infra, owner, type, clock_monotonic_ms());
    if (k == NULL) {
        if (resolution_begin(p))
            resolver_lookup(c->resolver, p->store->account, owner, type, lookup_ready, p);
        return;
    }
    deliver_kept_answer(p, k);
    kept_release(&k->kept);
}

/* ---- cuts -------------------------------------------------------------------------------- */

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
    *cut = (struct cut){.state = FACT_KNOWN,
                        .apex = z->apex,
                        .servers = z->servers,
                        .server_count = z->count,
                        .nxdomain = found->nxdomain,
                        .undelegated = z->undelegated};
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
    resolution_done(context);
    deliver_cut(context, found);
}

void demand_cut(struct pending *p)
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
    else if (resolution_begin(p))
        resolver_find(c->resolver, p->store->account, name, cut_ready, p);
    zone_release(z);
}

/* ---- transfers and walks ----------------------------------------------------------------- */

/* Whose names may be listed: zones at or under a target, or under a suffix the user owns (hardening.md row
 * 15). Who audits the root or a TLD does not own what is below. */
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

void demand_transfer(struct pending *p)
{
    struct collector *c = p->c;
    const struct transfer_ask *ask = &p->fact->key.transfer;
    if (!in_scope(c, p->fact->facts, ask->zone))
        deliver_unknown(p, REASON_OUT_OF_SCOPE);
    else if (ask->with_key && c->options->tsig == NULL)
        deliver_unknown(p, REASON_NEEDS_OPT_IN);
    else if (no_path(c, &ask->server))
        deliver_unknown(p, REASON_NETWORK);
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

void demand_walk(struct pending *p)
{
    const dname *zone = p->fact->key.walk;
    if (!in_scope(p->c, p->fact->facts, zone))
        deliver_unknown(p, REASON_OUT_OF_SCOPE);
    else
        resolver_walk(p->c->resolver, p->store->account, zone, walk_ready, p);
}

/* ---- HTTP -------------------------------------------------------------------------------- */

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

void demand_http(struct pending *p)
{
    if (!p->c->options->settings->http)
        deliver_unknown(p, REASON_NEEDS_OPT_IN);
    else if (no_path(p->c, &p->fact->key.http.address))
        deliver_unknown(p, REASON_NETWORK);
    else if (http_of(p->c) == NULL)
        deliver_unknown(p, REASON_INTERNAL);
    else
        http_get(p->c->http, &p->fact->key.http, arena_of(p), http_ready, p);
}

/* ---- the path ---------------------------------------------------------------------------- */

/* Counts are given in the last round only: earlier they would depend on the moment. */
static void deliver_vantage(struct pending *p, const struct paths *paths)
{
    struct vantage *v = arena_alloc(arena_of(p), sizeof(*v));
    if (v != NULL) {
        *v = (struct vantage){.state = FACT_KNOWN,
                              .ipv4 = paths->ipv4,
                              .ipv6 = paths->ipv6,
                              .tcp = paths->tcp,
                              .intercepted = paths->intercepted,
                              .parents_answer = p->parents_answer};
        if (p->fact->key.vantage_last)
            pace_loss(p->c->shared->pace, &v->sent, &v->lost);
    }
    deliver(p, v);
}

void vantage_advance(struct collector *c)
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
    p->parents_answer =
        dname_is_root(found->zone->apex) ? paths.ipv4 || paths.ipv6 : found->zone->parent != NULL;
}

void demand_vantage(struct pending *p)
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
