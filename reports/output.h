/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a report goes: standard output, or a file that appears whole under its name or not at all.
 *
 * A file is written beside its name as PATH.tmp-<pid> and renamed when everything is on the disk, so a reader
 * never sees half a report and a failure leaves the earlier one as it was. Symbolic links are not followed:
 * who may write to the folder of a report must not choose which file of ours is replaced. */
#ifndef ZONEVET_REPORTS_OUTPUT_H
#define ZONEVET_REPORTS_OUTPUT_H

#include "auditor/base/status.h"

#include <stdio.h>

struct output;

/**
 * @param path   NULL or "-" is standard output. Character devices such as /dev/null are written directly.
 * @param error  receives why it failed, in words that can follow "PATH: "; valid until the next call
 * @return NULL on failure; then nothing was created
 */
struct output *output_open(const char *path, const char **error);

/** The same for a file that others write to as well: what is written goes behind its end in one piece at the commit, as
 * the job summary of a CI system wants it. */
struct output *output_append(const char *path, const char **error);

/** The stream to write to, fully buffered. */
FILE *output_file(struct output *o);

/** Bring it to the disk under its name. Frees o. @return STATUS_IO (errno says why; nothing is
 * left behind) */
enum status output_commit(struct output *o);

/** Forget it: the temporary file is removed, an earlier file stays as it was. Frees o. NULL is allowed. */
void output_discard(struct output *o);

#endif
