/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of a signed zone from its NSEC chain (RFC 4034 section 4.1.1): steps that can be judged without a
 * network. */
#ifndef ZONEVET_COLLECT_WALK_H
#define ZONEVET_COLLECT_WALK_H

#include "auditor/facts/facts.h"

#define WALK_NAMES_MAX 10000U
#define WALK_MS 30000U

/** What a denial for a name that nobody has tells about the zone: UNSIGNED, NSEC (a chain worth following),
 * NSEC3 or MINIMAL (made up around the name that was asked). */
enum walk_outcome walk_judge(const struct reply *reply, const dname *asked);

/** The NSEC of exactly this owner in the answer or authority section, or NULL. */
const struct rrset *walk_nsec(const struct reply *reply, const dname *owner);

enum walk_step { WALK_ON, WALK_HOME, WALK_MADE_UP, WALK_BROKEN };

/** May the chain of the zone go from one name to the next? HOME: back at the apex; MADE_UP: the successor
 * that minimal signers give; BROKEN: backwards, or out of the zone. */
enum walk_step walk_step(const dname *zone, const dname *from, const dname *to);

/** The first name in canonical order behind a name and all that is below it, in the same zone; NULL if there
 * is none. */
const dname *walk_beyond(struct arena *a, const dname *name);

#endif
