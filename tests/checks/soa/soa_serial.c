/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for soa.serial-differs. */
#include "tests/check_test.h"

extern const struct check topic_soa_serial[];

#define RUN(id, cases) check_test_run(topic_soa_serial, id, cases, ARRAY_SIZE(cases))

static const struct check_case serial_differs_cases[] = {
    {"equal",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"one behind",
     "@ SOA ns1 hostmaster 5 7200 3600 1209600 3600\n"
     "!only 192.0.2.2 @ SOA ns1 hostmaster 4 7200 3600 1209600 3600\n",
     VERDICT_FAIL, "example.test.", "medium", NULL, REASON_NONE},
    {"one ahead, others behind",
     "@ SOA ns1 hostmaster 5 7200 3600 1209600 3600\n"
     "!only 192.0.2.2 @ SOA ns1 hostmaster 6 7200 3600 1209600 3600\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"behind across the wrap",
     "@ SOA ns1 hostmaster 4294967295 7200 3600 1209600 3600\n"
     "!only 192.0.2.2 @ SOA ns1 hostmaster 3 7200 3600 1209600 3600\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"half the circle apart: no order",
     "@ SOA ns1 hostmaster 0 7200 3600 1209600 3600\n"
     "!only 192.0.2.2 @ SOA ns1 hostmaster 2147483648 7200 3600 1209600 3600\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"only addresses that answer count",
     "@ SOA ns1 hostmaster 5 7200 3600 1209600 3600\n"
     "!server 192.0.2.2 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"a lame server has no serial",
     "@ SOA ns1 hostmaster 5 7200 3600 1209600 3600\n"
     "!server 192.0.2.2 * * refused\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"differs and one is silent",
     "@ SOA ns1 hostmaster 5 7200 3600 1209600 3600\n"
     "!only 2001:db8::1 @ SOA ns1 hostmaster 4 7200 3600 1209600 3600\n"
     "!server 192.0.2.2 * * timeout\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"caught up at the second look",
     "@ SOA ns1 hostmaster 5 7200 3600 1209600 3600\n"
     "!only 192.0.2.2 @ SOA ns1 hostmaster 4 7200 3600 1209600 3600\n"
     "!later 192.0.2.2 @ SOA ns1 hostmaster 5 7200 3600 1209600 3600\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"caught up across the wrap",
     "@ SOA ns1 hostmaster 3 7200 3600 1209600 3600\n"
     "!only 192.0.2.2 @ SOA ns1 hostmaster 4294967295 7200 3600 1209600 3600\n"
     "!later 192.0.2.2 @ SOA ns1 hostmaster 3 7200 3600 1209600 3600\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"moving, but not far enough",
     "@ SOA ns1 hostmaster 5 7200 3600 1209600 3600\n"
     "!only 192.0.2.2 @ SOA ns1 hostmaster 3 7200 3600 1209600 3600\n"
     "!later 192.0.2.2 @ SOA ns1 hostmaster 4 7200 3600 1209600 3600\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"a busy zone, a step behind each time",
     "@ SOA ns1 hostmaster 5 7200 3600 1209600 3600\n"
     "!only 192.0.2.2 @ SOA ns1 hostmaster 4 7200 3600 1209600 3600\n"
     "!later 192.0.2.2 @ SOA ns1 hostmaster 5 7200 3600 1209600 3600\n"
     "!later 192.0.2.1 @ SOA ns1 hostmaster 6 7200 3600 1209600 3600\n"
     "!later 2001:db8::1 @ SOA ns1 hostmaster 6 7200 3600 1209600 3600\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"all silent",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"a zone file",
     "!offline\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("soa.serial-differs", serial_differs_cases);
    return failed;
}
