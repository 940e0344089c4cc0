/* SPDX-License-Identifier: BSD-2-Clause */
/* Which format a file has, and its bytes. */
#define _XOPEN_SOURCE 700
#include "auditor/inputs/input.h"

#include "auditor/base/text.h"
#include "auditor/inputs/formats.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX ((size_t)256 << 20)
#define SNIFF_OCTETS 65536U

static const struct {
    const char *text;
    enum input_format format;
} format_names[] = {
    {"auto", INPUT_AUTO},
    {"zonefile", INPUT_ZONEFILE},
    {"octodns", INPUT_OCTODNS},
    {"terraform", INPUT_TERRAFORM},
    {"route53", INPUT_ROUTE53},
    {"cloudflare", INPUT_CLOUDFLARE},
    {"dnscontrol", INPUT_DNSCONTROL},
};

bool input_format_from_text(const char *text, enum input_format *out)
{
    for (size_t i = 0; i < ARRAY_SIZE(format_names); i++) {
        if (strcmp(format_names[i].text, text) == 0) {
            *out = format_names[i].format;
            return true;
        }
    }
    return false;
}

const char *input_format_text(enum input_format format)
{
    return format_names[format].text; /* in the order of the enum */
}

/* ---- files ---------------------------------------- */

enum status format_failed(struct build *b, const struct source_text *source, const struct doc_error *e,
                          const char **error)
{
    /* Some messages quote the file. */
    const char *message = text_gate(b->arena, e->message, strlen(e->message), TEXT_MESSAGE_MAX);
    *error = arena_printf(b->arena, "%s:%u:%u: %s", source->shown, e->place.line, e->place.column, message);
    return e->status;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* All octets of a descriptor, at most FILE_MAX. */
static enum status read_all(struct arena *a, int fd, const char *shown, size_t expected, char **text,
                            size_t *length, const char **error)
{
    size_t room = expected + 1 < 65536 ? 65536 : expected + 1;
    size_t used = 0;
    char *data = malloc(room);
    for (;;) {
        if (data == NULL)
            return STATUS_NOMEM;
        ssize_t got = read(fd, data + used, room - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            *error = arena_printf(a, "%s: %s", shown, strerror(errno));
            free(data);
            return STATUS_IO;
        }
        if (got == 0)
            break;
        used += (size_t)got;
        if (used > FILE_MAX) {
            *error = arena_printf(a, "%s: larger than 256 MiB", shown);
            free(data);
            return STATUS_LIMIT;
        }
        if (used == room) {
            char *more = realloc(data, room * 2);
            if (more == NULL)
                free(data);
            data = more;
            room *= 2;
        }
    }
    *text = data;
    *length = used;
    return STATUS_OK;
}

static enum status read_regular(struct arena *a, int fd, const char *shown, char **text, size_t *length,
                                const char **error)
{
    struct stat before;
    struct stat after;
    if (fstat(fd, &before) != 0 || !S_ISREG(before.st_mode)) {
        *error = arena_printf(a, "%s: not a regular file", shown);
        return STATUS_IO;
    }
    if ((size_t)before.st_size > FILE_MAX) {
        *error = arena_printf(a, "%s: larger than 256 MiB", shown);
        return STATUS_LIMIT;
    }
    enum status status = read_all(a, fd, shown, (size_t)before.st_size, text, length, error);
    if (status == STATUS_OK && (fstat(fd, &after) != 0 || !same_file(&before, &after))) {
        *error = arena_printf(a, "%s: changed while it was read", shown);
        free(*text);
        *text = NULL;
        status = STATUS_IO;
    }
    return status;
}

enum status format_read_file(struct arena *a, const char *path, const char *shown, char **text,
                             size_t *length, const char **error)
{
    if (strcmp(path, "-") == 0)
        return read_all(a, STDIN_FILENO, shown, 0, text, length, error);
    /* O_NONBLOCK: a FIFO must not hold us before we can see that it is one. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        *error = arena_printf(a, "%s: %s", shown, strerror(errno));
        return STATUS_IO;
    }
    enum status status = read_regular(a, fd, shown, text, length, error);
    close(fd);
    return status;
}

/* ---- names ---------------------------------------- */

static bool ends_with(const char *text, const char *ending)
{
    size_t length = strlen(text);
    size_t tail = strlen(ending);
    return length > tail && strcmp(text + length - tail, ending) == 0;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

const dname *format_zone_of_path(struct arena *a, const char *path, const char *ending)
{
    const char *base = base_name(path);
    const char *error = NULL;
    const dname *name = NULL;
    size_t length = 0;
    if (!ends_with(base, ending))
        return NULL;
    base += *base == '$'; /* the catch-all of a split zone */
    size_t stem = strlen(base) - strlen(ending);
    const char *ascii = stem > 0 ? name_to_ascii(a, base, stem, &length, &error) : NULL;
    /* A plain word such as "records.yaml" names no zone; a name with a dot does. */
    if (ascii == NULL || memchr(ascii, '.', length) == NULL || *ascii == '.' ||
        dname_from_text_n(a, ascii, length, &name) != STATUS_OK)
        return NULL;
    return dname_lower(a, name);
}

static bool yaml_name(const char *name)
{
    return ends_with(name, ".yaml") || ends_with(name, ".yml");
}

static bool zone_file_name(const char *name)
{
    return ends_with(name, ".zone") || ends_with(name, ".db") ||
           (strncmp(name, "db.", 3) == 0 && name[3] != '\0');
}

bool input_file_name(const char *name)
{
    if (*name == '.' || *name == '\0')
        return false;
    if (zone_file_name(name))
        return true;
    if (!yaml_name(name))
        return false;
    /* "example.org.yaml" may be a zone, "production.yaml" is somebody's configuration. */
    size_t stem = strlen(name) - (ends_with(name, ".yaml") ? 5 : 4);
    return memchr(name, '.', stem) != NULL && memchr(name, ' ', stem) == NULL;
}

/* ---- beginnings ---------------------------------------- */

static bool record_type(const char *word, size_t length)
{
    char type[24];
    if (length == 0 || length >= sizeof(type) || !isupper((unsigned char)word[0]))
        return false;
    memcpy(type, word, length);
    type[length] = '\0';
    return strcmp(type, "ALIAS") == 0 || rrtype_from_text(type) != 0;
}

/* "type: A" somewhere below a name: what every record of octoDNS has and other files hardly ever. */
static bool has_typed_record(const char *text, size_t length)
{
    static const char key[] = "type: ";
    const size_t size = sizeof(key) - 1;
    const char *end = text + length;
    for (const char *at = text + 1; length > size && at < end - size; at++) {
        at = memchr(at, 't', (size_t)(end - size - at));
        if (at == NULL)
            return false;
        if (memcmp(at, key, size) != 0 || strchr(" ,{", at[-1]) == NULL)
            continue;
        const char *word = at + size;
        word += word < end && (*word == '"' || *word == '\'');
        const char *stop = word;
        while (stop < end && isalnum((unsigned char)*stop))
            stop++;
        if (record_type(word, (size_t)(stop - word)))
            return true;
    }
    return false;
}

static bool has(const char *text, size_t length, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = text; size <= length && at <= text + length - size; at++) {
        at = memchr(at, *word, (size_t)(text + length - size - at) + 1);
        if (at == NULL)
            return false;
        if (memcmp(at, word, size) == 0)
            return true;
    }
    return false;
}

static const char *skip_blanks(const char *text, size_t length)
{
    const char *end = text + length;
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    while (text < end && strchr(" \t\r\n", *text) != NULL && *text != '\0')
        text++;
    return text;
}

/* What a JSON text is, by members that only one of the formats has at its top. */
static enum input_format detect_json(const char *text, size_t length)
{
    const size_t head = length < SNIFF_OCTETS ? length : SNIFF_OCTETS;
    if (has(text, head, "\"ResourceRecordSets\""))
        return INPUT_ROUTE53;
    if (has(text, head, "\"terraform_version\"") || has(text, head, "\"resource_changes\"") ||
        has(text, head, "\"planned_values\"") || has(text, head, "\"format_version\""))
        return INPUT_TERRAFORM;
    if (has(text, head, "\"content\"") || has(text, head, "\"result\"") || *skip_blanks(text, length) == '[')
        return INPUT_CLOUDFLARE;
    return INPUT_AUTO;
}

/* name NULL: standard input. INPUT_AUTO: JSON of nobody we know. */
static enum input_format detect(const char *name, const char *text, size_t length)
{
    const char *first = skip_blanks(text, length);
    if (name != NULL && yaml_name(name))
        return INPUT_OCTODNS;
    if ((name != NULL && ends_with(name, ".json")) ||
        (first < text + length && (*first == '{' || *first == '[')))
        return detect_json(text, length);
    if (text + length - first >= 4 && memcmp(first, "---", 3) == 0 && (first[3] == '\n' || first[3] == '\r'))
        return INPUT_OCTODNS;
    return INPUT_ZONEFILE;
}

bool input_directory_takes(const char *path)
{
    const char *name = base_name(path);
    char head[SNIFF_OCTETS];
    if (!input_file_name(name))
        return false;
    if (!yaml_name(name))
        return true;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return true; /* the reader says what is wrong with it */
    ssize_t got = read(fd, head, sizeof(head));
    close(fd);
    return got > 0 && has_typed_record(head, (size_t)got);
}

/* ---- reading ---------------------------------------- */

static enum status from_zonefile(struct arena *a, const char *path, const struct source_text *source,
                                 const struct input_options *options, struct input *out, const char **error)
{
    struct zonefile *file = arena_alloc(a, sizeof(*file));
    struct zonefile_options shown = options->zonefile;
    enum status status = STATUS_NOMEM;
    if (file == NULL)
        return status;
    if (source != NULL) { /* standard input, read already */
        shown.shown_path = source->shown;
        status = zonefile_parse(a, source->text, source->length, &shown, file, error);
    } else {
        status = zonefile_read(a, path, &shown, file, error);
    }
    *out = (struct input){.format = INPUT_ZONEFILE, .zones = file, .count = status == STATUS_OK ? 1 : 0};
    if (status == STATUS_OK && options->format == INPUT_DNSCONTROL) {
        out->format = INPUT_DNSCONTROL;
        file->managed_apex = true;
        zone_set_gaps(file->zone, ZONE_GAP_APEX);
    }
    return status;
}

static enum status unknown_json(struct arena *a, const char *shown, const char **error)
{
    *error = arena_printf(
        a,
        "%s:1:1: JSON that is none of these: a plan ('terraform show -json PLAN'), the record sets of "
        "Route 53, the DNS records of Cloudflare; --input-format says which it is",
        shown);
    return STATUS_MALFORMED;
}

static enum status read_built(struct arena *a, enum input_format format, const struct source_text *source,
                              const struct input_options *options, struct input *out, const char **error)
{
    struct build b;
    enum status status = STATUS_NOMEM;
    if (!build_begin(&b, a, source->shown, options)) {
        *error = "out of memory";
        return status;
    }
    switch (format) {
    case INPUT_OCTODNS:
        status = source->text != NULL ? octodns_read(&b, source, error)
                                      : octodns_read_folder(&b, source->path, source->shown, error);
        break;
    case INPUT_TERRAFORM:
        status = terraform_read(&b, source, error);
        break;
    case INPUT_ROUTE53:
        status = route53_read(&b, source, error);
        break;
    default:
        status = cloudflare_read(&b, source, error);
    }
    if (status != STATUS_OK) {
        build_abandon(&b);
        if (status == STATUS_NOMEM && *error == NULL)
            *error = "out of memory";
        return status;
    }
    out->format = format;
    return build_finish(&b, out, error);
}

static enum status read_text(struct arena *a, const struct source_text *source,
                             const struct input_options *options, struct input *out, const char **error)
{
    enum input_format format = options->format;
    if (source->length >= 2 &&
        (memcmp(source->text, "\xff\xfe", 2) == 0 || memcmp(source->text, "\xfe\xff", 2) == 0)) {
        *error = arena_printf(a, "%s:1:1: UTF-16: expected UTF-8 (in PowerShell: Out-File -Encoding utf8)",
                              source->shown);
        return STATUS_MALFORMED;
    }
    if (format == INPUT_AUTO)
        format = detect(source->path != NULL ? base_name(source->path) : NULL, source->text, source->length);
    if (format == INPUT_AUTO)
        return unknown_json(a, source->shown, error);
    if (format == INPUT_ZONEFILE || format == INPUT_DNSCONTROL)
        return from_zonefile(a, source->path, source->path == NULL ? source : NULL, options, out, error);
    return read_built(a, format, source, options, out, error);
}

bool input_folder_is_zone(const char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    return length > 1 && path[length - 1] == '.' && path[length - 2] != '.' && path[length - 2] != '/';
}

static bool is_folder(const char *path)
{
    struct stat st;
    return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

enum status input_read(struct arena *a, const char *path, const struct input_options *options,
                       struct input *out, const char **error)
{
    const bool standard_input = strcmp(path, "-") == 0;
    const char *shown = options->zonefile.shown_path != NULL ? options->zonefile.shown_path
                        : standard_input                     ? "standard input"
                                                             : path;
    struct source_text source = {.path = standard_input ? NULL : path, .shown = shown};
    *out = (struct input){0};
    *error = NULL;
    if (((options->format == INPUT_ZONEFILE || options->format == INPUT_DNSCONTROL) && !standard_input) ||
        (options->format == INPUT_AUTO && !standard_input && zone_file_name(base_name(path))))
        return from_zonefile(a, path, NULL, options, out, error);
    if (is_folder(path) && (options->format == INPUT_AUTO || options->format == INPUT_OCTODNS))
        return read_built(a, INPUT_OCTODNS, &source, options, out, error);
    char *text = NULL;
    enum status status = format_read_file(a, path, shown, &text, &source.length, error);
    source.text = text;
    if (status == STATUS_OK)
        status = read_text(a, &source, options, out, error);
    if (status == STATUS_NOMEM && *error == NULL)
        *error = "out of memory";
    free(text);
    return status;
}

enum status input_parse(struct arena *a, const char *text, size_t length, const char *shown,
                        const struct input_options *options, struct input *out, const char **error)
{
    const struct source_text source = {.shown = shown, .text = text, .length = length};
    *out = (struct input){0};
    *error = NULL;
    return read_text(a, &source, options, out, error);
}
