/* SPDX-License-Identifier: BSD-2-Clause */
/* Names that a change takes away while records still point at them, in this zone or another one that was
 * given. */
#include "auditor/base/table.h"
#include "checks/change_check.h"
#include "checks/dangling/pointers.h"
#include "fingerprints/takeover.h"

#include <string.h>

/* ---- does the pointer work in one state? ---- */

/* In order: a pointer breaks when its target falls from one to a lower one. */
enum standing {
    STANDING_GONE,    /* nothing there */
    STANDING_EXISTS,  /* POINTER_DATA: records, but no address */
    STANDING_GOOD,    /* what the pointer needs, or an alias, which is a pointer of its own */
    STANDING_UNKNOWN, /* outside the zones given */
};

static enum standing standing_of(const struct answer *answer)
{
    switch (answer->state) {
    case ANSWER_RRSET:
    case ANSWER_ALIAS:
        return STANDING_GOOD;
    case ANSWER_NODATA:
    case ANSWER_NXDOMAIN:
        return STANDING_GONE;
    default:
        return STANDING_UNKNOWN;
    }
}

static enum standing has_set(struct facts *f, enum change_side side, struct arena *a, const dname *name,
                             uint16_t type)
{
    const struct answer answer = change_answer(f, side, a, name, type);
    return standing_of(&answer);
}

static enum standing has_either(struct facts *f, enum change_side side, struct arena *a, const dname *name,
                                uint16_t one, uint16_t other)
{
    const enum standing first = has_set(f, side, a, name, one);
    return first == STANDING_GONE ? has_set(f, side, a, name, other) : first;
}

/* Glue at or below the cut is all there is to find the servers by (RFC 1034 section 4.2.1). */
static enum standing has_server(struct facts *f, enum change_side side, struct arena *a,
                                const struct pointer *p)
{
    const struct zone *z = change_zone_of(change_zones(f, side), p->target, RRTYPE_A);
    if (z != NULL && (zone_has(z, p->target, RRTYPE_A) || zone_has(z, p->target, RRTYPE_AAAA)))
        return STANDING_GOOD;
    if (z != NULL && !dname_equal(p->set->owner, zone_apex(z)) && dname_under(p->target, p->set->owner))
        return STANDING_GONE;
    return has_either(f, side, a, p->target, RRTYPE_A, RRTYPE_AAAA);
}

static enum standing has_spf(struct facts *f, enum change_side side, struct arena *a, const dname *name)
{
    const struct answer answer = change_answer(f, side, a, name, RRTYPE_TXT);
    for (uint16_t i = 0; answer.state == ANSWER_RRSET && i < answer.rrset->count; i++) {
        const struct rdata *r = &answer.rrset->rdata[i];
        if (r->length >= 7 && memcmp(r->octets + 1, "v=spf1", 6) == 0)
            return STANDING_GOOD;
    }
    return answer.state == ANSWER_RRSET ? STANDING_GONE : standing_of(&answer);
}

/* Records of some other type still are there: an owner, or what a wildcard gives. An empty non-terminal has
 * nothing. */
static enum standing has_data(struct facts *f, enum change_side side, struct arena *a, const dname *name)
{
    const enum standing address = has_either(f, side, a, name, RRTYPE_A, RRTYPE_AAAA);
    const struct zone *z = change_zone_of(change_zones(f, side), name, RRTYPE_A);
    if (address != STANDING_GONE || z == NULL)
        return address;
    if (zone_index(z, name) != SIZE_MAX)
        return STANDING_EXISTS;
    const struct answer answer = change_answer(f, side, a, name, RRTYPE_A);
    return answer.state == ANSWER_NODATA && !zone_name_exists(z, name) ? STANDING_EXISTS : STANDING_GONE;
}

static enum standing look(struct facts *f, enum change_side side, struct arena *a, const struct pointer *p)
{
    switch (p->need) {
    case POINTER_HOST:
        return has_either(f, side, a, p->target, RRTYPE_A, RRTYPE_AAAA);
    case POINTER_SERVER:
        return has_server(f, side, a, p);
    case POINTER_DATA:
        return has_data(f, side, a, p->target);
    case POINTER_SUBTREE: {
        const struct answer answer = change_answer(f, side, a, p->target, RRTYPE_A);
        return answer.state == ANSWER_NODATA ? STANDING_GOOD : standing_of(&answer);
    }
    case POINTER_MX:
        return has_set(f, side, a, p->target, RRTYPE_MX);
    case POINTER_SPF:
        return has_spf(f, side, a, p->target);
    case POINTER_MAIL:
    default: {
        const enum standing mx = has_set(f, side, a, p->target, RRTYPE_MX);
        return mx == STANDING_GONE ? has_either(f, side, a, p->target, RRTYPE_A, RRTYPE_AAAA) : mx;
    }
    }
}

/* ---- the sweep ---- */

struct sweep {
    struct facts *f;
    struct findings *out;
    const struct change *change;
    const struct zone_set *before, *after;
    struct table *lost;     /* owners that lost something */
    struct table *told;     /* findings, by target and pointer: a set may point at one name several times */
    struct table *subtrees; /* names below which everything may be lost: a wildcard or a DNAME went */
    struct arena *work;     /* of one node */
    const struct zone *holder;
    size_t found;
};

/* Has the change anything to do with this name? Most pointers are done with here. */
static bool touched(const struct sweep *s, const struct pointer *p)
{
    if (!dname_under(p->target, zone_apex(s->change->after)))
        return false;
    if (p->need == POINTER_SUBTREE || table_get(s->lost, p->target, dname_length(p->target)) != NULL)
        return true;
    for (const dname *up = dname_parent(p->target); up != NULL && table_count(s->subtrees) > 0;
         up = dname_parent(up)) {
        if (table_get(s->subtrees, up, dname_length(up)) != NULL)
            return true;
    }
    return false;
}

static enum severity severity_of(const struct pointer *p)
{
    if (p->set->type == RRTYPE_PTR || p->need == POINTER_MAIL)
        return SEVERITY_LOW; /* a wrong name in logs, reports that are lost */
    if (p->need == POINTER_MX || (p->need == POINTER_HOST && p->set->type == RRTYPE_TXT))
        return SEVERITY_MEDIUM; /* the rest of the SPF record still works */
    return SEVERITY_HIGH;
}

/* What the pointer misses: the whole name, if nothing is left of it. */
static const char *missed(const struct sweep *s, const struct pointer *p)
{
    if (zone_index(s->change->after, p->target) == SIZE_MAX)
        return "the name";
    switch (p->need) {
    case POINTER_MX:
        return "the MX set of the name";
    case POINTER_SPF:
        return "the SPF record of the name";
    case POINTER_MAIL:
        return "MX and address of the name";
    default:
        return "the address of the name";
    }
}

static bool told_before(struct sweep *s, const struct pointer *p)
{
    const char *key = arena_printf(s->work, "%s %s %u %s", dname_text(s->work, p->target),
                                   dname_text(s->work, p->set->owner), (unsigned)p->set->type, p->how);
    if (key == NULL || table_get(s->told, key, strlen(key)) != NULL)
        return true;
    /* What is not told for want of room is only counted. */
    return s->found < CHANGE_FINDINGS_MAX && table_put(s->told, key, strlen(key), s) != 0;
}

static void report(struct sweep *s, const struct pointer *p)
{
    struct arena *a = facts_scratch(s->f);
    const char *owner = dname_text(a, p->set->owner);
    const char *type = change_type(s->f, p->set->type);
    const bool own = s->holder == s->change->after;
    if (told_before(s, p) || s->found++ >= CHANGE_FINDINGS_MAX)
        return;
    struct finding *finding = findings_add(
        s->out, p->target, "this change takes %s away, but %s %s%s%s%s still points at it", missed(s, p),
        owner, type, *p->how != '\0' ? " with " : "", p->how, own ? "" : ", in another zone,");
    finding->discriminator = arena_printf(a, "%s %s%s%s", owner, type, *p->how != '\0' ? " " : "", p->how);
    finding->rrtype = p->set->type;
    finding->severity = severity_of(p);
    change_cause(s->f, finding, p->target, 0);
    if ((zone_gaps(s->change->after) & ZONE_GAP_RECORDS) != 0)
        finding->confidence = CONFIDENCE_LIKELY; /* something that a plan does not show may hold the name */
    if (p->set->where != NULL)
        finding->location = arena_copy(a, &p->set->where[p->index], sizeof(*p->set->where));
    finding_note(s->out, finding, "record", "%s", rr_text(a, p->set, p->index));
    if (!own)
        finding_note(s->out, finding, "zone", "%s", dname_text(a, zone_apex(s->holder)));
}

static void visit(void *context, const struct pointer *p)
{
    struct sweep *s = context;
    if (!touched(s, p) || takeover_ignored(s->f, p->target))
        return;
    const enum standing before = look(s->f, CHANGE_OLD, s->work, p);
    const enum standing after = look(s->f, CHANGE_NEW, s->work, p);
    if (before != STANDING_UNKNOWN && after != STANDING_UNKNOWN && after < before)
        report(s, p);
}

static void sweep_zone(struct sweep *s, const struct zone *z)
{
    struct zone_view view = {0};
    s->holder = z;
    for (size_t i = 0; i < zone_node_count(z); i++) {
        if ((zone_types_at(z, i) & POINTER_TYPES) == 0 || zone_place_at(z, i) == ZONE_PLACE_BELOW)
            continue;
        const struct zone_node *node = zone_node_at(z, i, &view);
        /* At a cut only the delegation is this zone's own. */
        const bool cut = zone_place_at(z, i) == ZONE_PLACE_CUT;
        for (size_t n = 0; node != NULL && n < node->set_count; n++) {
            if (!cut || node->sets[n].type == RRTYPE_NS)
                pointers_of(s->work, &node->sets[n], visit, s);
        }
        arena_reset(s->work);
    }
    zone_view_free(&view);
}

/* What may be lost: owners that lost a set or a record. @return false without memory */
static bool collect(struct sweep *s)
{
    const struct change *c = s->change;
    for (size_t i = 0; i < c->count; i++) {
        const struct change_item *item = &c->items[i];
        const dname *owner = change_owner(c, item);
        if (item->gone == 0)
            continue;
        if (table_put(s->lost, owner, dname_length(owner), s) != 0)
            return false;
        const dname *base = dname_is_wildcard(owner)     ? dname_parent(owner)
                            : item->type == RRTYPE_DNAME ? owner
                                                         : NULL;
        if (base != NULL && table_put(s->subtrees, base, dname_length(base), s) != 0)
            return false;
    }
    return true;
}

static enum verdict judge(struct sweep *s)
{
    if (s->lost == NULL || s->subtrees == NULL || s->told == NULL || s->work == NULL || !collect(s)) {
        findings_undetermined(s->out, REASON_INTERNAL, "without memory the references could not be followed");
        return VERDICT_UNDETERMINED;
    }
    for (size_t i = 0; i < s->after->count; i++)
        sweep_zone(s, s->after->zones[i]);
    if (s->found > CHANGE_FINDINGS_MAX) {
        struct finding *rest = findings_add(s->out, facts_target(s->f),
                                            "%zu more records point at names that this change takes "
                                            "away",
                                            s->found - CHANGE_FINDINGS_MAX);
        rest->discriminator = "more";
    }
    return s->found > 0 ? VERDICT_FAIL : VERDICT_PASS;
}

static enum verdict run(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct change *c = change_ready(f, out, &verdict);
    (void)zone;
    if (c == NULL)
        return verdict;
    if (c->records_gone == 0) {
        findings_pass(out, "no record was removed");
        return VERDICT_PASS;
    }
    struct sweep s = {
        .f = f, .out = out, .change = c, .before = facts_zones_before(f), .after = facts_zones(f)};
    s.lost = table_new();
    s.subtrees = table_new();
    s.told = table_new();
    s.work = arena_new(0);
    verdict = judge(&s);
    if (verdict == VERDICT_PASS)
        findings_pass(out, "nothing in %zu zone%s points at what was removed", s.after->count,
                      s.after->count == 1 ? "" : "s");
    table_free(s.lost);
    table_free(s.subtrees);
    table_free(s.told);
    arena_free(s.work);
    return verdict;
}

const struct check topic_dangling_removed[] = {
    {
        CHANGE_COMMON,
        .id = "dangling.removed-host-still-served",
        .area = "dangling",
        .title = "Nothing points at the names that this change removes",
        .failure_title = "A name is removed while records still point at it",
        .why = "Users, mail or a whole delegation still go to the name and find nothing; and if the name "
               "ever comes back for something else, or its address goes to a stranger, they follow there.",
        .fix = "Remove or change the records that point at the name in the same commit, or keep the name "
               "until they are gone.",
        .effort = "minutes",
        .tags = "dangling change outage reference",
        .severity = SEVERITY_HIGH,
        .confidence_lowest = CONFIDENCE_LIKELY,
        .needs = "all zones before and after the change",
        .subject_kind = "name",
        .discriminator = "the record that points at it",
        .references = {RFC(1034, "3.6"), RFC(1912, "2.4"), RFC(2181, "10.3")},
        .controls = {{"nist-800-53r5", "CM-3"}},
        .cwe = "CWE-672",
        .false_positives = "A name that is kept in a zone which was not given: give all zones at once.",
        .example_pass = "!offline\nblog CNAME web\nweb A 192.0.2.10\n!before\nblog CNAME web\nweb A "
                        "192.0.2.10\nold A 192.0.2.11\n",
        .example_fail = "!offline\nblog CNAME web\n!before\nblog CNAME web\nweb A 192.0.2.10\n",
        .run = run,
    },
    {0},
};
