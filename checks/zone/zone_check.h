/* SPDX-License-Identifier: BSD-2-Clause */
/* What the checks of zone data share: places of records, lists of types, and what kind of zone the
 * input is. */
#ifndef ZONEVET_CHECKS_ZONE_CHECK_H
#define ZONEVET_CHECKS_ZONE_CHECK_H

#include "auditor/check.h"
#include "auditor/facts/derived/zone_kind.h"
#include "auditor/facts/zone.h"

/** The finding is about this record: its type and its place. Places are copied, for views are used again. */
void zone_check_at(struct facts *f, struct finding *finding, const struct rrset *set, uint16_t index);

/** The place of a record, copied to scratch memory; NULL if it is not from a file. */
const struct location *zone_check_where(struct facts *f, const struct rrset *set, uint16_t index);

/** "file:12", or "another record" if it is not from a file. In scratch memory. */
const char *zone_check_place(struct facts *f, const struct rrset *set, uint16_t index);

/** Mnemonic in scratch memory. */
const char *zone_check_type(struct facts *f, uint16_t type);

/** "A, MX and TXT": appends one word to a list in scratch memory. list is "" at the start. */
const char *zone_check_list(struct facts *f, const char *list, const char *word);

/** Names in the RDATA of a set that differ, case aside (offset as in rdata_name): 2 CNAME records with one
 * target are 1. At most `most` are counted. *second receives the index of the first record that differs from
 * record 0, if there is one. */
unsigned zone_check_distinct(const struct rrset *set, size_t offset, unsigned most, uint16_t *second);

/** Signatures and denial stand beside any data (RFC 4034 sections 3 and 4); a set without records is only
 * signatures. */
static inline bool zone_check_plain(const struct rrset *set)
{
    return set->count > 0 && set->type != RRTYPE_RRSIG && set->type != RRTYPE_NSEC;
}

/** SOA, NS and DNSSEC records at the apex are not in the input, for a provider keeps them: nothing follows
 * from their absence (octoDNS, exports, plans). */
bool zone_check_apex_elsewhere(struct facts *f);
/** So much was written already that the engine's limit of findings is long reached: looking on only costs
 * memory. */
static inline bool zone_check_enough(struct facts *f)
{
    return arena_used(facts_scratch(f)) > (size_t)64 << 20;
}

/** The input may lack any name or record (a plan holds only what it changes): nothing follows from any
 * absence. */
bool zone_check_partial(struct facts *f);

/** The zone that holds the name among all that were given, deepest first; NULL if none does. */
const struct zone *zone_check_holder(struct facts *f, const dname *name);
/** Position of the first zone of the set whose apex is not before the name in canonical order. */
size_t zone_check_position(const struct zone_set *set, const dname *name);

#endif
