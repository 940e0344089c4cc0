/* SPDX-License-Identifier: BSD-2-Clause */
/* Deep copies of answers, replies and zone cuts: into an arena, or packed into one counted block. */
#include "auditor/collect/keep.h"

#include <stdlib.h>
#include <string.h>

/* Where copies go. With neither arena nor base it only measures: every function below runs twice for a block.
 */
struct packer {
    struct arena *arena;
    uint8_t *base;
    size_t used;
    bool failed;
};

#define PACK_ALIGN (_Alignof(max_align_t))

static void *take(struct packer *p, size_t size)
{
    if (p->arena != NULL) {
        void *got = arena_alloc(p->arena, size);
        p->failed |= got == NULL;
        return got;
    }
    size_t at = p->used;
    p->used += (size + PACK_ALIGN - 1) & ~(PACK_ALIGN - 1);
    return p->base != NULL ? p->base + at : NULL;
}

static const void *put(struct packer *p, const void *from, size_t size)
{
    if (from == NULL)
        return NULL;
    void *to = take(p, size);
    if (to != NULL && size > 0)
        memcpy(to, from, size);
    return to;
}

static const dname *put_name(struct packer *p, const dname *name)
{
    return name != NULL ? put(p, name, dname_length(name)) : NULL;
}

static const struct rdata *put_rdata(struct packer *p, const struct rdata *from, size_t count)
{
    if (from == NULL || count == 0)
        return NULL;
    struct rdata *to = take(p, count * sizeof(*to));
    for (size_t i = 0; i < count; i++) {
        const uint8_t *octets = put(p, from[i].octets, from[i].length);
        if (to != NULL)
            to[i] = (struct rdata){from[i].length, octets};
    }
    return to;
}

static struct rrset copy_set(struct packer *p, const struct rrset *from)
{
    struct rrset to = *from;
    to.owner = put_name(p, from->owner);
    to.rdata = put_rdata(p, from->rdata, from->count);
    to.sigs = put_rdata(p, from->sigs, from->sig_count);
    to.where = NULL; /* places in files: nothing that came from the network has one */
    return to;
}

static struct section copy_section(struct packer *p, const struct section *from)
{
    struct rrset *sets = from->count > 0 ? take(p, from->count * sizeof(*sets)) : NULL;
    for (size_t i = 0; i < from->count; i++) {
        struct rrset set = copy_set(p, &from->sets[i]);
        if (sets != NULL)
            sets[i] = set;
    }
    return (struct section){sets, from->count};
}

static const struct reply *pack_reply(struct packer *p, const struct reply *from)
{
    struct reply *to = take(p, sizeof(*to));
    struct reply r = *from;
    r.edns_options = put(p, from->edns_options, from->edns_options_length);
    r.answer = copy_section(p, &from->answer);
    r.authority = copy_section(p, &from->authority);
    r.additional = copy_section(p, &from->additional);
    if (to != NULL)
        *to = r;
    return to;
}

/* The set lies in one of the sections of the reply that was copied: point at its copy. */
static const struct rrset *same_place(const struct rrset *set, const struct reply *from,
                                      const struct reply *to)
{
    const struct section *const old[] = {&from->answer, &from->authority};
    const struct section *const new[] = {&to->answer, &to->authority};
    for (size_t s = 0; s < ARRAY_SIZE(old); s++) {
        for (size_t i = 0; i < old[s]->count; i++) {
            if (&old[s]->sets[i] == set)
                return &new[s]->sets[i];
        }
    }
    return NULL;
}

static const struct answer *pack_answer(struct packer *p, const struct answer *from)
{
    struct answer *to = take(p, sizeof(*to));
    struct answer r = *from;
    r.owner = put_name(p, from->owner);
    r.target = put_name(p, from->target);
    r.zone = put_name(p, from->zone);
    r.reply = from->reply != NULL ? pack_reply(p, from->reply) : NULL;
    if (from->rrset != NULL) {
        r.rrset = r.reply != NULL ? same_place(from->rrset, from->reply, r.reply) : NULL;
        if (r.rrset == NULL) {
            struct rrset *set = take(p, sizeof(*set));
            struct rrset copied = copy_set(p, from->rrset);
            if (set != NULL)
                *set = copied;
            r.rrset = set;
        }
    }
    if (to != NULL)
        *to = r;
    return to;
}

const struct answer *copy_answer(struct arena *a, const struct answer *answer)
{
    struct packer p = {.arena = a};
    const struct answer *copy = pack_answer(&p, answer);
    return p.failed ? NULL : copy;
}

const struct reply *copy_reply(struct arena *a, const struct reply *reply)
{
    struct packer p = {.arena = a};
    const struct reply *copy = pack_reply(&p, reply);
    return p.failed ? NULL : copy;
}

/* ---- counted blocks ---------------------------------------------------------------------- */

static void *block_new(struct packer *measured, size_t head, enum kept_kind kind)
{
    size_t size = head + measured->used;
    struct kept *k = calloc(1, size);
    if (k == NULL)
        return NULL;
    atomic_init(&k->references, 1);
    k->kind = kind;
    k->size = size;
    *measured = (struct packer){.base = (uint8_t *)k + head};
    return k;
}

#define HEAD(type) ((sizeof(type) + PACK_ALIGN - 1) & ~(PACK_ALIGN - 1))

struct kept_answer *keep_answer(const struct answer *answer)
{
    struct packer p = {0};
    pack_answer(&p, answer);
    struct kept_answer *k = block_new(&p, HEAD(struct kept_answer), KEPT_ANSWER);
    if (k != NULL)
        k->answer = pack_answer(&p, answer);
    return k;
}

struct kept_reply *keep_reply(const struct reply *reply)
{
    struct packer p = {0};
    pack_reply(&p, reply);
    struct kept_reply *k = block_new(&p, HEAD(struct kept_reply), KEPT_REPLY);
    if (k != NULL)
        k->reply = pack_reply(&p, reply);
    return k;
}

static void pack_zone(struct packer *p, const struct zone_cut *from, struct zone_cut *to)
{
    const dname *apex = put_name(p, from->apex);
    struct server *servers = take(p, from->count * sizeof(*servers));
    const dname *name = NULL;
    for (size_t i = 0; i < from->count; i++) {
        /* sorted by name: the addresses of one server share its name */
        if (i == 0 || !dname_equal(from->servers[i].name, from->servers[i - 1].name))
            name = put_name(p, from->servers[i].name);
        if (servers != NULL)
            servers[i] = (struct server){name, from->servers[i].address};
    }
    if (to != NULL) {
        to->apex = apex;
        to->servers = servers;
    }
}

struct zone_cut *keep_zone(const struct zone_cut *from)
{
    struct packer p = {0};
    pack_zone(&p, from, NULL);
    struct zone_cut *z = block_new(&p, HEAD(struct zone_cut), KEPT_ZONE);
    if (z == NULL)
        return NULL;
    z->count = from->count;
    z->reason = from->reason;
    z->by_answer = from->by_answer;
    z->undelegated = from->undelegated;
    z->parent = from->parent != NULL ? zone_hold(from->parent) : NULL;
    pack_zone(&p, from, z);
    return z;
}

void kept_hold(const struct kept *k)
{
    /* The count is the one thing that changes in an object that is otherwise read-only for everybody. */
    atomic_fetch_add_explicit((atomic_uint *)(uintptr_t)&k->references, 1, memory_order_relaxed);
}

void kept_release(const struct kept *k)
{
    while (k != NULL) {
        atomic_uint *count = (atomic_uint *)(uintptr_t)&k->references;
        if (atomic_fetch_sub_explicit(count, 1, memory_order_acq_rel) != 1)
            return;
        const struct zone_cut *parent = NULL;
        if (k->kind == KEPT_ZONE)
            parent = ((const struct zone_cut *)(const void *)k)->parent;
        free((void *)(uintptr_t)k);
        k = parent != NULL ? &parent->kept : NULL;
    }
}

static void release_adopted(void *object)
{
    kept_release(object);
}

bool kept_adopt(struct arena *a, const struct kept *k)
{
    kept_hold(k);
    return arena_adopt(a, (void *)(uintptr_t)k, release_adopted) != NULL; /* released at once on failure */
}
