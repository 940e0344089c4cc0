/* SPDX-License-Identifier: BSD-2-Clause */
/* zone.duplicate-zone: child data in the parent's file, and a zone in two files. */
#include "tests/check_test.h"

#include "auditor/engine/findings.h"
#include "auditor/facts/offline.h"
#include "auditor/facts/zonefile.h"

#include <stdio.h>
#include <string.h>

extern const struct check topic_zone_inputs[];

#define OFF "!offline\n"
#define CHILD OFF "!zone sub.example.test.\nsub.example.test. NS ns1.example.test.\n"

static const struct check_case cases[] = {
    {"alone", OFF "www A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"parent and child", CHILD "www.sub A 192.0.2.80\nsub MX 10 ns1\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"live", "www A 192.0.2.80\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

#define SOA(n) "@ SOA ns1.test. h.test. " #n " 7200 3600 1209600 3600\n@ NS ns1.test.\n"
#define PARENT "$ORIGIN example.test.\n" SOA(1)
#define SUB "$ORIGIN sub.example.test.\n" SOA(2)

static const struct set_case {
    const char *name;
    const char *files[3]; /* judged: the first */
    const char *subjects; /* of its findings */
    const char *paths[3]; /* as shown; NULL: a, b, c */
} sets[] = {
    {"delegation and glue are the parent's own",
     {PARENT "sub NS ns.sub\nns.sub A 192.0.2.1\n", SUB "ns A 192.0.2.1\n"},
     "",
     {0}},
    {"NS and DS at the cut", {PARENT "sub NS ns1.test.\nsub DS 1 13 2 00\n", SUB}, "", {0}},
    {"a host in both",
     {PARENT "sub NS ns1.test.\nwww.sub A 192.0.2.1\n", SUB "www A 192.0.2.2\n"},
     "www.sub.example.test.",
     {0}},
    {"at the apex of the child",
     {PARENT "sub NS ns1.test.\nsub A 192.0.2.1\n", SUB "@ A 192.0.2.2\n"},
     "sub.example.test.",
     {0}},
    {"not delegated at all",
     {PARENT "www.sub A 192.0.2.1\n", SUB "www A 192.0.2.2\n"},
     "www.sub.example.test.",
     {0}},
    {"only in the parent: another id",
     {PARENT "sub NS ns1.test.\nwww.sub A 192.0.2.1\n", SUB "ftp A 192.0.2.2\n"},
     "",
     {0}},
    {"another type", {PARENT "sub NS ns1.test.\nwww.sub A 192.0.2.1\n", SUB "www TXT \"x\"\n"}, "", {0}},
    {"the child's file is not to blame",
     {SUB "www A 192.0.2.2\n", PARENT "sub NS ns1.test.\nwww.sub A 192.0.2.1\n"},
     "",
     {0}},
    {"a grandchild's data is the grandchild's",
     {PARENT "a.b.sub TXT \"x\"\n", SUB "x TXT \"x\"\n",
      "$ORIGIN b.sub.example.test.\n" SOA(3) "a TXT \"x\"\n"},
     "a.b.sub.example.test.",
     {0}},
    {"two files of one zone: the judged one tells", {PARENT, PARENT}, "example.test.", {0}},
};

/* Judge zones[judged] among the files of the case. */
static char *findings_of(const struct set_case *c, size_t judged, char *text, size_t size)
{
    struct arena *a = arena_new(0);
    struct zonefile files[3] = {0};
    const struct zone *list[3];
    size_t count = 0;
    for (; count < ARRAY_SIZE(c->files) && c->files[count] != NULL; count++) {
        static const char *const paths[] = {"a", "b", "c"};
        const struct zonefile_options options = {.shown_path = c->paths[count] != NULL ? c->paths[count]
                                                                                       : paths[count]};
        const char *error = NULL;
        assert_int_equal(
            zonefile_parse(a, c->files[count], strlen(c->files[count]), &options, &files[count], &error),
            STATUS_OK);
        list[count] = files[count].zone;
    }
    for (size_t i = 1; i < count; i++) { /* canonical order of apexes; equal ones stay in the order given */
        for (size_t j = i; j > 0 && dname_compare(zone_apex(list[j - 1]), zone_apex(list[j])) > 0; j--) {
            const struct zone *moved = list[j];
            list[j] = list[j - 1];
            list[j - 1] = moved;
        }
    }
    const struct zone_set set = {.zones = list, .count = count};
    const struct offline offline = {list, count};
    const struct settings settings = {0};
    const struct facts_options options = {.target = zone_apex(files[judged].zone),
                                          .settings = &settings,
                                          .zone = files[judged].zone,
                                          .zones = &set,
                                          .source = offline_source(&offline)};
    struct facts *f = facts_new(&options);
    facts_run_begin(f, a);
    struct findings *out = findings_new(a, f, topic_zone_inputs);
    evaluate(f, topic_zone_inputs, facts_target(f), out);
    text[0] = '\0';
    for (size_t i = 0; i < out->count; i++) {
        char name[DNAME_TEXT_MAX];
        size_t used = strlen(text);
        snprintf(text + used, size - used, "%s%s", i > 0 ? " " : "",
                 dname_text_into(out->entries[i]->finding.subject, name));
        assert_non_null(out->entries[i]->finding.location);
    }
    facts_free(f);
    for (size_t i = 0; i < count; i++)
        zone_free(files[i].zone);
    arena_free(a);
    return text;
}

static void sets_of_files(void **state)
{
    char text[4096];
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
        if (strcmp(findings_of(&sets[i], 0, text, sizeof(text)), sets[i].subjects) != 0)
            fprintf(stderr, "    %s: got '%s'\n", sets[i].name, text);
        assert_string_equal(text, sets[i].subjects);
    }
}

static void the_second_file_of_a_zone_repeats_it(void **state)
{
    static const struct set_case twins = {"twins", {PARENT, PARENT}, "", {0}};
    static const struct set_case once = {"one file named twice", {PARENT, PARENT}, "", {"a", "a"}};
    char text[256];
    (void)state;
    assert_string_equal(findings_of(&twins, 1, text, sizeof(text)), "example.test.");
    assert_string_equal(findings_of(&once, 1, text, sizeof(text)), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_of_files),
        cmocka_unit_test(the_second_file_of_a_zone_repeats_it),
    };
    int failed = check_test_run(topic_zone_inputs, "zone.duplicate-zone", cases, ARRAY_SIZE(cases));
    return failed + cmocka_run_group_tests_name("zone.duplicate-zone, sets of files", tests, NULL, NULL);
}
