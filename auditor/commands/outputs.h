/* SPDX-License-Identifier: BSD-2-Clause */
/* All reports of a run: files that appear whole or not at all, and the text for people. */
#ifndef ZONEVET_COMMANDS_OUTPUTS_H
#define ZONEVET_COMMANDS_OUTPUTS_H

#include "auditor/commands/options.h"

struct outputs;

/** Open every output; prints what is wrong and returns NULL if one cannot be written. */
struct outputs *outputs_open(const struct options *o, struct run *run);
enum status outputs_target(struct outputs *out, const struct target_report *target);

/** Finish and put the files in place; with `failed` nothing is put in place. Frees. STATUS_IO: printed why. */
enum status outputs_close(struct outputs *out, bool failed);
void outputs_discard(struct outputs *out);

#endif
