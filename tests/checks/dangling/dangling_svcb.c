/* SPDX-License-Identifier: BSD-2-Clause */
/* Hosts of HTTPS and SVCB records. */
#include "tests/check_test.h"

extern const struct check topic_dangling_svcb[];

#define WWW "www.example.test."
#define HOST "www A 192.0.2.80\n"
#define VENDOR "!zone vendor.com. 198.51.100.9\n"

static const struct check_case cases[] = {
    {"no record", HOST, VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"the name itself", HOST "www HTTPS 1 . alpn=h2\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"not available", HOST "www HTTPS 0 .\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a host", HOST "www HTTPS 1 cdn.example.test.\ncdn A 192.0.2.81\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"a host that does not exist", HOST "www HTTPS 1 gone.example.test.\n", VERDICT_FAIL, WWW, "high", NULL,
     REASON_NONE},
    {"beside another that does", HOST "www HTTPS 1 gone.example.test.\nwww HTTPS 2 .\n", VERDICT_FAIL, WWW,
     "medium", NULL, REASON_NONE},
    {"a host without address", HOST "www HTTPS 1 cdn.example.test.\ncdn TXT \"x\"\n", VERDICT_FAIL, WWW,
     "high", NULL, REASON_NONE},
    {"an alias to a name with a record and no address",
     HOST VENDOR
     "www HTTPS 0 cdn.vendor.com.\ncdn.vendor.com. HTTPS 1 a.vendor.com.\na.vendor.com. A 198.51.100.80\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"under a free domain", "!unregistered lapsed.com.\n" HOST "www HTTPS 0 cdn.lapsed.com.\n", VERDICT_FAIL,
     WWW, "high", "R2", REASON_NONE},
    {"of an alias: judged where it leads",
     "www CNAME web\nweb A 192.0.2.80\nweb HTTPS 1 gone.example.test.\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"SVCB of a known service", "!names _dns.example.test.\n_dns SVCB 1 gone.example.test. alpn=dot\n",
     VERDICT_FAIL, "_dns.example.test.", "high", NULL, REASON_NONE},
    {"no answer", HOST "!timeout www HTTPS\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"no answer for the host", HOST "www HTTPS 1 cdn.example.test.\n!timeout cdn A\n", VERDICT_UNDETERMINED,
     "", NULL, NULL, REASON_TIMEOUT},
    {"--ignore", "!ignore vendor.com.\n" VENDOR HOST "www HTTPS 0 cdn.vendor.com.\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"offline", "!offline\n" HOST "www HTTPS 1 gone.example.test.\n", VERDICT_FAIL, WWW, "high", NULL,
     REASON_NONE},
    {"offline, SVCB", "!offline\n_foo SVCB 1 gone.example.test.\n", VERDICT_FAIL, "_foo.example.test.",
     "high", NULL, REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_dangling_svcb, "dangling.https-svcb-target", cases, ARRAY_SIZE(cases));
}
