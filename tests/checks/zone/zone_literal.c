/* SPDX-License-Identifier: BSD-2-Clause */
/* zone.a-leading-zero. */
#include "tests/checks/zone/reader_test.h"

extern const struct check topic_zone_literal[];

#define ID "zone.a-leading-zero"

static const struct reader_case cases[] = {
    {"one form for all", ID, "www A 192.0.2.7\nwww A 0.0.0.0\nwww AAAA 2001:db8::192.0.2.7\n", VERDICT_PASS,
     "", "", ""},
    {"leading zeros", ID, "www A 192.0.2.007\nftp A 010.0.0.1\n", VERDICT_FAIL, "1.7 2.7",
     "www.example.test. ftp.example.test.", "medium medium"},
    {"hexadecimal", ID, "www A 0x7f.0.0.1\n", VERDICT_FAIL, "1.7", NULL, NULL},
    {"an octal number alone", ID, "www A 017700000001\n", VERDICT_FAIL, "1.7", NULL, NULL},
    {"what is no address at all", ID, "www A 192.0.2\nwww A 0.x\nwww A 192.0.2.300\n", VERDICT_PASS, "", "",
     ""},
    {"IPv4 in the dress of IPv6", ID, "www AAAA ::ffff:192.0.2.7\nwww AAAA ::ffff:c000:208\n", VERDICT_FAIL,
     "1.1 2.1", "www.example.test. www.example.test.", "medium medium"},
    {"NAT64 is none", ID, "www AAAA 64:ff9b::192.0.2.7\n", VERDICT_PASS, "", "", ""},
};

int main(void)
{
    return reader_test_run(topic_zone_literal, cases, ARRAY_SIZE(cases));
}
