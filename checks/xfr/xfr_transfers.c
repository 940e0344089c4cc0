/* SPDX-License-Identifier: BSD-2-Clause */
/* Who hands out the whole zone? Only servers of the zone's own delegation and the host in its SOA MNAME are
 * asked (hardening.md row 15). */
#include "auditor/check_zone.h"
#include "auditor/facts/derived/resolution.h"

static const struct transfer *axfr(struct facts *f, const struct address *server, const dname *zone)
{
    return facts_transfer(f, &(struct transfer_ask){.server = *server, .zone = zone, .type = RRTYPE_AXFR});
}

static bool open_to_us(const struct transfer *t)
{
    return t->state == FACT_KNOWN && t->outcome == TRANSFER_DATA;
}

/* Addresses of a family without a path say nothing; the others decide (DESIGN 10.7). */
static bool pathless(const struct transfer *t)
{
    return t->state == FACT_UNKNOWN && t->reason == REASON_NETWORK;
}

static void say_unknown(struct facts *f, const struct server *server, enum reason reason,
                        struct findings *out)
{
    findings_undetermined(out, reason, "%s did not finish the test", check_server(f, server));
}

struct tally {
    unsigned open, closed, unknown, pathless;
};

static struct tally count(struct facts *f, const struct delegation *d, const dname *zone,
                          struct findings *out)
{
    struct tally n = {0};
    const struct server *last = NULL;
    for (size_t i = 0; i < d->address_count; i++) {
        const struct transfer *t = axfr(f, &d->addresses[i].address, zone);
        if (open_to_us(t)) {
            n.open++;
        } else if (t->state == FACT_KNOWN) {
            n.closed++;
        } else if (pathless(t)) {
            n.pathless++;
            last = &d->addresses[i];
        } else {
            n.unknown++;
            say_unknown(f, &d->addresses[i], t->reason, out);
        }
    }
    if (n.open + n.closed + n.unknown == 0 && last != NULL) {
        n.unknown = n.pathless;
        say_unknown(f, last, REASON_NETWORK, out);
    }
    if (d->address_count == 0) {
        n.unknown++;
        findings_undetermined(out, REASON_INCOMPLETE_DATA,
                              "no address of a name server of the zone is known");
    }
    return n;
}

static void report(struct facts *f, const struct server *server, const struct transfer *t, const char *kind,
                   struct findings *out)
{
    struct finding *finding = findings_add(
        out, server->name, "%s gives the zone to anyone by %s: %u records%s", check_server(f, server), kind,
        (unsigned)t->records, t->complete ? "" : " before we stopped");
    finding->discriminator = check_address(f, &server->address);
}

/* ---- xfr.axfr-open ---- */

static enum verdict run_axfr(struct facts *f, const dname *zone, struct findings *out)
{
    const struct delegation *d = delegation_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(d, out, &verdict))
        return verdict;
    const struct tally n = count(f, d, zone, out);
    for (size_t i = 0; i < d->address_count; i++) {
        facts_mark(f);
        const struct transfer *t = axfr(f, &d->addresses[i].address, zone);
        if (open_to_us(t))
            report(f, &d->addresses[i], t, "AXFR", out);
    }
    findings_pass(out, "%u server addresses refuse", n.closed);
    return check_verdict(n.open > 0, n.unknown > 0);
}

/* ---- xfr.axfr-inconsistent ---- */

static enum verdict run_inconsistent(struct facts *f, const dname *zone, struct findings *out)
{
    const struct delegation *d = delegation_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(d, out, &verdict))
        return verdict;
    const struct tally n = count(f, d, zone, out);
    if (n.open == 0 || n.closed == 0)
        return check_verdict(false, n.unknown > 0);
    struct check_list servers = {"", 0};
    for (size_t i = 0; i < d->address_count; i++)
        if (open_to_us(axfr(f, &d->addresses[i].address, zone)))
            check_list_add(f, &servers, check_server(f, &d->addresses[i]));
    struct finding *finding = findings_add(
        out, zone, "%u server addresses refuse the transfer, %u do not: %s", n.closed, n.open, servers.text);
    finding->cause_check = "xfr.axfr-open";
    return VERDICT_FAIL;
}

/* ---- xfr.ixfr-open ---- */

static bool serial_of(const struct rrset *soa, uint32_t *serial)
{
    struct soa fields;
    if (soa == NULL || soa->count == 0 || !rdata_soa(&soa->rdata[0], &fields))
        return false;
    *serial = fields.serial;
    return true;
}

/* The version that a server has; that of any other server if it does not tell. */
static bool serial_at(const struct servings *s, size_t i, uint32_t *serial)
{
    if (serial_of(s->list[i].soa, serial))
        return true;
    for (size_t j = 0; j < s->count; j++)
        if (serial_of(s->list[j].soa, serial))
            return true;
    return false;
}

static const struct transfer *ixfr(struct facts *f, const struct servings *s, size_t i, const dname *zone)
{
    uint32_t serial = 0;
    if (!serial_at(s, i, &serial))
        return NULL;
    /* One before the current version, in the arithmetic of RFC 1982: 0 may count as newer and get only an
     * SOA. */
    return facts_transfer(f, &(struct transfer_ask){.server = s->list[i].server.address,
                                                    .zone = zone,
                                                    .type = RRTYPE_IXFR,
                                                    .serial = serial - 1U});
}

static enum verdict run_ixfr(struct facts *f, const dname *zone, struct findings *out)
{
    const struct servings *s = servings_of(f, zone);
    enum verdict verdict;
    unsigned judged = 0, gaps = 0, pathless_count = 0;
    if (!check_zone_ready(s->delegation, out, &verdict))
        return verdict;
    for (size_t i = 0; i < s->count; i++)
        ixfr(f, s, i, zone);
    for (size_t i = 0; i < s->count; i++) {
        const struct server *server = &s->list[i].server;
        /* The same leak at the same address is one finding, xfr.axfr-open. */
        if (open_to_us(axfr(f, &server->address, zone))) {
            judged++;
            continue;
        }
        facts_mark(f);
        const struct transfer *t = ixfr(f, s, i, zone);
        if (t != NULL && open_to_us(t))
            report(f, server, t, t->full ? "IXFR, the whole zone at once" : "IXFR", out);
        if (t != NULL && t->state == FACT_KNOWN) {
            judged++;
        } else if (t != NULL && pathless(t)) {
            pathless_count++;
        } else {
            gaps++;
            say_unknown(f, server, t != NULL ? t->reason : REASON_INCOMPLETE_DATA, out);
        }
    }
    if (judged + gaps == 0)
        findings_undetermined(out, pathless_count > 0 ? REASON_NETWORK : REASON_INCOMPLETE_DATA,
                              "no server could be asked");
    findings_pass(out, "%u server addresses refuse", judged);
    return check_verdict(false, gaps > 0 || judged == 0);
}

/* ---- xfr.axfr-hidden-primary-open ---- */

static const dname *mname_of(struct facts *f, const dname *zone, enum reason *reason)
{
    struct soa soa;
    const struct answer *answer = facts_lookup(f, zone, RRTYPE_SOA);
    *reason = answer->state == ANSWER_UNKNOWN ? answer->reason : REASON_INCOMPLETE_DATA;
    if (answer->state != ANSWER_RRSET || answer->rrset->count == 0 ||
        !rdata_soa(&answer->rrset->rdata[0], &soa))
        return NULL;
    return soa.mname;
}

static bool delegated_address(const struct delegation *d, const struct address *address)
{
    for (size_t i = 0; i < d->address_count; i++)
        if (address_equal(&d->addresses[i].address, address))
            return true;
    return false;
}

static bool in_ns_set(const struct delegation *d, const dname *name)
{
    for (size_t i = 0; i < d->server_count; i++)
        if (dname_equal(d->servers[i].name, name))
            return true;
    return false;
}

#define PRIMARY_ADDRESSES 8

static enum verdict ask_primary(struct facts *f, const struct delegation *d, const dname *zone,
                                const dname *mname, struct findings *out)
{
    const struct addresses *addresses = addresses_of(f, mname);
    size_t asked = 0, unknown = 0;
    if (addresses->state == ANSWER_UNKNOWN || addresses->state == ANSWER_PENDING) {
        findings_undetermined(out, addresses->reason, "the addresses of %s are not known",
                              dname_text(facts_scratch(f), mname));
        return VERDICT_UNDETERMINED;
    }
    for (size_t i = 0; i < addresses->count && i < PRIMARY_ADDRESSES; i++) {
        const struct server server = {.name = mname, .address = addresses->list[i]};
        if (delegated_address(d, &server.address))
            continue;
        asked++;
        facts_mark(f);
        const struct transfer *t = axfr(f, &server.address, zone);
        if (open_to_us(t)) {
            report(f, &server, t, "AXFR (it is the primary, not in the NS set)", out);
        } else if (t->state != FACT_KNOWN) {
            unknown++;
            say_unknown(f, &server, t->reason, out);
        }
    }
    if (asked > 0)
        return check_verdict(false, unknown > 0);
    findings_skip(out, SKIP_NOT_APPLICABLE, "the primary has no address beside those of the name servers");
    return VERDICT_SKIPPED;
}

static enum verdict run_primary(struct facts *f, const dname *zone, struct findings *out)
{
    const struct delegation *d = delegation_of(f, zone);
    enum verdict verdict;
    enum reason reason;
    if (!check_zone_ready(d, out, &verdict))
        return verdict;
    const dname *mname = mname_of(f, zone, &reason);
    if (mname == NULL) {
        findings_undetermined(out, reason, "the SOA record of the zone is not known");
        return VERDICT_UNDETERMINED;
    }
    if (dname_is_root(mname) || in_ns_set(d, mname)) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "there is no hidden primary: SOA MNAME is %s",
                      dname_is_root(mname) ? "the root" : "in the NS set");
        return VERDICT_SKIPPED;
    }
    return ask_primary(f, d, zone, mname, out);
}

#define XFR_COMMON \
    .area = "xfr", .confidence = CONFIDENCE_CONFIRMED, .confidence_lowest = CONFIDENCE_CONFIRMED, \
    .modes = MODE_LIVE, .severity = SEVERITY_HIGH, .effort = "minutes", .since = "0.1.0", \
    .scope = SCOPE_ZONE, .attack = "T1590.002", .cwe = "CWE-200", \
    .traffic = TRAFFIC_DNS | TRAFFIC_AXFR, \
    .controls = {{"nist-800-53r5", "SC-22"}, {"nist-800-53r5", "RA-5(4)"}}
#define XFR_FIX \
    "Allow transfers to your own secondaries only, by TSIG key rather than by address: " \
    "'allow-transfer { key ...; };' in BIND, 'provide-xfr' in NSD, an acl with 'action: transfer' in " \
    "Knot DNS."

const struct check topic_xfr_transfers[] = {
    {
        XFR_COMMON,
        .id = "xfr.axfr-open",
        .title = "Name servers refuse zone transfers to strangers",
        .failure_title = "A name server hands the whole zone to anyone",
        .why = "The complete list of names shows the internal layout, test systems and forgotten "
               "services: the first thing an attacker looks for.",
        .fix = XFR_FIX,
        .tags = "transfer exposure",
        .needs = "AXFR at every address of the zone's servers",
        .subject_kind = "name server",
        .discriminator = "address",
        .references = {RFC(5936, "5"), RFC_WHOLE(8945)},
        .false_positives = "A zone that is published on purpose, such as the root.",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!axfr 192.0.2.1 open\n",
        .run = run_axfr,
    },
    {
        XFR_COMMON,
        .id = "xfr.ixfr-open",
        .title = "Name servers refuse incremental transfers to strangers",
        .failure_title = "A name server refuses AXFR but answers IXFR",
        .why = "The access list covers full transfers only. An incremental transfer shows the latest "
               "changes, and many servers answer it with the whole zone.",
        .fix = XFR_FIX,
        .tags = "transfer exposure",
        .needs = "SOA, and IXFR from the serial before the current one, at every address of the zone's "
                 "servers",
        .subject_kind = "name server",
        .discriminator = "address",
        .references = {RFC(1995, "4"), RFC(5936, "5"), RFC(1982, "3")},
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!ixfr 192.0.2.1 open\n",
        .run = run_ixfr,
    },
    {
        XFR_COMMON,
        .id = "xfr.axfr-inconsistent",
        .title = "All name servers treat transfers alike",
        .failure_title = "Only some server addresses refuse zone transfers",
        .why = "The zone is meant to be protected, but one address (often the IPv6 one, or a secondary "
               "run by somebody else) was left out of the access list.",
        .fix = "Apply the access list of the other servers to this address too.",
        .tags = "transfer exposure consistency",
        .needs = "AXFR at every address of the zone's servers",
        .subject_kind = "zone",
        .references = {RFC(5936, "5")},
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!axfr 2001:db8::1 open\n",
        .run = run_inconsistent,
    },
    {
        XFR_COMMON,
        .id = "xfr.axfr-hidden-primary-open",
        .title = "The hidden primary refuses zone transfers to strangers",
        .failure_title = "The primary named in the SOA record hands the zone to anyone",
        .why = "Hidden primaries are often forgotten when access lists are written, and the SOA record "
               "tells everybody where they are.",
        .fix = "Let the primary answer nobody but the secondaries, or name another host in SOA MNAME.",
        .tags = "transfer exposure primary",
        .needs = "A and AAAA of the host in SOA MNAME; AXFR there",
        .subject_kind = "host",
        .discriminator = "address",
        .references = {RFC(1996, "2.1"), RFC(5936, "5")},
        .example_pass = "@ SOA primary hostmaster 1 7200 3600 1209600 3600\nprimary A 192.0.2.53\n",
        .example_fail = "@ SOA primary hostmaster 1 7200 3600 1209600 3600\nprimary A 192.0.2.53\n"
                        "!axfr 192.0.2.53 open\n",
        .run = run_primary,
    },
    {0},
};
