/* SPDX-License-Identifier: BSD-2-Clause */
/* ECDSA verification (FIPS 186-5 section 6.4.2) over P-256 in batches.
 *
 * u1*G + u2*Q is a sum of table entries, one for each signed window of u1 and u2. All signatures of a
 * batch take one addition at a time, in affine coordinates: the division that each needs is shared by
 * Montgomery's trick, which leaves six multiplications an addition. Where an addition would need the rule
 * for doubling or give infinity, which nobody meets by chance, the signature is UNSURE. */
#include "auditor/facts/derived/dnssec_p256.h"

#include <stdlib.h>
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

unsigned p256_window(size_t signatures)
{
    return signatures < 4000 ? 8 : 10; /* larger ones leave the cache: no gain, and more memory */
}

#ifdef __SIZEOF_INT128__

__extension__ typedef unsigned __int128 wide;

/* ---- numbers of 256 bits, least significant limb first --------------------------------------------- */

typedef unsigned long long limb; /* 64 bits; the intrinsics below want this spelling */

struct number {
    limb limb[4];
};

/* The field prime 2^256 - 2^224 + 2^192 + 2^96 - 1, and the order of the group (FIPS 186-5, SP 800-186
 * 3.2.1.3). */
static const struct number prime = {{0xffffffffffffffff, 0x00000000ffffffff, 0, 0xffffffff00000001}};
static const struct number order =
    {{0xf3b9cac2fc632551, 0xbce6faada7179e84, 0xffffffffffffffff, 0xffffffff00000000}};
#define ORDER_INVERSE 0xccd1c8aaee00bc4f /* -1/order modulo 2^64 */

static bool is_zero(const struct number *a)
{
    return (a->limb[0] | a->limb[1] | a->limb[2] | a->limb[3]) == 0;
}

static bool is_equal(const struct number *a, const struct number *b)
{
    return ((a->limb[0] ^ b->limb[0]) | (a->limb[1] ^ b->limb[1]) | (a->limb[2] ^ b->limb[2]) |
            (a->limb[3] ^ b->limb[3])) == 0;
}

/* *out = a + b + carry. @return the carry out of it. Compilers make one instruction of the intrinsic, five
 * of the sum. */
static inline unsigned char add_carry(unsigned char carry, limb a, limb b, limb *out)
{
#ifdef __x86_64__
    return _addcarry_u64(carry, a, b, out);
#else
    wide sum = (wide)a + b + carry;
    *out = (limb)sum;
    return (unsigned char)(sum >> 64);
#endif
}

static inline unsigned char subtract_borrow(unsigned char borrow, limb a, limb b, limb *out)
{
#ifdef __x86_64__
    return _subborrow_u64(borrow, a, b, out);
#else
    wide rest = (wide)a - b - borrow;
    *out = (limb)rest;
    return (unsigned char)(rest >> 127);
#endif
}

static inline limb multiply(limb a, limb b, limb *high)
{
    wide product = (wide)a * b;
    *high = (limb)(product >> 64);
    return (limb)product;
}

/* out = a - b modulo 2^256. @return the borrow */
static inline unsigned char subtract(struct number *out, const struct number *a, const struct number *b)
{
    unsigned char borrow = subtract_borrow(0, a->limb[0], b->limb[0], &out->limb[0]);
    borrow = subtract_borrow(borrow, a->limb[1], b->limb[1], &out->limb[1]);
    borrow = subtract_borrow(borrow, a->limb[2], b->limb[2], &out->limb[2]);
    return subtract_borrow(borrow, a->limb[3], b->limb[3], &out->limb[3]);
}

static bool is_below(const struct number *a, const struct number *b)
{
    struct number unused;
    return subtract(&unused, a, b) != 0;
}

/* Without a branch: which of both it is cannot be foreseen. */
static inline void choose(struct number *out, const struct number *yes, const struct number *no,
                          bool condition)
{
    const limb mask = 0 - (limb)condition;
    out->limb[0] = (yes->limb[0] & mask) | (no->limb[0] & ~mask);
    out->limb[1] = (yes->limb[1] & mask) | (no->limb[1] & ~mask);
    out->limb[2] = (yes->limb[2] & mask) | (no->limb[2] & ~mask);
    out->limb[3] = (yes->limb[3] & mask) | (no->limb[3] & ~mask);
}

/* out = (carry, a) modulo m, for a value below 2m. */
static inline void reduce_once(struct number *out, const struct number *a, limb carry, const struct number *m)
{
    struct number less;
    limb unused;
    bool below = subtract_borrow(subtract(&less, a, m), carry, 0, &unused) != 0;
    choose(out, a, &less, below);
}

static void from_octets(struct number *out, const uint8_t octets[static 32])
{
    for (unsigned i = 0; i < 4; i++) {
        limb value = 0;
        for (unsigned k = 0; k < 8; k++)
            value = value << 8 | octets[(3 - i) * 8 + k];
        out->limb[i] = value;
    }
}

/* ---- the field: residues modulo the prime, below it, times 2^256 (Montgomery form) ----------------- */

static const struct number field_one = {{1, 0xffffffff00000000, 0xffffffffffffffff, 0x00000000fffffffe}};
static const struct number field_square = /* 2^512 modulo the prime: into Montgomery form */
    {{0x0000000000000003, 0xfffffffbffffffff, 0xfffffffffffffffe, 0x00000004fffffffd}};

/* One step of Montgomery multiplication: t += a * b, then t is divided by 2^64 modulo the prime. As the
 * prime is -1 modulo 2^64 the multiple to add is t[0] itself, and prime * t0 = t0 * 2^96 - t0 + (t0 * top
 * limb) * 2^192: the low limb vanishes, the rest is two shifts and one product. t stays below 2 * prime:
 * its fifth limb is 0 or 1. */
static inline __attribute__((always_inline)) void field_step(limb t[static 5], const struct number *a, limb b)
{
    limb low[4], high[4], sum[5], product, rest;
    low[0] = multiply(a->limb[0], b, &high[0]);
    low[1] = multiply(a->limb[1], b, &high[1]);
    low[2] = multiply(a->limb[2], b, &high[2]);
    low[3] = multiply(a->limb[3], b, &high[3]);
    unsigned char carry = add_carry(0, high[0], low[1], &low[1]);
    carry = add_carry(carry, high[1], low[2], &low[2]);
    carry = add_carry(carry, high[2], low[3], &low[3]);
    high[3] += carry; /* a product has no fifth limb beyond this */
    carry = add_carry(0, t[0], low[0], &sum[0]);
    carry = add_carry(carry, t[1], low[1], &sum[1]);
    carry = add_carry(carry, t[2], low[2], &sum[2]);
    carry = add_carry(carry, t[3], low[3], &sum[3]);
    limb sixth = add_carry(carry, t[4], high[3], &sum[4]);

    product = multiply(sum[0], prime.limb[3], &rest);
    carry = add_carry(0, sum[1], sum[0] << 32, &t[0]);
    carry = add_carry(carry, sum[2], sum[0] >> 32, &t[1]);
    carry = add_carry(carry, sum[3], product, &t[2]);
    carry = add_carry(carry, sum[4], rest, &t[3]);
    t[4] = sixth + carry;
}

static inline __attribute__((always_inline)) void field_multiply(struct number *out, const struct number *a,
                                                                 const struct number *b)
{
    limb t[5] = {0};
    field_step(t, a, b->limb[0]);
    field_step(t, a, b->limb[1]);
    field_step(t, a, b->limb[2]);
    field_step(t, a, b->limb[3]);
    struct number sum = {{t[0], t[1], t[2], t[3]}};
    reduce_once(out, &sum, t[4], &prime);
}

static inline void field_subtract(struct number *out, const struct number *a, const struct number *b)
{
    struct number t;
    limb mask = 0 - (limb)subtract(&t, a, b); /* all ones: below zero, add the prime */
    unsigned char carry = add_carry(0, t.limb[0], prime.limb[0] & mask, &out->limb[0]);
    carry = add_carry(carry, t.limb[1], prime.limb[1] & mask, &out->limb[1]);
    carry = add_carry(carry, t.limb[2], prime.limb[2] & mask, &out->limb[2]);
    add_carry(carry, t.limb[3], prime.limb[3] & mask, &out->limb[3]);
}

static inline void field_add(struct number *out, const struct number *a, const struct number *b)
{
    struct number sum;
    unsigned char carry = 0;
    for (unsigned i = 0; i < 4; i++)
        carry = add_carry(carry, a->limb[i], b->limb[i], &sum.limb[i]);
    reduce_once(out, &sum, carry, &prime);
}

static void field_squares(struct number *out, const struct number *a, unsigned times)
{
    *out = *a;
    for (unsigned i = 0; i < times; i++)
        field_multiply(out, out, out);
}

/* a to the power of prime - 2, which is 32 ones, 31 zeros, 1, 96 zeros, 94 ones, 0, 1 in binary. */
static void field_invert(struct number *out, const struct number *a)
{
    struct number ones[6], t; /* ones[k]: a to the power of 2^k ones in binary */
    ones[0] = *a;
    for (unsigned k = 1; k < 6; k++) {
        field_squares(&t, &ones[k - 1], 1U << (k - 1));
        field_multiply(&ones[k], &t, &ones[k - 1]);
    }
    static const struct {
        uint8_t squares, ones;
    } steps[] = {{32, 0}, {128, 5}, {32, 5}, {16, 4}, {8, 3}, {4, 2}, {2, 1}, {2, 0}};
    *out = ones[5];
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        field_squares(&t, out, steps[i].squares);
        field_multiply(out, &t, &ones[steps[i].ones]);
    }
}

/* ---- numbers modulo the order of the group --------------------------------------------------------- */

static const struct number order_one = /* 2^256 modulo the order */
    {{0x0c46353d039cdaaf, 0x4319055258e8617b, 0, 0x00000000ffffffff}};
static const struct number order_square = /* 2^512 modulo the order */
    {{0x83244c95be79eea2, 0x4699799c49bd6fa6, 0x2845b2392b6bec59, 0x66e12d94f3d95620}};

/* a * b / 2^256, below the order if one of both is. */
static void order_multiply(struct number *out, const struct number *a, const struct number *b)
{
    limb t[6] = {0};
    for (unsigned i = 0; i < 4; i++) {
        wide c = 0;
        for (unsigned k = 0; k < 4; k++) {
            c = (wide)a->limb[k] * b->limb[i] + t[k] + (limb)(c >> 64);
            t[k] = (limb)c;
        }
        c = (wide)t[4] + (limb)(c >> 64);
        t[4] = (limb)c;
        t[5] = (limb)(c >> 64);
        limb m = t[0] * ORDER_INVERSE;
        c = (wide)m * order.limb[0] + t[0];
        for (unsigned k = 1; k < 4; k++) {
            c = (wide)m * order.limb[k] + t[k] + (limb)(c >> 64);
            t[k - 1] = (limb)c;
        }
        c = (wide)t[4] + (limb)(c >> 64);
        t[3] = (limb)c;
        t[4] = t[5] + (limb)(c >> 64);
    }
    struct number sum = {{t[0], t[1], t[2], t[3]}};
    reduce_once(out, &sum, t[4], &order);
}

/* a to the power of order - 2, in Montgomery form as a is. */
static void order_invert(struct number *out, const struct number *a)
{
    struct number power = order;
    power.limb[0] -= 2;
    *out = order_one;
    for (unsigned bit = 256; bit-- > 0;) {
        order_multiply(out, out, out);
        if ((power.limb[bit / 64] >> (bit % 64) & 1) != 0)
            order_multiply(out, out, a);
    }
}

/* ---- points: affine, in Montgomery form ------------------------------------------------------------ */

struct point {
    struct number x, y;
};

struct addition {
    const struct point *left, *right; /* different, and not each other's negative */
    struct point *sum;                /* may be left */
    struct number run, difference;    /* product of the differences before this one; right.x - left.x */
    bool negative;                    /* subtract right */
};

/* The differences were multiplied up in `product`; each addition takes its own inverse out of the inverse
 * of all. */
static void add_all(struct addition *list, size_t count, const struct number *product)
{
    struct number inverse;
    if (count == 0)
        return;
    field_invert(&inverse, product);
    for (size_t i = count; i-- > 0;) {
        struct addition *a = &list[i];
        const struct point left = *a->left;
        struct number slope, t, y;
        field_subtract(&y, &(const struct number){{0}}, &a->right->y);
        choose(&y, &y, &a->right->y, a->negative);
        field_multiply(&t, &inverse, &a->run);
        field_multiply(&inverse, &inverse, &a->difference);
        field_subtract(&y, &y, &left.y);
        field_multiply(&slope, &y, &t);
        field_multiply(&t, &slope, &slope);
        field_subtract(&t, &t, &left.x);
        field_subtract(&t, &t, &a->right->x);
        field_subtract(&y, &left.x, &t);
        a->sum->x = t;
        field_multiply(&t, &y, &slope);
        field_subtract(&a->sum->y, &t, &left.y);
    }
}

/* @return false if the points are the same or each other's negative */
static inline bool prepare(struct addition *a, struct number *product)
{
    field_subtract(&a->difference, &a->right->x, &a->left->x);
    if (is_zero(&a->difference))
        return false;
    a->run = *product;
    field_multiply(product, product, &a->difference);
    return true;
}

/* 2 * p; no point of the group has y = 0, for its order is odd. */
static void double_point(struct point *out, const struct point *p)
{
    struct number slope, t, y;
    field_add(&t, &p->y, &p->y);
    field_invert(&y, &t);
    field_subtract(&t, &p->x, &field_one); /* 3 * x^2 - 3 = 3 * (x - 1) * (x + 1), as the curve's a is -3 */
    field_add(&slope, &p->x, &field_one);
    field_multiply(&slope, &slope, &t);
    field_add(&t, &slope, &slope);
    field_add(&t, &t, &slope);
    field_multiply(&slope, &t, &y);
    field_multiply(&t, &slope, &slope);
    field_subtract(&t, &t, &p->x);
    field_subtract(&t, &t, &p->x);
    field_subtract(&y, &p->x, &t);
    field_multiply(&y, &y, &slope);
    field_subtract(&y, &y, &p->y);
    *out = (struct point){t, y};
}

/* y^2 = x^3 - 3x + b, both coordinates below the prime. The curve has no other subgroup. */
static bool read_point(struct point *out, const uint8_t octets[static P256_POINT])
{
    static const struct number b =
        {{0x3bce3c3e27d2604b, 0x651d06b0cc53b0f6, 0xb3ebbd55769886bc, 0x5ac635d8aa3a93e7}};
    struct number x, y, left, right, t;
    from_octets(&x, octets);
    from_octets(&y, octets + 32);
    if (!is_below(&x, &prime) || !is_below(&y, &prime))
        return false;
    field_multiply(&out->x, &x, &field_square);
    field_multiply(&out->y, &y, &field_square);
    field_multiply(&left, &out->y, &out->y);
    field_multiply(&t, &out->x, &out->x);
    field_subtract(&t, &t, &field_one);
    field_subtract(&t, &t, &field_one);
    field_subtract(&t, &t, &field_one);
    field_multiply(&right, &t, &out->x);
    field_multiply(&t, &b, &field_square);
    field_add(&right, &right, &t);
    return is_equal(&left, &right);
}

/* ---- tables ---------------------------------------------------------------------------------------- */

struct p256_table {
    unsigned bits, windows;
    size_t size;            /* entries of a window: the multiples 1 to size of its base */
    struct point *entries;  /* window by window, each at a cache line */
};

static struct point *entry(const struct p256_table *t, unsigned window, size_t multiple)
{
    return &t->entries[window * t->size + multiple - 1];
}

/* The base of a window is that of the one before, doubled `bits` times. */
static void fill_bases(struct p256_table *t, const struct point *point)
{
    *entry(t, 0, 1) = *point;
    for (unsigned w = 1; w < t->windows; w++) {
        struct point base = *entry(t, w - 1, 1);
        for (unsigned i = 0; i < t->bits; i++)
            double_point(&base, &base);
        *entry(t, w, 1) = base;
    }
}

/* From the multiples 1 to `have` of every window those to twice as many: k + have, and 2 * have. They are
 * multiples of a point of prime order, all different and none the negative of another. */
static bool fill_next(struct p256_table *t, size_t have, struct addition *list)
{
    size_t count = 0;
    struct number product = field_one;
    for (unsigned w = 0; w < t->windows; w++) {
        for (size_t k = 1; k < have; k++) {
            struct addition *a = &list[count++];
            *a = (struct addition){.left = entry(t, w, have), .right = entry(t, w, k),
                                   .sum = entry(t, w, have + k)};
            if (!prepare(a, &product))
                return false;
        }
    }
    add_all(list, count, &product);
    for (unsigned w = 0; w < t->windows; w++)
        double_point(entry(t, w, 2 * have), entry(t, w, have));
    return true;
}

static bool fill(struct p256_table *t, const struct point *point)
{
    struct addition *list = calloc(t->windows * t->size / 2, sizeof(*list));
    bool done = list != NULL;
    fill_bases(t, point);
    for (size_t have = 1; done && have < t->size; have *= 2)
        done = fill_next(t, have, list);
    free(list);
    return done;
}

struct p256_table *p256_table_new(const uint8_t point[static P256_POINT], unsigned bits)
{
    struct point p;
    struct p256_table *t = bits >= 4 && bits <= 14 && read_point(&p, point) ? calloc(1, sizeof(*t)) : NULL;
    if (t == NULL)
        return NULL;
    t->bits = bits;
    t->windows = (256 + bits) / bits; /* one bit more than numbers have: signed windows may carry into it */
    t->size = (size_t)1 << (bits - 1);
    t->entries = aligned_alloc(64, t->windows * t->size * sizeof(*t->entries));
    if (t->entries == NULL || !fill(t, &p)) {
        p256_table_free(t);
        return NULL;
    }
    return t;
}

struct p256_table *p256_table_base(unsigned bits)
{
    static const uint8_t base[P256_POINT] = {
        0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
        0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96,
        0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16,
        0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5,
    };
    return p256_table_new(base, bits);
}

void p256_table_free(struct p256_table *t)
{
    if (t == NULL)
        return;
    free(t->entries);
    free(t);
}

/* ---- batches --------------------------------------------------------------------------------------- */

#define WINDOWS_MAX 65 /* of 4 bits */

#define PREFETCH_AHEAD 8

/* What all additions pass over is kept together and small: sums and digits have arrays of their own. */
struct item {
    struct number r, s, digest;
    const struct p256_table *key;
    enum p256_outcome outcome;
};

/* The sum is infinity; a point; of no interest any more. */
enum { STATE_EMPTY, STATE_STARTED, STATE_DECIDED };

struct p256_batch {
    const struct p256_table *base;
    size_t room, count;
    struct item *items;
    struct point *sums;
    uint8_t *states;
    int16_t *digits;            /* window by window, of the base, then of the keys; each as long as room */
    struct addition *additions;
    struct number *runs;        /* products while s is inverted */
};

struct p256_batch *p256_batch_new(const struct p256_table *base, size_t room)
{
    struct p256_batch *b = calloc(1, sizeof(*b));
    if (b == NULL)
        return NULL;
    b->base = base;
    b->room = room;
    b->items = calloc(room, sizeof(*b->items));
    b->sums = calloc(room, sizeof(*b->sums));
    b->states = calloc(room, sizeof(*b->states));
    b->digits = calloc(room * base->windows * 2, sizeof(*b->digits));
    b->additions = calloc(room, sizeof(*b->additions));
    b->runs = calloc(room, sizeof(*b->runs));
    if (b->items == NULL || b->sums == NULL || b->states == NULL || b->digits == NULL ||
        b->additions == NULL || b->runs == NULL) {
        p256_batch_free(b);
        return NULL;
    }
    return b;
}

void p256_batch_free(struct p256_batch *b)
{
    if (b == NULL)
        return;
    free(b->items);
    free(b->sums);
    free(b->states);
    free(b->digits);
    free(b->additions);
    free(b->runs);
    free(b);
}

static void decide(struct p256_batch *b, size_t n, enum p256_outcome outcome)
{
    b->states[n] = STATE_DECIDED;
    b->items[n].outcome = outcome;
}

static bool in_range(const struct number *a)
{
    return !is_zero(a) && is_below(a, &order);
}

bool p256_batch_add(struct p256_batch *b, const struct p256_table *key,
                    const uint8_t digest[static P256_DIGEST], const uint8_t signature[static P256_SIGNATURE])
{
    if (b->count == b->room)
        return false;
    size_t n = b->count++;
    struct item *i = &b->items[n];
    b->states[n] = STATE_EMPTY;
    i->key = key;
    from_octets(&i->r, signature);
    from_octets(&i->s, signature + 32);
    from_octets(&i->digest, digest);
    if (!in_range(&i->r) || !in_range(&i->s)) /* FIPS 186-5 section 6.4.2, step 1 */
        decide(b, n, P256_BAD);
    else if (key->bits != b->base->bits)
        decide(b, n, P256_UNSURE);
    return true;
}

size_t p256_batch_count(const struct p256_batch *b)
{
    return b->count;
}

/* The number as a sum of digits * 2^(bits * window), each digit from -(size - 1) to size. */
static void recode(const struct number *u, const struct p256_table *t, int16_t *digits, size_t stride)
{
    const limb mask = ((limb)1 << t->bits) - 1;
    unsigned carry = 0;
    for (unsigned w = 0; w < t->windows; w++) {
        unsigned bit = w * t->bits;
        limb raw = bit / 64 < 4 ? u->limb[bit / 64] >> (bit % 64) : 0;
        if (bit % 64 + t->bits > 64 && bit / 64 < 3)
            raw |= u->limb[bit / 64 + 1] << (64 - bit % 64);
        unsigned digit = (unsigned)(raw & mask) + carry;
        carry = digit > t->size;
        digits[w * stride] = (int16_t)((int)digit - (carry != 0 ? (int)(mask + 1) : 0));
    }
}

/* u1 = digest / s, u2 = r / s, with one division for all. */
static void prepare_digits(struct p256_batch *b)
{
    struct number product = order_one, inverse;
    for (size_t n = 0; n < b->count; n++) {
        struct item *i = &b->items[n];
        if (b->states[n] == STATE_DECIDED)
            continue;
        order_multiply(&i->s, &i->s, &order_square); /* into Montgomery form */
        b->runs[n] = product;
        order_multiply(&product, &product, &i->s);
    }
    order_invert(&inverse, &product);
    for (size_t n = b->count; n-- > 0;) {
        struct item *i = &b->items[n];
        struct number s_inverse, u;
        if (b->states[n] == STATE_DECIDED)
            continue;
        order_multiply(&s_inverse, &inverse, &b->runs[n]);
        order_multiply(&inverse, &inverse, &i->s);
        order_multiply(&u, &i->digest, &s_inverse); /* the digest may be above the order, s_inverse is not */
        recode(&u, b->base, b->digits + n, b->room);
        order_multiply(&u, &i->r, &s_inverse);
        recode(&u, i->key, b->digits + b->base->windows * b->room + n, b->room);
    }
}

static const struct point *entry_of_digit(const struct p256_table *t, unsigned window, int digit)
{
    return entry(t, window, (size_t)(digit < 0 ? -digit : digit));
}

static void prefetch(const struct p256_batch *b, size_t n, unsigned window, const int16_t *digits,
                     bool of_key)
{
    if (n < b->count && b->states[n] != STATE_DECIDED && digits[n] != 0)
        __builtin_prefetch(entry_of_digit(of_key ? b->items[n].key : b->base, window, digits[n]));
}

/* One window of all: the first entry is taken as it is, the others are added. */
static void add_window(struct p256_batch *b, unsigned window, bool of_key)
{
    const int16_t *digits = b->digits + (window + (of_key ? b->base->windows : 0)) * b->room;
    struct number product = field_one;
    size_t count = 0;
    for (size_t n = 0; n < b->count; n++) {
        prefetch(b, n + PREFETCH_AHEAD, window, digits, of_key);
        if (b->states[n] == STATE_DECIDED || digits[n] == 0)
            continue;
        const struct point *right = entry_of_digit(of_key ? b->items[n].key : b->base, window, digits[n]);
        if (b->states[n] == STATE_EMPTY) {
            b->states[n] = STATE_STARTED;
            b->sums[n] = *right;
            if (digits[n] < 0)
                field_subtract(&b->sums[n].y, &(const struct number){{0}}, &right->y);
            continue;
        }
        struct addition *a = &b->additions[count];
        a->left = a->sum = &b->sums[n];
        a->right = right;
        a->negative = digits[n] < 0;
        if (prepare(a, &product))
            count++;
        else
            decide(b, n, P256_UNSURE);
    }
    add_all(b->additions, count, &product);
}

/* x of the sum, modulo the order, must be r. Infinity is never right. */
static enum p256_outcome compare(const struct p256_batch *b, size_t n)
{
    struct number x, reduced;
    if (b->states[n] == STATE_EMPTY)
        return P256_BAD;
    field_multiply(&x, &b->sums[n].x, &(const struct number){{1}}); /* out of Montgomery form */
    reduce_once(&reduced, &x, 0, &order);                          /* the prime is below twice the order */
    return is_equal(&reduced, &b->items[n].r) ? P256_GOOD : P256_BAD;
}

void p256_batch_run(struct p256_batch *b)
{
    prepare_digits(b);
    for (unsigned w = 0; w < b->base->windows; w++)
        add_window(b, w, false);
    for (unsigned w = 0; w < b->base->windows; w++)
        add_window(b, w, true);
    for (size_t n = 0; n < b->count; n++) {
        if (b->states[n] != STATE_DECIDED)
            decide(b, n, compare(b, n));
    }
}

enum p256_outcome p256_batch_outcome(const struct p256_batch *b, size_t index)
{
    return b->items[index].outcome;
}

void p256_batch_empty(struct p256_batch *b)
{
    b->count = 0;
}

bool p256_available(void)
{
    return true;
}

#else /* without 128-bit numbers every signature goes to OpenSSL */

bool p256_available(void)
{
    return false;
}

struct p256_table *p256_table_new(const uint8_t point[static P256_POINT], unsigned bits)
{
    (void)point;
    (void)bits;
    return NULL;
}

struct p256_table *p256_table_base(unsigned bits)
{
    (void)bits;
    return NULL;
}

void p256_table_free(struct p256_table *t)
{
    (void)t;
}

struct p256_batch *p256_batch_new(const struct p256_table *base, size_t room)
{
    (void)base;
    (void)room;
    return NULL;
}

void p256_batch_free(struct p256_batch *b)
{
    (void)b;
}

bool p256_batch_add(struct p256_batch *b, const struct p256_table *key,
                    const uint8_t digest[static P256_DIGEST], const uint8_t signature[static P256_SIGNATURE])
{
    (void)b;
    (void)key;
    (void)digest;
    (void)signature;
    return false;
}

size_t p256_batch_count(const struct p256_batch *b)
{
    (void)b;
    return 0;
}

void p256_batch_run(struct p256_batch *b)
{
    (void)b;
}

enum p256_outcome p256_batch_outcome(const struct p256_batch *b, size_t index)
{
    (void)b;
    (void)index;
    return P256_UNSURE;
}

void p256_batch_empty(struct p256_batch *b)
{
    (void)b;
}

#endif
