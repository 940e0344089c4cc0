/* SPDX-License-Identifier: BSD-2-Clause */
/* The fact store: sticky misses, hold-back classes, evidence, memoised derivation. */
#include "tests/check_test.h"

#include <stdlib.h>
#include <string.h>

struct bench {
    struct arena *arena, *scratch;
    struct settings settings;
    struct facts *facts;
    struct fact *queue[64];
    size_t count;
};

static void keep(void *context, struct fact *fact)
{
    struct bench *b = context;
    b->queue[b->count++] = fact;
}

static struct bench *bench_new(void)
{
    struct bench *b = calloc(1, sizeof(*b));
    b->arena = arena_new(0);
    b->scratch = arena_new(0);
    b->settings.live = true;
    const struct facts_options options = {.target = dname_const(b->arena, "example.test."), .settings = &b->settings,
                                          .source = {.context = b, .demand = keep}};
    b->facts = facts_new(&options);
    facts_run_begin(b->facts, b->scratch);
    return b;
}

static void bench_free(struct bench *b)
{
    facts_free(b->facts);
    arena_free(b->arena);
    arena_free(b->scratch);
    free(b);
}

static void deliver_nodata(struct bench *b, struct fact *fact)
{
    struct answer *answer = arena_alloc(facts_arena(b->facts), sizeof(*answer));
    answer->state = ANSWER_NODATA;
    answer->owner = fact->key.lookup.owner;
    facts_deliver(fact, answer);
}

static void a_miss_is_pending_and_demanded_once(void **state)
{
    struct bench *b = bench_new();
    struct fact *const *missing = NULL;
    (void)state;
    const struct answer *first = facts_lookup(b->facts, dname_const(b->arena, "WWW.example.test."), RRTYPE_A);
    assert_int_equal(first->state, ANSWER_PENDING);
    facts_lookup(b->facts, dname_const(b->arena, "www.example.test."), RRTYPE_A);
    assert_int_equal(b->count, 1);
    assert_int_equal(facts_run_missing(b->facts, &missing), 1);
    deliver_nodata(b, b->queue[0]);
    facts_run_begin(b->facts, b->scratch);
    assert_int_equal(facts_lookup(b->facts, dname_const(b->arena, "www.example.test."), RRTYPE_A)->state,
                     ANSWER_NODATA);
    assert_int_equal(facts_run_missing(b->facts, &missing), 0);
    assert_int_equal(facts_run_read(b->facts, &missing), 1);
    bench_free(b);
}

static void facts_are_written_once(void **state)
{
    struct bench *b = bench_new();
    (void)state;
    facts_lookup(b->facts, facts_target(b->facts), RRTYPE_A);
    deliver_nodata(b, b->queue[0]);
    facts_deliver_unknown(b->queue[0], REASON_TIMEOUT);
    facts_run_begin(b->facts, b->scratch);
    assert_int_equal(facts_lookup(b->facts, facts_target(b->facts), RRTYPE_A)->state, ANSWER_NODATA);
    bench_free(b);
}

static void costly_kinds_wait_behind_any_miss(void **state)
{
    struct bench *b = bench_new();
    struct transfer_ask ask = {.zone = facts_target(b->facts), .type = RRTYPE_AXFR};
    struct http_ask http = {.host = "www.example.test", .path = "/"};
    struct fact *const *missing = NULL;
    (void)state;
    facts_lookup(b->facts, facts_target(b->facts), RRTYPE_MX);
    facts_http(b->facts, &http);
    facts_transfer(b->facts, &ask);
    facts_lookup(b->facts, facts_target(b->facts), RRTYPE_TXT);
    assert_int_equal(b->count, 2); /* both lookups, nothing else */
    assert_int_equal(facts_run_missing(b->facts, &missing), 4);
    deliver_nodata(b, b->queue[0]);
    deliver_nodata(b, b->queue[1]);
    facts_run_begin(b->facts, b->scratch);
    facts_http(b->facts, &http);
    facts_transfer(b->facts, &ask); /* behind the HTTP miss */
    assert_int_equal(b->count, 3);
    assert_int_equal(b->queue[2]->kind, FACT_HTTP);
    facts_deliver_unknown(b->queue[2], REASON_NETWORK);
    facts_run_begin(b->facts, b->scratch);
    facts_transfer(b->facts, &ask); /* the first miss is always sent */
    assert_int_equal(b->count, 4);
    bench_free(b);
}

static void the_last_round_waits_until_it_is_allowed(void **state)
{
    struct bench *b = bench_new();
    const struct ask ask = {.owner = facts_target(b->facts), .type = RRTYPE_SOA, .flags = ASK_LAST_ROUND};
    (void)state;
    facts_ask(b->facts, &ask);
    assert_int_equal(b->count, 0);
    facts_allow_last_round(b->facts);
    facts_run_begin(b->facts, b->scratch);
    facts_ask(b->facts, &ask);
    assert_int_equal(b->count, 1);
    bench_free(b);
}

static unsigned computed;

static const void *two_lookups(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    unsigned *sum = arena_alloc(a, sizeof(*sum));
    (void)key_length;
    computed++;
    *sum = (unsigned)facts_lookup(f, key, RRTYPE_A)->state + (unsigned)facts_lookup(f, key, RRTYPE_AAAA)->state;
    return sum;
}

static void derived_facts_are_kept_once_complete_and_carry_their_evidence(void **state)
{
    struct bench *b = bench_new();
    const dname *name = facts_target(b->facts);
    struct fact *const *list = NULL;
    (void)state;
    computed = 0;
    facts_derive(b->facts, two_lookups, name, dname_length(name));
    facts_derive(b->facts, two_lookups, name, dname_length(name));
    assert_int_equal(computed, 1); /* nothing new came: the provisional value stands, its misses count */
    assert_int_equal(facts_run_missing(b->facts, &list), 2);
    deliver_nodata(b, b->queue[0]);
    facts_run_begin(b->facts, b->scratch);
    facts_derive(b->facts, two_lookups, name, dname_length(name));
    assert_int_equal(computed, 2);
    assert_int_equal(facts_run_missing(b->facts, &list), 1);
    facts_deliver_unknown(b->queue[1], REASON_TIMEOUT);
    facts_run_begin(b->facts, b->scratch);
    facts_derive(b->facts, two_lookups, name, dname_length(name));
    facts_run_begin(b->facts, b->scratch);
    facts_derive(b->facts, two_lookups, name, dname_length(name));
    assert_int_equal(computed, 3);
    assert_int_equal(facts_run_read(b->facts, &list), 2);
    assert_int_equal(facts_run_reason(b->facts), REASON_TIMEOUT);
    bench_free(b);
}

static void a_mark_limits_the_evidence(void **state)
{
    struct bench *b = bench_new();
    struct fact *const *list = NULL;
    (void)state;
    facts_lookup(b->facts, facts_target(b->facts), RRTYPE_A);
    facts_lookup(b->facts, facts_target(b->facts), RRTYPE_MX);
    deliver_nodata(b, b->queue[0]);
    deliver_nodata(b, b->queue[1]);
    facts_run_begin(b->facts, b->scratch);
    facts_lookup(b->facts, facts_target(b->facts), RRTYPE_A);
    facts_mark(b->facts);
    facts_lookup(b->facts, facts_target(b->facts), RRTYPE_MX);
    assert_int_equal(facts_run_read(b->facts, &list), 1);
    assert_int_equal(list[0]->key.lookup.type, RRTYPE_MX);
    bench_free(b);
}

static void full_memory_gives_unknown_answers(void **state)
{
    struct bench *b = bench_new();
    const struct facts_options options = {.target = dname_const(b->arena, "example.test."), .settings = &b->settings,
                                          .source = {.context = b, .demand = keep}, .arena_limit = 1 << 17};
    bool unknown = false;
    (void)state;
    facts_free(b->facts);
    b->facts = facts_new(&options);
    facts_run_begin(b->facts, b->scratch);
    for (unsigned i = 0; i < 20000; i++) {
        b->count = 0; /* what was demanded is not looked at */
        const dname *name = dname_const(b->arena, arena_printf(b->arena, "n%u.example.test.", i));
        const struct answer *answer = facts_lookup(b->facts, name, RRTYPE_A);
        assert_true(answer->state == ANSWER_PENDING || answer->state == ANSWER_UNKNOWN);
        unknown = unknown || answer->state == ANSWER_UNKNOWN;
        assert_true(answer->state == ANSWER_PENDING || answer->reason == REASON_BUDGET);
    }
    assert_true(unknown);
    assert_true(facts_run_over_budget(b->facts));
    /* What the store keeps outlives the run: its answers too, when they came at the last. */
    arena_reset(b->scratch);
    facts_run_begin(b->facts, b->scratch);
    for (size_t i = 0; i < facts_count(b->facts); i++) {
        struct fact *fact = facts_at(b->facts, i);
        assert_int_equal(facts_lookup(b->facts, fact->key.lookup.owner, RRTYPE_A)->state, ANSWER_PENDING);
        facts_deliver_unknown(fact, REASON_TIMEOUT);
        arena_reset(b->scratch);
        facts_run_begin(b->facts, b->scratch);
        assert_int_equal(facts_lookup(b->facts, fact->key.lookup.owner, RRTYPE_A)->reason, REASON_TIMEOUT);
    }
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_memory_gives_unknown_answers),
        cmocka_unit_test(a_miss_is_pending_and_demanded_once),
        cmocka_unit_test(facts_are_written_once),
        cmocka_unit_test(costly_kinds_wait_behind_any_miss),
        cmocka_unit_test(the_last_round_waits_until_it_is_allowed),
        cmocka_unit_test(derived_facts_are_kept_once_complete_and_carry_their_evidence),
        cmocka_unit_test(a_mark_limits_the_evidence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
