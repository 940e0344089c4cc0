/* SPDX-License-Identifier: BSD-2-Clause */
/* Servers that fail the question for CAA: a CA that gets no answer must not issue. */
#include "auditor/check_zone.h"
#include "auditor/facts/derived/resolution.h"
#include "auditor/facts/derived/treatment.h"
#include "checks/caa/caa_record.h"

struct climb {
    struct facts *f;
    const dname *target;
    struct findings *out;
    bool unsure;
    unsigned judged;
};

static void report(struct climb *c, const dname *owner, const struct treatment *t, bool all)
{
    struct facts *f = c->f;
    check_evidence(f, &t->server.address, owner, RRTYPE_CAA, 0);
    struct finding *finding = findings_add(
        c->out, c->target, "%s %s for CAA of %s, though it serves the zone", check_server(f, &t->server),
        t->state == TREATED_SILENT
            ? "does not answer the question"
            : arena_printf(facts_scratch(f), "says %s when asked", check_rcode(f, t->reply->rcode)),
        dname_text(facts_scratch(f), owner));
    finding->rrtype = RRTYPE_CAA;
    finding->discriminator = arena_printf(facts_scratch(f), "%s %s", dname_text(facts_scratch(f), owner),
                                          check_address(f, &t->server.address));
    if (!all) /* the CA's resolver goes on to the next server */
        finding->severity = SEVERITY_MEDIUM;
    if (t->state == TREATED_SILENT)
        finding->confidence = CONFIDENCE_LIKELY;
}

/* The servers of the zone that holds the owner. */
static void judge(struct climb *c, const dname *owner, const dname *zone)
{
    const struct treatments *all = treatments_of(c->f, zone, owner, RRTYPE_CAA);
    const bool none_well = all->well + all->unsure == 0;
    c->judged += all->well + all->failing;
    for (size_t i = 0; i < all->count; i++) {
        const struct treatment *t = &all->list[i];
        if (t->state == TREATED_ERROR || t->state == TREATED_SILENT)
            report(c, owner, t, none_well);
        if (t->state == TREATED_UNSURE) {
            c->unsure = true;
            findings_undetermined(c->out, t->reason, "%s gave no usable answer for CAA",
                                  check_server(c->f, &t->server));
        }
    }
}

/* Where an alias leads a CA asks too, at the servers of that zone. */
static void judge_alias(struct climb *c, const dname *owner)
{
    const struct resolution *r = resolution_of(c->f, owner, RRTYPE_CAA);
    if (r->hop_count < 2 || r->last->state != ANSWER_UNKNOWN)
        return;
    const struct cut *cut = facts_cut(c->f, r->last->owner);
    if (cut->state == FACT_KNOWN)
        judge(c, r->last->owner, cut->apex);
}

static enum verdict run(struct facts *f, const dname *target, struct findings *out)
{
    struct climb c = {.f = f, .target = target, .out = out};
    const struct delegation *d = delegation_of(f, target);
    if (d->state == DELEGATION_PENDING)
        return VERDICT_UNDETERMINED;
    if (dname_is_root(target)) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "no certificate is issued for the root");
        return VERDICT_SKIPPED;
    }
    enum verdict verdict;
    const bool inside = d->state == DELEGATION_NOT_APEX && d->zone != NULL;
    if (!inside && !check_zone_ready(d, out, &verdict))
        return verdict;
    const dname *apex = inside ? d->zone : target;
    for (const dname *at = target; at != NULL && dname_under(at, apex); at = dname_parent(at)) {
        judge(&c, at, apex);
        judge_alias(&c, at);
        if (facts_lookup(f, at, RRTYPE_CAA)->state == ANSWER_RRSET)
            break;
    }
    if (c.judged == 0 && !c.unsure) {
        check_gaps(f, servings_of(f, apex), out);
        return VERDICT_UNDETERMINED;
    }
    return VERDICT_PASS;
}

const struct check topic_caa_lookup[] = {
    {
        CAA_COMMON,
        .id = "caa.lookup-fails",
        .title = "Servers answer the question for CAA",
        .failure_title = "A server fails the question for CAA",
        .why = "A CA that cannot look up CAA must not issue. Nobody else asks for this type, so the fault "
               "shows only when a "
               "certificate is due, and then the site or mail service goes down with it.",
        .fix = "Update the name server or the filter in front of it: a type that it does not know gets an "
               "empty answer with "
               "NOERROR, never an error or silence.",
        .severity = SEVERITY_CRITICAL,
        .confidence_lowest = CONFIDENCE_LIKELY,
        .modes = MODE_LIVE,
        .needs =
            "CAA of the name, and of names up to the apex, at every server of the zone; twice where it fails",
        .discriminator = "name and address of the server",
        .references = {RFC(8659, "3"),
                       RFC(8906, "3.1.3"),
                       {"CA/Browser Forum Baseline Requirements 3.2.2.8",
                        "https://cabforum.org/working-groups/server/baseline-requirements/"}},
        .false_positives =
            "A filter near us that drops such questions looks the same as one near the server.",
        .example_pass = "@ CAA 0 issue \"ca.test\"\n",
        .example_fail = "!server 192.0.2.1 * CAA servfail\n!server 192.0.2.2 * CAA servfail\n"
                        "!server 2001:db8::1 * CAA servfail\n",
        .scope = SCOPE_TARGET,
        .run = run,
    },
    {0},
};
