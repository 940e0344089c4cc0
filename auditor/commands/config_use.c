/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration file of a command: found, read, and put under what the command line says. */
#include "auditor/commands/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_HERE "./.zonevet.yaml"
#define FILE_SYSTEM "/etc/zonevet/config.yaml"

void config_complain(const char *path, const struct config_problems *problems, bool notes)
{
    for (size_t i = 0; i < problems->count; i++) {
        const struct config_problem *p = &problems->list[i];
        char place[32] = "";
        if (p->note && !notes)
            continue;
        if (p->line > 0)
            snprintf(place, sizeof(place), ":%u:%u", p->line, p->column);
        complain("%s%s: %s%s%s%s", path, place, p->note ? "note: " : "", p->key, *p->key != '\0' ? ": " : "",
                 p->text);
    }
    if (problems->errors > CONFIG_PROBLEMS_MAX)
        complain("%s: and %zu more errors", path, problems->errors - CONFIG_PROBLEMS_MAX);
}

/* ---- finding ---- */

static const char *user_file(struct arena *a)
{
    const char *folder = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    if (folder != NULL && folder[0] == '/')
        return arena_printf(a, "%s/zonevet/config.yaml", folder);
    if (home != NULL && home[0] == '/')
        return arena_printf(a, "%s/.config/zonevet/config.yaml", home);
    return NULL;
}

const char *config_find(const struct options *o, const char **from)
{
    const char *variable = getenv("ZONEVET_CONFIG");
    const char *const places[] = {FILE_HERE, user_file(o->arena), FILE_SYSTEM};
    *from = "found";
    if (o->config_file != NULL &&
        (!o->no_config || options_from(o, "no-config") < options_from(o, "config"))) {
        *from = options_from(o, "config") == FROM_ENVIRONMENT ? "ZONEVET_OPTS" : "command line";
        return o->config_file;
    }
    if (o->no_config)
        return NULL;
    if (variable != NULL && *variable != '\0') {
        *from = "ZONEVET_CONFIG";
        return variable;
    }
    for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
        if (places[i] != NULL && access(places[i], F_OK) == 0)
            return places[i];
    }
    return NULL;
}

static int read_file(struct options *o)
{
    const char *from;
    const char *path = config_find(o, &from);
    struct config_problems problems;
    struct config *config = NULL;
    if (path == NULL)
        return -1;
    const struct config_known known = config_known(o->arena);
    enum status status = config_read(o->arena, path, &known, &config, &problems);
    config_complain(path, &problems, o->report.verbosity > 0);
    if (status == STATUS_NOMEM)
        complain("out of memory");
    if (status != STATUS_OK)
        return status == STATUS_NOMEM ? EXIT_TROUBLE : EXIT_USAGE;
    if (o->report.verbosity > 0)
        complain("configuration: %s", path);
    o->config = config;
    return -1;
}

static int choose_profile(struct options *o)
{
    const struct config_known known = config_known(o->arena);
    if (o->profile_name == NULL && o->config != NULL && o->config->data->profile != NULL) {
        o->profile_name = o->config->data->profile;
        options_set_from(o, "profile", FROM_FILE);
    }
    o->profile = profile_find(o->profile_name != NULL ? o->profile_name : profiles[0].name);
    if (o->profile != NULL)
        return -1;
    const char *near = nearest(o->profile_name, known.profiles, known.profile_count);
    complain("--profile: there is no profile '%s'%s%s%s", o->profile_name,
             near != NULL ? "; did you mean '" : "", near != NULL ? near : "; see 'zonevet list profiles'",
             near != NULL ? "'?" : "");
    return EXIT_USAGE;
}

/* ---- values under the command line's ---- */

/* What the user typed, and what ZONEVET_OPTS says, wins. */
static bool may_set(struct options *o, const char *option)
{
    if (options_from(o, option) >= FROM_ENVIRONMENT)
        return false;
    options_set_from(o, option, FROM_FILE);
    return true;
}

static void apply_profile(struct options *o)
{
    const struct profile *p = o->profile;
    if (options_from(o, "fail-on") < FROM_ENVIRONMENT && o->fail_on != p->fail_on) {
        o->fail_on = p->fail_on;
        options_set_from(o, "fail-on", FROM_PROFILE);
    }
    if (options_from(o, "min-confidence") < FROM_ENVIRONMENT && o->min_confidence != p->min_confidence) {
        o->min_confidence = p->min_confidence;
        options_set_from(o, "min-confidence", FROM_PROFILE);
    }
    if (p->no_http && !o->no_http) {
        o->no_http = true;
        options_set_from(o, "no-http", FROM_PROFILE);
    }
}

static void apply_gate(struct options *o)
{
    const struct config_data *d = o->config->data;
    if (d->gate.fail_on != NULL && may_set(o, "fail-on")) {
        o->fail_never = *d->gate.fail_on == CONFIG_FAIL_NEVER;
        o->fail_on = o->fail_never ? SEVERITY_CRITICAL : (enum severity) * d->gate.fail_on;
    }
    if (d->gate.min_confidence != NULL && may_set(o, "min-confidence"))
        o->min_confidence = *d->gate.min_confidence;
    if (d->gate.on_error != NULL && may_set(o, "on-error"))
        o->error_ignore = *d->gate.on_error == 1;
    if (d->gate.new_only != NULL && may_set(o, "new-only"))
        o->new_only = *d->gate.new_only;
    if (d->baseline != NULL && may_set(o, "baseline"))
        o->baseline = config_relative(o->arena, o->config->path, d->baseline);
    if (d->waivers != NULL && may_set(o, "waivers"))
        o->waivers = config_relative(o->arena, o->config->path, d->waivers);
    o->max_waiver_days = o->config->max_waiver_days;
}

static void apply_network(struct options *o)
{
    const struct config *c = o->config;
    const struct config_resolver *r = &c->data->resolver;
    const struct config_limits *l = &c->data->limits;
    if (r->mode != NULL && *r->mode == CONFIG_FORWARD && may_set(o, "resolver"))
        o->resolver = r->servers[0];
    if (r->ipv6 != NULL && !*r->ipv6 && options_from(o, "ipv6") < FROM_ENVIRONMENT && may_set(o, "ipv4"))
        o->only_ipv4 = true;
    if (l->qps != NULL && may_set(o, "qps"))
        o->qps = *l->qps;
    if (l->qps_per_server != NULL && may_set(o, "qps-per-server"))
        o->qps_per_server = *l->qps_per_server;
    if (l->retries != NULL && may_set(o, "retries"))
        o->retries = *l->retries;
    if (l->timeout != NULL && may_set(o, "timeout"))
        o->timeout_ms = c->timeout_ms;
    if (l->deadline != NULL && may_set(o, "deadline"))
        o->deadline_s = c->deadline_s;
    if (l->confirm_delay != NULL && may_set(o, "confirm-delay"))
        o->confirm_delay_s = c->confirm_delay_s;
}

/* Reports of one record or one question are not the reports of the organisation. */
static void apply_outputs(struct options *o)
{
    const struct config_data *d = o->config->data;
    bool judges = options_take(o->command, "output") && o->command != COMMAND_LINT;
    if (!judges || options_from(o, "output") >= FROM_ENVIRONMENT)
        return;
    for (unsigned i = 0; i < d->outputs_count && o->output_count < ARRAY_SIZE(o->outputs); i++) {
        const struct config_output *w = &d->outputs[i];
        bool standard = w->path == NULL || strcmp(w->path, "-") == 0;
        const char *key = arena_printf(o->arena, "outputs[%u]", i);
        o->outputs[o->output_count++] = (struct output_wish){
            .format = report_find(w->format),
            .path = standard ? NULL : config_relative(o->arena, o->config->path, w->path),
            .line = key != NULL ? config_line(o->config, key) : 0,
        };
        if (w->dialect != NULL && may_set(o, "junit-dialect"))
            o->report.junit_dialect = (enum junit_dialect) * w->dialect;
    }
}

/* Zones of the targets stand in for the arguments of `zone`. */
static int apply_zones(struct options *o)
{
    const struct config_data *d = o->config->data;
    if (o->command != COMMAND_ZONE || o->arguments.count > 0)
        return -1;
    for (unsigned i = 0; i < d->targets_count; i++) {
        if (d->targets[i].zone == NULL)
            continue;
        const char *path = config_relative(o->arena, o->config->path, d->targets[i].zone);
        if (path == NULL || !words_add(o->arena, &o->arguments, path))
            return EXIT_TROUBLE;
    }
    return -1;
}

int config_use(struct options *o)
{
    int code = read_file(o);
    if (code == -1)
        code = choose_profile(o);
    if (code != -1)
        return code;
    apply_profile(o);
    if (o->config != NULL) {
        apply_gate(o);
        apply_network(o);
        apply_outputs(o);
        code = apply_zones(o);
    }
    return code == -1 ? config_apply_checks(o) : code;
}

const dname *config_origin(const struct options *o, const char *zone_path)
{
    const struct config_data *d = o->config != NULL ? o->config->data : NULL;
    for (unsigned i = 0; d != NULL && i < d->targets_count; i++) {
        if (d->targets[i].zone == NULL)
            continue;
        const char *path = config_relative(o->arena, o->config->path, d->targets[i].zone);
        if (path != NULL && strcmp(path, zone_path) == 0)
            return o->config->target_names[i];
    }
    return NULL;
}
