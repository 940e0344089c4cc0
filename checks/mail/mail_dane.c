/* SPDX-License-Identifier: BSD-2-Clause */
/* TLSA records: are they sound, are they signed, do the servers answer the question for them. Judged at known
 * TLSA owners and at the mail hosts of the target in its own zone. */
#include "auditor/check_dnssec.h"
#include "auditor/facts/derived/cuts.h"
#include "auditor/facts/derived/dnssec.h"
#include "auditor/facts/derived/names.h"
#include "auditor/facts/derived/treatment.h"
#include "auditor/facts/zone.h"
#include "checks/mail/mail_check.h"

#include <string.h>

/* ---- which owners ---- */

/* _port._proto.host (RFC 6698 section 3) */
static bool tlsa_owner(const dname *name)
{
    static const char *const protocols[] = {"\004_tcp", "\004_udp", "\005_sctp"};
    if (name[0] < 2 || name[1] != '_')
        return false;
    for (size_t i = 2; i <= name[0]; i++) {
        if (name[i] < '0' || name[i] > '9')
            return false;
    }
    const dname *proto = dname_parent(name);
    for (size_t i = 0; i < ARRAY_SIZE(protocols); i++) {
        if (proto[0] == (dname)protocols[i][0] && memcmp(proto, protocols[i], 1 + (size_t)proto[0]) == 0)
            return true;
    }
    return false;
}

static const dname *zone_of_target(struct facts *f)
{
    const struct zone *file = facts_zone(f);
    if (file != NULL)
        return zone_apex(file);
    const struct delegation *d = delegation_of(f, facts_target(f));
    return d->state == DELEGATION_NOT_APEX && d->zone != NULL ? d->zone : facts_target(f);
}

struct owners {
    const dname *list[64];
    size_t count;
};

static void add_owner(struct facts *f, struct owners *owners, const dname *host)
{
    const dname *owner = dname_prepend(facts_scratch(f), "_25._tcp", host);
    if (owner == NULL || owners->count >= ARRAY_SIZE(owners->list) || !dname_under(host, zone_of_target(f)) ||
        names_has(names_of(f, facts_target(f)), owner))
        return;
    for (size_t i = 0; i < owners->count; i++) {
        if (dname_equal(owners->list[i], owner))
            return;
    }
    owners->list[owners->count++] = owner;
}

/* A known TLSA owner speaks for itself. The target speaks for its mail hosts, whose owners are not known as
 * names as a rule; where a host is an alias, senders look below the name it leads to (RFC 7671 section 7). */
static void owners_of(struct facts *f, const dname *subject, struct owners *owners, struct findings *out)
{
    owners->count = 0;
    if (tlsa_owner(subject))
        owners->list[owners->count++] = subject;
    if (!dname_equal(subject, facts_target(f)) || tlsa_owner(subject))
        return;
    const struct answer *mx = resolution_of(f, subject, RRTYPE_MX)->last;
    if (mx->state == ANSWER_UNKNOWN)
        findings_undetermined(out, mx->reason, "the MX set could not be looked up");
    for (uint16_t i = 0; mx->state == ANSWER_RRSET && i < mx->rrset->count; i++) {
        const dname *host = mail_mx_host(mx->rrset, i, subject);
        if (host == NULL)
            continue;
        add_owner(f, owners, host);
        const struct addresses *addresses = addresses_of(f, host);
        if (addresses->state == ANSWER_RRSET && addresses->canonical != NULL)
            add_owner(f, owners, addresses->canonical);
    }
}

/* ---- dane.tlsa-field-range ---- */

/* RFC 6698 section 2.1; 255 is for private use in all three fields (RFC 7218). */
static const char *fault_of(const struct rdata *r)
{
    if (r->length < 4)
        return "it has no data";
    if (r->octets[0] > 3 && r->octets[0] != 255)
        return "the usage is none of 0 to 3";
    if (r->octets[1] > 1 && r->octets[1] != 255)
        return "the selector is neither 0 nor 1";
    if (r->octets[2] > 2 && r->octets[2] != 255)
        return "the matching type is none of 0 to 2";
    const size_t data = r->length - 3U;
    if (r->octets[2] == 1 && data != 32)
        return "a SHA-256 digest has 32 octets";
    if (r->octets[2] == 2 && data != 64)
        return "a SHA-512 digest has 64 octets";
    return NULL;
}

static void judge_fields(struct facts *f, const dname *owner, struct findings *out)
{
    const struct answer *last = resolution_of(f, owner, RRTYPE_TLSA)->last;
    unsigned usable = 0;
    if (last->state == ANSWER_UNKNOWN)
        findings_undetermined(out, last->reason, "the TLSA set of %s could not be looked up",
                              dname_text(facts_scratch(f), owner));
    if (last->state != ANSWER_RRSET)
        return;
    for (uint16_t i = 0; i < last->rrset->count; i++)
        usable += fault_of(&last->rrset->rdata[i]) == NULL;
    for (uint16_t i = 0; i < last->rrset->count; i++) {
        const char *fault = fault_of(&last->rrset->rdata[i]);
        if (fault == NULL)
            continue;
        struct finding *finding = findings_add(out, owner, "a TLSA record cannot be used: %s", fault);
        finding->rrtype = RRTYPE_TLSA;
        finding->discriminator = rdata_text(facts_scratch(f), RRTYPE_TLSA, &last->rrset->rdata[i]);
        finding->location = last->rrset->where != NULL ? &last->rrset->where[i] : NULL;
        finding_note(out, finding, "record", "%s", rr_text(facts_scratch(f), last->rrset, i));
        if (usable > 0) /* clients use the others */
            finding->severity = SEVERITY_MEDIUM;
    }
}

static enum verdict run_fields(struct facts *f, const dname *subject, struct findings *out)
{
    struct owners owners;
    owners_of(f, subject, &owners, out);
    for (size_t i = 0; i < owners.count; i++)
        judge_fields(f, owners.list[i], out);
    return VERDICT_PASS;
}

/* ---- dane.tlsa-unsigned ---- */

static void report_unsigned(const dname *owner, const struct dnssec_verdict *v, struct findings *out)
{
    struct finding *finding =
        findings_add(out, owner, "the TLSA records are %s: %s",
                     v->status == DNSSEC_BOGUS ? "bogus, so senders that use DANE hold the mail back"
                                               : "not secured by DNSSEC, so nobody uses them",
                     dnssec_why_text(v->why));
    finding->rrtype = RRTYPE_TLSA;
    finding->discriminator = dnssec_status_text(v->status);
    if (v->answer != NULL && v->answer->rrset != NULL)
        finding->location = dnssec_location(v->answer->rrset);
    if (v->status == DNSSEC_BOGUS)
        finding->cause_check = v->zone->status == DNSSEC_BOGUS ? "dnssec.bogus" : dnssec_why_check(v->why);
    else if (v->zone != NULL && v->zone->why == DNSSEC_WHY_NO_DS)
        finding->cause_check = v->zone->dnskey_answer != NULL && v->zone->dnskey_answer->state == ANSWER_RRSET
                                   ? "dnssec.island"
                                   : "dnssec.unsigned";
}

/* Every hop has to be secure (RFC 7671 section 7); the first that is not decides. */
static void judge_signed(struct facts *f, const dname *owner, struct findings *out)
{
    const struct resolution *r = resolution_of(f, owner, RRTYPE_TLSA);
    if (r->last->state == ANSWER_UNKNOWN)
        findings_undetermined(out, r->last->reason, "the TLSA set of %s could not be looked up",
                              dname_text(facts_scratch(f), owner));
    if (r->last->state != ANSWER_RRSET)
        return;
    for (unsigned i = 0; i < r->hop_count; i++) {
        const struct dnssec_verdict *v = dnssec_verdict_of(f, r->hops[i]->owner, RRTYPE_TLSA);
        if (v->status == DNSSEC_BOGUS || v->status == DNSSEC_INSECURE) {
            report_unsigned(owner, v, out);
            return;
        }
        if (v->status == DNSSEC_UNDETERMINED) {
            findings_undetermined(out, v->reason, "the TLSA set of %s could not be validated",
                                  dname_text(facts_scratch(f), owner));
            return;
        }
    }
}

static enum verdict run_unsigned(struct facts *f, const dname *subject, struct findings *out)
{
    struct owners owners;
    owners_of(f, subject, &owners, out);
    for (size_t i = 0; i < owners.count; i++)
        judge_signed(f, owners.list[i], out);
    return VERDICT_PASS;
}

/* ---- dane.tlsa-query-broken ---- */

/* Senders ask for TLSA only where the addresses of the host are secure (RFC 7672 section 2.2.2): that is why
 * a broken server harms signed zones most. */
static enum severity severity_of(struct facts *f, const dname *zone, bool all)
{
    switch (dnssec_zone_of(f, zone)->status) {
    case DNSSEC_SECURE:
        return all ? SEVERITY_CRITICAL : SEVERITY_MEDIUM;
    case DNSSEC_INSECURE:
        return SEVERITY_LOW;
    default:
        return SEVERITY_MEDIUM;
    }
}

static void report_broken(struct facts *f, const dname *zone, const dname *owner, const struct treatment *t,
                          bool all, struct findings *out)
{
    struct arena *a = facts_scratch(f);
    const enum severity severity = severity_of(f, zone, all);
    check_evidence(f, &t->server.address, owner, RRTYPE_TLSA, 0);
    const char *what = t->state == TREATED_SILENT
                           ? "does not answer the question"
                           : arena_printf(a, "says %s when asked", check_rcode(f, t->reply->rcode));
    struct finding *finding =
        findings_add(out, facts_target(f), "%s %s for TLSA of %s, though it serves the zone",
                     check_server(f, &t->server), what, dname_text(a, owner));
    finding->rrtype = RRTYPE_TLSA;
    finding->discriminator = check_address(f, &t->server.address);
    finding->severity = severity;
    if (t->state == TREATED_SILENT)
        finding->confidence = CONFIDENCE_LIKELY;
}

/* @return true if a server could be judged */
static bool judge_servers(struct facts *f, const dname *zone, const dname *owner, struct findings *out)
{
    const struct treatments *all = treatments_of(f, zone, owner, RRTYPE_TLSA);
    for (size_t i = 0; i < all->count; i++) {
        const struct treatment *t = &all->list[i];
        if (t->state == TREATED_ERROR || t->state == TREATED_SILENT)
            report_broken(f, zone, owner, t, all->well + all->unsure == 0, out);
        if (t->state == TREATED_UNSURE)
            findings_undetermined(out, t->reason, "%s gave no usable answer for TLSA",
                                  check_server(f, &t->server));
    }
    if (all->count == 0)
        check_gaps(f, all->servings, out);
    return all->count > 0;
}

static enum verdict run_broken(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    struct mail_hosts hosts;
    const dname *seen[8];
    size_t zones = 0;
    if (!mail_wanted(f, target, out, &verdict))
        return verdict;
    mail_hosts_of(f, target, out, &hosts, &verdict);
    if (!hosts.known)
        return verdict;
    bool gap = false;
    for (size_t i = 0; i < hosts.count && zones < ARRAY_SIZE(seen); i++) {
        if (!dname_under(hosts.list[i], zone_of_target(f)))
            continue;
        const dname *apex = NULL;
        enum reason reason = REASON_NONE;
        enum fact_state state = zone_holding(f, hosts.list[i], &apex, &reason);
        const dname *owner = dname_prepend(facts_scratch(f), "_25._tcp", hosts.list[i]);
        bool known = false; /* one host a zone shows how its servers treat the type */
        for (size_t z = 0; z < zones && state == FACT_KNOWN; z++)
            known = known || dname_equal(seen[z], apex);
        if (known || owner == NULL)
            continue;
        if (state == FACT_UNKNOWN)
            findings_undetermined(out, reason, "the zone of %s is not known",
                                  dname_text(facts_scratch(f), hosts.list[i]));
        gap = gap || state != FACT_KNOWN;
        if (state != FACT_KNOWN)
            continue;
        seen[zones++] = apex;
        gap = !judge_servers(f, apex, owner, out) || gap;
    }
    if (zones > 0 || gap)
        return gap ? VERDICT_UNDETERMINED : VERDICT_PASS;
    findings_skip(out, SKIP_NOT_APPLICABLE, "no mail host is in the zone: its own zone tells");
    return VERDICT_SKIPPED;
}

#define DANE_COMMON MAIL_COMMON, .tags = "mail dane tlsa dnssec tls", .traffic = TRAFFIC_DNS

static bool worth_owner(struct facts *f, const struct zone_node *node)
{
    (void)f;
    return tlsa_owner(node->owner);
}

const struct check topic_mail_dane[] = {
    {
        DANE_COMMON,
        .id = "dane.tlsa-query-broken",
        .title = "Servers answer the question for TLSA",
        .failure_title = "A server fails the question for TLSA",
        .why = "Senders that use DANE ask for TLSA before they deliver, and hold mail back as long as the "
               "answer fails. So a server, or a filter in front of it, that does not know the type stops "
               "their mail.",
        .fix = "Update the name server or the filter: for a type that is not there it has to say NOERROR or "
               "NXDOMAIN, signed in a signed zone, never an error or nothing.",
        .effort = "hours",
        .severity = SEVERITY_CRITICAL,
        .confidence_lowest = CONFIDENCE_LIKELY,
        .modes = MODE_LIVE,
        .needs = "TLSA below the first mail host of each own zone, at every server; twice where it fails",
        .subject_kind = "name",
        .discriminator = "address of the server",
        .references = {RFC(7672, "2.1"), RFC(7672, "2.2.2"), RFC(8906, "3.1.4")},
        .false_positives =
            "A filter near us that drops such questions looks the same as one near the server.",
        .example_pass = "@ MX 10 mail\nmail A 192.0.2.25\n",
        .example_fail = "@ MX 10 mail\nmail A 192.0.2.25\n!server 192.0.2.1 * TLSA servfail\n"
                        "!server 192.0.2.2 * TLSA servfail\n!server 2001:db8::1 * TLSA servfail\n",
        .scope = SCOPE_TARGET,
        .run = run_broken,
    },
    {
        DANE_COMMON,
        .id = "dane.tlsa-unsigned",
        .title = "TLSA records are secured by DNSSEC",
        .failure_title = "TLSA records are not secured by DNSSEC",
        .why = "Without a chain of trust TLSA records are ignored, so the protection that they promise is "
               "not there; bogus ones stop mail from senders that use DANE.",
        .fix = "Sign the zone and have the DS set published at the parent, or delete the TLSA records.",
        .effort = "hours",
        .severity = SEVERITY_HIGH,
        .modes = MODE_BOTH,
        .needs = "TLSA of known service names and below mail hosts of the own zone, validated",
        .subject_kind = "name",
        .references = {RFC(7672, "2.1.3"), RFC(7672, "2.2"), RFC(6698, "4.1")},
        .example_pass = "@ MX 10 mail\nmail A 192.0.2.25\n_25._tcp.mail TLSA 3 1 1 "
                        "0D6FCE3FBB4E7C6F2B7C5C4F2A8E9D0123456789ABCDEF0123456789ABCDEF01\n"
                        "!sign .\n!sign test.\n!sign example.test.\n",
        .example_fail =
            "@ MX 10 mail\nmail A 192.0.2.25\n_25._tcp.mail TLSA 3 1 1 "
            "0D6FCE3FBB4E7C6F2B7C5C4F2A8E9D0123456789ABCDEF0123456789ABCDEF01\n!sign .\n!sign test.\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(TLSA) | ZONE_HAS(CNAME),
        .worth = worth_owner,
        .run = run_unsigned,
    },
    {
        DANE_COMMON,
        .id = "dane.tlsa-field-range",
        .title = "TLSA records can be used",
        .failure_title = "A TLSA record cannot be used",
        .why = "Clients pass over a record with unknown numbers or a digest of the wrong length: the key "
               "that it was meant to pin is not protected.",
        .fix = "Make the record anew from the certificate; 3 1 1 with a SHA-256 digest is the usual form for "
               "mail.",
        .effort = "minutes",
        .severity = SEVERITY_HIGH,
        .modes = MODE_BOTH,
        .needs = "TLSA of known service names and below mail hosts of the own zone",
        .subject_kind = "name",
        .discriminator = "the record",
        .references = {RFC(6698, "2.1"), RFC(7218, "2"), RFC(7671, "5")},
        .example_pass = "@ MX 10 mail\nmail A 192.0.2.25\n_25._tcp.mail TLSA 3 1 1 "
                        "0D6FCE3FBB4E7C6F2B7C5C4F2A8E9D0123456789ABCDEF0123456789ABCDEF01\n",
        .example_fail = "@ MX 10 mail\nmail A 192.0.2.25\n_25._tcp.mail TLSA 3 1 1 0D6FCE3FBB4E7C6F\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(TLSA) | ZONE_HAS(CNAME),
        .worth = worth_owner,
        .run = run_fields,
    },
    {0},
};
