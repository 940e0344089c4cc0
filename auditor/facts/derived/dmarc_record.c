/* SPDX-License-Identifier: BSD-2-Clause */
/* The tag list of a DMARC policy record. */
#include "auditor/facts/derived/dmarc_record.h"

#include "auditor/base/status.h"
#include "auditor/base/text.h"

#include <string.h>

#define FAULTS_MAX 64 /* more faults than that tell nothing new */
#define URIS_MAX 32
#define PART_MAX 120
#define TAGS_SEEN_MAX 64

struct span {
    const char *at;
    size_t length;
};

static bool is_wsp(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static struct span trim(struct span s)
{
    while (s.length > 0 && is_wsp(s.at[0])) {
        s.at++;
        s.length--;
    }
    while (s.length > 0 && is_wsp(s.at[s.length - 1]))
        s.length--;
    return s;
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

/* The part of `text` up to the next semicolon; *rest receives what follows it. */
static struct span next_part(struct span text, struct span *rest)
{
    const char *end = memchr(text.at, ';', text.length);
    size_t length = end != NULL ? (size_t)(end - text.at) : text.length;
    size_t taken = end != NULL ? length + 1 : length;
    *rest = (struct span){text.at + taken, text.length - taken};
    return (struct span){text.at, length};
}

/* Split "tag = value"; false without an equals sign. */
static bool split(struct span part, struct span *tag, struct span *value)
{
    const char *sign = memchr(part.at, '=', part.length);
    if (sign == NULL)
        return false;
    size_t before = (size_t)(sign - part.at);
    *tag = trim((struct span){part.at, before});
    *value = trim((struct span){sign + 1, part.length - before - 1});
    return true;
}

/* ---- version --------------------------------------------------------------------------------- */

static bool version_part(struct span part)
{
    struct span tag;
    struct span value;
    return part.length > 0 && !is_wsp(part.at[0]) && split(part, &tag, &value) && same_text(tag, "v") &&
           value.length == strlen("DMARC1") && memcmp(value.at, "DMARC1", value.length) == 0;
}

static bool contains_word(struct span s, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= s.length; i++) {
        if (same_text((struct span){s.at + i, n}, word))
            return true;
    }
    return false;
}

static bool policy_value(struct span value)
{
    return same_text(value, "none") || same_text(value, "quarantine") || same_text(value, "reject");
}

/* A record that somebody wrote for DMARC: it says DMARC somewhere in a version tag, or has a policy. */
static bool looks_like_dmarc(struct span text)
{
    struct span tag;
    struct span value;
    struct span head = {text.at, text.length < 40 ? text.length : 40};
    if (contains_word(head, "dmarc"))
        return true;
    while (text.length > 0) {
        struct span part = next_part(text, &text);
        if (!split(part, &tag, &value))
            continue;
        if (same_text(tag, "p") && policy_value(value))
            return true;
        if (same_text(tag, "v") && contains_word(value, "dmarc"))
            return true;
    }
    return false;
}

enum dmarc_version dmarc_version_of(const char *text, size_t length)
{
    struct span rest;
    struct span all = {text, length};
    if (version_part(next_part(all, &rest)))
        return DMARC_VERSION_1;
    struct span trimmed = all;
    while (trimmed.length > 0 && (is_wsp(trimmed.at[0]) || trimmed.at[0] == '\r' || trimmed.at[0] == '\n')) {
        trimmed.at++;
        trimmed.length--;
    }
    if (trimmed.length < length && version_part(next_part(trimmed, &rest)))
        return DMARC_VERSION_WHITESPACE;
    return looks_like_dmarc(all) ? DMARC_VERSION_NEAR : DMARC_VERSION_NONE;
}

/* ---- parser ---------------------------------------------------------------------------------- */

struct parser {
    struct arena *a;
    struct dmarc_record *r;
    struct dmarc_fault *faults;
    const char *seen[TAGS_SEEN_MAX]; /* tag names met, lower case */
    size_t seen_count;
    size_t position; /* of the element in the list; v is 0 */
};

static const char *clean(struct arena *a, struct span s)
{
    if (s.length <= PART_MAX)
        return text_ascii(a, s.at, s.length);
    const char *cut = arena_printf(a, "%s...", text_ascii(a, s.at, PART_MAX));
    return cut != NULL ? cut : "";
}

static void fault(struct parser *p, enum dmarc_error error, struct span part, const char *tag,
                  const char *message)
{
    if (p->r->fault_count == FAULTS_MAX)
        return;
    p->faults[p->r->fault_count++] = (struct dmarc_fault){
        .error = error,
        .offset = (size_t)(part.at - p->r->text),
        .part = clean(p->a, part),
        .tag = tag,
        .message = message,
    };
}

static void parse_request(struct parser *p, struct dmarc_request *out, struct span part, const char *tag,
                          struct span value)
{
    out->present = true;
    out->valid = policy_value(value);
    out->policy = same_text(value, "reject")       ? DMARC_REJECT
                  : same_text(value, "quarantine") ? DMARC_QUARANTINE
                                                   : DMARC_NONE;
    if (!out->valid)
        fault(p, DMARC_ERROR_POLICY, part, tag, "the policy is none, quarantine or reject");
}

/* One letter out of `letters`; 0 and a fault if it is another. */
static char parse_letter(struct parser *p, struct span part, const char *tag, struct span value,
                         const char *letters, const char *message)
{
    char c = value.length == 1 ? lower(value.at[0]) : '\0';
    if (c != '\0' && strchr(letters, c) != NULL)
        return c;
    fault(p, DMARC_ERROR_VALUE, part, tag, message);
    return '\0';
}

/* fo: RFC 9989 lists 0, 1, d, s and both orders of d and s; RFC 7489 took any of the letters, with colons
 * between. */
static void parse_fo(struct parser *p, struct span part, struct span value)
{
    bool good = value.length % 2 == 1;
    for (size_t i = 0; i < value.length && good; i++)
        good = i % 2 == 1 ? value.at[i] == ':'
                          : value.at[i] != '\0' && strchr("01ds", lower(value.at[i])) != NULL;
    if (!good)
        fault(p, DMARC_ERROR_VALUE, part, "fo", "fo is 0, 1, d or s, or several of them with colons between");
}

static void parse_pct(struct parser *p, struct span part, struct span value)
{
    unsigned number = 0;
    bool good = value.length >= 1 && value.length <= 3;
    for (size_t i = 0; i < value.length && good; i++) {
        good = is_digit(value.at[i]);
        number = number * 10 + (unsigned)(value.at[i] - '0');
    }
    p->r->pct_present = true;
    if (good && number <= 100)
        p->r->pct = number;
    fault(p, DMARC_ERROR_OLD_TAG, part, "pct",
          "pct was removed in RFC 9989; receivers of RFC 7489 still sample by it");
}

/* ---- report URIs ----------------------------------------------------------------------------- */

static bool uri_octet(char c)
{
    return is_alpha(c) || is_digit(c) || (c != '\0' && strchr("-._~:/?#[]@$&'()*+=%", c) != NULL);
}

/* scheme ":" and octets that RFC 3986 allows, every percent sign followed by two hexadecimal digits. */
static bool uri_valid(struct span s, size_t *colon)
{
    size_t i = 0;
    if (s.length == 0 || !is_alpha(s.at[0]))
        return false;
    while (i < s.length && (is_alpha(s.at[i]) || is_digit(s.at[i]) || strchr("+-.", s.at[i]) != NULL))
        i++;
    if (i + 1 >= s.length || s.at[i] != ':')
        return false;
    *colon = i;
    for (; i < s.length; i++) {
        if (!uri_octet(s.at[i]))
            return false;
        bool escape = s.at[i] == '%';
        if (escape && (i + 2 >= s.length || memchr("0123456789abcdefABCDEF", s.at[i + 1], 22) == NULL ||
                       memchr("0123456789abcdefABCDEF", s.at[i + 2], 22) == NULL))
            return false;
    }
    return true;
}

/* "!10m" at the end: digits and k, m, g or t. */
static size_t size_suffix(struct span s)
{
    size_t at = s.length;
    while (at > 0 && s.at[at - 1] != '!')
        at--;
    if (at == 0 || at == s.length)
        return 0;
    for (size_t i = at; i < s.length; i++) {
        bool unit = i + 1 == s.length && i > at && strchr("kmgt", lower(s.at[i])) != NULL && s.at[i] != '\0';
        if (!is_digit(s.at[i]) && !unit)
            return 0;
    }
    return s.length - at + 1;
}

static const char *uri_domain(struct arena *a, struct span address)
{
    const char *query = memchr(address.at, '?', address.length);
    if (query != NULL)
        address.length = (size_t)(query - address.at);
    const char *at = memchr(address.at, '@', address.length);
    if (at == NULL || at == address.at || at + 1 == address.at + address.length)
        return NULL;
    return arena_strndup(a, at + 1, (size_t)(address.at + address.length - at - 1));
}

static void parse_uri(struct parser *p, struct dmarc_uri *out, struct span s, const char *tag)
{
    size_t colon = 0;
    size_t suffix = size_suffix(s);
    struct span uri = {s.at, s.length - suffix};
    out->size = suffix > 0;
    out->text = clean(p->a, uri);
    out->valid = uri_valid(uri, &colon);
    if (!out->valid) {
        fault(p, DMARC_ERROR_URI, s, tag,
              s.length == 0 ? "an empty element in the list of addresses"
                            : "this is no URI: write mailto:user@domain");
        return;
    }
    out->mailto = same_text((struct span){uri.at, colon}, "mailto");
    if (!out->mailto) {
        fault(p, DMARC_ERROR_URI, s, tag, "reports are sent by mail only: write mailto:user@domain");
        return;
    }
    out->domain = uri_domain(p->a, (struct span){uri.at + colon + 1, uri.length - colon - 1});
    if (out->domain == NULL) {
        out->valid = false;
        fault(p, DMARC_ERROR_URI, s, tag, "the address after mailto: has no user or no domain");
    }
}

static const struct dmarc_uri *parse_uris(struct parser *p, struct span value, const char *tag, size_t *count)
{
    struct dmarc_uri *uris = arena_array(p->a, URIS_MAX, sizeof(*uris));
    if (uris == NULL)
        return NULL;
    while (*count < URIS_MAX) {
        const char *comma = memchr(value.at, ',', value.length);
        size_t length = comma != NULL ? (size_t)(comma - value.at) : value.length;
        parse_uri(p, &uris[(*count)++], trim((struct span){value.at, length}), tag);
        if (comma == NULL)
            break;
        value = (struct span){comma + 1, value.length - length - 1};
    }
    return uris;
}

/* ---- tags ------------------------------------------------------------------------------------ */

static void parse_value(struct parser *p, struct span part, const char *tag, struct span value)
{
    struct dmarc_record *r = p->r;
    char c;
    if (strcmp(tag, "psd") == 0) {
        c = parse_letter(p, part, tag, value, "ynu", "psd is y, n or u");
        r->psd = c != '\0' ? c : 'u';
    } else if (strcmp(tag, "t") == 0) {
        r->testing = parse_letter(p, part, tag, value, "yn", "t is y or n") == 'y';
    } else if (strcmp(tag, "adkim") == 0) {
        r->strict_dkim = parse_letter(p, part, tag, value, "rs", "adkim is r or s") == 's';
    } else if (strcmp(tag, "aspf") == 0) {
        r->strict_spf = parse_letter(p, part, tag, value, "rs", "aspf is r or s") == 's';
    } else if (strcmp(tag, "fo") == 0) {
        parse_fo(p, part, value);
    } else if (strcmp(tag, "pct") == 0) {
        parse_pct(p, part, value);
    } else if (strcmp(tag, "rf") == 0 || strcmp(tag, "ri") == 0) {
        fault(p, DMARC_ERROR_OLD_TAG, part, tag, "the tag was removed in RFC 9989");
    } else if (strcmp(tag, "rua") == 0) {
        r->rua_present = true;
        r->rua = parse_uris(p, value, tag, &r->rua_count);
    } else if (strcmp(tag, "ruf") == 0) {
        r->ruf_present = true;
        r->ruf = parse_uris(p, value, tag, &r->ruf_count);
    } else {
        fault(p, DMARC_ERROR_UNKNOWN_TAG, part, tag, "no such tag: receivers ignore it");
    }
}

static bool seen_before(struct parser *p, const char *tag)
{
    for (size_t i = 0; i < p->seen_count; i++) {
        if (strcmp(p->seen[i], tag) == 0)
            return true;
    }
    if (p->seen_count < TAGS_SEEN_MAX)
        p->seen[p->seen_count++] = tag;
    return false;
}

static struct dmarc_request *request_of(struct dmarc_record *r, const char *tag)
{
    return strcmp(tag, "p") == 0    ? &r->p
           : strcmp(tag, "sp") == 0 ? &r->sp
           : strcmp(tag, "np") == 0 ? &r->np
                                    : NULL;
}

static void parse_tag(struct parser *p, struct span part, const char *tag, struct span value)
{
    struct dmarc_request *request = request_of(p->r, tag);
    if (seen_before(p, tag)) {
        fault(p, DMARC_ERROR_DUPLICATE_TAG, part, tag,
              "the tag stands twice; which one counts is not defined");
        return;
    }
    if (strcmp(tag, "p") == 0)
        p->r->p_second = p->position == 1;
    if (request != NULL)
        parse_request(p, request, part, tag, value);
    else if (value.length == 0 && strcmp(tag, "rua") != 0 && strcmp(tag, "ruf") != 0)
        fault(p, DMARC_ERROR_EMPTY, part, tag, "the tag has no value");
    else
        parse_value(p, part, tag, value);
}

static bool tag_name(struct span tag)
{
    for (size_t i = 0; i < tag.length; i++) {
        if (!is_alpha(tag.at[i]))
            return false;
    }
    return tag.length > 0;
}

/* %x20-3A / %x3C-7E, with tabs as white space. */
static bool printable(struct span value)
{
    for (size_t i = 0; i < value.length; i++) {
        unsigned char c = (unsigned char)value.at[i];
        if ((c < 0x20 && c != '\t') || c > 0x7E)
            return false;
    }
    return true;
}

static void parse_part(struct parser *p, struct span part)
{
    struct span tag;
    struct span value;
    char name[16] = "";
    if (!split(part, &tag, &value)) {
        fault(p, DMARC_ERROR_SYNTAX, part, "", "there is no equals sign: every element is tag=value");
        return;
    }
    if (!tag_name(tag)) {
        fault(p, DMARC_ERROR_SYNTAX, part, "", "the name of a tag is letters only");
        return;
    }
    if (!printable(value)) {
        fault(p, DMARC_ERROR_SYNTAX, part, "", "the value holds an octet that is no printable ASCII");
        return;
    }
    for (size_t i = 0; i < tag.length && i < sizeof(name) - 1; i++)
        name[i] = lower(tag.at[i]);
    const char *owned = arena_strdup(p->a, name);
    if (owned != NULL)
        parse_tag(p, part, owned, value);
}

static void parse_parts(struct parser *p)
{
    struct span rest = {p->r->text, p->r->length};
    next_part(rest, &rest); /* v */
    p->seen[p->seen_count++] = "v";
    while (rest.length > 0) {
        struct span part = trim(next_part(rest, &rest));
        p->position++;
        if (part.length > 0)
            parse_part(p, part);
        else if (trim(rest).length > 0)
            fault(p, DMARC_ERROR_EMPTY, part, "", "nothing stands between two semicolons");
    }
}

const struct dmarc_record *dmarc_record_parse(struct arena *a, const char *text, size_t length)
{
    struct dmarc_record *r = arena_alloc(a, sizeof(*r));
    struct dmarc_fault *faults = arena_array(a, FAULTS_MAX, sizeof(*faults));
    char *copy = arena_alloc(a, length + 1);
    if (r == NULL || faults == NULL || copy == NULL)
        return NULL;
    memcpy(copy, text, length);
    *r = (struct dmarc_record){.text = copy, .length = length, .psd = 'u', .pct = 100, .faults = faults};
    struct parser p = {.a = a, .r = r, .faults = faults};
    parse_parts(&p);
    for (size_t i = 0; i < r->rua_count && r->rua != NULL; i++)
        r->reportable = r->reportable || r->rua[i].valid;
    return r;
}

const char *dmarc_policy_text(enum dmarc_policy policy)
{
    static const char *const words[] = {
        [DMARC_NONE] = "none", [DMARC_QUARANTINE] = "quarantine", [DMARC_REJECT] = "reject"};
    return words[policy];
}
