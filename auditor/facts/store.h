/* SPDX-License-Identifier: BSD-2-Clause */
/* The fact store of one target, as the engine and the sources see it (checks see facts.h only).
 *
 * The engine begins a run of a check, the check reads facts, misses are demanded from the source. The source answers
 * each demand exactly once with facts_deliver(), at once or later, always in the thread that owns the store. */
#ifndef ZONEVET_FACTS_STORE_H
#define ZONEVET_FACTS_STORE_H

#include "auditor/facts/facts.h"

enum fact_kind { FACT_ASK, FACT_LOOKUP, FACT_CUT, FACT_TRANSFER, FACT_WALK, FACT_HTTP, FACT_VANTAGE };

/** Hold-back classes: DNS goes out at once, HTTP waits behind DNS misses, costly kinds wait behind any cheaper miss. */
enum fact_class { CLASS_DNS, CLASS_HTTP, CLASS_COSTLY };

struct fact {
    enum fact_kind kind;
    union {
        struct ask ask;
        struct {
            const dname *owner;
            uint16_t type;
        } lookup;
        const dname *cut;
        struct transfer_ask transfer;
        const dname *walk;
        struct http_ask http;
        bool vantage_last;
    } key;           /* pointers live in the store's arena */
    const void *value; /* struct reply, answer, cut, transfer, walk, http_reply or vantage; NULL while pending */
    struct facts *facts;
    const void *pending; /* of the store: the value to read while there is none */
    bool sent;         /* demanded from the source */
    void *waiters;     /* of the engine */
    void *source_data; /* of the source */
    uint64_t stamp;    /* of the store: last frame that read it */
    uint64_t missed;   /* of the store: last run that missed it */
    const void *evidence; /* of the engine: its text, once made */
};

struct source {
    void *context;
    /** Answer the fact, now or later, by facts_deliver(). */
    void (*demand)(void *context, struct fact *fact);
};

struct facts_options {
    const dname *target;
    const struct settings *settings;
    struct source source;
    const struct zone *zone;               /* offline: the zone whose apex is the target, or NULL */
    const struct zone_error *zone_errors;
    size_t zone_error_count;
    const struct zone_set *zones;          /* every zone file of the run; NULL: none */
    const struct zone_set *zones_before;   /* the state before the change; NULL: there is none */
    size_t arena_limit;                    /* octets; 0 is 256 MiB */
    void (*delivered)(void *context, struct fact *fact); /* tells the engine; may be NULL */
    void *delivered_context;
};

struct facts *facts_new(const struct facts_options *options);
void facts_free(struct facts *f);

/** Memory that lives as long as the target: sources allocate values here. */
struct arena *facts_arena(struct facts *f);

/** Give a fact its value (of the type that belongs to its kind, allocated in facts_arena, complete). Once a fact. */
void facts_deliver(struct fact *fact, const void *value);

/** Deliver "unknown" with that reason, whatever the kind. */
void facts_deliver_unknown(struct fact *fact, enum reason reason);

/** Every fact of the store in the order of first demand. */
size_t facts_count(const struct facts *f);
struct fact *facts_at(const struct facts *f, size_t index);

/** The canonical octets of a fact's key: equal keys are the same question. In the arena. */
const uint8_t *fact_key(struct arena *a, const struct fact *fact, size_t *length);

/* ---- runs: for the engine ------------------------------------------------------------------------------------- */

void facts_run_begin(struct facts *f, struct arena *scratch);

/** Facts that the run wanted and that are pending; those that were held back are not `sent`. */
size_t facts_run_missing(const struct facts *f, struct fact *const **list);

/** Distinct facts read since the run began or since facts_mark(), in order of reading. */
size_t facts_run_read(struct facts *f, struct fact *const **list);

/** The first reason met by a read of an unknown fact in this run; REASON_NONE if there was none. */
enum reason facts_run_reason(const struct facts *f);
/** True if every unknown fact read in this run is unknown because it needs a live run. */
bool facts_run_only_needs_live(const struct facts *f);
/** True if the run reached a cap of facts. */
bool facts_run_over_budget(const struct facts *f);

/** Demands sent to the source and not delivered yet. */
size_t facts_under_way(const struct facts *f);

/** Nothing of this target is under way: ASK_LAST_ROUND demands may go out from now on. */
void facts_allow_last_round(struct facts *f);

#endif
