/* SPDX-License-Identifier: BSD-2-Clause */
/* Wire messages (RFC 1035 section 4, RFC 6891): every octet is an attacker's. Own bounded parser, no ldns. */
#ifndef ZONEVET_FACTS_MESSAGE_H
#define ZONEVET_FACTS_MESSAGE_H

#include "auditor/facts/facts.h"

struct question {
    const dname *owner; /* as spelt on the wire */
    uint16_t type, class;
};

/**
 * Parse a whole message. Records are grouped into RRsets in order of first appearance (same owner, type,
 * class; RRSIGs go to the set they cover, or into an RRSIG set of their own if that is not there), owners
 * lower-cased, names in the RDATA of the well-known types decompressed with their case kept. Compression
 * pointers must point backwards, at most 128 of them a name. Trailing octets, a second OPT, an RDLENGTH that
 * does not fit, a TSIG or SIG(0) that we did not ask for, a count that lies: STATUS_MALFORMED. More than 100
 * records in a set: the rest is counted in `more`. Fills the header, EDNS, sections and size of *out; state,
 * server, tries and times are the caller's.
 */
enum status message_parse(struct arena *a, const uint8_t *wire, size_t length, struct question *question,
                          struct reply *out);

/** One record of a message as it passes by in message_walk. */
struct message_record {
    unsigned section;       /* 0 answer, 1 authority, 2 additional */
    size_t offset;          /* of the record in the message */
    dname owner[DNAME_MAX]; /* lower case */
    uint16_t type, class;
    uint32_t ttl_s;
    uint16_t rdata_length;
    const uint8_t *rdata; /* as on the wire: names in it may be compressed, its shape is checked */
};

/** @return false to stop the walk */
typedef bool (*message_record_fn)(void *context, const struct message_record *record);

/**
 * Every record in the order of the wire, without allocation: for zone transfers, where order carries meaning.
 * OPT and TSIG records are handed out like any other; the question may be absent.
 * @return STATUS_OK, also if `each` stopped; STATUS_MALFORMED by the rules of message_parse
 */
enum status message_walk(const uint8_t *wire, size_t length, message_record_fn each, void *context);

/** Id of a message of at least 12 octets. */
static inline uint16_t message_id(const uint8_t *wire)
{
    return (uint16_t)((wire[0] << 8) | wire[1]);
}

/**
 * Write the query for an ask. A template writer: no allocation.
 * @param wire     receives at most 512 octets
 * @param cookie   8 octets of client cookie and up to 32 of server cookie, or NULL
 * @param case_bits  0x20: bit n of the string flips the case of letter n; NULL keeps the spelling
 * @return octets written, 0 if it does not fit
 */
size_t message_query(uint8_t wire[static 512], const struct ask *ask, uint16_t id, const uint8_t *cookie,
                     size_t cookie_length, const uint8_t *case_bits);

/** Add the SOA record with our serial that an IXFR query carries in its authority section (RFC 1995 section
 * 3).
 * @param wire  a query of message_query(), at most 480 octets; @return its new length */
size_t message_add_soa(uint8_t wire[static 512], size_t length, uint32_t serial);

#endif
