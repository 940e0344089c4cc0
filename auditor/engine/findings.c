/* SPDX-License-Identifier: BSD-2-Clause */
/* Collects what a check writes; every text passes the gate here. */
#include "auditor/engine/findings.h"

#include "auditor/base/text.h"

#include <string.h>

struct findings *findings_new(struct arena *arena, struct facts *facts, const struct check *check)
{
    struct findings *out = arena_alloc(arena, sizeof(*out));
    if (out != NULL) {
        out->facts = facts;
        out->arena = arena;
        out->check = check;
    }
    return out;
}

__attribute__((format(printf, 2, 0))) /* Most runs of a check miss facts and are thrown away: nobody will read what they wrote. */
static const char *gated(struct findings *out, const char *format, va_list args)
{
    if (!out->final && facts_pending(out->facts))
        return "";
    const char *text = arena_vprintf(out->arena, format, args);
    return text != NULL ? text_gate(out->arena, text, strlen(text), TEXT_MESSAGE_MAX) : "";
}

static bool make_room(struct findings *out)
{
    if (out->count < out->capacity)
        return true;
    size_t capacity = out->capacity != 0 ? out->capacity * 2 : 8;
    struct finding_entry **entries = arena_array(out->arena, capacity, sizeof(*entries));
    if (entries == NULL)
        return false;
    if (out->count > 0)
        memcpy(entries, out->entries, out->count * sizeof(*entries));
    out->entries = entries;
    out->capacity = capacity;
    return true;
}

/* The facts behind a finding: the last ones read before it was added. */
static void take_evidence(struct findings *out, struct finding_entry *entry)
{
    struct fact *const *read = NULL;
    size_t count = facts_run_read(out->facts, &read);
    size_t keep = count < FINDING_EVIDENCE_MAX ? count : FINDING_EVIDENCE_MAX;
    if (keep == 0)
        return;
    entry->evidence = arena_copy(out->arena, read + (count - keep), keep * sizeof(struct fact *));
    entry->evidence_count = entry->evidence != NULL ? keep : 0;
}

struct finding *findings_add(struct findings *out, const dname *subject, const char *format, ...)
{
    if (out->count >= FINDINGS_MAX) {
        out->too_many = true;
        return &out->spare;
    }
    struct finding_entry *entry = make_room(out) ? arena_alloc(out->arena, sizeof(*entry)) : NULL;
    const dname *owner = dname_lower(out->arena, subject);
    if (entry == NULL || owner == NULL) {
        out->no_memory = true;
        return &out->spare;
    }
    va_list args;
    va_start(args, format);
    entry->finding = (struct finding){
        .subject = owner,
        .severity = out->check->severity,
        .confidence = out->check->confidence,
        .message = gated(out, format, args),
    };
    va_end(args);
    take_evidence(out, entry);
    out->entries[out->count++] = entry;
    return &entry->finding;
}

void findings_undetermined(struct findings *out, enum reason reason, const char *format, ...)
{
    va_list args;
    if (out->undetermined)
        return; /* the first word is the nearest to the cause */
    va_start(args, format);
    out->undetermined = true;
    out->reason = reason;
    out->undetermined_message = gated(out, format, args);
    va_end(args);
}

void findings_skip(struct findings *out, enum skip_reason reason, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    out->skip = reason;
    out->skip_message = gated(out, format, args);
    va_end(args);
}

void findings_pass(struct findings *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    out->pass_message = gated(out, format, args);
    va_end(args);
}

void finding_note(struct findings *out, struct finding *finding, const char *label, const char *format, ...)
{
    struct note *note = arena_alloc(out->arena, sizeof(*note));
    struct finding_entry *entry = NULL;
    for (size_t i = out->count; i > 0 && entry == NULL; i--) {
        if (&out->entries[i - 1]->finding == finding)
            entry = out->entries[i - 1];
    }
    if (note == NULL || entry == NULL)
        return;
    va_list args;
    va_start(args, format);
    note->label = text_gate(out->arena, label, strlen(label), TEXT_EVIDENCE_MAX);
    note->value = gated(out, format, args);
    va_end(args);
    struct note **end = &entry->notes;
    while (*end != NULL)
        end = &(*end)->next;
    *end = note;
}
