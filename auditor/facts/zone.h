/* SPDX-License-Identifier: BSD-2-Clause */
/* A zone in memory with the lookup rules of RFC 1034 section 4.3.2: cuts, wildcards (RFC 4592), aliases, DNAME
 * (RFC 6672), empty non-terminals. Filled from a master file (facts/zonefile.h), another input, a transfer or a test.
 *
 * Records are kept packed, about 70 octets each with everything: zones have millions. RRsets are made from them when
 * somebody looks: in a view that is used again and again (sweeps), or in an arena (single questions). A finished zone
 * is read-only and may be read by several threads, each with views of its own. */
#ifndef ZONEVET_FACTS_ZONE_H
#define ZONEVET_FACTS_ZONE_H

#include "auditor/facts/facts.h"

struct zone_node {
    const dname *owner;         /* lower case; lives as long as the zone */
    const struct rrset *sets;   /* sorted by type; RRSIGs are in the sets they cover (and orphans in a set of their own) */
    size_t set_count;           /* 0 never happens: empty non-terminals have no node */
    size_t index;               /* of zone_node_at() */
};

/** Room for the sets of one node; all zero at first. What it holds is good until it is used again. */
struct zone_view {
    struct zone_node node;
    struct rrset *sets;
    struct rdata *data;
    struct location *where;
    uint32_t *ttls;
    size_t set_room, data_room;
};
void zone_view_free(struct zone_view *v); /* leaves it all zero */
void zone_view_destroy(void *v);          /* the same, for arena_adopt */

/** Which sets a node has, as bits. Types without a bit of their own share ZONE_HAS_OTHER. */
enum zone_bit {
    ZONE_BIT_A, ZONE_BIT_NS, ZONE_BIT_CNAME, ZONE_BIT_SOA, ZONE_BIT_PTR, ZONE_BIT_MX, ZONE_BIT_TXT, ZONE_BIT_AAAA,
    ZONE_BIT_SRV, ZONE_BIT_NAPTR, ZONE_BIT_DNAME, ZONE_BIT_DS, ZONE_BIT_SSHFP, ZONE_BIT_RRSIG, ZONE_BIT_NSEC,
    ZONE_BIT_DNSKEY, ZONE_BIT_NSEC3, ZONE_BIT_NSEC3PARAM, ZONE_BIT_TLSA, ZONE_BIT_CDS, ZONE_BIT_CDNSKEY,
    ZONE_BIT_CSYNC, ZONE_BIT_ZONEMD, ZONE_BIT_SVCB, ZONE_BIT_HTTPS, ZONE_BIT_CAA, ZONE_BIT_ALIAS, ZONE_BIT_OTHER,
};
#define ZONE_HAS(name) (UINT64_C(1) << ZONE_BIT_##name) /* ZONE_HAS(A) | ZONE_HAS(AAAA) */
uint64_t zone_type_bit(uint16_t type);

/** Where a node stands towards zone cuts. */
enum zone_place {
    ZONE_PLACE_AUTH,  /* authoritative data of this zone, the apex among it */
    ZONE_PLACE_CUT,   /* a delegation: NS that is not the apex's */
    ZONE_PLACE_BELOW, /* below a delegation: glue or occluded */
};

/** @return an empty zone; NULL without memory */
struct zone *zone_new(const dname *apex);
void zone_free(struct zone *z); /* NULL is allowed */

/** Add one record in any order. owner and rdata are copied, the owner lower-cased; exact duplicates (same owner, type and
 * octets) are dropped by zone_finish. Records outside the apex are refused with STATUS_USAGE. where may be NULL; its file
 * text is kept by pointer (at most 65,000 different ones). */
enum status zone_add(struct zone *z, const dname *owner, uint16_t type, uint16_t class, uint32_t ttl_s,
                     const uint8_t *rdata, uint16_t rdata_length, const struct location *where);

/** Sort and index; no zone_add after it, no lookup before it. */
enum status zone_finish(struct zone *z);

/** What a zone from another input than a master file or a transfer does not hold. */
enum zone_gap {
    ZONE_GAP_APEX = 1 << 0,    /* SOA, apex NS and all of DNSSEC are kept by the provider, unless a record says otherwise */
    ZONE_GAP_RECORDS = 1 << 1, /* more names and sets may exist: absence proves nothing (a plan, a cut export) */
    ZONE_GAP_SETS = 1 << 2,    /* sets may have more records (a plan with one resource a record) */
};
void zone_set_gaps(struct zone *z, unsigned gaps);
unsigned zone_gaps(const struct zone *z);
/** What zone_answer() gave is not what the zone's servers are sure to say: only they could tell. */
bool zone_gap_hides(const struct zone *z, const struct answer *answer);

const dname *zone_apex(const struct zone *z);
/** Records without the duplicates. */
size_t zone_record_count(const struct zone *z);

/** Nodes in canonical order. */
size_t zone_node_count(const struct zone *z);
const dname *zone_owner_at(const struct zone *z, size_t index);
uint64_t zone_types_at(const struct zone *z, size_t index); /* ZONE_HAS bits; covered types of orphan RRSIGs are not in it */
enum zone_place zone_place_at(const struct zone *z, size_t index);
/** The node with all its sets, made in v. NULL only without memory. */
const struct zone_node *zone_node_at(const struct zone *z, size_t index, struct zone_view *v);
/** The node with that owner, or NULL. */
const struct zone_node *zone_node(const struct zone *z, const dname *owner, struct zone_view *v);
/** Its index, or SIZE_MAX. */
size_t zone_index(const struct zone *z, const dname *owner);
/** The first node whose owner is not before the name in canonical order; zone_node_count() if there is none. */
size_t zone_lower_bound(const struct zone *z, const dname *name);

/** The set of a type in a node, or NULL. */
const struct rrset *zone_node_set(const struct zone_node *node, uint16_t type);
/** The set at exactly that owner, cuts and wildcards not considered, made in the arena; or NULL. */
const struct rrset *zone_rrset(const struct zone *z, struct arena *a, const dname *owner, uint16_t type);
/** The same at a node. */
const struct rrset *zone_set_at(const struct zone *z, struct arena *a, size_t index, uint16_t type);
/** There is such a set. */
bool zone_has(const struct zone *z, const dname *owner, uint16_t type);
/** The name is an owner or an empty non-terminal. */
bool zone_name_exists(const struct zone *z, const dname *name);
/** The owner of the topmost NS set above or at the name, other than the apex; NULL if the name is not at or below a cut. */
const dname *zone_cut(const struct zone *z, const dname *name);

/** The lowest and the highest TTL of all records, so that sound zones need no look at each.
 * @return true if there is a set (RRSIGs aside) whose records have different ones: its `ttls` are not NULL */
bool zone_ttls(const struct zone *z, uint32_t *low, uint32_t *high);

/** A record that was dropped because the very same one was there before. */
struct zone_duplicate {
    const dname *owner;
    uint16_t type;
    struct location where, first;
};
/** The first 1,000 of them; *total is their number in all. */
const struct zone_duplicate *zone_duplicates(const struct zone *z, size_t *count, size_t *total);

/**
 * What an authoritative server of this zone says. *out is filled; rrset and target are allocated in `a`. A name at or
 * below a cut gives ANSWER_NODATA with *referral set to the NS set of the cut (DS at the cut itself is answered). A name
 * outside the zone gives ANSWER_UNKNOWN, REASON_OUT_OF_SCOPE.
 * @param denial  if not NULL: receives the NSEC or NSEC3 sets (with signatures) that prove a negative or wildcard
 *                answer, at most 3, and *denial_count their number; the SOA is not among them
 */
void zone_answer(const struct zone *z, struct arena *a, const dname *owner, uint16_t type, struct answer *out,
                 const struct rrset **referral, const struct rrset *denial[3], size_t *denial_count);

#endif
