/* SPDX-License-Identifier: BSD-2-Clause */
/* The MTA-STS policy: fetched as senders do (RFC 8461 section 3.3: no redirect is followed, the certificate
 * counts) and read (section 3.2). */
#include "auditor/facts/derived/mail_policy.h"

#include "auditor/base/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define PATH "/.well-known/mta-sts.txt"
#define ADDRESSES_TRIED 4
#define LINES_MAX 500

static const struct sts_policy no_memory = {.state = STS_FETCH_UNKNOWN, .reason = REASON_INTERNAL};

/* ---- reading ---- */

struct parser {
    struct arena *arena;
    struct sts_policy *policy;
    struct sts_fault *faults;
    const char **mx;
    bool version, mode, max_age;
    unsigned known; /* lines with a key of ours */
    unsigned lines;
};

static void fault(struct parser *p, bool ignored, const char *slug, const char *message)
{
    for (size_t i = 0; i < p->policy->fault_count; i++) {
        if (strcmp(p->faults[i].slug, slug) == 0)
            return;
    }
    p->faults[p->policy->fault_count++] = (struct sts_fault){ignored, slug, message};
}

static const char *with(struct parser *p, const char *text, const char *value)
{
    const char *both = arena_printf(p->arena, "%s \"%s\"", text, value);
    return both != NULL ? both : text;
}

static bool label_valid(const char *label, size_t length)
{
    if (length < 1 || length > DNAME_LABEL_MAX || label[0] == '-' || label[length - 1] == '-')
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!isalnum((unsigned char)label[i]) && label[i] != '-' && label[i] != '_')
            return false;
    }
    return true;
}

/* A host name, or one with "*." in front, which stands for exactly one label. */
static bool pattern_valid(const char *pattern)
{
    const char *at = strncmp(pattern, "*.", 2) == 0 ? pattern + 2 : pattern;
    if (strlen(at) > 253)
        return false;
    for (;;) {
        size_t length = strcspn(at, ".");
        if (!label_valid(at, length))
            return false;
        if (at[length] == '\0')
            return true;
        at += length + 1;
    }
}

static void read_mx(struct parser *p, const char *value)
{
    char *pattern = arena_strdup(p->arena, value);
    if (pattern == NULL)
        return;
    for (char *c = pattern; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    if (pattern_valid(pattern))
        p->mx[p->policy->mx_count++] = pattern;
    else
        fault(p, false, with(p, "mx", value), with(p, "no mail host and no pattern of one:", value));
}

static void read_mode(struct parser *p, const char *value)
{
    static const struct {
        const char *word;
        enum sts_mode mode;
    } modes[] = {{"enforce", STS_MODE_ENFORCE}, {"testing", STS_MODE_TESTING}, {"none", STS_MODE_NONE}};
    p->policy->mode = STS_MODE_INVALID;
    for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
        if (strcmp(value, modes[i].word) == 0)
            p->policy->mode = modes[i].mode;
    }
    if (p->policy->mode == STS_MODE_INVALID)
        fault(p, true, "mode", with(p, "mode is neither enforce, testing nor none:", value));
}

static void read_max_age(struct parser *p, const char *value)
{
    size_t length = strlen(value);
    if (length < 1 || length > 10 || strspn(value, "0123456789") != length)
        fault(p, true, "max_age", with(p, "max_age is no number of seconds with at most ten digits:", value));
}

/* All but the first of a key that may stand once only are ignored. @return true for the first */
static bool first(struct parser *p, bool *seen, const char *key)
{
    if (*seen)
        fault(p, false, with(p, "twice", key),
              with(p, "a key stands twice, and only its first line counts:", key));
    bool is_first = !*seen;
    *seen = true;
    return is_first;
}

static void read_pair(struct parser *p, const char *key, const char *value)
{
    p->known++;
    if (strcmp(key, "version") == 0) {
        if (first(p, &p->version, "version") && strcmp(value, "STSv1") != 0)
            fault(p, true, "version", with(p, "version is not STSv1 but", value));
    } else if (strcmp(key, "mode") == 0) {
        if (first(p, &p->mode, "mode"))
            read_mode(p, value);
    } else if (strcmp(key, "max_age") == 0) {
        if (first(p, &p->max_age, "max_age"))
            read_max_age(p, value);
    } else if (strcmp(key, "mx") == 0) {
        read_mx(p, value);
    } else {
        p->known--; /* an extension, to be ignored */
    }
}

/* Longer than any name, so cutting changes no meaning. */
static const char *clean(struct parser *p, const char *from, const char *to)
{
    size_t length = (size_t)(to - from);
    return text_ascii(p->arena, from, length < 300 ? length : 300);
}

static void read_line(struct parser *p, const char *from, const char *to)
{
    while (to > from && (to[-1] == ' ' || to[-1] == '\t' || to[-1] == '\r'))
        to--;
    if (from == to || p->lines++ >= LINES_MAX)
        return;
    const char *colon = memchr(from, ':', (size_t)(to - from));
    if (colon == NULL) {
        fault(p, false, "line", with(p, "a line is no pair of key and value:", clean(p, from, to)));
        return;
    }
    const char *value = colon + 1;
    while (value < to && (*value == ' ' || *value == '\t'))
        value++;
    read_pair(p, clean(p, from, colon), clean(p, value, to));
}

static void conclude(struct parser *p)
{
    struct sts_policy *policy = p->policy;
    if (p->known == 0) {
        policy->fault_count = 0;
        fault(p, true, "no-policy", "what is served there is no MTA-STS policy");
    } else {
        if (!p->version)
            fault(p, true, "version", "the key version is missing");
        if (!p->mode)
            fault(p, true, "mode", "the key mode is missing");
        if (!p->max_age)
            fault(p, true, "max_age", "the key max_age is missing");
        if (policy->mx_count == 0 && policy->mode != STS_MODE_NONE)
            fault(p, true, "mx", "no mail host is named: the key mx is missing");
    }
    policy->valid = true;
    for (size_t i = 0; i < policy->fault_count; i++)
        policy->valid = policy->valid && !p->faults[i].ignored;
}

static bool read_body(struct arena *a, struct sts_policy *policy, const struct http_reply *reply)
{
    struct parser p = {.arena = a, .policy = policy};
    const char *end = reply->body + reply->body_length;
    p.faults = arena_array(a, LINES_MAX + 8, sizeof(*p.faults));
    p.mx = arena_array(a, LINES_MAX, sizeof(*p.mx));
    if (p.faults == NULL || p.mx == NULL)
        return false;
    for (const char *at = reply->body; at < end;) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        const char *to = line_end != NULL ? line_end : end;
        read_line(&p, at, to);
        at = line_end != NULL ? line_end + 1 : end;
    }
    policy->faults = p.faults;
    policy->mx = p.mx;
    conclude(&p);
    return true;
}

/* ---- fetching ---- */

/* What one address says, as far as it decides. @return true if it decides for good */
static bool take(struct arena *a, struct sts_policy *p, const struct http_reply *reply)
{
    p->reason = reply->reason;
    p->failure_sure = false;
    switch (reply->state) {
    case FACT_PENDING:
        p->state = STS_FETCH_PENDING;
        return true;
    case FACT_UNKNOWN:
        p->state = reply->reason == REASON_REFUSED || reply->reason == REASON_MALFORMED ? STS_FETCH_FAILED
                                                                                        : STS_FETCH_UNKNOWN;
        p->failure = reply->error != NULL ? reply->error : "the connection was refused";
        return false;
    case FACT_KNOWN:
        break;
    }
    p->state = STS_FETCH_FAILED;
    p->failure_sure = true;
    if (!reply->certificate_covers) {
        p->failure = "its certificate does not cover the name or is not trusted";
        return false;
    }
    if (reply->status != 200) {
        p->failure = arena_printf(
            a, "it answers with status %u%s", (unsigned)reply->status,
            reply->status >= 300 && reply->status < 400 ? ", and senders follow no redirect" : "");
        return false;
    }
    if (reply->body_cut || !read_body(a, p, reply)) {
        p->state = STS_FETCH_UNKNOWN;
        p->reason = REASON_BUDGET;
        return true;
    }
    p->state = STS_FETCH_DONE;
    p->failure_sure = false;
    return true;
}

/* A family without a path from here is left out if the other has addresses (DESIGN 10.7). */
static bool has_path(struct facts *f, const struct addresses *hosts, uint8_t family)
{
    bool other = false;
    for (size_t i = 0; i < hosts->count; i++)
        other = other || hosts->list[i].family != family;
    if (!other)
        return true;
    const struct vantage *v = facts_vantage(f, false);
    return v->state != FACT_KNOWN || (family == 4 ? v->ipv4 : v->ipv6);
}

static void fetch(struct facts *f, struct arena *a, struct sts_policy *p, const struct addresses *hosts)
{
    unsigned tried = 0;
    bool unsure = false;
    enum reason reason = REASON_NONE;
    for (size_t i = 0; i < hosts->count && tried < ADDRESSES_TRIED; i++) {
        if (!has_path(f, hosts, hosts->list[i].family))
            continue;
        const struct http_ask ask = {.https = true, .host = p->host, .address = hosts->list[i], .path = PATH};
        tried++;
        p->address = hosts->list[i];
        if (take(a, p, facts_http(f, &ask)))
            return;
        if (p->state == STS_FETCH_UNKNOWN && !unsure) {
            unsure = true;
            reason = p->reason;
        }
    }
    if (unsure || tried == 0) { /* no failure of the host while one of its addresses may be sound */
        p->state = STS_FETCH_UNKNOWN;
        p->reason = unsure ? reason : REASON_NETWORK;
    }
}

static const char *host_text(struct arena *a, const dname *name)
{
    char *text = arena_strdup(a, dname_text(a, name));
    if (text != NULL && text[0] != '\0')
        text[strlen(text) - 1] = '\0';
    return text;
}

static void find(struct facts *f, struct arena *a, struct sts_policy *p, const dname *host)
{
    const struct addresses *hosts = addresses_of(f, host);
    p->failure_sure = true;
    switch (hosts->state) {
    case ANSWER_PENDING:
        p->state = STS_FETCH_PENDING;
        break;
    case ANSWER_RRSET:
        fetch(f, a, p, hosts);
        break;
    case ANSWER_NXDOMAIN:
    case ANSWER_NODATA:
        p->state = STS_FETCH_FAILED;
        p->failure = hosts->loop                       ? "the aliases of its name run in a circle"
                     : hosts->state == ANSWER_NXDOMAIN ? "it does not exist"
                                                       : "it has no address";
        break;
    default:
        p->state = STS_FETCH_UNKNOWN;
        p->reason = hosts->reason;
    }
}

static const void *compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    struct sts_policy *p = arena_alloc(a, sizeof(*p));
    const dname *host = dname_prepend(a, "mta-sts", key);
    (void)key_length;
    if (p == NULL)
        return NULL;
    *p = (struct sts_policy){
        .state = STS_FETCH_FAILED, .failure = "such a name is too long to exist", .host = "mta-sts"};
    if (host == NULL)
        return p;
    p->host = host_text(a, host);
    if (p->host == NULL)
        return NULL;
    find(f, a, p, host);
    return p;
}

const struct sts_policy *mta_sts_policy(struct facts *f, const dname *domain)
{
    dname key[DNAME_MAX];
    size_t length = dname_length(domain);
    memcpy(key, domain, length);
    dname_lower_in_place(key);
    const struct sts_policy *p = facts_derive(f, compute, key, length);
    return p != NULL ? p : &no_memory;
}

bool sts_policy_covers(const struct sts_policy *p, const dname *host)
{
    char text[DNAME_TEXT_MAX];
    dname_text_into(host, text);
    size_t length = strlen(text);
    if (length > 0)
        text[length - 1] = '\0';
    const char *dot = strchr(text, '.');
    for (size_t i = 0; i < p->mx_count; i++) {
        const char *pattern = p->mx[i];
        if (strcasecmp(pattern, text) == 0)
            return true;
        if (strncmp(pattern, "*.", 2) == 0 && dot != NULL && strcasecmp(pattern + 1, dot) == 0)
            return true;
    }
    return false;
}
