/* SPDX-License-Identifier: BSD-2-Clause */
/* ECDSA P-256 for very many signatures by few keys: tables of multiples of the base point and of each key,
 * and batches whose divisions are shared, so that a signature costs a sixth of what a general library
 * needs. Signatures and keys are public: nothing here is meant for secrets, and nothing takes constant
 * time.
 *
 * GOOD is to be relied on. BAD and UNSURE are for the caller to put before OpenSSL, which then has the
 * last word. */
#ifndef ZONEVET_FACTS_DERIVED_DNSSEC_P256_H
#define ZONEVET_FACTS_DERIVED_DNSSEC_P256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define P256_POINT 64     /* octets: x and y, as DNSKEY holds them (RFC 6605 section 4) */
#define P256_SIGNATURE 64 /* octets: r and s, as RRSIG holds them */
#define P256_DIGEST 32    /* octets: SHA-256 */

/* Signatures of one key from which on its table pays for itself. */
#define P256_WORTHWHILE 300

/** False where the compiler has no 128-bit numbers: no table can be made then. */
bool p256_available(void);

/** The multiples of a point that a batch needs: read-only once made, shared by threads. */
struct p256_table;

/** Window in bits for that many signatures: small tables are made soon, large ones are used fast. */
unsigned p256_window(size_t signatures);

/** @param bits 4 to 14; the same for all tables of a batch. @return NULL if it is no point of the curve, or
 * without memory */
struct p256_table *p256_table_new(const uint8_t point[static P256_POINT], unsigned bits);
/** The table of the base point. */
struct p256_table *p256_table_base(unsigned bits);
void p256_table_free(struct p256_table *t); /* NULL is allowed */

enum p256_outcome {
    P256_GOOD,
    P256_BAD,
    P256_UNSURE, /* the sum of points met a case that is not worth code of its own */
};

struct p256_batch;

/* What fits the cache and lets a batch use most entries of a window more than once. */
#define P256_BATCH 4096

/** For one thread. @param base  outlives the batch */
struct p256_batch *p256_batch_new(const struct p256_table *base, size_t room);
void p256_batch_free(struct p256_batch *b); /* NULL is allowed */

/** Put a signature in; its index is the number of those before it. @return false if the batch is full */
bool p256_batch_add(struct p256_batch *b, const struct p256_table *key,
                    const uint8_t digest[static P256_DIGEST], const uint8_t signature[static P256_SIGNATURE]);
size_t p256_batch_count(const struct p256_batch *b);

/** Verify all that are in. Outcomes stay until the batch is emptied. */
void p256_batch_run(struct p256_batch *b);
enum p256_outcome p256_batch_outcome(const struct p256_batch *b, size_t index);
void p256_batch_empty(struct p256_batch *b);

#endif
