/* SPDX-License-Identifier: BSD-2-Clause */
/* Chains of aliases that are longer than resolvers like to follow. */
#include "auditor/base/table.h"
#include "auditor/check_zone.h"
#include "auditor/facts/derived/names.h"
#include "auditor/facts/derived/resolution.h"
#include "auditor/facts/zone.h"

#include <stdlib.h>

#define ID "dangling.chain-long"

static const struct check_option options[] = {
    {"aliases", "longest chain of aliases that is not reported", "8", 1, 10},
    {0},
};

static int64_t aliases_fine(struct facts *f)
{
    return check_option(f, options, ID, "aliases");
}

/* Aliases passed before the end, or before we stopped as resolvers do. */
static unsigned aliases_of(const struct resolution *chain)
{
    return chain->loop ? 0 : chain->hop_count - (chain->last->state == ANSWER_ALIAS ? 0 : 1);
}

/* Names that long chains pass behind their beginning. */
struct passed {
    struct table *names;
};

static void forget(void *table)
{
    table_free(table);
}

static bool may_be_alias(const struct zone *file, const dname *name)
{
    return file == NULL || !dname_under(name, zone_apex(file)) || zone_has(file, name, RRTYPE_CNAME);
}

static const void *compute_passed(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    const struct names *names = names_of(f, facts_target(f));
    const struct zone *file = facts_zone(f);
    struct passed *p = arena_alloc(a, sizeof(*p));
    const int64_t fine = aliases_fine(f);
    (void)key;
    (void)key_length;
    if (p == NULL || (p->names = arena_adopt(a, table_new(), forget)) == NULL)
        return NULL;
    for (size_t n = 0; n < names->count; n++) {
        const dname *name = names->list[n].name;
        if (!may_be_alias(file, name) || facts_lookup(f, name, RRTYPE_A)->state != ANSWER_ALIAS)
            continue;
        const struct resolution *chain = resolution_of(f, name, RRTYPE_A);
        for (unsigned i = 1; aliases_of(chain) > fine && i < chain->hop_count; i++)
            table_put(p->names, chain->hops[i]->owner, dname_length(chain->hops[i]->owner), p);
    }
    return p;
}

/* Marks of names on the way that is being walked: one more for each beginning, so none has to be taken back. */
struct circles {
    const struct zone *file;
    uint32_t *mark;
    struct arena *work; /* emptied after every step */
};

static bool alias_at(const struct zone *file, size_t node)
{
    return (zone_types_at(file, node) & ZONE_HAS(CNAME)) != 0 && zone_place_at(file, node) == ZONE_PLACE_AUTH;
}

/* The node to which the alias of this one leads in the same file; SIZE_MAX if there is none. */
static size_t alias_next(struct circles *c, size_t node)
{
    const struct rrset *set = zone_set_at(c->file, c->work, node, RRTYPE_CNAME);
    const dname *target = set != NULL && set->count > 0 ? rdata_name(&set->rdata[0], 0) : NULL;
    const size_t next = target != NULL ? zone_index(c->file, target) : SIZE_MAX;
    arena_reset(c->work);
    return next;
}

/* Every name of a circle lies behind another: its first in canonical order is not taken for passed. */
static void open_circles(struct circles *c, struct table *targets, void *passed)
{
    const size_t count = zone_node_count(c->file);
    for (size_t i = 0; i < count; i++) {
        const uint32_t walk = (uint32_t)i + 1;
        size_t at = i;
        for (; at != SIZE_MAX && c->mark[at] == 0 && alias_at(c->file, at); at = alias_next(c, at))
            c->mark[at] = walk;
        if (at == SIZE_MAX || c->mark[at] != walk)
            continue;
        size_t first = at;
        for (size_t other = alias_next(c, at); other != at && other != SIZE_MAX; other = alias_next(c, other))
            first = other < first ? other : first;
        const dname *owner = zone_owner_at(c->file, first);
        (void)table_put(targets, owner, dname_length(owner), passed);
    }
}

/* In a file an alias that another leads to lies inside that other's chain, which is longer by one. To follow the
 * chain of every name would cost each name of a chain all that the others read. */
static const void *compute_targets(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    const struct zone *file = facts_zone(f);
    const size_t count = zone_node_count(file);
    struct passed *p = arena_alloc(a, sizeof(*p));
    struct circles c = {.file = file, .mark = calloc(count + 1, sizeof(uint32_t)), .work = arena_new(0)};
    (void)key;
    (void)key_length;
    if (p != NULL && (p->names = arena_adopt(a, table_new(), forget)) == NULL)
        p = NULL;
    for (size_t i = 0; p != NULL && c.mark != NULL && c.work != NULL && i < count; i++) {
        const struct rrset *set = alias_at(file, i) ? zone_set_at(file, c.work, i, RRTYPE_CNAME) : NULL;
        const dname *target = set != NULL && set->count > 0 ? rdata_name(&set->rdata[0], 0) : NULL;
        if (target != NULL)
            (void)table_put(p->names, target, dname_length(target), p);
        arena_reset(c.work);
    }
    if (p != NULL && c.mark != NULL && c.work != NULL)
        open_circles(&c, p->names, NULL);
    free(c.mark);
    arena_free(c.work);
    return p;
}

/* The tail of a long chain may be long too: the chain is told once, at the known name where it begins. */
static bool inside_another(struct facts *f, const dname *owner)
{
    const struct passed *p = facts_derive(f, facts_zone(f) != NULL ? compute_targets : compute_passed, "", 0);
    return p != NULL && table_get(p->names, owner, dname_length(owner)) != NULL;
}

static enum verdict run(struct facts *f, const dname *owner, struct findings *out)
{
    const struct answer *first = facts_lookup(f, owner, RRTYPE_A);
    if (first->state != ANSWER_ALIAS && first->state != ANSWER_UNKNOWN)
        return VERDICT_PASS;
    const struct resolution *chain = resolution_of(f, owner, RRTYPE_A);
    const unsigned aliases = aliases_of(chain);
    const int64_t fine = aliases_fine(f);
    if (chain->last->state == ANSWER_UNKNOWN && aliases <= fine) {
        findings_undetermined(out, chain->last->reason,
                              "the chain of aliases could not be followed to its end");
        return VERDICT_UNDETERMINED;
    }
    if (aliases <= fine || inside_another(f, owner))
        return VERDICT_PASS;
    struct finding *finding =
        findings_add(out, owner, "%s%u aliases lead from here to %s", chain->too_long ? "more than " : "",
                     aliases, dname_text(facts_scratch(f), chain->last->owner));
    finding->rrtype = RRTYPE_CNAME;
    finding->discriminator = first->target != NULL ? dname_text(facts_scratch(f), first->target) : "?";
    if (first->rrset != NULL && first->rrset->where != NULL)
        finding->location = &first->rrset->where[0];
    return VERDICT_FAIL;
}

const struct check topic_dangling_long[] = {
    {
        .id = ID,
        .options = options,
        .area = "dangling",
        .title = "Chains of aliases are short",
        .failure_title = "A chain of aliases is long",
        .why = "Every alias costs visitors a question and adds a name on which the host depends; resolvers "
               "give up after some (BIND and Unbound after eleven), and then the host is gone for their "
               "users.",
        .fix = "Let the first alias lead to the last name directly.",
        .effort = "minutes",
        .tags = "dangling cname",
        .severity = SEVERITY_LOW,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "every hop of the chain of aliases",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .discriminator = "target of the CNAME",
        .references = {RFC(1034, "3.6.2")},
        .controls = {{"nist-800-53r5", "SC-20"}},
        .since = "0.1.0",
        .example_pass = "www CNAME a\na CNAME web\nweb A 192.0.2.80\n",
        .example_fail =
            "www CNAME a\na CNAME b\nb CNAME c\nc CNAME d\nd CNAME e\ne CNAME g\ng CNAME h\nh CNAME i\n"
            "i CNAME web\nweb A 192.0.2.80\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(CNAME),
        .worth = check_alias_worth,
        .live_only = check_alias_outside,
        .run = run,
    },
    {0},
};
