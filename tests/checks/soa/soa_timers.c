/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for the ranges of the SOA timers. */
#include "tests/check_test.h"

extern const struct check topic_soa_timers[];

#define RUN(id, cases) check_test_run(topic_soa_timers, id, cases, ARRAY_SIZE(cases))

static const struct check_case refresh_range_cases[] = {
    {"sane",
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"short",
     "@ SOA ns1 hostmaster 1 600 300 1209600 3600\n",
     VERDICT_FAIL, "example.test.", "low", NULL, REASON_NONE},
    {"long",
     "@ SOA ns1 hostmaster 1 172800 3600 1209600 3600\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"offline",
     "!offline\n"
     "@ SOA ns1 hostmaster 1 600 300 1209600 3600\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"a shorter limit by the configuration",
     "!option soa.refresh-range min 600\n"
     "@ SOA ns1 hostmaster 1 600 300 1209600 3600\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"a longer one",
     "!option soa.refresh-range min 10000\n"
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n",
     VERDICT_FAIL, "example.test.", "low", NULL, REASON_NONE},
    {"an option of another check",
     "!option soa.retry-range min 10000\n"
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"no SOA in the file",
     "!offline\n"
     "!bare\n"
     "@ NS ns1\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
    {"all silent",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case retry_range_cases[] = {
    {"sane",
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"not below REFRESH",
     "@ SOA ns1 hostmaster 1 7200 7200 1209600 3600\n",
     VERDICT_FAIL, "example.test.", "low", NULL, REASON_NONE},
    {"tiny",
     "@ SOA ns1 hostmaster 1 7200 10 1209600 3600\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"all silent",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case expire_range_cases[] = {
    {"sane",
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"a day",
     "@ SOA ns1 hostmaster 1 7200 3600 86400 3600\n",
     VERDICT_FAIL, "example.test.", "medium", NULL, REASON_NONE},
    {"below REFRESH",
     "@ SOA ns1 hostmaster 1 7200 3600 3600 3600\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"all refuse",
     "!server 192.0.2.1 * * refused\n"
     "!server 192.0.2.2 * * refused\n"
     "!server 2001:db8::1 * * refused\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case minimum_range_cases[] = {
    {"sane",
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"a week",
     "@ 604800 SOA ns1 hostmaster 1 7200 3600 1209600 604800\n",
     VERDICT_FAIL, "example.test.", "low", NULL, REASON_NONE},
    {"the TTL of the SOA limits it",
     "@ 3600 SOA ns1 hostmaster 1 7200 3600 1209600 604800\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"tiny",
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 5\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("soa.refresh-range", refresh_range_cases);
    failed += RUN("soa.retry-range", retry_range_cases);
    failed += RUN("soa.expire-range", expire_range_cases);
    failed += RUN("soa.minimum-range", minimum_range_cases);
    return failed;
}
