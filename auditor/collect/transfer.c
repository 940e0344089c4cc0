/* SPDX-License-Identifier: BSD-2-Clause */
/* One zone transfer: the query, the stream, its end as a fact; IXFR once more by UDP where TCP is not served.
 */
#include "auditor/collect/transfer.h"

#include "auditor/base/clock.h"
#include "auditor/collect/transfer_reader.h"
#include "auditor/collect/tsig.h"
#include "auditor/facts/message.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define QUERY_MAX 2048
#define IDLE_MS 5000

/* Proving that a zone can be had needs little of it; the owner's key is there to have it whole. */
static const struct transfer_caps caps_test = {.records = 10000, .names = 10000, .octets = (uint64_t)8 << 20};
static const struct transfer_caps caps_owner = {
    .records = 5000000, .names = 1000000, .octets = (uint64_t)1 << 30};
#define TOTAL_TEST_MS 20000
#define TOTAL_OWNER_MS 600000

struct run {
    struct exchange *x;
    struct arena *a;
    struct transfer_ask ask;
    bool allow_any;
    struct transfer_reader reader;
    struct tsig *tsig;
    bool tsig_failed; /* the stream was not signed as it must be */
    bool last_signed;
    uint16_t tsig_error;
    void (*done)(void *context, const struct transfer *transfer);
    void *context;
};

static const struct transfer out_of_memory = {.state = FACT_UNKNOWN, .reason = REASON_BUDGET};

static void run_end(struct run *run, const struct transfer *t)
{
    void (*done)(void *context, const struct transfer *transfer) = run->done;
    void *context = run->context;
    transfer_reader_free(&run->reader);
    tsig_free(run->tsig);
    free(run);
    done(context, t != NULL ? t : &out_of_memory);
}

static void run_unknown(struct run *run, enum reason reason)
{
    struct transfer *t = arena_alloc(run->a, sizeof(*t));
    if (t != NULL) {
        t->state = FACT_UNKNOWN;
        t->reason = reason;
    }
    run_end(run, t);
}

/* ---- IXFR by UDP ----------------------------------------------------------------------------- */

/* In a reply grouped to RRsets: the SOA at the apex, and whether there is anything else of the zone. */
static void udp_answer(const struct run *run, const struct reply *r, struct transfer *t)
{
    const struct rrset *soa = section_find(&r->answer, run->ask.zone, RRTYPE_SOA);
    bool data = false;
    for (size_t i = 0; i < r->answer.count; i++) {
        const struct rrset *set = &r->answer.sets[i];
        t->records += set->count + (uint32_t)set->sig_count;
        data = data || (set != soa && dname_under(set->owner, run->ask.zone));
    }
    t->outcome = soa == NULL ? TRANSFER_REFUSED : data ? TRANSFER_DATA : TRANSFER_EMPTY;
    t->complete = soa != NULL && !r->tc;
    t->full = soa != NULL && data && soa->count == 1;
    struct soa fields;
    if (soa != NULL && rdata_soa(&soa->rdata[0], &fields))
        t->serial = fields.serial;
}

static void on_udp(void *context, const struct reply *r)
{
    struct run *run = context;
    if (r->state != REPLY_OK) {
        run_unknown(run, r->reason);
        return;
    }
    struct transfer *t = arena_alloc(run->a, sizeof(*t));
    if (t != NULL) {
        t->state = FACT_KNOWN;
        t->udp = true;
        t->rcode = r->rcode;
        t->octets = r->size;
        if (r->rcode != 0)
            t->outcome = TRANSFER_REFUSED;
        else
            udp_answer(run, r, t);
    }
    run_end(run, t);
}

static void ask_by_udp(struct run *run)
{
    struct ask ask = {.server = run->ask.server,
                      .owner = run->ask.zone,
                      .type = RRTYPE_IXFR,
                      .flags = ASK_NO_TC_RETRY | ASK_NO_COOKIE | ASK_LAST_ROUND};
    exchange_ask_ixfr(run->x, &ask, run->ask.serial, run->allow_any, run->a, 0, on_udp, run);
}

/* ---- the stream ------------------------------------------------------------------------------ */

/* @return false if the message must not be read */
static bool check_signature(struct run *run, const uint8_t *wire, size_t length)
{
    if (run->tsig == NULL)
        return true;
    enum tsig_result result = tsig_check(run->tsig, wire, length, clock_utc_s(), &run->tsig_error);
    bool first = run->reader.messages == 0;
    bool error = length >= 4 && (wire[3] & 0x0F) != 0; /* errors may come unsigned, RFC 8945 section 5.3.2 */
    run->last_signed = result == TSIG_GOOD;
    run->tsig_failed = result == TSIG_BAD || result == TSIG_MALFORMED || result == TSIG_ERROR ||
                       (result == TSIG_UNSIGNED && first && !error);
    return !run->tsig_failed;
}

static bool on_message(void *context, const uint8_t *wire, size_t length)
{
    struct run *run = context;
    if (length >= 2 && message_id(wire) == run->reader.id && !check_signature(run, wire, length))
        return false;
    return transfer_reader_message(&run->reader, wire, length);
}

/* What the end of the stream means. @return REASON_NONE if what was read is a fact */
static enum reason judge_end(const struct run *run, enum reason reason, bool connected)
{
    const struct transfer_reader *r = &run->reader;
    if (run->tsig_failed)
        return run->tsig_error != 0 ? REASON_NONE : REASON_BOGUS;
    if (r->state == READ_MALFORMED)
        return r->data ? REASON_NONE : REASON_MALFORMED; /* what leaked has leaked */
    if (r->state == READ_DONE || r->state == READ_CAPPED)
        return REASON_NONE;
    if (r->data || (r->state == READ_SECOND && reason == REASON_TIMEOUT))
        return REASON_NONE; /* IXFR: one SOA and nothing more */
    if (r->state == READ_FIRST && connected && reason == REASON_NETWORK)
        return REASON_NONE; /* closed without a word: refused */
    if (r->state != READ_FIRST && (reason == REASON_NONE || reason == REASON_NETWORK))
        return REASON_NONE; /* SOA and the end */
    return reason != REASON_NONE ? reason : REASON_MALFORMED;
}

static void on_end(void *context, enum reason reason, bool connected)
{
    struct run *run = context;
    bool nothing = run->reader.messages == 0;
    if (run->ask.type == RRTYPE_IXFR && run->tsig == NULL && nothing && !connected &&
        (reason == REASON_NETWORK || reason == REASON_TIMEOUT)) {
        ask_by_udp(run);
        return;
    }
    enum reason unknown = judge_end(run, reason, connected);
    if (unknown != REASON_NONE) {
        run_unknown(run, unknown);
        return;
    }
    struct transfer *t = transfer_reader_result(&run->reader, run->a);
    if (t != NULL) {
        t->state = FACT_KNOWN;
        if (run->tsig_error != 0) {
            t->rcode = run->tsig_error;
            t->outcome = TRANSFER_REFUSED;
        }
        t->complete = t->complete && (run->tsig == NULL || run->last_signed);
    }
    run_end(run, t);
}

static size_t query_write(struct run *run, uint8_t wire[static QUERY_MAX], uint16_t id)
{
    struct ask ask = {.owner = run->ask.zone, .type = run->ask.type, .flags = ASK_NO_EDNS};
    size_t length = message_query(wire, &ask, id, NULL, 0, NULL);
    if (length != 0 && run->ask.type == RRTYPE_IXFR)
        length = message_add_soa(wire, length, run->ask.serial);
    if (length != 0 && run->tsig != NULL)
        length = tsig_sign(run->tsig, wire, length, QUERY_MAX, clock_utc_s());
    return length;
}

static uint16_t random_id(void)
{
    uint16_t id;
    while (getrandom(&id, sizeof(id), 0) != (ssize_t)sizeof(id)) {
        if (errno != EINTR)
            abort();
    }
    return id;
}

void transfer_start(struct exchange *x, const struct transfer_ask *ask, bool allow_any,
                    const struct tsig_key *key, struct arena *a,
                    void (*done)(void *context, const struct transfer *transfer), void *context)
{
    static const struct stream_callbacks callbacks = {on_message, on_end};
    const struct transfer_caps *caps = key != NULL ? &caps_owner : &caps_test;
    uint8_t wire[QUERY_MAX];
    uint16_t id = random_id();
    struct run *run = calloc(1, sizeof(*run));
    if (run == NULL) {
        done(context, &out_of_memory);
        return;
    }
    run->x = x;
    run->a = a;
    run->ask = *ask;
    run->ask.zone = dname_lower(a, ask->zone);
    run->allow_any = allow_any;
    run->done = done;
    run->context = context;
    run->tsig = key != NULL ? tsig_new(key) : NULL;
    bool ready = run->ask.zone != NULL && transfer_reader_init(&run->reader, &run->ask, id, caps) &&
                 (key == NULL || run->tsig != NULL);
    size_t length = ready ? query_write(run, wire, id) : 0;
    if (length == 0) {
        run_end(run, NULL);
        return;
    }
    unsigned total_ms = key != NULL ? TOTAL_OWNER_MS : TOTAL_TEST_MS;
    exchange_stream(x, &ask->server, allow_any, wire, length, total_ms, IDLE_MS, caps->octets, &callbacks,
                    run);
}
