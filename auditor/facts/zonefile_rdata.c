/* SPDX-License-Identifier: BSD-2-Clause */
/* Frequent types go straight to wire form; ldns reads the rare ones, one record at a time. */
#include "auditor/facts/zonefile_rdata.h"

#include "auditor/base/buf.h"
#include "auditor/facts/address.h"

#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_IPSECKEY 45

const char *token_name(const struct token *t, const dname *origin, dname out[static DNAME_MAX])
{
    size_t used = 1;
    size_t label = 0;
    const char *at = t->text;
    const char *end = t->text + t->length;
    if (t->length == 1 && *at == '@' && !t->quoted) {
        if (origin == NULL)
            return "'@' stands for the origin, and none is known";
        memcpy(out, origin, dname_length(origin));
        return NULL;
    }
    if (t->length == 0)
        return "expected a domain name, found an empty word";
    if (t->length == 1 && *at == '.') {
        out[0] = 0;
        return NULL;
    }
    while (at < end) {
        if (*at == '.') {
            if (used - label == 1)
                return "an empty label: expected text between the dots of a domain name";
            out[label] = (dname)(used - label - 1);
            label = used++;
            at++;
            if (used > DNAME_MAX)
                return "a domain name of more than 255 octets";
            continue;
        }
        unsigned value = (unsigned char)*at++;
        if (value > 0x7e)
            return "an octet outside ASCII in a domain name: expected an A-label (xn--) or \\DDD";
        if (value == '\\') {
            if (at >= end)
                return "a broken escape in a domain name: expected \\DDD or \\X";
            value = (unsigned char)*at++;
            if (value >= '0' && value <= '9') {
                if (end - at < 2 || at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
                    return "a broken escape in a domain name: expected three digits behind '\\'";
                value = (value - '0') * 100 + (unsigned)(at[0] - '0') * 10 + (unsigned)(at[1] - '0');
                at += 2;
                if (value > 255)
                    return "a broken escape in a domain name: \\DDD goes to 255";
            }
        }
        if (used - label > DNAME_LABEL_MAX)
            return "a label of more than 63 octets";
        if (used >= DNAME_MAX)
            return "a domain name of more than 255 octets";
        out[used++] = (dname)value;
    }
    if (used - label == 1) { /* ended with a dot */
        out[label] = 0;
        return NULL;
    }
    out[label] = (dname)(used - label - 1);
    if (origin == NULL)
        return "a relative name, and no origin is known: expected a final dot, $ORIGIN or --origin";
    size_t tail = dname_length(origin);
    if (used + tail > DNAME_MAX)
        return "a domain name of more than 255 octets with its origin";
    memcpy(out + used, origin, tail);
    return NULL;
}

/* ---- parts of RDATA ----------------------------------------------------------------------------------------------------- */

static bool refuse(struct rdata_text *r, const struct token *where, const char *error)
{
    if (r->error == NULL) {
        r->error = error;
        r->error_token = where != NULL ? where : r->type_token;
    }
    return false;
}

static const struct token *take(struct rdata_text *r, const char *expected)
{
    if (r->error != NULL)
        return NULL;
    if (r->at == r->count) {
        refuse(r, r->count > 0 ? &r->tokens[r->count - 1] : NULL, expected);
        return NULL;
    }
    return &r->tokens[r->at++];
}

static bool put(struct rdata_text *r, const void *octets, size_t length)
{
    if (r->length + length > RDATA_MAX)
        return refuse(r, NULL, "RDATA of more than 65535 octets");
    memcpy(r->octets + r->length, octets, length);
    r->length += length;
    return true;
}

static bool put_number(struct rdata_text *r, size_t size, const char *expected)
{
    const struct token *t = take(r, expected);
    uint32_t value = 0;
    uint32_t high = size == 1 ? UINT8_MAX : size == 2 ? UINT16_MAX : UINT32_MAX;
    if (t == NULL)
        return false;
    if (!token_number(t, high, &value))
        return refuse(r, t, expected);
    const uint8_t octets[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
    return put(r, octets + (4 - size), size);
}

static bool put_ttl(struct rdata_text *r, const char *expected)
{
    const struct token *t = take(r, expected);
    uint32_t value = 0;
    if (t == NULL)
        return false;
    if (!token_ttl(t, &value))
        return refuse(r, t, expected);
    const uint8_t octets[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
    return put(r, octets, 4);
}

static bool put_name(struct rdata_text *r, const char *expected)
{
    dname name[DNAME_MAX];
    const struct token *t = take(r, expected);
    if (t == NULL)
        return false;
    const char *error = token_name(t, r->origin, name);
    return error == NULL ? put(r, name, dname_length(name)) : refuse(r, t, error);
}

static bool put_address(struct rdata_text *r, uint8_t family)
{
    const char *expected = family == 4 ? "expected an IPv4 address: four numbers from 0 to 255 without leading zeros"
                                       : "expected an IPv6 address";
    char text[ADDRESS_TEXT_SIZE];
    struct address address;
    const struct token *t = take(r, expected);
    if (t == NULL)
        return false;
    if (t->length >= sizeof(text))
        return refuse(r, t, expected);
    memcpy(text, t->text, t->length);
    text[t->length] = '\0';
    if (!address_from_text(text, &address) || address.family != family)
        return refuse(r, t, expected);
    return put(r, address.octets, family == 4 ? 4 : 16);
}

static bool put_string(struct rdata_text *r, const struct token *t)
{
    uint8_t string[256];
    int length = token_octets(t, string + 1, 255);
    if (length == -1)
        return refuse(r, t, "a broken escape: expected \\DDD up to 255, or \\X");
    if (length == -2)
        return refuse(r, t, "a string of more than 255 octets: expected several strings, each in its quotes");
    string[0] = (uint8_t)length;
    return put(r, string, (size_t)length + 1);
}

static bool put_strings(struct rdata_text *r)
{
    const struct token *t = take(r, "expected at least one string");
    if (t == NULL || !put_string(r, t))
        return false;
    while (r->at < r->count) {
        if (!put_string(r, &r->tokens[r->at++]))
            return false;
    }
    return true;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Hexadecimal over all remaining tokens; blanks between them mean nothing. */
static bool put_hex(struct rdata_text *r, const char *expected)
{
    int high = -1;
    const struct token *t = take(r, expected);
    for (; t != NULL; t = r->at < r->count ? &r->tokens[r->at++] : NULL) {
        for (size_t i = 0; i < t->length; i++) {
            int digit = hex_digit(t->text[i]);
            if (digit < 0 || t->quoted)
                return refuse(r, t, expected);
            if (high < 0) {
                high = digit;
                continue;
            }
            const uint8_t octet = (uint8_t)(high * 16 + digit);
            high = -1;
            if (!put(r, &octet, 1))
                return false;
        }
    }
    return r->error == NULL && (high < 0 || refuse(r, &r->tokens[r->count - 1], "an odd number of hexadecimal digits"));
}

static int base64_digit(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

/* Base64 over all remaining tokens (RFC 4648 section 4). */
static bool put_base64(struct rdata_text *r, const char *expected)
{
    uint32_t bits = 0;
    unsigned have = 0;
    unsigned padding = 0;
    const struct token *t = take(r, expected);
    for (; t != NULL; t = r->at < r->count ? &r->tokens[r->at++] : NULL) {
        for (size_t i = 0; i < t->length; i++) {
            int digit = base64_digit(t->text[i]);
            if (t->text[i] == '=' && padding < 2) {
                padding++;
                continue;
            }
            if (digit < 0 || padding > 0 || t->quoted)
                return refuse(r, t, expected);
            bits = (bits << 6) | (uint32_t)digit;
            have += 6;
            if (have < 8)
                continue;
            have -= 8;
            const uint8_t octet = (uint8_t)(bits >> have);
            if (!put(r, &octet, 1))
                return false;
        }
    }
    if (r->error == NULL && (have == 6 || (padding > 0 && padding != (have == 4 ? 2U : 1U))))
        return refuse(r, &r->tokens[r->count - 1], "base64 that ends in the middle of a group");
    return r->error == NULL;
}

/* "\# LENGTH HEX" (RFC 3597 section 5), for any type. */
static bool put_generic(struct rdata_text *r)
{
    uint32_t length = 0;
    r->at = 1;
    const struct token *t = take(r, "expected the length of the RDATA behind \\#");
    if (t == NULL)
        return false;
    if (!token_number(t, RDATA_MAX, &length))
        return refuse(r, t, "expected the length of the RDATA, 0 to 65535, behind \\#");
    if (length > 0 && !put_hex(r, "expected hexadecimal digits"))
        return false;
    if (r->length != length)
        return refuse(r, t, "the length behind \\# differs from the octets that follow");
    return true;
}

static bool put_type(struct rdata_text *r)
{
    const struct token *t = take(r, "expected a record type");
    char word[32];
    if (t == NULL)
        return false;
    size_t length = t->length < sizeof(word) - 1 ? t->length : sizeof(word) - 1;
    memcpy(word, t->text, length);
    word[length] = '\0';
    uint16_t type = rrtype_from_text(word);
    if (type == 0)
        return refuse(r, t, "expected a record type");
    const uint8_t octets[2] = {(uint8_t)(type >> 8), (uint8_t)type};
    return put(r, octets, 2);
}

/* YYYYMMDDHHmmSS or seconds (RFC 4034 section 3.2). */
static bool put_time(struct rdata_text *r, const char *expected)
{
    static const unsigned before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    const struct token *t = take(r, expected);
    uint32_t value = 0;
    if (t == NULL)
        return false;
    if (t->length == 14) {
        unsigned d[14];
        for (size_t i = 0; i < 14; i++) {
            if (t->text[i] < '0' || t->text[i] > '9')
                return refuse(r, t, expected);
            d[i] = (unsigned)(t->text[i] - '0');
        }
        unsigned year = d[0] * 1000 + d[1] * 100 + d[2] * 10 + d[3];
        unsigned month = d[4] * 10 + d[5];
        unsigned day = d[6] * 10 + d[7];
        unsigned hour = d[8] * 10 + d[9];
        unsigned minute = d[10] * 10 + d[11];
        unsigned second = d[12] * 10 + d[13];
        if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
            return refuse(r, t, expected);
        uint64_t leap = (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 - 477;
        bool this_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        uint64_t days = (uint64_t)(year - 1970) * 365 + leap + before[month - 1] + day - 1 + (this_leap && month > 2 ? 1 : 0);
        value = (uint32_t)(days * 86400 + hour * 3600 + minute * 60 + second); /* serial arithmetic: wraps in 2106 */
    } else if (!token_number(t, UINT32_MAX, &value)) {
        return refuse(r, t, expected);
    }
    const uint8_t octets[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
    return put(r, octets, 4);
}

static bool parse_rrsig(struct rdata_text *r)
{
    return put_type(r) && put_number(r, 1, "expected an algorithm number") &&
           put_number(r, 1, "expected the number of labels") && put_ttl(r, "expected the original TTL") &&
           put_time(r, "expected the expiration as YYYYMMDDHHmmSS") &&
           put_time(r, "expected the inception as YYYYMMDDHHmmSS") && put_number(r, 2, "expected a key tag") &&
           put_name(r, "expected the signer's name") && put_base64(r, "expected a signature in base64");
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
    while (r->at < r->count) {
        size_t keep = r->length;
        if (count == ARRAY_SIZE(types) || !put_type(r))
            return refuse(r, NULL, "more types in one bitmap than are read");
        types[count++] = (uint16_t)((r->octets[keep] << 8) | r->octets[keep + 1]);
        r->length = keep;
    }
    qsort(types, count, sizeof(types[0]), by_number);
    for (size_t i = 0; i < count;) {
        uint8_t window[34] = {(uint8_t)(types[i] >> 8), 0};
        for (; i < count && types[i] >> 8 == window[0]; i++) {
            uint8_t low = (uint8_t)types[i];
            window[2 + low / 8] |= (uint8_t)(0x80 >> (low % 8));
            window[1] = (uint8_t)(low / 8 + 1);
        }
        if (!put(r, window, (size_t)window[1] + 2))
            return false;
    }
    return true;
}

/* CAA: flags tag value; the value may stand without quotes (RFC 8659 section 4.1.1). */
static bool parse_caa(struct rdata_text *r)
{
    uint8_t value[4096];
    if (!put_number(r, 1, "expected CAA flags, 0 to 255"))
        return false;
    const struct token *tag = take(r, "expected a CAA tag such as issue");
    if (tag == NULL || !put_string(r, tag))
        return false;
    const struct token *t = take(r, "expected a CAA value");
    if (t == NULL)
        return false;
    int length = token_octets(t, value, sizeof(value));
    return length >= 0 ? put(r, value, (size_t)length) : refuse(r, t, "a broken escape, or a value of more than 4096 octets");
}

/* IPSECKEY (RFC 4025 section 3.1). Ours because ldns 1.8.3 leaks memory over a broken one. */
static bool parse_ipseckey(struct rdata_text *r)
{
    if (!put_number(r, 1, "expected a precedence, 0 to 255") || !put_number(r, 1, "expected a gateway type, 0 to 3") ||
        !put_number(r, 1, "expected an algorithm number"))
        return false;
    uint8_t gateway = r->octets[r->length - 2];
    bool has_key = r->octets[r->length - 1] != 0 || r->count > 4;
    bool ok;
    if (gateway == 0) {
        const struct token *t = take(r, "expected '.', for gateway type 0 has none");
        ok = t != NULL && (token_is(t, ".") || refuse(r, t, "expected '.', for gateway type 0 has none"));
    } else if (gateway == 1 || gateway == 2) {
        ok = put_address(r, gateway == 1 ? 4 : 6);
    } else if (gateway == 3) {
        ok = put_name(r, "expected the name of a gateway");
    } else {
        return refuse(r, &r->tokens[1], "expected a gateway type, 0 to 3");
    }
    return ok && (!has_key || put_base64(r, "expected a key in base64"));
}

static bool parse_soa(struct rdata_text *r)
{
    return put_name(r, "expected the SOA's primary server (MNAME)") && put_name(r, "expected the SOA's mailbox (RNAME)") &&
           put_number(r, 4, "expected the serial, 0 to 4294967295") && put_ttl(r, "expected REFRESH in seconds") &&
           put_ttl(r, "expected RETRY in seconds") && put_ttl(r, "expected EXPIRE in seconds") &&
           put_ttl(r, "expected MINIMUM in seconds");
}

/* @return 1 parsed, 0 refused, -1 not one of ours */
static int parse_known(uint16_t type, struct rdata_text *r)
{
    switch (type) {
    case RRTYPE_A:
        return put_address(r, 4);
    case RRTYPE_AAAA:
        return put_address(r, 6);
    case RRTYPE_NS:
    case RRTYPE_CNAME:
    case RRTYPE_PTR:
    case RRTYPE_DNAME:
        return put_name(r, "expected a domain name");
    case RRTYPE_MX:
        return put_number(r, 2, "expected a preference, 0 to 65535") && put_name(r, "expected a mail host");
    case RRTYPE_SRV:
        return put_number(r, 2, "expected a priority, 0 to 65535") && put_number(r, 2, "expected a weight, 0 to 65535") &&
               put_number(r, 2, "expected a port, 0 to 65535") && put_name(r, "expected a target host");
    case RRTYPE_TXT:
    case RRTYPE_SPF:
        return put_strings(r);
    case RRTYPE_SOA:
        return parse_soa(r);
    case RRTYPE_CAA:
        return parse_caa(r);
    case RRTYPE_DS:
    case RRTYPE_CDS:
        return put_number(r, 2, "expected a key tag, 0 to 65535") && put_number(r, 1, "expected an algorithm number") &&
               put_number(r, 1, "expected a digest type") && put_hex(r, "expected a digest in hexadecimal");
    case RRTYPE_DNSKEY:
    case RRTYPE_CDNSKEY:
        return put_number(r, 2, "expected flags, 0 to 65535") && put_number(r, 1, "expected the protocol, 3") &&
               put_number(r, 1, "expected an algorithm number") && put_base64(r, "expected a key in base64");
    case RRTYPE_TLSA:
        return put_number(r, 1, "expected a usage") && put_number(r, 1, "expected a selector") &&
               put_number(r, 1, "expected a matching type") && put_hex(r, "expected certificate data in hexadecimal");
    case RRTYPE_SSHFP:
        return put_number(r, 1, "expected an algorithm") && put_number(r, 1, "expected a fingerprint type") &&
               put_hex(r, "expected a fingerprint in hexadecimal");
    case TYPE_IPSECKEY:
        return parse_ipseckey(r);
    case RRTYPE_RRSIG:
        return parse_rrsig(r);
    case RRTYPE_NSEC:
        return put_name(r, "expected the next name") && put_bitmap(r);
    default:
        return -1;
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
    bool ok = !line.failed && rr_from_text(a, buf_text(&line),
                                           r->origin != NULL ? dname_text_into(r->origin, origin) : ".", &owner,
                                           &got_type, &class, &ttl_s, &rdata) == STATUS_OK && got_type == type;
    buf_free(&line);
    r->at = r->count;
    if (!ok)
        return refuse(r, r->count > 0 ? &r->tokens[0] : NULL,
                      arena_printf(a, "the RDATA has not the form of %s", rrtype_text(type, word)));
    return put(r, rdata.octets, rdata.length);
}

bool rdata_parse(struct arena *a, uint16_t type, struct rdata_text *r)
{
    r->length = 0;
    r->at = 0;
    r->error = NULL;
    if (r->count > 0 && !r->tokens[0].quoted && r->tokens[0].length == 2 && memcmp(r->tokens[0].text, "\\#", 2) == 0)
        return put_generic(r);
    int known = parse_known(type, r);
    if (known == -1)
        return parse_ldns(a, type, r);
    if (known == 1 && r->at < r->count)
        return refuse(r, &r->tokens[r->at], "expected the end of the record");
    return known == 1 && r->error == NULL;
}
