/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for deleg.ns-is-cname, ns-name-unresolvable and ns-is-address. */
#include "tests/check_test.h"

extern const struct check topic_deleg_ns_names[];

#define RUN(id, cases) check_test_run(topic_deleg_ns_names, id, cases, ARRAY_SIZE(cases))

static const struct check_case ns_is_cname_cases[] = {
    {"hosts",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"an alias",
     "@ NS ns1\n"
     "@ NS alias\n"
     "ns1 A 192.0.2.1\n"
     "alias CNAME host\n"
     "host A 192.0.2.2\n",
     VERDICT_FAIL, "alias.example.test.", "medium", NULL, REASON_NONE},
    {"an alias to outside",
     "@ NS ns1\n"
     "@ NS alias\n"
     "ns1 A 192.0.2.1\n"
     "alias CNAME ns.vendor.org.\n"
     "ns.vendor.org. A 192.0.2.2\n",
     VERDICT_FAIL, "alias.example.test.", NULL, NULL, REASON_NONE},
    {"an alias that loops",
     "@ NS ns1\n"
     "@ NS alias\n"
     "ns1 A 192.0.2.1\n"
     "alias CNAME alias2\n"
     "alias2 CNAME alias\n",
     VERDICT_FAIL, "alias.example.test.", NULL, NULL, REASON_NONE},
    {"an alias outside",
     "@ NS ns1\n"
     "@ NS ns.vendor.org.\n"
     "ns1 A 192.0.2.1\n"
     "ns.vendor.org. CNAME real.vendor.org.\n"
     "real.vendor.org. A 192.0.2.2\n",
     VERDICT_FAIL, "ns.vendor.org.", NULL, NULL, REASON_NONE},
    {"not known",
     "!timeout ns2 A\n"
     "!timeout ns2 AAAA\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"offline, hosts in the file",
     "!offline\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"offline, an alias",
     "!offline\n"
     "@ NS ns1\n"
     "@ NS alias\n"
     "ns1 A 192.0.2.1\n"
     "alias CNAME host\n"
     "host A 192.0.2.2\n",
     VERDICT_FAIL, "alias.example.test.", NULL, NULL, REASON_NONE},
    {"offline, hosts elsewhere",
     "!offline\n"
     "@ NS ns1.vendor.org.\n"
     "@ NS ns2.vendor.org.\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
    {"offline, an alias and a host elsewhere",
     "!offline\n"
     "@ NS ns1.vendor.org.\n"
     "@ NS alias\n"
     "alias CNAME host\n"
     "host A 192.0.2.2\n",
     VERDICT_FAIL, "alias.example.test.", NULL, NULL, REASON_NONE},
};

static const struct check_case ns_name_unresolvable_cases[] = {
    {"all resolve",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"one does not exist",
     "@ NS ns1\n"
     "@ NS gone\n"
     "ns1 A 192.0.2.1\n",
     VERDICT_FAIL, "gone.example.test.", "high", NULL, REASON_NONE},
    {"one has no address",
     "@ NS ns1\n"
     "@ NS gone\n"
     "ns1 A 192.0.2.1\n"
     "gone TXT x\n",
     VERDICT_FAIL, "gone.example.test.", NULL, NULL, REASON_NONE},
    {"one is registered nowhere: another row",
     "@ NS ns1\n"
     "@ NS ns.vendor.org.\n"
     "ns1 A 192.0.2.1\n"
     "!unregistered vendor.org.\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"only IPv6",
     "@ NS ns1\n"
     "@ NS six\n"
     "ns1 A 192.0.2.1\n"
     "six AAAA 2001:db8::1\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"not known",
     "!timeout ns2 A\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"an address written as a name is another row",
     "@ NS ns1\n"
     "@ NS 192.0.2.2.\n"
     "ns1 A 192.0.2.1\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"offline",
     "!offline\n"
     "@ NS ns1\n"
     "@ NS gone\n"
     "ns1 A 192.0.2.1\n",
     VERDICT_FAIL, "gone.example.test.", NULL, NULL, REASON_NONE},
    {"offline, all there",
     "!offline\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
};

static const struct check_case ns_is_address_cases[] = {
    {"names",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"IPv4",
     "@ NS ns1\n"
     "@ NS 192.0.2.2.\n"
     "ns1 A 192.0.2.1\n",
     VERDICT_FAIL, "example.test.", "high", NULL, REASON_NONE},
    {"IPv4 without the dot",
     "@ NS ns1\n"
     "@ NS 192.0.2.2\n"
     "ns1 A 192.0.2.1\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"IPv6",
     "@ NS ns1\n"
     "@ NS 2001:db8::1.\n"
     "ns1 A 192.0.2.1\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"digits are no address",
     "@ NS ns1\n"
     "@ NS 1.2.3\n"
     "ns1 A 192.0.2.1\n"
     "1.2.3 A 192.0.2.2\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"too large for octets",
     "@ NS ns1\n"
     "@ NS 300.400.500.600\n"
     "ns1 A 192.0.2.1\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"offline",
     "!offline\n"
     "@ NS ns1\n"
     "@ NS 192.0.2.2.\n"
     "ns1 A 192.0.2.1\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"nobody knows",
     "!timeout example.test. *\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("deleg.ns-is-cname", ns_is_cname_cases);
    failed += RUN("deleg.ns-name-unresolvable", ns_name_unresolvable_cases);
    failed += RUN("deleg.ns-is-address", ns_is_address_cases);
    return failed;
}
