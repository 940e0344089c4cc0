/* SPDX-License-Identifier: BSD-2-Clause */
/* DNSSEC primitives over wire forms: canonical order and form, key tags, digests, one signature, NSEC3 hashes.
 * Nothing here knows facts or budgets: callers decide how much of this may be asked for (hardening.md rows 8, 9). */
#ifndef ZONEVET_FACTS_DERIVED_DNSSEC_CRYPTO_H
#define ZONEVET_FACTS_DERIVED_DNSSEC_CRYPTO_H

#include "auditor/base/arena.h"
#include "auditor/base/buf.h"
#include "auditor/base/status.h"
#include "auditor/facts/rr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dnssec_algorithm {
    DNSSEC_ALG_DELETE = 0, DNSSEC_ALG_RSAMD5 = 1, DNSSEC_ALG_DH = 2, DNSSEC_ALG_DSA = 3, DNSSEC_ALG_RSASHA1 = 5,
    DNSSEC_ALG_DSA_NSEC3 = 6, DNSSEC_ALG_RSASHA1_NSEC3 = 7, DNSSEC_ALG_RSASHA256 = 8, DNSSEC_ALG_RSASHA512 = 10,
    DNSSEC_ALG_GOST = 12, DNSSEC_ALG_P256 = 13, DNSSEC_ALG_P384 = 14, DNSSEC_ALG_ED25519 = 15, DNSSEC_ALG_ED448 = 16,
    DNSSEC_ALG_INDIRECT = 252, DNSSEC_ALG_PRIVATEDNS = 253, DNSSEC_ALG_PRIVATEOID = 254,
};

enum dnssec_digest {
    DNSSEC_DIGEST_NULL = 0, DNSSEC_DIGEST_SHA1 = 1, DNSSEC_DIGEST_SHA256 = 2, DNSSEC_DIGEST_GOST = 3,
    DNSSEC_DIGEST_SHA384 = 4,
};

#define DNSKEY_FLAG_ZONE 0x0100u
#define DNSKEY_FLAG_REVOKE 0x0080u /* RFC 5011 section 7 */
#define DNSKEY_FLAG_SEP 0x0001u

/** "RSASHA256", "ECDSAP256SHA256", or "algorithm N" in the buffer. @return buffer or a constant */
const char *dnssec_algorithm_text(uint8_t algorithm, char text[static 16]);

/** The algorithm is one whose signatures we can compute: 5, 7, 8, 10, 13, 14, 15, 16. */
bool dnssec_algorithm_verifiable(uint8_t algorithm);

/** An operator that follows RFC 9904 to 9906 validates with it: as above without 5 and 7 (RFC 9905 section 2). */
bool dnssec_algorithm_supported(uint8_t algorithm);

/** Octets of a DS digest of that type; 0 for a type that nobody validates (RFC 9904: 1, 2 and 4 remain). */
size_t dnssec_digest_size(uint8_t digest_type);

/* ---- records ------------------------------------------------------------------------------------------- */

/** How a public key can be used. */
enum dnssec_key_state {
    DNSSEC_KEY_USABLE,
    DNSSEC_KEY_UNSUPPORTED, /* the algorithm is not among those we compute, or the size is beyond what we agree to */
    DNSSEC_KEY_MALFORMED,   /* the key material does not have the form of its algorithm */
};

struct dnssec_key {
    uint16_t flags;
    uint8_t protocol, algorithm;
    uint16_t tag;               /* RFC 4034 appendix B */
    enum dnssec_key_state state;
    unsigned bits;              /* RSA: of the modulus; else of the curve; 0 if malformed */
    const struct rdata *rdata;  /* DNSKEY RDATA */
    void *verifier;             /* opaque, dies with the arena; NULL unless usable */
};

/** Read a DNSKEY; key material is parsed once here. @return false if the RDATA is shorter than its fixed fields or
 * without memory. */
bool dnssec_key_read(struct arena *a, const struct rdata *rdata, struct dnssec_key *out);

/** Key tag of DNSKEY RDATA (RFC 4034 appendix B; B.1 for algorithm 1). */
uint16_t dnssec_key_tag(const uint8_t *rdata, size_t length);

/** A key that may sign zone data: ZONE flag, protocol 3, not revoked (RFC 4034 section 2.1, RFC 5011 section 2.1). */
bool dnssec_key_for_zone(const struct dnssec_key *key);

struct dnssec_ds {
    uint16_t tag;
    uint8_t algorithm, digest_type;
    const uint8_t *digest;
    uint16_t digest_length;
    const struct rdata *rdata;
};
bool dnssec_ds_read(const struct rdata *rdata, struct dnssec_ds *out);

/** Digest of owner | DNSKEY RDATA (RFC 4034 section 5.1.4). @return octets written, 0 for a type we do not compute */
size_t dnssec_ds_digest(uint8_t digest_type, const dname *owner, const struct rdata *dnskey, uint8_t digest[static 48]);

/** Tag, algorithm and digest fit the key. */
bool dnssec_ds_matches(const struct dnssec_ds *ds, const dname *owner, const struct dnssec_key *key);

struct dnssec_sig {
    uint16_t covered;
    uint8_t algorithm, labels;
    uint32_t original_ttl_s, expiration, inception; /* 32-bit serials, RFC 4034 section 3.1.5 */
    uint16_t tag;
    const dname *signer;
    const uint8_t *signature;
    uint16_t signature_length;
    const struct rdata *rdata;
};
bool dnssec_sig_read(const struct rdata *rdata, struct dnssec_sig *out);

/** Seconds from now until the 32-bit time, by serial arithmetic (RFC 1982): negative if it is past. */
int64_t dnssec_seconds_until(uint32_t time, int64_t now_s);

/** The 32-bit time nearest to now as UTC seconds. */
int64_t dnssec_time_near(uint32_t time, int64_t now_s);

/* ---- canonical form ------------------------------------------------------------------------------------ */

/** Append RDATA with embedded names of the types of RFC 4034 section 6.2 as amended by RFC 6840 section 5.1 in lower
 * case. RDATA that does not have the form of its type is appended as it is. */
void dnssec_canonical_rdata(uint16_t type, const struct rdata *rdata, struct buf *out);

/** What a signature is made over (RFC 4034 section 3.1.8.1): RRSIG RDATA without the signature, then the set in
 * canonical form and order, duplicates dropped; the owner becomes the wildcard that the labels field names.
 * @return false if labels exceeds the owner's, or without memory */
bool dnssec_signed_data(const struct rrset *set, const struct dnssec_sig *sig, struct arena *scratch, struct buf *out);

/** Labels of an owner as RRSIG counts them: without the root and a leading "*" (RFC 4034 section 3.1.3). */
unsigned dnssec_owner_labels(const dname *owner);

/* ---- signatures ---------------------------------------------------------------------------------------- */

enum dnssec_check {
    DNSSEC_CHECK_GOOD,
    DNSSEC_CHECK_BAD,
    DNSSEC_CHECK_UNSUPPORTED, /* the key is not usable by us */
    DNSSEC_CHECK_NOMEM,
};

/** One signature, one key, over prepared data; time, names and flags are not looked at. Not for two threads at once
 * with one key. */
enum dnssec_check dnssec_verify(const struct dnssec_key *key, const uint8_t *data, size_t length,
                                const uint8_t *signature, size_t signature_length);

/* ---- NSEC and NSEC3 ------------------------------------------------------------------------------------ */

/** The bitmap (RFC 4034 section 4.1.2) claims the type. A malformed bitmap claims nothing more. */
bool dnssec_bitmap_has(const uint8_t *bitmap, size_t length, uint16_t type);

/** The bitmap has the form of RFC 4034 section 4.1.2. */
bool dnssec_bitmap_valid(const uint8_t *bitmap, size_t length);

struct dnssec_nsec {
    const dname *next;
    const uint8_t *bitmap;
    uint16_t bitmap_length;
};
bool dnssec_nsec_read(const struct rdata *rdata, struct dnssec_nsec *out);

#define NSEC3_HASH_SIZE 20
#define NSEC3_FLAG_OPTOUT 0x01u
#define NSEC3_BLOCKS_MAX 50 /* hardening.md row 9 */

struct dnssec_nsec3 {
    uint8_t hash_algorithm, flags;
    uint16_t iterations;
    const uint8_t *salt;
    uint8_t salt_length;
    const uint8_t *next;
    uint8_t next_length;
    const uint8_t *bitmap; /* empty for NSEC3PARAM */
    uint16_t bitmap_length;
};
bool dnssec_nsec3_read(const struct rdata *rdata, struct dnssec_nsec3 *out);
bool dnssec_nsec3param_read(const struct rdata *rdata, struct dnssec_nsec3 *out);

/** SHA-1 blocks of the extra iterations: beyond NSEC3_BLOCKS_MAX nothing is hashed and the zone counts as insecure. */
unsigned dnssec_nsec3_blocks(uint16_t iterations, uint8_t salt_length);

/** Hash of a name (RFC 5155 section 5), case ignored. @return STATUS_OK; STATUS_LIMIT beyond NSEC3_BLOCKS_MAX;
 * STATUS_UNSUPPORTED if the hash algorithm is not 1 */
enum status dnssec_nsec3_hash(const struct dnssec_nsec3 *parameters, const dname *name,
                              uint8_t hash[static NSEC3_HASH_SIZE]);

/** The same with another limit: for those who answer or sign, not for those who validate. */
enum status dnssec_nsec3_hash_within(const struct dnssec_nsec3 *parameters, const dname *name, unsigned blocks_max,
                                     uint8_t hash[static NSEC3_HASH_SIZE]);

/** The hash in the first label of an NSEC3 owner (base32hex, RFC 4648 section 7, 32 characters without padding). */
bool dnssec_nsec3_owner_hash(const dname *owner, uint8_t hash[static NSEC3_HASH_SIZE]);

/** The owner of the NSEC3 record with that hash; NULL without memory or if the name is too long. */
const dname *dnssec_nsec3_owner(struct arena *a, const uint8_t hash[static NSEC3_HASH_SIZE], const dname *zone);

#endif
