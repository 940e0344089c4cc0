/* SPDX-License-Identifier: BSD-2-Clause */
/* Wildcards that lead outside. */
#include "tests/check_test.h"

extern const struct check topic_dangling_wildcard[];

static const struct check_case cases[] = {
    {"no wildcard", "www CNAME edge.vendor.com.\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"live", "!zone vendor.com. 198.51.100.9\nedge.vendor.com. A 198.51.100.10\n* CNAME edge.vendor.com.\n",
     VERDICT_FAIL, "*.example.test.", "high", "W1", REASON_NONE},
    {"offline", "!offline\n* CNAME edge.vendor.com.\n", VERDICT_FAIL, "*.example.test.", "high", "W1",
     REASON_NONE},
    {"deeper, offline", "!offline\n*.apps CNAME edge.vendor.com.\n", VERDICT_FAIL, "*.apps.example.test.",
     "high", "W1", REASON_NONE},
    {"a response policy zone",
     "!offline\n!bare\n@ SOA ns1.test. h.test. 1 7200 3600 1209600 3600\n@ NS localhost.\n"
     "*.a.com CNAME .\nb.com CNAME *.\n"
     "c.com CNAME rpz-drop.\nd.com A 10.0.0.1\n*.e.com CNAME garden.test.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"inside the organisation", "!offline\n*.apps CNAME edge\nedge A 192.0.2.80\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"--owned-suffix", "!offline\n!owned vendor.com.\n* CNAME edge.vendor.com.\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"--ignore", "!offline\n!ignore edge.vendor.com.\n* CNAME edge.vendor.com.\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"an address is no alias", "!offline\n* A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"cannot be told", "* CNAME edge.vendor.com.\n!names *.apps\n!timeout *.apps CNAME\n", VERDICT_FAIL,
     "*.example.test.", "high", "W1", REASON_NONE},
    {"cannot be told at all", "!names *.apps\n!timeout *.apps CNAME\n", VERDICT_UNDETERMINED, "", NULL, NULL,
     REASON_TIMEOUT},
};

int main(void)
{
    return check_test_run(topic_dangling_wildcard, "dangling.wildcard-cname", cases, ARRAY_SIZE(cases));
}
