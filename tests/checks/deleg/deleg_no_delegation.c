/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for deleg.no-delegation. */
#include "tests/check_test.h"

extern const struct check topic_deleg_no_delegation[];

#define RUN(id, cases) check_test_run(topic_deleg_no_delegation, id, cases, ARRAY_SIZE(cases))

static const struct check_case no_delegation_cases[] = {
    {"delegated",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"the TLD has no such name",
     "!parent none\n",
     VERDICT_FAIL, "example.test.", "critical", NULL, REASON_NONE},
    {"parent and child on one server (T4d)",
     "!zone example.test. 192.0.2.251,192.0.2.252\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.251\n"
     "ns2 A 192.0.2.252\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"one parent server serves the child too (T4d)",
     "!zone example.test. 192.0.2.251,192.0.2.2\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.251\n"
     "ns2 A 192.0.2.2\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a name inside a zone is no zone",
     "!target www\n"
     "www A 192.0.2.80\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
    {"a name that is gone from an ordinary zone",
     "!target gone\n",
     VERDICT_FAIL, "gone.example.test.", "medium", NULL, REASON_NONE},
    {"nobody knows the cut",
     "!timeout example.test. *\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"all parent servers silent, the cut known",
     "!server 192.0.2.251 * * timeout\n"
     "!server 192.0.2.252 * * timeout\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a zone file says nothing about it",
     "!offline\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
    {"the root is a zone",
     "!target .\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("deleg.no-delegation", no_delegation_cases);
    return failed;
}
