/* SPDX-License-Identifier: BSD-2-Clause */
/* zonevet diff: the same checks on both sides of a change; what the new side has and the old one had not is new. */
#include "auditor/base/table.h"
#include "auditor/commands/commands.h"
#include "auditor/commands/gate_setup.h"
#include "auditor/commands/runner.h"
#include "auditor/commands/side.h"
#include "auditor/facts/offline.h"

#include <string.h>

/* What the old side had: findings, and what could not be told already there. */
struct before {
    struct known *known;
    struct table *unknown; /* fingerprints */
    bool no_memory;
};

static void note_before(void *context, const struct run *run, const struct target_report *report)
{
    struct before *b = context;
    (void)run;
    b->no_memory = b->no_memory || known_add_report(b->known, report, NULL) != STATUS_OK;
    for (size_t i = 0; i < report->result_count; i++) {
        const struct result *r = &report->results[i];
        if (r->outcome == OUTCOME_UNDETERMINED && table_put(b->unknown, r->fingerprint, 64, b) != 0)
            b->no_memory = true;
    }
}

/* A zone read name by name may lack names that nobody knows, and what lies below cuts. */
static bool told_by_lookups(const struct check *c)
{
    static const char *const untold[] = {"dnssec.nsec-", "zone.zonemd", "zone.glue", "zone.occluded", "zone.dname-children"};
    for (size_t i = 0; i < ARRAY_SIZE(untold); i++) {
        if (strncmp(c->id, untold[i], strlen(untold[i])) == 0)
            return false;
    }
    return true;
}

/* The old side is judged without a report: its findings are what is known. */
static int judge_old(const struct options *o, const struct setup *s, const struct side *old, struct before *b)
{
    struct options quiet = *o;
    struct setup setup = *s;
    const struct offline offline = {.zones = old->zones.set.zones, .count = old->zones.set.count};
    const struct plan plan = {.options = &quiet, .setup = &setup, .origin = ORIGIN_FILES,
                              .files = offline_source(&offline), .zones = &old->zones.set, .resolver = "none"};
    if (old->is_run) {
        for (size_t i = 0; i < old->run.target_count; i++)
            note_before(b, &old->run.run, &old->run.targets[i]);
        return -1;
    }
    quiet.output_count = 0;
    quiet.fail_never = true;
    quiet.report.verbosity = -1;
    quiet.on_report = note_before;
    quiet.on_report_context = b;
    if (side_is_live(old->named)) {
        setup.checks = arena_array(o->arena, s->check_count, sizeof(*setup.checks));
        setup.check_count = 0;
        for (size_t i = 0; setup.checks != NULL && i < s->check_count; i++) {
            if (told_by_lookups(s->checks[i]))
                setup.checks[setup.check_count++] = s->checks[i];
        }
    }
    setup_zones(&setup, &old->zones);
    setup_digest(&setup, &quiet);
    int code = runner_run(&plan);
    return code == EXIT_PASSED || code == EXIT_GATE || code == EXIT_INCOMPLETE ? -1 : code;
}

/* Against a stored run only what it judged too can be new. */
static void keep_checks_of(struct setup *s, const struct run *run)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->check_count; i++) {
        bool there = false;
        for (size_t j = 0; j < run->check_count && !there; j++)
            there = strcmp(run->checks[j]->id, s->checks[i]->id) == 0;
        if (there)
            s->checks[kept++] = s->checks[i];
    }
    s->check_count = kept;
}

/* A zone that only the old side has is a target without a zone: that it is gone must not go unseen. */
static bool add_removed(struct arena *a, struct zones *now, const struct zones *before)
{
    struct wanted *targets = arena_array(a, now->count + before->count, sizeof(*targets));
    size_t count = 0;
    size_t n = 0;
    if (targets == NULL)
        return false;
    for (size_t i = 0; i < before->count; i++) {
        while (n < now->count && dname_compare(now->targets[n].target.name, before->targets[i].target.name) < 0)
            targets[count++] = now->targets[n++];
        if (n < now->count && dname_equal(now->targets[n].target.name, before->targets[i].target.name))
            continue;
        targets[count] = before->targets[i];
        targets[count++].target = (struct audit_target){.name = before->targets[i].target.name,
                                                        .source_file = before->targets[i].target.source_file,
                                                        .source_line = 1};
    }
    while (n < now->count)
        targets[count++] = now->targets[n++];
    now->targets = targets;
    now->count = count;
    return true;
}

/* Both sides are files, and the new one still has every zone of the old one: the gate's same_sight. */
static bool same_sight(const struct side *old, const struct side *now)
{
    size_t n = 0;
    if (old->is_run || now->is_run || side_is_live(old->named) || side_is_live(now->named))
        return false;
    for (size_t i = 0; i < old->zones.count; i++) {
        const dname *name = old->zones.targets[i].target.name;
        while (n < now->zones.count && dname_compare(now->zones.targets[n].target.name, name) < 0)
            n++;
        if (n == now->zones.count || !dname_equal(now->zones.targets[n].target.name, name))
            return false;
    }
    return true;
}

static int judge_new(const struct options *o, struct setup *s, struct gate_setup *g, struct side *old, struct side *now,
                     const struct before *b)
{
    struct gate *gate = NULL;
    int code = -1;
    g->same_sight = same_sight(old, now);
    for (size_t i = 0; code == -1 && i < now->zones.file_count; i++)
        code = gate_setup_zone(g, o, &now->zones.files[i]);
    if (code == -1)
        code = gate_setup_finish(g, s, o, &gate);
    if (code != -1)
        return code;
    old->zones.set.served_live = side_is_live(old->named);
    const struct offline offline = {.zones = now->zones.set.zones, .count = now->zones.set.count};
    struct plan plan = {.options = o, .setup = s, .origin = ORIGIN_FILES, .files = offline_source(&offline),
                        .zones = &now->zones.set, .zones_before = old->is_run ? NULL : &old->zones.set, .gate = gate,
                        .unknown_before = b->unknown, .resolver = "none"};
    if (now->is_run) {
        plan.origin = ORIGIN_STORED;
        plan.stored = &now->run;
    } else {
        if (!old->is_run && !add_removed(o->arena, &now->zones, &old->zones))
            return EXIT_TROUBLE;
        setup_zones(s, &now->zones);
    }
    setup_digest(s, o);
    return runner_run(&plan);
}

static int compare(const struct options *o, struct setup *s, struct side *old, struct side *now)
{
    struct gate_setup g = {.old_name = old->named, .new_name = now->named};
    struct before b = {.known = known_new(o->arena), .unknown = table_new()};
    int code = setup_checks(s, o);
    if (code == -1)
        code = gate_setup(&g, s, o);
    if (code == -1 && old->is_run)
        keep_checks_of(s, &old->run.run);
    if (code == -1 && (b.known == NULL || b.unknown == NULL))
        code = EXIT_TROUBLE;
    if (code == -1)
        code = judge_old(o, s, old, &b);
    if (code == -1 && b.no_memory) {
        complain("out of memory");
        code = EXIT_TROUBLE;
    }
    g.old_side = b.known;
    if (code == -1)
        code = judge_new(o, s, &g, old, now, &b);
    table_free(b.unknown);
    return code;
}

/* The other side tells what to ask for, so a live side is read second. */
static int read_sides(const struct options *o, struct setup *s, const char *old_word, const char *new_word,
                      struct side *old, struct side *now)
{
    bool one = old_word == new_word;
    if (side_is_live(old_word) && side_is_live(new_word)) {
        complain("one side of a diff may be live, not both");
        return EXIT_USAGE;
    }
    if (side_is_live(old_word)) {
        int code = side_read(o, s, new_word, INPUT_AFTER, NULL, now);
        return code == -1 ? side_read(o, s, old_word, INPUT_BEFORE, &now->zones, old) : code;
    }
    int code = side_read(o, s, old_word, one ? INPUT_BEFORE : INPUT_AFTER, NULL, old);
    return code == -1 ? side_read(o, s, new_word, INPUT_AFTER, &old->zones, now) : code;
}

int command_diff(struct options *o)
{
    struct setup s = {0};
    struct side old = {0};
    struct side now = {0};
    if (o->arguments.count < 1 || o->arguments.count > 2) {
        complain("diff takes two sides, OLD and NEW (files, directories, git:REV:PATH, live:NAME, a stored run), "
                 "or one Terraform plan");
        return EXIT_USAGE;
    }
    const char *old_word = o->arguments.items[0];
    const char *new_word = o->arguments.count == 2 ? o->arguments.items[1] : old_word;
    if (options_from(o, "new-only") == FROM_DEFAULT)
        o->new_only = true;
    int code = setup_settings(&s, o);
    if (code == -1)
        code = setup_fingerprints(o);
    if (code == -1)
        code = read_sides(o, &s, old_word, new_word, &old, &now);
    if (code == -1)
        code = compare(o, &s, &old, &now);
    side_free(&old);
    side_free(&now);
    return code;
}
