/* SPDX-License-Identifier: BSD-2-Clause */
/* Aliases hop by hop, addresses of hosts. */
#include "auditor/facts/derived/resolution.h"

#include <stdlib.h>
#include <string.h>

/* What is said when the memory of a target is used up: nothing is known. */
static const struct answer not_known = {
    .state = ANSWER_UNKNOWN, .reason = REASON_INTERNAL, .owner = (const dname *)""};
static const struct resolution no_resolution = {.hops = {&not_known}, .hop_count = 1, .last = &not_known};
static const struct addresses no_addresses = {
    .state = ANSWER_UNKNOWN, .reason = REASON_INTERNAL, .canonical = (const dname *)""};

static bool seen_before(const struct resolution *r, const dname *target)
{
    for (unsigned i = 0; i < r->hop_count; i++) {
        if (dname_equal(r->hops[i]->owner, target))
            return true;
    }
    return false;
}

static const void *resolution_compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    struct resolution *r = arena_alloc(a, sizeof(*r));
    const uint8_t *octets = key;
    uint16_t type = (uint16_t)((octets[0] << 8) | octets[1]);
    const dname *owner = octets + 2;
    (void)key_length;
    if (r == NULL)
        return NULL;
    for (;;) {
        r->last = r->hops[r->hop_count++] = facts_lookup(f, owner, type);
        if (r->last->state != ANSWER_ALIAS || r->last->target == NULL)
            return r;
        if (type == RRTYPE_ALIAS)
            type = RRTYPE_A; /* what the provider looks up there */
        if (seen_before(r, r->last->target)) {
            r->loop = true;
            return r;
        }
        if (r->hop_count > RESOLUTION_HOPS_MAX) {
            r->too_long = true;
            return r;
        }
        owner = r->last->target;
    }
}

const struct resolution *resolution_of(struct facts *f, const dname *owner, uint16_t type)
{
    uint8_t key[2 + DNAME_MAX] = {(uint8_t)(type >> 8), (uint8_t)type};
    size_t length = dname_length(owner);
    memcpy(key + 2, owner, length);
    dname_lower_in_place(key + 2);
    const struct resolution *r = facts_derive(f, resolution_compute, key, length + 2);
    return r != NULL ? r : &no_resolution;
}

static int by_address(const void *a, const void *b)
{
    return address_compare(a, b);
}

static void add_family(struct addresses *out, struct address *list, const struct resolution *r, uint16_t type)
{
    if (r->last->state != ANSWER_RRSET)
        return;
    for (uint16_t i = 0; i < r->last->rrset->count; i++) {
        if (address_from_rdata(type, &r->last->rrset->rdata[i], &list[out->count]))
            out->count++;
    }
}

/* What two families together say: one with addresses is enough, absence needs both. */
static void combine(struct addresses *out, const struct resolution *v4, const struct resolution *v6)
{
    const struct answer *a = v4->last;
    const struct answer *b = v6->last;
    out->loop = v4->loop || v6->loop || v4->too_long || v6->too_long;
    out->canonical = a->owner;
    if (out->count > 0) {
        out->state = ANSWER_RRSET;
    } else if (a->state == ANSWER_PENDING || b->state == ANSWER_PENDING) {
        out->state = ANSWER_PENDING;
    } else if (a->state == ANSWER_UNKNOWN || b->state == ANSWER_UNKNOWN) {
        out->state = ANSWER_UNKNOWN;
        out->reason = a->state == ANSWER_UNKNOWN ? a->reason : b->reason;
    } else if (a->state == ANSWER_NXDOMAIN || b->state == ANSWER_NXDOMAIN) {
        out->state = ANSWER_NXDOMAIN;
    } else {
        out->state = ANSWER_NODATA;
    }
}

static const void *addresses_compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    const dname *host = key;
    (void)key_length;
    const struct resolution *v4 = resolution_of(f, host, RRTYPE_A);
    const struct resolution *v6 = resolution_of(f, host, RRTYPE_AAAA);
    struct addresses *out = arena_alloc(a, sizeof(*out));
    if (out == NULL)
        return NULL;
    size_t room = (v4->last->state == ANSWER_RRSET ? v4->last->rrset->count : 0U) +
                  (v6->last->state == ANSWER_RRSET ? v6->last->rrset->count : 0U);
    struct address *list = arena_array(a, room, sizeof(*list));
    if (list == NULL)
        return NULL;
    add_family(out, list, v4, RRTYPE_A);
    add_family(out, list, v6, RRTYPE_AAAA);
    if (out->count > 1)
        qsort(list, out->count, sizeof(*list), by_address);
    out->list = list;
    combine(out, v4, v6);
    return out;
}

const struct addresses *addresses_of(struct facts *f, const dname *host)
{
    dname key[DNAME_MAX];
    size_t length = dname_length(host);
    memcpy(key, host, length);
    dname_lower_in_place(key);
    const struct addresses *found = facts_derive(f, addresses_compute, key, length);
    return found != NULL ? found : &no_addresses;
}
