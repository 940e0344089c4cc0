/* SPDX-License-Identifier: BSD-2-Clause */
/* What kind of zone the file of the target holds; in a live run every zone is taken for an ordinary one. */
#ifndef ZONEVET_FACTS_DERIVED_ZONE_KIND_H
#define ZONEVET_FACTS_DERIVED_ZONE_KIND_H

#include "auditor/facts/facts.h"

/**
 * The zone is a response policy zone (RPZ): its owners are triggers, not names that anybody looks up. True if
 * most of its owners look like triggers, or the option of zone.rpz-invalid says so.
 */
bool zone_kind_policy(struct facts *f);

/**
 * Programs read the zone as a list and nobody looks its names up: a response policy zone, or a catalog zone
 * (RFC 9432: a version, the names of zones, and by its section 4.1 "invalid." for a name server). What the
 * public is owed does not apply.
 */
bool zone_kind_unasked(struct facts *f);
/** The zone is a catalog zone: its TTLs mean nothing (RFC 9432 section 4). */
bool zone_kind_catalog(struct facts *f);
/** Every resolver answers for such a zone itself: localhost, reverse zones of private and special addresses
 * (RFC 6303, 6761). */
bool zone_kind_local(const dname *apex);
/** That, or a name that is only used inside a network (RFC 6762, 8375; "internal"). */
bool zone_kind_inside(const dname *apex);

/** An RPZ trigger label below the apex: "rpz-ip" and its kin. */
enum rpz_trigger { RPZ_QNAME, RPZ_IP, RPZ_CLIENT_IP, RPZ_NSIP, RPZ_NSDNAME, RPZ_UNKNOWN };
/** How an owner of a policy zone is read; *labels is the number of labels left of the trigger label (or of
 * the apex). */
enum rpz_trigger zone_kind_trigger(const dname *owner, const dname *apex, unsigned *labels);
/** A CNAME target with a meaning of its own in a policy zone: ".", "*.", "rpz-passthru." ... */
bool zone_kind_policy_target(const dname *target);

#endif
