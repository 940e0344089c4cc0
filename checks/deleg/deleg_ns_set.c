/* SPDX-License-Identifier: BSD-2-Clause */
/* Do the parent and the zone name the same servers? */
#include "auditor/check_zone.h"
#include "auditor/facts/zone.h"

struct sets {
    size_t parent_only, child_only, both;
};

static struct sets compare(const struct delegation *d)
{
    struct sets sets = {0};
    for (size_t i = 0; i < d->server_count; i++) {
        const struct nameserver *ns = &d->servers[i];
        sets.both += ns->at_parent && ns->at_child;
        sets.parent_only += ns->at_parent && !ns->at_child;
        sets.child_only += !ns->at_parent && ns->at_child;
    }
    return sets;
}

/* Both sides are known, or the reason why not is said. */
static bool both_sides(const struct delegation *d, struct findings *out)
{
    if (d->parent_ns_known && d->child_ns_known)
        return true;
    findings_undetermined(out, REASON_NONE, "the NS set %s is not known",
                          d->parent_ns_known ? "in the zone itself" : "at the parent");
    return false;
}

/* ---- delegations inside a zone file whose child zones were given too ---- */

static bool set_has(const struct rrset *ns, const dname *name)
{
    for (uint16_t i = 0; i < ns->count; i++) {
        const dname *other = rdata_name(&ns->rdata[i], 0);
        if (other != NULL && dname_equal(other, name))
            return true;
    }
    return false;
}

static void compare_child(struct facts *f, const struct rrset *at_cut, const struct rrset *apex,
                          struct findings *out, bool parent_side)
{
    const struct rrset *from = parent_side ? at_cut : apex;
    const struct rrset *in = parent_side ? apex : at_cut;
    for (uint16_t i = 0; i < from->count; i++) {
        const dname *name = rdata_name(&from->rdata[i], 0);
        if (name == NULL || set_has(in, name))
            continue;
        const char *text = dname_text(facts_scratch(f), name);
        struct finding *finding = findings_add(out, at_cut->owner, "%s is named %s", text,
                                               parent_side ? "in the delegation, but not in the child zone"
                                                           : "in the child zone, but not in the delegation");
        finding->rrtype = RRTYPE_NS;
        finding->discriminator = text;
        if (from->where != NULL)
            finding->location = &from->where[i];
    }
}

/* The other side of the zone's own delegation is unknown offline, but delegations inside the file can be
 * compared with child zones of the same run. */
static void compare_children(struct facts *f, struct findings *out, bool parent_side)
{
    const struct zone *zone = facts_zone(f);
    const struct zone_set *given = facts_zones(f);
    for (size_t c = 0; zone != NULL && c < given->count; c++) {
        const dname *owner = zone_apex(given->zones[c]);
        size_t i = zone_index(zone, owner);
        if (i == SIZE_MAX || zone_place_at(zone, i) != ZONE_PLACE_CUT)
            continue;
        const struct rrset *at_cut = zone_set_at(zone, facts_scratch(f), i, RRTYPE_NS);
        const struct answer *soa = facts_lookup(f, owner, RRTYPE_SOA);
        const struct answer *ns = facts_lookup(f, owner, RRTYPE_NS);
        if (soa->state == ANSWER_RRSET && ns->state == ANSWER_RRSET)
            compare_child(f, at_cut, ns->rrset, out, parent_side);
    }
}

static enum verdict offline(struct facts *f, struct findings *out, bool parent_side)
{
    compare_children(f, out, parent_side);
    findings_undetermined(out, REASON_NEEDS_LIVE, "only the parent's servers know what they delegate");
    return VERDICT_UNDETERMINED;
}

/* ---- the checks ---- */

static enum verdict run_one_side(struct facts *f, const dname *zone, struct findings *out, bool parent_side)
{
    const struct delegation *d = delegation_of(f, zone);
    enum verdict verdict;
    if (!facts_settings(f)->live)
        return offline(f, out, parent_side);
    if (!check_zone_ready(d, out, &verdict))
        return verdict;
    if (d->parent == NULL) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "the root has no parent");
        return VERDICT_SKIPPED;
    }
    if (!both_sides(d, out))
        return VERDICT_UNDETERMINED;
    for (size_t i = 0; i < d->server_count; i++) {
        const struct nameserver *ns = &d->servers[i];
        if (ns->at_parent == ns->at_child || ns->at_parent != parent_side)
            continue;
        const char *name = dname_text(facts_scratch(f), ns->name);
        struct finding *finding = findings_add(out, zone,
                                               parent_side ? "the parent names %s, the zone itself does not"
                                                           : "the zone names %s, the parent does not",
                                               name);
        finding->rrtype = RRTYPE_NS;
        finding->discriminator = name;
    }
    findings_pass(out, "parent and zone name the same %zu servers", d->server_count);
    return VERDICT_PASS;
}

static enum verdict run_parent_only(struct facts *f, const dname *zone, struct findings *out)
{
    const struct delegation *d = delegation_of(f, zone);
    const struct sets sets = compare(d);
    /* Nothing in common is a fault of its own: one finding, not one a server. */
    if (facts_settings(f)->live && d->parent_ns_known && d->child_ns_known && sets.both == 0 &&
        d->parent != NULL && sets.parent_only > 0) {
        findings_pass(out, "the sets share nothing: see deleg.ns-set-disjoint");
        return VERDICT_PASS;
    }
    return run_one_side(f, zone, out, true);
}

static enum verdict run_child_only(struct facts *f, const dname *zone, struct findings *out)
{
    return run_one_side(f, zone, out, false);
}

static enum verdict run_disjoint(struct facts *f, const dname *zone, struct findings *out)
{
    const struct delegation *d = delegation_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(d, out, &verdict))
        return verdict;
    if (d->parent == NULL) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "the root has no parent");
        return VERDICT_SKIPPED;
    }
    if (!both_sides(d, out))
        return VERDICT_UNDETERMINED;
    const struct sets sets = compare(d);
    if (sets.both > 0)
        return VERDICT_PASS;
    struct finding *finding = findings_add(
        out, zone, "none of the %zu servers that the parent names is among the %zu that the zone names",
        sets.parent_only, sets.child_only);
    finding->rrtype = RRTYPE_NS;
    return VERDICT_FAIL;
}

#define TWO_SETS_FAIL                                                                                        \
    "!parent example.test. NS ns1.example.test.\n!parent example.test. NS ns9.example.test.\n"               \
    "!parent ns1.example.test. A 192.0.2.1\n!parent ns9.example.test. A 192.0.2.2\n"

const struct check topic_deleg_ns_set[] = {
    {
        .id = "deleg.ns-set-parent-only",
        .area = "deleg",
        .title = "The zone itself names every server that the parent names",
        .failure_title = "The parent sends resolvers to a server that the zone does not name",
        .why = "Resolvers keep asking a server that its operators may have retired. Whoever gets its name "
               "or address next answers for the domain.",
        .fix = "Take the server out of the delegation (at the registrar, or in the zone above), or add it "
               "to the NS set of the zone if it is still meant to serve it.",
        .fix_record = "example.test. NS ns2.example.test.",
        .effort = "minutes",
        .tags = "delegation consistency",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "the NS set at every server of the parent and at every server of the zone",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .discriminator = "name server",
        .references = {RFC(1034, "4.2.2"), RFC(7477, "1")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .attack = "T1584.002",
        .since = "0.1.0",
        .false_positives = "During a change of servers the sets differ until both sides are updated.",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = TWO_SETS_FAIL,
        .scope = SCOPE_ZONE,
        .run = run_parent_only,
    },
    {
        .id = "deleg.ns-set-child-only",
        .area = "deleg",
        .title = "The parent names every server that the zone names",
        .failure_title = "The zone names a server that the parent does not know",
        .why = "Some resolvers use the server and some never do, so load and faults are spread unevenly "
               "and an outage is hard to understand.",
        .fix = "Add the server to the delegation, or take it out of the NS set of the zone.",
        .effort = "minutes",
        .tags = "delegation consistency",
        .severity = SEVERITY_LOW,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "the NS set at every server of the parent and at every server of the zone",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .discriminator = "name server",
        .references = {RFC(1034, "4.2.2")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .false_positives = "During a change of servers the sets differ until both sides are updated.",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!parent example.test. NS ns1.example.test.\n"
                        "!parent ns1.example.test. A 192.0.2.1\n",
        .scope = SCOPE_ZONE,
        .run = run_child_only,
    },
    {
        .id = "deleg.ns-set-disjoint",
        .area = "deleg",
        .title = "Parent and zone have name servers in common",
        .failure_title = "Parent and zone name entirely different servers",
        .why = "Resolvers that trust the parent and those that trust the zone end at different servers: "
               "two versions of the domain, one of them probably abandoned.",
        .fix = "Decide which servers are right and make both NS sets equal.",
        .effort = "hours",
        .tags = "delegation consistency",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_LIVE,
        .needs = "the NS set at every server of the parent and at every server of the zone",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .references = {RFC(2181, "5.4.1")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!parent example.test. NS a.example.test.\n"
                        "!parent example.test. NS b.example.test.\n!parent a.example.test. A 192.0.2.1\n"
                        "!parent b.example.test. A 192.0.2.2\n",
        .scope = SCOPE_ZONE,
        .run = run_disjoint,
    },
    {0},
};
