/* SPDX-License-Identifier: BSD-2-Clause */
/* Renderers: findings in, octets out. No network, no clock, no locale: the same run gives the same octets. */
#ifndef ZONEVET_REPORTS_REPORT_H
#define ZONEVET_REPORTS_REPORT_H

#include "auditor/base/buf.h"
#include "auditor/check.h"
#include "auditor/finding.h"

#include <stdio.h>

enum junit_dialect { JUNIT_COMMON, JUNIT_STRICT };

/* The gravest level a SARIF result may have. AUTO: error, or warning where the gate never fails, for GitHub fails a
 * check of its own on a new alert of level error. */
enum sarif_level { SARIF_LEVEL_AUTO, SARIF_LEVEL_ERROR, SARIF_LEVEL_WARNING, SARIF_LEVEL_NOTE };

#define REPORT_ANCHOR ".zonevet.yaml"
#define REPORT_MARKDOWN_LIMIT ((size_t)60000)

struct report_options {
    enum junit_dialect junit_dialect;
    bool junit_gate;
    bool color;         /* text */
    unsigned width;     /* text: columns, 0 unknown */
    int verbosity;      /* text: 0 normal, 1 -v (passed and skipped checks too), -1 -q */
    bool ci_log;        /* text, gcc: a CI runner reads along and takes orders; "##" in data is printed as "#\035" */

    const char *anchor;          /* sarif, codequality: file that results without a place are put on; NULL: REPORT_ANCHOR */
    const char *prefix;          /* sarif, codequality, github: of the working directory in the repository ("dns/"), or NULL */
    enum sarif_level sarif_max;
    size_t markdown_limit;       /* octets; 0: REPORT_MARKDOWN_LIMIT */
    bool csv_bom;
    const char *const *changed_files; /* github: results there are shown first; paths of the repository or of locations */
    size_t changed_count;
    const char *repository, *revision; /* sarif: https address and commit, where the CI system names them; or NULL */
};

struct report; /* one output under way */

struct report_format {
    const char *name;        /* "junit" */
    const char *description; /* for `list formats` */
    struct report *(*open)(FILE *out, const struct run *run, const struct report_options *options);
    /** Targets come in canonical order, one at a time; what is needed later is copied or spooled. */
    enum status (*target)(struct report *r, const struct target_report *target);
    /** Write the rest. run now has its end, outcome and counts. Frees r. STATUS_IO if anything could not be written. */
    enum status (*close)(struct report *r, const struct run *run);
};

extern const struct report_format report_text, report_json, report_json_v1, report_ndjson, report_junit,
    report_html, report_sarif, report_sarif_full, report_codequality, report_github, report_markdown, report_gcc,
    report_csv;

/** Ends with NULL. */
extern const struct report_format *const report_formats[];

/** By name ("json-v1" pins the first version of json); NULL if unknown. */
const struct report_format *report_find(const char *name);

#endif
