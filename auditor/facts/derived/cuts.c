/* SPDX-License-Identifier: BSD-2-Clause */
/* What denials, signatures and aliases say about the zone that gave them. */
#include "auditor/facts/derived/cuts.h"

static const dname *zone_of_denial(const struct answer *answer)
{
    if (answer->reply == NULL || answer->zone == NULL)
        return NULL;
    return section_find(&answer->reply->authority, answer->zone, RRTYPE_SOA) != NULL ? answer->zone : NULL;
}

const dname *answer_names_zone(const struct answer *answer)
{
    switch (answer->state) {
    case ANSWER_NODATA:
    case ANSWER_NXDOMAIN:
        return zone_of_denial(answer);
    case ANSWER_RRSET:
        return answer->rrset->sig_count > 0 ? answer->zone : NULL;
    default:
        return NULL;
    }
}

enum fact_state zone_holding(struct facts *f, const dname *name, const dname **apex, enum reason *reason)
{
    if (facts_settings(f)->live) {
        const struct answer *answer = facts_lookup(f, name, RRTYPE_AAAA);
        *apex = answer_names_zone(answer);
        if (answer->state == ANSWER_PENDING)
            return FACT_PENDING;
        if (*apex != NULL)
            return FACT_KNOWN;
    }
    const struct cut *cut = facts_cut(f, name);
    *reason = cut->reason;
    *apex = cut->apex;
    return cut->state;
}

/* An alias has no other data beside it, so no NS either (RFC 2181 section 10.1). */
enum fact_state child_cut(struct facts *f, const dname *name, bool *is_cut, enum reason *reason)
{
    const dname *apex = NULL;
    *is_cut = false;
    if (facts_settings(f)->live && facts_lookup(f, name, RRTYPE_AAAA)->state == ANSWER_ALIAS)
        return FACT_KNOWN;
    enum fact_state state = zone_holding(f, name, &apex, reason);
    *is_cut = state == FACT_KNOWN && dname_equal(apex, name);
    return state;
}
