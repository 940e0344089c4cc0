/* SPDX-License-Identifier: BSD-2-Clause */
/* TSIG signatures by OpenSSL's HMAC: sign the query, follow the chain of signatures through the stream. */
#include "auditor/collect/tsig.h"

#include "auditor/base/reader.h"
#include "auditor/facts/message.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define HEADER_SIZE 12
#define FUDGE_S 300
#define MAC_MAX 64
#define UNSIGNED_MAX 99 /* messages in a row without TSIG, RFC 8945 section 5.3.1 */

struct tsig {
    const struct tsig_key *key;
    dname name[DNAME_MAX]; /* lower case, as it goes into the MAC */
    dname algorithm[DNAME_MAX];
    EVP_MAC_CTX *mac;          /* open: what came since the last signature */
    uint8_t previous[MAC_MAX]; /* MAC of the query, then of the last signed message */
    size_t previous_length;
    size_t mac_length;
    bool answered; /* a signed message was seen: from then on only times are signed */
    unsigned unsigned_messages;
};

static const struct {
    const char *name; /* wire form */
    const char *digest;
} algorithms[] = {
    {"\10hmac-md5\7sig-alg\3reg\3int", "MD5"   },
    {"\11hmac-sha1",                   "SHA1"  },
    {"\13hmac-sha224",                 "SHA224"},
    {"\13hmac-sha256",                 "SHA256"},
    {"\13hmac-sha384",                 "SHA384"},
    {"\13hmac-sha512",                 "SHA512"},
};

static const char *digest_of(const dname *algorithm)
{
    for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++) {
        if (dname_equal(algorithm, (const dname *)algorithms[i].name))
            return algorithms[i].digest;
    }
    return NULL;
}

/* Begin the MAC of the next message with what chains it to the one before (RFC 8945 section 4.3.1). */
static bool mac_begin(struct tsig *t)
{
    if (EVP_MAC_init(t->mac, NULL, 0, NULL) != 1)
        return false;
    if (t->previous_length == 0)
        return true;
    uint8_t length[2] = {0, (uint8_t)t->previous_length};
    return EVP_MAC_update(t->mac, length, 2) == 1 &&
           EVP_MAC_update(t->mac, t->previous, t->previous_length) == 1;
}

static EVP_MAC_CTX *mac_new(const struct tsig_key *key, const char *digest)
{
    char name[16];
    strncpy(name, digest, sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                           OSSL_PARAM_construct_end()};
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *mac = hmac != NULL ? EVP_MAC_CTX_new(hmac) : NULL;
    EVP_MAC_free(hmac); /* the context holds it */
    if (mac != NULL && EVP_MAC_init(mac, key->secret, key->secret_length, params) == 1)
        return mac;
    EVP_MAC_CTX_free(mac);
    return NULL;
}

struct tsig *tsig_new(const struct tsig_key *key)
{
    const char *digest = digest_of(key->algorithm);
    struct tsig *t = digest != NULL ? calloc(1, sizeof(*t)) : NULL;
    if (t == NULL)
        return NULL;
    t->key = key;
    memcpy(t->name, key->name, dname_length(key->name));
    memcpy(t->algorithm, key->algorithm, dname_length(key->algorithm));
    dname_lower_in_place(t->name);
    dname_lower_in_place(t->algorithm);
    t->mac = mac_new(key, digest);
    if (t->mac == NULL) {
        free(t);
        return NULL;
    }
    t->mac_length = EVP_MAC_CTX_get_mac_size(t->mac);
    return t;
}

void tsig_free(struct tsig *t)
{
    if (t == NULL)
        return;
    EVP_MAC_CTX_free(t->mac);
    OPENSSL_cleanse(t, sizeof(*t));
    free(t);
}

bool tsig_algorithm_known(const dname *algorithm)
{
    static const struct tsig_key probe = {.secret = (const uint8_t *)"x", .secret_length = 1};
    const char *digest = digest_of(algorithm);
    EVP_MAC_CTX *mac = digest != NULL ? mac_new(&probe, digest) : NULL; /* a policy may have turned MD5 off */
    EVP_MAC_CTX_free(mac);
    return mac != NULL;
}

static uint8_t *put(uint8_t *at, uint64_t value, unsigned octets)
{
    for (unsigned i = 0; i < octets; i++)
        at[i] = (uint8_t)(value >> (8 * (octets - 1 - i)));
    return at + octets;
}

static uint8_t *put_name(uint8_t *at, const dname *name)
{
    size_t length = dname_length(name);
    memcpy(at, name, length);
    return at + length;
}

/* The TSIG variables (RFC 8945 section 4.3.3), or for later messages of a stream the timers only. */
static bool mac_variables(struct tsig *t, bool timers_only, uint64_t time_s, uint16_t fudge_s, uint16_t error,
                          const uint8_t *other, size_t other_length)
{
    uint8_t octets[2 * DNAME_MAX + 32];
    uint8_t *at = octets;
    if (!timers_only) {
        at = put_name(at, t->name);
        at = put(at, RRCLASS_ANY, 2);
        at = put(at, 0, 4);
        at = put_name(at, t->algorithm);
    }
    at = put(at, time_s, 6);
    at = put(at, fudge_s, 2);
    if (!timers_only) {
        at = put(at, error, 2);
        at = put(at, other_length, 2);
    }
    return EVP_MAC_update(t->mac, octets, (size_t)(at - octets)) == 1 &&
           (timers_only || other_length == 0 || EVP_MAC_update(t->mac, other, other_length) == 1);
}

size_t tsig_sign(struct tsig *t, uint8_t *wire, size_t length, size_t room, int64_t now_s)
{
    size_t need = dname_length(t->name) + 10 + dname_length(t->algorithm) + 16 + t->mac_length;
    size_t written;
    t->previous_length = 0;
    if (length + need > room || t->mac_length > MAC_MAX || !mac_begin(t) ||
        EVP_MAC_update(t->mac, wire, length) != 1 ||
        !mac_variables(t, false, (uint64_t)now_s, FUDGE_S, 0, NULL, 0) ||
        EVP_MAC_final(t->mac, t->previous, &written, MAC_MAX) != 1)
        return 0;
    t->previous_length = written;

    uint8_t *at = put_name(wire + length, t->name);
    at = put(at, RRTYPE_TSIG, 2);
    at = put(at, RRCLASS_ANY, 2);
    at = put(at, 0, 4);
    at = put(at, need - dname_length(t->name) - 10, 2);
    at = put_name(at, t->algorithm);
    at = put(at, (uint64_t)now_s, 6);
    at = put(at, FUDGE_S, 2);
    at = put(at, t->mac_length, 2);
    memcpy(at, t->previous, t->mac_length);
    at += t->mac_length;
    at = put(at, message_id(wire), 2);
    at = put(at, 0, 4); /* error, other length */
    wire[11]++;         /* ARCOUNT of a query of ours is small */
    return mac_begin(t) ? (size_t)(at - wire) : 0;
}

/* ---- what comes back ------------------------------------------------------------------------- */

struct found {
    size_t offset; /* of the TSIG record; 0: none */
    bool last;     /* nothing behind it */
    bool right_key;
    const dname *key;
    const uint8_t *rdata;
    size_t rdata_length;
};

static bool find(void *context, const struct message_record *record)
{
    struct found *found = context;
    found->last = false;
    if (record->type != RRTYPE_TSIG || record->section != 2 || found->offset != 0)
        return true; /* also a second one, which is then behind the first */
    found->offset = record->offset;
    found->last = true;
    found->rdata = record->rdata;
    found->rdata_length = record->rdata_length;
    found->right_key = dname_equal(record->owner, found->key);
    return true;
}

struct fields {
    uint64_t time_s;
    uint16_t fudge_s, original_id, error;
    const uint8_t *mac, *other;
    size_t mac_length, other_length;
    bool right_algorithm;
};

static bool fields_read(const struct tsig *t, const struct found *found, struct fields *out)
{
    struct reader r = reader_new(found->rdata, found->rdata_length);
    size_t length = dname_from_wire(r.at, reader_left(&r));
    const dname *algorithm = reader_take(&r, length);
    if (length == 0)
        return false;
    out->right_algorithm = dname_equal(algorithm, t->algorithm);
    out->time_s = (uint64_t)reader_u16(&r) << 32;
    out->time_s |= reader_u32(&r);
    out->fudge_s = reader_u16(&r);
    out->mac_length = reader_u16(&r);
    out->mac = reader_take(&r, out->mac_length);
    out->original_id = reader_u16(&r);
    out->error = reader_u16(&r);
    out->other_length = reader_u16(&r);
    out->other = reader_take(&r, out->other_length);
    return !r.failed && r.at == r.end;
}

/* The message as it was before it was signed: id restored, one additional record less. */
static bool mac_message(struct tsig *t, const uint8_t *wire, size_t length, uint16_t id, bool with_tsig)
{
    uint8_t header[HEADER_SIZE];
    memcpy(header, wire, HEADER_SIZE);
    if (with_tsig) {
        unsigned additional = ((unsigned)header[10] << 8 | header[11]) - 1;
        put(header, id, 2);
        put(header + 10, additional, 2);
    }
    return EVP_MAC_update(t->mac, header, HEADER_SIZE) == 1 &&
           EVP_MAC_update(t->mac, wire + HEADER_SIZE, length - HEADER_SIZE) == 1;
}

static enum tsig_result verify(struct tsig *t, const uint8_t *wire, const struct found *found,
                               const struct fields *f, int64_t now_s)
{
    uint8_t mac[MAC_MAX];
    size_t written = 0;
    if (f->mac_length != t->mac_length || !mac_message(t, wire, found->offset, f->original_id, true) ||
        !mac_variables(t, t->answered, f->time_s, f->fudge_s, f->error, f->other, f->other_length) ||
        EVP_MAC_final(t->mac, mac, &written, sizeof(mac)) != 1 || CRYPTO_memcmp(mac, f->mac, written) != 0)
        return TSIG_BAD;
    int64_t off = now_s - (int64_t)f->time_s;
    if (off > f->fudge_s || off < -(int64_t)f->fudge_s)
        return TSIG_BAD;
    memcpy(t->previous, mac, written);
    t->previous_length = written;
    t->answered = true;
    t->unsigned_messages = 0;
    return mac_begin(t) ? TSIG_GOOD : TSIG_BAD;
}

enum tsig_result tsig_check(struct tsig *t, const uint8_t *wire, size_t length, int64_t now_s,
                            uint16_t *error)
{
    struct found found = {.key = t->name};
    struct fields fields;
    *error = 0;
    if (message_walk(wire, length, find, &found) != STATUS_OK)
        return TSIG_MALFORMED;
    if (found.offset == 0) {
        if (++t->unsigned_messages > UNSIGNED_MAX || !mac_message(t, wire, length, 0, false))
            return TSIG_BAD;
        return TSIG_UNSIGNED;
    }
    if (!found.last || !fields_read(t, &found, &fields))
        return TSIG_MALFORMED;
    if (fields.error != 0) {
        *error = fields.error;
        return TSIG_ERROR;
    }
    if (!found.right_key || !fields.right_algorithm)
        return TSIG_BAD;
    return verify(t, wire, &found, &fields, now_s);
}
