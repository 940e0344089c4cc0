/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses in master files: the strict forms of RFC 1035 section 3.4.1 and RFC 4291 section 2.2. */
#include "auditor/facts/zonefile_parts.h"

#include <string.h>

/* One decimal number from 0 to 255 without leading zeros. @return its digits, 0 if it is none */
static size_t decimal_octet(const char *text, size_t length, uint8_t *out)
{
    unsigned value = 0;
    size_t at = 0;
    for (; at < length && at < 4 && text[at] >= '0' && text[at] <= '9'; at++)
        value = value * 10 + (unsigned)(text[at] - '0');
    if (at == 0 || at > 3 || value > 255 || (at > 1 && text[0] == '0'))
        return 0;
    *out = (uint8_t)value;
    return at;
}

static bool ipv4_octets(const char *text, size_t length, uint8_t *out)
{
    size_t at = 0;
    for (unsigned i = 0; i < 4; i++) {
        if (i > 0 && (at == length || text[at++] != '.'))
            return false;
        size_t digits = decimal_octet(text + at, length - at, &out[i]);
        if (digits == 0)
            return false;
        at += digits;
    }
    return at == length;
}

static bool digit_of(char c, bool hexadecimal)
{
    return (c >= '0' && c <= '9') || (hexadecimal && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
}

/* One to four numbers as inet_aton() takes them, with at least one in octal or hexadecimal (RFC 6943
 * section 3.1.1). */
static bool ipv4_ambiguous(const char *text, size_t length)
{
    bool odd = false;
    unsigned numbers = 0;
    for (size_t at = 0; at <= length; at++) {
        const bool hexadecimal =
            at + 2 < length && text[at] == '0' && (text[at + 1] == 'x' || text[at + 1] == 'X');
        const size_t start = hexadecimal ? at + 2 : at;
        size_t end = start;
        while (end < length && digit_of(text[end], hexadecimal))
            end++;
        if (end == start || (end < length && text[end] != '.') || ++numbers > 4)
            return false;
        odd = odd || hexadecimal || (end - start > 1 && text[start] == '0');
        at = end;
    }
    return odd;
}

/* One group of one to four hexadecimal digits. @return its digits, 0 if it is none */
static size_t hex_group(const char *text, size_t length, unsigned *value)
{
    size_t at = 0;
    *value = 0;
    for (int digit; at < length && at < 5 && (digit = hex_digit(text[at])) >= 0; at++)
        *value = *value * 16 + (unsigned)digit;
    return at <= 4 ? at : 0;
}

static bool ipv6_octets(const char *text, size_t length, uint8_t out[static 16])
{
    size_t used = 0;
    size_t gap = 17; /* where "::" stands */
    size_t at = 0;
    if (length >= 2 && text[0] == ':' && text[1] == ':') {
        gap = 0;
        at = 2;
    }
    while (at < length) {
        unsigned value;
        size_t digits = hex_group(text + at, length - at, &value);
        if (digits == 0 || used > 14)
            return false;
        if (at + digits < length && text[at + digits] == '.') { /* the last 32 bits as an IPv4 address */
            if (used > 12 || !ipv4_octets(text + at, length - at, out + used))
                return false;
            used += 4;
            break;
        }
        out[used++] = (uint8_t)(value >> 8);
        out[used++] = (uint8_t)value;
        at += digits;
        if (at == length)
            break;
        if (text[at++] != ':' || at == length)
            return false;
        if (text[at] != ':')
            continue;
        if (gap != 17)
            return false;
        gap = used;
        at++;
    }
    if (gap == 17)
        return used == 16;
    if (used == 16)
        return false;
    memmove(out + 16 - (used - gap), out + gap, used - gap);
    memset(out + gap, 0, 16 - used);
    return true;
}

int address_octets(const char *text, size_t length, uint8_t family, uint8_t out[static 16])
{
    if (family == 6)
        return ipv6_octets(text, length, out) ? 1 : 0;
    if (ipv4_octets(text, length, out))
        return 1;
    return ipv4_ambiguous(text, length) ? -1 : 0;
}
