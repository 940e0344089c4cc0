/* SPDX-License-Identifier: BSD-2-Clause */
/* Master files: opening them, where names begin, and what comes out at the end. Errors are collected, reading
 * goes on at the next entry. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "auditor/facts/zonefile.h"

#include "auditor/facts/zonefile_parser.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RECORDS_MAX 50000000U
#define GENERATE_MAX 1000000U
#define HEAD_MAX ((size_t)1 << 18) /* octets that are searched for the SOA before reading begins */

/* ---- entries --------------------------------------------------------------------------------- */

static void scan_error(struct parser *p, const struct entry *e)
{
    const struct location where = {p->now.file, e->error_line, e->error_column, e->error_line,
                                   e->error_column + 1};
    report_at(p, e->fault, &where, NULL, e->error);
}

static void read_entry(struct parser *p, const struct entry *e)
{
    parse_begin(p, e);
    if (e->error != NULL)
        scan_error(p, e);
    else if (!e->leading_blank && !e->tokens[0].quoted && e->tokens[0].length > 0 &&
             e->tokens[0].text[0] == '$')
        directive_parse(p, e);
    else
        record_parse(p, e);
}

/* ---- where names begin ----------------------------------------------------------------------- */

/* The owner of the first SOA, if it is absolute and no $ORIGIN stands before it. */
static const dname *soa_owner(struct arena *a, const char *text, size_t length)
{
    struct scanner s = scanner_new(text, length);
    struct entry e = {0};
    const dname *owner = NULL;
    for (unsigned entries = 0; entries < 1000 && scanner_next(&s, &e); entries++) {
        bool soa = false;
        if (e.error != NULL || e.count == 0)
            continue;
        if (token_is(&e.tokens[0], "$ORIGIN"))
            break;
        for (size_t i = 1; i < e.count && i < 4 && !soa; i++)
            soa = token_is(&e.tokens[i], "SOA");
        const struct token *first = &e.tokens[0];
        if (!soa || e.leading_blank || first->length == 0 || first->text[first->length - 1] != '.')
            continue;
        dname name[DNAME_MAX];
        if (token_name(first, NULL, name) == NULL)
            owner = dname_lower(a, name);
        break;
    }
    entry_free(&e);
    return owner;
}

/* "zones/db.example.test", "example.test.zone": the zone's name. */
static const dname *name_from_path(struct arena *a, const char *path)
{
    static const char *const endings[] = {".zone", ".db", ".txt"};
    const char *slash = strrchr(path, '/');
    char *base = arena_strdup(a, slash != NULL ? slash + 1 : path);
    bool marked = false;
    const dname *name = NULL;
    if (base == NULL)
        return NULL;
    if (strncmp(base, "db.", 3) == 0) {
        base += 3;
        marked = true;
    }
    for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
        size_t length = strlen(base);
        size_t ending = strlen(endings[i]);
        if (length > ending && strcmp(base + length - ending, endings[i]) == 0) {
            base[length - ending] = '\0';
            marked = true;
            break;
        }
    }
    for (const char *c = base; *c != '\0'; c++) {
        if (*c <= 0x20 || *c == 0x7f)
            return NULL;
    }
    /* A plain word such as "zonefile" names no zone; a name with a dot does. */
    if (!marked && strchr(base, '.') == NULL)
        return NULL;
    return dname_from_text(a, base, &name) == STATUS_OK ? dname_lower(a, name) : NULL;
}

/* The next entry with words. @return false at the end and at an error */
static bool next_words(struct scanner *s, struct entry *e)
{
    bool more = scanner_next(s, e);
    while (more && e->count == 0 && e->error == NULL)
        more = scanner_next(s, e);
    return more && e->error == NULL;
}

/* $ORIGIN is the first directive, or the second behind $TTL. */
static bool begins_with_origin(const char *text, size_t length)
{
    struct scanner s = scanner_new(text, length);
    struct entry e = {0};
    bool found = next_words(&s, &e) && token_is(&e.tokens[0], "$ORIGIN");
    if (!found && e.error == NULL && e.count > 0 && token_is(&e.tokens[0], "$TTL"))
        found = next_words(&s, &e) && token_is(&e.tokens[0], "$ORIGIN");
    entry_free(&e);
    return found;
}

/* Whole lines of the beginning. */
static size_t head_of(struct feed *feed)
{
    size_t length = feed_peek(feed, HEAD_MAX);
    if (length < HEAD_MAX)
        return length;
    for (length = HEAD_MAX; length > 0 && feed->ahead[length - 1] != '\n';)
        length--;
    return length;
}

/* The origin of names before any $ORIGIN (DESIGN section 10, decision 14). */
static void first_origin(struct parser *p, const char *path, struct feed *feed)
{
    size_t length = head_of(feed);
    const char *text = feed->ahead;
    if (p->options->origin != NULL) {
        p->now.origin = p->options->origin;
        p->out->origin_from = "--origin";
        return;
    }
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        length -= 3;
    }
    p->now.origin = length > 0 ? soa_owner(p->arena, text, length) : NULL;
    p->out->origin_from = p->now.origin != NULL ? "SOA" : NULL;
    if (p->now.origin == NULL && path != NULL && !(length > 0 && begins_with_origin(text, length))) {
        p->now.origin = name_from_path(p->arena, path);
        p->out->origin_from = p->now.origin != NULL ? "file name" : NULL;
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void remark_duplicates(struct parser *p)
{
    size_t count = 0;
    size_t total = 0;
    const struct zone_duplicate *list = zone_duplicates(p->out->zone, &count, &total);
    for (size_t i = 0; i < count && !p->no_memory; i++) {
        char type[16];
        const struct zone_duplicate *d = &list[i];
        const char *message =
            arena_printf(p->scratch, "the same record stands in %s:%u already", d->first.file, d->first.line);
        if (d->where.file != NULL)
            report_record(p, ZONE_REMARK_DUPLICATE, &d->where, d->owner, d->type, rrtype_text(d->type, type),
                          message != NULL ? message : "the same record was there before");
        arena_reset(p->scratch);
    }
    if (total > count)
        p->met[ZONE_REMARK_DUPLICATE] += total - count;
}

static enum status finish(struct parser *p, const char *shown, const char **error)
{
    struct zonefile *out = p->out;
    enum status status = STATUS_OK;
    if (p->trouble != NULL) {
        *error = p->trouble;
        status = STATUS_IO;
    } else if (out->zone == NULL && p->now.origin != NULL && !p->no_memory) {
        p->no_memory = !record_begin_zone(p, p->now.origin); /* no SOA: the checks say so */
    }
    if (status == STATUS_OK && out->zone == NULL && !p->no_memory) {
        *error =
            arena_printf(p->arena,
                         "%s: the zone's name cannot be told: expected --origin, $ORIGIN, an absolute SOA "
                         "owner or a file name such as example.org.zone",
                         shown);
        status = STATUS_USAGE;
    }
    if (status == STATUS_OK && (p->no_memory || zone_finish(out->zone) != STATUS_OK)) {
        *error = arena_printf(p->arena, "%s: out of memory", shown);
        status = STATUS_NOMEM;
    }
    if (status == STATUS_OK)
        remark_duplicates(p);
    report_finish(p);
    out->errors = p->errors;
    out->error_count = p->error_count;
    out->comments = p->comments;
    out->comment_count = p->comment_count;
    out->record_count = p->records;
    if (status != STATUS_OK) {
        zone_free(out->zone);
        out->zone = NULL;
    }
    return status;
}

static size_t or_default(size_t given, size_t otherwise)
{
    return given != 0 ? given : otherwise;
}

static void read_all(struct parser *p, struct feed *feed)
{
    const bool whole = feed->fd < 0 && p->options->window == 0;
    struct scanner s = whole ? scanner_new(feed->ahead, feed->ahead_left)
                             : scanner_open(feed, parse_window(p, feed), parse_entry_limit(p));
    p->open[0] = (struct open_file){feed->before.st_dev, feed->before.st_ino};
    parse_entries(p, &s);
    if (whole)
        feed->ahead_left = 0;
    else
        scanner_free(&s);
}

static enum status parse_all(struct arena *a, const char *path, const char *folder, struct feed *feed,
                             const struct zonefile_options *options, struct zonefile *out, const char **error)
{
    const char *shown = options->shown_path != NULL ? options->shown_path : path != NULL ? path : "zone";
    struct parser *p = calloc(1, sizeof(*p));
    enum status status = STATUS_NOMEM;
    *out = (struct zonefile){0};
    if (p == NULL) {
        *error = "out of memory";
        return status;
    }
    p->arena = a;
    p->options = options;
    p->out = out;
    p->folder = folder;
    p->read_entry = read_entry;
    p->file = p->now.file = arena_strdup(a, shown);
    p->record_limit = or_default(options->record_limit, RECORDS_MAX);
    p->generate_limit = or_default(options->generate_limit, GENERATE_MAX);
    p->scratch = arena_new(0);
    p->rdata = malloc(RDATA_MAX);
    if (p->scratch != NULL && p->rdata != NULL && p->now.file != NULL) {
        first_origin(p, path, feed);
        read_all(p, feed);
        const char *trouble = feed_trouble(feed, a);
        if (p->trouble == NULL && trouble != NULL && !p->no_memory)
            p->trouble = arena_printf(a, "%s: %s", shown, trouble);
        status = finish(p, shown, error);
    }
    if (status == STATUS_NOMEM && *error == NULL)
        *error = "out of memory";
    free(p->early);
    free(p->rdata);
    arena_free(p->scratch);
    free(p);
    return status;
}

enum status zonefile_parse(struct arena *a, const char *text, size_t length,
                           const struct zonefile_options *options, struct zonefile *out, const char **error)
{
    struct feed feed = feed_text(text, length);
    *error = NULL;
    return parse_all(a, NULL, NULL, &feed, options, out, error);
}

/* Real path of the folder that holds the file. */
static const char *folder_of(struct arena *a, const char *path)
{
    char real[4096];
    const char *slash = strrchr(path, '/');
    const char *folder = slash == NULL   ? "."
                         : slash == path ? "/"
                                         : arena_strndup(a, path, (size_t)(slash - path));
    return folder != NULL && realpath(folder, real) != NULL ? arena_strdup(a, real) : NULL;
}

enum status zonefile_read(struct arena *a, const char *path, const struct zonefile_options *options,
                          struct zonefile *out, const char **error)
{
    bool standard_input = strcmp(path, "-") == 0;
    struct zonefile_options shown = *options;
    struct feed feed;
    *error = NULL;
    if (standard_input && shown.shown_path == NULL)
        shown.shown_path = "standard input";
    /* O_NONBLOCK: a FIFO must not hold us before we can see that it is one. */
    int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        *error = arena_printf(a, "%s: %s", path, strerror(errno));
        return STATUS_IO;
    }
    const char *refused = feed_open(&feed, fd);
    enum status status = STATUS_IO;
    if (refused != NULL)
        *error = arena_printf(a, "%s: %s", shown.shown_path != NULL ? shown.shown_path : path, refused);
    else
        status = parse_all(a, standard_input ? NULL : path, standard_input ? NULL : folder_of(a, path), &feed,
                           &shown, out, error);
    feed_close(&feed);
    return status;
}
