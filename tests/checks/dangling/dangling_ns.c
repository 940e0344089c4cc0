/* SPDX-License-Identifier: BSD-2-Clause */
/* Child delegations: who is lame, whose provider gives zones away, and what is not known. */
#include "tests/check_test.h"

extern const struct check topic_dangling_ns[];

/* DigitalOcean: vulnerable. Azure DNS: an edge case. Route 53: not vulnerable. */
#define DO                                                                                                   \
    "!names dev\n!zone digitalocean.com. 198.51.100.20,198.51.100.21\nns1.digitalocean.com. A "              \
    "198.51.100.20\n"                                                                                        \
    "ns2.digitalocean.com. A 198.51.100.21\ndev NS ns1.digitalocean.com.\ndev NS ns2.digitalocean.com.\n"
#define AZURE                                                                                                \
    "!names dev\n!zone azure-dns.com. 198.51.100.20\nns1-01.azure-dns.com. A 198.51.100.20\ndev NS "         \
    "ns1-01.azure-dns.com.\n"
#define ROUTE53                                                                                              \
    "!names dev\n!zone awsdns-01.com. 198.51.100.20\nns-1.awsdns-01.com. A 198.51.100.20\ndev NS "           \
    "ns-1.awsdns-01.com.\n"
#define DEV "dev.example.test."

static const struct check_case cases[] = {
    {"no child zone", "www A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"the child is served", "!names dev\n!zone dev.example.test. 198.51.100.20\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"all lame at a provider that gives zones away", DO, VERDICT_FAIL, DEV, "critical", "N1", REASON_NONE},
    {"SERVFAIL is lame too", DO "!server * dev SOA servfail\n", VERDICT_FAIL, DEV, "critical", "N1",
     REASON_NONE},
    {"one lame, one does not answer", DO "!server 198.51.100.21 dev SOA timeout\n", VERDICT_FAIL, DEV, "high",
     "N2", REASON_NONE},
    {"an edge case", AZURE, VERDICT_FAIL, DEV, "high", "N2", REASON_NONE},
    {"an edge case that does not answer", AZURE "!server * dev SOA timeout\n", VERDICT_UNDETERMINED, "", NULL,
     NULL, REASON_TIMEOUT},
    {"a provider that gives nothing away is another check's", ROUTE53, VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"an unknown provider is another check's",
     "!names dev\n!zone vendor.com. 198.51.100.20\nns1.vendor.com. A 198.51.100.20\ndev NS ns1.vendor.com.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"AA without SOA is odd, not lame", DO "!server * dev SOA nodata\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"nobody answers", DO "!server * dev SOA timeout\n", VERDICT_UNDETERMINED, "", NULL, NULL,
     REASON_TIMEOUT},
    {"lame by UDP, no answer by TCP", DO "!server * dev SOA no-tcp\n", VERDICT_UNDETERMINED, "", NULL, NULL,
     REASON_TIMEOUT},
    {"--ignore", DO "!ignore digitalocean.com.\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"a name server under a free domain", "!unregistered lapsed.com.\n!names dev\ndev NS ns1.lapsed.com.\n",
     VERDICT_FAIL, DEV, "high", "R2", REASON_NONE},
    {"only servers can tell", "!offline\ndev NS ns1.digitalocean.com.\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_dangling_ns, "dangling.ns-subzone", cases, ARRAY_SIZE(cases));
}
