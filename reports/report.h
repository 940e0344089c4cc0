/* SPDX-License-Identifier: BSD-2-Clause */
/* Renderers: findings in, octets out. No network, no clock, no locale: the same run gives the same octets. */
#ifndef ZONEVET_REPORTS_REPORT_H
#define ZONEVET_REPORTS_REPORT_H

#include "auditor/base/buf.h"
#include "auditor/check.h"
#include "auditor/finding.h"

#include <stdio.h>

enum junit_dialect { JUNIT_COMMON, JUNIT_STRICT };

struct report_options {
    enum junit_dialect junit_dialect;
    bool junit_gate;
    bool color;         /* text */
    unsigned width;     /* text: columns, 0 unknown */
    int verbosity;      /* text: 0 normal, 1 -v (passed and skipped checks too), -1 -q */
    bool ci_log;        /* text: a CI runner reads along and takes orders; "##" in data is printed as "#\035" */
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
    report_html;

/** Ends with NULL. */
extern const struct report_format *const report_formats[];

/** By name ("json-v1" pins the first version of json); NULL if unknown. */
const struct report_format *report_find(const char *name);

#endif
