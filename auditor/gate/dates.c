/* SPDX-License-Identifier: BSD-2-Clause */
/* Days: exactly "YYYY-MM-DD". */
#include "auditor/gate/dates.h"

#include "auditor/base/clock.h"

#include <string.h>

bool date_parse(const char *text, int64_t *first_s)
{
    char back[CLOCK_TEXT_SIZE];
    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' || strspn(text, "0123456789-") != 10)
        return false;
    if (!clock_parse(text, first_s))
        return false;
    clock_rfc3339(*first_s, back); /* 30 February would come back as another day */
    return strncmp(back, text, 10) == 0;
}

const char *date_text(struct arena *a, int64_t utc_s)
{
    char text[CLOCK_TEXT_SIZE];
    clock_rfc3339(utc_s, text);
    return arena_strndup(a, text, strcspn(text, "T"));
}
