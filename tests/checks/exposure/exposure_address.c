/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for exposure.private-address and exposure.loopback-address. */
#include "tests/check_test.h"

extern const struct check topic_exposure_address[];

#define RUN(id, cases) check_test_run(topic_exposure_address, id, cases, ARRAY_SIZE(cases))

static const struct check_case private_address_cases[] = {
    {"public",
     "www A 192.0.2.80\n"
     "!names www\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"RFC 1918",
     "www A 10.1.2.3\n"
     "!names www\n",
     VERDICT_FAIL, "www.example.test.", "medium", NULL, REASON_NONE},
    {"at the apex",
     "@ A 192.168.1.1\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"ULA",
     "www AAAA fd00::1\n"
     "!names www\n",
     VERDICT_FAIL, "www.example.test.", NULL, NULL, REASON_NONE},
    {"shared",
     "www A 100.64.1.1\n"
     "!names www\n",
     VERDICT_FAIL, "www.example.test.", NULL, NULL, REASON_NONE},
    {"link-local",
     "www A 169.254.1.1\n"
     "!names www\n",
     VERDICT_FAIL, "www.example.test.", NULL, NULL, REASON_NONE},
    {"IPv4 inside IPv6",
     "www AAAA ::ffff:10.0.0.1\n"
     "!names www\n",
     VERDICT_FAIL, "www.example.test.", NULL, NULL, REASON_NONE},
    {"loopback is another row",
     "www A 127.0.0.1\n"
     "!names www\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"one of two addresses",
     "www A 192.0.2.80\n"
     "www A 10.0.0.1\n"
     "!names www\n",
     VERDICT_FAIL, "www.example.test.", NULL, NULL, REASON_NONE},
    {"an alias is judged at its target",
     "www CNAME db\n"
     "db A 10.0.0.1\n"
     "!names www db\n",
     VERDICT_FAIL, "db.example.test.", NULL, NULL, REASON_NONE},
    {"not known",
     "www A 192.0.2.80\n"
     "!names www\n"
     "!timeout www A\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"a response policy zone",
     "!offline\n!bare\n@ SOA ns1.test. h.test. 1 7200 3600 1209600 3600\n@ NS localhost.\n"
     "*.a.com CNAME .\nb.com CNAME *.\n"
     "c.com CNAME rpz-drop.\nd.com A 10.0.0.1\n*.e.com CNAME garden.test.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a catalog zone",
     "!offline\n!bare\n@ 0 SOA invalid. invalid. 1 7200 3600 1209600 0\n@ 0 NS invalid.\n"
     "version 0 TXT \"2\"\n"
     "u1.zones 0 PTR example.net.\nx.ext 0 A 10.0.0.1\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a zone of the inside",
     "!offline\n!target corp.internal.\n!zone corp.internal.\ncorp.internal. SOA a. b. 1 2 3 4 5\n"
     "corp.internal. NS ns.corp.internal.\n"
     "ns.corp.internal. A 10.0.0.1\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"offline",
     "!offline\n"
     "www A 10.1.2.3\n",
     VERDICT_FAIL, "www.example.test.", NULL, NULL, REASON_NONE},
    {"offline, a name elsewhere is none of ours",
     "!offline\n"
     "www CNAME x.vendor.org.\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"by the walk",
     "!walk nsec example.test. db\n"
     "!sign example.test. nsec\n"
     "db A 10.0.0.1\n",
     VERDICT_FAIL, "db.example.test.", NULL, NULL, REASON_NONE},
};

static const struct check_case loopback_address_cases[] = {
    {"public",
     "www A 192.0.2.80\n"
     "!names www\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"loopback",
     "localhost A 127.0.0.1\n"
     "!names localhost\n",
     VERDICT_FAIL, "localhost.example.test.", "low", NULL, REASON_NONE},
    {"IPv6 loopback",
     "localhost AAAA ::1\n"
     "!names localhost\n",
     VERDICT_FAIL, "localhost.example.test.", NULL, NULL, REASON_NONE},
    {"zero",
     "x A 0.0.0.0\n"
     "!names x\n",
     VERDICT_FAIL, "x.example.test.", NULL, NULL, REASON_NONE},
    {"mapped",
     "x AAAA ::ffff:127.0.0.1\n"
     "!names x\n",
     VERDICT_FAIL, "x.example.test.", NULL, NULL, REASON_NONE},
    {"private is another row",
     "www A 10.0.0.1\n"
     "!names www\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"not known",
     "www A 192.0.2.80\n"
     "!names www\n"
     "!timeout www AAAA\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"offline",
     "!offline\n"
     "localhost A 127.0.0.1\n",
     VERDICT_FAIL, "localhost.example.test.", NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("exposure.private-address", private_address_cases);
    failed += RUN("exposure.loopback-address", loopback_address_cases);
    return failed;
}
