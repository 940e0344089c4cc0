/* SPDX-License-Identifier: BSD-2-Clause */
/* The collector of one thread, as its files share it: collect.c (life, demands, loop), collect_ask.c (direct
 * questions), collect_facts.c (everything else). */
#ifndef ZONEVET_COLLECT_COLLECT_PRIVATE_H
#define ZONEVET_COLLECT_COLLECT_PRIVATE_H

#include "auditor/collect/collect.h"
#include "auditor/collect/http.h"
#include "auditor/collect/resolve.h"
#include "auditor/collect/vantage.h"

#include <pthread.h>
#include <stdatomic.h>

#define STORE_BUCKETS 1024U
#define SHARED_BUCKETS 256U

struct sharing;

struct collect_shared {
    struct collect_options options;
    struct infra *infra;
    struct pace *pace;
    struct vantage_test *vantage;
};

/* The answer to a look-up of this target: it may tell more than was asked. */
struct known {
    struct known *next;
    const struct answer *answer;
};

#define KNOWN_BUCKETS 32U

/* One target in this thread. */
struct store {
    struct store *next;
    struct facts *facts;
    struct account *account;
    struct known *known[KNOWN_BUCKETS]; /* by name; in the store's arena */
    unsigned busy;
    unsigned resolving;               /* look-ups and cuts that have a task */
    struct pending *held, **held_end; /* those that wait for one: a zone may have very many names */
};

/* One fact under way. Lives in the store's arena, and after delivery stays there: a repeat of the same
 * question asks when its predecessor was done. */
struct pending {
    struct collector *c;
    struct store *store;
    struct fact *fact;
    struct pending *before, *after; /* all that are under way */
    struct pending *followers;      /* the same question once more, after this one */
    struct pending *next; /* in followers, the gated, the held, the delayed, those who share a question, or
                             wait for the path */
    uint64_t done_ms;     /* 0: not yet */
    uint64_t due_ms;      /* delayed until then */
    bool parents_known, parents_answer;
};

struct collector {
    struct collect_shared *shared;
    const struct collect_options *options;
    uv_loop_t loop;
    uv_async_t async;
    uv_timer_t poll_timer, delay_timer;
    struct exchange *exchange;
    struct lanes *lanes;
    struct http *http;
    struct resolver *resolver;
    struct store *stores[STORE_BUCKETS];
    struct sharing *sharings[SHARED_BUCKETS];
    struct pending *first;              /* under way */
    struct pending *gated, **gated_end; /* until it is known which families have a path */
    struct pending *delayed;            /* by due time */
    struct pending *on_path;            /* vantage facts */
    struct paths paths;                 /* families_known: the gate is open */
    pthread_t owner;                    /* the thread that polls, if owned */
    atomic_bool owned;
    bool tested; /* the test of the path has begun */
    bool polling;
    bool delivered;        /* something was delivered since the poll began */
    atomic_bool interrupt; /* asked for */
    bool interrupted;      /* done */
};

/* ---- collect.c --------------------------------------------------------------------------- */

/** Give the fact its value; NULL: the store is full. Nothing of the fact may be touched afterwards. */
void deliver(struct pending *p, const void *value);
void deliver_unknown(struct pending *p, enum reason reason);

/** Memory of the fact's store. */
struct arena *arena_of(const struct pending *p);

/** Count a question against the target's budget. @return false if there is nothing left */
bool spend(struct account *account);

/** Names that a transfer or a walk has shown may be asked about. */
void store_learns(struct store *s, size_t names);

bool is_target(const struct collector *c, const struct facts *f, const dname *name);

/** The family of this address was tried and leads nowhere from here, or is not wanted (DESIGN 10.7). */
bool no_path(const struct collector *c, const struct address *a);

/* ---- collect_ask.c ----------------------------------------------------------------------- */

void demand_ask(struct pending *p);

/** A question is done: those who ask it once more may begin to wait. */
void release_followers(struct pending *p);

void release_sharings(struct collector *c);

/* ---- collect_facts.c --------------------------------------------------------------------- */

void demand_lookup(struct pending *p);

/** The reply that a look-up had to the very question of this fact, or NULL. */
const struct reply *reply_of_lookup(const struct pending *p);
void demand_cut(struct pending *p);
void demand_transfer(struct pending *p);
void demand_walk(struct pending *p);
void demand_http(struct pending *p);
void demand_vantage(struct pending *p);

/** More is known of the path: facts about it may be complete. */
void vantage_advance(struct collector *c);

#endif
