/* SPDX-License-Identifier: BSD-2-Clause */
/* Which DMARC policy applies to mail from a name: by the DNS tree walk of RFC 9989 section 4.10, and beside
 * it by the public suffix list as RFC 7489 had it, for receivers of both kinds are out there. Pure over
 * facts. */
#ifndef ZONEVET_FACTS_DERIVED_DMARC_H
#define ZONEVET_FACTS_DERIVED_DMARC_H

#include "auditor/facts/derived/dmarc_record.h"
#include "auditor/facts/derived/explanation.h"
#include "auditor/facts/derived/resolution.h"
#include "auditor/facts/facts.h"

#define DMARC_QUERIES_MAX 8

/* ---- the records at one name ----------------------------------------------------------------- */

enum dmarc_found {
    DMARC_FOUND_PENDING,
    DMARC_FOUND_UNKNOWN, /* reason says why */
    DMARC_FOUND_NONE,
    DMARC_FOUND_ONE,
    DMARC_FOUND_SEVERAL, /* all are discarded: none here (RFC 9989 section 4.10, steps 2 and 6) */
};

struct dmarc_text {
    enum dmarc_version version;
    const char *text; /* strings joined with nothing between */
    size_t length;
    const struct rrset *set;
    uint16_t index; /* in set */
};

struct dmarc_site {
    const dname *domain;          /* the name the policy is for */
    const dname *owner;           /* _dmarc in front of it; NULL if that is too long to exist */
    const struct resolution *txt; /* NULL without owner */
    enum dmarc_found state;
    enum reason reason;
    bool wildcard;                     /* synthesised from a wildcard */
    const struct dmarc_record *record; /* ONE */
    const struct dmarc_text *records;  /* version 1 */
    size_t record_count;
    const struct dmarc_text *near; /* near misses */
    size_t near_count;
    size_t unrelated; /* TXT records that have nothing to do with DMARC: discarded, no error */
};

/** The DMARC records at _dmarc.<domain>, through aliases. */
const struct dmarc_site *dmarc_at(struct facts *f, const dname *domain);

/** The DMARC records among the TXT records of the owner itself (a misplaced record has no _dmarc label in
 * front). */
const struct dmarc_site *dmarc_at_owner(struct facts *f, const dname *owner);

/* ---- the policy ------------------------------------------------------------------------------ */

enum dmarc_state { DMARC_PENDING, DMARC_UNKNOWN, DMARC_NO_POLICY, DMARC_POLICY };

enum dmarc_source { DMARC_AUTHOR_DOMAIN, DMARC_ORGANIZATIONAL_DOMAIN, DMARC_PUBLIC_SUFFIX_DOMAIN };

/** What one rule set makes of the name. */
struct dmarc_outcome {
    enum dmarc_state state;
    enum reason reason;            /* UNKNOWN */
    const struct dmarc_site *from; /* POLICY: the record that applies */
    enum dmarc_source source;
    const char *tag;           /* "p", "sp" or "np"; "default" where the record has no usable p */
    bool processed;            /* false: the record is so broken that receivers do nothing with it */
    enum dmarc_policy policy;  /* asked for */
    enum dmarc_policy applied; /* RFC 9989: one level lower with t=y */
    bool org_known;
    const dname *org;       /* organizational domain */
    enum reason org_reason; /* why it is not known */
};

struct dmarc {
    const dname *name;
    const struct dmarc_site
        *walk[DMARC_QUERIES_MAX]; /* in the order asked, up to the one that ended the walk */
    unsigned walk_count;
    bool walk_ended;              /* by psd=y or psd=n */
    const struct dmarc_site *psd; /* the record with psd=y that ended it above the name; or NULL */
    struct dmarc_outcome now;     /* RFC 9989 */
    struct dmarc_outcome before;  /* RFC 7489; DMARC_UNKNOWN with REASON_NONE if there is no list */
    bool list;                    /* a public suffix list is at hand */
    bool existence_known, exists; /* of the name: A, AAAA or MX; asked only where np matters */
    bool pending;
};

/** Never NULL. */
const struct dmarc *dmarc_of(struct facts *f, const dname *name);

/** Both rule sets worked through, and where they differ, as text to print. */
struct explanation dmarc_explain(struct facts *f, struct arena *a, const dname *name);

#endif
