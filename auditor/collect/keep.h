/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts that outlive a target: immutable, counted, each in one piece of memory. A store that uses one adopts
 * a reference and points into it, so what a thousand targets share exists once. */
#ifndef ZONEVET_COLLECT_KEEP_H
#define ZONEVET_COLLECT_KEEP_H

#include "auditor/facts/facts.h"

#include <stdatomic.h>

enum kept_kind { KEPT_ANSWER, KEPT_REPLY, KEPT_ZONE };

struct kept {
    atomic_uint references;
    enum kept_kind kind;
    size_t size; /* octets in all */
};

/** A zone cut with the addresses of its servers, as a referral (or an answer, or the user) gave them. */
struct zone_cut {
    struct kept kept;
    const dname *apex;
    const struct zone_cut *parent; /* a reference of its own; NULL for the root */
    const struct server *servers;  /* sorted by name, then address */
    size_t count;
    enum reason reason; /* why there is no server, if count is 0 */
    bool by_answer;     /* parent and child live on the same servers: there was no referral */
    bool undelegated;   /* --ns */
};

struct kept_answer {
    struct kept kept;
    const struct answer *answer;
};

struct kept_reply {
    struct kept kept;
    const struct reply *reply;
};

/* All three return an object with one reference, or NULL without memory. */
struct kept_answer *keep_answer(const struct answer *answer);
struct kept_reply *keep_reply(const struct reply *reply);
/** Copies names and servers; takes a reference of from->parent. */
struct zone_cut *keep_zone(const struct zone_cut *from);

/** Deep copies into an arena; NULL without memory. */
const struct answer *copy_answer(struct arena *a, const struct answer *answer);
const struct reply *copy_reply(struct arena *a, const struct reply *reply);

void kept_hold(const struct kept *k);
void kept_release(const struct kept *k); /* NULL is allowed */

/** Let the arena hold a reference that the caller keeps besides. @return false (nothing held) without memory
 */
bool kept_adopt(struct arena *a, const struct kept *k);

static inline const struct zone_cut *zone_hold(const struct zone_cut *z)
{
    kept_hold(&z->kept);
    return z;
}

static inline void zone_release(const struct zone_cut *z)
{
    if (z != NULL)
        kept_release(&z->kept);
}

#endif
