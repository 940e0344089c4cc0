/* SPDX-License-Identifier: BSD-2-Clause */
/* TSIG (RFC 8945) for one query and the stream of messages that answers it. */
#ifndef ZONEVET_COLLECT_TSIG_H
#define ZONEVET_COLLECT_TSIG_H

#include "auditor/base/status.h"
#include "auditor/collect/transfer.h"

struct tsig;

/** @return NULL without memory or if the algorithm is not available; the key must outlive it */
struct tsig *tsig_new(const struct tsig_key *key);
void tsig_free(struct tsig *t); /* NULL is allowed */

/** True for the algorithms of RFC 8945 section 6 that this build can compute. */
bool tsig_algorithm_known(const dname *algorithm);

/** Append the TSIG record to a query. @return its new length; 0 if it does not fit into `room` */
size_t tsig_sign(struct tsig *t, uint8_t *wire, size_t length, size_t room, int64_t now_s);

enum tsig_result {
    TSIG_GOOD,     /* signed, and the signature is right */
    TSIG_UNSIGNED, /* no TSIG: may be so between signed messages, but not in the first or the last */
    TSIG_BAD,      /* wrong signature, key, time, or too many messages without one */
    TSIG_ERROR,    /* the server names an error: *error is 16 BADSIG, 17 BADKEY, 18 BADTIME */
    TSIG_MALFORMED,
};

/**
 * Check the next message of the stream.
 */
enum tsig_result tsig_check(struct tsig *t, const uint8_t *wire, size_t length, int64_t now_s,
                            uint16_t *error);

#endif
