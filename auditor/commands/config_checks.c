/* SPDX-License-Identifier: BSD-2-Clause */
/* What the profile and the configuration say about checks, joined: severities, what is switched
 * off, options. */
#include "auditor/commands/config.h"

#include <fnmatch.h>
#include <string.h>

static struct check_policy *policy_of(struct options *o, const char *check)
{
    for (size_t i = 0; i < o->policies_count; i++) {
        if (strcmp(o->policies[i].check, check) == 0)
            return &o->policies[i];
    }
    struct check_policy *p = &o->policies[o->policies_count++];
    *p = (struct check_policy){.check = check};
    return p;
}

/* Somebody who names a check on the command line wants to see it. */
static bool asked_for(const struct options *o, const char *id)
{
    for (size_t i = 0; i < o->checks.count; i++) {
        if (strcmp(o->checks.items[i], id) == 0)
            return true;
    }
    return false;
}

static void apply_entry(struct options *o, const struct config_check *entry, const struct check *check)
{
    struct check_policy *p = policy_of(o, check->id);
    if (entry->severity != NULL && !(check->not_ignorable && *entry->severity < check->severity))
        p->severity = severity_text(*entry->severity);
    if (entry->enabled != NULL)
        p->disabled = !*entry->enabled && !check->not_ignorable && !asked_for(o, check->id);
}

static void apply_policies(struct options *o, const struct config_known *known)
{
    for (const struct check_policy *p = o->profile->policies; p != NULL && p->check != NULL; p++)
        *policy_of(o, p->check) = *p;
    for (unsigned i = 0; o->config != NULL && i < o->config->data->checks_count; i++) {
        const struct config_check *entry = &o->config->data->checks[i];
        for (size_t c = 0; c < known->check_count; c++) {
            if (fnmatch(entry->id, known->checks[c]->id, 0) == 0)
                apply_entry(o, entry, known->checks[c]);
        }
    }
}

static void set_option(struct options *o, const char *check, const char *name, const char *value)
{
    size_t at = 0;
    while (at < o->check_options_count &&
           (strcmp(o->check_options[at].check, check) != 0 || strcmp(o->check_options[at].name, name) != 0))
        at++;
    o->check_options[at] = (struct check_setting){check, name, value};
    o->check_options_count += at == o->check_options_count;
}

static size_t count_options(const struct options *o)
{
    size_t count = 0;
    for (const struct check_setting *s = o->profile->options; s != NULL && s->check != NULL; s++)
        count++;
    for (unsigned i = 0; o->config != NULL && i < o->config->data->checks_count; i++)
        count += o->config->data->checks[i].options_count;
    return count;
}

static void apply_options(struct options *o)
{
    for (const struct check_setting *s = o->profile->options; s != NULL && s->check != NULL; s++)
        set_option(o, s->check, s->name, s->value);
    for (unsigned i = 0; o->config != NULL && i < o->config->data->checks_count; i++) {
        const struct config_check *entry = &o->config->data->checks[i];
        for (unsigned n = 0; n < entry->options_count; n++) {
            const char *equals = strchr(entry->options[n], '='); /* validated by the reader */
            const char *name =
                arena_strndup(o->arena, entry->options[n], (size_t)(equals - entry->options[n]));
            if (name != NULL)
                set_option(o, entry->id, name, equals + 1);
        }
    }
}

int config_apply_checks(struct options *o)
{
    const struct config_known known = config_known(o->arena);
    o->policies = arena_array(o->arena, known.check_count + 64, sizeof(*o->policies));
    o->check_options = arena_array(o->arena, count_options(o), sizeof(*o->check_options));
    if (o->policies == NULL || o->check_options == NULL) {
        complain("out of memory");
        return EXIT_TROUBLE;
    }
    apply_policies(o, &known);
    apply_options(o);
    return -1;
}

bool config_enables(const struct options *o, const struct check *check)
{
    bool enabled = false;
    for (unsigned i = 0; o->config != NULL && i < o->config->data->checks_count; i++) {
        const struct config_check *entry = &o->config->data->checks[i];
        if (entry->enabled != NULL && fnmatch(entry->id, check->id, 0) == 0)
            enabled = *entry->enabled;
    }
    return enabled;
}
