/* SPDX-License-Identifier: BSD-2-Clause */
/* The names in the NS set: do they lead to an address, and by the straight way? */
#include "auditor/check_zone.h"
#include "fingerprints/takeover.h"

#include <string.h>

/* A name whose labels spell an IPv4 address, alone ("192.0.2.1.") or with the origin added by a missing dot.
 */
static bool spells_ipv4(const dname *name)
{
    char text[ADDRESS_TEXT_SIZE] = "";
    size_t used = 0;
    for (unsigned label = 0; label < 4; label++) {
        if (name[0] == 0 || name[0] > 3)
            return false;
        if (label > 0)
            text[used++] = '.';
        memcpy(text + used, name + 1, name[0]);
        used += name[0];
        name += 1 + name[0];
    }
    text[used] = '\0';
    struct address address;
    return strspn(text, "0123456789.") == used && address_from_text(text, &address);
}

/* An IPv6 address is one label: a colon is no separator in DNS. */
static bool spells_ipv6(const dname *name)
{
    char text[ADDRESS_TEXT_SIZE];
    struct address address;
    if (name[0] < 2 || name[0] >= sizeof(text))
        return false;
    memcpy(text, name + 1, name[0]);
    text[name[0]] = '\0';
    return strchr(text, ':') != NULL && strlen(text) == name[0] && address_from_text(text, &address);
}

static bool spells_address(const dname *name)
{
    return spells_ipv4(name) || spells_ipv6(name);
}

static const struct location *where_of(const struct delegation *d, const dname *name)
{
    const struct rrset *ns = d->child_ns;
    if (ns == NULL || ns->where == NULL)
        return NULL;
    for (uint16_t i = 0; i < ns->count; i++) {
        const dname *target = rdata_name(&ns->rdata[i], 0);
        if (target != NULL && dname_equal(target, name))
            return &ns->where[i];
    }
    return NULL;
}

static void show_lookups(struct facts *f, const dname *name)
{
    facts_mark(f);
    facts_lookup(f, name, RRTYPE_A);
    facts_lookup(f, name, RRTYPE_AAAA);
}

static void gap(struct facts *f, const struct nameserver *ns, struct findings *out)
{
    findings_undetermined(out, ns->addresses_reason, "%s could not be looked up",
                          dname_text(facts_scratch(f), ns->name));
}

static enum verdict run_cname(struct facts *f, const dname *zone, struct findings *out)
{
    const struct delegation *d = delegation_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(d, out, &verdict))
        return verdict;
    for (size_t i = 0; i < d->server_count; i++) {
        const struct nameserver *ns = &d->servers[i];
        if (ns->alias == NULL) {
            if (ns->addresses_state == ANSWER_UNKNOWN)
                gap(f, ns, out);
            continue;
        }
        show_lookups(f, ns->name);
        struct arena *a = facts_scratch(f);
        struct finding *finding =
            findings_add(out, ns->name, "the name server %s is an alias%s%s", dname_text(a, ns->name),
                         ns->alias->target != NULL ? " of " : "",
                         ns->alias->target != NULL ? dname_text(a, ns->alias->target) : "");
        finding->rrtype = RRTYPE_CNAME;
        finding->location = where_of(d, ns->name);
    }
    findings_pass(out, "no name server is an alias");
    return VERDICT_PASS;
}

/* A name under a domain that nobody has registered is worse than a dead name. */
static bool expired(struct facts *f, const dname *zone, const dname *name)
{
    if (!facts_settings(f)->live)
        return false;
    const struct takeover_ns *ns = takeover_ns_of(f, zone);
    return ns->state == TAKEOVER_FOUND && ns->row == TAKEOVER_R2 && ns->registrable != NULL &&
           dname_under(name, ns->registrable);
}

static enum verdict run_unresolvable(struct facts *f, const dname *zone, struct findings *out)
{
    const struct delegation *d = delegation_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(d, out, &verdict))
        return verdict;
    for (size_t i = 0; i < d->server_count; i++) {
        const struct nameserver *ns = &d->servers[i];
        if (spells_address(ns->name))
            continue; /* deleg.ns-is-address says why it does not resolve */
        if (ns->addresses_state == ANSWER_UNKNOWN)
            gap(f, ns, out);
        /* With glue resolvers do reach the server; that the zone has no address is deleg.glue-stale-extra. */
        if ((ns->addresses_state != ANSWER_NODATA && ns->addresses_state != ANSWER_NXDOMAIN) ||
            ns->glue_count > 0)
            continue;
        if (expired(f, zone, ns->name))
            continue; /* deleg.ns-expired-domain */
        show_lookups(f, ns->name);
        const char *name = dname_text(facts_scratch(f), ns->name);
        struct finding *finding =
            findings_add(out, ns->name,
                         ns->addresses_state == ANSWER_NXDOMAIN ? "the name server %s does not exist"
                                                                : "the name server %s has no address",
                         name);
        finding->rrtype = RRTYPE_A;
        finding->location = where_of(d, ns->name);
    }
    findings_pass(out, "every name server has an address");
    return VERDICT_PASS;
}

static enum verdict run_address(struct facts *f, const dname *zone, struct findings *out)
{
    const struct delegation *d = delegation_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(d, out, &verdict))
        return verdict;
    if (!d->parent_ns_known && !d->child_ns_known) {
        findings_undetermined(out, REASON_NONE, "no NS set is known");
        return VERDICT_UNDETERMINED;
    }
    for (size_t i = 0; i < d->server_count; i++) {
        const struct nameserver *ns = &d->servers[i];
        if (!spells_address(ns->name))
            continue;
        struct finding *finding =
            findings_add(out, zone, "the NS record holds the address %s where a name is needed",
                         dname_text(facts_scratch(f), ns->name));
        finding->rrtype = RRTYPE_NS;
        finding->discriminator = dname_text(facts_scratch(f), ns->name);
        finding->location = where_of(d, ns->name);
    }
    return VERDICT_PASS;
}

const struct check topic_deleg_ns_names[] = {
    {
        .id = "deleg.ns-name-unresolvable",
        .area = "deleg",
        .title = "Every name server has an address",
        .failure_title = "A name server of the zone has no address",
        .why = "The server is dead weight: resolvers lose time looking for it. If its name could be "
               "registered by somebody, that person would answer for the domain.",
        .fix = "Correct the name in the NS set, publish the missing address, or take the server out at "
               "the parent and in the zone.",
        .fix_record = "ns1.example.test. A 192.0.2.1",
        .effort = "minutes",
        .tags = "delegation lame",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "A and AAAA of every name in the NS sets",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name server",
        .references = {RFC(1912, "2.8")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .attack = "T1584.002",
        .since = "0.1.0",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "@ NS ns1\n@ NS ns2\n@ NS gone\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .scope = SCOPE_ZONE,
        .run = run_unresolvable,
    },
    {
        .id = "deleg.ns-is-cname",
        .area = "deleg",
        .title = "No name server is an alias",
        .failure_title = "A name server of the zone is an alias",
        .why = "NS records must name hosts directly. Several resolvers do not follow the alias, so the "
               "server is missing for part of your users.",
        .fix = "Put the canonical name of the host into the NS set, at the parent and in the zone, or "
               "give the name address records in place of the CNAME.",
        .fix_record = "ns1.example.test. A 192.0.2.1",
        .effort = "minutes",
        .tags = "delegation alias",
        .severity = SEVERITY_MEDIUM,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "A and AAAA of every name in the NS sets",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name server",
        .references = {RFC(2181, "10.3"), RFC(1912, "2.4")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "@ NS ns1\n@ NS alias\nns1 A 192.0.2.1\nalias CNAME host\nhost A 192.0.2.2\n",
        .scope = SCOPE_ZONE,
        .run = run_cname,
    },
    {
        .id = "deleg.ns-is-address",
        .area = "deleg",
        .title = "NS records hold names, not addresses",
        .failure_title = "An NS record holds an IP address where a name is needed",
        .why = "The address is read as a name that nobody can resolve, so this server is never asked.",
        .fix = "Give the server a name with an address record and put that name into the NS record.",
        .fix_record = "example.test. NS ns1.example.test.",
        .effort = "minutes",
        .tags = "delegation syntax",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "the NS set at the parent and in the zone",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .discriminator = "name server",
        .references = {RFC(1035, "3.3.11")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "@ NS ns1\n@ NS 192.0.2.2.\nns1 A 192.0.2.1\n",
        .scope = SCOPE_ZONE,
        .run = run_address,
    },
    {0},
};
