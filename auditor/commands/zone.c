/* SPDX-License-Identifier: BSD-2-Clause */
/* zonevet zone: files and directories, judged together; nothing is sent. */
#include "auditor/commands/commands.h"
#include "auditor/commands/runner.h"
#include "auditor/facts/offline.h"
#include "auditor/facts/zonefile.h"
#include "fingerprints/fingerprints.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PATHS_MAX 100000U

struct paths {
    const char **items;
    size_t count;
};

static int by_text(const void *pa, const void *pb)
{
    const char *const *a = pa;
    const char *const *b = pb;
    return strcmp(*a, *b);
}

static bool zone_file_name(const char *name)
{
    size_t length = strlen(name);
    return (length > 5 && strcmp(name + length - 5, ".zone") == 0) ||
           (length > 3 && strcmp(name + length - 3, ".db") == 0) || (length > 3 && strncmp(name, "db.", 3) == 0);
}

static int add_directory(struct arena *a, struct paths *paths, const char *path)
{
    DIR *dir = opendir(path);
    if (dir == NULL) {
        complain("%s: %s", path, strerror(errno));
        return EXIT_USAGE;
    }
    for (struct dirent *e; (e = readdir(dir)) != NULL && paths->count < PATHS_MAX;) {
        struct stat st;
        const char *full = arena_printf(a, "%s/%s", path, e->d_name);
        if (e->d_name[0] == '.' || !zone_file_name(e->d_name) || stat(full, &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        paths->items[paths->count++] = full;
    }
    closedir(dir);
    return -1;
}

static int collect_paths(const struct options *o, struct paths *paths)
{
    paths->items = arena_array(o->arena, PATHS_MAX, sizeof(*paths->items));
    for (size_t i = 0; i < o->arguments.count && paths->count < PATHS_MAX; i++) {
        struct stat st;
        const char *path = o->arguments.items[i];
        size_t before = paths->count;
        if (strcmp(path, "-") == 0 || stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
            paths->items[paths->count++] = path; /* the reader says what is wrong with it */
            continue;
        }
        int code = add_directory(o->arena, paths, path);
        if (code != -1)
            return code;
        qsort(paths->items + before, paths->count - before, sizeof(*paths->items), by_text);
    }
    if (paths->count == 0) {
        complain(o->arguments.count == 0 ? "no zone file: name at least one file or directory"
                                         : "no zone file: a directory stands for its *.zone, *.db and db.* files");
        return EXIT_NOTHING;
    }
    return -1;
}

static int by_apex(const void *pa, const void *pb)
{
    const struct wanted *a = pa;
    const struct wanted *b = pb;
    return dname_compare(a->target.name, b->target.name);
}

static int read_zones(const struct options *o, struct setup *s, const struct paths *paths, struct zone **zones)
{
    const char *error = NULL;
    struct zonefile_options options = {0};
    if (o->origin != NULL) {
        options.origin = setup_name(o->arena, o->origin, &error);
        if (options.origin == NULL) {
            complain("--origin: '%s' is %s", o->origin, error);
            return EXIT_USAGE;
        }
        if (paths->count > 1) {
            complain("--origin goes with one file only");
            return EXIT_USAGE;
        }
    }
    s->targets = arena_array(o->arena, paths->count, sizeof(*s->targets));
    for (size_t i = 0; i < paths->count; i++) {
        struct zonefile file = {0};
        if (zonefile_read(o->arena, paths->items[i], &options, &file, &error) != STATUS_OK || file.zone == NULL) {
            complain("%s", error != NULL ? error : paths->items[i]);
            return EXIT_USAGE;
        }
        if (o->report.verbosity > 0)
            complain("%s: origin from %s, %zu records", paths->items[i], file.origin_from, file.record_count);
        zones[i] = file.zone;
        s->targets[s->target_count++] = (struct wanted){
            .typed = paths->items[i],
            .target = {.name = file.apex, .source_file = strcmp(paths->items[i], "-") == 0 ? "standard input" : paths->items[i],
                       .source_line = 1, .zone = file.zone, .zone_errors = file.errors,
                       .zone_error_count = file.error_count},
        };
    }
    qsort(s->targets, s->target_count, sizeof(*s->targets), by_apex);
    for (size_t i = 1; i < s->target_count; i++) {
        if (dname_equal(s->targets[i].target.name, s->targets[i - 1].target.name)) {
            char text[DNAME_TEXT_MAX];
            complain("%s and %s hold the same zone %s; give one of them", s->targets[i - 1].typed, s->targets[i].typed,
                     dname_text_into(s->targets[i].target.name, text));
            return EXIT_USAGE;
        }
    }
    return -1;
}

static void free_zones(struct zone **zones, size_t count)
{
    for (size_t i = 0; zones != NULL && i < count; i++)
        zone_free(zones[i]);
}

int command_zone(struct options *o)
{
    struct setup s = {0};
    struct paths paths = {0};
    struct zone **zones = NULL;
    const char *error = NULL;
    int code = setup_settings(&s, o);
    if (code == -1 && o->fingerprints != NULL &&
        fingerprints_load_dir(o->fingerprints, o->arena, &error) != STATUS_OK) {
        complain("%s", error != NULL ? error : o->fingerprints);
        code = EXIT_USAGE;
    }
    if (code == -1)
        code = collect_paths(o, &paths);
    if (code == -1) {
        zones = arena_array(o->arena, paths.count, sizeof(struct zone *));
        code = zones != NULL ? read_zones(o, &s, &paths, zones) : EXIT_TROUBLE;
    }
    if (code == -1)
        code = setup_checks(&s, o);
    if (code == -1) {
        const dname **names = arena_array(o->arena, s.target_count, sizeof(*names));
        const struct zone **list = arena_array(o->arena, s.target_count, sizeof(*list));
        for (size_t i = 0; i < s.target_count; i++) {
            names[i] = s.targets[i].target.name;
            list[i] = s.targets[i].target.zone;
        }
        s.settings.targets = names;
        s.settings.targets_count = s.target_count;
        setup_digest(&s, o);
        const struct offline offline = {.zones = list, .count = s.target_count};
        const struct zone_set set = {.zones = list, .count = s.target_count};
        const struct plan plan = {.options = o, .setup = &s, .origin = ORIGIN_FILES, .files = offline_source(&offline),
                                  .zones = &set, .resolver = "none"};
        code = runner_run(&plan);
    }
    free_zones(zones, paths.count);
    return code;
}
