/* SPDX-License-Identifier: BSD-2-Clause */
/* What include and redirect lead to. */
#include "tests/check_test.h"

extern const struct check topic_spf_tree[];

static const struct check_case missing[] = {
    {"there", "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 -all\"", VERDICT_PASS, "", NULL,
     NULL, 0},
    {"no record", "@ TXT \"v=spf1 include:s.example.test -all\"\ns A 192.0.2.1", VERDICT_FAIL,
     "example.test.", "high", NULL, 0},
    {"no such name", "@ TXT \"v=spf1 include:s.example.test -all\"", VERDICT_FAIL, "example.test.", NULL,
     NULL, 0},
    {"redirect", "@ TXT \"v=spf1 redirect=s.example.test\"", VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"two of them", "@ TXT \"v=spf1 include:s.example.test include:t.example.test -all\"", VERDICT_FAIL,
     "example.test. example.test.", NULL, NULL, 0},
    {"two steps away",
     "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 include:t.example.test -all\"",
     VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"never reached", "@ TXT \"v=spf1 -all include:s.example.test\"", VERDICT_PASS, NULL, NULL, NULL, 0},
    {"redirect beside all", "@ TXT \"v=spf1 -all redirect=s.example.test\"", VERDICT_PASS, NULL, NULL, NULL,
     0},
    {"depends on the message", "@ TXT \"v=spf1 include:%{i}.example.test -all\"", VERDICT_PASS, NULL, NULL,
     NULL, 0},
    {"through an alias", "@ TXT \"v=spf1 include:s.example.test -all\"\ns CNAME t\nt TXT \"v=spf1 -all\"",
     VERDICT_PASS, NULL, NULL, NULL, 0},
    {"no answer", "@ TXT \"v=spf1 include:s.example.test -all\"\n!servfail s TXT", VERDICT_UNDETERMINED, NULL,
     NULL, NULL, REASON_SERVFAIL},
    {"one missing, one silent",
     "@ TXT \"v=spf1 include:s.example.test include:t.example.test -all\"\n!timeout t TXT", VERDICT_FAIL,
     "example.test.", NULL, NULL, 0},
    {"outside, offline", "!offline\n@ TXT \"v=spf1 include:s.other.test -all\"", VERDICT_SKIPPED, NULL, NULL,
     NULL, 0},
    {"inside, offline", "!offline\n@ TXT \"v=spf1 include:s.example.test -all\"", VERDICT_FAIL,
     "example.test.", NULL, NULL, 0},
};

static const struct check_case multiple[] = {
    {"one", "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 -all\"", VERDICT_PASS, "", NULL,
     NULL, 0},
    {"two", "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 -all\"\ns TXT \"v=spf1 mx -all\"",
     VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"no record", "@ A 192.0.2.1", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
};

static const struct check_case loop[] = {
    {"itself", "@ TXT \"v=spf1 include:example.test -all\"", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"by another", "@ TXT \"v=spf1 redirect=s.example.test\"\ns TXT \"v=spf1 include:EXAMPLE.test -all\"",
     VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"twice is no loop",
     "@ TXT \"v=spf1 include:s.example.test include:s.example.test -all\"\ns TXT \"v=spf1 -all\"",
     VERDICT_PASS, "", NULL, NULL, 0},
    {"by macro", "@ TXT \"v=spf1 include:%{d} -all\"", VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"never reached", "@ TXT \"v=spf1 -all include:example.test\"", VERDICT_PASS, NULL, NULL, NULL, 0},
    {"no answer", "@ TXT \"v=spf1 include:s.example.test -all\"\n!timeout s TXT", VERDICT_UNDETERMINED, NULL,
     NULL, NULL, REASON_TIMEOUT},
};

#define RUN(id, cases) check_test_run(topic_spf_tree, id, cases, ARRAY_SIZE(cases))

int main(void)
{
    return RUN("spf.include-missing", missing) | RUN("spf.include-multiple", multiple) |
           RUN("spf.loop", loop);
}
