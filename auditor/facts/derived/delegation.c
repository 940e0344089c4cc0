/* SPDX-License-Identifier: BSD-2-Clause */
/* The servers of a zone: the parent's referrals, the child's own NS set and the addresses of all names in
 * both. */
#include "auditor/facts/derived/delegation.h"

#include "auditor/facts/derived/resolution.h"
#include "auditor/facts/zone.h"

#include <stdlib.h>
#include <string.h>

/* Limits of hardening.md row 7: a hostile NS set must not make us a traffic source (NXNS, CVE-2020-12662). */
#define NAMES_KEPT 20
#define NAMES_SEEN 128
#define ADDRESSES_KEPT 32
#define GLUELESS_MISSES 5

static const struct delegation no_memory = {
    .state = DELEGATION_UNKNOWN, .reason = REASON_INTERNAL, .zone = DNAME_ROOT, .parent = DNAME_ROOT};

/* The list under construction; names are few, so a linear search is enough. */
struct gather {
    struct facts *f;
    struct arena *a;
    struct nameserver *list; /* NAMES_SEEN of them */
    size_t count;
};

/* ---- small sets ---- */

static int by_name(const void *a, const void *b)
{
    return dname_compare(((const struct nameserver *)a)->name, ((const struct nameserver *)b)->name);
}

static int by_address(const void *a, const void *b)
{
    const struct server *left = a, *right = b;
    const int order = address_compare(&left->address, &right->address);
    return order != 0 ? order : dname_compare(left->name, right->name);
}

static struct nameserver *gather_find(const struct gather *g, const dname *name)
{
    for (size_t i = 0; i < g->count; i++)
        if (dname_equal(g->list[i].name, name))
            return &g->list[i];
    return NULL;
}

/* The entry of that name, made if it is new; NULL when there are too many names already. */
static struct nameserver *gather_name(struct gather *g, const dname *name)
{
    struct nameserver *known = gather_find(g, name);
    if (known != NULL || g->count == NAMES_SEEN)
        return known;
    const dname *copy = dname_lower(g->a, name);
    if (copy == NULL)
        return NULL;
    g->list[g->count] = (struct nameserver){.name = copy, .addresses_state = ANSWER_PENDING};
    return &g->list[g->count++];
}

/* A larger copy of the list with one address more, unless it is there or the list is full. */
static const struct address *with_address(struct arena *a, const struct address *list, size_t *count,
                                          const struct address *more)
{
    for (size_t i = 0; i < *count; i++)
        if (address_equal(&list[i], more))
            return list;
    if (*count >= ADDRESSES_KEPT)
        return list;
    struct address *copy = arena_array(a, *count + 1, sizeof(*copy));
    if (copy == NULL)
        return list;
    if (*count > 0)
        memcpy(copy, list, *count * sizeof(*copy));
    size_t at = *count;
    for (; at > 0 && address_compare(&copy[at - 1], more) > 0; at--)
        copy[at] = copy[at - 1];
    copy[at] = *more;
    ++*count;
    return copy;
}

enum side { SIDE_PARENT = 1, SIDE_CHILD = 2 };

static void gather_set(struct gather *g, const struct rrset *ns, enum side side)
{
    for (uint16_t i = 0; ns != NULL && i < ns->count; i++) {
        const dname *name = rdata_name(&ns->rdata[i], 0);
        struct nameserver *entry = name != NULL ? gather_name(g, name) : NULL;
        if (entry == NULL)
            continue;
        if (side == SIDE_PARENT)
            entry->at_parent = true;
        else
            entry->at_child = true;
    }
}

/* Only the smallest NAMES_KEPT names stay, so that the choice does not depend on the order in a reply. */
static void gather_cap(struct gather *g)
{
    if (g->count > 1)
        qsort(g->list, g->count, sizeof(*g->list), by_name);
    if (g->count > NAMES_KEPT)
        g->count = NAMES_KEPT;
}

/* ---- the parent side ---- */

enum parent_says delegation_parent_says(const struct reply *reply, const dname *zone, const struct rrset **ns)
{
    const struct rrset *none = NULL;
    const struct rrset **set = ns != NULL ? ns : &none;
    *set = NULL;
    if (reply->state != REPLY_OK)
        return PARENT_SILENT;
    if (reply->rcode == 3)
        return reply->aa ? PARENT_DENIES : PARENT_OTHER;
    if (reply->rcode != 0)
        return PARENT_OTHER;
    *set = section_find(&reply->answer, zone, RRTYPE_NS);
    if (*set != NULL && reply->aa)
        return PARENT_ANSWERS;
    *set = section_find(&reply->authority, zone, RRTYPE_NS);
    if (*set != NULL && reply->answer.count == 0)
        return PARENT_REFERRAL;
    *set = NULL;
    return reply->aa ? PARENT_DENIES : PARENT_OTHER;
}

/* Addresses in the additional section are glue only for names of the referral that the parent may speak of:
 * below the parent itself (in-domain or sibling, RFC 9499). Others are hints that resolvers drop. */
static void gather_glue(struct gather *g, const struct reply *reply, const dname *parent)
{
    for (size_t i = 0; i < reply->additional.count; i++) {
        const struct rrset *set = &reply->additional.sets[i];
        struct nameserver *entry = gather_find(g, set->owner);
        if (entry == NULL || !entry->at_parent || !dname_under(set->owner, parent))
            continue;
        for (uint16_t j = 0; j < set->count; j++) {
            struct address address;
            if (address_from_rdata(set->type, &set->rdata[j], &address))
                entry->glue = with_address(g->a, entry->glue, &entry->glue_count, &address);
        }
    }
}

struct parent_side {
    unsigned referrals, answers, denials, other;
    bool nxdomain;
};

/* All questions go out in the same run, before any reply is looked at. */
static bool ask_parents(struct gather *g, struct delegation *d, const dname *name,
                        const struct server *servers, size_t count)
{
    if (count > ADDRESSES_KEPT)
        count = ADDRESSES_KEPT;
    const struct reply **replies = arena_array(g->a, count, sizeof(const struct reply *));
    struct server *asked = arena_array(g->a, count, sizeof(*asked));
    if (replies == NULL || asked == NULL)
        return false;
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        bool seen = false;
        for (size_t j = 0; j < used; j++)
            seen = seen || address_equal(&asked[j].address, &servers[i].address);
        if (seen)
            continue;
        asked[used] = servers[i];
        replies[used++] =
            facts_ask(g->f, &(struct ask){.server = servers[i].address, .owner = name, .type = RRTYPE_NS});
    }
    d->parent_replies = replies;
    d->parent_servers = asked;
    d->parent_count = used;
    return true;
}

/* Referrals are the parent's own word; where every server holds both zones there is none, and what resolvers
 * get is the child's set (trap T4d). */
static struct parent_side read_parents(struct gather *g, const struct delegation *d, const dname *name)
{
    struct parent_side side = {0};
    const struct rrset *ns;
    for (size_t i = 0; i < d->parent_count; i++) {
        switch (delegation_parent_says(d->parent_replies[i], name, &ns)) {
        case PARENT_REFERRAL:
            side.referrals++;
            gather_set(g, ns, SIDE_PARENT);
            break;
        case PARENT_ANSWERS:
            side.answers++;
            break;
        case PARENT_DENIES:
            side.denials++;
            side.nxdomain = side.nxdomain || d->parent_replies[i]->rcode == 3;
            break;
        case PARENT_OTHER:
        case PARENT_SILENT:
            side.other++;
            break;
        }
    }
    for (size_t i = 0; i < d->parent_count; i++) {
        const enum parent_says says = delegation_parent_says(d->parent_replies[i], name, &ns);
        if (says == PARENT_ANSWERS && side.referrals == 0)
            gather_set(g, ns, SIDE_PARENT);
        if (says == PARENT_REFERRAL)
            gather_glue(g, d->parent_replies[i], d->parent);
    }
    return side;
}

/* ---- addresses ---- */

static const struct answer *alias_of(struct facts *f, const dname *name)
{
    const struct answer *a = facts_lookup(f, name, RRTYPE_A);
    const struct answer *aaaa = facts_lookup(f, name, RRTYPE_AAAA);
    if (a->state == ANSWER_ALIAS)
        return a;
    return aaaa->state == ANSWER_ALIAS ? aaaa : NULL;
}

static void use_addresses(struct gather *g, struct nameserver *entry)
{
    const struct addresses *found = addresses_of(g->f, entry->name);
    entry->alias = alias_of(g->f, entry->name);
    entry->addresses_state = found->state;
    entry->addresses_reason = found->reason;
    if (found->state == ANSWER_RRSET) {
        entry->addresses = found->list;
        entry->address_count = found->count < ADDRESSES_KEPT ? found->count : ADDRESSES_KEPT;
    }
}

/* Look up the addresses of every name. One without glue that leads nowhere is a miss; after GLUELESS_MISSES
 * of them the rest is left alone. */
static void resolve_names(struct gather *g)
{
    unsigned misses = 0;
    for (size_t i = 0; i < g->count; i++) {
        struct nameserver *entry = &g->list[i];
        if (misses >= GLUELESS_MISSES && entry->glue_count == 0) {
            entry->addresses_state = ANSWER_UNKNOWN;
            entry->addresses_reason = REASON_BUDGET;
            continue;
        }
        use_addresses(g, entry);
        if (entry->addresses_state != ANSWER_RRSET && entry->glue_count == 0)
            misses++;
        if (entry->address_count == 0 && entry->glue_count > 0 &&
            (entry->addresses_state == ANSWER_UNKNOWN || entry->addresses_state == ANSWER_PENDING)) {
            entry->addresses = entry->glue;
            entry->address_count = entry->glue_count;
        }
    }
}

/* Pairs to ask: glue and authoritative addresses both, for resolvers use both; one pair an address. */
struct pairs {
    struct server list[4 * ADDRESSES_KEPT];
    size_t count;
};

static void pair_add(struct pairs *p, const dname *name, const struct address *address)
{
    if (p->count < sizeof(p->list) / sizeof(p->list[0]))
        p->list[p->count++] = (struct server){.name = name, .address = *address};
}

static void pairs_finish(struct pairs *p)
{
    if (p->count > 1)
        qsort(p->list, p->count, sizeof(p->list[0]), by_address);
    size_t kept = 0;
    for (size_t i = 0; i < p->count; i++)
        if (kept == 0 || !address_equal(&p->list[kept - 1].address, &p->list[i].address))
            p->list[kept++] = p->list[i];
    p->count = kept < ADDRESSES_KEPT ? kept : ADDRESSES_KEPT;
}

static void collect_pairs(const struct gather *g, const struct cut *cut, struct pairs *p)
{
    p->count = 0;
    for (size_t i = 0; i < g->count; i++) {
        const struct nameserver *entry = &g->list[i];
        for (size_t j = 0; j < entry->address_count; j++)
            pair_add(p, entry->name, &entry->addresses[j]);
        for (size_t j = 0; j < entry->glue_count; j++)
            pair_add(p, entry->name, &entry->glue[j]);
    }
    /* What resolution itself used counts where the name gave us no address of its own. */
    for (size_t i = 0; cut != NULL && i < cut->server_count; i++) {
        const struct nameserver *entry = gather_find(g, cut->servers[i].name);
        if (entry != NULL && entry->address_count == 0 && entry->glue_count == 0)
            pair_add(p, entry->name, &cut->servers[i].address);
    }
    pairs_finish(p);
}

/* ---- the child side ---- */

/* The union over all servers, so that a server counts as missing from the child only if nobody lists it. */
static void read_child(struct gather *g, struct delegation *d, const dname *zone, const struct pairs *p)
{
    const struct reply *replies[ADDRESSES_KEPT];
    for (size_t i = 0; i < p->count; i++)
        replies[i] =
            facts_ask(g->f, &(struct ask){.server = p->list[i].address, .owner = zone, .type = RRTYPE_NS});
    for (size_t i = 0; i < p->count; i++) {
        const struct rrset *ns =
            reply_authoritative(replies[i]) ? section_find(&replies[i]->answer, zone, RRTYPE_NS) : NULL;
        if (ns == NULL)
            continue;
        if (d->child_ns == NULL)
            d->child_ns = ns;
        gather_set(g, ns, SIDE_CHILD);
    }
    d->child_ns_known = d->child_ns != NULL;
}

static void finish(struct gather *g, struct delegation *d, const struct cut *cut)
{
    struct pairs p;
    collect_pairs(g, cut, &p);
    d->servers = g->list;
    d->server_count = g->count;
    d->addresses = arena_copy(g->a, p.list, p.count * sizeof(p.list[0]));
    d->address_count = d->addresses != NULL ? p.count : 0;
}

bool delegation_hopeless(const struct delegation *d)
{
    size_t absent = 0, skipped = 0;
    for (size_t i = 0; i < d->server_count; i++) {
        const struct nameserver *ns = &d->servers[i];
        absent += ns->glue_count == 0 &&
                  (ns->addresses_state == ANSWER_NODATA || ns->addresses_state == ANSWER_NXDOMAIN);
        skipped += ns->addresses_state == ANSWER_UNKNOWN && ns->addresses_reason == REASON_BUDGET;
    }
    return d->state == DELEGATION_OK && absent > 0 && absent + skipped == d->server_count &&
           (skipped == 0 || absent >= GLUELESS_MISSES);
}

/* ---- live ---- */

static void use_cut_servers(struct gather *g, const struct cut *cut)
{
    for (size_t i = 0; i < cut->server_count; i++) {
        struct nameserver *entry = gather_name(g, cut->servers[i].name);
        if (entry != NULL)
            entry->at_parent = true;
    }
}

/* In an undelegated test the names given are the delegation, their addresses the glue. */
static void use_given(struct gather *g)
{
    const struct settings *s = facts_settings(g->f);
    for (size_t i = 0; i < s->ns_count; i++) {
        struct nameserver *entry = gather_name(g, s->ns[i].name);
        if (entry == NULL)
            continue;
        entry->at_parent = true;
        if (s->ns[i].address.family != 0)
            entry->glue = with_address(g->a, entry->glue, &entry->glue_count, &s->ns[i].address);
    }
}

/* @return false if the parent's servers agree that there is no delegation */
static bool parent_names(struct gather *g, struct delegation *d, const struct cut *cut, const dname *name)
{
    if (cut->undelegated) {
        use_given(g);
        d->parent_ns_known = g->count > 0;
    } else if (cut->parent != NULL) {
        if (!ask_parents(g, d, name, cut->parent_servers, cut->parent_server_count))
            return true;
        const struct parent_side side = read_parents(g, d, name);
        d->parent_ns_known = side.referrals + side.answers > 0;
        if (!d->parent_ns_known && side.denials > 0 && side.other == 0) {
            d->nxdomain = side.nxdomain;
            return false;
        }
    }
    if (g->count == 0)
        use_cut_servers(g, cut);
    return true;
}

static void read_delegation(struct gather *g, struct delegation *d, const struct cut *cut, const dname *name)
{
    struct pairs p;
    gather_cap(g);
    resolve_names(g);
    collect_pairs(g, cut, &p);
    read_child(g, d, name, &p);
    gather_cap(g);
    resolve_names(g);
    finish(g, d, cut);
}

/* The name does not exist in the zone that should delegate it. One server said so when the cut was looked
 * for; the others are asked too, for a delegation that only some of them know is another fault. */
static void read_absent(struct gather *g, struct delegation *d, const struct cut *cut, const dname *name)
{
    d->state = DELEGATION_NONE;
    d->zone = dname_lower(g->a, name);
    d->parent = cut->apex;
    d->nxdomain = true;
    if (d->zone == NULL || !ask_parents(g, d, name, cut->servers, cut->server_count))
        return;
    const struct parent_side side = read_parents(g, d, name);
    if (side.referrals == 0)
        return;
    d->state = DELEGATION_OK;
    d->nxdomain = false;
    d->parent_ns_known = true;
    read_delegation(g, d, NULL, name);
}

static void read_live(struct gather *g, struct delegation *d, const dname *name)
{
    const struct cut *cut = facts_cut(g->f, name);
    if (cut->state != FACT_KNOWN) {
        d->state = cut->state == FACT_PENDING ? DELEGATION_PENDING : DELEGATION_UNKNOWN;
        d->reason = cut->reason;
        return;
    }
    d->zone = cut->apex;
    d->parent = cut->parent;
    d->undelegated = cut->undelegated;
    if (!dname_equal(cut->apex, name)) {
        d->state = DELEGATION_NOT_APEX;
        if (cut->nxdomain)
            read_absent(g, d, cut, name);
        return;
    }
    d->state = DELEGATION_OK;
    if (parent_names(g, d, cut, name))
        read_delegation(g, d, cut, name);
    else
        d->state = DELEGATION_NONE;
}

/* ---- offline ---- */

/* Addresses that the file holds at or below the cut are the glue of that delegation. */
static void glue_from_file(struct gather *g, const struct zone *zone, const dname *cut)
{
    static const uint16_t types[] = {RRTYPE_A, RRTYPE_AAAA};
    for (size_t i = 0; i < g->count; i++) {
        struct nameserver *entry = &g->list[i];
        if (!dname_under(entry->name, cut))
            continue;
        for (size_t t = 0; t < ARRAY_SIZE(types); t++) {
            const struct rrset *set = zone_rrset(zone, g->a, entry->name, types[t]);
            struct address address;
            for (uint16_t j = 0; set != NULL && j < set->count; j++)
                if (address_from_rdata(set->type, &set->rdata[j], &address))
                    entry->glue = with_address(g->a, entry->glue, &entry->glue_count, &address);
        }
    }
}

static void read_file_apex(struct gather *g, struct delegation *d, const dname *name)
{
    const struct answer *ns = facts_lookup(g->f, name, RRTYPE_NS);
    if (ns->state == ANSWER_PENDING || ns->state == ANSWER_UNKNOWN) {
        d->state = ns->state == ANSWER_PENDING ? DELEGATION_PENDING : DELEGATION_UNKNOWN;
        d->reason = ns->reason;
        return;
    }
    d->state = DELEGATION_OK;
    d->child_ns_known = true;
    d->child_ns = ns->state == ANSWER_RRSET ? ns->rrset : NULL;
    gather_set(g, d->child_ns, SIDE_CHILD);
}

static void read_file(struct gather *g, struct delegation *d, const struct zone *zone, const dname *name)
{
    d->zone = zone_apex(zone);
    if (dname_equal(name, d->zone)) {
        read_file_apex(g, d, name);
    } else {
        const dname *cut = zone_cut(zone, name);
        if (cut == NULL || !dname_equal(cut, name)) {
            d->state = DELEGATION_NOT_APEX;
            return;
        }
        d->state = DELEGATION_OK;
        d->parent = d->zone;
        d->zone = cut;
        d->parent_ns_known = true;
        gather_set(g, zone_rrset(zone, g->a, cut, RRTYPE_NS), SIDE_PARENT);
        glue_from_file(g, zone, cut);
    }
    gather_cap(g);
    resolve_names(g);
    finish(g, d, NULL);
}

static const void *compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    const dname *name = arena_copy(a, key, key_length);
    struct delegation *d = arena_alloc(a, sizeof(*d));
    struct gather g = {.f = f, .a = a, .list = arena_array(a, NAMES_SEEN, sizeof(struct nameserver))};
    if (name == NULL || d == NULL || g.list == NULL)
        return &no_memory;
    d->zone = name;
    const struct zone *zone = facts_zone(f);
    if (facts_settings(f)->live)
        read_live(&g, d, name);
    else if (zone != NULL && dname_under(name, zone_apex(zone)))
        read_file(&g, d, zone, name);
    else {
        d->state = DELEGATION_UNKNOWN;
        d->reason = facts_cut(f, name)->reason;
    }
    return d;
}

const struct delegation *delegation_of(struct facts *f, const dname *name)
{
    uint8_t key[DNAME_MAX];
    const size_t length = dname_length(name);
    memcpy(key, name, length);
    dname_lower_in_place(key);
    const struct delegation *d = facts_derive(f, compute, key, length);
    return d != NULL ? d : &no_memory;
}
