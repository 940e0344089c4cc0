/* SPDX-License-Identifier: BSD-2-Clause */
/* The book of all services: built once, on the first look-up, from the embedded files and those of
 * --fingerprints. */
#include "auditor/base/table.h"
#include "fingerprints/data.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (256 * 1024)
#define FILES_MAX 5000

/* Patterns with '*' or '?' are few: they are tried one by one; the rest is found by hash. */
struct glob {
    const struct pattern *pattern;
    const struct service *service;
};

struct book {
    struct arena *arena;
    const struct service **services; /* sorted by id */
    size_t count;
    struct table *suffixes; /* literal CNAME suffix -> service */
    struct table *ns;       /* literal name server -> service */
    struct glob *suffix_globs;
    size_t suffix_glob_count;
    struct glob *ns_globs;
    size_t ns_glob_count;
};

/* Immutable after `once` has run. `added` is filled before, by one thread. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct book book;
static bool opened;
static const struct service *added[FILES_MAX];
static size_t added_count;

static _Noreturn void die(const char *what, const char *why)
{
    fprintf(stderr, "zonevet: internal: fingerprints: %s: %s\n", what, why);
    abort();
}

static void index_pattern(const struct pattern *pattern, const struct service *service, struct table *literal,
                          struct glob *globs, size_t *glob_count)
{
    if (pattern->glob) {
        globs[(*glob_count)++] = (struct glob){pattern, service};
        return;
    }
    size_t length = dname_length(pattern->name);
    /* The first service in order of id keeps a pattern that two claim. */
    if (table_get(literal, pattern->name, length) == NULL &&
        table_put(literal, pattern->name, length, (void *)(uintptr_t)service) != 0)
        die(service->public.id, "no memory");
}

static void index_services(void)
{
    size_t cnames = 0;
    size_t servers = 0;
    for (size_t i = 0; i < book.count; i++) {
        cnames += book.services[i]->cname_count;
        servers += book.services[i]->ns_count;
    }
    book.suffixes = table_new();
    book.ns = table_new();
    book.suffix_globs = arena_array(book.arena, cnames + 1, sizeof *book.suffix_globs);
    book.ns_globs = arena_array(book.arena, servers + 1, sizeof *book.ns_globs);
    if (book.suffixes == NULL || book.ns == NULL || book.suffix_globs == NULL || book.ns_globs == NULL)
        die("index", "no memory");
    for (size_t i = 0; i < book.count; i++) {
        const struct service *s = book.services[i];
        for (size_t n = 0; n < s->cname_count; n++)
            index_pattern(&s->cname[n], s, book.suffixes, book.suffix_globs, &book.suffix_glob_count);
        for (size_t n = 0; n < s->ns_count; n++)
            index_pattern(&s->ns[n], s, book.ns, book.ns_globs, &book.ns_glob_count);
    }
}

static int by_id(const void *a, const void *b)
{
    const struct service *const *left = a;
    const struct service *const *right = b;
    return strcmp((*left)->public.id, (*right)->public.id);
}

/* A service of --fingerprints replaces the one of the same id. */
static bool replaced(const char *id)
{
    for (size_t i = 0; i < added_count; i++) {
        if (strcmp(added[i]->public.id, id) == 0)
            return true;
    }
    return false;
}

static void open_book(void)
{
    opened = true;
    book.arena = arena_new(0);
    if (book.arena == NULL)
        die("services", "no memory");
    book.services = arena_array(book.arena, embedded_file_count + added_count + 1, sizeof *book.services);
    if (book.services == NULL)
        die("services", "no memory");
    for (size_t i = 0; i < embedded_file_count; i++) {
        const struct embedded_file *file = &embedded_files[i];
        struct service *service = NULL;
        const char *error = NULL;
        if (service_parse(book.arena, (const char *)file->octets, file->length, &service, &error) !=
            STATUS_OK)
            die(file->name, error);
        if (!replaced(service->public.id))
            book.services[book.count++] = service;
    }
    for (size_t i = 0; i < added_count; i++)
        book.services[book.count++] = added[i];
    qsort(book.services, book.count, sizeof *book.services, by_id);
    index_services();
}

/* ---- look-ups ---- */

static bool excluded(const struct service *service, const dname *target)
{
    for (size_t i = 0; i < service->public.not_count; i++) {
        if (pattern_suffix(&service->public.not_these[i], target))
            return true;
    }
    return false;
}

/* The service whose pattern has exactly the labels of `suffix`, a tail of target; literal patterns go first.
 */
static const struct service *suffix_service(const dname *suffix, const dname *target)
{
    unsigned labels = dname_labels(suffix);
    const struct service *found = table_get(book.suffixes, suffix, dname_length(suffix));
    if (found != NULL && !excluded(found, target))
        return found;
    for (size_t i = 0; i < book.suffix_glob_count; i++) {
        const struct glob *glob = &book.suffix_globs[i];
        if (glob->pattern->labels == labels && pattern_equals(glob->pattern, suffix) &&
            !excluded(glob->service, target))
            return glob->service;
    }
    return NULL;
}

const struct fingerprint *fingerprints_cname(const dname *target, const dname **suffix)
{
    pthread_once(&once, open_book);
    dname folded[DNAME_MAX];
    size_t length = dname_length(target);
    memcpy(folded, target, length);
    dname_lower_in_place(folded);
    for (const dname *at = folded; !dname_is_root(at); at = dname_parent(at)) {
        const struct service *service = suffix_service(at, folded);
        if (service != NULL) {
            if (suffix != NULL)
                *suffix = target + (at - folded);
            return &service->public;
        }
    }
    return NULL;
}

const struct fingerprint *fingerprints_ns(const dname *server)
{
    pthread_once(&once, open_book);
    dname folded[DNAME_MAX];
    size_t length = dname_length(server);
    memcpy(folded, server, length);
    dname_lower_in_place(folded);
    const struct service *service = table_get(book.ns, folded, length);
    for (size_t i = 0; service == NULL && i < book.ns_glob_count; i++) {
        if (pattern_equals(book.ns_globs[i].pattern, folded))
            service = book.ns_globs[i].service;
    }
    return service != NULL ? &service->public : NULL;
}

const struct fingerprint *fingerprints_address(const struct address *address)
{
    pthread_once(&once, open_book);
    for (size_t i = 0; i < book.count; i++) {
        const struct service *service = book.services[i];
        for (size_t n = 0; n < service->address_count; n++) {
            if (cidr_contains(&service->addresses[n], address))
                return &service->public;
        }
    }
    return NULL;
}

bool fingerprint_choosable(const struct fingerprint *service, const dname *target, const dname *suffix)
{
    for (size_t i = 0; i < service->unchoosable_count; i++) {
        if (pattern_equals(&service->unchoosable[i], target))
            return false;
    }
    if (dname_labels(target) > dname_labels(suffix))
        return true;
    /* The target is the suffix itself: the provider's own name, unless a customer's text is inside its first
     * label (as in *-portal.provider.example). */
    for (size_t i = 0; i < book.suffix_glob_count; i++) {
        const struct glob *glob = &book.suffix_globs[i];
        if (&glob->service->public == service &&
            memchr(glob->pattern->name + 1, '*', glob->pattern->name[0]) != NULL &&
            pattern_equals(glob->pattern, target))
            return true;
    }
    return false;
}

size_t fingerprints_count(void)
{
    pthread_once(&once, open_book);
    return book.count;
}

const struct fingerprint *fingerprints_at(size_t index)
{
    pthread_once(&once, open_book);
    return &book.services[index]->public;
}

const struct fingerprint *fingerprints_by_id(const char *id)
{
    for (size_t i = 0; i < fingerprints_count(); i++) {
        if (strcmp(book.services[i]->public.id, id) == 0)
            return &book.services[i]->public;
    }
    return NULL;
}

/* ---- --fingerprints ---- */

static enum status read_file(struct arena *a, const char *path, char **text, size_t *length)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL)
        return STATUS_IO;
    char *octets = arena_alloc(a, FILE_MAX + 1);
    enum status status = octets != NULL ? STATUS_OK : STATUS_NOMEM;
    if (octets != NULL) {
        *length = fread(octets, 1, FILE_MAX + 1, in);
        if (ferror(in))
            status = STATUS_IO;
        else if (*length > FILE_MAX)
            status = STATUS_LIMIT;
    }
    fclose(in);
    *text = octets;
    return status;
}

static enum status add_file(struct arena *forever, const char *folder, const char *name, const char **error)
{
    struct arena *scratch = arena_new(0);
    struct service *service = NULL;
    char *text = NULL;
    size_t length = 0;
    *error = "a readable JSON file of at most 256 KiB is expected";
    enum status status = scratch == NULL ? STATUS_NOMEM : STATUS_OK;
    if (status == STATUS_OK)
        status = read_file(scratch, arena_printf(scratch, "%s/%s", folder, name), &text, &length);
    if (status == STATUS_OK)
        status = service_parse(forever, text, length, &service, error);
    if (status == STATUS_OK && (replaced(service->public.id) || added_count == FILES_MAX)) {
        *error = "an id that no other file of the folder has is expected";
        status = STATUS_MALFORMED;
    }
    if (status == STATUS_OK)
        added[added_count++] = service;
    arena_free(scratch);
    return status;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_json(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 5 && entry->d_name[0] != '.' && strcmp(entry->d_name + length - 5, ".json") == 0;
}

enum status fingerprints_load_dir(const char *folder, struct arena *a, const char **error)
{
    static struct arena *forever; /* with the tables above: lives as long as the process */
    if (opened) {
        *error = "fingerprints: the folder must be given before the first look-up";
        return STATUS_USAGE;
    }
    if (forever == NULL)
        forever = arena_new(0);
    struct dirent **entries = NULL;
    int count = forever != NULL ? scandir(folder, &entries, is_json, by_name) : -1;
    if (count < 0) {
        *error = arena_printf(a, "%s: %s", folder, strerror(errno));
        return STATUS_IO;
    }
    enum status status = STATUS_OK;
    for (int i = 0; i < count; i++) {
        const char *why = NULL;
        if (status == STATUS_OK) {
            status = add_file(forever, folder, entries[i]->d_name, &why);
            if (status != STATUS_OK)
                *error = arena_printf(a, "%s/%s: %s", folder, entries[i]->d_name, why);
        }
        free(entries[i]);
    }
    free(entries);
    return status;
}
