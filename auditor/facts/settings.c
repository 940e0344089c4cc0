/* SPDX-License-Identifier: BSD-2-Clause */
/* What the configuration set for checks and for single targets. */
#include "auditor/facts/settings.h"

#include "auditor/facts/name.h"

#include <stdlib.h>
#include <string.h>

const char *settings_option_text(const struct settings *s, const char *check, const char *name, const char *fallback)
{
    for (size_t i = 0; i < s->options_count; i++) {
        if (strcmp(s->options[i].check, check) == 0 && strcmp(s->options[i].name, name) == 0)
            return s->options[i].value;
    }
    return fallback;
}

int64_t settings_option(const struct settings *s, const char *check, const char *name, int64_t fallback)
{
    const char *text = settings_option_text(s, check, name, NULL);
    return text != NULL ? strtoll(text, NULL, 10) : fallback; /* validated where the configuration is read */
}

enum mail_use settings_mail(const struct settings *s, const dname *target)
{
    size_t low = 0;
    size_t high = s->mails_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = dname_compare(s->mails[middle].target, target);
        if (order == 0)
            return s->mails[middle].mail;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return s->mail;
}

const struct check_policy *settings_policy(const struct settings *s, const char *check)
{
    for (size_t i = 0; i < s->policies_count; i++) {
        if (strcmp(s->policies[i].check, check) == 0)
            return &s->policies[i];
    }
    return NULL;
}
