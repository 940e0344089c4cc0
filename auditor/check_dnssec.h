/* SPDX-License-Identifier: BSD-2-Clause */
/* What the DNSSEC checks have in common: when there is nothing to judge, what could not be judged, and evidence. */
#ifndef ZONEVET_CHECK_DNSSEC_H
#define ZONEVET_CHECK_DNSSEC_H

#include "auditor/check_zone.h"
#include "auditor/facts/derived/dnssec_apex.h"

/** What must be known before a check can begin. */
enum dnssec_wanted {
    DNSSEC_WANT_KEYS,   /* whether there are keys */
    DNSSEC_WANT_SIGNED, /* and there are some: without keys the check does not apply */
};

/** The facts of the zone, or NULL: *verdict is what the check must return, the reason is said. */
const struct dnssec_apex *dnssec_begin(struct facts *f, const dname *zone, enum dnssec_wanted wanted,
                                       struct findings *out, enum verdict *verdict);

/** The verdict after judging: says which servers could not be judged. */
/** Servers that serve the zone and did not answer that question; says so in `out`. What rests on the answer of each server
 * is undetermined then, if nothing was found. */
bool dnssec_unanswered(struct facts *f, const struct dnssec_apex *x, enum dnssec_asked asked, struct findings *out);

enum verdict dnssec_end(struct facts *f, const struct dnssec_apex *x, bool found, struct findings *out);

/** The DS set is known. Otherwise it is said why not and *verdict is what the check must return. */
bool dnssec_ds_known(const struct dnssec_apex *x, struct findings *out, enum verdict *verdict);

/** Begin the evidence of the next finding: forget what was read so far. */
void dnssec_evidence_begin(struct facts *f);
/** Make a server's answer part of it. */
void dnssec_evidence_server(struct facts *f, const struct dnssec_apex *x, const struct dnssec_server *server,
                            enum dnssec_asked asked);
/** Make the DS set part of it. */
void dnssec_evidence_ds(struct facts *f, const struct dnssec_apex *x);
/** Make a set part of it, wherever it came from. */
void dnssec_evidence_seen(struct facts *f, const struct dnssec_apex *x, const struct dnssec_seen *seen);

/** "DS 12345 13 2": tag, algorithm, digest type; for messages and discriminators. In scratch memory. */
const char *dnssec_ds_name(struct facts *f, const struct dnssec_ds *ds);

/** "key 12345 (ECDSAP256SHA256)" in scratch memory. */
const char *dnssec_key_name(struct facts *f, uint16_t tag, uint8_t algorithm);

/** "2026-01-01T00:00:00Z" in scratch memory. */
const char *dnssec_time(struct facts *f, int64_t utc_s);

/** The line of the zone file with that set, or NULL. */
const struct location *dnssec_location(const struct rrset *set);

#endif
