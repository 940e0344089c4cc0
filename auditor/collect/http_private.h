/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside http*.c: one request as it goes through libcurl, and the pool that drives all of a thread. */
#ifndef ZONEVET_COLLECT_HTTP_PRIVATE_H
#define ZONEVET_COLLECT_HTTP_PRIVATE_H

#include "auditor/base/buf.h"
#include "auditor/collect/http.h"

#include <curl/curl.h>
#include <openssl/x509.h>

#define HTTP_BODY_MAX (64 * 1024)    /* octets kept of a body (hardening.md row 11) */
#define HTTP_HEADERS_MAX (16 * 1024) /* octets of all header lines, 1xx responses and trailers included */

struct request {
    struct request *next;
    struct http *http;
    struct http_ask ask; /* text lives in the arena */
    struct arena *arena;
    void (*done)(void *context, const struct http_reply *reply);
    void *context;

    CURL *easy; /* NULL: not started, or refused before */
    struct curl_slist *connect_to, *header_lines;
    struct buf headers, body;
    size_t header_octets;
    bool headers_over, body_cut, refused, certificate_read;
    bool certificate_covers;
    const char *certificate;
    enum reason refusal; /* not REASON_NONE: answer without asking */
    const char *refusal_text;
};

struct http {
    uv_loop_t *loop;
    struct http_options options;
    const char *ca_file;
    char *user_agent;
    CURLM *multi;
    uv_timer_t *timer; /* libcurl's */
    uv_timer_t *kick;  /* starts what is queued, from the loop */
    struct request *queued, *active;
    unsigned active_count;
    X509_STORE *store; /* loaded with the first https request */
    bool store_tried;
};

/** Make the handle of a request. @return false without memory */
bool request_prepare(struct request *r);

/** The reply of a finished transfer, in the arena. */
const struct http_reply *request_reply(struct request *r, CURLcode code);
const struct http_reply *request_refused(const struct request *r);

/** Give back what the request holds (not its arena). */
void request_free(struct request *r);

/** Look at the peer's certificate of a transfer under way. */
void request_read_certificate(struct request *r);

/** The CA store of this thread, or NULL if there is no bundle. */
X509_STORE *http_store(struct http *h);

#endif
