/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules around every check: does it apply, and what does not knowing make of its verdict. */
#include "auditor/engine/findings.h"
#include "auditor/engine/owners.h"
#include "auditor/facts/derived/delegation.h"
#include "auditor/facts/zone.h"

/* A zone's checks need a zone: DESIGN section 10, decision 1. VERDICT_PASS means: go on. */
static enum verdict zone_applies(struct facts *f, struct findings *out)
{
    if (!facts_settings(f)->live) {
        if (facts_zone(f) != NULL)
            return VERDICT_PASS;
        findings_skip(out, SKIP_NEEDS_ZONE_FILE, "no zone file was given for this name");
        return VERDICT_SKIPPED;
    }
    const struct delegation *d = delegation_of(f, facts_target(f));
    char text[DNAME_TEXT_MAX];
    switch (d->state) {
    case DELEGATION_NOT_APEX:
        findings_skip(out, SKIP_NOT_APPLICABLE, "the name is no zone apex; it lives in the zone %s",
                      d->zone != NULL ? dname_text_into(d->zone, text) : "of its parent");
        return VERDICT_SKIPPED;
    case DELEGATION_NONE:
        findings_skip(out, SKIP_NOT_APPLICABLE, "the parent holds no delegation for this name");
        return VERDICT_SKIPPED;
    default:
        return VERDICT_PASS;
    }
}

static enum verdict mode_applies(struct facts *f, const struct check *check, struct findings *out)
{
    bool live = facts_settings(f)->live;
    if (live && (check->modes & MODE_LIVE) == 0) {
        findings_skip(out, SKIP_NEEDS_ZONE_FILE, "judged from a zone file only");
        return VERDICT_SKIPPED;
    }
    if (!live && (check->modes & MODE_OFFLINE) == 0) {
        findings_skip(out, SKIP_NEEDS_LIVE, "only servers can tell: %s", check->needs);
        return VERDICT_SKIPPED;
    }
    return VERDICT_PASS;
}

/* Not knowing for want of the network or of a permission is a skip, not a failure to find out. */
static enum verdict settle_unknown(struct facts *f, const struct check *check, struct findings *out)
{
    enum reason reason = out->undetermined && out->reason != REASON_NONE ? out->reason : facts_run_reason(f);
    bool explicit_other = out->undetermined && out->reason != REASON_NONE && out->reason != REASON_NEEDS_LIVE;
    if (!facts_settings(f)->live && !explicit_other &&
        reason == REASON_NEEDS_LIVE) {
        findings_skip(out, SKIP_NEEDS_LIVE, "%s",
                      out->undetermined_message != NULL ? out->undetermined_message : check->needs);
        return VERDICT_SKIPPED;
    }
    if (reason == REASON_NEEDS_OPT_IN) {
        findings_skip(out, SKIP_NEEDS_OPT_IN, "%s",
                      out->undetermined_message != NULL ? out->undetermined_message : "a probe was not allowed");
        return VERDICT_SKIPPED;
    }
    out->undetermined = true;
    out->reason = reason != REASON_NONE ? reason : REASON_INCOMPLETE_DATA;
    return VERDICT_UNDETERMINED;
}

/* A check of names says nothing good about a target whose servers cannot be found: its names are not known then. */
static bool names_unknown(struct facts *f, const struct check *check, const dname *subject, struct findings *out)
{
    if (check->scope != SCOPE_NAME || !facts_settings(f)->live || !dname_equal(subject, facts_target(f)))
        return false;
    const struct delegation *d = delegation_of(f, subject);
    if (d->state != DELEGATION_UNKNOWN)
        return false;
    findings_undetermined(out, d->reason, "where the name is served could not be found out, so its names are not known");
    return true;
}

static enum verdict evaluate_with(struct facts *f, const struct check *check, const dname *subject,
                                  struct findings *out, bool visits)
{
    enum verdict verdict = mode_applies(f, check, out);
    if (verdict == VERDICT_PASS && (check->scope == SCOPE_ZONE || check->scope == SCOPE_OWNER))
        verdict = zone_applies(f, out);
    if (verdict != VERDICT_PASS)
        return verdict;
    if (visits && check->scope == SCOPE_OWNER && check->visit != NULL)
        owners_visit_one(f, check, out);
    verdict = check->run != NULL ? check->run(f, subject, out) : VERDICT_PASS;
    if (verdict == VERDICT_PASS && out->count == 0 && names_unknown(f, check, subject, out))
        verdict = VERDICT_UNDETERMINED;
    if (verdict == VERDICT_UNDETERMINED || out->undetermined) {
        enum verdict settled = settle_unknown(f, check, out);
        return out->count > 0 ? VERDICT_FAIL : settled;
    }
    if (out->count > 0)
        return VERDICT_FAIL;
    return verdict == VERDICT_FAIL ? VERDICT_PASS : verdict;
}

enum verdict evaluate(struct facts *f, const struct check *check, const dname *subject, struct findings *out)
{
    return evaluate_with(f, check, subject, out, true);
}

enum verdict evaluate_visited(struct facts *f, const struct check *check, const dname *subject, struct findings *out)
{
    return evaluate_with(f, check, subject, out, false);
}
