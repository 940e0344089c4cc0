/* SPDX-License-Identifier: BSD-2-Clause */
/* One SOA record, at the apex, at every server. */
#include "auditor/check_zone.h"
#include "auditor/facts/zone.h"

/* An authoritative answer about the zone whose SOA, in the answer or as the proof of absence, belongs to
 * another name: the server serves a zone above (or below) and not this one. */
static const struct rrset *foreign_soa(const struct reply *r, const dname *zone)
{
    const struct section *sections[] = {&r->answer, &r->authority};
    for (size_t s = 0; s < ARRAY_SIZE(sections); s++)
        for (size_t i = 0; i < sections[s]->count; i++)
            if (sections[s]->sets[i].type == RRTYPE_SOA && !dname_equal(sections[s]->sets[i].owner, zone))
                return &sections[s]->sets[i];
    return NULL;
}

/* ---- soa.missing ---- */

static enum verdict missing_in_file(struct facts *f, const dname *zone, struct findings *out)
{
    const struct answer *soa = facts_lookup(f, zone, RRTYPE_SOA);
    if (soa->state == ANSWER_RRSET)
        return VERDICT_PASS;
    if (soa->state == ANSWER_UNKNOWN || soa->state == ANSWER_PENDING)
        return VERDICT_UNDETERMINED;
    struct finding *finding = findings_add(out, zone, "the zone file has no SOA record at the apex");
    finding->rrtype = RRTYPE_SOA;
    return VERDICT_FAIL;
}

/* DESIGN 10.18: NOERROR with AA and no SOA, at any one server. */
static enum verdict run_missing(struct facts *f, const dname *zone, struct findings *out)
{
    if (!facts_settings(f)->live)
        return missing_in_file(f, zone, out);
    const struct servings *s = servings_of(f, zone);
    enum verdict verdict;
    struct check_list servers = {"", 0};
    if (!check_zone_ready(s->delegation, out, &verdict))
        return verdict;
    facts_mark(f);
    for (size_t i = 0; i < s->count; i++) {
        const struct serving *server = &s->list[i];
        if (server->state != SERVING_NO_SOA || foreign_soa(server->reply, zone) != NULL)
            continue;
        check_list_add(f, &servers, check_server(f, &server->server));
        facts_ask(f, &(struct ask){.server = server->server.address, .owner = zone, .type = RRTYPE_SOA});
    }
    if (servers.count > 0) {
        struct finding *finding =
            findings_add(out, zone, "authoritative, but without an SOA record: %s", servers.text);
        finding->rrtype = RRTYPE_SOA;
    }
    findings_pass(out, "%u server addresses answer with an SOA record", s->yes);
    return check_verdict(servers.count > 0, check_gaps(f, s, out));
}

/* ---- soa.multiple ---- */

static enum verdict multiple_in_file(struct facts *f, const dname *zone, struct findings *out)
{
    const struct answer *soa = facts_lookup(f, zone, RRTYPE_SOA);
    if (soa->state == ANSWER_UNKNOWN || soa->state == ANSWER_PENDING)
        return VERDICT_UNDETERMINED;
    if (soa->rrset == NULL || soa->rrset->count < 2)
        return VERDICT_PASS;
    struct finding *finding =
        findings_add(out, zone, "%u SOA records at the apex", (unsigned)soa->rrset->count);
    finding->rrtype = RRTYPE_SOA;
    finding->location = soa->rrset->where != NULL ? &soa->rrset->where[1] : NULL;
    return VERDICT_FAIL;
}

static enum verdict run_multiple(struct facts *f, const dname *zone, struct findings *out)
{
    if (!facts_settings(f)->live)
        return multiple_in_file(f, zone, out);
    const struct servings *s = servings_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(s->delegation, out, &verdict))
        return verdict;
    struct check_list servers = {"", 0};
    unsigned most = 0;
    facts_mark(f);
    for (size_t i = 0; i < s->count; i++) {
        const struct serving *server = &s->list[i];
        if (server->soa == NULL || server->soa->count < 2)
            continue;
        most = server->soa->count > most ? server->soa->count : most;
        check_list_add(f, &servers, check_server(f, &server->server));
        facts_ask(f, &(struct ask){.server = server->server.address, .owner = zone, .type = RRTYPE_SOA});
    }
    if (servers.count > 0) {
        struct finding *finding = findings_add(out, zone, "%u SOA records at %s", most, servers.text);
        finding->rrtype = RRTYPE_SOA;
    }
    return check_verdict(servers.count > 0, check_gaps(f, s, out));
}

/* ---- soa.not-apex ---- */

static enum verdict not_apex_in_file(struct facts *f, const dname *zone, struct findings *out)
{
    const struct zone *z = facts_zone(f);
    if (z == NULL)
        return VERDICT_UNDETERMINED;
    for (size_t i = 0; i < zone_node_count(z); i++) {
        const dname *owner = zone_owner_at(z, i);
        if ((zone_types_at(z, i) & ZONE_HAS(SOA)) == 0 || dname_equal(owner, zone))
            continue;
        const struct rrset *soa = zone_set_at(z, facts_scratch(f), i, RRTYPE_SOA);
        struct finding *finding = findings_add(out, owner, "an SOA record that is not at the apex %s",
                                               dname_text(facts_scratch(f), zone));
        finding->rrtype = RRTYPE_SOA;
        finding->location = soa->where != NULL ? &soa->where[0] : NULL;
    }
    return VERDICT_PASS;
}

static enum verdict run_not_apex(struct facts *f, const dname *zone, struct findings *out)
{
    if (!facts_settings(f)->live)
        return not_apex_in_file(f, zone, out);
    const struct servings *s = servings_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(s->delegation, out, &verdict))
        return verdict;
    bool found = false;
    for (size_t i = 0; i < s->count; i++) {
        const struct serving *server = &s->list[i];
        const struct rrset *soa = server->state == SERVING_NO_SOA ? foreign_soa(server->reply, zone) : NULL;
        if (soa == NULL)
            continue;
        check_evidence(f, &server->server.address, zone, RRTYPE_SOA, 0);
        struct arena *a = facts_scratch(f);
        struct finding *finding =
            findings_add(out, server->server.name, "%s answers for %s from the zone %s",
                         check_server(f, &server->server), dname_text(a, zone), dname_text(a, soa->owner));
        finding->rrtype = RRTYPE_SOA;
        finding->discriminator = check_address(f, &server->server.address);
        found = true;
    }
    return check_verdict(found, check_gaps(f, s, out));
}

const struct check topic_soa_presence[] = {
    {
        .id = "soa.missing",
        .area = "soa",
        .title = "Every server has the SOA record of the zone",
        .failure_title = "A server has no SOA record for the zone",
        .why = "Without its SOA record a zone is void: secondaries cannot refresh it and resolvers cannot "
               "cache that a name does not exist.",
        .fix = "Restore the SOA record at the apex and reload the zone; check that the server still "
               "serves it.",
        .fix_record = "example.test. SOA ns1.example.test. hostmaster.example.test. 2026110101 7200 3600 "
                      "1209600 3600",
        .effort = "minutes",
        .tags = "soa outage",
        .severity = SEVERITY_CRITICAL,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "SOA at every address of the zone's servers",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .references = {RFC(1035, "3.3.13"), RFC(2181, "6.1")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!server 192.0.2.2 example.test. SOA nodata\n",
        .scope = SCOPE_ZONE,
        .run = run_missing,
    },
    {
        .id = "soa.multiple",
        .area = "soa",
        .title = "The zone has exactly one SOA record",
        .failure_title = "The zone has more than one SOA record",
        .why = "Which serial counts is undefined: secondaries may miss changes or transfer again and "
               "again.",
        .fix = "Keep one SOA record at the apex.",
        .effort = "minutes",
        .tags = "soa",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "SOA at every address of the zone's servers",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .references = {RFC(1035, "3.3.13"), RFC(2181, "6.1")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"
                        "@ SOA ns1 hostmaster 2 7200 3600 1209600 3600\n",
        .scope = SCOPE_ZONE,
        .run = run_multiple,
    },
    {
        .id = "soa.not-apex",
        .area = "soa",
        .title = "The SOA record stands at the apex of the zone",
        .failure_title = "A server answers for the zone from another zone",
        .why = "The server does not hold the zone; it answers from the one above, in which everything "
               "under this name looks absent.",
        .fix = "Load the zone on that server, or take the server out of the NS set. In a zone file, keep "
               "the SOA record at the apex only.",
        .effort = "hours",
        .tags = "soa delegation",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "SOA at every address of the zone's servers",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name server",
        .discriminator = "address",
        .references = {RFC(1034, "4.3.4")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!offline\nsub SOA ns1 hostmaster 1 7200 3600 1209600 3600\n",
        .scope = SCOPE_ZONE,
        .run = run_not_apex,
    },
    {0},
};
