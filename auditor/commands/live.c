/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts of one target, asked for until a question has all that it needs. */
#include "auditor/commands/live.h"

#include "auditor/commands/interrupt.h"

static bool run_until_known(struct collector *c, struct facts *f, void (*fn)(struct facts *f, void *context),
                            void *context)
{
    struct arena *scratch = arena_new(0);
    struct fact *const *missing = NULL;
    bool last_round = false;
    for (unsigned runs = 0; scratch != NULL && runs < 1000; runs++) {
        arena_reset(scratch);
        facts_run_begin(f, scratch);
        fn(f, context);
        if (facts_run_missing(f, &missing) == 0) {
            arena_free(scratch);
            return true;
        }
        if (facts_under_way(f) == 0) {
            if (last_round)
                break;
            last_round = true;
            facts_allow_last_round(f);
        }
        size_t before = facts_under_way(f);
        while (facts_under_way(f) > 0 && facts_under_way(f) >= before) {
            if (interrupted())
                collector_interrupt(c);
            collector_poll(c, 200);
        }
    }
    arena_free(scratch);
    return false;
}

/* What nobody waits for any more may be under way. */
static void wind_down(struct collector *c, struct facts *f)
{
    uint32_t queries, timeouts;
    for (int rounds = 0; facts_under_way(f) > 0 && rounds < 1000; rounds++) {
        collector_interrupt(c);
        collector_poll(c, 50);
    }
    collector_target_end(c, f, &queries, &timeouts);
}

enum status live_settle(const struct setup *s, const dname *target, void (*fn)(struct facts *f, void *context),
                        void *context)
{
    struct collect_shared *shared = collect_shared_new(&s->collect);
    struct collector *collector = shared != NULL ? collector_new(shared) : NULL;
    enum status status = STATUS_NOMEM;
    if (collector != NULL) {
        const struct facts_options options = {.target = target, .settings = &s->settings,
                                              .source = collector_source(collector)};
        struct facts *f = facts_new(&options);
        interrupt_register(collector);
        status = f != NULL && run_until_known(collector, f, fn, context) ? STATUS_OK : STATUS_IO;
        interrupt_unregister(collector);
        if (f != NULL)
            wind_down(collector, f);
        facts_free(f);
    }
    collector_free(collector);
    collect_shared_free(shared);
    return status;
}
