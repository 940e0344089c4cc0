/* SPDX-License-Identifier: BSD-2-Clause */
/* Signal handling: the handler only sets a flag and wakes loops, both safe in a handler. */
#include "auditor/commands/interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>

static _Atomic int received;
static _Atomic(struct collector *) collectors[256];

static void handle(int number)
{
    atomic_store(&received, number);
    for (size_t i = 0; i < ARRAY_SIZE(collectors); i++) {
        struct collector *c = atomic_load(&collectors[i]);
        if (c != NULL)
            collector_wake(c);
    }
}

void interrupt_install(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof(action));
    action.sa_handler = handle;
    action.sa_flags = (int)SA_RESETHAND; /* a second Ctrl-C ends the program at once */
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = SIG_IGN;
    action.sa_flags = 0;
    sigaction(SIGPIPE, &action, NULL); /* a closed pipe is a write error, and says so */
}

bool interrupted(void)
{
    return atomic_load(&received) != 0;
}

int interrupted_code(void)
{
    int number = atomic_load(&received);
    return number != 0 ? 128 + number : 0;
}

void interrupt_register(struct collector *c)
{
    for (size_t i = 0; i < ARRAY_SIZE(collectors); i++) {
        struct collector *expected = NULL;
        if (atomic_compare_exchange_strong(&collectors[i], &expected, c))
            return;
    }
}

void interrupt_unregister(struct collector *c)
{
    for (size_t i = 0; i < ARRAY_SIZE(collectors); i++) {
        struct collector *expected = c;
        if (atomic_compare_exchange_strong(&collectors[i], &expected, NULL))
            return;
    }
}
