/* SPDX-License-Identifier: BSD-2-Clause */
/* Options of checks, as the configuration set them. */
#include "auditor/facts/settings.h"

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
