/* SPDX-License-Identifier: BSD-2-Clause */
/* What known.c and the baseline file share. */
#ifndef ZONEVET_GATE_KNOWN_PRIVATE_H
#define ZONEVET_GATE_KNOWN_PRIVATE_H

#include "auditor/gate/known.h"

struct known {
    struct arena *arena;
    struct table *by_fingerprint;
    struct known_entry **list;
    size_t count, capacity;
    bool sorted;
};

#endif
