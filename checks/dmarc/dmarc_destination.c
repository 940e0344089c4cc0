/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports that go to somebody else need his consent: a record of his at <domain>._report._dmarc.<his domain>.
 */
#include "auditor/facts/derived/suffix.h"
#include "checks/dmarc/dmarc_check.h"

#include <strings.h>

/* The same organisation needs no consent (RFC 9990, external destinations). By the suffix list: where the
 * tree walk would split one organisation in two, the milder reading is taken. */
static bool same_organisation(const dname *a, const dname *b)
{
    const dname *one = suffix_registrable(a, false);
    const dname *two = suffix_registrable(b, false);
    if (dname_under(a, b) || dname_under(b, a))
        return true;
    return one != NULL && two != NULL && dname_equal(one, two);
}

/* NULL if such a name would be too long to exist. */
static const dname *consent_owner(struct facts *f, const dname *policy, const dname *destination)
{
    struct arena *a = facts_scratch(f);
    const dname *owner = dname_prepend(a, "_report._dmarc", destination);
    const dname *at[DNAME_LABELS_MAX];
    unsigned count = 0;
    for (const dname *p = policy; !dname_is_root(p) && count < ARRAY_SIZE(at); p = dname_parent(p))
        at[count++] = p;
    while (owner != NULL && count > 0) {
        count--;
        owner = dname_prepend_label(a, at[count] + 1, at[count][0], owner);
    }
    return owner;
}

static void report(struct facts *f, struct findings *out, const dname *target, const struct dmarc_site *s,
                   const dname *destination, const dname *owner)
{
    struct arena *a = facts_scratch(f);
    const char *name = dname_text(a, destination);
    struct finding *finding =
        findings_add(out, target, "reports go to %s, which has not agreed to take them", name);
    finding->discriminator = name;
    dmarc_about(f, out, finding, s);
    if (owner != NULL)
        finding->fix_record = arena_printf(a, "%s TXT \"v=DMARC1\"", dname_text(a, owner));
}

static void judge(struct facts *f, struct findings *out, const dname *target, const struct dmarc_site *s,
                  const struct dmarc_uri *uri)
{
    const dname *destination = NULL;
    if (!uri->valid || !uri->mailto || uri->domain == NULL ||
        dname_from_text(facts_scratch(f), uri->domain, &destination) != STATUS_OK)
        return;
    destination = dname_lower(facts_scratch(f), destination);
    if (destination == NULL || dname_is_root(destination) || same_organisation(destination, s->domain))
        return;
    const dname *owner = consent_owner(f, s->domain, destination);
    const struct dmarc_site *consent = owner != NULL ? dmarc_at_owner(f, owner) : NULL;
    if (consent == NULL || consent->state == DMARC_FOUND_NONE)
        report(f, out, target, s, destination, owner);
    else if (consent->state == DMARC_FOUND_UNKNOWN)
        findings_undetermined(out, consent->reason, "whether %s takes the reports is not known",
                              dname_text(facts_scratch(f), destination));
}

/* Addresses for both kinds of reports, one after the other. */
static const struct dmarc_uri *uri_at(const struct dmarc_record *r, size_t i)
{
    if (i < r->rua_count)
        return &r->rua[i];
    return i - r->rua_count < r->ruf_count ? &r->ruf[i - r->rua_count] : NULL;
}

static bool seen_before(const struct dmarc_record *r, size_t i)
{
    const char *domain = uri_at(r, i)->domain;
    for (size_t j = 0; domain != NULL && j < i; j++) {
        if (uri_at(r, j)->domain != NULL && strcasecmp(uri_at(r, j)->domain, domain) == 0)
            return true;
    }
    return false;
}

static enum verdict run(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct dmarc_site *s = dmarc_own(f, target, out, &verdict);
    if (s == NULL)
        return verdict;
    if (s->record->rua_count + s->record->ruf_count == 0) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "the record asks for no reports");
        return VERDICT_SKIPPED;
    }
    for (size_t i = 0; uri_at(s->record, i) != NULL; i++) {
        if (!seen_before(s->record, i))
            judge(f, out, target, s, uri_at(s->record, i));
    }
    return VERDICT_PASS;
}

const struct check topic_dmarc_destination[] = {
    {
        .id = "dmarc.rua-unauthorised",
        .area = "dmarc",
        .title = "Those who get the reports have agreed to it",
        .failure_title = "Reports go to a domain that has not agreed to take them",
        .why = "Receivers send reports to another organisation only if its DNS says that it wants them. "
               "Without that record "
               "no report arrives, and forgeries and failing mail go unnoticed.",
        .fix = "Ask the report service to publish the record, or use an address of your own domain.",
        .fix_record = "example.test._report._dmarc.reports.example. TXT \"v=DMARC1\"",
        .effort = "hours",
        .tags = "dmarc mail reports",
        .severity = SEVERITY_MEDIUM,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "TXT at _dmarc below the name, and at <name>._report._dmarc below each foreign destination",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .discriminator = "destination",
        .references = {RFC_WHOLE(9990), RFC(7489, "7.1")},
        .controls = {{"nist-800-53r5", "SI-8"}, {"cis-8.1", "9.5"}},
        .since = "0.1.0",
        .example_pass =
            "_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:a@reports.com\"\n!zone reports.com. 198.51.100.9\n"
            "example.test._report._dmarc.reports.com. TXT \"v=DMARC1\"\n",
        .example_fail =
            "_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:a@reports.com\"\n!zone reports.com. 198.51.100.9\n",
        .scope = SCOPE_TARGET,
        .run = run,
    },
    {0},
};
