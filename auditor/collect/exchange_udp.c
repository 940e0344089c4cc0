/* SPDX-License-Identifier: BSD-2-Clause */
/* The pool of UDP sockets: random ports, batches both ways, ICMP errors.
 *
 * A datagram leaves by a socket drawn at random. A call of sendmmsg() serves one socket, so the queue is cut
 * into slices that share a draw: one query each while few are queued, at most 16 in bulk, where batches of 16
 * bring nearly all that batches bring. For somebody who has to guess the port of one query nothing changes,
 * for each is still one of all. */
#define _GNU_SOURCE
#include "auditor/collect/exchange_private.h"

#include "auditor/facts/message.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <unistd.h>

#include "auditor/base/clock.h"

#define SLICE_MAX 16
#define BATCH 64
#define DATAGRAM_MAX 65535
#define RECEIVE_BUFFER (1 << 20)
#define ROUNDS_PER_WAKE 4 /* of BATCH, then other sockets have their turn */
#define USES_MIN 4096     /* queries until a socket gets another port; random above that */
#define SEND_ATTEMPTS 3
#define ATTRIBUTED_MAX 64 /* queries that one stray datagram is counted for */

struct udp_batch {
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    struct sockaddr_in6 from[BATCH];
    uint8_t *buffers; /* BATCH times 64 KiB of which mostly the first page is ever touched */
};

static void on_poll(uv_poll_t *handle, int status, int events);

/* ---- sockets --------------------------------------------------------------------------------- */

static int socket_open(int family)
{
    int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    const int on = 1;
    const int size = RECEIVE_BUFFER;
    struct sockaddr_in6 any = {.sin6_family = (sa_family_t)family}; /* port 0: the kernel draws one */
    socklen_t length = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(any);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    if (family == AF_INET) {
        setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
    } else {
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
        setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
    }
    if (bind(fd, (const struct sockaddr *)&any, length) == 0)
        return fd;
    close(fd);
    return -1;
}

static void on_socket_closed(uv_handle_t *handle)
{
    struct udp_socket *s = handle->data;
    struct exchange *x = s->x;
    close(s->fd);
    free(s);
    exchange_handle_closed(x);
}

static void socket_close(struct udp_socket *s)
{
    uv_poll_stop(&s->poll);
    uv_close((uv_handle_t *)&s->poll, on_socket_closed);
}

static struct udp_socket *socket_new(struct exchange *x, int family, unsigned index)
{
    struct udp_socket *s = calloc(1, sizeof(*s));
    if (s == NULL)
        return NULL;
    s->x = x;
    s->family = family;
    s->index = index;
    uint16_t extra;
    memcpy(&extra, exchange_random(x, sizeof(extra)), sizeof(extra));
    s->uses_left = USES_MIN + extra % USES_MIN;
    s->fd = socket_open(family);
    if (s->fd < 0 || uv_poll_init(x->loop, &s->poll, s->fd) != 0) {
        if (s->fd >= 0)
            close(s->fd);
        free(s);
        return NULL;
    }
    s->poll.data = s;
    x->handles++;
    uv_poll_start(&s->poll, UV_READABLE, on_poll);
    uv_unref((uv_handle_t *)&s->poll);
    return s;
}

static void pool_open(struct exchange *x, struct udp_pool *pool, int family, unsigned want)
{
    while (pool->count < want) {
        struct udp_socket *s = socket_new(x, family, pool->count);
        if (s == NULL)
            break; /* fewer ports to guess from, or none: the family is not there */
        pool->sockets[pool->count++] = s;
    }
}

enum status udp_init(struct exchange *x)
{
    x->batch = calloc(1, sizeof(*x->batch));
    if (x->batch == NULL)
        return STATUS_NOMEM;
    struct udp_batch *b = x->batch;
    b->buffers = malloc((size_t)BATCH * DATAGRAM_MAX);
    if (b->buffers == NULL)
        return STATUS_NOMEM;
    for (size_t i = 0; i < BATCH; i++) {
        b->parts[i] = (struct iovec){.iov_base = b->buffers + i * DATAGRAM_MAX, .iov_len = DATAGRAM_MAX};
        b->messages[i].msg_hdr =
            (struct msghdr){.msg_iov = &b->parts[i], .msg_iovlen = 1, .msg_name = &b->from[i]};
    }
    unsigned want = x->options.sockets;
    struct rlimit files; /* leave most descriptors to TCP, HTTP and the other threads */
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && want > files.rlim_cur / 8)
        want = files.rlim_cur / 8 > 1 ? (unsigned)(files.rlim_cur / 8) : 1;
    if (x->options.settings->ipv4)
        pool_open(x, &x->pool4, AF_INET, want);
    if (x->options.settings->ipv6)
        pool_open(x, &x->pool6, AF_INET6, want);
    bool nothing = x->pool4.count == 0 && x->pool6.count == 0;
    return nothing && (x->options.settings->ipv4 || x->options.settings->ipv6) ? STATUS_IO : STATUS_OK;
}

static void pool_close(struct udp_pool *pool)
{
    for (unsigned i = 0; i < pool->count; i++)
        socket_close(pool->sockets[i]);
    pool->count = 0;
}

void udp_close(struct exchange *x)
{
    pool_close(&x->pool4);
    pool_close(&x->pool6);
}

void udp_free(struct exchange *x)
{
    if (x->batch != NULL)
        free(x->batch->buffers);
    free(x->batch);
}

/* "Rebound now and then": another port behind the same place in the pool, once nothing is expected at the old
 * one. */
static void socket_rebind(struct udp_pool *pool, struct udp_socket *old)
{
    struct udp_socket *fresh = socket_new(old->x, old->family, old->index);
    pool->draining--;
    old->draining = false;
    if (fresh == NULL) {
        old->uses_left = USES_MIN;
        return;
    }
    pool->sockets[old->index] = fresh;
    socket_close(old);
}

static void socket_used(struct udp_pool *pool, struct udp_socket *s, uint32_t count)
{
    s->uses_left -= s->uses_left < count ? s->uses_left : count;
    if (s->uses_left > 0 || s->draining || pool->draining >= pool->count / 4)
        return;
    s->draining = true;
    pool->draining++;
}

void udp_release(struct query *q)
{
    struct udp_pool *pool = udp_pool_of(q->x, q->peer);
    for (uint64_t left = q->sockets; left != 0; left &= left - 1) {
        struct udp_socket *s = pool->sockets[__builtin_ctzll(left)];
        s->in_flight--;
        if (s->draining && s->in_flight == 0 && !q->x->closing)
            socket_rebind(pool, s);
    }
    q->sockets = 0;
}

/* ---- sending --------------------------------------------------------------------------------- */

static struct udp_socket *socket_pick(struct exchange *x, const struct udp_pool *pool)
{
    for (;;) { /* at most a quarter is draining, so this ends */
        struct udp_socket *s = pool->sockets[*exchange_random(x, 1) % pool->count];
        if (!s->draining)
            return s;
    }
}

static void queue_pop(struct send_queue *queue)
{
    queue->first = queue->first->next;
    if (queue->first == NULL)
        queue->last = NULL;
    queue->count--;
}

static unsigned errors_drain(struct udp_socket *s);

/* @return false if the socket's buffer is full: the rest stays queued until the wheel turns */
static bool slice_send(struct exchange *x, struct udp_pool *pool, size_t slice, unsigned *attempts)
{
    struct udp_socket *s = socket_pick(x, pool);
    struct mmsghdr messages[SLICE_MAX];
    struct iovec parts[SLICE_MAX];
    unsigned count = 0;
    for (struct query *q = pool->queue.first; q != NULL && count < slice; q = q->next, count++) {
        parts[count] = (struct iovec){.iov_base = q->wire, .iov_len = q->wire_length};
        messages[count] = (struct mmsghdr){
            .msg_hdr = {.msg_name = &q->peer->to,
                        .msg_namelen = q->peer->to_length,
                        .msg_iov = &parts[count],
                        .msg_iovlen = 1}
        };
    }
    uint64_t now_us = clock_monotonic_us();
    int sent = sendmmsg(s->fd, messages, count, MSG_NOSIGNAL);
    if (sent > 0) {
        *attempts = 0;
        x->stats.udp_sent += (unsigned)sent;
        for (int i = 0; i < sent; i++) {
            struct query *q = pool->queue.first;
            queue_pop(&pool->queue);
            if ((q->sockets >> s->index & 1) == 0)
                s->in_flight++;
            query_sent(q, s->index, now_us);
        }
        socket_used(pool, s, (uint32_t)sent);
        return true;
    }
    if (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM)
        return false;
    /* A pending ICMP error for an earlier datagram is reported by the next call: clear it and try again. */
    errors_drain(s);
    if (errno != EINTR && ++*attempts >= SEND_ATTEMPTS) {
        struct query *q = pool->queue.first;
        queue_pop(&pool->queue);
        query_send_failed(q);
        *attempts = 0;
    }
    return true;
}

void udp_flush(struct exchange *x, struct udp_pool *pool)
{
    size_t slice = pool->queue.count / 8;
    slice = slice < 1 ? 1 : slice > SLICE_MAX ? SLICE_MAX : slice;
    unsigned attempts = 0;
    while (pool->queue.count > 0) {
        if (!slice_send(x, pool, attempts > 0 ? 1 : slice, &attempts))
            break;
    }
}

/* ---- receiving ------------------------------------------------------------------------------- */

static bool from_peer(const struct sockaddr_in6 *from, const struct peer *peer)
{
    if (peer->address.family == 4) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)from;
        return in->sin_family == AF_INET && in->sin_port == peer->to.in.sin_port &&
               in->sin_addr.s_addr == peer->to.in.sin_addr.s_addr;
    }
    return from->sin6_family == AF_INET6 && from->sin6_port == peer->to.in6.sin6_port &&
           memcmp(&from->sin6_addr, &peer->to.in6.sin6_addr, 16) == 0;
}

static struct peer *peer_of(const struct udp_socket *s, const struct sockaddr_in6 *from)
{
    struct address address = {.family = s->family == AF_INET ? 4 : 6};
    if (s->family == AF_INET)
        memcpy(address.octets, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
    else
        memcpy(address.octets, &from->sin6_addr, 16);
    return peer_find(s->x, &address);
}

static inline bool expected_at(const struct query *q, const struct udp_socket *s)
{
    return (q->sockets >> s->index & 1) != 0 && (q->peer->address.family == 4) == (s->family == AF_INET);
}

static bool ended_lately(const struct exchange *x, uint16_t id)
{
    for (size_t i = 0; i < RECENT; i++) {
        if (x->recent[i] == (0x10000U | id))
            return true;
    }
    return false;
}

/* A datagram that belongs to no query: count it for those it may have been meant to hit. */
static void stray(struct udp_socket *s, const struct sockaddr_in6 *from, const uint8_t *wire, size_t length)
{
    struct exchange *x = s->x;
    x->stats.mismatches++;
    if (length >= 2) {
        uint16_t id = message_id(wire);
        for (struct query *q = x->by_id[id % ID_BUCKETS]; q != NULL; q = q->id_next) {
            if (q->id == id && expected_at(q, s)) { /* right id, wrong source */
                query_mismatch(q);
                q->other_source = (uint16_t)(q->other_source + (q->other_source < UINT16_MAX));
                return;
            }
        }
        if (ended_lately(x, id))
            return;
    }
    struct peer *peer = peer_of(s, from);
    if (peer == NULL || !from_peer(from, peer))
        return;
    unsigned attributed = 0;
    for (struct query *q = peer->in_flight.first; q != NULL && attributed < ATTRIBUTED_MAX;
         q = q->links[LIST_IN_FLIGHT].next) {
        if (expected_at(q, s)) {
            query_mismatch(q);
            attributed++;
        }
    }
}

static void datagram(struct udp_socket *s, const struct sockaddr_in6 *from, uint8_t *wire, size_t length,
                     uint64_t now_us)
{
    struct exchange *x = s->x;
    if (length >= HEADER_SIZE) {
        uint16_t id = message_id(wire);
        for (struct query *q = x->by_id[id % ID_BUCKETS]; q != NULL; q = q->id_next) {
            if (q->id == id && expected_at(q, s) && from_peer(from, q->peer)) {
                query_datagram(q, wire, length, now_us);
                return;
            }
        }
    }
    stray(s, from, wire, length);
}

/* @return datagrams read; less than BATCH: nothing is left */
static unsigned receive(struct udp_socket *s)
{
    struct exchange *x = s->x;
    struct udp_batch *b = x->batch;
    for (size_t i = 0; i < BATCH; i++)
        b->messages[i].msg_hdr.msg_namelen = sizeof(b->from[i]);
    int count = recvmmsg(s->fd, b->messages, BATCH, MSG_DONTWAIT, NULL);
    if (count <= 0)
        return 0;
    x->stats.udp_received += (unsigned)count;
    uint64_t now_us = clock_monotonic_us();
    for (int i = 0; i < count && !x->closing; i++)
        datagram(s, &b->from[i], b->buffers + (size_t)i * DATAGRAM_MAX, b->messages[i].msg_len, now_us);
    return (unsigned)count;
}

/* ---- ICMP ------------------------------------------------------------------------------------ */

static bool says_unreachable(struct msghdr *message)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
        bool ours = (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
                    (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR);
        if (!ours)
            continue;
        struct sock_extended_err error;
        memcpy(&error, CMSG_DATA(c), sizeof(error));
        return error.ee_errno != EMSGSIZE && error.ee_errno != 0;
    }
    return false;
}

/* The error quotes our datagram, mostly with its id; without it every query sent there by this socket is
 * meant. */
static void unreachable(struct udp_socket *s, const struct sockaddr_in6 *to, const uint8_t *quoted,
                        size_t length)
{
    struct query *hit[ATTRIBUTED_MAX];
    unsigned count = 0;
    struct peer *peer = peer_of(s, to);
    if (peer == NULL || !from_peer(to, peer))
        return;
    for (struct query *q = peer->in_flight.first; q != NULL && count < ATTRIBUTED_MAX; q = q->links[LIST_IN_FLIGHT].next) {
        if (expected_at(q, s) && (length < 2 || q->id == message_id(quoted)))
            hit[count++] = q;
    }
    for (unsigned i = 0; i < count; i++)
        query_unreachable(hit[i]);
}

static unsigned errors_drain(struct udp_socket *s)
{
    unsigned count = 0;
    int saved = errno;
    while (count < BATCH) {
        uint8_t quoted[64];
        struct sockaddr_in6 to = {.sin6_family = AF_UNSPEC};
        _Alignas(struct cmsghdr) uint8_t control[512];
        struct iovec part = {.iov_base = quoted, .iov_len = sizeof(quoted)};
        struct msghdr message = {.msg_name = &to,
                                 .msg_namelen = sizeof(to),
                                 .msg_iov = &part,
                                 .msg_iovlen = 1,
                                 .msg_control = control,
                                 .msg_controllen = sizeof(control)};
        ssize_t length = recvmsg(s->fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
        if (length < 0)
            break;
        count++;
        if (says_unreachable(&message))
            unreachable(s, &to, quoted, (size_t)length);
    }
    errno = saved;
    return count;
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
    struct udp_socket *s = handle->data;
    (void)events;
    if (status < 0) { /* libuv takes the error queue for a bad descriptor and stops watching */
        errors_drain(s);
        uv_poll_start(&s->poll, UV_READABLE, on_poll);
        uv_unref((uv_handle_t *)&s->poll);
    }
    unsigned rounds = 0;
    while (!uv_is_closing((uv_handle_t *)handle) && receive(s) == BATCH && ++rounds < ROUNDS_PER_WAKE)
        ;
}
