/* SPDX-License-Identifier: BSD-2-Clause */
/* The control flow of DESIGN section 3: run, throw away what missed facts, wake by own misses, run again. */
#include "auditor/engine/audit.h"

#include "auditor/engine/evidence.h"
#include "auditor/engine/findings.h"
#include "auditor/engine/owners.h"
#include "auditor/engine/results.h"
#include "auditor/facts/derived/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUNS_MAX 100U /* of one check at one subject */

/* One check at one subject; a NULL check is the collection of the target's names. */
struct instance {
    const struct check *check;
    const dname *subject;
    struct instance *next_ready;
    size_t waiting; /* facts under way that the last run missed */
    unsigned runs;
    bool queued, stalled, done;
};

struct waiter {
    struct waiter *next;
    struct instance *instance;
};

struct audit {
    struct audit_options options;
    struct facts *facts;
    struct arena *scratch;
    struct arena *arena; /* instances, waiters, results */
    struct results *results;
    struct instance *ready, **ready_end;
    struct instance **all;
    size_t count, capacity, open;
    const struct names *names;
    bool last_round;
    bool in_step;
};

static void make_ready(struct audit *a, struct instance *i)
{
    if (i->queued || i->done)
        return;
    i->queued = true;
    i->stalled = false;
    i->next_ready = NULL;
    *a->ready_end = i;
    a->ready_end = &i->next_ready;
}

static void delivered(void *context, struct fact *fact)
{
    struct audit *a = context;
    struct waiter *w = fact->waiters;
    bool woke = false;
    fact->waiters = NULL;
    for (; w != NULL; w = w->next) {
        if (w->instance->waiting > 0 && --w->instance->waiting == 0) {
            make_ready(a, w->instance);
            woke = true;
        }
    }
    if ((woke || facts_under_way(a->facts) == 0) && !a->in_step && a->options.woken != NULL)
        a->options.woken(a->options.woken_context, a);
}

static struct instance *instance_new(struct audit *a, const struct check *check, const dname *subject)
{
    struct instance *i = arena_alloc(a->arena, sizeof(*i));
    if (i == NULL)
        return NULL;
    i->check = check;
    i->subject = subject;
    return i;
}

static bool instance_keep(struct audit *a, struct instance *i)
{
    if (a->count == a->capacity) {
        size_t capacity = a->capacity != 0 ? a->capacity * 2 : 64;
        struct instance **all = realloc(a->all, capacity * sizeof(struct instance *));
        if (all == NULL)
            return false;
        a->all = all;
        a->capacity = capacity;
    }
    a->all[a->count++] = i;
    a->open++;
    return true;
}

struct audit *audit_new(const struct audit_options *options)
{
    struct audit *a = calloc(1, sizeof(*a));
    if (a == NULL)
        return NULL;
    a->options = *options;
    a->ready_end = &a->ready;
    a->scratch = arena_new(0);
    a->arena = arena_new(0);
    const struct facts_options facts_options = {
        .target = options->target->name,
        .settings = options->settings,
        .source = options->source,
        .zone = options->target->zone,
        .zone_errors = options->target->zone_errors,
        .zone_error_count = options->target->zone_error_count,
        .zones = options->zones,
        .zones_before = options->zones_before,
        .delivered = delivered,
        .delivered_context = a,
    };
    a->facts = facts_new(&facts_options);
    if (a->scratch == NULL || a->arena == NULL || a->facts == NULL) {
        audit_free(a);
        return NULL;
    }
    a->results = results_new(options);
    struct instance *names = instance_new(a, NULL, options->target->name);
    bool ok = a->results != NULL && names != NULL && instance_keep(a, names);
    if (ok)
        make_ready(a, names);
    for (size_t c = 0; ok && c < options->check_count; c++) {
        if (options->checks[c]->scope == SCOPE_NAME)
            continue;
        struct instance *i = instance_new(a, options->checks[c], options->target->name);
        ok = i != NULL && instance_keep(a, i);
        if (ok)
            make_ready(a, i);
    }
    if (!ok) {
        audit_free(a);
        return NULL;
    }
    return a;
}

void audit_free(struct audit *a)
{
    if (a == NULL)
        return;
    facts_free(a->facts);
    arena_free(a->scratch);
    arena_free(a->arena);
    free(a->all);
    free(a);
}

struct facts *audit_facts(struct audit *a)
{
    return a->facts;
}

/* Wait for every miss that is under way; what was held back is demanded by a later run. */
static void wait_for_missing(struct audit *a, struct instance *i)
{
    struct fact *const *missing = NULL;
    size_t count = facts_run_missing(a->facts, &missing);
    i->waiting = 0;
    for (size_t m = 0; m < count; m++) {
        if (!missing[m]->sent || missing[m]->value != NULL)
            continue;
        struct waiter *w = arena_alloc(a->arena, sizeof(*w));
        if (w == NULL)
            break;
        w->instance = i;
        w->next = missing[m]->waiters;
        missing[m]->waiters = w;
        i->waiting++;
    }
    if (i->waiting > 0)
        return;
    /* Nothing under way. Either an answer came from within the run itself (files, recordings: run again), or all was
     * held back for the last round. */
    bool progress = false;
    for (size_t m = 0; m < count; m++)
        progress = progress || missing[m]->value != NULL;
    if (progress)
        make_ready(a, i);
    else
        i->stalled = true;
}

#ifdef ZONEVET_DOUBLE_RUN
/* Checks are pure: the same facts must give the same findings. */
static void compare_runs(struct audit *a, const struct instance *i, enum verdict verdict, const struct findings *out)
{
    struct arena *scratch = arena_new(0);
    facts_run_begin(a->facts, scratch);
    struct findings *again = findings_new(scratch, a->facts, i->check);
    enum verdict second = evaluate_visited(a->facts, i->check, i->subject, again);
    bool same = second == verdict && again->count == out->count && again->undetermined == out->undetermined;
    for (size_t n = 0; same && n < out->count; n++) {
        const struct finding *x = &out->entries[n]->finding;
        const struct finding *y = &again->entries[n]->finding;
        same = dname_equal(x->subject, y->subject) && x->severity == y->severity &&
               strcmp(x->message, y->message) == 0;
    }
    if (!same) {
        fprintf(stderr, "zonevet: internal: check %s is not pure: two runs over the same facts differ\n", i->check->id);
        abort();
    }
    arena_free(scratch);
}
#endif

#ifdef ZONEVET_DOUBLE_RUN
/* A check that was not run at an owner must have had nothing to say there. What lies behind a cut is the child zone's. */
static void check_spared(struct audit *a, const struct owner_look *look, const struct check *check, const dname *name)
{
    struct arena *scratch = arena_new(0);
    facts_run_begin(a->facts, scratch);
    struct findings *out = findings_new(scratch, a->facts, check);
    enum verdict verdict = evaluate_visited(a->facts, check, name, out);
    bool cut = verdict == VERDICT_SKIPPED &&
               (zone_place_at(look->zone, look->index) == ZONE_PLACE_CUT || results_needs_live(a->results, check));
    bool live = (check->modes & MODE_OFFLINE) == 0;
    bool gap = zone_gaps(look->zone) != 0 && verdict != VERDICT_FAIL; /* a zone that is not whole says "unknown" anywhere */
    if (verdict != VERDICT_PASS && !cut && !live && !gap) {
        char text[DNAME_TEXT_MAX];
        fprintf(stderr, "zonevet: internal: check %s is spared %s and does not pass there\n", check->id,
                dname_text_into(name, text));
        abort();
    }
    arena_free(scratch);
}
#endif

static void finish(struct audit *a, struct instance *i)
{
    i->done = true;
    a->open--;
}

/* Names come in canonical order, as owners do. @return the index of that owner, or SIZE_MAX */
static size_t owner_after(const struct zone *zone, size_t *at, const dname *name)
{
    for (; *at < zone_node_count(zone); (*at)++) {
        const dname *owner = zone_owner_at(zone, *at);
        int difference = owner == name ? 0 : dname_compare(owner, name);
        if (difference == 0)
            return *at;
        if (difference > 0)
            break;
    }
    return SIZE_MAX;
}

/* The names are known: checks of names start. Instances that end at once leave nothing behind but their results. */
static void names_known(struct audit *a);

static void run_names(struct audit *a, struct instance *i)
{
    struct fact *const *missing = NULL;
    facts_run_begin(a->facts, a->scratch);
    const struct names *names = names_of(a->facts, a->options.target->name);
    if (facts_run_missing(a->facts, &missing) > 0 && i->runs < RUNS_MAX) {
        wait_for_missing(a, i);
        return;
    }
    a->names = names;
    finish(a, i);
    names_known(a);
}

/* @return true if the check is finished at this subject */
static bool run_check(struct audit *a, struct instance *i)
{
    struct fact *const *missing = NULL;
    facts_run_begin(a->facts, a->scratch);
    struct findings *out = findings_new(a->scratch, a->facts, i->check);
    if (out == NULL)
        return true;
    enum verdict verdict = evaluate_visited(a->facts, i->check, i->subject, out);
    if (facts_run_missing(a->facts, &missing) > 0) {
        if (i->runs < RUNS_MAX)
            return false;
        out->count = 0;
        out->undetermined = false; /* what it said was not written down */
        out->final = true;
        findings_undetermined(out, REASON_BUDGET, "the check asked for new facts %u times and was stopped", RUNS_MAX);
        verdict = VERDICT_UNDETERMINED;
    }
    if (facts_run_over_budget(a->facts) && verdict == VERDICT_PASS) {
        findings_undetermined(out, REASON_BUDGET, "the limit of facts for one target was reached");
        verdict = VERDICT_UNDETERMINED;
    }
    results_commit(a->results, a->facts, i->check, i->subject, verdict, out);
#ifdef ZONEVET_DOUBLE_RUN
    if (facts_run_missing(a->facts, &missing) == 0)
        compare_runs(a, i, verdict, out);
#endif
    return true;
}

static void run_instance(struct audit *a, struct instance *i)
{
    i->queued = false;
    i->runs++;
    arena_reset(a->scratch);
    if (i->check == NULL)
        run_names(a, i);
    else if (run_check(a, i))
        finish(a, i);
    else
        wait_for_missing(a, i);
}

static void start_name(struct audit *a, const struct check *check, const dname *subject)
{
    struct instance here = {.check = check, .subject = subject, .runs = 1};
    arena_reset(a->scratch);
    if (run_check(a, &here))
        return;
    struct instance *i = instance_new(a, check, subject);
    if (i == NULL || !instance_keep(a, i))
        return;
    i->runs = 1;
    wait_for_missing(a, i);
}

static void names_known(struct audit *a)
{
    struct owner_look look = {.facts = a->facts, .zone = facts_settings(a->facts)->live ? NULL : facts_zone(a->facts)};
    size_t apex = look.zone != NULL ? zone_index(look.zone, zone_apex(look.zone)) : SIZE_MAX;
    for (size_t n = 0, at = 0; n < a->names->count; n++) {
        const dname *name = a->names->list[n].name;
        look.seen = false;
        look.index = look.zone != NULL ? owner_after(look.zone, &at, name) : SIZE_MAX;
        if (look.index == apex)
            look.index = SIZE_MAX; /* at the target every check runs */
        for (size_t c = 0; c < a->options.check_count; c++) {
            const struct check *check = a->options.checks[c];
            if (check->scope != SCOPE_NAME)
                continue;
            if (owner_worth(&look, check) && !(owner_live_only(&look, check) && results_needs_live(a->results, check)))
                start_name(a, check, name);
#ifdef ZONEVET_DOUBLE_RUN
            else
                check_spared(a, &look, check, name);
#endif
        }
    }
    zone_view_free(&look.view);
    owners_visit(a->facts, a->options.checks, a->options.check_count, a->scratch, a->results);
}

/* Nothing is under way and nothing can run: what waits was held back for the last round. */
static bool release_stalled(struct audit *a)
{
    bool any = false;
    if (facts_under_way(a->facts) > 0)
        return false;
    bool give_up = a->last_round;
    facts_allow_last_round(a->facts);
    a->last_round = true;
    for (size_t n = 0; n < a->count; n++) {
        struct instance *i = a->all[n];
        if (i->done || !i->stalled)
            continue;
        if (give_up && i->runs > 1)
            i->runs = RUNS_MAX; /* the next run is the last, whatever it misses */
        make_ready(a, i);
        any = true;
    }
    return any;
}

bool audit_step(struct audit *a)
{
    a->in_step = true;
    do {
        while (a->ready != NULL) {
            struct instance *i = a->ready;
            a->ready = i->next_ready;
            if (a->ready == NULL)
                a->ready_end = &a->ready;
            run_instance(a, i);
        }
    } while (a->open > 0 && release_stalled(a));
    a->in_step = false;
    return a->open == 0;
}

struct target_report *audit_report(struct audit *a)
{
    return results_report(a->results, a->options.target, a->names);
}
