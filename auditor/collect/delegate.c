/* SPDX-License-Identifier: BSD-2-Clause */
/* From an NS set to servers with addresses: glue where the parent may give it, else resolution of the names,
 * with the limits that keep one zone from making us ask thousands (NXNS, hardening.md row 7). */
#include "auditor/collect/task.h"

#include <stdlib.h>
#include <string.h>

#define GLUELESS_MS 8000U /* for names without glue where another server of the zone is known already */

struct host {
    const dname *name;
    struct address addresses[ZONE_ADDRESSES];
    unsigned count;
    unsigned pending; /* look-ups under way */
    bool glueless;    /* to be resolved */
    bool in_zone;     /* below the apex */
};

struct delegation {
    const dname *apex;
    const struct zone_cut *parent; /* a reference; NULL until known (--ns) */
    struct host *hosts;
    unsigned count, next, under_way, misses;
    bool by_answer, given;
    enum reason reason; /* of a name that could not be resolved */
};

static void delegate_start(struct task *t);

static void delegate_release(struct task *t)
{
    struct delegation *d = t->state;
    if (d != NULL)
        zone_release(d->parent);
}

static const struct task_class delegate_class = {"delegate", delegate_start, delegate_release, NULL};

/* ---- the result -------------------------------------------------------------------------- */

static int server_compare(const void *a, const void *b)
{
    const struct server *x = a, *y = b;
    int order = dname_compare(x->name, y->name);
    return order != 0 ? order : address_compare(&x->address, &y->address);
}

static int address_order(const void *a, const void *b)
{
    return address_compare(a, b);
}

/* One address of each server in turn, so that one with very many does not crowd out the others. */
static size_t pick_servers(struct delegation *d, struct server servers[static ZONE_ADDRESSES])
{
    size_t count = 0;
    for (unsigned i = 0; i < d->count; i++)
        qsort(d->hosts[i].addresses, d->hosts[i].count, sizeof(struct address), address_order);
    for (unsigned round = 0; round < ZONE_ADDRESSES; round++) {
        for (unsigned i = 0; i < d->count && count < ZONE_ADDRESSES; i++) {
            if (round < d->hosts[i].count)
                servers[count++] = (struct server){d->hosts[i].name, d->hosts[i].addresses[round]};
        }
    }
    qsort(servers, count, sizeof(servers[0]), server_compare);
    return count;
}

static void delegate_finish(struct task *t)
{
    struct delegation *d = t->state;
    struct server servers[ZONE_ADDRESSES];
    struct zone_cut z = {.apex = d->apex,
                         .parent = d->parent,
                         .servers = servers,
                         .by_answer = d->by_answer,
                         .undelegated = d->given};
    z.count = pick_servers(d, servers);
    if (z.count == 0)
        z.reason = d->reason != REASON_NONE ? d->reason : REASON_INCOMPLETE_DATA;
    t->zone = keep_zone(&z);
    bool replaced = !d->given && t->r->collect->settings->ns_count > 0 && /* --ns stands for the real one */
                    infra_target(t->r->infra, d->apex) != NULL &&
                    dname_equal(infra_target(t->r->infra, d->apex), d->apex);
    if (t->zone != NULL && z.count > 0 && !t->tainted && !replaced)
        infra_keep_cut(t->r->infra, t->zone, task_now());
    task_finish(t, t->zone != NULL ? REASON_NONE : REASON_INTERNAL);
}

/* ---- addresses --------------------------------------------------------------------------- */

static void add_addresses(struct host *host, const struct rrset *set)
{
    for (uint16_t i = 0; set != NULL && i < set->count && host->count < ZONE_ADDRESSES; i++) {
        if (address_from_rdata(set->type, &set->rdata[i], &host->addresses[host->count]))
            host->count++;
    }
}

static void advance(struct task *t);

static struct host *host_of(struct delegation *d, const dname *name)
{
    for (unsigned i = 0; i < d->count; i++) {
        if (dname_equal(d->hosts[i].name, name))
            return &d->hosts[i];
    }
    return NULL;
}

static void host_done(struct delegation *d, struct host *host)
{
    d->under_way--;
    if (host->count == 0)
        d->misses++;
}

static void note_reason(struct delegation *d, enum reason reason)
{
    if (reason_weight(reason) > reason_weight(d->reason))
        d->reason = reason;
}

static void take_answer(struct delegation *d, struct host *host, const struct answer *answer)
{
    if (answer->state == ANSWER_RRSET)
        add_addresses(host, answer->rrset);
    else if (answer->state == ANSWER_UNKNOWN)
        note_reason(d, answer->reason);
}

static void address_found(struct task *t, struct task *lookup)
{
    struct delegation *d = t->state;
    struct host *host = lookup->answer != NULL ? host_of(d, lookup->answer->owner) : NULL;
    if (host == NULL) { /* given up: find it by the key of the task, which starts with the name */
        host = host_of(d, lookup->key);
        note_reason(d, lookup->reason);
    } else {
        take_answer(d, host, lookup->answer);
    }
    if (host != NULL && --host->pending == 0)
        host_done(d, host);
    advance(t);
}

/* An alias as the name of a server is against RFC 2181 section 10.3; like most resolvers we do not follow it.
 */
static void resolve_family(struct task *t, struct host *host, uint16_t type)
{
    struct delegation *d = t->state;
    const struct kept_answer *known = infra_answer(t->r->infra, host->name, type, task_now());
    if (known != NULL) {
        take_answer(d, host, known->answer);
        kept_release(&known->kept);
        return;
    }
    bool others = false;
    for (unsigned i = 0; i < d->count; i++)
        others |= d->hosts[i].count > 0;
    uint64_t deadline = task_now() + GLUELESS_MS;
    if (!others || (t->deadline_ms != 0 && deadline > t->deadline_ms))
        deadline = t->deadline_ms;
    const struct zone_cut *via = host->in_zone ? d->parent : NULL;
    struct task *l = lookup_task(t->r, host->name, type, via, true, t->charge, t->depth + 1, deadline);
    if (l != NULL && task_wait(t, l, address_found))
        host->pending++;
    else
        note_reason(d, REASON_INCOMPLETE_DATA);
}

static void resolve_host(struct task *t, struct host *host)
{
    struct delegation *d = t->state;
    d->under_way++;
    bool no_glue = host->in_zone && !d->by_answer && !d->given; /* RFC 9471: nobody could find it */
    if (!no_glue && t->depth < DEPTH_MAX) {
        resolve_family(t, host, RRTYPE_A);
        resolve_family(t, host, RRTYPE_AAAA);
    }
    if (host->pending == 0)
        host_done(d, host);
}

static void advance(struct task *t)
{
    struct delegation *d = t->state;
    while (d->next < d->count && d->under_way + d->misses < GLUELESS_MISSES) {
        struct host *host = &d->hosts[d->next++];
        if (host->glueless)
            resolve_host(t, host);
    }
    if (d->under_way == 0 && !t->finished)
        delegate_finish(t);
}

static void parent_found(struct task *t, struct task *find)
{
    struct delegation *d = t->state;
    if (find->zone != NULL)
        d->parent = zone_hold(find->zone);
    advance(t);
}

static void delegate_start(struct task *t)
{
    struct delegation *d = t->state;
    if (d->given && !dname_is_root(d->apex)) {
        struct task *f = find_task(t->r, dname_parent(d->apex), t->charge, t->depth, t->deadline_ms);
        if (f != NULL && task_wait(t, f, parent_found))
            return;
    }
    advance(t);
}

/* ---- making one -------------------------------------------------------------------------- */

static int name_order(const void *a, const void *b)
{
    return dname_compare(*(const dname *const *)a, *(const dname *const *)b);
}

/* The names in canonical order without repetition: servers rotate their records, and the first 20 must be the
 * same. */
static unsigned sort_names(const dname **names, size_t count)
{
    size_t kept = 0;
    qsort(names, count, sizeof(names[0]), name_order);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || !dname_equal(names[kept - 1], names[i]))
            names[kept++] = names[i];
    }
    return (unsigned)(kept < ZONE_NAMES ? kept : ZONE_NAMES);
}

static bool set_hosts(struct task *t, const dname **names, size_t count)
{
    struct delegation *d = t->state;
    d->count = sort_names(names, count);
    d->hosts = arena_array(t->arena, d->count, sizeof(struct host));
    for (unsigned i = 0; d->hosts != NULL && i < d->count; i++) {
        struct host *host = &d->hosts[i];
        host->name = dname_lower(t->arena, names[i]);
        if (host->name == NULL)
            return false;
        host->glueless = true;
        host->in_zone = dname_under(host->name, d->apex);
    }
    return d->hosts != NULL;
}

/* Glue counts where the zone that sent it has a say: for names below its own apex. */
static void set_glue(struct delegation *d, const struct reply *reply, const dname *authority)
{
    static const uint16_t types[] = {RRTYPE_A, RRTYPE_AAAA};
    for (unsigned i = 0; i < d->count; i++) {
        struct host *host = &d->hosts[i];
        if (!dname_under(host->name, authority))
            continue;
        for (size_t f = 0; f < ARRAY_SIZE(types); f++)
            add_addresses(host, section_find(&reply->additional, host->name, types[f]));
        host->glueless = host->count == 0;
    }
}

static struct task *delegation_new(struct resolver *r, const dname *apex, char kind, struct charge *charge,
                                   unsigned depth, uint64_t deadline_ms, bool *made)
{
    uint8_t key[DNAME_MAX + 8];
    size_t length = dname_length(apex);
    memcpy(key, apex, length);
    dname_lower_in_place(key);
    key[length++] = (uint8_t)kind;
    struct task *t = task_find(r, &delegate_class, key, length);
    *made = false;
    if (t != NULL)
        return t;
    t = task_new(r, &delegate_class, key, length, charge, depth, deadline_ms);
    struct delegation *d = t != NULL ? arena_alloc(t->arena, sizeof(*d)) : NULL;
    if (d == NULL)
        return NULL;
    d->apex = t->key;
    t->state = d;
    *made = true;
    return t;
}

struct task *delegate_task(struct resolver *r, const struct zone_cut *parent, const struct rrset *ns,
                           const struct reply *reply, bool by_answer, struct charge *charge, unsigned depth,
                           uint64_t deadline_ms)
{
    bool made;
    struct task *t = delegation_new(r, ns->owner, by_answer ? 'a' : 'r', charge, depth, deadline_ms, &made);
    if (!made)
        return t;
    struct delegation *d = t->state;
    d->parent = zone_hold(parent);
    d->by_answer = by_answer;
    const dname **names = arena_array(t->arena, ns->count, sizeof(*names));
    size_t count = 0;
    for (uint16_t i = 0; names != NULL && i < ns->count; i++) {
        const dname *name = rdata_name(&ns->rdata[i], 0);
        if (name != NULL)
            names[count++] = name;
    }
    if (names != NULL && set_hosts(t, names, count))
        set_glue(d, reply, parent->apex);
    return t;
}

static void set_given(struct delegation *d, const struct settings *s)
{
    for (size_t i = 0; i < s->ns_count; i++) {
        struct host *host = host_of(d, s->ns[i].name);
        if (host == NULL || s->ns[i].address.family == 0 || host->count == ZONE_ADDRESSES)
            continue;
        host->addresses[host->count++] = s->ns[i].address;
        host->glueless = false;
    }
}

struct task *given_task(struct resolver *r, const dname *target, struct charge *charge, unsigned depth,
                        uint64_t deadline_ms)
{
    bool made;
    const struct settings *s = r->collect->settings;
    struct task *t = delegation_new(r, target, 'g', charge, depth, deadline_ms, &made);
    if (!made)
        return t;
    struct delegation *d = t->state;
    d->given = true;
    const dname **names = arena_array(t->arena, s->ns_count, sizeof(*names));
    for (size_t i = 0; names != NULL && i < s->ns_count; i++)
        names[i] = s->ns[i].name;
    if (names != NULL && set_hosts(t, names, s->ns_count))
        set_given(d, s);
    return t;
}
