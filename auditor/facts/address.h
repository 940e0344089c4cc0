/* SPDX-License-Identifier: BSD-2-Clause */
/* IP addresses without ports. */
#ifndef ZONEVET_FACTS_ADDRESS_H
#define ZONEVET_FACTS_ADDRESS_H

#include "auditor/facts/rr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address {
    uint8_t family;     /* 4, 6, or 0 for none */
    uint8_t octets[16]; /* network order; 4 used for family 4, the rest zero */
};

#define ADDRESS_TEXT_SIZE 48

struct cidr {
    struct address address;
    uint8_t prefix; /* 0..32 or 0..128 */
};

bool address_equal(const struct address *a, const struct address *b);
int address_compare(const struct address *a, const struct address *b);
char *address_text(const struct address *a, char text[static ADDRESS_TEXT_SIZE]);
bool address_from_text(const char *text, struct address *out);

/** From the RDATA of an A or AAAA record. */
bool address_from_rdata(uint16_t type, const struct rdata *rdata, struct address *out);

/** "192.0.2.0/24"; a missing prefix is the full length. */
bool cidr_from_text(const char *text, struct cidr *out);
bool cidr_contains(const struct cidr *block, const struct address *address);

/** The special-purpose block that holds the address (IANA registries, RFC 6890, the list of takeover.md 3.6): a short
 * name such as "private (RFC 1918)", or NULL for a public address. IPv4-mapped and NAT64 addresses are judged by the
 * IPv4 address inside. */
const char *address_special(const struct address *address);

#endif
