/* SPDX-License-Identifier: BSD-2-Clause */
/* Do all servers hold the same version of the zone? */
#include "auditor/check_zone.h"

/* Time for a transfer to arrive before a difference counts: the catalogue asks for a second look. */
#define SECOND_LOOK_S 10

static bool serial_of(const struct rrset *soa, uint32_t *serial)
{
    struct soa fields;
    if (soa == NULL || soa->count == 0 || !rdata_soa(&soa->rdata[0], &fields))
        return false;
    *serial = fields.serial;
    return true;
}

/* The serial that no other one exceeds (RFC 1982); with an undefined distance the first one seen stays. */
static bool newest(const struct servings *s, uint32_t *serial, bool *differ)
{
    bool any = false;
    *differ = false;
    for (size_t i = 0; i < s->count; i++) {
        uint32_t one;
        if (!serial_of(s->list[i].soa, &one))
            continue;
        if (any && one != *serial)
            *differ = true;
        if (!any || serial_compare(one, *serial) == 1)
            *serial = one;
        any = true;
    }
    return any;
}

static const struct reply *look_again(struct facts *f, const struct serving *server, const dname *zone)
{
    return facts_ask(f, &(struct ask){.server = server->server.address,
                                      .owner = zone,
                                      .type = RRTYPE_SOA,
                                      .repeat = 1,
                                      .delay_s = SECOND_LOOK_S});
}

struct behind {
    struct check_list servers;
    unsigned unknown;
    enum reason reason;
};

/* A server is behind if it has not even reached the version that was the newest one at the first look: a zone
 * that changes all the time is no fault. */
static struct behind second_look(struct facts *f, const struct servings *s, const dname *zone,
                                 uint32_t wanted)
{
    struct behind b = {.servers = {"", 0}};
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].soa != NULL)
            look_again(f, &s->list[i], zone);
    facts_mark(f);
    for (size_t i = 0; i < s->count; i++) {
        uint32_t serial;
        if (s->list[i].soa == NULL)
            continue;
        const struct reply *r = look_again(f, &s->list[i], zone);
        const bool known =
            reply_authoritative(r) && serial_of(section_find(&r->answer, zone, RRTYPE_SOA), &serial);
        if (!known) {
            b.unknown++;
            b.reason = r->state == REPLY_NONE ? r->reason : REASON_INCOMPLETE_DATA;
            continue;
        }
        const int order = serial_compare(serial, wanted);
        if (order == 0 || order == 1)
            continue;
        const char *text = arena_printf(facts_scratch(f), "%s has %u", check_server(f, &s->list[i].server),
                                        (unsigned)serial);
        check_list_add(f, &b.servers, text != NULL ? text : "?");
    }
    return b;
}

static enum verdict run(struct facts *f, const dname *zone, struct findings *out)
{
    const struct servings *s = servings_of(f, zone);
    enum verdict verdict;
    uint32_t wanted = 0;
    bool differ;
    if (!check_zone_ready(s->delegation, out, &verdict))
        return verdict;
    if (!newest(s, &wanted, &differ)) {
        check_gaps(f, s, out);
        return VERDICT_UNDETERMINED;
    }
    if (!differ) {
        findings_pass(out, "all %u server addresses that serve the zone have serial %u", s->yes,
                      (unsigned)wanted);
        return check_verdict(false, check_gaps(f, s, out));
    }
    const struct behind b = second_look(f, s, zone, wanted);
    if (b.servers.count > 0) {
        struct finding *finding = findings_add(out, zone, "the zone is at serial %u, but %u seconds later %s",
                                               (unsigned)wanted, SECOND_LOOK_S, b.servers.text);
        finding->rrtype = RRTYPE_SOA;
    }
    if (b.unknown > 0)
        findings_undetermined(out, b.reason, "a server did not answer the second look at its serial");
    findings_pass(out, "the serials differed for a moment only");
    return check_verdict(b.servers.count > 0, b.unknown > 0 || check_gaps(f, s, out));
}

const struct check topic_soa_serial[] = {
    {
        .id = "soa.serial-differs",
        .area = "soa",
        .title = "All servers hold the same version of the zone",
        .failure_title = "Servers hold different versions of the zone",
        .why = "Part of your users get old data, among it addresses and keys that you have withdrawn; "
               "usually a transfer is broken and the secondary will drop the zone when it expires.",
        .fix = "Look at the transfer logs of the server that is behind: access list, TSIG key, NOTIFY, "
               "reachability of the primary, and a serial that went backwards.",
        .effort = "hours",
        .tags = "soa consistency transfer",
        .severity = SEVERITY_MEDIUM,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_LIVE,
        .needs = "SOA at every address of the zone's servers, twice if the serials differ",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .references = {RFC(1034, "4.3.5"), RFC(1982, "3")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .false_positives = "Servers that are fed from a database rather than by transfers may number "
                           "versions on their own.",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "@ SOA ns1 hostmaster 5 7200 3600 1209600 3600\n"
                        "!only 192.0.2.2 @ SOA ns1 hostmaster 4 7200 3600 1209600 3600\n",
        .scope = SCOPE_ZONE,
        .run = run,
    },
    {0},
};
