/* SPDX-License-Identifier: BSD-2-Clause */
/* RDATA of types that are rare, and that ldns does not know or does not read well. */
#include "auditor/facts/zonefile_types.h"

#include <string.h>

enum {
    TYPE_EID = 31,
    TYPE_NIMLOC = 32,
    TYPE_A6 = 38,
    TYPE_IPSECKEY = 45,
    TYPE_DHCID = 49,
    TYPE_NINFO = 56,
    TYPE_RKEY = 57,
    TYPE_OPENPGPKEY = 61,
    TYPE_DSYNC = 66,
    TYPE_HHIT = 67,
    TYPE_BRID = 68,
    TYPE_AVC = 258,
    TYPE_DOA = 259,
    TYPE_AMTRELAY = 260,
    TYPE_RESINFO = 261,
    TYPE_WALLET = 262,
    TYPE_CLA = 263,
    TYPE_IPN = 264,
    TYPE_TA = 32768,
    TYPE_DLV = 32769,
};

static bool refuse(struct rdata_text *r, const struct token *where, const char *error)
{
    return rdata_refuse(r, where, ZONE_FAULT_SYNTAX, error);
}

/* A word of decimal digits as 64 bits. */
static bool put_u64(struct rdata_text *r, const char *expected)
{
    const struct token *t = rdata_take(r, expected);
    uint64_t value = 0;
    uint8_t octets[8];
    if (t == NULL)
        return false;
    for (size_t i = 0; i < t->length; i++) {
        const unsigned digit = (unsigned)(unsigned char)t->text[i] - '0';
        if (t->quoted || digit > 9 || value > (UINT64_MAX - digit) / 10)
            return refuse(r, t, expected);
        value = value * 10 + digit;
    }
    for (unsigned i = 0; i < 8; i++)
        octets[i] = (uint8_t)(value >> (56 - 8 * i));
    return rdata_put(r, octets, 8);
}

/* IPSECKEY (RFC 4025 section 3.1). Ours because ldns 1.8.3 leaks memory over a broken one. */
static bool parse_ipseckey(struct rdata_text *r)
{
    if (!rdata_put_number(r, 1, "expected a precedence, 0 to 255") ||
        !rdata_put_number(r, 1, "expected a gateway type, 0 to 3") ||
        !rdata_put_number(r, 1, "expected an algorithm number"))
        return false;
    uint8_t gateway = r->octets[r->length - 2];
    bool has_key = r->octets[r->length - 1] != 0 || r->count > 4;
    bool ok;
    if (gateway == 0) {
        const struct token *t = rdata_take(r, "expected '.', for gateway type 0 has none");
        ok = t != NULL && (token_is(t, ".") || refuse(r, t, "expected '.', for gateway type 0 has none"));
    } else if (gateway == 1 || gateway == 2) {
        ok = rdata_put_address(r, gateway == 1 ? 4 : 6);
    } else if (gateway == 3) {
        ok = rdata_put_name(r, "expected the name of a gateway");
    } else {
        return refuse(r, &r->tokens[1], "expected a gateway type, 0 to 3");
    }
    return ok && (!has_key || rdata_put_base64(r, "expected a key in base64"));
}

/* AMTRELAY (RFC 8777 section 4.3): precedence, the discovery bit, a type and a relay. */
static bool parse_amtrelay(struct rdata_text *r)
{
    if (!rdata_put_number(r, 1, "expected a precedence, 0 to 255") ||
        !rdata_put_number(r, 1, "expected the discovery bit, 0 or 1") ||
        !rdata_put_number(r, 1, "expected a relay type, 0 to 3"))
        return false;
    const uint8_t discovery = r->octets[r->length - 2];
    const uint8_t relay = r->octets[r->length - 1];
    if (discovery > 1 || relay > 3)
        return refuse(r, &r->tokens[discovery > 1 ? 1 : 2],
                      "expected the discovery bit, 0 or 1, and a relay type, 0 to 3");
    r->length--;
    r->octets[r->length - 1] = (uint8_t)(discovery << 7 | relay);
    if (relay == 3)
        return rdata_put_name(r, "expected the name of a relay");
    if (relay != 0)
        return rdata_put_address(r, relay == 1 ? 4 : 6);
    const struct token *t = rdata_take(r, "expected '.', for relay type 0 has none");
    return t != NULL && (token_is(t, ".") || refuse(r, t, "expected '.', for relay type 0 has none"));
}

/* A6 (RFC 2874 section 3.1): prefix length, the octets of the suffix, and a name if there is a prefix. */
static bool parse_a6(struct rdata_text *r)
{
    uint8_t address[16] = {0};
    if (!rdata_put_number(r, 1, "expected a prefix length, 0 to 128"))
        return false;
    const uint8_t prefix = r->octets[r->length - 1];
    if (prefix > 128)
        return refuse(r, &r->tokens[0], "expected a prefix length, 0 to 128");
    if (prefix < 128) {
        const struct token *t = rdata_take(r, "expected an IPv6 address");
        if (t == NULL)
            return false;
        if (address_octets(t->text, t->length, 6, address) != 1)
            return refuse(r, t, "expected an IPv6 address");
        if (!rdata_put(r, address + prefix / 8, 16U - prefix / 8U))
            return false;
    }
    return prefix == 0 || rdata_put_name(r, "expected the name of the prefix");
}

/* NXT (RFC 2535 section 5.2): a name and one bit for each of the first 128 types. */
static bool parse_nxt(struct rdata_text *r)
{
    uint8_t bits[16] = {0};
    size_t used = 0;
    if (!rdata_put_name(r, "expected the next name"))
        return false;
    for (; r->at < r->count; r->at++) {
        const uint16_t type = token_type(&r->tokens[r->at]);
        if (type == 0 || type > 127)
            return refuse(r, &r->tokens[r->at], "expected a record type below 128");
        bits[type / 8] |= (uint8_t)(0x80 >> (type % 8));
        used = used > type / 8U + 1U ? used : type / 8U + 1U;
    }
    return rdata_put(r, bits, used);
}

/* DSYNC (RFC 9859 section 2.2): what it is about, how, the port and the host. */
static bool parse_dsync(struct rdata_text *r)
{
    static const uint8_t notify = 1;
    if (!rdata_put_type(r))
        return false;
    if (r->at < r->count && token_is(&r->tokens[r->at], "NOTIFY")) {
        r->at++;
        if (!rdata_put(r, &notify, 1))
            return false;
    } else if (!rdata_put_number(r, 1, "expected a scheme: NOTIFY, or 0 to 255")) {
        return false;
    }
    return rdata_put_number(r, 2, "expected a port, 0 to 65535") &&
           rdata_put_name(r, "expected a target host");
}

/* DOA (draft-durand-doa-over-dns): numbers, a media type, and data in base64 or '-'. */
static bool parse_doa(struct rdata_text *r)
{
    if (!rdata_put_number(r, 4, "expected an enterprise number") ||
        !rdata_put_number(r, 4, "expected a type number") ||
        !rdata_put_number(r, 1, "expected a location, 0 to 255") ||
        !rdata_put_one_string(r, "expected a media type"))
        return false;
    if (r->at < r->count && token_is(&r->tokens[r->at], "-")) {
        r->at++;
        return true;
    }
    return rdata_put_base64(r, "expected data in base64, or '-'");
}

static bool parse_digest(struct rdata_text *r)
{
    return rdata_put_number(r, 2, "expected a key tag, 0 to 65535") &&
           rdata_put_number(r, 1, "expected an algorithm number") &&
           rdata_put_number(r, 1, "expected a digest type") &&
           rdata_put_hex(r, "expected a digest in hexadecimal");
}

static bool parse_rkey(struct rdata_text *r)
{
    return rdata_put_number(r, 2, "expected flags, 0 to 65535") &&
           rdata_put_number(r, 1, "expected a protocol") &&
           rdata_put_number(r, 1, "expected an algorithm number") &&
           rdata_put_base64(r, "expected a key in base64");
}

int rdata_put_rare(uint16_t type, struct rdata_text *r)
{
    switch (type) {
    case RRTYPE_MD:
    case RRTYPE_MF:
    case RRTYPE_MB:
    case RRTYPE_MG:
    case RRTYPE_MR:
        return rdata_put_name(r, "expected a domain name");
    case RRTYPE_MINFO:
    case RRTYPE_RP:
        return rdata_put_name(r, "expected a mailbox") && rdata_put_name(r, "expected a second name");
    case RRTYPE_AFSDB:
    case RRTYPE_RT:
    case RRTYPE_KX:
        return rdata_put_number(r, 2, "expected a number, 0 to 65535") &&
               rdata_put_name(r, "expected a host");
    case RRTYPE_NXT:
        return parse_nxt(r);
    case TYPE_EID:
    case TYPE_NIMLOC:
        return rdata_put_hex(r, "expected hexadecimal digits");
    case TYPE_A6:
        return parse_a6(r);
    case TYPE_IPSECKEY:
        return parse_ipseckey(r);
    case TYPE_DHCID:
    case TYPE_OPENPGPKEY:
    case TYPE_HHIT:
    case TYPE_BRID:
        return rdata_put_base64(r, "expected data in base64");
    case TYPE_NINFO:
    case TYPE_AVC:
    case TYPE_RESINFO:
    case TYPE_WALLET:
    case TYPE_CLA:
        return rdata_put_strings(r);
    case TYPE_RKEY:
        return parse_rkey(r);
    case TYPE_DSYNC:
        return parse_dsync(r);
    case TYPE_DOA:
        return parse_doa(r);
    case TYPE_AMTRELAY:
        return parse_amtrelay(r);
    case TYPE_IPN:
        return put_u64(r, "expected a number");
    case TYPE_TA:
    case TYPE_DLV:
        return parse_digest(r);
    default:
        return -1;
    }
}
