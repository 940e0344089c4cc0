/* SPDX-License-Identifier: BSD-2-Clause */
/* The state machine that reads the messages of a zone transfer (RFC 5936 section 2.2, RFC 1995 section 4),
 * apart from any socket, so that it can be tested and fuzzed alone. */
#ifndef ZONEVET_COLLECT_TRANSFER_READER_H
#define ZONEVET_COLLECT_TRANSFER_READER_H

#include "auditor/base/table.h"
#include "auditor/collect/transfer.h"

struct transfer_caps {
    uint32_t records, names;
    uint64_t octets;
};

enum transfer_state {
    READ_FIRST,  /* nothing yet: the opening SOA must come */
    READ_SECOND, /* which tells a whole zone from differences */
    READ_ZONE,
    READ_DELETIONS,
    READ_ADDITIONS,
    READ_DONE, /* the closing SOA came, or the server refused */
    READ_CAPPED,
    READ_MALFORMED,
};

struct transfer_reader {
    struct transfer_caps caps;
    const dname *zone;
    uint16_t type;
    uint16_t id;
    uint32_t our_serial; /* IXFR */
    enum transfer_state state;
    uint16_t rcode;
    uint32_t serial;      /* of the opening SOA */
    uint32_t part_serial; /* IXFR: of the SOA that began the part being read */
    uint32_t messages, records;
    uint64_t octets;
    bool data, full, names_cut, no_answer;
    struct table *names;
};

/** @return false without memory; the caller frees it either way */
bool transfer_reader_init(struct transfer_reader *r, const struct transfer_ask *ask, uint16_t id,
                          const struct transfer_caps *caps);
void transfer_reader_free(struct transfer_reader *r);

/** @return true if more is wanted */
bool transfer_reader_message(struct transfer_reader *r, const uint8_t *wire, size_t length);

/** What was read so far as a fact; state and reason are the caller's. NULL without memory. */
struct transfer *transfer_reader_result(const struct transfer_reader *r, struct arena *a);

#endif
