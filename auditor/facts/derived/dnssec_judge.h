/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of dnssec_judge(), for those who verify in batches (dnssec_bulk.c). */
#ifndef ZONEVET_FACTS_DERIVED_DNSSEC_JUDGE_H
#define ZONEVET_FACTS_DERIVED_DNSSEC_JUDGE_H

#include "auditor/facts/derived/dnssec.h"

/** What speaks against a signature before it is verified; DNSSEC_WHY_NONE: nothing does. */
enum dnssec_why dnssec_sig_fault(const struct rrset *set, const dname *zone, struct dnssec_keys keys,
                                 const struct dnssec_sig *sig, int64_t now_s);

/** The same, and verified one by one (within `work`). data and scratch are room to work in. */
enum dnssec_why dnssec_sig_judge(struct facts *f, const struct rrset *set, const dname *zone,
                                 struct dnssec_keys keys, const struct dnssec_sig *sig, struct buf *data,
                                 struct arena *scratch, struct dnssec_work *work);

/** Why a key must not have signed zone data; DNSSEC_WHY_NONE: it may. */
enum dnssec_why dnssec_key_fault(const struct dnssec_key *key);

/** Nothing known yet: as of a set without a signature. */
#define DNSSEC_JUDGED_NOTHING ((struct dnssec_judged){.why = DNSSEC_WHY_SIG_MISSING})

/** Add what is known of one signature, in the order of the set. */
void dnssec_judged_add(struct dnssec_judged *out, enum dnssec_why why, const struct dnssec_sig *sig,
                       int64_t now_s);
/** All signatures were added. */
void dnssec_judged_end(struct dnssec_judged *out);

#endif
