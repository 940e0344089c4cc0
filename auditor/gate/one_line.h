/* SPDX-License-Identifier: BSD-2-Clause */
/* Gated text may hold line ends and tabs; errors, owners and reasons stand on one line. */
#ifndef ZONEVET_GATE_ONE_LINE_H
#define ZONEVET_GATE_ONE_LINE_H

/** Replace them by blanks where they stand. @return text (NULL is allowed) */
static inline char *one_line(char *text)
{
    for (char *c = text; c != 0 && *c != '\0'; c++) {
        if (*c == '\n' || *c == '\t' || *c == '\r')
            *c = ' ';
    }
    return text;
}

#endif
