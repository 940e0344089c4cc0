/* SPDX-License-Identifier: BSD-2-Clause */
/* Every signature of a zone file in one sweep, in several threads, those by ECDSA P-256 in batches
 * (dnssec_p256.h). The verdicts are those of dnssec_judge(); only what is not in order is kept. */
#ifndef ZONEVET_FACTS_DERIVED_DNSSEC_BULK_H
#define ZONEVET_FACTS_DERIVED_DNSSEC_BULK_H

#include "auditor/facts/derived/dnssec.h"
#include "auditor/facts/zone.h"

struct dnssec_bulk_found {
    size_t node; /* of the zone */
    uint16_t type;
    struct dnssec_judged judged;
};

struct dnssec_bulk {
    const struct dnssec_bulk_found *found; /* not good, or good for less than `soon`; canonical order */
    size_t found_count;
    size_t more;             /* sets not good beyond those */
    size_t judged;           /* in all */
    bool any_signed;         /* at least one set has a signature */
    bool incomplete;         /* part of the zone was not judged: no memory, or far too many keys */
    uint32_t algorithms_all; /* bit n: algorithm n < 32 signs every set that is good; all without one */
};

struct dnssec_bulk_ask {
    const struct zone *zone;
    const struct rrset *dnskey; /* of the zone: signatures are judged by all of its keys */
    int64_t soon_s;             /* keep good sets too that end within that many seconds */
    size_t keep;                /* at most */
    unsigned jobs;              /* threads */
    bool one_by_one;            /* every signature by OpenSSL: for tests that compare */
    size_t piece;               /* nodes that a thread takes at once; 0: as many as are good for batches */
};

/** Judge every set that a signer signs (RFC 4035 section 2.2) but the DNSKEY set of the apex, which is the
 * caller's. */
struct dnssec_bulk dnssec_bulk_judge(struct facts *f, struct arena *a, const struct dnssec_bulk_ask *ask);

#endif
