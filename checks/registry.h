/* SPDX-License-Identifier: BSD-2-Clause */
/* The one list of checks. */
#ifndef ZONEVET_CHECKS_REGISTRY_H
#define ZONEVET_CHECKS_REGISTRY_H

#include "auditor/check.h"

/** Topics in report order, each an array of checks that ends with an empty one; the list ends with NULL. */
extern const struct check *const registry_topics[];

#endif
