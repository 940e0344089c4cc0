/* SPDX-License-Identifier: BSD-2-Clause */
/* Signing keys of test zones (tests/world_sign.c). */
#ifndef ZONEVET_TESTS_WORLD_KEYS_H
#define ZONEVET_TESTS_WORLD_KEYS_H

#include "auditor/facts/derived/dnssec_crypto.h"

#include <openssl/evp.h>

#define WORLD_KEY_MAX 520 /* octets of a DNSKEY or a signature */

struct world_key {
    EVP_PKEY *pair; /* NULL: an algorithm that nobody here computes */
    uint8_t algorithm;
    uint16_t tag;
    uint8_t dnskey[WORLD_KEY_MAX]; /* RDATA */
    uint16_t dnskey_length;
};

bool world_key_is_rsa(uint8_t algorithm);

/** The key of that zone, algorithm and role ("ksk", "zsk", any other word): always the same. */
void world_key_make(struct world_key *key, const dname *zone, uint8_t algorithm, const char *role, unsigned bits,
                    uint16_t flags, uint8_t protocol);
void world_key_free(struct world_key *key);

/** @return octets of the signature in DNSSEC form, 0 on failure */
size_t world_key_sign(const struct world_key *key, const uint8_t *data, size_t length,
                      uint8_t signature[static WORLD_KEY_MAX]);

#endif
