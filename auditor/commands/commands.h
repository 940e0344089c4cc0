/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands: each returns the exit code of the program. */
#ifndef ZONEVET_COMMANDS_COMMANDS_H
#define ZONEVET_COMMANDS_COMMANDS_H

#include "auditor/commands/options.h"

int command_audit(struct options *o);
int command_zone(struct options *o);
int command_diff(struct options *o);
int command_ask(struct options *o);
int command_lint(struct options *o);
int command_list(struct options *o);
int command_explain(struct options *o);
int command_baseline(struct options *o);
int command_waiver(struct options *o);
int command_config(struct options *o);
int command_version(struct options *o);

#endif
