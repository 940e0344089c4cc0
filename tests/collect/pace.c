/* SPDX-License-Identifier: BSD-2-Clause */
/* Rates, silence, RTT. */
#include "auditor/collect/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct address one = {
    .family = 4, .octets = {127, 0, 0, 1}
};
static const struct address two = {.family = 6, .octets = {[15] = 1}};

static void test_rate(void **state)
{
    (void)state;
    struct pace *p = pace_new(&(struct pace_options){.qps_per_server = 50});
    unsigned sent = 0;
    for (uint64_t now = 100000; now < 110000;) {
        unsigned wait = pace_take(p, &one, now);
        if (wait == 0)
            sent++;
        now += wait;
    }
    assert_in_range(sent, 500, 511); /* ten seconds and a burst of a fifth of a second */
    assert_int_equal(pace_take(p, &two, 100000), 0);
    pace_free(p);
}

static void test_total(void **state)
{
    (void)state;
    struct pace *p = pace_new(&(struct pace_options){.qps_total = 100});
    unsigned sent = 0;
    for (uint64_t now = 100000; now < 101000; now++) {
        sent += pace_take(p, &one, now) == 0;
        sent += pace_take(p, &two, now) == 0;
    }
    assert_in_range(sent, 100, 106);
    pace_free(p);
}

static void test_no_limit(void **state)
{
    (void)state;
    struct pace *p = pace_new(&(struct pace_options){.qps_total = 0});
    for (unsigned i = 0; i < 100000; i++)
        assert_int_equal(pace_take(p, &one, 5), 0);
    pace_free(p);
}

static void test_dead(void **state)
{
    (void)state;
    struct pace *p = pace_new(&(struct pace_options){.qps_total = 0});
    assert_false(pace_dead(p, &one));
    pace_result(p, &one, false, 0);
    assert_true(pace_dead(p, &one)); /* never heard of */
    pace_result(p, &one, true, 1000);
    pace_result(p, &one, false, 0);
    pace_result(p, &one, false, 0);
    assert_false(pace_dead(p, &one));
    pace_result(p, &one, false, 0);
    assert_true(pace_dead(p, &one));
    assert_false(pace_dead(p, &two));
    pace_result(p, &one, true, 1000);
    assert_false(pace_dead(p, &one));
    pace_free(p);
}

/* Ten exchanges that were under way together are one round of silence. */
static void test_rounds(void **state)
{
    (void)state;
    struct pace *p = pace_new(&(struct pace_options){.qps_total = 0});
    struct pace_server *s = pace_server_get(p, &one);
    pace_server_answered(s, PACE_UDP, 1000, 0);
    for (unsigned round = 0; round < 3; round++) {
        assert_false(pace_server_dead(s, PACE_UDP));
        uint32_t begun = pace_server_round(s, PACE_UDP);
        for (unsigned i = 0; i < 10; i++)
            pace_server_silent(s, PACE_UDP, begun);
    }
    assert_true(pace_server_dead(s, PACE_UDP));
    assert_false(pace_server_dead(s, PACE_TCP));
    pace_server_put(s);
    pace_free(p);
}

static void test_loss(void **state)
{
    (void)state;
    uint32_t sent, lost;
    struct pace *p = pace_new(&(struct pace_options){.qps_total = 0});
    pace_result(p, &one, false, 0);
    pace_result(p, &two, false, 0);
    pace_loss(p, &sent, &lost);
    assert_int_equal(sent, 0); /* nobody has answered anything */
    pace_result(p, &one, true, 10);
    pace_loss(p, &sent, &lost);
    assert_int_equal(sent, 2);
    assert_int_equal(lost, 1);
    pace_free(p);
}

static void test_timeout(void **state)
{
    (void)state;
    struct pace *p = pace_new(&(struct pace_options){.qps_total = 0});
    assert_int_equal(pace_timeout_ms(p, &one, 3000), 1000);
    assert_int_equal(pace_timeout_ms(p, &one, 200), 200);
    for (unsigned i = 0; i < 50; i++)
        pace_result(p, &one, true, 1000);
    assert_int_equal(pace_timeout_ms(p, &one, 3000), 300);
    for (unsigned i = 0; i < 50; i++)
        pace_result(p, &one, true, 900000);
    assert_in_range(pace_timeout_ms(p, &one, 3000), 900, 3000);
    pace_free(p);
}

/* What is remembered is bounded, whatever number of servers a run meets. */
static void test_many_servers(void **state)
{
    (void)state;
    struct pace *p = pace_new(&(struct pace_options){.qps_per_server = 50});
    struct pace_server *held = pace_server_get(p, &two);
    for (uint32_t i = 0; i < 300000; i++) {
        struct address a = {.family = 4};
        memcpy(a.octets, &i, sizeof(i));
        assert_int_equal(pace_take(p, &a, 1000), 0);
    }
    assert_int_equal(pace_server_take(held, 1000), 0);
    pace_server_put(held);
    pace_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rate),    cmocka_unit_test(test_total),        cmocka_unit_test(test_no_limit),
        cmocka_unit_test(test_dead),    cmocka_unit_test(test_rounds),       cmocka_unit_test(test_loss),
        cmocka_unit_test(test_timeout), cmocka_unit_test(test_many_servers),
    };
    return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
