/* SPDX-License-Identifier: BSD-2-Clause */
/* Chains of aliases that return to a name they have passed. */
#include "auditor/check_zone.h"
#include "auditor/facts/derived/names.h"
#include "auditor/facts/derived/resolution.h"
#include "auditor/facts/zone.h"

/* hops[start..] are the names of the loop itself; what is before leads into it. */
static unsigned loop_start(const struct resolution *chain)
{
    for (unsigned i = 0; i < chain->hop_count; i++) {
        if (dname_equal(chain->hops[i]->owner, chain->last->target))
            return i;
    }
    return 0;
}

/* A loop is one fault: the first known name in it reports. If no known name is in it, each that leads there
 * does. */
static bool speaks(struct facts *f, const struct resolution *chain, unsigned start, const dname *owner)
{
    const struct names *names = names_of(f, facts_target(f));
    const dname *first = NULL;
    for (unsigned i = start; i < chain->hop_count; i++) {
        const dname *hop = chain->hops[i]->owner;
        if (names_has(names, hop) && (first == NULL || dname_compare(hop, first) < 0))
            first = hop;
    }
    return first == NULL || dname_equal(first, owner);
}

static const char *loop_text(struct arena *a, const struct resolution *chain)
{
    const char *text = dname_text(a, chain->hops[0]->owner);
    for (unsigned i = 0; i < chain->hop_count; i++) {
        const char *next = chain->hops[i]->target != NULL ? dname_text(a, chain->hops[i]->target) : "?";
        const char *longer = arena_printf(a, "%s -> %s", text, next);
        text = longer != NULL ? longer : text;
    }
    return text;
}

static enum verdict run(struct facts *f, const dname *owner, struct findings *out)
{
    const struct answer *first = facts_lookup(f, owner, RRTYPE_A);
    if (first->state != ANSWER_ALIAS && first->state != ANSWER_UNKNOWN)
        return VERDICT_PASS;
    const struct resolution *chain = resolution_of(f, owner, RRTYPE_A);
    if (chain->last->state == ANSWER_UNKNOWN) {
        findings_undetermined(out, chain->last->reason,
                              "the chain of aliases could not be followed to its end");
        return VERDICT_UNDETERMINED;
    }
    if (!chain->loop || chain->last->target == NULL)
        return VERDICT_PASS;
    unsigned start = loop_start(chain);
    if (!speaks(f, chain, start, owner))
        return VERDICT_PASS;
    struct arena *a = facts_scratch(f);
    struct finding *finding = findings_add(out, owner, "the aliases never end: %s", loop_text(a, chain));
    finding->rrtype = RRTYPE_CNAME;
    finding->discriminator = dname_text(a, first->target);
    if (first->rrset != NULL && first->rrset->where != NULL)
        finding->location = &first->rrset->where[0];
    return VERDICT_FAIL;
}

const struct check topic_dangling_loop[] = {
    {
        .id = "dangling.chain-loop",
        .area = "dangling",
        .title = "Chains of aliases come to an end",
        .failure_title = "A chain of aliases runs in a circle",
        .why = "The name never resolves: every resolver walks the circle, gives up and answers with an "
               "error, so the service behind the name is down for everybody.",
        .fix = "Let one of the names in the circle lead to the host that is meant, or give it an address.",
        .effort = "minutes",
        .tags = "dangling cname outage",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "every hop of the chain of aliases",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .discriminator = "target of the CNAME",
        .references = {RFC(1034, "3.6.2"), RFC(1034, "5.2.2")},
        .controls = {{"nist-800-53r5", "SC-20"}},
        .since = "0.1.0",
        .example_pass = "www CNAME web\nweb A 192.0.2.80\n",
        .example_fail = "www CNAME shop\nshop CNAME www\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(CNAME),
        .worth = check_alias_worth,
        .live_only = check_alias_outside,
        .run = run,
    },
    {0},
};
