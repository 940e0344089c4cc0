/* SPDX-License-Identifier: BSD-2-Clause */
/* Zone digests against RFC 8976 appendix A.1 and against what another implementation (ldns) made of a harder
 * zone. */
#include "tests/check_test.h"

extern const struct check topic_zone_zonemd[];

#define RUN(id, cases) check_test_run(topic_zone_zonemd, id, cases, ARRAY_SIZE(cases))
#define OFF "!offline\n"

/* RFC 8976 appendix A.1. */
#define SIMPLE                                                                                               \
    "!offline\n!target example.\n!zone example. 203.0.113.63\n"                                              \
    "example. 86400 SOA ns1.example. admin.example. 2018031900 1800 900 604800 86400\n"                      \
    "example. 86400 NS ns1.example.\nexample. 86400 NS ns2.example.\n"                                       \
    "ns1.example. 3600 A 203.0.113.63\nns2.example. 3600 AAAA 2001:db8::63\n"
#define SIMPLE_DIGEST                                                                                        \
    "c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c"

/* Capitals in names, several records in a set, a wildcard, glue, occluded data, a ZONEMD that is not at the
 * apex, an unknown type. */
#define HARD_SETS                                                                                            \
    "@ 3600 NS NS1.example.test.\n@ 3600 NS ns2.example.test.\n@ 300 MX 10 Mail.Example.test.\n"             \
    "@ 300 TXT \"b\" \"c\"\n@ 300 TXT \"a\"\nns1 60 A 192.0.2.1\nns1 60 AAAA 2001:db8::1\nns2 60 A "         \
    "192.0.2.2\n"                                                                                            \
    "WWW 60 CNAME Web.example.test.\nweb 60 A 192.0.2.9\nweb 60 A 192.0.2.10\n*.apps 60 SRV 1 2 80 "         \
    "Web.example.test.\n"                                                                                    \
    "sub 60 NS ns.sub.example.test.\nns.sub 60 A 192.0.2.53\noccluded.sub 60 TXT \"never served\"\n"         \
    "x 60 ZONEMD 1 1 1 0102030405060708090a0b0c\ny 60 TYPE65280 \\# 3 414243\n"
#define HARD                                                                                                 \
    OFF "@ 3600 SOA ns1.Example.test. hostmaster.example.test. 2026010101 7200 3600 1209600 "                \
        "3600\n" HARD_SETS
#define HARD_384                                                                                             \
    "fc6f169547eef6badf1a2b6ffe89688e31d40a0ba2a532a88bb93249ea3c1d36b2f0a68159aa2b38e59c241b6a31c4eb"
#define HARD_512                                                                                             \
    "c4cf077e0d18297b0b51b5ba4d861adba1f26cff07e6045140e15405be6383199c909955b7d85c30f5c0a98ede9dd536668673" \
    "652d7f888ffb93fde1"                                                                                     \
    "4baa9279"
#define ZEROS "00000000000000000000000000000000"
#define ZERO_384 ZEROS ZEROS ZEROS

static const struct check_case mismatch_cases[] = {
    {"no record", OFF "www A 192.0.2.80\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"RFC 8976 A.1", SIMPLE "example. 86400 ZONEMD 2018031900 1 1 " SIMPLE_DIGEST "\n", VERDICT_PASS, "",
     NULL, NULL, REASON_NONE},
    {"RFC 8976 A.1, one TTL changed",
     SIMPLE "ns3.example. 3600 A 203.0.113.64\nexample. 86400 ZONEMD 2018031900 1 1 " SIMPLE_DIGEST "\n",
     VERDICT_FAIL, "example.", "high", NULL, REASON_NONE},
    {"SHA-384", HARD "@ 3600 ZONEMD 2026010101 1 1 " HARD_384 "\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"SHA-512", HARD "@ 3600 ZONEMD 2026010101 1 2 " HARD_512 "\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"both", HARD "@ ZONEMD 2026010101 1 1 " HARD_384 "\n@ ZONEMD 2026010101 1 2 " HARD_512 "\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"duplicates count once",
     HARD "@ 300 MX 10 mail.EXAMPLE.test.\nweb 60 A 192.0.2.9\n@ ZONEMD 2026010101 1 1 " HARD_384 "\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"one of both is wrong",
     HARD "@ ZONEMD 2026010101 1 1 " ZERO_384 "\n@ ZONEMD 2026010101 1 2 " HARD_512 "\n", VERDICT_FAIL,
     "example.test.", "medium", NULL, REASON_NONE},
    {"both are wrong",
     HARD "@ ZONEMD 2026010101 1 1 " ZERO_384 "\n@ ZONEMD 2026010101 1 2 " ZERO_384 ZEROS "\n", VERDICT_FAIL,
     "example.test. example.test.", "high high", NULL, REASON_NONE},
    {"a record was added", HARD "new 60 A 192.0.2.1\n@ ZONEMD 2026010101 1 1 " HARD_384 "\n", VERDICT_FAIL,
     "example.test.", "high", NULL, REASON_NONE},
    {"another serial", HARD "@ ZONEMD 2026010100 1 1 " HARD_384 "\n", VERDICT_FAIL, "example.test.", "high",
     NULL, REASON_NONE},
    {"a scheme and algorithm twice",
     HARD "@ ZONEMD 2026010101 1 1 " HARD_384 "\n@ ZONEMD 2026010101 1 1 " ZERO_384 "\n", VERDICT_FAIL,
     "example.test.", "high", NULL, REASON_NONE},
    {"twice beside one that holds",
     HARD "@ ZONEMD 2026010101 1 1 " HARD_384 "\n@ ZONEMD 2026010101 1 1 " ZERO_384
          "\n@ ZONEMD 2026010101 1 2 " HARD_512 "\n",
     VERDICT_FAIL, "example.test.", "medium", NULL, REASON_NONE},
    {"a digest of another length", HARD "@ ZONEMD 2026010101 1 2 " HARD_384 "\n", VERDICT_FAIL,
     "example.test.", NULL, NULL, REASON_NONE},
    {"too short for any digest", HARD "@ TYPE63 \\# 7 78c3f8750101ff\n", VERDICT_FAIL, "example.test.", NULL,
     NULL, REASON_NONE},
    {"another scheme", HARD "@ ZONEMD 2026010101 240 1 " HARD_384 "\n", VERDICT_UNDETERMINED, "", NULL, NULL,
     REASON_UNSUPPORTED},
    {"another algorithm", HARD "@ ZONEMD 2026010101 1 240 " HARD_384 "\n", VERDICT_UNDETERMINED, "", NULL,
     NULL, REASON_UNSUPPORTED},
    {"another algorithm beside one that holds",
     HARD "@ ZONEMD 2026010101 1 240 " HARD_384 "\n@ ZONEMD 2026010101 1 2 " HARD_512 "\n", VERDICT_PASS, "",
     NULL, NULL, REASON_NONE},
    {"another algorithm, another serial", HARD "@ ZONEMD 1 1 240 " HARD_384 "\n", VERDICT_FAIL,
     "example.test.", NULL, NULL, REASON_NONE},
    {"two SOA records",
     HARD "@ 3600 SOA ns1 hostmaster 7 7200 3600 1209600 3600\n@ ZONEMD 2026010101 1 1 " HARD_384 "\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_INCOMPLETE_DATA},
    {"live", "@ ZONEMD 2026010101 1 1 " ZERO_384 "\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case missing_cases[] = {
    {"not asked for", OFF "www A 192.0.2.80\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"asked for", OFF "!option zone.zonemd-missing require yes\nwww A 192.0.2.80\n", VERDICT_FAIL,
     "example.test.", "info", NULL, REASON_NONE},
    {"there", OFF "!option zone.zonemd-missing require yes\n@ ZONEMD 1 1 1 " ZERO_384 "\n", VERDICT_PASS, "",
     NULL, NULL, REASON_NONE},
    {"elsewhere in the zone", OFF "!option zone.zonemd-missing require yes\nx ZONEMD 1 1 1 " ZERO_384 "\n",
     VERDICT_FAIL, "example.test.", NULL, NULL, REASON_NONE},
    {"live", "!option zone.zonemd-missing require yes\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("zone.zonemd-mismatch", mismatch_cases);
    failed += RUN("zone.zonemd-missing", missing_cases);
    return failed;
}
