/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers, referrals and lame servers told apart (RFC 1034 section 4.3.2 seen from the asking side, RFC
 * 2308). */
#include "auditor/collect/interpret.h"

#include <string.h>

enum {
    RCODE_NOERROR = 0,
    RCODE_NXDOMAIN = 3,
    RCODE_NOTIMP = 4,
    RCODE_REFUSED = 5,
    RCODE_YXDOMAIN = 6,
    RCODE_NOTAUTH = 9
};

int reason_weight(enum reason reason)
{
    switch (
        reason) { /* what a server said weighs more than silence, and silence more than a road not taken */
    case REASON_NONE:
        return 0;
    case REASON_NETWORK:
        return 1;
    case REASON_OUT_OF_SCOPE:
        return 2;
    case REASON_TIMEOUT:
        return 3;
    case REASON_MALFORMED:
        return 4;
    case REASON_INCOMPLETE_DATA:
        return 5;
    case REASON_REFUSED:
        return 6;
    case REASON_SERVFAIL:
        return 7;
    default:
        return 8; /* budget, interrupted: nothing that another server could mend */
    }
}

static enum reason rcode_reason(uint16_t rcode)
{
    switch (rcode) {
    case RCODE_NOTIMP:
        return REASON_UNSUPPORTED;
    case RCODE_REFUSED:
    case RCODE_NOTAUTH:
        return REASON_REFUSED;
    default:
        return REASON_SERVFAIL;
    }
}

const dname *dname_substitute(struct arena *a, const dname *owner, const dname *from, const dname *to)
{
    size_t prefix = dname_length(owner) - dname_length(from);
    size_t tail = dname_length(to);
    if (prefix + tail > DNAME_MAX)
        return NULL;
    dname *name = arena_alloc(a, prefix + tail);
    if (name == NULL)
        return NULL;
    memcpy(name, owner, prefix);
    memcpy(name + prefix, to, tail);
    dname_lower_in_place(name);
    return name;
}

bool nsec_has_type(const struct rdata *nsec, uint16_t type)
{
    size_t at = dname_from_wire(nsec->octets, nsec->length);
    if (at == 0)
        return false;
    while (nsec->length - at >= 2) {
        uint8_t window = nsec->octets[at], length = nsec->octets[at + 1];
        const uint8_t *bits = nsec->octets + at + 2;
        at += 2;
        if (length > nsec->length - at)
            return false;
        size_t octet = (type & 0xffU) / 8U;
        if (window == type >> 8)
            return octet < length && (bits[octet] & (0x80 >> (type & 7))) != 0;
        at += length;
    }
    return false;
}

/* ---- which zone spoke -------------------------------------------------------------------- */

/* Could this be the apex of the zone that answered? Between the zone we asked for and the name itself. */
static bool plausible_apex(const dname *zone, const dname *apex, const dname *owner)
{
    return dname_under(zone, apex) && dname_under(owner, zone);
}

static const dname *signer(const struct rrset *set)
{
    return set != NULL && set->sig_count > 0 ? rdata_name(&set->sigs[0], 18) : NULL;
}

/* RFC 4034 section 3.1.3: fewer labels in the RRSIG than in the owner mean that a wildcard was expanded. */
static bool from_wildcard(const struct rrset *set)
{
    if (set->sig_count == 0 || set->sigs[0].length < 4)
        return false;
    unsigned labels = dname_labels(set->owner) - (dname_is_wildcard(set->owner) ? 1 : 0);
    return set->sigs[0].octets[3] < labels;
}

static const struct rrset *authority_of_type(const struct reply *r, uint16_t type)
{
    for (size_t i = 0; i < r->authority.count; i++) {
        if (r->authority.sets[i].type == type && r->authority.sets[i].count > 0)
            return &r->authority.sets[i];
    }
    return NULL;
}

/* The apex by the best evidence there is: the SOA of a denial, the signer, the NS set beside an answer. */
static const dname *answering_zone(struct arena *a, const struct reply *r, const dname *apex,
                                   const dname *owner, const struct rrset *set, bool recursive)
{
    const struct rrset *soa = set == NULL ? authority_of_type(r, RRTYPE_SOA) : NULL;
    const struct rrset *ns = authority_of_type(r, RRTYPE_NS);
    if (soa != NULL && plausible_apex(soa->owner, apex, owner))
        return dname_lower(a, soa->owner);
    if (signer(set) != NULL && plausible_apex(signer(set), apex, owner))
        return dname_lower(a, signer(set));
    if (ns != NULL && plausible_apex(ns->owner, apex, owner))
        return dname_lower(a, ns->owner);
    return recursive ? NULL : apex;
}

/* ---- kinds of answers -------------------------------------------------------------------- */

static const struct rrset *wanted_set(const struct reply *r, const dname *owner, uint16_t type)
{
    for (size_t i = 0; i < r->answer.count; i++) {
        const struct rrset *set = &r->answer.sets[i];
        if ((set->type == type || type == RRTYPE_ANY) && set->count > 0 && set->class == RRCLASS_IN &&
            dname_equal(set->owner, owner))
            return set;
    }
    return NULL;
}

/* The DNAME above the owner that the zone may speak of, the deepest one if there are several. */
static const struct rrset *dname_above(const struct reply *r, const dname *apex, const dname *owner)
{
    const struct rrset *best = NULL;
    for (size_t i = 0; i < r->answer.count; i++) {
        const struct rrset *set = &r->answer.sets[i];
        if (set->type != RRTYPE_DNAME || set->count == 0 || !plausible_apex(set->owner, apex, owner) ||
            dname_equal(set->owner, owner))
            continue;
        if (best == NULL || dname_labels(set->owner) > dname_labels(best->owner))
            best = set;
    }
    return best;
}

static void set_alias(struct arena *a, const struct rrset *set, const dname *owner, struct reading *out)
{
    const dname *to = rdata_name(&set->rdata[0], 0);
    const dname *target = NULL;
    if (to != NULL)
        target = set->type == RRTYPE_DNAME ? dname_substitute(a, owner, set->owner, to) : dname_lower(a, to);
    if (target == NULL) { /* RFC 6672 section 2.2: too long a name (YXDOMAIN) leads nowhere */
        out->reason = REASON_MALFORMED;
        return;
    }
    out->meaning = MEANING_ANSWER;
    out->answer.state = ANSWER_ALIAS;
    out->answer.rrset = set;
    out->answer.target = target;
    out->answer.wildcard = from_wildcard(set);
}

static void set_data(const struct rrset *set, struct reading *out)
{
    out->meaning = MEANING_ANSWER;
    out->answer.state = ANSWER_RRSET;
    out->answer.rrset = set;
    out->answer.wildcard = from_wildcard(set);
}

static const struct rrset *nsec_at(const struct reply *r, const dname *owner)
{
    const struct rrset *set = section_find(&r->authority, owner, RRTYPE_NSEC);
    return set != NULL && set->count > 0 ? set : NULL;
}

/* The name matches no NSEC of its own, a wildcard above it does (RFC 4035 section 3.1.3.4). */
static bool wildcard_nodata(const struct reply *r, const dname *owner)
{
    if (nsec_at(r, owner) != NULL)
        return false;
    for (size_t i = 0; i < r->authority.count; i++) {
        const struct rrset *set = &r->authority.sets[i];
        if (set->type == RRTYPE_NSEC && dname_is_wildcard(set->owner) &&
            dname_under(owner, dname_parent(set->owner)))
            return true;
    }
    return false;
}

static void set_negative(const struct reply *r, const dname *owner, struct reading *out)
{
    const struct rrset *nsec = nsec_at(r, owner);
    bool nxname = nsec != NULL && nsec_has_type(&nsec->rdata[0], RRTYPE_NXNAME); /* RFC 9824 section 3.3 */
    out->meaning = MEANING_ANSWER;
    out->answer.state = r->rcode == RCODE_NXDOMAIN || nxname ? ANSWER_NXDOMAIN : ANSWER_NODATA;
    out->answer.wildcard = out->answer.state == ANSWER_NODATA && wildcard_nodata(r, owner);
}

/* ---- referrals --------------------------------------------------------------------------- */

/* A delegation on the way from the zone to the name. Upwards or sideways it would be a lame server's. */
static const struct rrset *downward_referral(const struct reply *r, const dname *apex, const dname *owner)
{
    for (size_t i = 0; i < r->authority.count; i++) {
        const struct rrset *set = &r->authority.sets[i];
        if (set->type == RRTYPE_NS && set->count > 0 && plausible_apex(set->owner, apex, owner) &&
            !dname_equal(set->owner, apex))
            return set;
    }
    return NULL;
}

static bool is_referral(const struct reply *r, const dname *apex, const dname *owner, uint16_t type,
                        struct reading *out)
{
    if (r->rcode != RCODE_NOERROR || r->answer.count > 0 || authority_of_type(r, RRTYPE_SOA) != NULL)
        return false;
    const struct rrset *ns = downward_referral(r, apex, owner);
    /* DS belongs to the parent: a referral to the very name says nothing of it (RFC 4035 section 3.1.4.1). */
    if (ns == NULL || (type == RRTYPE_DS && dname_equal(ns->owner, owner)))
        return false;
    out->meaning = MEANING_REFERRAL;
    out->referral = ns;
    return true;
}

/* ---- the whole --------------------------------------------------------------------------- */

/* Silence, refusal, truncation, an answer without authority: nothing to believe. */
static enum reason unusable(const struct reply *r, bool recursive)
{
    if (r->state != REPLY_OK)
        return r->reason != REASON_NONE ? r->reason : REASON_TIMEOUT;
    if (r->rcode != RCODE_NOERROR && r->rcode != RCODE_NXDOMAIN && r->rcode != RCODE_YXDOMAIN)
        return rcode_reason(r->rcode);
    if (r->tc)
        return REASON_MALFORMED; /* still cut short after TCP, or TCP did not work */
    if (!r->aa && !recursive)
        return REASON_INCOMPLETE_DATA;
    return REASON_NONE;
}

/* The child's or another zone's denial is no answer to what was asked (RFC 4035 section 3.1.4.1, lame
 * servers). */
static bool wrong_zone(const struct reply *r, const dname *apex, const dname *owner, uint16_t type)
{
    const struct rrset *soa = authority_of_type(r, RRTYPE_SOA);
    if (soa == NULL)
        return false;
    if (type == RRTYPE_DS && !dname_is_root(owner) && dname_equal(soa->owner, owner))
        return true;
    return !dname_under(soa->owner, apex);
}

static bool child_side_ds(const struct rrset *set, const dname *owner)
{
    return set->type == RRTYPE_DS && signer(set) != NULL && dname_equal(signer(set), owner);
}

static void read_answer(struct arena *a, const struct reply *r, const dname *apex, const dname *owner,
                        uint16_t type, struct reading *out)
{
    const struct rrset *set = wanted_set(r, owner, type);
    const struct rrset *alias = set == NULL ? wanted_set(r, owner, RRTYPE_CNAME) : NULL;
    const struct rrset *above = set == NULL ? dname_above(r, apex, owner) : NULL;
    if (set != NULL && !child_side_ds(set, owner))
        set_data(set, out);
    else if (set != NULL)
        out->reason = REASON_INCOMPLETE_DATA;
    else if (above != NULL)
        set_alias(a, above, owner, out);
    else if (alias != NULL)
        set_alias(a, alias, owner, out);
    else if (r->answer.count > 0)
        out->reason =
            REASON_MALFORMED; /* an answer to another question: no word of ours, not even a denial */
    else if (wrong_zone(r, apex, owner, type) || r->rcode == RCODE_YXDOMAIN)
        out->reason = REASON_INCOMPLETE_DATA;
    else
        set_negative(r, owner, out);
}

void interpret(struct arena *a, const struct reply *reply, const dname *apex, const dname *owner,
               uint16_t type, bool recursive, struct reading *out)
{
    *out = (struct reading){.meaning = MEANING_USELESS, .reason = REASON_NONE};
    out->answer = (struct answer){.owner = owner, .type = type, .reply = reply};
    if (reply->state == REPLY_OK && !reply->tc && !recursive && is_referral(reply, apex, owner, type, out))
        return;
    out->reason = unusable(reply, recursive);
    if (out->reason == REASON_NONE)
        read_answer(a, reply, apex, owner, type, out);
    const dname *inside = type == RRTYPE_DS && !dname_is_root(owner) ? dname_parent(owner) : owner;
    if (out->meaning == MEANING_ANSWER)
        out->answer.zone = answering_zone(a, reply, apex, inside, out->answer.rrset, recursive);
    else
        out->answer.state = ANSWER_UNKNOWN;
    out->answer.reason = out->reason;
}
