/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for exposure.wildcard-address. */
#include "tests/check_test.h"

extern const struct check topic_exposure_wildcard[];

#define RUN(id, cases) check_test_run(topic_exposure_wildcard, id, cases, ARRAY_SIZE(cases))

static const struct check_case wildcard_address_cases[] = {
    {"none",
     "www A 192.0.2.80\n"
     "!names www\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"below the apex",
     "* A 192.0.2.80\n",
     VERDICT_FAIL, "*.example.test.", "medium", NULL, REASON_NONE},
    {"IPv6",
     "* AAAA 2001:db8::80\n",
     VERDICT_FAIL, "*.example.test.", NULL, NULL, REASON_NONE},
    {"an alias",
     "* CNAME www\n"
     "www A 192.0.2.80\n",
     VERDICT_FAIL, "*.example.test.", NULL, NULL, REASON_NONE},
    {"TXT only is another row",
     "* TXT x\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"offline, deeper",
     "!offline\n"
     "*.sub A 192.0.2.80\n",
     VERDICT_FAIL, "*.sub.example.test.", NULL, NULL, REASON_NONE},
    {"a response policy zone",
     "!offline\n!bare\n@ SOA ns1.test. h.test. 1 7200 3600 1209600 3600\n@ NS localhost.\n"
     "*.a.com CNAME .\nb.com CNAME *.\n"
     "c.com CNAME rpz-drop.\nd.com A 10.0.0.1\n*.e.com CNAME garden.test.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"offline, none",
     "!offline\n"
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("exposure.wildcard-address", wildcard_address_cases);
    return failed;
}
