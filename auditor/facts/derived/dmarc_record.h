/* SPDX-License-Identifier: BSD-2-Clause */
/* One DMARC policy record as text, by RFC 9989 sections 4.7 and 4.8, with what RFC 7489 read differently.
 * Pure. */
#ifndef ZONEVET_FACTS_DERIVED_DMARC_RECORD_H
#define ZONEVET_FACTS_DERIVED_DMARC_RECORD_H

#include "auditor/base/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum dmarc_version {
    DMARC_VERSION_NONE,       /* some other text */
    DMARC_VERSION_NEAR,       /* meant as DMARC by all looks, but every receiver discards it */
    DMARC_VERSION_WHITESPACE, /* the same, for nothing but white space in front of "v" */
    DMARC_VERSION_1,
};

/** "v=DMARC1", case-exact, then a semicolon or the end (white space may stand around the signs). */
enum dmarc_version dmarc_version_of(const char *text, size_t length);

enum dmarc_policy { DMARC_NONE, DMARC_QUARANTINE, DMARC_REJECT }; /* in order of strength */
const char *dmarc_policy_text(enum dmarc_policy policy);

enum dmarc_error {
    DMARC_ERROR_SYNTAX, /* no tag=value */
    DMARC_ERROR_EMPTY,  /* an empty element between two semicolons, or a tag without value */
    DMARC_ERROR_VALUE,  /* a value that its tag does not know (not p, sp or np) */
    DMARC_ERROR_POLICY, /* p, sp or np with an unknown value */
    DMARC_ERROR_UNKNOWN_TAG,
    DMARC_ERROR_DUPLICATE_TAG,
    DMARC_ERROR_OLD_TAG, /* pct, rf, ri: gone since RFC 9989 */
    DMARC_ERROR_URI,     /* rua or ruf: no URI, or one that nobody can report to */
};

struct dmarc_fault {
    enum dmarc_error error;
    size_t offset;
    const char *part;    /* the element, clean */
    const char *tag;     /* lower case, clean; "" if there is none */
    const char *message; /* in our words */
};

struct dmarc_request {
    bool present, valid;
    enum dmarc_policy policy; /* if valid */
};

struct dmarc_uri {
    const char *text; /* clean, without size */
    bool valid;       /* a URI (RFC 3986) */
    bool mailto;
    const char *domain; /* mailto: of the address, NUL-terminated octets; NULL otherwise */
    bool size;          /* "!10m" behind it: RFC 7489 only */
};

struct dmarc_record {
    const char *text; /* the octets, NUL-terminated */
    size_t length;
    struct dmarc_request p, sp, np;
    bool p_second; /* p stands right behind v, as RFC 7489 section 6.3 wants it */
    char psd;      /* 'y', 'n' or 'u' */
    bool testing;  /* t=y */
    bool strict_dkim, strict_spf;
    unsigned pct; /* RFC 7489: 0..100 */
    bool pct_present;
    bool rua_present, ruf_present;
    const struct dmarc_uri *rua, *ruf;
    size_t rua_count, ruf_count;
    bool reportable; /* rua holds at least one valid URI */
    const struct dmarc_fault *faults;
    size_t fault_count;
};

/** Parse a record of DMARC_VERSION_1. The result lives in the arena; NULL without memory. */
const struct dmarc_record *dmarc_record_parse(struct arena *a, const char *text, size_t length);

#endif
