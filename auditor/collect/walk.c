/* SPDX-License-Identifier: BSD-2-Clause */
/* The NSEC walk: one name after the other, with caps, as one fact. */
#include "auditor/collect/walk.h"

#include "auditor/base/table.h"
#include "auditor/collect/task.h"

#include <string.h>

#define PROBE_LABEL 16 /* octets of the label that nobody has */
#define ALIKE 8        /* octets of it that no other name shares by chance */

/* ---- steps ------------------------------------------------------------------------------- */

static bool has_type(const struct reply *reply, uint16_t type)
{
    for (size_t i = 0; i < reply->authority.count; i++) {
        if (reply->authority.sets[i].type == type && reply->authority.sets[i].count > 0)
            return true;
    }
    return false;
}

/* An end of the span that resembles the random label was made for this question (RFC 4470, RFC 9824). */
static bool resembles(const dname *name, const dname *asked)
{
    const dname *tail = name;
    while (tail != NULL && dname_labels(tail) > dname_labels(asked))
        tail = dname_parent(tail);
    if (tail == NULL || dname_labels(tail) != dname_labels(asked) || tail[0] < ALIKE || asked[0] < ALIKE)
        return false;
    for (size_t i = 1; i <= ALIKE; i++) {
        if ((tail[i] | 0x20) != (asked[i] | 0x20))
            return false;
    }
    return true;
}

enum walk_outcome walk_judge(const struct reply *reply, const dname *asked)
{
    if (has_type(reply, RRTYPE_NSEC3))
        return WALK_NSEC3;
    if (!has_type(reply, RRTYPE_NSEC))
        return WALK_UNSIGNED;
    for (size_t i = 0; i < reply->authority.count; i++) {
        const struct rrset *set = &reply->authority.sets[i];
        if (set->type != RRTYPE_NSEC || set->count == 0)
            continue;
        const dname *next = rdata_name(&set->rdata[0], 0);
        if (resembles(set->owner, asked) || (next != NULL && resembles(next, asked)))
            return WALK_MINIMAL;
    }
    return WALK_NSEC;
}

const struct rrset *walk_nsec(const struct reply *reply, const dname *owner)
{
    const struct rrset *set = section_find(&reply->answer, owner, RRTYPE_NSEC);
    if (set == NULL)
        set = section_find(&reply->authority, owner, RRTYPE_NSEC);
    return set != NULL && set->count > 0 ? set : NULL;
}

enum walk_step walk_step(const dname *zone, const dname *from, const dname *to)
{
    if (dname_equal(to, zone))
        return WALK_HOME;
    if (!dname_under(to, zone) || dname_compare(from, to) >= 0)
        return WALK_BROKEN;
    if (to[0] == 1 && to[1] == 0 && dname_equal(dname_parent(to), from))
        return WALK_MADE_UP;
    return WALK_ON;
}

const dname *walk_beyond(struct arena *a, const dname *name)
{
    uint8_t label[DNAME_LABEL_MAX];
    size_t length = name[0];
    if (length == 0)
        return NULL;
    memcpy(label, name + 1, length);
    if (length < DNAME_LABEL_MAX && dname_length(name) < DNAME_MAX)
        label[length++] = 0;
    else if (label[length - 1] == 'A' - 1)
        label[length - 1] = '['; /* capitals sort as small letters do (RFC 4034 section 6.1) */
    else if (label[length - 1] != 255)
        label[length - 1]++;
    else
        return NULL;
    return dname_prepend_label(a, label, length, dname_parent(name));
}

/* ---- the task ---------------------------------------------------------------------------- */

struct walking {
    const dname *apex;
    const struct zone_cut *zone; /* a reference */
    const dname *at;             /* the name whose NSEC is wanted */
    const dname **names;
    size_t count, capacity;
    enum walk_outcome outcome;
    bool judged, complete;
    uint32_t hops;
};

static void walk_start(struct task *t);

static void walk_release(struct task *t)
{
    struct walking *w = t->state;
    if (w != NULL)
        zone_release(w->zone);
}

/* Whatever ended the walk, what it saw is told. */
static void walk_over(struct task *t)
{
    const struct walking *w = t->state;
    struct walk *walk = arena_alloc(t->arena, sizeof(*walk));
    if (walk == NULL)
        return;
    if (w->judged)
        *walk = (struct walk){.state = FACT_KNOWN,
                              .outcome = w->outcome,
                              .hops = w->hops,
                              .complete = w->complete,
                              .names = w->names,
                              .name_count = w->count};
    else
        *walk = (struct walk){.state = FACT_UNKNOWN, .reason = t->reason};
    t->walk = walk;
}

static const struct task_class walk_class = {"walk", walk_start, walk_release, walk_over};

static bool add_name(struct task *t, const dname *name)
{
    struct walking *w = t->state;
    if (w->count == w->capacity) {
        size_t capacity = w->capacity != 0 ? w->capacity * 2 : 64;
        const dname **names = arena_array(t->arena, capacity, sizeof(*names));
        if (names == NULL)
            return false;
        if (w->count > 0)
            memcpy(names, w->names, w->count * sizeof(*names));
        w->names = names;
        w->capacity = capacity;
    }
    w->names[w->count++] = name;
    return true;
}

static void walk_end(struct task *t, bool complete)
{
    struct walking *w = t->state;
    w->complete = complete;
    task_finish(t, REASON_NONE);
}

static void ask_next(struct task *t);

/* The NSEC of the current name was seen: note the name and go to where it points. */
static void walk_link(struct task *t, const struct rrset *nsec)
{
    struct walking *w = t->state;
    const dname *next = rdata_name(&nsec->rdata[0], 0);
    next = next != NULL ? dname_lower(t->arena, next) : NULL;
    w->hops++;
    if (!add_name(t, w->at) || next == NULL) {
        walk_end(t, false);
        return;
    }
    switch (walk_step(w->apex, w->at, next)) {
    case WALK_HOME:
        walk_end(t, true);
        return;
    case WALK_MADE_UP:
        w->outcome = WALK_MINIMAL;
        w->count = 0;
        walk_end(t, false);
        return;
    case WALK_BROKEN:
        walk_end(t, false);
        return;
    case WALK_ON:
        break;
    }
    w->at = next;
    if (w->count >= WALK_NAMES_MAX)
        walk_end(t, false);
    else
        ask_next(t);
}

static void beyond_read(struct task *t, const struct reading *reading)
{
    const struct walking *w = t->state;
    const struct rrset *nsec = NULL;
    if (reading->meaning != MEANING_USELESS)
        nsec = walk_nsec(reading->answer.reply, w->at);
    if (nsec != NULL)
        walk_link(t, nsec);
    else
        walk_end(t, false);
}

/* At a delegation the parent's NSEC is not handed out for the asking: a name behind the whole subtree is
 * covered by it. */
static void next_read(struct task *t, const struct reading *reading)
{
    const struct walking *w = t->state;
    const struct rrset *nsec = NULL;
    if (reading->meaning != MEANING_USELESS)
        nsec = walk_nsec(reading->answer.reply, w->at);
    if (nsec != NULL) {
        walk_link(t, nsec);
        return;
    }
    const dname *beyond = dname_equal(w->at, w->apex)
                              ? dname_prepend_label(t->arena, (const uint8_t *)"", 1, w->apex)
                              : walk_beyond(t->arena, w->at);
    if (beyond == NULL)
        walk_end(t, false);
    else
        round_start(t, w->zone, beyond, RRTYPE_A, beyond_read);
}

static void ask_next(struct task *t)
{
    const struct walking *w = t->state;
    round_start(t, w->zone, w->at, RRTYPE_NSEC, next_read);
}

static void probe_read(struct task *t, const struct reading *reading)
{
    struct walking *w = t->state;
    if (reading->meaning == MEANING_USELESS) {
        task_finish(t, reading->reason);
        return;
    }
    w->outcome = walk_judge(reading->answer.reply, t->round.owner);
    w->judged = true;
    w->hops = 1;
    if (w->outcome != WALK_NSEC) {
        walk_end(t, false);
        return;
    }
    w->hops = 0;
    w->at = w->apex;
    ask_next(t);
}

/* The same label in every run with the same seed, and one that no zone has. */
static const dname *probe_name(struct task *t)
{
    static const char letters[] = "bcdfghjklmnpqrstvwxz2345679";
    const struct walking *w = t->state;
    uint64_t hash = table_hash_stable(w->apex, dname_length(w->apex)) ^ t->r->collect->settings->seed;
    uint8_t label[PROBE_LABEL];
    for (size_t i = 0; i < sizeof(label); i++) {
        hash = hash * 6364136223846793005ULL + 1442695040888963407ULL;
        label[i] = (uint8_t)letters[(hash >> 33) % (sizeof(letters) - 1)];
    }
    label[0] = 'm'; /* in the middle of most zones */
    return dname_prepend_label(t->arena, label, sizeof(label), w->apex);
}

static void walk_found(struct task *t, struct task *find)
{
    struct walking *w = t->state;
    const dname *probe = probe_name(t);
    if (find->zone == NULL || !dname_equal(find->zone->apex, w->apex) || probe == NULL) {
        task_finish(t, find->zone == NULL ? find->reason : REASON_INCOMPLETE_DATA);
        return;
    }
    w->zone = zone_hold(find->zone);
    round_start(t, w->zone, probe, RRTYPE_A, probe_read);
}

static void walk_start(struct task *t)
{
    const struct walking *w = t->state;
    struct charge *charge = charge_new(t->charge->account, RESOLUTION_QUERIES);
    struct task *f = charge != NULL ? find_task(t->r, w->apex, charge, 0, t->deadline_ms) : NULL;
    charge_release(charge);
    if (f == NULL || !task_own_scratch(t) || !task_wait(t, f, walk_found))
        task_finish(t, REASON_INTERNAL);
}

static void walk_tell(struct waiter *waiter, struct task *t)
{
    const struct walk failed = {.state = FACT_UNKNOWN, .reason = REASON_INTERNAL};
    waiter->callback.walk(waiter->context, t->walk != NULL ? t->walk : &failed);
}

static struct task *walk_task(struct resolver *r, struct account *account, const dname *zone)
{
    size_t length = dname_length(zone);
    struct task *t = task_find(r, &walk_class, zone, length);
    if (t != NULL)
        return t;
    struct charge *charge = charge_new(account, 2 * WALK_NAMES_MAX + 100);
    if (charge == NULL)
        return NULL;
    charge->own_cap = true;
    t = task_new(r, &walk_class, zone, length, charge, 0, 0);
    charge_release(charge);
    struct walking *w = t != NULL ? arena_alloc(t->arena, sizeof(*w)) : NULL;
    if (w == NULL)
        return NULL;
    w->apex = t->key;
    t->state = w;
    t->left_ms = WALK_MS;
    return t;
}

void resolver_walk(struct resolver *r, struct account *account, const dname *zone, walk_done done,
                   void *context)
{
    dname lower[DNAME_MAX];
    memcpy(lower, zone, dname_length(zone));
    dname_lower_in_place(lower);
    struct task *t = walk_task(r, account, lower);
    struct waiter *waiter = t != NULL ? task_tell(t, walk_tell, context) : NULL;
    if (waiter != NULL) {
        waiter->callback.walk = done;
        return;
    }
    const struct walk failed = {.state = FACT_UNKNOWN, .reason = REASON_INTERNAL};
    done(context, &failed);
}
