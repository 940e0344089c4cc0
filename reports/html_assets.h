/* SPDX-License-Identifier: BSD-2-Clause */
/* The style sheets and the script of the HTML report (reports/html/), carried inside the program. */
#ifndef ZONEVET_REPORTS_HTML_ASSETS_H
#define ZONEVET_REPORTS_HTML_ASSETS_H

#include <stddef.h>

struct asset {
    size_t length;
    const unsigned char *octets; /* a NUL follows them */
};

extern const struct asset asset_target_xsl, asset_page_xsl, asset_report_css, asset_report_js;

#endif
