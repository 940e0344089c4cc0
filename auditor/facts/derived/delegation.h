/* SPDX-License-Identifier: BSD-2-Clause */
/* The servers of a zone as the parent and the zone itself name them: the base of every check that asks servers.
 *
 * Live: the NS set and glue that every server of the parent gives (RFC 1034 section 4.2), the NS set that the child's
 * servers give, and the addresses of all of those names. Offline: the NS set at the apex and addresses in the file. */
#ifndef ZONEVET_FACTS_DERIVED_DELEGATION_H
#define ZONEVET_FACTS_DERIVED_DELEGATION_H

#include "auditor/facts/facts.h"

enum delegation_state {
    DELEGATION_PENDING,
    DELEGATION_UNKNOWN,  /* reason says why the parent could not tell */
    DELEGATION_NOT_APEX, /* the name is no zone apex; `zone` is the zone it lives in */
    DELEGATION_NONE,     /* the parent answers, and holds no NS set for the name (and no such name, if nxdomain) */
    DELEGATION_OK,
};

struct nameserver {
    const dname *name;
    bool at_parent, at_child;       /* in the NS set of that side */
    const struct address *glue;     /* addresses the parent sent with the referral */
    size_t glue_count;
    const struct address *addresses; /* authoritative addresses of the name; glue if those are unknown */
    size_t address_count;
    enum answer_state addresses_state; /* RRSET known; NODATA/NXDOMAIN: no address exists; UNKNOWN */
    enum reason addresses_reason;
    const struct answer *alias;     /* not NULL: the name is an alias (the CNAME answer) */
};

struct delegation {
    enum delegation_state state;
    enum reason reason;
    const dname *zone;              /* the apex: the name itself, or the zone it lives in (NOT_APEX) */
    const dname *parent;
    bool nxdomain;
    bool undelegated;               /* an undelegated test (--ns) */
    const struct nameserver *servers; /* union of both NS sets, canonical order of names */
    size_t server_count;
    const struct server *addresses; /* every (name, address) pair to ask, distinct addresses, sorted by address */
    size_t address_count;           /* at most 32 (hardening.md row 7) */
    bool parent_ns_known, child_ns_known;
    const struct rrset *child_ns;   /* apex NS set from the child; NULL if unknown */
    const struct reply *const *parent_replies; /* one a parent server address, in order of parent_servers */
    const struct server *parent_servers;
    size_t parent_count;
};

/** What one server of the parent zone says about the NS set of a child. */
enum parent_says {
    PARENT_SILENT,   /* no reply (or pending) */
    PARENT_REFERRAL, /* the delegation itself, with glue */
    PARENT_ANSWERS,  /* it serves the child too: the child's own NS set with AA, no referral and so no glue to judge */
    PARENT_DENIES,   /* authoritative: no such name, or no NS set at it */
    PARENT_OTHER,    /* an error, a lame answer, a referral elsewhere */
};

/** @param ns  if not NULL: receives the NS set (REFERRAL, ANSWERS) or NULL */
enum parent_says delegation_parent_says(const struct reply *reply, const dname *zone, const struct rrset **ns);

/** True if no server of the delegation has an address: it is certain that none exists, or that many names led nowhere
 * that resolvers give up too (five, as our own limit). */
bool delegation_hopeless(const struct delegation *d);

/** Of the zone whose apex is `name` (or that holds it, NOT_APEX). Never NULL. */
const struct delegation *delegation_of(struct facts *f, const dname *name);

#endif
