/* SPDX-License-Identifier: BSD-2-Clause */
/* Where receivers see the boundary of the organisation: by the tree walk and by the public suffix list. */
#include "auditor/facts/derived/suffix.h"
#include "checks/dmarc/dmarc_check.h"

static enum verdict no_list(struct findings *out)
{
    findings_skip(out, SKIP_NEEDS_DATA, "there is no public suffix list to compare with");
    return VERDICT_SKIPPED;
}

/* psd=y says that others register names below; the list knows where that is so. */
static bool false_suffix(const struct dmarc *d, const struct dmarc_site *own)
{
    const dname *suffix = suffix_public(d->name, true);
    return own->record->psd == 'y' && suffix != NULL && !dname_equal(suffix, d->name);
}

/* The name is where its organisation starts, but the walk ends above it, at a record without psd=y. */
static bool boundary_lost(const struct dmarc *d, const struct dmarc_site *own)
{
    const dname *registrable = suffix_registrable(d->name, true);
    return own->record->psd == 'u' && d->now.org_known && registrable != NULL &&
           dname_equal(registrable, d->name) && !dname_equal(d->now.org, d->name);
}

static bool is_boundary(const dname *name)
{
    const dname *registrable = suffix_registrable(name, true);
    return registrable != NULL && dname_equal(registrable, name);
}

static enum verdict run_psd(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    struct arena *a = facts_scratch(f);
    const struct dmarc_site *own = dmarc_own(f, target, out, &verdict);
    if (own == NULL)
        return verdict;
    if (own->record->psd == 'n')
        return VERDICT_PASS;
    if (suffix_public(target, true) == NULL)
        return no_list(out);
    if (own->record->psd == 'u' && !is_boundary(target))
        return VERDICT_PASS;
    const struct dmarc *d = dmarc_of(f, target);
    if (false_suffix(d, own)) {
        struct finding *finding =
            findings_add(out, target,
                         "psd=y, but %s is no public suffix (%s): every name right below "
                         "it counts as an organisation of its own",
                         dname_text(a, target), suffix_version());
        dmarc_about(f, out, finding, own);
        return VERDICT_FAIL;
    }
    if (boundary_lost(d, own)) {
        struct finding *finding =
            findings_add(out, target,
                         "without psd=n the organizational domain is %s, which publishes "
                         "a record without psd=y",
                         dname_text(a, d->now.org));
        dmarc_about(f, out, finding, own);
        return VERDICT_FAIL;
    }
    if (own->record->psd == 'y' || d->now.org_known)
        return VERDICT_PASS;
    findings_undetermined(out, d->now.org_reason, "the names above could not be asked for a record");
    return VERDICT_UNDETERMINED;
}

static bool any_record(const struct dmarc *d)
{
    for (unsigned i = 0; i < d->walk_count; i++) {
        if (d->walk[i]->state == DMARC_FOUND_ONE)
            return true;
    }
    return false;
}

static enum verdict run_divergence(struct facts *f, const dname *target, struct findings *out)
{
    const struct dmarc *d = dmarc_of(f, target);
    struct arena *a = facts_scratch(f);
    const struct dmarc_site *own = d->walk_count > 0 ? d->walk[0] : NULL;
    if (d->pending)
        return VERDICT_UNDETERMINED;
    if (!d->list)
        return no_list(out);
    if (!d->now.org_known) {
        findings_undetermined(out, d->now.org_reason,
                              "a name on the way up could not be asked for its record");
        return VERDICT_UNDETERMINED;
    }
    if (!any_record(d)) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "no DMARC record anywhere on the way up");
        return VERDICT_SKIPPED;
    }
    if (own != NULL && own->state == DMARC_FOUND_ONE && (false_suffix(d, own) || boundary_lost(d, own))) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "the psd tag of the record is the cause (dmarc.psd-wrong)");
        return VERDICT_SKIPPED;
    }
    if (dname_equal(d->now.org, d->before.org)) {
        findings_pass(out, "organizational domain %s by both rules", dname_text(a, d->now.org));
        return VERDICT_PASS;
    }
    struct finding *finding =
        findings_add(out, target,
                     "the organizational domain is %s by the tree walk and %s by the "
                     "public suffix list (%s)",
                     dname_text(a, d->now.org), dname_text(a, d->before.org), suffix_version());
    finding->rrtype = RRTYPE_TXT;
    for (unsigned i = 0; i < d->walk_count; i++) {
        if (d->walk[i]->state == DMARC_FOUND_ONE)
            finding_note(out, finding, "record", "_dmarc.%s TXT %s", dname_text(a, d->walk[i]->domain),
                         text_ascii(a, d->walk[i]->record->text, d->walk[i]->record->length));
    }
    return VERDICT_FAIL;
}

#define ORG_COMMON                                                                                           \
    DMARC_COMMON,                                                                                            \
        .confidence_lowest = CONFIDENCE_CONFIRMED, .tags = "dmarc mail alignment",                           \
        .needs = "TXT at _dmarc below the name and every name above it, and the public suffix list"

const struct check topic_dmarc_org[] = {
    {
        ORG_COMMON,
        .id = "dmarc.psd-wrong",
        .title = "The psd tag says what the name is",
        .failure_title = "The psd tag is wrong, or missing where it is needed",
        .why = "psd=y on a name that is no public suffix cuts every name below it loose from the "
               "organisation: their policy and alignment change. Where the registry above publishes a "
               "record without psd=y, the organisation's own boundary is lost unless it says psd=n, and "
               "then strangers align with it.",
        .fix = "Remove psd=y; if the organisation starts at this name, publish psd=n.",
        .severity = SEVERITY_HIGH,
        .references = {RFC(9989, "4.7"), RFC(9989, "4.10.2")},
        .false_positives = "A name that does delegate to strangers but is not on the public suffix list: "
                           "have it added there.",
        .example_pass = "_dmarc TXT \"v=DMARC1; p=reject; psd=n\"\n",
        .example_fail = "_dmarc TXT \"v=DMARC1; p=reject; psd=y\"\n",
        .run = run_psd,
    },
    {
        ORG_COMMON,
        .id = "dmarc.orgdomain-divergence",
        .title = "Old and new receivers see the same organizational domain",
        .failure_title = "Old and new receivers see different organizational domains",
        .why = "Receivers of RFC 9989 find the organizational domain by a walk through DMARC records, "
               "older ones by the public suffix list. Where they differ, the same mail passes at one and "
               "fails at the other.",
        .fix = "Publish a DMARC record at the registered domain, with psd=n if the organisation starts "
               "there.",
        .severity = SEVERITY_MEDIUM,
        .references = {RFC(9989, "4.10.2"), RFC(7489, "3.2")},
        .false_positives = "A subdomain that is run as an organisation of its own with psd=n: then the "
                           "difference is meant, and goes away as receivers move to RFC 9989.",
        .example_pass = "_dmarc TXT \"v=DMARC1; p=reject\"\n",
        .example_fail =
            "!target a.mail.example.test.\n_dmarc.mail TXT \"v=DMARC1; p=reject\"\na.mail A 192.0.2.7\n",
        .run = run_divergence,
    },
    {0},
};
