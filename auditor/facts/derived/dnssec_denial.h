/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a set of NSEC or NSEC3 records prove that a name or type is not there? A pure decision over records whose
 * signatures were judged before (RFC 4035 section 5.4, RFC 5155 section 8, RFC 6840 section 4, RFC 9824). */
#ifndef ZONEVET_FACTS_DERIVED_DNSSEC_DENIAL_H
#define ZONEVET_FACTS_DERIVED_DNSSEC_DENIAL_H

#include "auditor/facts/derived/dnssec_crypto.h"

#define DENIAL_RECORDS_MAX 16

enum denial_question {
    DENIAL_OF_NAME,     /* the name does not exist and no wildcard takes its place */
    DENIAL_OF_TYPE,     /* the name exists or is covered by a wildcard, the type is not there */
    DENIAL_OF_DS,       /* no DS at a delegation: an insecure delegation if proven */
    DENIAL_OF_CLOSER,   /* a wildcard was expanded: nothing closer to the name exists */
};

enum denial_result {
    DENIAL_PROVEN,
    DENIAL_OPTOUT,     /* proven up to unsigned delegations: insecure, not wrong (RFC 5155 section 9.2) */
    DENIAL_COSTLY,     /* NSEC3 beyond NSEC3_BLOCKS_MAX: counts as insecure */
    DENIAL_ABSENT,     /* no usable NSEC or NSEC3 among the records */
    DENIAL_INCOMPLETE, /* records are there, and do not prove it */
};

struct denial_proof {
    enum denial_result result;
    bool name_denied;     /* DENIAL_OF_TYPE answered by a record with NXNAME: the name does not exist (RFC 9824) */
    bool nsec3;
    const char *missing;  /* INCOMPLETE: what is not proven, in words of ours */
    const dname *encloser; /* closest encloser, where one was needed; points into name */
};

/**
 * @param sets   NSEC and NSEC3 sets of the zone with good signatures; others are ignored
 * @param name   what was asked
 * @param type   what was asked; RRTYPE_DS for DENIAL_OF_DS
 * @param labels DENIAL_OF_CLOSER: labels of the wildcard without "*" (the labels field of the RRSIG)
 */
struct denial_proof denial_prove(const struct rrset *const *sets, size_t count, const dname *zone, const dname *name,
                                 uint16_t type, enum denial_question question, unsigned labels);

#endif
