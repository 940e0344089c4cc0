/* SPDX-License-Identifier: BSD-2-Clause */
/* The TXT records that announce MTA-STS (RFC 8461 section 3.1) and TLS reporting (RFC 8460 section 3): one
 * form, "v=VERSION; name=value; ...", and one rule, that there is exactly one. And the MTA-STS policy behind
 * it. */
#ifndef ZONEVET_FACTS_DERIVED_MAIL_POLICY_H
#define ZONEVET_FACTS_DERIVED_MAIL_POLICY_H

#include "auditor/facts/derived/resolution.h"
#include "auditor/facts/facts.h"

/* ---- the records ------------------------------------------------------------------------------ */

enum announced {
    ANNOUNCED_PENDING,
    ANNOUNCED_UNKNOWN, /* reason says why */
    ANNOUNCED_NONE,
    ANNOUNCED_ONE,
    ANNOUNCED_SEVERAL, /* senders take that as none */
};

struct announcement {
    const char *text; /* strings joined with nothing between, NUL-terminated */
    size_t length;
    const struct rrset *set;
    uint16_t index; /* in set */
};

/** One "name=value" between semicolons. */
struct announced_field {
    const char *name;             /* clean text; "" if there is no "=" */
    const char *value;            /* clean text: all of it if there is no "=" */
    bool name_valid, value_valid; /* by the grammar of extension fields, the widest there is */
};

struct announcements {
    enum announced state;
    enum reason reason;
    const dname *owner;                 /* NULL if such a name would be too long to exist */
    const struct announcement *records; /* of the right version */
    size_t record_count;
    const struct announcement *near; /* meant as such a record by all looks, but senders discard it */
    size_t near_count;
    const struct announced_field *fields; /* ONE: of the record, the version left out */
    size_t field_count;
};

/** The record at _mta-sts.<domain>, through aliases. Never NULL. */
const struct announcements *mta_sts_record(struct facts *f, const dname *domain);

/** The record at _smtp._tls.<domain>, through aliases. Never NULL. */
const struct announcements *tls_rpt_record(struct facts *f, const dname *domain);

/* ---- the policy ------------------------------------------------------------------------------- */

enum sts_fetch {
    STS_FETCH_PENDING,
    STS_FETCH_UNKNOWN, /* it may be us: reason */
    STS_FETCH_FAILED,  /* the host does not serve it: `failure` says how */
    STS_FETCH_DONE,
};

enum sts_mode { STS_MODE_MISSING, STS_MODE_INVALID, STS_MODE_ENFORCE, STS_MODE_TESTING, STS_MODE_NONE };

struct sts_fault {
    bool ignored;        /* senders drop the whole policy for it; else only this line */
    const char *slug;    /* stable, tells faults apart */
    const char *message; /* in words of ours, clean */
};

struct sts_policy {
    enum sts_fetch state;
    enum reason reason;
    const char *failure;
    bool failure_sure;      /* nothing near us could look the same */
    const char *host;       /* "mta-sts.example.test" */
    struct address address; /* FAILED, DONE: that was asked last; family 0 if none was */
    enum sts_mode mode;
    bool valid;            /* DONE: senders would use it */
    const char *const *mx; /* patterns, clean text, lower case */
    size_t mx_count;
    const struct sts_fault *faults;
    size_t fault_count;
};

/** The policy of the domain, whether or not a record announces it. Never NULL. */
const struct sts_policy *mta_sts_policy(struct facts *f, const dname *domain);

/** True if the policy allows that mail host (RFC 8461 section 4.1). */
bool sts_policy_covers(const struct sts_policy *p, const dname *host);

#endif
