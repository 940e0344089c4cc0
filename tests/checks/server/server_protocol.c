/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for what a server makes of unusual questions. */
#include "tests/check_test.h"

extern const struct check topic_server_protocol[];

#define RUN(id, cases) check_test_run(topic_server_protocol, id, cases, ARRAY_SIZE(cases))

static const struct check_case unknown_type_cases[] = {
    {"fine",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"refuses it",
     "!server 192.0.2.2 * TYPE65280 notimp\n",
     VERDICT_FAIL, "ns2.example.test.", "high", NULL, REASON_NONE},
    {"fails",
     "!server 192.0.2.2 * TYPE65280 servfail\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"drops it",
     "!server 192.0.2.2 * TYPE65280 timeout\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"drops it on a lossy path",
     "!server 192.0.2.2 * TYPE65280 timeout\n"
     "!vantage lossy\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"lame in all: another row",
     "!server 192.0.2.2 * * refused\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"silent",
     "!server 192.0.2.2 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"no IPv6 path",
     "!vantage no-ipv6\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"a zone file",
     "!offline\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

static const struct check_case upward_referral_cases[] = {
    {"fine",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"for the zone itself",
     "!server 192.0.2.2 example.test. * referral-root\n",
     VERDICT_FAIL, "ns2.example.test.", "low", NULL, REASON_NONE},
    {"for foreign names",
     "!server 192.0.2.2 arpa. * referral-root\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"silent",
     "!server 192.0.2.2 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case unrelated_answer_cases[] = {
    {"fine",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"adds a record",
     "!server 192.0.2.2 * * unrelated\n",
     VERDICT_FAIL, "ns2.example.test.", "medium", NULL, REASON_NONE},
    {"in the NS answer only",
     "!server 192.0.2.2 * NS unrelated\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"silent",
     "!server 192.0.2.2 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("server.unknown-type", unknown_type_cases);
    failed += RUN("server.upward-referral", upward_referral_cases);
    failed += RUN("server.unrelated-answer", unrelated_answer_cases);
    return failed;
}
