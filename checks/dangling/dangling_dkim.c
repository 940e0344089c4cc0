/* SPDX-License-Identifier: BSD-2-Clause */
/* DKIM selectors that are handed to a provider name which is gone. */
#include "auditor/check_zone.h"
#include "fingerprints/takeover.h"
#include "auditor/facts/zone.h"

static const char *what_is_wrong(const struct takeover *t)
{
    switch (t->row) {
    case TAKEOVER_R2:
        return "whose domain nobody has registered";
    case TAKEOVER_C1:
    case TAKEOVER_C2:
        return "a free name of a service";
    default:
        return "which does not exist";
    }
}

/* Only absence counts here: a key is no address, and what a web server says of the name has nothing to do
 * with it. */
static bool gone(const struct takeover *t)
{
    return t->state == TAKEOVER_FOUND && t->chain != NULL && t->chain->last->state == ANSWER_NXDOMAIN &&
           !t->elsewhere;
}

static enum verdict run(struct facts *f, const dname *subject, struct findings *out)
{
    if (takeover_owner_kind(subject) != OWNER_DKIM)
        return VERDICT_PASS;
    const struct takeover *t = takeover_of(f, subject);
    if (t->state == TAKEOVER_UNKNOWN && t->stage != STAGE_CLAIM) {
        findings_undetermined(out, t->reason, "where the selector leads could not be found out");
        return VERDICT_UNDETERMINED;
    }
    if (!gone(t))
        return VERDICT_PASS;
    struct arena *a = facts_scratch(f);
    const struct answer *first = t->chain->hops[0];
    struct finding *finding = findings_add(out, t->subject, "the key is looked for at %s, %s",
                                           dname_text(a, t->target), what_is_wrong(t));
    finding->rrtype = RRTYPE_CNAME;
    finding->discriminator = first->target != NULL ? dname_text(a, first->target) : "?";
    finding->severity = t->severity < SEVERITY_HIGH ? t->severity : SEVERITY_HIGH;
    finding->confidence = t->confidence;
    finding->decision = takeover_row_text(t->row);
    if (first->rrset != NULL && first->rrset->where != NULL)
        finding->location = &first->rrset->where[0];
    for (size_t i = 0; i < t->note_count; i++)
        finding_note(out, finding, t->notes[i].label, "%s", t->notes[i].text);
    return VERDICT_FAIL;
}

const struct check topic_dangling_dkim[] = {
    {
        .id = "dangling.dkim-cname",
        .area = "dangling",
        .title = "DKIM selectors lead to names that exist",
        .failure_title = "A DKIM selector leads to a name that is gone",
        .why = "Whoever gets hold of the target publishes a key under your selector, signs mail as you, and "
               "passes DKIM and DMARC everywhere.",
        .fix =
            "Delete the CNAME of the selector, or let it lead to the key of the provider that you use now.",
        .effort = "minutes",
        .tags = "takeover dangling dkim mail",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_LIKELY,
        .confidence_lowest = CONFIDENCE_POSSIBLE,
        .modes = MODE_BOTH,
        .needs = "known names below _domainkey, the chain of the alias, and its registrable domain",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .discriminator = "target of the CNAME",
        .references = {RFC(6376, "3.6.2"), RFC(2308, "2.1")},
        .controls = {{"nist-800-53r5", "SI-8"}},
        .attack = "T1584.001",
        .since = "0.1.0",
        .false_positives = "A provider that publishes keys only while it sends for you.",
        .example_pass = "!names s1._domainkey.example.test.\n!zone vendor.com. 198.51.100.9\n"
                        "s1._domainkey CNAME s1.vendor.com.\ns1.vendor.com. TXT \"v=DKIM1; p=AAAA\"\n",
        .example_fail = "!names s1._domainkey.example.test.\n!unregistered lapsed.com.\n"
                        "s1._domainkey CNAME s1.lapsed.com.\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(CNAME),
        .worth = check_alias_worth,
        .live_only = check_alias_outside,
        .run = run,
    },
    {0},
};
