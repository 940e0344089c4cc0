/* SPDX-License-Identifier: BSD-2-Clause */
/* Politeness, shared by all threads: a token bucket and a window a server address, dead-server marks, RTT estimates. */
#ifndef ZONEVET_COLLECT_PACE_H
#define ZONEVET_COLLECT_PACE_H

#include "auditor/facts/address.h"

struct pace;

struct pace_options {
    unsigned qps_per_server; /* 0: no limit */
    unsigned qps_total;      /* 0: no limit */
};

struct pace *pace_new(const struct pace_options *options);
void pace_free(struct pace *p);

/** May a query go to this server now? @return 0 yes (a token was taken), else milliseconds to wait */
unsigned pace_take(struct pace *p, const struct address *server, uint64_t now_ms);

/** Tell what became of a query. rtt_us 0: no answer. */
void pace_result(struct pace *p, const struct address *server, bool answered, uint32_t rtt_us);

/** The server answered nothing in its last rounds: do not wait for it again (a later fact is unknown, timeout). */
bool pace_dead(struct pace *p, const struct address *server);

/** Time to wait for the first try, from the RTT seen so far: between 300 ms and max_ms. */
unsigned pace_timeout_ms(struct pace *p, const struct address *server, unsigned max_ms);

/** Over servers that did answer something: queries sent and lost (DESIGN 10.6). */
void pace_loss(struct pace *p, uint32_t *sent, uint32_t *lost);

#endif
