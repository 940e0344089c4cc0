/* SPDX-License-Identifier: BSD-2-Clause */
/* The front door: finds the command, everything else is in commands/. */
#include "auditor/commands/commands.h"
#include "auditor/commands/config.h"
#include "auditor/commands/interrupt.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    enum command command;
    int (*run)(struct options *o);
    const char *summary;
} commands[] = {
    {"audit",   COMMAND_AUDIT,   command_audit,   "audit domains live"                          },
    {"zone",    COMMAND_ZONE,    command_zone,    "audit zone files; sends nothing"             },
    {"diff",    COMMAND_DIFF,    command_diff,    "what a change makes worse, and what better"  },
    {"ask",     COMMAND_ASK,     command_ask,     "one question, answered with its reasoning"   },
    {"lint",    COMMAND_LINT,    command_lint,    "judge one SPF or DMARC record given as text" },
    {"baseline", COMMAND_BASELINE, command_baseline, "create, update, prune or show known findings"},
    {"waiver",  COMMAND_WAIVER,  command_waiver,  "add, list or check waivers"                },
    {"config",  COMMAND_CONFIG,  command_config,  "write, check or show the configuration"      },
    {"list",    COMMAND_LIST,    command_list,    "list checks, areas, formats or profiles"     },
    {"explain", COMMAND_EXPLAIN, command_explain, "all about a check"                           },
    {"version", COMMAND_VERSION, command_version, "versions and dates of data"                  },
};

static void print_help(FILE *out)
{
    fputs("Usage: zonevet COMMAND [OPTION...] [ARGUMENT...]\n\n"
          "Vets an organisation's own DNS: what an attacker would find, with the evidence.\n\n", out);
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
        fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].summary);
    fputs("\n'zonevet COMMAND --help' lists the options of a command.\n"
          "Exit codes: 0 passed, 1 gate failed, 2 usage, 3 incomplete, 4 trouble, 5 nothing to audit, 128+n signal n.\n", out);
}

static int unknown_command(const char *typed)
{
    const char *names[ARRAY_SIZE(commands)];
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
        names[i] = commands[i].name;
    const char *near = nearest(typed, names, ARRAY_SIZE(names));
    if (near != NULL)
        complain("there is no command '%s'; did you mean '%s'?", typed, near);
    else
        complain("there is no command '%s'; see 'zonevet --help'", typed);
    return EXIT_USAGE;
}

static int run_command(size_t index, int argc, char **argv)
{
    struct arena *arena = arena_new(0);
    struct options options = {.arena = arena};
    if (arena == NULL) {
        complain("out of memory");
        return EXIT_TROUBLE;
    }
    int code = options_read(&options, commands[index].command, commands[index].name, argc, argv);
    if (code == -1 && options.command != COMMAND_CONFIG && options_take(options.command, "config"))
        code = config_use(&options);
    if (code == -1)
        code = commands[index].run(&options);
    arena_free(arena);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        complain("standard output could not be written");
        code = EXIT_TROUBLE;
    }
    return code;
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8"); /* reports are UTF-8 whatever the user's locale says */
    interrupt_install();
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return EXIT_PASSED;
    }
    const char *name = strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0 ? "version" : argv[1];
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
        if (strcmp(commands[i].name, name) == 0)
            return run_command(i, argc - 1, argv + 1);
    }
    return unknown_command(argv[1]);
}
