/* SPDX-License-Identifier: BSD-2-Clause */
/* A zone as its servers hold it: for every name that the other side, a listing or --names knows, what is asked for there.
 * Names that nobody knows stay unknown: a live zone tells what is at a name, not which names there are. */
#include "auditor/commands/interrupt.h"
#include "auditor/commands/live.h"
#include "auditor/commands/side.h"
#include "auditor/facts/derived/delegation.h"
#include "auditor/facts/derived/names.h"

#include <stdlib.h>

#define TYPES_MAX 64

struct reading {
    const dname *apex;
    const struct zone *other; /* the zone of that name on the other side, or NULL */
    struct zone *zone;        /* of the last run; begun anew with each */
    size_t asked, unknown;
    const dname *first_unknown;
    bool no_memory;
};

static void add_set(struct reading *r, const struct rrset *set)
{
    for (uint16_t i = 0; i < set->count; i++)
        r->no_memory = r->no_memory || zone_add(r->zone, set->owner, set->type, set->class, set->ttl_s,
                                                set->rdata[i].octets, set->rdata[i].length, NULL) != STATUS_OK;
    for (uint16_t i = 0; i < set->sig_count; i++)
        r->no_memory = r->no_memory || zone_add(r->zone, set->owner, RRTYPE_RRSIG, set->class, set->sig_ttl_s,
                                                set->sigs[i].octets, set->sigs[i].length, NULL) != STATUS_OK;
}

/* Proofs that a type is not there come with the answer: they are the zone's chain of denial. */
static void add_denials(struct reading *r, const struct reply *reply)
{
    for (size_t i = 0; reply != NULL && i < reply->authority.count; i++) {
        const struct rrset *set = &reply->authority.sets[i];
        if ((set->type == RRTYPE_NSEC || set->type == RRTYPE_NSEC3) && dname_under(set->owner, r->apex))
            add_set(r, set);
    }
}

/* @return true if the name is an alias: nothing else is there to ask for */
static bool read_type(struct facts *f, struct reading *r, const dname *name, uint16_t type)
{
    const struct answer *answer = facts_lookup(f, name, type);
    r->asked++;
    if (answer->state == ANSWER_UNKNOWN && r->unknown++ == 0)
        r->first_unknown = name;
    if (answer->state == ANSWER_ALIAS && answer->rrset != NULL && dname_equal(answer->rrset->owner, name)) {
        add_set(r, answer->rrset);
        return answer->rrset->type == RRTYPE_CNAME;
    }
    if (answer->state == ANSWER_RRSET && answer->rrset->more > 0 && r->unknown++ == 0)
        r->first_unknown = name; /* a set that is known in part would look changed */
    if (answer->state == ANSWER_RRSET && !answer->wildcard)
        add_set(r, answer->rrset);
    if (answer->state == ANSWER_NODATA)
        add_denials(r, answer->reply);
    return false;
}

/* NS and glue as the zone's own servers refer to the child, and the DS they hold for it. */
static void read_cut(struct facts *f, struct reading *r, const dname *name)
{
    const struct delegation *d = delegation_of(f, name);
    read_type(f, r, name, RRTYPE_DS);
    for (size_t i = 0; i < d->parent_count; i++) {
        const struct reply *reply = d->parent_replies[i];
        const struct rrset *ns = reply->state == REPLY_OK ? section_find(&reply->authority, name, RRTYPE_NS) : NULL;
        if (ns == NULL)
            continue;
        add_set(r, ns);
        for (size_t s = 0; s < reply->additional.count; s++) {
            const struct rrset *glue = &reply->additional.sets[s];
            if (dname_under(glue->owner, name) && (glue->type == RRTYPE_A || glue->type == RRTYPE_AAAA))
                add_set(r, glue);
        }
        return;
    }
    if (r->unknown++ == 0)
        r->first_unknown = name;
}

/* What is common, and what the other side has there. */
static size_t types_at(const struct reading *r, const dname *name, uint16_t types[static TYPES_MAX])
{
    static const uint16_t common[] = {RRTYPE_A, RRTYPE_AAAA, RRTYPE_MX, RRTYPE_TXT};
    static const uint16_t apex[] = {RRTYPE_SOA, RRTYPE_NS, RRTYPE_DNSKEY, RRTYPE_CAA, RRTYPE_NSEC3PARAM, RRTYPE_CDS,
                                    RRTYPE_CDNSKEY};
    static const uint16_t fresh[] = {RRTYPE_SRV, RRTYPE_CAA, RRTYPE_TLSA, RRTYPE_HTTPS, RRTYPE_PTR};
    struct zone_view view = {0};
    const struct zone_node *node = r->other != NULL ? zone_node(r->other, name, &view) : NULL;
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_SIZE(common); i++)
        types[count++] = common[i];
    for (size_t i = 0; dname_equal(name, r->apex) && i < ARRAY_SIZE(apex); i++)
        types[count++] = apex[i];
    for (size_t i = 0; node == NULL && i < ARRAY_SIZE(fresh); i++)
        types[count++] = fresh[i];
    for (size_t s = 0; node != NULL && s < node->set_count && count < TYPES_MAX; s++) {
        uint16_t type = node->sets[s].type;
        bool there = type == RRTYPE_CNAME || type == RRTYPE_RRSIG || type == RRTYPE_NSEC || type == RRTYPE_NSEC3;
        for (size_t i = 0; i < count && !there; i++)
            there = types[i] == type;
        if (!there)
            types[count++] = type;
    }
    zone_view_free(&view);
    return count;
}

static void read_name(struct facts *f, struct reading *r, const dname *name)
{
    uint16_t types[TYPES_MAX];
    const struct cut *cut = facts_cut(f, name);
    if (cut->state == FACT_KNOWN && !dname_equal(cut->apex, r->apex)) {
        if (dname_equal(cut->apex, name) && dname_equal(cut->parent != NULL ? cut->parent : DNAME_ROOT, r->apex))
            read_cut(f, r, name);
        return; /* what lies deeper is the child's */
    }
    size_t count = types_at(r, name, types);
    for (size_t i = 0; i < count; i++) {
        if (read_type(f, r, name, types[i]))
            return;
    }
}

static void read_zone(struct facts *f, void *context)
{
    struct reading *r = context;
    const struct names *names = names_of(f, r->apex);
    zone_free(r->zone);
    *r = (struct reading){.apex = r->apex, .other = r->other, .zone = zone_new(r->apex)};
    if (r->zone == NULL) {
        r->no_memory = true;
        return;
    }
    for (size_t i = 0; i < names->count; i++) {
        const dname *name = names->list[i].name;
        read_name(f, r, name);
        /* Names that are empty have a place in the chain too (RFC 5155 section 7.1). */
        for (name = dname_parent(name); name != NULL && dname_labels(name) > dname_labels(r->apex) &&
                                        !names_has(names, name);
             name = dname_parent(name))
            read_type(f, r, name, RRTYPE_A);
    }
}

/* The names of the other side are names to ask for. */
static void hint_names(struct setup *s, const struct zone *other)
{
    size_t count = other != NULL ? zone_node_count(other) : 0;
    const dname **names = arena_array(s->arena, s->settings.names_count + count, sizeof(*names));
    size_t kept = 0;
    if (names == NULL)
        return;
    for (size_t i = 0; i < s->settings.names_count; i++)
        names[kept++] = s->settings.names[i];
    for (size_t i = 0; i < count; i++) {
        if (zone_place_at(other, i) != ZONE_PLACE_BELOW && (zone_types_at(other, i) & ~ZONE_HAS(NSEC3)) != 0)
            names[kept++] = zone_owner_at(other, i);
    }
    s->settings.names = names;
    s->settings.names_count = kept;
}

static int settle(const struct setup *s, struct reading *r)
{
    enum status status = live_settle(s, r->apex, read_zone, r);
    if (interrupted_code() != 0)
        return interrupted_code();
    return status == STATUS_OK ? -1 : EXIT_INCOMPLETE;
}

int side_read_live(const struct options *o, struct setup *s, const dname *apex, const struct zones *other,
                   struct zone **out)
{
    struct setup live = *s;
    struct reading r = {.apex = apex, .other = other != NULL ? zone_set_find(&other->set, apex) : NULL};
    char name[DNAME_TEXT_MAX];
    char text[DNAME_TEXT_MAX];
    int code = setup_network(&live, o);
    if (code != -1)
        return code;
    hint_names(&live, r.other);
    live.settings.targets = &apex;
    live.settings.targets_count = 1;
    code = settle(&live, &r);
    if (code == -1 && (r.no_memory || zone_finish(r.zone) != STATUS_OK)) {
        complain("out of memory");
        code = EXIT_TROUBLE;
    } else if (code == -1 && r.unknown > 0) {
        complain("live:%s: %zu of %zu questions were not answered, the first at %s: what is served cannot be told",
                 dname_text_into(apex, name), r.unknown, r.asked, dname_text_into(r.first_unknown, text));
        code = EXIT_INCOMPLETE;
    } else if (code == -1 && !zone_has(r.zone, apex, RRTYPE_SOA)) {
        complain("live:%s: no server answers for a zone of that name", dname_text_into(apex, name));
        code = EXIT_USAGE;
    } else if (code == EXIT_INCOMPLETE) {
        complain("live:%s: the zone could not be read to its end", dname_text_into(apex, name));
    }
    if (code == -1)
        *out = r.zone;
    else
        zone_free(r.zone);
    return code;
}
