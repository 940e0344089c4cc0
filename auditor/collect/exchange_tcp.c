/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP streams: connect, send one message, hand out what comes, under clocks of our own that no slow server
 * moves. */
#define _GNU_SOURCE
#include "auditor/collect/exchange_private.h"

#include "auditor/base/clock.h"

#include <stdlib.h>
#include <string.h>

#define STREAM_BUFFER 65536

struct stream {
    struct stream *previous, *next; /* in x->streams or the waiting line */
    uv_tcp_t tcp;
    uv_connect_t connect;
    uv_write_t write;
    struct exchange *x;
    struct peer *peer;
    struct timer timer;
    struct frames frames;
    struct stream_callbacks callbacks;
    void *context;
    enum reason refused; /* not to be contacted at all */
    unsigned total_ms, idle_ms;
    uint64_t max_octets;
    uint64_t total_end_ms, idle_end_ms;
    bool waiting, open, connected, ended;
    uint8_t *query; /* with its length in front */
    size_t query_length;
};

static void streams_next(struct exchange *x);

static void stream_free(struct stream *s)
{
    s->peer->queries--;
    frames_free(&s->frames);
    free(s->query);
    free(s);
}

static void on_closed(uv_handle_t *handle)
{
    struct stream *s = handle->data;
    struct exchange *x = s->x;
    stream_free(s);
    exchange_handle_closed(x);
}

static void list_remove(struct exchange *x, struct stream *s)
{
    if (s->previous != NULL)
        s->previous->next = s->next;
    else if (s->waiting)
        x->streams_waiting = s->next;
    else
        x->streams = s->next;
    if (s->next != NULL)
        s->next->previous = s->previous;
    else if (s->waiting)
        x->streams_waiting_last = s->previous;
    s->previous = s->next = NULL;
}

static void list_add(struct exchange *x, struct stream *s)
{
    s->waiting = false;
    s->next = x->streams;
    if (x->streams != NULL)
        x->streams->previous = s;
    x->streams = s;
}

/* Give up the connection; the stream is gone after this. */
static void stream_close(struct stream *s)
{
    struct exchange *x = s->x;
    wheel_stop(&x->wheel, &s->timer);
    list_remove(x, s);
    if (!s->open) {
        stream_free(s);
        return;
    }
    x->streams_open--;
    uv_close((uv_handle_t *)&s->tcp, on_closed);
}

static void stream_end(struct stream *s, enum reason reason)
{
    struct exchange *x = s->x;
    if (s->ended)
        return;
    s->ended = true;
    s->callbacks.end(s->context, reason, s->connected);
    if (x->closing)
        return; /* exchange_free() was called from there and closed this stream too */
    stream_close(s);
    streams_next(x);
}

static void on_timer(struct timer *t)
{
    struct stream *s = CONTAINER(t, struct stream, timer);
    if (s->refused != REASON_NONE) {
        stream_end(s, s->refused);
        return;
    }
    uint64_t now_ms = clock_monotonic_ms();
    uint64_t end_ms = s->idle_end_ms < s->total_end_ms ? s->idle_end_ms : s->total_end_ms;
    if (now_ms >= end_ms)
        stream_end(s, REASON_TIMEOUT);
    else
        wheel_start(&s->x->wheel, &s->timer, end_ms);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct stream *s = handle->data;
    (void)suggested;
    *buffer = uv_buf_init((char *)s->x->stream_buffer, STREAM_BUFFER);
}

static bool on_message(void *context, const uint8_t *wire, size_t length)
{
    struct stream *s = context;
    return s->callbacks.message(s->context, wire, length);
}

static void stream_eof(struct stream *s)
{
    if (s->frames.messages > 0)
        stream_end(s, REASON_NONE);
    else
        stream_end(s, frames_torn(&s->frames) ? REASON_MALFORMED : REASON_NETWORK);
}

static void on_read(uv_stream_t *handle, ssize_t length, const uv_buf_t *buffer)
{
    struct stream *s = handle->data;
    if (length == 0 || s->ended)
        return;
    if (length < 0) {
        stream_eof(s);
        return;
    }
    s->idle_end_ms = clock_monotonic_ms() + s->idle_ms;
    switch (frames_feed(&s->frames, (const uint8_t *)buffer->base, (size_t)length, on_message, s)) {
    case FRAMES_MORE:
        if (s->frames.octets > s->max_octets)
            stream_end(s, REASON_BUDGET);
        break;
    case FRAMES_STOPPED:
        stream_end(s, REASON_NONE);
        break;
    case FRAMES_NOMEM:
        stream_end(s, REASON_BUDGET);
        break;
    }
}

static void on_written(uv_write_t *request, int status)
{
    struct stream *s = request->data;
    if (status < 0 && status != UV_ECANCELED && !s->ended)
        stream_end(s, REASON_NETWORK);
}

static void on_connect(uv_connect_t *request, int status)
{
    struct stream *s = request->data;
    if (s->ended || status == UV_ECANCELED)
        return;
    if (status < 0) {
        stream_end(s, status == UV_ETIMEDOUT ? REASON_TIMEOUT : REASON_NETWORK);
        return;
    }
    s->connected = true;
    s->x->stats.tcp_sent++;
    s->write.data = s;
    s->idle_end_ms = clock_monotonic_ms() + s->idle_ms;
    wheel_start(&s->x->wheel, &s->timer, s->idle_end_ms < s->total_end_ms ? s->idle_end_ms : s->total_end_ms);
    uv_buf_t part = uv_buf_init((char *)s->query, (unsigned)s->query_length);
    if (uv_write(&s->write, (uv_stream_t *)&s->tcp, &part, 1, on_written) != 0 ||
        uv_read_start((uv_stream_t *)&s->tcp, on_alloc, on_read) != 0)
        stream_end(s, REASON_NETWORK);
}

/* @return false if no descriptor is to be had while other streams hold some: to be tried again after one of
 * them */
static bool stream_open(struct exchange *x, struct stream *s)
{
    s->tcp.data = s;
    s->connect.data = s;
    int status = uv_tcp_init_ex(x->loop, &s->tcp, s->peer->address.family == 4 ? AF_INET : AF_INET6);
    if ((status == UV_EMFILE || status == UV_ENFILE) && x->streams_open > 0) {
        x->streams_max = x->streams_open;
        return false;
    }
    list_remove(x, s);
    list_add(x, s);
    s->total_end_ms = s->idle_end_ms = clock_monotonic_ms() + s->total_ms;
    wheel_start(&x->wheel, &s->timer, s->total_end_ms);
    if (status == 0) {
        s->open = true;
        x->streams_open++;
        x->handles++;
        uv_tcp_nodelay(&s->tcp, 1);
        status = uv_tcp_connect(&s->connect, &s->tcp, &s->peer->to.any, on_connect);
    }
    if (status != 0) {
        s->refused = REASON_NETWORK; /* told from the wheel: nobody is called back from within his own call */
        wheel_start(&x->wheel, &s->timer, 0);
    }
    return true;
}

static void streams_next(struct exchange *x)
{
    while (x->streams_waiting != NULL && x->streams_open < x->streams_max) {
        if (!stream_open(x, x->streams_waiting))
            break;
    }
}

static void line_up(struct exchange *x, struct stream *s)
{
    s->waiting = true;
    s->previous = x->streams_waiting_last;
    if (s->previous != NULL)
        s->previous->next = s;
    else
        x->streams_waiting = s;
    x->streams_waiting_last = s;
}

void stream_start(struct exchange *x, struct peer *peer, enum reason refused, const uint8_t *query,
                  size_t query_length, unsigned total_ms, unsigned idle_ms, uint64_t max_octets,
                  const struct stream_callbacks *callbacks, void *context)
{
    struct stream *s = calloc(1, sizeof(*s));
    uint8_t *copy = malloc(query_length + 2);
    if (x->stream_buffer == NULL)
        x->stream_buffer = malloc(STREAM_BUFFER);
    if (s == NULL || copy == NULL || x->stream_buffer == NULL) {
        free(s);
        free(copy);
        callbacks->end(context, REASON_BUDGET,
                       false); /* the only call from within: there is nothing to wait with */
        return;
    }
    copy[0] = (uint8_t)(query_length >> 8);
    copy[1] = (uint8_t)query_length;
    memcpy(copy + 2, query, query_length);
    *s = (struct stream){.x = x,
                         .peer = peer,
                         .callbacks = *callbacks,
                         .context = context,
                         .refused = refused,
                         .total_ms = total_ms,
                         .idle_ms = idle_ms,
                         .max_octets = max_octets,
                         .query = copy,
                         .query_length = query_length + 2,
                         .timer = {.fire = on_timer}};
    peer->queries++;
    exchange_wind(x);
    if (refused != REASON_NONE) {
        list_add(x, s);
        wheel_start(&x->wheel, &s->timer, 0);
        return;
    }
    line_up(x, s);
    streams_next(x);
}

void streams_close(struct exchange *x)
{
    while (x->streams != NULL)
        stream_close(x->streams);
    while (x->streams_waiting != NULL)
        stream_close(x->streams_waiting);
}
