/* SPDX-License-Identifier: BSD-2-Clause */
/* Everything the DNSSEC checks judge about one zone: the DS set, the keys of all servers, and every signed set that the
 * servers showed (or that stands in the zone file), each with its verdict. Signatures are judged whether or not a chain
 * of trust leads here (DESIGN 10.13, 10.19). */
#ifndef ZONEVET_FACTS_DERIVED_DNSSEC_APEX_H
#define ZONEVET_FACTS_DERIVED_DNSSEC_APEX_H

#include "auditor/facts/derived/delegation.h"
#include "auditor/facts/derived/dnssec_proof.h"

/* What is asked of every address. The last five only if the zone shows signs of DNSSEC. */
enum dnssec_asked {
    ASKED_SOA, ASKED_DNSKEY, ASKED_NS, ASKED_NSEC, ASKED_NSEC3PARAM, ASKED_CDS, ASKED_CDNSKEY, ASKED_RANDOM,
    ASKED_COUNT,
};

struct dnssec_server {
    struct server server;
    const struct reply *replies[ASKED_COUNT]; /* NULL: not asked */
    const struct rrset *dnskey;  /* the DNSKEY set it serves, or NULL */
    bool dnskey_told;            /* it answered for DNSKEY with authority */
    bool any_signed;             /* it showed a set with a signature */
    bool any_set;                /* it showed a set that a signed zone signs */
};

/** One set and what its signatures are worth. */
struct dnssec_seen {
    const struct rrset *set;
    struct dnssec_judged judged;
    const struct dnssec_server *server; /* NULL: from the zone file, or the DS set from the parent */
    enum dnssec_asked asked;            /* which question showed it first */
    bool parent_side;                   /* the DS set at the parent */
};

/** One negative answer (or wildcard answer) and whether it is proven. */
struct dnssec_denied {
    const struct dnssec_server *server;
    enum dnssec_asked asked;
    bool nxdomain;
    struct dnssec_proof proof;
};

enum dnssec_apex_state { DNSSEC_APEX_PENDING, DNSSEC_APEX_UNKNOWN, DNSSEC_APEX_NOT_APEX, DNSSEC_APEX_READY };

struct dnssec_apex {
    enum dnssec_apex_state state;
    enum reason reason;
    const dname *zone;
    bool offline;
    bool pending;                    /* facts are still to come: conclude nothing from absence */

    const struct dnssec_server *servers;
    size_t server_count;

    struct dnssec_keys keys;         /* of all servers together, or of the file */
    bool keys_known;                 /* at least one server told (or the file is here) */
    unsigned untold;                 /* servers that did not tell about DNSKEY */
    enum reason untold_reason;

    enum fact_state ds_state;        /* PENDING, UNKNOWN with reason, KNOWN */
    enum reason ds_reason;
    bool ds_given, anchored;
    const struct answer *ds_answer;  /* NULL if given or anchored */
    const struct dnssec_ds *ds;
    size_t ds_count;
    bool entry_key;                  /* a usable DS names a key that may anchor the zone */
    bool entry_signs;                /* and such a key signs the DNSKEY set of every server */

    const struct dnssec_seen *seen;  /* live: all; offline: those at fault or about to expire, and the DNSKEY set */
    size_t seen_count;
    size_t more;                     /* offline: sets at fault that were left out of `seen` */
    size_t judged;                   /* sets judged in all */
    bool nothing_signed;             /* not one set has a signature */
    uint32_t algorithms_all;         /* bit n: algorithm n < 32 signs every set that has a good signature */

    const struct dnssec_denied *denied;
    size_t denied_count;
};

/* dnssec.rrsig-expires-soon: medium below this (its option "days"), high below a day. */
#define DNSSEC_SOON_DAYS 3
int64_t dnssec_soon_s(struct facts *f);
#define DNSSEC_VERY_SOON_S 86400

/** Of the zone with that apex. Never NULL. */
const struct dnssec_apex *dnssec_apex_of(struct facts *f, const dname *zone);

/** The question behind an answer, for evidence: name and type. */
const dname *dnssec_asked_name(struct facts *f, const dname *zone, enum dnssec_asked asked);
uint16_t dnssec_asked_type(enum dnssec_asked asked);

#endif
