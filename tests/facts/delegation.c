/* SPDX-License-Identifier: BSD-2-Clause */
/* The delegation of a zone and its servers in small worlds: both sides, one side, none. */
#include "auditor/facts/derived/delegation.h"
#include "auditor/facts/derived/serving.h"
#include "tests/check_test.h"

#include <stdio.h>
#include <string.h>

struct view {
    const char *name; /* NULL: the target */
    struct delegation d;
    struct servings s;
    struct transport_list t;
};

static void look(struct facts *f, void *context)
{
    struct view *v = context;
    const dname *name = v->name != NULL ? dname_const(facts_scratch(f), v->name) : facts_target(f);
    v->d = *delegation_of(f, name);
    v->s = *servings_of(f, name);
    v->t = *transports_of(f, name);
}

/* "ns1:pc g=1 a=2;" for each server: in the parent's set, in the child's, glue, addresses. */
static void describe(const struct delegation *d, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < d->server_count && used < size; i++) {
        const struct nameserver *ns = &d->servers[i];
        char name[DNAME_TEXT_MAX];
        dname_text_into(ns->name, name);
        *strchr(name, '.') = '\0';
        used += (size_t)snprintf(text + used, size - used, "%s:%s%s g=%zu a=%zu%s;", name,
                                 ns->at_parent ? "p" : "", ns->at_child ? "c" : "", ns->glue_count,
                                 ns->address_count, ns->alias != NULL ? " alias" : "");
    }
}

struct row {
    const char *name, *world, *zone;
    enum delegation_state state;
    bool parent_known, child_known;
    size_t addresses;
    const char *servers;
};

#define TWO                                                                                                  \
    "!parent example.test. NS ns1.example.test.\n!parent example.test. NS ns2.example.test.\n"               \
    "!parent ns1.example.test. A 192.0.2.1\n!parent ns2.example.test. A 192.0.2.2\n"

static const struct row rows[] = {
    {"plain", "", NULL, DELEGATION_OK, true, true, 3, "ns1:pc g=2 a=2;ns2:pc g=1 a=1;"},
    {"glue of one family", TWO, NULL, DELEGATION_OK, true, true, 3, "ns1:pc g=1 a=2;ns2:pc g=1 a=1;"},
    {"parent only", TWO "!parent example.test. NS old.example.test.\n", NULL, DELEGATION_OK, true, true, 3,
     "ns1:pc g=1 a=2;ns2:pc g=1 a=1;old:p g=0 a=0;"},
    {"child only", "!parent example.test. NS ns1.example.test.\n!parent ns1.example.test. A 192.0.2.1\n",
     NULL, DELEGATION_OK, true, true, 3, "ns1:pc g=1 a=2;ns2:c g=0 a=1;"},
    {"stale glue is asked too", TWO "!parent ns2.example.test. A 198.51.100.9\n", NULL, DELEGATION_OK, true,
     true, 4, "ns1:pc g=1 a=2;ns2:pc g=2 a=1;"},
    {"glue where the zone does not tell", "!timeout ns2 A\n!timeout ns2 AAAA\n", NULL, DELEGATION_OK, true,
     true, 3, "ns1:pc g=2 a=2;ns2:pc g=1 a=1;"},
    {"servers elsewhere",
     "@ NS a.vendor.org.\n@ NS b.vendor.org.\na.vendor.org. A 192.0.2.1\nb.vendor.org. A 192.0.2.2", NULL,
     DELEGATION_OK, true, true, 2, "a:pc g=0 a=1;b:pc g=0 a=1;"},
    {"an alias", "@ NS ns1\n@ NS alias\nns1 A 192.0.2.1\nalias CNAME host\nhost A 192.0.2.2", NULL,
     DELEGATION_OK, true, true, 2, "alias:pc g=0 a=1 alias;ns1:pc g=1 a=1;"},
    {"parent and child on one server",
     "!zone example.test. 192.0.2.251,192.0.2.252\n@ NS ns1\n@ NS ns2\nns1 A 192.0.2.251\nns2 A "
     "192.0.2.252\n",
     NULL, DELEGATION_OK, true, true, 2, "ns1:pc g=0 a=1;ns2:pc g=0 a=1;"},
    {"parents silent", "!server 192.0.2.251 * * timeout\n!server 192.0.2.252 * * timeout\n", NULL,
     DELEGATION_OK, false, true, 3, "ns1:pc g=0 a=2;ns2:pc g=0 a=1;"},
    {"children silent",
     "!server 192.0.2.1 * * timeout\n!server 192.0.2.2 * * timeout\n!server 2001:db8::1 * * timeout\n", NULL,
     DELEGATION_OK, true, false, 3, "ns1:p g=2 a=2;ns2:p g=1 a=1;"},
    {"no delegation", "!parent none\n", NULL, DELEGATION_NONE, false, false, 0, ""},
    {"no apex", "www A 192.0.2.80\n", "www.example.test.", DELEGATION_NOT_APEX, false, false, 0, ""},
    {"case of the name", "", "EXAMPLE.test.", DELEGATION_OK, true, true, 3, "ns1:pc g=2 a=2;ns2:pc g=1 a=1;"},
    {"the root", "", ".", DELEGATION_OK, false, true, 1, "ns1:pc g=0 a=1;"},
    {"nobody knows", "!timeout example.test. *\n", NULL, DELEGATION_UNKNOWN, false, false, 0, ""},
    {"offline", "!offline\n", NULL, DELEGATION_OK, false, true, 3, "ns1:c g=0 a=2;ns2:c g=0 a=1;"},
    {"offline, elsewhere", "!offline\n@ NS a.vendor.org.\n", NULL, DELEGATION_OK, false, true, 0,
     "a:c g=0 a=0;"},
    {"offline, a child", "!offline\nsub NS ns.sub\nsub NS ns1\nns.sub A 192.0.2.7\n", "sub.example.test.",
     DELEGATION_OK, true, false, 3, "ns1:p g=0 a=2;ns:p g=1 a=1;"},
    {"offline, a name", "!offline\nwww A 192.0.2.80\n", "www.example.test.", DELEGATION_NOT_APEX, false,
     false, 0, ""},
    {"offline, another zone", "!offline\n", "vendor.org.", DELEGATION_UNKNOWN, false, false, 0, ""},
};

static void delegation_row(void **state)
{
    const struct row *row = *state;
    struct world *w = world_new(row->world);
    struct view v = {.name = row->zone};
    char text[1024];
    world_settle(w, look, &v);
    describe(&v.d, text, sizeof(text));
    assert_string_equal(text, row->servers);
    assert_int_equal(v.d.state, row->state);
    assert_int_equal(v.d.parent_ns_known, row->parent_known);
    assert_int_equal(v.d.child_ns_known, row->child_known);
    assert_int_equal(v.d.address_count, row->addresses);
    world_free(w);
}

/* A hostile NS set costs at most 20 names and 5 that lead nowhere (hardening.md row 7). */
static void large_set(void **state)
{
    (void)state;
    char text[8192] = "";
    for (unsigned i = 0; i < 60; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text),
                 "!parent example.test. NS n%u.vendor.org.\n", i);
    struct world *w = world_new(text);
    struct view v = {0};
    unsigned given_up = 0;
    world_settle(w, look, &v);
    assert_int_equal(v.d.state, DELEGATION_OK);
    assert_int_equal(v.d.server_count, 20);
    for (size_t i = 0; i < v.d.server_count; i++)
        given_up += v.d.servers[i].addresses_reason == REASON_BUDGET;
    assert_int_equal(given_up, 15);
    world_free(w);
}

static void serving_states(void **state)
{
    (void)state;
    struct world *w = world_new("!server 192.0.2.1 * * refused\n!server 192.0.2.2 * * timeout\n");
    struct view v = {0};
    world_settle(w, look, &v);
    assert_int_equal(v.s.count, 3);
    assert_int_equal(v.s.lame, 1);
    assert_int_equal(v.s.silent, 1);
    assert_int_equal(v.s.yes, 1);
    assert_int_equal(v.t.list[1].udp, TRANSPORT_SILENT);
    assert_int_equal(v.t.list[1].tcp, TRANSPORT_SILENT);
    assert_true(v.t.any_answers);
    assert_false(v.t.all_silent);
    world_free(w);
}

static void silence_in_doubt(void **state)
{
    (void)state;
    struct world *w = world_new("!server 192.0.2.2 * * timeout\n!vantage lossy\n!vantage no-ipv6\n");
    struct view v = {0};
    world_settle(w, look, &v);
    assert_int_equal(v.t.list[1].udp, TRANSPORT_UNSURE);
    assert_int_equal(v.t.list[1].reason, REASON_TIMEOUT);
    assert_non_null(v.t.list[1].why);
    assert_true(v.t.list[2].no_path);
    assert_int_equal(v.s.unasked, 1);
    world_free(w);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_SIZE(rows) + 3];
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        union {
            const struct row *in;
            void *out;
        } row = {.in = &rows[i]};
        tests[i] =
            (struct CMUnitTest){.name = rows[i].name, .test_func = delegation_row, .initial_state = row.out};
    }
    tests[ARRAY_SIZE(rows)] = (struct CMUnitTest)cmocka_unit_test(large_set);
    tests[ARRAY_SIZE(rows) + 1] = (struct CMUnitTest)cmocka_unit_test(serving_states);
    tests[ARRAY_SIZE(rows) + 2] = (struct CMUnitTest)cmocka_unit_test(silence_in_doubt);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
