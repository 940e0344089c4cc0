/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer of an `ask` command: text to print, and whether it stands on all the facts it needs. */
#ifndef ZONEVET_FACTS_DERIVED_EXPLANATION_H
#define ZONEVET_FACTS_DERIVED_EXPLANATION_H

#include "auditor/facts/facts.h"

struct explanation {
    const char *text;   /* lines that end with a line feed, through the text gate; in the arena of the call */
    bool undetermined;  /* the answer hangs on a fact that is not known (exit code 3) */
    enum reason reason; /* undetermined: why */
};

#endif
