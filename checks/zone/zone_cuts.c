/* SPDX-License-Identifier: BSD-2-Clause */
/* Zone cuts in a zone file: what stands at them, below them, and what belongs on the other side. */
#include "checks/zone/zone_glue.h"

#include "auditor/check_zone.h"

/* DELEG has no number from IANA yet; implementations use the first of the range that is meant for records of
 * the parent side of a delegation (draft-ietf-deleg). */
#define TYPE_DELEG 61440

#define ADDRESSES (ZONE_HAS(A) | ZONE_HAS(AAAA))
#define PROOFS (ZONE_HAS(RRSIG) | ZONE_HAS(NSEC))

static bool is_address(uint16_t type)
{
    return type == RRTYPE_A || type == RRTYPE_AAAA;
}

/* ---- zone.occluded and zone.glue-out-of-place ---- */

enum hidden { HIDDEN_DATA, HIDDEN_ADDRESS };

/* Sets that belong to the parent's side of a cut, and those that other ids tell of. */
static bool belongs_to_cut(uint16_t type)
{
    switch (type) {
    case RRTYPE_NS:
    case RRTYPE_DS:
    case TYPE_DELEG:
    case RRTYPE_KEY:
    case RRTYPE_CNAME: /* zone.cname-and-other */
    case RRTYPE_DNAME: /* zone.dname-conflict */
        return true;
    default:
        return false;
    }
}

/* At the cut itself an address that no NS record needs is data that somebody wanted to publish; below it is
 * old glue. */
static bool is_hidden(struct facts *f, const struct rrset *set, enum zone_place place, bool needed,
                      enum hidden what)
{
    if (!zone_check_plain(set) || set->type == RRTYPE_NSEC3)
        return false;
    if (place == ZONE_PLACE_CUT && belongs_to_cut(set->type))
        return false;
    bool address = is_address(set->type);
    if ((address && needed) || (address && place == ZONE_PLACE_BELOW) != (what == HIDDEN_ADDRESS))
        return false;
    return !zone_glue_elsewhere(f, set->owner, set->type);
}

static void report_hidden(struct facts *f, const struct zone_node *node, enum zone_place place, bool needed,
                          enum hidden what, struct findings *out)
{
    const struct rrset *first = NULL;
    const char *types = "";
    const dname *cut = zone_cut(facts_zone(f), node->owner);
    for (size_t i = 0; i < node->set_count; i++) {
        const struct rrset *set = &node->sets[i];
        if (!is_hidden(f, set, place, needed, what))
            continue;
        first = first != NULL ? first : set;
        types = zone_check_list(f, types, zone_check_type(f, set->type));
    }
    if (first == NULL || cut == NULL)
        return;
    struct arena *a = facts_scratch(f);
    struct finding *finding =
        what == HIDDEN_DATA
            ? findings_add(out, node->owner,
                           "%s (%s) stands %s the delegation of %s, so this zone never serves it",
                           dname_text(a, node->owner), types, place == ZONE_PLACE_CUT ? "at" : "below",
                           dname_text(a, cut))
            : findings_add(out, node->owner,
                           "%s (%s) stands below the delegation of %s, and no NS record needs it",
                           dname_text(a, node->owner), types, dname_text(a, cut));
    zone_check_at(f, finding, first, 0);
}

static uint64_t interesting(enum zone_place place, enum hidden what)
{
    if (what == HIDDEN_ADDRESS)
        return place == ZONE_PLACE_BELOW ? ADDRESSES : 0;
    return place == ZONE_PLACE_BELOW ? ~(ADDRESSES | PROOFS) : ~(PROOFS | ZONE_HAS(NS) | ZONE_HAS(DS));
}

static enum verdict run_hidden(struct facts *f, enum hidden what, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    const struct zone_glue *glue = zone_glue_of(f);
    bool partial = zone_check_partial(f); /* the NS record that needs an address may be elsewhere */
    struct zone_view view = {0};
    for (size_t i = 0; glue != NULL && i < zone_node_count(zone) && !zone_check_enough(f); i++) {
        enum zone_place place = zone_place_at(zone, i);
        if (place == ZONE_PLACE_AUTH || (zone_types_at(zone, i) & interesting(place, what)) == 0)
            continue;
        bool needed = partial || zone_glue_needed(glue, i);
        if (needed && (zone_types_at(zone, i) & interesting(place, what) & ~ADDRESSES) == 0)
            continue;
        const struct zone_node *node = zone_node_at(zone, i, &view);
        if (node != NULL)
            report_hidden(f, node, place, needed, what, out);
    }
    zone_view_free(&view);
    return VERDICT_PASS;
}

static enum verdict run_occluded(struct facts *f, const dname *zone, struct findings *out)
{
    (void)zone;
    findings_pass(out, "nothing but glue stands at or below a delegation");
    return run_hidden(f, HIDDEN_DATA, out);
}

static enum verdict run_glue(struct facts *f, const dname *zone, struct findings *out)
{
    (void)zone;
    findings_pass(out, "every address below a delegation is the glue of a name server");
    return run_hidden(f, HIDDEN_ADDRESS, out);
}

/* ---- zone.delegation-ns-unresolvable-in-file ---- */

static void report_gap(struct facts *f, const struct zone_node *node, const struct zone_glue_gap *gap,
                       struct findings *out)
{
    struct arena *a = facts_scratch(f);
    const struct rrset *ns = zone_node_set(node, RRTYPE_NS);
    const dname *target =
        ns != NULL && gap->record < ns->count ? rdata_name(&ns->rdata[gap->record], 0) : NULL;
    if (target == NULL)
        return;
    const char *host = dname_text(a, target);
    struct finding *finding =
        findings_add(out, node->owner, "%s is delegated to %s, which lies in this zone and %s%s",
                     dname_text(a, node->owner), host, gap->alias ? "is an alias" : "has no address",
                     gap->in_domain ? " beside the delegation (glue)" : "");
    zone_check_at(f, finding, ns, gap->record);
    finding->discriminator = host;
    if (gap->in_domain) {
        finding->cause_check = "deleg.glue-missing";
        finding->cause_subject = target;
    }
}

static enum verdict run_unresolvable(struct facts *f, const dname *apex, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    const struct zone_glue *glue = zone_glue_of(f);
    struct zone_view view = {0};
    (void)apex;
    if (zone_check_partial(f)) {
        findings_skip(out, SKIP_NEEDS_DATA, "the input holds only part of the zone");
        return VERDICT_SKIPPED;
    }
    for (size_t i = 0; glue != NULL && i < glue->gap_count; i++) {
        const struct zone_node *node = zone_node_at(zone, glue->gaps[i].node, &view);
        if (node != NULL)
            report_gap(f, node, &glue->gaps[i], out);
    }
    zone_view_free(&view);
    findings_pass(out, "every name server of a delegation that lies in this zone has an address");
    return VERDICT_PASS;
}

/* ---- zone.ns-apex-missing ---- */

static enum verdict apex_ns_in_file(struct facts *f, const dname *apex, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    if (zone == NULL) {
        findings_skip(out, SKIP_NEEDS_ZONE_FILE, "no zone file was given");
        return VERDICT_SKIPPED;
    }
    if (zone_has(zone, apex, RRTYPE_NS))
        return VERDICT_PASS;
    if (zone_check_apex_elsewhere(f)) {
        findings_skip(out, SKIP_NEEDS_DATA, "the input does not hold the records at the apex");
        return VERDICT_SKIPPED;
    }
    struct finding *finding = findings_add(out, apex, "the zone has no NS record at its apex");
    finding->rrtype = RRTYPE_NS;
    finding->location = zone_check_where(f, zone_rrset(zone, facts_scratch(f), apex, RRTYPE_SOA), 0);
    return VERDICT_FAIL;
}

/* The server holds the zone, for it gave its SOA, and says with authority that it has no NS record. */
static bool denies_ns(const struct serving *server, const struct reply *r, const dname *apex)
{
    return server->soa != NULL && reply_authoritative(r) &&
           section_find(&r->answer, apex, RRTYPE_NS) == NULL &&
           section_find(&r->answer, apex, RRTYPE_CNAME) == NULL;
}

static enum verdict apex_ns_live(struct facts *f, const dname *apex, struct findings *out)
{
    const struct servings *s = servings_of(f, apex);
    enum verdict verdict;
    if (!check_zone_ready(s->delegation, out, &verdict))
        return verdict;
    struct check_list servers = {"", 0};
    facts_mark(f);
    for (size_t i = 0; i < s->count; i++) {
        const struct reply *r = facts_ask(
            f, &(struct ask){.server = s->list[i].server.address, .owner = apex, .type = RRTYPE_NS});
        if (denies_ns(&s->list[i], r, apex))
            check_list_add(f, &servers, check_server(f, &s->list[i].server));
    }
    if (servers.count > 0) {
        struct finding *finding =
            findings_add(out, apex, "no NS record at the apex of the zone at %s", servers.text);
        finding->rrtype = RRTYPE_NS;
    }
    return check_verdict(servers.count > 0, check_gaps(f, s, out));
}

static enum verdict run_apex_ns(struct facts *f, const dname *apex, struct findings *out)
{
    findings_pass(out, "the zone names its servers at the apex");
    return facts_settings(f)->live ? apex_ns_live(f, apex, out) : apex_ns_in_file(f, apex, out);
}

/* ---- records on the wrong side of a cut ---- */

static void visit_ds(struct facts *f, const struct zone_node *node, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    const struct rrset *ds = zone_node_set(node, RRTYPE_DS);
    /* Elsewhere: zone.ds-at-apex, zone.occluded, zone.wildcard-ns-ds. */
    if (ds == NULL || ds->count == 0 || zone_place_at(zone, node->index) != ZONE_PLACE_AUTH ||
        dname_equal(node->owner, zone_apex(zone)) || dname_is_wildcard(node->owner) ||
        zone_node_set(node, TYPE_DELEG) != NULL || zone_check_partial(f))
        return;
    struct finding *finding =
        findings_add(out, node->owner, "%s has a DS record and is no delegation: it has no NS record",
                     dname_text(facts_scratch(f), node->owner));
    zone_check_at(f, finding, ds, 0);
}

static enum verdict run_ds(struct facts *f, const dname *zone, struct findings *out)
{
    (void)f;
    (void)zone;
    findings_pass(out, "DS records stand at delegations only");
    return VERDICT_PASS;
}

static enum verdict at_apex(struct facts *f, const dname *apex, uint16_t type, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    const struct rrset *set = zone != NULL ? zone_rrset(zone, facts_scratch(f), apex, type) : NULL;
    const char *text = type == TYPE_DELEG ? "DELEG" : zone_check_type(f, type);
    findings_pass(out, "the apex has no %s record", text);
    if (set == NULL || set->count == 0)
        return VERDICT_PASS;
    struct finding *finding = findings_add(
        out, apex, "a %s record stands at the apex %s; it belongs into the zone above, at the delegation",
        text, dname_text(facts_scratch(f), apex));
    zone_check_at(f, finding, set, 0);
    return VERDICT_FAIL;
}

static enum verdict run_ds_apex(struct facts *f, const dname *apex, struct findings *out)
{
    return at_apex(f, apex, RRTYPE_DS, out);
}

static enum verdict run_deleg_apex(struct facts *f, const dname *apex, struct findings *out)
{
    return at_apex(f, apex, TYPE_DELEG, out);
}

#define CUTS_COMMON                                                                                          \
    .area = "zone", .effort = "minutes", .confidence = CONFIDENCE_CONFIRMED,                                 \
    .confidence_lowest = CONFIDENCE_CONFIRMED, .since = "0.2.0", .controls = {{"nist-800-53r5", "CM-6"}}
#define CUTS_OFFLINE CUTS_COMMON, .modes = MODE_OFFLINE, .needs = "the zone file", .traffic = TRAFFIC_NONE

const struct check topic_zone_cuts[] = {
    {
        CUTS_COMMON,
        .id = "zone.ns-apex-missing",
        .title = "The zone names its servers at the apex",
        .failure_title = "The zone has no NS record at its apex",
        .why = "Name servers refuse to load a zone without NS records at the apex. Where it is served all "
               "the same, resolvers have nothing to check the delegation against and the zone cannot be "
               "delegated or signed properly.",
        .fix =
            "Add the NS records of all servers of the zone, the same names that the zone above delegates to.",
        .fix_record = "example.test. NS ns1.example.test.",
        .tags = "zone-file apex delegation",
        .severity = SEVERITY_CRITICAL,
        .modes = MODE_BOTH,
        .needs = "the zone file, or NS at every server of the zone",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .references = {RFC(1034, "4.2.1"), RFC(1035, "5.2")},
        .false_positives =
            "Inputs that hold no apex records at all, because a provider keeps them, are not judged.",
        .example_pass = "!offline\n@ NS ns1\nns1 A 192.0.2.1\n",
        .example_fail = "!offline\n!bare\n@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\nwww A 192.0.2.80\n",
        .scope = SCOPE_ZONE,
        .run = run_apex_ns,
    },
    {
        CUTS_OFFLINE,
        .id = "zone.delegation-ns-unresolvable-in-file",
        .title = "Name servers of delegations that lie in the zone have addresses",
        .failure_title = "A delegation names a server in this zone that has no address of its own",
        .why = "Nobody can reach such a server, so the delegated zone is short of it from the first day; if "
               "all its servers are like this, it does not work at all.",
        .fix = "Add the A and AAAA records of the server (below the delegation they are glue), or correct "
               "its name; a missing final dot is the usual cause. Name servers must not be aliases.",
        .fix_record = "ns1.sub.example.test. A 192.0.2.1",
        .tags = "zone-file delegation glue",
        .severity = SEVERITY_HIGH,
        .subject_kind = "zone",
        .discriminator = "name server",
        .references = {RFC(1912, "2.8"), RFC(9471, "3"), RFC(2181, "10.3")},
        .false_positives =
            "Servers that lie below another delegation of the file are not judged: their addresses are that "
            "zone's to tell.",
        .example_pass = "!offline\nsub NS ns1.sub\nns1.sub A 192.0.2.53\n",
        .example_fail = "!offline\nsub NS ns-x\n",
        .scope = SCOPE_ZONE,
        .run = run_unresolvable,
    },
    {
        CUTS_OFFLINE,
        .id = "zone.occluded",
        .title = "Nothing but glue stands below a delegation",
        .failure_title = "Data stands at or below a delegation, where it is never served",
        .why =
            "The servers of the delegated zone answer for these names, not this zone: the records have no "
            "effect, and whoever entered them believes that they have. Often a delegation was added above "
            "names in use.",
        .fix = "Move the records into the delegated zone, or delete them; if the delegation is the mistake, "
               "delete its NS records.",
        .tags = "zone-file delegation",
        .severity = SEVERITY_MEDIUM,
        .subject_kind = "name",
        .references = {RFC(1034, "4.2.1"), RFC(2181, "6.1")},
        .false_positives =
            "A provider that keeps the child's data in the parent's zone as well serves it from there; "
            "zone.duplicate-zone is about data that is in both files.",
        .example_pass = "!offline\nsub NS ns1.sub\nns1.sub A 192.0.2.53\n",
        .example_fail = "!offline\nsub NS ns1.sub\nns1.sub A 192.0.2.53\nwww.sub TXT \"hello\"\n",
        .scope = SCOPE_ZONE,
        .run = run_occluded,
    },
    {
        CUTS_OFFLINE,
        .id = "zone.glue-out-of-place",
        .title = "Every address below a delegation is glue that is needed",
        .failure_title = "An address below a delegation is the glue of no name server",
        .why = "It is left over from a server that is gone, or a record that its author believes to be "
               "served. Old glue is an address that resolvers may trust long after you gave it away.",
        .fix = "Delete the address, or add the NS record that needs it.",
        .tags = "zone-file delegation glue",
        .severity = SEVERITY_LOW,
        .subject_kind = "name",
        .references = {RFC(1034, "4.2.1")},
        .example_pass = "!offline\nsub NS ns1.sub\nns1.sub A 192.0.2.53\n",
        .example_fail = "!offline\nsub NS ns1.sub\nns1.sub A 192.0.2.53\nns2.sub A 192.0.2.54\n",
        .scope = SCOPE_ZONE,
        .run = run_glue,
    },
    {
        CUTS_OFFLINE,
        .id = "zone.ds-without-ns",
        .title = "DS records stand at delegations",
        .failure_title = "A DS record stands at a name that is not delegated",
        .why = "Without NS records the DS means nothing: the chain of trust it is meant for does not exist. "
               "Usually the delegation was removed by half, or the DS has a wrong owner and the real child "
               "is unsigned for resolvers.",
        .fix = "Delete the DS record, or add the NS records of the delegation that it belongs to.",
        .tags = "zone-file delegation dnssec",
        .severity = SEVERITY_MEDIUM,
        .subject_kind = "name",
        .references = {RFC(4035, "2.4")},
        .example_pass = "!offline\nsub NS ns1.sub\nns1.sub A 192.0.2.53\n"
                        "sub DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000\n",
        .example_fail =
            "!offline\nsub DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000\n",
        .scope = SCOPE_OWNER,
        .run = run_ds,
        .visit = visit_ds,
        .types = ZONE_HAS(DS),
    },
    {
        CUTS_OFFLINE,
        .id = "zone.ds-at-apex",
        .title = "The zone holds no DS record of its own",
        .failure_title = "A DS record stands at the apex, on the wrong side of the cut",
        .why = "The DS record of a zone belongs to the zone above it. Here no resolver looks for it, so the "
               "zone counts as unsigned although its owner believes that it is protected; some servers "
               "refuse to load it.",
        .fix = "Delete the record here and hand it to the registrar or the operator of the zone above.",
        .tags = "zone-file apex dnssec",
        .severity = SEVERITY_HIGH,
        .subject_kind = "zone",
        .references = {RFC(4034, "5"), RFC(4035, "2.4")},
        .example_pass = "!offline\nwww A 192.0.2.80\n",
        .example_fail =
            "!offline\n@ DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000\n",
        .scope = SCOPE_ZONE,
        .run = run_ds_apex,
    },
    {
        CUTS_OFFLINE,
        .id = "zone.deleg-at-apex",
        .title = "The zone holds no DELEG record of its own",
        .failure_title = "A DELEG record stands at the apex, on the wrong side of the cut",
        .why = "Like DS, a DELEG record is data of the zone above. At the apex no resolver looks for it, so "
               "what it says has no effect.",
        .fix = "Move the record into the zone above, to the owner of the delegation.",
        .tags = "zone-file apex delegation",
        .severity = SEVERITY_MEDIUM,
        .subject_kind = "zone",
        .references = {{"draft-ietf-deleg", "https://datatracker.ietf.org/doc/draft-ietf-deleg/"}},
        .false_positives =
            "The record has no number from IANA yet; type 61440 is what implementations of the draft use.",
        .example_pass = "!offline\nwww A 192.0.2.80\n",
        .example_fail = "!offline\n@ TYPE61440 \\# 4 00010000\n",
        .scope = SCOPE_ZONE,
        .run = run_deleg_apex,
    },
    {0},
};
