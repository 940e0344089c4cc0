/* SPDX-License-Identifier: BSD-2-Clause */
/* zone.syntax and zone.include-outside over what the reader found. */
#include "tests/check_test.h"

#include "auditor/engine/findings.h"
#include "auditor/facts/offline.h"
#include "auditor/facts/zonefile.h"

#include <string.h>

extern const struct check topic_zone_reader[];

#define HEAD "$ORIGIN example.test.\n@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n@ NS ns1\nns1 A 192.0.2.1\n"

static const struct row {
    const char *text;
    enum verdict syntax, include;
    size_t syntax_findings, include_findings;
} rows[] = {
    {HEAD, VERDICT_PASS, VERDICT_PASS, 0, 0},
    {HEAD "www A 1.2.3\nftp A x\n", VERDICT_FAIL, VERDICT_PASS, 2, 0},
    {HEAD "$INCLUDE /etc/passwd\n", VERDICT_PASS, VERDICT_FAIL, 0, 1},
    {HEAD "$INCLUDE ../x\nwww A\n", VERDICT_FAIL, VERDICT_FAIL, 1, 1},
};

static enum verdict run(const struct check *check, struct facts *f, struct arena *scratch, struct findings **out)
{
    facts_run_begin(f, scratch);
    *out = findings_new(scratch, f, check);
    return evaluate(f, check, facts_target(f), *out);
}

static void rows_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct arena *a = arena_new(0);
        struct zonefile file = {0};
        const struct zonefile_options options = {0};
        const struct settings settings = {0};
        const char *error = NULL;
        struct findings *out = NULL;
        assert_int_equal(zonefile_parse(a, rows[i].text, strlen(rows[i].text), &options, &file, &error), STATUS_OK);
        const struct zone *list[] = {file.zone};
        const struct offline offline = {list, 1};
        const struct facts_options fo = {.target = file.apex, .settings = &settings, .zone = file.zone,
                                         .zone_errors = file.errors, .zone_error_count = file.error_count,
                                         .source = offline_source(&offline)};
        struct facts *f = facts_new(&fo);
        assert_int_equal(run(&topic_zone_reader[0], f, a, &out), rows[i].syntax);
        assert_int_equal(out->count, rows[i].syntax_findings);
        assert_int_equal(run(&topic_zone_reader[1], f, a, &out), rows[i].include);
        assert_int_equal(out->count, rows[i].include_findings);
        facts_free(f);
        zone_free(file.zone);
        arena_free(a);
    }
}

static void live_runs_skip_them(void **state)
{
    struct world *w = world_new("www A 192.0.2.9");
    struct arena *a = arena_new(0);
    struct findings *out = NULL;
    (void)state;
    assert_int_equal(run(&topic_zone_reader[0], world_facts(w), a, &out), VERDICT_SKIPPED);
    assert_int_equal(out->skip, SKIP_NEEDS_ZONE_FILE);
    arena_free(a);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(live_runs_skip_them),
    };
    return cmocka_run_group_tests_name("zone.syntax, zone.include-outside", tests, NULL, NULL);
}
