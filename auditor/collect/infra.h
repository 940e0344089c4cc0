/* SPDX-License-Identifier: BSD-2-Clause */
/* What the threads of a run share: zone cuts with their servers, answers for names outside the targets, facts
 * about servers. Bounded caches of counted objects; the least used go first, so memory stays flat over any
 * number of targets. */
#ifndef ZONEVET_COLLECT_INFRA_H
#define ZONEVET_COLLECT_INFRA_H

#include "auditor/collect/collect.h"
#include "auditor/collect/keep.h"

struct cache;

/** @return NULL without memory */
struct cache *cache_new(size_t max_entries, size_t max_octets);
void cache_free(struct cache *c);

/** @return the object with a reference for the caller, or NULL */
const struct kept *cache_get(struct cache *c, const void *key, size_t key_length, uint64_t now_ms);

/** Keep the object (a reference of its own) until expires_ms or until there is no room; replaces what was
 * there. */
void cache_put(struct cache *c, const void *key, size_t key_length, const struct kept *k,
               uint64_t expires_ms);

size_t cache_count(const struct cache *c); /* for tests: the caller is alone */

struct infra;

struct infra *infra_new(const struct collect_options *options);
void infra_free(struct infra *i);

/** The root, from the hints. Not counted for the caller. */
const struct zone_cut *infra_root(const struct infra *i);

/** The deepest known cut at or above the name; with a reference. Never NULL: the root is always known.
 * @param referral_only  leave out cuts found by an answer of servers that hold the parent as well: what a
 * lookup starts from must not depend on what else was asked before */
const struct zone_cut *infra_closest(struct infra *i, const dname *name, bool referral_only, uint64_t now_ms);
void infra_keep_cut(struct infra *i, const struct zone_cut *z, uint64_t now_ms);

const struct kept_answer *infra_answer(struct infra *i, const dname *owner, uint16_t type, uint64_t now_ms);
void infra_keep_answer(struct infra *i, const struct kept_answer *k, uint64_t now_ms);

/** Replies to questions about a server (ASK_SHARED), by the whole question. */
const struct kept_reply *infra_reply(struct infra *i, const struct ask *ask, uint64_t now_ms);
void infra_keep_reply(struct infra *i, const struct ask *ask, const struct kept_reply *k);

/** Octets that tell two questions apart. @return their number, at most ASK_KEY_MAX */
#define ASK_KEY_MAX (DNAME_MAX + 64)
size_t ask_key(const struct ask *ask, uint8_t key[static ASK_KEY_MAX]);

/** The deepest target at or above the name, or NULL. */
const dname *infra_target(const struct infra *i, const dname *name);

/** Addresses the user gave by hand: hints, forwarder, --ns. */
bool infra_given(const struct infra *i, const struct address *a);

#endif
