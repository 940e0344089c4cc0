/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts as text: what was asked, of whom, when, and what came. No code in checks is needed for it. */
#ifndef ZONEVET_ENGINE_EVIDENCE_H
#define ZONEVET_ENGINE_EVIDENCE_H

#include "auditor/facts/store.h"
#include "auditor/finding.h"

/** The evidence of one fact; made once a fact, in the arena (which must be the same for all facts of a store and may
 * outlive it). NULL only without memory. */
const struct evidence *evidence_of(struct fact *fact, struct arena *arena);

/** Time that the answer took, in microseconds; 0 where none was measured. */
uint32_t evidence_rtt_us(const struct fact *fact);

/** Mnemonic ("NXDOMAIN") or "RCODE17". */
const char *rcode_text(uint16_t rcode, char text[static 16]);

#endif
