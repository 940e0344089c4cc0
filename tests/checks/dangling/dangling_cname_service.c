/* SPDX-License-Identifier: BSD-2-Clause */
/* Free names at services (NXDOMAIN) and unregistered domains. */
#include "tests/check_test.h"

extern const struct check topic_dangling_cname[];

#define API "!zone azure-api.net. 198.51.100.9,198.51.100.8\n"
#define APP "!zone azurewebsites.net. 198.51.100.9,198.51.100.8\n"
#define LAPSED "!unregistered lapsed.com.\n"

static const struct check_case service_cases[] = {
    {"a free name at a service", API "www CNAME gone.azure-api.net.\n", VERDICT_FAIL, "www.example.test.",
     "high", "C1", REASON_NONE},
    {"the name is taken", API "gone.azure-api.net. A 198.51.100.10\nwww CNAME gone.azure-api.net.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"names are reserved for a while", APP "www CNAME gone.azurewebsites.net.\n", VERDICT_FAIL,
     "www.example.test.", "high", "C2", REASON_NONE},
    {"a verification record ties the name", APP "www CNAME gone.azurewebsites.net.\nasuid.www TXT \"0123\"\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a wildcard TXT proves nothing", APP "www CNAME gone.azurewebsites.net.\n*.www TXT \"0123\"\n",
     VERDICT_FAIL, "www.example.test.", "high", "C2", REASON_NONE},
    {"an edge case", "!zone trafficmanager.net. 198.51.100.9\nwww CNAME gone.trafficmanager.net.\n",
     VERDICT_FAIL, "www.example.test.", "high", "C2", REASON_NONE},
    {"the second hop is the free one",
     API "!zone vendor.com. 198.51.100.7\nedge.vendor.com. CNAME gone.azure-api.net.\nwww CNAME "
         "edge.vendor.com.\n",
     VERDICT_FAIL, "www.example.test.", "high", "C1", REASON_NONE},
    {"a label boundary", "!zone notazure-api.net. 198.51.100.9\nwww CNAME gone.notazure-api.net.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"Beanstalk: a chosen prefix in a region",
     "!zone elasticbeanstalk.com. 198.51.100.9\nwww CNAME shop.eu-west-1.elasticbeanstalk.com.\n",
     VERDICT_FAIL, "www.example.test.", "high", "C1", REASON_NONE},
    {"a wildcard raises by one", API "* CNAME gone.azure-api.net.\n!names a b c\n", VERDICT_FAIL,
     "*.example.test.", "critical", "C1", REASON_NONE},
    {"not confirmed", API "!server 198.51.100.8 * * timeout\nwww CNAME gone.azure-api.net.\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"the provider is down", API "!server * gone.azure-api.net. * servfail\nwww CNAME gone.azure-api.net.\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_SERVFAIL},
    {"--ignore a single target", API "!ignore gone.azure-api.net.\nwww CNAME gone.azure-api.net.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"mta-sts has an id of its own", API "!names mta-sts\nmta-sts CNAME gone.azure-api.net.\n", VERDICT_PASS,
     "", NULL, NULL, REASON_NONE},
};

static const struct check_case unregistered_cases[] = {
    {"a free domain", LAPSED "www CNAME shop.lapsed.com.\n", VERDICT_FAIL, "www.example.test.", "high", "R2",
     REASON_NONE},
    {"the alias is the domain itself", LAPSED "www CNAME lapsed.com.\n", VERDICT_FAIL, "www.example.test.",
     "high", "R2", REASON_NONE},
    {"the domain is registered", "!zone vendor.com. 198.51.100.9\nwww CNAME shop.vendor.com.\n", VERDICT_PASS,
     "", NULL, NULL, REASON_NONE},
    {"a middle hop leads to it",
     LAPSED
     "!zone vendor.com. 198.51.100.9\nedge.vendor.com. CNAME x.lapsed.com.\nwww CNAME edge.vendor.com.\n",
     VERDICT_FAIL, "www.example.test.", "high", "R2", REASON_NONE},
    {"under a suffix of two labels", "!zone co.uk. 198.51.100.9\nwww CNAME shop.lapsed.co.uk.\n",
     VERDICT_FAIL, "www.example.test.", "high", "R2", REASON_NONE},
    {"a suffix itself cannot be registered", "!unregistered co.uk.\nwww CNAME co.uk.\n", VERDICT_PASS, "",
     NULL, NULL, REASON_NONE},
    {"a private suffix is not for sale", "!zone github.io. 198.51.100.9\nwww CNAME someone.github.io.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a restricted suffix", "!unregistered agency.gov.\nwww CNAME shop.agency.gov.\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"no such TLD", "www CNAME shop.vendor.nosuchtld.\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"one registry server does not answer",
     LAPSED "!server 198.51.100.2 * * timeout\nwww CNAME shop.lapsed.com.\n", VERDICT_UNDETERMINED, "", NULL,
     NULL, REASON_TIMEOUT},
    {"a registry server knows the domain",
     LAPSED "!server 198.51.100.2 lapsed.com. * nodata\nwww CNAME shop.lapsed.com.\n", VERDICT_UNDETERMINED,
     "", NULL, NULL, REASON_INCOMPLETE_DATA},
    {"a wildcard raises by one", LAPSED "* CNAME shop.lapsed.com.\n!names a\n", VERDICT_FAIL,
     "*.example.test.", "critical", "R2", REASON_NONE},
    {"--ignore", LAPSED "!ignore lapsed.com.\nwww CNAME shop.lapsed.com.\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"a name of a service under a free domain is first of all free",
     "!unregistered azure-api.net.\nwww CNAME gone.azure-api.net.\n", VERDICT_FAIL, "www.example.test.",
     "high", "R2", REASON_NONE},
    {"no alias", "www A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = check_test_run(topic_dangling_cname, "dangling.cname-service-nxdomain", service_cases,
                                ARRAY_SIZE(service_cases));
    failed += check_test_run(topic_dangling_cname, "dangling.cname-unregistered-domain", unregistered_cases,
                             ARRAY_SIZE(unregistered_cases));
    return failed;
}
