/* SPDX-License-Identifier: BSD-2-Clause */
/* The self-test of our own position, once a run and shared by its threads: which families reach the root's
 * servers (or the forwarder), whether TCP does, and whether something answers in the place of others. */
#ifndef ZONEVET_COLLECT_VANTAGE_H
#define ZONEVET_COLLECT_VANTAGE_H

#include "auditor/collect/collect.h"
#include "auditor/collect/exchange.h"

struct paths {
    bool ipv4, ipv6, tcp, intercepted;
    bool ipv4_tested, ipv6_tested; /* there was a server to try it with */
    bool families_known;           /* ipv4 and ipv6 are final */
    bool all_known;
};

struct vantage_test;

/** @return NULL without memory */
struct vantage_test *vantage_test_new(const struct collect_options *options);
void vantage_test_free(struct vantage_test *v);

/** What is known so far. */
struct paths vantage_paths(struct vantage_test *v);

/** Wake this handle whenever more is known; from any thread. */
void vantage_watch(struct vantage_test *v, uv_async_t *handle);
void vantage_unwatch(struct vantage_test *v, uv_async_t *handle);

/** Begin the test on this thread's exchange unless it was begun before. */
void vantage_begin(struct vantage_test *v, struct exchange *x);

/** The exchange goes away: what it has not found out is taken as "no path". */
void vantage_abandon(struct vantage_test *v, const struct exchange *x);

#endif
