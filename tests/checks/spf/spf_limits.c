/* SPDX-License-Identifier: BSD-2-Clause */
/* The limits of RFC 7208 section 4.6.4, and what correctness trap T2 says of them. */
#include "tests/check_test.h"

extern const struct check topic_spf_limits[];

#define TRAP_2                                                                                               \
    "@ AAAA 2001:db8::1\n@ TXT \"v=spf1 a include:x.example.test a:v6b.example.test a:v6c.example.test "     \
    "-all\"\n"                                                                                               \
    "x TXT \"v=spf1 -all\"\nv6b AAAA 2001:db8::b\nv6c AAAA 2001:db8::c\n"
#define ELEVEN_MX                                                                                            \
    "@ MX 1 m1\n@ MX 2 m2\n@ MX 3 m3\n@ MX 4 m4\n@ MX 5 m5\n@ MX 6 m6\n@ MX 7 m7\n@ MX 8 m8\n@ MX 9 m9\n@ "  \
    "MX 10 m10\n"                                                                                            \
    "@ MX 11 m11\n"
#define TWELVE_BEHIND_ALL                                                                                    \
    "@ TXT \"v=spf1 -all include:n1.test include:n2.test include:n3.test include:n4.test include:n5.test "   \
    "include:n6.test "                                                                                       \
    "include:n7.test include:n8.test include:n9.test include:n10.test include:n11.test include:n12.test\"\n"

static const struct check_case lookups[] = {
    {"ten", "@ A 192.0.2.1\n@ TXT \"v=spf1 a a a a a a a a a a -all\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"eleven", "@ A 192.0.2.1\n@ TXT \"v=spf1 a a a a a a a a a a a -all\"", VERDICT_FAIL, "example.test.",
     "high", NULL, 0},
    {"in the tree",
     "@ TXT \"v=spf1 include:s.example.test redirect=r.example.test\"\ns TXT \"v=spf1 a a a a -all\"\n"
     "r TXT \"v=spf1 mx mx mx mx mx -all\"",
     VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"all inside an include ends that record only",
     "@ TXT \"v=spf1 include:s.example.test a -all\"\n"
     "s TXT \"v=spf1 -all a a a a a a a a a a a\"",
     VERDICT_PASS, NULL, NULL, NULL, 0},
    {"exp is free", "@ A 192.0.2.1\n@ TXT \"v=spf1 a a a a a a a a a a exp=e.example.test -all\"",
     VERDICT_PASS, NULL, NULL, NULL, 0},
    {"redirect beside all does not count",
     "@ A 192.0.2.1\n@ TXT \"v=spf1 a a a a a a a a a a -all redirect=s.example.test\"", VERDICT_PASS, NULL,
     NULL, NULL, 0},
    {"ip4 and ip6 are free",
     "@ TXT \"v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 ip4:192.0.2.3 ip4:192.0.2.4 ip4:192.0.2.5 "
     "ip4:192.0.2.6 ip4:192.0.2.7 ip4:192.0.2.8 ip4:192.0.2.9 ip4:192.0.2.10 ip6:2001:db8::1 -all\"",
     VERDICT_PASS, NULL, NULL, NULL, 0},
    {"the same include twice counts twice",
     "@ TXT \"v=spf1 include:s.example.test include:s.example.test -all\"\n"
     "s TXT \"v=spf1 a a a a a -all\"",
     VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"T2", TRAP_2, VERDICT_PASS, "", NULL, NULL, 0},
    {"T2: includes behind all", TWELVE_BEHIND_ALL, VERDICT_PASS, "", NULL, NULL, 0},
    {"include unknown", "@ TXT \"v=spf1 include:s.example.test -all\"\n!timeout s TXT", VERDICT_UNDETERMINED,
     NULL, NULL, NULL, REASON_TIMEOUT},
    {"over without the unknown include",
     "@ TXT \"v=spf1 include:s.example.test a a a a a a a a a a -all\"\n!timeout s TXT", VERDICT_FAIL, NULL,
     NULL, NULL, 0},
    {"include outside, offline", "!offline\n@ TXT \"v=spf1 include:s.other.test -all\"", VERDICT_SKIPPED,
     NULL, NULL, NULL, 0},
    {"no include, offline", "!offline\n@ TXT \"v=spf1 a:h.other.test -all\"", VERDICT_PASS, NULL, NULL, NULL,
     0},
    {"macro include is counted", "@ TXT \"v=spf1 include:%{i}.s.example.test -all\"", VERDICT_PASS, NULL,
     NULL, NULL, 0},
    {"loop is another fault", "@ TXT \"v=spf1 include:example.test -all\"", VERDICT_PASS, NULL, NULL, NULL,
     0},
    {"no record", "@ A 192.0.2.1", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
};

static const struct check_case voids[] = {
    {"two", "@ TXT \"v=spf1 a:g1.example.test a:g2.example.test ip4:192.0.2.1 -all\"", VERDICT_PASS, "", NULL,
     NULL, 0},
    {"three",
     "@ TXT \"v=spf1 a:g1.example.test mx:g2.example.test exists:g3.example.test ip4:192.0.2.1 -all\"",
     VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"T2", TRAP_2, VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"T2: includes behind all", TWELVE_BEHIND_ALL, VERDICT_PASS, NULL, NULL, NULL, 0},
    {"one family only, from which nothing passes",
     "@ A 192.0.2.1\n@ MX 10 m\nm A 192.0.2.2\nw A 192.0.2.3\n"
     "@ TXT \"v=spf1 a mx a:w.example.test -all\"",
     VERDICT_FAIL, "example.test.", "low", NULL, 0},
    {"include without record is no void",
     "@ TXT \"v=spf1 include:g1.example.test include:g2.example.test "
     "include:g3.example.test -all\"",
     VERDICT_PASS, NULL, NULL, NULL, 0},
    {"no answer is no void",
     "@ TXT \"v=spf1 a:g1.example.test a:g2.example.test a:g3.example.test -all\"\n"
     "!timeout g3 A\n!timeout g3 AAAA",
     VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_TIMEOUT},
    {"beyond the tenth term nobody asks",
     "@ A 192.0.2.1\n@ AAAA 2001:db8::1\n@ TXT \"v=spf1 a a a a a a a a a a a:g1.example.test "
     "a:g2.example.test a:g3.example.test -all\"",
     VERDICT_PASS, NULL, NULL, NULL, 0},
    {"outside, offline", "!offline\n@ TXT \"v=spf1 a:h.other.test -all\"", VERDICT_SKIPPED, NULL, NULL, NULL,
     0},
};

static const struct check_case mx[] = {
    {"one host", "@ MX 10 m\nm A 192.0.2.1\n@ TXT \"v=spf1 mx -all\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"T2: eleven hosts", ELEVEN_MX "@ TXT \"v=spf1 mx -all\"", VERDICT_FAIL, "example.test.", "high", NULL,
     0},
    {"eleven hosts, and no mx term", ELEVEN_MX "@ TXT \"v=spf1 a -all\"", VERDICT_PASS, NULL, NULL, NULL, 0},
    {"eleven hosts, never reached", ELEVEN_MX "@ TXT \"v=spf1 -all mx\"", VERDICT_PASS, NULL, NULL, NULL, 0},
    {"no answer", "@ TXT \"v=spf1 mx:m.example.test -all\"\n!timeout m MX", VERDICT_UNDETERMINED, NULL, NULL,
     NULL, REASON_TIMEOUT},
    {"no record", "@ A 192.0.2.1", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
};

#define RUN(id, cases) check_test_run(topic_spf_limits, id, cases, ARRAY_SIZE(cases))

int main(void)
{
    return RUN("spf.lookups-over", lookups) | RUN("spf.void-lookups-over", voids) | RUN("spf.mx-over", mx);
}
