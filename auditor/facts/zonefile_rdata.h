/* SPDX-License-Identifier: BSD-2-Clause */
/* RDATA from tokens. Private to the master file reader. */
#ifndef ZONEVET_FACTS_ZONEFILE_RDATA_H
#define ZONEVET_FACTS_ZONEFILE_RDATA_H

#include "auditor/facts/name.h"
#include "auditor/facts/rr.h"
#include "auditor/facts/zonefile_scan.h"

#define RDATA_MAX 65535U

struct rdata_text {
    const struct token *tokens; /* behind the type */
    size_t count;
    const dname *origin; /* NULL: none is known, relative names are errors */
    const struct token *type_token; /* where to point if tokens are missing */

    uint8_t *octets; /* receives RDATA_MAX octets */
    size_t length;
    size_t at; /* tokens used */
    const char *error; /* what was expected; in the arena or constant */
    const struct token *error_token;
};

/** @return true and octets filled; false and error set. Scratch memory from the arena. */
bool rdata_parse(struct arena *a, uint16_t type, struct rdata_text *r);

/** A name of a token in the origin's terms ('@', relative, absolute), to `out` of DNAME_MAX octets.
 * @return NULL, or what is wrong with it */
const char *token_name(const struct token *t, const dname *origin, dname out[static DNAME_MAX]);

#endif
