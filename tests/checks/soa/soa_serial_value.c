/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for soa.serial-zero. */
#include "tests/check_test.h"

extern const struct check topic_soa_serial_value[];

#define SOA(serial) "@ SOA ns1 hostmaster " #serial " 7200 3600 1209600 3600\n"

static const struct check_case cases[] = {
    {"ordinary", SOA(1), VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"zero", SOA(0), VERDICT_FAIL, "example.test.", "low", NULL, REASON_NONE},
    {"the last", SOA(4294967295), VERDICT_FAIL, "example.test.", "low", NULL, REASON_NONE},
    {"half way round", SOA(2147483648), VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"offline", "!offline\n" SOA(0), VERDICT_FAIL, "example.test.", "low", NULL, REASON_NONE},
    {"offline, ordinary", "!offline\n" SOA(2026010101), VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"no SOA", "!offline\n!bare\n@ NS ns1.test.\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"not known", "!timeout @ SOA\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"no apex", "!target www.example.test.\nwww A 192.0.2.80\n", VERDICT_SKIPPED, "", NULL, NULL,
     REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_soa_serial_value, "soa.serial-zero", cases, ARRAY_SIZE(cases));
}
