/* SPDX-License-Identifier: BSD-2-Clause */
/* Data of one owner and type from its own zone: down the referrals from the closest cut that is known. */
#include "auditor/collect/task.h"

#include <string.h>

struct lookup {
    const dname *owner;
    uint16_t type;
    const dname *base;          /* the zone that holds this name is asked: the owner, or its parent for DS */
    const struct zone_cut *via; /* a reference, or NULL */
    bool infrastructure;        /* an address of a name server: shared between targets */
    const struct kept_answer *kept; /* the answer as a shared object, or NULL */
};

static void lookup_start(struct task *t);

static void lookup_release(struct task *t)
{
    struct lookup *l = t->state;
    if (l == NULL)
        return;
    zone_release(l->via);
    kept_release(l->kept != NULL ? &l->kept->kept : NULL);
}

static const struct task_class lookup_class = {"lookup", lookup_start, lookup_release, NULL};

static void lookup_fail(struct task *t, enum reason reason, const struct reply *reply)
{
    const struct lookup *l = t->state;
    struct answer *answer = arena_alloc(t->arena, sizeof(*answer));
    if (answer != NULL)
        *answer = (struct answer){
            .state = ANSWER_UNKNOWN, .reason = reason, .owner = l->owner, .type = l->type, .reply = reply};
    t->answer = answer;
    task_finish(t, reason);
}

static void lookup_read(struct task *t, const struct reading *reading);

static void lookup_ask(struct task *t, const struct zone_cut *zone)
{
    const struct lookup *l = t->state;
    round_start(t, zone, l->owner, l->type, lookup_read);
}

static void lookup_delegated(struct task *t, struct task *delegation)
{
    if (delegation->zone == NULL)
        lookup_fail(t, delegation->reason, NULL);
    else
        lookup_ask(t, delegation->zone);
}

static void lookup_follow(struct task *t, const struct reading *reading)
{
    const struct zone_cut *known = known_cut(t->r, reading->referral->owner, true);
    if (known != NULL) {
        lookup_ask(t, known);
        zone_release(known);
        return;
    }
    struct task *d = delegate_task(t->r, t->round.zone, reading->referral, reading->answer.reply, false,
                                   t->charge, t->depth, t->deadline_ms);
    if (d == NULL || !task_wait(t, d, lookup_delegated))
        lookup_fail(t, d == NULL ? REASON_INTERNAL : REASON_INCOMPLETE_DATA, reading->answer.reply);
}

/* Names of a target are asked for once, by its own store; all others may be wanted again by the next target.
 */
static bool shareable(const struct task *t)
{
    const struct lookup *l = t->state;
    if (t->answer == NULL || t->answer->state == ANSWER_UNKNOWN || t->tainted || l->via != NULL)
        return false;
    const dname *target = target_above(t, l->owner);
    /* an audit of the root or a TLD does not make all the world its own */
    return l->infrastructure || target == NULL || dname_labels(target) <= 1;
}

static void lookup_share(struct task *t)
{
    struct lookup *l = t->state;
    if (!shareable(t))
        return;
    l->kept = keep_answer(t->answer);
    if (l->kept != NULL)
        infra_keep_answer(t->r->infra, l->kept, task_now());
}

static void lookup_read(struct task *t, const struct reading *reading)
{
    if (reading->meaning == MEANING_REFERRAL) {
        lookup_follow(t, reading);
        return;
    }
    if (reading->meaning == MEANING_USELESS) {
        lookup_fail(t, reading->reason, reading->answer.reply);
        return;
    }
    struct answer *answer = arena_copy(t->arena, &reading->answer, sizeof(*answer));
    t->answer = answer;
    lookup_share(t);
    task_finish(t, answer != NULL ? REASON_NONE : REASON_INTERNAL);
}

/* ---- from the root to the zone ----------------------------------------------------------- */

static void lookup_at(struct task *t, const struct zone_cut *zone);

static void lookup_descended(struct task *t, struct task *find)
{
    const struct lookup *l = t->state;
    if (find->zone == NULL)
        lookup_fail(t, find->reason, NULL);
    else if (dname_under(l->base, find->zone->apex) && dname_equal(find->zone->apex, find->key))
        lookup_at(t, find->zone);
    else
        lookup_ask(t, find->zone); /* no cut there: this zone itself must know */
}

/* The root and the TLDs are asked by NS of one more label (RFC 9156): all that look below the same name at
 * once share one question, and the cut is the same whoever asked first. Further down the name itself is
 * asked. */
static void lookup_at(struct task *t, const struct zone_cut *zone)
{
    const struct lookup *l = t->state;
    unsigned apex = dname_labels(zone->apex);
    if (apex > 1 || dname_labels(l->base) <= apex) {
        lookup_ask(t, zone);
        return;
    }
    const dname *next = dname_ancestor(l->base, apex + 1);
    const struct zone_cut *known = known_cut(t->r, next, false);
    if (known != NULL) {
        lookup_at(t, known);
        zone_release(known);
        return;
    }
    struct task *f = find_task(t->r, next, t->charge, t->depth, t->deadline_ms);
    if (f == NULL || !task_wait(t, f, lookup_descended))
        lookup_fail(t, f == NULL ? REASON_INTERNAL : REASON_INCOMPLETE_DATA, NULL);
}

/* ---- where to begin ---------------------------------------------------------------------- */

/* A deeper delegation inside the target's zone may be known already. */
static void lookup_below(struct task *t, const struct zone_cut *zone)
{
    const struct lookup *l = t->state;
    const struct zone_cut *closest = infra_closest(t->r->infra, l->base, true, task_now());
    if (dname_labels(closest->apex) > dname_labels(zone->apex))
        lookup_ask(t, closest);
    else if (zone->parent == NULL || dname_equal(zone->apex, t->charge->account->target))
        lookup_at(t, zone);
    else
        lookup_ask(t, zone); /* a target that is not delegated: do not look for its cut once more */
    zone_release(closest);
}

static void lookup_found(struct task *t, struct task *find)
{
    if (find->zone == NULL)
        lookup_fail(t, find->reason, NULL);
    else
        lookup_below(t, find->zone);
}

/* Names of a target start at the target's own cut, whatever way it was found: the zone that speaks is then
 * the same in every run, also where parent and child share their servers. */
static void lookup_in_target(struct task *t, const dname *target)
{
    struct account *account = t->charge->account;
    bool own = dname_equal(target, account->target);
    const struct zone_cut *known = NULL;
    if (own && account->own_known) {
        if (account->own.zone == NULL) {
            lookup_fail(t, account->own.reason, NULL);
            return;
        }
        known = zone_hold(account->own.zone);
    } else {
        known = known_cut(t->r, target, false);
    }
    if (known != NULL) {
        lookup_below(t, known);
        zone_release(known);
        return;
    }
    struct charge *charge = charge_new(account, RESOLUTION_QUERIES);
    struct task *f = charge != NULL ? find_task(t->r, target, charge, t->depth, t->deadline_ms) : NULL;
    charge_release(charge);
    if (f == NULL || !task_wait(t, f, lookup_found))
        lookup_fail(t, f == NULL ? REASON_INTERNAL : REASON_INCOMPLETE_DATA, NULL);
}

static void lookup_start(struct task *t)
{
    const struct lookup *l = t->state;
    if (t->r->recursive) {
        lookup_ask(t, infra_root(t->r->infra));
        return;
    }
    if (l->via != NULL) {
        lookup_ask(t, l->via);
        return;
    }
    const dname *target = target_above(t, l->base);
    if (target != NULL) {
        lookup_in_target(t, target);
        return;
    }
    const struct zone_cut *closest = infra_closest(t->r->infra, l->base, true, task_now());
    lookup_at(t, closest);
    zone_release(closest);
}

/* ---- making one -------------------------------------------------------------------------- */

struct task *lookup_task(struct resolver *r, const dname *owner, uint16_t type, const struct zone_cut *via,
                         bool infrastructure, struct charge *charge, unsigned depth, uint64_t deadline_ms)
{
    uint8_t key[DNAME_MAX + 8];
    size_t length = dname_length(owner);
    memcpy(key, owner, length);
    memcpy(key + length, &type, sizeof(type));
    key[length + 2] = via != NULL;
    struct task *t = task_find(r, &lookup_class, key, length + 3);
    if (t != NULL) {
        ((struct lookup *)t->state)->infrastructure |= infrastructure;
        return t;
    }
    t = task_new(r, &lookup_class, key, length + 3, charge, depth, deadline_ms);
    struct lookup *l = t != NULL ? arena_alloc(t->arena, sizeof(*l)) : NULL;
    if (l == NULL)
        return NULL; /* a task without memory for its state cannot be: the first block of its arena is larger
                      */
    l->owner = t->key;
    l->type = type;
    l->base = type == RRTYPE_DS && !dname_is_root(owner) ? dname_parent(t->key) : t->key;
    l->via = via != NULL ? zone_hold(via) : NULL;
    l->infrastructure = infrastructure;
    t->state = l;
    return t;
}

/* ---- for the world outside --------------------------------------------------------------- */

static void lookup_tell(struct waiter *w, struct task *t)
{
    const struct lookup *l = t->state;
    struct answer failed = {.state = ANSWER_UNKNOWN, .reason = t->reason, .owner = l->owner, .type = l->type};
    w->callback.lookup(w->context, t->answer != NULL ? t->answer : &failed, l->kept);
}

void resolver_lookup(struct resolver *r, struct account *account, const dname *owner, uint16_t type,
                     lookup_done done, void *context)
{
    bool outside = infra_target(r->infra, owner) == NULL && !dname_under(owner, account->target);
    struct charge *charge = charge_new(account, outside ? OUTSIDE_QUERIES : RESOLUTION_QUERIES);
    struct task *t = charge != NULL ? lookup_task(r, owner, type, NULL, false, charge, 0, 0) : NULL;
    charge_release(charge);
    struct waiter *w = t != NULL ? task_tell(t, lookup_tell, context) : NULL;
    if (w != NULL) {
        w->callback.lookup = done;
        return;
    }
    const struct answer failed = {
        .state = ANSWER_UNKNOWN, .reason = REASON_INTERNAL, .owner = owner, .type = type};
    done(context, &failed, NULL);
}
