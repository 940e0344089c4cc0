/* SPDX-License-Identifier: BSD-2-Clause */
/* Following aliases hop by hop (RFC 1034 section 3.6.2, RFC 6672), every hop a fact of its own. */
#ifndef ZONEVET_FACTS_DERIVED_RESOLUTION_H
#define ZONEVET_FACTS_DERIVED_RESOLUTION_H

#include "auditor/facts/facts.h"

#define RESOLUTION_HOPS_MAX 11 /* where BIND and Unbound stop too */

struct resolution {
    const struct answer *hops[RESOLUTION_HOPS_MAX + 1]; /* hops[0] is the owner asked; the last is `last` */
    unsigned hop_count;                                 /* at least 1 */
    const struct answer *last; /* state RRSET, NODATA, NXDOMAIN, UNKNOWN or PENDING; ALIAS only if loop or too_long */
    bool loop;
    bool too_long;
};

/** The owner's data of that type through all aliases. */
const struct resolution *resolution_of(struct facts *f, const dname *owner, uint16_t type);

struct addresses {
    enum answer_state state; /* RRSET: at least one; NODATA, NXDOMAIN: none exists; UNKNOWN: a family could not be
                                asked and the other has none; PENDING */
    enum reason reason;
    const struct address *list; /* sorted */
    size_t count;
    bool loop;
    const dname *canonical;     /* the last name of the chain */
};

/** A and AAAA of a host through all aliases. */
const struct addresses *addresses_of(struct facts *f, const dname *host);

#endif
