/* SPDX-License-Identifier: BSD-2-Clause */
/* The tag list, and policy discovery by both rule sets. */
#include "auditor/facts/derived/dmarc.h"
#include "tests/check_test.h"

#include <string.h>

/* ---- the record ------------------------------------------------------------------------------ */

static void test_version(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum dmarc_version version;
    } cases[] = {
        {"v=DMARC1", DMARC_VERSION_1},
        {"v=DMARC1;", DMARC_VERSION_1},
        {"v=DMARC1; p=none", DMARC_VERSION_1},
        {"v = DMARC1 ;p=none", DMARC_VERSION_1},
        {"v=dmarc1; p=none", DMARC_VERSION_NEAR},
        {"v=DMARC1 p=none", DMARC_VERSION_NEAR},
        {"v=DMARC1, p=none", DMARC_VERSION_NEAR},
        {"v=DMARC12; p=none", DMARC_VERSION_NEAR},
        {"v=DMARC2; p=none", DMARC_VERSION_NEAR},
        {"p=none; v=DMARC1", DMARC_VERSION_NEAR},
        {"DMARC1; p=none", DMARC_VERSION_NEAR},
        {"p=reject", DMARC_VERSION_NEAR},
        {"\"v=DMARC1; p=none\"", DMARC_VERSION_NEAR},
        {" v=DMARC1; p=none", DMARC_VERSION_WHITESPACE},
        {"\tv=DMARC1", DMARC_VERSION_WHITESPACE},
        {"v=spf1 -all", DMARC_VERSION_NONE},
        {"", DMARC_VERSION_NONE},
        {"v=DKIM1; p=MIGf", DMARC_VERSION_NONE},
    };
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        enum dmarc_version got = dmarc_version_of(cases[i].text, strlen(cases[i].text));
        if (got != cases[i].version)
            print_error("'%s'\n", cases[i].text);
        assert_int_equal(got, cases[i].version);
    }
}

struct record_row {
    const char *text;
    int fault; /* kind of the only fault; -1: none; -2: not compared */
};

static void test_faults(void **state)
{
    (void)state;
    static const struct record_row cases[] = {
        {"v=DMARC1; p=none; sp=quarantine; np=reject; adkim=s; aspf=r; psd=n; t=y; fo=1:d:s; "
         "ruf=mailto:a@b.test",
         -1},
        {"v=DMARC1;p=REJECT;", -1},
        {"v=DMARC1 ; P = Reject ; ", -1},
        {"v=DMARC1; rua=mailto:a@b.test,mailto:c@d.test!10m , mailto:e%2Cf@g.test", -1},
        {"v=DMARC1; p=none rua=mailto:a@b.test", DMARC_ERROR_POLICY},
        {"v=DMARC1; p=", DMARC_ERROR_POLICY},
        {"v=DMARC1; p=none; sp=monitor", DMARC_ERROR_POLICY},
        {"v=DMARC1; none", DMARC_ERROR_SYNTAX},
        {"v=DMARC1; p-x=1; p=none", DMARC_ERROR_SYNTAX},
        {"v=DMARC1; p=none; rua=mailto:b\xC3\xBC@b.test", DMARC_ERROR_SYNTAX},
        {"v=DMARC1;; p=none", DMARC_ERROR_EMPTY},
        {"v=DMARC1; p=none; adkim=", DMARC_ERROR_EMPTY},
        {"v=DMARC1; p=none; psd=x", DMARC_ERROR_VALUE},
        {"v=DMARC1; p=none; fo=2", DMARC_ERROR_VALUE},
        {"v=DMARC1; p=none; policy=none", DMARC_ERROR_UNKNOWN_TAG},
        {"v=DMARC1; p=none; p=reject", DMARC_ERROR_DUPLICATE_TAG},
        {"v=DMARC1; p=none; pct=50", DMARC_ERROR_OLD_TAG},
        {"v=DMARC1; p=none; ri=86400", DMARC_ERROR_OLD_TAG},
        {"v=DMARC1; p=none; rua=a@b.test", DMARC_ERROR_URI},
        {"v=DMARC1; p=none; rua=mailto:a@b.test,", DMARC_ERROR_URI},
        {"v=DMARC1; p=none; rua=https://b.test/r", DMARC_ERROR_URI},
        {"v=DMARC1; p=none; rua=mailto:b.test", DMARC_ERROR_URI},
        {"v=DMARC1; p=none; rua=mailto:a b@b.test", DMARC_ERROR_URI},
        {"v=DMARC1; p=none; rua=", DMARC_ERROR_URI},
    };
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct arena *a = arena_new(0);
        const struct dmarc_record *r = dmarc_record_parse(a, cases[i].text, strlen(cases[i].text));
        int got = r->fault_count == 0 ? -1 : (int)r->faults[0].error;
        if (got != cases[i].fault || r->fault_count > 1)
            print_error("'%s': %d, %zu faults\n", cases[i].text, got, r->fault_count);
        assert_int_equal(got, cases[i].fault);
        assert_true(r->fault_count <= 1);
        arena_free(a);
    }
}

/* ---- discovery ------------------------------------------------------------------------------- */

struct row {
    const char *name;
    const char *world;
    const char *subject;
    enum dmarc_state state;
    const char *from; /* the domain whose record applies */
    const char *applied;
    const char *org;         /* by the walk; "?" not known */
    const char *before_from; /* RFC 7489; NULL: no policy */
    const char *before_applied;
    const char *before_org;
};

#define APEX "_dmarc TXT \"v=DMARC1; p=reject\"\n"
#define MAIL "_dmarc.mail TXT \"v=DMARC1; p=none\"\n"

static const struct row rows[] = {
    {"own record", APEX, "example.test", DMARC_POLICY, "example.test", "reject", "example.test",
     "example.test", "reject", "example.test"},
    {"nothing", "@ A 192.0.2.1", "example.test", DMARC_NO_POLICY, NULL, NULL, "example.test", NULL, NULL,
     "example.test"},
    {"T1: not the nearest ancestor", APEX MAIL, "a.mail.example.test", DMARC_POLICY, "example.test", "reject",
     "example.test", "example.test", "reject", "example.test"},
    {"T1: psd=n ends the walk", APEX "_dmarc.mail TXT \"v=DMARC1; p=none; psd=n\"\n", "a.mail.example.test",
     DMARC_POLICY, "mail.example.test", "none", "mail.example.test", "example.test", "reject",
     "example.test"},
    {"T1: psd=n at the apex changes nothing", "_dmarc TXT \"v=DMARC1; p=reject; psd=n\"\n" MAIL,
     "a.mail.example.test", DMARC_POLICY, "example.test", "reject", "example.test", "example.test", "reject",
     "example.test"},
    {"T1: two records mean none there",
     APEX "_dmarc.a.mail TXT \"v=DMARC1; p=none\"\n_dmarc.a.mail TXT \"v=DMARC1; p=none; t=n\"\n",
     "a.mail.example.test", DMARC_POLICY, "example.test", "reject", "example.test", NULL, NULL,
     "example.test"},
    {"T1: unrelated TXT is discarded", APEX "_dmarc TXT \"v=spf1 -all\"\n_dmarc TXT \"hello\"\n",
     "example.test", DMARC_POLICY, "example.test", "reject", "example.test", "example.test", "reject",
     "example.test"},
    {"the author domain comes first", APEX MAIL, "mail.example.test", DMARC_POLICY, "mail.example.test",
     "none", "example.test", "mail.example.test", "none", "example.test"},
    {"only an intermediate record", MAIL, "a.mail.example.test", DMARC_POLICY, "mail.example.test", "none",
     "mail.example.test", NULL, NULL, "example.test"},
    {"psd=y above: one label below is the organization",
     "!zone test. 192.0.2.251\n_dmarc.test. TXT \"v=DMARC1; p=quarantine; psd=y\"\n"
     "@ A 192.0.2.1",
     "a.example.test", DMARC_POLICY, "test", "quarantine", "example.test", NULL, NULL, "example.test"},
    {"psd=y at the name itself does not count", "_dmarc TXT \"v=DMARC1; p=reject; psd=y\"\n", "example.test",
     DMARC_POLICY, "example.test", "reject", "example.test", "example.test", "reject", "example.test"},
    {"psd=y in the middle", "_dmarc TXT \"v=DMARC1; p=reject; psd=y\"\n", "a.b.example.test", DMARC_POLICY,
     "example.test", "reject", "b.example.test", "example.test", "reject", "example.test"},
    {"sp for a subdomain", "_dmarc TXT \"v=DMARC1; p=reject; sp=none\"\nwww A 192.0.2.1", "www.example.test",
     DMARC_POLICY, "example.test", "none", "example.test", "example.test", "none", "example.test"},
    {"np for a name that does not exist", "_dmarc TXT \"v=DMARC1; p=none; sp=none; np=reject\"\n",
     "gone.example.test", DMARC_POLICY, "example.test", "reject", "example.test", "example.test", "none",
     "example.test"},
    {"np is not for a name that exists", "_dmarc TXT \"v=DMARC1; p=none; np=reject\"\nwww A 192.0.2.1",
     "www.example.test", DMARC_POLICY, "example.test", "none", "example.test", "example.test", "none",
     "example.test"},
    {"t=y is one level less", "_dmarc TXT \"v=DMARC1; p=reject; t=y\"\n", "example.test", DMARC_POLICY,
     "example.test", "quarantine", "example.test", "example.test", "reject", "example.test"},
    {"invalid p with reports is none", "_dmarc TXT \"v=DMARC1; p=x; rua=mailto:a@b.test\"\n", "example.test",
     DMARC_POLICY, "example.test", "none", "example.test", "example.test", "none", "example.test"},
    {"invalid p without reports is nothing", "_dmarc TXT \"v=DMARC1; p=x\"\n", "example.test", DMARC_POLICY,
     "example.test", NULL, "example.test", "example.test", NULL, "example.test"},
    {"no p is none now and nothing before", "_dmarc TXT \"v=DMARC1\"\n", "example.test", DMARC_POLICY,
     "example.test", "none", "example.test", "example.test", NULL, "example.test"},
    {"through an alias", "_dmarc CNAME d.other.test.\nd.other.test. TXT \"v=DMARC1; p=reject\"\n",
     "example.test", DMARC_POLICY, "example.test", "reject", "example.test", "example.test", "reject",
     "example.test"},
    {"no answer at the name", APEX "!timeout _dmarc.www TXT", "www.example.test", DMARC_UNKNOWN, NULL, NULL,
     "?", NULL, NULL, "example.test"},
    {"no answer above does not matter for the policy", APEX "!timeout _dmarc.test. TXT", "example.test",
     DMARC_POLICY, "example.test", "reject", "?", "example.test", "reject", "example.test"},
    {"strings are joined", "_dmarc TXT \"v=DMARC1; p=rej\" \"ect\"\n", "example.test", DMARC_POLICY,
     "example.test", "reject", "example.test", "example.test", "reject", "example.test"},
};

struct job {
    const dname *name;
    struct arena *a;
    struct dmarc d;
    struct explanation e;
};

static void run(struct facts *f, void *context)
{
    struct job *job = context;
    job->d = *dmarc_of(f, job->name);
    job->e = dmarc_explain(f, job->a, job->name);
}

static bool same_name(struct arena *a, const dname *got, const char *want)
{
    return want == NULL ? got == NULL : got != NULL && dname_equal(got, dname_const(a, want));
}

static bool outcome_is(struct arena *a, const struct dmarc_outcome *o, const char *from, const char *applied)
{
    if (o->state != DMARC_POLICY)
        return from == NULL;
    if (!same_name(a, o->from->domain, from))
        return false;
    return o->processed ? applied != NULL && strcmp(dmarc_policy_text(o->applied), applied) == 0
                        : applied == NULL;
}

static void test_row(void **state)
{
    const struct row *row = *state;
    struct arena *a = arena_new(0);
    struct job job = {.name = dname_const(a, row->subject), .a = a};
    struct world *w = world_new(row->world);
    world_settle(w, run, &job);
    bool right = job.d.now.state == row->state && outcome_is(a, &job.d.now, row->from, row->applied) &&
                 outcome_is(a, &job.d.before, row->before_from, row->before_applied) && !job.d.pending &&
                 job.e.undetermined == (row->state == DMARC_UNKNOWN) &&
                 same_name(a, job.d.before.org, row->before_org);
    right = right && (row->org[0] == '?' ? !job.d.now.org_known
                                         : job.d.now.org_known && same_name(a, job.d.now.org, row->org));
    if (!right)
        print_error("%s\n", job.e.text);
    assert_true(right);
    assert_non_null(strstr(job.e.text, "RFC 7489"));
    world_free(w);
    arena_free(a);
}

/* T1: ten labels: the name, then seven labels and less: eight questions. */
static void test_long_name(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    struct job job = {.name = dname_const(a, "a.b.c.d.e.f.g.h.example.test."), .a = a};
    struct world *w = world_new("@ A 192.0.2.1");
    world_settle(w, run, &job);
    assert_int_equal(job.d.walk_count, 8);
    assert_true(dname_equal(job.d.walk[0]->domain, job.name));
    assert_true(dname_equal(job.d.walk[1]->domain, dname_const(a, "d.e.f.g.h.example.test.")));
    assert_true(dname_equal(job.d.walk[7]->domain, dname_const(a, "test.")));
    world_free(w);
    arena_free(a);
}

#define ROWS ARRAY_SIZE(rows)

int main(void)
{
    static struct row copies[ROWS];
    struct CMUnitTest tests[ROWS + 3] = {
        [ROWS] = cmocka_unit_test(test_version),
        [ROWS + 1] = cmocka_unit_test(test_faults),
        [ROWS + 2] = cmocka_unit_test(test_long_name),
    };
    memcpy(copies, rows, sizeof(rows));
    for (size_t i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){rows[i].name, test_row, NULL, NULL, &copies[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
