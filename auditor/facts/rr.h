/* SPDX-License-Identifier: BSD-2-Clause */
/* Records and RRsets as facts hold them, and small readers of RDATA. */
#ifndef ZONEVET_FACTS_RR_H
#define ZONEVET_FACTS_RR_H

#include "auditor/base/arena.h"
#include "auditor/facts/name.h"

#include <stdbool.h>
#include <stdint.h>

enum rrtype {
    RRTYPE_A = 1, RRTYPE_NS = 2, RRTYPE_MD = 3, RRTYPE_MF = 4, RRTYPE_CNAME = 5, RRTYPE_SOA = 6,
    RRTYPE_MB = 7, RRTYPE_MG = 8, RRTYPE_MR = 9, RRTYPE_PTR = 12, RRTYPE_HINFO = 13, RRTYPE_MINFO = 14,
    RRTYPE_MX = 15, RRTYPE_TXT = 16, RRTYPE_RP = 17, RRTYPE_AFSDB = 18, RRTYPE_RT = 21, RRTYPE_SIG = 24,
    RRTYPE_KEY = 25, RRTYPE_PX = 26, RRTYPE_AAAA = 28, RRTYPE_LOC = 29, RRTYPE_NXT = 30, RRTYPE_SRV = 33,
    RRTYPE_NAPTR = 35, RRTYPE_KX = 36, RRTYPE_CERT = 37, RRTYPE_DNAME = 39, RRTYPE_OPT = 41, RRTYPE_DS = 43,
    RRTYPE_SSHFP = 44, RRTYPE_RRSIG = 46, RRTYPE_NSEC = 47, RRTYPE_DNSKEY = 48, RRTYPE_NSEC3 = 50,
    RRTYPE_NSEC3PARAM = 51, RRTYPE_TLSA = 52, RRTYPE_SMIMEA = 53, RRTYPE_CDS = 59, RRTYPE_CDNSKEY = 60,
    RRTYPE_CSYNC = 62, RRTYPE_ZONEMD = 63, RRTYPE_SVCB = 64, RRTYPE_HTTPS = 65, RRTYPE_SPF = 99,
    RRTYPE_NXNAME = 128, RRTYPE_TSIG = 250, RRTYPE_IXFR = 251, RRTYPE_AXFR = 252, RRTYPE_ANY = 255,
    RRTYPE_URI = 256, RRTYPE_CAA = 257,
    /* Never on the wire, only in zones from auditor/inputs: the provider looks addresses up at the name in the RDATA
     * (ALIAS, flattened or proxied CNAME, Route 53 alias), or makes them itself (the root). PowerDNS's number. */
    RRTYPE_ALIAS = 65401,
};

enum rrclass { RRCLASS_IN = 1, RRCLASS_CH = 3, RRCLASS_ANY = 255 };

/** Mnemonic or "TYPE65280" (RFC 3597). buffer of 16 octets; @return buffer */
const char *rrtype_text(uint16_t type, char text[static 16]);
/** Mnemonic or TYPEn in any case; 0 if it is neither. */
uint16_t rrtype_from_text(const char *text);

/** Where a record stands in a zone file; lines and columns count from 1. */
struct location {
    const char *file; /* relative to the run's root, '/' separators */
    uint32_t line, column, end_line, end_column;
};

struct rdata {
    uint16_t length;
    const uint8_t *octets; /* uncompressed; names keep their case */
};

/** One RRset: same owner, type and class. */
struct rrset {
    const dname *owner; /* lower case */
    uint16_t type;
    uint16_t class;
    uint32_t ttl_s; /* smallest TTL of the set */
    uint16_t count; /* records in rdata; at most 100 are kept of a reply (`more` counts the rest) */
    uint16_t more;
    const struct rdata *rdata;
    uint16_t sig_count; /* RRSIGs at this owner that cover this type */
    const struct rdata *sigs;
    uint32_t sig_ttl_s;
    const struct location *where; /* one per record, signatures behind them, or NULL if not from a file */
    const uint32_t *ttls;         /* the same for TTLs, if they differ (RFC 2181 section 5.2 forbids it); else NULL */
};

/** Presentation form of the RDATA by the text gate (printable ASCII); RFC 3597 form if the type's own form fails.
 * In the arena; never NULL. */
const char *rdata_text(struct arena *a, uint16_t type, const struct rdata *rdata);

/** "owner TTL class TYPE rdata", one record on one line; never NULL. */
const char *rr_text(struct arena *a, const struct rrset *set, uint16_t index);

/** The name that starts `offset` octets into the RDATA (NS, CNAME, PTR, DNAME: 0; MX: 2; SRV: 6), or NULL if there is
 * none. Case is kept; compare with dname_equal. */
const dname *rdata_name(const struct rdata *rdata, size_t offset);

/** The octets of all character-strings of one TXT record joined with nothing in between (RFC 7208 section 3.3).
 * NUL-terminated copy in the arena, length in *length; NULL if the RDATA is malformed or without memory. */
const char *rdata_txt(struct arena *a, const struct rdata *rdata, size_t *length);

/** SOA fields (RFC 1035 section 3.3.13). */
struct soa {
    const dname *mname, *rname;
    uint32_t serial, refresh_s, retry_s, expire_s, minimum_s;
};
bool rdata_soa(const struct rdata *rdata, struct soa *out);

/** RFC 1982 comparison of serials: -1 a older, 0 equal, 1 a newer, 2 undefined (distance 2^31). */
int serial_compare(uint32_t a, uint32_t b);

/** Read presentation RDATA of one record (by ldns) into wire form; for tests, recordings and rare types. origin is
 * absolute text. @return STATUS_OK, STATUS_MALFORMED, STATUS_NOMEM */
enum status rr_from_text(struct arena *a, const char *line, const char *origin, const dname **owner, uint16_t *type,
                         uint16_t *class, uint32_t *ttl_s, struct rdata *rdata);

#endif
