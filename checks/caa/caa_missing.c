/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether any CAA record governs the name, and whether it restricts anything. */
#include "auditor/facts/derived/mail.h"
#include "checks/caa/caa_record.h"
#include "auditor/facts/zone.h"

static enum verdict run_missing(struct facts *f, const dname *target, struct findings *out)
{
    if (mail_exempt(target)) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "no certificates are issued for such a name");
        return VERDICT_SKIPPED;
    }
    const struct caa_relevant c = caa_relevant_of(f, target);
    switch (c.state) {
    case CAA_FOUND:
        findings_pass(out, "the CAA records of %s govern the name",
                      dname_text(facts_scratch(f), c.set->owner));
        return VERDICT_PASS;
    case CAA_UNKNOWN:
        findings_undetermined(out, c.reason, "the CAA records of %s could not be looked up",
                              dname_text(facts_scratch(f), c.at));
        return VERDICT_UNDETERMINED;
    case CAA_PENDING:
        return VERDICT_UNDETERMINED;
    case CAA_NONE:
        break;
    }
    if (facts_lookup(f, target, RRTYPE_CAA)->state == ANSWER_NXDOMAIN) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "the name does not exist");
        return VERDICT_SKIPPED;
    }
    findings_add(out, target, "no CAA record here or at any name above")->rrtype = RRTYPE_CAA;
    return VERDICT_FAIL;
}

static enum verdict run_only_iodef(struct facts *f, const dname *name, struct findings *out)
{
    enum verdict verdict;
    const struct rrset *set = caa_set(f, name, true, out, &verdict);
    if (set == NULL)
        return verdict;
    if (set->more > 0) {
        findings_undetermined(out, REASON_BUDGET, "there are more CAA records than are looked at");
        return VERDICT_UNDETERMINED;
    }
    for (uint16_t i = 0; i < set->count; i++) {
        const struct caa_record r = caa_read(facts_scratch(f), &set->rdata[i]);
        /* A critical property that a CA does not know stops it altogether: caa.critical-unknown. */
        if (caa_restricts(&r) || r.tag_length == 0 || (!caa_known(&r) && (r.flags & CAA_CRITICAL) != 0))
            return VERDICT_PASS;
    }
    struct finding *finding =
        findings_add(out, name, "the CAA records of %s name no CA, so every CA may issue",
                     dname_text(facts_scratch(f), set->owner));
    caa_about(f, out, finding, set, 0);
    finding->discriminator = "no issue property";
    return VERDICT_FAIL;
}

const struct check topic_caa_missing[] = {
    {
        CAA_COMMON,
        .id = "caa.missing",
        .title = "CAA records say which CAs may issue certificates",
        .failure_title = "No CAA record says which CAs may issue certificates",
        .why = "Without CAA every public CA may issue for the name to whoever passes its weakest test. With "
               "it, only those that you chose need to be sound, and mistaken issuing elsewhere is refused.",
        .fix = "Publish the CAs that you use at the apex of the zone; names below inherit it. Look through "
               "the certificates that exist first, so that no renewal is locked out.",
        .fix_record = "example.test. CAA 0 issue \"ca.example\"",
        .severity = SEVERITY_LOW,
        .modes = MODE_BOTH,
        .needs = "CAA of the name and of the names above it",
        .references = {RFC(8659, "3")},
        .example_pass = "@ CAA 0 issue \"ca.test\"\n",
        .example_fail = "www A 192.0.2.80\n",
        .scope = SCOPE_TARGET,
        .run = run_missing,
    },
    {
        CAA_COMMON,
        .id = "caa.only-iodef",
        .title = "CAA records restrict issuing",
        .failure_title = "CAA records restrict nothing",
        .why = "The set has a place for reports and no issue property, so it permits every CA; and as it is "
               "the first set on the way up, it also hides the restrictions of names above.",
        .fix = "Add an issue record with the CA that you use, or issue \";\" if none may issue.",
        .fix_record = "example.test. CAA 0 issue \"ca.example\"",
        .severity = SEVERITY_MEDIUM,
        .modes = MODE_BOTH,
        .needs = "CAA of the name and of the names above it",
        .references = {RFC(8659, "4.2"), RFC(8659, "3")},
        .example_pass = "@ CAA 0 issue \"ca.test\"\n@ CAA 0 iodef \"mailto:security@example.test\"\n",
        .example_fail = "@ CAA 0 iodef \"mailto:security@example.test\"\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(CAA),
        .worth = caa_worth,
        .run = run_only_iodef,
    },
    {0},
};
