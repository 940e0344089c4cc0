/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line: one table of options, each with the commands that take it. */
#ifndef ZONEVET_COMMANDS_OPTIONS_H
#define ZONEVET_COMMANDS_OPTIONS_H

#include "auditor/base/nearest.h"
#include "auditor/finding.h"
#include "auditor/inputs/input.h"
#include "reports/report.h"

enum command {
    COMMAND_AUDIT = 1 << 0,
    COMMAND_ZONE = 1 << 1,
    COMMAND_ASK = 1 << 2,
    COMMAND_LINT = 1 << 3,
    COMMAND_LIST = 1 << 4,
    COMMAND_EXPLAIN = 1 << 5,
    COMMAND_VERSION = 1 << 6,
    COMMAND_CONFIG = 1 << 7,
    COMMAND_BASELINE = 1 << 8,
    COMMAND_WAIVER = 1 << 9,
    COMMAND_DIFF = 1 << 10,
};

/* Exit codes (outputs.md section 13). */
enum { EXIT_PASSED = 0, EXIT_GATE = 1, EXIT_USAGE = 2, EXIT_INCOMPLETE = 3, EXIT_TROUBLE = 4, EXIT_NOTHING = 5 };

struct words { /* a repeatable option */
    const char **items;
    size_t count;
};

struct output_wish {
    const struct report_format *format;
    const char *path; /* NULL: stdout */
    uint32_t line;    /* of the configuration file, or 0 */
};

/* Where a value came from; a later one wins. */
enum from { FROM_DEFAULT, FROM_PROFILE, FROM_FILE, FROM_ENVIRONMENT, FROM_COMMAND_LINE };
#define OPTIONS_MAX 160

struct config;
struct known;
struct profile;

struct options {
    enum command command;
    struct arena *arena; /* everything below lives in it */
    struct words arguments;

    struct words checks, skips;
    const char *areas;
    struct output_wish outputs[16];
    size_t output_count;
    enum severity fail_on;
    bool fail_never;
    enum confidence min_confidence;
    bool error_ignore, exit_zero;

    bool no_http, authoritative_only, only_ipv4, only_ipv6, allow_private;
    const char *resolver, *root_hints, *trust_anchor, *ca_file;
    uint16_t dns_port, http_port, https_port;
    struct words as_public, ns, ds;

    const char *targets_file, *names_file, *tsig_file, *ignore_file, *fingerprints, *contact;
    struct words owned;
    enum mail_use mail;
    uint32_t confirm_delay_s;
    unsigned qps, qps_per_server, timeout_ms, retries, deadline_s, jobs;
    const char *record, *replay, *origin, *now;
    const char *old; /* --old */
    enum input_format input_format;

    const char *ip, *helo, *from; /* ask spf; from of baseline and waiver: the report of a run */
    bool live;                    /* baseline: the arguments are names, not zone files */
    enum severity max_severity;   /* baseline: the highest that may be in it */
    const char *target, *subject, *discriminator, *reason, *owner, *expires, *waiver_id, *finding; /* waiver add */
    /* Told of every finished target of a run, in order; or NULL. */
    void (*on_report)(void *context, const struct run *run, const struct target_report *report);
    void *on_report_context;
    struct known *known_names; /* baseline --live: names with findings in it are looked at again; or NULL */

    const char *baseline, *waivers;
    bool new_only, strict_waivers;
    uint32_t max_waiver_days; /* 0: the default of auditor/gate */

    /* Configuration: config_use() reads the file and fills what the command line left open. */
    const char *config_file, *profile_name;
    bool no_config;
    const struct config *config;   /* NULL: none */
    const struct profile *profile; /* never NULL after config_use() */
    struct check_policy *policies; /* of profile and file; for struct settings */
    size_t policies_count;
    struct check_setting *check_options;
    size_t check_options_count;
    const char *from_domains; /* config init */
    bool force;
    unsigned char sources[OPTIONS_MAX]; /* enum from, by row of the option table: options_from() */
    enum from reading;

    struct report_options report;
    int color;    /* -1 auto, 0 never, 1 always */
    int progress; /* the same */
    bool dry_run;
};

/** Read the command line behind the command's name. Prints help or an error itself.
 * @return -1 to go on, else the exit code */
int options_read(struct options *o, enum command command, const char *name, int argc, char **argv);

/** Where the value of an option came from, by its long name. */
enum from options_from(const struct options *o, const char *name);
/** Note that a profile or the configuration file set it. */
void options_set_from(struct options *o, const char *name, enum from from);
/** This command takes the option. */
bool options_take(enum command command, const char *name);

/** Append to a repeatable option. @return false without memory */
bool words_add(struct arena *a, struct words *list, const char *word);

/** Print "zonevet: ..." and a newline to stderr. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
