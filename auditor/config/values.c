/* SPDX-License-Identifier: BSD-2-Clause */
/* What the schema cannot judge: names, durations, ranges, ids of checks and their options; and keys whose
 * work this version does not do: those that somebody would rely on are errors, harmless ones are notes. */
#include "auditor/config/private.h"

#include "auditor/base/table.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 1024

static const char *key_of(struct config_reader *r, const char *list, unsigned index, const char *member)
{
    const char *key = arena_printf(r->arena, "%s[%u]%s%s", list, index, *member != '\0' ? "." : "", member);
    return key != NULL ? key : list;
}

/* The file says it, even if what it says is wrong. */
static bool said(struct config_reader *r, const char *list, unsigned index, const char *member)
{
    return config_line(r->config, key_of(r, list, index, member)) > 0;
}

static void check_word(struct config_reader *r, const char *key, const char *what, const char *word,
                       const char *const *words, size_t count, const char *list)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], word) == 0)
            return;
    }
    const char *fallback = arena_printf(r->arena, "; see 'zonevet list %s'", list);
    config_error(r, key, "there is no %s '%s'%s", what, word,
                 config_suggestion(r, word, words, count, fallback != NULL ? fallback : ""));
}

/* ---- targets ---- */

static void judge_targets(struct config_reader *r)
{
    const struct config_data *d = r->config->data;
    struct table *seen = table_new();
    const dname **names = arena_array(r->arena, d->targets_count, sizeof(*names));
    for (unsigned i = 0; names != NULL && seen != NULL && i < d->targets_count; i++) {
        const char *error = NULL;
        const char *key = key_of(r, "targets", i, "name");
        const char *first;
        names[i] = r->known->name(r->arena, d->targets[i].name, &error);
        if (names[i] == NULL) {
            config_error(r, key, "'%s' is %s", d->targets[i].name, error != NULL ? error : "no domain name");
            continue;
        }
        first = table_get(seen, names[i], dname_length(names[i]));
        if (first != NULL)
            config_error(r, key, "'%s' stands in line %u already", d->targets[i].name,
                         config_line(r->config, first));
        else if (table_put(seen, names[i], dname_length(names[i]), arena_strdup(r->arena, key)) != 0)
            config_error(r, key, "out of memory");
    }
    table_free(seen);
    r->config->target_names = names;
    for (unsigned i = 0; i < d->targets_count; i++) {
        if (d->targets[i].tags_count > 0)
            config_note(r, key_of(r, "targets", i, "tags"), "kept for your own use: nothing reads tags yet");
        if (d->targets[i].owner != NULL)
            config_note(r, key_of(r, "targets", i, "owner"),
                        "kept for your own use: nothing reads the owner yet");
    }
}

/* ---- checks ---- */

static size_t check_ids(const struct config_reader *r, const char *ids[static WORDS_MAX])
{
    size_t count = r->known->check_count < WORDS_MAX ? r->known->check_count : WORDS_MAX;
    for (size_t i = 0; i < count; i++)
        ids[i] = r->known->checks[i]->id;
    return count;
}

static bool is_pattern(const char *id)
{
    return strpbrk(id, "*?[") != NULL;
}

static const struct check *find_check(const struct config_reader *r, const char *id)
{
    for (size_t i = 0; i < r->known->check_count; i++) {
        if (fnmatch(id, r->known->checks[i]->id, 0) == 0)
            return r->known->checks[i];
    }
    return NULL;
}

static bool number_fits(const struct check_option *option, const char *text)
{
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    return *text != '\0' && strspn(text, "-0123456789") == strlen(text) && *end == '\0' && errno == 0 &&
           value >= option->low && value <= option->high;
}

static void judge_option(struct config_reader *r, const struct check *check, const char *text,
                         const char *key)
{
    const char *names[32];
    size_t count = 0;
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text) {
        config_error(r, key, "'%s' is no option; expected NAME=VALUE", text);
        return;
    }
    const char *name = arena_strndup(r->arena, text, (size_t)(equals - text));
    const struct check_option *option = check->options;
    for (; option != NULL && option->name != NULL && count < ARRAY_SIZE(names); option++) {
        names[count++] = option->name;
        if (strcmp(option->name, name) == 0)
            break;
    }
    if (count == 0)
        config_error(r, key, "%s has no options", check->id);
    else if (option->name == NULL || strcmp(option->name, name) != 0)
        config_error(r, key, "%s has no option '%s'%s", check->id, name,
                     config_suggestion(r, name, names, count, "; 'zonevet explain' lists them"));
    else if ((option->low != 0 || option->high != 0) && !number_fits(option, equals + 1))
        config_error(r, key, "%s of %s: '%s' is no whole number from %lld to %lld", name, check->id,
                     equals + 1, (long long)option->low, (long long)option->high);
}

/* A check that must not be silenced: neither switched off nor made milder. */
static void judge_silencing(struct config_reader *r, const struct check *check,
                            const struct config_check *entry, unsigned index)
{
    if (!check->not_ignorable)
        return;
    if (entry->enabled != NULL && !*entry->enabled)
        config_error(r, key_of(r, "checks", index, "enabled"), "%s cannot be switched off", check->id);
    if (entry->severity != NULL && *entry->severity < check->severity)
        config_error(r, key_of(r, "checks", index, "severity"), "%s cannot be made milder than %s", check->id,
                     severity_text(check->severity));
}

static void judge_check(struct config_reader *r, const struct config_check *entry, unsigned index)
{
    const char *ids[WORDS_MAX];
    const struct check *check = find_check(r, entry->id);
    const char *key = key_of(r, "checks", index, "id");
    if (check == NULL) {
        size_t count = check_ids(r, ids);
        config_error(r, key, is_pattern(entry->id) ? "no check matches '%s'%s" : "there is no check '%s'%s",
                     entry->id, config_suggestion(r, entry->id, ids, count, "; see 'zonevet list checks'"));
        return;
    }
    if (!said(r, "checks", index, "enabled") && !said(r, "checks", index, "severity") &&
        entry->options_count == 0)
        config_error(r, key, "the entry says nothing about %s; expected severity, enabled or options",
                     entry->id);
    if (is_pattern(entry->id) && entry->options_count > 0)
        config_error(r, key_of(r, "checks", index, "options"),
                     "options belong to one check: name it without '*'");
    if (is_pattern(entry->id))
        return;
    judge_silencing(r, check, entry, index);
    for (unsigned i = 0; i < entry->options_count; i++)
        judge_option(r, check, entry->options[i], key_of(r, key_of(r, "checks", index, "options"), i, ""));
}

static void judge_checks(struct config_reader *r)
{
    const struct config_data *d = r->config->data;
    for (unsigned i = 0; i < d->checks_count; i++) {
        for (unsigned j = 0; j < i; j++) {
            if (strcmp(d->checks[i].id, d->checks[j].id) != 0)
                continue;
            config_error(r, key_of(r, "checks", i, "id"), "'%s' stands in line %u already", d->checks[i].id,
                         config_line(r->config, key_of(r, "checks", j, "id")));
            break;
        }
        judge_check(r, &d->checks[i], i);
    }
}

/* ---- limits and gate ---- */

bool config_duration(const char *text, uint64_t *out_ms)
{
    static const struct {
        const char *unit;
        uint64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
    const uint64_t most = 3650ULL * 86400000ULL;
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 12)
        return false;
    uint64_t value = strtoull(text, NULL, 10);
    for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
        if (strcmp(text + digits, units[i].unit) == 0 && value <= most / units[i].ms) {
            *out_ms = value * units[i].ms;
            return true;
        }
    }
    return false;
}

static uint64_t read_duration(struct config_reader *r, const char *key, const char *text, uint64_t low_ms,
                              uint64_t high_ms, const char *range)
{
    uint64_t ms = 0;
    if (text == NULL)
        return 0;
    if (!config_duration(text, &ms)) {
        config_error(r, key, "'%s' is no duration; expected a number and a unit: 500ms, 3s, 30m, 2h, 90d",
                     text);
        return 0;
    }
    if (ms < low_ms || ms > high_ms)
        config_error(r, key, "'%s' is out of range: %s", text, range);
    return ms;
}

static void check_most(struct config_reader *r, const char *key, const unsigned *number, unsigned most)
{
    if (number != NULL && *number > most)
        config_error(r, key, "%u is more than %u", *number, most);
}

#define SECOND 1000ULL
#define DAY (86400ULL * SECOND)

static void judge_limits(struct config_reader *r)
{
    struct config *c = r->config;
    const struct config_limits *l = &c->data->limits;
    check_most(r, "limits.qps", l->qps, 1000000);
    check_most(r, "limits.qps_per_server", l->qps_per_server, 1000000);
    check_most(r, "limits.retries", l->retries, 10);
    c->timeout_ms =
        (uint32_t)read_duration(r, "limits.timeout", l->timeout, 50, 60 * SECOND, "from 50ms to 60s");
    c->deadline_s =
        (uint32_t)(read_duration(r, "limits.deadline", l->deadline, SECOND, 30 * DAY, "from 1s to 30d") /
                   SECOND);
    c->confirm_delay_s =
        (uint32_t)(read_duration(r, "limits.confirm_delay", l->confirm_delay, 0, DAY, "at most 1d") / SECOND);
    c->max_waiver_days = (uint32_t)(read_duration(r, "gate.max_waiver", c->data->gate.max_waiver, DAY,
                                                  3650 * DAY, "from 1d to 3650d") /
                                    DAY);
}

static void judge_gate(struct config_reader *r)
{
    const struct config_data *d = r->config->data;
    if (d->gate.new_only != NULL && *d->gate.new_only && d->baseline == NULL)
        config_note(r, "gate.new_only",
                    "needs a baseline: give the key 'baseline', or --baseline on the command line; a diff "
                    "has its old side");
}

/* ---- resolver, outputs ---- */

static void judge_resolver(struct config_reader *r)
{
    const struct config_resolver *resolver = &r->config->data->resolver;
    bool forward = resolver->mode != NULL && *resolver->mode == CONFIG_FORWARD;
    if (forward && resolver->servers_count != 1)
        config_error(r, "resolver.mode", "'forward' takes one address in 'servers', %u are given",
                     resolver->servers_count);
    if (resolver->mode == NULL && config_line(r->config, "resolver.mode") > 0)
        return; /* a word that is told already */
    if (!forward && resolver->servers_count > 0)
        config_error(r, "resolver.servers", "servers are asked only with 'mode: forward'");
    for (unsigned i = 0; i < resolver->servers_count; i++) {
        struct address address;
        if (!address_from_text(resolver->servers[i], &address))
            config_error(r, key_of(r, "resolver.servers", i, ""), "'%s' is no IP address",
                         resolver->servers[i]);
    }
}

static void judge_outputs(struct config_reader *r)
{
    const struct config_data *d = r->config->data;
    unsigned standard = 0;
    for (unsigned i = 0; i < d->outputs_count; i++) {
        const struct config_output *o = &d->outputs[i];
        check_word(r, key_of(r, "outputs", i, "format"), "report format", o->format, r->known->formats,
                   r->known->format_count, "formats");
        if (o->dialect != NULL && strcmp(o->format, "junit") != 0)
            config_error(r, key_of(r, "outputs", i, "dialect"), "only junit has dialects");
        bool to_standard = o->path != NULL ? strcmp(o->path, "-") == 0 : !said(r, "outputs", i, "path");
        if (to_standard && ++standard > 1)
            config_error(r, key_of(r, "outputs", i, "format"),
                         "only one report may use standard output; give the others a path");
    }
}

/* ---- what is not done yet ---- */

static void judge_unsupported(struct config_reader *r)
{
    const struct config_data *d = r->config->data;
    if (d->scope.include_subdomains != NULL && *d->scope.include_subdomains != CONFIG_SCOPE_KNOWN)
        config_error(r, "scope.include_subdomains",
                     "this version judges the names it knows ('known'); it can neither look for more nor "
                     "leave them out");
    if (d->scope.never_contact_count > 0)
        config_error(r, "scope.never_contact",
                     "this version cannot promise that; take the key out, and use --no-http or zone files "
                     "where nothing may be contacted");
    if (d->history.db != NULL || d->history.keep != NULL)
        config_error(r, "history", "this version keeps no history of runs; take the key out");
    if (d->notify_count > 0)
        config_error(r, "notify", "this version sends no notifications; take the key out");
    if (d->frameworks_count > 0)
        config_note(r, "frameworks",
                    "not used yet: reports show the controls of each check, whatever is listed here");
}

void config_values(struct config_reader *r)
{
    const struct config_data *d = r->config->data;
    if (d->version != 1)
        config_error(r, "version", "this program reads version 1, not %u", d->version);
    if (d->profile != NULL)
        check_word(r, "profile", "profile", d->profile, r->known->profiles, r->known->profile_count,
                   "profiles");
    judge_targets(r);
    judge_resolver(r);
    judge_limits(r);
    judge_checks(r);
    judge_gate(r);
    judge_outputs(r);
    judge_unsupported(r);
}
