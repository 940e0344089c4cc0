/* SPDX-License-Identifier: BSD-2-Clause */
/* Targets in which the name of the zone stands twice: the final dot was forgotten. */
#include "auditor/facts/derived/delegation.h"
#include "auditor/facts/derived/resolution.h"
#include "auditor/facts/zone.h"
#include "checks/dangling/host_target.h"

#include <string.h>

static const dname *zone_of_target(struct facts *f)
{
    const struct zone *file = facts_zone(f);
    if (file != NULL)
        return zone_apex(file);
    const struct delegation *d = delegation_of(f, facts_target(f));
    return d->state == DELEGATION_NOT_APEX && d->zone != NULL ? d->zone : facts_target(f);
}

/* True for names at or below <zone>.<zone>. */
static bool repeats(const dname *name, const dname *zone)
{
    if (dname_is_root(zone) || !dname_under(name, zone) || dname_labels(name) < 2 * dname_labels(zone))
        return false;
    dname front[DNAME_MAX];
    const dname *twice = dname_ancestor(name, 2 * dname_labels(zone));
    size_t length = dname_length(zone) - 1; /* without the root label */
    memcpy(front, twice, length);
    front[length] = 0;
    return dname_equal(front, zone);
}

/* A name that answers was meant, or a wildcard hides the fault: no finding. */
static void judge(struct facts *f, struct findings *out, const dname *owner, const struct rrset *set,
                  uint16_t index, size_t offset)
{
    const dname *name = rdata_name(&set->rdata[index], offset);
    if (name == NULL || !repeats(name, zone_of_target(f)))
        return;
    const struct host_target host = host_target(f, name);
    if (host.state == HOST_UNKNOWN)
        host_target_unknown(f, out, &host, name);
    if (host.state != HOST_ABSENT && host.state != HOST_FREE)
        return;
    struct arena *a = facts_scratch(f);
    char type[16];
    struct finding *finding =
        findings_add(out, owner, "the target %s of the %s record holds the name of the zone twice",
                     dname_text(a, name), rrtype_text(set->type, type));
    finding->rrtype = set->type;
    finding->discriminator = dname_text(a, name);
    finding->location = set->where != NULL ? &set->where[index] : NULL;
}

static void judge_set(struct facts *f, struct findings *out, const dname *owner, uint16_t type, size_t offset)
{
    const struct answer *answer = facts_lookup(f, owner, type);
    char text[16];
    if (answer->state == ANSWER_UNKNOWN)
        findings_undetermined(out, answer->reason, "the %s set could not be looked up",
                              rrtype_text(type, text));
    for (uint16_t i = 0; answer->state == ANSWER_RRSET && i < answer->rrset->count; i++)
        judge(f, out, owner, answer->rrset, i, offset);
}

static bool service(const dname *owner)
{
    for (; !dname_is_root(owner); owner = dname_parent(owner)) {
        if (owner[1] == '_')
            return true;
    }
    return false;
}

/* What follows the service in the owner of SRV records (RFC 2782). */
static bool service_protocol(const dname *name)
{
    static const char *const protocols[] = {"\004_tcp", "\004_udp", "\004_tls", "\005_sctp"};
    for (size_t i = 0; i < ARRAY_SIZE(protocols); i++) {
        if (name[0] == (dname)protocols[i][0] && memcmp(name, protocols[i], 1 + (size_t)name[0]) == 0)
            return true;
    }
    return false;
}

/* Live only what other checks ask for as well, so that no name costs a question more. */
static enum verdict run(struct facts *f, const dname *subject, struct findings *out)
{
    const bool live = facts_settings(f)->live;
    const struct answer *first = facts_lookup(f, subject, RRTYPE_A);
    if (first->state == ANSWER_UNKNOWN)
        findings_undetermined(out, first->reason, "whether the name is an alias could not be looked up");
    if (first->state == ANSWER_ALIAS && first->rrset != NULL && first->rrset->type == RRTYPE_CNAME) {
        judge(f, out, subject, first->rrset, 0, 0);
        return VERDICT_PASS;
    }
    if (first->state == ANSWER_PENDING || first->state == ANSWER_NXDOMAIN)
        return VERDICT_PASS;
    if (!live || dname_equal(subject, facts_target(f)))
        judge_set(f, out, subject, RRTYPE_MX, 2);
    if (!live || (subject[0] > 1 && subject[1] == '_' && service_protocol(dname_parent(subject))))
        judge_set(f, out, subject, RRTYPE_SRV, 6);
    if (!live || !service(subject))
        judge_set(f, out, subject, RRTYPE_HTTPS, 2);
    return VERDICT_PASS;
}

static bool repeats_somewhere(struct facts *f, const struct zone_node *node)
{
    const dname *zone = zone_apex(facts_zone(f));
    for (size_t s = 0; s < node->set_count; s++) {
        const struct rrset *set = &node->sets[s];
        size_t offset = set->type == RRTYPE_SRV ? 6 : set->type == RRTYPE_CNAME ? 0 : 2;
        if (set->type != RRTYPE_CNAME && set->type != RRTYPE_MX && set->type != RRTYPE_SRV && set->type != RRTYPE_HTTPS)
            continue;
        for (uint16_t i = 0; i < set->count; i++) {
            const dname *name = rdata_name(&set->rdata[i], offset);
            if (name != NULL && repeats(name, zone))
                return true;
        }
    }
    return false;
}

const struct check topic_dangling_typo[] = {
    {
        .id = "dangling.typo-target",
        .area = "dangling",
        .title = "No target holds the name of the zone twice",
        .failure_title = "A target holds the name of the zone twice",
        .why = "A final dot was forgotten, so the name of the zone was put behind a name that was complete. "
               "The record leads nowhere and what it is for does not work.",
        .fix = "Write the target with a final dot, or leave the name of the zone away.",
        .fix_record = "shop.example.test. CNAME www.example.test.",
        .effort = "minutes",
        .tags = "dangling zonefile typo",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "CNAME, HTTPS and SRV of known names, MX; and whether such a target exists",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .discriminator = "target",
        .references = {RFC(1035, "5.1")},
        .controls = {{"nist-800-53r5", "CM-3"}},
        .since = "0.1.0",
        .example_pass = "www CNAME web.example.test.\nweb A 192.0.2.80\n",
        .example_fail = "www CNAME web.example.test\nweb A 192.0.2.80\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(CNAME) | ZONE_HAS(MX) | ZONE_HAS(SRV) | ZONE_HAS(HTTPS),
        .worth = repeats_somewhere,
        .run = run,
    },
    {0},
};
