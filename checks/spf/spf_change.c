/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a change let more senders pass as far as the end of the SPF record says? */
#include "checks/change_check.h"

#include "auditor/facts/derived/spf_record.h"

#define REDIRECTS_MAX 10

/* What a sender that no term names gets, from the weakest to the strongest. */
enum strength {
    STRENGTH_UNKNOWN, /* outside the zones given, or a record that receivers refuse (other rows tell) */
    STRENGTH_PASS,
    STRENGTH_ABSENT, /* no record */
    STRENGTH_NEUTRAL,
    STRENGTH_SOFTFAIL,
    STRENGTH_FAIL,
};

static const char *const words[] = {"unknown", "+all", "no record", "?all", "~all", "-all"};

static enum strength of_qualifier(char qualifier)
{
    switch (qualifier) {
    case '-':
        return STRENGTH_FAIL;
    case '~':
        return STRENGTH_SOFTFAIL;
    case '?':
        return STRENGTH_NEUTRAL;
    default:
        return STRENGTH_PASS;
    }
}

/* The one SPF record of a name; *state says why there is none. */
static const struct spf_record *record_of(struct facts *f, enum change_side side, struct arena *a,
                                          const dname *name, enum strength *state)
{
    const struct answer answer = change_lookup(f, side, a, name, RRTYPE_TXT);
    const struct spf_record *record = NULL;
    size_t fault = 0;
    *state = answer.state == ANSWER_UNKNOWN ? STRENGTH_UNKNOWN : STRENGTH_ABSENT;
    for (uint16_t i = 0; answer.state == ANSWER_RRSET && i < answer.rrset->count; i++) {
        size_t length = 0;
        const char *text = rdata_txt(a, &answer.rrset->rdata[i], &length);
        if (text == NULL || spf_version_of(text, length, &fault) != SPF_VERSION_1)
            continue;
        if (record != NULL) {
            *state = STRENGTH_UNKNOWN;
            return NULL;
        }
        record = spf_record_parse(a, text, length);
    }
    if (record != NULL && record->permerror) {
        *state = STRENGTH_UNKNOWN;
        return NULL;
    }
    return record;
}

static enum strength strength_of(struct facts *f, enum change_side side, struct arena *a, const dname *name)
{
    enum strength state;
    for (unsigned hops = 0; hops <= REDIRECTS_MAX; hops++) {
        const struct spf_record *r = record_of(f, side, a, name, &state);
        if (r == NULL)
            return hops == 0 ? state : STRENGTH_UNKNOWN; /* a redirect to nothing is an error of its own */
        if (r->all != NULL)
            return of_qualifier(r->all->qualifier);
        if (r->redirect == NULL)
            return STRENGTH_NEUTRAL; /* RFC 7208 section 4.7 */
        if (r->redirect->macros || r->redirect->spec == NULL ||
            dname_from_text_n(a, r->redirect->spec, r->redirect->spec_length, &name) != STATUS_OK)
            return STRENGTH_UNKNOWN;
    }
    return STRENGTH_UNKNOWN;
}

static enum severity severity_of(enum strength before, enum strength after)
{
    if (after == STRENGTH_PASS || (before == STRENGTH_FAIL && after <= STRENGTH_NEUTRAL))
        return SEVERITY_HIGH;
    return SEVERITY_MEDIUM;
}

/* Not what an alias led to: hosts that are no alias any more do not miss the record of the domain. */
static bool judge(struct change_pass *p, const struct change_item *item)
{
    struct facts *f = p->f;
    struct arena *a = p->work;
    const struct change *c = p->c;
    const dname *owner = change_owner(c, item);
    if (item->type != RRTYPE_TXT || item->gone == 0)
        return false;
    const enum strength before = strength_of(f, CHANGE_OLD, a, owner);
    const enum strength after = strength_of(f, CHANGE_NEW, a, owner);
    /* A name that is gone needs no record; ?all and no record are the same to receivers. */
    const bool gone = after == STRENGTH_ABSENT && zone_index(c->after, owner) == SIZE_MAX &&
                      !dname_equal(owner, zone_apex(c->after));
    if (before == STRENGTH_UNKNOWN || after == STRENGTH_UNKNOWN || after >= before || gone ||
        (before == STRENGTH_NEUTRAL && after == STRENGTH_ABSENT))
        return false;
    if (!p->tell)
        return true;
    struct finding *finding =
        findings_add(p->out, owner, "SPF protects the name less than before: strangers get %s in place of %s",
                     words[after], words[before]);
    finding->severity = severity_of(before, after);
    finding->rrtype = RRTYPE_TXT;
    finding->location = change_place(c, facts_scratch(f), owner, RRTYPE_TXT);
    return true;
}

static enum verdict run(struct facts *f, const dname *zone, struct findings *out)
{
    (void)zone;
    return change_check(f, out, judge, "no SPF record became weaker", "SPF records became weaker");
}

const struct check topic_spf_change[] = {
    {
        CHANGE_COMMON,
        .id = "spf.policy-weakened",
        .area = "spf",
        .title = "SPF records end as strictly as before",
        .failure_title = "A change weakens what SPF says of strangers",
        .why = "The end of the record decides about everybody who is not named in it. Where it said no and "
               "now says nothing, or even yes, mail by strangers in the organisation's name arrives again.",
        .fix = "Restore the end of the record (-all, or ~all where DMARC decides), and name the sender that "
               "was missing.",
        .fix_record = "example.test. TXT \"v=spf1 mx -all\"",
        .effort = "minutes",
        .tags = "spf mail change",
        .severity = SEVERITY_HIGH,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .needs = "the zone before and after the change",
        .subject_kind = "name",
        .references = {RFC(7208, "4.7"), RFC(7208, "5.1"), RFC(7208, "6.1")},
        .controls = {{"nist-800-53r5", "SI-8"}, {"nist-800-53r5", "CM-3"}},
        .cwe = "CWE-290",
        .false_positives =
            "From -all to ~all is what some advise where DMARC is in force with quarantine or reject.",
        .example_pass = "!offline\n@ TXT \"v=spf1 mx include:_spf.example.net -all\"\n!before\n@ TXT "
                        "\"v=spf1 mx -all\"\n",
        .example_fail = "!offline\n@ TXT \"v=spf1 mx ?all\"\n!before\n@ TXT \"v=spf1 mx -all\"\n",
        .run = run,
    },
    {0},
};
