/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for deleg.no-working-ns and deleg.lame-ns. */
#include "tests/check_test.h"

extern const struct check topic_deleg_working[];

#define RUN(id, cases) check_test_run(topic_deleg_working, id, cases, ARRAY_SIZE(cases))

static const struct check_case no_working_ns_cases[] = {
    {"all work",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"one works",
     "!server 192.0.2.1 * * refused\n"
     "!server 2001:db8::1 * * timeout\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"all refuse",
     "!server 192.0.2.1 * * refused\n"
     "!server 192.0.2.2 * * refused\n"
     "!server 2001:db8::1 * * refused\n",
     VERDICT_FAIL, "example.test.", "critical", NULL, REASON_NONE},
    {"all answer without AA",
     "!server 192.0.2.1 * * noaa\n"
     "!server 192.0.2.2 * * noaa\n"
     "!server 2001:db8::1 * * noaa\n",
     VERDICT_FAIL, "example.test.", "critical", NULL, REASON_NONE},
    {"all refer to the root",
     "!server 192.0.2.1 * * referral-root\n"
     "!server 192.0.2.2 * * referral-root\n"
     "!server 2001:db8::1 * * referral-root\n",
     VERDICT_FAIL, "example.test.", "critical", NULL, REASON_NONE},
    {"refused by UDP only",
     "!server 192.0.2.1 * * no-udp\n"
     "!server 192.0.2.2 * * refused\n"
     "!server 2001:db8::1 * * refused\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"all silent",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n",
     VERDICT_FAIL, "example.test.", "critical", NULL, REASON_NONE},
    {"all silent and the path is lossy",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n"
     "!vantage lossy\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"all silent, and the parent too",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n"
     "!vantage parents-silent\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"all silent behind an interceptor",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n"
     "!vantage intercepted\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"all silent where TCP does not work",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n"
     "!vantage no-tcp\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"IPv4 silent, no IPv6 path: IPv4 decides",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n"
     "!vantage no-ipv6\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"works by IPv6 only, with no IPv6 path from here",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!vantage no-ipv6\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"no path at all",
     "!vantage no-ipv4\n"
     "!vantage no-ipv6\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NETWORK},
    {"all truncated for ever",
     "!server 192.0.2.1 * * truncated\n"
     "!server 192.0.2.2 * * truncated\n"
     "!server 2001:db8::1 * * truncated\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"all malformed",
     "!server 192.0.2.1 * * malformed\n"
     "!server 192.0.2.2 * * malformed\n"
     "!server 2001:db8::1 * * malformed\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"one lame, one silent",
     "!server 192.0.2.1 * * refused\n"
     "!server 2001:db8::1 * * servfail\n"
     "!server 192.0.2.2 * * timeout\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"one lame, one silent on a lossy path",
     "!server 192.0.2.1 * * refused\n"
     "!server 2001:db8::1 * * servfail\n"
     "!server 192.0.2.2 * * timeout\n"
     "!vantage lossy\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"no server has an address",
     "!bare\n"
     "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"
     "@ NS gone1\n"
     "@ NS gone2\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"no delegation",
     "!parent none\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
    {"no apex",
     "!target www\n"
     "www A 192.0.2.80\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
    {"a zone file",
     "!offline\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

static const struct check_case lame_ns_cases[] = {
    {"all work",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"one refuses",
     "!server 192.0.2.2 * * refused\n",
     VERDICT_FAIL, "ns2.example.test.", "high", NULL, REASON_NONE},
    {"one fails",
     "!server 192.0.2.2 * * servfail\n",
     VERDICT_FAIL, "ns2.example.test.", "high", NULL, REASON_NONE},
    {"one has no AA",
     "!server 192.0.2.2 * * noaa\n",
     VERDICT_FAIL, "ns2.example.test.", "high", NULL, REASON_NONE},
    {"one refers to the root",
     "!server 192.0.2.2 * * referral-root\n",
     VERDICT_FAIL, "ns2.example.test.", "high", NULL, REASON_NONE},
    {"one knows no such name",
     "!server 192.0.2.2 * * nxdomain\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"one address of two",
     "!server 2001:db8::1 * * refused\n",
     VERDICT_FAIL, "ns1.example.test.", NULL, NULL, REASON_NONE},
    {"refuses by UDP and is authoritative by TCP",
     "!server 192.0.2.2 * * no-udp\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"at a host where it can be claimed: another row",
     "!zone digitalocean.com. 198.51.100.40\n"
     "@ NS ns1.digitalocean.com.\n"
     "@ NS ns1\n"
     "ns1 A 192.0.2.1\n"
     "ns1.digitalocean.com. A 198.51.100.41\n"
     "!zone parked.test. 198.51.100.41\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"truncated for ever is not lame",
     "!server 192.0.2.2 * * truncated\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"silence is not lame",
     "!server 192.0.2.2 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"all silent",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"malformed is not lame",
     "!server 192.0.2.2 * * malformed\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_MALFORMED},
    {"no IPv6 path: IPv4 is judged",
     "!vantage no-ipv6\n"
     "!server 192.0.2.2 * * refused\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"no IPv6 path, all well",
     "!vantage no-ipv6\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"no path at all",
     "!vantage no-ipv4\n"
     "!vantage no-ipv6\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NETWORK},
    {"parent and child on one server (T4d)",
     "!zone example.test. 192.0.2.251,192.0.2.252\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.251\n"
     "ns2 A 192.0.2.252\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"no apex",
     "!target www\n"
     "www A 192.0.2.80\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("deleg.no-working-ns", no_working_ns_cases);
    failed += RUN("deleg.lame-ns", lame_ns_cases);
    return failed;
}
