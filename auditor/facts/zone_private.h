/* SPDX-License-Identifier: BSD-2-Clause */
/* The inside of a zone: zone_build.c fills it, zone.c, zone_answer.c and zone_gaps.c read it. */
#ifndef ZONEVET_FACTS_ZONE_PRIVATE_H
#define ZONEVET_FACTS_ZONE_PRIVATE_H

#include "auditor/base/table.h"
#include "auditor/facts/zone.h"

#define NO_FILE UINT16_MAX
#define AHEAD 12U /* nodes whose records are fetched before they are needed */

/* A record. Those of one owner stand together, by the type they belong to, signatures behind the data they
 * cover. */
struct packed {
    uint32_t ttl_s, line, end_line;
    uint16_t type, class, rdata_length, file, column, end_column;
    uint8_t octets[];
};

struct node {
    const dname *owner;
    uint32_t types;       /* ZONE_HAS bits */
    uint32_t first;       /* its records end where the next node's begin */
    uint32_t hash;
    uint32_t place;       /* enum zone_place */
};

struct pool {
    struct chunk *head;
    size_t used, size; /* of the head */
};

struct zone {
    struct pool names, packed;
    dname apex[DNAME_MAX];
    unsigned apex_labels;
    struct packed **records; /* while reading: in the order of the file; then by owner */
    uint32_t *owners;        /* while reading: of each record */
    uint32_t record_count, record_room, owner_room;
    struct node *nodes;
    uint32_t node_count, node_room;
    uint32_t *slots; /* hash table: node number + 1 */
    uint32_t slot_count;
    uint32_t last_owner;
    const char **files;
    uint32_t file_count, file_room;
    struct zone_duplicate *duplicates;
    uint32_t duplicate_count, duplicate_room;
    size_t duplicate_total;
    uint32_t *denial; /* nodes with NSEC3, or else NSEC, in canonical order */
    uint32_t denial_count;
    bool sorted, grouped; /* while reading: owners and records came in canonical order */
    bool has_nsec3;
    bool ttls_differ;           /* in at least one set */
    uint32_t ttl_low, ttl_high; /* of all records */
    unsigned gaps; /* enum zone_gap */
};

/* Of a name in lower case. */
static inline uint32_t zone_hash(const dname *lower, size_t length)
{
    uint64_t hash = table_hash(lower, length);
    return (uint32_t)(hash ^ (hash >> 32));
}

/* The type that a record belongs to: with RRSIG, the type it covers. */
static inline uint16_t packed_covers(const struct packed *p)
{
    if (p->type != RRTYPE_RRSIG || p->rdata_length < 2)
        return p->type;
    return (uint16_t)((p->octets[0] << 8) | p->octets[1]);
}

/* Only of records that have a file. */
static inline void packed_location(const struct zone *z, const struct packed *p, struct location *out)
{
    *out = (struct location){z->files[p->file], p->line, p->column, p->end_line, p->end_column};
}

#endif
