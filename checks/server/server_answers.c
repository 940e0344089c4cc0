/* SPDX-License-Identifier: BSD-2-Clause */
/* The form of the answers: EDNS, spelling of the question, messages that do not parse, and who really sends
 * them. */
#include "auditor/check_zone.h"

static struct finding *add(struct facts *f, const struct serving *s, const dname *zone, struct findings *out,
                           const char *text)
{
    check_evidence(f, &s->server.address, zone, RRTYPE_SOA, 0);
    struct finding *finding = findings_add(out, s->server.name, "%s %s", check_server(f, &s->server), text);
    finding->discriminator = check_address(f, &s->server.address);
    return finding;
}

/* The servers whose reply, whatever it says, has the fault. */
static enum verdict each(struct facts *f, const dname *zone, struct findings *out,
                         bool (*faulty)(const struct reply *), const char *text)
{
    const struct servings *s = servings_of(f, zone);
    enum verdict verdict;
    size_t judged = 0;
    if (!check_zone_ready(s->delegation, out, &verdict))
        return verdict;
    for (size_t i = 0; i < s->count; i++) {
        const struct reply *r = s->list[i].reply;
        if (r->state != REPLY_OK)
            continue;
        judged++;
        if (faulty(r))
            add(f, &s->list[i], zone, out, text);
    }
    if (s->silent + s->malformed > 0 || judged == 0) {
        check_gaps(f, s, out);
        return VERDICT_UNDETERMINED;
    }
    return VERDICT_PASS;
}

static bool drops_edns(const struct reply *r)
{
    return r->edns_fallback && r->edns_dropped;
}

static bool lacks_edns(const struct reply *r)
{
    return (r->edns_fallback && !r->edns_dropped) || (!r->edns_fallback && !r->edns);
}

static bool changes_case(const struct reply *r)
{
    return r->case_differs;
}

static enum verdict run_edns_drops(struct facts *f, const dname *zone, struct findings *out)
{
    return each(f, zone, out, drops_edns, "answers only questions without EDNS and drops all others");
}

static enum verdict run_edns_unsupported(struct facts *f, const dname *zone, struct findings *out)
{
    return each(f, zone, out, lacks_edns, "does not support EDNS");
}

static enum verdict run_case(struct facts *f, const dname *zone, struct findings *out)
{
    return each(f, zone, out, changes_case, "does not repeat the question in the spelling it was asked in");
}

/* ---- server.malformed, server.source-address-differs ---- */

static const struct reply *ask_last(struct facts *f, const struct address *server, const dname *zone)
{
    return facts_ask(
        f, &(struct ask){.server = *server, .owner = zone, .type = RRTYPE_SOA, .flags = ASK_LAST_ROUND});
}

enum fault { FAULT_NONE, FAULT_PARSE, FAULT_STRAY, FAULT_SOURCE };

/* Replies that match no question are dropped and the wait goes on; they are a fault only if nothing else
 * came. */
static enum fault fault_of(const struct reply *r)
{
    if (r->state != REPLY_NONE)
        return FAULT_NONE;
    if (r->reason == REASON_MALFORMED)
        return FAULT_PARSE;
    if (r->reason != REASON_TIMEOUT || r->mismatches == 0)
        return FAULT_NONE;
    return r->other_source > 0 ? FAULT_SOURCE : FAULT_STRAY;
}

/* By TCP a reply cannot come from elsewhere, and a stream that ends in the middle of a message is malformed
 * too. */
static enum fault fault_by_tcp(const struct transport_list *t, size_t i)
{
    const struct reply *r = i < t->count ? t->list[i].tcp_reply : NULL;
    return r != NULL && r->state == REPLY_NONE && r->reason == REASON_MALFORMED ? FAULT_PARSE : FAULT_NONE;
}

static const char *const fault_words[] = {
    [FAULT_NONE] = "",
    [FAULT_PARSE] = "sends messages that are not valid DNS",
    [FAULT_STRAY] = "is answered for with messages that do not match the question",
    [FAULT_SOURCE] = "answers from another address than the one that was asked",
};

static void report_fault(struct facts *f, const struct serving *s, const dname *zone, enum fault fault,
                         struct findings *out)
{
    struct finding *finding = add(f, s, zone, out, fault_words[fault]);
    if (fault != FAULT_PARSE) /* the stray replies may be somebody else's */
        finding->confidence = CONFIDENCE_LIKELY;
}

/* Twice, so that one damaged or forged datagram is no fault of the server. */
static enum verdict run_faults(struct facts *f, const dname *zone, struct findings *out, bool source)
{
    const struct servings *s = servings_of(f, zone);
    const struct transport_list *t = transports_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(s->delegation, out, &verdict))
        return verdict;
    bool gap = s->pending || s->count == 0;
    for (size_t i = 0; i < s->count; i++) {
        enum fault fault = fault_of(s->list[i].reply);
        if (fault != FAULT_NONE) {
            const struct reply *last = ask_last(f, &s->list[i].server.address, zone);
            gap = gap || (last->state == REPLY_NONE && fault_of(last) == FAULT_NONE);
            fault = fault_of(last) == fault ? fault : FAULT_NONE;
        } else {
            const struct reply *r = s->list[i].reply;
            gap = gap || s->list[i].state == SERVING_SILENT ||
                  (r->state == REPLY_NONE && r->reason != REASON_NETWORK); /* TCP says nothing of datagrams */
        }
        if (fault == FAULT_NONE)
            fault = fault_by_tcp(t, i);
        if (fault != FAULT_NONE && (fault == FAULT_SOURCE) == source)
            report_fault(f, &s->list[i], zone, fault, out);
    }
    if (gap)
        findings_undetermined(out, REASON_TIMEOUT, "a server did not answer at all");
    return gap ? VERDICT_UNDETERMINED : VERDICT_PASS;
}

static enum verdict run_malformed(struct facts *f, const dname *zone, struct findings *out)
{
    return run_faults(f, zone, out, false);
}

static enum verdict run_source(struct facts *f, const dname *zone, struct findings *out)
{
    return run_faults(f, zone, out, true);
}

/* ---- server.tcp-truncation-loop ---- */

static bool truncated_twice(const struct reply *r)
{
    return r->tc && r->tcp;
}

static enum verdict run_truncation(struct facts *f, const dname *zone, struct findings *out)
{
    return each(f, zone, out, truncated_twice,
                "says by UDP that the answer is truncated, and says so by TCP again");
}

/* ---- server.ttl-decrementing ---- */

#define SECOND_LOOK_S 10 /* the second look of soa.serial-differs is the same question */

static const struct reply *look_again(struct facts *f, const struct serving *s, const dname *zone)
{
    return facts_ask(f, &(struct ask){.server = s->server.address,
                                      .owner = zone,
                                      .type = RRTYPE_SOA,
                                      .repeat = 1,
                                      .delay_s = SECOND_LOOK_S});
}

/* Asking twice costs a query, so only servers that give reason to doubt are asked: one that offers recursion,
 * or whose TTL is not that of the others. */
static bool doubtful(const struct servings *s, size_t i, uint32_t highest_ttl)
{
    return s->list[i].soa != NULL && (s->list[i].reply->ra || s->list[i].soa->ttl_s < highest_ttl);
}

static bool same_serial(const struct rrset *a, const struct rrset *b)
{
    struct soa one, two;
    return rdata_soa(&a->rdata[0], &one) && rdata_soa(&b->rdata[0], &two) && one.serial == two.serial;
}

static enum verdict run_ttl(struct facts *f, const dname *zone, struct findings *out)
{
    const struct servings *s = servings_of(f, zone);
    enum verdict verdict;
    uint32_t highest = 0;
    if (!check_zone_ready(s->delegation, out, &verdict))
        return verdict;
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].soa != NULL && s->list[i].soa->ttl_s > highest)
            highest = s->list[i].soa->ttl_s;
    for (size_t i = 0; i < s->count; i++)
        if (doubtful(s, i, highest))
            look_again(f, &s->list[i], zone);
    bool gap = check_gaps(f, s, out);
    for (size_t i = 0; i < s->count; i++) {
        if (!doubtful(s, i, highest))
            continue;
        const struct reply *r = look_again(f, &s->list[i], zone);
        const struct rrset *soa = r->state == REPLY_OK ? section_find(&r->answer, zone, RRTYPE_SOA) : NULL;
        if (soa == NULL || soa->count == 0) {
            findings_undetermined(out, r->reason, "%s did not answer twice",
                                  check_server(f, &s->list[i].server));
            gap = true;
            continue;
        }
        const uint32_t first = s->list[i].soa->ttl_s;
        /* A zone that was edited between the looks has another serial; a counting cache loses the seconds
         * between. */
        if (soa->ttl_s >= first || first - soa->ttl_s > 10 * SECOND_LOOK_S ||
            !same_serial(s->list[i].soa, soa))
            continue;
        facts_mark(f);
        look_again(f, &s->list[i], zone);
        struct finding *finding =
            add(f, &s->list[i], zone, out, "counts the TTL of its own zone down, as only a cache does");
        finding->rrtype = RRTYPE_SOA;
        finding_note(out, finding, "TTL", "%u, then %u", (unsigned)first, (unsigned)soa->ttl_s);
    }
    return gap ? VERDICT_UNDETERMINED : VERDICT_PASS;
}

/* ---- server.intercepted-path ---- */

static enum verdict run_intercepted(struct facts *f, const dname *target, struct findings *out)
{
    const struct vantage *v = facts_vantage(f, false);
    if (facts_settings(f)->allow_private) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "the control query is not sent in networks of one's own (--allow-private)");
        return VERDICT_SKIPPED;
    }
    if (v->state != FACT_KNOWN || (!v->intercepted && !v->parents_answer)) {
        findings_undetermined(out, REASON_NETWORK,
                              "the self-test of our own network position gave no result");
        return VERDICT_UNDETERMINED;
    }
    if (v->intercepted)
        findings_add(out, target,
                     "an address that has no DNS server answered our questions: something on the path "
                     "answers in the place of servers");
    return VERDICT_PASS;
}

#define SERVER_COMMON \
    .area = "server", .modes = MODE_LIVE, .traffic = TRAFFIC_DNS, .since = "0.1.0", \
    .controls = {{"nist-800-53r5", "SC-22"}}
#define PER_ADDRESS \
    .needs = "SOA at every address of the zone's servers", .subject_kind = "name server", \
    .discriminator = "address", .scope = SCOPE_ZONE, \
    .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n"

const struct check topic_server_answers[] = {
    {
        SERVER_COMMON,
        PER_ADDRESS,
        .id = "server.edns-drops",
        .title = "No name server drops questions with EDNS",
        .failure_title = "A name server drops questions with EDNS",
        .why = "Resolvers have stopped to try again without EDNS (DNS flag day 2019): for them the server "
               "is dead, and for others every first question costs a timeout.",
        .fix = "Remove the firewall rule that drops such packets, or update the server software.",
        .effort = "hours",
        .tags = "server edns",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_LIKELY,
        .confidence_lowest = CONFIDENCE_LIKELY,
        .references = {RFC(8906, "3.2"), RFC_WHOLE(6891)},
        .false_positives = "A filter between the auditor and the server may drop EDNS as well.",
        .example_fail = "!server 192.0.2.2 * * drop-edns\n",
        .run = run_edns_drops,
    },
    {
        SERVER_COMMON,
        PER_ADDRESS,
        .id = "server.edns-unsupported",
        .title = "Every name server supports EDNS",
        .failure_title = "A name server does not support EDNS",
        .why = "Without EDNS there is no DNSSEC from this server, and every answer above 512 octets needs "
               "TCP.",
        .fix = "Update the server software, or remove the device that strips EDNS.",
        .effort = "hours",
        .tags = "server edns",
        .severity = SEVERITY_MEDIUM,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .references = {RFC(6891, "7")},
        .example_fail = "!server 192.0.2.2 * * no-edns\n",
        .run = run_edns_unsupported,
    },
    {
        SERVER_COMMON,
        PER_ADDRESS,
        .id = "server.case-not-preserved",
        .title = "Name servers repeat the question as it was spelt",
        .failure_title = "A name server changes the spelling of the question",
        .why = "Resolvers that mix upper and lower case to make forging harder throw such answers away or "
               "fall back to TCP.",
        .fix = "Update the server or the load balancer before it.",
        .effort = "hours",
        .tags = "server case",
        .severity = SEVERITY_MEDIUM,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .references = {RFC(1035, "2.3.3"), RFC_WHOLE(4343)},
        .example_fail = "!server 192.0.2.2 * * case\n",
        .run = run_case,
    },
    {
        SERVER_COMMON,
        PER_ADDRESS,
        .id = "server.malformed",
        .title = "Name servers send valid DNS messages",
        .failure_title = "A name server sends answers that are not valid",
        .why = "Resolvers drop such messages, so the server is useless to them; a broken proxy or an "
               "attack may be behind it.",
        .fix = "Look at what stands between the server and the Internet (load balancer, firewall with DNS "
               "inspection), then at the server itself.",
        .effort = "hours",
        .tags = "server malformed",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_LIKELY,
        .references = {RFC(5452, "9"), RFC(1035, "4")},
        .example_fail = "!server 192.0.2.2 * * malformed\n",
        .run = run_malformed,
    },
    {
        SERVER_COMMON,
        PER_ADDRESS,
        .id = "server.source-address-differs",
        .title = "Name servers answer from the address they were asked at",
        .failure_title = "A name server answers from another address",
        .why = "Resolvers throw such answers away, as they must, so for them the server is dead.",
        .fix = "Bind the server to each of its addresses, or mend the address translation before it.",
        .effort = "hours",
        .tags = "server outage",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_LIKELY,
        .confidence_lowest = CONFIDENCE_LIKELY,
        .references = {RFC(2181, "4.1")},
        .false_positives = "Address translation near the auditor can change the source too.",
        .example_fail = "!server 192.0.2.2 * * other-source\n",
        .run = run_source,
    },
    {
        SERVER_COMMON,
        PER_ADDRESS,
        .id = "server.tcp-truncation-loop",
        .title = "Truncated answers are complete by TCP",
        .failure_title = "A name server truncates its answer by TCP as well",
        .why = "Resolvers never get the answer: the names behind it do not resolve.",
        .fix = "Update or reconfigure the server or the device before it that sets the TC bit on TCP.",
        .effort = "hours",
        .tags = "server tcp",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .references = {RFC(7766, "5"), RFC(2181, "9")},
        .example_fail = "!server 192.0.2.2 * * truncated\n",
        .run = run_truncation,
    },
    {
        SERVER_COMMON,
        PER_ADDRESS,
        .id = "server.ttl-decrementing",
        .title = "Name servers answer from the zone, not from a cache",
        .failure_title = "A name server counts TTLs down like a cache",
        .why = "A resolver or a caching proxy stands where a server with the zone should be: it serves "
               "old data, can be poisoned, and fails when its source fails.",
        .fix = "Load the zone on the server itself as a primary or secondary, or take it out of the NS "
               "set.",
        .effort = "hours",
        .tags = "server cache",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_LIKELY,
        .confidence_lowest = CONFIDENCE_LIKELY,
        .references = {RFC(1035, "3.2.1")},
        .false_positives = "A server that is edited in the seconds between the two questions and keeps "
                           "its serial.",
        .example_fail = "!only 192.0.2.2 @ 3000 SOA ns1 hostmaster 2026010101 7200 3600 1209600 3600\n"
                        "!later 192.0.2.2 @ 2990 SOA ns1 hostmaster 2026010101 7200 3600 1209600 3600\n",
        .run = run_ttl,
    },
    {
        SERVER_COMMON,
        .id = "server.intercepted-path",
        .needs = "the self-test: a question to an address where no server is",
        .subject_kind = "zone",
        .scope = SCOPE_TARGET,
        .title = "Answers come from the servers that were asked",
        .failure_title = "Something on the path answers in the place of the servers",
        .why = "The audit talks to a middlebox and not to the servers of the zone, so its results say "
               "little about them; and everybody in this network is answered by that box too.",
        .fix = "Run the audit from a network that does not redirect port 53, and find out who redirects "
               "it here.",
        .effort = "hours",
        .tags = "server vantage",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_LIKELY,
        .confidence_lowest = CONFIDENCE_LIKELY,
        .references = {RFC_WHOLE(5452)},
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!vantage intercepted\n",
        .run = run_intercepted,
    },
    {0},
};
