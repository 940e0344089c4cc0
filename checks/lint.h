/* SPDX-License-Identifier: BSD-2-Clause */
/* Which checks can be judged from the text of one record alone (`zonevet lint`): the record stands as TXT at
 * the right owner of an offline zone "record.invalid.", mail is said to be used, and only these checks run.
 */
#ifndef ZONEVET_CHECKS_LINT_H
#define ZONEVET_CHECKS_LINT_H

/** The record stands at the apex. Ends with NULL. */
extern const char *const lint_spf_ids[];

/** The record stands at _dmarc below the apex. Ends with NULL. */
extern const char *const lint_dmarc_ids[];

#endif
