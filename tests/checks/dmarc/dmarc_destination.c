/* SPDX-License-Identifier: BSD-2-Clause */
/* Consent of those who get the reports. */
#include "tests/check_test.h"

extern const struct check topic_dmarc_destination[];

#define APEX "example.test."
#define VENDOR "!zone reports.com. 198.51.100.9\n"
#define DMARC(tags) "_dmarc TXT \"v=DMARC1; p=reject; " tags "\"\n"
#define FOREIGN VENDOR DMARC("rua=mailto:a@reports.com")
#define CONSENT "example.test._report._dmarc.reports.com. TXT \"v=DMARC1\"\n"

static const struct check_case cases[] = {
    {"own address", DMARC("rua=mailto:a@example.test"), VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"below the own domain", DMARC("rua=mailto:a@mail.example.test"), VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"above the own domain",
     "!target dept.example.test.\n_dmarc.dept TXT \"v=DMARC1; p=reject; "
     "rua=mailto:a@example.test\"\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a sister below one registrable domain",
     "!target dept.example.test.\n_dmarc.dept TXT \"v=DMARC1; p=reject; "
     "rua=mailto:a@mail.example.test\"\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"consent", FOREIGN CONSENT, VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"consent to everybody", FOREIGN "*._report._dmarc.reports.com. TXT \"v=DMARC1;\"\n", VERDICT_PASS, "",
     NULL, NULL, REASON_NONE},
    {"no consent", FOREIGN, VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE},
    {"another text is no consent", FOREIGN "*.reports.com. TXT \"v=spf1 -all\"\n", VERDICT_FAIL, APEX,
     "medium", NULL, REASON_NONE},
    {"consent to somebody else", FOREIGN "other.test._report._dmarc.reports.com. TXT \"v=DMARC1\"\n",
     VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE},
    {"failure reports", VENDOR DMARC("ruf=mailto:a@reports.com"), VERDICT_FAIL, APEX, "medium", NULL,
     REASON_NONE},
    {"both, one destination", VENDOR DMARC("rua=mailto:a@reports.com; ruf=mailto:b@reports.com"),
     VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE},
    {"a destination that does not exist", "!unregistered gone.com.\n" DMARC("rua=mailto:a@gone.com"),
     VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE},
    {"no reports", "_dmarc TXT \"v=DMARC1; p=reject\"\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"no record", "www A 192.0.2.80\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"no answer", "!timeout _dmarc TXT\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"no answer from the destination", FOREIGN "!timeout example.test._report._dmarc.reports.com. TXT\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"offline, own", "!offline\n" DMARC("rua=mailto:a@example.test"), VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"offline, foreign", "!offline\n" DMARC("rua=mailto:a@reports.com"), VERDICT_SKIPPED, "", NULL, NULL,
     REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_dmarc_destination, "dmarc.rua-unauthorised", cases, ARRAY_SIZE(cases));
}
