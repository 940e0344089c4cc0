/* SPDX-License-Identifier: BSD-2-Clause */
/* Mail hosts that do not exist, or whose domain anyone could register. */
#include "auditor/check.h"
#include "auditor/facts/derived/resolution.h"
#include "fingerprints/takeover.h"

/* "." is a null MX (RFC 7505), and an address written as a name is a fault of its own: neither is a host to
 * look up. */
static bool is_host(const dname *name)
{
    if (dname_is_root(name))
        return false;
    const dname *last = dname_ancestor(name, 1);
    for (size_t i = 1; i <= last[0]; i++) {
        if (last[i] < '0' || last[i] > '9')
            return true;
    }
    return false;
}

struct mail_hosts {
    const struct rrset *mx; /* NULL: none, or not known */
    enum verdict verdict;   /* if mx is NULL */
};

static struct mail_hosts mail_hosts(struct facts *f, const dname *target, struct findings *out)
{
    const struct resolution *chain = resolution_of(f, target, RRTYPE_MX);
    struct mail_hosts hosts = {.verdict = VERDICT_PASS};
    if (chain->last->state == ANSWER_UNKNOWN) {
        findings_undetermined(out, chain->last->reason, "the MX set could not be looked up");
        hosts.verdict = VERDICT_UNDETERMINED;
    } else if (chain->last->state == ANSWER_RRSET) {
        hosts.mx = chain->last->rrset;
    }
    return hosts;
}

/* Ask for every host early; how many can be reached? */
static unsigned hosts_alive(struct facts *f, const struct rrset *mx)
{
    unsigned alive = 0;
    for (uint16_t i = 0; i < mx->count; i++) {
        const dname *host = rdata_name(&mx->rdata[i], 2);
        if (host != NULL && is_host(host) && addresses_of(f, host)->state == ANSWER_RRSET)
            alive++;
    }
    return alive;
}

static bool absent(const struct addresses *addresses)
{
    return !addresses->loop && (addresses->state == ANSWER_NODATA || addresses->state == ANSWER_NXDOMAIN);
}

static struct finding *report(struct findings *out, const dname *target, const struct rrset *mx,
                              uint16_t index, struct arena *a, const dname *host, const char *what)
{
    const char *text = dname_text(a, host);
    struct finding *finding = findings_add(out, target, "the mail host %s %s", text, what);
    finding->rrtype = RRTYPE_MX;
    finding->discriminator = text;
    if (mx->where != NULL)
        finding->location = &mx->where[index];
    return finding;
}

/* The domain of a host of somebody else that is absent as a whole; NULL if it is ours, or there. */
static const struct registration *foreign_domain(struct facts *f, const dname *host,
                                                 const struct addresses *addresses)
{
    if (addresses->state != ANSWER_NXDOMAIN || takeover_internal(f, host) || takeover_ignored(f, host))
        return NULL;
    return registration_of(f, addresses->canonical != NULL ? addresses->canonical : host);
}

static void judge_address(struct facts *f, const dname *target, const struct rrset *mx, uint16_t index,
                          const dname *host, unsigned alive, struct findings *out)
{
    const struct addresses *addresses = addresses_of(f, host);
    struct arena *a = facts_scratch(f);
    if (addresses->state == ANSWER_UNKNOWN) {
        findings_undetermined(out, addresses->reason, "the addresses of %s could not be looked up",
                              dname_text(a, host));
        return;
    }
    if (!absent(addresses) || takeover_ignored(f, host))
        return;
    /* A host under a free domain has an id of its own: dangling.mx-unregistered. */
    const struct registration *domain = foreign_domain(f, host, addresses);
    if (domain != NULL && (domain->state == REGISTRATION_FREE || domain->state == REGISTRATION_PENDING))
        return;
    if (domain != NULL && domain->state == REGISTRATION_UNKNOWN) {
        findings_undetermined(out, domain->reason, "whether %s is registered could not be found out",
                              dname_text(a, domain->domain));
        return;
    }
    struct finding *finding =
        report(out, target, mx, index, a, host,
               addresses->state == ANSWER_NXDOMAIN ? "does not exist" : "has no address");
    if (alive > 0)
        finding->severity = SEVERITY_MEDIUM; /* senders go on to the next host */
}

static void judge_domain(struct facts *f, const dname *target, const struct rrset *mx, uint16_t index,
                         const dname *host, unsigned alive, struct findings *out)
{
    const struct addresses *addresses = addresses_of(f, host);
    struct arena *a = facts_scratch(f);
    (void)alive;
    if (addresses->state == ANSWER_UNKNOWN) {
        findings_undetermined(out, addresses->reason, "the addresses of %s could not be looked up",
                              dname_text(a, host));
        return;
    }
    const struct registration *domain = foreign_domain(f, host, addresses);
    if (domain == NULL)
        return;
    if (domain->state == REGISTRATION_UNKNOWN)
        findings_undetermined(out, domain->reason, "whether %s is registered could not be found out",
                              dname_text(a, domain->domain));
    if (domain->state != REGISTRATION_FREE)
        return;
    struct finding *finding =
        report(out, target, mx, index, a, host, "is under a domain that nobody has registered");
    finding->severity = SEVERITY_HIGH;
    finding->decision = takeover_row_text(TAKEOVER_R2);
    finding->confidence = domain->seen_twice ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
    finding_note(out, finding, "registry", "%s: NXDOMAIN from %u of the registry's servers",
                 dname_text(a, domain->domain), domain->servers);
    finding_note(out, finding, "against",
                 "a domain on hold, in redemption or without name servers looks the same from the DNS");
}

typedef void (*judge_fn)(struct facts *f, const dname *target, const struct rrset *mx, uint16_t index,
                         const dname *host, unsigned alive, struct findings *out);

static enum verdict each_host(struct facts *f, const dname *target, struct findings *out, judge_fn judge)
{
    struct mail_hosts hosts = mail_hosts(f, target, out);
    if (hosts.mx == NULL)
        return hosts.verdict;
    unsigned alive = hosts_alive(f, hosts.mx);
    for (uint16_t i = 0; i < hosts.mx->count; i++) {
        const dname *host = rdata_name(&hosts.mx->rdata[i], 2);
        if (host != NULL && is_host(host))
            judge(f, target, hosts.mx, i, host, alive, out);
    }
    return VERDICT_PASS;
}

static enum verdict run_unresolvable(struct facts *f, const dname *target, struct findings *out)
{
    return each_host(f, target, out, judge_address);
}

static enum verdict run_unregistered(struct facts *f, const dname *target, struct findings *out)
{
    return each_host(f, target, out, judge_domain);
}

const struct check topic_dangling_mx[] = {
    {
        .id = "dangling.mx-unregistered",
        .area = "dangling",
        .title = "Mail hosts are under registered domains",
        .failure_title = "A mail host is under a domain that nobody has registered",
        .why = "Whoever registers the domain receives mail for yours: invoices, password resets and the "
               "messages that "
               "certificate authorities send to prove control.",
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
               "is lost; "
               "if there are others, it is delayed.",
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
