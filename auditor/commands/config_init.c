/* SPDX-License-Identifier: BSD-2-Clause */
/* zonevet config init: a first configuration, every key explained where it stands. */
#include "auditor/commands/config.h"

#include "reports/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char head[] =
    "# Configuration of zonevet. 'zonevet config check' finds mistakes, 'zonevet config show' prints what "
    "holds.\n"
    "# What the command line says wins over this file. Relative paths count from the folder of this file.\n"
    "version: 1\n"
    "\n"
    "# default, quick (editors, pre-commit) or strict; 'zonevet list profiles'\n"
    "profile: default\n"
    "\n"
    "# What 'zonevet audit' looks at when no name is given; 'zone' is what 'zonevet zone' reads without "
    "arguments.\n"
    "# mail: true (takes or sends mail), false (expects null MX, SPF -all, DMARC reject) or auto.\n";

static const char no_targets[] = "#targets:\n"
                                 "#  - name: example.com\n"
                                 "#    mail: auto\n"
                                 "#    zone: zones/example.com.zone\n"
                                 "#  - {name: example.net, mail: false}\n"
                                 "#targets_file: [domains.txt]\n";

static const char tail[] =
    "\n"
    "# Severities and options of single checks; ids may be patterns (not where options are set).\n"
    "# 'zonevet list checks' names them, 'zonevet explain ID' lists the options of one.\n"
    "#checks:\n"
    "#  - {id: dnssec.rrsig-expires-soon, severity: high, options: [\"days=5\"]}\n"
    "#  - {id: dmarc.p-none, severity: high}\n"
    "#  - {id: exposure.version-bind, enabled: false}\n"
    "\n"
    "# What fails a run.\n"
    "gate:\n"
    "  fail_on: high             # low, medium, high, critical or never\n"
    "  min_confidence: likely    # confirmed, likely or possible\n"
    "  on_error: fail            # fail or ignore: what could not be told makes exit code 3\n"
    "#  new_only: true           # only what is not in the baseline\n"
    "#  max_waiver: 180d         # how far ahead a waiver may expire\n"
    "#baseline: zonevet-baseline.json\n"
    "#waivers: zonevet-waivers.yaml\n"
    "\n"
    "# Reports beside the text on standard output; 'zonevet list formats'.\n"
    "#outputs:\n"
    "#  - {format: html, path: out/report.html}\n"
    "#  - {format: junit, path: out/junit.xml, dialect: common}\n"
    "\n"
    "# Politeness of live audits.\n"
    "#limits: {qps_per_server: 50, timeout: 3s, retries: 2, deadline: 30m}\n"
    "#resolver: {mode: forward, servers: [192.0.2.53], ipv6: true}\n";

/* A name of a list, checked: what goes into the file will be read again. */
static bool write_target(FILE *out, struct options *o, const char *path, uint32_t line, const char *typed)
{
    const char *error = NULL;
    const dname *name = setup_name(o->arena, typed, &error);
    char text[DNAME_TEXT_MAX];
    if (name == NULL) {
        complain("%s:%u: '%s' is %s", path, line, typed, error);
        return false;
    }
    dname_text_into(name, text);
    size_t length = strlen(text);
    if (length > 1 && text[length - 1] == '.')
        text[length - 1] = '\0';
    fputs("  - name: \"", out);
    for (const char *c = text; *c != '\0'; c++)
        fprintf(out, *c == '\\' || *c == '"' ? "\\%c" : "%c", *c);
    fputs("\"\n", out);
    return true;
}

static int write_targets(FILE *out, struct options *o)
{
    const char **lines;
    uint32_t *numbers;
    size_t count;
    if (o->from_domains == NULL) {
        fputs(no_targets, out);
        return -1;
    }
    int code = setup_lines(o->arena, o->from_domains, &lines, &numbers, &count);
    if (code != -1)
        return code;
    if (count == 0) {
        complain("%s: no domain is listed in it", o->from_domains);
        return EXIT_USAGE;
    }
    fputs("targets:\n", out);
    for (size_t i = 0; i < count; i++) {
        if (!write_target(out, o, o->from_domains, numbers[i], lines[i]))
            return EXIT_USAGE;
    }
    return -1;
}

int config_init(struct options *o)
{
    const char *path = o->arguments.count > 1 ? o->arguments.items[1] : ".zonevet.yaml";
    const char *error = NULL;
    if (o->arguments.count > 2) {
        complain("config init writes one file");
        return EXIT_USAGE;
    }
    if (!o->force && access(path, F_OK) == 0) {
        complain("%s is there already; --force replaces it", path);
        return EXIT_USAGE;
    }
    struct output *output = output_open(path, &error);
    if (output == NULL) {
        complain("%s: %s", path, error != NULL ? error : strerror(errno));
        return EXIT_TROUBLE;
    }
    fputs(head, output_file(output));
    int code = write_targets(output_file(output), o);
    if (code != -1) {
        output_discard(output);
        return code;
    }
    fputs(tail, output_file(output));
    if (output_commit(output) != STATUS_OK) {
        complain("%s could not be written", path);
        return EXIT_TROUBLE;
    }
    printf("%s is written; 'zonevet config show' prints what holds now\n", path);
    return EXIT_PASSED;
}
