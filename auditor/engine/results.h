/* SPDX-License-Identifier: BSD-2-Clause */
/* From what checks wrote to the results of a target: one fail a subject and discriminator, else exactly one pass, skipped
 * or undetermined a check (DESIGN section 10, decision 2). */
#ifndef ZONEVET_ENGINE_RESULTS_H
#define ZONEVET_ENGINE_RESULTS_H

#include "auditor/engine/audit.h"
#include "auditor/engine/findings.h"
#include "auditor/facts/derived/names.h"

struct results;

/** Reads target, checks, disabled, settings (severities) and report_arena. */
struct results *results_new(const struct audit_options *options);

/** The severity of a finding that the check gave `own`: the configured one if that is the check's own; a milder one stays,
 * but never above the configured one. */
enum severity results_severity(const struct settings *settings, const struct check *check, enum severity own);

/** Take over a finished run; everything is copied. */
void results_commit(struct results *r, struct facts *f, const struct check *check, const dname *subject,
                    enum verdict verdict, const struct findings *out);

/** Take over what one visit of an owner found or could not tell; nothing is said of owners where all is well. */
void results_commit_visit(struct results *r, struct facts *f, const struct check *check, const dname *owner,
                          const struct findings *out);

/** Somewhere it was skipped because only the network could tell. */
bool results_needs_live(const struct results *r, const struct check *check);

/** The finished report; in the report arena, as is all its text. */
struct target_report *results_report(struct results *r, const struct audit_target *target,
                                     const struct names *names);

#endif
