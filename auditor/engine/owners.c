/* SPDX-License-Identifier: BSD-2-Clause */
/* Owners of a zone file, one sweep for all checks: a zone has millions, and most are of no interest to most checks. */
#include "auditor/engine/owners.h"

#include "auditor/engine/findings.h"

static bool wanted(const struct check *check, uint64_t types)
{
    return check->scope == SCOPE_OWNER && check->visit != NULL && (check->types == 0 || (check->types & types) != 0);
}

/* Findings of one visit are committed at once, so the scratch memory is free for the next. */
struct sweep {
    struct facts *facts;
    struct arena *scratch;
    struct results *results;
    struct findings *out;
};

static bool begin(struct sweep *s, const struct check *check)
{
    if (s->out == NULL) {
        arena_reset(s->scratch);
        facts_run_begin(s->facts, s->scratch);
        s->out = findings_new(s->scratch, s->facts, check);
    }
    if (s->out != NULL)
        s->out->check = check;
    return s->out != NULL;
}

static void visit(struct sweep *s, const struct check *check, const struct zone_node *node)
{
    if (!begin(s, check))
        return;
    check->visit(s->facts, node, s->out);
    if (s->out->count == 0 && !s->out->undetermined && !s->out->no_memory)
        return;
    results_commit_visit(s->results, s->facts, check, node->owner, s->out);
    s->out = NULL;
}

void owners_visit(struct facts *f, const struct check *const *checks, size_t count, struct arena *scratch,
                  struct results *results)
{
    const struct zone *zone = facts_zone(f);
    struct sweep s = {.facts = f, .scratch = scratch, .results = results};
    struct zone_view view = {0};
    const struct check **visiting = arena_array(facts_arena(f), count, sizeof(*visiting));
    size_t visitors = 0;
    for (size_t c = 0; zone != NULL && visiting != NULL && c < count; c++) {
        if (wanted(checks[c], UINT64_MAX))
            visiting[visitors++] = checks[c];
    }
    for (size_t i = 0; visitors > 0 && i < zone_node_count(zone); i++) {
        uint64_t types = zone_types_at(zone, i);
        const struct zone_node *node = NULL;
        for (size_t c = 0; c < visitors; c++) {
            if (!wanted(visiting[c], types))
                continue;
            if (node == NULL && (node = zone_node_at(zone, i, &view)) == NULL)
                break;
            visit(&s, visiting[c], node);
        }
    }
    zone_view_free(&view);
}

void owners_visit_one(struct facts *f, const struct check *check, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    for (size_t i = 0; zone != NULL && i < zone_node_count(zone); i++) {
        /* Findings may point at places of records until they are committed: each visit has a view of its own. */
        struct zone_view *view = arena_alloc(out->arena, sizeof(*view));
        const struct zone_node *node =
            view != NULL && wanted(check, zone_types_at(zone, i)) ? zone_node_at(zone, i, view) : NULL;
        if (node != NULL && arena_adopt(out->arena, view, zone_view_destroy) != NULL)
            check->visit(f, node, out);
    }
}

static bool see(struct owner_look *look)
{
    look->seen = look->seen || zone_node_at(look->zone, look->index, &look->view) != NULL;
    return look->seen;
}

bool owner_worth(struct owner_look *look, const struct check *check)
{
    if (look->index == SIZE_MAX)
        return true;
    if ((check->modes & MODE_OFFLINE) == 0)
        return false; /* that it is not judged is said once, at the target */
    if (check->types != 0 && (check->types & zone_types_at(look->zone, look->index)) == 0)
        return false;
    return check->worth == NULL || !see(look) || check->worth(look->facts, &look->view.node);
}

bool owner_live_only(struct owner_look *look, const struct check *check)
{
    return look->index != SIZE_MAX && check->live_only != NULL && see(look) &&
           check->live_only(look->facts, &look->view.node);
}
