/* SPDX-License-Identifier: BSD-2-Clause */
/* Is a change of keys, signatures and DS safe for resolvers that still hold the old state in their caches?
 *
 * A resolver may hold the old or the new DS set, the old or the new DNSKEY set and old or new records, each
 * by itself, until their TTLs are over. The change is safe if every such mixture validates (RFC 6781
 * section 4.1, RFC 7583 section 3): that one rule covers pre-publication, double signatures, double DS,
 * changes of algorithm, going signed and going unsigned. */
#ifndef ZONEVET_FACTS_DERIVED_ROLLOVER_H
#define ZONEVET_FACTS_DERIVED_ROLLOVER_H

#include "auditor/facts/derived/change.h"
#include "auditor/facts/derived/dnssec_crypto.h"

#define ROLLOVER_KEYS_MAX 64

enum rollover_state {
    ROLLOVER_NONE,      /* neither state has keys or a DS */
    ROLLOVER_ELSEWHERE, /* the zone is signed on its way to the servers */
    ROLLOVER_TOO_MANY,  /* more keys than ROLLOVER_KEYS_MAX */
    ROLLOVER_FAILED,    /* no memory */
    ROLLOVER_JUDGED,
};

/* The parent's side, as far as the run can see it. */
enum rollover_ds { ROLLOVER_DS_UNKNOWN, ROLLOVER_DS_NONE, ROLLOVER_DS_SOME };

/** What one state's records are signed with. Bits are numbers of keys. */
struct rollover_data {
    size_t sets;            /* signed sets; the DNSKEY, CDS and CDNSKEY sets left out */
    uint64_t signers;       /* keys that sign at least one of them */
    uint32_t every;         /* bit n: algorithm n < 32 signs every one of them */
    uint32_t ttl_s;         /* longest TTL of any set, signed or not, and of negative answers */
    size_t stranded;        /* sets that no key of the other state verifies */
    uint64_t stranded_keys; /* that sign them */
    uint32_t stranded_ttl_s;
    const dname *example; /* the first of them; lives as long as the zone */
    uint16_t example_type;
};

struct rollover_side {
    const struct rrset *set;   /* DNSKEY, or NULL */
    uint64_t keys;             /* that may verify records of the zone (ZONE flag, protocol 3, not revoked) */
    uint64_t sep;              /* of them, those with the SEP flag */
    uint64_t signing;          /* of them, those that sign the DNSKEY set; all if it has no signatures here */
    uint32_t key_ttl_s;        /* how long the DNSKEY set, or its absence, is remembered */
    enum rollover_ds ds_state; /* SOME: at least one that validators use */
    const struct rrset *ds;    /* of the parent, or as given by --ds; NULL if none or unknown */
    uint64_t ds_keys;          /* keys of either state that it names */
    uint32_t ds_algorithms;    /* bit n: algorithm n < 32, of DS that validators use */
    uint32_t ds_ttl_s;
    struct rollover_data data;
};

struct rollover {
    enum rollover_state state;
    const struct change *change;
    const struct dnssec_key *keys; /* of both states; no key material is parsed */
    size_t key_count;
    struct rollover_side before, after;
    bool keys_differ, ds_differ;
    bool validated; /* somebody may validate: a DS on either side, none known, or a trust anchor */

    /* Mixtures that do not validate though the old state does. */
    bool broken;        /* new DS, new keys: stays so until it is changed again */
    bool ds_cached;     /* old DS, new keys */
    bool keys_cached;   /* new DS, old keys */
    bool data_cached;   /* old records, new keys: before.data.stranded */
    bool signed_early;  /* new records, old keys: after.data.stranded */
    bool ds_unknown;    /* the keys that a DS is likely to name go, and the DS is not known */
    uint64_t cds_early; /* keys first published with a CDS that names no key from before */
    uint32_t ds_lone;         /* algorithms of a DS set that lead to no key, though others do */
    uint32_t algorithms_new;  /* in the DNSKEY set before all cached records are signed with them */
    uint32_t algorithms_gone; /* no longer sign, though the cached DNSKEY set has them */
};

/** Of the target's zone. Never NULL. */
const struct rollover *rollover_of(struct facts *f);

/** The keys by which a resolver that holds the DS set of one side enters the DNSKEY set of the other. */
uint64_t rollover_entry(const struct rollover_side *ds, const struct rollover_side *keys);

/** "12345 (ECDSAP256SHA256)", several with commas; in the arena. */
const char *rollover_keys_text(const struct rollover *r, struct arena *a, uint64_t keys);
/** "ECDSAP256SHA256", several with commas; in the arena. */
const char *rollover_algorithms_text(struct arena *a, uint32_t algorithms);

#endif
