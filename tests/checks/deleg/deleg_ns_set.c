/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for deleg.ns-set-parent-only, -child-only and -disjoint. */
#include "tests/check_test.h"

extern const struct check topic_deleg_ns_set[];

#define RUN(id, cases) check_test_run(topic_deleg_ns_set, id, cases, ARRAY_SIZE(cases))

static const struct check_case ns_set_parent_only_cases[] = {
    {"same sets",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"the parent names one more",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent example.test. NS ns2.example.test.\n"
     "!parent example.test. NS ns9.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n"
     "!parent ns2.example.test. A 192.0.2.2\n"
     "!parent ns9.example.test. A 192.0.2.1\n",
     VERDICT_FAIL, "example.test.", "high", NULL, REASON_NONE},
    {"the parent names one less",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"nothing in common is another row",
     "!parent example.test. NS a.example.test.\n"
     "!parent example.test. NS b.example.test.\n"
     "!parent a.example.test. A 192.0.2.1\n"
     "!parent b.example.test. A 192.0.2.2\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"one server of the zone lists it",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent example.test. NS ns2.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n"
     "!parent ns2.example.test. A 192.0.2.2\n"
     "!only 192.0.2.1 @ NS ns1\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"the parent is silent",
     "!server 192.0.2.251 * * timeout\n"
     "!server 192.0.2.252 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"the child is silent",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"parent and child on one server (T4d)",
     "!zone example.test. 192.0.2.251,192.0.2.252\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.251\n"
     "ns2 A 192.0.2.252\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a zone file alone",
     "!offline\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
    {"no apex",
     "!target www\n"
     "www A 192.0.2.80\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

static const struct check_case ns_set_child_only_cases[] = {
    {"same sets",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"the zone names one more",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n",
     VERDICT_FAIL, "example.test.", "low", NULL, REASON_NONE},
    {"the parent is silent",
     "!server 192.0.2.251 * * timeout\n"
     "!server 192.0.2.252 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"a zone file alone",
     "!offline\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

static const struct check_case ns_set_disjoint_cases[] = {
    {"same sets",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"nothing in common",
     "!parent example.test. NS a.example.test.\n"
     "!parent example.test. NS b.example.test.\n"
     "!parent a.example.test. A 192.0.2.1\n"
     "!parent b.example.test. A 192.0.2.2\n",
     VERDICT_FAIL, "example.test.", "high", NULL, REASON_NONE},
    {"one in common",
     "!parent example.test. NS ns1.example.test.\n"
     "!parent example.test. NS b.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n"
     "!parent b.example.test. A 192.0.2.2\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"the child is silent",
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
    failed += RUN("deleg.ns-set-parent-only", ns_set_parent_only_cases);
    failed += RUN("deleg.ns-set-child-only", ns_set_child_only_cases);
    failed += RUN("deleg.ns-set-disjoint", ns_set_disjoint_cases);
    return failed;
}
