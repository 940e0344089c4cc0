/* SPDX-License-Identifier: BSD-2-Clause */
/* One result as JSON text, straight into a buffer: there are hundreds of them a target, and with their evidence they
 * are nearly all of a report. The rest of the model is built as objects (json_model.h). */
#ifndef ZONEVET_REPORTS_JSON_RESULT_H
#define ZONEVET_REPORTS_JSON_RESULT_H

#include "reports/report.h"

#define JSON_RESULT_MAX ((size_t)256 << 20) /* octets of one line */

/** Append the object, without white space, to out; out->failed says whether anything is missing. */
void json_result(struct buf *out, const struct result *r);

#endif
