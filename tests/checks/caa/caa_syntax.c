/* SPDX-License-Identifier: BSD-2-Clause */
/* The grammar of CAA records. */
#include "tests/check_test.h"

extern const struct check topic_caa_syntax[];

#define APEX "example.test."
#define GOOD(value)                                                                                          \
    {                                                                                                        \
        value, "@ CAA " value "\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE                                \
    }
#define BAD(value, severity)                                                                                 \
    {                                                                                                        \
        value, "@ CAA " value "\n", VERDICT_FAIL, APEX, severity, NULL, REASON_NONE                          \
    }

static const struct check_case syntax[] = {
    GOOD("0 issue \"ca.test\""),
    GOOD("0 issue \"\""),
    GOOD("0 issue \";\""),
    GOOD("0 issue \" ca.test ; \""),
    GOOD("0 issue \"ca.test; account=230123\""),
    GOOD("0 issue \"ca.test;a=1 ; validationmethods=dns-01,http-01\""),
    GOOD("0 issuewild \"xn--mnchen-3ya.test\""),
    GOOD("0 ISSUE \"ca.test\""),
    GOOD("0 iodef \"mailto:a@example.test\""),
    GOOD("0 iodef \"https://example.test/caa\""),
    GOOD("0 tbs \"unknown\""),
    GOOD("0 issue \"ca.test; a=\""),
    BAD("0 issue \"https://ca.test\"", "medium"),
    BAD("0 issue \"ca.test.\"", "medium"),
    BAD("0 issue \"ca..test\"", "medium"),
    BAD("0 issue \"-ca.test\"", "medium"),
    BAD("0 issue \"a.test b.test\"", "medium"),
    BAD("0 issue \"a.test, b.test\"", "medium"),
    BAD("0 issue \"ca.test; account\"", "medium"),
    BAD("0 issue \"ca.test; a=1; \"", "medium"),
    BAD("0 issue \"ca.test; a=1 b=2\"", "medium"),
    BAD("0 issuewild \"*.ca.test\"", "medium"),
    BAD("0 iodef \"security@example.test\"", "low"),
    BAD("0 iodef \"mailto:\"", "low"),
    BAD("0 iodef \"https://example.test/a b\"", "low"),
    {"a tag with a hyphen", "@ TYPE257 \\# 11 0008 69737375652d7778 78\n", VERDICT_FAIL, APEX, "medium", NULL,
     REASON_NONE},
    {"no tag", "@ TYPE257 \\# 4 0000 7878\n", VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE},
    {"two faults, two findings", "@ CAA 0 issue \"a b\"\n@ CAA 0 issue \"c d\"\n", VERDICT_FAIL,
     APEX " " APEX, "medium medium", NULL, REASON_NONE},
    {"at a known name", "www A 192.0.2.80\nwww CAA 0 issue \"a b\"\n", VERDICT_FAIL, "www.example.test.",
     "medium", NULL, REASON_NONE},
    {"none here", "www A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"none at a name without others", "!target www.example.test.\nwww A 192.0.2.80\n", VERDICT_SKIPPED, "",
     NULL, NULL, REASON_NONE},
    {"no answer", "!timeout @ CAA\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"offline", "!offline\n@ CAA 0 issue \"a b\"\n", VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE},
};

static const struct check_case critical[] = {
    {"known", "@ CAA 128 issue \"ca.test\"\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"unknown, not critical", "@ CAA 0 tbs \"x\"\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"unknown", "@ CAA 128 tbs \"x\"\n", VERDICT_FAIL, APEX, "high", NULL, REASON_NONE},
    {"with reserved bits", "@ CAA 129 tbs \"x\"\n", VERDICT_FAIL, APEX, "high", NULL, REASON_NONE},
    {"a flag of 1 is not critical", "@ CAA 1 tbs \"x\"\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"above the target", "!target www.example.test.\nwww A 192.0.2.80\n@ CAA 128 tbs \"x\"\n", VERDICT_FAIL,
     "www.example.test.", "high", NULL, REASON_NONE},
    {"no answer", "!refused @ CAA\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_REFUSED},
    {"nothing governs the name", "!target www.example.test.\nwww A 192.0.2.80\n", VERDICT_SKIPPED, "", NULL,
     NULL, REASON_NONE},
};

static const struct check_case flags[] = {
    {"0", "@ CAA 0 issue \"ca.test\"\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"128", "@ CAA 128 issue \"ca.test\"\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"1", "@ CAA 1 issue \"ca.test\"\n", VERDICT_FAIL, APEX, "low", NULL, REASON_NONE},
    {"129", "@ CAA 129 issue \"ca.test\"\n", VERDICT_FAIL, APEX, "low", NULL, REASON_NONE},
    {"no answer", "!timeout @ CAA\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"none", "!target www.example.test.\nwww A 192.0.2.80\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_caa_syntax, "caa.syntax", syntax, ARRAY_SIZE(syntax)) +
           check_test_run(topic_caa_syntax, "caa.critical-unknown", critical, ARRAY_SIZE(critical)) +
           check_test_run(topic_caa_syntax, "caa.reserved-flags", flags, ARRAY_SIZE(flags));
}
