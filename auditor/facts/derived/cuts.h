/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a name lives, from answers that were wanted anyway; only what they leave open is asked for as a cut. */
#ifndef ZONEVET_FACTS_DERIVED_CUTS_H
#define ZONEVET_FACTS_DERIVED_CUTS_H

#include "auditor/facts/facts.h"

/** The apex that the answer itself names: the owner of the SOA beside a denial (RFC 2308 section 3) or the signer of
 * the data. NULL if nothing in it tells. */
const dname *answer_names_zone(const struct answer *answer);

/** The zone that holds the name: by its AAAA answer, which is wanted of nearly every name, else by its cut.
 * @return as facts_cut: PENDING, UNKNOWN with *reason, or KNOWN with *apex */
enum fact_state zone_holding(struct facts *f, const dname *name, const dname **apex, enum reason *reason);

/** Is the name, which lies below the target, the apex of a zone of its own? An alias is not.
 * @return as facts_cut: PENDING, UNKNOWN with *reason, or KNOWN with *is_cut */
enum fact_state child_cut(struct facts *f, const dname *name, bool *is_cut, enum reason *reason);

#endif
