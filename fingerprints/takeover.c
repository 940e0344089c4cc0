/* SPDX-License-Identifier: BSD-2-Clause */
/* The decision of one alias: which row of the decision table holds, how sure, and why. */
#include "fingerprints/takeover.h"

#include "auditor/facts/derived/names.h"
#include "auditor/facts/derived/suffix.h"
#include "auditor/facts/zone.h"
#include "fingerprints/takeover_parts.h"

#include <stdarg.h>
#include <string.h>

const char *takeover_row_text(enum takeover_row row)
{
    static const char *const texts[] = {
        [TAKEOVER_NONE] = NULL, [TAKEOVER_INTERNAL] = "internal",
        [TAKEOVER_R2] = "R2",   [TAKEOVER_N1] = "N1",
        [TAKEOVER_N2] = "N2",   [TAKEOVER_N3] = "N3",
        [TAKEOVER_C1] = "C1",   [TAKEOVER_C2] = "C2",
        [TAKEOVER_C3] = "C3",   [TAKEOVER_C4] = "C4",
        [TAKEOVER_C5] = "C5",   [TAKEOVER_C6] = "C6",
        [TAKEOVER_C7] = "C7",
    };
    return texts[row];
}

/* ---- notes ---- */

/* Most aliases need a few notes only. */
static bool notes_room(struct notes *notes)
{
    if (notes->count < notes->room)
        return true;
    size_t room = notes->room == 0 ? 4 : notes->room * 2;
    struct takeover_note *list = room <= NOTES_MAX ? arena_array(notes->arena, room, sizeof *list) : NULL;
    if (list == NULL)
        return false;
    for (size_t i = 0; i < notes->count; i++)
        list[i] = notes->list[i];
    notes->list = list;
    notes->room = room;
    return true;
}

void note_add(struct notes *notes, const char *label, const char *format, ...)
{
    if (!notes_room(notes))
        return;
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(notes->arena, format, args);
    va_end(args);
    if (text != NULL)
        notes->list[notes->count++] = (struct takeover_note){label, text};
}

void note_service(struct notes *notes, const struct fingerprint *service)
{
    note_add(notes, "service", "%s (%s), status %s%s%s", service->name, service->id,
             service_status_text(service->status), service->last_evidence != NULL ? ", last evidence " : "",
             service->last_evidence != NULL ? service->last_evidence : "");
    for (size_t i = 0; i < service->source_count; i++)
        note_add(notes, "source", "%s", service->sources[i]);
    if (service->reference != NULL)
        note_add(notes, "source", "%s", service->reference);
    if (service->verification_detail != NULL)
        note_add(notes, "against", "%s", service->verification_detail);
}

/* ---- whose name is it ---- */

bool takeover_internal(struct facts *f, const dname *target)
{
    const struct settings *settings = facts_settings(f);
    const dname *audited = facts_target(f);
    for (size_t i = 0; i < settings->owned_count; i++) {
        if (dname_under(target, settings->owned[i]))
            return true;
    }
    if (!dname_is_root(audited) && dname_under(target, audited) && dname_labels(audited) > 1)
        return true;
    const dname *ours = suffix_registrable(audited, true);
    const dname *theirs = suffix_registrable(target, true);
    return ours != NULL && theirs != NULL && dname_equal(ours, theirs);
}

bool takeover_ignored(struct facts *f, const dname *target)
{
    const struct settings *settings = facts_settings(f);
    for (size_t i = 0; i < settings->ignored_count; i++) {
        if (dname_under(target, settings->ignored[i]))
            return true;
    }
    return false;
}

static bool has_label(const dname *name, const char *label)
{
    size_t length = strlen(label);
    for (; *name != 0; name += 1 + *name) {
        if (*name == length && memcmp(name + 1, label, length) == 0)
            return true;
    }
    return false;
}

enum takeover_owner takeover_owner_kind(const dname *owner)
{
    if (has_label(owner, "_acme-challenge"))
        return OWNER_ACME;
    if (has_label(owner, "_domainkey"))
        return OWNER_DKIM;
    if (has_label(owner, "_dmarc"))
        return OWNER_DMARC;
    if (owner[0] == 7 && memcmp(owner + 1, "mta-sts", 7) == 0)
        return OWNER_MTA_STS;
    return web_host(owner) ? OWNER_HOST : OWNER_OTHER;
}

/* ---- rows ---- */

static void found(struct takeover *t, enum takeover_row row, enum severity severity,
                  enum confidence confidence)
{
    t->state = TAKEOVER_FOUND;
    t->row = row;
    t->severity = severity;
    t->confidence = confidence;
}

static void unknown(struct takeover *t, enum takeover_stage stage, enum reason reason)
{
    t->state = TAKEOVER_UNKNOWN;
    t->stage = stage;
    t->reason = reason;
}

/* What was seen once only is never above "possible". */
static enum confidence seen(bool twice, enum confidence at_best)
{
    return twice ? at_best : CONFIDENCE_POSSIBLE;
}

static bool claimable_when_absent(const struct fingerprint *service)
{
    for (size_t i = 0; i < service->set_count; i++) {
        if (service->sets[i].nxdomain && !service->sets[i].weak)
            return true;
    }
    return false;
}

/* Row C7 for whatever keeps a stranger from claiming; NULL if nothing does. */
static const char *not_claimable(const struct fingerprint *service, enum tie tie, const dname *owner,
                                 const dname *target, const dname *suffix)
{
    if (takeover_owner_kind(owner) == OWNER_OTHER)
        return "the owner is a verification label, not a host";
    if (service->status == SERVICE_NOT_VULNERABLE)
        return "the service does not let strangers claim names of others";
    if (service->verification == VERIFICATION_YES)
        return "the service demands proof of ownership";
    if (tie == TIE_PRESENT)
        return "a verification TXT record ties the name to an account";
    if (!fingerprint_choosable(service, target, suffix))
        return "the provider generates names of this form: nobody can choose this one";
    return NULL;
}

static void decide_absent_service(struct facts *f, struct notes *notes, struct takeover *t,
                                  const dname *suffix, const struct absence *absence)
{
    const struct fingerprint *service = t->service;
    enum tie tie = verification_tie(f, notes->arena, service, t->owner, t->target, suffix);
    if (tie == TIE_PENDING) {
        t->state = TAKEOVER_PENDING;
        return;
    }
    note_service(notes, service);
    const char *why_not = not_claimable(service, tie, t->owner, t->target, suffix);
    if (why_not != NULL) {
        note_add(notes, "against", "%s", why_not);
        found(t, TAKEOVER_C7, SEVERITY_LOW, CONFIDENCE_LIKELY);
        return;
    }
    if (!claimable_when_absent(service) || service->status == SERVICE_UNKNOWN) {
        note_add(notes, "against", "nobody is known to have claimed an absent name there");
        found(t, TAKEOVER_C6, SEVERITY_MEDIUM, CONFIDENCE_POSSIBLE);
        return;
    }
    if (tie == TIE_UNKNOWN)
        note_add(notes, "against", "a verification TXT record could not be looked up");
    bool contested = service->status == SERVICE_EDGE_CASE || service->verification == VERIFICATION_PARTIAL ||
                     tie == TIE_UNKNOWN;
    if (contested)
        found(t, TAKEOVER_C2, SEVERITY_HIGH, CONFIDENCE_POSSIBLE);
    else
        found(t, TAKEOVER_C1, SEVERITY_HIGH, seen(absence->seen_twice, CONFIDENCE_LIKELY));
}

/* From a file the absence is what the file says; from the network it is asked for again. */
static struct absence confirm(struct facts *f, const struct answer *last)
{
    if (last->reply == NULL)
        return (struct absence){.state = ABSENCE_CONFIRMED, .seen_twice = true};
    const struct cut *cut = facts_cut(f, last->owner);
    if (cut->state == FACT_PENDING)
        return (struct absence){.state = ABSENCE_PENDING};
    if (cut->state == FACT_UNKNOWN)
        return (struct absence){.state = ABSENCE_UNKNOWN, .reason = cut->reason};
    return absence_at(f, last->owner, cut->servers, cut->server_count);
}

/* The zone that denied the target lies at or below the registrable domain: so that exists. */
static bool registered_as_seen(const struct answer *last)
{
    const dname *domain = suffix_registrable(last->owner, false);
    return domain == NULL || (last->zone != NULL && dname_under(last->zone, domain));
}

static bool decide_registration(struct facts *f, struct notes *notes, struct takeover *t,
                                const struct answer *last)
{
    if (registered_as_seen(last))
        return false;
    const struct registration *r = registration_of(f, last->owner);
    switch (r->state) {
    case REGISTRATION_PENDING:
        t->state = TAKEOVER_PENDING;
        return true;
    case REGISTRATION_UNKNOWN:
        unknown(t, STAGE_ABSENCE, r->reason);
        return true;
    case REGISTRATION_EXISTS:
        return false;
    case REGISTRATION_NOT_OPEN:
        note_add(notes, "against", "%s does not exist, but strangers cannot register it",
                 dname_text(notes->arena, r->domain));
        return false;
    case REGISTRATION_FREE:
        break;
    }
    t->registrable = r->domain;
    note_add(notes, "for", "%s: %u of the registry's servers say NXDOMAIN%s",
             dname_text(notes->arena, r->domain), r->servers, r->seen_twice ? ", twice" : "");
    note_add(notes, "against",
             "a domain on hold, in redemption or without name servers looks the same from the DNS");
    note_add(notes, "suffix list", "%s", suffix_version());
    found(t, TAKEOVER_R2, SEVERITY_HIGH, seen(r->seen_twice, CONFIDENCE_LIKELY));
    return true;
}

static void decide_absent(struct facts *f, struct notes *notes, struct takeover *t, const struct answer *last)
{
    bool internal = takeover_internal(f, last->owner);
    t->target = last->owner;
    if (!internal && decide_registration(f, notes, t, last))
        return;
    const struct absence absence = confirm(f, last);
    if (absence.state == ABSENCE_PENDING) {
        t->state = TAKEOVER_PENDING;
        return;
    }
    if (absence.state != ABSENCE_CONFIRMED) {
        unknown(t, STAGE_ABSENCE, absence.reason);
        return;
    }
    if (absence.servers > 0)
        note_add(notes, "for", "%s: NXDOMAIN from %u server%s by TCP%s", dname_text(notes->arena, t->target),
                 absence.servers, absence.servers == 1 ? " (all there is)" : "s",
                 absence.seen_twice ? ", twice" : "");
    const dname *suffix = NULL;
    t->service = internal ? NULL : fingerprints_cname(t->target, &suffix);
    if (internal) {
        note_add(notes, "against", "the target is in the organisation's own namespace");
        found(t, TAKEOVER_INTERNAL, SEVERITY_MEDIUM, seen(absence.seen_twice, CONFIDENCE_CONFIRMED));
    } else if (t->service != NULL) {
        decide_absent_service(f, notes, t, suffix, &absence);
    } else if (takeover_owner_kind(t->owner) == OWNER_OTHER) {
        note_add(notes, "against", "the owner is a verification label, not a host");
        found(t, TAKEOVER_C7, SEVERITY_LOW, CONFIDENCE_LIKELY);
    } else {
        note_add(notes, "against", "no service is known by this name: whether it can be claimed is open");
        found(t, TAKEOVER_C6, SEVERITY_MEDIUM, CONFIDENCE_POSSIBLE);
    }
}

/* ---- a chain that ends well: does the service disown the name? ---- */

static void row_of_claim(struct takeover *t, struct notes *notes, const struct claim *claim, enum tie tie)
{
    const struct fingerprint *service = t->service;
    bool protected = service->status == SERVICE_NOT_VULNERABLE || service->verification == VERIFICATION_YES ||
                     tie == TIE_PRESENT;
    if (protected && claim->state == CLAIM_WEAK)
        return; /* nothing that anyone should look at */
    if (protected) {
        note_add(notes, "against",
                 tie == TIE_PRESENT ? "a verification TXT record ties the name to an account"
                                    : "the service does not let strangers claim names of others");
        found(t, TAKEOVER_C7, SEVERITY_LOW, CONFIDENCE_LIKELY);
        return;
    }
    bool contested = service->status != SERVICE_VULNERABLE || service->verification == VERIFICATION_PARTIAL ||
                     tie == TIE_UNKNOWN || claim->control != CONTROL_SAME || claim->other_bucket;
    int level = claim->state == CLAIM_WEAK || claim->control == CONTROL_DIFFERENT ? 2 : contested ? 1 : 0;
    level += claim->sibling_served && level < 2 ? 1 : 0;
    if (level == 0)
        found(t, TAKEOVER_C3, SEVERITY_HIGH, seen(claim->seen_twice, CONFIDENCE_LIKELY));
    else if (level == 1)
        found(t, TAKEOVER_C4, SEVERITY_MEDIUM, CONFIDENCE_POSSIBLE);
    else
        found(t, TAKEOVER_C5, SEVERITY_INFO, CONFIDENCE_POSSIBLE);
}

/* The first hop that a service is known by: that is where the customer's name stands. */
static const struct fingerprint *service_of_chain(struct facts *f, struct takeover *t, const dname **suffix)
{
    for (unsigned i = 1; i < t->chain->hop_count; i++) {
        const dname *hop = t->chain->hops[i]->owner;
        const struct fingerprint *service =
            takeover_internal(f, hop) ? NULL : fingerprints_cname(hop, suffix);
        if (service != NULL) {
            t->target = hop;
            return service;
        }
    }
    return NULL;
}

static void decide_present(struct facts *f, struct notes *notes, struct takeover *t)
{
    const dname *suffix = NULL;
    t->state = TAKEOVER_SOUND;
    t->service = service_of_chain(f, t, &suffix);
    if (t->service == NULL)
        return;
    enum tie tie = verification_tie(f, notes->arena, t->service, t->owner, t->target, suffix);
    const struct claim claim = claim_of(f, notes, t->service, t->owner, t->target, suffix);
    if (claim.state == CLAIM_PENDING || tie == TIE_PENDING) {
        t->state = TAKEOVER_PENDING;
    } else if (claim.state == CLAIM_UNKNOWN) {
        unknown(t, STAGE_CLAIM, claim.reason);
    } else if (claim.state != CLAIM_NO_SIGN) {
        note_service(notes, t->service);
        row_of_claim(t, notes, &claim, tie);
    }
}

/* ---- wildcards ---- */

static bool same_alias(const struct answer *a, const struct answer *b)
{
    return a->state == ANSWER_ALIAS && b->state == ANSWER_ALIAS && a->target != NULL && b->target != NULL &&
           dname_equal(a->target, b->target);
}

/* One known name speaks for all that a wildcard answers: the wildcard owner if it is known, else
 * the first. */
static bool reported_elsewhere(struct facts *f, const struct takeover *t, const dname *wildcard)
{
    const struct names *names = names_of(f, facts_target(f));
    const dname *parent = dname_parent(t->owner);
    for (size_t i = 0; i < names->count; i++) {
        if (dname_equal(names->list[i].name, wildcard))
            return true;
    }
    for (size_t i = 0; i < names->count; i++) {
        const dname *name = names->list[i].name;
        if (dname_is_root(name) || !dname_equal(dname_parent(name), parent))
            continue;
        if (dname_equal(name, t->owner))
            return false;
        if (same_alias(facts_lookup(f, name, RRTYPE_A), t->chain->hops[0]))
            return true;
    }
    return false;
}

static enum severity raised(enum severity severity)
{
    return severity < SEVERITY_CRITICAL ? (enum severity)(severity + 1) : severity;
}

/* Row W1: a wildcard makes every name below it claimable at once. It is reported once, at the wildcard. */
static void apply_wildcard(struct facts *f, struct notes *notes, struct takeover *t)
{
    const dname *parent = dname_parent(t->owner);
    bool wildcard = dname_is_wildcard(t->owner);
    if (!wildcard && parent != NULL && dname_under(parent, facts_target(f))) {
        const struct answer *random = facts_lookup(f, facts_random_name(f, 0, parent), RRTYPE_A);
        if (random->state == ANSWER_PENDING) {
            t->state = TAKEOVER_PENDING;
            return;
        }
        wildcard = same_alias(random, t->chain->hops[0]);
        const dname *owner = wildcard ? dname_prepend(notes->arena, "*", parent) : NULL;
        if (owner != NULL) {
            t->elsewhere = reported_elsewhere(f, t, owner);
            t->subject = owner;
        }
    }
    bool raises = t->row == TAKEOVER_R2 || t->row == TAKEOVER_C1 || t->row == TAKEOVER_C2 ||
                  t->row == TAKEOVER_C3 || t->row == TAKEOVER_C4 || t->row == TAKEOVER_C6;
    if (wildcard && raises) {
        t->severity = raised(t->severity);
        note_add(notes, "for", "W1: a wildcard, so every name below it leads there (severity raised by one)");
    }
}

/* ---- the whole ---- */

static const char *hop_word(const struct answer *hop)
{
    switch (hop->state) {
    case ANSWER_ALIAS:
        return hop->rrset != NULL && hop->rrset->type == RRTYPE_DNAME ? "DNAME" : "CNAME";
    case ANSWER_RRSET:
        return "address";
    case ANSWER_NODATA:
        return "exists, no IPv4 address";
    case ANSWER_NXDOMAIN:
        return "NXDOMAIN";
    default:
        return reason_text(hop->reason);
    }
}

static void note_chain(struct notes *notes, const struct resolution *chain)
{
    for (unsigned i = 0; i < chain->hop_count; i++) {
        const struct answer *hop = chain->hops[i];
        char server[ADDRESS_TEXT_SIZE] = "the file";
        if (hop->reply != NULL)
            address_text(&hop->reply->server, server);
        bool known = hop->state != ANSWER_UNKNOWN && hop->state != ANSWER_PENDING;
        note_add(notes, "chain", "%s %s%s%s%s%s", dname_text(notes->arena, hop->owner), hop_word(hop),
                 hop->target != NULL ? " " : "",
                 hop->target != NULL ? dname_text(notes->arena, hop->target) : "", known ? ", says " : "",
                 known ? server : "");
    }
}

static bool chain_ignored(struct facts *f, const struct resolution *chain)
{
    for (unsigned i = 1; i < chain->hop_count; i++) {
        if (takeover_ignored(f, chain->hops[i]->owner))
            return true;
    }
    return chain->last->state == ANSWER_ALIAS && chain->last->target != NULL &&
           takeover_ignored(f, chain->last->target);
}

static void decide(struct facts *f, struct notes *notes, struct takeover *t)
{
    const struct answer *first = t->chain->hops[0];
    const struct answer *last = t->chain->last;
    if (first->state == ANSWER_PENDING || last->state == ANSWER_PENDING)
        return;
    if (first->state == ANSWER_UNKNOWN) {
        unknown(t, STAGE_CHAIN, first->reason);
        return;
    }
    if (first->state != ANSWER_ALIAS) {
        t->state = TAKEOVER_NO_ALIAS;
        return;
    }
    note_chain(notes, t->chain);
    t->target = last->owner;
    if (t->chain->loop) {
        t->state = TAKEOVER_LOOP;
    } else if (chain_ignored(f, t->chain)) {
        note_add(notes, "against", "the target is on the ignore list");
        t->state = TAKEOVER_SOUND;
    } else if (t->chain->too_long) {
        unknown(t, STAGE_CHAIN, REASON_UNSUPPORTED);
    } else if (last->state == ANSWER_UNKNOWN) {
        unknown(t, STAGE_CHAIN, last->reason);
    } else if (last->state == ANSWER_NXDOMAIN) {
        decide_absent(f, notes, t, last);
    } else {
        decide_present(f, notes, t);
    }
    if (t->state == TAKEOVER_FOUND)
        apply_wildcard(f, notes, t);
}

/* A name at or below a cut of the file is another zone's: the file holds no alias there. */
static bool below_cut_of_file(struct facts *f, const dname *owner)
{
    const struct zone *zone = facts_zone(f);
    return zone != NULL && dname_under(owner, zone_apex(zone)) && zone_cut(zone, owner) != NULL;
}

/* What leads from a name to others: the aliases that resolvers follow, or, in a zone from another input than a master file,
 * what its provider looks addresses up at. */
static uint16_t lead_of(struct facts *f, const dname *owner)
{
    const struct zone *zone = facts_zone(f);
    return zone != NULL && zone_has(zone, owner, RRTYPE_ALIAS) ? RRTYPE_ALIAS : RRTYPE_A;
}

static const void *takeover_compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    struct takeover *t = arena_alloc(a, sizeof *t);
    struct notes notes = {.arena = a};
    (void)key_length;
    if (t == NULL)
        return NULL;
    t->owner = t->subject = t->target = key;
    t->chain = resolution_of(f, key, lead_of(f, key));
    if (t->chain != NULL)
        decide(f, &notes, t);
    t->notes = notes.list;
    t->note_count = notes.count;
    return t;
}

const struct takeover *takeover_of(struct facts *f, const dname *owner)
{
    static const struct takeover no_memory = {.state = TAKEOVER_UNKNOWN, .reason = REASON_BUDGET};
    static const struct takeover no_alias = {.state = TAKEOVER_NO_ALIAS};
    static const struct takeover pending = {.state = TAKEOVER_PENDING};
    dname key[DNAME_MAX];
    size_t length = dname_length(owner);
    memcpy(key, owner, length);
    dname_lower_in_place(key);
    if (below_cut_of_file(f, key))
        return &no_alias;
    /* Most names of a zone are no aliases: they cost no memory of their own here. */
    const struct answer *first = facts_lookup(f, key, lead_of(f, key));
    if (first->state == ANSWER_PENDING)
        return &pending;
    if (first->state != ANSWER_ALIAS && first->state != ANSWER_UNKNOWN)
        return &no_alias;
    const struct takeover *t = facts_derive(f, takeover_compute, key, length);
    return t != NULL ? t : &no_memory;
}
