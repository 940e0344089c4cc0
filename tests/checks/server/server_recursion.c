/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for server.open-recursion. */
#include "tests/check_test.h"

extern const struct check topic_server_recursion[];

#define RUN(id, cases) check_test_run(topic_server_recursion, id, cases, ARRAY_SIZE(cases))

static const struct check_case open_recursion_cases[] = {
    {"closed",
     "!zone com. 198.51.100.11\n"
     "!zone net. 198.51.100.12\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"open",
     "!zone com. 198.51.100.11\n"
     "!zone net. 198.51.100.12\n"
     "!recursion 192.0.2.2 open\n",
     VERDICT_FAIL, "ns2.example.test.", "high", NULL, REASON_NONE},
    {"the flag alone",
     "!zone com. 198.51.100.11\n"
     "!zone net. 198.51.100.12\n"
     "!recursion 192.0.2.2 flag\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"authoritative for everything: a parking server",
     "!zone com. 198.51.100.11\n"
     "!zone net. 198.51.100.12\n"
     "!zone com. 192.0.2.2\n"
     "!zone net. 192.0.2.2\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"only one foreign name",
     "!zone com. 198.51.100.11\n"
     "!recursion 192.0.2.2 open\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"no foreign name",
     "!recursion 192.0.2.2 open\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"private TLDs",
     "!zone lab. 198.51.100.11\n"
     "!zone arpa. 198.51.100.12\n"
     "!recursion 192.0.2.2 open\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"the TLD of a name server counts",
     "!zone com. 198.51.100.11\n"
     "@ NS ns1\n"
     "@ NS ns.vendor.zz.\n"
     "ns1 A 192.0.2.1\n"
     "ns.vendor.zz. A 192.0.2.2\n"
     "!recursion 192.0.2.2 open\n",
     VERDICT_FAIL, "ns.vendor.zz.", NULL, NULL, REASON_NONE},
    {"no answer to foreign names",
     "!zone com. 198.51.100.11\n"
     "!zone net. 198.51.100.12\n"
     "!server 192.0.2.2 com. * timeout\n"
     "!server 192.0.2.2 net. * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"one of two answers",
     "!zone com. 198.51.100.11\n"
     "!zone net. 198.51.100.12\n"
     "!recursion 192.0.2.2 open\n"
     "!server 192.0.2.2 net. * refused\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"one silent, one open",
     "!zone com. 198.51.100.11\n"
     "!zone net. 198.51.100.12\n"
     "!server 192.0.2.1 * * timeout\n"
     "!recursion 192.0.2.2 open\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"no IPv6 path",
     "!zone com. 198.51.100.11\n"
     "!zone net. 198.51.100.12\n"
     "!vantage no-ipv6\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"a lame server may be open too",
     "!zone com. 198.51.100.11\n"
     "!zone net. 198.51.100.12\n"
     "!server 192.0.2.2 example.test. * refused\n"
     "!recursion 192.0.2.2 open\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"all silent",
     "!zone com. 198.51.100.11\n"
     "!zone net. 198.51.100.12\n"
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"a zone file",
     "!offline\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("server.open-recursion", open_recursion_cases);
    return failed;
}
