/* SPDX-License-Identifier: BSD-2-Clause */
/* What checks of a zone's servers have in common: when there is nothing to judge, and what could not be
 * judged. */
#ifndef ZONEVET_CHECK_ZONE_H
#define ZONEVET_CHECK_ZONE_H

#include "auditor/check.h"
#include "auditor/facts/derived/serving.h"
#include "auditor/facts/derived/zone_kind.h"

/** VERDICT_SKIPPED and its reason if nobody looks up names of the target's zone; else VERDICT_PASS. */
static inline enum verdict check_zone_unasked(struct facts *f, struct findings *out)
{
    if (!zone_kind_unasked(f))
        return VERDICT_PASS;
    findings_skip(out, SKIP_NOT_APPLICABLE,
                  "programs read this zone as a list: a response policy zone or a catalog zone");
    return VERDICT_SKIPPED;
}

/**
 * True if the zone has servers to judge. Otherwise *verdict is what the check must return, the reason is
 * said: the delegation is not known, the name is no apex, or nothing is delegated (deleg.no-delegation
 * reports that).
 */
static inline bool check_zone_ready(const struct delegation *d, struct findings *out, enum verdict *verdict)
{
    *verdict = VERDICT_UNDETERMINED;
    switch (d->state) {
    case DELEGATION_OK:
        return true;
    case DELEGATION_NOT_APEX:
        findings_skip(out, SKIP_NOT_APPLICABLE, "the name is no zone apex");
        *verdict = VERDICT_SKIPPED;
        return false;
    case DELEGATION_NONE:
        findings_undetermined(
            out, REASON_INCOMPLETE_DATA,
            "the parent delegates nothing here (deleg.no-delegation), so there is no server to ask");
        return false;
    case DELEGATION_PENDING:
    case DELEGATION_UNKNOWN:
        break;
    }
    findings_undetermined(out, d->reason, "the delegation could not be read");
    return false;
}

/* ---- quick looks at an owner of a zone file (check.h, worth) ---- */

/** Its CNAME leads anywhere but to a plain name of the same file: to an alias, out of the zone, or to nothing. */
bool check_alias_worth(struct facts *f, const struct zone_node *node);

/** Its CNAME leads out of all zones of the run (check.h, live_only). */
bool check_alias_outside(struct facts *f, const struct zone_node *node);

/** The owner is a wildcard. */
bool check_wildcard_worth(struct facts *f, const struct zone_node *node);

/** The verdict that follows from what was found and what could not be judged. */
static inline enum verdict check_verdict(bool found, bool gap)
{
    if (found)
        return VERDICT_FAIL;
    return gap ? VERDICT_UNDETERMINED : VERDICT_PASS;
}

/** "192.0.2.1": text of an address in the scratch memory of the run. */
const char *check_address(struct facts *f, const struct address *address);

/** "ns1.example.test. (192.0.2.1)" in scratch memory. */
const char *check_server(struct facts *f, const struct server *server);

/** "REFUSED", "SERVFAIL", ... or "rcode 42". In scratch memory. */
const char *check_rcode(struct facts *f, uint16_t rcode);

/** Make one answer the evidence of the next finding: forget what was read so far and read this one again. */
void check_evidence(struct facts *f, const struct address *server, const dname *owner, uint16_t type,
                    uint16_t flags);

/** A growing list of texts in scratch memory, "a, b and 3 more" when it gets long. */
struct check_list {
    const char *text; /* "" at the start */
    unsigned count;
};
void check_list_add(struct facts *f, struct check_list *list, const char *item);

/**
 * Say which servers could not be judged because they did not answer (server.no-udp tells whether that is
 * their fault) or were not asked. Addresses of a family without a path from here count only if nothing else
 * was judged (DESIGN 10.7), and servers that answer without authority only if no server answers with it:
 * deleg.lame-ns is about them.
 * @return true if there is such a gap
 */
bool check_gaps(struct facts *f, const struct servings *s, struct findings *out);

#endif
