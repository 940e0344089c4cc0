/* SPDX-License-Identifier: BSD-2-Clause */
/* One sweep over the owners of a zone file for all checks that look at each of them, and the rule by which checks of names
 * are spared the names they have nothing to say about. */
#ifndef ZONEVET_ENGINE_OWNERS_H
#define ZONEVET_ENGINE_OWNERS_H

#include "auditor/engine/results.h"
#include "auditor/facts/zone.h"

/** Visit every owner of the target's zone file for the SCOPE_OWNER checks among `checks` and commit what they find. Nothing
 * is done in a live run. */
void owners_visit(struct facts *f, const struct check *const *checks, size_t count, struct arena *scratch,
                  struct results *results);

/** The visits of one check, all of its findings in `out`: for tests and for one check alone. */
void owners_visit_one(struct facts *f, const struct check *check, struct findings *out);

/** A node that SCOPE_NAME checks are asked about; its sets are made when the first check wants to see them. */
struct owner_look {
    struct facts *facts;
    const struct zone *zone;
    size_t index; /* SIZE_MAX: the name is no owner of the file, every check runs */
    struct zone_view view;
    bool seen;
};

/** False if the check could only pass at this owner (check.h, types and worth). */
bool owner_worth(struct owner_look *look, const struct check *check);

/** True if only the network could tell (check.h, live_only). */
bool owner_live_only(struct owner_look *look, const struct check *check);

#endif
