/* SPDX-License-Identifier: BSD-2-Clause */
/* The plain functions of OpenSSL, which are in every 3.x. Since 3.0 SHA256() looks its algorithm up by name at each call,
 * which takes longer than hashing what we hash, and the first call sets the whole library up: milliseconds before the
 * first query. */
#define OPENSSL_API_COMPAT 0x10100000L /* these functions are deprecated for reasons of certified modules */
#include "auditor/base/digest.h"

#include <openssl/sha.h>

void digest_sha256(const void *octets, size_t length, uint8_t out[static DIGEST_SHA256])
{
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, octets, length);
    SHA256_Final(out, &context);
}

void digest_sha1(const void *octets, size_t length, uint8_t out[static DIGEST_SHA1])
{
    SHA_CTX context;
    SHA1_Init(&context);
    SHA1_Update(&context, octets, length);
    SHA1_Final(out, &context);
}
