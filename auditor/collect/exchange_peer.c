/* SPDX-License-Identifier: BSD-2-Clause */
/* Servers by address: socket address, cookie, habits, queries waiting and under way. */
#include "auditor/base/table.h"
#include "auditor/collect/exchange_private.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS_FIRST 256
#define PEERS_IDLE_MAX 16384 /* what is known of servers not in use is forgotten beyond that */

enum status peers_init(struct peers *p)
{
    p->bucket_count = BUCKETS_FIRST;
    p->buckets = calloc(BUCKETS_FIRST, sizeof(struct peer *));
    return p->buckets != NULL ? STATUS_OK : STATUS_NOMEM;
}

static void peer_free(struct peer *peer)
{
    pace_server_put(peer->pace);
    free(peer);
}

void peers_free(struct peers *p)
{
    for (size_t i = 0; p->buckets != NULL && i < p->bucket_count; i++) {
        while (p->buckets[i] != NULL) {
            struct peer *peer = p->buckets[i];
            p->buckets[i] = peer->next;
            peer_free(peer);
        }
    }
    free(p->buckets);
    p->buckets = NULL;
}

static uint64_t address_hash(const struct address *a)
{
    return table_hash(a->octets, a->family == 4 ? 4 : 16);
}

static struct peer *bucket_find(const struct peers *p, const struct address *address, uint64_t hash)
{
    struct peer *peer = p->buckets[hash % p->bucket_count];
    while (peer != NULL && (peer->hash != hash || !address_equal(&peer->address, address)))
        peer = peer->next;
    return peer;
}

struct peer *peer_find(const struct exchange *x, const struct address *address)
{
    return bucket_find(&x->peers, address, address_hash(address));
}

static void peers_sweep(struct peers *p)
{
    for (size_t i = 0; i < p->bucket_count; i++) {
        for (struct peer **at = &p->buckets[i]; *at != NULL;) {
            struct peer *peer = *at;
            if (peer->queries > 0) {
                at = &peer->next;
                continue;
            }
            *at = peer->next;
            peer_free(peer);
            p->count--;
        }
    }
}

static void peers_grow(struct peers *p)
{
    size_t count = p->bucket_count * 2;
    struct peer **buckets = calloc(count, sizeof(struct peer *));
    if (buckets == NULL)
        return;
    for (size_t i = 0; i < p->bucket_count; i++) {
        while (p->buckets[i] != NULL) {
            struct peer *peer = p->buckets[i];
            p->buckets[i] = peer->next;
            peer->next = buckets[peer->hash % count];
            buckets[peer->hash % count] = peer;
        }
    }
    free(p->buckets);
    p->buckets = buckets;
    p->bucket_count = count;
}

static void peer_address(struct peer *peer, uint16_t port)
{
    if (peer->address.family == 4) {
        peer->to.in = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
        memcpy(&peer->to.in.sin_addr, peer->address.octets, 4);
        peer->to_length = sizeof(peer->to.in);
    } else {
        peer->to.in6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(port)};
        memcpy(&peer->to.in6.sin6_addr, peer->address.octets, 16);
        peer->to_length = sizeof(peer->to.in6);
    }
}

/* RFC 7873 section 4.1: the client cookie is another one for each server and cannot be guessed. */
static void peer_cookie(const struct exchange *x, struct peer *peer)
{
    uint8_t key[32];
    memcpy(key, x->secret, 16);
    memcpy(key + 16, peer->address.octets, 16);
    uint64_t cookie = table_hash(key, sizeof(key));
    memcpy(peer->cookie, &cookie, 8);
    peer->cookie_length = 8;
}

struct peer *peer_get(struct exchange *x, const struct address *address)
{
    struct peers *p = &x->peers;
    uint64_t hash = address_hash(address);
    struct peer *peer = bucket_find(p, address, hash);
    if (peer != NULL)
        return peer;

    if (p->count >= PEERS_IDLE_MAX && p->count % 1024 == 0)
        peers_sweep(p);
    if (p->count > p->bucket_count)
        peers_grow(p);
    peer = calloc(1, sizeof(*peer));
    if (peer == NULL)
        return NULL;
    peer->address = *address;
    peer->hash = hash;
    peer->pace = pace_server_get(x->options.pace, address);
    if (peer->pace == NULL) {
        free(peer);
        return NULL;
    }
    peer->contact = settings_contact(x->options.settings, address);
    peer_address(peer, x->options.port);
    peer_cookie(x, peer);
    peer->next = p->buckets[hash % p->bucket_count];
    p->buckets[hash % p->bucket_count] = peer;
    p->count++;
    return peer;
}
