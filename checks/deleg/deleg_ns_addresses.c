/* SPDX-License-Identifier: BSD-2-Clause */
/* The addresses of the name servers: public, of both families, each server its own. */
#include "auditor/check_zone.h"

static void gap(struct facts *f, const struct nameserver *ns, struct findings *out)
{
    findings_undetermined(out, ns->addresses_reason, "the addresses of %s are not known",
                          dname_text(facts_scratch(f), ns->name));
}

static bool listed(const struct address *list, size_t count, const struct address *address)
{
    for (size_t i = 0; i < count; i++)
        if (address_equal(&list[i], address))
            return true;
    return false;
}

/* ---- deleg.ns-address-not-global ---- */

static void judge_global(struct facts *f, const struct nameserver *ns, const struct address *address,
                         const char *kind, struct findings *out)
{
    if (settings_public(facts_settings(f), address))
        return;
    const char *block = address_special(address);
    const char *text = check_address(f, address);
    struct finding *finding =
        findings_add(out, ns->name, "the %s of %s is %s: %s", kind, dname_text(facts_scratch(f), ns->name),
                     text, block != NULL ? block : "not a public address");
    finding->rrtype = address->family == 4 ? RRTYPE_A : RRTYPE_AAAA;
    finding->discriminator = text;
}

static enum verdict run_global(struct facts *f, const dname *zone, struct findings *out)
{
    const struct delegation *d = delegation_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(d, out, &verdict))
        return verdict;
    if (check_zone_unasked(f, out) == VERDICT_SKIPPED)
        return VERDICT_SKIPPED;
    if (zone_kind_inside(zone)) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "such a zone is only for the inside of a network (RFC 6303, 6761, 8375)");
        return VERDICT_SKIPPED;
    }
    for (size_t i = 0; i < d->server_count; i++) {
        const struct nameserver *ns = &d->servers[i];
        for (size_t j = 0; j < ns->address_count; j++)
            judge_global(f, ns, &ns->addresses[j], "address", out);
        for (size_t j = 0; j < ns->glue_count; j++)
            if (!listed(ns->addresses, ns->address_count, &ns->glue[j]))
                judge_global(f, ns, &ns->glue[j], "glue", out);
        if (ns->addresses_state == ANSWER_UNKNOWN)
            gap(f, ns, out);
    }
    findings_pass(out, "all name server addresses are public");
    return VERDICT_PASS;
}

/* ---- deleg.ns-ipv6-missing ---- */

static bool has_ipv6(const struct nameserver *ns)
{
    for (size_t i = 0; i < ns->address_count; i++)
        if (ns->addresses[i].family == 6)
            return true;
    return false;
}

/* Servers are counted, not addresses (DESIGN 10.20). */
static enum verdict run_ipv6(struct facts *f, const dname *zone, struct findings *out)
{
    const struct delegation *d = delegation_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(d, out, &verdict))
        return verdict;
    size_t with = 0, unknown = 0;
    for (size_t i = 0; i < d->server_count; i++) {
        const struct nameserver *ns = &d->servers[i];
        const struct answer *aaaa = facts_lookup(f, ns->name, RRTYPE_AAAA);
        if (has_ipv6(ns))
            with++;
        else if (aaaa->state == ANSWER_UNKNOWN || ns->addresses_state == ANSWER_UNKNOWN) {
            unknown++;
            findings_undetermined(out, aaaa->reason, "whether %s has an IPv6 address is not known",
                                  dname_text(facts_scratch(f), ns->name));
        }
    }
    if (with >= 2) {
        findings_pass(out, "%zu servers have IPv6 addresses", with);
        return VERDICT_PASS;
    }
    if (unknown > 0 || d->server_count == 0)
        return VERDICT_UNDETERMINED;
    struct finding *finding = findings_add(out, zone,
                                           with == 0 ? "no name server has an IPv6 address"
                                                     : "only one name server has an IPv6 address");
    finding->rrtype = RRTYPE_AAAA;
    return VERDICT_FAIL;
}

/* ---- deleg.ns-same-address ---- */

static enum verdict run_same(struct facts *f, const dname *zone, struct findings *out)
{
    const struct delegation *d = delegation_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(d, out, &verdict))
        return verdict;
    for (size_t i = 0; i < d->server_count; i++) {
        const struct nameserver *ns = &d->servers[i];
        if (ns->addresses_state == ANSWER_UNKNOWN)
            gap(f, ns, out);
        for (size_t j = 0; j < ns->address_count; j++) {
            size_t first = 0;
            while (first < i &&
                   !listed(d->servers[first].addresses, d->servers[first].address_count, &ns->addresses[j]))
                first++;
            if (first == i)
                continue;
            const char *address = check_address(f, &ns->addresses[j]);
            struct finding *finding = findings_add(out, ns->name, "%s and %s are both at %s",
                                                   dname_text(facts_scratch(f), d->servers[first].name),
                                                   dname_text(facts_scratch(f), ns->name), address);
            finding->rrtype = ns->addresses[j].family == 4 ? RRTYPE_A : RRTYPE_AAAA;
            finding->discriminator = address;
        }
    }
    findings_pass(out, "every name server has addresses of its own");
    return VERDICT_PASS;
}

const struct check topic_deleg_ns_addresses[] = {
    {
        .id = "deleg.ns-address-not-global",
        .area = "deleg",
        .title = "Name servers have public addresses",
        .failure_title = "A name server has an address that is not public",
        .why = "Resolvers on the Internet cannot reach the server, and inside other networks the address "
               "belongs to somebody else, who would get the questions. It also shows internal numbering.",
        .fix = "Give the server a public address in the zone and as glue, or take it out of the NS set.",
        .fix_record = "ns1.example.test. A 192.0.2.1",
        .effort = "hours",
        .tags = "delegation address",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "glue at the parent; A and AAAA of every name in the NS sets",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name server",
        .discriminator = "address",
        .references = {RFC_WHOLE(6890)},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .false_positives = "A zone meant only for an internal network: name its addresses with "
                           "--treat-as-public.",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 10.0.0.53\n",
        .scope = SCOPE_ZONE,
        .run = run_global,
    },
    {
        .id = "deleg.ns-ipv6-missing",
        .area = "deleg",
        .title = "At least two name servers can be reached over IPv6",
        .failure_title = "Fewer than two name servers have an IPv6 address",
        .why = "Resolvers in networks with IPv6 only depend on translation by others to find the domain.",
        .fix = "Give two of the name servers an AAAA record, and IPv6 glue where there is glue.",
        .fix_record = "ns1.example.test. AAAA 2001:db8::1",
        .effort = "hours",
        .tags = "delegation ipv6 resilience",
        .severity = SEVERITY_LOW,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "AAAA of every name in the NS sets",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .references = {RFC(3901, "3")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns1 AAAA 2001:db8::1\nns2 A 192.0.2.2\n"
                        "ns2 AAAA 2001:db8::2\n",
        .example_fail = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .scope = SCOPE_ZONE,
        .run = run_ipv6,
    },
    {
        .id = "deleg.ns-same-address",
        .area = "deleg",
        .title = "Every name server has an address of its own",
        .failure_title = "Two name servers share one address",
        .why = "The zone looks as if it had several servers, but one machine or one route less takes both "
               "away.",
        .fix = "Move one of the names to another machine, better in another network.",
        .effort = "hours",
        .tags = "delegation resilience",
        .severity = SEVERITY_MEDIUM,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "A and AAAA of every name in the NS sets",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name server",
        .discriminator = "address",
        .references = {RFC(2182, "3.1")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.1\n",
        .scope = SCOPE_ZONE,
        .run = run_same,
    },
    {0},
};
