/* SPDX-License-Identifier: BSD-2-Clause */
/* The difference of two states, and the times of a rollover. */
#include "auditor/facts/derived/change.h"
#include "auditor/facts/derived/rollover.h"
#include "tests/change_rows.h"

#include <stdio.h>
#include <string.h>

static const struct change *known;
static const struct rollover *rolled;

static void read_change(struct facts *f, void *context)
{
    (void)context;
    known = change_of(f);
}

static void read_rollover(struct facts *f, void *context)
{
    (void)context;
    rolled = rollover_of(f);
}

static struct world *settle(const char *text, void (*fn)(struct facts *f, void *context))
{
    struct world *w = world_new(text);
    world_settle(w, fn, NULL);
    return w;
}

static void no_two_states(void **state)
{
    (void)state;
    struct world *w = settle("!offline\n", read_change);
    assert_int_equal(known->state, CHANGE_NO_OLD_STATE);
    world_free(w);
    w = settle("!offline\n!before new\n", read_change);
    assert_int_equal(known->state, CHANGE_NEW_ZONE);
    world_free(w);
    w = settle("!offline\n!gone\n!before\n", read_change);
    assert_int_equal(known->state, CHANGE_NO_ZONE);
    world_free(w);
}

static void check_item(size_t index, const char *owner, uint16_t type, enum change_kind kind, unsigned gone,
                       unsigned come)
{
    char text[DNAME_TEXT_MAX];
    const struct change_item *item = &known->items[index];
    assert_string_equal(dname_text_into(change_owner(known, item), text), owner);
    assert_int_equal(item->type, type);
    assert_int_equal(item->kind, kind);
    assert_int_equal(item->gone, gone);
    assert_int_equal(item->come, come);
    assert_int_equal(item->before == CHANGE_NOWHERE,
                     kind == CHANGE_ADDED && strcmp(owner, "a.example.test.") == 0);
}

/* One of each kind, in canonical order. */
static void every_kind(void **state)
{
    (void)state;
    struct world *w = settle(CHANGE("a A 192.0.2.1\nb A 192.0.2.1\nb A 192.0.2.9\nc 60 TXT \"x\"\nd AAAA "
                                    "2001:db8::1\nd A 192.0.2.1\n",
                                    "b A 192.0.2.1\nb A 192.0.2.2\nb A 192.0.2.3\nc 90 TXT \"x\"\nd A "
                                    "192.0.2.1\ne MX 1 a\ne MX 2 b\n"),
                             read_change);
    assert_int_equal(known->state, CHANGE_KNOWN);
    assert_int_equal(known->count, 5);
    check_item(0, "a.example.test.", RRTYPE_A, CHANGE_ADDED, 0, 1);
    check_item(1, "b.example.test.", RRTYPE_A, CHANGE_DATA, 2, 1);
    check_item(2, "c.example.test.", RRTYPE_TXT, CHANGE_TTL, 0, 0);
    assert_int_equal(known->items[3].type, RRTYPE_AAAA);
    assert_int_equal(known->items[3].kind, CHANGE_ADDED);
    assert_int_not_equal(known->items[3].before, CHANGE_NOWHERE);
    assert_int_equal(known->items[4].kind, CHANGE_REMOVED);
    assert_int_equal(known->items[4].gone, 2);
    assert_int_equal(known->items[4].after, CHANGE_NOWHERE);
    assert_int_equal(known->kinds[CHANGE_ADDED], 2);
    assert_int_equal(known->kinds[CHANGE_REMOVED], 1);
    assert_int_equal(known->records_gone, 4);
    assert_int_equal(known->records_come, 3);
    assert_int_equal(known->derived, 0);
    world_free(w);
}

/* Large sets in another order, one record different. */
static void large_sets(void **state)
{
    static char text[65536];
    (void)state;
    size_t used = (size_t)snprintf(text, sizeof(text), "!offline\n");
    for (unsigned i = 0; i < 200; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "big A 192.0.2.%u\n", i);
    used += (size_t)snprintf(text + used, sizeof(text) - used, "!before\n");
    for (unsigned i = 201; i-- > 1;)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "big A 192.0.2.%u\n", i);
    struct world *w = settle(text, read_change);
    assert_int_equal(known->count, 1);
    assert_int_equal(known->items[0].gone, 1);
    assert_int_equal(known->items[0].come, 1);
    assert_int_equal(known->records_before, known->records_after);
    world_free(w);
}

static void signers_stand_apart(void **state)
{
    (void)state;
    struct world *w =
        settle(CHANGE("@ SOA ns1 h 2 1 1 1 1\nwww A 192.0.2.1\n!sign example.test. inception=-1h",
                      "@ SOA ns1 h 1 1 1 1 1\nwww A 192.0.2.1\n!sign example.test. inception=-2h"),
               read_change);
    assert_int_equal(known->count, 0);
    assert_true(known->derived > 0);
    assert_true(known->soa_known && !known->soa_edited);
    assert_int_equal(known->soa_before.serial, 1);
    assert_int_equal(known->soa_after.serial, 2);
    world_free(w);
}

#define K1                                                                                                   \
    "@ 7200 DNSKEY 257 3 13 "                                                                                \
    "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQQ==\n"
#define K2                                                                                                   \
    "@ 7200 DNSKEY 257 3 13 "                                                                                \
    "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQg==\n"
#define DS1                                                                                                  \
    "!parent example.test. 600 DS 11318 13 2 "                                                               \
    "56cf8865076e8c03220b9acbe001feb829381eb570db7e80c4bc234c0afb97a0\n"
#define SIG(tag) "www 50000 RRSIG A 13 3 50000 20260201000000 20251201000000 " tag " example.test. AAAA\n"

static void times_of_a_rollover(void **state)
{
    (void)state;
    struct world *w = settle(CHANGE("!zone test.\n" K2 "www 50000 A 192.0.2.1\n" SIG("19542"),
                                    "!zone test.\n" K1 "www 50000 A 192.0.2.1\n" SIG("11318") DS1),
                             read_rollover);
    assert_int_equal(rolled->state, ROLLOVER_JUDGED);
    assert_int_equal(rolled->key_count, 2);
    assert_int_equal(rolled->before.key_ttl_s, 7200);
    assert_int_equal(rolled->before.ds_ttl_s, 600);
    assert_int_equal(rolled->before.ds_state, ROLLOVER_DS_SOME);
    assert_int_equal(rolled->after.ds_state, ROLLOVER_DS_NONE);
    assert_int_equal(rolled->before.data.sets, 1);
    assert_int_equal(rolled->before.data.stranded, 1);
    assert_int_equal(rolled->before.data.stranded_ttl_s, 50000);
    assert_int_equal(rolled->before.data.ttl_s, 50000);
    assert_int_equal(rolled->after.data.stranded, 1);
    assert_true(rolled->ds_cached && rolled->data_cached && rolled->signed_early);
    assert_false(rolled->broken || rolled->keys_cached || rolled->ds_unknown);
    world_free(w);
}

static void negative_times(void **state)
{
    (void)state;
    struct world *w = settle(
        CHANGE("!zone test.\n" K1, "!zone test.\n@ 900 SOA ns1 h 1 7200 3600 1209600 1800"), read_rollover);
    assert_int_equal(rolled->before.key_ttl_s, 900); /* the smaller of the TTL and the minimum */
    assert_int_equal(rolled->before.ds_state, ROLLOVER_DS_NONE);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_two_states),       cmocka_unit_test(every_kind),
        cmocka_unit_test(large_sets),          cmocka_unit_test(signers_stand_apart),
        cmocka_unit_test(times_of_a_rollover), cmocka_unit_test(negative_times),
    };
    return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
