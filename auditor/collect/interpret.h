/* SPDX-License-Identifier: BSD-2-Clause */
/* What a reply of one server means for a question to its zone: an answer to believe, a referral downwards, or
 * nothing. Pure; only records that the asked zone may speak about are looked at. */
#ifndef ZONEVET_COLLECT_INTERPRET_H
#define ZONEVET_COLLECT_INTERPRET_H

#include "auditor/facts/facts.h"

enum meaning {
    MEANING_USELESS,  /* reason says why: ask another server */
    MEANING_ANSWER,   /* answer is filled, its reply field too */
    MEANING_REFERRAL, /* referral is the NS set of a zone below */
};

struct reading {
    enum meaning meaning;
    enum reason reason;
    const struct rrset *referral;
    struct answer answer;
};

/**
 * @param apex       of the zone whose server was asked; what it says of names outside is not heard
 * @param owner      asked, lower case, at or below apex
 * @param recursive  the reply comes from a resolver: AA is not demanded, and there are no referrals
 */
void interpret(struct arena *a, const struct reply *reply, const dname *apex, const dname *owner,
               uint16_t type, bool recursive, struct reading *out);

/** The target of an alias by DNAME (RFC 6672 section 2.2): owner with the tail `from` replaced by `to`; NULL
 * if it is no legal name or without memory. */
const dname *dname_substitute(struct arena *a, const dname *owner, const dname *from, const dname *to);

/** The type's bit in an NSEC type bitmap that starts at octet `at` of the RDATA (RFC 4034 section 4.1.2). */
bool nsec_has_type(const struct rdata *nsec, uint16_t type);

/** How telling a reason is when several servers failed in different ways; a larger number wins. */
int reason_weight(enum reason reason);

#endif
