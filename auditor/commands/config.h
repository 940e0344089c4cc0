/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration file in the life of a command: found, read, and put under what the command line says. */
#ifndef ZONEVET_COMMANDS_CONFIG_H
#define ZONEVET_COMMANDS_CONFIG_H

#include "auditor/commands/setup.h"
#include "auditor/config/config.h"
#include "auditor/config/profiles.h"

/** Find and read the configuration, choose the profile, and fill every option that neither the command line
 * nor ZONEVET_OPTS gave. Errors are printed. @return -1 to go on, else the exit code */
int config_use(struct options *o);

/** What a configuration file may name. */
struct config_known config_known(struct arena *a);

/** Print problems as FILE:LINE:COLUMN: KEY: TEXT; notes only if wanted. */
void config_complain(const char *path, const struct config_problems *problems, bool notes);

/** The file that config_use() would read, or NULL; *from says by what. */
const char *config_find(const struct options *o, const char **from);

/** How the zone is called whose file this is, or NULL: the name of the target that lists it. */
const dname *config_origin(const struct options *o, const char *zone_path);

/** The configuration or the profile named this check with enabled: true. */
bool config_enables(const struct options *o, const struct check *check);

/** Policies and options of checks: profile first, then the file. @return -1 or an exit code */
int config_apply_checks(struct options *o);

int config_show(struct options *o);
int config_init(struct options *o);

#endif
