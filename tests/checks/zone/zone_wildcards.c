/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for asterisks in owners. */
#include "tests/check_test.h"

extern const struct check topic_zone_wildcards[];

#define RUN(id, cases) check_test_run(topic_zone_wildcards, id, cases, ARRAY_SIZE(cases))
#define OFF "!offline\n"
#define DS(owner) owner " DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000\n"

static const struct check_case inner_cases[] = {
    {"leading", OFF "* A 192.0.2.1\n*.apps A 192.0.2.1\n*._domainkey TXT \"v=DKIM1; p=\"\n", VERDICT_PASS, "",
     NULL, NULL, REASON_NONE},
    {"part of a label", OFF "a*b A 192.0.2.1\nx.*y TXT \"x\"\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"TLSA for all hosts",
     OFF "_25._tcp.* TLSA 3 1 1 0000000000000000000000000000000000000000000000000000000000000000\n",
     VERDICT_FAIL, "_25._tcp.*.example.test.", "low", NULL, REASON_NONE},
    {"two asterisks", OFF "*.* A 192.0.2.1\n", VERDICT_FAIL, "*.*.example.test.", NULL, NULL, REASON_NONE},
    {"signed", OFF "*.apps A 192.0.2.1\n!sign example.test. 13 nsec\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"live", "www A 192.0.2.1\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case wildcard_cases[] = {
    {"addresses and mail", OFF "*.apps A 192.0.2.1\n*.apps MX 10 ns1\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"NS", OFF "*.apps NS ns1\n", VERDICT_FAIL, "*.apps.example.test.", "medium", NULL, REASON_NONE},
    {"DNAME", OFF "*.apps DNAME x.test.\n", VERDICT_FAIL, "*.apps.example.test.", NULL, NULL, REASON_NONE},
    {"DS", OFF DS("*"), VERDICT_FAIL, "*.example.test.", NULL, NULL, REASON_NONE},
    {"NS and DS", OFF "* NS ns1\n" DS("*"), VERDICT_FAIL, "*.example.test. *.example.test.", NULL, NULL,
     REASON_NONE},
    {"an ordinary delegation", OFF "sub NS ns1\n" DS("sub"), VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"live", "*.apps A 192.0.2.1\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("zone.nonterminal-wildcard", inner_cases);
    failed += RUN("zone.wildcard-ns-ds", wildcard_cases);
    return failed;
}
