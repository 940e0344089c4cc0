/* SPDX-License-Identifier: BSD-2-Clause */
/* Policy discovery by RFC 9989 section 4.10 and by RFC 7489 section 6.6.3. */
#include "auditor/facts/derived/dmarc.h"

#include "auditor/facts/derived/suffix.h"

#include <string.h>

/* ---- one name -------------------------------------------------------------------------------- */

static void sort_texts(struct arena *a, struct dmarc_site *s, const struct rrset *set)
{
    struct dmarc_text *records = arena_array(a, set->count, sizeof(*records));
    struct dmarc_text *near = arena_array(a, set->count, sizeof(*near));
    if (records == NULL || near == NULL)
        return;
    s->records = records;
    s->near = near;
    for (uint16_t i = 0; i < set->count; i++) {
        struct dmarc_text t = {.set = set, .index = i};
        t.text = rdata_txt(a, &set->rdata[i], &t.length);
        t.version = t.text != NULL ? dmarc_version_of(t.text, t.length) : DMARC_VERSION_NONE;
        if (t.version == DMARC_VERSION_1)
            records[s->record_count++] = t;
        else if (t.version != DMARC_VERSION_NONE)
            near[s->near_count++] = t;
        else
            s->unrelated++;
    }
}

static void site_read(struct arena *a, struct dmarc_site *s)
{
    const struct answer *last = s->txt->last;
    s->state = DMARC_FOUND_NONE;
    if (last->state == ANSWER_PENDING) {
        s->state = DMARC_FOUND_PENDING;
    } else if (last->state == ANSWER_UNKNOWN || last->state == ANSWER_ALIAS) {
        s->state = DMARC_FOUND_UNKNOWN;
        s->reason = last->state == ANSWER_UNKNOWN ? last->reason : REASON_SERVFAIL;
    } else if (last->state == ANSWER_RRSET) {
        s->wildcard = s->txt->hops[0]->wildcard;
        sort_texts(a, s, last->rrset);
    }
    if (s->record_count > 1) {
        s->state = DMARC_FOUND_SEVERAL;
    } else if (s->record_count == 1) {
        s->state = DMARC_FOUND_ONE;
        s->record = dmarc_record_parse(a, s->records[0].text, s->records[0].length);
        if (s->record == NULL) {
            s->state = DMARC_FOUND_UNKNOWN;
            s->reason = REASON_INTERNAL;
        }
    }
}

/* The key is the owner; the domain is set by the callers, who know it. */
static const void *owner_compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    (void)key_length;
    struct dmarc_site *s = arena_alloc(a, sizeof(*s));
    if (s == NULL)
        return NULL;
    s->owner = s->domain = dname_copy(a, key);
    s->txt = resolution_of(f, key, RRTYPE_TXT);
    if (s->owner == NULL || s->txt == NULL)
        return NULL;
    site_read(a, s);
    return s;
}

static const struct dmarc_site *derive_site(struct facts *f, derive_fn compute, const dname *name)
{
    static const struct dmarc_site nomem = {
        .domain = DNAME_ROOT, .state = DMARC_FOUND_UNKNOWN, .reason = REASON_INTERNAL};
    dname key[DNAME_MAX];
    size_t length = dname_length(name);
    memcpy(key, name, length);
    dname_lower_in_place(key);
    const struct dmarc_site *s = facts_derive(f, compute, key, length);
    return s != NULL ? s : &nomem;
}

const struct dmarc_site *dmarc_at_owner(struct facts *f, const dname *owner)
{
    return derive_site(f, owner_compute, owner);
}

static const void *site_compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    (void)key_length;
    struct dmarc_site *s = arena_alloc(a, sizeof(*s));
    const dname *domain = dname_copy(a, key);
    if (s == NULL || domain == NULL)
        return NULL;
    const dname *owner = dname_prepend(a, "_dmarc", domain);
    /* No room for the label: such a name cannot have a record (the other way to get NULL is want of memory).
     */
    *s = (struct dmarc_site){.state = DMARC_FOUND_NONE};
    if (owner != NULL)
        *s = *dmarc_at_owner(f, owner);
    s->domain = domain;
    s->owner = owner;
    return s;
}

const struct dmarc_site *dmarc_at(struct facts *f, const dname *domain)
{
    return derive_site(f, site_compute, domain);
}

/* ---- the walk -------------------------------------------------------------------------------- */

/* The name itself, then its ancestors with at most seven labels down to one: eight questions at most. */
static void tree_walk(struct facts *f, struct dmarc *d)
{
    unsigned labels = dname_labels(d->name);
    unsigned left = labels < DMARC_QUERIES_MAX ? labels : DMARC_QUERIES_MAX;
    const dname *at = d->name;
    while (labels > 0 && d->walk_count < DMARC_QUERIES_MAX) {
        const struct dmarc_site *s = dmarc_at(f, at);
        d->walk[d->walk_count++] = s;
        d->pending = d->pending || s->state == DMARC_FOUND_PENDING;
        if (s->state == DMARC_FOUND_ONE && s->record->psd != 'u') {
            d->walk_ended = true;
            return;
        }
        if (left-- <= 1)
            return;
        at = dname_ancestor(d->name, left);
    }
}

static const struct dmarc_site *first_unknown(const struct dmarc *d)
{
    for (unsigned i = 0; i < d->walk_count; i++) {
        if (d->walk[i]->state == DMARC_FOUND_UNKNOWN)
            return d->walk[i];
    }
    return NULL;
}

/* RFC 9989 section 4.10.2, from the longest name to the shortest. */
static void select_org(struct dmarc *d)
{
    d->now.org = d->name;
    for (unsigned i = 0; i < d->walk_count; i++) {
        const struct dmarc_site *s = d->walk[i];
        if (s->state != DMARC_FOUND_ONE)
            continue;
        if (s->record->psd == 'y' && i > 0) {
            d->psd = s;
            d->now.org = dname_ancestor(d->name, dname_labels(s->domain) + 1);
            break;
        }
        d->now.org = s->domain;
    }
    const struct dmarc_site *unknown = first_unknown(d);
    d->now.org_known = !d->pending && unknown == NULL;
    d->now.org_reason = unknown != NULL ? unknown->reason : REASON_NONE;
}

static const struct dmarc_site *walk_find(const struct dmarc *d, const dname *domain)
{
    for (unsigned i = 0; i < d->walk_count; i++) {
        if (d->walk[i]->state == DMARC_FOUND_ONE && dname_equal(d->walk[i]->domain, domain))
            return d->walk[i];
    }
    return NULL;
}

static void found(struct dmarc_outcome *o, const struct dmarc_site *from, enum dmarc_source source)
{
    o->state = DMARC_POLICY;
    o->from = from;
    o->source = source;
}

/* RFC 9989 section 4.10.1: the author domain, then the organizational domain, then the public suffix domain.
 */
static void discover_now(struct dmarc *d)
{
    struct dmarc_outcome *o = &d->now;
    const struct dmarc_site *author = d->walk_count > 0 ? d->walk[0] : NULL;
    select_org(d);
    if (author != NULL && author->state == DMARC_FOUND_ONE) {
        found(o, author, DMARC_AUTHOR_DOMAIN);
        return;
    }
    if (d->pending || !o->org_known) {
        o->state = d->pending ? DMARC_PENDING : DMARC_UNKNOWN;
        o->reason = o->org_reason;
        return;
    }
    const struct dmarc_site *org = walk_find(d, o->org);
    o->state = DMARC_NO_POLICY;
    if (org != NULL)
        found(o, org, DMARC_ORGANIZATIONAL_DOMAIN);
    else if (d->psd != NULL)
        found(o, d->psd, DMARC_PUBLIC_SUFFIX_DOMAIN);
}

/* ---- RFC 7489 -------------------------------------------------------------------------------- */

static void fail_before(struct dmarc *d, const struct dmarc_site *s)
{
    d->before.state = s->state == DMARC_FOUND_PENDING ? DMARC_PENDING : DMARC_UNKNOWN;
    d->before.reason = s->reason;
    d->pending = d->pending || s->state == DMARC_FOUND_PENDING;
}

/* RFC 7489 section 6.6.3: the name, and if nothing is there, the registrable domain; several records end it.
 */
static void discover_before(struct facts *f, struct dmarc *d)
{
    struct dmarc_outcome *o = &d->before;
    o->state = DMARC_UNKNOWN;
    d->list = suffix_public(d->name, true) != NULL;
    if (!d->list)
        return;
    const dname *registrable = suffix_registrable(d->name, true);
    o->org = registrable != NULL ? registrable : d->name;
    o->org_known = true;
    const struct dmarc_site *author = dmarc_at(f, d->name);
    bool same = dname_equal(o->org, d->name);
    const struct dmarc_site *org = same ? author : dmarc_at(f, o->org);
    o->state = DMARC_NO_POLICY;
    if (author->state == DMARC_FOUND_ONE)
        found(o, author, DMARC_AUTHOR_DOMAIN);
    else if (author->state == DMARC_FOUND_PENDING || author->state == DMARC_FOUND_UNKNOWN)
        fail_before(d, author);
    else if (author->state == DMARC_FOUND_NONE && org->state == DMARC_FOUND_ONE)
        found(o, org, DMARC_ORGANIZATIONAL_DOMAIN);
    else if (author->state == DMARC_FOUND_NONE && org->state != DMARC_FOUND_NONE &&
             org->state != DMARC_FOUND_SEVERAL)
        fail_before(d, org);
}

/* ---- what the record asks for ---------------------------------------------------------------- */

/* A non-existent domain has neither A, AAAA nor MX (RFC 9989, definition of non-existent domains). */
static void find_existence(struct facts *f, struct dmarc *d)
{
    static const uint16_t types[] = {RRTYPE_A, RRTYPE_AAAA, RRTYPE_MX};
    bool all_known = true;
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        const struct resolution *r = resolution_of(f, d->name, types[i]);
        enum answer_state state = r != NULL ? r->last->state : ANSWER_UNKNOWN;
        d->exists = d->exists || state == ANSWER_RRSET;
        d->pending = d->pending || state == ANSWER_PENDING;
        if (state == ANSWER_UNKNOWN && r != NULL)
            d->now.reason = r->last->reason;
        all_known = all_known && (state == ANSWER_NODATA || state == ANSWER_NXDOMAIN);
    }
    d->existence_known = d->exists || all_known;
}

static void ask_for(struct dmarc_outcome *o, const struct dmarc_request *request, const char *tag)
{
    o->tag = tag;
    o->policy = request->policy;
}

/* A record without a valid p, or with an invalid sp (or np), counts as p=none if somebody can get reports,
 * and as no record at all if not (RFC 9989 section 4.10.1, RFC 7489 section 6.6.3). Without any p RFC 9989
 * takes none. */
static bool usable(struct dmarc_outcome *o, bool valid)
{
    o->processed = valid || o->from->record->reportable;
    if (!valid) {
        o->tag = "default";
        o->policy = DMARC_NONE;
    }
    o->applied = o->policy;
    return valid;
}

static bool bad(const struct dmarc_request *request)
{
    return request->present && !request->valid;
}

static void effect_now(struct facts *f, struct dmarc *d)
{
    struct dmarc_outcome *o = &d->now;
    const struct dmarc_record *r = o->from->record;
    if (!usable(o, !bad(&r->p) && !bad(&r->sp) && !bad(&r->np)))
        return;
    ask_for(o, &r->p, r->p.present ? "p" : "default");
    if (o->source != DMARC_AUTHOR_DOMAIN) {
        if (r->sp.present)
            ask_for(o, &r->sp, "sp");
        if (r->np.present) {
            find_existence(f, d);
            if (d->existence_known && !d->exists)
                ask_for(o, &r->np, "np");
            else if (!d->existence_known && r->np.policy != o->policy)
                o->state = d->pending ? DMARC_PENDING : DMARC_UNKNOWN;
        }
    }
    o->applied = o->policy;
    if (r->testing && o->policy != DMARC_NONE)
        o->applied = o->policy == DMARC_REJECT ? DMARC_QUARANTINE : DMARC_NONE;
}

static void effect_before(struct dmarc_outcome *o)
{
    const struct dmarc_record *r = o->from->record;
    if (!usable(o, r->p.present && r->p.valid && !bad(&r->sp)))
        return;
    ask_for(o, &r->p, "p");
    if (o->source != DMARC_AUTHOR_DOMAIN && r->sp.present)
        ask_for(o, &r->sp, "sp");
    o->applied = o->policy;
}

static const void *dmarc_compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    (void)key_length;
    struct dmarc *d = arena_alloc(a, sizeof(*d));
    if (d == NULL)
        return NULL;
    d->name = dname_copy(a, key);
    if (d->name == NULL)
        return NULL;
    tree_walk(f, d);
    discover_now(d);
    discover_before(f, d);
    if (d->now.state == DMARC_POLICY)
        effect_now(f, d);
    if (d->before.state == DMARC_POLICY)
        effect_before(&d->before);
    return d;
}

const struct dmarc *dmarc_of(struct facts *f, const dname *name)
{
    static const struct dmarc nomem = {.name = DNAME_ROOT,
                                       .now = {.state = DMARC_UNKNOWN, .reason = REASON_INTERNAL},
                                       .before = {.state = DMARC_UNKNOWN, .reason = REASON_INTERNAL}};
    dname key[DNAME_MAX];
    size_t length = dname_length(name);
    memcpy(key, name, length);
    dname_lower_in_place(key);
    const struct dmarc *d = facts_derive(f, dmarc_compute, key, length);
    return d != NULL ? d : &nomem;
}
