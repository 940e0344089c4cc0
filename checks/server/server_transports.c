/* SPDX-License-Identifier: BSD-2-Clause */
/* Can every server be reached by UDP and by TCP? When silence counts is DESIGN 10.6. */
#include "auditor/check_zone.h"

/* Nobody answers: that is one fault, and not one of single servers. */
static bool all_silent(const struct transport_list *t, struct findings *out)
{
    if (!t->all_silent)
        return false;
    findings_undetermined(out, REASON_TIMEOUT, "no server answers at all (deleg.no-working-ns)");
    return true;
}

static const struct transport_list *begin(struct facts *f, const dname *zone, struct findings *out,
                                          enum verdict *verdict)
{
    const struct transport_list *t = transports_of(f, zone);
    const struct delegation *d = delegation_of(f, zone);
    if (!check_zone_ready(d, out, verdict))
        return NULL;
    *verdict = VERDICT_UNDETERMINED;
    if (t->count == 0)
        findings_undetermined(out, REASON_INCOMPLETE_DATA,
                              "no address of a name server of the zone is known");
    if (t->count == 0 || t->pending || all_silent(t, out))
        return NULL;
    return t;
}

/* The four questions that got no answer, as evidence. */
static void show_questions(struct facts *f, const struct address *server, const dname *zone, bool udp)
{
    facts_mark(f);
    for (int tcp = udp ? 0 : 1; tcp < 2; tcp++)
        for (int last = 0; last < 2; last++)
            facts_ask(f,
                      &(struct ask){.server = *server,
                                    .owner = zone,
                                    .type = RRTYPE_SOA,
                                    .flags = (uint16_t)((tcp ? ASK_TCP : 0) | (last ? ASK_LAST_ROUND : 0))});
    facts_vantage(f, true);
}

static bool nothing_judged(const struct transport_list *t)
{
    for (size_t i = 0; i < t->count; i++)
        if (!t->list[i].no_path)
            return false;
    return true;
}

static enum verdict no_path_at_all(const struct transport_list *t, struct findings *out)
{
    if (!nothing_judged(t))
        return VERDICT_PASS;
    findings_undetermined(out, REASON_NETWORK, "no server has an address of a family with a path from here");
    return VERDICT_UNDETERMINED;
}

static enum verdict run_udp(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct transport_list *t = begin(f, zone, out, &verdict);
    if (t == NULL)
        return verdict;
    for (size_t i = 0; i < t->count; i++) {
        const struct transports *s = &t->list[i];
        if (s->udp == TRANSPORT_UNSURE && !s->no_path)
            findings_undetermined(out, s->reason, "%s did not answer, but %s", check_server(f, &s->server),
                                  s->why);
        if (s->udp != TRANSPORT_SILENT)
            continue;
        if (s->tcp == TRANSPORT_UNSURE) {
            findings_undetermined(out, s->reason, "%s did not answer, but %s", check_server(f, &s->server),
                                  s->why);
            continue;
        }
        show_questions(f, &s->server.address, zone, s->tcp == TRANSPORT_SILENT);
        struct finding *finding = findings_add(
            out, s->server.name, "%s answers neither the first round of questions nor the second, %s",
            check_server(f, &s->server), s->tcp == TRANSPORT_SILENT ? "by UDP or TCP" : "by UDP (TCP works)");
        finding->discriminator = check_address(f, &s->server.address);
    }
    findings_pass(out, "every server answers by UDP");
    return no_path_at_all(t, out);
}

static enum verdict run_tcp(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct transport_list *t = begin(f, zone, out, &verdict);
    if (t == NULL)
        return verdict;
    for (size_t i = 0; i < t->count; i++) {
        const struct transports *s = &t->list[i];
        if (s->tcp == TRANSPORT_UNSURE && !s->no_path)
            findings_undetermined(out, s->reason, "%s did not answer by TCP, but %s",
                                  check_server(f, &s->server), s->why);
        if (s->tcp != TRANSPORT_SILENT)
            continue;
        if (s->udp != TRANSPORT_ANSWERS) {
            findings_undetermined(out, REASON_TIMEOUT, "%s is silent by UDP too (server.no-udp)",
                                  check_server(f, &s->server));
            continue;
        }
        show_questions(f, &s->server.address, zone, false);
        struct finding *finding = findings_add(out, s->server.name, "%s answers by UDP, but not by TCP",
                                               check_server(f, &s->server));
        finding->discriminator = check_address(f, &s->server.address);
    }
    findings_pass(out, "every server answers by TCP");
    return no_path_at_all(t, out);
}

const struct check topic_server_transports[] = {
    {
        .id = "server.no-udp",
        .area = "server",
        .title = "Every name server answers by UDP",
        .failure_title = "A name server does not answer",
        .why = "Resolvers ask by UDP first. A server that is silent costs them seconds each time they "
               "pick it, and there is one server less when another fails.",
        .fix = "Bring the server up and open UDP port 53 to everybody, or take it out of the NS set at "
               "the parent and in the zone.",
        .effort = "hours",
        .tags = "server outage",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_LIKELY,
        .confidence_lowest = CONFIDENCE_LIKELY,
        .modes = MODE_LIVE,
        .needs = "SOA at every address of the zone's servers, by UDP and TCP, in two rounds",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name server",
        .discriminator = "address",
        .references = {RFC(1035, "4.2.1"), RFC(7766, "5")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .false_positives = "A filter near the auditor looks the same. Other servers of the zone and of "
                           "the parent did answer in the same run; repeat from another network to be sure.",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!server 192.0.2.2 * * timeout\n",
        .scope = SCOPE_ZONE,
        .run = run_udp,
    },
    {
        .id = "server.no-tcp",
        .area = "server",
        .title = "Every name server answers by TCP",
        .failure_title = "A name server does not answer by TCP",
        .why = "Answers that do not fit into a datagram (signatures, long TXT sets) are fetched by TCP. "
               "Where that fails those names do not resolve.",
        .fix = "Open TCP port 53 to everybody, in the firewall and in the server.",
        .effort = "minutes",
        .tags = "server tcp",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_LIKELY,
        .confidence_lowest = CONFIDENCE_LIKELY,
        .modes = MODE_LIVE,
        .needs = "SOA at every address of the zone's servers by TCP, in two rounds",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name server",
        .discriminator = "address",
        .references = {RFC(7766, "5"), RFC(9210, "3")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .false_positives = "A filter near the auditor looks the same; TCP to other servers did work in "
                           "the same run.",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!server 192.0.2.2 * * no-tcp\n",
        .scope = SCOPE_ZONE,
        .run = run_tcp,
    },
    {0},
};
