/* SPDX-License-Identifier: BSD-2-Clause */
/* The names that a record points at, and what each of them must have for the pointer to work. */
#ifndef ZONEVET_CHECKS_DANGLING_POINTERS_H
#define ZONEVET_CHECKS_DANGLING_POINTERS_H

#include "auditor/facts/rr.h"
#include "auditor/facts/zone.h"

enum pointer_need {
    POINTER_HOST,    /* an address: MX, SRV, SVCB, HTTPS, a: of SPF */
    POINTER_SERVER,  /* an address, as glue where that is needed: NS */
    POINTER_DATA,    /* addresses, or at least records: CNAME, PTR */
    POINTER_SUBTREE, /* to exist: DNAME */
    POINTER_MX,      /* an MX set: mx: of SPF */
    POINTER_SPF,     /* an SPF record: include: and redirect= */
    POINTER_MAIL,    /* an MX set or an address: reports of DMARC */
};

struct pointer {
    const dname *target; /* lower case */
    enum pointer_need need;
    const struct rrset *set;
    uint16_t index;  /* in set */
    const char *how; /* "include:" and the like, in SPF and DMARC records; else "" */
};

/** Nodes without one of these sets point nowhere. */
#define POINTER_TYPES                                                                                        \
    (ZONE_HAS(CNAME) | ZONE_HAS(NS) | ZONE_HAS(MX) | ZONE_HAS(SRV) | ZONE_HAS(SVCB) | ZONE_HAS(HTTPS) |      \
     ZONE_HAS(DNAME) | ZONE_HAS(PTR) | ZONE_HAS(TXT))

/** Call visit for every pointer of the set. Names that say "nothing here" (".") and those with macros are no
 * pointers; neither are the a and mx terms of SPF that mean their own name. */
void pointers_of(struct arena *a, const struct rrset *set,
                 void (*visit)(void *context, const struct pointer *p), void *context);

#endif
