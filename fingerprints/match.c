/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a name, or a response, show what the data says? Pure functions; regular expressions run with limits.
 */
#include "fingerprints/data.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

/* A body has at most 64 KiB: generous for the expressions we ship, small for what an attacker could provoke.
 */
#define REGEX_MATCH_LIMIT 200000
#define REGEX_DEPTH_LIMIT 1000
#define REGEX_HEAP_KIB 2048

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* '*' is one or more characters and '?' is one, inside a label. Backtracks to the last '*' only. */
static bool label_matches(const dname *pattern, const dname *label)
{
    size_t p = 1;
    size_t t = 1;
    size_t star = 0; /* where the last '*' stands; 0: none yet */
    size_t resume = 0;
    while (t <= label[0]) {
        char c = lower((char)label[t]);
        if (p <= pattern[0] && pattern[p] == '*') {
            star = p++;
            resume = ++t;
        } else if (p <= pattern[0] && (pattern[p] == '?' || (char)pattern[p] == c)) {
            p++;
            t++;
        } else if (star != 0) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return p == (size_t)pattern[0] + 1;
}

bool pattern_equals(const struct pattern *pattern, const dname *name)
{
    const dname *at = pattern->name;
    for (; *at != 0 && *name != 0; at += 1 + *at, name += 1 + *name) {
        if (!label_matches(at, name))
            return false;
    }
    return *at == 0 && *name == 0;
}

bool pattern_suffix(const struct pattern *pattern, const dname *name)
{
    const dname *tail = dname_ancestor(name, pattern->labels);
    return tail != NULL && pattern_equals(pattern, tail);
}

/* ---- responses ---- */

static void code_free(void *code)
{
    pcre2_code_free(code);
}

const void *regex_compile(struct arena *a, const char *expression, size_t length)
{
    int error = 0;
    PCRE2_SIZE offset = 0;
    return arena_adopt(a,
                       pcre2_compile((PCRE2_SPTR)expression, length,
                                     PCRE2_NEVER_BACKSLASH_C | PCRE2_NEVER_UTF, &error, &offset, NULL),
                       code_free);
}

/* Reaching a limit counts as "does not match": a finding needs proof. */
static bool regex_matches(const pcre2_code *code, const char *text, size_t length)
{
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    int found = PCRE2_ERROR_NOMEMORY;
    if (limits != NULL && data != NULL) {
        pcre2_set_match_limit(limits, REGEX_MATCH_LIMIT);
        pcre2_set_depth_limit(limits, REGEX_DEPTH_LIMIT);
        pcre2_set_heap_limit(limits, REGEX_HEAP_KIB);
        found = pcre2_match(code, (PCRE2_SPTR)text, length, 0, 0, data, limits);
    }
    pcre2_match_data_free(data);
    pcre2_match_context_free(limits);
    return found >= 0; /* 0: matched, the vector is too small for the groups, which nobody asks for */
}

static bool same_text(const char *a, const char *b, size_t length, bool fold)
{
    if (!fold)
        return memcmp(a, b, length) == 0;
    for (size_t i = 0; i < length; i++) {
        if (lower(a[i]) != lower(b[i]))
            return false;
    }
    return true;
}

static bool contains(const char *text, size_t length, const char *wanted, size_t wanted_length, bool fold)
{
    if (text == NULL || wanted_length == 0)
        return false;
    for (size_t at = 0; at + wanted_length <= length; at++) {
        if (!fold) {
            const char *next = memchr(text + at, wanted[0], length - wanted_length - at + 1);
            if (next == NULL)
                return false;
            at = (size_t)(next - text);
        }
        if (same_text(text + at, wanted, wanted_length, fold))
            return true;
    }
    return false;
}

/* One "Name: value" line at a time, so that a match cannot span lines; the status line is none. */
static bool header_contains(const char *headers, const struct signal *signal)
{
    for (const char *line = headers; line != NULL && *line != '\0';) {
        size_t length = strcspn(line, "\r\n");
        bool status_line = strncmp(line, "HTTP/", 5) == 0;
        if (!status_line && contains(line, length, signal->value, signal->length, true))
            return true;
        line += length;
        line += strspn(line, "\r\n");
    }
    return false;
}

static bool signal_shows(const struct signal *signal, const struct http_reply *reply)
{
    switch (signal->kind) {
    case SIGNAL_BODY:
        return contains(reply->body, reply->body_length, signal->value, signal->length,
                        signal->case_insensitive);
    case SIGNAL_BODY_REGEX:
        return reply->body != NULL && regex_matches(signal->regex, reply->body, reply->body_length);
    case SIGNAL_STATUS:
        return reply->status == signal->status;
    case SIGNAL_HEADER:
        return header_contains(reply->headers, signal);
    case SIGNAL_NXDOMAIN:
        break;
    }
    return false;
}

bool fingerprint_shows(const struct signal_set *set, const struct http_reply *reply, bool https)
{
    if (reply->state != FACT_KNOWN || set->nxdomain || set->count == 0 || (https && set->http_only) ||
        (!https && set->https_only))
        return false;
    for (size_t i = 0; i < set->count; i++) {
        if (signal_shows(&set->signals[i], reply) == set->signals[i].negate)
            return false;
    }
    return true;
}
