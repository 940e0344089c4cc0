/* SPDX-License-Identifier: BSD-2-Clause */
/* SHA-256 and SHA-1 of octets in memory, for fingerprints, keys of caches and NSEC3. Signatures go through EVP. */
#ifndef ZONEVET_BASE_DIGEST_H
#define ZONEVET_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_SHA256 32 /* octets */
#define DIGEST_SHA1 20

void digest_sha256(const void *octets, size_t length, uint8_t out[static DIGEST_SHA256]);
void digest_sha1(const void *octets, size_t length, uint8_t out[static DIGEST_SHA1]);

#endif
