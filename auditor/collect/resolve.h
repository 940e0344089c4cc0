/* SPDX-License-Identifier: BSD-2-Clause */
/* Iterative resolution for one thread: what a name's own zone says (lookup), where a name lives (find), and
 * walks. */
#ifndef ZONEVET_COLLECT_RESOLVE_H
#define ZONEVET_COLLECT_RESOLVE_H

#include "auditor/collect/infra.h"
#include "auditor/collect/lane.h"

/** What a zone cut search found. */
struct found {
    enum reason reason;          /* REASON_NONE: zone is known */
    const struct zone_cut *zone; /* the deepest cut at or above the name */
    bool nxdomain;               /* the name does not exist in that zone */
};

/** Who pays: one target. Counted, for questions asked for a target may outlive its store. */
struct account {
    unsigned references;
    const dname *target; /* lives as long as the run or the account (copied behind it) */
    uint32_t queries;    /* questions, which the budget counts */
    uint32_t limit;      /* above it everything is REASON_BUDGET */
    uint32_t messages;   /* sent for them, with repetitions */
    uint32_t timeouts;   /* questions without an answer */
    bool own_known;
    struct found own; /* of the target itself: asked once, and held while the target lives */
};

struct account *account_new(const dname *target, uint32_t limit);
void account_hold(struct account *account);
void account_release(struct account *account);
void account_count(struct account *account, const struct reply *reply);

struct resolver;

struct resolver_options {
    const struct collect_options *collect;
    struct infra *infra;
    struct lanes *lanes;
    struct pace *pace;
};

struct resolver *resolver_new(const struct resolver_options *options);
/** Frees all tasks without calling back; the exchange and the lanes must be freed before. */
void resolver_free(struct resolver *r);

/** @param kept  the same answer as a counted object if it may be shared, else NULL. Both are gone after the
 * call. */
typedef void (*lookup_done)(void *context, const struct answer *answer, const struct kept_answer *kept);
typedef void (*find_done)(void *context, const struct found *found);
typedef void (*walk_done)(void *context, const struct walk *walk);

/* Answers come from within resolver_run, never from these. Names are lower case and are copied. */
void resolver_lookup(struct resolver *r, struct account *account, const dname *owner, uint16_t type,
                     lookup_done done, void *context);
void resolver_find(struct resolver *r, struct account *account, const dname *name, find_done done,
                   void *context);
void resolver_walk(struct resolver *r, struct account *account, const dname *zone, walk_done done,
                   void *context);

/** Go on with all that can go on. @return true if something was done */
bool resolver_run(struct resolver *r);

/** Give up everything with that reason; resolver_run then tells. */
void resolver_abort(struct resolver *r, enum reason reason);

/** What is known of a family: servers of one that nobody could be reached by are asked last, those of one
 * that was tried in vain not at all. */
enum family_path { FAMILY_WORKS, FAMILY_UNTRIED, FAMILY_CLOSED };
void resolver_families(struct resolver *r, enum family_path ipv4, enum family_path ipv6);

/** Tasks alive, for tests. */
size_t resolver_tasks(const struct resolver *r);

#endif
