/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of a query: modes (UDP with EDNS, without, TCP), tries, and when an answer is believed. */
#define _GNU_SOURCE
#include "auditor/collect/exchange_private.h"

#include "auditor/base/clock.h"
#include "auditor/facts/message.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define OPCODE_QUERY 0
#define RCODE_FORMERR 1
#define RCODE_SERVFAIL 2
#define RCODE_NOTIMP 4
#define RCODE_REFUSED 5
#define RCODE_BADCOOKIE 23
#define OPTION_COOKIE 10
#define CHUNK 64 /* queries allocated at once */
#define UNREACHABLE_PAUSE_MS 100
#define PLAIN_TRIES 2 /* without EDNS, after silence */
#define STREAMS_MAX 64
#define ID_DRAWS_MAX 64

static void query_fire(struct timer *t);
static void stream_begin(struct query *q);

/* ---- random octets --------------------------------------------------------------------------- */

const uint8_t *exchange_random(struct exchange *x, size_t length)
{
    if (x->entropy_left < length) {
        for (size_t have = 0;
             have < ENTROPY;) { /* drawn in blocks: a system call for each id would cost too much */
            ssize_t got = getrandom(x->entropy + have, ENTROPY - have, 0);
            if (got < 0 && errno != EINTR)
                abort(); /* no id that can be guessed ever leaves */
            if (got > 0)
                have += (size_t)got;
        }
        x->entropy_left = ENTROPY;
    }
    x->entropy_left -= length;
    return x->entropy + x->entropy_left;
}

/* ---- pool of queries ------------------------------------------------------------------------- */

struct chunk {
    struct chunk *next;
    struct query queries[CHUNK];
};

static bool chunk_add(struct exchange *x)
{
    struct chunk *chunk = malloc(sizeof(*chunk));
    if (chunk == NULL)
        return false;
    chunk->next = x->chunks;
    x->chunks = chunk;
    for (size_t i = 0; i < CHUNK; i++) {
        chunk->queries[i].next = x->free_queries;
        x->free_queries = &chunk->queries[i];
    }
    return true;
}

static struct query *query_new(struct exchange *x)
{
    if (x->free_queries == NULL && !chunk_add(x))
        return NULL;
    struct query *q = x->free_queries;
    x->free_queries = q->next;
    memset(q, 0, offsetof(struct query, wire)); /* wire and owner are written anyway */
    q->x = x;
    q->timer.fire = query_fire;
    return q;
}

static void query_free(struct query *q)
{
    struct exchange *x = q->x;
    q->peer->queries--;
    q->state = QUERY_IDLE;
    q->next = x->free_queries;
    x->free_queries = q;
}

/* ---- lists and the table of ids -------------------------------------------------------------- */

static void list_append(struct query_list *list, struct query *q, enum query_lists which)
{
    q->links[which] = (struct query_link){.previous = list->last};
    if (list->last != NULL)
        list->last->links[which].next = q;
    else
        list->first = q;
    list->last = q;
}

static void list_remove(struct query_list *list, struct query *q, enum query_lists which)
{
    const struct query_link *link = &q->links[which];
    if (link->previous != NULL)
        link->previous->links[which].next = link->next;
    else
        list->first = link->next;
    if (link->next != NULL)
        link->next->links[which].previous = link->previous;
    else
        list->last = link->previous;
}

static bool id_in_use(const struct exchange *x, const struct peer *peer, uint16_t id)
{
    for (const struct query *q = x->by_id[id % ID_BUCKETS]; q != NULL; q = q->id_next) {
        if (q->id == id && q->peer == peer)
            return true;
    }
    return false;
}

static uint16_t id_draw(struct exchange *x)
{
    uint16_t id;
    memcpy(&id, exchange_random(x, sizeof(id)), sizeof(id));
    return id;
}

/* From now on replies to q are looked for. */
static void id_take(struct query *q)
{
    struct exchange *x = q->x;
    unsigned draws = 0;
    do {
        q->id = id_draw(x);
    } while (id_in_use(x, q->peer, q->id) && ++draws < ID_DRAWS_MAX);
    q->id_next = x->by_id[q->id % ID_BUCKETS];
    x->by_id[q->id % ID_BUCKETS] = q;
    q->id_taken = true;
    list_append(&q->peer->in_flight, q, LIST_IN_FLIGHT);
}

static void id_give_back(struct query *q)
{
    struct exchange *x = q->x;
    if (!q->id_taken)
        return;
    struct query **at = &x->by_id[q->id % ID_BUCKETS];
    while (*at != q)
        at = &(*at)->id_next;
    *at = q->id_next;
    q->id_taken = false;
    list_remove(&q->peer->in_flight, q, LIST_IN_FLIGHT);
    x->recent[x->recent_at++ % RECENT] = 0x10000U | q->id;
    udp_release(q);
}

/* ---- the end of a query ---------------------------------------------------------------------- */

static const struct reply out_of_memory = {.state = REPLY_NONE, .reason = REASON_BUDGET};

/* Rarely needed: a reply overtakes the retry that waits for room in the socket's buffer. */
static void queue_remove(struct send_queue *queue, struct query *q)
{
    struct query *before = NULL;
    for (struct query *at = queue->first; at != q; at = at->next)
        before = at;
    if (before != NULL)
        before->next = q->next;
    else
        queue->first = q->next;
    if (queue->last == q)
        queue->last = before;
    queue->count--;
}

static void line_leave(struct query *q)
{
    struct query_list *line = &q->peer->waiting;
    bool first = line->first == q;
    list_remove(line, q, LIST_WAITING);
    if (first && line->first != NULL) /* the next watches the pace from now on */
        wheel_start(&q->x->wheel, &line->first->timer, 0);
}

/* Nothing of the exchange's machinery holds q any more. */
static void query_detach(struct query *q)
{
    wheel_stop(&q->x->wheel, &q->timer);
    if (q->state == QUERY_WAITING)
        line_leave(q);
    else if (q->state == QUERY_QUEUED)
        queue_remove(&udp_pool_of(q->x, q->peer)->queue, q);
    q->state = QUERY_IDLE;
    id_give_back(q);
}

static void fill_common(const struct query *q, struct reply *r)
{
    const struct exchange_options *o = &q->x->options;
    r->server = q->peer->address;
    r->truncated_first = q->truncated_first;
    r->case_differs = q->case_differs;
    r->mismatches = q->mismatches;
    r->other_source = q->other_source;
    r->tries = q->tries;
    r->at_s = o->printed_times ? clock_utc_s() : o->settings->now_s;
    if (!o->printed_times)
        r->rtt_us = 0;
}

static void tell(struct query *q, const struct reply *reply)
{
    exchange_done done = q->done;
    void *context = q->context;
    query_free(q);
    done(context, reply);
}

static void finish(struct query *q, struct reply *reply)
{
    query_detach(q);
    reply->state = REPLY_OK;
    fill_common(q, reply);
    tell(q, reply);
}

static void finish_none(struct query *q, enum reason reason)
{
    query_detach(q);
    struct reply *reply = arena_alloc(q->arena, sizeof(*reply));
    if (reply == NULL) {
        tell(q, &out_of_memory);
        return;
    }
    reply->reason = reason;
    reply->state = REPLY_NONE;
    reply->tcp = q->tcp;
    fill_common(q, reply);
    tell(q, reply);
}

static void on_deliver(uv_idle_t *handle)
{
    struct exchange *x = handle->data;
    struct query *q = x->ready;
    x->ready = x->ready_last = NULL;
    uv_idle_stop(&x->deliver);
    while (q != NULL && !x->closing) {
        struct query *next = q->next;
        if (q->held != NULL)
            finish(q, q->held);
        else
            finish_none(q, q->reason);
        q = next;
    }
}

/* End q at the next turn of the loop: for what is decided within exchange_ask() or a flush. */
static void finish_later(struct query *q, enum reason reason)
{
    struct exchange *x = q->x;
    query_detach(q);
    q->state = QUERY_READY;
    q->reason = reason;
    q->next = NULL;
    if (x->ready_last != NULL)
        x->ready_last->next = q;
    else
        x->ready = q;
    x->ready_last = q;
    uv_idle_start(&x->deliver, on_deliver);
}

static void count_silence(struct query *q, enum pace_transport transport)
{
    if (q->sent && !q->cut_short && !q->unreachable)
        pace_server_silent(q->peer->pace, transport, q->round[transport]);
}

/* ---- asking by UDP --------------------------------------------------------------------------- */

/* What tests EDNS itself gets neither a cookie nor a second question without EDNS. */
static bool edns_default(const struct ask *ask)
{
    return ask->edns_version == 0 && ask->edns_flags == 0 && ask->edns_option == 0 && ask->edns_size == 0;
}

static bool cookie_wanted(const struct query *q)
{
    return q->edns && (q->ask.flags & ASK_NO_COOKIE) == 0 && edns_default(&q->ask);
}

static void write_query(struct query *q)
{
    struct exchange *x = q->x;
    struct ask ask = q->ask;
    if (!q->edns)
        ask.flags |= ASK_NO_EDNS;
    bool cookie = cookie_wanted(q);
    /* One bit a letter; the name has fewer letters than octets. */
    const uint8_t *bits = q->case_random ? exchange_random(x, dname_length(q->owner) / 8 + 1) : NULL;
    q->wire_length = (uint16_t)message_query(q->wire, &ask, q->id, cookie ? q->peer->cookie : NULL,
                                             cookie ? q->peer->cookie_length : 0, bits);
    if (q->ask.type == RRTYPE_IXFR)
        q->wire_length = (uint16_t)message_add_soa(q->wire, q->wire_length, q->ixfr_serial);
}

static void enqueue(struct query *q)
{
    struct send_queue *queue = &udp_pool_of(q->x, q->peer)->queue;
    q->state = QUERY_QUEUED;
    q->next = NULL;
    if (queue->last != NULL)
        queue->last->next = q;
    else
        queue->first = q;
    queue->last = q;
    queue->count++;
}

/* The token is there: out by whatever transport is due. */
static void release(struct query *q)
{
    if (q->tcp)
        stream_begin(q);
    else
        enqueue(q);
}

static bool past_deadline(const struct query *q, uint64_t now_ms)
{
    return q->deadline_ms != 0 && now_ms >= q->deadline_ms;
}

/* The first in the line asks the pace; the others wait for their deadline at most. */
static void wait_in_line(struct query *q, uint64_t now_ms, unsigned wait_ms)
{
    uint64_t at_ms = now_ms + wait_ms;
    if (q->deadline_ms != 0 && (wait_ms == 0 || at_ms > q->deadline_ms))
        at_ms = q->deadline_ms;
    if (wait_ms != 0 || q->deadline_ms != 0)
        wheel_start(&q->x->wheel, &q->timer, at_ms);
}

/* One message of q is to go out: now, or when the pace allows it. */
static void submit(struct query *q)
{
    struct peer *peer = q->peer;
    uint64_t now_ms = clock_monotonic_ms();
    wheel_stop(&q->x->wheel, &q->timer);
    if (peer->waiting.first == NULL) {
        unsigned wait_ms = pace_server_take(peer->pace, now_ms);
        if (wait_ms == 0) {
            release(q);
            return;
        }
        list_append(&peer->waiting, q, LIST_WAITING);
        q->state = QUERY_WAITING;
        wait_in_line(q, now_ms, wait_ms);
        return;
    }
    list_append(&peer->waiting, q, LIST_WAITING);
    q->state = QUERY_WAITING;
    wait_in_line(q, now_ms, 0);
}

/* Let those go that may, and let the new first of the line watch the pace. */
static void line_advance(struct exchange *x, struct peer *peer)
{
    uint64_t now_ms = clock_monotonic_ms();
    struct query *q;
    while ((q = peer->waiting.first) != NULL) {
        unsigned wait_ms = pace_server_take(peer->pace, now_ms);
        if (wait_ms != 0) {
            wait_in_line(q, now_ms, wait_ms);
            return;
        }
        wheel_stop(&x->wheel, &q->timer);
        list_remove(&peer->waiting, q, LIST_WAITING);
        q->state = QUERY_IDLE;
        release(q);
    }
}

/* ---- modes ----------------------------------------------------------------------------------- */

static bool may_use_tcp(const struct query *q)
{
    return (q->ask.flags & ASK_NO_TC_RETRY) == 0;
}

/* Begin to ask in the way that q->edns, q->tcp and q->exact say. */
static void mode_start(struct query *q)
{
    query_detach(q);
    q->mode_tries = 0;
    q->unreachable = false;
    if (q->tcp) {
        q->case_random = false;
        q->id = id_draw(q->x);
    } else {
        unsigned all = 1 + q->x->options.retries;
        q->case_random = q->ask.opcode == OPCODE_QUERY && (q->ask.flags & ASK_EXACT_CASE) == 0 && !q->exact;
        q->mode_tries_max = (uint8_t)all;
        if (q->confirming || (q->edns && q->peer->edns_dropped))
            q->mode_tries_max = 1;
        else if (q->plain && all > PLAIN_TRIES)
            q->mode_tries_max = PLAIN_TRIES;
        id_take(q);
    }
    write_query(q);
    if (q->wire_length == 0)
        finish_later(q, REASON_INTERNAL);
    else
        submit(q);
}

static void tcp_start(struct query *q)
{
    q->tcp = true;
    mode_start(q);
}

static void silent(struct query *q)
{
    if (q->held != NULL) {
        finish(q, q->held);
        return;
    }
    if (q->unreachable) {
        finish_none(q, REASON_NETWORK);
        return;
    }
    count_silence(q, PACE_UDP);
    finish_none(q, q->malformed ? REASON_MALFORMED : q->sent ? REASON_TIMEOUT : REASON_BUDGET);
}

/* A try by UDP got nothing in its time. */
static void try_failed(struct query *q)
{
    if (past_deadline(q, clock_monotonic_ms())) {
        q->cut_short = true;
        silent(q);
    } else if (q->mode_tries < q->mode_tries_max) {
        submit(q);
    } else if (q->confirming) {
        q->peer->edns_dropped = q->held->edns_fallback = q->held->edns_dropped = !q->unreachable;
        finish(q, q->held);
    } else if (q->edns && edns_default(&q->ask) && !q->peer->edns_answers && !q->unreachable) {
        q->plain = true;
        q->edns = false;
        mode_start(q);
    } else {
        silent(q);
    }
}

static void query_fire(struct timer *t)
{
    struct query *q = CONTAINER(t, struct query, timer);
    struct exchange *x = q->x;
    struct peer *peer = q->peer;
    if (q->state == QUERY_IN_FLIGHT) {
        x->stats.timeouts++;
        try_failed(q);
        return;
    }
    if (q->state != QUERY_WAITING)
        return;
    if (past_deadline(q, clock_monotonic_ms())) {
        q->cut_short = true;
        silent(q);
    } else if (peer->waiting.first == q) {
        line_advance(x, peer);
    }
}

/* ---- what the sockets tell ------------------------------------------------------------------- */

static unsigned try_timeout_ms(const struct query *q)
{
    unsigned max_ms = q->x->options.timeout_ms;
    uint64_t ms = pace_server_timeout_ms(q->peer->pace, max_ms);
    ms <<= q->mode_tries > 8 ? 8 : q->mode_tries - 1;
    return ms < max_ms ? (unsigned)ms : max_ms;
}

static void count_try(struct query *q, uint64_t now_us)
{
    q->sent = true;
    q->unreachable = false;
    q->sent_us = now_us;
    q->tries = (uint8_t)(q->tries + (q->tries < UINT8_MAX));
    q->mode_tries = (uint8_t)(q->mode_tries + (q->mode_tries < UINT8_MAX));
}

void query_sent(struct query *q, unsigned index, uint64_t now_us)
{
    q->state = QUERY_IN_FLIGHT;
    q->sockets |= (uint64_t)1 << index;
    count_try(q, now_us);
    uint64_t at_ms = now_us / 1000 + try_timeout_ms(q);
    if (q->deadline_ms != 0 && at_ms > q->deadline_ms)
        at_ms = q->deadline_ms;
    wheel_start(&q->x->wheel, &q->timer, at_ms);
}

void query_send_failed(struct query *q)
{
    q->state = QUERY_IDLE; /* no longer in the send queue */
    finish_later(q, REASON_NETWORK);
}

void query_unreachable(struct query *q)
{
    if (q->state != QUERY_IN_FLIGHT)
        return;
    q->unreachable = true;
    wheel_start(&q->x->wheel, &q->timer, clock_monotonic_ms() + UNREACHABLE_PAUSE_MS);
}

void query_mismatch(struct query *q)
{
    q->mismatches = (uint16_t)(q->mismatches + (q->mismatches < UINT16_MAX));
}

/* ---- what came: is it the reply? ------------------------------------------------------------- */

static uint16_t u16_at(const uint8_t *at)
{
    return (uint16_t)((at[0] << 8) | at[1]);
}

/* An error without a question section, as servers send that did not understand the query. It carries no data.
 */
static bool bare_error(const uint8_t *wire)
{
    unsigned rcode = wire[3] & 0x0F;
    bool error =
        rcode == RCODE_FORMERR || rcode == RCODE_SERVFAIL || rcode == RCODE_NOTIMP || rcode == RCODE_REFUSED;
    return error && u16_at(wire + 6) == 0 && u16_at(wire + 8) == 0;
}

enum match { MATCH_NO, MATCH_EXACT, MATCH_OTHER_CASE };

/* Is the message a reply (QR) to the very question of q, spelt alike or not? Source and id are right already.
 */
static enum match match(const struct query *q, const uint8_t *wire, size_t length)
{
    if (length < HEADER_SIZE || (wire[2] & 0x80) == 0 || ((wire[2] >> 3) & 0xF) != (q->ask.opcode & 0xF))
        return MATCH_NO;
    unsigned questions = u16_at(wire + 4);
    if (questions == 0)
        return bare_error(wire) ? MATCH_EXACT : MATCH_NO;
    const uint8_t *ours = q->wire + HEADER_SIZE;
    const uint8_t *theirs = wire + HEADER_SIZE;
    size_t name_length = dname_length(q->owner);
    if (questions != 1 || length < HEADER_SIZE + name_length + 4 ||
        memcmp(theirs + name_length, ours + name_length, 4) != 0)
        return MATCH_NO;
    if (memcmp(theirs, ours, name_length) == 0)
        return MATCH_EXACT;
    if (dname_from_wire(theirs, name_length) != name_length || !dname_equal(theirs, q->owner))
        return MATCH_NO;
    return MATCH_OTHER_CASE;
}

/* The echo of our random spelling served its purpose. Names in RDATA that point at the question would carry
 * it into reports, and no two runs would print the same: put the name back as it was asked. */
static void respell(const struct query *q, uint8_t *wire, enum match matched)
{
    if (matched == MATCH_EXACT && q->case_random && u16_at(wire + 4) == 1)
        memcpy(wire + HEADER_SIZE, q->owner, dname_length(q->owner));
}

/* RFC 7873 section 5.3: a reply with another client cookie is no reply of ours. Keeps the server's cookie. */
static bool cookie_accept(struct query *q, const struct reply *r)
{
    if (!q->edns || !r->edns || !cookie_wanted(q))
        return true;
    for (size_t at = 0; at + 4 <= r->edns_options_length;) {
        size_t size = u16_at(r->edns_options + at + 2);
        const uint8_t *value = r->edns_options + at + 4;
        if (u16_at(r->edns_options + at) == OPTION_COOKIE && size >= 8) {
            if (memcmp(value, q->peer->cookie, 8) != 0)
                return false;
            if (size >= 16 && size <= sizeof(q->peer->cookie)) {
                memcpy(q->peer->cookie, value, size);
                q->peer->cookie_length = (uint8_t)size;
            }
        }
        at += 4 + size;
    }
    return true;
}

static struct reply *reply_keep(struct query *q, const struct reply *r)
{
    struct reply *kept = arena_copy(q->arena, r, sizeof(*r));
    if (kept == NULL)
        finish_none(q, REASON_BUDGET);
    return kept;
}

/* Silence to EDNS, then an answer without: if EDNS is answered after all, it was loss. */
static void confirm(struct query *q, const struct reply *r)
{
    q->held = reply_keep(q, r);
    if (q->held == NULL)
        return;
    q->confirming = true;
    q->edns = true;
    mode_start(q);
}

/* The reply is genuine. It may still ask for another round. */
static void judge(struct query *q, struct reply *r)
{
    bool refuses = (r->rcode == RCODE_FORMERR || r->rcode == RCODE_NOTIMP) && !r->edns;
    if (refuses && q->edns && !q->plain && edns_default(&q->ask) && q->ask.opcode == OPCODE_QUERY) {
        q->plain = q->refused_edns = true; /* RFC 6891 section 7 */
        q->edns = false;
        mode_start(q);
        return;
    }
    if (r->rcode == RCODE_BADCOOKIE && cookie_wanted(q) && (!q->bad_cookie || (!q->tcp && may_use_tcp(q)))) {
        q->tcp = q->tcp || q->bad_cookie; /* RFC 7873 section 5.3: once more with the new cookie, then TCP */
        q->bad_cookie = true;
        mode_start(q);
        return;
    }
    bool without = q->plain && !q->edns;
    if (without && !q->refused_edns && !q->tcp && !q->peer->edns_dropped) {
        confirm(q, r);
        return;
    }
    r->edns_fallback = without && !(q->refused_edns && refuses); /* refused both ways: it was not for EDNS */
    r->edns_dropped = r->edns_fallback && !q->refused_edns;
    r = reply_keep(q, r);
    if (r != NULL)
        finish(q, r);
}

static void malformed(struct query *q)
{
    q->malformed = true;
    if (may_use_tcp(q))
        tcp_start(q);
    else
        finish_none(q, REASON_MALFORMED);
}

/* The question did not come back as we spelt it, so nothing shows that the reply is no forgery. */
static void case_lost(struct query *q)
{
    q->case_differs = true;
    q->peer->case_lost = true;
    if (may_use_tcp(q) && !q->peer->case_exact) {
        tcp_start(q);
        return;
    }
    q->exact = true;
    mode_start(q);
}

void query_datagram(struct query *q, uint8_t *wire, size_t length, uint64_t now_us)
{
    enum match matched = match(q, wire, length);
    if (matched == MATCH_NO) {
        q->x->stats.mismatches++;
        query_mismatch(q);
        return;
    }
    struct reply r;
    memset(&r, 0, sizeof(r));
    struct question question;
    respell(q, wire, matched);
    enum status status = message_parse(q->arena, wire, length, &question, &r);
    if (status == STATUS_OK && !cookie_accept(q, &r)) {
        q->x->stats.mismatches++;
        query_mismatch(q);
        return;
    }
    r.rtt_us = now_us > q->sent_us ? (uint32_t)(now_us - q->sent_us) : 1;
    unsigned lost = q->mode_tries > 1 ? q->mode_tries - 1U : 0; /* RFC 6298 section 3: no RTT after a retry */
    pace_server_answered(q->peer->pace, PACE_UDP, lost == 0 ? r.rtt_us : 0, lost);
    q->peer->edns_answers = q->peer->edns_answers || q->edns;
    if (status == STATUS_NOMEM) {
        finish_none(q, REASON_BUDGET);
    } else if (status != STATUS_OK && (wire[2] & 0x02) != 0 && may_use_tcp(q)) {
        q->truncated_first = true; /* some servers cut within a record */
        tcp_start(q);
    } else if (status != STATUS_OK) {
        malformed(q);
    } else if (matched == MATCH_OTHER_CASE && q->case_random) {
        case_lost(q);
    } else if (q->mismatches >= MISMATCHES_MAX && may_use_tcp(q)) {
        tcp_start(q);
    } else if (r.tc && may_use_tcp(q)) {
        q->truncated_first = true;
        tcp_start(q);
    } else {
        q->case_differs = q->case_differs || matched == MATCH_OTHER_CASE;
        judge(q, &r);
    }
}

/* ---- asking by TCP --------------------------------------------------------------------------- */

static bool on_stream_message(void *context, const uint8_t *wire, size_t length)
{
    struct query *q = context;
    enum match matched = MATCH_NO;
    if (length >= HEADER_SIZE && message_id(wire) == q->id)
        matched = match(q, wire, length);
    if (matched == MATCH_NO) {
        q->x->stats.mismatches++;
        query_mismatch(q);
        return true;
    }
    struct reply r;
    memset(&r, 0, sizeof(r));
    struct question question;
    uint8_t *own = arena_copy(q->arena, wire, length);
    if (own != NULL)
        respell(q, own, matched);
    enum status status = message_parse(q->arena, own != NULL ? own : wire, length, &question, &r);
    if (status == STATUS_OK && !cookie_accept(q, &r)) {
        query_mismatch(q);
        return true;
    }
    q->malformed = status == STATUS_MALFORMED;
    q->case_differs = q->case_differs || matched == MATCH_OTHER_CASE;
    if (status == STATUS_OK)
        q->held = arena_copy(q->arena, &r, sizeof(r));
    return false;
}

static void stream_failed(struct query *q, enum reason reason, bool connected)
{
    if (connected && reason == REASON_NETWORK && !q->reconnected) {
        q->reconnected = true; /* RFC 7766 section 6.2.4: a server may close when it likes */
        mode_start(q);
        return;
    }
    if (reason == REASON_TIMEOUT && past_deadline(q, clock_monotonic_ms()))
        q->cut_short = true;
    if (reason == REASON_TIMEOUT)
        count_silence(q, PACE_TCP);
    bool for_case = q->case_differs && !q->exact && !q->truncated_first && !q->malformed &&
                    (q->ask.flags & (ASK_TCP | ASK_EXACT_CASE)) == 0 && q->mismatches < MISMATCHES_MAX;
    if (for_case && !q->cut_short) { /* as a resolver without 0x20 would: port and id remain */
        q->peer->case_exact = q->exact = true;
        q->tcp = false;
        mode_start(q);
        return;
    }
    finish_none(q, q->malformed ? REASON_MALFORMED : reason);
}

static void on_stream_end(void *context, enum reason reason, bool connected)
{
    struct query *q = context;
    struct reply *r = q->held;
    q->held = NULL;
    q->state = QUERY_IDLE;
    if (r == NULL) {
        if (q->malformed || reason == REASON_NONE)
            reason = REASON_MALFORMED; /* it talked, but never of the question */
        stream_failed(q, reason, connected);
        return;
    }
    uint64_t now_us = clock_monotonic_us();
    r->tcp = true;
    r->rtt_us = now_us > q->sent_us ? (uint32_t)(now_us - q->sent_us) : 1;
    pace_server_answered(q->peer->pace, PACE_TCP, 0, 0);
    judge(q, r);
}

static void stream_begin(struct query *q)
{
    static const struct stream_callbacks callbacks = {on_stream_message, on_stream_end};
    const uint64_t max_octets = (uint64_t)4 * 65537; /* the reply, and some that are none */
    struct exchange *x = q->x;
    unsigned total_ms = x->options.tcp_timeout_ms;
    uint64_t now_ms = clock_monotonic_ms();
    if (past_deadline(q, now_ms)) {
        finish_later(q, q->sent ? REASON_TIMEOUT : REASON_BUDGET);
        return;
    }
    if (q->deadline_ms != 0 && q->deadline_ms - now_ms < total_ms)
        total_ms = (unsigned)(q->deadline_ms - now_ms);
    count_try(q, now_ms * 1000);
    q->state = QUERY_STREAM;
    q->held = NULL;
    stream_start(x, q->peer, REASON_NONE, q->wire, q->wire_length, total_ms, total_ms, max_octets, &callbacks,
                 q);
}

/* ---- the front ------------------------------------------------------------------------------- */

/* May this address be contacted, and is there a way? */
static enum reason refuse(const struct exchange *x, const struct peer *peer, bool allow_any)
{
    const struct settings *settings = x->options.settings;
    uint8_t family = peer->address.family;
    if (family != 4 && family != 6)
        return REASON_INTERNAL;
    if (!allow_any && !peer->contact)
        return REASON_OUT_OF_SCOPE;
    if (family == 4 ? !settings->ipv4 || x->pool4.count == 0 : !settings->ipv6 || x->pool6.count == 0)
        return REASON_NETWORK;
    return REASON_NONE;
}

static enum reason refuse_query(const struct query *q, bool allow_any)
{
    bool tcp = (q->ask.flags & ASK_TCP) != 0;
    enum reason reason = refuse(q->x, q->peer, allow_any);
    if (reason != REASON_NONE)
        return reason;
    if (past_deadline(q, clock_monotonic_ms()))
        return REASON_BUDGET;
    if ((q->ask.flags & ASK_LAST_ROUND) == 0 && pace_server_dead(q->peer->pace, tcp ? PACE_TCP : PACE_UDP))
        return REASON_TIMEOUT;
    return REASON_NONE;
}

void exchange_ask(struct exchange *x, const struct ask *ask, bool allow_any, struct arena *a,
                  uint64_t deadline_ms, exchange_done done, void *context)
{
    exchange_ask_ixfr(x, ask, 0, allow_any, a, deadline_ms, done, context);
}

void exchange_ask_ixfr(struct exchange *x, const struct ask *ask, uint32_t serial, bool allow_any,
                       struct arena *a, uint64_t deadline_ms, exchange_done done, void *context)
{
    struct query *q = query_new(x);
    struct peer *peer = q != NULL ? peer_get(x, &ask->server) : NULL;
    if (peer == NULL) {
        if (q != NULL) {
            q->next = x->free_queries;
            x->free_queries = q;
        }
        done(context, &out_of_memory);
        return;
    }
    peer->queries++;
    q->peer = peer;
    q->ask = *ask;
    memcpy(q->owner, ask->owner, dname_length(ask->owner));
    q->ask.owner = q->owner;
    q->ixfr_serial = serial;
    q->arena = a;
    q->deadline_ms = deadline_ms;
    q->done = done;
    q->context = context;
    q->edns = (ask->flags & ASK_NO_EDNS) == 0;
    q->tcp = (ask->flags & ASK_TCP) != 0;
    exchange_wind(x);

    enum reason reason = refuse_query(q, allow_any);
    if (reason != REASON_NONE) {
        finish_later(q, reason);
        return;
    }
    q->round[PACE_UDP] = pace_server_round(peer->pace, PACE_UDP);
    q->round[PACE_TCP] = pace_server_round(peer->pace, PACE_TCP);
    if (peer->case_lost && !q->tcp && ask->opcode == OPCODE_QUERY && (ask->flags & ASK_EXACT_CASE) == 0)
        case_lost(q); /* as found before: saves the try that cannot be believed */
    else
        mode_start(q);
}

void exchange_stream(struct exchange *x, const struct address *server, bool allow_any, const uint8_t *query,
                     size_t query_length, unsigned total_ms, unsigned idle_ms, uint64_t max_octets,
                     const struct stream_callbacks *callbacks, void *context)
{
    struct peer *peer = peer_get(x, server);
    if (peer == NULL) {
        callbacks->end(context, REASON_BUDGET, false);
        return;
    }
    enum reason reason = refuse(x, peer, allow_any);
    if (reason == REASON_NONE)
        (void)pace_server_take(peer->pace,
                               clock_monotonic_ms()); /* counts, but a stream is one message: no wait */
    stream_start(x, peer, reason, query, query_length, total_ms, idle_ms, max_octets, callbacks, context);
}

void exchange_flush(struct exchange *x)
{
    udp_flush(x, &x->pool4);
    udp_flush(x, &x->pool6);
}

const struct exchange_stats *exchange_stats(const struct exchange *x)
{
    return &x->stats;
}

/* ---- the loop's handles ---------------------------------------------------------------------- */

static void on_prepare(uv_prepare_t *handle)
{
    exchange_flush(handle->data);
}

static void on_tick(uv_timer_t *handle)
{
    struct exchange *x = handle->data;
    wheel_advance(&x->wheel, clock_monotonic_ms());
    if (!x->closing && x->wheel.running == 0 && x->pool4.queue.count == 0 && x->pool6.queue.count == 0)
        uv_timer_stop(&x->tick);
}

void exchange_wind(struct exchange *x)
{
    if (uv_is_active((uv_handle_t *)&x->tick))
        return;
    if (x->wheel.running == 0)
        x->wheel.tick = clock_monotonic_ms() / WHEEL_TICK_MS;
    uv_timer_start(&x->tick, on_tick, WHEEL_TICK_MS, WHEEL_TICK_MS);
}

static void exchange_destroy(struct exchange *x)
{
    peers_free(&x->peers);
    udp_free(x);
    while (x->chunks != NULL) {
        struct chunk *chunk = x->chunks;
        x->chunks = chunk->next;
        free(chunk);
    }
    free(x->stream_buffer);
    free(x);
}

void exchange_handle_closed(struct exchange *x)
{
    if (--x->handles == 0)
        exchange_destroy(x);
}

static void on_handle_closed(uv_handle_t *handle)
{
    exchange_handle_closed(handle->data);
}

void exchange_free(struct exchange *x)
{
    if (x == NULL || x->closing)
        return;
    x->closing = true;
    streams_close(x);
    udp_close(x);
    uv_close((uv_handle_t *)&x->tick, on_handle_closed);
    uv_close((uv_handle_t *)&x->prepare, on_handle_closed);
    uv_close((uv_handle_t *)&x->deliver, on_handle_closed);
}

static void options_default(struct exchange_options *o)
{
    o->port = o->port != 0 ? o->port : 53;
    o->timeout_ms = o->timeout_ms != 0 ? o->timeout_ms : 3000;
    o->tcp_timeout_ms = o->tcp_timeout_ms != 0 ? o->tcp_timeout_ms : 10000;
    o->sockets = o->sockets != 0 && o->sockets < SOCKETS_MAX ? o->sockets : SOCKETS_MAX;
    o->retries = o->retries < 20 ? o->retries : 20;
}

struct exchange *exchange_new(uv_loop_t *loop, const struct exchange_options *options)
{
    struct exchange *x = calloc(1, sizeof(*x));
    if (x == NULL)
        return NULL;
    x->loop = loop;
    x->options = *options;
    options_default(&x->options);
    x->streams_max = STREAMS_MAX;
    if (peers_init(&x->peers) != STATUS_OK || uv_timer_init(loop, &x->tick) != 0) {
        exchange_destroy(x);
        return NULL;
    }
    uv_prepare_init(loop, &x->prepare);
    uv_idle_init(loop, &x->deliver);
    x->handles = 3;
    x->tick.data = x->prepare.data = x->deliver.data = x;
    wheel_init(&x->wheel, clock_monotonic_ms());
    memcpy(x->secret, exchange_random(x, sizeof(x->secret)), sizeof(x->secret));
    uv_prepare_start(&x->prepare, on_prepare);
    uv_unref((uv_handle_t *)&x->prepare);
    if (udp_init(x) != STATUS_OK || !chunk_add(x)) {
        exchange_free(x);
        return NULL;
    }
    return x;
}
