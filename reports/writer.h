/* SPDX-License-Identifier: BSD-2-Clause */
/* What several renderers share: a spool for what must follow a header not known yet, and the words that must
 * be the same in every format. */
#ifndef ZONEVET_REPORTS_WRITER_H
#define ZONEVET_REPORTS_WRITER_H

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
void spool_free(struct spool *s);

/** STATUS_IO if anything written to out so far was lost. */
enum status writer_status(FILE *out);

/** The headline of this result: the fault for fail and info, the sound state for the rest (DESIGN 10.3). */
const char *result_title(const struct result *r);

/** True if an open fail result counts at the gate: severity and confidence reach what the run asks for. */
bool result_gates(const struct run *run, const struct result *r);

/** The reason word of a skipped or undetermined result; NULL for the others. */
const char *result_reason(const struct result *r);

/** "passed", "failed", "incomplete" */
const char *run_outcome_text(enum run_outcome outcome);

/** Base64 of octets (RFC 4648 section 4), malloc'd; NULL without memory. */
char *base64_text(const uint8_t *octets, size_t length);

#endif
