/* SPDX-License-Identifier: BSD-2-Clause */
/* What the DMARC record asks receivers to do. */
#include "checks/dmarc/dmarc_check.h"

static enum verdict run_p_missing(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct dmarc_site *s = dmarc_own(f, target, out, &verdict);
    if (s == NULL)
        return verdict;
    if (s->record->p.present)
        return VERDICT_PASS;
    struct finding *finding = findings_add(out, target,
                                           "the record has no p tag: new receivers take it for p=none, "
                                           "old ones ignore the record%s",
                                           s->record->reportable ? " but for its reports" : "");
    dmarc_about(f, out, finding, s);
    return VERDICT_FAIL;
}

static enum verdict run_p_invalid(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct dmarc_site *s = dmarc_own(f, target, out, &verdict);
    if (s == NULL)
        return verdict;
    dmarc_faults(f, target, s, DMARC_ERROR_POLICY, SEVERITY_HIGH, out);
    return VERDICT_PASS;
}

/* The policy of the name, inherited or its own; a record without a usable p has rows of its own. */
static enum verdict run_p_none(struct facts *f, const dname *target, struct findings *out)
{
    const struct dmarc *d = dmarc_of(f, target);
    const struct dmarc_outcome *o = &d->now;
    struct arena *a = facts_scratch(f);
    if (o->state == DMARC_PENDING)
        return VERDICT_UNDETERMINED;
    if (o->state == DMARC_UNKNOWN) {
        findings_undetermined(out, o->reason, "which policy applies is not known");
        return VERDICT_UNDETERMINED;
    }
    if (o->state == DMARC_NO_POLICY) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "no DMARC policy applies to the name");
        return VERDICT_SKIPPED;
    }
    if (o->tag == NULL || o->tag[0] == 'd') {
        findings_skip(out, SKIP_NOT_APPLICABLE,
                      "the record has no valid policy (dmarc.p-missing, dmarc.p-invalid)");
        return VERDICT_SKIPPED;
    }
    if (o->policy != DMARC_NONE) {
        findings_pass(out, "%s=%s from %s", o->tag, dmarc_policy_text(o->policy),
                      dname_text(a, o->from->domain));
        return VERDICT_PASS;
    }
    struct finding *finding =
        o->source == DMARC_AUTHOR_DOMAIN
            ? findings_add(out, target, "the policy is none: forged mail is reported at most, and delivered")
            : findings_add(out, target, "the policy is none, inherited by the tag %s of %s", o->tag,
                           dname_text(a, o->from->domain));
    dmarc_about(f, out, finding, o->from);
    return VERDICT_FAIL;
}

/* A record with p, to compare others with. */
static const struct dmarc_site *with_policy(struct facts *f, const dname *target, struct findings *out,
                                            enum verdict *verdict)
{
    const struct dmarc_site *s = dmarc_own(f, target, out, verdict);
    if (s == NULL || (s->record->p.present && s->record->p.valid))
        return s;
    findings_skip(out, SKIP_NOT_APPLICABLE,
                  "the record has no valid policy (dmarc.p-missing, dmarc.p-invalid)");
    *verdict = VERDICT_SKIPPED;
    return NULL;
}

static enum verdict run_sp_weak(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct dmarc_site *s = with_policy(f, target, out, &verdict);
    if (s == NULL)
        return verdict;
    const struct dmarc_record *r = s->record;
    if (!r->sp.present || !r->sp.valid || r->sp.policy >= r->p.policy)
        return VERDICT_PASS;
    dmarc_about(f, out,
                findings_add(out, target, "subdomains get %s, the name itself %s",
                             dmarc_policy_text(r->sp.policy), dmarc_policy_text(r->p.policy)),
                s);
    return VERDICT_FAIL;
}

/* np, else sp, else p (RFC 9989 section 4.7). */
static enum verdict run_np_weak(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct dmarc_site *s = with_policy(f, target, out, &verdict);
    if (s == NULL)
        return verdict;
    const struct dmarc_record *r = s->record;
    const struct dmarc_request *np = r->np.present ? &r->np : r->sp.present ? &r->sp : &r->p;
    if (!np->valid || np->policy >= r->p.policy)
        return VERDICT_PASS;
    dmarc_about(f, out,
                findings_add(out, target, "names that do not exist get %s (by %s), the name itself %s",
                             dmarc_policy_text(np->policy), r->np.present ? "np" : "sp",
                             dmarc_policy_text(r->p.policy)),
                s);
    return VERDICT_FAIL;
}

static enum verdict run_testing(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct dmarc_site *s = dmarc_own(f, target, out, &verdict);
    if (s == NULL)
        return verdict;
    if (!s->record->testing)
        return VERDICT_PASS;
    dmarc_about(f, out, findings_add(out, target, "t=y asks receivers to apply the policy one level weaker"),
                s);
    return VERDICT_FAIL;
}

static enum verdict run_pct(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct dmarc_site *s = dmarc_own(f, target, out, &verdict);
    if (s == NULL)
        return verdict;
    dmarc_faults(f, target, s, DMARC_ERROR_OLD_TAG, SEVERITY_LOW, out);
    return VERDICT_PASS;
}

#define POLICY_COMMON                                                                                        \
    DMARC_COMMON, .confidence_lowest = CONFIDENCE_CONFIRMED, .needs = "TXT at _dmarc below the name",        \
                  .tags = "dmarc mail spoofing policy"

const struct check topic_dmarc_policy[] = {
    {
        POLICY_COMMON,
        .id = "dmarc.p-missing",
        .title = "The DMARC record has a policy",
        .failure_title = "The DMARC record has no p tag",
        .why = "Receivers of RFC 9989 take a record without p for p=none, older ones ignore it: forged "
               "mail is delivered either way.",
        .fix = "Add p=none, p=quarantine or p=reject right behind v=DMARC1.",
        .severity = SEVERITY_MEDIUM,
        .references = {RFC(9989, "4.7"), RFC(7489, "6.3")},
        .example_pass = "_dmarc TXT \"v=DMARC1; p=reject\"\n",
        .example_fail = "_dmarc TXT \"v=DMARC1; rua=mailto:dmarc@example.test\"\n",
        .run = run_p_missing,
    },
    {
        POLICY_COMMON,
        .id = "dmarc.p-invalid",
        .title = "The policies in the DMARC record are valid",
        .failure_title = "p, sp or np of the DMARC record has an unknown value",
        .why = "With an unknown value receivers act as if the policy were none, or ignore the record if it "
               "has no report address: the name can be forged.",
        .fix = "Use none, quarantine or reject.",
        .severity = SEVERITY_HIGH,
        .discriminator = "the element",
        .references = {RFC(9989, "4.7"), RFC(9989, "4.10.1"), RFC(7489, "6.6.3")},
        .example_pass = "_dmarc TXT \"v=DMARC1; p=Reject; sp=quarantine\"\n",
        .example_fail = "_dmarc TXT \"v=DMARC1; p=block\"\n",
        .run = run_p_invalid,
    },
    {
        POLICY_COMMON,
        .id = "dmarc.p-none",
        .title = "The DMARC policy asks receivers to act",
        .failure_title = "The DMARC policy is none",
        .why = "p=none is meant for the time in which reports are collected. As long as it stands, forged "
               "mail that fails DMARC is delivered like any other.",
        .fix = "Read the reports, bring all senders to pass, then publish p=quarantine and p=reject.",
        .severity = SEVERITY_MEDIUM,
        .references = {RFC(9989, "4.7")},
        .example_pass = "_dmarc TXT \"v=DMARC1; p=quarantine\"\n",
        .example_fail = "_dmarc TXT \"v=DMARC1; p=none; rua=mailto:dmarc@example.test\"\n",
        .run = run_p_none,
    },
    {
        POLICY_COMMON,
        .id = "dmarc.sp-weak",
        .title = "Subdomains are protected as well as the name",
        .failure_title = "The policy for subdomains is weaker than that of the name",
        .why = "A forger simply uses a subdomain: to readers mail.example.test looks as trustworthy as "
               "example.test.",
        .fix = "Remove sp, or set it to the value of p; give single subdomains a record of their own if "
               "they need time.",
        .severity = SEVERITY_MEDIUM,
        .references = {RFC(9989, "4.7")},
        .example_pass = "_dmarc TXT \"v=DMARC1; p=quarantine; sp=reject\"\n",
        .example_fail = "_dmarc TXT \"v=DMARC1; p=reject; sp=none\"\n",
        .run = run_sp_weak,
    },
    {
        POLICY_COMMON,
        .id = "dmarc.np-weak",
        .title = "Names that do not exist are protected as well as the name",
        .failure_title = "The policy for names that do not exist is weaker than that of the name",
        .why = "No legitimate mail comes from a name that does not exist, so forgers like such names and "
               "nothing is lost by rejecting them.",
        .fix = "Add np=reject.",
        .severity = SEVERITY_MEDIUM,
        .references = {RFC(9989, "4.7")},
        .example_pass = "_dmarc TXT \"v=DMARC1; p=reject; sp=none; np=reject\"\n",
        .example_fail = "_dmarc TXT \"v=DMARC1; p=reject; np=none\"\n",
        .run = run_np_weak,
    },
    {
        POLICY_COMMON,
        .id = "dmarc.t-testing",
        .title = "The DMARC policy is applied in full",
        .failure_title = "The DMARC record is in test mode",
        .why = "With t=y receivers apply the next weaker policy: reject becomes quarantine, quarantine "
               "becomes none.",
        .fix = "Remove t=y when the test is over.",
        .severity = SEVERITY_MEDIUM,
        .references = {RFC(9989, "4.7")},
        .example_pass = "_dmarc TXT \"v=DMARC1; p=reject; t=n\"\n",
        .example_fail = "_dmarc TXT \"v=DMARC1; p=reject; t=y\"\n",
        .run = run_testing,
    },
    {
        POLICY_COMMON,
        .id = "dmarc.pct",
        .title = "The DMARC record has no tags that were removed",
        .failure_title = "The DMARC record has tags that were removed (pct, rf, ri)",
        .why = "RFC 9989 removed pct, rf and ri. Old receivers still sample by pct, new ones do not, so "
               "two receivers treat the same mail differently.",
        .fix = "Remove the tags; for a trial use t=y.",
        .severity = SEVERITY_LOW,
        .discriminator = "the element",
        .references = {RFC_WHOLE(9989), RFC(7489, "6.3")},
        .example_pass = "_dmarc TXT \"v=DMARC1; p=reject\"\n",
        .example_fail = "_dmarc TXT \"v=DMARC1; p=reject; pct=50\"\n",
        .run = run_pct,
    },
    {0},
};
