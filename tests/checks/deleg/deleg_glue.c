/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for deleg.glue-mismatch, glue-missing and glue-stale-extra. */
#include "tests/check_test.h"

extern const struct check topic_deleg_glue[];

#define RUN(id, cases) check_test_run(topic_deleg_glue, id, cases, ARRAY_SIZE(cases))

static const struct check_case glue_mismatch_cases[] = {
    {"equal",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"another address",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent example.test. NS ns2.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n"
     "!parent ns1.example.test. AAAA 2001:db8::1\n"
     "!parent ns2.example.test. A 198.51.100.9\n",
     VERDICT_FAIL, "ns2.example.test.", "high", NULL, REASON_NONE},
    {"one address more",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent example.test. NS ns2.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n"
     "!parent ns2.example.test. A 192.0.2.2\n"
     "!parent ns2.example.test. A 198.51.100.9\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"a family that the zone does not have",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent example.test. NS ns2.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n"
     "!parent ns2.example.test. A 192.0.2.2\n"
     "!parent ns2.example.test. AAAA 2001:db8::9\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"a family without glue is another row",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent example.test. NS ns2.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n"
     "!parent ns2.example.test. A 192.0.2.2\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"one address less",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent example.test. NS ns2.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n"
     "!parent ns2.example.test. A 192.0.2.2\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.1\n"
     "ns2 A 192.0.2.2\n"
     "ns2 A 192.0.2.1\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"no address in the zone is another row",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent example.test. NS old.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n"
     "!parent old.example.test. A 192.0.2.2\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"the zone does not tell the address",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent example.test. NS ns2.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n"
     "!parent ns2.example.test. A 192.0.2.2\n"
     "!timeout ns2 A\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"extra IPv4 glue counts though IPv6 is unknown",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent example.test. NS ns2.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n"
     "!parent ns2.example.test. A 198.51.100.9\n"
     "!timeout ns2 AAAA\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"servers outside the zone have no glue",
     "!bare\n"
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"
     "@ NS a.vendor.org.\n"
     "@ NS b.vendor.org.\n"
     "a.vendor.org. A 192.0.2.1\n"
     "b.vendor.org. A 192.0.2.2\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"parent and child on one server (T4d)",
     "!zone example.test. 192.0.2.251,192.0.2.252\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.251\n"
     "ns2 A 192.0.2.252\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"the parent is silent",
     "!server 192.0.2.251 * * timeout\n"
     "!server 192.0.2.252 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"a zone file alone",
     "!offline\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

static const struct check_case glue_missing_cases[] = {
    {"there",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"one is missing",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent example.test. NS ns2.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n",
     VERDICT_FAIL, "ns2.example.test.", "high", NULL, REASON_NONE},
    {"only a family is missing",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent example.test. NS ns2.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n"
     "!parent ns2.example.test. A 192.0.2.2\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"servers outside need none",
     "!bare\n"
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"
     "@ NS a.vendor.org.\n"
     "@ NS b.vendor.org.\n"
     "a.vendor.org. A 192.0.2.1\n"
     "b.vendor.org. A 192.0.2.2\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"parent and child on one server (T4d)",
     "!zone example.test. 192.0.2.251,192.0.2.252\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.251\n"
     "ns2 A 192.0.2.252\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"the parent is silent",
     "!server 192.0.2.251 * * timeout\n"
     "!server 192.0.2.252 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"a delegation in the file without glue",
     "!offline\n"
     "sub NS ns.sub\n",
     VERDICT_FAIL, "ns.sub.example.test.", NULL, NULL, REASON_NONE},
    {"a delegation in the file with glue",
     "!offline\n"
     "sub NS ns.sub\n"
     "ns.sub A 192.0.2.7\n",
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case glue_stale_extra_cases[] = {
    {"equal",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"glue of a host that is gone",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent example.test. NS old.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n"
     "!parent old.example.test. A 192.0.2.2\n",
     VERDICT_FAIL, "old.example.test.", "medium", NULL, REASON_NONE},
    {"differing glue is another row",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent example.test. NS ns2.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n"
     "!parent ns2.example.test. A 198.51.100.9\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"the zone does not tell",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent example.test. NS old.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n"
     "!parent old.example.test. A 192.0.2.2\n"
     "!timeout old A\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("deleg.glue-mismatch", glue_mismatch_cases);
    failed += RUN("deleg.glue-missing", glue_missing_cases);
    failed += RUN("deleg.glue-stale-extra", glue_stale_extra_cases);
    return failed;
}
