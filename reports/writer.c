/* SPDX-License-Identifier: BSD-2-Clause */
/* Spooling and shared words of the renderers. */
#include "reports/writer.h"

#include <limits.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

static void spool_spill(struct spool *s)
{
    size_t length = s->memory.length;
    s->file = tmpfile();
    if (s->file == NULL || fwrite(buf_text(&s->memory), 1, length, s->file) != length)
        s->failed = true;
    buf_free(&s->memory);
}

void spool_add(struct spool *s, const void *octets, size_t length)
{
    if (s->failed || length == 0)
        return;
    if (s->file == NULL && length >= s->memory.limit - s->memory.length)
        spool_spill(s);
    if (s->file == NULL) {
        buf_add(&s->memory, octets, length);
        s->failed = s->memory.failed;
    } else if (!s->failed) {
        s->failed = fwrite(octets, 1, length, s->file) != length;
    }
}

void spool_str(struct spool *s, const char *text)
{
    spool_add(s, text, strlen(text));
}

void spool_printf(struct spool *s, const char *format, ...)
{
    char text[1024]; /* for frames of ours: names, numbers, dates. Data goes through spool_str */
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (length < 0 || (size_t)length >= sizeof(text))
        s->failed = true;
    else
        spool_add(s, text, (size_t)length);
}

static enum status copy_file(FILE *from, size_t skip, FILE *to)
{
    char block[16384];
    size_t length;
    if (fflush(from) != 0 || ferror(from) || fseek(from, (long)skip, SEEK_SET) != 0)
        return STATUS_IO;
    while ((length = fread(block, 1, sizeof(block), from)) > 0) {
        if (fwrite(block, 1, length, to) != length)
            return STATUS_IO;
    }
    return ferror(from) ? STATUS_IO : STATUS_OK;
}

enum status spool_copy_from(struct spool *s, size_t skip, FILE *out)
{
    if (s->failed)
        return STATUS_IO;
    if (s->file != NULL)
        return copy_file(s->file, skip, out);
    size_t length = s->memory.length > skip ? s->memory.length - skip : 0;
    return length == 0 || fwrite(buf_text(&s->memory) + skip, 1, length, out) == length ? STATUS_OK : STATUS_IO;
}

enum status spool_copy(struct spool *s, FILE *out)
{
    return spool_copy_from(s, 0, out);
}

bool spool_empty(const struct spool *s)
{
    return s->file == NULL && s->memory.length == 0;
}

void spool_free(struct spool *s)
{
    buf_free(&s->memory);
    if (s->file != NULL)
        fclose(s->file);
    s->file = NULL;
}

void *writer_new(const void *initial, size_t size)
{
    void *r = malloc(size);
    if (r != NULL)
        memcpy(r, initial, size);
    return r;
}

enum status writer_status(FILE *out)
{
    return fflush(out) != 0 || ferror(out) ? STATUS_IO : STATUS_OK;
}

const char *result_title(const struct result *r)
{
    bool holds = r->outcome == OUTCOME_FAIL || r->outcome == OUTCOME_INFO;
    return holds && r->check->failure_title != NULL ? r->check->failure_title : r->check->title;
}

bool result_open(const struct result *r)
{
    return r->outcome == OUTCOME_FAIL && r->state != STATE_WAIVED;
}

bool result_fresh(const struct result *r)
{
    return result_open(r) && r->state != STATE_KNOWN;
}

bool result_gates(const struct run *run, const struct result *r)
{
    return (run->gate.new_only ? result_fresh(r) : result_open(r)) && !run->fail_never &&
           r->severity >= run->fail_on && r->confidence <= run->min_confidence;
}

/* ---- states -------------------------------------------------------------------------------------------- */

bool run_has_states(const struct run *run)
{
    const struct run_counts *c = &run->counts;
    return run->gate.baseline != NULL || run->gate.waivers != NULL || run->gate.old_side != NULL ||
           c->state_new + c->known + c->waived + c->fixed > 0;
}

bool run_is_change(const struct run *run)
{
    return run->gate.old_side != NULL;
}

const char *state_label(const struct run *run, enum state s)
{
    return s == STATE_KNOWN && run_is_change(run) ? "unchanged" : state_text(s);
}

void add_waived(struct buf *out, const struct waiver_note *w)
{
    buf_str(out, "waived");
    if (w == NULL)
        return;
    if (w->expires != NULL)
        buf_printf(out, " until %s", w->expires);
    if (w->owner != NULL)
        buf_printf(out, " by %s", w->owner);
    if (w->reason != NULL)
        buf_printf(out, ": %s", w->reason);
}

void add_known(struct buf *out, const struct run *run, const char *since)
{
    if (since != NULL)
        buf_printf(out, "known since %s", since);
    else
        buf_str(out, run_is_change(run) ? "unchanged: the old side has it too" : "known");
}

/* ---- lines and places ---------------------------------------------------------------------------------- */

size_t text_prefix(const char *text, size_t max_chars)
{
    size_t length = strlen(text), at = 0;
    for (size_t n = 0; at < length && n < max_chars; n++) {
        int taken = u8_mblen((const uint8_t *)text + at, length - at);
        at += taken > 0 ? (size_t)taken : 1;
    }
    return at;
}

void add_one_line(struct buf *out, const char *text, size_t max_chars)
{
    size_t length = max_chars != 0 ? text_prefix(text, max_chars) : strlen(text);
    for (size_t i = 0; i < length; i++)
        buf_char(out, text[i] == '\n' || text[i] == '\t' ? ' ' : text[i]);
    if (text[length] != '\0')
        buf_str(out, "\xE2\x80\xA6");
}

static const char *below_root(const struct run *run, const char *file)
{
    size_t length = run->root != NULL ? strlen(run->root) : 0;
    if (length > 0 && strncmp(file, run->root, length) == 0 && file[length] == '/')
        file += length + 1;
    while (strncmp(file, "./", 2) == 0 && file[2] != '\0')
        file += 2;
    return file;
}

/* From the root of the repository; "../" takes one folder of the prefix away. */
static void set_prefix(struct place *p, const char *prefix)
{
    size_t length = prefix != NULL && p->file[0] != '/' ? strlen(prefix) : 0;
    while (length > 0 && strncmp(p->file, "../", 3) == 0) {
        p->file += 3;
        for (length--; length > 0 && prefix[length - 1] != '/';)
            length--;
    }
    p->prefix = prefix;
    p->prefix_length = length;
}

void add_path(struct buf *out, const struct place *p)
{
    if (p->prefix_length > 0)
        buf_add(out, p->prefix, p->prefix_length);
    buf_str(out, p->file);
}

struct place report_place(const struct run *run, const struct target_report *t, const struct location *l,
                          const struct report_options *options)
{
    struct place p = {.file = options->anchor != NULL ? options->anchor : REPORT_ANCHOR, .line = 1, .column = 1};
    if (l != NULL && l->file != NULL && *l->file != '\0') {
        p = (struct place){l->file, NULL, 0, l->line, l->column, l->end_line, l->end_column, true, false};
    } else if (t != NULL && t->source_file != NULL && *t->source_file != '\0' && strcmp(t->source_file, "-") != 0) {
        p.file = t->source_file;
        p.line = t->source_line;
        p.listed = true;
    }
    p.file = below_root(run, p.file);
    set_prefix(&p, options->prefix);
    p.line = p.line != 0 ? p.line : 1;
    p.column = p.column != 0 ? p.column : 1;
    p.end_line = p.end_line > p.line ? p.end_line : p.line;
    uint32_t least = p.end_line == p.line ? p.column : 1;
    p.end_column = p.end_column > least ? p.end_column : least;
    return p;
}

bool seen_first(struct seen *s, const char *fingerprint)
{
    static char met; /* any address that is not NULL */
    if (s->table == NULL)
        s->table = table_new();
    if (s->table == NULL) {
        s->no_memory = true;
        return false;
    }
    size_t length = strlen(fingerprint);
    if (table_get(s->table, fingerprint, length) != NULL)
        return false;
    s->no_memory = s->no_memory || table_put(s->table, fingerprint, length, &met) != 0;
    return !s->no_memory;
}

void seen_free(struct seen *s)
{
    table_free(s->table);
    s->table = NULL;
}

/* ---- words --------------------------------------------------------------------------------------------- */

const char *result_reason(const struct result *r)
{
    if (r->outcome == OUTCOME_SKIPPED)
        return skip_text(r->skip_reason);
    if (r->outcome == OUTCOME_UNDETERMINED)
        return reason_text(r->undetermined_reason);
    return NULL;
}

const char *run_outcome_text(enum run_outcome outcome)
{
    static const char *const words[] = {
        [RUN_PASSED] = "passed", [RUN_FAILED] = "failed", [RUN_INCOMPLETE] = "incomplete"};
    return words[outcome];
}

char *base64_text(const uint8_t *octets, size_t length)
{
    if (length > INT_MAX / 2)
        return NULL;
    char *text = malloc((length + 2) / 3 * 4 + 1);
    if (text != NULL)
        EVP_EncodeBlock((unsigned char *)text, octets, (int)length);
    return text;
}
