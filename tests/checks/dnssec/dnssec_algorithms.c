/* SPDX-License-Identifier: BSD-2-Clause */
/* Algorithm numbers, and completeness of signing (trap T6). */
#include "tests/check_test.h"

extern const struct check topic_dnssec_algorithms[];

#define CHAIN "!sign .\n!sign test.\n"
#define SIGNED CHAIN "!sign example.test. "

static const struct check_case must_not[] = {
    {"13", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"GOST (RFC 9906)", SIGNED "12", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"RSAMD5", SIGNED "1", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"DSA and DSA-NSEC3", SIGNED "3,6", VERDICT_FAIL, "example.test. example.test.", NULL, NULL, 0},
    {"in DS only", SIGNED "\n!parent example.test. DS 1 12 2 00112233", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"GOST 2012 is assigned and may be", SIGNED "23", VERDICT_PASS, "", NULL, NULL, 0},
    {"SHA-1 is another id", SIGNED "5 bits=1024", VERDICT_PASS, "", NULL, NULL, 0},
    {"not signed", CHAIN, VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"silent", SIGNED "12\n!server * example.test. DNSKEY timeout", VERDICT_UNDETERMINED, "", NULL, NULL, 0},
    {"offline", "!offline\n!sign example.test. 12", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
};

static const struct check_case sha1[] = {
    {"8", SIGNED "8", VERDICT_PASS, "", NULL, NULL, 0},
    {"5", SIGNED "5 bits=1024", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"7", SIGNED "7 nsec3 bits=1024", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"a SHA-1 digest is no SHA-1 signature", SIGNED "ds-digest=1", VERDICT_PASS, "", NULL, NULL, 0},
    {"offline", "!offline\n!sign example.test. 5 bits=1024", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"not signed", CHAIN, VERDICT_SKIPPED, "", NULL, NULL, 0},
};

static const struct check_case unassigned[] = {
    {"13", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"200", SIGNED "200", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"private", SIGNED "253,254", VERDICT_FAIL, "example.test. example.test.", NULL, NULL, 0},
    {"2 and 252 sign nothing", SIGNED "2,252", VERDICT_FAIL, "example.test. example.test.", NULL, NULL, 0},
    {"0 in a DS", SIGNED "\n!parent example.test. DS 0 0 0 00", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"17 and 23 are assigned", SIGNED "17,23", VERDICT_PASS, "", NULL, NULL, 0},
};

static const struct check_case incomplete[] = {
    {"one algorithm", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"two, both sign", SIGNED "13,15", VERDICT_PASS, "", NULL, NULL, 0},
    {"T6: DS names both, one signs", SIGNED "13,15 dnskey-with=13", VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"T6: DS names one", SIGNED "13,15 ds=13 dnskey-with=13", VERDICT_PASS, "", NULL, NULL, 0},
    {"a standby DS of the same algorithm", SIGNED "standby-ds", VERDICT_PASS, "", NULL, NULL, 0},
    {"no way in at all is another id", SIGNED "13,15 wrong-ds=digest", VERDICT_PASS, "", NULL, NULL, 0},
    {"an algorithm we cannot compute", SIGNED "13,12", VERDICT_PASS, "", NULL, NULL, 0},
    {"no DS", SIGNED "nods", VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"DS unknown", SIGNED "\n!timeout example.test. DS", VERDICT_UNDETERMINED, "", NULL, NULL, 0},
};

static const struct check_case incomplete_zone[] = {
    {"one algorithm", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"two, both sign all", SIGNED "13,15", VERDICT_PASS, "", NULL, NULL, 0},
    {"two, both sign all, a DS for the old one", SIGNED "13,15 ds=13", VERDICT_PASS, "", NULL, NULL, 0},
    {"two keys an algorithm, a DS for the old one", SIGNED "13,15 split ds=13", VERDICT_PASS, "", NULL, NULL, 0},
    {"the DNSKEY set by one only", SIGNED "13,15 ds=13 dnskey-with=13", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"T6: zone data by one only", SIGNED "13,15 ds=13 sign-with=13", VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"signatures ahead of keys are right", SIGNED "13 ", VERDICT_PASS, "", NULL, NULL, 0},
    {"offline", "!offline\n!sign example.test. 13,15 sign-with=13", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"nothing good at all is another id", SIGNED "13,15 corrupt=*", VERDICT_PASS, "", NULL, NULL, 0},
};

int main(void)
{
    const struct check *t = topic_dnssec_algorithms;
    int failed = check_test_run(t, "dnssec.alg-must-not", must_not, ARRAY_SIZE(must_not));
    failed += check_test_run(t, "dnssec.alg-sha1", sha1, ARRAY_SIZE(sha1));
    failed += check_test_run(t, "dnssec.alg-unassigned-or-private", unassigned, ARRAY_SIZE(unassigned));
    failed += check_test_run(t, "dnssec.alg-incomplete-dnskey", incomplete, ARRAY_SIZE(incomplete));
    failed += check_test_run(t, "dnssec.alg-incomplete-zone", incomplete_zone, ARRAY_SIZE(incomplete_zone));
    return failed;
}
