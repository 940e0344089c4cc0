/* SPDX-License-Identifier: BSD-2-Clause */
/* The one list of topics: a line here and a file of that name in checks/<area>/ make a check. */
#include "checks/registry.h"

#include <stddef.h>

/* One line a topic, in report order. */
#define TOPICS(X) \
    X(dangling_cname) \
    X(dangling_ns) \
    X(dangling_mx) \
    X(dangling_loop) \
    X(dangling_wildcard)

#define DECLARE(name) extern const struct check topic_##name[];
TOPICS(DECLARE)

#define ENTRY(name) topic_##name,
const struct check *const registry_topics[] = {TOPICS(ENTRY) NULL};
