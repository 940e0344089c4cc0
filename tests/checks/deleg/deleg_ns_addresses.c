/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for deleg.ns-address-not-global, ns-ipv6-missing and ns-same-address. */
#include "tests/check_test.h"

extern const struct check topic_deleg_ns_addresses[];

#define RUN(id, cases) check_test_run(topic_deleg_ns_addresses, id, cases, ARRAY_SIZE(cases))

static const struct check_case ns_address_not_global_cases[] = {
    {"public",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"private",
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.1\n"
     "ns2 A 10.0.0.53\n",
     VERDICT_FAIL, "ns2.example.test.", "high", NULL, REASON_NONE},
    {"loopback",
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.1\n"
     "ns2 A 127.0.0.1\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"IPv4 inside IPv6",
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.1\n"
     "ns2 AAAA ::ffff:10.0.0.1\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"private glue only",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent example.test. NS ns2.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n"
     "!parent ns2.example.test. A 192.168.1.1\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"not known",
     "!timeout ns2 A\n"
     "!timeout ns2 AAAA\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"localhost",
     "!offline\n!target localhost.\n!zone localhost.\n"
     "localhost. SOA localhost. root.localhost. 1 7200 3600 1209600 3600\n"
     "localhost. NS localhost.\nlocalhost. A 127.0.0.1\n",
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"a zone of the inside",
     "!offline\n!target corp.internal.\n!zone corp.internal.\ncorp.internal. SOA a. b. 1 2 3 4 5\n"
     "corp.internal. NS ns.corp.internal.\n"
     "ns.corp.internal. A 10.0.0.1\n",
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"offline",
     "!offline\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.1\n"
     "ns2 A 10.0.0.53\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"offline, hosts elsewhere",
     "!offline\n"
     "@ NS ns1.vendor.org.\n"
     "@ NS ns2.vendor.org.\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

static const struct check_case ns_ipv6_missing_cases[] = {
    {"two",
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.1\n"
     "ns1 AAAA 2001:db8::1\n"
     "ns2 A 192.0.2.2\n"
     "ns2 AAAA 2001:db8::2\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"one",
     "www A 192.0.2.80\n",
     VERDICT_FAIL, "example.test.", "low", NULL, REASON_NONE},
    {"none",
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.1\n"
     "ns2 A 192.0.2.2\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"two addresses of one server count once",
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.1\n"
     "ns1 AAAA 2001:db8::1\n"
     "ns1 AAAA 2001:db8::2\n"
     "ns2 A 192.0.2.2\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"not known",
     "!timeout ns2 AAAA\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"offline",
     "!offline\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.1\n"
     "ns2 A 192.0.2.2\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"offline, hosts elsewhere",
     "!offline\n"
     "@ NS ns1.vendor.org.\n"
     "@ NS ns2.vendor.org.\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

static const struct check_case ns_same_address_cases[] = {
    {"apart",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"same IPv4",
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.1\n"
     "ns2 A 192.0.2.1\n",
     VERDICT_FAIL, "ns2.example.test.", "medium", NULL, REASON_NONE},
    {"same IPv6",
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.1\n"
     "ns1 AAAA 2001:db8::1\n"
     "ns2 A 192.0.2.2\n"
     "ns2 AAAA 2001:db8::1\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"not known",
     "!timeout ns2 A\n"
     "!timeout ns2 AAAA\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"offline",
     "!offline\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.1\n"
     "ns2 A 192.0.2.1\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("deleg.ns-address-not-global", ns_address_not_global_cases);
    failed += RUN("deleg.ns-ipv6-missing", ns_ipv6_missing_cases);
    failed += RUN("deleg.ns-same-address", ns_same_address_cases);
    return failed;
}
