/* SPDX-License-Identifier: BSD-2-Clause */
/* The gate of a run, out of options, files and comments. */
#include "auditor/commands/gate_setup.h"

#include "auditor/base/table.h"
#include "checks/registry.h"

#include <string.h>

int gate_setup_rules(struct waivers_options *rules, struct arena *a, const struct options *o, int64_t now_s)
{
    size_t count = 0;
    for (size_t t = 0; registry_topics[t] != NULL; t++) {
        for (const struct check *c = registry_topics[t]; c->id != NULL; c++)
            count++;
    }
    const struct check **all = arena_array(a, count, sizeof(*all));
    if (all == NULL) {
        complain("out of memory");
        return EXIT_TROUBLE;
    }
    size_t at = 0;
    for (size_t t = 0; registry_topics[t] != NULL; t++) {
        for (const struct check *c = registry_topics[t]; c->id != NULL; c++)
            all[at++] = c;
    }
    *rules = (struct waivers_options){.now_s = now_s,
                                      .max_days = o->max_waiver_days,
                                      .strict = o->strict_waivers,
                                      .checks = all,
                                      .check_count = count,
                                      .read_name = setup_name};
    return -1;
}

int gate_setup(struct gate_setup *g, const struct setup *s, const struct options *o)
{
    const char *error = NULL;
    g->arena = o->arena;
    if (o->new_only && o->baseline == NULL && g->old_side == NULL && g->old_name == NULL) {
        complain("--new-only needs a baseline: expected --baseline FILE (see 'zonevet baseline create')");
        return EXIT_USAGE;
    }
    int code = gate_setup_rules(&g->options, o->arena, o, s->settings.now_s);
    if (code != -1)
        return code;
    if (o->baseline != NULL && baseline_read(o->arena, o->baseline, &g->baseline, &error) != STATUS_OK) {
        complain("%s", error != NULL ? error : o->baseline);
        return EXIT_USAGE;
    }
    if (o->waivers != NULL &&
        waivers_read(o->arena, o->waivers, &g->options, &g->waivers, &error) != STATUS_OK) {
        complain("%s", error != NULL ? error : o->waivers);
        return EXIT_USAGE;
    }
    return -1;
}

static const struct check *check_by_id(const struct setup *s, const char *id)
{
    for (size_t i = 0; i < s->check_count; i++) {
        if (strcmp(s->checks[i]->id, id) == 0)
            return s->checks[i];
    }
    return NULL;
}

/* The subject of a check that is asked for each name; NULL if it is the target or not below it. */
static const dname *name_below(struct arena *a, const struct setup *s, const struct known_entry *e)
{
    const struct check *check = check_by_id(s, e->check);
    const dname *target = NULL;
    const dname *subject = NULL;
    if (check == NULL || check->scope != SCOPE_NAME || strcmp(e->target, e->subject) == 0)
        return NULL;
    if (dname_from_text(a, e->target, &target) != STATUS_OK || dname_from_text(a, e->subject, &subject) != STATUS_OK)
        return NULL;
    return dname_under(subject, target) ? dname_lower(a, subject) : NULL;
}

void gate_setup_names(struct setup *s, struct known *k)
{
    size_t count = s->settings.names_count;
    const dname **names = k != NULL ? arena_array(s->arena, count + known_count(k), sizeof(*names)) : NULL;
    struct table *met = names != NULL ? table_new() : NULL;
    if (met == NULL)
        return;
    for (size_t i = 0; i < count; i++)
        names[i] = s->settings.names[i];
    for (size_t i = 0; i < known_count(k); i++) {
        const dname *name = name_below(s->arena, s, known_at(k, i));
        if (name == NULL || table_get(met, name, dname_length(name)) != NULL)
            continue;
        names[count++] = name;
        (void)table_put(met, name, dname_length(name), met);
    }
    table_free(met);
    s->settings.names = names;
    s->settings.names_count = count;
}

int gate_setup_zone(struct gate_setup *g, const struct options *o, const struct zonefile *file)
{
    size_t before = g->inlined.fault_count;
    if (file->comment_count == 0)
        return -1;
    if (inline_waivers_add(&g->inlined, g->arena, file->comments, file->comment_count, &g->options) !=
        STATUS_OK) {
        complain("out of memory");
        return EXIT_TROUBLE;
    }
    if (!o->strict_waivers || g->inlined.fault_count == before)
        return -1;
    for (size_t i = before; i < g->inlined.fault_count; i++)
        complain("%s", g->inlined.faults[i]);
    return EXIT_USAGE;
}

int gate_setup_finish(struct gate_setup *g, const struct setup *s, const struct options *o, struct gate **out)
{
    bool diff = g->old_side != NULL || g->old_name != NULL;
    *out = NULL;
    if (g->baseline == NULL && !diff && o->waivers == NULL && g->inlined.count == 0 &&
        g->inlined.fault_count == 0)
        return -1;
    const struct gate_options options = {
        .known = diff ? g->old_side : g->baseline,
        .older = diff ? g->baseline : NULL,
        .waivers = o->waivers != NULL ? &g->waivers : NULL,
        .inlined = &g->inlined,
        .new_only = o->new_only,
        .same_sight = g->same_sight,
        .now_s = s->settings.now_s,
        .checks = (const struct check *const *)s->checks,
        .check_count = s->check_count,
        .baseline = o->baseline,
        .waivers_path = o->waivers,
        .old_side = g->old_name,
        .new_side = g->new_name,
    };
    *out = gate_new(o->arena, &options);
    if (*out != NULL)
        return -1;
    complain("out of memory");
    return EXIT_TROUBLE;
}
