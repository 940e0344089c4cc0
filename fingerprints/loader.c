/* SPDX-License-Identifier: BSD-2-Clause */
/* One service from JSON, checked member by member: built-in files, files of --fingerprints and files under
 * test. */
#include "auditor/base/text.h"
#include "fingerprints/data.h"

#include <cjson/cJSON.h>
#include <string.h>

#define SETS_MAX 64
#define ALTERNATIVES_MAX 16 /* of one {a,b} group */

struct loader {
    struct arena *a;
    enum status status;
    const char *error;
};

static void fail(struct loader *l, const char *what)
{
    if (l->status == STATUS_OK) {
        l->status = STATUS_MALFORMED;
        l->error = what;
    }
}

static void *need(struct loader *l, size_t count, size_t size)
{
    void *memory = arena_array(l->a, count == 0 ? 1 : count, size);
    if (memory == NULL)
        l->status = STATUS_NOMEM;
    return memory;
}

static const char *text_member(struct loader *l, const cJSON *object, const char *name)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(member) ? arena_strdup(l->a, member->valuestring) : NULL;
}

static bool flag_member(const cJSON *object, const char *name)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, name));
}

/* An array of strings, or nothing. */
static const cJSON *list_member(struct loader *l, const cJSON *object, const char *name)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(object, name);
    if (list == NULL)
        return NULL;
    const cJSON *item = NULL;
    if (!cJSON_IsArray(list)) {
        fail(l, arena_printf(l->a, "\"%s\": an array of strings is expected", name));
        return NULL;
    }
    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsString(item))
            fail(l, arena_printf(l->a, "\"%s\": an array of strings is expected", name));
    }
    return l->status == STATUS_OK ? list : NULL;
}

static size_t list_size(const cJSON *list)
{
    return list != NULL ? (size_t)cJSON_GetArraySize(list) : 0;
}

static const char *const *string_list(struct loader *l, const cJSON *list, size_t *count)
{
    const char **strings = need(l, list_size(list), sizeof *strings);
    const cJSON *item = NULL;
    if (strings == NULL || list == NULL)
        return strings;
    cJSON_ArrayForEach(item, list) strings[(*count)++] = arena_strdup(l->a, item->valuestring);
    return strings;
}

/* ---- patterns ---- */

static bool pattern_read(struct loader *l, const char *text, struct pattern *out)
{
    const dname *name = NULL;
    if (dname_from_text(l->a, text, &name) != STATUS_OK || dname_is_root(name)) {
        fail(l, arena_printf(l->a, "\"%s\" is no name pattern", text_gate(l->a, text, strlen(text), 80)));
        return false;
    }
    out->name = dname_lower(l->a, name);
    out->labels = dname_labels(name);
    out->glob = strchr(text, '*') != NULL || strchr(text, '?') != NULL;
    return out->name != NULL;
}

static const struct pattern *pattern_list(struct loader *l, const cJSON *list, size_t *count)
{
    struct pattern *patterns = need(l, list_size(list), sizeof *patterns);
    const cJSON *item = NULL;
    if (patterns == NULL || list == NULL)
        return patterns;
    cJSON_ArrayForEach(item, list)
    {
        if (pattern_read(l, item->valuestring, &patterns[*count]))
            *count += 1;
    }
    return patterns;
}

/* "ns*.example.{com,net}" is two patterns; one group at most. */
static void pattern_expand(struct loader *l, const char *text, struct pattern *patterns, size_t *count)
{
    const char *open = strchr(text, '{');
    const char *close = open != NULL ? strchr(open, '}') : NULL;
    if (open == NULL) {
        *count += pattern_read(l, text, &patterns[*count]) ? 1 : 0;
        return;
    }
    if (close == NULL || strchr(close, '{') != NULL) {
        fail(l, "a name server pattern has one group {a,b} at most");
        return;
    }
    unsigned made = 0;
    for (const char *at = open + 1; at <= close && l->status == STATUS_OK; made++) {
        size_t length = strcspn(at, ",}");
        const char *whole =
            arena_printf(l->a, "%.*s%.*s%s", (int)(open - text), text, (int)length, at, close + 1);
        if (made == ALTERNATIVES_MAX || whole == NULL)
            fail(l, "too many alternatives in a name server pattern");
        else if (pattern_read(l, whole, &patterns[*count]))
            *count += 1;
        at += length + 1;
    }
}

static const struct pattern *ns_list(struct loader *l, const cJSON *list, size_t *count)
{
    struct pattern *patterns = need(l, list_size(list) * ALTERNATIVES_MAX, sizeof *patterns);
    const cJSON *item = NULL;
    if (patterns == NULL || list == NULL)
        return patterns;
    cJSON_ArrayForEach(item, list) pattern_expand(l, item->valuestring, patterns, count);
    return patterns;
}

static void address_list(struct loader *l, const cJSON *list, struct cidr *blocks, size_t *count)
{
    const cJSON *item = NULL;
    if (list == NULL || blocks == NULL)
        return;
    cJSON_ArrayForEach(item, list)
    {
        if (cidr_from_text(item->valuestring, &blocks[*count]))
            *count += 1;
        else
            fail(l, "\"a\" and \"aaaa\": addresses or CIDR prefixes are expected");
    }
}

/* ---- signals ---- */

static const struct {
    const char *name;
    enum signal_kind kind;
} kinds[] = {
    {"nxdomain", SIGNAL_NXDOMAIN},  {"http-body", SIGNAL_BODY},     {"http-body-regex", SIGNAL_BODY_REGEX},
    {"http-status", SIGNAL_STATUS}, {"http-header", SIGNAL_HEADER},
};

static bool signal_kind(const char *name, enum signal_kind *out)
{
    for (size_t i = 0; name != NULL && i < ARRAY_SIZE(kinds); i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            *out = kinds[i].kind;
            return true;
        }
    }
    return false;
}

static void signal_value(struct loader *l, const cJSON *value, struct signal *out)
{
    if (out->kind == SIGNAL_STATUS) {
        if (cJSON_IsNumber(value) && value->valuedouble >= 100 && value->valuedouble <= 599)
            out->status = (uint16_t)value->valuedouble;
        else
            fail(l, "\"http-status\": a number from 100 to 599 is expected");
        return;
    }
    /* An empty text is part of every page: such a signal would prove anything. */
    if (!cJSON_IsString(value) || value->valuestring[0] == '\0') {
        fail(l, "\"value\": a text that is not empty is expected");
        return;
    }
    out->value = arena_strdup(l->a, value->valuestring);
    out->length = strlen(value->valuestring);
    if (out->kind == SIGNAL_BODY_REGEX) {
        out->regex = regex_compile(l->a, value->valuestring, out->length);
        if (out->regex == NULL)
            fail(l, "\"http-body-regex\": the expression is not valid");
    }
}

static void signal_read(struct loader *l, const cJSON *object, struct signal *out)
{
    const cJSON *kind = cJSON_GetObjectItemCaseSensitive(object, "kind");
    if (!cJSON_IsString(kind) || !signal_kind(kind->valuestring, &out->kind)) {
        fail(l, "\"kind\": nxdomain, http-body, http-body-regex, http-status or http-header is expected");
        return;
    }
    out->negate = flag_member(object, "negate");
    out->case_insensitive = flag_member(object, "case_insensitive");
    signal_value(l, cJSON_GetObjectItemCaseSensitive(object, "value"), out);
}

static unsigned set_number(struct loader *l, const cJSON *object)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(object, "set");
    if (cJSON_IsNumber(number) && number->valuedouble >= 1 && number->valuedouble <= SETS_MAX)
        return (unsigned)number->valuedouble;
    fail(l, "\"set\": a number from 1 to 64 is expected");
    return 0;
}

/* Which request a set is about: all its signals together say scheme and path. */
static void set_request(struct loader *l, const cJSON *object, struct signal_set *set)
{
    const char *scheme = text_member(l, object, "scheme");
    const char *path = text_member(l, object, "path");
    if (scheme != NULL && strcmp(scheme, "https") == 0)
        set->https_only = true;
    else if (scheme != NULL && strcmp(scheme, "http") == 0)
        set->http_only = true;
    else if (scheme != NULL)
        fail(l, "\"scheme\": http or https is expected");
    if (path != NULL && path[0] != '/')
        fail(l, "\"path\": a path that starts with / is expected");
    else if (path != NULL)
        set->path = path;
}

static void set_read(struct loader *l, const cJSON *list, unsigned number, struct signal_set *set)
{
    struct signal *signals = need(l, list_size(list), sizeof *signals);
    const cJSON *item = NULL;
    bool positive = false;
    *set = (struct signal_set){.number = number, .path = "/", .signals = signals};
    cJSON_ArrayForEach(item, list)
    {
        if (signals == NULL || l->status != STATUS_OK || set_number(l, item) != number)
            continue;
        struct signal *signal = &signals[set->count++];
        signal_read(l, item, signal);
        set_request(l, item, set);
        set->weak = set->weak || flag_member(item, "weak");
        set->nxdomain = set->nxdomain || signal->kind == SIGNAL_NXDOMAIN;
        positive = positive || !signal->negate;
    }
    /* Absence of a text is true of nearly every page. */
    if (set->count > 0 && !positive)
        fail(l, "a set needs a signal without \"negate\"");
    if (set->nxdomain && set->count > 1)
        fail(l, "an nxdomain signal stands alone in its set");
}

static void sets_read(struct loader *l, const cJSON *root, struct fingerprint *out)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "signals");
    if (list == NULL)
        return;
    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > 1024) {
        fail(l, "\"signals\": an array is expected");
        return;
    }
    const cJSON *item = NULL;
    bool used[SETS_MAX + 1] = {false};
    cJSON_ArrayForEach(item, list) used[set_number(l, item)] = true;
    struct signal_set *sets = need(l, SETS_MAX, sizeof *sets);
    for (unsigned number = 1; sets != NULL && number <= SETS_MAX && l->status == STATUS_OK; number++) {
        if (used[number])
            set_read(l, list, number, &sets[out->set_count++]);
    }
    out->sets = sets;
}

/* ---- the rest ---- */

static const char *const statuses[] = {"unknown", "vulnerable", "edge-case", "not-vulnerable"};
static const char *const verifications[] = {"unknown", "no", "partial", "yes"};
static const char *const mechanisms[] = {"cname-nxdomain", "cname-http",    "address-http",
                                         "ns-zone",        "address-reuse", "parked-target"};

static unsigned word(struct loader *l, const cJSON *item, const char *const *words, size_t count,
                     const char *what)
{
    for (unsigned i = 0; cJSON_IsString(item) && i < count; i++) {
        if (strcmp(words[i], item->valuestring) == 0)
            return i;
    }
    fail(l, what);
    return 0;
}

const char *service_status_text(enum service_status status)
{
    return statuses[status];
}

static void verification_read(struct loader *l, const cJSON *root, struct fingerprint *out)
{
    const cJSON *object = cJSON_GetObjectItemCaseSensitive(root, "verification");
    if (object == NULL)
        return;
    out->verification =
        word(l, cJSON_GetObjectItemCaseSensitive(object, "required"), verifications,
             ARRAY_SIZE(verifications), "\"required\": yes, partial, no or unknown is expected");
    out->verification_detail = text_member(l, object, "detail");
    out->reference = text_member(l, object, "ref");
}

static void sources_read(struct loader *l, const cJSON *root, struct fingerprint *out)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "sources");
    const cJSON *item = NULL;
    if (!cJSON_IsArray(list))
        return;
    const char **names = need(l, list_size(list), sizeof *names);
    if (names == NULL)
        return;
    cJSON_ArrayForEach(item, list)
    {
        const char *repository = text_member(l, item, "repo");
        if (repository != NULL)
            names[out->source_count++] = repository;
    }
    out->sources = names;
}

static void evidence_read(struct loader *l, const cJSON *root, struct fingerprint *out)
{
    const cJSON *object = cJSON_GetObjectItemCaseSensitive(root, "last_evidence");
    const char *date = text_member(l, object, "date");
    const char *what = text_member(l, object, "what");
    if (date != NULL && what != NULL)
        out->last_evidence = arena_printf(l->a, "%s: %s", date, what);
    const cJSON *references = list_member(l, root, "refs");
    if (out->reference == NULL && list_size(references) > 0)
        out->reference = arena_strdup(l->a, cJSON_GetArrayItem(references, 0)->valuestring);
    if (out->reference != NULL && strncmp(out->reference, "https://", 8) != 0)
        out->reference = NULL;
}

static void patterns_read(struct loader *l, const cJSON *root, struct service *out)
{
    struct fingerprint *public = &out->public;
    out->cname = pattern_list(l, list_member(l, root, "cname"), &out->cname_count);
    out->ns = ns_list(l, list_member(l, root, "ns"), &out->ns_count);
    public->not_these = pattern_list(l, list_member(l, root, "cname_not"), &public->not_count);
    public->unchoosable = pattern_list(l, list_member(l, root, "unchoosable"), &public->unchoosable_count);
    const cJSON *v4 = list_member(l, root, "a");
    const cJSON *v6 = list_member(l, root, "aaaa");
    struct cidr *blocks = need(l, list_size(v4) + list_size(v6), sizeof *blocks);
    address_list(l, v4, blocks, &out->address_count);
    address_list(l, v6, blocks, &out->address_count);
    out->addresses = blocks;
}

static void service_read(struct loader *l, const cJSON *root, struct service *out)
{
    struct fingerprint *public = &out->public;
    public->id = text_member(l, root, "id");
    public->name = text_member(l, root, "service");
    if (public->id == NULL || public->name == NULL || public->id[0] == '\0' || !text_clean(public->name) ||
        !text_clean(public->id)) {
        fail(l, "\"id\" and \"service\": clean texts are expected");
        return;
    }
    public->status = word(l, cJSON_GetObjectItemCaseSensitive(root, "status"), statuses, ARRAY_SIZE(statuses),
                          "\"status\": vulnerable, edge-case, not-vulnerable or unknown is expected");
    const cJSON *item = NULL;
    const cJSON *list = list_member(l, root, "mechanism");
    if (list != NULL) {
        cJSON_ArrayForEach(item, list) public->mechanisms |=
            1U << word(l, item, mechanisms, ARRAY_SIZE(mechanisms), "\"mechanism\": an unknown word");
    }
    patterns_read(l, root, out);
    sets_read(l, root, public);
    verification_read(l, root, public);
    sources_read(l, root, public);
    evidence_read(l, root, public);
    public->verification_txt =
        string_list(l, list_member(l, root, "verification_txt"), &public->verification_txt_count);
    public->bucket = flag_member(root, "bucket");
}

enum status service_parse(struct arena *a, const char *json, size_t length, struct service **out,
                          const char **error)
{
    struct loader l = {.a = a};
    cJSON *root = cJSON_ParseWithLength(json, length);
    struct service *service = need(&l, 1, sizeof *service);
    if (!cJSON_IsObject(root))
        fail(&l, "a JSON object is expected");
    if (l.status == STATUS_OK)
        service_read(&l, root, service);
    cJSON_Delete(root);
    if (l.status != STATUS_OK) {
        *error = l.error != NULL ? l.error : "memory is exhausted";
        return l.status;
    }
    *out = service;
    return STATUS_OK;
}

enum status fingerprint_parse(struct arena *a, const char *json, size_t length,
                              const struct fingerprint **out, const char **error)
{
    struct service *service = NULL;
    enum status status = service_parse(a, json, length, &service, error);
    if (status == STATUS_OK)
        *out = &service->public;
    return status;
}
