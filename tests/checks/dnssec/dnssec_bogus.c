/* SPDX-License-Identifier: BSD-2-Clause */
/* What a validating resolver makes of the zone. */
#include "tests/check_test.h"

extern const struct check topic_dnssec_bogus[];

#define CHAIN "!sign .\n!sign test.\n"
#define SIGNED CHAIN "!sign example.test. "
#define FAIL VERDICT_FAIL, "example.test.", "critical", NULL, 0

static const struct check_case bogus[] = {
    {"secure", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"secure, NSEC3, KSK and ZSK", SIGNED "nsec3 split 8", VERDICT_PASS, "", NULL, NULL, 0},
    {"secure, wildcard", "* A 192.0.2.9\n" SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"secure, wildcard, NSEC3", "* A 192.0.2.9\n" SIGNED "nsec3", VERDICT_PASS, "", NULL, NULL, 0},
    {"unsigned: insecure", CHAIN, VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"unsigned parent: insecure", "!sign .\n!sign example.test. expired=*", VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"island: insecure", SIGNED "nods expired=*", VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"SHA-1 only: insecure", SIGNED "5 bits=1024 expired=DNSKEY", VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"GOST only: insecure", SIGNED "12", VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"a digest nobody knows: insecure", SIGNED "ds-digest=3", VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"SHA-1 digest, good algorithm: secure", SIGNED "ds-digest=1", VERDICT_PASS, "", NULL, NULL, 0},
    {"a standby DS is never bogus", SIGNED "standby-ds", VERDICT_PASS, "", NULL, NULL, 0},
    {"DNSKEY expired", SIGNED "expired=DNSKEY", FAIL},
    {"DNSKEY not yet", SIGNED "not-yet=DNSKEY", FAIL},
    {"DNSKEY invalid", SIGNED "corrupt=DNSKEY", FAIL},
    {"SOA expired at all servers", SIGNED "expired=SOA", FAIL},
    {"NS unsigned at all servers", SIGNED "omit=NS", FAIL},
    {"SOA unsigned at one server: others are asked", SIGNED "\n!server 192.0.2.2 example.test. SOA unsigned",
     VERDICT_PASS, "", NULL, NULL, 0},
    {"DS digest wrong", SIGNED "wrong-ds=digest", FAIL},
    {"DS tag wrong", SIGNED "wrong-ds=tag", FAIL},
    {"DS length wrong", SIGNED "wrong-ds=length", FAIL},
    {"DS without DNSKEY", SIGNED "nodnskey nosigs nodenial", FAIL},
    {"only the ZSK signs the keys", SIGNED "split dnskey-by=zsk", FAIL},
    {"no zone key", SIGNED "flags=1", FAIL},
    {"protocol", SIGNED "protocol=2", FAIL},
    {"revoked", SIGNED "revoke", FAIL},
    {"no denial records", SIGNED "nodenial", FAIL},
    {"denial expired", SIGNED "nsec3 expired=NSEC3", FAIL},
    {"two algorithms, one good path", SIGNED "8,13 bits=1024 dnskey-with=13", VERDICT_PASS, "", NULL, NULL, 0},
    {"the chain breaks above", "!sign .\n!sign example.test.\n!sign test. expired=DNSKEY", FAIL},
    {"the DS set is badly signed", "!sign .\n!sign example.test.\n!sign test. corrupt=DS@example", FAIL},
    {"no DS, not proven (T5: the flag is cleared)", "!sign .\n!sign test. nsec3 optout=noflag", FAIL},
    {"no DS in an opt-out span (T5)", "!sign .\n!sign test. nsec3 optout", VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"DS lookup times out", SIGNED "\n!timeout example.test. DS", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"DNSKEY lookup fails", SIGNED "\n!servfail example.test. DNSKEY", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_SERVFAIL},
    {"no anchor", "!sign test.\n!sign example.test.", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_INCOMPLETE_DATA},
    {"no anchor offline", "!offline\n!sign example.test.", VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"the root itself", "!target .\n!sign .", VERDICT_PASS, "", NULL, NULL, 0},
    {"six colliding keys and a bad signature: not told", SIGNED "15 collide=5 corrupt=SOA", VERDICT_UNDETERMINED, "",
     NULL, NULL, REASON_BUDGET},
};

static const struct check_case anchor[] = {
    {"in use", "!target .\n!sign .\n", VERDICT_PASS, "", NULL, NULL, 0},
    {"digest of another key", "!target .\n!sign . wrong-ds=digest\n", VERDICT_FAIL, ".", "high", NULL, 0},
    {"no anchor here", SIGNED, VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"no answer", "!target .\n!sign .\n!timeout . DNSKEY\n", VERDICT_UNDETERMINED, "", NULL, NULL, 0},
};

int main(void)
{
    int failed = check_test_run(topic_dnssec_bogus, "dnssec.bogus", bogus, ARRAY_SIZE(bogus));
    failed += check_test_run(topic_dnssec_bogus, "dnssec.trust-anchor-unused", anchor, ARRAY_SIZE(anchor));
    return failed;
}
