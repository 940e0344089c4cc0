/* SPDX-License-Identifier: BSD-2-Clause */
/* What the SPF checks share: when there is a record to judge, and how a term is named in a finding. */
#ifndef ZONEVET_CHECKS_SPF_SPF_CHECK_H
#define ZONEVET_CHECKS_SPF_SPF_CHECK_H

#include "auditor/base/text.h"
#include "auditor/check.h"
#include "auditor/facts/derived/spf.h"

/** True if the name has exactly one record to walk; otherwise *verdict is what to return, and the reason is
 * said. */
static inline bool spf_tree_ready(const struct spf_tree *tree, struct findings *out, enum verdict *verdict)
{
    *verdict = VERDICT_UNDETERMINED;
    switch (tree->selection->state) {
    case SPF_SELECTED_PENDING:
        return false;
    case SPF_SELECTED_UNKNOWN:
        findings_undetermined(out, tree->selection->reason, "the TXT records of the name are not known");
        return false;
    case SPF_SELECTED_NONE:
        findings_skip(out, SKIP_NOT_APPLICABLE, "there is no SPF record to judge");
        *verdict = VERDICT_SKIPPED;
        return false;
    case SPF_SELECTED_SEVERAL:
        findings_skip(out, SKIP_NOT_APPLICABLE,
                      "there are several SPF records (spf.multiple), so none is evaluated");
        *verdict = VERDICT_SKIPPED;
        return false;
    case SPF_SELECTED_ONE:
        break;
    }
    if (tree->root != NULL)
        return true;
    findings_undetermined(out, tree->reason, "the record could not be walked");
    return false;
}

/** Where the record stands in the zone file, if it came from one. */
static inline const struct location *spf_location(const struct spf_text *t)
{
    return t->set != NULL && t->set->where != NULL ? &t->set->where[t->index] : NULL;
}

/** Let only the answers that led to this record be the evidence of what is found next. */
static inline void spf_evidence(struct facts *f, const struct spf_node *node)
{
    facts_mark(f);
    for (; node != NULL; node = node->parent)
        spf_select(f, node->owner);
}

/** A finding about one record of the tree: the subject is the name audited, the discriminator the record
 * (unless it is the name's own) and the term. */
static inline struct finding *spf_finding(struct facts *f, struct findings *out, const dname *target,
                                          const struct spf_node *node, const struct spf_term *term,
                                          const char *what)
{
    struct arena *a = facts_scratch(f);
    spf_evidence(f, node);
    struct finding *finding = node->parent == NULL
                                  ? findings_add(out, target, "\"%s\": %s", term->text, what)
                                  : findings_add(out, target, "\"%s\" in the record of %s: %s", term->text,
                                                 spf_path(a, node), what);
    finding->rrtype = RRTYPE_TXT;
    finding->discriminator =
        node->parent == NULL ? term->text : arena_printf(a, "%s %s", dname_text(a, node->owner), term->text);
    if (node->parent == NULL)
        finding->location = spf_location(&node->selection->records[0]);
    finding_note(out, finding, "record", "%s", text_ascii(a, node->record->text, node->record->length));
    return finding;
}

#define SPF_COMMON                                                                                           \
    .area = "spf", .effort = "minutes", .confidence = CONFIDENCE_CONFIRMED,                                  \
    .confidence_lowest = CONFIDENCE_CONFIRMED, .modes = MODE_BOTH, .traffic = TRAFFIC_DNS,                   \
    .subject_kind = "name", .controls = {{"nist-800-53r5", "SI-8"}, {"cis-8.1", "9.5"}}, .cwe = "CWE-290",   \
    .since = "0.1.0", .scope = SCOPE_TARGET

#endif
