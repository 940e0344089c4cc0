/* SPDX-License-Identifier: BSD-2-Clause */
/* The result model of outputs.md section 1 as JSON text. Data has passed the text gate, so it is valid UTF-8 and only
 * has to be escaped (RFC 8259 section 7); keys and mnemonics are literals of ours. */
#include "reports/json_result.h"

#include "auditor/base/clock.h"
#include "reports/writer.h"

#include <stdlib.h>
#include <string.h>

#define RAW_MAX ((size_t)64 << 10) /* octets of a cut value kept whole in value_b64 */

static const bool escaped[256] = {
    [0] = true,  [1] = true,  [2] = true,  [3] = true,  [4] = true,  [5] = true,   [6] = true,
    [7] = true,  [8] = true,  [9] = true,  [10] = true, [11] = true, [12] = true,  [13] = true,
    [14] = true, [15] = true, [16] = true, [17] = true, [18] = true, [19] = true,  [20] = true,
    [21] = true, [22] = true, [23] = true, [24] = true, [25] = true, [26] = true,  [27] = true,
    [28] = true, [29] = true, [30] = true, [31] = true, ['"'] = true, ['\\'] = true,
};

static void escape(struct buf *out, unsigned char c)
{
    static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *at = memchr(plain, c, sizeof(plain) - 1);
    if (at == NULL) {
        buf_printf(out, "\\u%04x", (unsigned)c);
        return;
    }
    buf_char(out, '\\');
    buf_char(out, letters[at - plain]);
}

/* A string of any content, or null. */
static void put_text(struct buf *out, const char *text)
{
    if (text == NULL) {
        buf_add(out, "null", 4);
        return;
    }
    buf_char(out, '"');
    for (;;) {
        size_t length = 0;
        while (!escaped[(unsigned char)text[length]])
            length++;
        buf_add(out, text, length);
        text += length;
        if (*text == '\0')
            break;
        escape(out, (unsigned char)*text++);
    }
    buf_char(out, '"');
}

/* frame is what stands before the value, such as ",\"key\":" */
static void member(struct buf *out, const char *frame, const char *text)
{
    buf_str(out, frame);
    put_text(out, text);
}

static void put_number(struct buf *out, uint32_t number)
{
    char digits[10];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    buf_add(out, digits + at, sizeof(digits) - at);
}

static void member_number(struct buf *out, const char *frame, uint32_t number)
{
    buf_str(out, frame);
    put_number(out, number);
}

/* ---- evidence ------------------------------------------------------------------------------------------ */

static void put_raw(struct buf *out, const struct evidence *e)
{
    bool whole = e->raw_length <= RAW_MAX;
    char *text = base64_text(e->raw, whole ? e->raw_length : RAW_MAX);
    if (text == NULL)
        out->failed = true;
    member(out, ",\"value_b64\":", text);
    if (!whole)
        buf_str(out, ",\"value_b64_cut\":true");
    free(text);
}

static void put_evidence(struct buf *out, const struct result *r)
{
    char time[CLOCK_TEXT_SIZE] = "";
    int64_t time_s = 0; /* most answers of a result came in the same second */
    buf_str(out, ",\"evidence\":[");
    for (size_t i = 0; i < r->evidence_count; i++) {
        const struct evidence *e = &r->evidence[i];
        member(out, i == 0 ? "{\"kind\":" : ",{\"kind\":", e->kind);
        member(out, ",\"label\":", e->label);
        member(out, ",\"value\":", e->value);
        member(out, ",\"source\":", e->source);
        if (e->at_s != 0 && e->at_s != time_s)
            clock_rfc3339(e->at_s, time);
        time_s = e->at_s != 0 ? e->at_s : time_s;
        member(out, ",\"at\":", e->at_s != 0 ? time : NULL);
        if (e->raw != NULL)
            put_raw(out, e);
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

/* ---- the rest ------------------------------------------------------------------------------------------ */

static void put_position(struct buf *out, const char *frame, uint32_t number)
{
    buf_str(out, frame);
    if (number != 0)
        put_number(out, number);
    else
        buf_str(out, "null");
}

static void put_location(struct buf *out, const struct location *l)
{
    if (l == NULL) {
        buf_str(out, ",\"location\":null");
        return;
    }
    member(out, ",\"location\":{\"file\":", l->file);
    put_position(out, ",\"line\":", l->line);
    put_position(out, ",\"column\":", l->column);
    put_position(out, ",\"end_line\":", l->end_line);
    put_position(out, ",\"end_column\":", l->end_column);
    buf_char(out, '}');
}

/* What one result needs of its check's references: those of the standard, then the controls it is evidence
 * for. */
static void put_references(struct buf *out, const struct check *c)
{
    const char *frame = "{\"label\":";
    buf_str(out, ",\"references\":[");
    for (size_t i = 0; i < ARRAY_SIZE(c->references) && c->references[i].label != NULL; i++) {
        member(out, frame, c->references[i].label);
        member(out, ",\"url\":", c->references[i].url);
        buf_str(out, ",\"control\":null}");
        frame = ",{\"label\":";
    }
    for (size_t i = 0; i < ARRAY_SIZE(c->controls) && c->controls[i].framework != NULL; i++) {
        member(out, frame, c->controls[i].framework);
        member(out, ",\"url\":null,\"control\":", c->controls[i].id);
        buf_char(out, '}');
        frame = ",{\"label\":";
    }
    buf_char(out, ']');
}

static void put_waiver(struct buf *out, const struct waiver_note *w)
{
    if (w == NULL) {
        buf_str(out, ",\"waiver\":null");
        return;
    }
    member(out, ",\"waiver\":{\"id\":", w->id);
    member(out, ",\"reason\":", w->reason);
    member(out, ",\"owner\":", w->owner);
    member(out, ",\"expires\":", w->expires);
    buf_char(out, '}');
}

static void put_verdict(struct buf *out, const struct result *r)
{
    member(out, ",\"outcome\":", outcome_text(r->outcome));
    member(out, ",\"severity\":", severity_text(r->severity));
    member(out, ",\"severity_default\":", severity_text(r->severity_default));
    member(out, ",\"confidence\":", confidence_text(r->confidence));
    member(out, ",\"state\":", state_text(r->state));
    member(out, ",\"known_since\":", r->known_since);
    member(out, ",\"title\":", result_title(r));
    member(out, ",\"message\":", r->message);
    member(out, ",\"decision\":", r->decision);
}

void json_result(struct buf *out, const struct result *r)
{
    member(out, "{\"check\":", r->check->id);
    member(out, ",\"area\":", r->check->area);
    member(out, ",\"subject\":", r->subject);
    member(out, ",\"subject_unicode\":", r->subject_unicode);
    member(out, ",\"rrtype\":", r->rrtype);
    member(out, ",\"discriminator\":", r->discriminator);
    put_verdict(out, r);
    put_evidence(out, r);
    member(out, ",\"remediation\":{\"text\":", r->check->fix);
    member(out, ",\"record\":", r->fix_record);
    buf_char(out, '}');
    put_references(out, r->check);
    put_location(out, r->location);
    member(out, ",\"snippet\":", r->snippet);
    put_waiver(out, r->waiver);
    member(out, ",\"fingerprint\":", r->fingerprint);
    member(out, ",\"caused_by\":", r->caused_by);
    member(out, ",\"skip_reason\":", r->outcome == OUTCOME_SKIPPED ? result_reason(r) : NULL);
    member(out, ",\"undetermined_reason\":", r->outcome == OUTCOME_UNDETERMINED ? result_reason(r) : NULL);
    member_number(out, ",\"duration_ms\":", r->duration_ms);
    buf_char(out, '}');
}
