/* SPDX-License-Identifier: BSD-2-Clause */
/* Recordings come from strangers: nothing breaks, and what was read once is written and read again as the
 * same text. The first octet chooses what the rest is: run.txt ('r') or the facts of a target. */
#include "auditor/facts/recording_run.h"
#include "auditor/facts/recording_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bench {
    struct arena *arena;
    struct buf first, second;
};

static void require(bool condition)
{
    if (!condition)
        abort();
}

static struct rrset_writer writer_to(struct bench *b, struct buf *out)
{
    struct rrset_writer w = {.out = out, .scratch = b->arena};
    w.lines = lines_new("", "", 0, b->arena);
    return w;
}

/* @return facts read before the end or the first error, written to `out` */
static size_t facts_again(struct bench *b, const char *text, size_t length, struct buf *out, bool whole)
{
    struct lines l = lines_new("f", text, length, b->arena);
    struct rrset_writer w = writer_to(b, out);
    size_t count = 0;
    while (lines_next(&l)) {
        struct fact fact;
        if (!fact_read_key(&l, b->arena, &fact) ||
            (fact.value = fact_read_value(&l, b->arena, &fact)) == NULL)
            break;
        fact_write(&w, &fact);
        count++;
    }
    require(!whole || lines_status(&l) == STATUS_OK);
    require(l.error == NULL || strncmp(l.error, "f:", 2) == 0);
    lines_free(&w.lines);
    lines_free(&l);
    return count;
}

static bool run_again(struct bench *b, const char *text, size_t length, struct buf *out)
{
    struct lines l = lines_new("r", text, length, b->arena);
    struct recording_run run;
    bool good = run_read(&l, b->arena, &run);
    struct rrset_writer w = writer_to(b, out);
    if (good)
        run_write(&w, &run);
    lines_free(&w.lines);
    lines_free(&l);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bench b = {
        .arena = arena_new(0), .first = BUF_INIT(RECORDING_FILE_MAX), .second = BUF_INIT(RECORDING_FILE_MAX)};
    if (size > 0 && data[0] == 'r') {
        if (run_again(&b, (const char *)data + 1, size - 1, &b.first))
            require(run_again(&b, buf_text(&b.first), b.first.length, &b.second));
    } else if (size > 0) {
        size_t count = facts_again(&b, (const char *)data + 1, size - 1, &b.first, false);
        require(facts_again(&b, buf_text(&b.first), b.first.length, &b.second, true) == count);
    }
    require(strcmp(buf_text(&b.first), buf_text(&b.second)) == 0);
    buf_free(&b.first);
    buf_free(&b.second);
    arena_free(b.arena);
    return 0;
}
