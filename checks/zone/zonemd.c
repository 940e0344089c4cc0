/* SPDX-License-Identifier: BSD-2-Clause */
/* Zone digests: records are streamed owner by owner into the hash. */
#include "checks/zone/zonemd.h"

#include "auditor/base/buf.h"
#include "auditor/facts/derived/dnssec_crypto.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK ((size_t)1 << 16)      /* octets handed to the hash at once */
#define NODE_LIMIT ((size_t)1 << 30) /* canonical RDATA of one owner */
#define DIGEST_LEAST 12U             /* RFC 8976 section 2.2.4 */

bool zonemd_read(const struct rdata *rdata, struct zonemd *out)
{
    const uint8_t *o = rdata->octets;
    if (rdata->length < 6 + DIGEST_LEAST)
        return false;
    *out = (struct zonemd){
        .serial = (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3],
        .scheme = o[4],
        .hash = o[5],
        .digest = o + 6,
        .length = rdata->length - 6U,
    };
    return true;
}

size_t zonemd_digest_length(uint8_t hash)
{
    return hash == ZONEMD_SHA384 ? 48 : hash == ZONEMD_SHA512 ? 64 : 0;
}

/* A record of the owner that is being digested; the octets are in `canonical`. */
struct item {
    size_t at;
    uint32_t ttl_s;
    uint16_t length;
};

struct digester {
    const struct zone *zone;
    EVP_MD_CTX *context[3];
    struct buf block;     /* records on their way to the hash */
    struct buf canonical; /* RDATA of one set */
    struct item *items;
    size_t count, room;
    bool failed;
};

static void flush(struct digester *d)
{
    for (size_t i = 0; i < ARRAY_SIZE(d->context); i++) {
        if (d->context[i] != NULL && d->block.length > 0)
            d->failed = EVP_DigestUpdate(d->context[i], d->block.data, d->block.length) != 1 || d->failed;
    }
    d->failed = d->failed || d->block.failed;
    buf_reset(&d->block);
}

/* ---- one set ---- */

static void add_item(struct digester *d, uint16_t type, const struct rdata *rdata, uint32_t ttl_s)
{
    if (d->count == d->room) {
        size_t room = d->room != 0 ? d->room * 2 : 32;
        struct item *items = realloc(d->items, room * sizeof(*items));
        if (items == NULL) {
            d->failed = true;
            return;
        }
        d->items = items;
        d->room = room;
    }
    size_t at = d->canonical.length;
    dnssec_canonical_rdata(type, rdata, &d->canonical);
    d->failed = d->failed || d->canonical.failed;
    d->items[d->count++] = (struct item){at, ttl_s, (uint16_t)(d->canonical.length - at)};
}

/* RFC 4034 section 6.3: left-justified octets, absence before zero. */
static int compare_items(const struct digester *d, const struct item *a, const struct item *b)
{
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = shorter > 0 ? memcmp(d->canonical.data + a->at, d->canonical.data + b->at, shorter) : 0;
    return order != 0 ? order : (int)a->length - (int)b->length;
}

/* Heap sort: the order needs the buffer, and a stranger's set may be large. */
static void sift(struct digester *d, size_t root, size_t end)
{
    for (size_t child; (child = 2 * root + 1) < end; root = child) {
        if (child + 1 < end && compare_items(d, &d->items[child], &d->items[child + 1]) < 0)
            child++;
        if (compare_items(d, &d->items[root], &d->items[child]) >= 0)
            return;
        struct item moved = d->items[root];
        d->items[root] = d->items[child];
        d->items[child] = moved;
    }
}

static void sort_items(struct digester *d)
{
    for (size_t i = d->count / 2; i > 0; i--)
        sift(d, i - 1, d->count);
    for (size_t end = d->count; end > 1; end--) {
        struct item first = d->items[0];
        d->items[0] = d->items[end - 1];
        d->items[end - 1] = first;
        sift(d, 0, end - 1);
    }
}

/* owner | type | class | TTL | RDLENGTH | RDATA, duplicates once (RFC 8976 sections 3.3.1.1 to 3.3.1.3). */
static void emit(struct digester *d, const dname *owner, uint16_t type, uint16_t class)
{
    size_t owner_length = dname_length(owner);
    if (d->count > 1 && !d->failed)
        sort_items(d);
    for (size_t i = 0; i < d->count && !d->failed; i++) {
        const struct item *item = &d->items[i];
        if (i > 0 && compare_items(d, item - 1, item) == 0)
            continue;
        buf_add(&d->block, owner, owner_length);
        buf_u16(&d->block, type);
        buf_u16(&d->block, class);
        buf_u32(&d->block, item->ttl_s);
        buf_u16(&d->block, item->length);
        buf_add(&d->block, d->canonical.data + item->at, item->length);
        if (d->block.length >= BLOCK)
            flush(d);
    }
    d->count = 0;
    buf_reset(&d->canonical);
}

/* ---- one owner ---- */

static uint16_t covered_type(const struct rdata *rrsig)
{
    return (uint16_t)(rrsig->length >= 2 ? rrsig->octets[0] << 8 | rrsig->octets[1] : 0);
}

/* Signatures are a set of their own here, of all types together; those of the ZONEMD at the apex are left
 * out. */
static void digest_signatures(struct digester *d, const struct zone_node *node, bool apex)
{
    uint16_t class = RRCLASS_IN;
    for (size_t i = 0; i < node->set_count; i++) {
        const struct rrset *set = &node->sets[i];
        bool orphans = set->type == RRTYPE_RRSIG;
        const struct rdata *list = orphans ? set->rdata : set->sigs;
        uint16_t count = orphans ? set->count : set->sig_count;
        class = set->class;
        for (uint16_t j = 0; j < count; j++) {
            uint32_t ttl_s = !orphans ? set->sig_ttl_s : set->ttls != NULL ? set->ttls[j] : set->ttl_s;
            if (!apex || covered_type(&list[j]) != RRTYPE_ZONEMD)
                add_item(d, RRTYPE_RRSIG, &list[j], ttl_s);
        }
    }
    emit(d, node->owner, RRTYPE_RRSIG, class);
}

static void digest_set(struct digester *d, const struct rrset *set)
{
    for (uint16_t i = 0; i < set->count; i++)
        add_item(d, set->type, &set->rdata[i], set->ttls != NULL ? set->ttls[i] : set->ttl_s);
    emit(d, set->owner, set->type, set->class);
}

static void digest_node(struct digester *d, const struct zone_node *node)
{
    bool apex = dname_equal(node->owner, zone_apex(d->zone));
    bool signatures_done = (zone_types_at(d->zone, node->index) & ZONE_HAS(RRSIG)) == 0;
    for (size_t i = 0; i < node->set_count; i++) {
        const struct rrset *set = &node->sets[i];
        if (set->type == RRTYPE_RRSIG || (apex && set->type == RRTYPE_ZONEMD))
            continue;
        if (!signatures_done && set->type > RRTYPE_RRSIG) {
            digest_signatures(d, node, apex);
            signatures_done = true;
        }
        digest_set(d, set);
    }
    if (!signatures_done)
        digest_signatures(d, node, apex);
}

/* ---- the zone ---- */

static bool begin(struct digester *d, const struct zonemd_digests *io)
{
    for (uint8_t hash = ZONEMD_SHA384; hash <= ZONEMD_SHA512; hash++) {
        if (!io->wanted[hash])
            continue;
        d->context[hash] = EVP_MD_CTX_new();
        const EVP_MD *md = hash == ZONEMD_SHA384 ? EVP_sha384() : EVP_sha512();
        if (d->context[hash] == NULL || EVP_DigestInit_ex(d->context[hash], md, NULL) != 1)
            return false;
    }
    return true;
}

static void end(struct digester *d, struct zonemd_digests *io)
{
    flush(d);
    for (size_t i = 0; i < ARRAY_SIZE(d->context); i++) {
        if (d->context[i] != NULL)
            d->failed = EVP_DigestFinal_ex(d->context[i], io->digest[i], NULL) != 1 || d->failed;
    }
}

enum status zonemd_compute(const struct zone *zone, struct zonemd_digests *io)
{
    struct digester d = {.zone = zone, .block = BUF_INIT(4 * BLOCK), .canonical = BUF_INIT(NODE_LIMIT)};
    struct zone_view view = {0};
    d.failed = !begin(&d, io);
    for (size_t i = 0; i < zone_node_count(zone) && !d.failed; i++) {
        const struct zone_node *node = zone_node_at(zone, i, &view);
        if (node != NULL)
            digest_node(&d, node);
        else
            d.failed = true;
    }
    if (!d.failed)
        end(&d, io);
    for (size_t i = 0; i < ARRAY_SIZE(d.context); i++)
        EVP_MD_CTX_free(d.context[i]);
    zone_view_free(&view);
    buf_free(&d.block);
    buf_free(&d.canonical);
    free(d.items);
    return d.failed ? STATUS_NOMEM : STATUS_OK;
}
