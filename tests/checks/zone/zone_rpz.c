/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for zone.rpz-invalid. */
#include "tests/check_test.h"

extern const struct check topic_zone_rpz[];

#define RPZ                                                                                                  \
    "!offline\n!bare\n@ SOA ns1.test. h.test. 1 7200 3600 1209600 3600\n@ NS localhost.\n"                   \
    "a.com CNAME .\n*.a.com CNAME .\nb.com CNAME *.\nc.com CNAME rpz-passthru.\nd.com CNAME rpz-drop.\n"     \
    "e.com CNAME rpz-tcp-only.\n"
#define ONE(name, record)                                                                                    \
    {                                                                                                        \
        name, RPZ record "\n", VERDICT_FAIL, NULL, "medium", NULL, REASON_NONE                               \
    }
#define FINE(name, record)                                                                                   \
    {                                                                                                        \
        name, RPZ record "\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE                                     \
    }

static const struct check_case cases[] = {
    {"all actions", RPZ, VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    FINE("IPv4 blocks",
         "32.1.2.0.192.rpz-ip CNAME .\n24.0.2.0.192.rpz-client-ip CNAME .\n8.0.0.0.10.rpz-nsip CNAME ."),
    FINE("IPv6 blocks", "128.57.zz.1.0.db8.2001.rpz-ip CNAME .\n48.zz.1.db8.2001.rpz-client-ip CNAME .\n"
                        "128.1.2.3.4.5.6.7.2001.rpz-nsip CNAME .\n64.0.0.0.0.1.2.db8.2001.rpz-ip CNAME ."),
    FINE("the shortest IPv6 block", "128.zz.rpz-ip CNAME ."),
    FINE("names of servers", "ns.bad.com.rpz-nsdname CNAME .\n*.bad.com.rpz-nsdname CNAME ."),
    FINE("data of our own",
         "f.com A 192.0.2.1\ng.com CNAME garden.test.\nh.com CNAME *.garden.test.\ni.com TXT \"x\""),
    FINE("the old way to let pass", "i.com CNAME i.com."),
    ONE("a prefix of 33", "33.1.2.0.192.rpz-ip CNAME ."),
    ONE("a prefix of 0", "0.0.0.0.0.rpz-ip CNAME ."),
    ONE("no prefix", "1.2.0.192.rpz-ip CNAME ."),
    ONE("an octet of 256", "32.256.2.0.192.rpz-ip CNAME ."),
    ONE("a leading zero", "32.01.2.0.192.rpz-ip CNAME ."),
    ONE("bits behind the prefix", "24.1.2.0.192.rpz-ip CNAME ."),
    ONE("bits behind the prefix, IPv6", "32.zz.1.db8.2001.rpz-ip CNAME ."),
    ONE("zz twice", "128.1.zz.2.zz.2001.rpz-ip CNAME ."),
    ONE("too few words", "128.1.2.3.db8.2001.0.rpz-ip CNAME ."),
    ONE("zz and eight words", "128.zz.1.2.3.4.5.6.7.2001.rpz-ip CNAME ."),
    ONE("a word of five digits", "128.12345.zz.2001.rpz-ip CNAME ."),
    ONE("a name in place of an address", "www.bad.com.rpz-ip CNAME ."),
    ONE("the trigger alone", "rpz-nsdname CNAME ."),
    ONE("an unknown trigger", "x.rpz-nsname CNAME ."),
    ONE("an unknown action", "x.com CNAME rpz-nxdomain."),
    ONE("an action without its dot", "x.com CNAME rpz-drop"),
    ONE("NODATA without its dot", "x.com CNAME *"),
    {"trigger and action", RPZ "33.1.2.0.192.rpz-ip CNAME rpz-drop\n", VERDICT_FAIL,
     "33.1.2.0.192.rpz-ip.example.test. 33.1.2.0.192.rpz-ip.example.test.", NULL, NULL, REASON_NONE},
    {"an ordinary zone", "!offline\nwww CNAME web\nweb A 192.0.2.1\nx.rpz-foo TXT \"x\"\n", VERDICT_SKIPPED,
     "", NULL, NULL, REASON_NONE},
    {"an empty zone", "!offline\n!bare\n@ SOA ns1.test. h.test. 1 7200 3600 1209600 3600\n@ NS ns1.test.\n",
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"named by the option",
     "!offline\n!option zone.rpz-invalid zones other.test.,Example.test\nx.com A 192.0.2.1\n"
     "y.com CNAME rpz-drop\nz.com A 192.0.2.2\n",
     VERDICT_FAIL, "y.com.example.test.", NULL, NULL, REASON_NONE},
    {"another one is named", RPZ "!option zone.rpz-invalid zones other.test.\nx.com CNAME rpz-drop\n",
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"live", "www A 192.0.2.80\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_zone_rpz, "zone.rpz-invalid", cases, ARRAY_SIZE(cases));
}
