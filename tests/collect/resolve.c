/* SPDX-License-Identifier: BSD-2-Clause */
/* Iterative resolution against servers on loopback: look-ups, cuts, broken servers, limits. */
#include "tests/collect/loopback.h"

/* Server 1 the root, 2 test., 3 and 4 example.test., 5 other.test., 6 a provider */
#define WORLD                                                                                                \
    "zone . 1\n"                                                                                             \
    ". NS root1.\n"                                                                                          \
    "root1. A 127.0.90.1\n"                                                                                  \
    "test. NS ns.nic.test.\n"                                                                                \
    "ns.nic.test. A 127.0.90.2\n"                                                                            \
    "net. NS ns.nic.net.\n"                                                                                  \
    "ns.nic.net. A 127.0.90.6\n"                                                                             \
    "zone test. 2\n"                                                                                         \
    "test. NS ns.nic.test.\n"                                                                                \
    "ns.nic.test. A 127.0.90.2\n"                                                                            \
    "example.test. NS ns1.example.test.\n"                                                                   \
    "example.test. NS ns2.example.test.\n"                                                                   \
    "example.test. DS 1 13 2 00000000000000000000000000000000000000000000000000000000000000aa\n"             \
    "ns1.example.test. A 127.0.90.3\n"                                                                       \
    "ns2.example.test. A 127.0.90.4\n"                                                                       \
    "other.test. NS ns.provider.net.\n"                                                                      \
    "loop1.test. NS ns.loop2.test.\n"                                                                        \
    "loop2.test. NS ns.loop1.test.\n"                                                                        \
    "mixed.test. NS ns.loop1.test.\n"                                                                        \
    "mixed.test. NS ns1.example.test.\n"                                                                     \
    "noglue.test. NS ns.noglue.test.\n"                                                                      \
    "zone example.test. 3,4\n"                                                                               \
    "example.test. NS ns1.example.test.\n"                                                                   \
    "example.test. NS ns2.example.test.\n"                                                                   \
    "ns1.example.test. A 127.0.90.3\n"                                                                       \
    "ns2.example.test. A 127.0.90.4\n"                                                                       \
    "example.test. MX 10 mail.example.test.\n"                                                               \
    "www.example.test. A 192.0.2.1\n"                                                                        \
    "alias.example.test. CNAME gone.example.test.\n"                                                         \
    "tree.example.test. DNAME other.test.\n"                                                                 \
    "a.b.example.test. TXT \"below an empty non-terminal\"\n"                                                \
    "sub.example.test. NS ns.sub.example.test.\n"                                                            \
    "ns.sub.example.test. A 127.0.90.5\n"                                                                    \
    "zone sub.example.test. 5\n"                                                                             \
    "sub.example.test. NS ns.sub.example.test.\n"                                                            \
    "ns.sub.example.test. A 127.0.90.5\n"                                                                    \
    "x.sub.example.test. A 192.0.2.5\n"                                                                      \
    "zone other.test. 6\n"                                                                                   \
    "other.test. NS ns.provider.net.\n"                                                                      \
    "www.other.test. A 192.0.2.6\n"                                                                          \
    "zone mixed.test. 3\n"                                                                                   \
    "mixed.test. A 192.0.2.7\n"                                                                              \
    "zone net. 6\n"                                                                                          \
    "net. NS ns.nic.net.\n"                                                                                  \
    "ns.nic.net. A 127.0.90.6\n"                                                                             \
    "provider.net. NS ns.provider.net.\n"                                                                    \
    "ns.provider.net. A 127.0.90.6\n"                                                                        \
    "zone provider.net. 6\n"                                                                                 \
    "provider.net. NS ns.provider.net.\n"                                                                    \
    "ns.provider.net. A 127.0.90.6\n"

struct lookup_case {
    const char *name;
    const char *habits;
    const char *owner;
    uint16_t type;
    enum answer_state state;
    enum reason reason;
    const char *zone;   /* NULL: not compared */
    const char *target; /* NULL: not compared */
};

static const struct lookup_case lookups[] = {
    {"data", "", "www.example.test.", RRTYPE_A, ANSWER_RRSET, 0, "example.test.", NULL},
    {"data at the apex", "", "example.test.", RRTYPE_MX, ANSWER_RRSET, 0, "example.test.", NULL},
    {"nodata", "", "www.example.test.", RRTYPE_TXT, ANSWER_NODATA, 0, "example.test.", NULL},
    {"nodata at an empty non-terminal", "", "b.example.test.", RRTYPE_TXT, ANSWER_NODATA, 0, "example.test.",
     NULL},
    {"nxdomain", "", "nobody.example.test.", RRTYPE_A, ANSWER_NXDOMAIN, 0, "example.test.", NULL},
    {"alias with the rcode of its target", "", "alias.example.test.", RRTYPE_A, ANSWER_ALIAS, 0,
     "example.test.", "gone.example.test."},
    {"the alias itself", "", "alias.example.test.", RRTYPE_CNAME, ANSWER_RRSET, 0, "example.test.", NULL},
    {"DNAME above", "", "x.y.tree.example.test.", RRTYPE_A, ANSWER_ALIAS, 0, "example.test.",
     "x.y.other.test."},
    {"DNAME does not redirect its owner", "", "tree.example.test.", RRTYPE_A, ANSWER_NODATA, 0,
     "example.test.", NULL},
    {"through a deeper cut", "", "x.sub.example.test.", RRTYPE_A, ANSWER_RRSET, 0, "sub.example.test.", NULL},
    {"DS is the parent's", "", "example.test.", RRTYPE_DS, ANSWER_RRSET, 0, "test.", NULL},
    {"no DS", "", "sub.example.test.", RRTYPE_DS, ANSWER_NODATA, 0, "example.test.", NULL},
    {"DS of a TLD", "", "test.", RRTYPE_DS, ANSWER_NODATA, 0, ".", NULL},
    {"the root", "", ".", RRTYPE_NS, ANSWER_RRSET, 0, ".", NULL},
    {"glueless delegation", "", "www.other.test.", RRTYPE_A, ANSWER_RRSET, 0, "other.test.", NULL},
    {"unregistered", "", "www.nowhere.test.", RRTYPE_A, ANSWER_NXDOMAIN, 0, "test.", NULL},
    {"glueless circle", "", "www.loop1.test.", RRTYPE_A, ANSWER_UNKNOWN, REASON_INCOMPLETE_DATA, NULL, NULL},
    {"in-domain server without glue", "", "www.noglue.test.", RRTYPE_A, ANSWER_UNKNOWN,
     REASON_INCOMPLETE_DATA, NULL, NULL},
    {"a circle beside a server that works", "", "mixed.test.", RRTYPE_A, ANSWER_RRSET, 0, "mixed.test.",
     NULL},
    {"one server silent", "habit 3 * * timeout\n", "www.example.test.", RRTYPE_A, ANSWER_RRSET, 0, NULL,
     NULL},
    {"the other silent", "habit 4 * * timeout\n", "www.example.test.", RRTYPE_A, ANSWER_RRSET, 0, NULL, NULL},
    {"all silent", "habit 3 * * timeout\nhabit 4 * * timeout\n", "www.example.test.", RRTYPE_A,
     ANSWER_UNKNOWN, REASON_TIMEOUT, NULL, NULL},
    {"servfail tells more than silence", "habit 3 * * timeout\nhabit 4 * * servfail\n", "www.example.test.",
     RRTYPE_A, ANSWER_UNKNOWN, REASON_SERVFAIL, NULL, NULL},
    {"all refuse", "habit 3 * * refused\nhabit 4 * * refused\n", "www.example.test.", RRTYPE_A,
     ANSWER_UNKNOWN, REASON_REFUSED, NULL, NULL},
    {"no authority is no evidence", "habit 3 * * noaa\nhabit 4 * * noaa\n", "www.example.test.", RRTYPE_A,
     ANSWER_UNKNOWN, REASON_INCOMPLETE_DATA, NULL, NULL},
    {"one lame server", "habit 3 * * noaa\n", "nobody.example.test.", RRTYPE_A, ANSWER_NXDOMAIN, 0, NULL,
     NULL},
    {"upward referrals", "habit 3 * * upward\nhabit 4 * * upward\n", "www.example.test.", RRTYPE_A,
     ANSWER_UNKNOWN, REASON_INCOMPLETE_DATA, NULL, NULL},
    {"parent silent", "habit 2 * * timeout\n", "www.example.test.", RRTYPE_A, ANSWER_UNKNOWN, REASON_TIMEOUT,
     NULL, NULL},
};

static void check_lookup(void **state)
{
    const struct lookup_case *row = *state;
    char text[16384];
    snprintf(text, sizeof(text), "%s%s", WORLD, row->habits);
    struct lab *lab = lab_new(text);
    lab_start(lab);
    const struct answer *answer = lab_lookup(lab, row->owner, row->type);
    assert_int_equal(answer->state, row->state);
    if (row->state == ANSWER_UNKNOWN)
        assert_int_equal(answer->reason, row->reason);
    if (row->zone != NULL)
        assert_name(answer->zone, row->zone);
    if (row->target != NULL)
        assert_name(answer->target, row->target);
    if (answer->state == ANSWER_RRSET)
        assert_int_equal(answer->rrset->type, row->type);
    lab_free(lab);
}

/* ---- cuts -------------------------------------------------------------------------------- */

struct cut_case {
    const char *name;
    const char *habits;
    const char *owner;
    enum fact_state state;
    const char *apex, *parent;
    size_t servers;
    bool nxdomain;
    enum reason reason;
};

static const struct cut_case cuts[] = {
    {"an apex", "", "example.test.", FACT_KNOWN, "example.test.", "test.", 2, false, 0},
    {"a name in a zone", "", "www.example.test.", FACT_KNOWN, "example.test.", "test.", 2, false, 0},
    {"a name that is not there", "", "nobody.example.test.", FACT_KNOWN, "example.test.", "test.", 2, true,
     0},
    {"below an empty non-terminal", "", "a.b.example.test.", FACT_KNOWN, "example.test.", "test.", 2, false,
     0},
    {"a deeper cut", "", "x.sub.example.test.", FACT_KNOWN, "sub.example.test.", "example.test.", 1, false,
     0},
    {"an alias", "", "alias.example.test.", FACT_KNOWN, "example.test.", "test.", 2, false, 0},
    {"below a DNAME", "", "x.tree.example.test.", FACT_KNOWN, "example.test.", "test.", 2, false, 0},
    {"the root", "", ".", FACT_KNOWN, ".", NULL, 1, false, 0},
    {"a TLD", "", "test.", FACT_KNOWN, "test.", ".", 1, false, 0},
    {"not delegated", "", "nowhere.test.", FACT_KNOWN, "test.", ".", 1, true, 0},
    {"glueless", "", "other.test.", FACT_KNOWN, "other.test.", "test.", 1, false, 0},
    {"parent and child on one server", "", "provider.net.", FACT_KNOWN, "provider.net.", "net.", 1, false, 0},
    {"no server has an address", "", "noglue.test.", FACT_KNOWN, "noglue.test.", "test.", 0, false, 0},
    {"a circle", "", "loop1.test.", FACT_KNOWN, "loop1.test.", "test.", 0, false, 0},
    {"servers of the zone silent", "habit 3 * * timeout\nhabit 4 * * timeout\n", "example.test.", FACT_KNOWN,
     "example.test.", "test.", 2, false, 0},
    {"parent silent", "habit 2 * * timeout\n", "example.test.", FACT_UNKNOWN, NULL, NULL, 0, false,
     REASON_TIMEOUT},
    {"NXDOMAIN for an empty non-terminal is not believed",
     "habit 3 b.example.test. * nxdomain\n"
     "habit 4 b.example.test. * nxdomain\n",
     "a.b.example.test.", FACT_KNOWN, "example.test.", "test.", 2, false, 0},
    {"a label in between that fails",
     "habit 3 b.example.test. * servfail\nhabit 4 b.example.test. * servfail\n", "a.b.example.test.",
     FACT_KNOWN, "example.test.", "test.", 2, false, 0},
};

static void check_cut(void **state)
{
    const struct cut_case *row = *state;
    char text[16384];
    snprintf(text, sizeof(text), "%s%s", WORLD, row->habits);
    struct lab *lab = lab_new(text);
    lab_start(lab);
    const struct cut *cut = lab_cut(lab, row->owner);
    assert_int_equal(cut->state, row->state);
    if (row->state == FACT_UNKNOWN) {
        assert_int_equal(cut->reason, row->reason);
    } else {
        assert_name(cut->apex, row->apex);
        assert_int_equal(cut->server_count, row->servers);
        assert_int_equal(cut->nxdomain, row->nxdomain);
        if (row->parent != NULL)
            assert_name(cut->parent, row->parent);
        else
            assert_null(cut->parent);
    }
    lab_free(lab);
}

/* ---- thrift ------------------------------------------------------------------------------ */

static void many_facts_few_packets(void **state)
{
    static const uint16_t types[] = {RRTYPE_A,  RRTYPE_AAAA, RRTYPE_NS, RRTYPE_SOA,
                                     RRTYPE_MX, RRTYPE_TXT,  RRTYPE_CAA};
    (void)state;
    struct lab *lab = lab_new(WORLD);
    lab_start(lab);
    (void)lab_cut(lab, "example.test.");
    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        (void)lab_lookup(lab, "example.test.", types[i]);
    assert_int_equal(lab_count(lab, 1, NULL, 0), 1);                              /* NS test. */
    assert_int_equal(lab_count(lab, 2, NULL, 0), 1);                              /* NS example.test. */
    assert_int_equal(lab_count(lab, 3, NULL, 0) + lab_count(lab, 4, NULL, 0), 7); /* one a type */
    lab_free(lab);
}

static void the_same_question_is_asked_once(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD);
    lab_start(lab);
    for (int i = 0; i < 3; i++)
        (void)facts_lookup(lab->facts, lab_name(lab, "www.other.test."), RRTYPE_A);
    (void)facts_lookup(lab->facts, lab_name(lab, "www.other.test."), RRTYPE_AAAA);
    lab_settle(lab);
    lab_end_facts(lab); /* another target, the same outside name */
    lab_facts(lab);
    assert_int_equal(lab_lookup(lab, "www.other.test.", RRTYPE_A)->state, ANSWER_RRSET);
    assert_int_equal(lab_count(lab, 0, "www.other.test.", RRTYPE_A), 1);
    assert_int_equal(lab_count(lab, 2, NULL, 0), 1); /* both types wait for one NS question */
    lab_free(lab);
}

static void names_of_a_target_are_not_shared(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD);
    lab_start(lab);
    (void)lab_lookup(lab, "www.example.test.", RRTYPE_A);
    lab_end_facts(lab);
    lab_facts(lab);
    (void)lab_lookup(lab, "www.example.test.", RRTYPE_A);
    assert_int_equal(lab_count(lab, 0, "www.example.test.", RRTYPE_A), 2);
    lab_free(lab);
}

/* Which server is asked hangs on the name, never on what was asked before. */
static void the_choice_of_server_is_stable(void **state)
{
    struct address first = {0};
    (void)state;
    for (int run = 0; run < 3; run++) {
        struct lab *lab = lab_new(WORLD);
        lab_start(lab);
        if (run == 1)
            (void)lab_lookup(lab, "x.sub.example.test.", RRTYPE_A);
        if (run == 2)
            (void)lab_cut(lab, "a.b.example.test.");
        const struct answer *answer = lab_lookup(lab, "www.example.test.", RRTYPE_A);
        if (run == 0)
            first = answer->reply->server;
        assert_true(address_equal(&first, &answer->reply->server));
        lab_free(lab);
    }
}

static void budget(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD);
    lab->options.queries_per_target = 3;
    lab_start(lab);
    assert_int_equal(lab_lookup(lab, "www.example.test.", RRTYPE_A)->state,
                     ANSWER_RRSET); /* root, test, zone */
    const struct answer *answer = lab_lookup(lab, "www.example.test.", RRTYPE_AAAA);
    assert_int_equal(answer->state, ANSWER_UNKNOWN);
    assert_int_equal(answer->reason, REASON_BUDGET);
    lab_free(lab);
}

/* A referral with 40 names that nobody has must not make us ask for 40 names (NXNS). */
static void few_misses(void **state)
{
    char text[16384];
    size_t used =
        (size_t)snprintf(text, sizeof(text),
                         "zone . 1\n. NS root1.\nroot1. A 127.0.90.1\ntest. NS ns.nic.test.\n"
                         "ns.nic.test. A 127.0.90.2\nvictim. NS ns.victim.\nns.victim. A 127.0.90.7\n"
                         "zone victim. 7\nvictim. NS ns.victim.\nns.victim. A 127.0.90.7\n"
                         "zone test. 2\ntest. NS ns.nic.test.\nns.nic.test. A 127.0.90.2\n");
    (void)state;
    for (int i = 0; i < 40; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "example.test. NS n%d.victim.\n", i);
    struct lab *lab = lab_new(text);
    lab_start(lab);
    const struct cut *cut = lab_cut(lab, "example.test.");
    assert_int_equal(cut->state, FACT_KNOWN);
    assert_int_equal(cut->server_count, 0);
    assert_true(lab_count(lab, 7, NULL, 0) <= 20);
    lab_free(lab);
}

/* ---- undelegated ------------------------------------------------------------------------- */

static void undelegated(void **state)
{
    (void)state;
    struct lab *lab = lab_new(
        WORLD "zone example.test. 8\nexample.test. NS ns.new.test.\nwww.example.test. A 192.0.2.88\n");
    const struct given_ns ns[] = {{lab_name(lab, "ns.new.test."), lab_address(8)},
                                  {lab_name(lab, "ns.provider.net."), {0}}};
    const struct rdata ds = {4, (const uint8_t *)"\0\1\2\3"};
    lab->settings.ns = ns;
    lab->settings.ns_count = 2;
    lab->settings.ds = &ds;
    lab->settings.ds_count = 1;
    lab_start(lab);
    const struct cut *cut = lab_cut(lab, "example.test.");
    assert_int_equal(cut->state, FACT_KNOWN);
    assert_true(cut->undelegated);
    assert_name(cut->parent, "test.");
    assert_int_equal(cut->server_count, 2);
    const struct answer *www = lab_lookup(lab, "www.example.test.", RRTYPE_A);
    assert_int_equal(www->state, ANSWER_RRSET);
    assert_int_equal(www->rrset->rdata[0].octets[3], 88);
    const struct answer *given = lab_lookup(lab, "example.test.", RRTYPE_DS);
    assert_int_equal(given->state, ANSWER_RRSET);
    assert_int_equal(given->rrset->rdata[0].length, 4);
    lab_free(lab);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_SIZE(lookups) + ARRAY_SIZE(cuts) + 8];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_SIZE(lookups); i++)
        tests[count++] =
            (struct CMUnitTest){lookups[i].name, check_lookup, NULL, NULL, (void *)(uintptr_t)&lookups[i]};
    for (size_t i = 0; i < ARRAY_SIZE(cuts); i++)
        tests[count++] =
            (struct CMUnitTest){cuts[i].name, check_cut, NULL, NULL, (void *)(uintptr_t)&cuts[i]};
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(many_facts_few_packets);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(the_same_question_is_asked_once);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(names_of_a_target_are_not_shared);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(the_choice_of_server_is_stable);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(budget);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(few_misses);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(undelegated);
    return _cmocka_run_group_tests("resolve", tests, count, NULL, NULL);
}
