/* SPDX-License-Identifier: BSD-2-Clause */
/* Fetching and reading the MTA-STS policy. */
#include "tests/check_test.h"

extern const struct check topic_mail_sts_policy[];

#define APEX "example.test."
#define RECORD "_mta-sts TXT \"v=STSv1; id=1\"\n@ MX 10 mail\nmail A 192.0.2.25\n"
#define HOST RECORD "mta-sts A 192.0.2.80\n"
#define AT "!https mta-sts.example.test/.well-known/mta-sts.txt "
#define BODY(mode, mx) "version: STSv1\\nmode: " mode "\\n" mx "max_age: 604800\\n\n"
#define SOUND BODY("enforce", "mx: mail.example.test\\n")

static const struct check_case unreachable[] = {
    {"served", HOST AT "200 " SOUND, VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"no record, no question", "@ MX 10 mail\nmail A 192.0.2.25\n", VERDICT_SKIPPED, "", NULL, NULL,
     REASON_NONE},
    {"several records", HOST "_mta-sts TXT \"v=STSv1; id=2\"\n", VERDICT_SKIPPED, "", NULL, NULL,
     REASON_NONE},
    {"refused", HOST, VERDICT_FAIL, APEX, "high", NULL, REASON_NONE},
    {"the host does not exist", RECORD, VERDICT_FAIL, APEX, "high", NULL, REASON_NONE},
    {"the host has no address", RECORD "mta-sts TXT \"x\"\n", VERDICT_FAIL, APEX, "high", NULL, REASON_NONE},
    {"not found", HOST AT "404 nothing\n", VERDICT_FAIL, APEX, "high", NULL, REASON_NONE},
    {"a redirect is not followed",
     HOST AT "301 \n!http-header mta-sts.example.test Location: https://x.test/\n", VERDICT_FAIL, APEX,
     "high", NULL, REASON_NONE},
    {"a bad certificate", HOST "!untrusted mta-sts.example.test\n" AT "200 " SOUND, VERDICT_FAIL, APEX,
     "high", NULL, REASON_NONE},
    {"not HTTP", HOST AT "malformed\n", VERDICT_FAIL, APEX, "high", NULL, REASON_NONE},
    {"silence may be ours", HOST AT "timeout\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"no path may be ours", HOST AT "network\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NETWORK},
    {"the host cannot be looked up", RECORD "!servfail mta-sts A\n", VERDICT_UNDETERMINED, "", NULL, NULL,
     REASON_SERVFAIL},
    {"--no-http", "!no-http\n" HOST, VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"no answer for the record", HOST "!timeout _mta-sts TXT\n", VERDICT_UNDETERMINED, "", NULL, NULL,
     REASON_TIMEOUT},
    {"offline", "!offline\n" HOST, VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

#define FILE_OF(text) HOST AT "200 " text "\n"

static const struct check_case syntax[] = {
    {"sound", HOST AT "200 " SOUND, VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"carriage returns, spaces and no last line end",
     FILE_OF("version: STSv1 \r\\nmode:enforce\r\\nmx:  mail.example.test\r\\nmax_age: 1"), VERDICT_PASS, "",
     NULL, NULL, REASON_NONE},
    {"extensions", FILE_OF("version: STSv1\\nmode: testing\\nx-note: a b\\nmx: *.example.test\\nmax_age: 1"),
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"mode none needs no hosts", FILE_OF("version: STSv1\\nmode: none\\nmax_age: 1"), VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"no version", FILE_OF("mode: enforce\\nmx: a.test\\nmax_age: 1"), VERDICT_FAIL, APEX, "high", NULL,
     REASON_NONE},
    {"bad version", FILE_OF("version: stsv1\\nmode: enforce\\nmx: a.test\\nmax_age: 1"), VERDICT_FAIL, APEX,
     "high", NULL, REASON_NONE},
    {"bad mode", FILE_OF("version: STSv1\\nmode: report\\nmx: a.test\\nmax_age: 1"), VERDICT_FAIL, APEX,
     "high", NULL, REASON_NONE},
    {"no max_age", FILE_OF("version: STSv1\\nmode: enforce\\nmx: a.test"), VERDICT_FAIL, APEX, "high", NULL,
     REASON_NONE},
    {"bad max_age", FILE_OF("version: STSv1\\nmode: enforce\\nmx: a.test\\nmax_age: 1d"), VERDICT_FAIL, APEX,
     "high", NULL, REASON_NONE},
    {"no host", FILE_OF("version: STSv1\\nmode: enforce\\nmax_age: 1"), VERDICT_FAIL, APEX, "high", NULL,
     REASON_NONE},
    {"a key twice", FILE_OF("version: STSv1\\nmode: enforce\\nmode: none\\nmx: a.test\\nmax_age: 1"),
     VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE},
    {"a bad pattern beside a good one",
     FILE_OF("version: STSv1\\nmode: enforce\\nmx: mail.*.test\\nmx: a.test\\nmax_age: 1"), VERDICT_FAIL,
     APEX, "medium", NULL, REASON_NONE},
    {"a web page is one fault", FILE_OF("<html>\\n<body>Hello</body>\\n</html>"), VERDICT_FAIL, APEX, "high",
     NULL, REASON_NONE},
    {"an empty file", FILE_OF(""), VERDICT_FAIL, APEX, "high", NULL, REASON_NONE},
    {"no file is another check's", HOST, VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"silence", HOST AT "timeout\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
};

static const struct check_case coverage[] = {
    {"named", HOST AT "200 " SOUND, VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"in capitals", HOST AT "200 " BODY("enforce", "mx: MAIL.Example.Test\\n"), VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"by a wildcard", HOST AT "200 " BODY("enforce", "mx: *.example.test\\n"), VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"a wildcard stands for one label",
     HOST "@ MX 20 a.mail\n" AT "200 " BODY("enforce", "mx: *.example.test\\n"), VERDICT_FAIL, APEX, "high",
     NULL, REASON_NONE},
    {"and not for none",
     "_mta-sts TXT \"v=STSv1; id=1\"\nmta-sts A 192.0.2.80\n@ A 192.0.2.25\n" AT
     "200 " BODY("enforce", "mx: *.example.test\\n"),
     VERDICT_FAIL, APEX, "high", NULL, REASON_NONE},
    {"not named", HOST AT "200 " BODY("enforce", "mx: mx.example.test\\n"), VERDICT_FAIL, APEX, "high", NULL,
     REASON_NONE},
    {"not named, testing", HOST AT "200 " BODY("testing", "mx: mx.example.test\\n"), VERDICT_FAIL, APEX,
     "medium", NULL, REASON_NONE},
    {"mode none", HOST AT "200 " BODY("none", ""), VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"a malformed policy is another check's", HOST AT "200 " BODY("off", "mx: mx.example.test\\n"),
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"null MX", "@ MX 0 .\n_mta-sts TXT \"v=STSv1; id=1\"\nmta-sts A 192.0.2.80\n" AT "200 " SOUND,
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"no policy", HOST, VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"no answer for MX", HOST "!timeout @ MX\n" AT "200 " SOUND, VERDICT_UNDETERMINED, "", NULL, NULL,
     REASON_TIMEOUT},
};

int main(void)
{
    return check_test_run(topic_mail_sts_policy, "mta-sts.policy-unreachable", unreachable,
                          ARRAY_SIZE(unreachable)) +
           check_test_run(topic_mail_sts_policy, "mta-sts.policy-syntax", syntax, ARRAY_SIZE(syntax)) +
           check_test_run(topic_mail_sts_policy, "mta-sts.mx-not-covered", coverage, ARRAY_SIZE(coverage));
}
