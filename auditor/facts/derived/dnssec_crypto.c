/* SPDX-License-Identifier: BSD-2-Clause */
/* DNSSEC primitives: records, canonical form, digests and NSEC3 hashes. Signatures are in dnssec_verify.c. */
#include "auditor/facts/derived/dnssec_crypto.h"

#include "auditor/base/digest.h"
#include "auditor/base/reader.h"

#include <openssl/evp.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- tables -------------------------------------------------------------------------------------------- */

static const struct {
    uint8_t algorithm;
    bool verifiable, supported;
    const char *name;
} algorithms[] = {
    {DNSSEC_ALG_DELETE, false, false, "DELETE"},
    {DNSSEC_ALG_RSAMD5, false, false, "RSAMD5"},
    {DNSSEC_ALG_DH, false, false, "DH"},
    {DNSSEC_ALG_DSA, false, false, "DSA"},
    {DNSSEC_ALG_RSASHA1, true, false, "RSASHA1"},
    {DNSSEC_ALG_DSA_NSEC3, false, false, "DSA-NSEC3-SHA1"},
    {DNSSEC_ALG_RSASHA1_NSEC3, true, false, "RSASHA1-NSEC3-SHA1"},
    {DNSSEC_ALG_RSASHA256, true, true, "RSASHA256"},
    {DNSSEC_ALG_RSASHA512, true, true, "RSASHA512"},
    {DNSSEC_ALG_GOST, false, false, "ECC-GOST"},
    {DNSSEC_ALG_P256, true, true, "ECDSAP256SHA256"},
    {DNSSEC_ALG_P384, true, true, "ECDSAP384SHA384"},
    {DNSSEC_ALG_ED25519, true, true, "ED25519"},
    {DNSSEC_ALG_ED448, true, true, "ED448"},
    {DNSSEC_ALG_INDIRECT, false, false, "INDIRECT"},
    {DNSSEC_ALG_PRIVATEDNS, false, false, "PRIVATEDNS"},
    {DNSSEC_ALG_PRIVATEOID, false, false, "PRIVATEOID"},
};

const char *dnssec_algorithm_text(uint8_t algorithm, char text[static 16])
{
    for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++) {
        if (algorithms[i].algorithm == algorithm)
            return algorithms[i].name;
    }
    snprintf(text, 16, "algorithm %u", algorithm);
    return text;
}

bool dnssec_algorithm_verifiable(uint8_t algorithm)
{
    for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++) {
        if (algorithms[i].algorithm == algorithm)
            return algorithms[i].verifiable;
    }
    return false;
}

bool dnssec_algorithm_supported(uint8_t algorithm)
{
    for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++) {
        if (algorithms[i].algorithm == algorithm)
            return algorithms[i].supported;
    }
    return false;
}

size_t dnssec_digest_size(uint8_t digest_type)
{
    switch (digest_type) {
    case DNSSEC_DIGEST_SHA1:
        return 20;
    case DNSSEC_DIGEST_SHA256:
        return 32;
    case DNSSEC_DIGEST_SHA384:
        return 48;
    default:
        return 0;
    }
}

/* ---- records ------------------------------------------------------------------------------------------- */

uint16_t dnssec_key_tag(const uint8_t *rdata, size_t length)
{
    /* RFC 4034 appendix B.1: algorithm 1 takes the third and second last octets of the modulus. */
    if (length >= 7 && rdata[3] == DNSSEC_ALG_RSAMD5)
        return (uint16_t)((rdata[length - 3] << 8) | rdata[length - 2]);
    uint32_t sum = 0;
    for (size_t i = 0; i < length; i++)
        sum += (i & 1) != 0 ? rdata[i] : (uint32_t)rdata[i] << 8;
    sum += (sum >> 16) & 0xffff;
    return (uint16_t)(sum & 0xffff);
}

bool dnssec_key_for_zone(const struct dnssec_key *key)
{
    return (key->flags & DNSKEY_FLAG_ZONE) != 0 && (key->flags & DNSKEY_FLAG_REVOKE) == 0 && key->protocol == 3;
}

bool dnssec_ds_read(const struct rdata *rdata, struct dnssec_ds *out)
{
    struct reader r = reader_new(rdata->octets, rdata->length);
    struct dnssec_ds ds = {.rdata = rdata};
    ds.tag = reader_u16(&r);
    ds.algorithm = reader_u8(&r);
    ds.digest_type = reader_u8(&r);
    ds.digest_length = (uint16_t)reader_left(&r);
    ds.digest = r.at;
    if (r.failed)
        return false;
    *out = ds;
    return true;
}

static const EVP_MD *digest_of(uint8_t digest_type)
{
    switch (digest_type) {
    case DNSSEC_DIGEST_SHA1:
        return EVP_sha1();
    case DNSSEC_DIGEST_SHA256:
        return EVP_sha256();
    case DNSSEC_DIGEST_SHA384:
        return EVP_sha384();
    default:
        return NULL;
    }
}

size_t dnssec_ds_digest(uint8_t digest_type, const dname *owner, const struct rdata *dnskey, uint8_t digest[static 48])
{
    const EVP_MD *md = digest_of(digest_type);
    EVP_MD_CTX *context = md != NULL ? EVP_MD_CTX_new() : NULL;
    if (context == NULL)
        return 0;
    dname lower[DNAME_MAX];
    size_t owner_length = dname_length(owner);
    memcpy(lower, owner, owner_length);
    dname_lower_in_place(lower);
    unsigned size = 0;
    bool done = EVP_DigestInit_ex(context, md, NULL) == 1 &&
                EVP_DigestUpdate(context, lower, owner_length) == 1 &&
                EVP_DigestUpdate(context, dnskey->octets, dnskey->length) == 1 &&
                EVP_DigestFinal_ex(context, digest, &size) == 1;
    EVP_MD_CTX_free(context);
    return done ? size : 0;
}

bool dnssec_ds_matches(const struct dnssec_ds *ds, const dname *owner, const struct dnssec_key *key)
{
    uint8_t digest[48];
    if (ds->tag != key->tag || ds->algorithm != key->algorithm)
        return false;
    size_t size = dnssec_digest_size(ds->digest_type);
    if (size == 0 || ds->digest_length != size)
        return false;
    return dnssec_ds_digest(ds->digest_type, owner, key->rdata, digest) == size &&
           memcmp(digest, ds->digest, size) == 0;
}

bool dnssec_sig_read(const struct rdata *rdata, struct dnssec_sig *out)
{
    struct reader r = reader_new(rdata->octets, rdata->length);
    struct dnssec_sig sig = {.rdata = rdata};
    sig.covered = reader_u16(&r);
    sig.algorithm = reader_u8(&r);
    sig.labels = reader_u8(&r);
    sig.original_ttl_s = reader_u32(&r);
    sig.expiration = reader_u32(&r);
    sig.inception = reader_u32(&r);
    sig.tag = reader_u16(&r);
    if (r.failed)
        return false;
    size_t signer = dname_from_wire(r.at, reader_left(&r));
    if (signer == 0)
        return false;
    sig.signer = reader_take(&r, signer);
    sig.signature_length = (uint16_t)reader_left(&r);
    sig.signature = r.at;
    *out = sig;
    return true;
}

int64_t dnssec_seconds_until(uint32_t time, int64_t now_s)
{
    return (int32_t)(time - (uint32_t)now_s);
}

int64_t dnssec_time_near(uint32_t time, int64_t now_s)
{
    return now_s + dnssec_seconds_until(time, now_s);
}

/* ---- canonical form ------------------------------------------------------------------------------------ */

static void add_lower_name(struct reader *r, struct buf *out)
{
    dname lower[DNAME_MAX];
    size_t length = dname_from_wire(r->at, reader_left(r));
    if (length == 0) {
        r->failed = true;
        return;
    }
    memcpy(lower, r->at, length);
    dname_lower_in_place(lower);
    reader_take(r, length);
    buf_add(out, lower, length);
}

static void add_octets(struct reader *r, size_t length, struct buf *out)
{
    const uint8_t *octets = reader_take(r, length);
    if (octets != NULL)
        buf_add(out, octets, length);
}

static void add_strings(struct reader *r, unsigned count, struct buf *out)
{
    for (unsigned i = 0; i < count && reader_left(r) > 0; i++)
        add_octets(r, (size_t)r->at[0] + 1, out);
}

/* RFC 2874 section 3.1: prefix length, the octets of the suffix, and a name unless the prefix is empty. */
static void add_a6(struct reader *r, struct buf *out)
{
    if (reader_left(r) == 0)
        return;
    unsigned prefix = r->at[0];
    if (prefix > 128) {
        r->failed = true;
        return;
    }
    add_octets(r, 1 + (128 - prefix + 7) / 8, out);
    if (prefix > 0 && !r->failed)
        add_lower_name(r, out);
}

/* The types whose names go to lower case: RFC 4034 section 6.2 without NSEC (RFC 6840 section 5.1). The RRSIG there
 * means its signer name. HINFO of that list holds no name. */
static void add_names(uint16_t type, struct reader *r, struct buf *out)
{
    switch (type) {
    case RRTYPE_NS: case 3: case 4: case RRTYPE_CNAME: case 7: case 8: case 9: case RRTYPE_PTR: case RRTYPE_DNAME:
    case 30: /* NXT: name, then a bitmap */
        add_lower_name(r, out);
        break;
    case RRTYPE_SOA: case 14: case 17: /* MINFO, RP */
        add_lower_name(r, out);
        if (!r->failed)
            add_lower_name(r, out);
        break;
    case RRTYPE_MX: case 18: case 21: case 36: /* AFSDB, RT, KX */
        add_octets(r, 2, out);
        if (!r->failed)
            add_lower_name(r, out);
        break;
    case 26: /* PX */
        add_octets(r, 2, out);
        if (!r->failed)
            add_lower_name(r, out);
        if (!r->failed)
            add_lower_name(r, out);
        break;
    case RRTYPE_SRV:
        add_octets(r, 6, out);
        if (!r->failed)
            add_lower_name(r, out);
        break;
    case RRTYPE_NAPTR:
        add_octets(r, 4, out);
        add_strings(r, 3, out);
        if (!r->failed)
            add_lower_name(r, out);
        break;
    case RRTYPE_SIG: case RRTYPE_RRSIG:
        add_octets(r, 18, out);
        if (!r->failed)
            add_lower_name(r, out);
        break;
    case 38:
        add_a6(r, out);
        break;
    default:
        break;
    }
}

void dnssec_canonical_rdata(uint16_t type, const struct rdata *rdata, struct buf *out)
{
    size_t start = out->length;
    struct reader r = reader_new(rdata->octets, rdata->length);
    add_names(type, &r, out);
    if (r.failed) { /* not the form of its type: opaque */
        out->length = start;
        buf_add(out, rdata->octets, rdata->length);
        return;
    }
    size_t left = reader_left(&r);
    if (left > 0)
        buf_add(out, r.at, left);
}

unsigned dnssec_owner_labels(const dname *owner)
{
    return dname_labels(owner) - (dname_is_wildcard(owner) ? 1u : 0u);
}

/* RFC 4034 section 6.3: as left-justified octet strings, absence before zero. */
static int compare_rdata(const void *left, const void *right)
{
    const struct rdata *a = left;
    const struct rdata *b = right;
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = shorter > 0 ? memcmp(a->octets, b->octets, shorter) : 0;
    return order != 0 ? order : (int)a->length - (int)b->length;
}

/* The owner as signed: itself, or the wildcard that it was expanded from (RFC 4035 section 5.3.2). */
static void add_signed_owner(const dname *owner, unsigned labels, dname out[static DNAME_MAX], size_t *length)
{
    const dname *from = owner;
    size_t used = 0;
    if (labels < dnssec_owner_labels(owner)) {
        from = dname_ancestor(owner, labels);
        out[used++] = 1;
        out[used++] = '*';
    }
    size_t tail = dname_length(from);
    memcpy(out + used, from, tail);
    dname_lower_in_place(out);
    *length = used + tail;
}

static void add_record(const struct rrset *set, const dname *owner, size_t owner_length, uint32_t ttl_s,
                       const struct rdata *rdata, struct buf *out)
{
    buf_add(out, owner, owner_length);
    buf_u16(out, set->type);
    buf_u16(out, set->class);
    buf_u32(out, ttl_s);
    buf_u16(out, rdata->length);
    buf_add(out, rdata->octets, rdata->length);
}

/* Canonical copies of all RDATA, sorted; in the scratch arena. */
static struct rdata *canonical_sorted(const struct rrset *set, struct arena *scratch)
{
    struct rdata *list = arena_array(scratch, set->count, sizeof(*list));
    struct buf one = BUF_INIT(UINT16_MAX);
    for (uint16_t i = 0; list != NULL && i < set->count; i++) {
        buf_reset(&one);
        dnssec_canonical_rdata(set->type, &set->rdata[i], &one);
        list[i].length = (uint16_t)one.length;
        list[i].octets = arena_copy(scratch, one.data, one.length);
        if (one.failed || list[i].octets == NULL)
            list = NULL;
    }
    buf_free(&one);
    if (list != NULL && set->count > 1)
        qsort(list, set->count, sizeof(*list), compare_rdata);
    return list;
}

bool dnssec_signed_data(const struct rrset *set, const struct dnssec_sig *sig, struct arena *scratch, struct buf *out)
{
    dname owner[DNAME_MAX];
    size_t owner_length = 0;
    if (sig->labels > dnssec_owner_labels(set->owner))
        return false;
    struct rdata *list = canonical_sorted(set, scratch);
    if (list == NULL)
        return false;
    add_signed_owner(set->owner, sig->labels, owner, &owner_length);

    buf_reset(out);
    buf_add(out, sig->rdata->octets, 18);
    dname signer[DNAME_MAX];
    size_t signer_length = dname_length(sig->signer);
    memcpy(signer, sig->signer, signer_length);
    dname_lower_in_place(signer);
    buf_add(out, signer, signer_length);
    for (uint16_t i = 0; i < set->count; i++) {
        if (i > 0 && compare_rdata(&list[i - 1], &list[i]) == 0)
            continue;
        add_record(set, owner, owner_length, sig->original_ttl_s, &list[i], out);
    }
    return !out->failed;
}

/* ---- NSEC and NSEC3 ------------------------------------------------------------------------------------ */

bool dnssec_bitmap_has(const uint8_t *bitmap, size_t length, uint16_t type)
{
    struct reader r = reader_new(bitmap, length);
    while (reader_left(&r) > 0) {
        uint8_t window = reader_u8(&r);
        uint8_t size = reader_u8(&r);
        const uint8_t *bits = reader_take(&r, size);
        if (bits == NULL)
            return false;
        if (window == type >> 8) {
            size_t octet = (type & 0xffu) / 8;
            return octet < size && (bits[octet] & (0x80 >> (type & 7))) != 0;
        }
    }
    return false;
}

bool dnssec_bitmap_valid(const uint8_t *bitmap, size_t length)
{
    struct reader r = reader_new(bitmap, length);
    int last = -1;
    while (reader_left(&r) > 0) {
        uint8_t window = reader_u8(&r);
        uint8_t size = reader_u8(&r);
        if (window <= last || size == 0 || size > 32 || reader_take(&r, size) == NULL)
            return false;
        last = window;
    }
    return !r.failed;
}

bool dnssec_nsec_read(const struct rdata *rdata, struct dnssec_nsec *out)
{
    size_t next = dname_from_wire(rdata->octets, rdata->length);
    if (next == 0)
        return false;
    out->next = rdata->octets;
    out->bitmap = rdata->octets + next;
    out->bitmap_length = (uint16_t)(rdata->length - next);
    return true;
}

static bool nsec3_head(struct reader *r, struct dnssec_nsec3 *out)
{
    out->hash_algorithm = reader_u8(r);
    out->flags = reader_u8(r);
    out->iterations = reader_u16(r);
    out->salt_length = reader_u8(r);
    out->salt = reader_take(r, out->salt_length);
    return !r->failed;
}

bool dnssec_nsec3_read(const struct rdata *rdata, struct dnssec_nsec3 *out)
{
    struct reader r = reader_new(rdata->octets, rdata->length);
    struct dnssec_nsec3 nsec3 = {0};
    if (!nsec3_head(&r, &nsec3))
        return false;
    nsec3.next_length = reader_u8(&r);
    nsec3.next = reader_take(&r, nsec3.next_length);
    if (r.failed)
        return false;
    nsec3.bitmap_length = (uint16_t)reader_left(&r);
    nsec3.bitmap = r.at;
    *out = nsec3;
    return true;
}

bool dnssec_nsec3param_read(const struct rdata *rdata, struct dnssec_nsec3 *out)
{
    struct reader r = reader_new(rdata->octets, rdata->length);
    struct dnssec_nsec3 nsec3 = {0};
    if (!nsec3_head(&r, &nsec3) || reader_left(&r) != 0)
        return false;
    *out = nsec3;
    return true;
}

unsigned dnssec_nsec3_blocks(uint16_t iterations, uint8_t salt_length)
{
    /* SHA-1 pads with 9 octets at least to blocks of 64. */
    unsigned blocks = (NSEC3_HASH_SIZE + (unsigned)salt_length + 9 + 63) / 64;
    return iterations * blocks;
}

enum status dnssec_nsec3_hash(const struct dnssec_nsec3 *parameters, const dname *name,
                              uint8_t hash[static NSEC3_HASH_SIZE])
{
    return dnssec_nsec3_hash_within(parameters, name, NSEC3_BLOCKS_MAX, hash);
}

enum status dnssec_nsec3_hash_within(const struct dnssec_nsec3 *parameters, const dname *name, unsigned blocks_max,
                                     uint8_t hash[static NSEC3_HASH_SIZE])
{
    uint8_t input[DNAME_MAX + 255];
    if (parameters->hash_algorithm != 1)
        return STATUS_UNSUPPORTED;
    if (dnssec_nsec3_blocks(parameters->iterations, parameters->salt_length) > blocks_max)
        return STATUS_LIMIT;
    size_t length = dname_length(name);
    memcpy(input, name, length);
    dname_lower_in_place(input);
    for (unsigned round = 0; round <= parameters->iterations; round++) {
        if (parameters->salt_length > 0)
            memcpy(input + length, parameters->salt, parameters->salt_length);
        digest_sha1(input, length + parameters->salt_length, hash);
        memcpy(input, hash, NSEC3_HASH_SIZE);
        length = NSEC3_HASH_SIZE;
    }
    return STATUS_OK;
}

static int base32hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'v')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'V')
        return c - 'A' + 10;
    return -1;
}

bool dnssec_nsec3_owner_hash(const dname *owner, uint8_t hash[static NSEC3_HASH_SIZE])
{
    if (owner[0] != 32)
        return false;
    uint64_t bits = 0;
    unsigned have = 0;
    size_t used = 0;
    for (unsigned i = 1; i <= 32; i++) {
        int value = base32hex_value(owner[i]);
        if (value < 0)
            return false;
        bits = (bits << 5) | (unsigned)value;
        have += 5;
        if (have >= 8) {
            have -= 8;
            hash[used++] = (uint8_t)(bits >> have);
        }
    }
    return used == NSEC3_HASH_SIZE;
}

const dname *dnssec_nsec3_owner(struct arena *a, const uint8_t hash[static NSEC3_HASH_SIZE], const dname *zone)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
    uint8_t label[32];
    uint64_t bits = 0;
    unsigned have = 0;
    size_t used = 0;
    for (unsigned i = 0; i < NSEC3_HASH_SIZE; i++) {
        bits = (bits << 8) | hash[i];
        for (have += 8; have >= 5; have -= 5)
            label[used++] = (uint8_t)digits[(bits >> (have - 5)) & 31];
    }
    return dname_prepend_label(a, label, used, zone);
}
