/* SPDX-License-Identifier: BSD-2-Clause */
/* Spooling and shared words of the renderers. */
#include "reports/writer.h"

#include <limits.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

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

static enum status copy_file(FILE *from, FILE *to)
{
    char block[16384];
    size_t length;
    if (fflush(from) != 0 || ferror(from) || fseek(from, 0, SEEK_SET) != 0)
        return STATUS_IO;
    while ((length = fread(block, 1, sizeof(block), from)) > 0) {
        if (fwrite(block, 1, length, to) != length)
            return STATUS_IO;
    }
    return ferror(from) ? STATUS_IO : STATUS_OK;
}

enum status spool_copy(struct spool *s, FILE *out)
{
    if (s->failed)
        return STATUS_IO;
    if (s->file != NULL)
        return copy_file(s->file, out);
    return fwrite(buf_text(&s->memory), 1, s->memory.length, out) == s->memory.length ? STATUS_OK : STATUS_IO;
}

void spool_free(struct spool *s)
{
    buf_free(&s->memory);
    if (s->file != NULL)
        fclose(s->file);
    s->file = NULL;
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

bool result_gates(const struct run *run, const struct result *r)
{
    return r->outcome == OUTCOME_FAIL && !run->fail_never && r->severity >= run->fail_on &&
           r->confidence <= run->min_confidence;
}

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
