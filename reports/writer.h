/* SPDX-License-Identifier: BSD-2-Clause */
/* What several renderers share: a spool for what must follow a header not known yet, and the words that must
 * be the same in every format. */
#ifndef ZONEVET_REPORTS_WRITER_H
#define ZONEVET_REPORTS_WRITER_H

#include "auditor/base/table.h"
#include "reports/report.h"

#include <stdio.h>

#define SPOOL_MEMORY ((size_t)1 << 20) /* octets kept in memory before a temporary file takes over */

/** Octets to be written later. Starts in memory; failure is sticky. */
struct spool {
    struct buf memory;
    FILE *file; /* NULL while memory is enough */
    bool failed;
};

#define SPOOL_INIT ((struct spool){.memory = {.limit = SPOOL_MEMORY}})

void spool_add(struct spool *s, const void *octets, size_t length);
void spool_str(struct spool *s, const char *text);

/** For frames of ours, at most 1,023 octets; data goes through spool_str. */
void spool_printf(struct spool *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Write everything to out. @return STATUS_IO if it failed here or earlier */
enum status spool_copy(struct spool *s, FILE *out);
/** The same without the first `skip` octets. */
enum status spool_copy_from(struct spool *s, size_t skip, FILE *out);
bool spool_empty(const struct spool *s);
void spool_free(struct spool *s);

/** A renderer begins with what `initial` says. @return a copy, to be freed by its close(); NULL without memory */
void *writer_new(const void *initial, size_t size);

/** STATUS_IO if anything written to out so far was lost. */
enum status writer_status(FILE *out);

/** The headline of this result: the fault for fail and info, the sound state for the rest (DESIGN 10.3). */
const char *result_title(const struct result *r);

/** A fail that nobody has waived: what summary.open counts. */
bool result_open(const struct result *r);

/** An open fail that no earlier state had: what the formats list that CI systems compare by themselves. */
bool result_fresh(const struct result *r);

/** True if an open fail result counts at the gate: severity and confidence reach what the run asks for, and it is new
 * where only new ones count. */
bool result_gates(const struct run *run, const struct result *r);

/** A baseline, another side or waivers were given, so that counts by state mean something. */
bool run_has_states(const struct run *run);

/** The run compares two sides: differences are shown first. */
bool run_is_change(const struct run *run);

/** "new", "known" (in a diff "unchanged"), "waived", "fixed"; NULL for STATE_NONE. */
const char *state_label(const struct run *run, enum state s);

/** Append "waived until 2026-03-31 by web-team: supplier moves". */
void add_waived(struct buf *out, const struct waiver_note *w);

/** Append "known since 2026-01-10", or what can be said without a date. */
void add_known(struct buf *out, const struct run *run, const char *since);

/** Append text with LF and TAB as a blank, cut to max_chars with a mark (0: no limit). */
void add_one_line(struct buf *out, const char *text, size_t max_chars);

/** Octets of the first max_chars characters of text. */
size_t text_prefix(const char *text, size_t max_chars);

/** The reason word of a skipped or undetermined result; NULL for the others. */
const char *result_reason(const struct result *r);

/** "passed", "failed", "incomplete" */
const char *run_outcome_text(enum run_outcome outcome);

/** Fingerprints met so far: one that comes again is the same finding, and readers would lose or double it. */
struct seen {
    struct table *table;
    bool no_memory;
};
bool seen_first(struct seen *s, const char *fingerprint); /* false: a repeat, or no memory */
void seen_free(struct seen *s);

/** Where a result is shown: its own place, else the line that listed the target, else the anchor. Lines and columns
 * begin at 1, the end never lies before the start; end_column is one past the last. */
struct place {
    const char *file; /* relative to the run's root if it lies below it */
    const char *prefix; /* what leads from the repository to where file begins; only its first prefix_length octets count */
    size_t prefix_length;
    uint32_t line, column, end_line, end_column;
    bool own;    /* of the result itself: the snippet belongs to it */
    bool listed; /* the line that listed the target; neither: the anchor */
};
struct place report_place(const struct run *run, const struct target_report *t, const struct location *l,
                          const struct report_options *options);
/** Append prefix and file. */
void add_path(struct buf *out, const struct place *p);

/** Base64 of octets (RFC 4648 section 4), malloc'd; NULL without memory. */
char *base64_text(const uint8_t *octets, size_t length);

#endif
