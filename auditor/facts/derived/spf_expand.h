/* SPDX-License-Identifier: BSD-2-Clause */
/* Macro expansion of SPF (RFC 7208 section 7) and the names that come of it. */
#ifndef ZONEVET_FACTS_DERIVED_SPF_EXPAND_H
#define ZONEVET_FACTS_DERIVED_SPF_EXPAND_H

#include "auditor/base/buf.h"
#include "auditor/facts/derived/spf_record.h"
#include "auditor/facts/name.h"

#define SPF_EXPANSION_MAX 4096 /* octets; a domain name has 253, an explanation is one reply line or a few   \
                                */

/** What the letters stand for: octets, or NULL where it is not known. */
struct spf_values {
    const char *text[26]; /* index: letter - 'a' */
    size_t length[26];
};

void spf_value_set(struct spf_values *v, char letter, const char *text);

/** The raw labels joined with dots, no final dot. */
void spf_value_name(struct arena *a, struct spf_values *v, char letter, const dname *name);

/** True if the macro-string uses the letter (lower case). */
bool spf_uses_macro(const char *spec, size_t length, char letter);

/**
 * Expand a macro-string that parsed without error; spaces are kept.
 * @param out  appended to; its `failed` is set where the result would be too long
 * @return false if a value is not known
 */
bool spf_expand(const char *spec, size_t length, const struct spf_values *v, struct buf *out);

/** The name to ask for: labels cut from the left while it is longer than 253 octets (section 7.3), lower
 * case. NULL if it has an empty or too long label or none at all. */
const dname *spf_target_name(struct arena *a, const char *text, size_t length);

#endif
