/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for checks that compare two states of a zone. */
#ifndef ZONEVET_TESTS_CHANGE_ROWS_H
#define ZONEVET_TESTS_CHANGE_ROWS_H

#include "tests/check_test.h"

/** The world after and before a change. */
#define CHANGE(after, before) "!offline\n" after "\n!before\n" before

#define PASS(name, world)                                                                                    \
    {                                                                                                        \
        name, world, VERDICT_PASS, "", NULL, NULL, REASON_NONE                                               \
    }
#define SKIPPED(name, world)                                                                                 \
    {                                                                                                        \
        name, world, VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE                                            \
    }
#define FAIL(name, world, subjects, severities)                                                              \
    {                                                                                                        \
        name, world, VERDICT_FAIL, subjects, severities, NULL, REASON_NONE                                   \
    }
#define UNDETERMINED(name, world, reason)                                                                    \
    {                                                                                                        \
        name, world, VERDICT_UNDETERMINED, "", NULL, NULL, reason                                            \
    }

#endif
