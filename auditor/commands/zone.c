/* SPDX-License-Identifier: BSD-2-Clause */
/* zonevet zone: files and directories, judged together; nothing is sent. */
#include "auditor/commands/commands.h"
#include "auditor/commands/gate_setup.h"
#include "auditor/commands/runner.h"
#include "auditor/commands/side.h"
#include "auditor/facts/offline.h"

static struct zones_word *words_of(const struct options *o)
{
    struct zones_word *words = arena_array(o->arena, o->arguments.count, sizeof(*words));
    for (size_t i = 0; words != NULL && i < o->arguments.count; i++)
        words[i].path = o->arguments.items[i];
    return words;
}

static int judge(const struct options *o, struct setup *s, struct gate_setup *g, const struct zones *zones,
                 const struct zone_set *before)
{
    struct gate *gate = NULL;
    int code = setup_checks(s, o);
    for (size_t i = 0; code == -1 && i < zones->file_count; i++)
        code = gate_setup_zone(g, o, &zones->files[i]);
    if (code == -1)
        code = gate_setup_finish(g, s, o, &gate);
    if (code != -1)
        return code;
    setup_zones(s, zones);
    setup_digest(s, o);
    const struct offline offline = {.zones = zones->set.zones, .count = zones->set.count};
    const struct plan plan = {.options = o, .setup = s, .origin = ORIGIN_FILES, .files = offline_source(&offline),
                              .zones = &zones->set, .zones_before = before, .gate = gate, .resolver = "none"};
    return runner_run(&plan);
}

/* --old: checks of a change see the earlier state; its findings are not compared, that is what diff does. */
static int read_old(const struct options *o, struct setup *s, struct side *before)
{
    if (side_is_live(o->old)) {
        complain("--old takes a file, a directory or git:REV:PATH, for zone sends nothing; see 'zonevet diff'");
        return EXIT_USAGE;
    }
    int code = side_read(o, s, o->old, INPUT_BEFORE, NULL, before);
    if (code == -1 && before->is_run) {
        complain("--old: %s is a report, which holds no zones; see 'zonevet diff'", o->old);
        code = EXIT_USAGE;
    }
    return code;
}

int command_zone(struct options *o)
{
    struct setup s = {0};
    struct gate_setup g = {0};
    struct zones zones = {0};
    struct side before = {0};
    int code = setup_settings(&s, o);
    if (code == -1)
        code = setup_fingerprints(o);
    if (code == -1)
        code = gate_setup(&g, &s, o);
    if (code == -1)
        code = zones_read(o, words_of(o), o->arguments.count, &zones);
    if (code == -1 && o->old != NULL)
        code = read_old(o, &s, &before);
    if (code == -1)
        code = judge(o, &s, &g, &zones, o->old != NULL ? &before.zones.set : NULL);
    side_free(&before);
    zones_free(&zones);
    return code;
}
