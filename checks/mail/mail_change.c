/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a change take protection from mail to the domain: MTA-STS withdrawn, or a null MX? */
#include "checks/change_check.h"

#include <string.h>

static enum answer_state state_of(struct facts *f, enum change_side side, struct arena *a, const dname *name,
                                  uint16_t type)
{
    return change_lookup(f, side, a, name, type).state;
}

static bool has_address(struct facts *f, enum change_side side, struct arena *a, const dname *name)
{
    return state_of(f, side, a, name, RRTYPE_A) == ANSWER_RRSET ||
           state_of(f, side, a, name, RRTYPE_AAAA) == ANSWER_RRSET;
}

static bool no_address(struct facts *f, enum change_side side, struct arena *a, const dname *name)
{
    const enum answer_state v4 = state_of(f, side, a, name, RRTYPE_A);
    const enum answer_state v6 = state_of(f, side, a, name, RRTYPE_AAAA);
    return v4 != ANSWER_RRSET && v6 != ANSWER_RRSET && v4 != ANSWER_UNKNOWN && v6 != ANSWER_UNKNOWN;
}

/* RFC 7505: one MX, and it is the root. */
static bool null_mx(const struct rrset *set)
{
    const dname *host = set != NULL && set->count == 1 ? rdata_name(&set->rdata[0], 2) : NULL;
    return host != NULL && dname_is_root(host);
}

/* ---- mta-sts.policy-weakened ---- */

/* The announcement of RFC 8461 section 3.1 stands: exactly one. UNKNOWN reads as ANSWER_UNKNOWN. */
static enum answer_state announced(struct facts *f, enum change_side side, struct arena *a,
                                   const dname *owner)
{
    const struct answer answer = change_lookup(f, side, a, owner, RRTYPE_TXT);
    unsigned records = 0;
    if (answer.state != ANSWER_RRSET)
        return answer.state == ANSWER_UNKNOWN ? ANSWER_UNKNOWN : ANSWER_NODATA;
    for (uint16_t i = 0; i < answer.rrset->count; i++) {
        size_t length = 0;
        const char *text = rdata_txt(a, &answer.rrset->rdata[i], &length);
        records +=
            text != NULL && strncmp(text, "v=STSv1", 7) == 0 && text[7 + strspn(text + 7, " \t")] == ';';
    }
    return records == 1 ? ANSWER_RRSET : ANSWER_NODATA;
}

/* Mail for the domain may still come: it has an MX that is not null, or none and an address. */
static bool takes_mail(struct facts *f, enum change_side side, struct arena *a, const dname *domain)
{
    const struct answer mx = change_lookup(f, side, a, domain, RRTYPE_MX);
    if (mx.state == ANSWER_RRSET)
        return !null_mx(mx.rrset);
    return mx.state == ANSWER_UNKNOWN || has_address(f, side, a, domain);
}

/* Called for the record and for the host: each tells of its own loss. */
static bool judge_sts(struct change_pass *p, const struct change_item *item)
{
    struct facts *f = p->f;
    struct arena *a = p->work;
    const dname *owner = change_owner(p->c, item);
    const bool by_record =
        change_first_label(owner, "_mta-sts") && (item->type == RRTYPE_TXT || item->type == RRTYPE_CNAME);
    const bool by_host = change_first_label(owner, "mta-sts") &&
                         (item->type == RRTYPE_A || item->type == RRTYPE_AAAA || item->type == RRTYPE_CNAME);
    if ((!by_record && !by_host) || item->kind == CHANGE_TTL || owner == p->last)
        return false;
    p->last = owner;
    const dname *domain = dname_parent(owner);
    const dname *record = dname_prepend(a, "_mta-sts", domain);
    const dname *host = dname_prepend(a, "mta-sts", domain);
    if (record == NULL || host == NULL || announced(f, CHANGE_OLD, a, record) != ANSWER_RRSET ||
        !takes_mail(f, CHANGE_NEW, a, domain))
        return false;
    const enum answer_state now = announced(f, CHANGE_NEW, a, record);
    const bool host_lost =
        now == ANSWER_RRSET && has_address(f, CHANGE_OLD, a, host) && no_address(f, CHANGE_NEW, a, host);
    const bool lost = by_host ? host_lost : now == ANSWER_NODATA;
    if (!lost || !p->tell)
        return lost;
    struct finding *finding =
        by_host
            ? findings_add(
                  p->out, domain,
                  "MTA-STS is announced, but the host of its policy, %s, loses its address: senders that "
                  "have no copy of the policy fall back to unprotected delivery",
                  dname_text(a, host))
            : findings_add(p->out, domain,
                           "the announcement of MTA-STS at %s is withdrawn: senders that have no copy of the "
                           "policy deliver unprotected, those that have one go on with it",
                           dname_text(a, record));
    finding->rrtype = by_host ? RRTYPE_A : RRTYPE_TXT;
    finding->location = change_place(p->c, facts_scratch(f), record, RRTYPE_TXT);
    return true;
}

static enum verdict run_sts(struct facts *f, const dname *zone, struct findings *out)
{
    (void)zone;
    return change_check(f, out, judge_sts, "no domain loses MTA-STS", "domains lose MTA-STS");
}

/* ---- mx.null-removed ---- */

static bool judge_null(struct change_pass *p, const struct change_item *item)
{
    const dname *owner = change_owner(p->c, item);
    if (item->type != RRTYPE_MX || item->kind != CHANGE_REMOVED || item->gone != 1 ||
        !null_mx(change_before(p->c, p->work, item)) || !has_address(p->f, CHANGE_NEW, p->work, owner))
        return false;
    if (!p->tell)
        return true;
    struct finding *finding =
        findings_add(p->out, owner,
                     "the null MX is gone and no MX took its place: senders now try the address of the name "
                     "itself");
    finding->rrtype = RRTYPE_MX;
    finding->location = change_place(p->c, facts_scratch(p->f), owner, RRTYPE_MX);
    return true;
}

static enum verdict run_null(struct facts *f, const dname *zone, struct findings *out)
{
    (void)zone;
    return change_check(f, out, judge_null, "no null MX is removed without another MX in its place",
                        "names lose their null MX");
}

#define MAIL_CHANGE_COMMON                                                                                   \
    CHANGE_COMMON, .area = "mail", .effort = "minutes", .confidence_lowest = CONFIDENCE_CONFIRMED,           \
                   .subject_kind = "name", .needs = "the zone before and after the change",                  \
                   .controls = {{"nist-800-53r5", "CM-3"}, {"nist-800-53r5", "SC-8"}}

const struct check topic_mail_change[] = {
    {
        MAIL_CHANGE_COMMON,
        .id = "mta-sts.policy-weakened",
        .title = "MTA-STS stays announced and reachable",
        .failure_title = "A change withdraws MTA-STS from a mail domain",
        .why = "Without the announcement, or without the host that serves the policy, senders deliver "
               "without checking who takes the mail: whoever can change answers or traffic on the way reads "
               "it. Senders that still hold the old policy go on enforcing it, so mail may fail there if the "
               "MX hosts change too.",
        .fix = "Restore the record or the host. To end MTA-STS, first serve a policy with mode none and a "
               "new id, wait until the old max_age is over, then remove both (RFC 8461 section 8.3).",
        .fix_record = "_mta-sts.example.test. TXT \"v=STSv1; id=20260101T000000\"",
        .tags = "mta-sts mail tls change",
        .severity = SEVERITY_MEDIUM,
        .references = {RFC(8461, "3.1"), RFC(8461, "8.3")},
        .cwe = "CWE-319",
        .false_positives =
            "A policy that ended properly, with mode none before: that is served by HTTPS and not seen here.",
        .example_pass = "!offline\n@ MX 10 mail\n_mta-sts TXT \"v=STSv1; id=2\"\n!before\n@ MX 10 "
                        "mail\n_mta-sts TXT \"v=STSv1; id=1\"\n",
        .example_fail = "!offline\n@ MX 10 mail\n!before\n@ MX 10 mail\n_mta-sts TXT \"v=STSv1; id=1\"\n",
        .run = run_sts,
    },
    {
        MAIL_CHANGE_COMMON,
        .id = "mx.null-removed",
        .title = "Names that take no mail go on saying so",
        .failure_title = "A null MX is removed and nothing takes its place",
        .why = "Without any MX, senders take the address of the name for a mail server. A web server that "
               "answers on port 25 gets mail that nobody reads, or passes it on; typing errors no longer "
               "fail at once.",
        .fix = "Restore the null MX, or publish the MX that the name has now.",
        .fix_record = "example.test. MX 0 .",
        .tags = "mail mx change",
        .severity = SEVERITY_LOW,
        .references = {RFC(7505, "3"), RFC(5321, "5.1")},
        .example_pass = "!offline\n@ MX 10 mail\n@ A 192.0.2.10\n!before\n@ MX 0 .\n@ A 192.0.2.10\n",
        .example_fail = "!offline\n@ A 192.0.2.10\n!before\n@ MX 0 .\n@ A 192.0.2.10\n",
        .run = run_null,
    },
    {0},
};
