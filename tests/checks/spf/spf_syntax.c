/* SPDX-License-Identifier: BSD-2-Clause */
/* Each fault of grammar has one id, and only that one. */
#include "tests/check_test.h"

#include <stdio.h>
#include <string.h>

extern const struct check topic_spf_syntax[];

/* Every row is run through every check of the topic: `id` must fail, all others must not. */
static const struct {
    const char *record;
    const char *id; /* NULL: none */
} rows[] = {
    {"\"v=spf1 mx -all\"", NULL},
    {"\"v=spf1 mx, -all\"", "spf.syntax"},
    {"\"v=spf1 \\\"-all\\\"\"", "spf.syntax"},
    {"\"v=spf1 \" \"\\\"-all\\\"\"", "spf.syntax"},
    {"\"v=spf1 host:h.test -all\"", "spf.unknown-mechanism"},
    {"\"v=spf1 redirect=s.example.test redirect=s.example.test\"", "spf.modifier-duplicate"},
    {"\"v=spf1 ip4:1.2.3 -all\"", "spf.ip-invalid"},
    {"\"v=spf1 a/64 -all\"", "spf.cidr-invalid"},
    {"\"v=spf1 include: -all\"", "spf.domain-spec-invalid"},
    {"\"v=spf1 a:x..test -all\"", "spf.domain-spec-invalid"},
    {"\"v=spf1 exists:%{z}.test -all\"", "spf.macro-invalid"},
    {"\"v=spf1 exists:%{t}.test -all\"", "spf.macro-exp-only"},
    {"\"v=spf1 mx \\226\\128\\147all\"", "spf.non-ascii"},
    {"\"\\226\\128\\156v=spf1 mx -all\"", "spf.non-ascii"},
    {"\"v=spf1 ip4:192.0.2.1\" \"-all\"", "spf.string-join"},
    {"\"v=spf1 ip4:192.0.2.1 \" \"-all\"", NULL},
    {"\"v=spf1\" \"mx -all\"", "spf.string-join"},
    {"\"v=spf1 a\" \"mx -all\"", "spf.string-join"},
    {"\"v=spf1 ip4=192.0.2.1 -all\"", "spf.unknown-modifier"},
};

static const char *const ids[] = {
    "spf.syntax",       "spf.unknown-mechanism",   "spf.modifier-duplicate", "spf.ip-invalid",
    "spf.cidr-invalid", "spf.domain-spec-invalid", "spf.macro-invalid",      "spf.macro-exp-only",
    "spf.non-ascii",    "spf.string-join",         "spf.unknown-modifier",
};

#define ROWS ARRAY_SIZE(rows)

static int run_matrix(void)
{
    static char worlds[ROWS][512];
    int failed = 0;
    for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
        struct check_case cases[ROWS];
        memset(cases, 0, sizeof(cases));
        for (size_t j = 0; j < ROWS; j++) {
            bool hit = rows[j].id != NULL && strcmp(rows[j].id, ids[i]) == 0;
            snprintf(worlds[j], sizeof(worlds[j]), "@ TXT %s\ns TXT \"v=spf1 -all\"\n", rows[j].record);
            cases[j].name = rows[j].record;
            cases[j].world = worlds[j];
            cases[j].expected = hit ? VERDICT_FAIL : VERDICT_PASS;
            cases[j].subjects = hit ? "example.test." : "";
            /* A record that is not selected leaves this one without anything to judge. */
            if (strcmp(ids[i], "spf.unknown-modifier") == 0 &&
                (strstr(rows[j].record, "156v=") != NULL || strstr(rows[j].record, "spf1\" \"mx") != NULL))
                cases[j].expected = VERDICT_SKIPPED;
        }
        failed |= check_test_run(topic_spf_syntax, ids[i], cases, ROWS);
    }
    return failed;
}

static const struct check_case syntax[] = {
    {"no record", "@ A 192.0.2.1", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"no answer", "!timeout @ TXT", VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_TIMEOUT},
    {"in an included record", "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 mx; -all\"",
     VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"included record unknown", "@ TXT \"v=spf1 include:s.example.test -all\"\n!timeout s TXT", VERDICT_PASS,
     "", NULL, NULL, 0},
    {"both of several records are judged", "@ TXT \"v=spf1 mx; -all\"\n@ TXT \"v=spf1 a -all\"", VERDICT_FAIL,
     NULL, NULL, NULL, 0},
    {"offline, include outside", "!offline\n@ TXT \"v=spf1 include:spf.other.test -all\"", VERDICT_PASS, "",
     NULL, NULL, 0},
    {"behind all it counts as well", "@ TXT \"v=spf1 -all mx;\"", VERDICT_FAIL, NULL, NULL, NULL, 0},
};

static const struct check_case domain_spec[] = {
    {"include of a name that cannot be", "@ TXT \"v=spf1 include:x..test -all\"", VERDICT_FAIL, NULL, "high",
     NULL, 0},
    {"a with a name that cannot be", "@ TXT \"v=spf1 a:x..test -all\"", VERDICT_FAIL, NULL, "medium", NULL,
     0},
};

int main(void)
{
    return run_matrix() | check_test_run(topic_spf_syntax, "spf.syntax", syntax, ARRAY_SIZE(syntax)) |
           check_test_run(topic_spf_syntax, "spf.domain-spec-invalid", domain_spec, ARRAY_SIZE(domain_spec));
}
