/* SPDX-License-Identifier: BSD-2-Clause */
/* Can a stranger take what a record points at? The decision of one record, with everything that speaks for
 * and against it: pure, memoised functions over facts and fingerprints, shared by the dangling checks and
 * `zonevet ask takeover`.
 *
 * Levels: "confirmed" is never said of a provider, for only claiming would prove it; "likely" means that
 * every observable precondition holds and was seen twice; "possible" that one is missing or contested. */
#ifndef ZONEVET_FINGERPRINTS_TAKEOVER_H
#define ZONEVET_FINGERPRINTS_TAKEOVER_H

#include "auditor/facts/derived/explanation.h"
#include "auditor/facts/derived/resolution.h"
#include "auditor/finding.h"
#include "fingerprints/fingerprints.h"

/** Rows of the decision table. */
enum takeover_row {
    TAKEOVER_NONE,
    TAKEOVER_INTERNAL, /* a dead name of our own: nobody can claim it */
    TAKEOVER_R2,       /* the registrable domain does not exist at the registry's servers */
    TAKEOVER_N1,       /* all delegated servers are lame, and the provider lets anyone create the zone */
    TAKEOVER_N2,       /* as N1, the provider is an edge case or unknown; or only some servers are lame */
    TAKEOVER_N3,       /* as N1, nobody is known to be able to claim it */
    TAKEOVER_C1,       /* NXDOMAIN under a suffix whose free names can be claimed */
    TAKEOVER_C2,       /* as C1, an edge case, or names are reserved for a while */
    TAKEOVER_C3,       /* the service says that the name is unclaimed, and says so of a random name too */
    TAKEOVER_C4,       /* as C3, with a precondition that is missing or contested */
    TAKEOVER_C5,       /* a weak sign only */
    TAKEOVER_C6,       /* NXDOMAIN under a registered third-party domain */
    TAKEOVER_C7,       /* dangling, but the service does not let strangers claim it */
};
const char *takeover_row_text(enum takeover_row row); /* "C3", "internal"; NULL for NONE */

enum takeover_state {
    TAKEOVER_PENDING,
    TAKEOVER_NO_ALIAS, /* the owner is no alias, or does not exist: nothing to judge */
    TAKEOVER_SOUND,    /* looked for, not found */
    TAKEOVER_LOOP,     /* the chain returns to a name it passed */
    TAKEOVER_UNKNOWN,  /* could not tell; reason and stage say why and what */
    TAKEOVER_FOUND,    /* row says what */
};

/** How far the decision came before it could not tell: what is known up to there still counts. */
enum takeover_stage {
    STAGE_CHAIN,   /* where the alias leads */
    STAGE_ABSENCE, /* whether its end is really absent, and whose it is */
    STAGE_CLAIM,   /* what the service says of the name */
};

/** Owners that have an id of their own in the catalogue. */
enum takeover_owner { OWNER_HOST, OWNER_ACME, OWNER_DKIM, OWNER_DMARC, OWNER_MTA_STS, OWNER_OTHER };

struct takeover_note {
    const char *label; /* "chain", "for", "against", ... */
    const char *text;
};

struct takeover {
    enum takeover_state state;
    enum reason reason;
    enum takeover_stage stage;
    enum takeover_row row;
    enum severity severity;
    enum confidence confidence;
    const dname *owner;       /* as asked */
    const dname *subject;     /* where to report: the owner, or the wildcard that stands behind it */
    bool elsewhere;           /* the same record is reported at another known name */
    const dname *target;      /* the hop that can be taken; the end of the chain if there is none */
    const dname *registrable; /* R2: what can be registered */
    const struct resolution *chain;
    const struct fingerprint *service; /* or NULL */
    const struct takeover_note *notes;
    size_t note_count;
};

/** Of the alias at this owner. HTTP goes only to owners at or below the target. Never NULL. */
const struct takeover *takeover_of(struct facts *f, const dname *owner);

enum takeover_owner takeover_owner_kind(const dname *owner);

/** True if target belongs to the organisation of the audited zone: the same registrable domain (private
 * suffixes count), or below --owned-suffix. */
bool takeover_internal(struct facts *f, const dname *target);

/** True if the user said not to report it (--ignore names it or a name above it). */
bool takeover_ignored(struct facts *f, const dname *target);

/* ---- registration ---- */

enum registration_state {
    REGISTRATION_PENDING,
    REGISTRATION_UNKNOWN,
    REGISTRATION_EXISTS,
    REGISTRATION_FREE, /* NXDOMAIN at the registry's own servers (row R2): likely, for registered domains on
                          hold or without name servers look the same from the DNS */
    REGISTRATION_NOT_OPEN, /* absent, and not for sale to strangers: a restricted suffix, or no such suffix */
};

struct registration {
    enum registration_state state;
    enum reason reason;
    const dname *domain; /* the registrable domain (ICANN suffixes); NULL if the name is a public suffix */
    unsigned servers;    /* FREE: that many servers of the registry said so, freshly and over TCP */
    bool seen_twice;     /* FREE: and again after the confirmation delay */
};

/** Of the registrable domain that holds the name. Never NULL. */
const struct registration *registration_of(struct facts *f, const dname *name);

/* ---- confirmation of absence ---- */

enum absence_state { ABSENCE_PENDING, ABSENCE_UNKNOWN, ABSENCE_CONFIRMED, ABSENCE_CONTRADICTED };

struct absence {
    enum absence_state state;
    enum reason reason;
    unsigned servers;
    bool seen_twice;
};

/** Is the name NXDOMAIN (or denied by an NXNAME, RFC 9824) at two servers of the list, asked freshly over
 * TCP, and once more after the confirmation delay? One is enough if there is only one. */
struct absence absence_at(struct facts *f, const dname *name, const struct server *servers, size_t count);

/* ---- delegations ---- */

struct takeover_ns {
    enum takeover_state state; /* PENDING, SOUND, UNKNOWN, FOUND */
    enum reason reason;
    enum takeover_row row; /* R2, N1, N2, N3 */
    enum severity severity;
    enum confidence confidence;
    const struct fingerprint *service; /* N1, N2: who can be asked for the zone */
    const dname *server;            /* R2: the name server under the free domain; else the first lame one */
    const dname *registrable;       /* R2 */
    unsigned serving, lame, silent; /* addresses */
    bool untold;                    /* whether a server's name lies under a free domain could not be told ... */
    enum reason untold_reason;      /* ... and why */
    const struct takeover_note *notes;
    size_t note_count;
};

/** Of the delegation of a zone (the audited one or a child cut), as the parent's servers give it.
 * Never NULL. */
const struct takeover_ns *takeover_ns_of(struct facts *f, const dname *zone);

/* ---- for people ---- */

/** The answer of `zonevet ask takeover NAME`: the chain hop by hop, the row, reasons for and against.
 * In `a`. */
struct explanation takeover_explain(struct facts *f, struct arena *a, const dname *name);

#endif
