/* SPDX-License-Identifier: BSD-2-Clause */
/* Where DMARC reports go. */
#include "tests/check_test.h"

extern const struct check topic_dmarc_reports[];

#define RECORD(tags) "_dmarc TXT \"v=DMARC1; p=reject" tags "\"\n"
#define SILENT                                                                                               \
    {                                                                                                        \
        "no answer", "!timeout _dmarc TXT", VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_TIMEOUT           \
    }
#define ABSENT                                                                                               \
    {                                                                                                        \
        "no record", "@ A 192.0.2.1", VERDICT_SKIPPED, NULL, NULL, NULL, 0                                   \
    }

static const struct check_case missing[] = {
    {"rua", RECORD("; rua=mailto:a@b.test"), VERDICT_PASS, "", NULL, NULL, 0},
    {"none", RECORD(""), VERDICT_FAIL, "example.test.", "low", NULL, 0},
    {"ruf alone", RECORD("; ruf=mailto:a@b.test"), VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"empty is another row", RECORD("; rua="), VERDICT_PASS, NULL, NULL, NULL, 0},
    ABSENT,
    SILENT,
};
static const struct check_case syntax[] = {
    {"list", RECORD("; rua=mailto:a@b.test, mailto:c@d.test!5m"), VERDICT_PASS, "", NULL, NULL, 0},
    {"no scheme", RECORD("; rua=a@b.test"), VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"https", RECORD("; rua=https://b.test/"), VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"one of two", RECORD("; rua=mailto:a@b.test,mailto:c"), VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"ruf", RECORD("; ruf=b.test"), VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"empty", RECORD("; rua="), VERDICT_FAIL, NULL, NULL, NULL, 0},
    ABSENT,
    SILENT,
};

#define RUN(id, cases) check_test_run(topic_dmarc_reports, id, cases, ARRAY_SIZE(cases))

int main(void)
{
    return RUN("dmarc.rua-missing", missing) | RUN("dmarc.rua-syntax", syntax);
}
