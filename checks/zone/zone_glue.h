/* SPDX-License-Identifier: BSD-2-Clause */
/* What the NS records of a zone file point at: one pass over all delegations for the checks that need to
 * know. */
#ifndef ZONEVET_CHECKS_ZONE_GLUE_H
#define ZONEVET_CHECKS_ZONE_GLUE_H

#include "checks/zone/zone_check.h"

/** A server of a delegation that lies in this zone and has no address in it, or is an alias there. */
struct zone_glue_gap {
    size_t node;     /* of the delegation */
    uint16_t record; /* of its NS set */
    bool in_domain;  /* it lies at or below the delegation itself: what is missing is glue */
    bool alias;      /* its name has a CNAME, which RFC 2181 section 10.3 forbids */
};

struct zone_glue {
    const uint8_t *needed;            /* one bit a node: some NS record of the zone points at it */
    const struct zone_glue_gap *gaps; /* in order of the nodes; at most 10,000 */
    size_t gap_count;
};

/** Of the target's zone file; NULL only without memory or without a file. */
const struct zone_glue *zone_glue_of(struct facts *f);

static inline bool zone_glue_needed(const struct zone_glue *glue, size_t node)
{
    return ((unsigned)glue->needed[node / 8] >> (node % 8) & 1U) != 0;
}

/** Another zone that was given holds this set: the child's data stands in the parent's file too
 * (zone.duplicate-zone). */
bool zone_glue_elsewhere(struct facts *f, const dname *owner, uint16_t type);

#endif
