/* SPDX-License-Identifier: BSD-2-Clause */
/* Certificate challenges that are handed to a domain which is gone. */
#include "auditor/check_zone.h"
#include "auditor/facts/derived/names.h"
#include "fingerprints/takeover.h"
#include "auditor/facts/zone.h"

/* In a zone that was listed whole the challenge owners are names of their own. Else they are asked for at
 * every known host, and each is judged once. */
static const dname *challenge_owner(struct facts *f, const dname *subject)
{
    const struct names *names = names_of(f, facts_target(f));
    enum takeover_owner kind = takeover_owner_kind(subject);
    if (kind == OWNER_ACME)
        return names->complete || !names_has(names, dname_parent(subject)) ? subject : NULL;
    if (kind != OWNER_HOST || names->complete || dname_is_wildcard(subject))
        return NULL;
    return dname_prepend(facts_scratch(f), "_acme-challenge", subject);
}

static void report(struct facts *f, struct findings *out, const struct takeover *t)
{
    struct arena *a = facts_scratch(f);
    const struct answer *first = t->chain->hops[0];
    struct finding *finding = findings_add(
        out, t->subject, "proofs for certificates are looked for at %s, %s", dname_text(a, t->target),
        t->row == TAKEOVER_R2 ? "whose domain nobody has registered" : "a free name of a service");
    finding->rrtype = RRTYPE_CNAME;
    finding->discriminator = dname_text(a, first->target);
    finding->confidence = t->confidence;
    finding->decision = takeover_row_text(t->row);
    if (first->rrset != NULL && first->rrset->where != NULL)
        finding->location = &first->rrset->where[0];
    for (size_t i = 0; i < t->note_count; i++)
        finding_note(out, finding, t->notes[i].label, "%s", t->notes[i].text);
}

/* Between two issuances the target has no record and is NXDOMAIN as a rule: that alone (rows C6 and internal)
 * is no finding here. What counts is a target that a stranger can make his own. */
static enum verdict run(struct facts *f, const dname *subject, struct findings *out)
{
    const dname *owner = challenge_owner(f, subject);
    if (owner == NULL)
        return VERDICT_PASS;
    const struct takeover *t = takeover_of(f, owner);
    if (t->state == TAKEOVER_UNKNOWN && t->stage != STAGE_CLAIM) {
        findings_undetermined(out, t->reason, "where the challenge of %s leads could not be found out",
                              dname_text(facts_scratch(f), owner));
        return VERDICT_UNDETERMINED;
    }
    bool claimable = t->row == TAKEOVER_R2 || t->row == TAKEOVER_C1 || t->row == TAKEOVER_C2;
    if (t->state != TAKEOVER_FOUND || !claimable || t->elsewhere)
        return VERDICT_PASS;
    report(f, out, t);
    return VERDICT_FAIL;
}

const struct check topic_dangling_acme[] = {
    {
        .id = "dangling.acme-challenge-cname",
        .area = "dangling",
        .title = "Certificate challenges lead to names that are held",
        .failure_title = "A certificate challenge leads to a name that anyone can take",
        .why = "Whoever answers for the target of the challenge proves control of your host to certificate "
               "authorities, and gets certificates that every browser trusts.",
        .fix = "Delete the _acme-challenge CNAME, or let it lead to a name that you hold.",
        .effort = "minutes",
        .tags = "takeover dangling acme certificate",
        .severity = SEVERITY_CRITICAL,
        .confidence = CONFIDENCE_LIKELY,
        .confidence_lowest = CONFIDENCE_POSSIBLE,
        .modes = MODE_BOTH,
        .needs = "_acme-challenge of every known host, the chain of the alias, and its registrable domain",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .discriminator = "target of the CNAME",
        .references = {RFC(8555, "8.4")},
        .controls = {{"nist-800-53r5", "SC-17"}},
        .attack = "T1584.001",
        .since = "0.1.0",
        .false_positives =
            "A registered domain without name servers, on hold or in redemption is NXDOMAIN as well.",
        .example_pass = "!zone vendor.com. 198.51.100.9\n_acme-challenge CNAME example.acme.vendor.com.\n",
        .example_fail = "!unregistered lapsed-acme.com.\n_acme-challenge CNAME example.lapsed-acme.com.\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(CNAME),
        .worth = check_alias_worth,
        .live_only = check_alias_outside,
        .run = run,
    },
    {0},
};
