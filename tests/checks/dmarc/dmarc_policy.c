/* SPDX-License-Identifier: BSD-2-Clause */
/* What DMARC records ask for. */
#include "tests/check_test.h"

extern const struct check topic_dmarc_policy[];

#define RECORD(tags) "_dmarc TXT \"v=DMARC1; " tags "\"\n"
#define SILENT                                                                                               \
    {                                                                                                        \
        "no answer", "!timeout _dmarc TXT", VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_TIMEOUT           \
    }
#define ABSENT                                                                                               \
    {                                                                                                        \
        "no record", "@ A 192.0.2.1", VERDICT_SKIPPED, NULL, NULL, NULL, 0                                   \
    }

static const struct check_case p_missing[] = {
    {"p", RECORD("p=none"), VERDICT_PASS, "", NULL, NULL, 0},
    {"no p", RECORD("rua=mailto:a@b.test"), VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    ABSENT,
    SILENT,
};
static const struct check_case p_invalid[] = {
    {"valid", RECORD("p=Reject"), VERDICT_PASS, "", NULL, NULL, 0},
    {"p", RECORD("p=deny"), VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"sp and np", RECORD("p=none; sp=x; np=y"), VERDICT_FAIL, "example.test. example.test.", NULL, NULL, 0},
    {"missing semicolon", RECORD("p=none rua=mailto:a@b.test"), VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"missing is another row", RECORD("adkim=s"), VERDICT_PASS, NULL, NULL, NULL, 0},
    ABSENT,
    SILENT,
};
static const struct check_case p_none[] = {
    {"reject", RECORD("p=reject"), VERDICT_PASS, "", NULL, NULL, 0},
    {"none", RECORD("p=none"), VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"T1: the apex applies",
     "!target a.mail.example.test.\n" RECORD("p=reject") "_dmarc.mail TXT \"v=DMARC1; p=none\"\n",
     VERDICT_PASS, NULL, NULL, NULL, 0},
    {"T1: psd=n",
     "!target a.mail.example.test.\n" RECORD("p=reject") "_dmarc.mail TXT \"v=DMARC1; p=none; psd=n\"\n",
     VERDICT_FAIL, "a.mail.example.test.", NULL, NULL, 0},
    {"inherited by sp", "!target www.example.test.\n" RECORD("p=reject; sp=none") "www A 192.0.2.1",
     VERDICT_FAIL, "www.example.test.", NULL, NULL, 0},
    {"invalid is another row", RECORD("p=x; rua=mailto:a@b.test"), VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"missing is another row", RECORD("adkim=s"), VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"offline", "!offline\n" RECORD("p=none"), VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"offline without record", "!offline\n@ A 192.0.2.1", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    ABSENT,
    SILENT,
};
static const struct check_case sp_weak[] = {
    {"no sp", RECORD("p=reject"), VERDICT_PASS, "", NULL, NULL, 0},
    {"stronger", RECORD("p=none; sp=reject"), VERDICT_PASS, NULL, NULL, NULL, 0},
    {"weaker", RECORD("p=reject; sp=quarantine"), VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"invalid sp", RECORD("p=reject; sp=x"), VERDICT_PASS, NULL, NULL, NULL, 0},
    {"no p", RECORD("sp=none"), VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    ABSENT,
    SILENT,
};
static const struct check_case np_weak[] = {
    {"only p", RECORD("p=reject"), VERDICT_PASS, "", NULL, NULL, 0},
    {"by np", RECORD("p=reject; np=none"), VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"by sp", RECORD("p=reject; sp=none"), VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"np mends sp", RECORD("p=reject; sp=none; np=reject"), VERDICT_PASS, NULL, NULL, NULL, 0},
    ABSENT,
    SILENT,
};
static const struct check_case testing[] = {
    {"off", RECORD("p=reject; t=n"), VERDICT_PASS, "", NULL, NULL, 0},
    {"on", RECORD("p=reject; t=y"), VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    ABSENT,
    SILENT,
};
static const struct check_case pct[] = {
    {"without", RECORD("p=reject"), VERDICT_PASS, "", NULL, NULL, 0},
    {"pct", RECORD("p=reject; pct=100"), VERDICT_FAIL, "example.test.", "low", NULL, 0},
    {"rf and ri", RECORD("p=reject; rf=afrf; ri=3600"), VERDICT_FAIL, "example.test. example.test.", NULL,
     NULL, 0},
    ABSENT,
    SILENT,
};

#define RUN(id, cases) check_test_run(topic_dmarc_policy, id, cases, ARRAY_SIZE(cases))

int main(void)
{
    return RUN("dmarc.p-missing", p_missing) | RUN("dmarc.p-invalid", p_invalid) |
           RUN("dmarc.p-none", p_none) | RUN("dmarc.sp-weak", sp_weak) | RUN("dmarc.np-weak", np_weak) |
           RUN("dmarc.t-testing", testing) | RUN("dmarc.pct", pct);
}
