/* SPDX-License-Identifier: BSD-2-Clause */
/* The record that announces an MTA-STS policy. */
#include "checks/mail/mail_record.h"

#include <ctype.h>
#include <string.h>

static const char *fault_of(const struct announced_field *field, bool *seen)
{
    if (strcmp(field->name, "id") != 0)
        return strchr(field->value, '=') != NULL ? "the value of a field holds no equals sign"
                                                 : mail_record_value_fault(field);
    const bool twice = *seen;
    *seen = true;
    size_t length = strlen(field->value);
    for (size_t i = 0; i < length; i++) {
        if (!isalnum((unsigned char)field->value[i]))
            return "the id has letters and digits only";
    }
    if (length < 1 || length > 32)
        return "the id has 1 to 32 letters and digits";
    return twice ? "the id stands twice" : NULL;
}

static const struct mail_record kind = {
    .what = "MTA-STS",
    .check = "mta-sts",
    .version = "v=STSv1",
    .read = mta_sts_record,
    .fault = fault_of,
    .needed = "the id is missing, by which senders notice a new policy",
};

static enum verdict run_missing(struct facts *f, const dname *target, struct findings *out)
{
    return mail_record_missing(f, target, out, &kind);
}

static enum verdict run_multiple(struct facts *f, const dname *target, struct findings *out)
{
    return mail_record_multiple(f, target, out, &kind);
}

static enum verdict run_syntax(struct facts *f, const dname *target, struct findings *out)
{
    return mail_record_syntax(f, target, out, &kind);
}

#define RECORD_COMMON                                                                                        \
    MAIL_COMMON, .tags = "mail mta-sts tls", .modes = MODE_BOTH, .traffic = TRAFFIC_DNS,                     \
                 .subject_kind = "name", .cwe = "CWE-319", .scope = SCOPE_TARGET,                            \
                 .fix_record = "_mta-sts.example.test. TXT \"v=STSv1; id=20261101T000000\""

const struct check topic_mail_sts_record[] = {
    {
        RECORD_COMMON,
        .id = "mta-sts.multiple",
        .title = "There is one MTA-STS record",
        .failure_title = "Several MTA-STS records cancel each other",
        .why = "Senders that find more than one record act as if there were no policy, so nothing protects "
               "mail on its way "
               "from being read or redirected.",
        .fix = "Delete all but one.",
        .effort = "minutes",
        .severity = SEVERITY_MEDIUM,
        .needs = "TXT at _mta-sts below the name",
        .references = {RFC(8461, "3.1")},
        .example_pass = "_mta-sts TXT \"v=STSv1; id=1\"\n",
        .example_fail = "_mta-sts TXT \"v=STSv1; id=1\"\n_mta-sts TXT \"v=STSv1; id=2\"\n",
        .run = run_multiple,
    },
    {
        RECORD_COMMON,
        .id = "mta-sts.syntax",
        .title = "The MTA-STS record is well formed",
        .failure_title = "The MTA-STS record is malformed",
        .why = "Senders pass over a record that they cannot read, and over the policy with it.",
        .fix = "Write v=STSv1 first, then an id of 1 to 32 letters and digits; change the id whenever the "
               "policy changes.",
        .effort = "minutes",
        .severity = SEVERITY_MEDIUM,
        .needs = "TXT at _mta-sts below the name",
        .discriminator = "the field",
        .references = {RFC(8461, "3.1")},
        .example_pass = "_mta-sts TXT \"v=STSv1; id=20261101\"\n",
        .example_fail = "_mta-sts TXT \"v=STSv1; id=2026-11-01\"\n",
        .run = run_syntax,
    },
    {
        RECORD_COMMON,
        .id = "mta-sts.missing",
        .title = "MTA-STS protects mail on its way to the domain",
        .failure_title = "No MTA-STS policy protects mail on its way to the domain",
        .why = "Without MTA-STS or DANE a sender cannot tell a mail host from somebody in between: whoever "
               "sits on the path "
               "can turn encryption off and read the mail.",
        .fix = "Serve a policy at https://mta-sts.<domain>/.well-known/mta-sts.txt, in mode testing first, "
               "and announce it "
               "with this record.",
        .effort = "hours",
        .severity = SEVERITY_LOW,
        .needs = "TXT at _mta-sts below the name; MX, addresses and SPF tell whether it takes mail",
        .references = {RFC(8461, "3.1")},
        .example_pass = "@ MX 10 mail\nmail A 192.0.2.25\n_mta-sts TXT \"v=STSv1; id=1\"\n",
        .example_fail = "@ MX 10 mail\nmail A 192.0.2.25\n",
        .run = run_missing,
    },
    {0},
};
