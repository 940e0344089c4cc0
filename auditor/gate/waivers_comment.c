/* SPDX-License-Identifier: BSD-2-Clause */
/* Waivers in comments of master files: "; zonevet:ignore check=ID until=DAY owner=WHO reason="..."". */
#include "auditor/base/nearest.h"
#include "auditor/base/text.h"
#include "auditor/gate/one_line.h"
#include "auditor/gate/waivers_private.h"

#include <string.h>

#define VALUE_OCTETS 1024

static const struct {
    const char *name;
    enum waiver_key key;
} comment_keys[] = {
    {"check", WAIVER_CHECK},     {"until", WAIVER_EXPIRES},
    {"owner", WAIVER_OWNER},     {"reason", WAIVER_REASON},
    {"created", WAIVER_CREATED}, {"subject", WAIVER_SUBJECT},
    {"id", WAIVER_ID},           {"discriminator", WAIVER_DISCRIMINATOR},
};

static const char *name_of(enum waiver_key key)
{
    for (size_t i = 0; i < ARRAY_SIZE(comment_keys); i++) {
        if (comment_keys[i].key == key)
            return comment_keys[i].name;
    }
    return waiver_keys[key];
}

struct words {
    const char *at, *end;
};

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(struct words *w)
{
    while (w->at < w->end && blank(*w->at))
        w->at++;
}

/* "\"a \\\"b\\\" c\"" or a bare word. @return what is wrong, or NULL */
static const char *read_value(struct words *w, char out[static VALUE_OCTETS])
{
    size_t used = 0;
    bool quoted = w->at < w->end && *w->at == '"';
    if (quoted)
        w->at++;
    while (w->at < w->end && (quoted ? *w->at != '"' : !blank(*w->at))) {
        if (quoted && *w->at == '\\' && w->at + 1 < w->end)
            w->at++;
        if (used == VALUE_OCTETS - 1)
            return "a value has at most 1,023 octets";
        if (*w->at == '\0')
            return "a NUL octet";
        out[used++] = *w->at++;
    }
    out[used] = '\0';
    if (!quoted)
        return NULL;
    if (w->at == w->end)
        return "a value is not closed: expected '\"' before the end of the comment";
    w->at++;
    return w->at < w->end && !blank(*w->at) ? "expected a blank behind the closing '\"'" : NULL;
}

static const char *which_key(struct arena *a, const char *start, size_t length, enum waiver_key *key)
{
    const char *names[ARRAY_SIZE(comment_keys)];
    for (size_t i = 0; i < ARRAY_SIZE(comment_keys); i++) {
        names[i] = comment_keys[i].name;
        *key = comment_keys[i].key;
        if (strlen(names[i]) == length && memcmp(names[i], start, length) == 0)
            return NULL;
    }
    const char *shown = text_gate(a, start, length, 60);
    const char *near = nearest(shown, names, ARRAY_SIZE(names));
    return near != NULL ? arena_printf(a, "unknown key '%s'; did you mean '%s'?", shown, near)
                        : arena_printf(a, "unknown key '%s': expected check, until, owner and reason", shown);
}

static const char *read_pair(struct arena *a, struct words *w, struct waiver_draft *draft)
{
    char value[VALUE_OCTETS];
    enum waiver_key key = WAIVER_ID;
    const char *start = w->at;
    while (w->at < w->end && *w->at != '=' && !blank(*w->at))
        w->at++;
    if (w->at == w->end || *w->at != '=')
        return arena_printf(a, "'%s': expected KEY=VALUE", text_gate(a, start, (size_t)(w->at - start), 60));
    const char *error = which_key(a, start, (size_t)(w->at - start), &key);
    w->at++;
    if (error == NULL)
        error = read_value(w, value);
    if (error == NULL && draft->values[key] != NULL)
        error = arena_printf(a, "%s: given twice", name_of(key));
    if (error == NULL)
        draft->values[key] = arena_strdup(a, value);
    return error;
}

/* "; zonevet:ignore " at the start, and behind it. */
static bool addressed(const char *comment, size_t length, struct words *w)
{
    static const char mark[] = "zonevet:ignore";
    const size_t size = sizeof(mark) - 1;
    *w = (struct words){comment, comment + length};
    while (w->at < w->end && (*w->at == ';' || blank(*w->at)))
        w->at++;
    if ((size_t)(w->end - w->at) < size || memcmp(w->at, mark, size) != 0)
        return false;
    w->at += size;
    return w->at == w->end || blank(*w->at);
}

enum status waiver_from_comment(struct arena *a, const char *comment, size_t length,
                                const struct location *where, const struct waivers_options *options,
                                struct waiver *out, const char **error)
{
    struct waiver_draft draft = {{NULL}, true};
    struct words w;
    enum waiver_key key = WAIVER_ID;
    *error = NULL;
    if (!addressed(comment, length, &w))
        return STATUS_USAGE;
    for (skip_blanks(&w); w.at < w.end && *error == NULL; skip_blanks(&w))
        *error = read_pair(a, &w, &draft);
    if (*error != NULL) {
        char *line = one_line(arena_strdup(a, *error));
        *error = line != NULL ? line : "out of memory";
        return STATUS_MALFORMED;
    }
    const char *wrong = waiver_settle(a, &draft, where, options, out, &key);
    if (wrong == NULL)
        return STATUS_OK;
    *error = one_line(
        arena_printf(a, "%s%s %s", name_of(key), strcmp(wrong, "is missing") == 0 ? "" : ":", wrong));
    if (*error == NULL)
        *error = "out of memory";
    return STATUS_MALFORMED;
}

/* ---- those of a file --------------------------------------------------------------------------------- */

static void *more(struct arena *a, void *list, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return list;
    size_t wanted = *capacity != 0 ? *capacity * 2 : 8;
    void *grown = arena_array(a, wanted, size);
    if (grown == NULL)
        return NULL;
    if (count > 0)
        memcpy(grown, list, count * size);
    *capacity = wanted;
    return grown;
}

static bool add_fault(struct inline_waivers *w, struct arena *a, const struct zone_comment *c,
                      const char *what)
{
    const char **faults = more(a, w->faults, w->fault_count, &w->fault_capacity, sizeof(*faults));
    const char *text = arena_printf(a, "%s:%u: zonevet:ignore: %s", c->where.file, (unsigned)c->line, what);
    if (faults == NULL || text == NULL)
        return false;
    w->faults = faults;
    w->faults[w->fault_count++] = text;
    return true;
}

enum status inline_waivers_add(struct inline_waivers *w, struct arena *a, const struct zone_comment *comments,
                               size_t count, const struct waivers_options *options)
{
    bool memory = true;
    for (size_t i = 0; i < count && memory; i++) {
        const struct zone_comment *c = &comments[i];
        const char *error = NULL;
        struct waiver one;
        enum status status = waiver_from_comment(a, c->text, c->length, &c->where, options, &one, &error);
        if (status == STATUS_MALFORMED)
            memory = add_fault(w, a, c, error);
        if (status != STATUS_OK)
            continue;
        struct waiver *list = more(a, w->list, w->count, &w->capacity, sizeof(*list));
        memory = list != NULL;
        if (memory) {
            w->list = list;
            w->list[w->count++] = one;
        }
    }
    if (memory && count == ZONE_COMMENTS_MAX)
        memory = add_fault(w, a, &comments[count - 1],
                           "more than 10,000 waivers in one file; those behind this line are not read");
    return memory ? STATUS_OK : STATUS_NOMEM;
}
