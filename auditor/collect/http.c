/* SPDX-License-Identifier: BSD-2-Clause */
/* The pool: queue, one request a host, libcurl multi on the thread's loop. */
#include "auditor/collect/http_private.h"

#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CONCURRENCY_DEFAULT 16
#define CONNECT_MS_DEFAULT 5000
#define TOTAL_MS_DEFAULT 10000

/* A socket of libcurl, watched by the loop. */
struct watch {
    uv_poll_t poll;
    struct http *http;
    curl_socket_t fd;
};

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void curl_start(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static void free_handle(uv_handle_t *handle)
{
    free(handle->type == UV_POLL ? (void *)handle->data : (void *)handle);
}

/* ---- finished transfers ---- */

static void start_ready(struct http *h);

static void unlink_request(struct request **list, struct request *r)
{
    while (*list != NULL && *list != r)
        list = &(*list)->next;
    if (*list != NULL)
        *list = r->next;
    r->next = NULL;
}

static void finish(struct request *r, const struct http_reply *reply)
{
    void (*done)(void *context, const struct http_reply *reply) = r->done;
    void *context = r->context;
    request_free(r);
    free(r);
    done(context, reply);
}

static void collect_finished(struct http *h)
{
    CURLMsg *message;
    int left = 0;
    while ((message = curl_multi_info_read(h->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE)
            continue;
        struct request *r = NULL;
        CURLcode code = message->data.result;
        CURL *easy = message->easy_handle;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&r);
        const struct http_reply *reply = request_reply(r, code);
        curl_multi_remove_handle(h->multi, easy);
        unlink_request(&h->active, r);
        h->active_count--;
        finish(r, reply);
    }
    start_ready(h);
}

/* ---- libcurl on the loop ---- */

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = poll->data;
    struct http *h = watch->http;
    int flags = status < 0 ? CURL_CSELECT_ERR : 0;
    int running = 0;
    flags |= (events & UV_READABLE) != 0 ? CURL_CSELECT_IN : 0;
    flags |= (events & UV_WRITABLE) != 0 ? CURL_CSELECT_OUT : 0;
    curl_multi_socket_action(h->multi, watch->fd, flags, &running);
    collect_finished(h);
}

static void on_timeout(uv_timer_t *timer)
{
    struct http *h = timer->data;
    int running = 0;
    curl_multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    collect_finished(h);
}

static int set_timer(CURLM *multi, long timeout_ms, void *context)
{
    struct http *h = context;
    (void)multi;
    if (timeout_ms < 0)
        uv_timer_stop(h->timer);
    else
        uv_timer_start(h->timer, on_timeout, timeout_ms == 0 ? 1 : (uint64_t)timeout_ms, 0);
    return 0;
}

static struct watch *watch_new(struct http *h, curl_socket_t fd)
{
    struct watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL || uv_poll_init_socket(h->loop, &watch->poll, fd) != 0) {
        free(watch);
        return NULL;
    }
    watch->poll.data = watch;
    watch->http = h;
    watch->fd = fd;
    curl_multi_assign(h->multi, fd, watch);
    return watch;
}

static int set_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *socket_context)
{
    struct http *h = context;
    struct watch *watch = socket_context;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (watch != NULL) {
            uv_poll_stop(&watch->poll);
            uv_close((uv_handle_t *)&watch->poll, free_handle);
            curl_multi_assign(h->multi, fd, NULL);
        }
        return 0;
    }
    if (watch == NULL)
        watch = watch_new(h, fd);
    if (watch == NULL)
        return -1;
    int events = (what != CURL_POLL_OUT ? UV_READABLE : 0) | (what != CURL_POLL_IN ? UV_WRITABLE : 0);
    uv_poll_start(&watch->poll, events, on_ready);
    return 0;
}

/* ---- the queue ---- */

static bool host_busy(const struct http *h, const char *host)
{
    for (const struct request *r = h->active; r != NULL; r = r->next) {
        if (strcasecmp(r->ask.host, host) == 0)
            return true;
    }
    return false;
}

static void refuse(struct request *r, enum reason reason, const char *text)
{
    r->refusal = reason;
    r->refusal_text = text;
}

static void start(struct http *h, struct request *r)
{
    if (r->refusal == REASON_NONE && !request_prepare(r))
        refuse(r, REASON_BUDGET, "no memory for the request");
    if (r->refusal == REASON_NONE) {
        r->next = h->active;
        h->active = r;
        if (curl_multi_add_handle(h->multi, r->easy) == CURLM_OK) {
            h->active_count++;
            return;
        }
        unlink_request(&h->active, r);
        refuse(r, REASON_INTERNAL, "the request could not be started");
    }
    finish(r, request_refused(r));
}

static void start_ready(struct http *h)
{
    struct request *r = h->queued;
    while (r != NULL && h->active_count < h->options.concurrency) {
        if (r->refusal == REASON_NONE && host_busy(h, r->ask.host)) {
            r = r->next;
            continue;
        }
        unlink_request(&h->queued, r);
        start(h, r);
        r = h->queued; /* the queue may have changed while the caller was told */
    }
}

static void on_kick(uv_timer_t *timer)
{
    start_ready(timer->data);
}

/* ---- what is asked ---- */

/* Only host names of letters, digits, hyphens and dots: nothing that could change the meaning of a URL. */
static bool host_valid(const char *host)
{
    size_t length = strlen(host);
    if (length == 0 || length > 253 || host[0] == '.' || host[0] == '-')
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!isalnum((unsigned char)host[i]) && host[i] != '-' && host[i] != '.')
            return false;
    }
    return true;
}

static bool path_valid(const char *path)
{
    size_t length = strlen(path);
    if (path[0] != '/' || length > 1024)
        return false;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)path[i];
        if (c <= ' ' || c >= 127 || c == '#' || c == '\\' || c == '"')
            return false;
    }
    return true;
}

static void check_ask(const struct http *h, struct request *r)
{
    const struct settings *settings = h->options.settings;
    const struct address *address = &r->ask.address;
    if (r->ask.host == NULL || r->ask.path == NULL)
        refuse(r, REASON_BUDGET, "no memory for the request");
    else if (!host_valid(r->ask.host) || !path_valid(r->ask.path))
        refuse(r, REASON_UNSUPPORTED, "not a host name or path that a request is sent for");
    else if (!settings->http)
        refuse(r, REASON_NEEDS_OPT_IN, "HTTP requests are turned off");
    else if (address->family != 4 && address->family != 6)
        refuse(r, REASON_INTERNAL, "no address");
    else if (!settings_contact(settings, address))
        refuse(r, REASON_OUT_OF_SCOPE, "the address is not public");
    else if (address->family == 4 ? !settings->ipv4 : !settings->ipv6)
        refuse(r, REASON_NETWORK, "the address family is turned off");
}

void http_get(struct http *h, const struct http_ask *ask, struct arena *a,
              void (*done)(void *context, const struct http_reply *reply), void *context)
{
    struct request *r = calloc(1, sizeof *r);
    if (r == NULL) {
        fputs("zonevet: out of memory\n", stderr);
        abort();
    }
    *r = (struct request){.http = h, .ask = *ask, .arena = a, .done = done, .context = context};
    r->ask.host = arena_strdup(a, ask->host);
    r->ask.path = arena_strdup(a, ask->path);
    r->headers = BUF_INIT(HTTP_HEADERS_MAX + 1);
    r->body = BUF_INIT(HTTP_BODY_MAX + 1);
    check_ask(h, r);
    struct request **last = &h->queued;
    while (*last != NULL)
        last = &(*last)->next;
    *last = r;
    uv_timer_start(h->kick, on_kick, 0, 0);
}

/* ---- life ---- */

/* The contact stands in a header: nothing but printable ASCII may get there. */
static char *user_agent(const char *contact)
{
    char clean[200] = "";
    size_t used = 0;
    for (; contact != NULL && *contact != '\0' && used < sizeof clean - 1; contact++) {
        if (*contact >= ' ' && *contact < 127 && *contact != '(' && *contact != ')')
            clean[used++] = *contact;
    }
    clean[used] = '\0';
    char text[300];
    snprintf(text, sizeof text, "zonevet/%s (DNS self-audit%s%s)", ZONEVET_VERSION,
             used > 0 ? "; contact " : "", clean);
    return strdup(text);
}

static uv_timer_t *timer_new(struct http *h)
{
    uv_timer_t *timer = calloc(1, sizeof *timer);
    if (timer == NULL || uv_timer_init(h->loop, timer) != 0) {
        free(timer);
        return NULL;
    }
    timer->data = h;
    return timer;
}

static unsigned or_default(unsigned value, unsigned otherwise)
{
    return value != 0 ? value : otherwise;
}

struct http *http_new(uv_loop_t *loop, const struct http_options *options)
{
    pthread_once(&curl_once, curl_start);
    struct http *h = calloc(1, sizeof *h);
    if (h == NULL)
        return NULL;
    h->loop = loop;
    h->options = *options;
    h->options.concurrency = or_default(options->concurrency, CONCURRENCY_DEFAULT);
    h->options.connect_ms = or_default(options->connect_ms, CONNECT_MS_DEFAULT);
    h->options.total_ms = or_default(options->total_ms, TOTAL_MS_DEFAULT);
    h->options.http_port = (uint16_t)or_default(options->http_port, 80);
    h->options.https_port = (uint16_t)or_default(options->https_port, 443);
    h->user_agent = user_agent(options->contact);
    h->multi = curl_multi_init();
    h->timer = timer_new(h);
    h->kick = timer_new(h);
    if (h->user_agent == NULL || h->multi == NULL || h->timer == NULL || h->kick == NULL) {
        http_free(h);
        return NULL;
    }
    curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
    curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
    curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
    curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, 1L); /* nothing is reused */
    return h;
}

static void drop_list(struct http *h, struct request *list)
{
    while (list != NULL) {
        struct request *next = list->next;
        if (list->easy != NULL)
            curl_multi_remove_handle(h->multi, list->easy);
        request_free(list);
        free(list);
        list = next;
    }
}

static void close_timer(uv_timer_t *timer)
{
    if (timer == NULL)
        return;
    uv_timer_stop(timer);
    uv_close((uv_handle_t *)timer, free_handle);
}

void http_free(struct http *h)
{
    if (h == NULL)
        return;
    drop_list(h, h->active);
    drop_list(h, h->queued);
    if (h->multi != NULL)
        curl_multi_cleanup(h->multi);
    close_timer(h->timer);
    close_timer(h->kick);
    X509_STORE_free(h->store);
    free(h->user_agent);
    free(h);
}
