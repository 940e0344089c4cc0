/* SPDX-License-Identifier: BSD-2-Clause */
/* The baseline file (cli.md, waivers and baseline): what is wrong in it is told by file, line and key. */
#include "auditor/base/clock.h"
#include "auditor/base/nearest.h"
#include "auditor/gate/dates.h"
#include "auditor/gate/json_walk.h"
#include "auditor/gate/known_private.h"
#include "auditor/gate/whole_file.h"

#include <string.h>

#define BASELINE_MAX ((size_t)256 << 20)
#define BASELINE_SCHEMA "zonevet.baseline"
#define NAME_CHARS 1100 /* presentation form of the longest name */

enum head { HEAD_SCHEMA, HEAD_VERSION, HEAD_TOOL, HEAD_CREATED, HEAD_FINGERPRINTS, HEAD_FINDINGS, HEADS };
static const char *const head_keys[HEADS] = {
    "schema", "version", "tool_version", "created", "fingerprint_version", "findings"};
enum part { PART_FP, PART_CHECK, PART_TARGET, PART_SUBJECT, PART_SEVERITY, PART_SINCE, PARTS };
static const char *const part_keys[PARTS] = {"fp", "check", "target", "subject", "severity", "first_seen"};

/* Index of the key, each once. @return count if it is wrong: there is an error then */
static size_t which(struct json_walk *w, const char *const *keys, size_t count, unsigned *met)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(keys[i], w->key) != 0)
            continue;
        if ((*met & 1U << i) != 0) {
            json_walk_fail(w->text, w->key_at, "the key \"%s\" is given twice", w->key);
            return count;
        }
        *met |= 1U << i;
        return i;
    }
    const char *near = nearest(w->key, keys, count);
    if (near != NULL)
        json_walk_fail(w->text, w->key_at, "unknown key \"%s\"; did you mean \"%s\"?", w->key, near);
    else
        json_walk_fail(w->text, w->key_at, "unknown key \"%s\"", w->key);
    return count;
}

static bool all_met(struct json_text *t, const char *at, const char *const *keys, size_t count, unsigned met,
                    unsigned optional)
{
    for (size_t i = 0; i < count; i++) {
        if ((met & 1U << i) == 0 && (optional & 1U << i) == 0) {
            json_walk_fail(t, at, "the key \"%s\" is missing", keys[i]);
            return false;
        }
    }
    return true;
}

/* ---- one finding ------------------------------------------------------------------------------------- */

static void read_fingerprint(struct json_walk *w, struct known_entry *e)
{
    const char *text = json_walk_string(w->text, &w->value, "fp", 64);
    if (text == NULL)
        return;
    if (strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64)
        memcpy(e->fingerprint, text, 65);
    else
        json_walk_fail(w->text, w->value.at, "fp: expected 64 hexadecimal digits in lower case");
}

/* Names stand as reports print them: absolute, lower case. */
static const char *read_name(struct json_walk *w)
{
    const char *text = json_walk_string(w->text, &w->value, w->key, NAME_CHARS);
    size_t length = text != NULL ? strlen(text) : 0;
    if (length == 0 || text[length - 1] != '.') {
        json_walk_fail(w->text, w->value.at, "%s: expected an absolute name such as \"example.com.\"",
                       w->key);
        return NULL;
    }
    return text;
}

static void read_part(struct json_walk *w, enum part part, struct known_entry *e)
{
    int64_t day_s;
    const char *text;
    switch (part) {
    case PART_FP:
        read_fingerprint(w, e);
        break;
    case PART_CHECK:
        e->check = json_walk_string(w->text, &w->value, "check", 100);
        break;
    case PART_TARGET:
        e->target = read_name(w);
        break;
    case PART_SUBJECT:
        e->subject = read_name(w);
        break;
    case PART_SEVERITY:
        text = json_walk_string(w->text, &w->value, "severity", 20);
        if (text != NULL && !severity_from_text(text, &e->severity))
            json_walk_fail(w->text, w->value.at, "severity: expected critical, high, medium, low or info");
        break;
    default:
        e->since = json_walk_string(w->text, &w->value, "first_seen", 20);
        if (e->since != NULL && !date_parse(e->since, &day_s))
            json_walk_fail(w->text, w->value.at, "first_seen: expected a day such as \"2026-01-10\"");
        break;
    }
}

static bool read_finding(struct json_text *t, const struct json_value *v, struct known *k)
{
    struct known_entry e = {.severity = SEVERITY_INFO};
    struct json_walk w;
    unsigned met = 0;
    if (!json_walk_object(t, v, "findings", &w))
        return false;
    while (json_walk_next(&w)) {
        size_t part = which(&w, part_keys, PARTS, &met);
        if (part < PARTS)
            read_part(&w, (enum part)part, &e);
    }
    if (t->error != NULL || !all_met(t, v->at, part_keys, PARTS, met, 0))
        return false;
    if (known_find(k, e.fingerprint) != NULL) {
        json_walk_fail(t, v->at, "fp: this fingerprint is in the file twice");
        return false;
    }
    if (known_add(k, &e) != STATUS_OK) {
        t->error = "out of memory";
        return false;
    }
    return true;
}

/* ---- the file ---------------------------------------------------------------------------------------- */

static void read_version(struct json_walk *w, const char *what)
{
    uint32_t version = 0;
    if (json_walk_number(w->text, &w->value, what, &version) && version != 1)
        json_walk_fail(w->text, w->value.at, "%s: expected 1, this file is of another zonevet", what);
}

static void read_head(struct json_walk *w, enum head head, struct known *k)
{
    struct json_walk list;
    const char *text;
    switch (head) {
    case HEAD_SCHEMA:
        text = json_walk_string(w->text, &w->value, "schema", 100);
        if (text != NULL && strcmp(text, BASELINE_SCHEMA) != 0)
            json_walk_fail(w->text, w->value.at, "schema: expected \"%s\", found \"%s\"", BASELINE_SCHEMA,
                           text);
        break;
    case HEAD_VERSION:
    case HEAD_FINGERPRINTS:
        read_version(w, w->key);
        break;
    case HEAD_TOOL:
    case HEAD_CREATED:
        (void)json_walk_string(w->text, &w->value, w->key, 100);
        break;
    default:
        if (!json_walk_array(w->text, &w->value, "findings", &list))
            break;
        while (json_walk_next(&list) && read_finding(w->text, &list.value, k))
            continue;
        break;
    }
}

enum status baseline_parse(struct arena *a, const char *path, const char *text, size_t length,
                           struct known **out, const char **error)
{
    struct json_text t = {.arena = a, .path = path, .start = text, .end = text + length};
    struct json_value whole;
    struct json_walk w;
    unsigned met = 0;
    struct known *k = known_new(a);
    *error = NULL;
    if (k == NULL) {
        *error = "out of memory";
        return STATUS_NOMEM;
    }
    if (json_walk_value_at(&t, text, &whole) && json_walk_object(&t, &whole, "a baseline", &w)) {
        while (json_walk_next(&w)) {
            size_t head = which(&w, head_keys, HEADS, &met);
            if (head < HEADS)
                read_head(&w, (enum head)head, k);
        }
        if (t.error == NULL &&
            all_met(&t, whole.at, head_keys, HEADS, met, 1U << HEAD_TOOL | 1U << HEAD_CREATED) &&
            json_walk_rest(&t, whole.end) != t.end)
            json_walk_fail(&t, json_walk_rest(&t, whole.end), "expected nothing behind the closing '}'");
    }
    *error = t.error;
    if (t.error != NULL)
        return STATUS_MALFORMED;
    *out = k;
    return STATUS_OK;
}

enum status baseline_read(struct arena *a, const char *path, struct known **out, const char **error)
{
    const char *text = NULL;
    size_t length = 0;
    enum status status = whole_file_read(a, path, BASELINE_MAX, &text, &length, error);
    return status != STATUS_OK ? status : baseline_parse(a, path, text, length, out, error);
}

/* ---- writing ----------------------------------------------------------------------------------------- */

static void put_member(struct buf *b, const char *frame, const char *text)
{
    buf_str(b, frame);
    json_walk_put(b, text);
}

static void put_finding(struct buf *b, const struct known_entry *e, const char *today, bool last)
{
    put_member(b, "  {\"fp\": ", e->fingerprint);
    put_member(b, ", \"check\": ", e->check);
    put_member(b, ", \"target\": ", e->target);
    put_member(b, ", \"subject\": ", e->subject);
    put_member(b, ", \"severity\": ", severity_text(e->severity));
    put_member(b, ", \"first_seen\": ", e->since != NULL ? e->since : today);
    buf_str(b, last ? "}\n" : "},\n");
}

enum status baseline_write(const char *path, struct known *k, int64_t created_s, const char **error)
{
    char created[CLOCK_TEXT_SIZE];
    struct buf b = BUF_INIT(BASELINE_MAX);
    const char *today = date_text(k->arena, created_s);
    *error = NULL;
    clock_rfc3339(created_s, created);
    buf_printf(&b,
               "{\"schema\": \"%s\", \"version\": 1, \"tool_version\": \"%s\", \"created\": \"%s\", "
               "\"fingerprint_version\": 1,\n \"findings\": [\n",
               BASELINE_SCHEMA, ZONEVET_VERSION, created);
    for (size_t i = 0; i < known_count(k); i++)
        put_finding(&b, known_at(k, i), today != NULL ? today : created, i + 1 == known_count(k));
    buf_str(&b, " ]}\n");
    enum status status = STATUS_LIMIT;
    if (b.failed || today == NULL)
        *error = arena_printf(k->arena, "%s: the findings do not fit into a baseline of %zu MiB", path,
                              BASELINE_MAX >> 20);
    else
        status = whole_file_write(k->arena, path, b.data, b.length, error);
    if (status != STATUS_OK && *error == NULL)
        *error = "out of memory";
    buf_free(&b);
    return status;
}
