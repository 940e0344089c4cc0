/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys of test zones: the same in every run, worth nothing anywhere else. RSA from fixed primes, the others from a
 * hash of zone, algorithm and role. */
#include "tests/world_keys.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#include <stdio.h>
#include <string.h>

static const struct {
    unsigned bits;
    const char *p, *q;
} rsa_primes[] = {
    {512,
     "f692a94afb43988febf456c8b2ad6ada4a307ca8090ea835f0d6b02350059097",
     "d9e7fdf462063415ec203ae201690df5d62cbee9099774d059176703cb0ea2e7"},
    {1024,
     "d5033b11ecb564c0a5713fb79beb73da7bb125b302147ea532ddd5ebec9c7cf6fd894d78264e1eda6637b1a3c721a129"
     "c600c364cbf2e28974c99d088395fd0b",
     "cf422ab0fa962328f0c20b364680837b7760e077bc5b4b8c4f46c971acbdfc6e5c043d3d2359edf8fc2bd59bf6da7f09"
     "b76beb851157a90b76fef4f6de312b99"},
    {2048,
     "f4c5072dbadfd539bc3dec88c08d3245e7b007594309c91502322d5eee0f4545e63c3513489ec3e5048c7ea7b6d63fee"
     "fcfa51e1cef1394c219fdfd0fc75878459342fd540f128481acaa1af978a3e80fd9de2b7b61f1ae4d14805f433df110a"
     "653c3deaca06692fe682b4a1708788274a91d47388a9fedab6b46a98a1e207b1",
     "da422f43a0d3e456fb63b99af33b52869b4b37ad8493360581aa41abcabfc83062fb0de0f41d3bbd954b14954207a582"
     "c713f1b2aa92a013b72c7526bec255216ba6e225ca1299bb628e5b22548d4bccdd6e36adfd64bc73983c23e5b96408f6"
     "92cd68fc59d3f6db30f7f5452781a7a913785b88f49ce544d776b4d6618a9ec3"},
};

/* A key pair from its numbers. */
static EVP_PKEY *from_params(const char *type, OSSL_PARAM_BLD *build)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (params == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, params) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(params);
    return key;
}

/* n = pq, d = 1/e mod (p-1)(q-1), with e = 65537; the role moves nothing: every key of a size is the same key, so a
 * second one gets another exponent. */
static EVP_PKEY *rsa_key(unsigned bits, const char *role)
{
    size_t size = 0;
    while (size + 1 < ARRAY_SIZE(rsa_primes) && rsa_primes[size].bits < bits)
        size++;
    BIGNUM *p = NULL, *q = NULL;
    BN_hex2bn(&p, rsa_primes[size].p);
    BN_hex2bn(&q, rsa_primes[size].q);
    BIGNUM *n = BN_new(), *e = BN_new(), *phi = BN_new();
    BN_CTX *work = BN_CTX_new();
    static const unsigned exponents[] = {65537, 65539, 257, 17};
    unsigned at = strcmp(role, "ksk") == 0 ? 0 : strcmp(role, "zsk") == 0 ? 1 : 2;
    BN_mul(n, p, q, work);
    BN_sub_word(p, 1);
    BN_sub_word(q, 1);
    BN_mul(phi, p, q, work);
    BIGNUM *d = NULL;
    for (; d == NULL && at < ARRAY_SIZE(exponents); at++) {
        BN_set_word(e, exponents[at]);
        d = BN_mod_inverse(NULL, e, phi, work);
    }
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    if (d != NULL && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_D, d) == 1)
        key = from_params("RSA", build);
    OSSL_PARAM_BLD_free(build);
    BN_free(p);
    BN_free(q);
    BN_free(n);
    BN_free(e);
    BN_free(d);
    BN_free(phi);
    BN_CTX_free(work);
    return key;
}

static EVP_PKEY *ec_key(int nid, const char *group_name, const uint8_t *secret, size_t size)
{
    EVP_PKEY *key = NULL;
    uint8_t point[1 + 96];
    EC_GROUP *group = EC_GROUP_new_by_curve_name(nid);
    EC_POINT *public = EC_POINT_new(group);
    BIGNUM *scalar = BN_bin2bn(secret, (int)size, NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    size_t length = 0;
    if (EC_POINT_mul(group, public, scalar, NULL, NULL, NULL) == 1)
        length = EC_POINT_point2oct(group, public, POINT_CONVERSION_UNCOMPRESSED, point, sizeof(point), NULL);
    if (length > 0 && OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, group_name, 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, length) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1)
        key = from_params("EC", build);
    OSSL_PARAM_BLD_free(build);
    BN_free(scalar);
    EC_POINT_free(public);
    EC_GROUP_free(group);
    return key;
}

/* 64 octets that depend on the zone, the algorithm and the role. */
static void secret_of(const dname *zone, uint8_t algorithm, const char *role, uint8_t secret[static 64])
{
    uint8_t input[DNAME_MAX + 32];
    size_t length = dname_length(zone);
    memcpy(input, zone, length);
    dname_lower_in_place(input);
    input[length++] = algorithm;
    size_t tail = strlen(role) < 16 ? strlen(role) : 16;
    memcpy(input + length, role, tail);
    SHA512(input, length + tail, secret);
    secret[0] &= 0x3f; /* below the order of every curve */
}

/* Public key in the form of the DNSKEY (RFC 3110, 6605, 8080). */
static void public_octets(struct world_key *key)
{
    uint8_t *to = key->dnskey + 4;
    size_t length = 0;
    if (world_key_is_rsa(key->algorithm)) {
        BIGNUM *n = NULL, *e = NULL;
        EVP_PKEY_get_bn_param(key->pair, OSSL_PKEY_PARAM_RSA_N, &n);
        EVP_PKEY_get_bn_param(key->pair, OSSL_PKEY_PARAM_RSA_E, &e);
        to[0] = (uint8_t)BN_num_bytes(e);
        BN_bn2bin(e, to + 1);
        length = 1 + (size_t)to[0];
        BN_bn2bin(n, to + length);
        length += (size_t)BN_num_bytes(n);
        BN_free(n);
        BN_free(e);
    } else if (key->algorithm == DNSSEC_ALG_P256 || key->algorithm == DNSSEC_ALG_P384) {
        uint8_t point[97];
        EVP_PKEY_get_octet_string_param(key->pair, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &length);
        length--;
        memcpy(to, point + 1, length);
    } else if (key->pair != NULL) {
        length = WORLD_KEY_MAX - 4;
        EVP_PKEY_get_raw_public_key(key->pair, to, &length);
    } else { /* an algorithm that nobody here computes: octets of no meaning */
        uint8_t octets[64];
        secret_of(DNAME_ROOT, key->algorithm, "public", octets);
        memcpy(to, octets, sizeof(octets));
        length = sizeof(octets);
    }
    key->dnskey_length = (uint16_t)(4 + length);
}

bool world_key_is_rsa(uint8_t algorithm)
{
    return algorithm == DNSSEC_ALG_RSASHA1 || algorithm == DNSSEC_ALG_RSASHA1_NSEC3 ||
           algorithm == DNSSEC_ALG_RSASHA256 || algorithm == DNSSEC_ALG_RSASHA512;
}

void world_key_make(struct world_key *key, const dname *zone, uint8_t algorithm, const char *role, unsigned bits,
                    uint16_t flags, uint8_t protocol)
{
    uint8_t secret[64];
    *key = (struct world_key){.algorithm = algorithm};
    secret_of(zone, algorithm, role, secret);
    if (world_key_is_rsa(algorithm))
        key->pair = rsa_key(bits, role);
    else if (algorithm == DNSSEC_ALG_P256)
        key->pair = ec_key(NID_X9_62_prime256v1, "P-256", secret, 32);
    else if (algorithm == DNSSEC_ALG_P384)
        key->pair = ec_key(NID_secp384r1, "P-384", secret, 48);
    else if (algorithm == DNSSEC_ALG_ED25519)
        key->pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, 32);
    else if (algorithm == DNSSEC_ALG_ED448)
        key->pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED448, NULL, secret, 57);
    key->dnskey[0] = (uint8_t)(flags >> 8);
    key->dnskey[1] = (uint8_t)flags;
    key->dnskey[2] = protocol;
    key->dnskey[3] = algorithm;
    public_octets(key);
    key->tag = dnssec_key_tag(key->dnskey, key->dnskey_length);
}

void world_key_free(struct world_key *key)
{
    EVP_PKEY_free(key->pair);
    key->pair = NULL;
}

/* DER to r | s of fixed length (RFC 6605 section 4). */
static size_t ecdsa_from_der(const uint8_t *der, size_t length, size_t half, uint8_t *out)
{
    const uint8_t *at = der;
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)length);
    if (sig == NULL)
        return 0;
    BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, (int)half);
    BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + half, (int)half);
    ECDSA_SIG_free(sig);
    return half * 2;
}

static const EVP_MD *digest_of(uint8_t algorithm)
{
    switch (algorithm) {
    case DNSSEC_ALG_RSASHA1: case DNSSEC_ALG_RSASHA1_NSEC3:
        return EVP_sha1();
    case DNSSEC_ALG_RSASHA256: case DNSSEC_ALG_P256:
        return EVP_sha256();
    case DNSSEC_ALG_P384:
        return EVP_sha384();
    case DNSSEC_ALG_RSASHA512:
        return EVP_sha512();
    default:
        return NULL;
    }
}

size_t world_key_sign(const struct world_key *key, const uint8_t *data, size_t length,
                      uint8_t signature[static WORLD_KEY_MAX])
{
    uint8_t raw[WORLD_KEY_MAX];
    size_t size = sizeof(raw);
    if (key->pair == NULL) {
        SHA512(data, length, signature);
        return 64;
    }
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool signed_ok = EVP_DigestSignInit(context, NULL, digest_of(key->algorithm), NULL, key->pair) == 1 &&
                     EVP_DigestSign(context, raw, &size, data, length) == 1;
    EVP_MD_CTX_free(context);
    if (!signed_ok)
        return 0;
    if (key->algorithm == DNSSEC_ALG_P256)
        return ecdsa_from_der(raw, size, 32, signature);
    if (key->algorithm == DNSSEC_ALG_P384)
        return ecdsa_from_der(raw, size, 48, signature);
    memcpy(signature, raw, size);
    return size;
}
