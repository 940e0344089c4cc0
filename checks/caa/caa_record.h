/* SPDX-License-Identifier: BSD-2-Clause */
/* What the CAA checks share: one record as RFC 8659 section 4 reads it, and the set that governs a name. */
#ifndef ZONEVET_CHECKS_CAA_CAA_RECORD_H
#define ZONEVET_CHECKS_CAA_CAA_RECORD_H

#include "auditor/check.h"
#include "auditor/facts/derived/resolution.h"

struct caa_record {
    uint8_t flags;
    const char *tag; /* clean text, lower case; "" if there is none */
    size_t tag_length;
    const char *value; /* NUL-terminated octets */
    size_t value_length;
    const char *fault; /* the record is malformed: in words of ours; else NULL */
    bool fault_report; /* it spoils reports only, not issuing */
};

#define CAA_CRITICAL 0x80

struct caa_record caa_read(struct arena *a, const struct rdata *rdata);

/** True for properties that restrict who may issue something. */
bool caa_restricts(const struct caa_record *r);
/** True for properties in the IANA registry. */
bool caa_known(const struct caa_record *r);

enum caa_state { CAA_PENDING, CAA_UNKNOWN, CAA_NONE, CAA_FOUND };

struct caa_relevant {
    enum caa_state state;
    enum reason reason;
    const dname *at; /* the name of the climb where it was found or could not be looked up */
    const struct rrset *set;
};

/** The relevant set of a name: the first one on the climb from the name itself to just below the root. At
 * each step an alias is followed, and the climb goes on from the name, never from where the alias led (RFC
 * 8659 section 3). */
struct caa_relevant caa_relevant_of(struct facts *f, const dname *name);

/** The set to judge at a known name of the target: what governs the target, and elsewhere only what stands at
 * the name. NULL if there is none: then *verdict is what to return. */
const struct rrset *caa_set(struct facts *f, const dname *name, bool effective, struct findings *out,
                            enum verdict *verdict);

/** False for a set of plain records only, each an issue or issuewild with a host name or ";" and flags 0 or 128: the rows
 * about the text of records have nothing to say of it. */
bool caa_worth(struct facts *f, const struct zone_node *node);

/** A finding about one record of a set. */
struct finding *caa_about(struct facts *f, struct findings *out, struct finding *finding,
                          const struct rrset *set, uint16_t index);

#define CAA_COMMON                                                                                           \
    .area = "caa", .effort = "minutes", .tags = "caa certificate", .confidence = CONFIDENCE_CONFIRMED,       \
    .traffic = TRAFFIC_DNS, .subject_kind = "name", .controls = {{"nist-800-53r5", "SC-17"}},                \
    .cwe = "CWE-295", .since = "0.1.0"

#endif
