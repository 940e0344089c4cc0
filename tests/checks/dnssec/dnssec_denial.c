/* SPDX-License-Identifier: BSD-2-Clause */
/* Negative answers and NSEC3 parameters. */
#include "tests/check_test.h"

extern const struct check topic_dnssec_denial[];

#define CHAIN "!sign .\n!sign test.\n"
#define SIGNED CHAIN "!sign example.test. "
#define DATA "www A 192.0.2.9\na.b.c TXT x\nsub NS ns.elsewhere.test.\n"

static const struct check_case missing[] = {
    {"NSEC", DATA SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"NSEC3", DATA SIGNED "nsec3", VERDICT_PASS, "", NULL, NULL, 0},
    {"no records", DATA SIGNED "nodenial", VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"a server that leaves all out is another id", DATA SIGNED "\n!server 192.0.2.2 * * unsigned", VERDICT_PASS, "", NULL,
     NULL, 0},
    {"not signed", DATA CHAIN, VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"silent", DATA SIGNED "\n!server 192.0.2.2 * * timeout", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"a server that fails SOA still shows it (DESIGN 10.17)",
     DATA SIGNED "nodenial\n!server * example.test. SOA servfail", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
};

static const struct check_case incomplete[] = {
    {"NSEC", DATA SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"NSEC3", DATA SIGNED "nsec3", VERDICT_PASS, "", NULL, NULL, 0},
    {"NSEC3 with opt-out", DATA SIGNED "nsec3 optout", VERDICT_PASS, "", NULL, NULL, 0},
    {"wildcard", "* TXT x\n" DATA SIGNED "nsec3", VERDICT_PASS, "", NULL, NULL, 0},
    {"costly NSEC3 is not judged", DATA SIGNED "nsec3 iterations=200", VERDICT_PASS, "", NULL, NULL, 0},
    {"NSEC of the apex is gone", DATA SIGNED "drop-denial=@", VERDICT_FAIL, "example.test.", "critical", NULL, 0},
    {"NSEC3 of the apex is gone", DATA SIGNED "nsec3 drop-denial=@", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"expired is another id", DATA SIGNED "nsec3 expired=NSEC3", VERDICT_PASS, "", NULL, NULL, 0},
};

static const struct check_case iterations[] = {
    {"NSEC", DATA SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"none", DATA SIGNED "nsec3", VERDICT_PASS, "", NULL, NULL, 0},
    {"one", DATA SIGNED "nsec3 iterations=1", VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"ten that the configuration lets pass", "!option dnssec.nsec3-iterations max 10\n" DATA SIGNED "nsec3 iterations=10",
     VERDICT_PASS, "", NULL, NULL, 0},
    {"eleven", "!option dnssec.nsec3-iterations max 10\n" DATA SIGNED "nsec3 iterations=11", VERDICT_FAIL,
     "example.test.", "medium", NULL, 0},
    {"fifty", DATA SIGNED "nsec3 iterations=50", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"five hundred have an id of their own", DATA SIGNED "nsec3 iterations=500", VERDICT_PASS, "", NULL, NULL, 0},
    {"a server that fails SOA still shows it (DESIGN 10.17)",
     DATA SIGNED "nsec3 iterations=5\n!server * example.test. SOA servfail", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"offline", "!offline\n" DATA "!sign example.test. nsec3 iterations=10", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"offline, none", "!offline\n" DATA "!sign example.test. nsec3", VERDICT_PASS, "", NULL, NULL, 0},
    {"not signed", DATA CHAIN, VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"silent", DATA SIGNED "nsec3\n!server 192.0.2.2 * * timeout", VERDICT_UNDETERMINED, "", NULL, NULL, 0},
};

static const struct check_case salt[] = {
    {"none", DATA SIGNED "nsec3", VERDICT_PASS, "", NULL, NULL, 0},
    {"two octets", DATA SIGNED "nsec3 salt=abcd", VERDICT_FAIL, "example.test.", "low", NULL, 0},
    {"offline", "!offline\n" DATA "!sign example.test. nsec3 salt=00", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"NSEC", DATA SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
};

static const struct check_case refused[] = {
    {"fifty", DATA SIGNED "nsec3 iterations=50", VERDICT_PASS, "", NULL, NULL, 0},
    {"fifty-one", DATA SIGNED "nsec3 iterations=51", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"offline", "!offline\n" DATA "!sign example.test. nsec3 iterations=500", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"NSEC", DATA SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"unsigned", DATA, VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"servers silent", DATA SIGNED "nsec3 iterations=500\n!server * * * timeout", VERDICT_UNDETERMINED, "", NULL, NULL, 0},
};

static const struct check_case hash[] = {
    {"1", DATA SIGNED "nsec3", VERDICT_PASS, "", NULL, NULL, 0},
    {"opt-out is a defined flag", DATA SIGNED "nsec3 optout", VERDICT_PASS, "", NULL, NULL, 0},
    {"2", DATA SIGNED "nsec3 hash-algorithm=2", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"offline", "!offline\n" DATA "!sign example.test. nsec3 hash-algorithm=6", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
};

static const struct check_case form[] = {
    {"sound", "!offline\n" DATA "!sign example.test. nsec3", VERDICT_PASS, "", NULL, NULL, 0},
    {"an owner that is no hash", "!offline\nnot-a-hash NSEC3 1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr A RRSIG\n"
     "!sign example.test. nsec3\n", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"live, sound", DATA SIGNED "nsec3", VERDICT_PASS, "", NULL, NULL, 0},
};

int main(void)
{
    const struct check *t = topic_dnssec_denial;
    int failed = check_test_run(t, "dnssec.nsec-missing", missing, ARRAY_SIZE(missing));
    failed += check_test_run(t, "dnssec.nsec-proof-incomplete", incomplete, ARRAY_SIZE(incomplete));
    failed += check_test_run(t, "dnssec.nsec3-iterations", iterations, ARRAY_SIZE(iterations));
    failed += check_test_run(t, "dnssec.nsec3-iterations-insecure", refused, ARRAY_SIZE(refused));
    failed += check_test_run(t, "dnssec.nsec3-salt", salt, ARRAY_SIZE(salt));
    failed += check_test_run(t, "dnssec.nsec3-hash-alg", hash, ARRAY_SIZE(hash));
    failed += check_test_run(t, "dnssec.nsec3-malformed-owner", form, ARRAY_SIZE(form));
    return failed;
}
