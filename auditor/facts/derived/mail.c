/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a name takes or sends mail. */
#include "auditor/facts/derived/mail.h"

#include "auditor/facts/derived/spf.h"

#include <string.h>

bool mail_exempt(const dname *name)
{
    static const dname arpa[] = "\4arpa";
    return dname_labels(name) < 2 || dname_under(name, arpa);
}

/* "v=spf1 -all" and the like: no term that could pass or leave open, and a refusal at the end. */
static bool permits_nobody(const struct spf_record *r)
{
    if (r->permerror || r->all == NULL || r->all->qualifier != '-')
        return false;
    for (size_t i = 0; i < r->count; i++) {
        const struct spf_term *t = &r->terms[i];
        if (t == r->all)
            return true;
        if (spf_is_mechanism(t->kind) && t->qualifier != '-' && t->qualifier != '~')
            return false;
    }
    return true;
}

static bool is_null_mx(const struct rrset *set)
{
    static const uint8_t null_mx[3] = {0, 0, 0};
    return set->count == 1 && set->more == 0 && set->rdata[0].length == sizeof(null_mx) &&
           memcmp(set->rdata[0].octets, null_mx, sizeof(null_mx)) == 0;
}

static void conclude(struct mail *m, enum mail_state state, const char *why)
{
    m->state = state;
    m->why = why;
}

static void unknown(struct mail *m, enum reason reason)
{
    m->reason = reason;
    conclude(m, MAIL_STATE_UNKNOWN, "the records that would tell are not known");
}

/* No MX: mail goes to the address of the name itself (RFC 5321 section 5.1). */
static void by_address(struct facts *f, struct mail *m, const dname *name)
{
    const struct addresses *hosts = addresses_of(f, name);
    if (hosts == NULL) {
        unknown(m, REASON_INTERNAL);
        return;
    }
    switch (hosts->state) {
    case ANSWER_PENDING:
        conclude(m, MAIL_STATE_PENDING, "not known yet");
        break;
    case ANSWER_UNKNOWN:
        unknown(m, hosts->reason);
        break;
    case ANSWER_RRSET:
        conclude(m, MAIL_STATE_USED, "it has an address, to which mail goes without MX");
        break;
    default:
        m->nxdomain = hosts->state == ANSWER_NXDOMAIN;
        conclude(m, MAIL_STATE_UNUSED, "it has neither MX nor address");
    }
}

static void by_records(struct facts *f, struct mail *m, const dname *name)
{
    const struct resolution *mx = resolution_of(f, name, RRTYPE_MX);
    if (mx == NULL) {
        unknown(m, REASON_INTERNAL);
        return;
    }
    switch (mx->last->state) {
    case ANSWER_PENDING:
        conclude(m, MAIL_STATE_PENDING, "not known yet");
        break;
    case ANSWER_RRSET:
        m->null_mx = is_null_mx(mx->last->rrset);
        m->has_mx = !m->null_mx;
        conclude(m, m->null_mx ? MAIL_STATE_UNUSED : MAIL_STATE_USED,
                 m->null_mx ? "it has a null MX" : "it has MX records");
        break;
    case ANSWER_NODATA:
    case ANSWER_NXDOMAIN:
        by_address(f, m, name);
        break;
    case ANSWER_UNKNOWN:
        unknown(m, mx->last->reason);
        break;
    case ANSWER_ALIAS:
        unknown(m, REASON_SERVFAIL);
        break;
    }
}

static void consider_spf(struct mail *m, const struct spf_selection *spf)
{
    if (m->state != MAIL_STATE_USED)
        return;
    if (spf->state == SPF_SELECTED_UNKNOWN)
        unknown(m, spf->reason);
    else if (spf->state == SPF_SELECTED_PENDING)
        conclude(m, MAIL_STATE_PENDING, "not known yet");
    else if (spf->state == SPF_SELECTED_ONE && permits_nobody(spf->records[0].record))
        conclude(m, MAIL_STATE_UNUSED, "its SPF record permits nobody");
}

static const void *mail_compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    (void)key_length;
    struct mail *m = arena_alloc(a, sizeof(*m));
    if (m == NULL)
        return NULL;
    const struct spf_selection *spf = spf_select(f, key);
    by_records(f, m, key);
    consider_spf(m, spf);
    enum mail_use told = settings_mail(facts_settings(f), facts_target(f));
    m->told = told != MAIL_AUTO && dname_equal(key, facts_target(f));
    if (m->told)
        conclude(m, told == MAIL_YES ? MAIL_STATE_USED : MAIL_STATE_UNUSED,
                 told == MAIL_YES ? "the configuration says so"
                                  : "the configuration says that it has no mail");
    return m;
}

const struct mail *mail_of(struct facts *f, const dname *name)
{
    static const struct mail nomem = {
        .state = MAIL_STATE_UNKNOWN, .reason = REASON_INTERNAL, .why = "out of memory"};
    dname key[DNAME_MAX];
    size_t length = dname_length(name);
    memcpy(key, name, length);
    dname_lower_in_place(key);
    const struct mail *m = facts_derive(f, mail_compute, key, length);
    return m != NULL ? m : &nomem;
}
