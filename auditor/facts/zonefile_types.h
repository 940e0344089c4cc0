/* SPDX-License-Identifier: BSD-2-Clause */
/* RDATA of types that have a file of their own. Private to zonefile_rdata.c and those files. */
#ifndef ZONEVET_FACTS_ZONEFILE_TYPES_H
#define ZONEVET_FACTS_ZONEFILE_TYPES_H

#include "auditor/facts/zonefile_parts.h"

/** Types that are rare (zonefile_rare.c). @return 1 read, 0 refused, -1 none of them */
int rdata_put_rare(uint16_t type, struct rdata_text *r);

/** SVCB and HTTPS (RFC 9460 section 2.1; zonefile_svcb.c). @return false with an error noted */
bool rdata_put_svcb(struct rdata_text *r);

#endif
