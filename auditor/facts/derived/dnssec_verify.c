/* SPDX-License-Identifier: BSD-2-Clause */
/* One DNSSEC signature with OpenSSL: DNSKEY wire forms of RFC 3110, 5702, 6605 and 8080. */
#include "auditor/facts/derived/dnssec_crypto.h"

#include "auditor/base/digest.h"
#include "auditor/base/reader.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <pthread.h>
#include <string.h>

/* Larger moduli than RFC 3110 and 5702 allow are refused, and exponents beyond 64 bits: verifying with them costs as
 * much as signing, which is an attacker's gain and nobody's need. */
#define RSA_BITS_MAX 4096
#define RSA_BITS_MIN 512
#define RSA_EXPONENT_MAX 8

/* A key ready for use: parsed once, for OpenSSL 3 spends more on setting up than on many verifications. */
struct verifier {
    EVP_PKEY *key;
    EVP_PKEY_CTX *context; /* set up for digests; NULL for the Edwards curves, which take the message whole */
    const EVP_MD *digest;
};

static EVP_MD *fetched_sha1, *fetched_sha256, *fetched_sha384, *fetched_sha512;
static pthread_once_t fetch_once = PTHREAD_ONCE_INIT;

/* Constants of the process: EVP_sha256() looks its implementation up at each use. */
static void fetch_digests(void)
{
    fetched_sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
    fetched_sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    fetched_sha384 = EVP_MD_fetch(NULL, "SHA384", NULL);
    fetched_sha512 = EVP_MD_fetch(NULL, "SHA512", NULL);
}

static const EVP_MD *signature_digest(uint8_t algorithm)
{
    pthread_once(&fetch_once, fetch_digests);
    switch (algorithm) {
    case DNSSEC_ALG_RSASHA1: case DNSSEC_ALG_RSASHA1_NSEC3:
        return fetched_sha1;
    case DNSSEC_ALG_RSASHA256: case DNSSEC_ALG_P256:
        return fetched_sha256;
    case DNSSEC_ALG_P384:
        return fetched_sha384;
    case DNSSEC_ALG_RSASHA512:
        return fetched_sha512;
    default:
        return NULL;
    }
}

static void verifier_free(void *object)
{
    struct verifier *v = object;
    EVP_PKEY_CTX_free(v->context);
    EVP_PKEY_free(v->key);
    OPENSSL_free(v);
}

static bool is_rsa(uint8_t algorithm)
{
    return algorithm == DNSSEC_ALG_RSASHA1 || algorithm == DNSSEC_ALG_RSASHA1_NSEC3 ||
           algorithm == DNSSEC_ALG_RSASHA256 || algorithm == DNSSEC_ALG_RSASHA512;
}

static EVP_PKEY *from_params(const char *type, OSSL_PARAM_BLD *build)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (params == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(params);
    return key;
}

struct rsa_parts {
    const uint8_t *exponent, *modulus;
    size_t exponent_length, modulus_length;
};

/* RFC 3110 section 2: length of the exponent in one octet, or zero and two octets. */
static bool rsa_read(const uint8_t *octets, size_t length, struct rsa_parts *out)
{
    struct reader r = reader_new(octets, length);
    out->exponent_length = reader_u8(&r);
    if (out->exponent_length == 0)
        out->exponent_length = reader_u16(&r);
    out->exponent = reader_take(&r, out->exponent_length);
    if (r.failed || out->exponent_length == 0)
        return false;
    out->modulus_length = reader_left(&r);
    out->modulus = r.at;
    while (out->modulus_length > 0 && out->modulus[0] == 0) {
        out->modulus++;
        out->modulus_length--;
    }
    while (out->exponent_length > 0 && out->exponent[0] == 0) {
        out->exponent++;
        out->exponent_length--;
    }
    return out->modulus_length > 0 && out->exponent_length > 0;
}

static unsigned bits_of(const uint8_t *octets, size_t length)
{
    unsigned top = 8;
    while (top > 0 && (octets[0] >> (top - 1)) == 0)
        top--;
    return (unsigned)(length - 1) * 8 + top;
}

static EVP_PKEY *rsa_build(const struct rsa_parts *parts)
{
    EVP_PKEY *key = NULL;
    BIGNUM *n = BN_bin2bn(parts->modulus, (int)parts->modulus_length, NULL);
    BIGNUM *e = BN_bin2bn(parts->exponent, (int)parts->exponent_length, NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    if (n != NULL && e != NULL && build != NULL && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1)
        key = from_params("RSA", build);
    OSSL_PARAM_BLD_free(build);
    BN_free(e);
    BN_free(n);
    return key;
}

static EVP_PKEY *rsa_key(const uint8_t *octets, size_t length, struct dnssec_key *out)
{
    struct rsa_parts parts;
    out->state = DNSSEC_KEY_MALFORMED;
    if (!rsa_read(octets, length, &parts))
        return NULL;
    out->bits = bits_of(parts.modulus, parts.modulus_length);
    out->state = DNSSEC_KEY_UNSUPPORTED;
    if (out->bits > RSA_BITS_MAX || out->bits < RSA_BITS_MIN || parts.exponent_length > RSA_EXPONENT_MAX)
        return NULL;
    return rsa_build(&parts);
}

/* RFC 6605 section 4: x and y without the leading octet that SEC 1 puts before an uncompressed point. */
static EVP_PKEY *ec_key(const char *group, size_t size, const uint8_t *octets, size_t length, struct dnssec_key *out)
{
    uint8_t point[1 + 96];
    out->state = DNSSEC_KEY_MALFORMED;
    if (length != size)
        return NULL;
    out->bits = (unsigned)size * 4;
    point[0] = 4;
    memcpy(point + 1, octets, size);
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    if (build != NULL && OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, size + 1) == 1)
        key = from_params("EC", build); /* fails for a point that is not on the curve */
    OSSL_PARAM_BLD_free(build);
    return key;
}

static EVP_PKEY *edwards_key(int type, size_t size, const uint8_t *octets, size_t length, struct dnssec_key *out)
{
    out->state = DNSSEC_KEY_MALFORMED;
    if (length != size)
        return NULL;
    out->bits = (unsigned)size * 8;
    return EVP_PKEY_new_raw_public_key(type, NULL, octets, size);
}

static EVP_PKEY *public_key(const uint8_t *octets, size_t length, struct dnssec_key *out)
{
    if (is_rsa(out->algorithm))
        return rsa_key(octets, length, out);
    switch (out->algorithm) {
    case DNSSEC_ALG_P256:
        return ec_key("P-256", 64, octets, length, out);
    case DNSSEC_ALG_P384:
        return ec_key("P-384", 96, octets, length, out);
    case DNSSEC_ALG_ED25519:
        return edwards_key(EVP_PKEY_ED25519, 32, octets, length, out);
    case DNSSEC_ALG_ED448:
        return edwards_key(EVP_PKEY_ED448, 57, octets, length, out);
    default:
        out->state = DNSSEC_KEY_UNSUPPORTED;
        return NULL;
    }
}

static EVP_PKEY_CTX *digest_context(EVP_PKEY *key, uint8_t algorithm, const EVP_MD *digest)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    if (context == NULL || EVP_PKEY_verify_init(context) != 1 ||
        (is_rsa(algorithm) && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) != 1) ||
        EVP_PKEY_CTX_set_signature_md(context, digest) != 1) {
        EVP_PKEY_CTX_free(context);
        return NULL;
    }
    return context;
}

static void *verifier_new(struct arena *a, EVP_PKEY *key, uint8_t algorithm)
{
    struct verifier *v = OPENSSL_zalloc(sizeof(*v));
    if (v == NULL) {
        EVP_PKEY_free(key);
        return NULL;
    }
    v->key = key;
    v->digest = signature_digest(algorithm);
    if (v->digest != NULL) {
        v->context = digest_context(key, algorithm, v->digest);
        if (v->context == NULL) {
            verifier_free(v);
            return NULL;
        }
    }
    return arena_adopt(a, v, verifier_free);
}

/* ---- keys that were parsed before ---- */

/* Checking that a point is on its curve takes OpenSSL longer than a verification, and every target has the keys of the
 * root and of its TLD, and its own from every server. Parsing is a pure function of the RDATA, so the process remembers
 * the last results; that changes no verdict. */
#define PARSED_SLOTS 256U

struct parsed {
    EVP_PKEY *key;
    unsigned bits;
    uint8_t id[DIGEST_SHA256]; /* of the RDATA */
};

static struct parsed parsed_keys[PARSED_SLOTS];
static pthread_mutex_t parsed_lock = PTHREAD_MUTEX_INITIALIZER;

static EVP_PKEY *parsed_get(const uint8_t id[static DIGEST_SHA256], struct dnssec_key *out)
{
    const struct parsed *slot = &parsed_keys[id[0] % PARSED_SLOTS];
    EVP_PKEY *key = NULL;
    pthread_mutex_lock(&parsed_lock);
    if (slot->key != NULL && memcmp(slot->id, id, DIGEST_SHA256) == 0 && EVP_PKEY_up_ref(slot->key) == 1) {
        key = slot->key;
        out->bits = slot->bits;
    }
    pthread_mutex_unlock(&parsed_lock);
    return key;
}

static void parsed_put(const uint8_t id[static DIGEST_SHA256], EVP_PKEY *key, unsigned bits)
{
    struct parsed *slot = &parsed_keys[id[0] % PARSED_SLOTS];
    if (EVP_PKEY_up_ref(key) != 1)
        return;
    pthread_mutex_lock(&parsed_lock);
    EVP_PKEY *before = slot->key;
    slot->key = key;
    slot->bits = bits;
    memcpy(slot->id, id, DIGEST_SHA256);
    pthread_mutex_unlock(&parsed_lock);
    EVP_PKEY_free(before);
}

static EVP_PKEY *parse(const struct rdata *rdata, struct dnssec_key *out)
{
    uint8_t id[DIGEST_SHA256];
    digest_sha256(rdata->octets, rdata->length, id);
    EVP_PKEY *key = parsed_get(id, out);
    if (key != NULL)
        return key;
    key = public_key(rdata->octets + 4, (size_t)rdata->length - 4, out);
    if (key != NULL)
        parsed_put(id, key, out->bits);
    return key;
}

bool dnssec_key_read(struct arena *a, const struct rdata *rdata, struct dnssec_key *out)
{
    if (rdata->length < 4)
        return false;
    struct dnssec_key key = {.rdata = rdata};
    key.flags = (uint16_t)((rdata->octets[0] << 8) | rdata->octets[1]);
    key.protocol = rdata->octets[2];
    key.algorithm = rdata->octets[3];
    key.tag = dnssec_key_tag(rdata->octets, rdata->length);
    EVP_PKEY *parsed = parse(rdata, &key);
    if (parsed != NULL) {
        key.verifier = verifier_new(a, parsed, key.algorithm);
        if (key.verifier == NULL)
            return false;
        key.state = DNSSEC_KEY_USABLE;
    }
    ERR_clear_error(); /* a malformed key leaves errors in the thread's queue */
    *out = key;
    return true;
}

/* RFC 6605 section 4: r and s of fixed length; OpenSSL wants them in DER. @return octets, 0 on failure */
static size_t ecdsa_to_der(const uint8_t *signature, size_t length, uint8_t der[static 128])
{
    size_t result = 0;
    ECDSA_SIG *sig = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, (int)(length / 2), NULL);
    BIGNUM *s = BN_bin2bn(signature + length / 2, (int)(length / 2), NULL);
    if (sig != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(sig, r, s) == 1) {
        r = s = NULL;
        uint8_t *to = der;
        int size = i2d_ECDSA_SIG(sig, &to);
        result = size > 0 ? (size_t)size : 0;
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(sig);
    return result;
}

static int verify_digest(const struct verifier *v, uint8_t algorithm, const uint8_t *data, size_t length,
                         const uint8_t *signature, size_t signature_length)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    uint8_t der[128];
    unsigned size = 0;
    if (EVP_Digest(data, length, digest, &size, v->digest, NULL) != 1)
        return -1;
    if (algorithm == DNSSEC_ALG_P256 || algorithm == DNSSEC_ALG_P384) {
        if (signature_length != (algorithm == DNSSEC_ALG_P256 ? 64 : 96))
            return 0;
        signature_length = ecdsa_to_der(signature, signature_length, der);
        signature = der;
        if (signature_length == 0)
            return -1;
    }
    return EVP_PKEY_verify(v->context, signature, signature_length, digest, size) == 1;
}

static int verify_message(const struct verifier *v, const uint8_t *data, size_t length, const uint8_t *signature,
                          size_t signature_length)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL)
        return -1;
    int good = EVP_DigestVerifyInit(context, NULL, NULL, NULL, v->key) == 1 &&
               EVP_DigestVerify(context, signature, signature_length, data, length) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

enum dnssec_check dnssec_verify(const struct dnssec_key *key, const uint8_t *data, size_t length,
                                const uint8_t *signature, size_t signature_length)
{
    const struct verifier *v = key->verifier;
    if (v == NULL)
        return DNSSEC_CHECK_UNSUPPORTED;
    int good = v->context != NULL ? verify_digest(v, key->algorithm, data, length, signature, signature_length)
                                  : verify_message(v, data, length, signature, signature_length);
    ERR_clear_error();
    if (good < 0)
        return DNSSEC_CHECK_NOMEM;
    return good != 0 ? DNSSEC_CHECK_GOOD : DNSSEC_CHECK_BAD;
}
