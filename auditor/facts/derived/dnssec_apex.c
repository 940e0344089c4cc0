/* SPDX-License-Identifier: BSD-2-Clause */
/* What the servers of a zone, or its file, show of DNSSEC. */
#include "auditor/facts/derived/dnssec_apex.h"

#include "auditor/facts/derived/dnssec_bulk.h"

#include <string.h>

#define SEEN_MAX 2000 /* sets kept of a zone file */

static const uint16_t asked_types[ASKED_COUNT] = {
    [ASKED_SOA] = RRTYPE_SOA,   [ASKED_DNSKEY] = RRTYPE_DNSKEY,         [ASKED_NS] = RRTYPE_NS,
    [ASKED_NSEC] = RRTYPE_NSEC, [ASKED_NSEC3PARAM] = RRTYPE_NSEC3PARAM, [ASKED_CDS] = RRTYPE_CDS,
    [ASKED_CDNSKEY] = RRTYPE_CDNSKEY, [ASKED_RANDOM] = RRTYPE_A,
};

uint16_t dnssec_asked_type(enum dnssec_asked asked)
{
    return asked_types[asked];
}

const dname *dnssec_asked_name(struct facts *f, const dname *zone, enum dnssec_asked asked)
{
    if (asked != ASKED_RANDOM)
        return zone;
    const dname *random = facts_random_name(f, 0, zone);
    return random != NULL ? random : zone;
}

struct build {
    struct facts *f;
    struct arena *a;
    struct dnssec_apex *apex;
    struct dnssec_server *servers;
    struct dnssec_seen *seen;
    size_t seen_capacity;
    struct dnssec_denied *denied;
    struct dnssec_keys entry; /* keys that usable DS records name */
};

/* ---- DS ------------------------------------------------------------------------------------------------ */

static void read_ds_answer(struct build *b)
{
    struct dnssec_apex *x = b->apex;
    x->ds_answer = facts_lookup(b->f, x->zone, RRTYPE_DS);
    switch (x->ds_answer->state) {
    case ANSWER_PENDING:
        x->pending = true;
        x->ds_state = FACT_PENDING;
        break;
    case ANSWER_UNKNOWN:
        x->ds_state = FACT_UNKNOWN;
        x->ds_reason = x->ds_answer->reason;
        break;
    case ANSWER_RRSET:
        x->ds_state = FACT_KNOWN;
        x->ds_count = dnssec_ds_list(b->a, x->ds_answer->rrset->rdata, x->ds_answer->rrset->count, &x->ds);
        break;
    case ANSWER_ALIAS:
    case ANSWER_NODATA:
    case ANSWER_NXDOMAIN:
        x->ds_state = FACT_KNOWN;
        break;
    }
}

static void read_ds(struct build *b)
{
    struct dnssec_apex *x = b->apex;
    const struct settings *s = facts_settings(b->f);
    const struct rrset *anchor = dnssec_anchor(b->f, x->zone);
    const bool ours = dname_equal(x->zone, facts_target(b->f));
    if (ours && (s->ds_count > 0 || (s->ns_count > 0 && s->live))) {
        x->ds_given = true;
        x->ds_state = FACT_KNOWN;
        x->ds_count = dnssec_ds_list(b->a, s->ds, s->ds_count, &x->ds);
    } else if (anchor != NULL) {
        x->anchored = true;
        x->ds_state = FACT_KNOWN;
        if (anchor->type == RRTYPE_DS)
            x->ds_count = dnssec_ds_list(b->a, anchor->rdata, anchor->count, &x->ds);
    } else if (dname_is_root(x->zone)) {
        x->ds_state = FACT_UNKNOWN;
        x->ds_reason = REASON_INCOMPLETE_DATA;
    } else {
        read_ds_answer(b);
    }
}

/* The published keys that a usable DS names. */
static void read_entry(struct build *b)
{
    struct dnssec_apex *x = b->apex;
    struct dnssec_key *list = arena_array(b->a, x->ds_count, sizeof(*list));
    for (size_t i = 0; list != NULL && i < x->ds_count; i++) {
        const struct dnssec_key *key = NULL;
        if (dnssec_digest_size(x->ds[i].digest_type) != 0 &&
            dnssec_ds_state(&x->ds[i], x->zone, x->keys, &key) == DNSSEC_DS_MATCH)
            list[b->entry.count++] = *key;
    }
    b->entry.list = list;
    x->entry_key = b->entry.count > 0;
    x->entry_signs = x->entry_key;
}

/* ---- judging sets -------------------------------------------------------------------------------------- */

/* The DNSKEY set must be signed by a key that the DS set names; if none of those signs it, that is a fault of its own
 * (dnssec.ds-key-not-signing), and the signatures that are there are judged for what they are. */
static struct dnssec_judged judge_keys(struct build *b, const struct rrset *set, struct dnssec_work *work)
{
    const struct dnssec_apex *x = b->apex;
    if (b->entry.count > 0) {
        struct dnssec_judged judged = dnssec_judge(b->f, set, x->zone, b->entry, work);
        /* In a change of algorithm the new one signs too, before a DS names it (RFC 6781 section 4.1.4). */
        if (judged.good && b->entry.count < x->keys.count)
            judged.algorithms |= dnssec_judge(b->f, set, x->zone, x->keys, work).algorithms;
        if (judged.good || judged.why != DNSSEC_WHY_SIG_UNKNOWN_KEY)
            return judged;
        b->apex->entry_signs = false;
    }
    return dnssec_judge(b->f, set, x->zone, x->keys, work);
}

static struct dnssec_judged judge(struct build *b, const struct rrset *set, struct dnssec_work *work)
{
    struct dnssec_judged judged = set->type == RRTYPE_DNSKEY && dname_equal(set->owner, b->apex->zone)
                                      ? judge_keys(b, set, work)
                                      : dnssec_judge(b->f, set, b->apex->zone, b->apex->keys, work);
    b->apex->judged++;
    if (judged.good)
        b->apex->algorithms_all &= judged.algorithms;
    return judged;
}

static void keep(struct build *b, const struct dnssec_seen *seen)
{
    struct dnssec_apex *x = b->apex;
    if (x->seen_count == b->seen_capacity) {
        size_t capacity = b->seen_capacity != 0 ? b->seen_capacity * 2 : 32;
        struct dnssec_seen *list = arena_array(b->a, capacity, sizeof(*list));
        if (list == NULL)
            return;
        if (x->seen_count > 0)
            memcpy(list, b->seen, x->seen_count * sizeof(*list));
        b->seen = list;
        b->seen_capacity = capacity;
        x->seen = list;
    }
    b->seen[x->seen_count++] = *seen;
}

/* ---- live: replies ------------------------------------------------------------------------------------- */

static bool told(const struct reply *r)
{
    return r != NULL && r->state == REPLY_OK && (r->rcode == 0 || r->rcode == 3) && r->aa && !r->tc;
}

static void ask(struct build *b, enum dnssec_asked from, enum dnssec_asked to)
{
    struct dnssec_apex *x = b->apex;
    for (size_t s = 0; s < x->server_count; s++) {
        for (unsigned q = from; q <= to; q++) {
            struct ask question = {.server = b->servers[s].server.address, .type = asked_types[q],
                                   .owner = dnssec_asked_name(b->f, x->zone, (enum dnssec_asked)q)};
            b->servers[s].replies[q] = facts_ask(b->f, &question);
            x->pending = x->pending || b->servers[s].replies[q]->state == REPLY_PENDING;
        }
    }
}

static void read_keys(struct build *b)
{
    struct dnssec_apex *x = b->apex;
    for (size_t s = 0; s < x->server_count; s++) {
        struct dnssec_server *server = &b->servers[s];
        const struct reply *r = server->replies[ASKED_DNSKEY];
        server->dnskey_told = told(r);
        if (!server->dnskey_told) {
            x->untold++;
            if (x->untold_reason == REASON_NONE)
                x->untold_reason = r->state == REPLY_NONE ? r->reason
                                   : r->rcode == 2        ? REASON_SERVFAIL
                                   : r->rcode == 5        ? REASON_REFUSED
                                                          : REASON_INCOMPLETE_DATA;
            continue;
        }
        x->keys_known = true;
        server->dnskey = section_find(&r->answer, x->zone, RRTYPE_DNSKEY);
        if (server->dnskey != NULL)
            x->keys = dnssec_keys_join(b->a, x->keys, dnssec_keys_read(b->a, server->dnskey));
    }
}

/* Sets of the zone itself that a signed zone signs. The authority section of a positive answer is left alone: servers
 * may leave its signatures out for room. */
static bool judged_here(const struct build *b, const struct rrset *set, bool authority)
{
    if (!dname_under(set->owner, b->apex->zone) || set->type == RRTYPE_RRSIG)
        return false;
    if (!authority)
        return set->type != RRTYPE_NS || dname_equal(set->owner, b->apex->zone);
    return set->type == RRTYPE_SOA || set->type == RRTYPE_NSEC || set->type == RRTYPE_NSEC3;
}

static bool seen_already(const struct build *b, const struct dnssec_server *server, const struct rrset *set)
{
    for (size_t i = b->apex->seen_count; i > 0 && b->seen[i - 1].server == server; i--) {
        if (b->seen[i - 1].set->type == set->type && dname_equal(b->seen[i - 1].set->owner, set->owner))
            return true;
    }
    return false;
}

/* A CNAME made from a DNAME in the same answer has no signature of its own (RFC 6672 section 5.3.1, trap T4). */
static bool synthesised(const struct section *s, const struct rrset *set)
{
    for (size_t i = 0; set->type == RRTYPE_CNAME && set->sig_count == 0 && i < s->count; i++) {
        if (s->sets[i].type == RRTYPE_DNAME && dname_under(set->owner, s->sets[i].owner))
            return true;
    }
    return false;
}

static void judge_section(struct build *b, struct dnssec_server *server, enum dnssec_asked asked,
                          const struct section *s, bool authority, struct dnssec_work *work)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct rrset *set = &s->sets[i];
        if (!judged_here(b, set, authority) || seen_already(b, server, set) || synthesised(s, set))
            continue;
        server->any_set = true;
        server->any_signed = server->any_signed || set->sig_count > 0;
        struct dnssec_seen seen = {.set = set, .server = server, .asked = asked};
        seen.judged = judge(b, set, work);
        keep(b, &seen);
    }
}

static void judge_denial(struct build *b, const struct dnssec_server *server, enum dnssec_asked asked)
{
    const struct reply *r = server->replies[asked];
    const dname *name = dnssec_asked_name(b->f, b->apex->zone, asked);
    if (r->answer.count > 0 || (asked != ASKED_RANDOM && r->rcode != 0))
        return;
    struct dnssec_denied denied = {.server = server, .asked = asked, .nxdomain = r->rcode == 3};
    denied.proof = dnssec_proof_of_reply(b->f, r, b->apex->zone, b->apex->keys, name, asked_types[asked],
                                         denied.nxdomain ? DENIAL_OF_NAME : DENIAL_OF_TYPE, 0);
    b->denied[b->apex->denied_count++] = denied;
}

static void judge_replies(struct build *b)
{
    struct dnssec_apex *x = b->apex;
    b->denied = arena_array(b->a, x->server_count * ASKED_COUNT, sizeof(*b->denied));
    x->denied = b->denied;
    for (size_t s = 0; b->denied != NULL && s < x->server_count; s++) {
        struct dnssec_server *server = &b->servers[s];
        for (unsigned q = 0; q < ASKED_COUNT; q++) {
            const struct reply *r = server->replies[q];
            struct dnssec_work work = DNSSEC_WORK_REPLY;
            if (!told(r))
                continue;
            judge_section(b, server, (enum dnssec_asked)q, &r->answer, false, &work);
            if (r->answer.count == 0)
                judge_section(b, server, (enum dnssec_asked)q, &r->authority, true, &work);
            if (server->dnskey != NULL)
                judge_denial(b, server, (enum dnssec_asked)q);
        }
    }
}

static bool any_signed(const struct build *b)
{
    for (size_t s = 0; s < b->apex->server_count; s++) {
        if (b->servers[s].any_signed)
            return true;
    }
    return false;
}

/* The DS set is data of the parent: judged by its keys, if those can be trusted. */
static void judge_parent_side(struct build *b)
{
    const struct dnssec_zone *chain = dnssec_zone_of(b->f, b->apex->zone);
    if (chain->ds_answer == NULL || chain->ds_answer->state != ANSWER_RRSET || chain->parent == NULL)
        return;
    const struct dnssec_zone *parent = dnssec_zone_of(b->f, chain->parent);
    if (parent->status != DNSSEC_SECURE)
        return;
    const struct dnssec_seen seen = {.set = chain->ds_answer->rrset, .judged = chain->ds_judged, .parent_side = true};
    keep(b, &seen);
}

static void build_live(struct build *b)
{
    struct dnssec_apex *x = b->apex;
    const struct delegation *d = delegation_of(b->f, x->zone);
    read_ds(b);
    if (d->state != DELEGATION_OK) {
        x->state = d->state == DELEGATION_PENDING    ? DNSSEC_APEX_PENDING
                   : d->state == DELEGATION_NOT_APEX ? DNSSEC_APEX_NOT_APEX
                                                     : DNSSEC_APEX_UNKNOWN;
        x->reason = d->state == DELEGATION_UNKNOWN ? d->reason : REASON_INCOMPLETE_DATA;
        x->pending = x->pending || d->state == DELEGATION_PENDING;
        return;
    }
    b->servers = arena_array(b->a, d->address_count, sizeof(*b->servers));
    if (b->servers == NULL)
        return;
    x->state = DNSSEC_APEX_READY;
    x->servers = b->servers;
    x->server_count = d->address_count;
    for (size_t s = 0; s < x->server_count; s++)
        b->servers[s].server = d->addresses[s];
    ask(b, ASKED_SOA, ASKED_NS);
    read_keys(b);
    read_entry(b);
    if (x->keys.count > 0)
        ask(b, ASKED_NSEC, ASKED_RANDOM);
    judge_replies(b);
    x->nothing_signed = !any_signed(b);
    judge_parent_side(b);
}

/* ---- a zone file --------------------------------------------------------------------------------------- */

/* The DNSKEY set is judged by the keys that the DS set names, if there are any. */
static struct dnssec_seen judge_file_keys(struct build *b, const struct rrset *dnskey)
{
    struct dnssec_work work = {.whole_zone = true};
    struct dnssec_seen seen = {.set = dnskey};
    seen.judged = judge(b, dnskey, &work);
    b->apex->nothing_signed = dnskey->sig_count == 0;
    return seen;
}

/* Canonical order: sets of the apex with lower types come before the keys, all else behind. */
static void keep_found(struct build *b, const struct zone *file, const struct dnssec_bulk *bulk,
                       const struct dnssec_seen *keys)
{
    size_t apex_node = zone_index(file, b->apex->zone);
    bool keys_kept = false;
    for (size_t i = 0; i <= bulk->found_count; i++) {
        const struct dnssec_bulk_found *found = i < bulk->found_count ? &bulk->found[i] : NULL;
        if (!keys_kept && (found == NULL || found->node != apex_node || found->type > RRTYPE_DNSKEY)) {
            keep(b, keys);
            keys_kept = true;
        }
        struct dnssec_seen seen = {0};
        if (found != NULL)
            seen = (struct dnssec_seen){.set = zone_set_at(file, b->a, found->node, found->type), .judged = found->judged};
        if (seen.set != NULL)
            keep(b, &seen);
    }
}

static void build_offline(struct build *b, const struct zone *file)
{
    struct dnssec_apex *x = b->apex;
    const struct rrset *dnskey = zone_rrset(file, b->a, x->zone, RRTYPE_DNSKEY);
    x->state = DNSSEC_APEX_READY;
    x->offline = true;
    x->keys_known = true;
    x->keys = dnssec_keys_read(b->a, dnskey);
    x->nothing_signed = true;
    read_ds(b);
    read_entry(b);
    if (dnskey == NULL && (zone_gaps(file) & ZONE_GAP_APEX) != 0) { /* whoever serves the zone may sign it */
        x->state = DNSSEC_APEX_UNKNOWN;
        x->reason = REASON_NEEDS_LIVE;
    }
    if (dnskey == NULL)
        return;
    const struct dnssec_bulk_ask ask = {.zone = file, .dnskey = dnskey, .soon_s = dnssec_soon_s(b->f),
                                        .keep = SEEN_MAX - 1, .jobs = facts_settings(b->f)->jobs};
    const struct dnssec_seen keys = judge_file_keys(b, dnskey);
    const struct dnssec_bulk bulk = dnssec_bulk_judge(b->f, b->a, &ask);
    x->judged += bulk.judged;
    x->more = bulk.more;
    x->nothing_signed = x->nothing_signed && !bulk.any_signed;
    x->algorithms_all &= bulk.algorithms_all;
    keep_found(b, file, &bulk, &keys);
    if (bulk.incomplete) {
        x->state = DNSSEC_APEX_UNKNOWN;
        x->reason = REASON_BUDGET;
    }
}

/* ---- the fact ------------------------------------------------------------------------------------------ */

static const struct dnssec_apex no_apex = {.state = DNSSEC_APEX_UNKNOWN, .reason = REASON_INTERNAL,
                                           .zone = DNAME_ROOT, .ds_state = FACT_UNKNOWN};

static const void *compute_apex(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    struct dnssec_apex *x = arena_alloc(a, sizeof(*x));
    const dname *zone = arena_copy(a, key, key_length);
    if (x == NULL || zone == NULL)
        return &no_apex;
    struct build b = {.f = f, .a = a, .apex = x};
    const struct zone *file = facts_zone(f);
    x->zone = zone;
    x->algorithms_all = UINT32_MAX;
    x->state = DNSSEC_APEX_UNKNOWN;
    x->reason = REASON_INTERNAL;
    if (file != NULL && dname_equal(zone_apex(file), zone))
        build_offline(&b, file);
    else
        build_live(&b);
    return x;
}

const struct dnssec_apex *dnssec_apex_of(struct facts *f, const dname *zone)
{
    dname lower[DNAME_MAX];
    size_t length = dname_length(zone);
    memcpy(lower, zone, length);
    dname_lower_in_place(lower);
    const struct dnssec_apex *x = facts_derive(f, compute_apex, lower, length);
    return x != NULL ? x : &no_apex;
}
