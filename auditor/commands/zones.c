/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds zone files and reads them; zones of one run are judged together, so each may be there once. */
#include "auditor/commands/zones.h"

#include "auditor/commands/config.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PATHS_MAX 100000U
#define DEPTH_MAX 16U

struct path {
    const char *real, *shown;
    enum input_side side;
};

struct paths {
    struct arena *arena;
    struct path *items;
    size_t count, capacity;
};

static bool add_path(struct paths *p, const char *real, const char *shown, enum input_side side)
{
    if (p->count == PATHS_MAX)
        return false;
    if (p->count == p->capacity) {
        size_t capacity = p->capacity != 0 ? p->capacity * 2 : 16;
        struct path *items = arena_array(p->arena, capacity, sizeof(*items));
        if (items == NULL)
            return false;
        if (p->count > 0)
            memcpy(items, p->items, p->count * sizeof(*items));
        p->items = items;
        p->capacity = capacity;
    }
    p->items[p->count++] = (struct path){real, shown, side};
    return true;
}

static int by_shown(const void *pa, const void *pb)
{
    const struct path *a = pa;
    const struct path *b = pb;
    return strcmp(a->shown, b->shown);
}

/* Files first in name order, then what lies in folders below; hidden ones and links to folders are left out. */
static int add_directory(struct paths *p, const char *real, const char *shown, enum input_side side, unsigned depth)
{
    DIR *dir = opendir(real);
    if (dir == NULL) {
        complain("%s: %s", shown, strerror(errno));
        return EXIT_USAGE;
    }
    int code = -1;
    for (struct dirent *e; code == -1 && (e = readdir(dir)) != NULL;) {
        struct stat st;
        const char *full = arena_printf(p->arena, "%s/%s", real, e->d_name);
        const char *name = arena_printf(p->arena, "%s/%s", shown, e->d_name);
        if (e->d_name[0] == '.' || full == NULL || name == NULL || lstat(full, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX && !input_folder_is_zone(full)) {
            code = add_directory(p, full, name, side, depth + 1);
        } else if ((S_ISDIR(st.st_mode) ? input_folder_is_zone(full)
                                        : stat(full, &st) == 0 && S_ISREG(st.st_mode) && input_directory_takes(full)) &&
                   !add_path(p, full, name, side)) {
            complain("%s: more than %u zone files", shown, PATHS_MAX);
            code = EXIT_USAGE;
        }
    }
    closedir(dir);
    return code;
}

static int collect_paths(struct paths *p, const struct zones_word *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct stat st;
        const bool standard_input = strcmp(words[i].path, "-") == 0;
        const char *shown = words[i].shown != NULL ? words[i].shown : standard_input ? "standard input" : words[i].path;
        size_t before = p->count;
        if (standard_input || stat(words[i].path, &st) != 0 || !S_ISDIR(st.st_mode) ||
            input_folder_is_zone(words[i].path)) {
            add_path(p, words[i].path, shown, words[i].side); /* the reader says what is wrong with it */
            continue;
        }
        int code = add_directory(p, words[i].path, shown, words[i].side, 0);
        if (code != -1)
            return code;
        if (p->count > before)
            qsort(p->items + before, p->count - before, sizeof(*p->items), by_shown);
    }
    if (p->count > 0)
        return -1;
    complain(count == 0 ? "no zone file: name at least one file or directory"
                        : "no zone file: a directory stands for its *.zone, *.db, db.* and octoDNS *.yaml files");
    return EXIT_NOTHING;
}

static int read_origin(const struct options *o, const struct paths *p, const dname **origin)
{
    const char *error = NULL;
    if (o->origin == NULL)
        return -1;
    *origin = setup_name(o->arena, o->origin, &error);
    if (*origin == NULL)
        complain("--origin: '%s' is %s", o->origin, error);
    else if (p->count > 1)
        complain("--origin goes with one file only");
    else
        return -1;
    return EXIT_USAGE;
}

static void say_origin(const struct options *o, const struct path *path, const struct input *in)
{
    char name[DNAME_TEXT_MAX];
    for (size_t i = 0; o->report.verbosity > 0 && i < in->count; i++) {
        const char *from = in->zones[i].origin_from != NULL ? in->zones[i].origin_from : "the file";
        if (o->origin == NULL && strcmp(from, "--origin") == 0)
            from = "the configuration";
        complain("%s: zone %s, origin from %s, %zu records", path->shown, dname_text_into(in->zones[i].apex, name), from,
                 in->zones[i].record_count);
    }
    for (size_t i = 0; o->report.verbosity > 0 && i < in->note_count; i++)
        complain("%s: %s", path->shown, in->notes[i]);
}

/* A zone with its number in order of reading. */
struct found {
    struct zonefile file;
    const char *shown;
    size_t order;
};

struct founds {
    struct found *list;
    size_t count, capacity;
};

static bool keep_zones(struct founds *all, const struct input *in, const char *shown)
{
    if (all->count + in->count > all->capacity) {
        size_t capacity = (all->count + in->count) * 2;
        struct found *list = realloc(all->list, capacity * sizeof(*list));
        if (list == NULL)
            return false;
        all->list = list;
        all->capacity = capacity;
    }
    for (size_t i = 0; i < in->count; i++, all->count++)
        all->list[all->count] = (struct found){in->zones[i], shown, all->count};
    return true;
}

/* The configuration says which zone a file holds; another one would be judged as if it were that. */
static bool is_as_listed(const struct path *path, const struct input *in, const dname *listed)
{
    char name[DNAME_TEXT_MAX];
    bool found = listed == NULL;
    for (size_t i = 0; i < in->count && !found; i++)
        found = dname_equal(in->zones[i].apex, listed);
    if (!found)
        complain("%s does not hold the zone %s, for which the configuration lists it", path->shown,
                 dname_text_into(listed, name));
    return found;
}

static int read_path(const struct options *o, const struct path *path, const dname *origin, struct founds *all)
{
    const char *error = NULL;
    struct input in = {0};
    const dname *listed = config_origin(o, path->real);
    const struct input_options options = {.format = o->input_format, .side = path->side,
                                          .zonefile = {.origin = origin != NULL ? origin : listed,
                                                       .shown_path = path->shown}};
    if (input_read(o->arena, path->real, &options, &in, &error) != STATUS_OK) {
        complain("%s", error != NULL ? error : path->shown);
        return EXIT_USAGE;
    }
    say_origin(o, path, &in);
    if (!is_as_listed(path, &in, origin != NULL ? NULL : listed)) {
        for (size_t i = 0; i < in.count; i++)
            zone_free(in.zones[i].zone);
        return EXIT_USAGE;
    }
    if (keep_zones(all, &in, path->shown))
        return -1;
    for (size_t i = 0; i < in.count; i++)
        zone_free(in.zones[i].zone);
    complain("out of memory");
    return EXIT_TROUBLE;
}

/* Canonical order; of one zone that was given several times the last one counts, as servers have it. */
static int by_apex(const void *pa, const void *pb)
{
    const struct found *a = pa;
    const struct found *b = pb;
    int difference = dname_compare(a->file.apex, b->file.apex);
    return difference != 0 ? difference : a->order > b->order ? -1 : 1;
}

static bool settle(struct arena *a, const struct founds *all, struct zones *out)
{
    struct zonefile *files = arena_array(a, all->count, sizeof(*files));
    const struct zone **zones = arena_array(a, all->count, sizeof(*zones));
    out->targets = arena_array(a, all->count, sizeof(*out->targets));
    if (files == NULL || zones == NULL || out->targets == NULL)
        return false;
    for (size_t i = 0; i < all->count; i++) {
        const struct found *f = &all->list[i];
        files[i] = f->file;
        zones[i] = f->file.zone;
        if (i > 0 && dname_equal(f->file.apex, all->list[i - 1].file.apex))
            continue;
        out->targets[out->count++] = (struct wanted){
            .typed = f->shown,
            .target = {.name = f->file.apex, .source_file = f->shown, .source_line = 1, .zone = f->file.zone,
                       .zone_errors = f->file.errors, .zone_error_count = f->file.error_count},
        };
    }
    out->files = files;
    out->file_count = all->count;
    out->set = (struct zone_set){.zones = zones, .count = all->count};
    return true;
}

int zones_read(const struct options *o, const struct zones_word *words, size_t count, struct zones *out)
{
    struct paths paths = {.arena = o->arena};
    struct founds all = {0};
    const dname *origin = NULL;
    *out = (struct zones){0};
    int code = collect_paths(&paths, words, count);
    if (code == -1)
        code = read_origin(o, &paths, &origin);
    for (size_t i = 0; code == -1 && i < paths.count; i++)
        code = read_path(o, &paths.items[i], origin, &all);
    if (code == -1 && all.count == 0) {
        complain("no zone: %s holds none", paths.items[0].shown);
        code = EXIT_NOTHING;
    }
    if (all.count > 1)
        qsort(all.list, all.count, sizeof(*all.list), by_apex);
    if (code == -1 && !settle(o->arena, &all, out))
        code = EXIT_TROUBLE;
    for (size_t i = 0; code != -1 && i < all.count; i++)
        zone_free(all.list[i].file.zone);
    free(all.list);
    return code;
}

void zones_free(struct zones *z)
{
    for (size_t i = 0; i < z->file_count; i++)
        zone_free(z->files[i].zone);
    *z = (struct zones){0};
}

void setup_zones(struct setup *s, const struct zones *zones)
{
    const dname **names = arena_array(s->arena, zones->count, sizeof(*names));
    for (size_t i = 0; names != NULL && i < zones->count; i++)
        names[i] = zones->targets[i].target.name;
    s->targets = zones->targets;
    s->target_count = zones->count;
    s->settings.targets = names;
    s->settings.targets_count = names != NULL ? zones->count : 0;
}

int zones_of_one(const struct options *o, struct zone *zone, const char *shown, struct zones *out)
{
    const struct found one = {.file = {.zone = zone, .apex = zone_apex(zone)}, .shown = shown};
    struct found list[1] = {one};
    const struct founds all = {.list = list, .count = 1};
    if (settle(o->arena, &all, out))
        return -1;
    zone_free(zone);
    complain("out of memory");
    return EXIT_TROUBLE;
}
