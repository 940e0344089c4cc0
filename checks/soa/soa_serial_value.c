/* SPDX-License-Identifier: BSD-2-Clause */
/* Serials that tools give a meaning of their own (RFC 1982 section 7). */
#include "auditor/check_zone.h"

static enum verdict run(struct facts *f, const dname *zone, struct findings *out)
{
    const struct answer *answer = facts_lookup(f, zone, RRTYPE_SOA);
    struct soa soa;
    if (answer->state == ANSWER_UNKNOWN || answer->state == ANSWER_PENDING) {
        findings_undetermined(out, answer->reason, "the SOA record of the zone is not known");
        return VERDICT_UNDETERMINED;
    }
    if (answer->state != ANSWER_RRSET || answer->rrset->count == 0 ||
        !rdata_soa(&answer->rrset->rdata[0], &soa)) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "there is no SOA record (soa.missing)");
        return VERDICT_SKIPPED;
    }
    findings_pass(out, "the serial is %u", (unsigned)soa.serial);
    if (soa.serial != 0 && soa.serial != UINT32_MAX)
        return VERDICT_PASS;
    struct finding *finding = findings_add(
        out, zone, "the serial is %u: %s", (unsigned)soa.serial,
        soa.serial == 0 ? "some servers and tools take 0 for \"no serial yet\" and transfer always or never"
                        : "the next one is 0, which some servers and tools take for \"no serial yet\"");
    finding->rrtype = RRTYPE_SOA;
    finding->location = answer->rrset->where != NULL ? &answer->rrset->where[0] : NULL;
    return VERDICT_FAIL;
}

const struct check topic_soa_serial_value[] = {
    {
        .id = "soa.serial-zero",
        .area = "soa",
        .title = "The serial is an ordinary number",
        .failure_title = "The serial is 0 or the last number before it",
        .why = "Servers and provisioning tools use 0 for a zone that was never loaded. A zone that carries "
               "it may be transferred over and over, or never again, depending on who holds the other copy.",
        .fix = "Raise the serial to 1 or to today's date (2026010101). From 4294967295 go to a small number "
               "above 0, which counts as newer.",
        .fix_record =
            "example.test. SOA ns1.example.test. hostmaster.example.test. 2026010101 7200 3600 1209600 3600",
        .effort = "minutes",
        .tags = "soa serial transfer",
        .severity = SEVERITY_LOW,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "SOA of the zone",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .references = {RFC(1982, "7")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.2.0",
        .example_pass = "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n",
        .example_fail = "@ SOA ns1 hostmaster 0 7200 3600 1209600 3600\n",
        .scope = SCOPE_ZONE,
        .run = run,
    },
    {0},
};
