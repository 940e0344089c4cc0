/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts what comes and keeps the distinct owner names, nothing else: an endless stream costs no memory. */
#include "auditor/collect/transfer_reader.h"

#include "auditor/facts/message.h"

#include <stdlib.h>
#include <string.h>

#define HEADER_SIZE 12
#define RCODE_NOERROR 0

bool transfer_reader_init(struct transfer_reader *r, const struct transfer_ask *ask, uint16_t id,
                          const struct transfer_caps *caps)
{
    *r = (struct transfer_reader){
        .caps = *caps, .zone = ask->zone, .type = ask->type, .id = id, .our_serial = ask->serial};
    r->names = table_new();
    return r->names != NULL;
}

void transfer_reader_free(struct transfer_reader *r)
{
    table_free(r->names);
    r->names = NULL;
}

/* The five numbers are the last 20 octets of the RDATA, whose shape was checked. */
static uint32_t soa_serial(const struct message_record *record)
{
    const uint8_t *at = record->rdata + record->rdata_length - 20;
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Hashed owners (RFC 5155) are no names of the zone. */
static bool names_something(const struct message_record *record)
{
    bool over_nsec3 =
        record->type == RRTYPE_RRSIG && record->rdata[0] == 0 && record->rdata[1] == RRTYPE_NSEC3;
    return record->type != RRTYPE_NSEC3 && !over_nsec3;
}

static void keep_name(struct transfer_reader *r, const struct message_record *record)
{
    size_t length = dname_length(record->owner);
    if (!names_something(record) || table_get(r->names, record->owner, length) != NULL)
        return;
    if (table_count(r->names) >= r->caps.names || table_put(r->names, record->owner, length, r) != 0)
        r->names_cut = true;
}

static void data_record(struct transfer_reader *r, const struct message_record *record)
{
    if (!dname_under(record->owner, r->zone) || record->class != RRCLASS_IN)
        return; /* no business of this zone */
    r->records++;
    r->data = true;
    keep_name(r, record);
    if (r->records >= r->caps.records)
        r->state = READ_CAPPED;
}

static enum transfer_state first_record(struct transfer_reader *r, bool soa, uint32_t serial)
{
    if (!soa)
        return READ_MALFORMED;
    r->serial = serial;
    return r->type == RRTYPE_IXFR ? READ_SECOND : READ_ZONE;
}

/* RFC 1995 section 4: a second SOA with another serial begins differences, with the same it ends an empty
 * zone. */
static enum transfer_state second_record(struct transfer_reader *r, bool soa, uint32_t serial)
{
    if (!soa) {
        r->full = true;
        return READ_ZONE;
    }
    r->part_serial = serial;
    if (serial == r->serial) {
        r->full = true;
        return READ_DONE;
    }
    return READ_DELETIONS;
}

static enum transfer_state soa_within(struct transfer_reader *r, uint32_t serial)
{
    enum transfer_state next = READ_DELETIONS;
    if (r->state == READ_ZONE)
        return READ_DONE;
    if (r->state == READ_DELETIONS)
        next = READ_ADDITIONS;
    else if (serial == r->serial && r->part_serial == r->serial)
        next = READ_DONE; /* the additions that led to the newest serial are complete */
    r->part_serial = serial;
    return next;
}

static bool each(void *context, const struct message_record *record)
{
    struct transfer_reader *r = context;
    if (record->section != 0 || r->state >= READ_DONE)
        return true; /* the walk goes on: what follows must be well-formed too */
    bool soa =
        record->type == RRTYPE_SOA && record->class == RRCLASS_IN && dname_equal(record->owner, r->zone);
    uint32_t serial = soa ? soa_serial(record) : 0;
    if (soa)
        r->records++;
    switch (r->state) {
    case READ_FIRST:
        r->state = first_record(r, soa, serial);
        break;
    case READ_SECOND:
        r->state = second_record(r, soa, serial);
        if (!soa)
            data_record(r, record);
        break;
    default:
        if (soa)
            r->state = soa_within(r, serial);
        else
            data_record(r, record);
        break;
    }
    if (soa && r->state < READ_DONE && r->records >= r->caps.records)
        r->state = READ_CAPPED;
    return true;
}

/* Header and, where it is there, the question (RFC 5936 section 2.2.1: it may be left out after the first
 * message). */
static bool belongs(const struct transfer_reader *r, const uint8_t *wire, size_t length)
{
    if (length < HEADER_SIZE || message_id(wire) != r->id || (wire[2] & 0xF8) != 0x80)
        return false;
    if (wire[4] == 0 && wire[5] == 0)
        return true;
    size_t name = dname_from_wire(wire + HEADER_SIZE, length - HEADER_SIZE);
    const uint8_t *behind = wire + HEADER_SIZE + name;
    return name != 0 && length - HEADER_SIZE - name >= 4 && dname_equal(wire + HEADER_SIZE, r->zone) &&
           behind[0] == r->type >> 8 && behind[1] == (r->type & 0xFF) && behind[2] == 0 &&
           behind[3] == RRCLASS_IN;
}

bool transfer_reader_message(struct transfer_reader *r, const uint8_t *wire, size_t length)
{
    r->octets += length + 2;
    if (!belongs(r, wire, length))
        return r->octets < r->caps.octets; /* not ours: look on */
    r->messages++;
    r->rcode = wire[3] & 0x0F;
    if (r->rcode != RCODE_NOERROR) {
        r->state = READ_DONE;
        return false;
    }
    if (message_walk(wire, length, each, r) != STATUS_OK) {
        r->state = READ_MALFORMED;
    } else if (r->state == READ_FIRST) { /* a good message without a record */
        r->no_answer = true;
        r->state = READ_DONE;
    }
    /* RFC 1995 section 2: one SOA that is not newer than ours says that there is nothing to tell. */
    if (r->state == READ_SECOND && serial_compare(r->serial, r->our_serial) <= 0)
        r->state = READ_DONE;
    if (r->state < READ_DONE && r->octets >= r->caps.octets)
        r->state = READ_CAPPED;
    return r->state < READ_DONE;
}

static int compare_names(const void *a, const void *b)
{
    const dname *const *left = a;
    const dname *const *right = b;
    return dname_compare(*left, *right);
}

struct transfer *transfer_reader_result(const struct transfer_reader *r, struct arena *a)
{
    struct transfer *t = arena_alloc(a, sizeof(*t));
    size_t count = table_count(r->names);
    const dname **names = arena_array(a, count, sizeof(*names));
    if (t == NULL || names == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const void *name;
        size_t length;
        table_at(r->names, i, &name, &length);
        names[i] = arena_copy(a, name, length);
        if (names[i] == NULL)
            return NULL;
    }
    if (count > 1)
        qsort(names, count, sizeof(*names), compare_names);
    bool refused = r->rcode != RCODE_NOERROR || r->no_answer || r->state == READ_FIRST;
    t->outcome = r->data ? TRANSFER_DATA : refused ? TRANSFER_REFUSED : TRANSFER_EMPTY;
    t->rcode = r->rcode;
    t->complete = r->state == READ_DONE && !refused && !r->names_cut;
    t->full = r->full;
    t->serial = r->serial;
    t->records = r->records;
    t->octets = r->octets < UINT32_MAX ? (uint32_t)r->octets : UINT32_MAX;
    t->names = names;
    t->name_count = count;
    return t;
}
