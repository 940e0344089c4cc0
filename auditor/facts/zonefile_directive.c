/* SPDX-License-Identifier: BSD-2-Clause */
/* Directives of master files: $ORIGIN, $TTL, $INCLUDE (RFC 1035 section 5.1, RFC 2308 section 4) and BIND's
 * $GENERATE. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "auditor/base/buf.h"
#include "auditor/facts/zonefile_parser.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TTL_MAX 0x7fffffffU /* RFC 2181 section 8 */

/* ---- $ORIGIN, $TTL --------------------------------------------------------------------------- */

static void set_origin(struct parser *p, const dname *origin)
{
    const dname *lower = dname_lower(p->arena, origin);
    p->no_memory = p->no_memory || lower == NULL;
    p->now.origin = lower;
    p->owner_text_length = 0; /* the same word is another name now */
}

static void parse_origin(struct parser *p, const struct entry *e)
{
    dname name[DNAME_MAX];
    size_t length = 0;
    enum zone_fault fault = ZONE_FAULT_SYNTAX;
    if (e->count != 2) {
        report_token(p, ZONE_FAULT_SYNTAX, &e->tokens[0], "$ORIGIN takes one domain name");
        return;
    }
    const char *error = token_name_length(&e->tokens[1], p->now.origin, name, &length, &fault);
    if (error != NULL) {
        report_token(p, fault, &e->tokens[1], error);
        return;
    }
    p->hazard = p->hazard || p->now.origin == NULL || !dname_equal(p->now.origin, name);
    if (p->now.origin == NULL || !dname_equal(p->now.origin, name))
        set_origin(p, name);
    if (p->out->origin_from == NULL)
        p->out->origin_from = "$ORIGIN";
}

static void parse_ttl(struct parser *p, const struct entry *e)
{
    uint32_t ttl_s = 0;
    if (e->count != 2 || !token_ttl(&e->tokens[1], &ttl_s)) {
        report_token(p, ZONE_FAULT_SYNTAX, &e->tokens[e->count > 1 ? 1 : 0],
                     "$TTL takes one number of seconds, or one with units such as 1h30m");
        return;
    }
    if (ttl_s > TTL_MAX)
        report_token(p, ZONE_REMARK_TTL, &e->tokens[1], "a $TTL above 2147483647 seconds: it counts as 0");
    p->now.ttl_s = ttl_s > TTL_MAX ? 0 : ttl_s;
    p->now.ttl_set = true;
}

/* ---- $INCLUDE -------------------------------------------------------------------------------- */

/* The file must lie beneath the zone file's folder, links followed: "..", absolute paths and escapes are
 * refused. */
static const char *fence(struct parser *p, const struct token *t, char path[static 4096])
{
    char real[4096];
    int length = token_octets(t, (uint8_t *)path, 1024);
    if (length <= 0)
        return "expected a path behind $INCLUDE";
    path[length] = '\0';
    if (memchr(path, '\0', (size_t)length) != NULL)
        return "a path with a NUL octet";
    if (p->folder == NULL)
        return "$INCLUDE is refused here: there is no folder to read from";
    if (path[0] == '/')
        return "$INCLUDE of an absolute path is refused: expected a path below the folder of the zone file";
    if (strcmp(path, "..") == 0 || strncmp(path, "../", 3) == 0 || strstr(path, "/../") != NULL ||
        (length > 2 && strcmp(path + length - 3, "/..") == 0))
        return "$INCLUDE with '..' is refused: expected a path below the folder of the zone file";
    const char *full = arena_printf(p->scratch, "%s/%s", p->folder, path);
    if (full == NULL || realpath(full, real) == NULL)
        return arena_printf(p->scratch, "the included file cannot be read: %s", strerror(errno));
    size_t folder = strlen(p->folder);
    if (strncmp(real, p->folder, folder) != 0 || (real[folder] != '/' && folder > 1))
        return "$INCLUDE leads out of the folder of the zone file by a link, and is refused";
    snprintf(path, 4096, "%s", real);
    return NULL;
}

static void include_error(struct parser *p, const struct token *t, const char *message)
{
    char shown[256];
    size_t length = t->length < sizeof(shown) - 1 ? t->length : sizeof(shown) - 1;
    const struct location where = {p->now.file, t->line, t->column, t->line, t->column + (uint32_t)t->length};
    memcpy(shown, t->text, length);
    shown[length] = '\0';
    const char *text = arena_printf(p->scratch, "%s; the path is '%s'", message, shown);
    report_at(p, ZONE_FAULT_INCLUDE, &where, NULL, text != NULL ? text : message);
}

static const char *shown_include(struct parser *p, const char *real)
{
    /* As the user knows it: beside the file that was given. */
    const char *base = real + strlen(p->folder);
    const char *top = p->file;
    base += *base == '/' ? 1 : 0;
    const char *top_slash = strrchr(top, '/');
    if (top_slash == NULL)
        return arena_strdup(p->arena, base);
    return arena_printf(p->arena, "%.*s/%s", (int)(top_slash - top), top, base);
}

/* Nothing may include what is being read. @return NULL, or what is wrong */
static const char *enter(struct parser *p, const struct feed *feed)
{
    const struct open_file file = {feed->before.st_dev, feed->before.st_ino};
    for (unsigned i = 0; i <= p->now.depth; i++) {
        if (p->open[i].device == file.device && p->open[i].inode == file.inode)
            return "the file includes itself";
    }
    if (p->includes++ >= INCLUDES_MAX)
        return "more files are included than are read";
    p->open[p->now.depth + 1] = file;
    return NULL;
}

static void read_included(struct parser *p, struct feed *feed, const char *path, const dname *origin)
{
    const struct inherited keep = p->now;
    struct scanner s = scanner_open(feed, parse_window(p, feed), parse_entry_limit(p));
    const char *name = shown_include(p, path);
    p->now.file = name != NULL ? name : keep.file;
    p->now.depth++;
    p->hazard = true; /* what begins with a blank inherits from the file outside */
    if (origin != NULL)
        set_origin(p, origin);
    parse_entries(p, &s);
    scanner_free(&s);
    const char *trouble = feed_trouble(feed, p->arena);
    if (trouble != NULL)
        p->trouble = arena_printf(p->arena, "%s: %s", p->now.file, trouble);
    p->now = keep;
    p->owner_text_length = 0;
    p->hazard = true;
}

/* The path in `path`, behind the fence, is opened. @return NULL and *feed set, or what is wrong */
static const char *open_included(struct parser *p, const char *path, struct feed *feed)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return arena_printf(p->scratch, "the included file cannot be read: %s", strerror(errno));
    const char *error = feed_open(feed, fd);
    if (error == NULL && !feed->regular)
        error = "not a regular file";
    if (error == NULL)
        error = enter(p, feed);
    if (error != NULL)
        feed_close(feed);
    return error;
}

static void parse_include(struct parser *p, const struct entry *e)
{
    char path[4096];
    dname origin[DNAME_MAX];
    size_t length = 0;
    enum zone_fault fault = ZONE_FAULT_SYNTAX;
    struct feed feed;
    const char *error = NULL;
    if (e->count < 2 || e->count > 3) {
        report_token(p, ZONE_FAULT_SYNTAX, &e->tokens[0], "$INCLUDE takes a path and perhaps an origin");
        return;
    }
    if (e->count == 3 &&
        (error = token_name_length(&e->tokens[2], p->now.origin, origin, &length, &fault)) != NULL) {
        report_token(p, fault, &e->tokens[2], error);
        return;
    }
    error = p->now.depth >= INCLUDE_DEPTH_MAX ? "files are included more than 10 deep"
                                              : fence(p, &e->tokens[1], path);
    if (error == NULL)
        error = open_included(p, path, &feed);
    if (error != NULL) {
        include_error(p, &e->tokens[1], error);
        return;
    }
    read_included(p, &feed, path, e->count == 3 ? origin : NULL);
    feed_close(&feed);
}

/* ---- $GENERATE ------------------------------------------------------------------------------- */

struct range {
    uint32_t start, stop, step;
};

static bool read_range(const struct token *t, struct range *out)
{
    char text[48];
    int used = 0;
    if (t->quoted || t->length >= sizeof(text) || t->length == 0)
        return false;
    memcpy(text, t->text, t->length);
    text[t->length] = '\0';
    if (strspn(text, "0123456789-/") != t->length)
        return false;
    out->step = 1;
    if (sscanf(text, "%9u-%9u%n", &out->start, &out->stop, &used) != 2)
        return false;
    if (text[used] == '/') {
        int more = 0;
        if (sscanf(text + used, "/%9u%n", &out->step, &more) != 1)
            return false;
        used += more;
    }
    return text[used] == '\0' && out->step > 0 && out->start <= out->stop;
}

static void put_base(struct buf *out, int64_t value, unsigned width, char base)
{
    if (base == 'd') {
        buf_printf(out, "%0*lld", (int)width, (long long)value);
    } else if (base == 'o') {
        buf_printf(out, "%0*llo", (int)width, (unsigned long long)value);
    } else if (base == 'x' || base == 'X') {
        buf_printf(out, base == 'x' ? "%0*llx" : "%0*llX", (int)width, (unsigned long long)value);
    } else { /* n, N: nibbles, lowest first, for ip6.arpa */
        uint64_t rest = (uint64_t)value;
        for (unsigned done = 0; done < width || rest != 0; rest >>= 4) {
            buf_printf(out, base == 'n' ? "%llx" : "%llX", (unsigned long long)(rest & 15));
            done += 1;
            if (done < width) {
                buf_char(out, '.');
                done += 1;
            } else if (rest >> 4 != 0) {
                buf_char(out, '.');
            }
        }
    }
}

/* One "$" or "${offset,width,base}" at *at. @return false if it is malformed */
static bool substitute_one(struct buf *out, const char *text, size_t length, size_t *at, uint32_t value)
{
    char inside[40];
    long offset = 0;
    unsigned width = 0;
    char base = 'd';
    if (*at + 1 >= length || text[*at + 1] != '{') {
        buf_printf(out, "%u", value);
        *at += 1;
        return true;
    }
    const char *close = memchr(text + *at, '}', length - *at);
    if (close == NULL || (size_t)(close - (text + *at + 2)) >= sizeof(inside))
        return false;
    size_t size = (size_t)(close - (text + *at + 2));
    memcpy(inside, text + *at + 2, size);
    inside[size] = '\0';
    int fields = sscanf(inside, "%9ld,%3u,%c", &offset, &width, &base);
    if (fields < 1 || width > 128 || strchr("doxXnN", base) == NULL || (int64_t)value + offset < 0)
        return false;
    put_base(out, (int64_t)value + offset, width, base);
    *at = (size_t)(close - text) + 1;
    return true;
}

/* bare: the quotes are not part of what is made. */
static bool substitute(struct buf *out, const struct token *t, bool bare, uint32_t value)
{
    const bool quoted = t->quoted && !bare;
    if (quoted)
        buf_char(out, '"');
    for (size_t at = 0; at < t->length;) {
        char c = t->text[at];
        if (c == '\\' && at + 1 < t->length) {
            if (t->text[at + 1] == '$' || (bare && t->text[at + 1] == '"')) { /* BIND: \$ is a dollar sign */
                buf_char(out, t->text[at + 1]);
            } else {
                buf_add(out, t->text + at, 2);
            }
            at += 2;
        } else if (c == '$' && at + 1 < t->length && t->text[at + 1] == '$') {
            buf_char(out, '$');
            at += 2;
        } else if (c == '$') {
            if (!substitute_one(out, t->text, t->length, &at, value))
                return false;
        } else {
            buf_char(out, c);
            at++;
        }
    }
    if (quoted)
        buf_char(out, '"');
    return true;
}

/* Parse one generated line; what it yields stands at the line of the $GENERATE. */
static void parse_generated(struct parser *p, const struct entry *from, const char *line, size_t length)
{
    struct scanner s = scanner_new(line, length);
    struct entry e = {0};
    if (scanner_next(&s, &e) && e.count > 0) {
        for (size_t i = 0; i < e.count; i++) {
            e.tokens[i].line = from->line;
            e.tokens[i].column = from->tokens[0].column;
        }
        e.line = from->line;
        e.end_line = from->end_line;
        e.end_column = from->end_column;
        e.error_line = from->line;
        e.error_column = from->tokens[0].column;
        p->read_entry(p, &e);
    }
    entry_free(&e);
}

static void generate_error(struct parser *p, const struct token *t, const char *message)
{
    report_token(p, ZONE_FAULT_GENERATE, t, message);
}

/* RDATA of several fields is one word in quotes (BIND 9 ARM, "The $GENERATE Directive": MX "0 ."). */
static bool fields_in_quotes(const struct entry *e)
{
    const struct token *type = &e->tokens[e->count - 2];
    char text[16];
    if (!e->tokens[e->count - 1].quoted || type->quoted || type->length >= sizeof(text))
        return false;
    memcpy(text, type->text, type->length);
    text[type->length] = '\0';
    return rrtype_from_text(text) != 0;
}

/* The line for one number. @return false if it cannot be made */
static bool generate_line(struct parser *p, const struct entry *e, uint32_t value, struct buf *line)
{
    const bool fields = fields_in_quotes(e);
    buf_reset(line);
    for (size_t i = 2; i < e->count; i++) {
        if (i > 2)
            buf_char(line, ' ');
        if (!substitute(line, &e->tokens[i], fields && i + 1 == e->count, value)) {
            generate_error(p, &e->tokens[i],
                           "expected '$' or '${offset,width,base}' with a base of d, o, x, X, n or N");
            return false;
        }
    }
    if (line->failed)
        generate_error(p, &e->tokens[0], "$GENERATE makes a line of more than 64 KiB");
    return !line->failed;
}

static void generate_all(struct parser *p, const struct entry *e, const struct range *range)
{
    struct buf line = BUF_INIT(65536);
    char number[16];
    for (uint64_t value = range->start; value <= range->stop; value += range->step) {
        if (p->generated++ >= p->generate_limit) {
            generate_error(p, &e->tokens[1], "$GENERATE makes more records than are read from one file");
            break;
        }
        const size_t faults = p->faults;
        if (!generate_line(p, e, (uint32_t)value, &line))
            break;
        snprintf(number, sizeof(number), "%u", (unsigned)value);
        p->generated_note = number;
        parse_generated(p, e, buf_text(&line), line.length);
        p->generated_note = NULL;
        parse_begin(p, e);
        arena_reset(p->scratch);
        if (p->faults > faults || p->no_memory)
            break; /* the same would follow for every number */
    }
    buf_free(&line);
}

static void parse_generate(struct parser *p, const struct entry *e)
{
    struct range range;
    if (e->count < 4)
        generate_error(p, &e->tokens[0], "$GENERATE takes a range, an owner, a type and RDATA");
    else if (!read_range(&e->tokens[1], &range))
        generate_error(p, &e->tokens[1], "expected a range such as 1-10 or 0-254/2");
    else
        generate_all(p, e, &range);
}

/* ---- all ------------------------------------------------------------------------------------- */

void directive_parse(struct parser *p, const struct entry *e)
{
    const struct token *first = &e->tokens[0];
    if (token_is(first, "$ORIGIN"))
        parse_origin(p, e);
    else if (token_is(first, "$TTL"))
        parse_ttl(p, e);
    else if (token_is(first, "$INCLUDE") && p->generated_note == NULL)
        parse_include(p, e);
    else if (token_is(first, "$GENERATE") && p->generated_note == NULL)
        parse_generate(p, e);
    else
        report_token(p, ZONE_FAULT_SYNTAX, first, "expected $ORIGIN, $TTL, $INCLUDE or $GENERATE");
}
