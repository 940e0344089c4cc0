/* SPDX-License-Identifier: BSD-2-Clause */
/* Public suffixes and registrable domains (libpsl with the packaged list, loaded once, on first use). */
#ifndef ZONEVET_FACTS_DERIVED_SUFFIX_H
#define ZONEVET_FACTS_DERIVED_SUFFIX_H

#include "auditor/facts/name.h"

#include <stdbool.h>

/** The registrable domain (public suffix and one label) that holds the name: a pointer into `name`. NULL for a public
 * suffix itself, the root, or if no list is available.
 * @param with_private  true: the private section counts ("github.io" is a suffix): who owns the label; false: the ICANN
 *                      section only: what can be registered */
const dname *suffix_registrable(const dname *name, bool with_private);

/** The public suffix of the name (ICANN section unless with_private); NULL without a list. A name under no rule has its
 * last label as suffix. */
const dname *suffix_public(const dname *name, bool with_private);

/** The name itself stands in the ICANN section as a suffix ("com", "co.uk"); false for names under no rule of their own. */
bool suffix_listed(const dname *name);

/** "publicsuffix 20230209" or "none": for evidence. */
const char *suffix_version(void);

#endif
