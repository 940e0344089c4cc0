/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for zone.relative-name-missing-dot: what it must find, and above all what it must leave alone. */
#include "tests/check_test.h"

extern const struct check topic_zone_dot[];

#define RUN(id, cases) check_test_run(topic_zone_dot, id, cases, ARRAY_SIZE(cases))
#define OFF "!offline\n"
#define REVERSE OFF "!target 2.0.192.in-addr.arpa.\n!zone 2.0.192.in-addr.arpa. 192.0.2.53\n"
#define REVERSE_NAME ".2.0.192.in-addr.arpa. "

static const struct check_case cases[] = {
    {"whole names", OFF "www CNAME www.provider.net.\n@ MX 10 mail.provider.net.\n@ MX 20 ns1\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"the apex twice", OFF "www CNAME web.example.test\nweb A 192.0.2.1\n", VERDICT_FAIL, "www.example.test.",
     "high", NULL, REASON_NONE},
    {"the apex itself twice", OFF "www CNAME example.test\n", VERDICT_FAIL, "www.example.test.", "high", NULL,
     REASON_NONE},
    {"in another case", OFF "www CNAME web.EXAMPLE.Test\n", VERDICT_FAIL, "www.example.test.", NULL, NULL,
     REASON_NONE},
    {"a provider: NS", OFF "@ NS ns1.provider.net\n@ NS ns1\nns1 A 192.0.2.1\n", VERDICT_FAIL,
     "example.test.", "high", NULL, REASON_NONE},
    {"a provider: MX", OFF "@ MX 10 aspmx.l.google.com\n", VERDICT_FAIL, "example.test.", NULL, NULL,
     REASON_NONE},
    {"a provider: SRV", OFF "_sip._tcp SRV 0 0 5060 sip.provider.co.uk\n", VERDICT_FAIL,
     "_sip._tcp.example.test.", NULL, NULL, REASON_NONE},
    {"a provider: PTR, DNAME", OFF "x PTR host.provider.org\ny DNAME provider.org\n", VERDICT_FAIL,
     "x.example.test. y.example.test.", NULL, NULL, REASON_NONE},
    {"a provider: SVCB, HTTPS", OFF "x HTTPS 1 host.provider.org alpn=h2\n_dns SVCB 1 dns.provider.org\n",
     VERDICT_FAIL, "_dns.example.test. x.example.test.", NULL, NULL, REASON_NONE},
    {"a provider: NAPTR", OFF "x NAPTR 10 10 \"S\" \"SIP+D2U\" \"\" _sip._udp.provider.net\n", VERDICT_FAIL,
     "x.example.test.", NULL, NULL, REASON_NONE},
    {"two records, two findings", OFF "@ MX 10 a.provider.net\n@ MX 20 b.provider.net\n", VERDICT_FAIL,
     "example.test. example.test.", NULL, NULL, REASON_NONE},
    {"SOA",
     OFF "!bare\n@ SOA ns1.provider.net hostmaster.example.test 1 7200 3600 1209600 3600\n@ NS ns1.test.\n",
     VERDICT_FAIL, "example.test. example.test.", NULL, NULL, REASON_NONE},
    {"RNAME is a mailbox", OFF "!bare\n@ SOA ns1.test. john.doe 1 7200 3600 1209600 3600\n@ NS ns1.test.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"one label", OFF "www CNAME gone\n@ MX 10 com\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"it exists",
     OFF "www CNAME host.dev\nhost.dev A 192.0.2.1\nx CNAME y.example.test\ny.example.test A 192.0.2.1\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"an empty non-terminal exists", OFF "x DNAME provider.net\na.provider.net A 192.0.2.1\n", VERDICT_PASS,
     "", NULL, NULL, REASON_NONE},
    {"a department that is called like a domain", OFF "www CNAME gone.dev\nhost.dev A 192.0.2.1\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"no domain ends like this", OFF "www CNAME host.dc1\nftp CNAME a.b-c\nx CNAME y.localnet\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"in a delegated zone", OFF "net NS ns1.test.\nwww CNAME ns1.provider.net\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"a wildcard catches a department", OFF "*.dev A 192.0.2.1\nwww CNAME host.dev\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"a wildcard hides the mistake",
     OFF "* A 192.0.2.1\nwww CNAME www.provider.net\nftp CNAME ftp.example.test\nx CNAME y.dev\n",
     VERDICT_FAIL, "ftp.example.test. www.example.test.", NULL, NULL, REASON_NONE},
    {"a DNAME answers", OFF "net DNAME x.test.\nwww CNAME www.provider.net\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"policy zones",
     OFF
     "!bare\n@ SOA ns1.test. h.test. 1 7200 3600 1209600 3600\n@ NS ns1.test.\na.com CNAME .\nb.com CNAME .\n"
     "c.com CNAME rpz-drop.\nd.com CNAME x.com\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"reverse: a whole name", REVERSE "1" REVERSE_NAME "PTR www.example.com.\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"reverse: a provider's host", REVERSE "1" REVERSE_NAME "PTR www.example.com.2.0.192.in-addr.arpa.\n",
     VERDICT_FAIL, "1.2.0.192.in-addr.arpa.", NULL, NULL, REASON_NONE},
    {"reverse: a host without a domain", REVERSE "1" REVERSE_NAME "PTR www.2.0.192.in-addr.arpa.\n",
     VERDICT_FAIL, "1.2.0.192.in-addr.arpa.", NULL, NULL, REASON_NONE},
    {"reverse: browsing", REVERSE "b._dns-sd._udp" REVERSE_NAME "PTR x.2.0.192.in-addr.arpa.\n", VERDICT_PASS,
     "", NULL, NULL, REASON_NONE},
    {"reverse: classless aliases",
     REVERSE "1" REVERSE_NAME "CNAME 1.0/25.2.0.192.in-addr.arpa.\n0/25" REVERSE_NAME
             "NS ns1.test.\n2" REVERSE_NAME "CNAME 2.sub.2.0.192.in-addr.arpa.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"live", "www CNAME www.provider.net\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    return RUN("zone.relative-name-missing-dot", cases);
}
