/* SPDX-License-Identifier: BSD-2-Clause */
/* zonevet waiver: add an entry, list them, and find those that have outlived their reason. */
#include "auditor/base/clock.h"
#include "auditor/commands/commands.h"
#include "auditor/commands/gate_setup.h"
#include "auditor/gate/dates.h"
#include "auditor/gate/stored_run.h"

#include <stdio.h>
#include <string.h>

#define WAIVERS_FILE "zonevet-waivers.yaml"

struct desk {
    const struct options *o;
    const char *path;
    int64_t now_s;
    struct waivers_options rules;
    struct waivers waivers;
};

static int usage(const char *error, const char *path)
{
    complain("%s", error != NULL ? error : path);
    return EXIT_USAGE;
}

/* ---- add --------------------------------------------------------------------------------------------- */

/* One finding of a stored run, by the beginning of its fingerprint. */
static int fill_from_finding(struct desk *d, struct waiver_text *entry)
{
    struct stored_run run;
    const char *error = NULL;
    const char *wanted = d->o->finding;
    size_t found = 0;
    if (d->o->from == NULL || strlen(wanted) < 8) {
        complain("--finding takes at least 8 digits of a fingerprint, and --from the report that has it");
        return EXIT_USAGE;
    }
    if (stored_run_read(d->o->arena, d->o->from, &run, &error) != STATUS_OK)
        return usage(error, d->o->from);
    for (size_t t = 0; t < run.target_count; t++) {
        for (size_t i = 0; i < run.targets[t].result_count; i++) {
            const struct result *r = &run.targets[t].results[i];
            if (r->outcome != OUTCOME_FAIL || strncmp(r->fingerprint, wanted, strlen(wanted)) != 0)
                continue;
            found++;
            entry->check = r->check->id;
            entry->target = run.targets[t].name;
            entry->subject = r->subject;
            entry->discriminator =
                r->discriminator != NULL && r->discriminator[0] != '\0' ? r->discriminator : NULL;
        }
    }
    if (found == 1)
        return -1;
    complain("%s: %s finding begins with '%s'", d->o->from, found == 0 ? "no" : "more than one", wanted);
    return EXIT_USAGE;
}

static int add(struct desk *d)
{
    const struct options *o = d->o;
    const char *error = NULL;
    struct waiver_text entry = {.id = o->waiver_id,
                                .target = o->target,
                                .subject = o->subject,
                                .discriminator = o->discriminator,
                                .reason = o->reason,
                                .owner = o->owner,
                                .expires = o->expires};
    if (o->checks.count > 1) {
        complain("--check: one id or glob was expected; add an entry for each");
        return EXIT_USAGE;
    }
    if (o->checks.count == 1)
        entry.check = o->checks.items[0];
    if (o->finding != NULL) {
        int code = fill_from_finding(d, &entry);
        if (code != -1)
            return code;
    }
    enum status status = waivers_append(o->arena, d->path, &entry, &d->rules, &error);
    if (status != STATUS_OK) {
        complain("%s", error != NULL ? error : d->path);
        return status == STATUS_MALFORMED || status == STATUS_LIMIT ? EXIT_USAGE : EXIT_TROUBLE;
    }
    if (o->report.verbosity >= 0)
        printf("%s: waiver of %s at %s until %s\n", d->path, entry.check, entry.target, entry.expires);
    return EXIT_PASSED;
}

/* ---- list -------------------------------------------------------------------------------------------- */

static int read_file(struct desk *d)
{
    const char *error = NULL;
    d->rules.survey = true;
    d->rules.strict = false;
    if (waivers_read(d->o->arena, d->path, &d->rules, &d->waivers, &error) != STATUS_OK)
        return usage(error, d->path);
    return -1;
}

static void print_waiver(const struct desk *d, const struct waiver *w)
{
    long days =
        (long)((w->note.expires_s - d->now_s + DAY_S - 1) / DAY_S) - 1; /* the last day counts as today */
    printf("%s  %s  %s", w->note.id, w->check, w->target);
    if (w->subject != NULL)
        printf("  subject %s", w->subject);
    if (w->discriminator != NULL)
        printf("  value %s", w->discriminator);
    if (w->expired)
        printf("\n    expired on %s", w->note.expires);
    else
        printf("\n    until %s (%ld day%s)%s", w->note.expires, days, days == 1 ? "" : "s",
               w->too_far ? ", too far ahead" : "");
    printf(", %s: %s\n", w->note.owner, w->note.reason);
}

static int list(struct desk *d)
{
    int code = read_file(d);
    if (code != -1)
        return code;
    for (size_t i = 0; i < d->waivers.count; i++)
        print_waiver(d, &d->waivers.list[i]);
    printf("%s: %zu waiver%s\n", d->path, d->waivers.count, d->waivers.count == 1 ? "" : "s");
    return EXIT_PASSED;
}

/* ---- check ------------------------------------------------------------------------------------------- */

/* Hold the waivers against the findings of a stored run, as if they were applied to it today. */
static int use_run(struct desk *d)
{
    struct stored_run run;
    const char *error = NULL;
    if (stored_run_read(d->o->arena, d->o->from, &run, &error) != STATUS_OK)
        return usage(error, d->o->from);
    const struct gate_options options = {.waivers = &d->waivers,
                                         .now_s = d->now_s,
                                         .checks = run.run.checks,
                                         .check_count = run.run.check_count};
    struct gate *gate = gate_new(d->o->arena, &options);
    if (gate == NULL) {
        complain("out of memory");
        return EXIT_TROUBLE;
    }
    for (size_t i = 0; i < run.target_count; i++)
        gate_target(gate, &run.targets[i], d->o->arena);
    return -1;
}

static int check(struct desk *d)
{
    static const enum waiver_fault faults[] = {WAIVER_FAULT_EXPIRED, WAIVER_FAULT_TOO_FAR, WAIVER_FAULT_BROAD,
                                               WAIVER_FAULT_UNUSED, WAIVER_FAULT_WAITING};
    size_t wrong = 0;
    int code = read_file(d);
    if (code == -1 && d->o->from != NULL)
        code = use_run(d);
    if (code != -1)
        return code;
    for (size_t i = 0; i < d->waivers.count; i++) {
        const struct waiver *w = &d->waivers.list[i];
        unsigned found = gate_waiver_faults(w, d->now_s);
        wrong += (found & ~(unsigned)WAIVER_FAULT_WAITING) != 0;
        for (size_t f = 0; f < ARRAY_SIZE(faults); f++) {
            if ((found & (unsigned)faults[f]) != 0)
                printf("%s\n", gate_waiver_text(d->o->arena, w, faults[f]));
        }
    }
    if (d->o->report.verbosity >= 0)
        printf("%s: %zu of %zu waiver%s to be looked at%s\n", d->path, wrong, d->waivers.count,
               d->waivers.count == 1 ? "" : "s",
               d->o->from == NULL ? "; which are used can be told with --from and the report of a run" : "");
    return wrong > 0 ? EXIT_GATE : EXIT_PASSED;
}

/* ---- the command ------------------------------------------------------------------------------------- */

static int open_desk(struct desk *d, const struct options *o)
{
    *d =
        (struct desk){.o = o, .path = o->waivers != NULL ? o->waivers : WAIVERS_FILE, .now_s = clock_utc_s()};
    if (o->now != NULL && !clock_parse(o->now, &d->now_s)) {
        complain("--now: '%s' is no time; expected 2026-01-01T00:00:00Z, 2026-01-01 or seconds", o->now);
        return EXIT_USAGE;
    }
    if (o->arguments.count == 2 && options_from(o, "waivers") != FROM_COMMAND_LINE) {
        d->path = o->arguments.items[1];
    } else if (o->arguments.count > 1) {
        complain("one waiver file was expected, found '%s' too", o->arguments.items[o->arguments.count - 1]);
        return EXIT_USAGE;
    }
    return gate_setup_rules(&d->rules, o->arena, o, d->now_s);
}

int command_waiver(struct options *o)
{
    static const struct {
        const char *name;
        int (*run)(struct desk *d);
    } verbs[] = {{"add", add}, {"list", list}, {"check", check}};
    const char *const names[] = {"add", "list", "check"};
    struct desk d;
    if (o->arguments.count == 0) {
        complain("waiver takes one of add, list and check; see 'zonevet waiver --help'");
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
        if (strcmp(verbs[i].name, o->arguments.items[0]) != 0)
            continue;
        int code = open_desk(&d, o);
        return code != -1 ? code : verbs[i].run(&d);
    }
    const char *near = nearest(o->arguments.items[0], names, ARRAY_SIZE(names));
    complain("waiver: there is no '%s'; %s%s%s", o->arguments.items[0],
             near != NULL ? "did you mean " : "it takes ", near != NULL ? near : "add, list and check",
             near != NULL ? "?" : "");
    return EXIT_USAGE;
}
