/* SPDX-License-Identifier: BSD-2-Clause */
/* What stands behind options: words, numbers, durations, reports. Every error names the option and what it takes. */
#define _GNU_SOURCE
#include "auditor/commands/option_values.h"

#include "auditor/commands/report_options.h"

#include <stdlib.h>
#include <string.h>

static error_t one_of(struct argp_state *state, const char *option, const char *typed, const char *const *words,
                      size_t count, size_t *index)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], typed) == 0) {
            *index = i;
            return 0;
        }
    }
    const char *near = nearest(typed, words, count);
    if (near != NULL)
        OPTION_REFUSE(state, "--%s: '%s' is not known; did you mean '%s'?", option, typed, near);
    struct buf all = BUF_INIT(4096);
    for (size_t i = 0; i < count; i++)
        buf_printf(&all, "%s%s", i > 0 ? ", " : "", words[i]);
    argp_error(state, "--%s: '%s' is not known; it takes %s", option, typed, buf_text(&all));
    buf_free(&all);
    return EINVAL;
}

static error_t read_number(struct argp_state *state, const char *option, const char *text, unsigned long low,
                           unsigned long high, unsigned long *out)
{
    char *end = NULL;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value < low || value > high)
        OPTION_REFUSE(state, "--%s: '%s' is not a whole number from %lu to %lu", option, text, low, high);
    *out = value;
    return 0;
}

/* "500ms", "3s", "5m", "2h"; the result in milliseconds. */
static error_t read_duration(struct argp_state *state, const char *option, const char *text, unsigned long *out_ms)
{
    static const struct {
        const char *unit;
        unsigned long ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
    char *end = NULL;
    unsigned long value = strtoul(text, &end, 10);
    for (size_t i = 0; i < ARRAY_SIZE(units) && text[0] >= '0' && text[0] <= '9'; i++) {
        if (strcmp(end, units[i].unit) == 0 && value <= 4000000000UL / units[i].ms) {
            *out_ms = value * units[i].ms;
            return 0;
        }
    }
    OPTION_REFUSE(state, "--%s: '%s' is no duration; expected a number and a unit: 500ms, 3s, 5m, 2h", option, text);
}

static error_t read_output(struct argp_state *state, struct options *o, const char *text)
{
    const char *names[32];
    size_t count = 0;
    const char *equals = strchr(text, '=');
    const char *name = arena_strndup(o->arena, text, equals != NULL ? (size_t)(equals - text) : strlen(text));
    const struct report_format *format = report_find(name);
    for (; count < ARRAY_SIZE(names) && report_formats[count] != NULL; count++)
        names[count] = report_formats[count]->name;
    size_t index = 0;
    if (format == NULL)
        return one_of(state, "output", name, names, count, &index);
    if (o->output_count == ARRAY_SIZE(o->outputs))
        OPTION_REFUSE(state, "--output: at most %zu reports", ARRAY_SIZE(o->outputs));
    const char *path = equals != NULL && strcmp(equals + 1, "-") != 0 ? equals + 1 : NULL;
    if (path != NULL && *path == '\0')
        OPTION_REFUSE(state, "--output %s=: a path was expected", name);
    for (size_t i = 0; path == NULL && i < o->output_count; i++) {
        if (o->outputs[i].path == NULL)
            OPTION_REFUSE(state, "--output: only one report may use standard output");
    }
    o->outputs[o->output_count++] = (struct output_wish){.format = format, .path = path};
    return 0;
}

static error_t read_when(struct argp_state *state, const char *option, const char *text, int *out)
{
    static const char *const words[] = {"never", "always", "auto"};
    static const int values[] = {0, 1, -1};
    size_t index = 0;
    error_t error = one_of(state, option, text, words, ARRAY_SIZE(words), &index);
    if (error == 0)
        *out = values[index];
    return error;
}

static error_t read_port(struct argp_state *state, const char *option, const char *text, uint16_t *out)
{
    unsigned long value = 0;
    error_t error = read_number(state, option, text, 1, 65535, &value);
    *out = (uint16_t)value;
    return error;
}

static error_t read_gate(struct argp_state *state, struct options *o, int key, const char *text)
{
    static const char *const severities[] = {"low", "medium", "high", "critical", "never"};
    static const char *const confidences[] = {"confirmed", "likely", "possible"};
    static const char *const errors[] = {"fail", "ignore"};
    size_t index = 0;
    error_t error;
    if (key == KEY_FAIL_ON) {
        error = one_of(state, "fail-on", text, severities, ARRAY_SIZE(severities), &index);
        o->fail_never = index == 4;
        o->fail_on = index < 4 ? (enum severity)(index + SEVERITY_LOW) : SEVERITY_CRITICAL;
    } else if (key == KEY_CONFIDENCE) {
        error = one_of(state, "min-confidence", text, confidences, ARRAY_SIZE(confidences), &index);
        o->min_confidence = (enum confidence)index;
    } else {
        error = one_of(state, "on-error", text, errors, ARRAY_SIZE(errors), &index);
        o->error_ignore = index == 1;
    }
    return error;
}

static error_t read_limits(struct argp_state *state, struct options *o, int key, const char *text)
{
    unsigned long value = 0;
    error_t error = 0;
    switch (key) {
    case KEY_QPS:
        error = read_number(state, "qps", text, 0, 1000000, &value);
        o->qps = (unsigned)value;
        return error;
    case KEY_QPS_SERVER:
        error = read_number(state, "qps-per-server", text, 0, 1000000, &value);
        o->qps_per_server = (unsigned)value;
        return error;
    case KEY_RETRIES:
        error = read_number(state, "retries", text, 0, 10, &value);
        o->retries = (unsigned)value;
        return error;
    case KEY_TIMEOUT:
        error = read_duration(state, "timeout", text, &value);
        if (error == 0 && (value < 50 || value > 60000))
            OPTION_REFUSE(state, "--timeout: from 50ms to 60s");
        o->timeout_ms = (unsigned)value;
        return error;
    case KEY_DEADLINE:
        error = read_duration(state, "deadline", text, &value);
        o->deadline_s = (unsigned)(value / 1000);
        if (error == 0 && o->deadline_s == 0)
            OPTION_REFUSE(state, "--deadline: at least 1s");
        return error;
    case KEY_DELAY:
        error = read_duration(state, "confirm-delay", text, &value);
        o->confirm_delay_s = (uint32_t)(value / 1000);
        return error;
    case 'j':
        error = read_number(state, "jobs", text, 1, 256, &value);
        o->jobs = (unsigned)value;
        return error;
    case KEY_WIDTH:
        error = read_number(state, "width", text, 40, 10000, &value);
        o->report.width = (unsigned)value;
        return error;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t read_words(struct argp_state *state, struct options *o, int key, const char *text)
{
    static const char *const mails[] = {"auto", "yes", "no"};
    static const char *const severities[] = {"info", "low", "medium", "high", "critical"};
    static const char *const dialects[] = {"common", "strict"};
    static const char *const inputs[] = {"auto", "zonefile", "octodns", "terraform", "route53", "cloudflare", "dnscontrol"};
    size_t index = 0;
    error_t error = 0;
    switch (key) {
    case KEY_MAIL:
        error = one_of(state, "mail", text, mails, ARRAY_SIZE(mails), &index);
        o->mail = (enum mail_use)index;
        return error;
    case KEY_DIALECT:
        error = one_of(state, "junit-dialect", text, dialects, ARRAY_SIZE(dialects), &index);
        o->report.junit_dialect = (enum junit_dialect)index;
        return error;
    case KEY_INPUT:
        error = one_of(state, "input-format", text, inputs, ARRAY_SIZE(inputs), &index);
        if (error == 0)
            (void)input_format_from_text(inputs[index], &o->input_format);
        return error;
    case KEY_MAX_SEVERITY:
        error = one_of(state, "max-severity", text, severities, ARRAY_SIZE(severities), &index);
        o->max_severity = (enum severity)index;
        return error;
    case KEY_CHECK:
        return words_add(o->arena, &o->checks, text) ? 0 : ENOMEM;
    case KEY_SKIP:
        return words_add(o->arena, &o->skips, text) ? 0 : ENOMEM;
    case KEY_PUBLIC:
        return words_add(o->arena, &o->as_public, text) ? 0 : ENOMEM;
    case KEY_NS:
        return words_add(o->arena, &o->ns, text) ? 0 : ENOMEM;
    case KEY_DS:
        return words_add(o->arena, &o->ds, text) ? 0 : ENOMEM;
    case KEY_OWNED:
        return words_add(o->arena, &o->owned, text) ? 0 : ENOMEM;
    case KEY_COLOR:
        return read_when(state, "color", text, &o->color);
    case KEY_PROGRESS:
        return read_when(state, "progress", text, &o->progress);
    case KEY_DNS_PORT:
        return read_port(state, "dns-port", text, &o->dns_port);
    case KEY_HTTP_PORT:
        return read_port(state, "http-port", text, &o->http_port);
    case KEY_HTTPS_PORT:
        return read_port(state, "https-port", text, &o->https_port);
    case KEY_FAIL_ON:
    case KEY_CONFIDENCE:
    case KEY_ON_ERROR:
        return read_gate(state, o, key, text);
    default:
        return read_limits(state, o, key, text);
    }
}

/* Options that only take a text or set a flag. */
static bool read_plain(struct options *o, int key, char *text)
{
    const struct {
        int key;
        const char **to;
    } texts[] = {
        {KEY_AREAS, &o->areas}, {KEY_RESOLVER, &o->resolver}, {KEY_HINTS, &o->root_hints},
        {KEY_ANCHOR, &o->trust_anchor}, {KEY_CA, &o->ca_file}, {KEY_TARGETS, &o->targets_file},
        {KEY_NAMES, &o->names_file}, {KEY_TSIG, &o->tsig_file}, {KEY_IGNORE, &o->ignore_file},
        {KEY_FINGERPRINTS, &o->fingerprints}, {KEY_CONTACT, &o->contact}, {KEY_RECORD, &o->record},
        {KEY_REPLAY, &o->replay}, {KEY_ORIGIN, &o->origin}, {KEY_OLD, &o->old}, {KEY_NOW, &o->now}, {KEY_IP, &o->ip},
        {KEY_HELO, &o->helo}, {KEY_FROM, &o->from}, {KEY_BASELINE, &o->baseline}, {KEY_WAIVERS, &o->waivers},
        {'c', &o->config_file}, {'p', &o->profile_name}, {KEY_FROM_DOMAINS, &o->from_domains},
        {KEY_TARGET, &o->target}, {KEY_SUBJECT, &o->subject}, {KEY_DISCRIMINATOR, &o->discriminator},
        {KEY_REASON, &o->reason}, {KEY_OWNER, &o->owner}, {KEY_EXPIRES, &o->expires}, {KEY_ID, &o->waiver_id},
        {KEY_FINDING, &o->finding},
    };
    const struct {
        int key;
        bool *to;
    } flags[] = {
        {KEY_NO_HTTP, &o->no_http}, {KEY_AUTHORITATIVE, &o->authoritative_only}, {'4', &o->only_ipv4},
        {'6', &o->only_ipv6}, {KEY_PRIVATE, &o->allow_private}, {KEY_EXIT_ZERO, &o->exit_zero},
        {KEY_JUNIT_GATE, &o->report.junit_gate}, {'n', &o->dry_run}, {KEY_NEW_ONLY, &o->new_only},
        {KEY_STRICT_WAIVERS, &o->strict_waivers}, {KEY_NO_CONFIG, &o->no_config}, {KEY_FORCE, &o->force},
        {KEY_LIVE, &o->live},
    };
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        if (texts[i].key == key) {
            *texts[i].to = text;
            return true;
        }
    }
    for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
        if (flags[i].key == key) {
            *flags[i].to = true;
            return true;
        }
    }
    return false;
}

static error_t read_report(struct argp_state *state, struct options *o, int key, const char *text)
{
    static const char *const levels[] = {"auto", "error", "warning", "note"};
    size_t index = 0;
    unsigned long value = 0;
    const char *wrong = NULL;
    error_t error = 0;
    switch (key) {
    case KEY_ANCHOR_FILE:
        if (*text == '\0')
            OPTION_REFUSE(state, "--sarif-anchor: a path was expected");
        o->report.anchor = text;
        return 0;
    case KEY_SARIF_LEVEL:
        error = one_of(state, "sarif-max-level", text, levels, ARRAY_SIZE(levels), &index);
        o->report.sarif_max = (enum sarif_level)index;
        return error;
    case KEY_MARKDOWN_LIMIT:
        error = read_number(state, "markdown-limit", text, 2000, 16UL << 20, &value);
        o->report.markdown_limit = value;
        return error;
    case KEY_CSV_BOM:
        o->report.csv_bom = true;
        return 0;
    default:
        wrong = report_changed_files(o->arena, text, &o->report);
        if (wrong != NULL)
            OPTION_REFUSE(state, "--changed-files: %s", wrong);
        return 0;
    }
}

error_t option_value(struct argp_state *state, struct options *o, int key, char *text)
{
    if (key == 'o')
        return read_output(state, o, text);
    if (key >= KEY_ANCHOR_FILE && key <= KEY_CHANGED_FILES)
        return read_report(state, o, key, text);
    if (key == 'q' || key == 'v') {
        o->report.verbosity = key == 'q' ? -1 : 1;
        return 0;
    }
    if (read_plain(o, key, text))
        return 0;
    return read_words(state, o, key, text);
}
