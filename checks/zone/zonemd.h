/* SPDX-License-Identifier: BSD-2-Clause */
/* The digest of a zone, RFC 8976: the SIMPLE scheme with SHA-384 and SHA-512. */
#ifndef ZONEVET_CHECKS_ZONE_ZONEMD_H
#define ZONEVET_CHECKS_ZONE_ZONEMD_H

#include "auditor/facts/zone.h"

#define ZONEMD_SIMPLE 1
#define ZONEMD_SHA384 1
#define ZONEMD_SHA512 2
#define ZONEMD_DIGEST_MAX 64

/** One ZONEMD record (RFC 8976 section 2.2). */
struct zonemd {
    uint32_t serial;
    uint8_t scheme, hash;
    const uint8_t *digest;
    size_t length;
};
/** @return false if the RDATA is shorter than the smallest legal one (6 octets and a digest of 12) */
bool zonemd_read(const struct rdata *rdata, struct zonemd *out);

/** Octets of a digest; 0 for algorithms that are not known. */
size_t zonemd_digest_length(uint8_t hash);

struct zonemd_digests {
    bool wanted[3];                       /* by hash algorithm */
    uint8_t digest[3][ZONEMD_DIGEST_MAX]; /* of those */
};

/** Digest the whole zone in one pass (section 3.3.1): every record in canonical order and form, but the
 * ZONEMD records at the apex and their signatures, each only once. Memory does not grow with the zone.
 * @return STATUS_OK, STATUS_NOMEM */
enum status zonemd_compute(const struct zone *zone, struct zonemd_digests *io);

#endif
