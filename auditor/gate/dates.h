/* SPDX-License-Identifier: BSD-2-Clause */
/* Days as people write them in waivers and baselines. */
#ifndef ZONEVET_GATE_DATES_H
#define ZONEVET_GATE_DATES_H

#include "auditor/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

#define DAY_S INT64_C(86400)

/** "2026-03-31", a day that exists: its first second in UTC. */
bool date_parse(const char *text, int64_t *first_s);

/** The day of a moment; NULL without memory. */
const char *date_text(struct arena *a, int64_t utc_s);

#endif
