/* SPDX-License-Identifier: BSD-2-Clause */
/* A timer wheel: starting and stopping cost the same whatever the number of queries under way. */
#include "auditor/collect/exchange_private.h"

void wheel_init(struct wheel *w, uint64_t now_ms)
{
    for (size_t i = 0; i < WHEEL_SLOTS; i++)
        w->slots[i].previous = w->slots[i].next = &w->slots[i];
    w->tick = now_ms / WHEEL_TICK_MS;
    w->running = 0;
}

void wheel_stop(struct wheel *w, struct timer *t)
{
    if (t->next == NULL)
        return;
    t->previous->next = t->next;
    t->next->previous = t->previous;
    t->previous = t->next = NULL;
    w->running--;
}

void wheel_start(struct wheel *w, struct timer *t, uint64_t at_ms)
{
    wheel_stop(w, t);
    t->at_ms = at_ms;
    uint64_t tick = (at_ms + WHEEL_TICK_MS - 1) / WHEEL_TICK_MS;
    if (tick < w->tick)
        tick = w->tick;
    if (tick > w->tick + WHEEL_SLOTS - 2) /* one less than a turn: never the slot that is being emptied */
        tick = w->tick + WHEEL_SLOTS - 2;
    struct timer *head = &w->slots[tick % WHEEL_SLOTS];
    t->previous = head->previous;
    t->next = head;
    head->previous->next = t;
    head->previous = t;
    w->running++;
}

/* Empty one slot. What is started from within goes to later slots, for w->tick is beyond this one already. */
static void slot_fire(struct wheel *w, struct timer *head, uint64_t now_ms)
{
    while (head->next != head) {
        struct timer *t = head->next;
        wheel_stop(w, t);
        if (t->at_ms > now_ms)
            wheel_start(w, t, t->at_ms); /* was beyond the span of the wheel */
        else
            t->fire(t);
    }
}

void wheel_advance(struct wheel *w, uint64_t now_ms)
{
    uint64_t now_tick = now_ms / WHEEL_TICK_MS;
    if (now_tick > w->tick + WHEEL_SLOTS) /* asleep: one turn visits everything */
        w->tick = now_tick - WHEEL_SLOTS;
    while (w->tick <= now_tick) {
        struct timer *head = &w->slots[w->tick % WHEEL_SLOTS];
        w->tick++;
        slot_fire(w, head, now_ms);
    }
}
