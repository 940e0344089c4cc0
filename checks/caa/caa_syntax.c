/* SPDX-License-Identifier: BSD-2-Clause */
/* CAA records that CAs read in another way than was meant, or refuse to issue for. */
#include "checks/caa/caa_record.h"
#include "auditor/facts/zone.h"

static enum verdict run_syntax(struct facts *f, const dname *name, struct findings *out)
{
    enum verdict verdict;
    const struct rrset *set = caa_set(f, name, false, out, &verdict);
    if (set == NULL)
        return verdict;
    for (uint16_t i = 0; i < set->count; i++) {
        const struct caa_record r = caa_read(facts_scratch(f), &set->rdata[i]);
        if (r.fault == NULL)
            continue;
        struct finding *finding = findings_add(out, name, "a CAA record is malformed: %s", r.fault);
        caa_about(f, out, finding, set, i);
        if (r.fault_report)
            finding->severity = SEVERITY_LOW;
    }
    return VERDICT_PASS;
}

static enum verdict run_critical(struct facts *f, const dname *name, struct findings *out)
{
    enum verdict verdict;
    const struct rrset *set = caa_set(f, name, true, out, &verdict);
    if (set == NULL)
        return verdict;
    for (uint16_t i = 0; i < set->count; i++) {
        const struct caa_record r = caa_read(facts_scratch(f), &set->rdata[i]);
        if ((r.flags & CAA_CRITICAL) == 0 || caa_known(&r))
            continue;
        struct finding *finding =
            findings_add(out, name, "the property \"%s\" is marked critical and CAs do not know it", r.tag);
        caa_about(f, out, finding, set, i);
    }
    return VERDICT_PASS;
}

static enum verdict run_flags(struct facts *f, const dname *name, struct findings *out)
{
    enum verdict verdict;
    const struct rrset *set = caa_set(f, name, false, out, &verdict);
    if (set == NULL)
        return verdict;
    for (uint16_t i = 0; i < set->count; i++) {
        const struct caa_record r = caa_read(facts_scratch(f), &set->rdata[i]);
        if ((r.flags & ~CAA_CRITICAL) == 0)
            continue;
        struct finding *finding = findings_add(
            out, name, "the flags of a CAA record are %u; only 0 and 128 have a meaning", r.flags);
        caa_about(f, out, finding, set, i);
    }
    return VERDICT_PASS;
}

const struct check topic_caa_syntax[] = {
    {
        CAA_COMMON,
        .id = "caa.critical-unknown",
        .title = "CAs know all critical properties",
        .failure_title = "A CAA record marks a property as critical that CAs do not know",
        .why = "A CA that meets a critical property it does not know must not issue: no certificate can be "
               "renewed for the name and those below.",
        .fix = "Correct the tag (issue, issuewild, iodef) or set the flags to 0.",
        .fix_record = "example.test. CAA 0 issue \"ca.example\"",
        .severity = SEVERITY_HIGH,
        .modes = MODE_BOTH,
        .needs = "CAA of the name and of the names above it",
        .discriminator = "the record",
        .references = {RFC(8659, "4.1"), RFC(8659, "4.5")},
        .example_pass = "@ CAA 128 issue \"ca.test\"\n",
        .example_fail = "@ CAA 128 isue \"ca.test\"\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(CAA),
        .worth = caa_worth,
        .run = run_critical,
    },
    {
        CAA_COMMON,
        .id = "caa.syntax",
        .title = "CAA records are well formed",
        .failure_title = "A CAA record is malformed",
        .why = "A CA has to read an issue value that it cannot parse as one that permits nobody, so renewals "
               "stop; a bad address for reports only loses the reports.",
        .fix = "Write the domain name that the CA publishes for this purpose, without scheme and without "
               "final dot.",
        .fix_record = "example.test. CAA 0 issue \"ca.example\"",
        .severity = SEVERITY_MEDIUM,
        .modes = MODE_BOTH,
        .needs = "CAA of every known name",
        .discriminator = "the record",
        .references = {RFC(8659, "4.1"), RFC(8659, "4.2"), RFC(8659, "4.4")},
        .example_pass = "@ CAA 0 issue \"ca.test; accounturi=https://ca.test/acct/1\"\n",
        .example_fail = "@ CAA 0 issue \"https://ca.test/\"\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(CAA),
        .worth = caa_worth,
        .run = run_syntax,
    },
    {
        CAA_COMMON,
        .id = "caa.reserved-flags",
        .title = "CAA flags are 0 or 128",
        .failure_title = "A CAA record has flags without a meaning",
        .why = "Only the highest bit is defined. Flags of 1 are meant as critical by mistake as a rule, and "
               "CAs ignore them.",
        .fix = "Set the flags to 0, or to 128 if a CA that does not know the property must refuse.",
        .severity = SEVERITY_LOW,
        .modes = MODE_BOTH,
        .needs = "CAA of every known name",
        .discriminator = "the record",
        .references = {RFC(8659, "4.1")},
        .example_pass = "@ CAA 0 issue \"ca.test\"\n",
        .example_fail = "@ CAA 1 issue \"ca.test\"\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(CAA),
        .worth = caa_worth,
        .run = run_flags,
    },
    {0},
};
