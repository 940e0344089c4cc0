/* SPDX-License-Identifier: BSD-2-Clause */
/* The grammar of RFC 7208 section 12, term by term. */
#include "auditor/facts/derived/spf_record.h"

#include "auditor/base/text.h"
#include "auditor/facts/name.h"

#include <string.h>

#define TERM_TEXT_MAX 200 /* octets of a term that are printed */

struct span {
    const char *at;
    size_t length;
};

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
    return is_alpha(c) || is_digit(c);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same_text(struct span s, const char *word)
{
    size_t length = strlen(word);
    if (s.length != length)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (lower(s.at[i]) != word[i])
            return false;
    }
    return true;
}

static bool starts_with(const char *text, size_t length, const char *word)
{
    size_t n = strlen(word);
    return length >= n && same_text((struct span){text, n}, word);
}

/* ---- version --------------------------------------------------------------------------------- */

static bool junk_in_front(char c)
{
    return c == ' ' || c == '\t' || c == '"' || c == '\'' || c == '\\' || c == '(' ||
           (unsigned char)c >= 0x80;
}

/* The spellings people publish: "v=spf1;", "v = spf1", "v:spf1", "spf1 ...", "v=spf 1", a quote or a space in
 * front. */
static bool looks_like_spf(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length && at < 8 && junk_in_front(text[at]))
        at++;
    if (starts_with(text + at, length - at, "spf1") || starts_with(text + at, length - at, "spf=") ||
        starts_with(text + at, length - at, "vspf1"))
        return true;
    if (at == length || lower(text[at]) != 'v')
        return false;
    at++;
    size_t before = at;
    while (at < length && (text[at] == ' ' || text[at] == '=' || text[at] == ':' || text[at] == '"'))
        at++;
    return at > before && starts_with(text + at, length - at, "spf");
}

enum spf_version spf_version_of(const char *text, size_t length, size_t *fault)
{
    static const char version[] = "v=spf1";
    size_t same = 0;
    while (same < sizeof(version) - 1 && same < length && lower(text[same]) == version[same])
        same++;
    if (same == sizeof(version) - 1 && (length == same || text[same] == ' '))
        return SPF_VERSION_1;
    *fault = same;
    return looks_like_spf(text, length) ? SPF_VERSION_NEAR : SPF_VERSION_NONE;
}

/* ---- macros ---------------------------------------------------------------------------------- */

static bool is_delimiter(char c)
{
    return c != '\0' && strchr(".-+,/_=", c) != NULL;
}

/* "%{" macro-letter *DIGIT ["r"] *delimiter "}"; *at stands behind the opening brace. */
static bool macro_body(const char *text, size_t length, size_t *at, struct spf_macro *out)
{
    size_t i = *at;
    if (i >= length || strchr("slodiphcrtv", lower(text[i])) == NULL || text[i] == '\0')
        return false;
    out->letter = lower(text[i]);
    out->escape = text[i] != out->letter;
    size_t digits_at = ++i;
    unsigned digits = 0;
    for (; i < length && is_digit(text[i]); i++)
        digits = digits < 1000 ? digits * 10 + (unsigned)(text[i] - '0') : digits;
    /* RFC 7208 section 7.1: a number of parts, if given, is not zero. */
    if (i > digits_at && digits == 0)
        return false;
    out->digits = digits;
    out->reverse = i < length && lower(text[i]) == 'r';
    i += out->reverse ? 1 : 0;
    out->delimiters = text + i;
    while (i < length && is_delimiter(text[i]))
        i++;
    out->delimiter_count = (size_t)(text + i - out->delimiters);
    if (out->delimiter_count == 0) {
        out->delimiters = ".";
        out->delimiter_count = 1;
    }
    if (i >= length || text[i] != '}')
        return false;
    *at = i + 1;
    return true;
}

static bool macro_escape(const char *text, size_t length, size_t *at, struct spf_macro *out)
{
    static const struct {
        char letter;
        const char *means;
    } escapes[] = {{'%', "%"}, {'_', " "}, {'-', "%20"}};
    if (*at + 1 >= length)
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(escapes); i++) {
        if (text[*at + 1] == escapes[i].letter) {
            out->literal = escapes[i].means;
            out->length = strlen(escapes[i].means);
            *at += 2;
            return true;
        }
    }
    return false;
}

bool spf_macro_next(const char *text, size_t length, size_t *at, struct spf_macro *out)
{
    *out = (struct spf_macro){0};
    if (*at >= length)
        return false;
    if (text[*at] != '%') {
        size_t start = *at;
        while (*at < length && text[*at] != '%')
            ++*at;
        out->literal = text + start;
        out->length = *at - start;
        return true;
    }
    if (*at + 1 < length && text[*at + 1] == '{') {
        size_t i = *at + 2;
        if (!macro_body(text, length, &i, out))
            return false;
        out->macro = true;
        *at = i;
        return true;
    }
    return macro_escape(text, length, at, out);
}

/* ---- one term -------------------------------------------------------------------------------- */

static void term_error(struct spf_term *t, enum spf_error error, size_t offset, const char *message)
{
    if (t->error != SPF_ERROR_NONE)
        return;
    t->error = error;
    t->error_offset = offset;
    t->message = message;
}

/* toplabel of RFC 7208 section 12: letters, digits and inner hyphens, but not digits alone. */
static bool toplabel(const char *text, size_t length)
{
    bool only_digits = true;
    if (length == 0 || text[0] == '-' || text[length - 1] == '-')
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!is_alnum(text[i]) && text[i] != '-')
            return false;
        only_digits = only_digits && is_digit(text[i]);
    }
    return !only_digits;
}

/* What follows the last macro: "." toplabel ["."], unless the macro itself is the end. */
static const char *domain_end(const char *tail, size_t length)
{
    if (length > 0 && tail[length - 1] == '.')
        length--;
    size_t dot = length;
    while (dot > 0 && tail[dot - 1] != '.')
        dot--;
    if (dot == 0)
        return "a domain name needs at least two labels";
    if (memchr(tail + dot, '/', length - dot) != NULL)
        return "a prefix length may not stand here";
    if (!toplabel(tail + dot, length - dot))
        return "the last label is no top-level domain: letters, digits and hyphens, not digits alone";
    return NULL;
}

/* Labels of 1 to 63 octets, 253 in all: RFC 7208 section 4.3 calls anything else malformed. */
static const char *plain_name(const char *text, size_t length)
{
    if (length > 0 && text[length - 1] == '.')
        length--;
    if (length > 253)
        return "the name is longer than 253 octets, so it cannot exist";
    size_t label = 0;
    for (size_t i = 0; i <= length; i++) {
        if (i < length && text[i] != '.') {
            if (++label > DNAME_LABEL_MAX)
                return "a label is longer than 63 octets, so the name cannot exist";
        } else {
            if (label == 0)
                return "the name has an empty label, so it cannot exist";
            label = 0;
        }
    }
    return NULL;
}

/* Walk the macros of a macro-string. @return false after an error; *tail is the offset behind the last macro.
 */
static bool macro_string(struct spf_term *t, const char *text, size_t length, size_t offset, bool limited,
                         size_t *tail)
{
    size_t at = 0;
    struct spf_macro piece;
    *tail = 0;
    for (;;) {
        size_t start = at;
        if (!spf_macro_next(text, length, &at, &piece))
            break;
        if (text[start] == '%') {
            t->macros = true;
            *tail = at;
        }
        if (limited && piece.macro && strchr("crt", piece.letter) != NULL) {
            term_error(t, SPF_ERROR_MACRO_EXP_ONLY, offset + start,
                       "the macros c, r and t may stand in the text of an explanation only");
            return false;
        }
    }
    if (at < length) {
        term_error(t, SPF_ERROR_MACRO, offset + at,
                   "a percent sign that starts no macro: expected %{letter...}, %%, %_ or %-");
        return false;
    }
    return true;
}

static void domain_spec(struct spf_term *t, const char *text, size_t length, size_t offset)
{
    size_t tail = 0;
    t->spec = text;
    t->spec_length = length;
    if (length == 0) {
        term_error(t, SPF_ERROR_DOMAIN_SPEC, offset, "a domain name is missing");
        return;
    }
    if (!macro_string(t, text, length, offset, true, &tail))
        return;
    if (tail < length) {
        const char *wrong = domain_end(text + tail, length - tail);
        if (wrong != NULL) {
            term_error(t, SPF_ERROR_DOMAIN_SPEC, offset + tail, wrong);
            return;
        }
    }
    if (!t->macros) {
        const char *wrong = plain_name(text, length);
        if (wrong != NULL)
            term_error(t, SPF_ERROR_NAME, offset, wrong);
    }
}

/* "0" or digits without a leading zero, at most max. */
static bool prefix_length(const char *text, size_t length, unsigned max, uint8_t *out)
{
    if (length == 0 || length > 3 || (length > 1 && text[0] == '0'))
        return false;
    unsigned value = 0;
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(text[i]))
            return false;
        value = value * 10 + (unsigned)(text[i] - '0');
    }
    if (value > max)
        return false;
    *out = (uint8_t)value;
    return true;
}

/* [ "/" n ] [ "//" m ]; the text starts with its slash. */
static bool dual_cidr(struct spf_term *t, const char *text, size_t length)
{
    size_t v6 = 0;
    while (v6 + 1 < length && !(text[v6] == '/' && text[v6 + 1] == '/'))
        v6++;
    bool has6 = v6 + 1 < length;
    size_t v4_length = has6 ? v6 : length;
    if (v4_length > 0 && !prefix_length(text + 1, v4_length - 1, 32, &t->cidr4))
        return false;
    return !has6 || prefix_length(text + v6 + 2, length - v6 - 2, 128, &t->cidr6);
}

/* Where the prefix lengths of "domain/24//64" start: the first slash behind the last macro that follows the
 * last dot. A slash may be part of a label (RFC 7208 section 12), but never of the last one. */
static size_t cidr_start(const char *text, size_t length)
{
    size_t from = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '.' || text[i] == '}')
            from = i + 1;
    }
    for (size_t i = from; i < length; i++) {
        if (text[i] == '/')
            return i;
    }
    return length;
}

/* a and mx: [ ":" domain-spec ] [ dual-cidr-length ] */
static void host_mechanism(struct spf_term *t, const char *rest, size_t length, size_t offset)
{
    size_t cidr = 0;
    if (length > 0 && rest[0] == ':') {
        cidr = 1 + cidr_start(rest + 1, length - 1);
        domain_spec(t, rest + 1, cidr - 1, offset + 1);
    }
    if (cidr < length && !dual_cidr(t, rest + cidr, length - cidr))
        term_error(t, SPF_ERROR_CIDR, offset + cidr,
                   "a prefix length is /0 to /32 for IPv4 and //0 to //128 for IPv6, without leading zeros");
}

static bool ip4_text_valid(const char *text, size_t length)
{
    unsigned dots = 0;
    for (size_t i = 0; i < length; i++) {
        dots += text[i] == '.' ? 1U : 0U;
        bool start = i == 0 || text[i - 1] == '.';
        /* qnum has no leading zero: some readers would take it for octal. */
        if (start && text[i] == '0' && i + 1 < length && is_digit(text[i + 1]))
            return false;
    }
    return dots == 3;
}

static void ip_mechanism(struct spf_term *t, const char *rest, size_t length, size_t offset)
{
    uint8_t family = t->kind == SPF_KIND_IP4 ? 4 : 6;
    char text[64];
    if (length < 2 || rest[0] != ':') {
        term_error(t, SPF_ERROR_IP, offset, "an address must follow, after a colon");
        return;
    }
    size_t slash = 1;
    while (slash < length && rest[slash] != '/')
        slash++;
    size_t n = slash - 1;
    if (n >= sizeof(text)) {
        term_error(t, SPF_ERROR_IP, offset + 1, "this is no IP address");
        return;
    }
    memcpy(text, rest + 1, n);
    text[n] = '\0';
    if (memchr(text, '\0', n) != NULL || !address_from_text(text, &t->network.address) ||
        (t->network.address.family == 4 && !ip4_text_valid(text, n))) {
        term_error(t, SPF_ERROR_IP, offset + 1, "this is no IP address");
        return;
    }
    if (t->network.address.family != family) {
        term_error(t, SPF_ERROR_IP, offset + 1,
                   family == 4 ? "an IPv6 address stands in ip4:" : "an IPv4 address stands in ip6:");
        return;
    }
    t->network.prefix = family == 4 ? 32 : 128;
    if (slash < length &&
        !prefix_length(rest + slash + 1, length - slash - 1, t->network.prefix, &t->network.prefix))
        term_error(t, SPF_ERROR_IP, offset + slash,
                   family == 4 ? "the prefix length must be /0 to /32"
                               : "the prefix length must be /0 to /128");
}

static void named_mechanism(struct spf_term *t, const char *rest, size_t length, size_t offset)
{
    if (length == 0 || (length == 1 && rest[0] == ':')) {
        term_error(t, SPF_ERROR_DOMAIN_SPEC, offset, "a domain name must follow, after a colon");
    } else if (rest[0] != ':') {
        term_error(t, SPF_ERROR_SYNTAX, offset, "only a colon and a domain name may follow");
    } else {
        domain_spec(t, rest + 1, length - 1, offset + 1);
    }
}

static void bare_mechanism(struct spf_term *t, size_t length, size_t offset)
{
    if (length > 0)
        term_error(t, SPF_ERROR_SYNTAX, offset, "nothing may follow \"all\"");
}

static const struct {
    const char *name;
    enum spf_kind kind;
} mechanisms[] = {
    {"all", SPF_KIND_ALL}, {"include", SPF_KIND_INCLUDE}, {"a", SPF_KIND_A},     {"mx", SPF_KIND_MX},
    {"ptr", SPF_KIND_PTR}, {"ip4", SPF_KIND_IP4},         {"ip6", SPF_KIND_IP6}, {"exists", SPF_KIND_EXISTS},
};

/* name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ); the length of what fits. */
static size_t name_length(const char *text, size_t length)
{
    size_t n = 0;
    if (length == 0 || !is_alpha(text[0]))
        return 0;
    while (n < length && (is_alnum(text[n]) || text[n] == '-' || text[n] == '_' || text[n] == '.'))
        n++;
    return n;
}

static void mechanism(struct spf_term *t, const char *text, size_t length, size_t offset)
{
    size_t n = 0;
    while (n < length && text[n] != ':' && text[n] != '/')
        n++;
    struct span name = {text, n};
    for (size_t i = 0; i < ARRAY_SIZE(mechanisms); i++) {
        if (same_text(name, mechanisms[i].name))
            t->kind = mechanisms[i].kind;
    }
    const char *rest = text + n;
    size_t left = length - n;
    offset += n;
    switch (t->kind) {
    case SPF_KIND_ALL:
        bare_mechanism(t, left, offset);
        break;
    case SPF_KIND_A:
    case SPF_KIND_MX:
        host_mechanism(t, rest, left, offset);
        break;
    case SPF_KIND_IP4:
    case SPF_KIND_IP6:
        ip_mechanism(t, rest, left, offset);
        break;
    case SPF_KIND_PTR:
        if (left > 0)
            named_mechanism(t, rest, left, offset);
        break;
    case SPF_KIND_INCLUDE:
    case SPF_KIND_EXISTS:
        named_mechanism(t, rest, left, offset);
        break;
    default:
        if (name_length(text, n) == n && n > 0)
            term_error(t, SPF_ERROR_UNKNOWN_MECHANISM, offset - n,
                       "no such mechanism: all, include, a, mx, ptr, ip4, ip6 and exists are all there are");
        else
            term_error(t, SPF_ERROR_SYNTAX, offset - n, "this is neither a mechanism nor a modifier");
    }
}

static void modifier(struct spf_term *t, const char *text, size_t n, size_t length, size_t offset)
{
    struct span name = {text, n};
    size_t tail = 0;
    const char *value = text + n + 1;
    size_t value_length = length - n - 1;
    offset += n + 1;
    t->kind = same_text(name, "redirect") ? SPF_KIND_REDIRECT
              : same_text(name, "exp")    ? SPF_KIND_EXP
                                          : SPF_KIND_UNKNOWN_MODIFIER;
    if (t->kind == SPF_KIND_UNKNOWN_MODIFIER)
        macro_string(t, value, value_length, offset, false, &tail);
    else
        domain_spec(t, value, value_length, offset);
}

/* The octets that no term may hold: only %x21-7E can stand in one. */
static bool term_octets(struct spf_term *t, const char *text, size_t length, size_t offset)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x80) {
            term_error(t, SPF_ERROR_NON_ASCII, offset + i, "an octet outside ASCII");
            return false;
        }
        if (c <= 0x20 || c == 0x7F) {
            term_error(t, SPF_ERROR_SYNTAX, offset + i,
                       c == '\t' ? "a tab: only spaces may stand between terms" : "a control character");
            return false;
        }
    }
    return true;
}

static void parse_term(struct spf_term *t, const char *text, size_t length, size_t offset)
{
    *t = (struct spf_term){.qualifier = '+', .offset = offset, .length = length, .cidr4 = 32, .cidr6 = 128};
    if (!term_octets(t, text, length, offset))
        return;
    size_t n = name_length(text, length);
    if (n > 0 && n < length && text[n] == '=') {
        modifier(t, text, n, length, offset);
        return;
    }
    if (strchr("+-~?", text[0]) != NULL) {
        t->qualifier = text[0];
        text++;
        length--;
        offset++;
        n = name_length(text, length);
        if (n > 0 && n < length && text[n] == '=') {
            term_error(t, SPF_ERROR_SYNTAX, t->offset, "a modifier takes no qualifier");
            return;
        }
    }
    mechanism(t, text, length, offset);
}

/* ---- the record ------------------------------------------------------------------------------ */

static size_t count_terms(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += text[i] != ' ' && (i == 0 || text[i - 1] == ' ') ? 1U : 0U;
    return count;
}

/* Tables of the terms that matter for the whole; modifiers may stand once (RFC 7208 section 6). */
static void note_term(struct spf_record *r, struct spf_term *t)
{
    const struct spf_term **once = t->kind == SPF_KIND_REDIRECT ? &r->redirect
                                   : t->kind == SPF_KIND_EXP    ? &r->exp
                                                                : NULL;
    if (once != NULL && *once != NULL)
        term_error(t, SPF_ERROR_MODIFIER_DUPLICATE, t->offset, "redirect and exp may stand once in a record");
    else if (once != NULL)
        *once = t;
    if (t->kind == SPF_KIND_ALL && r->all == NULL)
        r->all = t;
    if (t->error != SPF_ERROR_NONE && t->error != SPF_ERROR_NAME) {
        r->error_count++;
        r->permerror = true;
    }
}

static const char *term_text(struct arena *a, const char *text, size_t length)
{
    if (length <= TERM_TEXT_MAX)
        return text_ascii(a, text, length);
    const char *cut = arena_printf(a, "%s...", text_ascii(a, text, TERM_TEXT_MAX));
    return cut != NULL ? cut : "";
}

/* Copies of the domain-spec end with NUL; the parser itself worked in the record. */
static bool own_strings(struct arena *a, struct spf_term *t, const char *text)
{
    t->text = term_text(a, text + t->offset, t->length);
    if (t->spec != NULL)
        t->spec = arena_strndup(a, t->spec, t->spec_length);
    return t->spec != NULL || t->spec_length == 0;
}

static bool parse_terms(struct arena *a, struct spf_record *r, struct spf_term *terms)
{
    size_t at = strlen("v=spf1");
    while (at < r->length) {
        if (r->text[at] == ' ') {
            at++;
            continue;
        }
        size_t end = at;
        while (end < r->length && r->text[end] != ' ')
            end++;
        struct spf_term *t = &terms[r->count++];
        parse_term(t, r->text + at, end - at, at);
        if (!own_strings(a, t, r->text))
            return false;
        note_term(r, t);
        at = end;
    }
    return true;
}

const struct spf_record *spf_record_parse(struct arena *a, const char *text, size_t length)
{
    struct spf_record *r = arena_alloc(a, sizeof(*r));
    struct spf_term *terms = arena_array(a, count_terms(text, length) + 1, sizeof(*terms));
    char *copy = arena_alloc(a, length + 1);
    if (r == NULL || terms == NULL || copy == NULL)
        return NULL;
    memcpy(copy, text, length);
    r->text = copy;
    r->length = length;
    r->terms = terms;
    return parse_terms(a, r, terms) ? r : NULL;
}

/* ---- terms fused by a seam between strings --------------------------------------------------- */

static bool whole_term(const char *text, size_t length)
{
    struct spf_term t;
    if (length == 0)
        return false;
    parse_term(&t, text, length, 0);
    return t.error == SPF_ERROR_NONE && t.kind != SPF_KIND_UNKNOWN_MODIFIER;
}

/* "-all" or "include:..." can only be a term; "a" might be the rest of a name. */
static bool surely_term(const char *text, size_t length)
{
    return strchr("+-~?", text[0]) != NULL || memchr(text, ':', length) != NULL ||
           memchr(text, '=', length) != NULL;
}

static bool fused(const struct spf_term *t, const char *text, size_t seam)
{
    size_t left = seam - t->offset;
    size_t right = t->length - left;
    if (!whole_term(text + seam, right) || !whole_term(text + t->offset, left))
        return false;
    return (t->error != SPF_ERROR_NONE) || surely_term(text + seam, right);
}

/* The seam inside this term that splits it into two terms, or 0. */
static size_t seam_of(const struct spf_record *r, const struct spf_term *t, const size_t *ends,
                      size_t end_count)
{
    for (size_t i = 0; i < end_count; i++) {
        if (ends[i] > t->offset && ends[i] < t->offset + t->length && fused(t, r->text, ends[i]))
            return ends[i];
    }
    return 0;
}

size_t spf_fused_term(struct arena *a, const struct spf_record *record, const size_t *ends, size_t end_count,
                      const char *halves[2])
{
    if (end_count == 0)
        return 0;
    for (size_t i = 0; i < record->count; i++) {
        const struct spf_term *t = &record->terms[i];
        size_t seam = seam_of(record, t, ends, end_count);
        if (seam == 0)
            continue;
        halves[0] = term_text(a, record->text + t->offset, seam - t->offset);
        halves[1] = term_text(a, record->text + seam, t->offset + t->length - seam);
        return seam;
    }
    return 0;
}

/* ---- words ----------------------------------------------------------------------------------- */

bool spf_term_counts(const struct spf_term *term)
{
    switch (term->kind) {
    case SPF_KIND_INCLUDE:
    case SPF_KIND_A:
    case SPF_KIND_MX:
    case SPF_KIND_PTR:
    case SPF_KIND_EXISTS:
    case SPF_KIND_REDIRECT:
        return true;
    default:
        return false;
    }
}

bool spf_is_mechanism(enum spf_kind kind)
{
    return kind >= SPF_KIND_ALL && kind <= SPF_KIND_EXISTS;
}

const char *spf_kind_text(enum spf_kind kind)
{
    static const char *const words[] = {
        [SPF_KIND_BAD] = "term",        [SPF_KIND_ALL] = "all",
        [SPF_KIND_INCLUDE] = "include", [SPF_KIND_A] = "a",
        [SPF_KIND_MX] = "mx",           [SPF_KIND_PTR] = "ptr",
        [SPF_KIND_IP4] = "ip4",         [SPF_KIND_IP6] = "ip6",
        [SPF_KIND_EXISTS] = "exists",   [SPF_KIND_REDIRECT] = "redirect",
        [SPF_KIND_EXP] = "exp",         [SPF_KIND_UNKNOWN_MODIFIER] = "modifier",
    };
    return words[kind];
}
