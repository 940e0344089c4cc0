/* SPDX-License-Identifier: BSD-2-Clause */
/* Recordings: writing the facts of targets, and a source of facts that reads them. */
#include "auditor/facts/recording.h"

#include "auditor/base/table.h"
#include "auditor/facts/recording_run.h"
#include "auditor/facts/recording_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FACTS_FIRST "zonevet-facts 1"
#define ROW(type, text, what, member)                                                                        \
    {                                                                                                        \
        .word = text, .kind = what, .offset = offsetof(struct type, member)                                  \
    }

static const struct member target_members[] = {
    ROW(recording_target, "target", MEMBER_NAME, name),
    ROW(recording_target, "error", MEMBER_TEXT, error),
    ROW(recording_target, "source-file", MEMBER_TEXT, source_file),
    ROW(recording_target, "source-line", MEMBER_U32, source_line),
    ROW(recording_target, "duration-ms", MEMBER_U32, duration_ms),
    ROW(recording_target, "queries", MEMBER_U32, queries),
    ROW(recording_target, "timeouts", MEMBER_U32, timeouts),
    {0},
};

struct recording {
    const char *dir;
    struct recording_run run;
};

/* Where the block of a question stands in the text. */
struct place {
    const char *at;
    uint32_t line; /* of the line before */
};

struct replay {
    struct arena *arena;   /* places */
    struct arena *scratch; /* keys and errors of one demand */
    char *text;
    size_t length;
    const char *path;
    struct table *by_key;
    struct lines lines; /* reads the blocks that are demanded */
};

/* ---- writing ------------------------------------------------------------------------------------------- */

static enum status refuse(struct arena *a, const char **error, enum status status, const char *dir,
                          const char *why)
{
    *error = arena_printf(a, "%s: %s", dir, why);
    return *error != NULL ? status : STATUS_NOMEM;
}

static bool make_folder(const char *path)
{
    struct stat st;
    if (mkdir(path, 0755) == 0)
        return true;
    int why = errno;
    if (why == EEXIST && stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
        why = ENOTDIR;
    errno = why;
    return why == EEXIST;
}

enum status recording_create(struct arena *a, const char *dir, const char **error)
{
    struct stat st;
    const char *targets = arena_printf(a, "%s/targets", dir);
    const char *run = arena_printf(a, "%s/run.txt", dir);
    if (targets == NULL || run == NULL)
        return STATUS_NOMEM;
    if (lstat(run, &st) == 0)
        return refuse(a, error, STATUS_USAGE, dir,
                      "holds another recording (run.txt); name a new folder for --record");
    if (!make_folder(dir) || !make_folder(targets))
        return refuse(a, error, STATUS_IO, dir, strerror(errno));
    return STATUS_OK;
}

/* Memory of one writing: the text, and scratch for what is tried. */
static bool writer_open(struct rrset_writer *w, struct buf *out)
{
    *out = BUF_INIT(RECORDING_FILE_MAX);
    *w = (struct rrset_writer){.out = out, .scratch = arena_new(0)};
    w->lines = lines_new("", "", 0, w->scratch);
    return w->scratch != NULL;
}

static void writer_close(struct rrset_writer *w)
{
    lines_free(&w->lines);
    arena_free(w->scratch);
    buf_free(w->out);
}

enum status recording_write_target(const char *dir, const struct recording_target *target,
                                   struct facts *facts)
{
    struct rrset_writer w;
    struct buf out;
    enum status status = STATUS_NOMEM;
    if (!writer_open(&w, &out))
        return STATUS_NOMEM;
    buf_str(&out, FACTS_FIRST);
    members_write(&out, "\n", target_members, target);
    buf_str(&out, "\n\n");
    for (size_t i = 0; i < facts_count(facts); i++) {
        fact_write(&w, facts_at(facts, i));
        arena_reset(w.scratch);
    }
    const char *path = recording_path(w.scratch, dir, target->name);
    if (path != NULL)
        status = recording_save(path, &out);
    writer_close(&w);
    return status;
}

enum status recording_write_run(const char *dir, const struct recording_run *run)
{
    struct rrset_writer w;
    struct buf out;
    enum status status = STATUS_NOMEM;
    if (!writer_open(&w, &out))
        return STATUS_NOMEM;
    run_write(&w, run);
    const char *path = arena_printf(w.scratch, "%s/run.txt", dir);
    if (path != NULL)
        status = recording_save(path, &out);
    writer_close(&w);
    return status;
}

/* ---- reading a run ------------------------------------------------------------------------------------- */

enum status recording_open(struct arena *a, const char *dir, struct recording **out, const char **error)
{
    const char *path = arena_printf(a, "%s/run.txt", dir);
    struct recording *r = arena_alloc(a, sizeof(*r));
    char *text = NULL;
    size_t length = 0;
    if (path == NULL || r == NULL || (r->dir = arena_strdup(a, dir)) == NULL)
        return STATUS_NOMEM;
    enum status status = recording_load(a, path, &text, &length, error);
    if (status != STATUS_OK)
        return status;
    struct lines l = lines_new(path, text, length, a);
    (void)run_read(&l, a, &r->run);
    status = lines_status(&l);
    if (status != STATUS_OK)
        *error = l.error;
    lines_free(&l);
    free(text);
    /* Checks of zone files look at the whole file, which facts do not hold. */
    if (status == STATUS_OK && strcmp(r->run.mode, "offline") == 0)
        return refuse(
            a, error, STATUS_UNSUPPORTED, path,
            "this run read zone files and cannot be replayed without them: run zonevet zone on the files");
    if (status == STATUS_OK)
        *out = r;
    return status;
}

const struct recording_run *recording_head(const struct recording *r)
{
    return &r->run;
}

/* ---- reading a target ---------------------------------------------------------------------------------- */

/* Index one block. Its value is read here to find errors at once, and again, into the store, when it is
 * demanded. */
static bool index_block(struct replay *p, struct lines *l, struct arena *scratch, const char *at,
                        uint32_t line)
{
    struct fact fact;
    size_t key_length = 0;
    if (!fact_read_key(l, scratch, &fact))
        return false;
    const uint8_t *key = fact_key(scratch, &fact, &key_length);
    struct place *place = arena_alloc(p->arena, sizeof(*place));
    if (key == NULL || place == NULL)
        return lines_no_memory(l);
    if (table_get(p->by_key, key, key_length) != NULL)
        return lines_fail(l, "expected each question once");
    *place = (struct place){at, line};
    if (table_put(p->by_key, key, key_length, place) != 0)
        return lines_no_memory(l);
    return fact_read_value(l, scratch, &fact) != NULL;
}

/* Statements before the first question. @return true if a question stands at the cursor */
static bool read_target_head(struct lines *l, struct arena *a, struct recording_target *meta)
{
    if (!lines_next(l) || !lines_take(l, "zonevet-facts") || !lines_take(l, "1") || !lines_end(l)) {
        if (lines_status(l) == STATUS_OK)
            lines_fail(l, "expected " FACTS_FIRST " in the first line");
        return false;
    }
    for (;;) {
        const char *before = l->at;
        uint32_t number = l->number;
        if (!lines_next(l))
            return false;
        if (!members_known(l, target_members)) {
            l->at = before;
            l->number = number;
            return true;
        }
        if (!members_read(l, a, target_members, meta))
            return false;
    }
}

static bool index_blocks(struct replay *p, struct lines *l)
{
    struct arena *scratch = arena_new(0);
    bool good = scratch != NULL || lines_no_memory(l);
    while (good) {
        const char *at = l->at;
        uint32_t line = l->number;
        if (!lines_next(l))
            break;
        good = !l->indented || lines_fail(l, "expected a question at the start of the line");
        good = good && index_block(p, l, scratch, at, line);
        arena_reset(scratch);
    }
    arena_free(scratch);
    return lines_status(l) == STATUS_OK;
}

static enum status index_text(struct replay *p, const dname *target, struct recording_target *meta,
                              struct arena *a, const char **error)
{
    struct lines l = lines_new(p->path, p->text, p->length, a);
    *meta = (struct recording_target){0};
    bool more = read_target_head(&l, a, meta);
    if (lines_status(&l) == STATUS_OK && (meta->name == NULL || !dname_equal(meta->name, target)))
        lines_fail(&l, "expected the name of the target that the file is named after");
    if (more && lines_status(&l) == STATUS_OK)
        (void)index_blocks(p, &l);
    enum status status = lines_status(&l);
    if (status != STATUS_OK)
        *error = l.error;
    lines_free(&l);
    return status;
}

enum status replay_open(struct recording *r, const dname *target, struct replay **out,
                        struct recording_target *meta, struct arena *a, const char **error)
{
    struct replay *p = calloc(1, sizeof(*p));
    struct recording_target read = {0};
    enum status status = STATUS_NOMEM;
    *error = NULL;
    if (p == NULL)
        return STATUS_NOMEM;
    p->arena = arena_new(0);
    p->scratch = arena_new(0);
    p->by_key = table_new();
    if (p->arena != NULL && p->scratch != NULL && p->by_key != NULL &&
        (p->path = recording_path(p->arena, r->dir, target)) != NULL)
        status = recording_load(a, p->path, &p->text, &p->length, error);
    if (status == STATUS_OK)
        status = index_text(p, target, &read, a, error);
    if (status != STATUS_OK) {
        replay_free(p);
        return status;
    }
    p->lines = lines_new(p->path, p->text, p->length, p->scratch);
    *meta = read;
    *out = p;
    return STATUS_OK;
}

void replay_free(struct replay *p)
{
    if (p == NULL)
        return;
    lines_free(&p->lines);
    table_free(p->by_key);
    arena_free(p->scratch);
    arena_free(p->arena);
    free(p->text);
    free(p);
}

/* ---- answering ----------------------------------------------------------------------------------------- */

static void demand(void *context, struct fact *fact)
{
    struct replay *p = context;
    size_t length = 0;
    const uint8_t *key = fact_key(p->scratch, fact, &length);
    const struct place *place = key != NULL ? table_get(p->by_key, key, length) : NULL;
    arena_reset(p->scratch);
    if (place == NULL) {
        facts_deliver_unknown(fact, REASON_INCOMPLETE_DATA);
        return;
    }
    struct lines *l = &p->lines;
    l->at = place->at;
    l->number = place->line;
    l->error = NULL;
    l->no_memory = false;
    const void *value = lines_next(l) ? fact_read_value(l, facts_arena(fact->facts), fact) : NULL;
    if (value != NULL)
        facts_deliver(fact, value);
    else
        facts_deliver_unknown(fact, REASON_BUDGET); /* it was read before: only memory can be short */
}

struct source replay_source(struct replay *p)
{
    return (struct source){.context = p, .demand = demand};
}
