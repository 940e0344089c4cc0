/* SPDX-License-Identifier: BSD-2-Clause */
/* One question over live facts, without a report. */
#ifndef ZONEVET_COMMANDS_LIVE_H
#define ZONEVET_COMMANDS_LIVE_H

#include "auditor/commands/setup.h"
#include "auditor/facts/facts.h"

/** Run fn over the facts of one target until nothing is missing; each run begins anew, what the last one found counts.
 * The facts are gone when this returns.
 * @return STATUS_OK; STATUS_IO if it was interrupted or facts are missing; STATUS_NOMEM if nothing could be asked */
enum status live_settle(const struct setup *s, const dname *target, void (*fn)(struct facts *f, void *context),
                        void *context);

#endif
