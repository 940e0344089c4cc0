/* SPDX-License-Identifier: BSD-2-Clause */
/* Mail hosts without address and mail hosts under free domains: one id a host. */
#include "tests/check_test.h"

extern const struct check topic_dangling_mx[];

#define VENDOR "!zone vendor.com. 198.51.100.9\n"
#define LAPSED "!unregistered lapsed.com.\n"
#define APEX "example.test."

static const struct check_case unresolvable[] = {
    {"no MX", "www A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a host with address", "@ MX 10 mail\nmail A 192.0.2.25\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"an IPv6 address will do", "@ MX 10 mail\nmail AAAA 2001:db8::25\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"a host that does not exist", "@ MX 10 mail\n", VERDICT_FAIL, APEX, "high", NULL, REASON_NONE},
    {"a host without address", "@ MX 10 mail\nmail TXT \"x\"\n", VERDICT_FAIL, APEX, "high", NULL,
     REASON_NONE},
    {"another host is there", "@ MX 10 mail\n@ MX 20 backup\nbackup A 192.0.2.25\n", VERDICT_FAIL, APEX,
     "medium", NULL, REASON_NONE},
    {"two hosts, both gone", "@ MX 10 mail\n@ MX 20 backup\n", VERDICT_FAIL, APEX " " APEX, "high high", NULL,
     REASON_NONE},
    {"null MX", "@ MX 0 .\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"an address as a name is another check's", "@ MX 10 192.0.2.25.\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"through an alias", "@ MX 10 mail\nmail CNAME host\nhost A 192.0.2.25\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"through an alias to nothing", "@ MX 10 mail\nmail CNAME host\n", VERDICT_FAIL, APEX, "high", NULL,
     REASON_NONE},
    {"a host of a vendor is gone", VENDOR "@ MX 10 mx.vendor.com.\n", VERDICT_FAIL, APEX, "high", NULL,
     REASON_NONE},
    {"a free domain has an id of its own", LAPSED "@ MX 10 mx.lapsed.com.\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"no answer for the host", "@ MX 10 mail\n!timeout mail A\n", VERDICT_UNDETERMINED, "", NULL, NULL,
     REASON_TIMEOUT},
    {"no answer for the MX", "!timeout @ MX\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"offline, in the file", "!offline\n@ MX 10 mail\n", VERDICT_FAIL, APEX, "high", NULL, REASON_NONE},
    {"offline, outside", "!offline\n@ MX 10 mx.vendor.com.\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"a name that is no apex", "!target www.example.test.\nwww MX 10 mail\n", VERDICT_FAIL,
     "www.example.test.", "high", NULL, REASON_NONE},
    {"--ignore", VENDOR "!ignore vendor.com.\n@ MX 10 mx.vendor.com.\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
};

static const struct check_case unregistered[] = {
    {"ours", "@ MX 10 mail\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"free", LAPSED "@ MX 10 mx.lapsed.com.\n", VERDICT_FAIL, APEX, "high", "R2", REASON_NONE},
    {"an alias into a free domain",
     LAPSED VENDOR "mx.vendor.com. CNAME x.lapsed.com.\n@ MX 10 mx.vendor.com.\n", VERDICT_FAIL, APEX, "high",
     "R2", REASON_NONE},
    {"registered, the host is gone", VENDOR "@ MX 10 mx.vendor.com.\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"the registry does not answer", LAPSED "!server * lapsed.com. * timeout\n@ MX 10 mx.lapsed.com.\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"null MX", "@ MX 0 .\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"offline", "!offline\n@ MX 10 mx.lapsed.com.\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed =
        check_test_run(topic_dangling_mx, "dangling.mx-unresolvable", unresolvable, ARRAY_SIZE(unresolvable));
    failed +=
        check_test_run(topic_dangling_mx, "dangling.mx-unregistered", unregistered, ARRAY_SIZE(unregistered));
    return failed;
}
