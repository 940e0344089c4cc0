/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for zone.empty-rrset-policy. */
#include "tests/check_test.h"

extern const struct check topic_zone_required[];

#define OFF "!offline\n"
#define REQUIRE(list) "!option zone.empty-rrset-policy require " list "\n"

static const struct check_case cases[] = {
    {"nothing required", OFF "www A 192.0.2.80\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"types that are there", OFF REQUIRE("NS,SOA,caa") "@ CAA 0 issue \"ca.test\"\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"a type that is not", OFF REQUIRE("NS,SOA,CAA") "www A 192.0.2.80\n", VERDICT_FAIL, "example.test.",
     "low", NULL, REASON_NONE},
    {"policies that are there",
     OFF REQUIRE("SPF,DMARC,MTA-STS,TLS-RPT") "@ TXT \"v=SPF1\" \" -all\"\n_dmarc TXT \"v=DMARC1; p=none\"\n"
                                              "_mta-sts TXT \"v=STSv1; id=1\"\n_smtp._tls TXT \"v=TLSRPTv1; "
                                              "rua=mailto:a@b.test\"\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"policies that are not",
     OFF REQUIRE("SPF,DMARC") "@ TXT \"v=spf10 -all\"\n_dmarc TXT \"v=dmarc1; p=none\"\n", VERDICT_FAIL,
     "example.test. example.test.", "low low", NULL, REASON_NONE},
    {"through an alias", OFF REQUIRE("dmarc") "_dmarc CNAME d\nd TXT \"v=DMARC1; p=none\"\n", VERDICT_PASS,
     "", NULL, NULL, REASON_NONE},
    {"through an alias that leads away", OFF REQUIRE("DMARC") "_dmarc CNAME d.provider.test.\n",
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"apex records kept elsewhere are not missed",
     OFF "!gaps apex\n!bare\n" REQUIRE("NS,SOA,A") "@ A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"the others are", OFF "!gaps apex\n!bare\n" REQUIRE("NS,SOA,CAA") "@ A 192.0.2.80\n", VERDICT_FAIL, "example.test.",
     "low", NULL, REASON_NONE},
    {"a word that is none", OFF REQUIRE("SPFF") "www A 192.0.2.80\n", VERDICT_UNDETERMINED, "", NULL, NULL,
     REASON_UNSUPPORTED},
    {"live", REQUIRE("CAA,SOA") "www A 192.0.2.80\n", VERDICT_FAIL, "example.test.", "low", NULL,
     REASON_NONE},
    {"no mail for addresses",
     OFF "!target 2.0.192.in-addr.arpa.\n!zone 2.0.192.in-addr.arpa. 192.0.2.53\n" REQUIRE(
         "NS,SOA,SPF,DMARC,CAA"),
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"live: not known", REQUIRE("CAA") "!timeout @ CAA\n", VERDICT_UNDETERMINED, "", NULL, NULL,
     REASON_TIMEOUT},
};

int main(void)
{
    return check_test_run(topic_zone_required, "zone.empty-rrset-policy", cases, ARRAY_SIZE(cases));
}
