/* SPDX-License-Identifier: BSD-2-Clause */
/* What a waiver must say, and which findings it is for (cli.md, waivers and baseline). */
#include "auditor/base/nearest.h"
#include "auditor/base/text.h"
#include "auditor/check.h"
#include "auditor/gate/dates.h"
#include "auditor/gate/one_line.h"
#include "auditor/gate/waivers_private.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define REASON_MIN 10U
#define WORD_CHARS 200

const char *const waiver_keys[WAIVER_KEYS] = {"id",     "check", "target",  "subject", "discriminator",
                                              "reason", "owner", "created", "expires"};

/* ---- which check ------------------------------------------------------------------------------------- */

/* The pattern matches the id or a former one: old waivers stay alive when a check is renamed. */
static bool pattern_fits(const char *pattern, const struct check *check)
{
    char word[100];
    if (fnmatch(pattern, check->id, 0) == 0)
        return true;
    for (const char *at = check->aliases; at != NULL && *at != '\0';) {
        size_t length = strcspn(at, " ");
        if (length > 0 && length < sizeof(word)) {
            memcpy(word, at, length);
            word[length] = '\0';
            if (fnmatch(pattern, word, 0) == 0)
                return true;
        }
        at += length + (at[length] == ' ');
    }
    return false;
}

bool waiver_names_check(const struct waiver *w, const struct check *check)
{
    return !check->not_ignorable && pattern_fits(w->check, check);
}

static const char *unknown_check(struct arena *a, const char *pattern, const struct waivers_options *o)
{
    const char **ids = arena_array(a, o->check_count, sizeof(*ids));
    for (size_t i = 0; ids != NULL && i < o->check_count; i++)
        ids[i] = o->checks[i]->id;
    const char *near = ids != NULL ? nearest(pattern, ids, o->check_count) : NULL;
    return near != NULL ? arena_printf(a, "no check matches '%s'; did you mean '%s'?", pattern, near)
                        : arena_printf(a, "no check matches '%s'; see 'zonevet list checks'", pattern);
}

static const char *settle_check(struct arena *a, const char *pattern, const struct waivers_options *o)
{
    bool known = o->checks == NULL;
    bool ignorable = known;
    if (strspn(pattern, "*?.[]!") == strlen(pattern))
        return "a pattern for everything is refused: name a check, or an area such as 'spf.*'";
    for (size_t i = 0; o->checks != NULL && i < o->check_count; i++) {
        bool fits = pattern_fits(pattern, o->checks[i]);
        known = known || fits;
        ignorable = ignorable || (fits && !o->checks[i]->not_ignorable);
    }
    if (!known)
        return unknown_check(a, pattern, o);
    return ignorable ? NULL : arena_printf(a, "'%s' cannot be waived: it has to be repaired", pattern);
}

/* ---- names ------------------------------------------------------------------------------------------- */

static const dname *read_name(struct arena *a, const char *text, const struct waivers_options *o,
                              const char **error)
{
    const dname *name = NULL;
    if (o->read_name != NULL)
        return o->read_name(a, text, error);
    *error = "no domain name";
    return dname_from_text(a, text, &name) == STATUS_OK ? dname_lower(a, name) : NULL;
}

static const char *settle_name(struct arena *a, const char *text, const struct waivers_options *o,
                               const char **out)
{
    const char *error = NULL;
    if (strpbrk(text, "*?[") != NULL)
        return arena_printf(a, "'%s' is a pattern: expected one name", text);
    const dname *name = read_name(a, text, o, &error);
    if (name == NULL)
        return arena_printf(a, "'%s' is %s", text, error);
    *out = dname_text(a, name);
    return NULL;
}

/* One label of a glob: those of other scripts become A-labels, patterns stay. */
static const char *glob_label(struct arena *a, const char *label, const struct waivers_options *o,
                              char **pattern)
{
    const char *error = NULL;
    bool plain = true;
    for (const char *c = label; *c != '\0'; c++)
        plain = plain && (unsigned char)*c < 0x80;
    if (plain) {
        *pattern = arena_printf(a, "%s%s.", *pattern, label);
        return NULL;
    }
    if (strpbrk(label, "*?[") != NULL)
        return arena_printf(a, "'%s': a pattern with letters beyond ASCII; write the label as xn--...",
                            label);
    const dname *name = read_name(a, label, o, &error);
    if (name == NULL)
        return arena_printf(a, "'%s' is %s", label, error);
    *pattern = arena_printf(a, "%s%s", *pattern, dname_text(a, name));
    return NULL;
}

static const char *settle_subject(struct arena *a, const char *text, const struct waivers_options *o,
                                  const char **out)
{
    char *pattern = arena_strdup(a, "");
    const char *error = NULL;
    if (strpbrk(text, "*?[") == NULL)
        return settle_name(a, text, o, out);
    size_t length = strlen(text);
    if (length > 1000)
        return "a pattern has at most 1,000 characters";
    if (text[length - 1] == '.')
        length--;
    char *labels = arena_strndup(a, text, length);
    while (labels != NULL && pattern != NULL && error == NULL) {
        char *dot = strchr(labels, '.');
        if (dot != NULL)
            *dot = '\0';
        error = glob_label(a, labels, o, &pattern);
        labels = dot != NULL ? dot + 1 : NULL;
    }
    for (char *c = pattern; c != NULL && *c != '\0'; c++) {
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c + 32);
    }
    *out = pattern;
    return error;
}

/* ---- dates ------------------------------------------------------------------------------------------- */

static const char *settle_expires(struct arena *a, const char *text, const struct waivers_options *o,
                                  struct waiver *out)
{
    int64_t day_s = 0;
    const uint32_t max_days = o->max_days != 0 ? o->max_days : WAIVER_DAYS_MAX;
    const int64_t today_s = o->now_s - (o->now_s % DAY_S + DAY_S) % DAY_S;
    if (!date_parse(text, &day_s))
        return arena_printf(a, "'%s' is no day: expected YYYY-MM-DD", text);
    out->note.expires_s = day_s + DAY_S;
    out->expired = o->now_s >= out->note.expires_s;
    out->too_far = day_s - today_s > (int64_t)max_days * DAY_S;
    if (out->too_far && !o->survey)
        return arena_printf(a, "%s lies too far ahead: at most %u days, which is %s", text,
                            (unsigned)max_days, date_text(a, today_s + (int64_t)max_days * DAY_S));
    if (out->expired && o->strict)
        return arena_printf(
            a, "the waiver expired on %s: repair the finding, or have the waiver renewed by its owner", text);
    return NULL;
}

/* ---- all of it --------------------------------------------------------------------------------------- */

static const char *missing_key(const struct waiver_draft *d, enum waiver_key *key)
{
    static const enum waiver_key required[] = {WAIVER_CHECK, WAIVER_TARGET, WAIVER_REASON, WAIVER_OWNER,
                                               WAIVER_EXPIRES};
    for (size_t i = 0; i < ARRAY_SIZE(required); i++) {
        *key = required[i];
        if (*key == WAIVER_TARGET && d->inlined)
            continue;
        if (d->values[*key] == NULL)
            return "is missing";
        if (d->values[*key][0] == '\0')
            return "a value was expected";
    }
    return NULL;
}

static const char *clean(struct arena *a, const char *text, size_t max_chars)
{
    return text != NULL ? one_line(arena_strdup(a, text_gate(a, text, strlen(text), max_chars))) : NULL;
}

static const char *settle_key(struct arena *a, const struct waiver_draft *d, enum waiver_key key,
                              const struct waivers_options *o, struct waiver *out)
{
    const char *value = clean(a, d->values[key], key == WAIVER_REASON ? TEXT_MESSAGE_MAX : WORD_CHARS);
    if (value == NULL)
        return NULL;
    if (value[0] == '\0')
        return "a value was expected";
    switch (key) {
    case WAIVER_ID:
        out->note.id = value;
        return NULL;
    case WAIVER_CHECK:
        out->check = value;
        return settle_check(a, value, o);
    case WAIVER_TARGET:
        return settle_name(a, value, o, &out->target);
    case WAIVER_SUBJECT:
        return settle_subject(a, value, o, &out->subject);
    case WAIVER_DISCRIMINATOR:
        out->discriminator = value;
        return NULL;
    case WAIVER_REASON:
        out->note.reason = value;
        return strlen(value) >= REASON_MIN
                   ? NULL
                   : "expected at least 10 characters: why this may stay, and a ticket";
    case WAIVER_OWNER:
        out->note.owner = value;
        return NULL;
    case WAIVER_CREATED:
        out->created = value;
        return date_parse(value, &out->created_s)
                   ? NULL
                   : arena_printf(a, "'%s' is no day: expected YYYY-MM-DD", value);
    default:
        out->note.expires = value;
        return settle_expires(a, value, o, out);
    }
}

const char *waiver_settle(struct arena *a, const struct waiver_draft *draft, const struct location *where,
                          const struct waivers_options *options, struct waiver *out, enum waiver_key *key)
{
    struct waiver w = {.where = *where};
    const char *error = missing_key(draft, key);
    for (int k = WAIVER_ID; error == NULL && k < WAIVER_KEYS; k++) {
        *key = (enum waiver_key)k;
        error = settle_key(a, draft, *key, options, &w);
    }
    if (error != NULL)
        return error;
    if (w.note.id == NULL)
        w.note.id = arena_printf(a, "%s:%u", where->file, (unsigned)where->line);
    *out = w;
    return NULL;
}

/* ---- matching ---------------------------------------------------------------------------------------- */

/* As the check wrote it, or a name without its final dot. */
static bool same_value(const char *wanted, const char *value)
{
    size_t length = strlen(wanted);
    if (value == NULL || strncasecmp(wanted, value, length) != 0)
        return false;
    return value[length] == '\0' || (value[length] == '.' && value[length + 1] == '\0');
}

bool waiver_matches(const struct waiver *w, const struct result *r)
{
    return waiver_names_check(w, r->check) &&
           (w->subject == NULL || fnmatch(w->subject, r->subject, FNM_NOESCAPE) == 0) &&
           (w->discriminator == NULL || same_value(w->discriminator, r->discriminator));
}
