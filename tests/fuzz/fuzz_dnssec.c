/* SPDX-License-Identifier: BSD-2-Clause */
/* The chain validator over signed zones whose records were changed: no crash, bounded work, and never "secure" for data
 * that was changed after signing. */
#include "auditor/base/reader.h"
#include "auditor/facts/derived/dnssec.h"
#include "auditor/facts/store.h"
#include "auditor/facts/zone.h"
#include "tests/world_sign.h"

#include <stdlib.h>
#include <string.h>

#define NOW 1767225600 /* 2026-01-01 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The signed zone, made once: an anchor stands at its apex, so one zone is a whole chain. */
static struct {
    struct arena *arena;
    struct zone *zone;
    struct rrset anchor;
    const dname *apex;
    struct settings settings;
} world;

static void add(struct zone *z, const char *line)
{
    const dname *owner;
    uint16_t type, class;
    uint32_t ttl_s;
    struct rdata rdata;
    if (rr_from_text(world.arena, line, "example.test.", &owner, &type, &class, &ttl_s, &rdata) == STATUS_OK)
        zone_add(z, owner, type, class, ttl_s, rdata.octets, rdata.length, NULL);
}

static void set_up(void)
{
    if (world.arena != NULL)
        return;
    world.arena = arena_new(0);
    world.apex = dname_const(world.arena, "example.test.");
    struct zone *plain = zone_new(world.apex);
    add(plain, "example.test. 3600 IN SOA ns.example.test. h.example.test. 1 2 3 4 300");
    add(plain, "example.test. 3600 IN NS ns.example.test.");
    add(plain, "www.example.test. 3600 IN A 192.0.2.1");
    add(plain, "*.wild.example.test. 3600 IN TXT \"x\"");
    zone_finish(plain);
    if (world_sign_zone(plain, "15 nsec3", NOW, world.arena, &world.zone, &world.anchor) != STATUS_OK)
        abort();
    zone_free(plain);
    world.settings = (struct settings){.anchors = &world.anchor, .anchors_count = 1, .now_s = NOW, .now_given = true};
}

/* One change: which record of which set or which signature, which octet, to what; or a set that is left out. */
struct change {
    uint8_t lookup, record, at, value;
};

static struct rdata changed(struct arena *a, const struct rdata *from, const struct change *c)
{
    uint8_t *copy = arena_copy(a, from->octets, from->length);
    uint16_t length = from->length;
    if (c->at == 255 && length > 0)
        length--; /* cut short */
    else if (length > 0)
        copy[c->at % length] ^= c->value;
    return (struct rdata){.length = length, .octets = copy};
}

static struct rrset mutate(struct arena *a, const struct rrset *set, const struct change *c)
{
    struct rrset out = *set;
    struct rdata *rdata = arena_copy(a, set->rdata, set->count * sizeof(*rdata));
    struct rdata *sigs = arena_copy(a, set->sigs, set->sig_count * sizeof(*sigs));
    unsigned which = c->record % (set->count + set->sig_count + 1u);
    if (which < set->count)
        rdata[which] = changed(a, &set->rdata[which], c);
    else if (which < (unsigned)set->count + set->sig_count)
        sigs[which - set->count] = changed(a, &set->sigs[which - set->count], c);
    else
        out.sig_count = 0;
    out.rdata = rdata;
    out.sigs = sigs;
    return out;
}

struct job {
    const struct change *changes;
    size_t count;
};

/* The source of facts: lookups from the zone, the n-th with the changes that name it. */
static void demand(void *context, struct fact *fact)
{
    struct job *job = context;
    struct arena *a = facts_arena(fact->facts);
    if (fact->kind == FACT_CUT) {
        struct cut *cut = arena_alloc(a, sizeof(*cut));
        *cut = (struct cut){.state = FACT_KNOWN, .apex = world.apex, .parent = DNAME_ROOT};
        facts_deliver(fact, cut);
        return;
    }
    if (fact->kind != FACT_LOOKUP) {
        facts_deliver_unknown(fact, REASON_NETWORK);
        return;
    }
    struct answer *answer = arena_alloc(a, sizeof(*answer));
    struct reply *reply = arena_alloc(a, sizeof(*reply));
    struct rrset *authority = arena_array(a, 3, sizeof(*authority));
    const struct rrset *denial[3];
    size_t denials = 0;
    zone_answer(world.zone, a, fact->key.lookup.owner, fact->key.lookup.type, answer, NULL, denial, &denials);
    for (size_t i = 0; i < denials; i++)
        authority[i] = *denial[i];
    for (size_t i = 0; i < job->count; i++) {
        const struct change *c = &job->changes[i];
        if ((c->lookup & 3) == 0 && answer->rrset != NULL && (answer->type == RRTYPE_DNSKEY) == ((c->lookup & 4) != 0)) {
            struct rrset *set = arena_alloc(a, sizeof(*set));
            *set = mutate(a, answer->rrset, c);
            answer->rrset = set;
        } else if ((c->lookup & 3) != 0 && denials > 0) {
            authority[c->lookup % denials] = mutate(a, &authority[c->lookup % denials], c);
        }
    }
    *reply = (struct reply){.state = REPLY_OK, .aa = true, .authority = {.sets = authority, .count = denials}};
    answer->reply = reply;
    facts_deliver(fact, answer);
}

/* Case of names is not signed in the types of RFC 4034 section 6.2, so it may change; nothing else may. */
static bool same_but_for_case(const uint8_t *a, const uint8_t *b, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        uint8_t difference = (uint8_t)(a[i] ^ b[i]);
        uint8_t lower = (uint8_t)(a[i] | 0x20);
        if (difference != 0 && (difference != 0x20 || lower < 'a' || lower > 'z'))
            return false;
    }
    return true;
}

static bool same_set(const struct rrset *a, const struct rrset *b)
{
    if (a->count != b->count)
        return false;
    for (uint16_t i = 0; i < a->count; i++) {
        if (a->rdata[i].length != b->rdata[i].length ||
            !same_but_for_case(a->rdata[i].octets, b->rdata[i].octets, a->rdata[i].length))
            return false;
    }
    return true;
}

static void check(struct facts *f, const dname *owner, uint16_t type)
{
    const struct dnssec_verdict *v = dnssec_verdict_of(f, owner, type);
    struct answer truth;
    struct arena *a = facts_scratch(f);
    zone_answer(world.zone, a, owner, type, &truth, NULL, NULL, NULL);
    if (v->status == DNSSEC_SECURE && v->answer->rrset != NULL && !same_set(v->answer->rrset, truth.rrset))
        abort(); /* changed data passed for signed data */
    struct explanation e = dnssec_explain(f, a, owner, type);
    if (e.text == NULL)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct {
        const char *name;
        uint16_t type;
    } questions[] = {{"www.example.test.", RRTYPE_A}, {"www.example.test.", RRTYPE_TXT}, {"no.example.test.", RRTYPE_A},
                     {"x.wild.example.test.", RRTYPE_TXT}, {"example.test.", RRTYPE_SOA}};
    struct change changes[8];
    struct job job = {.changes = changes};
    struct reader r = reader_new(data, size);
    set_up();
    while (job.count < 8 && reader_left(&r) >= 4) {
        memcpy(&changes[job.count++], reader_take(&r, 4), 4);
    }
    struct facts *f = facts_new(&(struct facts_options){
        .target = world.apex, .settings = &world.settings, .source = {.context = &job, .demand = demand}});
    struct arena *scratch = arena_new(0);
    if (f == NULL || scratch == NULL)
        abort();
    for (unsigned round = 0; round < 20; round++) {
        struct fact *const *missing = NULL;
        facts_run_begin(f, scratch);
        for (size_t i = 0; i < ARRAY_SIZE(questions); i++)
            check(f, dname_const(scratch, questions[i].name), questions[i].type);
        if (facts_run_missing(f, &missing) == 0)
            break;
        if (round == 19)
            abort(); /* it must settle */
    }
    arena_free(scratch);
    facts_free(f);
    return 0;
}
