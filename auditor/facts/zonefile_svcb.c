/* SPDX-License-Identifier: BSD-2-Clause */
/* RDATA of SVCB and HTTPS: priority, target and parameters in ascending order of keys (RFC 9460
 * section 2). */
#include "auditor/facts/zonefile_types.h"

#include <stdlib.h>
#include <string.h>

#define KEYS_MAX 64U
#define KEY_NONE UINT32_MAX

enum {
    KEY_MANDATORY,
    KEY_ALPN,
    KEY_NO_DEFAULT_ALPN,
    KEY_PORT,
    KEY_IPV4HINT,
    KEY_ECH,
    KEY_IPV6HINT,
    KEY_DOHPATH,
    KEY_OHTTP
};

static const char *const key_names[] = {"mandatory", "alpn",     "no-default-alpn", "port", "ipv4hint",
                                        "ech",       "ipv6hint", "dohpath",         "ohttp"};

/* A parameter as it stands in the scratch octets. */
struct parameter {
    uint16_t key;
    size_t at, length;
};

struct values {
    uint8_t *octets;
    size_t length, room;
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same_word(const char *text, size_t length, const char *word)
{
    size_t i = 0;
    while (i < length && word[i] != '\0' && lower(text[i]) == word[i])
        i++;
    return i == length && word[i] == '\0';
}

/* "alpn", "key65280". @return KEY_NONE if it is no key */
static uint32_t key_of(const char *text, size_t length)
{
    for (size_t i = 0; i < ARRAY_SIZE(key_names); i++) {
        if (same_word(text, length, key_names[i]))
            return (uint32_t)i;
    }
    const struct token number = {.text = text + 3, .length = length > 3 ? length - 3 : 0};
    uint32_t value = 0;
    if (length < 4 || !same_word(text, 3, "key") || (text[3] == '0' && length > 4) ||
        !token_number(&number, UINT16_MAX, &value))
        return KEY_NONE;
    return value;
}

/* The parts of a value between commas. A comma may be escaped in alpn (RFC 9460 appendix A.1), elsewhere
 * never is. */
struct list {
    const uint8_t *at, *end;
    bool escapes, more;
};

/* @return octets of the next part in `out`, or -1 */
static int next_part(struct list *l, uint8_t *out, size_t room)
{
    size_t used = 0;
    l->more = false;
    for (; l->at < l->end; l->at++) {
        uint8_t c = *l->at;
        if (c == ',') {
            l->at++;
            l->more = true;
            break;
        }
        if (c == '\\' && l->escapes && l->at + 1 < l->end)
            c = *++l->at;
        if (used == room)
            return -1;
        out[used++] = c;
    }
    return (int)used;
}

static bool add(struct values *v, const void *octets, size_t length)
{
    if (v->length + length > v->room)
        return false;
    memcpy(v->octets + v->length, octets, length);
    v->length += length;
    return true;
}

static bool add_number(struct values *v, uint16_t number)
{
    const uint8_t octets[2] = {(uint8_t)(number >> 8), (uint8_t)number};
    return add(v, octets, 2);
}

static bool add_alpn(struct values *v, const uint8_t *text, size_t length)
{
    struct list l = {text, text + length, true, true};
    while (l.more) {
        uint8_t id[256];
        int size = next_part(&l, id + 1, 255);
        if (size <= 0)
            return false;
        id[0] = (uint8_t)size;
        if (!add(v, id, (size_t)size + 1))
            return false;
    }
    return true;
}

static bool add_hints(struct values *v, const uint8_t *text, size_t length, uint8_t family)
{
    struct list l = {text, text + length, false, true};
    while (l.more) {
        uint8_t word[64];
        uint8_t octets[16];
        int size = next_part(&l, word, sizeof(word));
        if (size <= 0 || address_octets((const char *)word, (size_t)size, family, octets) != 1 ||
            !add(v, octets, family == 4 ? 4 : 16))
            return false;
    }
    return true;
}

static int by_number(const void *pa, const void *pb)
{
    const uint16_t *a = pa;
    const uint16_t *b = pb;
    return (int)*a - (int)*b;
}

/* Keys in ascending order, each once (RFC 9460 section 8). */
static bool add_mandatory(struct values *v, const uint8_t *text, size_t length)
{
    struct list l = {text, text + length, false, true};
    uint16_t keys[KEYS_MAX];
    size_t count = 0;
    while (l.more) {
        uint8_t word[64];
        int size = next_part(&l, word, sizeof(word));
        uint32_t key = size > 0 ? key_of((const char *)word, (size_t)size) : KEY_NONE;
        if (key == KEY_NONE || count == KEYS_MAX)
            return false;
        keys[count++] = (uint16_t)key;
    }
    qsort(keys, count, sizeof(keys[0]), by_number);
    for (size_t i = 0; i < count; i++) {
        if ((i > 0 && keys[i] == keys[i - 1]) || !add_number(v, keys[i]))
            return false;
    }
    return true;
}

static bool add_port(struct values *v, const uint8_t *text, size_t length)
{
    const struct token number = {.text = (const char *)text, .length = length};
    uint32_t port = 0;
    return token_number(&number, UINT16_MAX, &port) && add_number(v, (uint16_t)port);
}

static bool add_ech(struct values *v, const uint8_t *text, size_t length)
{
    int written = base64_octets((const char *)text, length, v->octets + v->length, v->room - v->length);
    if (written <= 0)
        return false;
    v->length += (size_t)written;
    return true;
}

/* The value with its escapes decoded to wire form. @return NULL, or what was expected */
static const char *add_value(struct values *v, uint32_t key, const uint8_t *text, size_t length, bool given)
{
    switch (key) {
    case KEY_MANDATORY:
        return given && add_mandatory(v, text, length)
                   ? NULL
                   : "mandatory takes keys with commas between them, each once";
    case KEY_ALPN:
        return given && add_alpn(v, text, length)
                   ? NULL
                   : "alpn takes protocols with commas between them, such as h2,h3";
    case KEY_NO_DEFAULT_ALPN:
    case KEY_OHTTP:
        return length == 0 ? NULL : "this key takes no value";
    case KEY_PORT:
        return given && add_port(v, text, length) ? NULL : "port takes a number, 0 to 65535";
    case KEY_IPV4HINT:
        return given && add_hints(v, text, length, 4)
                   ? NULL
                   : "ipv4hint takes IPv4 addresses with commas between them";
    case KEY_IPV6HINT:
        return given && add_hints(v, text, length, 6)
                   ? NULL
                   : "ipv6hint takes IPv6 addresses with commas between them";
    case KEY_ECH:
        return given && add_ech(v, text, length) ? NULL : "ech takes a configuration in base64";
    default:
        return add(v, text, length) ? NULL : "RDATA of more than 65535 octets";
    }
}

/* "key", "key=value" or key="value" to wire form behind the values that are there. */
static bool read_parameter(struct rdata_text *r, const struct token *t, struct values *v, uint8_t *text,
                           struct parameter *out)
{
    const char *equals = memchr(t->text, '=', t->length);
    const size_t name = equals != NULL ? (size_t)(equals - t->text) : t->length;
    struct token value = {.text = t->text + t->length};
    if (equals != NULL)
        value = (struct token){.text = equals + 1, .length = t->length - name - 1};
    if (value.length >= 2 && value.text[0] == '"' && value.text[value.length - 1] == '"') {
        value.text++;
        value.length -= 2;
    }
    const uint32_t key = t->quoted ? KEY_NONE : key_of(t->text, name);
    if (key == KEY_NONE)
        return rdata_refuse(r, t, ZONE_FAULT_SYNTAX, "expected a parameter such as alpn=h2 or key65280=text");
    int length = token_octets(&value, text, value.length);
    if (length == -1)
        return rdata_refuse(r, t, ZONE_FAULT_ESCAPE, "a broken escape: expected \\DDD up to 255, or \\X");
    if (length < 0)
        return rdata_refuse(r, t, ZONE_FAULT_SYNTAX, "RDATA of more than 65535 octets");
    *out = (struct parameter){(uint16_t)key, v->length, 0};
    const char *error = add_value(v, key, text, (size_t)length, equals != NULL);
    out->length = v->length - out->at;
    return error == NULL || rdata_refuse(r, t, ZONE_FAULT_SYNTAX, error);
}

static int by_key(const void *pa, const void *pb)
{
    const struct parameter *a = pa;
    const struct parameter *b = pb;
    return (int)a->key - (int)b->key;
}

static bool put_parameters(struct rdata_text *r, struct parameter *list, size_t count, const uint8_t *values)
{
    qsort(list, count, sizeof(*list), by_key);
    for (size_t i = 0; i < count; i++) {
        const uint8_t head[4] = {(uint8_t)(list[i].key >> 8), (uint8_t)list[i].key,
                                 (uint8_t)(list[i].length >> 8), (uint8_t)list[i].length};
        if (i > 0 && list[i].key == list[i - 1].key)
            return rdata_refuse(r, NULL, ZONE_FAULT_SYNTAX, "a parameter that is given twice");
        if (!rdata_put(r, head, 4) || !rdata_put(r, values + list[i].at, list[i].length))
            return false;
    }
    return true;
}

/* Decoded text and values go to `memory`: one part for the text, the rest for values. */
static bool read_parameters(struct rdata_text *r, uint8_t *memory, size_t text_room, size_t room)
{
    struct parameter list[KEYS_MAX];
    size_t count = 0;
    struct values v = {.octets = memory + text_room, .room = room - text_room};
    while (r->at < r->count) {
        const struct token *t = &r->tokens[r->at++];
        if (count == KEYS_MAX)
            return rdata_refuse(r, t, ZONE_FAULT_SYNTAX, "more parameters than are read in one record");
        if (!read_parameter(r, t, &v, memory, &list[count++]))
            return false;
    }
    return put_parameters(r, list, count, v.octets);
}

bool rdata_put_svcb(struct rdata_text *r)
{
    uint8_t small[2048];
    size_t longest = 0;
    size_t all = 0;
    if (!rdata_put_number(r, 2, "expected a priority, 0 to 65535") ||
        !rdata_put_name(r, "expected a target name"))
        return false;
    for (size_t i = r->at; i < r->count; i++) {
        longest = r->tokens[i].length > longest ? r->tokens[i].length : longest;
        all += r->tokens[i].length;
    }
    if (longest > RDATA_MAX * 4U)
        return rdata_refuse(r, NULL, ZONE_FAULT_SYNTAX, "RDATA of more than 65535 octets");
    size_t values =
        all * 8 < RDATA_MAX ? all * 8 : RDATA_MAX; /* "::," stands for 16 octets, nothing for more */
    if (longest + values <= sizeof(small))
        return read_parameters(r, small, longest, sizeof(small));
    uint8_t *memory = malloc(longest + values);
    if (memory == NULL)
        return rdata_refuse(r, NULL, ZONE_FAULT_SYNTAX, "out of memory");
    bool ok = read_parameters(r, memory, longest, longest + values);
    free(memory);
    return ok;
}
