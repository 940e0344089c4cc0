/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of the result model (outputs.md section 1), in one place for every report and option. */
#include "auditor/finding.h"

#include "auditor/base/status.h"

#include <string.h>

static const char *const severity_words[] = {
    [SEVERITY_INFO] = "info", [SEVERITY_LOW] = "low",           [SEVERITY_MEDIUM] = "medium",
    [SEVERITY_HIGH] = "high", [SEVERITY_CRITICAL] = "critical",
};

static const char *const confidence_words[] = {
    [CONFIDENCE_CONFIRMED] = "confirmed",
    [CONFIDENCE_LIKELY] = "likely",
    [CONFIDENCE_POSSIBLE] = "possible",
};

static const char *const outcome_words[] = {
    [OUTCOME_FAIL] = "fail", [OUTCOME_UNDETERMINED] = "undetermined",
    [OUTCOME_INFO] = "info", [OUTCOME_SKIPPED] = "skipped",
    [OUTCOME_PASS] = "pass",
};

static const char *const skip_words[] = {
    [SKIP_NONE] = "none",
    [SKIP_NOT_APPLICABLE] = "not-applicable",
    [SKIP_DISABLED] = "disabled",
    [SKIP_NEEDS_LIVE] = "needs-live",
    [SKIP_NEEDS_ZONE_FILE] = "needs-zone-file",
    [SKIP_NEEDS_OPT_IN] = "needs-opt-in",
    [SKIP_NEEDS_DATA] = "needs-data",
};

const char *severity_text(enum severity s)
{
    return severity_words[s];
}

bool severity_from_text(const char *text, enum severity *out)
{
    for (size_t i = 0; i < ARRAY_SIZE(severity_words); i++) {
        if (strcmp(text, severity_words[i]) == 0) {
            *out = (enum severity)i;
            return true;
        }
    }
    return false;
}

const char *confidence_text(enum confidence c)
{
    return confidence_words[c];
}

const char *outcome_text(enum outcome o)
{
    return outcome_words[o];
}

const char *skip_text(enum skip_reason r)
{
    return skip_words[r];
}

const char *state_text(enum state s)
{
    static const char *const words[] = {NULL, "new", "known", "waived", "fixed"};
    return words[s];
}
