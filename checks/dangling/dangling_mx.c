/* SPDX-License-Identifier: BSD-2-Clause */
/* Mail hosts that do not exist, or whose domain anyone could register. */
#include "auditor/facts/derived/resolution.h"
#include "checks/dangling/host_target.h"

enum id { ID_UNREGISTERED, ID_UNRESOLVABLE };

/* Asks for every host, so that all questions go out at once. */
static unsigned hosts_alive(struct facts *f, const struct rrset *mx)
{
    unsigned alive = 0;
    for (uint16_t i = 0; i < mx->count; i++) {
        const dname *host = rdata_name(&mx->rdata[i], 2);
        if (host != NULL && addresses_of(f, host)->state == ANSWER_RRSET)
            alive++;
    }
    return alive;
}

static struct finding *report(struct facts *f, struct findings *out, const dname *target,
                              const struct rrset *mx, uint16_t index, const char *what)
{
    const char *text = dname_text(facts_scratch(f), rdata_name(&mx->rdata[index], 2));
    struct finding *finding = findings_add(out, target, "the mail host %s %s", text, what);
    finding->rrtype = RRTYPE_MX;
    finding->discriminator = text;
    finding->cause_check = "zone.relative-name-missing-dot"; /* where a forgotten dot is why */
    finding->cause_subject = facts_target(f);
    if (mx->where != NULL)
        finding->location = &mx->where[index];
    return finding;
}

static void judge_host(struct facts *f, const dname *target, const struct rrset *mx, uint16_t index,
                       enum id id, bool others, struct findings *out)
{
    const dname *name = rdata_name(&mx->rdata[index], 2);
    if (name == NULL)
        return;
    const struct host_target host = host_target(f, name);
    if (host.state == HOST_UNKNOWN) {
        host_target_unknown(f, out, &host, name);
    } else if (host.state == HOST_FREE && id == ID_UNREGISTERED) {
        host_target_free(
            f, out, report(f, out, target, mx, index, "is under a domain that nobody has registered"), &host);
    } else if ((host.state == HOST_ABSENT || host.state == HOST_NO_ADDRESS) && id == ID_UNRESOLVABLE) {
        struct finding *finding = report(f, out, target, mx, index,
                                         host.state == HOST_ABSENT ? "does not exist" : "has no address");
        if (others)
            finding->severity = SEVERITY_MEDIUM; /* senders go on to the next host */
    }
}

static enum verdict judge(struct facts *f, const dname *target, struct findings *out, enum id id)
{
    const struct answer *last = resolution_of(f, target, RRTYPE_MX)->last;
    if (last->state == ANSWER_UNKNOWN) {
        findings_undetermined(out, last->reason, "the MX set could not be looked up");
        return VERDICT_UNDETERMINED;
    }
    if (last->state != ANSWER_RRSET)
        return VERDICT_PASS;
    bool others = hosts_alive(f, last->rrset) > 0;
    for (uint16_t i = 0; i < last->rrset->count; i++)
        judge_host(f, target, last->rrset, i, id, others, out);
    return VERDICT_PASS;
}

static enum verdict run_unresolvable(struct facts *f, const dname *target, struct findings *out)
{
    return judge(f, target, out, ID_UNRESOLVABLE);
}

static enum verdict run_unregistered(struct facts *f, const dname *target, struct findings *out)
{
    return judge(f, target, out, ID_UNREGISTERED);
}

const struct check topic_dangling_mx[] = {
    {
        .id = "dangling.mx-unregistered",
        .area = "dangling",
        .title = "Mail hosts are under registered domains",
        .failure_title = "A mail host is under a domain that nobody has registered",
        .why = "Whoever registers the domain receives mail for yours: invoices, password resets and the "
               "messages that certificate authorities send to prove control.",
        .fix = "Delete the MX record now. If the domain was yours, register it again first.",
        .effort = "minutes",
        .tags = "takeover dangling mail registration",
        .severity = SEVERITY_CRITICAL,
        .confidence = CONFIDENCE_LIKELY,
        .confidence_lowest = CONFIDENCE_POSSIBLE,
        .modes = MODE_BOTH,
        .needs =
            "MX, A and AAAA of the hosts, and the registrable domain at two servers of its registry, twice",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .discriminator = "mail host",
        .references = {RFC(5321, "5.1"), RFC(2308, "2.1")},
        .controls = {{"nist-800-53r5", "SC-20"}},
        .attack = "T1584.001",
        .since = "0.1.0",
        .false_positives =
            "A registered domain without name servers, on hold or in redemption is NXDOMAIN as well.",
        .example_pass = "@ MX 10 mail\nmail A 192.0.2.25\n",
        .example_fail = "!unregistered lapsed-mailer.com.\n@ MX 10 mx.lapsed-mailer.com.\n",
        .scope = SCOPE_TARGET,
        .run = run_unregistered,
    },
    {
        .id = "dangling.mx-unresolvable",
        .area = "dangling",
        .title = "Mail hosts have addresses",
        .failure_title = "A mail host does not exist or has no address",
        .why = "Senders cannot deliver to a host without address. If it is the only one, mail for the domain "
               "is lost; if there are others, it is delayed.",
        .fix = "Correct the host name in the MX record, give the host an address, or delete the record.",
        .fix_record = "example.test. MX 10 mail.example.test.",
        .effort = "minutes",
        .tags = "dangling mail outage",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "MX, and A and AAAA of every host",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .discriminator = "mail host",
        .references = {RFC(5321, "5.1"), RFC(2181, "10.3")},
        .controls = {{"nist-800-53r5", "SC-20"}},
        .since = "0.1.0",
        .example_pass = "@ MX 10 mail\nmail A 192.0.2.25\n",
        .example_fail = "@ MX 10 mail\n",
        .scope = SCOPE_TARGET,
        .run = run_unresolvable,
    },
    {0},
};
