/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a change ask receivers for less than before? */
#include "checks/change_check.h"

#include "auditor/facts/derived/dmarc_record.h"
#include "auditor/facts/derived/suffix.h"

#include <string.h>

enum found { FOUND_UNKNOWN, FOUND_NONE, FOUND_OWN, FOUND_INHERITED };

/** What one state asks for at a name. */
struct stance {
    enum found found;
    enum dmarc_policy p, sp, np; /* as applied: one level lower with t=y (RFC 9989 section 4.7) */
    unsigned pct;
    bool testing, reports, strict_dkim, strict_spf;
};

static enum dmarc_policy applied(const struct dmarc_request *request, enum dmarc_policy fallback,
                                 bool testing)
{
    if (!request->present)
        return fallback;
    if (!request->valid || request->policy == DMARC_NONE)
        return DMARC_NONE; /* RFC 9989 section 4.10.1: an invalid value counts as none */
    return testing ? request->policy - 1 : request->policy;
}

static struct stance read_record(struct arena *a, const char *text, size_t length)
{
    struct stance out = {.found = FOUND_UNKNOWN};
    const struct dmarc_record *r = dmarc_record_parse(a, text, length);
    if (r == NULL)
        return out;
    out = (struct stance){.found = FOUND_OWN,
                          .pct = r->pct_present ? r->pct : 100,
                          .testing = r->testing,
                          .reports = r->reportable,
                          .strict_dkim = r->strict_dkim,
                          .strict_spf = r->strict_spf};
    out.p = applied(&r->p, DMARC_NONE, r->testing);
    out.sp = applied(&r->sp, out.p, r->testing);
    out.np = applied(&r->np, out.sp, r->testing);
    return out;
}

/* The record at _dmarc below the domain itself. Several are discarded like none (dmarc.multiple tells). */
static struct stance own_stance(struct facts *f, enum change_side side, struct arena *a, const dname *domain)
{
    struct stance out = {.found = FOUND_NONE};
    const dname *owner = dname_prepend(a, "_dmarc", domain);
    const struct answer answer = owner != NULL ? change_lookup(f, side, a, owner, RRTYPE_TXT)
                                               : (struct answer){.state = ANSWER_UNKNOWN};
    unsigned records = 0;
    if (answer.state == ANSWER_UNKNOWN)
        out.found = FOUND_UNKNOWN;
    for (uint16_t i = 0; answer.state == ANSWER_RRSET && i < answer.rrset->count; i++) {
        size_t length = 0;
        const char *text = rdata_txt(a, &answer.rrset->rdata[i], &length);
        if (text != NULL && dmarc_version_of(text, length) == DMARC_VERSION_1 && records++ == 0)
            out = read_record(a, text, length);
    }
    return records > 1 ? (struct stance){.found = FOUND_NONE} : out;
}

/* The name has records of its own, or something stands below it. */
static bool name_there(struct facts *f, enum change_side side, const dname *domain)
{
    const struct zone *z = change_zone_of(change_zones(f, side), domain, RRTYPE_A);
    return z == NULL || zone_index(z, domain) != SIZE_MAX;
}

static struct stance stance_of(struct facts *f, enum change_side side, struct arena *a, const dname *domain)
{
    const struct stance own = own_stance(f, side, a, domain);
    const dname *org = suffix_registrable(domain, false);
    if (own.found != FOUND_NONE || org == NULL || dname_equal(org, domain))
        return own;
    struct stance above = own_stance(f, side, a, org);
    if (above.found != FOUND_OWN)
        return above;
    above.found = FOUND_INHERITED;
    above.p = name_there(f, side, domain) ? above.sp : above.np;
    above.sp = above.sp < above.p ? above.sp : above.p;
    above.np = above.np < above.p ? above.np : above.p;
    return above;
}

/* ---- what became weaker ---- */

struct loss {
    struct arena *a;
    const char *text;
    enum severity severity;
    unsigned count;
};

static void lose(struct loss *l, enum severity severity, const char *what)
{
    const char *joined =
        l->count == 0 ? what : arena_printf(l->a, "%s; %s", l->text, what != NULL ? what : "?");
    l->text = joined != NULL ? joined : "?";
    if (l->count++ == 0 || severity > l->severity)
        l->severity = severity;
}

static void lose_policy(struct loss *l, const char *tag, enum dmarc_policy before, const struct stance *after,
                        enum dmarc_policy now, enum severity to_none)
{
    if (now >= before)
        return;
    lose(l, now == DMARC_NONE ? to_none : SEVERITY_MEDIUM,
         arena_printf(l->a, "%s from %s to %s%s", tag, dmarc_policy_text(before), dmarc_policy_text(now),
                      after->testing                    ? " (t=y counted)"
                      : after->found == FOUND_INHERITED ? " (inherited)"
                                                        : ""));
}

static struct loss compare(struct arena *a, const struct stance *before, const struct stance *after)
{
    struct loss l = {.a = a, .text = "", .severity = SEVERITY_LOW};
    if (after->found == FOUND_NONE) {
        lose(&l, before->p == DMARC_NONE ? SEVERITY_LOW : SEVERITY_HIGH,
             arena_printf(a, "the policy %s is withdrawn and no other takes its place",
                          dmarc_policy_text(before->p)));
        return l;
    }
    lose_policy(&l, "the policy", before->p, after, after->p,
                before->found == FOUND_OWN ? SEVERITY_HIGH : SEVERITY_MEDIUM);
    if (after->found != FOUND_OWN || before->found != FOUND_OWN)
        return l; /* the rest is about two records of one name */
    /* What only follows from p, or from sp, is not told again. */
    const bool by_p = after->p < before->p;
    const bool by_sp = after->sp < before->sp;
    if (!by_p || after->sp < after->p)
        lose_policy(&l, "that for subdomains", before->sp, after, after->sp, SEVERITY_MEDIUM);
    if ((!by_p || after->np < after->p) && (!by_sp || after->np < after->sp))
        lose_policy(&l, "that for names that do not exist", before->np, after, after->np, SEVERITY_MEDIUM);
    if (after->pct < before->pct)
        lose(&l, SEVERITY_LOW, arena_printf(a, "old receivers apply it to %u %% of the mail", after->pct));
    if (before->reports && !after->reports)
        lose(&l, SEVERITY_LOW, "nobody gets reports any more");
    if ((before->strict_dkim && !after->strict_dkim) || (before->strict_spf && !after->strict_spf))
        lose(&l, SEVERITY_LOW, "subdomains align again (adkim or aspf is relaxed)");
    return l;
}

static bool judge(struct change_pass *p, const struct change_item *item)
{
    struct facts *f = p->f;
    struct arena *a = p->work;
    const struct change *c = p->c;
    const dname *owner = change_owner(c, item);
    if ((item->type != RRTYPE_TXT && item->type != RRTYPE_CNAME) || item->kind == CHANGE_TTL ||
        owner == p->last || !change_first_label(owner, "_dmarc"))
        return false;
    p->last = owner;
    const dname *domain = dname_parent(owner);
    const struct stance before = stance_of(f, CHANGE_OLD, a, domain);
    const struct stance after = stance_of(f, CHANGE_NEW, a, domain);
    if (before.found == FOUND_UNKNOWN || before.found == FOUND_NONE)
        return false;
    if (after.found == FOUND_UNKNOWN) {
        findings_undetermined(p->out, REASON_NEEDS_LIVE,
                              "the DMARC policy of %s now comes from a zone that was not given",
                              dname_text(a, domain));
        return false;
    }
    const struct loss l = compare(a, &before, &after);
    if (l.count == 0 || !p->tell)
        return l.count > 0;
    struct finding *finding =
        findings_add(p->out, domain, "DMARC protects the name less than before: %s", l.text);
    finding->severity = l.severity;
    finding->rrtype = RRTYPE_TXT;
    finding->location = change_place(c, facts_scratch(f), owner, RRTYPE_TXT);
    const struct rrset *was = zone_rrset(c->before, a, owner, RRTYPE_TXT);
    const struct rrset *now = zone_rrset(c->after, a, owner, RRTYPE_TXT);
    finding_note(p->out, finding, "before", "%s", was != NULL ? rr_text(a, was, 0) : "none of its own");
    finding_note(p->out, finding, "after", "%s", now != NULL ? rr_text(a, now, 0) : "none of its own");
    return true;
}

static enum verdict run(struct facts *f, const dname *zone, struct findings *out)
{
    (void)zone;
    return change_check(f, out, judge, "no DMARC policy became weaker", "names are protected less");
}

const struct check topic_dmarc_change[] = {
    {
        CHANGE_COMMON,
        .id = "dmarc.policy-weakened",
        .area = "dmarc",
        .title = "DMARC asks for at least as much as before",
        .failure_title = "A change weakens a DMARC policy",
        .why = "Mail that receivers refused or put aside yesterday is delivered tomorrow: whoever forges the "
               "name notices before anybody in the organisation does. Without reports nobody notices at all.",
        .fix = "Restore the policy. If a sender has trouble with it, give that sender a subdomain with a "
               "record of its own in place of weakening the domain.",
        .fix_record = "_dmarc.example.test. TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@example.test\"",
        .effort = "minutes",
        .tags = "dmarc mail change",
        .severity = SEVERITY_HIGH,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .needs = "the zone before and after the change",
        .subject_kind = "name",
        .references = {RFC(9989, "4.7"), RFC(9989, "4.10.1"), RFC(7489, "6.3")},
        .controls = {{"nist-800-53r5", "SI-8"}, {"nist-800-53r5", "CM-3"}},
        .cwe = "CWE-290",
        .false_positives =
            "A policy that is relaxed for a while on purpose: accept it with a waiver that ends.",
        .example_pass = "!offline\n_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@example.test\"\n"
                        "!before\n_dmarc TXT \"v=DMARC1; p=quarantine; rua=mailto:dmarc@example.test\"\n",
        .example_fail = "!offline\n_dmarc TXT \"v=DMARC1; p=none; rua=mailto:dmarc@example.test\"\n"
                        "!before\n_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@example.test\"\n",
        .run = run,
    },
    {0},
};
