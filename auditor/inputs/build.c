/* SPDX-License-Identifier: BSD-2-Clause */
/* Zones in the making. */
#include "auditor/inputs/build.h"

#include "auditor/base/buf.h"
#include "auditor/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ERRORS_MAX 1000U
#define NOTES_MAX 1000U
#define RECORDS_MAX 50000000U
#define WORK_MAX 100000000U
#define ZONES_MAX 100000U

bool build_begin(struct build *b, struct arena *a, const char *shown, const struct input_options *options)
{
    *b = (struct build){
        .arena = a,
        .file = arena_strdup(a, shown),
        .options = options,
        .scratch = arena_new(0),
        .rdata = malloc(RDATA_MAX),
        .seen = table_new(),
        .record_limit = options->zonefile.record_limit != 0 ? options->zonefile.record_limit : RECORDS_MAX,
        .error_limit = options->zonefile.error_limit != 0 ? options->zonefile.error_limit : ERRORS_MAX,
    };
    if (b->file != NULL && b->scratch != NULL && b->rdata != NULL && b->seen != NULL)
        return true;
    build_abandon(b);
    return false;
}

static void no_memory(struct build *b)
{
    b->status = STATUS_NOMEM;
}

static void too_much(struct build *b, const char *what)
{
    if (b->status == STATUS_OK) {
        b->status = STATUS_LIMIT;
        b->failure = what;
    }
}

bool build_work(struct build *b)
{
    if (++b->work > WORK_MAX)
        too_much(b, "aliases that make more than is read from one file");
    return b->status == STATUS_OK;
}

/* ---- zones ---------------------------------------- */

static bool more_zones(struct build *b)
{
    size_t capacity = b->zone_capacity != 0 ? b->zone_capacity * 2 : 8;
    struct build_zone **zones = realloc(b->zones, capacity * sizeof(*zones));
    if (zones == NULL)
        return false;
    b->zones = zones;
    b->zone_capacity = capacity;
    return true;
}

struct build_zone *build_zone(struct build *b, const dname *apex, const char *origin_from)
{
    dname key[DNAME_MAX];
    size_t length = dname_length(apex);
    memcpy(key, apex, length);
    dname_lower_in_place(key);
    struct build_zone *z = table_get(b->seen, key, length);
    if (z != NULL)
        return z;
    if (b->zone_count >= ZONES_MAX) {
        too_much(b, "more zones than are read from one file");
        return NULL;
    }
    z = arena_alloc(b->arena, sizeof(*z));
    if (z == NULL || (b->zone_count == b->zone_capacity && !more_zones(b)) ||
        (z->zone = zone_new(key)) == NULL) {
        no_memory(b);
        return NULL;
    }
    z->apex = zone_apex(z->zone);
    z->origin_from = origin_from;
    z->number = (uint32_t)b->zone_count;
    b->zones[b->zone_count++] = z;
    if (table_put(b->seen, key, length, z) != 0)
        no_memory(b);
    return z;
}

struct build_zone *build_hosted_zone(struct build *b, const dname *apex, const char *origin_from)
{
    struct build_zone *zone = build_zone(b, apex, origin_from);
    if (zone != NULL)
        zone->gaps |= ZONE_GAP_APEX;
    return zone;
}

/* ---- notes and errors ---------------------------------------- */

__attribute__((format(printf, 2, 0))) static void add_note(struct build *b, const char *format, va_list args)
{
    if (b->note_count == NOTES_MAX) {
        b->notes_dropped++;
        return;
    }
    if (b->note_count == b->note_capacity) {
        size_t capacity = b->note_capacity != 0 ? b->note_capacity * 2 : 16;
        const char **notes = arena_array(b->arena, capacity + 1, sizeof(*notes));
        if (notes == NULL) {
            no_memory(b);
            return;
        }
        if (b->note_count > 0)
            memcpy(notes, b->notes, b->note_count * sizeof(*notes));
        b->notes = notes;
        b->note_capacity = capacity;
    }
    const char *text = arena_vprintf(b->scratch, format, args);
    b->notes[b->note_count++] =
        text_gate(b->arena, text != NULL ? text : "?", text != NULL ? strlen(text) : 1, TEXT_MESSAGE_MAX);
}

void build_note(struct build *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_note(b, format, args);
    va_end(args);
}

void build_left_out(struct build *b, struct build_zone *z, unsigned gaps, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_note(b, format, args);
    va_end(args);
    z->gaps |= gaps;
    b->partial = true;
}

static struct zone_error *new_error(struct build *b, struct build_zone *z)
{
    if (z->error_count >= b->error_limit) {
        z->errors_dropped++;
        return NULL;
    }
    if (z->error_count == z->error_capacity) {
        size_t capacity = z->error_capacity != 0 ? z->error_capacity * 2 : 16;
        struct zone_error *errors = arena_array(b->arena, capacity + 1, sizeof(*errors));
        if (errors == NULL) {
            no_memory(b);
            return NULL;
        }
        if (z->error_count > 0)
            memcpy(errors, z->errors, z->error_count * sizeof(*errors));
        z->errors = errors;
        z->error_capacity = capacity;
    }
    return &z->errors[z->error_count++];
}

static void add_error(struct build *b, struct build_zone *z, enum zone_fault fault,
                      const struct location *where, const struct build_record *r, const char *message)
{
    struct zone_error *e = new_error(b, z);
    if (e == NULL)
        return;
    *e = (struct zone_error){
        .where = *where,
        .fault = fault,
        .owner = r != NULL ? dname_copy(b->arena, r->owner) : NULL,
        .type = r != NULL ? r->type : 0,
        .message = text_gate(b->arena, message, strlen(message), TEXT_MESSAGE_MAX),
    };
}

static struct location location_of(const struct build *b, const struct doc *at)
{
    return (struct location){b->file, at->start.line, at->start.column, at->end.line, at->end.column};
}

void build_error(struct build *b, struct build_zone *z, enum zone_fault fault, const struct doc *at,
                 const char *format, ...)
{
    const struct location where = location_of(b, at);
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(b->scratch, format, args);
    va_end(args);
    add_error(b, z, fault, &where, NULL, text != NULL ? text : "out of memory");
}

void build_record_error(struct build *b, const struct build_record *r, enum zone_fault fault,
                        const struct doc *at, const char *message)
{
    const struct location where = location_of(b, at);
    add_error(b, r->zone, fault, &where, r, message);
}

/* "message; found 'word'" at a word of RDATA. The owner and type go along in the error. */
static void word_error(struct build *b, const struct build_record *r, const struct token *t,
                       enum zone_fault fault, const char *message)
{
    const size_t length = t->length < 40 ? t->length : 40;
    const struct location where = {b->file, t->line, t->column, t->line, t->column + (uint32_t)t->length};
    const char *text = t->length == 0 ? message
                                      : arena_printf(b->scratch, "%s; found '%.*s%s'", message, (int)length,
                                                     t->text, t->length > 40 ? "..." : "");
    add_error(b, r->zone, fault, &where, r, text != NULL ? text : message);
}

/* ---- records ---------------------------------------- */

/* RFC 2181 section 8: a TTL with the highest bit counts as 0. */
static uint32_t settle_ttl(struct build *b, const struct build_record *r)
{
    if (r->ttl_s <= INT32_MAX)
        return r->ttl_s;
    build_record_error(b, r, ZONE_REMARK_TTL, r->where, "a TTL above 2147483647 seconds: it counts as 0");
    return 0;
}

static void into_zone(struct build *b, const struct build_record *r, const uint8_t *octets, size_t length)
{
    const struct location where = location_of(b, r->where);
    if (b->records++ >= b->record_limit) {
        too_much(b, "more records than are read from one file");
        return;
    }
    switch (zone_add(r->zone->zone, r->owner, r->type, RRCLASS_IN, settle_ttl(b, r), octets, (uint16_t)length,
                     &where)) {
    case STATUS_OK:
        r->zone->records++;
        build_comments_meet(r->zone, &where);
        break;
    case STATUS_USAGE:
        build_record_error(
            b, r, ZONE_FAULT_OUT_OF_ZONE, r->where,
            arena_printf(b->scratch, "not in the zone %s", dname_text(b->scratch, r->zone->apex)));
        break;
    default:
        no_memory(b);
    }
}

/* The first time that these octets are seen at this owner and type. */
static bool first_time(struct build *b, const struct build_record *r, const void *octets, size_t length)
{
    uint8_t key[8 + 2 * DNAME_MAX];
    const size_t owner = dname_length(r->owner);
    if (length > DNAME_MAX)
        return true;
    key[0] = 0xff; /* longer than any label: apart from the keys of zones */
    memcpy(key + 1, &r->zone->number, 4);
    memcpy(key + 5, &r->type, 2);
    memcpy(key + 7, r->owner, owner);
    if (length > 0)
        memcpy(key + 7 + owner, octets, length);
    if (table_get(b->seen, key, 7 + owner + length) != NULL)
        return false;
    if (table_put(b->seen, key, 7 + owner + length, r->zone) != 0)
        no_memory(b);
    return true;
}

/* Types of questions and of the transport, never of data (RFC 6895 section 3.1). */
static bool meta_type(uint16_t type)
{
    return type == RRTYPE_OPT || (type >= RRTYPE_NXNAME && type <= RRTYPE_ANY);
}

void build_add(struct build *b, const struct build_record *r, struct words *w)
{
    const struct token type_token = {
        .text = "", .line = r->where->start.line, .column = r->where->start.column};
    struct rdata_text text = {.tokens = w->list,
                              .count = w->count,
                              .origin = DNAME_ROOT,
                              .type_token = &type_token,
                              .octets = b->rdata};
    if (w->error != NULL) {
        const struct location where = location_of(b, w->error_at != NULL ? w->error_at : r->where);
        add_error(b, r->zone, ZONE_FAULT_SYNTAX, &where, r, w->error);
    } else if (meta_type(r->type)) {
        build_record_error(b, r, ZONE_FAULT_META_TYPE, r->where, "a type that no zone holds");
    } else if (!rdata_parse(b->scratch, r->type, &text)) {
        word_error(b, r, text.error_token != NULL ? text.error_token : &type_token, text.fault, text.error);
    } else if (!r->routed || first_time(b, r, b->rdata, text.length)) {
        into_zone(b, r, b->rdata, text.length);
    }
    arena_reset(b->scratch);
}

void build_alias(struct build *b, const struct build_record *r, const dname *target)
{
    const dname *name = target != NULL ? target : DNAME_ROOT;
    struct build_record alias = *r;
    alias.type = RRTYPE_ALIAS;
    if (first_time(b, &alias, name, dname_length(name)))
        into_zone(b, &alias, name, dname_length(name));
    arena_reset(b->scratch);
}

bool build_first_route(struct build *b, struct build_record *r, const struct doc *id)
{
    r->routed = doc_scalar(id);
    return !r->routed || first_time(b, r, NULL, 0);
}

/* ---- names and numbers ---------------------------------------- */

/* \ooo of Route 53 as \DDD. */
static const char *decimal_escapes(struct arena *a, const char *text, size_t *length)
{
    struct words w = {.arena = a};
    const struct doc d = {.kind = DOC_STRING, .text = text, .length = *length};
    if (memchr(text, '\\', *length) == NULL)
        return text;
    words_presentation(&w, &d, text, *length, WORDS_OCTAL);
    if (w.error != NULL || w.count != 1 || w.list[0].quoted)
        return text;
    *length = w.list[0].length;
    return w.list[0].text;
}

static const dname *read_name(struct arena *a, const struct doc *d, const dname *origin,
                              struct name_problem *problem)
{
    dname name[DNAME_MAX];
    size_t length = 0;
    *problem = (struct name_problem){"expected a domain name", ZONE_FAULT_SYNTAX};
    if (!doc_scalar(d))
        return NULL;
    const char *text = name_to_ascii(a, d->text, d->length, &length, &problem->message);
    if (text == NULL)
        return NULL;
    text = decimal_escapes(a, text, &length);
    const struct token t = {
        .text = text, .length = length, .quoted = true}; /* quoted: '@' is no origin here */
    problem->message = token_name_length(&t, origin, name, &length, &problem->fault);
    if (problem->message != NULL)
        return NULL;
    const dname *lower = dname_lower(a, name);
    if (lower == NULL)
        problem->message = "out of memory";
    return lower;
}

uint16_t build_type(const struct doc *d)
{
    char word[24] = "";
    if (doc_scalar(d) && d->length < sizeof(word))
        memcpy(word, d->text, d->length);
    return rrtype_from_text(word);
}

const dname *build_name(struct arena *a, const struct doc *d, struct name_problem *problem)
{
    return read_name(a, d, DNAME_ROOT, problem);
}

const dname *build_owner(struct arena *a, const struct doc *d, const dname *apex, enum owner_form form,
                         struct name_problem *problem)
{
    if (form != OWNER_ABSOLUTE && d != NULL &&
        (doc_null(d) || (doc_scalar(d) && d->length == 0) || doc_is(d, "@")))
        return apex;
    if (form == OWNER_EITHER) {
        const dname *absolute = read_name(a, d, DNAME_ROOT, problem);
        if (absolute == NULL || dname_under(absolute, apex) || d->text[d->length - 1] == '.')
            return absolute;
    }
    return read_name(a, d, form == OWNER_ABSOLUTE ? DNAME_ROOT : apex, problem);
}

uint32_t build_ttl(const struct doc *d, uint32_t fallback, bool *ok)
{
    uint32_t ttl_s = fallback;
    *ok = true;
    if (doc_null(d))
        return fallback;
    const struct token t = {.text = d->text, .length = d->length};
    *ok = doc_scalar(d) && token_number(&t, UINT32_MAX, &ttl_s);
    return *ok ? ttl_s : fallback;
}

/* ---- the end ---------------------------------------- */

static int by_apex(const void *pa, const void *pb)
{
    struct build_zone *const *a = pa;
    struct build_zone *const *b = pb;
    return dname_compare((*a)->apex, (*b)->apex);
}

static void close_errors(struct build *b, struct build_zone *z)
{
    if (z->errors_dropped == 0 || z->error_count == 0)
        return;
    const char *text = arena_printf(b->arena, "and %zu more errors that are not listed", z->errors_dropped);
    z->errors[z->error_count] = z->errors[z->error_count - 1];
    z->errors[z->error_count++].message = text != NULL ? text : "and more";
}

/* Records that stand twice, found when the zone was put in order. */
static void add_duplicates(struct build *b, struct build_zone *z)
{
    size_t count = 0;
    size_t total = 0;
    const struct zone_duplicate *list = zone_duplicates(z->zone, &count, &total);
    for (size_t i = 0; i < count; i++) {
        const struct build_record r = {.zone = z, .owner = list[i].owner, .type = list[i].type};
        const char *message =
            arena_printf(b->scratch, "the same record as in %s:%u", list[i].first.file, list[i].first.line);
        add_error(b, z, ZONE_REMARK_DUPLICATE, &list[i].where, &r,
                  message != NULL ? message : "a record that stands twice");
        arena_reset(b->scratch);
    }
    z->errors_dropped += total - count;
}

static bool close_zone(struct build *b, struct build_zone *z, struct zonefile *out)
{
    zone_set_gaps(z->zone, z->gaps);
    if (zone_finish(z->zone) != STATUS_OK)
        return false;
    add_duplicates(b, z);
    close_errors(b, z);
    build_comments_end(z);
    *out = (struct zonefile){
        .zone = z->zone,
        .apex = z->apex,
        .origin_from = z->origin_from,
        .errors = z->errors,
        .error_count = z->error_count,
        .record_count = z->records,
        .comments = z->comments,
        .comment_count = z->comment_count,
        .managed_apex = (z->gaps & ZONE_GAP_APEX) != 0,
        .partial = (z->gaps & ZONE_GAP_RECORDS) != 0,
    };
    return true;
}

static bool close_all(struct build *b, struct input *out)
{
    struct zonefile *files = arena_array(b->arena, b->zone_count, sizeof(*files));
    if (files == NULL)
        return false;
    if (b->zone_count > 1)
        qsort(b->zones, b->zone_count, sizeof(*b->zones), by_apex);
    for (size_t i = 0; i < b->zone_count; i++) {
        if (!close_zone(b, b->zones[i], &files[i]))
            return false;
    }
    if (b->notes_dropped > 0)
        b->notes[b->note_count++] = arena_printf(b->arena, "and %zu more notes", b->notes_dropped);
    out->zones = files;
    out->count = b->zone_count;
    out->notes = b->notes;
    out->note_count = b->note_count;
    out->partial = b->partial;
    return true;
}

enum status build_finish(struct build *b, struct input *out, const char **error)
{
    enum status status = b->status;
    if (status == STATUS_OK && !close_all(b, out))
        status = STATUS_NOMEM;
    if (status == STATUS_LIMIT)
        *error = arena_printf(b->arena, "%s: %s", b->file, b->failure);
    else if (status != STATUS_OK)
        *error = "out of memory";
    if (status == STATUS_OK)
        b->zone_count = 0; /* the caller's now */
    build_abandon(b);
    return status;
}

void build_abandon(struct build *b)
{
    for (size_t i = 0; i < b->zone_count; i++)
        zone_free(b->zones[i]->zone);
    b->zone_count = 0;
    free(b->zones);
    b->zones = NULL;
    free(b->rdata);
    b->rdata = NULL;
    table_free(b->seen);
    b->seen = NULL;
    arena_free(b->scratch);
    b->scratch = NULL;
}
