/* SPDX-License-Identifier: BSD-2-Clause */
/* The shared caches: bounds, expiry, references; deep copies of answers. */
#include "auditor/collect/infra.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct kept *object(struct arena *a, const char *name)
{
    const struct answer answer = {.state = ANSWER_NODATA, .owner = dname_const(a, name), .type = RRTYPE_A};
    return &keep_answer(&answer)->kept;
}

static void entries_are_bounded(void **state)
{
    struct arena *a = arena_new(0);
    struct cache *c = cache_new(160, 1 << 20);
    (void)state;
    for (unsigned i = 0; i < 5000; i++) {
        char name[32];
        snprintf(name, sizeof(name), "n%u.test.", i);
        const struct kept *k = object(a, name);
        cache_put(c, name, strlen(name), k, UINT64_MAX);
        kept_release(k);
    }
    assert_true(cache_count(c) <= 160);
    cache_free(c);
    arena_free(a);
}

static void octets_are_bounded(void **state)
{
    struct arena *a = arena_new(0);
    struct cache *c = cache_new(100000, 64 * 1024);
    (void)state;
    for (unsigned i = 0; i < 5000; i++) {
        char name[32];
        snprintf(name, sizeof(name), "n%u.test.", i);
        const struct kept *k = object(a, name);
        cache_put(c, name, strlen(name), k, UINT64_MAX);
        kept_release(k);
    }
    assert_true(cache_count(c) * sizeof(struct kept_answer) <= 64 * 1024);
    cache_free(c);
    arena_free(a);
}

/* What is used stays when others come and go. */
static void the_used_ones_stay(void **state)
{
    struct arena *a = arena_new(0);
    struct cache *c = cache_new(320, 1 << 20);
    const struct kept *root = object(a, ".");
    (void)state;
    cache_put(c, "root", 4, root, UINT64_MAX);
    kept_release(root);
    for (unsigned i = 0; i < 5000; i++) {
        char name[32];
        snprintf(name, sizeof(name), "n%u.test.", i);
        const struct kept *k = object(a, name);
        cache_put(c, name, strlen(name), k, UINT64_MAX);
        kept_release(k);
        root = cache_get(c, "root", 4, 0);
        assert_non_null(root);
        kept_release(root);
    }
    cache_free(c);
    arena_free(a);
}

static void what_is_too_old_is_gone(void **state)
{
    struct arena *a = arena_new(0);
    struct cache *c = cache_new(100, 1 << 20);
    const struct kept *k = object(a, "a.test.");
    (void)state;
    cache_put(c, "a", 1, k, 1000);
    kept_release(k);
    k = cache_get(c, "a", 1, 999);
    assert_non_null(k);
    assert_null(cache_get(c, "a", 1, 1000));
    assert_int_equal(cache_count(c), 0);
    assert_string_equal(dname_text(a, ((const struct kept_answer *)(const void *)k)->answer->owner),
                        "a.test.");
    kept_release(k); /* the reference outlived the entry */
    cache_free(c);
    arena_free(a);
}

static void a_copy_stands_alone(void **state)
{
    struct arena *a = arena_new(0), *b = arena_new(0);
    uint8_t octets[] = {192, 0, 2, 1}, signature[] = {0, 1, 13, 2};
    const struct rdata rdata = {4, octets}, sig = {4, signature};
    struct rrset sets[2] = {{.owner = dname_const(a, "www.test."),
                             .type = RRTYPE_A,
                             .class = 1,
                             .count = 1,
                             .rdata = &rdata,
                             .sig_count = 1,
                             .sigs = &sig},
                            {.owner = dname_const(a, "test."), .type = RRTYPE_NS, .class = 1}};
    const struct reply reply = {.state = REPLY_OK,
                                .aa = true,
                                .answer = {sets, 1},
                                .authority = {sets + 1, 1},
                                .edns_options = octets,
                                .edns_options_length = 4};
    const struct answer answer = {.state = ANSWER_RRSET,
                                  .owner = sets[0].owner,
                                  .type = RRTYPE_A,
                                  .rrset = &sets[0],
                                  .zone = sets[1].owner,
                                  .reply = &reply};
    (void)state;
    const struct answer *copy = copy_answer(b, &answer);
    struct kept_answer *k = keep_answer(&answer);
    const struct answer *const both[] = {copy, k->answer};
    memset(octets, 0, sizeof(octets));
    memset(sets, 0, sizeof(sets));
    arena_free(a);
    for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
        assert_ptr_equal(both[i]->rrset, &both[i]->reply->answer.sets[0]); /* the same set, not another */
        assert_int_equal(both[i]->rrset->rdata[0].octets[0], 192);
        assert_int_equal(both[i]->rrset->sigs[0].octets[2], 13);
        assert_int_equal(both[i]->reply->edns_options[0], 192);
        assert_int_equal(both[i]->reply->authority.sets[0].type, RRTYPE_NS);
        assert_true(dname_equal(both[i]->zone, (const dname *)"\4test"));
    }
    kept_release(&k->kept);
    arena_free(b);
}

static void the_deepest_target(void **state)
{
    struct arena *a = arena_new(0);
    const dname *const targets[] = {dname_const(a, "example.test."), dname_const(a, "sub.example.test."),
                                    dname_const(a, "other.test.")};
    const struct settings settings = {.targets = targets, .targets_count = 3};
    const struct collect_options options = {.settings = &settings};
    struct infra *i = infra_new(&options);
    (void)state;
    assert_ptr_equal(infra_target(i, dname_const(a, "www.example.test.")), targets[0]);
    assert_ptr_equal(infra_target(i, dname_const(a, "www.sub.example.test.")), targets[1]);
    assert_ptr_equal(infra_target(i, targets[2]), targets[2]);
    assert_null(infra_target(i, dname_const(a, "test.")));
    assert_null(infra_target(i, DNAME_ROOT));
    infra_free(i);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_bounded), cmocka_unit_test(octets_are_bounded),
        cmocka_unit_test(the_used_ones_stay),  cmocka_unit_test(what_is_too_old_is_gone),
        cmocka_unit_test(a_copy_stands_alone), cmocka_unit_test(the_deepest_target),
    };
    return cmocka_run_group_tests_name("infra", tests, NULL, NULL);
}
