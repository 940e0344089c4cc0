/* SPDX-License-Identifier: BSD-2-Clause */
/* Edit distance for suggestions. */
#include "auditor/base/nearest.h"

#include <string.h>

/* Edit distance with a small cap; words here have at most 64 characters. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[65];
    size_t la = strlen(a);
    size_t lb = strlen(b);
    if (la > 64 || lb > 64)
        return 99;
    for (size_t j = 0; j <= lb; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= la; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= lb; j++) {
            unsigned keep = row[j];
            unsigned cost = diagonal + (a[i - 1] != b[j - 1]);
            unsigned side = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = cost < side ? cost : side;
            diagonal = keep;
        }
    }
    return row[lb];
}

const char *nearest(const char *typed, const char *const *words, size_t count)
{
    const char *best = NULL;
    size_t length = strlen(typed);
    unsigned limit = length <= 64 ? (unsigned)length / 2 + 1 : 0;
    for (size_t i = 0; i < count; i++) {
        unsigned d = distance(typed, words[i]);
        if (d < limit) {
            limit = d;
            best = words[i];
        }
    }
    return best;
}
