/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of a zone that an audit knows: from the zone file; live from an open or keyed AXFR, an NSEC walk, --names and
 * a short list of common labels. Wildcard answers are recognised and never counted as names. */
#ifndef ZONEVET_FACTS_DERIVED_NAMES_H
#define ZONEVET_FACTS_DERIVED_NAMES_H

#include "auditor/facts/facts.h"

enum name_source { NAME_TARGET, NAME_FILE, NAME_TRANSFER, NAME_WALK, NAME_GIVEN, NAME_COMMON, NAME_WILDCARD };

struct known_name {
    const dname *name;
    enum name_source source; /* NAME_WILDCARD: the owner is "*.<zone>", seen by a random label */
};

struct names {
    bool pending;
    bool complete;  /* the zone was listed whole (file, transfer, walk) */
    const struct known_name *list; /* canonical order, the target first among its own; wildcard owners included */
    size_t count;
    const struct answer *wildcard; /* the answer to a random label directly below the apex, if synthesised; or NULL */
};

/** What the zone says of a label that nobody has: whether a wildcard stands directly below the apex. */
const struct answer *names_probe(struct facts *f, const dname *apex);

/** Of the target: the apex and everything known below it; for a target that is no apex only itself (and --names below
 * it). Names below a zone cut are listed only up to the cut. */
const struct names *names_of(struct facts *f, const dname *target);

/** The name is in the list. */
bool names_has(const struct names *names, const dname *name);

#endif
