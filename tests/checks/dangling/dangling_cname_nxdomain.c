/* SPDX-License-Identifier: BSD-2-Clause */
/* Aliases whose end does not exist: ours, a stranger's, a service that keeps names; and what is not absence.
 */
#include "tests/check_test.h"

extern const struct check topic_dangling_cname[];

#define VENDOR "!zone vendor.com. 198.51.100.9,198.51.100.8\n"

static const struct check_case cases[] = {
    {"no alias at all", "www A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"the target exists", "www CNAME web\nweb A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a dead name of our own", "www CNAME web\n", VERDICT_FAIL, "www.example.test.", "medium", "internal",
     REASON_NONE},
    {"offline too", "!offline\nwww CNAME web\n", VERDICT_FAIL, "www.example.test.", "medium", "internal",
     REASON_NONE},
    {"offline, two hops", "!offline\nwww CNAME web\nweb CNAME host\n", VERDICT_FAIL,
     "web.example.test. www.example.test.", "medium medium", NULL, REASON_NONE},
    /* www itself is skipped for want of the network; the other names of the file pass. */
    {"offline, outside the file", "!offline\nwww CNAME shop.vendor.com.\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"offline, a child zone's name is not the file's", "!offline\ndev NS ns1.vendor.com.\n", VERDICT_PASS, "",
     NULL, NULL, REASON_NONE},
    {"a dead name under a stranger's registered domain", VENDOR "www CNAME shop.vendor.com.\n", VERDICT_FAIL,
     "www.example.test.", "medium", "C6", REASON_NONE},
    {"--ignore", VENDOR "!ignore vendor.com.\nwww CNAME shop.vendor.com.\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"--owned-suffix", VENDOR "!owned vendor.com.\nwww CNAME shop.vendor.com.\n", VERDICT_FAIL,
     "www.example.test.", "medium", "internal", REASON_NONE},
    {"NODATA is not NXDOMAIN", VENDOR "shop.vendor.com. TXT \"x\"\nwww CNAME shop.vendor.com.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"an empty non-terminal exists", VENDOR "a.shop.vendor.com. TXT \"x\"\nwww CNAME shop.vendor.com.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"SERVFAIL is not NXDOMAIN", VENDOR "!server * shop.vendor.com. * servfail\nwww CNAME shop.vendor.com.\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_SERVFAIL},
    {"no answer is not NXDOMAIN", VENDOR "!server * shop.vendor.com. * timeout\nwww CNAME shop.vendor.com.\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"the owner cannot be looked up", "!timeout www A\nwww CNAME web\n!names www\n", VERDICT_UNDETERMINED, "",
     NULL, NULL, REASON_TIMEOUT},
    {"one of two servers says NXDOMAIN and the other knows the name",
     VENDOR "shop.vendor.com. TXT \"x\"\n!server 198.51.100.9 shop.vendor.com. * nxdomain\nwww CNAME "
            "shop.vendor.com.\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_INCOMPLETE_DATA},
    {"one of two servers does not confirm",
     VENDOR "!server 198.51.100.8 shop.vendor.com. * timeout\nwww CNAME shop.vendor.com.\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"the only server confirms", "!zone vendor.com. 198.51.100.9\nwww CNAME shop.vendor.com.\n", VERDICT_FAIL,
     "www.example.test.", "medium", "C6", REASON_NONE},
    /* Traps of takeover.md 3.7. */
    {"an unregistered domain has an id of its own", "!unregistered lapsed.com.\nwww CNAME shop.lapsed.com.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a restricted suffix is not for sale", "!unregistered agency.gov.\nwww CNAME shop.agency.gov.\n",
     VERDICT_FAIL, "www.example.test.", "medium", "C6", REASON_NONE},
    {"no such TLD", "www CNAME shop.vendor.nosuchtld.\n", VERDICT_FAIL, "www.example.test.", "medium", "C6",
     REASON_NONE},
    {"a service whose names can be claimed has an id of its own",
     "!zone azure-api.net. 198.51.100.9\nwww CNAME gone.azure-api.net.\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"a generated name cannot be chosen",
     "!zone azurewebsites.net. 198.51.100.9\nwww CNAME app-a1b2c3.westeurope-01.azurewebsites.net.\n",
     VERDICT_FAIL, "www.example.test.", "low", "C7", REASON_NONE},
    {"Beanstalk: a generated prefix",
     "!zone elasticbeanstalk.com. 198.51.100.9\nwww CNAME eba-a1b2.eu-west-1.elasticbeanstalk.com.\n",
     VERDICT_FAIL, "www.example.test.", "low", "C7", REASON_NONE},
    {"a service that gives names to nobody else",
     "!zone elb.amazonaws.com. 198.51.100.9\nwww CNAME lb.elb.amazonaws.com.\n", VERDICT_FAIL,
     "www.example.test.", "low", "C7", REASON_NONE},
    {"a service without known absent names",
     "!zone herokudns.com. 198.51.100.9\nwww CNAME word.herokudns.com.\n", VERDICT_FAIL, "www.example.test.",
     "medium", "C6", REASON_NONE},
    {"a verification label is no host", VENDOR "!names asuid.www\nasuid.www CNAME gone.vendor.com.\n",
     VERDICT_FAIL, "asuid.www.example.test.", "low", "C7", REASON_NONE},
    {"a bounce host of a mailer is no host", VENDOR "!names em1234\nem1234 CNAME gone.vendor.com.\n",
     VERDICT_FAIL, "em1234.example.test.", "low", "C7", REASON_NONE},
    {"_acme-challenge has an id of its own",
     VENDOR "!names _acme-challenge\n_acme-challenge CNAME gone.vendor.com.\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"a DKIM selector has an id of its own",
     VENDOR "!names s1._domainkey\ns1._domainkey CNAME gone.vendor.com.\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"a loop is not absence", "a CNAME b\nb CNAME a\n!names a b\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"a wildcard is reported once, a step higher", VENDOR "* CNAME gone.vendor.com.\n!names a b\n",
     VERDICT_FAIL, "*.example.test.", "high", "C6", REASON_NONE},
    {"so it is in a file", "!offline\n*.apps CNAME gone\n", VERDICT_FAIL, "*.apps.example.test.", "medium",
     "internal", REASON_NONE},
    {"a wildcard deeper down is reported once",
     VENDOR "*.apps CNAME gone.vendor.com.\n!names x.apps y.apps\n", VERDICT_FAIL, "*.apps.example.test.",
     "high", "C6", REASON_NONE},
    {"another alias beside a wildcard is a fault of its own",
     VENDOR "* CNAME gone.vendor.com.\nwww CNAME dead.vendor.com.\n", VERDICT_FAIL,
     "*.example.test. www.example.test.", "high medium", NULL, REASON_NONE},
    /* checks.md T8 d: no synthesis below a name that exists. */
    {"no wildcard below an existing name",
     VENDOR "* CNAME gone.vendor.com.\nx.y A 192.0.2.80\nwww CNAME z.y\n", VERDICT_FAIL,
     "*.example.test. www.example.test.", "high medium", NULL, REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_dangling_cname, "dangling.cname-nxdomain", cases, ARRAY_SIZE(cases));
}
