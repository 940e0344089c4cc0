/* SPDX-License-Identifier: BSD-2-Clause */
/* The source of facts for zone files: answers at once, and says needs-live where only the network could tell. */
#ifndef ZONEVET_FACTS_OFFLINE_H
#define ZONEVET_FACTS_OFFLINE_H

#include "auditor/facts/store.h"
#include "auditor/facts/zone.h"

/** All zones of one run: they are judged together, so a name of one zone may be looked up for another. */
struct offline {
    const struct zone *const *zones;
    size_t count;
};

/** context of the source is the struct offline, which must outlive the stores. */
struct source offline_source(const struct offline *zones);

/** The deepest zone that holds the name, or NULL. DS belongs to the zone above, if that is given. */
const struct zone *offline_zone(const struct offline *zones, const dname *name, uint16_t type);

/** The walk that an NSEC chain in the zone allows: what facts_walk gives offline. */
const struct walk *offline_walk(struct arena *a, const struct zone *zone);

#endif
