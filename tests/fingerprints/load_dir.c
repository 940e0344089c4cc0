/* SPDX-License-Identifier: BSD-2-Clause */
/* --fingerprints: the same id replaces, others are added, a broken file is named. */
#include "fingerprints/fingerprints.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/zonevet-fingerprints-XXXXXX";

static void put(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static void drop(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(unlink(path), 0);
}

static void loads(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    const char *error = NULL;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(fingerprints_load_dir("/nowhere/at/all", a, &error), STATUS_IO);

    put("broken.json", "{\"id\": \"own\"}");
    assert_int_equal(fingerprints_load_dir(folder, a, &error), STATUS_MALFORMED);
    assert_non_null(strstr(error, "broken.json: "));
    drop("broken.json");

    put("own.json",
        "{\"id\":\"own\",\"service\":\"Own\",\"status\":\"vulnerable\",\"cname\":[\"own.test\"]}");
    put("github.json", "{\"id\":\"github-pages\",\"service\":\"Mine\",\"status\":\"not-vulnerable\","
                       "\"cname\":[\"github.io\"]}");
    put("notes.txt", "not read");
    assert_int_equal(fingerprints_load_dir(folder, a, &error), STATUS_OK);
    drop("own.json");
    drop("github.json");
    drop("notes.txt");
    rmdir(folder);

    assert_string_equal(fingerprints_cname(dname_const(a, "x.own.test"), NULL)->name, "Own");
    assert_string_equal(fingerprints_cname(dname_const(a, "x.github.io"), NULL)->name, "Mine");
    assert_int_equal(fingerprints_count(), 186);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(loads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
