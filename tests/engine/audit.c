/* SPDX-License-Identifier: BSD-2-Clause */
/* The engine: runs again when its own misses are filled, commits complete runs only, one result a check or subject. */
#include "auditor/engine/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

struct world {
    struct arena *arena, *report;
    struct settings settings;
    struct audit_target target;
    struct fact *queue[256];
    size_t count;
    unsigned woken;
};

static void keep(void *context, struct fact *fact)
{
    struct world *w = context;
    w->queue[w->count++] = fact;
}

static void on_woken(void *context, struct audit *audit)
{
    struct world *w = context;
    (void)audit;
    w->woken++;
}

static struct world *world_begin(void)
{
    struct world *w = calloc(1, sizeof(*w));
    w->arena = arena_new(0);
    w->report = arena_new(0);
    w->settings.live = true;
    w->settings.ipv4 = true;
    w->target.name = dname_const(w->arena, "example.test.");
    return w;
}

static void world_end(struct world *w, struct audit *a)
{
    audit_free(a);
    arena_free(w->arena);
    arena_free(w->report);
    free(w);
}

/* Answer what is queued, newest first, as the network would: in any order. */
static void answer_all(struct world *w)
{
    size_t count = w->count;
    w->count = 0;
    for (size_t i = count; i > 0; i--) {
        struct fact *fact = w->queue[i - 1];
        struct arena *a = facts_arena(fact->facts);
        if (fact->kind == FACT_CUT) {
            struct cut *cut = arena_alloc(a, sizeof(*cut));
            cut->state = FACT_KNOWN;
            cut->apex = dname_const(a, "test.");
            facts_deliver(fact, cut);
        } else if (fact->kind == FACT_LOOKUP && fact->key.lookup.type != RRTYPE_TXT) {
            struct answer *answer = arena_alloc(a, sizeof(*answer));
            answer->state = ANSWER_NODATA;
            answer->owner = fact->key.lookup.owner;
            answer->type = fact->key.lookup.type;
            facts_deliver(fact, answer);
        } else {
            facts_deliver_unknown(fact, REASON_TIMEOUT);
        }
    }
}

static struct audit *audit_begin(struct world *w, const struct check *const *checks, size_t count)
{
    const struct audit_options options = {
        .target = &w->target, .settings = &w->settings, .source = {.context = w, .demand = keep}, .checks = checks,
        .check_count = count, .report_arena = w->report, .woken = on_woken, .woken_context = w,
    };
    struct audit *a = audit_new(&options);
    assert_non_null(a);
    return a;
}

static const struct target_report *run(struct world *w, struct audit *a)
{
    for (unsigned round = 0; !audit_step(a); round++) {
        assert_in_range(round, 0, 200);
        answer_all(w);
    }
    return audit_report(a);
}

static const struct result *result_of(const struct target_report *t, const char *id)
{
    const struct result *found = NULL;
    for (size_t i = 0; i < t->result_count; i++) {
        if (strcmp(t->results[i].check->id, id) != 0)
            continue;
        assert_null(found); /* exactly one */
        found = &t->results[i];
    }
    assert_non_null(found);
    return found;
}

static unsigned runs;

static enum verdict run_chain(struct facts *f, const dname *subject, struct findings *out)
{
    runs++;
    (void)out;
    if (facts_lookup(f, subject, RRTYPE_A)->state == ANSWER_PENDING)
        return VERDICT_PASS;
    return facts_lookup(f, subject, RRTYPE_MX)->state == ANSWER_NODATA ? VERDICT_PASS : VERDICT_FAIL;
}

static enum verdict run_finding(struct facts *f, const dname *subject, struct findings *out)
{
    if (facts_lookup(f, subject, RRTYPE_A)->state == ANSWER_PENDING)
        findings_add(out, subject, "a finding of a run that will be thrown away");
    struct finding *twice = findings_add(out, subject, "found %s", "once");
    twice->discriminator = "d";
    findings_add(out, subject, "found again")->discriminator = "d";
    return VERDICT_FAIL;
}

static enum verdict run_unknown(struct facts *f, const dname *subject, struct findings *out)
{
    (void)out;
    return facts_lookup(f, subject, RRTYPE_TXT)->state == ANSWER_UNKNOWN ? VERDICT_UNDETERMINED : VERDICT_PASS;
}

/* Asks for something new for ever. */
static enum verdict run_endless(struct facts *f, const dname *subject, struct findings *out)
{
    const dname *name = subject;
    (void)out;
    for (unsigned n = 0; n < 10000; n++) {
        name = facts_random_name(f, n, subject);
        if (facts_lookup(f, name, RRTYPE_A)->state == ANSWER_PENDING)
            return VERDICT_PASS;
    }
    return VERDICT_PASS;
}

static enum verdict run_zone(struct facts *f, const dname *subject, struct findings *out)
{
    (void)f;
    findings_add(out, subject, "never: the target is no zone");
    return VERDICT_FAIL;
}

#define CHECK(name, scope_, fn) \
    {.id = name, .area = "zone", .title = "t", .severity = SEVERITY_HIGH, .modes = MODE_BOTH, .needs = "n", .scope = scope_, .run = fn}

static const struct check checks[] = {
    CHECK("t.chain", SCOPE_TARGET, run_chain),     CHECK("t.finding", SCOPE_TARGET, run_finding),
    CHECK("t.unknown", SCOPE_TARGET, run_unknown), CHECK("t.endless", SCOPE_TARGET, run_endless),
    CHECK("t.zone", SCOPE_ZONE, run_zone),
};

static enum severity own_severity;

static enum verdict run_severity(struct facts *f, const dname *subject, struct findings *out)
{
    (void)f;
    findings_add(out, subject, "found")->severity = own_severity;
    return VERDICT_FAIL;
}

static const struct check severity_check = CHECK("t.severity", SCOPE_TARGET, run_severity);

static void runs_again_when_its_own_misses_are_filled(void **state)
{
    const struct check *list[] = {&checks[0]};
    struct world *w = world_begin();
    struct audit *a = audit_begin(w, list, 1);
    (void)state;
    runs = 0;
    assert_int_equal(result_of(run(w, a), "t.chain")->outcome, OUTCOME_PASS);
    assert_in_range(runs, 3, 6); /* A missing, MX missing, complete; twice more in builds that run checks twice */
    assert_true(w->woken > 0);
    assert_true(result_of(audit_report(a), "t.chain")->evidence_count == 2);
    world_end(w, a);
}

static void only_complete_runs_count_and_equal_findings_are_one(void **state)
{
    const struct check *list[] = {&checks[1]};
    struct world *w = world_begin();
    struct audit *a = audit_begin(w, list, 1);
    (void)state;
    const struct result *r = result_of(run(w, a), "t.finding");
    assert_int_equal(r->outcome, OUTCOME_FAIL);
    assert_string_equal(r->message, "found once");
    assert_int_equal(strlen(r->fingerprint), 64);
    world_end(w, a);
}

static void not_knowing_is_undetermined_with_its_reason(void **state)
{
    const struct check *list[] = {&checks[2]};
    struct world *w = world_begin();
    struct audit *a = audit_begin(w, list, 1);
    (void)state;
    const struct result *r = result_of(run(w, a), "t.unknown");
    assert_int_equal(r->outcome, OUTCOME_UNDETERMINED);
    assert_int_equal(r->undetermined_reason, REASON_TIMEOUT);
    world_end(w, a);
}

static void a_check_without_end_is_stopped(void **state)
{
    const struct check *list[] = {&checks[3]};
    struct world *w = world_begin();
    struct audit *a = audit_begin(w, list, 1);
    (void)state;
    const struct result *r = result_of(run(w, a), "t.endless");
    assert_int_equal(r->outcome, OUTCOME_UNDETERMINED);
    assert_int_equal(r->undetermined_reason, REASON_BUDGET);
    world_end(w, a);
}

static void checks_of_zones_skip_other_names(void **state)
{
    const struct check *list[] = {&checks[4]};
    struct world *w = world_begin();
    struct audit *a = audit_begin(w, list, 1);
    (void)state;
    const struct result *r = result_of(run(w, a), "t.zone");
    assert_int_equal(r->outcome, OUTCOME_SKIPPED);
    assert_int_equal(r->skip_reason, SKIP_NOT_APPLICABLE);
    world_end(w, a);
}

/* printf 'zonevet-fp-1\0caa.missing\0example.com.\0example.com.\0CAA\0' | sha256sum */
static void fingerprints_are_stable(void **state)
{
    char hex[65];
    (void)state;
    fingerprint("caa.missing", "example.com.", "example.com.", "CAA", "", hex);
    assert_string_equal(hex, "5ee4b30a14d3cb215be2b4e99696e964880db42a7d1a959aa30b7990b4542666");
}

static void a_switched_off_check_says_so_once(void **state)
{
    const struct check *list[] = {&checks[0]};
    const struct check *off[] = {&checks[1]};
    struct world *w = world_begin();
    const struct audit_options options = {
        .target = &w->target, .settings = &w->settings, .source = {.context = w, .demand = keep}, .checks = list,
        .check_count = 1, .disabled = off, .disabled_count = 1, .report_arena = w->report, .woken = on_woken,
        .woken_context = w,
    };
    struct audit *a = audit_new(&options);
    (void)state;
    const struct target_report *report = run(w, a);
    const struct result *r = result_of(report, "t.finding");
    assert_int_equal(report->result_count, 2);
    assert_int_equal(r->outcome, OUTCOME_SKIPPED);
    assert_int_equal(r->skip_reason, SKIP_DISABLED);
    assert_int_equal(r->severity_default, SEVERITY_HIGH);
    world_end(w, a);
}

static void the_configured_severity_decides(void **state)
{
    static const struct {
        const char *configured;
        enum severity own, expected;
        enum outcome outcome;
    } rows[] = {
        {NULL, SEVERITY_HIGH, SEVERITY_HIGH, OUTCOME_FAIL},
        {"critical", SEVERITY_HIGH, SEVERITY_CRITICAL, OUTCOME_FAIL},
        {"low", SEVERITY_HIGH, SEVERITY_LOW, OUTCOME_FAIL},
        {"info", SEVERITY_HIGH, SEVERITY_INFO, OUTCOME_INFO},
        {"critical", SEVERITY_LOW, SEVERITY_LOW, OUTCOME_FAIL}, /* a milder case stays what it is ... */
        {"medium", SEVERITY_LOW, SEVERITY_LOW, OUTCOME_FAIL},
        {"info", SEVERITY_LOW, SEVERITY_INFO, OUTCOME_INFO},    /* ... but never above what was set */
        {"critical", SEVERITY_INFO, SEVERITY_INFO, OUTCOME_INFO},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const struct check_policy policy = {.check = "t.severity", .severity = rows[i].configured};
        const struct check *list[] = {&severity_check};
        struct world *w = world_begin();
        w->settings.policies = &policy;
        w->settings.policies_count = 1;
        own_severity = rows[i].own;
        struct audit *a = audit_begin(w, list, 1);
        const struct result *r = result_of(run(w, a), "t.severity");
        assert_int_equal(r->severity, rows[i].expected);
        assert_int_equal(r->outcome, rows[i].outcome);
        assert_int_equal(r->severity_default, rows[i].own);
        world_end(w, a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_again_when_its_own_misses_are_filled),
        cmocka_unit_test(only_complete_runs_count_and_equal_findings_are_one),
        cmocka_unit_test(not_knowing_is_undetermined_with_its_reason),
        cmocka_unit_test(a_check_without_end_is_stopped),
        cmocka_unit_test(checks_of_zones_skip_other_names),
        cmocka_unit_test(fingerprints_are_stable),
        cmocka_unit_test(a_switched_off_check_says_so_once),
        cmocka_unit_test(the_configured_severity_decides),
    };
    return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
