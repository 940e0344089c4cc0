/* SPDX-License-Identifier: BSD-2-Clause */
/* "Did you mean": the word of a list that is nearest to what was typed. */
#ifndef ZONEVET_BASE_NEAREST_H
#define ZONEVET_BASE_NEAREST_H

#include <stddef.h>

/** By edit distance; NULL if nothing is near. Words of more than 64 octets are never near. */
const char *nearest(const char *typed, const char *const *words, size_t count);

#endif
