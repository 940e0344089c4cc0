/* SPDX-License-Identifier: BSD-2-Clause */
/* The boundary of the organisation by both rule sets. */
#include "tests/check_test.h"

extern const struct check topic_dmarc_org[];

#define TLD "!zone test. 192.0.2.251\n"

static const struct check_case psd[] = {
    {"no tag", "_dmarc TXT \"v=DMARC1; p=reject\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"psd=n", "_dmarc TXT \"v=DMARC1; p=reject; psd=n\"", VERDICT_PASS, NULL, NULL, NULL, 0},
    {"psd=y", "_dmarc TXT \"v=DMARC1; p=reject; psd=y\"", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"psd=y at a subdomain", "!target a.example.test.\n_dmarc.a TXT \"v=DMARC1; p=reject; psd=y\"",
     VERDICT_FAIL, "a.example.test.", NULL, NULL, 0},
    {"psd=y at a public suffix", "!target test.\n" TLD "_dmarc.test. TXT \"v=DMARC1; p=reject; psd=y\"",
     VERDICT_PASS, NULL, NULL, NULL, 0},
    {"registry record without psd=y",
     TLD "_dmarc.test. TXT \"v=DMARC1; p=none\"\n_dmarc TXT \"v=DMARC1; p=reject\"", VERDICT_FAIL,
     "example.test.", "high", NULL, 0},
    {"the same with psd=n",
     TLD "_dmarc.test. TXT \"v=DMARC1; p=none\"\n_dmarc TXT \"v=DMARC1; p=reject; psd=n\"", VERDICT_PASS,
     NULL, NULL, NULL, 0},
    {"registry record with psd=y",
     TLD "_dmarc.test. TXT \"v=DMARC1; p=none; psd=y\"\n_dmarc TXT \"v=DMARC1; p=reject\"", VERDICT_PASS,
     NULL, NULL, NULL, 0},
    {"no record", "@ A 192.0.2.1", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"no answer", "!timeout _dmarc TXT", VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_TIMEOUT},
    {"no answer above", "_dmarc TXT \"v=DMARC1; p=reject\"\n!timeout _dmarc.test. TXT", VERDICT_UNDETERMINED,
     NULL, NULL, NULL, REASON_TIMEOUT},
    {"offline, psd=y", "!offline\n_dmarc TXT \"v=DMARC1; p=reject; psd=y\"", VERDICT_FAIL, NULL, NULL, NULL,
     0},
    {"offline, no tag", "!offline\n_dmarc TXT \"v=DMARC1; p=reject\"", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
};

static const struct check_case divergence[] = {
    {"same", "_dmarc TXT \"v=DMARC1; p=reject\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"same for a subdomain", "!target a.example.test.\n_dmarc TXT \"v=DMARC1; p=reject\"\na A 192.0.2.1",
     VERDICT_PASS, NULL, NULL, NULL, 0},
    {"record below the registered domain only",
     "!target a.mail.example.test.\n_dmarc.mail TXT \"v=DMARC1; p=reject\"", VERDICT_FAIL,
     "a.mail.example.test.", "medium", NULL, 0},
    {"psd=n below the registered domain",
     "!target a.mail.example.test.\n_dmarc TXT \"v=DMARC1; p=reject\"\n"
     "_dmarc.mail TXT \"v=DMARC1; p=reject; psd=n\"",
     VERDICT_FAIL, "a.mail.example.test.", NULL, NULL, 0},
    {"cause has its own row",
     "_dmarc.test. TXT \"v=DMARC1; p=none\"\n" TLD "_dmarc TXT \"v=DMARC1; p=reject\"", VERDICT_SKIPPED, NULL,
     NULL, NULL, 0},
    {"no record", "@ A 192.0.2.1", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"no answer", "_dmarc TXT \"v=DMARC1; p=reject\"\n!timeout _dmarc.test. TXT", VERDICT_UNDETERMINED, NULL,
     NULL, NULL, REASON_TIMEOUT},
    {"offline", "!offline\n_dmarc TXT \"v=DMARC1; p=reject\"", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"offline, psd=n", "!offline\n_dmarc TXT \"v=DMARC1; p=reject; psd=n\"", VERDICT_PASS, NULL, NULL, NULL,
     0},
};

#define RUN(id, cases) check_test_run(topic_dmarc_org, id, cases, ARRAY_SIZE(cases))

int main(void)
{
    return RUN("dmarc.psd-wrong", psd) | RUN("dmarc.orgdomain-divergence", divergence);
}
