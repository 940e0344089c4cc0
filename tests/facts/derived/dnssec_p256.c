/* SPDX-License-Identifier: BSD-2-Clause */
/* Batches of ECDSA P-256 against OpenSSL: what it accepts is accepted, what it refuses is never accepted. */
#include "auditor/facts/derived/dnssec_p256.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* ---- OpenSSL's side -------------------------------------------------------------------------------- */

struct maths {
    EC_GROUP *group;
    BN_CTX *bn;
    BIGNUM *order, *field;
};

static int set_up(void **state)
{
    static struct maths m;
    m.bn = BN_CTX_new();
    m.group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    m.order = BN_new();
    m.field = BN_new();
    *state = &m;
    return EC_GROUP_get_order(m.group, m.order, m.bn) == 1 &&
                   EC_GROUP_get_curve(m.group, m.field, NULL, NULL, m.bn) == 1
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    struct maths *m = *state;
    BN_free(m->order);
    BN_free(m->field);
    EC_GROUP_free(m->group);
    BN_CTX_free(m->bn);
    return 0;
}

static void put(const BIGNUM *number, uint8_t octets[static 32])
{
    assert_int_equal(BN_bn2binpad(number, octets, 32), 32);
}

static void put_point(const struct maths *m, const EC_POINT *p, uint8_t octets[static P256_POINT])
{
    uint8_t form[65];
    assert_int_equal(EC_POINT_point2oct(m->group, p, POINT_CONVERSION_UNCOMPRESSED, form, 65, m->bn), 65);
    memcpy(octets, form + 1, P256_POINT);
}

/* The public key of a secret number. */
static void public_key(const struct maths *m, const BIGNUM *secret, uint8_t octets[static P256_POINT])
{
    EC_POINT *q = EC_POINT_new(m->group);
    assert_int_equal(EC_POINT_mul(m->group, q, secret, NULL, NULL, m->bn), 1);
    put_point(m, q, octets);
    EC_POINT_free(q);
}

static EVP_PKEY *key_of(const uint8_t point[static P256_POINT])
{
    uint8_t form[65] = {4};
    EVP_PKEY *key = NULL;
    memcpy(form + 1, point, P256_POINT);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, form, sizeof(form));
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
    assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters), 1);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(build);
    return key;
}

static bool openssl_accepts(const uint8_t point[static P256_POINT], const uint8_t digest[static P256_DIGEST],
                            const uint8_t signature[static P256_SIGNATURE])
{
    EVP_PKEY *key = key_of(point);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    ECDSA_SIG *sig = ECDSA_SIG_new();
    uint8_t *der = NULL;
    BIGNUM *r = BN_bin2bn(signature, 32, NULL), *s = BN_bin2bn(signature + 32, 32, NULL);
    assert_int_equal(ECDSA_SIG_set0(sig, r, s), 1);
    int length = i2d_ECDSA_SIG(sig, &der);
    assert_int_equal(EVP_PKEY_verify_init(context), 1);
    bool good = EVP_PKEY_verify(context, der, (size_t)length, digest, P256_DIGEST) == 1;
    OPENSSL_free(der);
    ECDSA_SIG_free(sig);
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(key);
    return good;
}

/* ---- cases ----------------------------------------------------------------------------------------- */

struct sample {
    uint8_t point[P256_POINT], digest[P256_DIGEST], signature[P256_SIGNATURE];
};

static uint64_t random_state;

static uint64_t random_number(void)
{
    uint64_t z = (random_state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static void random_octets(uint8_t *octets, size_t count)
{
    for (size_t i = 0; i < count; i++)
        octets[i] = (uint8_t)random_number();
}

static BIGNUM *random_scalar(const struct maths *m)
{
    uint8_t octets[32];
    random_octets(octets, sizeof(octets));
    BIGNUM *n = BN_bin2bn(octets, 32, NULL);
    assert_int_equal(BN_mod(n, n, m->order, m->bn), 1);
    return n;
}

/* A signature whose verification computes u1*G + u2*Q for the u1 and u2 given: r = x, s = r/u2, digest =
 * u1*s. */
static bool sample_of(const struct maths *m, const BIGNUM *secret, const BIGNUM *u1, const BIGNUM *u2,
                      struct sample *out)
{
    EC_POINT *q = EC_POINT_new(m->group), *sum = EC_POINT_new(m->group);
    BIGNUM *r = BN_new(), *s = BN_new(), *digest = BN_new();
    EC_POINT_mul(m->group, q, secret, NULL, NULL, m->bn);
    put_point(m, q, out->point);
    EC_POINT_mul(m->group, sum, u1, q, u2, m->bn);
    bool possible = EC_POINT_is_at_infinity(m->group, sum) == 0;
    if (possible) {
        assert_int_equal(EC_POINT_get_affine_coordinates(m->group, sum, r, NULL, m->bn), 1);
        BN_mod(r, r, m->order, m->bn);
        BN_mod_inverse(s, u2, m->order, m->bn);
        BN_mod_mul(s, s, r, m->order, m->bn);
        BN_mod_mul(digest, s, u1, m->order, m->bn);
        put(r, out->signature);
        put(s, out->signature + 32);
        put(digest, out->digest);
    }
    EC_POINT_free(q);
    EC_POINT_free(sum);
    BN_free(r);
    BN_free(s);
    BN_free(digest);
    return possible;
}

static void random_sample(const struct maths *m, struct sample *out)
{
    BIGNUM *secret = random_scalar(m), *u1 = random_scalar(m), *u2 = random_scalar(m);
    assert_true(sample_of(m, secret, u1, u2, out));
    BN_free(secret);
    BN_free(u1);
    BN_free(u2);
}

static enum p256_outcome verify(const struct sample *s, unsigned bits)
{
    struct p256_table *base = p256_table_base(bits), *key = p256_table_new(s->point, bits);
    assert_non_null(base);
    assert_non_null(key);
    struct p256_batch *b = p256_batch_new(base, 4);
    assert_true(p256_batch_add(b, key, s->digest, s->signature));
    p256_batch_run(b);
    enum p256_outcome outcome = p256_batch_outcome(b, 0);
    p256_batch_free(b);
    p256_table_free(key);
    p256_table_free(base);
    return outcome;
}

/* ---- tests ----------------------------------------------------------------------------------------- */

static void valid_signatures_are_good_in_every_window(void **state)
{
    for (unsigned bits = 4; bits <= 14; bits += bits < 10 ? 1 : 2) {
        struct sample s;
        random_state = bits;
        random_sample(*state, &s);
        assert_true(openssl_accepts(s.point, s.digest, s.signature));
        assert_int_equal(verify(&s, bits), P256_GOOD);
        s.digest[31] ^= 1;
        assert_int_equal(verify(&s, bits), P256_BAD);
    }
    assert_null(p256_table_base(3));
    assert_null(p256_table_base(15));
}

#define MIXED 600

/* Three of four are spoilt in some way; batches take several keys, and more than one batch is needed. */
static void spoil(const struct maths *m, struct sample *s, unsigned kind)
{
    uint8_t order[32];
    put(m->order, order);
    switch (kind) {
    case 0: case 1: case 2:
        break;
    case 3:
        s->signature[random_number() % 64] ^= (uint8_t)(1 << random_number() % 8);
        break;
    case 4:
        s->digest[random_number() % 32] ^= (uint8_t)(1 << random_number() % 8);
        break;
    case 5:
        random_octets(s->signature, 64);
        break;
    case 6: case 7: /* r or s is zero */
        memset(s->signature + (kind == 7 ? 32 : 0), 0, 32);
        break;
    case 8: case 9: /* the order */
        memcpy(s->signature + (kind == 9 ? 32 : 0), order, 32);
        break;
    case 10: case 11: /* the order and one */
        order[31]++;
        memcpy(s->signature + (kind == 11 ? 32 : 0), order, 32);
        break;
    case 12: { /* order - s is as good as s: DNSSEC does not forbid it */
        BIGNUM *number = BN_bin2bn(s->signature + 32, 32, NULL);
        BN_sub(number, m->order, number);
        put(number, s->signature + 32);
        BN_free(number);
        break;
    }
    case 13:
        memset(s->signature, 0xff, 64);
        break;
    case 14: { /* r and s in each other's place */
        uint8_t r[32];
        memcpy(r, s->signature, 32);
        memcpy(s->signature, s->signature + 32, 32);
        memcpy(s->signature + 32, r, 32);
        break;
    }
    default:
        memset(s->digest, kind == 15 ? 0 : 0xff, 32);
    }
}

static void mixed_batches_agree_with_openssl(void **state)
{
    struct maths *m = *state;
    static struct sample samples[MIXED];
    struct p256_table *base = p256_table_base(6), *keys[7];
    struct p256_batch *b = p256_batch_new(base, 256);
    unsigned good = 0;
    random_state = 20261122;
    BIGNUM *secrets[7];
    for (size_t i = 0; i < 7; i++) {
        uint8_t point[P256_POINT];
        secrets[i] = random_scalar(m);
        public_key(m, secrets[i], point);
        keys[i] = p256_table_new(point, 6);
        assert_non_null(keys[i]);
    }
    for (size_t i = 0; i < MIXED; i++) {
        BIGNUM *u1 = random_scalar(m), *u2 = random_scalar(m);
        assert_true(sample_of(m, secrets[i % 7], u1, u2, &samples[i]));
        spoil(m, &samples[i], (unsigned)(i % 17));
        BN_free(u1);
        BN_free(u2);
    }
    for (size_t from = 0; from < MIXED; from += p256_batch_count(b)) {
        p256_batch_empty(b);
        for (size_t i = from; i < MIXED; i++) { /* every fifth by the key of another */
            if (!p256_batch_add(b, keys[(i + (i % 5 == 4)) % 7], samples[i].digest, samples[i].signature))
                break;
        }
        p256_batch_run(b);
        for (size_t k = 0; k < p256_batch_count(b); k++) {
            size_t i = from + k;
            uint8_t point[P256_POINT];
            public_key(m, secrets[(i + (i % 5 == 4)) % 7], point);
            bool expected = openssl_accepts(point, samples[i].digest, samples[i].signature);
            assert_int_equal(p256_batch_outcome(b, k), expected ? P256_GOOD : P256_BAD);
            good += expected;
        }
    }
    assert_in_range(good, MIXED / 17 * 3 / 2, MIXED / 2);
    p256_batch_free(b);
    p256_table_free(base);
    for (size_t i = 0; i < 7; i++) {
        BN_free(secrets[i]);
        p256_table_free(keys[i]);
    }
}

/* Numbers whose windows are all empty, full, just below or above the middle, or carry all the way. */
static const char *const scalars[] = {
    "1", "2", "3", "20", "1f", "21", "80", "200", "201", "1ff",
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550", /* order - 1 */
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f",
    "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8", /* half of it */
    "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a9",
    "8000000000000000000000000000000000000000000000000000000000000000",
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "8080808080808080808080808080808080808080808080808080808080808080",
    "7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f",
    "0802008020080200802008020080200802008020080200802008020080200802",
    "1000000000000000000000000000000000000000000000000", "ffffffffffffffff",
    "fffffffefffffffffffffffffffffffffffffffffffffffffffffffffffffffe",
};
#define SCALARS (sizeof(scalars) / sizeof(scalars[0]))

static BIGNUM *scalar(size_t index)
{
    BIGNUM *n = NULL;
    assert_int_not_equal(BN_hex2bn(&n, scalars[index]), 0);
    return n;
}

/* Every pair as u1 and u2, for an ordinary key and for those that meet the base point itself: 1, 2 and -1.
 * What is UNSURE goes to OpenSSL; for an ordinary key that must not happen. */
static void special_numbers_are_never_wrong(void **state)
{
    static const char *const secrets[] = {"c0ffee1234567890", "1", "2",
                                          "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"};
    struct maths *m = *state;
    for (size_t k = 0; k < 4; k++) {
        BIGNUM *secret = NULL;
        uint8_t point[P256_POINT];
        unsigned unsure = 0, good = 0;
        assert_int_not_equal(BN_hex2bn(&secret, secrets[k]), 0);
        public_key(m, secret, point);
        for (unsigned bits = 6; bits <= 10; bits += 2) {
            struct p256_table *base = p256_table_base(bits), *key = p256_table_new(point, bits);
            struct p256_batch *b = p256_batch_new(base, SCALARS * (SCALARS + 1));
            size_t count = 0;
            for (size_t i = 0; i < (SCALARS + 1) * SCALARS; i++) {
                struct sample s;
                BIGNUM *u1 = i / SCALARS < SCALARS ? scalar(i / SCALARS) : BN_new(); /* zero */
                BIGNUM *u2 = scalar(i % SCALARS);
                if (sample_of(m, secret, u1, u2, &s)) {
                    assert_true(p256_batch_add(b, key, s.digest, s.signature));
                    count++;
                }
                BN_free(u1);
                BN_free(u2);
            }
            p256_batch_run(b);
            for (size_t i = 0; i < count; i++) {
                assert_int_not_equal(p256_batch_outcome(b, i), P256_BAD);
                unsure += p256_batch_outcome(b, i) == P256_UNSURE;
                good += p256_batch_outcome(b, i) == P256_GOOD;
            }
            p256_batch_free(b);
            p256_table_free(key);
            p256_table_free(base);
        }
        assert_true(good > 3 * SCALARS * SCALARS / 2);
        if (k == 0)
            assert_int_equal(unsure, 0);
        else
            assert_true(unsure > 0);
        BN_free(secret);
    }
}

/* u1*G + u2*Q is infinity for digest = -r and the key of 1: no signature, whatever r and s are. */
static void infinity_is_never_good(void **state)
{
    struct maths *m = *state;
    random_state = 7;
    for (unsigned i = 0; i < 50; i++) {
        struct sample s;
        BIGNUM *r = random_scalar(m), *other = random_scalar(m), *digest = BN_new();
        public_key(m, BN_value_one(), s.point);
        BN_sub(digest, m->order, r);
        put(r, s.signature);
        put(other, s.signature + 32);
        put(digest, s.digest);
        assert_false(openssl_accepts(s.point, s.digest, s.signature));
        assert_int_not_equal(verify(&s, 4 + i % 3), P256_GOOD);
        BN_free(r);
        BN_free(other);
        BN_free(digest);
    }
}

/* The x of the sum may lie between order and prime: r is x less the order then. The key is made for such a
 * point. */
static void x_above_the_order_is_reduced(void **state)
{
    struct maths *m = *state;
    EC_POINT *sum = EC_POINT_new(m->group), *q = EC_POINT_new(m->group);
    BIGNUM *x = BN_dup(m->order), *r = BN_new(), *u1 = NULL, *u2 = NULL, *s = BN_new(), *digest = BN_new();
    struct sample sample;
    BN_hex2bn(&u1, "123456789abcdef0123456789abcdef");
    BN_hex2bn(&u2, "fedcba9876543210fedcba987654321");
    do {
        BN_add_word(x, 1);
    } while (EC_POINT_set_compressed_coordinates(m->group, sum, x, 0, m->bn) != 1);
    assert_true(BN_cmp(x, m->field) < 0);
    EC_POINT_mul(m->group, q, u1, NULL, NULL, m->bn); /* Q = (sum - u1*G) / u2 */
    EC_POINT_invert(m->group, q, m->bn);
    EC_POINT_add(m->group, q, sum, q, m->bn);
    BN_mod_inverse(s, u2, m->order, m->bn);
    EC_POINT_mul(m->group, q, NULL, q, s, m->bn);
    put_point(m, q, sample.point);
    BN_sub(r, x, m->order);
    BN_mod_mul(s, s, r, m->order, m->bn);
    BN_mod_mul(digest, s, u1, m->order, m->bn);
    put(r, sample.signature);
    put(s, sample.signature + 32);
    put(digest, sample.digest);
    assert_true(openssl_accepts(sample.point, sample.digest, sample.signature));
    assert_int_equal(verify(&sample, 8), P256_GOOD);
    EC_POINT_free(sum);
    EC_POINT_free(q);
    BN_free(x);
    BN_free(r);
    BN_free(u1);
    BN_free(u2);
    BN_free(s);
    BN_free(digest);
}

static void other_points_are_no_keys(void **state)
{
    struct maths *m = *state;
    struct sample s;
    uint8_t wrong[P256_POINT];
    random_state = 3;
    random_sample(m, &s);
    memset(wrong, 0, sizeof(wrong));
    assert_null(p256_table_new(wrong, 6));
    memset(wrong, 0xff, sizeof(wrong));
    assert_null(p256_table_new(wrong, 6));
    for (size_t i = 0; i < P256_POINT; i++) {
        memcpy(wrong, s.point, sizeof(wrong));
        wrong[i] ^= 0x10;
        assert_null(p256_table_new(wrong, 6));
    }
    put(m->field, wrong); /* x = prime is x = 0 in another spelling */
    assert_null(p256_table_new(wrong, 6));
    memcpy(wrong, s.point, sizeof(wrong));
    memcpy(wrong + 32, s.point, 32);
    assert_null(p256_table_new(wrong, 6));
}

static void windows_of_other_tables_are_unsure(void **state)
{
    struct sample s;
    random_state = 5;
    random_sample(*state, &s);
    struct p256_table *base = p256_table_base(6), *key = p256_table_new(s.point, 8);
    struct p256_batch *b = p256_batch_new(base, 1);
    assert_true(p256_batch_add(b, key, s.digest, s.signature));
    assert_false(p256_batch_add(b, key, s.digest, s.signature));
    p256_batch_run(b);
    assert_int_equal(p256_batch_outcome(b, 0), P256_UNSURE);
    p256_batch_free(b);
    p256_table_free(key);
    p256_table_free(base);
}

int main(void)
{
    if (!p256_available())
        return 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_signatures_are_good_in_every_window),
        cmocka_unit_test(mixed_batches_agree_with_openssl),
        cmocka_unit_test(special_numbers_are_never_wrong),
        cmocka_unit_test(infinity_is_never_good),
        cmocka_unit_test(x_above_the_order_is_reduced),
        cmocka_unit_test(other_points_are_no_keys),
        cmocka_unit_test(windows_of_other_tables_are_unsure),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
