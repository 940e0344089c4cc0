/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of RDATA from values. */
#include "auditor/inputs/words.h"

#include "auditor/base/buf.h"

#include <idn2.h>
#include <string.h>

#define WORDS_MAX 65536U
#define STRING_MAX 255U /* octets of a character-string, RFC 1035 section 3.3 */

void words_fail(struct words *w, const struct doc *at, const char *message)
{
    if (w->error != NULL)
        return;
    w->error = message != NULL ? message : "out of memory";
    w->error_at = at;
}

/* Characters before an octet of the text. */
static uint32_t characters(const char *text, size_t length)
{
    uint32_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

/* A token whose text begins at an octet of the value: it points there if the value stands as it
 * is written. */
static struct token *add(struct words *w, const struct doc *d, size_t offset)
{
    if (w->count == w->capacity) {
        size_t capacity = w->capacity != 0 ? w->capacity * 2 : 16;
        struct token *list = w->count < WORDS_MAX ? arena_array(w->arena, capacity, sizeof(*list)) : NULL;
        if (list == NULL) {
            words_fail(w, d, "more words than are read in one record");
            return NULL;
        }
        if (w->count > 0)
            memcpy(list, w->list, w->count * sizeof(*list));
        w->list = list;
        w->capacity = capacity;
    }
    struct token *t = &w->list[w->count++];
    *t = (struct token){.text = "", .line = d->start.line, .column = d->start.column};
    if (d->verbatim && offset <= d->length) {
        t->line = d->inner.line;
        t->column = d->inner.column + characters(d->text, offset);
    }
    return t;
}

static bool scalar(struct words *w, const struct doc *d)
{
    if (doc_scalar(d))
        return true;
    if (d != NULL)
        words_fail(w, d, arena_printf(w->arena, "expected text or a number, found %s", doc_kind_text(d)));
    return false;
}

void words_plain(struct words *w, const struct doc *d)
{
    if (!scalar(w, d))
        return;
    struct token *t = add(w, d, 0);
    if (t == NULL)
        return;
    t->text = d->text;
    t->length = d->length;
    for (size_t i = 0; i < d->length; i++) {
        unsigned char c = (unsigned char)d->text[i];
        if (c < 0x20 || c == 0x7f) {
            words_fail(w, d, "a control character: expected printable text");
            return;
        }
    }
}

const char *name_to_ascii(struct arena *a, const char *text, size_t length, size_t *out_length,
                          const char **error)
{
    bool plain = true;
    *out_length = length;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        plain = plain && c < 0x80;
        if (c <= 0x20 || c == 0x7f) {
            *error = "a blank or control character in a domain name";
            return NULL;
        }
    }
    if (plain)
        return text;
    char *ascii = NULL;
    char *copy = arena_strndup(a, text, length);
    int rc = copy != NULL && length < 1024
                 ? idn2_to_ascii_8z(copy, &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT)
                 : IDN2_TOO_BIG_DOMAIN;
    if (rc != IDN2_OK) {
        *error = arena_printf(a, "no internationalised domain name: %s", idn2_strerror(rc));
        return NULL;
    }
    const char *kept = arena_strdup(a, ascii);
    idn2_free(ascii);
    *error = "out of memory";
    *out_length = kept != NULL ? strlen(kept) : 0;
    return kept;
}

void words_name(struct words *w, const struct doc *d)
{
    const char *error = NULL;
    if (!scalar(w, d))
        return;
    struct token *t = add(w, d, 0);
    if (t == NULL)
        return;
    t->text = name_to_ascii(w->arena, d->text, d->length, &t->length, &error);
    if (t->text == NULL)
        words_fail(w, d, error);
    else if (t->length == 0)
        words_fail(w, d, "expected a domain name, found an empty word");
    else if (t->length == 1 && *t->text == '@')
        words_fail(w, d, "expected a domain name in full, found '@'");
    else if (w->final_dot && t->text[t->length - 1] != '.')
        words_fail(w, d,
                   arena_printf(w->arena, "expected a name in full with its final dot; found '%.*s'",
                                (int)(t->length < 60 ? t->length : 60), t->text));
}

/* Octets as they are written between quotes. */
static void quoted(struct words *w, const struct doc *d, size_t offset, const char *octets, size_t length)
{
    struct token *t = add(w, d, offset);
    char *text = arena_alloc(w->arena, length * 4 + 1);
    size_t used = 0;
    if (t == NULL || text == NULL) {
        words_fail(w, d, "out of memory");
        return;
    }
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)octets[i];
        if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
            text[used++] = (char)c;
        } else {
            text[used++] = '\\';
            text[used++] = (char)('0' + c / 100);
            text[used++] = (char)('0' + c / 10 % 10);
            text[used++] = (char)('0' + c % 10);
        }
    }
    t->text = text;
    t->length = used;
    t->quoted = true;
}

void words_string(struct words *w, const struct doc *d)
{
    if (d != NULL && d->kind == DOC_NULL)
        quoted(w, d, 0, "", 0);
    else if (scalar(w, d))
        quoted(w, d, 0, d->text, d->length);
}

void words_text(struct words *w, const struct doc *d, const char *text, size_t length)
{
    bool inside = text >= d->text && text <= d->text + d->length;
    size_t offset = inside ? (size_t)(text - d->text) : 0;
    size_t at = 0;
    do {
        size_t piece = length - at < STRING_MAX ? length - at : STRING_MAX;
        quoted(w, d, inside ? offset + at : 0, text + at, piece);
        at += piece;
    } while (at < length && w->error == NULL);
}

/* ---- presentation form ---------------------------------------- */

static bool octal(char c)
{
    return c >= '0' && c <= '7';
}

/* Copy one character or escape to out. @return characters taken */
static size_t copy_one(const char *text, size_t left, char *out, size_t *used, unsigned flags)
{
    if (*text != '\\' || left < 2) {
        out[(*used)++] = *text;
        return 1;
    }
    out[(*used)++] = '\\';
    if ((flags & WORDS_OCTAL) != 0 && left >= 4 && octal(text[1]) && text[1] < '4' && octal(text[2]) &&
        octal(text[3])) {
        unsigned value =
            (unsigned)(text[1] - '0') * 64 + (unsigned)(text[2] - '0') * 8 + (unsigned)(text[3] - '0');
        out[(*used)++] = (char)('0' + value / 100);
        out[(*used)++] = (char)('0' + value / 10 % 10);
        out[(*used)++] = (char)('0' + value % 10);
        return 4;
    }
    out[(*used)++] = text[1];
    return 2;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* From an opening quote to behind the closing one. @return characters taken; 0 if it is never closed */
static size_t copy_quoted(const char *text, size_t length, char *out, size_t *used, unsigned flags)
{
    size_t at = 1;
    while (at < length && text[at] != '"')
        at += copy_one(text + at, length - at, out, used, flags);
    return at < length ? at + 1 : 0;
}

static size_t copy_word(const char *text, size_t length, char *out, size_t *used, unsigned flags)
{
    size_t at = 0;
    while (at < length && !blank(text[at]) && text[at] != '"') {
        bool equals = text[at] == '=';
        at += copy_one(text + at, length - at, out, used, flags);
        if (equals && at < length && text[at] == '"') { /* key="value" of SvcParams is one word */
            out[(*used)++] = '"';
            size_t taken = copy_quoted(text + at, length - at, out, used, flags);
            if (taken == 0)
                return 0;
            out[(*used)++] = '"';
            at += taken;
        }
    }
    return at;
}

void words_presentation(struct words *w, const struct doc *d, const char *text, size_t length, unsigned flags)
{
    bool inside = text >= d->text && text <= d->text + d->length;
    char *out = arena_alloc(w->arena, length + 1); /* no word is longer than what it was read from */
    size_t at = 0;
    if (out == NULL)
        words_fail(w, d, "out of memory");
    while (w->error == NULL) {
        while (at < length && blank(text[at]))
            at++;
        if (at >= length)
            return;
        struct token *t = add(w, d, inside ? (size_t)(text - d->text) + at : 0);
        if (t == NULL)
            return;
        size_t used = 0;
        t->text = out;
        t->quoted = text[at] == '"';
        size_t taken = t->quoted ? copy_quoted(text + at, length - at, out, &used, flags)
                                 : copy_word(text + at, length - at, out, &used, flags);
        if (taken == 0)
            words_fail(w, d, "a string is not closed: expected '\"'");
        t->length = used;
        out += used;
        at += taken;
    }
}

void words_constant(struct words *w, const struct doc *at, const char *text)
{
    struct token *t = add(w, at, SIZE_MAX);
    if (t == NULL)
        return;
    t->text = text;
    t->length = strlen(text);
}

/* ---- fields ---------------------------------------- */

static const struct doc *get_any(const struct doc *map, const char *names)
{
    char name[40];
    for (const char *at = names; *at != '\0';) {
        size_t length = strcspn(at, "|");
        if (length < sizeof(name)) {
            memcpy(name, at, length);
            name[length] = '\0';
            const struct doc *d = doc_get(map, name);
            if (!doc_null(d))
                return d;
        }
        at += length + (at[length] == '|');
    }
    return NULL;
}

static void add_metres(struct words *w, const struct doc *d)
{
    if (!scalar(w, d))
        return;
    struct token *t = add(w, d, 0);
    char *text = arena_printf(w->arena, "%.*sm", (int)(d->length < 40 ? d->length : 40), d->text);
    if (t == NULL || text == NULL)
        return;
    t->text = text;
    t->length = strlen(text);
}

/* "key=a,b" of one SvcParam. */
static void add_param(struct words *w, const struct doc *key, const struct doc *value)
{
    struct buf line = BUF_INIT(65536);
    buf_add(&line, key->text, key->length);
    if (!doc_null(value))
        buf_char(&line, '=');
    if (doc_scalar(value))
        buf_add(&line, value->text, value->length);
    for (const struct doc_member *m = value->kind == DOC_LIST ? value->first : NULL; m != NULL; m = m->next) {
        if (m != value->first)
            buf_char(&line, ',');
        if (doc_scalar(m->value))
            buf_add(&line, m->value->text, m->value->length);
    }
    struct token *t = add(w, key, 0);
    char *text = line.failed ? NULL : arena_strndup(w->arena, buf_text(&line), line.length);
    if (text == NULL)
        words_fail(w, key, "a parameter of more than 64 KiB");
    else if (strcspn(text, " \t\r\n\"") != strlen(text))
        words_fail(w, key, "a blank or quote in a parameter");
    if (t != NULL && text != NULL) {
        t->text = text;
        t->length = strlen(text);
    }
    buf_free(&line);
}

static void add_param_map(struct words *w, const struct doc *map)
{
    if (map->kind != DOC_MAP) {
        words_fail(w, map,
                   arena_printf(w->arena, "expected a map of parameters, found %s", doc_kind_text(map)));
        return;
    }
    for (const struct doc_member *m = map->first; m != NULL && w->error == NULL; m = m->next)
        add_param(w, m->key, m->value);
}

static void add_field(struct words *w, const struct field *f, const struct doc *d)
{
    switch (f->kind) {
    case FIELD_END:
        break;
    case FIELD_PLAIN:
        words_plain(w, d);
        break;
    case FIELD_NAME:
        words_name(w, d);
        break;
    case FIELD_STRING:
        words_string(w, d);
        break;
    case FIELD_METRES:
        add_metres(w, d);
        break;
    case FIELD_PARAMS:
        if (scalar(w, d))
            words_presentation(w, d, d->text, d->length, 0);
        break;
    case FIELD_PARAM_MAP:
        add_param_map(w, d);
        break;
    }
}

void words_fields(struct words *w, const struct layout *layout, const struct doc *map,
                  const struct doc *outer)
{
    for (const struct field *f = layout->fields; f->kind != FIELD_END && w->error == NULL; f++) {
        const struct doc *d = get_any(map, f->names);
        if (d == NULL)
            d = get_any(outer, f->names);
        if (d != NULL) {
            add_field(w, f, d);
        } else if (f->fallback == NULL) {
            size_t first = strcspn(f->names, "|");
            words_fail(w, map, arena_printf(w->arena, "expected '%.*s' in this value", (int)first, f->names));
        } else if (f->fallback[0] != '\0') {
            words_constant(w, map, f->fallback);
        }
    }
}

/* What several formats write alike. */
static const struct layout common_layouts[] = {
    {RRTYPE_SRV,
     {{FIELD_PLAIN, "priority", NULL},
      {FIELD_PLAIN, "weight", NULL},
      {FIELD_PLAIN, "port", NULL},
      {FIELD_NAME, "target", NULL}}},
    {RRTYPE_CAA, {{FIELD_PLAIN, "flags", "0"}, {FIELD_PLAIN, "tag", NULL}, {FIELD_STRING, "value", NULL}}},
    {RRTYPE_LOC,
     {{FIELD_PLAIN, "lat_degrees", NULL},
      {FIELD_PLAIN, "lat_minutes", "0"},
      {FIELD_PLAIN, "lat_seconds", "0"},
      {FIELD_PLAIN, "lat_direction", NULL},
      {FIELD_PLAIN, "long_degrees", NULL},
      {FIELD_PLAIN, "long_minutes", "0"},
      {FIELD_PLAIN, "long_seconds", "0"},
      {FIELD_PLAIN, "long_direction", NULL},
      {FIELD_METRES, "altitude", "0m"},
      {FIELD_METRES, "size", "1m"},
      {FIELD_METRES, "precision_horz", "10000m"},
      {FIELD_METRES, "precision_vert", "10m"}}},
    {0, {{FIELD_END, NULL, NULL}}},
};

static const struct layout *find_layout(const struct layout *list, uint16_t type)
{
    for (; list->type != 0; list++) {
        if (list->type == type)
            return list;
    }
    return NULL;
}

const struct layout *layout_of(const struct layout *list, uint16_t type)
{
    const struct layout *own = find_layout(list, type);
    return own != NULL ? own : find_layout(common_layouts, type);
}
