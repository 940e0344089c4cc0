/* SPDX-License-Identifier: BSD-2-Clause */
/* Does an authoritative server resolve names for strangers? Proven with names that it has no business to know
 * and that we resolved ourselves in this run (DESIGN 10.9). */
#include "auditor/check_zone.h"

/* Two are enough: parking servers answer everything, but not with the truth twice. */
#define PROBES 2

/* Delegations of the root that any root is likely to have; which of them it does have, we look up. */
static const char *const candidates[] = {"arpa.", "com.", "net.", "org.", "test.", "lab."};

struct probe {
    const dname *name;
    struct soa soa;
};

struct probes {
    struct probe list[PROBES];
    size_t count;
    bool unknown;
    enum reason reason;
};

static bool already(const struct probes *p, const dname *name)
{
    for (size_t i = 0; i < p->count; i++)
        if (dname_equal(p->list[i].name, name))
            return true;
    return false;
}

/* Take the delegation if it exists, and is no ancestor of the zone whose servers are asked. */
static void consider(struct facts *f, const dname *zone, const dname *name, struct probes *p)
{
    if (name == NULL || dname_is_root(name) || dname_under(zone, name) || p->count == PROBES ||
        already(p, name))
        return;
    const struct answer *soa = facts_lookup(f, name, RRTYPE_SOA);
    struct probe probe = {.name = name};
    if (soa->state == ANSWER_UNKNOWN) {
        p->unknown = true;
        p->reason = soa->reason;
    }
    if (soa->state == ANSWER_RRSET && soa->rrset->count > 0 && rdata_soa(&soa->rrset->rdata[0], &probe.soa))
        p->list[p->count++] = probe;
}

/* A private root may have none of the usual names: the run's own targets and servers show what it does have.
 */
static struct probes choose(struct facts *f, const dname *zone, const struct delegation *d)
{
    struct probes p = {0};
    const struct settings *settings = facts_settings(f);
    for (size_t i = 0; i < ARRAY_SIZE(candidates); i++)
        consider(f, zone, dname_const(facts_scratch(f), candidates[i]), &p);
    for (size_t i = 0; i < settings->targets_count && i < 100; i++)
        consider(f, zone, dname_ancestor(settings->targets[i], 1), &p);
    for (size_t i = 0; i < d->server_count; i++)
        consider(f, zone, dname_ancestor(d->servers[i].name, 1), &p);
    return p;
}

static const struct reply *ask_foreign(struct facts *f, const struct address *server, const dname *name)
{
    return facts_ask(
        f, &(struct ask){.server = *server, .owner = name, .type = RRTYPE_SOA, .flags = ASK_RD | ASK_SHARED});
}

/* The answer came by recursion: it is offered (RA), it is not the server's own (no AA), and it is true. The
 * serial may have moved since we looked. */
static bool resolved(const struct reply *r, const struct probe *probe)
{
    struct soa soa;
    if (r->state != REPLY_OK || r->rcode != 0 || !r->ra || r->aa)
        return false;
    const struct rrset *set = section_find(&r->answer, probe->name, RRTYPE_SOA);
    return set != NULL && set->count > 0 && rdata_soa(&set->rdata[0], &soa) &&
           dname_equal(soa.mname, probe->soa.mname) && dname_equal(soa.rname, probe->soa.rname);
}

/* The second name is asked only where the first one was resolved: a closed server costs one question. */
static void judge(struct facts *f, const struct server *server, const struct probes *p, struct findings *out)
{
    size_t truths = 0, silent = 0;
    enum reason reason = REASON_NONE;
    facts_mark(f);
    for (size_t i = 0; i < p->count && truths == i; i++) {
        const struct reply *r = ask_foreign(f, &server->address, p->list[i].name);
        truths += resolved(r, &p->list[i]);
        if (r->state == REPLY_NONE) {
            silent++;
            reason = r->reason;
        }
    }
    if (truths == PROBES) {
        struct finding *finding =
            findings_add(out, server->name, "%s resolves %s and %s, of which it has no zone, for anybody",
                         check_server(f, server), dname_text(facts_scratch(f), p->list[0].name),
                         dname_text(facts_scratch(f), p->list[1].name));
        finding->discriminator = check_address(f, &server->address);
    } else if (silent > 0) {
        findings_undetermined(out, reason, "%s does not answer questions about foreign names",
                              check_server(f, server));
    }
}

static enum verdict run(struct facts *f, const dname *zone, struct findings *out)
{
    const struct servings *s = servings_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(s->delegation, out, &verdict))
        return verdict;
    const struct probes p = choose(f, zone, s->delegation);
    if (p.count < PROBES) {
        findings_undetermined(out, p.unknown ? p.reason : REASON_INCOMPLETE_DATA,
                              "the root has no two delegations beside the zone's own that we could ask for");
        return VERDICT_UNDETERMINED;
    }
    for (size_t i = 0; i < s->count; i++)
        ask_foreign(f, &s->list[i].server.address, p.list[0].name);
    bool judged = false;
    for (size_t i = 0; i < s->count; i++) {
        const enum serving_state state = s->list[i].state;
        if (state == SERVING_SILENT || state == SERVING_UNASKED)
            continue; /* it answers nothing: check_gaps says so */
        judged = true;
        judge(f, &s->list[i].server, &p, out);
    }
    const bool gap = check_gaps(f, s, out);
    findings_pass(out, "no server resolves foreign names");
    return gap || !judged ? VERDICT_UNDETERMINED : VERDICT_PASS;
}

const struct check topic_server_recursion[] = {
    {
        .id = "server.open-recursion",
        .area = "server",
        .title = "Name servers do not resolve foreign names for strangers",
        .failure_title = "A name server is an open resolver",
        .why = "Anybody can use the server to flood a victim with large answers, and can try to poison "
               "its cache, next to your own zones.",
        .fix = "Switch recursion off on authoritative servers, or allow it to your own networks only and "
               "on addresses of its own.",
        .effort = "minutes",
        .tags = "server recursion amplification",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_LIVE,
        .needs = "SOA of two foreign delegations with RD set at every address of the zone's servers",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name server",
        .discriminator = "address",
        .references = {{"RFC 5358 section 4 (BCP 140)", "https://www.rfc-editor.org/rfc/rfc5358"}},
        .controls = {{"nist-800-53r5", "SC-5(1)"}, {"nist-800-53r5", "SC-22"}},
        .attack = "T1498.002",
        .cwe = "CWE-406",
        .since = "0.1.0",
        .false_positives = "If the auditor runs inside a network that the server serves, it sees a right "
                           "that strangers do not have.",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n!zone com. 198.51.100.11\n"
                        "!zone net. 198.51.100.12\n",
        .example_fail = "!recursion 192.0.2.2 open\n!zone com. 198.51.100.11\n!zone net. 198.51.100.12\n",
        .scope = SCOPE_ZONE,
        .run = run,
    },
    {0},
};
