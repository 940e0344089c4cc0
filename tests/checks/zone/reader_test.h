/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks that tell what the reader met are tested over the text of a file: worlds hold records that were
 * read. Every case runs twice, the second time with its lines moved: findings must keep what tells them
 * apart. */
#ifndef ZONEVET_TESTS_CHECKS_ZONE_READER_TEST_H
#define ZONEVET_TESTS_CHECKS_ZONE_READER_TEST_H

#include "tests/check_test.h"

#include "auditor/engine/findings.h"
#include "auditor/facts/offline.h"
#include "auditor/facts/zonefile.h"

#include <string.h>

#define READER_HEAD                                                                                          \
    "$ORIGIN example.test.\n$TTL 3600\n@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n@ NS ns1\nns1 A "      \
    "192.0.2.1\n"
#define READER_HEAD_LINES 5

struct reader_case {
    const char *name, *id;
    const char *text; /* behind READER_HEAD, or a whole file if it begins with its $ORIGIN */
    enum verdict expected;
    const char *places; /* "line.column" of every finding in the order of the file, lines behind the head from
                           1; "-" if it has none */
    const char *subjects;   /* of the findings, or NULL: not compared */
    const char *severities; /* or NULL */
};

struct reader_run {
    struct arena *arena;
    struct zonefile file;
    struct facts *facts;
    struct findings *out;
    enum verdict verdict;
    struct zone_set set;
    const struct zone *list[1];
    struct offline offline;
    struct settings settings;
};

static inline const struct check *reader_check(const struct check *topic, const char *id)
{
    for (; topic->id != NULL; topic++) {
        if (strcmp(topic->id, id) == 0)
            return topic;
    }
    fail_msg("no check %s", id);
    return NULL;
}

static inline void reader_begin(struct reader_run *r, const struct check *check, const char *text,
                                const struct check_setting *setting)
{
    const struct zonefile_options options = {0};
    const char *error = NULL;
    *r = (struct reader_run){.arena = arena_new(0)};
    assert_int_equal(zonefile_parse(r->arena, text, strlen(text), &options, &r->file, &error), STATUS_OK);
    r->settings = (struct settings){.options = setting, .options_count = setting != NULL ? 1 : 0};
    r->list[0] = r->file.zone;
    r->offline = (struct offline){.zones = r->list, .count = 1};
    r->set = (struct zone_set){.zones = r->list, .count = 1};
    const struct facts_options fo = {.target = r->file.apex,
                                     .settings = &r->settings,
                                     .zone = r->file.zone,
                                     .zone_errors = r->file.errors,
                                     .zone_error_count = r->file.error_count,
                                     .source = offline_source(&r->offline),
                                     .zones = &r->set};
    r->facts = facts_new(&fo);
    facts_run_begin(r->facts, r->arena);
    r->out = findings_new(r->arena, r->facts, check);
    r->verdict = evaluate(r->facts, check, r->file.apex, r->out);
}

static inline void reader_end(struct reader_run *r)
{
    facts_free(r->facts);
    zone_free(r->file.zone);
    arena_free(r->arena);
}

static inline const char *reader_word(struct arena *a, const char *list, const char *word)
{
    return *list == '\0' ? word : arena_printf(a, "%s %s", list, word);
}

static inline bool reader_whole(const struct reader_case *c)
{
    return strncmp(c->text, "$ORIGIN example.test.", 21) == 0;
}

static inline void reader_compare(const struct reader_case *c, struct reader_run *r)
{
    const char *places = "";
    const char *subjects = "";
    const char *severities = "";
    const unsigned head = reader_whole(c) ? 0 : READER_HEAD_LINES;
    for (size_t i = 0; i < r->out->count; i++) {
        const struct finding *found = &r->out->entries[i]->finding;
        const struct location *l = found->location;
        places = reader_word(r->arena, places,
                             l == NULL ? "-" : arena_printf(r->arena, "%u.%u", l->line - head, l->column));
        subjects = reader_word(r->arena, subjects, dname_text(r->arena, found->subject));
        severities = reader_word(r->arena, severities, severity_text(found->severity));
    }
    assert_int_equal(r->verdict, c->expected);
    assert_string_equal(places, c->places);
    if (c->subjects != NULL)
        assert_string_equal(subjects, c->subjects);
    if (c->severities != NULL)
        assert_string_equal(severities, c->severities);
}

static inline bool reader_same(const struct finding *a, const struct finding *b)
{
    return dname_equal(a->subject, b->subject) && a->rrtype == b->rrtype &&
           strcmp(a->discriminator != NULL ? a->discriminator : "",
                  b->discriminator != NULL ? b->discriminator : "") == 0;
}

static inline void reader_identities(struct reader_run *r, struct reader_run *moved)
{
    assert_int_equal(r->out->count, moved->out->count);
    for (size_t i = 0; i < r->out->count; i++) {
        assert_true(reader_same(&r->out->entries[i]->finding, &moved->out->entries[i]->finding));
        for (size_t k = 0; k < i; k++)
            assert_false(reader_same(&r->out->entries[i]->finding, &r->out->entries[k]->finding));
    }
}

/** The topic of the cases of this file. */
static const struct check *reader_topic;

static inline void reader_case_run(void **state)
{
    const struct reader_case *c = *state;
    const struct check *check = reader_check(reader_topic, c->id);
    struct arena *a = arena_new(0);
    const bool whole = reader_whole(c);
    struct reader_run first, moved;
    reader_begin(&first, check, arena_printf(a, "%s%s", whole ? "" : READER_HEAD, c->text), NULL);
    reader_begin(&moved, check, arena_printf(a, "; moved\n\n\n%s%s", whole ? "" : READER_HEAD, c->text),
                 NULL);
    reader_compare(c, &first);
    reader_identities(&first, &moved);
    reader_end(&first);
    reader_end(&moved);
    arena_free(a);
}

/* A live run has no file. */
static inline void reader_live_run(void **state)
{
    const struct check *check = *state;
    struct world *w = world_new("www A 192.0.2.9");
    struct arena *a = arena_new(0);
    facts_run_begin(world_facts(w), a);
    struct findings *out = findings_new(a, world_facts(w), check);
    assert_int_equal(evaluate(world_facts(w), check, facts_target(world_facts(w)), out), VERDICT_SKIPPED);
    assert_int_equal(out->skip, SKIP_NEEDS_ZONE_FILE);
    assert_int_equal(out->count, 0);
    arena_free(a);
    world_free(w);
}

#define READER_TESTS_MAX 100

/** @return for main() */
static inline int reader_test_run(const struct check *topic, const struct reader_case *cases, size_t count)
{
    static struct CMUnitTest tests[READER_TESTS_MAX];
    static struct reader_case copies[READER_TESTS_MAX];
    static struct check checks[16];
    size_t used = 0;
    reader_topic = topic;
    for (size_t i = 0; i < count && used < READER_TESTS_MAX - 16; i++) {
        copies[i] = cases[i];
        tests[used++] = (struct CMUnitTest){
            .name = cases[i].name, .test_func = reader_case_run, .initial_state = &copies[i]};
    }
    for (size_t i = 0; topic[i].id != NULL && i < ARRAY_SIZE(checks); i++) {
        checks[i] = topic[i];
        tests[used++] = (struct CMUnitTest){
            .name = topic[i].id, .test_func = reader_live_run, .initial_state = &checks[i]};
    }
    return _cmocka_run_group_tests(topic->area, tests, used, NULL, NULL);
}

#endif
