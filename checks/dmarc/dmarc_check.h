/* SPDX-License-Identifier: BSD-2-Clause */
/* What the DMARC checks share: when the name has a record of its own to judge, and how faults become
 * findings. */
#ifndef ZONEVET_CHECKS_DMARC_DMARC_CHECK_H
#define ZONEVET_CHECKS_DMARC_DMARC_CHECK_H

#include "auditor/base/text.h"
#include "auditor/check.h"
#include "auditor/facts/derived/dmarc.h"

/** The record at _dmarc below the target; NULL if there is not exactly one: then *verdict is what to return.
 */
static inline const struct dmarc_site *dmarc_own(struct facts *f, const dname *target, struct findings *out,
                                                 enum verdict *verdict)
{
    const struct dmarc_site *s = dmarc_at(f, target);
    *verdict = VERDICT_SKIPPED;
    switch (s->state) {
    case DMARC_FOUND_ONE:
        return s;
    case DMARC_FOUND_PENDING:
        *verdict = VERDICT_UNDETERMINED;
        break;
    case DMARC_FOUND_UNKNOWN:
        findings_undetermined(out, s->reason, "the TXT records at _dmarc are not known");
        *verdict = VERDICT_UNDETERMINED;
        break;
    case DMARC_FOUND_NONE:
        findings_skip(out, SKIP_NOT_APPLICABLE, "the name has no DMARC record of its own");
        break;
    case DMARC_FOUND_SEVERAL:
        findings_skip(out, SKIP_NOT_APPLICABLE,
                      "there are several DMARC records (dmarc.multiple), so all are discarded");
        break;
    }
    return NULL;
}

static inline const struct location *dmarc_location(const struct dmarc_text *t)
{
    return t->set->where != NULL ? &t->set->where[t->index] : NULL;
}

/** Fill in what every finding about the name's own record has. */
static inline struct finding *dmarc_about(struct facts *f, struct findings *out, struct finding *finding,
                                          const struct dmarc_site *s)
{
    finding->rrtype = RRTYPE_TXT;
    finding->location = dmarc_location(&s->records[0]);
    finding_note(out, finding, "record", "%s TXT %s",
                 s->owner != NULL ? dname_text(facts_scratch(f), s->owner) : "_dmarc",
                 text_ascii(facts_scratch(f), s->record->text, s->record->length));
    return finding;
}

/** One finding for every fault of that kind. @return how many */
static inline unsigned dmarc_faults(struct facts *f, const dname *target, const struct dmarc_site *s,
                                    enum dmarc_error error, enum severity severity, struct findings *out)
{
    unsigned count = 0;
    for (size_t i = 0; i < s->record->fault_count; i++) {
        const struct dmarc_fault *fault = &s->record->faults[i];
        if (fault->error != error)
            continue;
        struct finding *finding = findings_add(out, target, "\"%s\" (octet %zu): %s", fault->part,
                                               fault->offset + 1, fault->message);
        finding->discriminator = *fault->part != '\0' ? fault->part : "empty";
        finding->severity = severity;
        dmarc_about(f, out, finding, s);
        count++;
    }
    return count;
}

#define DMARC_COMMON                                                                                         \
    .area = "dmarc", .effort = "minutes", .confidence = CONFIDENCE_CONFIRMED, .modes = MODE_BOTH,            \
    .traffic = TRAFFIC_DNS, .subject_kind = "name",                                                          \
    .controls = {{"nist-800-53r5", "SI-8"}, {"cis-8.1", "9.5"}}, .cwe = "CWE-290", .since = "0.1.0",         \
    .scope = SCOPE_TARGET,                                                                                   \
    .fix_record = "_dmarc.example.test. TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@example.test\""

#endif
