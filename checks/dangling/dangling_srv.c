/* SPDX-License-Identifier: BSD-2-Clause */
/* Hosts that SRV records name and that are gone. */
#include "checks/dangling/host_target.h"
#include "auditor/facts/zone.h"

#include "auditor/facts/derived/names.h"
#include "auditor/facts/derived/resolution.h"

#include <string.h>

/* Asked for at the target when the zone could not be listed: what mail, voice and directory clients
 * look for. */
static const char *const common_owners[] = {
    "_sip._tcp",         "_sips._tcp",     "_sip._udp",      "_sipfederationtls._tcp", "_xmpp-client._tcp",
    "_xmpp-server._tcp", "_kerberos._udp", "_ldap._tcp",     "_autodiscover._tcp",     "_imaps._tcp",
    "_submission._tcp",  "_caldavs._tcp",  "_carddavs._tcp", "_minecraft._tcp",        "_matrix._tcp",
};

/* _service._proto.name (RFC 2782) */
static bool service_owner(const dname *name)
{
    static const char *const protocols[] = {"\004_tcp", "\004_udp", "\004_tls", "\005_sctp"};
    if (name[0] < 2 || name[1] != '_')
        return false;
    const dname *proto = dname_parent(name);
    for (size_t i = 0; i < ARRAY_SIZE(protocols); i++) {
        if (proto[0] == (dname)protocols[i][0] && memcmp(proto, protocols[i], 1 + (size_t)proto[0]) == 0)
            return true;
    }
    return false;
}

/* Asks for every host, so that all questions go out at once. */
static bool any_alive(struct facts *f, const struct rrset *srv)
{
    bool alive = false;
    for (uint16_t i = 0; i < srv->count; i++) {
        const dname *host = rdata_name(&srv->rdata[i], 6);
        if (host != NULL && addresses_of(f, host)->state == ANSWER_RRSET)
            alive = true;
    }
    return alive;
}

static void judge_record(struct facts *f, struct findings *out, const dname *owner, const struct rrset *srv,
                         uint16_t index, bool others)
{
    const dname *name = rdata_name(&srv->rdata[index], 6);
    if (name == NULL)
        return;
    const struct host_target host = host_target(f, name);
    if (host.state == HOST_UNKNOWN)
        host_target_unknown(f, out, &host, name);
    if (host.state == HOST_UNKNOWN || host.state == HOST_FINE)
        return;
    const char *text = dname_text(facts_scratch(f), name);
    const char *what = host.state == HOST_FREE     ? "is under a domain that nobody has registered"
                       : host.state == HOST_ABSENT ? "does not exist"
                                                   : "has no address";
    struct finding *finding = findings_add(out, owner, "the service host %s %s", text, what);
    finding->rrtype = RRTYPE_SRV;
    finding->discriminator = text;
    finding->cause_check = "zone.relative-name-missing-dot"; /* where a forgotten dot is why */
    finding->cause_subject = owner;
    if (srv->where != NULL)
        finding->location = &srv->where[index];
    if (host.state == HOST_FREE)
        host_target_free(f, out, finding, &host);
    else if (others)
        finding->severity = SEVERITY_MEDIUM; /* clients go on to the next host */
}

static void judge_owner(struct facts *f, struct findings *out, const dname *owner)
{
    const struct answer *last = resolution_of(f, owner, RRTYPE_SRV)->last;
    if (last->state == ANSWER_UNKNOWN)
        findings_undetermined(out, last->reason, "the SRV set of %s could not be looked up",
                              dname_text(facts_scratch(f), owner));
    if (last->state != ANSWER_RRSET)
        return;
    bool others = any_alive(f, last->rrset);
    for (uint16_t i = 0; i < last->rrset->count; i++)
        judge_record(f, out, owner, last->rrset, i, others);
}

/* RFC 8020: nothing exists below a name that does not, so that most zones answer for all services at once. */
static bool may_exist(struct facts *f, const dname *owner)
{
    const struct answer *above = facts_lookup(f, dname_parent(owner), RRTYPE_SRV);
    return above->state != ANSWER_NXDOMAIN && above->state != ANSWER_PENDING;
}

static enum verdict run(struct facts *f, const dname *subject, struct findings *out)
{
    if (service_owner(subject)) {
        judge_owner(f, out, subject);
        return VERDICT_PASS;
    }
    const struct names *names = names_of(f, facts_target(f));
    if (!dname_equal(subject, facts_target(f)) || names->complete)
        return VERDICT_PASS;
    for (size_t i = 0; i < ARRAY_SIZE(common_owners); i++) {
        const dname *owner = dname_prepend(facts_scratch(f), common_owners[i], subject);
        if (owner != NULL && !names_has(names, owner) && may_exist(f, owner))
            judge_owner(f, out, owner);
    }
    return VERDICT_PASS;
}

const struct check topic_dangling_srv[] = {
    {
        .id = "dangling.srv-target",
        .area = "dangling",
        .title = "Hosts of published services exist",
        .failure_title = "A published service leads to a host that does not exist",
        .why = "Clients of voice, chat, mail set-up and directory services follow these records without "
               "asking. If the host is gone the service is broken; if its domain is free, a stranger can "
               "register it and receive the log-ins.",
        .fix = "Correct the host in the SRV record, or delete the record. \".\" as host says that the "
               "service is not offered.",
        .effort = "minutes",
        .tags = "dangling takeover srv",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_POSSIBLE,
        .modes = MODE_BOTH,
        .needs = "SRV sets of known and of common service names, A and AAAA of the hosts, and their "
                 "registrable domains",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .discriminator = "host",
        .references = {RFC_WHOLE(2782)},
        .controls = {{"nist-800-53r5", "CM-8"}},
        .attack = "T1584.001",
        .since = "0.1.0",
        .false_positives = "A host that only an internal view of the DNS has.",
        .example_pass = "_sip._tcp SRV 0 0 5060 sip\nsip A 192.0.2.50\n",
        .example_fail = "_sip._tcp SRV 0 0 5060 sip\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(SRV) | ZONE_HAS(CNAME),
        .run = run,
    },
    {0},
};
