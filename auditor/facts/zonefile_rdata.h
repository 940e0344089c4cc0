/* SPDX-License-Identifier: BSD-2-Clause */
/* RDATA from tokens. Private to readers of presentation forms. */
#ifndef ZONEVET_FACTS_ZONEFILE_RDATA_H
#define ZONEVET_FACTS_ZONEFILE_RDATA_H

#include "auditor/facts/zonefile_parts.h"

/** @return true and octets filled; false and error set. Scratch memory from the arena. */
bool rdata_parse(struct arena *a, uint16_t type, struct rdata_text *r);

#endif
