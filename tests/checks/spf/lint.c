/* SPDX-License-Identifier: BSD-2-Clause */
/* `lint spf`: every listed check can be judged from the text of one record in an offline zone of its own. */
#include "checks/lint.h"
#include "tests/check_test.h"

#include <stdio.h>
#include <string.h>

extern const struct check topic_spf_record[], topic_spf_syntax[], topic_spf_limits[], topic_spf_tree[],
    topic_spf_all[];

static const struct check *const topics[] = {topic_spf_record, topic_spf_syntax, topic_spf_limits,
                                             topic_spf_tree, topic_spf_all};

static const struct {
    const char *id, *bad;
} bad[] = {
    {"spf.all-neutral", "\"v=spf1 mx ?all\""},
    {"spf.all-pass", "\"v=spf1 all\""},
    {"spf.cidr-invalid", "\"v=spf1 mx/99 -all\""},
    {"spf.domain-spec-invalid", "\"v=spf1 include: -all\""},
    {"spf.ip-invalid", "\"v=spf1 ip4:300.1.1.1 -all\""},
    {"spf.lookups-over", "\"v=spf1 a a a a a a a a a a a -all\""},
    {"spf.loop", "\"v=spf1 include:record.invalid -all\""},
    {"spf.macro-exp-only", "\"v=spf1 exists:%{t}.x.test -all\""},
    {"spf.macro-invalid", "\"v=spf1 exists:%x.test -all\""},
    {"spf.modifier-duplicate", "\"v=spf1 redirect=a.test redirect=b.test\""},
    {"spf.no-terminator", "\"v=spf1 mx\""},
    {"spf.non-ascii", "\"v=spf1 \\226\\128\\147all\""},
    {"spf.ptr-used", "\"v=spf1 ptr -all\""},
    {"spf.redirect-with-all", "\"v=spf1 -all redirect=a.test\""},
    {"spf.string-join", "\"v=spf1 mx\" \"-all\""},
    {"spf.syntax", "\"v=spf1 mx; -all\""},
    {"spf.terms-after-all", "\"v=spf1 -all mx\""},
    {"spf.unknown-mechanism", "\"v=spf1 ipv6:::1 -all\""},
    {"spf.unknown-modifier", "\"v=spf1 mail=x -all\""},
    {"spf.version-bad", "\"v=spf1; -all\""},
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
    "!target record.invalid.\n!zone record.invalid. 192.0.2.50\n!offline\n!mail yes\nrecord.invalid. TXT "

int main(void)
{
    int failed = 0;
    for (size_t i = 0; lint_spf_ids[i] != NULL; i++) {
        char world[512];
        const char *record = bad_record(lint_spf_ids[i]);
        const struct check *topic = find_topic(lint_spf_ids[i]);
        if (record == NULL || topic == NULL) {
            fprintf(stderr, "%s: no row or no check\n", lint_spf_ids[i]);
            return 1;
        }
        snprintf(world, sizeof(world), WORLD "%s\n", record);
        const struct check_case cases[] = {
            {"good record", WORLD "\"v=spf1 ip4:192.0.2.1 a mx exists:%{i}.x.test -all\"\n", VERDICT_PASS, "",
             NULL, NULL, 0},
            {lint_spf_ids[i], world, VERDICT_FAIL, NULL, NULL, NULL, 0},
        };
        failed |= check_test_run(topic, lint_spf_ids[i], cases, ARRAY_SIZE(cases));
    }
    return failed;
}
