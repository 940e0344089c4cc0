/* SPDX-License-Identifier: BSD-2-Clause */
/* The one list of formats. */
#include "reports/report.h"

#include <string.h>

const struct report_format *const report_formats[] = {
    &report_text, &report_json, &report_json_v1, &report_ndjson, &report_junit, &report_html,
    &report_sarif, &report_sarif_full, &report_codequality, &report_github, &report_markdown, &report_gcc,
    &report_csv, NULL,
};

const struct report_format *report_find(const char *name)
{
    for (size_t i = 0; report_formats[i] != NULL; i++) {
        if (strcmp(report_formats[i]->name, name) == 0)
            return report_formats[i];
    }
    return NULL;
}
