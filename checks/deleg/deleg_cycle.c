/* SPDX-License-Identifier: BSD-2-Clause */
/* Can the name servers be found by somebody who knows nothing yet? */
#include "auditor/check_zone.h"

#define DEPTH_MAX 7   /* hardening.md row 6 */
#define NAMES_MAX 8   /* names of one NS set that are followed */
#define SERVERS_MAX 2 /* servers of a zone that are asked for a referral */

/* The smaller wins among several servers. */
enum way {
    WAY_OPEN,    /* an address can be had without the zone itself */
    WAY_UNKNOWN, /* (or pending) */
    WAY_CYCLE,   /* leads back to a zone that was already on the way */
    WAY_CLOSED,  /* leads nowhere */
};

struct path {
    struct facts *facts;
    const dname *zones[DEPTH_MAX + 2]; /* waiting for an answer, the audited zone first */
    size_t depth;
};

static enum way way_to_set(struct path *p, const struct rrset *ns, const dname *zone);

static bool on_path(const struct path *p, const dname *name)
{
    for (size_t i = 0; i < p->depth; i++)
        if (dname_under(name, p->zones[i]))
            return true;
    return false;
}

static bool has_glue(const struct reply *r, const struct rrset *ns)
{
    for (uint16_t i = 0; i < ns->count; i++) {
        const dname *name = rdata_name(&ns->rdata[i], 0);
        if (name != NULL && (section_find(&r->additional, name, RRTYPE_A) != NULL ||
                             section_find(&r->additional, name, RRTYPE_AAAA) != NULL))
            return true;
    }
    return false;
}

/* What the servers of an ancestor say about the zone at `name`, the first of them that tells. */
static enum parent_says referral(struct path *p, const struct cut *from, const dname *name,
                                 const struct rrset **ns, const struct reply **reply)
{
    enum parent_says says = PARENT_SILENT;
    for (size_t i = 0; i < from->server_count && i < SERVERS_MAX; i++) {
        *reply = facts_ask(
            p->facts, &(struct ask){.server = from->servers[i].address, .owner = name, .type = RRTYPE_NS});
        says = delegation_parent_says(*reply, name, ns);
        if (says != PARENT_SILENT && says != PARENT_OTHER)
            return says;
    }
    return says;
}

/* From the top-level domain of the host downwards to the first cut. */
static enum way way_to_host(struct path *p, const dname *host)
{
    const unsigned labels = dname_labels(host);
    /* A name in the zone that names it, and no glue, is deleg.glue-missing. */
    if (dname_under(host, p->zones[p->depth - 1]))
        return WAY_CLOSED;
    if (on_path(p, host))
        return WAY_CYCLE;
    if (labels < 2)
        return WAY_CLOSED;
    const struct cut *top = facts_cut(p->facts, dname_ancestor(host, 1));
    if (top->state != FACT_KNOWN || top->server_count == 0)
        return WAY_UNKNOWN;
    for (unsigned n = 2; n <= labels; n++) {
        const struct rrset *ns = NULL;
        const struct reply *reply = NULL;
        const dname *name = dname_ancestor(host, n);
        switch (referral(p, top, name, &ns, &reply)) {
        case PARENT_REFERRAL:
            return has_glue(reply, ns) ? WAY_OPEN : way_to_set(p, ns, name);
        case PARENT_ANSWERS:
            return WAY_OPEN;
        case PARENT_DENIES:
            if (reply->rcode == 3)
                return WAY_CLOSED;
            break;
        case PARENT_SILENT:
        case PARENT_OTHER:
            return WAY_UNKNOWN;
        }
    }
    return WAY_OPEN; /* it lives in the top-level domain itself */
}

/* The best of the ways to the servers of a zone. */
static enum way way_to_set(struct path *p, const struct rrset *ns, const dname *zone)
{
    if (p->depth > DEPTH_MAX)
        return WAY_UNKNOWN;
    p->zones[p->depth++] = zone;
    enum way best = WAY_CLOSED;
    for (uint16_t i = 0; i < ns->count && i < NAMES_MAX && best != WAY_OPEN; i++) {
        const dname *name = rdata_name(&ns->rdata[i], 0);
        const enum way way = name != NULL ? way_to_host(p, name) : WAY_CLOSED;
        best = way < best ? way : best;
    }
    p->depth--;
    return best;
}

/* The addresses that we found ourselves, from the root down and without a cache, show that there is a way. */
static bool found_a_way(const struct delegation *d)
{
    if (d->state != DELEGATION_OK)
        return false;
    for (size_t i = 0; i < d->server_count; i++)
        if (d->servers[i].glue_count > 0 || d->servers[i].addresses_state == ANSWER_RRSET)
            return true;
    for (size_t i = 0; i < d->parent_count; i++)
        if (delegation_parent_says(d->parent_replies[i], d->zone, NULL) == PARENT_ANSWERS)
            return true;
    return d->parent == NULL || d->undelegated;
}

/* The NS set as the parent's servers give it: a cycle may be the very reason why resolution came no further.
 */
static enum way way_to_zone(struct facts *f, const dname *zone)
{
    struct path p = {.facts = f};
    const struct rrset *ns = NULL;
    const struct reply *reply = NULL;
    const struct cut *above = facts_cut(f, dname_parent(zone));
    if (above->state != FACT_KNOWN || above->server_count == 0)
        return WAY_UNKNOWN;
    switch (referral(&p, above, zone, &ns, &reply)) {
    case PARENT_REFERRAL:
        return has_glue(reply, ns) ? WAY_OPEN : way_to_set(&p, ns, zone);
    case PARENT_ANSWERS:
        return WAY_OPEN;
    case PARENT_DENIES:
        return WAY_CLOSED;
    case PARENT_SILENT:
    case PARENT_OTHER:
        break;
    }
    return WAY_UNKNOWN;
}

/* Only the whole set counts: one name that depends on the zone is harmless beside one that does not. */
static enum verdict run(struct facts *f, const dname *zone, struct findings *out)
{
    const struct delegation *d = delegation_of(f, zone);
    enum verdict verdict;
    if (d->state != DELEGATION_UNKNOWN && !check_zone_ready(d, out, &verdict))
        return verdict;
    if (found_a_way(d) || dname_is_root(zone)) {
        findings_pass(out, "addresses of the name servers were found from the root down");
        return VERDICT_PASS;
    }
    const enum way way = way_to_zone(f, zone);
    if (way == WAY_UNKNOWN)
        findings_undetermined(out, REASON_NONE, "the addresses of the name servers could not be found");
    if (way != WAY_CYCLE)
        return way == WAY_UNKNOWN ? VERDICT_UNDETERMINED : VERDICT_PASS;
    struct finding *finding = findings_add(
        out, zone, "whoever looks for the address of any of its name servers needs the zone itself first");
    finding->rrtype = RRTYPE_NS;
    return VERDICT_FAIL;
}

const struct check topic_deleg_cycle[] = {
    {
        .id = "deleg.cyclic-dependency",
        .area = "deleg",
        .title = "The name servers can be found without the zone itself",
        .failure_title = "The zone and the zones of its name servers need each other",
        .why = "Two zones that name only servers inside one another resolve as long as caches remember an "
               "address. After a restart or an expiry nobody can reach either of them.",
        .fix = "Name at least one server inside the zone itself, with glue at the parent, or one in a "
               "third zone that does not depend on it.",
        .fix_record = "example.test. NS ns1.example.test.",
        .effort = "hours",
        .tags = "delegation outage",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_LIVE,
        .needs = "referrals and glue on the way to every name of the NS set",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .references = {RFC(1912, "2.3"), RFC(9520, "2")},
        .controls = {{"nist-800-53r5", "SC-22"}},
        .since = "0.1.0",
        .example_pass = "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n",
        .example_fail = "!zone other.test. 198.51.100.30\nother.test. NS ns.example.test.\n"
                        "@ NS ns.other.test.\n!timeout ns.other.test. A\n!timeout ns.other.test. AAAA\n",
        .scope = SCOPE_ZONE,
        .run = run,
    },
    {0},
};
