/* SPDX-License-Identifier: BSD-2-Clause */
/* Missing, several, malformed: the same three questions for MTA-STS and TLS-RPT. */
#include "checks/mail/mail_record.h"

#include "auditor/base/text.h"

#include <string.h>

/* Not there, or not known: the verdict if there is nothing to judge. */
static bool readable(struct findings *out, const struct announcements *r, const struct mail_record *kind,
                     enum verdict *verdict)
{
    *verdict = VERDICT_UNDETERMINED;
    if (r->state == ANNOUNCED_UNKNOWN)
        findings_undetermined(out, r->reason, "the %s record could not be looked up", kind->what);
    return r->state != ANNOUNCED_UNKNOWN && r->state != ANNOUNCED_PENDING;
}

static struct finding *about(struct facts *f, struct findings *out, struct finding *finding,
                             const struct announcements *r, const struct announcement *record)
{
    struct arena *a = facts_scratch(f);
    finding->rrtype = RRTYPE_TXT;
    finding->location = record->set->where != NULL ? &record->set->where[record->index] : NULL;
    finding_note(out, finding, "record", "%s TXT %s", dname_text(a, r->owner),
                 text_ascii(a, record->text, record->length));
    return finding;
}

enum verdict mail_record_missing(struct facts *f, const dname *target, struct findings *out,
                                 const struct mail_record *kind)
{
    const struct announcements *r = kind->read(f, target);
    enum verdict verdict;
    if (!mail_wanted(f, target, out, &verdict) || !readable(out, r, kind, &verdict))
        return verdict;
    if (r->state != ANNOUNCED_NONE)
        return VERDICT_PASS;
    if (r->near_count > 0) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "there is a record, and it is broken (%s.syntax)",
                      kind->check);
        return VERDICT_SKIPPED;
    }
    struct finding *finding = findings_add(out, target, "there is no %s record", kind->what);
    finding->rrtype = RRTYPE_TXT;
    return VERDICT_FAIL;
}

enum verdict mail_record_multiple(struct facts *f, const dname *target, struct findings *out,
                                  const struct mail_record *kind)
{
    const struct announcements *r = kind->read(f, target);
    enum verdict verdict;
    if (!readable(out, r, kind, &verdict))
        return verdict;
    if (r->state == ANNOUNCED_NONE) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "the name has no %s record", kind->what);
        return VERDICT_SKIPPED;
    }
    if (r->state == ANNOUNCED_ONE)
        return VERDICT_PASS;
    struct finding *finding =
        findings_add(out, target, "there are %zu %s records, so none counts", r->record_count, kind->what);
    for (size_t i = 0; i < r->record_count; i++)
        about(f, out, finding, r, &r->records[i]);
    return VERDICT_FAIL;
}

static void report(struct facts *f, const dname *target, struct findings *out, const struct announcements *r,
                   const char *text, const char *message)
{
    struct finding *finding = findings_add(out, target, "%s%s%s%s", *text != '\0' ? "\"" : "", text,
                                           *text != '\0' ? "\": " : "", message);
    finding->discriminator = *text != '\0' ? text : message;
    about(f, out, finding, r, &r->records[0]);
}

static const char *field_text(struct facts *f, const struct announced_field *field)
{
    if (field->name[0] == '\0')
        return field->value;
    const char *text = arena_printf(facts_scratch(f), "%s=%s", field->name, field->value);
    return text != NULL ? text : field->name;
}

static void judge_fields(struct facts *f, const dname *target, struct findings *out,
                         const struct announcements *r, const struct mail_record *kind)
{
    bool seen = false;
    for (size_t i = 0; i < r->field_count; i++) {
        const struct announced_field *field = &r->fields[i];
        const char *fault = NULL;
        if (field->name[0] == '\0')
            fault = field->value[0] == '\0' ? "an empty field between semicolons" : "this is not name=value";
        else if (!field->name_valid)
            fault = "the name of a field has letters, digits, hyphens, dots and underscores only";
        else
            fault = kind->fault(field, &seen);
        if (fault != NULL)
            report(f, target, out, r, field_text(f, field), fault);
    }
    if (!seen)
        report(f, target, out, r, "", kind->needed);
}

enum verdict mail_record_syntax(struct facts *f, const dname *target, struct findings *out,
                                const struct mail_record *kind)
{
    const struct announcements *r = kind->read(f, target);
    enum verdict verdict;
    if (!readable(out, r, kind, &verdict))
        return verdict;
    for (size_t i = 0; r->state == ANNOUNCED_NONE && i < r->near_count; i++) {
        struct finding *finding = findings_add(
            out, target, "senders pass over a record that does not begin with \"%s;\"", kind->version);
        finding->discriminator = text_ascii(facts_scratch(f), r->near[i].text, r->near[i].length);
        about(f, out, finding, r, &r->near[i]);
    }
    if (r->state == ANNOUNCED_ONE)
        judge_fields(f, target, out, r, kind);
    if (r->state == ANNOUNCED_ONE || r->near_count > 0)
        return VERDICT_PASS;
    findings_skip(out, SKIP_NOT_APPLICABLE,
                  r->state == ANNOUNCED_NONE ? "the name has no %s record"
                                             : "none of several %s records counts",
                  kind->what);
    return VERDICT_SKIPPED;
}
