/* SPDX-License-Identifier: BSD-2-Clause */
/* The record that announces an MTA-STS policy. */
#include "tests/check_test.h"

extern const struct check topic_mail_sts_record[];

#define APEX "example.test."
#define MAIL "@ MX 10 mail\nmail A 192.0.2.25\n"
#define STS(text) "_mta-sts TXT \"" text "\"\n"

static const struct check_case missing[] = {
    {"there is one", MAIL STS("v=STSv1; id=1"), VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"there is none", MAIL, VERDICT_FAIL, APEX, "low", NULL, REASON_NONE},
    {"no MX, but an address", "@ A 192.0.2.25\n", VERDICT_FAIL, APEX, "low", NULL, REASON_NONE},
    {"a wildcard answers with something else", MAIL "* TXT \"v=spf1 -all\"\n", VERDICT_FAIL, APEX, "low",
     NULL, REASON_NONE},
    {"through an alias", MAIL "_mta-sts CNAME sts\nsts TXT \"v=STSv1; id=1\"\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"several are another check's", MAIL STS("v=STSv1; id=1") STS("v=STSv1; id=2"), VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"a broken one is another check's", MAIL STS("v=stsv1; id=1"), VERDICT_SKIPPED, "", NULL, NULL,
     REASON_NONE},
    {"no mail", "@ MX 0 .\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"the user says so", "!mail no\n" MAIL, VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"a top-level domain", "!target test.\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"no answer", MAIL "!timeout _mta-sts TXT\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"no answer for MX", "!timeout @ MX\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"offline, missing", "!offline\n" MAIL, VERDICT_FAIL, APEX, "low", NULL, REASON_NONE},
    {"offline, an alias out of the file", "!offline\n" MAIL "_mta-sts CNAME sts.vendor.com.\n",
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case multiple[] = {
    {"none", MAIL, VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"one", STS("v=STSv1; id=1"), VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"one beside other text", STS("v=STSv1; id=1") STS("hello"), VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"two", STS("v=STSv1; id=1") STS("v=STSv1; id=2"), VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE},
    {"no answer", "!timeout _mta-sts TXT\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"offline", "!offline\n" STS("v=STSv1; id=1") STS("v=STSv1; id=2"), VERDICT_FAIL, APEX, "medium", NULL,
     REASON_NONE},
};

#define GOOD(text)                                                                                           \
    {                                                                                                        \
        text, STS(text), VERDICT_PASS, "", NULL, NULL, REASON_NONE                                           \
    }
#define BAD(text)                                                                                            \
    {                                                                                                        \
        text, STS(text), VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE                                     \
    }

static const struct check_case syntax[] = {
    GOOD("v=STSv1; id=20261101T000000"),
    GOOD("v=STSv1;id=1;"),
    GOOD("v=STSv1 ; id=1 ; "),
    GOOD("v=STSv1; note=x.y; id=1"),
    GOOD("v=STSv1; id=abcdefghijklmnopqrstuvwxyz012345"),
    BAD("v=STSv1; id=abcdefghijklmnopqrstuvwxyz0123456"),
    BAD("v=STSv1; id=2026-11-01"),
    BAD("v=STSv1; id="),
    BAD("v=STSv1;"),
    BAD("v=STSv1; ID=1"),
    BAD("v=STSv1; id=1; id=2"),
    BAD("v=STSv1; id=1;; "),
    BAD("v=STSv1; id=1; note"),
    BAD("v=STSv1; id=1; note=a b"),
    BAD("v=STSv1"),
    BAD("v=stsv1; id=1"),
    BAD(" v=STSv1; id=1"),
    BAD("STSv1; id=1"),
    BAD("v=STSv2; id=1"),
    {"other text is none", STS("hello") STS("v=spf1 -all"), VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"a good one beside a bad one", STS("v=STSv1; id=1") STS("v=stsv1; id=1"), VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"several are another check's", STS("v=STSv1; id=1") STS("v=STSv1"), VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"in two strings", "_mta-sts TXT \"v=STSv1; id=\" \"1\"\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"no answer", "!servfail _mta-sts TXT\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_SERVFAIL},
    {"offline", "!offline\n" STS("v=STSv1; id=-"), VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_mail_sts_record, "mta-sts.missing", missing, ARRAY_SIZE(missing)) +
           check_test_run(topic_mail_sts_record, "mta-sts.multiple", multiple, ARRAY_SIZE(multiple)) +
           check_test_run(topic_mail_sts_record, "mta-sts.syntax", syntax, ARRAY_SIZE(syntax));
}
