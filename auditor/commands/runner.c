/* SPDX-License-Identifier: BSD-2-Clause */
/* Worker threads: each has a loop, sockets and targets of its own; finished targets are rendered in canonical order. */
#include "auditor/commands/runner.h"

#include "auditor/base/clock.h"
#include "auditor/base/table.h"
#include "auditor/base/text.h"
#include "auditor/commands/interrupt.h"
#include "auditor/commands/outputs.h"
#include "auditor/commands/progress.h"
#include "auditor/commands/run_head.h"
#include "reports/snippets.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ACTIVE_PER_WORKER 32U  /* targets of one thread under way at once */
#define ORDER_WINDOW 256U      /* finished targets that may wait for an unfinished one before them */
#define REPORT_ARENA ((size_t)512 * 1024 * 1024)

struct slot {
    struct arena *arena;
    struct target_report *report;
    struct recording_target meta;
    bool done;
};

struct runner {
    const struct plan *plan;
    struct run run;
    struct outputs *outputs;
    struct collect_shared *shared;
    struct progress *progress;
    struct slot *slots;
    size_t count, next, emitted;
    const struct check **enabled, **disabled; /* of the plan's checks, by the configuration */
    size_t enabled_count, disabled_count;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    bool failed_output, failed_recording;
    bool undetermined_gate; /* something that could have failed the gate is not known */
    bool gate_failed;
};

/* One target under way in a worker. */
struct active {
    struct active *next_woken;
    size_t index;
    struct audit *audit;
    struct replay *replay;
    uint64_t started_ms;
    bool woken, reported;
};

struct worker {
    struct runner *runner;
    struct collector *collector;
    struct active *list[ACTIVE_PER_WORKER];
    size_t active;
    struct active *woken, **woken_end;
    pthread_t thread;
    bool started;
};

/* ---- in order, out ------------------------------------------------------------------------------------------------------ */

static bool gates(const struct run *run, const struct result *r)
{
    return !run->fail_never && r->severity >= run->fail_on;
}

/* What the old side of a diff could not tell either is not what the change made worse. */
static bool untold_before(const struct runner *r, const struct result *result)
{
    const struct table *before = r->plan->unknown_before;
    return before != NULL && table_get(before, result->fingerprint, 64) != NULL;
}

static void count_fail(struct runner *r, const struct result *result)
{
    struct run_counts *c = &r->run.counts;
    c->state_new += result->state == STATE_NEW;
    c->known += result->state == STATE_KNOWN;
    c->waived += result->state == STATE_WAIVED;
    if (result->state != STATE_WAIVED)
        c->open[result->severity]++;
    if (gate_counts(r->plan->gate, result) && gates(&r->run, result) && result->confidence <= r->run.min_confidence)
        r->gate_failed = true;
}

static void count_report(struct runner *r, const struct target_report *t)
{
    struct run_counts *c = &r->run.counts;
    c->targets++;
    c->fixed += (uint32_t)t->fixed_count;
    if (t->error != NULL)
        r->undetermined_gate = true;
    for (size_t i = 0; i < t->result_count; i++) {
        const struct result *result = &t->results[i];
        c->outcomes[result->outcome]++;
        if (result->outcome == OUTCOME_FAIL)
            count_fail(r, result);
        if (result->outcome == OUTCOME_UNDETERMINED && gates(&r->run, result) && !untold_before(r, result))
            r->undetermined_gate = true;
    }
}

/* The files judged are the files at hand: not those of a revision, nor those a stored report speaks of. */
static bool files_at_hand(const struct plan *p, const struct run *run)
{
    const char *side = run->gate.new_side;
    return p->origin == ORIGIN_FILES && (side == NULL || strncmp(side, "git:", 4) != 0);
}

/* Render what is next in order. Called with the lock held. */
static void emit_ready(struct runner *r)
{
    while (r->emitted < r->count && r->slots[r->emitted].done) {
        struct slot *slot = &r->slots[r->emitted++];
        if (slot->report != NULL) {
            if (r->plan->gate != NULL)
                gate_target(r->plan->gate, slot->report, slot->arena);
            count_report(r, slot->report);
            if (files_at_hand(r->plan, &r->run))
                snippets_add(slot->arena, slot->report, r->run.root);
            if (r->plan->options->on_report != NULL)
                r->plan->options->on_report(r->plan->options->on_report_context, &r->run, slot->report);
            if (outputs_target(r->outputs, slot->report) != STATUS_OK)
                r->failed_output = true;
            progress_done(r->progress, &r->run.counts, r->count);
        }
        arena_free(slot->arena);
        slot->arena = NULL;
        slot->report = NULL;
    }
    pthread_cond_broadcast(&r->moved);
}

static void hand_in(struct runner *r, size_t index, struct target_report *report)
{
    pthread_mutex_lock(&r->lock);
    r->slots[index].report = report;
    r->slots[index].done = true;
    emit_ready(r);
    pthread_mutex_unlock(&r->lock);
}

/* A word that is no domain name: reported beside the others. */
static struct target_report *unreadable(struct arena *a, const struct wanted *w)
{
    struct target_report *report = arena_alloc(a, sizeof(*report));
    if (report == NULL)
        return NULL;
    report->name = text_gate(a, w->typed, strlen(w->typed), 300);
    report->error = w->error;
    report->source_file = w->target.source_file;
    report->source_line = w->target.source_line;
    return report;
}

/* ---- one target ------------------------------------------------------------------------------------------------------------ */

static void woken(void *context, struct audit *audit)
{
    struct worker *w = context;
    for (size_t i = 0; i < ACTIVE_PER_WORKER; i++) {
        struct active *t = w->list[i];
        if (t == NULL || t->audit != audit || t->woken)
            continue;
        t->woken = true;
        t->next_woken = NULL;
        *w->woken_end = t;
        w->woken_end = &t->next_woken;
    }
}

static struct source source_of(struct worker *w, struct active *t, struct slot *slot)
{
    const struct plan *plan = w->runner->plan;
    const struct wanted *wanted = &plan->setup->targets[t->index];
    const char *error = NULL;
    switch (plan->origin) {
    case ORIGIN_FILES:
        return plan->files;
    case ORIGIN_RECORDING:
        if (replay_open(plan->recording, wanted->target.name, &t->replay, &slot->meta, slot->arena, &error) != STATUS_OK) {
            complain("%s", error != NULL ? error : "the recording cannot be read");
            return (struct source){0};
        }
        return replay_source(t->replay);
    default:
        return collector_source(w->collector);
    }
}

static bool start_target(struct worker *w, size_t index)
{
    struct runner *r = w->runner;
    struct slot *slot = &r->slots[index];
    struct active *t = calloc(1, sizeof(*t));
    size_t place = 0;
    slot->arena = arena_new(REPORT_ARENA);
    if (t == NULL || slot->arena == NULL) {
        free(t);
        hand_in(r, index, NULL);
        return false;
    }
    t->index = index;
    t->started_ms = clock_monotonic_ms();
    const struct audit_options options = {
        .target = &r->plan->setup->targets[index].target,
        .settings = &r->plan->setup->settings,
        .zones = r->plan->zones,
        .zones_before = r->plan->zones_before,
        .source = source_of(w, t, slot),
        .checks = r->enabled,
        .check_count = r->enabled_count,
        .disabled = r->disabled,
        .disabled_count = r->disabled_count,
        .report_arena = slot->arena,
        .woken = woken,
        .woken_context = w,
    };
    if (options.source.demand != NULL)
        t->audit = audit_new(&options);
    if (t->audit == NULL) {
        replay_free(t->replay);
        free(t);
        hand_in(r, index, NULL);
        return false;
    }
    while (w->list[place] != NULL)
        place++;
    w->list[place] = t;
    w->active++;
    woken(w, t->audit);
    return true;
}

static void report_target(struct worker *w, struct active *t)
{
    struct runner *r = w->runner;
    struct slot *slot = &r->slots[t->index];
    const struct wanted *wanted = &r->plan->setup->targets[t->index];
    struct target_report *report = audit_report(t->audit);
    if (r->plan->origin != ORIGIN_RECORDING) {
        slot->meta = (struct recording_target){.name = wanted->target.name, .source_file = wanted->target.source_file,
                                               .source_line = wanted->target.source_line};
        /* With --now two runs over the same world print the same: no durations, and no counts, for what targets
         * share is asked by whoever comes first. */
        bool measured = !r->plan->setup->settings.now_given;
        if (measured)
            slot->meta.duration_ms = (uint32_t)(clock_monotonic_ms() - t->started_ms);
        if (measured && r->plan->origin == ORIGIN_LIVE)
            collector_target_counts(w->collector, audit_facts(t->audit), &slot->meta.queries, &slot->meta.timeouts);
    }
    if (report != NULL) {
        report->duration_ms = slot->meta.duration_ms;
        report->queries = slot->meta.queries;
        report->timeouts = slot->meta.timeouts;
        report->source_file = slot->meta.source_file;
        report->source_line = slot->meta.source_line;
    }
    const char *record = r->plan->options->record;
    if (record != NULL && recording_write_target(record, &slot->meta, audit_facts(t->audit)) != STATUS_OK)
        r->failed_recording = true;
    t->reported = true;
    hand_in(r, t->index, report);
}

/* What nobody waits for may still be under way: the store must live until it came. */
static void forget_target(struct worker *w, struct active *t)
{
    uint32_t queries, timeouts;
    for (size_t i = 0; i < ACTIVE_PER_WORKER; i++) {
        if (w->list[i] == t)
            w->list[i] = NULL;
    }
    if (w->collector != NULL)
        collector_target_end(w->collector, audit_facts(t->audit), &queries, &timeouts);
    audit_free(t->audit);
    replay_free(t->replay);
    free(t);
    w->active--;
}

static void step_target(struct worker *w, struct active *t)
{
    t->woken = false;
    if (!t->reported && audit_step(t->audit))
        report_target(w, t);
    if (t->reported && facts_under_way(audit_facts(t->audit)) == 0)
        forget_target(w, t);
}

/* ---- workers ----------------------------------------------------------------------------------------------------------------- */

enum take { TAKE_ONE, TAKE_LATER, TAKE_NONE };

/* The next target to start; waits only if this worker has nothing else to do. */
static enum take take_target(struct worker *w, size_t *index)
{
    struct runner *r = w->runner;
    enum take take = TAKE_NONE;
    pthread_mutex_lock(&r->lock);
    while (r->next < r->count && !interrupted()) {
        if (r->next < r->emitted + ORDER_WINDOW) {
            *index = r->next++;
            take = TAKE_ONE;
            break;
        }
        take = TAKE_LATER;
        if (w->active > 0)
            break;
        pthread_cond_wait(&r->moved, &r->lock);
        take = TAKE_NONE;
    }
    pthread_mutex_unlock(&r->lock);
    return take;
}

static void run_woken(struct worker *w)
{
    while (w->woken != NULL) {
        struct active *t = w->woken;
        w->woken = t->next_woken;
        if (w->woken == NULL)
            w->woken_end = &w->woken;
        step_target(w, t);
    }
}

static void *work(void *context)
{
    struct worker *w = context;
    bool told = false;
    for (;;) {
        size_t index;
        enum take take = TAKE_LATER;
        while (w->active < ACTIVE_PER_WORKER && (take = take_target(w, &index)) == TAKE_ONE) {
            const struct wanted *wanted = &w->runner->plan->setup->targets[index];
            struct slot *slot = &w->runner->slots[index];
            if (wanted->target.name == NULL) {
                slot->arena = arena_new(0);
                hand_in(w->runner, index, slot->arena != NULL ? unreadable(slot->arena, wanted) : NULL);
            } else {
                start_target(w, index);
            }
            if (w->collector == NULL)
                run_woken(w);
        }
        run_woken(w);
        if (w->active == 0 && take == TAKE_NONE)
            return NULL;
        if (interrupted() && !told && w->collector != NULL) {
            told = true;
            collector_interrupt(w->collector);
        }
        if (w->active > 0 && w->woken == NULL && w->collector != NULL)
            collector_poll(w->collector, 200);
    }
}

/* ---- the run ------------------------------------------------------------------------------------------------------------------ */

static bool split_checks(struct runner *r)
{
    const struct setup *s = r->plan->setup;
    r->enabled = arena_array(r->plan->options->arena, s->check_count, sizeof(*r->enabled));
    r->disabled = arena_array(r->plan->options->arena, s->check_count, sizeof(*r->disabled));
    for (size_t i = 0; r->enabled != NULL && r->disabled != NULL && i < s->check_count; i++) {
        const struct check_policy *policy = settings_policy(&s->settings, s->checks[i]->id);
        if (policy != NULL && policy->disabled)
            r->disabled[r->disabled_count++] = s->checks[i];
        else
            r->enabled[r->enabled_count++] = s->checks[i];
    }
    return r->enabled != NULL && r->disabled != NULL;
}

static int settle_outcome(struct runner *r)
{
    const struct options *o = r->plan->options;
    struct run *run = &r->run;
    int signal_code = interrupted_code();
    run->interrupted = signal_code != 0 || r->emitted < r->count;
    bool incomplete = run->interrupted || (r->undetermined_gate && !o->error_ignore);
    run->outcome = r->gate_failed ? RUN_FAILED : incomplete ? RUN_INCOMPLETE : RUN_PASSED;
    int code = r->gate_failed ? EXIT_GATE : incomplete ? EXIT_INCOMPLETE : EXIT_PASSED;
    if (run->interrupted)
        run->outcome = RUN_INCOMPLETE;
    const char *what = run->gate.new_only ? "new" : "open";
    const char *level = run->fail_never ? "never" : severity_text(run->fail_on);
    if (run->interrupted)
        run->outcome_reason = "the run was interrupted before all targets were finished";
    else if (r->gate_failed)
        run->outcome_reason = arena_printf(o->arena, "there are %s findings of severity %s or above", what, level);
    else if (incomplete)
        run->outcome_reason = arena_printf(o->arena, "something that could have failed at severity %s or above is undetermined", level);
    else
        run->outcome_reason = run->fail_never ? arena_printf(o->arena, "no gate was set (--fail-on %s)", level)
                                              : arena_printf(o->arena, "no %s finding of severity %s or above", what, level);
    if (o->exit_zero && code != EXIT_TROUBLE)
        code = EXIT_PASSED;
    run->exit_code = signal_code != 0 ? signal_code : code;
    return run->exit_code;
}

/* A loop interleaves many targets: threads are for CPU, not for waiting, and each learns the way from the root anew. */
static size_t useful_threads(size_t targets, bool chosen)
{
    return chosen ? (targets + 3) / 4 : 1 + targets / (2 * ACTIVE_PER_WORKER);
}

/* What the user said, or one for each processor. */
static unsigned threads_wanted(const struct runner *r)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (r->plan->options->jobs != 0)
        return r->plan->options->jobs;
    return processors > 0 && processors < 256 ? (unsigned)processors : 1;
}

static unsigned worker_count(const struct runner *r)
{
    bool chosen = r->plan->options->jobs != 0;
    unsigned jobs = threads_wanted(r);
    if (r->plan->origin == ORIGIN_LIVE && jobs > useful_threads(r->count, chosen))
        jobs = (unsigned)useful_threads(r->count, chosen);
    return jobs < r->count ? jobs : (unsigned)r->count;
}

/* Targets of a stored run are finished already. */
static void run_stored(struct runner *r)
{
    for (size_t i = 0; i < r->count; i++) {
        struct slot *slot = &r->slots[i];
        slot->arena = arena_new(REPORT_ARENA);
        hand_in(r, i, slot->arena != NULL ? &r->plan->stored->targets[i] : NULL);
    }
}

static void run_workers(struct runner *r)
{
    if (r->plan->origin == ORIGIN_STORED) {
        run_stored(r);
        return;
    }
    unsigned jobs = worker_count(r);
    if (jobs > 0) /* threads that are left over work within a large zone */
        r->plan->setup->settings.jobs = threads_wanted(r) / jobs;
    struct worker *workers = calloc(jobs, sizeof(*workers));
    for (unsigned i = 0; workers != NULL && i < jobs; i++) {
        workers[i].runner = r;
        workers[i].woken_end = &workers[i].woken;
        if (r->plan->origin == ORIGIN_LIVE) {
            workers[i].collector = collector_new(r->shared);
            if (workers[i].collector == NULL)
                continue;
            interrupt_register(workers[i].collector);
        }
        /* A thread that cannot be had costs speed, not results: the first worker then runs here. */
        workers[i].started = jobs > 1 && pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
        if (!workers[i].started && i == 0 && (jobs == 1 || r->plan->origin != ORIGIN_LIVE || workers[0].collector != NULL))
            work(&workers[i]);
    }
    for (unsigned i = 0; workers != NULL && i < jobs; i++) {
        if (workers[i].started)
            pthread_join(workers[i].thread, NULL);
    }
    for (unsigned i = 0; workers != NULL && i < jobs; i++) {
        if (workers[i].collector == NULL)
            continue;
        interrupt_unregister(workers[i].collector);
        collector_free(workers[i].collector);
    }
    free(workers);
}

int runner_run(const struct plan *plan)
{
    struct runner r = {.plan = plan, .count = plan->origin == ORIGIN_STORED ? plan->stored->target_count
                                                                            : plan->setup->target_count};
    const char *error = NULL;
    pthread_mutex_init(&r.lock, NULL);
    pthread_cond_init(&r.moved, NULL);
    if (plan->options->record != NULL && recording_create(plan->options->arena, plan->options->record, &error) != STATUS_OK) {
        complain("%s", error);
        return EXIT_TROUBLE;
    }
    if (!split_checks(&r)) {
        complain("out of memory");
        return EXIT_TROUBLE;
    }
    run_begin(&r.run, plan);
    r.slots = calloc(r.count, sizeof(*r.slots));
    r.outputs = outputs_open(plan->options, &r.run);
    if (r.outputs == NULL || r.slots == NULL) {
        free(r.slots);
        return EXIT_TROUBLE;
    }
    if (plan->origin == ORIGIN_LIVE) {
        r.shared = collect_shared_new(&plan->setup->collect);
        if (r.shared == NULL) {
            complain("the network side cannot be set up");
            outputs_discard(r.outputs);
            free(r.slots);
            return EXIT_TROUBLE;
        }
    }
    r.progress = progress_new(plan->options);
    run_workers(&r);
    progress_free(r.progress);
    collect_shared_free(r.shared);
    run_finished(&r.run, plan);
    if (plan->gate != NULL)
        gate_finish(plan->gate, plan->options->arena, &r.run);
    int code = settle_outcome(&r);
    if (plan->options->record != NULL && (r.failed_recording || !run_record(&r.run, plan))) {
        complain("the recording in %s could not be written whole", plan->options->record);
        code = EXIT_TROUBLE;
    }
    if (outputs_close(r.outputs, r.failed_output) != STATUS_OK)
        code = EXIT_TROUBLE;
    for (size_t i = 0; i < r.count; i++)
        arena_free(r.slots[i].arena);
    free(r.slots);
    return code;
}
