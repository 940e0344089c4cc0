/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for server.no-udp and server.no-tcp. */
#include "tests/check_test.h"

extern const struct check topic_server_transports[];

#define RUN(id, cases) check_test_run(topic_server_transports, id, cases, ARRAY_SIZE(cases))

static const struct check_case no_udp_cases[] = {
    {"all answer",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"one silent",
     "!server 192.0.2.2 * * timeout\n",
     VERDICT_FAIL, "ns2.example.test.", "high", NULL, REASON_NONE},
    {"one silent by UDP only",
     "!server 192.0.2.2 * * no-udp\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"one not reachable",
     "!server 192.0.2.2 * * network\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"one family of a server silent",
     "!server 2001:db8::1 * * timeout\n",
     VERDICT_FAIL, "ns1.example.test.", NULL, NULL, REASON_NONE},
    {"one family without a path from here",
     "!vantage no-ipv6\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"no path at all",
     "!vantage no-ipv6\n"
     "!vantage no-ipv4\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NETWORK},
    {"silent on a lossy path",
     "!server 192.0.2.2 * * timeout\n"
     "!vantage lossy\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"silent, and the parent too",
     "!server 192.0.2.2 * * timeout\n"
     "!vantage parents-silent\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"silent behind an interceptor",
     "!server 192.0.2.2 * * timeout\n"
     "!vantage intercepted\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NETWORK},
    {"all silent: deleg.no-working-ns",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"all answer by TCP only",
     "!server 192.0.2.1 * * no-udp\n"
     "!server 192.0.2.2 * * no-udp\n"
     "!server 2001:db8::1 * * no-udp\n",
     VERDICT_FAIL, "ns1.example.test. ns1.example.test. ns2.example.test.", NULL, NULL, REASON_NONE},
    {"an error is an answer",
     "!server 192.0.2.2 * * refused\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"broken messages are not silence",
     "!server 192.0.2.2 * * malformed\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"no apex",
     "!target www\n"
     "www A 192.0.2.80\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
    {"a zone file",
     "!offline\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

static const struct check_case no_tcp_cases[] = {
    {"all answer",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"one silent by TCP",
     "!server 192.0.2.2 * * no-tcp\n",
     VERDICT_FAIL, "ns2.example.test.", "high", NULL, REASON_NONE},
    {"all silent by TCP",
     "!server 192.0.2.1 * * no-tcp\n"
     "!server 192.0.2.2 * * no-tcp\n"
     "!server 2001:db8::1 * * no-tcp\n",
     VERDICT_FAIL, "ns1.example.test. ns1.example.test. ns2.example.test.", NULL, NULL, REASON_NONE},
    {"both silent: server.no-udp",
     "!server 192.0.2.2 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"TCP does not work from here",
     "!server 192.0.2.2 * * no-tcp\n"
     "!vantage no-tcp\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NETWORK},
    {"silent on a lossy path",
     "!server 192.0.2.2 * * no-tcp\n"
     "!vantage lossy\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"no IPv6 path",
     "!server 2001:db8::1 * * no-tcp\n"
     "!vantage no-ipv6\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"all silent",
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
    failed += RUN("server.no-udp", no_udp_cases);
    failed += RUN("server.no-tcp", no_tcp_cases);
    return failed;
}
