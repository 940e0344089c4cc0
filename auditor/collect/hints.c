/* SPDX-License-Identifier: BSD-2-Clause */
/* Root hints and trust anchors: small master files of a few record types, read record by record. */
#include "auditor/collect/collect.h"

#include "auditor/base/buf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX ((size_t)1 << 20)
#define RECORDS_MAX 1000U

/* One record after comments are gone and parentheses are joined. */
struct record {
    const dname *owner;
    uint16_t type;
    uint32_t ttl_s;
    struct rdata rdata;
};

struct source_file {
    struct arena *arena;
    const char *path;
    const char *text;
    size_t at, length;
    unsigned line, record_line; /* the next, and where the record began */
    char last_owner[DNAME_TEXT_MAX];
    const char *origin;
    const char **error;
};

static enum status complain(const struct source_file *f, unsigned line, const char *what)
{
    if (line > 0)
        *f->error = arena_printf(f->arena, "%s:%u: %s", f->path, line, what);
    else
        *f->error = arena_printf(f->arena, "%s: %s", f->path, what);
    return STATUS_MALFORMED;
}

static enum status read_whole(struct source_file *f)
{
    enum status status = STATUS_OK;
    struct buf text = BUF_INIT(FILE_MAX);
    char block[4096];
    size_t got;
    FILE *in = fopen(f->path, "re");
    if (in == NULL) {
        (void)complain(f, 0, strerror(errno));
        return STATUS_IO;
    }
    while ((got = fread(block, 1, sizeof(block), in)) > 0)
        buf_add(&text, block, got);
    if (ferror(in)) {
        (void)complain(f, 0, "cannot be read");
        status = STATUS_IO;
    } else if (text.failed) {
        status = complain(f, 0, "a file of at most 1 MiB was expected");
    } else {
        f->length = text.length;
        f->text = arena_strndup(f->arena, buf_text(&text), text.length);
        status = f->text != NULL ? STATUS_OK : STATUS_NOMEM;
    }
    fclose(in);
    buf_free(&text);
    return status;
}

/* The next record as one line: RFC 1035 section 5.1, parentheses join lines, a semicolon starts a comment.
 * @return false at the end of the file */
static bool next_line(struct source_file *f, struct buf *line)
{
    unsigned depth = 0;
    bool quoted = false, comment = false;
    buf_reset(line);
    f->record_line = f->line;
    while (f->at < f->length) {
        char c = f->text[f->at++];
        if (c == '\n') {
            f->line++;
            comment = false;
            if (depth == 0 && !quoted)
                return true;
            c = ' ';
        }
        if (comment || c == '\r')
            continue;
        if (c == '"')
            quoted = !quoted;
        if (!quoted && c == ';') {
            comment = true;
            continue;
        }
        if (!quoted && (c == '(' || c == ')')) {
            depth = c == '(' ? depth + 1 : depth > 0 ? depth - 1 : 0;
            c = ' ';
        }
        buf_char(line, c == '\t' || c == '\0' ? ' ' : c);
    }
    return line->length > 0;
}

static bool blank(const char *text)
{
    return text[strspn(text, " ")] == '\0';
}

/* $ORIGIN changes what relative names hang on; $TTL does not matter here. */
static enum status directive(struct source_file *f, const char *text)
{
    const dname *origin;
    if (strncmp(text, "$TTL ", 5) == 0)
        return STATUS_OK;
    if (strncmp(text, "$ORIGIN ", 8) != 0)
        return complain(f, f->record_line, "only $TTL and $ORIGIN are expected here");
    text += 8 + strspn(text + 8, " ");
    if (dname_from_text_n(f->arena, text, strcspn(text, " "), &origin) != STATUS_OK)
        return complain(f, f->record_line, "a name was expected after $ORIGIN");
    f->origin = dname_text(f->arena, origin);
    return STATUS_OK;
}

static enum status read_record(struct source_file *f, const char *text, const char *wanted,
                               struct record *out)
{
    uint16_t class;
    const char *line = text;
    if (text[0] == ' ') /* the owner of the record before */
        line = arena_printf(f->arena, "%s %s", f->last_owner, text);
    if (line == NULL ||
        rr_from_text(f->arena, line, f->origin, &out->owner, &out->type, &class, &out->ttl_s, &out->rdata) !=
            STATUS_OK ||
        class != RRCLASS_IN)
        return complain(f, f->record_line, wanted);
    out->owner = dname_lower(f->arena, out->owner);
    if (out->owner == NULL)
        return STATUS_NOMEM;
    dname_text_into(out->owner, f->last_owner);
    return STATUS_OK;
}

/* Read all records. @param wanted  what to say about a line that is none */
static enum status read_records(struct arena *a, const char *path, const char *wanted,
                                struct record **records, size_t *count, const char **error)
{
    struct source_file f = {
        .arena = a, .path = path, .line = 1, .origin = ".", .error = error, .last_owner = "."};
    struct buf line = BUF_INIT(65536);
    struct record *list = arena_array(a, RECORDS_MAX, sizeof(*list));
    size_t used = 0;
    *error = "out of memory";
    enum status status = list != NULL ? read_whole(&f) : STATUS_NOMEM;
    while (status == STATUS_OK && next_line(&f, &line)) {
        const char *text = buf_text(&line);
        if (line.failed || used == RECORDS_MAX)
            status = complain(&f, f.record_line, "the file holds too much");
        else if (text[0] == '$')
            status = directive(&f, text);
        else if (!blank(text))
            status = read_record(&f, text, wanted, &list[used++]);
    }
    buf_free(&line);
    if (status != STATUS_OK)
        return status;
    *records = list;
    *count = used;
    return STATUS_OK;
}

/* ---- hints ------------------------------------------------------------------------------- */

static const struct record *root_ns(const struct record *records, size_t count, const dname *name)
{
    for (size_t i = 0; i < count; i++) {
        const dname *target = records[i].type == RRTYPE_NS ? rdata_name(&records[i].rdata, 0) : NULL;
        if (target != NULL && dname_is_root(records[i].owner) && dname_equal(target, name))
            return &records[i];
    }
    return NULL;
}

static int server_order(const void *a, const void *b)
{
    const struct server *x = a, *y = b;
    int order = dname_compare(x->name, y->name);
    return order != 0 ? order : address_compare(&x->address, &y->address);
}

/* Whole root zones and comments of other software are about: what is neither a root server nor its address is
 * passed over. */
static size_t collect_servers(const struct record *records, size_t count, struct server *servers)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        struct address address;
        if (address_from_rdata(records[i].type, &records[i].rdata, &address) &&
            root_ns(records, count, records[i].owner) != NULL)
            servers[used++] = (struct server){records[i].owner, address};
    }
    qsort(servers, used, sizeof(*servers), server_order);
    return used;
}

enum status hints_load(struct arena *a, const char *path, const struct server **servers, size_t *count,
                       const char **error)
{
    static const char wanted[] = "an NS, A or AAAA record of the root's servers was expected";
    struct record *records = NULL;
    size_t record_count = 0;
    enum status status = read_records(a, path, wanted, &records, &record_count, error);
    if (status != STATUS_OK)
        return status;
    struct server *list = arena_array(a, record_count, sizeof(*list));
    if (list == NULL)
        return STATUS_NOMEM;
    size_t used = collect_servers(records, record_count, list);
    if (used == 0) {
        *error =
            arena_printf(a, "%s: NS records of the root with an A or AAAA record each were expected", path);
        return STATUS_MALFORMED;
    }
    *servers = list;
    *count = used;
    return STATUS_OK;
}

/* ---- trust anchors ----------------------------------------------------------------------- */

static struct rrset *set_of(struct rrset *sets, size_t count, const struct record *record)
{
    for (size_t i = 0; i < count; i++) {
        if (sets[i].type == record->type && dname_equal(sets[i].owner, record->owner))
            return &sets[i];
    }
    return NULL;
}

static bool set_add(struct arena *a, struct rrset *set, const struct record *record)
{
    struct rdata *list = arena_array(a, (size_t)set->count + 1, sizeof(*list));
    if (list == NULL)
        return false;
    if (set->count > 0)
        memcpy(list, set->rdata, set->count * sizeof(*list));
    list[set->count++] = record->rdata;
    set->rdata = list;
    return true;
}

enum status anchors_load(struct arena *a, const char *path, const struct rrset **anchors, size_t *count,
                         const char **error)
{
    static const char wanted[] = "a DS or DNSKEY record was expected";
    struct record *records = NULL;
    size_t record_count = 0, used = 0;
    enum status status = read_records(a, path, wanted, &records, &record_count, error);
    struct rrset *sets = status == STATUS_OK ? arena_array(a, record_count, sizeof(*sets)) : NULL;
    if (sets == NULL)
        return status != STATUS_OK ? status : STATUS_NOMEM;
    for (size_t i = 0; i < record_count; i++) {
        const struct record *r = &records[i];
        if (r->type != RRTYPE_DS && r->type != RRTYPE_DNSKEY)
            continue;
        struct rrset *set = set_of(sets, used, r);
        if (set == NULL) {
            set = &sets[used++];
            *set = (struct rrset){.owner = r->owner, .type = r->type, .class = RRCLASS_IN, .ttl_s = r->ttl_s};
        }
        if (!set_add(a, set, r))
            return STATUS_NOMEM;
    }
    if (used == 0) {
        *error = arena_printf(a, "%s: DS or DNSKEY records were expected", path);
        return STATUS_MALFORMED;
    }
    *anchors = sets;
    *count = used;
    return STATUS_OK;
}
