/* SPDX-License-Identifier: BSD-2-Clause */
/* Most types go straight to wire form; ldns reads the rare ones, one record at a time. */
#include "auditor/facts/zonefile_rdata.h"

#include "auditor/base/buf.h"
#include "auditor/facts/zonefile_types.h"

#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

static bool refuse(struct rdata_text *r, const struct token *where, const char *error)
{
    return rdata_refuse(r, where, ZONE_FAULT_SYNTAX, error);
}

/* ---- DNSSEC ---------------------------------------------------------------------------------- */

/* A hash in base32 with the extended hex alphabet, no padding, its length in front (RFC 5155 section 3.3). */
static bool put_base32hex(struct rdata_text *r, const char *expected)
{
    uint8_t hash[256];
    size_t used = 1;
    uint32_t bits = 0;
    unsigned have = 0;
    const struct token *t = rdata_take(r, expected);
    if (t == NULL)
        return false;
    for (size_t i = 0; i < t->length; i++) {
        char c = t->text[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'v' ? c - 'a' + 10
                    : c >= 'A' && c <= 'V' ? c - 'A' + 10
                                           : -1;
        if (digit < 0 || t->quoted || used == sizeof(hash))
            return refuse(r, t, expected);
        bits = bits << 5 | (uint32_t)digit;
        have += 5;
        if (have >= 8) {
            have -= 8;
            hash[used++] = (uint8_t)(bits >> have);
        }
    }
    if (have >= 5 || used == 1)
        return refuse(r, t, expected);
    hash[0] = (uint8_t)(used - 1);
    return rdata_put(r, hash, used);
}

static unsigned two_digits(const char *text)
{
    return (unsigned)(text[0] - '0') * 10 + (unsigned)(text[1] - '0');
}

/* YYYYMMDDHHmmSS to seconds since 1970. @return false if there is no such time */
static bool calendar_time(const char *text, uint32_t *out)
{
    static const uint16_t before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    for (size_t i = 0; i < 14; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
    }
    const unsigned year = two_digits(text) * 100 + two_digits(text + 2);
    const unsigned month = two_digits(text + 4);
    const unsigned day = two_digits(text + 6);
    const unsigned hour = two_digits(text + 8);
    const unsigned minute = two_digits(text + 10);
    const unsigned second = two_digits(text + 12);
    if (year < 1970 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60)
        return false;
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > (unsigned)(before[month] - before[month - 1]) + (leap && month == 2 ? 1U : 0U))
        return false;
    const uint64_t leaps = (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 - 477;
    const uint64_t days =
        (uint64_t)(year - 1970) * 365 + leaps + before[month - 1] + day - 1 + (leap && month > 2 ? 1 : 0);
    *out =
        (uint32_t)(days * 86400 + hour * 3600 + minute * 60 + second); /* serial arithmetic: wraps in 2106 */
    return true;
}

/* YYYYMMDDHHmmSS or seconds (RFC 4034 section 3.2). */
static bool put_time(struct rdata_text *r, const char *expected)
{
    const struct token *t = rdata_take(r, expected);
    uint32_t value = 0;
    if (t == NULL)
        return false;
    bool ok = t->length == 14 ? calendar_time(t->text, &value) : token_number(t, UINT32_MAX, &value);
    return ok ? rdata_put_value(r, 4, value) : refuse(r, t, expected);
}

static bool parse_rrsig(struct rdata_text *r)
{
    return rdata_put_type(r) && rdata_put_number(r, 1, "expected an algorithm number") &&
           rdata_put_number(r, 1, "expected the number of labels") &&
           rdata_put_ttl(r, "expected the original TTL") &&
           put_time(r, "expected the expiration as YYYYMMDDHHmmSS") &&
           put_time(r, "expected the inception as YYYYMMDDHHmmSS") &&
           rdata_put_number(r, 2, "expected a key tag") && rdata_put_name(r, "expected the signer's name") &&
           rdata_put_base64(r, "expected a signature in base64");
}

static int by_number(const void *pa, const void *pb)
{
    const uint16_t *a = pa;
    const uint16_t *b = pb;
    return (int)*a - (int)*b;
}

/* Type bitmap (RFC 4034 section 4.1.2) from the remaining tokens. */
static bool put_bitmap(struct rdata_text *r)
{
    uint16_t types[512];
    size_t count = 0;
    bool sorted = true;
    for (; r->at < r->count; r->at++) {
        const struct token *t = &r->tokens[r->at];
        uint16_t type = token_type(t);
        if (type == 0)
            return refuse(r, t, "expected a record type");
        if (count == ARRAY_SIZE(types))
            return refuse(r, t, "more types in one bitmap than are read");
        sorted = sorted && (count == 0 || types[count - 1] < type);
        types[count++] = type;
    }
    if (!sorted)
        qsort(types, count, sizeof(types[0]), by_number);
    for (size_t i = 0; i < count;) {
        uint8_t window[34] = {(uint8_t)(types[i] >> 8), 0};
        for (; i < count && types[i] >> 8 == window[0]; i++) {
            uint8_t low = (uint8_t)types[i];
            window[2 + low / 8] |= (uint8_t)(0x80 >> (low % 8));
            window[1] = (uint8_t)(low / 8 + 1);
        }
        if (!rdata_put(r, window, (size_t)window[1] + 2))
            return false;
    }
    return true;
}

/* Algorithm, flags, iterations and salt of NSEC3 and NSEC3PARAM (RFC 5155 section 4.3). */
static bool put_nsec3_parameters(struct rdata_text *r)
{
    if (!rdata_put_number(r, 1, "expected a hash algorithm number") ||
        !rdata_put_number(r, 1, "expected flags, 0 to 255") ||
        !rdata_put_number(r, 2, "expected the number of iterations, 0 to 65535"))
        return false;
    const char *expected = "expected a salt in hexadecimal, or '-' for none";
    const struct token *t = rdata_take(r, expected);
    uint8_t salt[256] = {0};
    if (t == NULL)
        return false;
    if (token_is(t, "-"))
        return rdata_put(r, salt, 1);
    if (t->quoted || t->length == 0 || t->length > 510 || t->length % 2 != 0)
        return refuse(r, t, expected);
    for (size_t i = 0; i < t->length; i += 2) {
        int high = hex_digit(t->text[i]);
        int low = hex_digit(t->text[i + 1]);
        if (high < 0 || low < 0)
            return refuse(r, t, expected);
        salt[1 + i / 2] = (uint8_t)(high * 16 + low);
    }
    salt[0] = (uint8_t)(t->length / 2);
    return rdata_put(r, salt, (size_t)salt[0] + 1);
}

/* ---- types ----------------------------------------------------------------------------------- */

/* 16 bits of an MX or SRV record: a number that is too large, or below zero, has a kind of its own. */
static bool put_ranged(struct rdata_text *r, const char *expected)
{
    const struct token *t = rdata_take(r, expected);
    uint32_t value = 0;
    if (t == NULL)
        return false;
    if (token_number(t, UINT16_MAX, &value))
        return rdata_put_value(r, 2, value);
    size_t at = t->length > 1 && t->text[0] == '-' ? 1 : 0;
    while (at < t->length && t->text[at] >= '0' && t->text[at] <= '9')
        at++;
    return rdata_refuse(r, t, at == t->length && !t->quoted ? ZONE_FAULT_RANGE : ZONE_FAULT_SYNTAX, expected);
}

/* "\# LENGTH HEX" (RFC 3597 section 5), for any type. */
static bool put_generic(struct rdata_text *r)
{
    uint32_t length = 0;
    r->at = 1;
    const struct token *t = rdata_take(r, "expected the length of the RDATA behind \\#");
    if (t == NULL)
        return false;
    if (!token_number(t, RDATA_MAX, &length))
        return refuse(r, t, "expected the length of the RDATA, 0 to 65535, behind \\#");
    if (length > 0 && !rdata_put_hex(r, "expected hexadecimal digits"))
        return false;
    if (r->length != length)
        return refuse(r, t, "the length behind \\# differs from the octets that follow");
    if (r->at < r->count)
        return refuse(r, &r->tokens[r->at], "expected the end of the record");
    return true;
}

/* CAA: flags tag value; the value may stand without quotes (RFC 8659 section 4.1.1). */
static bool parse_caa(struct rdata_text *r)
{
    return rdata_put_number(r, 1, "expected CAA flags, 0 to 255") &&
           rdata_put_one_string(r, "expected a CAA tag such as issue") &&
           rdata_put_text(r, "expected a CAA value");
}

static bool parse_soa(struct rdata_text *r)
{
    return rdata_put_name(r, "expected the SOA's primary server (MNAME)") &&
           rdata_put_name(r, "expected the SOA's mailbox (RNAME)") &&
           rdata_put_number(r, 4, "expected the serial, 0 to 4294967295") &&
           rdata_put_ttl(r, "expected REFRESH in seconds") && rdata_put_ttl(r, "expected RETRY in seconds") &&
           rdata_put_ttl(r, "expected EXPIRE in seconds") && rdata_put_ttl(r, "expected MINIMUM in seconds");
}

static bool parse_srv(struct rdata_text *r)
{
    return put_ranged(r, "expected a priority, 0 to 65535") &&
           put_ranged(r, "expected a weight, 0 to 65535") && put_ranged(r, "expected a port, 0 to 65535") &&
           rdata_put_name(r, "expected a target host");
}

static bool parse_naptr(struct rdata_text *r)
{
    return rdata_put_number(r, 2, "expected an order, 0 to 65535") &&
           rdata_put_number(r, 2, "expected a preference, 0 to 65535") &&
           rdata_put_one_string(r, "expected flags such as \"u\"") &&
           rdata_put_one_string(r, "expected services such as \"E2U+sip\"") &&
           rdata_put_one_string(r, "expected a regular expression") &&
           rdata_put_name(r, "expected a replacement name");
}

/* DNSSEC and its neighbours. @return 1 parsed, 0 refused, -1 not one of ours */
static int parse_security(uint16_t type, struct rdata_text *r)
{
    switch (type) {
    case RRTYPE_DS:
    case RRTYPE_CDS:
        return rdata_put_number(r, 2, "expected a key tag, 0 to 65535") &&
               rdata_put_number(r, 1, "expected an algorithm number") &&
               rdata_put_number(r, 1, "expected a digest type") &&
               rdata_put_hex(r, "expected a digest in hexadecimal");
    case RRTYPE_DNSKEY:
    case RRTYPE_CDNSKEY:
        return rdata_put_number(r, 2, "expected flags, 0 to 65535") &&
               rdata_put_number(r, 1, "expected the protocol, 3") &&
               rdata_put_number(r, 1, "expected an algorithm number") &&
               rdata_put_base64(r, "expected a key in base64");
    case RRTYPE_RRSIG:
        return parse_rrsig(r);
    case RRTYPE_NSEC:
        return rdata_put_name(r, "expected the next name") && put_bitmap(r);
    case RRTYPE_NSEC3:
        return put_nsec3_parameters(r) && put_base32hex(r, "expected the next hashed owner in base32hex") &&
               put_bitmap(r);
    case RRTYPE_NSEC3PARAM:
        return put_nsec3_parameters(r);
    case RRTYPE_CSYNC:
        return rdata_put_number(r, 4, "expected a serial") &&
               rdata_put_number(r, 2, "expected flags, 0 to 65535") && put_bitmap(r);
    case RRTYPE_ZONEMD:
        return rdata_put_number(r, 4, "expected a serial") && rdata_put_number(r, 1, "expected a scheme") &&
               rdata_put_number(r, 1, "expected a hash algorithm") &&
               rdata_put_hex(r, "expected a digest in hexadecimal");
    case RRTYPE_TLSA:
    case RRTYPE_SMIMEA:
        return rdata_put_number(r, 1, "expected a usage") && rdata_put_number(r, 1, "expected a selector") &&
               rdata_put_number(r, 1, "expected a matching type") &&
               rdata_put_hex(r, "expected certificate data in hexadecimal");
    case RRTYPE_SSHFP:
        return rdata_put_number(r, 1, "expected an algorithm") &&
               rdata_put_number(r, 1, "expected a fingerprint type") &&
               rdata_put_hex(r, "expected a fingerprint in hexadecimal");
    case RRTYPE_CAA:
        return parse_caa(r);
    default:
        return rdata_put_rare(type, r);
    }
}

/* @return 1 parsed, 0 refused, -1 not one of ours */
static int parse_known(uint16_t type, struct rdata_text *r)
{
    switch (type) {
    case RRTYPE_A:
        return rdata_put_address(r, 4);
    case RRTYPE_AAAA:
        return rdata_put_address(r, 6);
    case RRTYPE_NS:
    case RRTYPE_CNAME:
    case RRTYPE_PTR:
    case RRTYPE_DNAME:
        return rdata_put_name(r, "expected a domain name");
    case RRTYPE_MX:
        return put_ranged(r, "expected a preference, 0 to 65535") &&
               rdata_put_name(r, "expected a mail host");
    case RRTYPE_SRV:
        return parse_srv(r);
    case RRTYPE_TXT:
    case RRTYPE_SPF:
        return rdata_put_strings(r);
    case RRTYPE_HINFO:
        return rdata_put_one_string(r, "expected a processor") &&
               rdata_put_one_string(r, "expected an operating system");
    case RRTYPE_SOA:
        return parse_soa(r);
    case RRTYPE_NAPTR:
        return parse_naptr(r);
    case RRTYPE_URI:
        return rdata_put_number(r, 2, "expected a priority, 0 to 65535") &&
               rdata_put_number(r, 2, "expected a weight, 0 to 65535") &&
               rdata_put_text(r, "expected a URI in quotes");
    case RRTYPE_SVCB:
    case RRTYPE_HTTPS:
        return rdata_put_svcb(r);
    default:
        return parse_security(type, r);
    }
}

/* One record through ldns: the words as they stand, names completed by the origin. */
static bool parse_ldns(struct arena *a, uint16_t type, struct rdata_text *r)
{
    struct buf line = BUF_INIT((size_t)1 << 20);
    char word[16];
    char origin[DNAME_TEXT_MAX];
    const dname *owner;
    uint16_t got_type, class;
    uint32_t ttl_s;
    struct rdata rdata;
    buf_printf(&line, ". 3600 IN %s", rrtype_text(type, word));
    for (size_t i = 0; i < r->count; i++) {
        buf_str(&line, r->tokens[i].quoted ? " \"" : " ");
        buf_add(&line, r->tokens[i].text, r->tokens[i].length);
        buf_str(&line, r->tokens[i].quoted ? "\"" : "");
    }
    bool ok = !line.failed &&
              rr_from_text(a, buf_text(&line), r->origin != NULL ? dname_text_into(r->origin, origin) : ".",
                           &owner, &got_type, &class, &ttl_s, &rdata) == STATUS_OK &&
              got_type == type;
    buf_free(&line);
    r->at = r->count;
    if (!ok)
        return refuse(r, r->count > 0 ? &r->tokens[0] : NULL,
                      arena_printf(a, "the RDATA has not the form of %s", rrtype_text(type, word)));
    return rdata_put(r, rdata.octets, rdata.length);
}

bool rdata_parse(struct arena *a, uint16_t type, struct rdata_text *r)
{
    r->length = 0;
    r->at = 0;
    r->error = NULL;
    if (r->count > 0 && !r->tokens[0].quoted && r->tokens[0].length == 2 &&
        memcmp(r->tokens[0].text, "\\#", 2) == 0)
        return put_generic(r);
    int known = parse_known(type, r);
    if (known == -1)
        return parse_ldns(a, type, r);
    if (known == 1 && r->at < r->count)
        return refuse(r, &r->tokens[r->at], "expected the end of the record");
    return known == 1 && r->error == NULL;
}
