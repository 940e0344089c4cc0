/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for zone.obsolete-type. */
#include "tests/check_test.h"

extern const struct check topic_zone_types[];

#define OFF "!offline\n"

static const struct check_case cases[] = {
    {"none",
     OFF
     "@ TXT \"v=spf1 -all\"\nwww A 192.0.2.1\nx HINFO \"a\" \"b\"\nx RP h.example.test. t.example.test.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"SPF", OFF "@ SPF \"v=spf1 -all\"\n", VERDICT_FAIL, "example.test.", "low", NULL, REASON_NONE},
    {"by number",
     OFF "a TYPE3 \\# 1 00\nb TYPE4 \\# 1 00\nc TYPE7 \\# 1 00\nd TYPE11 \\# 5 0102030405\ne TYPE38 \\# 17 "
         "0000000000000000000000000000000000\nf TYPE30 \\# 1 00\ng TYPE32769 \\# 4 00010501\n",
     VERDICT_FAIL,
     "a.example.test. b.example.test. c.example.test. d.example.test. e.example.test. f.example.test. "
     "g.example.test.",
     NULL, NULL, REASON_NONE},
    {"two at one name", OFF "@ SPF \"v=spf1 -all\"\n@ KEY 512 3 13 AQAB\n", VERDICT_FAIL,
     "example.test. example.test.", NULL, NULL, REASON_NONE},
    {"signed", OFF "www A 192.0.2.1\n!sign example.test. 13 nsec\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"unknown types are not obsolete", OFF "x TYPE65280 \\# 1 00\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"live", "@ SPF \"v=spf1 -all\"\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_zone_types, "zone.obsolete-type", cases, ARRAY_SIZE(cases));
}
