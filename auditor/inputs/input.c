/* SPDX-License-Identifier: BSD-2-Clause */
/* Which format a file has, and its reader. */
#define _XOPEN_SOURCE 700
#include "auditor/inputs/input.h"

#include "auditor/inputs/formats.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* ---- names ---------------------------------------- */

static bool yaml_name(const char *name)
{
    return text_ends_with(name, ".yaml") || text_ends_with(name, ".yml");
}

static bool zone_file_name(const char *name)
{
    return text_ends_with(name, ".zone") || text_ends_with(name, ".db") ||
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
    size_t stem = strlen(name) - (text_ends_with(name, ".yaml") ? 5 : 4);
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
    if ((name != NULL && text_ends_with(name, ".json")) ||
        (first < text + length && (*first == '{' || *first == '[')))
        return detect_json(text, length);
    if (text + length - first >= 4 && memcmp(first, "---", 3) == 0 && (first[3] == '\n' || first[3] == '\r'))
        return INPUT_OCTODNS;
    return INPUT_ZONEFILE;
}

bool input_directory_takes(const char *path)
{
    const char *name = path_base(path);
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
        format = detect(source->path != NULL ? path_base(source->path) : NULL, source->text, source->length);
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

/* A master file by its beginning, whatever its name: it is read in pieces then, for it may be large. */
static bool begins_as_zonefile(const char *path)
{
    char head[SNIFF_OCTETS];
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t got = read(fd, head, sizeof(head));
    close(fd);
    bool utf16 = got >= 2 && (memcmp(head, "\xff\xfe", 2) == 0 || memcmp(head, "\xfe\xff", 2) == 0);
    return got > 0 && !utf16 && detect(path_base(path), head, (size_t)got) == INPUT_ZONEFILE;
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
        (options->format == INPUT_AUTO && !standard_input && zone_file_name(path_base(path))))
        return from_zonefile(a, path, NULL, options, out, error);
    if (is_folder(path) && (options->format == INPUT_AUTO || options->format == INPUT_OCTODNS))
        return read_built(a, INPUT_OCTODNS, &source, options, out, error);
    if (options->format == INPUT_AUTO && !standard_input && begins_as_zonefile(path))
        return from_zonefile(a, path, NULL, options, out, error);
    char *text = NULL;
    enum status status = source_read(a, path, shown, &text, &source.length, error);
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
