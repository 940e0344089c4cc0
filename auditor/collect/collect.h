/* SPDX-License-Identifier: BSD-2-Clause */
/* The live source of facts: the only room with sockets. What all threads share (delegations, addresses, answers of
 * outside names, facts about servers, pacing) is in `collect_shared`; each worker has a `collector` of its own. */
#ifndef ZONEVET_COLLECT_COLLECT_H
#define ZONEVET_COLLECT_COLLECT_H

#include "auditor/collect/transfer.h"
#include "auditor/facts/store.h"

struct collect_options {
    const struct settings *settings;
    const struct server *root_servers; /* from the hints file */
    size_t root_server_count;
    struct address forwarder;          /* --resolver; family 0: iterative */
    bool authoritative_only;
    uint16_t dns_port, http_port, https_port; /* 0: 53, 80, 443 */
    const char *ca_file, *contact;
    unsigned timeout_ms, retries;      /* 0: 3000; retries as given (default 2) */
    unsigned qps_per_server, qps_total;
    const struct tsig_key *tsig;       /* or NULL */
    unsigned queries_per_target;       /* 0: 2000, and 20 for each known name */
    unsigned check_ms;                 /* a fact is given up after this time, default 30000 */
    uint64_t deadline_ms;              /* of the run, monotonic; 0 for none */
};

struct collect_shared;
struct collect_shared *collect_shared_new(const struct collect_options *options);
void collect_shared_free(struct collect_shared *s);

struct collector;
struct collector *collector_new(struct collect_shared *shared);
void collector_free(struct collector *c);

/** The source to give to facts_new(). */
struct source collector_source(struct collector *c);

/** A target ends: forget what belongs to its store. No fact of it may be under way. */
void collector_target_end(struct collector *c, struct facts *f, uint32_t *queries, uint32_t *timeouts);

/** Messages sent and exchanges without an answer for this store so far. */
void collector_target_counts(const struct collector *c, const struct facts *f, uint32_t *queries, uint32_t *timeouts);

/** Facts of this store that are under way. */
unsigned collector_busy(const struct collector *c, const struct facts *f);

/** Send what is queued and handle what arrives, waiting at most timeout_ms (-1: until something happens).
 * Delivers facts from within. */
void collector_poll(struct collector *c, int timeout_ms);

/** Wake a collector_poll() from another thread or a signal handler's thread. */
void collector_wake(struct collector *c);

/** Give every fact under way the reason INTERRUPTED (SIGINT, --deadline), now and from now on. */
void collector_interrupt(struct collector *c);

/** Read a hints file (master file of NS, A and AAAA records for the root, as in dns-root-data) or a trust anchor file (DS
 * or DNSKEY records). @param error "FILE:LINE: what was expected" on failure, in the arena */
enum status hints_load(struct arena *a, const char *path, const struct server **servers, size_t *count,
                       const char **error);
enum status anchors_load(struct arena *a, const char *path, const struct rrset **anchors, size_t *count,
                         const char **error);

#endif
