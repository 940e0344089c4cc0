/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for xfr.nsec-walkable. */
#include "tests/check_test.h"

extern const struct check topic_xfr_nsec[];

#define RUN(id, cases) check_test_run(topic_xfr_nsec, id, cases, ARRAY_SIZE(cases))

static const struct check_case nsec_walkable_cases[] = {
    {"not signed",
     "www A 192.0.2.80\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
    {"NSEC",
     "!sign example.test. nsec\n"
     "a A 192.0.2.80\n",
     VERDICT_FAIL, "example.test.", "low", NULL, REASON_NONE},
    {"NSEC3",
     "!sign example.test. nsec3\n"
     "a A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"minimal answers",
     "!sign example.test. nsec\n"
     "!walk minimal\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"no answer",
     "!sign example.test. nsec\n"
     "!walk timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"offline, NSEC",
     "!offline\n"
     "!sign example.test. nsec\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"offline, NSEC3",
     "!offline\n"
     "!sign example.test. nsec3\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"offline, not signed",
     "!offline\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("xfr.nsec-walkable", nsec_walkable_cases);
    return failed;
}
