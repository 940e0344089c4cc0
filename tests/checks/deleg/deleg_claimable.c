/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for deleg.ns-expired-domain and deleg.ns-hosted-zone-missing. */
#include "tests/check_test.h"

extern const struct check topic_deleg_claimable[];

#define RUN(id, cases) check_test_run(topic_deleg_claimable, id, cases, ARRAY_SIZE(cases))

static const struct check_case ns_expired_domain_cases[] = {
    {"fine",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"registered nowhere",
     "@ NS ns1\n"
     "@ NS ns.vendor.org.\n"
     "ns1 A 192.0.2.1\n"
     "!unregistered vendor.org.\n",
     VERDICT_FAIL, "example.test.", "high", NULL, REASON_NONE},
    {"a dead name of a registered domain",
     "!zone vendor.org. 198.51.100.9\n"
     "@ NS ns1\n"
     "@ NS gone.vendor.org.\n"
     "ns1 A 192.0.2.1\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"the registry is silent",
     "@ NS ns1\n"
     "@ NS ns.vendor.org.\n"
     "ns1 A 192.0.2.1\n"
     "!timeout ns.vendor.org. A\n"
     "!timeout ns.vendor.org. AAAA\n",
     VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_TIMEOUT},
    {"the child is silent",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"a zone file",
     "!offline\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

static const struct check_case ns_hosted_zone_missing_cases[] = {
    {"fine",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"lame at servers of our own",
     "!server 192.0.2.1 * * refused\n"
     "!server 192.0.2.2 * * refused\n"
     "!server 2001:db8::1 * * refused\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"lame at a host that gives zones to anybody",
     "!zone digitalocean.com. 198.51.100.40\n"
     "@ NS ns1.digitalocean.com.\n"
     "ns1.digitalocean.com. A 198.51.100.41\n"
     "!zone parked.test. 198.51.100.41\n"
     "ns2.digitalocean.com. A 198.51.100.41\n",
     VERDICT_FAIL, "example.test.", "critical", NULL, REASON_NONE},
    {"one of two servers is",
     "!zone digitalocean.com. 198.51.100.40\n"
     "@ NS ns1.digitalocean.com.\n"
     "ns1.digitalocean.com. A 198.51.100.41\n"
     "!zone parked.test. 198.51.100.41\n"
     "@ NS ns1\n"
     "ns1 A 192.0.2.1\n",
     VERDICT_FAIL, "example.test.", "high", NULL, REASON_NONE},
    {"the host serves it",
     "!zone digitalocean.com. 198.51.100.40\n"
     "@ NS ns2.digitalocean.com.\n"
     "ns2.digitalocean.com. A 192.0.2.1\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"all silent",
     "!server 192.0.2.1 * * timeout\n"
     "!server 192.0.2.2 * * timeout\n"
     "!server 2001:db8::1 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"a zone file",
     "!offline\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("deleg.ns-expired-domain", ns_expired_domain_cases);
    failed += RUN("deleg.ns-hosted-zone-missing", ns_hosted_zone_missing_cases);
    return failed;
}
