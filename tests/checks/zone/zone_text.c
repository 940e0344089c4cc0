/* SPDX-License-Identifier: BSD-2-Clause */
/* zone.txt-string-too-long, zone.bad-escape. */
#include "tests/checks/zone/reader_test.h"

extern const struct check topic_zone_text[];

#define S50 "ssssssssssssssssssssssssssssssssssssssssssssssssss"
#define S250 S50 S50 S50 S50 S50
#define LONG "zone.txt-string-too-long"
#define ESCAPE "zone.bad-escape"

static const struct reader_case cases[] = {
    {"255 octets", LONG, "www TXT \"" S250 "sssss\"\n", VERDICT_PASS, "", "", ""},
    {"two strings", LONG, "www TXT \"" S250 "\" \"" S250 "\"\n", VERDICT_PASS, "", "", ""},
    {"escapes count as one", LONG, "www TXT \"" S250 "\\065\\065\\065\\065\\065\"\n", VERDICT_PASS, "", "",
     ""},
    {"256 octets", LONG, "www TXT \"" S250 "ssssss\"\n", VERDICT_FAIL, "1.9", "www.example.test.", "high"},
    {"256 octets in the second string", LONG, "www TXT \"a\" \"" S250 "ssssss\"\n", VERDICT_FAIL, "1.13",
     NULL, NULL},
    {"a long tag of CAA", LONG, "@ CAA 0 " S250 "ssssss \"x\"\n", VERDICT_FAIL, "1.9", NULL, NULL},

    {"escapes that are right", ESCAPE, "www TXT \"a\\\"b\\\\c\\255\"\na\\046b A 192.0.2.7\n", VERDICT_PASS,
     "", "", ""},
    {"an octet above 255", ESCAPE, "www TXT \"a\\256\"\n", VERDICT_FAIL, "1.9", "www.example.test.",
     "medium"},
    {"an octet above 255 in an owner", ESCAPE, "a\\999 A 192.0.2.7\n", VERDICT_FAIL, "1.1", "example.test.",
     "medium"},
    {"digits that are missing", ESCAPE, "www TXT \"a\\25\"\n", VERDICT_FAIL, "1.9", NULL, NULL},
    {"a word glued to a string", ESCAPE, "www TXT \"v=spf1\"-all\n", VERDICT_FAIL, "1.1", "www.example.test.",
     "medium"},
    {"quotes behind an equals sign", ESCAPE, "www TXT k=\"a b\"\n", VERDICT_FAIL, "1.1", NULL, NULL},
    {"strings side by side are no error", ESCAPE, "www TXT \"a\"\"b\"\n", VERDICT_PASS, "", "", ""},
    {"quotes as data", ESCAPE, "@ TXT \"\\\"v=spf1 -all\\\"\"\n", VERDICT_FAIL, "1.1", "example.test.",
     "medium"},
    {"twice escaped", ESCAPE, "@ TXT \"\\\\\\\"v=spf1 -all\\\\\\\"\"\n", VERDICT_FAIL, "1.1", NULL, NULL},
    {"typographic quotes", ESCAPE, "@ TXT \"\xe2\x80\x9cv=spf1 -all\xe2\x80\x9d\"\n", VERDICT_FAIL, "1.1",
     NULL, NULL},
    {"a semicolon that kept its backslash", ESCAPE, "k._domainkey TXT \"v=DKIM1\\\\; p=AA\"\n", VERDICT_FAIL,
     "1.1", NULL, NULL},
    {"a semicolon that lost it", ESCAPE, "k._domainkey TXT \"v=DKIM1\\; p=AA\"\n", VERDICT_PASS, "", "", ""},
    {"quotes inside a text", ESCAPE, "www TXT \"{\\\"a\\\":\\\"b\\\"}\"\n", VERDICT_PASS, "", "", ""},
};

int main(void)
{
    return reader_test_run(topic_zone_text, cases, ARRAY_SIZE(cases));
}
