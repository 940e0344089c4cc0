/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a name takes or sends mail: what the user said, else what its records say. */
#ifndef ZONEVET_FACTS_DERIVED_MAIL_H
#define ZONEVET_FACTS_DERIVED_MAIL_H

#include "auditor/facts/facts.h"

enum mail_state { MAIL_STATE_PENDING, MAIL_STATE_UNKNOWN, MAIL_STATE_USED, MAIL_STATE_UNUSED };

struct mail {
    enum mail_state state;
    enum reason reason;
    bool told;       /* the user said so */
    bool null_mx;    /* one MX record, preference 0, the root (RFC 7505) */
    bool has_mx;     /* at least one MX record, the null MX not counted */
    bool nxdomain;   /* the name does not exist */
    const char *why; /* one clause, in our words */
};

/**
 * A name is a mail domain unless it has a null MX, or neither MX nor address, or an SPF record that permits
 * nobody; what the user said (--mail) comes first.
 */
const struct mail *mail_of(struct facts *f, const dname *name);

/** The root, a single label or a name at or below arpa: rows that want a record to exist leave it alone. */
bool mail_exempt(const dname *name);

#endif
