/* SPDX-License-Identifier: BSD-2-Clause */
/* The denial chain against what exists. */
#include "tests/check_test.h"

extern const struct check topic_dnssec_nsec[];

#define DATA "www A 192.0.2.9\na.b.c TXT x\n*.wild A 192.0.2.8\nsub NS ns.sub\nns.sub A 192.0.2.7\nsafe NS ns.sub\n"        \
    "safe DS 1 13 2 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\nalias CNAME www\n"
#define FILE_ "!offline\n" DATA "!sign example.test. "
#define SIGNED DATA "!sign .\n!sign test.\n!sign example.test. "
/* Trap T5: an unsigned delegation below an empty name. */
#define DEEP "!offline\na.b NS ns.elsewhere.test.\n!sign example.test. "

static const struct check_case broken[] = {
    {"NSEC", FILE_, VERDICT_PASS, "", NULL, NULL, 0},
    {"NSEC, next names in upper case", FILE_ "upper-next", VERDICT_PASS, "", NULL, NULL, 0},
    {"NSEC3", FILE_ "nsec3 salt=ab iterations=3", VERDICT_PASS, "", NULL, NULL, 0},
    {"NSEC3 with opt-out", FILE_ "nsec3 optout", VERDICT_PASS, "", NULL, NULL, 0},
    {"one NSEC less", FILE_ "drop-denial=www", VERDICT_FAIL, "www.example.test.", "critical", NULL, 0},
    {"one NSEC3 less", FILE_ "nsec3 drop-denial=www", VERDICT_FAIL, "www.example.test.", "critical", NULL, 0},
    {"a name passed over is another id", FILE_ "nsec3 skip-denial=www", VERDICT_PASS, "", NULL, NULL, 0},
    {"none", FILE_ "nodenial", VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"not signed", "!offline\n" DATA, VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"live", SIGNED, VERDICT_SKIPPED, "", NULL, NULL, 0},
};

static const struct check_case bitmap[] = {
    {"NSEC", FILE_, VERDICT_PASS, "", NULL, NULL, 0},
    {"NSEC3", FILE_ "nsec3", VERDICT_PASS, "", NULL, NULL, 0},
    {"a record that was added by hand", "!offline\nwww NSEC zzz.example.test. A MX\nzzz NSEC example.test. A\n"
     "@ NSEC www.example.test. SOA\n!sign example.test. nodenial", VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"live, NSEC", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"live, NSEC3", SIGNED "nsec3 cds", VERDICT_PASS, "", NULL, NULL, 0},
    {"live: the record knows of CDS, the server does not", SIGNED "cds\n!server 192.0.2.2 example.test. CDS nodata",
     VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"silent", SIGNED "\n!server 192.0.2.2 * * timeout", VERDICT_UNDETERMINED, "", NULL, NULL, 0},
};

static const struct check_case denies[] = {
    {"NSEC", FILE_, VERDICT_PASS, "", NULL, NULL, 0},
    {"NSEC3", FILE_ "nsec3", VERDICT_PASS, "", NULL, NULL, 0},
    {"NSEC passes over names", "!offline\nmid A 192.0.2.9\n@ NSEC zzz.example.test. SOA\nzzz NSEC example.test. A\n"
     "!sign example.test. nodenial", VERDICT_FAIL, "mid.example.test. ns1.example.test. ns2.example.test.", "critical critical critical", NULL, 0},
    {"NSEC3 passes over a name", FILE_ "nsec3 skip-denial=www", VERDICT_FAIL, "www.example.test.", NULL, NULL, 0},
    {"NSEC3 passes over an empty name", FILE_ "nsec3 skip-denial=b.c", VERDICT_FAIL, "b.c.example.test.", NULL, NULL, 0},
    {"T5: opted out", DEEP "nsec3 optout", VERDICT_PASS, "", NULL, NULL, 0},
    {"NSEC, by the signer", FILE_ "skip-denial=www", VERDICT_FAIL, "www.example.test.", NULL, NULL, 0},
    {"a missing record is another id", FILE_ "nsec3 drop-denial=www", VERDICT_PASS, "", NULL, NULL, 0},
    {"live, NSEC", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"live, NSEC3", SIGNED "nsec3", VERDICT_PASS, "", NULL, NULL, 0},
    {"live: the span at the random name denies a server", "ns2 A 192.0.2.2\n!sign .\n!sign test.\n"
     "!sign example.test. nsec3 skip-denial=ns1", VERDICT_FAIL, NULL, NULL, NULL, 0},
};

static const struct check_case optout[] = {
    {"no opt-out", FILE_ "nsec3", VERDICT_PASS, "", NULL, NULL, 0},
    {"opted out", DEEP "nsec3 optout", VERDICT_PASS, "", NULL, NULL, 0},
    {"T5: flag cleared, chain kept", DEEP "nsec3 optout=noflag", VERDICT_FAIL, "b.example.test. a.b.example.test.", "high high", NULL, 0},
    {"NSEC", FILE_, VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"too costly", FILE_ "nsec3 iterations=20000", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_BUDGET},
};

int main(void)
{
    const struct check *t = topic_dnssec_nsec;
    int failed = check_test_run(t, "dnssec.nsec-chain-broken", broken, ARRAY_SIZE(broken));
    failed += check_test_run(t, "dnssec.nsec-bitmap-wrong", bitmap, ARRAY_SIZE(bitmap));
    failed += check_test_run(t, "dnssec.nsec-denies-existing-name", denies, ARRAY_SIZE(denies));
    failed += check_test_run(t, "dnssec.nsec3-optout-wrong", optout, ARRAY_SIZE(optout));
    return failed;
}
