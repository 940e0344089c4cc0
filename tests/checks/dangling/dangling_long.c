/* SPDX-License-Identifier: BSD-2-Clause */
/* Long chains of aliases. */
#include "tests/check_test.h"

extern const struct check topic_dangling_long[];

#define WWW "www.example.test."
#define SEVEN                                                                                                \
    "a CNAME b\nb CNAME c\nc CNAME d\nd CNAME e\ne CNAME g\ng CNAME h\nh CNAME web\nweb A 192.0.2.80\n"

static const struct check_case cases[] = {
    {"no alias", "www A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"eight", "www CNAME a\n" SEVEN, VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"nine", "www CNAME x\nx CNAME a\n" SEVEN, VERDICT_FAIL, WWW, "low", NULL, REASON_NONE},
    {"ten, told where it begins", "!names shop.example.test.\nshop CNAME www\nwww CNAME x\nx CNAME a\n" SEVEN,
     VERDICT_FAIL, "shop.example.test.", "low", NULL, REASON_NONE},
    {"more than resolvers follow",
     "www CNAME x\nx CNAME y\ny CNAME z\nz CNAME v\nv CNAME w\nw CNAME a\n" SEVEN, VERDICT_FAIL, WWW, "low",
     NULL, REASON_NONE},
    {"eight where seven are fine", "!option dangling.chain-long aliases 7\nwww CNAME a\n" SEVEN, VERDICT_FAIL,
     WWW, "low", NULL, REASON_NONE},
    {"nine where ten are fine", "!option dangling.chain-long aliases 10\nwww CNAME x\nx CNAME a\n" SEVEN,
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a circle is another check's", "www CNAME x\nx CNAME www\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"no answer", "www CNAME a\n!timeout a A\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"offline", "!offline\nwww CNAME x\nx CNAME a\n" SEVEN, VERDICT_FAIL, WWW, "low", NULL, REASON_NONE},
    {"offline, out of the file", "!offline\nwww CNAME x.vendor.com.\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NEEDS_LIVE},
};

int main(void)
{
    return check_test_run(topic_dangling_long, "dangling.chain-long", cases, ARRAY_SIZE(cases));
}
