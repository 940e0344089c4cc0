/* SPDX-License-Identifier: BSD-2-Clause */
/* The live source as the engine sees it: direct questions, what is shared, repeats, scope, the self-test,
 * interruption, many targets in many threads. */
#include "tests/collect/loopback.h"

#define PARENTS                                                                                              \
    "zone . 1\n. NS root1.\nroot1. A 127.0.90.1\ntest. NS ns.nic.test.\nns.nic.test. A 127.0.90.2\n"         \
    "zone test. 2\ntest. NS ns.nic.test.\nns.nic.test. A 127.0.90.2\n"                                       \
    "example.test. NS ns.example.test.\nns.example.test. A 127.0.90.3\n"                                     \
    "other.test. NS ns.example.test.\n"
#define WORLD                                                                                                \
    PARENTS "zone example.test. 3\nexample.test. NS ns.example.test.\nns.example.test. A 127.0.90.3\n"       \
            "www.example.test. A 192.0.2.1\nzone other.test. 3\nother.test. NS ns.example.test.\n"           \
            "www.other.test. A 192.0.2.2\n"

static const struct reply *ask(struct lab *lab, const struct ask *question)
{
    (void)facts_ask(lab->facts, question);
    lab_settle(lab);
    return facts_ask(lab->facts, question);
}

static void a_direct_question(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD);
    lab_start(lab);
    const struct ask q = {
        .server = lab_address(3), .owner = lab_name(lab, "www.example.test."), .type = RRTYPE_A};
    const struct reply *r = ask(lab, &q);
    assert_int_equal(r->state, REPLY_OK);
    assert_true(r->aa);
    assert_int_equal(r->answer.count, 1);
    assert_int_equal(r->rtt_us, 0); /* --now */
    lab_free(lab);
}

static void silence(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD "habit 3 * * timeout\n");
    lab_start(lab);
    const struct ask q = {
        .server = lab_address(3), .owner = lab_name(lab, "www.example.test."), .type = RRTYPE_A};
    const struct reply *r = ask(lab, &q);
    assert_int_equal(r->state, REPLY_NONE);
    assert_int_equal(r->reason, REASON_TIMEOUT);
    uint32_t queries, timeouts;
    collector_target_counts(lab->collector, lab->facts, &queries, &timeouts);
    assert_int_equal(timeouts, 1);
    assert_true(queries >= 1);
    lab_free(lab);
}

static void private_addresses_are_refused(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD);
    lab->settings.allow_private = false;
    lab_start(lab);
    const struct ask q = {
        .server = lab_address(3), .owner = lab_name(lab, "www.example.test."), .type = RRTYPE_A};
    assert_int_equal(ask(lab, &q)->reason, REASON_OUT_OF_SCOPE);
    const struct ask given = {.server = lab_address(1), .owner = DNAME_ROOT, .type = RRTYPE_NS};
    assert_int_equal(ask(lab, &given)->state, REPLY_OK); /* from the hints */
    assert_int_equal(lab_lookup(lab, "www.example.test.", RRTYPE_A)->reason, REASON_OUT_OF_SCOPE);
    assert_int_equal(lab_count(lab, 2, NULL, 0), 0);
    lab_free(lab);
}

static void facts_about_a_server_are_shared(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD);
    lab_start(lab);
    const struct ask q = {.server = lab_address(3),
                          .owner = lab_name(lab, "version.bind."),
                          .type = RRTYPE_TXT,
                          .class = RRCLASS_CH,
                          .flags = ASK_SHARED};
    for (int target = 0; target < 3; target++) {
        const struct reply *r = ask(lab, &q);
        assert_int_equal(r->state, REPLY_OK);
        assert_int_equal(r->rcode, 5);
        lab_end_facts(lab);
        lab_facts(lab);
    }
    assert_int_equal(lab_count(lab, 3, "version.bind.", 0), 1);
    lab_free(lab);
}

/* Two stores that want the same at once. */
static void shared_questions_meet_in_flight(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD);
    lab_start(lab);
    const struct ask q = {.server = lab_address(3),
                          .owner = lab_name(lab, "version.bind."),
                          .type = RRTYPE_TXT,
                          .class = RRCLASS_CH,
                          .flags = ASK_SHARED};
    struct facts *first = lab->facts;
    struct arena *first_scratch = lab->scratch;
    (void)facts_ask(first, &q);
    lab_facts(lab);
    (void)facts_ask(lab->facts, &q);
    assert_int_equal(collector_busy(lab->collector, first), 1);
    assert_int_equal(collector_busy(lab->collector, lab->facts), 1);
    lab_settle(lab);
    assert_int_equal(facts_ask(first, &q)->state, REPLY_OK);
    assert_int_equal(facts_ask(lab->facts, &q)->state, REPLY_OK);
    assert_int_equal(lab_count(lab, 3, "version.bind.", 0), 1);
    uint32_t queries, timeouts;
    collector_target_end(lab->collector, first, &queries, &timeouts);
    facts_free(first);
    arena_free(first_scratch);
    lab_free(lab);
}

static void the_same_question_later(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD);
    lab_start(lab);
    struct ask q = {.server = lab_address(3), .owner = lab_name(lab, "example.test."), .type = RRTYPE_SOA};
    (void)facts_ask(lab->facts, &q);
    lab_settle(lab);
    uint64_t begin = clock_monotonic_ms();
    facts_run_begin(lab->facts, lab->scratch);
    q.repeat = 1;
    q.delay_s = 1;
    assert_int_equal(ask(lab, &q)->state, REPLY_OK);
    assert_true(clock_monotonic_ms() - begin >= 900);
    assert_int_equal(lab_count(lab, 3, "example.test.", RRTYPE_SOA), 2);
    lab_free(lab);
}

/* ---- scope and settings ------------------------------------------------------------------ */

static const struct transfer *transfer(struct lab *lab, const char *zone)
{
    const struct transfer_ask q = {
        .server = lab_address(3), .zone = lab_name(lab, zone), .type = RRTYPE_AXFR};
    facts_run_begin(lab->facts, lab->scratch);
    (void)facts_transfer(lab->facts, &q);
    lab_settle(lab);
    return facts_transfer(lab->facts, &q);
}

static void transfers_of_our_own_only(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD);
    lab_start(lab);
    assert_int_equal(transfer(lab, "other.test.")->reason, REASON_OUT_OF_SCOPE);
    assert_int_equal(transfer(lab, "test.")->reason, REASON_OUT_OF_SCOPE);
    assert_int_not_equal(transfer(lab, "sub.example.test.")->reason, REASON_OUT_OF_SCOPE);
    lab_free(lab);
}

static void http_is_opt_in(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD);
    lab_start(lab);
    const struct http_ask q = {.host = "www.example.test", .address = lab_address(3), .path = "/"};
    (void)facts_http(lab->facts, &q);
    lab_settle(lab);
    assert_int_equal(facts_http(lab->facts, &q)->reason, REASON_NEEDS_OPT_IN);
    lab_free(lab);
}

static void authoritative_only(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD);
    lab->options.authoritative_only = true;
    lab_start(lab);
    assert_int_equal(lab_lookup(lab, "www.example.test.", RRTYPE_A)->state, ANSWER_RRSET);
    assert_int_equal(lab_lookup(lab, "www.other.test.", RRTYPE_A)->reason, REASON_OUT_OF_SCOPE);
    lab_free(lab);
}

static void forwarder(void **state)
{
    (void)state;
    struct lab *lab =
        lab_new(WORLD "zone . 9\ntest. NS ns.nic.test.\nzone test. 9\nexample.test. NS ns.example.test.\n"
                      "ns.example.test. A 127.0.90.3\ntest. NS ns.nic.test.\nns.nic.test. A 127.0.90.2\n"
                      "zone example.test. 9\nexample.test. NS ns.example.test.\n"
                      "ns.example.test. A 127.0.90.3\nwww.example.test. A 192.0.2.9\n"
                      "habit 1 * * timeout\nhabit 2 * * timeout\n");
    lab->options.forwarder = lab_address(9);
    lab_start(lab);
    const struct answer *www = lab_lookup(lab, "www.example.test.", RRTYPE_A);
    assert_int_equal(www->state, ANSWER_RRSET);
    assert_int_equal(www->rrset->rdata[0].octets[3], 9);
    assert_int_equal(lab_lookup(lab, "nobody.example.test.", RRTYPE_A)->state, ANSWER_NXDOMAIN);
    const struct cut *cut = lab_cut(lab, "www.example.test.");
    assert_int_equal(cut->state, FACT_KNOWN);
    assert_name(cut->apex, "example.test.");
    assert_name(cut->parent, "test.");
    assert_int_equal(cut->server_count, 1);
    assert_int_equal(lab_count(lab, 1, NULL, 0), 0);
    lab_free(lab);
}

/* ---- the path ---------------------------------------------------------------------------- */

static const struct vantage *vantage(struct lab *lab, bool last)
{
    (void)facts_vantage(lab->facts, last);
    lab_settle(lab);
    return facts_vantage(lab->facts, last);
}

static void the_path_is_good(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD);
    lab_start(lab);
    const struct vantage *v = vantage(lab, false);
    assert_int_equal(v->state, FACT_KNOWN);
    assert_true(v->ipv4);
    assert_false(v->ipv6); /* no server of the root has such an address */
    assert_true(v->tcp);
    assert_false(v->intercepted);
    assert_true(v->parents_answer);
    facts_allow_last_round(lab->facts);
    facts_run_begin(lab->facts, lab->scratch);
    v = vantage(lab, true);
    assert_true(v->sent > 0);
    assert_int_equal(v->lost, 0);
    lab_free(lab);
}

static void parents_are_silent(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD "habit 2 * * timeout\n");
    lab_start(lab);
    const struct vantage *v = vantage(lab, false);
    assert_true(v->ipv4);
    assert_false(v->parents_answer);
    lab_free(lab);
}

static void nobody_answers(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD "habit 1 * * timeout\n");
    lab_start(lab);
    const struct vantage *v = vantage(lab, false);
    assert_int_equal(v->state, FACT_KNOWN);
    assert_false(v->ipv4);
    assert_false(v->tcp);
    assert_false(v->parents_answer);
    lab_free(lab);
}

/* What was tried in vain is not tried again for every server of the world. */
static void a_family_without_a_path(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD);
    struct address nowhere = {.family = 6, .octets = {0}};
    nowhere.octets[15] = 1; /* nothing listens there */
    lab->roots[lab->root_count++] = (struct server){lab_name(lab, "root6."), nowhere};
    lab->options.root_server_count = lab->root_count;
    lab_start(lab);
    assert_false(vantage(lab, false)->ipv6);
    nowhere.octets[15] = 2;
    const struct ask q = {.server = nowhere, .owner = lab_name(lab, "www.example.test."), .type = RRTYPE_A};
    assert_int_equal(facts_ask(lab->facts, &q)->reason, REASON_NETWORK);
    assert_int_equal(lab_lookup(lab, "www.example.test.", RRTYPE_A)->state, ANSWER_RRSET);
    lab_free(lab);
}

/* ---- ends -------------------------------------------------------------------------------- */

static void interruption(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD "habit 3 * * timeout\n");
    lab->options.timeout_ms = 3000;
    lab_start(lab);
    const struct ask q = {
        .server = lab_address(3), .owner = lab_name(lab, "example.test."), .type = RRTYPE_SOA};
    (void)facts_ask(lab->facts, &q);
    (void)facts_lookup(lab->facts, lab_name(lab, "www.example.test."), RRTYPE_A);
    (void)facts_walk(lab->facts, lab_name(lab, "example.test."));
    (void)facts_vantage(lab->facts, false);
    collector_poll(lab->collector, 50);
    collector_interrupt(lab->collector);
    assert_int_equal(collector_busy(lab->collector, lab->facts), 0);
    assert_int_equal(facts_ask(lab->facts, &q)->reason, REASON_INTERRUPTED);
    assert_int_equal(lab_lookup(lab, "www.example.test.", RRTYPE_A)->reason, REASON_INTERRUPTED);
    assert_int_equal(lab_lookup(lab, "later.example.test.", RRTYPE_A)->reason, REASON_INTERRUPTED);
    lab_free(lab);
}

static void *wake_soon(void *context)
{
    struct lab *lab = context;
    (void)poll(NULL, 0, 100);
    collector_interrupt(lab->collector);
    return NULL;
}

static void interruption_from_another_thread(void **state)
{
    pthread_t thread;
    (void)state;
    struct lab *lab = lab_new(WORLD "habit 3 * * timeout\n");
    lab->options.timeout_ms = 3000;
    lab_start(lab);
    (void)facts_lookup(lab->facts, lab_name(lab, "www.example.test."), RRTYPE_A);
    collector_poll(lab->collector, 0);
    uint64_t begin = clock_monotonic_ms();
    pthread_create(&thread, NULL, wake_soon, lab);
    assert_int_equal(lab_lookup(lab, "www.example.test.", RRTYPE_A)->reason, REASON_INTERRUPTED);
    assert_true(clock_monotonic_ms() - begin < 2000);
    pthread_join(thread, NULL);
    lab_free(lab);
}

static void deadline_of_the_run(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD "habit 3 * * timeout\n");
    lab->options.timeout_ms = 3000;
    lab->options.deadline_ms = clock_monotonic_ms() + 400;
    lab_start(lab);
    assert_int_not_equal(lab_lookup(lab, "www.example.test.", RRTYPE_A)->state, ANSWER_RRSET);
    assert_true(clock_monotonic_ms() < lab->options.deadline_ms + 500);
    lab_free(lab);
}

static void a_fact_has_its_time(void **state)
{
    (void)state;
    struct lab *lab = lab_new(WORLD "habit 3 * * timeout\n");
    lab->options.timeout_ms = 3000;
    lab->options.check_ms = 400;
    lab_start(lab);
    uint64_t begin = clock_monotonic_ms();
    const struct answer *answer = lab_lookup(lab, "www.example.test.", RRTYPE_A);
    assert_int_equal(answer->state, ANSWER_UNKNOWN);
    assert_int_equal(answer->reason, REASON_TIMEOUT);
    assert_true(clock_monotonic_ms() - begin < 2000);
    lab_free(lab);
}

/* At ten queries a second forty names take longer than a fact may take; none is given up in the queue. */
static void a_queue_costs_no_time(void **state)
{
    enum { NAMES = 40 };
    (void)state;
    struct lab *lab = lab_new(WORLD);
    lab->options.check_ms = 1500;
    lab->options.qps_per_server = 10;
    lab_start(lab);
    const dname *names[NAMES];
    for (unsigned i = 0; i < NAMES; i++) {
        char text[64];
        snprintf(text, sizeof(text), "n%u.example.test.", i);
        names[i] = lab_name(lab, text);
        (void)facts_lookup(lab->facts, names[i], RRTYPE_A);
    }
    lab_settle(lab);
    for (unsigned i = 0; i < NAMES; i++)
        assert_int_equal(facts_lookup(lab->facts, names[i], RRTYPE_A)->state, ANSWER_NXDOMAIN);
    lab_free(lab);
}

static void more_names_than_tasks(void **state)
{
    enum { NAMES = 1000 };
    (void)state;
    struct lab *lab = lab_new(WORLD);
    lab->options.queries_per_target = 10000;
    lab_start(lab);
    const dname *names[NAMES];
    for (unsigned i = 0; i < NAMES; i++) {
        char text[64];
        snprintf(text, sizeof(text), "n%u.example.test.", i);
        names[i] = lab_name(lab, text);
        (void)facts_lookup(lab->facts, names[i], RRTYPE_A);
        (void)facts_cut(lab->facts, names[i]);
    }
    lab_settle(lab);
    for (unsigned i = 0; i < NAMES; i++) {
        assert_int_equal(facts_lookup(lab->facts, names[i], RRTYPE_A)->state, ANSWER_NXDOMAIN);
        assert_true(facts_cut(lab->facts, names[i])->nxdomain);
    }
    lab_free(lab);
}

/* ---- many -------------------------------------------------------------------------------- */

enum { MANY = 400, THREADS = 3 };

struct worker {
    struct lab *lab;
    struct collector *collector;
    unsigned first, step, good;
};

static void audit_one(struct worker *w, unsigned number)
{
    char text[64];
    struct arena *a = arena_new(0);
    snprintf(text, sizeof(text), "d%u.test.", number);
    const dname *target = dname_const(a, text);
    struct facts *f = facts_new(&(struct facts_options){
        .target = target, .settings = &w->lab->settings, .source = collector_source(w->collector)});
    facts_run_begin(f, a);
    static const uint16_t types[] = {RRTYPE_A, RRTYPE_NS, RRTYPE_SOA, RRTYPE_MX, RRTYPE_TXT};
    (void)facts_cut(f, target);
    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        (void)facts_lookup(f, target, types[i]);
    (void)facts_lookup(f, dname_const(a, "www.other.test."), RRTYPE_A);
    while (collector_busy(w->collector, f) > 0)
        collector_poll(w->collector, 1000);
    w->good += facts_cut(f, target)->state == FACT_KNOWN && facts_cut(f, target)->server_count == 1 &&
               facts_lookup(f, target, RRTYPE_SOA)->state == ANSWER_RRSET &&
               facts_lookup(f, target, RRTYPE_MX)->state == ANSWER_NODATA &&
               facts_lookup(f, dname_const(a, "www.other.test."), RRTYPE_A)->state == ANSWER_RRSET;
    uint32_t queries, timeouts;
    collector_target_end(w->collector, f, &queries, &timeouts);
    facts_free(f);
    arena_free(a);
}

static void *work(void *context)
{
    struct worker *w = context;
    for (unsigned i = w->first; i < MANY; i += w->step)
        audit_one(w, i);
    return NULL;
}

static void many_targets_in_many_threads(void **state)
{
    char *text = malloc(1 << 20);
    int used = sprintf(text, "%s", PARENTS);
    (void)state;
    for (unsigned i = 0; i < MANY; i++)
        used += sprintf(text + used, "d%u.test. NS ns.example.test.\n", i);
    used += sprintf(text + used,
                    "zone other.test. 3\nother.test. NS ns.example.test.\nwww.other.test. A 192.0.2.2\n");
    for (unsigned i = 0; i < 20; i++)
        used += sprintf(text + used, "zone d%u.test. 3\nd%u.test. NS ns.example.test.\n", i, i);
    struct lab *lab = lab_new(text);
    free(text);
    lab_start(lab);
    struct worker workers[THREADS];
    pthread_t threads[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){lab, collector_new(lab->shared), i, THREADS, 0};
        pthread_create(&threads[i], NULL, work, &workers[i]);
    }
    unsigned good = 0;
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        good += workers[i].good;
        collector_free(workers[i].collector);
    }
    assert_int_equal(good, 20);
    /* once a thread at most; a busy machine may make a query late and have it sent twice */
    assert_true(lab_count(lab, 1, NULL, 0) <= 2 * THREADS);
    assert_true(lab_count(lab, 3, "www.other.test.", RRTYPE_A) <= 2 * THREADS);
    lab_free(lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_direct_question),
        cmocka_unit_test(silence),
        cmocka_unit_test(private_addresses_are_refused),
        cmocka_unit_test(facts_about_a_server_are_shared),
        cmocka_unit_test(shared_questions_meet_in_flight),
        cmocka_unit_test(the_same_question_later),
        cmocka_unit_test(transfers_of_our_own_only),
        cmocka_unit_test(http_is_opt_in),
        cmocka_unit_test(authoritative_only),
        cmocka_unit_test(forwarder),
        cmocka_unit_test(the_path_is_good),
        cmocka_unit_test(parents_are_silent),
        cmocka_unit_test(nobody_answers),
        cmocka_unit_test(a_family_without_a_path),
        cmocka_unit_test(interruption),
        cmocka_unit_test(interruption_from_another_thread),
        cmocka_unit_test(deadline_of_the_run),
        cmocka_unit_test(a_fact_has_its_time),
        cmocka_unit_test(a_queue_costs_no_time),
        cmocka_unit_test(more_names_than_tasks),
        cmocka_unit_test(many_targets_in_many_threads),
    };
    return cmocka_run_group_tests_name("collect", tests, NULL, NULL);
}
