/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for the zone transfer checks. */
#include "tests/check_test.h"

extern const struct check topic_xfr_transfers[];

#define RUN(id, cases) check_test_run(topic_xfr_transfers, id, cases, ARRAY_SIZE(cases))

static const struct check_case axfr_open_cases[] = {
    {"refused",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"open at one",
     "!axfr 192.0.2.1 open\n",
     VERDICT_FAIL, "ns1.example.test.", "high", NULL, REASON_NONE},
    {"open at all",
     "!axfr 192.0.2.1 open\n"
     "!axfr 192.0.2.2 open\n"
     "!axfr 2001:db8::1 open\n",
     VERDICT_FAIL, "ns1.example.test. ns1.example.test. ns2.example.test.", NULL, NULL, REASON_NONE},
    {"SOA..SOA is no leak",
     "!axfr 192.0.2.1 empty\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"no answer",
     "!axfr 192.0.2.1 timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"open at one, no answer from another",
     "!axfr 192.0.2.1 timeout\n"
     "!axfr 192.0.2.2 open\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"no IPv6 path",
     "!axfr 2001:db8::1 network\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"no path at all",
     "!axfr 2001:db8::1 network\n"
     "!axfr 192.0.2.1 network\n"
     "!axfr 192.0.2.2 network\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NETWORK},
    {"no apex",
     "!target www\n"
     "www A 192.0.2.80\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
    {"a zone file",
     "!offline\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

static const struct check_case ixfr_open_cases[] = {
    {"refused",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"open",
     "!ixfr 192.0.2.2 open\n",
     VERDICT_FAIL, "ns2.example.test.", "high", NULL, REASON_NONE},
    {"an SOA only",
     "!ixfr 192.0.2.2 empty\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"AXFR is open too: that row",
     "!axfr 192.0.2.2 open\n"
     "!ixfr 192.0.2.2 open\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"AXFR open at one, IXFR at another",
     "!axfr 192.0.2.1 open\n"
     "!ixfr 192.0.2.2 open\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"AXFR not known",
     "!axfr 192.0.2.2 timeout\n"
     "!ixfr 192.0.2.2 open\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"no answer",
     "!ixfr 192.0.2.2 timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"serial 0",
     "@ SOA ns1 hostmaster 0 7200 3600 1209600 3600\n"
     "!ixfr 192.0.2.2 open\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"no serial known",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"a zone file",
     "!offline\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

static const struct check_case axfr_inconsistent_cases[] = {
    {"all refuse",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"all open",
     "!axfr 192.0.2.1 open\n"
     "!axfr 192.0.2.2 open\n"
     "!axfr 2001:db8::1 open\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"the IPv6 address only",
     "!axfr 2001:db8::1 open\n",
     VERDICT_FAIL, "example.test.", "high", NULL, REASON_NONE},
    {"one open, others unknown",
     "!axfr 192.0.2.1 open\n"
     "!axfr 192.0.2.2 timeout\n"
     "!axfr 2001:db8::1 timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"one empty, one open",
     "!axfr 192.0.2.1 open\n"
     "!axfr 192.0.2.2 empty\n"
     "!axfr 2001:db8::1 open\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
};

static const struct check_case axfr_hidden_primary_open_cases[] = {
    {"MNAME is a name server",
     "www A 192.0.2.80\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
    {"refuses",
     "@ SOA primary hostmaster 1 7200 3600 1209600 3600\n"
     "primary A 192.0.2.53\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"open",
     "@ SOA primary hostmaster 1 7200 3600 1209600 3600\n"
     "primary A 192.0.2.53\n"
     "!axfr 192.0.2.53 open\n",
     VERDICT_FAIL, "primary.example.test.", "high", NULL, REASON_NONE},
    {"no answer",
     "@ SOA primary hostmaster 1 7200 3600 1209600 3600\n"
     "primary A 192.0.2.53\n"
     "!axfr 192.0.2.53 timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"another name of a name server",
     "@ SOA primary hostmaster 1 7200 3600 1209600 3600\n"
     "primary A 192.0.2.1\n"
     "!axfr 192.0.2.1 open\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
    {"no address",
     "@ SOA primary hostmaster 1 7200 3600 1209600 3600\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
    {"MNAME is the root",
     "@ SOA . hostmaster 1 7200 3600 1209600 3600\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
    {"the address is not known",
     "@ SOA primary hostmaster 1 7200 3600 1209600 3600\n"
     "primary A 192.0.2.53\n"
     "!timeout primary A\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("xfr.axfr-open", axfr_open_cases);
    failed += RUN("xfr.ixfr-open", ixfr_open_cases);
    failed += RUN("xfr.axfr-inconsistent", axfr_inconsistent_cases);
    failed += RUN("xfr.axfr-hidden-primary-open", axfr_hidden_primary_open_cases);
    return failed;
}
