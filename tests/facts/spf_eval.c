/* SPDX-License-Identifier: BSD-2-Clause */
/* check_host() over small worlds: one row a rule of RFC 7208. */
#include "auditor/facts/derived/spf.h"
#include "tests/check_test.h"

#include <stdio.h>
#include <string.h>

struct row {
    const char *name;
    const char *world;
    const char *ip, *helo, *sender;
    enum spf_result result;
    int terms, voids;        /* -1: not compared */
    const char *explanation; /* NULL: not compared */
    bool undetermined;
};

#define V4 "192.0.2.10"
#define V6 "2001:db8::10"
#define FROM "mail.example.test", "user@example.test"

/* The record of correctness trap T2: everything has AAAA only. */
#define TRAP_2                                                                                               \
    "@ AAAA 2001:db8::1\n@ TXT \"v=spf1 a include:x.example.test a:v6b.example.test a:v6c.example.test "     \
    "-all\"\n"                                                                                               \
    "x TXT \"v=spf1 -all\"\nv6b AAAA 2001:db8::b\nv6c AAAA 2001:db8::c\n"

static const struct row rows[] = {
    {"no record", "@ A 192.0.2.1", V4, FROM, SPF_NONE, 0, 0, NULL, false},
    {"single label", "@ A 192.0.2.1", V4, "localhost", "a@localhost", SPF_NONE, -1, -1, NULL, false},
    {"malformed domain", "@ A 192.0.2.1", V4, "h.example.test", "a@b..c", SPF_NONE, -1, -1, NULL, false},
    {"fail", "@ TXT \"v=spf1 -all\"", V4, FROM, SPF_FAIL, 0, 0, NULL, false},
    {"softfail", "@ TXT \"v=spf1 ~all\"", V4, FROM, SPF_SOFTFAIL, 0, 0, NULL, false},
    {"neutral by all", "@ TXT \"v=spf1 ?all\"", V4, FROM, SPF_NEUTRAL, 0, 0, NULL, false},
    {"neutral by default", "@ TXT \"v=spf1\"", V4, FROM, SPF_NEUTRAL, 0, 0, NULL, false},
    {"pass by ip4", "@ TXT \"v=spf1 ip4:192.0.2.0/24 -all\"", V4, FROM, SPF_PASS, 0, 0, NULL, false},
    {"pass by ip6", "@ TXT \"v=spf1 ip6:2001:db8::/32 -all\"", V6, FROM, SPF_PASS, 0, 0, NULL, false},
    {"mapped address is IPv4", "@ TXT \"v=spf1 ip4:192.0.2.10 -all\"", "::ffff:192.0.2.10", FROM, SPF_PASS, 0,
     0, NULL, false},
    {"IPv4 client never matches ip6", "@ TXT \"v=spf1 ip6:::/0 -all\"", V4, FROM, SPF_FAIL, 0, 0, NULL,
     false},
    {"several records", "@ TXT \"v=spf1 -all\"\n@ TXT \"v=spf1 +all\"", V4, FROM, SPF_PERMERROR, 0, 0, NULL,
     false},
    {"error anywhere", "@ TXT \"v=spf1 +all moo:x\"", V4, FROM, SPF_PERMERROR, 0, 0, NULL, false},
    {"null sender is postmaster at HELO",
     "mail TXT \"v=spf1 exists:%{l}.ok.example.test -all\"\npostmaster.ok A 127.0.0.2", V4,
     "mail.example.test", "", SPF_PASS, 1, 0, NULL, false},
    {"a", "@ A 192.0.2.10\n@ TXT \"v=spf1 a -all\"", V4, FROM, SPF_PASS, 1, 0, NULL, false},
    {"a with prefix", "h A 192.0.2.200\n@ TXT \"v=spf1 a:h.example.test/24 -all\"", V4, FROM, SPF_PASS, 1, 0,
     NULL, false},
    {"a through an alias", "h CNAME k\nk A 192.0.2.10\n@ TXT \"v=spf1 a:h.example.test -all\"", V4, FROM,
     SPF_PASS, 1, 0, NULL, false},
    {"mx", "@ MX 10 m\nm A 192.0.2.10\n@ TXT \"v=spf1 mx -all\"", V4, FROM, SPF_PASS, 1, 0, NULL, false},
    {"mx does not fall back to the address", "@ A 192.0.2.10\n@ TXT \"v=spf1 mx -all\"", V4, FROM, SPF_FAIL,
     1, 1, NULL, false},
    {"eleven hosts",
     "@ MX 1 m1\n@ MX 2 m2\n@ MX 3 m3\n@ MX 4 m4\n@ MX 5 m5\n@ MX 6 m6\n@ MX 7 m7\n@ MX 8 m8\n@ MX 9 m9\n"
     "@ MX 10 m10\n@ MX 11 m11\n@ TXT \"v=spf1 mx -all\"",
     V4, FROM, SPF_PERMERROR, 1, -1, NULL, false},
    {"include passes", "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 ip4:192.0.2.10 -all\"",
     V4, FROM, SPF_PASS, 1, 0, NULL, false},
    {"fail inside an include is no match",
     "@ TXT \"v=spf1 include:s.example.test ~all\"\ns TXT \"v=spf1 -all\"", V4, FROM, SPF_SOFTFAIL, 1, 0,
     NULL, false},
    {"include with qualifier", "@ TXT \"v=spf1 ?include:s.example.test -all\"\ns TXT \"v=spf1 +all\"", V4,
     FROM, SPF_NEUTRAL, 1, 0, NULL, false},
    {"include without record", "@ TXT \"v=spf1 include:s.example.test -all\"\ns A 192.0.2.1", V4, FROM,
     SPF_PERMERROR, 1, 0, NULL, false},
    {"include of a missing name is no void", "@ TXT \"v=spf1 include:gone.example.test -all\"", V4, FROM,
     SPF_PERMERROR, 1, 0, NULL, false},
    {"permerror inside an include", "@ TXT \"v=spf1 include:s.example.test -all\"\ns TXT \"v=spf1 foo\"", V4,
     FROM, SPF_PERMERROR, 1, 0, NULL, false},
    {"loop ends at the limit", "@ TXT \"v=spf1 include:example.test -all\"", V4, FROM, SPF_PERMERROR, 10, 0,
     NULL, false},
    {"redirect", "@ TXT \"v=spf1 redirect=s.example.test\"\ns TXT \"v=spf1 -all\"", V4, FROM, SPF_FAIL, 1, 0,
     NULL, false},
    {"redirect without record", "@ TXT \"v=spf1 redirect=s.example.test\"", V4, FROM, SPF_PERMERROR, 1, 0,
     NULL, false},
    {"redirect beside all is ignored", "@ TXT \"v=spf1 redirect=s.example.test ?all\"\ns TXT \"v=spf1 -all\"",
     V4, FROM, SPF_NEUTRAL, 0, 0, NULL, false},
    {"exists asks A for IPv6 clients too", "ok A 127.0.0.2\n@ TXT \"v=spf1 exists:ok.example.test -all\"", V6,
     FROM, SPF_PASS, 1, 0, NULL, false},
    {"macros", "10.2.0.192.in-addr._spf A 127.0.0.2\n@ TXT \"v=spf1 exists:%{ir}.%{v}._spf.%{d2} -all\"", V4,
     FROM, SPF_PASS, 1, 0, NULL, false},
    {"macros with delimiters", "b.a._spf A 127.0.0.2\n@ TXT \"v=spf1 exists:%{lr-}._spf.%{o} -all\"", V4,
     "mail.example.test", "a-b@example.test", SPF_PASS, 1, 0, NULL, false},
    {"d is the record's own domain",
     "s.x A 127.0.0.2\n@ TXT \"v=spf1 include:s.example.test -all\"\n"
     "s TXT \"v=spf1 exists:%{d1}.s.x.example.test exists:s.x.example.test -all\"",
     V4, FROM, SPF_PASS, 3, 1, NULL, false},
    {"two voids are allowed", "@ TXT \"v=spf1 a:g1.example.test a:g2.example.test ?all\"", V4, FROM,
     SPF_NEUTRAL, 2, 2, NULL, false},
    {"the third void is one too many",
     "@ TXT \"v=spf1 a:g1.example.test a:g2.example.test mx:g3.example.test ?all\"", V4, FROM, SPF_PERMERROR,
     3, 3, NULL, false},
    {"T2 for an IPv4 client", TRAP_2, V4, FROM, SPF_PERMERROR, 4, 3, NULL, false},
    {"T2 for an IPv6 client", TRAP_2, V6, FROM, SPF_FAIL, 4, 0, NULL, false},
    {"ten terms", "@ A 192.0.2.1\n@ TXT \"v=spf1 a a a a a a a a a a -all\"", V4, FROM, SPF_FAIL, 10, 0, NULL,
     false},
    {"eleven terms", "@ A 192.0.2.1\n@ TXT \"v=spf1 a a a a a a a a a a a -all\"", V4, FROM, SPF_PERMERROR,
     10, 0, NULL, false},
    {"a match before the eleventh",
     "@ A 192.0.2.1\n@ TXT \"v=spf1 a a a ip4:192.0.2.10 a a a a a a a a -all\"", V4, FROM, SPF_PASS, 3, 0,
     NULL, false},
    {"ptr",
     "!zone 2.0.192.in-addr.arpa 192.0.2.60\n10.2.0.192.in-addr.arpa. PTR h.example.test.\nh A 192.0.2.10\n"
     "@ TXT \"v=spf1 ptr -all\"",
     V4, FROM, SPF_PASS, 1, 0, NULL, false},
    {"ptr that does not lead back",
     "!zone 2.0.192.in-addr.arpa 192.0.2.60\n10.2.0.192.in-addr.arpa. PTR h.example.test.\n"
     "h A 192.0.2.11\n@ TXT \"v=spf1 ptr -all\"",
     V4, FROM, SPF_FAIL, 1, 0, NULL, false},
    {"explanation", "@ TXT \"v=spf1 -all exp=why.%{d}\"\nwhy TXT \"%{i} may not send for %{d}%_(%{l})\"", V4,
     FROM, SPF_FAIL, 0, 0, "192.0.2.10 may not send for example.test (user)", false},
    {"explanation of the redirect target",
     "@ TXT \"v=spf1 exp=no.example.test redirect=s.example.test\"\nno TXT \"wrong\"\n"
     "s TXT \"v=spf1 -all exp=why.example.test\"\nwhy TXT \"right\"",
     V4, FROM, SPF_FAIL, 1, 0, "right", false},
    {"no answer for the record", "!timeout @ TXT", V4, FROM, SPF_TEMPERROR, 0, 0, NULL, true},
    {"no answer for a term", "@ TXT \"v=spf1 a:h.example.test -all\"\n!servfail h A", V4, FROM, SPF_TEMPERROR,
     1, 0, NULL, true},
    {"no answer, but a match before it",
     "@ TXT \"v=spf1 ip4:192.0.2.10 a:h.example.test -all\"\n!servfail h A", V4, FROM, SPF_PASS, 0, 0, NULL,
     false},
    {"T3 fused", "@ TXT \"v=spf1 ip4:192.0.2.10\" \"-all\"", V4, FROM, SPF_PERMERROR, 0, 0, NULL, false},
    {"T3 with a space", "@ TXT \"v=spf1 ip4:192.0.2.10 \" \"-all\"", V4, FROM, SPF_PASS, 0, 0, NULL, false},
    {"T3 with quotes", "@ TXT \"v=spf1 \" \"\\\"-all\\\"\"", V4, FROM, SPF_PERMERROR, 0, 0, NULL, false},
};

struct job {
    const struct row *row;
    struct arena *a;
    const struct spf_verdict *v;
    struct explanation e;
};

static void run(struct facts *f, void *context)
{
    struct job *job = context;
    struct address ip;
    assert_true(address_from_text(job->row->ip, &ip));
    arena_reset(job->a);
    job->v = spf_evaluate(f, job->a, &ip, job->row->helo, job->row->sender);
    job->e = spf_explain(f, job->a, &ip, job->row->helo, job->row->sender);
}

static void test_row(void **state)
{
    struct job job = {.row = *state, .a = arena_new(0)};
    const struct row *row = job.row;
    struct world *w = world_new(row->world);
    world_settle(w, run, &job);
    bool wrong = job.v->result != row->result || (row->terms >= 0 && job.v->terms != (unsigned)row->terms) ||
                 (row->voids >= 0 && job.v->voids != (unsigned)row->voids) ||
                 job.v->undetermined != row->undetermined || job.e.undetermined != row->undetermined ||
                 job.v->pending;
    if (wrong)
        print_error("got %s, %u terms, %u voids, %s\n%s\n", spf_result_text(job.v->result), job.v->terms,
                    job.v->voids, job.v->undetermined ? "undetermined" : "determined", job.e.text);
    assert_false(wrong);
    if (row->explanation != NULL) {
        assert_non_null(job.v->explanation);
        assert_string_equal(job.v->explanation, row->explanation);
    }
    assert_non_null(strstr(job.e.text, "result: "));
    assert_non_null(strstr(job.e.text, spf_result_text(row->result)));
    world_free(w);
    arena_free(job.a);
}

/* ---- the tree -------------------------------------------------------------------------------- */

struct tree_job {
    const dname *name;
    struct spf_tree tree;
    unsigned asked;
};

static void walk(struct facts *f, void *context)
{
    struct tree_job *job = context;
    job->tree = *spf_of(f, job->name);
    job->asked = (unsigned)facts_count(f);
}

static struct tree_job tree_of(struct world *w, struct arena *a)
{
    struct tree_job job = {.name = dname_const(a, "example.test.")};
    world_settle(w, walk, &job);
    return job;
}

static void test_trap_2_tree(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    struct world *w = world_new(TRAP_2);
    struct tree_job job = tree_of(w, a);
    assert_int_equal(job.tree.terms, 4);
    assert_int_equal(job.tree.voids4, 3);
    assert_int_equal(job.tree.voids6, 0);
    assert_int_equal(job.tree.node_count, 2);
    world_free(w);
    arena_free(a);
}

/* A record that would ask for tens of thousands of names, and one that doubles with every level. */
static void test_hostile(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    struct world *w = world_new(
        "@ TXT \"v=spf1 include:a.example.test include:a.example.test include:a.example.test -all\"\n"
        "a TXT \"v=spf1 include:b.example.test include:b.example.test include:b.example.test -all\"\n"
        "b TXT \"v=spf1 include:c.example.test include:c.example.test include:c.example.test -all\"\n"
        "c TXT \"v=spf1 include:d.example.test include:d.example.test include:d.example.test -all\"\n"
        "d TXT \"v=spf1 a:n1.example.test a:n2.example.test a:n3.example.test a:n4.example.test "
        "a:n5.example.test "
        "a:n6.example.test a:n7.example.test a:n8.example.test a:n9.example.test a:n10.example.test "
        "-all\"\n");
    struct tree_job job = tree_of(w, a);
    assert_int_equal(job.tree.terms, SPF_TERMS_MAX);
    assert_true(job.tree.more);
    assert_true(job.asked < 60);
    world_free(w);
    arena_free(a);
}

static void test_unreachable(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    struct world *w =
        world_new("@ TXT \"v=spf1 -all include:n1.test include:n2.test include:n3.test include:n4.test "
                  "include:n5.test include:n6.test include:n7.test include:n8.test include:n9.test "
                  "include:n10.test include:n11.test include:n12.test\"\n");
    struct tree_job job = tree_of(w, a);
    assert_int_equal(job.tree.terms, 0);
    assert_int_equal(job.tree.node_count, 1);
    assert_int_equal(job.tree.root->visit_count, 13);
    assert_false(job.tree.root->visits[12].reachable);
    assert_int_equal(job.asked, 1);
    world_free(w);
    arena_free(a);
}

/* ---- the count against a second, naive implementation over trees made up at random ---- */

#define NAMES 7

struct naive {
    char records[NAMES][256];
    unsigned terms;
    bool more;
};

static unsigned next_random(uint32_t *seed, unsigned below)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 16) % below;
}

/* Every term in turn, every include followed, unless it leads back to a name of the path. */
static void naive_count(struct naive *n, unsigned name, unsigned path)
{
    char copy[256];
    char *rest = NULL;
    unsigned redirect = NAMES;
    strcpy(copy, n->records[name]);
    for (char *t = strtok_r(copy, " ", &rest); t != NULL; t = strtok_r(NULL, " ", &rest)) {
        bool include = strncmp(t, "include:n", 9) == 0;
        if (strcmp(t, "-all") == 0)
            return;
        if (strncmp(t, "redirect=n", 10) == 0)
            redirect = (unsigned)(t[10] - '0');
        if (!include && strcmp(t, "a") != 0 && strcmp(t, "mx") != 0)
            continue;
        n->more = n->more || n->terms == SPF_TERMS_MAX;
        n->terms += n->terms < SPF_TERMS_MAX ? 1U : 0U;
        unsigned child = include ? (unsigned)(t[9] - '0') : 0;
        if (include && (path & (1U << child)) == 0 && !n->more)
            naive_count(n, child, path | 1U << child);
    }
    if (redirect == NAMES)
        return;
    n->more = n->more || n->terms == SPF_TERMS_MAX;
    n->terms += n->terms < SPF_TERMS_MAX ? 1U : 0U;
    if ((path & (1U << redirect)) == 0 && !n->more)
        naive_count(n, redirect, path | 1U << redirect);
}

static void make_records(struct naive *n, uint32_t *seed)
{
    for (unsigned i = 0; i < NAMES; i++) {
        char *at = n->records[i] + sprintf(n->records[i], "v=spf1");
        for (unsigned terms = next_random(seed, 5); terms > 0; terms--) {
            unsigned kind = next_random(seed, 8);
            if (kind < 4)
                at += sprintf(at, " include:n%u.example.test", next_random(seed, NAMES));
            else
                at += sprintf(at, "%s", kind == 4 ? " ip4:192.0.2.1" : kind == 5 ? " mx" : " a");
        }
        if (next_random(seed, 3) == 0)
            sprintf(at, " redirect=n%u.example.test", next_random(seed, NAMES));
        else
            strcpy(at, " -all a mx");
    }
}

static void test_against_naive(void **state)
{
    (void)state;
    uint32_t seed = 7208;
    for (unsigned round = 0; round < 150; round++) {
        struct naive n = {.terms = 0};
        char text[NAMES * 300] = "";
        make_records(&n, &seed);
        for (unsigned i = 0; i < NAMES; i++)
            sprintf(text + strlen(text), "n%u TXT \"%s\"\nn%u A 192.0.2.1\n", i, n.records[i], i);
        naive_count(&n, 0, 1);
        struct arena *a = arena_new(0);
        struct world *w = world_new(text);
        struct tree_job job = {.name = dname_const(a, "n0.example.test.")};
        world_settle(w, walk, &job);
        if (job.tree.terms != n.terms || job.tree.more != n.more)
            print_error("%s\ngot %u, expected %u\n", text, job.tree.terms, n.terms);
        assert_int_equal(job.tree.terms, n.terms);
        assert_int_equal(job.tree.more, n.more);
        world_free(w);
        arena_free(a);
    }
}

#define ROWS ARRAY_SIZE(rows)

int main(void)
{
    struct CMUnitTest tests[ROWS + 4] = {
        [ROWS] = cmocka_unit_test(test_trap_2_tree),
        [ROWS + 1] = cmocka_unit_test(test_hostile),
        [ROWS + 2] = cmocka_unit_test(test_unreachable),
        [ROWS + 3] = cmocka_unit_test(test_against_naive),
    };
    static struct row copies[ROWS];
    memcpy(copies, rows, sizeof(rows));
    for (size_t i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, &copies[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
