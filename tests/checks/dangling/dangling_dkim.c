/* SPDX-License-Identifier: BSD-2-Clause */
/* DKIM selectors that lead elsewhere. */
#include "tests/check_test.h"

extern const struct check topic_dangling_dkim[];

#define S1 "s1._domainkey.example.test."
#define NAMES "!names " S1 "\n"
#define LAPSED "!unregistered lapsed.com.\n"
#define VENDOR "!zone vendor.com. 198.51.100.9\n"

static const struct check_case cases[] = {
    {"a key", NAMES "s1._domainkey TXT \"v=DKIM1; p=AAAA\"\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"the vendor's key",
     NAMES VENDOR "s1._domainkey CNAME s1.vendor.com.\ns1.vendor.com. TXT \"v=DKIM1; p=AAAA\"\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"the domain is free", NAMES LAPSED "s1._domainkey CNAME s1.lapsed.com.\n", VERDICT_FAIL, S1, "high",
     "R2", REASON_NONE},
    {"the vendor has no such key", NAMES VENDOR "s1._domainkey CNAME s1.vendor.com.\n", VERDICT_FAIL, S1,
     "medium", "C6", REASON_NONE},
    {"nor has our own zone", NAMES "s1._domainkey CNAME key\n", VERDICT_FAIL, S1, "medium", "internal",
     REASON_NONE},
    {"other names are another check's", LAPSED "www CNAME x.lapsed.com.\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"no answer", NAMES VENDOR "s1._domainkey CNAME s1.vendor.com.\n!timeout s1.vendor.com. A\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"--ignore", NAMES LAPSED "!ignore lapsed.com.\ns1._domainkey CNAME s1.lapsed.com.\n", VERDICT_PASS, "",
     NULL, NULL, REASON_NONE},
    {"offline, in the file", "!offline\ns1._domainkey CNAME key\n", VERDICT_FAIL, S1, "medium", "internal",
     REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_dangling_dkim, "dangling.dkim-cname", cases, ARRAY_SIZE(cases));
}
