/* SPDX-License-Identifier: BSD-2-Clause */
/* Transfers from a scripted server on loopback. ldns signs for it, as a second opinion on TSIG.
 *
 * Script: S7 the SOA with serial 7, w the A record of w.example.test., !w one of w.other., N an NSEC3 record,
 * | the end of a message, R5 a message with RCODE 5, E a message without records, Q the id is wrong in this
 * message, X rubbish, H hang; at the end of the script the server closes. */
#define _GNU_SOURCE
#include "auditor/collect/transfer.h"
#include "auditor/base/status.h"
#include "auditor/facts/message.h"

#include <ldns/ldns.h>
#include <openssl/hmac.h>

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
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define SECRET "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"

enum sign { SIGN_NOT, SIGN_ALL, SIGN_ENDS, SIGN_FIRST, SIGN_BADLY, SIGN_WRONG_KEY };

static struct {
    int tcp, udp;
    uint16_t port;
    pthread_t thread;
    atomic_bool stop;
    const char *script;
    bool no_tcp;
    enum sign sign;
} server;

/* ---- the server ------------------------------------------------------------------------------ */

struct writer {
    uint8_t wire[70000]; /* length in front */
    size_t at;
};

static void put(struct writer *w, const void *octets, size_t length)
{
    memcpy(w->wire + w->at, octets, length);
    w->at += length;
}

static void message_begin(struct writer *w, const uint8_t *query, unsigned rcode)
{
    size_t question = 12;
    while (query[question] != 0)
        question += 1 + (size_t)query[question];
    question += 5;
    w->at = 2;
    put(w, query, question);
    memset(w->wire + 2 + 6, 0, 6);
    w->wire[2 + 2] = 0x84;
    w->wire[2 + 3] = (uint8_t)rcode;
}

static void record(struct writer *w, const char *item)
{
    const uint8_t soa[] = {0xc0, 12, 0, 6, 0, 1, 0, 0, 0, 1, 0, 22, 0, 0, 0, 0, 0, (uint8_t)atoi(item + 1),
                           0,    0,  0, 1, 0, 0, 0, 1, 0, 0, 0, 1,  0, 0, 0, 1};
    if (*item == 'S') {
        put(w, soa, sizeof(soa));
    } else if (*item == 'N') {
        put(w, "\4hash\xc0\x0c\0\x32\0\1\0\0\0\1\0\7\1\0\0\0\0\1x", 24);
    } else {
        uint8_t length = (uint8_t)strlen(item);
        bool out = *item == '!';
        item += out;
        length = (uint8_t)(length - out);
        put(w, &length, 1);
        put(w, item, length);
        put(w, out ? "\5other\0" : "\xc0\x0c", out ? 7 : 2);
        put(w, "\0\1\0\1\0\0\0\1\0\4\1\2\3\4", 14);
    }
    w->wire[2 + 7]++;
}

static ldns_rdf *query_mac;
static unsigned signed_messages;

/* Sign the message in w, chained to what was signed before. */
static void sign(struct writer *w)
{
    ldns_pkt *packet = NULL;
    uint8_t *wire = NULL;
    size_t length;
    const char *key = server.sign == SIGN_WRONG_KEY ? "d3Jvbmd3cm9uZ3dyb25nd3Jvbmd3cm9uZ3dyb25n" : SECRET;
    assert_int_equal(ldns_wire2pkt(&packet, w->wire + 2, w->at - 2), LDNS_STATUS_OK);
    assert_int_equal(ldns_pkt_tsig_sign_next(packet, "key.test.", key, 300, "hmac-sha256.", query_mac,
                                             signed_messages > 0),
                     LDNS_STATUS_OK);
    assert_int_equal(ldns_pkt2wire(&wire, packet, &length), LDNS_STATUS_OK);
    ldns_rdf_deep_free(query_mac);
    query_mac = ldns_rdf_clone(ldns_rr_rdf(ldns_pkt_tsig(packet), 3));
    w->at = 2;
    put(w, wire, length);
    if (server.sign == SIGN_BADLY && signed_messages > 0)
        w->wire[w->at - 10] ^= 1;
    signed_messages++;
    free(wire);
    ldns_pkt_free(packet);
}

/* What ldns cannot do: a signature over the unsigned messages before this one too (RFC 8945 section 5.3.1).
 */
static struct writer unsigned_before;

static void sign_all_since(struct writer *w)
{
    static const uint8_t head[] = "\3key\4test\0\0\xfa\0\xff\0\0\0\0\0\x3d\13hmac-sha256";
    struct writer *all = &unsigned_before;
    uint8_t timers[8] = {0, 0, 0, 0, 0, 0, 300 >> 8, 300 & 0xff};
    uint8_t mac[32];
    unsigned mac_length = sizeof(mac);
    uint32_t now = (uint32_t)time(NULL);
    for (unsigned i = 0; i < 4; i++)
        timers[2 + i] = (uint8_t)(now >> (24 - 8 * i));
    put(all, w->wire + 2, w->at - 2);
    put(all, timers, 8);
    assert_non_null(HMAC(EVP_sha256(), "secretsecretsecretsecret", 24, all->wire, all->at, mac, &mac_length));
    uint8_t id[2] = {w->wire[2], w->wire[3]};
    put(w, head, sizeof(head)); /* the NUL of the string ends the name of the algorithm */
    put(w, timers, 8);
    put(w, "\0\x20", 2);
    put(w, mac, 32);
    put(w, id, 2);
    put(w, "\0\0\0\0", 4);
    w->wire[2 + 11]++;
}

static void message_send(int fd, struct writer *w, bool last)
{
    bool ends = signed_messages == 0 || (last && server.sign != SIGN_FIRST);
    if (server.sign == SIGN_ENDS && signed_messages > 0 && last) {
        sign_all_since(w);
    } else if (server.sign != SIGN_NOT && (ends || server.sign == SIGN_ALL || server.sign == SIGN_BADLY)) {
        sign(w);
        unsigned_before.at = 0;
        put(&unsigned_before, ldns_rdf_data(query_mac),
            ldns_rdf_size(query_mac)); /* with its length in front */
    } else if (server.sign == SIGN_ENDS) {
        put(&unsigned_before, w->wire + 2, w->at - 2);
    }
    w->wire[0] = (uint8_t)((w->at - 2) >> 8);
    w->wire[1] = (uint8_t)(w->at - 2);
    if (send(fd, w->wire, w->at, MSG_NOSIGNAL) < 0)
        w->at = 0;
}

static void hang(void)
{
    for (unsigned i = 0; i < 60 && !atomic_load(&server.stop); i++)
        usleep(100000);
}

static void play(int fd, const uint8_t *query)
{
    static struct writer w;
    char script[256];
    char *rest = NULL;
    bool open = false;
    snprintf(script, sizeof(script), "%s", server.script);
    for (char *item = strtok_r(script, " ", &rest); item != NULL; item = strtok_r(NULL, " ", &rest)) {
        bool more = rest != NULL && *rest != '\0';
        if (strcmp(item, "endless") == 0) {
            for (unsigned i = 0; w.at != 0; i++) {
                message_begin(&w, query, 0);
                for (unsigned n = 0; n < 100; n++) {
                    char name[16];
                    snprintf(name, sizeof(name), "n%u", i * 100 + n);
                    record(&w, name);
                }
                message_send(fd, &w, false);
            }
            return;
        }
        if (*item == 'H') {
            if (open)
                message_send(fd, &w, true);
            hang();
            return;
        }
        if (!open)
            message_begin(&w, query, *item == 'R' ? (unsigned)atoi(item + 1) : 0);
        open = *item != '|';
        if (*item == 'Q')
            w.wire[2] ^= 0x55;
        else if (*item == 'X')
            put(&w, "x", 1);
        else if (*item == '|')
            message_send(fd, &w, !more);
        else if (*item != 'R' && *item != 'E')
            record(&w, item);
    }
    if (open)
        message_send(fd, &w, true);
}

static void serve_tcp(int fd)
{
    uint8_t in[2048];
    size_t have = 0;
    while (have < 2 || have < 2 + (size_t)(in[0] << 8 | in[1])) {
        ssize_t got = recv(fd, in + have, sizeof(in) - have, 0);
        if (got <= 0)
            return;
        have += (size_t)got;
    }
    signed_messages = 0;
    if (server.sign != SIGN_NOT) {
        ldns_pkt *packet = NULL;
        assert_int_equal(ldns_wire2pkt(&packet, in + 2, have - 2), LDNS_STATUS_OK);
        assert_non_null(ldns_pkt_tsig(packet));
        assert_true(ldns_pkt_tsig_verify(packet, in + 2, have - 2, "key.test.", SECRET, NULL));
        query_mac = ldns_rdf_clone(ldns_rr_rdf(ldns_pkt_tsig(packet), 3));
        ldns_pkt_free(packet);
    }
    play(fd, in + 2);
    ldns_rdf_deep_free(query_mac);
    query_mac = NULL;
}

static void serve_udp(void)
{
    static struct writer w;
    uint8_t in[1024];
    struct sockaddr_in from;
    socklen_t size = sizeof(from);
    if (recvfrom(server.udp, in, sizeof(in), 0, (struct sockaddr *)&from, &size) < 17)
        return;
    assert_int_equal(in[9], 1); /* our serial is in the authority section */
    message_begin(&w, in, 0);
    record(&w, "S7");
    if (strcmp(server.script, "udp data") == 0) {
        record(&w, "S5");
        record(&w, "w");
        record(&w, "S7");
        record(&w, "S7");
    }
    sendto(server.udp, w.wire + 2, w.at - 2, 0, (struct sockaddr *)&from, size);
}

static void *serve(void *unused)
{
    (void)unused;
    while (!atomic_load(&server.stop)) {
        struct pollfd fds[2] = {{.fd = server.tcp, .events = POLLIN}, {.fd = server.udp, .events = POLLIN}};
        if (poll(fds, 2, 20) <= 0)
            continue;
        if (fds[1].revents & POLLIN)
            serve_udp();
        if (fds[0].revents & POLLIN) {
            int fd = accept(server.tcp, NULL, NULL);
            serve_tcp(fd);
            close(fd);
        }
    }
    return NULL;
}

static int socket_at(int type, uint16_t port)
{
    int fd = socket(AF_INET, type, 0);
    const int on = 1;
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(0x7f000001)};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
        return fd;
    close(fd);
    return -1;
}

static void server_start(const char *script, enum sign how, bool no_tcp)
{
    server.script = script;
    server.sign = how;
    atomic_store(&server.stop, false);
    server.udp = -1;
    while (server.udp < 0) {
        struct sockaddr_in at;
        socklen_t size = sizeof(at);
        server.tcp = socket_at(SOCK_STREAM, 0);
        getsockname(server.tcp, (struct sockaddr *)&at, &size);
        server.port = ntohs(at.sin_port);
        server.udp = socket_at(SOCK_DGRAM, server.port);
        if (server.udp < 0)
            close(server.tcp);
    }
    if (no_tcp) {
        close(server.tcp);
        server.tcp = -1;
    } else {
        assert_int_equal(listen(server.tcp, 8), 0);
    }
    assert_int_equal(pthread_create(&server.thread, NULL, serve, NULL), 0);
}

static void server_stop(void)
{
    atomic_store(&server.stop, true);
    pthread_join(server.thread, NULL);
    if (server.tcp >= 0)
        close(server.tcp);
    close(server.udp);
}

/* ---- the transfer ---------------------------------------------------------------------------- */

struct outcome {
    const struct transfer *t;
    struct arena *a;
    uint64_t octets;
};

static void on_done(void *context, const struct transfer *t)
{
    struct outcome *o = context;
    assert_null(o->t);
    o->t = t;
}

static void transfer(struct outcome *o, uint16_t type, const struct tsig_key *key)
{
    uv_loop_t loop;
    struct settings settings = {.live = true, .ipv4 = true, .allow_private = true};
    struct pace *pace = pace_new(&(struct pace_options){.qps_total = 0});
    struct exchange_options options = {.settings = &settings,
                                       .pace = pace,
                                       .port = server.port,
                                       .sockets = 4,
                                       .timeout_ms = 200,
                                       .printed_times = true};
    *o = (struct outcome){.a = arena_new(0)};
    uv_loop_init(&loop);
    struct exchange *x = exchange_new(&loop, &options);
    struct transfer_ask ask = {.server = {.family = 4, .octets = {127, 0, 0, 1}},
                               .type = type,
                               .serial = 5,
                               .zone = dname_const(o->a, "example.test.")};
    transfer_start(x, &ask, false, key, o->a, on_done, o);
    assert_null(o->t);
    while (o->t == NULL)
        uv_run(&loop, UV_RUN_ONCE);
    exchange_free(x);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    pace_free(pace);
}

#define AXFR RRTYPE_AXFR
#define IXFR RRTYPE_IXFR
#define COMPLETE 1U
#define FULL 2U
#define UDP 4U

static const struct {
    const char *script;
    uint16_t type;
    enum reason reason; /* REASON_NONE: known */
    enum transfer_outcome outcome;
    uint16_t rcode;
    unsigned flags;
    unsigned records;
    const char *names; /* first labels in order; the apex of the SOA is not among them */
} rows[] = {
    {"S7 w a S7", AXFR, REASON_NONE, TRANSFER_DATA, 0, COMPLETE, 4, "a w"},
    {"S7 | w | a w | S7", AXFR, REASON_NONE, TRANSFER_DATA, 0, COMPLETE, 5, "a w"},
    {"S7 w N S7", AXFR, REASON_NONE, TRANSFER_DATA, 0, COMPLETE, 4, "w"},
    {"S7 w S7 | a", AXFR, REASON_NONE, TRANSFER_DATA, 0, COMPLETE, 3, "w"},
    {"Q S7 x S7 | S7 w S7", AXFR, REASON_NONE, TRANSFER_DATA, 0, COMPLETE, 3, "w"},
    {"S7 S7", AXFR, REASON_NONE, TRANSFER_EMPTY, 0, COMPLETE, 2, ""},
    {"S7", AXFR, REASON_NONE, TRANSFER_EMPTY, 0, 0, 1, ""},
    {"S7 !w S7", AXFR, REASON_NONE, TRANSFER_EMPTY, 0, COMPLETE, 2, ""},
    {"S7 w", AXFR, REASON_NONE, TRANSFER_DATA, 0, 0, 2, "w"},
    {"S7 w | X", AXFR, REASON_NONE, TRANSFER_DATA, 0, 0, 2, "w"},
    {"S7 w | R2", AXFR, REASON_NONE, TRANSFER_DATA, 2, 0, 2, "w"},
    {"w a S7", AXFR, REASON_MALFORMED, 0, 0, 0, 0, ""},
    {"X", AXFR, REASON_MALFORMED, 0, 0, 0, 0, ""},
    {"Q S7 S7", AXFR, REASON_MALFORMED, 0, 0, 0, 0, ""},
    {"R5", AXFR, REASON_NONE, TRANSFER_REFUSED, 5, 0, 0, ""},
    {"R9", AXFR, REASON_NONE, TRANSFER_REFUSED, 9, 0, 0, ""},
    {"E", AXFR, REASON_NONE, TRANSFER_REFUSED, 0, 0, 0, ""},
    {"", AXFR, REASON_NONE, TRANSFER_REFUSED, 0, 0, 0, ""},
    {"S7 w a S7", IXFR, REASON_NONE, TRANSFER_DATA, 0, COMPLETE | FULL, 4, "a w"},
    {"S7 S7", IXFR, REASON_NONE, TRANSFER_EMPTY, 0, COMPLETE | FULL, 2, ""},
    {"S5", IXFR, REASON_NONE, TRANSFER_EMPTY, 0, COMPLETE, 1, ""},
    {"S5 H", IXFR, REASON_NONE, TRANSFER_EMPTY, 0, COMPLETE, 1, ""},
    {"S4 H", IXFR, REASON_NONE, TRANSFER_EMPTY, 0, COMPLETE, 1, ""},
    {"S7", IXFR, REASON_NONE, TRANSFER_EMPTY, 0, 0, 1, ""},
    {"S7 S5 w S7 a S7", IXFR, REASON_NONE, TRANSFER_DATA, 0, COMPLETE, 6, "a w"},
    {"S7 S5 w S6 a S6 b S7 c S7 | z", IXFR, REASON_NONE, TRANSFER_DATA, 0, COMPLETE, 10, "a b c w"},
    {"S7 S5 | S7 | w | S7", IXFR, REASON_NONE, TRANSFER_DATA, 0, COMPLETE, 5, "w"},
    {"R4", IXFR, REASON_NONE, TRANSFER_REFUSED, 4, 0, 0, ""},
    {"udp", IXFR, REASON_NONE, TRANSFER_EMPTY, 0, COMPLETE | UDP, 1, ""},
    {"udp data", IXFR, REASON_NONE, TRANSFER_DATA, 0, COMPLETE | UDP, 3, ""},
    {"udp", AXFR, REASON_NETWORK, 0, 0, 0, 0, ""},
};

static void join_names(const struct transfer *t, char text[static 256])
{
    size_t at = 0;
    text[0] = '\0';
    for (size_t i = 0; i < t->name_count && at < 200; i++)
        at += (size_t)snprintf(text + at, 256 - at, "%s%.*s", i > 0 ? " " : "", (int)t->names[i][0],
                               (const char *)t->names[i] + 1);
}

static void test_row(void **state)
{
    size_t row = (size_t)(uintptr_t)*state;
    struct outcome o;
    char names[256];
    server_start(rows[row].script, SIGN_NOT, strncmp(rows[row].script, "udp", 3) == 0);
    transfer(&o, rows[row].type, NULL);
    server_stop();
    assert_int_equal(o.t->reason, rows[row].reason);
    assert_int_equal(o.t->state, rows[row].reason == REASON_NONE ? FACT_KNOWN : FACT_UNKNOWN);
    assert_int_equal(o.t->outcome, rows[row].outcome);
    assert_int_equal(o.t->rcode, rows[row].rcode);
    assert_int_equal((o.t->complete ? COMPLETE : 0) | (o.t->full ? FULL : 0) | (o.t->udp ? UDP : 0),
                     rows[row].flags);
    assert_int_equal(o.t->records, rows[row].records);
    join_names(o.t, names);
    assert_string_equal(names, rows[row].names);
    arena_free(o.a);
}

static void test_endless(void **state)
{
    (void)state;
    struct outcome o;
    server_start("S7 | endless", SIGN_NOT, false);
    transfer(&o, AXFR, NULL);
    server_stop();
    assert_int_equal(o.t->outcome, TRANSFER_DATA);
    assert_false(o.t->complete);
    assert_int_equal(o.t->records, 10000);
    assert_true(o.t->name_count <= 10000);
    assert_true(o.t->octets < (8 << 20) + 65537);
    assert_int_equal(o.t->names[0][1], 'n');
    arena_free(o.a);
}

/* ---- TSIG ------------------------------------------------------------------------------------ */

static const struct {
    const char *name, *script;
    enum sign sign;
    enum reason reason;
    enum transfer_outcome outcome;
    bool complete;
} signs[] = {
    {"one message", "S7 w S7", SIGN_ALL, REASON_NONE, TRANSFER_DATA, true},
    {"all signed", "S7 w | a | b | S7", SIGN_ALL, REASON_NONE, TRANSFER_DATA, true},
    {"first and last signed", "S7 w | a | b | S7", SIGN_ENDS, REASON_NONE, TRANSFER_DATA, true},
    {"last not signed", "S7 w | a | b | S7", SIGN_FIRST, REASON_NONE, TRANSFER_DATA, false},
    {"second signature wrong", "S7 w | a | b | S7", SIGN_BADLY, REASON_BOGUS, 0, false},
    {"another secret", "S7 w S7", SIGN_WRONG_KEY, REASON_BOGUS, 0, false},
};

static void load_key(struct arena *a, const char *text, enum status expected, struct tsig_key *key)
{
    char path[] = "/tmp/zonevet-key-XXXXXX";
    const char *error = NULL;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    assert_int_equal(tsig_key_load(a, path, key, &error), expected);
    if (expected != STATUS_OK) {
        assert_non_null(error);
        assert_memory_equal(error, path, strlen(path));
    }
    unlink(path);
}

static void test_tsig(void **state)
{
    size_t row = (size_t)(uintptr_t)*state;
    struct outcome o;
    struct tsig_key key;
    struct arena *a = arena_new(0);
    load_key(a, "hmac-sha256:Key.Test:" SECRET "\n", STATUS_OK, &key);
    server_start(signs[row].script, signs[row].sign, false);
    transfer(&o, AXFR, &key);
    server_stop();
    assert_int_equal(o.t->reason, signs[row].reason);
    assert_int_equal(o.t->outcome, signs[row].outcome);
    assert_int_equal(o.t->complete, signs[row].complete);
    arena_free(o.a);
    arena_free(a);
}

/* A server that ignores the signature is not believed, one that refuses is. */
static void test_tsig_ignored(void **state)
{
    (void)state;
    struct outcome o;
    struct tsig_key key;
    struct arena *a = arena_new(0);
    load_key(a, "key.test:" SECRET, STATUS_OK, &key);
    server_start("S7 w S7", SIGN_NOT, false);
    transfer(&o, AXFR, &key);
    server_stop();
    assert_int_equal(o.t->reason, REASON_BOGUS);
    arena_free(o.a);
    server_start("R9", SIGN_NOT, false);
    transfer(&o, AXFR, &key);
    server_stop();
    assert_int_equal(o.t->outcome, TRANSFER_REFUSED);
    assert_int_equal(o.t->rcode, 9);
    arena_free(o.a);
    arena_free(a);
}

static const struct {
    const char *text;
    enum status status;
} keys[] = {
    {"key.test:" SECRET, STATUS_OK},
    {"# a comment\nhmac-sha512:key.test.:" SECRET "\n", STATUS_OK},
    {"hmac-md5:key.test.:" SECRET "\n", STATUS_OK},
    {"key \"key.test\" {\n\talgorithm hmac-sha256;\n\tsecret \"" SECRET "\"; // here\n};\n", STATUS_OK},
    {"/* BIND */ key key.test { secret \"" SECRET "\"; algorithm \"hmac-sha1\"; };", STATUS_OK},
    {"", STATUS_MALFORMED},
    {"key.test", STATUS_MALFORMED},
    {"key.test:", STATUS_MALFORMED},
    {"key.test:???", STATUS_MALFORMED},
    {"key.test:QQ=Q", STATUS_MALFORMED},
    {"hmac-sha257:key.test:" SECRET, STATUS_MALFORMED},
    {"a..b:" SECRET, STATUS_MALFORMED},
    {"key.test:" SECRET "\nkey2.test:" SECRET, STATUS_MALFORMED},
    {"key \"key.test\" { algorithm hmac-sha256; };", STATUS_MALFORMED},
    {"key \"key.test\" { algorithm hmac-sha256 secret \"" SECRET "\"; };", STATUS_MALFORMED},
    {"key \"key.test\" { algorithm hmac-sha256; secret \"" SECRET "\"; }", STATUS_MALFORMED},
    {"key \"key.test\" { server 1; };", STATUS_MALFORMED},
    {"key \"key.test { algorithm", STATUS_MALFORMED},
    {"key k { /* no end", STATUS_MALFORMED},
};

static void test_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
        struct arena *a = arena_new(0);
        struct tsig_key key;
        load_key(a, keys[i].text, keys[i].status, &key);
        if (keys[i].status == STATUS_OK) {
            assert_memory_equal(key.name, "\3key\4test", 10);
            assert_int_equal(key.secret_length, 24);
            assert_memory_equal(key.secret, "secretsecretsecretsecret", 24);
        }
        arena_free(a);
    }
    struct arena *a = arena_new(0);
    const char *error = NULL;
    struct tsig_key key;
    assert_int_equal(tsig_key_load(a, "/nonexistent/key", &key, &error), STATUS_IO);
    assert_non_null(error);
    arena_free(a);
}

int main(void)
{
    static struct CMUnitTest tests[ARRAY_SIZE(rows) + ARRAY_SIZE(signs) + 4];
    static char names[ARRAY_SIZE(rows)][64];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        snprintf(names[i], sizeof(names[i]), "%s: %s", rows[i].type == AXFR ? "AXFR" : "IXFR",
                 rows[i].script);
        tests[count++] = (struct CMUnitTest){
            .name = names[i], .test_func = test_row, .initial_state = (void *)(uintptr_t)i};
    }
    for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
        tests[count++] = (struct CMUnitTest){
            .name = signs[i].name, .test_func = test_tsig, .initial_state = (void *)(uintptr_t)i};
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_endless);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_tsig_ignored);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_keys);
    return _cmocka_run_group_tests("transfer", tests, count, NULL, NULL);
}
