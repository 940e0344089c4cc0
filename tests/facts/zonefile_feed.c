/* SPDX-License-Identifier: BSD-2-Clause */
/* Octets of a file as it was when it was opened: one that changes meanwhile is told. */
#define _XOPEN_SOURCE 700
#include "auditor/facts/zonefile_feed.h"

#include "auditor/facts/zonefile.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum change { NOTHING, GROWS, SHRINKS, REWRITTEN, TOUCHED };

static void change_file(const char *path, enum change change)
{
    const struct timespec later[2] = {{.tv_sec = 2000000000}, {.tv_sec = 2000000000}};
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    if (change == GROWS) {
        assert_int_equal(lseek(fd, 0, SEEK_END), 100);
        assert_int_equal(write(fd, "more", 4), 4);
    } else if (change == SHRINKS) {
        assert_int_equal(ftruncate(fd, 60), 0);
    } else if (change == REWRITTEN) {
        assert_int_equal(write(fd, "other", 5), 5);
        assert_int_equal(futimens(fd, later), 0);
    } else if (change == TOUCHED) {
        assert_int_equal(futimens(fd, later), 0);
    }
    close(fd);
}

static void changes_are_noticed(void **state)
{
    static const struct {
        enum change change;
        bool before; /* it was looked at ahead */
        bool trouble;
    } rows[] = {
        {NOTHING, false, false},  {NOTHING, true, false},  {GROWS, false, true},
        {GROWS, true, true},      {SHRINKS, false, true},  {SHRINKS, true, true},
        {REWRITTEN, false, true}, {REWRITTEN, true, true}, {TOUCHED, false, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char path[] = "/tmp/zonevet-feed-XXXXXX";
        char text[100];
        char got[200];
        struct arena *a = arena_new(0);
        struct feed feed;
        int fd = mkstemp(path);
        memset(text, 'x', sizeof(text));
        assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
        close(fd);
        assert_null(feed_open(&feed, open(path, O_RDONLY)));
        if (rows[i].before)
            assert_int_equal(feed_peek(&feed, 40), 40);
        size_t used = feed_read(&feed, got, 30);
        assert_int_equal(used, 30);
        change_file(path, rows[i].change);
        for (size_t more; (more = feed_read(&feed, got + used, sizeof(got) - used)) > 0;)
            used += more;
        assert_true(used <= 100); /* never more than there was */
        assert_int_equal(feed_trouble(&feed, a) != NULL, rows[i].trouble);
        feed_close(&feed);
        unlink(path);
        arena_free(a);
    }
}

/* Standard input that somebody read the first line of. */
static void reading_begins_where_the_file_stands(void **state)
{
    char path[] = "/tmp/zonevet-feed-XXXXXX";
    char got[16];
    struct feed feed;
    struct arena *a = arena_new(0);
    int fd = mkstemp(path);
    (void)state;
    assert_int_equal(write(fd, "first\nsecond", 12), 12);
    assert_int_equal(lseek(fd, 6, SEEK_SET), 6);
    assert_null(feed_open(&feed, fd));
    assert_int_equal(feed_read(&feed, got, sizeof(got)), 6);
    assert_memory_equal(got, "second", 6);
    assert_int_equal(feed_read(&feed, got, sizeof(got)), 0);
    assert_null(feed_trouble(&feed, a));
    feed_close(&feed);
    unlink(path);
    arena_free(a);
}

static void what_is_no_file_is_refused(void **state)
{
    char folder[] = "/tmp/zonevet-feed-XXXXXX";
    char path[64] = "";
    struct feed feed;
    (void)state;
    assert_non_null(mkdtemp(folder));
    strcat(strcat(path, folder), "/fifo");
    assert_int_equal(mkfifo(path, 0600), 0);
    const char *const paths[] = {"/dev/zero", "/dev/null", folder, path};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        assert_non_null(feed_open(&feed, open(paths[i], O_RDONLY | O_NONBLOCK)));
        feed_close(&feed);
        struct arena *a = arena_new(0);
        struct zonefile file;
        const struct zonefile_options options = {0};
        const char *error = NULL;
        assert_int_equal(zonefile_read(a, paths[i], &options, &file, &error), STATUS_IO);
        assert_non_null(error);
        arena_free(a);
    }
    unlink(path);
    rmdir(folder);
}

static void what_was_looked_at_is_read_again(void **state)
{
    char got[8];
    struct feed feed = feed_text("abcdef", 6);
    (void)state;
    assert_int_equal(feed_peek(&feed, 3), 6);
    assert_int_equal(feed_read(&feed, got, 4), 4);
    assert_memory_equal(got, "abcd", 4);
    assert_int_equal(feed_read(&feed, got, 4), 2);
    assert_memory_equal(got, "ef", 2);
    assert_int_equal(feed_read(&feed, got, 4), 0);
    assert_null(feed_trouble(&feed, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_are_noticed),
        cmocka_unit_test(reading_begins_where_the_file_stands),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(what_was_looked_at_is_read_again),
    };
    return cmocka_run_group_tests_name("zonefile_feed", tests, NULL, NULL);
}
