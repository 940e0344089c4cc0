/* SPDX-License-Identifier: BSD-2-Clause */
/* Politeness, shared by all threads: a token bucket a server address and one in all, dead-server marks, RTT
 * estimates.
 *
 * The functions that take an address look the server up each time. Who asks often keeps a `struct
 * pace_server` and uses the functions further down. All functions may be called from any thread. */
#ifndef ZONEVET_COLLECT_PACE_H
#define ZONEVET_COLLECT_PACE_H

#include "auditor/facts/address.h"

struct pace;
struct pace_server;

struct pace_options {
    unsigned qps_per_server; /* 0: no limit; a fifth of it may go out at once after a rest */
    unsigned qps_total;      /* 0: no limit */
};

/** @return NULL without memory */
struct pace *pace_new(const struct pace_options *options);
void pace_free(struct pace *p); /* NULL is allowed */

/** May a query go to this server now? @return 0 yes (a token was taken), else milliseconds to wait */
unsigned pace_take(struct pace *p, const struct address *server, uint64_t now_ms);

/** Tell what became of a query: of the whole exchange, all its tries. rtt_us 0: not measured or no answer. */
void pace_result(struct pace *p, const struct address *server, bool answered, uint32_t rtt_us);

/** The server answered nothing over UDP in its last three rounds, or in its first if it never answered at all: do not
 * wait for it again within a minute (a later fact is unknown, timeout). A round is a whole exchange with all its tries;
 * those under way at the same time are one. */
bool pace_dead(struct pace *p, const struct address *server);

/** Time to wait for the first try, from the RTT seen so far: between 300 ms and max_ms; 1000 ms if none was
 * seen. */
unsigned pace_timeout_ms(struct pace *p, const struct address *server, unsigned max_ms);

/** Over servers that did answer something: queries sent and lost (DESIGN 10.6). */
void pace_loss(struct pace *p, uint32_t *sent, uint32_t *lost);

/* ---- with a handle --------------------------------------------------------------------------- */

enum pace_transport { PACE_UDP, PACE_TCP };

/** @return a handle to give back; NULL without memory */
struct pace_server *pace_server_get(struct pace *p, const struct address *server);
void pace_server_put(struct pace_server *s); /* NULL is allowed */

unsigned pace_server_take(struct pace_server *s, uint64_t now_ms);

/** To be remembered when an exchange begins and told when it ends in silence. */
uint32_t pace_server_round(struct pace_server *s, enum pace_transport transport);

/** An answer came after `lost` tries of the same kind without one. */
void pace_server_answered(struct pace_server *s, enum pace_transport transport, uint32_t rtt_us,
                          unsigned lost);

/** A whole exchange that began in that round got nothing. */
void pace_server_silent(struct pace_server *s, enum pace_transport transport, uint32_t round);

bool pace_server_dead(struct pace_server *s, enum pace_transport transport);
unsigned pace_server_timeout_ms(struct pace_server *s, unsigned max_ms);

#endif
