/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of a git revision, laid out in a temporary folder so that they are read as any others. The repository is only
 * read; git runs without a shell. */
#ifndef ZONEVET_COMMANDS_GIT_H
#define ZONEVET_COMMANDS_GIT_H

#include "auditor/base/arena.h"

#include <stdbool.h>

/** "git:REV:PATH" */
bool git_is_spec(const char *word);

struct git_files {
    const char *folder; /* temporary: git_remove() */
    const char *path;   /* what was asked for, below the folder */
    const char *shown;  /* PATH as the user wrote it, for locations */
};

/**
 * Write PATH of the revision, a file (with its folder if it includes others) or a folder, below a new temporary folder.
 * Symbolic links and submodules are left out.
 * @return -1, or an exit code: what is wrong is printed with its cure (a shallow clone lacks the revision, PATH is not in it)
 */
int git_files(struct arena *a, const char *spec, struct git_files *out);

/** Remove the temporary folder and all in it. */
void git_remove(const struct git_files *files);

#endif
