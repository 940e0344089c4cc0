/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration file (.zonevet.yaml): read whole, every mistake told with its place, nothing applied.
 * What may be named in it (checks, formats, profiles) is given by the caller; docs/configuration.md is the
 * user's page. */
#ifndef ZONEVET_CONFIG_CONFIG_H
#define ZONEVET_CONFIG_CONFIG_H

#include "auditor/check.h"

#define CONFIG_FILE_MAX ((size_t)1 << 20) /* octets */

struct config_target {
    char *name, *zone, *owner; /* name never NULL */
    enum mail_use *mail;
    char **tags;
    unsigned tags_count;
};

struct config_check {
    char *id; /* never NULL; or a pattern */
    enum severity *severity;
    bool *enabled;
    char **options; /* "days=5" */
    unsigned options_count;
};

struct config_output {
    char *format, *path; /* format never NULL */
    int *dialect;        /* enum junit_dialect */
};

enum config_scope { CONFIG_SCOPE_KNOWN, CONFIG_SCOPE_ENUMERATE, CONFIG_SCOPE_NONE };
enum config_mode { CONFIG_ITERATIVE, CONFIG_FORWARD };
#define CONFIG_FAIL_NEVER 100 /* beside enum severity */

/** The file as libcyaml fills it; what a file does not say is NULL. */
struct config_data {
    unsigned version;
    char *profile;
    struct config_target *targets;
    unsigned targets_count;
    char **targets_file;
    unsigned targets_file_count;
    struct config_scope_part {
        enum config_scope *include_subdomains;
        char **never_contact;
        unsigned never_contact_count;
    } scope;
    struct config_resolver {
        enum config_mode *mode;
        char **servers;
        unsigned servers_count;
        bool *ipv6;
    } resolver;
    struct config_limits {
        unsigned *qps, *qps_per_server, *retries;
        char *timeout, *deadline, *confirm_delay;
    } limits;
    struct config_check *checks;
    unsigned checks_count;
    char **frameworks;
    unsigned frameworks_count;
    struct config_gate {
        int *fail_on; /* enum severity, or CONFIG_FAIL_NEVER */
        bool *new_only;
        enum confidence *min_confidence;
        int *on_error; /* 0 fail, 1 ignore */
        char *max_waiver;
    } gate;
    char *baseline, *waivers;
    struct config_history {
        char *db, *keep;
    } history;
    struct config_output *outputs;
    unsigned outputs_count;
    struct config_notify {
        char *type, *url_file, *min_severity;
        char **on;
        unsigned on_count;
    } * notify;
    unsigned notify_count;
};

struct config {
    const char *path;
    const struct config_data *data;
    uint32_t timeout_ms, deadline_s, confirm_delay_s,
        max_waiver_days;              /* read from the texts in data, 0 if not given */
    const dname *const *target_names; /* of data->targets, in the same order */
    struct table *places;
};

/** What is wrong with a file, or (a note) what in it has no effect yet. */
struct config_problem {
    uint32_t line, column; /* 1-based; 0: the file as a whole */
    const char *key;       /* "checks[2].severity", or "" */
    const char *text;
    bool note;
};

struct config_problems {
    struct config_problem *list; /* by line; errors beyond the first CONFIG_PROBLEMS_MAX are counted only */
    size_t count, capacity, errors;
};
#define CONFIG_PROBLEMS_MAX 100U

/** What a file may name. */
struct config_known {
    const struct check *const *checks; /* sorted by id */
    size_t check_count;
    const char *const *formats;
    size_t format_count;
    const char *const *profiles;
    size_t profile_count;
    /** A domain name as users write it, in the arena. @return NULL with *error set */
    const dname *(*name)(struct arena *a, const char *text, const char **error);
};

/**
 * Read a file. Everything lives in the arena.
 * @return STATUS_OK (notes may be there), STATUS_MALFORMED with problems, STATUS_IO or STATUS_LIMIT with one
 * problem
 */
enum status config_read(struct arena *a, const char *path, const struct config_known *known,
                        struct config **out, struct config_problems *problems);

/** The same of text; path is for messages and for what is relative to it. */
enum status config_parse(struct arena *a, const char *path, const char *text, size_t length,
                         const struct config_known *known, struct config **out,
                         struct config_problems *problems);

/** Line of a key ("gate.fail_on", "targets[0].mail"); 0 if the file does not say it. */
uint32_t config_line(const struct config *c, const char *key);

/** A path of the file: relative ones count from the folder of the file. In the arena, or as it is; NULL without
 * memory. */
const char *config_relative(struct arena *a, const char *config_path, const char *path);

/** "500ms", "3s", "30m", "2h", "400d". @return false if it is none of them or above 10 years */
bool config_duration(const char *text, uint64_t *out_ms);

#endif
