/* SPDX-License-Identifier: BSD-2-Clause */
/* A zone in memory with the lookup rules of RFC 1034 section 4.3.2: cuts, wildcards (RFC 4592), aliases, DNAME
 * (RFC 6672), empty non-terminals. Filled from a master file (facts/zonefile.h), a transfer or a test. */
#ifndef ZONEVET_FACTS_ZONE_H
#define ZONEVET_FACTS_ZONE_H

#include "auditor/facts/facts.h"

struct zone_node {
    const dname *owner;         /* lower case */
    const struct rrset *sets;   /* sorted by type; RRSIGs are in the sets they cover (and orphans in a set of their own) */
    size_t set_count;           /* 0 never happens: empty non-terminals have no node */
};

/** @return an empty zone; NULL without memory */
struct zone *zone_new(const dname *apex);
void zone_free(struct zone *z); /* NULL is allowed */

/** Add one record in any order. owner and rdata are copied, the owner lower-cased; exact duplicates are dropped.
 * Records outside the apex are refused with STATUS_USAGE. where may be NULL; its file text is kept by pointer. */
enum status zone_add(struct zone *z, const dname *owner, uint16_t type, uint16_t class, uint32_t ttl_s,
                     const uint8_t *rdata, uint16_t rdata_length, const struct location *where);

/** Sort and index; no zone_add after it, no lookup before it. */
enum status zone_finish(struct zone *z);

const dname *zone_apex(const struct zone *z);

/** Nodes in canonical order. */
size_t zone_node_count(const struct zone *z);
const struct zone_node *zone_node_at(const struct zone *z, size_t index);
/** The node with that owner, or NULL. */
const struct zone_node *zone_node(const struct zone *z, const dname *owner);
/** The set at exactly that owner, cuts and wildcards not considered; or NULL. */
const struct rrset *zone_rrset(const struct zone *z, const dname *owner, uint16_t type);
/** The name is an owner or an empty non-terminal. */
bool zone_name_exists(const struct zone *z, const dname *name);
/** The owner of the topmost NS set above or at the name, other than the apex; NULL if the name is not at or below a cut. */
const dname *zone_cut(const struct zone *z, const dname *name);

/**
 * What an authoritative server of this zone says. *out is filled; rrset and target may be allocated in `a` (wildcard
 * synthesis). A name at or below a cut gives ANSWER_NODATA with *referral set to the NS set of the cut (DS at the cut
 * itself is answered). A name outside the zone gives ANSWER_UNKNOWN, REASON_OUT_OF_SCOPE.
 * @param denial  if not NULL: receives the NSEC or NSEC3 sets (with signatures) that prove a negative or wildcard
 *                answer, at most 3, and *denial_count their number; the SOA is not among them
 */
void zone_answer(const struct zone *z, struct arena *a, const dname *owner, uint16_t type, struct answer *out,
                 const struct rrset **referral, const struct rrset *denial[3], size_t *denial_count);

#endif
