/* SPDX-License-Identifier: BSD-2-Clause */
/* What RDATA is made of: each part reads words and puts octets. */
#include "auditor/facts/zonefile_parts.h"

#include <string.h>

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

bool rdata_put_value(struct rdata_text *r, size_t size, uint32_t value)
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
    return token_number(t, high, &value) ? rdata_put_value(r, size, value) : refuse(r, t, expected);
}

bool rdata_put_ttl(struct rdata_text *r, const char *expected)
{
    const struct token *t = rdata_take(r, expected);
    uint32_t value = 0;
    if (t == NULL)
        return false;
    return token_ttl(t, &value) ? rdata_put_value(r, 4, value) : refuse(r, t, expected);
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

bool rdata_put_type(struct rdata_text *r)
{
    const struct token *t = rdata_take(r, "expected a record type");
    if (t == NULL)
        return false;
    uint16_t type = token_type(t);
    return type != 0 ? rdata_put_value(r, 2, type) : refuse(r, t, "expected a record type");
}

/* ---- hexadecimal and base64 -------------------------------------------------------------------- */

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
