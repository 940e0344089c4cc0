/* SPDX-License-Identifier: BSD-2-Clause */
/* Most types go straight to wire form; ldns reads the rare ones, one record at a time. */
#include "auditor/facts/zonefile_rdata.h"

#include "auditor/base/buf.h"

#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_SMIMEA 53

/* ---- types ----------------------------------------------------------------------------------- */

#define T1(a) ((uint64_t)(a))
#define T2(a, b) (T1(a) << 8 | (b))
#define T3(a, b, c) (T2(a, b) << 8 | (c))
#define T4(a, b, c, d) (T3(a, b, c) << 8 | (d))
#define T5(a, b, c, d, e) (T4(a, b, c, d) << 8 | (e))
#define T6(a, b, c, d, e, f) (T5(a, b, c, d, e) << 8 | (f))

uint16_t token_type(const struct token *t)
{
    /* The letters of frequent types as one number. */
    static const struct {
        uint64_t letters;
        uint16_t type;
    } frequent[] = {
        {T1('A'), RRTYPE_A},
        {T5('R', 'R', 'S', 'I', 'G'), RRTYPE_RRSIG},
        {T2('N', 'S'), RRTYPE_NS},
        {T4('A', 'A', 'A', 'A'), RRTYPE_AAAA},
        {T5('N', 'S', 'E', 'C', '3'), RRTYPE_NSEC3},
        {T4('N', 'S', 'E', 'C'), RRTYPE_NSEC},
        {T2('D', 'S'), RRTYPE_DS},
        {T3('T', 'X', 'T'), RRTYPE_TXT},
        {T2('M', 'X'), RRTYPE_MX},
        {T5('C', 'N', 'A', 'M', 'E'), RRTYPE_CNAME},
        {T3('C', 'A', 'A'), RRTYPE_CAA},
        {T3('P', 'T', 'R'), RRTYPE_PTR},
        {T3('S', 'R', 'V'), RRTYPE_SRV},
        {T3('S', 'O', 'A'), RRTYPE_SOA},
        {T5('H', 'T', 'T', 'P', 'S'), RRTYPE_HTTPS},
        {T6('D', 'N', 'S', 'K', 'E', 'Y'), RRTYPE_DNSKEY},
        {T4('T', 'L', 'S', 'A'), RRTYPE_TLSA},
        {T5('S', 'S', 'H', 'F', 'P'), RRTYPE_SSHFP},
    };
    char word[32];
    uint64_t letters = 0;
    if (t->quoted || t->length >= sizeof(word))
        return 0;
    for (size_t i = 0; i < t->length; i++) {
        char c = t->text[i];
        letters = letters << 8 | (unsigned char)(c >= 'a' && c <= 'z' ? c - 32 : c);
    }
    for (size_t i = 0; t->length <= 6 && i < ARRAY_SIZE(frequent); i++) {
        if (frequent[i].letters == letters)
            return frequent[i].type;
    }
    memcpy(word, t->text, t->length);
    word[t->length] = '\0';
    return rrtype_from_text(word);
}

/* ---- names ----------------------------------------------------------------------------------- */

static const char *name_error(enum zone_fault *fault, enum zone_fault kind, const char *message)
{
    *fault = kind;
    return message;
}

/* One octet at *at, escapes decoded. @return NULL, or what is wrong */
static const char *name_octet(const char **at, const char *end, unsigned *value, enum zone_fault *fault)
{
    const char *c = *at;
    *value = (unsigned char)*c++;
    if (*value > 0x7e)
        return name_error(fault, ZONE_FAULT_SYNTAX,
                          "an octet outside ASCII in a domain name: expected an A-label (xn--) or \\DDD");
    if (*value == '\\') {
        if (c >= end)
            return name_error(fault, ZONE_FAULT_ESCAPE,
                              "a broken escape in a domain name: expected \\DDD or \\X");
        *value = (unsigned char)*c++;
        if (*value >= '0' && *value <= '9') {
            if (end - c < 2 || c[0] < '0' || c[0] > '9' || c[1] < '0' || c[1] > '9')
                return name_error(fault, ZONE_FAULT_ESCAPE,
                                  "a broken escape in a domain name: expected three digits behind '\\'");
            *value = (*value - '0') * 100 + (unsigned)(c[0] - '0') * 10 + (unsigned)(c[1] - '0');
            c += 2;
            if (*value > 255)
                return name_error(fault, ZONE_FAULT_ESCAPE,
                                  "a broken escape in a domain name: \\DDD goes to 255");
        }
    }
    *at = c;
    return NULL;
}

/* Behind the last label of a relative name. */
static const char *add_origin(const dname *origin, dname *out, size_t used, size_t *length,
                              enum zone_fault *fault)
{
    if (origin == NULL)
        return name_error(
            fault, ZONE_FAULT_SYNTAX,
            "a relative name, and no origin is known: expected a final dot, $ORIGIN or --origin");
    size_t tail = dname_length(origin);
    if (used + tail > DNAME_MAX)
        return name_error(fault, ZONE_FAULT_LABEL, "a domain name of more than 255 octets with its origin");
    memcpy(out + used, origin, tail);
    *length = used + tail;
    return NULL;
}

static const char *name_labels(const struct token *t, const dname *origin, dname *out, size_t *length,
                               enum zone_fault *fault)
{
    size_t used = 1;
    size_t label = 0;
    const char *at = t->text;
    const char *end = t->text + t->length;
    while (at < end) {
        unsigned value = (unsigned char)*at;
        if (value == '.') {
            if (used - label == 1)
                return name_error(fault, ZONE_FAULT_SYNTAX,
                                  "an empty label: expected text between the dots of a domain name");
            out[label] = (dname)(used - label - 1);
            label = used++;
            at++;
            if (used > DNAME_MAX)
                return name_error(fault, ZONE_FAULT_LABEL, "a domain name of more than 255 octets");
            continue;
        }
        if (value == '\\' || value > 0x7e) {
            const char *error = name_octet(&at, end, &value, fault);
            if (error != NULL)
                return error;
        } else {
            at++;
        }
        if (used - label > DNAME_LABEL_MAX)
            return name_error(fault, ZONE_FAULT_LABEL, "a label of more than 63 octets");
        if (used >= DNAME_MAX)
            return name_error(fault, ZONE_FAULT_LABEL, "a domain name of more than 255 octets");
        out[used++] = (dname)value;
    }
    if (used - label == 1) { /* ended with a dot */
        out[label] = 0;
        *length = used;
        return NULL;
    }
    out[label] = (dname)(used - label - 1);
    return add_origin(origin, out, used, length, fault);
}

const char *token_name_length(const struct token *t, const dname *origin, dname out[static DNAME_MAX],
                              size_t *length, enum zone_fault *fault)
{
    if (t->length == 1 && *t->text == '@' && !t->quoted) {
        if (origin == NULL)
            return name_error(fault, ZONE_FAULT_SYNTAX, "'@' stands for the origin, and none is known");
        return add_origin(origin, out, 0, length, fault);
    }
    if (t->length == 0)
        return name_error(fault, ZONE_FAULT_SYNTAX, "expected a domain name, found an empty word");
    if (t->length == 1 && *t->text == '.') {
        out[0] = 0;
        *length = 1;
        return NULL;
    }
    return name_labels(t, origin, out, length, fault);
}

const char *token_name(const struct token *t, const dname *origin, dname out[static DNAME_MAX])
{
    enum zone_fault fault;
    size_t length;
    return token_name_length(t, origin, out, &length, &fault);
}

/* ---- parts of RDATA -------------------------------------------------------------------------- */

bool rdata_refuse(struct rdata_text *r, const struct token *where, enum zone_fault fault, const char *error)
{
    if (r->error == NULL) {
        r->error = error;
        r->fault = fault;
        r->error_token = where != NULL ? where : r->type_token;
    }
    return false;
}

static bool refuse(struct rdata_text *r, const struct token *where, const char *error)
{
    return rdata_refuse(r, where, ZONE_FAULT_SYNTAX, error);
}

const struct token *rdata_take(struct rdata_text *r, const char *expected)
{
    if (r->error != NULL)
        return NULL;
    if (r->at == r->count) {
        refuse(r, r->count > 0 ? &r->tokens[r->count - 1] : NULL, expected);
        return NULL;
    }
    return &r->tokens[r->at++];
}

bool rdata_put(struct rdata_text *r, const void *octets, size_t length)
{
    if (r->length + length > RDATA_MAX)
        return refuse(r, NULL, "RDATA of more than 65535 octets");
    memcpy(r->octets + r->length, octets, length);
    r->length += length;
    return true;
}

static bool put_value(struct rdata_text *r, size_t size, uint32_t value)
{
    const uint8_t octets[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                               (uint8_t)value};
    return rdata_put(r, octets + (4 - size), size);
}

bool rdata_put_number(struct rdata_text *r, size_t size, const char *expected)
{
    const struct token *t = rdata_take(r, expected);
    uint32_t value = 0;
    uint32_t high = size == 1 ? UINT8_MAX : size == 2 ? UINT16_MAX : UINT32_MAX;
    if (t == NULL)
        return false;
    return token_number(t, high, &value) ? put_value(r, size, value) : refuse(r, t, expected);
}

/* 16 bits of an MX or SRV record: a number that is too large, or below zero, has a kind of its own. */
static bool put_ranged(struct rdata_text *r, const char *expected)
{
    const struct token *t = rdata_take(r, expected);
    uint32_t value = 0;
    if (t == NULL)
        return false;
    if (token_number(t, UINT16_MAX, &value))
        return put_value(r, 2, value);
    size_t at = t->length > 1 && t->text[0] == '-' ? 1 : 0;
    while (at < t->length && t->text[at] >= '0' && t->text[at] <= '9')
        at++;
    return rdata_refuse(r, t, at == t->length && !t->quoted ? ZONE_FAULT_RANGE : ZONE_FAULT_SYNTAX, expected);
}

static bool put_ttl(struct rdata_text *r, const char *expected)
{
    const struct token *t = rdata_take(r, expected);
    uint32_t value = 0;
    if (t == NULL)
        return false;
    return token_ttl(t, &value) ? put_value(r, 4, value) : refuse(r, t, expected);
}

bool rdata_put_name(struct rdata_text *r, const char *expected)
{
    dname name[DNAME_MAX];
    size_t length = 0;
    enum zone_fault fault = ZONE_FAULT_SYNTAX;
    const struct token *t = rdata_take(r, expected);
    if (t == NULL)
        return false;
    const char *error = token_name_length(t, r->origin, name, &length, &fault);
    return error == NULL ? rdata_put(r, name, length) : rdata_refuse(r, t, fault, error);
}

bool rdata_put_address(struct rdata_text *r, uint8_t family)
{
    const char *expected = family == 4
                               ? "expected an IPv4 address: four numbers from 0 to 255 without leading zeros"
                               : "expected an IPv6 address";
    uint8_t octets[16];
    const struct token *t = rdata_take(r, expected);
    if (t == NULL)
        return false;
    int read = address_octets(t->text, t->length, family, octets);
    if (read < 0)
        return rdata_refuse(
            r, t, ZONE_FAULT_ADDRESS,
            "an address that some programs read as octal or hexadecimal: expected four decimal numbers "
            "from 0 to 255 without leading zeros");
    return read == 1 ? rdata_put(r, octets, family == 4 ? 4 : 16) : refuse(r, t, expected);
}

static bool put_string(struct rdata_text *r, const struct token *t)
{
    uint8_t string[256];
    int length = t->plain && t->length <= 255 ? (int)t->length : token_octets(t, string + 1, 255);
    if (length == -1)
        return rdata_refuse(r, t, ZONE_FAULT_ESCAPE, "a broken escape: expected \\DDD up to 255, or \\X");
    if (length == -2)
        return rdata_refuse(r, t, ZONE_FAULT_STRING,
                            "a string of more than 255 octets: expected several strings, each in its quotes");
    string[0] = (uint8_t)length;
    if (t->plain && length > 0)
        memcpy(string + 1, t->text, t->length);
    return rdata_put(r, string, (size_t)length + 1);
}

bool rdata_put_one_string(struct rdata_text *r, const char *expected)
{
    const struct token *t = rdata_take(r, expected);
    return t != NULL && put_string(r, t);
}

bool rdata_put_strings(struct rdata_text *r)
{
    if (!rdata_put_one_string(r, "expected at least one string"))
        return false;
    while (r->at < r->count) {
        if (!put_string(r, &r->tokens[r->at++]))
            return false;
    }
    return true;
}

/* All of a token without a length in front. */
bool rdata_put_text(struct rdata_text *r, const char *expected)
{
    const struct token *t = rdata_take(r, expected);
    if (t == NULL)
        return false;
    int length = token_octets(t, r->octets + r->length, RDATA_MAX - r->length);
    if (length == -1)
        return rdata_refuse(r, t, ZONE_FAULT_ESCAPE, "a broken escape: expected \\DDD up to 255, or \\X");
    if (length < 0)
        return refuse(r, t, "RDATA of more than 65535 octets");
    r->length += (size_t)length;
    return true;
}

/* ---- hexadecimal, base64, base32hex ---------------------------------------------------------- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Hexadecimal over all remaining tokens; blanks between them mean nothing. */
bool rdata_put_hex(struct rdata_text *r, const char *expected)
{
    int high = -1;
    const struct token *t = rdata_take(r, expected);
    for (; t != NULL; t = r->at < r->count ? &r->tokens[r->at++] : NULL) {
        if (r->length + (t->length + (high >= 0 ? 1 : 0)) / 2 > RDATA_MAX)
            return refuse(r, t, "RDATA of more than 65535 octets");
        for (size_t i = 0; i < t->length; i++) {
            int digit = hex_digit(t->text[i]);
            if (digit < 0 || t->quoted)
                return refuse(r, t, expected);
            if (high < 0) {
                high = digit;
                continue;
            }
            r->octets[r->length++] = (uint8_t)(high * 16 + digit);
            high = -1;
        }
    }
    return r->error == NULL &&
           (high < 0 || refuse(r, &r->tokens[r->count - 1], "an odd number of hexadecimal digits"));
}

/* Value of a base64 digit plus one; 0 is none. */
static const uint8_t base64_digits[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

/* Base64 that may go on in another token (RFC 4648 section 4). */
struct base64 {
    uint32_t bits;
    unsigned have, padding;
};

/* Octets that the text makes at most, together with what is waiting. */
static size_t base64_size(const struct base64 *b, const char *text, size_t length)
{
    while (length > 0 && text[length - 1] == '=')
        length--;
    return (length * 6 + b->have) / 8;
}

/* @return octets written to out, as many as base64_size() has room for, or -1 */
static int base64_part(struct base64 *b, const char *text, size_t length, uint8_t *out)
{
    uint8_t *to = out;
    size_t i = 0;
    while (i < length) {
        if (b->have == 0 && b->padding == 0) { /* whole groups */
            for (; i + 4 <= length; i += 4, to += 3) {
                const uint32_t d0 = base64_digits[(unsigned char)text[i]];
                const uint32_t d1 = base64_digits[(unsigned char)text[i + 1]];
                const uint32_t d2 = base64_digits[(unsigned char)text[i + 2]];
                const uint32_t d3 = base64_digits[(unsigned char)text[i + 3]];
                if (d0 == 0 || d1 == 0 || d2 == 0 || d3 == 0)
                    break;
                const uint32_t group = (d0 - 1) << 18 | (d1 - 1) << 12 | (d2 - 1) << 6 | (d3 - 1);
                to[0] = (uint8_t)(group >> 16);
                to[1] = (uint8_t)(group >> 8);
                to[2] = (uint8_t)group;
            }
            if (i == length)
                break;
        }
        const uint32_t digit = base64_digits[(unsigned char)text[i]];
        if (text[i] == '=' && b->padding < 2) {
            b->padding++;
        } else if (digit == 0 || b->padding > 0) {
            return -1;
        } else {
            b->bits = (b->bits << 6) | (digit - 1);
            b->have += 6;
            if (b->have >= 8) {
                b->have -= 8;
                *to++ = (uint8_t)(b->bits >> b->have);
            }
        }
        i++;
    }
    return (int)(to - out);
}

static bool base64_whole(const struct base64 *b)
{
    return b->have != 6 && (b->padding == 0 || b->padding == (b->have == 4 ? 2U : b->have == 2 ? 1U : 3U));
}

int base64_octets(const char *text, size_t length, uint8_t *out, size_t room)
{
    struct base64 b = {0};
    if (base64_size(&b, text, length) > room)
        return -1;
    int written = base64_part(&b, text, length, out);
    return written >= 0 && base64_whole(&b) ? written : -1;
}

/* Base64 over all remaining tokens. */
bool rdata_put_base64(struct rdata_text *r, const char *expected)
{
    struct base64 b = {0};
    const struct token *t = rdata_take(r, expected);
    for (; t != NULL; t = r->at < r->count ? &r->tokens[r->at++] : NULL) {
        if (r->length + base64_size(&b, t->text, t->length) > RDATA_MAX)
            return refuse(r, t, "RDATA of more than 65535 octets");
        int written = t->quoted ? -1 : base64_part(&b, t->text, t->length, r->octets + r->length);
        if (written < 0)
            return refuse(r, t, expected);
        r->length += (size_t)written;
    }
    if (r->error == NULL && !base64_whole(&b))
        return refuse(r, &r->tokens[r->count - 1], "base64 that ends in the middle of a group");
    return r->error == NULL;
}

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

/* ---- DNSSEC ---------------------------------------------------------------------------------- */

bool rdata_put_type(struct rdata_text *r)
{
    const struct token *t = rdata_take(r, "expected a record type");
    if (t == NULL)
        return false;
    uint16_t type = token_type(t);
    return type != 0 ? put_value(r, 2, type) : refuse(r, t, "expected a record type");
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
    return ok ? put_value(r, 4, value) : refuse(r, t, expected);
}

static bool parse_rrsig(struct rdata_text *r)
{
    return rdata_put_type(r) && rdata_put_number(r, 1, "expected an algorithm number") &&
           rdata_put_number(r, 1, "expected the number of labels") &&
           put_ttl(r, "expected the original TTL") &&
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
           put_ttl(r, "expected REFRESH in seconds") && put_ttl(r, "expected RETRY in seconds") &&
           put_ttl(r, "expected EXPIRE in seconds") && put_ttl(r, "expected MINIMUM in seconds");
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
    case TYPE_SMIMEA:
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
