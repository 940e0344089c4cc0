/* SPDX-License-Identifier: BSD-2-Clause */
/* Hash table from octet strings to pointers. Keys come from attackers, so the hash is keyed (SipHash-1-3)
 * with a secret drawn once a process; iteration is in order of insertion, so output never depends on it. */
#ifndef ZONEVET_BASE_TABLE_H
#define ZONEVET_BASE_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct table;

/** @return NULL without memory. Keys are copied into the table, values are the caller's. */
struct table *table_new(void);
void table_free(struct table *t); /* NULL is allowed */
void *table_get(const struct table *t, const void *key, size_t key_length);

/** Replace or insert. @return 0, or -1 without memory (table unchanged) */
int table_put(struct table *t, const void *key, size_t key_length, void *value);

size_t table_count(const struct table *t);

/** Value number `index` in order of insertion, 0 <= index < table_count. key may be NULL. */
void *table_at(const struct table *t, size_t index, const void **key, size_t *key_length);

/** Keyed hash, stable within a process only. */
uint64_t table_hash(const void *key, size_t key_length);

/** Unkeyed 64-bit hash (FNV-1a), the same in every process: for choices that must be repeatable. */
uint64_t table_hash_stable(const void *key, size_t key_length);

#endif
