/* SPDX-License-Identifier: BSD-2-Clause */
/* A sweep over a signed zone file. The zone is cut into pieces; a worker takes one at a time, has keys,
 * memory and a batch of its own, and leaves what it found with the piece. The pieces are put together in
 * order, so the result does not depend on the number of threads.
 *
 * A batch only ever says "good". A set with a signature that it does not find good is judged again by
 * dnssec_judge(), with OpenSSL: no verdict against a zone rests on arithmetic of our own. */
#include "auditor/facts/derived/dnssec_bulk.h"

#include "auditor/base/digest.h"
#include "auditor/base/jobs.h"
#include "auditor/facts/derived/dnssec_judge.h"
#include "auditor/facts/derived/dnssec_p256.h"

#include <stdlib.h>
#include <string.h>

#define PIECE_NODES 8192U
#define SAMPLE_NODES 64U
#define KEYS_MAX 256U  /* every signature is held against every key; nobody can serve so many */
#define TABLES_MAX 4U  /* keys that sign much of a zone: two, and as many more while they are exchanged */
#define SIGS_PENDING 4U /* signatures of one set that a batch takes; sets with more are judged one by one */
#define NO_ITEM UINT32_MAX
#define KEY_OFFSET 4U   /* of the key material in DNSKEY RDATA */

/* A signature of a set that waits for its batch. */
struct waiting_sig {
    struct dnssec_sig sig;
    enum dnssec_why why;   /* in the batch: NONE if that finds it good */
    uint32_t item;         /* NO_ITEM: not in the batch, why is known */
};

struct waiting {
    size_t node;
    uint16_t type;
    uint8_t count;
    struct waiting_sig sigs[SIGS_PENDING];
};

struct piece {
    struct dnssec_bulk_found *found;
    size_t found_count, found_room;
    size_t more, judged;
    bool any_signed, no_memory;
    uint32_t algorithms_all;
};

struct sweep;

struct worker {
    const struct sweep *sweep;
    struct arena *arena;        /* the keys */
    struct arena *scratch;      /* one set */
    struct dnssec_keys keys;
    struct zone_view view, again; /* the node under way; one that is looked at again */
    struct buf data;
    struct p256_batch *batch;   /* NULL: one by one */
    struct waiting *waiting;
    size_t waiting_count;
    bool ready;
};

struct sweep {
    struct facts *facts;
    const struct dnssec_bulk_ask *ask;
    const dname *apex;
    size_t apex_node, piece_nodes;
    int64_t now_s;
    struct p256_table *base;
    struct p256_table **tables; /* by key; NULL for keys without one */
    size_t key_count;
    struct piece *pieces;
    struct worker *workers;
};

/* ---- tables for the keys that sign much ------------------------------------------------------------ */

static bool may_have_table(const struct dnssec_key *key)
{
    return key->algorithm == DNSSEC_ALG_P256 && dnssec_key_fault(key) == DNSSEC_WHY_NONE &&
           key->rdata->length == KEY_OFFSET + P256_POINT;
}

static void count_uses(struct dnssec_keys keys, const struct zone_node *node, size_t *uses)
{
    for (size_t i = 0; node != NULL && i < node->set_count; i++) {
        for (uint16_t s = 0; s < node->sets[i].sig_count; s++) {
            struct dnssec_sig sig;
            bool readable = dnssec_sig_read(&node->sets[i].sigs[s], &sig);
            for (size_t k = 0; readable && k < keys.count; k++)
                uses[k] += keys.list[k].tag == sig.tag && keys.list[k].algorithm == sig.algorithm;
        }
    }
}

/* A sample of the nodes tells which keys sign how much. */
static void estimate_uses(const struct zone *zone, struct dnssec_keys keys, size_t *uses)
{
    size_t nodes = zone_node_count(zone);
    size_t samples = nodes < SAMPLE_NODES ? nodes : SAMPLE_NODES;
    struct zone_view view = {0};
    for (size_t i = 0; i < samples; i++)
        count_uses(keys, zone_node_at(zone, nodes * i / samples, &view), uses);
    for (size_t k = 0; samples > 0 && k < keys.count; k++)
        uses[k] = uses[k] * nodes / samples;
    zone_view_free(&view);
}

static void make_tables(struct sweep *s, struct dnssec_keys keys, struct arena *a)
{
    size_t *uses = arena_array(a, keys.count, sizeof(*uses));
    unsigned made = 0;
    size_t all = 0;
    s->tables = arena_array(a, keys.count, sizeof(struct p256_table *));
    if (uses == NULL || s->tables == NULL || s->ask->one_by_one)
        return;
    estimate_uses(s->ask->zone, keys, uses);
    for (size_t k = 0; k < keys.count; k++)
        all += may_have_table(&keys.list[k]) ? uses[k] : 0;
    const unsigned bits = p256_window(all);
    for (size_t k = 0; k < keys.count && made < TABLES_MAX; k++) {
        if (uses[k] < P256_WORTHWHILE || !may_have_table(&keys.list[k]))
            continue;
        s->tables[k] = p256_table_new(keys.list[k].rdata->octets + KEY_OFFSET, bits);
        made += s->tables[k] != NULL;
    }
    if (made > 0)
        s->base = p256_table_base(bits);
    s->key_count = keys.count;
}

static void free_tables(struct sweep *s)
{
    for (size_t k = 0; k < s->key_count; k++)
        p256_table_free(s->tables[k]);
    p256_table_free(s->base);
}

/* ---- what a piece leaves --------------------------------------------------------------------------- */

static void keep(struct piece *p, const struct dnssec_bulk_found *found)
{
    if (p->found_count == p->found_room) {
        size_t room = p->found_room != 0 ? p->found_room * 2 : 16;
        struct dnssec_bulk_found *list = realloc(p->found, room * sizeof(*list));
        if (list == NULL) {
            p->no_memory = true;
            p->more += !found->judged.good;
            return;
        }
        p->found = list;
        p->found_room = room;
    }
    p->found[p->found_count++] = *found;
}

static void settle(const struct sweep *s, struct piece *p, size_t node, uint16_t type,
                   const struct dnssec_judged *judged)
{
    p->judged++;
    if (judged->good)
        p->algorithms_all &= judged->algorithms;
    if (!judged->good || judged->expires_s - s->now_s < s->ask->soon_s)
        keep(p, &(struct dnssec_bulk_found){.node = node, .type = type, .judged = *judged});
}

static int in_order(const void *a, const void *b)
{
    const struct dnssec_bulk_found *one = a;
    const struct dnssec_bulk_found *other = b;
    if (one->node != other->node)
        return one->node < other->node ? -1 : 1;
    return (int)one->type - (int)other->type;
}

/* No more than the caller wants can come from one piece. */
static void close_piece(const struct sweep *s, struct piece *p)
{
    if (p->found_count > 1)
        qsort(p->found, p->found_count, sizeof(*p->found), in_order);
    while (p->found_count > s->ask->keep)
        p->more += !p->found[--p->found_count].judged.good;
    struct dnssec_bulk_found *list =
        p->found_count > 0 ? realloc(p->found, p->found_count * sizeof(*list)) : NULL;
    p->found = list != NULL ? list : p->found;
}

/* ---- one set --------------------------------------------------------------------------------------- */

static struct dnssec_judged judge_one(struct worker *w, const struct rrset *set)
{
    struct dnssec_work work = {.whole_zone = true};
    return dnssec_judge(w->sweep->facts, set, w->sweep->apex, w->keys, &work);
}

/* The table of the only key that the signature can be by; NULL if there is none or more than one. */
static const struct p256_table *table_for(const struct worker *w, const struct dnssec_sig *sig)
{
    const struct p256_table *table = NULL;
    unsigned candidates = 0;
    if (sig->algorithm != DNSSEC_ALG_P256 || sig->signature_length != P256_SIGNATURE)
        return NULL;
    for (size_t k = 0; k < w->keys.count; k++) {
        if (w->keys.list[k].tag != sig->tag || w->keys.list[k].algorithm != sig->algorithm)
            continue;
        table = w->sweep->tables[k];
        candidates++;
    }
    return candidates == 1 ? table : NULL;
}

/* Put one signature into the batch, or verify it now if it is not one for the batch. */
static void look_at(struct worker *w, const struct rrset *set, struct waiting_sig *one)
{
    uint8_t digest[DIGEST_SHA256];
    struct dnssec_work work = {.whole_zone = true};
    const struct p256_table *table = table_for(w, &one->sig);
    one->item = NO_ITEM;
    if (table == NULL) {
        one->why = dnssec_sig_judge(w->sweep->facts, set, w->sweep->apex, w->keys, &one->sig, &w->data,
                                    w->scratch, &work);
        return;
    }
    one->why = dnssec_sig_fault(set, w->sweep->apex, w->keys, &one->sig, w->sweep->now_s);
    if (one->why != DNSSEC_WHY_NONE)
        return;
    one->why = DNSSEC_WHY_BUDGET; /* no memory */
    if (!dnssec_signed_data(set, &one->sig, w->scratch, &w->data))
        return;
    digest_sha256(w->data.data, w->data.length, digest);
    one->item = (uint32_t)p256_batch_count(w->batch);
    if (p256_batch_add(w->batch, table, digest, one->sig.signature))
        one->why = DNSSEC_WHY_NONE;
}

/* @return false if the set is not one for batches */
static bool wait_for_batch(struct worker *w, const struct rrset *set, size_t node)
{
    struct waiting *waiting = &w->waiting[w->waiting_count];
    if (w->batch == NULL || set->sig_count == 0 || set->sig_count > SIGS_PENDING || set->more > 0)
        return false;
    *waiting = (struct waiting){.node = node, .type = set->type, .count = (uint8_t)set->sig_count};
    arena_reset(w->scratch);
    for (unsigned i = 0; i < set->sig_count; i++) {
        struct waiting_sig *one = &waiting->sigs[i];
        if (dnssec_sig_read(&set->sigs[i], &one->sig))
            look_at(w, set, one);
        else
            *one = (struct waiting_sig){.why = DNSSEC_WHY_SIG_INVALID, .item = NO_ITEM};
    }
    w->waiting_count++;
    return true;
}

/* ---- batches --------------------------------------------------------------------------------------- */

static bool batch_agrees(const struct worker *w, const struct waiting *waiting)
{
    for (unsigned i = 0; i < waiting->count; i++) {
        const struct waiting_sig *one = &waiting->sigs[i];
        if (one->item != NO_ITEM && p256_batch_outcome(w->batch, one->item) != P256_GOOD)
            return false;
    }
    return true;
}

static struct dnssec_judged judge_waiting(struct worker *w, const struct waiting *waiting)
{
    struct dnssec_judged judged = DNSSEC_JUDGED_NOTHING;
    if (batch_agrees(w, waiting)) {
        for (unsigned i = 0; i < waiting->count; i++)
            dnssec_judged_add(&judged, waiting->sigs[i].why, &waiting->sigs[i].sig, w->sweep->now_s);
        dnssec_judged_end(&judged);
        return judged;
    }
    const struct zone_node *node = zone_node_at(w->sweep->ask->zone, waiting->node, &w->again);
    const struct rrset *set = node != NULL ? zone_node_set(node, waiting->type) : NULL;
    if (set != NULL)
        return judge_one(w, set);
    return (struct dnssec_judged){.why = DNSSEC_WHY_BUDGET, .undetermined = true}; /* no memory */
}

static void run_batch(struct worker *w, struct piece *p)
{
    if (w->batch != NULL && p256_batch_count(w->batch) > 0)
        p256_batch_run(w->batch);
    for (size_t i = 0; i < w->waiting_count; i++) {
        struct dnssec_judged judged = judge_waiting(w, &w->waiting[i]);
        settle(w->sweep, p, w->waiting[i].node, w->waiting[i].type, &judged);
    }
    w->waiting_count = 0;
    if (w->batch != NULL)
        p256_batch_empty(w->batch);
}

/* ---- a piece --------------------------------------------------------------------------------------- */

/* What a signer signs: authoritative data; at a cut the DS and NSEC sets only (RFC 4035 section 2.2). */
static bool signable(const struct sweep *s, size_t node, enum zone_place place, const struct rrset *set)
{
    if (set->type == RRTYPE_RRSIG || (set->type == RRTYPE_DNSKEY && node == s->apex_node))
        return false;
    return place == ZONE_PLACE_AUTH || set->type == RRTYPE_DS || set->type == RRTYPE_NSEC;
}

static void judge_set(struct worker *w, struct piece *p, const struct rrset *set, size_t node)
{
    p->any_signed = p->any_signed || set->sig_count > 0;
    if (w->batch != NULL &&
        (p256_batch_count(w->batch) + SIGS_PENDING > P256_BATCH || w->waiting_count == P256_BATCH))
        run_batch(w, p);
    if (wait_for_batch(w, set, node))
        return;
    struct dnssec_judged judged = judge_one(w, set);
    settle(w->sweep, p, node, set->type, &judged);
}

static bool make_ready(struct worker *w)
{
    if (w->ready)
        return true;
    w->arena = arena_new(0);
    w->scratch = arena_new(0);
    w->data = BUF_INIT((size_t)64 << 20);
    if (w->arena == NULL || w->scratch == NULL)
        return false;
    /* Keys carry contexts of OpenSSL, which are one thread's each. */
    w->keys = dnssec_keys_read(w->arena, w->sweep->ask->dnskey);
    if (w->sweep->base != NULL && w->keys.count == w->sweep->key_count) {
        w->batch = p256_batch_new(w->sweep->base, P256_BATCH);
        w->waiting = calloc(P256_BATCH, sizeof(*w->waiting));
        if (w->batch == NULL || w->waiting == NULL) {
            p256_batch_free(w->batch);
            w->batch = NULL;
        }
    }
    w->ready = true;
    return true;
}

static void judge_piece(void *context, unsigned number, size_t piece)
{
    const struct sweep *s = context;
    struct worker *w = &s->workers[number];
    struct piece *p = &s->pieces[piece];
    size_t end = (piece + 1) * s->piece_nodes;
    if (end > zone_node_count(s->ask->zone))
        end = zone_node_count(s->ask->zone);
    p->algorithms_all = UINT32_MAX;
    p->no_memory = !make_ready(w);
    for (size_t n = piece * s->piece_nodes; n < end && !p->no_memory; n++) {
        enum zone_place place = zone_place_at(s->ask->zone, n);
        const struct zone_node *node =
            place != ZONE_PLACE_BELOW ? zone_node_at(s->ask->zone, n, &w->view) : NULL;
        for (size_t i = 0; node != NULL && i < node->set_count; i++) {
            if (signable(s, n, place, &node->sets[i]))
                judge_set(w, p, &node->sets[i], n);
        }
        p->no_memory = p->no_memory || (node == NULL && place != ZONE_PLACE_BELOW);
    }
    if (w->ready)
        run_batch(w, p);
    close_piece(s, p);
}

/* ---- the whole ------------------------------------------------------------------------------------- */

static void free_worker(struct worker *w)
{
    zone_view_free(&w->view);
    zone_view_free(&w->again);
    buf_free(&w->data);
    p256_batch_free(w->batch);
    free(w->waiting);
    arena_free(w->arena);
    arena_free(w->scratch);
}

static void merge(const struct sweep *s, size_t count, struct arena *a, struct dnssec_bulk *out)
{
    size_t wanted = 0;
    for (size_t i = 0; i < count; i++)
        wanted += s->pieces[i].found_count;
    wanted = wanted < s->ask->keep ? wanted : s->ask->keep;
    struct dnssec_bulk_found *list = arena_array(a, wanted, sizeof(*list));
    for (size_t i = 0; i < count; i++) {
        const struct piece *p = &s->pieces[i];
        out->judged += p->judged;
        out->any_signed = out->any_signed || p->any_signed;
        out->algorithms_all &= p->algorithms_all;
        out->incomplete = out->incomplete || p->no_memory || list == NULL;
        out->more += p->more;
        for (size_t k = 0; k < p->found_count; k++) {
            if (list != NULL && out->found_count < wanted)
                list[out->found_count++] = p->found[k];
            else
                out->more += !p->found[k].judged.good;
        }
    }
    out->found = list;
}

struct dnssec_bulk dnssec_bulk_judge(struct facts *f, struct arena *a, const struct dnssec_bulk_ask *ask)
{
    struct dnssec_bulk out = {.algorithms_all = UINT32_MAX};
    const size_t piece_nodes = ask->piece != 0 ? ask->piece : PIECE_NODES;
    const size_t count = (zone_node_count(ask->zone) + piece_nodes - 1) / piece_nodes;
    const unsigned jobs = jobs_useful(ask->jobs, count);
    struct sweep s = {.facts = f, .ask = ask, .apex = zone_apex(ask->zone), .now_s = facts_now(f),
                      .piece_nodes = piece_nodes};
    struct arena *own = arena_new(0);
    s.apex_node = zone_index(ask->zone, s.apex);
    s.pieces = calloc(count + 1, sizeof(*s.pieces));
    s.workers = calloc(jobs, sizeof(*s.workers));
    out.incomplete =
        own == NULL || s.pieces == NULL || s.workers == NULL || ask->dnskey->count > KEYS_MAX;
    if (!out.incomplete) {
        make_tables(&s, dnssec_keys_read(own, ask->dnskey), own);
        for (unsigned i = 0; i < jobs; i++)
            s.workers[i].sweep = &s;
        jobs_run(jobs, count, judge_piece, &s);
        merge(&s, count, a, &out);
        for (unsigned i = 0; i < jobs; i++)
            free_worker(&s.workers[i]);
        for (size_t i = 0; i < count; i++)
            free(s.pieces[i].found);
        free_tables(&s);
    }
    free(s.pieces);
    free(s.workers);
    arena_free(own);
    return out;
}
