/* SPDX-License-Identifier: BSD-2-Clause */
/* The result model (outputs.md section 1): what checks produce and every report receives.
 * All text here has passed the text gate (base/text.h). */
#ifndef ZONEVET_FINDING_H
#define ZONEVET_FINDING_H

#include "auditor/base/arena.h"
#include "auditor/facts/facts.h"

enum severity { SEVERITY_INFO, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL };
enum confidence { CONFIDENCE_CONFIRMED, CONFIDENCE_LIKELY, CONFIDENCE_POSSIBLE };
enum outcome { OUTCOME_FAIL, OUTCOME_UNDETERMINED, OUTCOME_INFO, OUTCOME_SKIPPED, OUTCOME_PASS }; /* report order */
enum skip_reason {
    SKIP_NONE, SKIP_NOT_APPLICABLE, SKIP_DISABLED, SKIP_NEEDS_LIVE, SKIP_NEEDS_ZONE_FILE, SKIP_NEEDS_OPT_IN,
    SKIP_NEEDS_DATA,
};

/* Against a baseline, the other side of a diff, and waivers; STATE_NONE when none of them is used. */
enum state { STATE_NONE, STATE_NEW, STATE_KNOWN, STATE_WAIVED, STATE_FIXED };

const char *severity_text(enum severity s);     /* "critical" ... */
bool severity_from_text(const char *text, enum severity *out);
const char *confidence_text(enum confidence c); /* "confirmed" ... */
const char *outcome_text(enum outcome o);       /* "fail" ... */
const char *skip_text(enum skip_reason r);      /* "not-applicable" ... */
const char *state_text(enum state s);           /* "new" ...; NULL for STATE_NONE */

struct evidence {
    const char *kind;   /* "answer", "server", "transfer", "walk", "http", "file", "note" */
    const char *label;  /* what was asked: "NS example.test." */
    const char *value;  /* what came */
    const char *source; /* who said it: an address, a file:line */
    int64_t at_s;       /* 0: not from a moment (a file) */
    const uint8_t *raw; /* the whole value if `value` was cut; else NULL */
    size_t raw_length;
};

/** Why a finding does not count, and until when (cli.md, waivers). */
struct waiver_note {
    const char *id;      /* of the entry, or "file:line" of an inline waiver */
    const char *reason, *owner;
    const char *expires; /* "2026-03-31", the last day it holds */
    int64_t expires_s;   /* the first second it no longer holds */
};

struct check;

struct result {
    const struct check *check;   /* never NULL */
    const char *subject;         /* presentation form, absolute */
    const char *subject_unicode; /* U-labels, or NULL */
    const char *rrtype;          /* mnemonic or NULL */
    const char *discriminator;   /* "" if none */
    enum outcome outcome;
    enum severity severity;
    enum confidence confidence;
    const char *message;
    const char *decision;        /* row of the decision table (takeover.md 3.3), or NULL */
    const char *fix_record;      /* a record to paste, or NULL */
    const struct evidence *evidence;
    size_t evidence_count;
    const struct location *location; /* or NULL */
    const char *snippet;             /* the line of the file, or NULL */
    char fingerprint[65];
    const char *caused_by;           /* fingerprint, or NULL */
    enum skip_reason skip_reason;
    enum reason undetermined_reason;
    uint32_t duration_ms;
    enum severity severity_default;  /* before the configuration */
    enum state state;                /* of fail results only; set by auditor/gate */
    const char *known_since;         /* STATE_KNOWN: "2026-01-10", or NULL if the other side has no date (diff) */
    const struct waiver_note *waiver; /* STATE_WAIVED; else NULL */
};

/** What an earlier state had and this one has not: from the baseline or the old side of a diff. */
struct fixed_finding {
    const char *check, *subject; /* id; presentation form */
    enum severity severity;
    const char *title, *message; /* message: NULL if the baseline does not hold it */
    const char *known_since;     /* or NULL */
    char fingerprint[65];
    const struct location *location; /* in the old state, or NULL */
};

/** Everything about one finished target, sorted as outputs.md section 1 says. */
struct target_report {
    const char *name;         /* presentation form, absolute */
    const char *name_unicode; /* or NULL */
    const char *source_file;  /* where the target was listed, or NULL */
    uint32_t source_line;
    const char *zone;         /* the zone the name lives in, or NULL */
    const char *error;        /* the target could not be read: no results; else NULL */
    const struct result *results;
    size_t result_count;
    uint32_t duration_ms;
    uint32_t names_known;     /* names of the zone that were judged (DESIGN 10.16) */
    uint32_t queries, timeouts;
    const char *coverage;     /* one line: what could not be reached from here; or NULL */
    const struct fixed_finding *fixed; /* sorted as results are */
    size_t fixed_count;
};

enum run_outcome { RUN_PASSED, RUN_FAILED, RUN_INCOMPLETE };

struct run_counts {
    uint32_t targets;
    uint32_t outcomes[5]; /* by enum outcome */
    uint32_t open[5];     /* fail results that are not waived, by enum severity */
    uint32_t state_new, known, waived, fixed;
};

/** The gate of a run: what its exit code was decided by (cli.md, baseline and waivers; DESIGN section 1, diff). */
struct run_gate {
    bool new_only;         /* only new findings fail the run */
    const char *baseline;  /* path as given, or NULL */
    const char *waivers;   /* path as given, or NULL */
    const char *old_side, *new_side; /* of a diff, as the user named them; else NULL */
    const char *const *notes; /* lines about the gate itself: expired or unused waivers, stale baseline entries */
    size_t note_count;
};

/** The head of a run: known at its start but for finished, outcome and counts. */
struct run {
    const char *id;
    const char *tool_version;
    const char *mode; /* "live" or "offline" */
    const char *profile;
    const char *config_digest; /* 64 hex digits */
    const char *resolver;      /* "iterative" or the forwarder's address */
    int64_t started_s, finished_s;
    enum severity fail_on;
    bool fail_never;
    enum confidence min_confidence;
    const struct check *const *checks; /* those that ran, sorted by id */
    size_t check_count;
    enum run_outcome outcome;
    const char *outcome_reason; /* one line: why that exit code */
    int exit_code;
    bool interrupted;
    struct run_counts counts;
    struct run_gate gate;
    const char *root; /* folder that result locations are relative to, for snippets; NULL: the working directory */
};

/* ---- what a check writes ------------------------------------------------------------------------------------------ */

struct findings; /* of one run of one check */

/** A finding under construction; fields may be changed until the check returns. Text is copied and gated. */
struct finding {
    const dname *subject;
    uint16_t rrtype;            /* 0: none */
    const char *discriminator;  /* stable thing that tells two findings of one check at one subject apart */
    enum severity severity;     /* starts as the check's own; lower it for a milder case */
    enum confidence confidence; /* starts as the check's own */
    const char *message;
    const char *decision;
    const char *fix_record;
    const struct location *location;
    const char *cause_check;    /* caused_by: id of the check whose finding this one follows from ... */
    const dname *cause_subject; /* ... and its subject (NULL: any subject of this target) */
};

/**
 * Report that the check's condition holds. One a subject and discriminator.
 * @param subject  copied
 * @return never NULL (without memory the engine reports an internal error)
 */
struct finding *findings_add(struct findings *out, const dname *subject, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** What could not be judged, beside what was found; makes the verdict undetermined even if findings exist. reason
 * REASON_NONE takes the reason of the first unknown fact read. */
void findings_undetermined(struct findings *out, enum reason reason, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Why the check does not apply; return VERDICT_SKIPPED after it. */
void findings_skip(struct findings *out, enum skip_reason reason, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** A note for the evidence of this finding that no fact shows (such as a computed value). */
void finding_note(struct findings *out, struct finding *finding, const char *label, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** The text of a pass: what was seen to be sound ("2 servers refuse transfers"). Optional. */
void findings_pass(struct findings *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
