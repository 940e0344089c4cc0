/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a secondary give up the zone before the signatures it serves run out? */
#include "auditor/check_zone.h"

/* RFC 4034 section 3.1: the expiration time stands eight octets into the RDATA; times compare as serials (RFC
 * 1982). */
static bool expiration_of(const struct rdata *rrsig, uint32_t *when)
{
    if (rrsig->length < 18)
        return false;
    const uint8_t *at = rrsig->octets + 8;
    *when = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    return true;
}

/* Seconds that the longest signature of the set has left. */
static bool time_left(const struct rrset *set, int64_t now_s, int32_t *left_s)
{
    bool any = false;
    for (uint16_t i = 0; i < set->sig_count; i++) {
        uint32_t when;
        if (!expiration_of(&set->sigs[i], &when))
            continue;
        const int32_t left = (int32_t)(when - (uint32_t)now_s);
        *left_s = !any || left > *left_s ? left : *left_s;
        any = true;
    }
    return any;
}

static enum verdict run(struct facts *f, const dname *zone, struct findings *out)
{
    const struct answer *answer = facts_lookup(f, zone, RRTYPE_SOA);
    struct soa soa;
    int32_t left_s = 0;
    if (answer->state != ANSWER_RRSET || answer->rrset->count == 0 ||
        !rdata_soa(&answer->rrset->rdata[0], &soa)) {
        findings_undetermined(out, answer->reason, "the SOA record of the zone is not known");
        return VERDICT_UNDETERMINED;
    }
    if (!time_left(answer->rrset, facts_now(f), &left_s)) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "the SOA record is not signed");
        return VERDICT_SKIPPED;
    }
    /* What has run out already is dnssec.rrsig-expired. */
    if (left_s <= 0 || soa.expire_s <= (uint32_t)left_s)
        return VERDICT_PASS;
    struct finding *finding = findings_add(
        out, zone, "EXPIRE is %u seconds, but the signature of the SOA record has %ld seconds left",
        (unsigned)soa.expire_s, (long)left_s);
    finding->rrtype = RRTYPE_SOA;
    finding->location = answer->rrset->where != NULL ? &answer->rrset->where[0] : NULL;
    return VERDICT_FAIL;
}

const struct check topic_soa_signature[] = {
    {
        .id = "soa.expire-vs-rrsig",
        .area = "soa",
        .title = "Secondaries give the zone up before its signatures run out",
        .failure_title = "A secondary that is cut off would serve expired signatures",
        .why = "A secondary without contact to the primary goes on until EXPIRE has passed. If the "
               "signatures end earlier, it serves data that validating resolvers reject, in place of "
               "leaving the answer to others.",
        .fix = "Sign for a longer time or sign again earlier, or lower EXPIRE below the time that "
               "signatures always have left.",
        .effort = "hours",
        .tags = "soa dnssec timers",
        .severity = SEVERITY_MEDIUM,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "SOA with its signatures; the clock",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .references = {RFC(6781, "4.4.2.1")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .false_positives = "Servers that sign on line have no secondaries that could be cut off.",
        .example_pass = "@ SOA ns1 hostmaster 1 7200 3600 604800 3600\n"
                        "!sign example.test. expiration=+14d\n",
        .example_fail = "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"
                        "!sign example.test. expiration=+2d\n",
        .scope = SCOPE_ZONE,
        .run = run,
    },
    {0},
};
