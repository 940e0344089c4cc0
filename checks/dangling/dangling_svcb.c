/* SPDX-License-Identifier: BSD-2-Clause */
/* Hosts that HTTPS and SVCB records name and that are gone. */
#include "auditor/facts/derived/resolution.h"
#include "checks/dangling/host_target.h"
#include "auditor/facts/zone.h"

static bool host_name(const dname *name)
{
    for (; !dname_is_root(name); name = dname_parent(name)) {
        if (name[1] == '_')
            return false;
    }
    return true;
}

/* Live, every name costs a question: HTTPS is asked for at hosts and at _port._https names, SVCB at _dns
 * names (RFC 9460 section 9, RFC 9461). A file costs nothing. */
static bool wanted(struct facts *f, const dname *owner, uint16_t type)
{
    if (!facts_settings(f)->live)
        return true;
    if (owner[0] < 2 || owner[1] != '_')
        return type == RRTYPE_HTTPS && host_name(owner);
    const bool digits = owner[2] >= '0' && owner[2] <= '9';
    const dname *next = dname_parent(owner);
    if (type == RRTYPE_HTTPS)
        return digits && next[0] == 6 && next[1] == '_' && (next[2] | 32) == 'h';
    return (owner[0] == 4 && (owner[2] | 32) == 'd' && (owner[3] | 32) == 'n') ||
           (digits && next[0] == 4 && (next[2] | 32) == 'd');
}

static unsigned priority_of(const struct rdata *rdata)
{
    return rdata->length >= 2 ? (unsigned)((rdata->octets[0] << 8) | rdata->octets[1]) : 0;
}

/* "." is the owner itself in a service record, and "not available" in an alias (RFC 9460 sections 2.4.2
 * and 2.5). */
static const dname *target_of(const struct rdata *rdata)
{
    const dname *name = rdata_name(rdata, 2);
    return name != NULL && !dname_is_root(name) ? name : NULL;
}

/* Where an alias leads there may be a record of the same type and no address. */
static bool goes_on(struct facts *f, const struct rdata *rdata, const dname *name, uint16_t type)
{
    return priority_of(rdata) == 0 && resolution_of(f, name, type)->last->state == ANSWER_RRSET;
}

static bool any_alive(struct facts *f, const struct rrset *set)
{
    bool alive = false;
    for (uint16_t i = 0; i < set->count; i++) {
        const dname *name = target_of(&set->rdata[i]);
        /* Without a target the owner's own addresses serve. */
        alive = (name == NULL && priority_of(&set->rdata[i]) > 0) ||
                (name != NULL && addresses_of(f, name)->state == ANSWER_RRSET) || alive;
    }
    return alive;
}

static void judge_record(struct facts *f, struct findings *out, const dname *owner, const struct rrset *set,
                         uint16_t index, bool others)
{
    const dname *name = target_of(&set->rdata[index]);
    if (name == NULL)
        return;
    const struct host_target host = host_target(f, name);
    if (host.state == HOST_UNKNOWN)
        host_target_unknown(f, out, &host, name);
    if (host.state == HOST_UNKNOWN || host.state == HOST_FINE ||
        (host.state == HOST_NO_ADDRESS && goes_on(f, &set->rdata[index], name, set->type)))
        return;
    const char *text = dname_text(facts_scratch(f), name);
    char type[16];
    struct finding *finding =
        findings_add(out, owner, "the host %s of the %s record %s", text, rrtype_text(set->type, type),
                     host.state == HOST_FREE     ? "is under a domain that nobody has registered"
                     : host.state == HOST_ABSENT ? "does not exist"
                                                 : "has no address");
    finding->rrtype = set->type;
    finding->discriminator = text;
    finding->location = set->where != NULL ? &set->where[index] : NULL;
    if (host.state == HOST_FREE)
        host_target_free(f, out, finding, &host);
    else if (others)
        finding->severity = SEVERITY_MEDIUM; /* clients go on to the next record */
}

static void judge_type(struct facts *f, struct findings *out, const dname *owner, uint16_t type)
{
    char text[16];
    if (!wanted(f, owner, type))
        return;
    /* An alias is judged as one, and the records where it leads at their own names. */
    const struct answer *answer = facts_lookup(f, owner, type);
    if (answer->state == ANSWER_UNKNOWN)
        findings_undetermined(out, answer->reason, "the %s set could not be looked up",
                              rrtype_text(type, text));
    if (answer->state != ANSWER_RRSET)
        return;
    const bool others = any_alive(f, answer->rrset);
    for (uint16_t i = 0; i < answer->rrset->count; i++)
        judge_record(f, out, owner, answer->rrset, i, others);
}

/* The address of every name is asked for anyway: what is absent or an alias needs no question more. */
static enum verdict run(struct facts *f, const dname *subject, struct findings *out)
{
    const enum answer_state state = facts_lookup(f, subject, RRTYPE_A)->state;
    if (state == ANSWER_PENDING || state == ANSWER_NXDOMAIN || state == ANSWER_ALIAS)
        return VERDICT_PASS;
    judge_type(f, out, subject, RRTYPE_HTTPS);
    judge_type(f, out, subject, RRTYPE_SVCB);
    return VERDICT_PASS;
}

const struct check topic_dangling_svcb[] = {
    {
        .id = "dangling.https-svcb-target",
        .area = "dangling",
        .title = "Hosts in HTTPS and SVCB records exist",
        .failure_title = "An HTTPS or SVCB record leads to a host that does not exist",
        .why = "Browsers follow these records before the address, so the site is broken for those that know "
               "them and fine for the rest, which is hard to notice. If the host's domain is free, a "
               "stranger can register it and answer.",
        .fix = "Correct the host in the record, use \".\" for the name itself, or delete the record.",
        .fix_record = "www.example.test. HTTPS 1 . alpn=h2",
        .effort = "minutes",
        .tags = "dangling takeover https svcb",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_POSSIBLE,
        .modes = MODE_BOTH,
        .needs = "HTTPS of known hosts, SVCB of known service names, A and AAAA of the hosts they name",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .discriminator = "host",
        .references = {RFC(9460, "2.4.2"), RFC(9460, "3")},
        .controls = {{"nist-800-53r5", "CM-8"}},
        .attack = "T1584.001",
        .since = "0.1.0",
        .false_positives = "A host that only an internal view of the DNS has.",
        .example_pass = "www A 192.0.2.80\nwww HTTPS 1 . alpn=h2\n",
        .example_fail = "www A 192.0.2.80\nwww HTTPS 1 gone.example.test. alpn=h2\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(HTTPS) | ZONE_HAS(SVCB),
        .run = run,
    },
    {0},
};
