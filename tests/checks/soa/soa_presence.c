/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for soa.missing, soa.multiple and soa.not-apex. */
#include "tests/check_test.h"

extern const struct check topic_soa_presence[];

#define RUN(id, cases) check_test_run(topic_soa_presence, id, cases, ARRAY_SIZE(cases))

static const struct check_case missing_cases[] = {
    {"there",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"missing at one server",
     "!server 192.0.2.2 example.test. SOA nodata\n",
     VERDICT_FAIL, "example.test.", "critical", NULL, REASON_NONE},
    {"truncated for ever is not missing",
     "!server 192.0.2.2 * * truncated\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"missing at all",
     "!server * example.test. SOA nodata\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"an error is not missing",
     "!server 192.0.2.2 example.test. SOA servfail\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"an answer without AA is no evidence",
     "!server 192.0.2.2 example.test. SOA noaa\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"one is silent",
     "!server 192.0.2.2 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"missing at one, another silent",
     "!server 192.0.2.2 * * timeout\n"
     "!server 192.0.2.1 example.test. SOA nodata\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"all refuse",
     "!server 192.0.2.1 * * refused\n"
     "!server 192.0.2.2 * * refused\n"
     "!server 2001:db8::1 * * refused\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"no IPv6 path",
     "!vantage no-ipv6\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"a zone file",
     "!offline\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"a zone file without",
     "!offline\n"
     "!bare\n"
     "@ NS ns1\n"
     "@ NS ns2\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"no apex",
     "!target www\n"
     "www A 192.0.2.80\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

static const struct check_case multiple_cases[] = {
    {"one",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"two",
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"
     "@ SOA ns1 hostmaster 2 7200 3600 1209600 3600\n",
     VERDICT_FAIL, "example.test.", "high", NULL, REASON_NONE},
    {"two at one server",
     "!only 192.0.2.2 @ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"
     "!only 192.0.2.2 @ SOA ns1 hostmaster 2 7200 3600 1209600 3600\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"offline",
     "!offline\n"
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"
     "@ SOA ns1 hostmaster 2 7200 3600 1209600 3600\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"one is silent",
     "!server 192.0.2.2 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case not_apex_cases[] = {
    {"at the apex",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"one server has only the zone above",
     "!zone example.test. 192.0.2.1,2001:db8::1\n"
     "!zone test. 192.0.2.251,192.0.2.2\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.1\n"
     "ns1 AAAA 2001:db8::1\n"
     "ns2 A 192.0.2.2\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"offline, below the apex",
     "!offline\n"
     "sub SOA ns1 hostmaster 1 7200 3600 1209600 3600\n",
     VERDICT_FAIL, "sub.example.test.", "high", NULL, REASON_NONE},
    {"offline",
     "!offline\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"all silent",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("soa.missing", missing_cases);
    failed += RUN("soa.multiple", multiple_cases);
    failed += RUN("soa.not-apex", not_apex_cases);
    return failed;
}
