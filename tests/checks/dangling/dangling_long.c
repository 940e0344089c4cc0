/* SPDX-License-Identifier: BSD-2-Clause */
/* Long chains of aliases. */
#include "tests/check_test.h"

extern const struct check topic_dangling_long[];

#define WWW "www.example.test."
#define SEVEN                                                                                                \
    "a CNAME b\nb CNAME c\nc CNAME d\nd CNAME e\ne CNAME g\ng CNAME h\nh CNAME web\nweb A 192.0.2.80\n"
#define CIRCLE                                                                                               \
    "b1 CNAME c2\nc2 CNAME c3\nc3 CNAME c4\nc4 CNAME c5\nc5 CNAME c6\nc6 CNAME c7\nc7 CNAME c8\nc8 CNAME c9\n"

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
    {"offline, told where it begins", "!offline\nshop CNAME www\nwww CNAME x\nx CNAME a\n" SEVEN, VERDICT_FAIL,
     "shop.example.test.", "low", NULL, REASON_NONE},
    {"offline, two beginnings", "!offline\nshop CNAME x\nwww CNAME x\nx CNAME a\n" SEVEN, VERDICT_FAIL,
     "shop.example.test. " WWW, "low low", NULL, REASON_NONE},
    {"offline, a circle longer than anybody follows",
     "!offline\n" CIRCLE "c9 CNAME ca\nca CNAME cb\ncb CNAME cc\ncc CNAME cd\ncd CNAME b1\n", VERDICT_FAIL,
     "b1.example.test.", "low", NULL, REASON_NONE},
    {"offline, what leads into such a circle tells of it too",
     "!offline\n" CIRCLE "www CNAME c9\nc9 CNAME ca\nca CNAME cb\ncb CNAME cc\ncc CNAME cd\ncd CNAME b1\n",
     VERDICT_FAIL, "b1.example.test. " WWW, "low low", NULL, REASON_NONE},
    {"offline, out of the file", "!offline\nwww CNAME x.vendor.com.\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NEEDS_LIVE},
};

int main(void)
{
    return check_test_run(topic_dangling_long, "dangling.chain-long", cases, ARRAY_SIZE(cases));
}
