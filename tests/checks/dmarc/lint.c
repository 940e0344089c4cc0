/* SPDX-License-Identifier: BSD-2-Clause */
/* `lint dmarc`: every listed check can be judged from the text of one record in an offline zone of its own.
 */
#include "checks/lint.h"
#include "tests/check_test.h"

#include <stdio.h>
#include <string.h>

extern const struct check topic_dmarc_record[], topic_dmarc_policy[], topic_dmarc_reports[],
    topic_dmarc_org[];

static const struct check *const topics[] = {topic_dmarc_record, topic_dmarc_policy, topic_dmarc_reports,
                                             topic_dmarc_org};

static const struct {
    const char *id, *bad;
} bad[] = {
    {"dmarc.leading-whitespace", "\" v=DMARC1; p=none\""},
    {"dmarc.np-weak", "\"v=DMARC1; p=reject; np=none\""},
    {"dmarc.p-invalid", "\"v=DMARC1; p=x\""},
    {"dmarc.p-missing", "\"v=DMARC1; sp=none\""},
    {"dmarc.p-none", "\"v=DMARC1; p=none\""},
    {"dmarc.pct", "\"v=DMARC1; p=none; pct=5\""},
    {"dmarc.rua-missing", "\"v=DMARC1; p=none\""},
    {"dmarc.rua-syntax", "\"v=DMARC1; p=none; rua=x\""},
    {"dmarc.sp-weak", "\"v=DMARC1; p=reject; sp=none\""},
    {"dmarc.syntax", "\"v=DMARC1; p\""},
    {"dmarc.t-testing", "\"v=DMARC1; p=reject; t=y\""},
    {"dmarc.unknown-or-duplicate-tag", "\"v=DMARC1; p=reject; q=1\""},
    {"dmarc.version-bad", "\"v=DMARC; p=reject\""},
};

static const struct check *find_topic(const char *id)
{
    for (size_t i = 0; i < ARRAY_SIZE(topics); i++) {
        for (const struct check *c = topics[i]; c->id != NULL; c++) {
            if (strcmp(c->id, id) == 0)
                return topics[i];
        }
    }
    return NULL;
}

static const char *bad_record(const char *id)
{
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        if (strcmp(bad[i].id, id) == 0)
            return bad[i].bad;
    }
    return NULL;
}

#define WORLD                                                                                                \
    "!target record.invalid.\n!zone record.invalid. 192.0.2.50\n!offline\n!mail "                            \
    "yes\n_dmarc.record.invalid. TXT "

int main(void)
{
    int failed = 0;
    for (size_t i = 0; lint_dmarc_ids[i] != NULL; i++) {
        char world[512];
        const char *record = bad_record(lint_dmarc_ids[i]);
        const struct check *topic = find_topic(lint_dmarc_ids[i]);
        if (record == NULL || topic == NULL) {
            fprintf(stderr, "%s: no row or no check\n", lint_dmarc_ids[i]);
            return 1;
        }
        snprintf(world, sizeof(world), WORLD "%s\n", record);
        const struct check_case cases[] = {
            {"good record", WORLD "\"v=DMARC1; p=reject; rua=mailto:a@b.test\"\n", VERDICT_PASS, "", NULL,
             NULL, 0},
            {lint_dmarc_ids[i], world, VERDICT_FAIL, NULL, NULL, NULL, 0},
        };
        failed |= check_test_run(topic, lint_dmarc_ids[i], cases, ARRAY_SIZE(cases));
    }
    return failed;
}
