/* SPDX-License-Identifier: BSD-2-Clause */
/* The NSEC walk: its steps, and whole zones on loopback. */
#include "auditor/collect/walk.h"

#include "tests/collect/loopback.h"

struct step_case {
    const char *name, *from, *to;
    enum walk_step step;
};

static const struct step_case steps[] = {
    {"forward", "a.example.test.", "b.example.test.", WALK_ON},
    {"down", "a.example.test.", "x.a.example.test.", WALK_ON},
    {"home", "z.example.test.", "example.test.", WALK_HOME},
    {"one name only", "example.test.", "EXAMPLE.test.", WALK_HOME},
    {"back", "b.example.test.", "a.example.test.", WALK_BROKEN},
    {"in place", "b.example.test.", "B.example.test.", WALK_BROKEN},
    {"out of the zone", "b.example.test.", "c.other.test.", WALK_BROKEN},
    {"made up", "b.example.test.", "\\000.b.example.test.", WALK_MADE_UP},
    {"made up at the apex", "example.test.", "\\000.example.test.", WALK_MADE_UP},
};

static void check_step(void **state)
{
    const struct step_case *row = *state;
    struct arena *a = arena_new(0);
    const dname *zone = dname_const(a, "example.test.");
    assert_int_equal(walk_step(zone, dname_const(a, row->from), dname_const(a, row->to)), row->step);
    arena_free(a);
}

static void beyond_comes_after_the_subtree(void **state)
{
    static const char *const names[] = {
        "a.example.test.", "a\\@.example.test.", "a\\255.example.test.",
        "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg.example.test.",
        "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgg@.example.test."};
    (void)state;
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        const dname *name = dname_const(a, names[i]);
        const dname *beyond = walk_beyond(a, name);
        const dname *below = dname_prepend(a, "zzz", name);
        assert_non_null(beyond);
        assert_true(dname_compare(name, beyond) < 0);
        assert_true(dname_compare(below, beyond) < 0);
    }
    assert_null(walk_beyond(a, DNAME_ROOT));
    arena_free(a);
}

/* ---- zones ------------------------------------------------------------------------------- */

#define PARENTS                                                                                              \
    "zone . 1\n. NS root1.\nroot1. A 127.0.90.1\ntest. NS ns.nic.test.\nns.nic.test. A 127.0.90.2\n"         \
    "zone test. 2\ntest. NS ns.nic.test.\nns.nic.test. A 127.0.90.2\n"                                       \
    "example.test. NS ns.example.test.\nns.example.test. A 127.0.90.3\n"                                     \
    "zone example.test. 3\nexample.test. NS ns.example.test.\nns.example.test. A 127.0.90.3\n"

struct walk_case {
    const char *name, *zone;
    enum fact_state state;
    enum walk_outcome outcome;
    bool complete;
    size_t names;
};

static const struct walk_case walks[] = {
    {"unsigned", "", FACT_KNOWN, WALK_UNSIGNED, false, 0},
    {"a chain",
     "example.test. NSEC a.example.test. NS SOA NSEC\n"
     "a.example.test. A 192.0.2.1\na.example.test. NSEC ns.example.test. A NSEC\n"
     "ns.example.test. NSEC x.y.example.test. A NSEC\n"
     "x.y.example.test. A 192.0.2.1\nx.y.example.test. NSEC example.test. A NSEC\n",
     FACT_KNOWN, WALK_NSEC, true, 4},
    {"over a delegation",
     "example.test. NSEC ns.example.test. NS SOA NSEC\n"
     "ns.example.test. NSEC sub.example.test. A NSEC\n"
     "sub.example.test. NS ns.nic.test.\nsub.example.test. NSEC z.example.test. NS NSEC\n"
     "z.example.test. A 192.0.2.1\nz.example.test. NSEC example.test. A NSEC\n",
     FACT_KNOWN, WALK_NSEC, true, 4},
    {"a small chain",
     "example.test. NSEC ns.example.test. NS SOA NSEC\nns.example.test. NSEC example.test. A NSEC\n",
     FACT_KNOWN, WALK_NSEC, true, 2},
    {"a chain that runs back",
     "example.test. NSEC ns.example.test. NS SOA NSEC\nns.example.test. NSEC a.example.test. A NSEC\n"
     "a.example.test. A 192.0.2.1\na.example.test. NSEC ns.example.test. A NSEC\n",
     FACT_KNOWN, WALK_NSEC, false, 2},
    {"a chain that leaves the zone",
     "example.test. NSEC ns.example.test. NS SOA NSEC\nns.example.test. NSEC www.other.test. A NSEC\n",
     FACT_KNOWN, WALK_NSEC, false, 2},
    {"silent", "habit 3 * * timeout\n", FACT_UNKNOWN, 0, false, 0},
};

static void check_walk(void **state)
{
    const struct walk_case *row = *state;
    char text[4096];
    snprintf(text, sizeof(text), "%s%s", PARENTS, row->zone);
    struct lab *lab = lab_new(text);
    lab_start(lab);
    (void)facts_walk(lab->facts, lab_name(lab, "example.test."));
    lab_settle(lab);
    const struct walk *walk = facts_walk(lab->facts, lab_name(lab, "example.test."));
    assert_int_equal(walk->state, row->state);
    if (row->state == FACT_KNOWN) {
        assert_int_equal(walk->outcome, row->outcome);
        assert_int_equal(walk->complete, row->complete);
        assert_int_equal(walk->name_count, row->names);
        for (size_t i = 1; i < walk->name_count; i++)
            assert_true(dname_compare(walk->names[i - 1], walk->names[i]) < 0);
    } else {
        assert_int_equal(walk->reason, REASON_TIMEOUT);
    }
    lab_free(lab);
}

static void a_long_chain(void **state)
{
    enum { NAMES = 3000 };
    char *text = malloc(1 << 20);
    int used = sprintf(text,
                       "%sexample.test. NSEC n10000.example.test. NS SOA NSEC\n"
                       "ns.example.test. NSEC example.test. A NSEC\n",
                       PARENTS);
    (void)state;
    for (int i = 0; i < NAMES; i++) {
        char next[32] = "ns";
        if (i + 1 < NAMES)
            snprintf(next, sizeof(next), "n%d", 10001 + i);
        used += sprintf(text + used,
                        "n%d.example.test. A 192.0.2.1\nn%d.example.test. NSEC %s.example.test. A NSEC\n",
                        10000 + i, 10000 + i, next);
    }
    struct lab *lab = lab_new(text);
    lab->options.check_ms = 30000;
    lab_start(lab);
    (void)facts_walk(lab->facts, lab_name(lab, "example.test."));
    lab_settle(lab);
    const struct walk *walk = facts_walk(lab->facts, lab_name(lab, "example.test."));
    assert_true(walk->complete);
    assert_int_equal(walk->name_count, NAMES + 2);
    assert_int_equal(walk->hops, NAMES + 2);
    lab_free(lab);
    free(text);
}

static void only_zones_of_the_targets(void **state)
{
    (void)state;
    struct lab *lab = lab_new(PARENTS);
    lab_start(lab);
    (void)facts_walk(lab->facts, lab_name(lab, "test."));
    lab_settle(lab);
    const struct walk *walk = facts_walk(lab->facts, lab_name(lab, "test."));
    assert_int_equal(walk->state, FACT_UNKNOWN);
    assert_int_equal(walk->reason, REASON_OUT_OF_SCOPE);
    lab_free(lab);
}

/* ---- denials ----------------------------------------------------------------------------- */

struct judge_case {
    const char *name, *owner, *next; /* of the NSEC in the denial for mabcdefghijklmno.example.test. */
    enum walk_outcome outcome;
};

static const struct judge_case judgements[] = {
    {"a span of the zone", "a.example.test.", "z.example.test.", WALK_NSEC},
    {"the apex and itself", "example.test.", "example.test.", WALK_NSEC},
    {"compact denial", "mabcdefghijklmno.example.test.", "\\000.mabcdefghijklmno.example.test.",
     WALK_MINIMAL},
    {"a white lie", "mabcdefghijklmnn~.example.test.", "mabcdefghijklmno!.example.test.", WALK_MINIMAL},
    {"a short neighbour", "m.example.test.", "n.example.test.", WALK_NSEC},
};

static void check_judgement(void **state)
{
    const struct judge_case *row = *state;
    struct arena *a = arena_new(0);
    const dname *next = dname_const(a, row->next);
    const struct rdata rdata = {(uint16_t)dname_length(next), next};
    const struct rrset set = {
        .owner = dname_const(a, row->owner), .type = RRTYPE_NSEC, .class = 1, .count = 1, .rdata = &rdata};
    const struct reply reply = {.state = REPLY_OK, .aa = true, .authority = {&set, 1}};
    assert_int_equal(walk_judge(&reply, dname_const(a, "mabcdefghijklmno.example.test.")), row->outcome);
    arena_free(a);
}

#define ROWS(table, fn)                                                                                      \
    for (size_t i = 0; i < ARRAY_SIZE(table); i++)                                                           \
        tests[count++] = (struct CMUnitTest)                                                                 \
        {                                                                                                    \
            table[i].name, fn, NULL, NULL, (void *)(uintptr_t)&table[i]                                      \
        }

int main(void)
{
    struct CMUnitTest tests[ARRAY_SIZE(steps) + ARRAY_SIZE(walks) + ARRAY_SIZE(judgements) + 3];
    size_t count = 0;
    ROWS(steps, check_step);
    ROWS(walks, check_walk);
    ROWS(judgements, check_judgement);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(beyond_comes_after_the_subtree);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(a_long_chain);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(only_zones_of_the_targets);
    return _cmocka_run_group_tests("walk", tests, count, NULL, NULL);
}
