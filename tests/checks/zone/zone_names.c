/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for names of hosts: legal characters, underscores, internationalised labels. */
#include "tests/check_test.h"

extern const struct check topic_zone_names[];

#define RUN(id, cases) check_test_run(topic_zone_names, id, cases, ARRAY_SIZE(cases))
#define OFF "!offline\n"
#define RPZ                                                                                                  \
    "!offline\n!bare\n@ SOA ns1.test. h.test. 1 7200 3600 1209600 3600\n@ NS ns1.test.\n"                    \
    "a.com CNAME .\nb.com CNAME .\nc.com CNAME rpz-drop.\nd.com CNAME *.\n"

static const struct check_case hostname_cases[] = {
    {"letters, digits, hyphens", OFF "web-1 A 192.0.2.1\n7 AAAA 2001:db8::7\nx--y A 192.0.2.2\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a space", OFF "web\\0321 A 192.0.2.1\n", VERDICT_FAIL, "web\\0321.example.test.", "low", NULL,
     REASON_NONE},
    {"a slash, IPv6", OFF "a/b AAAA 2001:db8::1\n", VERDICT_FAIL, "a\\047b.example.test.", NULL, NULL,
     REASON_NONE},
    {"a mail domain", OFF "a!b MX 10 ns1\n", VERDICT_FAIL, "a\\033b.example.test.", NULL, NULL, REASON_NONE},
    {"octets above ASCII", OFF "b\\195\\188cher A 192.0.2.1\n", VERDICT_FAIL, "b\\195\\188cher.example.test.",
     NULL, NULL, REASON_NONE},
    {"hyphen first and last", OFF "-a A 192.0.2.1\nb- A 192.0.2.2\n", VERDICT_FAIL,
     "-a.example.test. b-.example.test.", NULL, NULL, REASON_NONE},
    {"an inner label", OFF "www.a! A 192.0.2.1\n", VERDICT_FAIL, "www.a\\033.example.test.", NULL, NULL,
     REASON_NONE},
    {"a wildcard", OFF "*.apps A 192.0.2.1\n* A 192.0.2.2\n* MX 10 ns1\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"underscores are another id", OFF "web_1 A 192.0.2.1\ngc._msdcs A 192.0.2.2\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"other types are no hosts",
     OFF "a/b TXT \"x\"\n1.0/25 PTR www\nx!y CNAME www\n_sip._tcp SRV 0 0 5060 ns1\n"
         "s1._domainkey TXT \"v=DKIM1; p=\"\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"policy zones hold triggers", RPZ "a_b\\032.com A 192.0.2.1\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"a reverse zone of a classless subnet",
     OFF "!target 0/25.2.0.192.in-addr.arpa.\n!zone 0/25.2.0.192.in-addr.arpa. 192.0.2.53\n"
         "1.0/25.2.0.192.in-addr.arpa. PTR www.example.test.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"live: a name that was given", "!names a!b\na!b A 192.0.2.1\n", VERDICT_FAIL, "a\\033b.example.test.",
     "low", NULL, REASON_NONE},
    {"live: sound", "!names www\nwww A 192.0.2.1\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"live: not known", "!names a!b\n!timeout a!b A\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
};

static const struct check_case underscore_cases[] = {
    {"none", OFF "web-1 A 192.0.2.1\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"inside a label", OFF "web_1 A 192.0.2.1\nx.my_dept AAAA 2001:db8::1\n", VERDICT_FAIL,
     "x.my_dept.example.test. web_1.example.test.", "info info", NULL, REASON_NONE},
    {"services", OFF "gc._msdcs A 192.0.2.1\n_acme-challenge A 192.0.2.2\nmy_host._tcp A 192.0.2.3\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"other types",
     OFF "my_key TXT \"x\"\ns_1._domainkey CNAME x\nold_www CNAME ns1\n_sip._tcp SRV 0 0 5060 ns1\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"policy zones hold triggers", RPZ "a_b.com A 192.0.2.1\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"live", "!names web_1\nweb_1 A 192.0.2.1\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case punycode_cases[] = {
    {"valid", OFF "xn--bcher-kva A 192.0.2.1\nXN--MNCHEN-3YA TXT \"x\"\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"other double hyphens", OFF "ab--cd A 192.0.2.1\nxn-a A 192.0.2.1\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"nothing encoded", OFF "xn--abc- A 192.0.2.1\n", VERDICT_FAIL, "xn--abc-.example.test.", "medium", NULL,
     REASON_NONE},
    {"not decodable", OFF "xn--99999999999 A 192.0.2.1\n", VERDICT_FAIL, "xn--99999999999.example.test.",
     "medium", NULL, REASON_NONE},
    {"empty", OFF "xn-- A 192.0.2.1\n", VERDICT_FAIL, "xn--.example.test.", NULL, NULL, REASON_NONE},
    {"other octets", OFF "xn--b\\195cher-kva A 192.0.2.1\n", VERDICT_FAIL, "xn--b\\195cher-kva.example.test.",
     "medium", NULL, REASON_NONE},
    {"not in normal form", OFF "xn--e-xbb A 192.0.2.1\n", VERDICT_FAIL, "xn--e-xbb.example.test.", "medium",
     NULL, REASON_NONE},
    {"an emoji", OFF "xn--ls8h A 192.0.2.1\n", VERDICT_FAIL, "xn--ls8h.example.test.", "low", NULL,
     REASON_NONE},
    {"once for a whole subtree",
     OFF "a.xn--abc- A 192.0.2.1\nb.xn--abc- A 192.0.2.2\nx.b.xn--abc- A 192.0.2.2\n", VERDICT_FAIL,
     "xn--abc-.example.test.", NULL, NULL, REASON_NONE},
    {"two labels of one name", OFF "xn--a-.xn--abc- A 192.0.2.1\n", VERDICT_FAIL,
     "xn--abc-.example.test. xn--a-.xn--abc-.example.test.", NULL, NULL, REASON_NONE},
    {"policy zones hold triggers", RPZ "xn--abc-.com A 192.0.2.1\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"live", "!names xn--abc-\nxn--abc- A 192.0.2.1\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("zone.hostname-invalid", hostname_cases);
    failed += RUN("zone.underscore-host", underscore_cases);
    failed += RUN("zone.punycode-invalid", punycode_cases);
    return failed;
}
