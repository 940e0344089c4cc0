/* SPDX-License-Identifier: BSD-2-Clause */
/* Careful GETs (takeover.md section 3.6) on libcurl multi, driven by the thread's loop. */
#ifndef ZONEVET_COLLECT_HTTP_H
#define ZONEVET_COLLECT_HTTP_H

#include "auditor/facts/facts.h"

#include <uv.h>

struct http;

struct http_options {
    const struct settings *settings;
    uint16_t http_port, https_port; /* 80, 443 */
    const char *ca_file;            /* NULL: the system's bundle */
    const char *contact;            /* shown in the User-Agent, or NULL */
    unsigned connect_ms, total_ms;  /* 5000, 10000 */
    unsigned concurrency;           /* requests at once in this thread, default 16; one a host */
};

struct http *http_new(uv_loop_t *loop, const struct http_options *options);
void http_free(struct http *h);

/** done is called once, from the loop, with a reply of state KNOWN or UNKNOWN in `a`. */
void http_get(struct http *h, const struct http_ask *ask, struct arena *a,
              void (*done)(void *context, const struct http_reply *reply), void *context);

#endif
