/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines that results point at, read from the files of the run and taken through the text gate. Only for runs over files
 * that the user named: a stored report names files too, and those are not ours to open. */
#ifndef ZONEVET_REPORTS_SNIPPETS_H
#define ZONEVET_REPORTS_SNIPPETS_H

#include "auditor/finding.h"

#define SNIPPET_LINE_MAX 1000    /* octets; a longer line (JSON on one line, a key) says nothing at a glance */
#define SNIPPET_RESULTS_MAX 5000 /* of one target */

/**
 * Fill the snippet of every fail and info result that has a place and none yet. What cannot be read stays without.
 * @param a     holds the lines
 * @param root  folder that files are relative to; NULL: the working directory
 */
void snippets_add(struct arena *a, struct target_report *report, const char *root);

#endif
