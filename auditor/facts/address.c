/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses, prefixes and the special-purpose blocks. */
#include "auditor/facts/address.h"

#include "auditor/facts/settings.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool address_equal(const struct address *a, const struct address *b)
{
    return address_compare(a, b) == 0;
}

int address_compare(const struct address *a, const struct address *b)
{
    if (a->family != b->family)
        return (int)a->family - (int)b->family;
    return memcmp(a->octets, b->octets, a->family == 4 ? 4 : 16);
}

char *address_text(const struct address *a, char text[static ADDRESS_TEXT_SIZE])
{
    if (a->family == 0 ||
        inet_ntop(a->family == 4 ? AF_INET : AF_INET6, a->octets, text, ADDRESS_TEXT_SIZE) == NULL)
        snprintf(text, ADDRESS_TEXT_SIZE, "-");
    return text;
}

bool address_from_text(const char *text, struct address *out)
{
    struct address a = {.family = 4};
    if (inet_pton(AF_INET, text, a.octets) != 1) {
        memset(a.octets, 0, sizeof(a.octets));
        a.family = 6;
        if (inet_pton(AF_INET6, text, a.octets) != 1)
            return false;
    }
    *out = a;
    return true;
}

bool address_from_rdata(uint16_t type, const struct rdata *rdata, struct address *out)
{
    size_t size = type == RRTYPE_A ? 4 : type == RRTYPE_AAAA ? 16 : 0;
    if (size == 0 || rdata->length != size)
        return false;
    *out = (struct address){.family = type == RRTYPE_A ? 4 : 6};
    memcpy(out->octets, rdata->octets, size);
    return true;
}

bool cidr_from_text(const char *text, struct cidr *out)
{
    char copy[ADDRESS_TEXT_SIZE];
    const char *slash = strchr(text, '/');
    size_t length = slash != NULL ? (size_t)(slash - text) : strlen(text);
    struct cidr block;
    if (length >= sizeof(copy))
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    if (!address_from_text(copy, &block.address))
        return false;
    unsigned long full = block.address.family == 4 ? 32 : 128;
    unsigned long prefix = full;
    if (slash != NULL) {
        char *end = NULL;
        if (slash[1] < '0' || slash[1] > '9')
            return false;
        prefix = strtoul(slash + 1, &end, 10);
        if (*end != '\0' || prefix > full)
            return false;
    }
    block.prefix = (uint8_t)prefix;
    *out = block;
    return true;
}

bool cidr_contains(const struct cidr *block, const struct address *address)
{
    if (block->address.family != address->family)
        return false;
    size_t whole = block->prefix / 8;
    unsigned rest = block->prefix % 8;
    if (memcmp(block->address.octets, address->octets, whole) != 0)
        return false;
    if (rest == 0)
        return true;
    unsigned mask = 0xff00U >> rest & 0xffU;
    return (block->address.octets[whole] & mask) == (address->octets[whole] & mask);
}

/* RFC 6890 and the IANA special-purpose registries; more specific blocks come first. */
static const struct {
    struct cidr block;
    const char *name;
} special4[] = {
    {{{4, {0}}, 8}, "this network (RFC 791)"},
    {{{4, {10}}, 8}, "private (RFC 1918)"},
    {{{4, {100, 64}}, 10}, "shared, carrier-grade NAT (RFC 6598)"},
    {{{4, {127}}, 8}, "loopback (RFC 1122)"},
    {{{4, {169, 254}}, 16}, "link-local (RFC 3927)"},
    {{{4, {172, 16}}, 12}, "private (RFC 1918)"},
    {{{4, {192}}, 24}, "protocol assignments (RFC 6890)"},
    {{{4, {192, 0, 2}}, 24}, "documentation (RFC 5737)"},
    {{{4, {192, 168}}, 16}, "private (RFC 1918)"},
    {{{4, {198, 18}}, 15}, "benchmarking (RFC 2544)"},
    {{{4, {198, 51, 100}}, 24}, "documentation (RFC 5737)"},
    {{{4, {203, 0, 113}}, 24}, "documentation (RFC 5737)"},
    {{{4, {224}}, 4}, "multicast (RFC 5771)"},
    {{{4, {240}}, 4}, "reserved (RFC 1112)"},
}, special6[] = {
    {{{6, {0x00}}, 128}, "unspecified (RFC 4291)"},
    {{{6, {[15] = 1}}, 128}, "loopback (RFC 4291)"},
    {{{6, {0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}}, 48}, "local translation (RFC 8215)"},
    {{{6, {0x01}}, 64}, "discard-only (RFC 6666)"},
    {{{6, {0x20, 0x01, 0x0d, 0xb8}}, 32}, "documentation (RFC 3849)"},
    {{{6, {0x20, 0x01}}, 23}, "protocol assignments (RFC 2928)"},
    {{{6, {0x20, 0x02}}, 16}, "6to4 (RFC 3056)"},
    {{{6, {0x3f, 0xff}}, 20}, "documentation (RFC 9637)"},
    {{{6, {0xfc}}, 7}, "unique local (RFC 4193)"},
    {{{6, {0xfe, 0x80}}, 10}, "link-local (RFC 4291)"},
    {{{6, {0xff}}, 8}, "multicast (RFC 4291)"},
};

/* The IPv4 address inside an IPv4-mapped or NAT64 address. */
static bool inner_ipv4(const struct address *address, struct address *out)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    static const uint8_t nat64[12] = {0, 0x64, 0xff, 0x9b};
    if (address->family != 6 ||
        (memcmp(address->octets, mapped, 12) != 0 && memcmp(address->octets, nat64, 12) != 0))
        return false;
    *out = (struct address){.family = 4};
    memcpy(out->octets, address->octets + 12, 4);
    return true;
}

const char *address_special(const struct address *address)
{
    struct address inner;
    if (inner_ipv4(address, &inner))
        return address_special(&inner);
    if (address->family == 4) {
        for (size_t i = 0; i < ARRAY_SIZE(special4); i++) {
            if (cidr_contains(&special4[i].block, address))
                return special4[i].name;
        }
        return NULL;
    }
    for (size_t i = 0; i < ARRAY_SIZE(special6); i++) {
        if (cidr_contains(&special6[i].block, address))
            return special6[i].name;
    }
    return NULL;
}

static bool is_loopback(const struct address *a)
{
    static const uint8_t one[16] = {[15] = 1};
    return a->family == 4 ? a->octets[0] == 127 : memcmp(a->octets, one, sizeof(one)) == 0;
}

bool settings_public(const struct settings *s, const struct address *a)
{
    if (a->family != 4 && a->family != 6)
        return false;
    for (size_t i = 0; i < s->as_public_count; i++) {
        if (cidr_contains(&s->as_public[i], a))
            return true;
    }
    if (s->allow_private && is_loopback(a))
        return true;
    return address_special(a) == NULL;
}

bool settings_contact(const struct settings *s, const struct address *a)
{
    return (a->family == 4 || a->family == 6) && (s->allow_private || settings_public(s, a));
}
