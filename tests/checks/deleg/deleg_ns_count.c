/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for deleg.ns-count-low. */
#include "tests/check_test.h"

extern const struct check topic_deleg_ns_count[];

#define RUN(id, cases) check_test_run(topic_deleg_ns_count, id, cases, ARRAY_SIZE(cases))

static const struct check_case ns_count_low_cases[] = {
    {"two servers",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"two where three are asked for",
     "!option deleg.ns-count-low min 3\n"
     "www A 192.0.2.80\n",
     VERDICT_FAIL, "example.test.", "medium", NULL, REASON_NONE},
    {"one server",
     "!bare\n"
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"
     "@ NS ns1\n"
     "ns1 A 192.0.2.1\n",
     VERDICT_FAIL, "example.test.", "high", NULL, REASON_NONE},
    {"one server at the parent",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"one server in the zone",
     "!bare\n"
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"
     "@ NS ns1\n"
     "ns1 A 192.0.2.1\n"
     "ns2 A 192.0.2.2\n"
     "!parent example.test. NS ns1.example.test.\n"
     "!parent example.test. NS ns2.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n"
     "!parent ns2.example.test. A 192.0.2.2\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"one name in two spellings",
     "!bare\n"
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"
     "@ NS ns1\n"
     "ns1 A 192.0.2.1\n"
     "@ NS NS1\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"a response policy zone",
     "!offline\n!bare\n@ SOA ns1.test. h.test. 1 7200 3600 1209600 3600\n@ NS localhost.\n"
     "*.a.com CNAME .\nb.com CNAME *.\nc.com CNAME rpz-drop.\n",
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"a catalog zone",
     "!offline\n!bare\n@ 0 SOA invalid. invalid. 1 7200 3600 1209600 0\n@ 0 NS invalid.\n"
     "version 0 TXT \"2\"\nu1.zones 0 PTR example.net.\nx.ext 0 A 203.0.113.1\n",
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"localhost",
     "!offline\n!target localhost.\n!zone localhost.\n"
     "localhost. SOA localhost. root.localhost. 1 7200 3600 1209600 3600\nlocalhost. NS localhost.\n"
     "localhost. A 127.0.0.1\n",
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"a private reverse zone",
     "!offline\n!target 31.172.in-addr.arpa.\n!zone 31.172.in-addr.arpa.\n"
     "31.172.in-addr.arpa. SOA ns.test. h.test. 1 7200 3600 1209600 3600\n"
     "31.172.in-addr.arpa. NS ns.test.\n",
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"a public reverse zone",
     "!offline\n!target 32.172.in-addr.arpa.\n!zone 32.172.in-addr.arpa.\n"
     "32.172.in-addr.arpa. SOA ns.test. h.test. 1 7200 3600 1209600 3600\n"
     "32.172.in-addr.arpa. NS ns.test.\n",
     VERDICT_FAIL, "32.172.in-addr.arpa.", NULL, NULL, REASON_NONE},
    {"a version alone makes no catalog zone",
     "!offline\n!bare\n@ SOA ns1 h 1 7200 3600 1209600 3600\n@ NS ns1\nversion TXT \"2\"\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"offline, two",
     "!offline\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"offline, one",
     "!offline\n"
     "!bare\n"
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"
     "@ NS ns1\n"
     "ns1 A 192.0.2.1\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"offline, none: another row",
     "!offline\n"
     "!bare\n"
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
    {"nobody knows",
     "!timeout example.test. *\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"the zone does not tell, the parent does",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("deleg.ns-count-low", ns_count_low_cases);
    return failed;
}
