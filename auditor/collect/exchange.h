/* SPDX-License-Identifier: BSD-2-Clause */
/* One question to one address and everything it takes to get the true answer or the honest lack of one:
 * random port out of a pool, random id, 0x20, cookie, checks of source and question, retries, EDNS fallback,
 * TCP on truncation, one deadline. UDP is batched (sendmmsg, recvmmsg); one `struct exchange` a thread, on
 * that thread's loop. */
#ifndef ZONEVET_COLLECT_EXCHANGE_H
#define ZONEVET_COLLECT_EXCHANGE_H

#include "auditor/collect/pace.h"
#include "auditor/facts/facts.h"

#include <uv.h>

struct exchange;

struct exchange_options {
    const struct settings *settings; /* which addresses may be contacted (settings_contact), families */
    struct pace *pace;               /* shared */
    uint16_t port;                   /* 53 or --dns-port */
    unsigned timeout_ms;             /* one UDP try at most, default 3000 */
    unsigned retries;                /* further UDP tries, default 2 */
    unsigned tcp_timeout_ms;         /* one TCP exchange, default 10000 */
    unsigned sockets;                /* UDP pool size a family, default 64 */
    bool printed_times;              /* false with --now: rtt_us is 0 and at_s is settings->now_s */
};

struct exchange_stats {
    uint64_t udp_sent, udp_received, tcp_sent, timeouts, mismatches;
};

/** @return NULL without memory or if no socket can be opened; loop is the caller's */
struct exchange *exchange_new(uv_loop_t *loop, const struct exchange_options *options);

/** Ends all exchanges without calling back. The loop must be run until idle afterwards by the caller. */
void exchange_free(struct exchange *x);

/** reply lives in the arena given to exchange_ask. state is REPLY_OK or REPLY_NONE, never PENDING. */
typedef void (*exchange_done)(void *context, const struct reply *reply);

/**
 * Ask. done is called exactly once, from the loop (never from within this call, unless there is no memory at
 * all).
 * @param ask  copied with its owner
 * @param a    must live until done is called or the exchange is freed
 * @param allow_any  true: the address was given by hand (hints, --ns): not checked against settings_contact
 * @param deadline_ms  monotonic; 0 for none
 */
void exchange_ask(struct exchange *x, const struct ask *ask, bool allow_any, struct arena *a,
                  uint64_t deadline_ms, exchange_done done, void *context);

/** As exchange_ask; a question of type IXFR says that we have that serial (RFC 1995 section 3). */
void exchange_ask_ixfr(struct exchange *x, const struct ask *ask, uint32_t serial, bool allow_any,
                       struct arena *a, uint64_t deadline_ms, exchange_done done, void *context);

/** Send what was queued since the last call in batches. The exchange does so itself before each poll of the
 * loop. */
void exchange_flush(struct exchange *x);

const struct exchange_stats *exchange_stats(const struct exchange *x);

/* ---- TCP streams of many messages (zone transfers) ------------------------------------------- */

struct stream_callbacks {
    /** One message, without its length prefix. @return false to stop reading */
    bool (*message)(void *context, const uint8_t *wire, size_t length);
    /** The end, exactly once: reason REASON_NONE if we stopped or the server closed after at least one
     * message. */
    void (*end)(void *context, enum reason reason, bool connected);
};

/** Connect, send one message (copied, without length prefix), read messages until told to stop, `total_ms`
 * passed or nothing came for `idle_ms`. */
void exchange_stream(struct exchange *x, const struct address *server, bool allow_any, const uint8_t *query,
                     size_t query_length, unsigned total_ms, unsigned idle_ms, uint64_t max_octets,
                     const struct stream_callbacks *callbacks, void *context);

#endif
