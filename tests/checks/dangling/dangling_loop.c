/* SPDX-License-Identifier: BSD-2-Clause */
/* Loops of aliases: one finding a loop. */
#include "tests/check_test.h"

extern const struct check topic_dangling_loop[];

static const struct check_case cases[] = {
    {"a chain that ends", "a CNAME b\nb A 192.0.2.80\n!names a b\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"two names in a circle", "a CNAME b\nb CNAME a\n!names a b\n", VERDICT_FAIL, "a.example.test.", "high",
     NULL, REASON_NONE},
    {"one known name of the circle", "a CNAME b\nb CNAME a\n!names b\n", VERDICT_FAIL, "b.example.test.",
     "high", NULL, REASON_NONE},
    {"a name that leads into it is no second fault", "!offline\na CNAME b\nb CNAME a\nc CNAME a\n",
     VERDICT_FAIL, "a.example.test.", "high", NULL, REASON_NONE},
    {"an alias of itself", "!offline\na CNAME a\n", VERDICT_FAIL, "a.example.test.", "high", NULL,
     REASON_NONE},
    {"a wildcard that feeds itself", "!offline\n* CNAME gone\n", VERDICT_FAIL, "*.example.test.", "high",
     NULL, REASON_NONE},
    {"a circle at a vendor",
     "!zone vendor.com. 198.51.100.9\nx.vendor.com. CNAME y.vendor.com.\ny.vendor.com. CNAME x.vendor.com.\n"
     "www CNAME x.vendor.com.\n",
     VERDICT_FAIL, "www.example.test.", "high", NULL, REASON_NONE},
    {"a dead end is no circle", "a CNAME b\n!names a\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"the chain cannot be followed",
     "!zone vendor.com. 198.51.100.9\n!server * * * timeout\nwww CNAME x.vendor.com.\n!names www\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
};

int main(void)
{
    return check_test_run(topic_dangling_loop, "dangling.chain-loop", cases, ARRAY_SIZE(cases));
}
