/* SPDX-License-Identifier: BSD-2-Clause */
/* What a server makes of questions that are a little out of the ordinary, and what it adds to its answers. */
#include "auditor/check_zone.h"

#define UNKNOWN_TYPE 65280 /* from the private use range: no server knows it (RFC 6895 section 3.1) */

static void name_address(struct facts *f, const struct serving *s, struct finding *finding)
{
    finding->discriminator = check_address(f, &s->server.address);
}

/* ---- server.unknown-type ---- */

static const struct reply *ask_unknown(struct facts *f, const struct serving *s, const dname *zone,
                                       uint16_t flags)
{
    return facts_ask(
        f, &(struct ask){.server = s->server.address, .owner = zone, .type = UNKNOWN_TYPE, .flags = flags});
}

/* Silence counts only for a server that answers other questions, twice, and on a path that loses hardly
 * anything. */
static bool drops(struct facts *f, const struct serving *s, const dname *zone, struct findings *out,
                  bool *gap)
{
    const struct reply *again = ask_unknown(f, s, zone, ASK_LAST_ROUND);
    const struct vantage *v = facts_vantage(f, true);
    if (again->state == REPLY_OK)
        return false;
    if (again->state == REPLY_NONE && again->reason == REASON_TIMEOUT && v->state == FACT_KNOWN &&
        (uint64_t)v->lost * 20 < v->sent)
        return true;
    findings_undetermined(out, again->reason, "%s did not answer the question for an unknown type",
                          check_server(f, &s->server));
    *gap = true;
    return false;
}

static enum verdict run_unknown(struct facts *f, const dname *zone, struct findings *out)
{
    const struct servings *s = servings_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(s->delegation, out, &verdict))
        return verdict;
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].state == SERVING_YES)
            ask_unknown(f, &s->list[i], zone, 0);
    bool gap = check_gaps(f, s, out);
    for (size_t i = 0; i < s->count; i++) {
        const struct serving *server = &s->list[i];
        if (server->state != SERVING_YES)
            continue;
        facts_mark(f);
        const struct reply *r = ask_unknown(f, server, zone, 0);
        const bool silent = r->state == REPLY_NONE && drops(f, server, zone, out, &gap);
        if (!silent && r->state == REPLY_NONE) /* the first was lost: the second is what it says */
            r = ask_unknown(f, server, zone, ASK_LAST_ROUND);
        /* NXDOMAIN at the apex is wrong in another way, and no trouble with the type. */
        if (!silent && (r->state != REPLY_OK || r->rcode == 0 || r->rcode == 3))
            continue;
        struct finding *finding = findings_add(
            out, server->server.name, "%s answers the question for a type it does not know with %s",
            check_server(f, &server->server), silent ? "silence" : check_rcode(f, r->rcode));
        name_address(f, server, finding);
        if (silent)
            finding->confidence = CONFIDENCE_LIKELY;
    }
    return gap ? VERDICT_UNDETERMINED : VERDICT_PASS;
}

/* ---- server.upward-referral ---- */

/* A name at the top that next to no server holds; server.open-recursion asks the same. */
static const struct reply *ask_foreign(struct facts *f, const struct serving *s)
{
    return facts_ask(f, &(struct ask){.server = s->server.address,
                                      .owner = dname_const(facts_scratch(f), "arpa."),
                                      .type = RRTYPE_SOA,
                                      .flags = ASK_RD | ASK_SHARED});
}

static bool refers_up(const struct reply *r, const dname *zone)
{
    if (r->state != REPLY_OK || r->rcode != 0 || r->aa || r->answer.count > 0)
        return false;
    for (size_t i = 0; i < r->authority.count; i++) {
        const struct rrset *set = &r->authority.sets[i];
        if (set->type == RRTYPE_NS && !dname_equal(set->owner, zone) && dname_under(zone, set->owner))
            return true;
    }
    return false;
}

static enum verdict run_upward(struct facts *f, const dname *zone, struct findings *out)
{
    const struct servings *s = servings_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(s->delegation, out, &verdict))
        return verdict;
    for (size_t i = 0; i < s->count; i++)
        ask_foreign(f, &s->list[i]);
    const bool gap = s->silent + s->malformed > 0 || s->count == 0;
    if (gap)
        check_gaps(f, s, out);
    for (size_t i = 0; i < s->count; i++) {
        const struct serving *server = &s->list[i];
        facts_mark(f);
        const bool own = refers_up(server->reply, zone);
        if (!own && !refers_up(ask_foreign(f, server), DNAME_ROOT) &&
            !refers_up(ask_foreign(f, server), dname_const(facts_scratch(f), "arpa.")))
            continue;
        if (own)
            check_evidence(f, &server->server.address, zone, RRTYPE_SOA, 0);
        struct finding *finding =
            findings_add(out, server->server.name, "%s answers questions about %s with a referral upwards",
                         check_server(f, &server->server), own ? "the zone" : "foreign names");
        name_address(f, server, finding);
    }
    return gap ? VERDICT_UNDETERMINED : VERDICT_PASS;
}

/* ---- server.unrelated-answer ---- */

/* The answer to a question at the apex holds the set asked for and its signatures, nothing of other names. A
 * zone apex is never an alias (RFC 1034 section 3.6.2), so there is no chain to allow for; a DNAME may stand
 * beside. */
static const struct rrset *unrelated(const struct reply *r, const dname *zone)
{
    for (size_t i = 0; r->state == REPLY_OK && r->aa && i < r->answer.count; i++) {
        const struct rrset *set = &r->answer.sets[i];
        if (set->type == RRTYPE_CNAME || set->type == RRTYPE_DNAME)
            return NULL;
    }
    for (size_t i = 0; r->state == REPLY_OK && r->aa && i < r->answer.count; i++)
        if (!dname_equal(r->answer.sets[i].owner, zone))
            return &r->answer.sets[i];
    return NULL;
}

static enum verdict run_unrelated(struct facts *f, const dname *zone, struct findings *out)
{
    static const uint16_t types[] = {RRTYPE_SOA, RRTYPE_NS};
    const struct servings *s = servings_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(s->delegation, out, &verdict))
        return verdict;
    const bool gap = check_gaps(f, s, out);
    for (size_t i = 0; i < s->count; i++) {
        const struct serving *server = &s->list[i];
        const struct rrset *set = NULL;
        for (size_t t = 0; t < ARRAY_SIZE(types) && set == NULL; t++) {
            facts_mark(f);
            set = unrelated(
                facts_ask(f,
                          &(struct ask){.server = server->server.address, .owner = zone, .type = types[t]}),
                zone);
        }
        if (set == NULL)
            continue;
        struct arena *a = facts_scratch(f);
        struct finding *finding =
            findings_add(out, server->server.name, "%s puts a record of %s into answers about %s",
                         check_server(f, &server->server), dname_text(a, set->owner), dname_text(a, zone));
        name_address(f, server, finding);
    }
    return gap ? VERDICT_UNDETERMINED : VERDICT_PASS;
}

#define PROTOCOL_COMMON \
    .area = "server", .modes = MODE_LIVE, .traffic = TRAFFIC_DNS, .since = "0.1.0", \
    .controls = {{"nist-800-53r5", "SC-22"}}, .subject_kind = "name server", .discriminator = "address", \
    .scope = SCOPE_ZONE, .confidence = CONFIDENCE_CONFIRMED, .effort = "hours", \
    .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n"

const struct check topic_server_protocol[] = {
    {
        PROTOCOL_COMMON,
        .id = "server.unknown-type",
        .title = "Name servers answer questions for types they do not know",
        .failure_title = "A name server fails on types it does not know",
        .why = "New record types (CAA, TLSA, HTTPS) are asked for by certificate authorities, mail "
               "servers and browsers. An error or silence stops certificates from being issued or "
               "connections from being made.",
        .fix = "Update the server, or the load balancer or firewall that filters by type.",
        .tags = "server compliance",
        .severity = SEVERITY_HIGH,
        .confidence_lowest = CONFIDENCE_LIKELY,
        .needs = "a question for a private type at every address of the zone's servers",
        .references = {RFC(3597, "3"), RFC(8906, "3.1.2")},
        .example_fail = "!server 192.0.2.2 * TYPE65280 notimp\n",
        .run = run_unknown,
    },
    {
        PROTOCOL_COMMON,
        .id = "server.upward-referral",
        .title = "Name servers refuse questions about foreign names",
        .failure_title = "A name server answers with referrals to the root",
        .why = "Such referrals help nobody, are several times as large as the question, and so serve to "
               "flood third parties.",
        .fix = "Remove the root hints from the authoritative server, or let it answer REFUSED.",
        .tags = "server amplification",
        .severity = SEVERITY_LOW,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .needs = "SOA of the zone and of a foreign name at every address of the zone's servers",
        .references = {RFC(8906, "3")},
        .example_fail = "!server 192.0.2.2 * * referral-root\n",
        .run = run_upward,
    },
    {
        PROTOCOL_COMMON,
        .id = "server.unrelated-answer",
        .title = "Answers hold only what was asked for",
        .failure_title = "A name server adds records of other names to its answers",
        .why = "Resolvers drop the message or log an attack: this is what cache poisoning looks like.",
        .fix = "Look for the device or the server module that adds records, and switch that off.",
        .tags = "server compliance",
        .severity = SEVERITY_MEDIUM,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .needs = "SOA and NS at every address of the zone's servers",
        .references = {RFC(1034, "4.3.2"), RFC(2181, "5.4.1")},
        .example_fail = "!server 192.0.2.2 * * unrelated\n",
        .run = run_unrelated,
    },
    {0},
};
