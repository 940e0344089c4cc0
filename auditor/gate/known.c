/* SPDX-License-Identifier: BSD-2-Clause */
/* Known findings: a table by fingerprint, and an order for files and reports. */
#include "auditor/gate/known.h"

#include "auditor/base/table.h"
#include "auditor/check.h"
#include "auditor/gate/known_private.h"

#include <stdlib.h>
#include <string.h>

static void free_table(void *table)
{
    table_free(table);
}

struct known *known_new(struct arena *a)
{
    struct known *k = arena_alloc(a, sizeof(*k));
    if (k == NULL)
        return NULL;
    k->arena = a;
    k->by_fingerprint = arena_adopt(a, table_new(), free_table);
    return k->by_fingerprint != NULL ? k : NULL;
}

struct known_entry *known_find(struct known *k, const char *fingerprint)
{
    return table_get(k->by_fingerprint, fingerprint, strlen(fingerprint));
}

static bool grow(struct known *k)
{
    if (k->count < k->capacity)
        return true;
    size_t capacity = k->capacity != 0 ? k->capacity * 2 : 64;
    struct known_entry **more = arena_array(k->arena, capacity, sizeof(struct known_entry *));
    if (more == NULL)
        return false;
    if (k->count > 0)
        memcpy(more, k->list, k->count * sizeof(struct known_entry *));
    k->list = more;
    k->capacity = capacity;
    return true;
}

static bool copy_text(struct arena *a, const char **text)
{
    if (*text != NULL)
        *text = arena_strdup(a, *text);
    return *text != NULL;
}

static bool copy_location(struct arena *a, const struct location **where)
{
    if (*where == NULL)
        return true;
    struct location *copy = arena_copy(a, *where, sizeof(**where));
    if (copy == NULL || (copy->file != NULL && !copy_text(a, &copy->file)))
        return false;
    *where = copy;
    return true;
}

/* Deep copy; what lives in another arena may die before us. */
static bool copy_entry(struct arena *a, struct known_entry *e)
{
    return copy_text(a, &e->check) && copy_text(a, &e->target) && copy_text(a, &e->subject) &&
           (e->since == NULL || copy_text(a, &e->since)) && (e->title == NULL || copy_text(a, &e->title)) &&
           (e->message == NULL || copy_text(a, &e->message)) && copy_location(a, &e->location);
}

enum status known_add(struct known *k, const struct known_entry *entry)
{
    struct known_entry copy = *entry;
    struct known_entry *there = known_find(k, entry->fingerprint);
    if (!copy_entry(k->arena, &copy))
        return STATUS_NOMEM;
    k->sorted = false;
    if (there != NULL) {
        *there = copy;
        return STATUS_OK;
    }
    struct known_entry *e = arena_copy(k->arena, &copy, sizeof(copy));
    if (e == NULL || !grow(k) || table_put(k->by_fingerprint, e->fingerprint, strlen(e->fingerprint), e) != 0)
        return STATUS_NOMEM;
    k->list[k->count++] = e;
    return STATUS_OK;
}

enum status known_add_report(struct known *k, const struct target_report *report, const char *since)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < report->result_count && status == STATUS_OK; i++) {
        const struct result *r = &report->results[i];
        if (r->outcome != OUTCOME_FAIL)
            continue;
        struct known_entry e = {.check = r->check->id,
                                .target = report->name,
                                .subject = r->subject,
                                .severity = r->severity,
                                .since = since,
                                .title = r->check->failure_title,
                                .message = r->message,
                                .location = r->location};
        memcpy(e.fingerprint, r->fingerprint, sizeof(e.fingerprint));
        status = known_add(k, &e);
    }
    return status;
}

/* ---- order ------------------------------------------------------------------------------------------- */

static int by_place(const void *pa, const void *pb)
{
    const struct known_entry *const *pea = pa;
    const struct known_entry *const *peb = pb;
    const struct known_entry *a = *pea;
    const struct known_entry *b = *peb;
    int order = strcmp(a->target, b->target);
    if (order == 0)
        order = strcmp(a->check, b->check);
    if (order == 0)
        order = strcmp(a->subject, b->subject);
    return order != 0 ? order : strcmp(a->fingerprint, b->fingerprint);
}

static void sort(struct known *k)
{
    if (!k->sorted && k->count > 1)
        qsort(k->list, k->count, sizeof(struct known_entry *), by_place);
    k->sorted = true;
}

size_t known_count(const struct known *k)
{
    return k->count;
}

struct known_entry *known_at(struct known *k, size_t index)
{
    sort(k);
    return k->list[index];
}

/* Index of the first entry whose target is not before (or, if behind, is after) that one. */
static size_t bound(const struct known *k, const char *target, bool behind)
{
    size_t low = 0;
    size_t high = k->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(k->list[middle]->target, target);
        if (order < 0 || (behind && order == 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t known_range(struct known *k, const char *target, size_t *end)
{
    sort(k);
    *end = bound(k, target, true);
    return bound(k, target, false);
}
