/* SPDX-License-Identifier: BSD-2-Clause */
/* States: waived before known before new, what is fixed and what was only not asked, what fails a
 * run, notes. */
#include "auditor/gate/gate.h"

#include "auditor/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define NOW 1768032000 /* 2026-01-10T08:00:00Z */

static const struct check checks[] = {
    {.id = "caa.missing", .failure_title = "No CAA"},
    {.id = "soa.missing", .failure_title = "No SOA"},
    {.id = "spf.all-pass", .failure_title = "Anyone may send"},
    {.id = "zone.syntax", .failure_title = "Errors", .not_ignorable = true},
};
enum { CAA, SOA, SPF, SYNTAX };
static const struct check *const all[] = {&checks[0], &checks[1], &checks[2], &checks[3]};

struct world {
    struct arena *a;
    struct known *known;
    struct waivers waivers;
    struct waiver list[8];
    struct inline_waivers inlined;
    struct waiver lines[8];
    struct result results[64];
    struct target_report report;
};

static struct world *world_begin(void)
{
    struct world *w = calloc(1, sizeof(*w));
    w->a = arena_new(0);
    w->known = known_new(w->a);
    w->waivers.list = w->list;
    w->inlined.list = w->lines;
    w->report = (struct target_report){.name = "a.test.", .results = w->results};
    return w;
}

static void world_end(struct world *w)
{
    arena_free(w->a);
    free(w);
}

/* number stands for the fingerprint */
static void know(struct world *w, unsigned number, size_t check, const char *target, enum severity severity)
{
    struct known_entry e = {.check = checks[check].id,
                            .target = target,
                            .subject = target,
                            .severity = severity,
                            .since = "2025-12-24"};
    snprintf(e.fingerprint, sizeof(e.fingerprint), "%064u", number);
    assert_int_equal(known_add(w->known, &e), STATUS_OK);
}

static struct result *find(struct world *w, unsigned number, size_t check, enum outcome outcome,
                           enum severity severity)
{
    struct result *r = &w->results[w->report.result_count++];
    *r = (struct result){.check = &checks[check],
                         .subject = w->report.name,
                         .discriminator = "",
                         .outcome = outcome,
                         .severity = severity,
                         .message = ""};
    snprintf(r->fingerprint, sizeof(r->fingerprint), "%064u", number);
    return r;
}

static struct waiver *waive(struct world *w, const char *check)
{
    struct waiver *v = &w->list[w->waivers.count++];
    *v = (struct waiver){.check = check,
                         .target = "a.test.",
                         .where = {.file = "w", .line = 3},
                         .note = {.id = "W-1", .owner = "o", .reason = "r", .expires = "2026-02-01"}};
    return v;
}

static struct gate *gate(struct world *w, bool baseline, bool waivers, size_t check_count, bool new_only)
{
    const struct gate_options o = {.known = baseline ? w->known : NULL,
                                   .waivers = waivers ? &w->waivers : NULL,
                                   .inlined = &w->inlined,
                                   .new_only = new_only,
                                   .now_s = NOW,
                                   .checks = all,
                                   .check_count = check_count,
                                   .baseline = "b.json",
                                   .waivers_path = "w.yaml"};
    struct gate *g = gate_new(w->a, &o);
    assert_non_null(g);
    return g;
}

struct row {
    const char *name;
    enum severity known, now;   /* severity in the baseline and now */
    bool in_baseline, baseline; /* baseline: one is used at all */
    const char *waived;         /* check pattern of a waiver, or NULL */
    size_t check;
    enum state state;
    bool counts, counts_new_only;
};

static const struct row rows[] = {
    {"no baseline, no waiver", 0, SEVERITY_HIGH, false, false, NULL, CAA, STATE_NONE, true, true},
    {"new", 0, SEVERITY_HIGH, false, true, NULL, CAA, STATE_NEW, true, true},
    {"known", SEVERITY_HIGH, SEVERITY_HIGH, true, true, NULL, CAA, STATE_KNOWN, true, false},
    {"milder than known", SEVERITY_HIGH, SEVERITY_LOW, true, true, NULL, CAA, STATE_KNOWN, true, false},
    {"risen", SEVERITY_MEDIUM, SEVERITY_HIGH, true, true, NULL, CAA, STATE_NEW, true, true},
    {"waived and new", 0, SEVERITY_HIGH, false, true, "caa.*", CAA, STATE_WAIVED, false, false},
    {"waived and known", SEVERITY_HIGH, SEVERITY_HIGH, true, true, "caa.missing", CAA, STATE_WAIVED, false,
     false},
    {"waiver of another check", 0, SEVERITY_HIGH, false, true, "spf.*", CAA, STATE_NEW, true, true},
    {"waiver without baseline", 0, SEVERITY_HIGH, false, false, "spf.*", CAA, STATE_NONE, true, true},
    {"must not be waived", 0, SEVERITY_HIGH, false, true, "zone.*", SYNTAX, STATE_NEW, true, true},
};

static void states(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const struct row *row = &rows[i];
        struct world *w = world_begin();
        if (row->in_baseline)
            know(w, 1, row->check, "a.test.", row->known);
        if (row->waived != NULL)
            waive(w, row->waived);
        find(w, 1, row->check, OUTCOME_FAIL, row->now);
        find(w, 2, row->check, OUTCOME_PASS, row->now);
        struct gate *g = gate(w, row->baseline, row->waived != NULL, 4, false);
        gate_target(g, &w->report, w->a);
        const struct result *r = &w->report.results[0];
        if (r->state != row->state || gate_counts(g, r) != row->counts)
            fail_msg("%s: state %d", row->name, (int)r->state);
        assert_int_equal(w->report.results[1].state, STATE_NONE);
        assert_false(gate_counts(g, &w->report.results[1]));
        assert_true((r->waiver != NULL) == (row->state == STATE_WAIVED));
        assert_true((r->known_since != NULL) == (row->state == STATE_KNOWN));
        g = gate(w, row->baseline, row->waived != NULL, 4, true);
        gate_target(g, &w->report, w->a);
        if (gate_counts(g, &w->report.results[0]) != row->counts_new_only)
            fail_msg("%s: new only", row->name);
        assert_int_equal(w->report.fixed_count, 0);
        world_end(w);
    }
    const struct result open = {.outcome = OUTCOME_FAIL};
    assert_true(gate_counts(NULL, &open));
}

struct fixed_row {
    const char *name;
    const char *target;
    enum outcome outcome; /* of its check in this run; OUTCOME_PASS stands for "looked and found nothing" */
    enum skip_reason skip;
    bool error, asked, fixed;
};

static const struct fixed_row fixed_rows[] = {
    {"gone", "a.test.", OUTCOME_PASS, SKIP_NONE, false, true, true},
    {"another target", "b.test.", OUTCOME_PASS, SKIP_NONE, false, true, false},
    {"its check was not in the run", "a.test.", OUTCOME_PASS, SKIP_NONE, false, false, false},
    {"could not be told", "a.test.", OUTCOME_UNDETERMINED, SKIP_NONE, false, true, false},
    {"needs the network", "a.test.", OUTCOME_SKIPPED, SKIP_NEEDS_LIVE, false, true, false},
    {"switched off", "a.test.", OUTCOME_SKIPPED, SKIP_DISABLED, false, true, false},
    {"does not apply any more", "a.test.", OUTCOME_SKIPPED, SKIP_NOT_APPLICABLE, false, true, true},
    {"target could not be read", "a.test.", OUTCOME_PASS, SKIP_NONE, true, true, false},
    {"still there, counted as information", "a.test.", OUTCOME_INFO, SKIP_NONE, false, true, false},
};

static void fixed(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(fixed_rows); i++) {
        const struct fixed_row *row = &fixed_rows[i];
        struct world *w = world_begin();
        know(w, 1, SOA, row->target, SEVERITY_HIGH);
        find(w, row->outcome == OUTCOME_INFO ? 1 : 9, SOA, row->outcome, SEVERITY_HIGH)->skip_reason =
            row->skip;
        w->report.error = row->error ? "unreadable" : NULL;
        struct gate *g = gate(w, true, false, row->asked ? 4 : 1, false);
        gate_target(g, &w->report, w->a);
        if (w->report.fixed_count != row->fixed)
            fail_msg("%s: %zu fixed", row->name, w->report.fixed_count);
        if (row->fixed) {
            assert_string_equal(w->report.fixed[0].check, "soa.missing");
            assert_string_equal(w->report.fixed[0].title, "No SOA");
            assert_string_equal(w->report.fixed[0].known_since, "2025-12-24");
            struct run run = {0};
            gate_finish(g, w->a, &run);
            assert_int_equal(run.gate.note_count, 1);
        }
        world_end(w);
    }
}

/* Beside an old side of the same kind, what needs the network was open there as well; what else is open stays so. */
static void fixed_in_same_sight(void **state)
{
    (void)state;
    static const struct {
        enum outcome outcome;
        enum skip_reason skip;
        bool same_sight, fixed;
    } sights[] = {
        {OUTCOME_SKIPPED, SKIP_NEEDS_LIVE, true, true},
        {OUTCOME_SKIPPED, SKIP_NEEDS_LIVE, false, false},
        {OUTCOME_SKIPPED, SKIP_DISABLED, true, false},
        {OUTCOME_UNDETERMINED, SKIP_NONE, true, false},
    };
    for (size_t i = 0; i < ARRAY_SIZE(sights); i++) {
        struct world *w = world_begin();
        know(w, 1, SOA, "a.test.", SEVERITY_HIGH);
        find(w, 9, SOA, sights[i].outcome, SEVERITY_HIGH)->skip_reason = sights[i].skip;
        const struct gate_options o = {.known = w->known,
                                       .new_only = true,
                                       .same_sight = sights[i].same_sight,
                                       .checks = all,
                                       .check_count = 4};
        struct gate *g = gate_new(w->a, &o);
        gate_target(g, &w->report, w->a);
        if (w->report.fixed_count != sights[i].fixed)
            fail_msg("row %zu: %zu fixed", i, w->report.fixed_count);
        world_end(w);
    }
}

static void order_of_fixed(void **state)
{
    (void)state;
    struct world *w = world_begin();
    know(w, 1, SPF, "a.test.", SEVERITY_LOW);
    know(w, 2, CAA, "a.test.", SEVERITY_LOW);
    know(w, 3, SOA, "a.test.", SEVERITY_CRITICAL);
    struct gate *g = gate(w, true, false, 4, false);
    gate_target(g, &w->report, w->a);
    assert_int_equal(w->report.fixed_count, 3);
    assert_string_equal(w->report.fixed[0].check, "soa.missing");
    assert_string_equal(w->report.fixed[1].check, "caa.missing");
    assert_string_equal(w->report.fixed[2].check, "spf.all-pass");
    world_end(w);
}

/* The old side of a diff, and a baseline beside it. */
static void two_sides(void **state)
{
    (void)state;
    struct world *w = world_begin();
    struct known *old = w->known;
    know(w, 1, SOA, "a.test.", SEVERITY_HIGH);
    know(w, 2, SPF, "a.test.", SEVERITY_HIGH);
    w->known = known_new(w->a);
    know(w, 2, SPF, "a.test.", SEVERITY_HIGH);
    know(w, 3, CAA, "a.test.", SEVERITY_LOW);
    know(w, 5, CAA, "a.test.", SEVERITY_LOW); /* fixed before this change */
    find(w, 3, CAA, OUTCOME_FAIL, SEVERITY_LOW);
    find(w, 4, CAA, OUTCOME_FAIL, SEVERITY_LOW);
    const struct gate_options o = {.known = old,
                                   .older = w->known,
                                   .new_only = true,
                                   .checks = all,
                                   .check_count = 4,
                                   .old_side = "old",
                                   .new_side = "new"};
    struct gate *g = gate_new(w->a, &o);
    gate_target(g, &w->report, w->a);
    assert_int_equal(w->report.results[0].state, STATE_KNOWN);
    assert_int_equal(w->report.results[1].state, STATE_NEW);
    assert_int_equal(w->report.fixed_count, 2); /* 1 and 2, each once */
    struct run run = {0};
    gate_begin(g, &run);
    assert_string_equal(run.gate.old_side, "old");
    assert_true(run.gate.new_only);
    world_end(w);
}

static void by_line(void **state)
{
    (void)state;
    struct world *w = world_begin();
    const struct location there = {.file = "a.zone", .line = 7};
    const struct location elsewhere = {.file = "a.zone", .line = 8};
    const struct location other_file = {.file = "b.zone", .line = 7};
    w->lines[w->inlined.count++] =
        (struct waiver){.check = "caa.*", .where = there, .note = {.id = "a.zone:7", .owner = "o"}};
    find(w, 1, CAA, OUTCOME_FAIL, SEVERITY_LOW)->location = &there;
    find(w, 2, CAA, OUTCOME_FAIL, SEVERITY_LOW)->location = &elsewhere;
    find(w, 3, CAA, OUTCOME_FAIL, SEVERITY_LOW)->location = &other_file;
    find(w, 4, SPF, OUTCOME_FAIL, SEVERITY_LOW)->location = &there;
    find(w, 5, CAA, OUTCOME_FAIL, SEVERITY_LOW);
    struct gate *g = gate(w, false, false, 4, false);
    gate_target(g, &w->report, w->a);
    assert_int_equal(w->report.results[0].state, STATE_WAIVED);
    assert_string_equal(w->report.results[0].waiver->id, "a.zone:7");
    for (size_t i = 1; i < 5; i++)
        assert_int_equal(w->report.results[i].state, STATE_NONE);
    assert_int_equal(w->lines[0].used, 1);
    world_end(w);
}

struct note_row {
    const char *name, *check;
    bool expired, too_far;
    const char *created;
    int64_t created_s;
    unsigned findings;
    unsigned faults;
    size_t notes;
    enum state state;
};

static const struct note_row note_rows[] = {
    {"in use", "caa.*", false, false, NULL, 0, 1, 0, 0, STATE_WAIVED},
    {"expired", "caa.*", true, false, NULL, 0, 1, WAIVER_FAULT_EXPIRED, 1, STATE_NONE},
    {"expired and unused", "soa.*", true, false, NULL, 0, 1, WAIVER_FAULT_EXPIRED, 1, STATE_NONE},
    {"unused", "soa.*", false, false, NULL, 0, 1, WAIVER_FAULT_UNUSED, 1, STATE_NONE},
    {"unused but young", "soa.*", false, false, "2026-01-01", 1767225600, 1, WAIVER_FAULT_WAITING, 0,
     STATE_NONE},
    {"unused and old", "soa.*", false, false, "2025-11-01", 1761955200, 1, WAIVER_FAULT_UNUSED, 1,
     STATE_NONE},
    {"its check was not asked", "zone.*", false, false, NULL, 0, 1, 0, 0, STATE_NONE},
    {"twenty", "caa.*", false, false, NULL, 0, 20, 0, 0, STATE_WAIVED},
    {"twenty-one", "caa.*", false, false, NULL, 0, 21, WAIVER_FAULT_BROAD, 1, STATE_WAIVED},
    {"too far", "caa.*", false, true, NULL, 0, 1, WAIVER_FAULT_TOO_FAR, 1, STATE_WAIVED},
};

static void notes(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(note_rows); i++) {
        const struct note_row *row = &note_rows[i];
        struct world *w = world_begin();
        struct waiver *v = waive(w, row->check);
        v->expired = row->expired;
        v->too_far = row->too_far;
        v->created = row->created;
        v->created_s = row->created_s;
        for (unsigned n = 0; n < row->findings; n++)
            find(w, n, CAA, OUTCOME_FAIL, SEVERITY_LOW);
        struct gate *g = gate(w, false, true, 3, false); /* without zone.syntax */
        struct run run = {0};
        gate_target(g, &w->report, w->a);
        gate_finish(g, w->a, &run);
        if (gate_waiver_faults(v, NOW) != row->faults || run.gate.note_count != row->notes ||
            w->report.results[0].state != row->state)
            fail_msg("%s: faults %u, notes %zu", row->name, gate_waiver_faults(v, NOW), run.gate.note_count);
        for (size_t n = 0; n < run.gate.note_count; n++)
            assert_non_null(strstr(run.gate.notes[n], "w:3: "));
        assert_string_equal(run.gate.waivers, "w.yaml");
        world_end(w);
    }
}

/* A waiver of a target that was not in the run is neither used nor unused. */
static void other_targets(void **state)
{
    (void)state;
    struct world *w = world_begin();
    waive(w, "caa.*")->target = "b.test.";
    find(w, 1, CAA, OUTCOME_FAIL, SEVERITY_LOW);
    const char *fault = "a.zone:9: zonevet:ignore: check is missing";
    w->inlined.faults = &fault;
    w->inlined.fault_count = 1;
    struct gate *g = gate(w, false, true, 4, false);
    struct run run = {0};
    gate_target(g, &w->report, w->a);
    gate_finish(g, w->a, &run);
    assert_int_equal(gate_waiver_faults(&w->list[0], NOW), 0);
    assert_int_equal(run.gate.note_count, 1);
    assert_string_equal(run.gate.notes[0], fault);
    world_end(w);
}

/* A check that could not tell leaves open whether its waiver is used. */
static void open_checks(void **state)
{
    (void)state;
    static const struct {
        enum outcome outcome;
        enum skip_reason skip;
        unsigned faults;
    } open[] = {
        {OUTCOME_PASS, SKIP_NONE, WAIVER_FAULT_UNUSED},
        {OUTCOME_SKIPPED, SKIP_NOT_APPLICABLE, WAIVER_FAULT_UNUSED},
        {OUTCOME_SKIPPED, SKIP_NEEDS_LIVE, 0},
        {OUTCOME_UNDETERMINED, SKIP_NONE, 0},
    };
    for (size_t i = 0; i < ARRAY_SIZE(open); i++) {
        struct world *w = world_begin();
        struct run run = {0};
        waive(w, "caa.*");
        w->lines[w->inlined.count++] = (struct waiver){
            .check = "caa.*", .where = {.file = "a.zone", .line = 7}, .note = {.id = "i", .owner = "o"}};
        find(w, 1, CAA, open[i].outcome, SEVERITY_LOW)->skip_reason = open[i].skip;
        struct gate *g = gate(w, false, true, 4, false);
        gate_target(g, &w->report, w->a);
        gate_finish(g, w->a, &run);
        assert_int_equal(gate_waiver_faults(&w->list[0], NOW), open[i].faults);
        assert_int_equal(gate_waiver_faults(&w->lines[0], NOW), open[i].faults);
        assert_int_equal(run.gate.note_count, open[i].faults != 0 ? 2 : 0);
        world_end(w);
    }
}

/* Twice, as when a report goes through the gate of a run and then into a baseline. */
static void waived_stays_waived(void **state)
{
    (void)state;
    struct world *w = world_begin();
    waive(w, "caa.*");
    find(w, 1, CAA, OUTCOME_FAIL, SEVERITY_LOW);
    gate_target(gate(w, false, true, 4, false), &w->report, w->a);
    const struct gate_options o = {.known = w->known, .checks = all, .check_count = 4};
    gate_target(gate_new(w->a, &o), &w->report, w->a);
    assert_int_equal(w->report.results[0].state, STATE_WAIVED);
    world_end(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states),         cmocka_unit_test(fixed),
        cmocka_unit_test(fixed_in_same_sight), cmocka_unit_test(order_of_fixed), cmocka_unit_test(two_sides),
        cmocka_unit_test(by_line),        cmocka_unit_test(notes),
        cmocka_unit_test(other_targets),  cmocka_unit_test(waived_stays_waived),
        cmocka_unit_test(open_checks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
