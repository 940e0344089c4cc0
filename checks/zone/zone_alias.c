/* SPDX-License-Identifier: BSD-2-Clause */
/* Aliases and what stands beside them: CNAME (RFC 1034 section 3.6.2) and DNAME (RFC 6672). */
#include "checks/zone/zone_check.h"

#include "auditor/check_zone.h"


static const char *target_text(struct facts *f, const struct rrset *alias, uint16_t index)
{
    const dname *target = index < alias->count ? rdata_name(&alias->rdata[index], 0) : NULL;
    return target != NULL ? dname_text(facts_scratch(f), target) : "?";
}

static void remove_all_but(struct facts *f, struct finding *finding, const struct rrset *alias)
{
    finding->fix_record = arena_printf(facts_scratch(f), "%s CNAME %s",
                                       dname_text(facts_scratch(f), alias->owner), target_text(f, alias, 0));
}

/* ---- zone.cname-and-other ---- */

/* RFC 4035 section 2.5: beside a CNAME only RRSIG, NSEC and, for secure update, KEY. A DNAME is
 * zone.dname-conflict. */
static bool conflicts(const struct rrset *set)
{
    return zone_check_plain(set) && set->type != RRTYPE_CNAME && set->type != RRTYPE_KEY &&
           set->type != RRTYPE_DNAME;
}

static bool worth_other(struct facts *f, const struct zone_node *node)
{
    (void)f;
    for (size_t i = 0; i < node->set_count; i++) {
        if (conflicts(&node->sets[i]))
            return true;
    }
    return false;
}

static void report_other(struct facts *f, struct findings *out, const struct zone_node *node,
                         const struct rrset *alias)
{
    const char *types = "";
    const struct rrset *first = NULL;
    for (size_t i = 0; i < node->set_count; i++) {
        if (!conflicts(&node->sets[i]))
            continue;
        first = first != NULL ? first : &node->sets[i];
        types = zone_check_list(f, types, zone_check_type(f, node->sets[i].type));
    }
    if (first == NULL)
        return;
    struct finding *finding =
        findings_add(out, node->owner, "%s is an alias of %s and has other data beside: %s",
                     dname_text(facts_scratch(f), node->owner), target_text(f, alias, 0), types);
    zone_check_at(f, finding, alias, 0);
    remove_all_but(f, finding, alias);
    if (first->where != NULL)
        finding_note(out, finding, "other data", "%s: %s", zone_check_place(f, first, 0),
                     rr_text(facts_scratch(f), first, 0));
}

static enum verdict other_in_file(struct facts *f, const dname *owner, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    size_t index = zone_index(zone, owner);
    struct zone_view view = {0};
    if (index == SIZE_MAX || (zone_types_at(zone, index) & ZONE_HAS(CNAME)) == 0 ||
        dname_equal(owner, zone_apex(zone))) /* zone.cname-apex */
        return VERDICT_PASS;
    const struct zone_node *node = zone_node_at(zone, index, &view);
    const struct rrset *alias = node != NULL ? zone_node_set(node, RRTYPE_CNAME) : NULL;
    if (alias != NULL && alias->count > 0)
        report_other(f, out, node, alias);
    zone_view_free(&view);
    return VERDICT_PASS;
}

/* What one message of a server shows: a CNAME and other data of the very same owner in one answer. */
static enum verdict other_live(struct facts *f, const dname *owner, struct findings *out)
{
    const struct answer *answer = facts_lookup(f, owner, RRTYPE_A);
    if (answer->state == ANSWER_UNKNOWN) {
        findings_undetermined(out, answer->reason, "what stands at the name is not known");
        return VERDICT_UNDETERMINED;
    }
    if (answer->reply == NULL || (answer->zone != NULL && dname_equal(answer->zone, owner)))
        return VERDICT_PASS;
    const struct section *section = &answer->reply->answer;
    const struct rrset *alias = section_find(section, owner, RRTYPE_CNAME);
    for (size_t i = 0; alias != NULL && alias->count > 0 && i < section->count; i++) {
        const struct rrset *set = &section->sets[i];
        if (!conflicts(set) || !dname_equal(set->owner, owner))
            continue;
        struct finding *finding = findings_add(
            out, owner, "one answer holds a CNAME of %s to %s and its %s records",
            dname_text(facts_scratch(f), owner), target_text(f, alias, 0), zone_check_type(f, set->type));
        finding->rrtype = RRTYPE_CNAME;
        break;
    }
    return VERDICT_PASS;
}

static enum verdict run_other(struct facts *f, const dname *owner, struct findings *out)
{
    findings_pass(out, "no alias has other data beside it");
    if (facts_zone(f) != NULL)
        return other_in_file(f, owner, out);
    return facts_settings(f)->live ? other_live(f, owner, out) : VERDICT_PASS;
}

/* ---- zone.cname-multiple ---- */

static void judge_multiple(struct facts *f, const struct rrset *alias, struct findings *out)
{
    uint16_t second = 0;
    unsigned count = zone_check_distinct(alias, 0, 8, &second);
    if (count < 2)
        return;
    struct finding *finding = findings_add(
        out, alias->owner, "%s%u CNAME records with different targets, among them %s and %s",
        count == 8 ? "at least " : "", count, target_text(f, alias, 0), target_text(f, alias, second));
    zone_check_at(f, finding, alias, second);
    remove_all_but(f, finding, alias);
}

static bool worth_multiple(struct facts *f, const struct zone_node *node)
{
    const struct rrset *alias = zone_node_set(node, RRTYPE_CNAME);
    (void)f;
    return alias != NULL && alias->count > 1;
}

static enum verdict multiple_in_file(struct facts *f, const dname *owner, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    const struct rrset *alias = zone_rrset(zone, facts_scratch(f), owner, RRTYPE_CNAME);
    if (alias != NULL && alias->count > 1 && !dname_equal(owner, zone_apex(zone)))
        judge_multiple(f, alias, out);
    return VERDICT_PASS;
}

static enum verdict multiple_live(struct facts *f, const dname *owner, struct findings *out)
{
    const struct answer *answer = facts_lookup(f, owner, RRTYPE_A);
    if (answer->state == ANSWER_UNKNOWN) {
        findings_undetermined(out, answer->reason, "whether the name is an alias is not known");
        return VERDICT_UNDETERMINED;
    }
    bool apex = answer->zone != NULL && dname_equal(answer->zone, owner);
    if (answer->state == ANSWER_ALIAS && !apex && answer->rrset->type == RRTYPE_CNAME &&
        dname_equal(answer->rrset->owner, owner))
        judge_multiple(f, answer->rrset, out);
    return VERDICT_PASS;
}

static enum verdict run_multiple(struct facts *f, const dname *owner, struct findings *out)
{
    findings_pass(out, "no name has more than one CNAME");
    if (facts_zone(f) != NULL)
        return multiple_in_file(f, owner, out);
    return facts_settings(f)->live ? multiple_live(f, owner, out) : VERDICT_PASS;
}

/* ---- zone.cname-apex ---- */

static void report_apex(struct facts *f, const struct rrset *alias, const char *beside, struct findings *out)
{
    struct finding *finding = findings_add(
        out, alias->owner, "the apex %s is an alias of %s%s%s", dname_text(facts_scratch(f), alias->owner),
        target_text(f, alias, 0), *beside != '\0' ? ", beside its " : "", beside);
    zone_check_at(f, finding, alias, 0);
}

static void apex_in_file(struct facts *f, const dname *apex, struct findings *out)
{
    struct zone_view view = {0};
    const struct zone_node *node = zone_node(facts_zone(f), apex, &view);
    const struct rrset *alias = node != NULL ? zone_node_set(node, RRTYPE_CNAME) : NULL;
    const char *types = "";
    for (size_t i = 0; alias != NULL && i < node->set_count; i++) {
        if (zone_check_plain(&node->sets[i]) && node->sets[i].type != RRTYPE_CNAME)
            types = zone_check_list(f, types, zone_check_type(f, node->sets[i].type));
    }
    if (alias != NULL && alias->count > 0)
        report_apex(f, alias, types, out);
    zone_view_free(&view);
}

/* Two types that every audit asks for at the apex; a provider may answer only one of them with the alias. */
static enum verdict apex_live(struct facts *f, const dname *apex, struct findings *out)
{
    static const uint16_t types[] = {RRTYPE_A, RRTYPE_MX};
    const struct answer *answers[ARRAY_SIZE(types)];
    bool gap = false;
    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        answers[i] = facts_lookup(f, apex, types[i]);
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        if (answers[i]->state == ANSWER_ALIAS && answers[i]->rrset->type == RRTYPE_CNAME &&
            dname_equal(answers[i]->rrset->owner, apex)) {
            facts_mark(f);
            facts_lookup(f, apex, types[i]);
            report_apex(f, answers[i]->rrset, "", out);
            return VERDICT_FAIL;
        }
        if (answers[i]->state == ANSWER_UNKNOWN && !gap)
            findings_undetermined(out, answers[i]->reason, "whether the apex is an alias is not known");
        gap = gap || answers[i]->state == ANSWER_UNKNOWN;
    }
    return gap ? VERDICT_UNDETERMINED : VERDICT_PASS;
}

static enum verdict run_apex(struct facts *f, const dname *apex, struct findings *out)
{
    findings_pass(out, "the apex is no alias");
    if (!facts_settings(f)->live) {
        if (facts_zone(f) != NULL)
            apex_in_file(f, apex, out);
        return VERDICT_PASS;
    }
    const struct delegation *d = delegation_of(f, apex);
    enum verdict verdict;
    if (!check_zone_ready(d, out, &verdict))
        return verdict;
    return apex_live(f, apex, out);
}

/* ---- zone.dname-conflict ---- */

static void add_conflict(struct facts *f, struct findings *out, const struct rrset *at, uint16_t index,
                         const char *kind, const char *text)
{
    struct finding *finding =
        findings_add(out, at->owner, "%s %s", dname_text(facts_scratch(f), at->owner), text);
    zone_check_at(f, finding, at, index);
    finding->rrtype = RRTYPE_DNAME;
    finding->discriminator = kind;
}

static void visit_dname(struct facts *f, const struct zone_node *node, struct findings *out)
{
    const struct rrset *dname_set = zone_node_set(node, RRTYPE_DNAME);
    bool apex = dname_equal(node->owner, zone_apex(facts_zone(f)));
    uint16_t second = 0;
    if (dname_set == NULL || dname_set->count == 0)
        return;
    if (zone_check_distinct(dname_set, 0, 2, &second) > 1)
        add_conflict(f, out, dname_set, second, "multiple", "has more than one DNAME");
    const struct rrset *other = zone_node_set(node, RRTYPE_CNAME);
    if (other != NULL && other->count > 0 && !apex) /* at the apex: zone.cname-apex */
        add_conflict(f, out, dname_set, 0, "cname",
                     "has a DNAME and a CNAME: both would rename the name itself or its children");
    other = zone_node_set(node, RRTYPE_NS);
    if (other != NULL && other->count > 0 && !apex)
        add_conflict(f, out, dname_set, 0, "ns",
                     "has a DNAME and is delegated by NS records: what lies below belongs to the child zone");
}

static enum verdict run_dname(struct facts *f, const dname *subject, struct findings *out)
{
    (void)f;
    (void)subject;
    findings_pass(out, "no DNAME record is in conflict with another record");
    return VERDICT_PASS;
}

/* ---- zone.dname-children ---- */

static bool below_other_dname(const struct zone *zone, const dname *owner)
{
    for (const dname *at = owner; !dname_equal(at, zone_apex(zone));) {
        at = dname_parent(at);
        if (at == NULL)
            return false;
        if (zone_has(zone, at, RRTYPE_DNAME))
            return true;
    }
    return false;
}

static void report_child(struct facts *f, const struct zone *zone, size_t index, const dname *above,
                         struct findings *out)
{
    struct zone_view view = {0};
    const struct zone_node *node = zone_node_at(zone, index, &view);
    const struct rrset *set = NULL;
    for (size_t i = 0; node != NULL && i < node->set_count && set == NULL; i++)
        set = zone_check_plain(&node->sets[i]) ? &node->sets[i] : NULL;
    if (set != NULL) {
        struct finding *finding =
            findings_add(out, node->owner, "%s lies below the DNAME of %s and is never looked at",
                         dname_text(facts_scratch(f), node->owner), dname_text(facts_scratch(f), above));
        zone_check_at(f, finding, set, 0);
    }
    zone_view_free(&view);
}

/* Canonical order has the names below an owner right behind it. Hashed NSEC3 owners of a DNAME at the apex
 * are no names. */
static void visit_children(struct facts *f, const struct zone_node *node, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    const struct rrset *set = zone_node_set(node, RRTYPE_DNAME);
    size_t next = node->index + 1;
    if (set == NULL || set->count == 0 || next >= zone_node_count(zone) ||
        !dname_under(zone_owner_at(zone, next), node->owner) ||
        zone_place_at(zone, node->index) != ZONE_PLACE_AUTH || below_other_dname(zone, node->owner))
        return;
    for (; next < zone_node_count(zone) && dname_under(zone_owner_at(zone, next), node->owner) &&
           !zone_check_enough(f);
         next++) {
        if ((zone_types_at(zone, next) & ~(ZONE_HAS(NSEC3) | ZONE_HAS(RRSIG) | ZONE_HAS(NSEC))) != 0 &&
            zone_place_at(zone, next) != ZONE_PLACE_BELOW)
            report_child(f, zone, next, node->owner, out);
    }
}

static enum verdict run_children(struct facts *f, const dname *subject, struct findings *out)
{
    (void)f;
    (void)subject;
    findings_pass(out, "nothing lies below a DNAME");
    return VERDICT_PASS;
}

#define ALIAS_COMMON                                                                                         \
    .area = "zone", .effort = "minutes", .confidence = CONFIDENCE_CONFIRMED,                                 \
    .confidence_lowest = CONFIDENCE_CONFIRMED, .since = "0.2.0", .controls = {{"nist-800-53r5", "CM-6"}}

const struct check topic_zone_alias[] = {
    {
        ALIAS_COMMON,
        .id = "zone.cname-apex",
        .title = "The apex of the zone is no alias",
        .failure_title = "The apex of the zone is an alias (CNAME)",
        .why = "An alias may have no data beside it, but every zone has SOA and NS records at its apex. Name "
               "servers refuse to load such a zone or drop records at random, and resolvers that learn the "
               "alias send mail and every other question for the domain to its target.",
        .fix = "Replace the CNAME by the addresses of its target, or by what your provider offers for this "
               "purpose (ALIAS, ANAME, flattening), or publish an HTTPS record in alias mode beside "
               "addresses.",
        .fix_record = "example.test. A 192.0.2.10",
        .tags = "zone-file alias apex",
        .severity = SEVERITY_CRITICAL,
        .modes = MODE_BOTH,
        .needs = "the records at the apex, or the answers to A and MX there",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .references = {RFC(1034, "3.6.2"), RFC(1912, "2.4"), RFC(2181, "10.1")},
        .example_pass = "!offline\n@ A 192.0.2.10\nwww CNAME example.test.\n",
        .example_fail = "!offline\n@ CNAME www\nwww A 192.0.2.10\n",
        .scope = SCOPE_ZONE,
        .run = run_apex,
    },
    {
        ALIAS_COMMON,
        .id = "zone.cname-and-other",
        .title = "Aliases stand alone",
        .failure_title = "A name is an alias and has other data too",
        .why = "The alias says that all data of the name is elsewhere, the other records say the opposite. "
               "Most name servers refuse to load the whole zone; where it is loaded, it is chance which of "
               "the two a resolver believes.",
        .fix = "Decide which of them is meant and delete the other: the CNAME, or the records beside it "
               "(they then have to exist at the target of the alias).",
        .tags = "zone-file alias",
        .severity = SEVERITY_HIGH,
        .modes = MODE_BOTH,
        .needs = "the zone file, or the answer to A at each name",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .references = {RFC(1034, "3.6.2"), RFC(2181, "10.1"), RFC(4035, "2.5")},
        .false_positives =
            "RRSIG, NSEC and KEY records beside a CNAME are legal and not counted. Live, only an answer that "
            "holds both is judged.",
        .example_pass = "!offline\nwww CNAME web\nweb A 192.0.2.10\n",
        .example_fail = "!offline\nwww CNAME web\nwww TXT \"a\"\nweb A 192.0.2.10\n",
        .scope = SCOPE_NAME,
        .run = run_other,
        .types = ZONE_HAS(CNAME),
        .worth = worth_other,
    },
    {
        ALIAS_COMMON,
        .id = "zone.cname-multiple",
        .title = "Every alias has one target",
        .failure_title = "A name has several CNAME records",
        .why = "An alias has exactly one target. Name servers refuse to load a zone with two, and resolvers "
               "that get both follow either or fail, so that part of your users do not reach the service.",
        .fix = "Keep one CNAME. To spread load over several hosts, let one name have all their addresses.",
        .tags = "zone-file alias",
        .severity = SEVERITY_HIGH,
        .modes = MODE_BOTH,
        .needs = "the zone file, or the answer to A at each name",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .references = {RFC(1034, "3.6.2"), RFC(2181, "10.1")},
        .example_pass = "!offline\nwww CNAME web\nweb A 192.0.2.10\nweb A 192.0.2.11\n",
        .example_fail = "!offline\nwww CNAME a\nwww CNAME b\na A 192.0.2.10\nb A 192.0.2.11\n",
        .scope = SCOPE_NAME,
        .run = run_multiple,
        .types = ZONE_HAS(CNAME),
        .worth = worth_multiple,
    },
    {
        ALIAS_COMMON,
        .id = "zone.dname-conflict",
        .title = "DNAME records stand where they may",
        .failure_title = "A DNAME is in conflict with another record of its owner",
        .why = "A DNAME renames everything below its owner. Beside a second DNAME, a CNAME or a delegation "
               "it is not defined which of them counts: servers refuse the zone or answer differently from "
               "each other.",
        .fix = "Keep one of the records. A DNAME that is meant for a delegated zone belongs at the apex of "
               "that zone.",
        .tags = "zone-file alias dname",
        .severity = SEVERITY_HIGH,
        .modes = MODE_OFFLINE,
        .needs = "the zone file",
        .traffic = TRAFFIC_NONE,
        .subject_kind = "name",
        .discriminator = "cname, ns or multiple",
        .references = {RFC(6672, "2.3"), RFC(6672, "2.4")},
        .example_pass = "!offline\nold DNAME new.example.test.\na.new A 192.0.2.10\n",
        .example_fail = "!offline\nold DNAME new.example.test.\nold CNAME new\na.new A 192.0.2.10\n",
        .scope = SCOPE_OWNER,
        .run = run_dname,
        .visit = visit_dname,
        .types = ZONE_HAS(DNAME),
    },
    {
        ALIAS_COMMON,
        .id = "zone.dname-children",
        .title = "Nothing lies below a DNAME",
        .failure_title = "A name lies below a DNAME, where nobody can find it",
        .why = "Questions for names below a DNAME are renamed before anything is looked up, so these records "
               "are never served: whoever maintains them believes in data that does not exist. Some servers "
               "refuse the zone.",
        .fix = "Delete the records, move them below the target of the DNAME, or replace the DNAME by single "
               "CNAME records.",
        .tags = "zone-file alias dname",
        .severity = SEVERITY_MEDIUM,
        .modes = MODE_OFFLINE,
        .needs = "the zone file",
        .traffic = TRAFFIC_NONE,
        .subject_kind = "name",
        .references = {RFC(6672, "2.4")},
        .example_pass = "!offline\nold DNAME new.example.test.\na.new A 192.0.2.10\n",
        .example_fail = "!offline\nold DNAME new.example.test.\na.old A 192.0.2.10\n",
        .scope = SCOPE_OWNER,
        .run = run_children,
        .visit = visit_children,
        .types = ZONE_HAS(DNAME),
    },
    {0},
};
