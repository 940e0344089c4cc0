/* SPDX-License-Identifier: BSD-2-Clause */
/* The audit of one target: runs checks until no fact is missing, then makes the report of the target. No I/O here: a
 * source fills the facts between the steps. */
#ifndef ZONEVET_ENGINE_AUDIT_H
#define ZONEVET_ENGINE_AUDIT_H

#include "auditor/check.h"
#include "auditor/facts/store.h"

struct audit;

struct audit_target {
    const dname *name;
    const char *name_unicode;  /* or NULL */
    const char *source_file;   /* where it was listed, or NULL */
    uint32_t source_line;
    const struct zone *zone;   /* offline: the zone with this apex, or NULL */
    const struct zone_error *zone_errors;
    size_t zone_error_count;
};

struct audit_options {
    const struct audit_target *target;
    const struct settings *settings;
    const struct zone_set *zones, *zones_before; /* offline: all zones of the run, and the state before; or NULL */
    struct source source;
    const struct check *const *checks; /* to run, any order; ends are not looked for */
    size_t check_count;
    const struct check *const *disabled; /* switched off by the configuration: not run, one skipped result each */
    size_t disabled_count;
    struct arena *report_arena; /* receives the results and their text; outlives the audit if the caller wishes */
    void (*woken)(void *context, struct audit *audit); /* facts came: audit_step has work to do; may be NULL */
    void *woken_context;
};

/** @return NULL without memory. Nothing runs before the first audit_step. */
struct audit *audit_new(const struct audit_options *options);
void audit_free(struct audit *a);

/** Run what can run. @return true when every check is finished */
bool audit_step(struct audit *a);

struct facts *audit_facts(struct audit *a);

/**
 * The finished audit as a report, sorted; it and all its text live in the report arena. Fields that only the caller knows
 * (duration_ms, queries, timeouts) are 0. NULL without memory.
 */
struct target_report *audit_report(struct audit *a);

/** SHA-256 fingerprint of outputs.md section 3, as 64 hex digits and NUL. */
void fingerprint(const char *check, const char *target, const char *subject, const char *rrtype,
                 const char *discriminator, char hex[static 65]);

#endif
