/* SPDX-License-Identifier: BSD-2-Clause */
/* Domain names (RFC 1035 section 3.1, RFC 9499) in uncompressed wire form: length octet, label, ..., zero octet.
 *
 * A `const dname *` always points at a complete, valid name of 1..255 octets; the length is in the octets
 * themselves. Owners, targets and keys are lower case; names inside RDATA keep the case they were received in.
 * The parent of a name is a pointer into the name, so climbing to the root costs nothing. */
#ifndef ZONEVET_FACTS_NAME_H
#define ZONEVET_FACTS_NAME_H

#include "auditor/base/arena.h"
#include "auditor/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t dname;

#define DNAME_MAX 255           /* octets, RFC 1035 section 2.3.4 */
#define DNAME_LABEL_MAX 63      /* octets of one label */
#define DNAME_LABELS_MAX 127    /* labels without the root */
#define DNAME_TEXT_MAX (4 * DNAME_MAX + 2) /* room for the longest presentation form and NUL */

#define DNAME_ROOT ((const dname *)"")

/** Octets of the name with its root label, 1..255. */
size_t dname_length(const dname *name);

/** Labels without the root label: 0 for the root, 2 for "example.test.". */
unsigned dname_labels(const dname *name);

static inline bool dname_is_root(const dname *name)
{
    return name[0] == 0;
}

static inline bool dname_is_wildcard(const dname *name)
{
    return name[0] == 1 && name[1] == '*';
}

/** The name one label up; NULL for the root. */
static inline const dname *dname_parent(const dname *name)
{
    return name[0] == 0 ? NULL : name + 1 + name[0];
}

/** The ancestor (or the name itself) with exactly `labels` labels, or NULL if it has fewer. */
const dname *dname_ancestor(const dname *name, unsigned labels);

/** Equal without regard to ASCII case (RFC 4343). */
bool dname_equal(const dname *a, const dname *b);

/** True if name is `ancestor` or lies below it. */
bool dname_under(const dname *name, const dname *ancestor);

/** Canonical order (RFC 4034 section 6.1), without regard to case: <0, 0, >0. */
int dname_compare(const dname *a, const dname *b);

/** The longest name that both have as ancestor (or are); never NULL. Points into a. */
const dname *dname_common(const dname *a, const dname *b);

/** Copy into the arena; NULL without memory. */
dname *dname_copy(struct arena *a, const dname *name);

/** Copy into the arena in lower case; NULL without memory. */
dname *dname_lower(struct arena *a, const dname *name);

/** Lower-case the name where it stands. */
void dname_lower_in_place(dname *name);

/**
 * Read presentation form (RFC 1035 section 5.1, with \DDD and \X). A missing final dot is taken as given:
 * the result is always absolute. Case is kept.
 * @return STATUS_OK; STATUS_MALFORMED (empty label, bad escape); STATUS_LIMIT (label or name too long); STATUS_NOMEM
 */
enum status dname_from_text(struct arena *a, const char *text, const dname **out);

/** As above for text of known length. */
enum status dname_from_text_n(struct arena *a, const char *text, size_t length, const dname **out);

/** dname_from_text for constants of ours and test data: aborts the run if the text is no name. Lower-cased. */
const dname *dname_const(struct arena *a, const char *text);

/**
 * An uncompressed name at the start of `octets`.
 * @return its length in octets, or 0 if there is no complete valid name within `length`
 */
size_t dname_from_wire(const uint8_t *octets, size_t length);

/** Put labels given as text ("_dmarc" or "x._domainkey") in front of a name; NULL if the result is no legal name or
 * without memory. */
const dname *dname_prepend(struct arena *a, const char *labels, const dname *name);

/** Put one raw label in front; NULL if too long or without memory. */
const dname *dname_prepend_label(struct arena *a, const uint8_t *label, size_t length, const dname *name);

/** Presentation form with final dot, printable ASCII by the rules of the text gate: every octet outside
 * [A-Za-z0-9*_-] becomes \DDD, a dot inside a label \., a backslash \\. In the arena; "?" without memory. */
const char *dname_text(struct arena *a, const dname *name);

/** The same into a buffer of DNAME_TEXT_MAX octets. @return text */
char *dname_text_into(const dname *name, char text[static DNAME_TEXT_MAX]);

#endif
