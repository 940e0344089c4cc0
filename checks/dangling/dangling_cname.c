/* SPDX-License-Identifier: BSD-2-Clause */
/* Aliases that lead nowhere or to something a stranger can take: one decision a record, one id a decision. */
#include "auditor/check_zone.h"
#include "fingerprints/takeover.h"
#include "auditor/facts/zone.h"

enum id { ID_NXDOMAIN, ID_UNREGISTERED, ID_SERVICE_NXDOMAIN, ID_SERVICE_UNCLAIMED };

/* The most specific id of a row, and no other. */
static enum id id_of(const struct takeover *t)
{
    switch (t->row) {
    case TAKEOVER_R2:
        return ID_UNREGISTERED;
    case TAKEOVER_C1:
    case TAKEOVER_C2:
        return ID_SERVICE_NXDOMAIN;
    case TAKEOVER_C3:
    case TAKEOVER_C4:
    case TAKEOVER_C5:
        return ID_SERVICE_UNCLAIMED;
    case TAKEOVER_C7:
        return t->chain->last->state == ANSWER_NXDOMAIN ? ID_NXDOMAIN : ID_SERVICE_UNCLAIMED;
    default:
        return ID_NXDOMAIN;
    }
}

/* _acme-challenge, _domainkey, _dmarc and mta-sts owners are judged under ids of their own. */
static bool ours(const dname *owner)
{
    enum takeover_owner kind = takeover_owner_kind(owner);
    return kind == OWNER_HOST || kind == OWNER_OTHER;
}

static const char *what_is_wrong(const struct takeover *t)
{
    switch (t->row) {
    case TAKEOVER_R2:
        return "the registry does not know the domain of that name";
    case TAKEOVER_C1:
    case TAKEOVER_C2:
        return "that name is free at the service, and others may be able to claim it";
    case TAKEOVER_C3:
        return "the service says that nobody has claimed this host";
    case TAKEOVER_C4:
        return "the service says that nobody has claimed this host, though a precondition of a takeover is "
               "open";
    case TAKEOVER_C5:
        return "the service's answer may mean that nobody has claimed this host";
    case TAKEOVER_C6:
        return "that name does not exist; whether somebody else could create it is open";
    case TAKEOVER_C7:
        return "nothing is there, though the service does not give the name to strangers";
    default:
        return "that name does not exist";
    }
}

static void report(struct facts *f, struct findings *out, const struct takeover *t)
{
    struct arena *a = facts_scratch(f);
    const struct answer *first = t->chain->hops[0];
    const char *record = first->target != NULL ? dname_text(a, first->target) : "?";
    const char *target = dname_text(a, t->target);
    struct finding *finding =
        t->service != NULL ? findings_add(out, t->subject, "leads to %s (%s): %s", target, t->service->name,
                                          what_is_wrong(t))
                           : findings_add(out, t->subject, "leads to %s: %s", target, what_is_wrong(t));
    finding->rrtype = first->rrset != NULL && first->rrset->type == RRTYPE_ALIAS ? 0 : RRTYPE_CNAME;
    finding->discriminator = record;
    finding->cause_check = "zone.relative-name-missing-dot"; /* where a forgotten dot is why */
    finding->cause_subject = t->subject;
    finding->severity = t->severity;
    finding->confidence = t->confidence;
    finding->decision = takeover_row_text(t->row);
    if (first->rrset != NULL && first->rrset->where != NULL)
        finding->location = &first->rrset->where[0];
    for (size_t i = 0; i < t->note_count; i++)
        finding_note(out, finding, t->notes[i].label, "%s", t->notes[i].text);
}

/* What is open concerns only the ids that the decision could still have come to. */
static bool concerns(enum id id, const struct takeover *t)
{
    if (t->stage == STAGE_CHAIN)
        return true;
    return (t->stage == STAGE_CLAIM) == (id == ID_SERVICE_UNCLAIMED);
}

static enum verdict undetermined(struct facts *f, struct findings *out, const struct takeover *t)
{
    static const char *const texts[] = {
        [STAGE_CHAIN] = "where the alias leads could not be found out",
        [STAGE_ABSENCE] = "the absence of the target could not be confirmed",
        [STAGE_CLAIM] = "the service could not be asked for this host",
    };
    if (t->target != NULL)
        findings_undetermined(out, t->reason, "%s: %s", texts[t->stage],
                              dname_text(facts_scratch(f), t->target));
    else
        findings_undetermined(out, t->reason, "%s", texts[t->stage]);
    return VERDICT_UNDETERMINED;
}

static enum verdict judge(struct facts *f, const dname *owner, struct findings *out, enum id id)
{
    if (!ours(owner) || zone_kind_unasked(f))
        return VERDICT_PASS;
    const struct takeover *t = takeover_of(f, owner);
    if (t->state == TAKEOVER_UNKNOWN && concerns(id, t))
        return undetermined(f, out, t);
    if (t->state != TAKEOVER_FOUND || id_of(t) != id || t->elsewhere)
        return VERDICT_PASS;
    report(f, out, t);
    return VERDICT_FAIL;
}

static enum verdict run_nxdomain(struct facts *f, const dname *owner, struct findings *out)
{
    return judge(f, owner, out, ID_NXDOMAIN);
}

static enum verdict run_unregistered(struct facts *f, const dname *owner, struct findings *out)
{
    return judge(f, owner, out, ID_UNREGISTERED);
}

static enum verdict run_service_nxdomain(struct facts *f, const dname *owner, struct findings *out)
{
    return judge(f, owner, out, ID_SERVICE_NXDOMAIN);
}

static enum verdict run_service_unclaimed(struct facts *f, const dname *owner, struct findings *out)
{
    return judge(f, owner, out, ID_SERVICE_UNCLAIMED);
}

#define OWASP_GUIDE                                                                                          \
    {                                                                                                        \
        "OWASP WSTG-CONF-10", "https://owasp.org/www-project-web-security-testing-guide/latest/"             \
    }

const struct check topic_dangling_cname[] = {
    {
        .id = "dangling.cname-unregistered-domain",
        .area = "dangling",
        .title = "Aliases lead only to registered domains",
        .failure_title = "An alias leads to a domain that nobody has registered",
        .why =
            "Whoever registers the domain answers for your name from that moment: pages, cookies, mail and "
            "certificates under your own host name, at the price of a registration.",
        .fix = "Delete the CNAME record now. If the domain was yours, register it again first and find out "
               "why it lapsed.",
        .effort = "minutes",
        .tags = "takeover dangling cname registration",
        .severity = SEVERITY_CRITICAL,
        .confidence = CONFIDENCE_LIKELY,
        .confidence_lowest = CONFIDENCE_POSSIBLE,
        .modes = MODE_BOTH,
        .needs =
            "the whole chain of the alias, and the registrable domain at two servers of its registry, twice",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .discriminator = "target of the CNAME",
        .references = {RFC(1034, "3.6.2"), RFC(2308, "2.1"), OWASP_GUIDE},
        .controls = {{"nist-800-53r5", "CM-8"}},
        .attack = "T1584.001",
        .since = "0.1.0",
        .false_positives =
            "A registered domain without name servers, on hold or in redemption is NXDOMAIN as well: "
            "look it up at the registry before you rely on it.",
        .example_pass =
            "!zone vendor.com. 198.51.100.9\nshop.vendor.com. A 198.51.100.10\nwww CNAME shop.vendor.com.\n",
        .example_fail = "!unregistered lapsed-vendor.com.\nwww CNAME shop.lapsed-vendor.com.\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(CNAME) | ZONE_HAS(ALIAS),
        .worth = check_alias_worth,
        .live_only = check_alias_outside,
        .run = run_unregistered,
    },
    {
        .id = "dangling.cname-service-nxdomain",
        .area = "dangling",
        .title = "Aliases lead to names that exist at their services",
        .failure_title = "An alias leads to a free name at a service where names can be claimed",
        .why = "The resource behind the alias was deleted and its name is free again. At this service a "
               "stranger can create a resource of the same name and then answers for your host.",
        .fix = "Delete the CNAME record, or create the resource again in your own account. In future delete "
               "the record before the resource.",
        .effort = "minutes",
        .tags = "takeover dangling cname cloud",
        .severity = SEVERITY_CRITICAL,
        .confidence = CONFIDENCE_LIKELY,
        .confidence_lowest = CONFIDENCE_POSSIBLE,
        .modes = MODE_BOTH,
        .needs = "the whole chain of the alias, NXDOMAIN at two servers, twice, and the table of services",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .discriminator = "target of the CNAME",
        .references = {RFC(2308, "2.1"),
                       OWASP_GUIDE,
                       {"Microsoft: prevent dangling DNS entries",
                        "https://learn.microsoft.com/azure/security/fundamentals/subdomain-takeover"}},
        .controls = {{"nist-800-53r5", "CM-8"}},
        .attack = "T1584.001",
        .since = "0.1.0",
        .false_positives =
            "A free name can be reserved for its former owner for some time. Only an attempt to claim it "
            "would prove the case, and this tool never makes one.",
        .example_pass = "!zone azure-api.net. 198.51.100.9\ngone.azure-api.net. A 198.51.100.10\n"
                        "www CNAME gone.azure-api.net.\n",
        .example_fail = "!zone azure-api.net. 198.51.100.9\nwww CNAME gone.azure-api.net.\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(CNAME) | ZONE_HAS(ALIAS),
        .worth = check_alias_worth,
        .live_only = check_alias_outside,
        .run = run_service_nxdomain,
    },
    {
        .id = "dangling.cname-service-unclaimed",
        .area = "dangling",
        .title = "Services know the hosts that lead to them",
        .failure_title = "A host leads to a service that says nobody has claimed it",
        .why = "The alias still leads to a shared service, and the service answers that no account has this "
               "host. Anyone with an account there may add the host and publish under your name.",
        .fix =
            "Delete the CNAME record, or bind the host to your own account again. Where the service offers "
            "verification of domains, use it.",
        .effort = "minutes",
        .tags = "takeover dangling cname cloud http",
        .severity = SEVERITY_CRITICAL,
        .confidence = CONFIDENCE_LIKELY,
        .confidence_lowest = CONFIDENCE_POSSIBLE,
        .modes = MODE_BOTH,
        .needs = "the chain of the alias, the table of services, one GET over http and https, and the same "
                 "for a random name",
        .traffic = TRAFFIC_DNS | TRAFFIC_HTTP,
        .subject_kind = "name",
        .discriminator = "target of the CNAME",
        .references = {OWASP_GUIDE, RFC(1034, "3.6.2")},
        .controls = {{"nist-800-53r5", "CM-8"}},
        .attack = "T1584.001",
        .since = "0.1.0",
        .false_positives =
            "Some services show the same page for hosts that are claimed but have no content yet, or hold "
            "a host for the account that had it. The decision row and the reasons against are in the "
            "evidence.",
        .example_pass = "!zone netlify.app. 198.51.100.9\nsite.netlify.app. A 198.51.100.10\n"
                        "www CNAME site.netlify.app.\n!http www.example.test 200 Welcome\n",
        .example_fail = "!zone surge.sh. 198.51.100.9\nna-west1.surge.sh. A 198.51.100.10\n"
                        "www CNAME na-west1.surge.sh.\n!http * 404 project not found\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(CNAME) | ZONE_HAS(ALIAS),
        .worth = check_alias_worth,
        .live_only = check_alias_outside,
        .run = run_service_unclaimed,
    },
    {
        .id = "dangling.cname-nxdomain",
        .area = "dangling",
        .title = "Aliases lead to names that exist",
        .failure_title = "An alias leads to a name that does not exist",
        .why = "The host is broken for everybody. If the target belongs to somebody else, whoever creates it "
               "there answers for your host.",
        .fix = "Delete the CNAME record or let it lead to the name that is meant. It is the target that is "
               "missing, not the alias.",
        .effort = "minutes",
        .tags = "takeover dangling cname",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_POSSIBLE,
        .confidence_lowest = CONFIDENCE_POSSIBLE,
        .modes = MODE_BOTH,
        .needs = "the whole chain of the alias, and NXDOMAIN at two servers of the last zone, twice",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .discriminator = "target of the CNAME",
        .references = {RFC(1034, "3.6.2"), RFC(2308, "2.1"), RFC(6604, "3"), RFC(9824, "3")},
        .controls = {{"nist-800-53r5", "CM-8"}},
        .attack = "T1584.001",
        .since = "0.1.0",
        .false_positives = "A name that an internal view of the DNS has and the public one has not.",
        .example_pass = "www CNAME web\nweb A 192.0.2.80\n",
        .example_fail = "www CNAME web\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(CNAME) | ZONE_HAS(ALIAS),
        .worth = check_alias_worth,
        .live_only = check_alias_outside,
        .run = run_nxdomain,
    },
    {0},
};
