/* SPDX-License-Identifier: BSD-2-Clause */
/* A little internet on loopback for tests of resolution: one thread answers for many addresses from zones in
 * memory.
 *
 * World text, one statement a line:
 *   zone APEX N[,N...]           a zone on the servers 127.0.90.N; the records that follow are its own (a SOA
 * is added) OWNER TYPE RDATA             names are absolute habit N OWNER TYPE WHAT      how server N treats
 * a question (OWNER, TYPE may be *): timeout servfail refused noaa nxdomain upward formerr target NAME one of
 * the run's targets; the first is the one that is audited (default example.test.) The root's servers are
 * those of the zone ".". */
#ifndef ZONEVET_TESTS_COLLECT_LOOPBACK_H
#define ZONEVET_TESTS_COLLECT_LOOPBACK_H

#include "auditor/base/clock.h"
#include "auditor/collect/collect.h"
#include "auditor/facts/zone.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define LAB_SERVERS 32
#define LAB_ZONES 32
#define LAB_HABITS 32
#define LAB_LOG 4096

struct lab_zone {
    const dname *apex;
    struct zone *zone;
    bool servers[LAB_SERVERS];
};

struct lab_habit {
    unsigned server;
    const dname *owner; /* NULL: any */
    uint16_t type;      /* 0: any */
    char what[16];
};

struct lab_query {
    unsigned server;
    uint16_t type;
    bool tcp;
    char owner[DNAME_TEXT_MAX];
};

struct lab {
    struct arena *arena;
    struct lab_zone zones[LAB_ZONES];
    size_t zone_count;
    struct lab_habit habits[LAB_HABITS];
    size_t habit_count;
    bool used[LAB_SERVERS];
    int udp[LAB_SERVERS], tcp[LAB_SERVERS];
    uint16_t port;
    pthread_t thread;
    atomic_bool stop;
    pthread_mutex_t lock;
    struct lab_query log[LAB_LOG];
    size_t log_count;

    const dname *targets[16];
    size_t target_count;
    struct server roots[8];
    size_t root_count;
    struct settings settings;
    struct collect_options options;
    struct collect_shared *shared;
    struct collector *collector;
    struct facts *facts;
    struct arena *scratch;
};

static inline struct address lab_address(unsigned server)
{
    return (struct address){.family = 4, .octets = {127, 0, 90, (uint8_t)server}};
}

/* ---- the servers ------------------------------------------------------------------------- */

struct lab_writer {
    uint8_t *wire;
    size_t used;
};

static inline void lab_u16(struct lab_writer *w, unsigned value)
{
    w->wire[w->used++] = (uint8_t)(value >> 8);
    w->wire[w->used++] = (uint8_t)value;
}

static inline void lab_octets(struct lab_writer *w, const uint8_t *octets, size_t length)
{
    memcpy(w->wire + w->used, octets, length);
    w->used += length;
}

static inline void lab_records(struct lab_writer *w, const struct rrset *set, const struct rdata *list,
                               uint16_t count, uint16_t type, unsigned *counter)
{
    for (uint16_t i = 0; i < count; i++, (*counter)++) {
        lab_octets(w, set->owner, dname_length(set->owner));
        lab_u16(w, type);
        lab_u16(w, RRCLASS_IN);
        lab_u16(w, 0);
        lab_u16(w, 300);
        lab_u16(w, list[i].length);
        lab_octets(w, list[i].octets, list[i].length);
    }
}

static inline void lab_set(struct lab_writer *w, const struct rrset *set, unsigned *counter)
{
    if (set == NULL)
        return;
    lab_records(w, set, set->rdata, set->count, set->type, counter);
    lab_records(w, set, set->sigs, set->sig_count, RRTYPE_RRSIG, counter);
}

static inline const struct lab_zone *lab_zone_for(const struct lab *lab, unsigned server, const dname *name,
                                                  uint16_t type)
{
    const struct lab_zone *best = NULL;
    for (size_t i = 0; i < lab->zone_count; i++) {
        const struct lab_zone *z = &lab->zones[i];
        if (!z->servers[server] || !dname_under(name, z->apex) ||
            (best != NULL && dname_labels(z->apex) < dname_labels(best->apex)))
            continue;
        if (type == RRTYPE_DS && dname_equal(name, z->apex) && best != NULL)
            continue;
        best = z;
    }
    return best;
}

static inline const char *lab_habit_of(const struct lab *lab, unsigned server, const dname *name,
                                       uint16_t type)
{
    for (size_t i = 0; i < lab->habit_count; i++) {
        const struct lab_habit *h = &lab->habits[i];
        if (h->server == server && (h->owner == NULL || dname_equal(h->owner, name)) &&
            (h->type == 0 || h->type == type))
            return h->what;
    }
    return "";
}

/* NS and glue of a delegation. */
static inline void lab_glue(struct lab_writer *w, struct arena *a, const struct zone *z, const struct rrset *ns,
                            unsigned *counter)
{
    for (uint16_t i = 0; i < ns->count; i++) {
        const dname *host = rdata_name(&ns->rdata[i], 0);
        lab_set(w, zone_rrset(z, a, host, RRTYPE_A), counter);
        lab_set(w, zone_rrset(z, a, host, RRTYPE_AAAA), counter);
    }
}

static inline size_t lab_answer(struct lab *lab, unsigned server, const uint8_t *query, size_t length,
                                uint8_t *wire, bool tcp)
{
    dname owner[DNAME_MAX];
    size_t name = dname_from_wire(query + 12, length - 12);
    if (name == 0 || length < 12 + name + 4)
        return 0;
    memcpy(owner, query + 12, name);
    dname_lower_in_place(owner);
    uint16_t type = (uint16_t)((query[12 + name] << 8) | query[13 + name]);
    pthread_mutex_lock(&lab->lock);
    if (lab->log_count < LAB_LOG) {
        struct lab_query *q = &lab->log[lab->log_count++];
        *q = (struct lab_query){.server = server, .type = type, .tcp = tcp};
        dname_text_into(owner, q->owner);
    }
    pthread_mutex_unlock(&lab->lock);

    const char *habit = lab_habit_of(lab, server, owner, type);
    if (strcmp(habit, "timeout") == 0)
        return 0;
    struct arena *a = arena_new(0);
    struct lab_writer w = {wire, 0};
    unsigned counts[3] = {0, 0, 0}, rcode = 0;
    bool aa = true;
    lab_octets(&w, query, 12 + name + 4);
    const struct lab_zone *z = lab_zone_for(lab, server, owner, type);
    if (strcmp(habit, "servfail") == 0) {
        rcode = 2;
    } else if (strcmp(habit, "formerr") == 0) {
        rcode = 1;
    } else if (strcmp(habit, "refused") == 0 || z == NULL) {
        rcode = 5;
    } else if (strcmp(habit, "upward") == 0) {
        const struct rrset up = {.owner = DNAME_ROOT,
                                 .type = RRTYPE_NS,
                                 .class = 1,
                                 .count = 1,
                                 .rdata = &(struct rdata){3, (const uint8_t *)"\1x"}};
        lab_set(&w, &up, &counts[1]);
        aa = false;
    } else {
        struct answer answer;
        const struct rrset *referral = NULL, *denial[3];
        size_t denials = 0;
        zone_answer(z->zone, a, owner, type, &answer, &referral, denial, &denials);
        if (strcmp(habit, "nxdomain") == 0) {
            answer = (struct answer){.state = ANSWER_NXDOMAIN};
            referral = NULL;
        }
        if (referral != NULL && answer.state == ANSWER_NODATA) {
            aa = false;
            lab_set(&w, referral, &counts[1]);
            for (size_t i = 0; i < denials; i++)
                lab_set(&w, denial[i], &counts[1]);
            lab_glue(&w, a, z->zone, referral, &counts[2]);
        } else {
            lab_set(&w, answer.rrset, &counts[0]);
            rcode = answer.state == ANSWER_NXDOMAIN ? 3 : 0;
            if (answer.rrset == NULL)
                lab_set(&w, zone_rrset(z->zone, a, z->apex, RRTYPE_SOA), &counts[1]);
            for (size_t i = 0; i < denials; i++)
                lab_set(&w, denial[i], &counts[1]);
            if (answer.rrset != NULL && type == RRTYPE_NS && answer.rrset->type == RRTYPE_NS)
                lab_glue(&w, a, z->zone, answer.rrset, &counts[2]);
        }
    }
    arena_free(a);
    if (strcmp(habit, "noaa") == 0)
        aa = false;
    wire[2] = (uint8_t)(0x80 | (aa && rcode != 5 && rcode != 2 ? 4 : 0) | (query[2] & 1));
    wire[3] = (uint8_t)rcode;
    memset(wire + 4, 0, 8);
    wire[5] = 1;
    for (size_t i = 0; i < 3; i++)
        wire[7 + 2 * i] = (uint8_t)counts[i];
    return w.used;
}

static inline void lab_tcp(struct lab *lab, unsigned server)
{
    uint8_t in[600], out[65536];
    int s = accept(lab->tcp[server], NULL, NULL);
    if (s < 0)
        return;
    size_t have = 0;
    while (have < 2 || have < 2U + (size_t)((in[0] << 8) | in[1])) {
        ssize_t got = have < sizeof(in) ? read(s, in + have, sizeof(in) - have) : 0;
        if (got <= 0)
            break;
        have += (size_t)got;
    }
    size_t length = have > 14 ? lab_answer(lab, server, in + 2, have - 2, out + 2, true) : 0;
    out[0] = (uint8_t)(length >> 8);
    out[1] = (uint8_t)length;
    if (length > 0 && write(s, out, length + 2) < 0)
        perror("write");
    close(s);
}

static inline void lab_udp(struct lab *lab, unsigned server)
{
    uint8_t in[600], out[65536];
    struct sockaddr_in from;
    socklen_t size = sizeof(from);
    ssize_t got = recvfrom(lab->udp[server], in, sizeof(in), 0, (struct sockaddr *)&from, &size);
    if (got < 17)
        return;
    size_t length = lab_answer(lab, server, in, (size_t)got, out, false);
    if (length > 0)
        (void)sendto(lab->udp[server], out, length, 0, (struct sockaddr *)&from, size);
}

static inline void *lab_run(void *context)
{
    struct lab *lab = context;
    while (!atomic_load(&lab->stop)) {
        struct pollfd fds[2 * LAB_SERVERS];
        unsigned who[2 * LAB_SERVERS];
        nfds_t count = 0;
        for (unsigned i = 0; i < LAB_SERVERS; i++) {
            if (!lab->used[i])
                continue;
            fds[count] = (struct pollfd){.fd = lab->udp[i], .events = POLLIN};
            who[count++] = i;
            fds[count] = (struct pollfd){.fd = lab->tcp[i], .events = POLLIN};
            who[count++] = i;
        }
        if (poll(fds, count, 20) <= 0)
            continue;
        for (nfds_t i = 0; i < count; i++) {
            if ((fds[i].revents & POLLIN) == 0)
                continue;
            if (i % 2 == 0)
                lab_udp(lab, who[i]);
            else
                lab_tcp(lab, who[i]);
        }
    }
    return NULL;
}

static inline bool lab_bind(struct lab *lab, unsigned server)
{
    const struct address a = lab_address(server);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(lab->port)};
    memcpy(&at.sin_addr, a.octets, 4);
    int on = 1;
    lab->udp[server] = socket(AF_INET, SOCK_DGRAM, 0);
    lab->tcp[server] = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(lab->tcp[server], SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(lab->udp[server], (struct sockaddr *)&at, sizeof(at)) != 0)
        return false;
    if (lab->port == 0) {
        socklen_t size = sizeof(at);
        getsockname(lab->udp[server], (struct sockaddr *)&at, &size);
        lab->port = ntohs(at.sin_port);
    }
    return bind(lab->tcp[server], (struct sockaddr *)&at, sizeof(at)) == 0 &&
           listen(lab->tcp[server], 8) == 0;
}

/* ---- the world text ---------------------------------------------------------------------- */

static inline void lab_record(struct lab *lab, const char *line)
{
    const dname *owner;
    uint16_t type, class;
    uint32_t ttl;
    struct rdata rdata;
    if (rr_from_text(lab->arena, line, ".", &owner, &type, &class, &ttl, &rdata) != STATUS_OK)
        fail_msg("not a record: %s", line);
    struct zone *z = lab->zones[lab->zone_count - 1].zone;
    if (zone_add(z, owner, type, class, 300, rdata.octets, rdata.length, NULL) != STATUS_OK)
        fail_msg("not of this zone: %s", line);
}

static inline void lab_zone_line(struct lab *lab, char *rest)
{
    struct lab_zone *z = &lab->zones[lab->zone_count++];
    char *apex = strtok(rest, " ");
    char *list = strtok(NULL, " ");
    z->apex = dname_const(lab->arena, apex);
    z->zone = zone_new(z->apex);
    for (char *n = strtok(list, ","); n != NULL; n = strtok(NULL, ",")) {
        unsigned server = (unsigned)atoi(n);
        z->servers[server] = lab->used[server] = true;
        if (dname_is_root(z->apex)) {
            char name[32];
            snprintf(name, sizeof(name), "root%u.", server);
            lab->roots[lab->root_count++] =
                (struct server){dname_const(lab->arena, name), lab_address(server)};
        }
    }
    lab_record(lab, arena_printf(lab->arena, "%s SOA ns. host. 1 3600 600 86400 300", apex));
}

static inline void lab_habit_line(struct lab *lab, char *rest)
{
    struct lab_habit *h = &lab->habits[lab->habit_count++];
    h->server = (unsigned)atoi(strtok(rest, " "));
    const char *owner = strtok(NULL, " ");
    const char *type = strtok(NULL, " ");
    h->owner = strcmp(owner, "*") != 0 ? dname_const(lab->arena, owner) : NULL;
    h->type = strcmp(type, "*") != 0 ? rrtype_from_text(type) : 0;
    snprintf(h->what, sizeof(h->what), "%s", strtok(NULL, " "));
    lab->used[h->server] = true;
}

static inline void lab_text(struct lab *lab, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        char *line = arena_strndup(lab->arena, text, length);
        text += length + (text[length] == '\n');
        line += strspn(line, " ");
        if (strncmp(line, "zone ", 5) == 0)
            lab_zone_line(lab, line + 5);
        else if (strncmp(line, "habit ", 6) == 0)
            lab_habit_line(lab, line + 6);
        else if (strncmp(line, "target ", 7) == 0)
            lab->targets[lab->target_count++] = dname_const(lab->arena, line + 7);
        else if (*line != '\0')
            lab_record(lab, line);
    }
}

static inline void lab_settings(struct lab *lab)
{
    if (lab->target_count == 0)
        lab->targets[lab->target_count++] = dname_const(lab->arena, "example.test.");
    lab->settings = (struct settings){.live = true,
                                      .ipv4 = true,
                                      .ipv6 = true,
                                      .allow_private = true,
                                      .targets = lab->targets,
                                      .targets_count = lab->target_count,
                                      .now_s = 1767225600,
                                      .now_given = true,
                                      .seed = 1};
    lab->options = (struct collect_options){.settings = &lab->settings,
                                            .root_servers = lab->roots,
                                            .root_server_count = lab->root_count,
                                            .dns_port = lab->port,
                                            .timeout_ms = 150,
                                            .retries = 1,
                                            .check_ms = 4000};
}

/** Servers are up; change settings and options before lab_start. */
static inline struct lab *lab_new(const char *text)
{
    struct lab *lab = calloc(1, sizeof(*lab));
    lab->arena = arena_new(0);
    pthread_mutex_init(&lab->lock, NULL);
    lab_text(lab, text);
    for (size_t i = 0; i < lab->zone_count; i++)
        assert_int_equal(zone_finish(lab->zones[i].zone), STATUS_OK);
    for (unsigned i = 0; i < LAB_SERVERS; i++) {
        if (lab->used[i] && !lab_bind(lab, i))
            fail_msg("cannot bind 127.0.90.%u port %u: %s", i, lab->port, strerror(errno));
    }
    lab_settings(lab);
    pthread_create(&lab->thread, NULL, lab_run, lab);
    return lab;
}

static inline void lab_facts(struct lab *lab)
{
    lab->facts = facts_new(&(struct facts_options){
        .target = lab->targets[0], .settings = &lab->settings, .source = collector_source(lab->collector)});
    lab->scratch = arena_new(0);
    facts_run_begin(lab->facts, lab->scratch);
}

static inline void lab_start(struct lab *lab)
{
    lab->shared = collect_shared_new(&lab->options);
    assert_non_null(lab->shared);
    lab->collector = collector_new(lab->shared);
    assert_non_null(lab->collector);
    lab_facts(lab);
}

static inline void lab_settle(struct lab *lab)
{
    while (collector_busy(lab->collector, lab->facts) > 0)
        collector_poll(lab->collector, 1000);
}

static inline void lab_end_facts(struct lab *lab)
{
    uint32_t queries, timeouts;
    collector_target_end(lab->collector, lab->facts, &queries, &timeouts);
    facts_free(lab->facts);
    arena_free(lab->scratch);
}

static inline void lab_free(struct lab *lab)
{
    if (lab->collector != NULL) {
        lab_end_facts(lab);
        collector_free(lab->collector);
        collect_shared_free(lab->shared);
    }
    atomic_store(&lab->stop, true);
    pthread_join(lab->thread, NULL);
    for (unsigned i = 0; i < LAB_SERVERS; i++) {
        if (lab->used[i]) {
            close(lab->udp[i]);
            close(lab->tcp[i]);
        }
    }
    for (size_t i = 0; i < lab->zone_count; i++)
        zone_free(lab->zones[i].zone);
    pthread_mutex_destroy(&lab->lock);
    arena_free(lab->arena);
    free(lab);
}

/* ---- asking ------------------------------------------------------------------------------ */

static inline const dname *lab_name(struct lab *lab, const char *text)
{
    return dname_const(lab->arena, text);
}

static inline const struct answer *lab_lookup(struct lab *lab, const char *name, uint16_t type)
{
    (void)facts_lookup(lab->facts, lab_name(lab, name), type);
    lab_settle(lab);
    const struct answer *answer = facts_lookup(lab->facts, lab_name(lab, name), type);
    assert_int_not_equal(answer->state, ANSWER_PENDING);
    return answer;
}

static inline const struct cut *lab_cut(struct lab *lab, const char *name)
{
    (void)facts_cut(lab->facts, lab_name(lab, name));
    lab_settle(lab);
    const struct cut *cut = facts_cut(lab->facts, lab_name(lab, name));
    assert_int_not_equal(cut->state, FACT_PENDING);
    return cut;
}

/** Questions that servers got, without those of the self-test; owner NULL: any, type 0: any, server
 * 0: any. */
static inline size_t lab_count(struct lab *lab, unsigned server, const char *owner, uint16_t type)
{
    size_t count = 0;
    pthread_mutex_lock(&lab->lock);
    for (size_t i = 0; i < lab->log_count; i++) {
        const struct lab_query *q = &lab->log[i];
        bool self_test = q->type == RRTYPE_SOA && strcmp(q->owner, ".") == 0;
        count += !self_test && (server == 0 || q->server == server) && (type == 0 || q->type == type) &&
                 (owner == NULL || strcmp(q->owner, owner) == 0);
    }
    pthread_mutex_unlock(&lab->lock);
    return count;
}

static inline void assert_name(const dname *name, const char *text)
{
    char have[DNAME_TEXT_MAX];
    assert_non_null(name);
    assert_string_equal(dname_text_into(name, have), text);
}

#endif
