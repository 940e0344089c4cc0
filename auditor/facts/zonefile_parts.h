/* SPDX-License-Identifier: BSD-2-Clause */
/* What readers of presentation forms share: the meaning of single words, and parts of RDATA. Private to
 * them. */
#ifndef ZONEVET_FACTS_ZONEFILE_PARTS_H
#define ZONEVET_FACTS_ZONEFILE_PARTS_H

#include "auditor/facts/name.h"
#include "auditor/facts/rr.h"
#include "auditor/facts/zonefile_scan.h"

#define RDATA_MAX 65535U

/** The words of one record's RDATA, and the octets that they become. */
struct rdata_text {
    const struct token *tokens; /* behind the type */
    size_t count;
    const dname *origin;            /* NULL: none is known, relative names are errors */
    const struct token *type_token; /* where to point if tokens are missing */

    uint8_t *octets; /* the caller's, RDATA_MAX octets */
    size_t length;
    size_t at;         /* tokens used */
    const char *error; /* what was expected; in the arena or constant */
    const struct token *error_token;
    enum zone_fault fault; /* with error: its kind */
};

/* ---- words ----------------------------------------------------------------------------------- */

/** A name of a token in the origin's terms ('@', relative, absolute), to `out` of DNAME_MAX octets.
 * @return NULL, or what is wrong with it */
const char *token_name(const struct token *t, const dname *origin, dname out[static DNAME_MAX]);

/** The same with the length of the name, and the kind of what is wrong. */
const char *token_name_length(const struct token *t, const dname *origin, dname out[static DNAME_MAX],
                              size_t *length, enum zone_fault *fault);

/** Mnemonic or TYPEn of a token in any case; 0 if it is neither. */
uint16_t token_type(const struct token *t);

/** @return the value of a hexadecimal digit in any case, or -1 */
int hex_digit(char c);
/** @return octets of the base64 text, at most `room`, or -1 */
int base64_octets(const char *text, size_t length, uint8_t *out, size_t room);
/** An address of a token's text: 4 or 6 in `family`. @return 1, 0 if it is none, -1 if it has leading zeros
 * or hexadecimal numbers that some tools read as octal or take and others refuse (RFC 6943 section 3.1.1) */
int address_octets(const char *text, size_t length, uint8_t family, uint8_t out[static 16]);

/* ---- parts ----------------------------------------------------------------------------------- */

/** Note the first error. @return false */
bool rdata_refuse(struct rdata_text *r, const struct token *where, enum zone_fault fault, const char *error);
/** The next token; NULL and an error if there is none. */
const struct token *rdata_take(struct rdata_text *r, const char *expected);

/* Each puts octets behind those that are there. @return false with an error noted */
bool rdata_put(struct rdata_text *r, const void *octets, size_t length);
bool rdata_put_value(struct rdata_text *r, size_t size, uint32_t value); /* `size` octets of it, at most 4 */
bool rdata_put_number(struct rdata_text *r, size_t size, const char *expected); /* of 1, 2 or 4 octets */
bool rdata_put_ttl(struct rdata_text *r, const char *expected);                 /* seconds, or units: 1h30m */
bool rdata_put_name(struct rdata_text *r, const char *expected);
bool rdata_put_type(struct rdata_text *r);
bool rdata_put_address(struct rdata_text *r, uint8_t family); /* 4 or 6 */
bool rdata_put_one_string(struct rdata_text *r, const char *expected);
bool rdata_put_strings(struct rdata_text *r);                      /* all tokens that are left, at least one */
bool rdata_put_text(struct rdata_text *r, const char *expected);   /* all of a token without a length in front */
bool rdata_put_hex(struct rdata_text *r, const char *expected);    /* over all tokens that are left */
bool rdata_put_base64(struct rdata_text *r, const char *expected); /* the same */

#endif
