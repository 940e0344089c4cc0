/* SPDX-License-Identifier: BSD-2-Clause */
/* When the end of a signature is near: an option of a check that facts need too. */
#include "auditor/facts/derived/dnssec_apex.h"

int64_t dnssec_soon_s(struct facts *f)
{
    return settings_option(facts_settings(f), "dnssec.rrsig-expires-soon", "days", DNSSEC_SOON_DAYS) * 86400;
}
