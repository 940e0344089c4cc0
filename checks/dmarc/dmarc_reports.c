/* SPDX-License-Identifier: BSD-2-Clause */
/* Where DMARC reports go. */
#include "checks/dmarc/dmarc_check.h"

static enum verdict run_rua_missing(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct dmarc_site *s = dmarc_own(f, target, out, &verdict);
    if (s == NULL)
        return verdict;
    if (s->record->rua_present)
        return VERDICT_PASS;
    dmarc_about(f, out, findings_add(out, target, "the record asks for no aggregate reports"), s);
    return VERDICT_FAIL;
}

static enum verdict run_rua_syntax(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct dmarc_site *s = dmarc_own(f, target, out, &verdict);
    if (s == NULL)
        return verdict;
    dmarc_faults(f, target, s, DMARC_ERROR_URI, SEVERITY_MEDIUM, out);
    return VERDICT_PASS;
}

#define REPORTS_COMMON                                                                                       \
    DMARC_COMMON, .confidence_lowest = CONFIDENCE_CONFIRMED, .needs = "TXT at _dmarc below the name",        \
                  .tags = "dmarc mail reports"

const struct check topic_dmarc_reports[] = {
    {
        REPORTS_COMMON,
        .id = "dmarc.rua-missing",
        .title = "Aggregate reports are asked for",
        .failure_title = "No aggregate reports are asked for",
        .why = "Without reports the owner sees neither forgeries nor that legitimate mail fails.",
        .fix = "Add rua=mailto: with an address that somebody, or a report service, reads.",
        .severity = SEVERITY_LOW,
        .references = {RFC(9989, "4.7"), RFC_WHOLE(9990)},
        .example_pass = "_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@example.test\"\n",
        .example_fail = "_dmarc TXT \"v=DMARC1; p=reject\"\n",
        .run = run_rua_missing,
    },
    {
        REPORTS_COMMON,
        .id = "dmarc.rua-syntax",
        .title = "The report addresses are valid",
        .failure_title = "A report address is no valid URI",
        .why = "Reports to an address that cannot be parsed, or that is not mailto:, are not sent.",
        .fix = "Write rua=mailto:dmarc@example.test; separate several with commas, and encode commas and "
               "exclamation marks inside an address.",
        .severity = SEVERITY_MEDIUM,
        .discriminator = "the address",
        .references = {RFC(9989, "4.8"), RFC_WHOLE(9990)},
        .example_pass =
            "_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:a@example.test,mailto:b@example.test!10m\"\n",
        .example_fail = "_dmarc TXT \"v=DMARC1; p=reject; rua=dmarc@example.test\"\n",
        .run = run_rua_syntax,
    },
    {0},
};
