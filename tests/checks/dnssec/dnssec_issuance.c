/* SPDX-License-Identifier: BSD-2-Clause */
/* Bogus answers on the way of a CA. */
#include "tests/check_test.h"

extern const struct check topic_dnssec_issuance[];

#define CHAIN "!sign .\n!sign test.\n"
#define SIGNED CHAIN "!sign example.test. "
#define CAA "@ CAA 0 issue \"ca.test\"\n"

static const struct check_case cases[] = {
    {"secure", CAA SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"secure, no CAA", SIGNED "nsec3", VERDICT_PASS, "", NULL, NULL, 0},
    {"insecure", CAA CHAIN, VERDICT_PASS, "", NULL, NULL, 0},
    {"CAA spoilt", CAA SIGNED "corrupt=CAA", VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"no CAA, and no proof of it", SIGNED "nodenial", VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"the zone is bogus", CAA SIGNED "expired=DNSKEY", VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"another set is broken", CAA "www A 192.0.2.9\n" SIGNED "corrupt=A@www", VERDICT_PASS, "", NULL, NULL, 0},
    {"a name below", "!target www.example.test.\nwww A 192.0.2.9\n" CAA SIGNED "corrupt=CAA", VERDICT_FAIL,
     "www.example.test.", NULL, NULL, 0},
    {"no answer", CAA SIGNED "\n!timeout example.test. CAA", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"the root", "!target .\n!sign .", VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"offline", "!offline\n" CAA, VERDICT_SKIPPED, "", NULL, NULL, 0},
};

int main(void)
{
    return check_test_run(topic_dnssec_issuance, "dnssec.cert-issuance-blocked", cases, ARRAY_SIZE(cases));
}
