/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a name lives: down from the closest known cut, one label at a time with NS queries (RFC 9156). */
#include "auditor/collect/task.h"

#include <string.h>

struct find {
    const dname *name;
    const struct zone_cut *zone; /* a reference: the deepest cut so far */
    unsigned checked;            /* labels down to which there is no further cut */
    bool whole_asked;            /* the whole name was asked because a label in between failed */
    const struct rrset *ns;      /* of an answer that claims an apex, while its SOA is asked */
    const struct reply *ns_reply;
};

static void find_start(struct task *t);

static void find_release(struct task *t)
{
    struct find *f = t->state;
    if (f != NULL)
        zone_release(f->zone);
}

static void set_zone(struct find *f, const struct zone_cut *zone)
{
    const struct zone_cut *before = f->zone;
    f->zone = zone_hold(zone);
    f->whole_asked = false;
    zone_release(before);
}

/* What is known of the target's own cut serves all its look-ups: also that it could not be found. */
static void find_over(struct task *t)
{
    const struct find *f = t->state;
    struct account *account = t->charge->account;
    if (account->own_known || t->tainted || !dname_equal(f->name, account->target))
        return;
    account->own_known = true;
    account->own = (struct found){t->reason, t->zone != NULL ? zone_hold(t->zone) : NULL, t->nxdomain};
}

static const struct task_class find_class = {"find", find_start, find_release, find_over};

static void find_finish(struct task *t, enum reason reason, bool nxdomain)
{
    struct find *f = t->state;
    if (reason == REASON_NONE)
        t->zone = zone_hold(f->zone);
    t->nxdomain = nxdomain;
    task_finish(t, reason);
}

static void find_step(struct task *t);
static void find_read(struct task *t, const struct reading *reading);

static void find_delegated(struct task *t, struct task *delegation)
{
    struct find *f = t->state;
    if (delegation->zone == NULL) {
        find_finish(t, delegation->reason, false);
        return;
    }
    set_zone(f, delegation->zone);
    find_step(t);
}

static void find_descend(struct task *t, const struct rrset *ns, const struct reply *reply, bool by_answer)
{
    struct find *f = t->state;
    const struct zone_cut *known = known_cut(t->r, ns->owner, !by_answer);
    if (known != NULL) {
        set_zone(f, known);
        zone_release(known);
        find_step(t);
        return;
    }
    struct task *d = delegate_task(t->r, f->zone, ns, reply, by_answer, t->charge, t->depth, t->deadline_ms);
    if (d == NULL || !task_wait(t, d, find_delegated))
        find_finish(t, d == NULL ? REASON_INTERNAL : REASON_INCOMPLETE_DATA, false);
}

/* ---- no cut at this label ---------------------------------------------------------------- */

/* The whole name, where a label on the way was denied or could not be asked: RFC 8020 says that nothing
 * exists below a name that does not, but servers that answer NXDOMAIN for an empty non-terminal are still
 * about. */
static void whole_read(struct task *t, const struct reading *reading)
{
    struct find *f = t->state;
    if (reading->meaning == MEANING_REFERRAL)
        find_descend(t, reading->referral, reading->answer.reply, false);
    else if (reading->meaning == MEANING_USELESS)
        find_finish(t, reading->reason, false);
    else if (reading->answer.state == ANSWER_NXDOMAIN)
        find_finish(t, REASON_NONE, true);
    else {
        f->checked++; /* the label in between was no cut, whatever its server says */
        find_step(t);
    }
}

static void ask_whole(struct task *t)
{
    struct find *f = t->state;
    f->whole_asked = true;
    round_start(t, f->zone, f->name, RRTYPE_NS, whole_read);
}

static void soa_read(struct task *t, const struct reading *reading)
{
    struct find *f = t->state;
    if (reading->meaning == MEANING_ANSWER && reading->answer.state == ANSWER_RRSET) {
        find_descend(t, f->ns, f->ns_reply, true);
        return;
    }
    f->checked = dname_labels(t->round.owner);
    find_step(t);
}

/* An NS set with authority right here: one server holds the zone and its parent, so there was no referral. A
 * wildcard NS or a server that answers everything looks the same; an apex has an SOA as well (RFC 1034
 * section 4.2.1). */
static void apex_claimed(struct task *t, const struct answer *answer)
{
    struct find *f = t->state;
    if (answer->wildcard) {
        f->checked++;
        find_step(t);
        return;
    }
    f->ns = answer->rrset;
    f->ns_reply = answer->reply;
    if (t->r->recursive)
        find_descend(t, f->ns, f->ns_reply, true);
    else
        round_start(t, f->zone, t->round.owner, RRTYPE_SOA, soa_read);
}

static void denied(struct task *t)
{
    struct find *f = t->state;
    if (dname_equal(t->round.owner, f->name))
        find_finish(t, REASON_NONE, true);
    else if (!f->whole_asked)
        ask_whole(t);
    else {
        f->checked++;
        find_step(t);
    }
}

static void find_answered(struct task *t, const struct answer *answer)
{
    struct find *f = t->state;
    switch (answer->state) {
    case ANSWER_RRSET:
        apex_claimed(t, answer);
        return;
    case ANSWER_NXDOMAIN:
        denied(t);
        return;
    case ANSWER_ALIAS:
        if (answer->rrset->type ==
            RRTYPE_DNAME) { /* nothing of this zone is below it (RFC 6672 section 2.4) */
            find_finish(t, REASON_NONE, false);
            return;
        }
        break;
    default:
        break;
    }
    f->checked++;
    find_step(t);
}

static void find_read(struct task *t, const struct reading *reading)
{
    struct find *f = t->state;
    if (reading->meaning == MEANING_REFERRAL)
        find_descend(t, reading->referral, reading->answer.reply, false);
    else if (reading->meaning == MEANING_ANSWER)
        find_answered(t, &reading->answer);
    else if (!f->whole_asked && !dname_equal(t->round.owner, f->name) && reading->reason != REASON_BUDGET)
        ask_whole(t);
    else
        find_finish(t, reading->reason, false);
}

/* What was found for a name above serves this one: all that look below it share one search. */
static void find_above(struct task *t, struct task *above)
{
    struct find *f = t->state;
    if (above->zone == NULL && !f->whole_asked && above->reason != REASON_BUDGET) {
        ask_whole(t);
        return;
    }
    if (above->zone == NULL) {
        find_finish(t, above->reason, false);
        return;
    }
    if (dname_labels(above->zone->apex) > dname_labels(f->zone->apex))
        set_zone(f, above->zone);
    if (above->nxdomain && !f->whole_asked) {
        ask_whole(t);
        return;
    }
    unsigned labels = dname_labels(above->key);
    if (f->checked < labels)
        f->checked = labels;
    find_step(t);
}

/* The next label below what is known; `checked` counts it as done when its answer shows no cut. Labels on the
 * way are searched for by a task of their own that others wait for too, unless that would go round in a
 * circle. */
static void find_step(struct task *t)
{
    struct find *f = t->state;
    unsigned apex = dname_labels(f->zone->apex);
    if (f->checked < apex)
        f->checked = apex;
    const dname *next = dname_ancestor(f->name, f->checked + 1);
    if (next == NULL) {
        find_finish(t, REASON_NONE, false);
        return;
    }
    struct task *above = NULL;
    bool tainted = t->tainted;
    if (!dname_equal(next, f->name))
        above = find_task(t->r, next, t->charge, t->depth, t->deadline_ms);
    if (above != NULL && task_wait(t, above, find_above))
        return;
    t->tainted = tainted; /* nothing is cut short: it asks for itself */
    round_start(t, f->zone, next, RRTYPE_NS, find_read);
}

/* ---- where to begin ---------------------------------------------------------------------- */

static void find_start(struct task *t)
{
    struct find *f = t->state;
    const struct zone_cut *closest = infra_closest(t->r->infra, f->name, false, task_now());
    const dname *target = t->r->collect->settings->ns_count > 0 ? target_above(t, f->name) : NULL;
    bool given = target == NULL || dname_labels(closest->apex) >= dname_labels(target);
    set_zone(f, closest);
    zone_release(closest);
    if (given) {
        find_step(t);
        return;
    }
    struct task *d = given_task(t->r, target, t->charge, t->depth, t->deadline_ms);
    if (d == NULL || !task_wait(t, d, find_delegated))
        find_finish(t, d == NULL ? REASON_INTERNAL : REASON_INCOMPLETE_DATA, false);
}

struct task *find_task(struct resolver *r, const dname *name, struct charge *charge, unsigned depth,
                       uint64_t deadline_ms)
{
    size_t length = dname_length(name);
    struct task *t = task_find(r, &find_class, name, length);
    if (t != NULL)
        return t;
    t = task_new(r, &find_class, name, length, charge, depth, deadline_ms);
    struct find *f = t != NULL ? arena_alloc(t->arena, sizeof(*f)) : NULL;
    if (f == NULL)
        return NULL;
    f->name = t->key;
    t->state = f;
    return t;
}

/* ---- for the world outside --------------------------------------------------------------- */

static void find_tell(struct waiter *w, struct task *t)
{
    const struct found found = {t->reason, t->zone, t->nxdomain};
    w->callback.find(w->context, &found);
}

void resolver_find(struct resolver *r, struct account *account, const dname *name, find_done done,
                   void *context)
{
    struct charge *charge = charge_new(account, RESOLUTION_QUERIES);
    struct task *t = charge != NULL ? find_task(r, name, charge, 0, 0) : NULL;
    charge_release(charge);
    struct waiter *w = t != NULL ? task_tell(t, find_tell, context) : NULL;
    if (w != NULL) {
        w->callback.find = done;
        return;
    }
    const struct found failed = {.reason = REASON_INTERNAL};
    done(context, &failed);
}
