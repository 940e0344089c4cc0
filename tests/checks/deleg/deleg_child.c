/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for deleg.child-orphaned. */
#include "tests/check_test.h"

extern const struct check topic_deleg_child[];

#define RUN(id, cases) check_test_run(topic_deleg_child, id, cases, ARRAY_SIZE(cases))

static const struct check_case child_orphaned_cases[] = {
    {"no child",
     "www A 192.0.2.80\n"
     "!names www\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"a child that is served",
     "!zone dev.example.test. 198.51.100.20\n"
     "!names dev\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"a child that is refused",
     "!zone dev.example.test. 198.51.100.20\n"
     "!names dev\n"
     "!server 198.51.100.20 * * refused\n",
     VERDICT_FAIL, "dev.example.test.", "medium", NULL, REASON_NONE},
    {"servers without an address",
     "dev NS gone1\n"
     "dev NS gone2\n"
     "!names dev\n",
     VERDICT_FAIL, "dev.example.test.", "high", NULL, REASON_NONE},
    {"silent",
     "!zone dev.example.test. 198.51.100.20\n"
     "!names dev\n"
     "!server 198.51.100.20 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"one of two serves it",
     "!zone dev.example.test. 198.51.100.20,198.51.100.21\n"
     "!names dev\n"
     "!server 198.51.100.20 * * refused\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"offline",
     "!offline\n"
     "dev NS ns.dev\n"
     "ns.dev A 198.51.100.20\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
    {"offline, no child",
     "!offline\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("deleg.child-orphaned", child_orphaned_cases);
    return failed;
}
