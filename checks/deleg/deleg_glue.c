/* SPDX-License-Identifier: BSD-2-Clause */
/* Glue: is it there where it must be, and does it agree with what the zone itself says? */
#include "auditor/check_zone.h"
#include "auditor/facts/derived/resolution.h"
#include "auditor/facts/zone.h"

static bool in_list(const struct address *list, size_t count, const struct address *address)
{
    for (size_t i = 0; i < count; i++)
        if (address_equal(&list[i], address))
            return true;
    return false;
}

/* ---- glue against the authoritative addresses ---- */

enum side_state { SIDE_PENDING, SIDE_UNKNOWN, SIDE_NONE, SIDE_SOME };

struct family {
    enum side_state authoritative;
    enum reason reason;
    bool extra;   /* glue that the zone does not have */
    bool lacking; /* an address of the zone that the glue does not have, though it has others of the family */
};

static void read_set(const struct rrset *set, const struct address *glue, size_t glue_count, uint8_t number,
                     struct family *out)
{
    struct address list[64];
    size_t count = 0;
    bool any_glue = false;
    for (uint16_t i = 0; set != NULL && i < set->count && count < ARRAY_SIZE(list); i++)
        count += address_from_rdata(set->type, &set->rdata[i], &list[count]);
    for (size_t i = 0; i < glue_count; i++) {
        if (glue[i].family != number)
            continue;
        any_glue = true;
        out->extra = out->extra || !in_list(list, count, &glue[i]);
    }
    for (size_t i = 0; i < count && any_glue; i++)
        out->lacking = out->lacking || !in_list(glue, glue_count, &list[i]);
}

static struct family compare_family(struct facts *f, const dname *host, const struct address *glue,
                                    size_t glue_count, uint8_t number)
{
    struct family out = {0};
    const struct answer *answer = facts_lookup(f, host, number == 4 ? RRTYPE_A : RRTYPE_AAAA);
    switch (answer->state) {
    case ANSWER_PENDING:
        out.authoritative = SIDE_PENDING;
        return out;
    case ANSWER_UNKNOWN:
    case ANSWER_ALIAS: /* deleg.ns-is-cname is about it */
        out.authoritative = SIDE_UNKNOWN;
        out.reason = answer->state == ANSWER_UNKNOWN ? answer->reason : REASON_INCOMPLETE_DATA;
        return out;
    case ANSWER_NODATA:
    case ANSWER_NXDOMAIN:
        out.authoritative = SIDE_NONE;
        break;
    case ANSWER_RRSET:
        out.authoritative = SIDE_SOME;
        break;
    }
    read_set(answer->state == ANSWER_RRSET ? answer->rrset : NULL, glue, glue_count, number, &out);
    return out;
}

struct comparison {
    bool unknown;
    enum reason reason;
    bool stale;    /* the zone has no address at all for the name */
    bool mismatch; /* DESIGN 10.20: the sets differ, an extra address included */
};

/* In-domain glue must be the whole set; a parent may send only part of the glue of a sibling (RFC 9471
 * section 3.2). A family without any glue is deleg.glue-family-missing. */
static struct comparison compare(struct facts *f, const dname *host, const struct address *glue,
                                 size_t glue_count, bool in_domain)
{
    const struct family v4 = compare_family(f, host, glue, glue_count, 4);
    const struct family v6 = compare_family(f, host, glue, glue_count, 6);
    struct comparison c = {0};
    if (v4.authoritative < SIDE_NONE || v6.authoritative < SIDE_NONE) {
        c.unknown = true;
        c.reason = v4.reason != REASON_NONE ? v4.reason : v6.reason;
    }
    c.stale = v4.authoritative == SIDE_NONE && v6.authoritative == SIDE_NONE;
    const bool known_extra =
        (v4.extra && v4.authoritative >= SIDE_NONE) || (v6.extra && v6.authoritative >= SIDE_NONE);
    c.mismatch = !c.stale && (known_extra || (in_domain && (v4.lacking || v6.lacking)));
    return c;
}

static const char *list_text(struct facts *f, const struct address *list, size_t count)
{
    struct check_list text = {"", 0};
    for (size_t i = 0; i < count; i++)
        check_list_add(f, &text, check_address(f, &list[i]));
    return count > 0 ? text.text : "none";
}

static void report(struct facts *f, struct findings *out, const dname *host, const struct address *glue,
                   size_t count, bool stale)
{
    const struct addresses *own = addresses_of(f, host);
    struct finding *finding;
    facts_mark(f);
    facts_lookup(f, host, RRTYPE_A);
    facts_lookup(f, host, RRTYPE_AAAA);
    if (stale)
        finding =
            findings_add(out, host, "the delegation holds glue for %s (%s), the zone has no address for it",
                         dname_text(facts_scratch(f), host), list_text(f, glue, count));
    else
        finding = findings_add(out, host, "glue of %s is %s, its own addresses are %s",
                               dname_text(facts_scratch(f), host), list_text(f, glue, count),
                               list_text(f, own->list, own->count));
    finding->rrtype = RRTYPE_A;
    finding_note(out, finding, "glue at the parent", "%s", list_text(f, glue, count));
}

/* In a plan or a cut export addresses may be missing that are served: nothing is said about glue there. */
static const struct zone *whole(const struct zone *zone)
{
    return zone != NULL && (zone_gaps(zone) & ZONE_GAP_RECORDS) == 0 ? zone : NULL;
}

/* Offline the file is the parent of its delegations; the child's own addresses are known if its zone was
 * given too. */
static void compare_file_cuts(struct facts *f, struct findings *out, bool stale)
{
    const struct zone *zone = whole(facts_zone(f));
    const struct zone_set *given = facts_zones(f);
    for (size_t n = 0; zone != NULL && n < given->count; n++) {
        const dname *owner = zone_apex(given->zones[n]);
        size_t i = zone_index(zone, owner);
        if (i == SIZE_MAX || zone_place_at(zone, i) != ZONE_PLACE_CUT)
            continue;
        const struct delegation *d = delegation_of(f, owner);
        for (size_t j = 0; j < d->server_count; j++) {
            const struct nameserver *ns = &d->servers[j];
            if (ns->glue_count == 0)
                continue;
            const struct comparison c = compare(f, ns->name, ns->glue, ns->glue_count, true);
            if (!c.unknown && (stale ? c.stale : c.mismatch))
                report(f, out, ns->name, ns->glue, ns->glue_count, stale);
        }
    }
    findings_undetermined(out, REASON_NEEDS_LIVE,
                          "only the parent's servers know the glue of the zone itself");
}

static enum verdict run_compare(struct facts *f, const dname *zone, struct findings *out, bool stale)
{
    const struct delegation *d = delegation_of(f, zone);
    enum verdict verdict;
    size_t judged = 0;
    if (!facts_settings(f)->live) {
        compare_file_cuts(f, out, stale);
        return VERDICT_UNDETERMINED;
    }
    if (!check_zone_ready(d, out, &verdict))
        return verdict;
    if (d->parent != NULL && !d->parent_ns_known) {
        findings_undetermined(out, REASON_NONE, "the delegation at the parent is not known");
        return VERDICT_UNDETERMINED;
    }
    for (size_t i = 0; i < d->server_count; i++) {
        const struct nameserver *ns = &d->servers[i];
        if (ns->glue_count == 0 || ns->alias != NULL)
            continue;
        const struct comparison c =
            compare(f, ns->name, ns->glue, ns->glue_count, dname_under(ns->name, zone));
        judged++;
        if (stale ? c.stale && !c.unknown : c.mismatch)
            report(f, out, ns->name, ns->glue, ns->glue_count, stale);
        else if (c.unknown)
            findings_undetermined(out, c.reason, "the own addresses of %s are not known",
                                  dname_text(facts_scratch(f), ns->name));
    }
    findings_pass(out, judged == 0 ? "the delegation needs and has no glue"
                                   : "the glue agrees with the addresses in the zone");
    return VERDICT_PASS;
}

static enum verdict run_mismatch(struct facts *f, const dname *zone, struct findings *out)
{
    return run_compare(f, zone, out, false);
}

static enum verdict run_stale(struct facts *f, const dname *zone, struct findings *out)
{
    return run_compare(f, zone, out, true);
}

/* ---- deleg.glue-missing ---- */

static unsigned referrals(const struct delegation *d, const dname *zone)
{
    unsigned n = 0;
    for (size_t i = 0; i < d->parent_count; i++)
        n += delegation_parent_says(d->parent_replies[i], zone, NULL) == PARENT_REFERRAL &&
             !d->parent_replies[i]->tc;
    return n;
}

static void report_missing(struct facts *f, const struct delegation *d, const dname *zone,
                           struct findings *out)
{
    for (size_t i = 0; i < d->server_count; i++) {
        const struct nameserver *ns = &d->servers[i];
        if (!ns->at_parent || ns->glue_count > 0 || !dname_under(ns->name, zone))
            continue;
        struct finding *finding = findings_add(
            out, ns->name, "the delegation of %s names %s, which lies in that zone, without an address",
            dname_text(facts_scratch(f), zone), dname_text(facts_scratch(f), ns->name));
        finding->rrtype = RRTYPE_A;
    }
}

/* A server named below the cut without an address in the file. */
static bool lacks_glue(const struct zone *zone, const struct zone_node *cut)
{
    const struct rrset *ns = zone_node_set(cut, RRTYPE_NS);
    for (uint16_t i = 0; ns != NULL && i < ns->count; i++) {
        const dname *host = rdata_name(&ns->rdata[i], 0);
        if (host != NULL && dname_under(host, cut->owner) && !zone_has(zone, host, RRTYPE_A) &&
            !zone_has(zone, host, RRTYPE_AAAA))
            return true;
    }
    return false;
}

static enum verdict missing_in_file(struct facts *f, struct findings *out)
{
    const struct zone *zone = whole(facts_zone(f));
    struct zone_view view = {0};
    for (size_t i = 0; zone != NULL && i < zone_node_count(zone); i++) {
        const dname *owner = zone_owner_at(zone, i);
        if (zone_place_at(zone, i) == ZONE_PLACE_CUT && lacks_glue(zone, zone_node_at(zone, i, &view)))
            report_missing(f, delegation_of(f, owner), owner, out);
    }
    zone_view_free(&view);
    findings_undetermined(out, REASON_NEEDS_LIVE,
                          "only the parent's servers know the glue of the zone itself");
    return VERDICT_UNDETERMINED;
}

static enum verdict run_missing(struct facts *f, const dname *zone, struct findings *out)
{
    const struct delegation *d = delegation_of(f, zone);
    enum verdict verdict;
    if (!facts_settings(f)->live)
        return missing_in_file(f, out);
    if (!check_zone_ready(d, out, &verdict))
        return verdict;
    if (d->parent != NULL && !d->parent_ns_known) {
        findings_undetermined(out, REASON_NONE, "the delegation at the parent is not known");
        return VERDICT_UNDETERMINED;
    }
    if (d->parent == NULL || d->undelegated || referrals(d, zone) == 0) {
        findings_pass(out, "no referral is needed: the parent's servers serve the zone themselves");
        return VERDICT_PASS;
    }
    report_missing(f, d, zone, out);
    findings_pass(out, "every server named inside the zone comes with an address");
    return VERDICT_PASS;
}

const struct check topic_deleg_glue[] = {
    {
        .id = "deleg.glue-missing",
        .area = "deleg",
        .title = "The delegation carries an address for every name server inside the zone",
        .failure_title = "The delegation names a server inside the zone without its address",
        .why = "To find the address of such a server a resolver would have to ask that very server. It "
               "cannot be reached from a cold start, and if all servers are like this the zone is "
               "unreachable.",
        .fix = "Enter the address of the name server at the registrar (host object, glue) or beside the "
               "NS set in the zone above.",
        .fix_record = "ns1.example.test. A 192.0.2.1",
        .effort = "minutes",
        .tags = "delegation glue",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "the referral of every server of the parent",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name server",
        .references = {RFC(1034, "4.2.1"), RFC(9471, "3")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!parent example.test. NS ns1.example.test.\n"
                        "!parent example.test. NS ns2.example.test.\n"
                        "!parent ns1.example.test. A 192.0.2.1\n",
        .scope = SCOPE_ZONE,
        .run = run_missing,
    },
    {
        .id = "deleg.glue-mismatch",
        .area = "deleg",
        .title = "Glue agrees with the addresses in the zone",
        .failure_title = "Glue at the parent differs from the name server's own address",
        .why = "Resolvers start with the glue. If it is old they ask an address that is not yours any "
               "more, and whoever holds it now can answer for the domain.",
        .fix = "Update the host record at the registrar (or the glue in the zone above) to the addresses "
               "that the zone publishes, or correct the zone.",
        .fix_record = "ns1.example.test. A 192.0.2.1",
        .effort = "minutes",
        .tags = "delegation glue hijack",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "the referral of every server of the parent; A and AAAA of the name servers",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name server",
        .references = {RFC(1034, "4.2.2"), RFC(2181, "5.4.1")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .attack = "T1584.002",
        .since = "0.1.0",
        .false_positives = "While a server is being moved both addresses may be right for a time.",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!parent example.test. NS ns1.example.test.\n"
                        "!parent example.test. NS ns2.example.test.\n"
                        "!parent ns1.example.test. A 198.51.100.99\n"
                        "!parent ns2.example.test. A 192.0.2.2\n",
        .scope = SCOPE_ZONE,
        .run = run_mismatch,
    },
    {
        .id = "deleg.glue-stale-extra",
        .area = "deleg",
        .title = "Every name server with glue has an address in its zone",
        .failure_title = "Glue remains at the parent for a server that has no address any more",
        .why = "Resolvers may send questions to a retired address that somebody else holds by now.",
        .fix = "Take the glue (and the name server) out of the delegation, or publish the address in the "
               "zone.",
        .effort = "minutes",
        .tags = "delegation glue",
        .severity = SEVERITY_MEDIUM,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "the referral of every server of the parent; A and AAAA of the name servers",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name server",
        .references = {RFC(1912, "2.3")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!parent example.test. NS ns1.example.test.\n"
                        "!parent example.test. NS old.example.test.\n"
                        "!parent ns1.example.test. A 192.0.2.1\n"
                        "!parent old.example.test. A 198.51.100.99\n",
        .scope = SCOPE_ZONE,
        .run = run_stale,
    },
    {0},
};
