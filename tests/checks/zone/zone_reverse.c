/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for reverse zones. */
#include "tests/check_test.h"

extern const struct check topic_zone_reverse[];

#define RUN(id, cases) check_test_run(topic_zone_reverse, id, cases, ARRAY_SIZE(cases))
#define V4 "!offline\n!target 2.0.192.in-addr.arpa.\n!zone 2.0.192.in-addr.arpa. 192.0.2.53\n"
#define HOSTS "!zone example.test.\n"
#define R4 ".2.0.192.in-addr.arpa. "
#define V6 "!offline\n!target 8.b.d.0.1.0.0.2.ip6.arpa.\n!zone 8.b.d.0.1.0.0.2.ip6.arpa. 192.0.2.53\n"
#define R6 ".8.b.d.0.1.0.0.2.ip6.arpa. "
#define P80 "0.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0" R6 "PTR "
#define HOST_80 "0.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0" R6

static const struct check_case mismatch_cases[] = {
    {"agrees", V4 HOSTS "80" R4 "PTR www.example.test.\nwww A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"one of several addresses",
     V4 HOSTS "80" R4 "PTR www.example.test.\nwww A 192.0.2.79\nwww A 192.0.2.80\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"another address", V4 HOSTS "80" R4 "PTR www.example.test.\nwww A 192.0.2.81\n", VERDICT_FAIL,
     "80.2.0.192.in-addr.arpa.", "low", NULL, REASON_NONE},
    {"no such host", V4 HOSTS "80" R4 "PTR gone.example.test.\n", VERDICT_FAIL, "80.2.0.192.in-addr.arpa.",
     NULL, NULL, REASON_NONE},
    {"only the other family", V4 HOSTS "80" R4 "PTR www.example.test.\nwww AAAA 2001:db8::80\n", VERDICT_FAIL,
     "80.2.0.192.in-addr.arpa.", NULL, NULL, REASON_NONE},
    {"IPv6 agrees", V6 HOSTS P80 "www.example.test.\nwww A 192.0.2.80\nwww AAAA 2001:db8::80\n", VERDICT_PASS, "",
     NULL, NULL, REASON_NONE},
    {"another IPv6 address", V6 HOSTS P80 "www.example.test.\nwww AAAA 2001:db8::81\n", VERDICT_FAIL,
     "0.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.", "low", NULL, REASON_NONE},
    {"an IPv6 address, the host has only IPv4", V6 HOSTS P80 "www.example.test.\nwww A 192.0.2.80\n",
     VERDICT_FAIL, "0.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.", "low", NULL,
     REASON_NONE},
    {"through an alias", V4 HOSTS "80" R4 "PTR www.example.test.\nwww CNAME web\nweb A 192.0.2.80\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"an alias out of the files", V4 HOSTS "80" R4 "PTR www.example.test.\nwww CNAME web.provider.test.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a wildcard", V4 HOSTS "80" R4 "PTR h80.pool.example.test.\n*.pool A 192.0.2.80\n", VERDICT_PASS, "",
     NULL, NULL, REASON_NONE},
    {"a wildcard with another address", V4 HOSTS "81" R4 "PTR h81.pool.example.test.\n*.pool A 192.0.2.80\n",
     VERDICT_FAIL, "81.2.0.192.in-addr.arpa.", NULL, NULL, REASON_NONE},
    {"a host of a delegated zone", V4 HOSTS "80" R4 "PTR www.sub.example.test.\nsub NS ns1\n", VERDICT_PASS,
     "", NULL, NULL, REASON_NONE},
    {"a host of a zone that was not given", V4 HOSTS "80" R4 "PTR www.provider.test.\n", VERDICT_PASS, "",
     NULL, NULL, REASON_NONE},
    {"two names, one wrong",
     V4 HOSTS "80" R4 "PTR a.example.test.\n80" R4 "PTR b.example.test.\na A 192.0.2.80\nb A 192.0.2.90\n",
     VERDICT_FAIL, "80.2.0.192.in-addr.arpa.", NULL, NULL, REASON_NONE},
    {"services and partial names",
     V4 HOSTS "b._dns-sd._udp" R4 "PTR gone.example.test.\n2.0.192.in-addr.arpa. PTR gone.example.test.\n"
              "x" R4 "PTR gone.example.test.\n300" R4 "PTR gone.example.test.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a classless subnet",
     "!offline\n!target 0/25.2.0.192.in-addr.arpa.\n!zone 0/25.2.0.192.in-addr.arpa. 192.0.2.53\n" HOSTS
     "80.0/25" R4 "PTR www.example.test.\n81.0/25" R4 "PTR www.example.test.\nwww A 192.0.2.80\n",
     VERDICT_FAIL, "81.0\\04725.2.0.192.in-addr.arpa.", NULL, NULL, REASON_NONE},
    {"IPv6 agrees", V6 HOSTS HOST_80 "PTR www.example.test.\nwww AAAA 2001:db8::80\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"IPv6 differs", V6 HOSTS HOST_80 "PTR www.example.test.\nwww AAAA 2001:db8::81\n", VERDICT_FAIL, NULL,
     "low", NULL, REASON_NONE},
    {"no zone of hosts was given", V4 "80" R4 "PTR www.example.test.\n", VERDICT_SKIPPED, "", NULL, NULL,
     REASON_NONE},
    {"no reverse zone", "!offline\nwww A 192.0.2.80\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"live", "www A 192.0.2.80\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case nibble_cases[] = {
    {"whole", V6 HOST_80 "PTR www.example.test.\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"in capitals", V6 "A.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0" R6 "PTR www.example.test.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"too few", V6 "0.8" R6 "PTR www.example.test.\n", VERDICT_FAIL, "0.8.8.b.d.0.1.0.0.2.ip6.arpa.", "low",
     NULL, REASON_NONE},
    {"too many", V6 "1." HOST_80 "PTR www.example.test.\n", VERDICT_FAIL, NULL, "low", NULL, REASON_NONE},
    {"two digits in one label",
     V6 "80.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0" R6 "PTR www.example.test.\n", VERDICT_FAIL, NULL,
     NULL, NULL, REASON_NONE},
    {"no digit", V6 "g.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0" R6 "PTR www.example.test.\n",
     VERDICT_FAIL, NULL, NULL, NULL, REASON_NONE},
    {"other records, delegations, services, wildcards",
     V6 "0.8" R6 "TXT \"x\"\n1" R6 "NS ns1.test.\n_x._udp" R6 "PTR x.test.\n*.2" R6
        "PTR pool.example.test.\n3" R6 "CNAME 4.x.test.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"IPv4 reverse zones", V4 "80" R4 "PTR www.example.test.\n", VERDICT_SKIPPED, "", NULL, NULL,
     REASON_NONE},
    {"no reverse zone", "!offline\n_x._tcp PTR y\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"live", "www A 192.0.2.80\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("zone.reverse-mismatch", mismatch_cases);
    failed += RUN("zone.reverse-ipv6-nibble", nibble_cases);
    return failed;
}
