/* SPDX-License-Identifier: BSD-2-Clause */
/* zonevet config: init, check and show. */
#include "auditor/commands/config.h"

#include "auditor/commands/commands.h"

#include <stdio.h>
#include <string.h>

static int check_one(struct options *o, const char *path)
{
    struct config_problems problems;
    struct config *config = NULL;
    const struct config_known known = config_known(o->arena);
    enum status status = config_read(o->arena, path, &known, &config, &problems);
    config_complain(path, &problems, true);
    if (status == STATUS_OK && o->report.verbosity >= 0)
        printf("%s: no mistake found\n", path);
    return status == STATUS_OK ? EXIT_PASSED : EXIT_USAGE;
}

static int config_check(struct options *o)
{
    const char *from;
    int code = EXIT_PASSED;
    if (o->arguments.count == 1) {
        const char *path = config_find(o, &from);
        if (path != NULL)
            return check_one(o, path);
        complain("there is no configuration to check: name a file");
        return EXIT_USAGE;
    }
    for (size_t i = 1; i < o->arguments.count; i++) {
        if (check_one(o, o->arguments.items[i]) != EXIT_PASSED)
            code = EXIT_USAGE;
    }
    return code;
}

int command_config(struct options *o)
{
    static const struct {
        const char *name;
        int (*run)(struct options *o);
    } actions[] = {{"init", config_init}, {"check", config_check}, {"show", config_show}};
    const char *names[ARRAY_SIZE(actions)];
    const char *typed = o->arguments.count > 0 ? o->arguments.items[0] : "";
    for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
        names[i] = actions[i].name;
        if (strcmp(typed, actions[i].name) == 0)
            return actions[i].run(o);
    }
    const char *near = *typed != '\0' ? nearest(typed, names, ARRAY_SIZE(names)) : NULL;
    if (near != NULL)
        complain("config does not know '%s'; did you mean '%s'?", typed, near);
    else
        complain("config takes one of: init, check, show");
    return EXIT_USAGE;
}
