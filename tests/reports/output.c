/* SPDX-License-Identifier: BSD-2-Clause */
/* Report files appear whole or not at all (outputs.md section 13). */
#include "reports/output.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/zonevet-output-XXXXXX";
static char path[sizeof(folder) + 64];

static const char *in_folder(const char *name)
{
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static void put(const char *name, const char *text)
{
    FILE *out = fopen(in_folder(name), "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static void assert_content(const char *name, const char *text)
{
    char content[256] = "";
    FILE *in = fopen(in_folder(name), "r");
    assert_non_null(in);
    size_t length = fread(content, 1, sizeof(content) - 1, in);
    fclose(in);
    content[length] = '\0';
    assert_string_equal(content, text);
}

static unsigned files(void)
{
    unsigned count = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *e; (e = readdir(dir)) != NULL;)
        count += e->d_name[0] != '.';
    closedir(dir);
    return count;
}

static int setup(void **state)
{
    (void)state;
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    return mkdtemp(folder) == NULL;
}

static int teardown(void **state)
{
    (void)state;
    chmod(folder, 0700);
    DIR *dir = opendir(folder);
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 && remove(in_folder(e->d_name)) != 0)
            return 1;
    }
    closedir(dir);
    return rmdir(folder);
}

static void commit_text(const char *name, const char *text)
{
    const char *error;
    struct output *o = output_open(in_folder(name), &error);
    assert_non_null(o);
    fputs(text, output_file(o));
    assert_int_equal(output_commit(o), STATUS_OK);
}

static void new_file(void **state)
{
    (void)state;
    commit_text("report", "whole");
    assert_content("report", "whole");
    assert_int_equal(files(), 1);
}

static void replaces_and_keeps_mode(void **state)
{
    (void)state;
    struct stat st;
    put("report", "old");
    chmod(in_folder("report"), 0600);
    commit_text("report", "new");
    assert_content("report", "new");
    assert_int_equal(stat(in_folder("report"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void old_file_until_commit(void **state)
{
    (void)state;
    const char *error;
    put("report", "old");
    struct output *o = output_open(in_folder("report"), &error);
    assert_non_null(o);
    fputs("half", output_file(o));
    fflush(output_file(o));
    assert_content("report", "old");
    output_discard(o);
    assert_content("report", "old");
    assert_int_equal(files(), 1);
}

static void leftover_of_a_killed_run(void **state)
{
    (void)state;
    char name[64];
    snprintf(name, sizeof(name), "report.tmp-%ld", (long)getpid());
    put(name, "half of an earlier report");
    commit_text("report", "whole");
    assert_content("report", "whole");
    assert_int_equal(files(), 1);
}

static void assert_refused(const char *name)
{
    const char *error = NULL;
    unsigned before = files();
    assert_null(output_open(in_folder(name), &error));
    assert_non_null(error);
    assert_int_equal(files(), before);
}

static void symbolic_links(void **state)
{
    (void)state;
    put("precious", "keep");
    assert_int_equal(symlink("precious", in_folder("link")), 0);
    assert_int_equal(symlink("/dev/full", in_folder("full")), 0);
    assert_int_equal(symlink("nowhere", in_folder("dangling")), 0);
    assert_refused("link");
    assert_refused("full");
    assert_refused("dangling");
    assert_content("precious", "keep");
}

/* A link put at the temporary name leads nowhere either: it is removed, not followed. */
static void link_at_the_temporary_name(void **state)
{
    (void)state;
    char name[64];
    snprintf(name, sizeof(name), "report.tmp-%ld", (long)getpid());
    put("precious", "keep");
    assert_int_equal(symlink("precious", in_folder(name)), 0);
    commit_text("report", "whole");
    assert_content("precious", "keep");
    assert_content("report", "whole");
}

static void odd_targets(void **state)
{
    (void)state;
    assert_int_equal(mkdir(in_folder("folder"), 0700), 0);
    assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
    assert_refused("folder");
    assert_refused("pipe");
    assert_refused("missing/report");
    put("file", "x");
    assert_refused("file/report");
}

static void read_only_folder(void **state)
{
    (void)state;
    if (geteuid() == 0)
        skip(); /* root writes anywhere */
    put("report", "old");
    chmod(folder, 0500);
    assert_refused("report");
    assert_content("report", "old");
}

static void full_device(void **state)
{
    (void)state;
    const char *error;
    struct output *o = output_open("/dev/full", &error);
    assert_non_null(o);
    fputs("lost", output_file(o));
    assert_int_equal(output_commit(o), STATUS_IO);
}

static void null_device(void **state)
{
    (void)state;
    const char *error;
    struct output *o = output_open("/dev/null", &error);
    assert_non_null(o);
    fputs("gone", output_file(o));
    assert_int_equal(output_commit(o), STATUS_OK);
}

/* What could not be written leaves nothing behind and the old file whole. */
static void failed_write(void **state)
{
    (void)state;
    const char *error;
    put("report", "old");
    struct output *o = output_open(in_folder("report"), &error);
    assert_non_null(o);
    close(fileno(output_file(o)));
    fputs("lost", output_file(o));
    assert_int_equal(output_commit(o), STATUS_IO);
    assert_content("report", "old");
    assert_int_equal(files(), 1);
}

static void standard_output(void **state)
{
    (void)state;
    const char *error;
    static const char *const names[] = {NULL, "-"};
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        struct output *o = output_open(names[i], &error);
        assert_ptr_equal(output_file(o), stdout);
        assert_int_equal(output_commit(o), STATUS_OK);
    }
    output_discard(output_open("-", &error));
    output_discard(NULL);
}

/* ---- files that others write to as well ---------------------------------------------------------------------- */

static void append_text(const char *name, const char *text)
{
    const char *error = NULL;
    struct output *o = output_append(in_folder(name), &error);
    assert_non_null(o);
    fputs(text, output_file(o));
    assert_int_equal(output_commit(o), STATUS_OK);
}

static void appends(void **state)
{
    (void)state;
    put("summary", "earlier\n");
    append_text("summary", "ours\n");
    append_text("summary", "again\n");
    assert_content("summary", "earlier\nours\nagain\n");
    append_text("fresh", "ours\n");
    assert_content("fresh", "ours\n");
}

static void nothing_before_the_commit(void **state)
{
    (void)state;
    const char *error = NULL;
    put("summary", "earlier\n");
    struct output *o = output_append(in_folder("summary"), &error);
    fputs("ours\n", output_file(o));
    fflush(output_file(o));
    assert_content("summary", "earlier\n");
    output_discard(o);
    assert_content("summary", "earlier\n");
    assert_int_equal(files(), 1);
}

static void appends_to_files_only(void **state)
{
    (void)state;
    const char *error = NULL;
    put("real", "");
    char target[sizeof(path)];
    memcpy(target, in_folder("real"), sizeof(target));
    assert_int_equal(symlink(target, in_folder("link")), 0);
    assert_null(output_append(in_folder("link"), &error));
    assert_non_null(error);
    assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
    assert_null(output_append(in_folder("pipe"), &error));
    assert_non_null(error);
    assert_null(output_append(in_folder("no/such/folder"), &error));
    assert_non_null(error);
    assert_null(output_append("/dev/full", &error));
    assert_string_equal(error, "is not a regular file");
}

#define ROW(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(appends), ROW(nothing_before_the_commit), ROW(appends_to_files_only),
        ROW(new_file),
        ROW(replaces_and_keeps_mode),
        ROW(old_file_until_commit),
        ROW(leftover_of_a_killed_run),
        ROW(symbolic_links),
        ROW(link_at_the_temporary_name),
        ROW(odd_targets),
        ROW(read_only_folder),
        ROW(full_device),
        ROW(null_device),
        ROW(failed_write),
        ROW(standard_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
