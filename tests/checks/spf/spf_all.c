/* SPDX-License-Identifier: BSD-2-Clause */
/* How SPF records end. */
#include "tests/check_test.h"

extern const struct check topic_spf_all[];

static const struct check_case all_pass[] = {
    {"-all", "@ TXT \"v=spf1 mx -all\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"+all", "@ TXT \"v=spf1 mx +all\"", VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"bare all", "@ TXT \"v=spf1 all\"", VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"via redirect", "@ TXT \"v=spf1 redirect=s.example.test\"\ns TXT \"v=spf1 +all\"", VERDICT_FAIL,
     "example.test.", NULL, NULL, 0},
    {"the whole of IPv4", "@ TXT \"v=spf1 ip4:0.0.0.0/0 -all\"", VERDICT_FAIL, "example.test.", NULL, NULL,
     0},
    {"in two halves", "@ TXT \"v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all\"", VERDICT_FAIL, "example.test.",
     NULL, NULL, 0},
    {"the whole of IPv6", "@ TXT \"v=spf1 ip6:::/0 -all\"", VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"any address through a/0", "@ A 192.0.2.1\n@ TXT \"v=spf1 a/0 -all\"", VERDICT_FAIL, NULL, NULL, NULL,
     0},
    {"refusing the whole of IPv4", "@ TXT \"v=spf1 -ip4:0.0.0.0/0 -all\"", VERDICT_PASS, NULL, NULL, NULL, 0},
    {"+all behind -all", "@ TXT \"v=spf1 -all +all\"", VERDICT_PASS, NULL, NULL, NULL, 0},
    {"by include is another row", "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 +all\"",
     VERDICT_PASS, NULL, NULL, NULL, 0},
    {"redirect unknown", "@ TXT \"v=spf1 redirect=s.example.test\"\n!timeout s TXT", VERDICT_UNDETERMINED,
     NULL, NULL, NULL, REASON_TIMEOUT},
    {"include unknown does not matter", "@ TXT \"v=spf1 include:s.example.test -all\"\n!timeout s TXT",
     VERDICT_PASS, NULL, NULL, NULL, 0},
    {"no record", "@ A 192.0.2.1", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"no answer", "!timeout @ TXT", VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_TIMEOUT},
};

static const struct check_case passthrough[] = {
    {"sound", "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 ip4:192.0.2.0/24 -all\"",
     VERDICT_PASS, "", NULL, NULL, 0},
    {"+all", "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 +all\"", VERDICT_FAIL,
     "example.test.", "critical", NULL, 0},
    {"two steps away",
     "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 include:t.example.test -all\"\n"
     "t TXT \"v=spf1 all\"",
     VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"by redirect of the included",
     "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 redirect=t.example.test\"\n"
     "t TXT \"v=spf1 +all\"",
     VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"refused by the qualifier", "@ TXT \"v=spf1 -include:s.example.test -all\"\ns TXT \"v=spf1 +all\"",
     VERDICT_PASS, NULL, NULL, NULL, 0},
    {"the whole of IPv4", "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 ip4:0.0.0.0/0 -all\"",
     VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"very wide", "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 ip4:16.0.0.0/4 -all\"",
     VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"a /8 is another row",
     "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 ip4:16.0.0.0/8 -all\"", VERDICT_PASS, NULL,
     NULL, NULL, 0},
    {"own +all is another row", "@ TXT \"v=spf1 +all\"", VERDICT_PASS, NULL, NULL, NULL, 0},
    {"include unknown", "@ TXT \"v=spf1 include:s.example.test -all\"\n!timeout s TXT", VERDICT_UNDETERMINED,
     NULL, NULL, NULL, REASON_TIMEOUT},
    {"never reached", "@ TXT \"v=spf1 -all include:s.example.test\"\ns TXT \"v=spf1 +all\"", VERDICT_PASS,
     NULL, NULL, NULL, 0},
    {"outside, offline", "!offline\n@ TXT \"v=spf1 include:s.other.test -all\"", VERDICT_SKIPPED, NULL, NULL,
     NULL, 0},
};

static const struct check_case neutral[] = {
    {"-all", "@ TXT \"v=spf1 -all\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"?all", "@ TXT \"v=spf1 ?all\"", VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"?all by redirect", "@ TXT \"v=spf1 redirect=s.example.test\"\ns TXT \"v=spf1 ?all\"", VERDICT_FAIL,
     NULL, NULL, NULL, 0},
    {"?all in an include", "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 ?all\"",
     VERDICT_PASS, NULL, NULL, NULL, 0},
    {"no record", "@ A 192.0.2.1", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
};

static const struct check_case softfail[] = {
    {"-all", "@ TXT \"v=spf1 -all\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"with reject", "@ TXT \"v=spf1 ~all\"\n_dmarc TXT \"v=DMARC1; p=reject\"", VERDICT_PASS, NULL, NULL,
     NULL, 0},
    {"with none", "@ TXT \"v=spf1 ~all\"\n_dmarc TXT \"v=DMARC1; p=none\"", VERDICT_FAIL, "example.test.",
     "low", NULL, 0},
    {"without DMARC", "@ TXT \"v=spf1 ~all\"", VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"DMARC unknown", "@ TXT \"v=spf1 ~all\"\n!timeout _dmarc TXT", VERDICT_UNDETERMINED, NULL, NULL, NULL,
     REASON_TIMEOUT},
    {"offline with reject", "!offline\n@ TXT \"v=spf1 ~all\"\n_dmarc TXT \"v=DMARC1; p=reject\"",
     VERDICT_PASS, NULL, NULL, NULL, 0},
};

static const struct check_case terminator[] = {
    {"all", "@ TXT \"v=spf1 -all\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"nothing", "@ TXT \"v=spf1 mx\"", VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"redirect", "@ TXT \"v=spf1 redirect=s.example.test\"\ns TXT \"v=spf1 -all\"", VERDICT_PASS, NULL, NULL,
     NULL, 0},
    {"redirect to nothing", "@ TXT \"v=spf1 redirect=s.example.test\"\ns TXT \"v=spf1 mx\"", VERDICT_FAIL,
     "example.test.", NULL, NULL, 0},
    {"redirect unknown", "@ TXT \"v=spf1 redirect=s.example.test\"\n!timeout s TXT", VERDICT_UNDETERMINED,
     NULL, NULL, NULL, REASON_TIMEOUT},
    {"no record", "@ A 192.0.2.1", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
};

static const struct check_case after_all[] = {
    {"all last", "@ TXT \"v=spf1 mx -all\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"mechanism behind", "@ TXT \"v=spf1 -all mx a\"", VERDICT_FAIL, "example.test.", "low", NULL, 0},
    {"modifier behind", "@ TXT \"v=spf1 -all exp=e.example.test\"", VERDICT_PASS, NULL, NULL, NULL, 0},
};

static const struct check_case redirect[] = {
    {"redirect alone", "@ TXT \"v=spf1 redirect=s.example.test\"\ns TXT \"v=spf1 -all\"", VERDICT_PASS, "",
     NULL, NULL, 0},
    {"all first", "@ TXT \"v=spf1 -all redirect=s.example.test\"", VERDICT_FAIL, "example.test.", "medium",
     NULL, 0},
    {"redirect first", "@ TXT \"v=spf1 redirect=s.example.test ~all\"", VERDICT_FAIL, "example.test.", NULL,
     NULL, 0},
    {"offline", "!offline\n@ TXT \"v=spf1 redirect=s.other.test ~all\"", VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"no record", "@ A 192.0.2.1", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"no answer", "!timeout @ TXT", VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_TIMEOUT},
};

static const struct check_case ptr[] = {
    {"without", "@ TXT \"v=spf1 mx -all\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"with", "@ TXT \"v=spf1 ptr -all\"", VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"never reached", "@ TXT \"v=spf1 -all ptr\"", VERDICT_PASS, NULL, NULL, NULL, 0},
};

#define RUN(id, cases) check_test_run(topic_spf_all, id, cases, ARRAY_SIZE(cases))

int main(void)
{
    return RUN("spf.all-pass", all_pass) | RUN("spf.include-all-passthrough", passthrough) |
           RUN("spf.all-neutral", neutral) | RUN("spf.all-softfail", softfail) |
           RUN("spf.no-terminator", terminator) | RUN("spf.terms-after-all", after_all) |
           RUN("spf.redirect-with-all", redirect) | RUN("spf.ptr-used", ptr);
}
