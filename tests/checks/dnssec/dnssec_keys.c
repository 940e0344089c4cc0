/* SPDX-License-Identifier: BSD-2-Clause */
/* The DNSKEY set. */
#include "tests/check_test.h"

extern const struct check topic_dnssec_keys[];

#define CHAIN "!sign .\n!sign test.\n"
#define SIGNED CHAIN "!sign example.test. "

static const struct check_case on_server[] = {
    {"the same everywhere", SIGNED "split", VERDICT_PASS, "", NULL, NULL, 0},
    {"one without the set", SIGNED "\n!server 192.0.2.2 example.test. DNSKEY nodata", VERDICT_FAIL, "ns2.example.test.",
     "high", NULL, 0},
    {"one with another set", SIGNED "\n!only 192.0.2.2 example.test. DNSKEY 256 3 8 AwEAAcw=", VERDICT_FAIL,
     "ns1.example.test. ns1.example.test. ns2.example.test.", NULL, NULL, 0},
    {"one refuses: not told", SIGNED "\n!server 192.0.2.2 example.test. DNSKEY refused", VERDICT_UNDETERMINED, "", NULL,
     NULL, REASON_REFUSED},
    {"an unsigned copy is another id", SIGNED "\n!server 192.0.2.2 example.test. DNSKEY nodata\n!server 192.0.2.2 * * unsigned",
     VERDICT_PASS, "", NULL, NULL, 0},
    {"not signed", CHAIN, VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"offline", "!offline\n!sign example.test.", VERDICT_SKIPPED, "", NULL, NULL, 0},
};

static const struct check_case inconsistent[] = {
    {"signed everywhere", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"one unsigned copy", SIGNED "\n!server 192.0.2.2 example.test. DNSKEY nodata\n!server 192.0.2.2 * * unsigned",
     VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"only the keys are missing: another id", SIGNED "\n!server 192.0.2.2 example.test. DNSKEY nodata", VERDICT_PASS, "",
     NULL, NULL, 0},
    {"silent", SIGNED "\n!server 192.0.2.2 * * timeout", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
};

static const struct check_case protocol[] = {
    {"3", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"1", SIGNED "protocol=1", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"offline", "!offline\n!sign example.test. protocol=1", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"not signed", CHAIN, VERDICT_SKIPPED, "", NULL, NULL, 0},
};

static const struct check_case malformed[] = {
    {"P-256", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"RSA", SIGNED "8", VERDICT_PASS, "", NULL, NULL, 0},
    {"unknown algorithm: cannot be told from malformed", SIGNED "12", VERDICT_PASS, "", NULL, NULL, 0},
    {"cut short", SIGNED "malformed", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"Ed25519 cut short", SIGNED "15 malformed", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"offline", "!offline\n!sign example.test. malformed", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"silent", SIGNED "\n!server * example.test. DNSKEY timeout", VERDICT_UNDETERMINED, "", NULL, NULL, 0},
};

static const struct check_case collision[] = {
    {"two keys, two tags", SIGNED "split", VERDICT_PASS, "", NULL, NULL, 0},
    {"two keys, one tag", SIGNED "15 collide=1", VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"five keys, one tag: one finding", SIGNED "8 collide=4", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"offline", "!offline\n!sign example.test. 15 collide=1", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
};

static const struct check_case shortness[] = {
    {"2048 bits", SIGNED "8", VERDICT_PASS, "", NULL, NULL, 0},
    {"1024 bits", SIGNED "8 bits=1024", VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"1024 bits that the configuration lets pass", "!option dnssec.rsa-key-short bits 1024\n" SIGNED "8 bits=1024",
     VERDICT_PASS, "", NULL, NULL, 0},
    {"512 bits", SIGNED "8 bits=512", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"ECDSA is not RSA", SIGNED "13", VERDICT_PASS, "", NULL, NULL, 0},
    {"KSK and ZSK: two findings", SIGNED "8 bits=1024 split", VERDICT_FAIL, "example.test. example.test.",
     "medium medium", NULL, 0},
    {"offline", "!offline\n!sign example.test. 10 bits=1024", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
};

int main(void)
{
    int failed = check_test_run(topic_dnssec_keys, "dnssec.dnskey-missing-on-server", on_server, ARRAY_SIZE(on_server));
    failed += check_test_run(topic_dnssec_keys, "dnssec.signed-inconsistently", inconsistent, ARRAY_SIZE(inconsistent));
    failed += check_test_run(topic_dnssec_keys, "dnssec.dnskey-protocol", protocol, ARRAY_SIZE(protocol));
    failed += check_test_run(topic_dnssec_keys, "dnssec.dnskey-malformed", malformed, ARRAY_SIZE(malformed));
    failed += check_test_run(topic_dnssec_keys, "dnssec.dnskey-keytag-collision", collision, ARRAY_SIZE(collision));
    failed += check_test_run(topic_dnssec_keys, "dnssec.rsa-key-short", shortness, ARRAY_SIZE(shortness));
    return failed;
}
