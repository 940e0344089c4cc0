/* SPDX-License-Identifier: BSD-2-Clause */
/* Exchanges with a scripted server on loopback, real sockets: the first label of the question says how it
 * behaves. */
#define _GNU_SOURCE
#include "auditor/collect/exchange.h"
#include "auditor/base/clock.h"
#include "auditor/base/status.h"
#include "auditor/facts/message.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- the server ------------------------------------------------------------------------------ */

static struct {
    int udp, udp6, other, tcp;
    uint16_t port;
    pthread_t thread;
    atomic_bool stop;
    atomic_uint queries;
    unsigned counts[256]; /* of questions with that hash of first label */
} server;

struct query_seen {
    char label[64]; /* first label, lower case */
    const uint8_t *wire;
    size_t length;
    size_t question_end;
    bool edns, server_cookie;
    const uint8_t *cookie; /* our option's value */
    unsigned nth;          /* time this label is asked, from 1 */
    bool tcp;
};

static bool is(const struct query_seen *q, const char *label)
{
    return strcmp(q->label, label) == 0;
}

static void seen_new(struct query_seen *q, const uint8_t *wire, size_t length, bool tcp)
{
    size_t at = 12;
    *q = (struct query_seen){.wire = wire, .length = length, .tcp = tcp};
    for (size_t i = 0; i < wire[12]; i++)
        q->label[i] = (char)(wire[13 + i] | 0x20);
    while (wire[at] != 0)
        at += 1 + (size_t)wire[at];
    q->question_end = at + 5;
    q->edns = wire[11] == 1;
    size_t option = q->question_end + 11;
    if (q->edns && option + 4 < length && wire[option + 1] == 10) {
        q->cookie = wire + option + 4;
        q->server_cookie = wire[option + 3] >= 16;
    }
    unsigned hash = 5381;
    for (const char *c = q->label; *c != '\0'; c++)
        hash = hash * 33 + (unsigned char)*c;
    q->nth = ++server.counts[hash % 256];
}

/* A reply with one A record, or without any if last is 0. */
static size_t reply_make(uint8_t out[1024], const struct query_seen *q, unsigned rcode, unsigned last,
                         bool edns)
{
    size_t at = q->question_end;
    memcpy(out, q->wire, at);
    out[2] = 0x84 | (q->wire[2] & 0x79);
    out[3] = (uint8_t)(rcode & 15);
    out[7] = last != 0;
    out[11] = edns;
    if (last != 0) {
        const uint8_t record[] = {0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, (uint8_t)last};
        memcpy(out + at, record, sizeof(record));
        at += sizeof(record);
    }
    if (edns) {
        uint8_t opt[] = {0, 0, 41, 4, 0xd0, (uint8_t)(rcode >> 4), 0, 0x80, 0, 0, 0};
        if (q->cookie != NULL)
            opt[10] = 20;
        memcpy(out + at, opt, sizeof(opt));
        at += sizeof(opt);
        if (q->cookie != NULL) {
            memcpy(out + at, "\0\x0a\0\x10", 4);
            memcpy(out + at + 4, q->cookie, 8);
            memcpy(out + at + 12, "SERVERCO", 8);
            at += 20;
        }
    }
    return at;
}

struct client_at {
    int fd; /* the socket it asked */
    struct sockaddr_storage address;
    socklen_t length;
};

static void udp_send(int fd, const void *wire, size_t length, const struct client_at *to)
{
    if (sendto(fd, wire, length, 0, (const struct sockaddr *)&to->address, to->length) < 0)
        perror("sendto");
}

static void forge(uint8_t *out, size_t length, const struct query_seen *q, const struct client_at *to)
{
    out[length - (q->edns ? 11 + (q->cookie != NULL ? 20U : 0U) : 0U) - 1] = 66;
    if (is(q, "wrongport")) {
        udp_send(server.other, out, length, to);
        return;
    }
    if (is(q, "wrongid"))
        out[0] ^= 0x55;
    if (is(q, "wrongquestion"))
        out[13] ^= 0x01;
    if (is(q, "wrongtype"))
        out[q->question_end - 3] ^= 0x10;
    if (is(q, "wrongqr"))
        out[2] &= 0x7f;
    if (is(q, "wrongcookie") && q->cookie != NULL)
        out[length - 16] ^= 1;
    for (unsigned i = 0; i < (is(q, "flood") ? 200U : 1U); i++) {
        if (is(q, "flood"))
            out[0] = (uint8_t)(q->wire[0] + 1 + i % 255);
        udp_send(to->fd, out, length, to);
    }
}

static void serve_udp(const struct query_seen *q, const struct client_at *to)
{
    uint8_t out[1024];
    bool silent = is(q, "silent") || (is(q, "dropedns") && q->edns) || (is(q, "lostfirst") && q->nth == 1) ||
                  (is(q, "lostedns") && q->edns && q->nth <= 2);
    if (silent)
        return;
    if (strncmp(q->label, "wrong", 5) == 0 || is(q, "flood")) {
        size_t length = reply_make(out, q, 0, 1, q->edns);
        forge(out, length, q, to);
    }
    unsigned rcode = 0;
    bool edns = q->edns;
    if (is(q, "formerrboth") || (is(q, "formerr") && q->edns)) {
        rcode = 1;
        edns = false;
    }
    if (is(q, "badcookie") && !q->server_cookie)
        rcode = 23;
    if (is(q, "badcookiealways"))
        rcode = 23;
    if (is(q, "refused"))
        rcode = 5;
    size_t length = reply_make(out, q, rcode, rcode == 0 ? 1 : 0, edns);
    if (strncmp(q->label, "tc", 2) == 0 || is(q, "torn"))
        out[2] |= 2;
    if (is(q, "tcbroken"))
        length -= 3;
    if (strncmp(q->label, "lower", 5) == 0) {
        for (size_t i = 12; i < q->question_end - 5; i++)
            out[i] = (uint8_t)(out[i] >= 'A' && out[i] <= 'Z' ? out[i] + 32 : out[i]);
    }
    if (strncmp(q->label, "malformed", 9) == 0)
        out[length++] = 0;
    if (is(q, "bare")) {
        memset(out + 4, 0, 8);
        out[3] = 2;
        length = 12;
    }
    udp_send(to->fd, out, length, to);
}

static void stream_write(int fd, const uint8_t *octets, size_t length, size_t piece)
{
    for (size_t at = 0; at < length; at += piece) {
        size_t size = length - at < piece ? length - at : piece;
        if (send(fd, octets + at, size, MSG_NOSIGNAL) < 0)
            return;
        if (piece < length)
            usleep(500);
    }
}

static void serve_tcp(int fd)
{
    uint8_t in[1024];
    uint8_t out[2048];
    size_t have = 0;
    while (have < 2 || have < 2 + (size_t)(in[0] << 8 | in[1])) {
        ssize_t got = recv(fd, in + have, sizeof(in) - have, 0);
        if (got <= 0)
            return;
        have += (size_t)got;
    }
    struct query_seen q;
    seen_new(&q, in + 2, have - 2, true);
    atomic_fetch_add(&server.queries, 1);
    if (is(&q, "tcpsilent")) {
        usleep(500000);
        return;
    }
    if (is(&q, "tcclose") || (is(&q, "tcpcloseonce") && q.nth == 1))
        return;
    size_t length = reply_make(out + 2, &q, 0, 2, q.edns);
    if (is(&q, "tcother")) {
        out[0] = 0;
        out[1] = (uint8_t)length;
        out[2] ^= 0x55; /* another id */
        stream_write(fd, out, length + 2, length + 2);
        out[2] ^= 0x55;
        out[15] ^= 0x01; /* another question */
        stream_write(fd, out, length + 2, length + 2);
        out[15] ^= 0x01;
    }
    if (is(&q, "malformedboth"))
        out[2 + length++] = 0;
    out[0] = (uint8_t)(length >> 8);
    out[1] = (uint8_t)length;
    stream_write(fd, out, is(&q, "tccut") ? length - 5 : length + 2, is(&q, "torn") ? 1 : length + 2);
}

static void receive_udp(int fd)
{
    uint8_t wire[1024];
    struct query_seen q;
    struct client_at from = {.fd = fd, .length = sizeof(from.address)};
    ssize_t length = recvfrom(fd, wire, sizeof(wire), 0, (struct sockaddr *)&from.address, &from.length);
    atomic_fetch_add(&server.queries, 1);
    if (length > 16) {
        seen_new(&q, wire, (size_t)length, false);
        serve_udp(&q, &from);
    }
}

static void *serve(void *unused)
{
    (void)unused;
    while (!atomic_load(&server.stop)) {
        struct pollfd fds[3] = {{.fd = server.udp, .events = POLLIN},
                                {.fd = server.tcp, .events = POLLIN},
                                {.fd = server.udp6, .events = POLLIN}};
        if (poll(fds, 3, 50) <= 0)
            continue;
        if (fds[0].revents & POLLIN)
            receive_udp(server.udp);
        if (fds[2].revents & POLLIN)
            receive_udp(server.udp6);
        if (fds[1].revents & POLLIN) {
            int fd = accept(server.tcp, NULL, NULL);
            serve_tcp(fd);
            close(fd);
        }
    }
    return NULL;
}

/* On ::1, or -1 where there is no IPv6: poll() then leaves it out and the test is skipped. */
static int socket6_at(uint16_t port)
{
    int fd = socket(AF_INET6, SOCK_DGRAM, 0);
    struct sockaddr_in6 at = {
        .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
        return fd;
    close(fd);
    return -1;
}

static int socket_at(int type, uint16_t port)
{
    int fd = socket(AF_INET, type, 0);
    const int on = 1;
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(0x7f000001)};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static uint16_t port_of(int fd)
{
    struct sockaddr_in at;
    socklen_t size = sizeof(at);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    return ntohs(at.sin_port);
}

static int server_start(void **state)
{
    (void)state;
    server.tcp = -1;
    for (unsigned attempt = 0; attempt < 50 && server.tcp < 0; attempt++) {
        server.udp = socket_at(SOCK_DGRAM, 0);
        server.port = port_of(server.udp);
        server.tcp = socket_at(SOCK_STREAM, server.port);
        if (server.tcp < 0)
            close(server.udp);
    }
    server.other = socket_at(SOCK_DGRAM, 0);
    server.udp6 = socket6_at(server.port);
    if (server.tcp < 0 || listen(server.tcp, 64) != 0)
        return -1;
    return pthread_create(&server.thread, NULL, serve, NULL);
}

static int server_stop(void **state)
{
    (void)state;
    atomic_store(&server.stop, true);
    pthread_join(server.thread, NULL);
    close(server.udp);
    close(server.other);
    if (server.udp6 >= 0)
        close(server.udp6);
    close(server.tcp);
    return 0;
}

/* ---- asking ---------------------------------------------------------------------------------- */

struct client {
    uv_loop_t loop;
    struct settings settings;
    struct pace *pace;
    struct exchange *x;
    struct arena *a;
    unsigned left;
    bool asking; /* within exchange_ask: done must not be called */
};

static void client_new(struct client *c, const struct exchange_options *options,
                       const struct pace_options *pace)
{
    memset(c, 0, sizeof(*c));
    uv_loop_init(&c->loop);
    c->settings = (struct settings){.live = true, .ipv4 = true, .ipv6 = true, .allow_private = true};
    c->pace = pace_new(pace);
    c->a = arena_new(0);
    struct exchange_options o = *options;
    o.settings = &c->settings;
    o.pace = c->pace;
    o.port = o.port != 0 ? o.port : server.port;
    c->x = exchange_new(&c->loop, &o);
    assert_non_null(c->x);
}

static void client_free(struct client *c)
{
    exchange_free(c->x);
    uv_run(&c->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&c->loop), 0);
    pace_free(c->pace);
    arena_free(c->a);
}

struct waiting {
    struct client *c;
    const struct reply *reply;
};

static void on_done(void *context, const struct reply *reply)
{
    struct waiting *w = context;
    assert_false(w->c->asking);
    assert_null(w->reply);
    w->reply = reply;
    w->c->left--;
}

static void client_ask(struct client *c, const struct ask *ask, bool allow_any, uint64_t deadline_ms,
                       struct waiting *w)
{
    *w = (struct waiting){.c = c};
    c->left++;
    c->asking = true;
    exchange_ask(c->x, ask, allow_any, c->a, deadline_ms, on_done, w);
    c->asking = false;
}

static void client_run(struct client *c)
{
    while (c->left > 0) {
        exchange_flush(c->x);
        uv_run(&c->loop, UV_RUN_ONCE);
    }
}

static const struct address loopback = {.family = 4, .octets = {127, 0, 0, 1}};
/* Times that pass in silence are short; where an answer comes, a busy machine may take its time. */
static const struct exchange_options quick = {
    .timeout_ms = 100, .retries = 1, .tcp_timeout_ms = 300, .sockets = 8, .printed_times = true};
static const struct exchange_options patient = {
    .timeout_ms = 2000, .retries = 1, .tcp_timeout_ms = 5000, .sockets = 8, .printed_times = true};
static const struct pace_options no_pace = {.qps_total = 0};

static struct ask ask_for(struct client *c, const char *label, uint16_t flags)
{
    char text[80];
    snprintf(text, sizeof(text), "%s.example.test.", label);
    return (struct ask){
        .server = loopback, .owner = dname_const(c->a, text), .type = RRTYPE_A, .flags = flags};
}

static const struct reply *client_get(struct client *c, const char *label, uint16_t flags)
{
    struct waiting w;
    struct ask ask = ask_for(c, label, flags);
    client_ask(c, &ask, false, 0, &w);
    client_run(c);
    return w.reply;
}

/* ---- one row a behaviour --------------------------------------------------------------------- */

#define TCP 1U
#define TRUNCATED 2U
#define FALLBACK 4U
#define CASE 8U
#define COOKIE 16U
#define EDNS 32U

static const struct {
    const char *label;
    uint16_t flags;
    enum reason reason; /* REASON_NONE: there is an answer */
    unsigned last;      /* octet of the address in it, 0 for no record */
    uint16_t rcode;
    unsigned seen;
    unsigned mismatches, tries;
} rows[] = {
    {"right", 0, REASON_NONE, 1, 0, COOKIE | EDNS, 0, 1},
    {"right", ASK_NO_EDNS, REASON_NONE, 1, 0, 0, 0, 1},
    {"right", ASK_NO_COOKIE, REASON_NONE, 1, 0, EDNS, 0, 1},
    {"right", ASK_TCP, REASON_NONE, 2, 0, TCP | COOKIE | EDNS, 0, 1},
    {"right", ASK_EXACT_CASE, REASON_NONE, 1, 0, COOKIE | EDNS, 0, 1},
    {"refused", 0, REASON_NONE, 0, 5, COOKIE | EDNS, 0, 1},
    {"bare", 0, REASON_NONE, 0, 2, 0, 0, 1},
    {"wrongid", 0, REASON_NONE, 1, 0, COOKIE | EDNS, 1, 1},
    {"wrongport", 0, REASON_NONE, 1, 0, COOKIE | EDNS, 1, 1},
    {"wrongquestion", 0, REASON_NONE, 1, 0, COOKIE | EDNS, 1, 1},
    {"wrongtype", 0, REASON_NONE, 1, 0, COOKIE | EDNS, 1, 1},
    {"wrongqr", 0, REASON_NONE, 1, 0, COOKIE | EDNS, 1, 1},
    {"wrongcookie", 0, REASON_NONE, 1, 0, COOKIE | EDNS, 1, 1},
    {"flood", 0, REASON_NONE, 2, 0, TCP | COOKIE | EDNS, 200, 2},
    {"tc", 0, REASON_NONE, 2, 0, TCP | TRUNCATED | COOKIE | EDNS, 0, 2},
    {"tc", ASK_NO_TC_RETRY, REASON_NONE, 1, 0, COOKIE | EDNS, 0, 1},
    {"tcbroken", 0, REASON_NONE, 2, 0, TCP | TRUNCATED | COOKIE | EDNS, 0, 2},
    {"torn", 0, REASON_NONE, 2, 0, TCP | TRUNCATED | COOKIE | EDNS, 0, 2},
    {"tcother", 0, REASON_NONE, 2, 0, TCP | TRUNCATED | COOKIE | EDNS, 2, 2},
    {"tcclose", 0, REASON_NETWORK, 0, 0, TCP | TRUNCATED, 0, 3},
    {"tccut", 0, REASON_MALFORMED, 0, 0, TCP | TRUNCATED, 0, 2},
    {"tcpsilent", ASK_TCP, REASON_TIMEOUT, 0, 0, TCP, 0, 1},
    {"tcpcloseonce", ASK_TCP, REASON_NONE, 2, 0, TCP | COOKIE | EDNS, 0, 2},
    {"silent", ASK_NO_EDNS, REASON_TIMEOUT, 0, 0, 0, 0, 2},
    {"silent", 0, REASON_TIMEOUT, 0, 0, 0, 0, 4},
    {"lostfirst", 0, REASON_NONE, 1, 0, COOKIE | EDNS, 0, 2},
    {"dropedns", 0, REASON_NONE, 1, 0, FALLBACK, 0, 4},
    {"lostedns", 0, REASON_NONE, 1, 0, COOKIE | EDNS, 0, 4},
    {"formerr", 0, REASON_NONE, 1, 0, FALLBACK, 0, 2},
    {"formerrboth", 0, REASON_NONE, 0, 1, 0, 0, 2},
    {"badcookie", 0, REASON_NONE, 1, 0, COOKIE | EDNS, 0, 2},
    {"badcookiealways", 0, REASON_NONE, 2, 0, TCP | COOKIE | EDNS, 0, 3},
    {"lower", 0, REASON_NONE, 2, 0, TCP | CASE | COOKIE | EDNS, 0, 2},
    {"lower", ASK_EXACT_CASE, REASON_NONE, 1, 0, COOKIE | EDNS, 0, 1},
    {"malformed", 0, REASON_NONE, 2, 0, TCP | COOKIE | EDNS, 0, 2},
    {"malformedboth", 0, REASON_MALFORMED, 0, 0, TCP, 0, 2},
};

static unsigned seen_of(const struct reply *r)
{
    return (r->tcp ? TCP : 0) | (r->truncated_first ? TRUNCATED : 0) | (r->edns_fallback ? FALLBACK : 0) |
           (r->case_differs ? CASE : 0) | (r->cookie ? COOKIE : 0) | (r->edns ? EDNS : 0);
}

static void test_row(void **state)
{
    size_t row = (size_t)(uintptr_t)*state;
    struct client c;
    memset(server.counts, 0, sizeof(server.counts));
    struct exchange_options options = patient;
    const char *label = rows[row].label;
    if (strcmp(label, "silent") == 0 || strncmp(label, "lost", 4) == 0 || strcmp(label, "dropedns") == 0)
        options.timeout_ms = quick.timeout_ms;
    if (strcmp(label, "tcpsilent") == 0)
        options.tcp_timeout_ms = quick.tcp_timeout_ms;
    client_new(&c, &options, &no_pace);
    const struct reply *r = client_get(&c, rows[row].label, rows[row].flags);
    assert_int_equal(r->reason, rows[row].reason);
    assert_int_equal(r->state, rows[row].reason == REASON_NONE ? REPLY_OK : REPLY_NONE);
    assert_int_equal(r->rcode, rows[row].rcode);
    assert_int_equal(seen_of(r), rows[row].seen);
    assert_int_equal(r->tries, rows[row].tries);
    assert_in_range(r->mismatches, rows[row].mismatches * 9 / 10, rows[row].mismatches);
    assert_true(address_equal(&r->server, &loopback));
    if (rows[row].last == 0) {
        assert_int_equal(r->answer.count, 0);
    } else {
        assert_int_equal(r->answer.count, 1);
        assert_int_equal(r->answer.sets[0].rdata[0].octets[3], rows[row].last);
        assert_true(r->rtt_us > 0 && r->at_s > 0);
    }
    client_free(&c);
}

/* ---- what no row says ------------------------------------------------------------------------ */

static void test_out_of_scope(void **state)
{
    (void)state;
    struct client c;
    client_new(&c, &patient, &no_pace);
    c.settings.allow_private = false;
    unsigned before = atomic_load(&server.queries);
    const struct reply *r = client_get(&c, "right", 0);
    assert_int_equal(r->state, REPLY_NONE);
    assert_int_equal(r->reason, REASON_OUT_OF_SCOPE);
    r = client_get(&c, "right", ASK_TCP);
    assert_int_equal(r->reason, REASON_OUT_OF_SCOPE);
    assert_int_equal(atomic_load(&server.queries), before);
    assert_int_equal(exchange_stats(c.x)->udp_sent, 0);
    struct waiting w;
    struct ask ask = ask_for(&c, "right", 0);
    client_ask(&c, &ask, true, 0, &w);
    client_run(&c);
    assert_int_equal(w.reply->state, REPLY_OK);
    client_free(&c);
}

static void test_family_off(void **state)
{
    (void)state;
    struct client c;
    client_new(&c, &quick, &no_pace);
    c.settings.ipv4 = false;
    assert_int_equal(client_get(&c, "right", 0)->reason, REASON_NETWORK);
    client_free(&c);
}

static void test_closed_port(void **state)
{
    (void)state;
    struct client c;
    int fd = socket_at(SOCK_DGRAM, 0);
    struct exchange_options options = patient;
    options.port = port_of(fd);
    options.timeout_ms = 3000;
    close(fd);
    client_new(&c, &options, &no_pace);
    uint64_t begin = clock_monotonic_ms();
    const struct reply *r = client_get(&c, "right", 0);
    assert_int_equal(r->reason, REASON_NETWORK);
    assert_true(clock_monotonic_ms() - begin < 1000); /* ICMP, not the timeout */
    assert_int_equal(client_get(&c, "right", ASK_TCP)->reason, REASON_NETWORK);
    client_free(&c);
}

static void test_ipv6(void **state)
{
    (void)state;
    struct client c;
    struct waiting w;
    if (server.udp6 < 0)
        skip();
    client_new(&c, &patient, &no_pace);
    struct ask ask = ask_for(&c, "right", ASK_NO_TC_RETRY);
    ask.server = (struct address){.family = 6, .octets = {[15] = 1}};
    client_ask(&c, &ask, false, 0, &w);
    client_run(&c);
    assert_int_equal(w.reply->state, REPLY_OK);
    ask = ask_for(&c, "tc", 0); /* nobody listens to TCP there */
    ask.server = (struct address){.family = 6, .octets = {[15] = 1}};
    client_ask(&c, &ask, false, 0, &w);
    client_run(&c);
    assert_int_equal(w.reply->reason, REASON_NETWORK);
    assert_true(w.reply->truncated_first);
    for (unsigned i = 0; i < 2;
         i++) { /* does not keep the case either, so 0x20 is given up, from the start later */
        ask = ask_for(&c, "lower", 0);
        ask.server = (struct address){.family = 6, .octets = {[15] = 1}};
        client_ask(&c, &ask, false, 0, &w);
        client_run(&c);
        assert_int_equal(w.reply->state, REPLY_OK);
        assert_true(w.reply->case_differs && !w.reply->tcp);
        assert_int_equal(w.reply->tries, i == 0 ? 3 : 1);
    }
    client_free(&c);
}

static void test_deadline(void **state)
{
    (void)state;
    struct client c;
    struct waiting w;
    struct exchange_options options = quick;
    options.timeout_ms = 3000;
    client_new(&c, &options, &no_pace);
    struct ask ask = ask_for(&c, "silent", 0);
    uint64_t begin = clock_monotonic_ms();
    client_ask(&c, &ask, false, begin + 60, &w);
    client_run(&c);
    assert_int_equal(w.reply->reason, REASON_TIMEOUT);
    assert_in_range(clock_monotonic_ms() - begin, 50, 2000);
    client_ask(&c, &ask, false, begin, &w);
    client_run(&c);
    assert_int_equal(w.reply->reason, REASON_BUDGET);
    client_free(&c);
}

static void test_now_given(void **state)
{
    (void)state;
    struct client c;
    struct exchange_options options = patient;
    options.printed_times = false;
    client_new(&c, &options, &no_pace);
    c.settings.now_s = 12345;
    const struct reply *r = client_get(&c, "right", 0);
    assert_int_equal(r->at_s, 12345);
    assert_int_equal(r->rtt_us, 0);
    client_free(&c);
}

/* A server that falls silent is not waited for a fourth time; one bad moment is not enough. */
static void test_dead(void **state)
{
    (void)state;
    struct client c;
    struct waiting w[8];
    struct exchange_options options = quick;
    options.retries = 0;
    client_new(&c, &options, &no_pace);
    assert_int_equal(client_get(&c, "right", 0)->state, REPLY_OK);
    struct ask ask = ask_for(&c, "silent", ASK_NO_EDNS);
    for (unsigned i = 0; i < 8; i++)
        client_ask(&c, &ask, false, 0, &w[i]);
    client_run(&c);
    assert_false(pace_dead(c.pace, &loopback));
    assert_int_equal(client_get(&c, "silent", ASK_NO_EDNS)->tries, 1);
    assert_int_equal(client_get(&c, "silent", ASK_NO_EDNS)->tries, 1);
    assert_true(pace_dead(c.pace, &loopback));
    const struct reply *r = client_get(&c, "silent", 0);
    assert_int_equal(r->tries, 0);
    assert_int_equal(r->reason, REASON_TIMEOUT);
    assert_int_equal(client_get(&c, "right", ASK_TCP)->state, REPLY_OK);
    assert_int_equal(client_get(&c, "right", ASK_LAST_ROUND)->state, REPLY_OK);
    assert_int_equal(client_get(&c, "right", 0)->state, REPLY_OK);
    client_free(&c);
}

/* What a server once showed is used the next time, with the same observations in the reply. */
static void test_memory_of_habits(void **state)
{
    (void)state;
    struct client c;
    client_new(&c, &quick, &no_pace);
    assert_int_equal(client_get(&c, "dropedns", 0)->tries, 4);
    const struct reply *r = client_get(&c, "dropedns", 0);
    assert_int_equal(r->tries, 2);
    assert_true(r->edns_fallback);
    client_free(&c);

    client_new(&c, &quick, &no_pace);
    assert_int_equal(client_get(&c, "lower", 0)->tries, 2);
    r = client_get(&c, "lower", 0);
    assert_int_equal(r->tries, 1);
    assert_true(r->tcp && r->case_differs);
    client_free(&c);
}

static void test_many(void **state)
{
    (void)state;
    enum { MANY = 2000 };
    static struct waiting w[MANY];
    struct client c;
    struct exchange_options options = quick;
    options.timeout_ms = 500;
    options.retries = 5;
    client_new(&c, &options, &no_pace);
    struct ask ask = ask_for(&c, "right", 0);
    for (unsigned i = 0; i < MANY; i++) {
        client_ask(&c, &ask, false, 0, &w[i]);
        if (i % 50 == 49) {
            exchange_flush(c.x);
            uv_run(&c.loop, UV_RUN_NOWAIT);
        }
    }
    client_run(&c);
    for (unsigned i = 0; i < MANY; i++)
        assert_int_equal(w[i].reply->state, REPLY_OK);
    client_free(&c);
}

/* Enough queries to drain and rebind sockets under load. */
static void test_rebinding(void **state)
{
    (void)state;
    enum { WINDOW = 20, ALL = 30000 };
    static struct waiting w[WINDOW];
    struct client c;
    struct exchange_options options = quick;
    options.sockets = 4;
    options.timeout_ms = 500;
    options.retries = 5;
    client_new(&c, &options, &no_pace);
    struct ask ask = ask_for(&c, "right", 0);
    for (unsigned sent = 0; sent < ALL; sent += WINDOW) {
        struct arena *kept = c.a;
        c.a = arena_new(0);
        for (unsigned i = 0; i < WINDOW; i++)
            client_ask(&c, &ask, false, 0, &w[i]);
        client_run(&c);
        for (unsigned i = 0; i < WINDOW; i++)
            assert_int_equal(w[i].reply->state, REPLY_OK);
        arena_free(c.a);
        c.a = kept;
    }
    client_free(&c);
}

static void test_pace(void **state)
{
    (void)state;
    enum { ASKED = 30 };
    struct waiting w[ASKED];
    struct client c;
    client_new(&c, &patient, &(struct pace_options){.qps_per_server = 50}); /* 10 at once, then 20 ms each */
    struct ask ask = ask_for(&c, "right", 0);
    uint64_t begin = clock_monotonic_ms();
    for (unsigned i = 0; i < ASKED; i++)
        client_ask(&c, &ask, false, i == 25 ? begin + 50 : 0, &w[i]);
    client_run(&c);
    assert_in_range(clock_monotonic_ms() - begin, 350, 5000);
    for (unsigned i = 0; i < ASKED; i++) {
        assert_int_equal(w[i].reply->state, i == 25 ? REPLY_NONE : REPLY_OK);
        assert_int_equal(w[i].reply->reason, i == 25 ? REASON_BUDGET : REASON_NONE);
    }
    client_free(&c);
}

static void test_free_under_way(void **state)
{
    (void)state;
    struct client c;
    struct waiting w[4];
    client_new(&c, &quick, &no_pace);
    struct ask ask = ask_for(&c, "silent", 0);
    client_ask(&c, &ask, false, 0, &w[0]);
    ask = ask_for(&c, "tcpsilent", ASK_TCP);
    client_ask(&c, &ask, false, 0, &w[1]);
    client_ask(&c, &ask, false, 0, &w[2]);
    exchange_flush(c.x);
    uv_run(&c.loop, UV_RUN_NOWAIT);
    client_ask(&c, &ask, false, 1, &w[3]); /* ready to be told */
    client_free(&c);
    for (unsigned i = 0; i < 4; i++)
        assert_null(w[i].reply);
}

static void test_little_memory(void **state)
{
    (void)state;
    struct client c;
    struct waiting w;
    client_new(&c, &patient, &no_pace);
    struct ask ask = ask_for(&c, "right", 0);
    for (size_t limit = 1; limit < 1000; limit += 100) {
        struct arena *big = c.a;
        c.a = arena_new(limit);
        client_ask(&c, &ask, false, 0, &w);
        client_run(&c);
        assert_true(w.reply->state == REPLY_OK || w.reply->reason == REASON_BUDGET);
        arena_free(c.a);
        c.a = big;
    }
    client_free(&c);
}

int main(void)
{
    static struct CMUnitTest tests[ARRAY_SIZE(rows) + 16];
    static char names[ARRAY_SIZE(rows)][64];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        snprintf(names[i], sizeof(names[i]), "%s flags %u", rows[i].label, rows[i].flags);
        tests[count++] = (struct CMUnitTest){
            .name = names[i], .test_func = test_row, .initial_state = (void *)(uintptr_t)i};
    }
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_out_of_scope),  cmocka_unit_test(test_family_off),
        cmocka_unit_test(test_closed_port),   cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_ipv6),          cmocka_unit_test(test_now_given),
        cmocka_unit_test(test_dead),          cmocka_unit_test(test_memory_of_habits),
        cmocka_unit_test(test_many),          cmocka_unit_test(test_rebinding),
        cmocka_unit_test(test_pace),          cmocka_unit_test(test_free_under_way),
        cmocka_unit_test(test_little_memory),
    };
    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        tests[count++] = others[i];
    return _cmocka_run_group_tests("exchange", tests, count, server_start, server_stop);
}
