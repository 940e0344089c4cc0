/* SPDX-License-Identifier: BSD-2-Clause */
/* A strict reader of JSON with places. */
#include "auditor/inputs/json.h"

#include <string.h>

#define SKIP_DEPTH_MAX 1024U

struct json json_begin(struct arena *a, const char *text, size_t length)
{
    struct json j = {.at = text, .end = text + length, .line_start = text, .line = 1, .arena = a};
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* tolerated as RFC 8259 section 8.1 allows */
        j.at += 3;
        j.line_start += 3;
    }
    return j;
}

/* ---- places and errors ---------------------------------------- */

static struct doc_place place_of(const struct json *j)
{
    return (struct doc_place){j->line, (uint32_t)((size_t)(j->at - j->line_start) - j->trailing + 1)};
}

static bool fail(struct json *j, enum status status, const char *message)
{
    if (j->error.message == NULL)
        j->error = (struct doc_error){message, place_of(j), status};
    return false;
}

static bool unexpected(struct json *j, const char *expected)
{
    if (j->at >= j->end)
        return fail(j, STATUS_MALFORMED,
                    arena_printf(j->arena, "expected %s, found the end of the file", expected));
    unsigned char c = (unsigned char)*j->at;
    const char *text = c > 0x20 && c < 0x7f
                           ? arena_printf(j->arena, "expected %s, found '%c'", expected, c)
                           : arena_printf(j->arena, "expected %s, found octet 0x%02x", expected, c);
    return fail(j, STATUS_MALFORMED, text != NULL ? text : "out of memory");
}

static void blanks(struct json *j)
{
    for (; j->at < j->end; j->at++) {
        if (*j->at == '\n') {
            j->line++;
            j->line_start = j->at + 1;
            j->trailing = 0;
        } else if (*j->at != ' ' && *j->at != '\t' && *j->at != '\r') {
            return;
        }
    }
}

char json_peek(struct json *j)
{
    blanks(j);
    return (char)(j->at < j->end ? *j->at : 0);
}

/* ---- strings ---------------------------------------- */

/* Octets of the UTF-8 character at p (RFC 3629 section 4), 0 if it is none. */
static size_t utf8_length(const char *p, const char *end)
{
    const unsigned char *u = (const unsigned char *)p;
    size_t left = (size_t)(end - p);
    size_t need = u[0] < 0x80                   ? 1
                  : u[0] >= 0xc2 && u[0] < 0xe0 ? 2
                  : u[0] >= 0xe0 && u[0] < 0xf0 ? 3
                  : u[0] >= 0xf0 && u[0] < 0xf5 ? 4
                                                : 0;
    if (need == 0 || need > left)
        return 0;
    for (size_t i = 1; i < need; i++) {
        if ((u[i] & 0xc0) != 0x80)
            return 0;
    }
    if ((u[0] == 0xe0 && u[1] < 0xa0) || (u[0] == 0xed && u[1] > 0x9f) || (u[0] == 0xf0 && u[1] < 0x90) ||
        (u[0] == 0xf4 && u[1] > 0x8f))
        return 0;
    return need;
}

static int hex4(const char *p, const char *end)
{
    int value = 0;
    if (end - p < 4)
        return -1;
    for (size_t i = 0; i < 4; i++) {
        char c = p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* Go to the closing quote. *escaped tells if there was any escape; the text is what stands between the
 * quotes. */
static bool scan_string(struct json *j, const char **text, size_t *length, bool *escaped)
{
    *escaped = false;
    j->at++;
    *text = j->at;
    while (j->at < j->end && *j->at != '"') {
        unsigned char c = (unsigned char)*j->at;
        if (c >= 0x80) {
            size_t octets = utf8_length(j->at, j->end);
            if (octets == 0)
                return unexpected(j, "UTF-8");
            j->at += octets;
            j->trailing += octets - 1;
        } else if (c == '\\') {
            *escaped = true;
            j->at++;
            if (j->at >= j->end || strchr("\"\\/bfnrtu", *j->at) == NULL || *j->at == '\0')
                return unexpected(j, "an escape: one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
            if (*j->at == 'u' && hex4(j->at + 1, j->end) < 0)
                return unexpected(j, "four hexadecimal digits behind \\u");
            j->at += *j->at == 'u' ? 5 : 1;
        } else if (c < 0x20) {
            return unexpected(j, "'\"' at the end of the string (control characters are written \\uXXXX)");
        } else {
            j->at++;
        }
    }
    if (j->at >= j->end)
        return unexpected(j, "'\"' at the end of the string");
    *length = (size_t)(j->at - *text);
    j->at++;
    return true;
}

static size_t put_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | (c >> 6));
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | (c >> 12));
        out[1] = (char)(0x80 | ((c >> 6) & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | (c >> 18));
    out[1] = (char)(0x80 | ((c >> 12) & 0x3f));
    out[2] = (char)(0x80 | ((c >> 6) & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

/* \uXXXX at p, with its second half if it is a surrogate; a lone half is no character and becomes U+FFFD. */
static const char *decode_u(const char *p, const char *end, uint32_t *c)
{
    int high = hex4(p + 2, end);
    int low = end - p >= 12 && p[6] == '\\' && p[7] == 'u' ? hex4(p + 8, end) : -1;
    *c = (uint32_t)high;
    if (high < 0xd800 || high > 0xdfff)
        return p + 6;
    if (high < 0xdc00 && low >= 0xdc00 && low <= 0xdfff) {
        *c = 0x10000 + (((uint32_t)high - 0xd800) << 10) + ((uint32_t)low - 0xdc00);
        return p + 12;
    }
    *c = 0xfffd;
    return p + 6;
}

/* No escape is shorter than what it stands for. */
static char *unescape(struct arena *a, const char *text, size_t length, size_t *out_length)
{
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    char *out = arena_alloc(a, length + 1);
    size_t used = 0;
    for (const char *p = text; out != NULL && p < text + length;) {
        if (*p != '\\') {
            out[used++] = *p++;
        } else if (p[1] == 'u') {
            uint32_t c = 0;
            p = decode_u(p, text + length, &c);
            used += put_utf8(out + used, c);
        } else {
            out[used++] = to[strchr(from, p[1]) - from];
            p += 2;
        }
    }
    *out_length = used;
    return out;
}

/* ---- scalars ---------------------------------------- */

static bool digits(struct json *j)
{
    const char *start = j->at;
    while (j->at < j->end && *j->at >= '0' && *j->at <= '9')
        j->at++;
    return j->at > start || unexpected(j, "a digit");
}

static bool scan_number(struct json *j)
{
    if (*j->at == '-')
        j->at++;
    if (j->at < j->end && *j->at == '0')
        j->at++;
    else if (!digits(j))
        return false;
    if (j->at < j->end && *j->at == '.') {
        j->at++;
        if (!digits(j))
            return false;
    }
    if (j->at < j->end && (*j->at == 'e' || *j->at == 'E')) {
        j->at++;
        if (j->at < j->end && (*j->at == '+' || *j->at == '-'))
            j->at++;
        return digits(j);
    }
    return true;
}

static bool scan_word(struct json *j, enum doc_kind *kind)
{
    static const struct {
        const char *word;
        enum doc_kind kind;
    } words[] = {{"null", DOC_NULL}, {"true", DOC_BOOL}, {"false", DOC_BOOL}};
    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        size_t length = strlen(words[i].word);
        if ((size_t)(j->end - j->at) >= length && memcmp(j->at, words[i].word, length) == 0) {
            j->at += length;
            *kind = words[i].kind;
            return true;
        }
    }
    return unexpected(j, "a JSON value");
}

static struct doc *new_node(struct json *j, enum doc_kind kind)
{
    struct doc *d = j->nodes++ < DOC_NODES_MAX ? arena_alloc(j->arena, sizeof(*d)) : NULL;
    if (d == NULL) {
        fail(j, STATUS_LIMIT, "more values than are read from one file");
        return NULL;
    }
    d->kind = kind;
    d->start = place_of(j);
    return d;
}

static struct doc *read_string(struct json *j)
{
    struct doc *d = new_node(j, DOC_STRING);
    bool escaped = false;
    if (d == NULL || !scan_string(j, &d->text, &d->length, &escaped))
        return NULL;
    d->quoted = true;
    d->verbatim = !escaped;
    d->inner = (struct doc_place){d->start.line, d->start.column + 1};
    if (escaped)
        d->text = unescape(j->arena, d->text, d->length, &d->length);
    if (d->text == NULL) {
        fail(j, STATUS_NOMEM, "out of memory");
        return NULL;
    }
    d->end = place_of(j);
    return d;
}

static struct doc *read_scalar(struct json *j)
{
    char c = json_peek(j);
    if (c == '"')
        return read_string(j);
    struct doc *d = new_node(j, DOC_NUMBER);
    if (d == NULL)
        return NULL;
    d->text = j->at;
    if (c == '-' || (c >= '0' && c <= '9') ? !scan_number(j) : !scan_word(j, &d->kind))
        return NULL;
    d->length = (size_t)(j->at - d->text);
    d->inner = d->start;
    d->verbatim = true;
    d->end = place_of(j);
    return d;
}

/* ---- objects and arrays ---------------------------------------- */

static bool enter(struct json *j, char open)
{
    if (json_peek(j) != open)
        return unexpected(j, open == '{' ? "'{'" : "'['");
    if (j->depth >= DOC_DEPTH_MAX)
        return fail(j, STATUS_LIMIT, "objects and arrays more than 64 levels deep");
    j->depth++;
    j->at++;
    return true;
}

/* Before a member: @return 1 there is one, 0 the end was read, -1 error */
static int next_member(struct json *j, char close, bool first)
{
    char c = json_peek(j);
    if (c == close) {
        j->at++;
        j->depth--;
        return 0;
    }
    if (first)
        return 1;
    if (c != ',') {
        unexpected(j, close == '}' ? "',' or '}'" : "',' or ']'");
        return -1;
    }
    j->at++;
    if (json_peek(j) == close) {
        unexpected(j, close == '}' ? "another member behind ','" : "another value behind ','");
        return -1;
    }
    return 1;
}

static struct doc *read_key(struct json *j)
{
    if (json_peek(j) != '"') {
        unexpected(j, "a member's name in quotes");
        return NULL;
    }
    struct doc *key = read_string(j);
    if (key == NULL)
        return NULL;
    if (json_peek(j) != ':') {
        unexpected(j, "':'");
        return NULL;
    }
    j->at++;
    return key;
}

bool json_object(struct json *j, json_member member, void *context)
{
    if (!enter(j, '{'))
        return false;
    for (bool first = true;; first = false) {
        int more = next_member(j, '}', first);
        if (more <= 0)
            return more == 0;
        const struct doc *key = read_key(j);
        if (key == NULL || !member(j, key, context))
            return false;
    }
}

bool json_array(struct json *j, json_element element, void *context)
{
    if (!enter(j, '['))
        return false;
    for (bool first = true;; first = false) {
        int more = next_member(j, ']', first);
        if (more <= 0)
            return more == 0;
        if (!element(j, context))
            return false;
    }
}

struct growing {
    struct doc *parent;
    struct doc_member *last;
};

static bool append(struct json *j, struct growing *g, const struct doc *key)
{
    struct doc_member *m = arena_alloc(j->arena, sizeof(*m));
    if (m == NULL)
        return fail(j, STATUS_LIMIT, "more values than are read from one file");
    m->key = key;
    m->value = json_value(j);
    if (g->last != NULL)
        g->last->next = m;
    else
        g->parent->first = m;
    g->last = m;
    g->parent->count++;
    return m->value != NULL;
}

static bool tree_member(struct json *j, const struct doc *key, void *context)
{
    return append(j, context, key);
}

static bool tree_element(struct json *j, void *context)
{
    return append(j, context, NULL);
}

const struct doc *json_value(struct json *j)
{
    char c = json_peek(j);
    if (c != '{' && c != '[')
        return read_scalar(j);
    struct growing g = {.parent = new_node(j, c == '{' ? DOC_MAP : DOC_LIST)};
    if (g.parent == NULL || !(c == '{' ? json_object(j, tree_member, &g) : json_array(j, tree_element, &g)))
        return NULL;
    g.parent->inner = g.parent->start;
    g.parent->end = place_of(j);
    return g.parent;
}

const struct doc *json_value_in(struct json *j, struct arena *a)
{
    struct arena *keep = j->arena;
    arena_reset(a);
    j->arena = a;
    j->nodes = 0;
    const struct doc *d = json_value(j);
    j->arena = keep;
    if (j->error.message != NULL)
        j->error.message = arena_strdup(keep, j->error.message);
    return d;
}

/* ---- going over ---------------------------------------- */

static bool skip_scalar(struct json *j)
{
    char c = json_peek(j);
    const char *text;
    size_t length;
    bool escaped;
    enum doc_kind kind;
    if (c == '"')
        return scan_string(j, &text, &length, &escaped);
    return c == '-' || (c >= '0' && c <= '9') ? scan_number(j) : scan_word(j, &kind);
}

static bool skip_key(struct json *j)
{
    const char *text;
    size_t length;
    bool escaped;
    if (json_peek(j) != '"')
        return unexpected(j, "a member's name in quotes");
    if (!scan_string(j, &text, &length, &escaped))
        return false;
    if (json_peek(j) != ':')
        return unexpected(j, "':'");
    j->at++;
    return true;
}

/* Without recursion: what is not for us may be nested as its owner likes, up to a bound. */
bool json_skip(struct json *j)
{
    char closes[SKIP_DEPTH_MAX];
    unsigned open = 0;
    const unsigned depth = j->depth;
    bool first = false;
    for (;;) {
        char c = json_peek(j);
        if (c == '{' || c == '[') {
            if (open == SKIP_DEPTH_MAX)
                return fail(j, STATUS_LIMIT, "objects and arrays more than 1024 levels deep");
            closes[open++] = c == '{' ? '}' : ']';
            j->at++;
            first = true;
        } else if (!skip_scalar(j)) {
            return false;
        }
        int more = 0;
        while (open > 0 && (more = next_member(j, closes[open - 1], first)) == 0) {
            open--;
            first = false;
        }
        j->depth = depth; /* next_member() counts for the callers that build trees */
        if (open == 0 || more < 0)
            return more >= 0;
        if (closes[open - 1] == '}' && !skip_key(j))
            return false;
        first = false;
    }
}

bool json_end(struct json *j)
{
    return json_peek(j) == 0 && j->at >= j->end ? true : unexpected(j, "the end of the file");
}
