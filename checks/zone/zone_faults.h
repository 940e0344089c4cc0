/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings from what the reader of a zone met. */
#ifndef ZONEVET_CHECKS_ZONE_FAULTS_H
#define ZONEVET_CHECKS_ZONE_FAULTS_H

#include "auditor/check.h"

/** Kinds as a set: ZONE_KIND(ZONE_FAULT_SYNTAX) | ZONE_KIND(ZONE_FAULT_END). */
#define ZONE_KIND(kind) (1U << (kind))

/**
 * One finding for each fault or remark of these kinds, at its owner (at the zone if it has none or lies
 * outside), at its place. What tells two of them apart is type and text of the record, never a line: files
 * are edited.
 * @param pass  the text of a pass
 * @return the verdict; skipped if there is no zone file
 */
enum verdict zone_faults_report(struct facts *f, struct findings *out, unsigned kinds, const char *pass);

/** zone.syntax beside a fault whose own check is about the text: name servers refuse to load what it stands
 * in, so it is an effect that names its cause (DESIGN section 10, decision 4). */
void zone_faults_effects(struct facts *f, struct findings *out, enum zone_fault kind, const char *cause);

/** A discriminator that nothing else of this run of the check has: "text", "text (2)" ... In
 * scratch memory. */
struct table;
const char *zone_faults_distinct(struct facts *f, struct table *seen, const dname *subject, const char *text);

#endif
