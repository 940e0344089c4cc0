/* SPDX-License-Identifier: BSD-2-Clause */
/* Asterisks in owners (RFC 4592). */
#include "checks/zone/zone_check.h"

/* ---- zone.nonterminal-wildcard ---- */

/* The name that begins with an asterisk and has labels in front of it, below the apex; NULL if there
 * is none. */
static const dname *inner_asterisk(const dname *owner, const dname *apex)
{
    size_t stop = dname_length(apex);
    const dname *at = dname_parent(owner);
    for (size_t left = dname_length(owner) - 1 - owner[0]; at != NULL && left > stop;) {
        if (dname_is_wildcard(at))
            return at;
        left -= 1U + at[0];
        at = dname_parent(at);
    }
    return NULL;
}

static bool has_data(const struct zone *zone, size_t index)
{
    return (zone_types_at(zone, index) & ~(ZONE_HAS(RRSIG) | ZONE_HAS(NSEC) | ZONE_HAS(NSEC3))) != 0;
}

static enum verdict run_inner(struct facts *f, const dname *apex, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    struct zone_view view = {0};
    findings_pass(out, "every asterisk is a wildcard");
    for (size_t i = 0; zone != NULL && i < zone_node_count(zone) && !zone_check_enough(f); i++) {
        const dname *owner = zone_owner_at(zone, i);
        const dname *star = dname_is_root(owner) ? NULL : inner_asterisk(owner, apex);
        const struct zone_node *node =
            star != NULL && has_data(zone, i) ? zone_node_at(zone, i, &view) : NULL;
        if (node == NULL)
            continue;
        struct arena *a = facts_scratch(f);
        struct finding *finding = findings_add(
            out, owner, "in %s the asterisk is an ordinary label: the name matches no other name",
            dname_text(a, owner));
        for (size_t s = 0; s < node->set_count && finding->rrtype == 0; s++) {
            if (zone_check_plain(&node->sets[s]))
                zone_check_at(f, finding, &node->sets[s], 0);
        }
    }
    zone_view_free(&view);
    return VERDICT_PASS;
}

/* ---- zone.wildcard-ns-ds ---- */

static void visit_wildcard(struct facts *f, const struct zone_node *node, struct findings *out)
{
    static const struct {
        uint16_t type;
        const char *text;
    } rows[] = {
        {RRTYPE_NS, "what a delegation by a wildcard means is not defined"},
        {RRTYPE_DNAME, "which names it would rename depends on the server"},
        {RRTYPE_DS, "a DS record is for one delegation, never for a wildcard"},
    };
    if (!dname_is_wildcard(node->owner) || dname_equal(node->owner, zone_apex(facts_zone(f))))
        return;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const struct rrset *set = zone_node_set(node, rows[i].type);
        if (set == NULL || set->count == 0)
            continue;
        struct finding *finding = findings_add(out, node->owner, "the wildcard %s has %s records: %s",
                                               dname_text(facts_scratch(f), node->owner),
                                               zone_check_type(f, set->type), rows[i].text);
        zone_check_at(f, finding, set, 0);
        finding->discriminator = zone_check_type(f, set->type);
    }
}

static enum verdict run_wildcard(struct facts *f, const dname *zone, struct findings *out)
{
    (void)f;
    (void)zone;
    findings_pass(out, "no wildcard has NS, DS or DNAME records");
    return VERDICT_PASS;
}

#define WILDCARDS_COMMON                                                                                     \
    .area = "zone", .effort = "minutes", .tags = "zone-file wildcard", .confidence = CONFIDENCE_CONFIRMED,   \
    .confidence_lowest = CONFIDENCE_CONFIRMED, .modes = MODE_OFFLINE, .needs = "the zone file",              \
    .traffic = TRAFFIC_NONE, .subject_kind = "name", .since = "0.2.0",                                       \
    .controls = {{"nist-800-53r5", "CM-6"}}

const struct check topic_zone_wildcards[] = {
    {
        WILDCARDS_COMMON,
        .id = "zone.wildcard-ns-ds",
        .title = "Wildcards do not delegate",
        .failure_title = "A wildcard has NS, DS or DNAME records",
        .why = "Servers disagree on what such a record means: names below it are delegated, renamed, denied "
               "or answered depending on the brand of the server, and validating resolvers may reject all of "
               "them.",
        .fix = "Delegate or rename single names, or give the wildcard addresses or a CNAME.",
        .severity = SEVERITY_MEDIUM,
        .discriminator = "record type",
        .references = {RFC(4592, "4.2"), RFC(4592, "4.4"), RFC(4592, "4.6")},
        .example_pass = "!offline\n*.apps A 192.0.2.10\n",
        .example_fail = "!offline\n*.apps NS ns1\n",
        .scope = SCOPE_OWNER,
        .run = run_wildcard,
        .visit = visit_wildcard,
        .types = ZONE_HAS(NS) | ZONE_HAS(DS) | ZONE_HAS(DNAME),
    },
    {
        WILDCARDS_COMMON,
        .id = "zone.nonterminal-wildcard",
        .title = "Asterisks stand first",
        .failure_title = "An asterisk inside a name is no wildcard",
        .why = "Only a leading asterisk matches other names. A record such as _25._tcp.*.example.test "
               "answers nobody, so what it was meant to protect or to reach is not there.",
        .fix = "Enter the record for each name, or put the asterisk first.",
        .severity = SEVERITY_LOW,
        .references = {RFC(4592, "2.1.3")},
        .example_pass = "!offline\n*.apps A 192.0.2.10\n",
        .example_fail = "!offline\nwww.*.apps A 192.0.2.10\n",
        .scope = SCOPE_ZONE,
        .run = run_inner,
    },
    {0},
};
