/* SPDX-License-Identifier: BSD-2-Clause */
/* zonevet config show: every effective value and where it came from. */
#include "auditor/commands/config.h"

#include "auditor/base/text.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_WIDTH 28
#define VALUE_WIDTH 34

/* "default", "profile strict", "FILE:12", "ZONEVET_OPTS", "command line" */
static const char *origin_text(const struct options *o, enum from from, const char *key)
{
    switch (from) {
    case FROM_PROFILE:
        return arena_printf(o->arena, "profile %s", o->profile->name);
    case FROM_FILE:
        return arena_printf(o->arena, "%s:%u", o->config->path, config_line(o->config, key));
    case FROM_ENVIRONMENT:
        return "ZONEVET_OPTS";
    case FROM_COMMAND_LINE:
        return "command line";
    default:
        return "default";
    }
}

static void row(const struct options *o, const char *key, const char *value, const char *origin)
{
    const char *shown = value != NULL ? text_gate(o->arena, value, strlen(value), 1000) : "-";
    printf("%-*s %-*s %s\n", KEY_WIDTH, key, VALUE_WIDTH, shown, origin != NULL ? origin : "");
}

static void option_row(const struct options *o, const char *key, const char *option, const char *value)
{
    row(o, key, value, origin_text(o, options_from(o, option), key));
}

static const char *number(const struct options *o, unsigned long value, const char *unit)
{
    return arena_printf(o->arena, "%lu%s", value, unit);
}

static const char *yes_no(bool value)
{
    return value ? "true" : "false";
}

/* ---- the parts ---- */

static void show_gate(const struct options *o)
{
    option_row(o, "gate.fail_on", "fail-on", o->fail_never ? "never" : severity_text(o->fail_on));
    option_row(o, "gate.min_confidence", "min-confidence", confidence_text(o->min_confidence));
    option_row(o, "gate.on_error", "on-error", o->error_ignore ? "ignore" : "fail");
    option_row(o, "gate.new_only", "new-only", yes_no(o->new_only));
    row(o, "gate.max_waiver", o->max_waiver_days > 0 ? number(o, o->max_waiver_days, "d") : "180d",
        origin_text(o, o->max_waiver_days > 0 ? FROM_FILE : FROM_DEFAULT, "gate.max_waiver"));
    option_row(o, "baseline", "baseline", o->baseline);
    option_row(o, "waivers", "waivers", o->waivers);
}

static void show_network(const struct options *o)
{
    option_row(o, "resolver.mode", "resolver", o->resolver != NULL ? "forward" : "iterative");
    if (o->resolver != NULL)
        row(o, "resolver.servers", o->resolver,
            origin_text(o, options_from(o, "resolver"), "resolver.servers"));
    row(o, "resolver.ipv6", yes_no(!o->only_ipv4), origin_text(o, options_from(o, "ipv4"), "resolver.ipv6"));
    option_row(o, "limits.qps", "qps", o->qps > 0 ? number(o, o->qps, "") : "no limit");
    option_row(o, "limits.qps_per_server", "qps-per-server",
               o->qps_per_server > 0 ? number(o, o->qps_per_server, "") : "no limit");
    option_row(o, "limits.timeout", "timeout", o->timeout_ms > 0 ? number(o, o->timeout_ms, "ms") : "3000ms");
    option_row(o, "limits.retries", "retries", number(o, o->retries, ""));
    option_row(o, "limits.deadline", "deadline", o->deadline_s > 0 ? number(o, o->deadline_s, "s") : "none");
    option_row(o, "limits.confirm_delay", "confirm-delay", number(o, o->confirm_delay_s, "s"));
    option_row(o, "(--no-http)", "no-http", yes_no(o->no_http));
    row(o, "scope.include_subdomains", "known",
        origin_text(o,
                    o->config != NULL && config_line(o->config, "scope.include_subdomains") > 0
                        ? FROM_FILE
                        : FROM_DEFAULT,
                    "scope.include_subdomains"));
}

static const char *key_at(const struct options *o, const char *list, unsigned index, const char *member)
{
    return arena_printf(o->arena, "%s[%u]%s%s", list, index, *member != '\0' ? "." : "", member);
}

static void show_targets(const struct options *o)
{
    static const char *const mails[] = {"auto", "true", "false"};
    const struct config_data *d = o->config != NULL ? o->config->data : NULL;
    bool one_mail = options_from(o, "mail") >= FROM_ENVIRONMENT;
    if (one_mail)
        option_row(o, "targets[*].mail", "mail", mails[o->mail]);
    for (unsigned i = 0; d != NULL && i < d->targets_count; i++) {
        const struct config_target *t = &d->targets[i];
        const char *name = key_at(o, "targets", i, "name");
        const char *mail = key_at(o, "targets", i, "mail");
        const char *zone = key_at(o, "targets", i, "zone");
        row(o, name, t->name, origin_text(o, FROM_FILE, name));
        if (!one_mail)
            row(o, mail, mails[t->mail != NULL ? *t->mail : MAIL_AUTO],
                origin_text(o, t->mail != NULL ? FROM_FILE : FROM_DEFAULT, mail));
        if (t->zone != NULL)
            row(o, zone, config_relative(o->arena, o->config->path, t->zone),
                origin_text(o, FROM_FILE, zone));
    }
    for (unsigned i = 0; d != NULL && i < d->targets_file_count; i++) {
        const char *key = key_at(o, "targets_file", i, "");
        row(o, key, config_relative(o->arena, o->config->path, d->targets_file[i]),
            origin_text(o, FROM_FILE, key));
    }
}

/* Where the last word about a check was said; NULL: by the profile. */
static const char *entry_origin(const struct options *o, const char *check, const char *member)
{
    const struct config_data *d = o->config != NULL ? o->config->data : NULL;
    const char *found = NULL;
    for (unsigned i = 0; d != NULL && i < d->checks_count; i++) {
        const char *key = key_at(o, "checks", i, member);
        if (config_line(o->config, key) > 0 && fnmatch(d->checks[i].id, check, 0) == 0)
            found = origin_text(o, FROM_FILE, key);
    }
    return found != NULL ? found : origin_text(o, FROM_PROFILE, "");
}

static const char *option_origin(const struct options *o, const struct check_setting *set)
{
    const struct config_data *d = o->config != NULL ? o->config->data : NULL;
    size_t length = strlen(set->name);
    for (unsigned i = 0; d != NULL && i < d->checks_count; i++) {
        for (unsigned n = 0; strcmp(d->checks[i].id, set->check) == 0 && n < d->checks[i].options_count;
             n++) {
            const char *text = d->checks[i].options[n];
            if (strncmp(text, set->name, length) == 0 && text[length] == '=')
                return origin_text(o, FROM_FILE, key_at(o, key_at(o, "checks", i, "options"), n, ""));
        }
    }
    return origin_text(o, FROM_PROFILE, "");
}

static void show_checks(const struct options *o)
{
    for (size_t i = 0; i < o->policies_count; i++) {
        const struct check_policy *p = &o->policies[i];
        if (p->severity != NULL)
            row(o, p->check, arena_printf(o->arena, "severity %s", p->severity),
                entry_origin(o, p->check, "severity"));
        if (p->disabled)
            row(o, p->check, "enabled false", entry_origin(o, p->check, "enabled"));
    }
    for (size_t i = 0; i < o->check_options_count; i++) {
        const struct check_setting *s = &o->check_options[i];
        row(o, s->check, arena_printf(o->arena, "%s=%s", s->name, s->value), option_origin(o, s));
    }
}

static const char *dialect_origin(const struct options *o)
{
    const struct config_data *d = o->config != NULL ? o->config->data : NULL;
    const char *key = "";
    for (unsigned i = 0; d != NULL && i < d->outputs_count; i++) {
        if (d->outputs[i].dialect != NULL)
            key = key_at(o, "outputs", i, "dialect");
    }
    return origin_text(o, options_from(o, "junit-dialect"), key);
}

static void show_outputs(const struct options *o)
{
    enum from from = options_from(o, "output");
    for (size_t i = 0; i < o->output_count; i++) {
        const struct output_wish *w = &o->outputs[i];
        const char *key = key_at(o, "outputs", (unsigned)i, "");
        const char *origin = w->line > 0 ? arena_printf(o->arena, "%s:%u", o->config->path, w->line)
                                         : origin_text(o, from, key);
        row(o, key, arena_printf(o->arena, "%s=%s", w->format->name, w->path != NULL ? w->path : "-"),
            origin);
    }
    if (o->output_count == 0)
        row(o, "outputs", "text=-", "default");
    row(o, "(--junit-dialect)", o->report.junit_dialect == JUNIT_STRICT ? "strict" : "common",
        dialect_origin(o));
}

/* Keys that stand in the file and have no effect: nobody shall believe they had. */
static void show_unused(const struct options *o)
{
    struct config_problems problems;
    struct config *again = NULL;
    const struct config_known known = config_known(o->arena);
    if (o->config == NULL || config_read(o->arena, o->config->path, &known, &again, &problems) != STATUS_OK)
        return;
    for (size_t i = 0; i < problems.count; i++) {
        if (problems.list[i].note)
            row(o, problems.list[i].key, "(note)",
                arena_printf(o->arena, "%s:%u: %s", o->config->path, problems.list[i].line,
                             problems.list[i].text));
    }
}

int config_show(struct options *o)
{
    const char *from;
    if (o->arguments.count > 1) {
        complain("config show takes no argument but options; -c FILE names a configuration");
        return EXIT_USAGE;
    }
    const char *path = config_find(o, &from);
    int code = config_use(o);
    if (code != -1)
        return code;
    const char *variable = getenv("ZONEVET_OPTS");
    row(o, "configuration", path != NULL ? path : "none", path != NULL ? from : "no file was found");
    if (variable != NULL && *variable != '\0')
        row(o, "ZONEVET_OPTS", variable, "environment");
    option_row(o, "profile", "profile", o->profile->name);
    show_targets(o);
    show_network(o);
    show_gate(o);
    show_checks(o);
    show_outputs(o);
    show_unused(o);
    return EXIT_PASSED;
}
