/* SPDX-License-Identifier: BSD-2-Clause */
/* The parent's DS set against the keys of the zone. */
#include "tests/check_test.h"

extern const struct check topic_dnssec_ds[];

#define CHAIN "!sign .\n!sign test.\n"
#define SIGNED CHAIN "!sign example.test. "
#define A_DS "!parent example.test. DS 12345 13 2 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n"
#define SILENT "\n!server 192.0.2.1 * * timeout\n!server 192.0.2.2 * * timeout\n!server 2001:db8::1 * * timeout\n"

static const struct check_case unsigned_zone[] = {
    {"signed", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"neither key nor DS", CHAIN, VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"nothing signed anywhere", "", VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"a DS: another id", CHAIN A_DS, VERDICT_PASS, "", NULL, NULL, 0},
    {"servers silent", CHAIN SILENT, VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"parent silent about DS", CHAIN "!timeout example.test. DS\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"DNSKEY refused", CHAIN "!server * example.test. DNSKEY refused\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_REFUSED},
    {"offline, signed", "!offline\n!sign example.test.\n", VERDICT_PASS, "", NULL, NULL, 0},
    {"offline: the DS is at the parent", "!offline\n", VERDICT_SKIPPED, "", NULL, NULL, 0},
};

static const struct check_case island[] = {
    {"linked", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"no DS", SIGNED "nods", VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"unsigned parent", "!sign .\n!sign example.test. nods\n", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"not signed", CHAIN, VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"DS unknown", SIGNED "nods\n!servfail example.test. DS\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_SERVFAIL},
    {"offline", "!offline\n!sign example.test.\n", VERDICT_SKIPPED, "", NULL, NULL, 0},
};

static const struct check_case without[] = {
    {"both", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"DS and no key", CHAIN A_DS, VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"DS of a dead algorithm and no key", CHAIN "!parent example.test. DS 1 5 1 00112233445566778899aabbccddeeff00112233\n",
     VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"neither", CHAIN, VERDICT_PASS, "", NULL, NULL, 0},
    {"DS and silent servers", CHAIN A_DS SILENT, VERDICT_UNDETERMINED, "", NULL, NULL, 0},
    {"keys, no DS", SIGNED "nods", VERDICT_PASS, "", NULL, NULL, 0},
};

static const struct check_case no_match[] = {
    {"match", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"another tag", SIGNED "wrong-ds=tag", VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"another algorithm", SIGNED "wrong-ds=algorithm", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"another digest is another id", SIGNED "wrong-ds=digest", VERDICT_PASS, "", NULL, NULL, 0},
    {"a standby DS beside a good one", SIGNED "standby-ds", VERDICT_PASS, "", NULL, NULL, 0},
    {"no DS", SIGNED "nods", VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"no key", CHAIN A_DS, VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"DS unknown", SIGNED "\n!timeout example.test. DS", VERDICT_UNDETERMINED, "", NULL, NULL, 0},
};

static const struct check_case digest[] = {
    {"match", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"SHA-1 digest still leads in", SIGNED "ds-digest=1", VERDICT_PASS, "", NULL, NULL, 0},
    {"SHA-384", SIGNED "ds-digest=4", VERDICT_PASS, "", NULL, NULL, 0},
    {"digest differs", SIGNED "wrong-ds=digest", VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"digest differs, another leads in", SIGNED "\n!parent example.test. DS 0 13 2 00\n", VERDICT_PASS, "", NULL, NULL, 0},
    {"length is another id", SIGNED "wrong-ds=length", VERDICT_PASS, "", NULL, NULL, 0},
};

static const struct check_case zone_key[] = {
    {"zone key", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"without the flag", SIGNED "flags=1", VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"without SEP is legal", SIGNED "flags=256", VERDICT_PASS, "", NULL, NULL, 0},
};

static const struct check_case not_signing[] = {
    {"KSK and ZSK", SIGNED "split", VERDICT_PASS, "", NULL, NULL, 0},
    {"only the ZSK signs", SIGNED "split dnskey-by=zsk", VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"DS for the ZSK, only the KSK signs", SIGNED "split wrong-ds=zsk", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"expired is another id", SIGNED "expired=DNSKEY", VERDICT_PASS, "", NULL, NULL, 0},
    {"not signed at all is another id", SIGNED "omit=DNSKEY", VERDICT_PASS, "", NULL, NULL, 0},
    {"no DS", SIGNED "split dnskey-by=zsk nods", VERDICT_SKIPPED, "", NULL, NULL, 0},
};

static const struct check_case digest_sha1[] = {
    {"SHA-256", "!sign .\n!sign test.\n!sign example.test.", VERDICT_PASS, "", NULL, NULL, 0},
    {"SHA-1 alone", "!sign .\n!sign test.\n!sign example.test. ds-digest=1", VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"SHA-1 beside SHA-256", "!sign .\n!sign test.\n!sign example.test. ds-digest=1,2", VERDICT_PASS, "", NULL, NULL, 0},
    {"no DS", "!sign .\n!sign test.\n!sign example.test. nods", VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"parent silent", "!sign .\n!sign test.\n!sign example.test. ds-digest=1\n!timeout example.test. DS", VERDICT_UNDETERMINED,
     "", NULL, NULL, REASON_TIMEOUT},
};

static const struct check_case digest_bad[] = {
    {"SHA-256", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"GOST", SIGNED "ds-digest=3", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"null", SIGNED "ds-digest=0", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"not assigned", SIGNED "ds-digest=7", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"SM3 is assigned", SIGNED "ds-digest=6", VERDICT_PASS, "", NULL, NULL, 0},
    {"no DS", SIGNED "nods", VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"without keys too", CHAIN "!parent example.test. DS 1 13 3 00112233\n", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
};

static const struct check_case digest_length[] = {
    {"32 octets", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"28 octets", SIGNED "wrong-ds=length", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"SHA-1 of 20", SIGNED "ds-digest=1", VERDICT_PASS, "", NULL, NULL, 0},
    {"SHA-384 cut", SIGNED "ds-digest=4 wrong-ds=length", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"DS unknown", SIGNED "\n!timeout example.test. DS", VERDICT_UNDETERMINED, "", NULL, NULL, 0},
};

static const struct check_case denial[] = {
    {"proven by NSEC", CHAIN, VERDICT_PASS, "", NULL, NULL, 0},
    {"proven by NSEC3", "!sign .\n!sign test. nsec3\n", VERDICT_PASS, "", NULL, NULL, 0},
    {"opt-out", "!sign .\n!sign test. nsec3 optout\n", VERDICT_PASS, "", NULL, NULL, 0},
    {"opt-out without the flag", "!sign .\n!sign test. nsec3 optout=noflag\n", VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"no records", "!sign .\n!sign test. nodenial\n", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"a gap", "!sign .\n!sign test. drop-denial=example\n", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"an expired proof", "!sign .\n!sign test. expired=NSEC\n", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"costly NSEC3 counts as insecure", "!sign .\n!sign test. nsec3 iterations=500\n", VERDICT_PASS, "", NULL, NULL, 0},
    {"a DS", SIGNED, VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"offline", "!offline\n", VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"unsigned parent", "!sign .\n", VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"no answer", CHAIN "!timeout example.test. DS\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    /* Trap T4 a: a CNAME is no proof of an insecure child. */
    {"an alias in place of the DS", CHAIN "!parent example.test. CNAME other.test.\n", VERDICT_FAIL, "example.test.",
     NULL, NULL, 0},
};

int main(void)
{
    int failed = check_test_run(topic_dnssec_ds, "dnssec.unsigned", unsigned_zone, ARRAY_SIZE(unsigned_zone));
    failed += check_test_run(topic_dnssec_ds, "dnssec.island", island, ARRAY_SIZE(island));
    failed += check_test_run(topic_dnssec_ds, "dnssec.ds-without-dnskey", without, ARRAY_SIZE(without));
    failed += check_test_run(topic_dnssec_ds, "dnssec.ds-no-match", no_match, ARRAY_SIZE(no_match));
    failed += check_test_run(topic_dnssec_ds, "dnssec.ds-digest-invalid", digest, ARRAY_SIZE(digest));
    failed += check_test_run(topic_dnssec_ds, "dnssec.ds-key-not-zone-key", zone_key, ARRAY_SIZE(zone_key));
    failed += check_test_run(topic_dnssec_ds, "dnssec.ds-key-not-signing", not_signing, ARRAY_SIZE(not_signing));
    failed += check_test_run(topic_dnssec_ds, "dnssec.ds-digest-sha1-only", digest_sha1, ARRAY_SIZE(digest_sha1));
    failed += check_test_run(topic_dnssec_ds, "dnssec.ds-digest-bad", digest_bad, ARRAY_SIZE(digest_bad));
    failed += check_test_run(topic_dnssec_ds, "dnssec.ds-digest-length", digest_length, ARRAY_SIZE(digest_length));
    failed += check_test_run(topic_dnssec_ds, "dnssec.ds-denial-unproven", denial, ARRAY_SIZE(denial));
    return failed;
}
