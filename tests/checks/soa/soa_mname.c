/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for soa.mname-not-in-ns. */
#include "tests/check_test.h"

extern const struct check topic_soa_mname[];

#define RUN(id, cases) check_test_run(topic_soa_mname, id, cases, ARRAY_SIZE(cases))

static const struct check_case mname_not_in_ns_cases[] = {
    {"in the set",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"hidden",
     "@ SOA primary hostmaster 1 7200 3600 1209600 3600\n",
     VERDICT_FAIL, "example.test.", "info", NULL, REASON_NONE},
    {"none",
     "@ SOA . hostmaster 1 7200 3600 1209600 3600\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"offline",
     "!offline\n"
     "@ SOA primary hostmaster 1 7200 3600 1209600 3600\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"silent",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("soa.mname-not-in-ns", mname_not_in_ns_cases);
    return failed;
}
