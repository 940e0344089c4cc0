/* SPDX-License-Identifier: BSD-2-Clause */
/* zonevet baseline: what is known already, so that a gate can be put before a zone that is not clean yet. */
#include "auditor/commands/commands.h"
#include "auditor/commands/gate_setup.h"
#include "auditor/commands/stored.h"
#include "auditor/base/clock.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BASELINE_FILE "zonevet-baseline.json"

/* A baseline under work. */
struct work {
    struct options *o;
    const char *path;
    struct arena *arena;
    struct known *known; /* as it was */
    struct known *fresh; /* what is to be added or takes another severity */
    struct gate *gate;   /* made with the first target: the run knows its checks */
    size_t added, gone, above, waived, changed;
    bool additions; /* not only the fixed ones go */
    bool no_memory;
};

static struct gate *gate_of(struct work *w, const struct run *run)
{
    const struct gate_options options = {
        .known = w->known, .checks = run->checks, .check_count = run->check_count};
    if (w->gate == NULL)
        w->gate = gate_new(w->arena, &options);
    return w->gate;
}

static void keep(struct work *w, const struct target_report *report, const struct result *r)
{
    struct known_entry *there = known_find(w->known, r->fingerprint);
    struct known_entry e = {.check = r->check->id,
                            .target = report->name,
                            .subject = r->subject,
                            .severity = r->severity,
                            .since = there != NULL ? there->since : NULL};
    memcpy(e.fingerprint, r->fingerprint, sizeof(e.fingerprint));
    if (there != NULL && there->severity == r->severity)
        return;
    if (there == NULL && r->state == STATE_WAIVED) { /* when the waiver ends it is new */
        w->waived++;
        return;
    }
    if (r->severity > w->o->max_severity) {
        w->above++;
        if (there != NULL) /* it rose beyond what may be in the file */
            there->gone = true;
        return;
    }
    if (there == NULL)
        w->added++;
    else
        w->changed++;
    w->no_memory = w->no_memory || known_add(w->fresh, &e) != STATUS_OK;
}

static void take_report(void *context, const struct run *run, const struct target_report *given)
{
    struct work *w = context;
    struct target_report report = *given;
    struct arena *scratch = arena_new(0);
    struct gate *gate = gate_of(w, run);
    if (gate == NULL || scratch == NULL) {
        w->no_memory = true;
        arena_free(scratch);
        return;
    }
    gate_target(gate, &report, scratch);
    for (size_t i = 0; w->additions && i < report.result_count; i++) {
        if (report.results[i].outcome == OUTCOME_FAIL)
            keep(w, &report, &report.results[i]);
    }
    for (size_t i = 0; i < report.fixed_count; i++) {
        struct known_entry *e = known_find(w->known, report.fixed[i].fingerprint);
        if (e != NULL)
            e->gone = true;
    }
    arena_free(scratch);
}

static bool may_hold(const struct work *w, const struct known_entry *e)
{
    return !e->gone && e->severity <= w->o->max_severity;
}

/* What stays, and, unless only the fixed ones are to go, what came. @return NULL without memory */
static struct known *merge(struct work *w)
{
    struct known *out = known_new(w->arena);
    bool good = out != NULL;
    for (size_t i = 0; good && i < known_count(w->known); i++) {
        const struct known_entry *e = known_at(w->known, i);
        if (w->additions ? may_hold(w, e) : !e->gone)
            good = known_add(out, e) == STATUS_OK;
        else
            w->gone++;
    }
    for (size_t i = 0; good && i < known_count(w->fresh); i++)
        good = known_add(out, known_at(w->fresh, i)) == STATUS_OK;
    return good ? out : NULL;
}

static int trouble(void)
{
    complain("out of memory");
    return EXIT_TROUBLE;
}

static int today(const struct options *o, int64_t *now_s)
{
    *now_s = clock_utc_s();
    if (o->now == NULL || clock_parse(o->now, now_s))
        return -1;
    complain("--now: '%s' is no time; expected 2026-01-01T00:00:00Z, 2026-01-01 or seconds", o->now);
    return EXIT_USAGE;
}

static void tell(const struct work *w, size_t now_in, bool written)
{
    if (w->o->report.verbosity < 0)
        return;
    printf("%s: %zu finding%s", w->path, now_in, now_in == 1 ? "" : "s");
    printf(written ? " (%zu added, %zu with another severity, %zu removed)\n" : "; nothing to change\n",
           w->added, w->changed, w->gone);
    if (w->above > 0)
        printf("  %zu above --max-severity %s stay%s out\n", w->above, severity_text(w->o->max_severity),
               w->above == 1 ? "s" : "");
    if (w->waived > 0)
        printf("  %zu waived stay%s out: new again when the waiver ends\n", w->waived,
               w->waived == 1 ? "s" : "");
}

/* create, update, prune: they differ in what they begin with and what they let in. */
static int settle(struct work *w, const struct words *arguments, bool create)
{
    int64_t now_s = 0;
    const char *error = NULL;
    int code = today(w->o, &now_s);
    if (code != -1)
        return code;
    w->fresh = known_new(w->arena);
    if (w->known == NULL || w->fresh == NULL)
        return trouble();
    code = findings_of(w->o, arguments, w->known, take_report, w);
    if (code != -1 && code != EXIT_INCOMPLETE)
        return code;
    struct known *out = w->no_memory ? NULL : merge(w);
    if (out == NULL)
        return trouble();
    bool changed = create || w->gone + w->added + w->changed > 0;
    if (changed && baseline_write(w->path, out, now_s, &error) != STATUS_OK) {
        complain("%s", error != NULL ? error : w->path);
        return EXIT_TROUBLE;
    }
    tell(w, known_count(out), changed);
    return code == -1 ? EXIT_PASSED : code;
}

static int create(struct work *w, const struct words *arguments)
{
    if (access(w->path, F_OK) == 0) {
        complain("%s is there already: 'zonevet baseline update' adds to it and keeps its dates; remove it "
                 "to begin anew",
                 w->path);
        return EXIT_USAGE;
    }
    w->known = known_new(w->arena);
    w->additions = true;
    return settle(w, arguments, true);
}

static int change(struct work *w, const struct words *arguments, bool additions)
{
    const char *error = NULL;
    if (baseline_read(w->arena, w->path, &w->known, &error) != STATUS_OK) {
        complain("%s", error != NULL ? error : w->path);
        return EXIT_USAGE;
    }
    w->additions = additions;
    return settle(w, arguments, false);
}

static int show(struct work *w)
{
    size_t severities[SEVERITY_CRITICAL + 1] = {0};
    const char *error = NULL;
    if (baseline_read(w->arena, w->path, &w->known, &error) != STATUS_OK) {
        complain("%s", error != NULL ? error : w->path);
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < known_count(w->known); i++) {
        const struct known_entry *e = known_at(w->known, i);
        severities[e->severity]++;
        printf("%-8s  %-36s  since %s  %s", severity_text(e->severity), e->check, e->since, e->subject);
        printf(strcmp(e->subject, e->target) == 0 ? "\n" : "  (target %s)\n", e->target);
    }
    printf("%s: %zu finding%s", w->path, known_count(w->known), known_count(w->known) == 1 ? "" : "s");
    for (int s = SEVERITY_CRITICAL; s >= SEVERITY_INFO; s--) {
        if (severities[s] > 0)
            printf(", %zu %s", severities[s], severity_text((enum severity)s));
    }
    putchar('\n');
    return EXIT_PASSED;
}

/* With --from, and for show, the argument is the baseline; else arguments are what to judge. */
static int find_path(struct work *w, struct words *rest, bool shows)
{
    const struct options *o = w->o;
    w->path = o->baseline != NULL ? o->baseline : BASELINE_FILE;
    if (rest->count == 0 || (!shows && o->from == NULL))
        return -1;
    if (rest->count > 1 || options_from(o, "baseline") == FROM_COMMAND_LINE) {
        complain("one baseline file was expected, found '%s' too", rest->items[rest->count - 1]);
        return EXIT_USAGE;
    }
    w->path = rest->items[0];
    rest->count = 0;
    return -1;
}

int command_baseline(struct options *o)
{
    static const char *const verbs[] = {"create", "update", "prune", "show"};
    struct work w = {.o = o, .arena = o->arena};
    size_t verb = 0;
    if (o->arguments.count == 0) {
        complain("baseline takes one of create, update, prune and show; see 'zonevet baseline --help'");
        return EXIT_USAGE;
    }
    while (verb < ARRAY_SIZE(verbs) && strcmp(verbs[verb], o->arguments.items[0]) != 0)
        verb++;
    if (verb == ARRAY_SIZE(verbs)) {
        const char *near = nearest(o->arguments.items[0], verbs, ARRAY_SIZE(verbs));
        complain("baseline: there is no '%s'; %s%s%s", o->arguments.items[0],
                 near != NULL ? "did you mean " : "it takes ",
                 near != NULL ? near : "create, update, prune and show", near != NULL ? "?" : "");
        return EXIT_USAGE;
    }
    struct words rest = {.items = o->arguments.items + 1, .count = o->arguments.count - 1};
    int code = find_path(&w, &rest, verb == 3);
    if (code != -1)
        return code;
    return verb == 3 ? show(&w) : verb == 0 ? create(&w, &rest) : change(&w, &rest, verb == 1);
}
