/* SPDX-License-Identifier: BSD-2-Clause */
/* What a change does to a zone: the sets that the old and the new state of it have different, by effect and
 * not by text (order, case of names, comments, the way a TTL is written are no change). What signers make
 * anew with every signature stands apart, so that a zone signed again is no edit of everything. Pure. */
#ifndef ZONEVET_FACTS_DERIVED_CHANGE_H
#define ZONEVET_FACTS_DERIVED_CHANGE_H

#include "auditor/facts/facts.h"
#include "auditor/facts/zone.h"

enum change_kind {
    CHANGE_ADDED,
    CHANGE_REMOVED,
    CHANGE_DATA, /* other records, whatever became of the TTL */
    CHANGE_TTL,  /* the same records */
};

#define CHANGE_NOWHERE UINT32_MAX

/** One set that differs. Zones have millions: places, no copies. */
struct change_item {
    uint32_t before, after; /* index of the owner in the old and new zone, or CHANGE_NOWHERE */
    uint16_t type;
    uint16_t gone, come; /* records only the old, only the new state has */
    uint8_t kind;        /* enum change_kind */
};

enum change_state {
    CHANGE_NO_OLD_STATE, /* nothing to compare with was given */
    CHANGE_NEW_ZONE,     /* the old state has no such zone */
    CHANGE_NO_ZONE,      /* the new zone was not given as a file */
    CHANGE_FAILED,       /* no memory */
    CHANGE_KNOWN,
};

struct change {
    enum change_state state;
    const struct zone *before, *after;
    /* In canonical order of owners, then by type; without the SOA and what signers make. */
    const struct change_item *items;
    size_t count;
    size_t kinds[4];                      /* items, by enum change_kind */
    size_t records_before, records_after; /* as far as items are about them */
    size_t records_gone, records_come;
    size_t derived; /* owners whose signatures, NSEC, NSEC3, NSEC3PARAM or ZONEMD differ */
    bool soa_known; /* both sides have one SOA */
    struct soa soa_before, soa_after;
    bool soa_edited;   /* more of it than the serial, the TTL included */
    bool served_live;  /* the old side was read from servers, name by name */
    bool signed_later; /* servers or the provider sign what the new state says: it has no keys */
};

/** Of the target's zone. Never NULL. */
const struct change *change_of(struct facts *f);

const dname *change_owner(const struct change *c, const struct change_item *item);
/** The set before and after, made in the arena; NULL where there is none. */
const struct rrset *change_before(const struct change *c, struct arena *a, const struct change_item *item);
const struct rrset *change_after(const struct change *c, struct arena *a, const struct change_item *item);

/** The record, ignoring the case of names in it, is one of the set's. set may be NULL. */
bool change_has_record(const struct rrset *set, const struct rdata *record);

/** A place in the new zone to show for that owner: its first record, else the SOA, else NULL. */
const struct location *change_place(const struct change *c, struct arena *a, const dname *owner,
                                    uint16_t type);

/** The zone of one side that answers for the name (for DS: the one above), or NULL. side may be NULL. */
const struct zone *change_zone_of(const struct zone_set *side, const dname *name, uint16_t type);

enum change_side { CHANGE_OLD, CHANGE_NEW };

/** All zones of one side; NULL if there is no old state. */
const struct zone_set *change_zones(struct facts *f, enum change_side side);

/**
 * What one side says of a name and type, aliases followed within its zones.
 * @return state RRSET, NODATA, NXDOMAIN or UNKNOWN: no zone given, below a cut to such a zone, or a zone that
 * is not whole (zone_gaps). Where both sides are such a zone, what the old one had and the new one has not is
 * absent: plans are exact about what they take away.
 */
struct answer change_lookup(struct facts *f, enum change_side side, struct arena *a, const dname *name,
                            uint16_t type);

/** The same without following: ALIAS too. */
struct answer change_answer(struct facts *f, enum change_side side, struct arena *a, const dname *name,
                            uint16_t type);

#endif
