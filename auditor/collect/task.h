/* SPDX-License-Identifier: BSD-2-Clause */
/* Tasks of the resolver: coalesced units of work that ask servers and wait for one another. Private to the
 * files that implement kinds of tasks (lookup.c, find.c, delegate.c, walk.c).
 *
 * Nothing happens inside the call that causes it: starting a task, finishing it and telling those who wait go
 * through one queue that resolver_run() empties, so a task never changes under the feet of its caller. */
#ifndef ZONEVET_COLLECT_TASK_H
#define ZONEVET_COLLECT_TASK_H

#include "auditor/collect/interpret.h"
#include "auditor/collect/lane.h"
#include "auditor/collect/resolve.h"

#define DEPTH_MAX 7 /* name servers whose names need name servers ... (hardening.md row 6) */
#define RESOLUTION_QUERIES 200
#define OUTSIDE_QUERIES 50 /* for a name outside the audited set */
#define ROUND_SERVERS 8    /* of a zone that are tried for one question */
#define ZONE_ADDRESSES 32
#define ZONE_NAMES 20 /* NS records looked at (hardening.md row 7) */
#define GLUELESS_MISSES 5

/** Budget of one resolution and all that it starts. */
struct charge {
    unsigned references;
    struct account *account;
    unsigned spent, limit;
    bool own_cap; /* a walk: limited by its own cap, not by what is left to the target */
};

struct task;
typedef void (*task_resume)(struct task *who, struct task *done);
typedef void (*round_done)(struct task *t, const struct reading *reading);

struct task_class {
    const char *name;
    void (*start)(struct task *t);
    void (*release)(struct task *t); /* references held by its state; may be NULL */
    void (*over)(struct task *t);    /* it has just finished, for whatever reason; may be NULL */
};

struct waiter {
    struct waiter *next;
    struct task *who; /* a task that goes on, or NULL */
    task_resume resume;
    void (*tell)(struct waiter *w, struct task *done); /* for the world outside the resolver */
    union {
        lookup_done lookup;
        find_done find;
        walk_done walk;
    } callback;
    void *context;
};

/** One question put to the servers of a zone, one after the other. */
struct round {
    const struct zone_cut *zone; /* a reference */
    const dname *owner;
    uint16_t type;
    struct address servers[ROUND_SERVERS];
    unsigned count, next;
    struct reading worst; /* the most telling failure so far */
    round_done done;
};

struct task {
    struct resolver *r;
    const struct task_class *class;
    struct task *same_bucket;
    struct task *earlier, *later; /* all tasks */
    struct task *ready;           /* next in the queue */
    uint64_t hash;
    uint64_t deadline_ms; /* set by who wants it sooner; 0: none */
    uint64_t left_ms;     /* time that its own questions may still take; waiting in a lane costs none */
    struct arena *arena;
    struct arena *scratch; /* replies of the current round: the arena, or one that the class resets */
    struct charge *charge;
    struct waiter *waiters, **waiters_end;
    void *state; /* of the class, in the arena */
    struct round round;
    unsigned depth;
    unsigned outstanding; /* exchanges and tasks that will still call back */
    unsigned mark;        /* of the last search for cycles */
    bool queued, started, finished;
    bool go_on;         /* with the next server of the round */
    bool tainted;       /* the result depends on a cycle that was cut: true here, perhaps not elsewhere */
    enum reason reason; /* why it failed */
    uint16_t key_length;
    uint8_t key[DNAME_MAX + 8];

    /* results, by class */
    const struct answer *answer; /* lookup: in the arena */
    const struct zone_cut *zone; /* find, delegate: a reference */
    bool nxdomain;
    const struct walk *walk;
};

struct resolver {
    struct resolver_options options;
    const struct collect_options *collect;
    struct infra *infra;
    struct lanes *lanes;
    struct task **buckets;
    struct task *first, *last;
    struct task *ready, **ready_end;
    size_t tasks;
    struct arena *spare[128];
    unsigned spare_count;
    unsigned mark;
    enum family_path ipv4, ipv6;
    bool recursive; /* --resolver */
    bool running;
};

/* ---- charges ----------------------------------------------------------------------------- */

struct charge *charge_new(struct account *account, unsigned limit);
struct charge *charge_hold(struct charge *c);
void charge_release(struct charge *c);

/* ---- tasks ------------------------------------------------------------------------------- */

/** The task under way with that key, or NULL. */
struct task *task_find(struct resolver *r, const struct task_class *class, const void *key,
                       size_t key_length);

/**
 * A new task; it starts by itself in the next resolver_run().
 * @param charge       a reference is taken
 * @param deadline_ms  at the latest; 0 for none
 * @return NULL without memory
 */
struct task *task_new(struct resolver *r, const struct task_class *class, const void *key, size_t key_length,
                      struct charge *charge, unsigned depth, uint64_t deadline_ms);

/** Give the task a scratch arena of its own: what a round left there is gone when the next one begins. */
bool task_own_scratch(struct task *t);

/** Call resume(who, on) when `on` has finished. @return false if `on` waits for `who` (who and `on` become
 * tainted) or without memory */
bool task_wait(struct task *who, struct task *on, task_resume resume);

/** The same for the world outside. */
struct waiter *task_tell(struct task *on, void (*tell)(struct waiter *w, struct task *done), void *context);

/** The task is over; reason REASON_NONE if its results are filled. Later calls are ignored. */
void task_finish(struct task *t, enum reason reason);

/** Time of the round and of all the tasks begun in it. */
uint64_t task_now(void);

/**
 * Ask the servers of a zone in their stable order until one gives an answer or a referral; `done` is called
 * once from resolver_run() or the loop. One round a task at a time.
 */
void round_start(struct task *t, const struct zone_cut *zone, const dname *owner, uint16_t type,
                 round_done done);

/* ---- kinds ------------------------------------------------------------------------------- */

/** Data of owner and type. via: ask this zone's servers first, whatever is known of deeper ones (or NULL). */
struct task *lookup_task(struct resolver *r, const dname *owner, uint16_t type, const struct zone_cut *via,
                         bool infrastructure, struct charge *charge, unsigned depth, uint64_t deadline_ms);
struct task *find_task(struct resolver *r, const dname *name, struct charge *charge, unsigned depth,
                       uint64_t deadline_ms);

/** The zone below `parent` that an NS set (of a referral or an answer, with the reply it is in) tells of. */
struct task *delegate_task(struct resolver *r, const struct zone_cut *parent, const struct rrset *ns,
                           const struct reply *reply, bool by_answer, struct charge *charge, unsigned depth,
                           uint64_t deadline_ms);
/** The zone of a target as --ns describes it. */
struct task *given_task(struct resolver *r, const dname *target, struct charge *charge, unsigned depth,
                        uint64_t deadline_ms);

/** A cut already known at exactly this name, with a reference, or NULL. */
const struct zone_cut *known_cut(struct resolver *r, const dname *apex, bool referral_only);

/** The deepest target at or above the name: one of the run's, or the account's own. */
const dname *target_above(const struct task *t, const dname *name);

#endif
