/* SPDX-License-Identifier: BSD-2-Clause */
/* The inside of an exchange, shared by exchange.c (what becomes of a query), exchange_peer.c (what is known
 * of a server), exchange_udp.c (sockets and batches), exchange_tcp.c (streams) and exchange_time.c (one wheel
 * for all). */
#ifndef ZONEVET_COLLECT_EXCHANGE_PRIVATE_H
#define ZONEVET_COLLECT_EXCHANGE_PRIVATE_H

#include "auditor/base/status.h"
#include "auditor/collect/exchange.h"
#include "auditor/collect/frames.h"

#include <netinet/in.h>
#include <sys/socket.h>

#define SOCKETS_MAX 64 /* a family: one bit each in query.sockets */
#define ID_BUCKETS 8192
#define MISMATCHES_MAX 10 /* from then on only TCP is believed */
#define HEADER_SIZE 12

/* ---- time ------------------------------------------------------------------------------------ */

#define WHEEL_SLOTS 512
#define WHEEL_TICK_MS 8

struct timer {
    struct timer *previous, *next; /* NULL if it is not running */
    uint64_t at_ms;                /* monotonic */
    void (*fire)(struct timer *t); /* no longer running when called */
};

struct wheel {
    struct timer slots[WHEEL_SLOTS]; /* list heads */
    uint64_t tick;                   /* the next to be looked at */
    size_t running;
};

void wheel_init(struct wheel *w, uint64_t now_ms);
/** (Re)start; a time beyond the wheel's span waits in its last slot. */
void wheel_start(struct wheel *w, struct timer *t, uint64_t at_ms);
void wheel_stop(struct wheel *w, struct timer *t);
/** Fire what is due. Timers may be started and stopped from within. */
void wheel_advance(struct wheel *w, uint64_t now_ms);

#define CONTAINER(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

/* ---- servers --------------------------------------------------------------------------------- */

struct query_list {
    struct query *first, *last;
};

/* What is known of a server address, kept while it is in use and as long as there is room. */
struct peer {
    struct peer *next;
    uint64_t hash;
    struct address address;
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
    } to;
    socklen_t to_length;
    struct pace_server *pace;
    unsigned queries;          /* that point here */
    bool contact;              /* the settings let us talk to it */
    struct query_list waiting; /* for the pace; only the first asks it */
    struct query_list in_flight;
    uint8_t cookie[40]; /* ours, and the server's behind it */
    uint8_t cookie_length;
    bool edns_answers; /* a reply to EDNS came: silence is loss */
    bool edns_dropped; /* only silence came to EDNS, twice, and answers without it */
    bool case_lost;    /* does not echo the question as spelt */
    bool case_exact;   /* and is not to be had by TCP: asked without 0x20 */
};

struct peers {
    struct peer **buckets;
    size_t bucket_count, count;
};

enum status peers_init(struct peers *p);
void peers_free(struct peers *p);
/** Find or make; NULL without memory. */
struct peer *peer_get(struct exchange *x, const struct address *address);
struct peer *peer_find(const struct exchange *x, const struct address *address);

/* ---- queries --------------------------------------------------------------------------------- */

enum query_state {
    QUERY_IDLE,
    QUERY_WAITING,   /* in peer->waiting */
    QUERY_QUEUED,    /* in the send queue of its family, id is taken */
    QUERY_IN_FLIGHT, /* sent by UDP */
    QUERY_STREAM,    /* TCP */
    QUERY_READY,     /* done, to be told from the loop */
};

enum query_lists { LIST_IN_FLIGHT, LIST_WAITING, LISTS };

struct query_link {
    struct query *previous, *next;
};

struct query {
    struct query *next; /* free list, send queue, ready list */
    struct query_link links[LISTS]; /* a query waits for the pace while its earlier tries are in flight */
    struct query *id_next;
    struct exchange *x;
    struct peer *peer;
    struct timer timer;
    uint64_t sockets; /* bit n: sent from socket n of the family; replies count only there */
    uint64_t sent_us;
    uint16_t id;
    uint16_t wire_length;
    uint8_t state; /* enum query_state */
    bool id_taken;
    /* how it is asked now */
    bool edns;
    bool tcp;
    bool case_random;
    uint8_t mode_tries; /* messages sent this way */
    uint8_t mode_tries_max;
    /* what happened */
    uint8_t tries;
    uint16_t mismatches, other_source;
    bool sent;
    bool unreachable; /* ICMP for the last try */
    bool malformed;
    bool truncated_first, case_differs;
    bool plain; /* EDNS was given up: after silence, or refused_edns */
    bool refused_edns;
    bool confirming; /* one more try with EDNS while `held` waits */
    bool exact;      /* 0x20 was given up */
    bool bad_cookie, reconnected;
    bool cut_short;     /* the deadline came before all tries */
    enum reason reason; /* QUERY_READY */
    uint32_t round[2];  /* of silence, by transport, when it began */
    struct reply *held; /* an answer without EDNS that waits for the confirmation, or one from a stream */
    struct ask ask;
    uint32_t ixfr_serial;
    struct arena *arena;
    uint64_t deadline_ms;
    exchange_done done;
    void *context;
    uint8_t wire[512];
    dname owner[DNAME_MAX];
};

struct send_queue {
    struct query *first, *last;
    size_t count;
};

/** A datagram matched the query by source, socket and id. */
void query_datagram(struct query *q, uint8_t *wire, size_t length, uint64_t now_us);
/** The network said that the server cannot be reached (ICMP). */
void query_unreachable(struct query *q);
/** The datagram could not be sent at all; called from a flush. */
void query_send_failed(struct query *q);
/** Sent, just now, by socket `index`. */
void query_sent(struct query *q, unsigned index, uint64_t now_us);
/** Something came that was not the reply. */
void query_mismatch(struct query *q);

/* ---- sockets --------------------------------------------------------------------------------- */

struct udp_socket {
    uv_poll_t poll;
    struct exchange *x;
    int fd;
    int family;         /* AF_INET, AF_INET6 */
    unsigned index;     /* in the pool */
    uint32_t in_flight; /* queries that may be answered here */
    uint32_t uses_left; /* then it is drained and rebound to another port */
    bool draining;
};

struct udp_pool {
    struct udp_socket *sockets[SOCKETS_MAX];
    unsigned count, draining;
    struct send_queue queue;
};

struct udp_batch; /* receive buffers */

enum status udp_init(struct exchange *x);
void udp_close(struct exchange *x);
void udp_free(struct exchange *x);
/** Send what is queued. */
void udp_flush(struct exchange *x, struct udp_pool *pool);
/** No reply to this query counts any more. */
void udp_release(struct query *q);

/* ---- streams --------------------------------------------------------------------------------- */

struct stream;
void streams_close(struct exchange *x);

/** As exchange_stream, for a peer whose address was checked. */
void stream_start(struct exchange *x, struct peer *peer, enum reason refused, const uint8_t *query,
                  size_t query_length, unsigned total_ms, unsigned idle_ms, uint64_t max_octets,
                  const struct stream_callbacks *callbacks, void *context);

/* ---- the whole ------------------------------------------------------------------------------- */

#define ENTROPY 4096
#define RECENT 256

struct exchange {
    uv_loop_t *loop;
    struct exchange_options options;
    struct exchange_stats stats;
    bool closing;
    unsigned handles; /* of libuv that are not closed yet */
    uv_timer_t tick;
    uv_prepare_t prepare;
    uv_idle_t deliver;
    struct wheel wheel;
    struct peers peers;
    struct udp_pool pool4, pool6;
    struct udp_batch *batch;
    struct query *by_id[ID_BUCKETS];
    struct query *free_queries;
    struct query *ready, *ready_last;
    void *chunks;            /* of queries */
    uint8_t secret[16];      /* for client cookies */
    uint32_t recent[RECENT]; /* ids of queries that ended lately: late or doubled replies are no forgeries */
    unsigned recent_at;
    uint8_t entropy[ENTROPY];
    size_t entropy_left;
    struct stream *streams, *streams_waiting, *streams_waiting_last;
    unsigned streams_open, streams_max;
    uint8_t *stream_buffer;
};

static inline struct udp_pool *udp_pool_of(struct exchange *x, const struct peer *peer)
{
    return peer->address.family == 4 ? &x->pool4 : &x->pool6;
}

/** Octets nobody can guess. length <= 64 */
const uint8_t *exchange_random(struct exchange *x, size_t length);

/** A libuv handle of ours is closed; frees the exchange after the last one. */
void exchange_handle_closed(struct exchange *x);

/** Make sure that the wheel turns. */
void exchange_wind(struct exchange *x);

#endif
