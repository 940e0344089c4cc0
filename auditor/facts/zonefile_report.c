/* SPDX-License-Identifier: BSD-2-Clause */
/* What the master file reader tells beside records: faults, remarks, and comments that speak to
 * the auditor. */
#include "auditor/base/buf.h"
#include "auditor/base/text.h"
#include "auditor/facts/zonefile_parser.h"

#include <stdlib.h>
#include <string.h>

#define RECORD_TEXT_MAX 200U
#define WORD_SHOWN 40U
#define COMMENT_MAX ((size_t)4096)

/* ---- faults and remarks ---------------------------------------------------------------------- */

/* A missing $TTL is one fault, however many records there are. */
static size_t limit_of(const struct parser *p, enum zone_fault fault)
{
    if (fault == ZONE_REMARK_TTL_MISSING)
        return 1;
    return p->options->error_limit != 0 ? p->options->error_limit : 1000;
}

/* The line that cannot be read is not in the file: what makes it is at fault. */
static enum zone_fault kind_of(const struct parser *p, enum zone_fault fault)
{
    return fault == ZONE_FAULT_SYNTAX && p->generated_note != NULL ? ZONE_FAULT_GENERATE : fault;
}

bool report_kept(const struct parser *p, enum zone_fault fault)
{
    return p->met[fault] < limit_of(p, fault);
}

/* @return false if it is only counted */
static bool count_one(struct parser *p, enum zone_fault fault)
{
    p->faults += fault <= ZONE_FAULT_LAST ? 1 : 0;
    return p->met[fault]++ < limit_of(p, fault);
}

static struct zone_error *room(struct parser *p)
{
    if (p->error_count == p->error_capacity) {
        size_t capacity = p->error_capacity != 0 ? p->error_capacity * 2 : 16;
        struct zone_error *errors = arena_array(p->arena, capacity, sizeof(*errors));
        if (errors == NULL) {
            p->no_memory = true;
            return NULL;
        }
        if (p->error_count > 0)
            memcpy(errors, p->errors, p->error_count * sizeof(*errors));
        p->errors = errors;
        p->error_capacity = capacity;
    }
    return &p->errors[p->error_count];
}

static void keep(struct parser *p, enum zone_fault fault, const struct location *where, const dname *owner,
                 uint16_t type, const char *record, const char *message)
{
    struct zone_error *e = room(p);
    if (e == NULL)
        return;
    *e = (struct zone_error){
        .where = *where,
        .fault = fault,
        .owner = owner != NULL ? dname_lower(p->arena, owner) : NULL,
        .type = type,
        .message = text_gate(p->arena, message, strlen(message), TEXT_MESSAGE_MAX),
        .record = text_gate(p->arena, record, strlen(record), RECORD_TEXT_MAX * 2),
    };
    p->last[fault] = p->error_count++;
}

void report_record(struct parser *p, enum zone_fault fault, const struct location *where, const dname *owner,
                   uint16_t type, const char *record, const char *message)
{
    if (count_one(p, fault))
        keep(p, fault, where, owner, type, record, message);
}

/* The words of the entry from its type on: what tells it from others at the same owner when lines move. */
static const char *entry_text(struct parser *p)
{
    struct buf out = BUF_INIT(RECORD_TEXT_MAX + 1);
    for (size_t i = p->type_at; p->entry != NULL && i < p->entry->count && !out.failed; i++) {
        const struct token *t = &p->entry->tokens[i];
        size_t left = RECORD_TEXT_MAX - out.length;
        if (out.length + 3 > RECORD_TEXT_MAX)
            break;
        buf_str(&out, i > p->type_at ? " " : "");
        buf_str(&out, t->quoted ? "\"" : "");
        left -= out.length < RECORD_TEXT_MAX ? 3 : left;
        buf_add(&out, t->text, t->length < left ? t->length : left);
        buf_str(&out, t->quoted ? "\"" : "");
    }
    const char *text = arena_strdup(p->scratch, buf_text(&out));
    buf_free(&out);
    return text != NULL ? text : "";
}

void report_at(struct parser *p, enum zone_fault fault, const struct location *where, const char *record,
               const char *message)
{
    fault = kind_of(p, fault);
    if (!count_one(p, fault))
        return;
    keep(p, fault, where, p->subject ? p->now.owner : NULL, p->type, record != NULL ? record : entry_text(p),
         message);
}

void report_token(struct parser *p, enum zone_fault fault, const struct token *t, const char *message)
{
    const size_t shown = t->length < WORD_SHOWN ? t->length : WORD_SHOWN;
    const struct location where = {p->now.file, t->line, t->column, t->line,
                                   t->column + (uint32_t)t->length + (t->quoted ? 2 : 0)};
    fault = kind_of(p, fault);
    if (!count_one(p, fault))
        return;
    char word[WORD_SHOWN + 1];
    memcpy(word, t->text, shown);
    word[shown] = '\0';
    const char *text =
        arena_printf(p->scratch, "%s; found '%s%s'%s%s", message, word, t->length > shown ? "..." : "",
                     p->generated_note != NULL ? " in what $GENERATE makes for " : "",
                     p->generated_note != NULL ? p->generated_note : "");
    keep(p, fault, &where, p->subject ? p->now.owner : NULL, p->type, entry_text(p),
         text != NULL ? text : message);
}

struct location entry_location(const struct parser *p, const struct entry *e)
{
    return (struct location){p->now.file, e->line, e->count > 0 ? e->tokens[0].column : 1, e->end_line,
                             e->end_column};
}

static int by_place(const void *pa, const void *pb)
{
    const struct zone_error *a = pa;
    const struct zone_error *b = pb;
    int files = strcmp(a->where.file, b->where.file);
    if (files != 0)
        return files;
    if (a->where.line != b->where.line)
        return a->where.line < b->where.line ? -1 : 1;
    if (a->where.column != b->where.column)
        return a->where.column < b->where.column ? -1 : 1;
    return a->fault != b->fault ? (a->fault < b->fault ? -1 : 1) : strcmp(a->message, b->message);
}

void report_finish(struct parser *p)
{
    for (size_t kind = 0; kind < ZONE_REMARK_KINDS; kind++) {
        const size_t limit = limit_of(p, (enum zone_fault)kind);
        if (p->met[kind] <= limit || p->error_count == 0)
            continue;
        struct zone_error *last = &p->errors[p->last[kind]];
        const char *text = arena_printf(p->arena, "%s (and %zu more of this kind that are not listed)",
                                        last->message, p->met[kind] - limit);
        last->message = text != NULL ? text : last->message;
    }
    if (p->error_count > 1)
        qsort(p->errors, p->error_count, sizeof(*p->errors), by_place);
}

/* ---- comments -------------------------------------------------------------------------------- */

static void keep_comment(struct parser *p, const struct comment *c)
{
    if (p->comment_count == ZONE_COMMENTS_MAX)
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
    const size_t length = c->length < COMMENT_MAX ? c->length : COMMENT_MAX;
    const char *copy = arena_strndup(p->arena, c->text, length);
    p->no_memory = p->no_memory || copy == NULL;
    p->comments[p->comment_count++] = (struct zone_comment){
        .where = {p->now.file, c->line, c->column, c->line, c->column + (uint32_t)length},
        .line = c->line,
        .column = c->column,
        .text = copy != NULL ? copy : "",
        .length = copy != NULL ? length : 0,
    };
}

void report_comments(struct parser *p, const struct entry *e)
{
    for (size_t i = 0; i < e->comment_count; i++)
        keep_comment(p, &e->comments[i]);
}

bool report_tie(struct parser *p, size_t open, const struct entry *e)
{
    if (open == p->comment_count)
        return true;
    if (e->count == 0 && e->error == NULL)
        return false;
    if (e->error == NULL && !e->leading_blank &&
        (token_is(&e->tokens[0], "$ORIGIN") || token_is(&e->tokens[0], "$TTL")))
        return false;
    for (; open < p->comment_count; open++)
        p->comments[open].where = entry_location(p, e);
    return true;
}
