/* SPDX-License-Identifier: BSD-2-Clause */
/* The NSEC or NSEC3 chain of a zone file against what the file holds (RFC 4035 section 2.3, RFC 5155
 * section 7.1). */
#ifndef ZONEVET_FACTS_DERIVED_DNSSEC_NSEC_H
#define ZONEVET_FACTS_DERIVED_DNSSEC_NSEC_H

#include "auditor/facts/derived/dnssec_crypto.h"
#include "auditor/facts/facts.h"

enum nsec_fault_kind {
    NSEC_FAULT_LINK,    /* a record points to what is not the next owner, or is itself missing */
    NSEC_FAULT_DENIES,  /* a span covers a name that exists */
    NSEC_FAULT_BITMAP,  /* the types in the record are not those at the name */
    NSEC_FAULT_OPTOUT,  /* an unsigned delegation, or an empty name above, has no record, nor opt-out */
};

struct nsec_fault {
    enum nsec_fault_kind kind;
    const dname *owner;       /* the name it is about */
    const struct rrset *set;  /* the record at fault, or NULL */
    const char *what;         /* constant text of ours */
    uint16_t type;            /* BITMAP: the first type that differs */
};

#define NSEC_FAULTS_MAX 200 /* kept; the rest are counted */

struct nsec_chain {
    bool none;       /* the file holds neither NSEC nor NSEC3 */
    bool nsec3;
    bool costly;     /* NSEC3 with more hashing than we agree to: not judged */
    const struct nsec_fault *faults; /* in canonical order of names, those of links of NSEC3 last */
    size_t fault_count;
    size_t more;
};

/** Of the zone file of the target; `none` without a file. Never NULL. */
const struct nsec_chain *nsec_chain_of(struct facts *f);

/** One of the forms that NSEC3 records of the zone file have: their parameters, whether they can be read,
 * and so on. */
struct nsec3_sample {
    const struct rrset *set;
    uint16_t record; /* of the set */
};

/** The first record of each form, in canonical order: a zone has millions of them and one form. At most
 * 4,096. */
const struct nsec3_sample *nsec3_samples_of(struct facts *f, size_t *count);

#endif
