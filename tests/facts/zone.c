/* SPDX-License-Identifier: BSD-2-Clause */
/* Zones in memory: whatever the order records come in, the same zone; held against a model that is slow and plain. */
#include "tests/check_test.h"

#include "auditor/facts/zone.h"

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RECORDS 4000
#define OWNERS 48 /* sets of two dozen records and more are told apart by hash */

struct plain {
    const dname *owner;
    uint16_t type;
    uint32_t ttl_s, line;
    uint8_t octets[4];
};

static struct arena *arena;
static uint32_t seed = 1;

static uint32_t roll(uint32_t below)
{
    seed = seed * 1664525U + 1013904223U;
    return (seed >> 8) % below;
}

static void add(struct zone *z, const struct plain *p)
{
    const struct location where = {"file", p->line, 1, p->line, 9};
    assert_int_equal(zone_add(z, p->owner, p->type, RRCLASS_IN, p->ttl_s, p->octets, 4, &where), STATUS_OK);
}

/* Owners with labels of odd octets, several levels deep, in mixed case. */
static const dname *owner_of(uint32_t n)
{
    static const char *const first[] = {"a", "A", "\\000", "\\001", "\\002", "*", "zz", "a-very-long-label-beyond-sixteen"};
    const char *text = n % 3 == 0 ? arena_printf(arena, "%s.n%u.example.test.", first[n % 8], n / 24)
                                  : arena_printf(arena, "%s%u.example.test.", first[n % 8], n / 24);
    return dname_const(arena, text);
}

static struct zone *random_zone(struct plain *list)
{
    static const uint16_t types[] = {RRTYPE_A, RRTYPE_TXT, RRTYPE_AAAA, 65280};
    struct zone *z = zone_new(dname_const(arena, "example.test."));
    for (uint32_t i = 0; i < RECORDS; i++) {
        list[i] = (struct plain){owner_of(roll(OWNERS)), types[roll(4)], 60 * (1 + roll(2)), i + 1, {0, 0, 0, (uint8_t)roll(6)}};
        add(z, &list[i]);
    }
    assert_int_equal(zone_finish(z), STATUS_OK);
    return z;
}

static bool same_record(const struct plain *a, const struct plain *b)
{
    return a->type == b->type && dname_equal(a->owner, b->owner) && memcmp(a->octets, b->octets, 4) == 0;
}

/* The model's set: distinct records in order of the file. */
static size_t model_set(const struct plain *list, const dname *owner, uint16_t type, const struct plain **out)
{
    size_t count = 0;
    for (size_t i = 0; i < RECORDS; i++) {
        bool there = list[i].type != type || !dname_equal(list[i].owner, owner);
        for (size_t k = 0; k < count && !there; k++)
            there = same_record(out[k], &list[i]);
        if (!there)
            out[count++] = &list[i];
    }
    return count;
}

static void equals_the_model(void **state)
{
    struct plain *list = calloc(RECORDS, sizeof(*list));
    const struct plain **expected = calloc(RECORDS, sizeof(*expected));
    struct zone_view view = {0};
    size_t records = 0;
    size_t total = 0;
    size_t kept = 0;
    (void)state;
    struct zone *z = random_zone(list);
    for (size_t i = 0; i < zone_node_count(z); i++) {
        const struct zone_node *node = zone_node_at(z, i, &view);
        assert_true(i == 0 || dname_compare(zone_owner_at(z, i - 1), node->owner) < 0);
        assert_int_equal(zone_index(z, node->owner), i);
        assert_int_equal(zone_lower_bound(z, node->owner), i);
        for (size_t s = 0; s < node->set_count; s++) {
            const struct rrset *set = &node->sets[s];
            const struct rrset *again = zone_rrset(z, arena, node->owner, set->type);
            size_t count = model_set(list, node->owner, set->type, expected);
            assert_int_equal(set->count, count);
            assert_int_equal(again->count, count);
            assert_true((zone_types_at(z, i) & zone_type_bit(set->type)) != 0);
            for (size_t r = 0; r < count; r++) {
                assert_memory_equal(set->rdata[r].octets, expected[r]->octets, 4);
                assert_memory_equal(again->rdata[r].octets, expected[r]->octets, 4);
                assert_int_equal(set->where[r].line, expected[r]->line);
            }
            records += count;
        }
    }
    for (size_t i = 0; i < RECORDS; i++)
        assert_true(zone_has(z, list[i].owner, list[i].type));
    assert_int_equal(zone_record_count(z), records);
    (void)zone_duplicates(z, &kept, &total);
    assert_int_equal(total, RECORDS - records);
    assert_int_equal(kept, total < 1000 ? total : 1000);
    zone_view_free(&view);
    zone_free(z);
    free(list);
    free(expected);
}

static void places_towards_cuts(void **state)
{
    static const struct {
        const char *owner;
        uint16_t type;
        enum zone_place place;
    } rows[] = {
        {"host.under.sub.example.test.", RRTYPE_A, ZONE_PLACE_BELOW}, {"example.test.", RRTYPE_NS, ZONE_PLACE_AUTH},
        {"sub.example.test.", RRTYPE_NS, ZONE_PLACE_CUT},             {"under.sub.example.test.", RRTYPE_NS, ZONE_PLACE_BELOW},
        {"subway.example.test.", RRTYPE_A, ZONE_PLACE_AUTH},          {"a.b.example.test.", RRTYPE_A, ZONE_PLACE_AUTH},
    };
    struct zone *z = zone_new(dname_const(arena, "example.test."));
    (void)state;
    for (uint32_t i = 0; i < ARRAY_SIZE(rows); i++)
        add(z, &(struct plain){dname_const(arena, rows[i].owner), rows[i].type, 60, i + 1, {1, 'x', 0, 0}});
    assert_int_equal(zone_add(z, dname_const(arena, "example.org."), RRTYPE_A, RRCLASS_IN, 1, NULL, 0, NULL), STATUS_USAGE);
    assert_int_equal(zone_finish(z), STATUS_OK);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_int_equal(zone_place_at(z, zone_index(z, dname_const(arena, rows[i].owner))), rows[i].place);
    const dname *cut = dname_const(arena, "sub.example.test.");
    assert_true(dname_equal(zone_cut(z, dname_const(arena, "not.there.under.SUB.example.test.")), cut));
    assert_null(zone_cut(z, dname_const(arena, "subway.example.test.")));
    assert_true(zone_name_exists(z, dname_const(arena, "b.example.test.")));
    assert_false(zone_name_exists(z, dname_const(arena, "c.example.test.")));
    zone_free(z);
}

static void mixed_ttls_and_doubles(void **state)
{
    struct zone *z = zone_new(dname_const(arena, "example.test."));
    const dname *owner = dname_const(arena, "www.example.test.");
    (void)state;
    add(z, &(struct plain){owner, RRTYPE_A, 300, 1, {1}});
    add(z, &(struct plain){owner, RRTYPE_A, 60, 2, {2}});
    add(z, &(struct plain){dname_const(arena, "WWW.example.test."), RRTYPE_A, 30, 3, {1}});
    assert_int_equal(zone_finish(z), STATUS_OK);
    const struct rrset *set = zone_rrset(z, arena, owner, RRTYPE_A);
    size_t count = 0;
    size_t total = 0;
    const struct zone_duplicate *twice = zone_duplicates(z, &count, &total);
    assert_int_equal(set->count, 2);
    assert_int_equal(set->ttl_s, 30);
    assert_non_null(set->ttls);
    assert_int_equal(total, 1);
    assert_int_equal(twice[0].where.line, 3);
    assert_int_equal(twice[0].first.line, 1);
    zone_free(z);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_the_model),
        cmocka_unit_test(places_towards_cuts),
        cmocka_unit_test(mixed_ttls_and_doubles),
    };
    arena = arena_new(0);
    int failed = cmocka_run_group_tests_name("zone", tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
