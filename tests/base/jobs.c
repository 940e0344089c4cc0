/* SPDX-License-Identifier: BSD-2-Clause */
/* Every piece is done once, by a worker that exists. */
#include "auditor/base/jobs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <cmocka.h>

#define PIECES 500

struct seen {
    atomic_uint times[PIECES];
    atomic_uint busy[JOBS_MAX];
    atomic_bool shared; /* two pieces at once under one number */
    unsigned jobs;
    atomic_bool stranger;
};

static void note(void *context, unsigned worker, size_t piece)
{
    struct seen *s = context;
    if (worker >= s->jobs)
        atomic_store(&s->stranger, true);
    else if (atomic_fetch_add(&s->busy[worker], 1) != 0)
        atomic_store(&s->shared, true);
    atomic_fetch_add(&s->times[piece], 1);
    if (worker < s->jobs)
        atomic_fetch_sub(&s->busy[worker], 1);
}

static void each_piece_once(void **state)
{
    static const unsigned jobs[] = {0, 1, 2, 5, JOBS_MAX, 1000};
    (void)state;
    for (unsigned i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
        static struct seen s;
        for (size_t k = 0; k < PIECES; k++)
            atomic_store(&s.times[k], 0);
        s.jobs = jobs_useful(jobs[i], PIECES);
        jobs_run(jobs[i], PIECES, note, &s);
        for (size_t k = 0; k < PIECES; k++)
            assert_int_equal(atomic_load(&s.times[k]), 1);
        assert_false(atomic_load(&s.shared));
        assert_false(atomic_load(&s.stranger));
    }
}

static void never_more_threads_than_pieces(void **state)
{
    (void)state;
    assert_int_equal(jobs_useful(8, 3), 3);
    assert_int_equal(jobs_useful(8, 0), 1);
    assert_int_equal(jobs_useful(0, 9), 1);
    assert_int_equal(jobs_useful(1000, 5000), JOBS_MAX);
    jobs_run(4, 0, note, NULL); /* nothing is called */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_piece_once),
        cmocka_unit_test(never_more_threads_than_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
