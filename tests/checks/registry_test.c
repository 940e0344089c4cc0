/* SPDX-License-Identifier: BSD-2-Clause */
/* Every check is listed, its record is whole, and its two examples do what they say. */
#include "checks/registry.h"
#include "tests/check_test.h"

#include "auditor/engine/findings.h"
#include "auditor/facts/derived/names.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EACH_CHECK(c) \
    for (size_t t = 0; registry_topics[t] != NULL; t++) \
        for (const struct check *c = registry_topics[t]; c->id != NULL; c++)

static const char *const areas[] = {"xfr", "deleg", "soa", "dnssec", "dangling", "spf", "dmarc", "dkim",
                                    "mail", "caa", "svcb", "exposure", "server", "zone", "reg"};

static bool has_text(const char *text)
{
    return text != NULL && *text != '\0';
}

static bool area_known(const char *area)
{
    for (size_t i = 0; i < ARRAY_SIZE(areas); i++) {
        if (strcmp(areas[i], area) == 0)
            return true;
    }
    return false;
}

static void records_are_whole(void **state)
{
    unsigned wrong = 0;
    (void)state;
    EACH_CHECK(c)
    {
        bool ok = has_text(c->id) && strchr(c->id, '.') != NULL && has_text(c->area) && area_known(c->area) &&
                  has_text(c->title) && has_text(c->failure_title) && strcmp(c->title, c->failure_title) != 0 &&
                  has_text(c->why) && has_text(c->fix) && has_text(c->effort) && has_text(c->tags) &&
                  has_text(c->needs) && has_text(c->subject_kind) && has_text(c->since) && c->run != NULL &&
                  c->references[0].label != NULL && strncmp(c->references[0].url, "https://", 8) == 0 &&
                  (c->modes & MODE_BOTH) != 0 && c->confidence_lowest >= c->confidence;
        if (!ok)
            fprintf(stderr, "%s: its record has gaps\n", c->id);
        wrong += !ok;
    }
    assert_int_equal(wrong, 0);
}

static void ids_are_unique(void **state)
{
    (void)state;
    EACH_CHECK(c)
    {
        size_t same = 0;
        for (size_t u = 0; registry_topics[u] != NULL; u++) {
            for (const struct check *d = registry_topics[u]; d->id != NULL; d++)
                same += strcmp(c->id, d->id) == 0;
        }
        if (same != 1)
            fprintf(stderr, "%s stands %zu times\n", c->id, same);
        assert_int_equal(same, 1);
    }
}

/* A file of checks/ that no line of the list leads to would never run. */
static void every_file_is_listed(void **state)
{
    char list[65536];
    char path[1024];
    unsigned missing = 0;
    (void)state;
    FILE *in = fopen(SOURCE_DIR "/checks/registry.c", "r");
    assert_non_null(in);
    size_t length = fread(list, 1, sizeof(list) - 1, in);
    list[length] = '\0';
    fclose(in);
    for (size_t i = 0; i < ARRAY_SIZE(areas); i++) {
        snprintf(path, sizeof(path), SOURCE_DIR "/checks/%s", areas[i]);
        DIR *dir = opendir(path);
        for (struct dirent *e; dir != NULL && (e = readdir(dir)) != NULL;) {
            char line[300];
            char text[32768];
            size_t name = strlen(e->d_name);
            if (name < 3 || strcmp(e->d_name + name - 2, ".c") != 0)
                continue;
            snprintf(path, sizeof(path), SOURCE_DIR "/checks/%s/%s", areas[i], e->d_name);
            in = fopen(path, "r");
            assert_non_null(in);
            text[fread(text, 1, sizeof(text) - 1, in)] = '\0';
            fclose(in);
            snprintf(line, sizeof(line), "X(%.*s)", (int)(name - 2), e->d_name);
            bool topic = strstr(text, "const struct check topic_") != NULL;
            if (topic && strstr(list, line) == NULL) {
                fprintf(stderr, "checks/%s/%s is not in checks/registry.c\n", areas[i], e->d_name);
                missing++;
            }
        }
        if (dir != NULL)
            closedir(dir);
    }
    assert_int_equal(missing, 0);
}

struct example {
    const struct check *check;
    struct arena *arena;
    size_t findings, unknown;
    enum verdict verdict;
};

static void run_at(struct facts *f, struct example *x, const dname *subject)
{
    struct findings *out = findings_new(x->arena, f, x->check);
    x->verdict = evaluate(f, x->check, subject, out);
    x->findings += out->count;
    x->unknown += x->verdict == VERDICT_UNDETERMINED || x->verdict == VERDICT_SKIPPED;
}

static void run_example(struct facts *f, void *context)
{
    struct example *x = context;
    arena_reset(x->arena);
    x->findings = x->unknown = 0;
    if (x->check->scope != SCOPE_NAME) {
        run_at(f, x, facts_target(f));
        return;
    }
    const struct names *names = names_of(f, facts_target(f));
    for (size_t i = 0; i < names->count; i++)
        run_at(f, x, names->list[i].name);
}

static bool example_holds(const struct check *check, const char *text, bool fails)
{
    struct example x = {.check = check, .arena = arena_new(0)};
    struct world *w = world_new(text);
    world_settle(w, run_example, &x);
    bool holds = fails ? x.findings > 0 : x.findings == 0 && x.verdict != VERDICT_UNDETERMINED;
    if (!holds)
        fprintf(stderr, "%s: its %s example gives %zu findings\n", check->id, fails ? "failing" : "passing", x.findings);
    world_free(w);
    arena_free(x.arena);
    return holds;
}

static void examples_hold(void **state)
{
    unsigned wrong = 0;
    (void)state;
    EACH_CHECK(c)
    {
        if (c->example_pass != NULL)
            wrong += !example_holds(c, c->example_pass, false);
        if (c->example_fail != NULL)
            wrong += !example_holds(c, c->example_fail, true);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_whole),
        cmocka_unit_test(ids_are_unique),
        cmocka_unit_test(every_file_is_listed),
        cmocka_unit_test(examples_hold),
    };
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
