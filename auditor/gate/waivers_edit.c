/* SPDX-License-Identifier: BSD-2-Clause */
/* One more entry in a waiver file that people write by hand: their comments, order and blanks stay as they
 * are. */
#include "auditor/base/buf.h"
#include "auditor/gate/dates.h"
#include "auditor/gate/one_line.h"
#include "auditor/gate/waivers_private.h"
#include "auditor/gate/whole_file.h"
#include "auditor/gate/yaml_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WAIVERS_FILE_MAX ((size_t)4 << 20)

/* ---- one entry as text ------------------------------------------------------------------------------- */

/* Words that no YAML reader takes for anything but a string. */
static bool plain_word(const char *text)
{
    if (!((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z')) || strchr(text, '-') == text)
        return false;
    if (strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@._-") != strlen(text))
        return false;
    return strpbrk(text, "@.-") != NULL; /* not "yes", "null", "no" */
}

/* Double quotes: only '"', '\' and control characters are special (YAML 1.2 section 7.3.1). */
static void put_scalar(struct buf *out, const char *text, bool day)
{
    if (day || plain_word(text)) {
        buf_str(out, text);
        return;
    }
    buf_char(out, '"');
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            buf_printf(out, "\\x%02x", (unsigned)c);
        else
            buf_char(out, (char)c);
    }
    buf_char(out, '"');
}

static void put_entry(struct buf *out, const char *const values[static WAIVER_KEYS], unsigned indent)
{
    bool first = true;
    for (int k = WAIVER_ID; k < WAIVER_KEYS; k++) {
        if (values[k] == NULL)
            continue;
        buf_printf(out, "%*s%s%s: ", (int)indent, "", first ? "- " : "  ", waiver_keys[k]);
        put_scalar(out, values[k], k == WAIVER_CREATED || k == WAIVER_EXPIRES);
        buf_char(out, '\n');
        first = false;
    }
}

/* ---- where it goes ----------------------------------------------------------------------------------- */

/* The last line that the node reaches, from 0; what follows are blanks and comments. */
static size_t last_line(struct yaml_list *y, yaml_node_t *node, unsigned depth)
{
    size_t line = node->start_mark.line;
    if (node->type == YAML_SCALAR_NODE) {
        if (node->end_mark.column == 0 &&
            node->end_mark.line > line) /* a block scalar ends where the next line starts */
            return node->end_mark.line - 1;
        return node->end_mark.line;
    }
    if (depth > 20)
        return node->end_mark.line;
    if (node->type == YAML_MAPPING_NODE) {
        if (node->data.mapping.style == YAML_FLOW_MAPPING_STYLE)
            return node->end_mark.line;
        for (yaml_node_pair_t *p = node->data.mapping.pairs.start; p < node->data.mapping.pairs.top; p++) {
            size_t end = last_line(y, yaml_list_node(y, p->value), depth + 1);
            line = end > line ? end : line;
        }
        return line;
    }
    if (node->data.sequence.style == YAML_FLOW_SEQUENCE_STYLE)
        return node->end_mark.line;
    for (yaml_node_item_t *i = node->data.sequence.items.start; i < node->data.sequence.items.top; i++) {
        size_t end = last_line(y, yaml_list_node(y, *i), depth + 1);
        line = end > line ? end : line;
    }
    return line;
}

/* Octets before line number `line` (from 0). */
static size_t line_offset(const char *text, size_t length, size_t line)
{
    const char *at = text;
    for (; line > 0; line--) {
        const char *end = memchr(at, '\n', length - (size_t)(at - text));
        if (end == NULL)
            return length;
        at = end + 1;
    }
    return (size_t)(at - text);
}

struct place {
    size_t at, skip; /* octets before it; octets it replaces */
    unsigned indent;
    const char *before; /* what must stand in front of the entry */
};

/* "waivers: []" on one line: the brackets go. */
static enum status place_in_brackets(struct yaml_list *y, const char *text, size_t length, struct place *out)
{
    size_t start = line_offset(text, length, y->items->start_mark.line);
    const char *open = memchr(text + start, '[', length - start);
    const char *close = open != NULL ? memchr(open, ']', length - (size_t)(open - text)) : NULL;
    if (close == NULL || y->items->start_mark.line != y->items->end_mark.line)
        return STATUS_UNSUPPORTED;
    *out = (struct place){
        .at = (size_t)(open - text), .skip = (size_t)(close - open) + 1, .indent = 2, .before = "\n"};
    const char *end = memchr(close, '\n', length - (size_t)(close - text));
    if (end != NULL && (size_t)(end - close) == 1)
        out->skip++; /* its line end: the entry brings one */
    return STATUS_OK;
}

static enum status find_place(struct yaml_list *y, const char *text, size_t length, struct place *out)
{
    if (y->items == NULL) {
        out->at = line_offset(text, length, y->key->end_mark.line + 1);
        out->indent = 2;
        return STATUS_OK;
    }
    bool empty = y->items->data.sequence.items.top == y->items->data.sequence.items.start;
    if (y->items->data.sequence.style == YAML_FLOW_SEQUENCE_STYLE)
        return empty ? place_in_brackets(y, text, length, out) : STATUS_UNSUPPORTED;
    out->indent = (unsigned)y->items->start_mark.column;
    out->at = line_offset(text, length, last_line(y, y->items, 0) + 1);
    return STATUS_OK;
}

/* ---- the next id ------------------------------------------------------------------------------------- */

/* "W-2026-015" behind "W-2026-014". */
static const char *next_id(struct arena *a, const struct waivers *there, int64_t now_s)
{
    const char *today = date_text(a, now_s);
    const char *prefix = arena_printf(a, "W-%.4s-", today != NULL ? today : "");
    unsigned long highest = 0;
    for (size_t i = 0; prefix != NULL && i < there->count; i++) {
        const char *id = there->list[i].note.id;
        size_t length = strlen(prefix);
        if (strncmp(id, prefix, length) != 0 || strspn(id + length, "0123456789") != strlen(id + length) ||
            strlen(id + length) > 9)
            continue;
        unsigned long number = strtoul(id + length, NULL, 10);
        highest = number > highest ? number : highest;
    }
    return arena_printf(a, "%s%03lu", prefix != NULL ? prefix : "", highest + 1);
}

/* ---- text to text ------------------------------------------------------------------------------------ */

static enum status say(struct arena *a, const char **error, const char *path, const char *what)
{
    *error = one_line(arena_printf(a, "%s: %s", path, what));
    if (*error == NULL)
        *error = "out of memory";
    return STATUS_MALFORMED;
}

/* The new entry by the rules of every entry. */
static enum status check_entry(struct arena *a, const char *const values[static WAIVER_KEYS],
                               const struct waivers *there, const struct waivers_options *options,
                               const char **error)
{
    struct waiver_draft draft = {{NULL}, false};
    struct waiver w;
    enum waiver_key key = WAIVER_ID;
    const struct location where = {.file = "new", .line = 1};
    struct waivers_options strict = *options;
    strict.survey = false;
    strict.strict = true;
    memcpy(draft.values, values, sizeof(draft.values));
    const char *wrong = waiver_settle(a, &draft, &where, &strict, &w, &key);
    if (wrong != NULL)
        return say(a, error, waiver_keys[key], wrong);
    for (size_t i = 0; i < there->count; i++) {
        if (strcmp(there->list[i].note.id, w.note.id) == 0)
            return say(
                a, error, "id",
                arena_printf(a, "'%s' is used in line %u", w.note.id, (unsigned)there->list[i].where.line));
    }
    return STATUS_OK;
}

static void values_of(const struct waiver_text *entry, const char *values[static WAIVER_KEYS])
{
    values[WAIVER_ID] = entry->id;
    values[WAIVER_CHECK] = entry->check;
    values[WAIVER_TARGET] = entry->target;
    values[WAIVER_SUBJECT] = entry->subject;
    values[WAIVER_DISCRIMINATOR] = entry->discriminator;
    values[WAIVER_REASON] = entry->reason;
    values[WAIVER_OWNER] = entry->owner;
    values[WAIVER_CREATED] = entry->created;
    values[WAIVER_EXPIRES] = entry->expires;
}

static void splice(struct buf *out, const char *text, size_t length, const struct place *place,
                   const char *const values[static WAIVER_KEYS])
{
    buf_add(out, text, place->at);
    if (place->at > 0 && text[place->at - 1] != '\n' && place->skip == 0)
        buf_char(out, '\n');
    if (place->before != NULL)
        buf_str(out, place->before);
    put_entry(out, values, place->indent);
    size_t rest = place->at + place->skip;
    if (rest < length)
        buf_add(out, text + rest, length - rest);
}

/* What was there must be there still, and one more. */
static bool grown_by_one(const struct waivers *before, const struct waivers *after)
{
    size_t same = 0;
    if (after->count != before->count + 1)
        return false;
    for (size_t i = 0; i < before->count; i++) {
        const struct waiver *x = &before->list[i];
        const struct waiver *y = &after->list[i];
        same += strcmp(x->check, y->check) == 0 && strcmp(x->target, y->target) == 0 &&
                strcmp(x->note.reason, y->note.reason) == 0 && strcmp(x->note.owner, y->note.owner) == 0 &&
                x->note.expires_s == y->note.expires_s;
    }
    return same == before->count;
}

static enum status place_entry(struct arena *a, const char *path, const char *text, size_t length,
                               struct place *place, struct buf *head, const char **error)
{
    struct yaml_list y = {.arena = a, .path = path};
    enum status status = yaml_list_open(&y, text, length, "waivers");
    if (status == STATUS_NOTFOUND) { /* nothing but comments */
        buf_add(head, text, length);
        if (length > 0 && text[length - 1] != '\n')
            buf_char(head, '\n');
        buf_str(head, "version: 1\nwaivers:\n");
        *place = (struct place){.at = head->length, .indent = 2};
        status = STATUS_OK;
    } else if (status == STATUS_OK) {
        buf_add(head, text, length);
        status = find_place(&y, text, length, place);
        if (status == STATUS_UNSUPPORTED)
            status =
                say(a, &y.error, path,
                    "the list stands in brackets: entries are added to lists whose lines begin with '-'");
    }
    *error = status == STATUS_OK ? NULL : y.error;
    yaml_list_close(&y);
    return status;
}

/* An empty file, or one with nothing but comments, is a list without entries. */
static enum status read_present(struct arena *a, const char *path, const char *text, size_t length,
                                const struct waivers_options *options, struct waivers *out,
                                const char **error)
{
    struct waivers_options lenient = *options;
    struct yaml_list y = {.arena = a, .path = path};
    enum status status = yaml_list_open(&y, text, length, "waivers");
    yaml_list_close(&y);
    *out = (struct waivers){0};
    if (status == STATUS_NOTFOUND)
        return STATUS_OK;
    lenient.survey = true;
    lenient.strict = false;
    return waivers_parse(a, path, text, length, &lenient, out, error);
}

enum status waivers_insert(struct arena *a, const char *path, const char *text, size_t length,
                           const struct waiver_text *entry, const struct waivers_options *options,
                           const char **out, size_t *out_length, const char **error)
{
    const char *values[WAIVER_KEYS] = {NULL};
    struct waivers before = {0};
    struct waivers after = {0};
    struct place place = {0};
    struct buf head = BUF_INIT(WAIVERS_FILE_MAX);
    struct buf b = BUF_INIT(WAIVERS_FILE_MAX);
    *error = NULL;
    text = text != NULL ? text : "";
    values_of(entry, values);
    enum status status = read_present(a, path, text, length, options, &before, error);
    if (status == STATUS_OK && values[WAIVER_ID] == NULL)
        values[WAIVER_ID] = next_id(a, &before, options->now_s);
    if (status == STATUS_OK && values[WAIVER_CREATED] == NULL)
        values[WAIVER_CREATED] = date_text(a, options->now_s);
    if (status == STATUS_OK)
        status = check_entry(a, values, &before, options, error);
    if (status == STATUS_OK)
        status = place_entry(a, path, text, length, &place, &head, error);
    if (status == STATUS_OK) {
        splice(&b, buf_text(&head), head.length, &place, values);
        if (b.failed || head.failed ||
            read_present(a, path, b.data, b.length, options, &after, error) != STATUS_OK ||
            !grown_by_one(&before, &after))
            status =
                say(a, error, path, "the entry cannot be added to the list as it is written; add it by hand");
    }
    if (status == STATUS_OK) {
        *out = arena_strndup(a, buf_text(&b), b.length);
        *out_length = b.length;
        status = *out != NULL ? STATUS_OK : STATUS_NOMEM;
    }
    if (status == STATUS_NOMEM && *error == NULL)
        *error = "out of memory";
    buf_free(&head);
    buf_free(&b);
    return status;
}

enum status waivers_append(struct arena *a, const char *path, const struct waiver_text *entry,
                           const struct waivers_options *options, const char **error)
{
    const char *text = NULL;
    const char *grown = NULL;
    size_t length = 0;
    size_t grown_length = 0;
    enum status status = STATUS_OK;
    *error = NULL;
    if (access(path, F_OK) == 0 || errno != ENOENT)
        status = whole_file_read(a, path, WAIVERS_FILE_MAX, &text, &length, error);
    if (status == STATUS_OK)
        status = waivers_insert(a, path, text, length, entry, options, &grown, &grown_length, error);
    return status != STATUS_OK ? status : whole_file_write(a, path, grown, grown_length, error);
}
