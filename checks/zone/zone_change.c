/* SPDX-License-Identifier: BSD-2-Clause */
/* How much and what a change touches: records under protection, a large share of the zone, TTLs in the moment
 * of a move. */
#include "checks/change_check.h"

#include "auditor/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- zone.protected-record-changed ---- */

#define PROTECT_ID "zone.protected-record-changed"
/* Edits of SPF, DMARC and CAA are daily work and judged by what they do (spf.policy-weakened and the like); that the record
 * goes is what nobody does by the way. */
#define PROTECT_DEFAULT "NS@apex MX@apex DS SPF:gone DMARC:gone CAA:gone"
#define GUARDS_MAX 64u

enum guard_kind { GUARD_TYPE, GUARD_SPF, GUARD_DMARC };

struct guard {
    enum guard_kind kind;
    uint16_t type;
    const dname *owner; /* NULL: anywhere */
    bool gone_only;     /* an edit is no matter, only that nothing of the kind is left */
};

struct guards {
    struct guard list[GUARDS_MAX];
    size_t count;
    const char *bad; /* a word that is none */
};

static bool read_guard(struct facts *f, char *word, struct guard *out)
{
    char *at = strchr(word, '@');
    char *how = strchr(word, ':');
    *out = (struct guard){.kind = GUARD_TYPE, .gone_only = how != NULL};
    if (how != NULL && strcasecmp(how, ":gone") != 0)
        return false;
    if (how != NULL)
        *how = '\0';
    if (at != NULL)
        *at++ = '\0';
    if (strcasecmp(word, "SPF") == 0)
        out->kind = GUARD_SPF;
    else if (strcasecmp(word, "DMARC") == 0)
        out->kind = GUARD_DMARC;
    else
        out->type = rrtype_from_text(word);
    if (at != NULL && strcasecmp(at, "apex") == 0)
        out->owner = facts_target(f);
    else if (at != NULL && dname_from_text(facts_scratch(f), at, &out->owner) != STATUS_OK)
        return false;
    return out->kind != GUARD_TYPE || out->type != 0;
}

static struct guards read_guards(struct facts *f)
{
    struct guards g = {.count = 0};
    char *text = arena_strdup(
        facts_scratch(f), settings_option_text(facts_settings(f), PROTECT_ID, "protect", PROTECT_DEFAULT));
    char *save = NULL;
    for (char *word = text != NULL ? strtok_r(text, " ,\t", &save) : NULL; word != NULL;
         word = strtok_r(NULL, " ,\t", &save)) {
        const char *shown = text_ascii(facts_scratch(f), word, strlen(word));
        if (g.count == GUARDS_MAX || !read_guard(f, word, &g.list[g.count]))
            g.bad = shown;
        else
            g.count++;
    }
    return g;
}

static bool at_dmarc(const dname *owner)
{
    return change_first_label(owner, "_dmarc");
}

/* The set may hold records that this guard is for. */
static bool guards_set(const struct guard *g, const dname *owner, uint16_t type)
{
    if (g->owner != NULL && !dname_equal(g->owner, owner))
        return false;
    if (g->kind == GUARD_SPF)
        return type == RRTYPE_TXT;
    if (g->kind == GUARD_DMARC)
        return at_dmarc(owner) && (type == RRTYPE_TXT || type == RRTYPE_CNAME);
    return g->type == type;
}

static bool text_begins(const struct rdata *r, const char *start)
{
    const size_t length = strlen(start);
    return r->length > length && strncasecmp((const char *)r->octets + 1, start, length) == 0;
}

static bool guards_record(const struct guard *g, const struct rrset *set, const struct rdata *r)
{
    if (g->kind == GUARD_TYPE || set->type != RRTYPE_TXT)
        return true;
    return text_begins(r, g->kind == GUARD_SPF ? "v=spf1" : "v=DMARC1");
}

/* The mail host stays, only its rank is another. */
static bool same_exchange(const struct rrset *after, const struct rdata *r)
{
    const dname *host = rdata_name(r, 2);
    for (uint16_t i = 0; host != NULL && i < after->count; i++) {
        const dname *other = rdata_name(&after->rdata[i], 2);
        if (other != NULL && dname_equal(other, host))
            return true;
    }
    return false;
}

/* The same record, or the same text in other pieces (RFC 7208 section 3.3). */
static bool still_there(struct arena *a, const struct rrset *after, const struct rdata *r)
{
    size_t length = 0;
    if (after == NULL || change_has_record(after, r))
        return after != NULL;
    if (after->type == RRTYPE_MX)
        return same_exchange(after, r);
    const char *text = after->type == RRTYPE_TXT ? rdata_txt(a, r, &length) : NULL;
    for (uint16_t i = 0; text != NULL && i < after->count; i++) {
        size_t other_length = 0;
        const char *other = rdata_txt(a, &after->rdata[i], &other_length);
        if (other != NULL && other_length == length && memcmp(text, other, length) == 0)
            return true;
    }
    return false;
}

static bool any_left(const struct guard *g, const struct rrset *after)
{
    for (uint16_t i = 0; after != NULL && i < after->count; i++) {
        if (guards_record(g, after, &after->rdata[i]))
            return true;
    }
    return false;
}

/* A DMARC record that becomes an alias to one kept elsewhere, or the other way round, is not gone. */
static bool moved(const struct guard *g, const struct change *c, const dname *owner)
{
    if (!g->gone_only || g->kind != GUARD_DMARC)
        return false;
    const bool was_alias = zone_has(c->before, owner, RRTYPE_CNAME);
    return zone_has(c->after, owner, was_alias ? RRTYPE_TXT : RRTYPE_CNAME);
}

/* The first protected record of the old set that is gone, or NULL. */
static const struct rdata *lost_record(struct arena *work, const struct guards *g, const struct change *c,
                                       const struct rrset *before, const struct rrset *after)
{
    for (uint16_t i = 0; i < before->count; i++) {
        bool guarded = false;
        for (size_t k = 0; k < g->count && !guarded; k++)
            guarded = guards_set(&g->list[k], before->owner, before->type) &&
                      guards_record(&g->list[k], before, &before->rdata[i]) &&
                      !moved(&g->list[k], c, before->owner) &&
                      !(g->list[k].gone_only && any_left(&g->list[k], after));
        if (guarded && !still_there(work, after, &before->rdata[i]))
            return &before->rdata[i];
    }
    return NULL;
}

/* Some sources (providers' APIs) have neither SOA nor NS of the apex: they are not deleted, only
 * not shown. */
static bool hidden_apex(const struct change *c, const struct change_item *item)
{
    const dname *apex = zone_apex(c->after);
    return item->type == RRTYPE_NS && item->kind == CHANGE_REMOVED &&
           dname_equal(change_owner(c, item), apex) && zone_has(c->before, apex, RRTYPE_SOA) &&
           !zone_has(c->after, apex, RRTYPE_SOA);
}

/* Records of a name that goes as a whole, and the DS of a delegation that goes, are no loss by themselves. */
static bool goes_along(const struct change *c, const struct change_item *item)
{
    const dname *owner = change_owner(c, item);
    if (item->kind != CHANGE_REMOVED)
        return false;
    if (item->type == RRTYPE_DS)
        return zone_has(c->before, owner, RRTYPE_NS) && !zone_has(c->after, owner, RRTYPE_NS);
    const dname *name = at_dmarc(owner) ? dname_parent(owner) : owner;
    return !dname_equal(name, zone_apex(c->after)) && zone_index(c->after, name) == SIZE_MAX;
}

static bool may_be_guarded(const struct guards *g, const struct change *c, const struct change_item *item)
{
    if (item->gone == 0 || hidden_apex(c, item))
        return false;
    for (size_t k = 0; k < g->count; k++) {
        const struct guard *one = &g->list[k];
        if (guards_set(one, change_owner(c, item), item->type) && !moved(one, c, change_owner(c, item)) &&
            (one->owner != NULL || !goes_along(c, item)))
            return true;
    }
    return false;
}

static void report_protected(struct facts *f, struct findings *out, const struct change *c,
                             const struct rrset *before, const struct rrset *after, const struct rdata *lost)
{
    struct arena *a = facts_scratch(f);
    const char *type = change_type(f, before->type);
    const char *was = rdata_text(a, before->type, lost);
    struct finding *finding =
        after == NULL
            ? findings_add(out, before->owner, "a protected record is deleted: %s %s", type, was)
            : findings_add(out, before->owner, "a protected record is changed: %s %s is gone", type, was);
    finding->rrtype = before->type;
    finding->discriminator = type;
    finding->location = change_place(c, a, before->owner, before->type);
    change_cause(f, finding, before->owner, before->type);
    for (uint16_t i = 0; i < before->count && i < 8; i++)
        finding_note(out, finding, "before", "%s", rr_text(a, before, i));
    for (uint16_t i = 0; after != NULL && i < after->count && i < 8; i++)
        finding_note(out, finding, "after", "%s", rr_text(a, after, i));
}

static bool judge_protected(struct change_pass *p, const struct change_item *item)
{
    const struct guards *g = p->context;
    if (!may_be_guarded(g, p->c, item))
        return false;
    const struct rrset *before = change_before(p->c, p->work, item);
    const struct rrset *after = change_after(p->c, p->work, item);
    const struct rdata *lost = before != NULL ? lost_record(p->work, g, p->c, before, after) : NULL;
    if (lost != NULL && p->tell)
        report_protected(p->f, p->out, p->c, before, after, lost);
    return lost != NULL;
}

static enum verdict run_protected(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    struct change_pass p = {.f = f, .out = out, .c = change_ready(f, out, &verdict)};
    (void)zone;
    if (p.c == NULL)
        return verdict;
    const struct guards g = read_guards(f);
    p.context = &g;
    verdict = change_each(&p, judge_protected, "protected sets are touched");
    if (g.bad != NULL) {
        findings_undetermined(out, REASON_UNSUPPORTED,
                              "the option protect has \"%s\": expected TYPE, SPF or DMARC, @apex or @NAME "
                              "behind it, and :gone where edits are no matter",
                              g.bad);
        return VERDICT_UNDETERMINED;
    }
    findings_pass(out, "no protected record was changed or deleted");
    return verdict;
}

/* ---- zone.mass-change ---- */

#define MASS_ID "zone.mass-change"
#define MASS_PERCENT 30
#define MASS_LEAST 20

static enum verdict run_mass(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct change *c = change_ready(f, out, &verdict);
    if (c == NULL)
        return verdict;
    const struct settings *s = facts_settings(f);
    const uint64_t percent = (uint64_t)settings_option(s, MASS_ID, "percent", MASS_PERCENT);
    const uint64_t least = (uint64_t)settings_option(s, MASS_ID, "least", MASS_LEAST);
    const uint64_t touched = c->records_gone;
    const uint64_t whole = c->records_before;
    const unsigned long long share = whole > 0 ? touched * 100 / whole : 0;
    if (touched < least || touched * 100 <= percent * whole) {
        findings_pass(out, "%zu of %zu records (%llu %%) are deleted or replaced", c->records_gone,
                      c->records_before, share);
        return VERDICT_PASS;
    }
    struct finding *finding =
        findings_add(out, zone, "%zu of %zu records (%llu %%) are deleted or replaced by this change",
                     c->records_gone, c->records_before, share);
    finding->location = change_place(c, facts_scratch(f), zone, RRTYPE_SOA);
    finding_note(out, finding, "difference", "%zu sets removed, %zu changed, %zu added; %zu records now",
                 c->kinds[CHANGE_REMOVED], c->kinds[CHANGE_DATA], c->kinds[CHANGE_ADDED], c->records_after);
    return VERDICT_FAIL;
}

/* ---- zone.ttl-raised-before-move ---- */

#define TTL_ID "zone.ttl-raised-before-move"
#define TTL_HIGH_S 172800
#define TTL_LEAST_S 300

static bool leads_users(uint16_t type)
{
    switch (type) {
    case RRTYPE_A:
    case RRTYPE_AAAA:
    case RRTYPE_CNAME:
    case RRTYPE_MX:
    case RRTYPE_NS:
    case RRTYPE_SRV:
    case RRTYPE_SVCB:
    case RRTYPE_HTTPS:
    case RRTYPE_DNAME:
        return true;
    default:
        return false;
    }
}

struct ttl_limits {
    uint64_t high, least;
};

static bool judge_ttl(struct change_pass *p, const struct change_item *item)
{
    const struct ttl_limits *limits = p->context;
    if ((item->kind != CHANGE_DATA && item->kind != CHANGE_TTL) || !leads_users(item->type))
        return false;
    const struct rrset *before = change_before(p->c, p->work, item);
    const struct rrset *after = change_after(p->c, p->work, item);
    if (before == NULL || after == NULL || after->ttl_s <= before->ttl_s)
        return false;
    const bool moved = item->gone > 0 && after->ttl_s > limits->least;
    if ((!moved && after->ttl_s <= limits->high) || !p->tell)
        return moved || after->ttl_s > limits->high;
    const char *type = change_type(p->f, item->type);
    const char *span = change_span(p->f, after->ttl_s);
    struct finding *finding =
        moved
            ? findings_add(p->out, after->owner,
                           "%s is replaced and its TTL raised from %u to %u in one change: should the new "
                           "data be wrong, users keep it for %s after it was corrected",
                           type, (unsigned)before->ttl_s, (unsigned)after->ttl_s, span)
            : findings_add(p->out, after->owner,
                           "the TTL of %s is raised from %u to %u: from now on every correction takes %s to "
                           "reach all users",
                           type, (unsigned)before->ttl_s, (unsigned)after->ttl_s, span);
    finding->severity = moved ? SEVERITY_MEDIUM : SEVERITY_LOW;
    finding->rrtype = item->type;
    finding->discriminator = type;
    finding->location = change_place(p->c, facts_scratch(p->f), after->owner, item->type);
    return true;
}

static enum verdict run_ttl(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    struct change_pass p = {.f = f, .out = out, .c = change_ready(f, out, &verdict)};
    const struct settings *s = facts_settings(f);
    const struct ttl_limits limits = {.high = (uint64_t)settings_option(s, TTL_ID, "high", TTL_HIGH_S),
                                      .least = (uint64_t)settings_option(s, TTL_ID, "least", TTL_LEAST_S)};
    (void)zone;
    if (p.c == NULL)
        return verdict;
    p.context = &limits;
    findings_pass(out, "no TTL is raised together with new data, or above %s", change_span(f, limits.high));
    return change_each(&p, judge_ttl, "TTLs are raised");
}

/* ---- records ---- */

static const struct check_option protect_options[] = {
    {"protect",
     "what is protected: TYPE, SPF or DMARC, each with @apex or @NAME behind it for one owner only, and :gone where "
     "edits are no matter",
     PROTECT_DEFAULT, 0, 0},
    {0},
};

static const struct check_option mass_options[] = {
    {"percent", "share of the zone's records that may be deleted or replaced", "30", 1, 100},
    {"least", "changes of fewer records pass whatever their share", "20", 1, 1000000000},
    {0},
};

static const struct check_option ttl_options[] = {
    {"high", "seconds above which a raised TTL is told even if nothing else changes", "172800", 1,
     2147483647},
    {"least", "seconds up to which a TTL may be raised together with new data", "300", 0, 2147483647},
    {0},
};

#define ZONE_CHANGE_COMMON                                                                                   \
    CHANGE_COMMON, .area = "zone", .effort = "minutes", .confidence_lowest = CONFIDENCE_CONFIRMED,           \
                   .needs = "the zone before and after the change", .controls = {{"nist-800-53r5", "CM-3"}}

const struct check topic_zone_change[] = {
    {
        ZONE_CHANGE_COMMON,
        .id = PROTECT_ID,
        .title = "Records under protection stay as they are",
        .failure_title = "A record under protection is changed or deleted",
        .why = "Name servers, mail servers, the records that keep others from sending mail or getting "
               "certificates in your name, and the links of the chain of trust carry everything else. A slip "
               "there takes the whole domain down, and a change there is what an intruder makes first.",
        .fix = "If the change is meant, let a second person look at it and accept the finding with a waiver "
               "for this change. Otherwise restore the record.",
        .tags = "change policy review",
        .severity = SEVERITY_HIGH,
        .subject_kind = "name",
        .discriminator = "type",
        .references = {RFC(2182, "3"), RFC_WHOLE(7208), RFC_WHOLE(9989), RFC_WHOLE(8659), RFC(4035, "2.4")},
        .attack = "T1584.002",
        .false_positives =
            "Not told are: records added beside protected ones, another TTL, order or preference, and what goes "
            "together with the whole name or delegation. What is protected is yours to say, with the option "
            "protect.",
        .example_pass = "!offline\n@ MX 10 mail\n@ MX 20 mail2\nmail A 192.0.2.25\nmail2 A 192.0.2.26\n"
                        "!before\n@ MX 10 mail\nmail A 192.0.2.25\n",
        .example_fail = "!offline\n@ MX 10 mail.example.net.\n!before\n@ MX 10 mail\nmail A 192.0.2.25\n",
        .options = protect_options,
        .run = run_protected,
    },
    {
        ZONE_CHANGE_COMMON,
        .id = MASS_ID,
        .title = "A change touches a small share of the zone",
        .failure_title = "A large share of the zone's records is deleted or replaced",
        .why = "An empty inventory, a template gone wrong or a truncated file looks like any other change "
               "until it is deployed: then a good part of the organisation's names is gone at once.",
        .fix = "Look at the whole difference. If it is meant, split it into steps or accept the finding with "
               "a waiver for this change.",
        .tags = "change policy outage",
        .severity = SEVERITY_MEDIUM,
        .subject_kind = "zone",
        .references = {{"octoDNS, plan safety", "https://github.com/octodns/octodns#update_pcent_threshold"}},
        .false_positives =
            "Signatures and denial records are not counted, so signing a zone again is no mass change.",
        .example_pass = "!offline\nwww A 192.0.2.11\n!before\nwww A 192.0.2.10\n",
        .example_fail = "!offline\n!option zone.mass-change least 3\n"
                        "!before\na A 192.0.2.1\nb A 192.0.2.2\nc A 192.0.2.3\nd A 192.0.2.4\n",
        .options = mass_options,
        .run = run_mass,
    },
    {
        ZONE_CHANGE_COMMON,
        .id = TTL_ID,
        .title = "TTLs are not raised in the moment of a move",
        .failure_title = "A TTL is raised together with new data, or very high",
        .why = "Whatever goes wrong with the move, resolvers that have fetched the new data keep it for the "
               "new, longer time: the way back takes as long.",
        .fix = "Move with the old or a lower TTL, and raise it in a change of its own when the new data has "
               "proved itself.",
        .tags = "change ttl move outage",
        .severity = SEVERITY_MEDIUM,
        .subject_kind = "name",
        .discriminator = "type",
        .references = {RFC(1912, "2.2"), RFC(2181, "5.2")},
        .example_pass = "!offline\nwww 300 A 192.0.2.11\n!before\nwww 3600 A 192.0.2.10\n",
        .example_fail = "!offline\nwww 86400 A 192.0.2.11\n!before\nwww 300 A 192.0.2.10\n",
        .options = ttl_options,
        .run = run_ttl,
    },
    {0},
};
