/* SPDX-License-Identifier: BSD-2-Clause */
/* AXFR (RFC 5936) and IXFR (RFC 1995) as one capped fact each: 10,000 records, 8 MiB, 20 s, 5 s idle without
 * a key; 5 million records, 1 GiB, 10 minutes with the owner's TSIG key (RFC 8945). */
#ifndef ZONEVET_COLLECT_TRANSFER_H
#define ZONEVET_COLLECT_TRANSFER_H

#include "auditor/collect/exchange.h"

struct tsig_key {
    const dname *name;
    const dname *algorithm; /* hmac-sha256. and its kin */
    const uint8_t *secret;
    size_t secret_length;
};

/** done is called once with a transfer of state KNOWN or UNKNOWN that lives in `a`. key may be NULL. */
void transfer_start(struct exchange *x, const struct transfer_ask *ask, bool allow_any,
                    const struct tsig_key *key, struct arena *a,
                    void (*done)(void *context, const struct transfer *transfer), void *context);

/** Read a key file of one line "[algorithm:]name:base64" (as dig -k and kdig -k take) or BIND's key {} form.
 * @param error  receives "FILE:LINE: what was expected" in the arena on failure */
enum status tsig_key_load(struct arena *a, const char *path, struct tsig_key *out, const char **error);

#endif
