/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules that hold for every waiver, wherever it is written. */
#ifndef ZONEVET_GATE_WAIVERS_PRIVATE_H
#define ZONEVET_GATE_WAIVERS_PRIVATE_H

#include "auditor/gate/waivers.h"

enum waiver_key {
    WAIVER_ID,
    WAIVER_CHECK,
    WAIVER_TARGET,
    WAIVER_SUBJECT,
    WAIVER_DISCRIMINATOR,
    WAIVER_REASON,
    WAIVER_OWNER,
    WAIVER_CREATED,
    WAIVER_EXPIRES,
    WAIVER_KEYS,
};
extern const char *const waiver_keys[WAIVER_KEYS]; /* as in the file */

struct waiver_draft {
    const char *values[WAIVER_KEYS]; /* NULL: not given */
    bool inlined;                    /* no target: the place says what it is for */
};

/** From texts to a waiver. @return NULL, or what is wrong with *key */
const char *waiver_settle(struct arena *a, const struct waiver_draft *draft, const struct location *where,
                          const struct waivers_options *options, struct waiver *out, enum waiver_key *key);

#endif
