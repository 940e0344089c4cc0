/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for zone.ns-host-mixed-families. */
#include "tests/check_test.h"

extern const struct check topic_zone_families[];

#define OFF "!offline\n"

static const struct check_case cases[] = {
    {"both families", OFF "@ NS ns1\nns1 A 192.0.2.1\nns1 AAAA 2001:db8::1\nwww AAAA 2001:db8::80\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"IPv4 only, all of it", OFF "@ NS ns7\nns7 A 192.0.2.1\nwww A 192.0.2.80\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"IPv6 hosts, IPv4 servers", OFF "@ NS ns7\nns7 A 192.0.2.1\nwww AAAA 2001:db8::80\n", VERDICT_FAIL,
     "example.test.", "info", NULL, REASON_NONE},
    {"IPv4 hosts, IPv6 servers", OFF "@ NS ns7\nns7 AAAA 2001:db8::7\nwww A 192.0.2.80\n", VERDICT_FAIL,
     "example.test.", "info", NULL, REASON_NONE},
    {"glue is no data of the zone", OFF "@ NS ns7\nns7 A 192.0.2.1\nsub NS n.sub\nn.sub AAAA 2001:db8::53\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"servers elsewhere", OFF "@ NS ns1.provider.test.\nwww AAAA 2001:db8::80\n", VERDICT_SKIPPED, "", NULL,
     NULL, REASON_NONE},
    {"one server elsewhere",
     OFF "@ NS ns7\n@ NS ns1.provider.test.\nns7 A 192.0.2.1\nwww AAAA 2001:db8::80\n", VERDICT_SKIPPED, "",
     NULL, NULL, REASON_NONE},
    {"one server elsewhere, nothing missing",
     OFF "@ NS ns7\n@ NS ns1.provider.test.\nns7 A 192.0.2.1\nwww A 192.0.2.80\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"servers without addresses are another id", OFF "@ NS ns7\nwww A 192.0.2.80\n", VERDICT_UNDETERMINED, "",
     NULL, NULL, REASON_INCOMPLETE_DATA},
    {"no servers", OFF "!bare\n@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\nwww A 192.0.2.80\n",
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"live", "www A 192.0.2.80\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_zone_families, "zone.ns-host-mixed-families", cases, ARRAY_SIZE(cases));
}
