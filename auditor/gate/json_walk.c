/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON text, walked in place. */
#include "auditor/gate/json_walk.h"

#include "auditor/base/text.h"
#include "auditor/gate/one_line.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

uint32_t json_walk_line_of(const struct json_text *t, const char *at)
{
    uint32_t line = 1;
    for (const char *c = t->start; (c = memchr(c, '\n', (size_t)(at - c))) != NULL; c++)
        line++;
    return line;
}

enum status json_walk_fail(struct json_text *t, const char *at, const char *format, ...)
{
    va_list args;
    if (t->error != NULL)
        return STATUS_MALFORMED;
    va_start(args, format);
    const char *said = arena_vprintf(t->arena, format, args);
    va_end(args);
    t->error = one_line(arena_printf(t->arena, "%s:%u: %s", t->path, (unsigned)json_walk_line_of(t, at),
                                     said != NULL ? said : "out of memory"));
    if (t->error == NULL)
        t->error = "out of memory";
    return STATUS_MALFORMED;
}

/* ---- skipping ---------------------------------------------------------------------------------------- */

static const char *blanks(const struct json_text *t, const char *at)
{
    while (at < t->end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
        at++;
    return at;
}

const char *json_walk_rest(const struct json_text *t, const char *at)
{
    return blanks(t, at);
}

/* Behind the closing quote; NULL if there is none. */
static const char *skip_string(const struct json_text *t, const char *at)
{
    for (at++; at < t->end; at++) {
        if (*at == '"')
            return at + 1;
        if (*at == '\\')
            at++;
        else if ((unsigned char)*at < 0x20)
            return NULL;
    }
    return NULL;
}

static const char *skip_word(const struct json_text *t, const char *at)
{
    const char *start = at;
    while (at < t->end && (*at == '-' || *at == '+' || *at == '.' || (*at >= '0' && *at <= '9') ||
                           (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z')))
        at++;
    return at > start ? at : NULL;
}

/* Behind the bracket that closes the one at `at`; what stands inside is looked at when it is walked. */
static const char *skip_nested(struct json_text *t, const char *at)
{
    char open[JSON_DEPTH_MAX];
    size_t depth = 0;
    while (at < t->end) {
        if (*at == '"') {
            const char *behind = skip_string(t, at);
            if (behind == NULL)
                return NULL;
            at = behind;
            continue;
        }
        if (*at == '{' || *at == '[') {
            if (depth == JSON_DEPTH_MAX)
                return NULL;
            open[depth++] = *at;
        } else if (*at == '}' || *at == ']') {
            if (open[--depth] != (*at == '}' ? '{' : '['))
                return NULL;
            if (depth == 0)
                return at + 1;
        }
        at++;
    }
    return NULL;
}

bool json_walk_value_at(struct json_text *t, const char *at, struct json_value *out)
{
    const char *behind = NULL;
    at = blanks(t, at);
    if (at < t->end && *at == '"')
        behind = skip_string(t, at);
    else if (at < t->end && (*at == '{' || *at == '['))
        behind = skip_nested(t, at);
    else if (at < t->end)
        behind = skip_word(t, at);
    *out = (struct json_value){at, behind};
    if (behind == NULL)
        json_walk_fail(t, at,
                       at < t->end ? "this is no JSON value, or it is never closed"
                                   : "the file ends here: expected a JSON value");
    return behind != NULL;
}

/* ---- walking ----------------------------------------------------------------------------------------- */

static bool begin(struct json_text *t, const struct json_value *v, const char *what, char bracket,
                  struct json_walk *out)
{
    *out = (struct json_walk){.text = t, .at = v->at + 1, .object = bracket == '{'};
    if (*v->at == bracket)
        return true;
    json_walk_fail(t, v->at, "%s: expected %s", what, bracket == '{' ? "an object" : "a list");
    return false;
}

bool json_walk_object(struct json_text *t, const struct json_value *v, const char *what,
                      struct json_walk *out)
{
    return begin(t, v, what, '{', out);
}

bool json_walk_array(struct json_text *t, const struct json_value *v, const char *what, struct json_walk *out)
{
    return begin(t, v, what, '[', out);
}

static bool read_key(struct json_walk *w)
{
    struct json_text *t = w->text;
    const char *behind = w->at < t->end && *w->at == '"' ? skip_string(t, w->at) : NULL;
    if (behind == NULL) {
        json_walk_fail(t, w->at, "expected a key in quotes");
        return false;
    }
    w->key_at = w->at;
    size_t length = (size_t)(behind - w->at) - 2;
    size_t kept = length < sizeof(w->key) - 1 ? length : sizeof(w->key) - 1;
    for (size_t i = 0; i < kept; i++) {
        char c = w->at[1 + i];
        w->key[i] = c > 0x20 && c < 0x7f ? c : '?'; /* it may be shown in an error */
    }
    w->key[kept] = '\0';
    w->at = blanks(t, behind);
    if (w->at == t->end || *w->at != ':') {
        json_walk_fail(t, w->at, "expected ':' behind the key \"%s\"", w->key);
        return false;
    }
    w->at++;
    return true;
}

bool json_walk_next(struct json_walk *w)
{
    struct json_text *t = w->text;
    if (t->error != NULL)
        return false;
    w->at = blanks(t, w->at);
    if (w->at < t->end && *w->at == (w->object ? '}' : ']'))
        return false;
    if (w->begun) {
        if (w->at == t->end || *w->at != ',') {
            json_walk_fail(t, w->at, "expected ',' or '%c'", w->object ? '}' : ']');
            return false;
        }
        w->at = blanks(t, w->at + 1);
    }
    w->begun = true;
    w->key_at = w->at;
    if ((w->object && !read_key(w)) || !json_walk_value_at(t, w->at, &w->value))
        return false;
    w->at = w->value.end;
    return true;
}

/* ---- values ------------------------------------------------------------------------------------------ */

static bool is_word(const struct json_value *v, const char *word)
{
    size_t length = strlen(word);
    return (size_t)(v->end - v->at) == length && memcmp(v->at, word, length) == 0;
}

bool json_walk_is_null(const struct json_value *v)
{
    return is_word(v, "null");
}

const char *json_walk_string(struct json_text *t, const struct json_value *v, const char *what,
                             size_t max_chars)
{
    if (*v->at != '"') {
        json_walk_fail(t, v->at, "%s: expected a string", what);
        return NULL;
    }
    size_t length = (size_t)(v->end - v->at) - 2;
    if (memchr(v->at + 1, '\\', length) == NULL)
        return text_gate(t->arena, v->at + 1, length, max_chars);
    cJSON *item = cJSON_ParseWithLength(v->at, (size_t)(v->end - v->at));
    const char *text = NULL;
    if (item != NULL && cJSON_IsString(item))
        text = text_gate(t->arena, item->valuestring, strlen(item->valuestring), max_chars);
    else
        json_walk_fail(t, v->at, "%s: a string with a broken escape", what);
    cJSON_Delete(item);
    return text;
}

const char *json_walk_string_or_null(struct json_text *t, const struct json_value *v, const char *what,
                                     size_t max_chars)
{
    return json_walk_is_null(v) ? NULL : json_walk_string(t, v, what, max_chars);
}

bool json_walk_number(struct json_text *t, const struct json_value *v, const char *what, uint32_t *out)
{
    uint64_t number = 0;
    bool good = v->end - v->at <= 10;
    for (const char *c = v->at; good && c < v->end; c++) {
        good = *c >= '0' && *c <= '9';
        number = number * 10 + (uint64_t)(*c - '0');
    }
    if (!good || number > UINT32_MAX) {
        json_walk_fail(t, v->at, "%s: expected a whole number", what);
        return false;
    }
    *out = (uint32_t)number;
    return true;
}

bool json_walk_bool(struct json_text *t, const struct json_value *v, const char *what, bool *out)
{
    *out = is_word(v, "true");
    if (*out || is_word(v, "false"))
        return true;
    json_walk_fail(t, v->at, "%s: expected true or false", what);
    return false;
}

void json_walk_put(struct buf *out, const char *text)
{
    buf_char(out, '"');
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (c < 0x20)
            buf_printf(out, "\\u%04x", (unsigned)c);
        else
            buf_char(out, (char)c);
    }
    buf_char(out, '"');
}
