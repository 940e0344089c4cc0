/* SPDX-License-Identifier: BSD-2-Clause */
/* Do clients of one address family reach the servers that hold their addresses? (RFC 3901) */
#include "checks/zone/zone_check.h"

#include "auditor/facts/derived/resolution.h"

struct reach {
    bool v4, v6;  /* some name server has such an address */
    bool unknown; /* the addresses of some name server are not known */
    enum reason reason;
};

static struct reach reach_of(struct facts *f, const struct rrset *ns)
{
    struct reach r = {0};
    for (uint16_t i = 0; ns != NULL && i < ns->count; i++) {
        const dname *host = rdata_name(&ns->rdata[i], 0);
        const struct addresses *list = host != NULL ? addresses_of(f, host) : NULL;
        if (list == NULL)
            continue;
        for (size_t j = 0; j < list->count; j++) {
            r.v4 = r.v4 || list->list[j].family == 4;
            r.v6 = r.v6 || list->list[j].family == 6;
        }
        /* One family can be known where the other is not. */
        bool open = list->state == ANSWER_UNKNOWN ||
                    facts_lookup(f, host, RRTYPE_A)->state == ANSWER_UNKNOWN ||
                    facts_lookup(f, host, RRTYPE_AAAA)->state == ANSWER_UNKNOWN;
        if (open && !r.unknown)
            r.reason = list->reason;
        r.unknown = r.unknown || open;
    }
    return r;
}

/* The first authoritative set of that type, made in scratch memory; NULL if the zone has none. */
static const struct rrset *first_set(struct facts *f, const struct zone *zone, uint16_t type)
{
    uint64_t bit = zone_type_bit(type);
    for (size_t i = 0; i < zone_node_count(zone); i++) {
        if (zone_place_at(zone, i) == ZONE_PLACE_AUTH && (zone_types_at(zone, i) & bit) != 0)
            return zone_set_at(zone, facts_scratch(f), i, type);
    }
    return NULL;
}

static void report(struct facts *f, const dname *apex, const struct rrset *set, struct findings *out)
{
    bool v6 = set->type == RRTYPE_AAAA;
    struct finding *finding = findings_add(
        out, apex,
        "the zone has %s records, for instance of %s, and none of its name servers has an %s address",
        v6 ? "AAAA" : "A", dname_text(facts_scratch(f), set->owner), v6 ? "IPv6" : "IPv4");
    zone_check_at(f, finding, set, 0);
    finding->discriminator = v6 ? "AAAA" : "A";
}

static enum verdict run(struct facts *f, const dname *apex, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    const struct rrset *ns = zone != NULL ? zone_rrset(zone, facts_scratch(f), apex, RRTYPE_NS) : NULL;
    findings_pass(out, "the name servers are reached by every family that the zone has addresses of");
    if (ns == NULL) {
        findings_skip(out, SKIP_NOT_APPLICABLE,
                      zone_check_apex_elsewhere(f) ? "the input does not hold the records at the apex"
                                                   : "the file names no servers (zone.ns-apex-missing)");
        return VERDICT_SKIPPED;
    }
    const struct reach reach = reach_of(f, ns);
    const struct rrset *a = reach.v4 ? NULL : first_set(f, zone, RRTYPE_A);
    const struct rrset *aaaa = reach.v6 ? NULL : first_set(f, zone, RRTYPE_AAAA);
    if (a == NULL && aaaa == NULL)
        return VERDICT_PASS;
    if (reach.unknown || (!reach.v4 && !reach.v6)) {
        findings_undetermined(out, reach.unknown ? reach.reason : REASON_INCOMPLETE_DATA,
                              "the addresses of the name servers are not all known");
        return VERDICT_UNDETERMINED;
    }
    if (a != NULL)
        report(f, apex, a, out);
    if (aaaa != NULL)
        report(f, apex, aaaa, out);
    return VERDICT_FAIL;
}

const struct check topic_zone_families[] = {
    {
        .id = "zone.ns-host-mixed-families",
        .area = "zone",
        .title = "Name servers are reached by the families that the zone has addresses of",
        .failure_title = "The zone has addresses of a family by which none of its servers is reached",
        .why = "A client or resolver with only that family could use the hosts, but cannot ask for their "
               "addresses: the zone promises a reachability that it has only for those who have the other "
               "family too.",
        .fix = "Give at least two name servers an address of that family.",
        .effort = "hours",
        .tags = "zone-file ipv6 reachability",
        .severity = SEVERITY_INFO,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_OFFLINE,
        .needs = "the zone file, with the addresses of its name servers",
        .traffic = TRAFFIC_NONE,
        .subject_kind = "zone",
        .discriminator = "A or AAAA",
        .references = {RFC_WHOLE(3901)},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.2.0",
        .false_positives =
            "Resolvers with both families ask for everybody: a hint about reachability, no fault.",
        .example_pass = "!offline\n@ NS ns1\nns1 A 192.0.2.1\nns1 AAAA 2001:db8::1\nwww AAAA 2001:db8::80\n",
        .example_fail = "!offline\n@ NS ns7\nns7 A 192.0.2.1\nwww AAAA 2001:db8::80\n",
        .scope = SCOPE_ZONE,
        .run = run,
    },
    {0},
};
