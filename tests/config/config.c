/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader of the configuration: what it takes, and for what it does not take the line and the key of every
 * mistake. */
#include "auditor/config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct check_option soon_options[] = {
    {"days", "days", "3", 1, 365}, {"list", "text", "", 0, 0}, {0}};

static const struct check checks[] = {
    {.id = "a.plain", .severity = SEVERITY_HIGH},
    {.id = "a.soon", .severity = SEVERITY_HIGH, .options = soon_options},
    {.id = "b.kept", .severity = SEVERITY_HIGH, .not_ignorable = true},
};

static const dname *name(struct arena *a, const char *text, const char **error)
{
    const dname *out = NULL;
    *error = "no domain name";
    if (strchr(text, ' ') != NULL || dname_from_text(a, text, &out) != STATUS_OK)
        return NULL;
    return dname_lower(a, out);
}

static const struct check *const check_list[] = {&checks[0], &checks[1], &checks[2]};
static const char *const formats[] = {"text", "json", "junit"};
static const char *const profile_names[] = {"default", "quick"};
static const struct config_known known = {
    .checks = check_list,
    .check_count = 3,
    .formats = formats,
    .format_count = 3,
    .profiles = profile_names,
    .profile_count = 2,
    .name = name,
};

struct mistake {
    uint32_t line;
    const char *key;
};

#define MISTAKES_MAX 8

static const struct {
    const char *what, *text;
    struct mistake mistakes[MISTAKES_MAX]; /* all of them, in order of lines; a line 0 ends the list */
} rows[] = {
    {"the least", "version: 1\n", {{0}}},
    {"unknown key", "version: 1\nprofil: quick\n", {{2, ""}}},
    {"unknown key below", "version: 1\ngate:\n  fial_on: high\n", {{3, "gate"}}},
    {"key twice", "version: 1\nprofile: quick\nprofile: default\n", {{3, ""}}},
    {"no version", "profile: quick\n", {{1, ""}}},
    {"another version", "version: 2\n", {{1, "version"}}},
    {"version is a word", "version: one\n", {{1, "version"}}},
    {"a value is missing", "version: 1\nprofile:\n", {{2, "profile"}}},
    {"unknown profile", "version: 1\nprofile: quik\n", {{2, "profile"}}},
    {"list for a word", "version: 1\nprofile: [quick]\n", {{2, "profile"}}},
    {"word for a list", "version: 1\ntargets_file: domains.txt\n", {{2, "targets_file"}}},
    {"word for a mapping", "version: 1\ngate: high\n", {{2, "gate"}}},
    {"mapping for a word", "version: 1\nbaseline: {a: b}\n", {{2, "baseline"}}},
    {"unknown word", "version: 1\ngate: {fail_on: hihg}\n", {{2, "gate.fail_on"}}},
    {"no boolean", "version: 1\ngate: {new_only: perhaps}\n", {{2, "gate.new_only"}}},
    {"several at once",
     "version: 1\nprofile: x\ngate:\n  max_waiver: 3\nchecks:\n  - {id: c.none, enabled: false}\n",
     {{2, "profile"}, {4, "gate.max_waiver"}, {6, "checks[0].id"}}},
    {"keys and values at once",
     "version: 1\nprofil: x\ngate: {max_waiver: 3, fail_on: hihg}\n",
     {{2, ""}, {3, "gate.fail_on"}, {3, "gate.max_waiver"}}},
    {"number of another kind",
     "version: 1\nlimits: {qps: -1, retries: 1.5}\n",
     {{2, "limits.qps"}, {2, "limits.retries"}}},
    {"number out of range", "version: 1\nlimits: {retries: 11}\n", {{2, "limits.retries"}}},
    {"duration without unit", "version: 1\nlimits: {timeout: 3}\n", {{2, "limits.timeout"}}},
    {"duration out of range", "version: 1\nlimits: {timeout: 3h}\n", {{2, "limits.timeout"}}},
    {"durations", "version: 1\nlimits: {timeout: 500ms, deadline: 30m, confirm_delay: 0s}\n", {{0}}},
    {"no name", "version: 1\ntargets:\n  - mail: true\n", {{3, "targets[0]"}}},
    {"not a name", "version: 1\ntargets:\n  - name: a b\n", {{3, "targets[0].name"}}},
    {"a name twice", "version: 1\ntargets:\n  - name: a.test\n  - name: A.test.\n", {{4, "targets[1].name"}}},
    {"mail", "version: 1\ntargets: [{name: a.test, mail: maybe}]\n", {{2, "targets[0].mail"}}},
    {"unknown check", "version: 1\nchecks: [{id: a.plian, severity: low}]\n", {{2, "checks[0].id"}}},
    {"pattern without check", "version: 1\nchecks: [{id: \"c.*\", severity: low}]\n", {{2, "checks[0].id"}}},
    {"pattern", "version: 1\nchecks: [{id: \"a.*\", severity: low}]\n", {{0}}},
    {"a check twice",
     "version: 1\nchecks:\n  - {id: a.plain, severity: low}\n  - {id: a.plain, enabled: true}\n",
     {{4, "checks[1].id"}}},
    {"nothing said", "version: 1\nchecks: [{id: a.plain}]\n", {{2, "checks[0].id"}}},
    {"option", "version: 1\nchecks: [{id: a.soon, options: [days=5, \"list=x, y\"]}]\n", {{0}}},
    {"unknown option",
     "version: 1\nchecks: [{id: a.soon, options: [dayz=5]}]\n",
     {{2, "checks[0].options[0]"}}},
    {"option without value",
     "version: 1\nchecks: [{id: a.soon, options: [days]}]\n",
     {{2, "checks[0].options[0]"}}},
    {"option out of range",
     "version: 1\nchecks: [{id: a.soon, options: [days=0]}]\n",
     {{2, "checks[0].options[0]"}}},
    {"option is no number",
     "version: 1\nchecks: [{id: a.soon, options: [days=5d]}]\n",
     {{2, "checks[0].options[0]"}}},
    {"option of a check without",
     "version: 1\nchecks: [{id: a.plain, options: [days=5]}]\n",
     {{2, "checks[0].options[0]"}}},
    {"options of a pattern",
     "version: 1\nchecks: [{id: \"a.*\", options: [days=5]}]\n",
     {{2, "checks[0].options"}}},
    {"switched off though it must not",
     "version: 1\nchecks: [{id: b.kept, enabled: false}]\n",
     {{2, "checks[0].enabled"}}},
    {"milder though it must not",
     "version: 1\nchecks: [{id: b.kept, severity: low}]\n",
     {{2, "checks[0].severity"}}},
    {"severer", "version: 1\nchecks: [{id: b.kept, severity: critical}]\n", {{0}}},
    {"forwarder", "version: 1\nresolver: {mode: forward, servers: [192.0.2.1]}\n", {{0}}},
    {"forwarder without address", "version: 1\nresolver: {mode: forward}\n", {{2, "resolver.mode"}}},
    {"no address", "version: 1\nresolver: {mode: forward, servers: [ns1]}\n", {{2, "resolver.servers[0]"}}},
    {"servers of nobody", "version: 1\nresolver: {servers: [192.0.2.1]}\n", {{2, "resolver.servers"}}},
    {"unknown format", "version: 1\noutputs: [{format: junti, path: x}]\n", {{2, "outputs[0].format"}}},
    {"dialect of another format",
     "version: 1\noutputs: [{format: json, dialect: strict}]\n",
     {{2, "outputs[0].dialect"}}},
    {"two on standard output",
     "version: 1\noutputs:\n  - format: json\n  - format: junit\n",
     {{4, "outputs[1].format"}}},
    {"no history", "version: 1\nhistory: {db: x}\n", {{2, "history"}}},
    {"no notifications", "version: 1\nnotify:\n  - {type: webhook, on: [new]}\n", {{3, "notify"}}},
    {"no enumeration",
     "version: 1\nscope: {include_subdomains: enumerate}\n",
     {{2, "scope.include_subdomains"}}},
    {"no promise", "version: 1\nscope: {never_contact: [a.test]}\n", {{2, "scope.never_contact"}}},
    {"known names", "version: 1\nscope: {include_subdomains: known}\n", {{0}}},
    {"alias", "version: 1\nbaseline: &x a\nwaivers: *x\n", {{3, "waivers"}}},
    {"merge key", "version: 1\ngate: {<<: {fail_on: low}}\n", {{2, "gate"}}},
    {"no YAML", "version: 1\ngate: {fail_on: low\nprofile: x\n", {{3, ""}}},
    {"a tab", "version: 1\n\tprofile: x\n", {{2, ""}}},
    {"two documents", "version: 1\n---\nversion: 1\n", {{3, ""}}},
    {"nothing", "", {{1, ""}}},
    {"only comments", "# version: 1\n", {{1, ""}}},
    {"a list", "- version: 1\n", {{1, ""}}},
    {"a NUL", "version: 1\nbaseline: \"a\\0b\"\n", {{2, "baseline"}}},
};

static bool has(const struct config_problems *p, const struct mistake *m)
{
    for (size_t i = 0; i < p->count; i++) {
        if (!p->list[i].note && p->list[i].line == m->line && strcmp(p->list[i].key, m->key) == 0)
            return true;
    }
    return false;
}

static void every_mistake_has_its_place(void **state)
{
    unsigned failed = 0;
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct arena *a = arena_new(0);
        struct config *c = NULL;
        struct config_problems problems;
        size_t expected = 0;
        bool all = true;
        enum status status =
            config_parse(a, "x.yaml", rows[i].text, strlen(rows[i].text), &known, &c, &problems);
        while (expected < MISTAKES_MAX && rows[i].mistakes[expected].line > 0)
            all = has(&problems, &rows[i].mistakes[expected++]) && all;
        if (!all || problems.errors != expected || status != (expected > 0 ? STATUS_MALFORMED : STATUS_OK)) {
            failed++;
            fprintf(stderr, "%s: status %d\n", rows[i].what, (int)status);
            for (size_t n = 0; n < problems.count; n++)
                fprintf(stderr, "    %u:%u %s: %s\n", problems.list[n].line, problems.list[n].column,
                        problems.list[n].key, problems.list[n].text);
        }
        arena_free(a);
    }
    assert_int_equal(failed, 0);
}

static void values_arrive(void **state)
{
    static const char text[] =
        "version: 1\nprofile: quick\ntargets:\n  - {name: A.test, mail: false, zone: z/a.zone}\n"
        "limits: {timeout: 500ms, deadline: 30m, qps: 7}\ngate: {fail_on: never, new_only: yes, max_waiver: "
        "90d}\n"
        "checks: [{id: a.soon, severity: info, options: [days=5]}]\noutputs: [{format: junit, path: x, "
        "dialect: strict}]\n"
        "frameworks: [nist-800-53r5]\n";
    struct arena *a = arena_new(0);
    struct config *c = NULL;
    struct config_problems problems;
    (void)state;
    assert_int_equal(config_parse(a, "x.yaml", text, strlen(text), &known, &c, &problems), STATUS_OK);
    assert_string_equal(c->data->profile, "quick");
    assert_int_equal(*c->data->targets[0].mail, MAIL_NO);
    assert_true(dname_equal(c->target_names[0], (const dname *)"\1a\4test"));
    assert_int_equal(c->timeout_ms, 500);
    assert_int_equal(c->deadline_s, 1800);
    assert_int_equal(c->max_waiver_days, 90);
    assert_int_equal(*c->data->limits.qps, 7);
    assert_null(c->data->limits.retries);
    assert_int_equal(*c->data->gate.fail_on, CONFIG_FAIL_NEVER);
    assert_true(*c->data->gate.new_only);
    assert_int_equal(*c->data->checks[0].severity, SEVERITY_INFO);
    assert_string_equal(c->data->checks[0].options[0], "days=5");
    assert_int_equal(*c->data->outputs[0].dialect, 1);
    assert_int_equal(config_line(c, "targets[0].mail"), 4);
    assert_int_equal(config_line(c, "checks[0].options[0]"), 7);
    assert_int_equal(config_line(c, "gate.on_error"), 0);
    assert_int_equal(problems.errors, 0);
    assert_int_equal(problems.count, 2); /* notes: no baseline for new_only; frameworks have no effect */
    arena_free(a);
}

static void relative_paths_count_from_the_file(void **state)
{
    static const struct {
        const char *config, *path, *expected;
    } cases[] = {
        {"/etc/zonevet/config.yaml", "a/b", "/etc/zonevet/a/b"},
        {"./.zonevet.yaml", "a/b", "a/b"},
        {"x.yaml", "a/b", "a/b"},
        {"conf/x.yaml", "../b", "conf/../b"},
        {"conf/x.yaml", "/b", "/b"},
        {"conf/x.yaml", "-", "-"},
        {"../x.yaml", "b", "../b"},
    };
    struct arena *a = arena_new(0);
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_string_equal(config_relative(a, cases[i].config, cases[i].path), cases[i].expected);
    arena_free(a);
}

static void durations(void **state)
{
    uint64_t ms = 0;
    (void)state;
    assert_true(config_duration("500ms", &ms) && ms == 500);
    assert_true(config_duration("2h", &ms) && ms == 7200000);
    assert_true(config_duration("400d", &ms) && ms == 400ULL * 86400000);
    assert_false(config_duration("", &ms) || config_duration("3", &ms) || config_duration("s", &ms) ||
                 config_duration("-3s", &ms) || config_duration("3 s", &ms) ||
                 config_duration("4000d", &ms) || config_duration("99999999999999999999s", &ms) ||
                 config_duration("1w", &ms));
}

static void files_that_are_none(void **state)
{
    char folder[] = "/tmp/zonevet-config-XXXXXX";
    char path[64];
    struct arena *a = arena_new(0);
    struct config *c = NULL;
    struct config_problems problems;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/x", folder);
    assert_int_equal(config_read(a, path, &known, &c, &problems), STATUS_IO);
    assert_int_equal(problems.errors, 1);
    assert_int_equal(config_read(a, folder, &known, &c, &problems), STATUS_IO);
    assert_int_equal(config_read(a, "/dev/zero", &known, &c, &problems), STATUS_IO);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(config_read(a, path, &known, &c, &problems), STATUS_IO);
    unlink(path);
    FILE *out = fopen(path, "w");
    for (size_t i = 0; i < CONFIG_FILE_MAX; i += 16)
        fputs("# comment......\n", out);
    fputs("version: 1\n", out);
    fclose(out);
    assert_int_equal(config_read(a, path, &known, &c, &problems), STATUS_LIMIT);
    unlink(path);
    rmdir(folder);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mistake_has_its_place),
        cmocka_unit_test(values_arrive),
        cmocka_unit_test(relative_paths_count_from_the_file),
        cmocka_unit_test(durations),
        cmocka_unit_test(files_that_are_none),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
