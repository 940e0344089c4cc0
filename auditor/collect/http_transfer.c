/* SPDX-License-Identifier: BSD-2-Clause */
/* One GET: what libcurl may do for it, what comes back, and where it ends. Every octet is a stranger's. */
#include "auditor/base/clock.h"
#include "auditor/collect/http_private.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- callbacks ---- */

static bool peer_address(const struct curl_sockaddr *peer, struct address *out)
{
    *out = (struct address){0};
    if (peer->family == AF_INET && peer->addrlen >= sizeof(struct sockaddr_in)) {
        struct sockaddr_in v4;
        memcpy(&v4, &peer->addr, sizeof v4);
        out->family = 4;
        memcpy(out->octets, &v4.sin_addr, 4);
        return true;
    }
    if (peer->family == AF_INET6 && peer->addrlen >= sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 v6;
        memcpy(&v6, &peer->addr, sizeof v6);
        out->family = 6;
        memcpy(out->octets, &v6.sin6_addr, 16);
        return true;
    }
    return false;
}

/* The address in use decides, not the name: only the pinned one, and only if it is public (hardening.md row
 * 10). */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *peer)
{
    struct request *r = context;
    struct address address;
    if (purpose != CURLSOCKTYPE_IPCXN || !peer_address(peer, &address) ||
        !address_equal(&address, &r->ask.address) || !settings_contact(r->http->options.settings, &address)) {
        r->refused = true;
        return CURL_SOCKET_BAD;
    }
    int fd = socket(peer->family, peer->socktype, peer->protocol);
    if (fd >= 0)
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}

/* All header lines count, those of 1xx responses and trailers too; only the last response's are kept. */
static size_t on_header(char *octets, size_t size, size_t count, void *context)
{
    struct request *r = context;
    size_t length = size * count;
    if (r->ask.https && !r->certificate_read)
        request_read_certificate(r);
    r->header_octets += length;
    if (r->header_octets > HTTP_HEADERS_MAX) {
        r->headers_over = true;
        return 0;
    }
    if (length >= 5 && memcmp(octets, "HTTP/", 5) == 0)
        buf_reset(&r->headers);
    for (size_t i = 0; i < length; i++)
        buf_char(&r->headers, octets[i] != '\0' ? octets[i] : '?');
    return length;
}

static size_t on_body(char *octets, size_t size, size_t count, void *context)
{
    struct request *r = context;
    size_t length = size * count;
    size_t room = HTTP_BODY_MAX - r->body.length;
    if (length > room) {
        buf_add(&r->body, octets, room);
        r->body_cut = true;
        return 0; /* ends the transfer */
    }
    buf_add(&r->body, octets, length);
    return length;
}

/* The store is ours and parsed once; libcurl would read the bundle again for each connection. */
static CURLcode on_ssl_context(CURL *easy, void *ssl_context, void *context)
{
    struct request *r = context;
    X509_STORE *store = http_store(r->http);
    (void)easy;
    if (store != NULL)
        SSL_CTX_set1_cert_store(ssl_context, store);
    return CURLE_OK;
}

/* ---- the handle ---- */

#define SET(option, value) ok = ok && curl_easy_setopt(r->easy, option, value) == CURLE_OK

static bool set_limits(struct request *r)
{
    const struct http_options *o = &r->http->options;
    bool ok = true;
    SET(CURLOPT_PROTOCOLS_STR, r->ask.https ? "https" : "http");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_MAXREDIRS, 0L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_HTTP09_ALLOWED, 0L);
    SET(CURLOPT_HTTP_CONTENT_DECODING, 0L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)o->connect_ms);
    SET(CURLOPT_TIMEOUT_MS, (long)o->total_ms);
    SET(CURLOPT_BUFFERSIZE, 16384L);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_NOPROXY, "*");
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_FRESH_CONNECT, 1L);
    SET(CURLOPT_FORBID_REUSE, 1L);
    SET(CURLOPT_PATH_AS_IS, 1L);
    return ok;
}

/* The body is wanted whatever the certificate, so nothing is refused for it; this handle carries no secrets.
 */
static bool set_tls(struct request *r)
{
    bool ok = true;
    SET(CURLOPT_SSL_VERIFYPEER, 0L);
    SET(CURLOPT_SSL_VERIFYHOST, 0L);
    SET(CURLOPT_CAPATH, NULL);
    SET(CURLOPT_CAINFO, NULL);
    SET(CURLOPT_SSL_SESSIONID_CACHE, 0L);
    SET(CURLOPT_SSL_CTX_FUNCTION, on_ssl_context);
    SET(CURLOPT_SSL_CTX_DATA, r);
    return ok;
}

static bool set_request(struct request *r)
{
    const struct http_options *o = &r->http->options;
    unsigned port = r->ask.https ? o->https_port : o->http_port;
    char address[ADDRESS_TEXT_SIZE];
    address_text(&r->ask.address, address);
    bool v6 = r->ask.address.family == 6;
    bool usual = port == (r->ask.https ? 443 : 80);
    const char *url =
        usual ? arena_printf(r->arena, "%s://%s%s", r->ask.https ? "https" : "http", r->ask.host, r->ask.path)
              : arena_printf(r->arena, "%s://%s:%u%s", r->ask.https ? "https" : "http", r->ask.host, port,
                             r->ask.path);
    const char *pin = arena_printf(r->arena, "::%s%s%s:%u", v6 ? "[" : "", address, v6 ? "]" : "", port);
    if (url == NULL || pin == NULL)
        return false;
    r->connect_to = curl_slist_append(NULL, pin);
    r->header_lines = curl_slist_append(NULL, "Accept-Encoding: identity");
    bool ok = r->connect_to != NULL && r->header_lines != NULL;
    SET(CURLOPT_URL, url);
    SET(CURLOPT_HTTPGET, 1L);
    SET(CURLOPT_CONNECT_TO, r->connect_to);
    SET(CURLOPT_HTTPHEADER, r->header_lines);
    SET(CURLOPT_USERAGENT, r->http->user_agent);
    return ok;
}

bool request_prepare(struct request *r)
{
    r->easy = curl_easy_init();
    bool ok = r->easy != NULL && set_limits(r) && set_request(r) && (!r->ask.https || set_tls(r));
    if (r->easy == NULL)
        return false;
    SET(CURLOPT_PRIVATE, r);
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_OPENSOCKETDATA, r);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, r);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, r);
    return ok;
}

void request_free(struct request *r)
{
    curl_easy_cleanup(r->easy);
    r->easy = NULL;
    curl_slist_free_all(r->connect_to);
    curl_slist_free_all(r->header_lines);
    buf_free(&r->headers);
    buf_free(&r->body);
}

/* ---- the reply ---- */

static int64_t moment(const struct request *r)
{
    const struct settings *settings = r->http->options.settings;
    return settings->now_given ? settings->now_s : clock_utc_s();
}

static const struct http_reply *unknown(const struct request *r, enum reason reason, const char *text)
{
    static const struct http_reply no_memory = {
        .state = FACT_UNKNOWN, .reason = REASON_BUDGET, .headers = "", .body = ""};
    struct http_reply *reply = arena_alloc(r->arena, sizeof *reply);
    if (reply == NULL)
        return &no_memory;
    *reply = (struct http_reply){.state = FACT_UNKNOWN,
                                 .reason = reason,
                                 .headers = "",
                                 .body = "",
                                 .error = text,
                                 .certificate = r->certificate,
                                 .certificate_covers = r->certificate_covers,
                                 .at_s = moment(r)};
    return reply;
}

const struct http_reply *request_refused(const struct request *r)
{
    return unknown(r, r->refusal, r->refusal_text);
}

/* A refusal comes from the host; anything else may be the path or ourselves. */
static const struct http_reply *no_connection(const struct request *r, CURLcode code)
{
    long number = 0;
    curl_easy_getinfo(r->easy, CURLINFO_OS_ERRNO, &number);
    if (code == CURLE_COULDNT_CONNECT)
        return number == ECONNREFUSED ? unknown(r, REASON_REFUSED, "the connection was refused")
                                      : unknown(r, REASON_NETWORK, "no connection");
    return unknown(r, number == ECONNRESET ? REASON_NETWORK : REASON_MALFORMED, "the TLS handshake failed");
}

static const struct http_reply *failed(const struct request *r, CURLcode code)
{
    if (r->refused)
        return unknown(r, REASON_OUT_OF_SCOPE, "a connection to another address was refused");
    if (r->headers_over)
        return unknown(r, REASON_MALFORMED, "more than 16 KiB of header lines");
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
        return unknown(r, REASON_TIMEOUT, "no complete answer in time");
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
        return no_connection(r, code);
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        return unknown(r, REASON_NETWORK, "the connection broke");
    case CURLE_GOT_NOTHING:
        return unknown(r, REASON_MALFORMED, "the connection was closed without an answer");
    case CURLE_OUT_OF_MEMORY:
        return unknown(r, REASON_BUDGET, "no memory for the answer");
    default:
        return unknown(r, REASON_MALFORMED, "what came is no sound HTTP answer");
    }
}

const struct http_reply *request_reply(struct request *r, CURLcode code)
{
    long status = 0;
    curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &status);
    bool whole = code == CURLE_OK || (code == CURLE_WRITE_ERROR && r->body_cut);
    if (!whole || status < 100 || status > 999)
        return failed(r, code);
    struct http_reply *reply = arena_alloc(r->arena, sizeof *reply);
    char *body = arena_alloc(r->arena, r->body.length + 1);
    if (reply == NULL || body == NULL || r->body.failed || r->headers.failed)
        return unknown(r, REASON_BUDGET, "no memory for the answer");
    if (r->body.length > 0)
        memcpy(body, r->body.data, r->body.length);
    *reply = (struct http_reply){.state = FACT_KNOWN,
                                 .status = (uint16_t)status,
                                 .headers = arena_strdup(r->arena, buf_text(&r->headers)),
                                 .body = body,
                                 .body_length = r->body.length,
                                 .body_cut = r->body_cut,
                                 .certificate = r->certificate,
                                 .certificate_covers = r->certificate_covers,
                                 .at_s = moment(r)};
    unsigned length = 0;
    if (reply->headers == NULL ||
        EVP_Digest(body, reply->body_length, reply->body_sha256, &length, EVP_sha256(), NULL) != 1)
        return unknown(r, REASON_BUDGET, "no memory for the answer");
    return reply;
}
