/* SPDX-License-Identifier: BSD-2-Clause */
/* Signatures, one fault a row. */
#include "tests/check_test.h"

extern const struct check topic_dnssec_rrsig[];

#define CHAIN "!sign .\n!sign test.\n"
#define SIGNED CHAIN "!sign example.test. "
#define DATA "@ MX 10 mail\nmail A 192.0.2.9\nwww A 192.0.2.10\n"
#define SILENT "!server * example.test. * timeout\n!server * * * timeout\n"

static const struct check_case missing[] = {
    {"all signed", DATA SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"all signed, NSEC3", DATA SIGNED "nsec3", VERDICT_PASS, "", NULL, NULL, 0},
    {"not signed: does not apply", DATA, VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"SOA without", DATA SIGNED "omit=SOA", VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"DNSKEY and nothing else", DATA SIGNED "nosigs", VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"another fault is another id", DATA SIGNED "expired=SOA", VERDICT_PASS, "", NULL, NULL, 0},
    {"without DS all the same", DATA CHAIN "!sign example.test. nods omit=NS", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"a server that leaves all out is rrsig-not-served", DATA SIGNED "\n!server 192.0.2.2 * * unsigned",
     VERDICT_PASS, "", NULL, NULL, 0},
    {"one server silent", DATA SIGNED "\n!server 192.0.2.2 * * timeout", VERDICT_UNDETERMINED, "", NULL, NULL,
     REASON_TIMEOUT},
    {"offline: MX without", "!offline\n" DATA "!sign example.test. omit=MX", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"offline: one name", "!offline\n" DATA "!sign example.test. omit=A@www", VERDICT_FAIL, "www.example.test.", NULL, NULL, 0},
    {"offline: glue and cuts need none", "!offline\n" DATA "sub NS ns.sub\nns.sub A 192.0.2.77\n!sign example.test.",
     VERDICT_PASS, "", NULL, NULL, 0},
    {"offline: not signed", "!offline\n" DATA, VERDICT_SKIPPED, "", NULL, NULL, 0},
};

static const struct check_case not_served[] = {
    {"all serve", DATA SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"one does not", DATA SIGNED "\n!server 192.0.2.2 * * unsigned", VERDICT_FAIL, "ns2.example.test.", "critical", NULL, 0},
    {"none does: rrsig-missing", DATA SIGNED "nosigs", VERDICT_PASS, "", NULL, NULL, 0},
    {"not signed", DATA, VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"silent", DATA SIGNED "\n!server 192.0.2.2 * * timeout", VERDICT_UNDETERMINED, "", NULL, NULL, 0},
};

static const struct check_case expired[] = {
    {"fresh", DATA SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"SOA", DATA SIGNED "expired=SOA", VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"everything: one finding at the apex", DATA SIGNED "expired=*", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"NSEC only", DATA SIGNED "expired=NSEC", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"NSEC3 only", DATA SIGNED "nsec3 expired=NSEC3", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"ends this very second: still valid", DATA SIGNED "expiration=0", VERDICT_PASS, "", NULL, NULL, 0},
    {"ended a second ago", DATA SIGNED "expiration=-1", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"SHA-1 signatures are judged too", DATA SIGNED "5 bits=1024 expired=SOA", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"unanchored all the same", DATA CHAIN "!sign example.test. nods expired=SOA", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"the DS set at the parent", DATA "!sign .\n!sign example.test.\n!sign test. expired=DS@example", VERDICT_FAIL,
     "example.test.", NULL, NULL, 0},
    {"after the wrap of 2106", "!now 2106-02-08T00:00:00Z\n" DATA SIGNED "inception=-3d", VERDICT_PASS, "", NULL, NULL, 0},
    {"offline", "!offline\n" DATA "!sign example.test. expired=A@www,MX", VERDICT_FAIL,
     "example.test. www.example.test.", NULL, NULL, 0},
    {"silent", DATA SIGNED "\n" SILENT, VERDICT_UNDETERMINED, "", NULL, NULL, 0},
};

static const struct check_case not_yet[] = {
    {"in time", DATA SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"NS", DATA SIGNED "not-yet=NS", VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"begins this very second", DATA SIGNED "inception=0", VERDICT_PASS, "", NULL, NULL, 0},
    {"begins in a second", DATA SIGNED "inception=1", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"offline", "!offline\n" DATA "!sign example.test. not-yet=A@mail", VERDICT_FAIL, "mail.example.test.", NULL, NULL, 0},
    {"not signed", DATA, VERDICT_SKIPPED, "", NULL, NULL, 0},
};

static const struct check_case soon[] = {
    {"two weeks left", DATA SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"twelve hours", DATA SIGNED "inception=-20d soon=SOA", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"two days", DATA SIGNED "inception=-20d expiration=2d", VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"four days", DATA SIGNED "inception=-20d expiration=4d", VERDICT_PASS, "", NULL, NULL, 0},
    {"four days where five are asked for",
     "!option dnssec.rrsig-expires-soon days 5\n" DATA SIGNED "inception=-20d expiration=4d", VERDICT_FAIL,
     "example.test.", "medium", NULL, 0},
    {"the same, offline",
     "!offline\n!option dnssec.rrsig-expires-soon days 5\n" DATA "!sign example.test. inception=-20d expiration=4d",
     VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"made for two days, fresh", DATA SIGNED "inception=-1h expiration=2d", VERDICT_PASS, "", NULL, NULL, 0},
    {"expired is another id", DATA SIGNED "expired=*", VERDICT_PASS, "", NULL, NULL, 0},
    {"offline", "!offline\n" DATA "!sign example.test. inception=-20d soon=A@www", VERDICT_FAIL, "www.example.test.",
     "high", NULL, 0},
};

static const struct check_case invalid[] = {
    {"sound", DATA SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"P-384", DATA SIGNED "14", VERDICT_PASS, "", NULL, NULL, 0},
    {"Ed25519, next names in upper case", DATA SIGNED "15 upper-next", VERDICT_PASS, "", NULL, NULL, 0},
    {"Ed448", DATA SIGNED "16 nsec3 salt=abcd iterations=5", VERDICT_PASS, "", NULL, NULL, 0},
    {"RSA and ECDSA together", DATA SIGNED "8,13 split", VERDICT_PASS, "", NULL, NULL, 0},
    {"names in upper case", "@ MX 10 MAIL.Example.TEST.\n" SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"SOA spoilt", DATA SIGNED "corrupt=SOA", VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"DNSKEY spoilt", DATA SIGNED "corrupt=DNSKEY", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"NSEC3 spoilt", DATA SIGNED "nsec3 corrupt=NSEC3", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"SHA-1 spoilt", DATA SIGNED "7 bits=1024 corrupt=NS", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"six keys of one tag, good one first", DATA SIGNED "15 collide=5", VERDICT_PASS, "", NULL, NULL, 0},
    {"six keys of one tag and no good signature", DATA SIGNED "15 collide=5 corrupt=SOA", VERDICT_UNDETERMINED, "", NULL,
     NULL, REASON_BUDGET},
    {"offline", "!offline\n" DATA "!sign example.test. corrupt=A@www", VERDICT_FAIL, "www.example.test.", NULL, NULL, 0},
};

static const struct check_case unknown_key[] = {
    {"published", DATA SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"SOA by another", DATA SIGNED "unknown-key=SOA", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"offline", "!offline\n" DATA "!sign example.test. unknown-key=A@mail", VERDICT_FAIL, "mail.example.test.", NULL, NULL, 0},
    {"not signed", DATA, VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"silent", DATA SIGNED "\n!server 192.0.2.1 * * timeout", VERDICT_UNDETERMINED, "", NULL, NULL, 0},
};

static const struct check_case signer[] = {
    {"the zone", DATA SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"the parent", DATA SIGNED "signer=SOA", VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"offline", "!offline\n" DATA "!sign example.test. signer=A@mail", VERDICT_FAIL, "mail.example.test.", NULL, NULL, 0},
};

int main(void)
{
    int failed = check_test_run(topic_dnssec_rrsig, "dnssec.rrsig-missing", missing, ARRAY_SIZE(missing));
    failed += check_test_run(topic_dnssec_rrsig, "dnssec.rrsig-not-served", not_served, ARRAY_SIZE(not_served));
    failed += check_test_run(topic_dnssec_rrsig, "dnssec.rrsig-expired", expired, ARRAY_SIZE(expired));
    failed += check_test_run(topic_dnssec_rrsig, "dnssec.rrsig-not-yet-valid", not_yet, ARRAY_SIZE(not_yet));
    failed += check_test_run(topic_dnssec_rrsig, "dnssec.rrsig-expires-soon", soon, ARRAY_SIZE(soon));
    failed += check_test_run(topic_dnssec_rrsig, "dnssec.rrsig-invalid", invalid, ARRAY_SIZE(invalid));
    failed += check_test_run(topic_dnssec_rrsig, "dnssec.rrsig-unknown-key", unknown_key, ARRAY_SIZE(unknown_key));
    failed += check_test_run(topic_dnssec_rrsig, "dnssec.rrsig-signer-not-zone", signer, ARRAY_SIZE(signer));
    return failed;
}
