/* SPDX-License-Identifier: BSD-2-Clause */
/* Certificate authorities validate DNSSEC on what they look up before they issue: a bogus answer there stops renewal. */
#include "auditor/check_dnssec.h"

struct path {
    struct facts *f;
    const dname *subject;
    struct findings *out;
    bool found, unsure;
    enum reason reason;
};

static void report(struct path *p, const dname *name, uint16_t type, const struct dnssec_verdict *v)
{
    char text[16];
    struct arena *a = facts_scratch(p->f);
    dnssec_evidence_begin(p->f);
    facts_lookup(p->f, name, type);
    struct finding *finding =
        findings_add(p->out, p->subject, "%s %s, which a CA looks up before it issues, is bogus: %s",
                     dname_text(a, name), rrtype_text(type, text), dnssec_why_text(v->why));
    finding->rrtype = type;
    finding->discriminator = arena_printf(a, "%s %s", dname_text(a, name), rrtype_text(type, text));
    /* A zone that is bogus as a whole is the cause; else the fault is that of the one answer. */
    finding->cause_check = v->zone->status == DNSSEC_BOGUS ? "dnssec.bogus" : dnssec_why_check(v->why);
    finding->cause_subject = v->zone->apex;
    p->found = true;
}

static const struct dnssec_verdict *look(struct path *p, const dname *name, uint16_t type)
{
    const struct dnssec_verdict *v = dnssec_verdict_of(p->f, name, type);
    if (v->status == DNSSEC_BOGUS) {
        report(p, name, type, v);
    } else if (v->status == DNSSEC_UNDETERMINED || v->status == DNSSEC_PENDING) {
        p->unsure = true;
        if (p->reason == REASON_NONE)
            p->reason = v->reason;
    }
    return v;
}

/* RFC 8659 section 3: up to the first CAA set; a bogus answer ends the climb as it ends the CA's. */
static void climb_caa(struct path *p)
{
    for (const dname *name = p->subject; name != NULL && !dname_is_root(name); name = dname_parent(name)) {
        const struct dnssec_verdict *v = look(p, name, RRTYPE_CAA);
        if (v->status == DNSSEC_BOGUS || (v->answer != NULL && v->answer->state == ANSWER_RRSET))
            return;
    }
}

static enum verdict run(struct facts *f, const dname *subject, struct findings *out)
{
    static const char *const labels[] = {"_acme-challenge", "_validation-persist"};
    struct path p = {.f = f, .subject = subject, .out = out};
    if (dname_is_root(subject)) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "no certificate is issued for the root");
        return VERDICT_SKIPPED;
    }
    climb_caa(&p);
    for (size_t i = 0; i < ARRAY_SIZE(labels); i++) {
        const dname *name = dname_prepend(facts_scratch(f), labels[i], subject);
        if (name != NULL)
            look(&p, name, RRTYPE_TXT);
    }
    if (p.unsure)
        findings_undetermined(out, p.reason, "not every answer that a CA looks up could be validated");
    return check_verdict(p.found, p.unsure);
}

const struct check topic_dnssec_issuance[] = {
    {
        .id = "dnssec.cert-issuance-blocked",
        .area = "dnssec",
        .title = "Nothing that a CA looks up is bogus",
        .failure_title = "A bogus answer blocks the issuing of certificates",
        .why = "Since 15 March 2026 public CAs must validate DNSSEC when they look up CAA and control records, and must "
               "refuse if it fails: the next renewal does not happen, and the site or mail service goes down with its "
               "certificate.",
        .fix = "Mend the fault that this result names as its cause, before the certificate is due.",
        .effort = "hours",
        .tags = "dnssec caa certificate outage",
        .severity = SEVERITY_CRITICAL,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_LIVE,
        .needs = "CAA of the name and its ancestors, TXT of _acme-challenge and _validation-persist, validated",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .discriminator = "name and type looked up",
        .references = {RFC(8659, "3"),
                       {"CA/Browser Forum ballot SC-085v2", "https://cabforum.org/working-groups/server/baseline-requirements/"}},
        .controls = {{"nist-800-53r5", "SC-20"}},
        .cwe = "CWE-345",
        .since = "0.1.0",
        .example_pass = "!sign .\n!sign test.\n!sign example.test.\n",
        .example_fail = "@ CAA 0 issue \"ca.test\"\n!sign .\n!sign test.\n!sign example.test. corrupt=CAA\n",
        .scope = SCOPE_TARGET,
        .run = run,
    },
    {0},
};
