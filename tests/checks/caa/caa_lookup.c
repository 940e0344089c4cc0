/* SPDX-License-Identifier: BSD-2-Clause */
/* Servers that serve the zone and fail CAA. */
#include "tests/check_test.h"

extern const struct check topic_caa_lookup[];

#define APEX "example.test."
#define WWW "www.example.test."
#define ALL(what)                                                                                            \
    "!server 192.0.2.1 * CAA " what "\n!server 192.0.2.2 * CAA " what "\n!server 2001:db8::1 * CAA " what "\n"

static const struct check_case cases[] = {
    {"answered", "@ CAA 0 issue \"ca.test\"\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"answered empty", "www A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"all say SERVFAIL", ALL("servfail"), VERDICT_FAIL, APEX " " APEX " " APEX, "critical critical critical",
     NULL, REASON_NONE},
    {"all refuse", ALL("refused"), VERDICT_FAIL, NULL, "critical critical critical", NULL, REASON_NONE},
    {"all do not know the type", ALL("notimp"), VERDICT_FAIL, NULL, "critical critical critical", NULL,
     REASON_NONE},
    {"T9: all are silent", ALL("timeout"), VERDICT_FAIL, NULL, "critical critical critical", NULL,
     REASON_NONE},
    {"one of them", "!server 192.0.2.1 * CAA servfail\n", VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE},
    {"one of them is silent", "!server 192.0.2.1 * CAA timeout\n", VERDICT_FAIL, APEX, "medium", NULL,
     REASON_NONE},
    {"silence, but the path loses much", "!vantage lossy\n" ALL("timeout"), VERDICT_UNDETERMINED, "", NULL,
     NULL, REASON_TIMEOUT},
    {"an absent name is an answer", ALL("nxdomain"), VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"T9: at a name, no climb",
     "!target www.example.test.\nwww A 192.0.2.80\n@ CAA 0 issue \"ca.test\"\n"
     "!server 192.0.2.1 " WWW " CAA timeout\n!server 192.0.2.2 " WWW " CAA timeout\n"
     "!server 2001:db8::1 " WWW " CAA timeout\n",
     VERDICT_FAIL, WWW " " WWW " " WWW, "critical critical critical", NULL, REASON_NONE},
    {"where an alias leads",
     "!target www.example.test.\n!zone vendor.test. 198.51.100.9\nwww CNAME shop.vendor.test.\n"
     "shop.vendor.test. A 198.51.100.80\n!server 198.51.100.9 * CAA servfail\n",
     VERDICT_FAIL, WWW, "critical", NULL, REASON_NONE},
    {"the servers fail everything",
     "!server 192.0.2.1 * * servfail\n!server 192.0.2.2 * * servfail\n"
     "!server 2001:db8::1 * * servfail\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_INCOMPLETE_DATA},
    {"offline", "!offline\n@ CAA 0 issue \"ca.test\"\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_caa_lookup, "caa.lookup-fails", cases, ARRAY_SIZE(cases));
}
