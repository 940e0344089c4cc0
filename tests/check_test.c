/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs one check over table rows. */
#include "tests/check_test.h"

#include "auditor/engine/findings.h"
#include "auditor/facts/derived/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct outcome_of_case {
    const struct check *check;
    struct arena *arena;
    enum verdict verdict;
    enum reason reason;
    struct finding list[256];
    size_t count;
};

static int by_subject(const void *pa, const void *pb)
{
    const struct finding *a = pa;
    const struct finding *b = pb;
    int difference = dname_compare(a->subject, b->subject);
    if (difference != 0)
        return difference;
    return strcmp(a->discriminator != NULL ? a->discriminator : "", b->discriminator != NULL ? b->discriminator : "");
}

/* FAIL beats UNDETERMINED beats PASS beats SKIPPED. */
static enum verdict worse(enum verdict a, enum verdict b)
{
    static const int rank[] = {[VERDICT_SKIPPED] = 0, [VERDICT_PASS] = 1, [VERDICT_UNDETERMINED] = 2, [VERDICT_FAIL] = 3};
    return rank[a] >= rank[b] ? a : b;
}

static void run_subject(struct facts *f, struct outcome_of_case *o, const dname *subject)
{
    struct findings *out = findings_new(o->arena, f, o->check);
    enum verdict verdict = evaluate(f, o->check, subject, out);
    o->verdict = worse(o->verdict, verdict);
    if (out->undetermined && o->reason == REASON_NONE)
        o->reason = out->reason;
    for (size_t i = 0; i < out->count && o->count < ARRAY_SIZE(o->list); i++)
        o->list[o->count++] = out->entries[i]->finding;
}

static void run_once(struct facts *f, void *context)
{
    struct outcome_of_case *o = context;
    o->verdict = VERDICT_SKIPPED;
    o->reason = REASON_NONE;
    o->count = 0;
    arena_reset(o->arena);
    if (o->check->scope != SCOPE_NAME) {
        run_subject(f, o, facts_target(f));
    } else {
        const struct names *names = names_of(f, facts_target(f));
        for (size_t i = 0; i < names->count; i++)
            run_subject(f, o, names->list[i].name);
    }
    if (o->count > 1)
        qsort(o->list, o->count, sizeof(o->list[0]), by_subject);
}

static const char *verdict_name(enum verdict v)
{
    static const char *const names[] = {"pass", "fail", "undetermined", "skipped"};
    return names[v];
}

static void join(char *text, size_t size, const struct outcome_of_case *o, bool severities)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < o->count && used < size; i++) {
        char name[DNAME_TEXT_MAX];
        const char *one = severities ? severity_text(o->list[i].severity) : dname_text_into(o->list[i].subject, name);
        used += (size_t)snprintf(text + used, size - used, "%s%s", i > 0 ? " " : "", one);
    }
}

static void print_findings(const struct outcome_of_case *o)
{
    char name[DNAME_TEXT_MAX];
    for (size_t i = 0; i < o->count; i++)
        fprintf(stderr, "    finding: %s [%s]: %s\n", dname_text_into(o->list[i].subject, name),
                severity_text(o->list[i].severity), o->list[i].message);
    if (o->reason != REASON_NONE)
        fprintf(stderr, "    reason: %s\n", reason_text(o->reason));
}

static void run_case(void **state)
{
    const struct {
        const struct check *check;
        const struct check_case *row;
    } *job = *state;
    const struct check_case *row = job->row;
    static struct outcome_of_case o;
    char text[16384];
    memset(&o, 0, sizeof(o));
    o.check = job->check;
    o.arena = arena_new(0);
    struct world *w = world_new(row->world);
    world_settle(w, run_once, &o);
    bool wrong = o.verdict != row->expected;
    if (wrong)
        fprintf(stderr, "    got %s, expected %s\n", verdict_name(o.verdict), verdict_name(row->expected));
    join(text, sizeof(text), &o, false);
    if (row->subjects != NULL && strcmp(text, row->subjects) != 0) {
        fprintf(stderr, "    subjects: got '%s', expected '%s'\n", text, row->subjects);
        wrong = true;
    }
    join(text, sizeof(text), &o, true);
    if (row->severities != NULL && strcmp(text, row->severities) != 0) {
        fprintf(stderr, "    severities: got '%s', expected '%s'\n", text, row->severities);
        wrong = true;
    }
    if (row->decision != NULL &&
        (o.count == 0 || o.list[0].decision == NULL || strcmp(o.list[0].decision, row->decision) != 0)) {
        fprintf(stderr, "    decision: got '%s', expected '%s'\n",
                o.count > 0 && o.list[0].decision != NULL ? o.list[0].decision : "none", row->decision);
        wrong = true;
    }
    if (row->reason != REASON_NONE && o.reason != row->reason) {
        fprintf(stderr, "    reason: got %s, expected %s\n", reason_text(o.reason), reason_text(row->reason));
        wrong = true;
    }
    if (wrong)
        print_findings(&o);
    world_free(w);
    arena_free(o.arena);
    assert_false(wrong);
}

int check_test_run(const struct check *topic, const char *id, const struct check_case *cases, size_t count)
{
    const struct check *check = topic;
    while (check->id != NULL && strcmp(check->id, id) != 0)
        check++;
    if (check->id == NULL) {
        fprintf(stderr, "no check %s in this topic\n", id);
        return 1;
    }
    struct CMUnitTest *tests = calloc(count, sizeof(*tests));
    struct job {
        const struct check *check;
        const struct check_case *row;
    } *jobs = calloc(count, sizeof(*jobs));
    for (size_t i = 0; i < count; i++) {
        jobs[i] = (struct job){check, &cases[i]};
        tests[i] = (struct CMUnitTest){.name = cases[i].name, .test_func = run_case, .initial_state = &jobs[i]};
    }
    int failed = _cmocka_run_group_tests(id, tests, count, NULL, NULL);
    free(tests);
    free(jobs);
    return failed;
}
