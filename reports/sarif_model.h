/* SPDX-License-Identifier: BSD-2-Clause */
/* The pieces of a SARIF 2.1.0 log as JSON objects (outputs.md section 6). Every function returns an object that the caller
 * prints and deletes, or NULL without memory. */
#ifndef ZONEVET_REPORTS_SARIF_MODEL_H
#define ZONEVET_REPORTS_SARIF_MODEL_H

#include "reports/report.h"
#include "reports/writer.h"

#include <cjson/cJSON.h>

/** What of the run and its options shapes results. */
struct sarif_style {
    const struct run *run;
    const struct report_options *options; /* for places */
    enum sarif_level max; /* never AUTO */
    bool full;            /* kinds, states and suppressions too: not for GitHub */
    bool brief;           /* leave out what no alert shows: the file would grow beyond what GitHub takes */
};

cJSON *sarif_rule(const struct sarif_style *style, const struct check *c);
cJSON *sarif_result(const struct sarif_style *style, const struct target_report *t, const struct result *r);
/** A finding of the earlier state that is gone: baselineState "absent". */
cJSON *sarif_fixed(const struct sarif_style *style, const struct target_report *t, const struct fixed_finding *f);
cJSON *sarif_notification(const char *level, const char *text, const char *rule);

#endif
