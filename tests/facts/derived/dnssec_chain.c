/* SPDX-License-Identifier: BSD-2-Clause */
/* Verdicts of names: the chain of trust, aliases, wildcards, denial (traps T4, T5, T7 and T8), and the budgets. */
#include "auditor/facts/derived/dnssec.h"

#include "auditor/facts/derived/dnssec_cache.h"
#include "tests/check_test.h"

#include <stdio.h>
#include <string.h>

#define CHAIN "!sign .\n!sign test.\n"
#define SIGNED CHAIN "!sign example.test. "

struct row {
    const char *name, *world, *owner;
    uint16_t type;
    enum dnssec_status status;
    enum dnssec_why why; /* DNSSEC_WHY_NONE: not compared */
};

#define BASE "www A 192.0.2.9\nMixed.Case SRV 1 2 3 TARGET.Example.Test.\na.b.c TXT x\nalias CNAME www\n"              \
    "gone CNAME nothing\nsub NS ns.elsewhere.test.\n*.wild A 192.0.2.10\nhere.wild TXT x\n"

static const struct row rows[] = {
    {"data", BASE SIGNED, "www.example.test.", RRTYPE_A, DNSSEC_SECURE, 0},
    {"the apex", BASE SIGNED, "example.test.", RRTYPE_SOA, DNSSEC_SECURE, 0},
    {"a DS, signed by the parent", BASE SIGNED, "example.test.", RRTYPE_DS, DNSSEC_SECURE, 0},
    {"a TLD", BASE SIGNED, "test.", RRTYPE_NS, DNSSEC_SECURE, 0},
    {"SRV target in upper case (T7)", BASE SIGNED, "mixed.case.example.test.", RRTYPE_SRV, DNSSEC_SECURE, 0},
    {"upper-case next names (T7)", BASE SIGNED "upper-next", "nothing.example.test.", RRTYPE_A, DNSSEC_SECURE, 0},
    {"NXDOMAIN", BASE SIGNED, "nothing.example.test.", RRTYPE_A, DNSSEC_SECURE, 0},
    {"NXDOMAIN, NSEC3", BASE SIGNED "nsec3", "nothing.example.test.", RRTYPE_A, DNSSEC_SECURE, 0},
    {"NXDOMAIN deep down, NSEC3", BASE SIGNED "nsec3 salt=ab iterations=3", "x.y.z.www.example.test.", RRTYPE_A, DNSSEC_SECURE, 0},
    {"NODATA", BASE SIGNED, "www.example.test.", RRTYPE_TXT, DNSSEC_SECURE, 0},
    {"NODATA, NSEC3", BASE SIGNED "nsec3", "www.example.test.", RRTYPE_TXT, DNSSEC_SECURE, 0},
    {"an empty non-terminal", BASE SIGNED, "b.c.example.test.", RRTYPE_A, DNSSEC_SECURE, 0},
    {"an empty non-terminal, NSEC3", BASE SIGNED "nsec3", "b.c.example.test.", RRTYPE_A, DNSSEC_SECURE, 0},
    {"from a wildcard", BASE SIGNED, "x.wild.example.test.", RRTYPE_A, DNSSEC_SECURE, 0},
    {"from a wildcard, two labels (T7)", BASE SIGNED, "x.y.wild.example.test.", RRTYPE_A, DNSSEC_SECURE, 0},
    {"from a wildcard, NSEC3", BASE SIGNED "nsec3", "x.y.wild.example.test.", RRTYPE_A, DNSSEC_SECURE, 0},
    {"wildcard without the type", BASE SIGNED, "x.wild.example.test.", RRTYPE_TXT, DNSSEC_SECURE, 0},
    {"wildcard without the type, NSEC3", BASE SIGNED "nsec3", "x.wild.example.test.", RRTYPE_TXT, DNSSEC_SECURE, 0},
    {"below an existing name no wildcard (T8 d)", BASE SIGNED, "x.here.wild.example.test.", RRTYPE_A, DNSSEC_SECURE, 0},
    {"an alias is judged for itself (T4 b)", BASE SIGNED, "gone.example.test.", RRTYPE_A, DNSSEC_SECURE, 0},
    {"an alias whose target is broken", BASE SIGNED "corrupt=A@www", "alias.example.test.", RRTYPE_A, DNSSEC_SECURE, 0},
    {"DNAME at the apex (T4 c)", "@ DNAME other.test.\n" SIGNED, "x.example.test.", RRTYPE_A, DNSSEC_SECURE, 0},
    {"a broken set", BASE SIGNED "corrupt=A@www", "www.example.test.", RRTYPE_A, DNSSEC_BOGUS, DNSSEC_WHY_SIG_INVALID},
    {"an unsigned set", BASE SIGNED "omit=A@www", "www.example.test.", RRTYPE_A, DNSSEC_BOGUS, DNSSEC_WHY_SIG_MISSING},
    {"a broken wildcard proof", BASE SIGNED "corrupt=NSEC", "x.wild.example.test.", RRTYPE_A, DNSSEC_BOGUS, DNSSEC_WHY_SIG_INVALID},
    {"no denial records", BASE SIGNED "nodenial", "nothing.example.test.", RRTYPE_A, DNSSEC_BOGUS, DNSSEC_WHY_DENIAL_MISSING},
    {"a gap in the chain", BASE SIGNED "nsec3 drop-denial=www", "www.example.test.", RRTYPE_TXT, DNSSEC_BOGUS,
     DNSSEC_WHY_DENIAL_INCOMPLETE},
    {"unsigned delegation", BASE SIGNED, "x.sub.example.test.", RRTYPE_A, DNSSEC_INSECURE, DNSSEC_WHY_NO_DS},
    {"unsigned delegation, opt-out (T5)", BASE SIGNED "nsec3 optout", "x.sub.example.test.", RRTYPE_A, DNSSEC_INSECURE, DNSSEC_WHY_NO_DS},
    {"unsigned delegation, flag cleared (T5)", BASE SIGNED "nsec3 optout=noflag", "x.sub.example.test.", RRTYPE_A, DNSSEC_BOGUS, 0},
    {"deep unsigned delegation, opt-out (T5)", "a.b NS ns.elsewhere.test.\n" SIGNED "nsec3 optout salt=ff iterations=2",
     "a.b.example.test.", RRTYPE_MX, DNSSEC_INSECURE, DNSSEC_WHY_NO_DS},
    {"deep unsigned delegation, flag cleared (T5)", "a.b NS ns.elsewhere.test.\n" SIGNED "nsec3 optout=noflag",
     "a.b.example.test.", RRTYPE_MX, DNSSEC_BOGUS, 0},
    {"NXDOMAIN in an opt-out span is insecure", BASE SIGNED "nsec3 optout", "nothing.example.test.", RRTYPE_A, DNSSEC_INSECURE, DNSSEC_WHY_OPTOUT},
    {"costly NSEC3", BASE SIGNED "nsec3 iterations=151", "nothing.example.test.", RRTYPE_A, DNSSEC_INSECURE, DNSSEC_WHY_NSEC3_COST},
    {"alias in place of a DS (T4 a)", CHAIN "!parent example.test. CNAME other.test.", "www.example.test.", RRTYPE_A,
     DNSSEC_BOGUS, DNSSEC_WHY_DS_ALIAS},
    {"SHA-1 only", BASE SIGNED "5 bits=1024", "www.example.test.", RRTYPE_A, DNSSEC_INSECURE, DNSSEC_WHY_ALGORITHMS},
    {"unknown algorithm only (T6)", BASE SIGNED "200", "www.example.test.", RRTYPE_A, DNSSEC_INSECURE, DNSSEC_WHY_ALGORITHMS},
    {"algorithms 8 and 13, data by 13 only (T6)", BASE SIGNED "8,13 ds=13 sign-with=13 bits=1024", "www.example.test.", RRTYPE_A,
     DNSSEC_SECURE, 0},
    {"SHA-1 digest beside a wrong SHA-256: the latter counts", BASE CHAIN
     "!parent example.test. DS 1 13 2 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n"
     "!sign example.test. ds-digest=1", "www.example.test.", RRTYPE_A, DNSSEC_BOGUS, DNSSEC_WHY_DS_NO_MATCH},
    {"a zone below an insecure one", "!sign .\n" BASE "!sign example.test.", "www.example.test.", RRTYPE_A, DNSSEC_INSECURE, 0},
    {"no anchor", BASE, "www.example.test.", RRTYPE_A, DNSSEC_UNDETERMINED, DNSSEC_WHY_NO_ANCHOR},
    {"a timeout", BASE SIGNED "\n!timeout www.example.test. A", "www.example.test.", RRTYPE_A, DNSSEC_UNDETERMINED, DNSSEC_WHY_FACT},
    {"six keys of one tag, none fits", BASE SIGNED "15 collide=5 corrupt=A@www", "www.example.test.", RRTYPE_A,
     DNSSEC_UNDETERMINED, DNSSEC_WHY_BUDGET},
    {"offline without an anchor", "!offline\n" BASE "!sign example.test.", "www.example.test.", RRTYPE_A, DNSSEC_UNDETERMINED, 0},
};

struct job {
    const struct row *row;
    struct dnssec_verdict seen;
    bool undetermined;
    char text[8192];
};

static void ask(struct facts *f, void *context)
{
    struct job *job = context;
    struct arena *a = facts_scratch(f);
    const dname *owner = dname_const(a, job->row->owner);
    job->seen = *dnssec_verdict_of(f, owner, job->row->type);
    struct explanation e = dnssec_explain(f, a, owner, job->row->type);
    job->undetermined = e.undetermined;
    snprintf(job->text, sizeof(job->text), "%s", e.text);
}

static void run_row(void **state)
{
    static struct job job;
    job = (struct job){.row = *state};
    struct world *w = world_new(job.row->world);
    world_settle(w, ask, &job);
    bool wrong = job.seen.status != job.row->status ||
                 (job.row->why != DNSSEC_WHY_NONE && job.seen.why != job.row->why);
    if (wrong)
        fprintf(stderr, "got %s (%s), expected %s\n%s", dnssec_status_text(job.seen.status),
                dnssec_why_text(job.seen.why), dnssec_status_text(job.row->status), job.text);
    world_free(w);
    assert_false(wrong);
    assert_true(strlen(job.text) > 10);
}

static void show(struct facts *f, void *context)
{
    char *text = context;
    struct explanation e = dnssec_explain(f, facts_scratch(f), dname_const(facts_scratch(f), "alias.example.test."), RRTYPE_A);
    snprintf(text, 8192, "%s", e.text);
}

static void explains(void **state)
{
    (void)state;
    static char text[8192];
    struct world *w = world_new(BASE SIGNED "split");
    world_settle(w, show, text);
    assert_int_equal(strncmp(text, "alias.example.test. A: secure\n", 30), 0);
    assert_non_null(strstr(text, "zone . secure"));
    assert_non_null(strstr(text, "zone example.test. secure"));
    assert_non_null(strstr(text, "www.example.test. A, data: secure"));
    world_free(w);
}

static void no_apex(struct facts *f, void *context)
{
    enum dnssec_status *status = context;
    *status = dnssec_zone_of(f, dname_const(facts_scratch(f), "www.example.test."))->status;
}

/* A forged answer can name any apex: without a delegation in the signed zone above it is bogus, never insecure. */
static void apex_that_is_none(void **state)
{
    static const char *const worlds[] = {BASE SIGNED, BASE SIGNED "nsec3"};
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(worlds); i++) {
        enum dnssec_status status = DNSSEC_PENDING;
        struct world *w = world_new(worlds[i]);
        world_settle(w, no_apex, &status);
        world_free(w);
        assert_int_equal(status, DNSSEC_BOGUS);
    }
}

static void cache(void **state)
{
    (void)state;
    struct dnssec_cache *c = dnssec_cache_new(100);
    uint8_t key[DNSSEC_CACHE_KEY] = {1, 2, 3};
    bool good = false;
    assert_non_null(c);
    assert_false(dnssec_cache_get(c, key, &good));
    dnssec_cache_put(c, key, true);
    assert_true(dnssec_cache_get(c, key, &good));
    assert_true(good);
    key[31] = 9; /* the same slot, another key */
    assert_false(dnssec_cache_get(c, key, &good));
    dnssec_cache_put(c, key, false);
    assert_true(dnssec_cache_get(c, key, &good));
    assert_false(good);
    assert_false(dnssec_cache_get(NULL, key, &good));
    dnssec_cache_put(NULL, key, true);
    dnssec_cache_free(c);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_SIZE(rows) + 3];
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        union {
            const struct row *in;
            void *out;
        } row = {.in = &rows[i]};
        tests[i] = (struct CMUnitTest){.name = rows[i].name, .test_func = run_row, .initial_state = row.out};
    }
    tests[ARRAY_SIZE(rows)] = (struct CMUnitTest)cmocka_unit_test(explains);
    tests[ARRAY_SIZE(rows) + 1] = (struct CMUnitTest)cmocka_unit_test(cache);
    tests[ARRAY_SIZE(rows) + 2] = (struct CMUnitTest)cmocka_unit_test(apex_that_is_none);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
