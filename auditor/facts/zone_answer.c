/* SPDX-License-Identifier: BSD-2-Clause */
/* What an authoritative server of a zone says: RFC 1034 section 4.3.2, RFC 4592 (wildcards), RFC 6672 (DNAME), and the
 * proofs of RFC 4035 section 3.1.3 and RFC 5155 section 7.2. */
#include "auditor/facts/zone.h"

#include "auditor/facts/derived/dnssec_crypto.h"
#include "auditor/facts/zone_private.h"

#include <string.h>

#define NSEC3_BLOCKS_SERVED 12500 /* what a server would still hash: 2500 iterations with the longest salt */

/* The owner of a denial record at the name, or the last one before it; SIZE_MAX if all come behind it. */
static size_t denial_at(const struct zone *z, const dname *name)
{
    size_t low = 0;
    size_t high = z->denial_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (dname_compare(z->nodes[z->denial[middle]].owner, name) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? z->denial[low - 1] : SIZE_MAX;
}

/* The NSEC at the name or, if there is none, the one whose span covers it. */
static const struct rrset *nsec_for(const struct zone *z, struct arena *a, const dname *name)
{
    size_t index = denial_at(z, name);
    return index != SIZE_MAX ? zone_set_at(z, a, index, RRTYPE_NSEC) : NULL;
}

struct proof {
    const struct rrset **sets;
    size_t *count;
};

static void prove(struct proof p, const struct rrset *set)
{
    if (p.sets == NULL || set == NULL || *p.count >= 3)
        return;
    for (size_t i = 0; i < *p.count; i++) {
        if (dname_equal(p.sets[i]->owner, set->owner))
            return;
    }
    p.sets[(*p.count)++] = set;
}

/* The closest existing ancestor (RFC 4592 section 3.3.1). */
static const dname *closest_encloser(const struct zone *z, const dname *name)
{
    while (!zone_name_exists(z, name))
        name = dname_parent(name);
    return name;
}

/* The NSEC3 whose owner is the hash of the name, or the one that covers it: the last hash before it, or the last of all
 * (RFC 5155 section 7.1). *matches tells which. NULL if the parameters cannot be used. */
static const struct rrset *nsec3_for(const struct zone *z, struct arena *a, const dname *name, bool *matches)
{
    const struct rrset *param = zone_rrset(z, a, z->apex, RRTYPE_NSEC3PARAM);
    struct dnssec_nsec3 parameters;
    uint8_t hash[NSEC3_HASH_SIZE];
    *matches = false;
    if (param == NULL || !dnssec_nsec3param_read(&param->rdata[0], &parameters) ||
        dnssec_nsec3_hash_within(&parameters, name, NSEC3_BLOCKS_SERVED, hash) != STATUS_OK)
        return NULL;
    const dname *owner = dnssec_nsec3_owner(a, hash, z->apex);
    if (owner == NULL || z->denial_count == 0)
        return NULL;
    size_t index = denial_at(z, owner);
    if (index == SIZE_MAX)
        index = z->denial[z->denial_count - 1]; /* the last hash covers what stands before the first */
    *matches = dname_equal(z->nodes[index].owner, owner);
    return zone_set_at(z, a, index, RRTYPE_NSEC3);
}

static bool prove_match(const struct zone *z, struct arena *a, struct proof p, const dname *name)
{
    bool matches = false;
    const struct rrset *set = nsec3_for(z, a, name, &matches);
    if (matches)
        prove(p, set);
    return matches;
}

static void prove_cover(const struct zone *z, struct arena *a, struct proof p, const dname *name)
{
    bool matches = false;
    const struct rrset *set = nsec3_for(z, a, name, &matches);
    if (!matches)
        prove(p, set);
}

/* RFC 5155 section 7.2.1: match of the closest encloser that has a record, cover of the name one label below it. With
 * opt-out the encloser with a record may lie above the one that exists. @return that encloser */
static const dname *prove_encloser(const struct zone *z, struct arena *a, struct proof p, const dname *name)
{
    const dname *encloser = dname_parent(name);
    while (!dname_equal(encloser, z->apex) && !prove_match(z, a, p, encloser))
        encloser = dname_parent(encloser);
    if (dname_equal(encloser, z->apex))
        prove_match(z, a, p, encloser);
    prove_cover(z, a, p, dname_ancestor(name, dname_labels(encloser) + 1));
    return encloser;
}

/* The name exists, the type does not. */
static void prove_nodata(const struct zone *z, struct arena *a, struct proof p, const dname *name)
{
    if (p.sets == NULL)
        return;
    if (!z->has_nsec3)
        prove(p, nsec_for(z, a, name));
    else if (!prove_match(z, a, p, name) && !dname_equal(name, z->apex))
        prove_encloser(z, a, p, name); /* an opted-out delegation, RFC 5155 section 7.2.4 */
}

/* The name does not exist; wildcard is what would have been expanded: it does not exist either. */
static void prove_nxdomain(const struct zone *z, struct arena *a, struct proof p, const dname *name,
                           const dname *wildcard)
{
    if (p.sets == NULL || wildcard == NULL)
        return;
    if (z->has_nsec3) {
        prove_encloser(z, a, p, name);
        prove_cover(z, a, p, wildcard);
    } else {
        prove(p, nsec_for(z, a, name));
        prove(p, nsec_for(z, a, wildcard));
    }
}

/* The name does not exist, the wildcard does and was expanded, or lacks the type (RFC 5155 sections 7.2.5, 7.2.6). */
static void prove_wildcard(const struct zone *z, struct arena *a, struct proof p, const dname *name,
                           const dname *wildcard, bool nodata)
{
    if (p.sets == NULL)
        return;
    const dname *next_closer = dname_ancestor(name, dname_labels(wildcard));
    if (z->has_nsec3 && nodata) {
        prove_encloser(z, a, p, name);
        prove_match(z, a, p, wildcard);
    } else if (z->has_nsec3) {
        prove_cover(z, a, p, next_closer);
    } else {
        prove(p, nsec_for(z, a, name));
        if (nodata)
            prove(p, nsec_for(z, a, wildcard));
    }
}

static const struct rrset *rename_set(struct arena *a, const struct rrset *set, const dname *owner)
{
    struct rrset *copy = arena_copy(a, set, sizeof(*set));
    if (copy != NULL)
        copy->owner = dname_lower(a, owner);
    return copy;
}

/* Put the labels of name in front of its ancestor `old` in front of `target` instead (RFC 6672 section 2.2). */
static const dname *dname_substitute(struct arena *a, const dname *name, const dname *old, const dname *target)
{
    size_t prefix = dname_length(name) - dname_length(old);
    size_t tail = dname_length(target);
    if (prefix + tail > DNAME_MAX)
        return NULL;
    dname *joined = arena_alloc(a, prefix + tail);
    if (joined == NULL)
        return NULL;
    memcpy(joined, name, prefix);
    memcpy(joined + prefix, target, tail);
    dname_lower_in_place(joined);
    return joined;
}

/* A name whose addresses its provider makes: which they are only servers can tell. Asked for the alias itself, the target
 * is said, for checks of what it depends on. */
static bool answer_provider_alias(const struct zone *z, struct arena *a, size_t node, uint16_t type, struct answer *out)
{
    if (type != RRTYPE_A && type != RRTYPE_AAAA && type != RRTYPE_ALIAS)
        return false;
    const struct rrset *set = zone_set_at(z, a, node, RRTYPE_ALIAS);
    const dname *target = set != NULL ? rdata_name(&set->rdata[0], 0) : NULL;
    if (target == NULL || (type != RRTYPE_ALIAS && zone_set_at(z, a, node, type) != NULL))
        return false;
    out->state = ANSWER_UNKNOWN;
    out->reason = REASON_NEEDS_LIVE;
    if (type == RRTYPE_ALIAS && !dname_is_root(target)) {
        out->state = ANSWER_ALIAS;
        out->reason = REASON_NONE;
        out->rrset = set;
        out->target = dname_lower(a, target);
    }
    return true;
}

static void answer_node(const struct zone *z, struct arena *a, size_t node, uint16_t type, struct answer *out)
{
    const struct rrset *set = zone_set_at(z, a, node, type);
    const struct rrset *alias = set == NULL ? zone_set_at(z, a, node, RRTYPE_CNAME) : NULL;
    if (answer_provider_alias(z, a, node, type, out))
        return;
    if (set != NULL) {
        out->state = ANSWER_RRSET;
        out->rrset = set;
    } else if (alias != NULL && type != RRTYPE_NSEC && rdata_name(&alias->rdata[0], 0) != NULL) {
        out->state = ANSWER_ALIAS;
        out->rrset = alias;
        out->target = dname_lower(a, rdata_name(&alias->rdata[0], 0));
    } else {
        out->state = ANSWER_NODATA;
    }
}

/* A DNAME above the name (not at it) takes the whole subtree. */
static bool answer_dname(const struct zone *z, struct arena *a, const dname *name, struct answer *out)
{
    unsigned labels = dname_labels(name);
    for (unsigned n = dname_labels(z->apex); n < labels; n++) {
        const dname *above = dname_ancestor(name, n);
        const struct rrset *set = zone_rrset(z, a, above, RRTYPE_DNAME);
        if (set == NULL || rdata_name(&set->rdata[0], 0) == NULL)
            continue;
        out->rrset = set;
        out->target = dname_substitute(a, name, above, rdata_name(&set->rdata[0], 0));
        out->state = out->target != NULL ? ANSWER_ALIAS : ANSWER_UNKNOWN;
        out->reason = out->target != NULL ? REASON_NONE : REASON_MALFORMED; /* YXDOMAIN */
        return true;
    }
    return false;
}

static void answer_wildcard(const struct zone *z, struct arena *a, size_t node, uint16_t type, struct answer *out)
{
    answer_node(z, a, node, type, out);
    if (out->rrset != NULL)
        out->rrset = rename_set(a, out->rrset, out->owner);
    out->wildcard = out->state != ANSWER_NODATA;
}

void zone_answer(const struct zone *z, struct arena *a, const dname *owner, uint16_t type, struct answer *out,
                 const struct rrset **referral, const struct rrset *denial[3], size_t *denial_count)
{
    struct proof proof = {denial, denial_count};
    *out = (struct answer){.state = ANSWER_UNKNOWN, .reason = REASON_OUT_OF_SCOPE, .type = type,
                           .owner = dname_lower(a, owner), .zone = z->apex};
    if (referral != NULL)
        *referral = NULL;
    if (denial_count != NULL)
        *denial_count = 0;
    if (out->owner == NULL || !dname_under(owner, z->apex))
        return;
    out->reason = REASON_NONE;

    const dname *cut = zone_cut(z, owner);
    if (cut != NULL && !(type == RRTYPE_DS && dname_equal(cut, owner))) {
        out->state = ANSWER_NODATA;
        if (referral != NULL)
            *referral = zone_rrset(z, a, cut, RRTYPE_NS);
        return;
    }
    if (answer_dname(z, a, owner, out))
        return;
    size_t node = zone_index(z, owner);
    if (node != SIZE_MAX) {
        answer_node(z, a, node, type, out);
        if (out->state == ANSWER_NODATA)
            prove_nodata(z, a, proof, owner);
        return;
    }
    if (zone_name_exists(z, owner)) {
        out->state = ANSWER_NODATA;
        prove_nodata(z, a, proof, owner);
        return;
    }
    const dname *encloser = closest_encloser(z, owner);
    const dname *wildcard = dname_prepend(a, "*", encloser);
    node = wildcard != NULL ? zone_index(z, wildcard) : SIZE_MAX;
    if (node != SIZE_MAX) {
        answer_wildcard(z, a, node, type, out);
        prove_wildcard(z, a, proof, owner, wildcard, out->state == ANSWER_NODATA);
        return;
    }
    prove_nxdomain(z, a, proof, owner, wildcard);
    out->state = ANSWER_NXDOMAIN;
}
