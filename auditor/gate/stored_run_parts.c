/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports of ours, read back: checks, targets and results, one value at a time, in any order of members. */
#include "auditor/gate/stored_run_private.h"

#include "auditor/base/text.h"
#include "auditor/check.h"

#include <string.h>

/* ---- checks ------------------------------------------------------------------------------------------ */

static struct check *check_by_id(struct reader_of_run *r, const char *id)
{
    struct check *c = table_get(r->checks, id, strlen(id));
    if (c != NULL)
        return c;
    c = arena_alloc(r->arena, sizeof(*c));
    if (c == NULL || table_put(r->checks, id, strlen(id), c) != 0) {
        r->no_memory = true;
        return NULL;
    }
    *c = (struct check){
        .id = id, .area = arena_strndup(r->arena, id, strcspn(id, ".")), .title = id, .failure_title = id};
    return c;
}

static const char *id_of(struct json_text *t, const struct json_value *v)
{
    const char *id = json_walk_string(t, v, "check", WORD_CHARS);
    if (id != NULL && (*id == '\0' || strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789.-") != strlen(id))) {
        json_walk_fail(t, v->at, "check: expected an id such as \"caa.missing\"");
        return NULL;
    }
    return id;
}

static void read_check(struct reader_of_run *r, const struct json_value *v)
{
    struct json_text *t = &r->t;
    struct json_walk w;
    struct check c = {0};
    if (!json_walk_object(t, v, "checks", &w))
        return;
    while (json_walk_next(&w)) {
        const char *text;
        if (strcmp(w.key, "id") == 0)
            c.id = id_of(t, &w.value);
        else if (strcmp(w.key, "area") == 0)
            c.area = json_walk_string(t, &w.value, "area", WORD_CHARS);
        else if (strcmp(w.key, "title") == 0)
            c.title = json_walk_string(t, &w.value, "title", TEXT_MESSAGE_MAX);
        else if (strcmp(w.key, "failure_title") == 0)
            c.failure_title = json_walk_string(t, &w.value, "failure_title", TEXT_MESSAGE_MAX);
        else if (strcmp(w.key, "severity") == 0 &&
                 (text = json_walk_string(t, &w.value, "severity", WORD_CHARS)) != NULL)
            (void)severity_from_text(text, &c.severity);
        else if (strcmp(w.key, "ignorable") == 0 &&
                 json_walk_bool(t, &w.value, "ignorable", &c.not_ignorable))
            c.not_ignorable = !c.not_ignorable;
    }
    if (t->error == NULL && c.id == NULL)
        json_walk_fail(t, v->at, "checks: an entry without \"id\"");
    struct check *kept = t->error == NULL ? check_by_id(r, c.id) : NULL;
    if (kept == NULL)
        return;
    c.area = c.area != NULL ? c.area : kept->area;
    c.title = c.title != NULL ? c.title : c.id;
    c.failure_title = c.failure_title != NULL ? c.failure_title : c.title;
    *kept = c;
}

void stored_checks(struct reader_of_run *r, const struct json_value *v)
{
    struct json_walk w;
    if (!json_walk_array(&r->t, v, "checks", &w))
        return;
    while (json_walk_next(&w) && !r->no_memory)
        read_check(r, &w.value);
}

/* ---- targets ----------------------------------------------------------------------------------------- */

struct target_report *stored_target_named(struct reader_of_run *r, const char *name)
{
    size_t index = (size_t)(uintptr_t)table_get(r->targets, name, strlen(name));
    if (index > 0)
        return &r->run.targets[index - 1];
    if (r->run.target_count == r->target_capacity) {
        size_t capacity = r->target_capacity != 0 ? r->target_capacity * 2 : 16;
        struct target_report *more = arena_array(r->arena, capacity, sizeof(*more));
        size_t *more_capacities = arena_array(r->arena, capacity, sizeof(*more_capacities));
        if (more == NULL || more_capacities == NULL) {
            r->no_memory = true;
            return NULL;
        }
        if (r->run.target_count > 0) {
            memcpy(more, r->run.targets, r->run.target_count * sizeof(*more));
            memcpy(more_capacities, r->capacities, r->run.target_count * sizeof(*more_capacities));
        }
        r->run.targets = more;
        r->capacities = more_capacities;
        r->target_capacity = capacity;
    }
    struct target_report *target = &r->run.targets[r->run.target_count++];
    target->name = name;
    r->no_memory = table_put(r->targets, name, strlen(name), (void *)(uintptr_t)r->run.target_count) != 0;
    return target;
}

static struct result *next_result(struct reader_of_run *r, struct target_report *target)
{
    size_t *capacity = &r->capacities[target - r->run.targets];
    struct result *list = NULL;
    if (target->result_count < *capacity) {
        memcpy(&list, &target->results, sizeof(list)); /* ours to write while it is read */
    } else {
        size_t wanted = *capacity != 0 ? *capacity * 2 : 64;
        list = arena_array(r->arena, wanted, sizeof(*list));
        if (list == NULL) {
            r->no_memory = true;
            return NULL;
        }
        if (target->result_count > 0)
            memcpy(list, target->results, target->result_count * sizeof(*list));
        target->results = list;
        *capacity = wanted;
    }
    return &list[target->result_count];
}

/* ---- results ----------------------------------------------------------------------------------------- */

/* Index of the word in what text(i) gives for 0 to count - 1. */
static bool word_index(struct json_walk *w, const char *(*text)(int i), int count, int *out)
{
    const char *word = json_walk_string(w->text, &w->value, w->key, WORD_CHARS);
    for (int i = 0; word != NULL && i < count; i++) {
        const char *known = text(i);
        if (known != NULL && strcmp(known, word) == 0) {
            *out = i;
            return true;
        }
    }
    if (word != NULL)
        json_walk_fail(w->text, w->value.at, "%s: \"%s\" is not known", w->key, word);
    return false;
}

static const char *outcome_word(int i)
{
    return outcome_text((enum outcome)i);
}
static const char *severity_word(int i)
{
    return severity_text((enum severity)i);
}
static const char *confidence_word(int i)
{
    return confidence_text((enum confidence)i);
}
static const char *skip_word(int i)
{
    return skip_text((enum skip_reason)i);
}
static const char *state_word(int i)
{
    return state_text((enum state)i);
}

static void read_location(struct reader_of_run *r, const struct json_value *v, struct result *out)
{
    struct location where = {0};
    struct json_walk w;
    if (json_walk_is_null(v) || !json_walk_object(&r->t, v, "location", &w))
        return;
    const struct {
        const char *key;
        uint32_t *to;
    } numbers[] = {{"line", &where.line},
                   {"column", &where.column},
                   {"end_line", &where.end_line},
                   {"end_column", &where.end_column}};
    while (json_walk_next(&w)) {
        if (strcmp(w.key, "file") == 0)
            where.file = json_walk_string_or_null(&r->t, &w.value, "file", 4096);
        for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
            if (strcmp(w.key, numbers[i].key) == 0 && !json_walk_is_null(&w.value))
                (void)json_walk_number(&r->t, &w.value, w.key, numbers[i].to);
        }
    }
    if (where.file == NULL)
        return;
    out->location = arena_copy(r->arena, &where, sizeof(where));
    r->no_memory = r->no_memory || out->location == NULL;
}

static void read_fingerprint(struct json_walk *w, struct result *out)
{
    const char *text = json_walk_string(w->text, &w->value, "fingerprint", 64);
    if (text == NULL)
        return;
    if (strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64)
        memcpy(out->fingerprint, text, 65);
    else
        json_walk_fail(w->text, w->value.at, "fingerprint: expected 64 hexadecimal digits in lower case");
}

static void read_verdict(struct json_walk *w, struct result *out)
{
    int index = 0;
    if (strcmp(w->key, "outcome") == 0 && word_index(w, outcome_word, OUTCOME_PASS + 1, &index))
        out->outcome = (enum outcome)index;
    else if (strcmp(w->key, "severity") == 0 && word_index(w, severity_word, SEVERITY_CRITICAL + 1, &index))
        out->severity = (enum severity)index;
    else if (strcmp(w->key, "confidence") == 0 &&
             word_index(w, confidence_word, CONFIDENCE_POSSIBLE + 1, &index))
        out->confidence = (enum confidence)index;
    else if (strcmp(w->key, "state") == 0 && !json_walk_is_null(&w->value) &&
             word_index(w, state_word, STATE_FIXED + 1, &index))
        out->state = (enum state)index;
    else if (strcmp(w->key, "skip_reason") == 0 && !json_walk_is_null(&w->value) &&
             word_index(w, skip_word, SKIP_NEEDS_DATA + 1, &index))
        out->skip_reason = (enum skip_reason)index;
}

static void read_texts(struct reader_of_run *r, struct json_walk *w, struct result *out)
{
    const struct {
        const char *key, **to;
        size_t chars;
    } texts[] = {{"subject", &out->subject, NAME_CHARS},
                 {"subject_unicode", &out->subject_unicode, NAME_CHARS},
                 {"rrtype", &out->rrtype, WORD_CHARS},
                 {"discriminator", &out->discriminator, TEXT_EVIDENCE_MAX},
                 {"message", &out->message, TEXT_MESSAGE_MAX + 100},
                 {"snippet", &out->snippet, TEXT_EVIDENCE_MAX}};
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        if (strcmp(w->key, texts[i].key) == 0)
            *texts[i].to = json_walk_string_or_null(&r->t, &w->value, w->key, texts[i].chars);
    }
}

/* Enough to say what it is and whether it is the same as another. */
static bool complete(struct reader_of_run *r, const struct json_value *v, const struct result *one,
                     bool outcome_seen)
{
    const char *missing = one->check == NULL            ? "check"
                          : one->subject == NULL        ? "subject"
                          : !outcome_seen               ? "outcome"
                          : one->fingerprint[0] == '\0' ? "fingerprint"
                                                        : NULL;
    if (missing != NULL)
        json_walk_fail(&r->t, v->at, "a result without \"%s\"", missing);
    return missing == NULL;
}

void stored_result(struct reader_of_run *r, struct target_report *target, const struct json_value *v)
{
    struct result one = {.discriminator = "", .message = ""};
    struct json_walk w;
    bool outcome_seen = false;
    if (!json_walk_object(&r->t, v, "results", &w))
        return;
    while (json_walk_next(&w) && !r->no_memory) {
        const char *id;
        outcome_seen = outcome_seen || strcmp(w.key, "outcome") == 0;
        if (strcmp(w.key, "check") == 0 && (id = id_of(&r->t, &w.value)) != NULL)
            one.check = check_by_id(r, id);
        else if (strcmp(w.key, "fingerprint") == 0)
            read_fingerprint(&w, &one);
        else if (strcmp(w.key, "location") == 0)
            read_location(r, &w.value, &one);
        else
            read_texts(r, &w, &one);
        read_verdict(&w, &one);
    }
    if (r->t.error != NULL || r->no_memory || !complete(r, v, &one, outcome_seen))
        return;
    struct result *place = next_result(r, target);
    if (place == NULL)
        return;
    one.severity_default = one.severity;
    *place = one;
    target->result_count++;
}

static void read_results(struct reader_of_run *r, struct target_report *target, const struct json_value *v)
{
    struct json_walk w;
    if (!json_walk_array(&r->t, v, "results", &w))
        return;
    while (json_walk_next(&w) && !r->no_memory)
        stored_result(r, target, &w.value);
}

void stored_target(struct reader_of_run *r, const struct json_value *v)
{
    struct json_value results = {NULL, NULL};
    struct target_report head = {0};
    struct json_walk w;
    if (!json_walk_object(&r->t, v, "targets", &w))
        return;
    while (json_walk_next(&w)) {
        if (strcmp(w.key, "name") == 0)
            head.name = json_walk_string(&r->t, &w.value, "name", NAME_CHARS);
        else if (strcmp(w.key, "name_unicode") == 0)
            head.name_unicode = json_walk_string_or_null(&r->t, &w.value, w.key, NAME_CHARS);
        else if (strcmp(w.key, "zone") == 0)
            head.zone = json_walk_string_or_null(&r->t, &w.value, w.key, NAME_CHARS);
        else if (strcmp(w.key, "error") == 0)
            head.error = json_walk_string_or_null(&r->t, &w.value, w.key, TEXT_MESSAGE_MAX);
        else if (strcmp(w.key, "results") == 0)
            results = w.value;
    }
    if (r->t.error == NULL && head.name == NULL)
        json_walk_fail(&r->t, v->at, "a target without \"name\"");
    struct target_report *target = r->t.error == NULL ? stored_target_named(r, head.name) : NULL;
    if (target == NULL)
        return;
    target->name_unicode = head.name_unicode;
    target->zone = head.zone;
    target->error = head.error;
    if (results.at != NULL)
        read_results(r, target, &results);
}
