/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for deleg.cyclic-dependency. */
#include "tests/check_test.h"

extern const struct check topic_deleg_cycle[];

#define RUN(id, cases) check_test_run(topic_deleg_cycle, id, cases, ARRAY_SIZE(cases))

static const struct check_case cyclic_dependency_cases[] = {
    {"glue",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"two zones that need each other",
     "!zone other.test. 198.51.100.30\n"
     "other.test. NS ns.example.test.\n"
     "@ NS ns.other.test.\n"
     "!timeout ns.other.test. A\n"
     "!timeout ns.other.test. AAAA\n",
     VERDICT_FAIL, "example.test.", "high", NULL, REASON_NONE},
    {"a ring of three",
     "!zone other.test. 198.51.100.30\n"
     "other.test. NS ns.third.test.\n"
     "!zone third.test. 198.51.100.31\n"
     "third.test. NS ns.example.test.\n"
     "@ NS ns.other.test.\n"
     "!timeout ns.other.test. A\n"
     "!timeout ns.other.test. AAAA\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"the other zones need each other",
     "!zone other.test. 198.51.100.30\n"
     "other.test. NS ns.third.test.\n"
     "!zone third.test. 198.51.100.31\n"
     "third.test. NS ns.other.test.\n"
     "@ NS ns.other.test.\n"
     "!timeout ns.other.test. A\n"
     "!timeout ns.other.test. AAAA\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"no glue for a name of its own is another row",
     "@ NS self\n"
     "!parent example.test. NS self.example.test.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"one way out",
     "!zone other.test. 198.51.100.30\n"
     "other.test. NS ns.example.test.\n"
     "other.test. NS ns9.other.test.\n"
     "ns9.other.test. A 198.51.100.30\n"
     "@ NS ns.other.test.\n"
     "!timeout ns.other.test. A\n"
     "!timeout ns.other.test. AAAA\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"a server beside that is found",
     "!zone other.test. 198.51.100.30\n"
     "other.test. NS ns.example.test.\n"
     "@ NS ns.other.test.\n"
     "@ NS ns1\n"
     "ns1 A 192.0.2.1\n"
     "!timeout ns.other.test. A\n"
     "!timeout ns.other.test. AAAA\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"names that do not exist are another row",
     "@ NS ns.gone.test.\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"the registry is silent",
     "!zone other.test. 198.51.100.30\n"
     "other.test. NS ns.example.test.\n"
     "@ NS ns.other.test.\n"
     "!timeout ns.other.test. A\n"
     "!timeout ns.other.test. AAAA\n"
     "!server 192.0.2.251 other.test. NS timeout\n"
     "!server 192.0.2.252 other.test. NS timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"parent and child on one server (T4d)",
     "!zone example.test. 192.0.2.251,192.0.2.252\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.251\n"
     "ns2 A 192.0.2.252\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a zone file",
     "!offline\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("deleg.cyclic-dependency", cyclic_dependency_cases);
    return failed;
}
