/* SPDX-License-Identifier: BSD-2-Clause */
/* Is there a DMARC record that receivers take, and is it well formed? */
#include "auditor/check_zone.h"
#include "auditor/facts/derived/mail.h"
#include "auditor/facts/derived/suffix.h"
#include "checks/dmarc/dmarc_check.h"
#include "checks/lint.h"

#include <string.h>

const char *const lint_dmarc_ids[] = {
    "dmarc.leading-whitespace",
    "dmarc.np-weak",
    "dmarc.p-invalid",
    "dmarc.p-missing",
    "dmarc.p-none",
    "dmarc.pct",
    "dmarc.rua-missing",
    "dmarc.rua-syntax",
    "dmarc.sp-weak",
    "dmarc.syntax",
    "dmarc.t-testing",
    "dmarc.unknown-or-duplicate-tag",
    "dmarc.version-bad",
    NULL,
};

static enum verdict skip(struct findings *out, const char *why)
{
    findings_skip(out, SKIP_NOT_APPLICABLE, "%s", why);
    return VERDICT_SKIPPED;
}

/* A record that is there but does not count has a row of its own. */
static bool spoilt(const struct dmarc *d)
{
    for (unsigned i = 0; i < d->walk_count; i++) {
        if (d->walk[i]->state == DMARC_FOUND_SEVERAL || d->walk[i]->near_count > 0)
            return true;
    }
    return false;
}

/* Offline nothing above the zone is known. Above a registrable domain there are public suffixes only, and
 * hardly any of them publishes a policy: that is enough to say that the domain itself should. */
static bool only_suffixes_unknown(const struct dmarc *d)
{
    const dname *registrable = suffix_registrable(d->name, false);
    return registrable != NULL && dname_equal(registrable, d->name) && d->walk_count > 0 &&
           d->walk[0]->state == DMARC_FOUND_NONE && d->now.reason == REASON_NEEDS_LIVE;
}

static void report_missing(struct facts *f, const dname *target, bool sure, struct findings *out)
{
    struct arena *a = facts_scratch(f);
    const char *name = dname_text(a, target);
    struct finding *finding = findings_add(
        out, target,
        sure ? "no DMARC policy applies: none at _dmarc.%s nor at any name above it"
             : "no DMARC record at _dmarc.%s; the names above it are public suffixes and were not "
               "asked",
        name);
    finding->rrtype = RRTYPE_TXT;
    finding->fix_record = arena_printf(a, "_dmarc.%s TXT \"v=DMARC1; p=reject\"", name);
    if (!sure)
        finding->confidence = CONFIDENCE_LIKELY;
}

static enum verdict run_missing(struct facts *f, const dname *target, struct findings *out)
{
    if (check_zone_unasked(f, out) == VERDICT_SKIPPED)
        return VERDICT_SKIPPED;
    const struct dmarc *d = dmarc_of(f, target);
    if (mail_exempt(target))
        return skip(out, "a top-level domain, the root or a name under arpa is not asked for one");
    switch (d->now.state) {
    case DMARC_PENDING:
        return VERDICT_UNDETERMINED;
    case DMARC_POLICY:
        findings_pass(out, "policy from %s", dname_text(facts_scratch(f), d->now.from->domain));
        return VERDICT_PASS;
    case DMARC_UNKNOWN:
    case DMARC_NO_POLICY:
        break;
    }
    if (spoilt(d))
        return skip(out, "there are records, but receivers discard them (dmarc.multiple, dmarc.version-bad)");
    bool sure = d->now.state == DMARC_NO_POLICY;
    if (!sure && !only_suffixes_unknown(d)) {
        findings_undetermined(out, d->now.reason, "a name on the way up could not be asked for its policy");
        return VERDICT_UNDETERMINED;
    }
    report_missing(f, target, sure, out);
    return VERDICT_FAIL;
}

static void report_multiple(struct facts *f, const dname *target, const struct dmarc_site *s,
                            struct findings *out)
{
    struct arena *a = facts_scratch(f);
    const char *owner = s->owner != NULL ? dname_text(a, s->owner) : "?";
    struct finding *finding = findings_add(out, target, "%zu DMARC records at %s: receivers discard them all",
                                           s->record_count, owner);
    finding->rrtype = RRTYPE_TXT;
    finding->discriminator = dname_equal(s->domain, target) ? "" : owner;
    finding->location = dmarc_location(&s->records[1]);
    for (size_t i = 0; i < s->record_count; i++)
        finding_note(out, finding, "record", "%s", text_ascii(a, s->records[i].text, s->records[i].length));
}

/* The names up to the registrable domain are the owner's; what a registry publishes is not. */
static unsigned multiple_above(struct facts *f, const dname *target, const struct dmarc *d,
                               struct findings *out)
{
    unsigned count = 0;
    const dname *registrable = suffix_registrable(target, false);
    for (unsigned i = 1; i < d->walk_count && registrable != NULL; i++) {
        const struct dmarc_site *s = d->walk[i];
        if (s->state != DMARC_FOUND_SEVERAL || !dname_under(s->domain, registrable))
            continue;
        report_multiple(f, target, s, out);
        count++;
    }
    return count;
}

static enum verdict run_multiple(struct facts *f, const dname *target, struct findings *out)
{
    const struct dmarc_site *own = dmarc_at(f, target);
    switch (own->state) {
    case DMARC_FOUND_PENDING:
        return VERDICT_UNDETERMINED;
    case DMARC_FOUND_UNKNOWN:
        findings_undetermined(out, own->reason, "the TXT records at _dmarc are not known");
        return VERDICT_UNDETERMINED;
    case DMARC_FOUND_ONE:
        return VERDICT_PASS;
    case DMARC_FOUND_SEVERAL:
        report_multiple(f, target, own, out);
        return VERDICT_FAIL;
    case DMARC_FOUND_NONE:
        break;
    }
    if (multiple_above(f, target, dmarc_of(f, target), out) > 0)
        return VERDICT_FAIL;
    return skip(out, "the name has no DMARC record of its own");
}

/* Records at _dmarc that were meant as DMARC but are discarded; with a good one beside them they only
 * confuse. */
static enum verdict near_misses(struct facts *f, const dname *target, enum dmarc_version version,
                                const char *what, struct findings *out)
{
    const struct dmarc_site *s = dmarc_at(f, target);
    if (s->state == DMARC_FOUND_PENDING)
        return VERDICT_UNDETERMINED;
    if (s->state == DMARC_FOUND_UNKNOWN) {
        findings_undetermined(out, s->reason, "the TXT records at _dmarc are not known");
        return VERDICT_UNDETERMINED;
    }
    if (s->near_count == 0 && s->record_count == 0)
        return skip(out, "the name has no DMARC record of its own");
    for (size_t i = 0; i < s->near_count; i++) {
        const struct dmarc_text *t = &s->near[i];
        if (t->version != version)
            continue;
        const char *text = text_ascii(facts_scratch(f), t->text, t->length < 100 ? t->length : 100);
        struct finding *finding = findings_add(out, target, "\"%s\" is discarded: %s", text, what);
        finding->rrtype = RRTYPE_TXT;
        finding->discriminator = text;
        finding->location = dmarc_location(t);
        if (s->record_count > 0)
            finding->severity = SEVERITY_LOW;
    }
    return VERDICT_PASS;
}

static enum verdict run_version(struct facts *f, const dname *target, struct findings *out)
{
    return near_misses(f, target, DMARC_VERSION_NEAR,
                       "the first tag must be v=DMARC1, in these letters, with a semicolon behind it", out);
}

static enum verdict run_whitespace(struct facts *f, const dname *target, struct findings *out)
{
    return near_misses(f, target, DMARC_VERSION_WHITESPACE, "white space stands in front of v=DMARC1", out);
}

static enum verdict run_syntax(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct dmarc_site *s = dmarc_own(f, target, out, &verdict);
    if (s == NULL)
        return verdict;
    /* What is no tag=value at all makes many receivers drop the record; a bad value falls back to its
     * default. */
    dmarc_faults(f, target, s, DMARC_ERROR_SYNTAX, SEVERITY_HIGH, out);
    dmarc_faults(f, target, s, DMARC_ERROR_EMPTY, SEVERITY_MEDIUM, out);
    dmarc_faults(f, target, s, DMARC_ERROR_VALUE, SEVERITY_LOW, out);
    return VERDICT_PASS;
}

static enum verdict run_tags(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct dmarc_site *s = dmarc_own(f, target, out, &verdict);
    if (s == NULL)
        return verdict;
    dmarc_faults(f, target, s, DMARC_ERROR_UNKNOWN_TAG, SEVERITY_LOW, out);
    dmarc_faults(f, target, s, DMARC_ERROR_DUPLICATE_TAG, SEVERITY_LOW, out);
    return VERDICT_PASS;
}

static bool misplaced(struct facts *f, const dname *target, const dname *owner, bool own_record,
                      struct findings *out)
{
    facts_mark(f);
    const struct dmarc_site *s = owner != NULL ? dmarc_at_owner(f, owner) : NULL;
    if (s == NULL || s->wildcard)
        return false;
    if (s->record_count > 0) {
        struct arena *a = facts_scratch(f);
        struct finding *finding = findings_add(
            out, target, "a DMARC record at %s, where nobody looks for one", dname_text(a, owner));
        finding->rrtype = RRTYPE_TXT;
        finding->discriminator = dname_text(a, owner);
        finding->location = dmarc_location(&s->records[0]);
        if (own_record)
            finding->severity = SEVERITY_LOW;
    }
    return s->state == DMARC_FOUND_UNKNOWN;
}

static enum verdict run_location(struct facts *f, const dname *target, struct findings *out)
{
    struct arena *a = facts_scratch(f);
    const struct dmarc_site *own = dmarc_at(f, target);
    bool have = own->record_count > 0;
    bool unknown = misplaced(f, target, target, have, out);
    unknown = misplaced(f, target, dname_prepend(a, "dmarc", target), have, out) || unknown;
    unknown = misplaced(f, target, dname_prepend(a, "_dmarc._dmarc", target), have, out) || unknown;
    return unknown ? VERDICT_UNDETERMINED : VERDICT_PASS;
}

#define RECORD_COMMON DMARC_COMMON, .needs = "TXT at _dmarc below the name", .tags = "dmarc mail spoofing"

const struct check topic_dmarc_record[] = {
    {
        DMARC_COMMON,
        .confidence_lowest = CONFIDENCE_LIKELY,
        .id = "dmarc.missing",
        .title = "A DMARC policy applies to the name",
        .failure_title = "No DMARC policy applies to the name",
        .why = "Without a policy receivers accept mail that forges the name in the From line, the one "
               "people read, whatever SPF and DKIM say.",
        .fix = "Publish a record at _dmarc: start with p=none and a report address, then go to p=reject.",
        .tags = "dmarc mail spoofing",
        .severity = SEVERITY_HIGH,
        .needs = "TXT at _dmarc below the name and below every name above it",
        .references = {RFC(9989, "4.10.1"), RFC(7489, "6.6.3")},
        .false_positives = "Offline the names above the zone cannot be asked; a few registries publish a "
                           "policy for all their domains. The confidence is then likely.",
        .example_pass = "_dmarc TXT \"v=DMARC1; p=reject\"\n",
        .example_fail = "@ MX 10 mail\nmail A 192.0.2.25\n",
        .run = run_missing,
    },
    {
        RECORD_COMMON,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .id = "dmarc.multiple",
        .title = "The name has one DMARC record",
        .failure_title = "The name has several DMARC records",
        .why = "Receivers that find two DMARC records discard both, so no policy applies and the name can "
               "be forged.",
        .fix = "Keep one record; merge the report addresses into one rua tag, separated by commas.",
        .severity = SEVERITY_HIGH,
        .discriminator = "the owner, if it is not the name's own record",
        .references = {RFC(9989, "4.10"), RFC(7489, "6.6.3")},
        .example_pass = "_dmarc TXT \"v=DMARC1; p=reject\"\n_dmarc TXT \"unrelated\"\n",
        .example_fail = "_dmarc TXT \"v=DMARC1; p=reject\"\n_dmarc TXT \"v=DMARC1; p=none\"\n",
        .run = run_multiple,
    },
    {
        RECORD_COMMON,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .id = "dmarc.version-bad",
        .title = "Receivers recognise the DMARC record",
        .failure_title = "A record is meant as DMARC, but receivers discard it",
        .why = "The record counts only if its first tag is exactly v=DMARC1, in capitals. Anything else is "
               "discarded and the name is unprotected.",
        .fix = "Start the record with \"v=DMARC1;\".",
        .severity = SEVERITY_HIGH,
        .discriminator = "the record",
        .references = {RFC(9989, "4.7"), RFC(9989, "4.8")},
        .example_pass = "_dmarc TXT \"v=DMARC1; p=reject\"\n",
        .example_fail = "_dmarc TXT \"v=dmarc1; p=reject\"\n",
        .run = run_version,
    },
    {
        RECORD_COMMON,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .id = "dmarc.leading-whitespace",
        .title = "The DMARC record starts with its version",
        .failure_title = "White space stands in front of the DMARC record",
        .why = "Strict receivers do not recognise a record that starts with a space or tab, so for them no "
               "policy applies.",
        .fix = "Remove the white space in front of v=DMARC1.",
        .severity = SEVERITY_MEDIUM,
        .discriminator = "the record",
        .references = {RFC(9989, "4.8")},
        .example_pass = "_dmarc TXT \"v=DMARC1; p=reject\"\n",
        .example_fail = "_dmarc TXT \" v=DMARC1; p=reject\"\n",
        .run = run_whitespace,
    },
    {
        RECORD_COMMON,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .id = "dmarc.syntax",
        .title = "The DMARC record follows the grammar",
        .failure_title = "The DMARC record breaks the grammar",
        .why = "Receivers differ in what they do with a broken record: some ignore the element, some the "
               "whole policy.",
        .fix = "Write tag=value pairs with semicolons between, nothing else.",
        .severity = SEVERITY_HIGH,
        .discriminator = "the element",
        .references = {RFC(9989, "4.7"), RFC(9989, "4.8")},
        .example_pass = "_dmarc TXT \"v=DMARC1;p=reject; adkim = s ;\"\n",
        .example_fail = "_dmarc TXT \"v=DMARC1; p=reject; rua mailto:a@example.test\"\n",
        .run = run_syntax,
    },
    {
        RECORD_COMMON,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .id = "dmarc.unknown-or-duplicate-tag",
        .title = "The DMARC record has known tags, each once",
        .failure_title = "The DMARC record has an unknown tag, or one tag twice",
        .why = "Unknown tags are ignored, so a misspelt one has no effect; which of two equal tags counts "
               "is not defined.",
        .fix = "Correct the name of the tag, or remove it.",
        .severity = SEVERITY_LOW,
        .discriminator = "the element",
        .references = {RFC(9989, "4.7")},
        .example_pass = "_dmarc TXT \"v=DMARC1; p=reject; np=reject; psd=n; t=n; fo=1\"\n",
        .example_fail = "_dmarc TXT \"v=DMARC1; p=reject; policy=reject\"\n",
        .run = run_tags,
    },
    {
        DMARC_COMMON,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .id = "dmarc.wrong-location",
        .title = "DMARC records stand at _dmarc only",
        .failure_title = "A DMARC record stands where nobody looks for it",
        .why = "Receivers ask for TXT at _dmarc below the name and nowhere else. A record at the name "
               "itself, at dmarc or at _dmarc._dmarc has no effect, though its owner believes it has.",
        .fix = "Move the record to _dmarc.",
        .tags = "dmarc mail hygiene",
        .severity = SEVERITY_MEDIUM,
        .needs = "TXT at the name, at dmarc and at _dmarc._dmarc below it",
        .discriminator = "the owner of the record",
        .references = {RFC(9989, "4.5")},
        .example_pass = "_dmarc TXT \"v=DMARC1; p=reject\"\n",
        .example_fail = "@ TXT \"v=DMARC1; p=reject\"\n",
        .run = run_location,
    },
    {0},
};
