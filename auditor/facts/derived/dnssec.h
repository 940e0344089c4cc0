/* SPDX-License-Identifier: BSD-2-Clause */
/* Validation: is what a zone says authentic, and if not, why (RFC 4033 to 4035, 5155, 6840, 9824).
 *
 * The verdict is what an operator that follows RFC 9904 to 9906 reaches (DESIGN 10.13): a zone reached only by
 * algorithms 5 and 7 is insecure, though its signatures are verified all the same. Work is bounded (hardening.md rows 8
 * and 9): what is over a budget is undetermined, never good and never bad. */
#ifndef ZONEVET_FACTS_DERIVED_DNSSEC_H
#define ZONEVET_FACTS_DERIVED_DNSSEC_H

#include "auditor/facts/derived/dnssec_crypto.h"
#include "auditor/facts/derived/explanation.h"
#include "auditor/facts/facts.h"

#define DNSSEC_KEYS_OF_A_TAG 4   /* tried for one signature */
#define DNSSEC_SIGS_OF_A_SET 8   /* looked at */
#define DNSSEC_SIGS_IN_A_FILE 64 /* the same of a set in a zone file */
#define DNSSEC_CHECKS_A_REPLY 32
#define DNSSEC_CHECKS_A_TARGET 2000

enum dnssec_status {
    DNSSEC_PENDING, /* facts are still to come */
    DNSSEC_SECURE,
    DNSSEC_INSECURE,
    DNSSEC_BOGUS,
    DNSSEC_UNDETERMINED,
};

/** "secure", "insecure", "bogus", "undetermined". */
const char *dnssec_status_text(enum dnssec_status status);

/** Why a status is what it is. */
enum dnssec_why {
    DNSSEC_WHY_NONE,
    /* insecure */
    DNSSEC_WHY_NO_DS,           /* the parent proves that there is none */
    DNSSEC_WHY_ALGORITHMS,      /* every DS has an algorithm or digest that validators do not use */
    DNSSEC_WHY_NSEC3_COST,      /* the denial needs more hashing than validators do (RFC 9276 section 3.2) */
    DNSSEC_WHY_OPTOUT,          /* in an opt-out span: unsigned delegations may be there */
    DNSSEC_WHY_PARENT,          /* insecure, bogus, undetermined: so is a zone above */
    /* bogus: one set */
    DNSSEC_WHY_SIG_MISSING,
    DNSSEC_WHY_SIG_EXPIRED,
    DNSSEC_WHY_SIG_NOT_YET,
    DNSSEC_WHY_SIG_INVALID,
    DNSSEC_WHY_SIG_LABELS,
    DNSSEC_WHY_SIG_SIGNER,
    DNSSEC_WHY_SIG_UNKNOWN_KEY,
    DNSSEC_WHY_KEY_MALFORMED,   /* signed by a key whose material is no key of its algorithm */
    DNSSEC_WHY_KEY_PROTOCOL,    /* by a key with another protocol than 3 */
    DNSSEC_WHY_KEY_NOT_ZONE,    /* by a key without the ZONE flag */
    DNSSEC_WHY_KEY_REVOKED,
    /* bogus: entry into a zone */
    DNSSEC_WHY_NO_DNSKEY,       /* a DS, and no key */
    DNSSEC_WHY_DS_NO_MATCH,     /* no DS names a key that is there */
    DNSSEC_WHY_DS_DIGEST,       /* tag and algorithm name a key, the digest is of another */
    DNSSEC_WHY_DS_LENGTH,       /* as above, and the digest is not as long as its type says */
    DNSSEC_WHY_DS_NOT_SIGNING,  /* the key that a DS names does not sign the DNSKEY set */
    DNSSEC_WHY_DS_ALIAS,        /* an alias in place of the DS: proves nothing */
    /* bogus: denial */
    DNSSEC_WHY_DENIAL_MISSING,  /* no NSEC or NSEC3 at all */
    DNSSEC_WHY_DENIAL_INCOMPLETE,
    /* undetermined */
    DNSSEC_WHY_NO_ANCHOR,
    DNSSEC_WHY_FACT,            /* a fact is unknown: reason */
    DNSSEC_WHY_BUDGET,
    DNSSEC_WHY_UNSUPPORTED,     /* only signatures that we cannot compute */
};

/** In words of ours, no final dot: "the signature has expired". */
const char *dnssec_why_text(enum dnssec_why why);

/** The id of the check that reports such a cause in the zone itself ("dnssec.rrsig-expired"); NULL if none does. */
const char *dnssec_why_check(enum dnssec_why why);

/* ---- one set ------------------------------------------------------------------------------------------- */

struct dnssec_keys {
    const struct dnssec_key *list;
    size_t count;
};

/** The keys of a DNSKEY set; set may be NULL. Malformed records (shorter than their fixed fields) are left out. */
struct dnssec_keys dnssec_keys_read(struct arena *a, const struct rrset *set);

/** Keys of both, each key once. */
struct dnssec_keys dnssec_keys_join(struct arena *a, struct dnssec_keys one, struct dnssec_keys other);

/** What may still be spent on the sets of one reply. */
struct dnssec_work {
    unsigned checks_left;
    bool whole_zone; /* a zone file: no count of checks, no memory of results (hardening.md row 8) */
};
#define DNSSEC_WORK_REPLY ((struct dnssec_work){.checks_left = DNSSEC_CHECKS_A_REPLY})

struct dnssec_judged {
    bool good;              /* one signature at least is valid now */
    enum dnssec_why why;    /* not good: the worst thing that stands in the way, or why it could not be told */
    bool undetermined;      /* not good, and it could not be told: why is BUDGET or UNSUPPORTED */
    int64_t expires_s;      /* good: when the last of the good ones ends; else of the signature that `why` is about */
    int64_t inception_s;    /* of the same signature */
    uint16_t tag;           /* of the same signature */
    uint8_t algorithm;      /* of the same signature */
    uint8_t labels;         /* good: labels field; fewer than the owner's mean that a wildcard was expanded */
    uint32_t algorithms;    /* bit n: a good signature by algorithm n < 32 */
};

/** Judge the signatures of one set of `zone` by keys of that zone. */
struct dnssec_judged dnssec_judge(struct facts *f, const struct rrset *set, const dname *zone, struct dnssec_keys keys,
                                  struct dnssec_work *work);

/* ---- the chain of trust -------------------------------------------------------------------------------- */

/** How far a zone can be trusted. */
struct dnssec_zone {
    enum dnssec_status status;
    enum dnssec_why why;
    enum reason reason;             /* UNDETERMINED by a fact */
    const dname *apex;
    const dname *parent;            /* NULL for the root or if it was not needed */
    const dname *at;                /* the zone where the status was decided: apex, or one above */
    bool anchored;                  /* a trust anchor stands at this apex */
    bool given;                     /* the DS set came with --ds or from an undelegated test */
    const struct dnssec_ds *ds;     /* as far as known, trusted or not */
    size_t ds_count;
    const struct answer *ds_answer; /* NULL if anchored or given */
    const struct answer *dnskey_answer; /* NULL if not asked for */
    struct dnssec_keys keys;        /* SECURE: validated; BOGUS: as served */
    struct dnssec_judged ds_judged, dnskey_judged;
};

/** Of the zone with that apex, from the trust anchors down. Never NULL. */
const struct dnssec_zone *dnssec_zone_of(struct facts *f, const dname *apex);

/** An anchor of the settings at that name; NULL if there is none. */
const struct rrset *dnssec_anchor(struct facts *f, const dname *apex);

/** The records of a DS set. Malformed ones (shorter than four octets) are left out. */
size_t dnssec_ds_list(struct arena *a, const struct rdata *rdata, size_t count, const struct dnssec_ds **list);

/** How one DS stands to the keys. */
enum dnssec_ds_state {
    DNSSEC_DS_MATCH,        /* names a key that may anchor the zone */
    DNSSEC_DS_NO_KEY,       /* no key with that tag and algorithm */
    DNSSEC_DS_BAD_DIGEST,   /* such a key exists, its digest is another */
    DNSSEC_DS_BAD_LENGTH,   /* such a key exists, the digest has the wrong length for its type */
    DNSSEC_DS_BAD_TYPE,     /* the digest type is none that validators compute */
    DNSSEC_DS_NOT_ZONE_KEY, /* matches a key without the ZONE flag */
    DNSSEC_DS_PROTOCOL,     /* matches a key with another protocol than 3 */
    DNSSEC_DS_REVOKED,      /* matches a revoked key */
};
enum dnssec_ds_state dnssec_ds_state(const struct dnssec_ds *ds, const dname *apex, struct dnssec_keys keys,
                                     const struct dnssec_key **key);

/** A validator would use this DS: algorithm and digest type are supported (RFC 9904 to 9906). */
bool dnssec_ds_usable(const struct dnssec_ds *ds);

/* ---- names --------------------------------------------------------------------------------------------- */

struct dnssec_verdict {
    enum dnssec_status status;
    enum dnssec_why why;
    enum reason reason;
    const struct dnssec_zone *zone; /* that holds the answer */
    const struct answer *answer;
    bool wildcard;                  /* synthesised, and the expansion is proven */
    bool compact;                   /* RFC 9824: the name does not exist, though the answer says NODATA */
    struct dnssec_judged judged;    /* of the answer's own set, if there is one */
};

/** Of exactly this owner and type: an alias is judged itself, its target is a question of its own (trap T4). */
const struct dnssec_verdict *dnssec_verdict_of(struct facts *f, const dname *owner, uint16_t type);

/** Readable chain and verdict of a name, its aliases followed: the text of `ask dnssec`. */
struct explanation dnssec_explain(struct facts *f, struct arena *a, const dname *name, uint16_t type);

#endif
