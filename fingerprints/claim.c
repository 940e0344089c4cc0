/* SPDX-License-Identifier: BSD-2-Clause */
/* What a service answers for a name: one careful GET a scheme and path, control requests with random names,
 * and TXT records that tie a host to an account. */
#include "auditor/base/text.h"
#include "auditor/facts/derived/suffix.h"
#include "fingerprints/takeover_parts.h"

#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

static bool label_is(const dname *label, const char *text)
{
    return label[0] == strlen(text) && memcmp(label + 1, text, label[0]) == 0;
}

/* Labels whose only purpose is a proof for a provider (takeover.md 3.7, trap 4); em123 is a bounce host of a
 * mailer. */
static bool verification_label(const dname *name)
{
    static const char *const labels[] = {"asuid", "afdverify", "cdnverify", "asverify", "awverify"};
    for (size_t i = 0; i < ARRAY_SIZE(labels); i++) {
        if (label_is(name, labels[i]))
            return true;
    }
    if (name[0] < 3 || name[1] != 'e' || name[2] != 'm')
        return false;
    for (size_t i = 3; i <= name[0]; i++) {
        if (name[i] < '0' || name[i] > '9')
            return false;
    }
    return true;
}

bool web_host(const dname *name)
{
    if (dname_is_root(name) || verification_label(name))
        return false;
    const dname *at = dname_is_wildcard(name) ? dname_parent(name) : name;
    for (; *at != 0; at += 1 + *at) {
        for (size_t i = 1; i <= *at; i++) {
            bool plain = (at[i] >= 'a' && at[i] <= 'z') || (at[i] >= '0' && at[i] <= '9') || at[i] == '-';
            if (!plain)
                return false;
        }
    }
    return true;
}

const char *host_text(struct arena *a, const dname *name)
{
    if (!web_host(name) || dname_is_wildcard(name))
        return NULL;
    char *text = arena_strdup(a, dname_text(a, name));
    if (text != NULL && strlen(text) > 1)
        text[strlen(text) - 1] = '\0';
    return text;
}

/* ---- verification records ---- */

/* Put names in place of {host}, {apex} and {owner}; NULL if the result is no name. */
static const dname *fill(struct facts *f, struct arena *a, const char *pattern, const dname *owner,
                         const dname *target, const dname *suffix)
{
    const dname *apex = facts_target(f);
    const dname *below = dname_ancestor(target, dname_labels(suffix) + 1);
    char text[3 * DNAME_TEXT_MAX];
    size_t used = 0;
    while (*pattern != '\0' && used < sizeof text - DNAME_TEXT_MAX) {
        if (strncmp(pattern, "{host}", 6) == 0) {
            used += strlen(dname_text_into(owner, text + used));
            pattern += 6;
        } else if (strncmp(pattern, "{apex}", 6) == 0) {
            used += strlen(dname_text_into(apex, text + used));
            pattern += 6;
        } else if (strncmp(pattern, "{owner}", 7) == 0) {
            dname label[DNAME_LABEL_MAX + 2] = {0};
            if (below == NULL)
                return NULL;
            memcpy(label, below, 1 + (size_t)below[0]);
            used += strlen(dname_text_into(label, text + used)) - 1;
            pattern += 7;
        } else {
            text[used++] = *pattern++;
        }
    }
    text[used] = '\0';
    const dname *name = NULL;
    return dname_from_text(a, text, &name) == STATUS_OK ? name : NULL;
}

enum tie verification_tie(struct facts *f, struct arena *a, const struct fingerprint *service,
                          const dname *owner, const dname *target, const dname *suffix)
{
    enum tie tie = TIE_NONE;
    if (dname_is_wildcard(owner))
        owner = dname_parent(owner);
    for (size_t i = 0; i < service->verification_txt_count; i++) {
        const dname *name = fill(f, a, service->verification_txt[i], owner, target, suffix);
        if (name == NULL)
            continue;
        const struct answer *txt = facts_lookup(f, name, RRTYPE_TXT);
        /* A wildcard TXT answers for every name and proves nothing. */
        if (txt->state == ANSWER_RRSET && !txt->wildcard)
            return TIE_PRESENT;
        if (txt->state == ANSWER_PENDING)
            tie = TIE_PENDING;
        else if (txt->state == ANSWER_UNKNOWN && tie == TIE_NONE)
            tie = TIE_UNKNOWN;
    }
    return tie;
}

/* ---- requests ---- */

/* IPv4 first: more paths lead there. One address is asked, for one request a scheme is all we allow
 * ourselves. */
static const struct address *probe_address(struct facts *f, const struct addresses *addresses)
{
    const struct settings *settings = facts_settings(f);
    for (int family = 4; family <= 6; family += 2) {
        if (family == 4 ? !settings->ipv4 : !settings->ipv6)
            continue;
        for (size_t i = 0; i < addresses->count; i++) {
            if (addresses->list[i].family == family)
                return &addresses->list[i];
        }
    }
    return NULL;
}

struct probe {
    struct facts *facts;
    struct notes *notes;
    const struct fingerprint *service;
    const struct address *address;
    const char *host;
    bool any_known;
    bool pending;
    enum reason reason;
};

static const struct http_reply *get(struct probe *p, const char *host, bool https, const char *path)
{
    const struct http_ask ask = {.https = https, .host = host, .address = *p->address, .path = path};
    return facts_http(p->facts, &ask);
}

/* The first set of that strength that shows, over http, then over https. */
static const struct signal_set *shown(struct probe *p, bool weak, bool https, const struct http_reply **out)
{
    for (size_t i = 0; i < p->service->set_count && !p->pending; i++) {
        const struct signal_set *set = &p->service->sets[i];
        if (set->weak != weak || set->nxdomain || (https ? set->http_only : set->https_only))
            continue;
        const struct http_reply *reply = get(p, p->host, https, set->path);
        if (reply->state == FACT_PENDING)
            p->pending = true;
        else if (reply->state == FACT_UNKNOWN && p->reason == REASON_NONE)
            p->reason = reply->reason;
        p->any_known = p->any_known || reply->state == FACT_KNOWN;
        if (fingerprint_shows(set, reply, https)) {
            *out = reply;
            return set;
        }
    }
    return NULL;
}

/* A redirect says nothing: every healthy host may send one. */
static bool tells_something(const struct http_reply *reply)
{
    return reply->status < 300 || reply->status >= 400;
}

static enum control control_of(struct probe *p, const struct signal_set *set, bool https, const dname *owner,
                               const dname *suffix)
{
    /* A random name of the provider, then a random name of ours: neither can have been claimed. */
    const dname *parent = dname_is_wildcard(owner) ? NULL : dname_parent(owner);
    const dname *siblings[2] = {facts_random_name(p->facts, 7, suffix),
                                parent != NULL ? facts_random_name(p->facts, 8, parent) : NULL};
    bool known = true;
    for (size_t i = 0; i < ARRAY_SIZE(siblings); i++) {
        const char *host = siblings[i] != NULL ? host_text(p->notes->arena, siblings[i]) : NULL;
        if (host == NULL)
            continue;
        const struct http_reply *reply = get(p, host, https, set->path);
        if (reply->state == FACT_PENDING)
            p->pending = true;
        if (fingerprint_shows(set, reply, https)) {
            note_add(p->notes, "for", "the same answer comes for a name nobody has: %s", host);
            return CONTROL_SAME;
        }
        known = known && reply->state == FACT_KNOWN;
        if (p->pending)
            return CONTROL_UNKNOWN;
    }
    note_add(p->notes, "against",
             known ? "a name that nobody has gets another answer"
                   : "no answer for a name that nobody has: no control was possible");
    return known ? CONTROL_DIFFERENT : CONTROL_UNKNOWN;
}

static bool body_has(const struct http_reply *reply, const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i + length <= reply->body_length; i++) {
        if (memcmp(reply->body + i, text, length) == 0)
            return true;
    }
    return false;
}

/* Object storage: a bucket can be claimed for us only if it is the one that our host name, or the label below
 * the suffix, stands for (takeover.md 3.7, trap 6). */
static bool other_bucket(struct probe *p, const struct http_reply *reply, const dname *target,
                         const dname *suffix)
{
    if (!p->service->bucket)
        return false;
    const dname *below = dname_ancestor(target, dname_labels(suffix) + 1);
    const char *label =
        below != NULL ? arena_strndup(p->notes->arena, (const char *)below + 1, below[0]) : NULL;
    if (body_has(reply, p->host) || (label != NULL && label[0] != '\0' && body_has(reply, label)))
        return false;
    note_add(p->notes, "against", "the answer names another bucket than %s, or none", p->host);
    return true;
}

/* Services that bind apex and www together do not give one of them away while the other is served. */
static bool sibling_served(struct probe *p, const struct signal_set *set, bool https, const dname *owner,
                           const dname *target)
{
    const dname *sibling =
        label_is(owner, "www") ? dname_parent(owner) : dname_prepend(p->notes->arena, "www", owner);
    if (sibling == NULL || dname_is_wildcard(owner) || !dname_under(sibling, facts_target(p->facts)))
        return false;
    const struct resolution *chain = resolution_of(p->facts, sibling, RRTYPE_A);
    p->pending = p->pending || chain->last->state == ANSWER_PENDING;
    bool same = false;
    for (unsigned i = 1; i < chain->hop_count; i++)
        same = same || dname_equal(chain->hops[i]->owner, target);
    const char *host = same ? host_text(p->notes->arena, sibling) : NULL;
    if (host == NULL)
        return false;
    const struct http_reply *reply = get(p, host, https, set->path);
    p->pending = p->pending || reply->state == FACT_PENDING;
    if (reply->state != FACT_KNOWN || reply->status >= 400 || fingerprint_shows(set, reply, https))
        return false;
    note_add(p->notes, "against", "%s is served from the same target", host);
    return true;
}

/* The alias is asked for again after the confirmation delay: a record that is being changed is no finding
 * yet. */
static bool alias_stands(struct probe *p, const dname *owner)
{
    const struct answer *first = facts_lookup(p->facts, owner, RRTYPE_A);
    if (first->reply == NULL)
        return first->state == ANSWER_ALIAS; /* from a file: it stands there */
    const struct ask ask = {
        .server = first->reply->server,
        .owner = owner,
        .type = RRTYPE_CNAME,
        .repeat = 1,
        .delay_s = (uint16_t)(facts_settings(p->facts)->confirm_delay_s & UINT16_MAX),
    };
    const struct reply *again = facts_ask(p->facts, &ask);
    if (again->state == REPLY_PENDING) {
        p->pending = true;
        return false;
    }
    const struct rrset *cname =
        again->state == REPLY_OK ? section_find(&again->answer, owner, RRTYPE_CNAME) : NULL;
    const dname *target = cname != NULL && cname->count > 0 ? rdata_name(&cname->rdata[0], 0) : NULL;
    return target != NULL && first->target != NULL && dname_equal(target, first->target);
}

static void note_answer(struct probe *p, const struct signal_set *set, const struct http_reply *reply,
                        bool https)
{
    note_add(p->notes, "signal", "%s://%s%s: status %u, %zu octets, shows set %u of %s%s",
             https ? "https" : "http", p->host, set->path, (unsigned)reply->status, reply->body_length,
             set->number, p->service->id, set->weak ? " (weak)" : "");
    if (https && reply->certificate != NULL)
        note_add(p->notes, reply->certificate_covers ? "against" : "for",
                 reply->certificate_covers ? "a trusted certificate covers the name: %s"
                                           : "no trusted certificate for the name: %s",
                 text_gate(p->notes->arena, reply->certificate, strlen(reply->certificate), 200));
}

static struct claim strong(struct probe *p, const struct signal_set *set, const struct http_reply *reply,
                           bool https, const dname *owner, const dname *target, const dname *suffix)
{
    struct claim out = {.state = CLAIM_STRONG};
    note_answer(p, set, reply, https);
    out.control = control_of(p, set, https, owner, suffix);
    out.other_bucket = other_bucket(p, reply, target, suffix);
    out.sibling_served = sibling_served(p, set, https, owner, target);
    if (!p->pending)
        out.seen_twice = alias_stands(p, owner);
    if (p->pending)
        out.state = CLAIM_PENDING;
    return out;
}

static struct claim judge(struct probe *p, const dname *owner, const dname *target, const dname *suffix)
{
    const struct http_reply *reply = NULL;
    for (int https = 0; https <= 1; https++) {
        const struct signal_set *set = shown(p, false, https == 1, &reply);
        if (p->pending)
            return (struct claim){.state = CLAIM_PENDING};
        if (set != NULL)
            return strong(p, set, reply, https == 1, owner, target, suffix);
    }
    for (int https = 0; https <= 1; https++) {
        const struct signal_set *set = shown(p, true, https == 1, &reply);
        if (p->pending)
            return (struct claim){.state = CLAIM_PENDING};
        if (set != NULL && tells_something(reply)) {
            note_answer(p, set, reply, https == 1);
            return (struct claim){.state = CLAIM_WEAK};
        }
    }
    if (!p->any_known && p->reason != REASON_NONE)
        return (struct claim){.state = CLAIM_UNKNOWN, .reason = p->reason};
    return (struct claim){.state = CLAIM_NO_SIGN};
}

static bool needs_http(const struct fingerprint *service)
{
    for (size_t i = 0; i < service->set_count; i++) {
        if (!service->sets[i].nxdomain)
            return true;
    }
    return false;
}

/* Where free names under the suffix do not exist, a name that exists has been claimed (takeover.md 3.5). */
static bool exists_because_claimed(struct facts *f, struct notes *notes, const struct fingerprint *service,
                                   const dname *suffix, bool *pending)
{
    if ((service->mechanisms & MECHANISM_CNAME_NXDOMAIN) == 0)
        return false;
    const struct answer *random = facts_lookup(f, facts_random_name(f, 7, suffix), RRTYPE_A);
    *pending = random->state == ANSWER_PENDING;
    if (random->state != ANSWER_NXDOMAIN)
        return false;
    note_add(notes, "against", "a random name under %s does not exist, so this one has been claimed",
             dname_text(notes->arena, suffix));
    return true;
}

struct claim claim_of(struct facts *f, struct notes *notes, const struct fingerprint *service,
                      const dname *owner, const dname *target, const dname *suffix)
{
    bool pending = false;
    bool claimed = exists_because_claimed(f, notes, service, suffix, &pending);
    if (pending)
        return (struct claim){.state = CLAIM_PENDING};
    if (claimed || !needs_http(service) || !web_host(owner) || !dname_under(owner, facts_target(f)))
        return (struct claim){.state = CLAIM_NO_SIGN};
    if (!facts_settings(f)->http)
        return (struct claim){.state = CLAIM_UNKNOWN, .reason = REASON_NEEDS_OPT_IN};
    /* Any name below a wildcard will do as its host. */
    const dname *host = dname_is_wildcard(owner) ? facts_random_name(f, 9, dname_parent(owner)) : owner;
    const struct addresses *addresses = addresses_of(f, host);
    if (addresses->state == ANSWER_PENDING)
        return (struct claim){.state = CLAIM_PENDING};
    if (addresses->state == ANSWER_UNKNOWN)
        return (struct claim){.state = CLAIM_UNKNOWN, .reason = addresses->reason};
    struct probe p = {.facts = f, .notes = notes, .service = service, .host = host_text(notes->arena, host)};
    p.address = probe_address(f, addresses);
    if (p.address == NULL || p.host == NULL)
        return (struct claim){.state = CLAIM_NO_SIGN};
    return judge(&p, owner, target, suffix);
}
