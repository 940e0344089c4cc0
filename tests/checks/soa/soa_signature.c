/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for soa.expire-vs-rrsig. */
#include "tests/check_test.h"

extern const struct check topic_soa_signature[];

#define RUN(id, cases) check_test_run(topic_soa_signature, id, cases, ARRAY_SIZE(cases))

static const struct check_case expire_vs_rrsig_cases[] = {
    {"long enough",
     "@ SOA ns1 hostmaster 1 7200 3600 604800 3600\n"
     "!sign example.test. expiration=+14d\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"too short",
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"
     "!sign example.test. expiration=+2d\n",
     VERDICT_FAIL, "example.test.", "medium", NULL, REASON_NONE},
    {"run out: another row",
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"
     "!sign example.test. expiration=-1d inception=-9d\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"not signed",
     "www A 192.0.2.80\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
    {"offline",
     "!offline\n"
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"
     "!sign example.test. expiration=+2d\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"not known",
     "!timeout example.test. SOA\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
};

int main(void)
{
    int failed = 0;
    failed += RUN("soa.expire-vs-rrsig", expire_vs_rrsig_cases);
    return failed;
}
