/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiver files and waiver comments: what they must say, what they are for, where errors are. */
#include "auditor/check.h"
#include "auditor/gate/waivers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define NOW 1768032000 /* 2026-01-10T08:00:00Z */
#define HEAD "version: 1\nwaivers:\n"
#define REST                                                                                                 \
    "    target: example.com\n    reason: Supplier moves the shop\n    owner: web@example.com\n    "         \
    "expires: 2026-03-31\n"

static const struct check checks[] = {
    {.id = "caa.missing"},
    {.id = "spf.all-softfail", .aliases = "spf.old-name spf.older"},
    {.id = "spf.all-pass"},
    {.id = "zone.syntax", .not_ignorable = true},
};
static const struct check *const all[] = {&checks[0], &checks[1], &checks[2], &checks[3]};
static const struct waivers_options rules = {.now_s = NOW, .checks = all, .check_count = ARRAY_SIZE(all)};

struct bad {
    const char *name, *text, *place, *says;
};

static const struct bad bad[] = {
    {"empty", "", "w:1:", "empty"},
    {"no version", "waivers:\n", "w:1: version", "missing"},
    {"another version", "version: 2\nwaivers:\n", "w:1: version", "1"},
    {"no list", "version: 1\n", "w:1: waivers", "missing"},
    {"unknown key of the file", "version: 1\nwaiver:\n", "w:2: waiver", "did you mean 'waivers'"},
    {"unknown key", HEAD "  - check: caa.missing\n    owners: x\n", "w:4: owners", "did you mean 'owner'"},
    {"key twice", HEAD "  - check: caa.missing\n    check: caa.missing\n", "w:4: check", "twice"},
    {"not a list", "version: 1\nwaivers: yes\n", "w:2: waivers", "list"},
    {"entry is a word", HEAD "  - caa.missing\n", "w:3: waivers", "entries"},
    {"value is a list", HEAD "  - check: [caa.missing]\n", "w:3: check", "one value"},
    {"no check", HEAD "  - id: W-1\n" REST, "w:3: check", "missing"},
    {"lone star", HEAD "  - check: \"*\"\n" REST, "w:3: check", "refused"},
    {"stars and dots", HEAD "  - check: \"*.*\"\n" REST, "w:3: check", "refused"},
    {"unknown check", HEAD "  - check: caa.mising\n" REST, "w:3: check", "did you mean 'caa.missing'"},
    {"glob without a check", HEAD "  - check: nope.*\n" REST, "w:3: check", "no check matches"},
    {"must not be waived", HEAD "  - check: zone.syntax\n" REST, "w:3: check", "cannot be waived"},
    {"short reason",
     HEAD "  - check: caa.missing\n    target: a.test\n    reason: because\n    owner: me\n    expires: "
          "2026-02-01\n",
     "w:5: reason", "10"},
    {"no owner",
     HEAD
     "  - check: caa.missing\n    target: a.test\n    reason: because it is so\n    expires: 2026-02-01\n",
     "w:3: owner", "missing"},
    {"empty owner",
     HEAD "  - check: caa.missing\n    target: a.test\n    reason: because it is so\n    owner:\n    "
          "expires: 2026-02-01\n",
     "w:6: owner", "value"},
    {"no expiry",
     HEAD "  - check: caa.missing\n    target: a.test\n    reason: because it is so\n    owner: me\n",
     "w:3: expires", "missing"},
    {"no such day",
     HEAD "  - check: caa.missing\n    target: a.test\n    reason: because it is so\n    owner: me\n    "
          "expires: 2026-02-30\n",
     "w:7: expires", "YYYY-MM-DD"},
    {"too far ahead",
     HEAD "  - check: caa.missing\n    target: a.test\n    reason: because it is so\n    owner: me\n    "
          "expires: 2026-07-10\n",
     "w:7: expires", "2026-07-09"},
    {"target is a pattern",
     HEAD "  - check: caa.missing\n    target: \"*.a.test\"\n    reason: because it is so\n    owner: me\n   "
          " expires: 2026-02-01\n",
     "w:4: target", "pattern"},
    {"target is no name",
     HEAD "  - check: caa.missing\n    target: a..test\n    reason: because it is so\n    owner: me\n    "
          "expires: 2026-02-01\n",
     "w:4: target", "name"},
    {"same id",
     HEAD "  - id: W-1\n    check: caa.missing\n" REST "  - id: W-1\n    check: caa.missing\n" REST,
     "w:9: id", "line 3"},
    {"broken YAML", HEAD "  - check: \"caa.missing\n", "w:", "stream"},
    {"tab", HEAD "\t- check: x\n", "w:3:", ""},
    {"two documents", HEAD "---\nversion: 1\n", "w:4:", "second"},
    {"control character", HEAD "  - check: \x01\n", "w:", ""},
};

static void wrong_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        struct arena *a = arena_new(0);
        struct waivers w = {0};
        const char *error = NULL;
        enum status status = waivers_parse(a, "w", bad[i].text, strlen(bad[i].text), &rules, &w, &error);
        if (status == STATUS_OK || error == NULL || strncmp(error, bad[i].place, strlen(bad[i].place)) != 0 ||
            strstr(error, bad[i].says) == NULL)
            fail_msg("%s: status %d, error '%s'", bad[i].name, (int)status, error != NULL ? error : "(none)");
        assert_int_equal(w.count, 0);
        arena_free(a);
    }
}

static void good_file(void **state)
{
    (void)state;
    static const char text[] =
        "# ours\nversion: 1\nwaivers:\n"
        "  - id: W-2026-014\n    check: spf.*\n    target: Example.COM\n    subject: \"*.Example.com\"\n"
        "    discriminator: shops.example.org\n    reason: Supplier moves, ticket NET-482\n"
        "    owner: web@example.com\n    created: 2026-01-10\n    expires: 2026-07-09\n"
        "  - {check: caa.missing, target: a.test., reason: nobody issues here, owner: me, expires: "
        "2026-01-10}\n"
        "  - {check: caa.missing, target: b.test., reason: nobody issues here, owner: me, expires: "
        "2026-01-09}\n";
    struct arena *a = arena_new(0);
    struct waivers w = {0};
    const char *error = NULL;
    assert_int_equal(waivers_parse(a, "w", text, strlen(text), &rules, &w, &error), STATUS_OK);
    assert_int_equal(w.count, 3);
    assert_string_equal(w.list[0].note.id, "W-2026-014");
    assert_string_equal(w.list[0].target, "example.com.");
    assert_string_equal(w.list[0].subject, "*.example.com.");
    assert_int_equal(w.list[0].where.line, 4);
    assert_false(w.list[0].expired);
    assert_string_equal(w.list[1].note.id, "w:13");
    assert_false(w.list[1].expired); /* the last day counts */
    assert_true(w.list[2].expired);
    struct waivers_options strict = rules;
    strict.strict = true;
    assert_int_equal(waivers_parse(a, "w", text, strlen(text), &strict, &w, &error), STATUS_MALFORMED);
    assert_non_null(strstr(error, "w:14: expires"));
    struct waivers_options far = rules;
    far.max_days = 30;
    assert_int_equal(waivers_parse(a, "w", text, strlen(text), &far, &w, &error), STATUS_MALFORMED);
    far.survey = true;
    assert_int_equal(waivers_parse(a, "w", text, strlen(text), &far, &w, &error), STATUS_OK);
    assert_true(w.list[0].too_far);
    assert_false(w.list[1].too_far);
    assert_int_equal(waivers_parse(a, "w", HEAD, strlen(HEAD), &rules, &w, &error), STATUS_OK);
    assert_int_equal(w.count, 0);
    arena_free(a);
}

struct match {
    const char *name, *pattern, *subject, *value; /* of the waiver */
    size_t check;
    const char *of, *with; /* subject and discriminator of the finding */
    bool matches;
};

static const struct match matches[] = {
    {"the id", "caa.missing", NULL, NULL, 0, "a.test.", "", true},
    {"another id", "caa.missing", NULL, NULL, 1, "a.test.", "", false},
    {"glob", "spf.*", NULL, NULL, 2, "a.test.", "", true},
    {"former id", "spf.old-name", NULL, NULL, 1, "a.test.", "", true},
    {"glob over a check that must not be waived", "*.syntax", NULL, NULL, 3, "a.test.", "", false},
    {"subject", "caa.missing", "www.a.test.", NULL, 0, "www.a.test.", "", true},
    {"another subject", "caa.missing", "www.a.test.", NULL, 0, "a.test.", "", false},
    {"subjects by glob", "caa.missing", "*.a.test.", NULL, 0, "x.y.a.test.", "", true},
    {"glob needs a label", "caa.missing", "*.a.test.", NULL, 0, "a.test.", "", false},
    {"escaped subject", "caa.missing", "a\\.b.a.test.", NULL, 0, "a\\.b.a.test.", "", true},
    {"value", "caa.missing", NULL, "shops.example.org", 0, "a.test.", "shops.example.org.", true},
    {"value, other case", "caa.missing", NULL, "Shops.example.org.", 0, "a.test.", "shops.example.org.",
     true},
    {"beginning of a value", "caa.missing", NULL, "shop", 0, "a.test.", "shops.example.org.", false},
    {"no value", "caa.missing", NULL, "shop", 0, "a.test.", "", false},
};

static void matching(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(matches); i++) {
        const struct match *m = &matches[i];
        const struct waiver w = {.check = m->pattern, .subject = m->subject, .discriminator = m->value};
        const struct result r = {.check = all[m->check], .subject = m->of, .discriminator = m->with};
        if (waiver_matches(&w, &r) != m->matches)
            fail_msg("%s", m->name);
    }
}

struct comment {
    const char *text;
    enum status status;
    const char *says;
};

static const struct comment comments[] = {
    {"; zonevet:ignore check=spf.all-softfail until=2026-03-31 owner=me@a.test reason=\"moves to -all in "
     "March\"",
     STATUS_OK, NULL},
    {";zonevet:ignore\tcheck=spf.* until=2026-01-10 owner=me reason=\"say \\\"why\\\" here\"\r", STATUS_OK,
     NULL},
    {"; see zonevet:ignore in the manual", STATUS_USAGE, NULL},
    {"; zonevet:ignored check=x", STATUS_USAGE, NULL},
    {"; zonevet:ignore", STATUS_MALFORMED, "check is missing"},
    {"; zonevet:ignore check=* until=2026-03-31 owner=me reason=\"everything is fine\"", STATUS_MALFORMED,
     "refused"},
    {"; zonevet:ignore check=caa.missing untill=2026-03-31", STATUS_MALFORMED, "did you mean 'until'"},
    {"; zonevet:ignore check=caa.missing until=2026-03-31 owner=me", STATUS_MALFORMED, "reason is missing"},
    {"; zonevet:ignore check=caa.missing until=2026-03-31 reason=\"nobody is named\"", STATUS_MALFORMED,
     "owner is missing"},
    {"; zonevet:ignore check=caa.missing until=2027-03-31 owner=me reason=\"for a very long time\"",
     STATUS_MALFORMED, "too far"},
    {"; zonevet:ignore check=caa.missing until=soon owner=me reason=\"for some time\"", STATUS_MALFORMED,
     "until:"},
    {"; zonevet:ignore check=caa.missing check=caa.missing", STATUS_MALFORMED, "twice"},
    {"; zonevet:ignore check=caa.missing reason=\"never closed", STATUS_MALFORMED, "closed"},
    {"; zonevet:ignore check=caa.missing because I say so", STATUS_MALFORMED, "KEY=VALUE"},
    {"; zonevet:ignore target=a.test", STATUS_MALFORMED, "unknown key"},
    {"; zonevet:ignore check=zone.syntax until=2026-03-31 owner=me reason=\"wrong but dear to us\"",
     STATUS_MALFORMED, "cannot be waived"},
};

static void in_comments(void **state)
{
    (void)state;
    const struct location where = {.file = "a.zone", .line = 7};
    for (size_t i = 0; i < ARRAY_SIZE(comments); i++) {
        struct arena *a = arena_new(0);
        struct waiver w = {0};
        const char *error = NULL;
        enum status status =
            waiver_from_comment(a, comments[i].text, strlen(comments[i].text), &where, &rules, &w, &error);
        if (status != comments[i].status ||
            (comments[i].says != NULL && (error == NULL || strstr(error, comments[i].says) == NULL)))
            fail_msg("%s: status %d, error '%s'", comments[i].text, (int)status,
                     error != NULL ? error : "(none)");
        if (status == STATUS_OK) {
            assert_null(w.target);
            assert_int_equal(w.where.line, 7);
            assert_string_equal(w.note.id, "a.zone:7");
            assert_non_null(w.note.owner);
        }
        arena_free(a);
    }
}

/* Which record a comment is about: line by line, the line of the record or 0. */
static void by_line(void **state)
{
    (void)state;
#define W(n)                                                                                                 \
    "; zonevet:ignore check=caa.missing until=2026-03-31 owner=o" n " reason=\"a reason of some length\"\n"
    static const char text[] = "$ORIGIN a.test.\n"               /* 1 */
                               "@ 3600 SOA ns h ( 1 2 3 ; one\n" /* 2 */
                               "  4 5 )" W("3")                  /* 3: about line 2 */
        W("4")                                                   /* 4: about line 7 */
        "\n$TTL 60\n"                                            /* 5, 6 */
        "www A 192.0.2.1\n"                                      /* 7 */
        "ftp A 192.0.2.1 " W("8")                                /* 8 */
        "txt TXT \"zonevet:ignore ; no comment\"\n"              /* 9 */
        "bad A " W("10")                                         /* 10 */
        W("11");                                                 /* 11: about nothing */
    static const unsigned lines[] = {2, 7, 8, 10, 11};
    static const unsigned own[] = {3, 4, 8, 10, 11};
    struct arena *a = arena_new(0);
    struct zonefile file = {0};
    struct inline_waivers list = {0};
    const struct zonefile_options options = {.shown_path = "a.zone"};
    const char *error = NULL;
    assert_int_equal(zonefile_parse(a, text, strlen(text), &options, &file, &error), STATUS_OK);
    assert_int_equal(file.comment_count, ARRAY_SIZE(lines));
    assert_int_equal(inline_waivers_add(&list, a, file.comments, file.comment_count, &rules), STATUS_OK);
    assert_int_equal(list.count, ARRAY_SIZE(lines));
    assert_int_equal(list.fault_count, 0);
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        char owner[12];
        snprintf(owner, sizeof(owner), "o%u", own[i]);
        assert_int_equal(file.comments[i].line, own[i]);
        assert_int_equal(list.list[i].where.line, lines[i]);
        assert_string_equal(list.list[i].where.file, "a.zone");
        assert_string_equal(list.list[i].note.owner, owner);
    }
    zone_free(file.zone);
    arena_free(a);
}

static void faults_of_comments(void **state)
{
    (void)state;
    static const char text[] =
        "@ SOA ns.a.test. h.a.test. 1 2 3 4 5\nwww A 192.0.2.1 ; zonevet:ignore check=caa.missing\n";
    static const char stale[] =
        "@ SOA ns.a.test. h.a.test. 1 2 3 4 5\nwww A 192.0.2.1 ; zonevet:ignore check=caa.missing "
        "until=2026-01-01 owner=me reason=\"it was good then\"\n";
    struct arena *a = arena_new(0);
    struct inline_waivers list = {0};
    struct zonefile file = {0};
    const struct zonefile_options options = {.shown_path = "a.zone", .origin = dname_const(a, "a.test")};
    const char *error = NULL;
    assert_int_equal(zonefile_parse(a, text, strlen(text), &options, &file, &error), STATUS_OK);
    assert_int_equal(inline_waivers_add(&list, a, file.comments, file.comment_count, &rules), STATUS_OK);
    assert_int_equal(list.count, 0);
    assert_int_equal(list.fault_count, 1);
    assert_non_null(strstr(list.faults[0], "a.zone:2: "));
    zone_free(file.zone);
    assert_int_equal(zonefile_parse(a, stale, strlen(stale), &options, &file, &error), STATUS_OK);
    assert_int_equal(inline_waivers_add(&list, a, file.comments, file.comment_count, &rules), STATUS_OK);
    assert_int_equal(list.count, 1);
    assert_true(list.list[0].expired);
    struct waivers_options strict = rules;
    strict.strict = true;
    assert_int_equal(inline_waivers_add(&list, a, file.comments, file.comment_count, &strict), STATUS_OK);
    assert_int_equal(list.fault_count, 2);
    zone_free(file.zone);
    arena_free(a);
}

/* ---- adding ------------------------------------------------------------------------------------------ */

struct insert {
    const char *name, *before, *after; /* after NULL: refused */
};

#define ENTRY(indent, id)                                                                                    \
    indent "- id: " id "\n" indent "  check: caa.missing\n" indent "  target: a.test\n" indent               \
           "  reason: \"nobody issues here\"\n" indent "  owner: me@a.test\n" indent                         \
           "  created: 2026-01-10\n" indent "  expires: 2026-03-31\n"
#define OLD(id)                                                                                              \
    "  - id: " id "\n    check: spf.all-pass\n    target: b.test\n    reason: |\n      of several\n      "   \
                  "lines\n    owner: o\n    expires: 2026-02-01\n"

static const struct insert inserts[] = {
    {"no file", NULL, "version: 1\nwaivers:\n" ENTRY("  ", "W-2026-001")},
    {"only a comment", "# ours", "# ours\nversion: 1\nwaivers:\n" ENTRY("  ", "W-2026-001")},
    {"no entry yet", "version: 1\nwaivers:\n# end\n",
     "version: 1\nwaivers:\n" ENTRY("  ", "W-2026-001") "# end\n"},
    {"no entry and no line end", "version: 1\nwaivers:", "version: 1\nwaivers:\n" ENTRY("  ", "W-2026-001")},
    {"empty brackets", "version: 1\nwaivers: []\n", "version: 1\nwaivers: \n" ENTRY("  ", "W-2026-001")},
    {"behind others", HEAD OLD("W-2026-007") "# end\n",
     HEAD OLD("W-2026-007") ENTRY("  ", "W-2026-008") "# end\n"},
    {"comments behind values stay",
     "version: 1 # v\nwaivers: # w\n- check: spf.all-pass # c\n  target: b.test\n  reason: \"of some "
     "length\" # r\n  owner: o\n  expires: 2026-02-01 # e\n\n# end\n",
     "version: 1 # v\nwaivers: # w\n- check: spf.all-pass # c\n  target: b.test\n  reason: \"of some "
     "length\" # r\n  owner: o\n  expires: 2026-02-01 # e\n" ENTRY("", "W-2026-001") "\n# end\n"},
    {"list first", "waivers:\n" OLD("x") "version: 1\n",
     "waivers:\n" OLD("x") ENTRY("  ", "W-2026-001") "version: 1\n"},
    {"expired neighbours do not matter",
     HEAD "- {check: caa.missing, target: a.test, reason: it was good, owner: o, expires: 2020-01-01}\n",
     HEAD
     "- {check: caa.missing, target: a.test, reason: it was good, owner: o, expires: 2020-01-01}\n" ENTRY(
         "", "W-2026-001")},
    {"entries in brackets",
     "version: 1\nwaivers: [{check: caa.missing, target: a.test, reason: it was good, owner: o, expires: "
     "2026-01-20}]\n",
     NULL},
    {"broken file", "version: 1\nwaivers: {\n", NULL},
};

static void inserting(void **state)
{
    (void)state;
    const struct waiver_text entry = {.check = "caa.missing",
                                      .target = "a.test",
                                      .reason = "nobody issues here",
                                      .owner = "me@a.test",
                                      .expires = "2026-03-31"};
    for (size_t i = 0; i < ARRAY_SIZE(inserts); i++) {
        struct arena *a = arena_new(0);
        const char *out = NULL;
        const char *error = NULL;
        size_t length = 0;
        const char *before = inserts[i].before;
        enum status status = waivers_insert(a, "w", before, before != NULL ? strlen(before) : 0, &entry,
                                            &rules, &out, &length, &error);
        if (inserts[i].after == NULL) {
            if (status == STATUS_OK || error == NULL)
                fail_msg("%s: not refused", inserts[i].name);
        } else if (status != STATUS_OK || strcmp(out, inserts[i].after) != 0) {
            fail_msg("%s: status %d, %s\n%s", inserts[i].name, (int)status, error != NULL ? error : "",
                     out != NULL ? out : "");
        }
        arena_free(a);
    }
}

static void bad_entries(void **state)
{
    (void)state;
    const struct waiver_text good = {.check = "caa.missing",
                                     .target = "a.test",
                                     .reason = "say \"why\": # \\ and more",
                                     .owner = "yes",
                                     .expires = "2026-03-31",
                                     .discriminator = "- x: [y]"};
    struct arena *a = arena_new(0);
    const char *out = NULL;
    const char *error = NULL;
    size_t length = 0;
    struct waivers back = {0};
    assert_int_equal(waivers_insert(a, "w", NULL, 0, &good, &rules, &out, &length, &error), STATUS_OK);
    assert_int_equal(waivers_parse(a, "w", out, length, &rules, &back, &error), STATUS_OK);
    assert_string_equal(back.list[0].note.reason, good.reason);
    assert_string_equal(back.list[0].note.owner, "yes");
    assert_string_equal(back.list[0].discriminator, good.discriminator);
    struct waiver_text bad_one = good;
    bad_one.expires = "2027-01-01";
    assert_int_equal(waivers_insert(a, "w", NULL, 0, &bad_one, &rules, &out, &length, &error),
                     STATUS_MALFORMED);
    assert_non_null(strstr(error, "expires"));
    bad_one = good;
    bad_one.expires = "2025-01-01";
    assert_int_equal(waivers_insert(a, "w", NULL, 0, &bad_one, &rules, &out, &length, &error),
                     STATUS_MALFORMED);
    bad_one = good;
    bad_one.owner = NULL;
    assert_int_equal(waivers_insert(a, "w", NULL, 0, &bad_one, &rules, &out, &length, &error),
                     STATUS_MALFORMED);
    bad_one = good;
    bad_one.id = "x";
    const char *text = HEAD OLD("x");
    assert_int_equal(waivers_insert(a, "w", text, strlen(text), &bad_one, &rules, &out, &length, &error),
                     STATUS_MALFORMED);
    assert_non_null(strstr(error, "id"));
    arena_free(a);
}

static void a_file(void **state)
{
    (void)state;
    char folder[] = "/tmp/zonevet-test-XXXXXX";
    struct arena *a = arena_new(0);
    assert_non_null(mkdtemp(folder));
    const char *path = arena_printf(a, "%s/w.yaml", folder);
    const char *error = NULL;
    struct waivers back = {0};
    struct waiver_text entry = {.check = "caa.missing",
                                .target = "a.test",
                                .reason = "nobody issues here",
                                .owner = "me@a.test",
                                .expires = "2026-03-31"};
    assert_int_equal(waivers_append(a, path, &entry, &rules, &error), STATUS_OK);
    assert_int_equal(waivers_append(a, path, &entry, &rules, &error), STATUS_OK);
    entry.reason = "short";
    assert_int_equal(waivers_append(a, path, &entry, &rules, &error), STATUS_MALFORMED);
    assert_int_equal(waivers_read(a, path, &rules, &back, &error), STATUS_OK);
    assert_int_equal(back.count, 2);
    assert_string_equal(back.list[1].note.id, "W-2026-002");
    unlink(path);
    assert_int_equal(rmdir(folder), 0);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_files), cmocka_unit_test(good_file),   cmocka_unit_test(matching),
        cmocka_unit_test(in_comments), cmocka_unit_test(by_line),     cmocka_unit_test(faults_of_comments),
        cmocka_unit_test(inserting),   cmocka_unit_test(bad_entries), cmocka_unit_test(a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
