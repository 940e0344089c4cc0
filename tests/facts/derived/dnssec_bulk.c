/* SPDX-License-Identifier: BSD-2-Clause */
/* The sweep finds what judging one by one finds, however many threads there are and whatever is kept. */
#include "auditor/facts/derived/dnssec_bulk.h"

#include "auditor/facts/derived/dnssec_p256.h"
#include "auditor/facts/store.h"
#include "tests/check_test.h"
#include "tests/world_sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW 1767225600 /* 2026-01-01 */
#define SOON (3 * 86400)

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(SIZE_MAX / 4);
    return arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* ---- zones ----------------------------------------------------------------------------------------- */

static void add(struct zone *z, const char *owner, uint16_t type, const void *rdata, uint16_t length)
{
    const dname *name = dname_const(arena, owner);
    assert_int_equal(zone_add(z, name, type, RRCLASS_IN, 300, rdata, length, NULL), STATUS_OK);
}

static void add_text(struct zone *z, const char *line)
{
    const dname *owner;
    uint16_t type, class;
    uint32_t ttl_s;
    struct rdata rdata;
    assert_int_equal(rr_from_text(arena, line, "example.test.", &owner, &type, &class, &ttl_s, &rdata),
                     STATUS_OK);
    assert_int_equal(zone_add(z, owner, type, class, ttl_s, rdata.octets, rdata.length, NULL), STATUS_OK);
}

static struct zone *signed_zone(unsigned hosts, const char *options)
{
    struct zone *plain = zone_new(dname_const(arena, "example.test."));
    struct zone *out = NULL;
    struct rrset ds;
    add_text(plain, "example.test. 3600 IN SOA Ns1.Example.test. host.example.test. 1 2 3 4 300");
    add_text(plain, "example.test. 3600 IN NS ns.example.org.");
    add_text(plain, "example.test. 3600 IN MX 10 Mail.Example.TEST.");
    add_text(plain, "*.wild.example.test. 3600 IN A 192.0.2.7");
    add_text(plain, "sub.example.test. 3600 IN NS ns.sub.example.test.");
    add_text(plain, "sub.example.test. 3600 IN DS 1 13 2 "
                    "0011223344556677001122334455667700112233445566770011223344556677");
    add_text(plain, "ns.sub.example.test. 3600 IN A 192.0.2.8");
    for (unsigned i = 0; i < hosts; i++) {
        char owner[64];
        snprintf(owner, sizeof(owner), "h%05u.example.test.", i);
        const uint8_t a[] = {10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
        const uint8_t second[] = {11, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
        add(plain, owner, RRTYPE_A, a, 4);
        if (i % 3 == 0)
            add(plain, owner, RRTYPE_A, second, 4);
        if (i % 7 == 0)
            add(plain, owner, RRTYPE_TXT, "\003abc", 4);
    }
    assert_int_equal(zone_finish(plain), STATUS_OK);
    assert_int_equal(world_sign_zone(plain, options, NOW, arena, &out, &ds), STATUS_OK);
    zone_free(plain);
    return out;
}

/* Damage one signature in a way that depends on its number; most stay as they are. */
static size_t damage(uint8_t *rrsig, size_t length, unsigned number)
{
    uint8_t *signature = rrsig + length - 64;
    switch (number % 41) {
    case 3:
        signature[number % 64] ^= 1;
        break;
    case 9:
        memset(signature, 0, 32);
        break;
    case 14:
        memset(signature + 32, 0xff, 32);
        break;
    case 19:
        return length - 1;
    case 22:
        rrsig[16] ^= 1; /* the tag of a key that is not there */
        break;
    case 25:
        rrsig[3]++; /* labels: more than the owner has, or another wildcard */
        break;
    case 27:
        rrsig[2] = 200; /* an algorithm that nobody knows */
        break;
    case 30:
        rrsig[8] = 0x10; /* expired decades ago */
        break;
    case 33:
        return 17; /* not to be read */
    default:
        break;
    }
    return length;
}

static struct zone *damaged(const struct zone *from)
{
    struct zone *z = zone_new(zone_apex(from));
    struct zone_view view = {0};
    unsigned number = 0;
    for (size_t n = 0; n < zone_node_count(from); n++) {
        const struct zone_node *node = zone_node_at(from, n, &view);
        for (size_t i = 0; i < node->set_count; i++) {
            const struct rrset *set = &node->sets[i];
            for (uint16_t k = 0; k < set->count; k++)
                zone_add(z, node->owner, set->type, set->class, set->ttl_s, set->rdata[k].octets,
                         set->rdata[k].length, NULL);
            for (uint16_t k = 0; k < set->sig_count; k++) {
                uint8_t rrsig[600];
                size_t length = set->sigs[k].length;
                memcpy(rrsig, set->sigs[k].octets, length);
                if (set->type != RRTYPE_DNSKEY)
                    length = damage(rrsig, length, number++);
                assert_int_equal(zone_add(z, node->owner, RRTYPE_RRSIG, RRCLASS_IN, 300, rrsig,
                                          (uint16_t)length, NULL),
                                 STATUS_OK);
            }
        }
    }
    zone_view_free(&view);
    assert_int_equal(zone_finish(z), STATUS_OK);
    return z;
}

/* ---- comparing ------------------------------------------------------------------------------------- */

static struct dnssec_bulk judge(const struct zone *z, size_t keep, unsigned jobs, bool one_by_one)
{
    const struct settings settings = {.now_s = NOW, .now_given = true};
    const struct facts_options options = {.target = zone_apex(z), .settings = &settings, .zone = z};
    struct facts *f = facts_new(&options);
    const struct dnssec_bulk_ask ask = {.zone = z,
                                        .dnskey = zone_rrset(z, arena, zone_apex(z), RRTYPE_DNSKEY),
                                        .soon_s = SOON, .keep = keep, .jobs = jobs,
                                        .one_by_one = one_by_one, .piece = one_by_one ? 0 : 100};
    struct dnssec_bulk out = dnssec_bulk_judge(f, arena, &ask);
    facts_free(f);
    assert_false(out.incomplete);
    return out;
}

static void assert_same(const struct dnssec_bulk *a, const struct dnssec_bulk *b)
{
    assert_int_equal(a->judged, b->judged);
    assert_int_equal(a->found_count, b->found_count);
    assert_int_equal(a->more, b->more);
    assert_int_equal(a->any_signed, b->any_signed);
    assert_int_equal(a->algorithms_all, b->algorithms_all);
    for (size_t i = 0; i < a->found_count; i++) {
        const struct dnssec_bulk_found *one = &a->found[i], *other = &b->found[i];
        assert_int_equal(one->node, other->node);
        assert_int_equal(one->type, other->type);
        assert_int_equal(one->judged.good, other->judged.good);
        assert_int_equal(one->judged.undetermined, other->judged.undetermined);
        assert_int_equal(one->judged.why, other->judged.why);
        assert_int_equal(one->judged.expires_s, other->judged.expires_s);
        assert_int_equal(one->judged.inception_s, other->judged.inception_s);
        assert_int_equal(one->judged.tag, other->judged.tag);
        assert_int_equal(one->judged.labels, other->judged.labels);
        assert_int_equal(one->judged.algorithm, other->judged.algorithm);
        assert_int_equal(one->judged.algorithms, other->judged.algorithms);
    }
}

/* One by one against batches with everything kept; with less, one thread against several. */
static void compare_ways(const struct zone *z)
{
    static const size_t keeps[] = {100000, 50, 1};
    for (size_t k = 0; k < 3; k++) {
        const struct dnssec_bulk one = judge(z, keeps[k], 1, k == 0);
        const struct dnssec_bulk other = judge(z, keeps[k], 3, false);
        assert_same(&one, &other);
    }
}

static size_t count_why(const struct dnssec_bulk *b, enum dnssec_why why)
{
    size_t count = 0;
    for (size_t i = 0; i < b->found_count; i++)
        count += !b->found[i].judged.good && b->found[i].judged.why == why;
    return count;
}

/* ---- tests ----------------------------------------------------------------------------------------- */

static void a_sound_zone_leaves_nothing(void **state)
{
    (void)state;
    struct zone *z = signed_zone(P256_WORTHWHILE + 50, "split nsec");
    const struct dnssec_bulk b = judge(z, 100, 2, false);
    assert_int_equal(b.found_count, 0);
    assert_int_equal(b.more, 0);
    assert_true(b.any_signed);
    assert_int_equal(b.algorithms_all, 1U << DNSSEC_ALG_P256);
    /* A and NSEC of each host, TXT of each seventh; at the apex SOA, NS, MX, NSEC; A and NSEC of the
     * wildcard; DS and NSEC of the delegation. */
    assert_int_equal(b.judged, 2 * (P256_WORTHWHILE + 50) + (P256_WORTHWHILE + 50) / 7 + 8);
    compare_ways(z);
    zone_free(z);
}

static void every_kind_of_damage_is_found(void **state)
{
    (void)state;
    struct zone *sound = signed_zone(700, "split nsec soon=TXT");
    struct zone *z = damaged(sound);
    const struct dnssec_bulk b = judge(z, 100000, 2, false);
    const size_t each = (b.judged - 200) / 41;
    /* bits, zero, ones, short, unreadable */
    assert_in_range(count_why(&b, DNSSEC_WHY_SIG_INVALID), 5 * each, 6 * each + 20);
    assert_in_range(count_why(&b, DNSSEC_WHY_SIG_UNKNOWN_KEY), each, each + 8);
    assert_in_range(count_why(&b, DNSSEC_WHY_UNSUPPORTED), each, each + 8);
    assert_in_range(count_why(&b, DNSSEC_WHY_SIG_EXPIRED), each, each + 8);
    assert_in_range(count_why(&b, DNSSEC_WHY_SIG_LABELS), each, each + 8);
    assert_int_equal(b.more, 0);
    compare_ways(z);
    zone_free(z);
    zone_free(sound);
}

static void two_algorithms_and_small_zones(void **state)
{
    static const char *const options[] = {
        "algorithm=13,15 nsec3", "algorithm=13,15 sign-with=13", "15", "algorithm=13 nosigs", "13 expired=A",
        "13 unknown-key=A not-yet=TXT", "13 signer=*", "13 collide=2", "13 flags=0", "13 protocol=4",
        "13 revoke",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        struct zone *large = signed_zone(P256_WORTHWHILE + 1, options[i]);
        struct zone *small = signed_zone(3, options[i]);
        compare_ways(large);
        compare_ways(small);
        zone_free(large);
        zone_free(small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_sound_zone_leaves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_kind_of_damage_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_algorithms_and_small_zones, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
