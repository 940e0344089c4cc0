/* SPDX-License-Identifier: BSD-2-Clause */
/* The record that asks for reports about TLS. */
#include "tests/check_test.h"

extern const struct check topic_mail_tls_rpt[];

#define APEX "example.test."
#define MAIL "@ MX 10 mail\nmail A 192.0.2.25\n"
#define RPT(text) "_smtp._tls TXT \"" text "\"\n"
#define SOUND RPT("v=TLSRPTv1; rua=mailto:a@example.test")

static const struct check_case missing[] = {
    {"there is one", MAIL SOUND, VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"there is none", MAIL, VERDICT_FAIL, APEX, "low", NULL, REASON_NONE},
    {"a broken one is another check's", MAIL RPT("v=tlsrptv1; rua=mailto:a@example.test"), VERDICT_SKIPPED,
     "", NULL, NULL, REASON_NONE},
    {"no mail", "@ MX 0 .\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"no answer", MAIL "!timeout _smtp._tls TXT\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"offline", "!offline\n" MAIL, VERDICT_FAIL, APEX, "low", NULL, REASON_NONE},
};

static const struct check_case multiple[] = {
    {"none", MAIL, VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"one", SOUND, VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"two", SOUND RPT("v=TLSRPTv1; rua=mailto:b@example.test"), VERDICT_FAIL, APEX, "low", NULL, REASON_NONE},
    {"no answer", "!timeout _smtp._tls TXT\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
};

#define GOOD(text)                                                                                           \
    {                                                                                                        \
        text, RPT(text), VERDICT_PASS, "", NULL, NULL, REASON_NONE                                           \
    }
#define BAD(text)                                                                                            \
    {                                                                                                        \
        text, RPT(text), VERDICT_FAIL, APEX, "low", NULL, REASON_NONE                                        \
    }

static const struct check_case syntax[] = {
    GOOD("v=TLSRPTv1; rua=mailto:a@example.test"),
    GOOD("v=TLSRPTv1;rua=mailto:a@example.test;"),
    GOOD("v=TLSRPTv1; rua=mailto:a@example.test , https://example.test/r?a=b"),
    GOOD("v=TLSRPTv1; rua=MAILTO:a@example.test; note=x"),
    BAD("v=TLSRPTv1; rua=a@example.test"),
    BAD("v=TLSRPTv1; rua=http://example.test/"),
    BAD("v=TLSRPTv1; rua=mailto:example.test"),
    BAD("v=TLSRPTv1; rua=mailto:a@example.test!10m"),
    BAD("v=TLSRPTv1; rua=mailto:a@example.test,"),
    BAD("v=TLSRPTv1; rua=mailto:a@example.test mailto:b@example.test"),
    BAD("v=TLSRPTv1; rua="),
    BAD("v=TLSRPTv1; ruf=mailto:a@example.test"),
    BAD("v=TLSRPTv1; rua=mailto:a@example.test; rua=mailto:b@example.test"),
    BAD("v=TLSRPTv1"),
    BAD("v=TLSRPTV1; rua=mailto:a@example.test"),
    {"none", MAIL, VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"no answer", "!timeout _smtp._tls TXT\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"offline", "!offline\n" RPT("v=TLSRPTv1; rua=-"), VERDICT_FAIL, APEX, "low", NULL, REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_mail_tls_rpt, "tls-rpt.missing", missing, ARRAY_SIZE(missing)) +
           check_test_run(topic_mail_tls_rpt, "tls-rpt.multiple", multiple, ARRAY_SIZE(multiple)) +
           check_test_run(topic_mail_tls_rpt, "tls-rpt.syntax", syntax, ARRAY_SIZE(syntax));
}
