/* SPDX-License-Identifier: BSD-2-Clause */
/* The decision of one delegation: does anybody serve the zone, and could a stranger create it at the
 * provider? */
#include "auditor/facts/derived/delegation.h"
#include "fingerprints/takeover_parts.h"

#include <string.h>

enum service_word { SAYS_PENDING, SAYS_SERVES, SAYS_LAME, SAYS_NOTHING };

/* RFC 9499: lame is an answer without authority. A server that answers with AA and has no SOA is odd, not
 * lame. */
static enum service_word word_of(const struct reply *r, const dname *zone, enum reason *reason)
{
    if (r->state == REPLY_PENDING)
        return SAYS_PENDING;
    if (r->state == REPLY_NONE) {
        *reason = r->reason;
        return SAYS_NOTHING;
    }
    if (r->rcode == 5 || r->rcode == 2 || r->rcode == 9) /* REFUSED, SERVFAIL, NOTAUTH */
        return SAYS_LAME;
    if (r->rcode != 0) {
        *reason = r->rcode == 3 ? REASON_INCOMPLETE_DATA : REASON_UNSUPPORTED;
        return r->aa ? SAYS_SERVES : SAYS_NOTHING;
    }
    return r->aa || section_find(&r->answer, zone, RRTYPE_SOA) != NULL ? SAYS_SERVES : SAYS_LAME;
}

static const struct reply *ask_soa(struct facts *f, const dname *zone, const struct address *server,
                                   uint16_t flags, uint8_t repeat)
{
    const struct ask ask = {
        .server = *server,
        .owner = zone,
        .type = RRTYPE_SOA,
        .flags = flags,
        .repeat = repeat,
        .delay_s = repeat == 0 ? 0 : (uint16_t)(facts_settings(f)->confirm_delay_s & UINT16_MAX),
    };
    return facts_ask(f, &ask);
}

/* Lame by UDP and by TCP; a server that serves by either serves. */
static enum service_word judge_address(struct facts *f, const dname *zone, const struct address *server,
                                       enum reason *reason)
{
    enum service_word udp = word_of(ask_soa(f, zone, server, 0, 0), zone, reason);
    if (udp != SAYS_LAME)
        return udp;
    return word_of(ask_soa(f, zone, server, ASK_TCP, 0), zone, reason);
}

/* How easily the provider behind a lame server gives the zone to a stranger. */
static int ease(const struct fingerprint *provider)
{
    if (provider == NULL || provider->status == SERVICE_NOT_VULNERABLE ||
        provider->verification == VERIFICATION_YES || (provider->mechanisms & MECHANISM_NS_ZONE) == 0)
        return 0;
    return provider->status == SERVICE_VULNERABLE ? 2 : 1;
}

struct inquiry {
    struct facts *facts;
    struct notes *notes;
    struct takeover_ns *out;
    bool pending;
    enum reason reason;
    const struct address *witness; /* a lame address of the easiest provider */
};

static void judge_server(struct inquiry *q, const dname *zone, const struct nameserver *server)
{
    struct takeover_ns *out = q->out;
    for (size_t i = 0; i < server->address_count; i++) {
        char text[ADDRESS_TEXT_SIZE];
        address_text(&server->addresses[i], text);
        switch (judge_address(q->facts, zone, &server->addresses[i], &q->reason)) {
        case SAYS_PENDING:
            q->pending = true;
            continue;
        case SAYS_SERVES:
            out->serving++;
            continue;
        case SAYS_NOTHING:
            out->silent++;
            continue;
        case SAYS_LAME:
            break;
        }
        out->lame++;
        note_add(q->notes, "for", "%s (%s) is delegated to and does not serve the zone",
                 dname_text(q->notes->arena, server->name), text);
        const struct fingerprint *provider = fingerprints_ns(server->name);
        if (q->witness == NULL || ease(provider) > ease(out->service)) {
            out->service = provider;
            out->server = server->name;
            q->witness = &server->addresses[i];
        }
    }
}

static void note_untold(struct takeover_ns *out, enum reason reason)
{
    if (out->untold)
        return;
    out->untold = true;
    out->untold_reason = reason;
}

/* A name server whose own domain can be registered: whoever does answers for the zone. */
static bool judge_registration(struct inquiry *q, const struct nameserver *server)
{
    struct takeover_ns *out = q->out;
    if (takeover_internal(q->facts, server->name))
        return false;
    if (server->addresses_state == ANSWER_UNKNOWN)
        note_untold(out, server->addresses_reason);
    if (server->addresses_state != ANSWER_NXDOMAIN)
        return false;
    const struct registration *r = registration_of(q->facts, server->name);
    if (r->state == REGISTRATION_PENDING)
        q->pending = true;
    if (r->state == REGISTRATION_UNKNOWN) {
        q->reason = r->reason;
        note_untold(out, r->reason);
    }
    if (r->state != REGISTRATION_FREE)
        return false;
    out->state = TAKEOVER_FOUND;
    out->row = TAKEOVER_R2;
    out->severity = SEVERITY_HIGH;
    out->confidence = r->seen_twice ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
    out->server = server->name;
    out->registrable = r->domain;
    note_add(q->notes, "for", "%s: %u of the registry's servers say NXDOMAIN",
             dname_text(q->notes->arena, r->domain), r->servers);
    note_add(q->notes, "against",
             "a domain on hold, in redemption or without name servers looks the same from the DNS");
    return true;
}

static bool lame_again(struct inquiry *q, const dname *zone)
{
    enum reason reason = REASON_NONE;
    enum service_word word = word_of(ask_soa(q->facts, zone, q->witness, ASK_TCP, 1), zone, &reason);
    q->pending = q->pending || word == SAYS_PENDING;
    return word == SAYS_LAME;
}

static void row_of_lameness(struct inquiry *q, const dname *zone)
{
    struct takeover_ns *out = q->out;
    bool all = out->serving == 0 && out->silent == 0;
    int how = ease(out->service);
    out->state = TAKEOVER_FOUND;
    out->confidence = CONFIDENCE_POSSIBLE;
    out->severity = SEVERITY_HIGH;
    if (how == 2 && all) {
        bool twice = lame_again(q, zone);
        out->row = TAKEOVER_N1;
        out->severity = SEVERITY_CRITICAL;
        out->confidence = twice ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
    } else if (how == 2 || (how == 1 && all)) {
        out->row = TAKEOVER_N2;
    } else if (how == 0 && all) {
        out->row = TAKEOVER_N3;
        out->severity = SEVERITY_MEDIUM;
    } else {
        out->state = out->silent > 0 && out->serving == 0 ? TAKEOVER_UNKNOWN : TAKEOVER_SOUND;
        out->reason = q->reason;
    }
}

static void conclude(struct inquiry *q, const dname *zone)
{
    struct takeover_ns *out = q->out;
    if (out->lame > 0 && !q->pending) {
        row_of_lameness(q, zone);
    } else if (out->serving > 0) {
        out->state = TAKEOVER_SOUND;
    } else {
        out->state = TAKEOVER_UNKNOWN;
        out->reason = q->reason != REASON_NONE ? q->reason : REASON_INCOMPLETE_DATA;
    }
    if (q->pending)
        out->state = TAKEOVER_PENDING;
    if (out->state == TAKEOVER_FOUND && out->service != NULL)
        note_service(q->notes, out->service);
}

static void judge_delegation(struct inquiry *q, const dname *zone, const struct delegation *d)
{
    for (size_t i = 0; i < d->server_count; i++) {
        const struct nameserver *server = &d->servers[i];
        if (!server->at_parent || takeover_ignored(q->facts, server->name))
            continue;
        if (judge_registration(q, server))
            return;
        q->pending = q->pending || server->addresses_state == ANSWER_PENDING;
        judge_server(q, zone, server);
    }
    conclude(q, zone);
}

static const void *ns_compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    struct takeover_ns *out = arena_alloc(a, sizeof *out);
    struct notes notes = {.arena = a};
    (void)key_length;
    if (out == NULL)
        return NULL;
    const struct delegation *d = delegation_of(f, key);
    struct inquiry q = {.facts = f, .notes = &notes, .out = out};
    if (d->state == DELEGATION_OK)
        judge_delegation(&q, key, d);
    else if (d->state == DELEGATION_UNKNOWN)
        *out = (struct takeover_ns){.state = TAKEOVER_UNKNOWN, .reason = d->reason};
    else if (d->state != DELEGATION_PENDING)
        out->state = TAKEOVER_SOUND;
    out->notes = notes.list;
    out->note_count = notes.count;
    return out;
}

const struct takeover_ns *takeover_ns_of(struct facts *f, const dname *zone)
{
    static const struct takeover_ns no_memory = {.state = TAKEOVER_UNKNOWN, .reason = REASON_BUDGET};
    dname key[DNAME_MAX];
    size_t length = dname_length(zone);
    memcpy(key, zone, length);
    dname_lower_in_place(key);
    const struct takeover_ns *out = facts_derive(f, ns_compute, key, length);
    return out != NULL ? out : &no_memory;
}
