/* SPDX-License-Identifier: BSD-2-Clause */
/* Careful GETs against a small hostile server on loopback: caps, timeouts, redirects, encodings, addresses,
 * TLS. */
#include "auditor/collect/http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- the server ---- */

struct web {
    int listener;
    uint16_t port;
    SSL_CTX *tls; /* NULL: plain */
    pthread_t thread;
    atomic_int open, waiting, most, requests;
    char last_request[4096];
};

struct peer {
    struct web *server;
    int fd;
    SSL *tls;
};

static bool put(struct peer *p, const void *octets, size_t length)
{
    const char *at = octets;
    while (length > 0) {
        ssize_t sent =
            p->tls != NULL ? SSL_write(p->tls, at, (int)length) : send(p->fd, at, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        at += sent;
        length -= (size_t)sent;
    }
    return true;
}

static bool put_text(struct peer *p, const char *text)
{
    return put(p, text, strlen(text));
}

static void sleep_ms(long ms)
{
    const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000};
    nanosleep(&pause, NULL);
}

static void endless_body(struct peer *p)
{
    char chunk[4096];
    memset(chunk, 'x', sizeof chunk);
    if (!put_text(p, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))
        return;
    while (put_text(p, "1000\r\n") && put(p, chunk, sizeof chunk) && put_text(p, "\r\n"))
        continue;
}

static void header_flood(struct peer *p)
{
    if (!put_text(p, "HTTP/1.1 200 OK\r\n"))
        return;
    for (int i = 0; i < 100000 && put_text(p, "X-Flood: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n");
         i++)
        continue;
}

static void continue_flood(struct peer *p)
{
    for (int i = 0; i < 100000 && put_text(p, "HTTP/1.1 100 Continue\r\n\r\n"); i++)
        continue;
}

static const unsigned char gzip_body[] = {0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 3, 'b', 'o', 'm', 'b'};

static void answer(struct peer *p, const char *path)
{
    if (strcmp(path, "/hello") == 0)
        put_text(p, "HTTP/1.1 404 Not Found\r\nServer: tiny\r\nContent-Length: 5\r\n\r\nhello");
    else if (strcmp(path, "/endless") == 0)
        endless_body(p);
    else if (strcmp(path, "/flood") == 0)
        header_flood(p);
    else if (strcmp(path, "/continue") == 0)
        continue_flood(p);
    else if (strcmp(path, "/redirect") == 0)
        put_text(p, "HTTP/1.1 302 Found\r\nLocation: /hello\r\nContent-Length: 0\r\n\r\n");
    else if (strcmp(path, "/gzip") == 0) {
        put_text(p, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 14\r\n\r\n");
        put(p, gzip_body, sizeof gzip_body);
    } else if (strcmp(path, "/silent") == 0)
        sleep_ms(1500);
    else if (strcmp(path, "/drip") == 0) {
        put_text(p, "HTTP/1.1 200 OK\r\n\r\n");
        for (int i = 0; i < 15 && put_text(p, "x"); i++)
            sleep_ms(100);
    } else if (strcmp(path, "/short") == 0)
        put_text(p, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
    else if (strcmp(path, "/old") == 0)
        put_text(p, "just text");
    else if (strcmp(path, "/early") == 0)
        put_text(p, "HTTP/1.1 100 Continue\r\nX-First: 1\r\n\r\nHTTP/1.1 200 OK\r\nX-Second: "
                    "1\r\nContent-Length: 2\r\n\r\nok");
    else if (strcmp(path, "/slow") == 0) {
        struct web *s = p->server;
        int waiting = atomic_fetch_add(&s->waiting, 1) + 1;
        if (waiting > atomic_load(&s->most))
            atomic_store(&s->most, waiting);
        sleep_ms(120);
        atomic_fetch_sub(&s->waiting, 1);
        put_text(p, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
    /* "/nothing" and the rest: closed without a word */
}

static void *serve_peer(void *context)
{
    struct peer *p = context;
    struct web *s = p->server;
    char request[4096] = "";
    size_t used = 0;
    atomic_fetch_add(&s->open, 1);
    if (s->tls != NULL) {
        p->tls = SSL_new(s->tls);
        SSL_set_fd(p->tls, p->fd);
        if (SSL_accept(p->tls) != 1)
            used = sizeof request;
    }
    while (used < sizeof request - 1 && strstr(request, "\r\n\r\n") == NULL) {
        size_t room = sizeof request - 1 - used;
        ssize_t got = p->tls != NULL ? SSL_read(p->tls, request + used, (int)room)
                                     : recv(p->fd, request + used, room, 0);
        if (got <= 0)
            break;
        used += (size_t)got;
        request[used] = '\0';
    }
    char path[64] = "";
    if (sscanf(request, "GET %63s HTTP/1.1", path) == 1) {
        memcpy(s->last_request, request, sizeof request);
        atomic_fetch_add(&s->requests, 1);
        answer(p, path);
    }
    atomic_fetch_sub(&s->open, 1);
    if (p->tls != NULL)
        SSL_free(p->tls);
    shutdown(p->fd, SHUT_RDWR);
    close(p->fd);
    free(p);
    return NULL;
}

static void *serve(void *context)
{
    struct web *s = context;
    for (;;) {
        int fd = accept(s->listener, NULL, NULL);
        if (fd < 0)
            return NULL;
        struct peer *p = calloc(1, sizeof *p);
        *p = (struct peer){.server = s, .fd = fd};
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve_peer, p) != 0)
            abort();
        pthread_detach(thread);
    }
}

static void server_start(struct web *s, SSL_CTX *tls)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof here;
    memset(s, 0, sizeof *s);
    s->tls = tls;
    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&here, sizeof here), 0);
    assert_int_equal(listen(s->listener, 64), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&here, &length), 0);
    s->port = ntohs(here.sin_port);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void server_stop(struct web *s)
{
    shutdown(s->listener, SHUT_RDWR);
    close(s->listener);
    pthread_join(s->thread, NULL);
    while (atomic_load(&s->open) > 0)
        sleep_ms(10);
}

/* ---- asking ---- */

struct bench {
    uv_loop_t loop;
    struct settings settings;
    struct http_options options;
    struct http *http;
    struct arena *arena;
    struct web plain, tls;
    SSL_CTX *context;
    char ca_file[64];
    const struct http_reply *replies[16];
    unsigned count;
};

static void on_done(void *context, const struct http_reply *reply)
{
    struct bench *b = context;
    b->replies[b->count++] = reply;
}

static struct http_ask ask_of(const char *host, const char *path, bool https)
{
    struct http_ask ask = {.https = https, .host = host, .path = path};
    assert_true(address_from_text("127.0.0.1", &ask.address));
    return ask;
}

static void open_http(struct bench *b)
{
    b->http = http_new(&b->loop, &b->options);
    assert_non_null(b->http);
    b->count = 0;
}

static void close_http(struct bench *b)
{
    http_free(b->http);
    uv_run(&b->loop, UV_RUN_DEFAULT);
}

static const struct http_reply *get_ask(struct bench *b, const struct http_ask *ask)
{
    open_http(b);
    http_get(b->http, ask, b->arena, on_done, b);
    assert_int_equal(b->count, 0); /* never from within the call */
    while (b->count == 0)
        uv_run(&b->loop, UV_RUN_ONCE);
    close_http(b);
    return b->replies[0];
}

static const struct http_reply *get(struct bench *b, const char *path)
{
    const struct http_ask ask = ask_of("www.example.test", path, false);
    return get_ask(b, &ask);
}

/* ---- tests ---- */

static void plain_answer(void **state)
{
    struct bench *b = *state;
    const struct http_reply *r = get(b, "/hello");
    assert_int_equal(r->state, FACT_KNOWN);
    assert_int_equal(r->status, 404);
    assert_string_equal(r->body, "hello");
    assert_int_equal(r->body_length, 5);
    assert_false(r->body_cut);
    assert_non_null(strstr(r->headers, "Server: tiny\r\n"));
    static const uint8_t sha256_of_hello[4] = {0x2c, 0xf2, 0x4d, 0xba};
    assert_memory_equal(r->body_sha256, sha256_of_hello, 4);
    assert_null(r->certificate);

    const char *request = b->plain.last_request;
    assert_non_null(strstr(request, "\r\nHost: www.example.test:"));
    assert_non_null(strstr(request, "\r\nAccept-Encoding: identity\r\n"));
    assert_non_null(strstr(request, "\r\nUser-Agent: zonevet/" ZONEVET_VERSION
                                    " (DNS self-audit; contact me@example.test)\r\n"));
    assert_null(strstr(request, "Cookie"));
    assert_null(strstr(request, "Evil"));
}

static void body_cap(void **state)
{
    const struct http_reply *r = get(*state, "/endless");
    assert_int_equal(r->state, FACT_KNOWN);
    assert_true(r->body_cut);
    assert_int_equal(r->body_length, 64 * 1024);
    assert_int_equal(r->body[r->body_length], '\0');
}

static void header_caps(void **state)
{
    const struct http_reply *r = get(*state, "/flood");
    assert_int_equal(r->state, FACT_UNKNOWN);
    assert_int_equal(r->reason, REASON_MALFORMED);
    r = get(*state, "/continue");
    assert_int_equal(r->state, FACT_UNKNOWN);
    assert_int_equal(r->reason, REASON_MALFORMED);
    r = get(*state, "/early");
    assert_int_equal(r->status, 200);
    assert_null(strstr(r->headers, "X-First"));
    assert_non_null(strstr(r->headers, "X-Second"));
}

static void slow_servers(void **state)
{
    const struct http_reply *r = get(*state, "/silent");
    assert_int_equal(r->state, FACT_UNKNOWN);
    assert_int_equal(r->reason, REASON_TIMEOUT);
    r = get(*state, "/drip");
    assert_int_equal(r->state, FACT_UNKNOWN);
    assert_int_equal(r->reason, REASON_TIMEOUT);
}

static void redirect_not_followed(void **state)
{
    struct bench *b = *state;
    int before = atomic_load(&b->plain.requests);
    const struct http_reply *r = get(b, "/redirect");
    assert_int_equal(r->status, 302);
    assert_non_null(strstr(r->headers, "Location: /hello"));
    assert_int_equal(atomic_load(&b->plain.requests), before + 1);
}

static void nothing_decoded(void **state)
{
    const struct http_reply *r = get(*state, "/gzip");
    assert_int_equal(r->state, FACT_KNOWN);
    assert_int_equal(r->body_length, sizeof gzip_body);
    assert_memory_equal(r->body, gzip_body, sizeof gzip_body);
}

static void broken_answers(void **state)
{
    static const char *const paths[] = {"/short", "/old", "/nothing"};
    for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
        const struct http_reply *r = get(*state, paths[i]);
        assert_int_equal(r->state, FACT_UNKNOWN);
        assert_int_equal(r->reason, REASON_MALFORMED);
        assert_non_null(r->error);
    }
}

static void refusals(void **state)
{
    struct bench *b = *state;
    int before = atomic_load(&b->plain.requests);
    struct http_ask ask = ask_of("www.example.test", "/hello", false);
    static const char *const hosts[] = {"",        "a b",   "user@host", "host/x",
                                        "host:80", "[::1]", ".x",        "h\r\nEvil: 1"};
    for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
        ask.host = hosts[i];
        assert_int_equal(get_ask(b, &ask)->reason, REASON_UNSUPPORTED);
    }
    ask.host = "www.example.test";
    static const char *const paths[] = {"", "hello", "/a b", "/a\r\nEvil: 1", "/a#b"};
    for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
        ask.path = paths[i];
        assert_int_equal(get_ask(b, &ask)->reason, REASON_UNSUPPORTED);
    }
    ask.path = "/hello";
    b->settings.allow_private = false;
    static const char *const addresses[] = {
        "127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1",      "192.168.1.1", "::1",
        "fe80::1",   "fc00::1",  "::ffff:10.0.0.1", "64:ff9b::7f00:1", "224.0.0.1",   "0.0.0.0"};
    for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
        assert_true(address_from_text(addresses[i], &ask.address));
        assert_int_equal(get_ask(b, &ask)->reason, REASON_OUT_OF_SCOPE);
    }
    b->settings.allow_private = true;
    b->settings.http = false;
    assert_int_equal(get(b, "/hello")->reason, REASON_NEEDS_OPT_IN);
    b->settings.http = true;
    assert_int_equal(atomic_load(&b->plain.requests), before);
}

static void no_listener(void **state)
{
    struct bench *b = *state;
    uint16_t port = b->options.http_port;
    b->options.http_port = 1;
    const struct http_reply *r = get(b, "/hello");
    b->options.http_port = port;
    assert_int_equal(r->state, FACT_UNKNOWN);
    assert_int_equal(r->reason, REASON_REFUSED);
}

static void proxies_ignored(void **state)
{
    setenv("http_proxy", "http://127.0.0.1:1/", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1/", 1);
    const struct http_reply *r = get(*state, "/hello");
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
    assert_int_equal(r->status, 404);
}

static void many(struct bench *b, const char *const hosts[4], int most)
{
    atomic_store(&b->plain.most, 0);
    open_http(b);
    for (unsigned i = 0; i < 4; i++) {
        const struct http_ask ask = ask_of(hosts[i], "/slow", false);
        http_get(b->http, &ask, b->arena, on_done, b);
    }
    while (b->count < 4)
        uv_run(&b->loop, UV_RUN_ONCE);
    close_http(b);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(b->replies[i]->status, 200);
    assert_true(atomic_load(&b->plain.most) <= most);
}

static void concurrency(void **state)
{
    struct bench *b = *state;
    many(b, (const char *const[4]){"a.test", "A.test", "a.test", "a.test"}, 1);
    many(b, (const char *const[4]){"a.test", "b.test", "c.test", "d.test"}, 2);
}

static void freed_under_way(void **state)
{
    struct bench *b = *state;
    open_http(b);
    const struct http_ask slow = ask_of("a.test", "/slow", false);
    const struct http_ask next = ask_of("a.test", "/hello", false);
    http_get(b->http, &slow, b->arena, on_done, b);
    http_get(b->http, &next, b->arena, on_done, b);
    uv_run(&b->loop, UV_RUN_ONCE);
    uv_run(&b->loop, UV_RUN_ONCE);
    close_http(b);
    assert_int_equal(b->count, 0);
    assert_int_equal(uv_loop_alive(&b->loop), 0);
}

static void certificates(void **state)
{
    struct bench *b = *state;
    struct http_ask ask = ask_of("www.example.test", "/hello", true);
    const struct http_reply *r = get_ask(b, &ask);
    assert_int_equal(r->state, FACT_KNOWN);
    assert_int_equal(r->status, 404);
    assert_true(r->certificate_covers);
    assert_string_equal(r->certificate, "CN=www.example.test; www.example.test");

    ask.host = "other.example.test"; /* not in the certificate: recorded, and the body read all the same */
    r = get_ask(b, &ask);
    assert_int_equal(r->status, 404);
    assert_false(r->certificate_covers);

    const char *bundle = b->options.ca_file;
    b->options.ca_file = NULL; /* the system's CAs do not know ours */
    ask.host = "www.example.test";
    r = get_ask(b, &ask);
    b->options.ca_file = bundle;
    assert_int_equal(r->status, 404);
    assert_false(r->certificate_covers);

    uint16_t port = b->options.https_port;
    b->options.https_port = b->plain.port; /* no TLS there */
    r = get_ask(b, &ask);
    b->options.https_port = port;
    assert_int_equal(r->state, FACT_UNKNOWN);
}

/* ---- set-up ---- */

static X509 *certificate(EVP_PKEY *key, const char *name, bool authority)
{
    X509 *x = X509_new();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const unsigned char *)name, -1,
                               -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    char san[128];
    snprintf(san, sizeof san, "DNS:%s", name);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, san);
    X509_add_ext(x, extension, -1);
    X509_EXTENSION_free(extension);
    extension =
        X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, authority ? "critical,CA:TRUE" : "CA:FALSE");
    X509_add_ext(x, extension, -1);
    X509_EXTENSION_free(extension);
    assert_true(X509_sign(x, key, EVP_sha256()) > 0);
    return x;
}

static void tls_start(struct bench *b)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *own = certificate(key, "www.example.test", true);
    b->context = SSL_CTX_new(TLS_server_method());
    assert_int_equal(SSL_CTX_use_certificate(b->context, own), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(b->context, key), 1);
    snprintf(b->ca_file, sizeof b->ca_file, "/tmp/zonevet-http-XXXXXX");
    int fd = mkstemp(b->ca_file);
    FILE *out = fdopen(fd, "w");
    assert_non_null(out);
    assert_int_equal(PEM_write_X509(out, own), 1);
    fclose(out);
    X509_free(own);
    EVP_PKEY_free(key);
    server_start(&b->tls, b->context);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    b->arena = arena_new(0);
    uv_loop_init(&b->loop);
    server_start(&b->plain, NULL);
    tls_start(b);
    b->settings =
        (struct settings){.live = true, .http = true, .ipv4 = true, .ipv6 = true, .allow_private = true};
    b->options = (struct http_options){.settings = &b->settings,
                                       .http_port = b->plain.port,
                                       .https_port = b->tls.port,
                                       .ca_file = b->ca_file,
                                       .contact = "me@example.test\r\n",
                                       .connect_ms = 500,
                                       .total_ms = 700,
                                       .concurrency = 2};
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    server_stop(&b->plain);
    server_stop(&b->tls);
    SSL_CTX_free(b->context);
    unlink(b->ca_file);
    uv_loop_close(&b->loop);
    arena_free(b->arena);
    free(b);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_answer),          cmocka_unit_test(body_cap),
        cmocka_unit_test(header_caps),           cmocka_unit_test(slow_servers),
        cmocka_unit_test(redirect_not_followed), cmocka_unit_test(nothing_decoded),
        cmocka_unit_test(broken_answers),        cmocka_unit_test(refusals),
        cmocka_unit_test(no_listener),           cmocka_unit_test(proxies_ignored),
        cmocka_unit_test(concurrency),           cmocka_unit_test(freed_under_way),
        cmocka_unit_test(certificates),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
