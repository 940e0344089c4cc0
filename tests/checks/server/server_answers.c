/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for the form of answers. */
#include "tests/check_test.h"

extern const struct check topic_server_answers[];

#define RUN(id, cases) check_test_run(topic_server_answers, id, cases, ARRAY_SIZE(cases))

static const struct check_case edns_drops_cases[] = {
    {"fine",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"drops",
     "!server 192.0.2.2 * * drop-edns\n",
     VERDICT_FAIL, "ns2.example.test.", "high", NULL, REASON_NONE},
    {"refuses: another row",
     "!server 192.0.2.2 * * no-edns\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"silent",
     "!server 192.0.2.2 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"all silent",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case edns_unsupported_cases[] = {
    {"fine",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"refuses",
     "!server 192.0.2.2 * * no-edns\n",
     VERDICT_FAIL, "ns2.example.test.", "medium", NULL, REASON_NONE},
    {"drops: another row",
     "!server 192.0.2.2 * * drop-edns\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
};

static const struct check_case case_not_preserved_cases[] = {
    {"fine",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"changes",
     "!server 192.0.2.2 * * case\n",
     VERDICT_FAIL, "ns2.example.test.", "medium", NULL, REASON_NONE},
    {"no path",
     "!vantage no-ipv6\n"
     "!vantage no-ipv4\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case malformed_cases[] = {
    {"fine",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"broken",
     "!server 192.0.2.2 * * malformed\n",
     VERDICT_FAIL, "ns2.example.test.", "high", NULL, REASON_NONE},
    {"silent",
     "!server 192.0.2.2 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"no IPv6 path",
     "!vantage no-ipv6\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"stray replies only",
     "!server 192.0.2.2 * * wrong-id\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"replies from another address: another row",
     "!server 192.0.2.2 * * other-source\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
};

static const struct check_case source_address_differs_cases[] = {
    {"fine",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"differs",
     "!server 192.0.2.2 * * other-source\n",
     VERDICT_FAIL, "ns2.example.test.", "high", NULL, REASON_NONE},
    {"wrong id: another row",
     "!server 192.0.2.2 * * wrong-id\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"silent",
     "!server 192.0.2.2 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case tcp_truncation_loop_cases[] = {
    {"fine",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"loop",
     "!server 192.0.2.2 * * truncated\n",
     VERDICT_FAIL, "ns2.example.test.", "high", NULL, REASON_NONE},
    {"silent",
     "!server 192.0.2.2 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case ttl_decrementing_cases[] = {
    {"fine",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"counts down",
     "!only 192.0.2.2 @ 3000 SOA ns1 hostmaster 2026010101 7200 3600 1209600 3600\n"
     "!later 192.0.2.2 @ 2990 SOA ns1 hostmaster 2026010101 7200 3600 1209600 3600\n",
     VERDICT_FAIL, "ns2.example.test.", "high", NULL, REASON_NONE},
    {"edited in between",
     "!only 192.0.2.2 @ 3000 SOA ns1 hostmaster 2026010101 7200 3600 1209600 3600\n"
     "!later 192.0.2.2 @ 2990 SOA ns1 hostmaster 2026010102 7200 3600 1209600 3600\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"a lower TTL that stays",
     "!only 192.0.2.2 @ 300 SOA ns1 hostmaster 2026010101 7200 3600 1209600 3600\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"silent",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case intercepted_path_cases[] = {
    {"fine",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"intercepted",
     "!vantage intercepted\n",
     VERDICT_FAIL, "example.test.", "high", NULL, REASON_NONE},
    {"a zone file",
     "!offline\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("server.edns-drops", edns_drops_cases);
    failed += RUN("server.edns-unsupported", edns_unsupported_cases);
    failed += RUN("server.case-not-preserved", case_not_preserved_cases);
    failed += RUN("server.malformed", malformed_cases);
    failed += RUN("server.source-address-differs", source_address_differs_cases);
    failed += RUN("server.tcp-truncation-loop", tcp_truncation_loop_cases);
    failed += RUN("server.ttl-decrementing", ttl_decrementing_cases);
    failed += RUN("server.intercepted-path", intercepted_path_cases);
    return failed;
}
