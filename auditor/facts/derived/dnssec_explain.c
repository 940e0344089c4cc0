/* SPDX-License-Identifier: BSD-2-Clause */
/* The chain of trust of a name in words: what `ask dnssec` prints. */
#include "auditor/facts/derived/dnssec.h"

#include "auditor/base/clock.h"
#include "auditor/facts/derived/resolution.h"

#define ZONES_SHOWN DNAME_LABELS_MAX

struct page {
    struct facts *f;
    struct arena *a;
    struct buf text;
};

/* ---- one zone ------------------------------------------------------------------------------------------ */

static void add_keys(struct page *p, const struct dnssec_zone *z)
{
    char name[16];
    for (size_t i = 0; i < z->keys.count; i++) {
        const struct dnssec_key *key = &z->keys.list[i];
        buf_printf(&p->text, "      DNSKEY %u, flags %u, %s%s\n", (unsigned)key->tag, (unsigned)key->flags,
                   dnssec_algorithm_text(key->algorithm, name), key->state == DNSSEC_KEY_USABLE ? "" : " (not usable)");
    }
}

static void add_ds(struct page *p, const struct dnssec_zone *z)
{
    const char *source = z->anchored ? "trust anchor" : z->given ? "DS given by the user" : "DS at the parent";
    for (size_t i = 0; i < z->ds_count; i++) {
        const struct dnssec_ds *ds = &z->ds[i];
        buf_printf(&p->text, "      %s: %u %u %u%s\n", source, (unsigned)ds->tag, (unsigned)ds->algorithm,
                   (unsigned)ds->digest_type, dnssec_ds_usable(ds) ? "" : " (validators do not use it)");
    }
    if (z->ds_count == 0 && z->anchored)
        buf_printf(&p->text, "      %s: keys\n", source);
}

static void add_signature(struct page *p, const char *what, const struct dnssec_judged *j)
{
    char from[CLOCK_TEXT_SIZE], until[CLOCK_TEXT_SIZE];
    if (!j->good)
        return;
    clock_rfc3339(j->inception_s, from);
    clock_rfc3339(j->expires_s, until);
    buf_printf(&p->text, "      %s signed by key %u, valid from %s until %s\n", what, (unsigned)j->tag, from, until);
}

static void add_status(struct page *p, enum dnssec_status status, enum dnssec_why why, enum reason reason)
{
    buf_str(&p->text, dnssec_status_text(status));
    if (why != DNSSEC_WHY_NONE)
        buf_printf(&p->text, ": %s", dnssec_why_text(why));
    if (reason != REASON_NONE)
        buf_printf(&p->text, " (%s)", reason_text(reason));
    buf_char(&p->text, '\n');
}

static void add_zone(struct page *p, const struct dnssec_zone *z)
{
    buf_printf(&p->text, "  zone %s ", dname_text(p->a, z->apex));
    add_status(p, z->status, z->why, z->reason);
    add_ds(p, z);
    add_signature(p, "DS", &z->ds_judged);
    add_keys(p, z);
    add_signature(p, "DNSKEY", &z->dnskey_judged);
}

/* From the anchor down. */
static void add_chain(struct page *p, const dname *apex)
{
    const struct dnssec_zone *zones[ZONES_SHOWN];
    size_t count = 0;
    const struct dnssec_zone *z = dnssec_zone_of(p->f, apex);
    for (; count < ZONES_SHOWN; z = dnssec_zone_of(p->f, z->parent)) {
        zones[count++] = z;
        if (z->parent == NULL)
            break;
    }
    while (count > 0)
        add_zone(p, zones[--count]);
}

/* ---- one name ------------------------------------------------------------------------------------------ */

static const char *state_text(const struct dnssec_verdict *v)
{
    static const char *const texts[] = {
        [ANSWER_PENDING] = "no answer yet", [ANSWER_UNKNOWN] = "no answer", [ANSWER_RRSET] = "data",
        [ANSWER_ALIAS] = "alias",           [ANSWER_NODATA] = "no data",    [ANSWER_NXDOMAIN] = "no such name",
    };
    if (v->answer == NULL)
        return "no answer";
    return v->compact ? "no such name (compact denial)" : texts[v->answer->state];
}

static void add_name(struct page *p, const dname *name, uint16_t type, const struct dnssec_verdict *v)
{
    char text[16];
    buf_printf(&p->text, "  %s %s, %s%s: ", dname_text(p->a, name), rrtype_text(type, text), state_text(v),
               v->wildcard ? ", from a wildcard" : "");
    add_status(p, v->status, v->why, v->reason);
    add_signature(p, v->answer != NULL && v->answer->state == ANSWER_ALIAS ? "alias" : "set", &v->judged);
}

/* Which of two verdicts a chain of aliases has: bogus beats unknown beats insecure. */
static const struct dnssec_verdict *worse(const struct dnssec_verdict *a, const struct dnssec_verdict *b)
{
    static const int rank[] = {
        [DNSSEC_SECURE] = 0, [DNSSEC_INSECURE] = 1, [DNSSEC_UNDETERMINED] = 2, [DNSSEC_PENDING] = 3, [DNSSEC_BOGUS] = 4,
    };
    return rank[b->status] > rank[a->status] ? b : a;
}

static struct explanation finish(struct page *p, const dname *name, uint16_t type, const struct dnssec_verdict *worst)
{
    char text[16];
    const char *body = buf_text(&p->text);
    const char *full = arena_printf(p->a, "%s %s: %s\n%s", dname_text(p->a, name), rrtype_text(type, text),
                                    dnssec_status_text(worst->status), body);
    struct explanation out = {.text = full != NULL ? full : "", .reason = worst->reason,
                              .undetermined = worst->status == DNSSEC_UNDETERMINED || worst->status == DNSSEC_PENDING};
    if (out.undetermined && out.reason == REASON_NONE)
        out.reason = REASON_INCOMPLETE_DATA;
    buf_free(&p->text);
    return out;
}

struct explanation dnssec_explain(struct facts *f, struct arena *a, const dname *name, uint16_t type)
{
    struct page p = {.f = f, .a = a, .text = BUF_INIT((size_t)1 << 20)};
    const struct dnssec_verdict *worst = NULL;
    const dname *apex = NULL;
    const dname *at = name;
    for (unsigned hop = 0; at != NULL && hop <= RESOLUTION_HOPS_MAX; hop++) {
        const struct dnssec_verdict *v = dnssec_verdict_of(f, at, type);
        if (apex == NULL || !dname_equal(apex, v->zone->apex)) /* not again for an alias within the zone */
            add_chain(&p, v->zone->apex);
        apex = v->zone->apex;
        add_name(&p, at, type, v);
        worst = worst == NULL ? v : worse(worst, v);
        at = v->answer != NULL && v->answer->state == ANSWER_ALIAS ? v->answer->target : NULL;
    }
    return finish(&p, name, type, worst);
}
