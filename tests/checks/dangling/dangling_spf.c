/* SPDX-License-Identifier: BSD-2-Clause */
/* Domains that SPF trusts. */
#include "tests/check_test.h"

extern const struct check topic_dangling_spf[];

#define LAPSED "!unregistered lapsed.com.\n"
#define VENDOR "!zone vendor.com. 198.51.100.9\n"
#define APEX "example.test."

static const struct check_case cases[] = {
    {"no SPF", "www A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a vendor that exists",
     VENDOR "spf.vendor.com. TXT \"v=spf1 -all\"\n@ TXT \"v=spf1 include:spf.vendor.com -all\"\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"include", LAPSED "@ TXT \"v=spf1 include:spf.lapsed.com -all\"\n", VERDICT_FAIL, APEX, "high", "R2",
     REASON_NONE},
    {"redirect", LAPSED "@ TXT \"v=spf1 redirect=lapsed.com\"\n", VERDICT_FAIL, APEX, "high", "R2",
     REASON_NONE},
    {"a", LAPSED "@ TXT \"v=spf1 a:mail.lapsed.com -all\"\n", VERDICT_FAIL, APEX, "high", "R2", REASON_NONE},
    {"mx", LAPSED "@ TXT \"v=spf1 mx:lapsed.com -all\"\n", VERDICT_FAIL, APEX, "high", "R2", REASON_NONE},
    {"in a record that is included",
     LAPSED VENDOR
     "spf.vendor.com. TXT \"v=spf1 include:lapsed.com -all\"\n@ TXT \"v=spf1 include:spf.vendor.com -all\"\n",
     VERDICT_FAIL, APEX, "high", "R2", REASON_NONE},
    {"a macro names no host", LAPSED "@ TXT \"v=spf1 exists:%{i}.lapsed.com -all\"\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"exists names no host", LAPSED "@ TXT \"v=spf1 exists:x.lapsed.com -all\"\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"a dead name at a registered vendor", VENDOR "@ TXT \"v=spf1 include:gone.vendor.com -all\"\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a dead name of ours", "@ TXT \"v=spf1 include:gone.example.test -all\"\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"--ignore", LAPSED "!ignore lapsed.com.\n@ TXT \"v=spf1 include:spf.lapsed.com -all\"\n", VERDICT_PASS,
     "", NULL, NULL, REASON_NONE},
    {"no answer", "!timeout @ TXT\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"the registry does not answer",
     LAPSED "!server * lapsed.com. * timeout\n@ TXT \"v=spf1 include:spf.lapsed.com -all\"\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"offline", "!offline\n@ TXT \"v=spf1 include:spf.lapsed.com -all\"\n", VERDICT_SKIPPED, "", NULL, NULL,
     REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_dangling_spf, "dangling.spf-include-unregistered", cases, ARRAY_SIZE(cases));
}
