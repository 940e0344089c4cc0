/* SPDX-License-Identifier: BSD-2-Clause */
/* Ends of SPF records before and after a change. */
#include "tests/change_rows.h"

extern const struct check topic_spf_change[];

#define AT "example.test."
#define S(text) "@ TXT \"v=spf1 " text "\"\n"
#define WWW "www TXT \"v=spf1 -all\"\n"

static const struct check_case cases[] = {
    SKIPPED("no earlier state", "!offline\n" S("-all")),
    SKIPPED("a new zone", "!offline\n" S("?all") "!before new\n"),
    PASS("nothing changed", CHANGE(S("mx -all"), S("mx -all"))),
    PASS("a sender more", CHANGE(S("mx a -all"), S("mx -all"))),
    PASS("stronger", CHANGE(S("mx -all"), S("mx ~all"))),
    PASS("first record", CHANGE(S("?all"), "")),
    PASS("no all is ?all", CHANGE(S("mx"), S("mx ?all"))),
    PASS("other text", CHANGE(S("-all") "@ TXT \"b\"", S("-all") "@ TXT \"a\"")),
    PASS("a useless record goes", CHANGE("", S("mx ?all"))),
    PASS("a syntax error is another row's matter", CHANGE(S("mxx:; -all"), S("-all"))),
    FAIL("-all to ~all", CHANGE(S("mx ~all"), S("mx -all")), AT, "medium"),
    FAIL("-all to ?all", CHANGE(S("mx ?all"), S("mx -all")), AT, "high"),
    FAIL("-all to +all", CHANGE(S("mx +all"), S("mx -all")), AT, "high"),
    FAIL("~all to ?all", CHANGE(S("mx ?all"), S("mx ~all")), AT, "medium"),
    FAIL("?all to +all", CHANGE(S("mx all"), S("mx ?all")), AT, "high"),
    FAIL("all left out", CHANGE(S("mx"), S("mx -all")), AT, "high"),
    FAIL("removed", CHANGE("", S("mx -all")), AT, "high"),
    FAIL("~all removed", CHANGE("", S("mx ~all")), AT, "medium"),
    FAIL("of a name that stays", CHANGE("www A 192.0.2.1", "www A 192.0.2.1\n" WWW), "www.example.test.",
         "high"),
    PASS("of a name that goes", CHANGE("", "www A 192.0.2.1\n" WWW)),
    PASS("an alias becomes a host", CHANGE(S("-all") "www A 192.0.2.1", S("-all") "www CNAME @")),
    PASS("by a redirect", CHANGE(S("redirect=_s.example.test") "_s TXT \"v=spf1 mx -all\"", S("mx -all"))),
    FAIL("by a weaker redirect",
         CHANGE(S("redirect=_s.example.test") "_s TXT \"v=spf1 mx ?all\"", S("mx -all")), AT, "high"),
    PASS("by a redirect out of the zones", CHANGE(S("redirect=_s.example.net"), S("mx -all"))),
};

int main(void)
{
    return check_test_run(topic_spf_change, "spf.policy-weakened", cases, ARRAY_SIZE(cases));
}
