/* SPDX-License-Identifier: BSD-2-Clause */
/* What a zone that is not whole cannot answer: plans, exports and zones whose apex the provider keeps. */
#include "auditor/facts/zone.h"
#include "auditor/facts/zone_private.h"

#include <string.h>

void zone_set_gaps(struct zone *z, unsigned gaps)
{
    z->gaps = gaps;
}

unsigned zone_gaps(const struct zone *z)
{
    return z->gaps;
}

/* Made or kept by the provider: of the apex, and of DNSSEC wherever it stands. */
static bool kept_elsewhere(const struct zone *z, const struct answer *answer)
{
    switch (answer->type) {
    case RRTYPE_RRSIG:
    case RRTYPE_NSEC:
    case RRTYPE_NSEC3:
        return true;
    case RRTYPE_SOA:
    case RRTYPE_NS:
    case RRTYPE_DNSKEY:
    case RRTYPE_CDS:
    case RRTYPE_CDNSKEY:
    case RRTYPE_CSYNC:
    case RRTYPE_NSEC3PARAM:
    case RRTYPE_ZONEMD:
        return dname_equal(answer->owner, z->apex);
    default:
        return false;
    }
}

/* A TXT record that says what it is ("v=spf1 ...", "v=DMARC1; ..."). */
static bool has_policy(const struct rrset *set)
{
    for (uint16_t i = 0; i < set->count; i++) {
        const struct rdata *r = &set->rdata[i];
        if (r->length > 2 && r->octets[0] >= 2 && memcmp(r->octets + 1, "v=", 2) == 0)
            return true;
    }
    return false;
}

/* A CAA record that says who may issue: without it a set restricts nothing (RFC 8659 section 4.2). */
static bool has_issue(const struct rrset *set)
{
    for (uint16_t i = 0; i < set->count; i++) {
        const struct rdata *r = &set->rdata[i];
        if (r->length >= 7 && r->octets[1] == 5 && memcmp(r->octets + 2, "issue", 5) == 0)
            return true;
    }
    return false;
}

/* What would be missed in a set that is seen in part: a policy in a record that is not shown, a second
 * server. */
static bool tells_too_little(const struct rrset *set)
{
    return set->type == RRTYPE_NS || (set->type == RRTYPE_TXT && !has_policy(set)) ||
           (set->type == RRTYPE_CAA && !has_issue(set));
}

bool zone_gap_hides(const struct zone *z, const struct answer *answer)
{
    const bool absent = answer->state == ANSWER_NODATA || answer->state == ANSWER_NXDOMAIN;
    if (z->gaps == 0 || answer->state == ANSWER_UNKNOWN)
        return false;
    if (absent)
        return (z->gaps & ZONE_GAP_RECORDS) != 0 ||
               ((z->gaps & ZONE_GAP_APEX) != 0 && kept_elsewhere(z, answer));
    if ((z->gaps & ZONE_GAP_RECORDS) != 0 && answer->wildcard)
        return true; /* the very name may exist, and then the wildcard does not speak for it (RFC 4592
                        section 3.3.1) */
    return (z->gaps & ZONE_GAP_SETS) != 0 && answer->state == ANSWER_RRSET && tells_too_little(answer->rrset);
}
