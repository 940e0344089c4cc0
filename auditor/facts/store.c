/* SPDX-License-Identifier: BSD-2-Clause */
/* The fact store of one target: keys, misses, what a run read, and memoised derived facts. */
#include "auditor/facts/store.h"

#include "auditor/facts/zone.h"

#include "auditor/base/buf.h"
#include "auditor/base/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FACTS_MAX_LIVE 60000U /* distinct facts a target; above it everything new is unknown, budget */
#define ARENA_LIMIT ((size_t)256 * 1024 * 1024)
#define RESERVE_LIMIT ((size_t)64 * 1024 * 1024) /* FACTS_MAX_LIVE unknown answers of the largest kind */

struct fact_list {
    struct fact **items;
    size_t count, capacity;
};

/* What one level of reading touched: the run itself, or a derived fact under computation. */
struct frame {
    struct frame *outer;
    struct fact_list reads;
    struct fact_list misses;
    size_t mark; /* reads before it are no evidence (facts_mark) */
    uint64_t id;
};

struct memo {
    const void *value;
    struct fact **reads;
    size_t read_count;
    struct fact **pending; /* what was missing when a provisional value was computed */
    size_t pending_count;
    bool computing;
};

struct facts {
    struct facts_options options;
    struct arena *arena;
    struct arena *reserve; /* for unknown answers when the arena is full; NULL until then */
    struct table *by_key;
    struct table *memos;
    struct fact_list all;
    size_t under_way;
    bool last_round;

    struct arena *scratch;
    struct frame *frame;
    struct frame run_frame;
    uint64_t next_frame;
    uint64_t run;
    struct fact_list missing;
    bool missed_dns, missed_cheaper; /* DNS; anything but a costly kind */
    bool over_budget;
    enum reason reason;
    bool other_reason; /* an unknown for a reason other than needs-live was read */
};

const char *reason_text(enum reason reason)
{
    static const char *const texts[] = {
        [REASON_NONE] = "none",           [REASON_NEEDS_LIVE] = "needs-live",
        [REASON_NEEDS_OPT_IN] = "needs-opt-in", [REASON_TIMEOUT] = "timeout",
        [REASON_SERVFAIL] = "servfail",   [REASON_REFUSED] = "refused",
        [REASON_NETWORK] = "network",     [REASON_MALFORMED] = "malformed",
        [REASON_BOGUS] = "bogus",         [REASON_UNSUPPORTED] = "unsupported",
        [REASON_OUT_OF_SCOPE] = "out-of-scope", [REASON_BUDGET] = "budget",
        [REASON_INCOMPLETE_DATA] = "incomplete-data", [REASON_INTERRUPTED] = "interrupted",
        [REASON_INTERNAL] = "internal",
    };
    return (size_t)reason < ARRAY_SIZE(texts) ? texts[reason] : "internal";
}

static bool list_add(struct fact_list *list, struct fact *fact)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity != 0 ? list->capacity * 2 : 32;
        struct fact **items = realloc(list->items, capacity * sizeof(struct fact *));
        if (items == NULL)
            return false;
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = fact;
    return true;
}

struct facts *facts_new(const struct facts_options *options)
{
    struct facts *f = calloc(1, sizeof(*f));
    if (f == NULL)
        return NULL;
    f->options = *options;
    f->arena = arena_new(options->arena_limit != 0 ? options->arena_limit : ARENA_LIMIT);
    f->by_key = table_new();
    f->memos = table_new();
    f->next_frame = 1;
    if (f->arena == NULL || f->by_key == NULL || f->memos == NULL) {
        facts_free(f);
        return NULL;
    }
    return f;
}

void facts_free(struct facts *f)
{
    if (f == NULL)
        return;
    arena_free(f->arena);
    arena_free(f->reserve);
    table_free(f->by_key);
    table_free(f->memos);
    free(f->all.items);
    free(f->missing.items);
    free(f->run_frame.reads.items);
    free(f->run_frame.misses.items);
    free(f);
}

struct arena *facts_arena(struct facts *f)
{
    return f->arena;
}

size_t facts_count(const struct facts *f)
{
    return f->all.count;
}

struct fact *facts_at(const struct facts *f, size_t index)
{
    return f->all.items[index];
}

size_t facts_under_way(const struct facts *f)
{
    return f->under_way;
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

static void key_address(struct buf *out, const struct address *a)
{
    buf_char(out, (char)a->family);
    buf_add(out, a->octets, a->family == 6 ? 16 : a->family == 4 ? 4 : 0);
}

static void key_name(struct buf *out, const dname *name)
{
    buf_add(out, name, dname_length(name));
}

static void key_text(struct buf *out, const char *text)
{
    buf_add(out, text, strlen(text) + 1);
}

static void key_ask(struct buf *out, const struct ask *q)
{
    key_address(out, &q->server);
    key_name(out, q->owner);
    buf_u16(out, q->type);
    buf_u16(out, q->class);
    buf_u16(out, q->flags);
    buf_char(out, (char)q->opcode);
    buf_char(out, (char)q->edns_version);
    buf_u16(out, q->edns_size);
    buf_u16(out, q->edns_flags);
    buf_u16(out, q->edns_option);
    buf_char(out, (char)q->repeat);
    buf_u16(out, q->delay_s);
}

static void key_write(struct buf *out, const struct fact *fact)
{
    buf_char(out, (char)fact->kind);
    switch (fact->kind) {
    case FACT_ASK:
        key_ask(out, &fact->key.ask);
        break;
    case FACT_LOOKUP:
        key_name(out, fact->key.lookup.owner);
        buf_u16(out, fact->key.lookup.type);
        break;
    case FACT_CUT:
        key_name(out, fact->key.cut);
        break;
    case FACT_TRANSFER:
        key_address(out, &fact->key.transfer.server);
        key_name(out, fact->key.transfer.zone);
        buf_u16(out, fact->key.transfer.type);
        buf_u32(out, fact->key.transfer.serial);
        buf_char(out, fact->key.transfer.with_key ? 1 : 0);
        break;
    case FACT_WALK:
        key_name(out, fact->key.walk);
        break;
    case FACT_HTTP:
        buf_char(out, fact->key.http.https ? 1 : 0);
        key_address(out, &fact->key.http.address);
        key_text(out, fact->key.http.host);
        key_text(out, fact->key.http.path);
        break;
    case FACT_VANTAGE:
        buf_char(out, fact->key.vantage_last ? 1 : 0);
        break;
    }
}

const uint8_t *fact_key(struct arena *a, const struct fact *fact, size_t *length)
{
    struct buf out = BUF_INIT(65536);
    key_write(&out, fact);
    *length = out.length;
    const uint8_t *copy = out.failed ? NULL : arena_copy(a, out.data, out.length);
    buf_free(&out);
    return copy;
}

/* Copy what the key points at into the store, names in lower case unless their spelling is the question. */
static bool key_own(struct facts *f, struct fact *fact)
{
    struct arena *a = f->arena;
    switch (fact->kind) {
    case FACT_ASK:
        fact->key.ask.owner = dname_copy(a, fact->key.ask.owner);
        return fact->key.ask.owner != NULL;
    case FACT_LOOKUP:
        fact->key.lookup.owner = dname_copy(a, fact->key.lookup.owner);
        return fact->key.lookup.owner != NULL;
    case FACT_CUT:
        fact->key.cut = dname_copy(a, fact->key.cut);
        return fact->key.cut != NULL;
    case FACT_TRANSFER:
        fact->key.transfer.zone = dname_copy(a, fact->key.transfer.zone);
        return fact->key.transfer.zone != NULL;
    case FACT_WALK:
        fact->key.walk = dname_copy(a, fact->key.walk);
        return fact->key.walk != NULL;
    case FACT_HTTP:
        fact->key.http.host = arena_strdup(a, fact->key.http.host);
        fact->key.http.path = arena_strdup(a, fact->key.http.path);
        return fact->key.http.host != NULL && fact->key.http.path != NULL;
    case FACT_VANTAGE:
        return true;
    }
    return false;
}

/* ---- answers without a value --------------------------------------------------------------------------------------- */

/* The "nothing known" value of each kind; the pending ones are constants, the unknown ones carry a reason. */
static const void *blank(struct arena *a, const struct fact *fact, bool pending, enum reason reason)
{
    switch (fact->kind) {
    case FACT_ASK: {
        struct reply *r = arena_alloc(a, sizeof(*r));
        if (r != NULL) {
            r->state = pending ? REPLY_PENDING : REPLY_NONE;
            r->reason = reason;
            r->server = fact->key.ask.server;
        }
        return r;
    }
    case FACT_LOOKUP: {
        struct answer *r = arena_alloc(a, sizeof(*r));
        if (r != NULL) {
            r->state = pending ? ANSWER_PENDING : ANSWER_UNKNOWN;
            r->reason = reason;
            r->owner = fact->key.lookup.owner;
            r->type = fact->key.lookup.type;
        }
        return r;
    }
    case FACT_CUT: {
        struct cut *r = arena_alloc(a, sizeof(*r));
        if (r != NULL) {
            r->state = pending ? FACT_PENDING : FACT_UNKNOWN;
            r->reason = reason;
        }
        return r;
    }
    case FACT_TRANSFER: {
        struct transfer *r = arena_alloc(a, sizeof(*r));
        if (r != NULL) {
            r->state = pending ? FACT_PENDING : FACT_UNKNOWN;
            r->reason = reason;
        }
        return r;
    }
    case FACT_WALK: {
        struct walk *r = arena_alloc(a, sizeof(*r));
        if (r != NULL) {
            r->state = pending ? FACT_PENDING : FACT_UNKNOWN;
            r->reason = reason;
        }
        return r;
    }
    case FACT_HTTP: {
        struct http_reply *r = arena_alloc(a, sizeof(*r));
        if (r != NULL) {
            r->state = pending ? FACT_PENDING : FACT_UNKNOWN;
            r->reason = reason;
            r->headers = r->body = "";
        }
        return r;
    }
    case FACT_VANTAGE: {
        struct vantage *r = arena_alloc(a, sizeof(*r));
        if (r != NULL)
            r->state = pending ? FACT_PENDING : FACT_UNKNOWN;
        return r;
    }
    }
    return NULL;
}

static const void *or_die(const void *value)
{
    if (value == NULL) {
        fputs("zonevet: out of memory\n", stderr);
        abort();
    }
    return value;
}

/* For the store to keep. A target whose memory is used up gets no new facts, and those it has their answers from a reserve
 * that is large enough for all of them. */
static const void *blank_to_keep(struct facts *f, const struct fact *fact, bool pending, enum reason reason)
{
    const void *value = blank(f->arena, fact, pending, reason);
    if (value == NULL && f->reserve == NULL)
        f->reserve = arena_new(RESERVE_LIMIT);
    if (value == NULL && f->reserve != NULL)
        value = blank(f->reserve, fact, pending, reason);
    return or_die(value);
}

/* For this run of a check only: there is no fact to keep it. */
static const void *blank_for_run(struct facts *f, const struct fact *wanted)
{
    return or_die(blank(f->scratch, wanted, false, REASON_BUDGET));
}

/* The reason if the value says "unknown", else REASON_NONE. */
static enum reason value_reason(const struct fact *fact)
{
    switch (fact->kind) {
    case FACT_ASK: {
        const struct reply *r = fact->value;
        return r->state == REPLY_NONE ? r->reason : REASON_NONE;
    }
    case FACT_LOOKUP: {
        const struct answer *r = fact->value;
        return r->state == ANSWER_UNKNOWN ? r->reason : REASON_NONE;
    }
    case FACT_CUT: {
        const struct cut *r = fact->value;
        return r->state == FACT_UNKNOWN ? r->reason : REASON_NONE;
    }
    case FACT_TRANSFER: {
        const struct transfer *r = fact->value;
        return r->state == FACT_UNKNOWN ? r->reason : REASON_NONE;
    }
    case FACT_WALK: {
        const struct walk *r = fact->value;
        return r->state == FACT_UNKNOWN ? r->reason : REASON_NONE;
    }
    case FACT_HTTP: {
        const struct http_reply *r = fact->value;
        return r->state == FACT_UNKNOWN ? r->reason : REASON_NONE;
    }
    case FACT_VANTAGE: {
        const struct vantage *r = fact->value;
        return r->state == FACT_UNKNOWN ? REASON_NEEDS_LIVE : REASON_NONE;
    }
    }
    return REASON_INTERNAL;
}

void facts_deliver(struct fact *fact, const void *value)
{
    struct facts *f = fact->facts;
    if (fact->value != NULL)
        return; /* write-once: the first word stands */
    fact->value = value != NULL ? value : blank_to_keep(f, fact, false, REASON_BUDGET);
    if (fact->sent)
        f->under_way--;
    if (f->options.delivered != NULL)
        f->options.delivered(f->options.delivered_context, fact);
}

void facts_deliver_unknown(struct fact *fact, enum reason reason)
{
    facts_deliver(fact, blank_to_keep(fact->facts, fact, false, reason));
}

/* ---- runs ----------------------------------------------------------------------------------------------------------- */

void facts_run_begin(struct facts *f, struct arena *scratch)
{
    f->scratch = scratch;
    f->run++;
    f->frame = &f->run_frame;
    f->run_frame.outer = NULL;
    f->run_frame.reads.count = 0;
    f->run_frame.mark = 0;
    f->run_frame.id = f->next_frame++;
    f->run_frame.misses.count = 0;
    f->missing.count = 0;
    f->missed_dns = f->missed_cheaper = false;
    f->over_budget = false;
    f->reason = REASON_NONE;
    f->other_reason = false;
}

static void frame_read(struct frame *frame, struct fact *fact)
{
    if (fact->stamp == frame->id)
        return;
    fact->stamp = frame->id;
    (void)list_add(&frame->reads, fact); /* without memory a finding carries less evidence */
}

/* Drop repeated facts behind `from`, first readings stay. Derived facts under computation leave their own stamps, so
 * frame_read() alone cannot see every repetition, and evidence must not depend on what was computed in which run. */
static void drop_repeats(struct facts *f, struct frame *frame, size_t from)
{
    size_t kept = from;
    frame->id = f->next_frame++;
    for (size_t i = from; i < frame->reads.count; i++) {
        struct fact *fact = frame->reads.items[i];
        if (fact->stamp == frame->id)
            continue;
        fact->stamp = frame->id;
        frame->reads.items[kept++] = fact;
    }
    frame->reads.count = kept;
}

static enum fact_class fact_class(const struct fact *fact)
{
    switch (fact->kind) {
    case FACT_TRANSFER:
    case FACT_WALK:
        return CLASS_COSTLY;
    case FACT_HTTP:
        return CLASS_HTTP;
    case FACT_VANTAGE:
        return fact->key.vantage_last ? CLASS_COSTLY : CLASS_DNS;
    case FACT_ASK:
        return fact->key.ask.repeat > 0 || (fact->key.ask.flags & ASK_LAST_ROUND) != 0 ? CLASS_COSTLY : CLASS_DNS;
    default:
        return CLASS_DNS;
    }
}

static bool is_last_round(const struct fact *fact)
{
    return (fact->kind == FACT_ASK && (fact->key.ask.flags & ASK_LAST_ROUND) != 0) ||
           (fact->kind == FACT_VANTAGE && fact->key.vantage_last);
}

/* May this miss be sent now? What comes after a miss may be speculative (DESIGN section 3, point 4). */
static bool may_send(const struct facts *f, const struct fact *fact)
{
    if (is_last_round(fact)) /* all else has ended by then: at once */
        return f->last_round;
    switch (fact_class(fact)) {
    case CLASS_DNS:
        return true;
    case CLASS_HTTP:
        return !f->missed_dns;
    case CLASS_COSTLY: /* behind anything cheaper; transfers from all servers of a zone go side by side */
        return !f->missed_cheaper;
    }
    return true;
}

static void note_missing(struct facts *f, struct fact *fact)
{
    struct fact_list *misses = &f->frame->misses;
    if (misses->count == 0 || misses->items[misses->count - 1] != fact)
        (void)list_add(misses, fact);
    if (fact->missed == f->run)
        return;
    fact->missed = f->run;
    (void)list_add(&f->missing, fact);
    f->missed_dns = f->missed_dns || fact_class(fact) == CLASS_DNS;
    f->missed_cheaper = f->missed_cheaper || fact_class(fact) != CLASS_COSTLY;
}

static void send(struct facts *f, struct fact *fact)
{
    fact->sent = true;
    f->under_way++;
    f->options.source.demand(f->options.source.context, fact);
}

static struct fact *find_or_make(struct facts *f, const struct fact *wanted)
{
    struct buf key = BUF_INIT(65536);
    key_write(&key, wanted);
    struct fact *fact = key.failed ? NULL : table_get(f->by_key, key.data, key.length);
    if (fact == NULL && !key.failed) {
        fact = arena_copy(f->arena, wanted, sizeof(*wanted));
        if (fact != NULL) {
            fact->facts = f;
            if (!key_own(f, fact) || table_put(f->by_key, key.data, key.length, fact) != 0 ||
                !list_add(&f->all, fact))
                fact = NULL;
        }
    }
    buf_free(&key);
    return fact;
}

/* Read a fact: its value, or the pending value and a note that it is missing. */
static const void *read_fact(struct facts *f, const struct fact *wanted)
{
    if (f->options.settings->live && f->all.count >= FACTS_MAX_LIVE) {
        f->over_budget = true;
        if (f->reason == REASON_NONE)
            f->reason = REASON_BUDGET;
        f->other_reason = true;
        return blank_for_run(f, wanted);
    }
    struct fact *fact = find_or_make(f, wanted);
    if (fact == NULL) {
        f->over_budget = true;
        return blank_for_run(f, wanted);
    }
    if (fact->value == NULL && !fact->sent && may_send(f, fact))
        send(f, fact); /* a file or a recording answers at once */
    if (fact->value == NULL) {
        note_missing(f, fact);
        if (fact->pending == NULL) /* in the store: provisional derived facts may keep it over runs */
            fact->pending = blank_to_keep(f, fact, true, REASON_NONE);
        return fact->pending;
    }
    frame_read(f->frame, fact);
    enum reason reason = value_reason(fact);
    if (reason != REASON_NONE) {
        if (f->reason == REASON_NONE)
            f->reason = reason;
        if (reason != REASON_NEEDS_LIVE)
            f->other_reason = true;
    }
    return fact->value;
}

size_t facts_run_missing(const struct facts *f, struct fact *const **list)
{
    *list = f->missing.items;
    return f->missing.count;
}

size_t facts_run_read(struct facts *f, struct fact *const **list)
{
    drop_repeats(f, &f->run_frame, f->run_frame.mark);
    *list = f->run_frame.reads.items != NULL ? f->run_frame.reads.items + f->run_frame.mark : NULL;
    return f->run_frame.reads.count - f->run_frame.mark;
}

enum reason facts_run_reason(const struct facts *f)
{
    return f->reason;
}

bool facts_run_only_needs_live(const struct facts *f)
{
    return f->reason == REASON_NEEDS_LIVE && !f->other_reason;
}

bool facts_run_over_budget(const struct facts *f)
{
    return f->over_budget;
}

void facts_allow_last_round(struct facts *f)
{
    f->last_round = true;
}

bool facts_pending(struct facts *f)
{
    return f->missing.count > 0;
}

void facts_mark(struct facts *f)
{
    f->run_frame.mark = f->run_frame.reads.count;
    f->run_frame.id = f->next_frame++; /* what is read again from here on is evidence again */
}

struct arena *facts_scratch(struct facts *f)
{
    return f->scratch;
}

/* ---- what checks call ------------------------------------------------------------------------------------------------ */

const struct reply *facts_ask(struct facts *f, const struct ask *ask)
{
    struct fact wanted = {.kind = FACT_ASK, .key.ask = *ask};
    dname lower[DNAME_MAX];
    if ((ask->flags & ASK_EXACT_CASE) == 0) {
        memcpy(lower, ask->owner, dname_length(ask->owner));
        dname_lower_in_place(lower);
        wanted.key.ask.owner = lower;
    }
    return read_fact(f, &wanted);
}

const struct answer *facts_lookup(struct facts *f, const dname *owner, uint16_t type)
{
    struct fact wanted = {.kind = FACT_LOOKUP};
    dname lower[DNAME_MAX];
    memcpy(lower, owner, dname_length(owner));
    dname_lower_in_place(lower);
    wanted.key.lookup.owner = lower;
    wanted.key.lookup.type = type;
    return read_fact(f, &wanted);
}

const struct cut *facts_cut(struct facts *f, const dname *name)
{
    struct fact wanted = {.kind = FACT_CUT};
    dname lower[DNAME_MAX];
    memcpy(lower, name, dname_length(name));
    dname_lower_in_place(lower);
    wanted.key.cut = lower;
    return read_fact(f, &wanted);
}

const struct transfer *facts_transfer(struct facts *f, const struct transfer_ask *ask)
{
    struct fact wanted = {.kind = FACT_TRANSFER, .key.transfer = *ask};
    return read_fact(f, &wanted);
}

const struct walk *facts_walk(struct facts *f, const dname *zone)
{
    struct fact wanted = {.kind = FACT_WALK, .key.walk = zone};
    return read_fact(f, &wanted);
}

const struct http_reply *facts_http(struct facts *f, const struct http_ask *ask)
{
    struct fact wanted = {.kind = FACT_HTTP, .key.http = *ask};
    return read_fact(f, &wanted);
}

const struct vantage *facts_vantage(struct facts *f, bool last_round)
{
    struct fact wanted = {.kind = FACT_VANTAGE, .key.vantage_last = last_round};
    return read_fact(f, &wanted);
}

const struct zone *facts_zone(struct facts *f)
{
    return f->options.zone;
}

const struct zone_set *facts_zones(struct facts *f)
{
    static const struct zone_set none;
    return f->options.zones != NULL ? f->options.zones : &none;
}

const struct zone_set *facts_zones_before(struct facts *f)
{
    return f->options.zones_before;
}

const struct zone *zone_set_find(const struct zone_set *set, const dname *apex)
{
    for (size_t i = 0; set != NULL && i < set->count; i++) {
        if (dname_equal(zone_apex(set->zones[i]), apex))
            return set->zones[i];
    }
    return NULL;
}

const struct zone_error *facts_zone_errors(struct facts *f, size_t *count)
{
    *count = f->options.zone_error_count;
    return f->options.zone_errors;
}

const struct settings *facts_settings(struct facts *f)
{
    return f->options.settings;
}

int64_t facts_now(struct facts *f)
{
    return f->options.settings->now_s;
}

const dname *facts_target(struct facts *f)
{
    return f->options.target;
}

const dname *facts_random_name(struct facts *f, unsigned number, const dname *name)
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    uint8_t seed[sizeof(uint64_t) + sizeof(number) + DNAME_MAX];
    size_t length = dname_length(name);
    memcpy(seed, &f->options.settings->seed, sizeof(uint64_t));
    memcpy(seed + sizeof(uint64_t), &number, sizeof(number));
    memcpy(seed + sizeof(uint64_t) + sizeof(number), name, length);
    uint64_t hash = table_hash_stable(seed, sizeof(uint64_t) + sizeof(number) + length);
    uint8_t label[16];
    for (size_t i = 0; i < sizeof(label); i++) {
        label[i] = (uint8_t)alphabet[(hash >> (i * 3 % 59)) & 31];
        hash = hash * 0x9e3779b97f4a7c15ULL + i;
    }
    label[0] = 'z'; /* a letter first: some servers dislike digits there */
    const dname *random = dname_prepend_label(f->arena, label, sizeof(label), name);
    return random != NULL ? random : name;
}

/* ---- derived facts ----------------------------------------------------------------------------------------------------- */

/* Everything a memo read counts as read by whoever asks for it. */
static void memo_replay(struct facts *f, const struct memo *memo)
{
    for (size_t i = 0; i < memo->read_count; i++) {
        struct fact *fact = memo->reads[i];
        frame_read(f->frame, fact);
        enum reason reason = value_reason(fact);
        if (reason != REASON_NONE && f->reason == REASON_NONE)
            f->reason = reason;
        if (reason != REASON_NONE && reason != REASON_NEEDS_LIVE)
            f->other_reason = true;
    }
}

/* A provisional value stays good as long as nothing that it missed has come. */
static bool memo_unchanged(struct facts *f, const struct memo *memo)
{
    if (memo->pending_count == 0)
        return false;
    for (size_t i = 0; i < memo->pending_count; i++) {
        const struct fact *fact = memo->pending[i];
        if (fact->value != NULL || (!fact->sent && may_send(f, fact)))
            return false;
    }
    return true;
}

static void memo_compute(struct facts *f, struct memo *memo, derive_fn compute, const void *key, size_t key_length)
{
    struct frame frame = {.outer = f->frame, .id = f->next_frame++};
    f->frame = &frame;
    memo->computing = true;
    memo->value = compute(f, f->arena, key, key_length);
    memo->computing = false;
    f->frame = frame.outer;

    drop_repeats(f, &frame, 0);
    memo->reads = arena_copy(f->arena, frame.reads.items, frame.reads.count * sizeof(struct fact *));
    memo->read_count = memo->reads != NULL ? frame.reads.count : 0;
    memo->pending = arena_copy(f->arena, frame.misses.items, frame.misses.count * sizeof(struct fact *));
    memo->pending_count = memo->pending != NULL ? frame.misses.count : 0;
    for (size_t i = 0; i < frame.misses.count; i++)
        (void)list_add(&f->frame->misses, frame.misses.items[i]);
    free(frame.reads.items);
    free(frame.misses.items);
}

const void *facts_derive(struct facts *f, derive_fn compute, const void *key, size_t key_length)
{
    struct buf id = BUF_INIT(65536);
    buf_add(&id, &compute, sizeof(compute));
    buf_add(&id, key, key_length);
    struct memo *memo = id.failed ? NULL : table_get(f->memos, id.data, id.length);
    bool known = memo != NULL;
    if (!known && !id.failed) {
        memo = arena_alloc(f->arena, sizeof(*memo));
        if (memo != NULL && table_put(f->memos, id.data, id.length, memo) != 0)
            memo = NULL;
    }
    buf_free(&id);
    if (memo == NULL)
        return NULL;
    if (memo->computing)
        return memo->value; /* a cycle: the caller gets what there was before, NULL the first time */

    if (known && memo->value != NULL && memo->pending_count == 0) {
        memo_replay(f, memo);
        return memo->value;
    }
    if (known && memo->value != NULL && memo_unchanged(f, memo)) {
        memo_replay(f, memo);
        for (size_t i = 0; i < memo->pending_count; i++)
            note_missing(f, memo->pending[i]);
        return memo->value;
    }
    const void *owned_key = arena_copy(f->arena, key, key_length);
    if (owned_key == NULL && key_length > 0)
        return NULL;
    memo_compute(f, memo, compute, owned_key, key_length);
    memo_replay(f, memo);
    return memo->value;
}

/* ---- helpers over replies ------------------------------------------------------------------------------------------------ */

const struct rrset *section_find(const struct section *s, const dname *owner, uint16_t type)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->sets[i].type == type && dname_equal(s->sets[i].owner, owner))
            return &s->sets[i];
    }
    return NULL;
}

bool reply_authoritative(const struct reply *r)
{
    return r->state == REPLY_OK && r->rcode == 0 && r->opcode == 0 && r->aa && !r->tc;
}
