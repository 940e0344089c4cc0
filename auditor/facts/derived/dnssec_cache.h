/* SPDX-License-Identifier: BSD-2-Clause */
/* Results of signature checks shared by all targets of a run: the root and the TLDs are verified once, not once a
 * target. Thread-safe, of fixed size, and without effect on any result: only what was computed is remembered, under a
 * SHA-256 of key, signature and data. Made by the front door, handed on in settings; checks never see it. */
#ifndef ZONEVET_FACTS_DERIVED_DNSSEC_CACHE_H
#define ZONEVET_FACTS_DERIVED_DNSSEC_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DNSSEC_CACHE_KEY 32 /* octets: SHA-256 */

struct dnssec_cache;

/** @param slots  entries kept, each 40 octets; rounded up to a power of two. @return NULL without memory */
struct dnssec_cache *dnssec_cache_new(size_t slots);
void dnssec_cache_free(struct dnssec_cache *cache); /* NULL is allowed */

/** @return true if known; *good is the result then. cache may be NULL. */
bool dnssec_cache_get(struct dnssec_cache *cache, const uint8_t key[static DNSSEC_CACHE_KEY], bool *good);
void dnssec_cache_put(struct dnssec_cache *cache, const uint8_t key[static DNSSEC_CACHE_KEY], bool good);

#endif
