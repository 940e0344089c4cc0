/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of the gate are read whole, within a limit, and written whole or not at all. */
#ifndef ZONEVET_GATE_WHOLE_FILE_H
#define ZONEVET_GATE_WHOLE_FILE_H

#include "auditor/base/arena.h"
#include "auditor/base/status.h"

/**
 * @param path   "-": standard input; else a regular file (a FIFO would hold us, a device has no end)
 * @param limit  octets; a larger file is STATUS_LIMIT
 * @param text   in the arena, NUL behind the last octet
 * @param error  on failure one line that names the file
 */
enum status whole_file_read(struct arena *a, const char *path, size_t limit, const char **text,
                            size_t *length, const char **error);

/** Beside its name as PATH.tmp-PID, brought to the disk, renamed. Links are not followed; the mode of a file
 * that is replaced is kept. */
enum status whole_file_write(struct arena *a, const char *path, const char *text, size_t length,
                             const char **error);

#endif
