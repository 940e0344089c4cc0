/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of master files that are types and domain names. */
#include "auditor/facts/zonefile_parts.h"

#include <string.h>

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

/* ---- digits ---------------------------------------------------------------------------------- */

int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}
