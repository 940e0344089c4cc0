/* SPDX-License-Identifier: BSD-2-Clause */
/* Master files: directives and records. Errors are collected, reading goes on at the next entry. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "auditor/facts/zonefile.h"

#include "auditor/base/buf.h"
#include "auditor/base/text.h"
#include "auditor/facts/zonefile_rdata.h"
#include "auditor/facts/zonefile_scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX ((size_t)1 << 31)
#define INCLUDE_DEPTH_MAX 10U
#define ERRORS_MAX 1000U
#define RECORDS_MAX 50000000U
#define GENERATE_MAX 1000000U
#define TTL_DEFAULT 3600U
#define COMMENT_MAX ((size_t)4096)

/* A record read before the apex was known. */
struct early {
    const dname *owner;
    uint16_t type, class;
    uint32_t ttl_s;
    struct rdata rdata;
    struct location where;
};

struct parser {
    struct arena *arena;
    const struct zonefile_options *options;
    struct zonefile *out;
    struct zone_error *errors;
    size_t error_count, error_capacity, error_limit, errors_dropped;
    struct early *early;
    size_t early_count, early_capacity;
    size_t records, record_limit, generated, generate_limit;
    struct arena *scratch;
    uint8_t *rdata;
    const char *folder; /* real path of the file's folder; NULL: no $INCLUDE */
    bool no_memory;
    struct zone_comment *comments;
    size_t comment_count, comment_capacity;

    /* State that an included file inherits and does not change for its includer (RFC 1035 section 5.1). */
    const char *file;
    const dname *origin, *owner;
    uint32_t ttl_s, last_ttl_s;
    bool ttl_set, last_ttl_set;
    uint16_t class;
    unsigned depth;
};

static void parse_text(struct parser *p, const char *text, size_t length);

/* ---- errors ---------------------------------------------------------------------------------------------------------- */

static void add_error(struct parser *p, uint32_t line, uint32_t column, uint32_t end_line, uint32_t end_column,
                      enum zone_fault fault, const char *message)
{
    if (p->error_count >= p->error_limit) {
        p->errors_dropped++;
        return;
    }
    if (p->error_count == p->error_capacity) {
        size_t capacity = p->error_capacity != 0 ? p->error_capacity * 2 : 16;
        struct zone_error *errors = arena_array(p->arena, capacity + 1, sizeof(*errors));
        if (errors == NULL) {
            p->no_memory = true;
            return;
        }
        if (p->error_count > 0)
            memcpy(errors, p->errors, p->error_count * sizeof(*errors));
        p->errors = errors;
        p->error_capacity = capacity;
    }
    p->errors[p->error_count++] = (struct zone_error){
        .where = {p->file, line, column, end_line, end_column},
        .fault = fault,
        .message = text_gate(p->arena, message, strlen(message), TEXT_MESSAGE_MAX),
    };
}

/* "message, found 'word'" at a token. */
static void token_error(struct parser *p, const struct token *t, const char *message)
{
    char shown[44];
    size_t length = t->length < 40 ? t->length : 40;
    memcpy(shown, t->text, length);
    shown[length] = '\0';
    const char *text = arena_printf(p->scratch, "%s; found '%s%s'", message, shown, t->length > 40 ? "..." : "");
    add_error(p, t->line, t->column, t->line, t->column + (uint32_t)t->length, ZONE_FAULT_SYNTAX, text != NULL ? text : message);
}

/* ---- comments -------------------------------------------------------------------------------------------------------- */

static bool mentions_waiver(const char *text, size_t length)
{
    static const char word[] = "zonevet:ignore";
    const size_t size = sizeof(word) - 1;
    for (const char *at = text, *end = text + length; (size_t)(end - at) >= size; at++) {
        at = memchr(at, word[0], (size_t)(end - at) - size + 1);
        if (at == NULL)
            return false;
        if (memcmp(at, word, size) == 0)
            return true;
    }
    return false;
}

static void keep_comment(void *context, const char *text, size_t length, uint32_t line, uint32_t column)
{
    struct parser *p = context;
    if (p->comment_count == ZONE_COMMENTS_MAX || !mentions_waiver(text, length))
        return;
    if (p->comment_count == p->comment_capacity) {
        size_t capacity = p->comment_capacity != 0 ? p->comment_capacity * 2 : 16;
        struct zone_comment *comments = arena_array(p->arena, capacity, sizeof(*comments));
        if (comments == NULL) {
            p->no_memory = true;
            return;
        }
        if (p->comment_count > 0)
            memcpy(comments, p->comments, p->comment_count * sizeof(*comments));
        p->comments = comments;
        p->comment_capacity = capacity;
    }
    if (length > COMMENT_MAX)
        length = COMMENT_MAX;
    const char *copy = arena_copy(p->arena, text, length);
    p->no_memory = p->no_memory || copy == NULL;
    p->comments[p->comment_count++] = (struct zone_comment){
        {p->file, line, column, line, column + (uint32_t)length}, line, column, copy != NULL ? copy : "", copy != NULL ? length : 0};
}

/* Comments met while an entry was scanned stand behind it or before it: they are about it.
 * @return false if they wait for the next entry */
static bool tie_comments(struct parser *p, size_t open, const struct entry *e)
{
    bool passed_over = e->error == NULL && e->count > 0 && !e->leading_blank &&
                       (token_is(&e->tokens[0], "$ORIGIN") || token_is(&e->tokens[0], "$TTL"));
    if (passed_over)
        return false;
    for (; open < p->comment_count; open++) {
        p->comments[open].where =
            (struct location){p->file, e->line, e->count > 0 ? e->tokens[0].column : 1, e->end_line, e->end_column};
    }
    return true;
}

/* ---- records --------------------------------------------------------------------------------------------------------- */

static bool keep_early(struct parser *p, const struct early *record)
{
    if (p->early_count == p->early_capacity) {
        size_t capacity = p->early_capacity != 0 ? p->early_capacity * 2 : 64;
        struct early *early = realloc(p->early, capacity * sizeof(*early));
        if (early == NULL)
            return false;
        p->early = early;
        p->early_capacity = capacity;
    }
    struct early *e = &p->early[p->early_count];
    *e = *record;
    e->owner = dname_copy(p->arena, record->owner);
    e->rdata.octets = arena_copy(p->arena, record->rdata.octets, record->rdata.length);
    if (e->owner == NULL || e->rdata.octets == NULL)
        return false;
    p->early_count++;
    return true;
}

static bool into_zone(struct parser *p, const struct early *r)
{
    enum status status = zone_add(p->out->zone, r->owner, r->type, r->class, r->ttl_s, r->rdata.octets,
                                  r->rdata.length, &r->where);
    if (status == STATUS_USAGE) /* out of the zone: servers ignore it (RFC 1035 section 5.2) */
        return true;
    return status == STATUS_OK;
}

/* The apex is known: what came before it follows. */
static bool begin_zone(struct parser *p, const dname *apex)
{
    p->out->zone = zone_new(apex);
    if (p->out->zone == NULL)
        return false;
    p->out->apex = zone_apex(p->out->zone);
    bool ok = true;
    for (size_t i = 0; ok && i < p->early_count; i++)
        ok = into_zone(p, &p->early[i]);
    free(p->early);
    p->early = NULL;
    p->early_count = p->early_capacity = 0;
    return ok;
}

static void add_record(struct parser *p, const struct entry *e, const dname *owner, uint16_t type, uint16_t class,
                       uint32_t ttl_s, const struct rdata *rdata)
{
    const struct early record = {owner, type, class, ttl_s, *rdata,
                                 {p->file, e->line, e->tokens[0].column, e->end_line, e->end_column}};
    bool ok = true;
    if (p->records++ >= p->record_limit) {
        if (p->records == p->record_limit + 1)
            add_error(p, e->line, 1, e->line, 1, ZONE_FAULT_SYNTAX, "more records than are read from one file");
        return;
    }
    if (p->out->zone == NULL && type == RRTYPE_SOA && class == RRCLASS_IN)
        ok = begin_zone(p, owner);
    if (ok)
        ok = p->out->zone != NULL ? into_zone(p, &record) : keep_early(p, &record);
    p->no_memory = p->no_memory || !ok;
}

static uint16_t class_of(const struct token *t)
{
    if (token_is(t, "IN"))
        return RRCLASS_IN;
    if (token_is(t, "CH"))
        return RRCLASS_CH;
    if (token_is(t, "HS"))
        return 4;
    uint32_t number = 0;
    const struct token rest = {.text = t->text + 5, .length = t->length > 5 ? t->length - 5 : 0};
    if (t->length > 5 && !t->quoted && strncasecmp(t->text, "CLASS", 5) == 0 && token_number(&rest, UINT16_MAX, &number))
        return (uint16_t)number;
    return 0;
}

static uint16_t type_of(const struct token *t)
{
    char word[24];
    if (t->quoted || t->length >= sizeof(word))
        return 0;
    memcpy(word, t->text, t->length);
    word[t->length] = '\0';
    return rrtype_from_text(word);
}

/* TTL and class in any order, each once (RFC 1035 section 5.1). @return index of the type */
static size_t read_middle(const struct entry *e, size_t at, bool *ttl_seen, uint32_t *ttl_s, uint16_t *class)
{
    bool class_seen = false;
    for (; at < e->count; at++) {
        uint16_t this_class = class_of(&e->tokens[at]);
        if (!class_seen && this_class != 0) {
            *class = this_class;
            class_seen = true;
        } else if (!*ttl_seen && token_ttl(&e->tokens[at], ttl_s)) {
            *ttl_seen = true;
        } else {
            break;
        }
    }
    return at;
}

static uint32_t settle_ttl(struct parser *p, bool seen, uint32_t ttl_s)
{
    if (!seen)
        return p->ttl_set ? p->ttl_s : p->last_ttl_set ? p->last_ttl_s : TTL_DEFAULT;
    p->last_ttl_s = ttl_s;
    p->last_ttl_set = true;
    return ttl_s;
}

static void parse_record(struct parser *p, const struct entry *e)
{
    size_t at = 0;
    bool ttl_seen = false;
    uint32_t ttl_s = 0;
    uint16_t class = p->class;
    if (!e->leading_blank) {
        dname name[DNAME_MAX];
        const char *error = token_name(&e->tokens[0], p->origin, name);
        if (error != NULL) {
            token_error(p, &e->tokens[0], error);
            return;
        }
        p->owner = dname_lower(p->arena, name);
        at = 1;
    }
    if (p->owner == NULL) {
        token_error(p, &e->tokens[0], "a record without an owner: expected a name at the start of the line");
        return;
    }
    at = read_middle(e, at, &ttl_seen, &ttl_s, &class);
    if (at == e->count) {
        token_error(p, &e->tokens[e->count - 1], "expected a record type behind this word");
        return;
    }
    uint16_t type = type_of(&e->tokens[at]);
    if (type == 0) {
        token_error(p, &e->tokens[at], "expected a record type, a class or a TTL");
        return;
    }
    struct rdata_text r = {.tokens = e->tokens + at + 1, .count = e->count - at - 1, .origin = p->origin,
                           .type_token = &e->tokens[at], .octets = p->rdata};
    if (!rdata_parse(p->scratch, type, &r)) {
        token_error(p, r.error_token != NULL ? r.error_token : &e->tokens[at], r.error);
        return;
    }
    p->class = class;
    const struct rdata rdata = {(uint16_t)r.length, p->rdata};
    add_record(p, e, p->owner, type, class, settle_ttl(p, ttl_seen, ttl_s), &rdata);
}

/* ---- $INCLUDE -------------------------------------------------------------------------------------------------------- */

/* Read a regular file whole. @return NULL and *error set; the text is the caller's to free */
static char *read_file(struct arena *a, int fd, const char *shown, size_t *length, const char **error)
{
    struct stat st;
    char *text = NULL;
    size_t used = 0;
    size_t capacity = 65536;
    if (fstat(fd, &st) != 0 || (fd != STDIN_FILENO && !S_ISREG(st.st_mode))) {
        *error = arena_printf(a, "%s: not a regular file", shown);
        return NULL;
    }
    if (S_ISREG(st.st_mode) && st.st_size > 0)
        capacity = (size_t)st.st_size + 1;
    for (;;) {
        if (capacity > FILE_MAX) {
            *error = arena_printf(a, "%s: larger than 2 GiB", shown);
            break;
        }
        char *grown = text == NULL || used == capacity ? realloc(text, capacity) : text;
        if (grown == NULL) {
            *error = arena_printf(a, "%s: out of memory", shown);
            break;
        }
        text = grown;
        ssize_t got = read(fd, text + used, capacity - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            *error = arena_printf(a, "%s: %s", shown, strerror(errno));
            break;
        }
        used += (size_t)got;
        if (got == 0) {
            *length = used;
            return text;
        }
        if (used == capacity)
            capacity *= 2;
    }
    free(text);
    return NULL;
}

/* The file must lie beneath the zone file's folder, links followed: "..", absolute paths and escapes are refused. */
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
    memcpy(shown, t->text, length);
    shown[length] = '\0';
    const char *text = arena_printf(p->scratch, "%s; the path is '%s'", message, shown);
    add_error(p, t->line, t->column, t->line, t->column + (uint32_t)t->length, ZONE_FAULT_INCLUDE, text != NULL ? text : message);
}

static const char *shown_include(struct parser *p, const char *real)
{
    /* As the user knows it: beside the file that was given. */
    const char *base = real + strlen(p->folder) + 1;
    const char *top = p->options->shown_path != NULL ? p->options->shown_path : p->file;
    const char *top_slash = strrchr(top, '/');
    if (top_slash == NULL)
        return arena_strdup(p->arena, base);
    return arena_printf(p->arena, "%.*s/%s", (int)(top_slash - top), top, base);
}

static void parse_include(struct parser *p, const struct entry *e)
{
    char path[4096];
    const char *error = NULL;
    dname origin[DNAME_MAX];
    if (e->count < 2 || e->count > 3) {
        token_error(p, &e->tokens[0], "$INCLUDE takes a path and perhaps an origin");
        return;
    }
    if (e->count == 3 && (error = token_name(&e->tokens[2], p->origin, origin)) != NULL) {
        token_error(p, &e->tokens[2], error);
        return;
    }
    if (p->depth >= INCLUDE_DEPTH_MAX) {
        include_error(p, &e->tokens[1], "files are included more than 10 deep");
        return;
    }
    error = fence(p, &e->tokens[1], path);
    if (error != NULL) {
        include_error(p, &e->tokens[1], error);
        return;
    }
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    size_t length = 0;
    char *text = fd >= 0 ? read_file(p->scratch, fd, "the included file", &length, &error) : NULL;
    if (fd < 0)
        error = arena_printf(p->scratch, "the included file cannot be read: %s", strerror(errno));
    else
        close(fd);
    if (text == NULL) {
        include_error(p, &e->tokens[1], error);
        return;
    }
    const struct parser keep = *p;
    p->file = shown_include(p, path);
    p->depth++;
    if (e->count == 3)
        p->origin = dname_lower(p->arena, origin);
    parse_text(p, text, length);
    free(text);
    p->file = keep.file;
    p->origin = keep.origin;
    p->owner = keep.owner;
    p->ttl_s = keep.ttl_s;
    p->ttl_set = keep.ttl_set;
    p->depth = keep.depth;
}

/* ---- $GENERATE ------------------------------------------------------------------------------------------------------- */

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

static bool substitute(struct buf *out, const struct token *t, uint32_t value)
{
    if (t->quoted)
        buf_char(out, '"');
    for (size_t at = 0; at < t->length;) {
        char c = t->text[at];
        if (c == '\\' && at + 1 < t->length) {
            if (t->text[at + 1] == '$') { /* BIND: \$ is a dollar sign */
                buf_char(out, '$');
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
    if (t->quoted)
        buf_char(out, '"');
    return true;
}

/* Parse one generated line; what it yields stands at the line of the $GENERATE. */
static void parse_generated(struct parser *p, const struct entry *from, const char *line, size_t length)
{
    struct scanner s = scanner_new(line, length);
    struct entry e = {0};
    if (scanner_next(&s, &e) && e.error == NULL) {
        for (size_t i = 0; i < e.count; i++) {
            e.tokens[i].line = from->line;
            e.tokens[i].column = 1;
        }
        e.line = from->line;
        e.end_line = from->end_line;
        e.end_column = from->end_column;
        parse_record(p, &e);
    }
    entry_free(&e);
}

static void parse_generate(struct parser *p, const struct entry *e)
{
    struct range range;
    struct buf line = BUF_INIT(65536);
    if (e->count < 4) {
        token_error(p, &e->tokens[0], "$GENERATE takes a range, an owner, a type and RDATA");
        return;
    }
    if (!read_range(&e->tokens[1], &range)) {
        token_error(p, &e->tokens[1], "expected a range such as 1-10 or 0-254/2");
        return;
    }
    for (uint32_t value = range.start; value <= range.stop; value += range.step) {
        if (p->generated++ >= p->generate_limit) {
            token_error(p, &e->tokens[1], "$GENERATE makes more records than are read from one file");
            break;
        }
        bool ok = true;
        buf_reset(&line);
        for (size_t i = 2; ok && i < e->count; i++) {
            if (i > 2)
                buf_char(&line, ' ');
            ok = substitute(&line, &e->tokens[i], value);
            if (!ok)
                token_error(p, &e->tokens[i], "expected '$' or '${offset,width,base}' with a base of d, o, x, X, n or N");
        }
        if (!ok || line.failed)
            break;
        size_t errors = p->error_count;
        parse_generated(p, e, buf_text(&line), line.length);
        arena_reset(p->scratch);
        if (p->error_count > errors)
            break; /* the same error would follow for every number */
    }
    buf_free(&line);
}

/* ---- directives and entries ---------------------------------------------------------------------------------------------- */

static void parse_origin(struct parser *p, const struct entry *e)
{
    dname name[DNAME_MAX];
    if (e->count != 2) {
        token_error(p, &e->tokens[0], "$ORIGIN takes one domain name");
        return;
    }
    const char *error = token_name(&e->tokens[1], p->origin, name);
    if (error != NULL) {
        token_error(p, &e->tokens[1], error);
        return;
    }
    p->origin = dname_lower(p->arena, name);
    if (p->out->origin_from == NULL)
        p->out->origin_from = "$ORIGIN";
}

static void parse_ttl(struct parser *p, const struct entry *e)
{
    uint32_t ttl_s = 0;
    if (e->count != 2 || !token_ttl(&e->tokens[1], &ttl_s)) {
        token_error(p, &e->tokens[e->count > 1 ? 1 : 0], "$TTL takes one number of seconds, or one with units such as 1h30m");
        return;
    }
    p->ttl_s = ttl_s;
    p->ttl_set = true;
}

static void parse_entry(struct parser *p, const struct entry *e)
{
    const struct token *first = &e->tokens[0];
    if (e->leading_blank || first->quoted || first->length == 0 || first->text[0] != '$') {
        parse_record(p, e);
    } else if (token_is(first, "$ORIGIN")) {
        parse_origin(p, e);
    } else if (token_is(first, "$TTL")) {
        parse_ttl(p, e);
    } else if (token_is(first, "$INCLUDE")) {
        parse_include(p, e);
    } else if (token_is(first, "$GENERATE")) {
        parse_generate(p, e);
    } else {
        token_error(p, first, "expected $ORIGIN, $TTL, $INCLUDE or $GENERATE");
    }
}

static void parse_text(struct parser *p, const char *text, size_t length)
{
    static const char bom[] = "\xef\xbb\xbf";
    struct scanner s = scanner_new(text, length);
    struct entry e = {0};
    if (length >= 3 && memcmp(text, bom, 3) == 0) {
        add_error(p, 1, 1, 1, 1, ZONE_FAULT_SYNTAX, "a byte order mark: expected plain text from the first octet on");
        s.at += 3;
        s.line_start += 3;
    }
    s.comment = keep_comment;
    s.context = p;
    size_t open = p->comment_count;
    while (!p->no_memory && scanner_next(&s, &e)) {
        bool tied = tie_comments(p, open, &e);
        if (e.error != NULL)
            add_error(p, e.error_line, e.error_column, e.error_line, e.error_column + 1, ZONE_FAULT_SYNTAX, e.error);
        else
            parse_entry(p, &e);
        open = tied ? p->comment_count : open; /* those of an included file are about its own records */
        arena_reset(p->scratch);
    }
    entry_free(&e);
}

/* ---- where names begin ------------------------------------------------------------------------------------------------------ */

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

/* The origin of names before any $ORIGIN (DESIGN section 10, decision 14). */
static void first_origin(struct parser *p, const char *path, const char *text, size_t length)
{
    struct scanner s = scanner_new(text, length);
    struct entry e = {0};
    bool directive = scanner_next(&s, &e) && e.error == NULL && token_is(&e.tokens[0], "$ORIGIN");
    if (!directive && e.error == NULL && e.count > 0 && token_is(&e.tokens[0], "$TTL"))
        directive = scanner_next(&s, &e) && e.error == NULL && token_is(&e.tokens[0], "$ORIGIN");
    entry_free(&e);
    if (p->options->origin != NULL) {
        p->origin = p->options->origin;
        p->out->origin_from = "--origin";
        return;
    }
    p->origin = soa_owner(p->arena, text, length);
    p->out->origin_from = p->origin != NULL ? "SOA" : NULL;
    if (p->origin == NULL && !directive && path != NULL) {
        p->origin = name_from_path(p->arena, path);
        p->out->origin_from = p->origin != NULL ? "file name" : NULL;
    }
}

static enum status finish(struct parser *p, const char *shown, const char **error)
{
    struct zonefile *out = p->out;
    enum status status = STATUS_OK;
    if (out->zone == NULL && p->origin != NULL && !p->no_memory)
        p->no_memory = !begin_zone(p, p->origin); /* no SOA: the checks say so */
    if (out->zone == NULL && !p->no_memory) {
        *error = arena_printf(p->arena, "%s: the zone's name cannot be told: expected --origin, $ORIGIN, an absolute SOA "
                              "owner or a file name such as example.org.zone", shown);
        status = STATUS_USAGE;
    }
    if (status == STATUS_OK && (p->no_memory || zone_finish(out->zone) != STATUS_OK)) {
        *error = arena_printf(p->arena, "%s: out of memory", shown);
        status = STATUS_NOMEM;
    }
    if (p->errors_dropped > 0 && p->errors != NULL) {
        const char *text = arena_printf(p->arena, "and %zu more errors that are not listed", p->errors_dropped);
        struct zone_error *last = &p->errors[p->error_count - 1];
        p->errors[p->error_count] = *last;
        p->errors[p->error_count++].message = text != NULL ? text : "and more";
    }
    out->errors = p->errors;
    out->error_count = p->error_count;
    out->record_count = p->records;
    out->comments = p->comments;
    out->comment_count = p->comment_count;
    if (status != STATUS_OK) {
        zone_free(out->zone);
        out->zone = NULL;
    }
    return status;
}

static enum status parse_all(struct arena *a, const char *path, const char *folder, const char *text, size_t length,
                             const struct zonefile_options *options, struct zonefile *out, const char **error)
{
    const char *shown = options->shown_path != NULL ? options->shown_path : path != NULL ? path : "zone";
    struct parser p = {
        .arena = a, .options = options, .out = out, .folder = folder, .file = arena_strdup(a, shown),
        .error_limit = options->error_limit != 0 ? options->error_limit : ERRORS_MAX,
        .record_limit = options->record_limit != 0 ? options->record_limit : RECORDS_MAX,
        .generate_limit = options->generate_limit != 0 ? options->generate_limit : GENERATE_MAX,
        .class = RRCLASS_IN, .scratch = arena_new(0), .rdata = malloc(RDATA_MAX),
    };
    *out = (struct zonefile){0};
    enum status status = STATUS_NOMEM;
    if (p.scratch != NULL && p.rdata != NULL && p.file != NULL) {
        first_origin(&p, path, text, length);
        parse_text(&p, text, length);
        status = finish(&p, shown, error);
    }
    if (status == STATUS_NOMEM && *error == NULL)
        *error = "out of memory";
    free(p.early);
    free(p.rdata);
    arena_free(p.scratch);
    return status;
}

enum status zonefile_parse(struct arena *a, const char *text, size_t length, const struct zonefile_options *options,
                           struct zonefile *out, const char **error)
{
    *error = NULL;
    return parse_all(a, NULL, NULL, text, length, options, out, error);
}

/* Real path of the folder that holds the file. */
static const char *folder_of(struct arena *a, const char *path)
{
    char real[4096];
    const char *slash = strrchr(path, '/');
    const char *folder = slash == NULL ? "." : slash == path ? "/" : arena_strndup(a, path, (size_t)(slash - path));
    return folder != NULL && realpath(folder, real) != NULL ? arena_strdup(a, real) : NULL;
}

enum status zonefile_read(struct arena *a, const char *path, const struct zonefile_options *options,
                          struct zonefile *out, const char **error)
{
    bool standard_input = strcmp(path, "-") == 0;
    struct zonefile_options shown = *options;
    size_t length = 0;
    *error = NULL;
    if (standard_input && shown.shown_path == NULL)
        shown.shown_path = "standard input";
    /* O_NONBLOCK: a FIFO must not hold us before we can see that it is one. */
    int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        *error = arena_printf(a, "%s: %s", path, strerror(errno));
        return STATUS_IO;
    }
    char *text = read_file(a, fd, path, &length, error);
    if (!standard_input)
        close(fd);
    if (text == NULL)
        return STATUS_IO;
    enum status status = parse_all(a, standard_input ? NULL : path, standard_input ? NULL : folder_of(a, path), text,
                                   length, &shown, out, error);
    free(text);
    return status;
}
