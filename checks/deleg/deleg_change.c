/* SPDX-License-Identifier: BSD-2-Clause */
/* All name servers of a zone exchanged in one step. */
#include "auditor/check_zone.h"
#include "checks/change_check.h"

#include <string.h>

/* A and AAAA of a name server, as glue or as data; in the arena. */
static const struct rrset *addresses(struct facts *f, enum change_side side, struct arena *a,
                                     const dname *host, uint16_t type)
{
    const struct zone *z = change_zone_of(change_zones(f, side), host, type);
    const struct rrset *glue = z != NULL ? zone_rrset(z, a, host, type) : NULL;
    if (glue != NULL)
        return glue;
    const struct answer answer = change_lookup(f, side, a, host, type);
    return answer.state == ANSWER_RRSET ? answer.rrset : NULL;
}

/* The same machine under two names: renamed, not replaced. */
static bool same_host(struct facts *f, struct arena *a, const dname *before, const dname *after)
{
    static const uint16_t types[] = {RRTYPE_A, RRTYPE_AAAA};
    for (size_t t = 0; t < ARRAY_SIZE(types); t++) {
        const struct rrset *one = addresses(f, CHANGE_OLD, a, before, types[t]);
        const struct rrset *other = addresses(f, CHANGE_NEW, a, after, types[t]);
        for (uint16_t i = 0; one != NULL && i < one->count; i++) {
            if (change_has_record(other, &one->rdata[i]))
                return true;
        }
    }
    return false;
}

static bool any_stays(struct facts *f, struct arena *a, const struct rrset *before, const struct rrset *after)
{
    for (uint16_t i = 0; i < before->count; i++) {
        if (change_has_record(after, &before->rdata[i]))
            return true;
    }
    for (uint16_t i = 0; i < before->count; i++) {
        const dname *old = rdata_name(&before->rdata[i], 0);
        for (uint16_t j = 0; old != NULL && j < after->count; j++) {
            const dname *now = rdata_name(&after->rdata[j], 0);
            if (now != NULL && same_host(f, a, old, now))
                return true;
        }
    }
    return false;
}

static const char *hosts(struct facts *f, const struct rrset *ns)
{
    struct check_list list = {"", 0};
    for (uint16_t i = 0; i < ns->count; i++) {
        const dname *host = rdata_name(&ns->rdata[i], 0);
        if (host != NULL)
            check_list_add(f, &list, dname_text(facts_scratch(f), host));
    }
    return list.text;
}

/* The zone is signed, or the parent says so. */
static bool chained(struct facts *f, const struct change *c, const dname *zone, bool apex)
{
    if (!apex)
        return zone_has(c->after, zone, RRTYPE_DS);
    const struct zone *parent = change_zone_of(facts_zones(f), zone, RRTYPE_DS);
    if (parent != NULL && zone_has(parent, zone, RRTYPE_NS))
        return zone_has(parent, zone, RRTYPE_DS);
    return facts_settings(f)->ds_count > 0 || zone_has(c->before, zone, RRTYPE_DNSKEY);
}

static bool judge(struct change_pass *p, const struct change_item *item)
{
    struct facts *f = p->f;
    const struct change *c = p->c;
    if (item->type != RRTYPE_NS || item->kind != CHANGE_DATA || item->gone == 0)
        return false;
    const struct rrset *before = change_before(c, p->work, item);
    const struct rrset *after = change_after(c, p->work, item);
    if (before == NULL || after == NULL || any_stays(f, p->work, before, after))
        return false;
    const bool apex = dname_equal(before->owner, zone_apex(c->after));
    if (!p->tell)
        return true;
    struct finding *finding =
        findings_add(p->out, before->owner,
                     "all name servers are replaced at once (%s by %s): resolvers that know the old ones go "
                     "on asking them, until %s by this zone's TTL and longer by that of the parent's "
                     "delegation%s",
                     hosts(f, before), hosts(f, after), change_moment(f, before->ttl_s),
                     chained(f, c, before->owner, apex)
                         ? "; the zone is signed, so the new servers must have keys that the DS names"
                         : "");
    finding->rrtype = RRTYPE_NS;
    finding->severity = apex ? SEVERITY_HIGH : SEVERITY_MEDIUM;
    finding->location = change_place(c, facts_scratch(f), before->owner, RRTYPE_NS);
    finding_note(p->out, finding, "safe way",
                 "let both sets serve the same zone (and, if it is signed, both sets of keys: RFC 6781 "
                 "section 4.3.5) until the delegation has changed and its TTL is over, often two days");
    return true;
}

static enum verdict run(struct facts *f, const dname *zone, struct findings *out)
{
    (void)zone;
    return change_check(f, out, judge, "no zone gets other name servers all at once",
                        "zones get other name servers");
}

const struct check topic_deleg_change[] = {
    {
        CHANGE_COMMON,
        .id = "deleg.ns-replaced",
        .area = "deleg",
        .title = "Name servers are exchanged one after the other",
        .failure_title = "All name servers of a zone are replaced in one change",
        .why = "For hours or days part of the world asks the old servers. If they are switched off, or go on "
               "with old data, those users lose the zone or see another one. In a signed zone, new servers "
               "with other keys make every name fail for resolvers that validate.",
        .fix = "Add the new servers first and let old and new ones serve the same zone; change the "
               "delegation at the parent; remove the old ones when the TTL of the parent's NS set is over. "
               "For a signed zone exchange keys or remove the DS first.",
        .effort = "days",
        .tags = "delegation change move outage",
        .severity = SEVERITY_HIGH,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .needs = "the zone before and after the change",
        .subject_kind = "zone",
        .references = {RFC(2182, "3"), RFC(6781, "4.3.5"), RFC(1034, "4.2.2")},
        .controls = {{"nist-800-53r5", "SC-22"}, {"nist-800-53r5", "CM-3"}},
        .attack = "T1584.002",
        .false_positives = "Other names for the same machines are recognised only if their addresses stand "
                           "in the zones given.",
        .example_pass = "!offline\n@ NS ns1\n@ NS ns3.example.net.\nns1 A 192.0.2.1\n"
                        "!before\n@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!offline\n@ NS a.dns.example.net.\n@ NS b.dns.example.net.\n"
                        "!before\n@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .run = run,
    },
    {0},
};
