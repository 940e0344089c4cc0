/* SPDX-License-Identifier: BSD-2-Clause */
/* The result model as JSON objects, one at a time: json and ndjson print them, nobody keeps them (outputs.md
 * section 4). Every function returns an object that the caller prints and deletes, or NULL without memory. */
#ifndef ZONEVET_REPORTS_JSON_MODEL_H
#define ZONEVET_REPORTS_JSON_MODEL_H

#include "reports/report.h"

#include <cjson/cJSON.h>

#define JSON_SCHEMA "zonevet.report"
#define JSON_SCHEMA_VERSION "1.1" /* minor versions only add members */

/** Members of an object under construction; failure is sticky. A NULL text becomes null. */
struct members {
    cJSON *object;
    bool failed;
};

struct members members_new(void);
void members_text(struct members *m, const char *key, const char *text);
void members_number(struct members *m, const char *key, uint32_t number);
void members_bool(struct members *m, const char *key, bool value);
void members_time(struct members *m, const char *key, int64_t utc_s); /* 0: null */
void members_null(struct members *m, const char *key);
/** Takes item over, also on failure. */
void members_item(struct members *m, const char *key, cJSON *item);
/** The object, or NULL (and it is deleted) if anything failed. */
cJSON *members_done(struct members *m);

/** The head of the run; with its end, outcome and counts only if finished. */
cJSON *json_run(const struct run *run, bool finished);
cJSON *json_summary(const struct run *run);
cJSON *json_check(const struct check *c);
/** Everything about the target but its results (json_result.h) and what was fixed there. */
cJSON *json_target(const struct target_report *t);
/** The findings of an earlier state that are gone: an array. */
cJSON *json_fixed(const struct target_report *t);

/** Print on one line and delete item. malloc'd; NULL without memory or if item is NULL. */
char *json_line(cJSON *item);
/** Write `before` and the item, and delete it. @return false without memory */
bool json_put(FILE *out, const char *before, cJSON *item);

#endif
