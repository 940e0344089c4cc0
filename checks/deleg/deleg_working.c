/* SPDX-License-Identifier: BSD-2-Clause */
/* Do the delegated servers answer for the zone, and with authority? */
#include "auditor/check_zone.h"
#include "fingerprints/takeover.h"

static bool authoritative_by_tcp(const struct transport_list *t, size_t i, const dname *zone)
{
    const struct reply *r = i < t->count ? t->list[i].tcp_reply : NULL;
    return r != NULL && reply_authoritative(r) && section_find(&r->answer, zone, RRTYPE_SOA) != NULL;
}

/* What a lame server said, in a few words. */
static const char *lame_words(struct facts *f, const struct reply *r, const dname *zone)
{
    if (r->rcode != 0)
        return check_rcode(f, r->rcode);
    for (size_t i = 0; i < r->authority.count; i++) {
        const struct rrset *set = &r->authority.sets[i];
        if (set->type == RRTYPE_NS && r->answer.count == 0)
            return dname_under(set->owner, zone) ? "a referral to other servers"
                                                 : "a referral to a zone above";
    }
    return "an answer without authority (AA is not set)";
}

/* ---- deleg.lame-ns ---- */

/* At a DNS host where anybody could create the zone, the fault is deleg.ns-hosted-zone-missing. */
static bool claimable(const struct takeover_ns *ns, const dname *server)
{
    return ns->state == TAKEOVER_FOUND && (ns->row == TAKEOVER_N1 || ns->row == TAKEOVER_N2) &&
           ns->service != NULL && fingerprints_ns(server) == ns->service;
}

static enum verdict run_lame(struct facts *f, const dname *zone, struct findings *out)
{
    const struct servings *s = servings_of(f, zone);
    const struct transport_list *t = transports_of(f, zone);
    const struct takeover_ns *ns = s->lame > 0 ? takeover_ns_of(f, zone) : NULL;
    enum verdict verdict;
    bool gap = false;
    if (!check_zone_ready(s->delegation, out, &verdict))
        return verdict;
    for (size_t i = 0; i < s->count; i++) {
        const struct serving *server = &s->list[i];
        /* Some servers shed load by refusing over UDP only; what answers over TCP is not lame. */
        if (server->state != SERVING_LAME || authoritative_by_tcp(t, i, zone) ||
            claimable(ns, server->server.name))
            continue;
        check_evidence(f, &server->server.address, zone, RRTYPE_SOA, 0);
        struct finding *finding =
            findings_add(out, server->server.name, "%s answers the question for the SOA of %s with %s",
                         check_server(f, &server->server), dname_text(facts_scratch(f), zone),
                         lame_words(f, server->reply, zone));
        finding->discriminator = check_address(f, &server->server.address);
        finding->rrtype = RRTYPE_SOA;
    }
    /* Servers that are all lame are no gap here. */
    if (s->lame == 0 || s->yes + s->no_soa + s->silent + s->malformed + s->truncated > 0)
        gap = check_gaps(f, s, out);
    findings_pass(out, "%u server addresses answer with authority", s->yes + s->no_soa);
    return check_verdict(false, gap);
}

/* ---- deleg.no-working-ns ---- */

/* No address to ask: an outage if it is certain that none exists. */
static enum verdict no_addresses(struct facts *f, const struct delegation *d, const dname *zone,
                                 struct findings *out)
{
    const bool given_up = delegation_hopeless(d);
    for (size_t i = 0; i < d->server_count && !given_up; i++) {
        const struct nameserver *ns = &d->servers[i];
        if (ns->addresses_state != ANSWER_NODATA && ns->addresses_state != ANSWER_NXDOMAIN) {
            findings_undetermined(out, ns->addresses_reason, "the addresses of %s could not be found out",
                                  dname_text(facts_scratch(f), ns->name));
            return VERDICT_UNDETERMINED;
        }
    }
    if (d->server_count == 0)
        return VERDICT_UNDETERMINED;
    struct finding *finding =
        findings_add(out, zone, "none of the %zu name servers has an address", d->server_count);
    finding->rrtype = RRTYPE_NS;
    finding->cause_check = "deleg.ns-name-unresolvable";
    return VERDICT_FAIL;
}

static bool works(const struct servings *s, const struct transport_list *t, const dname *zone)
{
    if (s->yes + s->no_soa > 0)
        return true;
    for (size_t i = 0; i < s->count; i++)
        if (authoritative_by_tcp(t, i, zone))
            return true;
    return false;
}

/* Addresses of which it is not certain that they do not serve the zone. */
static unsigned unsure(const struct servings *s, const struct transport_list *t)
{
    unsigned n = 0;
    for (size_t i = 0; i < s->count; i++) {
        const struct transports *server = &t->list[i];
        const enum serving_state state = s->list[i].state;
        const bool dead = state == SERVING_LAME || state == SERVING_MALFORMED || state == SERVING_TRUNCATED ||
                          (server->udp == TRANSPORT_SILENT && server->tcp != TRANSPORT_UNSURE);
        n += !dead && !server->no_path;
    }
    return n;
}

static enum verdict run_working(struct facts *f, const dname *zone, struct findings *out)
{
    const struct servings *s = servings_of(f, zone);
    const struct transport_list *t = transports_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(s->delegation, out, &verdict))
        return verdict;
    if (s->count == 0)
        return no_addresses(f, s->delegation, zone, out);
    if (works(s, t, zone)) {
        findings_pass(out, "%u server addresses answer with authority", s->yes + s->no_soa);
        return VERDICT_PASS;
    }
    const unsigned useless = s->lame + s->malformed + s->truncated;
    if (s->pending || t->pending || unsure(s, t) > 0 || (useless == 0 && !t->all_silent)) {
        check_gaps(f, s, out);
        return VERDICT_UNDETERMINED;
    }
    struct finding *finding = findings_add(
        out, zone,
        "none of the %zu addresses of the name servers answers with authority: %u answer without it "
        "or with nothing of use, %u are silent",
        s->count, useless, s->silent);
    finding->rrtype = RRTYPE_SOA;
    if (s->lame > 0)
        finding->cause_check = "deleg.lame-ns";
    else if (s->malformed > 0)
        finding->cause_check = "server.malformed";
    else if (s->truncated > 0)
        finding->cause_check = "server.tcp-truncation-loop";
    if (s->lame > 0 && claimable(takeover_ns_of(f, zone), s->list[0].server.name))
        finding->cause_check = "deleg.ns-hosted-zone-missing";
    if (s->silent + s->malformed + s->unasked > 0)
        finding->confidence = CONFIDENCE_LIKELY;
    return VERDICT_FAIL;
}

const struct check topic_deleg_working[] = {
    {
        .id = "deleg.no-working-ns",
        .area = "deleg",
        .title = "At least one delegated name server answers for the zone",
        .failure_title = "No delegated name server answers for the zone",
        .why = "Every server that the delegation names is silent or has no authority, so nothing under "
               "the name resolves once caches have run out.",
        .fix = "Bring the zone up on its servers again, or change the delegation to servers that hold it.",
        .effort = "hours",
        .tags = "delegation outage",
        .severity = SEVERITY_CRITICAL,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_LIKELY,
        .modes = MODE_LIVE,
        .needs = "SOA at every address of the zone's servers, by UDP and TCP, silence in two rounds",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .references = {RFC(1034, "4.1"), RFC(1912, "2.8")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .false_positives = "If all servers are silent, a filter near the auditor looks the same; the "
                           "finding is then only likely. Repeat the audit from another network.",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!server 192.0.2.1 * * refused\n!server 2001:db8::1 * * refused\n"
                        "!server 192.0.2.2 * * refused\n",
        .scope = SCOPE_ZONE,
        .run = run_working,
    },
    {
        .id = "deleg.lame-ns",
        .area = "deleg",
        .title = "Every delegated name server that answers has authority for the zone",
        .failure_title = "A delegated name server does not serve the zone",
        .why = "Resolvers that pick this server lose time or fail, depending on luck. At a DNS host that "
               "hands out zones to customers it can also mean that somebody else may set the zone up "
               "there and answer for you.",
        .fix = "Load the zone on that server, or take the server out of the NS set at the parent and in "
               "the zone.",
        .effort = "hours",
        .tags = "delegation lame",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_LIVE,
        .needs = "SOA at every address of the zone's servers, by UDP and TCP",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name server",
        .discriminator = "address",
        .references = {RFC(1912, "2.8"), RFC(9499, "7")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .attack = "T1584.002",
        .since = "0.1.0",
        .false_positives = "A server that refuses the auditor's address but answers everybody else.",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!server 192.0.2.2 * * refused\n",
        .scope = SCOPE_ZONE,
        .run = run_lame,
    },
    {0},
};
