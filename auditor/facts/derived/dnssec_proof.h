/* SPDX-License-Identifier: BSD-2-Clause */
/* Denial of existence as an answer carries it: which of its NSEC and NSEC3 records have good signatures, and what those
 * prove. */
#ifndef ZONEVET_FACTS_DERIVED_DNSSEC_PROOF_H
#define ZONEVET_FACTS_DERIVED_DNSSEC_PROOF_H

#include "auditor/facts/derived/dnssec.h"
#include "auditor/facts/derived/dnssec_denial.h"

struct dnssec_proof {
    enum dnssec_status status;  /* SECURE: proven; INSECURE: opt-out or too costly; BOGUS; UNDETERMINED */
    enum dnssec_why why;
    enum reason reason;
    const dname *owner;         /* BOGUS by a signature: of that NSEC or NSEC3 set */
    struct denial_proof proof;
};

/** From the authority section of a message. */
struct dnssec_proof dnssec_proof_of_reply(struct facts *f, const struct reply *reply, const dname *zone,
                                          struct dnssec_keys keys, const dname *name, uint16_t type,
                                          enum denial_question question, unsigned labels);

/** From an answer: its message, or the zone file it came from. */
struct dnssec_proof dnssec_proof_of_answer(struct facts *f, const struct answer *answer, const dname *zone,
                                           struct dnssec_keys keys, enum denial_question question, unsigned labels);

#endif
