/* SPDX-License-Identifier: BSD-2-Clause */
/* What the reader met, as findings that keep their identity when lines move. */
#include "checks/zone/zone_faults.h"

#include "auditor/base/table.h"
#include "auditor/facts/zone.h"

#include <stdint.h>
#include <string.h>

const char *zone_faults_distinct(struct facts *f, struct table *seen, const dname *subject, const char *text)
{
    struct arena *a = facts_scratch(f);
    const char *key = arena_printf(a, "%s %s", dname_text(a, subject), text);
    if (key == NULL || seen == NULL)
        return text;
    uintptr_t before = (uintptr_t)table_get(seen, key, strlen(key));
    (void)table_put(seen, key, strlen(key), (void *)(before + 1)); /* a count, no pointer */
    if (before == 0)
        return text;
    const char *numbered = arena_printf(a, "%s (%zu)", text, (size_t)before + 1);
    return numbered != NULL ? numbered : text;
}

static const dname *subject_of(struct facts *f, const struct zone_error *e)
{
    const dname *apex = facts_target(f);
    return e->owner != NULL && dname_under(e->owner, apex) ? e->owner : apex;
}

static const char *identity(struct facts *f, const struct zone_error *e, const dname *subject)
{
    struct arena *a = facts_scratch(f);
    char type[16];
    const char *record = e->record != NULL && *e->record != '\0' ? e->record
                         : e->type != 0                          ? rrtype_text(e->type, type)
                                                                 : e->message;
    const bool elsewhere = e->owner != NULL && !dname_equal(subject, e->owner);
    const char *text =
        elsewhere ? arena_printf(a, "%s %s", dname_text(a, e->owner), record) : arena_strdup(a, record);
    return text != NULL ? text : "?";
}

static struct finding *add(struct facts *f, struct findings *out, struct table *seen,
                           const struct zone_error *e)
{
    const dname *subject = subject_of(f, e);
    struct finding *finding = findings_add(out, subject, "%s", e->message);
    finding->rrtype = e->type;
    finding->discriminator = zone_faults_distinct(f, seen, subject, identity(f, e, subject));
    finding->location = &e->where;
    return finding;
}

enum verdict zone_faults_report(struct facts *f, struct findings *out, unsigned kinds, const char *pass)
{
    size_t count = 0;
    const struct zone_error *errors = facts_zone_errors(f, &count);
    if (facts_zone(f) == NULL) {
        findings_skip(out, SKIP_NEEDS_ZONE_FILE, "no zone file was given");
        return VERDICT_SKIPPED;
    }
    findings_pass(out, "%s", pass);
    struct table *seen = table_new();
    for (size_t i = 0; i < count; i++) {
        if ((kinds & ZONE_KIND(errors[i].fault)) != 0)
            add(f, out, seen, &errors[i]);
    }
    table_free(seen);
    return VERDICT_PASS;
}

void zone_faults_effects(struct facts *f, struct findings *out, enum zone_fault kind, const char *cause)
{
    size_t count = 0;
    const struct zone_error *errors = facts_zone_errors(f, &count);
    struct table *seen = table_new();
    for (size_t i = 0; i < count; i++) {
        if (errors[i].fault != kind)
            continue;
        struct finding *finding = add(f, out, seen, &errors[i]);
        const char *own = arena_printf(facts_scratch(f), "%s %s", cause, finding->discriminator);
        finding->discriminator = own != NULL ? own : cause;
        finding->severity = SEVERITY_HIGH;
        finding->cause_check = cause;
        finding->cause_subject = subject_of(f, &errors[i]);
    }
    table_free(seen);
}
