/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions that wait their turn before the exchange sees them: a few a server are under way at once, as many
 * as the allowed rate can serve soon. So the time a question may take begins when it can be sent, and a
 * thousand names at fifty queries a second do not time out in the queue (hardening.md row 5). */
#ifndef ZONEVET_COLLECT_LANE_H
#define ZONEVET_COLLECT_LANE_H

#include "auditor/collect/collect.h"
#include "auditor/collect/exchange.h"

struct lanes;

/** asked_ms: when the question left the lane. */
typedef void (*lane_done)(void *context, const struct reply *reply, uint64_t asked_ms);

struct lanes *lanes_new(const struct collect_options *options, struct exchange *exchange);

/** Forgets everything without calling back; the exchange must be freed before. */
void lanes_free(struct lanes *l);

/**
 * As exchange_ask, with the time counted from when the question goes out.
 * @param ask  its owner must live until done is called
 */
void lane_ask(struct lanes *l, const struct ask *ask, bool allow_any, struct arena *a, uint64_t ms,
              lane_done done, void *context);

#endif
